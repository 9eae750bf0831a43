#include "platform/http/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "platform/http/conn.h"

enum {
	ACCEPTS_PER_TURN = 16, /* so that loops share a burst, and one keeps serving in it */
	LAST_ACCEPTS = 4096,   /* those who wait in the kernel's queue when a drain begins */
	SPARE_MAX = 64,
	SWEEP_MIN_MS = 20,
	SWEEP_MAX_MS = 1000,
};

int64_t loop_time(struct loop *loop)
{
	return loop->now = clock_monotonic();
}

/* ---- dialogues ---- */

struct dialogue *loop_dialogue(struct loop *loop)
{
	struct dialogue *dialogue = loop->spare;

	if (!dialogue)
		return dialogue_new();
	loop->spare = dialogue->next_free;
	loop->spare_count--;
	return dialogue;
}

void loop_release(struct loop *loop, struct dialogue *dialogue)
{
	if (!dialogue)
		return;
	if (dialogue->charged)
		atomic_fetch_sub_explicit(&loop->server->charged, dialogue->charged, memory_order_relaxed);
	if (loop->spare_count == SPARE_MAX) {
		dialogue_free(dialogue);
		return;
	}
	dialogue_reset(dialogue);
	dialogue->next_free = loop->spare;
	loop->spare = dialogue;
	loop->spare_count++;
}

/* ---- accepting ---- */

static void set_accepting(struct loop *loop, bool accepting)
{
	for (size_t i = 0; i < loop->server->listenings_count; i++) {
		if (accepting)
			event_add(loop->accepts[i], NULL);
		else
			event_del(loop->accepts[i]);
	}
	loop->accepting = accepting;
}

/* Closes the connection that has idled longest; false when none idles here. */
static bool evict(struct loop *loop)
{
	struct conn *oldest = TAILQ_FIRST(&loop->idle);

	if (!oldest)
		return false;
	metrics_add(&loop->metrics.evicted, 1);
	conn_close(oldest);
	return true;
}

static bool is_full(struct server *server)
{
	return atomic_load_explicit(&server->connections, memory_order_relaxed) >= server->connections_max;
}

/* False when there is nothing more to accept now. */
static bool accept_one(struct loop *loop, int listener, bool local)
{
	struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
	socklen_t length = sizeof peer;
	int fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
		/* Without this the loop would spin. Where nobody idles, the next sweep tries again. */
		if (evict(loop))
			return true;
		set_accepting(loop, false);
		loop_watch(loop);
	}
	if (fd < 0)
		return errno == ECONNABORTED || errno == EINTR;
	metrics_add(&loop->metrics.accepted, 1);
	bool surplus = is_full(loop->server) && !evict(loop);
	conn_open(loop, fd, (const struct sockaddr *)&peer, local, surplus);
	return true;
}

static void on_accept(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;
	const struct server *server = loop->server;
	bool local = false;

	(void)what;
	loop_time(loop);
	for (size_t i = 0; i < server->listenings_count; i++)
		if (server->listenings[i].fd == fd)
			local = server->listenings[i].local;
	for (int i = 0; i < ACCEPTS_PER_TURN && loop->accepting; i++)
		if (!accept_one(loop, fd, local))
			break;
}

/* ---- deadlines ---- */

static bool has_connections(const struct loop *loop)
{
	return !TAILQ_EMPTY(&loop->idle) || !TAILQ_EMPTY(&loop->busy);
}

void loop_watch(struct loop *loop)
{
	const struct timeval interval = {.tv_sec = loop->sweep_ms / 1000, .tv_usec = loop->sweep_ms % 1000 * 1000};

	if (loop->sweeping)
		return;
	loop->sweeping = event_add(loop->sweep, &interval) == 0;
}

static void expire(struct loop *loop)
{
	struct conn *conn, *next;

	for (conn = TAILQ_FIRST(&loop->busy); conn; conn = next) {
		next = TAILQ_NEXT(conn, link);
		if (conn->deadline <= loop->now)
			conn_expire(conn);
	}
	/* These stand in the order of their deadlines. */
	while ((conn = TAILQ_FIRST(&loop->idle)) && conn->deadline <= loop->now)
		conn_expire(conn);
}

void loop_closed(struct loop *loop)
{
	if (loop->draining && !has_connections(loop))
		event_base_loopbreak(loop->base);
}

static void end_if_drained(struct loop *loop)
{
	if (loop->draining && (!has_connections(loop) || loop->now >= loop->drain_until))
		event_base_loopbreak(loop->base);
}

static void on_sweep(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;

	(void)fd;
	(void)what;
	loop_time(loop);
	expire(loop);
	if (!loop->accepting && !loop->draining)
		set_accepting(loop, true);
	end_if_drained(loop);
	if (!has_connections(loop) && !loop->draining) {
		event_del(loop->sweep);
		loop->sweeping = false;
	}
}

/* ---- from other threads ---- */

void loop_wake(struct loop *loop)
{
	const uint64_t one = 1;
	ssize_t written = write(loop->wake_fd, &one, sizeof one);

	(void)written; /* fails only when it is awake many times over */
}

void loop_post(struct loop *loop, struct conn *conn)
{
	pthread_mutex_lock(&loop->lock);
	bool first = !loop->answered;
	conn->next_answered = loop->answered;
	loop->answered = conn;
	pthread_mutex_unlock(&loop->lock);
	if (first)
		loop_wake(loop);
}

/* waiter_box.wake */
static void on_news(void *context)
{
	loop_wake(context);
}

/* Who waits is answered with what there is. */
static void end_waiting(struct loop *loop)
{
	struct conn *conn, *next;

	for (conn = TAILQ_FIRST(&loop->busy); conn; conn = next) {
		next = TAILQ_NEXT(conn, link);
		if (conn->state == CONN_WAITING)
			conn_ask_again(conn, false);
	}
}

/* Whoever has said something, or only connected in time, is still served; the rest is closed. */
static void begin_drain(struct loop *loop)
{
	const struct server *server = loop->server;
	struct conn *next;

	for (size_t i = 0; i < server->listenings_count; i++) {
		for (int n = 0; n < LAST_ACCEPTS && loop->accepting; n++)
			if (!accept_one(loop, server->listenings[i].fd, server->listenings[i].local))
				break;
		listening_stop(&server->listenings[i]);
	}
	set_accepting(loop, false);
	loop->draining = true;
	loop->drain_until = loop->now + server->options->drain_ms;
	for (struct conn *conn = TAILQ_FIRST(&loop->idle); conn; conn = next) {
		next = TAILQ_NEXT(conn, link);
		if (!conn_is_heard(conn))
			conn_close(conn);
	}
	end_waiting(loop);
	loop_watch(loop);
}

static void on_wake(evutil_socket_t fd, short what, void *context)
{
	struct loop *loop = context;
	uint64_t count;
	ssize_t got = read(fd, &count, sizeof count);

	(void)got;
	(void)what;
	loop_time(loop);
	pthread_mutex_lock(&loop->lock);
	struct conn *answered = loop->answered;
	loop->answered = NULL;
	pthread_mutex_unlock(&loop->lock);
	for (struct conn *next; answered; answered = next) {
		next = answered->next_answered;
		conn_answered(answered);
	}
	for (struct conn *conn; (conn = waiters_take(loop->server->waiters, &loop->box));)
		conn_ask_again(conn, true);
	if (!loop->draining && atomic_load(&loop->server->draining))
		begin_drain(loop);
	end_if_drained(loop);
}

/* ---- its life ---- */

/* A quarter of the shortest deadline. */
static int64_t sweep_interval(const struct server_options *options)
{
	const int64_t deadlines[] = {options->head_ms, options->request_ms, options->idle_ms, options->write_ms,
				     options->wait_ms};
	int64_t interval = (int64_t)SWEEP_MAX_MS * 4;

	for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++)
		if (deadlines[i] < interval)
			interval = deadlines[i];
	return interval / 4 < SWEEP_MIN_MS ? SWEEP_MIN_MS : interval / 4;
}

static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();

	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK); /* nobody but its own thread touches it */
	struct event_base *base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static bool make_events(struct loop *loop)
{
	struct server *server = loop->server;

	loop->base = new_base();
	if (!loop->base)
		return false;
	loop->wake = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST, on_wake, loop);
	loop->sweep = event_new(loop->base, -1, EV_PERSIST, on_sweep, loop);
	if (!loop->wake || !loop->sweep || event_add(loop->wake, NULL) != 0)
		return false;
	for (size_t i = 0; i < server->listenings_count; i++) {
		loop->accepts[i] =
		    event_new(loop->base, server->listenings[i].fd, EV_READ | EV_PERSIST, on_accept, loop);
		if (!loop->accepts[i])
			return false;
	}
	set_accepting(loop, true);
	return true;
}

bool loop_init(struct loop *loop, struct server *server, struct err *err)
{
	memset(loop, 0, sizeof *loop);
	loop->server = server;
	TAILQ_INIT(&loop->idle);
	TAILQ_INIT(&loop->busy);
	runner_init(&loop->runner);
	waiter_box_init(&loop->box, on_news, loop);
	pthread_mutex_init(&loop->lock, NULL);
	loop->sweep_ms = sweep_interval(server->options);
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->wake_fd >= 0 && make_events(loop))
		return true;
	loop_done(loop);
	return err_set(err, ERR_INTERNAL, "Can't make an event loop: %m");
}

static void *run(void *argument)
{
	struct loop *loop = argument;
	const uint64_t one = 1;

	event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
	event_base_loop(loop->base, EVLOOP_NONBLOCK); /* libevent closes a freed connection's socket a turn later */
	ssize_t written = write(loop->server->ended, &one, sizeof one);
	(void)written;
	return NULL;
}

bool loop_start(struct loop *loop, struct err *err)
{
	if (pthread_create(&loop->thread, NULL, run, loop) == 0)
		return true;
	return err_set(err, ERR_INTERNAL, "Can't start a thread for an event loop");
}

void loop_done(struct loop *loop)
{
	while (!TAILQ_EMPTY(&loop->idle))
		conn_close(TAILQ_FIRST(&loop->idle));
	while (!TAILQ_EMPTY(&loop->busy))
		conn_close(TAILQ_FIRST(&loop->busy));
	for (struct dialogue *next; loop->spare; loop->spare = next) {
		next = loop->spare->next_free;
		dialogue_free(loop->spare);
	}
	for (size_t i = 0; i < SERVER_LISTENERS_MAX; i++)
		if (loop->accepts[i])
			event_free(loop->accepts[i]);
	if (loop->sweep)
		event_free(loop->sweep);
	if (loop->wake)
		event_free(loop->wake);
	if (loop->base)
		event_base_free(loop->base);
	if (loop->wake_fd >= 0)
		close(loop->wake_fd);
	runner_done(&loop->runner);
	pthread_mutex_destroy(&loop->lock);
}
