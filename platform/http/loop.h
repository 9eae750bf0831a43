/* loop.h: one event loop on a thread of its own, with its connections; and what all loops share.
 */
#ifndef VITRINE_PLATFORM_HTTP_LOOP_H
#define VITRINE_PLATFORM_HTTP_LOOP_H

#include <event2/event.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "platform/http/access_log.h"
#include "platform/http/listen.h"
#include "platform/http/metrics.h"
#include "platform/http/pool.h"
#include "platform/http/runner.h"
#include "platform/http/server.h"
#include "platform/http/tender.h"
#include "platform/http/waiters.h"

/* Connections beyond the number that are told so in peace; those beyond these too are cut off. */
enum { SERVER_SURPLUS_MAX = 64 };

struct conn;
struct loop;
TAILQ_HEAD(conn_list, conn);

struct server {
	const struct server_options *options;
	struct platform *platform;
	struct listening listenings[SERVER_LISTENERS_MAX];
	size_t listenings_count;
	SSL_CTX *tls; /* NULL: none */
	struct pool *pool;
	_Atomic(struct tender *) tender; /* NULL until the loops run */
	struct waiters *waiters; /* NULL: the platform waits for nothing */
	struct access_log *log; /* NULL: none */
	struct loop *loops;
	size_t loops_count;
	unsigned connections_max;
	int64_t start_time;
	int ended; /* eventfd: a loop adds one when it ends */
	atomic_bool draining;
	atomic_uint connections;
	atomic_size_t charged; /* of options->bodies_bytes */
};

struct loop {
	struct server *server;
	struct event_base *base;
	pthread_t thread;
	struct runner runner;
	struct metrics metrics;
	struct conn_list idle; /* the longest idle first */
	struct conn_list busy;
	struct dialogue *spare; /* for the next requests */
	size_t spare_count;
	int64_t now; /* ms, monotonic: when this turn began */

	struct event *accepts[SERVER_LISTENERS_MAX];
	bool accepting;
	struct event *sweep; /* looks for passed deadlines */
	bool sweeping;
	int64_t sweep_ms;
	bool draining;
	int64_t drain_until;

	/* Answers that workers have made, and wake-ups. */
	int wake_fd;
	struct event *wake;
	pthread_mutex_t lock;
	struct conn *answered;
	struct waiter_box box; /* connections that are to ask again */
};

/* Makes ready; loop_start then runs it on a thread. ERR_MEMORY, ERR_INTERNAL. loop_done after the thread has been
 * joined. */
bool loop_init(struct loop *loop, struct server *server, struct err *err);
bool loop_start(struct loop *loop, struct err *err);
void loop_done(struct loop *loop);

/* From any thread: has the loop look at server->draining. */
void loop_wake(struct loop *loop);

/* From a worker: this connection's answer is made. */
void loop_post(struct loop *loop, struct conn *conn);

/* The time of this turn, read anew; in ms. */
int64_t loop_time(struct loop *loop);

/* A dialogue for a request; and back. NULL when memory ended. */
struct dialogue *loop_dialogue(struct loop *loop);
void loop_release(struct loop *loop, struct dialogue *dialogue);

/* A connection is there, so deadlines must be watched; and one is gone. */
void loop_watch(struct loop *loop);
void loop_closed(struct loop *loop);

#endif
