#include "platform/http/waiters.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { BUCKETS = 4096, NEWS_MEMORY = 1024 * 1024 };

struct waiter {
	TAILQ_ENTRY(waiter) link;
	struct waiter_list *list; /* a bucket, or its box's; NULL: taken */
	struct waiter_box *box;
	void *context;
	char account[WAIT_ACCOUNT_MAX + 1];
};

struct waiters {
	struct platform *platform;
	struct access_log *log;
	pthread_t thread;
	pthread_cond_t due; /* by the monotonic clock */
	size_t most;
	atomic_size_t count; /* changed under the lock: those in the buckets */

	pthread_mutex_t lock; /* of all that follows */
	struct waiter_list buckets[BUCKETS];
	int64_t place; /* what the store told after it is still to be announced */
	bool poked, ending;
};

void waiter_box_init(struct waiter_box *box, void (*wake)(void *context), void *context)
{
	TAILQ_INIT(&box->woken);
	box->wake = wake;
	box->context = context;
}

/* ---- the table; the lock is held ---- */

/* FNV-1a. Nobody but the platform chooses an account's id. */
static struct waiter_list *bucket_of(struct waiters *waiters, const char *account)
{
	uint32_t hash = 2166136261;

	for (; *account; account++)
		hash = (hash ^ (unsigned char)*account) * 16777619;
	return &waiters->buckets[(hash ^ hash >> 16) % BUCKETS];
}

static size_t count_of(const struct waiter_list *bucket, const char *account)
{
	const struct waiter *waiter;
	size_t count = 0;

	TAILQ_FOREACH (waiter, bucket, link)
		count += !strcmp(waiter->account, account);
	return count;
}

static void put(struct waiter *waiter, struct waiter_list *list)
{
	TAILQ_INSERT_TAIL(list, waiter, link);
	waiter->list = list;
}

static void take_out(struct waiters *waiters, struct waiter *waiter)
{
	if (waiter->list && waiter->list != &waiter->box->woken)
		atomic_fetch_sub(&waiters->count, 1);
	if (waiter->list)
		TAILQ_REMOVE(waiter->list, waiter, link);
	waiter->list = NULL;
}

static void wake_account(struct waiters *waiters, const char *account)
{
	struct waiter_list *bucket = bucket_of(waiters, account);
	struct waiter *waiter, *next;

	for (waiter = TAILQ_FIRST(bucket); waiter; waiter = next) {
		next = TAILQ_NEXT(waiter, link);
		if (strcmp(waiter->account, account) != 0)
			continue;
		bool first = TAILQ_EMPTY(&waiter->box->woken);
		take_out(waiters, waiter);
		put(waiter, &waiter->box->woken);
		if (first)
			waiter->box->wake(waiter->box->context);
	}
}

/* ---- the loops ---- */

struct waiter *waiters_join(struct waiters *waiters, const struct wait *wait, struct waiter_box *box, void *context)
{
	struct waiter *waiter = waiters ? malloc(sizeof *waiter) : NULL;

	if (!waiter)
		return NULL;
	*waiter = (struct waiter){.box = box, .context = context};
	memcpy(waiter->account, wait->account, sizeof waiter->account);
	pthread_mutex_lock(&waiters->lock);
	struct waiter_list *bucket = bucket_of(waiters, waiter->account);
	size_t count = atomic_load(&waiters->count);
	bool fits = count < waiters->most && count_of(bucket, waiter->account) < WAITERS_OF_ACCOUNT;
	if (fits) {
		put(waiter, bucket);
		atomic_fetch_add(&waiters->count, 1);
	}
	/* What was told since they looked may have been announced already, and before anybody waited nothing was. */
	if (fits && (!count || wait->place < waiters->place)) {
		waiters->place = wait->place;
		waiters->poked = true;
		pthread_cond_signal(&waiters->due);
	}
	pthread_mutex_unlock(&waiters->lock);
	if (fits)
		return waiter;
	free(waiter);
	return NULL;
}

struct waiter *waiters_leave(struct waiters *waiters, struct waiter *waiter)
{
	if (!waiter)
		return NULL;
	pthread_mutex_lock(&waiters->lock);
	take_out(waiters, waiter);
	pthread_mutex_unlock(&waiters->lock);
	free(waiter);
	return NULL;
}

void *waiters_take(struct waiters *waiters, struct waiter_box *box)
{
	void *context = NULL;

	if (!waiters)
		return NULL;
	pthread_mutex_lock(&waiters->lock);
	struct waiter *waiter = TAILQ_FIRST(&box->woken);
	if (waiter) {
		take_out(waiters, waiter);
		context = waiter->context;
	}
	pthread_mutex_unlock(&waiters->lock);
	return context;
}

void waiters_poke(struct waiters *waiters)
{
	if (!waiters || !atomic_load(&waiters->count))
		return;
	pthread_mutex_lock(&waiters->lock);
	waiters->poked = true;
	pthread_cond_signal(&waiters->due);
	pthread_mutex_unlock(&waiters->lock);
}

size_t waiters_count(struct waiters *waiters)
{
	return waiters ? atomic_load(&waiters->count) : 0;
}

/* ---- the thread ---- */

/* The lock is held. Until there may be news. */
static void rest(struct waiters *waiters)
{
	const int64_t until = clock_monotonic() + WAITERS_LOOK_MS;
	const struct timespec time = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
	int late = 0;

	while (!waiters->ending && !waiters->poked && !late) {
		if (atomic_load(&waiters->count))
			late = pthread_cond_timedwait(&waiters->due, &waiters->lock, &time);
		else
			pthread_cond_wait(&waiters->due, &waiters->lock);
	}
	waiters->poked = false;
}

static void tell(struct waiters *waiters, const struct err *err)
{
	access_log_add(waiters->log, &(struct access_entry){.request_id = "",
							    .op = "news",
							    .method = "",
							    .status = err_kind_status(err->kind),
							    .address = "",
							    .cause = err->message});
}

/* The lock is held, but not while the store is asked. Somebody may join meanwhile who was told less: then it is gone on
 * from where they are. */
static bool announce(struct waiters *waiters, struct arena *arena, struct err *err)
{
	struct store *store = waiters->platform->store;
	const int64_t place = waiters->place;
	struct store_news news;

	pthread_mutex_unlock(&waiters->lock);
	bool done = store->change_news(store, place, arena, &news, err);
	pthread_mutex_lock(&waiters->lock);
	if (!done)
		return false;
	for (size_t i = 0; i < news.count; i++)
		wake_account(waiters, news.accounts[i]);
	if (waiters->place == place)
		waiters->place = news.place;
	waiters->poked = waiters->poked || news.more;
	return true;
}

/* Of failures that follow on one another only the first is logged; each is tried again after a rest. */
static void *look(void *context)
{
	struct waiters *waiters = context;
	struct err err = {.kind = ERR_NONE};
	struct arena arena;
	bool good = true;

	arena_init(&arena, NEWS_MEMORY);
	pthread_mutex_lock(&waiters->lock);
	while (!waiters->ending) {
		rest(waiters);
		if (waiters->ending || !atomic_load(&waiters->count))
			continue;
		bool before = good;
		good = announce(waiters, &arena, &err);
		if (before && !good)
			tell(waiters, &err);
		arena_reset(&arena);
	}
	pthread_mutex_unlock(&waiters->lock);
	arena_done(&arena);
	return NULL;
}

/* ---- its life ---- */

static void release(struct waiters *waiters)
{
	pthread_cond_destroy(&waiters->due);
	pthread_mutex_destroy(&waiters->lock);
	free(waiters);
}

bool waiters_start(struct platform *platform, struct access_log *log, size_t most, struct waiters **ret_waiters,
		   struct err *err)
{
	struct waiters *waiters = calloc(1, sizeof *waiters);
	pthread_condattr_t monotonic;

	if (!waiters)
		return err_memory(err, "starting the server");
	waiters->platform = platform;
	waiters->log = log;
	waiters->most = most;
	for (size_t i = 0; i < BUCKETS; i++)
		TAILQ_INIT(&waiters->buckets[i]);
	pthread_mutex_init(&waiters->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&waiters->due, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&waiters->thread, NULL, look, waiters) == 0) {
		*ret_waiters = waiters;
		return true;
	}
	release(waiters);
	return err_set(err, ERR_INTERNAL, "Can't start a thread");
}

struct waiters *waiters_free(struct waiters *waiters)
{
	if (!waiters)
		return NULL;
	pthread_mutex_lock(&waiters->lock);
	waiters->ending = true;
	pthread_cond_signal(&waiters->due);
	pthread_mutex_unlock(&waiters->lock);
	pthread_join(waiters->thread, NULL);
	release(waiters);
	return NULL;
}
