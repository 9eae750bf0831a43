/* paint.h: the canvas that a frame is painted on: a grid of cells in memory, which terminal.h brings to the screen.
 *
 * A text given to these functions may be any bytes: it is sanitised here, measured in columns, and cut to the room it
 * gets, never through a wide character. Nothing is drawn outside the clip rectangle. On a canvas whose glyphs are
 * ASCII, any other character becomes one that looks like it, or '?', of the same width. After canvas_new and
 * canvas_resize nothing fails and nothing is allocated, but for a scratch buffer that grows to the widest text and
 * stays. A text is not drawn when there is no memory for that.
 */
#ifndef VITRINE_TUI_PAINT_PAINT_H
#define VITRINE_TUI_PAINT_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "tui/paint/layout.h"
#include "tui/paint/theme.h"

struct canvas;

/* NULL when memory ends. `glyphs` is borrowed and static. The terminal has one of its own: terminal_canvas(). */
struct canvas *canvas_new(int width, int height, const struct glyphs *glyphs);
struct canvas *canvas_free(struct canvas *canvas);

/* Clears, too. On failure all is as it was. */
bool canvas_resize(struct canvas *canvas, int width, int height, struct err *err);

int canvas_width(const struct canvas *canvas);
int canvas_height(const struct canvas *canvas);
const struct glyphs *canvas_glyphs(const struct canvas *canvas);

/* Blank, without a cursor, without a clip: the start of a frame. */
void canvas_clear(struct canvas *canvas);

/* From now on draws only inside `rect` (and the clip so far). Returns the clip so far, for canvas_unclip. */
struct rect canvas_clip(struct canvas *canvas, struct rect rect);
void canvas_unclip(struct canvas *canvas, struct rect previous);

/* Shows the terminal's cursor there, if it is inside the clip. */
void canvas_cursor(struct canvas *canvas, int x, int y);

/* The same, in a field: letters are text now, not commands, until the next canvas_clear. */
void canvas_field_cursor(struct canvas *canvas, int x, int y);
bool canvas_is_typing(const struct canvas *canvas);

/* All text in the rectangle turns faint: it is being replaced, or lies below an overlay. */
void canvas_dim(struct canvas *canvas, struct rect rect);

/* At x, y, in at most `width` columns; what doesn't fit ends in an ellipsis. Returns the columns used. */
int paint_text(struct canvas *canvas, int x, int y, int width, enum role role, const char *bytes, size_t length);
int paint_str(struct canvas *canvas, int x, int y, int width, enum role role, const char *string); /* NULL: "" */
int paint_printf(struct canvas *canvas, int x, int y, int width, enum role role, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The same, aligned within x to x + width. ALIGN_DECIMAL: a number's point stands `fraction` columns before the end;
 * what isn't a number ends at the end. */
int paint_aligned(struct canvas *canvas, int x, int y, int width, enum layout_align align, int fraction, enum role role,
		  const char *bytes, size_t length);
int paint_right(struct canvas *canvas, int x, int y, int width, enum role role, const char *string);
int paint_centre(struct canvas *canvas, int x, int y, int width, enum role role, const char *string);

/* Wrapped into the rectangle from its line `skip` on. Line feeds break lines here. Returns the lines that the whole
 * text takes. The last line that fits ends in an ellipsis when more would follow. */
int paint_wrapped(struct canvas *canvas, struct rect rect, int skip, enum role role, const char *bytes, size_t length);

/* Columns that a text would take. */
int paint_width(struct canvas *canvas, const char *bytes, size_t length);

/* Blanks; rules; one glyph of canvas_glyphs(). */
void paint_fill(struct canvas *canvas, struct rect rect, enum role role);
void paint_hrule(struct canvas *canvas, int x, int y, int width);
void paint_vrule(struct canvas *canvas, int x, int y, int height);
void paint_glyph(struct canvas *canvas, int x, int y, enum role role, const char *glyph);

/* A frame with a title in its upper edge (may be NULL) and nothing inside. Returns the inside. */
struct rect paint_box(struct canvas *canvas, struct rect rect, const char *title);

/* A column for each value, from the left, the highest as high as the rectangle. Values below 0 count as 0. */
void paint_chart(struct canvas *canvas, struct rect rect, const int64_t *values, size_t count, enum role role);

/* A scroll bar's thumb on a vertical rule. */
void paint_scrollbar(struct canvas *canvas, int x, int y, int height, const struct scroll *scroll);

/* One cell of a picture: a single code point of one column in two colours, 0xRRGGBB or COLOR_NONE. */
void paint_pixel(struct canvas *canvas, int x, int y, uint32_t code, int32_t fg, int32_t bg);

/* The canvas as text, a line each, without the blanks at their ends: for tests. */
void canvas_dump(const struct canvas *canvas, struct buf *out);

/* The role at a place, and whether the cursor is there: for tests. */
enum role canvas_role(const struct canvas *canvas, int x, int y);
bool canvas_has_cursor(const struct canvas *canvas, int *ret_x, int *ret_y);

#endif
