#include "platform/http/pool.h"

#include <pthread.h>
#include <stdint.h>
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

/* One in four threads at most does slow jobs of one kind. */
enum { SLOW_SHARE = 4 };

struct lane {
	size_t first, count;
	void **ring;
	size_t running, running_max;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pool_work *work;
	pthread_t *threads;
	unsigned threads_count, threads_max;
	unsigned idle; /* threads that wait for a job */
	bool ending;
	struct lane lanes[POOL_LANES];
	size_t capacity; /* of each lane */
	void *rings[];
};

struct pool *pool_new(unsigned workers_max, size_t queue_max, pool_work *work)
{
	const size_t share = workers_max < SLOW_SHARE ? 1 : workers_max / SLOW_SHARE;
	const size_t running_max[POOL_LANES] = {
	    [POOL_QUICK] = SIZE_MAX,
	    [POOL_HASHES] = share,
	    [POOL_SEARCHES] = share < POOL_SEARCHES_MAX ? share : POOL_SEARCHES_MAX,
	};
	struct pool *pool = calloc(1, sizeof *pool + POOL_LANES * queue_max * sizeof pool->rings[0]);

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
	for (size_t i = 0; i < POOL_LANES; i++)
		pool->lanes[i] = (struct lane){.ring = pool->rings + i * queue_max, .running_max = running_max[i]};
	return pool;
}

/* How many of a lane's jobs could be begun now; of all lanes'. Under the lock, as all that follow. */
static size_t ready(const struct lane *lane)
{
	size_t room = lane->running_max - lane->running;

	return lane->count < room ? lane->count : room;
}

static size_t all_ready(const struct pool *pool)
{
	size_t count = 0;

	for (size_t i = 0; i < POOL_LANES; i++)
		count += ready(&pool->lanes[i]);
	return count;
}

static void *pop(struct pool *pool, struct lane *lane)
{
	void *job = lane->ring[lane->first];

	lane->first = (lane->first + 1) % pool->capacity;
	lane->count--;
	lane->running++;
	return job;
}

/* The next job, or NULL at the end. The slow ones first, as long as they may: that leaves the others most of the
 * threads, whatever comes. *lane says what kind the last job was (NULL: none), and what this one is. At the end, those
 * that run slow jobs do what is left of them. */
static void *take(struct pool *pool, struct lane **lane)
{
	void *job = NULL;

	pthread_mutex_lock(&pool->lock);
	if (*lane)
		(*lane)->running--;
	pool->idle++;
	while (!all_ready(pool) && !pool->ending)
		pthread_cond_wait(&pool->wake, &pool->lock);
	pool->idle--;
	for (size_t i = POOL_LANES; i-- > 0 && !job;) {
		*lane = &pool->lanes[i];
		if (ready(*lane))
			job = pop(pool, *lane);
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *work(void *argument)
{
	struct pool *pool = argument;
	struct runner runner;
	struct lane *lane = NULL;
	void *job;

	runner_init(&runner);
	while ((job = take(pool, &lane)))
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

bool pool_submit(struct pool *pool, void *job, enum pool_lane which)
{
	struct lane *lane = &pool->lanes[which];
	bool taken = false;

	pthread_mutex_lock(&pool->lock);
	if (lane->count < pool->capacity && !pool->ending) {
		bool waits = lane->running + lane->count >= lane->running_max;

		if (!waits && pool->idle <= all_ready(pool) && pool->threads_count < pool->threads_max)
			add_worker(pool);
		taken = pool->threads_count > 0;
	}
	if (taken) {
		lane->ring[(lane->first + lane->count) % pool->capacity] = job;
		lane->count++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

size_t pool_queued(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	size_t count = 0;
	for (size_t i = 0; i < POOL_LANES; i++)
		count += pool->lanes[i].count;
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
