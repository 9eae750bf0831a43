/* cart_pane.h: a product of the cart, beside it where that is wide: the one on which the selection rests, so that a key
 * that moves it changes little. What the cart doesn't know of it is asked for.
 */
#ifndef VITRINE_SCREENS_BUYING_CART_PANE_H
#define VITRINE_SCREENS_BUYING_CART_PANE_H

#include "screens/parts/detail.h"

struct cart_pane {
	void *screen; /* whose timer it uses */
	struct detail detail;
	struct net_reply *reply;  /* the product; NULL: not yet, or it can't be had */
	char product_id[CART_ID]; /* which one that is, or will be; "": none yet */
	bool shown, asked;
};

/* `screen` is the state of the screen that it is part of, which gives it its ticks. */
void cart_pane_init(struct cart_pane *pane, struct app *app, void *screen);
void cart_pane_done(struct cart_pane *pane);

/* What the screen's functions of these names do for it. `row` is the selected one, NULL when there is none. */
void cart_pane_update(struct cart_pane *pane, const struct view *view, const struct cart_row *row);
void cart_pane_view(const struct cart_pane *pane, struct view *view, const struct cart_rows *rows);
void cart_pane_tick(struct cart_pane *pane, const struct cart_row *row);

#endif
