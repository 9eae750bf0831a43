/* picture.h: a PNG or JPEG as coloured cells.
 *
 * A picture comes from a seller, so it may be hostile: sides, pixels, scans and chunks are capped, the first two before
 * anything is allocated, and a broken picture fails. Decoding goes in steps of a millisecond or two; between them the
 * app's loop takes keys. Memory is needed for the cells on the screen, not for the whole picture (only interlaced PNG
 * and progressive JPEG need all their pixels, and have a lower cap).
 */
#ifndef VITRINE_TUI_PICTURE_PICTURE_H
#define VITRINE_TUI_PICTURE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/paint/paint.h"

enum {
	PICTURE_SIDE_MAX = 4096, /* pixels */
	PICTURE_PIXELS_MAX = 16 * 1024 * 1024,
	PICTURE_HELD_MAX = 4 * 1024 * 1024, /* pixels of pictures that have to be held whole */
	PICTURE_COLUMNS_MAX = 160,
	PICTURE_ROWS_MAX = 60,
};

struct picture_cell {
	uint32_t code;
	int32_t fg, bg; /* 0xRRGGBB or COLOR_NONE */
};

struct picture {
	int width, height; /* cells */
	struct picture_cell cells[];
};

/* A picture that is being decoded. `bytes` are borrowed until picture_load_free. The picture will be as large as fits
 * into columns x rows (which are capped) in its own proportions; a cell is taken to be twice as high as wide. Fails at
 * once (ERR_MEDIA_TYPE, ERR_TOO_LARGE, ERR_MEMORY, ERR_UNAVAILABLE) when it is neither PNG nor JPEG, or too large, or
 * when the library for it is not installed. */
struct picture_load;
struct picture_load *picture_load_new(const void *bytes, size_t length, int columns, int rows, enum color_depth depth,
				      const struct glyphs *glyphs, struct err *err);
struct picture_load *picture_load_free(struct picture_load *load);

/* Works for a millisecond or two. FAILED (ERR_INVALID, ERR_MEMORY) and DONE are final. */
enum picture_step { PICTURE_MORE, PICTURE_DONE, PICTURE_FAILED };
enum picture_step picture_load_step(struct picture_load *load, struct err *err);

/* The picture, once DONE; the caller's from then on (picture_free). NULL before, and the second time. */
struct picture *picture_load_take(struct picture_load *load);
struct picture *picture_free(struct picture *picture);

/* Paints it into the upper left corner of the rectangle; what doesn't fit is cut off. */
void picture_paint(const struct picture *picture, struct canvas *canvas, struct rect rect);

#endif
