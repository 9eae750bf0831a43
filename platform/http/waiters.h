/* waiters.h: who waits for something to tell, on all event loops together; and a thread that sees when there is.
 *
 * A waiter is an entry under its account, and holds no thread. The one thread asks the store whom anything was told
 * (change_news): when this process has written something (waiters_poke), and while somebody waits also once in
 * WAITERS_LOOK_MS, for what other processes write. It hands the waiters of those accounts to their loops, which ask
 * again. Nobody is passed over: each comes with the place up to which they were told, and the thread goes on from the
 * lowest.
 *
 * Everything here may be called from any thread; but a box, and what is in it, is one thread's own.
 */
#ifndef VITRINE_PLATFORM_HTTP_WAITERS_H
#define VITRINE_PLATFORM_HTTP_WAITERS_H

#include <sys/queue.h>

#include "platform/dispatch.h"
#include "platform/http/access_log.h"

struct waiter;
struct waiters;
TAILQ_HEAD(waiter_list, waiter);

enum { WAITERS_LOOK_MS = 500, WAITERS_OF_ACCOUNT = 16 };

/* Where a loop finds those who are to ask again. `wake` is called from the thread, with `context`. */
struct waiter_box {
	struct waiter_list woken;
	void (*wake)(void *context);
	void *context;
};
void waiter_box_init(struct waiter_box *box, void (*wake)(void *context), void *context);

/* For `most` waiters at most, and WAITERS_OF_ACCOUNT of one account. `platform`, whose store tells news, and `log` (may
 * be NULL) must outlive it. ERR_MEMORY, ERR_INTERNAL. */
bool waiters_start(struct platform *platform, struct access_log *log, size_t most, struct waiters **ret_waiters,
		   struct err *err);

/* Ends the thread; nobody may wait any more. NULL-safe; returns NULL. */
struct waiters *waiters_free(struct waiters *waiters);

/* A new waiter, whose `context` waiters_take will answer. NULL when there are too many or memory ended, or `waiters` is
 * NULL: then there is nothing to do but to answer at once. */
struct waiter *waiters_join(struct waiters *waiters, const struct wait *wait, struct waiter_box *box, void *context);

/* Frees a waiter, whether it was woken or not. NULL-safe; returns NULL. */
struct waiter *waiters_leave(struct waiters *waiters, struct waiter *waiter);

/* The context of one who was woken, each once; NULL: there is none. It has to leave still. */
void *waiters_take(struct waiters *waiters, struct waiter_box *box);

/* This process has written something. Costs next to nothing while nobody waits. `waiters` NULL: nothing happens. */
void waiters_poke(struct waiters *waiters);

/* How many wait. NULL-safe. */
size_t waiters_count(struct waiters *waiters);

#endif
