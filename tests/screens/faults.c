#include "tests/screens/faults.h"

#include <stdio.h>
#include <stdlib.h>

#define PROBLEM(code, detail) "\"body\":{\"code\":\"" code "\",\"detail\":\"" detail "\"},"

/* What may happen to a reply. */
static const struct fault {
	const char *name;
	const char *action; /* of the proxy */
	const char *more;   /* of its rule; may be NULL */
	/* HELD: it comes once the test lets it; SESSION_LOST: no new tokens, either. */
	enum { ONCE, HELD, SESSION_LOST } kind;
} faults[] = {
    {"hold", "hold", NULL, HELD},
    {"drop", "drop", NULL, ONCE},
    {"drop_request", "drop_request", NULL, ONCE},
    {"cut", "cut", NULL, ONCE},
    {"corrupt", "corrupt", NULL, ONCE},
    {"500", "answer", "\"status\":500," PROBLEM("internal", "Something went wrong"), ONCE},
    {"500_after", "answer", "\"status\":500,\"after\":true,\"body\":\"<html>\",", ONCE},
    {"401", "answer", "\"status\":401," PROBLEM("unauthenticated", "Sign in again"), ONCE},
    {"401_for_good", "answer", "\"status\":401," PROBLEM("unauthenticated", "Sign in again"), SESSION_LOST},
    {"429", "answer", "\"status\":429,\"headers\":{\"Retry-After\":\"0\"}," PROBLEM("throttled", "Too many"), ONCE},
};

struct walk {
	const struct way *way;
	const struct fault *fault;
	struct stage *stage;
	int number, index; /* of the walk, of the reply that goes wrong */
	bool released;
};

const char *faults_text(const char *text, int walk)
{
	enum { TEXTS = 4, LENGTH = 512 };
	static char texts[TEXTS][LENGTH];
	static unsigned next;
	char *to = texts[next++ % TEXTS];
	size_t length = 0;

	for (; *text && length < LENGTH - STAGE_HOME; text++) {
		if (*text == '#')
			length += (size_t)snprintf(to + length, 16, "%d", walk);
		else if (*text == '%')
			length += (size_t)snprintf(to + length, STAGE_HOME, "%s", world.folder);
		else
			to[length++] = *text;
	}
	to[length] = '\0';
	return to;
}

static int requests_so_far(void)
{
	cJSON *answer = world_order_ask(&world.proxy, "{\"do\":\"requests\",\"path\":\"*\"}");
	int count = cJSON_GetArraySize(cJSON_GetObjectItem(answer, "requests"));

	cJSON_Delete(answer);
	return count;
}

/* While a reply is held, keys are painted as ever; then it comes. */
static void watch_held(struct walk *walk)
{
	enum { ROUND_MS = 20 };
	const int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000; /* a busy machine may take long to send it */

	while (stage_now_ns() < end && !walk->released && !stage_quiet_within(walk->stage, ROUND_MS)) {
		if (requests_so_far() < walk->index)
			continue;
		world_order(&world.proxy, "{\"do\":\"wait\",\"event\":\"held\",\"path\":\"*\",\"count\":1}");
		stage_sync(walk->stage);
		world_order(&world.proxy, "{\"do\":\"release\"}");
		walk->released = true;
	}
}

/* What people do who don't see what they expected: they sign in if that is asked for, and they have an account;
 * otherwise, or if that didn't help, they try again. */
static void recover(struct walk *walk, const struct step *step, int attempt)
{
	struct stage *stage = walk->stage;
	const struct way *way = walk->way;
	bool has_account = stage_shows(stage, "You were signed out") || step > &way->steps[way->signs_in];
	bool asked = stage_shows(stage, "^G forgot password"), signs_in = !strncmp(step->keys, ":sign in", 8);

	bool exists = stage_shows(stage, "There is an account with this address already") ||
		      stage_shows(stage, "Your account is made");
	if (exists && !asked) /* the answer was lost, the account was not */
		stage_press(stage, K_CTRL_N);
	if (exists || (asked && has_account && !signs_in && attempt % 2 == 0)) {
		stage_type(stage, stage_shows(stage, "▌ Password") ? "\033[Z" K_CTRL_U : K_CTRL_U);
		stage_type(stage, faults_text(way->email, walk->number));
		stage_type(stage, K_TAB K_CTRL_U);
		stage_type(stage, way->password);
		stage_type(stage, K_ENTER);
		return;
	}
	if (asked && !signs_in)
		stage_type(stage, K_ESC);
	if (way->otherwise && way->otherwise(stage, step, walk->number))
		return;
	stage_type(stage, faults_text(step->again ? step->again : step->keys, walk->number));
}

static void take_step(struct walk *walk, const struct step *step)
{
	enum { TRIES = 5, SEEN_MAX = 128 };
	struct stage *stage = walk->stage;
	char seen[SEEN_MAX];

	snprintf(seen, sizeof seen, "%s", faults_text(step->seen, walk->number));
	stage_type(stage, faults_text(step->keys, walk->number));
	stage_sync(stage); /* whatever is under way */
	for (int i = 0; i < TRIES; i++) {
		if (walk->fault->kind == HELD)
			watch_held(walk);
		stage_quiet(stage);
		if (stage_shows(stage, seen))
			return;
		if (getenv("VITRINE_SHOW"))
			stage_print(stage);
		recover(walk, step, i);
	}
	stage_fail(stage, "%s, reply %d: \"%s\" does not come", walk->fault->name, walk->index, seen);
}

static void begin(struct walk *walk)
{
	const struct stage_options options = {.width = walk->way->width, .height = walk->way->height};
	const struct fault *fault = walk->fault;

	world_order(&world.proxy, "{\"do\":\"clear\"}");
	world_rule(NULL, "*", walk->index, 1, fault->action, fault->more);
	if (fault->kind == SESSION_LOST)
		world_rule("POST", "/Login/Refresh", 1, -1, fault->action, fault->more);
	world_open(walk->stage, &options);
	stage_sync(walk->stage);
}

/* True when there was such a reply. */
static bool play(struct walk *walk)
{
	if (walk->way->before)
		walk->way->before(walk->number);
	begin(walk);
	for (size_t i = 0; i < walk->way->count; i++)
		take_step(walk, &walk->way->steps[i]);
	bool reached = requests_so_far() >= walk->index;
	world_order(&world.proxy, "{\"do\":\"clear\"}");
	if (walk->way->after)
		walk->way->after(walk->number);
	stage_leave(walk->stage);
	stage_done(walk->stage);
	return reached;
}

void faults_walk(const struct way *way, const char *fault)
{
	enum { REPLIES_MAX = 100 };
	static int number;
	struct walk walk = {.way = way, .stage = world.stage};

	world_demo();
	world_proxy();
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		if (!strcmp(faults[i].name, fault))
			walk.fault = &faults[i];
	assert_non_null(walk.fault);
	int64_t start = stage_now_ns();
	for (walk.index = 1; walk.index < REPLIES_MAX; walk.index++) {
		walk.number = ++number;
		walk.released = false;
		if (!play(&walk))
			break;
	}
	assert_true(walk.index < REPLIES_MAX);
	print_message("%s: %d replies in turn, %.1f s\n", fault, walk.index - 1,
		      (double)(stage_now_ns() - start) / 1e9);
}

static const struct way *tested;

static void test_fault(void **state)
{
	const struct fault *fault = *state;
	void *unused = NULL;

	assert_int_equal(world_setup(&unused), 0);
	faults_walk(tested, fault->name);
}

int faults_main(const struct way *way)
{
	struct CMUnitTest tests[COUNT_OF(faults)];

	world_pick();
	tested = way;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		tests[i] = (struct CMUnitTest){.name = faults[i].name,
					       .test_func = test_fault,
					       .teardown_func = world_teardown,
					       .initial_state = (void *)(uintptr_t)&faults[i]};
	return _cmocka_run_group_tests("faults", tests, COUNT_OF(faults), NULL, NULL);
}
