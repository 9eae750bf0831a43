#include "shop/cart_merge.h"

#include <string.h>

#include "base/text.h"

size_t cart_rows_find(const struct cart_rows *rows, const char *product_id)
{
	size_t i = 0;

	while (i < rows->count && strcmp(rows->row[i].product_id, product_id) != 0)
		i++;
	return i;
}

void cart_rows_remove(struct cart_rows *rows, size_t index)
{
	rows->count--;
	memmove(&rows->row[index], &rows->row[index + 1], (rows->count - index) * sizeof rows->row[0]);
}

int64_t cart_row_most(const struct cart_row *row)
{
	if (row->stock < 0 || row->stock > LIMIT_QUANTITY)
		return LIMIT_QUANTITY;
	return row->stock > 0 ? row->stock : row->quantity;
}

void cart_row_take(struct cart_row *row, const struct cart_item *item)
{
	text_copy(row->name, sizeof row->name, item->name);
	text_copy(row->seller_name, sizeof row->seller_name, item->seller_name);
	row->price = item->price;
	row->stock = item->stock;
	row->available = item->available;
}

static int64_t agreed_quantity(const struct cart_agreed *agreed, const char *product_id)
{
	for (size_t i = 0; i < agreed->count; i++)
		if (!strcmp(agreed->row[i].product_id, product_id))
			return agreed->row[i].quantity;
	return 0;
}

static bool has_product(const struct cart *cart, const char *product_id)
{
	for (size_t i = 0; i < cart->items_count; i++)
		if (!strcmp(cart->items[i].product_id, product_id))
			return true;
	return false;
}

/* A product that they have and we don't. */
static void merge_new(struct cart_rows *rows, const struct cart_item *item, int64_t before)
{
	if (before == item->quantity || rows->count == LIMIT_LINES)
		return; /* we took it out */

	struct cart_row *row = &rows->row[rows->count++];
	*row = (struct cart_row){.quantity = item->quantity, .seen_price = item->price};
	text_copy(row->product_id, CART_ID, item->product_id);
	cart_row_take(row, item);
}

void cart_merge(struct cart_rows *rows, const struct cart_agreed *agreed, const struct cart *theirs)
{
	for (size_t i = 0; i < theirs->items_count; i++) {
		const struct cart_item *item = &theirs->items[i];
		int64_t before = agreed_quantity(agreed, item->product_id);
		size_t index = cart_rows_find(rows, item->product_id);

		if (item->quantity < 1 || item->quantity > LIMIT_QUANTITY)
			continue; /* our platforms never keep such a cart */
		if (index == rows->count) {
			merge_new(rows, item, before);
			continue;
		}
		struct cart_row *row = &rows->row[index];
		cart_row_take(row, item);
		if (row->quantity == before || (!before && item->quantity > row->quantity))
			row->quantity = item->quantity;
	}
	for (size_t i = rows->count; i-- > 0;) {
		const struct cart_row *row = &rows->row[i];
		int64_t before = agreed_quantity(agreed, row->product_id);

		if (before && before == row->quantity && !has_product(theirs, row->product_id))
			cart_rows_remove(rows, i); /* they took it out */
	}
}

static bool is_bought(const char *product_id, const struct purchase_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(items[i].product_id, product_id))
			return true;
	return false;
}

void cart_agreed_bought(struct cart_agreed *agreed, const struct cart_rows *rows, const struct purchase_item *items,
			size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < agreed->count; i++) {
		size_t row = cart_rows_find(rows, agreed->row[i].product_id);
		bool same = row < rows->count && rows->row[row].quantity == agreed->row[i].quantity;

		if (!same && !is_bought(agreed->row[i].product_id, items, count))
			agreed->row[kept++] = agreed->row[i];
	}
	agreed->count = kept;
}

void cart_agree(struct cart_agreed *agreed, const struct cart *theirs)
{
	agreed->count = 0;
	for (size_t i = 0; i < theirs->items_count && i < LIMIT_LINES; i++) {
		text_copy(agreed->row[i].product_id, CART_ID, theirs->items[i].product_id);
		agreed->row[i].quantity = theirs->items[i].quantity;
		agreed->count++;
	}
}

bool cart_is_agreed(const struct cart_rows *rows, const struct cart_agreed *agreed)
{
	if (rows->count != agreed->count)
		return false;
	for (size_t i = 0; i < rows->count; i++)
		if (agreed_quantity(agreed, rows->row[i].product_id) != rows->row[i].quantity)
			return false;
	return true;
}
