/* Those who wait for something to tell: woken when there is, each for themselves, and none passed over. The store is a
 * list of accounts that were told something, in order: its place is the number of those that are known. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/http/waiters.h"
#include "tests/chance.h"
#include "tests/unit/fakes.h"
#include "tests/unit/unit.h"

enum { DEADLINE_S = 60, TOLD_MAX = 4096, PAGE = 3, MOST = 40 };

static struct {
	struct fake fake;
	struct waiters *waiters;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	const char *told[TOLD_MAX];
	int64_t count;
	int asked;
	int failing; /* so often it can't be told */
	bool held;   /* questions are kept after they were looked up */
	bool keeps;  /* one is */
} shop = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static struct timespec deadline(void)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += DEADLINE_S;
	return end;
}

static bool news(struct store *store, int64_t place, struct arena *arena, struct store_news *ret_news, struct err *err)
{
	const char **accounts = arena_array(arena, PAGE, sizeof *accounts);
	struct store_news found = {.place = place, .accounts = accounts};

	(void)store;
	pthread_mutex_lock(&shop.lock);
	for (; accounts && found.place < shop.count && found.count < PAGE; found.place++)
		accounts[found.count++] = shop.told[found.place];
	found.more = found.place < shop.count;
	bool fails = shop.failing > 0 && shop.failing--;
	shop.asked++;
	shop.keeps = shop.held;
	pthread_cond_broadcast(&shop.changed);
	while (shop.held)
		pthread_cond_wait(&shop.changed, &shop.lock);
	shop.keeps = false;
	pthread_mutex_unlock(&shop.lock);
	if (!accounts || fails)
		return err_set(err, ERR_UNAVAILABLE, "Not now");
	*ret_news = found;
	return true;
}

static void hold(bool held)
{
	pthread_mutex_lock(&shop.lock);
	shop.held = held;
	pthread_cond_broadcast(&shop.changed);
	pthread_mutex_unlock(&shop.lock);
}

/* Until a question is kept. */
static void expect_kept(void)
{
	const struct timespec end = deadline();
	int late = 0;

	pthread_mutex_lock(&shop.lock);
	while (!shop.keeps && !late)
		late = pthread_cond_timedwait(&shop.changed, &shop.lock, &end);
	pthread_mutex_unlock(&shop.lock);
	assert_int_equal(late, 0);
}

static void tell(const char *account)
{
	pthread_mutex_lock(&shop.lock);
	if (shop.count < TOLD_MAX)
		shop.told[shop.count++] = account;
	pthread_mutex_unlock(&shop.lock);
}

/* As a handler looks: the place up to which all is known, and whether the account was told something after another. */
static int64_t look(const char *account, int64_t after, size_t *ret_count)
{
	pthread_mutex_lock(&shop.lock);
	int64_t place = shop.count;
	size_t count = 0;
	for (int64_t i = after; i < place; i++)
		count += !strcmp(shop.told[i], account);
	pthread_mutex_unlock(&shop.lock);
	*ret_count = count;
	return place;
}

/* ---- a loop ---- */

struct loop_box {
	struct waiter_box box;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool awake;
};

static void wake(void *context)
{
	struct loop_box *box = context;

	pthread_mutex_lock(&box->lock);
	box->awake = true;
	pthread_cond_signal(&box->woken);
	pthread_mutex_unlock(&box->lock);
}

static void box_init(struct loop_box *box)
{
	*box = (struct loop_box){.awake = false};
	pthread_mutex_init(&box->lock, NULL);
	pthread_cond_init(&box->woken, NULL);
	waiter_box_init(&box->box, wake, box);
}

static void box_done(struct loop_box *box)
{
	pthread_cond_destroy(&box->woken);
	pthread_mutex_destroy(&box->lock);
}

/* Sleeps until it is woken; false when that never happens. */
static bool box_sleep(struct loop_box *box)
{
	const struct timespec end = deadline();
	int late = 0;

	pthread_mutex_lock(&box->lock);
	while (!box->awake && !late)
		late = pthread_cond_timedwait(&box->woken, &box->lock, &end);
	box->awake = false;
	pthread_mutex_unlock(&box->lock);
	return !late;
}

static struct wait wait_for(const char *account, int64_t place)
{
	struct wait wait = {.waits = true, .place = place};

	snprintf(wait.account, sizeof wait.account, "%s", account);
	return wait;
}

static struct waiter *join(const char *account, int64_t place, struct loop_box *box, void *context)
{
	const struct wait wait = wait_for(account, place);

	return waiters_join(shop.waiters, &wait, &box->box, context);
}

static int begin(void **state)
{
	struct err err;

	(void)state;
	fake_init(&shop.fake);
	shop.fake.store.change_news = news;
	shop.count = shop.asked = shop.failing = 0;
	shop.held = false;
	return waiters_start(&shop.fake.platform, NULL, MOST, &shop.waiters, &err) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	hold(false);
	shop.waiters = waiters_free(shop.waiters);
	return 0;
}

/* ---- who is woken ---- */

static void only_those_whom_it_concerns(void **state)
{
	struct loop_box one, other;
	char ada[2], bob;

	(void)state;
	box_init(&one);
	box_init(&other);
	struct waiter *waiters[] = {join("ada", 0, &one, &ada[0]), join("bob", 0, &one, &bob),
				    join("ada", 0, &other, &ada[1])};
	assert_int_equal(waiters_count(shop.waiters), 3);
	tell("nobody");
	tell("ada");
	waiters_poke(shop.waiters);
	assert_true(box_sleep(&one) && box_sleep(&other));
	assert_ptr_equal(waiters_take(shop.waiters, &one.box), &ada[0]);
	assert_null(waiters_take(shop.waiters, &one.box));
	assert_ptr_equal(waiters_take(shop.waiters, &other.box), &ada[1]);
	assert_null(waiters_take(shop.waiters, &other.box));
	assert_int_equal(waiters_count(shop.waiters), 1);
	for (size_t i = 0; i < COUNT_OF(waiters); i++)
		waiters_leave(shop.waiters, waiters[i]);
	assert_int_equal(waiters_count(shop.waiters), 0);
	box_done(&one);
	box_done(&other);
}

/* What another process writes: nobody pokes. And what can't be told at first is told after all. */
static void without_a_poke_and_after_failures(void **state)
{
	struct loop_box box;

	(void)state;
	box_init(&box);
	shop.failing = 2;
	struct waiter *waiter = join("ada", 0, &box, &box);
	tell("ada");
	assert_true(box_sleep(&box));
	assert_ptr_equal(waiters_take(shop.waiters, &box.box), &box);
	waiters_leave(shop.waiters, waiter);
	box_done(&box);
}

/* What was told between the look and the waiting may have been announced to others already. */
static void one_who_comes_late(void **state)
{
	struct loop_box early, late;

	(void)state;
	box_init(&early);
	box_init(&late);
	struct waiter *first = join("bob", 0, &early, &early), *keeper = join("kim", 0, &early, &early);
	tell("ada");
	tell("bob");
	waiters_poke(shop.waiters);
	assert_true(box_sleep(&early)); /* ada's is announced with that */
	struct waiter *second = join("ada", 0, &late, &late);
	assert_true(box_sleep(&late));
	waiters_leave(shop.waiters, first);
	waiters_leave(shop.waiters, keeper);
	waiters_leave(shop.waiters, second);
	box_done(&early);
	box_done(&late);
}

/* The same while the store is being asked: what comes back is of a place after theirs. */
static void one_who_comes_while_the_store_is_asked(void **state)
{
	struct loop_box box;

	(void)state;
	box_init(&box);
	tell("ada");
	tell("bob");
	hold(true);
	struct waiter *keeper = join("kim", 2, &box, &box); /* nothing is left to tell after 2 */
	expect_kept();
	struct waiter *late = join("ada", 0, &box, &late);
	hold(false);
	assert_true(box_sleep(&box));
	assert_ptr_equal(waiters_take(shop.waiters, &box.box), &late);
	waiters_leave(shop.waiters, keeper);
	waiters_leave(shop.waiters, late);
	box_done(&box);
}

static void so_many_and_no_more(void **state)
{
	struct waiter *waiters[MOST];
	struct loop_box box;
	size_t count = 0;

	(void)state;
	box_init(&box);
	for (; count < WAITERS_OF_ACCOUNT; count++)
		assert_non_null(waiters[count] = join("ada", 0, &box, &box));
	assert_null(join("ada", 0, &box, &box));
	for (; count < MOST; count++) {
		char account[16];

		snprintf(account, sizeof account, "other %zu", count);
		assert_non_null(waiters[count] = join(account, 0, &box, &box));
	}
	assert_null(join("bob", 0, &box, &box));
	waiters[0] = waiters_leave(shop.waiters, waiters[0]);
	assert_non_null(waiters[0] = join("bob", 0, &box, &box));
	for (size_t i = 0; i < count; i++)
		waiters_leave(shop.waiters, waiters[i]);
	assert_null(waiters_join(NULL, &(struct wait){.waits = true}, &box.box, &box));
	box_done(&box);
}

/* Whoever was woken may leave before the loop comes to them. */
static void gone_when_woken(void **state)
{
	struct loop_box box;

	(void)state;
	box_init(&box);
	struct waiter *one = join("ada", 0, &box, &one), *other = join("ada", 0, &box, &other);
	tell("ada");
	waiters_poke(shop.waiters);
	assert_true(box_sleep(&box));
	waiters_leave(shop.waiters, one);
	assert_ptr_equal(waiters_take(shop.waiters, &box.box), &other);
	assert_null(waiters_take(shop.waiters, &box.box));
	waiters_leave(shop.waiters, other);
	box_done(&box);
}

static void nobody_waits_and_nothing_is_asked(void **state)
{
	struct loop_box box;

	(void)state;
	box_init(&box);
	waiters_leave(shop.waiters, join("ada", 0, &box, &box));
	pthread_mutex_lock(&shop.lock);
	int before = shop.asked;
	pthread_mutex_unlock(&shop.lock);
	for (int i = 0; i < 1000; i++)
		waiters_poke(shop.waiters);
	pthread_mutex_lock(&shop.lock);
	assert_in_range(shop.asked, 0, before + 1); /* the one that may have been under way */
	pthread_mutex_unlock(&shop.lock);
	box_done(&box);
}

/* ---- at random ---- */

enum { READERS = 6, NAMES = 3, ROUNDS = 600 };
static const char *const names[NAMES] = {"ada", "bob", "kim"};

struct reader {
	const char *account;
	size_t seen;
	atomic_bool *over;
	bool stuck;
};

/* Looks, and waits when there is nothing; until all has been told and it has seen the last of it. */
static void *read_on(void *context)
{
	struct reader *reader = context;
	struct loop_box box;
	int64_t place = 0;

	box_init(&box);
	while (!reader->stuck) {
		bool over = atomic_load(reader->over);
		size_t count;

		place = look(reader->account, place, &count);
		reader->seen += count;
		if (over)
			break;
		if (count)
			continue;
		struct waiter *waiter = join(reader->account, place, &box, &box);
		reader->stuck = !waiter || !box_sleep(&box);
		waiters_take(shop.waiters, &box.box);
		waiters_leave(shop.waiters, waiter);
	}
	box_done(&box);
	return NULL;
}

static void nobody_is_passed_over(void **state)
{
	uint64_t chance = chance_seed();
	struct reader readers[READERS];
	pthread_t threads[READERS];
	atomic_bool over = false;
	size_t told[NAMES] = {0};

	(void)state;
	for (size_t i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.account = names[i % NAMES], .over = &over};
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
	}
	for (int i = 0; i < ROUNDS; i++) {
		size_t name = chance_below(&chance, NAMES);

		tell(names[name]);
		told[name]++;
		if (chance_below(&chance, 2))
			waiters_poke(shop.waiters);
		for (size_t pause = chance_below(&chance, 50); pause; pause--)
			sched_yield();
	}
	atomic_store(&over, true);
	for (size_t i = 0; i < NAMES; i++, told[i - 1]++)
		tell(names[i]);
	waiters_poke(shop.waiters);
	for (size_t i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		assert_false(readers[i].stuck);
		assert_int_equal(readers[i].seen, told[i % NAMES]);
	}
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(only_those_whom_it_concerns),
	    TEST(without_a_poke_and_after_failures),
	    TEST(one_who_comes_late),
	    TEST(one_who_comes_while_the_store_is_asked),
	    TEST(so_many_and_no_more),
	    TEST(gone_when_woken),
	    TEST(nobody_waits_and_nothing_is_asked),
	    TEST(nobody_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
