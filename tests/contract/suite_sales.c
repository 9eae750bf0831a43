/* Sales: listing, their way from placed on, cancelling, and statistics. */
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "store_suite.h"

/* Two sellers with a product each, and a client. */
struct market {
	const char *grace, *kintaro, *client;
	struct product lamp, tea;
};

static struct market open_market(struct fixture *fx)
{
	struct market market = {.grace = suite_seller(fx, "Grace"),
				.kintaro = suite_seller(fx, "Kintaro"),
				.client = suite_client(fx, "Ada")};

	market.lamp = suite_product(fx, market.grace, "Lamp", 500, 100);
	market.tea = suite_product(fx, market.kintaro, "Tea", 100, 100);
	return market;
}

static struct purchase buy_both(struct fixture *fx, const struct market *market)
{
	const struct purchase_item items[] = {{market->lamp.id, 1, 500}, {market->tea.id, 2, 100}};

	return suite_buy(fx, market->client, items, 2);
}

/* A seller's sales, newest first. */
static struct sale_page sales_of(struct fixture *fx, const char *seller, int status)
{
	return suite_list_sales(fx, seller, status, NULL, NULL);
}

static bool move(struct fixture *fx, const char *seller, const char *sale, enum sale_status status)
{
	struct sale moved;

	if (!fx->store->sale_transition(fx->store, seller, MOVE(sale, status), &fx->arena, &moved, &fx->err))
		return false;
	assert_string_equal(moved.id, sale);
	assert_int_equal(moved.status, status);
	return true;
}

static int64_t stock_of(struct fixture *fx, const char *id)
{
	struct product product;

	OK(fx, fx->store->product_get(fx->store, id, &fx->arena, &product, &fx->err));
	return product.stock;
}

static struct seller_stats stats_of(struct fixture *fx, const char *seller, int64_t days)
{
	struct seller_stats stats;

	OK(fx, fx->store->seller_stats(fx->store, seller, days, &fx->arena, &stats, &fx->err));
	return stats;
}

static void each_seller_sees_his_part(void **state)
{
	struct fixture *fx = *state;
	struct market market = open_market(fx);
	struct product shade = suite_product(fx, market.grace, "Shade", 50, 10);
	const struct purchase_item items[] = {{shade.id, 3, 50}, {market.tea.id, 2, 100}, {market.lamp.id, 1, 500}};
	struct purchase purchase = suite_buy(fx, market.client, items, 3);
	struct sale_page graces = sales_of(fx, market.grace, -1), kintaros = sales_of(fx, market.kintaro, -1);
	const struct sale *sale = &graces.sales[0];

	assert_int_equal(graces.sales_count, 1);
	assert_true(id_valid(sale->id));
	assert_string_equal(sale->purchase_id, purchase.id);
	assert_string_equal(sale->client_name, "A buyer");
	assert_string_equal(sale->seller_id, market.grace);
	assert_int_equal(sale->purchase_date, purchase.purchase_date);
	assert_int_equal(sale->status, SALE_PLACED);
	assert_string_equal(sale->currency, "EUR");
	assert_int_equal(sale->total, 650);
	assert_int_equal(sale->lines_count, 2);
	assert_string_equal(sale->lines[0].product_id, shade.id);
	assert_string_equal(sale->lines[0].product_name, "Shade");
	assert_int_equal(sale->lines[0].price, 50);
	assert_int_equal(sale->lines[0].quantity, 3);
	assert_string_equal(sale->lines[1].product_id, market.lamp.id);
	assert_int_equal(kintaros.sales_count, 1);
	assert_int_equal(kintaros.sales[0].total, 200);
	assert_int_equal(kintaros.sales[0].lines_count, 1);
}

static void sales_are_listed_newest_first_by_status_and_page(void **state)
{
	static const char *const bad[] = {"", "x", "1,01ARZ3NDEKTSV4RRFFQ69G5FAV"};
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct store_page page = {.limit = 2};
	struct sale_page part, all;
	const char *next;
	size_t seen = 0, pages = 0;

	for (int i = 0; i < 9; i++)
		buy_both(fx, &market);
	all = sales_of(fx, market.grace, -1);
	assert_int_equal(all.sales_count, 9);
	for (size_t i = 1; i < 9; i++)
		assert_true(strcmp(all.sales[i].id, all.sales[i - 1].id) < 0);
	for (size_t i = 0; i < 9; i += 2)
		assert_true(move(fx, market.grace, all.sales[i].id, SALE_SHIPPED));
	do {
		OK(fx, store->sale_list(store, market.grace, SALE_SHIPPED, NULL, page, &fx->arena, &part, &page.after,
					&fx->err));
		for (size_t i = 0; i < part.sales_count; i++, seen++)
			assert_string_equal(part.sales[i].id, all.sales[2 * seen].id);
		buy_both(fx, &market);
		pages++;
	} while (suite_more(fx, page.after));
	assert_int_equal(seen, 5);
	assert_int_equal(sales_of(fx, market.grace, SALE_DELIVERED).sales_count, 0);
	assert_int_equal(sales_of(fx, market.grace, SALE_PLACED).sales_count, 4 + pages);
	assert_int_equal(sales_of(fx, "nobody", -1).sales_count, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(store->sale_list(store, market.grace, -1, NULL, (struct store_page){bad[i], 5}, &fx->arena,
					      &part, &next, &fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
	}
}

/* Every pair of statuses: what the table allows happens, all else is a conflict and changes nothing. */
static void a_sale_goes_its_legal_way_only(void **state)
{
	static const enum sale_status ways[SALE_STATUSES][3] = {
	    [SALE_PLACED] = {SALE_PLACED},
	    [SALE_SHIPPED] = {SALE_SHIPPED, SALE_PLACED},
	    [SALE_DELIVERED] = {SALE_SHIPPED, SALE_DELIVERED, SALE_PLACED},
	    [SALE_CANCELLED] = {SALE_CANCELLED, SALE_PLACED},
	};
	struct fixture *fx = *state;
	struct market market = open_market(fx);

	for (int from = SALE_PLACED; from < SALE_STATUSES; from++) {
		for (int to = SALE_PLACED; to < SALE_STATUSES; to++) {
			buy_both(fx, &market);
			struct sale sale = sales_of(fx, market.grace, -1).sales[0];
			int64_t stock;

			for (size_t i = 0; i < 3 && ways[from][i] != SALE_PLACED; i++)
				assert_true(move(fx, market.grace, sale.id, ways[from][i]));
			stock = stock_of(fx, market.lamp.id);
			bool moved = move(fx, market.grace, sale.id, (enum sale_status)to);
			assert_int_equal(moved, sale_may_become((enum sale_status)from, (enum sale_status)to));
			if (!moved)
				suite_expect(fx, ERR_CONFLICT, "illegal_transition");
			assert_int_equal(sales_of(fx, market.grace, -1).sales[0].status, moved ? to : from);
			assert_int_equal(stock_of(fx, market.lamp.id), stock + (moved && to == SALE_CANCELLED));
		}
	}
}

static void somebody_elses_sale_is_not_found(void **state)
{
	struct fixture *fx = *state;
	struct market market = open_market(fx);

	buy_both(fx, &market);
	const char *const ids[] = {sales_of(fx, market.grace, -1).sales[0].id, suite_id(fx), "", "x"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		assert_false(move(fx, market.kintaro, ids[i], SALE_SHIPPED));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
	}
	assert_int_equal(sales_of(fx, market.grace, -1).sales[0].status, SALE_PLACED);
}

static void a_purchases_status_follows_its_sales(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct purchase purchase = buy_both(fx, &market);
	const char *lamp = sales_of(fx, market.grace, -1).sales[0].id,
		   *tea = sales_of(fx, market.kintaro, -1).sales[0].id;
	const struct {
		const char *seller, *sale;
		enum sale_status status;
		int lamp, tea, purchase;
	} steps[] = {
	    {market.grace, lamp, SALE_SHIPPED, SALE_SHIPPED, SALE_PLACED, SALE_SHIPPED},
	    {market.grace, lamp, SALE_DELIVERED, SALE_DELIVERED, SALE_PLACED, SALE_SHIPPED},
	    {market.kintaro, tea, SALE_CANCELLED, SALE_DELIVERED, SALE_CANCELLED, SALE_DELIVERED},
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		assert_true(move(fx, steps[i].seller, steps[i].sale, steps[i].status));
		OK(fx, store->purchase_get(store, market.client, purchase.id, &fx->arena, &purchase, &fx->err));
		assert_int_equal(purchase.status, steps[i].purchase);
		assert_int_equal(purchase.lines[0].status, steps[i].lamp);
		assert_int_equal(purchase.lines[1].status, steps[i].tea);
		assert_int_equal(purchase.total, 700);
	}
}

static void a_client_cancels_all_or_nothing(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct purchase first = buy_both(fx, &market), second = buy_both(fx, &market);

	OK(fx, store->purchase_cancel(store, market.client, first.id, NULL, &fx->arena, &first, &fx->err));
	assert_int_equal(first.status, SALE_CANCELLED);
	assert_int_equal(first.lines[0].status, SALE_CANCELLED);
	assert_int_equal(first.lines[1].status, SALE_CANCELLED);
	assert_int_equal(stock_of(fx, market.lamp.id), 99);
	assert_int_equal(stock_of(fx, market.tea.id), 98);
	assert_int_equal(sales_of(fx, market.kintaro, SALE_CANCELLED).sales_count, 1);
	assert_false(store->purchase_cancel(store, market.client, first.id, NULL, &fx->arena, &first, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "illegal_transition");
	assert_int_equal(stock_of(fx, market.lamp.id), 99);

	/* One of two parts is on its way. */
	assert_true(move(fx, market.kintaro, sales_of(fx, market.kintaro, SALE_PLACED).sales[0].id, SALE_SHIPPED));
	assert_false(store->purchase_cancel(store, market.client, second.id, NULL, &fx->arena, &second, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "illegal_transition");
	OK(fx, store->purchase_get(store, market.client, second.id, &fx->arena, &second, &fx->err));
	assert_int_equal(second.lines[0].status, SALE_PLACED);
	assert_int_equal(stock_of(fx, market.lamp.id), 99);
	assert_int_equal(stats_of(fx, market.grace, 1).revenue, 500);
	assert_int_equal(stats_of(fx, market.kintaro, 1).revenue, 200);
}

/* A seller's part that they have cancelled themselves is in nobody's way. */
static void a_client_cancels_what_is_left(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct purchase purchase = buy_both(fx, &market);

	assert_true(move(fx, market.kintaro, sales_of(fx, market.kintaro, SALE_PLACED).sales[0].id, SALE_CANCELLED));
	assert_int_equal(stock_of(fx, market.tea.id), 100);
	OK(fx, store->purchase_cancel(store, market.client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	assert_int_equal(purchase.status, SALE_CANCELLED);
	assert_int_equal(stock_of(fx, market.lamp.id), 100);
	assert_int_equal(stock_of(fx, market.tea.id), 100);
	assert_int_equal(stats_of(fx, market.grace, 1).revenue, 0);
	assert_int_equal(stats_of(fx, market.kintaro, 1).revenue, 0);
}

static void what_is_archived_is_restocked_too(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct purchase purchase = buy_both(fx, &market);
	struct cart_item item = {.product_id = market.lamp.id, .quantity = 1};
	struct cart cart = {.items = &item, .items_count = 1};

	OK(fx, store->product_archive(store, market.grace, market.lamp.id, &fx->err));
	OK(fx, store->purchase_cancel(store, market.client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	OK(fx, store->cart_put(store, market.client, &cart, &fx->arena, &cart, &fx->err));
	assert_int_equal(cart.items[0].stock, 100);
	assert_false(cart.items[0].available);
}

static void a_new_seller_has_plain_statistics(void **state)
{
	static const int64_t bad[] = {0, -1, LIMIT_STATS_DAYS + 1};
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "New");
	struct seller_stats stats = stats_of(fx, seller, 30), untouched = {.days = -7};
	int64_t today = clock_day(clock_now());

	assert_string_equal(stats.currency, "EUR");
	assert_int_equal(stats.days, 30);
	assert_int_equal(stats.revenue + stats.units + stats.previous_revenue + stats.open_sales, 0);
	assert_int_equal(stats.per_day_count, 30);
	assert_in_range(stats.per_day[29].day, today - 1, today);
	for (size_t i = 0; i < 30; i++)
		assert_int_equal(stats.per_day[i].day, stats.per_day[29].day - 29 + (int64_t)i);
	assert_int_equal(stats.best_products_count + stats.low_stock_count, 0);
	assert_int_equal(stats_of(fx, seller, LIMIT_STATS_DAYS).per_day_count, LIMIT_STATS_DAYS);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(fx->store->seller_stats(fx->store, seller, bad[i], &fx->arena, &untouched, &fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
	}
	assert_false(fx->store->seller_stats(fx->store, "nobody", 30, &fx->arena, &untouched, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_int_equal(untouched.days, -7);
}

/* Buys on another day. */
static struct purchase buy_on(struct fixture *fx, const struct market *market, const struct product *product,
			      int64_t quantity, int64_t date)
{
	const struct purchase_item item = {product->id, quantity, product->price};
	const struct store_purchase wanted = {.client_id = market->client,
					      .client_name = "Ada",
					      .key = suite_id(fx),
					      .date = date,
					      .items = &item,
					      .items_count = 1};
	struct store_purchase_result result;

	OK(fx, fx->store->purchase_create(fx->store, &wanted, &fx->arena, &result, &fx->err));
	return result.purchase;
}

static void statistics_count_by_the_day_of_the_purchase(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct product shade = suite_product(fx, market.grace, "Shade", 50, 100);
	int64_t now = clock_now(), day = CLOCK_DAY_MS;

	buy_on(fx, &market, &market.lamp, 1, now);
	buy_on(fx, &market, &shade, 4, now - 2 * day);
	struct purchase cancelled = buy_on(fx, &market, &market.lamp, 7, now - 2 * day);
	buy_on(fx, &market, &market.lamp, 2, now - 4 * day);
	buy_on(fx, &market, &market.lamp, 3, now - 5 * day);
	buy_on(fx, &market, &market.lamp, 4, now - 9 * day);
	buy_on(fx, &market, &market.lamp, 5, now - 10 * day);
	buy_on(fx, &market, &market.tea, 9, now);
	OK(fx, store->purchase_cancel(store, market.client, cancelled.id, NULL, &fx->arena, &cancelled, &fx->err));

	struct seller_stats stats = stats_of(fx, market.grace, 5);
	if (stats.per_day[4].day != clock_day(now))
		skip(); /* midnight passed */
	static const int64_t revenue[] = {1000, 0, 200, 0, 500}, units[] = {2, 0, 4, 0, 1};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(stats.per_day[i].revenue, revenue[i]);
		assert_int_equal(stats.per_day[i].units, units[i]);
	}
	assert_int_equal(stats.revenue, 1700);
	assert_int_equal(stats.units, 7);
	assert_int_equal(stats.previous_revenue, (3 + 4) * 500);
	assert_int_equal(stats.open_sales, 6);
	assert_int_equal(stats.best_products_count, 2);
	assert_string_equal(stats.best_products[0].product_id, market.lamp.id);
	assert_string_equal(stats.best_products[0].name, "Lamp");
	assert_int_equal(stats.best_products[0].units, 3);
	assert_int_equal(stats.best_products[0].revenue, 1500);
	assert_string_equal(stats.best_products[1].product_id, shade.id);
	assert_int_equal(stats.best_products[1].revenue, 200);
}

static void best_and_low_products_are_ten_at_most(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct market market = open_market(fx);
	struct product products[14];

	for (int i = 0; i < 14; i++)
		products[i] = suite_product(fx, market.grace, "Thing", 100, LIMIT_LOW_STOCK + 1 + (i / 2 % 2));
	/* 6 or 7 there were, 1 to 3 are sold: many share a revenue, and many share what is left. */
	for (int i = 0; i < 14; i++)
		suite_buy_one(fx, market.client, &products[i], 1 + i / 2 % 3);
	struct product gone = suite_product(fx, market.grace, "Gone", 100, 0);
	OK(fx, store->product_archive(store, market.grace, gone.id, &fx->err));
	suite_product(fx, market.kintaro, "Not theirs", 100, 0);

	struct seller_stats stats = stats_of(fx, market.grace, 1);
	assert_int_equal(stats.best_products_count, LIMIT_STATS_TOP);
	for (size_t i = 1; i < stats.best_products_count; i++) {
		const struct best_product *a = &stats.best_products[i - 1], *b = &stats.best_products[i];
		assert_true(a->revenue > b->revenue ||
			    (a->revenue == b->revenue && strcmp(a->product_id, b->product_id) < 0));
	}
	assert_int_equal(stats.best_products[0].revenue, 300);
	/* Of six with the least revenue, the two first made have room. */
	assert_string_equal(stats.best_products[8].product_id, products[0].id);
	assert_string_equal(stats.best_products[9].product_id, products[1].id);
	assert_int_equal(stats.low_stock_count, LIMIT_STATS_TOP);
	for (size_t i = 0; i < stats.low_stock_count; i++) {
		const struct low_product *low = &stats.low_stock[i];
		assert_int_equal(low->stock, stock_of(fx, low->product_id));
		assert_true(low->stock <= LIMIT_LOW_STOCK);
		assert_string_equal(low->name, "Thing");
		if (i)
			assert_true(low[-1].stock < low->stock ||
				    (low[-1].stock == low->stock && strcmp(low[-1].product_id, low->product_id) < 0));
	}
	assert_int_equal(stats.low_stock[0].stock, 3);
}

int suite_sales(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(each_seller_sees_his_part),
	    SUITE_TEST(sales_are_listed_newest_first_by_status_and_page),
	    SUITE_TEST(a_sale_goes_its_legal_way_only),
	    SUITE_TEST(somebody_elses_sale_is_not_found),
	    SUITE_TEST(a_purchases_status_follows_its_sales),
	    SUITE_TEST(a_client_cancels_all_or_nothing),
	    SUITE_TEST(a_client_cancels_what_is_left),
	    SUITE_TEST(what_is_archived_is_restocked_too),
	    SUITE_TEST(a_new_seller_has_plain_statistics),
	    SUITE_TEST(statistics_count_by_the_day_of_the_purchase),
	    SUITE_TEST(best_and_low_products_are_ten_at_most),
	};

	print_message("sales, %s\n", name);
	return cmocka_run_group_tests_name("sales", tests, NULL, NULL);
}
