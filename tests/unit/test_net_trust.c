/* Why a platform can't be reached, whom it is taken for, and what is never sent to anybody else. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/product.h"
#include "tests/unit/certs.h"
#include "tests/unit/net_world.h"

#define SERVICE "{\"name\":\"Test\",\"version\":\"1\",\"profile\":\"full\",\"currency\":\"EUR\",\"features\":[]}"
#define TOKENS \
	"{\"message\":\"\",\"access_token\":\"a.a.a\",\"refresh_token\":\"r1\",\"expires_in\":3600," \
	"\"group_name\":\"Clients\",\"user_id\":\"u1\"}"

struct world {
	struct server proxy;
	struct net *net;
	char folder[256];
	int told, link_changes;
	char secured[256];
};

static void link_changed(void *context, bool online)
{
	struct world *world = context;

	assert_int_equal(online, net_online(world->net));
	world->link_changes++;
}

static void secured(void *context, const char *url)
{
	struct world *world = context;

	snprintf(world->secured, sizeof world->secured, "%s", url);
	world->told++;
}

static struct net *open_net(struct world *world, const char *url, const char *ca_file, int attempt_ms)
{
	struct net_options options = {.ca_file = ca_file,
				      .attempt_ms = attempt_ms,
				      .state_dir = world->folder,
				      .events = {.link_changed = link_changed, .secured = secured},
				      .context = world};

	world->net = net_free(world->net);
	world->net = world_net(url, &options);
	return world->net;
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	temp_new(world->folder);
	proxy_start(&world->proxy, "http://127.0.0.1:9", true);
	open_net(world, world->proxy.url, NULL, 0);
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

/* Asks for the service document until that fails; the net knows why, and says all of these. */
static void expect_why(struct world *world, const char *code, const char *const *parts)
{
	struct net_reply *reply = call_now(world->net, API_service, &(struct net_args){.deadline_ms = 1500});

	if (reply->ok)
		fail_msg("it can be reached, instead of: %s", code);
	assert_false(net_online(world->net));
	const struct err *why = net_why(world->net);
	assert_non_null(why);
	if (strcmp(why->code, code) != 0)
		fail_msg("%s (%s), not %s", why->message, why->code, code);
	for (; *parts; parts++)
		if (!strstr(why->message, *parts))
			fail_msg("no \"%s\" in: %s", *parts, why->message);
	assert_true(strlen(why->message) < sizeof why->message - 1);
	/* Whoever asked is told the same. */
	assert_string_equal(reply->err.message, why->message);
	net_reply_free(reply);
}
#define EXPECT_WHY(world, code, ...) expect_why(world, code, (const char *const[]){__VA_ARGS__, NULL})

static void answer_json(struct world *world, const char *path, const char *body)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"%s\",\"count\":-1,\"action\":\"answer\",\"status\":200,\"body\":%s}",
		   path, body);
}

/* ---- the way there ---- */

static int listen_here(char ret_url[64], const char *scheme, int backlog)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof place;
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(file, (struct sockaddr *)&place, sizeof place), 0);
	assert_int_equal(listen(file, backlog), 0);
	assert_int_equal(getsockname(file, (struct sockaddr *)&place, &size), 0);
	snprintf(ret_url, 64, "%s://127.0.0.1:%d", scheme, ntohs(place.sin_port));
	return file;
}

static void no_way(void **state)
{
	struct world *world = *state;
	char url[64];

	/* A label of 70 letters: no resolver has to be asked. */
	open_net(world, "http://shooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooop.test", NULL,
		 0);
	EXPECT_WHY(world, "name_unknown", "The name shooo", ".test is not known", "check the address");
	int closed = listen_here(url, "http", 1);
	close(closed);
	open_net(world, url, NULL, 0);
	EXPECT_WHY(world, "refused", url + strlen("http://"), "refuses the connection");
	open_net(world, "unix:/nowhere/at/all", NULL, 0);
	EXPECT_WHY(world, "refused", "There is no socket /nowhere/at/all");
}

/* A child that takes connections and breaks them off. */
static pid_t break_off(int file)
{
	pid_t child = fork();

	assert_true(child >= 0);
	while (!child) {
		struct linger linger = {.l_onoff = 1};
		char byte;
		int peer = accept(file, NULL, NULL);

		if (peer < 0 || read(peer, &byte, 1) < 0)
			_exit(0);
		setsockopt(peer, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
		close(peer);
	}
	return child;
}

static void broken(void **state)
{
	struct world *world = *state;
	char url[64];
	int file = listen_here(url, "http", 8);
	pid_t child = break_off(file);

	open_net(world, url, NULL, 0);
	EXPECT_WHY(world, "reset", url + strlen("http://"), "broke the connection off", "try again");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(file);

	open_net(world, world->proxy.url, NULL, 0);
	order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"/\",\"count\":-1,\"action\":\"drop_request\"}");
	EXPECT_WHY(world, "cut", "closed the connection without an answer");
	order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	/* Says that more comes than does. */
	order_done(
	    world->net, &world->proxy,
	    "{\"do\":\"rule\",\"path\":\"/\",\"count\":-1,\"action\":\"stream\",\"head\":\"HTTP/1.1 200 OK\\r\\n"
	    "Content-Type: application/json\\r\\nContent-Length: 100\\r\\n\\r\\n\",\"chunk\":\"e30=\",\"times\":1}");
	EXPECT_WHY(world, "cut", "in the middle of its answer");
}

static void silent(void **state)
{
	struct world *world = *state;
	char url[64];
	int file = listen_here(url, "http", 8);

	/* The system takes the connection, and nobody the request. */
	open_net(world, url, NULL, 400);
	EXPECT_WHY(world, "timeout", "took the request, but did not answer");
	close(file);
}

/* ---- certificates ---- */

enum { DAY = 86400 };

static void start_tls(const struct certs_server *files, struct server *server)
{
	server_start(server, "VITRINED",
		     (const char *const[]){"--demo", "--listen", "127.0.0.1:0", "--tls-cert", files->certificate,
					   "--tls-key", files->key, NULL});
}

static void certificates(void **state)
{
	static const struct {
		const char *name, *subject;
		long from, to;
		bool trusted;
		const char *code, *said;
	} rows[] = {
	    {"expired", "IP:127.0.0.1", -9L * DAY, -2L * DAY, true, "certificate_expired", "has expired"},
	    {"early", "IP:127.0.0.1", 2L * DAY, 9L * DAY, true, "certificate_early", "is not valid yet"},
	    {"unknown", "IP:127.0.0.1", -DAY, DAY, false, "certificate_unknown", "--ca-file"},
	    {"elsewhere", "DNS:shop.test", -DAY, DAY, true, "certificate_host", "is for another host"},
	    {"good", "IP:127.0.0.1", -DAY, DAY, true, NULL, NULL},
	};
	struct world *world = *state;
	struct certs certs;
	struct certs_server files;
	struct server server;

	if (!getenv("VITRINED"))
		skip();
	memcpy(certs.folder, world->folder, sizeof certs.folder);
	certs_authority(&certs);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		certs_server(&certs, rows[i].name, rows[i].subject, rows[i].from, rows[i].to, &files);
		start_tls(&files, &server);
		open_net(world, server.url, rows[i].trusted ? certs.authority : NULL, 0);
		if (rows[i].code)
			EXPECT_WHY(world, rows[i].code, "The certificate of 127.0.0.1:", rows[i].said);
		else
			net_reply_free(call_ok(world->net, API_service, NULL));
		server_stop(&server);
	}
	start_tls(&files, &server);
	open_net(world, server.url, "/no/such/file", 0);
	EXPECT_WHY(world, "authorities", "/no/such/file", "SSL_CERT_FILE");
	server_stop(&server);
}

/* Whoever knocks is told something that is no TLS; true when somebody did. */
static bool speak_plainly(int file)
{
	static const char words[] = "This is no TLS, as anybody can see.\n";
	int peer = accept(file, NULL, NULL);

	if (peer < 0)
		return false;
	assert_int_equal(write(peer, words, sizeof words - 1), sizeof words - 1);
	close(peer);
	return true;
}

/* What is wrong for good isn't asked for again and again without a pause. */
static void no_hurry(void **state)
{
	struct world *world = *state;
	char url[64];
	int file = listen_here(url, "https", 64), tries = 0;
	struct pollfd knock = {.fd = file, .events = POLLIN};
	struct waiting waiting;

	fcntl(file, F_SETFL, O_NONBLOCK);
	open_net(world, url, NULL, 0);
	net_watch(world->net, true);
	call_later(world->net, API_service, NULL, NULL, &waiting);
	/* Twenty turns more after it is known. */
	for (int turns = 0; turns < 20; turns += waiting.done) {
		assert_true(net_wait(world->net, &knock, 1, waiting.done ? 20 : 1000));
		tries += speak_plainly(file);
		net_run(world->net);
	}
	assert_string_equal(net_why(world->net)->code, "tls");
	assert_non_null(strstr(net_why(world->net)->message, "There is no secure connection to 127.0.0.1:"));
	net_reply_free(waiting.reply);
	close(file);
	assert_in_range(tries, 1, 3);
}

/* ---- who is there ---- */

static void answer_html(struct world *world, const char *path, int status, const char *headers)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"%s\",\"count\":-1,\"action\":\"answer\",\"status\":%d,"
		   "\"headers\":{\"Content-Type\":\"text/html\"%s},\"body\":\"<html><h1>Hello</h1></html>\"}",
		   path, status, headers);
}

/* Neither a network's sign-in page nor a proxy's error page is the platform, at the start as well as later. */
static void strangers(void **state)
{
	static const struct {
		int status;
		const char *headers, *code, *said;
	} rows[] = {
	    {200, "", "not_a_shop", "sign in to this network"},
	    {302, ",\"Location\":\"http://portal.test/login\"", "redirect", "http://portal.test/login (status 302)"},
	    {307, "", "redirect", "does not say where to"},
	    {511, "", "not_a_shop", "wants a sign-in first"},
	    {502, "", "gateway", "status 502"},
	    {503, "", "gateway", "status 503"},
	    {504, "", "gateway", "status 504"},
	    {500, "", "not_a_shop", "status 500"},
	    {404, "", "not_a_shop", "check the address"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
		open_net(world, world->proxy.url, NULL, 0);
		answer_html(world, "*", rows[i].status, rows[i].headers);
		EXPECT_WHY(world, rows[i].code, rows[i].said);
	}
	for (size_t i = 0; i + 1 < COUNT_OF(rows); i++) {
		order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
		answer_json(world, "/", SERVICE);
		answer_json(world, "/Category", "{\"categories\":[],\"next_cursor\":null}");
		open_net(world, world->proxy.url, NULL, 0);
		net_reply_free(call_ok(world->net, API_service, NULL));
		assert_true(net_online(world->net));
		assert_null(net_why(world->net));
		answer_html(world, "/Product", rows[i].status, rows[i].headers);
		struct net_reply *reply =
		    call_now(world->net, API_product_list, &(struct net_args){.deadline_ms = 500});
		assert_false(reply->ok);
		assert_string_equal(reply->err.code, rows[i].code);
		net_reply_free(reply);
		assert_false(net_online(world->net));
		assert_non_null(strstr(net_why(world->net)->message, rows[i].said));
		net_reply_free(call_ok(world->net, API_category_list, NULL));
		assert_true(net_online(world->net));
	}
	/* What one request is refused by, such as a picture too large for a proxy, is no matter of the link. */
	answer_html(world, "/Seller", 413, "");
	net_reply_free(call_now(world->net, API_seller_list, NULL));
	assert_true(net_online(world->net));
}

/* It is noticed when the platform is there again, whoever stood in its place. */
static void recovers(void **state)
{
	struct world *world = *state;

	order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	answer_html(world, "/", 200, "");
	open_net(world, world->proxy.url, NULL, 0);
	net_watch(world->net, true);
	EXPECT_WHY(world, "not_a_shop", "check the address");
	order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	answer_json(world, "/", SERVICE);
	for (int turns = 0; !net_online(world->net); turns++) {
		assert_true(turns < 1000);
		assert_true(net_wait(world->net, NULL, 0, 1000));
		net_run(world->net);
	}
	assert_int_equal(net_profile(world->net), NET_PROFILE_FULL);
}

/* ---- to https ---- */

static void redirect(struct world *world, int status, const char *where)
{
	order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"*\",\"count\":-1,\"action\":\"answer\",\"status\":%d,\"body\":\"\","
		   "\"headers\":{\"Location\":\"%s\"}}",
		   status, where);
}

/* How many requests came with anything that only the platform may see. */
static int secrets_seen(struct world *world)
{
	cJSON *answer = order(world->net, &world->proxy, "{\"do\":\"requests\"}");
	const cJSON *row, *header;
	int seen = 0;

	cJSON_ArrayForEach (row, cJSON_GetObjectItem(answer, "requests"))
		cJSON_ArrayForEach (header, cJSON_GetObjectItem(row, "headers"))
			seen += !strcasecmp(header->string ? header->string : "", "authorization");
	cJSON_Delete(answer);
	return seen;
}

static void to_https(void **state)
{
	static const struct {
		int status;
		const char *where, *secured;
	} rows[] = {
	    {301, "https://127.0.0.1:4433/Prod/", "https://127.0.0.1:4433/Prod"},
	    {308, "https://127.0.0.1/Prod/", "https://127.0.0.1/Prod"},
	    {302, "https://127.0.0.1:4433/Prod/", NULL},
	    {301, "https://127.0.0.2:4433/Prod/", NULL},
	    {301, "https://127.0.0.1.evil.test/Prod/", NULL},
	    {301, "http://127.0.0.1:4433/Prod/", NULL},
	    {301, "https://127.0.0.1:4433/Other/", NULL},
	    {301, "https://u:p@127.0.0.1:4433/Prod/", NULL},
	    {308, "/Prod/", NULL},
	    {308, "", NULL},
	};
	struct world *world = *state;
	struct login_request login = {.email = "ada@example.com", .password = "Vitrine-2026"};
	char url[300];

	/* Somebody is signed in at the http address, from before. */
	snprintf(url, sizeof url, "%s/Prod", world->proxy.url);
	answer_json(world, "/Prod/", SERVICE);
	answer_json(world, "/Prod/Login", TOKENS);
	open_net(world, url, NULL, 0);
	net_reply_free(call_ok(world->net, API_login, &(struct net_args){.body = &login}));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		redirect(world, rows[i].status, rows[i].where);
		world->told = 0;
		open_net(world, url, NULL, 0);
		assert_non_null(net_session(world->net));
		EXPECT_WHY(world, "redirect", rows[i].secured ? rows[i].secured : "127.0.0.1:");
		struct net_reply *reply = call_now(world->net, API_cart_get, &(struct net_args){.deadline_ms = 300});
		assert_false(reply->ok);
		net_reply_free(reply);
		assert_int_equal(world->told, rows[i].secured ? 1 : 0);
		if (rows[i].secured)
			assert_string_equal(world->secured, rows[i].secured);
		assert_int_equal(secrets_seen(world), 0);
	}
}

/* The token of the http address stays there. */
static void no_token_along(void **state)
{
	struct world *world = *state;
	struct certs certs;
	struct certs_server files;
	struct server server;
	char where[300];

	if (!getenv("VITRINED"))
		skip();
	answer_json(world, "/Login", TOKENS);
	sign_in(world->net, "ada@example.com");
	memcpy(certs.folder, world->folder, sizeof certs.folder);
	certs_authority(&certs);
	certs_server(&certs, "good", "IP:127.0.0.1", -DAY, DAY, &files);
	start_tls(&files, &server);
	snprintf(where, sizeof where, "%s/", server.url);
	redirect(world, 301, where);
	open_net(world, world->proxy.url, certs.authority, 0);
	assert_non_null(net_session(world->net));
	EXPECT_WHY(world, "redirect", server.url);
	assert_string_equal(world->secured, server.url);
	open_net(world, server.url, certs.authority, 0);
	assert_null(net_session(world->net));
	net_reply_free(call_ok(world->net, API_service, NULL));
	call_fails(world->net, API_cart_get, NULL, ERR_UNAUTHENTICATED, "unauthenticated");
	server_stop(&server);
}

/* A gateway that speaks JSON can't reach the shop, either; a shop that says so itself (by a code) is one that has a bad
 * day. */
static void gateways(void **state)
{
	static const char *const bodies[] = {"{\"message\":\"Internal server error\"}", "{}", "[]",
					     "{\"message\":null}"};
	struct world *world = *state;

	for (int status = 502; status <= 504; status++) {
		for (size_t i = 0; i < COUNT_OF(bodies); i++) {
			order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
			open_net(world, world->proxy.url, NULL, 0);
			order_done(world->net, &world->proxy,
				   "{\"do\":\"rule\",\"path\":\"*\",\"count\":-1,\"action\":\"answer\",\"status\":%d,"
				   "\"body\":%s}",
				   status, bodies[i]);
			EXPECT_WHY(world, "gateway", "can't reach the shop behind it (status 50",
				   "try again in a minute");
		}
	}
	order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	open_net(world, world->proxy.url, NULL, 0);
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"*\",\"count\":-1,\"action\":\"answer\",\"status\":503,"
		   "\"body\":{\"code\":\"unavailable\",\"detail\":\"The disk is full\"}}");
	struct net_reply *reply = call_now(world->net, API_product_list, &(struct net_args){.deadline_ms = 500});
	assert_string_equal(reply->err.message, "The disk is full");
	assert_true(net_online(world->net));
	net_reply_free(reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(no_way),      TEST(broken),	  TEST(silent),	    TEST(certificates),	  TEST(no_hurry),
	    TEST(strangers),   TEST(gateways),   TEST(recovers),	  TEST(to_https),   TEST(no_token_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
