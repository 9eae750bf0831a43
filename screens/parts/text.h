/* text.h: products as people read them: the one place for these texts.
 */
#ifndef VITRINE_SCREENS_PARTS_TEXT_H
#define VITRINE_SCREENS_PARTS_TEXT_H

#include "screens/parts/pager.h"
#include "tui/view/view.h"

/* A price as an amount. A price of the first platform that is no amount is shown as the seller typed it. */
const char *text_price(const struct product *product, char space[APP_TEXT]);

/* Can it be bought at all? A price that isn't a number can't be paid. */
bool text_is_priced(const struct product *product);

/* Does this platform count stock? */
bool text_has_stock(struct app *app);

/* How many are left, for texts outside of tables: "38 left", "only 4 left", "sold out"; "" where the platform counts no
 * stock. */
const char *text_left(struct app *app, const struct product *product, char space[APP_TEXT], enum role *ret_role);

/* The cells for price and stock in a table. The stock is `38`, `4 low` or `sold out`. */
void text_price_cell(const struct product *product, struct view_cell *cell);
void text_left_cell(const struct product *product, struct view_cell *cell);

/* Shows products of a listing as a table; the bits 1 << TEXT_… name the columns to leave out. `table` says where and
 * how; the rest of it is filled in here. */
enum text_column { TEXT_NAME, TEXT_CATEGORY, TEXT_SELLER, TEXT_PRICE, TEXT_LEFT, TEXT_COLUMNS };
void text_table(struct view *view, const struct pager *pager, struct view_table table, unsigned without);

#endif
