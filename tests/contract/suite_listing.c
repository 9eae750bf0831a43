/* Lists of products and categories: every filter, every order, and pages while things change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/limits.h"
#include "models/search.h"
#include "store_suite.h"

/* A query; prices below 0 and stock false: not given. */
static struct product_query ask(const char *q, const char *category, const char *seller, int64_t least,
				int64_t greatest, bool in_stock, int sort)
{
	struct product_query query = {.q = q,
				      .category = category,
				      .seller_id = seller,
				      .min_price = least,
				      .max_price = greatest,
				      .in_stock = in_stock,
				      .sort = sort};

	if (least >= 0)
		shape_give(&product_query_shape, &query, "min_price");
	if (greatest >= 0)
		shape_give(&product_query_shape, &query, "max_price");
	if (in_stock)
		shape_give(&product_query_shape, &query, "in_stock");
	return query;
}

/* All that a query finds, page after page of `limit`. */
static struct product_page all(struct fixture *fx, const struct product_query *query, size_t limit)
{
	return suite_list_products(fx, query, &(struct suite_span){.limit = limit});
}

/* ---- against a model ---- */

enum { PRODUCTS = 60 };

struct shop {
	const char *sellers[2];
	struct product products[PRODUCTS];
	size_t count;
};

static const char *const categories[] = {"Tea", "Coffee", "Kitchen"};

/* Many share a price, some are sold out, and the words "blue" and "red" are on some. */
static void fill(struct fixture *fx, struct shop *shop)
{
	uint64_t seed = chance_seed();

	shop->sellers[0] = suite_seller(fx, "One");
	shop->sellers[1] = suite_seller(fx, "Two");
	for (shop->count = 0; shop->count < PRODUCTS; shop->count++) {
		static const char *const names[] = {"Red thing", "Blue thing", "Thing of blue and red", "Plain"};
		const char *name = names[chance_below(&seed, 4)];
		const char *category = categories[chance_below(&seed, 3)];
		int64_t price = (int64_t)chance_below(&seed, 5) * 100 + 100;
		struct product_change change =
		    suite_change(name, category, NULL, price, (int64_t)chance_below(&seed, 3));

		change.seller_id = shop->sellers[chance_below(&seed, 2)];
		OK(fx,
		   fx->store->product_create(fx->store, &change, &fx->arena, &shop->products[shop->count], &fx->err));
	}
}

static bool fits(const struct product *product, const struct product_query *query)
{
	if (query->q && !strcasestr(product->name, query->q))
		return false;
	return (!query->category || !strcmp(query->category, product->category)) &&
	       (!query->seller_id || !strcmp(query->seller_id, product->seller_id)) &&
	       (!shape_given(&product_query_shape, query, "min_price") || product->price >= query->min_price) &&
	       (!shape_given(&product_query_shape, query, "max_price") || product->price <= query->max_price) &&
	       (!query->in_stock || product->stock > 0);
}

static int by_newest(const void *a, const void *b)
{
	return strcmp(((const struct product *)b)->id, ((const struct product *)a)->id);
}

static int by_price(const void *a, const void *b)
{
	const struct product *one = a, *other = b;

	return one->price != other->price ? (one->price > other->price) - (one->price < other->price)
					  : strcmp(one->id, other->id);
}

static int by_price_down(const void *a, const void *b)
{
	return by_price(b, a);
}

static void check(struct fixture *fx, const struct shop *shop, const struct product_query *query, size_t limit)
{
	static int (*const orders[])(const void *a, const void *b) = {
	    [SORT_BEST] = by_newest, /* each word here has the same place wherever it is found */
	    [SORT_NEWEST] = by_newest,
	    [SORT_PRICE] = by_price,
	    [SORT_PRICE_DOWN] = by_price_down,
	};
	struct product expected[PRODUCTS];
	size_t count = 0;
	struct arena kept = fx->arena;

	/* Thousands of these: none leaves anything behind. */
	arena_init(&fx->arena, SIZE_MAX);
	struct product_page found = all(fx, query, limit);
	for (size_t i = 0; i < shop->count; i++)
		if (fits(&shop->products[i], query))
			expected[count++] = shop->products[i];
	qsort(expected, count, sizeof *expected, orders[query->sort < 0 ? 0 : query->sort]);
	assert_int_equal(found.products_count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(found.products[i].id, expected[i].id);
	arena_done(&fx->arena);
	fx->arena = kept;
}

/* Every combination of filters, in every order, by small pages and by one. */
static void every_filter_in_every_order(void **state)
{
	static const struct {
		int64_t least, greatest;
	} ranges[] = {{-1, -1}, {200, -1}, {-1, 300}, {200, 400}, {300, 200}};
	struct fixture *fx = *state;
	struct shop shop;

	fill(fx, &shop);
	for (unsigned i = 0; i < 3 * 4 * 4 * 5 * 2; i++) {
		static const char *const words[] = {NULL, "blue", "re"};
		const char *const all_categories[] = {NULL, "Tea", "Coffee", "None"};
		const char *const all_sellers[] = {NULL, shop.sellers[0], shop.sellers[1], "nobody"};
		unsigned range = i / 48 % 5;

		for (int sort = -1; sort <= SORT_PRICE_DOWN; sort++) {
			const struct product_query query =
			    ask(words[i % 3], all_categories[i / 3 % 4], all_sellers[i / 12 % 4], ranges[range].least,
				ranges[range].greatest, i / 240, sort);
			check(fx, &shop, &query, 3);
			check(fx, &shop, &query, LIMIT_PAGE);
		}
	}
}

static void a_page_has_1_to_100_rows(void **state)
{
	static const size_t limits[] = {0, LIMIT_PAGE + 1, SIZE_MAX};
	struct fixture *fx = *state;
	const struct product_query query = ask(NULL, NULL, NULL, -1, -1, false, -1);
	struct product_page page;
	const char *next;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		assert_false(fx->store->product_list(fx->store, &query, (struct store_page){.limit = limits[i]},
						     &fx->arena, &page, &next, &fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
	}
}

/* ---- pages while things change ---- */

/* Reads the first page, changes things, reads the rest. No product is there twice, and none is lost that did not
 * change. */
static void page_around_changes(struct fixture *fx, int sort)
{
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	const struct product_query query = ask(NULL, NULL, seller, -1, -1, false, sort);
	struct product products[12];
	struct product_page first, rest;
	struct suite_span span = {.most = 5};
	struct product ignored;

	for (size_t i = 0; i < 12; i++)
		products[i] = suite_product(fx, seller, "Thing", 100 + (int64_t)(i % 3) * 100, 1);
	first = suite_list_products(fx, &query, &span);
	assert_int_equal(first.products_count, 5);

	/* The row that the place is made of is archived; one that was seen changes its price; new ones come. */
	OK(fx, store->product_archive(store, seller, first.products[4].id, &fx->err));
	const struct product_change dearer = suite_change(NULL, NULL, NULL, 50, -1);
	OK(fx, store->product_update(store, seller, first.products[0].id, &dearer, &fx->arena, &ignored, &fx->err));
	suite_product(fx, seller, "New", 200, 1);
	suite_product(fx, seller, "New", 1, 1);
	span.most = 0;
	rest = suite_list_products(fx, &query, &span);
	for (size_t i = 0; i < 12; i++) {
		int seen = 0;

		for (size_t j = 0; j < first.products_count; j++)
			seen += !strcmp(first.products[j].id, products[i].id);
		for (size_t j = 0; j < rest.products_count; j++)
			seen += !strcmp(rest.products[j].id, products[i].id) &&
				(strcmp(products[i].id, first.products[0].id) != 0 || sort == SORT_NEWEST);
		assert_int_equal(seen, 1);
	}
}

static void pages_hold_while_things_change(void **state)
{
	for (int sort = SORT_NEWEST; sort <= SORT_PRICE_DOWN; sort++)
		page_around_changes(*state, sort);
}

static void new_products_don_t_shift_pages(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	const struct product_query query = ask(NULL, NULL, NULL, -1, -1, false, SORT_NEWEST);
	struct store_page page = {.limit = 2};
	struct product products[9];
	size_t seen = 0;

	for (size_t i = 0; i < 9; i++)
		products[i] = suite_product(fx, seller, "Thing", 100, 1);
	do {
		struct product_page part;
		OK(fx, store->product_list(store, &query, page, &fx->arena, &part, &page.after, &fx->err));
		for (size_t i = 0; i < part.products_count; i++, seen++)
			assert_string_equal(part.products[i].id, products[8 - seen].id);
		if (seen) /* before the place, then */
			suite_product(fx, seller, "New", 100, 1);
	} while (suite_more(fx, page.after));
	assert_int_equal(seen, 9);
}

/* A place means the same to every store: also where its product never was. */
static void a_place_needs_no_product(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Shop");
	struct product below = suite_product(fx, seller, "Below", 100, 1), above;
	struct product_query query = ask(NULL, NULL, NULL, -1, -1, false, SORT_NEWEST);
	const char *between = suite_id_after(fx, below.id), *place;
	struct product_page page;

	if (!between) {
		skip();
		return;
	}
	place = arena_printf(&fx->arena, "100,%s", between);
	for (above = below; strcmp(above.id, between) < 0;) {
		below = above;
		above = suite_product(fx, seller, "Thing", 100, 1);
	}
	page = suite_list_products(fx, &query, &(struct suite_span){.after = between});
	assert_true(page.products_count > 0);
	assert_string_equal(page.products[0].id, below.id);
	query.sort = SORT_PRICE;
	page = suite_list_products(fx, &query, &(struct suite_span){.after = place});
	assert_int_equal(page.products_count, 1);
	assert_string_equal(page.products[0].id, above.id);
	query.sort = SORT_PRICE_DOWN;
	page = suite_list_products(fx, &query, &(struct suite_span){.after = place});
	assert_true(page.products_count > 0);
	assert_string_equal(page.products[0].id, below.id);
}

static void refuse_place(struct fixture *fx, const char *q, int sort, const char *place)
{
	const struct product_query query = ask(q, NULL, NULL, -1, -1, false, sort);
	struct product_page page;
	const char *next;

	assert_false(fx->store->product_list(fx->store, &query, (struct store_page){place, 5}, &fx->arena, &page, &next,
					     &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
}

#define SOME_ID "01ARZ3NDEKTSV4RRFFQ69G5FAV"

static void places_that_no_store_made_are_refused(void **state)
{
	static const char *const newest[] = {"", "x", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
					     (SOME_ID "A"), ("100," SOME_ID), "' OR 1=1"};
	static const char *const priced[] = {SOME_ID, "," SOME_ID, "-1," SOME_ID, "007," SOME_ID, "1.5," SOME_ID,
					     "9999999999999999999," SOME_ID, "100,", "100,x", " 100," SOME_ID};
	struct fixture *fx = *state;

	for (size_t i = 0; i < sizeof newest / sizeof *newest; i++)
		refuse_place(fx, NULL, SORT_NEWEST, newest[i]);
	for (size_t i = 0; i < sizeof priced / sizeof *priced; i++)
		refuse_place(fx, NULL, SORT_PRICE + (int)(i % 2), priced[i]);
	/* One more than there is. */
	refuse_place(fx, NULL, SORT_PRICE, arena_printf(&fx->arena, "%" PRId64 "," SOME_ID, LIMIT_PRICE + 1));
	refuse_place(fx, "thing", SORT_BEST, arena_printf(&fx->arena, "%d," SOME_ID, SEARCH_PLACES + 1));
}

/* ---- categories ---- */

static void categories_are_listed_bytewise_with_counts(void **state)
{
	static const char *const names[] = {"tea", "Tea", "Étagères", "Zoo", "Tea", "A b", "Tea", "茶"};
	static const struct category expected[] = {{"A b", 1}, {"Zoo", 1}, {"tea", 4}, {"Étagères", 1}, {"茶", 1}};
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct category_page page;
	const char *next;
	struct product product;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct product_change change = suite_change("Thing", names[i], NULL, 1, 0);
		change.seller_id = seller;
		OK(fx, store->product_create(store, &change, &fx->arena, &product, &fx->err));
	}
	page = suite_list_categories(fx, &(struct suite_span){.limit = 2});
	assert_int_equal(page.categories_count, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < page.categories_count; i++) {
		assert_string_equal(page.categories[i].name, expected[i].name);
		assert_int_equal(page.categories[i].products, expected[i].products);
	}
	assert_false(store->category_list(store, (struct store_page){"a\nb", 5}, &fx->arena, &page, &next, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	assert_false(store->category_list(store, (struct store_page){"", 5}, &fx->arena, &page, &next, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
	char longest[LIMIT_CATEGORY + 2] = "";
	memset(longest, 'a', LIMIT_CATEGORY);
	OK(fx, store->category_list(store, (struct store_page){longest, 5}, &fx->arena, &page, &next, &fx->err));
	longest[LIMIT_CATEGORY] = 'a';
	assert_false(store->category_list(store, (struct store_page){longest, 5}, &fx->arena, &page, &next, &fx->err));
	suite_expect(fx, ERR_INVALID, NULL);
}

/* ---- what a page shows ---- */

static const char *written(struct fixture *fx, const struct product *product)
{
	struct buf text;
	struct json json = json_writer(&text);

	buf_init(&text, 65536);
	shape_write(&product_shape, product, &json);
	const char *copy = arena_strdup(&fx->arena, buf_str(&text));
	assert_false(text.failed);
	buf_done(&text);
	return copy;
}

/* A page shows each product as it is asked for singly, in its members and in its JSON. */
static void check_page(struct fixture *fx, size_t count)
{
	const struct product_query query = ask(NULL, NULL, NULL, -1, -1, false, -1);

	/* Twice: a store may know the second time what it found the first time. */
	for (int time = 0; time < 2; time++) {
		const struct product_page page = all(fx, &query, 10);

		assert_int_equal(page.products_count, count);
		for (size_t i = 0; i < count; i++) {
			struct product single, *listed = &page.products[i];

			OK(fx, fx->store->product_get(fx->store, listed->id, &fx->arena, &single, &fx->err));
			assert_string_equal(written(fx, listed), written(fx, &single));
			listed->json = single.json = NULL;
			assert_string_equal(written(fx, listed), written(fx, &single));
		}
	}
}

static void a_page_shows_every_change_at_once(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Maker"), *other = suite_seller(fx, "Other");
	const char *client = suite_client(fx, "Ada");
	struct product lamp = suite_product(fx, seller, "Lamp", 500, 5), gone = suite_product(fx, seller, "Gone", 1, 1);
	const struct product_change dearer = suite_change("Lamp \"2\"", "Light", "a\\b", 700, 9);
	const struct store_picture picture = {.media_type = "image/png", .bytes = "x", .length = 1};
	struct purchase purchase;
	struct account account;

	suite_product(fx, other, "Chair", 900, 3);
	check_page(fx, 3);
	purchase = suite_buy_one(fx, client, &lamp, 2);
	check_page(fx, 3);
	OK(fx, store->purchase_cancel(store, client, purchase.id, NULL, &fx->arena, &purchase, &fx->err));
	check_page(fx, 3);
	OK(fx, store->product_update(store, seller, lamp.id, &dearer, &fx->arena, &lamp, &fx->err));
	check_page(fx, 3);
	OK(fx, store->picture_put(store, seller, lamp.id, &picture, &fx->arena, &lamp, &fx->err));
	check_page(fx, 3);
	OK(fx, store->picture_put(store, seller, lamp.id, NULL, &fx->arena, &lamp, &fx->err));
	check_page(fx, 3);
	for (int i = 0; i < 2; i++) {
		const struct account_patch renamed = {.full_name = i ? "Second" : "First"};

		OK(fx, store->account_update(store, GROUP_SELLERS, seller, &renamed, &fx->arena, &account, &fx->err));
		check_page(fx, 3);
	}
	OK(fx, store->product_archive(store, seller, gone.id, &fx->err));
	check_page(fx, 2);
	OK(fx, store->account_delete(store, GROUP_SELLERS, seller, &fx->err));
	check_page(fx, 1);
}

int suite_listing(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(every_filter_in_every_order),
	    SUITE_TEST(a_page_has_1_to_100_rows),
	    SUITE_TEST(pages_hold_while_things_change),
	    SUITE_TEST(new_products_don_t_shift_pages),
	    SUITE_TEST(a_place_needs_no_product),
	    SUITE_TEST(places_that_no_store_made_are_refused),
	    SUITE_TEST(a_page_shows_every_change_at_once),
	    SUITE_TEST(categories_are_listed_bytewise_with_counts),
	};

	print_message("listing, %s\n", name);
	return cmocka_run_group_tests_name("listing", tests, NULL, NULL);
}
