/* What the database can't read or write is never passed on as success: each statement of each operation fails in turn,
 * at each of its rows, and the operation says so and has changed nothing, so that it works when it is asked again. */
#include "tests/unit/unit.h"

#include <strings.h>

#include "models/limits.h"
#include "platform/store/sqlite/sqlite.h"

/* ---- SQLite, as the linker gives it to us: one step of a statement that reads or writes rows fails ---- */

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

static struct {
	int at, seen; /* the step that fails, counted from 1; 0: none. And those so far */
	const char *struck; /* the statement that failed; NULL: none did */
} failure;

int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
	static const char *const words[] = {"SELECT", "INSERT", "UPDATE", "DELETE"};
	const char *sql = sqlite3_sql(statement);
	bool counts = false;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		counts = counts || !strncasecmp(sql, words[i], strlen(words[i]));
	if (counts && failure.at && ++failure.seen == failure.at) {
		failure.struck = sql;
		return SQLITE_IOERR_READ;
	}
	return __real_sqlite3_step(statement);
}

/* ---- a small shop ---- */

enum { PRODUCTS = 5, PURCHASES = 4, SCRATCH_SIZE = 64 * 1024 * 1024 };

struct shop {
	struct db *db;
	struct store *store;
	struct arena arena, scratch; /* `scratch` is for one call */
	const char *products[PRODUCTS], *purchases[PURCHASES], *sales[PURCHASES];
	struct err err;
};

static const char seller[] = "01SELLER", client[] = "01CLIENT";

static struct product_change change_of(const char *name, const char *category, int64_t stock)
{
	static const char *const given[] = {"name", "category", "description", "price", "stock"};
	struct product_change change = {.seller_id = seller,
					.name = name,
					.category = category,
					.description = "word",
					.price = 100,
					.stock = stock};

	for (size_t i = 0; i < COUNT_OF(given); i++)
		shape_give(&product_batch_item_shape, &change, given[i]);
	return change;
}

static bool buy(struct shop *shop, const char *key, struct arena *arena, struct purchase *ret_purchase, struct err *err)
{
	static const char *const lines[] = {"1 Quay"};
	const struct delivery delivery = {
	    .full_name = "Ada", .address = lines, .address_count = 1, .mobile = "+34600123456"};
	const struct purchase_item items[] = {{shop->products[0], 1, 100}, {shop->products[1], 2, 100}};
	const struct store_purchase wanted = {.client_id = client,
					      .client_name = "Ada",
					      .key = key,
					      .items = items,
					      .items_count = COUNT_OF(items),
					      .delivery = &delivery,
					      .note = "twice"};
	struct store_purchase_result result;

	if (!shop->store->purchase_create(shop->store, &wanted, arena, &result, err))
		return false;
	*ret_purchase = result.purchase;
	return true;
}

static void fill(struct shop *shop)
{
	static const struct account accounts[] = {
	    {.id = seller, .group = GROUP_SELLERS, .email = "s@example.com", .full_name = "Seller"},
	    {.id = client, .group = GROUP_CLIENTS, .email = "c@example.com", .full_name = "Ada"}};
	struct store *store = shop->store;

	for (size_t i = 0; i < COUNT_OF(accounts); i++)
		assert_true(store->account_create(store, &accounts[i], &shop->err));
	for (size_t i = 0; i < PRODUCTS; i++) {
		const struct product_change change = change_of("Thing", i % 2 ? "Things" : "Others", i == 4 ? 2 : 100);
		struct product product;

		assert_true(store->product_create(store, &change, &shop->arena, &product, &shop->err));
		shop->products[i] = product.id;
	}
	for (size_t i = 0; i < PURCHASES; i++) {
		struct purchase purchase;
		struct sale_page sales;
		const char *next;

		assert_true(buy(shop, arena_printf(&shop->arena, "key-%zu", i), &shop->arena, &purchase, &shop->err));
		assert_true(store->sale_list(store, seller, -1, NULL, (struct store_page){.limit = 1}, &shop->arena,
					     &sales, &next, &shop->err));
		shop->purchases[i] = purchase.id;
		shop->sales[i] = sales.sales[0].id;
	}
}

static int open_shop(void **state)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, NULL};
	struct shop *shop = calloc(1, sizeof *shop);

	*state = shop;
	if (!shop)
		return -1;
	arena_init(&shop->arena, SIZE_MAX);
	arena_init(&shop->scratch, SCRATCH_SIZE);
	if (!db_open(NULL, schemas, &shop->db, &shop->err))
		return -1;
	shop->store = store_sqlite_new(shop->db, "EUR", &shop->err);
	if (!shop->store)
		return -1;
	fill(shop);
	return 0;
}

static int close_shop(void **state)
{
	struct shop *shop = *state;

	shop->store->close(shop->store);
	db_close(shop->db);
	arena_done(&shop->arena);
	arena_done(&shop->scratch);
	free(shop);
	return 0;
}

/* ---- the operations ---- */

typedef bool call_fn(struct shop *shop, struct err *err);
static const struct store_page page = {.limit = 3};
#define STORE shop->store
#define SCRATCH &shop->scratch

static bool get_account(struct shop *shop, struct err *err)
{
	return STORE->account_get(STORE, GROUP_CLIENTS, client, SCRATCH, &(struct account){0}, err);
}

static bool list_accounts(struct shop *shop, struct err *err)
{
	return STORE->account_list(STORE, page, SCRATCH, &(struct store_accounts){0}, &(const char *){NULL}, err);
}

static bool change_account(struct shop *shop, struct err *err)
{
	static int64_t number;
	const struct account_patch patch = {.full_name = arena_printf(SCRATCH, "Seller %d", (int)number++)};

	return STORE->account_update(STORE, GROUP_SELLERS, seller, &patch, SCRATCH, &(struct account){0}, err);
}

static bool list_sellers(struct shop *shop, struct err *err)
{
	return STORE->seller_list(STORE, page, SCRATCH, &(struct seller_page){0}, &(const char *){NULL}, err);
}

static bool list_categories(struct shop *shop, struct err *err)
{
	return STORE->category_list(STORE, page, SCRATCH, &(struct category_page){0}, &(const char *){NULL}, err);
}

static bool list_found(struct shop *shop, const char *q, enum product_sort sort, struct err *err)
{
	const struct product_query query = {.q = q, .sort = (int)sort};

	return STORE->product_list(STORE, &query, page, SCRATCH, &(struct product_page){0}, &(const char *){NULL}, err);
}

static bool list_products(struct shop *shop, struct err *err)
{
	return list_found(shop, NULL, SORT_NEWEST, err);
}

static bool list_by_price(struct shop *shop, struct err *err)
{
	return list_found(shop, NULL, SORT_PRICE, err);
}

static bool search(struct shop *shop, struct err *err)
{
	return list_found(shop, "thing word", SORT_BEST, err);
}

static bool get_product(struct shop *shop, struct err *err)
{
	return STORE->product_get(STORE, shop->products[0], SCRATCH, &(struct product){0}, err);
}

static bool change_product(struct shop *shop, struct err *err)
{
	static int number;
	const struct product_change change = change_of(arena_printf(SCRATCH, "Thing %d", number++), "New", 50);

	return STORE->product_update(STORE, seller, shop->products[3], &change, SCRATCH, &(struct product){0}, err);
}

static bool change_products(struct shop *shop, struct err *err)
{
	struct product_change changes[] = {change_of("Batched", "Things", 5), change_of("Thing", "Things", 7)};
	struct err errs[COUNT_OF(changes)];
	struct product products[COUNT_OF(changes)];

	changes[1].id = shop->products[2];
	if (!STORE->product_batch(STORE, seller, changes, COUNT_OF(changes), SCRATCH, products, errs, err))
		return false;
	for (size_t i = 0; i < COUNT_OF(changes); i++)
		if (errs[i].kind != ERR_NONE)
			return *err = errs[i], false;
	return true;
}

static bool put_picture(struct shop *shop, struct err *err)
{
	const struct store_picture picture = {.media_type = "image/png", .bytes = "bytes", .length = 5};

	return STORE->picture_put(STORE, seller, shop->products[2], &picture, SCRATCH, &(struct product){0}, err);
}

static bool get_picture(struct shop *shop, struct err *err)
{
	return STORE->picture_get(STORE, shop->products[2], NULL, SCRATCH, &(struct store_picture){0}, err);
}

static bool archive_product(struct shop *shop, struct err *err)
{
	return STORE->product_archive(STORE, seller, shop->products[2], err);
}

static bool get_cart(struct shop *shop, struct err *err)
{
	return STORE->cart_get(STORE, client, SCRATCH, &(struct cart){0}, err);
}

static bool put_cart(struct shop *shop, struct err *err)
{
	struct cart_item items[] = {{.product_id = shop->products[0], .quantity = 5},
				    {.product_id = shop->products[3], .quantity = 1}};
	struct cart now;

	if (!STORE->cart_get(STORE, client, SCRATCH, &now, err))
		return false;
	const struct cart cart = {.items = items, .items_count = COUNT_OF(items), .version = now.version};
	return STORE->cart_put(STORE, client, &cart, SCRATCH, &now, err);
}

static bool make_purchase(struct shop *shop, struct err *err)
{
	return buy(shop, "another", SCRATCH, &(struct purchase){0}, err);
}

static bool repeat_purchase(struct shop *shop, struct err *err)
{
	return buy(shop, "key-0", SCRATCH, &(struct purchase){0}, err);
}

static bool get_purchase(struct shop *shop, struct err *err)
{
	return STORE->purchase_get(STORE, client, shop->purchases[0], SCRATCH, &(struct purchase){0}, err);
}

static bool list_purchases(struct shop *shop, struct err *err)
{
	return STORE->purchase_list(STORE, client, NULL, page, SCRATCH, &(struct purchase_page){0},
				    &(const char *){NULL}, err);
}

static bool find_purchases(struct shop *shop, struct err *err)
{
	return STORE->purchase_list(STORE, client, "thing", page, SCRATCH, &(struct purchase_page){0},
				    &(const char *){NULL}, err);
}

static bool list_some_sales(struct shop *shop, int status, const char *q, struct err *err)
{
	return STORE->sale_list(STORE, seller, status, q, page, SCRATCH, &(struct sale_page){0}, &(const char *){NULL},
				err);
}

static bool list_sales(struct shop *shop, struct err *err)
{
	return list_some_sales(shop, -1, NULL, err);
}

static bool list_open_sales(struct shop *shop, struct err *err)
{
	return list_some_sales(shop, SALE_PLACED, NULL, err);
}

static bool find_sales(struct shop *shop, struct err *err)
{
	return list_some_sales(shop, -1, "thing", err);
}

static bool get_sale(struct shop *shop, struct err *err)
{
	return STORE->sale_get(STORE, seller, shop->sales[0], SCRATCH, &(struct sale){0}, err);
}

static bool move_sale(struct shop *shop, size_t index, enum sale_status status, struct err *err)
{
	const struct sale_move move = {.id = shop->sales[index], .status = (int)status};

	return STORE->sale_transition(STORE, seller, &move, SCRATCH, &(struct sale){0}, err);
}

static bool ship(struct shop *shop, struct err *err)
{
	return move_sale(shop, 0, SALE_SHIPPED, err);
}

static bool deliver(struct shop *shop, struct err *err)
{
	return move_sale(shop, 0, SALE_DELIVERED, err);
}

static bool cancel_sale(struct shop *shop, struct err *err)
{
	return move_sale(shop, 1, SALE_CANCELLED, err);
}

static bool move_sales(struct shop *shop, struct err *err)
{
	const struct sale_move move = {.id = shop->sales[2], .status = SALE_SHIPPED};
	struct err cause = {.kind = ERR_NONE};

	if (!STORE->sale_batch(STORE, seller, &move, 1, SCRATCH, &(struct sale){0}, &cause, err))
		return false;
	if (cause.kind != ERR_NONE)
		*err = cause;
	return cause.kind == ERR_NONE;
}

static bool cancel_purchase(struct shop *shop, struct err *err)
{
	return STORE->purchase_cancel(STORE, client, shop->purchases[3], "twice", SCRATCH, &(struct purchase){0}, err);
}

static bool stats(struct shop *shop, struct err *err)
{
	return STORE->seller_stats(STORE, seller, 7, SCRATCH, &(struct seller_stats){0}, err);
}

static bool list_changes(struct shop *shop, struct err *err)
{
	const struct store_page from = {.after = arena_printf(SCRATCH, "0,%" PRId64, INT64_C(99999999999999)),
					.limit = 3};

	return STORE->change_list(STORE, GROUP_SELLERS, seller, from, SCRATCH, &(struct store_changes){0}, err);
}

static bool news(struct shop *shop, struct err *err)
{
	return STORE->change_news(STORE, 0, SCRATCH, &(struct store_news){0}, err);
}

static bool get_setting(struct shop *shop, struct err *err)
{
	return STORE->setting_get(STORE, "currency", SCRATCH, &(const char *){NULL}, err);
}

static const struct {
	const char *name;
	call_fn *call;
} calls[] = {
#define CALL(name) {#name, name}
    CALL(get_account),	   CALL(list_accounts),	  CALL(change_account),	 CALL(list_sellers),   CALL(list_categories),
    CALL(list_products),   CALL(list_by_price),	  CALL(search),		 CALL(get_product),    CALL(change_product),
    CALL(change_products), CALL(put_picture),	  CALL(get_picture),	 CALL(archive_product), CALL(get_cart),
    CALL(put_cart),	   CALL(make_purchase),	  CALL(repeat_purchase), CALL(get_purchase),   CALL(list_purchases),
    CALL(find_purchases),  CALL(list_sales),	  CALL(list_open_sales), CALL(find_sales),     CALL(get_sale),
    CALL(ship),		   CALL(deliver),	  CALL(cancel_sale),	 CALL(move_sales),     CALL(cancel_purchase),
    CALL(stats),	   CALL(list_changes),	  CALL(news),		 CALL(get_setting),
};

/* True while the failure was met. */
static bool fails_at(struct shop *shop, size_t index, int at)
{
	struct err err = {.kind = ERR_NONE};

	arena_reset(&shop->scratch);
	failure.at = at;
	failure.seen = 0;
	failure.struck = NULL;
	bool done = calls[index].call(shop, &err);
	failure.at = 0;
	if (failure.struck && done)
		fail_msg("%s succeeded, though step %d failed: %s", calls[index].name, at, failure.struck);
	if (!failure.struck && !done)
		fail_msg("%s: %s", calls[index].name, err.message);
	if (!done && err.kind == ERR_NONE)
		fail_msg("%s doesn't say what was wrong", calls[index].name);
	return failure.struck != NULL;
}

static void every_failure_shows(void **state)
{
	enum { STEPS_MAX = 5000 };
	struct shop *shop = *state;
	int all = 0;

	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		int at = 1;

		while (fails_at(shop, i, at))
			assert_true(++at < STEPS_MAX);
		if (at == 1)
			fail_msg("%s reads nothing", calls[i].name);
		all += at - 1;
	}
	print_message("%d steps failed, one at a time\n", all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(every_failure_shows, open_shop, close_shop)};

	return cmocka_run_group_tests_name("store failing", tests, NULL, NULL);
}
