/* inventory.h: the changes of the inventory, which the review decides about and sends while the inventory lies below it.
 */
#ifndef VITRINE_SCREENS_SELLING_INVENTORY_H
#define VITRINE_SCREENS_SELLING_INVENTORY_H

#include "screens/app/app.h"
#include "shop/inventory_model.h"

/* The first member of the inventory's state, so that its address is the state's: calls made for it live as long as the
 * inventory does, whether somebody looks at the review or not. */
struct inventory_changes {
	struct app *app;
	struct inventory_model model;
	char sent[LIMIT_BATCH][EDIT_ID]; /* the batch under way */
	size_t sent_count;
	bool sending;
	size_t changed_before; /* products that were changed when sending began */
	bool broken;           /* the run ended early: no answer came */
	bool gone;             /* one that is listed is there no longer */
	void (*ended)(void *context); /* a run has ended; may be NULL */
	void *context;
};

/* Sends all that is changed, batch after batch. Does nothing while that is going on. */
void inventory_send(struct inventory_changes *changes);

/* Gives up what is on its way, if people can see by now that something is: for Esc. Each product then says that it may be
 * saved or not. False when there is nothing to give up. */
bool inventory_give_up(struct inventory_changes *changes);

/* After such an error nobody knows whether the platform did what it was asked for. */
bool inventory_may_be_done(enum err_kind kind);

/* What app_push(SCREEN_review) takes. */
struct review_argument {
	struct inventory_changes *changes;
};

#endif
