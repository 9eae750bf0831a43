/* A request's target: what is decoded, and what is refused. */
#include "tests/unit/unit.h"

#include "platform/target.h"

struct split_case {
	const char *target, *path, *query;
};

static void splits(void **state)
{
	static const struct split_case good[] = {
	    {"/", "/", NULL},
	    {"/a/b?c=d&e", "/a/b", "c=d&e"},
	    {"/a?", "/a", ""},
	    {"/a?b?c", "/a", "b?c"},
	    {"//a", "//a", NULL},
	    {"http://host", "/", NULL},
	    {"http://host/", "/", NULL},
	    {"HTTPS://host:1/a?b", "/a", "b"},
	    {"http://host?b", "/", "b"},
	    {"/http://host", "/http://host", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		char target[64], *path, *query;

		snprintf(target, sizeof target, "%s", good[i].target);
		assert_null(target_split(target, &path, &query));
		assert_string_equal(path, good[i].path);
		assert_int_equal(!query, !good[i].query);
		if (query)
			assert_string_equal(query, good[i].query);
	}
}

static void refuses_other_forms(void **state)
{
	static const char *const bad[] = {"*",
					  "",
					  "host:80",
					  "a/b",
					  "?a",
					  "/a#b",
					  "/a b",
					  "/a\tb",
					  "/a\x7F",
					  "/\xC3\xA9",
					  "http://",
					  "http:///a",
					  "ftp://host/a",
					  "/\x01",
					  "http://user@x/a",
					  "http://x:99999/",
					  "http://[::1/a",
					  "http:// /"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char target[64], *path, *query;

		snprintf(target, sizeof target, "%s", bad[i]);
		if (!target_split(target, &path, &query))
			fail_msg("%s was taken", bad[i]);
	}
}

/* What is wrong is said of the part that is. */
static void blames_the_part(void **state)
{
	static const char *const faults[][2] = {{"/\xC3\xA9", "The path"},
						{"/\xC3\xA9?q=a", "The path"},
						{"/Product?q=\xC3\xA9", "The query string"},
						{"http://h/a?q=\xC3\xA9", "The query string"},
						{"/a?q=b#c", "The request line holds a fragment"},
						{"http://a@b/", "The host"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		char target[64], *path, *query;

		snprintf(target, sizeof target, "%s", faults[i][0]);
		const char *fault = target_split(target, &path, &query);
		assert_non_null(fault);
		if (strncmp(fault, faults[i][1], strlen(faults[i][1])) != 0)
			fail_msg("%s: %s", faults[i][0], fault);
	}
}

static void reads_authorities(void **state)
{
	static const char *const good[] = {"a",  "a.example", "A-1_~!$&'()*+,;=", "127.0.0.1:0",   "x:",
					   "x:65535", "[::1]", "[fe80::1]:80",	  "%C3%A9.example"};
	static const char *const bad[] = {"",	   ":80", "a b", "user@x", "x:65536", "x:99999", "x:8a",  "x:-1",
					  "x:1:2", "x/y", "x?",  "x#",	   "[",	      "[]",	 "[::1",  "::1",
					  "[::1]a", "[g]", "a\xC3\xA9", "%zz", "%00", "x\\y", "a,b:80 "};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!target_authority_valid(good[i], strlen(good[i])))
			fail_msg("%s was refused", good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (target_authority_valid(bad[i], strlen(bad[i])))
			fail_msg("%s was taken", bad[i]);
	assert_true(target_authority_valid("ab:80/c", 5)); /* only so many bytes of it */
	assert_false(target_authority_valid("[::1]", 4));
}

static void decodes_paths(void **state)
{
	static const char *const good[][2] = {{"/", "/"},
					      {"/a%20b", "/a b"},
					      {"/%C3%a9", "/\xC3\xA9"},
					      {"/a+b", "/a+b"},
					      {"/%25", "/%"},
					      {"/%2525", "/%25"},
					      {"/%2e%2E/", "/../"}};
	static const char *const bad[] = {"/%",     "/%4",  "/%g0", "/%0g",    "/%00",      "/a%2Fb",
					  "/a%2fb", "/%FF", "/%C3", "/%C0%AF", "/%ED%A0%80"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		char path[64];

		snprintf(path, sizeof path, "%s", good[i][0]);
		assert_true(target_decode_path(path));
		assert_string_equal(path, good[i][1]);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char path[64];

		snprintf(path, sizeof path, "%s", bad[i]);
		if (target_decode_path(path))
			fail_msg("%s was taken", bad[i]);
	}
}

static void decodes_queries(void **state)
{
	char query[] = "q=a+b%2B%2f&&empty=&name&x=1=2&%C3%A9=%26";
	static const struct pair expected[] = {
	    {"q", "a b+/"}, {"empty", ""}, {"name", ""}, {"x", "1=2"}, {"\xC3\xA9", "&"}};
	struct pair pairs[8];
	size_t count;

	(void)state;
	assert_true(target_count_parameters(query) >= COUNT_OF(expected));
	assert_true(target_decode_query(query, pairs, COUNT_OF(pairs), &count));
	assert_int_equal(count, COUNT_OF(expected));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(pairs[i].name, expected[i].name);
		assert_string_equal(pairs[i].value, expected[i].value);
	}
}

static void refuses_queries(void **state)
{
	static const char *const bad[] = {"a=%", "%4=a", "a=%00", "a=%FF", "a=%zz", "a&b&c&d&e"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char query[64];
		struct pair pairs[4];
		size_t count;

		snprintf(query, sizeof query, "%s", bad[i]);
		if (target_decode_query(query, pairs, COUNT_OF(pairs), &count))
			fail_msg("%s was taken", bad[i]);
	}
}

static void counts_parameters(void **state)
{
	static const struct {
		const char *query;
		size_t pairs;
	} cases[] = {{"", 0}, {"&", 0}, {"&&&", 0}, {"a", 1}, {"a&", 1}, {"&a", 1}, {"a=1&b=2&c", 3}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[32];
		struct pair pairs[8];
		size_t count;

		snprintf(query, sizeof query, "%s", cases[i].query);
		assert_in_range(target_count_parameters(query), cases[i].pairs, COUNT_OF(pairs));
		assert_true(target_decode_query(query, pairs, COUNT_OF(pairs), &count));
		assert_int_equal(count, cases[i].pairs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits),          cmocka_unit_test(refuses_other_forms), cmocka_unit_test(decodes_paths),
	    cmocka_unit_test(blames_the_part), cmocka_unit_test(reads_authorities),   cmocka_unit_test(decodes_queries),
	    cmocka_unit_test(refuses_queries), cmocka_unit_test(counts_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
