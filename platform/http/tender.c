#include "platform/http/tender.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "platform/complain.h"

const struct tender_times tender_usual = {.turn = 100, .soon = 1000, .quiet = 60 * 1000};

struct tender {
	struct platform *platform;
	struct access_log *log;
	const struct tender_times *times;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake; /* by the monotonic clock */
	bool ending;
	atomic_bool poked; /* since the last turn began */
	_Atomic uint64_t runs, failures;
	atomic_bool due;
	bool told[ERR_KINDS]; /* on standard error */
};

/* Whoever keeps no log wants no lines that come every minute. */
static void tell_once(struct tender *tender, const struct err *err)
{
	if (tender->told[err->kind])
		return;
	tender->told[err->kind] = true;
	complain("vitrined",
		 "what is due could not be done: %s. It is tried again every %g seconds, and this is not said again;"
		 " /Metrics counts such failures",
		 err->message, (double)tender->times->quiet / 1000);
}

static void tell(struct tender *tender, const struct err *err, int64_t since)
{
	if (!tender->log)
		tell_once(tender, err);
	access_log_add(tender->log, &(struct access_entry){.request_id = "",
							   .op = "tend",
							   .method = "",
							   .status = err_kind_status(err->kind),
							   .microseconds = (clock_monotonic() - since) * 1000,
							   .address = "",
							   .cause = err->message});
}

/* One turn of both. How long to rest then, in ms. */
static int64_t take_turn(struct tender *tender)
{
	struct store *store = tender->platform->store;
	struct identity *identity = tender->platform->identity;
	const int64_t now = clock_now(), start = clock_monotonic(), budget = tender->times->turn / 2;
	struct err err = {.kind = ERR_NONE};
	bool more = false, others = false, good = true;

	/* One that fails keeps the other from nothing. */
	if (!store->tend(store, now, budget, &more, &err)) {
		tell(tender, &err, start);
		good = false;
	}
	if (identity->tend && !identity->tend(identity, now, budget, &others, &err)) {
		tell(tender, &err, start);
		good = false;
	}
	atomic_store(&tender->due, !good || more || others);
	atomic_fetch_add(&tender->failures, !good);
	atomic_fetch_add(&tender->runs, 1);
	return good && (more || others) ? clock_monotonic() - start : tender->times->quiet;
}

/* The lock is held. Until that time, or as soon as a change was `soon` ago. */
static void rest_until(struct tender *tender, int64_t start, int64_t end)
{
	const int64_t soon = start + tender->times->soon;

	while (!tender->ending) {
		int64_t until = atomic_load(&tender->poked) && soon < end ? soon : end;
		const struct timespec time = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};

		if (clock_monotonic() >= until)
			return;
		pthread_cond_timedwait(&tender->wake, &tender->lock, &time);
	}
}

static void *tend(void *context)
{
	struct tender *tender = context;

	pthread_mutex_lock(&tender->lock);
	while (!tender->ending) {
		atomic_store(&tender->poked, false);
		pthread_mutex_unlock(&tender->lock);
		int64_t rest = take_turn(tender);
		pthread_mutex_lock(&tender->lock);
		int64_t now = clock_monotonic();
		rest_until(tender, now, now + rest);
	}
	pthread_mutex_unlock(&tender->lock);
	return NULL;
}

bool tender_start(struct platform *platform, struct access_log *log, const struct tender_times *times,
		  struct tender **ret_tender, struct err *err)
{
	struct tender *tender = calloc(1, sizeof *tender);
	pthread_condattr_t monotonic;

	if (!tender)
		return err_memory(err, "starting the server");
	tender->platform = platform;
	tender->log = log;
	tender->times = times;
	pthread_mutex_init(&tender->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&tender->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&tender->thread, NULL, tend, tender) == 0) {
		*ret_tender = tender;
		return true;
	}
	pthread_cond_destroy(&tender->wake);
	pthread_mutex_destroy(&tender->lock);
	free(tender);
	return err_set(err, ERR_INTERNAL, "Can't start a thread");
}

void tender_poke(struct tender *tender)
{
	if (!tender || atomic_exchange(&tender->poked, true))
		return;
	pthread_mutex_lock(&tender->lock);
	pthread_cond_signal(&tender->wake);
	pthread_mutex_unlock(&tender->lock);
}

struct tender_counts tender_counts(struct tender *tender)
{
	if (!tender)
		return (struct tender_counts){.runs = 0};
	return (struct tender_counts){.runs = atomic_load(&tender->runs),
				      .failures = atomic_load(&tender->failures),
				      .due = atomic_load(&tender->due)};
}

struct tender *tender_stop(struct tender *tender)
{
	if (!tender)
		return NULL;
	pthread_mutex_lock(&tender->lock);
	tender->ending = true;
	pthread_cond_signal(&tender->wake);
	pthread_mutex_unlock(&tender->lock);
	pthread_join(tender->thread, NULL);
	pthread_cond_destroy(&tender->wake);
	pthread_mutex_destroy(&tender->lock);
	free(tender);
	return NULL;
}
