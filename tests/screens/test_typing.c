/* Typing faster than anything can be painted or asked: no key is lost, and nothing happens twice. */
#include <stdio.h>

#include "tests/chance.h"
#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"

/* Everything in one write, from the shop's first frame on. */
static void test_a_whole_purchase_at_once(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	int before = world_purchases(WORLD_CLIENT);
	/* What waits for an answer of the platform can't be typed ahead: the sign-in ends before the purchase
	 * begins. */
	stage_press(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER);
	stage_press(stage, "ac" K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

static void test_cart_keys_in_one_write(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "aaa" K_DOWN "aa" K_DOWN K_DOWN K_UP "ac++++++++++----------+" K_DOWN "-" K_DOWN "++");
	stage_expect_units(stage, FIRST, 4);
	stage_expect_units(stage, "Huila decaf", 1);
	stage_expect_units(stage, "京都", 3);
}

/* A screen that nobody has seen yet is typed at already. */
static void test_keys_ahead_of_the_screen(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	/* Two prices changed; of the review's rows the second is left out. */
	stage_press(stage, "e15.25" K_ENTER K_HOME K_DOWN "e13.50" K_ENTER);
	stage_press(stage, "w" K_DOWN "xy");
	stage_expect(stage, "Saved: 1 product");
	cJSON *json = world_get("/Product?limit=2", NULL);
	const cJSON *rows = cJSON_GetObjectItem(json, "products");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(rows, 0), "price")), "15.25");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(rows, 1), "price")), "13.00");
	cJSON_Delete(json);
}

static void test_long_text_in_one_write(void **state)
{
	struct stage *stage = world.stage;
	char keys[3000];

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_type(stage, ":sign in" K_ENTER);
	/* Letters and their removal, 1,400 times each, leave what is typed last. */
	for (size_t i = 0; i < 1400; i++) {
		keys[i * 2] = 'x';
		keys[i * 2 + 1] = '\177';
	}
	keys[2800] = '\0';
	stage_type(stage, keys);
	stage_press(stage, WORLD_CLIENT);
	stage_expect(stage, "E-mail    " WORLD_CLIENT);
}

/* Each key a write of its own, as fast as they can be written; the arrows' sequences in pieces. */
static void test_a_byte_at_a_time(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	static const char keys[] = K_DOWN K_DOWN K_DOWN K_UP "a" K_UP "a" K_PGDN K_HOME "ac";
	for (size_t i = 0; i < sizeof keys - 1; i++)
		stage_type_bytes(stage, keys + i, 1);
	stage_quiet(stage);
	stage_expect_units(stage, FIRST, 1);
	stage_expect_units(stage, "Huila decaf", 1);
	stage_expect_units(stage, "京都", 1);
}

/* All that follows a search is meant for what it finds, and comes in its order when that is there. */
static void test_buys_what_is_not_found_yet(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	int before = world_purchases(WORLD_CLIENT);
	long first = world_stock("Yirgacheffe, washed, 250 g"), second = world_stock("Huila decaf, 250 g");
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, "/decaf" K_ENTER "aac" K_ENTER "y");
	world_wait_event("held", "GET", "/Product*", 1);
	stage_sync(stage);
	stage_expect(stage, "/ decaf");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
	assert_int_equal(world_stock("Yirgacheffe, washed, 250 g"), first);
	assert_int_equal(world_stock("Huila decaf, 250 g"), second - 2);
	/* What is given up takes its keys along. */
	stage_press(stage, K_ESC K_ESC);
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, "/tea" K_ENTER "ac");
	world_wait_event("held", "GET", "/Product*", 1);
	stage_type(stage, K_ESC);
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "All categories");
	stage_expect_not(stage, "Cart 1");
	stage_press(stage, "c");
	stage_expect(stage, "The cart is empty");
}

/* Going down through what a search has found leaves its field: letters are keys again. */
static void test_goes_through_what_is_found(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	stage_press(stage, "/250 g");
	stage_expect(stage, "▌ " FIRST);
	stage_press(stage, K_DOWN);
	stage_expect(stage, "▌ Huila decaf");
	stage_press(stage, "a");
	stage_expect(stage, "/ 250 g ");
	stage_expect(stage, "Cart 1");
	stage_press(stage, "c");
	stage_expect_units(stage, "Huila decaf", 1);
	/* All at once, before anything is found: the marker goes down in the list that comes. Of the one before, in
	 * which there is nothing, none is meant. */
	stage_press(stage, K_ESC K_ESC "/nothing like it");
	stage_expect(stage, "Nothing here fits.");
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, K_CTRL_U "250 g" K_DOWN "aac");
	world_wait_event("held", "GET", "/Product*", 1);
	stage_sync(stage);
	stage_expect(stage, "/ 250 g");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect_units(stage, "Huila decaf", 3);
	stage_expect_not(stage, FIRST);
	/* Page Down does so, too, and a click on a row. */
	stage_press(stage, K_ESC K_ESC "/250 g" K_PGDN "u");
	stage_expect(stage, "as it was before the last change");
	stage_expect(stage, "/ 250 g ");
	stage_press(stage, K_ESC "/250 g");
	int x, y;
	assert_true(stage_find(stage, "Huila decaf", &x, &y));
	stage_mouse(stage, 0, x, y);
	stage_press(stage, "u");
	stage_expect(stage, "as it was before the last change");
	stage_expect(stage, "/ 250 g ");
}

static void test_three_confirmations_buy_once(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_CLIENT);
	int before = world_purchases(WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER "yyy");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
	assert_int_equal(world_requests("POST", "/Purchase"), 1);
	/* And while the first is on its way. */
	world_rule("POST", "/Purchase", 1, 1, "hold", NULL);
	stage_press(stage, K_ESC "ac" K_ENTER);
	stage_type(stage, "y");
	world_wait_event("held", "POST", "/Purchase", 1);
	stage_type(stage, "y" K_ENTER "y");
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 2);
}

/* No reply comes, and every key still has its picture. */
static void test_keys_dont_wait(void **state)
{
	enum { KEYS = 20, ROWS = 8, FIRST_ROW = 4 };
	struct stage *stage = world.stage;
	int selected = 0;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_rule(NULL, "*", 1, -1, "hold", NULL);
	stage_type(stage, "r");
	for (int i = 0; i < KEYS; i++) {
		bool down = selected == 0 || (selected < ROWS && i % 3);
		selected += down ? 1 : -1;
		stage_type(stage, down ? K_DOWN : K_UP);
		stage_sync(stage);
		if (!strstr(stage_row(stage, FIRST_ROW + selected, false), "▌"))
			stage_fail(stage, "key %d is not painted", i);
	}
	assert_int_equal(world_requests("GET", "/Product"), 2); /* the second one still waits */
	/* What is on screen can be had and opened, though it is being asked for again. */
	stage_type(stage, "a");
	stage_sync(stage);
	stage_expect(stage, "Cart 1");
	stage_type(stage, K_ENTER);
	stage_sync(stage);
	stage_expect(stage, "Shop › Product");
	stage_type(stage, K_ESC);
	stage_sync(stage);
	world_wait_event("held", "GET", "/Product", 1);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
}

/* ---- typing against a model ---- */

/* What a line of text should be after these keys. */
struct line {
	char text[128];
	size_t length, cursor;
};

static void model_key(struct line *line, char key)
{
	bool typed = key >= ' ' && key < '\177';

	if (typed && line->length < sizeof line->text - 1) {
		memmove(line->text + line->cursor + 1, line->text + line->cursor, line->length - line->cursor);
		line->text[line->cursor++] = key;
		line->length++;
	} else if (key == '\177' && line->cursor) {
		memmove(line->text + line->cursor - 1, line->text + line->cursor, line->length - line->cursor);
		line->cursor--;
		line->length--;
	} else if (key == 'L' - '@') {
		return; /* paints anew */
	} else if (key == 'B' - '@') {
		line->cursor -= line->cursor > 0;
	} else if (key == 'F' - '@') {
		line->cursor += line->cursor < line->length;
	} else if (key == 'A' - '@') {
		line->cursor = 0;
	} else if (key == 'E' - '@') {
		line->cursor = line->length;
	}
	line->text[line->length] = '\0';
}

/* Bursts of letters, removals and moves, in pieces of any size, while no reply comes: not one is lost. */
static void test_random_typing(void **state)
{
	enum { BURSTS = 40, BURST = 120, LENGTH = 24 };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz.-_0123456789";
	static const char others[] = "\177\177\177\002\006\001\005\014";
	struct stage *stage = world.stage;
	struct line line = {.length = 0};
	uint64_t chance = chance_seed();
	char shown[sizeof line.text + 32];

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	stage_press(stage, ":sign in" K_ENTER);
	world_rule(NULL, "*", 1, -1, "hold", NULL);
	for (int burst = 0; burst < BURSTS; burst++) {
		char keys[BURST + 1];
		for (int i = 0; i < BURST; i++) {
			bool letter = line.length < LENGTH && chance_below(&chance, 3);
			keys[i] = letter ? letters[chance_below(&chance, sizeof letters - 1)]
					 : others[chance_below(&chance, sizeof others - 1)];
			model_key(&line, keys[i]);
		}
		for (size_t at = 0; at < BURST;) {
			size_t piece = 1 + chance_below(&chance, BURST - at);
			stage_type_bytes(stage, keys + at, piece);
			at += piece;
		}
		stage_sync(stage);
		snprintf(shown, sizeof shown, "E-mail    %s", line.text);
		stage_expect(stage, shown);
		assert_int_equal(stage->cursor.col, 13 + (int)line.cursor);
	}
	world_order(&world.proxy, "{\"do\":\"clear\"}");
}

/* A seller's search, too. All at once, a price is for what is found, not for what is still on screen. */
static void test_sellers_go_through_what_is_found(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, "/blend");
	stage_expect(stage, "▌ Утренний");
	stage_press(stage, K_DOWN);
	stage_expect(stage, "▌ Ελληνικό");
	stage_press(stage, "e9.25" K_ENTER);
	stage_expect(stage, "/ blend ");
	stage_expect(stage, "*9.25");
	stage_press(stage, "u" K_ESC K_DOWN K_DOWN);
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, "/green beans" K_ENTER "e15.25" K_ENTER);
	world_wait_event("held", "GET", "/Product*", 1);
	stage_sync(stage);
	stage_expect_not(stage, "15.25");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "▌ Green beans");
	stage_expect(stage, "was 15.50");
	stage_press(stage, K_ESC);
	stage_expect(stage, "1 changed");
	stage_expect(stage, "▌ " FIRST);
	stage_expect_not(stage, "was 21.50"); /* the third, where the marker was */
	/* What can't be asked for is forgotten, and so are the keys for it. */
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, "/kettle" K_DOWN "e3.33" K_ENTER);
	world_wait_event("held", "GET", "/Product*", 1);
	stage_press(stage, K_ESC);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect_not(stage, "3.33");
	stage_expect(stage, "1 changed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_a_whole_purchase_at_once), WORLD_TEST(test_cart_keys_in_one_write),
	    WORLD_TEST(test_buys_what_is_not_found_yet),
	    WORLD_TEST(test_goes_through_what_is_found), WORLD_TEST(test_sellers_go_through_what_is_found),
	    WORLD_TEST(test_keys_ahead_of_the_screen),
	    WORLD_TEST(test_long_text_in_one_write),   WORLD_TEST(test_a_byte_at_a_time),
	    WORLD_TEST(test_three_confirmations_buy_once), WORLD_TEST(test_keys_dont_wait),
	    WORLD_TEST(test_random_typing),
	};

	return world_run(tests);
}
