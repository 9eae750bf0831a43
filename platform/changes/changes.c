/* changes.c: what the one who is signed in may want to be told of. */
#include "models/limits.h"
#include "platform/task.h"

bool handle_change_list(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct change_query *query = task->query;
	struct store_page page = {.limit = LIMIT_PAGE};
	struct store_changes found;
	struct change_list answer;

	if (!task_place(task, "since", query->since, &page.after, err))
		return false;
	if (!store->change_list(store, task->who.group, task->who.account_id, page, task->arena, &found, err))
		return err->kind == ERR_NOT_FOUND ? task_account_gone(err) : false;
	if (page.after && !found.count && !found.reset && task_wait(task, found.seen))
		return true;
	answer = (struct change_list){.changes = found.changes, .changes_count = found.count, .reset = found.reset};
	return task_cursor(task, found.next, &answer.since, err) && task_answer(task, &answer, err);
}
