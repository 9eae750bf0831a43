/* toast.h: one line about what has just happened, and the sign that something is happening. Times are clock_monotonic()
 * milliseconds; the app's loop asks how long it may sleep. */
#ifndef VITRINE_TUI_WIDGETS_TOAST_H
#define VITRINE_TUI_WIDGETS_TOAST_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/paint/paint.h"

enum toast_kind { TOAST_NONE, TOAST_INFO, TOAST_GOOD, TOAST_WARN, TOAST_BAD };

enum { TOAST_MS = 4000, SPINNER_DELAY_MS = 150, SPINNER_STEP_MS = 100 };

struct toast {
	enum toast_kind kind;
	int64_t until; /* 0: until toast_dismiss */
	bool cut;      /* it did not fit when it was painted: Enter opens it, says a hint */
	bool answered; /* a key has come since */
	char text[512];
	char hint[48]; /* "u undo", at the right */
};

/* Shows a text for TOAST_MS; a bad one until it is dismissed. `hint` may be NULL. */
void toast_show(struct toast *toast, enum toast_kind kind, int64_t now, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* On any key: takes the toast away, but not a bad one. That one no longer says, while people type, that Enter opens it
 * (Enter may mean something else there). toast_dismiss: takes away a bad one, too. True when it was there. */
bool toast_key(struct toast *toast);
bool toast_dismiss(struct toast *toast);

/* Takes it away when its time is over; true when it did. */
bool toast_tick(struct toast *toast, int64_t now);

/* Milliseconds until toast_tick has something to do; -1: never. */
int toast_wait(const struct toast *toast, int64_t now);

void toast_paint(struct toast *toast, struct canvas *canvas, struct rect line);

/* Does Enter open it now? */
bool toast_opens(const struct toast *toast, bool typing);

/* Something that began at `since` (0: nothing is going on). Shown after SPINNER_DELAY_MS, so that what is quick shows
 * nothing. */
struct spinner {
	int64_t since;
};
void spinner_start(struct spinner *spinner, int64_t now); /* keeps an earlier start */
void spinner_stop(struct spinner *spinner);

/* The glyph's number now; -1: not shown. It changes after spinner_wait ms (-1: never). */
int spinner_step(const struct spinner *spinner, int64_t now);
int spinner_wait(const struct spinner *spinner, int64_t now);
void spinner_paint(const struct spinner *spinner, struct canvas *canvas, int x, int y, int64_t now);

#endif
