/* api_suite_orders.c: where purchases go, how far each part is, many sales at once, and looking for one of them. */
#include "tests/contract/api_suite.h"

#include <string.h>

#define DELIVERY                                                                                                       \
	"\"delivery\": {\"full_name\": \"Ada at work\", \"address\": [\"12 Harbour Street\", \"08001 Barcelona\"], "   \
	"\"mobile\": \"+34600123456\"}"

static const char *item_of(struct suite *suite, const char *id, const char *price)
{
	return say(suite, "{\"product_id\": \"%s\", \"quantity\": 1, \"price\": \"%s\"}", id, price);
}

static struct answer order(struct suite *suite, const struct person *who, const char *key, const char *items,
			   const char *rest)
{
	return call_with(suite, who, "POST", "/Purchase", "Idempotency-Key", key,
			 say(suite, "{\"items\": [%s]%s%s}", items, *rest ? ", " : "", rest));
}

/* The newest sale of a seller. */
static const char *newest_sale(struct suite *suite, const struct person *seller)
{
	struct answer sales = listed(suite, seller, "/Sale?limit=1", 1);

	expect_count(sales, "sales", 1);
	return text_at(&sales, "sales.0.id");
}

static void test_service(void **state)
{
	struct suite *suite = *state;
	static const char *const wanted[] = {"delivery",        "tracking",   "sale_batch",
					     "purchase_search", "cart_price", "changes"};
	struct answer service = call(suite, NULL, "GET", "/", NULL);

	expect_text(service, "delivery", "optional");
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		assert_non_null(strstr(service.response.body, say(suite, "\"%s\"", wanted[i])));
}

static void test_address(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Housed Buyer");
	const char *path = say(suite, "/Client/%s", who.id);
	struct answer before = call(suite, &who, "GET", path, NULL);

	assert_false(has(&before, "address"));
	struct answer moved = call(suite, &who, "PATCH", path, "{\"address\": [\"1 Quay\", \"46011 Valencia\"]}");
	expect_status(moved, 200);
	expect_count(moved, "address", 2);
	expect_text(moved, "address.1", "46011 Valencia");
	struct answer renamed = call(suite, &who, "PATCH", path, "{\"full_name\": \"Housed Buyer II\"}");
	expect_count(renamed, "address", 2);
	static const struct {
		const char *lines, *pointer, *code;
	} bad[] = {
	    {"[\"a\", \"\"]", "/address/1", "length"},
	    {"[\"a\\nb\"]", "/address/0", "control"},
	    {"[\"1\", \"2\", \"3\", \"4\", \"5\", \"6\"]", "/address", "count"},
	    {"\"1 Quay\"", "/address", "not_array"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct answer refused = call(suite, &who, "PATCH", path, "{\"address\": %s}", bad[i].lines);
		expect_invalid(refused, bad[i].pointer);
		expect_text(refused, "errors.0.code", bad[i].code);
	}
	struct answer homeless = call(suite, &who, "PATCH", path, "{\"address\": []}");
	expect_status(homeless, 200);
	assert_false(has(&homeless, "address"));
	struct answer seller = call(suite, &suite->grace, "PATCH", say(suite, "/Seller/%s", suite->grace.id),
				    "{\"address\": [\"1 Quay\"]}");
	expect_invalid(seller, "/address");
}

static void expect_delivery(struct suite *suite, const struct answer *answer, const char *at_place)
{
	assert_string_equal(text_at(answer, say(suite, "%sdelivery.full_name", at_place)), "Ada at work");
	assert_int_equal(count_at(answer, say(suite, "%sdelivery.address", at_place)), 2);
	assert_string_equal(text_at(answer, say(suite, "%sdelivery.address.1", at_place)), "08001 Barcelona");
	assert_string_equal(text_at(answer, say(suite, "%sdelivery.mobile", at_place)), "+34600123456");
	assert_string_equal(text_at(answer, say(suite, "%snote", at_place)), "Ring twice.\nThank you.");
}

/* The buyer and the sellers of the purchase see it, wherever they look. */
static void test_delivery(void **state)
{
	struct suite *suite = *state;
	const char *first = product_new(suite, &suite->grace, "Carried", "2.00", 9);
	const char *second = product_new(suite, &suite->linus, "Carried too", "3.00", 9);
	const char *items = say(suite, "%s, %s", item_of(suite, first, "2.00"), item_of(suite, second, "3.00"));
	const char *key = fresh(suite, "key-"), *rest = DELIVERY ", \"note\": \"Ring twice.\\nThank you.\"";
	struct answer bought = order(suite, &suite->ada, key, items, rest);

	expect_status(bought, 201);
	expect_delivery(suite, &bought, "");
	struct answer read = call(suite, &suite->ada, "GET", say(suite, "/Purchase/%s", text_at(&bought, "id")), NULL);
	assert_string_equal(read.response.body, bought.response.body);
	struct answer list = listed(suite, &suite->ada, "/Purchase?limit=1", 1);
	expect_delivery(suite, &list, "purchases.0.");
	const struct person *const sellers[] = {&suite->grace, &suite->linus};
	for (int i = 0; i < 2; i++) {
		struct answer sales = listed(suite, sellers[i], "/Sale?limit=1", 1);
		expect_delivery(suite, &sales, "sales.0.");
		struct answer sale =
		    call(suite, sellers[i], "GET", say(suite, "/Sale/%s", text_at(&sales, "sales.0.id")), NULL);
		expect_status(sale, 200);
		expect_delivery(suite, &sale, "");
		struct answer others = call(suite, sellers[!i], "GET",
					    say(suite, "/Sale/%s", text_at(&sales, "sales.0.id")), NULL);
		expect_problem(others, 404, "not_found");
	}
	struct answer again = order(suite, &suite->ada, key, items, rest);
	expect_status(again, 201);
	assert_string_equal(header_of(&again, "Idempotent-Replayed"), "true");
	assert_string_equal(again.response.body, bought.response.body);

	/* Nobody has to say where it goes, and then nothing is said. */
	struct answer plain = order(suite, &suite->ada, fresh(suite, "key-"), items, "");
	expect_status(plain, 201);
	assert_false(has(&plain, "delivery"));
	assert_false(has(&plain, "note"));
	struct answer noted = order(suite, &suite->ada, fresh(suite, "key-"), items, "\"note\": \"Just this.\"");
	expect_text(noted, "note", "Just this.");
	assert_false(has(&noted, "delivery"));

	/* What shows nothing is as good as not given. */
	struct answer blank = order(suite, &suite->ada, fresh(suite, "key-"), items, "\"note\": \" \\n\\u200b\u00a0\"");
	expect_status(blank, 201);
	assert_false(has(&blank, "note"));
	struct answer gone = call(suite, &suite->ada, "POST", say(suite, "/Purchase/%s/Cancel", text_at(&blank, "id")),
				  "{\"reason\": \" \u3000\"}");
	expect_status(gone, 200);
	assert_false(has(&gone, "parts.0.reason"));
}

static void test_delivery_refused(void **state)
{
	struct suite *suite = *state;
	static const struct {
		const char *rest, *pointer;
	} bad[] = {
	    {"\"delivery\": {\"full_name\": \"Ada\", \"address\": [\"1\"]}", "/delivery/mobile"},
	    {"\"delivery\": {\"full_name\": \"Ada\", \"address\": [], \"mobile\": \"+34600123456\"}",
	     "/delivery/address"},
	    {"\"delivery\": {\"full_name\": \"Ada\", \"address\": [\"a\", 1], \"mobile\": \"+34600123456\"}",
	     "/delivery/address/1"},
	    {"\"delivery\": null", "/delivery"},
	    {"\"note\": \"\"", "/note"},
	    {"\"note\": \"a\\tb\"", "/note"},
	};
	const char *id = product_new(suite, &suite->grace, "Stays", "2.00", 9);

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct answer refused =
		    order(suite, &suite->ada, fresh(suite, "key-"), item_of(suite, id, "2.00"), bad[i].rest);
		expect_invalid(refused, bad[i].pointer);
	}
	assert_int_equal(stock_of(suite, id), 9);
}

/* Names, lines of an address and numbers of parcels get the one form that all texts that identify have. */
static void test_normal_delivery(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Goes there", "2.00", 9), *item = item_of(suite, id, "2.00");
	struct answer bought =
	    order(suite, &suite->ada, fresh(suite, "key-"), item,
		  "\"delivery\": {\"full_name\": \"\u00a0Cafe\u0301 \u2003 Ada\u200b\", "
		  "\"address\": [\" 1  Quay \", \"46011\u3000Valencia\"], \"mobile\": \"+34600123456\"}");

	expect_status(bought, 201);
	expect_text(bought, "delivery.full_name", "Caf\u00e9 Ada");
	expect_text(bought, "delivery.address.0", "1 Quay");
	expect_text(bought, "delivery.address.1", "46011 Valencia");
	const char *path = say(suite, "/Sale/%s/Ship", newest_sale(suite, &suite->grace));
	struct answer shipped = call(suite, &suite->grace, "POST", path, "{\"tracking\": \"  CC\u00a0\u00a07712 \"}");
	expect_status(shipped, 200);
	expect_text(shipped, "tracking", "CC 7712");
	struct person who = person_new(suite, "Client", "Tidy Buyer");
	struct answer moved =
	    call(suite, &who, "PATCH", say(suite, "/Client/%s", who.id), "{\"address\": [\" 1  Quay \"]}");
	expect_text(moved, "address.0", "1 Quay");

	/* What is empty then is nothing. */
	static const struct {
		const char *name, *line, *pointer;
	} empty[] = {{" \\u200b", "1 Quay", "/delivery/full_name"}, {"Ada", "\\u3000 ", "/delivery/address/0"}};
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
		struct answer refused = order(suite, &suite->ada, fresh(suite, "key-"), item,
					      say(suite,
						  "\"delivery\": {\"full_name\": \"%s\", \"address\": [\"%s\"], "
						  "\"mobile\": \"+34600123456\"}",
						  empty[i].name, empty[i].line));
		expect_invalid(refused, empty[i].pointer);
		expect_text(refused, "errors.0.code", "length");
	}
	struct answer homeless =
	    call(suite, &who, "PATCH", say(suite, "/Client/%s", who.id), "{\"address\": [\"1\", \" \"]}");
	expect_invalid(homeless, "/address/1");
	order(suite, &suite->ada, fresh(suite, "key-"), item, "");
	path = say(suite, "/Sale/%s/Ship", newest_sale(suite, &suite->grace));
	struct answer blank = call(suite, &suite->grace, "POST", path, "{\"tracking\": \" \"}");
	expect_invalid(blank, "/tracking");
}

static void test_parts(void **state)
{
	struct suite *suite = *state;
	const char *first = product_new(suite, &suite->grace, "Parted", "2.00", 9);
	const char *second = product_new(suite, &suite->linus, "Parted too", "3.00", 9);
	const char *items = say(suite, "%s, %s", item_of(suite, second, "3.00"), item_of(suite, first, "2.00"));
	struct answer bought = order(suite, &suite->ada, fresh(suite, "key-"), items, "");
	const char *path = say(suite, "/Purchase/%s", text_at(&bought, "id"));

	expect_count(bought, "parts", 2);
	expect_text(bought, "parts.0.seller_id", suite->linus.id);
	expect_text(bought, "parts.0.status", "placed");
	static const char *const absent[] = {"tracking", "reason", "cancelled_by", "shipped_at", "delivered_at"};
	for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
		assert_false(has(&bought, say(suite, "parts.0.%s", absent[i])));

	const char *graces = newest_sale(suite, &suite->grace), *linuss = newest_sale(suite, &suite->linus);
	struct answer shipped = call(suite, &suite->grace, "POST", say(suite, "/Sale/%s/Ship", graces),
				     "{\"tracking\": \"CC 7712 0913 5 ES\"}");
	expect_status(shipped, 200);
	expect_text(shipped, "tracking", "CC 7712 0913 5 ES");
	assert_true(has(&shipped, "shipped_at"));
	struct answer cancelled = call(suite, &suite->linus, "POST", say(suite, "/Sale/%s/Cancel", linuss),
				       "{\"reason\": \"The last one broke.\"}");
	expect_status(cancelled, 200);
	expect_text(cancelled, "cancelled_by", "seller");
	expect_text(cancelled, "reason", "The last one broke.");
	struct answer delivered = call(suite, &suite->grace, "POST", say(suite, "/Sale/%s/Deliver", graces), NULL);
	expect_status(delivered, 200);
	struct answer sale = call(suite, &suite->grace, "GET", say(suite, "/Sale/%s", graces), NULL);
	assert_string_equal(sale.response.body, delivered.response.body);

	struct answer seen = call(suite, &suite->ada, "GET", path, NULL);
	expect_text(seen, "parts.0.status", "cancelled");
	expect_text(seen, "parts.0.cancelled_by", "seller");
	expect_text(seen, "parts.0.reason", "The last one broke.");
	expect_text(seen, "parts.1.status", "delivered");
	expect_text(seen, "parts.1.tracking", "CC 7712 0913 5 ES");
	expect_text(seen, "parts.1.shipped_at", text_at(&delivered, "shipped_at"));
	expect_text(seen, "parts.1.delivered_at", text_at(&delivered, "delivered_at"));

	/* The buyer may say why, too; a body without anything in it is as good as none. */
	struct answer other = order(suite, &suite->ada, fresh(suite, "key-"), item_of(suite, first, "2.00"), "");
	struct answer gone = call(suite, &suite->ada, "POST", say(suite, "/Purchase/%s/Cancel", text_at(&other, "id")),
				  "{\"reason\": \"Ordered twice.\"}");
	expect_status(gone, 200);
	expect_text(gone, "parts.0.cancelled_by", "client");
	expect_text(gone, "parts.0.reason", "Ordered twice.");
	order(suite, &suite->ada, fresh(suite, "key-"), item_of(suite, first, "2.00"), "");
	struct answer empty =
	    call(suite, &suite->grace, "POST", say(suite, "/Sale/%s/Ship", newest_sale(suite, &suite->grace)), "{}");
	expect_status(empty, 200);
	assert_false(has(&empty, "tracking"));
	struct answer wrong = call(suite, &suite->grace, "POST", say(suite, "/Sale/%s/Ship", graces),
				   "{\"reason\": \"No\"}");
	expect_invalid(wrong, "/reason");
	struct answer text = call(suite, &suite->grace, "POST", say(suite, "/Sale/%s/Ship", graces),
				  "{\"tracking\": \"%s\"}", repeat(suite, "x", 121));
	expect_invalid(text, "/tracking");
}

static void test_batch(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Many", "2.00", 99);
	const char *sales[5];

	for (int i = 0; i < 5; i++) {
		buy(suite, &suite->ada, id, 1, "2.00");
		sales[i] = newest_sale(suite, &suite->grace);
	}
	buy(suite, &suite->ada, product_new(suite, &suite->linus, "Another's", "2.00", 9), 1, "2.00");
	const char *others = newest_sale(suite, &suite->linus);
	struct answer done = call(
	    suite, &suite->grace, "POST", "/Sale/Batch",
	    "{\"items\": [{\"id\": \"%s\", \"status\": \"shipped\", \"tracking\": \"T1\"}, {\"id\": \"%s\", \"status\": "
	    "\"cancelled\", \"reason\": \"Broken\"}, {\"id\": \"%s\", \"status\": \"delivered\"}, {\"id\": \"%s\", "
	    "\"status\": \"shipped\"}, {\"id\": \"%s\", \"status\": \"delivered\"}, {\"id\": \"%s\", \"status\": "
	    "\"placed\"}, {\"id\": \"%s\", \"status\": \"shipped\", \"reason\": \"No\"}, {\"id\": \"%s\", \"status\": "
	    "\"cancelled\", \"tracking\": \"No\"}]}",
	    sales[0], sales[1], sales[2], others, sales[0], sales[3], sales[3], sales[4]);
	static const struct {
		int status;
		const char *code, *now;
	} wanted[] = {{200, NULL, "shipped"},
		      {200, NULL, "cancelled"},
		      {409, "illegal_transition", NULL},
		      {404, "not_found", NULL},
		      {200, NULL, "delivered"},
		      {400, "invalid", NULL},
		      {400, "invalid", NULL},
		      {400, "invalid", NULL}};

	expect_status(done, 200);
	expect_count(done, "outcomes", 8);
	for (int i = 0; i < 8; i++) {
		expect_number(done, say(suite, "outcomes.%d.index", i), i);
		expect_number(done, say(suite, "outcomes.%d.status", i), wanted[i].status);
		if (wanted[i].code)
			expect_text(done, say(suite, "outcomes.%d.code", i), wanted[i].code);
		else
			expect_text(done, say(suite, "outcomes.%d.sale.status", i), wanted[i].now);
	}
	expect_text(done, "outcomes.0.sale.tracking", "T1");
	expect_text(done, "outcomes.1.sale.reason", "Broken");
	expect_text(done, "outcomes.2.params.from", "placed");
	expect_text(done, "outcomes.2.params.to", "delivered");
	expect_text(done, "outcomes.5.errors.0.pointer", "/items/5/status");
	expect_text(done, "outcomes.5.errors.0.code", "not_choice");
	expect_text(done, "outcomes.6.errors.0.pointer", "/items/6/reason");
	expect_text(done, "outcomes.7.errors.0.code", "unexpected");
	assert_false(has(&done, "outcomes.3.errors"));
	for (int i = 2; i < 5; i++) {
		struct answer left = call(suite, &suite->grace, "GET", say(suite, "/Sale/%s", sales[i]), NULL);
		expect_text(left, "status", "placed");
	}

	const char *items = "";
	for (int i = 0; i < 101; i++)
		items = say(suite, "%s%s{\"id\": \"%s\", \"status\": \"shipped\"}", items, i ? ", " : "", sales[2]);
	struct answer many = call(suite, &suite->grace, "POST", "/Sale/Batch", "{\"items\": [%s]}", items);
	expect_invalid(many, "/items");
}

static void expect_found(struct suite *suite, const struct person *who, const char *what, const char *q,
			 const char *const *ids, int count)
{
	struct answer found = listed(suite, who, say(suite, "/%s?q=%s", what, encoded(suite, q)), 0);
	const char *list = *what == 'P' ? "purchases" : "sales";

	expect_status(found, 200);
	expect_count(found, list, count);
	for (int i = 0; i < count; i++)
		expect_text(found, say(suite, "%s.%d.id", list, i), ids[i]);
}

static void test_search(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Looking Buyer");
	struct person seller = person_new(suite, "Seller", "Looking Seller");
	const char *names[] = {"Crème brûlée dish", "Copper dish", "Copper kettle"};
	const char *purchases[3], *sales[3];

	for (int i = 0; i < 3; i++) {
		struct answer bought = buy(suite, &who, product_new(suite, &seller, names[i], "2.00", 9), 1, "2.00");
		purchases[i] = text_at(&bought, "id");
		sales[i] = newest_sale(suite, &seller);
	}
	static const struct {
		const char *q;
		int count, found[3];
	} cases[] = {
	    {"dish", 2, {1, 0}}, {"creme bru", 1, {0}}, {"cop ket", 1, {2}}, {"copper", 2, {2, 1}},
	    {"dish kettle", 0, {0}}, {"?!", 0, {0}},    {"ishes", 0, {0}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *bought[3], *sold[3];

		for (int j = 0; j < cases[i].count; j++) {
			bought[j] = purchases[cases[i].found[j]];
			sold[j] = sales[cases[i].found[j]];
		}
		expect_found(suite, &who, "Purchase", cases[i].q, bought, cases[i].count);
		expect_found(suite, &seller, "Sale", cases[i].q, sold, cases[i].count);
	}
	/* A number, whole or its end, in any case; a sale also by its purchase's. */
	expect_found(suite, &who, "Purchase", purchases[1], &purchases[1], 1);
	expect_found(suite, &who, "Purchase", say(suite, "#%s", purchases[1] + 14), &purchases[1], 1);
	expect_found(suite, &seller, "Sale", sales[2], &sales[2], 1);
	expect_found(suite, &seller, "Sale", purchases[2], &sales[2], 1);
	expect_found(suite, &who, "Purchase", purchases[1] + 23, NULL, 0);
	expect_found(suite, &suite->bob, "Purchase", purchases[1], NULL, 0);

	struct answer words = call(suite, &who, "GET", "/Purchase?q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q", NULL);
	expect_invalid(words, "q");
	struct answer page = listed(suite, &who, "/Purchase?q=copper&limit=1", 1);
	expect_text(page, "purchases.0.id", purchases[2]);
	const char *cursor = encoded(suite, text_at(&page, "next_cursor"));
	struct answer next = listed(suite, &who, say(suite, "/Purchase?q=copper&limit=1&cursor=%s", cursor), 0);
	expect_count(next, "purchases", 1);
	expect_text(next, "purchases.0.id", purchases[1]);
	struct answer both = listed(suite, &seller, "/Sale?q=dish&status=shipped", 0);
	expect_count(both, "sales", 0);
}

static void test_cart_price(void **state)
{
	struct suite *suite = *state;
	struct person who = person_new(suite, "Client", "Remembering Buyer");
	const char *id = product_new(suite, &suite->grace, "Remembered", "2.00", 9);
	struct answer put = call(suite, &who, "PUT", "/Cart",
				 "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 2, \"price\": \"1.50\"}], "
				 "\"version\": 0}",
				 id);

	expect_status(put, 200);
	expect_text(put, "items.0.seen_price", "1.50");
	expect_text(put, "items.0.price", "2.00");
	struct answer plain = call(suite, &who, "PUT", "/Cart",
				   "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 2}], \"version\": 1}", id);
	assert_false(has(&plain, "items.0.seen_price"));
	struct answer bad = call(suite, &who, "PUT", "/Cart",
				 "{\"items\": [{\"product_id\": \"%s\", \"quantity\": 2, \"price\": \"0\"}], "
				 "\"version\": 2}",
				 id);
	expect_invalid(bad, "/items/0/price");
	/* One of two is bought: the other stays. */
	buy(suite, &who, id, 1, "2.00");
	struct answer left = call(suite, &who, "GET", "/Cart", NULL);
	expect_number(left, "items.0.quantity", 1);
	expect_number(left, "version", 3);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_service),  cmocka_unit_test(test_address), cmocka_unit_test(test_delivery),
    cmocka_unit_test(test_delivery_refused), cmocka_unit_test(test_normal_delivery), cmocka_unit_test(test_parts),
    cmocka_unit_test(test_batch), cmocka_unit_test(test_search), cmocka_unit_test(test_cart_price),
};
const struct suite_tests order_tests = {tests, sizeof tests / sizeof *tests};
