/* Products one by one and in batches, and their pictures. */
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "models/limits.h"
#include "store_suite.h"

static void assert_same(const struct product *a, const struct product *b)
{
	assert_string_equal(a->id, b->id);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->description, b->description);
	assert_int_equal(a->price, b->price);
	assert_string_equal(a->currency, b->currency);
	assert_string_equal(a->category, b->category);
	assert_string_equal(a->seller_id, b->seller_id);
	assert_string_equal(a->seller_name, b->seller_name);
	assert_int_equal(a->stock, b->stock);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->has_picture, b->has_picture);
	assert_int_equal(a->created_at, b->created_at);
	assert_int_equal(a->updated_at, b->updated_at);
}

static int64_t count_in(struct fixture *fx, const char *category)
{
	const struct category_page page = suite_list_categories(fx, NULL);

	for (size_t i = 0; i < page.categories_count; i++)
		if (!strcmp(page.categories[i].name, category))
			return page.categories[i].products;
	return 0;
}

static void a_product_is_made(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Kintaro");
	struct product_change change = suite_change("京都 煎茶", "Tea", "Green; \"steamed\"", LIMIT_PRICE, LIMIT_STOCK);
	struct product product, found;
	int64_t before = clock_now();

	change.seller_id = seller;
	OK(fx, store->product_create(store, &change, &fx->arena, &product, &fx->err));
	assert_true(id_valid(product.id));
	assert_string_equal(product.name, "京都 煎茶");
	assert_string_equal(product.description, "Green; \"steamed\"");
	assert_string_equal(product.category, "Tea");
	assert_string_equal(product.currency, "EUR");
	assert_string_equal(product.seller_id, seller);
	assert_string_equal(product.seller_name, "Kintaro");
	assert_int_equal(product.price, LIMIT_PRICE);
	assert_int_equal(product.stock, LIMIT_STOCK);
	assert_int_equal(product.version, 1);
	assert_false(product.has_picture);
	assert_true(product.created_at >= before && product.created_at <= clock_now());
	assert_int_equal(product.updated_at, product.created_at);
	OK(fx, store->product_get(store, product.id, &fx->arena, &found, &fx->err));
	assert_same(&found, &product);
	assert_int_equal(count_in(fx, "Tea"), 1);
}

static void a_product_needs_little(void **state)
{
	struct fixture *fx = *state;
	struct product product = suite_product(fx, suite_seller(fx, "Shop"), "Thing", 1, -1);

	assert_string_equal(product.description, "");
	assert_int_equal(product.stock, 0);
}

static void ids_grow(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Shop"), *last = "";

	for (int i = 0; i < 20; i++) {
		struct product product = suite_product(fx, seller, "Thing", 1, 0);
		assert_true(strcmp(product.id, last) > 0);
		last = product.id;
	}
}

static void nobody_else_makes_products(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	struct product_change change = suite_change("Thing", "Things", NULL, 1, 1);
	const char *nobody[] = {"nobody", suite_client(fx, "Ada"), suite_seller(fx, "Gone")};
	struct product product;

	OK(fx, store->account_delete(store, GROUP_SELLERS, nobody[2], &fx->err));
	for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
		change.seller_id = nobody[i];
		assert_false(store->product_create(store, &change, &fx->arena, &product, &fx->err));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
	}
	assert_int_equal(count_in(fx, "Things"), 0);
}

static void a_product_that_is_not_there_is_not_found(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	const char *const ids[] = {suite_id(fx), "", "x", "' OR '1'='1"};
	const struct product_change change = suite_change("Name", NULL, NULL, -1, -1);
	struct product product = {.id = "untouched"};

	suite_product(fx, seller, "Thing", 1, 1);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		assert_false(store->product_get(store, ids[i], &fx->arena, &product, &fx->err));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
		assert_false(store->product_update(store, seller, ids[i], &change, &fx->arena, &product, &fx->err));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
		assert_false(store->product_archive(store, seller, ids[i], &fx->err));
		suite_expect(fx, ERR_NOT_FOUND, NULL);
	}
	assert_string_equal(product.id, "untouched");
}

static void a_change_sets_what_is_given(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = suite_product(fx, seller, "Thing", 100, 10), found;
	const struct product_change changes[] = {
	    suite_change("New name", NULL, NULL, -1, -1),  suite_change(NULL, "Other", NULL, -1, -1),
	    suite_change(NULL, NULL, "Described", -1, -1), suite_change(NULL, NULL, NULL, 250, -1),
	    suite_change(NULL, NULL, NULL, -1, 0),	   suite_change("All", "Of", "it", 7, 7),
	};

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct product_change *change = &changes[i];
		struct product expected = product;

		OK(fx, store->product_update(store, seller, product.id, change, &fx->arena, &product, &fx->err));
		expected.name = change->name ? change->name : expected.name;
		expected.category = change->category ? change->category : expected.category;
		expected.description = change->description ? change->description : expected.description;
		expected.price =
		    shape_given(&product_batch_item_shape, change, "price") ? change->price : expected.price;
		expected.stock =
		    shape_given(&product_batch_item_shape, change, "stock") ? change->stock : expected.stock;
		expected.version++;
		assert_true(product.updated_at >= expected.updated_at);
		expected.updated_at = product.updated_at;
		assert_same(&product, &expected);
		OK(fx, store->product_get(store, product.id, &fx->arena, &found, &fx->err));
		assert_same(&found, &expected);
	}
	assert_int_equal(count_in(fx, "Things"), 0);
	assert_int_equal(count_in(fx, "Other"), 0);
	assert_int_equal(count_in(fx, "Of"), 1);
}

static void a_stale_change_is_a_conflict_that_tells_how_it_is(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = suite_product(fx, seller, "Thing", 100, 10), found;
	struct product_change change = suite_change("First", NULL, NULL, -1, -1);

	change.version = 1;
	shape_give(&product_batch_item_shape, &change, "version");
	OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	change.name = "Second";
	memset(&found, 0, sizeof found);
	assert_false(store->product_update(store, seller, product.id, &change, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "version_conflict");
	assert_same(&found, &product);
	OK(fx, store->product_get(store, product.id, &fx->arena, &found, &fx->err));
	assert_same(&found, &product);
	/* Nor is a version that never was the current one. */
	change.version = 7;
	assert_false(store->product_update(store, seller, product.id, &change, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_CONFLICT, "version_conflict");
	change.version = 2;
	OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	assert_string_equal(product.name, "Second");
}

static void buying_is_a_change_too(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *client = suite_client(fx, "Ada");
	struct product product = suite_product(fx, suite_seller(fx, "Shop"), "Thing", 100, 10), found;
	struct purchase purchase = suite_buy_one(fx, client, &product, 3);

	OK(fx, store->product_get(store, product.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.version, 2);
	assert_int_equal(found.stock, 7);
	OK(fx, store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	OK(fx, store->product_get(store, product.id, &fx->arena, &found, &fx->err));
	assert_int_equal(found.version, 3);
	assert_int_equal(found.stock, 10);
}

static void another_sellers_product_is_forbidden(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop"), *other = suite_seller(fx, "Other");
	struct product product = suite_product(fx, seller, "Thing", 100, 10), found = {.id = "untouched"};
	const struct product_change change = suite_change("Mine", NULL, NULL, -1, -1);
	const struct store_picture picture = {.media_type = "image/png", .bytes = "x", .length = 1};

	assert_false(store->product_update(store, other, product.id, &change, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_FORBIDDEN, NULL);
	assert_false(store->product_archive(store, other, product.id, &fx->err));
	suite_expect(fx, ERR_FORBIDDEN, NULL);
	assert_false(store->picture_put(store, other, product.id, &picture, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_FORBIDDEN, NULL);
	assert_string_equal(found.id, "untouched");
	OK(fx, store->product_get(store, product.id, &fx->arena, &found, &fx->err));
	assert_same(&found, &product);
}

static void archiving_takes_a_product_off_sale(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = suite_product(fx, seller, "Thing", 100, 10),
		       kept = suite_product(fx, seller, "Other", 1, 1);
	const struct product_change change = suite_change("Name", NULL, NULL, -1, -1);

	OK(fx, store->product_archive(store, seller, product.id, &fx->err));
	assert_false(store->product_get(store, product.id, &fx->arena, &product, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->product_archive(store, seller, product.id, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_int_equal(count_in(fx, "Things"), 1);
	OK(fx, store->product_archive(store, seller, kept.id, &fx->err));
	assert_int_equal(count_in(fx, "Things"), 0);
}

static void a_batch_does_what_it_can(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop"), *other = suite_seller(fx, "Other");
	struct product mine = suite_product(fx, seller, "Mine", 100, 10),
		       foreign = suite_product(fx, other, "Foreign", 100, 10);
	struct product_change changes[] = {
	    suite_change("Made", "Batch", NULL, 5, 6),	suite_change("Renamed", NULL, NULL, -1, -1),
	    suite_change("Stolen", NULL, NULL, -1, -1), suite_change("Stale", NULL, NULL, -1, -1),
	    suite_change("Lost", NULL, NULL, -1, -1),	suite_change(NULL, "Batch", NULL, 5, 6),
	    suite_change("Made too", "Batch", "", 7, -1),
	};
	enum { COUNT = sizeof changes / sizeof *changes };
	static const enum err_kind kinds[COUNT] = {ERR_NONE,	  ERR_NONE,    ERR_FORBIDDEN, ERR_CONFLICT,
						   ERR_NOT_FOUND, ERR_INVALID, ERR_NONE};
	struct product products[COUNT], found;
	struct err errs[COUNT];

	changes[1].id = changes[3].id = mine.id;
	changes[2].id = foreign.id;
	changes[4].id = suite_id(fx);
	changes[3].version = 1;
	shape_give(&product_batch_item_shape, &changes[3], "version");
	OK(fx, store->product_batch(store, seller, changes, COUNT, &fx->arena, products, errs, &fx->err));
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(errs[i].kind, kinds[i]);
	assert_string_equal(errs[3].code, "version_conflict");
	assert_string_equal(products[3].name, "Renamed");
	assert_int_equal(products[3].version, 2);
	assert_string_equal(products[0].name, "Made");
	assert_string_equal(products[0].seller_name, "Shop");
	assert_string_equal(products[6].description, "");
	assert_true(strcmp(products[6].id, products[0].id) > 0);
	OK(fx, store->product_get(store, products[0].id, &fx->arena, &found, &fx->err));
	assert_same(&found, &products[0]);
	OK(fx, store->product_get(store, mine.id, &fx->arena, &found, &fx->err));
	assert_string_equal(found.name, "Renamed");
	OK(fx, store->product_get(store, foreign.id, &fx->arena, &found, &fx->err));
	assert_string_equal(found.name, "Foreign");
	assert_int_equal(count_in(fx, "Batch"), 2);
}

static void a_full_batch(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	static struct product_change changes[LIMIT_BATCH];
	static struct product products[LIMIT_BATCH];
	static struct err errs[LIMIT_BATCH];

	for (size_t i = 0; i < LIMIT_BATCH; i++)
		changes[i] = suite_change(arena_printf(&fx->arena, "Thing %zu", i), "Many", NULL, 1, 1);
	OK(fx, store->product_batch(store, seller, changes, LIMIT_BATCH, &fx->arena, products, errs, &fx->err));
	for (size_t i = 0; i < LIMIT_BATCH; i++) {
		assert_int_equal(errs[i].kind, ERR_NONE);
		changes[i] = suite_change(NULL, NULL, NULL, 2, -1);
		changes[i].id = products[i].id;
	}
	OK(fx, store->product_batch(store, seller, changes, LIMIT_BATCH, &fx->arena, products, errs, &fx->err));
	for (size_t i = 0; i < LIMIT_BATCH; i++)
		assert_true(errs[i].kind == ERR_NONE && products[i].price == 2 && products[i].version == 2);
	assert_int_equal(count_in(fx, "Many"), LIMIT_BATCH);
}

static void check_digest(const struct store_picture *picture)
{
	uint8_t digest[STORE_DIGEST];

	crypt_hash(picture->bytes, picture->length, NULL, digest);
	assert_memory_equal(picture->digest, digest, STORE_DIGEST);
}

static void pictures(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = suite_product(fx, seller, "Thing", 100, 10);
	unsigned char *bytes = arena_alloc(&fx->arena, LIMIT_PICTURE);
	struct store_picture picture = {.media_type = "image/jpeg", .bytes = bytes, .length = LIMIT_PICTURE}, found;

	for (size_t i = 0; i < LIMIT_PICTURE; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	assert_false(store->picture_get(store, product.id, NULL, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	OK(fx, store->picture_put(store, seller, product.id, &picture, &fx->arena, &product, &fx->err));
	assert_true(product.has_picture);
	assert_int_equal(product.version, 2);
	OK(fx, store->picture_get(store, product.id, NULL, &fx->arena, &found, &fx->err));
	assert_string_equal(found.media_type, "image/jpeg");
	assert_int_equal(found.length, LIMIT_PICTURE);
	assert_memory_equal(found.bytes, bytes, LIMIT_PICTURE);

	check_digest(&found);

	/* Whoever has it needs no bytes, and whoever has another one does. */
	const struct store_picture first = found;
	OK(fx, store->picture_get(store, product.id, first.digest, &fx->arena, &found, &fx->err));
	assert_null(found.bytes);
	assert_memory_equal(found.digest, first.digest, STORE_DIGEST);
	bytes[LIMIT_PICTURE - 1] ^= 1;
	OK(fx, store->picture_put(store, seller, product.id, &picture, &fx->arena, &product, &fx->err));
	OK(fx, store->picture_get(store, product.id, first.digest, &fx->arena, &found, &fx->err));
	assert_int_equal(found.length, LIMIT_PICTURE);
	assert_memory_equal(found.bytes, bytes, LIMIT_PICTURE);
	assert_memory_not_equal(found.digest, first.digest, STORE_DIGEST);
	check_digest(&found);

	picture = (struct store_picture){.media_type = "image/png", .bytes = "small\0one", .length = 9};
	OK(fx, store->picture_put(store, seller, product.id, &picture, &fx->arena, &product, &fx->err));
	OK(fx, store->picture_get(store, product.id, NULL, &fx->arena, &found, &fx->err));
	assert_string_equal(found.media_type, "image/png");
	assert_int_equal(found.length, 9);
	assert_memory_equal(found.bytes, "small\0one", 9);

	OK(fx, store->picture_put(store, seller, product.id, NULL, &fx->arena, &product, &fx->err));
	assert_false(product.has_picture);
	assert_false(store->picture_get(store, product.id, NULL, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	OK(fx, store->picture_put(store, seller, product.id, NULL, &fx->arena, &product, &fx->err));
	assert_false(product.has_picture);
}

static void a_picture_goes_with_its_product(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = suite_product(fx, seller, "Thing", 100, 10);
	const struct store_picture picture = {.media_type = "image/png", .bytes = "x", .length = 1};
	struct store_picture found;

	OK(fx, store->picture_put(store, seller, product.id, &picture, &fx->arena, &product, &fx->err));
	OK(fx, store->product_archive(store, seller, product.id, &fx->err));
	assert_false(store->picture_get(store, product.id, NULL, &fx->arena, &found, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
	assert_false(store->picture_put(store, seller, product.id, &picture, &fx->arena, &product, &fx->err));
	suite_expect(fx, ERR_NOT_FOUND, NULL);
}

int suite_products(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(a_product_is_made),
	    SUITE_TEST(a_product_needs_little),
	    SUITE_TEST(ids_grow),
	    SUITE_TEST(nobody_else_makes_products),
	    SUITE_TEST(a_product_that_is_not_there_is_not_found),
	    SUITE_TEST(a_change_sets_what_is_given),
	    SUITE_TEST(a_stale_change_is_a_conflict_that_tells_how_it_is),
	    SUITE_TEST(buying_is_a_change_too),
	    SUITE_TEST(another_sellers_product_is_forbidden),
	    SUITE_TEST(archiving_takes_a_product_off_sale),
	    SUITE_TEST(a_batch_does_what_it_can),
	    SUITE_TEST(a_full_batch),
	    SUITE_TEST(pictures),
	    SUITE_TEST(a_picture_goes_with_its_product),
	};

	print_message("products, %s\n", name);
	return cmocka_run_group_tests_name("products", tests, NULL, NULL);
}
