/* cart.h: carts as they are kept.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_CART_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_CART_H

#include "models/purchase.h"
#include "platform/aws/dynamo.h"
#include "platform/store/dynamodb/internal.h"

/* Of its items only what is kept: products, quantities, prices that were seen. No item: no items, version 0. */
bool ddb_cart_take(const struct dynamodb_store *store, const cJSON *item, struct arena *arena, struct cart *ret_cart,
		   struct err *err);

/* The cart as it is, unless there is one. */
void ddb_add_moved_cart(struct ddb_writing *writing, const char *client_id, const struct cart *cart);

/* The cart with these items, whose version grows by one, on condition that it still is what cart->version says. */
void ddb_add_cart(struct ddb_writing *writing, const char *client_id, const struct cart *cart);

#endif
