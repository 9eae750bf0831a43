/* sales.c: a seller's part of purchases. */
#include "platform/call.h"

bool handle_sale_list(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct sale_query *query = call->query;
	struct sale_page sales;
	struct store_page page;
	const char *next;

	return call_page(call, query->limit, query->cursor, &page, err) &&
	       store->sale_list(store, call->who.account_id, query->status, page, call->arena, &sales, &next, err) &&
	       call_cursor(call, next, &sales.next_cursor, err) && call_answer(call, &sales, err);
}

static bool transition(struct call *call, enum sale_status status, struct err *err)
{
	struct store *store = call->platform->store;
	struct sale sale;

	return store->sale_transition(store, call->who.account_id, call->id, status, call->arena, &sale, err) &&
	       call_answer(call, &sale, err);
}

bool handle_sale_ship(struct call *call, struct err *err)
{
	return transition(call, SALE_SHIPPED, err);
}

bool handle_sale_deliver(struct call *call, struct err *err)
{
	return transition(call, SALE_DELIVERED, err);
}

bool handle_sale_cancel(struct call *call, struct err *err)
{
	return transition(call, SALE_CANCELLED, err);
}
