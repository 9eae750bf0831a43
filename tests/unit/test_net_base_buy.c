/* Buying in the base profile: one POST for each unit, and what the buyer is told when one of them fails. */
#include "base/clock.h"
#include "models/product.h"
#include "models/purchase.h"
#include "net/pending.h"
#include "tests/unit/net_world.h"

struct world {
	struct server shop;
	struct net *net;
	struct net_reply *catalogue;
	const struct product *one, *two, *free_one;
	struct purchase_item items[2];
	struct purchase_request request;
	struct pending record; /* of the last purchase */
};

enum { LATE_MS = 300 };
static const struct net_options options = {.late_ms = LATE_MS};

static const struct product *find(const struct net_reply *reply, const char *name)
{
	const struct product_page *page = reply->answer;

	for (size_t i = 0; i < page->products_count; i++)
		if (!strcmp(page->products[i].name, name))
			return &page->products[i];
	fail_msg("no %s", name);
	return NULL;
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	server_start(&world->shop, "firstplatform/firstplatform.py",
		     (const char *const[]){"--base-path", "/Prod", NULL});
	world->net = world_net(world->shop.url, &options);
	world->catalogue = call_ok(world->net, API_product_list, NULL);
	world->one = find(world->catalogue, "Huila decaf, 250 g");
	world->two = find(world->catalogue, "Tin with a dent");
	world->free_one = find(world->catalogue, "Advice");
	world->items[0] = (struct purchase_item){.product_id = world->one->id, .quantity = 3, .price = 1300};
	world->items[1] = (struct purchase_item){.product_id = world->two->id, .quantity = 2, .price = 7900};
	world->request = (struct purchase_request){.items = world->items, .items_count = 2};
	sign_in(world->net, "ada@example.com");
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	net_reply_free(world->catalogue);
	net_free(world->net);
	server_stop(&world->shop);
	free(world);
	return 0;
}

static void fail_unit(struct world *world, int nth, int status, bool record)
{
	order_done(
	    world->net, &world->shop,
	    "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":%d,\"status\":%d,\"record\":%s}", nth,
	    status, record ? "true" : "false");
}

static int rows(struct world *world)
{
	cJSON *answer = order(world->net, &world->shop, "{\"do\":\"rows\",\"what\":\"purchases\"}");
	int count = cJSON_GetArraySize(cJSON_GetObjectItem(answer, "rows"));

	cJSON_Delete(answer);
	return count;
}

/* Of that moment; 0: now. `again`: it was begun before. */
static struct net_reply *buy(struct world *world, int64_t started_at, bool again)
{
	if (!again || world->record.started_at != started_at)
		world->record = (struct pending){.started_at = started_at ? started_at : clock_now()};
	return call_now(
	    world->net, API_purchase_create,
	    &(struct net_args){.body = &world->request, .key = "a-key", .pending = &world->record, .again = again});
}

static void check_recorded(const struct net_reply *reply, int64_t first, int64_t second, int64_t unknown)
{
	assert_int_equal(reply->recorded_count, 2);
	assert_string_equal(reply->recorded[0].product_name, "Huila decaf, 250 g");
	assert_int_equal(reply->recorded[0].quantity, 3);
	assert_int_equal(reply->recorded[0].recorded, first);
	assert_int_equal(reply->recorded[1].recorded, second);
	assert_int_equal(reply->recorded[0].unknown + reply->recorded[1].unknown, unknown);
}

static void all_units(void **state)
{
	struct world *world = *state;
	struct net_reply *reply = buy(world, INT64_C(1795500000123), false);

	assert_true(reply->ok);
	const struct purchase *purchase = reply->answer;
	assert_int_equal(purchase->total, 3 * 1300 + 2 * 7900);
	assert_int_equal(purchase->lines_count, 2);
	assert_string_equal(purchase->client_name, "Ada Example");
	assert_int_equal(purchase->lines[1].quantity, 2);
	net_reply_free(reply);

	/* What arrived: names, the price as its seller typed it, one date for all. */
	cJSON *answer = order(world->net, &world->shop, "{\"do\":\"rows\",\"what\":\"purchases\"}");
	const cJSON *list = cJSON_GetObjectItem(answer, "rows");
	assert_int_equal(cJSON_GetArraySize(list), 5);
	const cJSON *row;
	cJSON_ArrayForEach (row, list) {
		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(row, "client_name")), "Ada Example");
		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(row, "seller_name")), "Grace Roasters");
		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(row, "pruchase_date")),
				    "2026-11-24T06:00:00.123Z");
	}
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "price")), "13");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 4), "price")), "79");
	cJSON_Delete(answer);
}

static void refused_in_the_middle(void **state)
{
	struct world *world = *state;

	fail_unit(world, 4, 400, false);
	struct net_reply *reply = buy(world, 0, false);
	assert_false(reply->ok);
	assert_string_equal(reply->err.code, "partly_recorded");
	assert_int_equal(reply->err.kind, ERR_INVALID);
	check_recorded(reply, 3, 0, 0);
	net_reply_free(reply);
	assert_int_equal(rows(world), 3);

	fail_unit(world, 1, 400, false);
	reply = buy(world, 0, false);
	assert_false(reply->ok);
	assert_string_equal(reply->err.code, "not_recorded");
	check_recorded(reply, 0, 0, 0);
	net_reply_free(reply);
}

static void broken_in_the_middle(void **state)
{
	struct world *world = *state;

	/* 500, but it was recorded: the list tells. */
	fail_unit(world, 2, 500, true);
	struct net_reply *reply = buy(world, INT64_C(1795500000001), false);
	assert_false(reply->ok);
	check_recorded(reply, 2, 0, 0);
	net_reply_free(reply);
	assert_int_equal(rows(world), 2);

	/* 500, and it was not: nobody knows that before the time is over in which it may still be. */
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	fail_unit(world, 2, 500, false);
	int64_t before = clock_monotonic();
	reply = buy(world, INT64_C(1795500000002), false);
	assert_string_equal(reply->err.code, "not_known");
	check_recorded(reply, 1, 0, 1);
	net_reply_free(reply);
	reply = buy(world, INT64_C(1795500000002), true);
	assert_string_equal(reply->err.code, "partly_recorded");
	check_recorded(reply, 1, 0, 0);
	net_reply_free(reply);
	assert_true(clock_monotonic() - before >= LATE_MS);
	assert_int_equal(rows(world), 3);

	/* The last reply is lost: all is well after all. */
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	fail_unit(world, 5, 0, true);
	reply = buy(world, INT64_C(1795500000003), false);
	assert_true(reply->ok);
	check_recorded(reply, 3, 2, 0);
	net_reply_free(reply);
	assert_int_equal(rows(world), 8);
	assert_int_equal(request_count(world->net, &world->shop, "POST", "/Purchase"), 5);
}

static void not_even_the_list(void **state)
{
	struct world *world = *state;

	fail_unit(world, 4, 0, true);
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"GET\",\"path\":\"/Purchase\",\"count\":-1,\"status\":500}");
	int64_t started_at = clock_now();
	struct net_reply *reply = buy(world, started_at, false);
	assert_false(reply->ok);
	assert_string_equal(reply->err.code, "not_known");
	check_recorded(reply, 3, 0, 1);
	net_reply_free(reply);

	/* However long the list can't be had: nothing is concluded from that. */
	struct waiting waiting;
	call_later(world->net, API_purchase_create,
		   &(struct net_args){.body = &world->request, .pending = &world->record, .again = true}, NULL,
		   &waiting);
	while (net_may_record_ms(world->net, &world->record))
		assert_true(net_wait(world->net, NULL, 0, 10));
	/* Nor when nothing can be recorded any more. Each look is four requests: two looks have begun since. */
	int lists = request_count(world->net, &world->shop, "GET", "/Purchase");
	while (request_count(world->net, &world->shop, "GET", "/Purchase") < lists + 12 && !waiting.done)
		assert_true(net_wait(world->net, NULL, 0, 10));
	assert_false(waiting.done);
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");
	run_until(world->net, &waiting.done);
	assert_string_equal(waiting.reply->err.code, "partly_recorded");
	check_recorded(waiting.reply, 3, 1, 0);
	net_reply_free(waiting.reply);
}

/* The program was killed in the middle and comes back: it looks, and sends nothing. */
static void after_a_kill(void **state)
{
	struct world *world = *state;
	int64_t started_at = clock_now();

	fail_unit(world, 3, 400, false);
	net_reply_free(buy(world, started_at, false));
	net_free(world->net);
	world->net = world_net(world->shop.url, &options);
	sign_in(world->net, "ada@example.com");
	order_done(world->net, &world->shop, "{\"do\":\"clear\"}");

	struct net_reply *reply = buy(world, started_at, true);
	assert_false(reply->ok);
	assert_string_equal(reply->err.code, "partly_recorded");
	check_recorded(reply, 2, 0, 0);
	net_reply_free(reply);

	reply = buy(world, started_at + 1, true);
	assert_false(reply->ok);
	assert_string_equal(reply->err.code, "not_recorded");
	net_reply_free(reply);

	net_reply_free(buy(world, started_at + 2, false));
	reply = buy(world, started_at + 2, true);
	assert_true(reply->ok);
	net_reply_free(reply);
	assert_int_equal(request_count(world->net, &world->shop, "POST", "/Purchase"), 5);
}

static void what_cannot_be_bought(void **state)
{
	struct world *world = *state;

	world->items[0] = (struct purchase_item){.product_id = world->free_one->id, .quantity = 1, .price = 100};
	struct net_reply *reply = buy(world, 0, false);
	assert_false(reply->ok);
	assert_int_equal(reply->err.kind, ERR_CONFLICT);
	assert_string_equal(reply->err.field, "items/0");
	net_reply_free(reply);

	/* Another price than the buyer saw: told as the full platform does. */
	world->items[0] = (struct purchase_item){.product_id = world->one->id, .quantity = 1, .price = 1250};
	reply = buy(world, 0, false);
	assert_false(reply->ok);
	assert_string_equal(reply->err.code, "price_changed");
	const struct product *products;
	const void *list;
	size_t count;
	assert_true(net_reply_list(reply, "products", &product_shape, &list, &count));
	products = list;
	assert_int_equal(count, 1);
	assert_string_equal(products[0].id, world->one->id);
	assert_int_equal(products[0].price, 1300);
	struct outcome_error fault;
	assert_true(net_reply_fault(reply, 0, &fault));
	assert_string_equal(fault.pointer, "/items/0");
	assert_false(net_reply_fault(reply, 1, &fault));
	net_reply_free(reply);

	world->items[0] = (struct purchase_item){.product_id = "gone", .quantity = 1, .price = 1250};
	reply = buy(world, 0, false);
	assert_string_equal(reply->err.code, "out_of_stock");
	net_reply_free(reply);
	world->items[0] = (struct purchase_item){.product_id = world->one->id, .quantity = 101, .price = 1300};
	reply = buy(world, 0, false);
	assert_string_equal(reply->err.field, "items/0/quantity");
	net_reply_free(reply);
	assert_int_equal(request_count(world->net, &world->shop, "POST", "/Purchase"), 0);
}

static void own_purchases(void **state)
{
	struct world *world = *state;
	static const char *const others[] = {
	    "{\"id\":\"x1\",\"client_name\":\"Somebody "
	    "Else\",\"seller_name\":\"S\",\"product_name\":\"P\",\"price\":\"1\","
	    "\"pruchase_date\":\"2026-11-24T06:00:00.123Z\"}",
	    "{\"id\":\"x2\",\"client_name\":\"Ada "
	    "Example\",\"seller_name\":\"S\",\"product_name\":\"Old\",\"price\":\"free\","
	    "\"pruchase_date\":\"2020-01-02\"}",
	    "{\"id\":\"x3\",\"client_name\":\"Ada "
	    "Example\",\"seller_name\":\"S\",\"product_name\":\"Spelled\",\"price\":\"2\","
	    "\"purchase_date\":\"2020-01-02\"}",
	    "7",
	};

	for (size_t i = 0; i < COUNT_OF(others); i++)
		order_done(world->net, &world->shop, "{\"do\":\"add\",\"what\":\"purchases\",\"row\":%s}", others[i]);
	net_reply_free(buy(world, INT64_C(1795500000123), false));

	struct net_reply *reply = call_ok(world->net, API_purchase_list, NULL);
	const struct purchase_page *page = reply->answer;
	assert_int_equal(page->purchases_count, 3);
	assert_int_equal(page->purchases[0].purchase_date, INT64_C(1795500000123));
	assert_int_equal(page->purchases[0].lines_count, 2);
	assert_int_equal(page->purchases[0].lines[0].quantity, 3);
	assert_int_equal(page->purchases[0].total, 3 * 1300 + 2 * 7900);
	assert_string_equal(page->purchases[1].lines[0].product_name, "Old");
	assert_int_equal(page->purchases[1].lines[0].price, -1);
	assert_string_equal(page->purchases[1].lines[0].price_text, "free");
	assert_int_equal(page->purchases[1].purchase_date, INT64_C(1577923200000));
	assert_string_equal(page->purchases[2].lines[0].product_name, "Spelled");
	assert_int_equal(page->purchases[2].purchase_date, INT64_C(1577923200000));
	char *id = strdup(page->purchases[0].id);
	net_reply_free(reply);

	reply = call_ok(world->net, API_purchase_get, &(struct net_args){.id = id});
	assert_int_equal(((const struct purchase *)reply->answer)->lines_count, 2);
	net_reply_free(reply);
	free(id);
	call_fails(world->net, API_purchase_get, &(struct net_args){.id = "x1"}, ERR_NOT_FOUND, "not_found");
}

static void cancelled_in_the_middle(void **state)
{
	struct world *world = *state;
	struct waiting waiting;
	int owner;

	call_later(world->net, API_purchase_create, &(struct net_args){.body = &world->request}, &owner, &waiting);
	for (int i = 0; i < 6; i++) {
		net_run(world->net);
		net_wait(world->net, NULL, 0, 5);
	}
	net_cancel_owner(world->net, &owner);
	net_reply_free(call_ok(world->net, API_product_list, &(struct net_args){.fresh = true}));
	assert_false(waiting.done);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	    TEST(all_units),    TEST(refused_in_the_middle), TEST(broken_in_the_middle), TEST(not_even_the_list),
	    TEST(after_a_kill), TEST(what_cannot_be_bought), TEST(own_purchases),        TEST(cancelled_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
