/* What sellers come for, from the first key to the last. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screens/scene.h"

#define FIRST "Yirgacheffe, washed, 250 g"

static void open_seller(struct stage *stage)
{
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_expect(stage, "Inventory · Sales");
}

/* The product of that name, as the platform has it; the caller deletes it. */
static cJSON *product_named(const char *name)
{
	cJSON *json = world_get("/Product?limit=100", NULL), *found = NULL;
	cJSON *row;

	cJSON_ArrayForEach (row, cJSON_GetObjectItem(json, "products"))
		if (!found && !strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "name")), name))
			found = cJSON_Duplicate(row, true);
	cJSON_Delete(json);
	assert_non_null(found);
	return found;
}

static void expect_member(const char *product, const char *member, const char *value)
{
	cJSON *json = product_named(product);

	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, member)), value);
	cJSON_Delete(json);
}

static void test_bulk_change(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	expect_member(FIRST, "price", "14.50");
	stage_press(stage, "   b");
	stage_expect(stage, "Change 3 products");
	stage_press(stage, K_RIGHT K_TAB "10" K_ENTER);
	if (stage_shows(stage, "Change 3 products"))
		stage_print(stage);
	stage_expect(stage, "not sent");
	/* Nothing is sent before it was looked at. */
	expect_member(FIRST, "price", "14.50");
	stage_press(stage, "w");
	stage_expect(stage, "Becomes");
	stage_expect(stage, FIRST);
	stage_press(stage, K_ENTER);
	expect_member(FIRST, "price", "14.50");
	stage_press(stage, "y");
	stage_expect(stage, "Saved: 3 products");
	cJSON *json = product_named(FIRST);
	assert_string_not_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "price")), "14.50");
	cJSON_Delete(json);
}

static void test_edit_in_place(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	/* The price, then the stock of one, and typing replaces. */
	stage_press(stage, "e15.25" K_ENTER K_TAB "e77" K_ENTER);
	stage_expect(stage, "15.25");
	stage_press(stage, "u");
	stage_press(stage, "u");
	stage_expect(stage, "14.50");
	stage_press(stage, K_HOME K_LEFT "e15.25" K_ENTER);
	stage_press(stage, "wy");
	stage_expect(stage, "Saved");
	/* A slip before the first digit changes nothing about that. */
	stage_press(stage, K_HOME "ex9.2" K_CTRL_L "5");
	stage_expect(stage, " 9.25 ");
	stage_expect(stage, "Enter keep  Esc drop  Tab next cell");
	stage_press(stage, K_ESC);
	stage_expect(stage, "15.25");
	/* Leaving with something unsent asks. */
	stage_press(stage, K_HOME "e16.00" K_ENTER);
	stage_press(stage, ":sales" K_ENTER);
	stage_expect(stage, "not sent");
	stage_press(stage, K_ESC);
	stage_expect(stage, "16.00");
}

static void write_picture(const struct stage *stage, char path[256])
{
	/* 2x2: red, green, blue, white. */
	static const unsigned char png[] = {
	    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44,
	    0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xFD,
	    0xD4, 0x9A, 0x73, 0x00, 0x00, 0x00, 0x12, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0xF8,
	    0xCF, 0xC0, 0xC0, 0x00, 0xC2, 0x0C, 0xFF, 0x81, 0x00, 0x00, 0x1F, 0xEE, 0x05, 0xFB, 0xF1,
	    0xAB, 0xBA, 0x77, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
	};
	snprintf(path, 256, "%s/p.png", stage->home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fwrite(png, 1, sizeof png, file);
	fclose(file);
}

static void test_new_product_with_picture(void **state)
{
	struct stage *stage = world.stage;
	char path[256];

	(void)state;
	open_seller(stage);
	write_picture(stage, path);
	stage_press(stage, "n");
	stage_press(stage, "Cascara, 100 g" K_TAB "Coffee" K_TAB "9.90" K_TAB "25" K_TAB "Tea of the fruit." K_TAB);
	stage_press(stage, path);
	/* The first Enter shows it, the second one saves. */
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Enter saves");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Cascara, 100 g");
	cJSON *json = product_named("Cascara, 100 g");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "price")), "9.90");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "has_picture")));
	assert_int_equal((int)cJSON_GetNumberValue(cJSON_GetObjectItem(json, "stock")), 25);
	cJSON_Delete(json);
	/* And goes again. */
	stage_press(stage, "d");
	stage_press(stage, "y");
	stage_expect_not(stage, "▌ Cascara");
	assert_int_equal(world_stock("Cascara, 100 g"), -1);
}

/* A buyer in another terminal; the seller ships what came in. */
static void test_a_sale_comes_in(void **state)
{
	struct stage *stage = world.stage, *buyer = &world.stages[1];

	(void)state;
	open_seller(stage);
	world_go(stage, "sales");
	stage_expect(stage, "Sales");
	world_start(buyer, NULL);
	world_sign_in(buyer, WORLD_CLIENT);
	stage_press(buyer, "/gooseneck" K_ENTER);
	stage_press(buyer, "ac" K_ENTER "y");
	stage_expect(buyer, "Bought");
	stage_press(stage, "r");
	stage_expect(stage, "Gooseneck");
	stage_press(stage, K_HOME K_ENTER);
	stage_expect(stage, "Gooseneck kettle");
	stage_expect(stage, "Ada");
	stage_press(stage, "s");
	stage_expect(stage, "Shipped");
	stage_press(stage, "v");
	stage_expect(stage, "elivered");
	/* The buyer sees it. */
	stage_press(buyer, K_ENTER K_ENTER);
	stage_expect(buyer, "delivered");
}

static void test_dashboard(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	world_go(stage, "dashboard");
	stage_expect(stage, "Revenue, last 30 days");
	stage_expect(stage, "Best products");
	stage_expect(stage, "Running low");
	stage_press(stage, K_TAB);
	stage_expect_not(stage, "last 30 days");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "shipped");
}

static void test_conflict_is_settled(void **state)
{
	struct stage *stage = world.stage, *other = &world.stages[1];

	(void)state;
	open_seller(stage);
	stage_press(stage, "e15.25" K_ENTER "w");
	world_start(other, NULL);
	world_sign_in(other, WORLD_SELLER);
	stage_press(other, "e16.00" K_ENTER "wy");
	stage_expect(other, "Saved");
	stage_press(stage, "y");
	stage_expect(stage, "Changed by somebody else");
	expect_member(FIRST, "price", "16.00");
	stage_press(stage, "m");
	stage_press(stage, "y");
	expect_member(FIRST, "price", "15.25");
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
	stage_type(stage, "s");
	scene_spinner(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "Perhaps it was done");
	stage_quiet(stage);
	stage_expect(stage, "shipped");
	world_rule("POST", "/Sale/*", 1, 1, "hold", NULL);
	stage_type(stage, K_ENTER "v");
	scene_spinner(stage);
	stage_type(stage, K_ESC);
	stage_until(stage, "Perhaps it was done");
	stage_press(stage, K_ESC K_ESC);
	stage_expect(stage, "delivered");
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
		stage_expect(stage, " *888,888,888.88");
		stage_press(stage, "w");
		stage_expect(stage, " 123,456,789.01");
		stage_expect(stage, " 888,888,888.88");
		if (width > 40) /* there is room for what it becomes only */
			stage_expect(stage, " 999,999,999.99");
		stage_press(stage, K_ESC);
	}
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
	stage_type(stage, K_ENTER);
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

static void shrink(struct stage *stage)
{
	stage_resize(stage, 30, 8);
	stage_until(stage, "Too small");
}

static void enlarge(struct stage *stage)
{
	stage_resize(stage, 80, 24);
	stage_until(stage, "grace@example.com");
}

/* What can't be seen does nothing, and nothing gets lost by it. */
static void test_too_small_is_safe(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	stage_press(stage, "d");
	shrink(stage);
	stage_press(stage, "y" K_ENTER K_ESC "q");
	enlarge(stage);
	stage_expect(stage, "Delete " FIRST);
	stage_press(stage, K_ESC "e15.25" K_ENTER "w");
	shrink(stage);
	stage_expect(stage, "Something is not saved");
	stage_press(stage, "yxq" K_CTRL_C K_ESC);
	enlarge(stage);
	stage_expect(stage, "1 changed product, not sent");
	expect_member(FIRST, "price", "14.50");
	/* In a field, letters are letters even then. */
	stage_press(stage, "x/");
	shrink(stage);
	stage_press(stage, "q");
	enlarge(stage);
	stage_press(stage, K_ESC);
	shrink(stage);
	stage_expect_not(stage, "not saved");
	stage_type(stage, "q");
	assert_int_equal(stage_wait_end(stage), 0);
}

/* What a person would type, and what he sees then. */
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
	    {"cart", "only clients have this"},
	    {"purchases", "only clients have this"},
	    {"shop", "only clients have this"},
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
	stage_press(stage, "e15.25" K_ENTER "q");
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

/* What another session deleted is refused, with the reason, and then no longer listed. */
static void test_refused(void **state)
{
	struct stage *stage = world.stage;
	char path[128];

	(void)state;
	open_seller(stage);
	stage_press(stage, "e15.25" K_ENTER K_DOWN "e12.00" K_ENTER "w");
	cJSON *json = product_named(FIRST);
	snprintf(path, sizeof path, "/Product/%s", cJSON_GetStringValue(cJSON_GetObjectItem(json, "id")));
	cJSON_Delete(json);
	assert_int_equal(world_ask("DELETE", path, world_token(WORLD_SELLER), NULL).status, 204);
	stage_press(stage, "y");
	stage_expect(stage, "1 saved, 1 not");
	stage_expect(stage, "refused");
	stage_expect(stage, "! There is no such product");
	stage_press(stage, "x");
	stage_expect(stage, "Inventory ·");
	stage_expect_not(stage, FIRST);
	stage_expect(stage, "12.00");
}

/* Every file that is no picture is said to be none, at its field, and none is sent. */
static void test_pictures_that_are_none(void **state)
{
	static const struct {
		const char *name, *said;
		size_t size;
	} files[] = {{"text.png", "neither a PNG nor a JPEG", 20}, {"broken.png", "The picture is damaged", 40},
		     {"large.png", "is larger than 512 KiB", 600000}, {"absent.png", "there is no such file", 0}};
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	stage_press(stage, "nThing" K_TAB "Things" K_TAB "1.00" K_TAB "1" K_TAB K_TAB);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		char path[256];
		snprintf(path, sizeof path, "%s/%s", stage->home, files[i].name);
		FILE *file = files[i].size ? fopen(path, "w") : NULL;
		if (file) {
			fwrite(strcmp(files[i].name, "text.png") != 0 ? "\x89PNG\r\n\x1a\n" : "no picture", 8, 1, file);
			for (size_t at = 8; at < files[i].size; at++)
				fputc('x', file);
			fclose(file);
		}
		stage_press(stage, K_CTRL_U "~/");
		stage_press(stage, files[i].name);
		stage_press(stage, K_ENTER);
		stage_expect(stage, files[i].said);
		stage_expect_not(stage, "Enter saves");
	}
	assert_int_equal(world_stock("Thing"), -1);
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
	stage_type(stage, "nThing" K_TAB "Things" K_TAB "1.00" K_TAB "1" K_ENTER K_ENTER K_ENTER K_ENTER);
	world_wait_event("held", "POST", "/Product", 1);
	stage_type(stage, K_ENTER K_ENTER K_ENTER);
	stage_sync(stage);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	assert_int_equal(world_requests("POST", "/Product"), 1);
	stage_expect(stage, "▌ Thing");
	world_go(stage, "sales");
	stage_press(stage, "ssss");
	stage_expect(stage, "shipped");
	stage_press(stage, K_DOWN "xxyyxy");
	stage_expect(stage, "cancelled");
	stage_press(stage, K_ENTER K_ENTER K_ENTER);
	stage_expect(stage, "Sales › Sale");
	stage_press(stage, K_ESC K_ESC K_ESC K_ESC);
	stage_expect(stage, "Sales 9 new");
}

/* Killed in the middle of an edit: what was sent stands. */
static void test_killed_in_an_edit(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	open_seller(stage);
	stage_press(stage, "e15.25" K_ENTER "wye99");
	stage_signal(stage, SIGKILL);
	stage_wait_end(stage);
	stage_close(stage);
	world_start(stage, NULL);
	stage_expect(stage, "Inventory ·");
	stage_expect(stage, " 15.25 ");
	stage_press(stage, "e99");
	stage_signal(stage, SIGTERM);
	stage_wait_end(stage);
	stage_close(stage);
	expect_member(FIRST, "price", "15.25");
}

static void test_new_seller(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_go(stage, "sign up");
	stage_press(stage, K_RIGHT K_TAB "shop@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB "New Shop" K_ENTER);
	stage_expect(stage, "shop@example.com");
	stage_expect(stage, "You sell nothing yet");
	stage_press(stage, "nThing" K_TAB "Things" K_TAB "1.00" K_TAB "1" K_ENTER);
	assert_int_equal(world_stock("Thing"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_bulk_change),     WORLD_TEST(test_edit_in_place),
	    WORLD_TEST(test_new_product_with_picture), WORLD_TEST(test_a_sale_comes_in),
	    WORLD_TEST(test_dashboard),       WORLD_TEST(test_conflict_is_settled),
	    WORLD_TEST(test_new_seller),      WORLD_TEST(test_review_closes_below),
	    WORLD_TEST(test_keys_go_past_what_is_loaded),
	    WORLD_TEST(test_esc_gives_a_listing_up),
	    WORLD_TEST(test_esc_gives_a_change_up),
	    WORLD_TEST(test_too_small_is_safe),
	    WORLD_TEST(test_palette_words),
	    WORLD_TEST(test_quit_asks),
	    WORLD_TEST(test_refused),
	    WORLD_TEST(test_large_amounts),
	    WORLD_TEST(test_hammered_keys),
	    WORLD_TEST(test_killed_in_an_edit),
	    WORLD_TEST(test_pictures_that_are_none),
	    WORLD_TEST(test_saved_prices_stand_while_it_is_read_again),
	};

	return world_run(tests);
}
