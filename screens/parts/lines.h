/* lines.h: what is being bought, or was: a line for each product with its quantity, price and amount, a remark below it
 * where there is something to say, and the total. One look for cart, checkout, receipt and purchase.
 */
#ifndef VITRINE_SCREENS_PARTS_LINES_H
#define VITRINE_SCREENS_PARTS_LINES_H

#include "base/arena.h"
#include "models/purchase.h"
#include "screens/app/app.h"
#include "tui/terminal/event.h"
#include "tui/widgets/widget.h"

enum { LINE_NOTE = 160 };

struct line {
	const char *name;
	int64_t quantity;
	const char *quantity_text; /* in place of the quantity, or NULL: "2 of 3", or a number that is being typed */
	int64_t price, amount;     /* minor units; the amount isn't shown when negative */
	const char *price_text;    /* in place of the price, or NULL */
	const char *status;        /* a word in a column of its own, or NULL */
	enum role status_role;
	bool faint;                /* doesn't count */
	enum role note_role;
	char note[LINE_NOTE]; /* "": none */
};

/* Fills in a line, all zero at first; what it points to stays valid until the next one is asked for. */
typedef void lines_get(void *context, size_t index, struct line *line);

struct lines {
	struct app *app;
	lines_get *get;
	void *context;
	size_t count;
	bool selectable; /* one of them is selected */
	bool typing;     /* the cursor stands behind the selected line's quantity */
	size_t selected;
	size_t to_show; /* 1 + a line to bring into sight, or 0 */
	/* As last painted. */
	struct scroll view; /* lines of the screen, remarks among them */
	struct rect rect;
};

void lines_init(struct lines *lines, struct app *app, lines_get *get, void *context, bool selectable);

/* Where nothing is selected: this line will be in sight, when it is painted next. */
void lines_show(struct lines *lines, size_t index);

/* `total` (-1: it can't be told) below a rule; `label` before it. Nothing is below the lines when label is NULL. Returns the
 * rows used. */
int lines_paint(struct lines *lines, struct canvas *canvas, struct rect rect, size_t count, const char *label,
		int64_t total);

/* Moves the selection, or the window where nothing is selected. CHOSEN: a click on what is selected. */
enum widget_result lines_event(struct lines *lines, const struct event *event);

/* ---- purchases ---- */

/* A copy that lives in the arena; NULL when memory ends. */
struct purchase *lines_keep(struct arena *arena, const struct purchase *purchase);

/* A lines_get whose context is a `const struct purchase **`; and one that also tells each line's status. */
lines_get lines_of_purchase, lines_of_purchase_status;

/* When it was made, and what it came to; of the first platform's, which has texts of any kind there, those that are neither
 * dates nor amounts as they are. */
const char *lines_date(const struct purchase *purchase, char space[APP_TEXT]);
const char *lines_total(const struct purchase *purchase, char space[APP_TEXT]);

/* The word for a status, and the role it is shown in. */
const char *lines_status(int status, enum role *ret_role);

#endif
