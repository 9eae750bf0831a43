/* Accounts. One that is closed keeps its item, so that its id is not given again, with nothing personal in it. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "models/normal.h"
#include "platform/store/dynamodb/internal.h"

static const char *const roles[] = {[GROUP_CLIENTS] = "client", [GROUP_SELLERS] = "seller"};
const char *const ddb_former_names[] = {[GROUP_CLIENTS] = "Former client", [GROUP_SELLERS] = "Former seller"};

/* Ids come from outside, too, and a key is 2048 bytes at most: longer ones are nobody's. */
enum { ID_MAX = 512 };

bool ddb_account_missing(enum group group, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such %s", roles[group]);
}

bool ddb_account_is_open(const cJSON *item, enum group group)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(item, "grp"), "S");

	return cJSON_IsString(text) && !strcmp(text->valuestring, group_names[group]) && !item_has(item, "closed");
}

size_t ddb_add_account_check(struct ddb_writing *writing, enum group group, const char *id)
{
	return ddb_add_check(writing, ddb_key_account(writing->arena, id),
			     "#grp = :grp AND attribute_not_exists(#closed)",
			     ATTRS(ATTR_TEXT(":grp", group_names[group])));
}

/* ---- reading ---- */

static bool take_address(const cJSON *item, struct arena *arena, struct account *account)
{
	const cJSON *list = item_list(item, "address"), *line;
	const size_t most = list ? (size_t)cJSON_GetArraySize(list) : 0;
	const char **lines = most ? arena_array(arena, most, sizeof *lines) : NULL;
	bool failed = most && !lines;

	cJSON_ArrayForEach(line, list) {
		if (failed || account->address_count == most)
			break;
		lines[account->address_count++] = element_text(line, arena, &failed);
	}
	account->address = lines;
	return !failed;
}

static bool take(const cJSON *item, const char *id, struct arena *arena, struct ddb_account *ret_account)
{
	struct ddb_account found = {.found = item != NULL, .account = {.id = arena_strdup(arena, id)}};
	bool failed = !found.account.id;

	if (!item)
		return *ret_account = found, !failed;
	const char *group = item_text(item, "grp", arena, &failed);
	struct account *account = &found.account;
	account->group = group && !strcmp(group, group_names[GROUP_SELLERS]) ? GROUP_SELLERS : GROUP_CLIENTS;
	account->email = item_text(item, "email", arena, &failed);
	account->full_name = item_text(item, "name", arena, &failed);
	account->mobile = item_text(item, "mobile", arena, &failed);
	account->created_at = item_number(item, "created", 0);
	found.revision = item_number(item, "rev", 0);
	found.closed = item_has(item, "closed");
	if (!account->full_name)
		account->full_name = ddb_former_names[account->group];
	failed = failed || !take_address(item, arena, account);
	*ret_account = found;
	return !failed;
}

bool ddb_accounts_find(struct dynamodb_store *store, const char *const *ids, size_t count, bool consistent,
		       struct arena *arena, struct ddb_account *ret_accounts, struct err *err)
{
	struct dynamo_key *keys = arena_array(arena, count, sizeof *keys);
	struct ddb_account *accounts = arena_array(arena, count, sizeof *accounts);
	struct dynamo_items items;
	bool failed = !keys || !accounts;

	/* One that is too long is asked for as "", which nobody has. */
	for (size_t i = 0; !failed && i < count; i++)
		keys[i] = ddb_key_account(arena, strnlen(ids[i], ID_MAX + 1) > ID_MAX ? "" : ids[i]);
	if (failed)
		return err_memory(err, "reading accounts");
	if (!ddb_get_many(store, keys, count, consistent, arena, &items, err))
		return false;
	for (size_t i = 0; !failed && i < count; i++)
		failed = !take(items.items[i], ids[i], arena, &accounts[i]);
	dynamo_items_done(&items);
	if (failed)
		return err_memory(err, "reading accounts");
	memcpy(ret_accounts, accounts, count * sizeof *accounts);
	return true;
}

bool ddb_account_find(struct dynamodb_store *store, const char *id, bool consistent, struct arena *arena,
		      struct ddb_account *ret_account, struct err *err)
{
	return ddb_accounts_find(store, &id, 1, consistent, arena, ret_account, err);
}

bool ddb_account_read(struct dynamodb_store *store, enum group group, const char *id, struct arena *arena,
		      struct ddb_account *ret_account, struct err *err)
{
	struct ddb_account found = {.found = false};

	if (!ddb_account_find(store, id, true, arena, &found, err))
		return false;
	if (!found.found || found.closed || found.account.group != group)
		return ddb_account_missing(group, err);
	*ret_account = found;
	return true;
}

bool dynamodb_account_get(struct store *store, enum group group, const char *id, struct arena *arena,
			  struct account *ret_account, struct err *err)
{
	struct ddb_account found;

	if (!ddb_account_read(ddb_of(store), group, id, arena, &found, err))
		return false;
	*ret_account = found.account;
	return true;
}

/* ---- making one ---- */

static bool create(struct dynamodb_store *store, const struct account *account, struct arena *scratch, struct err *err)
{
	struct ddb_writing writing = {.arena = scratch};
	const char *name_key = normal_order_key(scratch, account->full_name, STORE_NAME_KEY);
	struct err cause;

	if (!name_key)
		return err_memory(err, "making an account");
	ddb_add_put(&writing, ddb_key_account(scratch, account->id), "attribute_not_exists(#pk)",
		    ATTRS(ATTR_TEXT("grp", group_names[account->group]), ATTR_TEXT("name", account->full_name),
			  ATTR_TEXT("email", account->email), ATTR_TEXT("mobile", account->mobile),
			  ATTR_NUMBER("created", clock_now()), ATTR_NUMBER("rev", 1)));
	ddb_add_put(&writing, ddb_key_account_entry(scratch, account->id), NULL,
		    ATTRS(ATTR_TEXT("grp", group_names[account->group])));
	if (account->group == GROUP_SELLERS)
		ddb_add_put(&writing, ddb_key_seller_entry(scratch, name_key, account->id), NULL,
			    ATTRS(ATTR_TEXT("name", account->full_name)));
	if (ddb_write(store, &writing, NULL, &cause))
		return true;
	if (cause.kind == ERR_CONFLICT)
		return err_set(err, ERR_CONFLICT, "There is an account of that id already");
	if (err)
		*err = cause;
	return false;
}

bool dynamodb_account_create(struct store *store, const struct account *account, struct err *err)
{
	struct arena scratch;

	arena_init(&scratch, SIZE_MAX);
	const bool created = create(ddb_of(store), account, &scratch, err);
	arena_done(&scratch);
	return created;
}

/* ---- changing one ---- */

/* A change under way: what is kept now, and what it becomes. */
struct account_change {
	struct dynamodb_store *store;
	struct arena *arena;
	struct ddb_account old;
	struct account account;
};

/* What is answered lives in the arena. */
static bool apply(const struct account_patch *patch, struct arena *arena, struct account *account)
{
	bool whole = true;

	if (patch->full_name)
		whole = (account->full_name = arena_strdup(arena, patch->full_name));
	if (patch->mobile)
		whole = (account->mobile = arena_strdup(arena, patch->mobile)) && whole;
	if (!patch->address || !whole)
		return whole;
	const char **lines = arena_array(arena, patch->address_count, sizeof *lines);
	for (size_t i = 0; lines && whole && i < patch->address_count; i++)
		whole = (lines[i] = arena_strdup(arena, patch->address[i]));
	account->address = lines;
	account->address_count = patch->address_count;
	return lines && whole;
}

/* A seller's entry stands where their name puts it. */
static bool move_entry(struct ddb_writing *writing, const struct account *old, const struct account *account)
{
	const char *old_key = normal_order_key(writing->arena, old->full_name, STORE_NAME_KEY);
	const char *key = normal_order_key(writing->arena, account->full_name, STORE_NAME_KEY);

	if (!old_key || !key)
		return false;
	if (strcmp(old_key, key) != 0)
		ddb_add_delete(writing, ddb_key_seller_entry(writing->arena, old_key, account->id), NULL, NO_ATTRS);
	ddb_add_put(writing, ddb_key_seller_entry(writing->arena, key, account->id), NULL,
		    ATTRS(ATTR_TEXT("name", account->full_name)));
	return true;
}

/* The whole item anew, on condition that it is the one that was read. */
static bool replace(struct account_change *change, struct err *err)
{
	const struct account *account = &change->account;
	struct ddb_writing writing = {.arena = change->arena};
	struct attr *lines = arena_array(change->arena, account->address_count, sizeof *lines);
	struct attr address = {.name = NULL};

	if (!lines)
		return err_memory(err, "changing an account");
	for (size_t i = 0; i < account->address_count; i++)
		lines[i] = ATTR_TEXT("line", account->address[i]);
	if (account->address_count)
		address = ATTR_LIST("address", lines, account->address_count);
	ddb_add_put(&writing, ddb_key_account(change->arena, account->id), "#rev = :old",
		    ATTRS(ATTR_TEXT("grp", group_names[account->group]), ATTR_TEXT("name", account->full_name),
			  ATTR_TEXT("email", account->email), ATTR_TEXT("mobile", account->mobile), address,
			  ATTR_NUMBER("created", account->created_at), ATTR_NUMBER("rev", change->old.revision + 1),
			  ATTR_NUMBER(":old", change->old.revision)));
	if (account->group == GROUP_SELLERS && strcmp(account->full_name, change->old.account.full_name) != 0 &&
	    !move_entry(&writing, &change->old.account, account))
		return err_memory(err, "changing an account");
	return ddb_write(change->store, &writing, NULL, err);
}

bool dynamodb_account_update(struct store *store, enum group group, const char *id, const struct account_patch *patch,
			     struct arena *arena, struct account *ret_account, struct err *err)
{
	struct account_change change = {.store = ddb_of(store), .arena = arena};
	struct err cause = {.kind = ERR_CONFLICT};

	for (int tries = 0; cause.kind == ERR_CONFLICT;) {
		if (!ddb_account_read(change.store, group, id, arena, &change.old, err))
			return false;
		change.account = change.old.account;
		if (!apply(patch, arena, &change.account))
			return err_memory(err, "changing an account");
		if (replace(&change, &cause))
			return *ret_account = change.account, true;
		if (cause.kind == ERR_CONFLICT && !ddb_again(&tries, err))
			return false;
	}
	if (err)
		*err = cause;
	return false;
}

/* ---- closing one: the rest is account_end.c's ---- */

static bool close_account(struct account_change *change, struct err *err)
{
	const struct account *account = &change->old.account;
	struct arena *arena = change->arena;
	struct ddb_writing writing = {.arena = arena};
	const char *name_key = normal_order_key(arena, account->full_name, STORE_NAME_KEY);

	if (!name_key)
		return err_memory(err, "closing an account");
	ddb_add_put(&writing, ddb_key_account(arena, account->id), "#rev = :old",
		    ATTRS(ATTR_TEXT("grp", group_names[account->group]), ATTR_NUMBER("created", account->created_at),
			  ATTR_NUMBER("closed", clock_now()), ATTR_NUMBER("rev", change->old.revision + 1),
			  ATTR_NUMBER(":old", change->old.revision)));
	ddb_add_delete(&writing, ddb_key_account_entry(arena, account->id), NULL, NO_ATTRS);
	if (account->group == GROUP_SELLERS)
		ddb_add_delete(&writing, ddb_key_seller_entry(arena, name_key, account->id), NULL, NO_ATTRS);
	ddb_add_put(&writing, ddb_key_ending(arena, account->id), NULL,
		    ATTRS(ATTR_TEXT("grp", group_names[account->group]), ATTR_NUMBER("phase", 0)));
	return ddb_write(change->store, &writing, NULL, err);
}

static bool delete_account(struct account_change *change, enum group group, const char *id, struct err *err)
{
	struct err cause = {.kind = ERR_CONFLICT};

	for (int tries = 0; cause.kind == ERR_CONFLICT;) {
		if (!ddb_account_read(change->store, group, id, change->arena, &change->old, err))
			return false;
		if (close_account(change, &cause))
			return true;
		if (cause.kind == ERR_CONFLICT && !ddb_again(&tries, err))
			return false;
	}
	if (err)
		*err = cause;
	return false;
}

bool dynamodb_account_delete(struct store *store, enum group group, const char *id, struct err *err)
{
	struct arena scratch;
	struct account_change change = {.store = ddb_of(store), .arena = &scratch};

	arena_init(&scratch, SIZE_MAX);
	const bool done = delete_account(&change, group, id, err);
	arena_done(&scratch);
	return done;
}
