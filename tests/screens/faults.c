#include "tests/screens/faults.h"

#include <stdio.h>

#define FIRST "Yirgacheffe, washed, 250 g"

/* What a session asks for, in this order. */
static const struct call {
	const char *method, *path;
} calls[] = {
    {"GET", "/"},	   {"GET", "/Product"}, {"POST", "/Login"}, {"GET", "/Cart"},	  {"GET", "/Product/*"},
    {"GET", "/Category"},  {"PUT", "/Cart"},	{"POST", "/Purchase"}, {"GET", "/Purchase"}, {"GET", "/Purchase/*"},
};

/* What is typed, what is to be seen then, and what a person does when it isn't. */
struct step {
	const char *keys, *seen, *again;
};

static const struct step steps[] = {
    {"", FIRST, K_ESC "r"},
    {":sign in" K_ENTER WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER, "Shop · Cart · Purchases", K_CTRL_U WORLD_PASSWORD K_ENTER},
    {K_ENTER, "14.50 EUR", K_ESC "r"},
    {K_ESC "f", "All categories", K_ESC},
    {K_ESC, FIRST, K_ESC "r"},
    {"a", "Cart 1", K_ESC},
    {"c", "1 ×  " FIRST, K_ESC "r"},
    {K_ENTER, "Press y to buy", K_ESC "r"},
    {"y", "Bought", K_ESC "y"},
    {K_ENTER, "Status", K_ESC "r"},
    {K_ENTER, "placed", K_ESC "r"},
};

/* While a reply is held, keys are painted as ever; then it comes. */
static void watch_held(struct stage *stage, const struct call *call, bool *released)
{
	enum { ROUNDS = 200, ROUND_MS = 50 };

	for (int i = 0; i < ROUNDS && !*released && !stage_quiet_within(stage, ROUND_MS); i++) {
		if (!world_requests(call->method, call->path))
			continue;
		world_wait_event("held", call->method, call->path, 1);
		stage_sync(stage);
		world_order(&world.proxy, "{\"do\":\"release\"}");
		*released = true;
	}
}

static void play_step(struct stage *stage, const struct step *step, const struct call *held, bool *released)
{
	enum { TRIES = 3 };

	stage_type(stage, step->keys);
	for (int i = 0; i < TRIES; i++) {
		if (held)
			watch_held(stage, held, released);
		stage_quiet(stage);
		if (stage_shows(stage, step->seen))
			return;
		stage_type(stage, step->again);
	}
	stage_fail(stage, "\"%s\" does not come", step->seen);
}

static void play_session(const struct fault *fault, const struct call *call)
{
	struct stage *stage = world.stage;
	bool hold = !strncmp(fault->action, "hold", 4), released = !hold;
	int before = world_purchases(WORLD_CLIENT);

	world_order(&world.proxy, "{\"do\":\"clear\"}");
	world_rule(call->method, call->path, 1, 1, fault->action, fault->more);
	world_open(stage, NULL);
	stage_sync(stage);
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		play_step(stage, &steps[i], hold ? call : NULL, &released);
	assert_true(world_requests(call->method, call->path) > 0);
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
	world_go(stage, "sign out");
	stage_leave(stage);
}

void faults_play(const struct fault *fault)
{
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		int64_t start = stage_now_ns();
		print_message("%s: %s %s", fault->action, calls[i].method, calls[i].path);
		play_session(fault, &calls[i]);
		print_message(": %.1f s\n", (double)(stage_now_ns() - start) / 1e9);
	}
}
