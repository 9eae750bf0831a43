/* Memory ends, at each allocation in turn, while a person's day at the shop goes by: every call ends with an answer or
 * an error, nothing is lost, and nothing crashes. Against the real platform, and against the stand-in for the first
 * one. */
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "models/product.h"
#include "models/purchase.h"
#include "net/pending.h"
#include "tests/unit/net_world.h"
#include "tests/unit/scarce.h"

enum { JSON_EVERY = 8 };

static const struct walk {
	const char *program, *email;
	const char *arguments[6];
	void (*steps)(struct net *net);
	const char *orders[2]; /* to the server, so that it has what it had the last time */
} *walk;

static struct server server;
static char folder[256];
static int done_well; /* calls that were answered with what was asked for */

/* ---- calls ---- */

struct ending {
	bool over, ok;
	struct net_reply *reply;
};

static void ended(void *context, struct net_reply *reply)
{
	struct ending *ending = context;

	assert_false(ending->over);
	assert_true(reply->ok || reply->err.kind != ERR_NONE);
	assert_true(reply->ok || *reply->err.message);
	net_reply_keep(reply);
	*ending = (struct ending){.over = true, .ok = reply->ok, .reply = reply};
}

/* Makes a call and waits for its end; the reply is the caller's, NULL where it could not even be made. */
static struct net_reply *make(struct net *net, enum api_op op, const struct net_args *args)
{
	struct ending ending = {.over = false};

	if (!net_call(net, op, args, NULL, ended, &ending))
		return NULL;
	run_until(net, &ending.over);
	done_well += ending.ok;
	return ending.reply;
}

static void make_only(struct net *net, enum api_op op, const struct net_args *args)
{
	net_reply_free(make(net, op, args));
}

/* ---- what people do ---- */

static void sign_in_scarcely(struct net *net, const char *email)
{
	struct login_request login = {.email = email, .password = "Vitrine-2026"};

	make_only(net, API_login, &(struct net_args){.body = &login});
}

/* Some product that can be bought, in the reply. */
static const struct product *find_product(struct net *net, const char *word, struct net_reply **ret_reply)
{
	struct product_query query = {.q = word, .limit = 1, .sort = SORT_BEST};

	*ret_reply = make(net, API_product_list, &(struct net_args){.query = &query});
	const struct product_page *page = *ret_reply && (*ret_reply)->ok ? (*ret_reply)->answer : NULL;
	return page && page->products_count ? &page->products[0] : NULL;
}

/* A purchase whose record is on the disk before it leaves. *ret_id is the number of what was bought. */
static void buy(struct net *net, const struct product *product, int64_t price, char *ret_id, size_t size)
{
	struct purchase_item item = {.product_id = product->id, .quantity = 1, .price = price};
	struct purchase_request request = {.items = &item, .items_count = 1};
	struct pending *pending = pending_new(net_state(net), net_session(net)->user_id, &request, NULL);
	const void *products;
	size_t count;

	if (!pending)
		return;
	struct net_args args = {.body = &pending->request, .key = pending->key, .pending = pending};
	struct net_reply *reply = make(net, API_purchase_create, &args);
	if (reply && reply->ok)
		snprintf(ret_id, size, "%s", ((const struct purchase *)reply->answer)->id);
	if (reply && !reply->ok)
		(void)net_reply_list(reply, "products", &product_shape, &products, &count);
	net_reply_free(reply);
	(void)pending_settle(pending, net_state(net), NULL);
	pending_free(pending);
}

/* The token is as good as expired, so it is prolonged first. */
static void grow_old(struct net *net)
{
	struct session *session = (struct session *)(uintptr_t)net_session(net);

	if (session && session->expires_at)
		session->expires_at = 1;
}

static void find_unsettled(struct net *net)
{
	struct pending *list = net_session(net) ? pending_load(net_state(net), net_session(net)->user_id) : NULL;

	while (list) {
		struct pending *next = list->next;

		pending_free(list);
		list = next;
	}
}

/* Puts one more thing into the platform's copy of the cart. */
static void fill_cart(struct net *net, const struct product *product)
{
	struct net_reply *reply = make(net, API_cart_get, NULL);
	struct cart_item item = {.product_id = product->id, .quantity = 1};
	struct cart cart = {.items = &item, .items_count = 1};
	const void *theirs;

	if (reply && reply->ok)
		cart.version = ((const struct cart *)reply->answer)->version;
	net_reply_free(reply);
	make_only(net, API_cart_put, &(struct net_args){.body = &cart});
	cart.version += 1000; /* nobody's: the problem says what there is */
	reply = make(net, API_cart_put, &(struct net_args){.body = &cart});
	if (reply && !reply->ok)
		(void)net_reply_object(reply, "cart", &cart_shape, &theirs);
	net_reply_free(reply);
}

/* ---- a day at the platform ---- */

static void walk_full(struct net *net)
{
	struct net_reply *reply = NULL;
	char purchase[64] = "";

	sign_in_scarcely(net, walk->email);
	const struct product *product = find_product(net, "tea", &reply);
	if (product && net_session(net)) {
		make_only(net, API_product_get, &(struct net_args){.id = product->id});
		make_only(net, API_picture_get, &(struct net_args){.id = product->id});
		grow_old(net);
		fill_cart(net, product);
		if (net_session(net))
			buy(net, product, product->price + 1, purchase, sizeof purchase);
		if (net_session(net))
			buy(net, product, product->price, purchase, sizeof purchase);
	}
	net_reply_free(reply);
	make_only(net, API_purchase_list, &(struct net_args){.query = &(struct purchase_query){.limit = 1}});
	if (*purchase)
		make_only(net, API_purchase_cancel,
			  &(struct net_args){.id = purchase});
	find_unsettled(net);
}

/* ---- a day at the first platform ---- */

static void walk_first(struct net *net)
{
	struct net_reply *reply = NULL;
	char purchase[64] = "";

	sign_in_scarcely(net, walk->email);
	make_only(net, API_category_list, NULL);
	make_only(net, API_seller_list, NULL);
	const struct product *product = find_product(net, "cups", &reply);
	if (product && net_session(net)) {
		make_only(net, API_product_get, &(struct net_args){.id = product->id});
		make_only(net, API_seller_get, &(struct net_args){.id = product->seller_id});
		buy(net, product, product->price + 1, purchase, sizeof purchase);
		buy(net, product, product->price, purchase, sizeof purchase);
	}
	net_reply_free(reply);
	if (net_session(net))
		make_only(net, API_client_get, &(struct net_args){.id = net_session(net)->user_id});
	make_only(net, API_purchase_list, NULL);
	find_unsettled(net);
}

static void walk_first_seller(struct net *net)
{
	struct product_change changes[2] = {{.name = "A thing", .price = 100, .category = "Things"}, {.price = 200}};
	struct product_batch batch = {.items = changes, .items_count = 2};
	struct net_reply *reply = NULL;

	for (size_t i = 0; i < COUNT_OF(changes); i++)
		shape_give(&product_batch_item_shape, &changes[i], "price");
	shape_give(&product_batch_item_shape, &changes[0], "name");
	shape_give(&product_batch_item_shape, &changes[0], "category");
	sign_in_scarcely(net, walk->email);
	const struct product *product = find_product(net, "cups", &reply);
	if (product && net_session(net)) {
		char id[64];

		snprintf(id, sizeof id, "%s", product->id);
		changes[1].id = id;
		make_only(net, API_product_batch, &(struct net_args){.body = &batch});
	}
	net_reply_free(reply);
}

/* ---- the test ---- */

/* The whole of it, from the first moment to the last. */
static void go(void)
{
	struct net_options options = {
	    .url = server.url, .state_dir = folder, .pause_ms = 1, .deadline_ms = 2000, .unit_ms = 2000, .late_ms = 1};
	struct err err = {.kind = ERR_NONE};
	struct net *net = net_new(&options, &err);

	if (!net) {
		assert_int_equal(err.kind, ERR_MEMORY);
		return;
	}
	walk->steps(net);
	net_sign_out(net);
	net_run(net);
	net_free(net);
}

static size_t go_failing(size_t fail_at, bool for_good, bool *ret_failed)
{
	for (size_t i = 0; i < COUNT_OF(walk->orders) && walk->orders[i]; i++)
		order_done(NULL, &server, "%s", walk->orders[i]);
	done_well = 0;
	scarce_begin(fail_at, for_good);
	go();
	*ret_failed = scarce_end();
	return (size_t)done_well;
}

static void each_in_turn(void)
{
	size_t usual, fail_at = 0, well;
	bool failed;

	scarce_json(JSON_EVERY);
	go(); /* what is there once for all is there now */
	usual = go_failing(SIZE_MAX, false, &failed);
	assert_false(failed);
	print_message("%zu calls succeed\n", usual);
	for (;; fail_at++) {
		well = go_failing(fail_at, false, &failed);
		if (!failed)
			break;
	}
	assert_int_equal(well, usual);
	print_message("%zu allocations\n", fail_at);
	assert_true(fail_at > 100);
	for (size_t at = 0; at < fail_at; at += 1 + at / 8)
		go_failing(at, true, &failed);
}

static int set_up(void **state)
{
	const char *program = getenv("VITRINED");

	walk = *state;
	temp_new(folder);
	if (walk->program[0] == 'V' && (!program || access(program, X_OK) != 0))
		return -1;
	server_start(&server, walk->program, walk->arguments);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	server_stop(&server);
	temp_remove(folder);
	return 0;
}

static void at_the_platform(void **state)
{
	(void)state;
	each_in_turn();
}

static void at_the_first_platform(void **state)
{
	(void)state;
	each_in_turn();
}

static void selling_there(void **state)
{
	(void)state;
	each_in_turn();
}

int main(void)
{
	static struct walk full = {.program = "VITRINED",
				   .email = "ada@example.com",
				   .arguments = {"--demo", "--no-log", "--listen", "127.0.0.1:0"},
				   .steps = walk_full},
			   first = {.program = "firstplatform/firstplatform.py",
				    .email = "ada@example.com",
				    .arguments = {"--base-path", "/Prod"},
				    .steps = walk_first,
				    .orders = {"{\"do\":\"empty\",\"what\":\"purchases\"}"}},
			   seller = {.program = "firstplatform/firstplatform.py",
				     .email = "grace@example.com",
				     .arguments = {"--base-path", "/Prod"},
				     .steps = walk_first_seller,
				     .orders = {"{\"do\":\"empty\",\"what\":\"products\"}",
						"{\"do\":\"add\",\"what\":\"products\",\"row\":{\"id\":\"P1\","
						"\"name\":\"Cups\",\"price\":\"4\",\"category\":\"\","
						"\"seller_id\":\"S1\"}}"}};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_prestate_setup_teardown(at_the_platform, set_up, tear_down, &full),
	    cmocka_unit_test_prestate_setup_teardown(at_the_first_platform, set_up, tear_down, &first),
	    cmocka_unit_test_prestate_setup_teardown(selling_there, set_up, tear_down, &seller),
	};

	if (getenv("VITRINE_TEST"))
		cmocka_set_test_filter(getenv("VITRINE_TEST"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
