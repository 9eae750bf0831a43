/* layout.h: where things go, as pure functions of size and state. No terminal, no memory, no failure: what doesn't fit
 * gets no room (width 0), and a rectangle is never larger than the one it was cut from.
 */
#ifndef VITRINE_TUI_PAINT_LAYOUT_H
#define VITRINE_TUI_PAINT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cells; 0, 0 is the upper left corner. */
struct rect {
	int x, y, width, height;
};

enum { LAYOUT_MIN_WIDTH = 40, LAYOUT_MIN_HEIGHT = 12 };

/* How much room there is. Screens choose what to show by it. */
enum layout_size {
	LAYOUT_TOO_SMALL, /* under 40x12: only a message with both sizes */
	LAYOUT_COMPACT,   /* to 71 columns */
	LAYOUT_NORMAL,    /* one pane */
	LAYOUT_WIDE,      /* from 110 columns: two panes */
};
enum layout_size layout_size(int width, int height);

bool rect_is_empty(struct rect rect);
bool rect_holds(struct rect rect, int x, int y);
struct rect rect_intersect(struct rect a, struct rect b);

/* Smaller by so much on each side. */
struct rect rect_inset(struct rect rect, int columns, int rows);

/* Cuts a strip off one side of *rect and returns it. */
struct rect rect_cut_top(struct rect *rect, int rows);
struct rect rect_cut_bottom(struct rect *rect, int rows);
struct rect rect_cut_left(struct rect *rect, int columns);
struct rect rect_cut_right(struct rect *rect, int columns);

/* One of that size (or what fits) in the middle, for overlays. */
struct rect rect_centre(struct rect outer, int width, int height);

/* A screen: a line of header and its rule, the body, the line of toasts above the footer's rule, the footer. */
struct layout_frame {
	struct rect header, header_rule, body, toast, footer_rule, footer;
};
struct layout_frame layout_frame(int width, int height, bool with_toast);

/* Shares `total` among parts with `gap` between them. Each gets `min`, then what is left goes by weight, to `max` (0:
 * no limit). When even the minima don't fit, the last parts get what is left, or nothing. Returns what nobody took. */
struct layout_part {
	int min, max, weight;
};
int layout_split(int total, int gap, const struct layout_part *parts, size_t count, int *ret_sizes);

enum layout_align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_DECIMAL, ALIGN_CENTRE };

/* A table's column. Columns with the highest `drop` go first when the minima don't fit; 0 stays. A column takes at
 * least `min`, `ideal` when there is room, and then its share by `weight`. */
struct layout_column {
	const char *title;
	int min, ideal, weight, drop;
	enum layout_align align;
	int fraction; /* for ALIGN_DECIMAL: columns for the point and the digits after it */
};
enum { LAYOUT_COLUMNS_MAX = 12 };

struct layout_columns {
	size_t count;
	struct {
		int x, width; /* width 0: dropped */
	} column[LAYOUT_COLUMNS_MAX];
};
struct layout_columns layout_columns(const struct layout_column *columns, size_t count, int width, int gap);

/* A window on a list of `count` rows, of which `visible` fit, from `offset` on; `selected` is one of them. Whatever is
 * called, 0 <= selected < count (or 0 when empty), the selection is visible, and the window shows no emptiness it can
 * avoid. */
struct scroll {
	int64_t count, offset, selected;
	int visible;
};
void scroll_resize(struct scroll *scroll, int64_t count, int visible);
void scroll_select(struct scroll *scroll, int64_t selected);
void scroll_move(struct scroll *scroll, int64_t by);
void scroll_page(struct scroll *scroll, int pages); /* a page is what is visible but one */

/* Moves the window as the mouse's wheel does; the selection follows only when it would leave it. */
void scroll_wheel(struct scroll *scroll, int64_t by);

/* Where a scroll bar's thumb is on a track of `height`: false when everything is visible. */
bool scroll_thumb(const struct scroll *scroll, int height, int *ret_start, int *ret_length);

/* Breaks a text into lines of at most `width` columns: after spaces where possible, inside a word where not, at each
 * line feed always. The text is sanitised but for line feeds. Start with .at = 0. */
struct layout_wrap {
	const char *text;
	size_t length, at;
};
struct layout_line {
	size_t start, length; /* without the spaces at its end */
	int width;
};
bool layout_wrap_next(struct layout_wrap *wrap, int width, struct layout_line *ret_line);

/* Lines that the text takes. */
int layout_wrap_count(const char *text, size_t length, int width);

#endif
