/* api_suite_pictures.c: products' pictures. */
#include "tests/contract/api_suite.h"

#include <string.h>

#include "models/limits.h"

/* Both end with a NUL more, as pictures may. */
static const char png[] = "\x89PNG\r\n\x1A\n"
			  "\0\0\0\x0DIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3A\x7E\x9B\x55"
			  "\0\0\0\x0AIDAT\x78\x9C\x63\x60\0\0\0\2\0\1\x48\xAF\xA4\x71"
			  "\0\0\0\0IEND\xAE\x42\x60\x82";
static const char jpeg[] = "\xFF\xD8\xFF\xE0\0\x08JFIF\0\1\xFF\xDA\0\2 and so on \xFF\0\xFF\xD0\xFF\xD9";

static struct answer put(struct suite *suite, const struct person *who, const char *target, const char *type,
			 const void *bytes, size_t length)
{
	struct api_request request = request_new(suite, who, "PUT", target, NULL);

	if (type)
		request_header(&request, "Content-Type", type);
	request.body = bytes;
	request.body_length = length;
	return suite_send(suite, &request);
}

static void expect_picture(struct suite *suite, const char *target, const char *type, const void *bytes, size_t length)
{
	struct answer got = call(suite, NULL, "GET", target, NULL);

	expect_status(got, 200);
	assert_string_equal(header_of(&got, "Content-Type"), type);
	assert_int_equal(got.response.body_length, length);
	assert_memory_equal(got.response.body, bytes, length);
}

static void test_put_and_get(void **state)
{
	struct suite *suite = *state;
	const char *product = say(suite, "/Product/%s", product_new(suite, &suite->grace, "Pictured", "1.00", 1));
	const char *target = say(suite, "%s/Picture", product);
	struct answer none = call(suite, NULL, "GET", target, NULL);

	expect_problem(none, 404, "not_found");
	struct answer stored = put(suite, &suite->grace, target, "image/png", png, sizeof png);
	expect_status(stored, 200);
	expect_flag(stored, "has_picture", true);
	expect_number(stored, "version", 2);
	expect_picture(suite, target, "image/png", png, sizeof png);

	struct answer first = call(suite, NULL, "GET", target, NULL);
	const char *tag = header_of(&first, "ETag");
	assert_non_null(tag);
	struct answer same = call_with(suite, NULL, "GET", target, "If-None-Match", tag, NULL);
	expect_status(same, 304);
	assert_string_equal(header_of(&same, "ETag"), tag);
	struct answer other = call_with(suite, NULL, "GET", target, "If-None-Match", "\"another\"", NULL);
	expect_status(other, 200);

	struct answer replaced = put(suite, &suite->grace, target, "image/jpeg", jpeg, sizeof jpeg);
	expect_status(replaced, 200);
	expect_number(replaced, "version", 3);
	expect_picture(suite, target, "image/jpeg", jpeg, sizeof jpeg);
	struct answer changed = call_with(suite, NULL, "GET", target, "If-None-Match", tag, NULL);
	expect_status(changed, 200);
}

/* A tag is the bytes', whenever they were stored: two pictures of one length never share one. */
static void test_tags(void **state)
{
	struct suite *suite = *state;
	const char *product = say(suite, "/Product/%s", product_new(suite, &suite->grace, "Tagged", "1.00", 1));
	const char *target = say(suite, "%s/Picture", product);
	char another[sizeof png];
	const char *tags[3];

	memcpy(another, png, sizeof png);
	another[sizeof png - 20] ^= 1; /* of its data's checksum */
	for (size_t i = 0; i < 3; i++) {
		struct answer stored =
		    put(suite, &suite->grace, target, "image/png", i == 1 ? another : png, sizeof png);
		expect_status(stored, 200);
		struct answer found = call(suite, NULL, "GET", target, NULL);
		tags[i] = header_of(&found, "ETag");
		assert_non_null(tags[i]);
	}
	assert_string_not_equal(tags[0], tags[1]);
	assert_string_equal(tags[0], tags[2]);
}

static void test_delete(void **state)
{
	struct suite *suite = *state;
	const char *product = say(suite, "/Product/%s", product_new(suite, &suite->grace, "Pictured", "1.00", 1));
	const char *target = say(suite, "%s/Picture", product);

	put(suite, &suite->grace, target, "image/png", png, sizeof png);
	struct answer others = call(suite, &suite->linus, "DELETE", target, NULL);
	expect_problem(others, 403, "forbidden");
	for (int i = 0; i < 2; i++) {
		struct answer gone = call(suite, &suite->grace, "DELETE", target, NULL);
		expect_status(gone, 200);
		expect_flag(gone, "has_picture", false);
	}
	struct answer none = call(suite, NULL, "GET", target, NULL);
	expect_problem(none, 404, "not_found");

	put(suite, &suite->grace, target, "image/png", png, sizeof png);
	struct answer archived = call(suite, &suite->grace, "DELETE", product, NULL);
	expect_status(archived, 204);
	struct answer hidden = call(suite, NULL, "GET", target, NULL);
	expect_problem(hidden, 404, "not_found");
	struct answer late = put(suite, &suite->grace, target, "image/png", png, sizeof png);
	expect_problem(late, 404, "not_found");
}

static void test_refused(void **state)
{
	struct suite *suite = *state;
	const char *product = say(suite, "/Product/%s", product_new(suite, &suite->grace, "Not pictured", "1.00", 1));
	const char *target = say(suite, "%s/Picture", product);
	static const struct {
		const char *type;
		const char *bytes;
		size_t length;
		int status;
	} cases[] = {
	    {"image/gif", "GIF89a", 6, 415},
	    {NULL, png, sizeof png, 415},
	    {"application/json", "{}", 2, 415},
	    {"image/pngx", png, sizeof png, 415},
	    {"image/png", jpeg, sizeof jpeg, 400},
	    {"image/jpeg", png, sizeof png, 400},
	    {"image/png", png, 7, 400},
	    {"image/png", "", 0, 400},
	    {"image/jpeg", jpeg, 2, 400},
	    {"image/png", png, sizeof png - 2, 400},
	    {"image/png", png, sizeof png - 1 - 12, 400},
	    {"image/jpeg", jpeg, sizeof jpeg - 2, 400},
	    {"image/jpeg", jpeg, 12, 400},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer refused =
		    put(suite, &suite->grace, target, cases[i].type, cases[i].bytes, cases[i].length);
		expect_status(refused, cases[i].status);
	}
	struct answer others = put(suite, &suite->linus, target, "image/png", png, sizeof png);
	expect_problem(others, 403, "forbidden");
	struct answer missing =
	    put(suite, &suite->grace, "/Product/01JD8ZQ4T7M3XK2V9B6N5C0RHE/Picture", "image/png", png, sizeof png);
	expect_problem(missing, 404, "not_found");
	struct answer read = call(suite, NULL, "GET", product, NULL);
	expect_flag(read, "has_picture", false);
	expect_number(read, "version", 1);
}

static void test_size(void **state)
{
	struct suite *suite = *state;
	const char *target = say(suite, "/Product/%s/Picture", product_new(suite, &suite->grace, "Large", "1.00", 1));
	char *bytes = arena_alloc(&suite->arena, LIMIT_PICTURE + 1);

	assert_non_null(bytes);
	memcpy(bytes, png, sizeof png);
	struct answer large = put(suite, &suite->grace, target, "image/png; charset=none", bytes, LIMIT_PICTURE);
	expect_status(large, 200);
	expect_picture(suite, target, "image/png", bytes, LIMIT_PICTURE);
	struct answer larger = put(suite, &suite->grace, target, "image/png", bytes, LIMIT_PICTURE + 1);
	expect_problem(larger, 413, "too_large");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_put_and_get),
    cmocka_unit_test(test_tags),
    cmocka_unit_test(test_delete),
    cmocka_unit_test(test_refused),
    cmocka_unit_test(test_size),
};
const struct suite_tests picture_tests = {tests, sizeof tests / sizeof *tests};
