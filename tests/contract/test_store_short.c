/* The store suite over SQLite in memory, whose pages are made short at random: what no engine promises no test may ask
 * for. */
#include "short_pages.h"
#include "sqlite_target.h"
#include "store_suite.h"

static struct store *open_short(void *context)
{
	struct store *store = sqlite_target_open(context);

	if (store)
		short_pages(store, chance_seed());
	return store;
}

static const struct suite_target target = {
    .name = "SQLite with short pages", .open = open_short, .close = sqlite_target_close};

/* Listings are the same, joined; and whole pages are what these are compared with. */
static void the_same_is_answered_as_by_whole_pages(void **state)
{
	(void)state;
	store_suite_compare(&sqlite_target, &target, chance_seed(), 300);
}

/* Products, ten at a time: every kind of short page comes. */
static void pages_are_short_indeed(void **state)
{
	enum { PRODUCTS = 15, ROUNDS = 200 };
	struct fixture fx = {.store = open_short(NULL)};
	size_t shorter = 0, empty = 0, first_empty = 0, last_empty = 0;

	(void)state;
	assert_non_null(fx.store);
	arena_init(&fx.arena, SIZE_MAX);
	const char *seller = suite_seller(&fx, "Seller");
	for (int i = 0; i < PRODUCTS; i++)
		suite_product(&fx, seller, "Thing", 1, 1);
	for (int round = 0; round < ROUNDS; round++) {
		struct store_page page = {.limit = 10};
		size_t seen = 0;

		do {
			const bool first = !page.after;
			struct product_page part;
			OK(&fx, fx.store->product_list(fx.store, &(struct product_query){.sort = -1}, page, &fx.arena,
						       &part, &page.after, &fx.err));
			seen += part.products_count;
			shorter += part.products_count > 0 && part.products_count < page.limit && page.after;
			empty += !part.products_count && !first && page.after;
			first_empty += !part.products_count && first;
			last_empty += !part.products_count && !page.after;
		} while (suite_more(&fx, page.after));
		assert_int_equal(seen, PRODUCTS);
	}
	sqlite_target_close(fx.store, NULL);
	arena_done(&fx.arena);
	assert_true(shorter && empty && first_empty && last_empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_is_answered_as_by_whole_pages),
					   cmocka_unit_test(pages_are_short_indeed)};
	int failed = store_suite_run(&target);

	return failed + cmocka_run_group_tests_name("short and whole pages", tests, NULL, NULL) ? 1 : 0;
}
