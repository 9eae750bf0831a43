#include "platform/store/order_rule.h"

#include <stdio.h>
#include <string.h>

static bool check_items(const struct purchase_item *items, size_t count, struct err *err)
{
	if (count < 1 || count > LIMIT_LINES)
		return err_set(err, ERR_INVALID, "A purchase has 1 to %d products", LIMIT_LINES);
	for (size_t i = 0; i < count; i++) {
		if (items[i].quantity < 1 || items[i].quantity > LIMIT_QUANTITY)
			return err_set(err, ERR_INVALID, "A quantity is 1 to %d", LIMIT_QUANTITY);
		for (size_t j = 0; j < i; j++)
			if (!strcmp(items[i].product_id, items[j].product_id))
				return err_set(err, ERR_INVALID, "A product is there twice");
	}
	return true;
}

bool order_rule_purchase(const struct store_purchase *purchase, struct err *err)
{
	if (purchase->refused && err)
		*err = *purchase->refused;
	return !purchase->refused && check_items(purchase->items, purchase->items_count, err);
}

bool order_rule_fault(const struct purchase_item *item, const struct product *product, struct store_fault *ret_fault)
{
	if (product && product->stock >= item->quantity && product->price == item->price)
		return false;
	if (!product) {
		ret_fault->reason = FAULT_GONE;
		ret_fault->product = (struct product){.id = item->product_id};
		return true;
	}
	ret_fault->reason = product->stock < item->quantity ? FAULT_STOCK : FAULT_PRICE;
	ret_fault->product = *product;
	return true;
}

bool order_rule_faults(const struct store_fault *faults, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (faults[i].reason != FAULT_PRICE)
			return err_code(err, ERR_CONFLICT, "out_of_stock", "Not everything is there any more");
	return !count || err_code(err, ERR_CONFLICT, "price_changed", "Prices have changed");
}

bool order_rule_step(enum sale_status from, enum sale_status to, struct err *err)
{
	char sentence[96];

	if (sale_may_become(from, to))
		return true;
	snprintf(sentence, sizeof sentence, "A sale that is %s can't become %s", sale_status_names[from],
		 sale_status_names[to]);
	return sale_illegal(from, to, sentence, err);
}

bool order_rule_cancel(enum sale_status from, struct err *err)
{
	return sale_may_become(from, SALE_CANCELLED) ||
	       sale_illegal(from, SALE_CANCELLED, "This purchase can't be cancelled any more", err);
}
