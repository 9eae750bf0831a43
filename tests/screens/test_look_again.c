/* After a change at the checkout y doesn't count for half a second: nobody buys what they can't have read. The clock is
 * the test's, so that neither half a second nor a busy machine decides. */
#include <stdio.h>

#include "tests/screens/clock.h"
#include "tests/screens/world.h"

enum { LOOK_MS = 500 };

static struct clock_control *control;
static int64_t stopped_ns;

/* Starts it with a clock that can be stopped; somebody is signed in. */
static void start(struct stage *stage)
{
	static char preload[256], variable[128];
	char path[64];
	const char *build = getenv("top_builddir");

	world_demo();
	world_proxy();
	snprintf(path, sizeof path, "%s/clock", world.folder);
	control = shared_make(path, sizeof *control);
	assert_non_null(control);
	snprintf(preload, sizeof preload, "LD_PRELOAD=%s/tests/screens/clock.so", build ? build : ".");
	snprintf(variable, sizeof variable, CLOCK_VARIABLE "=%s", path);
	world_start(stage, &(struct stage_options){.env = {preload, variable}});
	world_sign_in(stage, WORLD_CLIENT);
}

static void stop_clock(void)
{
	stopped_ns = stage_now_ns();
	atomic_store(&control->stopped_at, stopped_ns);
}

static void move_clock(int ms)
{
	atomic_store(&control->stopped_at, stopped_ns + ms * INT64_C(1000000));
}

static void end(struct stage *stage)
{
	atomic_store(&control->stopped_at, 0);
	stage_quiet(stage);
	munmap(control, sizeof *control);
	control = NULL;
}

/* Since the clock was stopped something has changed: y is refused until half a second later. */
static void expect_look(struct stage *stage, int purchases, int requests)
{
	static const int too_early[] = {0, 1, LOOK_MS / 2, LOOK_MS - 1};

	for (size_t i = 0; i < COUNT_OF(too_early); i++) {
		move_clock(too_early[i]);
		stage_type(stage, "y");
		stage_sync(stage);
		stage_expect(stage, "look again");
		stage_expect_not(stage, "y  buy for");
		assert_int_equal(world_requests("POST", "/Purchase"), requests);
		assert_int_equal(world_purchases(WORLD_CLIENT), purchases);
	}
	move_clock(LOOK_MS);
	stage_type(stage, "y");
	stage_until(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), purchases + 1);
}

/* The price was another one when y was pressed: nothing was bought, and what it is now is shown. */
static void test_refused(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	start(stage);
	int before = world_purchases(WORLD_CLIENT);
	stage_press(stage, "ac" K_ENTER);
	world_change("yirgacheffe", "{\"price\":\"15.50\"}");
	stop_clock();
	stage_type(stage, "y");
	stage_until(stage, "15.50");
	expect_look(stage, before, 1);
	end(stage);
}

/* The cart changes while it is looked at: its price is another one by now. */
static void test_changed_while_shown(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	start(stage);
	int before = world_purchases(WORLD_CLIENT);
	world_rule("PUT", "/Cart", 1, 1, "hold_request", NULL);
	stage_type(stage, "a");
	world_wait_event("held", "PUT", "/Cart", 1);
	stage_type(stage, "c" K_ENTER);
	stage_until(stage, "y  buy for");
	world_change("yirgacheffe", "{\"price\":\"15.50\"}");
	stop_clock();
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_until(stage, "15.50");
	expect_look(stage, before, 0);
	end(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_refused),
	    WORLD_TEST(test_changed_while_shown),
	};

	return world_run(tests);
}
