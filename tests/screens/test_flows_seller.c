/* What sellers come for, from the first key to the last. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/screens/world.h"

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
	stage_press(stage, K_UP K_RIGHT K_TAB "10" K_ENTER);
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
	/* What is typed stays as it is typed, and is no price. */
	stage_press(stage, K_HOME "ex9.2" K_CTRL_L "5" K_ENTER);
	stage_expect(stage, "[x9.25 ]");
	stage_expect(stage, "Type an amount, such as 14.50");
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
	/* Enter shows all of it as it will be saved. */
	stage_press(stage, K_ENTER);
	stage_expect(stage, "Nothing is sent yet");
	stage_expect(stage, "Price        9.90 EUR");
	stage_expect(stage, "Tea of the fruit.");
	stage_expect(stage, "p.png");
	assert_int_equal(world_stock("Cascara, 100 g"), -1);
	stage_press(stage, K_ENTER);
	assert_int_equal(world_stock("Cascara, 100 g"), -1);
	stage_press(stage, "y");
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
	stage_press(stage, "S");
	stage_expect(stage, "Is the sale to Ada on its way?");
	stage_press(stage, K_ESC "V"); /* only what was shipped can arrive */
	stage_expect(stage, "placed");
	stage_press(stage, "Sy");
	stage_expect(stage, "marked as shipped");
	stage_press(stage, "V");
	stage_expect(stage, "Has the sale to Ada arrived?");
	stage_press(stage, "y");
	stage_expect(stage, "marked as delivered");
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

/* A day is a date, and not a moment that is a day earlier or later elsewhere: the last one is the platform's today. */
static void test_days_are_dates(void **state)
{
	static const char *const zones[] = {"TZ=Pacific/Kiritimati", "TZ=Etc/GMT+12"};
	struct stage *stage = world.stage;
	char today[32];
	time_t now;
	struct tm when;

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(zones); i++) {
		const struct stage_options options = {.env = {zones[i]}};

		world_start(stage, &options);
		if (!i) /* then it is kept */
			world_sign_in(stage, WORLD_SELLER);
		now = time(NULL);
		world_go(stage, "dashboard");
		gmtime_r(&now, &when);
		strftime(today, sizeof today, "%e %b", &when);
		stage_expect(stage, today + (today[0] == ' '));
		stage_leave(stage);
		stage_close(stage);
	}
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
		stage_expect_not(stage, "y sends it");
	}
	assert_int_equal(world_stock("Thing"), -1);
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
	stage_expect(stage, "[15.25]");
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
	stage_press(stage, K_UP K_RIGHT K_TAB "shop@example.com" K_TAB WORLD_PASSWORD K_TAB WORLD_PASSWORD K_TAB
					      "New Shop" K_ENTER);
	stage_expect(stage, "shop@example.com");
	stage_expect(stage, "You sell nothing yet");
	stage_press(stage, "nThing" K_TAB "Things" K_TAB "1.00" K_TAB "1" K_ENTER "y");
	assert_int_equal(world_stock("Thing"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_bulk_change),
	    WORLD_TEST(test_edit_in_place),
	    WORLD_TEST(test_new_product_with_picture),
	    WORLD_TEST(test_a_sale_comes_in),
	    WORLD_TEST(test_dashboard),
	    WORLD_TEST(test_days_are_dates),
	    WORLD_TEST(test_conflict_is_settled),
	    WORLD_TEST(test_new_seller),
	    WORLD_TEST(test_too_small_is_safe),
	    WORLD_TEST(test_refused),
	    WORLD_TEST(test_killed_in_an_edit),
	    WORLD_TEST(test_pictures_that_are_none),
	};

	return world_run(tests);
}
