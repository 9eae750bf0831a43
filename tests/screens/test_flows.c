/* What people come for, from the first key to the last: looking around, signing in, buying. */
#include "tests/screens/world.h"

static void test_guest_looks_around(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_print(stage);
	stage_expect(stage, "guest");
	world_sign_in(stage, WORLD_CLIENT);
	stage_print(stage);
	int before = world_purchases(WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER "y");
	stage_print(stage);
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_guest_looks_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
