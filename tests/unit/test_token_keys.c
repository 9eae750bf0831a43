/* test_token_keys.c: sets of public keys, our own and those of somebody who may mean harm. */
#include "tests/unit/token_key.h"

static const char *key_json(const char *name, const char *pem)
{
	const char *text;
	struct err err;

	assert_true(token_keys_write(&(struct token_key){name, pem}, 1, &arena, &text, &err));
	const char *inner = strchr(text, '[') + 1;
	return arena_printf(&arena, "%.*s", (int)(strrchr(inner, ']') - inner), inner);
}

static size_t read_set(const char *text, const struct token_key **keys)
{
	size_t count = 99;
	struct err err = {0};

	if (!token_keys_read(text, strlen(text), &arena, keys, &count, &err))
		fail_msg("%s: %s", text, err.message);
	return count;
}

static void test_keys_are_read(void **state)
{
	const char *other_private, *other_public, *other_kid, *text;
	const struct token_key *keys;
	struct token_claims claims;
	struct err err;

	(void)state;
	assert_true(token_key_new(&arena, &other_private, &other_public, &other_kid, &err));
	const struct token_key both[] = {{kid, public_pem}, {other_kid, other_public}};
	assert_true(token_keys_write(both, 2, &arena, &text, &err));
	assert_int_equal(read_set(text, &keys), 2);
	assert_string_equal(keys[0].kid, kid);
	assert_string_equal(keys[0].public_pem, public_pem);
	assert_string_equal(keys[1].kid, other_kid);
	assert_string_equal(keys[1].public_pem, other_public);
	char *token = token_sign(other_private, other_kid, &sample, &arena, &err);
	const char *named;
	assert_true(token_kid(token, &arena, &named, &err));
	assert_string_equal(named, other_kid);
	assert_true(token_verify(token, keys[1].public_pem, &rules, &arena, &claims, &err));
	assert_false(token_verify(token, keys[0].public_pem, &rules, &arena, &claims, &err));
	assert_int_equal(read_set("{\"keys\":[]}", &keys), 0);
}

/* Keys that nobody should be believed by. */
static void test_keys_are_left_out(void **state)
{
	static const struct {
		const char *before, *after; /* of a good key's JSON */
	} changes[] = {
	    {"\"kty\":\"RSA\"", "\"kty\":\"EC\""},
	    {"\"kty\":\"RSA\"", "\"kty\":7"},
	    {"\"use\":\"sig\"", "\"use\":\"enc\""},
	    {"\"use\":\"sig\"", "\"use\":null"},
	    {"\"alg\":\"RS256\"", "\"alg\":\"HS256\""},
	    {"\"alg\":\"RS256\"", "\"alg\":\"none\""},
	    {"\"e\":\"AQAB\"", "\"e\":\"AQ\""},
	    {"\"e\":\"AQAB\"", "\"e\":\"Aw\""},
	    {"\"e\":\"AQAB\"", "\"e\":\"AQAC\""},
	    {"\"e\":\"AQAB\"", "\"e\":\"AQABAQAB\""},
	    {"\"e\":\"AQAB\"", "\"e\":\"\""},
	    {"\"e\":\"AQAB\"", "\"e\":65537"},
	    {"\"e\":\"AQAB\"", "\"e\":\"AQAB=\""},
	    {"\"kid\":\"k\"", "\"kid\":\"\""},
	    {"\"kid\":\"k\"", "\"kid\":null"},
	    {"\"n\":\"", "\"m\":\""},
	    {"\"n\":\"", "\"n\":\"*"},
	    {"\"n\":\"", "\"n\":\"\",\"m\":\""},
	};
	const char *good = key_json("k", public_pem);
	const struct token_key *keys;

	(void)state;
	assert_int_equal(read_set(arena_printf(&arena, "{\"keys\":[%s]}", good), &keys), 1);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const char *at = strstr(good, changes[i].before);

		assert_non_null(at);
		const char *bad = arena_printf(&arena, "%.*s%s%s", (int)(at - good), good, changes[i].after,
					       at + strlen(changes[i].before));
		if (read_set(arena_printf(&arena, "{\"keys\":[%s]}", bad), &keys) != 0)
			fail_msg("taken: %s", bad);
		/* And the good one beside it is found all the same. */
		assert_int_equal(read_set(arena_printf(&arena, "{\"keys\":[%s,%s]}", bad, good), &keys), 1);
	}
	/* Too short, too long, even. */
	static const size_t sizes[] = {128, 255, 513, 1024};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint8_t number[1024];

		memset(number, 0xFF, sizeof number);
		const char *bad =
		    arena_printf(&arena, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\",\"n\":\"%s\"}]}",
				 base64(number, sizes[i]));
		assert_int_equal(read_set(bad, &keys), 0);
	}
	uint8_t even[256];
	memset(even, 0xFE, sizeof even);
	assert_int_equal(
	    read_set(arena_printf(&arena, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\",\"n\":\"%s\"}]}",
				  base64(even, sizeof even)),
		     &keys),
	    0);
}

static void test_keys_of_one_name(void **state)
{
	const char *other_private, *other_public, *other_kid, *more = "";
	const struct token_key *keys;
	struct err err;

	(void)state;
	assert_true(token_key_new(&arena, &other_private, &other_public, &other_kid, &err));
	const char *first = key_json("k", public_pem), *second = key_json("k", other_public);
	assert_int_equal(read_set(arena_printf(&arena, "{\"keys\":[%s,%s]}", first, second), &keys), 1);
	assert_string_equal(keys[0].public_pem, public_pem);
	for (int i = 0; i < 40; i++)
		more = arena_printf(&arena, "%s%s%s", more, i ? "," : "",
				    key_json(arena_printf(&arena, "k%d", i), public_pem));
	assert_int_equal(read_set(arena_printf(&arena, "{\"keys\":[%s]}", more), &keys), TOKEN_KEYS_MAX);
	char long_name[200];
	memset(long_name, 'k', sizeof long_name);
	long_name[sizeof long_name - 1] = '\0';
	assert_int_equal(read_set(arena_printf(&arena, "{\"keys\":[%s]}", key_json(long_name, public_pem)), &keys), 0);
}

static void test_no_set(void **state)
{
	static const char *const none[] = {"",
					   "x",
					   "{",
					   "[]",
					   "{}",
					   "{\"keys\":null}",
					   "{\"keys\":{}}",
					   "{\"keys\":7}",
					   "{\"keys\":\"\"}",
					   "<html></html>",
					   "{\"keys\":[]}{}",
					   "{\"keys\":[],\"keys\":[]}"};

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		const struct token_key *keys = NULL;
		size_t count = 7;
		struct err err = {0};

		assert_false(token_keys_read(none[i], strlen(none[i]), &arena, &keys, &count, &err));
		assert_int_equal(err.kind, ERR_PROTOCOL);
		assert_int_equal(count, 7);
	}
	static const char *const odd[] = {"7", "null", "[]", "\"k\"", "{}", "{\"kid\":\"k\"}"};
	const struct token_key *keys;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_int_equal(read_set(arena_printf(&arena, "{\"keys\":[%s]}", odd[i]), &keys), 0);
}

static void test_no_kid(void **state)
{
	static const char *const headers[] = {"{\"alg\":\"RS256\"}", "{\"alg\":\"RS256\",\"kid\":7}",
					      "{\"alg\":\"RS256\",\"kid\":null}"};
	const char *named = "untouched";
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		assert_false(
		    token_kid(arena_printf(&arena, "%s.%s.AA", base64(headers[i], strlen(headers[i])), base64("{}", 2)),
			      &arena, &named, &err));
		assert_string_equal(err.code, "invalid_token");
	}
	assert_false(token_kid("", &arena, &named, &err));
	assert_false(token_kid("a.b.c", &arena, &named, &err));
	assert_string_equal(named, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_keys_are_read), TEST(test_keys_are_left_out), TEST(test_keys_of_one_name), TEST(test_no_set),
	    TEST(test_no_kid),
	};

	return cmocka_run_group_tests_name("sets of keys", tests, make_key, forget_key);
}
