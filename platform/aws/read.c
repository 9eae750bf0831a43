#include <string.h>

#include "platform/aws/internal.h"

bool dynamo_get(struct dynamo *dynamo, struct dynamo_key key, bool consistent, struct arena *arena,
		struct dynamo_items *ret_items, struct err *err)
{
	struct dynamo_request request;
	struct dynamo_items got = {.count = 1, .items = arena_array(arena, 1, sizeof *got.items)};

	if (!got.items)
		return err_memory(err, "reading an item");
	dynamo_request_init(dynamo, &request);
	json_member_string(&request.json, "TableName", dynamo->table);
	json_name(&request.json, "Key");
	attr_write_key(&request.json, key);
	json_name(&request.json, "ConsistentRead");
	json_bool(&request.json, consistent);
	if (!dynamo_ask(dynamo, "GetItem", &request, NULL, &got.json, err))
		return false;
	got.items[0] = cJSON_GetObjectItemCaseSensitive(got.json, "Item");
	if (got.items[0] && !cJSON_IsObject(got.items[0])) {
		dynamo_items_done(&got);
		return dynamo_no_sense("GetItem", err);
	}
	*ret_items = got;
	return true;
}

/* ---- many ---- */

/* Keys that are asked for by one request, by their places among all. */
struct group {
	const struct dynamo_key *keys;
	size_t at[DYNAMO_BATCH_GET_MAX];
	size_t count;
};

static bool same(struct dynamo_key a, struct dynamo_key b)
{
	return !strcmp(a.sk, b.sk) && !strcmp(a.pk, b.pk);
}

static bool has(const struct group *group, struct dynamo_key key)
{
	for (size_t i = 0; i < group->count; i++)
		if (same(group->keys[group->at[i]], key))
			return true;
	return false;
}

static void write_group(struct dynamo *dynamo, const struct group *group, bool consistent,
			struct dynamo_request *request)
{
	dynamo_request_init(dynamo, request);
	json_member_open(&request->json, "RequestItems", '{');
	json_member_open(&request->json, dynamo->table, '{');
	json_name(&request->json, "ConsistentRead");
	json_bool(&request->json, consistent);
	json_member_open(&request->json, "Keys", '[');
	for (size_t i = 0; i < group->count; i++)
		attr_write_key(&request->json, group->keys[group->at[i]]);
	json_close(&request->json, ']');
	json_close(&request->json, '}');
	json_close(&request->json, '}');
}

/* The table's part of `member`, or NULL. */
static const cJSON *part(const struct dynamo *dynamo, const cJSON *json, const char *member)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, member), dynamo->table);
}

/* Each item to the place of its key (and of the same key further on, which wasn't asked for). */
static bool take_items(const struct dynamo *dynamo, const struct group *group, size_t all, const cJSON *json,
		       const cJSON **items, struct err *err)
{
	const cJSON *list = part(dynamo, json, "Responses"), *item;

	if (list && !cJSON_IsArray(list))
		return dynamo_no_sense("BatchGetItem", err);
	cJSON_ArrayForEach(item, list)
	{
		size_t at = 0;

		while (at < group->count && !attr_is_key(item, group->keys[group->at[at]]))
			at++;
		if (at == group->count)
			return dynamo_no_sense("BatchGetItem", err);
		for (size_t i = group->at[at]; i < all; i++)
			if (same(group->keys[i], group->keys[group->at[at]]))
				items[i] = item;
	}
	return true;
}

/* What is left of the group: those keys that the answer hands back. */
static bool keep_unprocessed(const struct dynamo *dynamo, struct group *group, const cJSON *json, struct err *err)
{
	const cJSON *keys = cJSON_GetObjectItemCaseSensitive(part(dynamo, json, "UnprocessedKeys"), "Keys"), *key;
	size_t kept = 0;

	for (size_t i = 0; i < group->count; i++) {
		bool back = false;

		cJSON_ArrayForEach(key, keys) back = back || attr_is_key(key, group->keys[group->at[i]]);
		if (back)
			group->at[kept++] = group->at[i];
	}
	if (kept != (size_t)cJSON_GetArraySize(keys))
		return dynamo_no_sense("BatchGetItem", err);
	group->count = kept;
	return true;
}

static bool get_group(struct dynamo *dynamo, struct group *group, size_t all, bool consistent, struct dynamo_items *got,
		      struct err *err)
{
	struct aws_patience patience = aws_patience(dynamo->aws);
	struct dynamo_request request;
	cJSON *json;

	for (;;) {
		size_t before = group->count;

		write_group(dynamo, group, consistent, &request);
		if (!dynamo_ask(dynamo, "BatchGetItem", &request, &patience, &json, err))
			return false;
		cJSON_AddItemToArray(got->json, json);
		if (!take_items(dynamo, group, all, json, got->items, err) ||
		    !keep_unprocessed(dynamo, group, json, err))
			return false;
		if (!group->count)
			return true;
		/* As much as one answer holds was read: the rest is there to be asked for. */
		if (group->count < before)
			patience = aws_patience(dynamo->aws);
		else if (!aws_patience_wait(&patience))
			return err_set(err, ERR_UNAVAILABLE,
				       "DynamoDB does not take BatchGetItem now: it leaves keys unread");
	}
}

bool dynamo_get_many(struct dynamo *dynamo, const struct dynamo_key *keys, size_t count, bool consistent,
		     struct arena *arena, struct dynamo_items *ret_items, struct err *err)
{
	struct dynamo_items got = {.json = cJSON_CreateArray(),
				   .items = arena_array(arena, count + 1, sizeof *got.items),
				   .count = count};
	struct group group = {.keys = keys};
	bool good = true;

	if (!got.json || !got.items) {
		dynamo_items_done(&got);
		return err_memory(err, "reading items");
	}
	for (size_t next = 0; good && next < count;) {
		for (group.count = 0; next < count && group.count < DYNAMO_BATCH_GET_MAX; next++)
			if (!has(&group, keys[next]) && !got.items[next])
				group.at[group.count++] = next;
		good = !group.count || get_group(dynamo, &group, count, consistent, &got, err);
	}
	if (!good) {
		dynamo_items_done(&got);
		return false;
	}
	*ret_items = got;
	return true;
}
