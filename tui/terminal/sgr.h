/* sgr.h: fewer bytes for the same looks; for tui's own use.
 *
 * At each change of look ncurses switches everything off, also the alternate characters that nothing here uses, and
 * then on again what stays. What it wrote goes through here: of a look only what changes is said, in one sequence
 * (ECMA-48's SELECT GRAPHIC RENDITION), and none of it until something is written that shows it. All else passes as it
 * is, so a terminal of another language gets what ncurses wrote. A sequence that isn't understood passes, too, with all
 * that follow up to the next that begins with a reset.
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

/* Appends `bytes` to `out`, in fewer; sequences in it are whole. Nothing is owed at the end. Fails as `out` does. */
void sgr_squeeze(struct sgr *sgr, struct buf *out, const char *bytes, size_t length);

#endif
