/* stage.h: the real vitrine in a terminal of its own, for tests: a pty whose bytes libvterm reads into a grid.
 *
 * Nothing here sleeps. A test types, and then asks in band: VITRINE_TEST_SYNC lets the program answer a private key
 * once it has dealt with everything before it (stage_sync), or once it has nothing left to do (stage_quiet). Or it
 * waits for something to be seen (stage_until). Every wait has an end: then the grid is printed and the test fails.
 *
 * Every byte that arrives is held against what the program may say (repertoire.h), in every test.
 *
 * A stage is zeroed at first, opened, and closed; it may be opened again, on the same files ($HOME). stage_done removes
 * those. These functions end the test by cmocka when something is wrong.
 */
#ifndef VITRINE_TESTS_SCREENS_STAGE_H
#define VITRINE_TESTS_SCREENS_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/screens/repertoire.h"

#if defined(__SANITIZE_ADDRESS__)
#define STAGE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STAGE_SANITIZED 1
#endif
#endif
#ifndef STAGE_SANITIZED
#define STAGE_SANITIZED 0
#endif

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define K_ENTER "\r"
#define K_ESC "\033[27u" /* as terminals send it that tell it from the beginning of a sequence, whatever follows */
#define K_TAB "\t"
#define K_UP "\033[A"
#define K_DOWN "\033[B"
#define K_RIGHT "\033[C"
#define K_LEFT "\033[D"
#define K_PGUP "\033[5~"
#define K_PGDN "\033[6~"
#define K_HOME "\033[H"
#define K_END "\033[F"
#define K_CTRL_A "\001"
#define K_CTRL_C "\003"
#define K_CTRL_L "\014"
#define K_CTRL_N "\016"
#define K_CTRL_S "\023"
#define K_CTRL_U "\025"
#define K_CTRL_X "\030"
#define K_CTRL_Z "\032"
#define K_BACKSPACE "\177"

enum {
	STAGE_ENV_MAX = 8,
	STAGE_ARGS_MAX = 16,
	STAGE_TEXT = 64 * 1024, /* more than a grid of text */
	STAGE_HOME = 32,
	/* Far longer than anything takes: whatever runs into it hangs. */
	STAGE_MS = STAGE_SANITIZED ? 60000 : 30000,
};

struct stage_options {
	int width, height;  /* 80x24 when 0 */
	const char *term;   /* "xterm-256color" when NULL */
	const char *locale; /* "C.UTF-8" when NULL */
	const char *env[STAGE_ENV_MAX];   /* more of the environment, "NAME=value"; ends with NULL */
	const char *args[STAGE_ARGS_MAX]; /* of vitrine; ends with NULL */
	const char *wrap[STAGE_ARGS_MAX]; /* a program that runs it, with its arguments; ends with NULL */
	bool any_bytes; /* don't hold the bytes against the repertoire */
};

struct stage {
	char home[STAGE_HOME];
	pid_t pid; /* 0: not running */
	int status; /* of the last run, as waitpid gave it */
	int master, slave;
	bool open;
	struct termios before;
	int width, height;

	VTerm *vterm;
	VTermScreen *screen;
	bool alternate, cursor_visible;
	VTermPos cursor;
	int mouse;
	char title[256];

	struct buf raw; /* the bytes since stage_forget */
	struct repertoire repertoire;
	bool any_bytes;
	uint32_t answered;
	uint32_t marked; /* the last mark of our own that came through */
	char tail[64];   /* the end of what came, to find answers in */
	size_t tail_length;
	int64_t answered_ns; /* when the last answer was read, CLOCK_MONOTONIC */
	char csi[32];	     /* a sequence that has not ended yet, see stage_feed */
	size_t csi_length;
	char last;
};

/* Starts it. stage_start also waits until it is quiet. */
void stage_open(struct stage *stage, const struct stage_options *options);
void stage_start(struct stage *stage, const struct stage_options *options);

/* Leaves as a person does, and insists on exit status 0 (so that a sanitizer's findings count); does nothing when it
 * has ended already. The grid can still be read until stage_close. */
void stage_leave(struct stage *stage);

/* Ends it at once if it still runs. */
void stage_close(struct stage *stage);

/* stage_close, and removes its files. */
void stage_done(struct stage *stage);

/* ---- keys and time ---- */

/* All bytes at once. stage_press waits until all is quiet afterwards. */
void stage_type(struct stage *stage, const char *keys);
void stage_type_bytes(struct stage *stage, const char *bytes, size_t length);
void stage_press(struct stage *stage, const char *keys);

/* A click, or a turn of the wheel (64 up, 65 down), at a cell counted from 0. */
void stage_mouse(struct stage *stage, int button, int x, int y);

/* Until everything typed is dealt with and painted. */
void stage_sync(struct stage *stage);

/* And no call is under way, and no screen waits for its timer. */
void stage_quiet(struct stage *stage);

/* The same, but for so long at most: false when it isn't by then. */
bool stage_quiet_within(struct stage *stage, int wait_ms);

/* Until the grid shows the text somewhere, or no longer; the frame is then complete. */
void stage_until(struct stage *stage, const char *text);
void stage_until_gone(struct stage *stage, const char *text);

/* Until these bytes have come since stage_forget: for what can't be asked whether it is quiet. */
void stage_until_saw(struct stage *stage, const char *bytes);

/* Takes note of its end (then `pid` is 0), without waiting. */
void stage_check(struct stage *stage);

/* Until it has ended; returns the status as waitpid gives it. Until it is stopped. */
int stage_wait_end(struct stage *stage);
void stage_wait_stop(struct stage *stage);

void stage_signal(struct stage *stage, int number);
void stage_resize(struct stage *stage, int width, int height);

/* Reads what there is, waiting for more at most so long; false when nothing came. */
bool stage_pump(struct stage *stage, int wait_ms);

/* Until all that was written to the terminal so far has been read. */
void stage_settle(struct stage *stage);

/* ---- looking ---- */

/* Rows of the grid as text, without the blanks at their ends unless `whole`; the cells of wide characters count once.
 * Valid until the next call. */
const char *stage_row(struct stage *stage, int y, bool whole);
const char *stage_text(struct stage *stage);

/* Is it on the grid, within one row? stage_find: where (cells); false when it isn't. */
bool stage_shows(struct stage *stage, const char *text);
bool stage_find(struct stage *stage, const char *text, int *ret_x, int *ret_y);
VTermScreenCell stage_cell(struct stage *stage, int x, int y);

/* Insists. */
void stage_expect(struct stage *stage, const char *text);
void stage_expect_not(struct stage *stage, const char *text);

/* A line of a cart or a purchase whose name begins so has this quantity; 0: there is no such line. */
void stage_expect_units(struct stage *stage, const char *name, long units);

void stage_print(struct stage *stage);

/* Prints the grid, and fails the test with this sentence. */
void stage_fail(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/* Forgets the bytes so far; and: did these come since? */
void stage_forget(struct stage *stage);
bool stage_saw(const struct stage *stage, const char *bytes);

/* ---- tools ---- */

int64_t stage_now_ns(void);

/* Gives bytes to libvterm, with REP (CSI n b) written out: the present libvterm wraps too early after one that ends
 * before the last column. */
void stage_feed(struct stage *stage, const char *more, size_t more_length);

/* A folder and all in it. */
void stage_remove_folder(const char *path);

#endif
