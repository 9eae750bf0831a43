/* The pool of workers: everything is done once, and a crowd of slow jobs holds up nobody else. */
#include <pthread.h>
#include <time.h>

#include "tests/unit/unit.h"

#include "platform/http/pool.h"

enum { WORKERS = 8, SLOW_MAX = WORKERS / 4, QUEUE = 64, DEADLINE_S = 60 };

/* What the jobs of a test do and count. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open; /* slow jobs may end */
	int slow_begun, slow_done, quick_done, slow_running, slow_most;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* Waits, with the lock held, until the number is reached. */
static bool reaches(const int *number, int wanted)
{
	struct timespec until;
	int late = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += DEADLINE_S;
	while (*number < wanted && !late)
		late = pthread_cond_timedwait(&seen.changed, &seen.lock, &until);
	return *number >= wanted;
}

static void do_slow(void)
{
	seen.slow_begun++;
	if (++seen.slow_running > seen.slow_most)
		seen.slow_most = seen.slow_running;
	pthread_cond_broadcast(&seen.changed);
	while (!seen.open)
		pthread_cond_wait(&seen.changed, &seen.lock);
	seen.slow_running--;
	seen.slow_done++;
}

static char slow_job, quick_job;

static void work(struct runner *runner, void *job)
{
	(void)runner;
	pthread_mutex_lock(&seen.lock);
	if (job == &slow_job)
		do_slow();
	else
		seen.quick_done++;
	pthread_cond_broadcast(&seen.changed);
	pthread_mutex_unlock(&seen.lock);
}

static struct pool *begin(unsigned workers)
{
	struct pool *pool = pool_new(workers, QUEUE, work);

	assert_non_null(pool);
	seen.open = false;
	seen.slow_begun = seen.slow_done = seen.quick_done = seen.slow_running = seen.slow_most = 0;
	return pool;
}

static void let_go(void)
{
	pthread_mutex_lock(&seen.lock);
	seen.open = true;
	pthread_cond_broadcast(&seen.changed);
	pthread_mutex_unlock(&seen.lock);
}

static bool wait_for(const int *number, int wanted)
{
	pthread_mutex_lock(&seen.lock);
	bool reached = reaches(number, wanted);
	pthread_mutex_unlock(&seen.lock);
	return reached;
}

/* A crowd of one kind; `other` is the other slow kind. */
static void check_crowd(enum pool_lane lane, enum pool_lane other, unsigned workers, int most)
{
	struct pool *pool = begin(workers);

	for (int i = 0; i < QUEUE; i++)
		assert_true(pool_submit(pool, &slow_job, lane));
	assert_true(wait_for(&seen.slow_begun, most));
	/* They fill their own queue, not the others'. */
	for (int i = 0; i < most; i++)
		assert_true(pool_submit(pool, &slow_job, lane));
	assert_false(pool_submit(pool, &slow_job, lane));
	for (int i = 0; i < 1000; i++) {
		assert_true(pool_submit(pool, &quick_job, i % 2 ? other : POOL_QUICK));
		assert_true(wait_for(&seen.quick_done, i + 1));
	}
	assert_int_equal(seen.slow_done, 0);
	assert_int_equal(pool_queued(pool), QUEUE);
	assert_in_range(pool_workers(pool), most + 1, workers);
	let_go();
	pool_free(pool); /* does what is left */
	assert_int_equal(seen.slow_done, QUEUE + most);
	assert_int_equal(seen.slow_most, most);
}

static void a_crowd_of_slow_jobs_holds_up_nobody(void **state)
{
	(void)state;
	check_crowd(POOL_HASHES, POOL_SEARCHES, WORKERS, SLOW_MAX);
	check_crowd(POOL_SEARCHES, POOL_HASHES, WORKERS, SLOW_MAX);
	check_crowd(POOL_HASHES, POOL_SEARCHES, 8 * WORKERS, 8 * SLOW_MAX);
	check_crowd(POOL_SEARCHES, POOL_HASHES, 8 * WORKERS, POOL_SEARCHES_MAX);
}

static void one_worker_does_both(void **state)
{
	struct pool *pool = begin(1);

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_true(pool_submit(pool, &slow_job, POOL_HASHES));
		assert_true(pool_submit(pool, &quick_job, POOL_QUICK));
	}
	let_go();
	assert_true(wait_for(&seen.quick_done, 10));
	assert_true(wait_for(&seen.slow_done, 10));
	assert_int_equal(pool_workers(pool), 1);
	pool_free(pool);
}

static void slow_jobs_are_done_at_the_end_too(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		struct pool *pool = begin(WORKERS);

		seen.open = true;
		for (int i = 0; i < 20; i++)
			assert_true(pool_submit(pool, i % 3 ? &slow_job : &quick_job, (enum pool_lane)(i % 3)));
		pool_free(pool);
		assert_int_equal(seen.slow_done + seen.quick_done, 20);
	}
	assert_null(pool_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_crowd_of_slow_jobs_holds_up_nobody),
	    cmocka_unit_test(one_worker_does_both),
	    cmocka_unit_test(slow_jobs_are_done_at_the_end_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
