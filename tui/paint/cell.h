/* cell.h: what a canvas is made of, for tui's own use.
 *
 * Invariants: a cell of width 2 is followed by one of width 0 that holds nothing, and only such a cell is; cells of one
 * cluster stand next to each other, all but the first are joined, and none is removed without the others. Cells can be
 * compared and copied as bytes (all padding is zero).
 */
#ifndef VITRINE_TUI_PAINT_CELL_H
#define VITRINE_TUI_PAINT_CELL_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "tui/paint/paint.h"

enum { CELL_CHARS = 5 }; /* a base and as many marks as text_sanitise leaves, which is what curses holds too */

struct cell {
	wchar_t text[CELL_CHARS]; /* ends early with 0 */
	uint8_t width;            /* 1, 2, or 0 for the right half of a wide one */
	uint8_t role;
	uint8_t picture; /* fg and bg count, not role */
	uint8_t joined;  /* it belongs to the same cluster as the one before it: it is never seen without that */
	int32_t fg, bg;
};

struct canvas {
	int width, height;
	struct cell *cells;
	struct rect clip;
	const struct glyphs *glyphs;
	int cursor_x, cursor_y; /* -1: none */
	bool typing;            /* the cursor is in a field */
	struct buf scratch;     /* a sanitised text */
	struct buf printed;     /* a formatted text */
};

/* The cells of a line. */
static inline struct cell *canvas_line(const struct canvas *canvas, int y)
{
	return canvas->cells + (size_t)y * (size_t)canvas->width;
}

/* Draws one cluster of `width` columns at x, y, within the clip; when a part of it is outside, the rest is blank. */
void cell_put(struct canvas *canvas, int x, int y, enum role role, const char *cluster, size_t length, int width);

/* Draws one printable ASCII character. */
void cell_put_ascii(struct canvas *canvas, int x, int y, enum role role, char character);

#endif
