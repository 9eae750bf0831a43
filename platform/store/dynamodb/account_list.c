/* Lists of accounts: the sellers, for everybody, and all of them, for who runs the shop. */
#include <string.h>

#include "base/text.h"
#include "platform/store/dynamodb/internal.h"

/* Along the entries of one partition, from a place on; one row more than the page has tells whether that is the end. */
static bool walk(struct dynamodb_store *store, const char *pk, const char *after, size_t limit, struct arena *arena,
		 struct dynamo_items *ret_items, bool *ret_more, struct err *err)
{
	const struct dynamo_query query = {.pk = pk, .after = after && *after ? after : NULL, .limit = limit + 1};

	if (!dynamo_query(store->dynamo, &query, arena, ret_items, err))
		return false;
	*ret_more = ret_items->count > limit || ret_items->next_sk;
	if (ret_items->count > limit)
		ret_items->count = limit;
	return true;
}

/* ---- sellers ---- */

/* A place is "<id>,<name key>"; ret_sk is the key of that entry, NULL: from the start. */
static bool read_place(const char *after, struct arena *arena, const char **ret_sk, struct err *err)
{
	const char *comma = after ? strchr(after, ',') : NULL;

	*ret_sk = NULL;
	if (!after)
		return true;
	if (!comma || comma == after || strlen(comma + 1) > STORE_NAME_KEY || !text_valid(after, strlen(after)))
		return list_rule_no_place(err);
	const char *id = arena_strndup(arena, after, (size_t)(comma - after));
	*ret_sk = id ? ddb_key_seller_entry(arena, comma + 1, id).sk : NULL;
	return *ret_sk || err_memory(err, "listing sellers");
}

/* An entry's key taken apart: "<name key>\x1f<id>". */
static bool take_seller(const cJSON *item, struct arena *arena, struct account *ret_seller, const char **ret_name_key)
{
	bool failed = false;
	const char *key = item_text(item, "sk", arena, &failed);
	const char *unit = key ? strrchr(key, '\x1f') : NULL;

	if (!unit)
		return false;
	*ret_name_key = arena_strndup(arena, key, (size_t)(unit - key));
	*ret_seller = (struct account){
	    .group = GROUP_SELLERS, .id = unit + 1, .full_name = item_text(item, "name", arena, &failed)};
	return *ret_name_key && !failed;
}

static bool fill_sellers(const struct dynamo_items *items, bool more, struct arena *arena, struct seller_page *ret_page,
			 const char **ret_next, struct err *err)
{
	struct account *sellers = arena_array(arena, items->count, sizeof *sellers);
	const char *name_key = NULL, *next = NULL;
	bool whole = sellers != NULL;

	for (size_t i = 0; whole && i < items->count; i++)
		whole = take_seller(items->items[i], arena, &sellers[i], &name_key);
	if (whole && more)
		whole = (next = arena_printf(arena, "%s,%s", sellers[items->count - 1].id, name_key));
	if (!whole)
		return err_memory(err, "listing sellers");
	*ret_page = (struct seller_page){.sellers = sellers, .sellers_count = items->count};
	*ret_next = next;
	return true;
}

bool dynamodb_seller_list(struct store *store, struct store_page page, struct arena *arena,
			  struct seller_page *ret_page, const char **ret_next, struct err *err)
{
	struct dynamo_items items;
	const char *after;
	bool more;

	if (!list_rule_page(page, err) || !read_place(page.after, arena, &after, err) ||
	    !walk(ddb_of(store), ddb_key_seller_entry(arena, "", "").pk, after, page.limit, arena, &items, &more, err))
		return false;
	const bool done = fill_sellers(&items, more, arena, ret_page, ret_next, err);
	dynamo_items_done(&items);
	return done;
}

/* ---- all of them ---- */

/* The accounts of a page's entries, without those that were closed a moment ago. */
static bool fill_accounts(struct dynamodb_store *store, const char *const *ids, size_t count, struct arena *arena,
			  struct store_accounts *ret_accounts, struct err *err)
{
	struct ddb_account *found = arena_array(arena, count, sizeof *found);
	struct account *accounts = arena_array(arena, count, sizeof *accounts);
	size_t open = 0;

	if (!found || !accounts)
		return err_memory(err, "listing accounts");
	if (!ddb_accounts_find(store, ids, count, true, arena, found, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (found[i].found && !found[i].closed)
			accounts[open++] = found[i].account;
	*ret_accounts = (struct store_accounts){.accounts = accounts, .count = open};
	return true;
}

bool dynamodb_account_list(struct store *store, struct store_page page, struct arena *arena,
			   struct store_accounts *ret_accounts, const char **ret_next, struct err *err)
{
	struct dynamo_items items;
	bool more, failed = false;

	if (!list_rule_page(page, err) || !walk(ddb_of(store), ddb_key_account_entry(arena, "").pk, page.after,
						page.limit, arena, &items, &more, err))
		return false;
	const char **ids = arena_array(arena, items.count, sizeof *ids);
	for (size_t i = 0; ids && i < items.count; i++)
		ids[i] = item_text(items.items[i], "sk", arena, &failed);
	const size_t count = items.count;
	dynamo_items_done(&items);
	if (!ids || failed)
		return err_memory(err, "listing accounts");
	if (!fill_accounts(ddb_of(store), ids, count, arena, ret_accounts, err))
		return false;
	*ret_next = more ? ids[count - 1] : NULL;
	return true;
}
