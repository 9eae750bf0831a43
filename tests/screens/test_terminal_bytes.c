/* To the byte: what reaches a terminal that can do less, and that each is left as it was, whatever was open. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"

enum { SAID_MAX = 4096 };

/* ---- as it was ---- */

/* The title of a window that was called "a shell" before all these bytes came. */
static void title_of(const struct buf *bytes, bool with_stack, char title[STAGE_HOME])
{
	enum { DEPTH = 16 };
	char stack[DEPTH][STAGE_HOME];
	size_t depth = 0;

	snprintf(title, STAGE_HOME, "a shell");
	for (size_t at = 0; at < bytes->length; at++) {
		const char *from = buf_str(bytes) + at;
		const char *end = memchr(from, '\a', bytes->length - at);

		if (with_stack && depth < DEPTH &&
		    (!strncmp(from, "\033[22;2t", 7) || !strncmp(from, "\033[22;0;0t", 9)))
			memcpy(stack[depth++], title, STAGE_HOME);
		else if (with_stack && depth && (!strncmp(from, "\033[23;2t", 7) || !strncmp(from, "\033[23;0;0t", 9)))
			memcpy(title, stack[--depth], STAGE_HOME);
		else if (end && !strncmp(from, "\033]2;", 4))
			snprintf(title, STAGE_HOME, "%.*s", (int)(end - from - 4), from + 4);
	}
}

static void expect_title_as_before(const struct stage *stage)
{
	char title[STAGE_HOME];

	title_of(&stage->raw, true, title);
	assert_string_equal(title, "a shell");
	title_of(&stage->raw, false, title); /* nobody knows what it was */
	assert_string_equal(title, "");
}

/* The modes of the line, and what a terminal has been switched to. */
static void expect_as_before(struct stage *stage)
{
	struct termios now;

	assert_int_equal(tcgetattr(stage->slave, &now), 0);
	assert_int_equal(now.c_iflag, stage->before.c_iflag);
	assert_int_equal(now.c_oflag, stage->before.c_oflag);
	assert_int_equal(now.c_cflag, stage->before.c_cflag);
	assert_int_equal(now.c_lflag, stage->before.c_lflag);
	assert_memory_equal(now.c_cc, stage->before.c_cc, sizeof now.c_cc);
	if (stage->alternate || !stage->cursor_visible || stage->mouse)
		stage_fail(stage, "the terminal was left with%s%s%s", stage->alternate ? " its alternate screen" : "",
			   stage->cursor_visible ? "" : " no cursor", stage->mouse ? " its mouse" : "");
	/* Of what libvterm doesn't tell: the last that was said. */
	const char *bytes = buf_str(&stage->raw), *on = "\033[?2004h", *off = "\033[?2004l";
	const char *last_on = NULL, *last_off = NULL;
	for (const char *at = bytes; (at = memmem(at, stage->raw.length - (size_t)(at - bytes), on, strlen(on))); at++)
		last_on = at;
	for (const char *at = bytes; (at = memmem(at, stage->raw.length - (size_t)(at - bytes), off, strlen(off)));
	     at++)
		last_off = at;
	assert_true(!last_on || last_off > last_on);
}

static bool is_raw(const struct stage *stage)
{
	struct termios now;

	assert_int_equal(tcgetattr(stage->slave, &now), 0);
	return !(now.c_lflag & (ICANON | ECHO | ISIG));
}

/* Is it 30 to 38, 40 to 48, 90 to 97 or 100 to 107? 39 and 49 go back to the terminal's own. */
static bool is_color(long number)
{
	return (number >= 30 && number <= 38) || (number >= 40 && number <= 48) || (number >= 90 && number <= 97) ||
	       (number >= 100 && number <= 107);
}

static size_t colors_of(const struct buf *bytes)
{
	const char *text = buf_str(bytes), *end = text + bytes->length;
	size_t count = 0;

	for (const char *at = text; (at = memmem(at, (size_t)(end - at), "\033[", 2));) {
		const char *from = at + 2, *to = from + strspn(from, "0123456789;:");

		at = from;
		if (*to != 'm')
			continue;
		while (from < to) {
			char *next;
			count += is_color(strtol(from, &next, 10));
			from = next + 1;
		}
	}
	return count;
}

/* ---- where there is none that would do ---- */

/* Whatever was written there but the tests' own marks. */
static void expect_nothing_written(struct stage *stage)
{
	const char *bytes = buf_str(&stage->raw);

	for (size_t at = 0; at < stage->raw.length;) {
		const char *end = memchr(bytes + at, '\a', stage->raw.length - at);

		if (!end || strncmp(bytes + at, "\033]7778;", 7) != 0)
			stage_fail(stage, "the terminal was written to");
		at = (size_t)(end - bytes) + 1;
	}
}

/* What can't place its cursor is spoken to by lines: no byte is written but those of text. */
static void speaks_lines(const struct stage_options *options)
{
	struct stage *stage = world.stage;

	world_demo();
	world_open(stage, options);
	stage_until_saw(stage, "> ");
	stage_type(stage, "quit\r");
	int status = stage_wait_end(stage);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	const char *bytes = buf_str(&stage->raw);
	for (size_t at = 0; at < stage->raw.length; at++) {
		const char *end = memchr(bytes + at, '\a', stage->raw.length - at);
		if (end && !strncmp(bytes + at, "\033]7778;", 7)) /* the tests' own mark */
			at = (size_t)(end - bytes);
		else if ((unsigned char)bytes[at] < 0x20 && bytes[at] != '\r' && bytes[at] != '\n')
			stage_fail(stage, "byte %02x was written", (unsigned char)bytes[at]);
	}
	expect_as_before(stage);
}

static void test_dumb(void **state)
{
	(void)state;
	speaks_lines(&(struct stage_options){.term = "dumb"});
}

static void test_no_name(void **state)
{
	(void)state;
	speaks_lines(&(struct stage_options){.term = "unknown"});
}

static void test_empty_name(void **state)
{
	(void)state;
	speaks_lines(&(struct stage_options){.term = ""});
}

static void test_without_a_name(void **state)
{
	(void)state;
	speaks_lines(&(struct stage_options){.wrap = {"/bin/sh", "-c", "unset TERM; exec \"$@\"", "sh"}});
}

static void test_no_terminal(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_open(stage, &(struct stage_options){.wrap = {"/bin/sh", "-c", "exec \"$@\" <>/dev/null >&0", "sh"}});
	int status = stage_wait_end(stage);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	expect_nothing_written(stage);
	expect_as_before(stage);
}

/* ---- less than usual ---- */

/* Much of what there is to be seen. */
static void tour(struct stage *stage)
{
	static const char *const clients[] = {"account", "purchases", "welcome", "platform", "shop"};
	static const char *const sellers[] = {"inventory", "sales", "dashboard", "account"};

	stage_press(stage, "?");
	stage_press(stage, K_ESC ":");
	stage_press(stage, K_ESC "f");
	stage_press(stage, K_ESC "s");
	stage_press(stage, K_ESC K_ENTER);
	stage_press(stage, K_ESC "/caf");
	stage_press(stage, K_ESC K_ESC);
	world_go(stage, "sign up");
	stage_press(stage, K_ENTER);
	stage_press(stage, K_ESC K_ESC);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "a" K_DOWN "ac");
	stage_press(stage, K_ENTER);
	stage_press(stage, "y");
	stage_expect(stage, "Bought");
	for (size_t i = 0; i < COUNT_OF(clients); i++) {
		world_go(stage, clients[i]);
		stage_resize(stage, i % 2 ? 40 : 120, i % 2 ? 12 : 40);
		stage_press(stage, K_ESC); /* a form would take the next name for text */
	}
	world_go(stage, "sign out");
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC "e15.25" K_ENTER "w");
	stage_expect(stage, "15.25");
	stage_press(stage, "x");
	world_go(stage, "inventory");
	stage_press(stage, "n");
	stage_press(stage, K_ENTER);
	stage_press(stage, K_ESC);
	for (size_t i = 0; i < COUNT_OF(sellers); i++) {
		world_go(stage, sellers[i]);
		stage_resize(stage, i % 2 ? 80 : 120, i % 2 ? 24 : 40);
		stage_quiet(stage);
	}
}

static void test_ascii_only(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, &(struct stage_options){.locale = "C"});
	stage_expect(stage, "> " FIRST);
	tour(stage);
	stage_press(stage, K_ESC K_ESC K_ESC);
	stage_expect(stage, "Inventory");
	world_kill_platform();
	stage_type(stage, "r");
	stage_until(stage, "! offline");
	world_restart_platform();
	stage_until_gone(stage, "! offline");
	stage_leave(stage);
	for (size_t at = 0; at < stage->raw.length; at++)
		if ((unsigned char)buf_str(&stage->raw)[at] >= 0x80)
			stage_fail(stage, "byte %zu of the output is not ASCII", at);
	expect_as_before(stage);
}

static void no_colors(const char *term)
{
	struct stage *stage = world.stage;

	world_demo();
	world_start(stage, &(struct stage_options){.term = term, .env = {"NO_COLOR=1"}});
	tour(stage);
	stage_leave(stage);
	assert_int_equal(colors_of(&stage->raw), 0);
	expect_as_before(stage);
}

static void test_no_color(void **state)
{
	(void)state;
	no_colors(NULL);
}

static void test_no_color_though_direct(void **state)
{
	(void)state;
	no_colors("xterm-direct");
}

/* So that the test above tests something; an empty NO_COLOR is none. */
static void test_colors(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, &(struct stage_options){.env = {"NO_COLOR="}});
	stage_leave(stage);
	assert_true(colors_of(&stage->raw) > 0);
}

/* ---- however it ends ---- */

static void until_taken(struct stage *stage)
{
	int64_t end = stage_now_ns() + (int64_t)STAGE_MS * 1000000;

	while (!is_raw(stage) || !stage->alternate) {
		if (stage_now_ns() > end)
			stage_fail(stage, "it does not come back");
		stage_pump(stage, 10);
	}
}

static void ends_by(int number, const char *keys)
{
	struct stage *stage = world.stage;

	world_start(stage, NULL);
	stage_press(stage, keys);
	assert_true(stage->alternate && stage->mouse && is_raw(stage));
	stage_signal(stage, number);
	int status = stage_wait_end(stage);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
		stage_fail(stage, "of signal %d it ended with status %x", number, (unsigned)status);
	expect_as_before(stage);
	expect_title_as_before(stage);
}

static void test_sigterm_in_a_form(void **state)
{
	(void)state;
	world_demo();
	ends_by(SIGTERM, ":sign in" K_ENTER "ada");
	assert_false(stage_shows(world.stage, "E-mail"));
}

static void test_segv_in_the_palette(void **state)
{
	(void)state;
	world_demo();
	ends_by(SIGSEGV, ":sho");
}

/* Does it end a program that says nothing else, and can that be answered? */
static bool ends_programs(int number)
{
	static const int others[] = {SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGCONT, SIGURG, SIGWINCH,
				     SIGPIPE /* nobody's here: what is written says so itself */};

	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (others[i] == number)
			return false;
	return number < 32 || number == SIGRTMIN || number == (SIGRTMIN + SIGRTMAX) / 2 || number == SIGRTMAX;
}

static void test_every_signal(void **state)
{
	(void)state;
	world_demo();
	for (int number = 1; number <= SIGRTMAX; number++)
		if (ends_programs(number))
			ends_by(number, "");
}

static void test_title(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	assert_string_equal(stage->title, "Vitrine: Shop");
	stage_signal(stage, SIGTSTP);
	stage_wait_stop(stage);
	expect_title_as_before(stage);
	stage_signal(stage, SIGCONT);
	until_taken(stage);
	stage_quiet(stage);
	assert_string_equal(stage->title, "Vitrine: Shop");
	stage_leave(stage);
	expect_title_as_before(stage);
}

/* ---- to the shell and back ---- */

/* With all in the list that any size asks for, so that a picture stays the same. */
static void start_full(struct stage *stage, const struct stage_options *options)
{
	world_start(stage, options);
	stage_resize(stage, 160, 60);
	stage_quiet(stage);
	stage_resize(stage, 80, 24);
	stage_quiet(stage);
}

static void write_as_shell(struct stage *stage)
{
	static const char text[] = "\033[1;1H$ fg\r\nsomething else\r\n";

	assert_int_equal(write(stage->slave, text, sizeof text - 1), sizeof text - 1);
	stage_settle(stage);
}

static void come_back(struct stage *stage, const char *shown)
{
	write_as_shell(stage);
	stage_expect(stage, "something else");
	stage_signal(stage, SIGCONT);
	until_taken(stage);
	stage_quiet(stage);
	stage_expect_not(stage, "something else");
	stage_expect(stage, shown);
	assert_true(stage->mouse);
}

static void test_suspend_in_a_dialog(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, ":sign");
	stage_signal(stage, SIGTSTP);
	stage_wait_stop(stage);
	expect_as_before(stage);
	come_back(stage, "> sign");
	stage_press(stage, K_ENTER);
	stage_expect(stage, "E-mail");
}

/* Nobody was asked: what a shell did with the terminal meanwhile is put right. */
static void test_stopped_from_outside(void **state)
{
	struct stage *stage = world.stage;
	char before[STAGE_TEXT];

	(void)state;
	world_demo();
	world_start(stage, NULL);
	snprintf(before, sizeof before, "%s", stage_text(stage));
	stage_signal(stage, SIGSTOP);
	stage_wait_stop(stage);
	assert_int_equal(tcsetattr(stage->slave, TCSANOW, &stage->before), 0);
	come_back(stage, FIRST);
	assert_string_equal(stage_text(stage), before);
	stage_leave(stage);
	expect_as_before(stage);
}

/* ---- a storm ---- */

static void storm(struct stage *stage)
{
	enum { TIMES = 150 };
	char before[STAGE_TEXT];
	uint32_t seed = 20261122;

	snprintf(before, sizeof before, "%s", stage_text(stage));
	for (int i = 0; i < TIMES; i++) {
		seed = seed * 1664525 + 1013904223;
		stage_resize(stage, 1 + (int)(seed >> 16) % 160, 1 + (int)(seed >> 24) % 60);
		stage_signal(stage, SIGWINCH);
		if (i % 7 == 0)
			stage_pump(stage, 0);
		if (i % 31 == 0)
			stage_sync(stage);
	}
	stage_resize(stage, 80, 24);
	stage_quiet(stage);
	if (strcmp(stage_text(stage), before) != 0) {
		fprintf(stderr, "before:\n%s\n", before);
		stage_fail(stage, "after the storm it is another picture");
	}
	/* There and back before anybody has looked: what the terminal cut off is painted again. */
	stage_resize(stage, 20, 5);
	stage_resize(stage, 80, 24);
	stage_quiet(stage);
	assert_string_equal(stage_text(stage), before);
}

static void test_resize_storm(void **state)
{
	static const char *const keys[] = {
	    "", "?", K_ESC ":", "sign", K_ESC "s", K_ESC "f", "50" K_TAB, K_ESC "aac", K_ENTER};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	start_full(stage, NULL);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		stage_press(stage, keys[i]);
		storm(stage);
	}
	stage_expect(stage, "E-mail");
}

static void test_resize_storm_in_a_question(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC "e15.25" K_ENTER "q");
	stage_expect(stage, "leave Vitrine");
	storm(stage);
	stage_expect(stage, "leave Vitrine");
	stage_press(stage, K_ESC);
	stage_expect(stage, "1 changed, not sent");
}

/* ---- the mouse ---- */

static void click_on(struct stage *stage, const char *text)
{
	int x, y;

	if (!stage_find(stage, text, &x, &y))
		stage_fail(stage, "there is no \"%s\" to click on", text);
	stage_mouse(stage, 0, x, y);
	stage_quiet(stage);
}

static void test_mouse_in_the_palette(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, ":");
	stage_expect(stage, "welcome");
	for (int i = 0; i < 10; i++)
		stage_mouse(stage, 65, 30, 10);
	stage_quiet(stage);
	stage_expect_not(stage, "welcome");
	for (int i = 0; i < 10; i++)
		stage_mouse(stage, 64, 30, 10);
	stage_quiet(stage);
	stage_expect(stage, "welcome");
	click_on(stage, "sign up");
	stage_press(stage, "");
	if (!stage_shows(stage, "Mobile")) /* the first click has selected it */
		click_on(stage, "sign up");
	stage_expect(stage, "Mobile");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_dumb),
	    WORLD_TEST(test_no_name),
	    WORLD_TEST(test_empty_name),
	    WORLD_TEST(test_without_a_name),
	    WORLD_TEST(test_no_terminal),
	    WORLD_TEST(test_ascii_only),
	    WORLD_TEST(test_no_color),
	    WORLD_TEST(test_no_color_though_direct),
	    WORLD_TEST(test_colors),
	    WORLD_TEST(test_sigterm_in_a_form),
	    WORLD_TEST(test_segv_in_the_palette),
	    WORLD_TEST(test_every_signal),
	    WORLD_TEST(test_title),
	    WORLD_TEST(test_suspend_in_a_dialog),
	    WORLD_TEST(test_stopped_from_outside),
	    WORLD_TEST(test_resize_storm),
	    WORLD_TEST(test_resize_storm_in_a_question),
	    WORLD_TEST(test_mouse_in_the_palette),
	};

	return world_run(tests);
}
