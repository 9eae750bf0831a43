/* Sellers in a hurry: keys too often, too early, at what isn't there yet; and what is given up. */
#include <stdio.h>

#include "tests/screens/scene.h"

#define FIRST "Yirgacheffe, washed, 250 g"

static void open_seller(struct stage *stage)
{
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_expect(stage, "Inventory · Sales");
}

/* Saved while somebody looks at something else: no empty review is left behind. */
static void test_review_closes_below(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	world_rule("POST", "/Product/Batch", 1, 1, "hold", NULL);
	stage_type(stage, "e15.25" K_ENTER "wy");
	world_wait_event("held", "POST", "/Product/Batch", 1);
	stage_type(stage, ":account" K_ENTER);
	stage_until(stage, "Review › Account");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "Inventory › Account");
	stage_press(stage, K_ESC K_ESC);
	stage_expect(stage, "Inventory · Sales");
	/* And the key after the last one that the review needs is the inventory's. */
	stage_press(stage, K_HOME "e14.50" K_ENTER "wx" K_DOWN);
	stage_expect(stage, "▌ Huila");
}

/* A hundred and twenty products, "Thing 1" the last of the listing. */
static void many_products(void)
{
	world_empty_shop();
	world_sign_up("/Seller", "many@example.com", "Many Things");
	for (int i = 1; i <= 120; i++) {
		char name[32];
		snprintf(name, sizeof name, "Thing %d", i);
		world_product("many@example.com", name, "Things", "1.00", 10);
	}
	world_proxy();
	world_start(world.stage, NULL);
	world_sign_in(world.stage, "many@example.com");
}

/* Keys that go past what is loaded go on when it is, and what is typed meanwhile is done there. */
static void test_keys_go_past_what_is_loaded(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	many_products();
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, K_END);
	stage_until(stage, "▌ Thing 71");
	stage_type(stage, "e5.55" K_ENTER K_UP " :help" K_ENTER);
	stage_sync(stage);
	stage_expect(stage, "▌ Thing 71");
	stage_expect_not(stage, "5.55");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "Keys");
	stage_press(stage, K_ESC);
	stage_expect(stage, "Thing 1 ");
	stage_expect(stage, "*5.55");
	stage_expect(stage, "•Thing 2 ");
	/* A page too far and back again, before it has come. */
	stage_press(stage, K_HOME);
	stage_press(stage, "r");
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, K_PGDN K_PGDN K_PGDN);
	stage_until(stage, "▌ Thing 71");
	stage_type(stage, K_UP K_UP K_UP);
	stage_until(stage, "▌ Thing 72");
	stage_type(stage, K_DOWN K_DOWN K_DOWN);
	stage_sync(stage);
	stage_expect(stage, "▌ Thing 71");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "▌ Thing 69");
	/* Esc stays where one is, and forgets what was typed for another row. */
	stage_press(stage, K_HOME);
	stage_press(stage, "r");
	world_rule("GET", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, "Gd" K_ESC);
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "▌ Thing 71");
	stage_expect_not(stage, "Delete Thing");
}

static void test_esc_gives_a_listing_up(void **state)
{
	static const char *const names[] = {"sales", "dashboard", "inventory"};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		world_rule("GET", "*", 1, -1, "hold", NULL);
		stage_type(stage, ":");
		stage_type(stage, names[i]);
		stage_type(stage, K_ENTER);
		scene_spinner(stage);
		stage_type(stage, K_ESC);
		stage_until(stage, "could not be loaded");
		world_order(&world.proxy, "{\"do\":\"release\"}");
		stage_press(stage, "r");
		stage_expect_not(stage, "could not be loaded");
	}
}

/* So it does what is being written; then it isn't known, and the platform is asked. */
static void test_esc_gives_a_change_up(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	world_rule("POST", "/Product/Batch", 1, 1, "hold", NULL);
	stage_type(stage, "e15.25" K_ENTER "wy");
	scene_spinner(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "unsure");
	stage_expect(stage, "1 changed product, not sent");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_press(stage, "y");
	stage_expect(stage, "Saved");
	world_go(stage, "sales");
	world_rule("POST", "/Sale/*", 1, 1, "hold", NULL);
	stage_type(stage, "Sy");
	scene_spinner(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "may have been done");
	stage_quiet(stage);
	stage_expect(stage, "shipped");
	world_rule("POST", "/Sale/*", 1, 1, "hold", NULL);
	stage_type(stage, K_ENTER "Vy");
	scene_spinner(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "may have been done");
	stage_press(stage, K_ESC K_ESC);
	stage_expect(stage, "delivered");
}

/* Nobody knows whether a product was saved, and the editor is left: the inventory looks by itself. */
static void test_inventory_looks_after_the_editor(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ENTER K_TAB K_TAB K_CTRL_U "15,25" K_ENTER);
	stage_expect(stage, "Nothing is sent yet");
	world_rule("PATCH", "/Product*", 1, 1, "hold", NULL);
	stage_type(stage, "y");
	scene_spinner(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "You stopped waiting");
	world_change("yirgacheffe", "{\"price\":\"16.75\"}");
	stage_press(stage, K_ESC K_ESC);
	stage_expect(stage, "Leave it?");
	stage_press(stage, "y");
	stage_expect(stage, "[16.75]");
}

/* The first platform has no versions: what was saved stands until a listing has it, too. */
static void test_saved_prices_stand_while_it_is_read_again(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_first((const char *const[]){"--base-path", "", NULL});
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, "e15.25" K_ENTER "wy");
	stage_expect(stage, "Saved: 1 product");
	stage_press(stage, K_DOWN K_ENTER K_TAB K_TAB K_CTRL_U "12.75");
	world_rule("GET", "*", 1, -1, "hold", NULL);
	stage_type(stage, K_ENTER "y");
	stage_until(stage, "Saved");
	stage_expect(stage, "15.25");
	stage_expect(stage, "12.75");
	stage_type(stage, "r");
	stage_sync(stage);
	stage_expect(stage, "15.25");
	stage_expect(stage, "12.75");
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "15.25");
	stage_expect(stage, "12.75");
}

/* What a person would type, and what they see then. */
static void test_palette_words(void **state)
{
	static const struct {
		const char *typed, *seen;
	} rows[] = {
	    {"inventory", "▌ " FIRST},
	    {"stock", "▌ " FIRST},
	    {"sales", "placed"},
	    {"SALES", "placed"},
	    {"orders", "placed"},
	    {"dash", "Revenue, last"},
	    {"revenue", "Revenue, last"},
	    {"account", "Your account"},
	    {"profile", "Your account"},
	    {"help", "Keys"},
	    {"platform", "Platform"},
	    {"sign out", "Signed out"},
	    {"out log", "Signed out"},
	    {"sign in", "you are signed in already"},
	    {"cart", "a seller's account can't buy"},
	    {"purchases", "only clients have this"},
	    {"shop", "All categories"},
	    {"no such thing", "Nothing is called that."},
	};
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (stage_shows(stage, "guest"))
			world_sign_in(stage, WORLD_SELLER);
		world_go(stage, rows[i].typed);
		stage_expect(stage, rows[i].seen);
		stage_press(stage, K_ESC K_ESC);
	}
	world_go(stage, "light theme");
	stage_leave(stage);
	world_open(stage, &(struct stage_options){.args = {"info"}});
	assert_int_equal(stage_wait_end(stage), 0);
	stage_expect(stage, "light");
}

/* q asks when something would be lost, and only then. */
static void test_quit_asks(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	stage_press(stage, "e15.25" K_CTRL_C);
	stage_expect(stage, "What is typed is not kept yet");
	stage_press(stage, K_ESC K_ENTER "q");
	stage_expect(stage, "not sent");
	stage_press(stage, K_ESC K_HOME "u" K_ENTER K_CTRL_U "Another name" K_CTRL_C);
	stage_expect(stage, "This product is not saved");
	stage_press(stage, "n" K_ESC);
	stage_expect(stage, "This product is not saved");
	stage_press(stage, "y:sign out" K_ENTER "aq");
	stage_expect(stage, "What is in the cart is kept only");
	stage_press(stage, K_ESC "u");
	stage_type(stage, "q");
	assert_int_equal(stage_wait_end(stage), 0);
}

/* A key too often does nothing twice. */
static void test_hammered_keys(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, "e15.25" K_ENTER "wyyyyyyyy");
	assert_int_equal(world_requests("POST", "/Product/Batch"), 1);
	world_rule("POST", "/Product", 1, 1, "hold", NULL);
	stage_type(stage, "nThing" K_TAB "Things" K_TAB "1.00" K_TAB "1" K_ENTER K_ENTER "yyyy");
	world_wait_event("held", "POST", "/Product", 1);
	stage_type(stage, "yy" K_ENTER "y");
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	assert_int_equal(world_requests("POST", "/Product"), 1);
	stage_expect(stage, "▌ Thing");
	world_go(stage, "sales");
	stage_press(stage, "SSSyyySy");
	stage_expect(stage, "shipped");
	stage_press(stage, K_DOWN "XXyyXy");
	stage_expect(stage, "cancelled");
	stage_press(stage, K_ENTER K_ENTER K_ENTER);
	stage_expect(stage, "Sales › Sale");
	stage_press(stage, K_ESC K_ESC K_ESC K_ESC);
	stage_expect(stage, "Sales 9 new");
}

/* Signed out in the middle: whoever signs in again finds their changes, and sends them. */
static void test_signed_out_in_a_review(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, "e15.25" K_ENTER "w");
	world_rule("POST", "/Product/Batch", 1, 1, "answer", "\"status\":401,\"body\":\"{}\",");
	world_rule("POST", "/Login/Refresh", 1, 1, "answer", "\"status\":401,\"body\":\"{}\",");
	stage_press(stage, "y");
	stage_expect(stage, "Password");
	stage_expect(stage, "sign in again");
	stage_press(stage, K_CTRL_U WORLD_SELLER K_TAB WORLD_PASSWORD K_ENTER);
	stage_expect(stage, "Inventory › Review");
	stage_expect(stage, "1 changed product, not sent");
	stage_press(stage, "y");
	stage_expect(stage, "Saved: 1 product");
}

/* No amount is cut off, whatever its size and the terminal's. */
static void test_large_amounts(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_empty_shop();
	world_sign_up("/Seller", "dear@example.com", "Dear Things");
	world_product("dear@example.com", "Tower", "Things", "999999999.99", 1000000);
	world_product("dear@example.com", "Castle", "Things", "12345678.90", 10);
	world_start(stage, NULL);
	world_sign_in(stage, "dear@example.com");
	stage_press(stage, "e123456789.01" K_ENTER K_DOWN "e888888888.88" K_ENTER);
	for (int width = 120; width >= 40; width -= 40) {
		stage_resize(stage, width, 24);
		stage_sync(stage);
		stage_expect(stage, " *123,456,789.01");
		stage_expect(stage, "[*888,888,888.88]");
		stage_press(stage, "w");
		stage_expect(stage, " 123,456,789.01");
		stage_expect(stage, " 888,888,888.88");
		if (width > 40) /* there is room for what it becomes only */
			stage_expect(stage, " 999,999,999.99");
		stage_press(stage, K_ESC);
	}
}

/* What the platform refuses is said at its field, so the review is left for the fields. */
static void test_refused_after_the_review(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ENTER K_TAB K_TAB K_CTRL_U "15,25" K_ENTER);
	stage_expect(stage, "Nothing is sent yet");
	world_rule("PATCH", "/Product*", 1, 1, "answer",
		   "\"status\":400,\"body\":{\"code\":\"invalid\",\"detail\":\"A field is wrong\",\"errors\":"
		   "[{\"pointer\":\"/price\",\"code\":\"range\",\"detail\":\"is too dear for this shop\"}]},");
	stage_press(stage, "y");
	stage_expect(stage, "is too dear for this shop");
	stage_expect_not(stage, "Nothing is sent yet");
	stage_press(stage, K_CTRL_U "14,75" K_ENTER "y");
	stage_expect(stage, "Saved");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_review_closes_below),
	    WORLD_TEST(test_keys_go_past_what_is_loaded),
	    WORLD_TEST(test_esc_gives_a_listing_up),
	    WORLD_TEST(test_esc_gives_a_change_up),
	    WORLD_TEST(test_inventory_looks_after_the_editor),
	    WORLD_TEST(test_saved_prices_stand_while_it_is_read_again),
	    WORLD_TEST(test_palette_words),
	    WORLD_TEST(test_quit_asks),
	    WORLD_TEST(test_refused_after_the_review),
	    WORLD_TEST(test_hammered_keys),
	    WORLD_TEST(test_large_amounts),
	    WORLD_TEST(test_signed_out_in_a_review),
	};

	return world_run(tests);
}
