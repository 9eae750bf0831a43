/* The terminal for real: a pty, whose bytes libvterm turns into a grid. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/tui_world.h"
#include "tui/terminal/key.h"

/* Entries that only a fuller terminfo has. */
static bool is_known(const char *term)
{
	static const char *const folders[] = {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"};
	char path[128];

	for (size_t at = 0; at < COUNT_OF(folders); at++) {
		snprintf(path, sizeof path, "%s/%c/%s", folders[at], term[0], term);
		if (!access(path, R_OK))
			return true;
	}
	return false;
}

static void test_grid(void **state)
{
	(void)state;
	static const char *const terms[] = {"xterm-256color", "tmux-256color", "linux", "vt100", "xterm-direct"};

	for (size_t at = 0; at < COUNT_OF(terms); at++) {
		if (!is_known(terms[at])) {
			print_message("terminfo doesn't know %s\n", terms[at]);
			continue;
		}
		open_as(terms[at], 80, 24);
		paint_some();
		flush();
		assert_same();
		assert_true(pty.cursor_visible);
		assert_int_equal(pty.cursor.row, 4);
		assert_int_equal(pty.cursor.col, 5);
		assert_int_equal(flush(), 0); /* nothing changed: nothing written */
		tear_down(state);
	}
}

static void test_attributes(void **state)
{
	(void)state;
	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	assert_true(pty_cell(&pty, 1, 0).attrs.bold);
	assert_true(pty_cell(&pty, 3, 3).attrs.bold);
	assert_false(pty_cell(&pty, 4, 4).attrs.bold);
	assert_true(pty_cell(&pty, 46, 3).fg.type == VTERM_COLOR_INDEXED);
	terminal_set_theme(terminal, theme_find("mono"));
	paint_some();
	paint_str(canvas, 3, 6, 9, ROLE_SELECTED, "selected");
	flush();
	VTermScreenCell price = pty_cell(&pty, 46, 3);
	assert_true(VTERM_COLOR_IS_DEFAULT_FG(&price.fg));
	assert_true(pty_cell(&pty, 3, 6).attrs.reverse);
	assert_int_equal(terminal_depth(terminal), DEPTH_MONO);
}

/* 24-bit colours where they are asked for and terminfo knows how; 256 otherwise. */
static void test_direct_color(void **state)
{
	open_as("xterm-256color", 80, 24);
	assert_int_equal(terminal_depth(terminal), DEPTH_256);
	tear_down(state);
	setenv("COLORTERM", "truecolor", 1);
	open_as("xterm-256color", 80, 24);
	assert_int_equal(terminal_depth(terminal), is_known("xterm-direct") ? DEPTH_DIRECT : DEPTH_256);
	paint_some();
	paint_pixel(canvas, 9, 9, 0x2584, 0x123456, 0x000000);
	flush();
	assert_same();
	assert_true(pty_saw(&pty, is_known("xterm-direct") ? "18:52:86" : "38;5;"));
	tear_down(state);
	open_as("linux", 80, 24); /* has no such name */
	assert_int_equal(terminal_depth(terminal), DEPTH_8);
	unsetenv("COLORTERM");
}

static void test_no_color(void **state)
{
	(void)state;
	setenv("NO_COLOR", "1", 1);
	open_as("xterm-256color", 80, 24);
	paint_some();
	pty_forget(&pty);
	flush();
	assert_false(pty_saw(&pty, "38;5"));
	unsetenv("NO_COLOR");
}

static void test_ascii_locale(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	terminal_locale();
	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	for (size_t at = 0; at < pty.raw_length; at++)
		assert_true((unsigned char)pty.raw[at] < 0x80);
	assert_string_equal(pty_row(&pty, 4), "   Cafe creme, et");
}

static void test_locale_of_another_machine(void **state)
{
	(void)state;
	setenv("LC_ALL", "xx_XX.UTF-8", 1);
	terminal_locale();
	open_as("xterm-256color", 80, 24);
	assert_false(canvas_glyphs(canvas)->ascii);
}

static void test_terminals_that_wont_do(void **state)
{
	(void)state;
	static const struct {
		const char *term, *says;
	} rows[] = {{"dumb", "cursor"}, {"unknown", "cursor"}, {"lpr", "cursor"}, {"", "TERM"}};

	pty_init(&pty, 80, 24);
	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		struct err err = {0};
		setenv("TERM", rows[at].term, 1);
		assert_null(terminal_open(&(struct terminal_options){.fd = pty.slave}, &err));
		assert_int_equal(err.kind, ERR_UNAVAILABLE);
		assert_non_null(strstr(err.message, rows[at].says));
	}
	struct err err = {0};
	int pipes[2];
	setenv("TERM", "xterm-256color", 1);
	assert_int_equal(pipe(pipes), 0);
	assert_null(terminal_open(&(struct terminal_options){.fd = pipes[0]}, &err));
	assert_non_null(strstr(err.message, "needs a terminal"));
	close(pipes[0]);
	close(pipes[1]);
	pty_settle(&pty);
	assert_int_equal(pty.bytes, 0); /* and nothing was written */
}

static void assert_same_modes(const struct termios *a, const struct termios *b)
{
	assert_int_equal(a->c_iflag, b->c_iflag);
	assert_int_equal(a->c_oflag, b->c_oflag);
	assert_int_equal(a->c_cflag, b->c_cflag);
	assert_int_equal(a->c_lflag, b->c_lflag);
	assert_memory_equal(a->c_cc, b->c_cc, sizeof a->c_cc);
}

static void test_given_back(void **state)
{
	(void)state;
	struct termios before, during, after;

	setenv("TERM", "xterm-256color", 1);
	pty_init(&pty, 80, 24);
	tcgetattr(pty.slave, &before);
	terminal = terminal_open(&(struct terminal_options){.fd = pty.slave}, NULL);
	assert_non_null(terminal);
	canvas = terminal_canvas(terminal);
	paint_some();
	canvas_cursor(canvas, -1, -1);
	flush();
	tcgetattr(pty.slave, &during);
	assert_false(during.c_lflag & (ICANON | ECHO | ISIG));
	assert_true(pty.alternate);
	assert_int_equal(pty.mouse, VTERM_PROP_MOUSE_CLICK);
	assert_true(pty_saw(&pty, "\033[?2004h"));

	pty_forget(&pty);
	terminal = terminal_free(terminal);
	pty_settle(&pty);
	tcgetattr(pty.slave, &after);
	assert_false(pty.alternate);
	assert_true(pty.cursor_visible);
	assert_int_equal(pty.mouse, VTERM_PROP_MOUSE_NONE);
	assert_true(pty_saw(&pty, "\033[?2004l"));
	assert_same_modes(&before, &after);
}

static void test_suspend_and_resume(void **state)
{
	(void)state;
	struct err err = {0};

	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	terminal_suspend(terminal);
	pty_settle(&pty);
	assert_false(pty.alternate);
	assert_int_equal(pty.mouse, VTERM_PROP_MOUSE_NONE);
	assert_int_equal(flush(), 0); /* not ours now */
	pty_size(&pty, 60, 20);
	assert_true(terminal_resume(terminal, &err));
	assert_int_equal(canvas_width(canvas), 60);
	paint_some();
	flush();
	assert_true(pty.alternate);
	assert_int_equal(pty.mouse, VTERM_PROP_MOUSE_CLICK);
	assert_same();
}

/* What dies of a signal gives the terminal back first. */
static void test_crash(void **state)
{
	(void)state;
	struct termios before, after;

	setenv("TERM", "xterm-256color", 1);
	pty_init(&pty, 80, 24);
	tcgetattr(pty.slave, &before);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct sigaction action = {.sa_flags = (int)SA_RESETHAND};
		action.sa_handler = (void (*)(int))terminal_restore_in_signal;
		sigaction(SIGABRT, &action, NULL);
		terminal = terminal_open(&(struct terminal_options){.fd = pty.slave}, NULL);
		canvas = terminal_canvas(terminal);
		paint_some();
		terminal_flush_frame(terminal);
		abort();
	}
	int status;
	for (int rounds = 0; rounds < 1000 && waitpid(child, &status, WNOHANG) == 0; rounds++) {
		struct pollfd wait = {.fd = pty.master, .events = POLLIN};
		poll(&wait, 1, 10);
		pty_pump(&pty);
	}
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	pty_settle(&pty);
	assert_true(pty_saw(&pty, "\033[?1049h"));
	assert_false(pty.alternate);
	assert_true(pty.cursor_visible);
	assert_int_equal(pty.mouse, VTERM_PROP_MOUSE_NONE);
	assert_true(pty_saw(&pty, "\033[?2004l"));
	tcgetattr(pty.slave, &after);
	assert_same_modes(&before, &after);
}

static void test_signals_stay_ours(void **state)
{
	(void)state;
	static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGCONT};

	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	for (size_t at = 0; at < COUNT_OF(signals); at++) {
		struct sigaction action;
		sigaction(signals[at], NULL, &action);
		assert_ptr_equal(action.sa_handler, SIG_DFL);
	}
}

static struct event next_event(void)
{
	struct event event = {0};

	for (int rounds = 0; rounds < 100 && !terminal_read_event(terminal, &event); rounds++) {
		struct pollfd wait = {.fd = terminal_fd(terminal), .events = POLLIN};
		int ms = terminal_wait(terminal);
		poll(&wait, 1, ms < 0 ? 1000 : ms);
	}
	return event;
}

static void test_keys(void **state)
{
	(void)state;
	open_as("xterm-256color", 80, 24);
	pty_type(&pty, "a\033OB\033[1;5C\x1A", 11);
	assert_int_equal(next_event().key, 'a');
	assert_int_equal(next_event().key, KEYSYM_Down);
	assert_int_equal(next_event().key, KEYSYM_Right | KEYMOD_CTRL);
	assert_int_equal(next_event().key, KEYMOD_CTRL | 'z'); /* a key, not a signal */
	pty_type(&pty, "\033", 1);
	assert_int_equal(next_event().key, KEYSYM_Esc);
	pty_type(&pty, "\033[200~京\n\033[A\033[201~", 19);
	struct event event = next_event();
	assert_int_equal(event.kind, EVENT_PASTE);
	assert_int_equal(event.length, 7);
}

/* Fast typing loses nothing: more than any buffer holds, in one go. */
static void test_many_keys(void **state)
{
	(void)state;
	enum { KEYS = 20000 };
	static char bytes[KEYS];
	size_t sent = 0;

	open_as("xterm-256color", 80, 24);
	for (int at = 0; at < KEYS; at++)
		bytes[at] = (char)('a' + at % 26);
	for (int got = 0; got < KEYS; got++) {
		struct event event;
		while (!terminal_read_event(terminal, &event)) {
			ssize_t written = write(pty.master, bytes + sent, KEYS - sent);
			if (written > 0)
				sent += (size_t)written;
			struct pollfd wait = {.fd = terminal_fd(terminal), .events = POLLIN};
			assert_int_equal(poll(&wait, 1, 5000), 1);
		}
		assert_int_equal(event.key, 'a' + got % 26);
	}
}

static void test_sync(void **state)
{
	(void)state;
	open_as("xterm-256color", 80, 24);
	pty_type(&pty, "x\033[7777;12~", 11);
	assert_int_equal(next_event().key, 'x');
	struct event event = next_event();
	assert_int_equal(event.kind, EVENT_SYNC);
	assert_int_equal(event.sync, 12);
	paint_some();
	terminal_flush_frame(terminal);
	terminal_answer_sync(terminal, 12);
	pty_settle(&pty);
	assert_true(pty_saw(&pty, "\033]7777;12\a"));
	assert_same();

	tear_down(state);
	unsetenv("VITRINE_TEST_SYNC");
	open_as("xterm-256color", 80, 24);
	terminal_answer_sync(terminal, 13);
	flush();
	assert_false(pty_saw(&pty, "7777;13"));
}

static void test_hangup(void **state)
{
	(void)state;
	struct event event;
	open_as("xterm-256color", 80, 24);
	close(pty.slave);
	close(pty.master);
	pty.slave = -1;
	pty.master = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(next_event().kind, EVENT_HANGUP);
	assert_false(terminal_read_event(terminal, &event)); /* once */
	paint_some();
	assert_true(terminal_flush_frame(terminal)); /* nobody to paint for, nothing to wait for */
}

/* ---- questions ---- */

static const char questions[] = "\033]11;?\a\033[?996n\033[c";

/* One write, before anything is painted, and what is painted doesn't wait. */
static void test_asks_once(void **state)
{
	(void)state;
	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	assert_same();
	assert_true(pty_saw(&pty, questions));
	pty_forget(&pty);
	terminal_suspend(terminal);
	assert_true(terminal_resume(terminal, NULL));
	paint_some();
	flush();
	assert_false(pty_saw(&pty, "11;?"));
}

static int32_t price_color(void)
{
	pty_pump(&pty);
	VTermScreenCell cell = pty_cell(&pty, 46, 3);
	return VTERM_COLOR_IS_INDEXED(&cell.fg) ? cell.fg.indexed.idx : -1;
}

static void test_answers_change_the_theme_once(void **state)
{
	static const char light[] = "\033]11;rgb:ffff/ffff/ffff\a", dark[] = "\033]11;rgb:0000/0000/0000\a";
	struct event event;

	(void)state;
	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	int32_t before = price_color();
	pty_type(&pty, light, sizeof light - 1);
	assert_int_equal(next_event().kind, EVENT_THEME);
	paint_some();
	flush();
	assert_int_not_equal(price_color(), before);
	pty_type(&pty, dark, sizeof dark - 1);
	pty_type(&pty, "x", 1);
	assert_int_equal(next_event().key, 'x'); /* and nothing before it */
	pty_type(&pty, light, sizeof light - 1);
	pty_type(&pty, "y", 1);
	assert_int_equal(next_event().key, 'y');
	assert_false(terminal_read_event(terminal, &event));
}

/* Answers on their way when it ends: whoever reads the terminal next finds none of them. */
static void test_leaves_no_answers_behind(void **state)
{
	static const char answers[] = "\033]11;rgb:ffff/ffff/ffff\a\033[?62;4c";
	struct termios raw;
	int waiting = -1;

	(void)state;
	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	pid_t slow = fork();
	assert_true(slow >= 0);
	if (!slow) { /* a terminal that answers only once it has seen all that is said at the end */
		char seen[65536];
		size_t length = 0;
		struct pollfd wait = {.fd = pty.master, .events = POLLIN};
		while (length < sizeof seen && !memmem(seen, length, "\033[?1049l", 8) && poll(&wait, 1, 10000) > 0) {
			ssize_t got = read(pty.master, seen + length, sizeof seen - length);
			length += got > 0 ? (size_t)got : 0;
		}
		_exit(write(pty.master, answers, sizeof answers - 1) != sizeof answers - 1);
	}
	terminal = terminal_free(terminal);
	int status;
	assert_int_equal(waitpid(slow, &status, 0), slow);
	assert_int_equal(status, 0);
	assert_int_equal(tcgetattr(pty.slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(pty.slave, TCSANOW, &raw), 0);
	assert_int_equal(ioctl(pty.slave, FIONREAD, &waiting), 0);
	assert_int_equal(waiting, 0);
}

static void test_escape_delay_of_the_environment(void **state)
{
	enum { DELAY_MS = 5000 };
	struct event event;

	(void)state;
	setenv("ESCDELAY", "5000", 1);
	open_as("xterm-256color", 80, 24);
	unsetenv("ESCDELAY");
	pty_type(&pty, "\033", 1);
	struct pollfd wait = {.fd = terminal_fd(terminal), .events = POLLIN};
	assert_int_equal(poll(&wait, 1, 1000), 1);
	assert_false(terminal_read_event(terminal, &event));
	assert_in_range(terminal_wait(terminal), DELAY_MS / 2, DELAY_MS);
	pty_type(&pty, "OA", 2);
	assert_int_equal(next_event().key, KEYSYM_Up);
}

/* What has come while nobody looked is read before an Esc is taken for one by itself. */
static void test_late_reader(void **state)
{
	struct event event;

	(void)state;
	setenv("ESCDELAY", "1", 1);
	open_as("xterm-256color", 80, 24);
	unsetenv("ESCDELAY");
	for (int round = 0; round < 20; round++) {
		pty_type(&pty, "\033", 1);
		struct pollfd wait = {.fd = terminal_fd(terminal), .events = POLLIN};
		assert_int_equal(poll(&wait, 1, 1000), 1);
		if (terminal_read_event(terminal, &event)) /* it took so long to look */
			continue;
		pty_type(&pty, "[B", 2);
		assert_int_equal(poll(&wait, 1, 1000), 1);
		while (terminal_wait(terminal) > 0)
			poll(NULL, 0, terminal_wait(terminal)); /* until it is late */
		assert_int_equal(next_event().key, KEYSYM_Down);
	}
}

static void test_title(void **state)
{
	(void)state;
	open_as("xterm-256color", 80, 24);
	terminal_title(terminal, "Vitrine · Shop\033]52;c;Zm9v\007\x9C");
	flush();
	assert_string_equal(pty.title, "Vitrine · Shop\xEF\xBF\xBD]52;c;Zm9v\xEF\xBF\xBD\xEF\xBF\xBD");
	size_t bytes = pty.bytes;
	terminal_title(terminal, "Vitrine · Shop\033]52;c;Zm9v\007\x9C");
	flush();
	assert_int_equal(pty.bytes, bytes);
	tear_down(state);
	open_as("vt100", 80, 24); /* has none */
	terminal_title(terminal, "Vitrine");
	flush();
	assert_false(pty_saw(&pty, "Vitrine"));
}

static void test_redraw(void **state)
{
	(void)state;
	open_as("xterm-256color", 80, 24);
	paint_some();
	flush();
	vterm_input_write(pty.vterm, "\033[2J\033[Hgarbage", 15); /* somebody else wrote */
	assert_int_equal(flush(), 0);
	terminal_redraw(terminal);
	flush();
	assert_same();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_grid, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_attributes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_direct_color, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_no_color, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ascii_locale, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_locale_of_another_machine, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_terminals_that_wont_do, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_given_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_suspend_and_resume, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_crash, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_signals_stay_ours, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many_keys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sync, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_hangup, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_asks_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_answers_change_the_theme_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_leaves_no_answers_behind, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_escape_delay_of_the_environment, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_late_reader, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_title, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_redraw, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
