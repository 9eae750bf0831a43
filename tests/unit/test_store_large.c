/* Lists of a shop so large that the SQLite store chooses its other ways: more products in a price range, and with a
 * word, than it gathers. Held against a plain model. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "models/limits.h"
#include "platform/store/sqlite/sqlite.h"

enum { PRODUCTS = 5600, PAGE = 100 };

static struct db *db;
static struct store *store;
static struct product products[PRODUCTS];
static struct arena memory;

/* 10 in 11 are "often" there, more than are gathered; one in 7 is "rare", one in 700 "unique". Prices repeat. */
static void describe(size_t i, struct product_change *change, char name[64])
{
	static const char *const given[] = {"name", "category", "price", "stock"};

	snprintf(name, 64, "Common thing%s%s%s", i % 11 ? " often" : "", i % 7 ? "" : " rare",
		 i % 700 ? "" : " unique");
	*change = (struct product_change){.name = name,
					  .category = i % 3 ? "Most" : "Some",
					  .price = 1000 + (int64_t)(i * 7919 % 97) * 10,
					  .stock = (int64_t)(i % 5)};
	for (size_t j = 0; j < sizeof given / sizeof *given; j++)
		shape_give(&product_batch_item_shape, change, given[j]);
}

static int set_up(void **state)
{
	static struct product_change changes[LIMIT_BATCH];
	static char names[LIMIT_BATCH][64];
	static struct err errs[LIMIT_BATCH];
	struct err err;
	const char *const sellers[] = {"one", "two"};
	const struct db_schema *const schemas[] = {&store_sqlite_schema, NULL};

	(void)state;
	arena_init(&memory, SIZE_MAX);
	if (!db_open(NULL, schemas, &db, &err) || !(store = store_sqlite_new(db, "EUR", &err)))
		return -1;
	for (size_t i = 0; i < 2; i++) {
		const struct account account = {
		    .id = sellers[i], .group = GROUP_SELLERS, .email = "s@example.com", .full_name = "Seller"};
		if (!store->account_create(store, &account, &err))
			return -1;
	}
	for (size_t start = 0; start < PRODUCTS; start += LIMIT_BATCH) {
		for (size_t i = 0; i < LIMIT_BATCH; i++)
			describe(start + i, &changes[i], names[i]);
		if (!store->product_batch(store, sellers[start / LIMIT_BATCH % 2], changes, LIMIT_BATCH, &memory,
					  &products[start], errs, &err))
			return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store->close(store);
	db_close(db);
	arena_done(&memory);
	return 0;
}

static bool given(const struct product_query *query, const char *member)
{
	return shape_given(&product_query_shape, query, member);
}

static bool fits(const struct product *product, const struct product_query *query)
{
	return (!query->q || strstr(product->name, query->q)) &&
	       (!query->category || !strcmp(product->category, query->category)) &&
	       (!query->seller_id || !strcmp(product->seller_id, query->seller_id)) &&
	       (!given(query, "min_price") || product->price >= query->min_price) &&
	       (!given(query, "max_price") || product->price <= query->max_price) &&
	       (!query->in_stock || product->stock > 0);
}

static int by_newest(const void *a, const void *b)
{
	return strcmp((*(const struct product *const *)b)->id, (*(const struct product *const *)a)->id);
}

static int by_price(const void *a, const void *b)
{
	const struct product *one = *(const struct product *const *)a, *other = *(const struct product *const *)b;

	return one->price != other->price ? (one->price > other->price) - (one->price < other->price)
					  : strcmp(one->id, other->id);
}

static int by_price_down(const void *a, const void *b)
{
	return by_price(b, a);
}

/* All pages of a query are what the model says; as many as there are, or as `pages`. */
static void check(const struct product_query *query, int pages)
{
	static int (*const orders[])(const void *a, const void *b) = {
	    by_newest, /* `best`: a word here has the same place wherever it is */
	    by_newest,
	    by_price,
	    by_price_down,
	};
	static const struct product *expected[PRODUCTS];
	struct store_page page = {.limit = PAGE};
	size_t count = 0, seen = 0;
	struct arena arena;
	struct err err;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < PRODUCTS; i++)
		if (fits(&products[i], query))
			expected[count++] = &products[i];
	qsort(expected, count, sizeof(const struct product *), orders[query->sort]);
	do {
		struct product_page part;
		if (!store->product_list(store, query, page, &arena, &part, &page.after, &err))
			fail_msg("%s", err.message);
		assert_true(seen + part.products_count <= count);
		for (size_t i = 0; i < part.products_count; i++, seen++)
			assert_string_equal(part.products[i].id, expected[seen]->id);
	} while (page.after && --pages > 0);
	if (!page.after)
		assert_int_equal(seen, count);
	arena_done(&arena);
}

/* What is asked for, by the bits of a number. */
static void check_all(const char *q, int64_t least, int64_t greatest, int pages)
{
	for (unsigned bits = 0; bits < 8; bits++) {
		for (int sort = SORT_BEST; sort <= SORT_PRICE_DOWN; sort++) {
			struct product_query query = {.q = q,
						      .category = bits & 1 ? "Most" : NULL,
						      .seller_id = bits & 2 ? "two" : NULL,
						      .in_stock = bits & 4,
						      .min_price = least,
						      .max_price = greatest,
						      .sort = sort};
			if (bits & 4)
				shape_give(&product_query_shape, &query, "in_stock");
			if (least)
				shape_give(&product_query_shape, &query, "min_price");
			if (greatest)
				shape_give(&product_query_shape, &query, "max_price");
			check(&query, pages);
		}
	}
}

static void without_words(void **state)
{
	(void)state;
	check_all(NULL, 0, 0, 100);
}

static void with_a_word_that_most_have(void **state)
{
	(void)state;
	check_all("often", 0, 0, 12);
}

static void with_a_word_that_few_have(void **state)
{
	(void)state;
	check_all("rare", 0, 0, 100);
	check_all("unique", 0, 0, 100);
}

static void in_a_wide_price_range(void **state)
{
	(void)state;
	check_all(NULL, 1100, 1800, 12);
	check_all("rare", 1100, 1800, 12);
	check_all("often", 1100, 0, 12);
}

static void in_a_narrow_price_range(void **state)
{
	(void)state;
	check_all(NULL, 1500, 1510, 100);
	check_all("often", 1500, 1510, 100);
	check_all("rare", 0, 1010, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_words),
	    cmocka_unit_test(with_a_word_that_most_have),
	    cmocka_unit_test(with_a_word_that_few_have),
	    cmocka_unit_test(in_a_wide_price_range),
	    cmocka_unit_test(in_a_narrow_price_range),
	};

	return cmocka_run_group_tests_name("store_large", tests, set_up, tear_down);
}
