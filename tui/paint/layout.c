#include "tui/paint/layout.h"

#include <string.h>

#include "base/text.h"

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int clamp(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

enum layout_size layout_size(int width, int height)
{
	enum { NORMAL = 72, WIDE = 110 };

	if (width < LAYOUT_MIN_WIDTH || height < LAYOUT_MIN_HEIGHT)
		return LAYOUT_TOO_SMALL;
	return width < NORMAL ? LAYOUT_COMPACT : width < WIDE ? LAYOUT_NORMAL : LAYOUT_WIDE;
}

bool rect_is_empty(struct rect rect)
{
	return rect.width <= 0 || rect.height <= 0;
}

bool rect_holds(struct rect rect, int x, int y)
{
	return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
	int x = max(a.x, b.x), y = max(a.y, b.y);

	return (struct rect){
	    .x = x,
	    .y = y,
	    .width = max(0, min(a.x + a.width, b.x + b.width) - x),
	    .height = max(0, min(a.y + a.height, b.y + b.height) - y),
	};
}

struct rect rect_inset(struct rect rect, int columns, int rows)
{
	return (struct rect){
	    .x = rect.x + min(columns, rect.width),
	    .y = rect.y + min(rows, rect.height),
	    .width = max(0, rect.width - 2 * columns),
	    .height = max(0, rect.height - 2 * rows),
	};
}

struct rect rect_cut_top(struct rect *rect, int rows)
{
	struct rect strip = *rect;

	strip.height = clamp(rows, 0, max(0, rect->height));
	rect->y += strip.height;
	rect->height -= strip.height;
	return strip;
}

struct rect rect_cut_bottom(struct rect *rect, int rows)
{
	struct rect strip = *rect;

	strip.height = clamp(rows, 0, max(0, rect->height));
	rect->height -= strip.height;
	strip.y = rect->y + rect->height;
	return strip;
}

struct rect rect_cut_left(struct rect *rect, int columns)
{
	struct rect strip = *rect;

	strip.width = clamp(columns, 0, max(0, rect->width));
	rect->x += strip.width;
	rect->width -= strip.width;
	return strip;
}

struct rect rect_cut_right(struct rect *rect, int columns)
{
	struct rect strip = *rect;

	strip.width = clamp(columns, 0, max(0, rect->width));
	rect->width -= strip.width;
	strip.x = rect->x + rect->width;
	return strip;
}

struct rect rect_centre(struct rect outer, int width, int height)
{
	width = clamp(width, 0, max(0, outer.width));
	height = clamp(height, 0, max(0, outer.height));
	return (struct rect){
	    .x = outer.x + (outer.width - width) / 2,
	    .y = outer.y + (outer.height - height) / 2,
	    .width = width,
	    .height = height,
	};
}

struct layout_frame layout_frame(int width, int height, bool with_toast)
{
	struct rect rest = {0, 0, max(0, width), max(0, height)};
	struct layout_frame frame;

	frame.footer = rect_cut_bottom(&rest, 1);
	frame.header = rect_cut_top(&rest, 1);
	frame.header_rule = rect_cut_top(&rest, 1);
	frame.footer_rule = rect_cut_bottom(&rest, 1);
	frame.toast = rect_cut_bottom(&rest, with_toast ? 1 : 0);
	frame.body = rest;
	return frame;
}

/* Gives `left` to those who may still grow, by weight and in whole columns. Returns what is left then. */
static int share_by_weight(int left, const struct layout_part *parts, size_t count, int *sizes)
{
	int weights = 0, given = 0;

	for (size_t at = 0; at < count; at++)
		if (!parts[at].max || sizes[at] < parts[at].max)
			weights += parts[at].weight;
	if (weights <= 0)
		return left;

	int seen = 0, before = 0;
	for (size_t at = 0; at < count; at++) {
		if (parts[at].max && sizes[at] >= parts[at].max)
			continue;
		seen += parts[at].weight;
		int upto = (int)((int64_t)left * seen / weights); /* rounding never loses a column */
		int more = upto - before;
		before = upto;
		if (parts[at].max)
			more = min(more, parts[at].max - sizes[at]);
		sizes[at] += more;
		given += more;
	}
	return left - given;
}

int layout_split(int total, int gap, const struct layout_part *parts, size_t count, int *ret_sizes)
{
	int left = max(0, total);

	for (size_t at = 0; at < count; at++) {
		int between = at ? gap : 0;
		ret_sizes[at] = clamp(parts[at].min, 0, max(0, left - between));
		if (ret_sizes[at] || parts[at].weight)
			left = max(0, left - between - ret_sizes[at]);
	}
	for (int before = left + 1; left > 0 && left < before;) {
		before = left;
		left = share_by_weight(left, parts, count, ret_sizes);
	}
	return left;
}

/* Columns that those still there need at least. */
static int minima(const struct layout_column *columns, const bool *kept, size_t count, int gap)
{
	int sum = 0;

	for (size_t at = 0; at < count; at++)
		if (kept[at])
			sum += columns[at].min + (sum ? gap : 0);
	return sum;
}

static size_t first_to_drop(const struct layout_column *columns, const bool *kept, size_t count)
{
	size_t best = count;

	for (size_t at = 0; at < count; at++)
		if (kept[at] && columns[at].drop > 0 && (best == count || columns[at].drop >= columns[best].drop))
			best = at;
	return best;
}

struct layout_columns layout_columns(const struct layout_column *columns, size_t count, int width, int gap)
{
	struct layout_columns result = {.count = count < LAYOUT_COLUMNS_MAX ? count : LAYOUT_COLUMNS_MAX};
	struct layout_part parts[LAYOUT_COLUMNS_MAX] = {0};
	size_t which[LAYOUT_COLUMNS_MAX], parts_count = 0;
	bool kept[LAYOUT_COLUMNS_MAX];
	int sizes[LAYOUT_COLUMNS_MAX];

	memset(kept, true, sizeof kept);
	while (minima(columns, kept, result.count, gap) > width) {
		size_t drop = first_to_drop(columns, kept, result.count);
		if (drop == result.count)
			break;
		kept[drop] = false;
	}

	for (size_t at = 0; at < result.count; at++) {
		if (!kept[at])
			continue;
		which[parts_count] = at;
		int ideal = max(columns[at].min, columns[at].ideal);
		parts[parts_count++] = (struct layout_part){columns[at].min, ideal, ideal - columns[at].min};
	}
	/* First everyone towards the ideal, then the rest by weight. */
	layout_split(width, gap, parts, parts_count, sizes);
	for (size_t at = 0; at < parts_count; at++)
		parts[at] = (struct layout_part){sizes[at], 0, columns[which[at]].weight};
	layout_split(width, gap, parts, parts_count, sizes);

	int x = 0;
	for (size_t at = 0; at < parts_count; at++) {
		if (!sizes[at])
			continue;
		result.column[which[at]].x = x;
		result.column[which[at]].width = sizes[at];
		x += sizes[at] + gap;
	}
	return result;
}

static int64_t limit(int64_t value, int64_t most)
{
	return value > most ? (most > 0 ? most : 0) : value < 0 ? 0 : value;
}

/* Brings everything back within its bounds. */
static void settle(struct scroll *scroll)
{
	scroll->selected = limit(scroll->selected, scroll->count - 1);
	if (scroll->offset > scroll->selected)
		scroll->offset = scroll->selected;
	if (scroll->offset < scroll->selected - scroll->visible + 1)
		scroll->offset = scroll->selected - scroll->visible + 1;
	scroll->offset = limit(scroll->offset, scroll->count - scroll->visible);
}

void scroll_resize(struct scroll *scroll, int64_t count, int visible)
{
	scroll->count = count > 0 ? count : 0;
	scroll->visible = max(1, visible);
	settle(scroll);
}

void scroll_select(struct scroll *scroll, int64_t selected)
{
	scroll->selected = selected;
	settle(scroll);
}

void scroll_move(struct scroll *scroll, int64_t by)
{
	int64_t selected;

	if (__builtin_add_overflow(scroll->selected, by, &selected))
		selected = by > 0 ? INT64_MAX : 0;
	scroll_select(scroll, selected);
}

void scroll_page(struct scroll *scroll, int pages)
{
	int64_t by = (int64_t)pages * max(1, scroll->visible - 1);

	scroll->offset = limit(scroll->offset + by, scroll->count - scroll->visible);
	scroll_move(scroll, by);
}

void scroll_wheel(struct scroll *scroll, int64_t by)
{
	scroll->offset = limit(scroll->offset + by, scroll->count - scroll->visible);
	if (scroll->selected < scroll->offset)
		scroll->selected = scroll->offset;
	if (scroll->selected >= scroll->offset + scroll->visible)
		scroll->selected = scroll->offset + scroll->visible - 1;
	settle(scroll);
}

bool scroll_thumb(const struct scroll *scroll, int height, int *ret_start, int *ret_length)
{
	if (scroll->count <= scroll->visible || height <= 0)
		return false;
	int length = max(1, (int)((int64_t)height * scroll->visible / scroll->count));
	int64_t spare = scroll->count - scroll->visible;

	*ret_start = (int)(((height - length) * scroll->offset + spare / 2) / spare);
	*ret_length = length;
	return true;
}

/* Where a line that starts at `start` must end: at a line feed, the text's end, or where the next cluster won't fit.
 * *ret_space is the last space in it, or `start`. */
static size_t line_end(const struct layout_wrap *wrap, size_t start, int width, size_t *ret_space)
{
	struct text_cluster cluster;
	size_t at = start;
	int used = 0;

	*ret_space = start;
	while (text_cluster_next(wrap->text + at, wrap->length - at, &cluster) && wrap->text[at] != '\n') {
		if (wrap->text[at] == ' ')
			*ret_space = at;
		else if (cluster.width > width - used && at > start)
			break;
		used += cluster.width;
		at += cluster.length;
	}
	return at;
}

bool layout_wrap_next(struct layout_wrap *wrap, int width, struct layout_line *ret_line)
{
	size_t start = wrap->at, space;

	if (start >= wrap->length)
		return false;
	size_t end = line_end(wrap, start, max(1, width), &space);
	bool whole = end == wrap->length || wrap->text[end] == '\n';
	if (!whole && space > start)
		end = space;

	size_t next = end;
	if (whole)
		next += end < wrap->length ? 1 : 0;
	else
		while (next < wrap->length && wrap->text[next] == ' ')
			next++;
	while (end > start && wrap->text[end - 1] == ' ')
		end--;
	wrap->at = next; /* a line feed at the very end opens no further line */
	*ret_line = (struct layout_line){start, end - start, text_width(wrap->text + start, end - start)};
	return true;
}

int layout_wrap_count(const char *text, size_t length, int width)
{
	struct layout_wrap wrap = {.text = text, .length = length};
	struct layout_line line;
	int count = 0;

	while (layout_wrap_next(&wrap, width, &line))
		count++;
	return count;
}
