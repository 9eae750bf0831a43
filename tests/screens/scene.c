#include "tests/screens/scene.h"

#include <stdio.h>

static const struct {
	int width, height;
} sizes[] = {{200, 60}, {120, 40}, {40, 12}, {80, 24}}; /* the first only where looks are taken, too */

enum { SCENES_MAX = 64 };

static bool mono;

static void open_stage(void)
{
	struct stage_options options = {.width = 80, .height = 24};

	if (mono)
		options.env[0] = "NO_COLOR=1";
	world_open(world.stage, &options);
}

void scene_open(void)
{
	open_stage();
	stage_quiet(world.stage);
}

void scene_open_moving(void)
{
	open_stage();
	stage_sync(world.stage);
}

static bool spins(struct stage *stage)
{
	static const char *const signs[] = {"⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠛"};
	const char *row = stage_row(stage, 0, false);

	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (strstr(row, signs[i]))
			return true;
	return false;
}

void scene_spinner(struct stage *stage)
{
	int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000;

	stage_sync(stage);
	while (!spins(stage)) {
		int64_t left = (end - stage_now_ns()) / 1000000;
		if (left <= 0)
			stage_fail(stage, "nothing turns");
		stage_pump(stage, (int)left);
	}
}

static void shoot(const char *name, bool moving, bool looks)
{
	struct stage *stage = world.stage;
	char full[128];

	for (size_t i = looks ? 0 : 1; i < COUNT_OF(sizes); i++) {
		stage_resize(stage, sizes[i].width, sizes[i].height);
		if (moving)
			scene_spinner(stage);
		else
			stage_quiet(stage);
		if (moving)
			stage_sync(stage);
		snprintf(full, sizeof full, "%s-%dx%d", name, sizes[i].width, sizes[i].height);
		golden_text(stage, full);
		if (looks && sizes[i].width == 80)
			golden_looks(stage, full);
	}
}

void scene_shot(const char *name)
{
	shoot(name, false, false);
}

void scene_shot_moving(const char *name)
{
	shoot(name, true, false);
}

void scene_shot_looks(const char *name)
{
	shoot(name, false, true);
}

static void play_twice(const struct scene *scene)
{
	void *unused = NULL;

	for (int pass = 0; pass < 2; pass++) {
		mono = pass == 1;
		golden_mono(mono);
		if (pass) /* the first world is cmocka's to make, and the last its to end */
			assert_int_equal(world_teardown(&unused) | world_setup(&unused), 0);
		scene->play(world.stage);
	}
	golden_done();
}

static void play_test(void **state)
{
	const struct scene *scene = *state;
	void *unused = NULL;

	assert_int_equal(world_setup(&unused), 0);
	play_twice(scene);
}

int scene_main(const struct scene *scenes, size_t count)
{
	struct CMUnitTest tests[SCENES_MAX];

	if (count > SCENES_MAX)
		return 1;
	world_pick();
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){.name = scenes[i].name,
					       .test_func = play_test,
					       .teardown_func = world_teardown,
					       .initial_state = (void *)(uintptr_t)&scenes[i]};
	return _cmocka_run_group_tests("scenes", tests, count, NULL, NULL);
}
