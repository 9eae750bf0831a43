#include "tui/widgets/list.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/terminal/key.h"

enum { MARGIN = 2, GAP = 2, WHEEL_ROWS = 3 };

enum motion { BY_ROW, BY_PAGE, BY_HALF, TO_END };

static const struct {
	uint32_t key;
	enum motion motion;
	int direction;
	bool letter;
} motions[] = {
    {KEYSYM_Up, BY_ROW, -1, false},
    {KEYSYM_Down, BY_ROW, 1, false},
    {KEYSYM_PgUp, BY_PAGE, -1, false},
    {KEYSYM_PgDn, BY_PAGE, 1, false},
    {KEYSYM_Home, TO_END, -1, false},
    {KEYSYM_End, TO_END, 1, false},
    {KEYMOD_CTRL | 'u', BY_HALF, -1, true},
    {KEYMOD_CTRL | 'd', BY_HALF, 1, true},
    {'k', BY_ROW, -1, true},
    {'j', BY_ROW, 1, true},
    {'g', TO_END, -1, true},
    {'G', TO_END, 1, true},
};

enum { MOTIONS = sizeof motions / sizeof *motions };

static size_t find_motion(uint32_t key, bool with_letters)
{
	size_t at = 0;

	while (at < MOTIONS && (motions[at].key != key || (motions[at].letter && !with_letters)))
		at++;
	return at;
}

bool list_moves(uint32_t key, bool with_letters)
{
	return find_motion(key, with_letters) < MOTIONS;
}

static void apply(struct scroll *scroll, enum motion motion, int direction)
{
	switch (motion) {
	case BY_ROW: scroll_move(scroll, direction); break;
	case BY_PAGE: scroll_page(scroll, direction); break;
	case BY_HALF: scroll_move(scroll, (int64_t)direction * (scroll->visible > 1 ? scroll->visible / 2 : 1)); break;
	case TO_END: scroll_select(scroll, direction < 0 ? 0 : scroll->count - 1); break;
	}
}

static enum widget_result click(struct scroll *scroll, struct rect rect, const struct event *event)
{
	int64_t row = scroll_row_at(scroll, event->y - rect.y);

	if (event->button != BUTTON_LEFT || row < 0)
		return WIDGET_IGNORED;
	if (row == scroll->selected)
		return WIDGET_CHOSEN;
	scroll_select(scroll, row);
	return WIDGET_HANDLED;
}

enum widget_result list_event(struct scroll *scroll, struct rect rect, const struct event *event, bool with_letters)
{
	if (event->kind == EVENT_MOUSE) {
		if (!rect_holds(rect, event->x, event->y))
			return WIDGET_IGNORED;
		if (event->button != BUTTON_WHEEL_UP && event->button != BUTTON_WHEEL_DOWN)
			return click(scroll, rect, event);
		scroll_wheel(scroll, event->button == BUTTON_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return WIDGET_HANDLED;
	}
	if (event->kind != EVENT_KEY)
		return WIDGET_IGNORED;
	if (event->key == KEYSYM_Enter)
		return scroll->count ? WIDGET_CHOSEN : WIDGET_IGNORED;

	size_t at = find_motion(event->key, with_letters);
	if (at == MOTIONS)
		return WIDGET_IGNORED;
	apply(scroll, motions[at].motion, motions[at].direction);
	return WIDGET_HANDLED;
}

void table_init(struct table *table, const struct layout_column *columns, size_t count, bool with_titles)
{
	*table = (struct table){
	    .columns = columns,
	    .column_count = count < LAYOUT_COLUMNS_MAX ? count : LAYOUT_COLUMNS_MAX,
	    .with_titles = with_titles,
	};
}

static void paint_titles(const struct table *table, struct canvas *canvas, struct rect line)
{
	for (size_t at = 0; at < table->column_count; at++) {
		const struct layout_column *column = &table->columns[at];
		int width = table->layout.column[at].width;
		/* A title over numbers ends where they end. */
		enum layout_align align = column->align == ALIGN_DECIMAL ? ALIGN_RIGHT : column->align;

		if (column->title && width)
			paint_aligned(canvas, line.x + MARGIN + table->layout.column[at].x, line.y, width, align, 0,
				      ROLE_FAINT, column->title, strlen(column->title));
	}
}

void table_begin(struct table *table, struct canvas *canvas, struct rect rect, int64_t count)
{
	struct rect titles = rect_cut_top(&rect, table->with_titles ? 1 : 0);

	table->rect = rect;
	/* The last column is the scroll bar's, whether there is one or not, so that nothing moves when there is. */
	table->layout = layout_columns(table->columns, table->column_count, rect.width - MARGIN - 1, GAP);
	scroll_resize(&table->scroll, count, rect.height);
	if (!rect_is_empty(titles))
		paint_titles(table, canvas, titles);
	if (rect_is_empty(rect))
		return;
	if (count > 0)
		paint_glyph(canvas, rect.x, rect.y + (int)(table->scroll.selected - table->scroll.offset),
			    table->unfocused ? ROLE_FAINT : ROLE_ACCENT, canvas_glyphs(canvas)->marker);
	paint_scrollbar(canvas, rect.x + rect.width - 1, rect.y, rect.height, &table->scroll);
}

int64_t table_end(const struct table *table)
{
	int64_t end = table->scroll.offset + (table->rect.height > 0 ? table->rect.height : 0);

	return end < table->scroll.count ? end : table->scroll.count;
}

struct rect table_place(const struct table *table, int64_t row, size_t column)
{
	int64_t line = row - table->scroll.offset;

	if (column >= table->column_count || line < 0 || line >= table->rect.height)
		return (struct rect){table->rect.x, table->rect.y, 0, 0};
	return (struct rect){
	    .x = table->rect.x + MARGIN + table->layout.column[column].x,
	    .y = table->rect.y + (int)line,
	    .width = table->layout.column[column].width,
	    .height = 1,
	};
}

static void paint_cell(const struct table *table, struct canvas *canvas, int64_t row, size_t column, enum layout_align align,
		       enum role role, const char *text, size_t length)
{
	struct rect place = table_place(table, row, column);

	if (role == ROLE_TEXT && row == table->scroll.selected)
		role = table->unfocused ? ROLE_STRONG : ROLE_SELECTED;
	if (place.width > 0)
		paint_aligned(canvas, place.x, place.y, place.width, align, table->columns[column].fraction, role, text,
			      length);
}

void table_cell(struct table *table, struct canvas *canvas, int64_t row, size_t column, enum role role,
		const char *text, size_t length)
{
	if (column < table->column_count)
		paint_cell(table, canvas, row, column, table->columns[column].align, role, text, length);
}

void table_cell_right(struct table *table, struct canvas *canvas, int64_t row, size_t column, enum role role,
		      const char *text)
{
	if (column < table->column_count)
		paint_cell(table, canvas, row, column, ALIGN_RIGHT, role, text, strlen(text));
}

void table_printf(struct table *table, struct canvas *canvas, int64_t row, size_t column, enum role role,
		  const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	int length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length > 0)
		table_cell(table, canvas, row, column, role, text, strlen(text));
}

void table_tag(struct table *table, struct canvas *canvas, int64_t row, enum role role, const char *glyph)
{
	int64_t line = row - table->scroll.offset;

	if (line >= 0 && line < table->rect.height)
		paint_glyph(canvas, table->rect.x + 1, table->rect.y + (int)line, role, glyph);
}

enum widget_result table_event(struct table *table, const struct event *event)
{
	return list_event(&table->scroll, table->rect, event, true);
}
