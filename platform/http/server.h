/* server.h: HTTP/1.1 in front of dispatch().
 *
 * Why not libevent's evhttp, on whose buffers and events this stands: evhttp 2.1 writes the answers to what it refuses
 * itself (a bad request line, a body too large, an unknown method) as HTML, where the contract promises problem+json;
 * it calls nobody before a body is read, so nothing can refuse one early; its only deadline is one per read, so that a
 * byte every ten seconds holds a connection for ever; and nothing bounds the bytes of all bodies under way at once. Nor
 * http-parser: the one Debian builds is its lenient kind, which takes "HTTX/1.1" for HTTP, a bare line feed for a
 * line's end, any two bytes for the end of a chunk, folded lines and control characters, so that all of it had to be
 * checked once more; reading a strict grammar line by line is less code. Here dialogue.c reads, caps and checks a
 * request, conn.c moves a connection from state to state, and whatever is refused is answered by dispatch() like
 * everything else.
 *
 * Threads: one event loop each (loop.c) that all accept from the same sockets; a connection stays on the loop that
 * accepted it. What never waits and is quick is answered on the loop, the rest by a pool of workers (pool.c), which
 * hand the rendered answer back. What waits for something to tell (waiters.c) is put aside and holds neither. The log
 * has a thread of its own (access_log.c), the main thread only waits for signals.
 *
 * Bounds: per request those of dialogue.h; for all: connections (the longest idle ones make room for new ones), memory
 * of large requests (503 beyond it), queued jobs (503), those who wait (half of the connections; the others are
 * answered at once). Deadlines: a request's head, a whole request, idling, waiting for something to tell, an answer
 * whose reader stalls, a TLS handshake, the drain.
 */
#ifndef VITRINE_PLATFORM_HTTP_SERVER_H
#define VITRINE_PLATFORM_HTTP_SERVER_H

#include "platform/dispatch.h"

enum { SERVER_LISTENERS_MAX = 16 };
#define SERVER_PLACE "127.0.0.1:3000"

struct server_options {
	const char *const *places; /* for listening_open; none: what systemd passed on, or SERVER_PLACE */
	size_t places_count;
	unsigned threads; /* 0: as many as processors */
	unsigned workers;
	unsigned connections_max;
	int64_t head_ms, request_ms, idle_ms, write_ms, drain_ms;
	int64_t wait_ms; /* for something to tell, at most */
	size_t bodies_bytes; /* memory of requests, beyond the first DIALOGUE_FREE_BYTES of each */
	const char *tls_certificate, *tls_key; /* NULL: no TLS */
	bool log;
	const char *log_path; /* NULL: standard error */
	bool metrics_public;
};

/* Of each request this much memory is not counted, so that small requests go on being served when large ones fill what
 * there is for them. */
enum { DIALOGUE_FREE_BYTES = 16 * 1024 };

/* Listens, prints "listening on URL" for each socket, and serves until SIGTERM or SIGINT; then finishes what is under
 * way. False when it could not start. Ends the process by itself when a drain takes too long or a second signal
 * comes. */
bool server_run(struct platform *platform, const struct server_options *options, struct err *err);

#endif
