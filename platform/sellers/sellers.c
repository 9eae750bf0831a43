/* sellers.c: sellers' accounts and statistics. */
#include <string.h>

#include "models/limits.h"
#include "platform/accounts.h"

bool handle_seller_create(struct task *task, struct err *err)
{
	return accounts_create(task, GROUP_SELLERS, "/Seller", err);
}

bool handle_seller_list(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct page_query *query = task->query;
	struct seller_page sellers;
	struct store_page page;
	const char *next;

	return task_page(task, query->limit, query->cursor, &page, err) &&
	       store->seller_list(store, page, task->arena, &sellers, &next, err) &&
	       task_cursor(task, next, &sellers.next_cursor, err) && task_answer(task, &sellers, err);
}

bool handle_seller_get(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	struct account seller;

	if (!store->account_get(store, GROUP_SELLERS, task->id, task->arena, &seller, err))
		return false;
	if (!task->who.account_id || strcmp(task->who.account_id, seller.id) != 0)
		seller.email = NULL;
	return task_answer(task, &seller, err);
}

bool handle_seller_update(struct task *task, struct err *err)
{
	return accounts_update(task, err);
}

bool handle_seller_delete(struct task *task, struct err *err)
{
	return accounts_delete(task, err);
}

bool handle_seller_stats(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct stats_query *query = task->query;
	int64_t days = query->days ? query->days : LIMIT_STATS_DAYS_DEFAULT;
	struct seller_stats stats;

	return store->seller_stats(store, task->id, days, task->arena, &stats, err) && task_answer(task, &stats, err);
}
