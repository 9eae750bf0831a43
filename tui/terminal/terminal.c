#include "tui/terminal/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/terminal/caps.h"
#include "tui/terminal/frame.h"
#include "tui/terminal/input.h"
#include "tui/terminal/probe.h"
#include "tui/terminal/restore.h"

enum {
	WIDTH_MAX = 1000,
	HEIGHT_MAX = 500,
	OUT_LIMIT = 32 << 20, /* more than the largest frame */
	GIVE_BACK_MS = 1000,
	LAST_ANSWER_MS = 200,
	TITLE_COLUMNS = 120,
	BLOCKING_CHUNK = 1024,
};

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";

/* The window's title is pushed on the terminal's stack before it is set for the first time. At the end it is set to
 * nothing, then popped: where there is no stack, it stays empty. */
static const char title_keep[] = "\033[22;2t", title_back[] = "\033]2;\a\033[23;2t";

struct terminal {
	int fd;
	bool blocking; /* the descriptor is shared with others, who expect it so: ask before reading and writing */
	bool with_sync;
	bool hung_up, told_hangup;
	bool taken; /* not suspended */
	struct termios before;
	struct caps caps;
	struct input input;
	struct frame *frame;
	struct canvas *canvas;
	const struct theme *theme;
	bool suits;   /* nobody has chosen it */
	bool touched; /* somebody has pressed a key, clicked or pasted */
	struct probe probe;
	struct buf out; /* to be written, from out_at on */
	size_t out_at;
	struct buf title;
};

void terminal_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *wanted = NULL;

	if (setlocale(LC_ALL, "")) {
		setlocale(LC_NUMERIC, "C"); /* numbers for programs have a point */
		return;
	}
	/* One of the locales isn't there. Two things can still be had: the way to write amounts, and UTF-8. */
	setlocale(LC_MONETARY, "");
	for (int at = 0; at < 3 && !(wanted && *wanted); at++)
		wanted = getenv(names[at]);
	if (wanted && (strcasestr(wanted, "UTF-8") || strcasestr(wanted, "UTF8")))
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* A descriptor of our own: only this one is set not to block. The one that a shell and its children share stays as it
 * is. */
static bool open_own(struct terminal *terminal, int fd, struct err *err)
{
	char name[64];

	if (!isatty(fd))
		return err_set(err, ERR_UNAVAILABLE, "This needs a terminal to run in: standard input is none");
	terminal->fd = -1;
	if (!ttyname_r(fd, name, sizeof name))
		terminal->fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (terminal->fd < 0)
		terminal->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (terminal->fd < 0) {
		terminal->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		terminal->blocking = true;
	}
	if (terminal->fd < 0 || tcgetattr(terminal->fd, &terminal->before) != 0)
		return err_set(err, ERR_UNAVAILABLE, "The terminal can't be opened: %m");
	return true;
}

static void size_of(const struct terminal *terminal, int *ret_width, int *ret_height)
{
	struct winsize size = {0};

	if (ioctl(terminal->fd, TIOCGWINSZ, &size) != 0 || !size.ws_col || !size.ws_row)
		size = (struct winsize){.ws_col = 80, .ws_row = 24};
	*ret_width = size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
	*ret_height = size.ws_row < HEIGHT_MAX ? size.ws_row : HEIGHT_MAX;
}

static const struct glyphs *choose_glyphs(const struct caps *caps)
{
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return &glyphs_ascii;
	return caps->is_console ? &glyphs_console : &glyphs_utf8;
}

static bool is_ready(const struct terminal *terminal, short events)
{
	struct pollfd wait = {.fd = terminal->fd, .events = events};

	return poll(&wait, 1, 0) > 0 && wait.revents & (events | POLLHUP | POLLERR);
}

bool terminal_is_behind(const struct terminal *terminal)
{
	return terminal->out.length > terminal->out_at;
}

bool terminal_flush(struct terminal *terminal)
{
	while (terminal_is_behind(terminal)) {
		size_t length = terminal->out.length - terminal->out_at;

		if (terminal->blocking) {
			if (!is_ready(terminal, POLLOUT))
				return false;
			length = length < BLOCKING_CHUNK ? length : BLOCKING_CHUNK;
		}
		ssize_t written = write(terminal->fd, terminal->out.bytes + terminal->out_at, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			return false;
		if (written <= 0) {
			terminal->hung_up = true;
			break;
		}
		terminal->out_at += (size_t)written;
	}
	buf_reset(&terminal->out);
	terminal->out_at = 0;
	return true;
}

/* Before the terminal goes to another program: writes all that is queued, but doesn't wait for ever. */
static void flush_patiently(struct terminal *terminal)
{
	int64_t until = clock_monotonic() + GIVE_BACK_MS;

	while (!terminal_flush(terminal)) {
		int64_t left = until - clock_monotonic();
		struct pollfd wait = {.fd = terminal->fd, .events = POLLOUT};

		if (left <= 0)
			break;
		poll(&wait, 1, (int)left);
	}
	buf_reset(&terminal->out);
	terminal->out_at = 0;
}

static void add_modes_on(struct terminal *terminal)
{
	if (terminal->caps.with_title)
		buf_add_str(&terminal->out, title_keep);
	buf_add_str(&terminal->out, terminal->caps.keypad_on);
	if (terminal->caps.with_paste)
		buf_add_str(&terminal->out, paste_on);
	if (terminal->caps.with_mouse)
		buf_add_str(&terminal->out, mouse_on);
}

static void add_modes_off(const struct terminal *terminal, struct buf *out)
{
	if (terminal->caps.with_mouse)
		buf_add_str(out, mouse_off);
	if (terminal->caps.with_paste)
		buf_add_str(out, paste_off);
}

/* Comes last: terminfo's way back to the usual screen may pop a title, too, and that must be one of ours. */
static void add_title_back(const struct terminal *terminal, struct buf *out)
{
	if (terminal->caps.with_title)
		buf_add_str(out, title_back);
}

static bool arm(struct terminal *terminal, struct err *err)
{
	struct buf bytes;

	buf_init(&bytes, RESTORE_SIZE);
	add_modes_off(terminal, &bytes);
	buf_add_str(&bytes, terminal->caps.plain);
	buf_add_str(&bytes, terminal->caps.leave);
	buf_add_str(&bytes, terminal->caps.cursor_on);
	buf_add_str(&bytes, terminal->caps.keypad_off);
	add_title_back(terminal, &bytes);
	bool armed = !bytes.failed && restore_arm(terminal->fd, &terminal->before, buf_str(&bytes), bytes.length);
	buf_done(&bytes);
	return armed || err_memory(err, "opening the terminal");
}

static bool take(struct terminal *terminal, struct err *err)
{
	struct termios raw = terminal->before;

	cfmakeraw(&raw);
	if (!arm(terminal, err))
		return false;
	if (tcsetattr(terminal->fd, TCSANOW, &raw) != 0)
		return err_set(err, ERR_UNAVAILABLE, "The terminal's modes can't be set: %m");
	terminal->taken = true;
	add_modes_on(terminal);
	return true;
}

/* Reads what there is and fits. Returns whether anything came. */
static bool read_more(struct terminal *terminal)
{
	size_t size;
	unsigned char *room = input_room(&terminal->input, &size);

	if (!size || terminal->hung_up || (terminal->blocking && !is_ready(terminal, POLLIN)))
		return false;
	for (;;) {
		ssize_t got = read(terminal->fd, room, size);

		if (got > 0) {
			input_commit(&terminal->input, (size_t)got);
			return true;
		}
		if (got < 0 && errno == EINTR)
			continue;
		terminal->hung_up = got == 0 || errno != EAGAIN;
		return false;
	}
}

/* The next event of the input. What has come by now is read before anything is taken for late. */
static bool next_event(struct terminal *terminal, struct event *ret_event)
{
	if (!input_wait(&terminal->input, clock_monotonic()))
		read_more(terminal);
	do {
		if (input_next(&terminal->input, clock_monotonic(), ret_event))
			return true;
	} while (read_more(terminal));
	return false;
}

/* The next program that reads the terminal must not find answers to our questions. */
static void await_last_answer(struct terminal *terminal)
{
	int64_t until = clock_monotonic() + LAST_ANSWER_MS;
	struct event event;

	while (terminal->probe.open && !terminal->hung_up) {
		int64_t left = until - clock_monotonic();
		struct pollfd wait = {.fd = terminal->fd, .events = POLLIN};

		if (left <= 0 || poll(&wait, 1, (int)left) < 0)
			break;
		while (next_event(terminal, &event))
			if (event.kind == EVENT_ANSWER)
				probe_answer(&terminal->probe, &event);
	}
	terminal->probe.open = false;
}

static void give_back(struct terminal *terminal)
{
	if (!terminal->taken)
		return;
	terminal->taken = false;
	if (!terminal->hung_up) {
		add_modes_off(terminal, &terminal->out);
		frame_leave(terminal->frame, &terminal->out); /* curses switches the keypad off, too */
		add_title_back(terminal, &terminal->out);
		buf_reset(&terminal->title);
		flush_patiently(terminal);
		await_last_answer(terminal);
		tcsetattr(terminal->fd, TCSANOW, &terminal->before);
		tcflush(terminal->fd, TCIFLUSH);
	}
	restore_disarm();
}

/* At exit(), wherever it is called. Once per process. */
static void guard_exit(void)
{
	static bool guarded;

	if (!guarded)
		guarded = !atexit(terminal_restore_in_signal);
}

struct terminal *terminal_open(const struct terminal_options *options, struct err *err)
{
	struct terminal *terminal = calloc(1, sizeof *terminal);
	const char *sync = getenv("VITRINE_TEST_SYNC");
	int width, height;

	if (!terminal) {
		err_memory(err, "opening the terminal");
		return NULL;
	}
	input_init(&terminal->input);
	buf_init(&terminal->out, OUT_LIMIT);
	buf_init(&terminal->title, TITLE_COLUMNS * 32);
	terminal->fd = -1;
	terminal->suits = !options->theme;
	terminal->theme = options->theme ? options->theme : theme_for(GROUND_UNKNOWN);
	input_set_escape_delay(&terminal->input, getenv("ESCDELAY"));
	if (!open_own(terminal, options->fd, err) || !caps_load(&terminal->caps, &terminal->input, err))
		return terminal_free(terminal);

	terminal->with_sync = terminal->input.with_sync = sync && *sync;
	terminal->caps.with_mouse &= !options->without_mouse;
	size_of(terminal, &width, &height);
	terminal->canvas = canvas_new(width, height, choose_glyphs(&terminal->caps));
	if (!terminal->canvas) {
		err_memory(err, "opening the terminal");
		return terminal_free(terminal);
	}
	terminal->frame = frame_new(&terminal->caps, terminal->theme, width, height, err);
	if (!terminal->frame || !take(terminal, err))
		return terminal_free(terminal);
	if (terminal->caps.with_answers && terminal_depth(terminal) != DEPTH_MONO)
		probe_ask(&terminal->probe, &terminal->out);
	guard_exit();
	return terminal;
}

struct terminal *terminal_free(struct terminal *terminal)
{
	if (!terminal)
		return NULL;
	give_back(terminal);
	restore_disarm();
	frame_free(terminal->frame);
	canvas_free(terminal->canvas);
	input_done(&terminal->input);
	buf_wipe(&terminal->out);
	buf_done(&terminal->title);
	if (terminal->fd >= 0)
		close(terminal->fd);
	free(terminal);
	return NULL;
}

int terminal_fd(const struct terminal *terminal)
{
	return terminal->fd;
}

int terminal_wait(const struct terminal *terminal)
{
	return input_wait(&terminal->input, clock_monotonic());
}

/* Takes what the terminal says about itself. Returns whether everything looks different from now on. */
static bool take_answer(struct terminal *terminal, const struct event *answer)
{
	bool known = probe_answer(&terminal->probe, answer);
	const struct theme *theme = theme_for(terminal->probe.ground);

	if (!known || !terminal->suits || terminal->touched || theme == terminal->theme)
		return false;
	terminal_set_theme(terminal, NULL);
	return true;
}

bool terminal_read_event(struct terminal *terminal, struct event *ret_event)
{
	struct event event;

	while (next_event(terminal, &event)) {
		if (event.kind == EVENT_ANSWER && !take_answer(terminal, &event))
			continue;
		if (event.kind == EVENT_ANSWER)
			event = (struct event){.kind = EVENT_THEME};
		else if (event.kind != EVENT_SYNC)
			terminal->touched = true;
		*ret_event = event;
		return true;
	}
	if (!terminal->hung_up || terminal->told_hangup)
		return false;
	terminal->told_hangup = true;
	*ret_event = (struct event){.kind = EVENT_HANGUP};
	return true;
}

struct canvas *terminal_canvas(struct terminal *terminal)
{
	return terminal->canvas;
}

bool terminal_flush_frame(struct terminal *terminal)
{
	if (!terminal_flush(terminal))
		return false;
	if (terminal->hung_up || !terminal->taken)
		return true;
	frame_render(terminal->frame, terminal->canvas, &terminal->out);
	if (terminal->out.failed) { /* half a frame is none */
		buf_reset(&terminal->out);
		frame_invalidate(terminal->frame);
	}
	terminal_flush(terminal);
	return true;
}

bool terminal_resize(struct terminal *terminal, struct err *err)
{
	int width, height;

	size_of(terminal, &width, &height);
	if (width == canvas_width(terminal->canvas) && height == canvas_height(terminal->canvas)) {
		/* The size may have been another one meanwhile, and what was cut off then is lost. */
		frame_invalidate(terminal->frame);
		return true;
	}
	if (!frame_resize(terminal->frame, width, height, err))
		return false;
	/* Until the canvas has that size, too, the frame isn't painted. */
	return canvas_resize(terminal->canvas, width, height, err);
}

void terminal_redraw(struct terminal *terminal)
{
	frame_invalidate(terminal->frame);
}

void terminal_suspend(struct terminal *terminal)
{
	give_back(terminal);
}

bool terminal_resume(struct terminal *terminal, struct err *err)
{
	/* In the background this stops us again, which is right: nothing has been written yet. A program that was
	 * stopped without notice finds another one's modes and picture. */
	if (!terminal->taken)
		tcgetattr(terminal->fd, &terminal->before);
	return take(terminal, err) && terminal_resize(terminal, err);
}

void terminal_title(struct terminal *terminal, const char *title)
{
	struct buf clean;

	if (!terminal->caps.with_title)
		return;
	size_t length = strnlen(title, TITLE_COLUMNS * 16);
	buf_init(&clean, TITLE_COLUMNS * 64);
	text_sanitise(&clean, title, length);
	length = text_fit(buf_str(&clean), clean.length, TITLE_COLUMNS, NULL);
	bool same = length == terminal->title.length && !memcmp(buf_str(&clean), buf_str(&terminal->title), length);
	if (!clean.failed && !same) {
		buf_reset(&terminal->title);
		buf_add(&terminal->title, buf_str(&clean), length);
		buf_add_str(&terminal->out, "\033]2;");
		for (size_t at = 0; at < length; at++)
			if ((unsigned char)clean.bytes[at] < 0x80 || !canvas_glyphs(terminal->canvas)->ascii)
				buf_add_char(&terminal->out, clean.bytes[at]);
		buf_add_char(&terminal->out, '\a');
	}
	buf_done(&clean);
}

void terminal_set_theme(struct terminal *terminal, const struct theme *theme)
{
	terminal->suits = !theme;
	terminal->theme = theme ? theme : theme_for(terminal->probe.ground);
	frame_theme(terminal->frame, terminal->theme);
}

enum color_depth terminal_depth(const struct terminal *terminal)
{
	return theme_is_colored(terminal->theme) ? terminal->caps.depth : DEPTH_MONO;
}

void terminal_answer_sync(struct terminal *terminal, uint32_t sync)
{
	if (!terminal->with_sync)
		return;
	buf_printf(&terminal->out, "\033]7777;%u\a", (unsigned)sync);
	terminal_flush(terminal);
}
