/* The columns and lines of tables. */
#include "tui/view/internal.h"

#include <string.h>

enum { SCROLLBAR = 1, TOTAL_ROWS = 2, NOTES_COUNTED = 100, GROWN = 12 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static bool is_numeric(const struct view_column *column)
{
	return column->align == ALIGN_RIGHT || column->align == ALIGN_DECIMAL;
}

static bool has_heads(const struct view_table *table)
{
	for (size_t at = 0; at < table->column_count; at++)
		if (table->columns[at].title && !table->columns[at].absent)
			return !table->headless;
	return false;
}

struct view_around view_around(const struct view_table *table, int height)
{
	struct view_around around = {.heads = has_heads(table) && height > 1};

	around.total = table->total && height > TOTAL_ROWS + around.heads;
	around.title = table->title && height > 1 + around.heads + (around.total ? TOTAL_ROWS : 0);
	return around;
}

/* The least columns of those that may not be dropped, or the ideal ones of all; with the gutter and the scroll bar. */
static int sum_columns(const struct view_table *table, bool least)
{
	int columns = 0;

	for (size_t at = 0; at < table->column_count; at++) {
		const struct view_column *column = &table->columns[at];
		if (column->absent || (least && column->drop))
			continue;
		columns += (columns ? VIEW_GAP : 0) + (least ? column->min : max(column->min, column->ideal));
	}
	return columns + VIEW_GUTTER + SCROLLBAR;
}

struct view_span view_table_columns(struct view *view, const struct view_table *table)
{
	int most = sum_columns(table, false);

	for (size_t at = 0; at < table->column_count; at++)
		if (table->columns[at].weight && !table->columns[at].absent)
			most += max(GROWN, table->columns[at].ideal / 2);
	if (table->flow && table->count > 1)
		most *= (int)(table->count < 4 ? table->count : 4);
	return (struct view_span){sum_columns(table, true), max(most, VIEW_GUTTER + view_width(view, table->title))};
}

int view_flow(const struct view_table *table, int width)
{
	int fit = table->flow ? (width - SCROLLBAR + VIEW_GAP) / (sum_columns(table, false) - SCROLLBAR + VIEW_GAP) : 1;

	if (fit > table->count)
		fit = (int)table->count;
	return max(1, fit);
}

int view_row_lines(const struct view_table *table, int64_t row)
{
	struct view_row what;

	if (!table->get_row || table->flow)
		return 1;
	view_row_of(table, row, &what);
	return what.note ? 2 : 1;
}

struct view_rows view_table_rows(const struct view_table *table, int width)
{
	int flow = view_flow(table, width);
	int around = (table->title ? 1 : 0) + has_heads(table) + (table->total ? TOTAL_ROWS : 0);
	int64_t lines = (table->count + flow - 1) / flow;
	int most = VIEW_UNLIMITED - 10;

	/* Longer tables don't fit anyway. */
	if (table->get_row && !table->flow && table->count <= NOTES_COUNTED)
		for (int64_t row = 0; row < table->count; row++)
			lines += view_row_lines(table, row) - 1;
	int want = around + (lines < most ? (int)lines : most);
	return (struct view_rows){min(1 + around, want), min(1 + around, want), want};
}

/* The widest text of a column in the rows in sight; without `words` only of its numbers. */
static int widest(struct view *view, const struct view_table *table, size_t column, int64_t first, int visible,
		  bool words)
{
	struct view_cell cell;
	struct view_row row;
	int columns = 0;

	for (int64_t at = first; at < first + visible && at < table->count; at++) {
		view_row_of(table, at, &row);
		if (row.coming)
			continue;
		view_cell_of(table, at, column, &cell);
		if (cell.text && (words || !cell.is_word))
			columns = max(columns, view_width(view, cell.text));
	}
	return columns;
}

struct layout_columns view_lay_columns(struct view *view, const struct view_table *table, int width, int64_t first,
				       int visible)
{
	struct layout_column columns[VIEW_COLUMNS_MAX] = {0};
	struct layout_columns all = {.count = table->column_count}, some;
	size_t which[VIEW_COLUMNS_MAX], count = 0;
	int spare = width + VIEW_GAP;

	for (size_t at = 0; at < table->column_count; at++) {
		const struct view_column *column = &table->columns[at];
		if (column->absent)
			continue;
		struct layout_column *to = &columns[count];
		*to = (struct layout_column){.min = column->min,
					     .ideal = max(column->ideal, view_width(view, column->title)),
					     .weight = column->weight,
					     .drop = column->drop};
		if (is_numeric(column)) {
			to->min = max(to->min, widest(view, table, at, first, visible, false));
			to->ideal = max(to->ideal, widest(view, table, at, first, visible, true));
		}
		which[count++] = at;
		if (is_numeric(column) || !column->drop)
			spare -= VIEW_GAP + (is_numeric(column) ? to->ideal : to->min);
	}
	/* Numbers and the words in their place aren't cut where other columns can leave, or be cut themselves. */
	for (size_t at = 0; at < count; at++)
		if (spare >= 0 && is_numeric(&table->columns[which[at]]))
			columns[at].min = columns[at].ideal;
	some = layout_columns(columns, count, width, VIEW_GAP);
	for (size_t at = 0; at < count; at++) {
		all.column[which[at]].x = some.column[at].x;
		all.column[which[at]].width = some.column[at].width;
	}
	return all;
}
