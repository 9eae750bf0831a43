/* Many terminals, and what may happen to one. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/screens/golden.h"
#include "tests/screens/repaint.h"
#include "tests/screens/world.h"

#define FIRST "Yirgacheffe, washed, 250 g"

/* ---- as it was ---- */

static void expect_restored(struct stage *stage)
{
	struct termios now;

	assert_int_equal(tcgetattr(stage->slave, &now), 0);
	if (now.c_iflag != stage->before.c_iflag || now.c_oflag != stage->before.c_oflag ||
	    now.c_cflag != stage->before.c_cflag || now.c_lflag != stage->before.c_lflag ||
	    memcmp(now.c_cc, stage->before.c_cc, sizeof now.c_cc) != 0)
		stage_fail(stage, "the terminal's modes are not as they were");
	if (stage->alternate)
		stage_fail(stage, "the alternate screen was not left");
	if (!stage->cursor_visible)
		stage_fail(stage, "the cursor is still hidden");
	if (stage->mouse != VTERM_PROP_MOUSE_NONE)
		stage_fail(stage, "the mouse is still reported");
	/* What is written next is plain: a mark in the last line shows how. */
	assert_int_equal(write(stage->slave, "\r\nplain", 7), 7);
	stage_settle(stage);
	int x, y;
	assert_true(stage_find(stage, "plain", &x, &y));
	VTermScreenCell cell = stage_cell(stage, x, y);
	assert_false(cell.attrs.bold || cell.attrs.reverse || cell.attrs.underline);
	assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) && VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
}

static void expect_ended_by(struct stage *stage, int number)
{
	int status = stage_wait_end(stage);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
		stage_fail(stage, "it ended with status %x, not by signal %d", (unsigned)status, number);
	expect_restored(stage);
}

/* ---- kinds of terminals ---- */

static void buy_something(struct stage *stage)
{
	int before = world_purchases(WORLD_CLIENT);

	stage_expect(stage, FIRST);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "?");
	stage_expect(stage, "Keys");
	stage_press(stage, K_ESC "a" K_DOWN "ac" K_ENTER "y");
	stage_expect(stage, "Bought");
	assert_int_equal(world_purchases(WORLD_CLIENT), before + 1);
}

static void try_terminal(const char *term, const char *locale, bool with_modes)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.term = term, .locale = locale};

	world_demo();
	world_start(stage, &options);
	if (with_modes) {
		assert_true(stage->alternate);
		assert_true(stage->mouse != VTERM_PROP_MOUSE_NONE);
		assert_true(stage_saw(stage, "\033[?2004h"));
		assert_string_equal(stage->title, "Vitrine: Shop");
	}
	buy_something(stage);
	stage_leave(stage);
	assert_int_equal(stage->status, 0);
	expect_restored(stage);
	if (with_modes)
		assert_true(stage_saw(stage, "\033[?2004l"));
}

static void test_xterm_256color(void **state)
{
	(void)state;
	try_terminal("xterm-256color", NULL, true);
}

static void test_xterm_direct(void **state)
{
	(void)state;
	try_terminal("xterm-direct", NULL, true);
}

static void test_tmux_256color(void **state)
{
	(void)state;
	try_terminal("tmux-256color", NULL, false);
}

static void test_linux(void **state)
{
	(void)state;
	try_terminal("linux", NULL, false);
}

/* Names that this machine's terminfo doesn't have: such people shop, too. (In an empty TERMINFO there is nothing
 * either.) */
static void test_unknown_names(void **state)
{
	static const char *const names[] = {
	    "xterm-kitty", "xterm-ghostty", "foot", "wezterm", "contour", "no-such-terminal",
	    "a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on"};
	char folder[STAGE_HOME + 16];

	(void)state;
	world_demo();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct stage *stage = world.stage;

		snprintf(folder, sizeof folder, "TERMINFO=%s/none", world.folder);
		world_start(stage, &(struct stage_options){.term = names[i], .env = {folder, NULL}});
		assert_true(stage->alternate && stage->mouse != VTERM_PROP_MOUSE_NONE);
		assert_true(stage_saw(stage, "\033[?1049h"));
		assert_true(stage_saw(stage, ";5;") || stage_saw(stage, ":5:")); /* 256 colours */
		/* Debian 13 knows contour by an entry that says nothing of pastes and titles. */
		if (strcmp(names[i], "contour") != 0) {
			assert_true(stage_saw(stage, "\033[?2004h"));
			assert_string_equal(stage->title, "Vitrine: Shop");
		}
		stage_press(stage, "\033OB" "\033[B" "\033OA"); /* arrows, of both kinds */
		stage_expect(stage, "▌ Huila");
		stage_leave(stage);
		assert_int_equal(stage->status, 0);
		expect_restored(stage);
	}
}

static void test_vt100(void **state)
{
	(void)state;
	try_terminal("vt100", NULL, false);
}

static void test_c_locale(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.locale = "C"};

	(void)state;
	world_demo();
	world_start(stage, &options);
	/* The repertoire sees to it that every byte is ASCII. */
	golden_text(stage, "ascii-80x24");
	buy_something(stage);
	golden_text(stage, "ascii-receipt-80x24");
	golden_done();
}

static void test_no_terminal_at_all(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.wrap = {"/bin/sh", "-c", "exec \"$0\" \"$@\" < /dev/null", NULL}};

	(void)state;
	world_demo();
	world_open(stage, &options);
	int status = stage_wait_end(stage);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(stage_saw(stage, "You are a guest."));
	assert_false(stage->alternate);
}

static void test_no_color(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.env = {"NO_COLOR=1", NULL}};

	(void)state;
	world_demo();
	world_start(stage, &options);
	for (int y = 0; y < stage->height; y++)
		for (int x = 0; x < stage->width; x++) {
			VTermScreenCell cell = stage_cell(stage, x, y);
			assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) && VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
		}
	stage_expect(stage, "▌ " FIRST); /* the selection is marked by more than colour */
}

/* ---- wide and combining characters ---- */

static void test_columns_line_up(void **state)
{
	static const char *const names[] = {"plain", "京都 煎茶", "e\u0301e\u0301e\u0301 accents", "한글 노트", "ｆｕｌｌ",
					    "Ελληνικό", "Å\u0328\u0301 stack"};
	struct stage *stage = world.stage;
	int x, y, column = -1;

	(void)state;
	world_empty_shop();
	world_sign_up("/Seller", "s@example.com", "Línea 京");
	for (size_t i = 0; i < COUNT_OF(names); i++)
		world_product("s@example.com", names[i], "Café 茶", "7.77", 5);
	world_start(stage, NULL);
	for (int row = 0; row < stage->height; row++) {
		const char *text = stage_row(stage, row, true);
		if (!strstr(text, "7.77") || !strstr(text, "5 low"))
			continue;
		for (x = 0; x + 3 < stage->width; x++)
			if (stage_cell(stage, x, row).chars[0] == '7' && stage_cell(stage, x + 1, row).chars[0] == '.')
				break;
		if (column >= 0 && x != column)
			stage_fail(stage, "the prices don't line up");
		column = x;
	}
	assert_true(column > 0);
	assert_true(stage_find(stage, "京都", &x, &y));
	/* The selection moves over them without leaving anything behind. */
	for (size_t i = 0; i < COUNT_OF(names); i++)
		stage_press(stage, K_DOWN);
	char before[STAGE_TEXT];
	snprintf(before, sizeof before, "%s", stage_text(stage));
	stage_press(stage, K_CTRL_L);
	assert_string_equal(stage_text(stage), before);
}

/* ---- mouse ---- */

static void test_mouse(void **state)
{
	struct stage *stage = world.stage;
	int x, y;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	assert_true(stage_find(stage, "Huila decaf", &x, &y));
	stage_mouse(stage, 0, x, y);
	stage_quiet(stage);
	stage_expect(stage, "▌ Huila");
	stage_mouse(stage, 0, x, y);
	stage_quiet(stage);
	stage_expect(stage, "Shop › Product");
	stage_press(stage, K_ESC);
	stage_mouse(stage, 65, x, y);
	stage_mouse(stage, 65, x, y);
	stage_quiet(stage);
	stage_expect_not(stage, FIRST);
	for (int i = 0; i < 4; i++)
		stage_mouse(stage, 64, x, y);
	stage_quiet(stage);
	stage_expect(stage, FIRST);
	/* The footer's keys can be clicked. */
	assert_true(stage_find(stage, "c cart", &x, &y));
	stage_mouse(stage, 0, x, y);
	stage_quiet(stage);
	stage_expect(stage, "The cart is empty");
	/* Nothing happens where nothing is, at the edges and beyond them. */
	static const int places[][2] = {{0, 0}, {79, 0}, {0, 23}, {79, 23}, {200, 200}, {40, 12}};
	for (size_t i = 0; i < COUNT_OF(places); i++)
		for (int button = 0; button < 3; button++)
			stage_mouse(stage, button, places[i][0], places[i][1]);
	stage_quiet(stage);
	stage_leave(stage);
	struct stage_options without = {.args = {"--no-mouse", NULL}};
	world_start(stage, &without);
	assert_int_equal(stage->mouse, VTERM_PROP_MOUSE_NONE);
}

/* ---- sizes ---- */

static void storm(struct stage *stage, const char *open, const char *close)
{
	static const int sizes[][2] = {{79, 24},  {40, 12},  {39, 12}, {200, 60}, {1, 1},     {40, 11},
				       {120, 40}, {2, 2},    {80, 12}, {40, 60},  {500, 200}, {81, 25},
				       {41, 13},  {100, 10}, {3, 90},  {80, 24}};
	char before[STAGE_TEXT * 4];

	stage_press(stage, open);
	/* The largest of them loads all that the others show. */
	stage_resize(stage, 500, 200);
	stage_quiet(stage);
	stage_resize(stage, 80, 24);
	stage_quiet(stage);
	snprintf(before, sizeof before, "%s", stage_text(stage));
	for (size_t i = 0; i < COUNT_OF(sizes) * 3; i++) {
		const int *size = sizes[i % COUNT_OF(sizes)];
		stage_resize(stage, size[0], size[1]);
		/* In the first round each is painted, then some, then none but the last. */
		if (i < COUNT_OF(sizes) || (i < COUNT_OF(sizes) * 2 && i % 3 == 0))
			stage_sync(stage);
	}
	stage_quiet(stage);
	if (strcmp(stage_text(stage), before) != 0)
		stage_fail(stage, "after many sizes it looks another; before it was\n%s", before);
	stage_press(stage, close);
}

static void test_resize_storm(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	storm(stage, "", "");
	storm(stage, ":", K_ESC);
	storm(stage, "?", K_ESC);
	storm(stage, "s", K_ESC);
	storm(stage, "/coffee", K_ESC);
	storm(stage, "f12", K_ESC);
	storm(stage, ":sign in" K_ENTER WORLD_CLIENT K_TAB "secret", K_ESC "y");
	stage_press(stage, K_ESC K_ESC);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, K_ESC);
	storm(stage, "a" K_DOWN "ac2", K_ESC);
	storm(stage, K_ENTER, "");
	stage_press(stage, "y");
	storm(stage, K_ENTER, "");
	stage_press(stage, K_ENTER);
	storm(stage, "x", K_ESC);
}

/* Sizes come while something is on its way, and while one types. */
static void test_resize_while_waiting(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_proxy();
	world_start(stage, NULL);
	world_rule("GET", "/Product*", 1, -1, "hold", NULL);
	stage_type(stage, "r");
	for (int i = 0; i < 60; i++) {
		stage_resize(stage, 30 + i * 3, 8 + i);
		stage_type(stage, i % 2 ? K_DOWN : "/a" K_ESC);
	}
	stage_resize(stage, 80, 24);
	world_order(&world.proxy, "{\"do\":\"release\"}");
	stage_quiet(stage);
	stage_expect(stage, FIRST);
}

/* ---- painting it all again ---- */

/* ^L does so whatever floats and whatever is being typed, also what can't be taken yet. */
static void test_redraw(void **state)
{
	static const char *const guests[] = {
	    "", ":cart", "?", K_ESC "s", "f12", "/caf", ":sign in" K_ENTER "half an addr"};
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	for (size_t i = 0; i < COUNT_OF(guests); i++) {
		stage_press(stage, guests[i]);
		repaint_expect_same(stage);
		stage_press(stage, K_ESC K_ESC K_ESC);
	}
	stage_press(stage, "y"); /* leaves the form */
	world_sign_in(stage, WORLD_SELLER);
	stage_press(stage, K_ESC "e1.2.3");
	repaint_expect_same(stage);
	stage_expect(stage, "1.2.3");
	stage_press(stage, K_ESC "e15.25" K_ENTER "q");
	stage_expect(stage, "leave Vitrine");
	repaint_expect_same(stage);
	stage_expect(stage, "leave Vitrine");
}

/* ---- job control and signals ---- */

static void test_suspend(void **state)
{
	struct stage *stage = world.stage;
	char before[STAGE_TEXT];

	(void)state;
	world_demo();
	world_start(stage, NULL);
	stage_press(stage, "a" K_ESC);
	snprintf(before, sizeof before, "%s", stage_text(stage));
	for (int i = 0; i < 2; i++) {
		stage_type(stage, K_CTRL_Z);
		stage_wait_stop(stage);
		expect_restored(stage);
		/* The shell uses the terminal, also for another size, and then fg. */
		assert_int_equal(write(stage->slave, "\r\n$ ls\r\n$ fg\r\n", 14), 14);
		stage_settle(stage);
		stage_resize(stage, 100, 30);
		stage_resize(stage, 80, 24);
		stage_signal(stage, SIGCONT);
		stage_quiet(stage);
		assert_true(stage->alternate);
		assert_string_equal(stage_text(stage), before);
	}
	/* Whatever floats. */
	stage_press(stage, ":");
	stage_type(stage, K_CTRL_Z);
	stage_wait_stop(stage);
	expect_restored(stage);
	stage_type(stage, K_ESC); /* whose cursor goes before the next frame */
	stage_signal(stage, SIGCONT);
	stage_quiet(stage);
	assert_string_equal(stage_text(stage), before);
	/* From outside, too: without asking, but with the same end. */
	stage_signal(stage, SIGTSTP);
	stage_wait_stop(stage);
	expect_restored(stage);
	stage_signal(stage, SIGCONT);
	stage_quiet(stage);
	assert_string_equal(stage_text(stage), before);
}

static void test_kiosk_is_not_suspended(void **state)
{
	struct stage *stage = world.stage;
	struct stage_options options = {.args = {"--kiosk", NULL}};

	(void)state;
	world_demo();
	world_start(stage, &options);
	stage_press(stage, K_CTRL_Z);
	stage_expect(stage, FIRST);
	stage_signal(stage, SIGTSTP);
	stage_quiet(stage);
	stage_expect(stage, FIRST);
}

static void end_by_signal(int number)
{
	struct stage *stage = world.stage;

	if (!world.platform.pid)
		world_demo();
	world_start(stage, NULL);
	stage_press(stage, ":");
	stage_signal(stage, number);
	expect_ended_by(stage, number);
}

static void test_ending_signals(void **state)
{
	(void)state;
	end_by_signal(SIGTERM);
	end_by_signal(SIGHUP);
	end_by_signal(SIGINT);
}

static void test_crashes(void **state)
{
	static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		end_by_signal(numbers[i]);
}

/* The terminal's window was closed. */
static void test_hang_up(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	close(stage->master);
	stage->master = open("/dev/null", O_RDWR | O_CLOEXEC);
	close(stage->slave);
	stage->slave = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(waitpid(stage->pid, &stage->status, 0), stage->pid);
	stage->pid = 0;
	assert_true(WIFEXITED(stage->status) || WTERMSIG(stage->status) == SIGHUP);
}

/* A terminal that takes its time: what it was not sent yet is dropped for what is right by then, and no key is lost. */
static void test_slow_terminal(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	for (int i = 0; i < 400; i++)
		assert_int_equal(write(stage->master, K_CTRL_L, 1), 1);
	assert_int_equal(write(stage->master, "a" K_DOWN "a", 5), 5);
	stage_quiet(stage);
	stage_expect(stage, "Cart 2");
}

static void test_paste(void **state)
{
	struct stage *stage = world.stage;

	(void)state;
	world_demo();
	world_start(stage, NULL);
	/* A paste is text, whatever keys its letters would be. */
	stage_press(stage, "\033[200~qqq" K_ESC "ac\ry\033[201~");
	stage_expect(stage, FIRST);
	stage_press(stage, "/\033[200~dec\naf\033[201~");
	stage_expect(stage, "/ dec");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_xterm_256color),	  WORLD_TEST(test_xterm_direct),
	    WORLD_TEST(test_tmux_256color),	  WORLD_TEST(test_linux),
	    WORLD_TEST(test_vt100),
	    WORLD_TEST(test_unknown_names),		  WORLD_TEST(test_c_locale),
	    WORLD_TEST(test_no_terminal_at_all),
	    WORLD_TEST(test_no_color),		  WORLD_TEST(test_columns_line_up),
	    WORLD_TEST(test_mouse),		  WORLD_TEST(test_resize_storm),
	    WORLD_TEST(test_resize_while_waiting), WORLD_TEST(test_redraw),
	    WORLD_TEST(test_suspend),
	    WORLD_TEST(test_kiosk_is_not_suspended), WORLD_TEST(test_ending_signals),
	    WORLD_TEST(test_crashes),		  WORLD_TEST(test_hang_up),
	    WORLD_TEST(test_slow_terminal),	  WORLD_TEST(test_paste),
	};

	return world_run(tests);
}
