/* cart_merge.h: bringing two copies of one cart together: the pure part of cart.c. Nothing here fails.
 */
#ifndef VITRINE_SHOP_CART_MERGE_H
#define VITRINE_SHOP_CART_MERGE_H

#include "shop/cart.h"

/* What both sides agreed on last: ids and quantities. */
struct cart_agreed {
	size_t count;
	struct {
		char product_id[CART_ID];
		int64_t quantity;
	} row[LIMIT_LINES];
};

/* The row of a product; rows->count when there is none. */
size_t cart_rows_find(const struct cart_rows *rows, const char *product_id);
void cart_rows_remove(struct cart_rows *rows, size_t index);

/* The most that a row's quantity may be: what is in stock; what it is already when nothing is; where stock isn't
 * counted (less than 0), what a purchase takes. */
int64_t cart_row_most(const struct cart_row *row);

/* The product as it is today. */
void cart_row_take(struct cart_row *row, const struct cart_item *item);

/* Brings the platform's cart and ours together, product by product: who changed it since both agreed has the last word,
 * and that is us when both did. At sign-in nothing was agreed on: then the larger quantity counts. */
void cart_merge(struct cart_rows *rows, const struct cart_agreed *agreed, const struct cart *theirs);

/* A purchase takes these items: of the platform's copy nothing is known any more but that what we changed since both
 * agreed, and didn't buy, may be there as it was. All else is forgotten: a platform from before may have emptied its
 * copy. */
void cart_agreed_bought(struct cart_agreed *agreed, const struct cart_rows *rows, const struct purchase_item *items,
			size_t count);

/* From now on both agree on what the platform has; and: is that what we have? */
void cart_agree(struct cart_agreed *agreed, const struct cart *theirs);
bool cart_is_agreed(const struct cart_rows *rows, const struct cart_agreed *agreed);

#endif
