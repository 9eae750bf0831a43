/* Calls of the full profile, against a proxy that answers by itself: what is sent, what is repeated and what never is,
 * cancelling, times, being offline. */
#include <unistd.h>

#include "base/clock.h"
#include "models/product.h"
#include "models/purchase.h"
#include "tests/unit/net_world.h"

#define NO_UPSTREAM "http://127.0.0.1:9"
#define PAGE "{\"products\":[],\"next_cursor\":null}"

struct world {
	struct server proxy;
	struct net *net;
	bool online;
	int link_changes;
};

static void link_changed(void *context, bool online)
{
	struct world *world = context;

	assert_true(online != world->online);
	world->online = online;
	world->link_changes++;
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	struct net_options options = {.events.link_changed = link_changed, .context = world};

	proxy_start(&world->proxy, NO_UPSTREAM, true);
	world->online = true;
	world->net = world_net(world->proxy.url, &options);
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

/* The matching requests from the nth on are answered so. */
static void answer(struct world *world, const char *method, const char *path, int nth, int count, int status,
		   const char *body)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"%s\",\"path\":\"%s\",\"nth\":%d,\"count\":%d,\"action\":\"answer\","
		   "\"status\":%d,\"body\":%s}",
		   method, path, nth, count, status, body);
}

static void spoil(struct world *world, const char *method, const char *path, int nth, int count, const char *action)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"%s\",\"path\":\"%s\",\"nth\":%d,\"count\":%d,\"action\":\"%s\"}",
		   method, path, nth, count, action);
}

static void profile(void **state)
{
	struct world *world = *state;

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	assert_int_equal(net_profile(world->net), NET_PROFILE_FULL);
	assert_string_equal(net_currency(world->net), "EUR");
	assert_string_equal(net_service(world->net)->name, "Test");
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/Product*"), 2);
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/"), 1);
	assert_true(net_offers(world->net, API_sale_list));
	assert_false(net_insecure(world->net));
}

static void what_is_sent(void **state)
{
	struct world *world = *state;
	struct product_query query = {.q = "café & crème/100%",
				      .category = "Tea",
				      .max_price = 1250,
				      .in_stock = true,
				      .sort = SORT_PRICE_DOWN,
				      .limit = 20};

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	answer(world, "GET", "/Product/*", 1, -1, 404,
	       "{\"code\":\"not_found\",\"detail\":\"Gone.\",\"message\":\"Gone.\"}");
	shape_give(&product_query_shape, &query, "max_price");
	shape_give(&product_query_shape, &query, "in_stock");
	net_reply_free(call_ok(world->net, API_product_list, &(struct net_args){.query = &query}));
	call_fails(world->net, API_product_get, &(struct net_args){.id = "../a b?c#d"}, ERR_NOT_FOUND, "not_found");
	call_fails(world->net, API_product_get, NULL, ERR_INVALID, "invalid");

	cJSON *answer = order(world->net, &world->proxy, "{\"do\":\"requests\",\"path\":\"/Product*\"}");
	const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "requests"), 0);
	const cJSON *second = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "requests"), 1);
	assert_string_equal(
	    cJSON_GetStringValue(cJSON_GetObjectItem(first, "path")),
	    "/Product?q=caf%C3%A9%20%26%20cr%C3%A8me%2F100%25&category=Tea&max_price=12.50&in_stock=true&"
	    "sort=-price&limit=20");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(second, "path")), "/Product/..%2Fa%20b%3Fc%23d");
	const cJSON *headers = cJSON_GetObjectItem(first, "headers");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "accept-encoding")), "gzip");
	assert_null(cJSON_GetObjectItem(headers, "authorization"));
	assert_null(cJSON_GetObjectItem(headers, "cookie"));
	assert_non_null(strstr(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "user-agent")), "vitrine/"));
	cJSON_Delete(answer);
}

static void repeated(void **state)
{
	static const char *const harms[] = {"drop_request", "cut", "corrupt"};
	struct world *world = *state;

	answer(world, "GET", "/Product", 3, -1, 200, PAGE);
	answer(world, "GET", "/Product", 1, 2, 500, "\"nonsense\"");
	struct net_reply *reply = call_ok(world->net, API_product_list, NULL);
	assert_int_equal(reply->attempts, 3);
	net_reply_free(reply);

	/* Only so often while the platform itself is ill. */
	answer(world, "GET", "/Category", 1, -1, 503, "{\"code\":\"unavailable\",\"detail\":\"Busy.\"}");
	reply = call_now(world->net, API_category_list, NULL);
	assert_false(reply->ok);
	assert_string_equal(reply->err.message, "Busy.");
	assert_int_equal(reply->attempts, 4);
	assert_int_equal(request_count(world->net, &world->proxy, "GET", "/Category"), 4);
	net_reply_free(reply);

	/* Damaged replies: the proxy stands before another that answers well. */
	struct server outer;
	proxy_start(&outer, world->proxy.url, false);
	struct net *net = world_net(outer.url, NULL);
	net_reply_free(call_ok(net, API_product_list, NULL));
	for (size_t i = 0; i < COUNT_OF(harms); i++) {
		/* (On a connection that it kept, curl itself sends what got no answer at all once more.) */
		order_done(net, &outer, "{\"do\":\"clear\"}");
		order_done(net, &outer, "{\"do\":\"rule\",\"method\":\"GET\",\"path\":\"/Product\",\"action\":\"%s\"}",
			   harms[i]);
		net_reply_free(call_ok(net, API_product_list, NULL));
		assert_int_equal(request_count(net, &outer, "GET", "/Product"), 2);
	}
	net_free(net);
	server_stop(&outer);
}

static void never_repeated(void **state)
{
	struct world *world = *state;
	struct sign_up_request request = {
	    .email = "a@example.com", .password = "Vitrine-2026", .full_name = "A", .mobile = "+34600000000"};
	struct net_args args = {.body = &request};

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	/* A connection is kept, which is what would tempt curl to send again by itself. */
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	spoil(world, "POST", "/Client", 1, 1, "drop_request");
	call_fails(world->net, API_client_create, &args, ERR_NETWORK, "cut");
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Client"), 1);

	net_reply_free(call_ok(world->net, API_product_list, NULL));
	answer(world, "POST", "/Client", 1, 1, 500, "{}");
	call_fails(world->net, API_client_create, &args, ERR_INTERNAL, "internal");
	answer(world, "POST", "/Client", 1, 1, 429, "{}");
	call_fails(world->net, API_client_create, &args, ERR_THROTTLED, "throttled");
	answer(world, "POST", "/Client", 1, 1, 201, "\"nonsense\"");
	call_fails(world->net, API_client_create, &args, ERR_PROTOCOL, "protocol");
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Client"), 4);
}

static const char tokens[] = "{\"access_token\":\"aaa.bbb.ccc\",\"refresh_token\":\"r1\",\"expires_in\":3600,"
			     "\"group_name\":\"Clients\",\"user_id\":\"u1\"}";

static void purchase_until_known(void **state)
{
	struct world *world = *state;
	struct purchase_item item = {.product_id = "p1", .quantity = 2, .price = 1450};
	struct purchase_request request = {.items = &item, .items_count = 1};

	answer(world, "POST", "/Login", 1, 1, 200, tokens);
	sign_in(world->net, "ada@example.com");
	answer(world, "POST", "/Purchase", 9, 1, 201,
	       "{\"id\":\"o1\",\"client_id\":\"u1\",\"client_name\":\"Ada\",\"purchase_date\":\"2026-11-22T10:00:00Z\","
	       "\"status\":\"placed\",\"currency\":\"EUR\",\"total\":\"29.00\",\"lines\":[]}");
	answer(world, "POST", "/Purchase", 8, 1, 409, "{\"code\":\"in_flight\",\"detail\":\"Wait.\"}");
	answer(world, "POST", "/Purchase", 3, 5, 500, "{}");
	answer(world, "POST", "/Purchase", 2, 1, 201, "{\"id\":\"o1\"}");
	spoil(world, "POST", "/Purchase", 1, 1, "drop_request");
	struct net_reply *reply =
	    call_ok(world->net, API_purchase_create, &(struct net_args){.body = &request, .key = "key-1"});
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Purchase"), 9);
	assert_int_equal(((const struct purchase *)reply->answer)->total, 2900);
	net_reply_free(reply);

	cJSON *sent = order(world->net, &world->proxy, "{\"do\":\"requests\",\"path\":\"/Purchase\"}");
	const cJSON *row;
	const char *body = NULL;
	cJSON_ArrayForEach (row, cJSON_GetObjectItem(sent, "requests")) {
		const cJSON *headers = cJSON_GetObjectItem(row, "headers");
		const char *this = cJSON_GetStringValue(cJSON_GetObjectItem(row, "body"));

		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "idempotency-key")), "key-1");
		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "authorization")),
				    "Bearer aaa.bbb.ccc");
		assert_true(!body || !strcmp(body, this));
		body = this;
	}
	assert_string_equal(body, "{\"items\":[{\"product_id\":\"p1\",\"quantity\":2,\"price\":\"14.50\"}]}");
	cJSON_Delete(sent);
}

static void retry_after(void **state)
{
	struct world *world = *state;

	answer(world, "GET", "/Product", 2, 1, 200, PAGE);
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"GET\",\"path\":\"/Product\",\"action\":\"answer\",\"status\":429,"
		   "\"headers\":{\"Retry-After\":\"1\"},\"body\":\"{}\"}");
	int64_t start = clock_monotonic();
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	assert_true(clock_monotonic() - start >= 1000);

	/* Beyond the deadline nobody waits: it is told at once. */
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"GET\",\"path\":\"/Category\",\"action\":\"answer\",\"status\":429,"
		   "\"headers\":{\"Retry-After\":\"3000\"},\"body\":\"{}\"}");
	struct net_reply *reply = call_now(world->net, API_category_list, NULL);
	assert_int_equal(reply->err.kind, ERR_THROTTLED);
	assert_int_equal(reply->retry_after_s, 3000);
	net_reply_free(reply);
}

static void cancelled(void **state)
{
	struct world *world = *state;
	struct waiting one, two, three;
	int a, b;

	answer(world, "GET", "/Category", 1, -1, 200, "{\"categories\":[],\"next_cursor\":null}");
	spoil(world, "GET", "/Product", 1, -1, "hold_request");
	net_id id = call_later(world->net, API_product_list, NULL, &a, &one);
	call_later(world->net, API_product_list, NULL, &b, &two);
	call_later(world->net, API_product_list, NULL, &b, &three);
	assert_int_equal(net_attempts(world->net, id), 0);
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"held\",\"path\":\"/Product\",\"count\":3}");
	assert_int_equal(net_attempts(world->net, id), 1);
	assert_true(net_oldest_ms(world->net, &a) >= 0);
	assert_true(net_is_awaited(world->net));
	assert_true(net_oldest_ms(world->net, NULL) >= net_oldest_ms(world->net, &b));

	net_cancel(world->net, id);
	assert_int_equal(net_oldest_ms(world->net, &a), -1);
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"gone\",\"path\":\"/Product\",\"count\":1}");
	net_cancel_owner(world->net, &b);
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"gone\",\"path\":\"/Product\",\"count\":3}");
	assert_int_equal(net_oldest_ms(world->net, NULL), -1);
	assert_false(net_is_awaited(world->net));
	call_later(world->net, API_product_list, &(struct net_args){.background = true}, &b, &two);
	assert_true(net_oldest_ms(world->net, NULL) >= 0);
	assert_false(net_is_awaited(world->net));
	net_cancel_owner(world->net, &b);
	net_cancel(world->net, id);
	net_cancel(world->net, 12345);
	net_reply_free(call_ok(world->net, API_category_list, NULL));
	assert_false(one.done || two.done || three.done);

	/* Also before anything was sent, and while the profile isn't known. */
	struct net *fresh = world_net(world->proxy.url, NULL);
	call_later(fresh, API_category_list, NULL, &a, &one);
	net_cancel_owner(fresh, &a);
	net_run(fresh);
	assert_int_equal(net_oldest_ms(fresh, NULL), -1);
	net_free(fresh);
}

struct chain {
	struct net *net;
	int left;
	bool done;
};

/* A callback that makes the next call, and cancels its own, which is over. */
static void next_in_chain(void *context, struct net_reply *reply)
{
	struct chain *chain = context;

	assert_true(reply->ok);
	net_cancel_owner(chain->net, chain);
	if (!chain->left--)
		chain->done = true;
	else
		assert_true(net_call(chain->net, API_product_list, NULL, chain, next_in_chain, chain) > 0);
}

static void from_callbacks(void **state)
{
	struct world *world = *state;
	struct chain chain = {.net = world->net, .left = 20};

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	assert_true(net_call(world->net, API_product_list, NULL, &chain, next_in_chain, &chain) > 0);
	run_until(world->net, &chain.done);
}

static void times(void **state)
{
	struct world *world = *state;
	struct net_options options = {.attempt_ms = 100, .deadline_ms = 400};
	struct net *net = world_net(world->proxy.url, &options);
	int64_t start = clock_monotonic();

	spoil(world, "GET", "/Product", 1, -1, "hold_request");
	struct net_reply *reply = call_now(net, API_product_list, NULL);
	assert_false(reply->ok);
	assert_int_equal(reply->err.kind, ERR_NETWORK);
	assert_string_equal(reply->err.code, "timeout");
	assert_true(reply->attempts >= 2);
	assert_true(clock_monotonic() - start < 5000);
	net_reply_free(reply);
	order_done(net, &world->proxy, "{\"do\":\"release\"}");
	net_free(net);
}

static void offline(void **state)
{
	struct world *world = *state;
	struct login_request login = {.email = "a@example.com", .password = "x"};
	struct waiting waiting;

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	answer(world, "GET", "/Health", 1, -1, 200, "{\"status\":\"ok\"}");
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	order_done(world->net, &world->proxy, "{\"do\":\"down\"}");

	/* What can't be repeated fails at once; the rest waits for better times. */
	call_fails(world->net, API_login, &(struct net_args){.body = &login}, ERR_NETWORK, "refused");
	assert_false(net_online(world->net));
	assert_false(world->online);
	net_id id = call_later(world->net, API_product_list, NULL, NULL, &waiting);
	while (net_attempts(world->net, id) < 3) {
		assert_true(net_wait(world->net, NULL, 0, 1000));
		net_run(world->net);
	}
	assert_false(waiting.done);
	order_done(world->net, &world->proxy, "{\"do\":\"up\"}");
	run_until(world->net, &waiting.done);
	assert_true(waiting.reply->ok);
	net_reply_free(waiting.reply);
	assert_true(world->online);
	assert_int_equal(world->link_changes, 2);

	/* Nobody waits, but somebody watches. */
	order_done(world->net, &world->proxy, "{\"do\":\"down\"}");
	net_reply_free(call_now(world->net, API_product_list, &(struct net_args){.deadline_ms = 1}));
	assert_false(world->online);
	net_watch(world->net, true);
	order_done(world->net, &world->proxy, "{\"do\":\"up\"}");
	run_until(world->net, &world->online);
	assert_true(request_count(world->net, &world->proxy, "GET", "/Health") >= 1);
}

/* A start without a network: calls wait for the profile. */
static void offline_at_first(void **state)
{
	struct world *world = *state;
	struct waiting list, login;
	struct login_request request = {.email = "a@example.com", .password = "x"};

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	order_done(world->net, &world->proxy, "{\"do\":\"down\"}");
	call_later(world->net, API_product_list, NULL, NULL, &list);
	call_later(world->net, API_login, &(struct net_args){.body = &request}, NULL, &login);
	run_until(world->net, &login.done);
	assert_int_equal(login.reply->err.kind, ERR_NETWORK);
	net_reply_free(login.reply);
	assert_false(list.done);
	order_done(world->net, &world->proxy, "{\"do\":\"up\"}");
	run_until(world->net, &list.done);
	assert_true(list.reply->ok);
	net_reply_free(list.reply);
	order_done(world->net, &world->proxy, "{\"do\":\"down\"}");

	struct net *late = world_net(world->proxy.url, NULL);
	call_fails(late, API_product_list, &(struct net_args){.deadline_ms = 60}, ERR_NETWORK, "refused");
	net_free(late);
}

/* With nothing to do, net_wait sleeps; other people's descriptors wake it. */
static void idle(void **state)
{
	struct world *world = *state;
	int ends[2];

	answer(world, "GET", "/Product", 1, -1, 200, PAGE);
	net_reply_free(call_ok(world->net, API_product_list, NULL));
	assert_int_equal(pipe(ends), 0);
	struct pollfd poll_end = {.fd = ends[0], .events = POLLIN};
	int64_t start = clock_monotonic();
	assert_true(net_wait(world->net, &poll_end, 1, 200));
	assert_true(clock_monotonic() - start >= 195);
	assert_int_equal(poll_end.revents, 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_true(net_wait(world->net, &poll_end, 1, -1));
	assert_true(poll_end.revents & POLLIN);
	close(ends[0]);
	close(ends[1]);
}

static void problems(void **state)
{
	struct world *world = *state;

	answer(world, "POST", "/Login", 1, 1, 200, tokens);
	sign_in(world->net, "ada@example.com");
	answer(world, "PUT", "/Cart", 1, 1, 409,
	       "{\"status\":409,\"code\":\"version_conflict\",\"detail\":\"It "
	       "changed.\",\"cart\":{\"items\":[{\"product_id\":"
	       "\"p\",\"quantity\":2,\"name\":\"N\",\"price\":\"1.50\",\"stock\":3,\"seller_id\":\"s\",\"seller_name\":"
	       "\"S\","
	       "\"available\":true}],\"version\":7,\"currency\":\"EUR\"},\"errors\":[]}");
	struct cart cart = {.version = 6};
	struct net_reply *reply = call_now(world->net, API_cart_put, &(struct net_args){.body = &cart});
	assert_int_equal(reply->err.kind, ERR_CONFLICT);
	assert_string_equal(reply->err.code, "version_conflict");
	assert_string_equal(reply->err.message, "It changed.");
	assert_int_equal(reply->err.http_status, 409);
	const void *object;
	assert_true(net_reply_object(reply, "cart", &cart_shape, &object));
	assert_int_equal(((const struct cart *)object)->version, 7);
	assert_int_equal(((const struct cart *)object)->items[0].price, 150);
	assert_false(net_reply_object(reply, "product", &product_shape, &object));
	net_reply_free(reply);

	answer(world, "PUT", "/Cart", 1, 1, 400,
	       "{\"code\":\"invalid\",\"message\":\"Wrong.\",\"errors\":[{\"pointer\":\"/items/0/"
	       "quantity\",\"code\":\"length\",\"params\":{\"min\":1,\"max\":120},\"detail\":\"is "
	       "wrong\"},{\"pointer\":7}]}");
	reply = call_now(world->net, API_cart_put, &(struct net_args){.body = &cart});
	struct outcome_error fault;
	assert_string_equal(reply->err.field, "items/0/quantity");
	assert_true(net_reply_fault(reply, 0, &fault));
	assert_string_equal(fault.detail, "is wrong");
	assert_string_equal(fault.code, "length");
	assert_int_equal(fault.params.count, 2);
	assert_string_equal(fault.params.list[1].name, "max");
	assert_string_equal(fault.params.list[1].text, "120");
	assert_false(net_reply_fault(reply, 1, &fault));
	net_reply_free(reply);
}

static void unix_socket(void **state)
{
	struct server proxy;
	char folder[256], address[300];

	(void)state;
	temp_new(folder);
	snprintf(address, sizeof address, "unix:%s/shop", folder);
	server_start(&proxy, "proxy/proxy.py",
		     (const char *const[]){"--upstream", NO_UPSTREAM, "--listen", address, NULL});
	assert_string_equal(proxy.url, address);
	order_done(
	    NULL, &proxy,
	    "{\"do\":\"rule\",\"path\":\"/\",\"action\":\"answer\",\"status\":200,\"body\":{\"name\":\"T\",\"version\":"
	    "\"1\",\"profile\":\"full\",\"currency\":\"EUR\",\"features\":[]}}");
	struct net *net = world_net(address, NULL);
	struct net_reply *reply = call_now(net, API_service, NULL);
	net_reply_free(reply);
	assert_int_equal(net_profile(net), NET_PROFILE_FULL);
	net_free(net);
	server_stop(&proxy);
	temp_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(profile),
	    TEST(what_is_sent),
	    TEST(repeated),
	    TEST(never_repeated),
	    TEST(purchase_until_known),
	    TEST(retry_after),
	    TEST(cancelled),
	    TEST(from_callbacks),
	    TEST(times),
	    TEST(offline),
	    TEST(offline_at_first),
	    TEST(idle),
	    TEST(problems),
	    cmocka_unit_test(unix_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
