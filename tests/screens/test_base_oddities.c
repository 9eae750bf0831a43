/* The storefront against what the first platform is like in real life: units that are recorded long after it was told
 * that they are late, texts where dates and amounts should be, tokens that it can't read. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/first.h"

#define LAST "Tin with a dent"

/* ---- what may still be recorded ---- */

static void fail_unit(int nth, const char *rest)
{
	world_order(&world.first, "{\"do\":\"fail\",\"method\":\"POST\",\"path\":\"/Purchase\",\"nth\":%d,%s}", nth,
		    rest);
}

/* Two of one product are about to be bought. */
static void check_out(struct stage *stage)
{
	first_open();
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "/decaf" K_ENTER);
	stage_press(stage, "aac" K_ENTER);
	stage_expect(stage, "y buy 26.00");
}

/* The gateway gives up on the first unit, and the platform goes on. */
static void buy_late(struct stage *stage)
{
	check_out(stage);
	first_clear();
	fail_unit(1, "\"status\":504,\"late\":true");
	stage_type(stage, "y");
	stage_until(stage, "Not known yet: the shop may still record it.");
	stage_expect(stage, "nothing is bought twice");
	stage_expect_not(stage, "Not bought");
	stage_expect_not(stage, "y buy");
}

static int posts(void)
{
	return first_requests("POST", "/Purchase", NULL);
}

/* Slower than any other answer may be: nothing is wrong with that. */
static void test_slow(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	check_out(stage);
	fail_unit(1, "\"hold\":true");
	stage_type(stage, "y");
	world_order(&world.first, "{\"do\":\"held\",\"count\":1}");
	stage_until(stage, "This shop records one unit at a time");
	world_order(&world.first, "{\"do\":\"release\"}");
	stage_until(stage, "Bought");
	assert_int_equal(first_count("purchases"), 2);
}

static void test_gateway_gives_up(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	buy_late(stage);
	stage_type(stage, "y" K_ENTER "y");
	stage_sync(stage);
	world_order(&world.first, "{\"do\":\"record\"}");
	stage_until(stage, "Not all of it was bought");
	stage_expect(stage, "1 of 2");
	assert_int_equal(posts(), 1);
	assert_int_equal(first_count("purchases"), 1);
	/* What is missing is bought, and no more. */
	stage_press(stage, K_ESC);
	stage_expect_units(stage, FIRST_OTHER, 1);
	stage_press(stage, K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(first_count("purchases"), 2);
}

/* Until it is known, what may be bought already isn't bought again; the rest is. */
static void test_left_while_unknown(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	buy_late(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "Not known yet: your purchase of");
	stage_type(stage, K_ENTER); /* the message doesn't fit: this opens it */
	stage_until(stage, "then you are told");
	stage_type(stage, K_ESC K_ENTER);
	stage_until(stage, "perhaps bought already: left out");
	stage_expect(stage, "There is nothing else to buy.");
	stage_expect_not(stage, "y buy");
	stage_type(stage, "y");
	stage_sync(stage);
	assert_int_equal(posts(), 1);
	stage_type(stage, K_ESC K_ESC K_ESC "/dent");
	stage_until(stage, "▌ " LAST);
	stage_type(stage, K_ENTER "ac" K_ENTER);
	stage_until(stage, "y  buy for 79.00");
	stage_expect(stage, "y buy 79.00");
	stage_type(stage, "y");
	stage_until(stage, "✓ Bought");
	assert_int_equal(posts(), 2);
	assert_string_equal(first_field("purchases", "price", "79", "product_name"), LAST);
	world_order(&world.first, "{\"do\":\"record\"}");
	stage_until(stage, "Of an interrupted purchase 1 of 2 are recorded");
	stage_press(stage, "c");
	stage_expect_units(stage, FIRST_OTHER, 1);
	stage_expect_not(stage, LAST);
	assert_int_equal(first_count("purchases"), 2);
}

static void leave(struct stage *stage)
{
	stage_type(stage, K_CTRL_C);
	stage_until(stage, "next start finds out.");
	stage_type(stage, "y");
	assert_int_equal(stage_wait_end(stage), 0);
}

static void test_next_start(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	buy_late(stage);
	leave(stage);
	world_open(stage, NULL);
	stage_until(stage, "Not known yet: your purchase of");
	stage_until(stage, LAST);
	stage_type(stage, K_ESC "/decaf");
	stage_until(stage, "▌ " FIRST_OTHER);
	stage_type(stage, K_ENTER "ac" K_ENTER);
	stage_until(stage, "perhaps bought already: left out");
	stage_expect_not(stage, "y buy");
	world_order(&world.first, "{\"do\":\"record\"}");
	stage_until(stage, "Of an interrupted purchase 1 of 2 are recorded");
	assert_int_equal(posts(), 1);
	assert_int_equal(first_count("purchases"), 1);
}

/* The record as if it had been written so long ago that nothing can come any more. */
static void make_old(struct stage *stage)
{
	static const char member[] = "\"known_at\":";
	char pattern[256], text[4096];
	glob_t found;

	snprintf(pattern, sizeof pattern, "%s/.local/state/vitrine/pending-*", stage->home);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	FILE *file = fopen(found.gl_pathv[0], "r+");
	assert_non_null(file);
	size_t length = fread(text, 1, sizeof text - 1, file);
	text[length] = '\0';
	char *digits = strstr(text, member);
	assert_non_null(digits);
	for (digits += strlen(member); *digits >= '0' && *digits <= '9'; digits++)
		*digits = '1';
	rewind(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	globfree(&found);
}

/* Only when it can't come any more it is told that nothing was bought. */
static void test_told_when_it_is_sure(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	buy_late(stage);
	leave(stage);
	make_old(stage);
	world_open(stage, NULL);
	stage_until(stage, "was not made, nothing was charged");
	stage_quiet(stage);
	stage_press(stage, K_ESC "/decaf" K_ENTER);
	stage_press(stage, "ac" K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(posts(), 2);
	assert_int_equal(first_count("purchases"), 1);
}

/* ---- texts ---- */

static void add_unit(const char *id, const char *product, const char *price, const char *date)
{
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"purchases\",\"row\":{\"id\":\"%s\",\"client_name\":\"Ada Example\","
		    "\"seller_name\":\"Kintaro\",\"product_name\":\"%s\",\"price\":\"%s\",\"pruchase_date\":\"%s\"}}",
		    id, product, price, date);
}

static void test_purchase_texts(void **state)
{
	static const char *const dates[] = {"yesterday", "03/02/2021", "1690000000", "2021-05-06 07:08:09.123456"};
	struct stage *stage = world.stage;
	char id[40];
	int x, y, other;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	for (size_t i = 0; i < COUNT_OF(dates); i++) {
		snprintf(id, sizeof id, "01KA%022zu", i);
		add_unit(id, "Thing", "12,50", dates[i]);
	}
	add_unit("01KA0000000000000000000009", "Undated", "free", "");
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	world_go(stage, "purchases");
	stage_expect(stage, "yesterday");
	stage_expect(stage, "03/02/2021");
	stage_expect(stage, "1690000000");
	stage_expect(stage, "6 May 2021");
	stage_expect(stage, "no date");
	stage_expect_not(stage, "1970");
	stage_expect(stage, "12.50");
	stage_expect_not(stage, "0.00");
	stage_expect(stage, "free");
	/* What has no date is where its number was given, the newest first. */
	assert_true(stage_find(stage, "no date", &x, &y));
	assert_true(stage_find(stage, "6 May 2021", &x, &other));
	assert_true(y < other);
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Purchases › Purchase");
	stage_expect(stage, "no date");
	stage_expect(stage, "free");
	stage_expect_not(stage, "0.00");
	stage_expect_not(stage, "-0.01");
}

/* Amounts stand with their points below each other; what is no amount ends where they end. */
static void test_price_column(void **state)
{
	static const char *const texts[] = {"14.50", "19.80", "free", "12.345", "1,234", "12.50"};
	struct stage *stage = world.stage;
	int x, y, end = 0;

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	first_add_product("Either this or that", "1,234");
	world_start(stage, NULL);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		char cell[32];

		/* A name with that number in it isn't meant. */
		snprintf(cell, sizeof cell, "  %s", texts[i]);
		assert_true(stage_find(stage, cell, &x, &y));
		if (end && x + (int)strlen(cell) != end)
			stage_fail(stage, "%s ends at %d, not at %d", texts[i], x + (int)strlen(cell), end);
		end = x + (int)strlen(cell);
	}
}

static void test_newest_first(void **state)
{
	struct stage *stage = world.stage;
	int x, newest, oldest;

	(void)state;
	first_open();
	stage_expect(stage, "Newest");
	assert_true(stage_find(stage, "Beans by the pound", &x, &newest));
	assert_true(stage_find(stage, FIRST_PRODUCT, &x, &oldest));
	assert_true(newest < oldest);
}

static void test_categories(void **state)
{
	struct stage *stage = world.stage;
	char category[301];

	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	memset(category, 'A', sizeof category - 1);
	category[sizeof category - 1] = '\0';
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"products\",\"row\":{\"id\":\"long\",\"name\":\"In a long one\",\"price\":\"1\","
		    "\"category\":\"%s\",\"seller_id\":\"s\"}}",
		    category);
	world_start(stage, NULL);
	/* One product has no category: the filter opens on all, and the next is a real one. */
	stage_press(stage, "f");
	stage_expect(stage, "All categories");
	stage_press(stage, K_UP K_RIGHT);
	stage_expect(stage, "AAAA");
	stage_expect(stage, "Price from");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "In a long one");
	stage_expect_not(stage, LAST);
	/* The line above the list has its other words all the same. */
	stage_expect(stage, "…  Newest");
	stage_press(stage, "f");
	stage_press(stage, K_UP K_RIGHT K_ENTER);
	stage_expect(stage, "Coffee  Newest");
	stage_resize(stage, 40, 12);
	stage_quiet(stage);
	stage_expect(stage, "Coffee  Newest");
}

/* ---- who is there ---- */

/* A token that the authorizer can't read is no fault of the shop's: it is asked once, and one signs in again. */
static void test_authorizer(void **state)
{
	struct stage *stage = world.stage;
	char path[128];

	(void)state;
	first_open();
	world_sign_in(stage, WORLD_SELLER);
	snprintf(path, sizeof path, "/Seller/%s", first_field("sellers", "email", WORLD_SELLER, "id"));
	first_clear();
	world_order(&world.first, "{\"do\":\"expire\"}");
	world_go(stage, "account");
	stage_expect(stage, "You were signed out: sign in again to go on");
	stage_expect(stage, "Sign in");
	assert_int_equal(first_requests("GET", path, NULL), 1);
}

static void test_welcome(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_go(stage, "welcome");
	stage_expect(stage, "purchases, receipts");
	stage_expect(stage, "inventory");
	stage_expect_not(stage, "kept");
	stage_expect_not(stage, "sales");
	stage_expect_not(stage, "statistics");
}

/* A seller sees what buyers see, and buys nothing. */
static void test_seller_looks_in(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	first_open();
	world_sign_in(stage, WORLD_SELLER);
	stage_expect(stage, "Inventory");
	world_go(stage, "shop");
	stage_expect(stage, "sencha");
	stage_expect_not(stage, "only clients");
	stage_expect_not(stage, "a add");
	stage_expect_not(stage, "c cart");
	stage_press(stage, "ac");
	stage_expect_not(stage, "Added");
	stage_expect(stage, "sencha");
	stage_press(stage, "/sencha" K_ENTER K_ENTER);
	stage_expect(stage, "Shop › Product");
	stage_expect_not(stage, "a add");
	stage_press(stage, "a");
	stage_expect_not(stage, "Added");
	stage_press(stage, K_ESC K_ESC K_ESC);
	stage_expect(stage, "Inventory");
	stage_expect_not(stage, "sencha");
	world_go(stage, "cart");
	stage_expect(stage, "a seller's account can't buy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_slow),
	    WORLD_TEST(test_gateway_gives_up),
	    WORLD_TEST(test_left_while_unknown),
	    WORLD_TEST(test_next_start),
	    WORLD_TEST(test_told_when_it_is_sure),
	    WORLD_TEST(test_purchase_texts),
	    WORLD_TEST(test_price_column),
	    WORLD_TEST(test_newest_first),
	    WORLD_TEST(test_categories),
	    WORLD_TEST(test_authorizer),
	    WORLD_TEST(test_welcome),
	    WORLD_TEST(test_seller_looks_in),
	};

	return world_run(tests);
}
