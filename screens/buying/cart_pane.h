/* cart_pane.h: a product of the cart, shown beside it on wide terminals. It is the product on which the selection
 * rests, so that holding a cursor key down doesn't repaint the pane each time. What the cart doesn't know about it is
 * asked for.
 */
#ifndef VITRINE_SCREENS_BUYING_CART_PANE_H
#define VITRINE_SCREENS_BUYING_CART_PANE_H

#include "screens/parts/detail.h"

struct cart_pane {
	void *screen; /* its timer is used */
	struct detail detail;
	struct net_reply *reply;  /* holds the product; NULL: not yet, or there is none */
	char product_id[CART_ID]; /* of the product that is shown or asked for; "": none yet */
	bool shown, asked;
};

/* `screen` is the state of the screen that has the pane, and passes its `tick` on. */
void cart_pane_init(struct cart_pane *pane, struct app *app, void *screen);
void cart_pane_done(struct cart_pane *pane);

/* To be called by the screen's functions of the same names. `row` is the selected one, NULL when there is none. */
void cart_pane_update(struct cart_pane *pane, const struct view *view, const struct cart_row *row);
void cart_pane_view(const struct cart_pane *pane, struct view *view, const struct cart_rows *rows);
void cart_pane_tick(struct cart_pane *pane, const struct cart_row *row);

#endif
