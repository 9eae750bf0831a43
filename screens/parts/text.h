/* text.h: products as people read them, in one place.
 */
#ifndef VITRINE_SCREENS_PARTS_TEXT_H
#define VITRINE_SCREENS_PARTS_TEXT_H

#include "screens/app/app.h"
#include "tui/paint/layout.h"
#include "tui/widgets/list.h"

/* A price: decimals as they are, and of the first platform's products whatever the seller typed. */
const char *text_price(const struct product *product, char space[APP_TEXT]);

/* The cell for it: amounts stand with their points below each other, texts end at the column's end. */
void text_price_cell(struct table *table, struct canvas *canvas, int64_t row, size_t column,
		     const struct product *product);

/* May it be bought at all? A price that isn't a number can't be paid. */
bool text_is_priced(const struct product *product);

/* Makes a column wide enough for an amount: none is ever shown cut off. */
void text_widen(struct layout_column *column, const char *amount);

/* "38", "4 low", "-"; the role it is shown in. Empty where the platform counts no stock. */
const char *text_stock(struct app *app, const struct product *product, char space[APP_TEXT], enum role *ret_role);

/* Does this platform count stock? */
bool text_has_stock(struct app *app);

#endif
