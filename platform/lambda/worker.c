#include "platform/lambda/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static atomic_uint late_count;

struct job {
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool done, given_up; /* under the lock */

	const struct function *function;
	struct lambda *lambda;
	char id[RUNTIME_ID_SIZE];
	struct buf event;
	struct arena arena;

	struct buf answer;
	struct outcome outcome;
	bool good;
	struct err err;
};

static struct job *job_new(const struct function *function, struct lambda *lambda, struct invocation *invocation)
{
	struct job *job = calloc(1, sizeof *job);
	pthread_condattr_t attributes;

	if (!job)
		return NULL;
	job->function = function;
	job->lambda = lambda;
	memcpy(job->id, invocation->id, sizeof job->id);
	job->event = invocation->event;
	buf_init(&invocation->event, 0);
	arena_init(&job->arena, DISPATCH_ARENA);
	buf_init(&job->answer, RUNTIME_ANSWER_MAX);
	pthread_mutex_init(&job->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&job->change, &attributes);
	pthread_condattr_destroy(&attributes);
	return job;
}

static void job_free(struct job *job)
{
	buf_wipe(&job->event);
	buf_wipe(&job->answer);
	arena_done(&job->arena);
	pthread_cond_destroy(&job->change);
	pthread_mutex_destroy(&job->lock);
	free(job);
}

static void *work(void *context)
{
	struct job *job = context;

	job->good = function_run(job->function, job->lambda, job->id, &job->event, &job->arena, &job->answer,
				 &job->outcome, &job->err);
	pthread_mutex_lock(&job->lock);
	job->done = true;
	bool alone = job->given_up;
	pthread_cond_signal(&job->change);
	pthread_mutex_unlock(&job->lock);
	if (alone) {
		job_free(job);
		atomic_fetch_sub(&late_count, 1);
	}
	return NULL;
}

static struct timespec in_ms(int64_t ms)
{
	struct timespec then;

	clock_gettime(CLOCK_MONOTONIC, &then);
	then.tv_sec += ms / 1000;
	then.tv_nsec += ms % 1000 * 1000000;
	if (then.tv_nsec >= 1000000000) {
		then.tv_sec++;
		then.tv_nsec -= 1000000000;
	}
	return then;
}

/* True when it is done in time. */
static bool wait_for(struct job *job, int64_t ms)
{
	struct timespec then = in_ms(ms);
	int fault = 0;

	pthread_mutex_lock(&job->lock);
	while (!job->done && fault != ETIMEDOUT)
		fault = pthread_cond_timedwait(&job->change, &job->lock, &then);
	bool done = job->done;
	pthread_mutex_unlock(&job->lock);
	return done;
}

/* The thread goes on and frees the job at its end, unless that came just now. */
static void give_up(struct job *job, pthread_t thread)
{
	pthread_mutex_lock(&job->lock);
	bool done = job->done;
	job->given_up = !done;
	if (!done)
		atomic_fetch_add(&late_count, 1);
	pthread_mutex_unlock(&job->lock);
	if (done) {
		pthread_join(thread, NULL);
		job_free(job);
	} else {
		pthread_detach(thread);
	}
}

/* Milliseconds until an answer must leave. */
static int64_t time_left(const struct invocation *invocation)
{
	const int64_t longest = 3600 * 1000; /* than which no function may run */
	int64_t left =
	    invocation->deadline == INT64_MAX ? longest : invocation->deadline - WORKER_MARGIN_MS - clock_now();

	return left > longest ? longest : left;
}

static bool run_late(const struct function *function, struct lambda *lambda, const struct invocation *invocation,
		     const struct buf *event, struct buf *out, struct outcome *outcome, struct err *err)
{
	struct arena arena;

	arena_init(&arena, DISPATCH_ARENA);
	bool good = function_late(function, lambda, invocation->id, event, &arena, out, outcome, err);
	arena_done(&arena);
	return good;
}

static bool take_result(struct job *job, struct buf *out, struct outcome *ret_outcome, struct err *err)
{
	bool good = job->good;

	if (!good)
		*err = job->err;
	*ret_outcome = job->outcome;
	buf_wipe(out);
	*out = job->answer;
	buf_init(&job->answer, 0);
	job_free(job);
	return good;
}

bool worker_run(const struct function *function, struct lambda *lambda, struct invocation *invocation, struct buf *out,
		struct outcome *ret_outcome, bool *ret_late, struct err *err)
{
	int64_t left = time_left(invocation);
	struct job *job = job_new(function, lambda, invocation);
	pthread_t thread;

	*ret_late = false;
	*ret_outcome = (struct outcome){.op = "none"};
	if (!job)
		return err_memory(err, "starting with an event");
	bool begun = left > 0 && pthread_create(&thread, NULL, work, job) == 0;
	if (begun && wait_for(job, left)) {
		pthread_join(thread, NULL);
		return take_result(job, out, ret_outcome, err);
	}
	*ret_late = true;
	/* Until it is given up the event stays. */
	bool good = run_late(function, lambda, invocation, &job->event, out, ret_outcome, err);
	if (begun)
		give_up(job, thread);
	else
		job_free(job);
	return good;
}

unsigned worker_count_late(void)
{
	return atomic_load(&late_count);
}
