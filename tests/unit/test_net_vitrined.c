/* The client against the real platform, through a proxy that spoils replies: everything that is bought is bought
 * once. */
#include <unistd.h>

#include "base/crypt.h"
#include "models/product.h"
#include "models/purchase.h"
#include "net/pending.h"
#include "tests/unit/net_world.h"

struct world {
	struct server platform, proxy;
	char folder[256];
	struct net *net;
};

static void new_net(struct world *world)
{
	struct net_options options = {.state_dir = world->folder};

	world->net = world_net(world->proxy.url, &options);
}

static int set_up(void **state)
{
	const char *program = getenv("VITRINED");
	struct world *world = calloc(1, sizeof *world);

	*state = world;
	if (!program || access(program, X_OK) != 0)
		return 0;
	server_start(&world->platform, "VITRINED", (const char *const[]){"--demo", "--listen", "127.0.0.1:0", NULL});
	proxy_start(&world->proxy, world->platform.url, false);
	temp_new(world->folder);
	new_net(world);
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	if (world->net) {
		net_free(world->net);
		server_stop(&world->proxy);
		server_stop(&world->platform);
		temp_remove(world->folder);
	}
	free(world);
	return 0;
}

/* The world, or the test is skipped: no platform was built. */
static struct world *world_of(void **state)
{
	struct world *world = *state;

	if (!world->net)
		skip();
	return world;
}

static struct product pick_product(struct world *world, struct arena *arena)
{
	struct product_query query = {.in_stock = true, .limit = 100};

	shape_give(&product_query_shape, &query, "in_stock");
	struct net_reply *reply = call_ok(world->net, API_product_list, &(struct net_args){.query = &query});
	const struct product_page *page = reply->answer;
	struct product best = page->products[0];
	for (size_t i = 1; i < page->products_count; i++)
		if (page->products[i].stock > best.stock)
			best = page->products[i];
	best.id = arena_strdup(arena, best.id);
	net_reply_free(reply);
	return best;
}

static int64_t stock_of(struct world *world, const char *id)
{
	struct net_reply *reply = call_ok(world->net, API_product_get, &(struct net_args){.id = id});
	int64_t stock = ((const struct product *)reply->answer)->stock;

	net_reply_free(reply);
	return stock;
}

static void browsing(void **state)
{
	struct world *world = world_of(state);
	struct product_query query = {.limit = 100};
	size_t products = 0;
	char cursor[600] = "";

	do {
		query.cursor = *cursor ? cursor : NULL;
		struct net_reply *reply = call_ok(world->net, API_product_list, &(struct net_args){.query = &query});
		const struct product_page *page = reply->answer;
		products += page->products_count;
		snprintf(cursor, sizeof cursor, "%s", page->next_cursor ? page->next_cursor : "");
		for (size_t i = 0; i < page->products_count && !query.cursor; i++)
			if (page->products[i].has_picture) {
				struct net_reply *picture = call_ok(world->net, API_picture_get,
								    &(struct net_args){.id = page->products[i].id});
				assert_true(picture->length > 8);
				assert_int_equal(strncmp(picture->media_type, "image/", 6), 0);
				net_reply_free(picture);
				break;
			}
		net_reply_free(reply);
	} while (*cursor);
	assert_true(products >= 150);
	net_reply_free(call_ok(world->net, API_category_list, NULL));
	net_reply_free(call_ok(world->net, API_seller_list, NULL));
	net_reply_free(call_ok(world->net, API_health, NULL));
	assert_int_equal(net_profile(world->net), NET_PROFILE_FULL);
	call_fails(world->net, API_product_get, &(struct net_args){.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, ERR_NOT_FOUND,
		   "not_found");
}

/* Each way to lose or spoil a reply, and each time one purchase. */
static void bought_once(void **state)
{
	static const char *const harms[] = {
	    "\"action\":\"drop_request\"",
	    "\"action\":\"drop\"",
	    "\"action\":\"drop\",\"count\":3",
	    "\"action\":\"cut\"",
	    "\"action\":\"corrupt\"",
	    "\"action\":\"answer\",\"status\":500,\"body\":\"\"",
	    "\"action\":\"answer\",\"status\":500,\"body\":\"\",\"after\":true,\"count\":6",
	    "\"action\":\"answer\",\"status\":429,\"body\":\"{}\",\"after\":true",
	    "\"action\":\"answer\",\"status\":401,\"body\":\"{}\"",
	    "\"action\":\"answer\",\"status\":401,\"body\":\"{}\",\"after\":true",
	};
	struct world *world = world_of(state);
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	sign_in(world->net, "ada@example.com");
	struct product product = pick_product(world, &arena);
	int64_t stock = product.stock;
	assert_true(stock > (int64_t)COUNT_OF(harms));
	for (size_t i = 0; i < COUNT_OF(harms); i++) {
		struct purchase_item item = {.product_id = product.id, .quantity = 1, .price = product.price};
		struct purchase_request request = {.items = &item, .items_count = 1};
		struct pending *pending =
		    pending_new(net_state(world->net), net_session(world->net)->user_id, &request, NULL);

		order_done(world->net, &world->proxy, "{\"do\":\"rule\",\"method\":\"POST\",\"path\":\"/Purchase\",%s}",
			   harms[i]);
		struct net_reply *reply = call_ok(world->net, API_purchase_create,
						  &(struct net_args){.body = &pending->request, .key = pending->key});
		assert_int_equal(((const struct purchase *)reply->answer)->total, product.price);
		net_reply_free(reply);
		assert_int_equal(stock_of(world, product.id), stock - (int64_t)i - 1);

		/* And again, as at the next start: the first answer. */
		struct pending *found = pending_load(net_state(world->net), net_session(world->net)->user_id);
		assert_string_equal(found->key, pending->key);
		reply = call_ok(world->net, API_purchase_create,
				&(struct net_args){.body = &found->request, .key = found->key});
		assert_true(reply->replayed);
		net_reply_free(reply);
		assert_int_equal(stock_of(world, product.id), stock - (int64_t)i - 1);
		assert_true(pending_settle(found, net_state(world->net), NULL));
		pending_free(found);
		pending_free(pending);
		order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
	}
	arena_done(&arena);
}

static void differences(void **state)
{
	struct world *world = world_of(state);
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	sign_in(world->net, "ada@example.com");
	struct product product = pick_product(world, &arena);
	struct purchase_item item = {.product_id = product.id, .quantity = 1, .price = product.price + 1};
	struct purchase_request request = {.items = &item, .items_count = 1};
	struct net_reply *reply =
	    call_now(world->net, API_purchase_create, &(struct net_args){.body = &request, .key = "difference"});
	const void *list;
	size_t count;
	assert_string_equal(reply->err.code, "price_changed");
	assert_true(net_reply_list(reply, "products", &product_shape, &list, &count));
	assert_int_equal(count, 1);
	assert_int_equal(((const struct product *)list)->price, product.price);
	net_reply_free(reply);

	struct cart cart = {
	    .items = &(struct cart_item){.product_id = product.id, .quantity = 2}, .items_count = 1, .version = 999};
	reply = call_now(world->net, API_cart_put, &(struct net_args){.body = &cart});
	const void *current;
	assert_string_equal(reply->err.code, "version_conflict");
	assert_true(net_reply_object(reply, "cart", &cart_shape, &current));
	net_reply_free(reply);
	arena_done(&arena);
}

/* Real tokens: a 401 is answered with a real refresh; signed out, the refresh token is worth nothing. */
static void real_tokens(void **state)
{
	struct world *world = world_of(state);
	char old[8192];

	sign_in(world->net, "grace@example.com");
	assert_int_equal(net_session(world->net)->group, GROUP_SELLERS);
	assert_true(net_session(world->net)->expires_at > 0);
	snprintf(old, sizeof old, "%s", net_session(world->net)->refresh_token);
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"path\":\"/Sale\",\"action\":\"answer\",\"status\":401,\"body\":\"{}\"}");
	struct sale_query query = {.status = -1};
	net_reply_free(call_ok(world->net, API_sale_list, &(struct net_args){.query = &query}));
	assert_string_not_equal(net_session(world->net)->refresh_token, old);
	assert_string_equal(net_session(world->net)->email, "grace@example.com");

	/* The next start goes on with the new ones. */
	net_free(world->net);
	new_net(world);
	net_reply_free(
	    call_ok(world->net, API_seller_stats, &(struct net_args){.id = net_session(world->net)->user_id}));
	snprintf(old, sizeof old, "%s", net_session(world->net)->refresh_token);
	net_sign_out(world->net);
	order_done(world->net, &world->proxy, "{\"do\":\"wait\",\"event\":\"reply\",\"path\":\"/Logout\"}");
	struct refresh_request refresh = {.refresh_token = old};
	struct net_reply *reply = call_now(world->net, API_login_refresh, &(struct net_args){.body = &refresh});
	assert_int_equal(reply->err.kind, ERR_UNAUTHENTICATED);
	net_reply_free(reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(browsing),
	    TEST(bought_once),
	    TEST(differences),
	    TEST(real_tokens),
	};

	return crypt_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
