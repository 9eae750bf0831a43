#include <stdio.h>
#include <string.h>

#include "platform/aws/internal.h"

enum { PAGES_MAX = 100, SHARD_ID_MAX = 128 };

static const char *text_of(const cJSON *json, const char *name)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(json, name);

	return cJSON_IsString(text) && *text->valuestring ? text->valuestring : NULL;
}

/* Asks DynamoDB Streams; frees the request. True: there is an answer, with an error perhaps. */
static bool ask(struct dynamo *dynamo, const char *operation, struct dynamo_request *request,
		struct aws_answer *ret_answer, struct err *err)
{
	bool good = dynamo_call(dynamo, AWS_DYNAMODB_STREAMS, operation, request, NULL, ret_answer, err);

	dynamo_request_done(request);
	return good;
}

static void begin(struct dynamo_request *request, const char *member, const char *text)
{
	*request = (struct dynamo_request){.closed = false};
	buf_init(&request->body, DYNAMO_REQUEST_MAX);
	request->json = json_writer(&request->body);
	json_open(&request->json, '{');
	json_member_string(&request->json, member, text);
}

/* ---- shards ---- */

/* What the stream is called; "" when the table has none. It is another one once a table was made anew. */
static bool find_stream(struct dynamo *dynamo, char arn[DYNAMO_ARN_SIZE], struct err *err)
{
	struct dynamo_request request;
	cJSON *json;

	begin(&request, "TableName", dynamo->table);
	if (!dynamo_ask(dynamo, "DescribeTable", &request, NULL, &json, err))
		return false;
	const char *text = text_of(cJSON_GetObjectItemCaseSensitive(json, "Table"), "LatestStreamArn");
	bool fits = !text || strlen(text) < DYNAMO_ARN_SIZE;
	if (fits)
		snprintf(arn, DYNAMO_ARN_SIZE, "%s", text ? text : "");
	cJSON_Delete(json);
	if (!fits)
		return dynamo_no_sense("DescribeTable", err);
	pthread_mutex_lock(&dynamo->lock);
	memcpy(dynamo->stream, arn, DYNAMO_ARN_SIZE);
	pthread_mutex_unlock(&dynamo->lock);
	return true;
}

/* The shards of all pages: an array of objects, taken out of the answers. */
static bool take_page(cJSON *all, const cJSON *json, struct arena *arena, const char **ret_last, struct err *err)
{
	const cJSON *description = cJSON_GetObjectItemCaseSensitive(json, "StreamDescription");
	cJSON *shards = cJSON_GetObjectItemCaseSensitive(description, "Shards");
	const char *last = text_of(description, "LastEvaluatedShardId");

	if (!cJSON_IsArray(shards))
		return dynamo_no_sense("DescribeStream", err);
	while (shards->child)
		cJSON_AddItemToArray(all, cJSON_DetachItemViaPointer(shards, shards->child));
	*ret_last = last ? arena_strdup(arena, last) : NULL;
	return !last || *ret_last || err_memory(err, "reading a stream");
}

static bool list_shards(struct dynamo *dynamo, const char *arn, struct arena *arena, cJSON *all, struct err *err)
{
	const char *last = NULL;
	struct dynamo_request request;
	struct aws_answer answer;

	for (int page = 0; page < PAGES_MAX; page++) {
		begin(&request, "StreamArn", arn);
		if (last)
			json_member_string(&request.json, "ExclusiveStartShardId", last);
		if (!ask(dynamo, "DescribeStream", &request, &answer, err))
			return false;
		bool good = *answer.error ? dynamo_refused(dynamo, "DescribeStream", &answer, err)
					  : take_page(all, answer.json, arena, &last, err);
		aws_answer_done(&answer);
		if (!good || !last)
			return good;
	}
	return dynamo_no_sense("DescribeStream", err);
}

static bool has_shard(const struct dynamo_shard *shards, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(shards[i].id, id))
			return true;
	return false;
}

static bool read_shards(const cJSON *all, struct arena *arena, struct dynamo_shard *shards, struct err *err)
{
	const cJSON *json;
	size_t at = 0;

	cJSON_ArrayForEach(json, all)
	{
		const char *id = text_of(json, "ShardId"), *parent = text_of(json, "ParentShardId");

		if (!id || strlen(id) > SHARD_ID_MAX)
			return dynamo_no_sense("DescribeStream", err);
		shards[at].id = arena_strdup(arena, id);
		shards[at].parent = parent ? arena_strdup(arena, parent) : NULL;
		if (!shards[at].id || (parent && !shards[at].parent))
			return err_memory(err, "reading a stream");
		at++;
	}
	for (size_t i = 0; i < at; i++)
		if (shards[i].parent && !has_shard(shards, at, shards[i].parent))
			shards[i].parent = NULL; /* it has gone */
	return true;
}

/* Parents first, else as they came. False: one is its own ancestor. */
static bool sort_shards(struct dynamo_shard *shards, size_t count)
{
	for (size_t sorted = 0; sorted < count; sorted++) {
		size_t next = sorted;

		while (next < count && shards[next].parent && !has_shard(shards, sorted, shards[next].parent))
			next++;
		if (next == count)
			return false;
		struct dynamo_shard shard = shards[next];
		memmove(&shards[sorted + 1], &shards[sorted], (next - sorted) * sizeof *shards);
		shards[sorted] = shard;
	}
	return true;
}

bool dynamo_stream_shards(struct dynamo *dynamo, struct arena *arena, struct dynamo_shard **ret_shards,
			  size_t *ret_count, struct err *err)
{
	char arn[DYNAMO_ARN_SIZE];
	struct dynamo_shard *shards = NULL;
	cJSON *all = cJSON_CreateArray();
	bool good = all || err_memory(err, "reading a stream");

	good = good && find_stream(dynamo, arn, err) && (!*arn || list_shards(dynamo, arn, arena, all, err));
	size_t count = good ? (size_t)cJSON_GetArraySize(all) : 0;
	if (good)
		shards = arena_array(arena, count + 1, sizeof *shards);
	good = good && (shards ? read_shards(all, arena, shards, err) : err_memory(err, "reading a stream"));
	cJSON_Delete(all);
	if (!good || !shards)
		return false;
	if (!sort_shards(shards, count))
		return dynamo_no_sense("DescribeStream", err);
	*ret_shards = shards;
	*ret_count = count;
	return true;
}

/* ---- records ---- */

static bool known_stream(struct dynamo *dynamo, char arn[DYNAMO_ARN_SIZE], struct err *err)
{
	pthread_mutex_lock(&dynamo->lock);
	memcpy(arn, dynamo->stream, DYNAMO_ARN_SIZE);
	pthread_mutex_unlock(&dynamo->lock);
	if (!*arn && !find_stream(dynamo, arn, err))
		return false;
	return *arn || err_set(err, ERR_INTERNAL, "The table %s has no stream", dynamo->table);
}

/* Keeps what an answer says about where to go on; none: the shard is at its end. */
static bool keep_iterator(struct dynamo_place *place, const cJSON *json, const char *member, const char *operation,
			  struct err *err)
{
	const char *iterator = text_of(json, member);

	if (iterator && strlen(iterator) >= sizeof place->iterator)
		return dynamo_no_sense(operation, err);
	place->ended = !iterator;
	snprintf(place->iterator, sizeof place->iterator, "%s", iterator ? iterator : "");
	return true;
}

static bool get_iterator(struct dynamo *dynamo, struct dynamo_place *place, const char *after, struct err *err)
{
	char arn[DYNAMO_ARN_SIZE];
	struct dynamo_request request;
	struct aws_answer answer;

	if (!known_stream(dynamo, arn, err))
		return false;
	begin(&request, "StreamArn", arn);
	json_member_string(&request.json, "ShardId", place->shard);
	json_member_string(&request.json, "ShardIteratorType", after ? "AFTER_SEQUENCE_NUMBER" : "TRIM_HORIZON");
	if (after)
		json_member_string(&request.json, "SequenceNumber", after);
	if (!ask(dynamo, "GetShardIterator", &request, &answer, err))
		return false;
	bool trimmed = aws_is(&answer, "TrimmedDataAccessException");
	bool gone = aws_is(&answer, "ResourceNotFoundException"), good = true;
	if (!*answer.error)
		good = (text_of(answer.json, "ShardIterator") || dynamo_no_sense("GetShardIterator", err)) &&
		       keep_iterator(place, answer.json, "ShardIterator", "GetShardIterator", err);
	else if (gone) /* the shard, after 24 hours */
		place->ended = true;
	else if (!trimmed || !after)
		good = dynamo_refused(dynamo, "GetShardIterator", &answer, err);
	aws_answer_done(&answer);
	return good && trimmed && after ? get_iterator(dynamo, place, NULL, err) : good;
}

static bool take_records(struct dynamo_place *place, cJSON *json, cJSON **ret_records, struct err *err)
{
	cJSON *records = cJSON_GetObjectItemCaseSensitive(json, "Records");

	if (!cJSON_IsArray(records))
		return dynamo_no_sense("GetRecords", err);
	if (!keep_iterator(place, json, "NextShardIterator", "GetRecords", err))
		return false;
	*ret_records = cJSON_DetachItemViaPointer(json, records);
	return true;
}

static bool get_records(struct dynamo *dynamo, struct dynamo_place *place, size_t limit, cJSON **ret_records,
			bool *ret_again, struct err *err)
{
	struct dynamo_request request;
	struct aws_answer answer;

	begin(&request, "ShardIterator", place->iterator);
	json_member_int(&request.json, "Limit", (int64_t)limit);
	if (!ask(dynamo, "GetRecords", &request, &answer, err))
		return false;
	/* An iterator lives for a quarter of an hour, and what it stands at may have been removed. */
	bool stale = aws_is(&answer, "ExpiredIteratorException") || aws_is(&answer, "TrimmedDataAccessException");
	*ret_again = stale;
	bool good = stale || (*answer.error ? dynamo_refused(dynamo, "GetRecords", &answer, err)
					    : take_records(place, answer.json, ret_records, err));
	aws_answer_done(&answer);
	return good;
}

bool dynamo_stream_read(struct dynamo *dynamo, struct dynamo_place *place, size_t limit, cJSON **ret_records,
			struct err *err)
{
	limit = limit < DYNAMO_RECORDS_MAX ? limit : DYNAMO_RECORDS_MAX;
	for (int turn = 0; turn < 2; turn++) {
		bool again = false;

		if (!*place->iterator && !place->ended && !get_iterator(dynamo, place, place->after, err))
			return false;
		if (place->ended) {
			cJSON *none = cJSON_CreateArray();

			if (!none)
				return err_memory(err, "reading a stream");
			*ret_records = none;
			return true;
		}
		if (!get_records(dynamo, place, limit, ret_records, &again, err))
			return false;
		if (!again)
			return true;
		place->iterator[0] = '\0';
	}
	return err_set(err, ERR_UNAVAILABLE,
		       "DynamoDB does not take GetRecords now: what it gave to go on by has expired");
}
