/* lines.h: what is being bought, or was: a line for each product with its quantity, price and amount, a remark below it
 * where there is something to say, and the total. One look for cart, checkout, receipt and purchase.
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
	char quantity_text[APP_TEXT]; /* in place of the quantity: "2 of 3"; "": it is a number */
	int64_t price, amount;        /* minor units; the amount isn't shown when negative */
	const char *price_text;       /* in place of the price; NULL: it is a number */
	const char *status;           /* a word in a column of its own (has_status); NULL: none */
	enum role status_role;
	bool faint;                           /* doesn't count */
	bool quantity_changed, price_changed; /* marked; the remark says what they were */
	enum role note_role;
	char note[VIEW_TEXT]; /* "": none */
};

/* Fills in a line: all zero at first, and without an amount. */
typedef void lines_get(const void *context, size_t index, struct line *ret_line);

struct lines {
	struct app *app;
	lines_get *get;
	const void *context;
	size_t count;
	bool has_status;
	const char *total_label; /* NULL: no total is shown */
	int64_t total;           /* -1: it can't be told */
};

/* Shows them. `table` says where, what is selected and what is typed; `lines` must stay until the next view_begin. */
void lines_view(const struct lines *lines, struct view *view, struct view_table table);

/* What the cart knows of a row, and what is not as it was when it was put in there. */
void lines_of_cart(const struct cart_row *row, struct line *ret_line);

/* ---- purchases ---- */

/* Those of a purchase, which must stay; with the status of each where the platform knows it. */
void lines_of_purchase(struct lines *lines, struct app *app, const struct purchase *purchase);

/* A copy that lives in the arena; NULL when memory ends. */
struct purchase *lines_keep(struct arena *arena, const struct purchase *purchase);

/* When it was made, and what it came to; of the first platform's, which has texts of any kind there, those that are
 * neither dates nor amounts as they are. */
const char *lines_date(const struct purchase *purchase, char space[APP_TEXT]);
const char *lines_total(const struct purchase *purchase, char space[APP_TEXT]);

/* The word for a status, and the role it is shown in. */
const char *lines_status(int status, enum role *ret_role);

#endif
