/* api_suite_sales.c: sellers' sales, their way from placed to delivered, and the numbers they add up to. */
#include "tests/contract/api_suite.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* The newest sale of a seller: its id. */
static const char *newest_sale(struct suite *suite, const struct person *seller)
{
	struct answer sales = listed(suite, seller, "/Sale?limit=1", 1);

	expect_status(sales, 200);
	expect_count(sales, "sales", 1);
	return text_at(&sales, "sales.0.id");
}

static struct answer act(struct suite *suite, const struct person *seller, const char *sale, const char *action)
{
	return call(suite, seller, "POST", say(suite, "/Sale/%s/%s", sale, action), NULL);
}

static void test_transitions(void **state)
{
	struct suite *suite = *state;
	static const char *const actions[] = {"Ship", "Deliver", "Cancel"};
	static const struct {
		const char *way;    /* actions that lead there, by their index */
		const char *status; /* the status there */
		bool legal[3];
	} places[] = {
	    {"", "placed", {true, false, true}},
	    {"0", "shipped", {false, true, false}},
	    {"01", "delivered", {false, false, false}},
	    {"2", "cancelled", {false, false, false}},
	};
	const char *id = product_new(suite, &suite->grace, "Travelling", "2.00", 1000);

	for (size_t place = 0; place < 4; place++) {
		for (int action = 0; action < 3; action++) {
			struct answer bought = buy(suite, &suite->ada, id, 1, "2.00");
			const char *sale = newest_sale(suite, &suite->grace);

			for (const char *step = places[place].way; *step; step++) {
				struct answer gone = act(suite, &suite->grace, sale, actions[*step - '0']);
				expect_status(gone, 200);
				if (!step[1])
					expect_text(gone, "status", places[place].status);
			}
			int64_t stock = stock_of(suite, id);
			struct answer tried = act(suite, &suite->grace, sale, actions[action]);
			if (places[place].legal[action])
				expect_status(tried, 200);
			else
				expect_problem(tried, 409, "illegal_transition");
			bool restocked = places[place].legal[action] && action == 2;
			assert_int_equal(stock_of(suite, id), stock + restocked);

			struct answer seen =
			    call(suite, &suite->ada, "GET", say(suite, "/Purchase/%s", text_at(&bought, "id")), NULL);
			const char *now =
			    places[place].legal[action] ? text_at(&tried, "status") : places[place].status;
			expect_text(seen, "status", now);
			expect_text(seen, "lines.0.status", now);
		}
	}
}

/* A purchase from two sellers is two sales, each on its own way. */
static void test_two_sellers(void **state)
{
	struct suite *suite = *state;
	const char *first = product_new(suite, &suite->grace, "From Grace", "2.00", 9);
	const char *second = product_new(suite, &suite->linus, "From Linus", "3.50", 9);
	struct answer bought = call_with(
	    suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"),
	    say(suite,
		"{\"items\": [{\"product_id\": \"%s\", \"quantity\": 2, \"price\": \"2.00\"}, {\"product_id\": \"%s\", "
		"\"quantity\": 4, \"price\": \"3.50\"}]}",
		first, second));

	expect_status(bought, 201);
	const char *purchase = say(suite, "/Purchase/%s", text_at(&bought, "id"));
	const char *graces = newest_sale(suite, &suite->grace), *linuss = newest_sale(suite, &suite->linus);
	assert_string_not_equal(graces, linuss);
	struct answer sales = listed(suite, &suite->linus, "/Sale?limit=1", 1);
	expect_text(sales, "sales.0.purchase_id", text_at(&bought, "id"));
	expect_text(sales, "sales.0.client_name", suite->ada.full_name);
	expect_text(sales, "sales.0.seller_id", suite->linus.id);
	expect_text(sales, "sales.0.total", "14.00");
	expect_count(sales, "sales.0.lines", 1);
	expect_text(sales, "sales.0.lines.0.product_name", "From Linus");

	/* Somebody else's sale is none. */
	static const char *const actions[] = {"Ship", "Deliver", "Cancel"};
	for (int i = 0; i < 3; i++) {
		struct answer others = act(suite, &suite->linus, graces, actions[i]);
		expect_problem(others, 404, "not_found");
	}
	struct answer shipped = act(suite, &suite->grace, graces, "Ship");
	expect_status(shipped, 200);
	expect_text(shipped, "status", "shipped");
	struct answer half = call(suite, &suite->ada, "GET", purchase, NULL);
	expect_text(half, "status", "shipped");
	expect_text(half, "lines.0.status", "shipped");
	expect_text(half, "lines.1.status", "placed");

	/* Part of it is on its way: the whole can't be cancelled, and is not. */
	struct answer late = call(suite, &suite->ada, "POST", say(suite, "%s/Cancel", purchase), NULL);
	expect_problem(late, 409, "illegal_transition");
	assert_int_equal(stock_of(suite, second), 5);

	struct answer cancelled = act(suite, &suite->linus, linuss, "Cancel");
	expect_status(cancelled, 200);
	assert_int_equal(stock_of(suite, second), 9);
	struct answer delivered = act(suite, &suite->grace, graces, "Deliver");
	expect_status(delivered, 200);
	struct answer done = call(suite, &suite->ada, "GET", purchase, NULL);
	expect_text(done, "status", "delivered");
	expect_text(done, "lines.1.status", "cancelled");
}

static void test_list(void **state)
{
	struct suite *suite = *state;
	struct person seller = person_new(suite, "Seller", "Busy Seller");
	const char *id = product_new(suite, &seller, "Much wanted", "2.00", 100);
	static const char *const ends[] = {"", "Ship", "Cancel", ""};
	const char *made[4];

	struct answer none = listed(suite, &seller, "/Sale", 0);
	expect_status(none, 200);
	expect_count(none, "sales", 0);
	for (int i = 0; i < 4; i++) {
		buy(suite, &suite->bob, id, 1, "2.00");
		made[i] = newest_sale(suite, &seller);
		if (*ends[i])
			act(suite, &seller, made[i], ends[i]);
	}
	static const struct {
		const char *target;
		int count, found[4];
	} cases[] = {
	    {"/Sale", 4, {3, 2, 1, 0}},         {"/Sale?status=placed", 2, {3, 0}}, {"/Sale?status=shipped", 1, {1}},
	    {"/Sale?status=cancelled", 1, {2}}, {"/Sale?status=delivered", 0, {0}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer sales = listed(suite, &seller, cases[i].target, 0);
		expect_status(sales, 200);
		expect_count(sales, "sales", cases[i].count);
		for (int j = 0; j < cases[i].count; j++)
			expect_text(sales, say(suite, "sales.%d.id", j), made[cases[i].found[j]]);
	}

	struct answer page = listed(suite, &seller, "/Sale?status=placed&limit=1", 1);
	const char *cursor = encoded(suite, text_at(&page, "next_cursor"));
	struct answer next = listed(suite, &seller, say(suite, "/Sale?status=placed&cursor=%s", cursor), 0);
	expect_count(next, "sales", 1);
	expect_text(next, "sales.0.id", made[0]);
	const char *foreign[] = {say(suite, "/Sale?cursor=%s", cursor),
				 say(suite, "/Sale?status=shipped&cursor=%s", cursor)};
	for (int i = 0; i < 2; i++) {
		struct answer refused = call(suite, &seller, "GET", foreign[i], NULL);
		expect_invalid(refused, "cursor");
	}
}

static void test_stats(void **state)
{
	struct suite *suite = *state;
	struct person seller = person_new(suite, "Seller", "Counting Seller");
	const char *target = say(suite, "/Seller/%s/Stats", seller.id);
	const char *much = product_new(suite, &seller, "Much", "10.00", 100);
	const char *little = product_new(suite, &seller, "Little", "0.50", 8);
	const char *out = product_new(suite, &seller, "Out", "1.00", 0);
	struct answer before = call(suite, &seller, "GET", target, NULL);

	expect_status(before, 200);
	expect_text(before, "revenue", "0.00");
	expect_number(before, "days", 30);
	expect_count(before, "per_day", 30);
	expect_count(before, "best_products", 0);
	expect_count(before, "low_stock", 1);

	buy(suite, &suite->ada, much, 3, "10.00");
	buy(suite, &suite->bob, little, 4, "0.50");
	act(suite, &seller, newest_sale(suite, &seller), "Ship");
	buy(suite, &suite->bob, much, 5, "10.00");
	act(suite, &seller, newest_sale(suite, &seller), "Cancel");

	struct answer week = call(suite, &seller, "GET", say(suite, "%s?days=7", target), NULL);
	expect_status(week, 200);
	expect_number(week, "days", 7);
	expect_text(week, "revenue", "32.00");
	expect_number(week, "units", 7);
	expect_text(week, "previous_revenue", "0.00");
	expect_number(week, "open_sales", 1);
	expect_count(week, "per_day", 7);
	int64_t revenue = 0, units = 0;
	for (int i = 0; i < 7; i++) {
		char *end;
		revenue += strtoll(text_at(&week, say(suite, "per_day.%d.revenue", i)), &end, 10);
		units += number_at(&week, say(suite, "per_day.%d.units", i));
		if (i)
			assert_true(strcmp(text_at(&week, say(suite, "per_day.%d.day", i - 1)),
					   text_at(&week, say(suite, "per_day.%d.day", i))) < 0);
	}
	assert_int_equal(revenue, 32);
	assert_int_equal(units, 7);
	expect_count(week, "best_products", 2);
	expect_text(week, "best_products.0.product_id", much);
	expect_text(week, "best_products.0.revenue", "30.00");
	expect_number(week, "best_products.0.units", 3);
	expect_text(week, "best_products.1.product_id", little);
	expect_count(week, "low_stock", 2);
	expect_text(week, "low_stock.0.product_id", out);
	expect_number(week, "low_stock.0.stock", 0);
	expect_text(week, "low_stock.1.product_id", little);
	expect_number(week, "low_stock.1.stock", 4);

	struct answer day = call(suite, &seller, "GET", say(suite, "%s?days=1", target), NULL);
	expect_count(day, "per_day", 1);
	struct answer others = call(suite, &suite->grace, "GET", target, NULL);
	expect_problem(others, 403, "forbidden");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_transitions),
    cmocka_unit_test(test_two_sellers),
    cmocka_unit_test(test_list),
    cmocka_unit_test(test_stats),
};
const struct suite_tests sale_tests = {tests, sizeof tests / sizeof *tests};
