/* What the steps of following share: a transaction that somebody else may have done, and rows of a partition that are
 * found one after the other until there are none.
 */
#include "platform/store/dynamodb/follow.h"

bool ddb_write_if(struct dynamodb_store *store, const struct ddb_writing *writing, bool *ret_done, struct err *err)
{
	struct err cause = {.kind = ERR_NONE};
	const bool done = ddb_write(store, writing, NULL, &cause);

	if (done || cause.kind == ERR_CONFLICT) {
		*ret_done = done;
		return true;
	}
	if (err)
		*err = cause;
	return false;
}

bool ddb_first_under_way(struct dynamodb_store *store, const char *pk, struct arena *arena, const char **ret_sk,
			 struct err *err)
{
	const struct dynamo_query query = {.pk = pk, .limit = 1, .consistent = true};
	struct dynamo_items items;
	bool failed = false;

	if (!dynamo_query(store->dynamo, &query, arena, &items, err))
		return false;
	*ret_sk = items.count ? item_text(items.items[0], "sk", arena, &failed) : NULL;
	dynamo_items_done(&items);
	return !failed || err_memory(err, "looking for what is under way");
}

/* Their keys, as deletions. */
static bool take_keys(const struct dynamo_items *items, struct arena *arena, struct dynamo_write *writes,
		      struct err *err)
{
	bool failed = false;

	for (size_t i = 0; i < items->count; i++)
		writes[i] = (struct dynamo_write){.op = DYNAMO_DELETE,
						  .key = {item_text(items->items[i], "pk", arena, &failed),
							  item_text(items->items[i], "sk", arena, &failed)}};
	return !failed || err_memory(err, "deleting");
}

bool ddb_delete_rows(struct dynamodb_store *store, const struct dynamo_query *query, struct arena *arena, bool *ret_all,
		     struct err *err)
{
	struct dynamo_items items;

	if (!dynamo_query(store->dynamo, query, arena, &items, err))
		return false;
	struct dynamo_write *writes = arena_array(arena, items.count + 1, sizeof *writes);
	bool good = writes ? take_keys(&items, arena, writes, err) : err_memory(err, "deleting");
	good = good && (!items.count || dynamo_put_many(store->dynamo, writes, items.count, err));
	if (good)
		*ret_all = !items.next_sk;
	dynamo_items_done(&items);
	return good;
}
