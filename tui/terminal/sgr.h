/* sgr.h: fewer bytes for the same looks; for tui's own use.
 *
 * At each change of look ncurses switches everything off, also the alternate characters that nothing here uses, and
 * then switches on again what stays. Here only the changes of a look are sent, in one sequence (ECMA-48's SELECT
 * GRAPHIC RENDITION), and only when something is written that shows them. All else passes as it is, so a terminal of
 * another language gets what ncurses wrote. A sequence that isn't understood passes, too, with all that follow it up to
 * the next one that begins with a reset.
 */
#ifndef VITRINE_TUI_TERMINAL_SGR_H
#define VITRINE_TUI_TERMINAL_SGR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { SGR_COLOR_SIZE = 24 };

struct sgr_look {
	unsigned attrs;                              /* a bit for each number from 1 to 9 */
	char fg[SGR_COLOR_SIZE], bg[SGR_COLOR_SIZE]; /* as the terminal calls it: "38;5;246"; "": its own */
};

/* All zero: a terminal that has just been reset. */
struct sgr {
	struct sgr_look wanted, shown; /* what ncurses has set, and what the terminal was told */
	bool foreign;                  /* neither is known */
};

/* Appends `bytes`, made shorter, to `out`; sequences in `bytes` are whole. Nothing is held back at the end. Fails as
 * `out` does. */
void sgr_squeeze(struct sgr *sgr, struct buf *out, const char *bytes, size_t length);

#endif
