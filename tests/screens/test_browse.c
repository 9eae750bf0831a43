/* Looking around in the shop: what there is, what is found, what it costs. */
#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"
#define SECOND "Huila decaf, 250 g"

static void test_guest_looks_around(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_expect(stage, "guest");
	stage_expect(stage, FIRST);
	stage_press(stage, K_DOWN K_ENTER);
	stage_expect(stage, "Shop › Product");
	stage_expect(stage, SECOND);
	stage_expect(stage, "Also from Grace Roasters");
	/* A seller's other goods lead from one to the next. */
	stage_press(stage, K_TAB K_DOWN K_ENTER);
	stage_expect(stage, "Утренний кофе");
	stage_press(stage, K_ESC K_ESC);
	stage_expect(stage, "All categories");
	/* Esc never leaves. */
	stage_press(stage, K_ESC K_ESC K_ESC);
	stage_expect(stage, FIRST);
	/* Letters and arrows are the same everywhere. */
	stage_press(stage, "G");
	stage_expect_not(stage, FIRST);
	stage_press(stage, "g");
	stage_expect(stage, FIRST);
	stage_press(stage, "jk" K_PGDN K_PGUP K_END K_HOME);
	stage_expect(stage, "▌ " FIRST);
	/* What needs an account says so, and leads there. */
	stage_press(stage, "ac" K_ENTER);
	stage_expect(stage, "E-mail");
	stage_press(stage, K_ESC);
	stage_expect(stage, "Total");
	/* A cart that is in memory only is asked about. */
	stage_press(stage, K_ESC "q");
	stage_expect(stage, "What is in the cart is kept only");
	stage_type(stage, "y");
	assert_int_equal(stage_wait_end(stage), 0);
}

/* `a` adds what has the marker. A list that hasn't the keys has none, and doesn't offer the product that is open. */
static void test_adds_what_is_marked(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, K_DOWN K_ENTER);
	stage_expect(stage, "Also from Grace Roasters");
	stage_expect_not(stage, "▌");
	stage_press(stage, "a");
	stage_expect(stage, "Added 1 × " SECOND);
	stage_press(stage, K_TAB);
	stage_expect(stage, "▌ " FIRST);
	stage_press(stage, "a");
	stage_expect(stage, "Added 1 × " FIRST);
	stage_press(stage, K_DOWN "a");
	stage_expect(stage, "Added 1 × Утренний кофе");
	stage_press(stage, K_ESC);
	stage_expect_not(stage, "▌");
	stage_press(stage, "a");
	stage_expect(stage, "Added 1 × " SECOND);
}

static void test_search_as_you_type(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "/");
	stage_press(stage, "d");
	stage_press(stage, "ecaf");
	stage_expect(stage, "▌ " SECOND);
	stage_expect_not(stage, FIRST);
	/* Accents and case don't matter. */
	stage_press(stage, K_CTRL_U "CAFE CREME");
	stage_expect(stage, "Café crème cups");
	stage_press(stage, K_CTRL_U "抹茶");
	stage_expect(stage, "宇治 抹茶 matcha");
	stage_press(stage, K_CTRL_U "zzzz");
	stage_expect(stage, "Nothing here fits");
	stage_press(stage, K_ESC);
	stage_expect(stage, FIRST);
}

static void test_filters_and_sort(void **state)
{
	struct stage *stage = world.stage;
	int cheap, dear, unused;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "f50" K_TAB "60" K_TAB K_RIGHT K_ENTER);
	stage_expect(stage, "50.00 to 60.00");
	stage_expect(stage, "In stock");
	stage_expect_not(stage, FIRST);
	stage_press(stage, "s"); /* a platform from before has no best match, and its menu begins one further down */
	stage_press(stage, stage_shows(stage, "Best match first") ? K_DOWN K_DOWN K_ENTER : K_DOWN K_ENTER);
	stage_expect(stage, "Cheap");
	stage_press(stage, K_ESC);
	stage_expect(stage, "All categories");
	/* The menu of orders, and what the orders do to two prices. */
	stage_press(stage, "f12.95" K_TAB "14.60" K_ENTER);
	assert_true(stage_find(stage, "13.00", &unused, &cheap));
	assert_true(stage_find(stage, "14.50", &unused, &dear));
	assert_true(cheap < dear);
	stage_press(stage, "s" K_DOWN K_ENTER);
	assert_true(stage_find(stage, "13.00", &unused, &cheap));
	assert_true(stage_find(stage, "14.50", &unused, &dear));
	assert_true(dear < cheap);
}

/* A category that is chosen, and gone meanwhile, doesn't become another one by itself. */
static void test_chosen_category_is_gone(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_empty_shop();
	world_sign_up("/Seller", WORLD_SELLER, "Seller");
	world_product(WORLD_SELLER, "Pencil", "Office", "0.60", 9);
	world_product(WORLD_SELLER, "Atlas", "Books", "20.00", 9);
	world_start(stage, NULL);
	stage_press(stage, "f");
	stage_press(stage, K_UP K_RIGHT K_RIGHT K_ENTER);
	stage_expect(stage, "Pencil");
	stage_expect_not(stage, "Atlas");
	world_change("pencil", "{\"category\":\"Paper\"}");
	stage_press(stage, "f");
	stage_expect(stage, "Office");
	stage_press(stage, "\022"); /* C-r */
	stage_expect(stage, "Office");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Nothing here fits");
	stage_expect(stage, "Office");
	/* Those that are there can be chosen. */
	stage_press(stage, "f");
	stage_press(stage, K_UP K_LEFT K_ENTER);
	stage_expect(stage, "Paper");
	stage_expect(stage, "Pencil");
}

static bool matches(struct stage *stage, int x, int y, const char *text)
{
	for (; *text && x < stage->width; text++, x++) {
		uint32_t code = stage_cell(stage, x, y).chars[0];
		if ((code ? code : ' ') != (uint32_t)(unsigned char)*text)
			return false;
	}
	return !*text;
}

/* In the first row of that product, the column of the point of its price. */
static int point(struct stage *stage, const char *name, const char *amount)
{
	/* The product stands beside the list, or below it, too. */
	for (int y = 0; y < stage->height; y++)
		for (int x = 0; strstr(stage_row(stage, y, false), name) && x < stage->width; x++)
			if (matches(stage, x, y, amount))
				return x + (int)strlen(amount) - 3;
	stage_fail(stage, "no %s in the row of %s", amount, name);
}

/* The largest that there can be: in people's way of writing, under each other, never cut off; in fields as they are
 * typed. */
static void test_large_amounts(void **state)
{
	static const int sizes[][2] = {{80, 24}, {120, 40}, {40, 12}};
	struct stage *stage = world.stage;

	(void)state;
	world_empty_shop();
	world_sign_up("/Client", WORLD_CLIENT, "Ada");
	world_sign_up("/Seller", "s@example.com", "Seller");
	world_product("s@example.com", "Pencil, of graphite and cedar, hexagonal", "Office", "0.60", 9);
	world_product("s@example.com", "Desk, of one piece of oak, two metres", "Office", "1284.30", 9);
	world_product("s@example.com", "Whole street, with the houses that stand in it", "Office", "999999999.99",
		      1000000);
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		stage_resize(stage, sizes[i][0], sizes[i][1]);
		stage_quiet(stage);
		int column = point(stage, "Whole", " 999,999,999.99");
		assert_int_equal(point(stage, "Desk", " 1,284.30"), column);
		assert_int_equal(point(stage, "Pencil", "  0.60"), column);
	}
	stage_press(stage, "f1000" K_TAB "2000" K_ENTER);
	stage_expect(stage, "1,284.30");
	stage_expect_not(stage, "999,999");
	stage_press(stage, "f");
	stage_expect(stage, "1000.00");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "1,284.30");
	stage_press(stage, K_ESC);
	stage_press(stage, "ac1000000" K_ENTER);
	stage_expect(stage, "999,999,999,990,000.00");
	stage_resize(stage, 80, 24);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "y buy 999,999,999,990,000.00 EUR");
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	stage_press(stage, K_ENTER);
	stage_expect(stage, " 999,999,999,990,000.00");
	stage_press(stage, K_ENTER);
	stage_expect(stage, " 999,999,999.99  999,999,999,990,000.00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_guest_looks_around),
	    WORLD_TEST(test_adds_what_is_marked),
	    WORLD_TEST(test_search_as_you_type),
	    WORLD_TEST(test_filters_and_sort),
	    WORLD_TEST(test_chosen_category_is_gone),
	    WORLD_TEST(test_large_amounts),
	};

	return world_run(tests);
}
