/* sellers.c: sellers' accounts and statistics. */
#include <string.h>

#include "models/limits.h"
#include "platform/accounts.h"

bool handle_seller_create(struct call *call, struct err *err)
{
	return accounts_create(call, GROUP_SELLERS, "/Seller", err);
}

bool handle_seller_list(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct page_query *query = call->query;
	struct seller_page sellers;
	struct store_page page;
	const char *next;

	return call_page(call, query->limit, query->cursor, &page, err) &&
	       store->seller_list(store, page, call->arena, &sellers, &next, err) &&
	       call_cursor(call, next, &sellers.next_cursor, err) && call_answer(call, &sellers, err);
}

bool handle_seller_get(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	struct account seller;

	if (!store->account_get(store, GROUP_SELLERS, call->id, call->arena, &seller, err))
		return false;
	if (!call->who.account_id || strcmp(call->who.account_id, seller.id) != 0)
		seller.email = NULL;
	return call_answer(call, &seller, err);
}

bool handle_seller_update(struct call *call, struct err *err)
{
	return accounts_update(call, err);
}

bool handle_seller_delete(struct call *call, struct err *err)
{
	return accounts_delete(call, err);
}

bool handle_seller_stats(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct stats_query *query = call->query;
	int64_t days = query->days ? query->days : LIMIT_STATS_DAYS_DEFAULT;
	struct seller_stats stats;

	return store->seller_stats(store, call->id, days, call->arena, &stats, err) && call_answer(call, &stats, err);
}
