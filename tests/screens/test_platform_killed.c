/* The platform, with its shop in a file, is killed at every step of a session and starts again a moment later: nothing
 * that it had said yes to is lost, the person goes on, and there is one purchase at the end. */
#include <stdio.h>

#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"
#define SELLER "s@example.com"
#define SIGN_IN(email) ":sign in" K_ENTER email K_TAB WORLD_PASSWORD K_ENTER

struct step {
	const char *keys, *seen, *again;
};

static const struct step buyer[] = {
    {SIGN_IN(WORLD_CLIENT), "Shop · Cart · Purchases", K_ESC K_ESC K_ESC SIGN_IN(WORLD_CLIENT)},
    {"r", FIRST, "r"},
    {K_ENTER, "14.50 EUR", "r"},
    {K_ESC "a", "Cart 1", ""},
    {"c", "check out", "r"},
    {K_ENTER, "buy for 14.50", ""},
    {"y", "Bought", ""},
    {K_ENTER, "Status", "r"},
    {K_ENTER, "placed", "r"},
    {"Xy", "cancelled", "rXy"},
};

static const struct step seller[] = {
    {SIGN_IN(SELLER), "Inventory · Sales", K_ESC K_ESC K_ESC SIGN_IN(SELLER)},
    {K_ESC "r", FIRST, "r"},
    {"e15.25" K_ENTER "w", "Becomes", ""},
    {"y", "Saved: 1 product", "ry"},
    {K_ESC K_ESC "e14.50" K_ENTER "w", "Becomes", ""},
    {"y", "Saved: 1 product", "ry"},
    {":dashboard" K_ENTER, "Revenue, last 30 days", "r"},
};

static void take_step(struct stage *stage, const struct step *step, bool killed)
{
	enum { TRIES = 6 };

	if (killed)
		world_kill_platform();
	stage_type(stage, step->keys);
	stage_sync(stage); /* though nobody is there */
	if (killed)
		world_restart_platform();
	for (int i = 0; i < TRIES; i++) {
		stage_quiet(stage);
		if (stage_shows(stage, step->seen))
			return;
		stage_type(stage, step->again);
	}
	stage_fail(stage, "\"%s\" does not come", step->seen);
}

static void open_shop(void)
{
	world_empty_shop();
	world_sign_up("/Client", WORLD_CLIENT, "Ada");
	world_sign_up("/Seller", SELLER, "Seller");
	world_product(SELLER, FIRST, "Coffee", "14.50", 100);
}

static void play(const struct step *steps, size_t count, size_t killed)
{
	struct stage *stage = world.stage;

	world_start(stage, NULL);
	for (size_t i = 0; i < count; i++)
		take_step(stage, &steps[i], i == killed);
	stage_leave(stage);
	stage_done(stage);
}

static void test_buyer(void **state)
{
	(void)state;
	open_shop();
	for (size_t i = 0; i < COUNT_OF(buyer); i++) {
		print_message("killed at step %zu\n", i);
		play(buyer, COUNT_OF(buyer), i);
		assert_int_equal(world_purchases(WORLD_CLIENT), i + 1);
		assert_int_equal(world_stock(FIRST), 100);
	}
}

static void test_seller(void **state)
{
	(void)state;
	open_shop();
	for (size_t i = 0; i < COUNT_OF(seller); i++) {
		print_message("killed at step %zu\n", i);
		play(seller, COUNT_OF(seller), i);
		cJSON *json = world_get("/Product", NULL);
		const cJSON *row = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "products"), 0);
		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(row, "price")), "14.50");
		assert_int_equal((int)cJSON_GetNumberValue(cJSON_GetObjectItem(row, "version")), 3 + 2 * (int)i);
		cJSON_Delete(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_buyer),
	    WORLD_TEST(test_seller),
	};

	return world_run(tests);
}
