/* Several programs of one person share a sign-in on a platform that rotates refresh tokens, and takes one that comes a
 * second time for stolen: whoever prolongs it, and whenever, nobody loses it. */
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "tests/unit/net_world.h"

#define ADA "ada@example.com"
#define GRACE "grace@example.com"

enum { TRIES = 32, JITTER_MS = 60, DELAY_MS = 120 };

struct world {
	struct server platform, proxy;
	char folder[256];
	struct state *state;
	struct net *one, *two;
	int ended, unsaved;
	char why[256];
};

static void session_ended(void *context, const struct err *why)
{
	struct world *world = context;

	snprintf(world->why, sizeof world->why, "%s", why->message);
	world->ended++;
}

static void session_unsaved(void *context, const struct err *why)
{
	struct world *world = context;

	snprintf(world->why, sizeof world->why, "%s", why->message);
	world->unsaved++;
}

static struct net *new_net(struct world *world, int attempt_ms)
{
	struct net_options options = {.state_dir = world->folder,
				      .attempt_ms = attempt_ms,
				      .events = {.session_ended = session_ended, .session_unsaved = session_unsaved},
				      .context = world};

	return world_net(world->proxy.url, &options);
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	temp_new(world->folder);
	assert_true(crypt_init());
	server_start(&world->platform, "VITRINED", (const char *const[]){"--demo", "--listen", "127.0.0.1:0", NULL});
	proxy_start(&world->proxy, world->platform.url, false);
	world->state = state_new(world->folder, world->proxy.url, NULL);
	assert_non_null(world->state);
	world->one = new_net(world, 0);
	sign_in(world->one, ADA);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	net_free(world->one);
	net_free(world->two);
	state_free(world->state);
	server_stop(&world->proxy);
	server_stop(&world->platform);
	temp_remove(world->folder);
	free(world);
	return 0;
}

/* The access token in the file has run out, so whoever reads it from now on has to prolong the session first. */
static void run_out(struct world *world)
{
	struct session *session = session_load(world->state, NULL);

	assert_non_null(session);
	session->expires_at = 1;
	assert_true(session_save(session, world->state, NULL));
	session_free(session);
}

/* Both programs start anew, on what the file says. */
static void start_both(struct world *world)
{
	world->one = net_free(world->one);
	world->two = net_free(world->two);
	world->one = new_net(world, 0);
	world->two = new_net(world, 0);
}

/* Runs both, now the one and now the other, until both calls have ended. */
static void run_both(struct world *world, uint64_t *chance, struct waiting *first, struct waiting *second)
{
	int64_t end = clock_monotonic() + WORLD_MS;

	while (!first->done || !second->done) {
		struct net *net = chance_next(chance) % 2 ? world->one : world->two;

		assert_true(clock_monotonic() < end);
		assert_true(net_wait(net, NULL, 0, (int)(chance_next(chance) % 5)));
		net_run(net);
	}
}

static void delay(struct world *world, int nth, uint64_t milliseconds)
{
	order_done(NULL, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"POST\",\"path\":\"/Login/Refresh\",\"nth\":%d,\"count\":1,"
		   "\"action\":\"delay\",\"ms\":%d}",
		   nth, (int)milliseconds);
}

static void expect_ok(struct waiting *waiting, int number)
{
	if (!waiting->reply->ok)
		fail_msg("try %d: %s (%s)", number, waiting->reply->err.message, waiting->reply->err.code);
	net_reply_free(waiting->reply);
}

static void one_try(struct world *world, uint64_t *chance, int number)
{
	struct waiting first, second;
	int64_t jitter = (int64_t)(chance_next(chance) % JITTER_MS), began;

	run_out(world);
	start_both(world);
	order_done(NULL, &world->proxy, "{\"do\":\"clear\"}");
	delay(world, 1, chance_next(chance) % DELAY_MS);
	delay(world, 2, chance_next(chance) % DELAY_MS);
	call_later(world->one, API_cart_get, NULL, NULL, &first);
	for (began = clock_monotonic(); clock_monotonic() - began < jitter;) {
		net_wait(world->one, NULL, 0, 3);
		net_run(world->one);
	}
	call_later(world->two, API_cart_get, NULL, NULL, &second);
	run_both(world, chance, &first, &second);
	expect_ok(&first, number);
	expect_ok(&second, number);
	assert_int_equal(request_count(NULL, &world->proxy, "POST", "/Login/Refresh"), 1);
	/* Both have the newest, and so has the file: the next try begins with that. */
	assert_string_equal(net_session(world->one)->refresh_token, net_session(world->two)->refresh_token);
	if (world->ended)
		fail_msg("try %d: %s", number, world->why);
}

static void two_at_once(void **state)
{
	uint64_t chance = chance_seed();

	for (int i = 0; i < TRIES; i++)
		one_try(*state, &chance, i);
}

/* The same with processes: each prolongs the session as often as it can. */
static void four_processes(void **state)
{
	enum { PROCESSES = 4, TURNS = 6 };
	struct world *world = *state;
	pid_t children[PROCESSES];

	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		for (int turn = 0; !children[i] && turn < TURNS; turn++) {
			struct net *net = new_net(world, 0);
			struct session *session = (struct session *)(uintptr_t)net_session(net);

			if (!session)
				_exit(2);
			session->expires_at = 1;
			struct net_reply *reply = call_now(net, API_cart_get, NULL);
			if (!reply->ok || !net_session(net))
				_exit(3);
			net_reply_free(reply);
			net_free(net);
		}
		if (!children[i])
			_exit(0);
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			fail_msg("process %d ended with %x", i, (unsigned)status);
	}
	world->two = new_net(world, 0);
	net_reply_free(call_ok(world->two, API_cart_get, NULL));
}

/* A program that was stopped in the middle keeps the others waiting, but not for ever; and nobody is signed out. */
static void one_is_stopped(void **state)
{
	struct world *world = *state;
	int lock;

	run_out(world);
	assert_true(state_lock(world->state, "session", &lock, NULL));
	world->two = new_net(world, 100);
	struct net_reply *reply = call_now(world->two, API_cart_get, &(struct net_args){.deadline_ms = 600});
	assert_false(reply->ok);
	assert_int_equal(reply->err.kind, ERR_TIMEOUT);
	assert_non_null(strstr(reply->err.message, "Another Vitrine of yours"));
	net_reply_free(reply);
	assert_int_equal(request_count(world->two, &world->proxy, "POST", "/Login/Refresh"), 0);
	assert_non_null(net_session(world->two));
	close(lock);
	net_reply_free(call_ok(world->two, API_cart_get, NULL));
	assert_int_equal(request_count(world->two, &world->proxy, "POST", "/Login/Refresh"), 1);
}

static bool is_held(struct world *world)
{
	cJSON *answer = order(world->one, &world->proxy,
			      "{\"do\":\"wait\",\"event\":\"held\",\"path\":\"/Login/Refresh\",\"timeout\":10}");
	bool held = !cJSON_GetObjectItem(answer, "error");

	cJSON_Delete(answer);
	return held;
}

/* While the one waits for its answer, the other signs in as somebody else, or out: that is newer, and stays. */
static void newer_stays(void **state)
{
	struct world *world = *state;

	for (int out = 0; out < 2; out++) {
		struct waiting waiting;

		sign_in(world->one, ADA);
		run_out(world);
		start_both(world);
		order_done(NULL, &world->proxy, "{\"do\":\"clear\"}");
		order_done(NULL, &world->proxy,
			   "{\"do\":\"rule\",\"method\":\"POST\",\"path\":\"/Login/Refresh\",\"action\":\"hold\"}");
		call_later(world->one, API_cart_get, NULL, NULL, &waiting);
		assert_true(is_held(world));
		if (out)
			net_sign_out(world->two);
		else
			sign_in(world->two, GRACE);
		order_done(world->one, &world->proxy, "{\"do\":\"release\"}");
		run_until(world->one, &waiting.done);
		net_reply_free(waiting.reply);
		struct session *saved = session_load(world->state, NULL);
		if (out)
			assert_null(saved);
		else
			assert_string_equal(saved->email, GRACE);
		session_free(saved);
	}
	/* Nor does whoever signs out take away what is somebody else's by now. */
	sign_in(world->one, ADA);
	sign_in(world->two, GRACE);
	net_sign_out(world->one);
	struct session *saved = session_load(world->state, NULL);
	assert_string_equal(saved->email, GRACE);
	session_free(saved);
}

static void find_session(struct world *world, char ret_path[600])
{
	DIR *directory = opendir(world->folder);

	assert_non_null(directory);
	*ret_path = '\0';
	for (struct dirent *entry; (entry = readdir(directory));)
		if (!strncmp(entry->d_name, "session-", strlen("session-")))
			snprintf(ret_path, 600, "%s/%s", world->folder, entry->d_name);
	closedir(directory);
	assert_true(*ret_path);
}

/* A session that can't be saved holds all the same, and that is told, at sign-in as well as later. */
static void unsaved(void **state)
{
	struct world *world = *state;
	struct session *session = (struct session *)(uintptr_t)net_session(world->one);
	char path[600];

	/* A folder stands where the file should be: even root can't write that. */
	find_session(world, path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);

	session->expires_at = 1;
	net_reply_free(call_ok(world->one, API_cart_get, NULL));
	assert_int_equal(world->unsaved, 1);
	assert_non_null(strstr(world->why, "session"));
	assert_non_null(net_session(world->one));
	sign_in(world->one, ADA);
	assert_int_equal(world->unsaved, 2);
	net_reply_free(call_ok(world->one, API_cart_get, NULL));
	assert_int_equal(world->unsaved, 2);
	assert_int_equal(rmdir(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(two_at_once), TEST(four_processes), TEST(one_is_stopped), TEST(newer_stays), TEST(unsaved),
	};

	if (!getenv("VITRINED"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
