/* lines.h: the table of what is or was bought: a line for each product with quantity, price and amount, a note below it
 * where needed, and the total. Cart, checkout, receipt and purchase show the same table.
 */
#ifndef VITRINE_SCREENS_PARTS_LINES_H
#define VITRINE_SCREENS_PARTS_LINES_H

#include "base/arena.h"
#include "models/purchase.h"
#include "screens/app/app.h"
#include "tui/view/view.h"

enum line_column { LINE_NAME, LINE_STATUS, LINE_QUANTITY, LINE_PRICE, LINE_AMOUNT, LINE_COLUMNS };

struct line {
	const char *name;
	int64_t quantity;
	char quantity_text[APP_TEXT]; /* shown instead of the quantity: "2 of 3"; "": the quantity is shown */
	int64_t price, amount;        /* minor units; a negative amount isn't shown */
	const char *price_text;       /* shown instead of the price; NULL: the price is shown */
	const char *status;           /* a word in its own column (has_status); NULL: none */
	enum role status_role;
	bool faint;                           /* it isn't part of the total */
	bool quantity_changed, price_changed; /* marked; the note says what they were before */
	enum role note_role;
	char note[VIEW_TEXT]; /* "": none */
};

/* Fills in a line. It gets a line of zeroes, with an amount of -1. */
typedef void lines_get(const void *context, size_t index, struct line *ret_line);

struct lines {
	struct app *app;
	lines_get *get;
	const void *context;
	size_t count;
	bool has_status;
	const char *total_label; /* NULL: no total is shown */
	int64_t total;           /* -1: it can't be computed */
};

/* Shows the table. `table` says where it is, what is selected and what is typed. `lines` must stay until the next
 * view_begin. */
void lines_view(const struct lines *lines, struct view *view, struct view_table table);

/* Fills in a line from a row of the cart, with what has changed since it was put in. */
void lines_of_cart(const struct cart_row *row, struct line *ret_line);

/* ---- purchases ---- */

/* The lines of a purchase, which must stay. They have a status if the platform has one. */
void lines_of_purchase(struct lines *lines, struct app *app, const struct purchase *purchase);

/* A copy that lives in the arena; NULL when memory ends. */
struct purchase *lines_keep(struct arena *arena, const struct purchase *purchase);

/* When it was made, and its total. The first platform has any text there: one that is no date or amount is shown as it
 * is. */
const char *lines_date(const struct purchase *purchase, char space[APP_TEXT]);
const char *lines_total(const struct purchase *purchase, char space[APP_TEXT]);

/* The word for a status, and the role to show it in. */
const char *lines_status(int status, enum role *ret_role);

#endif
