/* Many buyers at once: nothing is sold twice, nothing waits for ever, and a key buys once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fault/books.h"

enum { BUYERS = 64, LAST = 100, GOODS = 8, TWINS = 16, KEYS = 12, TRIES_MAX = 400 };

static struct shop shop;

static int open_shop(void **state)
{
	(void)state;
	shop_init(&shop);
	shop_start(&shop);
	shop_sign_up(&shop, BUYERS, 2);
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	shop_stop(&shop);
	shop_done(&shop);
	return 0;
}

/* ---- what a buyer does, and what became of it ---- */

struct buyer {
	int bought, refused, strange;
	int64_t sold[SHOP_PRODUCTS_MAX];
};

struct market {
	const char *name;
	const size_t *goods; /* products */
	size_t goods_count;
	int64_t quantity_max;
	struct buyer buyers[BUYERS];
};

static void note(struct buyer *buyer, const struct reply *reply, const struct shop_line *lines, size_t count)
{
	if (reply->status == 201) {
		buyer->bought++;
		for (size_t i = 0; i < count; i++)
			buyer->sold[lines[i].product] += lines[i].quantity;
	} else if (reply_is(reply, 409, "out_of_stock")) {
		buyer->refused++;
	} else {
		buyer->strange++;
		fprintf(stderr, "a buyer got %ld %s\n", reply->status, reply->body);
	}
}

/* Some of the goods, in their order or in the opposite one. */
static size_t choose(const struct market *market, uint64_t *random, bool backwards, struct shop_line *ret_lines)
{
	size_t count = 0;

	while (!count) {
		for (size_t i = 0; i < market->goods_count; i++) {
			size_t at = backwards ? market->goods_count - 1 - i : i;
			int64_t quantity = 1 + (int64_t)chance_below(random, (size_t)market->quantity_max);
			if (market->goods_count == 1 || chance_below(random, 2))
				ret_lines[count++] = (struct shop_line){market->goods[at], quantity};
		}
	}
	return count;
}

/* Buys until four refusals. */
static void buy_on(void *context, size_t index)
{
	struct market *market = context;
	struct buyer *buyer = &market->buyers[index];
	struct caller *caller = caller_new(&shop);
	uint64_t random = chance_seed() + index;
	char key[64], body[SHOP_BODY_SIZE];
	struct shop_line lines[GOODS];
	struct reply reply;

	for (int try = 0; caller && buyer->refused < 4 && !buyer->strange && try < TRIES_MAX; try++) {
		size_t count = choose(market, &random, index % 2 == 1, lines);

		snprintf(key, sizeof key, "%s-%zu-%d", market->name, index, try);
		shop_purchase_body(&shop, lines, count, body);
		shop_buy(&shop, caller, index, key, body, &reply);
		note(buyer, &reply, lines, count);
	}
	caller_free(caller);
}

static int64_t sold_of(const struct market *market, size_t product)
{
	int64_t sold = 0;

	for (size_t i = 0; i < BUYERS; i++)
		sold += market->buyers[i].sold[product];
	return sold;
}

static void hold_market(struct market *market)
{
	crowd_run(BUYERS, buy_on, market);
	for (size_t i = 0; i < BUYERS; i++) {
		assert_int_equal(market->buyers[i].strange, 0);
		assert_int_equal(market->buyers[i].refused, 4);
	}
	books_check(&shop);
}

/* ---- the tests ---- */

static void the_last_units_are_sold_once(void **state)
{
	size_t product = shop_add_product(&shop, 0, 1999, LAST);
	struct market market = {.name = "last", .goods = &product, .goods_count = 1, .quantity_max = 1};

	(void)state;
	hold_market(&market);
	assert_int_equal(sold_of(&market, product), LAST);
}

static void a_refusal_tells_what_is_left(void **state)
{
	struct shop_line line = {shop_add_product(&shop, 0, 500, 3), 4};
	struct caller *caller = caller_new(&shop);
	char body[SHOP_BODY_SIZE];
	struct reply reply;

	(void)state;
	shop_purchase_body(&shop, &line, 1, body);
	shop_buy(&shop, caller, 0, "too-many", body, &reply);
	bool told = reply_is(&reply, 409, "out_of_stock") && strstr(reply.body, "\"stock\":3") &&
		    strstr(reply.body, "/items/0");
	line.quantity = 3;
	shop_purchase_body(&shop, &line, 1, body);
	/* Only success is kept: the key is still free. */
	shop_buy(&shop, caller, 0, "too-many", body, &reply);
	bool bought = reply.status == 201 && !reply.replayed;
	caller_free(caller);
	assert_true(told);
	assert_true(bought);
	books_check(&shop);
}

static void opposite_carts_do_not_deadlock(void **state)
{
	size_t goods[GOODS];
	struct market market = {.name = "carts", .goods = goods, .goods_count = GOODS, .quantity_max = 3};
	int64_t sold = 0;

	(void)state;
	for (size_t i = 0; i < GOODS; i++)
		goods[i] = shop_add_product(&shop, i % 2, 100 + (int64_t)i, LAST);
	hold_market(&market);
	for (size_t i = 0; i < GOODS; i++) {
		assert_in_range(sold_of(&market, goods[i]), 0, LAST);
		sold += sold_of(&market, goods[i]);
	}
	/* The market ends because something ran out. */
	assert_true(sold >= LAST - 3);
}

/* One key from many connections. */
struct twins {
	char key[64], body[SHOP_BODY_SIZE];
	struct twin {
		long status;
		bool replayed, in_flight;
		char *answer;
	} twins[TWINS];
};

static void buy_as_twin(void *context, size_t index)
{
	struct twins *twins = context;
	struct twin *twin = &twins->twins[index];
	struct caller *caller = caller_new(&shop);
	struct reply reply;

	if (caller && shop_buy(&shop, caller, 0, twins->key, twins->body, &reply)) {
		twin->status = reply.status;
		twin->replayed = reply.replayed;
		twin->in_flight = reply_is(&reply, 409, "in_flight");
		twin->answer = strdup(reply.body);
	}
	caller_free(caller);
}

/* How many of them bought for the first time; all answers must be that one's. */
static int compare_twins(const struct twins *twins)
{
	const char *answer = NULL;
	int first = 0, wrong = 0;

	for (size_t i = 0; i < TWINS; i++) {
		const struct twin *twin = &twins->twins[i];

		if (twin->in_flight)
			continue;
		first += twin->status == 201 && !twin->replayed;
		if (!answer)
			answer = twin->answer;
		if (twin->status != 201 || strcmp(answer, twin->answer) != 0)
			wrong++;
	}
	return wrong ? -1 : first;
}

static void one_key_buys_once(void **state)
{
	struct shop_line lines[2] = {{shop_add_product(&shop, 0, 700, 1000), 2},
				     {shop_add_product(&shop, 1, 1, 1000), 1}};
	int64_t before = books_purchases(&shop);
	char id[SHOP_ID_SIZE];

	(void)state;
	for (int round = 0; round < KEYS; round++) {
		struct twins twins = {.twins = {{0}}};

		snprintf(twins.key, sizeof twins.key, "twin-%d", round);
		shop_purchase_body(&shop, lines, 2, twins.body);
		crowd_run(TWINS, buy_as_twin, &twins);
		int first = compare_twins(&twins);
		for (size_t i = 0; i < TWINS; i++)
			free(twins.twins[i].answer);
		assert_int_equal(first, 1);
		assert_int_equal(books_purchases_of_key(&shop, 0, twins.key, id), 1);
	}
	assert_int_equal(books_purchases(&shop), before + KEYS);
	books_check(&shop);
}

static void a_key_is_for_one_body_and_one_account(void **state)
{
	struct shop_line line = {shop_add_product(&shop, 0, 900, 10), 1};
	struct caller *caller = caller_new(&shop);
	char body[SHOP_BODY_SIZE], other[SHOP_BODY_SIZE];
	struct reply reply;
	bool right = true;

	(void)state;
	shop_purchase_body(&shop, &line, 1, body);
	line.quantity = 2;
	shop_purchase_body(&shop, &line, 1, other);
	right = right && shop_buy(&shop, caller, 0, "mine", body, &reply) && reply.status == 201 && !reply.replayed;
	right = right && shop_buy(&shop, caller, 0, "mine", other, &reply) && reply.status == 422;
	right = right && shop_buy(&shop, caller, 1, "mine", other, &reply) && reply.status == 201 && !reply.replayed;
	right = right && shop_buy(&shop, caller, 0, "mine", body, &reply) && reply.status == 201 && reply.replayed;
	caller_free(caller);
	assert_true(right);
	books_check(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_units_are_sold_once),
	    cmocka_unit_test(a_refusal_tells_what_is_left),
	    cmocka_unit_test(opposite_carts_do_not_deadlock),
	    cmocka_unit_test(one_key_buys_once),
	    cmocka_unit_test(a_key_is_for_one_body_and_one_account),
	};

	return cmocka_run_group_tests_name("many buyers", tests, open_shop, close_shop);
}
