/* search.h: what the store keeps for finding products, besides the products: a row for each word of each (its posting),
 * and the lists of what is in stock. Both follow after a change, and so may lag behind it; whoever reads them looks at
 * the products.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_SEARCH_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_SEARCH_H

#include "platform/store/dynamodb/internal.h"

/* The list of what is in stock, among what is listed along ddb_pk_newest or ddb_pk_price. NULL when memory ended. */
const char *ddb_pk_in_stock(struct arena *arena, const char *pk);

/* Brings what is kept of a product to what it is now. To be called after a change of its texts, its price, its seller's
 * name, whether it is on sale, and whether it is in stock. It may be called at any time, again, and by several at once;
 * what was broken off is completed by the next call. ERR_UNAVAILABLE, ERR_MEMORY, ERR_INTERNAL: to be called again. */
bool dynamodb_search_follow(struct dynamodb_store *store, const char *product_id, struct err *err);

#endif
