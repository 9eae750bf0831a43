#include "tests/unit/late_world.h"

#include "base/clock.h"
#include "models/product.h"

void late_open_net(struct world *world, int late_ms)
{
	net_free(world->net);
	world->net =
	    world_net(world->shop.url,
		      &(struct net_options){
			  .late_ms = late_ms, .unit_ms = UNIT_MS, .pause_ms = 5, .state_dir = world->folder});
}

int late_set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	server_start(&world->shop, "firstplatform/firstplatform.py",
		     (const char *const[]){"--base-path", "/Prod", NULL});
	temp_new(world->folder);
	late_open_net(world, LATE_MS);
	sign_in(world->net, "ada@example.com");
	struct net_reply *reply = call_ok(world->net, API_product_list, NULL);
	const struct product *product = &((const struct product_page *)reply->answer)->products[0];
	snprintf(world->id, sizeof world->id, "%s", product->id);
	snprintf(world->name, sizeof world->name, "%s", product->name);
	world->price = product->price;
	net_reply_free(reply);
	*state = world;
	return 0;
}

int late_tear_down(void **state)
{
	struct world *world = *state;

	net_free(world->net);
	server_stop(&world->shop);
	temp_remove(world->folder);
	free(world);
	return 0;
}

void late_fault(struct world *world, int nth, const char *rest)
{
	order_done(world->net, &world->shop,
		   "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":%d,%s}", nth, rest);
}

int late_rows(struct world *world, const struct pending *pending)
{
	cJSON *answer = order(world->net, &world->shop, "{\"do\":\"rows\",\"what\":\"purchases\"}");
	const cJSON *row;
	char date[CLOCK_RFC3339_SIZE] = "";
	int count = 0;

	if (pending)
		clock_format(pending->started_at, date);
	cJSON_ArrayForEach (row, cJSON_GetObjectItem(answer, "rows"))
		count += !*date || !strcmp(date, cJSON_GetStringValue(cJSON_GetObjectItem(row, "pruchase_date")));
	cJSON_Delete(answer);
	return count;
}

int late_posts(struct world *world)
{
	return request_count(world->net, &world->shop, "POST", "/Purchase");
}

struct pending *late_record(struct world *world, int64_t quantity)
{
	struct purchase_item item = {.product_id = world->id, .quantity = quantity, .price = world->price};
	struct purchase_request request = {.items = &item, .items_count = 1};
	struct err err = {0};
	struct pending *pending = pending_new(net_state(world->net), net_session(world->net)->user_id, &request, &err);

	if (!pending)
		fail_msg("%s", err.message);
	return pending;
}

struct net_args late_args(struct pending *pending, bool again)
{
	return (struct net_args){.body = &pending->request, .key = pending->key, .pending = pending, .again = again};
}

struct net_reply *late_buy(struct world *world, struct pending *pending, bool again)
{
	const struct net_args args = late_args(pending, again);

	return call_now(world->net, API_purchase_create, &args);
}

void late_check(struct net_reply *reply, const char *code, int64_t recorded, int64_t unknown)
{
	if (reply->ok ? *code : strcmp(reply->err.code, code) != 0)
		fail_msg("%s: %s", reply->err.code, reply->err.message);
	assert_int_equal(reply->recorded_count, 1);
	assert_int_equal(reply->recorded[0].recorded, recorded);
	assert_int_equal(reply->recorded[0].unknown, unknown);
	net_reply_free(reply);
}

struct pending *late_settle(struct world *world, struct pending *pending)
{
	assert_true(pending_settle(pending, net_state(world->net), NULL));
	return pending_free(pending);
}
