/* The order `best`, what of a product is searched, and categories that are one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "models/search.h"
#include "store_suite.h"

/* What is due is done. */
static void tend(struct fixture *fx)
{
	struct store *store = fx->store;
	bool more = store->tend != NULL;

	for (int i = 0; more; i++) {
		assert_true(i < 10000);
		OK(fx, store->tend(store, clock_now(), 1000, &more, &fx->err));
	}
}

static struct product add(struct fixture *fx, const char *seller, const char *name, const char *category,
			  const char *description)
{
	struct product_change change = suite_change(name, category, description, 100, 1);
	struct product product;

	change.seller_id = seller;
	OK(fx, fx->store->product_create(fx->store, &change, &fx->arena, &product, &fx->err));
	return product;
}

/* The names of all that a query finds, "one|two|", by pages of `limit`. */
static const char *names_of(struct fixture *fx, const struct product_query *query, size_t limit)
{
	const struct product_page found = suite_list_products(fx, query, &(struct suite_span){.limit = limit});
	const char *names = "";

	for (size_t i = 0; i < found.products_count; i++)
		names = arena_printf(&fx->arena, "%s%s|", names, found.products[i].name);
	return names;
}

static void check(struct fixture *fx, const char *q, const char *expected)
{
	for (size_t limit = 1; limit <= 100; limit += 33)
		for (int sort = -1; sort <= SORT_BEST; sort++)
			assert_string_equal(names_of(fx, &(struct product_query){.q = q, .sort = sort}, limit),
					    expected);
}

static void what_is_called_so_comes_first(void **state)
{
	struct fixture *fx = *state;
	const char *shop = suite_seller(fx, "Shop"), *vim = suite_seller(fx, "Vim & Co");

	add(fx, shop, "vim", "editors", NULL);
	add(fx, shop, "vim-haproxy", "editors", NULL);
	add(fx, shop, "nano", "editors", "not vim");
	add(fx, shop, "gvimdiff", "editors", NULL);
	add(fx, shop, "vimoutliner", "editors", NULL);
	add(fx, shop, "python3-vim", "vimscripts", NULL);
	add(fx, vim, "ed", "editors", NULL);
	add(fx, shop, "ex", "vimscripts", "nothing");
	add(fx, shop, "VIM!", "editors", NULL);
	check(fx, "vim", "VIM!|vim|python3-vim|vim-haproxy|vimoutliner|ex|ed|nano|");
	check(fx, "vi", "VIM!|python3-vim|vimoutliner|vim-haproxy|vim|ex|ed|");
	check(fx, "Vim Ed", "VIM!|ed|vimoutliner|vim-haproxy|vim|nano|");
	check(fx, "vim haproxy", "vim-haproxy|");
	check(fx, "vimhaproxy", "vim-haproxy|");
	check(fx, "gvim", "gvimdiff|");
	check(fx, "diff", "");
	check(fx, "vim nothing", "ex|");
	/* Other orders find the same. */
	assert_string_equal(names_of(fx, &(struct product_query){.q = "vim", .sort = SORT_NEWEST}, 3),
			    "VIM!|ex|ed|python3-vim|vimoutliner|nano|vim-haproxy|vim|");
	/* Without words, the newest are the best. */
	assert_string_equal(names_of(fx, &(struct product_query){.sort = SORT_BEST, .category = "VIMscripts"}, 1),
			    "ex|python3-vim|");
}

static void it_is_found_as_people_type(void **state)
{
	static const struct {
		const char *name, *qs[6];
	} rows[] = {
	    {"Lamp from Łódź", {"lodz", "ŁÓDŹ", "łódź lamp", "lod"}},
	    {"Ærø Strøm", {"aero", "ærø", "AERO strom"}},
	    {"Hauptstraße 5", {"hauptstrasse", "HAUPTSTRASSE", "hauptstraße"}},
	    {"Ｗｉｄｅ shelf", {"wide", "ｗｉｄｅ"}},
	    {"Drill A-100/B", {"a100b", "a-100/b", "A 100 B", "a.100b", "a100", "100"}},
	    {"Bit X200Y", {"x200y", "x-200-y", "x/200/y", "x200"}},
	    {"Men's shirt", {"mens", "men's", "men’s", "men shirt"}},
	    {"Crème L'Oréal", {"loreal", "l'oréal", "oreal", "creme"}},
	};
	struct fixture *fx = *state;
	const char *shop = suite_seller(fx, "Shop");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		add(fx, shop, rows[i].name, "Things", NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t j = 0; j < 6 && rows[i].qs[j]; j++) {
			const struct product_query query = {.q = rows[i].qs[j], .sort = -1};
			const char *found = names_of(fx, &query, 100);

			if (strcmp(found, arena_printf(&fx->arena, "%s|", rows[i].name)) != 0)
				fail_msg("%s finds \"%s\"", rows[i].qs[j], found);
		}
}

/* A seller's name is searched, whichever change of it is on its way; what others sell is left alone. */
static void a_sellers_name_is_searched(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Ada"), *other = suite_seller(fx, "Other");
	struct account account;
	struct product first = {.id = NULL}, product;

	for (int i = 0; i < 30; i++) {
		product = add(fx, seller, arena_printf(&fx->arena, "A%02d", i), "Things", NULL);
		first = i ? first : product;
	}
	add(fx, other, "B", "Things", NULL);
	check(fx, "other", "B|");
	const struct product_query ada = {.q = "ada a29", .sort = -1};
	assert_string_equal(names_of(fx, &ada, 10), "A29|");
	for (int round = 0; round < 5; round++) {
		const char *name = arena_printf(&fx->arena, "Name%dx", round);

		OK(fx, store->account_update(store, GROUP_SELLERS, seller, &(struct account_patch){.full_name = name},
					     &fx->arena, &account, &fx->err));
		/* One is changed, one is made, one is taken off while that may be on its way. */
		struct product_change change =
		    suite_change(arena_printf(&fx->arena, "C%02d", round), NULL, NULL, -1, -1);
		OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
		if (round % 2)
			tend(fx);
		add(fx, seller, arena_printf(&fx->arena, "D%02d", round), "Things", NULL);
		if (round == 3)
			OK(fx, store->product_archive(store, seller, first.id, &fx->err));
	}
	tend(fx);
	for (int round = 0; round < 5; round++) {
		const struct product_query query = {.q = arena_printf(&fx->arena, "name%dx", round), .sort = -1};
		const char *found = names_of(fx, &query, 7);

		if (round < 4)
			assert_string_equal(found, "");
		else
			assert_int_equal(strlen(found), (29 + 5) * strlen("A00|"));
	}
	assert_string_equal(names_of(fx, &ada, 10), "");
	check(fx, "name4x c04", "C04|");
	check(fx, "other", "B|");
}

/* However they are written: as it was first written, until its last product is gone. */
static void categories_are_one_when_they_are_equal_folded(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product cup = add(fx, seller, "Cup", "Café cups", NULL);
	struct product mug = add(fx, seller, "Mug", "CAFE CUPS", NULL);
	struct product_change change = suite_change(NULL, "cafe cups", NULL, -1, -1);
	struct category_page page;

	assert_string_equal(mug.category, "Café cups");
	for (int i = 0; i < 3; i++) {
		static const char *const written[] = {"Café cups", "cafe cups", " CAFÉ  CUPS"};
		const struct product_query query = {.category = written[i], .sort = -1};

		assert_string_equal(names_of(fx, &query, 5), "Mug|Cup|");
	}
	/* It stays as it was, whoever writes it, and whoever leaves it. */
	OK(fx, store->product_update(store, seller, mug.id, &change, &fx->arena, &mug, &fx->err));
	assert_string_equal(mug.category, "Café cups");
	OK(fx, store->product_archive(store, seller, cup.id, &fx->err));
	page = suite_list_categories(fx, NULL);
	assert_int_equal(page.categories_count, 1);
	assert_string_equal(page.categories[0].name, "Café cups");
	assert_int_equal(page.categories[0].products, 1);
	/* The last product may have it another way. */
	OK(fx, store->product_update(store, seller, mug.id, &change, &fx->arena, &mug, &fx->err));
	assert_string_equal(mug.category, "cafe cups");
	page = suite_list_categories(fx, NULL);
	assert_int_equal(page.categories_count, 1);
	assert_string_equal(page.categories[0].name, "cafe cups");
	assert_string_equal(names_of(fx, &(struct product_query){.category = "Café cups", .sort = -1}, 5), "Mug|");
}

/* ---- against the model ---- */

enum { PRODUCTS = 120 };

static void write_text(uint64_t *seed, char *text, size_t size, unsigned least, unsigned most)
{
	static const char *const words[] = {"Red", "red", "re", "rød", "A", "100", "b", "b1", "Æ", "lamp"};
	static const char *const signs[] = {" ", " ", " ", "-", "/", "'"};
	size_t length = 0;

	text[0] = '\0';
	for (uint64_t count = least + chance_below(seed, most - least + 1); count; count--)
		length +=
		    (size_t)snprintf(text + length, size - length, "%s%s", words[chance_below(seed, 10)],
				     count > 1 ? signs[chance_below(seed, 6)] : "");
}

struct found {
	const struct product *product;
	enum search_place place;
};

static int by_best(const void *a, const void *b)
{
	const struct found *one = a, *other = b;

	return one->place != other->place ? (one->place > other->place) - (one->place < other->place)
					  : strcmp(other->product->id, one->product->id);
}

/* What the model finds among those that fit. */
static size_t model(struct fixture *fx, const struct product *products, const struct product_query *query,
		    struct found *found)
{
	struct search_query words;
	size_t count = 0;

	OK(fx, search_query_read(&fx->arena, query->q, &words, &fx->err));
	for (size_t i = 0; i < PRODUCTS; i++) {
		const struct product *product = &products[i];
		const struct search_product texts = {product->name, product->category, product->seller_name,
						     product->description};

		found[count].product = product;
		assert_true(search_find(&words, &texts, &fx->arena, &found[count].place));
		count +=
		    found[count].place < SEARCH_PLACES &&
		    (!query->category || !strcmp(product->category, query->category)) &&
		    (!query->seller_id || !strcmp(product->seller_id, query->seller_id)) &&
		    (!shape_given(&product_query_shape, query, "min_price") || product->price >= query->min_price) &&
		    (!query->in_stock || product->stock > 0);
	}
	qsort(found, count, sizeof *found, by_best);
	return count;
}

static void best_is_as_the_model_has_it(void **state)
{
	struct fixture *fx = *state;
	uint64_t seed = chance_seed();
	const char *sellers[] = {suite_seller(fx, "Lamp-B1"), suite_seller(fx, "Redd")};
	struct product products[PRODUCTS];
	unsigned seen[SEARCH_PLACES] = {0};
	struct arena kept;

	for (size_t i = 0; i < PRODUCTS; i++) {
		char name[80], category[40], description[80];
		struct product_change change;

		write_text(&seed, name, sizeof name, 1, 3);
		write_text(&seed, category, sizeof category, 1, 1);
		write_text(&seed, description, sizeof description, 0, 4);
		change = suite_change(name, category, description, (int64_t)chance_below(&seed, 5) + 1,
				      (int64_t)chance_below(&seed, 2));
		change.seller_id = sellers[i % 2];
		OK(fx, fx->store->product_create(fx->store, &change, &fx->arena, &products[i], &fx->err));
	}
	kept = fx->arena;
	for (int round = 0; round < 600; round++) {
		struct found found[PRODUCTS + 1];
		char q[80];
		struct product_query query = {.q = q, .sort = -1};
		const char *expected = "";

		arena_init(&fx->arena, SIZE_MAX);
		fx->pages = 0;
		write_text(&seed, q, sizeof q, 0, 3);
		if (chance_below(&seed, 4) == 0)
			query.category = products[chance_below(&seed, PRODUCTS)].category;
		if (chance_below(&seed, 4) == 0)
			query.seller_id = sellers[chance_below(&seed, 2)];
		if (chance_below(&seed, 4) == 0) {
			query.min_price = 3;
			shape_give(&product_query_shape, &query, "min_price");
		}
		if (chance_below(&seed, 4) == 0) {
			query.in_stock = true;
			shape_give(&product_query_shape, &query, "in_stock");
		}
		size_t count = model(fx, products, &query, found);
		for (size_t i = 0; i < count; i++) {
			expected = arena_printf(&fx->arena, "%s%s|", expected, found[i].product->name);
			seen[found[i].place]++;
		}
		const char *is = names_of(fx, &query, 1 + chance_below(&seed, 12));
		if (strcmp(is, expected) != 0)
			fail_msg("q \"%s\", category %s, seller %s, %s %s:\n%s\nnot\n%s", q,
				 query.category ? query.category : "any", query.seller_id ? query.seller_id : "any",
				 query.min_price ? "dear" : "", query.in_stock ? "in stock" : "", is, expected);
		arena_done(&fx->arena);
	}
	fx->arena = kept;
	for (size_t i = 0; i < SEARCH_PLACES; i++)
		assert_true(seen[i] > 0);
}

int suite_best(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(what_is_called_so_comes_first),
	    SUITE_TEST(it_is_found_as_people_type),
	    SUITE_TEST(a_sellers_name_is_searched),
	    SUITE_TEST(categories_are_one_when_they_are_equal_folded),
	    SUITE_TEST(best_is_as_the_model_has_it),
	};

	print_message("best, %s\n", name);
	return cmocka_run_group_tests_name("best", tests, NULL, NULL);
}
