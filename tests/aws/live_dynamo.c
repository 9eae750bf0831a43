/* live_dynamo.c: every function of platform/aws/dynamo.h on a DynamoDB that is there (test_dynamo.py starts one, and
 * puts trouble in front of it). Whatever the trouble, the end is the same: AWS_ENDPOINT_URL says where, VITRINE_TRY_MS
 * how long one try may take.
 */
#include <pthread.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/id.h"
#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"
#include "tests/unit/unit.h"

enum {
	ARENA_MAX = 64 * 1024 * 1024,
	TRY_MS = 3000,
	DEADLINE_MS = 60000,
	ROWS = 23,
	MANY = 230,
	THREADS = 8,
	ADDS = 12,
	PICTURE = 256 * 1024,
};

static struct aws *aws;
static struct dynamo *dynamo;
static struct arena arena;
static struct err err;

#define must(call) \
	do { \
		err = (struct err){.kind = ERR_NONE}; \
		if (!(call)) \
			fail_msg("%s: %s", #call, err.message); \
	} while (0)

/* There is something in front of it that has some requests repeated. */
static bool trouble(void)
{
	return getenv("VITRINE_TROUBLE");
}

/* What stands in for DynamoDB, where that does something that DynamoDB doesn't. */
static bool is_stand_in(const char *name)
{
	const char *told = getenv("VITRINE_STAND_IN");

	return told && !strcmp(told, name);
}

static struct dynamo_key key(const char *pk, const char *sk)
{
	return (struct dynamo_key){pk, sk};
}

/* Not made yet. */
static struct dynamo *new_table(void)
{
	static struct id_source ids;

	return dynamo_new(aws, arena_printf(&arena, "live-%s", id_next(&ids).text), true, &err);
}

static int open_table(void **state)
{
	(void)state;

	arena_init(&arena, ARENA_MAX);
	aws = aws_new(
	    &(struct aws_options){.try_ms = chance_rounds("VITRINE_TRY_MS", TRY_MS), .deadline_ms = DEADLINE_MS}, &err);
	dynamo = aws ? new_table() : NULL;
	/* Twice: it may be there. */
	if (dynamo && dynamo_table_make(dynamo, &err) && dynamo_table_make(dynamo, &err))
		return 0;
	fprintf(stderr, "%s\n", err.message);
	return -1;
}

static int close_table(void **state)
{
	(void)state;
	dynamo_free(dynamo);
	aws_free(aws);
	arena_done(&arena);
	return 0;
}

static int64_t number_of(const char *pk, const char *sk)
{
	struct dynamo_items got;

	must(dynamo_get(dynamo, key(pk, sk), true, &arena, &got, &err));
	int64_t number = item_number(got.items[0], "n", -1);
	dynamo_items_done(&got);
	return number;
}

/* ---- one item ---- */

static void put_and_get(void **state)
{
	static unsigned char picture[PICTURE];
	const struct attr line[] = {ATTR_TEXT("p", "P1"), ATTR_NUMBER("q", 2)};
	const struct attr lines[] = {ATTR_MAP(NULL, line, COUNT_OF(line))};
	const struct attr attrs[] = {ATTR_TEXT("name", "京都 \"tea\""),
				     ATTR_NUMBER("n", INT64_MAX),
				     ATTR_TRUTH("arch", true),
				     ATTR_BYTES("b", picture, sizeof picture),
				     ATTR_LIST("lines", lines, COUNT_OF(lines)),
				     ATTR_TEXT("none", NULL),
				     ATTR_NUMBER(":only", 1),
				     ATTR_TEXT("empty", "")};
	const struct dynamo_write put = {
	    .op = DYNAMO_PUT, .key = {"put", "1"}, .attrs = attrs, .attrs_count = COUNT_OF(attrs)};
	struct dynamo_items got;
	size_t length = 0;
	bool failed = false;

	(void)state;
	for (size_t i = 0; i < sizeof picture; i++)
		picture[i] = (unsigned char)(i * 7 + i / 256);
	must(dynamo_write(dynamo, &put, 1, NULL, NULL, &err));
	must(dynamo_get(dynamo, put.key, true, &arena, &got, &err));
	assert_string_equal(item_text(got.items[0], "name", &arena, &failed), "京都 \"tea\"");
	assert_string_equal(item_text(got.items[0], "empty", &arena, &failed), "");
	assert_true(item_number(got.items[0], "n", 0) == INT64_MAX);
	assert_true(item_truth(got.items[0], "arch"));
	const void *bytes = item_bytes(got.items[0], "b", &arena, &length, &failed);
	assert_int_equal(length, sizeof picture);
	assert_memory_equal(bytes, picture, sizeof picture);
	const cJSON *list = item_list(got.items[0], "lines");
	assert_int_equal(item_number(element_map(list->child), "q", 0), 2);
	assert_false(item_has(got.items[0], "none") || item_has(got.items[0], "only") ||
		     item_has(got.items[0], ":only"));
	assert_string_equal(item_text(got.items[0], "sk", &arena, &failed), "1");
	dynamo_items_done(&got);
	must(dynamo_get(dynamo, key("put", "2"), false, &arena, &got, &err));
	assert_int_equal(got.count, 1);
	assert_null(got.items[0]);
	dynamo_items_done(&got);
}

/* ---- transactions ---- */

static void all_or_nothing(void **state)
{
	const struct attr stock[] = {ATTR_NUMBER("n", 5)};
	const struct attr three[] = {ATTR_NUMBER("q", 3)};
	const struct dynamo_write begin[] = {
	    {.op = DYNAMO_PUT,
	     .key = {"all", "a"},
	     .attrs = stock,
	     .attrs_count = 1,
	     .condition = "attribute_not_exists(pk)"},
	    {.op = DYNAMO_PUT, .key = {"all", "gone"}, .attrs = stock, .attrs_count = 1},
	};
	const struct dynamo_write buy[] = {
	    {.op = DYNAMO_CHECK, .key = {"all", "gone"}, .condition = "attribute_exists(pk)"},
	    {.op = DYNAMO_PUT,
	     .key = {"all", "b"},
	     .attrs = stock,
	     .attrs_count = 1,
	     .condition = "attribute_not_exists(pk)"},
	    {.op = DYNAMO_UPDATE,
	     .key = {"all", "a"},
	     .attrs = three,
	     .attrs_count = 1,
	     .update = "SET #n = #n - :q",
	     .condition = "#n >= :q"},
	};
	const struct dynamo_write again[] = {buy[2], {.op = DYNAMO_DELETE, .key = {"all", "gone"}}, buy[1]};
	struct dynamo_cancelled cancelled;

	(void)state;
	must(dynamo_write(dynamo, begin, COUNT_OF(begin), NULL, NULL, &err));
	must(dynamo_write(dynamo, buy, COUNT_OF(buy), &arena, &cancelled, &err));
	assert_int_equal(number_of("all", "a"), 2);
	assert_int_equal(number_of("all", "b"), 5);
	/* Two conditions fail now; what their items were is told, and the delete is not done. */
	assert_false(dynamo_write(dynamo, again, COUNT_OF(again), &arena, &cancelled, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_true(cancelled.failed[0] && !cancelled.failed[1] && cancelled.failed[2]);
	assert_int_equal(cancelled.first, 0);
	assert_int_equal(item_number(cancelled.items[0], "n", 0), 2);
	assert_null(cancelled.items[1]);
	assert_int_equal(item_number(cancelled.items[2], "n", 0), 5);
	dynamo_cancelled_done(&cancelled);
	assert_int_equal(number_of("all", "gone"), 5);
	/* Nobody asks which. */
	assert_false(dynamo_write(dynamo, again, COUNT_OF(again), NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	const struct dynamo_write delete = again[1];
	must(dynamo_write(dynamo, &delete, 1, NULL, NULL, &err));
	assert_int_equal(number_of("all", "gone"), -1);
}

/* What is wrong with a request is no conflict and is not waited for. */
static void refused(void **state)
{
	const struct attr one[] = {ATTR_NUMBER("q", 1)};
	enum { NONSENSE = 1 };
	const struct dynamo_write cases[][2] = {
	    {{.op = DYNAMO_DELETE, .key = {"twice", "a"}}, {.op = DYNAMO_DELETE, .key = {"twice", "a"}}},
	    {{.op = DYNAMO_UPDATE, .key = {"bad", "a"}, .attrs = one, .attrs_count = 1, .update = "NONSENSE :q"},
	     {.op = DYNAMO_DELETE, .key = {"bad", "b"}}},
	    {{.op = DYNAMO_DELETE, .key = {"", "a"}}, {.op = DYNAMO_DELETE, .key = {"bad", "b"}}},
	    {{.op = DYNAMO_UPDATE, .key = {"bad", "a"}, .update = "SET #a = :missing"},
	     {.op = DYNAMO_DELETE, .key = {"bad", "b"}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (i == NONSENSE && is_stand_in("ministack")) /* it takes any update */
			continue;
		if (dynamo_write(dynamo, cases[i], 2, NULL, NULL, &err))
			fail_msg("taken: %zu", i);
		assert_int_equal(err.kind, ERR_INTERNAL);
	}
	struct dynamo *other = dynamo_new(aws, "not-there", false, &err);
	struct dynamo_items got;
	assert_false(dynamo_get(other, key("a", "a"), false, &arena, &got, &err));
	assert_int_equal(err.kind, ERR_INTERNAL);
	assert_non_null(strstr(err.message, "no table not-there"));
	dynamo_free(other);
}

static void *add(void *context)
{
	const struct attr one[] = {ATTR_NUMBER("q", 1)};
	const struct dynamo_write write = {
	    .op = DYNAMO_UPDATE, .key = {"count", "er"}, .attrs = one, .attrs_count = 1, .update = "ADD #n :q"};

	for (int i = 0; i < ADDS; i++) {
		struct err mine;

		if (!dynamo_write(dynamo, &write, 1, NULL, NULL, &mine)) {
			fprintf(stderr, "adding: %s\n", mine.message);
			return context;
		}
	}
	return NULL;
}

/* Each is done, and once, whoever else adds and whatever is lost on the way. */
static void once(void **state)
{
	pthread_t threads[THREADS];
	void *wrong;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add, dynamo), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	assert_int_equal(number_of("count", "er"), THREADS * ADDS);
}

static void largest(void **state)
{
	struct dynamo_write writes[DYNAMO_TRANSACT_MAX];
	const struct attr one[] = {ATTR_NUMBER("n", 1)};

	(void)state;
	for (size_t i = 0; i < DYNAMO_TRANSACT_MAX; i++)
		writes[i] = (struct dynamo_write){.op = DYNAMO_PUT,
						  .key = {"largest", arena_printf(&arena, "%03zu", i)},
						  .attrs = one,
						  .attrs_count = 1};
	must(dynamo_write(dynamo, writes, COUNT_OF(writes), NULL, NULL, &err));
	assert_int_equal(number_of("largest", "099"), 1);
}

/* ---- many ---- */

static void many(void **state)
{
	struct dynamo_write writes[MANY];
	struct dynamo_key keys[MANY + 3];
	struct dynamo_items got;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		struct attr *attr = arena_alloc(&arena, sizeof *attr);

		*attr = ATTR_NUMBER("n", (int64_t)i);
		keys[i] = key(arena_printf(&arena, "many%zu", i % 7), arena_printf(&arena, "%zu", i));
		writes[i] = (struct dynamo_write){.op = DYNAMO_PUT, .key = keys[i], .attrs = attr, .attrs_count = 1};
	}
	must(dynamo_put_many(dynamo, writes, MANY, &err));
	keys[MANY] = key("many0", "none");
	keys[MANY + 1] = keys[3];	 /* which an earlier request asked for */
	keys[MANY + 2] = keys[MANY - 1]; /* and the same one */
	must(dynamo_get_many(dynamo, keys, COUNT_OF(keys), true, &arena, &got, &err));
	assert_int_equal(got.count, COUNT_OF(keys));
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(item_number(got.items[i], "n", -1), i);
	assert_null(got.items[MANY]);
	assert_int_equal(item_number(got.items[MANY + 1], "n", -1), 3);
	assert_int_equal(item_number(got.items[MANY + 2], "n", -1), MANY - 1);
	dynamo_items_done(&got);
	for (size_t i = 0; i < MANY; i += 2)
		writes[i].op = DYNAMO_DELETE;
	must(dynamo_put_many(dynamo, writes, MANY, &err));
	must(dynamo_get_many(dynamo, keys, MANY, true, &arena, &got, &err));
	for (size_t i = 0; i < MANY; i++)
		assert_true(!got.items[i] == !(i % 2));
	dynamo_items_done(&got);
	must(dynamo_get_many(dynamo, NULL, 0, true, &arena, &got, &err));
	assert_int_equal(got.count, 0);
	dynamo_items_done(&got);
	must(dynamo_put_many(dynamo, NULL, 0, &err));
}

/* More than one request takes, and more than a page holds. */
static void large(void **state)
{
	enum { LARGE = 12, BYTES = 300 * 1024 };
	static unsigned char bytes[BYTES];
	const struct attr attr = ATTR_BYTES("b", bytes, sizeof bytes);
	struct dynamo_write writes[LARGE];
	struct dynamo_key keys[LARGE];
	struct dynamo_items got;

	(void)state;
	for (size_t i = 0; i < LARGE; i++) {
		keys[i] = key("large", arena_printf(&arena, "%zu", i));
		writes[i] = (struct dynamo_write){.op = DYNAMO_PUT, .key = keys[i], .attrs = &attr, .attrs_count = 1};
	}
	must(dynamo_put_many(dynamo, writes, LARGE, &err));
	must(dynamo_get_many(dynamo, keys, LARGE, true, &arena, &got, &err));
	for (size_t i = 0; i < LARGE; i++)
		assert_true(item_has(got.items[i], "b"));
	dynamo_items_done(&got);
	/* A page is 1 MB. */
	const struct dynamo_query query = {.pk = "large"};
	must(dynamo_query(dynamo, &query, &arena, &got, &err));
	assert_in_range(got.count, 2, 5);
	assert_non_null(got.next_sk);
	dynamo_items_done(&got);
}

/* ---- queries ---- */

/* The numbers of a walk in pages, as "3 4 5 ". */
static const char *walk(struct dynamo_query query)
{
	struct buf text;
	struct dynamo_items page;
	int pages = 0;

	buf_init(&text, 4096);
	do {
		must(dynamo_query(dynamo, &query, &arena, &page, &err));
		for (size_t i = 0; i < page.count; i++)
			buf_printf(&text, "%d ", (int)item_number(page.items[i], "n", -1));
		query.after = page.next_sk;
		dynamo_items_done(&page);
	} while (query.after && ++pages < ROWS + 2);
	assert_true(pages < ROWS + 2);
	const char *walked = arena_strdup(&arena, buf_str(&text));
	buf_done(&text);
	return walked;
}

static void queries(void **state)
{
	static const struct attr odd[] = {{.name = "v", .type = ATTR_N, .number = 1},
					  {.name = "unused", .type = ATTR_N}};
	static const struct {
		struct dynamo_query query;
		const char *rows;
	} cases[] = {
	    {{.from = "k03", .to = "k06"}, "3 4 5 6 "},
	    {{.from = "k03", .to = "k06", .down = true}, "6 5 4 3 "},
	    {{.from = "k20"}, "20 21 22 "},
	    {{.to = "k02"}, "0 1 2 "},
	    {{.to = "k02", .down = true}, "2 1 0 "},
	    {{.begins = "k1"}, "10 11 12 13 14 15 16 17 18 19 "},
	    {{.begins = "k1", .down = true, .after = "k12"}, "11 10 "},
	    {{.begins = "k1", .after = "k17"}, "18 19 "},
	    {{.begins = "k1", .after = "k17x"}, "18 19 "},
	    {{.begins = "k2", .after = "k0"}, "20 21 22 "},
	    {{.begins = "k2", .after = "k3"}, ""},
	    {{.begins = "k2", .after = "k3", .down = true}, "22 21 20 "},
	    {{.begins = "k2", .after = "k0", .down = true}, ""},
	    {{.from = "k20", .after = "k10"}, "20 21 22 "},
	    {{.to = "k02", .after = "k10"}, ""},
	    {{.to = "k02", .after = "k10", .down = true}, "2 1 0 "},
	    {{.from = "k20", .after = "k10", .down = true}, ""},
	    {{.from = "k06", .to = "k03"}, ""},
	    {{.from = "k04", .to = "k09", .filter = "#odd = :v", .values = odd, .values_count = 2}, "5 7 9 "},
	    {{.begins = "x"}, ""},
	};
	struct dynamo_write writes[ROWS];

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct attr attrs[] = {ATTR_NUMBER("n", (int64_t)i), ATTR_NUMBER("odd", (int64_t)i % 2)};

		writes[i] = (struct dynamo_write){.op = DYNAMO_PUT,
						  .key = {"rows", arena_printf(&arena, "k%02zu", i)},
						  .attrs = arena_memdup(&arena, attrs, sizeof attrs),
						  .attrs_count = COUNT_OF(attrs)};
	}
	must(dynamo_put_many(dynamo, writes, ROWS, &err));
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t limit = trouble() ? 3 : 0; limit < 4; limit++) {
			struct dynamo_query query = cases[i].query;

			query.pk = "rows";
			query.limit = limit;
			query.consistent = limit % 2;
			const char *rows = walk(query);
			if (strcmp(rows, cases[i].rows) != 0)
				fail_msg("query %zu in pages of %zu: %s", i, limit, rows);
		}
}

/* All rows, some of which fit; what was written before takes several pages. */
static void scans(void **state)
{
	const struct attr values[] = {ATTR_TEXT("v", "rows")};
	struct dynamo_scan scan = {.filter = "#pk = :v", .values = values, .values_count = 1};
	struct dynamo_items page;
	struct dynamo_key next;
	size_t found = 0, pages = 0;

	(void)state;
	do {
		must(dynamo_scan(dynamo, &scan, &arena, &page, &next, &err));
		found += page.count;
		dynamo_items_done(&page);
		scan.after = next;
	} while (next.pk && ++pages < 100);
	assert_int_equal(found, ROWS);
	assert_in_range(pages, 2, 99);
}

/* ---- the stream ---- */

static int expect_change(const cJSON *record, int at)
{
	const cJSON *change = cJSON_GetObjectItemCaseSensitive(record, "dynamodb");
	const cJSON *image = cJSON_GetObjectItemCaseSensitive(change, "NewImage");

	if (strcmp(item_text(image, "pk", &arena, NULL) ? item_text(image, "pk", &arena, NULL) : "", "streamed") != 0)
		return at;
	assert_int_equal(item_number(image, "n", -1), at);
	assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(change, "SequenceNumber")));
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(record, "eventName")->valuestring,
			    at ? "MODIFY" : "INSERT");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(record, "eventSource")->valuestring, "aws:dynamodb");
	assert_true(!at == !cJSON_GetObjectItemCaseSensitive(change, "OldImage"));
	return at + 1;
}

static int read_shard(struct dynamo *table, struct dynamo_place *place, int at, const char **ret_last)
{
	for (int reads = 0; reads < 2000 && !place->ended; reads++) {
		cJSON *records, *record;

		must(dynamo_stream_read(table, place, 100, &records, &err));
		int count = cJSON_GetArraySize(records);
		cJSON_ArrayForEach(record, records)
		{
			at = expect_change(record, at);
			*ret_last = arena_strdup(
			    &arena, cJSON_GetObjectItemCaseSensitive(
					cJSON_GetObjectItemCaseSensitive(record, "dynamodb"), "SequenceNumber")
					->valuestring);
		}
		cJSON_Delete(records);
		if (!count && reads > 3)
			break;
	}
	return at;
}

static void streams(void **state)
{
	enum { CHANGES = 5 };
	struct dynamo_shard *shards = NULL;
	size_t count = 0;
	int seen = 0;
	const char *last = NULL;
	struct dynamo *table = new_table(); /* others change other things */

	(void)state;
	must(table && dynamo_table_make(table, &err));
	for (int i = 0; i < CHANGES; i++) {
		const struct attr attrs[] = {ATTR_NUMBER("n", i)};
		const struct dynamo_write write = {
		    .op = DYNAMO_PUT, .key = {"streamed", "a"}, .attrs = attrs, .attrs_count = 1};

		must(dynamo_write(table, &write, 1, NULL, NULL, &err));
	}
	must(dynamo_stream_shards(table, &arena, &shards, &count, &err));
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		struct dynamo_place place = {.shard = shards[i].id};

		seen = read_shard(table, &place, seen, &last);
		/* What was read is not read again from behind its last record, nor is what doesn't hold gone on
		 * from. */
		place = (struct dynamo_place){.shard = shards[i].id, .after = last};
		assert_int_equal(read_shard(table, &place, seen, &last), seen);
		struct dynamo_place broken = {.shard = shards[i].id, .iterator = "nonsense"};
		cJSON *records;
		assert_false(dynamo_stream_read(table, &broken, 10, &records, &err));
	}
	assert_int_equal(seen, CHANGES);
	struct dynamo_place gone = {.shard = "shardId-00000000000000000000-00000000"};
	cJSON *none;
	/* A shard that isn't there any more has no records; but ministack gives one of any name those of the only
	 * one. */
	if (!is_stand_in("ministack") && dynamo_stream_read(table, &gone, 10, &none, &err)) {
		assert_int_equal(cJSON_GetArraySize(none), 0);
		cJSON_Delete(none);
	}
	dynamo_free(table);
}

/* ---- what it takes ---- */

static void usage(void **state)
{
	const struct attr one[] = {ATTR_NUMBER("n", 1)};
	const struct dynamo_write write = {.op = DYNAMO_PUT, .key = {"usage", "a"}, .attrs = one, .attrs_count = 1};
	struct dynamo_usage before = dynamo_usage(dynamo);
	struct dynamo_items got;

	(void)state;
	must(dynamo_write(dynamo, &write, 1, NULL, NULL, &err));
	must(dynamo_get(dynamo, write.key, true, &arena, &got, &err));
	dynamo_items_done(&got);
	must(dynamo_get(dynamo, write.key, false, &arena, &got, &err));
	dynamo_items_done(&got);
	must(dynamo_query(dynamo, &(struct dynamo_query){.pk = "rows", .limit = 9}, &arena, &got, &err));
	dynamo_items_done(&got);
	struct dynamo_usage after = dynamo_usage(dynamo);
	assert_true(after.requests - before.requests >= 4);
	assert_int_equal(after.rows - before.rows, 9);
	/* 2 for the write; 1, a half, and a half for nine small rows. */
	assert_true(after.write_units - before.write_units >= 2);
	assert_true(after.read_units - before.read_units >= 2);
	if (!trouble()) {
		assert_int_equal(after.requests - before.requests, 4);
		assert_true(after.write_units - before.write_units == 2);
		assert_true(after.read_units - before.read_units == 2);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(put_and_get), cmocka_unit_test(all_or_nothing), cmocka_unit_test(refused),
	    cmocka_unit_test(once),	   cmocka_unit_test(largest),	     cmocka_unit_test(many),
	    cmocka_unit_test(large),	   cmocka_unit_test(queries),	     cmocka_unit_test(streams),
	    cmocka_unit_test(usage),	   cmocka_unit_test(scans),
	};

	return cmocka_run_group_tests_name("DynamoDB", tests, open_table, close_table);
}
