/* caps.h: what terminfo says of the terminal, read once and copied, for tui's own use. */
#ifndef VITRINE_TUI_TERMINAL_CAPS_H
#define VITRINE_TUI_TERMINAL_CAPS_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/terminal/input.h"
#include "tui/paint/theme.h"

enum { CAPS_NAME_SIZE = 64, CAPS_STRING_SIZE = 96 };

struct caps {
	char term[CAPS_NAME_SIZE]; /* the entry to use, which need not be $TERM: see caps.c */
	enum color_depth depth;
	bool is_console; /* the Linux console, with its small font */
	bool with_title;
	bool with_answers; /* it answers questions, and shows nothing of those that it doesn't know */
	bool with_paste;
	bool with_mouse;
	char keypad_on[CAPS_STRING_SIZE], keypad_off[CAPS_STRING_SIZE];
	char leave[CAPS_STRING_SIZE]; /* the alternate screen; without one, to the last line */
	char cursor_on[CAPS_STRING_SIZE];
	char plain[CAPS_STRING_SIZE]; /* no attributes, no colours */
};

/* Reads the entry of $TERM and adds its keys to `input`. Where this machine doesn't know that name, it is the entry of
 * xterm-256color (and TERMINFO, in the environment, becomes the one that is compiled in). Fails (ERR_UNAVAILABLE) when
 * TERM is not set, or the terminal can't place its cursor: the message says so, and what to do. */
bool caps_load(struct caps *caps, struct input *input, struct err *err);

#endif
