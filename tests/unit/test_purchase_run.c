/* Purchases under way, on the real platform and on the first one's stand-in: made once whatever is lost, settled before
 * anything else is bought, and told to whoever has to know. */
#include <unistd.h>

#include "base/clock.h"
#include "shop/cart_merge.h"
#include "shop/purchase_run.h"
#include "tests/unit/net_world.h"

static const char *const buyers[] = {"one@example.com", "two@example.com"};

enum { UNITS = 2, UNIT_MS = 400, LATE_MS = 25000 };

struct world {
	struct server platform, proxy;
	char folder[256];
	char id[2][64]; /* of two products */
	int64_t price[2];
	struct net *net;
	struct cart_model *cart;
	struct purchase_runs *runs;
	/* What was heard. */
	enum run_state watched, told; /* RUN_STATES: nothing yet */
	int heard, late;
	int64_t recorded;
};

/* ---- who listens ---- */

static void keep(struct world *world, enum run_state *ret_state, const struct purchase_run *run,
		 const struct net_reply *reply)
{
	*ret_state = purchase_run_state(run);
	world->heard++;
	world->recorded = 0;
	for (size_t i = 0; i < reply->recorded_count; i++)
		world->recorded += reply->recorded[i].recorded;
}

static void on_watched(void *context, const struct purchase_run *run, struct net_reply *reply)
{
	struct world *world = context;

	keep(world, &world->watched, run, reply);
}

static void on_told(void *context, const struct purchase_run *run, struct net_reply *reply)
{
	struct world *world = context;

	keep(world, &world->told, run, reply);
}

static void on_late(void *context, const struct purchase_run *run)
{
	struct world *world = context;

	assert_true(purchase_run_late_ms(world->runs, run) > 0);
	world->late++;
}

static void on_failed(void *context, const struct err *err)
{
	(void)context;
	fail_msg("%s", err->message);
}

static void on_cart(void *context)
{
	(void)context;
}

static bool is_held(void *context)
{
	const struct world *world = context;

	return world->runs && purchase_runs_busy(world->runs);
}

/* ---- a program that is started and killed ---- */

static void start(struct world *world)
{
	const struct cart_model_events cart_events = {.changed = on_cart, .held = is_held, .context = world};
	const struct purchase_runs_events events = {on_told, on_late, on_failed, world};

	world->net =
	    world_net(world->proxy.pid ? world->proxy.url : world->platform.url,
		      &(struct net_options){.state_dir = world->folder, .unit_ms = UNIT_MS, .late_ms = LATE_MS});
	world->cart = cart_model_new(world->net, &cart_events);
	world->runs = purchase_runs_new(world->net, world->cart, &events);
	assert_non_null(world->runs);
	world->watched = world->told = RUN_STATES;
	world->heard = 0;
}

/* Nothing is said to anybody: the records are all that stays. */
static void stop(struct world *world)
{
	world->runs = purchase_runs_free(world->runs);
	world->cart = cart_model_free(world->cart);
	world->net = net_free(world->net);
}

static void turn(struct world *world)
{
	int64_t due = purchase_runs_due(world->runs), now = clock_monotonic();
	int wait = !due || due > now + 100 ? 100 : due > now ? (int)(due - now) : 0;

	assert_true(net_wait(world->net, NULL, 0, wait));
	net_run(world->net);
	purchase_runs_step(world->runs);
}

static void until(struct world *world, const enum run_state *state, enum run_state wanted)
{
	for (int64_t end = clock_monotonic() + WORLD_MS; *state != wanted; turn(world))
		if (clock_monotonic() > end)
			fail_msg("it is %d and does not become %d", (int)*state, (int)wanted);
}

static void learn_products(struct world *world)
{
	struct net_reply *reply = call_ok(world->net, API_product_list, NULL);
	const struct product_page *page = reply->answer;

	for (size_t i = 0, at = 0; i < COUNT_OF(world->id); i++, at++) {
		while (page->products[at].price <= 0 ||
		       (page->products[at].stock >= 0 && page->products[at].stock < 10))
			assert_true(++at < page->products_count);
		snprintf(world->id[i], sizeof world->id[i], "%s", page->products[at].id);
		world->price[i] = page->products[at].price;
	}
	net_reply_free(reply);
}

/* Accounts without any purchase. */
static void sign_up(struct world *world)
{
	struct sign_up_request account = {.password = "Vitrine-2026", .full_name = "B", .mobile = "+34600100200"};

	for (size_t i = 0; i < COUNT_OF(buyers); i++) {
		account.email = buyers[i];
		net_reply_free(call_ok(world->net, API_client_create, &(struct net_args){.body = &account}));
	}
	sign_in(world->net, buyers[0]);
	learn_products(world);
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	*state = world;
	assert_non_null(getenv("VITRINED"));
	server_start(&world->platform, "VITRINED", (const char *const[]){"--demo", "--listen", "127.0.0.1:0", NULL});
	proxy_start(&world->proxy, world->platform.url, false);
	temp_new(world->folder);
	start(world);
	sign_up(world);
	return 0;
}

static int set_up_first(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	*state = world;
	server_start(&world->platform, "firstplatform/firstplatform.py",
		     (const char *const[]){"--base-path", "/Prod", NULL});
	temp_new(world->folder);
	start(world);
	sign_in(world->net, "ada@example.com");
	learn_products(world);
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	if (world->net)
		stop(world);
	if (world->proxy.pid)
		server_stop(&world->proxy);
	server_stop(&world->platform);
	temp_remove(world->folder);
	free(world);
	return 0;
}

/* ---- what is bought ---- */

static struct purchase_run *begin(struct world *world, size_t product, int64_t price, struct err *err)
{
	struct purchase_item item = {.product_id = world->id[product], .quantity = UNITS, .price = price};
	const struct purchase_request request = {.items = &item, .items_count = 1};

	return purchase_run_begin(world->runs, &request, on_watched, world, err);
}

static struct purchase_run *begin_well(struct world *world)
{
	struct err err = {0};
	struct purchase_run *run = begin(world, 0, world->price[0], &err);

	if (!run)
		fail_msg("%s", err.message);
	assert_int_equal(purchase_run_state(run), RUN_SENDING);
	return run;
}

static void fill_cart(struct world *world)
{
	struct err err;

	for (size_t i = 0; i < 2; i++) {
		struct product product = {.id = world->id[i], .name = "P", .price = world->price[i], .stock = 9};
		assert_true(cart_model_add(world->cart, &product, UNITS, &err));
	}
}

/* What the proxy does with so many POSTs, from the nth on. */
static void rule(struct world *world, int nth, int count, const char *rest)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"rule\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":%d,\"count\":%d,%s}", nth,
		   count, rest);
}

static void until_held(struct world *world)
{
	order_done(world->net, &world->proxy,
		   "{\"do\":\"wait\",\"event\":\"held\",\"method\":\"POST\",\"path\":\"/Purchase\","
		   "\"count\":1,\"timeout\":10}");
}

static void release(struct world *world)
{
	order_done(world->net, &world->proxy, "{\"do\":\"release\"}");
}

static int purchases(struct world *world)
{
	struct net_reply *reply = call_ok(world->net, API_purchase_list, NULL);
	int count = (int)((const struct purchase_page *)reply->answer)->purchases_count;

	net_reply_free(reply);
	return count;
}

static size_t records(struct world *world)
{
	struct pending *next, *pending = pending_load(net_state(world->net), net_session(world->net)->user_id);
	size_t count = 0;

	for (; pending; pending = next, count++) {
		next = pending->next;
		pending_free(pending);
	}
	return count;
}

static const cJSON *key_of(const cJSON *request)
{
	return cJSON_GetObjectItem(cJSON_GetObjectItem(request, "headers"), "idempotency-key");
}

/* All of the POSTs are one and the same: key and body. */
static void assert_one_request(struct world *world, int least)
{
	cJSON *answer =
	    order(world->net, &world->proxy, "{\"do\":\"requests\",\"method\":\"POST\",\"path\":\"/Purchase\"}");
	const cJSON *rows = cJSON_GetObjectItem(answer, "requests"), *first = cJSON_GetArrayItem(rows, 0), *row;

	assert_true(cJSON_GetArraySize(rows) >= least);
	cJSON_ArrayForEach (row, rows) {
		const cJSON *key = key_of(row);
		assert_non_null(key);
		assert_true(cJSON_Compare(key, key_of(first), true));
		assert_true(cJSON_Compare(cJSON_GetObjectItem(row, "body"), cJSON_GetObjectItem(first, "body"), true));
	}
	cJSON_Delete(answer);
}

/* ---- on the real platform ---- */

static void bought(void **state)
{
	struct world *world = *state;
	unsigned news = purchase_runs_news(world->runs);

	fill_cart(world);
	assert_false(purchase_runs_busy(world->runs));
	const struct purchase_run *run = begin_well(world);
	assert_int_equal(records(world), 1); /* before anything has left */
	assert_int_equal(purchase_run_attempts(world->runs, run), 0);
	assert_false(purchase_run_is_unknown(world->runs, run));
	assert_true(purchase_runs_busy(world->runs));
	until(world, &world->watched, RUN_BOUGHT);
	assert_int_equal(world->heard, 1);
	assert_int_equal(records(world), 0);
	assert_false(purchase_runs_busy(world->runs));
	assert_true(purchase_runs_news(world->runs) != news);
	assert_int_equal(purchases(world), 1);
	/* The cart has lost that, and nothing else. */
	assert_int_equal(cart_model_quantity(world->cart, world->id[0]), 0);
	assert_int_equal(cart_model_quantity(world->cart, world->id[1]), UNITS);
}

/* The reply is lost; net asks again by itself. */
static void reply_lost(void **state)
{
	struct world *world = *state;

	rule(world, 1, 2, "\"action\":\"cut\"");
	rule(world, 3, 1, "\"action\":\"hold\"");
	const struct purchase_run *run = begin_well(world);
	until_held(world);
	assert_true(purchase_run_is_unknown(world->runs, run));
	assert_int_equal(records(world), 1);
	release(world);
	until(world, &world->watched, RUN_BOUGHT);
	assert_int_equal(purchases(world), 1);
	assert_one_request(world, 3);
}

/* Somebody on the way says that it isn't there: that is no answer. It is asked again after a while, and not before. */
static void pauses(void **state)
{
	struct world *world = *state;

	rule(world, 1, 1, "\"action\":\"answer\",\"status\":404,\"body\":\"<html>\",\"after\":true");
	const struct purchase_run *run = begin_well(world);
	until(world, &world->watched, RUN_PAUSING);
	assert_true(purchase_run_is_unknown(world->runs, run));
	int64_t due = purchase_runs_due(world->runs);
	assert_true(due > clock_monotonic());
	purchase_runs_step(world->runs);
	assert_int_equal(purchase_run_state(run), RUN_PAUSING);
	assert_int_equal(records(world), 1);
	/* It is known to all that it isn't known. */
	struct err err = {0};
	assert_null(begin(world, 1, world->price[1], &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_string_equal(err.code, "unsettled");
	assert_int_equal(records(world), 1);
	until(world, &world->watched, RUN_BOUGHT);
	assert_true(clock_monotonic() >= due);
	assert_int_equal(purchase_runs_due(world->runs), 0);
	assert_int_equal(purchases(world), 1);
	assert_one_request(world, 2);
}

/* The screen goes away: it is asked about anew, and somebody else is told, once. */
static void left(void **state)
{
	struct world *world = *state;

	rule(world, 1, 1, "\"action\":\"hold\"");
	struct purchase_run *run = begin_well(world);
	until_held(world);
	purchase_run_leave(world->runs, run);
	assert_int_equal(purchase_run_state(run), RUN_CHECKING);
	assert_true(purchase_runs_busy(world->runs));
	until(world, &world->told, RUN_BOUGHT);
	assert_int_equal(world->heard, 1);
	assert_int_equal(world->watched, RUN_STATES);
	assert_int_equal(purchases(world), 1);
	assert_one_request(world, 2);
	release(world);
}

/* Nothing that nobody watches is asked for again and again at once. */
static void left_and_refused_for_now(void **state)
{
	struct world *world = *state;

	rule(world, 1, 2, "\"action\":\"answer\",\"status\":404,\"body\":\"<html>\"");
	struct purchase_run *run = begin_well(world);
	until(world, &world->watched, RUN_PAUSING);
	purchase_run_leave(world->runs, run);
	until(world, &world->told, RUN_WAITING);
	assert_int_equal(purchase_runs_due(world->runs), 0);
	purchase_runs_ask(world->runs);
	until(world, &world->told, RUN_BOUGHT);
	assert_one_request(world, 3);
}

/* Killed before the request arrived, and before the reply: the next start asks, with the same key. */
static void killed(void **state)
{
	static const char *const actions[] = {"hold_request", "hold"};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		char action[64];
			order_done(world->net, &world->proxy, "{\"do\":\"clear\"}");
		snprintf(action, sizeof action, "\"action\":\"%s\"", actions[i]);
		rule(world, 1, 1, action);
		begin_well(world);
		until_held(world);
		stop(world);
		start(world);
		assert_int_equal(records(world), 1);
		fill_cart(world);
		purchase_runs_ask(world->runs);
		purchase_runs_ask(world->runs); /* it is found once */
		assert_true(purchase_runs_busy(world->runs));
		until(world, &world->told, RUN_BOUGHT);
		assert_int_equal(cart_model_quantity(world->cart, world->id[0]), 0);
		assert_int_equal(records(world), 0);
		assert_int_equal(purchases(world), (int)i + 1);
		assert_one_request(world, 2);
	}
}

/* Somebody else signs in: it waits for its buyer, and isn't in the way. */
static void somebody_else(void **state)
{
	struct world *world = *state;

	rule(world, 1, 1, "\"action\":\"hold_request\"");
	struct purchase_run *run = begin_well(world);
	until_held(world);
	net_sign_out(world->net);
	purchase_run_leave(world->runs, run);
	assert_int_equal(purchase_run_state(run), RUN_WAITING);
	sign_in(world->net, buyers[1]);
	purchase_runs_ask(world->runs);
	assert_int_equal(purchase_run_state(run), RUN_WAITING);
	assert_false(purchase_runs_busy(world->runs));
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Purchase"), 1);
	net_sign_out(world->net);
	sign_in(world->net, buyers[0]);
	purchase_runs_ask(world->runs);
	assert_int_equal(purchase_run_state(run), RUN_CHECKING);
	until(world, &world->told, RUN_BOUGHT);
	assert_int_equal(purchases(world), 1);
	assert_one_request(world, 2);
}

/* Another price: nothing was bought, the cart knows why, and it may be bought as it is now. */
static void differs(void **state)
{
	struct world *world = *state;
	unsigned news = purchase_runs_news(world->runs);
	struct err err = {0};

	fill_cart(world);
	assert_non_null(begin(world, 0, world->price[0] + 1, &err));
	until(world, &world->watched, RUN_DIFFERS);
	assert_int_equal(records(world), 0);
	assert_false(purchase_runs_busy(world->runs));
	assert_true(purchase_runs_news(world->runs) != news);
	assert_int_equal(cart_model_rows(world->cart)->row[0].price, world->price[0]);
	begin_well(world);
	until(world, &world->watched, RUN_BOUGHT);
}

/* What is in the cart isn't brought to the platform while nobody knows what of it was bought. */
static void cart_waits(void **state)
{
	struct world *world = *state;

	fill_cart(world);
	cart_model_session(world->cart);
	while (cart_model_busy(world->cart))
		turn(world);
	rule(world, 1, 1, "\"action\":\"hold\"");
	begin_well(world);
	int before = request_count(world->net, &world->proxy, "PUT", "/Cart");
	assert_true(cart_model_set(world->cart, cart_rows_find(cart_model_rows(world->cart), world->id[1]), 1));
	cart_model_refresh(world->cart);
	assert_false(cart_model_busy(world->cart));
	until_held(world);
	assert_int_equal(request_count(world->net, &world->proxy, "PUT", "/Cart"), before);
	release(world);
	until(world, &world->watched, RUN_BOUGHT);
	while (cart_model_busy(world->cart))
		turn(world);
	assert_true(cart_model_is_saved(world->cart));
	assert_int_equal(cart_model_quantity(world->cart, world->id[0]), 0);
	assert_int_equal(cart_model_quantity(world->cart, world->id[1]), 1);
}

/* Without a record nothing leaves. */
static void no_record(void **state)
{
	struct world *world = *state;
	struct err err = {0};

	temp_remove(world->folder);
	assert_null(begin(world, 0, world->price[0], &err));
	assert_int_equal(err.kind, ERR_FILE);
	assert_false(purchase_runs_busy(world->runs));
	for (int i = 0; i < 3; i++)
		turn(world);
	assert_int_equal(request_count(world->net, &world->proxy, "POST", "/Purchase"), 0);
	temp_new(world->folder);
}

/* ---- in the base profile ---- */

static void unit_fails(struct world *world, int nth, const char *rest)
{
	order_done(world->net, &world->platform,
		   "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":%d,%s}", nth, rest);
}

static void partly(void **state)
{
	struct world *world = *state;

	fill_cart(world);
	unit_fails(world, 2, "\"status\":400");
	begin_well(world);
	until(world, &world->watched, RUN_PARTLY);
	assert_int_equal(world->recorded, 1);
	assert_int_equal(cart_model_quantity(world->cart, world->id[0]), UNITS - 1);
	assert_int_equal(records(world), 0);
	assert_false(purchase_runs_busy(world->runs));
}

/* A unit of which nobody knows: its product is held back, others are not, and nothing is sent for it any more. */
static void held_back(void **state)
{
	struct world *world = *state;
	struct err err = {0};

	fill_cart(world);
	unit_fails(world, 2, "\"status\":504,\"late\":true");
	struct purchase_run *run = begin_well(world);
	until(world, &world->watched, RUN_PAUSING);
	assert_true(purchase_runs_late_ms(world->runs) > 0);
	assert_false(purchase_runs_block(world->runs));
	assert_true(purchase_runs_hold(world->runs, world->id[0]));
	assert_false(purchase_runs_hold(world->runs, world->id[1]));
	assert_null(begin(world, 0, world->price[0], &err));
	assert_string_equal(err.code, "unsettled");
	purchase_run_leave(world->runs, run);
	assert_int_equal(world->late, 1);
	purchase_runs_ask(world->runs);
	assert_int_equal(world->late, 1);
	order_done(world->net, &world->platform, "{\"do\":\"record\"}");
	until(world, &world->told, RUN_BOUGHT);
	assert_int_equal(request_count(world->net, &world->platform, "POST", "/Purchase"), UNITS);
	assert_int_equal(cart_model_quantity(world->cart, world->id[0]), 0);
	assert_int_equal(cart_model_quantity(world->cart, world->id[1]), UNITS);
	begin_well(world);
	until(world, &world->watched, RUN_BOUGHT);
}

/* Leaving between two units ends it: what has left is looked for, and the rest isn't sent. */
static void left_between(void **state)
{
	struct world *world = *state;

	fill_cart(world);
	unit_fails(world, 2, "\"hold\":true");
	struct purchase_run *run = begin_well(world);
	order_done(world->net, &world->platform, "{\"do\":\"held\",\"count\":1}");
	purchase_run_leave(world->runs, run);
	order_done(world->net, &world->platform, "{\"do\":\"release\"}");
	until(world, &world->told, RUN_BOUGHT);
	assert_int_equal(request_count(world->net, &world->platform, "POST", "/Purchase"), UNITS);
}

#define REAL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define FIRST(test) cmocka_unit_test_setup_teardown(test, set_up_first, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    REAL(bought),	  REAL(reply_lost), REAL(pauses),     REAL(left),      REAL(left_and_refused_for_now),
	    REAL(killed),	  REAL(somebody_else), REAL(differs), REAL(cart_waits), REAL(no_record),
	    FIRST(partly),	  FIRST(held_back), FIRST(left_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
