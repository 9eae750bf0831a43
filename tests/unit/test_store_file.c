/* The SQLite store on its file: a full disk, keys that grow old, and what is left of a deleted account. */
#include <unistd.h>

#include "tests/unit/db_file.h"
#include "base/crypt.h"
#include "base/clock.h"
#include "platform/identity/local/local.h"
#include "platform/store/sqlite/sqlite.h"

const struct db_schema *const db_file_schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};

static int64_t count(struct fixture *fx, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_prepare_v2(fx->db->writer.sqlite, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

static void limit_pages(struct fixture *fx, int64_t pages)
{
	char sql[64];

	snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)pages);
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
}

struct shop {
	struct store *store;
	const char *seller, *client;
	struct product product;
};

static struct shop open_shop(struct fixture *fx)
{
	struct shop shop = {.seller = "seller", .client = "client"};
	const struct account accounts[] = {
	    {.id = shop.seller, .group = GROUP_SELLERS, .email = "s@example.com", .full_name = "Seller"},
	    {.id = shop.client, .group = GROUP_CLIENTS, .email = "c@example.com", .full_name = "Client"}};
	struct product_change change = {
	    .seller_id = shop.seller, .name = "Lamp", .category = "Things", .price = 100, .stock = 100000};
	static const char *const given[] = {"name", "category", "price", "stock"};

	shop.store = store_sqlite_new(fx->db, "EUR", &fx->err);
	assert_non_null(shop.store);
	for (size_t i = 0; i < 2; i++)
		assert_true(shop.store->account_create(shop.store, &accounts[i], &fx->err));
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		shape_give(&product_batch_item_shape, &change, given[i]);
	assert_true(shop.store->product_create(shop.store, &change, &fx->arena, &shop.product, &fx->err));
	return shop;
}

static bool buy(struct fixture *fx, const struct shop *shop, const char *key, struct store_purchase_result *ret_result)
{
	const struct purchase_item item = {shop->product.id, 1, 100};
	const struct store_purchase purchase = {
	    .client_id = shop->client, .client_name = "Client", .key = key, .items = &item, .items_count = 1};

	return shop->store->purchase_create(shop->store, &purchase, &fx->arena, ret_result, &fx->err);
}

static void buying_on_a_full_disk(void **state)
{
	struct fixture *fx = *state;
	struct shop shop = open_shop(fx);
	struct store_purchase_result result;
	int bought = 0;

	limit_pages(fx, count(fx, "PRAGMA page_count") + 3);
	while (bought < 5000 && buy(fx, &shop, arena_printf(&fx->arena, "k%d", bought), &result))
		bought++;
	assert_in_range(bought, 1, 4999);
	assert_int_equal(fx->err.kind, ERR_STORAGE_FULL);
	assert_int_equal(count(fx, "SELECT count(*) FROM purchase"), bought);
	assert_int_equal(count(fx, "SELECT stock FROM product"), 100000 - bought);
	assert_int_equal(count(fx, "SELECT sum(units) FROM revenue"), bought);
	assert_int_equal(count(fx, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	limit_pages(fx, 1000000);
	assert_true(buy(fx, &shop, arena_printf(&fx->arena, "k%d", bought), &result));
	assert_false(result.replayed);
	assert_true(buy(fx, &shop, "k0", &result));
	assert_true(result.replayed);
	shop.store->close(shop.store);
}

/* Keys go when they are older than 48 hours, a few with each purchase, and no younger ones. */
static void old_keys_go_a_few_at_a_time(void **state)
{
	struct fixture *fx = *state;
	struct shop shop = open_shop(fx);
	struct store_purchase_result result;

	for (int i = 0; i < 20; i++)
		assert_true(buy(fx, &shop, arena_printf(&fx->arena, "old%d", i), &result));
	for (int i = 0; i < 5; i++)
		assert_true(buy(fx, &shop, arena_printf(&fx->arena, "young%d", i), &result));
	assert_int_equal(
	    sqlite3_exec(fx->db->writer.sqlite,
			 "UPDATE purchase_key SET created_at = created_at - 49 * 3600000 WHERE key LIKE 'old%';"
			 "UPDATE purchase_key SET created_at = created_at - 47 * 3600000 WHERE key LIKE 'young%'",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	bool more = true;
	for (int slices = 0; more; slices++) {
		assert_true(slices < 20);
		assert_true(shop.store->tend(shop.store, clock_now(), 0, &more, &fx->err));
	}
	assert_int_equal(count(fx, "SELECT count(*) FROM purchase_key WHERE key LIKE 'old%'"), 0);
	assert_int_equal(count(fx, "SELECT count(*) FROM purchase_key WHERE key LIKE 'young%'"), 5);
	assert_true(buy(fx, &shop, "young0", &result));
	assert_true(result.replayed);
	shop.store->close(shop.store);
}

/* Nothing personal is left in the file. */
static void a_deleted_account_leaves_nothing_personal(void **state)
{
	struct fixture *fx = *state;
	struct shop shop = open_shop(fx);
	struct store_purchase_result result;

	assert_true(buy(fx, &shop, "k", &result));
	assert_true(shop.store->account_delete(shop.store, GROUP_CLIENTS, shop.client, &fx->err));
	assert_int_equal(count(fx, "SELECT count(*) FROM account WHERE email IS NULL AND mobile IS NULL"
				   " AND full_name = 'Former client' AND name_key = ''"),
			 1);
	assert_int_equal(count(fx, "SELECT count(*) FROM purchase_key"), 0);
	assert_int_equal(count(fx, "SELECT count(*) FROM purchase WHERE client_name = 'Former client'"), 1);
	shop.store->close(shop.store);
}

static void a_deleted_sellers_name_is_in_no_answer(void **state)
{
	struct fixture *fx = *state;
	struct shop shop = open_shop(fx);
	struct store_purchase_result first, again;

	assert_true(buy(fx, &shop, "k", &first));
	assert_true(shop.store->account_delete(shop.store, GROUP_SELLERS, shop.seller, &fx->err));
	assert_int_equal(count(fx, "SELECT count(*) FROM purchase_key"), 1);

	/* But for the name it is the first answer. */
	assert_true(buy(fx, &shop, "k", &again));
	assert_true(again.replayed);
	assert_null(again.kept);
	assert_string_equal(again.purchase.id, first.purchase.id);
	assert_string_equal(again.purchase.lines[0].seller_name, "Former seller");
	assert_int_equal(again.purchase.lines[0].status, SALE_PLACED);
	assert_int_equal(again.purchase.status, SALE_PLACED);
	shop.store->close(shop.store);
}

/* Also out of what a program from before kept as it wrote it, compared with its purchase yet or not. */
static void a_deleted_sellers_name_is_in_no_kept_answer(void **state)
{
	struct fixture *fx = *state;

	for (int form = 0; form < 2; form++) {
		struct shop shop = open_shop(fx);
		struct store_purchase_result first, again;
		bool more = true;

		assert_true(buy(fx, &shop, "k", &first));
		const char *sql = arena_printf(
		    &fx->arena, "UPDATE purchase_key SET form = %d, answer = '{\"id\":\"%s\",\"odd\":\"Seller\"}'",
		    form, first.purchase.id);
		assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
		assert_true(shop.store->account_delete(shop.store, GROUP_SELLERS, shop.seller, &fx->err));
		for (int slices = 0; more; slices++) {
			assert_true(slices < 20);
			assert_true(shop.store->tend(shop.store, clock_now(), 0, &more, &fx->err));
		}
		assert_int_equal(count(fx, "SELECT count(*) FROM purchase_key WHERE answer IS NOT NULL"), 0);
		assert_true(buy(fx, &shop, "k", &again));
		assert_true(again.replayed);
		assert_int_equal(again.purchase.parts_count, 0);
		assert_string_equal(again.purchase.lines[0].seller_name, "Former seller");
		shop.store->close(shop.store);
		if (!form) {
			db_file_tear_down(state);
			db_file_set_up(state);
			fx = *state;
		}
	}
}

/* In one transaction: the address is free whatever happens next. */
static void a_deleted_account_takes_its_login_along(void **state)
{
	struct fixture *fx = *state;
	struct shop shop = open_shop(fx);

	assert_int_equal(
	    sqlite3_exec(fx->db->writer.sqlite,
			 "INSERT INTO login (account_id, email_key, email, password, grp, confirmed, created_at)"
			 " VALUES ('client', 'c', 'c', 'p', 0, 1, 0), ('seller', 's', 's', 'p', 1, 1, 0);"
			 "INSERT INTO code VALUES ('client', 0, x'01', 0, 1), ('seller', 0, x'02', 0, 1)",
			 NULL, NULL, NULL),
	    SQLITE_OK);
	assert_true(shop.store->account_delete(shop.store, GROUP_CLIENTS, shop.client, &fx->err));
	for (size_t i = 0; i < 2; i++) {
		static const char *const tables[] = {"login", "code"};

		assert_int_equal(
		    count(fx,
			  arena_printf(&fx->arena, "SELECT count(*) FROM %s WHERE account_id = 'client'", tables[i])),
		    0);
		assert_int_equal(
		    count(fx,
			  arena_printf(&fx->arena, "SELECT count(*) FROM %s WHERE account_id = 'seller'", tables[i])),
		    1);
	}
	shop.store->close(shop.store);
}

static struct product only(struct fixture *fx, struct store *store)
{
	const struct product_query query = {.sort = -1};
	struct product_page page;
	const char *next;

	assert_true(store->product_list(store, &query, (struct store_page){.limit = 10}, &fx->arena, &page, &next,
					&fx->err));
	assert_int_equal(page.products_count, 1);
	return page.products[0];
}

/* What another process writes to the same file shows on the next page, too: here it is a second store over it. */
static void a_page_shows_what_others_write(void **state)
{
	struct fixture *fx = *state;
	struct shop shop = open_shop(fx);
	struct db *db;
	struct account account;

	assert_true(db_open(fx->path, db_file_schemas, &db, &fx->err));
	struct store *other = store_sqlite_new(db, "EUR", &fx->err);
	assert_non_null(other);
	for (int64_t stock = 1; stock <= 20; stock++) {
		struct product_change change = {.stock = stock};
		const struct account_patch patch = {.full_name = arena_printf(&fx->arena, "Seller %d", (int)stock)};
		struct product product;

		shape_give(&product_batch_item_shape, &change, "stock");
		assert_true(other->product_update(other, shop.seller, shop.product.id, &change, &fx->arena, &product,
						  &fx->err));
		for (int time = 0; time < 3; time++)
			assert_int_equal(only(fx, shop.store).stock, stock);
		assert_true(other->account_update(other, GROUP_SELLERS, shop.seller, &patch, &fx->arena, &account,
						  &fx->err));
		for (int time = 0; time < 3; time++)
			assert_string_equal(only(fx, shop.store).seller_name, patch.full_name);
	}
	other->close(other);
	db_close(db);
	shop.store->close(shop.store);
}

/* A file from before: what was counted by product and day is by seller and day, too, and no stock is above its
 * limit. */
static void old_counters_are_migrated(void **state)
{
	static const char old_sql[] =
	    "INSERT INTO account (n, id, grp, full_name, name_key, created_at) VALUES"
	    " (1, 's', 1, 'S', 's', 0), (2, 't', 1, 'T', 't', 0);"
	    "INSERT INTO product (n, id, seller, version, price, stock, created_at, updated_at, name, category, description)"
	    " VALUES (1, 'a', 1, 1, 5, 1000010, 0, 0, 'A', 'C', ''), (2, 'b', 1, 1, 5, 1000000, 0, 0, 'B', 'C', ''),"
	    " (3, 'c', 2, 1, 5, 3, 0, 0, 'C', 'C', '');"
	    "INSERT INTO revenue (seller, day, product, units, amount) VALUES (1, 7, 1, 2, 10), (1, 7, 2, 3, 15),"
	    " (1, 8, 1, 1, 9223372036854775000), (2, 7, 3, 4, 20);"
	    "INSERT INTO seller_total VALUES (1, 9223372036854775025), (2, 20);";
	struct fixture *fx = *state;
	struct db_schema before = store_sqlite_schema;
	const struct db_schema *const schemas[] = {&before, NULL};

	before.count = 2;
	assert_true(db_open(fx->path, schemas, &fx->db, &fx->err));
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, old_sql, NULL, NULL, NULL), SQLITE_OK);
	fx->db = db_close(fx->db);
	db_file_open(fx);
	assert_int_equal(count(fx, "SELECT count(*) FROM revenue_day"), 3);
	assert_int_equal(count(fx, "SELECT count(*) FROM revenue"), 4);
	assert_int_equal(count(fx, "SELECT units * 100 + amount FROM revenue_day WHERE seller = 1 AND day = 7"), 525);
	assert_int_equal(count(fx, "SELECT amount FROM revenue_day WHERE seller = 1 AND day = 8"),
			 INT64_C(9223372036854775000));
	assert_int_equal(count(fx, "SELECT units * 100 + amount FROM revenue_day WHERE seller = 2 AND day = 7"), 420);
	assert_int_equal(count(fx, "SELECT stock FROM product WHERE n = 1"), 1000000);
	assert_int_equal(count(fx, "SELECT stock FROM product WHERE n = 3"), 3);
}

/* Pictures from before there were digests: told by their bytes, and kept as soon as somebody tends. */
static void old_pictures_get_their_digests(void **state)
{
	static const char old_sql[] =
	    "INSERT INTO account (n, id, grp, full_name, name_key, created_at) VALUES (1, 's', 1, 'S', 's', 0);"
	    "INSERT INTO product (n, id, seller, version, price, stock, created_at, updated_at, name, category, description)"
	    " VALUES (1, 'a', 1, 1, 5, 1, 0, 0, 'A', 'C', ''), (2, 'b', 1, 1, 5, 1, 0, 0, 'B', 'C', '');"
	    "INSERT INTO picture VALUES (1, 'image/png', 0, x'0102'), (2, 'image/jpeg', 0, x'0103')";
	static const char *const ids[] = {"a", "b"};
	struct fixture *fx = *state;
	struct db_schema before = store_sqlite_schema;
	const struct db_schema *const schemas[] = {&before, NULL};
	bool more = true;

	before.count = 2;
	assert_true(db_open(fx->path, schemas, &fx->db, &fx->err));
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, old_sql, NULL, NULL, NULL), SQLITE_OK);
	fx->db = db_close(fx->db);
	db_file_open(fx);
	struct store *store = store_sqlite_new(fx->db, "EUR", &fx->err);
	assert_non_null(store);
	for (int tended = 0; tended < 2; tended++) {
		assert_int_equal(count(fx, "SELECT count(*) FROM picture_tag WHERE digest IS NULL"), tended ? 0 : 2);
		for (size_t i = 0; i < 2; i++) {
			uint8_t digest[STORE_DIGEST];
			struct store_picture picture;

			assert_true(store->picture_get(store, ids[i], NULL, &fx->arena, &picture, &fx->err));
			assert_int_equal(picture.length, 2);
			crypt_hash(picture.bytes, 2, NULL, digest);
			assert_memory_equal(picture.digest, digest, STORE_DIGEST);
		}
		for (int i = 0; more && i < 100; i++)
			if (!store->tend(store, clock_now(), 0, &more, &fx->err))
				fail_msg("%s", fx->err.message);
	}
	store->close(store);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, db_file_set_up, db_file_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(buying_on_a_full_disk),
	    TEST(old_keys_go_a_few_at_a_time),
	    TEST(a_deleted_account_leaves_nothing_personal),
	    TEST(a_deleted_sellers_name_is_in_no_answer),
	    TEST(a_deleted_sellers_name_is_in_no_kept_answer),
	    TEST(a_deleted_account_takes_its_login_along),
	    TEST(a_page_shows_what_others_write),
	    cmocka_unit_test_setup_teardown(old_pictures_get_their_digests, db_file_set_up_closed, db_file_tear_down),
	    cmocka_unit_test_setup_teardown(old_counters_are_migrated, db_file_set_up_closed, db_file_tear_down),
	};

	return cmocka_run_group_tests_name("store_file", tests, NULL, NULL);
}
