/* Shapes: query strings decoded and checked by their tables. */
#include "tests/unit/unit.h"

#include "base/text.h"
#include "models/account.h"
#include "models/limits.h"
#include "models/product.h"
#include "models/purchase.h"

static struct violations violations;
static struct err err;

static bool decode(const struct shape *shape, const struct pair *pairs, size_t count, void *ret_object)
{
	violations.count = 0;
	err.kind = ERR_NONE;
	return shape_decode_query(shape, pairs, count, ret_object, &violations, &err);
}

static void decodes_every_parameter(void **state)
{
	static const struct pair pairs[] = {
	    {"q", "café"},	  {"category", "Tea & more"}, {"seller_id", "s-1"},  {"min_price", "0"},
	    {"max_price", "12.5"}, {"in_stock", "true"},      {"sort", "-price"},    {"limit", "100"},
	    {"cursor", "abc_-"},
	};
	struct product_query query;

	(void)state;
	assert_true(decode(&product_query_shape, pairs, COUNT_OF(pairs), &query));
	assert_string_equal(query.q, "café");
	assert_string_equal(query.category, "Tea & more");
	assert_string_equal(query.seller_id, "s-1");
	assert_true(query.min_price == 0 && query.max_price == 1250);
	assert_true(query.in_stock);
	assert_int_equal(query.sort, SORT_PRICE_DOWN);
	assert_true(query.limit == 100);
	assert_string_equal(query.cursor, "abc_-");
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		assert_true(shape_given(&product_query_shape, &query, pairs[i].name));
}

static void what_is_absent_is_absent(void **state)
{
	struct product_query query;
	struct sale_query sale;

	(void)state;
	memset(&query, 0xAA, sizeof query);
	assert_true(decode(&product_query_shape, NULL, 0, &query));
	assert_null(query.q);
	assert_int_equal(query.sort, -1);
	assert_true(query.limit == 0 && query.given == 0 && !query.in_stock);
	assert_false(shape_given(&product_query_shape, &query, "min_price"));

	assert_true(decode(&sale_query_shape, NULL, 0, &sale));
	assert_int_equal(sale.status, -1);
	assert_true(decode(&sale_query_shape, &(struct pair){"status", "placed"}, 1, &sale));
	assert_int_equal(sale.status, SALE_PLACED);
}

static void refuses_wrong_values(void **state)
{
	static const struct {
		struct pair pair;
		const char *detail;
	} rows[] = {
	    {{"limit", "0"}, "must be 1 to 100"},
	    {{"limit", "101"}, "must be 1 to 100"},
	    {{"limit", "-1"}, "must be 1 to 100"},
	    {{"limit", ""}, "must be a whole number"},
	    {{"limit", " 1"}, "must be a whole number"},
	    {{"limit", "+1"}, "must be a whole number"},
	    {{"limit", "1 "}, "must be a whole number"},
	    {{"limit", "1.0"}, "must be a whole number"},
	    {{"limit", "0x10"}, "must be a whole number"},
	    {{"limit", "-"}, "must be a whole number"},
	    {{"limit", "99999999999999999999"}, "must be a whole number"},
	    {{"in_stock", "1"}, "must be true or false"},
	    {{"in_stock", "TRUE"}, "must be true or false"},
	    {{"in_stock", ""}, "must be true or false"},
	    {{"sort", "name"}, "is not one of the known values"},
	    {{"sort", ""}, "is not one of the known values"},
	    {{"min_price", "free"}, "must be an amount, such as 14.50"},
	    {{"max_price", "1000000000"}, "must be 0.00 to 999999999.99"},
	    {{"category", ""}, "must be 1 to 40 characters"},
	    {{"seller_id", "a b"}, "is not an id"},
	    {{"q", "a\x1B[2J"}, "must not contain control characters"},
	    {{"q", "\xFF"}, "must be valid UTF-8"},
	    {{"cursor", ""}, "must be 1 to 2048 characters"},
	    {{"Limit", "1"}, "is not a parameter here"},
	    {{"", ""}, "is not a parameter here"},
	    {{"id", "1"}, "is not a parameter here"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct product_query query;

		if (decode(&product_query_shape, &rows[i].pair, 1, &query))
			fail_msg("%s=%s was taken", rows[i].pair.name, rows[i].pair.value);
		assert_int_equal(err.kind, ERR_INVALID);
		assert_int_equal(violations.count, 1);
		assert_string_equal(violations.list[0].pointer, rows[i].pair.name);
		assert_string_equal(violations.list[0].detail, rows[i].detail);
	}
}

static void refuses_a_parameter_twice(void **state)
{
	static const struct pair pairs[] = {{"limit", "1"}, {"limit", "1"}, {"nothing", ""}};
	struct page_query query;

	(void)state;
	assert_false(decode(&page_query_shape, pairs, COUNT_OF(pairs), &query));
	assert_int_equal(violations.count, 2);
	assert_string_equal(violations.list[0].detail, "is there twice");
	assert_string_equal(violations.list[1].detail, "is not a parameter here");
	assert_string_equal(err.message, "limit is there twice (and 1 more)");
}

/* An unknown parameter's name goes into the answer: it must be valid text wherever it is cut. */
static void faults_are_valid_text(void **state)
{
	(void)state;
	for (size_t pad = 0; pad < 5; pad++) {
		struct page_query query;
		char name[301] = "xxxxx";
		size_t at = pad;

		while (at + 3 < sizeof name) {
			memcpy(name + at, "京", 3);
			at += 3;
		}
		name[at] = '\0';
		assert_false(decode(&page_query_shape, &(struct pair){name, ""}, 1, &query));
		assert_true(strlen(violations.list[0].pointer) > 90);
		assert_true(text_valid(violations.list[0].pointer, strlen(violations.list[0].pointer)));
		assert_true(text_valid(err.field, strlen(err.field)));
		assert_true(text_valid(err.message, strlen(err.message)));
	}
}

static void limits_hold(void **state)
{
	struct stats_query stats;
	char q[LIMIT_QUERY + 2];
	struct product_query query;

	(void)state;
	assert_true(decode(&stats_query_shape, &(struct pair){"days", "366"}, 1, &stats) && stats.days == 366);
	assert_false(decode(&stats_query_shape, &(struct pair){"days", "367"}, 1, &stats));
	memset(q, 'q', sizeof q);
	q[LIMIT_QUERY + 1] = '\0';
	assert_false(decode(&product_query_shape, &(struct pair){"q", q}, 1, &query));
	q[LIMIT_QUERY] = '\0';
	assert_true(decode(&product_query_shape, &(struct pair){"q", q}, 1, &query));
	assert_true(decode(&product_query_shape, &(struct pair){"q", ""}, 1, &query));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decodes_every_parameter),	 cmocka_unit_test(what_is_absent_is_absent),
	    cmocka_unit_test(refuses_wrong_values),	 cmocka_unit_test(refuses_a_parameter_twice),
	    cmocka_unit_test(faults_are_valid_text),	 cmocka_unit_test(limits_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
