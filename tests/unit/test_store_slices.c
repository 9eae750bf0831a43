/* No write holds the writer long, whatever its size: measured by what each unit of work does, the same on every
 * machine. */
#include "tests/unit/db_file.h"
#include "base/clock.h"
#include "models/limits.h"
#include "platform/identity/local/local.h"
#include "platform/store/sqlite/sqlite.h"
#include "tests/unit/meter.h"

const struct db_schema *const db_file_schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};

/* A step takes some 20 to 50 ns, a page of 4 KiB some 5 µs on its way to the log, a row of an index some 2 µs: each of
 * these is a few milliseconds. */
static const struct work_done bound = {.steps = 100000, .rows = 1500, .pages = 400};

enum { LONG_PRODUCTS = 200, PICTURES = 6, PURCHASES = 150 };

struct shop {
	struct store *store;
	const char *seller, *client;
	const char *ids[LONG_PRODUCTS];
};

static void open_shop(struct fixture *fx, struct shop *shop)
{
	*shop = (struct shop){.seller = "seller", .client = "client"};
	const struct account accounts[] = {
	    {.id = shop->seller, .group = GROUP_SELLERS, .email = "s@example.com", .full_name = "Seller"},
	    {.id = shop->client, .group = GROUP_CLIENTS, .email = "c@example.com", .full_name = "Client"}};

	shop->store = store_sqlite_new(fx->db, "EUR", &fx->err);
	assert_non_null(shop->store);
	for (size_t i = 0; i < 2; i++)
		assert_true(shop->store->account_create(shop->store, &accounts[i], &fx->err));
}

/* As long as it may be: of words that all differ, of a single one, or of ideographs. */
static char *long_text(struct fixture *fx, uint64_t *random)
{
	const uint64_t kind = chance_below(random, 8);
	char *text = arena_alloc(&fx->arena, 3 * LIMIT_DESCRIPTION + 1), *end = text;

	for (size_t i = 0; i < LIMIT_DESCRIPTION; i++) {
		if (kind == 0) {
			*end++ = '\xE5';
			*end++ = (char)(0x80 + chance_below(random, 64));
			*end++ = (char)(0x80 + chance_below(random, 64));
		} else {
			*end++ = kind > 1 && i % 8 == 7 ? ' ' : (char)('a' + chance_below(random, 26));
		}
	}
	*end = '\0';
	return text;
}

static struct product_change long_product(struct fixture *fx, uint64_t *random)
{
	static const char *const given[] = {"name", "category", "description", "price", "stock"};
	struct product_change change = {.name = "Thing", .category = "Things", .price = 100, .stock = LIMIT_STOCK};

	change.description = long_text(fx, random);
	for (size_t i = 0; i < COUNT_OF(given); i++)
		shape_give(&product_batch_item_shape, &change, given[i]);
	return change;
}

static void put_batch(struct fixture *fx, struct shop *shop, struct product_change *changes, const char **ret_ids)
{
	static struct product products[LIMIT_BATCH];
	static struct err errs[LIMIT_BATCH];

	assert_true(shop->store->product_batch(shop->store, shop->seller, changes, LIMIT_BATCH, &fx->arena, products,
					       errs, &fx->err));
	for (size_t i = 0; i < LIMIT_BATCH; i++) {
		assert_int_equal(errs[i].kind, ERR_NONE);
		ret_ids[i] = products[i].id;
	}
}

static void fill(struct fixture *fx, struct shop *shop)
{
	uint64_t random = chance_seed();

	for (size_t start = 0; start < LONG_PRODUCTS; start += LIMIT_BATCH) {
		static struct product_change changes[LIMIT_BATCH];

		for (size_t i = 0; i < LIMIT_BATCH; i++)
			changes[i] = long_product(fx, &random);
		put_batch(fx, shop, changes, &shop->ids[start]);
	}
}

static void assert_small(const struct meter *meter)
{
	print_message("%lld units; at most %lld steps, %lld rows, %lld pages\n", (long long)meter->units,
		      (long long)meter->most.steps, (long long)meter->most.rows, (long long)meter->most.pages);
	assert_true(meter->most.steps <= bound.steps);
	assert_true(meter->most.rows <= bound.rows);
	assert_true(meter->most.pages <= bound.pages);
}

/* Made, described anew, and given other names while the descriptions stay. */
static void a_batch_of_long_products(void **state)
{
	struct fixture *fx = *state;
	struct shop shop;
	struct meter meter;
	static struct product_change changes[LIMIT_BATCH];
	uint64_t random = chance_seed();

	open_shop(fx, &shop);
	meter_start(&meter, fx->db);
	fill(fx, &shop);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < LIMIT_BATCH; i++) {
			changes[i] = (struct product_change){.id = shop.ids[i]};
			shape_give(&product_batch_item_shape, &changes[i], "id");
			if (round == 0) {
				changes[i].description = long_text(fx, &random);
				shape_give(&product_batch_item_shape, &changes[i], "description");
			} else {
				changes[i].name = "Another";
				shape_give(&product_batch_item_shape, &changes[i], "name");
			}
		}
		put_batch(fx, &shop, changes, shop.ids);
	}
	meter_stop(&meter);
	assert_small(&meter);
	assert_true(meter.units >= 4 * LIMIT_BATCH / 16); /* of four batches: others get their turn in between */
	shop.store->close(shop.store);
}

static void put_long_batches(struct fixture *fx, struct shop *shop, int batches)
{
	static struct product_change changes[LIMIT_BATCH];
	static const char *ids[LIMIT_BATCH];
	uint64_t random = chance_seed();

	for (int batch = 0; batch < batches; batch++) {
		for (size_t i = 0; i < LIMIT_BATCH; i++)
			changes[i] = long_product(fx, &random);
		put_batch(fx, shop, changes, ids);
	}
}

/* More of them than FTS5 keeps lists of before it merges all at once, while `tend` doesn't come. */
static void batch_after_batch(void **state)
{
	enum { BATCHES = 12 };
	struct fixture *fx = *state;
	struct shop shop;
	struct meter meter;

	open_shop(fx, &shop);
	meter_start(&meter, fx->db);
	put_long_batches(fx, &shop, BATCHES);
	meter_stop(&meter);
	assert_small(&meter);
	shop.store->close(shop.store);
}

static void tidy_up(struct fixture *fx, struct shop *shop, int64_t now)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 10000);
		assert_true(shop->store->tend(shop->store, now, 0, &more, &fx->err));
	}
}

static void buy(struct fixture *fx, struct shop *shop, int number)
{
	static const char *const lines[] = {"1 Quay", "Here"};
	static const struct delivery delivery = {
	    .full_name = "Client", .address = lines, .address_count = COUNT_OF(lines), .mobile = "+34600123456"};
	struct purchase_item items[LIMIT_LINES];
	const struct store_purchase wanted = {.client_id = shop->client,
					      .client_name = "Client",
					      .key = arena_printf(&fx->arena, "key %d", number),
					      .items = items,
					      .items_count = LIMIT_LINES,
					      .delivery = &delivery};
	struct store_purchase_result result;

	for (size_t i = 0; i < LIMIT_LINES; i++)
		items[i] = (struct purchase_item){shop->ids[((size_t)number + i * 5) % LONG_PRODUCTS], 1, 100};
	if (!shop->store->purchase_create(shop->store, &wanted, &fx->arena, &result, &fx->err))
		fail_msg("%s", fx->err.message);
}

static void put_pictures(struct fixture *fx, struct shop *shop)
{
	char *bytes = arena_alloc(&fx->arena, LIMIT_PICTURE);
	const struct store_picture picture = {.media_type = "image/png", .bytes = bytes, .length = LIMIT_PICTURE};

	for (size_t i = 0; i < PICTURES; i++) {
		struct product product;
		assert_true(shop->store->picture_put(shop->store, shop->seller, shop->ids[i], &picture, &fx->arena,
						     &product, &fx->err));
	}
}

/* A seller of long descriptions, with pictures and sales, then the client who bought all that. */
static void the_end_of_large_accounts(void **state)
{
	struct fixture *fx = *state;
	struct shop shop;
	struct meter meter;

	open_shop(fx, &shop);
	fill(fx, &shop);
	meter_start(&meter, fx->db);
	put_pictures(fx, &shop);
	for (int i = 0; i < PURCHASES; i++)
		buy(fx, &shop, i);
	meter_stop(&meter);
	assert_small(&meter);

	meter_start(&meter, fx->db);
	assert_true(shop.store->account_delete(shop.store, GROUP_SELLERS, shop.seller, &fx->err));
	tidy_up(fx, &shop, clock_now());
	meter_stop(&meter);
	assert_small(&meter);

	meter_start(&meter, fx->db);
	assert_true(shop.store->account_delete(shop.store, GROUP_CLIENTS, shop.client, &fx->err));
	tidy_up(fx, &shop, clock_now());
	meter_stop(&meter);
	assert_small(&meter);
	shop.store->close(shop.store);
}

/* Whose products are all that is in the index: it vanishes in small pieces, too. */
static void the_end_of_all_products(void **state)
{
	enum { BATCHES = 20 };
	struct fixture *fx = *state;
	struct shop shop;
	struct meter meter;

	open_shop(fx, &shop);
	put_long_batches(fx, &shop, BATCHES);
	tidy_up(fx, &shop, clock_now());
	meter_start(&meter, fx->db);
	assert_true(shop.store->account_delete(shop.store, GROUP_SELLERS, shop.seller, &fx->err));
	tidy_up(fx, &shop, clock_now());
	meter_stop(&meter);
	assert_small(&meter);
	shop.store->close(shop.store);
}

/* A hundred sales of 32 lines each taken back at once, and what time makes due of as many purchases: where they go, and
 * their keys, whose answers were kept as a program from before wrote them. */
static void many_large_sales(void **state)
{
	struct fixture *fx = *state;
	struct shop shop;
	struct meter meter;
	struct sale_page sales;
	static struct sale_move moves[LIMIT_BATCH];
	static struct sale moved[LIMIT_BATCH];
	static struct err errs[LIMIT_BATCH];
	const char *next;

	open_shop(fx, &shop);
	fill(fx, &shop);
	for (int i = 0; i < LIMIT_BATCH; i++)
		buy(fx, &shop, i);
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, "UPDATE purchase_key SET form = 0, answer = 'another'",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_true(shop.store->sale_list(shop.store, shop.seller, -1, NULL, (struct store_page){.limit = LIMIT_BATCH},
					  &fx->arena, &sales, &next, &fx->err));
	assert_int_equal(sales.sales_count, LIMIT_BATCH);
	for (size_t i = 0; i < LIMIT_BATCH; i++)
		moves[i] = (struct sale_move){.id = sales.sales[i].id, .status = SALE_CANCELLED, .reason = "All of it"};

	meter_start(&meter, fx->db);
	assert_true(
	    shop.store->sale_batch(shop.store, shop.seller, moves, LIMIT_BATCH, &fx->arena, moved, errs, &fx->err));
	for (size_t i = 0; i < LIMIT_BATCH; i++)
		assert_int_equal(errs[i].kind, ERR_NONE);
	tidy_up(fx, &shop, clock_now());
	tidy_up(fx, &shop, clock_now() + 91 * (int64_t)CLOCK_DAY_MS);
	meter_stop(&meter);
	assert_small(&meter);
	shop.store->close(shop.store);
}

/* Many products whose index is built anew, in the form of one of before: what FTS5 merges comes in small pieces,
 * too. */
static void the_index_of_many_products(void **state)
{
	enum { BATCHES = 60, WORDS = 60, PAGES = 128 };
	static const char anew[] = "INSERT INTO search_place (search_place) VALUES ('delete-all');"
				   "UPDATE search_state SET built = 0";
	struct fixture *fx = *state;
	struct shop shop;
	struct meter meter;
	static struct product_change changes[LIMIT_BATCH];
	static const char *ids[LIMIT_BATCH];
	uint64_t random = chance_seed();

	open_shop(fx, &shop);
	for (int batch = 0; batch < BATCHES; batch++) {
		for (size_t i = 0; i < LIMIT_BATCH; i++) {
			enum { WORD = sizeof "w12345 " - 1 };
			char *text = arena_alloc(&fx->arena, WORDS * WORD + 1);

			for (size_t word = 0; word < WORDS; word++)
				snprintf(text + word * WORD, WORD + 1, "w%05u ",
					 (unsigned)chance_below(&random, 20000));
			changes[i] = long_product(fx, &random);
			changes[i].description = text;
		}
		put_batch(fx, &shop, changes, ids);
	}
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, anew, NULL, NULL, NULL), SQLITE_OK);
	meter_start(&meter, fx->db);
	tidy_up(fx, &shop, clock_now());
	meter_stop(&meter);
	assert_small(&meter);
	assert_true(meter.units > BATCHES);
	assert_true(meter.most.pages <= PAGES);
	shop.store->close(shop.store);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, db_file_set_up, db_file_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_batch_of_long_products),
	    TEST(batch_after_batch),
	    TEST(the_end_of_large_accounts),
	    TEST(the_end_of_all_products),
	    TEST(many_large_sales),
	    TEST(the_index_of_many_products),
	};

	return cmocka_run_group_tests_name("store_slices", tests, NULL, NULL);
}
