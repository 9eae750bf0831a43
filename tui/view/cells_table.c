/* A table as cells: heads, rows with their notes, what is typed in a cell, the total. */
#include "tui/view/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/paint/cell.h"

enum { TOTAL_LEAST = 22 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* What all the functions here need. */
struct painting {
	struct view *view;
	const struct view_block *block;
	const struct view_table *table;
	struct canvas *canvas;
	bool focused;
};

/* The left edge of a row's cells, when rows stand side by side. */
static int row_x(const struct view_block *block, int lane)
{
	return block->rows.x + lane * ((block->rows.width - 1 + VIEW_GAP) / block->flow);
}

/* A head that may begin at `free`. Returns where the next one may. */
static int paint_head(const struct painting *p, size_t at, int left, int y, int free)
{
	const struct view_column *column = &p->table->columns[at];
	int x = left + p->block->columns.column[at].x, width = p->block->columns.column[at].width;
	/* A head over numbers ends where they end. */
	enum layout_align align = column->align == ALIGN_DECIMAL ? ALIGN_RIGHT : column->align;
	const char *title = column->title;

	if (!title || !width)
		return free;
	width -= column->whole ? min(column->fraction, width - 1) : 0;
	if (column->unit && view_width(p->view, title) + 1 + view_width(p->view, column->unit) <= width)
		title = view_printf(p->view, "%s %s", column->title, column->unit);
	/* A head that is longer than its numbers may begin before them. */
	int more = align == ALIGN_RIGHT ? max(0, min(view_width(p->view, title) - width, x - free)) : 0;
	x -= more;
	width += more;
	paint_aligned(p->canvas, x, y, width, align, 0, ROLE_FAINT, title, strlen(title));
	return x + (align == ALIGN_RIGHT ? width : min(width, view_width(p->view, title))) + 1;
}

static void paint_heads(const struct painting *p, int y)
{
	for (int lane = 0; lane < p->block->flow; lane++) {
		int left = row_x(p->block, lane) + VIEW_GUTTER, free = left;
		for (size_t at = 0; at < p->table->column_count; at++)
			free = paint_head(p, at, left, y, free);
	}
}

/* Brackets around what stands in a cell, or around the cell where nothing does. */
static void paint_brackets(const struct painting *p, struct rect place)
{
	place = rect_intersect(place, p->canvas->clip);
	int from = place.x, to = place.x + place.width - 1;
	if (rect_is_empty(place))
		return;
	const struct cell *line = canvas_line(p->canvas, place.y);
	while (from < to && line[from].text[0] == L' ')
		from++;
	while (to > from && line[to].width == 1 && line[to].text[0] == L' ')
		to--;
	if (from == to && line[from].text[0] == L' ')
		from = place.x;
	paint_str(p->canvas, from - 1, place.y, 1, ROLE_ACCENT, "[");
	paint_str(p->canvas, to + 1, place.y, 1, ROLE_ACCENT, "]");
}

/* The digits of a number stay where they are, and the cursor stands after them. */
static void paint_typed(const struct painting *p, struct rect place, const struct view_column *column, int64_t row)
{
	struct view_kept *kept = view_kept(p->view, p->table->place.id);
	size_t first = kept && kept->field_at == (size_t)row ? kept->field_first : 0;
	int width = place.width, x = place.x;

	if (column->align == ALIGN_RIGHT || column->align == ALIGN_DECIMAL) {
		width = min(place.width, max(1, view_width(p->view, field_text(p->table->field)))) + 1;
		x = place.x + place.width + 1 - width;
	}
	first = field_show(p->table->field, p->canvas, x, place.y, width, p->focused, NULL, first);
	if (kept) {
		kept->field_at = (size_t)row;
		kept->field_first = first;
	}
	paint_str(p->canvas, x - 1, place.y, 1, ROLE_ACCENT, "[");
	paint_str(p->canvas, x + width, place.y, 1, ROLE_ACCENT, "]");
}

static void paint_cell(const struct painting *p, struct rect line, int64_t row, size_t at, bool faint)
{
	const struct view_column *column = &p->table->columns[at];
	bool selected = p->focused && row == p->table->selected, here = selected && p->table->cell == (int)at + 1;
	int from = p->block->columns.column[at].x, width = p->block->columns.column[at].width;
	struct rect place = {line.x + VIEW_GUTTER + from, line.y, width, 1};
	struct view_cell cell;

	if (!place.width)
		return;
	if (here && p->table->field) {
		paint_typed(p, place, column, row);
		return;
	}
	view_cell_of(p->table, row, at, &cell);
	enum role role = faint ? ROLE_FAINT : cell.role == ROLE_TEXT && selected ? ROLE_SELECTED : cell.role;
	enum layout_align align = cell.is_word && column->align == ALIGN_DECIMAL ? ALIGN_RIGHT : column->align;
	if (cell.text)
		paint_aligned(p->canvas, place.x, place.y, place.width, align, column->fraction, role, cell.text,
			      strlen(cell.text));
	if (here)
		paint_brackets(p, place);
}

static void paint_note(const struct painting *p, struct rect line, const struct view_row *row)
{
	bool calm = row->note_role == ROLE_TEXT || row->note_role == ROLE_FAINT;
	enum role role = calm ? ROLE_FAINT : row->note_role;
	int x = line.x + 2 * VIEW_GUTTER;

	if (!calm)
		paint_str(p->canvas, line.x, line.y, 1, role, "!");
	paint_str(p->canvas, x, line.y, line.x + line.width - 1 - x, role, row->note);
}

/* Returns the lines used. */
static int paint_row(const struct painting *p, int64_t row, struct rect line)
{
	bool selected = p->focused && row == p->table->selected;
	struct view_row what;

	view_row_of(p->table, row, &what);
	if (what.tag)
		paint_str(p->canvas, line.x + 1, line.y, 1, what.tag_role, what.tag);
	for (size_t at = 0; at < p->table->column_count && !what.coming; at++)
		paint_cell(p, line, row, at, what.faint);
	if (what.coming)
		paint_glyph(p->canvas, line.x + VIEW_GUTTER, line.y, ROLE_FAINT, canvas_glyphs(p->canvas)->ellipsis);
	if (selected) {
		paint_glyph(p->canvas, line.x, line.y, ROLE_ACCENT, canvas_glyphs(p->canvas)->marker);
		if (!view_is_typing(p->view))
			canvas_cursor(p->canvas, line.x, line.y);
	}
	if (!what.note || p->table->flow)
		return 1;
	line.y++;
	paint_note(p, line, &what);
	return 2;
}

/* Returns the line after the last row. */
static int paint_rows(const struct painting *p)
{
	const struct view_block *block = p->block;
	struct rect clip = canvas_clip(p->canvas, block->rows);
	int lane = 0, width = (block->rows.width - 1 - (block->flow - 1) * VIEW_GAP) / block->flow;
	struct rect line = {0, block->rows.y, block->flow > 1 ? width : block->rows.width, 1};

	for (int64_t row = block->first; row < p->table->count && line.y < block->rows.y + block->rows.height; row++) {
		line.x = row_x(block, lane);
		int lines = paint_row(p, row, line);
		lane = (lane + 1) % block->flow;
		line.y += lane ? 0 : lines;
	}
	canvas_unclip(p->canvas, clip);
	return min(line.y + (lane ? 1 : 0), block->rows.y + block->rows.height);
}

/* "Total        42.00 EUR" below a rule, at the end of the last column. */
static void paint_total(const struct painting *p, int y)
{
	size_t last = p->table->column_count - 1;
	const char *unit = p->table->total_unit;
	const char *text = unit ? view_printf(p->view, "%s %s", p->table->total, unit) : p->table->total;
	int label = view_width(p->view, p->table->total_label);

	while (last > 0 && !p->block->columns.column[last].width)
		last--;
	int end =
	    p->block->rows.x + VIEW_GUTTER + p->block->columns.column[last].x + p->block->columns.column[last].width;
	int width = max(TOTAL_LEAST, label + VIEW_GAP + view_width(p->view, text));
	width = min(width, end - p->block->rows.x - VIEW_GUTTER);
	paint_hrule(p->canvas, end - width, y, width);
	paint_str(p->canvas, end - width, y + 1, width, ROLE_STRONG, p->table->total_label);
	paint_right(p->canvas, end - width + label + 1, y + 1, width - label - 1, ROLE_PRICE, text);
}

void view_paint_table(struct view *view, const struct view_block *block, struct canvas *canvas, bool focused)
{
	const struct painting p = {view, block, &block->table, canvas, focused};
	struct view_around around = view_around(p.table, block->rect.height);
	struct rect rect = block->rect;
	int64_t below = p.table->count - block->first;
	bool at_end = block->first > 0 && below < block->visible; /* notes take lines, too */
	const struct scroll scroll = {.count = p.table->count,
				      .offset = block->first,
				      .visible = at_end ? max(1, (int)below) : max(1, block->visible)};

	if (around.title)
		paint_str(canvas, rect.x + VIEW_GUTTER, rect_cut_top(&rect, 1).y, rect.width - VIEW_GUTTER, ROLE_FAINT,
			  p.table->title);
	if (around.heads)
		paint_heads(&p, rect_cut_top(&rect, 1).y);
	int y = paint_rows(&p);
	if (around.total)
		paint_total(&p, y);
	paint_scrollbar(canvas, block->rows.x + block->rows.width - 1, block->rows.y, block->rows.height, &scroll);
}
