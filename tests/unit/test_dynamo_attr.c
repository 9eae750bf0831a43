/* DynamoDB's attributes, as they are sent and as they are read, and what expressions name. */
#include "tests/unit/unit.h"

#include "base/crypt.h"
#include "platform/aws/internal.h"

enum { OUT_MAX = 64 * 1024, ARENA_MAX = 1024 * 1024 };

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX);
	return crypt_init() ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* ---- sending ---- */

static const char *written(const struct attr *attr)
{
	struct buf out;
	struct json json = json_writer(&out);

	buf_init(&out, OUT_MAX);
	attr_write(&json, attr);
	assert_false(out.failed);
	const char *text = arena_strdup(&arena, buf_str(&out));
	buf_done(&out);
	return text;
}

static void writes(void **state)
{
	const struct attr inner[] = {ATTR_TEXT("p", "P1"), ATTR_TEXT("gone", NULL), ATTR_NUMBER("q", 2)};
	const struct attr elements[] = {ATTR_MAP(NULL, inner, COUNT_OF(inner)), ATTR_TEXT("", "x")};
	const struct {
		struct attr attr;
		const char *json;
	} cases[] = {
	    {ATTR_TEXT("a", "quote \" and é"), "{\"S\":\"quote \\\" and é\"}"},
	    {ATTR_TEXT("a", ""), "{\"S\":\"\"}"},
	    {ATTR_NUMBER("a", 0), "{\"N\":\"0\"}"},
	    {ATTR_NUMBER("a", INT64_MAX), "{\"N\":\"9223372036854775807\"}"},
	    {ATTR_NUMBER("a", INT64_MIN), "{\"N\":\"-9223372036854775808\"}"},
	    {ATTR_TRUTH("a", true), "{\"BOOL\":true}"},
	    {ATTR_TRUTH("a", false), "{\"BOOL\":false}"},
	    {ATTR_BYTES("a", "\0\1\377", 3), "{\"B\":\"AAH/\"}"},
	    {ATTR_BYTES("a", "", 0), "{\"B\":\"\"}"},
	    {ATTR_LIST("a", NULL, 0), "{\"L\":[]}"},
	    {ATTR_MAP("a", NULL, 0), "{\"M\":{}}"},
	    {ATTR_LIST("a", elements, COUNT_OF(elements)),
	     "{\"L\":[{\"M\":{\"p\":{\"S\":\"P1\"},\"q\":{\"N\":\"2\"}}},{\"S\":\"x\"}]}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(written(&cases[i].attr), cases[i].json);
}

static void writes_items(void **state)
{
	const struct attr attrs[] = {ATTR_NUMBER("n", 1), ATTR_NUMBER(":v", 2), ATTR_TEXT("t", NULL)};
	struct buf out;
	struct json json = json_writer(&out);

	(void)state;
	buf_init(&out, OUT_MAX);
	json_open(&json, '[');
	attr_write_item(&json, (struct dynamo_key){"A#1", "A"}, attrs, COUNT_OF(attrs));
	attr_write_key(&json, (struct dynamo_key){"A#1", "A"});
	json_close(&json, ']');
	assert_string_equal(buf_str(&out), "[{\"pk\":{\"S\":\"A#1\"},\"sk\":{\"S\":\"A\"},\"n\":{\"N\":\"1\"}},"
					   "{\"pk\":{\"S\":\"A#1\"},\"sk\":{\"S\":\"A\"}}]");
	buf_done(&out);
}

/* ---- reading ---- */

static cJSON *parse(const char *text)
{
	cJSON *json = json_parse(text, strlen(text), JSON_VALUES_ANSWER, NULL);

	assert_non_null(json);
	return json;
}

static void reads(void **state)
{
	cJSON *item =
	    parse("{\"t\":{\"S\":\"x\"},\"n\":{\"N\":\"-42\"},\"yes\":{\"BOOL\":true},\"no\":{\"BOOL\":false},"
		  "\"b\":{\"B\":\"AAH/\"},"
		  "\"l\":{\"L\":[{\"M\":{\"q\":{\"N\":\"7\"}}},{\"S\":\"z\"},{\"N\":\"9\"}]},\"e\":{\"S\":\"\"}}");
	size_t length = 0;
	bool failed = false;

	(void)state;
	assert_string_equal(item_text(item, "t", &arena, &failed), "x");
	assert_string_equal(item_text(item, "e", &arena, &failed), "");
	assert_int_equal(item_number(item, "n", 1), -42);
	assert_true(item_truth(item, "yes"));
	assert_false(item_truth(item, "no"));
	assert_memory_equal(item_bytes(item, "b", &arena, &length, &failed), "\0\1\377", 3);
	assert_int_equal(length, 3);
	const cJSON *list = item_list(item, "l");
	assert_int_equal(cJSON_GetArraySize(list), 3);
	assert_int_equal(item_number(element_map(list->child), "q", 0), 7);
	assert_string_equal(element_text(list->child->next, &arena, &failed), "z");
	assert_true(item_has(item, "no"));
	assert_false(item_has(item, "T"));
	assert_false(failed);
	cJSON_Delete(item);
}

/* What is missing, of another type or no attribute at all is read as nothing. */
static void reads_nothing(void **state)
{
	static const char *const items[] = {
	    "{}", "[]", "{\"a\":1}", "{\"a\":\"S\"}", "{\"a\":[]}", "{\"a\":{}}", "{\"a\":{\"NULL\":true}}",
	    "{\"a\":{\"S\":1}}", "{\"a\":{\"N\":1}}", "{\"a\":{\"BOOL\":\"true\"}}", "{\"a\":{\"B\":1}}",
	    "{\"a\":{\"B\":\"A\"}}", "{\"a\":{\"B\":\"AAH*\"}}", "{\"a\":{\"L\":{}}}", "{\"a\":{\"M\":[]}}",
	    "{\"a\":{\"SS\":[\"x\"]}}", "{\"a\":{\"s\":\"x\"}}",
	};
	size_t length = 77;
	bool failed = false;

	(void)state;
	for (size_t i = 0; i <= COUNT_OF(items); i++) {
		cJSON *item = i < COUNT_OF(items) ? parse(items[i]) : NULL;

		assert_null(item_text(item, "a", &arena, &failed));
		assert_int_equal(item_number(item, "a", 5), 5);
		assert_false(item_truth(item, "a"));
		assert_null(item_bytes(item, "a", &arena, &length, &failed));
		assert_null(item_list(item, "a"));
		assert_null(element_map(item));
		assert_null(element_text(item, &arena, &failed));
		assert_false(attr_is_key(item, (struct dynamo_key){"a", "a"}));
		cJSON_Delete(item);
	}
	assert_int_equal(length, 77);
	assert_false(failed);
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t number;
	} cases[] = {
	    {"0", 0}, {"-0", 0}, {"9223372036854775807", INT64_MAX}, {"9223372036854775808", INT64_MAX},
	    {"-9223372036854775809", INT64_MIN}, {"99999999999999999999999999999999999999", INT64_MAX},
	    {"", 5}, {"-", 5}, {"1.5", 5}, {"1e3", 5}, {" 1", 5}, {"+1", 5}, {"0x1", 5}, {"1 ", 5}, {"nan", 5},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cJSON *item = parse(arena_printf(&arena, "{\"n\":{\"N\":\"%s\"}}", cases[i].text));

		assert_int_equal(item_number(item, "n", 5), cases[i].number);
		cJSON_Delete(item);
	}
}

/* Nothing fits into the arena: that is told apart from what isn't there. */
static void no_memory(void **state)
{
	cJSON *item = parse("{\"t\":{\"S\":\"xxxxxxxxxxxxxxxxxxxx\"},\"b\":{\"B\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}}");
	struct arena small;
	size_t length;
	bool failed = false;

	(void)state;
	arena_init(&small, 8);
	assert_null(item_text(item, "t", &small, &failed));
	assert_true(failed);
	failed = false;
	assert_null(item_bytes(item, "b", &small, &length, &failed));
	assert_true(failed);
	assert_null(item_text(item, "t", &small, NULL));
	arena_done(&small);
	cJSON_Delete(item);
}

/* What was sent is what is read, whatever it is. */
static void round_trip(void **state)
{
	uint64_t chance = chance_seed();

	(void)state;
	for (int round = 0; round < 2000; round++) {
		unsigned char bytes[40];
		size_t length = chance_below(&chance, sizeof bytes), got = 0;
		int64_t number = (int64_t)(chance_next(&chance) >> chance_below(&chance, 64));
		bool failed = false;

		for (size_t i = 0; i < length; i++)
			bytes[i] = (unsigned char)chance_next(&chance);
		const struct attr attrs[] = {ATTR_BYTES("b", bytes, length), ATTR_NUMBER("n", number)};
		const struct attr map = ATTR_MAP("m", attrs, COUNT_OF(attrs));
		cJSON *element = parse(written(&map));
		const cJSON *item = element_map(element);

		assert_int_equal(item_number(item, "n", 0), number);
		assert_memory_equal(item_bytes(item, "b", &arena, &got, &failed), bytes, length);
		assert_int_equal(got, length);
		cJSON_Delete(element);
		arena_reset(&arena);
	}
}

/* ---- expressions ---- */

static bool express(const struct expression *expression, const char **ret_text, struct err *err)
{
	struct buf out;
	struct json json = json_writer(&out);

	buf_init(&out, OUT_MAX);
	json_open(&json, '{');
	bool good = expression_write(&json, expression, err);
	json_close(&json, '}');
	*ret_text = arena_strdup(&arena, buf_str(&out));
	buf_done(&out);
	return good;
}

static void expressions(void **state)
{
	const struct attr values[] = {ATTR_NUMBER("q", 3), ATTR_TEXT(":p", "x")};
	const struct attr more[] = {ATTR_NUMBER("q", 4), ATTR_TEXT("unused", "y"), ATTR_TRUTH("in_use", true)};
	static const struct {
		const char *texts[2], *json;
	} cases[] = {
	    {{NULL, NULL}, "{}"},
	    {{"attribute_exists(pk)", NULL}, "{}"},
	    {{"SET #stock = #stock - :q", "#stock >= :q AND #price = :p"},
	     "{\"ExpressionAttributeNames\":{\"#stock\":\"stock\",\"#price\":\"price\"},"
	     "\"ExpressionAttributeValues\":{\":q\":{\"N\":\"3\"},\":p\":{\"S\":\"x\"}}}"},
	    {{"SET #parts[0].#st=:in_use", NULL},
	     "{\"ExpressionAttributeNames\":{\"#parts\":\"parts\",\"#st\":\"st\"},"
	     "\"ExpressionAttributeValues\":{\":in_use\":{\"BOOL\":true}}}"},
	    {{"REMOVE #a,#b", NULL}, "{\"ExpressionAttributeNames\":{\"#a\":\"a\",\"#b\":\"b\"}}"},
	    {{"REMOVE #ab,#a", "#b = #ab"},
	     "{\"ExpressionAttributeNames\":{\"#ab\":\"ab\",\"#a\":\"a\",\"#b\":\"b\"}}"},
	};
	const char *text;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct expression expression = {.texts = {cases[i].texts[0], cases[i].texts[1]},
						      .values = {{values, COUNT_OF(values)}, {more, COUNT_OF(more)}}};

		assert_true(express(&expression, &text, &err));
		assert_string_equal(text, cases[i].json);
	}
}

static void wrong_expressions(void **state)
{
	const struct attr values[] = {ATTR_TEXT("none", NULL), {.name = NULL, .type = ATTR_N}};
	struct buf many;
	const char *text;

	(void)state;
	buf_init(&many, OUT_MAX);
	for (int i = 0; i <= EXPRESSION_NAMES_MAX; i++)
		buf_printf(&many, "#a%d ", i);
	const char *const cases[] = {
	    ":missing",     ":none",
	    ":null",        "#",
	    "a = :",        "#a.#",
	    buf_str(&many), "#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct expression expression = {.texts = {cases[i]}, .values = {{values, COUNT_OF(values)}}};
		struct err err = {.kind = ERR_NONE};

		if (express(&expression, &text, &err))
			fail_msg("taken: %s", cases[i]);
		assert_int_equal(err.kind, ERR_INTERNAL);
	}
	buf_done(&many);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes),	     cmocka_unit_test(writes_items), cmocka_unit_test(reads),
	    cmocka_unit_test(reads_nothing), cmocka_unit_test(reads_numbers), cmocka_unit_test(no_memory),
	    cmocka_unit_test(round_trip),    cmocka_unit_test(expressions),  cmocka_unit_test(wrong_expressions),
	};

	return cmocka_run_group_tests_name("attributes and expressions", tests, set_up, tear_down);
}
