/* Each reply in turn does not come, or not as it was sent. */
#include "tests/screens/faults.h"

static void play(const char *action, const char *more)
{
	world_demo();
	world_proxy();
	faults_play(&(struct fault){action, more});
}

static void test_held(void **state)
{
	(void)state;
	play("hold", NULL);
}

static void test_dropped(void **state)
{
	(void)state;
	play("drop", NULL);
}

static void test_request_dropped(void **state)
{
	(void)state;
	play("drop_request", NULL);
}

static void test_cut(void **state)
{
	(void)state;
	play("cut", NULL);
}

static void test_corrupt(void **state)
{
	(void)state;
	play("corrupt", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_held), WORLD_TEST(test_dropped), WORLD_TEST(test_request_dropped),
	    WORLD_TEST(test_cut),  WORLD_TEST(test_corrupt),
	};

	return world_run(tests);
}
