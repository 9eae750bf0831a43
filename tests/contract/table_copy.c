#include "tests/contract/table_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 25, BODY_MAX = 16 * 1024 * 1024, READS_MAX = 1000, RECORDS_AT_ONCE = 500 };

/* ---- requests ---- */

static bool ask(struct engine_table *table, const char *operation, const char *body, struct aws_answer *ret_answer)
{
	const struct aws_call call = {
	    .service = AWS_DYNAMODB, .operation = operation, .body = body, .length = strlen(body)};
	struct err err = {.kind = ERR_NONE};

	if (!aws_call(table->aws, &call, ret_answer, &err)) {
		printf("%s: %s\n", operation, err.message);
		return false;
	}
	if (!*ret_answer->error)
		return true;
	printf("%s: %s %s\n", operation, ret_answer->error, ret_answer->message);
	aws_answer_done(ret_answer);
	return false;
}

const char *table_attribute(const cJSON *item, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(item, name);

	return value ? cJSON_GetStringValue(value->child) : NULL;
}

/* ---- items ---- */

/* One page, into `all`; *ret_from is the key behind which the next begins, as JSON, NULL: none follows. */
static bool read_page(struct engine_table *table, cJSON *all, char **from)
{
	struct aws_answer answer;
	struct buf body;

	buf_init(&body, BODY_MAX);
	buf_printf(&body, "{\"TableName\":\"%s\",\"ConsistentRead\":true", table->name);
	if (*from)
		buf_printf(&body, ",\"ExclusiveStartKey\":%s", *from);
	buf_add_char(&body, '}');
	free(*from);
	*from = NULL;
	bool good = ask(table, "Scan", buf_str(&body), &answer);
	buf_done(&body);
	if (!good)
		return false;
	cJSON *items = cJSON_GetObjectItemCaseSensitive(answer.json, "Items");
	while (items && items->child)
		cJSON_AddItemToArray(all, cJSON_DetachItemViaPointer(items, items->child));
	const cJSON *last = cJSON_GetObjectItemCaseSensitive(answer.json, "LastEvaluatedKey");
	if (last)
		*from = cJSON_PrintUnformatted(last);
	aws_answer_done(&answer);
	return true;
}

cJSON *table_items(struct engine_table *table)
{
	cJSON *all = cJSON_CreateArray();
	char *from = NULL;

	for (int page = 0; page < READS_MAX; page++) {
		if (!read_page(table, all, &from)) {
			cJSON_Delete(all);
			return NULL;
		}
		if (!from)
			return all;
	}
	printf("The table never ends\n");
	free(from);
	cJSON_Delete(all);
	return NULL;
}

/* Up to BATCH from `item` on; the first that is left. */
static const cJSON *fill_some(struct engine_table *table, const cJSON *item, bool *good)
{
	struct aws_answer answer;
	struct buf body;

	buf_init(&body, BODY_MAX);
	buf_printf(&body, "{\"RequestItems\":{\"%s\":[", table->name);
	for (int i = 0; item && i < BATCH; i++, item = item->next) {
		char *text = cJSON_PrintUnformatted(item);

		buf_printf(&body, "%s{\"PutRequest\":{\"Item\":%s}}", i ? "," : "", text);
		free(text);
	}
	buf_add_str(&body, "]}}");
	*good = ask(table, "BatchWriteItem", buf_str(&body), &answer);
	buf_done(&body);
	if (!*good)
		return NULL;
	if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer.json, "UnprocessedItems"))) {
		printf("Not all items were put\n");
		*good = false;
	}
	aws_answer_done(&answer);
	return item;
}

bool table_fill(struct engine_table *table, const cJSON *items)
{
	bool good = true;

	for (const cJSON *item = items->child; item && good;)
		item = fill_some(table, item, &good);
	return good;
}

/* ---- the stream ---- */

static const char *number_of(const cJSON *record)
{
	const cJSON *change = cJSON_GetObjectItemCaseSensitive(record, "dynamodb");

	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(change, "SequenceNumber"));
}

/* Until there is nothing more: a stand-in has one shard, and answers with all that there is. */
static bool read_shard(struct engine_table *table, const char *shard, cJSON *all, struct err *err)
{
	struct dynamo_place place = {.shard = shard};

	for (int read = 0; read < READS_MAX; read++) {
		cJSON *records;

		if (!dynamo_stream_read(table->dynamo, &place, RECORDS_AT_ONCE, &records, err))
			return false;
		bool ended = !records->child;
		while (records->child)
			cJSON_AddItemToArray(all, cJSON_DetachItemViaPointer(records, records->child));
		cJSON_Delete(records);
		if (ended)
			return true;
	}
	return err_set(err, ERR_INTERNAL, "The stream never ends");
}

cJSON *table_records(struct engine_table *table, struct arena *arena, const char **ret_shard, const char **ret_last)
{
	cJSON *all = cJSON_CreateArray();
	struct err err = {.kind = ERR_NONE};
	struct dynamo_shard *shards;
	size_t count = 0;

	if (!dynamo_stream_shards(table->dynamo, arena, &shards, &count, &err) ||
	    (count != 1 && !err_set(&err, ERR_INTERNAL, "The stream has %zu shards", count)) ||
	    !read_shard(table, shards[0].id, all, &err)) {
		printf("%s\n", err.message);
		cJSON_Delete(all);
		return NULL;
	}
	const cJSON *last = cJSON_GetArrayItem(all, cJSON_GetArraySize(all) - 1);
	*ret_shard = shards[0].id;
	*ret_last = last ? arena_strdup(arena, number_of(last)) : NULL;
	return all;
}

/* ---- as text ---- */

/* What the clock, or how often something was tried, says. */
static bool is_volatile(const char *pk, const char *sk, const char *name)
{
	static const struct {
		const char *pk, *sk, *name; /* NULL: any */
	} rows[] = {{NULL, NULL, "ttl"}, {"CH#", NULL, "at"}, {"CH#", NULL, "sk"},   {"S#", NULL, "at"},
		    {"P#", "X", "rev"},  {"P#", "H", "upd"},  {"RENAMED", NULL, "at"}, {"END", NULL, "moves"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if ((!rows[i].pk || !strncmp(pk, rows[i].pk, strlen(rows[i].pk))) &&
		    (!rows[i].sk || !strcmp(sk, rows[i].sk)) && !strcmp(name, rows[i].name))
			return true;
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_value(const cJSON *value, struct buf *out);

/* In order of their names, which a table doesn't keep. */
static void print_members(const cJSON *object, bool (*left_out)(const cJSON *object, const char *name), struct buf *out)
{
	char **texts = calloc((size_t)cJSON_GetArraySize(object) + 1, sizeof *texts);
	size_t count = 0;

	for (const cJSON *member = object->child; member; member = member->next) {
		struct buf text;

		if (left_out && left_out(object, member->string))
			continue;
		buf_init(&text, BODY_MAX);
		buf_printf(&text, "%s=", member->string);
		print_value(member, &text);
		texts[count++] = buf_steal(&text);
	}
	qsort(texts, count, sizeof *texts, compare_texts);
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "%s%s", i ? " " : "", texts[i]);
		free(texts[i]);
	}
	free(texts);
}

static void print_value(const cJSON *value, struct buf *out)
{
	if (cJSON_IsObject(value)) {
		buf_add_char(out, '{');
		print_members(value, NULL, out);
		buf_add_char(out, '}');
	} else if (cJSON_IsArray(value)) {
		for (const cJSON *element = value->child; element; element = element->next)
			print_value(element, out);
	} else {
		buf_add_str(out, cJSON_IsString(value) ? value->valuestring : cJSON_IsTrue(value) ? "true" : "other");
	}
}

static bool is_left_out(const cJSON *item, const char *name)
{
	return is_volatile(table_attribute(item, "pk"), table_attribute(item, "sk"), name);
}

static char *item_line(const cJSON *item)
{
	struct buf line;

	buf_init(&line, BODY_MAX);
	buf_printf(&line, "%s ", table_attribute(item, "pk"));
	print_members(item, is_left_out, &line);
	return buf_steal(&line);
}

void table_text(const cJSON *items, struct buf *out)
{
	char **lines = calloc((size_t)cJSON_GetArraySize(items) + 1, sizeof *lines);
	size_t count = 0;

	for (const cJSON *item = items->child; item; item = item->next)
		if (strcmp(table_attribute(item, "pk"), "SET#follow") != 0)
			lines[count++] = item_line(item);
	qsort(lines, count, sizeof *lines, compare_texts);
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "%s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
}
