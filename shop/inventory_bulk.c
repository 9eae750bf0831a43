/* One rule applied to a price or a stock: exact, in cents. */
#include "shop/inventory_model.h"

/* numerator / denominator, half up: -0.5 becomes 0, 0.5 becomes 1. */
static __int128 divide_half_up(__int128 numerator, __int128 denominator)
{
	__int128 doubled = 2 * numerator + denominator;
	__int128 quotient = doubled / (2 * denominator);

	return doubled % (2 * denominator) < 0 ? quotient - 1 : quotient;
}

bool bulk_price(const struct bulk *bulk, int64_t price, int64_t *ret_price)
{
	enum { WHOLE = 100 * 100 };
	__int128 value = price;

	if (bulk->price != PRICE_KEEP && bulk->price != PRICE_SET && price < 0)
		return false;
	if (bulk->price == PRICE_SET)
		value = bulk->price_value;
	else if (bulk->price == PRICE_AMOUNT)
		value += bulk->price_value;
	else if (bulk->price == PRICE_PERCENT)
		value = divide_half_up(value * ((__int128)WHOLE + bulk->price_value), WHOLE);
	if (bulk->price != PRICE_KEEP && (value < LIMIT_PRICE_MIN || value > LIMIT_PRICE))
		return false;
	*ret_price = (int64_t)value;
	return true;
}

bool bulk_stock(const struct bulk *bulk, int64_t stock, int64_t *ret_stock)
{
	__int128 value = stock;

	if (bulk->stock == STOCK_SET)
		value = bulk->stock_value;
	else if (bulk->stock == STOCK_ADD)
		value += bulk->stock_value;
	if (bulk->stock != STOCK_KEEP && (value < 0 || value > LIMIT_STOCK))
		return false;
	*ret_stock = (int64_t)value;
	return true;
}
