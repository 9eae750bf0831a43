/* changes.c: what the one who is signed in may want to be told of. */
#include "models/limits.h"
#include "platform/call.h"

bool handle_change_list(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct change_query *query = call->query;
	struct store_page page = {.limit = LIMIT_PAGE};
	struct store_changes found;
	struct change_list answer;

	if (!call_place(call, "since", query->since, &page.after, err))
		return false;
	if (!store->change_list(store, call->who.group, call->who.account_id, page, call->arena, &found, err))
		return err->kind == ERR_NOT_FOUND ? call_account_gone(err) : false;
	if (page.after && !found.count && !found.reset && call_wait(call, found.seen))
		return true;
	answer = (struct change_list){.changes = found.changes, .changes_count = found.count, .reset = found.reset};
	return call_cursor(call, found.next, &answer.since, err) && call_answer(call, &answer, err);
}
