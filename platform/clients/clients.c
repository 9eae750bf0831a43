/* clients.c: clients' accounts and carts. */
#include <string.h>

#include "platform/accounts.h"
#include "platform/distinct.h"

bool handle_client_create(struct task *task, struct err *err)
{
	return accounts_create(task, GROUP_CLIENTS, "/Client", err);
}

bool handle_client_get(struct task *task, struct err *err)
{
	return task_answer(task, &task->account, err);
}

bool handle_client_update(struct task *task, struct err *err)
{
	return accounts_update(task, err);
}

bool handle_client_delete(struct task *task, struct err *err)
{
	return accounts_delete(task, err);
}

bool handle_cart_get(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	struct cart cart;

	return store->cart_get(store, task->who.account_id, task->arena, &cart, err) && task_answer(task, &cart, err);
}

bool handle_cart_put(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct cart *cart = task->body;
	struct cart *now = arena_alloc(task->arena, sizeof *now);

	if (!now)
		return err_memory(err, "reading the cart");
	if (!distinct_products(task, cart->items, cart->items_count, sizeof *cart->items,
			       offsetof(struct cart_item, product_id), err))
		return false;
	if (store->cart_put(store, task->who.account_id, cart, task->arena, now, err))
		return task_answer(task, now, err);
	if (err->kind == ERR_INVALID && err->field[0]) {
		const char *pointer = arena_strdup(task->arena, err->field);
		return task_invalid(task, err, pointer ? pointer : "/items", VIOLATION_no_such_product);
	}
	if (err->kind == ERR_CONFLICT && !strcmp(err->code, "version_conflict")) {
		task->extra_name = "cart";
		task->extra_shape = &cart_shape;
		task->extra = now;
		task->extra_count = EXTRA_OBJECT;
	}
	return false;
}
