/* worker.h: one event at a time, on a thread of its own, so that its answer can be given up before the deadline.
 *
 * What was given up goes on by itself and keeps what it needs; its answer reaches nobody. A purchase among them happens
 * as it would have, once, since it has a key. When too many of them are under way, nothing more should be begun in this
 * process.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_WORKER_H
#define VITRINE_PLATFORM_LAMBDA_WORKER_H

#include "platform/lambda/function.h"
#include "platform/lambda/runtime.h"

enum {
	WORKER_MARGIN_MS = 500, /* before the deadline: for the answer that says so to get there */
	WORKERS_LATE_MAX = 4,
};

/* Handles the event and empties it. True: `out` is the answer; false with *err: there is none. *ret_late: it was given
 * up. */
bool worker_run(const struct function *function, struct lambda *lambda, struct invocation *invocation, struct buf *out,
		struct outcome *ret_outcome, bool *ret_late, struct err *err);

/* How many that were given up are still under way; the lambda must not go while there are any. */
unsigned worker_count_late(void);

#endif
