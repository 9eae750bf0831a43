/* What a platform doesn't name among its features is neither sent to it nor offered. Each row is tried with a platform
 * that names nothing, and with one that names that feature alone. */
#include "models/product.h"
#include "models/purchase.h"
#include "tests/unit/net_world.h"

#define NO_UPSTREAM "http://127.0.0.1:9"

/* A call with something in it that wants a feature; `there` is in its path or body exactly when that may be sent. */
static const struct row {
	const char *feature;
	enum api_op op;
	const char *there;
	bool left_out; /* otherwise the call fails where the feature isn't named */
	bool whole;    /* it is the call that wants it: net_offers says so, too */
	struct net_args args;
} rows[] = {
    {"changes", API_change_list, "/Changes", .whole = true},
    {"sale_batch", API_sale_batch, "items", .whole = true, .args.body = &(struct sale_batch){.items_count = 0}},
    {"purchase_search", API_purchase_list, "q=tea", .args.query = &(struct purchase_query){.q = "tea"}},
    {"purchase_search", API_sale_list, "q=tea", .args.query = &(struct sale_query){.q = "tea", .status = -1}},
    {"tracking", API_sale_ship, "1Z99", .args = {.id = "S1", .body = &(struct step_request){.tracking = "1Z99"}}},
    {"tracking", API_sale_cancel, "sold out",
     .args = {.id = "S1", .body = &(struct step_request){.reason = "sold out"}}},
    {"tracking", API_purchase_cancel, "too late",
     .args = {.id = "P1", .body = &(struct step_request){.reason = "too late"}}},
    {"cart_price", API_cart_put, "13.37", .left_out = true,
     .args.body = &(struct cart){.items = &(struct cart_item){.product_id = "P1", .quantity = 2, .seen_price = 1337},
				 .items_count = 1}},
    {"best", API_product_list, "sort=best", .left_out = true, .args.query = &(struct product_query){.q = "tea"}},
};

struct world {
	struct server proxy;
	struct net *net;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	proxy_start(&world->proxy, NO_UPSTREAM, false);
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

static const char token_answer[] =
    "{\"access_token\":\"a.b.c\",\"refresh_token\":\"r\",\"id_token\":\"i\",\"group_name\":\"Clients\","
    "\"user_id\":\"C1\"}";

/* Somebody who is signed in to a platform that names this feature, or none. */
static void open_net(struct world *world, const char *feature)
{
	struct login_request login = {.email = "ada@example.com", .password = "Vitrine-2026"};

	net_free(world->net);
	world->net = NULL;
	order_done(NULL, &world->proxy, "{\"do\":\"clear\"}");
	order_done(NULL, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"GET\",\"path\":\"/\",\"count\":-1,\"action\":\"answer\","
		   "\"status\":200,"
		   "\"body\":{\"name\":\"T\",\"version\":\"1\",\"profile\":\"full\",\"currency\":\"EUR\","
		   "\"features\":[%s%s%s]}}",
		   feature ? "\"" : "", feature ? feature : "", feature ? "\"" : "");
	order_done(NULL, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"POST\",\"path\":\"/Login\",\"count\":-1,\"action\":\"answer\","
		   "\"status\":200,\"body\":%s}",
		   token_answer);
	order_done(NULL, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"*\",\"count\":-1,\"action\":\"answer\",\"status\":400,\"body\":{}}");
	world->net = world_net(world->proxy.url, NULL);
	net_reply_free(call_ok(world->net, API_login, &(struct net_args){.body = &login}));
}

/* Was a request of the row sent? And was that in it which wants the feature? */
static bool was_sent(struct world *world, const struct row *row, bool *ret_there)
{
	const struct api_row *api = &api_rows[row->op];
	cJSON *answer = order(world->net, &world->proxy, "{\"do\":\"requests\"}");
	const cJSON *request;
	bool sent = false;

	*ret_there = false;
	cJSON_ArrayForEach (request, cJSON_GetObjectItem(answer, "requests")) {
		const char *path = cJSON_GetStringValue(cJSON_GetObjectItem(request, "path"));
		char *text = cJSON_PrintUnformatted(request);
		size_t length = strcspn(api->path, "{");

		if (!strncmp(path, api->path, length) && strcmp(path, "/") != 0) {
			sent = true;
			*ret_there = *ret_there || strstr(text, row->there);
		}
		cJSON_free(text);
	}
	cJSON_Delete(answer);
	return sent;
}

static void not_named(void **state)
{
	struct world *world = *state;
	bool there;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		open_net(world, NULL);
		struct net_reply *reply = call_now(world->net, rows[i].op, &rows[i].args);
		bool sent = was_sent(world, &rows[i], &there);

		assert_int_equal(net_offers(world->net, rows[i].op), !rows[i].whole);
		assert_false(net_has_feature(world->net, rows[i].feature));
		if (there || sent != rows[i].left_out)
			fail_msg("%s of %s was sent", rows[i].there, api_rows[rows[i].op].name);
		assert_string_equal(reply->err.code, sent ? "invalid" : "not_offered");
		net_reply_free(reply);
	}
}

static void named(void **state)
{
	struct world *world = *state;
	bool there;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		open_net(world, rows[i].feature);
		net_reply_free(call_now(world->net, rows[i].op, &rows[i].args));
		assert_true(net_offers(world->net, rows[i].op));
		assert_true(net_has_feature(world->net, rows[i].feature));
		if (!was_sent(world, &rows[i], &there) || !there)
			fail_msg("%s of %s was not sent", rows[i].there, api_rows[rows[i].op].name);
	}
}

/* What a call has besides is sent as it is. */
static void the_rest_stays(void **state)
{
	struct world *world = *state;
	const struct row row = {.op = API_cart_put, .there = "\\\"quantity\\\":2", .args = rows[7].args};
	bool there;

	open_net(world, NULL);
	net_reply_free(call_now(world->net, row.op, &row.args));
	assert_true(was_sent(world, &row, &there));
	assert_true(there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(not_named, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(named, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_rest_stays, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
