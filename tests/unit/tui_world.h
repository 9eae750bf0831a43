/* tui_world.h: a terminal on a pty, for the tests of frames and of the terminal itself. */
#ifndef VITRINE_TESTS_UNIT_TUI_WORLD_H
#define VITRINE_TESTS_UNIT_TUI_WORLD_H

#include "tests/unit/tui_pty.h"
#include "tests/unit/unit.h"
#include "tui/terminal/terminal.h"

static struct pty pty;
static struct terminal *terminal;
static struct canvas *canvas;

static inline void open_as(const char *term, int width, int height)
{
	struct err err = {0};

	setenv("TERM", term, 1);
	pty_init(&pty, width, height);
	terminal = terminal_open(&(struct terminal_options){.fd = pty.slave}, &err);
	if (!terminal)
		print_message("%s: %s\n", term, err.message);
	assert_non_null(terminal);
	canvas = terminal_canvas(terminal);
}

static inline int set_up(void **state)
{
	(void)state;
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	unsetenv("COLORTERM");
	unsetenv("COLORFGBG");
	setenv("VITRINE_TEST_SYNC", "1", 1);
	terminal_locale();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	terminal = terminal_free(terminal);
	if (pty.vterm) {
		pty_done(&pty);
		memset(&pty, 0, sizeof pty);
	}
	return 0;
}

/* Paints the frame. What frame.c leaves out at the very end of the screen isn't there to be compared. */
static inline size_t flush(void)
{
	paint_fill(canvas, (struct rect){canvas_width(canvas) - 3, canvas_height(canvas) - 1, 3, 1}, ROLE_TEXT);
	return pty_flush(&pty, terminal);
}

/* The grid shows what is on the canvas, row by row. */
static inline void assert_same(void)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	canvas_dump(canvas, &out);
	const char *line = buf_str(&out);
	for (int y = 0; y < canvas_height(canvas); y++) {
		size_t length = strcspn(line, "\n");
		char wanted[PTY_TEXT_SIZE];
		snprintf(wanted, sizeof wanted, "%.*s", (int)length, line);
		assert_string_equal(pty_row(&pty, y), wanted);
		line += length + 1;
	}
	buf_done(&out);
}

static inline void paint_some(void)
{
	canvas_clear(canvas);
	paint_str(canvas, 1, 0, 60, ROLE_HEADER, "Vitrine");
	paint_hrule(canvas, 0, 1, canvas_width(canvas));
	paint_str(canvas, 3, 3, 30, ROLE_STRONG, "京都 煎茶 sencha, 100 g");
	paint_right(canvas, 40, 3, 10, ROLE_PRICE, "19.80");
	paint_str(canvas, 3, 4, 30, ROLE_TEXT, "Café crème, e\xCC\x81t");
	canvas_cursor(canvas, 5, 4);
}

#endif
