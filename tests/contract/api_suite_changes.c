/* api_suite_changes.c: what an account is told of what happens. Nobody here asks without something to tell: a front end
 * that can waits then. */
#include "tests/contract/api_suite.h"

#include <string.h>

/* Asks until so many are told, or nothing more is: an answer may be short. */
static struct answer ask(struct suite *suite, const struct person *who, const char *since, int count)
{
	const char *target = since ? say(suite, "/Changes?since=%s", encoded(suite, since)) : "/Changes";
	struct answer changes = call(suite, who, "GET", target, NULL);
	bool more = true;

	expect_status(changes, 200);
	while (more && count_at(&changes, "changes") < count) {
		target = say(suite, "/Changes?since=%s", encoded(suite, text_at(&changes, "since")));
		struct answer next = call(suite, who, "GET", target, NULL);
		expect_status(next, 200);
		more = count_at(&next, "changes") > 0;
		answer_join(suite, &changes, &next);
	}
	return changes;
}

static const char *now_of(struct suite *suite, const struct person *who)
{
	struct answer now = ask(suite, who, NULL, 0);

	expect_count(now, "changes", 0);
	assert_false(has(&now, "reset"));
	return text_at(&now, "since");
}

static void test_told(void **state)
{
	struct suite *suite = *state;
	struct person seller = person_new(suite, "Seller", "Told Seller"),
		      client = person_new(suite, "Client", "Told Buyer");
	const char *id = product_new(suite, &seller, "Told", "2.00", 7);
	const char *sellers = now_of(suite, &seller), *clients = now_of(suite, &client);
	struct answer bought = buy(suite, &client, id, 2, "2.00");

	struct answer told = ask(suite, &seller, sellers, 2);
	expect_count(told, "changes", 2);
	assert_false(has(&told, "reset"));
	expect_text(told, "changes.0.kind", "sale_placed");
	expect_text(told, "changes.1.kind", "low_stock");
	expect_text(told, "changes.1.subject_id", id);
	const char *sale = text_at(&told, "changes.0.subject_id");
	struct answer read = call(suite, &seller, "GET", say(suite, "/Sale/%s", sale), NULL);
	expect_status(read, 200);
	expect_text(read, "purchase_id", text_at(&bought, "id"));

	/* The same question again tells the same; the next one goes on. */
	struct answer again = ask(suite, &seller, sellers, 1);
	expect_text(again, "changes.0.id", text_at(&told, "changes.0.id"));
	buy(suite, &client, id, 1, "2.00");
	struct answer next = ask(suite, &seller, text_at(&told, "since"), 1);
	expect_count(next, "changes", 1);
	expect_text(next, "changes.0.kind", "sale_placed");
	assert_string_not_equal(text_at(&next, "changes.0.id"), text_at(&told, "changes.0.id"));

	static const char *const steps[] = {"Ship", "Deliver"}, *const kinds[] = {"part_shipped", "part_delivered"};
	for (int i = 0; i < 2; i++) {
		struct answer moved = call(suite, &seller, "POST", say(suite, "/Sale/%s/%s", sale, steps[i]), NULL);
		expect_status(moved, 200);
		struct answer way = ask(suite, &client, clients, 1);
		expect_count(way, "changes", 1);
		expect_text(way, "changes.0.kind", kinds[i]);
		expect_text(way, "changes.0.subject_id", text_at(&bought, "id"));
		clients = text_at(&way, "since");
	}
}

static void test_since(void **state)
{
	struct suite *suite = *state;
	const char *id = product_new(suite, &suite->grace, "Since", "2.00", 70);
	const char *now = now_of(suite, &suite->grace), *since = encoded(suite, now);
	const char *others = encoded(suite, now_of(suite, &suite->ada));

	buy(suite, &suite->ada, id, 2, "2.00");
	buy(suite, &suite->ada, id, 1, "2.00");
	struct answer page = listed(suite, &suite->grace, "/Sale?limit=1", 1);
	const char *bad[] = {"x", "", say(suite, "%sA", since), others, encoded(suite, text_at(&page, "next_cursor"))};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct answer refused =
		    call(suite, &suite->grace, "GET", say(suite, "/Changes?since=%s", bad[i]), NULL);
		expect_invalid(refused, "since");
	}
	/* And it is no cursor. */
	struct answer refused = call(suite, &suite->grace, "GET", say(suite, "/Sale?cursor=%s", since), NULL);
	expect_invalid(refused, "cursor");
	struct answer good = ask(suite, &suite->grace, now, 2);
	expect_count(good, "changes", 2);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_told),
    cmocka_unit_test(test_since),
};

const struct suite_tests change_tests = {tests, sizeof tests / sizeof *tests};
