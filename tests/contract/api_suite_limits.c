/* api_suite_limits.c: every limit of the contract, at its boundary and one beyond it. */
#include "tests/contract/api_suite.h"

#include <string.h>

#include "models/limits.h"

/* Where a form is open. */
enum { HOLE = '^' };

/* Sends a body in which one member has this value (JSON), to be taken or to be refused at `pointer`. */
static void try_value(struct suite *suite, const struct person *who, const char *method, const char *target,
		      const char *form, const char *pointer, const char *value, bool good)
{
	const char *hole = strchr(form, HOLE);
	const char *body = say(suite, "%.*s%s%s", (int)(hole - form), form, value, hole + 1);
	struct answer answer = call_with(suite, who, method, target, "Idempotency-Key", fresh(suite, "key-"), body);

	if (good && answer.status >= 300)
		fail_msg("%s %s refuses %s = %.60s: %.300s", method, target, pointer, value, answer.response.body);
	if (!good)
		expect_invalid(answer, pointer);
}

static const char *quoted(struct suite *suite, const char *unit, size_t count)
{
	return say(suite, "\"%s\"", repeat(suite, unit, count));
}

/* Texts of `min` to `max` characters, whatever their bytes. */
static void try_lengths(struct suite *suite, const struct person *who, const char *method, const char *target,
			const char *form, const char *pointer, size_t min, size_t max)
{
	static const char *const units[] = {"x", "é", "京", "😀"};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (min)
			try_value(suite, who, method, target, form, pointer, quoted(suite, units[i], min - 1), false);
		try_value(suite, who, method, target, form, pointer, quoted(suite, units[i], min), true);
		try_value(suite, who, method, target, form, pointer, quoted(suite, units[i], max), true);
		try_value(suite, who, method, target, form, pointer, quoted(suite, units[i], max + 1), false);
	}
	static const char *const bad[] = {"null",
					  "1",
					  "true",
					  "[]",
					  "{}",
					  "\"a\\u0007b\"",
					  "\"a\\nb\"",
					  "\"a\\u007fb\"",
					  "\"a\\u009bb\"",
					  "\"a\\u202eb\"",
					  "\"a\\u2028b\""};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		try_value(suite, who, method, target, form, pointer, bad[i], false);
}

static void try_prices(struct suite *suite, const struct person *who, const char *method, const char *target,
		       const char *form, const char *pointer)
{
	static const char *const good[] = {"\"0.01\"", "\"999999999.99\"", "\"79\"", "\"12.5\"", "\"007.50\""};
	static const char *const bad[] = {"\"0.00\"",
					  "\"0\"",
					  "\"1000000000.00\"",
					  "\"1.005\"",
					  "\"-1.00\"",
					  "\"1e3\"",
					  "\"1,50\"",
					  "\"free\"",
					  "\"\"",
					  "\" 1\"",
					  "14.5",
					  "14",
					  "null",
					  "\"1.\"",
					  "\"+1\"",
					  "\"99999999999999999999\""};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		try_value(suite, who, method, target, form, pointer, good[i], true);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		try_value(suite, who, method, target, form, pointer, bad[i], false);
}

static void try_numbers(struct suite *suite, const struct person *who, const char *method, const char *target,
			const char *form, const char *pointer, int64_t min, int64_t max)
{
	static const char *const bad[] = {"null", "\"1\"", "1.5", "true", "[]", "1e300", "-1e300", "9007199254740993",
					  "18446744073709551617", "1e-400", "1.00000000000000000001"};

	try_value(suite, who, method, target, form, pointer, say(suite, "%lld", (long long)min - 1), false);
	try_value(suite, who, method, target, form, pointer, say(suite, "%lld", (long long)min), true);
	try_value(suite, who, method, target, form, pointer, say(suite, "%lld.0", (long long)min), true);
	try_value(suite, who, method, target, form, pointer, say(suite, "%lld", (long long)max), true);
	try_value(suite, who, method, target, form, pointer, say(suite, "%lld", (long long)max + 1), false);
	try_value(suite, who, method, target, form, pointer, say(suite, "%lld.00000000000000001", (long long)max),
		  false);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		try_value(suite, who, method, target, form, pointer, bad[i], false);
}

static void test_product(void **state)
{
	struct suite *suite = *state;
	const struct person *who = &suite->grace;
	const char *product = say(suite, "/Product/%s", product_new(suite, who, "Limited", "1.00", 1));
	const char *name = "{\"name\": ^, \"price\": \"1.00\", \"category\": \"c\"}";
	const char *category = "{\"name\": \"n\", \"price\": \"1.00\", \"category\": ^}";
	const char *price = "{\"name\": \"n\", \"price\": ^, \"category\": \"c\"}";

	try_lengths(suite, who, "POST", "/Product", name, "/name", 1, LIMIT_NAME);
	try_lengths(suite, who, "POST", "/Product", category, "/category", 1, LIMIT_CATEGORY);
	try_prices(suite, who, "POST", "/Product", price, "/price");
	try_lengths(suite, who, "PATCH", product, "{\"name\": ^}", "/name", 1, LIMIT_NAME);
	try_lengths(suite, who, "PATCH", product, "{\"category\": ^}", "/category", 1, LIMIT_CATEGORY);
	try_lengths(suite, who, "PATCH", product, "{\"description\": ^}", "/description", 0, LIMIT_DESCRIPTION);
	try_numbers(suite, who, "PATCH", product, "{\"stock\": ^}", "/stock", 0, LIMIT_STOCK);
	try_prices(suite, who, "PATCH", product, "{\"price\": ^}", "/price");

	struct answer read = call(suite, NULL, "GET", product, NULL);
	expect_text(read, "price", "7.50");
	expect_number(read, "stock", LIMIT_STOCK);
}

static const char *many(struct suite *suite, const char *form, const char *const *ids, int count)
{
	const char *items = "";

	for (int i = 0; i < count; i++)
		items = say(suite, "%s%s%s", items, i ? "," : "", ids ? say(suite, form, ids[i]) : form);
	return items;
}

static void test_batch(void **state)
{
	struct suite *suite = *state;
	const char *item = "{\"name\":\"n\",\"price\":\"1.00\",\"category\":\"c\"}";
	static const struct {
		int count, status;
	} cases[] = {{0, 400}, {1, 200}, {LIMIT_BATCH, 200}, {LIMIT_BATCH + 1, 400}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer = call(suite, &suite->grace, "POST", "/Product/Batch", "{\"items\": [%s]}",
					    many(suite, item, NULL, cases[i].count));
		expect_status(answer, cases[i].status);
		if (answer.status == 200)
			expect_count(answer, "outcomes", cases[i].count);
	}
	struct answer wrong = call(suite, &suite->grace, "POST", "/Product/Batch",
				   "{\"items\": [%s, {\"name\": 7, \"stock\": -1, \"colour\": \"red\"}]}", item);
	expect_problem(wrong, 400, "invalid");
	expect_count(wrong, "errors", 3);
	expect_text(wrong, "errors.0.pointer", "/items/1/name");
	expect_text(wrong, "errors.1.pointer", "/items/1/stock");
	expect_text(wrong, "errors.2.pointer", "/items/1/colour");
}

static void test_lines(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Bulk Buyer");
	const char *ids[LIMIT_LINES + 1];

	for (int i = 0; i <= LIMIT_LINES; i++)
		ids[i] = product_new(suite, &suite->grace, say(suite, "Line %d", i), "1.00", LIMIT_STOCK);
	const char *in_cart = "{\"product_id\": \"%s\", \"quantity\": 1}";
	const char *bought = "{\"product_id\": \"%s\", \"quantity\": 1, \"price\": \"1.00\"}";
	struct answer full = call(suite, &who, "PUT", "/Cart", "{\"items\": [%s], \"version\": 0}",
				  many(suite, in_cart, ids, LIMIT_LINES));
	expect_status(full, 200);
	struct answer fuller = call(suite, &who, "PUT", "/Cart", "{\"items\": [%s], \"version\": 1}",
				    many(suite, in_cart, ids, LIMIT_LINES + 1));
	expect_invalid(fuller, "/items");

	for (int count = LIMIT_LINES + 1; count >= LIMIT_LINES; count--) {
		struct answer answer =
		    call_with(suite, &who, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"),
			      say(suite, "{\"items\": [%s]}", many(suite, bought, ids, count)));
		expect_status(answer, count == LIMIT_LINES ? 201 : 400);
	}
	struct answer none =
	    call_with(suite, &who, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"), "{\"items\": []}");
	expect_invalid(none, "/items");

	const char *cart =
	    say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 1}], \"version\": ^}", ids[0]);
	static const char *const versions[] = {"-1", "9007199254740992", "null", "\"0\"", "1.5"};
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		try_value(suite, &who, "PUT", "/Cart", cart, "/version", versions[i], false);
	/* A version that no cart has got to yet is none that is refused once one has. */
	struct answer later = call(suite, &who, "PUT", "/Cart", "{\"items\": [], \"version\": 2147483648}");
	expect_status(later, 409);
	const char *quantity =
	    say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": ^, \"price\": \"1.00\"}]}", ids[0]);
	try_value(suite, &who, "POST", "/Purchase", quantity, "/items/0/quantity", "0", false);
	try_value(suite, &who, "POST", "/Purchase", quantity, "/items/0/quantity", "1000001", false);
	try_value(suite, &who, "POST", "/Purchase", quantity, "/items/0/quantity", "1.5", false);
	struct answer refill =
	    call(suite, &suite->grace, "PATCH", say(suite, "/Product/%s", ids[0]), "{\"stock\": %d}", LIMIT_STOCK);
	expect_status(refill, 200);
	try_value(suite, &who, "POST", "/Purchase", quantity, "/items/0/quantity", "1000000", true);
	assert_int_equal(stock_of(suite, ids[0]), 0);
}

/* What costs most, as often as can be: the sum is exact. */
static void test_largest_sum(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->linus, "Dear", "999999999.99", LIMIT_STOCK);
	struct answer bought = buy(suite, &suite->ada, id, LIMIT_QUANTITY, "999999999.99");

	expect_text(bought, "total", "999999999990000.00");
	struct answer undone =
	    call(suite, &suite->ada, "POST", say(suite, "/Purchase/%s/Cancel", text_at(&bought, "id")), NULL);
	expect_status(undone, 200);
}

/* A form for signing up in which one member is open. */
static const char *sign_up(struct suite *suite, const char *open)
{
	static const char *const members[] = {"email", "password", "full_name", "mobile"};
	const char *values[] = {say(suite, "\"%s@example.com\"", fresh(suite, "limit")), "\"Vitrine-2026\"", "\"x\"",
				"\"+34600123456\""};
	const char *form = "{";

	for (int i = 0; i < 4; i++)
		form = say(suite, "%s%s\"%s\": %s", form, i ? ", " : "", members[i],
			   strcmp(members[i], open) ? values[i] : "^");
	return say(suite, "%s}", form);
}

static void test_sign_up(void **state)
{
	struct suite *suite = *state;
	static const struct {
		const char *member, *value;
		bool good;
	} cases[] = {
	    {"password", "\"Aa3456789\"", true},
	    {"password", "\"Aa345678\"", true},
	    {"password", "\"Aa34567\"", false},
	    {"password", "\"aa345678\"", false},
	    {"password", "\"AA345678\"", false},
	    {"password", "\"AAaaaaaa\"", false},
	    {"password", "null", false},
	    {"mobile", "\"+1234567\"", true},
	    {"mobile", "\"+123456789012345\"", true},
	    {"mobile", "\"+123456\"", false},
	    {"mobile", "\"+1234567890123456\"", false},
	    {"mobile", "\"600123456\"", false},
	    {"mobile", "\"+0600123456\"", false},
	    {"mobile", "\"+34 600 123\"", false},
	    {"full_name", "\"\"", false},
	    {"full_name", "\"a\\tb\"", false},
	    {"email", "\"plain\"", false},
	    {"email", "\"a@b\"", false},
	    {"email", "\"a@@b.c\"", false},
	    {"email", "\"@b.c\"", false},
	    {"email", "\"a b@c.d\"", false},
	    {"email", "\"\"", false},
	    {"email", "7", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		try_value(suite, NULL, "POST", "/Client", sign_up(suite, cases[i].member),
			  say(suite, "/%s", cases[i].member), cases[i].value, cases[i].good);

	const char *name = sign_up(suite, "full_name");
	try_value(suite, NULL, "POST", "/Client", name, "/full_name", quoted(suite, "京", LIMIT_FULL_NAME + 1), false);
	try_value(suite, NULL, "POST", "/Client", name, "/full_name", quoted(suite, "京", LIMIT_FULL_NAME), true);
	const char *password = sign_up(suite, "password");
	const char *filler = repeat(suite, "x", LIMIT_PASSWORD - 2);
	try_value(suite, NULL, "POST", "/Client", password, "/password", say(suite, "\"A1x%s\"", filler), false);
	try_value(suite, NULL, "POST", "/Client", password, "/password", say(suite, "\"A1%s\"", filler), true);

	/* 64 before the sign, and what makes 254 of it behind. */
	const char *email = sign_up(suite, "email");
	const char *local = repeat(suite, "l", 64), *domain = repeat(suite, "d", LIMIT_EMAIL - 64 - 1 - 4);
	try_value(suite, NULL, "POST", "/Client", email, "/email", say(suite, "\"%s@%sd.com\"", local, domain), false);
	try_value(suite, NULL, "POST", "/Client", email, "/email", say(suite, "\"%s@%s.com\"", local, domain), true);
}

static void test_profile(void **state)
{
	struct suite *suite = *state;
	struct person client = person_new(suite, "Client", "Limited Client");
	struct person seller = person_new(suite, "Seller", "Limited Seller");

	try_lengths(suite, &client, "PATCH", say(suite, "/Client/%s", client.id), "{\"full_name\": ^}", "/full_name", 1,
		    LIMIT_FULL_NAME);
	try_lengths(suite, &seller, "PATCH", say(suite, "/Seller/%s", seller.id), "{\"full_name\": ^}", "/full_name", 1,
		    LIMIT_FULL_NAME);
	const char *mobile = "{\"mobile\": ^}";
	try_value(suite, &client, "PATCH", say(suite, "/Client/%s", client.id), mobile, "/mobile", "\"+12345\"", false);
	try_value(suite, &client, "PATCH", say(suite, "/Client/%s", client.id), mobile, "/mobile", "null", false);
}

/* Everybody's parameters. */
static void test_parameters(void **state)
{
	struct suite *suite = *state;
	const char *stats = say(suite, "/Seller/%s/Stats", suite->grace.id);
	const struct {
		const struct person *who;
		const char *target, *name, *value;
		bool good;
	} cases[] = {
	    {NULL, "/Product", "limit", "1", true},
	    {NULL, "/Product", "limit", "100", true},
	    {NULL, "/Product", "limit", "0", false},
	    {NULL, "/Product", "limit", "101", false},
	    {NULL, "/Product", "limit", "-1", false},
	    {NULL, "/Product", "limit", "ten", false},
	    {NULL, "/Product", "limit", "", false},
	    {NULL, "/Product", "limit", "1.0", false},
	    {NULL, "/Product", "limit", "99999999999999999999", false},
	    {NULL, "/Seller", "limit", "101", false},
	    {NULL, "/Category", "limit", "0", false},
	    {&suite->ada, "/Purchase", "limit", "100", true},
	    {&suite->ada, "/Purchase", "limit", "101", false},
	    {&suite->grace, "/Sale", "limit", "101", false},
	    {&suite->grace, "/Sale", "status", "lost", false},
	    {&suite->grace, "/Sale", "status", "", false},
	    {&suite->grace, stats, "days", "1", true},
	    {&suite->grace, stats, "days", "366", true},
	    {&suite->grace, stats, "days", "0", false},
	    {&suite->grace, stats, "days", "367", false},
	    {NULL, "/Product", "q", "", true},
	    {NULL, "/Product", "q", repeat(suite, "q", LIMIT_QUERY), true},
	    {NULL, "/Product", "q", repeat(suite, "é", LIMIT_QUERY), true},
	    {NULL, "/Product", "q", repeat(suite, "q", LIMIT_QUERY + 1), false},
	    {NULL, "/Product", "q", repeat(suite, "q ", LIMIT_QUERY_WORDS), true},
	    {NULL, "/Product", "q", repeat(suite, "q ", LIMIT_QUERY_WORDS + 1), true},
	    {NULL, "/Product", "q", "a b c d e f g h i j k l m n o p", true},
	    {NULL, "/Product", "q", "a b c d e f g h i j k l m n o p q", false},
	    {NULL, "/Product", "q", "a\x1b[2J", false},
	    {NULL, "/Product", "q", "' OR 1=1 --", true},
	    {NULL, "/Product", "q", "\" * NEAR( OR AND NOT", true},
	    {NULL, "/Product", "category", repeat(suite, "c", LIMIT_CATEGORY), true},
	    {NULL, "/Product", "category", repeat(suite, "c", LIMIT_CATEGORY + 1), false},
	    {NULL, "/Product", "category", "", false},
	    {NULL, "/Product", "seller_id", "nobody", true},
	    {NULL, "/Product", "seller_id", "no body", false},
	    {NULL, "/Product", "seller_id", repeat(suite, "i", 65), false},
	    {NULL, "/Product", "min_price", "0", true},
	    {NULL, "/Product", "max_price", "999999999.99", true},
	    {NULL, "/Product", "max_price", "1000000000", false},
	    {NULL, "/Product", "min_price", "-1", false},
	    {NULL, "/Product", "min_price", "cheap", false},
	    {NULL, "/Product", "in_stock", "1", false},
	    {NULL, "/Product", "in_stock", "TRUE", false},
	    {NULL, "/Product", "sort", "oldest", false},
	    {NULL, "/Product", "cursor", repeat(suite, "c", LIMIT_CURSOR + 1), false},
	    {NULL, "/Product", "cursor", "", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *target =
		    say(suite, "%s?%s=%s", cases[i].target, cases[i].name, encoded(suite, cases[i].value));
		struct answer answer = call(suite, cases[i].who, "GET", target, NULL);

		if (cases[i].good)
			expect_status(answer, 200);
		else
			expect_invalid(answer, cases[i].name);
	}
}

static void test_page(void **state)
{
	struct suite *suite = *state;

	/* There are more products than either. */
	struct answer page = call(suite, NULL, "GET", "/Product", NULL);
	struct answer full = call(suite, NULL, "GET", "/Product?limit=100", NULL);
	expect_status(page, 200);
	expect_status(full, 200);
	const int usual = count_at(&page, "products"), most = count_at(&full, "products");
	if (suite->transport->short_pages) {
		assert_true(usual <= LIMIT_PAGE_DEFAULT && most <= LIMIT_PAGE);
	} else {
		assert_int_equal(usual, LIMIT_PAGE_DEFAULT);
		assert_int_equal(most, LIMIT_PAGE);
	}
	assert_false(cJSON_IsNull(at(&page, "next_cursor")) || cJSON_IsNull(at(&full, "next_cursor")));
}

/* How many words there may be is told like every other limit, wherever one looks for something. */
static void test_words(void **state)
{
	struct suite *suite = *state;
	static const char *const searched[] = {"Product", "Purchase", "Sale"};
	for (size_t i = 0; i < sizeof searched / sizeof *searched; i++) {
		struct answer wordy = call(suite, i == 1 ? &suite->ada : &suite->grace, "GET",
					   say(suite, "/%s?q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q", searched[i]), NULL);
		expect_invalid(wordy, "q");
		expect_text(wordy, "errors.0.code", "words");
		expect_number(wordy, "errors.0.params.max", LIMIT_QUERY_WORDS);
	}
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_product),     cmocka_unit_test(test_batch),   cmocka_unit_test(test_lines),
    cmocka_unit_test(test_largest_sum), cmocka_unit_test(test_sign_up), cmocka_unit_test(test_profile),
    cmocka_unit_test(test_parameters),  cmocka_unit_test(test_page),    cmocka_unit_test(test_words),
};
const struct suite_tests limit_tests = {tests, sizeof tests / sizeof *tests};
