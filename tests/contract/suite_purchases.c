/* Buying, by one buyer at a time. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "store_suite.h"

static int64_t stock_of(struct fixture *fx, const char *id)
{
	struct product product;

	OK(fx, fx->store->product_get(fx->store, id, &fx->arena, &product, &fx->err));
	return product.stock;
}

static struct purchase_page list(struct fixture *fx, const char *client)
{
	return suite_list_purchases(fx, client, NULL, NULL);
}

static void assert_same(const struct purchase *a, const struct purchase *b)
{
	assert_string_equal(a->id, b->id);
	assert_string_equal(a->client_id, b->client_id);
	assert_string_equal(a->client_name, b->client_name);
	assert_int_equal(a->purchase_date, b->purchase_date);
	assert_int_equal(a->status, b->status);
	assert_string_equal(a->currency, b->currency);
	assert_int_equal(a->total, b->total);
	assert_int_equal(a->lines_count, b->lines_count);
	for (size_t i = 0; i < a->lines_count; i++) {
		assert_string_equal(a->lines[i].product_id, b->lines[i].product_id);
		assert_string_equal(a->lines[i].product_name, b->lines[i].product_name);
		assert_string_equal(a->lines[i].seller_id, b->lines[i].seller_id);
		assert_string_equal(a->lines[i].seller_name, b->lines[i].seller_name);
		assert_int_equal(a->lines[i].price, b->lines[i].price);
		assert_int_equal(a->lines[i].quantity, b->lines[i].quantity);
		assert_int_equal(a->lines[i].status, b->lines[i].status);
	}
}

static void a_purchase_is_what_was_bought(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *grace = suite_seller(fx, "Grace"), *kintaro = suite_seller(fx, "Kintaro");
	const char *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, grace, "Lamp", 1450, 5),
		       tea = suite_product(fx, kintaro, "煎茶", 1980, 7), cup = suite_product(fx, grace, "Cup", 100, 9);
	const struct purchase_item items[] = {{cup.id, 9, 100}, {tea.id, 1, 1980}, {lamp.id, 2, 1450}};
	int64_t before = clock_now();
	struct purchase purchase = suite_buy(fx, client, items, 3), found;
	const struct {
		const struct product *product;
		const char *seller, *seller_name;
	} expected[] = {{&cup, grace, "Grace"}, {&tea, kintaro, "Kintaro"}, {&lamp, grace, "Grace"}};

	assert_true(id_valid(purchase.id));
	assert_string_equal(purchase.client_id, client);
	assert_string_equal(purchase.client_name, "A buyer");
	assert_true(purchase.purchase_date >= before && purchase.purchase_date <= clock_now());
	assert_int_equal(purchase.status, SALE_PLACED);
	assert_string_equal(purchase.currency, "EUR");
	assert_int_equal(purchase.total, 900 + 1980 + 2900);
	assert_int_equal(purchase.lines_count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct purchase_line *line = &purchase.lines[i];
		assert_string_equal(line->product_id, expected[i].product->id);
		assert_string_equal(line->product_name, expected[i].product->name);
		assert_string_equal(line->seller_id, expected[i].seller);
		assert_string_equal(line->seller_name, expected[i].seller_name);
		assert_int_equal(line->price, expected[i].product->price);
		assert_int_equal(line->quantity, items[i].quantity);
		assert_int_equal(line->status, SALE_PLACED);
		assert_int_equal(stock_of(fx, line->product_id), expected[i].product->stock - items[i].quantity);
	}
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &found, &fx->err));
	assert_same(&found, &purchase);
	assert_int_equal(list(fx, client).purchases_count, 1);
	assert_same(&list(fx, client).purchases[0], &purchase);
}

static void a_purchase_may_be_dated_back(void **state)
{
	struct fixture *fx = *state;
	const char *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 5);
	const struct purchase_item item = {lamp.id, 1, 100};
	const struct store_purchase wanted = {.client_id = client,
					      .client_name = "Ada",
					      .key = "k",
					      .date = clock_now() - 3 * (int64_t)CLOCK_DAY_MS,
					      .items = &item,
					      .items_count = 1};
	struct store_purchase_result result;

	OK(fx, fx->store->purchase_create(fx->store, &wanted, &fx->arena, &result, &fx->err));
	assert_int_equal(result.purchase.purchase_date, wanted.date);
	assert_int_equal(list(fx, client).purchases[0].purchase_date, wanted.date);
}

static void later_changes_leave_a_purchase_alone(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, seller, "Lamp", 100, 5);
	struct purchase purchase = suite_buy_one(fx, client, &lamp, 2), found;
	const struct product_change change = suite_change("Renamed", "Other", NULL, 999, 1);

	OK(fx, store->product_update(store, seller, lamp.id, &change, &fx->arena, &lamp, &fx->err));
	OK(fx, store->product_archive(store, seller, lamp.id, &fx->err));
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &found, &fx->err));
	assert_same(&found, &purchase);
}

static void every_product_at_fault_is_named_and_nothing_changes(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product good = suite_product(fx, seller, "Good", 100, 5),
		       dear = suite_product(fx, seller, "Dear", 200, 5), few = suite_product(fx, seller, "Few", 300, 5),
		       gone = suite_product(fx, seller, "Gone", 400, 5);
	const char *never = suite_id(fx);
	const struct purchase_item items[] = {
	    {dear.id, 1, 199}, {good.id, 1, 100}, {few.id, 6, 300}, {gone.id, 1, 400}, {never, 1, 1}};
	struct store_purchase_result result = {.faults_count = 0};

	OK(fx, store->product_archive(store, seller, gone.id, &fx->err));
	assert_false(suite_try(store, client, "key", 1, items, 5, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "out_of_stock");
	assert_int_equal(result.faults_count, 4);
	assert_int_equal(result.faults[0].item, 0);
	assert_int_equal(result.faults[0].reason, FAULT_PRICE);
	assert_int_equal(result.faults[0].product.price, 200);
	assert_string_equal(result.faults[0].product.name, "Dear");
	assert_int_equal(result.faults[1].item, 2);
	assert_int_equal(result.faults[1].reason, FAULT_STOCK);
	assert_int_equal(result.faults[1].product.stock, 5);
	assert_int_equal(result.faults[2].item, 3);
	assert_int_equal(result.faults[2].reason, FAULT_GONE);
	assert_string_equal(result.faults[2].product.id, gone.id);
	assert_null(result.faults[2].product.name);
	assert_int_equal(result.faults[3].item, 4);
	assert_int_equal(result.faults[3].reason, FAULT_GONE);
	assert_string_equal(result.faults[3].product.id, never);

	assert_int_equal(stock_of(fx, good.id), 5);
	assert_int_equal(list(fx, client).purchases_count, 0);
	/* Nor was the key used up. */
	OK(fx, suite_try(store, client, "key", 2, &items[1], 1, &fx->arena, &result, &fx->err));
	assert_false(result.replayed);
}

static void only_prices_at_fault_is_price_changed(void **state)
{
	struct fixture *fx = *state;
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 5);
	const char *client = suite_client(fx, "Ada");
	static const int64_t prices[] = {99, 101, 1, LIMIT_PRICE};
	struct store_purchase_result result;

	for (size_t i = 0; i < sizeof prices / sizeof *prices; i++) {
		const struct purchase_item item = {lamp.id, 1, prices[i]};
		assert_false(suite_try(fx->store, client, "key", 1, &item, 1, &fx->arena, &result, &fx->err));
		suite_expect(fx, ERR_CONFLICT, "price_changed");
		assert_int_equal(result.faults_count, 1);
		assert_int_equal(result.faults[0].product.price, 100);
	}
}

static void the_last_unit_is_sold_once(void **state)
{
	struct fixture *fx = *state;
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 1);
	const char *client = suite_client(fx, "Ada");
	const struct purchase_item item = {lamp.id, 1, 100};
	struct store_purchase_result result;

	suite_buy_one(fx, client, &lamp, 1);
	assert_false(suite_try(fx->store, client, "again", 1, &item, 1, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "out_of_stock");
	assert_int_equal(result.faults[0].product.stock, 0);
}

static void the_same_key_answers_the_first_answer(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada"),
		   *other = suite_client(fx, "Bob");
	struct product lamp = suite_product(fx, seller, "Lamp \"d'été\"", 100, 5);
	const struct purchase_item item = {lamp.id, 2, 100};
	const struct product_change change = suite_change("Renamed", NULL, NULL, 999, -1);
	struct store_purchase_result first, again;
	struct purchase purchase;

	OK(fx, suite_try(store, client, "key", 1, &item, 1, &fx->arena, &first, &fx->err));
	assert_false(first.replayed);
	purchase = first.purchase;
	/* Whatever happened since. */
	OK(fx, store->product_update(store, seller, lamp.id, &change, &fx->arena, &lamp, &fx->err));
	OK(fx, store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	for (int i = 0; i < 3; i++) {
		OK(fx, suite_try(store, client, "key", 1, &item, 1, &fx->arena, &again, &fx->err));
		assert_true(again.replayed);
		assert_string_equal(suite_answer(fx, &again), suite_answer(fx, &first));
	}
	assert_int_equal(list(fx, client).purchases_count, 1);

	assert_false(suite_try(store, client, "key", 2, &item, 1, &fx->arena, &again, &fx->err));
	suite_expect(fx, ERR_UNPROCESSABLE, NULL);
	/* Keys are each client's own, and compared as they are. */
	const struct purchase_item now = {lamp.id, 1, 999};
	OK(fx, suite_try(store, other, "key", 3, &now, 1, &fx->arena, &again, &fx->err));
	assert_false(again.replayed);
	OK(fx, suite_try(store, client, "KEY", 3, &now, 1, &fx->arena, &again, &fx->err));
	assert_false(again.replayed);
}

static void keys_may_be_long(void **state)
{
	struct fixture *fx = *state;
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 5);
	const char *client = suite_client(fx, "Ada");
	const struct purchase_item item = {lamp.id, 1, 100};
	char key[LIMIT_IDEMPOTENCY_KEY + 1];
	struct store_purchase_result result;

	memset(key, '~', LIMIT_IDEMPOTENCY_KEY);
	key[LIMIT_IDEMPOTENCY_KEY] = '\0';
	OK(fx, suite_try(fx->store, client, key, 1, &item, 1, &fx->arena, &result, &fx->err));
	key[LIMIT_IDEMPOTENCY_KEY - 1] = '!';
	OK(fx, suite_try(fx->store, client, key, 1, &item, 1, &fx->arena, &result, &fx->err));
	assert_false(result.replayed);
	OK(fx, suite_try(fx->store, client, key, 1, &item, 1, &fx->arena, &result, &fx->err));
	assert_true(result.replayed);
}

static void a_purchase_of_32_products_from_32_sellers(void **state)
{
	struct fixture *fx = *state;
	struct purchase_item items[LIMIT_LINES];
	const char *client = suite_client(fx, "Ada");

	for (size_t i = 0; i < LIMIT_LINES; i++) {
		const char *seller = suite_seller(fx, arena_printf(&fx->arena, "Seller %zu", i));
		items[i] = (struct purchase_item){suite_product(fx, seller, "Thing", 100 + (int64_t)i, 10).id, 10,
						  100 + (int64_t)i};
	}
	struct purchase purchase = suite_buy(fx, client, items, LIMIT_LINES);
	assert_int_equal(purchase.lines_count, LIMIT_LINES);
	assert_int_equal(purchase.total, 10 * (32 * 100 + 31 * 32 / 2));
	for (size_t i = 0; i < LIMIT_LINES; i++)
		assert_int_equal(stock_of(fx, items[i].product_id), 0);
}

static void what_can_t_be_bought_is_refused(void **state)
{
	struct fixture *fx = *state;
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 5);
	const char *client = suite_client(fx, "Ada");
	const struct purchase_item none = {lamp.id, 0, 100}, negative = {lamp.id, -3, 100}, good = {lamp.id, 1, 100};
	const struct purchase_item twice[] = {good, good};
	struct store_purchase_result result;

	assert_false(suite_try(fx->store, client, "k", 1, &none, 1, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_false(suite_try(fx->store, client, "k", 1, &negative, 1, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_false(suite_try(fx->store, client, "k", 1, twice, 2, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_false(suite_try(fx->store, client, "k", 1, NULL, 0, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_false(suite_try(fx->store, "nobody", "k", 1, &good, 1, &fx->arena, &result, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_int_equal(stock_of(fx, lamp.id), 5);
}

/* A purchase of all that a seller may have of 32 of the dearest things comes to 3.2e18: a third one passes 2^63. Nobody
 * is refused for that; what counts stops at what can be told, on each day and over all, and what is cancelled is taken
 * off. */
static void revenue_saturates(void **state)
{
	static const int64_t whole = LIMIT_LINES * LIMIT_PRICE * LIMIT_QUANTITY, day = CLOCK_DAY_MS;
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct purchase_item items[LIMIT_LINES];
	struct seller_stats stats;
	int64_t now = clock_now();

	for (size_t i = 0; i < LIMIT_LINES; i++)
		items[i] = (struct purchase_item){suite_product(fx, seller, "Gold", LIMIT_PRICE, LIMIT_STOCK).id,
						  LIMIT_QUANTITY, LIMIT_PRICE};
	for (int64_t round = 0; round < 12; round++) {
		const struct store_purchase wanted = {.client_id = client,
						      .client_name = "Ada",
						      .key = suite_id(fx),
						      .date = now - round / 4 * day,
						      .items = items,
						      .items_count = LIMIT_LINES};
		struct store_purchase_result result;

		OK(fx, store->purchase_create(store, &wanted, &fx->arena, &result, &fx->err));
		assert_int_equal(result.purchase.total, whole);
		for (size_t i = 0; i < LIMIT_LINES; i++) {
			const struct product_change more = suite_change(NULL, NULL, NULL, -1, LIMIT_STOCK);
			struct product ignored;

			OK(fx, store->product_update(store, seller, items[i].product_id, &more, &fx->arena, &ignored,
						     &fx->err));
		}
	}
	OK(fx, store->seller_stats(store, seller, 1, &fx->arena, &stats, &fx->err));
	assert_int_equal(stats.revenue, INT64_MAX);
	assert_int_equal(stats.previous_revenue, INT64_MAX);
	assert_int_equal(stats.units, 4 * LIMIT_LINES * LIMIT_QUANTITY);
	assert_int_equal(stats.best_products[0].revenue, whole / LIMIT_LINES * 4);
	OK(fx, store->seller_stats(store, seller, 3, &fx->arena, &stats, &fx->err));
	assert_int_equal(stats.revenue, INT64_MAX);
	assert_int_equal(stats.per_day[0].revenue, INT64_MAX);
	assert_int_equal(stats.best_products[0].revenue, whole / LIMIT_LINES * 12);
	assert_int_equal(stats.previous_revenue, 0);

	/* Today's four are cancelled, one after the other: no more is told than what is left, and no more is taken off
	 * than was counted. A store may have counted on behind what can be told, or not. */
	const struct purchase_page page = list(fx, client);
	int64_t left = 4;
	for (size_t i = 0; i < 12; i++) {
		struct purchase purchase = page.purchases[i];
		int64_t most;

		if (purchase.purchase_date != now)
			continue;
		OK(fx, store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
		OK(fx, store->seller_stats(store, seller, 1, &fx->arena, &stats, &fx->err));
		if (__builtin_mul_overflow(whole, --left, &most))
			most = INT64_MAX;
		assert_true(stats.revenue >= 0 && stats.revenue <= most);
	}
	assert_int_equal(stats.revenue, 0);
	assert_int_equal(stats.units, 0);
}

/* A limit holds wherever a number rises, not only where it is given. */
static void stock_stays_within_its_limit(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Grace"), *client = suite_client(fx, "Ada");
	struct product product = suite_product(fx, seller, "Nail", 1, LIMIT_STOCK);
	const struct product_change more = suite_change(NULL, NULL, NULL, -1, LIMIT_STOCK);
	struct purchase first = suite_buy_one(fx, client, &product, 10), second;
	struct sale sale;

	OK(fx, store->product_update(store, seller, product.id, &more, &fx->arena, &product, &fx->err));
	OK(fx, store->purchase_cancel(store, client, first.id, NULL, &fx->arena, &first, &fx->err));
	assert_int_equal(stock_of(fx, product.id), LIMIT_STOCK);
	second = suite_buy_one(fx, client, &product, 7);
	OK(fx, store->product_update(store, seller, product.id, &more, &fx->arena, &product, &fx->err));
	const struct sale_page sales = suite_list_sales(fx, seller, SALE_PLACED, NULL, NULL);
	assert_int_equal(sales.sales_count, 1);
	OK(fx,
	   store->sale_transition(store, seller, MOVE(sales.sales[0].id, SALE_CANCELLED), &fx->arena, &sale, &fx->err));
	assert_string_equal(sale.purchase_id, second.id);
	assert_int_equal(stock_of(fx, product.id), LIMIT_STOCK);
	/* What a PATCH takes is what there is. */
	OK(fx,
	   store->product_update(store, seller, product.id,
				 &(const struct product_change){.stock = stock_of(fx, product.id), .given = more.given},
				 &fx->arena, &product, &fx->err));
}

static void purchases_are_listed_newest_first_by_pages(void **state)
{
	static const char *const bad[] = {"", "x", "100,01ARZ3NDEKTSV4RRFFQ69G5FAV"};
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada"), *other = suite_client(fx, "Bob");
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 100);
	struct store_page page = {.limit = 4};
	struct purchase_page part;
	const char *ids[11], *next;
	size_t seen = 0;

	for (size_t i = 0; i < 11; i++) {
		ids[i] = suite_buy_one(fx, client, &lamp, 1 + (int64_t)i % 2).id;
		suite_buy_one(fx, other, &lamp, 1);
	}
	do {
		OK(fx, store->purchase_list(store, client, NULL, page, &fx->arena, &part, &page.after, &fx->err));
		for (size_t i = 0; i < part.purchases_count; i++, seen++) {
			assert_string_equal(part.purchases[i].id, ids[10 - seen]);
			assert_int_equal(part.purchases[i].lines_count, 1);
			assert_int_equal(part.purchases[i].total, part.purchases[i].lines[0].quantity * 100);
		}
		if (seen) /* what comes meanwhile is before the place */
			suite_buy_one(fx, client, &lamp, 1);
	} while (suite_more(fx, page.after));
	assert_int_equal(seen, 11);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(store->purchase_list(store, client, NULL, (struct store_page){bad[i], 5}, &fx->arena,
						  &part, &next, &fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
	}
	assert_int_equal(list(fx, suite_client(fx, "New")).purchases_count, 0);
}

static void a_place_needs_no_purchase(void **state)
{
	struct fixture *fx = *state;
	const char *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 100);
	struct purchase purchase = suite_buy_one(fx, client, &lamp, 1);
	const char *between = suite_id_after(fx, purchase.id);
	struct purchase_page page;

	if (!between) {
		skip();
		return;
	}
	page = suite_list_purchases(fx, client, NULL, &(struct suite_span){.after = between});
	assert_int_equal(page.purchases_count, 1);
	assert_string_equal(page.purchases[0].id, purchase.id);
	page = suite_list_purchases(fx, client, NULL, &(struct suite_span){.after = purchase.id});
	assert_int_equal(page.purchases_count, 0);
}

static void somebody_elses_purchase_is_not_found(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada"), *other = suite_client(fx, "Bob");
	struct product lamp = suite_product(fx, suite_seller(fx, "Grace"), "Lamp", 100, 5);
	struct purchase purchase = suite_buy_one(fx, client, &lamp, 1), found = {.id = "untouched"};
	const char *const ids[] = {purchase.id, suite_id(fx), "", "x"};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		assert_false(store->purchase_get(store, other, ids[i], &fx->arena, &found, &fx->err));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
		assert_false(store->purchase_cancel(store, other, ids[i], NULL, &fx->arena, &found, &fx->err));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
	}
	assert_string_equal(found.id, "untouched");
	OK(fx, store->purchase_get(store, client, purchase.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.status, SALE_PLACED);
}

int suite_purchases(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(a_purchase_is_what_was_bought),
	    SUITE_TEST(a_purchase_may_be_dated_back),
	    SUITE_TEST(later_changes_leave_a_purchase_alone),
	    SUITE_TEST(every_product_at_fault_is_named_and_nothing_changes),
	    SUITE_TEST(only_prices_at_fault_is_price_changed),
	    SUITE_TEST(the_last_unit_is_sold_once),
	    SUITE_TEST(the_same_key_answers_the_first_answer),
	    SUITE_TEST(keys_may_be_long),
	    SUITE_TEST(a_purchase_of_32_products_from_32_sellers),
	    SUITE_TEST(what_can_t_be_bought_is_refused),
	    SUITE_TEST(revenue_saturates),
	    SUITE_TEST(stock_stays_within_its_limit),
	    SUITE_TEST(purchases_are_listed_newest_first_by_pages),
	    SUITE_TEST(a_place_needs_no_purchase),
	    SUITE_TEST(somebody_elses_purchase_is_not_found),
	};

	print_message("purchases, %s\n", name);
	return cmocka_run_group_tests_name("purchases", tests, NULL, NULL);
}
