#include <assert.h>
#include <string.h>

#include "platform/aws/internal.h"

/* A request that has grown to this takes no more writes: with one more of 400 KB it is still below 1 MiB, from where on
 * libcurl asks for leave before it sends a body, which costs a turn. */
enum { FULL_BYTES = 450 * 1024 };

/* Writes that one request is for, by their places among all. */
struct group {
	const struct dynamo_write *writes;
	size_t at[DYNAMO_BATCH_PUT_MAX];
	size_t count;
};

static void write_one(struct json *json, const struct dynamo_write *write)
{
	bool put = write->op == DYNAMO_PUT;

	assert((put || write->op == DYNAMO_DELETE) && !write->condition);
	json_open(json, '{');
	json_member_open(json, put ? "PutRequest" : "DeleteRequest", '{');
	json_name(json, put ? "Item" : "Key");
	if (put)
		attr_write_item(json, write->key, write->attrs, write->attrs_count);
	else
		attr_write_key(json, write->key);
	json_close(json, '}');
	json_close(json, '}');
}

/* As many of the group as one request takes; how many these are. */
static size_t write_group(struct dynamo *dynamo, const struct group *group, struct dynamo_request *request)
{
	struct json *json = &request->json;
	size_t written = 0;

	dynamo_request_init(dynamo, request);
	json_member_open(json, "RequestItems", '{');
	json_member_open(json, dynamo->table, '[');
	while (written < group->count && request->body.length < FULL_BYTES)
		write_one(json, &group->writes[group->at[written++]]);
	json_close(json, ']');
	json_close(json, '}');
	return written;
}

/* Is this the write that was handed back? */
static bool is_back(const cJSON *back, const struct dynamo_write *write)
{
	bool put = write->op == DYNAMO_PUT;
	const cJSON *request = cJSON_GetObjectItemCaseSensitive(back, put ? "PutRequest" : "DeleteRequest");

	return attr_is_key(cJSON_GetObjectItemCaseSensitive(request, put ? "Item" : "Key"), write->key);
}

/* What is left of the group: those of the `sent` first that are handed back, and all that were not sent. */
static bool keep_unprocessed(const struct dynamo *dynamo, struct group *group, size_t sent, const cJSON *json,
			     struct err *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(
	    cJSON_GetObjectItemCaseSensitive(json, "UnprocessedItems"), dynamo->table);
	const cJSON *item;
	size_t kept = 0;

	for (size_t i = 0; i < sent; i++) {
		bool back = false;

		cJSON_ArrayForEach(item, list) back = back || is_back(item, &group->writes[group->at[i]]);
		if (back)
			group->at[kept++] = group->at[i];
	}
	if (kept != (size_t)cJSON_GetArraySize(list))
		return dynamo_no_sense("BatchWriteItem", err);
	for (size_t i = sent; i < group->count; i++)
		group->at[kept++] = group->at[i];
	group->count = kept;
	return true;
}

static bool write_all(struct dynamo *dynamo, struct group *group, struct err *err)
{
	struct aws_patience patience = aws_patience(dynamo->aws);
	struct dynamo_request request;
	cJSON *json;

	while (group->count) {
		size_t before = group->count, sent = write_group(dynamo, group, &request);

		if (!dynamo_ask(dynamo, "BatchWriteItem", &request, &patience, &json, err))
			return false;
		bool good = keep_unprocessed(dynamo, group, sent, json, err);
		cJSON_Delete(json);
		if (!good)
			return false;
		if (group->count == before - sent)
			patience = aws_patience(dynamo->aws);
		else if (!aws_patience_wait(&patience))
			return err_set(err, ERR_UNAVAILABLE,
				       "DynamoDB does not take BatchWriteItem now: it leaves items unwritten");
	}
	return true;
}

bool dynamo_put_many(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct err *err)
{
	struct group group = {.writes = writes};

	for (size_t next = 0; next < count;) {
		for (group.count = 0; next < count && group.count < DYNAMO_BATCH_PUT_MAX; next++)
			group.at[group.count++] = next;
		if (!write_all(dynamo, &group, err))
			return false;
	}
	return true;
}
