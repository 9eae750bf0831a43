/* Pages that are kept between two changes. */
#include "platform/page_cache.h"
#include "tests/unit/unit.h"

static const uint8_t one[CRYPT_HASH_SIZE] = {1}, two[CRYPT_HASH_SIZE] = {2};

static bool holds(struct page_cache *cache, const uint8_t *key, uint64_t generation, int64_t now, const char *text)
{
	struct buf out;

	buf_init(&out, 1000);
	bool found = page_cache_get(cache, key, generation, now, &out);
	bool right = found && !strcmp(buf_str(&out), text);
	assert_true(found || !out.length);
	buf_done(&out);
	return right;
}

static void gives_back_what_was_kept(void **state)
{
	struct page_cache *cache = page_cache_new(1000);

	(void)state;
	assert_false(holds(cache, one, 1, 0, "a"));
	page_cache_put(cache, one, 1, 0, "a", 1);
	page_cache_put(cache, two, 1, 0, "b", 1);
	assert_true(holds(cache, one, 1, 0, "a"));
	assert_true(holds(cache, two, 1, 0, "b"));
	page_cache_put(cache, one, 1, 0, "c", 1);
	assert_true(holds(cache, one, 1, 0, "c"));
	page_cache_free(cache);
}

/* Keys that have the same slots: as many as there are slots stay, and one more drives out the oldest. */
static void a_few_share_a_place(void **state)
{
	struct page_cache *cache = page_cache_new(1000);
	uint8_t keys[PAGE_CACHE_WAYS + 1][CRYPT_HASH_SIZE];

	(void)state;
	for (size_t i = 0; i <= PAGE_CACHE_WAYS; i++) {
		memcpy(keys[i], one, CRYPT_HASH_SIZE);
		keys[i][CRYPT_HASH_SIZE - 1] = (uint8_t)i;
		assert_false(holds(cache, keys[i], 1, 0, "a"));
		page_cache_put(cache, keys[i], 1, (int64_t)i, "a", 1);
		for (size_t j = 0; j <= i; j++)
			assert_int_equal(holds(cache, keys[j], 1, (int64_t)i, "a"), j > 0 || i < PAGE_CACHE_WAYS);
	}
	page_cache_free(cache);
}

static void forgets_with_a_change_and_with_time(void **state)
{
	struct page_cache *cache = page_cache_new(1000);

	(void)state;
	page_cache_put(cache, one, 1, 0, "a", 1);
	assert_false(holds(cache, one, 2, 0, "a"));
	assert_true(holds(cache, one, 1, PAGE_CACHE_MS - 1, "a"));
	assert_false(holds(cache, one, 1, PAGE_CACHE_MS, "a"));
	page_cache_put(cache, two, 2, 0, "b", 1);
	assert_false(holds(cache, one, 1, 0, "a"));
	/* Made before the change, ready after it. */
	page_cache_put(cache, one, 1, 0, "a", 1);
	assert_false(holds(cache, one, 1, 0, "a"));
	assert_false(holds(cache, one, 2, 0, "a"));
	assert_true(holds(cache, two, 2, 0, "b"));
	page_cache_free(cache);
}

static void stays_within_its_bytes(void **state)
{
	struct page_cache *cache = page_cache_new(10);

	(void)state;
	page_cache_put(cache, one, 1, 0, "12345678", 8);
	page_cache_put(cache, two, 1, 0, "123", 3);
	assert_true(holds(cache, one, 1, 0, "12345678"));
	assert_false(holds(cache, two, 1, 0, "123"));
	page_cache_put(cache, one, 1, 0, "1234567", 7);
	page_cache_put(cache, two, 1, 0, "123", 3);
	assert_true(holds(cache, two, 1, 0, "123"));
	page_cache_put(cache, two, 1, 0, "12345678901", 11);
	assert_true(holds(cache, two, 1, 0, "123"));
	page_cache_put(cache, one, 2, 0, "1234567890", 10);
	assert_true(holds(cache, one, 2, 0, "1234567890"));
	page_cache_free(cache);
	assert_null(page_cache_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_kept),
	    cmocka_unit_test(a_few_share_a_place),
	    cmocka_unit_test(forgets_with_a_change_and_with_time),
	    cmocka_unit_test(stays_within_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
