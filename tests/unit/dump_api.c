/* The contract as the code has it, for test_openapi.py to hold beside openapi.yaml.
 *
 *     dump_api          prints api_rows, every shape they lead to, the limits and the errors as one JSON object
 *     dump_api check reads a JSON object a line, {"shape": NAME, "body": …} or {"shape": NAME, "query": [[NAME, VALUE],
 *     …]},
 *                       and prints for each whether the shape's decoder takes it: "true" or "false"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/account.h"
#include "models/api.h"
#include "models/limits.h"

enum { SHAPES_MAX = 128, OUTPUT_MAX = 4 * 1024 * 1024, ARENA_MAX = 64 * 1024 * 1024, PAIRS_MAX = 16 };

static const char *const type_names[] = {
    [FIELD_TEXT] = "text",     [FIELD_ID] = "id",       [FIELD_EMAIL] = "email",   [FIELD_PASSWORD] = "password",
    [FIELD_MOBILE] = "mobile", [FIELD_MONEY] = "money", [FIELD_INT] = "int",       [FIELD_BOOL] = "bool",
    [FIELD_TIME] = "time",     [FIELD_DAY] = "day",     [FIELD_CHOICE] = "choice", [FIELD_LIST] = "list",
    [FIELD_OBJECT] = "object", [FIELD_NAMES] = "names", [FIELD_PARAMS] = "params",
};

static const char *const who_names[] = {
    [WHO_NOBODY] = "NOBODY",       [WHO_ANYONE] = "ANYONE", [WHO_ANYONE_OR_SELF] = "ANYONE_OR_SELF",
    [WHO_SIGNED_IN] = "SIGNED_IN", [WHO_CLIENT] = "CLIENT", [WHO_SELLER] = "SELLER",
    [WHO_SELF] = "SELF",
};

#define LIMIT_ROW(name)                                                                                                \
	{                                                                                                              \
#name, LIMIT_##name                                                                                    \
	}
static const struct {
	const char *name;
	int64_t value;
} limits[] = {
    LIMIT_ROW(NAME),
    LIMIT_ROW(DESCRIPTION),
    LIMIT_ROW(CATEGORY),
    LIMIT_ROW(FULL_NAME),
    LIMIT_ROW(EMAIL),
    LIMIT_ROW(PASSWORD_MIN),
    LIMIT_ROW(PASSWORD),
    LIMIT_ROW(CODE),
    LIMIT_ROW(TOKEN),
    LIMIT_ROW(CURSOR),
    LIMIT_ROW(QUERY),
    LIMIT_ROW(QUERY_WORDS),
    LIMIT_ROW(STOCK),
    LIMIT_ROW(QUANTITY),
    LIMIT_ROW(PAGE),
    LIMIT_ROW(PAGE_DEFAULT),
    LIMIT_ROW(LINES),
    LIMIT_ROW(BATCH),
    LIMIT_ROW(ADDRESS_LINES),
    LIMIT_ROW(ADDRESS_LINE),
    LIMIT_ROW(NOTE),
    LIMIT_ROW(TRACKING),
    LIMIT_ROW(REASON),
    LIMIT_ROW(PAYMENT),
    LIMIT_ROW(STATS_DAYS),
    LIMIT_ROW(STATS_DAYS_DEFAULT),
    LIMIT_ROW(STATS_TOP),
    LIMIT_ROW(LOW_STOCK),
    LIMIT_ROW(IDEMPOTENCY_KEY),
    LIMIT_ROW(BODY),
    LIMIT_ROW(PICTURE),
    LIMIT_ROW(PRICE_MIN),
    LIMIT_ROW(PRICE),
    LIMIT_ROW(VERSION),
};

static const struct shape *shapes[SHAPES_MAX];
static size_t shapes_count;

static void fail(const char *what)
{
	fprintf(stderr, "dump_api: %s\n", what);
	exit(1);
}

static const struct shape *shape_named(const char *name)
{
	for (size_t i = 0; i < shapes_count; i++)
		if (!strcmp(shapes[i]->name, name))
			return shapes[i];
	return NULL;
}

static void collect(const struct shape *shape)
{
	if (!shape)
		return;
	const struct shape *known = shape_named(shape->name);
	if (known && known != shape)
		fail("two shapes have one name");
	if (known)
		return;
	if (shapes_count == SHAPES_MAX)
		fail("too many shapes");
	shapes[shapes_count++] = shape;
	for (size_t i = 0; i < shape->count; i++)
		collect(shape->fields[i].of);
}

/* ---- the dump ---- */

static void name_string(struct json *json, const char *name, const char *value)
{
	json_name(json, name);
	json_string(json, value);
}

static void name_int(struct json *json, const char *name, int64_t value)
{
	json_name(json, name);
	json_int(json, value);
}

static void name_bool(struct json *json, const char *name, bool value)
{
	json_name(json, name);
	json_bool(json, value);
}

static void name_names(struct json *json, const char *name, const char *const *values)
{
	json_name(json, name);
	json_open(json, '[');
	for (size_t i = 0; values[i]; i++)
		json_string(json, values[i]);
	json_close(json, ']');
}

static void dump_row(struct json *json, const struct api_row *row)
{
	json_open(json, '{');
	name_string(json, "name", row->name);
	name_string(json, "method", api_method_names[row->method]);
	name_string(json, "path", row->path);
	name_string(json, "who", who_names[row->who]);
	name_string(json, "function", api_function_names[row->function]);
	name_string(json, "query", row->query ? row->query->name : NULL);
	name_string(json, "body", row->body ? row->body->name : NULL);
	name_bool(json, "body_required", row->body && !row->body->bodiless);
	name_int(json, "status", row->status);
	name_string(json, "answer", row->answer ? row->answer->name : NULL);
	name_bool(json, "retry", row->retry);
	json_close(json, '}');
}

static void dump_field(struct json *json, const struct shape_field *field)
{
	json_open(json, '{');
	name_string(json, "name", field->name);
	name_string(json, "type", field->normal && field->type == FIELD_TEXT ? "name" : type_names[field->type]);
	name_bool(json, "required", field->required);
	name_bool(json, "nullable", field->nullable);
	name_int(json, "min", field->min);
	name_int(json, "max", field->max);
	name_int(json, "each", field->each);
	name_bool(json, "lines", field->lines);
	name_bool(json, "normal", field->normal);
	name_string(json, "of", field->of ? field->of->name : NULL);
	if (field->choices)
		name_names(json, "choices", field->choices);
	json_close(json, '}');
}

static void dump_shape(struct json *json, const struct shape *shape)
{
	json_name(json, shape->name);
	json_open(json, '[');
	for (size_t i = 0; i < shape->count; i++)
		dump_field(json, &shape->fields[i]);
	json_close(json, ']');
}

static void dump_errors(struct json *json)
{
	json_name(json, "errors");
	json_open(json, '[');
	for (int kind = 0; kind < ERR_KINDS; kind++) {
		json_open(json, '{');
		name_int(json, "status", err_kind_status((enum err_kind)kind));
		name_string(json, "code", err_kind_code((enum err_kind)kind));
		name_string(json, "title", err_kind_title((enum err_kind)kind));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void dump_violations(struct json *json)
{
	json_name(json, "violations");
	json_open(json, '[');
	for (int kind = VIOLATION_NONE + 1; kind < VIOLATION_KINDS; kind++)
		json_string(json, violation_code((enum violation_kind)kind));
	json_close(json, ']');
}

static int dump(void)
{
	struct buf out;
	buf_init(&out, OUTPUT_MAX);
	struct json json = json_writer(&out);

	json_open(&json, '{');
	json_name(&json, "rows");
	json_open(&json, '[');
	for (int op = 0; op < API_OPS; op++)
		dump_row(&json, &api_rows[op]);
	json_close(&json, ']');
	json_name(&json, "shapes");
	json_open(&json, '{');
	for (size_t i = 0; i < shapes_count; i++)
		dump_shape(&json, shapes[i]);
	json_close(&json, '}');
	json_name(&json, "limits");
	json_open(&json, '{');
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		name_int(&json, limits[i].name, limits[i].value);
	json_close(&json, '}');
	name_names(&json, "groups", group_names);
	dump_violations(&json);
	dump_errors(&json);
	json_close(&json, '}');

	bool good = !out.failed && fwrite(out.bytes, 1, out.length, stdout) == out.length && !fflush(stdout);
	buf_done(&out);
	return good ? 0 : 1;
}

/* ---- the decoders' verdicts ---- */

static bool takes_query(const struct shape *shape, const cJSON *list, void *object)
{
	struct violations violations = {0};
	struct pair pairs[PAIRS_MAX];
	size_t count = 0;

	for (const cJSON *item = list->child; item; item = item->next) {
		if (count == PAIRS_MAX || cJSON_GetArraySize(item) != 2)
			fail("a query is a short list of pairs");
		pairs[count++] = (struct pair){item->child->valuestring, item->child->next->valuestring};
	}
	return shape_decode_query(shape, pairs, count, object, &violations, NULL);
}

static bool takes(const cJSON *sample, struct arena *arena)
{
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(sample, "shape");
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(sample, "body");
	const cJSON *query = cJSON_GetObjectItemCaseSensitive(sample, "query");
	const struct shape *shape = cJSON_IsString(name) ? shape_named(name->valuestring) : NULL;
	struct violations violations = {0};

	if (!shape)
		fail("a sample names no shape");
	void *object = arena_alloc(arena, shape->size);
	if (!object)
		fail("out of memory");
	if (query)
		return takes_query(shape, query, object);
	return shape_decode(shape, body, arena, object, &violations, NULL);
}

static int check(void)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	while ((length = getline(&line, &capacity, stdin)) > 0) {
		struct arena arena;
		struct err err;
		cJSON *sample = json_parse(line, (size_t)length, SIZE_MAX, &err);

		if (!sample)
			fail(err.message);
		arena_init(&arena, ARENA_MAX);
		puts(takes(sample, &arena) ? "true" : "false");
		arena_done(&arena);
		cJSON_Delete(sample);
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	for (int op = 0; op < API_OPS; op++) {
		collect(api_rows[op].query);
		collect(api_rows[op].body);
		collect(api_rows[op].answer);
	}
	collect(&account_public_shape);
	if (argc == 2 && !strcmp(argv[1], "check"))
		return check();
	return dump();
}
