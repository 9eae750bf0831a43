#include "platform/http/server.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/clock.h"
#include "platform/http/conn.h"
#include "platform/http/tls.h"

enum {
	QUEUE_MAX = 1024,
	WATCH_EVENTS = 4,
	FILES_RESERVED = 256, /* for the database, the log and surplus connections */
};

/* ---- limits of the process ---- */

static unsigned processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* Raises the number of open files as far as it goes; says how many connections that leaves. */
static unsigned connections_possible(unsigned wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return wanted;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur >= (rlim_t)wanted + FILES_RESERVED)
		return wanted;
	return limit.rlim_cur > 2 * (rlim_t)FILES_RESERVED ? (unsigned)limit.rlim_cur - FILES_RESERVED : FILES_RESERVED;
}

/* ---- sockets ---- */

static bool open_place(struct server *server, const char *place, struct err *err)
{
	const char *scheme = server->tls ? "https" : "http";

	if (server->listenings_count == SERVER_LISTENERS_MAX)
		return err_set(err, ERR_INVALID, "At most %d sockets can be listened on", SERVER_LISTENERS_MAX);
	if (!listening_open(place, scheme, &server->listenings[server->listenings_count], err))
		return false;
	server->listenings_count++;
	return true;
}

/* Those that systemd passed on, those that were asked for, and if there are neither, the usual one. */
static bool open_places(struct server *server, struct err *err)
{
	const struct server_options *options = server->options;
	const char *scheme = server->tls ? "https" : "http";
	int passed = sd_listen_fds(1);

	for (int i = 0; i < passed && server->listenings_count < SERVER_LISTENERS_MAX; i++) {
		if (!listening_adopt(SD_LISTEN_FDS_START + i, scheme, &server->listenings[server->listenings_count],
				     err))
			return false;
		server->listenings_count++;
	}
	for (size_t i = 0; i < options->places_count; i++)
		if (!open_place(server, options->places[i], err))
			return false;
	return server->listenings_count > 0 || open_place(server, SERVER_PLACE, err);
}

static void announce(const struct server *server)
{
	for (size_t i = 0; i < server->listenings_count; i++)
		printf("listening on %s\n", server->listenings[i].url);
	fflush(stdout);
	sd_notify(0, "READY=1");
}

/* ---- signals and the end, on the main thread ---- */

struct watch {
	struct server *server;
	struct event_base *base;
	struct event *events[WATCH_EVENTS]; /* SIGTERM, SIGINT, SIGHUP, loops that end */
	size_t ended;
};

static void on_end_signal(evutil_socket_t signal_number, short what, void *context)
{
	struct watch *watch = context;

	(void)signal_number;
	(void)what;
	if (atomic_exchange(&watch->server->draining, true))
		_exit(EXIT_FAILURE); /* asked twice: at once */
	sd_notify(0, "STOPPING=1");
	for (size_t i = 0; i < watch->server->loops_count; i++)
		loop_wake(&watch->server->loops[i]);
}

static void on_hangup(evutil_socket_t signal_number, short what, void *context)
{
	struct watch *watch = context;

	(void)signal_number;
	(void)what;
	access_log_reopen(watch->server->log);
}

static void on_loop_ended(evutil_socket_t fd, short what, void *context)
{
	struct watch *watch = context;
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof count) == sizeof count)
		watch->ended += (size_t)count;
	if (watch->ended == watch->server->loops_count)
		event_base_loopbreak(watch->base);
}

static bool watch_start(struct watch *watch, struct err *err)
{
	watch->base = event_base_new();
	if (!watch->base)
		return err_set(err, ERR_INTERNAL, "Can't make an event loop: %m");
	watch->events[0] = evsignal_new(watch->base, SIGTERM, on_end_signal, watch);
	watch->events[1] = evsignal_new(watch->base, SIGINT, on_end_signal, watch);
	watch->events[2] = evsignal_new(watch->base, SIGHUP, on_hangup, watch);
	watch->events[3] = event_new(watch->base, watch->server->ended, EV_READ | EV_PERSIST, on_loop_ended, watch);
	for (size_t i = 0; i < WATCH_EVENTS; i++)
		if (!watch->events[i] || event_add(watch->events[i], NULL) != 0)
			return err_set(err, ERR_INTERNAL, "Can't watch for signals: %m");
	return true;
}

static void watch_done(struct watch *watch)
{
	for (size_t i = 0; i < WATCH_EVENTS; i++)
		if (watch->events[i])
			event_free(watch->events[i]);
	if (watch->base)
		event_base_free(watch->base);
}

/* ---- start and stop ---- */

/* Signals go to the main thread: the others, and those they make, have them blocked. What is due is left alone until
 * whatever may fail has worked. */
static bool start_loops(struct server *server, size_t *ret_started, struct err *err)
{
	struct tender *tender = NULL;
	sigset_t all, before;
	bool good = true;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	if (server->platform->waits)
		good = waiters_start(server->platform, server->log, server->connections_max / 2, &server->waiters, err);
	for (size_t i = 0; good && i < server->loops_count; i++) {
		good = loop_start(&server->loops[i], err);
		*ret_started += good;
	}
	good = good && tender_start(server->platform, server->log, &tender_usual, &tender, err);
	atomic_store(&server->tender, tender);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return good;
}

static bool open_log(struct server *server, struct err *err)
{
	sigset_t all, before;

	if (!server->options->log)
		return true;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	bool good = access_log_open(server->options->log_path, &server->log, err);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return good;
}

static bool prepare(struct server *server, struct err *err)
{
	const struct server_options *options = server->options;
	size_t threads = options->threads ? options->threads : processors();

	server->connections_max = connections_possible(options->connections_max);
	if (options->tls_certificate && !tls_open(options->tls_certificate, options->tls_key, &server->tls, err))
		return false;
	if (!open_places(server, err) || !open_log(server, err))
		return false;
	server->pool = pool_new(options->workers, QUEUE_MAX, conn_work);
	server->loops = calloc(threads, sizeof *server->loops);
	server->ended = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (!server->pool || !server->loops || server->ended < 0)
		return err_memory(err, "starting the server");
	for (; server->loops_count < threads; server->loops_count++)
		if (!loop_init(&server->loops[server->loops_count], server, err))
			return false;
	return true;
}

/* A worker that is stuck can't be ended; what it does is either durable already or never was. */
static void end_if_stuck(const struct server *server)
{
	const struct conn *conn;

	for (size_t i = 0; i < server->loops_count; i++)
		TAILQ_FOREACH (conn, &server->loops[i].busy, link)
			if (conn->state == CONN_RUNNING)
				_exit(EXIT_FAILURE);
}

static bool serve(struct server *server, struct err *err)
{
	struct watch watch = {.server = server};
	size_t started = 0;
	bool good = watch_start(&watch, err) && start_loops(server, &started, err);

	if (good) {
		announce(server);
		event_base_dispatch(watch.base);
	} else {
		atomic_store(&server->draining, true);
		for (size_t i = 0; i < started; i++)
			loop_wake(&server->loops[i]);
	}
	for (size_t i = 0; i < started; i++)
		pthread_join(server->loops[i].thread, NULL);
	tender_stop(atomic_exchange(&server->tender, NULL));
	watch_done(&watch);
	end_if_stuck(server);
	return good;
}

static void release(struct server *server)
{
	pool_free(server->pool);
	for (size_t i = 0; i < server->loops_count; i++)
		loop_done(&server->loops[i]);
	free(server->loops);
	waiters_free(server->waiters);
	for (size_t i = 0; i < server->listenings_count; i++)
		listening_close(&server->listenings[i]);
	access_log_close(server->log);
	if (server->ended >= 0)
		close(server->ended);
	SSL_CTX_free(server->tls);
}

bool server_run(struct platform *platform, const struct server_options *options, struct err *err)
{
	struct server server = {.options = options, .platform = platform, .ended = -1, .start_time = clock_now()};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
	bool good = prepare(&server, err) && serve(&server, err);
	release(&server);
	return good;
}
