#include "platform/http/pool.h"

#include <pthread.h>
#include <stdlib.h>

/* The system's least is too little for a query; the default of 8 MiB is address space for nothing. */
#ifdef __has_feature
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#if SANITIZED || !defined(__OPTIMIZE__)
enum { STACK_SIZE = 2 * 1024 * 1024 };
#else
enum { STACK_SIZE = 256 * 1024 };
#endif

/* One in four threads at most does slow jobs. */
enum { SLOW_SHARE = 4 };

struct queue {
	size_t first, count;
	void **ring;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pool_work *work;
	pthread_t *threads;
	unsigned threads_count, threads_max;
	unsigned idle; /* threads that wait for a job */
	unsigned slow_running, slow_max;
	bool ending;
	struct queue quick, slow;
	size_t capacity; /* of each queue */
	void *rings[];
};

struct pool *pool_new(unsigned workers_max, size_t queue_max, pool_work *work)
{
	struct pool *pool = calloc(1, sizeof *pool + 2 * queue_max * sizeof pool->rings[0]);

	if (!pool)
		return NULL;
	pool->threads = calloc(workers_max, sizeof *pool->threads);
	if (!pool->threads) {
		free(pool);
		return NULL;
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	pool->work = work;
	pool->threads_max = workers_max;
	pool->slow_max = workers_max < SLOW_SHARE ? 1 : workers_max / SLOW_SHARE;
	pool->capacity = queue_max;
	pool->quick.ring = pool->rings;
	pool->slow.ring = pool->rings + queue_max;
	return pool;
}

/* How many slow jobs could be begun now. Under the lock, as all that follow. */
static size_t slow_ready(const struct pool *pool)
{
	size_t room = pool->slow_max - pool->slow_running;

	return pool->slow.count < room ? pool->slow.count : room;
}

static void *pop(struct pool *pool, struct queue *queue)
{
	void *job = queue->ring[queue->first];

	queue->first = (queue->first + 1) % pool->capacity;
	queue->count--;
	return job;
}

/* The next job, or NULL at the end. The slow ones first, as long as they may: that leaves the others most of the threads,
 * whatever comes. *slow says what kind the last job was, and what this one is. At the end, those that run slow jobs do what
 * is left of them. */
static void *take(struct pool *pool, bool *slow)
{
	void *job = NULL;

	pthread_mutex_lock(&pool->lock);
	pool->slow_running -= *slow;
	*slow = false;
	pool->idle++;
	while (!pool->quick.count && !slow_ready(pool) && !pool->ending)
		pthread_cond_wait(&pool->wake, &pool->lock);
	pool->idle--;
	if (slow_ready(pool)) {
		*slow = true;
		pool->slow_running++;
		job = pop(pool, &pool->slow);
	} else if (pool->quick.count) {
		job = pop(pool, &pool->quick);
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *work(void *argument)
{
	struct pool *pool = argument;
	struct runner runner;
	bool slow = false;
	void *job;

	runner_init(&runner);
	while ((job = take(pool, &slow)))
		pool->work(&runner, job);
	runner_done(&runner);
	return NULL;
}

/* Under the lock. */
static void add_worker(struct pool *pool)
{
	pthread_attr_t attributes;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	if (pthread_create(&pool->threads[pool->threads_count], &attributes, work, pool) == 0)
		pool->threads_count++;
	pthread_attr_destroy(&attributes);
}

bool pool_submit(struct pool *pool, void *job, bool slow)
{
	struct queue *queue = slow ? &pool->slow : &pool->quick;
	bool taken = false;

	pthread_mutex_lock(&pool->lock);
	if (queue->count < pool->capacity && !pool->ending) {
		bool waits = slow && pool->slow_running + pool->slow.count >= pool->slow_max;

		if (!waits && pool->idle <= pool->quick.count + slow_ready(pool) &&
		    pool->threads_count < pool->threads_max)
			add_worker(pool);
		taken = pool->threads_count > 0;
	}
	if (taken) {
		queue->ring[(queue->first + queue->count) % pool->capacity] = job;
		queue->count++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

size_t pool_queued(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	size_t count = pool->quick.count + pool->slow.count;
	pthread_mutex_unlock(&pool->lock);
	return count;
}

unsigned pool_workers(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	unsigned count = pool->threads_count;
	pthread_mutex_unlock(&pool->lock);
	return count;
}

struct pool *pool_free(struct pool *pool)
{
	if (!pool)
		return NULL;
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->threads_count; i++)
		pthread_join(pool->threads[i], NULL);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->lock);
	free(pool->threads);
	free(pool);
	return NULL;
}
