/* api_suite_buying.c: carts, and purchases that happen once or not at all. */
#include "tests/contract/api_suite.h"

#include <string.h>

static void test_cart(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Cart Pusher");
	const char *first = product_new(suite, &suite->grace, "First", "2.00", 5);
	const char *second = product_new(suite, &suite->linus, "Second", "3.00", 6);
	struct answer empty = call(suite, &who, "GET", "/Cart", NULL);

	expect_status(empty, 200);
	expect_count(empty, "items", 0);
	expect_number(empty, "version", 0);

	struct answer put =
	    call(suite, &who, "PUT", "/Cart",
		 "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 7}, {\"product_id\": \"%s\", \"quantity\": 1}], "
		 "\"version\": 0}",
		 second, first);
	expect_status(put, 200);
	expect_number(put, "version", 1);
	expect_text(put, "items.0.product_id", second);
	expect_number(put, "items.0.quantity", 7);
	expect_text(put, "items.0.name", "Second");
	expect_text(put, "items.0.price", "3.00");
	expect_number(put, "items.0.stock", 6);
	expect_text(put, "items.0.seller_name", suite->linus.full_name);
	expect_flag(put, "items.0.available", true);
	expect_text(put, "items.1.product_id", first);
	struct answer read = call(suite, &who, "GET", "/Cart", NULL);
	assert_string_equal(read.response.body, put.response.body);

	/* Somebody else's cart is another one. */
	struct answer others = call(suite, &suite->bob, "GET", "/Cart", NULL);
	assert_string_not_equal(others.response.body, put.response.body);

	struct answer stale = call(suite, &who, "PUT", "/Cart", "{\"items\": [], \"version\": 0}");
	expect_problem(stale, 409, "version_conflict");
	expect_number(stale, "cart.version", 1);
	expect_count(stale, "cart.items", 2);

	/* What is in a cart is told as it is today. */
	struct answer changed = call(suite, &suite->grace, "PATCH", say(suite, "/Product/%s", first),
				     "{\"name\": \"First, better\", \"price\": \"2.50\", \"stock\": 1}");
	expect_status(changed, 200);
	struct answer gone = call(suite, &suite->linus, "DELETE", say(suite, "/Product/%s", second), NULL);
	expect_status(gone, 204);
	struct answer today = call(suite, &who, "GET", "/Cart", NULL);
	expect_text(today, "items.0.name", "Second");
	expect_flag(today, "items.0.available", false);
	expect_text(today, "items.1.name", "First, better");
	expect_text(today, "items.1.price", "2.50");
	expect_number(today, "items.1.stock", 1);
	expect_number(today, "version", 1);

	struct answer cleared = call(suite, &who, "PUT", "/Cart", "{\"items\": [], \"version\": 1}");
	expect_status(cleared, 200);
	expect_count(cleared, "items", 0);
	expect_number(cleared, "version", 2);
}

static void test_cart_refused(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Wanted", "2.00", 5);
	struct answer before = call(suite, &suite->bob, "GET", "/Cart", NULL);
	int version = (int)number_at(&before, "version");
	struct answer unknown = call(suite, &suite->bob, "PUT", "/Cart",
				     "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 1}, {\"product_id\": "
				     "\"01JD8ZQ4T7M3XK2V9B6N5C0RHE\", \"quantity\": 1}], \"version\": %d}",
				     id, version);

	expect_invalid(unknown, "/items/1/product_id");
	struct answer twice = call(suite, &suite->bob, "PUT", "/Cart",
				   "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 1}, {\"product_id\": \"%s\", "
				   "\"quantity\": 1}], \"version\": %d}",
				   id, id, version);
	expect_invalid(twice, "/items/1/product_id");
	struct answer after = call(suite, &suite->bob, "GET", "/Cart", NULL);
	assert_string_equal(after.response.body, before.response.body);
}

static void test_purchase(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "First Buyer");
	const char *one = product_new(suite, &suite->grace, "One", "2.05", 5);
	const char *two = product_new(suite, &suite->linus, "Two", "100.00", 6);
	struct answer cart = call(suite, &who, "PUT", "/Cart",
				  "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 3}], \"version\": 0}", one);

	expect_status(cart, 200);
	const char *body = say(suite,
			       "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 3, \"price\": \"2.05\"}, "
			       "{\"product_id\": \"%s\", \"quantity\": 6, \"price\": \"100\"}]}",
			       one, two);
	struct answer bought =
	    call_with(suite, &who, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"), body);
	expect_status(bought, 201);
	const char *path = say(suite, "/Purchase/%s", text_at(&bought, "id"));
	assert_string_equal(header_of(&bought, "Location"), path);
	assert_null(header_of(&bought, "Idempotent-Replayed"));
	expect_text(bought, "client_id", who.id);
	expect_text(bought, "client_name", "First Buyer");
	expect_text(bought, "status", "placed");
	expect_text(bought, "total", "606.15");
	expect_count(bought, "lines", 2);
	expect_text(bought, "lines.0.product_id", one);
	expect_text(bought, "lines.0.product_name", "One");
	expect_text(bought, "lines.0.seller_name", suite->grace.full_name);
	expect_text(bought, "lines.0.price", "2.05");
	expect_number(bought, "lines.0.quantity", 3);
	expect_text(bought, "lines.0.status", "placed");
	expect_text(bought, "lines.1.seller_id", suite->linus.id);
	assert_int_equal(stock_of(suite, one), 2);
	assert_int_equal(stock_of(suite, two), 0);

	struct answer emptied = call(suite, &who, "GET", "/Cart", NULL);
	expect_count(emptied, "items", 0);
	expect_number(emptied, "version", 2);
	struct answer read = call(suite, &who, "GET", path, NULL);
	expect_status(read, 200);
	assert_string_equal(read.response.body, bought.response.body);

	/* What was bought keeps its name and its price. */
	struct answer renamed = call(suite, &suite->grace, "PATCH", say(suite, "/Product/%s", one),
				     "{\"name\": \"Uno\", \"price\": \"9.99\"}");
	expect_status(renamed, 200);
	struct answer kept = call(suite, &who, "GET", path, NULL);
	assert_string_equal(kept.response.body, bought.response.body);

	struct answer others = call(suite, &suite->bob, "GET", path, NULL);
	expect_problem(others, 404, "not_found");
	struct answer cancelled = call(suite, &suite->bob, "POST", say(suite, "%s/Cancel", path), NULL);
	expect_problem(cancelled, 404, "not_found");
}

static void test_once(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Once", "2.00", 10);
	const char *key = fresh(suite, "key-");
	const char *body =
	    say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 2, \"price\": \"2.00\"}]}", id);
	struct answer first = call_with(suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", key, body);

	expect_status(first, 201);
	/* Also after the purchase has changed meanwhile: it is the first answer. */
	struct answer cancelled =
	    call(suite, &suite->ada, "POST", say(suite, "/Purchase/%s/Cancel", text_at(&first, "id")), NULL);
	expect_status(cancelled, 200);
	for (int i = 0; i < 3; i++) {
		struct answer again = call_with(suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", key, body);
		expect_status(again, 201);
		assert_string_equal(header_of(&again, "Idempotent-Replayed"), "true");
		assert_string_equal(header_of(&again, "Location"), header_of(&first, "Location"));
		assert_int_equal(again.response.body_length, first.response.body_length);
		assert_memory_equal(again.response.body, first.response.body, first.response.body_length);
	}
	assert_int_equal(stock_of(suite, id), 10);

	const char *other =
	    say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 1, \"price\": \"2.00\"}]}", id);
	struct answer contradicted = call_with(suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", key, other);
	expect_problem(contradicted, 422, "key_reused");
	assert_int_equal(stock_of(suite, id), 10);

	/* A key is one account's. */
	struct answer bobs = call_with(suite, &suite->bob, "POST", "/Purchase", "Idempotency-Key", key, other);
	expect_status(bobs, 201);
	assert_null(header_of(&bobs, "Idempotent-Replayed"));
	assert_int_equal(stock_of(suite, id), 9);
}

static void test_keys(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Keyed", "2.00", 10);
	const char *body =
	    say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 1, \"price\": \"2.00\"}]}", id);
	struct answer missing = call(suite, &suite->ada, "POST", "/Purchase", "%s", body);

	expect_invalid(missing, "Idempotency-Key");
	const char *bad[] = {repeat(suite, "k", 256), "two words", "caf\xc3\xa9", ""};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct answer refused =
		    call_with(suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", bad[i], body);
		expect_invalid(refused, "Idempotency-Key");
	}
	struct api_request two = request_new(suite, &suite->ada, "POST", "/Purchase", body);
	request_header(&two, "Idempotency-Key", "one");
	request_header(&two, "idempotency-key", "two");
	struct answer ambiguous = suite_send(suite, &two);
	expect_invalid(ambiguous, "Idempotency-Key");
	assert_int_equal(stock_of(suite, id), 10);
	const char *good[] = {repeat(suite, "!", 255), "~"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct answer taken =
		    call_with(suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", good[i], body);
		expect_status(taken, 201);
	}
	assert_int_equal(stock_of(suite, id), 8);
}

/* Five products, all of one basket: two with other prices by now, one that is short, one that is gone. */
static void test_refused_whole(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Late Buyer");
	const char *ids[5];
	const char *items = "";

	for (int i = 0; i < 5; i++) {
		ids[i] =
		    product_new(suite, i % 2 ? &suite->linus : &suite->grace, say(suite, "Basket %d", i), "2.00", 4);
		items = say(suite, "%s%s{\"product_id\": \"%s\", \"quantity\": %d, \"price\": \"%s\"}", items,
			    i ? ", " : "", ids[i], i == 2 ? 5 : 1, i == 0 || i == 3 ? "1.99" : "2.00");
	}
	struct answer archived = call(suite, &suite->grace, "DELETE", say(suite, "/Product/%s", ids[4]), NULL);
	expect_status(archived, 204);

	const char *key = fresh(suite, "key-");
	struct answer refused =
	    call_with(suite, &who, "POST", "/Purchase", "Idempotency-Key", key, say(suite, "{\"items\": [%s]}", items));
	expect_status(refused, 409);
	static const char *const pointers[] = {"/items/0", "/items/2", "/items/3", "/items/4"};
	expect_count(refused, "errors", 4);
	for (int i = 0; i < 4; i++)
		expect_text(refused, say(suite, "errors.%d.pointer", i), pointers[i]);
	expect_count(refused, "products", 3);
	expect_text(refused, "products.0.id", ids[0]);
	expect_text(refused, "products.0.price", "2.00");
	expect_text(refused, "products.1.id", ids[2]);
	expect_number(refused, "products.1.stock", 4);
	expect_text(refused, "products.2.id", ids[3]);

	for (int i = 0; i < 4; i++)
		assert_int_equal(stock_of(suite, ids[i]), 4);
	struct answer none = listed(suite, &who, "/Purchase", 0);
	expect_count(none, "purchases", 0);

	/* Nothing happened under that key, so it may be used for what the buyer takes instead. */
	const char *instead =
	    say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 4, \"price\": \"2.00\"}]}", ids[2]);
	struct answer bought = call_with(suite, &who, "POST", "/Purchase", "Idempotency-Key", key, instead);
	expect_status(bought, 201);
	assert_int_equal(stock_of(suite, ids[2]), 0);
}

static struct answer try_to_buy(struct suite *suite, const char *id, int quantity, const char *price)
{
	return call_with(suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"),
			 say(suite, "{\"items\": [{\"product_id\": \"%s\", \"quantity\": %d, \"price\": \"%s\"}]}", id,
			     quantity, price));
}

static void test_refusals(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Scarce", "2.00", 2);
	struct answer price = try_to_buy(suite, id, 1, "2.01");

	expect_problem(price, 409, "price_changed");
	expect_text(price, "products.0.price", "2.00");
	struct answer stock = try_to_buy(suite, id, 3, "2.00");
	expect_problem(stock, 409, "out_of_stock");
	expect_number(stock, "products.0.stock", 2);
	struct answer unknown = try_to_buy(suite, "01JD8ZQ4T7M3XK2V9B6N5C0RHE", 1, "2.00");
	expect_problem(unknown, 409, "out_of_stock");
	expect_count(unknown, "products", 0);
	expect_text(unknown, "errors.0.pointer", "/items/0");

	struct answer twice = call_with(
	    suite, &suite->ada, "POST", "/Purchase", "Idempotency-Key", fresh(suite, "key-"),
	    say(suite,
		"{\"items\": [{\"product_id\": \"%s\", \"quantity\": 1, \"price\": \"2.00\"}, {\"product_id\": \"%s\", "
		"\"quantity\": 1, \"price\": \"2.00\"}]}",
		id, id));
	expect_invalid(twice, "/items/1/product_id");
	assert_int_equal(stock_of(suite, id), 2);
	struct answer all = try_to_buy(suite, id, 2, "2.00");
	expect_status(all, 201);
	assert_int_equal(stock_of(suite, id), 0);
}

static void test_cancel(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Sent back", "2.00", 5);
	struct answer bought = buy(suite, &suite->ada, id, 3, "2.00");
	const char *path = say(suite, "/Purchase/%s/Cancel", text_at(&bought, "id"));

	assert_int_equal(stock_of(suite, id), 2);
	struct answer cancelled = call(suite, &suite->ada, "POST", path, NULL);
	expect_status(cancelled, 200);
	expect_text(cancelled, "status", "cancelled");
	expect_text(cancelled, "lines.0.status", "cancelled");
	expect_text(cancelled, "total", "6.00");
	assert_int_equal(stock_of(suite, id), 5);
	struct answer again = call(suite, &suite->ada, "POST", path, NULL);
	expect_problem(again, 409, "illegal_transition");
	assert_int_equal(stock_of(suite, id), 5);
	struct answer unknown = call(suite, &suite->ada, "POST", "/Purchase/01JD8ZQ4T7M3XK2V9B6N5C0RHE/Cancel", NULL);
	expect_problem(unknown, 404, "not_found");
}

static void test_list(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Frequent Buyer");
	const char *id = product_new(suite, &suite->grace, "Often bought", "2.00", 50);
	const char *bought[5];

	for (int i = 0; i < 5; i++) {
		struct answer one = buy(suite, &who, id, i + 1, "2.00");
		bought[i] = text_at(&one, "id");
	}
	struct answer all = listed(suite, &who, "/Purchase", 0);
	expect_status(all, 200);
	expect_count(all, "purchases", 5);
	for (int i = 0; i < 5; i++) {
		expect_text(all, say(suite, "purchases.%d.id", i), bought[4 - i]);
		expect_number(all, say(suite, "purchases.%d.lines.0.quantity", i), 5 - i);
	}

	struct answer page = listed(suite, &who, "/Purchase?limit=1", 2);
	expect_count(page, "purchases", 2);
	const char *next = say(suite, "/Purchase?limit=1&cursor=%s", encoded(suite, text_at(&page, "next_cursor")));
	struct answer second = listed(suite, &who, next, 2);
	expect_count(second, "purchases", 2);
	expect_text(second, "purchases.0.id", bought[2]);
	expect_text(second, "purchases.1.id", bought[1]);
	/* A cursor is of its owner's listing. */
	struct answer others = call(suite, &suite->bob, "GET", next, NULL);
	expect_invalid(others, "cursor");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_cart),     cmocka_unit_test(test_cart_refused), cmocka_unit_test(test_purchase),
    cmocka_unit_test(test_once),     cmocka_unit_test(test_keys),         cmocka_unit_test(test_refused_whole),
    cmocka_unit_test(test_refusals), cmocka_unit_test(test_cancel),       cmocka_unit_test(test_list),
};
const struct suite_tests buying_tests = {tests, sizeof tests / sizeof *tests};
