/* kill -9 in the middle of purchases, again and again on one file: what was acknowledged is there once; what was not is
 * there once or not at all, and sending it again settles which.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fault/attempt.h"
#include "tests/fault/books.h"

enum { ROUNDS = 50, BUYERS = 12, CLIENTS = 4, GOODS = 6, ATTEMPTS_MAX = 64, KILL_AFTER_MAX = 80 };
enum { API_EVERY = 10 };

static struct shop shop;

struct round {
	int number;
	int kill_after; /* acknowledgements */
	atomic_int acknowledged;
	atomic_int strange;
	struct {
		struct attempt list[ATTEMPTS_MAX];
		size_t count;
	} buyers[BUYERS];
};

static int open_shop(void **state)
{
	(void)state;
	shop_init(&shop);
	shop_start(&shop);
	shop_sign_up(&shop, CLIENTS, 2);
	for (size_t i = 0; i < GOODS; i++)
		shop_add_product(&shop, i % 2, 199 + 100 * (int64_t)i, 1000000);
	return 0;
}

static int close_shop(void **state)
{
	(void)state;
	shop_done(&shop);
	return 0;
}

/* The thread that counts the fatal one kills at once. */
static void acknowledge(struct round *round)
{
	if (atomic_fetch_add(&round->acknowledged, 1) + 1 == round->kill_after)
		shop_signal(&shop, SIGKILL);
}

/* False when the platform is gone. */
static bool buy(struct round *round, struct caller *caller, struct attempt *attempt, uint64_t *random)
{
	struct reply reply;

	if (!attempt_buy(&shop, caller, attempt, &reply) || reply.status >= 500)
		atomic_fetch_add(&round->strange, 1);
	if (attempt->end != ATTEMPT_BOUGHT)
		return false;
	acknowledge(round);
	/* A fifth of it is cancelled. */
	if (chance_below(random, 5))
		return true;
	if (!attempt_cancel(&shop, caller, attempt, &reply) || reply.status >= 500)
		atomic_fetch_add(&round->strange, 1);
	if (attempt->cancel != ATTEMPT_CANCELLED)
		return false;
	acknowledge(round);
	return true;
}

static void buy_until_the_end(void *context, size_t index)
{
	struct round *round = context;
	struct caller *caller = caller_new(&shop);
	uint64_t random = chance_seed() ^ ((uint64_t)round->number << 32 | index);
	char key[64];

	for (size_t i = 0; caller && i < ATTEMPTS_MAX; i++) {
		struct attempt *attempt = &round->buyers[index].list[i];

		snprintf(key, sizeof key, "kill-%d-%zu-%zu", round->number, index, i);
		attempt_plan(&shop, attempt, index % CLIENTS, key, GOODS, &random);
		round->buyers[index].count++;
		if (!buy(round, caller, attempt, &random))
			break;
	}
	caller_free(caller);
}

static int count_open(const struct round *round)
{
	int open = 0;

	for (size_t buyer = 0; buyer < BUYERS; buyer++)
		for (size_t i = 0; i < round->buyers[buyer].count; i++)
			open += round->buyers[buyer].list[i].end == ATTEMPT_OPEN;
	return open;
}

static size_t settle_all(struct round *round)
{
	struct caller *caller = caller_new(&shop);
	size_t settled = 0;

	assert_non_null(caller);
	for (size_t buyer = 0; buyer < BUYERS; buyer++) {
		for (size_t i = 0; i < round->buyers[buyer].count; i++) {
			if (!attempt_settle(&shop, caller, &round->buyers[buyer].list[i]))
				atomic_fetch_add(&round->strange, 1);
			settled++;
		}
	}
	caller_free(caller);
	return settled;
}

static void acknowledged_purchases_survive_kill(void **state)
{
	struct round *round = calloc(1, sizeof *round);
	uint64_t random = chance_seed();
	size_t bought = 0;
	int open = 0;

	(void)state;
	assert_non_null(round);
	for (int number = 0; number < ROUNDS; number++) {
		memset(round, 0, sizeof *round);
		round->number = number;
		round->kill_after = 1 + (int)chance_below(&random, KILL_AFTER_MAX);
		crowd_run(BUYERS, buy_until_the_end, round);
		int status = shop_wait(&shop);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		open += count_open(round);

		shop_start(&shop);
		bought += settle_all(round);
		assert_int_equal(atomic_load(&round->strange), 0);
		assert_int_equal(books_purchases(&shop), bought);
		assert_int_equal(books_check_file(&shop), 0);
		if (number % API_EVERY == 0 || number == ROUNDS - 1)
			assert_int_equal(books_check_api(&shop), 0);
	}
	free(round);
	print_message("%d rounds, %zu purchases, %d of them without an answer at first\n", ROUNDS, bought, open);
	/* Otherwise nothing was tested. */
	assert_true(open > ROUNDS);
	shop_stop(&shop);
	assert_int_equal(books_check_file(&shop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(acknowledged_purchases_survive_kill),
	};

	return cmocka_run_group_tests_name("kill -9", tests, open_shop, close_shop);
}
