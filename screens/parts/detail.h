/* detail.h: one product, as large as there is room for: name, price, stock, description, picture. The shop shows it beside
 * the list where that is wide, the product's own screen always.
 */
#ifndef VITRINE_SCREENS_PARTS_DETAIL_H
#define VITRINE_SCREENS_PARTS_DETAIL_H

#include "screens/app/app.h"
#include "tui/terminal/event.h"
#include "tui/paint/layout.h"
#include "tui/picture/picture.h"
#include "tui/widgets/widget.h"

struct detail {
	struct app *app;
	char product_id[CART_ID]; /* whose picture this is, or will be */
	net_id call;
	struct net_reply *reply; /* the picture's bytes while it is decoded */
	struct picture_load *load;
	struct picture *picture;
	int columns, rows; /* that the picture was made for */
	bool failed;
	struct scroll text;           /* of the description, as last painted */
	char shown_id[CART_ID];       /* whose description that is */
	struct rect rect;
};

void detail_init(struct detail *detail, struct app *app);
void detail_done(struct detail *detail);

/* Fetches and decodes the product's picture, if it has one, for a room of so many cells. Does nothing when it is there. */
void detail_load(struct detail *detail, const struct product *product, int columns, int rows);

/* Decodes on for a moment; true while there is more to do: then call again soon (app_timer). */
bool detail_step(struct detail *detail);

void detail_paint(struct detail *detail, struct canvas *canvas, struct rect rect, const struct product *product);

/* Reads on and back in the description, by the keys that lists move by. */
enum widget_result detail_event(struct detail *detail, const struct event *event);

/* The room that a picture gets in such a rectangle. */
void detail_room(struct rect rect, int *ret_columns, int *ret_rows);

#endif
