/* Carts. */
#include <string.h>

#include "models/limits.h"
#include "store_suite.h"

static struct cart put(struct fixture *fx, const char *client, struct cart_item *items, size_t count, int64_t version)
{
	const struct cart wanted = {.items = items, .items_count = count, .version = version};
	struct cart cart;

	OK(fx, fx->store->cart_put(fx->store, client, &wanted, &fx->arena, &cart, &fx->err));
	return cart;
}

static struct cart get(struct fixture *fx, const char *client)
{
	struct cart cart;

	OK(fx, fx->store->cart_get(fx->store, client, &fx->arena, &cart, &fx->err));
	return cart;
}

static void a_cart_that_was_never_saved_is_empty(void **state)
{
	struct fixture *fx = *state;
	struct cart cart = get(fx, suite_client(fx, "Ada"));

	assert_int_equal(cart.items_count, 0);
	assert_int_equal(cart.version, 0);
	assert_string_equal(cart.currency, "EUR");
}

static void a_cart_keeps_its_order_and_tells_of_today(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 5), cup = suite_product(fx, seller, "Cup", 100, 7);
	struct cart_item items[] = {{.product_id = cup.id, .quantity = 9}, {.product_id = lamp.id, .quantity = 1}};
	struct cart cart = put(fx, client, items, 2, 0);
	const struct product_change change = suite_change("Big lamp", NULL, NULL, 600, 0);

	assert_int_equal(cart.version, 1);
	OK(fx, store->product_update(store, seller, lamp.id, &change, &fx->arena, &lamp, &fx->err));
	cart = get(fx, client);
	assert_int_equal(cart.version, 1);
	assert_int_equal(cart.items_count, 2);
	assert_string_equal(cart.items[0].product_id, cup.id);
	assert_int_equal(cart.items[0].quantity, 9);
	assert_int_equal(cart.items[0].stock, 7);
	assert_true(cart.items[0].available);
	assert_string_equal(cart.items[1].product_id, lamp.id);
	assert_string_equal(cart.items[1].name, "Big lamp");
	assert_int_equal(cart.items[1].price, 600);
	assert_int_equal(cart.items[1].stock, 0);
	assert_string_equal(cart.items[1].seller_id, seller);
	assert_string_equal(cart.items[1].seller_name, "Grace");
	assert_true(cart.items[1].available);

	OK(fx, store->product_archive(store, seller, lamp.id, &fx->err));
	cart = get(fx, client);
	assert_string_equal(cart.items[1].name, "Big lamp");
	assert_false(cart.items[1].available);
}

static void a_cart_is_replaced_whole(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada"),
		   *other = suite_client(fx, "Bob");
	struct cart_item items[LIMIT_LINES];
	struct cart cart;

	for (size_t i = 0; i < LIMIT_LINES; i++)
		items[i] = (struct cart_item){.product_id = suite_product(fx, seller, "Thing", 1, 1).id,
					      .quantity = LIMIT_QUANTITY};
	cart = put(fx, client, items, LIMIT_LINES, 0);
	assert_int_equal(cart.items_count, LIMIT_LINES);
	for (size_t i = 0; i < LIMIT_LINES; i++)
		assert_string_equal(cart.items[i].product_id, items[i].product_id);
	put(fx, other, items, 3, 0);
	cart = put(fx, client, items + 5, 2, 1);
	assert_int_equal(cart.version, 2);
	assert_int_equal(cart.items_count, 2);
	assert_string_equal(cart.items[0].product_id, items[5].product_id);
	cart = put(fx, client, NULL, 0, 2);
	assert_int_equal(cart.version, 3);
	assert_int_equal(cart.items_count, 0);
	assert_int_equal(get(fx, other).items_count, 3);
}

static void a_stale_cart_is_a_conflict_that_tells_how_it_is(void **state)
{
	static const int64_t versions[] = {0, 2, 7};
	struct fixture *fx = *state;
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 500, 5);
	const char *client = suite_client(fx, "Ada");
	struct cart_item item = {.product_id = lamp.id, .quantity = 2};

	put(fx, client, &item, 1, 0);
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		const struct cart wanted = {.version = versions[i]};
		struct cart cart = {.version = -1};

		assert_false(fx->store->cart_put(fx->store, client, &wanted, &fx->arena, &cart, &fx->err));
		suite_expect(fx, ERR_CONFLICT, "version_conflict");
		assert_int_equal(cart.version, 1);
		assert_int_equal(cart.items_count, 1);
		assert_string_equal(cart.items[0].name, "Lamp");
	}
}

static void a_product_that_never_was_is_named(void **state)
{
	struct fixture *fx = *state;
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 500, 5);
	const char *client = suite_client(fx, "Ada");
	struct cart_item items[] = {{.product_id = lamp.id, .quantity = 2},
				    {.product_id = suite_id(fx), .quantity = 1}};
	const struct cart wanted = {.items = items, .items_count = 2};
	struct cart cart = {.version = -1};

	assert_false(fx->store->cart_put(fx->store, client, &wanted, &fx->arena, &cart, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_string_equal(fx->err.field, "/items/1/product_id");
	assert_int_equal(cart.version, -1);
	assert_int_equal(get(fx, client).version, 0);
	assert_int_equal(get(fx, client).items_count, 0);
}

/* As many of each product as were bought; what else is there stays, and so does what was put in meanwhile. */
static void buying_takes_out_of_the_cart_what_was_bought(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace");
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 9), vase = suite_product(fx, seller, "Vase", 5, 9),
		       cup = suite_product(fx, seller, "Cup", 7, 9);
	const char *client = suite_client(fx, "Ada"), *other = suite_client(fx, "Bob");
	struct cart_item items[] = {{.product_id = lamp.id, .quantity = 2},
				    {.product_id = vase.id, .quantity = 5},
				    {.product_id = cup.id, .quantity = 1}};
	const struct purchase_item bought[] = {{vase.id, 3, 5}, {lamp.id, 2, 500}};
	struct cart cart;

	put(fx, client, items, 3, 0);
	put(fx, other, items, 2, 0);
	suite_buy(fx, client, bought, 2);
	cart = get(fx, client);
	assert_int_equal(cart.version, 2);
	assert_int_equal(cart.items_count, 2);
	assert_string_equal(cart.items[0].product_id, vase.id);
	assert_int_equal(cart.items[0].quantity, 2);
	assert_string_equal(cart.items[1].product_id, cup.id);
	assert_int_equal(cart.items[1].quantity, 1);
	assert_int_equal(get(fx, other).items_count, 2);

	/* More than is there, and again what isn't there any more. */
	const struct purchase_item more[] = {{vase.id, 4, 5}, {lamp.id, 1, 500}};
	suite_buy(fx, client, more, 2);
	cart = get(fx, client);
	assert_int_equal(cart.version, 3);
	assert_int_equal(cart.items_count, 1);
	assert_string_equal(cart.items[0].product_id, cup.id);
	put(fx, client, items, 1, 3);
	suite_buy_one(fx, client, &cup, 1);
	assert_int_equal(get(fx, client).version, 4);
	assert_int_equal(get(fx, client).items_count, 1);

	/* A cart that was never saved stays so. */
	const char *third = suite_client(fx, "Cleo");
	suite_buy_one(fx, third, &lamp, 1);
	assert_int_equal(get(fx, third).version, 0);
}

static void a_cart_keeps_the_price_that_was_seen(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 9), cup = suite_product(fx, seller, "Cup", 7, 9);
	struct cart_item items[] = {{.product_id = lamp.id, .quantity = 2, .seen_price = 450},
				    {.product_id = cup.id, .quantity = 2}};
	struct cart cart = put(fx, client, items, 2, 0);

	assert_int_equal(cart.items[0].seen_price, 450);
	assert_int_equal(cart.items[0].price, 500);
	assert_int_equal(cart.items[1].seen_price, 0);
	suite_buy_one(fx, client, &lamp, 1);
	cart = get(fx, client);
	assert_int_equal(cart.items[0].quantity, 1);
	assert_int_equal(cart.items[0].seen_price, 450);
}

int suite_carts(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(a_cart_that_was_never_saved_is_empty),
	    SUITE_TEST(a_cart_keeps_its_order_and_tells_of_today),
	    SUITE_TEST(a_cart_is_replaced_whole),
	    SUITE_TEST(a_stale_cart_is_a_conflict_that_tells_how_it_is),
	    SUITE_TEST(a_product_that_never_was_is_named),
	    SUITE_TEST(buying_takes_out_of_the_cart_what_was_bought),
	    SUITE_TEST(a_cart_keeps_the_price_that_was_seen),
	};

	print_message("carts, %s\n", name);
	return cmocka_run_group_tests_name("carts", tests, NULL, NULL);
}
