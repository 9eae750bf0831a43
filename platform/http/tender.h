/* tender.h: a thread that has store and identity do what is due (their `tend`): at the start, soon after something was
 * changed, while there is more to do, and otherwise once in a while.
 *
 * It works in turns, and after each of them rests for as long as it took, so that requests get at least half of the
 * database. A failure is logged and tried again after the longest rest. Without a log it is said on standard error,
 * once for each kind.
 */
#ifndef VITRINE_PLATFORM_HTTP_TENDER_H
#define VITRINE_PLATFORM_HTTP_TENDER_H

#include "platform/dispatch.h"
#include "platform/http/access_log.h"

struct tender;

struct tender_times {
	int64_t turn;  /* ms: how long it works at a time */
	int64_t soon;  /* after a change: what comes meanwhile is seen to together */
	int64_t quiet; /* when nothing was changed */
};
extern const struct tender_times tender_usual;

/* Starts the thread. `platform`, `log` (may be NULL) and `times` must outlive it. ERR_MEMORY, ERR_INTERNAL. */
bool tender_start(struct platform *platform, struct access_log *log, const struct tender_times *times,
		  struct tender **ret_tender, struct err *err);

/* Something was changed. From any thread; costs next to nothing. `tender` NULL: nothing happens. */
void tender_poke(struct tender *tender);

/* What it did so far. `tender` NULL: nothing. */
struct tender_counts {
	uint64_t runs, failures; /* turns that ended, and those of them in which something failed */
	bool due;                /* the last one left something undone */
};
struct tender_counts tender_counts(struct tender *tender);

/* Waits for the turn under way and ends the thread. NULL-safe; returns NULL. */
struct tender *tender_stop(struct tender *tender);

#endif
