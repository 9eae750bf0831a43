/* order_rule.h: what every store asks of a purchase, and what it says when one can't be made or can't go where it is
 * sent. In one place, so that all stores say the same.
 */
#ifndef VITRINE_PLATFORM_STORE_ORDER_RULE_H
#define VITRINE_PLATFORM_STORE_ORDER_RULE_H

#include "models/limits.h"
#include "platform/store/store.h"

_Static_assert(LIMIT_PRICE <= INT64_MAX / LIMIT_QUANTITY / LIMIT_LINES, "any purchase's total fits an int64");

/* The rule that the handler found broken (purchase->refused); and what handlers see to, so that nothing is ever sold
 * twice over or by less than one: ERR_INVALID. Meant for a purchase whose key is not known. */
bool order_rule_purchase(const struct store_purchase *purchase, struct err *err);

/* Is something wrong with an item? `product` is as it is now, NULL when it isn't sold any more. Fills all of the fault
 * but its index. */
bool order_rule_fault(const struct purchase_item *item, const struct product *product, struct store_fault *ret_fault);

/* ERR_CONFLICT when there are any faults: "price_changed" when nothing but prices is at fault, else "out_of_stock". */
bool order_rule_faults(const struct store_fault *faults, size_t count, struct err *err);

/* May a sale, or what is left of a purchase, become this? ERR_CONFLICT "illegal_transition". */
bool order_rule_step(enum sale_status from, enum sale_status to, struct err *err);
bool order_rule_cancel(enum sale_status from, struct err *err);

#endif
