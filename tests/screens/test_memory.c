/* Memory ends while people shop and sell in the storefront, at one allocation after the other, or from one on for good:
 * it goes on, or ends with a sentence, and nothing that it had is lost. By far not all allocations are tried in a run:
 * some are drawn. VITRINE_EVERY=1 tries each. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/chance.h"
#include "tests/screens/scarce_main.h"
#include "tests/screens/world.h"

enum { TURNS = 30, KEYS_MAX = 24 };

static const struct walk {
	const char *name;
	const char *keys[KEYS_MAX];
} walks[] = {
    {"shopping",
     {"/coffee" K_ENTER, K_ESC K_DOWN K_ENTER, K_ESC "a", "c", "+", K_ENTER, WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER,
      "y", K_ENTER, K_ENTER, K_ESC, ":account" K_ENTER, "?", K_ESC}},
    {"looking around", {"f", K_ESC, "s", ":welcome" K_ENTER, ":platform" K_ENTER, K_ESC, ":sign up" K_ENTER, K_ESC}},
    {"selling",
     {":sign in" K_ENTER WORLD_SELLER K_TAB WORLD_PASSWORD K_ENTER, "e15.25" K_ENTER, "w", K_ESC, K_ENTER, K_ESC,
      ":dashboard" K_ENTER, ":sales" K_ENTER, K_ENTER, K_ESC}},
};

static struct scarce_control *control;
static char control_path[64], program[512];

static void open_control(void)
{
	snprintf(control_path, sizeof control_path, "%s/control", world.folder);
	control = shared_make(control_path, sizeof *control);
	assert_non_null(control);
}

/* Types, and waits until that is dealt with. False: it has ended. */
static bool press(struct stage *stage, const char *keys)
{
	stage_check(stage);
	if (stage->pid <= 0)
		return false;
	stage_type(stage, keys);
	int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000;
	while (!stage_quiet_within(stage, 200)) {
		stage_check(stage);
		if (stage->pid <= 0)
			return false;
		if (stage_now_ns() > end)
			stage_fail(stage, "it hangs");
	}
	return true;
}

/* The walk, with memory that ends at an allocation, for good perhaps; 0: it doesn't. */
static void go(const struct walk *walk, int64_t fail_at, bool for_good)
{
	char variable[128];
	struct stage_options options = {.env = {variable}, .any_bytes = fail_at != 0};
	struct stage *stage = world.stage;

	snprintf(variable, sizeof variable, SCARCE_VARIABLE "=%s", control_path);
	atomic_store(&control->fail_at, fail_at);
	atomic_store(&control->for_good, for_good);
	atomic_store(&control->count, 0);
	atomic_store(&control->live, -1);
	world_open(stage, &options);
	bool lives = press(stage, "");
	for (size_t i = 0; lives && i < KEYS_MAX && walk->keys[i]; i++)
		lives = press(stage, walk->keys[i]);
	/* What is not saved is asked about. */
	for (int i = 0; lives && i < 10; i++)
		lives = press(stage, i % 2 ? "y" : K_CTRL_C);
	if (lives)
		stage_fail(stage, "%s, allocation %lld%s: it doesn't end", walk->name, (long long)fail_at,
			   for_good ? " and all after it" : "");
	if (!WIFEXITED(stage->status) || WEXITSTATUS(stage->status) > 2)
		stage_fail(stage, "%s, allocation %lld%s: it ended with status %#x", walk->name, (long long)fail_at,
			   for_good ? " and all after it" : "", (unsigned)stage->status);
	if (atomic_load(&control->live) < 0)
		fail_msg("%s, allocation %lld%s: it didn't tell what it kept", walk->name, (long long)fail_at,
			 for_good ? " and all after it" : "");
	stage_done(stage);
}

static void sweep(const struct walk *walk, uint64_t *chance)
{
	go(walk, 0, false);
	int64_t calls = atomic_load(&control->count), kept = atomic_load(&control->live);
	assert_true(calls > 100);
	int64_t stride = getenv("VITRINE_EVERY") ? 1 : 1 + calls / TURNS;
	print_message("%s: %lld allocations, one of %lld fails; %lld are for good\n", walk->name, (long long)calls,
		      (long long)stride, (long long)kept);
	for (int64_t at = 1 + (int64_t)(chance_next(chance) % (uint64_t)stride); at <= calls; at += stride) {
		bool for_good = chance_next(chance) % 8 == 0;

		go(walk, at, for_good);
		if (atomic_load(&control->live) > kept)
			fail_msg("%s, allocation %lld%s: %lld pieces are lost", walk->name, (long long)at,
				 for_good ? " and all after it" : "",
				 (long long)(atomic_load(&control->live) - kept));
	}
}

static void test_memory(void **state)
{
	const char *built = getenv("top_builddir");
	uint64_t chance = chance_seed();

	(void)state;
	snprintf(program, sizeof program, "%s/tests/screens/vitrine_scarce", built ? built : ".");
	setenv("VITRINE", program, 1);
	world_demo();
	open_control();
	for (size_t i = 0; i < COUNT_OF(walks); i++)
		if (!getenv("WALK") || !strcmp(getenv("WALK"), walks[i].name))
			sweep(&walks[i], &chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_memory),
	};

	return world_run(tests);
}
