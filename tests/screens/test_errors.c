/* The goldens of what is seen when the platform answers nothing but 500. Calls that may be repeated are, for half a
 * minute; so all screens wait at the same time, each in a terminal of its own, with colours and without. */
#include <stdio.h>

#include "tests/screens/golden.h"
#include "tests/screens/world.h"

enum { PATIENCE_MS = 60000 };

static const struct {
	const char *name;
	const char *email;  /* who is signed in, or NULL */
	const char *before; /* typed while all is well; NULL: it starts when nothing is any more */
	const char *keys;
} screens[] = {
    {"shop-error", NULL, NULL, ""},
    {"product-error", NULL, "", K_ENTER},
    {"filter-unloaded", NULL, "", "f"},
    {"cart-error", WORLD_CLIENT, "a", "c"},
    {"purchases-error", WORLD_CLIENT, "", ":purchases" K_ENTER},
    {"purchase-error", WORLD_CLIENT, ":purchases" K_ENTER, K_ENTER},
    {"account-error", WORLD_CLIENT, "", ":account" K_ENTER},
    {"inventory-error", NULL, "", ":sign in" K_ENTER WORLD_SELLER K_TAB WORLD_PASSWORD K_ENTER},
    {"sales-error", WORLD_SELLER, "", ":sales" K_ENTER},
    {"sale-error", WORLD_SELLER, ":sales" K_ENTER, K_ENTER},
    {"dashboard-error", WORLD_SELLER, "", ":dashboard" K_ENTER},
};
enum { SCREENS_COUNT = COUNT_OF(screens) };

static void open_one(size_t index, bool mono)
{
	struct stage_options options = {.env = {mono ? "NO_COLOR=1" : NULL, NULL}};

	world_open(&world.stages[index], &options);
}

static void prepare(size_t index, size_t screen, bool mono)
{
	struct stage *stage = &world.stages[index];

	if (!screens[screen].before)
		return;
	open_one(index, mono);
	stage_quiet(stage);
	if (screens[screen].email)
		world_sign_in(stage, screens[screen].email);
	stage_press(stage, K_ESC);
	stage_press(stage, screens[screen].before);
}

static void take(size_t index, const char *name, bool mono)
{
	static const int sizes[][2] = {{120, 40}, {40, 12}, {80, 24}};
	struct stage *stage = &world.stages[index];
	char full[128];

	golden_mono(mono);
	if (!stage_quiet_within(stage, PATIENCE_MS))
		stage_fail(stage, "%s does not come to rest", name);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		stage_resize(stage, sizes[i][0], sizes[i][1]);
		stage_sync(stage);
		snprintf(full, sizeof full, "%s-%dx%d", name, sizes[i][0], sizes[i][1]);
		golden_text(stage, full);
		if (sizes[i][0] == 80)
			golden_looks(stage, full);
	}
}

static void test_errors(void **state)
{
	(void)state;
	assert_true(SCREENS_COUNT * 2 <= WORLD_STAGES);
	world_demo();
	world_proxy();
	for (size_t i = 0; i < SCREENS_COUNT * 2; i++)
		prepare(i, i / 2, i % 2);
	world_rule("GET", "*", 1, -1, "answer",
		   "\"status\":500,\"body\":{\"code\":\"internal\",\"detail\":\"The storeroom is on fire\"},");
	for (size_t i = 0; i < SCREENS_COUNT * 2; i++) {
		if (!screens[i / 2].before)
			open_one(i, i % 2);
		stage_type(&world.stages[i], screens[i / 2].keys);
	}
	for (size_t i = 0; i < SCREENS_COUNT * 2; i++)
		take(i, screens[i / 2].name, i % 2);
	golden_done();
	world_order(&world.proxy, "{\"do\":\"clear\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_errors),
	};

	return world_run(tests);
}
