/* diff.h: the change of a price or a stock, as a row of a table: for the bulk change and the review.
 */
#ifndef VITRINE_SCREENS_SELLING_DIFF_H
#define VITRINE_SCREENS_SELLING_DIFF_H

#include "screens/app/app.h"
#include "shop/inventory_model.h"
#include "tui/view/view.h"

/* DIFF_STATE is the last, so that a table can leave it out. */
enum diff_column { DIFF_NAME, DIFF_WHAT, DIFF_WAS, DIFF_ARROW, DIFF_NOW, DIFF_STATE, DIFF_COLUMNS };
extern const struct view_column diff_columns[DIFF_COLUMNS];

struct diff {
	const struct edit *edit;
	enum edit_cell cell;
	int64_t was, now;
	bool first; /* the first row of its product */
};

void diff_cell(struct app *app, const struct diff *diff, size_t column, struct view_cell *ret_cell);

/* A price or a stock. A price of the first platform that is no amount is shown as it was typed. Returns `space`. */
const char *diff_value(const struct edit *edit, enum edit_cell cell, int64_t value, char space[APP_TEXT]);

/* Does the seller have to know of a problem with it? */
bool diff_is_in_trouble(const struct edit *edit);

#endif
