/* cart_merge.h: merges two copies of one cart; the part of cart.c without calls. Nothing here fails.
 */
#ifndef VITRINE_SHOP_CART_MERGE_H
#define VITRINE_SHOP_CART_MERGE_H

#include "shop/cart.h"

/* The ids and quantities that both sides last agreed on. */
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

/* The highest quantity that a row may have: the stock; with nothing in stock, the present quantity; where stock isn't
 * counted (less than 0), and at most, what a purchase takes. */
int64_t cart_row_most(const struct cart_row *row);

/* Takes over the product as it is today. */
void cart_row_take(struct cart_row *row, const struct cart_item *item);

/* Merges the platform's cart into ours, product by product. The side that changed a product since both agreed wins; if
 * both did, we win. At sign-in nothing was agreed on: then the larger quantity counts. */
void cart_merge(struct cart_rows *rows, const struct cart_agreed *agreed, const struct cart *theirs);

/* A purchase took these items. After that only one thing about the platform's copy is sure: what we changed since both
 * agreed, and did not buy, may still be there as it was. All else is forgotten, because an older platform may have
 * emptied its copy. */
void cart_agreed_bought(struct cart_agreed *agreed, const struct cart_rows *rows, const struct purchase_item *items,
			size_t count);

/* From now on both agree on the platform's cart. And: is that the same as ours? */
void cart_agree(struct cart_agreed *agreed, const struct cart *theirs);
bool cart_is_agreed(const struct cart_rows *rows, const struct cart_agreed *agreed);

#endif
