/* Products that are kept by number, version and the stamp of the sellers' names. */
#include "platform/store/product_cache.h"
#include "tests/unit/unit.h"

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

	product_cache_put(cache, key, &product);
}

static bool holds(struct product_cache *cache, struct product_key key, const char *name)
{
	struct arena arena;
	struct product product;

	arena_init(&arena, 100000);
	bool found = product_cache_get(cache, key, &arena, &product);
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
	assert_true(product_cache_get(cache, (struct product_key){1, 1, 0}, &arena, &product));
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
	assert_false(product_cache_get(cache, (struct product_key){1, 1, 0}, &arena, &product));
	arena_done(&arena);
	product_cache_free(cache);
	assert_null(product_cache_free(NULL));
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
	    cmocka_unit_test(what_nobody_asks_for_goes),
	};

	return cmocka_run_group_tests_name("product_cache", tests, NULL, NULL);
}
