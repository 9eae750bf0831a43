/* tui_pty.h: a terminal for tests: a pty whose other end is read into a grid by libvterm. */
#ifndef VITRINE_TESTS_UNIT_TUI_PTY_H
#define VITRINE_TESTS_UNIT_TUI_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vterm.h>

#include "tui/terminal/terminal.h"

enum { PTY_TEXT_SIZE = 4096 };

struct pty {
	int master, slave;
	VTerm *vterm;
	VTermScreen *screen;
	size_t bytes; /* that have come so far */
	bool alternate, cursor_visible;
	VTermPos cursor;
	int mouse;
	char title[256];
	char raw[1 << 16]; /* the first bytes since pty_forget */
	size_t raw_length;
	const char *mark; /* being waited for */
	bool marked;
	unsigned marks;
	char tail[64];
};

/* Opens a pty of that size; vterm reads UTF-8. Asserts that it could. */
void pty_init(struct pty *pty, int width, int height);
void pty_done(struct pty *pty);

/* Reads what has been written, to the grid. */
void pty_pump(struct pty *pty);

/* Waits until all that was written to the terminal has been read to the grid. */
void pty_settle(struct pty *pty);

/* Paints the terminal's canvas until all of it has arrived. Returns the bytes that took. */
size_t pty_flush(struct pty *pty, struct terminal *terminal);

void pty_type(struct pty *pty, const char *bytes, size_t length);
void pty_size(struct pty *pty, int width, int height);
void pty_forget(struct pty *pty);

/* A row of the grid without the blanks at its end; good until the next call. */
const char *pty_row(struct pty *pty, int y);
VTermScreenCell pty_cell(struct pty *pty, int x, int y);

/* Did these bytes come since pty_forget? */
bool pty_saw(const struct pty *pty, const char *bytes);

#endif
