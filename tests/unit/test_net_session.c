/* Sessions: tokens that are prolonged once for all who wait, files that only their owner may read, and the end. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "models/purchase.h"
#include "tests/unit/net_world.h"

#define CART "{\"items\":[],\"version\":1,\"currency\":\"EUR\"}"
#define UNAUTHENTICATED "{\"code\":\"token_expired\",\"detail\":\"Sign in again.\"}"

struct world {
	struct server proxy;
	char folder[256];
	struct net *net;
	int ended;
};

static void session_ended(void *context, const struct err *why)
{
	struct world *world = context;

	assert_int_equal(why->http_status, 401);
	world->ended++;
}

static void new_net(struct world *world)
{
	struct net_options options = {
	    .state_dir = world->folder, .events.session_ended = session_ended, .context = world};

	world->net = world_net(world->proxy.url, &options);
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	temp_new(world->folder);
	proxy_start(&world->proxy, "http://127.0.0.1:9", true);
	new_net(world);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	net_free(world->net);
	server_stop(&world->proxy);
	temp_remove(world->folder);
	free(world);
	return 0;
}

static void rule(struct world *world, const char *method, const char *path, int nth, int count, int status,
		 const char *body)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"%s\",\"path\":\"%s\",\"nth\":%d,\"count\":%d,\"action\":\"answer\","
		   "\"status\":%d,\"body\":%s}",
		   method, path, nth, count, status, body);
}

static void tokens(struct world *world, const char *path, const char *access, const char *refresh, int expires_in)
{
	char body[512];

	snprintf(body, sizeof body,
		 "{\"access_token\":\"%s\",\"refresh_token\":\"%s\",\"id_token\":\"x.y.z\",\"expires_in\":%d,"
		 "\"group_name\":\"Clients\",\"user_id\":\"u1\"}",
		 access, refresh, expires_in);
	rule(world, "POST", path, 1, 1, 200, body);
}

/* The one file of the state directory whose name begins so; false when there is none. */
static bool find_file(struct world *world, const char *start, char ret_path[600])
{
	DIR *directory = opendir(world->folder);
	bool found = false;

	assert_non_null(directory);
	for (struct dirent *entry; (entry = readdir(directory));)
		if (!strncmp(entry->d_name, start, strlen(start))) {
			assert_false(found);
			found = true;
			snprintf(ret_path, 600, "%s/%s", world->folder, entry->d_name);
		}
	closedir(directory);
	return found;
}

/* How many requests of a path carried this token. */
static int count_with(struct world *world, const char *path, const char *authorization)
{
	cJSON *answer = order(world->net, &world->proxy, "{\"do\":\"requests\",\"path\":\"%s\"}", path);
	const cJSON *request;
	int count = 0;

	cJSON_ArrayForEach (request, cJSON_GetObjectItem(answer, "requests")) {
		const cJSON *headers = cJSON_GetObjectItem(request, "headers");
		const char *sent = cJSON_GetStringValue(cJSON_GetObjectItem(headers, "authorization"));
		count += sent && !strcmp(sent, authorization);
	}
	cJSON_Delete(answer);
	return count;
}

enum { MANY = 5 };

static void refresh_once_for_many(void **state)
{
	struct world *world = *state;
	struct waiting waiting[MANY], late;

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	sign_in(world->net, "ada@example.com");
	rule(world, "GET", "/Cart", MANY + 1, -1, 200, CART);
	rule(world, "GET", "/Cart", 1, MANY, 401, UNAUTHENTICATED);
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"/Login/"
		   "Refresh\",\"count\":-1,\"action\":\"answer\",\"hold\":true,\"status\":200,"
		   "\"body\":{\"access_token\":\"b.b.b\",\"refresh_token\":\"r2\",\"group_name\":\"Clients\",\"user_"
		   "id\":\"u1\"}}");

	/* All get a 401; one refresh is sent, and held. Whoever comes then waits for it too. */
	for (int i = 0; i < MANY; i++)
		call_later(world->net, API_cart_get, NULL, NULL, &waiting[i]);
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"reply\",\"path\":\"/Cart\",\"count\":%d}",
		   MANY);
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"held\",\"path\":\"/Login/Refresh\"}");
	call_later(world->net, API_cart_get, NULL, NULL, &late);
	net_run(world->net);
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/Cart"), MANY);
	order_done(world->net, &world->proxy, "{\"do\":\"release\"}");
	run_until(world->net, &late.done);
	for (int i = 0; i < MANY; i++) {
		run_until(world->net, &waiting[i].done);
		assert_true(waiting[i].reply->ok);
		net_reply_free(waiting[i].reply);
	}
	assert_true(late.reply->ok);
	net_reply_free(late.reply);
	assert_int_equal(count_with(world, "/Cart", "Bearer b.b.b"), MANY + 1);
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Login/Refresh"), 1);
	assert_string_equal(net_session(world->net)->refresh_token, "r2");
	assert_string_equal(net_session(world->net)->user_id, "u1");
	assert_int_equal(world->ended, 0);
}

/* A 401 that stays one, with new tokens too, is told; nothing goes round in circles. */
static void still_refused(void **state)
{
	struct world *world = *state;

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	sign_in(world->net, "ada@example.com");
	tokens(world, "/Login/Refresh", "b.b.b", "r2", 3600);
	rule(world, "POST", "/Password", 1, -1, 401, "{\"code\":\"unauthenticated\",\"detail\":\"Wrong password.\"}");
	struct password_request request = {.password = "a", .new_password = "Vitrine-2027"};
	struct net_reply *reply = call_now(world->net, API_password_change, &(struct net_args){.body = &request});
	assert_string_equal(reply->err.message, "Wrong password.");
	net_reply_free(reply);
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Password"), 2);
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Login/Refresh"), 1);
	assert_non_null(net_session(world->net));
}

static void refresh_refused(void **state)
{
	struct world *world = *state;
	struct waiting one, two;
	char path[600];

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	sign_in(world->net, "ada@example.com");
	assert_true(find_file(world, "session-", path));
	rule(world, "GET", "/Cart", 1, -1, 401, UNAUTHENTICATED);
	rule(world, "POST", "/Login/Refresh", 1, -1, 401, UNAUTHENTICATED);
	call_later(world->net, API_cart_get, NULL, NULL, &one);
	call_later(world->net, API_cart_get, NULL, NULL, &two);
	run_until(world->net, &one.done);
	run_until(world->net, &two.done);
	assert_int_equal(one.reply->err.kind, ERR_UNAUTHENTICATED);
	assert_int_equal(two.reply->err.kind, ERR_UNAUTHENTICATED);
	net_reply_free(one.reply);
	net_reply_free(two.reply);
	assert_int_equal(world->ended, 1);
	assert_null(net_session(world->net));
	assert_false(find_file(world, "session-", path));
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Login/Refresh"), 1);
}

/* A platform with a bad day does not end the session. */
static void refresh_fails_for_now(void **state)
{
	struct world *world = *state;

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	sign_in(world->net, "ada@example.com");
	rule(world, "GET", "/Cart", 3, -1, 200, CART);
	rule(world, "GET", "/Cart", 1, 2, 401, UNAUTHENTICATED);
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"/Login/Refresh\",\"nth\":2,\"action\":\"answer\","
		   "\"status\":200,\"body\":{\"access_token\":\"b.b.b\",\"group_name\":\"Clients\","
		   "\"user_id\":\"u1\",\"message\":\"\"}}");
	rule(world, "POST", "/Login/Refresh", 1, 1, 500, "{}");
	net_reply_free(call_ok(world->net, API_cart_get, NULL));
	assert_int_equal(world->ended, 0);
	/* What the answer left out is as it was. */
	assert_string_equal(net_session(world->net)->refresh_token, "r1");
	assert_string_equal(net_session(world->net)->access_token, "b.b.b");
}

static void refresh_ahead(void **state)
{
	struct world *world = *state;

	tokens(world, "/Login", "a.a.a", "r1", 5);
	sign_in(world->net, "ada@example.com");
	tokens(world, "/Login/Refresh", "b.b.b", "r2", 3600);
	rule(world, "GET", "/Cart", 1, -1, 200, CART);
	net_reply_free(call_ok(world->net, API_cart_get, NULL));
	net_reply_free(call_ok(world->net, API_cart_get, NULL));
	assert_int_equal(count_with(world, "/Cart", "Bearer a.a.a"), 0);
	assert_int_equal(count_with(world, "/Cart", "Bearer b.b.b"), 2);
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Login/Refresh"), 1);

	/* Tokens that are always about to expire are used all the same. */
	tokens(world, "/Login/Refresh", "c.c.c", "r3", 1);
	tokens(world, "/Login", "d.d.d", "r4", 1);
	sign_in(world->net, "ada@example.com");
	net_reply_free(call_ok(world->net, API_cart_get, NULL));
	assert_int_equal(count_with(world, "/Cart", "Bearer c.c.c"), 1);
}

static void the_file(void **state)
{
	struct world *world = *state;
	struct stat status;
	char path[600], other[600];

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	rule(world, "GET", "/Cart", 1, -1, 200, CART);
	struct login_request login = {.email = "ada@example.com", .password = "Vitrine-2026"};
	struct net_reply *reply = call_ok(world->net, API_login, &(struct net_args){.body = &login});
	const struct token_answer *answer = reply->answer;
	assert_string_equal(answer->access_token, ""); /* nobody but the session has them */
	assert_string_equal(answer->user_id, "u1");
	net_reply_free(reply);

	assert_true(find_file(world, "session-", path));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_false(find_file(world, ".session-", other));

	/* The next start finds it, another platform's does not. */
	net_free(world->net);
	new_net(world);
	assert_non_null(net_session(world->net));
	assert_string_equal(net_session(world->net)->email, "ada@example.com");
	assert_int_equal(net_session(world->net)->group, GROUP_CLIENTS);
	net_reply_free(call_ok(world->net, API_cart_get, NULL));
	assert_int_equal(count_with(world, "/Cart", "Bearer a.a.a"), 1);
	struct net_options options = {.state_dir = world->folder};
	struct net *elsewhere = world_net("http://127.0.0.1:9/other", &options);
	assert_null(net_session(elsewhere));
	net_free(elsewhere);

	/* Not if others could have read or changed it, nor when it is nonsense, a link or too long. */
	assert_int_equal(chmod(path, 0640), 0);
	net_free(world->net);
	new_net(world);
	assert_null(net_session(world->net));
	assert_int_equal(chmod(path, 0600), 0);
	net_free(world->net);
	new_net(world);
	assert_non_null(net_session(world->net));
	assert_int_equal(truncate(path, 20), 0);
	net_free(world->net);
	new_net(world);
	assert_null(net_session(world->net));
	assert_int_equal(truncate(path, 50 * 1024 * 1024), 0);
	net_free(world->net);
	new_net(world);
	assert_null(net_session(world->net));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	net_free(world->net);
	new_net(world);
	assert_null(net_session(world->net));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	net_free(world->net);
	new_net(world);
	assert_null(net_session(world->net));
}

static void signing_out(void **state)
{
	struct world *world = *state;
	char path[600];

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	rule(world, "POST", "/Logout", 1, -1, 200, "{}");
	sign_in(world->net, "ada@example.com");
	assert_true(find_file(world, "session-", path));
	net_sign_out(world->net);
	assert_null(net_session(world->net));
	assert_false(find_file(world, "session-", path));
	call_fails(world->net, API_cart_get, NULL, ERR_UNAUTHENTICATED, "unauthenticated");
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"reply\",\"path\":\"/Logout\"}");
	cJSON *answer = order(world->net, &world->proxy, "{\"do\":\"requests\",\"path\":\"/Logout\"}");
	const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "requests"), 0);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(first, "body")), "{\"refresh_token\":\"r1\"}");
	cJSON_Delete(answer);
	assert_int_equal(world->ended, 0);
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/Cart"), 0);
}

/* Two programs of one person: the second uses what the first was given. */
static void two_programs(void **state)
{
	struct world *world = *state;

	tokens(world, "/Login", "a.a.a", "r1", 3600);
	sign_in(world->net, "ada@example.com");
	struct net *first = world->net;
	new_net(world);
	struct net *second = world->net;
	tokens(world, "/Login/Refresh", "b.b.b", "r2", 3600);
	rule(world, "GET", "/Cart", 4, -1, 200, CART);
	rule(world, "GET", "/Cart", 3, 1, 401, UNAUTHENTICATED);
	rule(world, "GET", "/Cart", 2, 1, 200, CART);
	rule(world, "GET", "/Cart", 1, 1, 401, UNAUTHENTICATED);
	net_reply_free(call_ok(first, API_cart_get, NULL));
	net_reply_free(call_ok(second, API_cart_get, NULL));
	assert_string_equal(net_session(second)->refresh_token, "r2");
	assert_int_equal(request_count(second, &world->proxy, "POST", "/Login/Refresh"), 1);
	net_free(first);
}

/* Nothing of a session in memory only reaches the disk. */
static void kiosk(void **state)
{
	struct world *world = *state;
	char path[600];

	net_free(world->net);
	world->net = world_net(world->proxy.url, NULL);
	assert_null(net_state(world->net));
	tokens(world, "/Login", "a.a.a", "r1", 3600);
	sign_in(world->net, "ada@example.com");
	assert_false(find_file(world, "session-", path));
}

static void bad_tokens(void **state)
{
	struct world *world = *state;
	struct login_request login = {.email = "ada@example.com", .password = "x"};
	static const char *const answers[] = {
	    "{\"access_token\":\"a\\r\\nX-Evil: 1\",\"group_name\":\"Clients\",\"user_id\":\"u1\"}",
	    "{\"access_token\":\"\",\"group_name\":\"Clients\",\"user_id\":\"u1\"}",
	    "{\"access_token\":\"a.b.c\",\"group_name\":\"Kings\",\"user_id\":\"u1\"}",
	    "{\"access_token\":\"a.b.c\",\"group_name\":\"Clients\",\"user_id\":\"\"}",
	    "{\"access_token\":7,\"group_name\":\"Clients\",\"user_id\":\"u1\"}",
	};

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		rule(world, "POST", "/Login", 1, 1, 200, answers[i]);
		call_fails(world->net, API_login, &(struct net_args){.body = &login}, ERR_PROTOCOL, "protocol");
		assert_null(net_session(world->net));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(refresh_once_for_many),
	    TEST(still_refused),
	    TEST(refresh_refused),
	    TEST(refresh_fails_for_now),
	    TEST(refresh_ahead),
	    TEST(the_file),
	    TEST(signing_out),
	    TEST(two_programs),
	    TEST(kiosk),
	    TEST(bad_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
