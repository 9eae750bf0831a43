/* inventory.h: the inventory's changes. The review decides about them and sends them while the inventory lies below it.
 */
#ifndef VITRINE_SCREENS_SELLING_INVENTORY_H
#define VITRINE_SCREENS_SELLING_INVENTORY_H

#include "screens/app/app.h"
#include "shop/inventory_model.h"

/* The first member of the inventory's state, so both have the same address. Calls that are made for it live as long as
 * the inventory does, even after the review was closed. */
struct inventory_changes {
	struct app *app;
	struct inventory_model model;
	char sent[LIMIT_BATCH][EDIT_ID]; /* the products of the batch under way */
	size_t sent_count;
	bool sending;
	size_t changed_before; /* how many products were changed when the run began */
	bool broken;           /* the run ended early, without an answer */
	bool gone;             /* a product of the list doesn't exist any more */
	void (*ended)(void *context); /* a run has ended; may be NULL */
	void *context;
};

/* Sends all changes, batch after batch. Does nothing while they are being sent. */
void inventory_send(struct inventory_changes *changes);

/* Ends the call under way, if its spinner is on screen already: for Esc. Each product then says that it may be saved or
 * not. False when there is nothing to end. */
bool inventory_give_up(struct inventory_changes *changes);

/* After such an error nobody knows whether the platform did what it was asked to do. */
bool inventory_may_be_done(enum err_kind kind);

/* The argument of app_push(SCREEN_review). */
struct review_argument {
	struct inventory_changes *changes;
};

#endif
