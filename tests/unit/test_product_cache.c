/* Products that are kept by number, version and the stamp of the sellers' names. */
#include "platform/store/sqlite/product_cache.h"
#include "tests/unit/unit.h"

static const struct db_view no_view;

static struct product sample(const char *name)
{
	return (struct product){.id = "01",
				.name = name,
				.description = "",
				.price = 5,
				.currency = "EUR",
				.category = "Things",
				.seller_id = "02",
				.seller_name = "Maker",
				.json = "{}"};
}

static void put(struct product_cache *cache, struct product_key key, const char *name)
{
	const struct product product = sample(name);

	product_cache_put(cache, key, no_view, &product);
}

static bool holds(struct product_cache *cache, struct product_key key, const char *name)
{
	struct arena arena;
	struct product product;

	arena_init(&arena, 100000);
	bool found = product_cache_get(cache, key, no_view, &arena, &product) == PRODUCT_KNOWN;
	if (found && name) {
		assert_string_equal(product.id, "01");
		assert_string_equal(product.name, name);
		assert_string_equal(product.description, "");
		assert_string_equal(product.currency, "EUR");
		assert_string_equal(product.category, "Things");
		assert_string_equal(product.seller_id, "02");
		assert_string_equal(product.seller_name, "Maker");
		assert_string_equal(product.json, "{}");
		assert_int_equal(product.price, 5);
	}
	arena_done(&arena);
	return found;
}

static void gives_back_what_was_kept_under_the_same_key(void **state)
{
	struct product_cache *cache = product_cache_new(PRODUCT_CACHE_BYTES);

	(void)state;
	assert_false(holds(cache, (struct product_key){1, 1, 0}, NULL));
	put(cache, (struct product_key){1, 1, 0}, "first");
	/* In the same place of the table. */
	put(cache, (struct product_key){1 + 4096, 1, 0}, "other");
	assert_true(holds(cache, (struct product_key){1, 1, 0}, "first"));
	assert_true(holds(cache, (struct product_key){1 + 4096, 1, 0}, "other"));
	assert_false(holds(cache, (struct product_key){1, 2, 0}, NULL));
	assert_false(holds(cache, (struct product_key){1, 1, 1}, NULL));
	put(cache, (struct product_key){1, 2, 0}, "second");
	assert_true(holds(cache, (struct product_key){1, 2, 0}, "second"));
	assert_false(holds(cache, (struct product_key){1, 1, 0}, NULL));
	product_cache_free(cache);
}

static void copies_outlive_the_entry(void **state)
{
	struct product_cache *cache = product_cache_new(PRODUCT_CACHE_BYTES);
	struct arena arena;
	struct product product;

	(void)state;
	arena_init(&arena, 100000);
	put(cache, (struct product_key){1, 1, 0}, "first");
	assert_int_equal(product_cache_get(cache, (struct product_key){1, 1, 0}, no_view, &arena, &product),
			 PRODUCT_KNOWN);
	product_cache_free(cache);
	assert_string_equal(product.name, "first");
	arena_done(&arena);
}

static void without_memory_it_is_not_there(void **state)
{
	struct product_cache *cache = product_cache_new(PRODUCT_CACHE_BYTES);
	struct arena arena;
	struct product product;

	(void)state;
	arena_init(&arena, 4);
	put(cache, (struct product_key){1, 1, 0}, "first");
	assert_int_equal(product_cache_get(cache, (struct product_key){1, 1, 0}, no_view, &arena, &product),
			 PRODUCT_ABSENT);
	arena_done(&arena);
	product_cache_free(cache);
	assert_null(product_cache_free(NULL));
}

/* Without its version a product is found where it was found before, and nowhere else. */
static void in_the_same_view_it_needs_no_version(void **state)
{
	static const struct product_key key = {1, 1, 7}, unknown = {1, 0, 7}, renamed = {1, 0, 8}, changed = {1, 2, 7};
	static const struct db_view views[] = {{0, 5}, {0, 6}, {1, 5}, {0, 0}};
	struct product_cache *cache = product_cache_new(PRODUCT_CACHE_BYTES);
	const struct product product = sample("first"), other = sample("second");
	struct arena arena;
	struct product found;

	(void)state;
	arena_init(&arena, 100000);
	product_cache_put(cache, key, views[0], &product);
	for (size_t i = 0; i < COUNT_OF(views); i++) {
		assert_int_equal(product_cache_get(cache, unknown, views[i], &arena, &found),
				 i == 0 ? PRODUCT_KNOWN : PRODUCT_OLD);
		assert_int_equal(product_cache_get(cache, renamed, views[i], &arena, &found), PRODUCT_OLD);
	}
	for (size_t i = 0; i < COUNT_OF(views); i++) {
		assert_int_equal(product_cache_get(cache, key, views[i], &arena, &found), PRODUCT_KNOWN);
		assert_int_equal(product_cache_get(cache, unknown, views[i], &arena, &found),
				 views[i].version ? PRODUCT_KNOWN : PRODUCT_OLD);
	}
	product_cache_put(cache, changed, views[1], &other);
	assert_int_equal(product_cache_get(cache, unknown, views[0], &arena, &found), PRODUCT_OLD);
	assert_int_equal(product_cache_get(cache, unknown, views[1], &arena, &found), PRODUCT_KNOWN);
	assert_string_equal(found.name, "second");
	arena_done(&arena);
	product_cache_free(cache);
}

/* What is asked for stays; it never holds more than it may, whatever comes. */
static void what_nobody_asks_for_goes(void **state)
{
	enum { BYTES = 4000, MANY = 1000 };
	const struct product_key asked = {0, 1, 0};
	struct product_cache *cache = product_cache_new(BYTES);
	char long_name[BYTES];
	int kept = 0;

	(void)state;
	put(cache, asked, "asked");
	for (int64_t n = 1; n <= MANY; n++) {
		put(cache, (struct product_key){n, 1, 0}, "product");
		assert_true(holds(cache, asked, "asked"));
	}
	for (int64_t n = 1; n <= MANY; n++)
		kept += holds(cache, (struct product_key){n, 1, 0}, "product");
	assert_in_range(kept, 2, BYTES / sizeof(struct product));
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	put(cache, (struct product_key){1, 2, 0}, long_name);
	assert_false(holds(cache, (struct product_key){1, 2, 0}, NULL));
	product_cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_kept_under_the_same_key),
	    cmocka_unit_test(copies_outlive_the_entry),
	    cmocka_unit_test(without_memory_it_is_not_there),
	    cmocka_unit_test(in_the_same_view_it_needs_no_version),
	    cmocka_unit_test(what_nobody_asks_for_goes),
	};

	return cmocka_run_group_tests_name("product_cache", tests, NULL, NULL);
}
