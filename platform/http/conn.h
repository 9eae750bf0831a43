/* conn.h: one connection: bytes in, a dialogue at a time, bytes out.
 *
 * It belongs to its loop's thread, with one exception: while RUNNING, its dialogue belongs to the worker that answers
 * it. Nothing is read ahead of the answer being written but what the input buffer takes.
 */
#ifndef VITRINE_PLATFORM_HTTP_CONN_H
#define VITRINE_PLATFORM_HTTP_CONN_H

#include <event2/bufferevent.h>
#include <sys/queue.h>

#include "platform/http/loop.h"

enum conn_state {
	CONN_HANDSHAKE, /* of TLS */
	CONN_IDLE,      /* no byte of a request yet */
	CONN_RECEIVING, /* some */
	CONN_RUNNING,   /* a worker makes the answer */
	CONN_WAITING,   /* there is nothing to tell yet */
	CONN_WRITING,   /* the answer did not fit into the socket's buffer */
	CONN_LINGERING, /* all is said; what the client still sends is dropped, so that it gets to read the answer */
};

struct conn {
	TAILQ_ENTRY(conn) link; /* loop->idle when IDLE, otherwise loop->busy */
	struct conn *next_answered;
	struct loop *loop;
	struct bufferevent *stream;
	struct dialogue *dialogue; /* NULL when IDLE */
	struct waiter *waiter;     /* when WAITING */
	int fd;
	enum conn_state state;
	int64_t deadline; /* ms, as loop_time; INT64_MAX: none */
	size_t unsent;    /* bytes when the deadline was set */
	bool tls;
	bool trusted;    /* from this machine: may read the metrics */
	bool ended;      /* the client sends nothing more */
	bool dead;       /* broken while RUNNING: to be freed when the worker is done */
	bool paused;     /* not read from, since it sends ahead */
	bool surplus;    /* beyond the number of connections: refused */
	char address[46]; /* "" for a Unix socket */
};

/* Takes over an accepted socket; closes it when memory ends. */
void conn_open(struct loop *loop, int fd, const struct sockaddr *peer, bool local, bool surplus);

/* Closes at once and frees. Not while RUNNING. */
void conn_close(struct conn *conn);

/* Has it sent bytes that wait to be read? */
bool conn_is_heard(const struct conn *conn);

/* Its deadline has passed. */
void conn_expire(struct conn *conn);

/* The worker is done: sends the answer. */
void conn_answered(struct conn *conn);

/* When WAITING: there may be something to tell now. Not `patient`: it is answered with what there is. */
void conn_ask_again(struct conn *conn, bool patient);

/* For the pool: makes the answer of conn's dialogue. */
pool_work conn_work;

#endif
