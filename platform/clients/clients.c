/* clients.c: clients' accounts and carts. */
#include <string.h>

#include "platform/accounts.h"
#include "platform/distinct.h"

bool handle_client_create(struct call *call, struct err *err)
{
	return accounts_create(call, GROUP_CLIENTS, "/Client", err);
}

bool handle_client_get(struct call *call, struct err *err)
{
	return call_answer(call, &call->account, err);
}

bool handle_client_update(struct call *call, struct err *err)
{
	return accounts_update(call, err);
}

bool handle_client_delete(struct call *call, struct err *err)
{
	return accounts_delete(call, err);
}

bool handle_cart_get(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	struct cart cart;

	return store->cart_get(store, call->who.account_id, call->arena, &cart, err) && call_answer(call, &cart, err);
}

bool handle_cart_put(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct cart *cart = call->body;
	struct cart *now = arena_alloc(call->arena, sizeof *now);

	if (!now)
		return err_memory(err, "reading the cart");
	if (!distinct_products(call, cart->items, cart->items_count, sizeof *cart->items,
			       offsetof(struct cart_item, product_id), err))
		return false;
	if (store->cart_put(store, call->who.account_id, cart, call->arena, now, err))
		return call_answer(call, now, err);
	if (err->kind == ERR_INVALID && err->field[0]) {
		const char *pointer = arena_strdup(call->arena, err->field);
		return call_invalid(call, err, pointer ? pointer : "/items", VIOLATION_no_such_product);
	}
	if (err->kind == ERR_CONFLICT && !strcmp(err->code, "version_conflict")) {
		call->extra_name = "cart";
		call->extra_shape = &cart_shape;
		call->extra = now;
		call->extra_count = EXTRA_OBJECT;
	}
	return false;
}
