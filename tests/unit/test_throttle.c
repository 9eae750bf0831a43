/* test_throttle.c: waiting after failures, without waiting. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "platform/identity/throttle.h"

static const struct throttle_rule backoff = {
    .kind = THROTTLE_BACKOFF, .free = 5, .step = 1000, .longest = 60000, .forget = 900000};
static const struct throttle_rule bucket = {.kind = THROTTLE_BUCKET, .free = 30, .step = 2000, .forget = 60000};

static struct throttle *throttle;
static const int64_t start = 1795000000000;

static int set_up(void **state)
{
	(void)state;
	throttle = malloc(sizeof *throttle);
	return throttle ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	free(throttle);
	return 0;
}

static void fails(uint64_t key, int times, int64_t now)
{
	for (int i = 0; i < times; i++)
		throttle_fail(throttle, key, now);
}

static void test_backoff_doubles_to_its_end(void **state)
{
	static const int64_t waits[] = {0, 0, 0, 0, 0, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
	int64_t now = start;

	(void)state;
	throttle_init(throttle, &backoff);
	assert_int_equal(throttle_wait(throttle, 7, now), 0);
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		fails(7, 1, now);
		assert_int_equal(throttle_wait(throttle, 7, now), waits[i]);
		if (waits[i])
			assert_int_equal(throttle_wait(throttle, 7, now + waits[i] - 1), 1);
		now += waits[i];
		assert_int_equal(throttle_wait(throttle, 7, now), 0);
	}
	assert_int_equal(throttle_wait(throttle, 8, now), 0); /* somebody else */
}

static void test_backoff_many_failures_never_overflow(void **state)
{
	(void)state;
	throttle_init(throttle, &backoff);
	fails(7, 100000, start);
	assert_int_equal(throttle_wait(throttle, 7, start), 60000);
}

static void test_backoff_forgives_and_forgets(void **state)
{
	(void)state;
	throttle_init(throttle, &backoff);
	fails(7, 9, start);
	assert_true(throttle_wait(throttle, 7, start) > 0);
	throttle_forgive(throttle, 7);
	assert_int_equal(throttle_wait(throttle, 7, start), 0);
	throttle_forgive(throttle, 7); /* again, and a stranger */
	throttle_forgive(throttle, 99);

	fails(7, 9, start);
	fails(7, 1, start + 900000); /* a quarter of an hour later it is the first */
	assert_int_equal(throttle_wait(throttle, 7, start + 900000), 0);
	fails(7, 5, start + 900000);
	assert_int_equal(throttle_wait(throttle, 7, start + 900000), 1000);
}

static void test_backoff_survives_a_clock_set_back(void **state)
{
	(void)state;
	throttle_init(throttle, &backoff);
	fails(7, 20, start);
	assert_int_equal(throttle_wait(throttle, 7, start - 1000), 60000);
	assert_int_equal(throttle_wait(throttle, 7, start - 86400000), 0);
}

static void test_bucket(void **state)
{
	(void)state;
	throttle_init(throttle, &bucket);
	fails(7, 29, start);
	assert_int_equal(throttle_wait(throttle, 7, start), 0);
	fails(7, 1, start);
	assert_int_equal(throttle_wait(throttle, 7, start), 2000);
	assert_int_equal(throttle_wait(throttle, 7, start + 1999), 1);
	assert_int_equal(throttle_wait(throttle, 7, start + 2000), 0);
	fails(7, 1, start + 2000);
	assert_int_equal(throttle_wait(throttle, 7, start + 2000), 2000);
	fails(7, 1000, start + 2000); /* more than empty it can't be */
	assert_int_equal(throttle_wait(throttle, 7, start + 2000), 2000);

	/* A minute later it is full again. */
	fails(7, 29, start + 62000);
	assert_int_equal(throttle_wait(throttle, 7, start + 62000), 0);
	fails(7, 1, start + 62000);
	assert_int_equal(throttle_wait(throttle, 7, start + 62000), 2000);
	assert_true(throttle_wait(throttle, 7, start - 86400000) <= 2000); /* the clock was set back */
}

/* A full set drops the one that failed longest ago, and only that. */
static void test_bounded(void **state)
{
	(void)state;
	throttle_init(throttle, &backoff);
	for (uint64_t way = 0; way < THROTTLE_WAYS; way++)
		fails(3 + way * THROTTLE_SETS, 9, start + (int64_t)way);
	fails(3, 1, start + 100);                                 /* the first is no longer the oldest */
	fails(3 + THROTTLE_WAYS * THROTTLE_SETS, 9, start + 101); /* a new one */
	assert_int_equal(throttle_wait(throttle, 3 + THROTTLE_SETS, start + 101), 0);
	assert_true(throttle_wait(throttle, 3, start + 101) > 0);
	for (uint64_t way = 2; way <= THROTTLE_WAYS; way++)
		assert_true(throttle_wait(throttle, 3 + way * THROTTLE_SETS, start + 101) > 0);
}

static void test_key_zero_is_a_key(void **state)
{
	(void)state;
	throttle_init(throttle, &backoff);
	assert_int_equal(throttle_wait(throttle, 0, start), 0);
	fails(0, 9, start);
	assert_true(throttle_wait(throttle, 0, start) > 0);
	throttle_forgive(throttle, 0);
	assert_int_equal(throttle_wait(throttle, 0, start), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_backoff_doubles_to_its_end),
	    cmocka_unit_test(test_backoff_many_failures_never_overflow),
	    cmocka_unit_test(test_backoff_forgives_and_forgets),
	    cmocka_unit_test(test_backoff_survives_a_clock_set_back),
	    cmocka_unit_test(test_bucket),
	    cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_key_zero_is_a_key),
	};

	return cmocka_run_group_tests_name("throttle", tests, set_up, tear_down);
}
