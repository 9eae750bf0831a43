/* The thread that has what is due done. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "platform/http/tender.h"
#include "tests/unit/fakes.h"
#include "tests/unit/unit.h"

enum { WAIT_S = 20, HOUR = 3600 * 1000 };

static struct {
	struct fake fake;
	struct tender *tender;
	pthread_mutex_t lock;
	pthread_cond_t called;
	int calls;  /* of the store's tend */
	int others; /* of the identity's */
	int left;   /* so often there is more to do */
	bool fails;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .called = PTHREAD_COND_INITIALIZER};

static bool store_tend(struct store *store, int64_t now, int64_t budget, bool *ret_more, struct err *err)
{
	(void)store;
	pthread_mutex_lock(&seen.lock);
	seen.calls++;
	*ret_more = seen.left > 0 && seen.left--;
	bool fails = seen.fails;
	pthread_cond_broadcast(&seen.called);
	pthread_mutex_unlock(&seen.lock);
	if (now > clock_now() || budget < 1)
		return err_set(err, ERR_INTERNAL, "That is not the time");
	return !fails || err_set(err, ERR_STORAGE_FULL, "full\x1b[2J");
}

static bool identity_tend(struct identity *identity, int64_t now, int64_t budget, bool *ret_more, struct err *err)
{
	(void)identity, (void)now, (void)budget, (void)err;
	pthread_mutex_lock(&seen.lock);
	seen.others++;
	pthread_cond_broadcast(&seen.called);
	pthread_mutex_unlock(&seen.lock);
	*ret_more = false;
	return true;
}

static void wait_for(const int *number, int count)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += WAIT_S;
	pthread_mutex_lock(&seen.lock);
	while (*number < count)
		if (pthread_cond_timedwait(&seen.called, &seen.lock, &end) != 0)
			break;
	int reached = *number;
	pthread_mutex_unlock(&seen.lock);
	assert_true(reached >= count);
}

static void start(const struct tender_times *times)
{
	struct err err;

	fake_init(&seen.fake);
	seen.fake.store.tend = store_tend;
	seen.calls = seen.others = 0;
	if (!tender_start(&seen.fake.platform, NULL, times, &seen.tender, &err))
		fail_msg("%s", err.message);
}

static int stop(void **state)
{
	(void)state;
	seen.tender = tender_stop(seen.tender);
	seen.left = 0;
	seen.fails = false;
	return 0;
}

static void tends_at_the_start_until_nothing_is_left(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = HOUR};

	(void)state;
	seen.left = 4;
	start(&times);
	wait_for(&seen.calls, 5);
	assert_int_equal(seen.others, 0); /* an identity to which nothing is ever due */
}

static void tends_soon_after_a_change(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = 1, .quiet = HOUR};

	(void)state;
	start(&times);
	for (int i = 1; i < 20; i++) {
		wait_for(&seen.calls, i);
		tender_poke(seen.tender);
	}
}

static void tends_once_in_a_while(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = 1};

	(void)state;
	start(&times);
	wait_for(&seen.calls, 10);
}

static void tends_the_identity_too(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = 1};

	(void)state;
	start(&times);
	seen.tender = tender_stop(seen.tender);
	seen.fake.identity.tend = identity_tend;
	struct err err;
	assert_true(tender_start(&seen.fake.platform, NULL, &times, &seen.tender, &err));
	wait_for(&seen.others, 3);
}

static void tries_again_after_a_failure(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = 1};

	(void)state;
	seen.fails = true;
	start(&times);
	wait_for(&seen.calls, 3);
}

static void a_store_that_fails_keeps_the_identity_from_nothing(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = 1};
	struct err err;

	(void)state;
	fake_init(&seen.fake);
	seen.fake.store.tend = store_tend;
	seen.fake.identity.tend = identity_tend;
	seen.calls = seen.others = 0;
	seen.fails = true;
	assert_true(tender_start(&seen.fake.platform, NULL, &times, &seen.tender, &err));
	wait_for(&seen.others, 3);
}

static void counts_what_it_does(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = 1};
	static const struct {
		int left;
		bool fails, due;
	} cases[] = {{0, false, false}, {INT_MAX, false, true}, {0, true, true}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		seen.left = cases[i].left;
		seen.fails = cases[i].fails;
		start(&times);
		wait_for(&seen.calls, 6); /* so five have ended */
		const struct tender_counts counts = tender_counts(seen.tender);
		assert_true(counts.runs >= 5);
		assert_true(cases[i].fails ? counts.failures >= 5 : counts.failures == 0);
		assert_int_equal(counts.due, cases[i].due);
		stop(state);
	}
	assert_int_equal(tender_counts(NULL).runs, 0);
}

/* Without a log. What failed may have quoted anything: a terminal must not do it. */
static void a_failure_is_said_once(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = 1};
	FILE *said = tmpfile();
	char text[2048];
	int before = dup(STDERR_FILENO);

	(void)state;
	assert_true(said && before >= 0);
	assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
	seen.fails = true;
	start(&times);
	wait_for(&seen.calls, 5);
	seen.tender = tender_stop(seen.tender);
	dup2(before, STDERR_FILENO);
	close(before);
	rewind(said);
	size_t length = fread(text, 1, sizeof text - 1, said);
	text[length] = '\0';
	fclose(said);
	assert_non_null(strstr(text, "could not be done: full\uFFFD[2J. It is tried again"));
	assert_ptr_equal(strchr(text, '\n'), text + length - 1);
}

static void ends_at_once_while_it_rests(void **state)
{
	static const struct tender_times times = {.turn = 100, .soon = HOUR, .quiet = HOUR};

	(void)state;
	start(&times);
	wait_for(&seen.calls, 1);
	tender_poke(seen.tender);
	seen.tender = tender_stop(seen.tender);
	assert_int_equal(seen.calls, 1);
	assert_null(tender_stop(NULL));
	tender_poke(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(tends_at_the_start_until_nothing_is_left, stop),
	    cmocka_unit_test_teardown(tends_soon_after_a_change, stop),
	    cmocka_unit_test_teardown(tends_once_in_a_while, stop),
	    cmocka_unit_test_teardown(tends_the_identity_too, stop),
	    cmocka_unit_test_teardown(tries_again_after_a_failure, stop),
	    cmocka_unit_test_teardown(a_store_that_fails_keeps_the_identity_from_nothing, stop),
	    cmocka_unit_test_teardown(counts_what_it_does, stop),
	    cmocka_unit_test_teardown(a_failure_is_said_once, stop),
	    cmocka_unit_test_teardown(ends_at_once_while_it_rests, stop),
	};

	return cmocka_run_group_tests_name("tender", tests, NULL, NULL);
}
