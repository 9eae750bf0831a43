/* Finding products by words. */
#include <stdio.h>
#include <string.h>

#include "models/limits.h"
#include "store_suite.h"

static struct product add(struct fixture *fx, const char *seller, const char *name, const char *category,
			  const char *description)
{
	struct product_change change = suite_change(name, category, description, 100, 1);
	struct product product;

	change.seller_id = seller;
	OK(fx, fx->store->product_create(fx->store, &change, &fx->arena, &product, &fx->err));
	return product;
}

/* How many products a query finds; the newest one's id. */
static size_t find(struct fixture *fx, const char *q, const char **ret_id)
{
	const struct product_query query = {.q = q, .sort = -1};
	const struct product_page page = suite_list_products(fx, &query, NULL);

	if (ret_id)
		*ret_id = page.products_count ? page.products[0].id : NULL;
	return page.products_count;
}

static void words_are_found_wherever_they_are(void **state)
{
	static const char *const found[] = {
	    "yirgacheffe",     "Yirgacheffe",       "YIRG", "y", "washed 250",      "coffee",   "cof",    "jasmine",
	    "lemon was",       "g 250 jasmine cof", "2050", "m", "Jasmine, LEMON!", "  yirg  ", "-yirg*", "\"washed\"",
	    "yirg yirgacheffe"};
	static const char *const missed[] = {"irgacheffe", "yirgacheffes", "washed decaf", "offee", "050",
					     "yirg NOT washed", "washed OR decaf", "name:yirg", "jas",
					     "teal"};
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Grace");
	struct product product =
	    add(fx, seller, "Yirgacheffe, washed, 250 g", "Coffee", "Jasmine, lemon, black tea-like. Grown at 2050 m");
	const char *id;

	add(fx, seller, "Huila", "Beans", "decaf");
	for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
		if (find(fx, found[i], &id) != 1)
			fail_msg("%s", found[i]);
		assert_string_equal(id, product.id);
	}
	for (size_t i = 0; i < sizeof missed / sizeof *missed; i++)
		if (find(fx, missed[i], NULL) != 0)
			fail_msg("%s", missed[i]);
}

static void case_and_accents_don_t_matter(void **state)
{
	static const struct {
		const char *name, *q;
	} pairs[] = {{"Café crème", "cafe creme"},   {"cafe creme", "CAFÉ CRÈME"}, {"ÉTAGÈRE", "étagère"},
		     {"Línea Norte", "linea"},	     {"Straße", "strasse"},	   {"STRASSE weiß", "straße WEISS"},
		     {"Ελλάδα", "ελλαδα"},	     {"Чайник", "чАЙник"},	   {"İstanbul", "istanbul"},
		     {"ｆｕｌｌｗｉｄｔｈ", "fullwidth"}, {"ﬁne", "fine"},		   {"Zu\xCC\x88rich", "zürich"}};
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Shop");

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct product product = add(fx, seller, pairs[i].name, arena_printf(&fx->arena, "K%zu", i), NULL);
		const char *id;
		const char *q = arena_printf(&fx->arena, "%s k%zu", pairs[i].q, i);

		if (find(fx, q, &id) < 1)
			fail_msg("%s is not found by %s", pairs[i].name, q);
		assert_string_equal(id, product.id);
	}
}

static void wide_characters_are_found_by_their_beginning(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Kintaro");
	struct product product = add(fx, seller, "京都 煎茶 sencha, 100 g", "茶", NULL);
	const char *id;

	add(fx, seller, "抹茶", "その他", NULL);
	assert_int_equal(find(fx, "京", &id), 1);
	assert_string_equal(id, product.id);
	assert_int_equal(find(fx, "京都", NULL), 1);
	assert_int_equal(find(fx, "煎", NULL), 1);
	assert_int_equal(find(fx, "茶", &id), 1);
	assert_string_equal(id, product.id);
	assert_int_equal(find(fx, "京都 煎茶 茶 100", NULL), 1);
	assert_int_equal(find(fx, "都", NULL), 0);
}

static void every_beginning_of_a_long_word_finds_it(void **state)
{
	static const char word[] = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
	struct fixture *fx = *state;
	struct product product = add(fx, suite_seller(fx, "Shop"), word, "Things", NULL);
	char q[sizeof word];
	const char *id;

	for (size_t length = 1; length < sizeof word; length++) {
		if (((unsigned char)word[length] & 0xC0) == 0x80)
			continue;
		memcpy(q, word, length);
		q[length] = '\0';
		if (find(fx, q, &id) != 1)
			fail_msg("%s", q);
		assert_string_equal(id, product.id);
	}
	/* Words count up to SEARCH_WORD_MAX bytes. */
	assert_int_equal(find(fx, "DonaudampfschifffahrtselektrizitätenhauptbetriebsXYZ", NULL), 1);
	assert_int_equal(find(fx, "DonaudampfschifffahrtselektrizitätenhauptXYZ", NULL), 0);
}

static void a_query_without_words_finds_nothing(void **state)
{
	struct fixture *fx = *state;
	const char *seller = suite_seller(fx, "Shop");

	add(fx, seller, "Lamp", "Things", NULL);
	add(fx, seller, "Chair", "Things", NULL);
	assert_int_equal(find(fx, "", NULL), 0);
	assert_int_equal(find(fx, " -!\"'*() ☕", NULL), 0);
}

static void words_are_limited_in_number(void **state)
{
	struct fixture *fx = *state;
	struct product_page page;
	const char *next;
	struct product_query query = {.sort = -1};

	add(fx, suite_seller(fx, "Shop"), "a b c d e f g h i j k l m n o p q", "Things", NULL);
	assert_int_equal(find(fx, "a b c d e f g h i j k l m n o p", NULL), 1);
	/* The same again adds nothing. */
	assert_int_equal(find(fx, "a b c d e f g h i j k l m n o p a b c A B C", NULL), 1);
	/* Words that begin one another are different ones too. */
	static const char *const many[] = {"a b c d e f g h i j k l m n o p q", "a aa b c d e f g h i j k l m n o p"};
	for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
		query.q = many[i];
		assert_false(fx->store->product_list(fx->store, &query, (struct store_page){.limit = 5}, &fx->arena,
						     &page, &next, &fx->err));
		suite_expect(fx, ERR_INVALID, NULL);
		assert_string_equal(fx->err.field, "q");
	}
	assert_int_equal(find(fx, "z zz zzz", NULL), 0);
}

static void what_is_found_follows_what_changes(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = add(fx, seller, "Red lamp", "Lights", "glows");
	struct product_change change = suite_change("Blue lamp", NULL, NULL, -1, -1);

	OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	assert_int_equal(find(fx, "red", NULL), 0);
	assert_int_equal(find(fx, "blue lamp lights glows", NULL), 1);
	change = suite_change(NULL, "Bulbs", NULL, -1, -1);
	OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	assert_int_equal(find(fx, "lights", NULL), 0);
	assert_int_equal(find(fx, "bulbs blue", NULL), 1);
	change = suite_change(NULL, NULL, "shines", 5, 5);
	OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	assert_int_equal(find(fx, "glows", NULL), 0);
	assert_int_equal(find(fx, "shines", NULL), 1);
	change = suite_change(NULL, NULL, NULL, 7, 7);
	OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
	assert_int_equal(find(fx, "shines", NULL), 1);
	OK(fx, store->product_archive(store, seller, product.id, &fx->err));
	assert_int_equal(find(fx, "shines", NULL), 0);
	assert_int_equal(find(fx, "blue", NULL), 0);
}

static void words_of_many_changes_leave_nothing_behind(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");
	struct product product = add(fx, seller, "word0x", "Things", NULL);

	for (int i = 1; i <= 60; i++) {
		const struct product_change change =
		    suite_change(arena_printf(&fx->arena, "word%dx", i), NULL, NULL, -1, -1);
		OK(fx, store->product_update(store, seller, product.id, &change, &fx->arena, &product, &fx->err));
		assert_int_equal(find(fx, arena_printf(&fx->arena, "word%dx", i), NULL), 1);
		assert_int_equal(find(fx, arena_printf(&fx->arena, "word%dx", i - 1), NULL), 0);
	}
	assert_int_equal(find(fx, "word", NULL), 1);
}

/* Of a description the first words count. */
static void a_long_description_is_searched_at_its_beginning(void **state)
{
	struct fixture *fx = *state;
	char text[4 * LIMIT_DESCRIPTION + 1];
	size_t length = 0;
	int words = 0;

	while (length + 8 < LIMIT_DESCRIPTION)
		length += (size_t)snprintf(text + length, sizeof text - length, "w%dx ", words++);
	add(fx, suite_seller(fx, "Shop"), "Book", "Things", text);
	for (int i = 0; i < words; i += 7)
		assert_int_equal(find(fx, arena_printf(&fx->arena, "w%dx book", i), NULL), i < 200);
	assert_int_equal(find(fx, "w199x", NULL), 1);
	assert_int_equal(find(fx, "w200x", NULL), 0);
}

static void many_finds_page_in_every_order(void **state)
{
	struct fixture *fx = *state;
	struct store *store = fx->store;
	const char *seller = suite_seller(fx, "Shop");

	for (int i = 0; i < 25; i++) {
		struct product_change change =
		    suite_change(i % 2 ? "Green cup" : "White cup", i % 3 ? "Cups" : "Mugs", NULL, 100 + i % 4, 1);
		struct product product;
		change.seller_id = seller;
		OK(fx, store->product_create(store, &change, &fx->arena, &product, &fx->err));
	}
	for (int sort = SORT_BEST; sort <= SORT_PRICE_DOWN; sort++) {
		const struct product_query query = {.q = "green cup", .category = "Cups", .sort = sort};
		const struct product_page found = suite_list_products(fx, &query, &(struct suite_span){.limit = 3});
		struct product last = {.id = NULL};

		assert_int_equal(found.products_count, 8);
		for (size_t i = 0; i < found.products_count; i++) {
			const struct product *now = &found.products[i];
			int order = last.id ? strcmp(now->id, last.id) : 0;

			assert_string_equal(now->name, "Green cup");
			assert_string_equal(now->category, "Cups");
			if (last.id && sort <= SORT_NEWEST)
				assert_true(order < 0);
			else if (last.id && sort == SORT_PRICE)
				assert_true(now->price > last.price || (now->price == last.price && order > 0));
			else if (last.id)
				assert_true(now->price < last.price || (now->price == last.price && order < 0));
			last = *now;
		}
	}
}

int suite_search(const char *name)
{
	const struct CMUnitTest tests[] = {
	    SUITE_TEST(words_are_found_wherever_they_are),
	    SUITE_TEST(case_and_accents_don_t_matter),
	    SUITE_TEST(wide_characters_are_found_by_their_beginning),
	    SUITE_TEST(every_beginning_of_a_long_word_finds_it),
	    SUITE_TEST(a_query_without_words_finds_nothing),
	    SUITE_TEST(words_are_limited_in_number),
	    SUITE_TEST(what_is_found_follows_what_changes),
	    SUITE_TEST(words_of_many_changes_leave_nothing_behind),
	    SUITE_TEST(a_long_description_is_searched_at_its_beginning),
	    SUITE_TEST(many_finds_page_in_every_order),
	};

	print_message("search, %s\n", name);
	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
