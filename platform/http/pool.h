/* pool.h: threads for what may wait: a purchase's flush, a password's hash. They are made as they are needed, up to a
 * number; jobs queue up to a number. Many of them, since those that wait for the disk wait together (group commit).
 */
#ifndef VITRINE_PLATFORM_HTTP_POOL_H
#define VITRINE_PLATFORM_HTTP_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "platform/http/runner.h"

struct pool;

/* Does a job on a worker's thread. */
typedef void pool_work(struct runner *runner, void *job);

/* NULL when memory ended. */
struct pool *pool_new(unsigned workers_max, size_t queue_max, pool_work *work);

/* Slow jobs have a queue of their own for each kind, and a quarter of the threads at most, so that a crowd of them
 * holds up nobody else: what hashes a password, which needs a processor and memory; and what searches, which also holds
 * one of the few connections to the database, of which more than POOL_SEARCHES_MAX would leave the others too few. */
enum pool_lane { POOL_QUICK, POOL_HASHES, POOL_SEARCHES, POOL_LANES };
enum { POOL_SEARCHES_MAX = 4 };

/* Queues a job. False when its queue is full, or there is no thread and none can be made. From any thread. */
bool pool_submit(struct pool *pool, void *job, enum pool_lane lane);

/* Jobs that wait, not counting those being done; and threads. */
size_t pool_queued(struct pool *pool);
unsigned pool_workers(struct pool *pool);

/* Waits for the queued jobs and ends the threads. NULL-safe; returns NULL. */
struct pool *pool_free(struct pool *pool);

#endif
