/* Servers that send too much, nonsense, or something else than was asked for: each is one clear error, in bounded
 * memory. */
#include <sys/resource.h>

#include "models/product.h"
#include "tests/unit/net_world.h"

struct world {
	struct server proxy;
	struct net *net;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	proxy_start(&world->proxy, "http://127.0.0.1:9", true);
	world->net = world_net(world->proxy.url, NULL);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	net_free(world->net);
	server_stop(&world->proxy);
	free(world);
	return 0;
}

/* Resident memory at its highest, in KiB. */
static long peak(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

static void stream(struct world *world, const char *path, const char *head, const char *chunk, int times)
{
	order_done(
	    world->net, &world->proxy,
	    "{\"do\":\"rule\",\"path\":\"%s\",\"count\":-1,\"action\":\"stream\",\"head\":\"%s\",\"chunk\":\"%s\","
	    "\"times\":%d}",
	    path, head, chunk, times);
}

#define OK_HEAD "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n"
/* 48 bytes of "aaaa…", and the same as one chunk, in base64. */
#define LETTERS "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
#define CHUNK "MzANCmFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ0K"

static void too_much(void **state)
{
	struct world *world = *state;
	long before;

	net_reply_free(call_now(world->net, API_service, NULL));
	before = peak();
	/* 10 MB at once, said and unsaid; chunks without an end; headers without an end. */
	stream(world, "/Product", OK_HEAD "Content-Length: 10000000\\r\\n\\r\\n", LETTERS, 208334);
	call_fails(world->net, API_product_list, NULL, ERR_PROTOCOL, "too_large");
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/Product"), 1);
	stream(world, "/Category", OK_HEAD "\\r\\n", LETTERS, -1);
	call_fails(world->net, API_category_list, NULL, ERR_PROTOCOL, "too_large");
	stream(world, "/Seller", OK_HEAD "Transfer-Encoding: chunked\\r\\n\\r\\n", CHUNK, -1);
	call_fails(world->net, API_seller_list, NULL, ERR_PROTOCOL, "too_large");
	stream(world, "/Health", OK_HEAD, "WDogYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhDQo=", -1);
	call_fails(world->net, API_health, NULL, ERR_PROTOCOL, "too_large");
	stream(world, "/Product/p1/Picture", "HTTP/1.1 200 OK\\r\\nContent-Type: image/png\\r\\n\\r\\n", LETTERS,
	       20000);
	call_fails(world->net, API_picture_get, &(struct net_args){.id = "p1"}, ERR_PROTOCOL, "too_large");
	assert_true(peak() - before < 64 * 1024);
}

/* 64 KiB that unpack to 64 MiB, again and again. */
static void gzip_bomb(void **state)
{
	struct world *world = *state;

	net_reply_free(call_now(world->net, API_service, NULL));
	long before = peak();
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"/Product\",\"count\":-1,\"action\":\"stream\",\"head\":\"" OK_HEAD
		   "Content-Encoding: gzip\\r\\n\\r\\n\",\"blanks\":64,\"times\":4}");
	call_fails(world->net, API_product_list, NULL, ERR_PROTOCOL, "too_large");
	assert_true(peak() - before < 32 * 1024);

	/* The same, but honest and small, is an answer as any other. */
	stream(world, "/Category", OK_HEAD "Content-Encoding: gzip\\r\\n\\r\\n",
	       "H4sIAAAAAAAC/6tWSk4sSU3PL8pMLVayio7VUcpLrSiJTy4tKs4vUrLKK83JqQUAQbQFxyQAAAA=", 1);
	call_fails(world->net, API_category_list, NULL, ERR_PROTOCOL, "damaged"); /* its checksum is wrong */
}

static const char priced_as_number[] =
    "{\"products\":[{\"id\":\"p\",\"name\":\"n\",\"description\":\"\",\"price\":14.5,\"currency\":\"EUR\","
    "\"category\":\"c\",\"seller_id\":\"s\",\"seller_name\":\"s\",\"stock\":1,\"version\":1,"
    "\"has_picture\":false,\"created_at\":\"2026-11-22T10:00:00Z\","
    "\"updated_at\":\"2026-11-22T10:00:00Z\"}],\"next_cursor\":null}";

/* Answers with status 200 that aren't what the row says. */
static void nonsense(void **state)
{
	static const char *const bodies[] = {
	    "\"\"",
	    "\"{\"",
	    "\"[]\"",
	    "\"{}\"",
	    "\"<html>Sign in to the network</html>\"",
	    "{\"products\":{},\"next_cursor\":null}",
	    "{\"products\":[{\"id\":\"p\"}],\"next_cursor\":null}",
	    "{\"products\":[],\"next_cursor\":7}",
	    "\"{\\\"products\\\":[],\\\"products\\\":[],\\\"next_cursor\\\":null}\"",
	    "\"{\\\"products\\\":[],\\\"next_cursor\\\":null} and more\"",
	    "\"{\\\"products\\\":[],\\\"next_cursor\\\":1e400}\"",
	    "\"{\\\"products\\\":[\\u0001],\\\"next_cursor\\\":null}\"",
	    priced_as_number,
	};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		order_done(world->net, &world->proxy,
			   "{\"do\":\"rule\",\"path\":\"/Product\",\"count\":4,\"action\":\"answer\","
			   "\"status\":200,\"body\":%s}",
			   bodies[i]);
		call_fails(world->net, API_product_list, NULL, ERR_PROTOCOL, "protocol");
	}

	/* 100,000 brackets; bytes that are no UTF-8; something that is no HTTP at all. */
	stream(world, "/Category", OK_HEAD "\\r\\n", "W1tbW1tbW1tbW1tbW1tbW1tbW1s=", 5000);
	call_fails(world->net, API_category_list, NULL, ERR_PROTOCOL, "protocol");
	stream(world, "/Seller", OK_HEAD "\\r\\n", "eyJzZWxsZXJzIjpbXSwibmV4dF9jdXJzb3IiOiL//yJ9", 1);
	call_fails(world->net, API_seller_list, NULL, ERR_PROTOCOL, "protocol");
	stream(world, "/Health", "SSH-2.0-dropbear\\r\\n\\r\\n", LETTERS, 1);
	call_fails(world->net, API_health, NULL, ERR_PROTOCOL, "not_http");
	stream(world, "/Seller/s1", "HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\n\\r\\n", LETTERS, 1);
	call_fails(world->net, API_seller_get, &(struct net_args){.id = "s1"}, ERR_PROTOCOL, "damaged");
}

/* Redirects are told, not followed. */
static void redirects(void **state)
{
	struct world *world = *state;

	order_done(
	    world->net, &world->proxy,
	    "{\"do\":\"rule\",\"path\":\"/Product\",\"count\":-1,\"action\":\"answer\",\"status\":302,\"body\":\"\","
	    "\"headers\":{\"Location\":\"/Elsewhere\",\"Set-Cookie\":\"a=b\"}}");
	call_fails(world->net, API_product_list, NULL, ERR_PROTOCOL, "redirect");
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/Elsewhere"), 0);
}

/* Errors with whatever in them: a kind, a code and a sentence come out, none too long, all valid UTF-8. */
static void hostile_problems(void **state)
{
	static const char *const bodies[] = {
	    "\"\"",
	    "\"[]\"",
	    "\"nonsense\"",
	    "{\"code\":7,\"detail\":[],\"errors\":7}",
	    "{\"code\":\"" LETTERS LETTERS "\",\"detail\":\"" LETTERS LETTERS LETTERS LETTERS LETTERS "\"}",
	    "{\"detail\":\"\\u001b]52;c;x\\u0007 \\u202e \\u0301\",\"errors\":[7,{\"pointer\":[]},null]}",
	    "{\"errors\":[{\"pointer\":\"/" LETTERS LETTERS "\",\"detail\":\"x\"}],\"message\":\"m\"}",
	};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		order_done(world->net, &world->proxy,
			   "{\"do\":\"rule\",\"path\":\"/Product\",\"action\":\"answer\","
			   "\"status\":400,\"body\":%s}",
			   bodies[i]);
		struct net_reply *reply = call_now(world->net, API_product_list, NULL);
		struct outcome_error fault;
		const void *list;
		size_t count;

		assert_false(reply->ok);
		assert_int_equal(reply->err.kind, ERR_INVALID);
		assert_true(strlen(reply->err.message) > 0);
		assert_true(strlen(reply->err.code) > 0);
		net_reply_fault(reply, 0, &fault);
		assert_false(net_reply_fault(reply, 1000, &fault));
		assert_false(net_reply_list(reply, "products", &product_shape, &list, &count));
		net_reply_free(reply);
	}
}

/* What answers GET / decides what this is; a stranger is told from a shop. */
static void strangers(void **state)
{
	static const struct {
		int status;
		const char *body;
	} answers[] = {
	    {200, "\"<html>Welcome</html>\""},
	    {200, "{\"name\":\"N\",\"version\":\"1\",\"profile\":\"other\",\"currency\":\"EUR\",\"features\":[]}"},
	    {404, "\"not here\""},
	    {403, "{\"message\":\"Forbidden\"}"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct server server;

		proxy_start(&server, "http://127.0.0.1:9", false);
		order_done(NULL, &server,
			   "{\"do\":\"rule\",\"count\":-1,\"action\":\"answer\",\"status\":%d,\"body\":%s}",
			   answers[i].status, answers[i].body);
		struct net *net = world_net(server.url, NULL);
		struct net_reply *reply = call_now(net, API_product_list, NULL);
		assert_false(reply->ok);
		net_reply_free(reply);
		assert_int_equal(net_profile(net), NET_PROFILE_UNKNOWN);
		assert_int_equal(request_count(net, &server, "GET", "/Product*"), 0);
		net_free(net);
		server_stop(&server);
	}
	assert_int_equal(net_profile(world->net), NET_PROFILE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(too_much), TEST(gzip_bomb), TEST(nonsense), TEST(redirects), TEST(hostile_problems), TEST(strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
