/* Nobody types, nothing happens; or nobody reads: the program sleeps. The one test that waits for silence. */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/world.h"

enum { SILENCE_MS = 5000 };

static const struct {
	const char *name, *email, *keys;
	int width, height;
} places[] = {
    {"shop", NULL, "", 80, 24},
    {"shop beside a product", WORLD_CLIENT, K_DOWN, 120, 40},
    {"product", NULL, K_ENTER, 80, 24},
    {"filter", NULL, "f", 80, 24},
    {"search", NULL, "/tea", 80, 24},
    {"sort", NULL, "s", 80, 24},
    {"welcome", NULL, ":welcome" K_ENTER, 80, 24},
    {"sign in", NULL, ":sign in" K_ENTER, 80, 24},
    {"sign up", NULL, ":sign up" K_ENTER, 80, 24},
    {"password", NULL, ":sign in" K_ENTER "\007", 80, 24},
    {"platform", NULL, ":platform" K_ENTER, 80, 24},
    {"palette", NULL, ":", 80, 24},
    {"help", NULL, "?", 80, 24},
    {"cart", NULL, "ac", 80, 24},
    {"checkout", WORLD_CLIENT, "ac" K_ENTER, 80, 24},
    {"receipt", WORLD_CLIENT, "ac" K_ENTER "y", 80, 24},
    {"purchases and one of them", WORLD_CLIENT, ":purchases" K_ENTER K_ENTER, 120, 40},
    {"account", WORLD_CLIENT, ":account" K_ENTER, 80, 24},
    {"inventory", WORLD_SELLER, "", 80, 24},
    {"bulk", WORLD_SELLER, "   b", 80, 24},
    {"review", WORLD_SELLER, "e15.25" K_ENTER "w", 80, 24},
    {"editor", WORLD_SELLER, K_ENTER, 80, 24},
    {"dashboard", WORLD_SELLER, ":dashboard" K_ENTER, 80, 24},
    {"sales", WORLD_SELLER, ":sales" K_ENTER, 80, 24}, /* asks for new ones every half minute, no more often */
    {"too small", NULL, "", 20, 5},
};

/* How often it has gone to sleep or lost the processor. */
static long switches(const struct stage *stage)
{
	char path[64], line[256];
	long sum = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)stage->pid);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		if (strstr(line, "voluntary_ctxt_switches:"))
			sum += strtol(strchr(line, ':') + 1, NULL, 10);
	fclose(file);
	return sum;
}

/* It has answered that it is quiet, but may not have gone to sleep since. */
static void until_asleep(struct stage *stage)
{
	int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000;
	char path[64], state = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)stage->pid);
	while (state != 'S') {
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		assert_int_equal(fscanf(file, "%*d (vitrine) %c", &state), 1);
		fclose(file);
		if (stage_now_ns() > end)
			stage_fail(stage, "it doesn't go to sleep");
		sched_yield();
	}
}

static void test_idle(void **state)
{
	struct pollfd fds[COUNT_OF(places)];
	size_t bytes[COUNT_OF(places)];
	long before[COUNT_OF(places)];

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct stage *stage = &world.stages[i];
		struct stage_options options = {.width = places[i].width, .height = places[i].height};
		world_start(stage, &options);
		if (places[i].email)
			world_sign_in(stage, places[i].email);
		stage_press(stage, places[i].keys);
		stage_press(stage, "\033[24~"); /* no message that would go by itself */
	}
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		stage_settle(&world.stages[i]);
		until_asleep(&world.stages[i]);
		fds[i] = (struct pollfd){.fd = world.stages[i].master, .events = POLLIN};
		bytes[i] = world.stages[i].raw.length;
		before[i] = switches(&world.stages[i]);
	}
	/* A byte from any of them would end it early. */
	int ready = poll(fds, COUNT_OF(places), SILENCE_MS);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct stage *stage = &world.stages[i];
		long woken = switches(stage) - before[i];
		stage_pump(stage, 0);
		if (stage->raw.length != bytes[i] || woken)
			stage_fail(stage, "%s: %zu bytes, %ld wake-ups", places[i].name, stage->raw.length - bytes[i],
				   woken);
	}
	assert_int_equal(ready, 0);
}

/* System calls of its so far that read, of which each turn of its loop is one; -1: nobody may know. */
static long reads(const struct stage *stage)
{
	char path[64];
	long count = -1;

	snprintf(path, sizeof path, "/proc/%d/io", (int)stage->pid);
	FILE *file = fopen(path, "r");
	if (!file || fscanf(file, "rchar: %*d wchar: %*d syscr: %ld", &count) != 1)
		count = -1;
	if (file)
		fclose(file);
	return count;
}

/* Nobody reads what it has to show, and there is more and more of that: it waits in its sleep. */
static void test_unread(void **state)
{
	enum { SOME = 20 };
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_rule("GET", "/Product*", 1, -1, "hold", NULL);
	assert_int_equal(tcflow(stage->slave, TCOOFF), 0);
	stage_type(stage, K_DOWN "r"); /* the marker moves, and a spinner turns */
	world_wait_event("held", "GET", "/Product*", 1);
	struct pollfd silence = {.fd = stage->master, .events = POLLIN};
	long woken = switches(stage), calls = reads(stage);
	int ready = poll(&silence, 1, SILENCE_MS / 2);
	woken = switches(stage) - woken;
	calls = reads(stage) - calls;
	assert_int_equal(tcflow(stage->slave, TCOON), 0);
	if (ready || woken > SOME || calls > SOME)
		stage_fail(stage, "unread: %d, %ld wake-ups, %ld calls that read", ready, woken, calls);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, "Huila");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_unread),
	    WORLD_TEST(test_idle),
	};

	return world_run(tests);
}
