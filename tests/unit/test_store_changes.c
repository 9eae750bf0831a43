/* Changes in the file: kept for as long as they are promised, and no number is ever given twice. */
#include <stdio.h>

#include "tests/unit/db_file.h"
#include "tests/unit/meter.h"
#include "base/clock.h"
#include "models/limits.h"
#include "platform/store/sqlite/sqlite.h"

const struct db_schema *const db_file_schemas[] = {&store_sqlite_schema, NULL};

enum { HOUR_MS = 60 * 60 * 1000, MANY = 1200 };

static const char seller_id[] = "seller", client_id[] = "client";

struct shop {
	struct fixture *fx;
	struct store *store;
	const char *product_id;
	int keys;
};

static struct shop open_shop(struct fixture *fx)
{
	static const char *const given[] = {"name", "category", "price", "stock"};
	const struct account seller = {
	    .id = seller_id, .group = GROUP_SELLERS, .email = "seller@example.com", .full_name = "Seller"};
	const struct account client = {.id = client_id,
				       .group = GROUP_CLIENTS,
				       .email = "client@example.com",
				       .full_name = "Client",
				       .mobile = "+34600123456"};
	struct product_change change = {
	    .name = "Lamp", .category = "Lights", .price = 100, .stock = 10000, .seller_id = seller_id};
	struct shop shop = {.fx = fx, .store = store_sqlite_new(fx->db, "EUR", &fx->err)};
	struct product product;

	assert_non_null(shop.store);
	for (size_t i = 0; i < COUNT_OF(given); i++)
		shape_give(&product_batch_item_shape, &change, given[i]);
	assert_true(shop.store->account_create(shop.store, &seller, &fx->err));
	assert_true(shop.store->account_create(shop.store, &client, &fx->err));
	assert_true(shop.store->product_create(shop.store, &change, &fx->arena, &product, &fx->err));
	shop.product_id = product.id;
	return shop;
}

static void buy(struct shop *shop)
{
	const struct purchase_item item = {shop->product_id, 1, 100};
	struct store_purchase wanted = {
	    .client_id = client_id, .client_name = "Client", .items = &item, .items_count = 1};
	struct store_purchase_result result;

	wanted.key = arena_printf(&shop->fx->arena, "key %d", shop->keys++);
	assert_true(shop->store->purchase_create(shop->store, &wanted, &shop->fx->arena, &result, &shop->fx->err));
}

/* Runs a statement; the number it gives, or 0. */
struct statement {
	const char *sql;
	int64_t number;
};

static bool run(struct db_connection *connection, void *context, struct err *err)
{
	struct statement *statement = context;
	sqlite3_stmt *prepared = db_statement(connection, statement->sql, err);
	enum db_step step = prepared ? db_step(connection, prepared, err) : DB_ERROR;

	if (step == DB_ROW)
		statement->number = sqlite3_column_int64(prepared, 0);
	return step != DB_ERROR;
}

static int64_t sql(struct shop *shop, const char *text)
{
	struct statement statement = {.sql = text};

	if (!db_write(shop->fx->db, run, &statement, &shop->fx->err))
		fail_msg("%s", shop->fx->err.message);
	return statement.number;
}

static int64_t greatest(struct shop *shop)
{
	return sql(shop, "SELECT max(n) FROM change");
}

static int64_t count(struct shop *shop)
{
	return sql(shop, "SELECT count(*) FROM change");
}

static void tend(struct shop *shop, int64_t now)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 10000);
		assert_true(shop->store->tend(shop->store, now, 0, &more, &shop->fx->err));
	}
}

static void they_are_kept_as_long_as_they_are_told(void **state)
{
	struct shop shop = open_shop(*state);
	const int64_t now = clock_now(), week = STORE_CHANGE_DAYS * (int64_t)CLOCK_DAY_MS;

	for (int i = 0; i < 3; i++)
		buy(&shop);
	tend(&shop, now + week);
	assert_int_equal(count(&shop), 3);
	int64_t before = greatest(&shop);
	tend(&shop, now + week + 2 * (int64_t)HOUR_MS);
	assert_int_equal(count(&shop), 1);
	assert_int_equal(greatest(&shop), before);
	buy(&shop);
	assert_int_equal(greatest(&shop), before + 1);
	shop.store->close(shop.store);
}

static void an_end_takes_them_along_but_no_number_comes_again(void **state)
{
	struct shop shop = open_shop(*state);

	for (int i = 0; i < 70; i++)
		buy(&shop);
	int64_t before = greatest(&shop);
	assert_true(shop.store->account_delete(shop.store, GROUP_SELLERS, seller_id, &shop.fx->err));
	tend(&shop, clock_now());
	/* Its client was told of each of them; that is the newest, so nothing of the seller's is left. */
	assert_int_equal(sql(&shop, "SELECT count(*) FROM change c JOIN account a ON a.n = c.account WHERE a.grp = 1"),
			 0);
	assert_int_equal(count(&shop), 70);
	assert_int_equal(greatest(&shop), before + 70);
	assert_true(shop.store->account_delete(shop.store, GROUP_CLIENTS, client_id, &shop.fx->err));
	tend(&shop, clock_now());
	assert_int_equal(count(&shop), 1);
	assert_int_equal(greatest(&shop), before + 70);
	shop.store->close(shop.store);
}

/* Nobody who buys meanwhile waits for long. */
static void they_go_in_small_slices(void **state)
{
	struct shop shop = open_shop(*state);
	struct meter meter;

	buy(&shop);
	sql(&shop,
	    "INSERT INTO change (account, kind, subject, at) WITH RECURSIVE i (n) AS"
	    " (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 1200) SELECT account, kind, subject, at FROM change, i");
	assert_int_equal(count(&shop), MANY + 1);
	meter_start(&meter, shop.fx->db);
	tend(&shop, clock_now() + 30 * (int64_t)CLOCK_DAY_MS);
	meter_stop(&meter);
	assert_int_equal(count(&shop), 1);
	assert_in_range(meter.units, 4, 12);
	assert_in_range(meter.most.rows, 1, 300);
	shop.store->close(shop.store);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, db_file_set_up, db_file_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(they_are_kept_as_long_as_they_are_told),
	    TEST(an_end_takes_them_along_but_no_number_comes_again),
	    TEST(they_go_in_small_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
