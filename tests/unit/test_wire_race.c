/* A host with several addresses of one family, of which some are silent: its request is soon sent, and once. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/unit.h"
#include "wire/transfer.h"

enum { SILENT_MAX = 3, FULL = 4, CONNECT_MS = 8000, SOON_MS = 3000 };

/* 127.0.0.1 has a server (or not); 127.0.0.2 and on have one whose queue is full, so that the system drops who
 * knocks. */
struct world {
	uint16_t port;
	int server, heard; /* a byte for each request */
	pid_t child;
	int silent[SILENT_MAX], waiting[SILENT_MAX][FULL];
	struct url url;
	struct engine *engine;
	bool done, ok;
	int status;
	struct err err;
};

static int listen_at(uint32_t address, uint16_t *port, int backlog)
{
	struct sockaddr_in place = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(address), .sin_port = htons(*port)};
	socklen_t size = sizeof place;
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(file, (struct sockaddr *)&place, sizeof place), 0);
	assert_int_equal(listen(file, backlog), 0);
	assert_int_equal(getsockname(file, (struct sockaddr *)&place, &size), 0);
	*port = ntohs(place.sin_port);
	return file;
}

/* Answers each request, one at a time, and closes. */
static void serve(int file, int tell)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

	for (;;) {
		char request[4096];
		int peer = accept(file, NULL, NULL);

		if (peer < 0)
			_exit(1);
		if (read(peer, request, sizeof request) > 0 &&
		    (write(tell, request, 1) != 1 || write(peer, answer, sizeof answer - 1) < 0))
			_exit(1);
		close(peer);
	}
}

static void start_server(struct world *world)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	world->child = fork();
	assert_true(world->child >= 0);
	if (!world->child)
		serve(world->server, ends[1]);
	close(ends[1]);
	close(world->server);
	world->heard = ends[0];
}

static void fill(struct world *world, int index)
{
	struct sockaddr_in place = {.sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)index),
				    .sin_port = htons(world->port)};

	world->silent[index] = listen_at(INADDR_LOOPBACK + 1 + (uint32_t)index, &world->port, 0);
	for (int i = 0; i < FULL; i++) {
		world->waiting[index][i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(world->waiting[index][i], (struct sockaddr *)&place, sizeof place);
	}
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	world->server = listen_at(INADDR_LOOPBACK, &world->port, 16);
	for (int i = 0; i < SILENT_MAX; i++)
		fill(world, i);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	engine_free(world->engine);
	url_done(&world->url);
	if (world->child) {
		kill(world->child, SIGKILL);
		waitpid(world->child, NULL, 0);
		close(world->heard);
	}
	for (int i = 0; i < SILENT_MAX; i++) {
		for (int j = 0; j < FULL; j++)
			if (world->waiting[i][j] >= 0)
				close(world->waiting[i][j]);
		close(world->silent[i]);
	}
	free(world);
	return 0;
}

static void ended(void *context, struct transfer_answer *answer, const struct err *err)
{
	struct world *world = context;

	assert_false(world->done);
	world->done = true;
	world->ok = !err;
	world->status = answer->status;
	if (err)
		world->err = *err;
}

/* The host is at these addresses, in this order. */
static void open_engine(struct world *world, const char *addresses, int connect_ms)
{
	char text[64], resolve[256];
	struct err err;

	snprintf(text, sizeof text, "http://shop.test:%d", world->port);
	snprintf(resolve, sizeof resolve, "shop.test:%d:%s", world->port, addresses);
	assert_true(url_parse(text, &world->url, &err));
	world->engine = engine_new(&(struct engine_options){.url = &world->url,
							    .user_agent = "a test",
							    .resolve = resolve,
							    .connect_ms = connect_ms},
				   &err);
	assert_non_null(world->engine);
}

/* One request to its end; how long it took. */
static int64_t ask(struct world *world, enum api_method method)
{
	const struct transfer_request request = {
	    .method = method, .path = "/", .answer_max = 1024, .timeout_ms = 20000, .repeatable = method == METHOD_GET};
	int64_t began = clock_monotonic();
	struct err err;

	world->done = false;
	assert_non_null(transfer_new(world->engine, &request, ended, world, &err));
	while (!world->done) {
		assert_true(clock_monotonic() - began < 30000);
		assert_true(engine_wait(world->engine, NULL, 0, 1000));
		engine_run(world->engine);
	}
	return clock_monotonic() - began;
}

static int requests_heard(struct world *world)
{
	char bytes[64];
	ssize_t count = read(world->heard, bytes, sizeof bytes);

	return count > 0 ? (int)count : 0;
}

static void expect_soon(struct world *world, const char *addresses, enum api_method method)
{
	start_server(world);
	open_engine(world, addresses, CONNECT_MS);
	for (int i = 0; i < 3; i++) {
		int64_t took = ask(world, method);

		if (!world->ok)
			fail_msg("%s", world->err.message);
		assert_int_equal(world->status, 200);
		if (took > SOON_MS)
			fail_msg("it took %lld ms", (long long)took);
		assert_int_equal(requests_heard(world), 1);
	}
}

static void first_silent(void **state)
{
	expect_soon(*state, "127.0.0.2,127.0.0.1", METHOD_GET);
}

static void first_silent_once(void **state)
{
	expect_soon(*state, "127.0.0.2,127.0.0.1", METHOD_POST);
}

static void three_silent(void **state)
{
	expect_soon(*state, "127.0.0.2,127.0.0.3,127.0.0.4,127.0.0.1", METHOD_POST);
}

/* One refuses at once, which curl deals with by itself; then one is silent. */
static void first_refuses(void **state)
{
	struct world *world = *state;

	close(world->silent[0]);
	world->silent[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	expect_soon(world, "127.0.0.2,127.0.0.3,127.0.0.1", METHOD_POST);
}

/* All are silent, or refuse: that is what is told. */
static void nobody(void **state)
{
	struct world *world = *state;

	close(world->server);
	open_engine(world, "127.0.0.2,127.0.0.3", 1500);
	int64_t took = ask(world, METHOD_GET);
	assert_false(world->ok);
	assert_string_equal(world->err.code, "timeout");
	assert_non_null(strstr(world->err.message, "no connection came to be"));
	assert_true(took < SOON_MS);
	world->engine = engine_free(world->engine);
	url_done(&world->url);

	open_engine(world, "127.0.0.1", CONNECT_MS);
	took = ask(world, METHOD_GET);
	assert_false(world->ok);
	assert_string_equal(world->err.code, "refused");
	assert_true(took < SOON_MS);
	world->engine = engine_free(world->engine);
	url_done(&world->url);

	/* A silent one, and one that refuses: as long as the silent one may still answer, nothing is told. */
	open_engine(world, "127.0.0.2,127.0.0.1", 1500);
	took = ask(world, METHOD_GET);
	assert_false(world->ok);
	assert_true(!strcmp(world->err.code, "refused") || !strcmp(world->err.code, "timeout"));
	assert_in_range(took, 600, SOON_MS);
}

/* The place at a silent address is free again: takes connections there until one comes that is the engine's, since
 * whoever made it silent has closed theirs. */
static int let_in(struct world *world, int index)
{
	for (int i = 0; i < FULL; i++) {
		close(world->waiting[index][i]);
		world->waiting[index][i] = -1;
	}
	for (int count = 0; count < 2 * FULL; count++) {
		struct pollfd knock = {.fd = world->silent[index], .events = POLLIN};
		char byte;

		assert_int_equal(poll(&knock, 1, 20000), 1);
		int peer = accept4(world->silent[index], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		assert_true(peer >= 0);
		if (read(peer, &byte, 1) < 0 && errno == EAGAIN)
			return peer;
		close(peer);
	}
	fail_msg("nobody came");
	return -1;
}

/* Answers where a request came; how many did. */
static int answer_all(const int peers[2])
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
	char request[4096];
	int came = 0;

	for (int i = 0; i < 2; i++)
		if (read(peers[i], request, sizeof request) > 0) {
			assert_int_equal(write(peers[i], answer, sizeof answer - 1), sizeof answer - 1);
			came++;
		}
	return came;
}

/* Two racers that are connected at the same moment: one sends, the other doesn't. */
static void dead_heat(void **state)
{
	enum { BOTH_MS = 600 };
	struct world *world = *state;
	const struct transfer_request request = {
	    .method = METHOD_POST, .path = "/", .answer_max = 1024, .timeout_ms = 20000};
	int64_t began = clock_monotonic();
	int peers[2], came = 0;
	struct err err;

	open_engine(world, "127.0.0.2,127.0.0.3", CONNECT_MS * 2);
	assert_non_null(transfer_new(world->engine, &request, ended, world, &err));
	while (clock_monotonic() - began < BOTH_MS) {
		assert_true(engine_wait(world->engine, NULL, 0, 100));
		engine_run(world->engine);
	}
	peers[0] = let_in(world, 0);
	peers[1] = let_in(world, 1);
	while (!world->done) {
		assert_true(clock_monotonic() - began < 30000);
		engine_run(world->engine);
		came += answer_all(peers);
		assert_true(engine_wait(world->engine, NULL, 0, 100));
	}
	assert_true(world->ok);
	came += answer_all(peers);
	assert_int_equal(came, 1);
	close(peers[0]);
	close(peers[1]);
}

/* Given up in the middle of a race. */
static void cancelled(void **state)
{
	struct world *world = *state;
	const struct transfer_request request = {.path = "/", .answer_max = 1024, .timeout_ms = 20000};
	int64_t began = clock_monotonic();
	struct err err;

	start_server(world);
	open_engine(world, "127.0.0.2,127.0.0.3,127.0.0.4", CONNECT_MS);
	struct transfer *transfer = transfer_new(world->engine, &request, ended, world, &err);
	while (clock_monotonic() - began < 600) {
		assert_true(engine_wait(world->engine, NULL, 0, 100));
		engine_run(world->engine);
	}
	assert_null(transfer_free(transfer));
	assert_false(world->done);
	engine_run(world->engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(first_silent),	 TEST(first_silent_once), TEST(three_silent),
	    TEST(first_refuses), TEST(nobody),		  TEST(dead_heat),
	    TEST(cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
