/* Long searches hold up nobody: a server with a single event loop, over a store that keeps every listing that could
 * take long until it is let go. */
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/crypt.h"
#include "platform/http/pool.h"
#include "platform/http/server.h"
#include "tests/unit/fakes.h"
#include "tests/unit/unit.h"

enum { DEADLINE_S = 60, WORKERS = 64 };

/* What could take long in a large catalogue, as it may be sent. */
static const char *const long_ones[] = {
    "/Product?q=tea",
    "/Product?%71=tea",
    "/Product?limit=20&sort=price&q=tea+cup",
    "/Product?in_stock=true",
    "/Product?sort=price&in_stock=true",
    "/Product?min_price=1",
    "/Product?max_price=9999999&sort=newest",
    "/Product?category=Tea&seller_id=01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "/Product?category=Tea&seller_id=01ARZ3NDEKTSV4RRFFQ69G5FAV&sort=-price",
};
/* What is quick in any. */
static const char *const quick_ones[] = {
    "/Health",
    "/Product",
    "/Product?limit=20&sort=newest",
    "/Product?sort=price&min_price=1&max_price=100",
    "/Product?category=Tea",
    "/Product?seller_id=01ARZ3NDEKTSV4RRFFQ69G5FAV&sort=-price",
    "/Product?in_stock=false",
    "/Product/P1",
    "/.well-known/jwks.json", /* a worker's */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open; /* searches may end */
	size_t running, most, done;
	size_t quick, astray; /* listings; those that were on another thread than they should be */
	pthread_t loop;
	bool (*list)(struct store *store, const struct product_query *query, struct store_page page,
		     struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err);
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static bool is_long(const struct product_query *query)
{
	bool ranged = shape_given(&product_query_shape, query, "min_price") ||
		      shape_given(&product_query_shape, query, "max_price");

	return query->q || query->in_stock || (query->category && query->seller_id) ||
	       (ranged && product_order(query) < SORT_PRICE);
}

static bool slow_list(struct store *store, const struct product_query *query, struct store_page page,
		      struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err)
{
	pthread_mutex_lock(&seen.lock);
	if (is_long(query)) {
		seen.astray += seen.quick && pthread_equal(pthread_self(), seen.loop);
		if (++seen.running > seen.most)
			seen.most = seen.running;
		pthread_cond_broadcast(&seen.changed);
		while (!seen.open)
			pthread_cond_wait(&seen.changed, &seen.lock);
		seen.running--;
		seen.done++;
	} else {
		seen.astray += seen.quick && !pthread_equal(pthread_self(), seen.loop);
		seen.loop = pthread_self();
		seen.quick++;
	}
	bool good = seen.list(store, query, page, arena, ret_page, ret_next, err);
	pthread_mutex_unlock(&seen.lock);
	return good;
}

static bool all_lanes_full(void)
{
	struct timespec until;
	int late = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += DEADLINE_S;
	pthread_mutex_lock(&seen.lock);
	while (seen.running < POOL_SEARCHES_MAX && !late)
		late = pthread_cond_timedwait(&seen.changed, &seen.lock, &until);
	pthread_mutex_unlock(&seen.lock);
	return !late;
}

static void let_go(void)
{
	pthread_mutex_lock(&seen.lock);
	seen.open = true;
	pthread_cond_broadcast(&seen.changed);
	pthread_mutex_unlock(&seen.lock);
}

/* ---- the server, on a thread of its own ---- */

static struct {
	char folder[sizeof "/tmp/vitrine-searches-XXXXXX"];
	char path[64], place[80];
	struct fake fake;
	pthread_t thread;
	bool good;
} served = {.folder = "/tmp/vitrine-searches-XXXXXX"};

static void *serve(void *unused)
{
	const char *const places[] = {served.place};
	const struct server_options options = {.places = places,
					       .places_count = 1,
					       .threads = 1,
					       .workers = WORKERS,
					       .connections_max = 1000,
					       .head_ms = DEADLINE_S * 1000,
					       .request_ms = DEADLINE_S * 1000,
					       .idle_ms = DEADLINE_S * 1000,
					       .write_ms = DEADLINE_S * 1000,
					       .drain_ms = DEADLINE_S * 1000,
					       .bodies_bytes = 1 << 20};
	struct err err;

	(void)unused;
	served.good = server_run(&served.fake.platform, &options, &err);
	if (!served.good)
		fprintf(stderr, "the server: %s\n", err.message);
	return NULL;
}

/* Returns when it says that it listens: its words go through a pipe meanwhile. */
static int start(void **state)
{
	int out = dup(STDOUT_FILENO), words[2];
	char line[256];

	(void)state;
	fake_init(&served.fake);
	seen.list = served.fake.store.product_list;
	served.fake.store.product_list = slow_list;
	if (!crypt_init() || !mkdtemp(served.folder) || out < 0 || pipe(words) != 0)
		return -1;
	snprintf(served.path, sizeof served.path, "%s/socket", served.folder);
	snprintf(served.place, sizeof served.place, "unix:%s", served.path);
	fflush(stdout);
	dup2(words[1], STDOUT_FILENO);
	close(words[1]);
	bool good = pthread_create(&served.thread, NULL, serve, NULL) == 0 && read(words[0], line, sizeof line) > 0;
	dup2(out, STDOUT_FILENO);
	close(out);
	close(words[0]);
	return good ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	let_go();
	kill(getpid(), SIGTERM);
	pthread_join(served.thread, NULL);
	unlink(served.path);
	rmdir(served.folder);
	return served.good ? 0 : -1;
}

/* ---- its clients ---- */

static int ask(const char *target)
{
	const struct timeval patience = {.tv_sec = DEADLINE_S};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char text[512];
	int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", target);

	memcpy(address.sun_path, served.path, sizeof served.path);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(send(fd, text, (size_t)length, MSG_NOSIGNAL), length);
	return fd;
}

/* The status; 0 when nothing came. */
static int status_of(int fd)
{
	char head[13] = "", rest[4096];
	int status =
	    recv(fd, head, sizeof head - 1, MSG_WAITALL) == sizeof head - 1 ? (int)strtol(head + 9, NULL, 10) : 0;

	while (recv(fd, rest, sizeof rest, 0) > 0)
		;
	close(fd);
	return status;
}

static void long_searches_hold_up_nobody(void **state)
{
	enum { ROUNDS = 3, LONG = COUNT_OF(long_ones), QUICK = COUNT_OF(quick_ones) };
	int fds[ROUNDS * LONG];

	(void)state;
	assert_int_equal(status_of(ask("/Product")), 200); /* the loop makes itself known */
	for (size_t i = 0; i < ROUNDS * LONG; i++)
		fds[i] = ask(long_ones[i % LONG]);
	assert_true(all_lanes_full());
	for (size_t i = 0; i < ROUNDS * QUICK; i++)
		assert_int_equal(status_of(ask(quick_ones[i % QUICK])), 200);
	assert_int_equal(seen.done, 0);
	let_go();
	for (size_t i = 0; i < ROUNDS * LONG; i++)
		assert_int_equal(status_of(fds[i]), 200);
	assert_int_equal(seen.done, ROUNDS * LONG);
	assert_int_equal(seen.most, POOL_SEARCHES_MAX);
	assert_int_equal(seen.astray, 0);
	assert_int_equal(seen.quick, 1 + ROUNDS * (QUICK - 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(long_searches_hold_up_nobody),
	};

	return cmocka_run_group_tests_name("searches", tests, start, stop);
}
