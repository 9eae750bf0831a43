#include <assert.h>
#include <string.h>

#include "platform/aws/internal.h"

/* Sort keys compare as bytes: so does strcmp. */

static bool begins_with(const char *text, const char *beginning)
{
	return !strncmp(text, beginning, strlen(beginning));
}

/* Where a query's `after` lies, in the direction of the walk. DynamoDB takes one within the range only. */
enum place { BEFORE, WITHIN, BEHIND };

static enum place find_place(const struct dynamo_query *query)
{
	const char *after = query->after, *low = query->begins ? query->begins : query->from;
	enum place lower = query->down ? BEHIND : BEFORE, higher = query->down ? BEFORE : BEHIND;

	if (!after)
		return BEFORE;
	if (low && strcmp(after, low) < 0)
		return lower;
	if (query->begins && !begins_with(after, query->begins))
		return higher;
	return query->to && strcmp(after, query->to) > 0 ? higher : WITHIN;
}

static bool is_empty(const struct dynamo_query *query)
{
	return (query->from && query->to && strcmp(query->from, query->to) > 0) || find_place(query) == BEHIND;
}

static const char *condition(const struct dynamo_query *query)
{
	if (query->begins)
		return "#pk = :k_pk AND begins_with(#sk, :k_begins)";
	if (query->from && query->to)
		return "#pk = :k_pk AND #sk BETWEEN :k_from AND :k_to";
	if (query->from)
		return "#pk = :k_pk AND #sk >= :k_from";
	return query->to ? "#pk = :k_pk AND #sk <= :k_to" : "#pk = :k_pk";
}

static bool write_request(struct json *json, const struct dynamo_query *query, struct err *err)
{
	const struct attr keys[] = {ATTR_TEXT("k_pk", query->pk), ATTR_TEXT("k_begins", query->begins),
				    ATTR_TEXT("k_from", query->from), ATTR_TEXT("k_to", query->to)};
	const struct expression expression = {.texts = {condition(query), query->filter},
					      .values = {{keys, sizeof keys / sizeof *keys},
							 {query->values, query->values_count}}};

	json_member_string(json, "KeyConditionExpression", expression.texts[0]);
	if (query->filter)
		json_member_string(json, "FilterExpression", query->filter);
	json_name(json, "ScanIndexForward");
	json_bool(json, !query->down);
	json_name(json, "ConsistentRead");
	json_bool(json, query->consistent);
	if (query->limit)
		json_member_int(json, "Limit", (int64_t)query->limit);
	if (find_place(query) == WITHIN) {
		json_name(json, "ExclusiveStartKey");
		attr_write_key(json, (struct dynamo_key){query->pk, query->after});
	}
	return expression_write(json, &expression, err);
}

bool dynamo_take_items(struct dynamo_items *page, const char *operation, struct arena *arena, struct err *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(page->json, "Items"), *item;

	if (!cJSON_IsArray(list))
		return dynamo_no_sense(operation, err);
	page->items = arena_array(arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *page->items);
	if (!page->items)
		return err_memory(err, "reading a page");
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsObject(item))
			return dynamo_no_sense(operation, err);
		page->items[page->count++] = item;
	}
	return true;
}

/* Does a place lie behind the one before? One that doesn't would have its reader walk in a circle. */
static bool goes_on(const struct dynamo_query *query, const char *next)
{
	if (find_place(query) != WITHIN)
		return true;
	int way = strcmp(next, query->after);
	return query->down ? way < 0 : way > 0;
}

static bool take_next(struct dynamo_items *page, const struct dynamo_query *query, struct arena *arena, struct err *err)
{
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(page->json, "LastEvaluatedKey");
	const char *next = attr_peek(key, "sk");

	if (!key || cJSON_IsNull(key))
		return true;
	if (!next || !goes_on(query, next))
		return dynamo_no_sense("Query", err);
	page->next_sk = arena_strdup(arena, next);
	return page->next_sk || err_memory(err, "reading a page");
}

bool dynamo_query(struct dynamo *dynamo, const struct dynamo_query *query, struct arena *arena,
		  struct dynamo_items *ret_items, struct err *err)
{
	static const cJSON *none[1];
	struct dynamo_request request;
	struct dynamo_items page = {.json = NULL};

	assert(!query->begins || (!query->from && !query->to));
	if (is_empty(query)) {
		*ret_items = (struct dynamo_items){.items = none};
		return true;
	}
	dynamo_request_init(dynamo, &request);
	json_member_string(&request.json, "TableName", dynamo->table);
	if (!write_request(&request.json, query, err)) {
		dynamo_request_done(&request);
		return false;
	}
	if (!dynamo_ask(dynamo, "Query", &request, NULL, &page.json, err))
		return false;
	if (!dynamo_take_items(&page, "Query", arena, err) || !take_next(&page, query, arena, err)) {
		dynamo_items_done(&page);
		return false;
	}
	*ret_items = page;
	return true;
}
