/* The stack of screens while all of it is told that somebody has signed in or out: each of those that were there hears
 * of it once, whatever the others do then. */
#include <stdlib.h>

#include "screens/app/app_internal.h"
#include "tests/unit/unit.h"

enum { LAYERS = 4, TOLD_MAX = 16 };

static struct app app;
static char names[LAYERS]; /* the states of the layers */
static int told[LAYERS], told_count;
static void (*deed)(size_t who); /* what happens when one is told */

static void shown(struct app *of, void *state)
{
	size_t who = (size_t)((char *)state - names);

	assert_ptr_equal(of, &app);
	assert_in_range(who, 0, LAYERS - 1);
	assert_non_null(app_layer(&app, state)); /* nobody who is gone */
	assert_true(++told_count < TOLD_MAX);
	told[who]++;
	if (deed)
		deed(who);
}

static const struct screen screen = {.name = "test", .title = "Test", .shown = shown};

static int set_up(void **state)
{
	struct err err = {.kind = ERR_NONE};

	(void)state;
	app = (struct app){.signal_fd = -1};
	snprintf(app.settings.api, sizeof app.settings.api, "http://127.0.0.1:9");
	if (!app_open_net(&app, &err))
		fail_msg("%s", err.message);
	memset(told, 0, sizeof told);
	told_count = 0;
	deed = NULL;
	for (size_t i = 0; i < LAYERS; i++) {
		struct layer *layer = calloc(1, sizeof *layer);

		assert_non_null(layer);
		*layer =
		    (struct layer){.screen = &screen, .id = SCREEN_shop, .state = &names[i], .number = ++app.layers};
		arena_init(&layer->arena, 1024);
		app.stack[app.depth++] = layer;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	deed = NULL;
	app_clear_stack(&app);
	app_bury(&app);
	app_close_net(&app);
	return 0;
}

static void expect(const int (*wanted)[LAYERS])
{
	for (size_t i = 0; i < LAYERS; i++)
		assert_int_equal(told[i] > 0, (*wanted)[i]);
}

static void all_hear(void **state)
{
	(void)state;
	app_session_changed(&app);
	expect(&(const int[LAYERS]){1, 1, 1, 1});
	assert_int_equal(told_count, LAYERS);
}

static void close_itself(size_t who)
{
	if (who == 1)
		app_close_screen(&app, &names[who]);
}

static void one_closes_itself(void **state)
{
	(void)state;
	deed = close_itself;
	app_session_changed(&app);
	expect(&(const int[LAYERS]){1, 1, 1, 1});
}

static void close_below(size_t who)
{
	if (who == 2)
		for (size_t i = 0; i < 2; i++)
			app_close_screen(&app, &names[i]);
}

static void one_closes_those_below(void **state)
{
	(void)state;
	deed = close_below;
	app_session_changed(&app);
	expect(&(const int[LAYERS]){1, 1, 1, 1});
}

static void close_above(size_t who)
{
	if (who == 1)
		app_close_screen(&app, &names[2]);
}

static void who_is_gone_hears_nothing(void **state)
{
	(void)state;
	deed = close_above;
	app_session_changed(&app);
	expect(&(const int[LAYERS]){1, 1, 0, 1});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_hear, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(one_closes_itself, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(one_closes_those_below, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_is_gone_hears_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
