/* Allocations fail, one after the other, while requests are served: each is answered, with an error perhaps, or its
 * connection is closed; the platform lives on, and its books balance.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fault/attempt.h"
#include "tests/fault/books.h"
#include "tests/fault/faults.h"

enum { CLIENTS = 1, GOODS = 4, TURNS = 120, SPAN = 5, TRIES_MAX = 1000 };

static struct shop shop;
static uint64_t chance;
static struct faults faults;
static int keys, ends;

static int open_shop(void **state)
{
	(void)state;
	shop_init(&shop);
	chance = chance_seed();
	faults_prepare(&faults, &shop, "failmem.so");
	shop_start(&shop);
	shop_sign_up(&shop, CLIENTS, 1);
	for (size_t i = 0; i < GOODS; i++)
		shop_add_product(&shop, 0, 1000 + (int64_t)i, 1000000);
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	shop_done(&shop);
	faults_done(&faults);
	return 0;
}

/* An answer that makes sense, or none. */
static bool makes_sense(const struct ask *ask, const struct reply *reply, long success)
{
	if (reply->status == success)
		return true;
	if ((!reply->arrived || reply->status >= 500) && !reply->slow)
		return true;
	fprintf(stderr, "%s %s: %s%ld %s\n", ask->method, ask->path, reply->slow ? "after seconds, " : "",
		reply->status, reply->body);
	return false;
}

/* A request on a connection of its own, so that making one is tried too. */
static bool try_once(const struct ask *ask, long success, struct reply *ret_reply)
{
	struct caller *caller = caller_new(&shop);

	assert_non_null(caller);
	caller_ask(caller, ask, ret_reply);
	bool right = makes_sense(ask, ret_reply, success);
	caller_free(caller);
	ret_reply->body = "";
	return right;
}

/* A library may be unable to bear it (libjwt 1.10 reads from the NULL that it got); then what counts is what is
 * left. */
static void insist_that_it_lives(int64_t turn, bool may_end)
{
	int status;

	if (!shop_has_ended(&shop, &status))
		return;
	if (may_end) {
		ends++;
		shop_start(&shop);
		return;
	}
	shop_print_log(&shop);
	fail_msg("vitrined ended with status %#x when allocation %lld failed", (unsigned)status, (long long)turn);
}

/* Nothing stays broken. A process that is about to end closes its sockets before that shows, so some tries are free. */
static bool serves_again(const struct ask *ask, long success, int64_t turn, bool may_end)
{
	struct reply reply = {.arrived = false};

	for (int try = 0; try < TRIES_MAX && !reply.arrived; try++) {
		insist_that_it_lives(turn, may_end);
		try_once(ask, success, &reply);
	}
	if (reply.status == success)
		return true;
	print_error("after allocation %lld failed, it stays so: %ld\n", (long long)turn, reply.status);
	shop_print_log(&shop);
	return false;
}

/* Each allocation of a request fails, alone and with some that follow. */
static void fail_each(const struct ask *ask, long success, bool may_end)
{
	struct reply reply;
	int failures = 0;

	try_once(ask, success, &reply); /* what is kept is there now */
	int64_t before = faults_calls(&faults);
	assert_true(try_once(ask, success, &reply) && reply.status == success);
	int64_t calls = faults_calls(&faults) - before;
	int64_t stride = 1 + calls / TURNS;

	for (int64_t turn = 1; turn <= calls; turn += stride) {
		faults_arm(&faults, turn, turn % 2 ? turn : turn + SPAN, ENOMEM);
		bool right = try_once(ask, success, &reply);
		faults_disarm(&faults);
		failures += reply.status != success;
		if (!right)
			fail_msg("when allocation %lld failed", (long long)turn);
		assert_true(serves_again(ask, success, turn, may_end));
	}
	print_message("%s %s: %lld allocations, one of %lld failed; %d times that showed\n", ask->method, ask->path,
		      (long long)calls, (long long)stride, failures);
}

/* Buys, with allocation `turn` failing (0: none), and settles. Returns how many allocations the purchase took. */
static int64_t buy_once(int64_t turn)
{
	struct caller *caller = caller_new(&shop);
	struct attempt attempt;
	struct reply reply;
	char key[64];

	assert_non_null(caller);
	snprintf(key, sizeof key, "memory-%d", keys++);
	attempt_plan(&shop, &attempt, 0, key, GOODS, &chance);
	int64_t before = faults_calls(&faults);
	if (turn)
		faults_arm(&faults, turn, turn % 2 ? turn : turn + SPAN, ENOMEM);
	bool right = attempt_buy(&shop, caller, &attempt, &reply);
	faults_disarm(&faults);
	if (reply.slow)
		fail_msg("nobody answered for seconds when allocation %lld failed", (long long)turn);
	int64_t calls = faults_calls(&faults) - before;
	insist_that_it_lives(turn, false);
	right = right && attempt_settle(&shop, caller, &attempt);
	caller_free(caller);
	assert_true(right);
	return calls;
}

static void a_purchase_is_made_once_or_not(void **state)
{
	(void)state;
	buy_once(0); /* what is kept is there now */
	int64_t calls = buy_once(0);
	for (int64_t turn = 1; turn <= calls; turn += 1 + calls / (2 * TURNS))
		buy_once(turn);
	print_message("%lld allocations per purchase\n", (long long)calls);
	books_check(&shop);
	assert_int_equal(books_purchases(&shop), keys);
}

static void everything_else_is_answered(void **state)
{
	char stats[128], purchase[256], body[512], login[256], product[64];
	const char *client = shop.clients[0].token, *seller = shop.sellers[0].token;

	(void)state;
	snprintf(stats, sizeof stats, "/Seller/%s/Stats?days=7", shop.sellers[0].id);
	snprintf(product, sizeof product, "/Product/%s", shop.products[0].id);
	snprintf(purchase, sizeof purchase, "/Purchase?limit=20");
	snprintf(login, sizeof login, "{\"email\":\"%s\",\"password\":\"%s\"}", shop.clients[0].email, SHOP_PASSWORD);
	snprintf(body, sizeof body, "{\"items\":[{\"name\":\"Batch\",\"price\":\"1.00\",\"category\":\"Things\"},"
		 "{\"id\":\"%s\",\"description\":\"changed\"}]}", shop.products[1].id);
	const struct {
		struct ask ask;
		long success;
		bool may_end;
	} calls[] = {
	    {{"GET", "/", NULL, NULL, NULL}, 200, false},
	    {{"GET", "/.well-known/jwks.json", NULL, NULL, NULL}, 200, false},
	    {{"GET", "/Product?q=prod&limit=20&sort=price", NULL, NULL, NULL}, 200, false},
	    {{"GET", product, NULL, NULL, NULL}, 200, false},
	    {{"GET", purchase, client, NULL, NULL}, 200, false},
	    {{"GET", stats, seller, NULL, NULL}, 200, false},
	    {{"POST", "/Product/Batch", seller, NULL, body}, 200, false},
	    {{"POST", "/Login", NULL, NULL, login}, 200, true},
	};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		fail_each(&calls[i].ask, calls[i].success, calls[i].may_end);
	if (ends)
		print_message("it ended %d times\n", ends);
	books_check(&shop);
	shop_stop(&shop);
	assert_int_equal(books_check_file(&shop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_purchase_is_made_once_or_not),
	    cmocka_unit_test(everything_else_is_answered),
	};

	if (SHOP_SANITIZED) {
		puts("skipped: the sanitizer has an allocator of its own");
		return 77;
	}
	return cmocka_run_group_tests_name("memory", tests, open_shop, close_shop);
}
