/* shop_order.h: in which order the shop is listed: the orders that the platform has.
 */
#ifndef VITRINE_SCREENS_BUYING_SHOP_ORDER_H
#define VITRINE_SCREENS_BUYING_SHOP_ORDER_H

#include "models/product.h"
#include "screens/app/app.h"

/* The label of an order; `best` is there only in a search. `sort` is an enum product_sort. */
const char *shop_order_label(struct app *app, int sort, bool searched);

/* Lets people choose an order, `sort` marked at first; and the order at an index of that choice. */
void shop_order_choose(struct app *app, void *state, int sort, app_choice *chosen);
int shop_order_at(struct app *app, size_t index);

#endif
