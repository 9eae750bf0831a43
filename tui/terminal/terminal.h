/* terminal.h: the terminal, from opening to giving it back. One per process.
 *
 * The loop is the app's: it sleeps in poll over terminal_fd() (for reading always, for writing when
 * terminal_is_behind()), for terminal_wait() milliseconds at most, reads events until there are none, paints on
 * terminal_canvas() and calls terminal_flush_frame(). Nothing here blocks; only giving the terminal back waits, a
 * second at most, for what is to be written. No signal handler is installed and none of curses' own stays: SIGWINCH,
 * SIGCONT and the like are the app's.
 */
#ifndef VITRINE_TUI_TERMINAL_TERMINAL_H
#define VITRINE_TUI_TERMINAL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/terminal/event.h"
#include "tui/paint/paint.h"
#include "tui/paint/theme.h"

struct terminal;

struct terminal_options {
	int fd;                    /* a descriptor of the terminal, usually STDIN_FILENO; it is not closed */
	const struct theme *theme; /* NULL: what suits it */
	bool without_mouse;
};

/* Sets the process's locale from its environment. If that names one that isn't there but asks for UTF-8, as often with
 * SSH, the locale is C.UTF-8. Call it first of all. */
void terminal_locale(void);

/* Takes the terminal: raw mode, alternate screen at the first frame, keys, mouse, bracketed paste. From then on it is
 * also given back at exit(). Fails (ERR_UNAVAILABLE, ERR_MEMORY) with the terminal as it was: fd is no terminal, or
 * TERM is not set or names one that can't place its cursor. */
struct terminal *terminal_open(const struct terminal_options *options, struct err *err);

/* Gives it back as it was. NULL-safe. */
struct terminal *terminal_free(struct terminal *terminal);

/* The same in a handler of a signal that kills (SIGSEGV, SIGABRT…): async-signal-safe, does nothing when no terminal is
 * open, and nothing the second time. Afterwards only _exit or raising the signal again make sense. */
void terminal_restore_in_signal(void);

int terminal_fd(const struct terminal *terminal);

/* Milliseconds after which terminal_read_event may find something without anything to read (was that an Esc?); -1:
 * none. */
int terminal_wait(const struct terminal *terminal);

/* The next event; false when there is none for now. Reads as much as there is. */
bool terminal_read_event(struct terminal *terminal, struct event *ret_event);

/* What frames are painted on. Its size is the terminal's. Borrowed. */
struct canvas *terminal_canvas(struct terminal *terminal);

/* Shows the canvas as it is now: writes what changed, nothing if nothing did. False when the terminal hasn't even taken
 * what was written before: call it again once it is writable. */
bool terminal_flush_frame(struct terminal *terminal);

/* Bytes wait for the terminal to become writable. terminal_flush writes on; true when none are left. */
bool terminal_is_behind(const struct terminal *terminal);
bool terminal_flush(struct terminal *terminal);

/* After SIGWINCH: takes the size that the terminal has now; the canvas is then blank, and the next frame is painted
 * whole. When memory ends (false) nothing is painted until a later call succeeds. */
bool terminal_resize(struct terminal *terminal, struct err *err);

/* The next frame is painted whole (^L). */
void terminal_redraw(struct terminal *terminal);

/* For ^Z: gives the terminal back for a while (then the app stops itself), and takes it again with its size of then. */
void terminal_suspend(struct terminal *terminal);
bool terminal_resume(struct terminal *terminal, struct err *err);

/* The window's title; sanitised, cut at 120 columns, written with the next flush and only when it changes. The earlier
 * title is put back with all else; where the terminal can't keep it, the title is empty afterwards. */
void terminal_title(struct terminal *terminal, const char *title);

/* NULL: what suits the terminal. At first that is a guess, with which the first frame is painted. The terminal is asked
 * for its background, and if its answer comes before anybody has pressed a key, the theme changes once (EVENT_THEME).
 * Later nothing changes by itself. */
void terminal_set_theme(struct terminal *terminal, const struct theme *theme);
enum color_depth terminal_depth(const struct terminal *terminal);

/* Tests only, with VITRINE_TEST_SYNC in the environment (otherwise nothing): CSI 7777 ; N ~ arrives as EVENT_SYNC, and
 * the app calls this once it is idle and all it had to say is flushed. Writes OSC 7777 ; N BEL after all that, which
 * terminals ignore. */
void terminal_answer_sync(struct terminal *terminal, uint32_t sync);

#endif
