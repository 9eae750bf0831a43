/* The cart: how two copies of it come together, what may be in it, what can be taken back; and two programs that change
 * one client's cart on the real platform. */
#include <unistd.h>

#include "base/clock.h"
#include "shop/cart_merge.h"
#include "tests/unit/net_world.h"

/* ---- carts as texts: "a2 b1" is two of product a and one of b ---- */

static struct cart_rows rows_of(const char *text)
{
	struct cart_rows rows = {.count = 0};

	for (; *text; text += strcspn(text, " "), text += strspn(text, " ")) {
		struct cart_row *row = &rows.row[rows.count++];
		row->product_id[0] = *text;
		row->quantity = strtoll(text + 1, NULL, 10);
		row->price = row->seen_price = 100;
		row->stock = 1000;
		row->available = true;
	}
	return rows;
}

struct theirs {
	struct cart cart;
	struct cart_item items[40];
	char ids[40][2];
};

static void make_theirs(struct theirs *theirs, const char *text)
{
	*theirs = (struct theirs){.cart = {.items = theirs->items, .version = 7}};
	for (; *text; text += strcspn(text, " "), text += strspn(text, " ")) {
		size_t at = theirs->cart.items_count++;
		theirs->ids[at][0] = *text;
		theirs->items[at] = (struct cart_item){.product_id = theirs->ids[at],
						       .quantity = strtoll(text + 1, NULL, 10),
						       .name = "today's name",
						       .price = 120,
						       .stock = 5,
						       .seller_name = "Seller",
						       .available = true};
	}
}

static struct cart_agreed agreed_of(const char *text)
{
	struct theirs theirs;
	struct cart_agreed agreed;

	make_theirs(&theirs, text);
	cart_agree(&agreed, &theirs.cart);
	return agreed;
}

static void text_of(const struct cart_rows *rows, char text[512])
{
	int length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < rows->count; i++)
		length += snprintf(text + length, 512 - (size_t)length, "%s%s%lld", i ? " " : "",
				   rows->row[i].product_id, (long long)rows->row[i].quantity);
}

/* ---- merging ---- */

static void merges(void **state)
{
	static const struct {
		const char *what, *ours, *agreed, *theirs, *merged;
	} cases[] = {
	    {"nothing anywhere", "", "", "", ""},
	    {"sign-in: theirs is taken", "", "", "a2 b1", "a2 b1"},
	    {"sign-in: ours stays", "a2", "", "", "a2"},
	    {"sign-in: both stay", "a2", "", "b1", "a2 b1"},
	    {"sign-in: the larger counts, ours", "a3", "", "a2", "a3"},
	    {"sign-in: the larger counts, theirs", "a1", "", "a2", "a2"},
	    {"nobody changed it", "a2", "a2", "a2", "a2"},
	    {"they changed it", "a2", "a2", "a5", "a5"},
	    {"they lowered it", "a2", "a2", "a1", "a1"},
	    {"we changed it", "a3", "a2", "a2", "a3"},
	    {"we lowered it", "a1", "a2", "a2", "a1"},
	    {"both changed it: ours", "a3", "a2", "a5", "a3"},
	    {"we took it out", "", "a2", "a2", ""},
	    {"we took it out, they changed it", "", "a2", "a3", "a3"},
	    {"they took it out", "a2 b1", "a2 b1", "b1", "b1"},
	    {"they took it out, we changed it", "a3", "a2", "", "a3"},
	    {"they took all out: it was bought", "a2 b1", "a2 b1", "", ""},
	    {"bought, but for what we added since", "a2 b1", "a2", "", "b1"},
	    {"each added another", "a1 b1", "a1", "a1 c4", "a1 b1 c4"},
	    {"no such quantity", "a1", "a1", "a0 b0 c-4 d99999999", "a1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cart_rows rows = rows_of(cases[i].ours);
		struct cart_agreed agreed = agreed_of(cases[i].agreed);
		struct theirs theirs;
		char text[512];

		make_theirs(&theirs, cases[i].theirs);
		cart_merge(&rows, &agreed, &theirs.cart);
		text_of(&rows, text);
		if (strcmp(text, cases[i].merged) != 0)
			fail_msg("%s: '%s' and not '%s'", cases[i].what, text, cases[i].merged);
	}
}

static void values(void **state)
{
	struct cart_rows rows = rows_of("a2");
	struct cart_agreed agreed = agreed_of("a2");
	struct theirs theirs;

	(void)state;
	make_theirs(&theirs, "a2 b1");
	theirs.items[0].available = false;
	cart_merge(&rows, &agreed, &theirs.cart);
	/* Today's values are taken; what it cost when it was put in is remembered. */
	assert_string_equal(rows.row[0].name, "today's name");
	assert_string_equal(rows.row[0].seller_name, "Seller");
	assert_int_equal(rows.row[0].price, 120);
	assert_int_equal(rows.row[0].seen_price, 100);
	assert_int_equal(rows.row[0].stock, 5);
	assert_false(rows.row[0].available);
	assert_int_equal(rows.row[1].seen_price, 120);
	assert_true(rows.row[1].available);
}

static void full(void **state)
{
	struct cart_rows rows = {.count = 0};
	struct cart_agreed agreed = {.count = 0};
	struct theirs theirs;
	char text[256] = "";
	int length = 0;

	(void)state;
	for (int i = 0; i < 36; i++)
		length += snprintf(text + length, sizeof text - (size_t)length, "%c1 ", 'A' + i);
	make_theirs(&theirs, text);
	cart_merge(&rows, &agreed, &theirs.cart);
	assert_int_equal(rows.count, LIMIT_LINES);
	cart_agree(&agreed, &theirs.cart);
	assert_int_equal(agreed.count, LIMIT_LINES);
	assert_true(cart_is_agreed(&rows, &agreed));
	cart_rows_remove(&rows, 31);
	cart_rows_remove(&rows, 0);
	assert_int_equal(rows.count, 30);
	assert_string_equal(rows.row[0].product_id, "B");
	assert_false(cart_is_agreed(&rows, &agreed));
	assert_int_equal(cart_rows_find(&rows, "A"), rows.count);
	assert_int_equal(cart_rows_find(&rows, "C"), 1);
}

static void draw(uint64_t *random, char text[64])
{
	int length = 0;

	text[0] = '\0';
	for (int id = 'a'; id <= 'f'; id++)
		if (chance_below(random, 2))
			length += snprintf(text + length, 64 - (size_t)length, "%s%c%d", length ? " " : "", id,
					   (int)chance_below(random, 4) + 1);
}

/* Who changed nothing gets what the other has; who merges twice has it once. */
static void by_chance(void **state)
{
	uint64_t random = chance_seed();
	char ours[64], theirs_text[64], before[64], merged[512], again[512];
	struct theirs theirs;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		draw(&random, ours);
		draw(&random, theirs_text);
		draw(&random, before);
		make_theirs(&theirs, theirs_text);

		struct cart_rows rows = rows_of(before);
		struct cart_agreed agreed = agreed_of(before);
		cart_merge(&rows, &agreed, &theirs.cart);
		cart_agree(&agreed, &theirs.cart);
		assert_true(cart_is_agreed(&rows, &agreed));

		rows = rows_of(ours);
		agreed = agreed_of(theirs_text);
		cart_merge(&rows, &agreed, &theirs.cart);
		text_of(&rows, merged);
		assert_string_equal(merged, ours);

		rows = rows_of(ours);
		agreed = agreed_of(before);
		cart_merge(&rows, &agreed, &theirs.cart);
		text_of(&rows, merged);
		cart_agree(&agreed, &theirs.cart);
		cart_merge(&rows, &agreed, &theirs.cart);
		text_of(&rows, again);
		assert_string_equal(merged, again);
	}
}

/* ---- the model, for somebody who isn't signed in ---- */

struct counts {
	int changed, failed;
	bool held;
};

static void on_changed(void *context)
{
	((struct counts *)context)->changed++;
}

static void on_failed(void *context, const struct err *err)
{
	(void)err;
	((struct counts *)context)->failed++;
}

static bool is_held(void *context)
{
	return ((const struct counts *)context)->held;
}

static struct cart_model *new_model(struct net *net, struct counts *counts)
{
	struct cart_model *cart =
	    cart_model_new(net, &(struct cart_model_events){on_changed, on_failed, is_held, counts});

	assert_non_null(cart);
	cart_model_session(cart);
	return cart;
}

static void assert_cart(const struct cart_model *cart, const char *wanted)
{
	char text[512];

	text_of(cart_model_rows(cart), text);
	assert_string_equal(text, wanted);
}

static void guest(void **state)
{
	struct net *net = world_net("http://127.0.0.1:9", NULL); /* nothing is asked */
	struct counts counts = {0};
	struct cart_model *cart = new_model(net, &counts);
	struct product a = {.id = "a", .name = "A", .price = 250, .stock = 3};
	struct product b = {.id = "b", .name = "B", .price = 100, .stock = 0};
	struct product c = {.id = "c", .name = "C", .price = 100, .stock = -1};
	struct err err = {0};

	(void)state;
	assert_false(cart_model_undo(cart));
	assert_true(cart_model_add(cart, &a, 1, &err));
	assert_true(cart_model_add(cart, &a, 9, &err)); /* as many as there are */
	assert_cart(cart, "a3");
	assert_false(cart_model_add(cart, &a, 1, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_string_equal(err.code, "out_of_stock");
	assert_false(cart_model_add(cart, &b, 1, &err));
	assert_true(cart_model_add(cart, &c, 40, &err)); /* stock isn't counted there */
	assert_true(cart_model_add(cart, &c, 1, &err));
	assert_cart(cart, "a3 c41");
	assert_int_equal(cart_model_units(cart), 44);
	c.stock = INT64_MAX; /* so much that nobody may buy all of it */
	assert_true(cart_model_add(cart, &c, INT64_MAX - 41, &err));
	assert_int_equal(cart_model_quantity(cart, "c"), LIMIT_QUANTITY);
	assert_true(cart_model_undo(cart));

	assert_false(cart_model_set(cart, 0, 8)); /* that is all there is, as before */
	assert_true(cart_model_set(cart, 0, 2));
	assert_true(cart_model_set(cart, 1, 0));
	assert_cart(cart, "a2");
	assert_false(cart_model_set(cart, 5, 1));
	for (int i = 0; i < 2; i++)
		assert_true(cart_model_undo(cart));
	assert_cart(cart, "a3 c41");
	for (int i = 0; i < 3; i++)
		assert_true(cart_model_undo(cart));
	assert_cart(cart, "a1");
	assert_true(cart_model_undo(cart));
	assert_cart(cart, "");
	assert_false(cart_model_undo(cart));
	assert_int_equal(counts.failed, 0);
	assert_true(counts.changed > 8);
	assert_false(cart_model_busy(cart));
	cart_model_free(cart);
	net_free(net);
}

static void limits(void **state)
{
	struct net *net = world_net("http://127.0.0.1:9", NULL);
	struct counts counts = {0};
	struct cart_model *cart = new_model(net, &counts);
	struct err err = {0};

	(void)state;
	for (int i = 0; i <= LIMIT_LINES; i++) {
		char id[16];
		snprintf(id, sizeof id, "p%d", i);
		struct product product = {.id = id, .name = "P", .price = 1, .stock = 5};
		assert_int_equal(cart_model_add(cart, &product, 1, &err), i < LIMIT_LINES);
	}
	assert_int_equal(err.kind, ERR_TOO_LARGE);
	assert_int_equal(cart_model_rows(cart)->count, LIMIT_LINES);

	/* What a refused purchase has told. */
	struct product now = {.id = "p3", .name = "P3", .price = 9, .stock = 0};
	cart_model_update(cart, &now);
	cart_model_gone(cart, "p4");
	cart_model_gone(cart, "none");
	assert_int_equal(cart_model_rows(cart)->row[3].price, 9);
	assert_int_equal(cart_model_rows(cart)->row[3].seen_price, 1);
	assert_int_equal(cart_model_rows(cart)->row[3].stock, 0);
	assert_false(cart_model_rows(cart)->row[4].available);
	assert_int_equal(cart_model_units(cart), LIMIT_LINES - 1);

	/* Only so many changes are remembered: the last ones. */
	int undone = 0;
	while (cart_model_undo(cart))
		assert_int_equal(cart_model_rows(cart)->count, LIMIT_LINES - ++undone);
	assert_int_equal(undone, CART_UNDO);
	cart_model_free(cart);
	net_free(net);
}

/* What a purchase took goes, and nothing else; it can't be taken back. */
static void bought(void **state)
{
	struct net *net = world_net("http://127.0.0.1:9", NULL);
	struct counts counts = {0};
	struct cart_model *cart = new_model(net, &counts);
	const struct purchase_item items[] = {{"b", 1, 100}, {"none", 7, 1}, {"a", 2, 250}, {"c", 9, 1}};
	struct err err = {0};

	(void)state;
	for (const char *id = "abcd"; *id; id++) {
		char name[] = {*id, '\0'};
		struct product product = {.id = name, .name = name, .price = 100, .stock = 5};
		assert_true(cart_model_add(cart, &product, *id == 'a' ? 3 : 1, &err));
	}
	assert_true(cart_model_can_undo(cart));
	cart_model_bought(cart, items, COUNT_OF(items));
	assert_cart(cart, "a1 d1");
	assert_false(cart_model_can_undo(cart));
	cart_model_free(cart);
	net_free(net);
}

/* ---- two programs, one client, the real platform ---- */

struct shopper {
	struct net *net;
	struct cart_model *cart;
	struct counts counts;
};

static void run(struct shopper *shopper)
{
	int64_t end = clock_monotonic() + WORLD_MS;

	while (cart_model_busy(shopper->cart)) {
		assert_true(clock_monotonic() < end);
		assert_true(net_wait(shopper->net, NULL, 0, 1000));
		net_run(shopper->net);
	}
}

static void shopper_start(struct shopper *shopper, const char *url)
{
	*shopper = (struct shopper){.net = world_net(url, NULL)};
	shopper->cart = new_model(shopper->net, &shopper->counts);
}

static void shopper_stop(struct shopper *shopper)
{
	cart_model_free(shopper->cart);
	net_free(shopper->net);
}

static void assert_same(const struct shopper *one, const struct shopper *other, size_t count)
{
	const struct cart_rows *a = cart_model_rows(one->cart), *b = cart_model_rows(other->cart);

	assert_int_equal(a->count, count);
	assert_int_equal(b->count, count);
	for (size_t i = 0; i < count; i++) {
		size_t at = cart_rows_find(b, a->row[i].product_id);
		assert_true(at < count);
		assert_int_equal(a->row[i].quantity, b->row[at].quantity);
	}
}

static void two_of_one(void **state)
{
	const char *program = getenv("VITRINED");
	struct server platform;
	struct shopper one, other;
	struct product_query query = {.sort = -1, .limit = 4};
	struct err err = {0};

	(void)state;
	if (!program || access(program, X_OK) != 0)
		skip();
	server_start(&platform, "VITRINED", (const char *const[]){"--demo", "--listen", "127.0.0.1:0", NULL});
	shopper_start(&one, platform.url);
	shopper_start(&other, platform.url);
	struct net_reply *reply = call_ok(one.net, API_product_list, &(struct net_args){.query = &query});
	const struct product *products = ((const struct product_page *)reply->answer)->products;

	/* A guest's cart comes along when they sign in. */
	assert_true(cart_model_add(one.cart, &products[0], 2, &err));
	assert_false(cart_model_busy(one.cart));
	sign_in(one.net, "ada@example.com");
	cart_model_session(one.cart);
	run(&one);
	sign_in(other.net, "ada@example.com");
	cart_model_session(other.cart);
	run(&other);
	assert_same(&one, &other, 1);

	/* Both change it: the second is told, and both changes are there. */
	assert_true(cart_model_add(one.cart, &products[1], 1, &err));
	run(&one);
	assert_true(cart_model_add(other.cart, &products[2], 1, &err));
	run(&other);
	assert_int_equal(cart_model_rows(other.cart)->count, 3);
	cart_model_refresh(one.cart);
	run(&one);
	assert_same(&one, &other, 3);

	/* One takes out what the other leaves alone. */
	assert_true(cart_model_set(one.cart, cart_rows_find(cart_model_rows(one.cart), products[0].id), 0));
	run(&one);
	cart_model_refresh(other.cart);
	run(&other);
	assert_same(&one, &other, 2);
	assert_true(cart_model_undo(one.cart));
	run(&one);
	cart_model_refresh(other.cart);
	run(&other);
	assert_same(&one, &other, 3);

	/* Many changes while one is being sent: the last state arrives. */
	for (int i = 0; i < 5; i++)
		assert_true(cart_model_add(one.cart, &products[1], 1, &err) || err.kind == ERR_CONFLICT);
	run(&one);
	cart_model_refresh(other.cart);
	run(&other);
	assert_same(&one, &other, 3);

	assert_int_equal(one.counts.failed + other.counts.failed, 0);
	net_sign_out(other.net);
	cart_model_session(other.cart);
	assert_cart(other.cart, "");
	net_reply_free(reply);
	shopper_stop(&one);
	shopper_stop(&other);
	server_stop(&platform);
}

/* What is changed in the last moment before a purchase is on its way stays changed: what the platform's copy still has
 * of it doesn't come back. Nothing else of that copy is lost. */
static void changed_before_buying(void **state)
{
	const char *program = getenv("VITRINED");
	struct server platform;
	struct shopper one;
	struct product_query query = {.sort = SORT_PRICE_DOWN, .limit = 4};
	struct err err = {0};

	(void)state;
	if (!program || access(program, X_OK) != 0)
		skip();
	server_start(&platform, "VITRINED", (const char *const[]){"--demo", "--listen", "127.0.0.1:0", NULL});
	shopper_start(&one, platform.url);
	struct net_reply *reply = call_ok(one.net, API_product_list, &(struct net_args){.query = &query});
	const struct product *products = ((const struct product_page *)reply->answer)->products;

	sign_in(one.net, "ada@example.com");
	cart_model_session(one.cart);
	run(&one);
	for (size_t i = 0; i < 4; i++)
		assert_true(cart_model_add(one.cart, &products[i], 2, &err));
	run(&one);
	assert_true(cart_model_set(one.cart, cart_rows_find(cart_model_rows(one.cart), products[1].id), 0));
	assert_true(cart_model_set(one.cart, cart_rows_find(cart_model_rows(one.cart), products[2].id), 1));
	one.counts.held = true;
	cart_model_hold_changed(one.cart);

	const struct purchase_item item = {products[0].id, 1, products[0].price};
	struct purchase_request request = {.items = (struct purchase_item *)(uintptr_t)&item, .items_count = 1};
	net_reply_free(call_ok(one.net, API_purchase_create, &(struct net_args){.body = &request, .key = "k"}));
	cart_model_bought(one.cart, &item, 1);
	one.counts.held = false;
	cart_model_hold_changed(one.cart);
	run(&one);
	for (int times = 0; times < 2; times++) {
		assert_int_equal(cart_model_quantity(one.cart, products[0].id), 1);
		assert_int_equal(cart_model_quantity(one.cart, products[1].id), 0);
		assert_int_equal(cart_model_quantity(one.cart, products[2].id), 1);
		assert_int_equal(cart_model_quantity(one.cart, products[3].id), 2);
		cart_model_refresh(one.cart);
		run(&one);
	}
	net_reply_free(reply);
	shopper_stop(&one);
	server_stop(&platform);
}

/* The first platform keeps no carts: nothing is said about that, and what is in the cart stays. */
static void not_kept(void **state)
{
	struct server shop;
	struct shopper shopper;
	struct product product = {.id = "a", .name = "A", .price = 250, .stock = -1};
	struct err err = {0};

	(void)state;
	server_start(&shop, "firstplatform/firstplatform.py", (const char *const[]){"--base-path", "/Prod", NULL});
	shopper_start(&shopper, shop.url);
	assert_true(cart_model_add(shopper.cart, &product, 3, &err));
	sign_in(shopper.net, "ada@example.com");
	cart_model_session(shopper.cart);
	run(&shopper);
	assert_cart(shopper.cart, "a3");
	cart_model_refresh(shopper.cart);
	run(&shopper);
	assert_cart(shopper.cart, "a3");
	assert_int_equal(shopper.counts.failed, 0);
	shopper_stop(&shopper);
	server_stop(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(merges),     cmocka_unit_test(values),
	    cmocka_unit_test(full),       cmocka_unit_test(by_chance),
	    cmocka_unit_test(guest),      cmocka_unit_test(limits),
	    cmocka_unit_test(two_of_one), cmocka_unit_test(not_kept),
	    cmocka_unit_test(bought),     cmocka_unit_test(changed_before_buying),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
