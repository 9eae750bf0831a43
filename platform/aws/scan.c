#include "platform/aws/internal.h"

static bool write_request(struct json *json, const struct dynamo_scan *scan, struct err *err)
{
	const struct expression expression = {.texts = {scan->filter}, .values = {{scan->values, scan->values_count}}};

	if (scan->filter)
		json_member_string(json, "FilterExpression", scan->filter);
	json_name(json, "ConsistentRead");
	json_bool(json, true);
	if (scan->after.pk) {
		json_name(json, "ExclusiveStartKey");
		attr_write_key(json, scan->after);
	}
	return expression_write(json, &expression, err);
}

/* One that gives the same place again would be asked for ever. (In what order a scan goes is DynamoDB's affair.) */
static bool take_next(const cJSON *json, const struct dynamo_scan *scan, struct arena *arena,
		      struct dynamo_key *ret_next, struct err *err)
{
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(json, "LastEvaluatedKey");
	const char *pk = attr_peek(key, "pk"), *sk = attr_peek(key, "sk");

	*ret_next = (struct dynamo_key){.pk = NULL};
	if (!key || cJSON_IsNull(key))
		return true;
	if (!pk || !sk || (scan->after.pk && attr_is_key(key, scan->after)))
		return dynamo_no_sense("Scan", err);
	*ret_next = (struct dynamo_key){arena_strdup(arena, pk), arena_strdup(arena, sk)};
	return (ret_next->pk && ret_next->sk) || err_memory(err, "reading a page");
}

bool dynamo_scan(struct dynamo *dynamo, const struct dynamo_scan *scan, struct arena *arena,
		 struct dynamo_items *ret_items, struct dynamo_key *ret_next, struct err *err)
{
	struct dynamo_request request;
	struct dynamo_items page = {.json = NULL};
	struct dynamo_key next;

	dynamo_request_init(dynamo, &request);
	json_member_string(&request.json, "TableName", dynamo->table);
	if (!write_request(&request.json, scan, err)) {
		dynamo_request_done(&request);
		return false;
	}
	if (!dynamo_ask(dynamo, "Scan", &request, NULL, &page.json, err))
		return false;
	if (!dynamo_take_items(&page, "Scan", arena, err) || !take_next(page.json, scan, arena, &next, err)) {
		dynamo_items_done(&page);
		return false;
	}
	*ret_items = page;
	*ret_next = next;
	return true;
}
