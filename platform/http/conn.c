#include "platform/http/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	LINGER_MS = 2000,
	AHEAD_MAX = 64 * 1024, /* bytes that may wait while an answer is made */
};

/* ---- states ---- */

static void enter(struct conn *conn, enum conn_state state, int64_t wait_ms)
{
	struct loop *loop = conn->loop;
	struct conn_list *from = conn->state == CONN_IDLE ? &loop->idle : &loop->busy;
	struct conn_list *to = state == CONN_IDLE ? &loop->idle : &loop->busy;

	if (from != to || state == CONN_IDLE) {
		TAILQ_REMOVE(from, conn, link);
		TAILQ_INSERT_TAIL(to, conn, link);
	}
	conn->state = state;
	conn->deadline = wait_ms < 0 ? INT64_MAX : loop->now + wait_ms;
}

/* Takes bytes from the input and overwrites them there: a body may hold passwords, and libevent frees its memory as it
 * is. */
static void use_input(struct conn *conn, size_t length)
{
	struct evbuffer *input = bufferevent_get_input(conn->stream);
	struct evbuffer_iovec piece;

	while (length && evbuffer_peek(input, -1, NULL, &piece, 1) > 0 && piece.iov_len) {
		size_t part = piece.iov_len < length ? piece.iov_len : length;

		explicit_bzero(piece.iov_base, part);
		evbuffer_drain(input, part);
		length -= part;
	}
}

static size_t input_length(const struct conn *conn)
{
	return evbuffer_get_length(bufferevent_get_input(conn->stream));
}

static void drop_input(struct conn *conn)
{
	use_input(conn, input_length(conn));
}

void conn_close(struct conn *conn)
{
	struct loop *loop = conn->loop;

	TAILQ_REMOVE(conn->state == CONN_IDLE ? &loop->idle : &loop->busy, conn, link);
	atomic_fetch_sub_explicit(&loop->server->connections, 1, memory_order_relaxed);
	loop_release(loop, conn->dialogue);
	waiters_leave(loop->server->waiters, conn->waiter);
	drop_input(conn);
	bufferevent_free(conn->stream);
	free(conn);
	loop_closed(loop);
}

/* The steps below return true when there may be more to do, false when the connection waits, or is gone. */
static bool closed(struct conn *conn)
{
	conn_close(conn);
	return false;
}

bool conn_is_heard(const struct conn *conn)
{
	char byte;

	return recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void resume_reading(struct conn *conn)
{
	if (!conn->paused)
		return;
	conn->paused = false;
	bufferevent_enable(conn->stream, EV_READ);
}

/* So many beyond the number that there is no room to be polite. */
static bool is_swamped(const struct conn *conn)
{
	const struct server *server = conn->loop->server;

	return conn->surplus && atomic_load_explicit(&server->connections, memory_order_relaxed) >
				    server->connections_max + SERVER_SURPLUS_MAX;
}

/* Everything is said. Closing while the client still sends would reset the connection and take the answer away from
 * it. */
static bool finish(struct conn *conn, bool unread)
{
	if (conn->ended || !(unread || input_length(conn)) || is_swamped(conn))
		return closed(conn);
	enter(conn, CONN_LINGERING, LINGER_MS);
	if (conn->tls)
		SSL_shutdown(bufferevent_openssl_get_ssl(conn->stream));
	shutdown(conn->fd, SHUT_WR);
	drop_input(conn);
	resume_reading(conn);
	return false;
}

/* ---- answers ---- */

static void free_body(const void *bytes, size_t length, void *body)
{
	(void)bytes;
	(void)length;
	free(body);
}

/* Hands the rest of an answer, from byte `sent` on, to the stream. */
static bool queue_answer(struct conn *conn, struct dialogue_answer *answer, size_t sent)
{
	struct evbuffer *output = bufferevent_get_output(conn->stream);
	size_t head_sent = sent < answer->head.length ? sent : answer->head.length;
	size_t body_sent = sent - head_sent;

	if (evbuffer_add(output, answer->head.bytes + head_sent, answer->head.length - head_sent) != 0)
		return false;
	if (body_sent == answer->body_length)
		return true;
	if (evbuffer_add_reference(output, answer->body + body_sent, answer->body_length - body_sent, free_body,
				   answer->body) != 0)
		return false;
	answer->body = NULL; /* the output's now */
	return true;
}

/* Nearly every answer fits into the socket's buffer, and then costs one call and no event. */
static bool write_answer(struct conn *conn, struct dialogue_answer *answer)
{
	const struct iovec parts[] = {{answer->head.bytes, answer->head.length}, {answer->body, answer->body_length}};
	const struct msghdr gathered = {.msg_iov = (struct iovec *)parts, .msg_iovlen = answer->body_length ? 2 : 1};
	size_t sent = 0;

	if (answer->head.failed || (answer->body_length && !answer->body))
		return false;
	if (!conn->tls && !evbuffer_get_length(bufferevent_get_output(conn->stream))) {
		ssize_t written = sendmsg(conn->fd, &gathered, MSG_NOSIGNAL);

		if (written < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		sent = written < 0 ? 0 : (size_t)written;
		if (sent == answer->head.length + answer->body_length)
			return true;
	}
	return queue_answer(conn, answer, sent);
}

static void note(struct conn *conn)
{
	const struct dialogue *dialogue = conn->dialogue;
	const struct dialogue_answer *answer = &dialogue->answer;
	int64_t duration = runner_clock() - dialogue->started;

	metrics_count(&conn->loop->metrics, answer->op, answer->status, duration);
	if (!conn->loop->server->log)
		return;
	access_log_add(conn->loop->server->log,
		       &(struct access_entry){
			   .request_id = dialogue->request_id,
			   .op = answer->op,
			   .method = dialogue_method(dialogue),
			   .status = answer->status,
			   .bytes = answer->body_length,
			   .microseconds = duration,
			   .address = conn->address,
			   .cause = answer->cause.kind != ERR_NONE ? answer->cause.message : NULL,
		       });
}

/* The answer is with the kernel. */
static bool written(struct conn *conn)
{
	bool keep_alive = conn->dialogue->keep_alive;
	bool unread = conn->dialogue->phase == PHASE_REFUSED;

	loop_release(conn->loop, conn->dialogue);
	conn->dialogue = NULL;
	if (!keep_alive)
		return finish(conn, unread);
	enter(conn, CONN_IDLE, conn->loop->server->options->idle_ms);
	if (conn->loop->draining)
		return closed(conn);
	resume_reading(conn);
	return true;
}

/* The answer is made: sends it. */
static bool answer(struct conn *conn)
{
	if (!write_answer(conn, &conn->dialogue->answer))
		return closed(conn);
	note(conn);
	conn->unsent = evbuffer_get_length(bufferevent_get_output(conn->stream));
	if (!conn->unsent)
		return written(conn);
	enter(conn, CONN_WRITING, conn->loop->server->options->write_ms);
	return false;
}

static bool is_last(const struct conn *conn)
{
	return conn->surplus || atomic_load_explicit(&conn->loop->server->draining, memory_order_relaxed);
}

static bool answer_here(struct conn *conn)
{
	runner_answer(&conn->loop->runner, conn->loop->server->platform, conn->dialogue, conn->address, is_last(conn));
	return answer(conn);
}

static bool refuse(struct conn *conn, enum err_kind kind, const char *why)
{
	dialogue_refuse(conn->dialogue, kind, why);
	return answer_here(conn);
}

/* ---- what is asked ---- */

static bool answer_metrics(struct conn *conn)
{
	struct loop *loop = conn->loop;
	struct server *server = loop->server;
	struct dialogue *dialogue = conn->dialogue;
	const struct metrics_gauges gauges = {
	    .connections = atomic_load(&server->connections),
	    .bodies_bytes = atomic_load(&server->charged),
	    .queued = pool_queued(server->pool),
	    .workers = pool_workers(server->pool),
	    .waiting = waiters_count(server->waiters),
	    .log_dropped = access_log_dropped(server->log),
	    .tended = tender_counts(server->tender),
	    .start_time = server->start_time,
	};

	runner_identify(&loop->runner, dialogue);
	struct response response = {
	    .status = 200,
	    .headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
			{"Cache-Control", "no-store"},
			{"X-Request-Id", dialogue->request_id}},
	    .headers_count = 3,
	    .op = metrics_op,
	};
	buf_init(&response.body, RESPONSE_BODY);
	metrics_write(&response.body, &server->loops[0].metrics, server->loops_count, sizeof server->loops[0], &gauges);
	runner_render(&loop->runner, dialogue, &response, is_last(conn));
	response_done(&response);
	return answer(conn);
}

/* /Metrics is not part of the contract, so dispatch doesn't know it. */
static bool run_metrics(struct conn *conn, const char *method)
{
	struct dialogue *dialogue = conn->dialogue;

	if (strcmp(method, "GET") != 0) {
		dialogue->refused = ERR_METHOD;
		dialogue->allow = "GET, HEAD";
	} else if (!conn->trusted && !conn->loop->server->options->metrics_public) {
		dialogue->refused = ERR_FORBIDDEN;
	} else {
		return answer_metrics(conn);
	}
	return answer_here(conn);
}

void conn_work(struct runner *runner, void *job)
{
	struct conn *conn = job;

	struct server *server = conn->loop->server;

	runner_answer(runner, server->platform, conn->dialogue, conn->address, is_last(conn));
	if (strcmp(dialogue_method(conn->dialogue), "GET") != 0) {
		tender_poke(server->tender);
		waiters_poke(server->waiters);
	}
	loop_post(conn->loop, conn);
}

/* Where there is nothing to tell, it waits; unless there is no time, or there are too many who do. */
static bool ask(struct conn *conn, int64_t wait_ms)
{
	struct loop *loop = conn->loop;
	struct server *server = loop->server;
	struct wait wait;

	if (wait_ms <= 0 || is_last(conn) || conn->ended)
		return answer_here(conn);
	if (runner_ask(&loop->runner, server->platform, conn->dialogue, conn->address, false, &wait))
		return answer(conn);
	conn->waiter = waiters_join(server->waiters, &wait, &loop->box, conn);
	if (!conn->waiter)
		return answer_here(conn);
	enter(conn, CONN_WAITING, wait_ms);
	return false;
}

/* The request is whole. */
static bool run(struct conn *conn)
{
	static const enum pool_lane lanes[] = {
	    [RUNS_WORKER] = POOL_QUICK, [RUNS_HASHER] = POOL_HASHES, [RUNS_SEARCH] = POOL_SEARCHES};
	struct dialogue *dialogue = conn->dialogue;
	const char *method = dialogue->head_only ? "GET" : dialogue_method(dialogue);

	if (dialogue->asterisk) {
		runner_answer_options(&conn->loop->runner, dialogue, is_last(conn));
		return answer(conn);
	}
	if (!strcmp(dialogue->path, "/Metrics"))
		return run_metrics(conn, method);
	enum api_runs runs = dispatch_runs(conn->loop->server->platform, method, dialogue->path);
	if (runs == RUNS_INLINE)
		return answer_here(conn);
	if (runs == RUNS_WAITS) /* so that the sweep finds it in time */
		return ask(conn, conn->loop->server->options->wait_ms - conn->loop->sweep_ms);
	if (runs == RUNS_SEARCH &&
	    runner_try(&conn->loop->runner, conn->loop->server->platform, dialogue, conn->address, is_last(conn)))
		return answer(conn);

	enter(conn, CONN_RUNNING, -1);
	if (pool_submit(conn->loop->server->pool, conn, lanes[runs]))
		return false;
	dialogue->refused = ERR_UNAVAILABLE;
	dialogue->refused_why = "Too many requests wait already; try again later";
	return answer_here(conn);
}

/* Accounts for what a large request holds. */
static bool charge(struct conn *conn)
{
	struct server *server = conn->loop->server;
	struct dialogue *dialogue = conn->dialogue;
	size_t memory = dialogue_memory(dialogue);
	size_t due = memory > DIALOGUE_FREE_BYTES ? memory - DIALOGUE_FREE_BYTES : 0;

	if (due <= dialogue->charged)
		return true;
	size_t more = due - dialogue->charged;
	size_t before = atomic_fetch_add_explicit(&server->charged, more, memory_order_relaxed);
	dialogue->charged = due;
	if (before + more <= server->options->bodies_bytes)
		return true;
	return refuse(conn, ERR_UNAVAILABLE, "Too many large requests at once; try again later");
}

static void headed(struct conn *conn)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	const struct server_options *options = conn->loop->server->options;

	conn->deadline = conn->dialogue->started / 1000 + options->request_ms;
	if (conn->dialogue->expects_continue && !input_length(conn)) /* otherwise the body did not wait */
		evbuffer_add(bufferevent_get_output(conn->stream), go_on, sizeof go_on - 1);
}

static bool begin(struct conn *conn)
{
	conn->dialogue = loop_dialogue(conn->loop);
	if (!conn->dialogue)
		return false;
	conn->dialogue->started = runner_clock();
	enter(conn, CONN_RECEIVING, conn->loop->server->options->head_ms);
	return true;
}

/* Nothing left to read. */
static bool starve(struct conn *conn)
{
	if (!conn->ended)
		return false;
	if (conn->state == CONN_IDLE)
		return closed(conn);
	return refuse(conn, ERR_INVALID, "The request ended too early");
}

static bool receive(struct conn *conn)
{
	struct evbuffer *input = bufferevent_get_input(conn->stream);
	struct evbuffer_iovec piece;
	size_t used;

	if (!evbuffer_get_length(input))
		return starve(conn);
	if (!conn->dialogue && !begin(conn))
		return closed(conn);
	evbuffer_peek(input, -1, NULL, &piece, 1);
	enum dialogue_step step = dialogue_feed(conn->dialogue, piece.iov_base, piece.iov_len, &used);
	use_input(conn, used);
	if (step == DIALOGUE_REFUSED)
		return answer_here(conn);
	if (step == DIALOGUE_WHOLE)
		return run(conn);
	if (step == DIALOGUE_HEAD)
		headed(conn);
	return charge(conn);
}

static void go(struct conn *conn)
{
	while ((conn->state == CONN_IDLE || conn->state == CONN_RECEIVING) && receive(conn))
		;
}

void conn_answered(struct conn *conn)
{
	if (conn->dead)
		conn_close(conn);
	else if (answer(conn))
		go(conn);
}

void conn_ask_again(struct conn *conn, bool patient)
{
	conn->waiter = waiters_leave(conn->loop->server->waiters, conn->waiter);
	if (ask(conn, patient ? conn->deadline - conn->loop->now : 0))
		go(conn);
}

/* ---- the stream's events ---- */

static void on_read(struct bufferevent *stream, void *context)
{
	struct conn *conn = context;

	loop_time(conn->loop);
	if (conn->state == CONN_LINGERING) {
		drop_input(conn);
	} else if (conn->state != CONN_IDLE && conn->state != CONN_RECEIVING && input_length(conn) > AHEAD_MAX) {
		conn->paused = true;
		bufferevent_disable(stream, EV_READ);
	}
	go(conn);
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct conn *conn = context;

	(void)stream;
	loop_time(conn->loop);
	if (conn->state == CONN_WRITING && written(conn))
		go(conn);
}

static void on_end(struct conn *conn)
{
	conn->ended = true;
	if (conn->state == CONN_HANDSHAKE || conn->state == CONN_LINGERING)
		conn_close(conn);
	else if (conn->state == CONN_WAITING) /* gone, or done asking: nobody can tell */
		conn_ask_again(conn, false);
	else
		go(conn);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
	struct conn *conn = context;

	loop_time(conn->loop);
	if (what & BEV_EVENT_CONNECTED) {
		enter(conn, CONN_IDLE, conn->loop->server->options->idle_ms);
	} else if (what & BEV_EVENT_EOF) {
		on_end(conn);
	} else if (conn->state == CONN_RUNNING) {
		conn->dead = true;
		bufferevent_disable(stream, EV_READ | EV_WRITE);
	} else {
		conn_close(conn);
	}
}

void conn_expire(struct conn *conn)
{
	size_t unsent = evbuffer_get_length(bufferevent_get_output(conn->stream));

	if (conn->state == CONN_WRITING && unsent < conn->unsent) { /* slow, but it moves */
		conn->unsent = unsent;
		conn->deadline = conn->loop->now + conn->loop->server->options->write_ms;
		return;
	}
	if (conn->state == CONN_WAITING) {
		conn_ask_again(conn, false);
		return;
	}
	metrics_add(&conn->loop->metrics.timed_out, 1);
	if (conn->state == CONN_RECEIVING)
		refuse(conn, ERR_TIMEOUT, "The request took too long to arrive");
	else
		conn_close(conn);
}

/* ---- opening ---- */

static void read_peer(struct conn *conn, const struct sockaddr *peer)
{
	const int yes = 1;

	if (peer->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)peer;

		inet_ntop(AF_INET, &in->sin_addr, conn->address, sizeof conn->address);
		conn->trusted = ntohl(in->sin_addr.s_addr) >> 24 == 127;
	} else if (peer->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)peer;

		if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
			inet_ntop(AF_INET, in6->sin6_addr.s6_addr + 12, conn->address, sizeof conn->address);
			conn->trusted = in6->sin6_addr.s6_addr[12] == 127;
		} else {
			inet_ntop(AF_INET6, &in6->sin6_addr, conn->address, sizeof conn->address);
			conn->trusted = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
		}
	} else {
		conn->trusted = true;
		return;
	}
	setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static struct bufferevent *new_stream(struct loop *loop, int fd, bool tls)
{
	if (!tls)
		return bufferevent_socket_new(loop->base, fd, BEV_OPT_CLOSE_ON_FREE);

	SSL *ssl = SSL_new(loop->server->tls);
	if (!ssl)
		return NULL;
	struct bufferevent *stream =
	    bufferevent_openssl_socket_new(loop->base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (!stream)
		SSL_free(ssl);
	return stream;
}

/* Says 503 without having read anything. */
static void refuse_surplus(struct conn *conn)
{
	if (conn->tls || !begin(conn))
		conn_close(conn);
	else
		refuse(conn, ERR_UNAVAILABLE, "Too many connections; try again later");
}

void conn_open(struct loop *loop, int fd, const struct sockaddr *peer, bool local, bool surplus)
{
	struct conn *conn = calloc(1, sizeof *conn);
	bool tls = loop->server->tls && !local;

	if (!conn || !(conn->stream = new_stream(loop, fd, tls))) {
		free(conn);
		close(fd);
		return;
	}
	conn->loop = loop;
	conn->fd = fd;
	conn->tls = tls;
	conn->surplus = surplus;
	read_peer(conn, peer);
	atomic_fetch_add_explicit(&loop->server->connections, 1, memory_order_relaxed);
	conn->state = tls ? CONN_HANDSHAKE : CONN_IDLE;
	conn->deadline = loop->now + (tls ? loop->server->options->head_ms : loop->server->options->idle_ms);
	TAILQ_INSERT_TAIL(tls ? &loop->busy : &loop->idle, conn, link);
	loop_watch(loop);
	bufferevent_setcb(conn->stream, on_read, on_written, on_event, conn);
	if (bufferevent_enable(conn->stream, EV_READ | EV_WRITE) != 0) /* no memory: nothing would ever be read */
		conn_close(conn);
	else if (surplus)
		refuse_surplus(conn);
}
