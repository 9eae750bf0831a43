/* bench_client: what the storefront costs, measured at its terminal. bench_client.py runs it and says what the figures
 * mean.
 *
 *     bench_client start URL TEXT TIMES          first_ms, usable_ms          a line each time
 *     bench_client keys URL TEXT COUNT           microseconds, bytes          a line each key
 *     bench_client keys-waiting URL TEXT COUNT   the same while a reply is awaited, which must take 2 s
 *     bench_client repaint URL TEXT TIMES        bytes, at 120x40
 *     bench_client idle URL TEXT SECONDS         bytes, wakeups               a line each place; needs the demo
 *     bench_client memory URL TEXT ROWS          KiB resident and proportional, at first and ROWS further down
 *     bench_client many URL TEXT COUNT           first_ms, usable_ms of the last of them; KiB of each, both means
 *
 * URL may also be "demo": vitrine demo, which starts a platform of its own. TEXT is what a usable shop shows: the
 * beginning of its first product's name. The shop has more products than rows.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tests/screens/scene.h"

enum {
	NS_PER_MS = 1000000,
	TRAVEL = 8, /* rows that the cursor goes down, and then up again, without scrolling */
	WAITING_MS = 1600, /* so long after its question a reply of 2 s is surely awaited */
	END_MS = 120000,
	NUMBER_MAX = 1000000,
};

static const char *url, *text;

static void open_shop(struct stage *stage, int width, int height)
{
	const struct stage_options with_url = {.width = width, .height = height, .args = {"--api", url}};
	const struct stage_options demo = {.width = width, .height = height, .args = {"demo"}};

	stage_open(stage, strcmp(url, "demo") ? &with_url : &demo);
}

static bool has_frame(struct stage *stage)
{
	return stage_row(stage, stage->height - 1, false)[0] != '\0';
}

static bool is_usable(struct stage *stage)
{
	return stage_shows(stage, text);
}

static int64_t wait_until(struct stage *stage, bool (*happened)(struct stage *stage), const char *what)
{
	int64_t end = stage_now_ns() + (int64_t)END_MS * NS_PER_MS;

	while (!happened(stage)) {
		if (stage_now_ns() > end)
			stage_fail(stage, "%s does not come", what);
		stage_pump(stage, 1000);
	}
	return stage_now_ns();
}

static void open_usable(struct stage *stage, int width, int height)
{
	open_shop(stage, width, height);
	wait_until(stage, is_usable, "the shop");
	stage_quiet(stage);
}

/* ---- how fast ---- */

static void measure_start(struct stage *stage, int times)
{
	for (int i = 0; i < times; i++) {
		int64_t began = stage_now_ns();

		open_shop(stage, 80, 24);
		int64_t first = wait_until(stage, has_frame, "the first frame");
		int64_t usable = wait_until(stage, is_usable, "the shop");
		printf("%.3f %.3f\n", (double)(first - began) / NS_PER_MS, (double)(usable - began) / NS_PER_MS);
		stage_quiet(stage);
		stage_close(stage);
	}
}

/* The row in which the cursor's sign is; -1: in none, which half a frame may show. */
static int sign_row(struct stage *stage, int x)
{
	for (int y = 0; y < stage->height; y++)
		if (stage_cell(stage, x, y).chars[0] == 0x258C)
			return y;
	return -1;
}

/* What came since stage_forget, without the answer to stage_sync. */
static size_t painted_bytes(struct stage *stage)
{
	char answer[32];
	int length = snprintf(answer, sizeof answer, "\033]7777;%u\a", (unsigned)stage->answered);

	return stage->raw.length - (size_t)length;
}

static void measure_key(struct stage *stage, int x, const char *key)
{
	int before = sign_row(stage, x);
	int64_t end = stage_now_ns() + (int64_t)END_MS * NS_PER_MS, began, painted;

	stage_forget(stage);
	began = stage_now_ns();
	stage_type(stage, key);
	for (int now = before; now == before || now < 0; now = sign_row(stage, x)) {
		if (stage_now_ns() > end)
			stage_fail(stage, "a key is not answered");
		stage_pump(stage, 1000);
	}
	painted = stage_now_ns();
	stage_sync(stage);
	printf("%.1f %zu\n", (double)(painted - began) / 1000, painted_bytes(stage));
}

static void measure_keys(struct stage *stage, int count, bool waiting)
{
	int64_t asked = 0;
	int x, y;

	open_usable(stage, 80, 24);
	if (!stage_find(stage, "▌", &x, &y))
		stage_fail(stage, "there is no cursor");
	for (int i = 0; i < count; i++) {
		if (waiting && stage_now_ns() > asked + (int64_t)WAITING_MS * NS_PER_MS) {
			stage_quiet(stage);
			stage_type(stage, "r");
			asked = stage_now_ns();
			scene_spinner(stage);
		}
		measure_key(stage, x, i / TRAVEL % 2 ? K_UP : K_DOWN);
	}
	stage_quiet(stage);
}

/* ---- how much ---- */

static void measure_repaint(struct stage *stage, int times)
{
	open_usable(stage, 120, 40);
	for (int i = 0; i < times; i++) {
		stage_forget(stage);
		stage_type(stage, K_CTRL_L);
		stage_sync(stage);
		printf("%zu\n", painted_bytes(stage));
	}
}

/* How often it has gone to sleep, which is how often it will have been woken; -1 while it doesn't sleep. */
static long sleeps(pid_t pid)
{
	char path[64], line[256], state = 0;
	long number = -1, threads = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		sscanf(line, "State: %c", &state);
		sscanf(line, "Threads: %ld", &threads);
		sscanf(line, "voluntary_ctxt_switches: %ld", &number);
	}
	fclose(file);
	assert_int_equal(threads, 1); /* another's would have to be counted, too */
	return state == 'S' ? number : -1;
}

static long wait_asleep(struct stage *stage)
{
	int64_t end = stage_now_ns() + (int64_t)END_MS * NS_PER_MS;
	long number;

	while ((number = sleeps(stage->pid)) < 0) {
		if (stage_now_ns() > end)
			stage_fail(stage, "it does not come to rest");
		stage_pump(stage, 1);
	}
	return number;
}

/* Where somebody may have gone for coffee. */
static const struct {
	const char *email, *keys;
} places[] = {
    {NULL, ""},
    {WORLD_SELLER, ""}, /* inventory */
    {WORLD_SELLER, ":dashboard" K_ENTER},
    {WORLD_SELLER, ":sales" K_ENTER},
};

static void measure_idle(int seconds)
{
	static struct stage stages[COUNT_OF(places)];
	long before[COUNT_OF(places)];

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		open_usable(&stages[i], 80, 24);
		if (places[i].email)
			world_sign_in(&stages[i], places[i].email);
		stage_press(&stages[i], places[i].keys);
		stage_press(&stages[i], "\033[24~"); /* no message that would go by itself */
	}
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		stage_settle(&stages[i]);
		stage_forget(&stages[i]);
		/* It has answered, and is on its way to sleep. */
		before[i] = wait_asleep(&stages[i]);
	}
	int64_t end = stage_now_ns() + (int64_t)seconds * 1000 * NS_PER_MS;
	for (int64_t left; (left = end - stage_now_ns()) > 0;)
		poll(NULL, 0, (int)(left / NS_PER_MS) + 1);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		long woken = wait_asleep(&stages[i]) - before[i];

		stage_pump(&stages[i], 0);
		printf("%zu %ld\n", stages[i].raw.length, woken);
		stage_done(&stages[i]);
	}
}

static void memory_of(pid_t pid, long *ret_resident, long *ret_proportional)
{
	char path[64], line[256];

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		sscanf(line, "Rss: %ld", ret_resident);
		sscanf(line, "Pss: %ld", ret_proportional);
	}
	fclose(file);
}

static void measure_memory(struct stage *stage, int rows)
{
	enum { AT_ONCE = 20 };
	long resident = 0, proportional = 0;
	char top[STAGE_TEXT / 2];
	int x, y;

	open_usable(stage, 80, 24);
	if (!stage_find(stage, text, &x, &y))
		stage_fail(stage, "the first product is gone");
	snprintf(top, sizeof top, "%s", strstr(stage_row(stage, y, false), text));
	memory_of(stage->pid, &resident, &proportional);
	printf("%ld %ld\n", resident, proportional);
	for (int row = 0; row < rows; row += AT_ONCE) {
		for (int i = 0; i < AT_ONCE; i++)
			stage_type(stage, K_DOWN);
		stage_quiet(stage);
		stage_forget(stage);
	}
	if (strstr(stage_row(stage, y, false), top))
		stage_fail(stage, "it has not scrolled");
	memory_of(stage->pid, &resident, &proportional);
	printf("%ld %ld\n", resident, proportional);
}

/* ---- how many ---- */

struct crowd {
	struct stage *stages;
	struct pollfd *ready;
	int64_t *first, *usable;
	int count;
};

/* Reads what all of them print, and notes who has come how far; returns how many are not usable yet. */
static int pump_crowd(struct crowd *crowd, int wait_ms)
{
	int left = 0;

	poll(crowd->ready, (nfds_t)crowd->count, wait_ms);
	for (int i = 0; i < crowd->count; i++) {
		struct stage *stage = &crowd->stages[i];

		if (crowd->ready[i].revents & POLLIN) {
			stage_pump(stage, 0);
			if (!crowd->first[i] && has_frame(stage))
				crowd->first[i] = stage_now_ns();
			if (!crowd->usable[i] && is_usable(stage))
				crowd->usable[i] = stage_now_ns();
		}
		left += !crowd->usable[i];
	}
	return left;
}

static int64_t last_of(const int64_t *times, int count)
{
	int64_t last = 0;

	for (int i = 0; i < count; i++)
		last = times[i] > last ? times[i] : last;
	return last;
}

static void report_crowd(struct crowd *crowd, int64_t began)
{
	long resident_sum = 0, proportional_sum = 0, resident = 0, proportional = 0;

	for (int i = 0; i < crowd->count; i++)
		stage_quiet(&crowd->stages[i]);
	for (int i = 0; i < crowd->count; i++) {
		memory_of(crowd->stages[i].pid, &resident, &proportional);
		resident_sum += resident;
		proportional_sum += proportional;
	}
	printf("%.1f %.1f %ld %ld\n", (double)(last_of(crowd->first, crowd->count) - began) / NS_PER_MS,
	       (double)(last_of(crowd->usable, crowd->count) - began) / NS_PER_MS, resident_sum / crowd->count,
	       proportional_sum / crowd->count);
	fflush(stdout);
	getchar(); /* while they are there, bench_client.py looks at the platform */
}

static void measure_many(int count)
{
	const struct rlimit files = {4096, 4096};
	struct crowd crowd = {
	    .stages = calloc((size_t)count, sizeof *crowd.stages),
	    .ready = calloc((size_t)count, sizeof *crowd.ready),
	    .first = calloc((size_t)count, sizeof *crowd.first),
	    .usable = calloc((size_t)count, sizeof *crowd.usable),
	};
	int64_t began = stage_now_ns(), end = began + (int64_t)END_MS * NS_PER_MS;

	setrlimit(RLIMIT_NOFILE, &files);
	assert_true(crowd.stages && crowd.ready && crowd.first && crowd.usable);
	while (crowd.count < count) {
		struct stage *stage = &crowd.stages[crowd.count];

		open_shop(stage, 80, 24);
		crowd.ready[crowd.count++] = (struct pollfd){.fd = stage->master, .events = POLLIN};
		pump_crowd(&crowd, 0);
	}
	while (pump_crowd(&crowd, 1000) > 0)
		if (stage_now_ns() > end)
			fail_msg("not all of them became usable");
	report_crowd(&crowd, began);
	for (int i = 0; i < count; i++)
		stage_done(&crowd.stages[i]);
	free(crowd.stages);
	free(crowd.ready);
	free(crowd.first);
	free(crowd.usable);
}

int main(int argc, char **argv)
{
	static struct stage stage;
	long given = argc == 5 ? strtol(argv[4], NULL, 10) : 0;
	int number = given > 0 && given <= NUMBER_MAX ? (int)given : 0;
	const char *what = argc == 5 ? argv[1] : "";

	if (number <= 0) {
		fprintf(stderr, "usage: bench_client WHAT URL TEXT NUMBER\n");
		return 2;
	}
	url = argv[2];
	text = argv[3];
	if (!strcmp(what, "start"))
		measure_start(&stage, number);
	else if (!strcmp(what, "keys") || !strcmp(what, "keys-waiting"))
		measure_keys(&stage, number, !strcmp(what, "keys-waiting"));
	else if (!strcmp(what, "repaint"))
		measure_repaint(&stage, number);
	else if (!strcmp(what, "idle"))
		measure_idle(number);
	else if (!strcmp(what, "memory"))
		measure_memory(&stage, number);
	else if (!strcmp(what, "many"))
		measure_many(number);
	else
		return 2;
	stage_done(&stage);
	return 0;
}
