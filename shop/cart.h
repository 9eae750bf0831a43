/* cart.h: the cart as people see it. A change shows here at once; the platform's copy follows in the background if a
 * client is signed in and the platform keeps carts. What was put in before the sign-in is merged then.
 *
 * Two devices may change one cart. On a version conflict the platform's items count, except for products that were
 * changed here since both sides last agreed.
 */
#ifndef VITRINE_SHOP_CART_H
#define VITRINE_SHOP_CART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/limits.h"
#include "models/product.h"
#include "models/purchase.h"
#include "net/net.h"

enum { CART_TEXT = LIMIT_NAME * 4 + 1, CART_ID = 65, CART_UNDO = 16 };

struct cart_row {
	char product_id[CART_ID];
	char name[CART_TEXT];
	char seller_name[CART_TEXT];
	int64_t quantity;
	int64_t price;      /* today's, in minor units */
	int64_t seen_price; /* when the product was put in here; today's if that is unknown */
	int64_t stock;
	bool available;
	bool held; /* set by the checkout: an earlier purchase that isn't settled asked for it */
};

struct cart_rows {
	size_t count;
	struct cart_row row[LIMIT_LINES];
};

struct cart_model;

struct cart_model_events {
	void (*changed)(void *context);                        /* it must be painted again */
	void (*failed)(void *context, const struct err *err);  /* the platform could not save it */
	bool (*held)(void *context); /* is a purchase under way? may be NULL; see cart_model_hold_changed */
	void *context;
};

/* NULL when memory ends. `net` is borrowed. */
struct cart_model *cart_model_new(struct net *net, const struct cart_model_events *events);
struct cart_model *cart_model_free(struct cart_model *cart);

const struct cart_rows *cart_model_rows(const struct cart_model *cart);

/* How many units of a product are in the cart. */
int64_t cart_model_quantity(const struct cart_model *cart, const char *product_id);

/* Units in all, without products that are no longer sold. */
int64_t cart_model_units(const struct cart_model *cart);

/* Adds to the quantity, up to the stock. ERR_CONFLICT "out_of_stock"; ERR_TOO_LARGE when 32 products are in the
 * cart. */
bool cart_model_add(struct cart_model *cart, const struct product *product, int64_t quantity, struct err *err);

/* Sets a row's quantity, from 1 up to the stock; 0 removes the row. False when nothing changed. */
bool cart_model_set(struct cart_model *cart, size_t row, int64_t quantity);

/* Undoes the last change; false when there is none. _can_undo tells that before. */
bool cart_model_undo(struct cart_model *cart);
bool cart_model_can_undo(const struct cart_model *cart);

/* Somebody signed in (merges) or out (empties). Call it after net's session has changed. */
void cart_model_session(struct cart_model *cart);

/* The session has ended, but nobody signed out: the cart stays here and is merged at the next sign-in. */
void cart_model_session_lost(struct cart_model *cart);

/* Asks the platform again: prices and stock as they are now. */
void cart_model_refresh(struct cart_model *cart);

/* Call this when the events' `held` may have changed: a purchase is under way or has ended. A purchase takes its items
 * out of the platform's copy. So while one is under way, that copy is neither written nor read: nobody can tell whether
 * an item that is missing there was bought or left out. An empty cart is the exception: it can't bring anything back,
 * so the copy is read. */
void cart_model_hold_changed(struct cart_model *cart);

/* A purchase took these items: they are taken out here, and the rest stays. A platform that keeps carts has taken them
 * out of its copy, too; an older one has emptied its copy. The rest is put back there, merged with what the platform
 * has. */
void cart_model_bought(struct cart_model *cart, const struct purchase_item *items, size_t count);

/* A product as it is now, from a 409. */
void cart_model_update(struct cart_model *cart, const struct product *product);
void cart_model_gone(struct cart_model *cart, const char *product_id);

/* Does the platform have all of this cart, as far as is known? */
bool cart_model_is_saved(const struct cart_model *cart);

/* Is the platform's copy old, and a call under way? */
bool cart_model_busy(const struct cart_model *cart);

#endif
