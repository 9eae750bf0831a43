/* detail.h: one product as blocks: its picture and its words. The shop shows them beside the list, or small below it;
 * the product's own screen always shows them.
 */
#ifndef VITRINE_SCREENS_PARTS_DETAIL_H
#define VITRINE_SCREENS_PARTS_DETAIL_H

#include "screens/app/app.h"
#include "tui/picture/picture.h"
#include "tui/view/view.h"

struct detail {
	struct app *app;
	char product_id[CART_ID]; /* the product whose picture is shown or fetched */
	net_id call;
	struct net_reply *reply; /* the picture's bytes while it is decoded */
	struct picture_load *load;
	struct picture *picture;
	int columns, rows; /* the size that the picture was made for */
	bool failed;       /* there is none, or it can't be shown */
};

/* The ids of its blocks; a screen's own begin with 1. */
enum { DETAIL_PICTURE = 100, DETAIL_SMALL_PICTURE, DETAIL_TEXT };

void detail_init(struct detail *detail, struct app *app);
void detail_done(struct detail *detail);

/* Fetches the product's picture, if it has one, to be decoded for the room that the view has given to one of the
 * picture blocks below. Does nothing when it is there. */
void detail_load_in(struct detail *detail, const struct product *product, const struct view *view);

/* Decodes a part of the picture. True when there is more to decode: call it again soon (app_timer). */
bool detail_step(struct detail *detail);

/* Adds the picture, with one of the ids above. */
void detail_view_picture(const struct detail *detail, struct view *view, const struct product *product,
			 const struct view_place *place);

/* Adds name, price, stock, category, seller and description. With `focus`, keys scroll the description. */
void detail_view_words(const struct detail *detail, struct view *view, const struct product *product, bool focus);

/* Adds the product in a few lines, for below a list. */
void detail_view_small(const struct detail *detail, struct view *view, const struct product *product);

/* Puts one unit into the cart; undoes the cart's last change. Both tell people. */
void detail_add(struct app *app, const struct product *product);
void detail_undo(struct app *app);

#endif
