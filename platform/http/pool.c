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

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pool_work *work;
	pthread_t *threads;
	unsigned threads_count, threads_max;
	unsigned idle; /* threads that wait for a job */
	bool ending;
	size_t first, count, capacity; /* of the ring */
	void *ring[];
};

struct pool *pool_new(unsigned workers_max, size_t queue_max, pool_work *work)
{
	struct pool *pool = calloc(1, sizeof *pool + queue_max * sizeof pool->ring[0]);

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
	pool->capacity = queue_max;
	return pool;
}

/* The next job, or NULL at the end. */
static void *take(struct pool *pool)
{
	void *job = NULL;

	pthread_mutex_lock(&pool->lock);
	pool->idle++;
	while (!pool->count && !pool->ending)
		pthread_cond_wait(&pool->wake, &pool->lock);
	pool->idle--;
	if (pool->count) {
		job = pool->ring[pool->first];
		pool->first = (pool->first + 1) % pool->capacity;
		pool->count--;
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *work(void *argument)
{
	struct pool *pool = argument;
	struct runner runner;
	void *job;

	runner_init(&runner);
	while ((job = take(pool)))
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

bool pool_submit(struct pool *pool, void *job)
{
	bool taken = false;

	pthread_mutex_lock(&pool->lock);
	if (pool->count < pool->capacity && !pool->ending) {
		if (pool->idle <= pool->count && pool->threads_count < pool->threads_max)
			add_worker(pool);
		taken = pool->threads_count > 0;
	}
	if (taken) {
		pool->ring[(pool->first + pool->count) % pool->capacity] = job;
		pool->count++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

size_t pool_queued(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	size_t count = pool->count;
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
