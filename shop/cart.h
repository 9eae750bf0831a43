/* cart.h: the cart as the person sees it. It changes at once, here; the platform's copy follows in the background
 * when a client is signed in and the platform keeps carts. What was put in before signing in is merged then.
 *
 * Two devices may change one cart: on a version conflict the platform's items are taken, but for those products that
 * were changed here since the last time both agreed.
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
	int64_t price;      /* today's, minor units */
	int64_t seen_price; /* when it was put in here; today's when that is unknown */
	int64_t stock;
	bool available;
	bool held; /* the checkout's: an earlier purchase asked for it, and nobody knows yet whether that was made */
};

struct cart_rows {
	size_t count;
	struct cart_row row[LIMIT_LINES];
};

struct cart_model;

struct cart_model_events {
	void (*changed)(void *context);                        /* paint again */
	void (*failed)(void *context, const struct err *err);  /* saving it on the platform did not work */
	bool (*held)(void *context); /* may be NULL: cart_model_hold_changed */
	void *context;
};

/* NULL when memory ends. `net` is borrowed. */
struct cart_model *cart_model_new(struct net *net, const struct cart_model_events *events);
struct cart_model *cart_model_free(struct cart_model *cart);

const struct cart_rows *cart_model_rows(const struct cart_model *cart);

/* How many of a product are in it. */
int64_t cart_model_quantity(const struct cart_model *cart, const char *product_id);

/* Units in all; what isn't sold any more does not count. */
int64_t cart_model_units(const struct cart_model *cart);

/* Adds to the quantity, at most to what is in stock. ERR_CONFLICT "out_of_stock"; ERR_TOO_LARGE when 32 products are
 * in. */
bool cart_model_add(struct cart_model *cart, const struct product *product, int64_t quantity, struct err *err);

/* Sets a row's quantity, 1 to what is in stock; 0 takes the row out. False when nothing changed. */
bool cart_model_set(struct cart_model *cart, size_t row, int64_t quantity);

/* Takes back the last change; false when there is none, which _can_undo tells beforehand. */
bool cart_model_undo(struct cart_model *cart);
bool cart_model_can_undo(const struct cart_model *cart);

/* Somebody signed in (merges) or out (empties). Call after net's session has changed. */
void cart_model_session(struct cart_model *cart);

/* The session is gone without anybody having wanted it: what is in the cart stays here, and is merged when somebody
 * signs in again. */
void cart_model_session_lost(struct cart_model *cart);

/* Asks the platform again: prices and stock as they are now. */
void cart_model_refresh(struct cart_model *cart);

/* What the events' `held` says may be another by now: whether a purchase is under way. Meanwhile the platform's copy,
 * which the purchase takes things out of, is neither filled again nor looked at: what it has lost may have been
 * bought, or only have been left out. One with nothing in it can bring nothing back: then the platform's copy is
 * looked at all the same. */
void cart_model_hold_changed(struct cart_model *cart);

/* A purchase took this of it, here; all else stays. A platform that keeps carts has taken it out of its copy, too,
 * or, one from before, has emptied that: what stays is put there again, merged with whatever it has. */
void cart_model_bought(struct cart_model *cart, const struct purchase_item *items, size_t count);

/* A product as it turned out to be now, from a 409. */
void cart_model_update(struct cart_model *cart, const struct product *product);
void cart_model_gone(struct cart_model *cart, const char *product_id);

/* Does the platform have all of this, as far as is known? */
bool cart_model_is_saved(const struct cart_model *cart);

/* Is the platform's copy behind, with a call under way? */
bool cart_model_busy(const struct cart_model *cart);

#endif
