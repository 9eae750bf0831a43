/* text.h: products as people read them, in one place.
 */
#ifndef VITRINE_SCREENS_PARTS_TEXT_H
#define VITRINE_SCREENS_PARTS_TEXT_H

#include "screens/parts/pager.h"
#include "tui/paint/layout.h"
#include "tui/view/view.h"

/* A price: decimals as they are, and of the first platform's products whatever the seller typed. */
const char *text_price(const struct product *product, char space[APP_TEXT]);

/* May it be bought at all? A price that isn't a number can't be paid. */
bool text_is_priced(const struct product *product);

/* Makes a column wide enough for an amount: none is ever shown cut off. */
void text_widen(struct layout_column *column, const char *amount);

/* Does this platform count stock? */
bool text_has_stock(struct app *app);

/* How many there are, away from a table: "38 left", "only 4 left", "sold out"; "" where the platform counts no stock. */
const char *text_left(struct app *app, const struct product *product, char space[APP_TEXT], enum role *ret_role);

/* The cells for price and stock in a table. That of the stock is `38`, `4 low` or `sold out`. */
void text_price_cell(const struct product *product, struct view_cell *cell);
void text_left_cell(const struct product *product, struct view_cell *cell);

/* Products of a listing as a table, without the columns of the bits 1 << TEXT_… `table` says where and how; what is in it is
 * filled in here. */
enum text_column { TEXT_NAME, TEXT_CATEGORY, TEXT_SELLER, TEXT_PRICE, TEXT_LEFT, TEXT_COLUMNS };
void text_table(struct view *view, const struct pager *pager, struct view_table table, unsigned without);

#endif
