/* Changes: what accounts may want to be told of. Those of an account are numbered without a gap, in the order in which
 * they were told, so a number says exactly what somebody knows: the number of the last one is an item of its own, which
 * every telling moves by one on condition of what it was.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "platform/store/change_rule.h"
#include "platform/store/dynamodb/follow.h"

/* ---- telling ---- */

void ddb_telling_keys(const struct ddb_telling *telling, struct arena *arena, struct dynamo_key *ret_keys)
{
	ret_keys[0] = ddb_key_account(arena, telling->account);
	ret_keys[1] = ddb_key_change_place(arena, telling->account);
}

/* They are kept from the moment on when they are told, which may be later than what they tell of. */
static int64_t time_to_live(void)
{
	return ddb_ttl(clock_now() + STORE_CHANGE_DAYS * (int64_t)CLOCK_DAY_MS + CHANGE_RULE_LONGER_MS);
}

void ddb_add_telling(struct ddb_writing *writing, const struct ddb_telling *telling, const cJSON *const *items)
{
	if (!telling->account || !items[0] || item_has(items[0], "closed"))
		return;
	const int64_t before = item_number(items[1], "n", 0);
	ddb_add_put(writing, ddb_key_change(writing->arena, telling->account, before + 1), "attribute_not_exists(#pk)",
		    ATTRS(ATTR_NUMBER("kind", telling->kind), ATTR_TEXT("subj", telling->subject),
			  ATTR_NUMBER("at", telling->at), ATTR_NUMBER("ttl", time_to_live())));
	ddb_add_update(writing, ddb_key_change_place(writing->arena, telling->account), "SET #n = :n",
		       before ? "#n = :before" : "attribute_not_exists(#n)",
		       ATTRS(ATTR_NUMBER(":n", before + 1), ATTR_NUMBER(":before", before)));
}

/* ---- reading ---- */

struct reading {
	struct dynamodb_store *store;
	const char *account;
	size_t limit;
	struct change_place after, next;
	int64_t now;
	struct arena *arena;
	struct store_changes changes;
};

/* The account must be open; *ret_last is the number of the last that it was told. */
static bool read_last(const struct reading *reading, enum group group, int64_t *ret_last, struct err *err)
{
	const struct ddb_telling telling = {.account = reading->account};
	struct dynamo_key keys[DDB_TELLING_KEYS];
	struct dynamo_items items;

	ddb_telling_keys(&telling, reading->arena, keys);
	if (!ddb_get_many(reading->store, keys, DDB_TELLING_KEYS, true, reading->arena, &items, err))
		return false;
	const bool open = ddb_account_is_open(items.items[0], group);
	*ret_last = item_number(items.items[1], "n", 0);
	dynamo_items_done(&items);
	return open || ddb_account_missing(group, err);
}

static bool take_change(struct reading *reading, const cJSON *item, struct err *err)
{
	bool failed = false;
	const char *sk = item_text(item, "sk", reading->arena, &failed);
	const int64_t n = sk ? strtoll(sk, NULL, 10) : 0, at = item_number(item, "at", 0);
	const struct id id = id_make(at, n);
	struct change change = {.id = arena_strdup(reading->arena, id.text),
				.kind = (int)item_number(item, "kind", 0),
				.subject_id = item_text(item, "subj", reading->arena, &failed),
				.at = at};

	if (failed || !change.id)
		return err_memory(err, "listing changes");
	reading->next = change_rule_behind(n, at, reading->now);
	if (!change.subject_id || ddb_is_over(item, ddb_now(reading->store)))
		return true;
	reading->changes.changes[reading->changes.count++] = change;
	return true;
}

/* One page of the account's; *ret_more: others follow. */
static bool read_page(struct reading *reading, bool *ret_more, struct err *err)
{
	const struct dynamo_key after = ddb_key_change(reading->arena, reading->account, reading->next.number);
	const struct dynamo_query query = {
	    .pk = after.pk, .after = after.sk, .limit = reading->limit, .consistent = true};
	struct dynamo_items items;
	bool good = true;

	if (!after.pk || !after.sk)
		return err_memory(err, "listing changes");
	if (!dynamo_query(reading->store->dynamo, &query, reading->arena, &items, err))
		return false;
	for (size_t i = 0; good && i < items.count; i++)
		good = take_change(reading, items.items[i], err);
	*ret_more = items.next_sk != NULL;
	dynamo_items_done(&items);
	return good;
}

/* Whoever has been told all stands at the last number that is known, and now. */
static bool read_changes(struct reading *reading, struct err *err)
{
	struct store_changes *changes = &reading->changes;
	bool more = true;

	changes->changes = arena_array(reading->arena, reading->limit, sizeof *changes->changes);
	if (!changes->changes)
		return err_memory(err, "listing changes");
	reading->next = reading->after;
	while (more && !changes->count)
		if (!read_page(reading, &more, err))
			return false;
	if (!more)
		reading->next = (struct change_place){
		    reading->next.number > changes->seen ? reading->next.number : changes->seen, reading->now};
	return true;
}

static bool list(struct reading *reading, enum group group, bool from_now, struct err *err)
{
	struct store_changes *changes = &reading->changes;

	if (!read_last(reading, group, &changes->seen, err))
		return false;
	reading->next = (struct change_place){changes->seen, reading->now};
	if (from_now)
		return true;
	changes->reset = change_rule_is_lost(reading->after, changes->seen, reading->now);
	return changes->reset || read_changes(reading, err);
}

bool dynamodb_change_list(struct store *store, enum group group, const char *account_id, struct store_page page,
			  struct arena *arena, struct store_changes *ret_changes, struct err *err)
{
	struct reading reading = {.store = ddb_of(store),
				  .account = account_id,
				  .limit = page.limit,
				  .now = clock_now(),
				  .arena = arena};

	if (!list_rule_page(page, err) || (page.after && !change_rule_place(page.after, &reading.after, err)) ||
	    !list(&reading, group, !page.after, err))
		return false;
	reading.changes.next = change_rule_text(reading.next, arena);
	if (!reading.changes.next)
		return err_memory(err, "listing changes");
	*ret_changes = reading.changes;
	return true;
}

/* ---- forgetting ---- */

bool ddb_changes_forget(struct dynamodb_store *store, const char *account, size_t most, struct arena *arena,
			bool *ret_all, struct err *err)
{
	const char *pk = ddb_pk_changes(arena, account);
	const struct dynamo_query query = {.pk = pk, .limit = most, .consistent = true};

	if (!pk)
		return err_memory(err, "forgetting changes");
	if (!ddb_delete_rows(store, &query, arena, ret_all, err))
		return false;
	if (!*ret_all)
		return true;
	const struct dynamo_write place = {.op = DYNAMO_DELETE, .key = ddb_key_change_place(arena, account)};
	return dynamo_put_many(store->dynamo, &place, 1, err);
}
