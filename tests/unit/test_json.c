/* JSON: exactly what RFC 8259 allows comes in, within our bounds, and what goes out can be read again. */
#include "tests/unit/unit.h"

#include "base/json.h"
#include "base/text.h"

static bool taken(const char *text, size_t length, struct err *err)
{
	cJSON *json = json_parse(text, length, JSON_VALUES_REQUEST, err);
	bool good = json != NULL;

	cJSON_Delete(json);
	return good;
}

static void takes_what_is_json(void **state)
{
	static const char *const texts[] = {
	    "{}", "[]", "null", "true", "false", "0", "-0", "12", "-1.5", "1e5", "1E+5", "1e-5", "0.0", "\"\"",
	    " \t\r\n{ } ", "[1 , 2\n,3]", "{\"a\":1,\"b\":[{},[]],\"c\":null}", "{\"\":1}", "{\"a\":{\"a\":1}}",
	    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"\\ud83d\\uded2\"", "\"京都\"", "\"\x7F\"", "1e400", "-1e400",
	    "\"\\uFFFF\"", "[[[[[[]]]]]]",
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (!taken(texts[i], strlen(texts[i]), &err))
			fail_msg("%s: %s", texts[i], err.message);
}

static void refuses_what_is_not(void **state)
{
	static const char *const texts[] = {
	    "", " ", "{", "}", "[", "]", "{]", "[}", "[1", "[1,", "[,]", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}",
	    "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "nul", "nulll", "True",
	    "NaN", "Infinity", "-", "+1", "01", "-01", "00", "1.", ".5", "1.e5", "1e", "1e+", "0x10", "1_000", "\"",
	    "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u0000\"", "\"\\ud800\"",
	    "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\ud83d\\ud83d\"", "\"a\nb\"", "\"a\tb\"",
	    "\"\x01\"",
	    "\"\xFF\"", "\"\xED\xA0\x80\"", "{}{}", "{} x", "1 2", "[]]", "// c\n{}", "{}/* c */", "\xEF\xBB\xBF{}",
	    "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":{},\"a\":2}", "[{\"x\":1,\"x\":2}]", "{\"a\":1,\"\\u0061\":2}",
	    "\f{}", "\v{}", "\xC2\xA0{}",
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		err.kind = ERR_NONE;
		if (taken(texts[i], strlen(texts[i]), &err))
			fail_msg("%s was taken", texts[i]);
		if (err.kind != ERR_INVALID)
			fail_msg("%s: %s", texts[i], err.message);
	}
	assert_false(taken("{}\0", 3, &err));
	assert_false(taken("\"a\0b\"", 5, &err));
	assert_false(taken("\0", 1, &err));
	/* What lies behind the length doesn't count. */
	assert_true(taken("[1]]]]", 3, &err));
	assert_true(taken("12345", 2, &err));
	assert_false(taken("true", 3, &err));
}

static void refuses_depth(void **state)
{
	static const size_t depths[] = {JSON_DEPTH_MAX - 1, JSON_DEPTH_MAX, JSON_DEPTH_MAX + 1, 100000};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(depths); i++) {
		for (int closed = 0; closed < 2; closed++) {
			size_t length = depths[i] * (closed ? 2 : 1);
			char *text = test_malloc(length);

			memset(text, '[', depths[i]);
			if (closed)
				memset(text + depths[i], ']', depths[i]);
			assert_int_equal(taken(text, length, &err), closed && depths[i] <= JSON_DEPTH_MAX);
			test_free(text);
		}
	}
	char objects[5 * 40 + 1] = "";
	for (int i = 0; i < 40; i++)
		memcpy(objects + (size_t)i * 5, "{\"a\":", 5);
	assert_false(taken(objects, sizeof objects - 1, &err));
	assert_non_null(strstr(err.message, "deep"));
}

static void counts_values(void **state)
{
	struct err err;

	(void)state;
	for (size_t max = 0; max < 8; max++) {
		cJSON *json = json_parse("{\"a\":[1,2],\"b\":{}}", 18, max, &err); /* five values */
		assert_int_equal(json != NULL, max >= 5);
		cJSON_Delete(json);
	}
}

static void counts_members(void **state)
{
	struct buf text;
	struct err err;

	(void)state;
	buf_init(&text, 100000);
	for (int members = 255; members < 259; members++) {
		buf_reset(&text);
		for (int i = 0; i < members; i++)
			buf_printf(&text, "%c\"m%d\":0", i ? ',' : '{', i);
		buf_add_char(&text, '}');
		assert_int_equal(taken(text.bytes, text.length, &err), members <= 256);
	}
	buf_done(&text);
}

/* A number that cJSON would read in part is refused, and not for want of memory. */
static void numbers_have_a_length(void **state)
{
	struct err err;

	(void)state;
	for (size_t digits = 1; digits < 200; digits++) {
		char text[256];
		size_t at = (size_t)snprintf(text, sizeof text, "[1");

		for (size_t i = 1; i < digits; i++)
			text[at++] = (char)('0' + i % 10);
		text[at++] = ']';
		err.kind = ERR_NONE;
		assert_int_equal(taken(text, at, &err), digits <= 63);
		assert_int_equal(err.kind, digits <= 63 ? ERR_NONE : ERR_INVALID);
	}
}

/* What is not whole is not rounded to what is, and what is whole stays, however it is written. */
static void numbers_keep_their_parts(void **state)
{
	static const char *const whole[] = {"0",   "-0",   "0.0",	"0e5",	 "1.0",	       "100e-2",	 "1e2",
					    "1E+2", "1.5e1", "0.00001e5", "-7.0e0", "120.50e1", "9007199254740991.0", "0e-999"};
	static const char *const parts[] = {"0.5",	   "-0.5",  "1e-1",   "1e-400",
					    "-1e-99999999999999999999", "15e-1", "100.5e0", "0.00001e4",
					    "1.00000000000000000001",	"0.99999999999999999999999"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(whole) + COUNT_OF(parts); i++) {
		bool is_whole = i < COUNT_OF(whole);
		char text[128];

		/* Among strings that look like numbers, and values that are some. */
		snprintf(text, sizeof text, "{\"1\\\"2\":[\"3.5\\\\\",2],\"4\":{\"5\":%s},\"6\":7}",
			 is_whole ? whole[i] : parts[i - COUNT_OF(whole)]);
		cJSON *json = json_parse(text, strlen(text), 16, &err);
		assert_non_null(json);
		double number = json->child->next->child->valuedouble;
		assert_int_equal(number == (double)(int64_t)(number != number ? 0 : number), is_whole);
		assert_true(json->child->child->next->valuedouble == 2 && json->child->next->next->valuedouble == 7);
		cJSON_Delete(json);
	}
	assert_null(json_parse(NULL, 0, 16, &err)); /* an empty buffer's bytes */
	assert_int_equal(err.kind, ERR_INVALID);
	cJSON *alone = json_parse("1e-400", 6, 1, &err); /* nothing behind it may be read */
	assert_true(alone && alone->valuedouble != alone->valuedouble);
	cJSON_Delete(alone);
}

/* An error's text goes into an answer: it must be valid UTF-8 wherever a name is cut. */
static void errors_are_valid_text(void **state)
{
	(void)state;
	for (size_t pad = 0; pad < 5; pad++) {
		struct buf text;
		struct err err;

		buf_init(&text, 10000);
		for (int member = 0; member < 2; member++) {
			buf_printf(&text, "%s\"%.*s", member ? "," : "{", (int)pad, "xxxxx");
			for (int i = 0; i < 60; i++)
				buf_add_str(&text, "京");
			buf_add_str(&text, "\":1");
		}
		buf_add_char(&text, '}');
		assert_false(taken(text.bytes, text.length, &err));
		assert_non_null(strstr(err.message, "twice"));
		assert_true(text_valid(err.message, strlen(err.message)));
		buf_done(&text);
	}
}

static void writes(void **state)
{
	struct buf out;
	struct json json;

	(void)state;
	buf_init(&out, 10000);
	json = json_writer(&out);
	json_open(&json, '{');
	json_member_open(&json, "a", '[');
	json_int(&json, 1);
	json_int(&json, INT64_MIN);
	json_bool(&json, true);
	json_bool(&json, false);
	json_string(&json, NULL);
	json_open(&json, '{');
	json_close(&json, '}');
	json_open(&json, '[');
	json_close(&json, ']');
	json_raw(&json, "{\"x\":1}", 7);
	json_close(&json, ']');
	json_member_string(&json, "b", "\x01\x1F\"\\/\b\f\n\r\t\x7F é");
	json_close(&json, '}');
	assert_string_equal(buf_str(&out),
			    "{\"a\":[1,-9223372036854775808,true,false,null,{},[],{\"x\":1}],"
			    "\"b\":\"\\u0001\\u001f\\\"\\\\/\\b\\f\\n\\r\\t\x7F é\"}");
	buf_done(&out);
}

/* Random texts, of all that is valid: written, read, the same. */
static void strings_come_back(void **state)
{
	uint64_t draw = chance_seed();
	struct buf out;
	struct err err;

	(void)state;
	buf_init(&out, 10000);
	for (int i = 0; i < 20000; i++) {
		static const char *const wide[] = {"é", "京", "🛒", "\xC2\x85", "\xE2\x80\xA8"};
		char text[80];
		size_t length = 0, wanted = chance_below(&draw, 60);

		while (length < wanted) {
			const char *piece = wide[chance_below(&draw, COUNT_OF(wide))];

			if (chance_below(&draw, 4))
				text[length++] = (char)(1 + chance_below(&draw, 127));
			else
				for (; *piece; piece++)
					text[length++] = *piece;
		}
		text[length] = '\0';
		buf_reset(&out);
		struct json json = json_writer(&out);
		json_open(&json, '[');
		json_string(&json, text);
		json_close(&json, ']');
		cJSON *read = json_parse(out.bytes, out.length, 10, &err);
		assert_non_null(read);
		assert_string_equal(read->child->valuestring, text);
		cJSON_Delete(read);
	}
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_what_is_json),    cmocka_unit_test(refuses_what_is_not),
	    cmocka_unit_test(refuses_depth),	     cmocka_unit_test(counts_values),
	    cmocka_unit_test(counts_members),	     cmocka_unit_test(numbers_have_a_length),
	    cmocka_unit_test(numbers_keep_their_parts),
	    cmocka_unit_test(errors_are_valid_text), cmocka_unit_test(writes),
	    cmocka_unit_test(strings_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
