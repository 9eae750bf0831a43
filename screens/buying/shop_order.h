/* shop_order.h: the orders that the shop can be listed in: those that the platform knows.
 */
#ifndef VITRINE_SCREENS_BUYING_SHOP_ORDER_H
#define VITRINE_SCREENS_BUYING_SHOP_ORDER_H

#include "models/product.h"
#include "screens/app/app.h"

/* What is listed first: the best only of what is searched for. `sort` is an enum product_sort. */
const char *shop_order_label(struct app *app, int sort, bool searched);

/* Lets one be chosen, `sort` marked at first; and the order that stands at an index of the choice. */
void shop_order_choose(struct app *app, void *state, int sort, app_choice *chosen);
int shop_order_at(struct app *app, size_t index);

#endif
