/* How many rows and columns a block that is no group needs, and how many it can use. */
#include "tui/view/internal.h"

#include <string.h>

enum { PROSE_COLUMNS = 72, FORM_COLUMNS = 80, FACT_COLUMNS = 60, FORM_LEAST = 4 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* ---- columns ---- */

int view_part_columns(struct view *view, const struct view_part *part)
{
	return part->field ? VIEW_FIELD_COLUMNS : view_width(view, part->text);
}

/* The bar's ends, and two blanks around the key and the label. */
int view_call_columns(struct view *view, const struct view_call *call)
{
	char key[KEY_NAME_SIZE];

	view_key(view, call->action, key);
	return view_width(view, call->label) + 2 + 2 * VIEW_GAP + (call->off ? 0 : view_width(view, key) + VIEW_GAP);
}

static struct view_span line_columns(struct view *view, const struct view_line *line)
{
	int columns = VIEW_GUTTER;
	bool is_wide = false;

	for (size_t at = 0; at < line->count; at++) {
		columns += view_part_columns(view, &line->parts[at]) + VIEW_GAP;
		is_wide |= line->parts[at].wide;
	}
	return (struct view_span){min(columns, 16), is_wide ? VIEW_UNLIMITED : columns};
}

static struct view_span prose_columns(struct view *view, const struct view_prose *prose)
{
	return (struct view_span){24, VIEW_GUTTER + min(view_width(view, prose->text), PROSE_COLUMNS) + 1};
}

static struct view_span facts_columns(struct view *view, const struct view_facts *facts)
{
	int labels = view_label_columns(view, facts, VIEW_UNLIMITED), widest = view_width(view, facts->title);

	for (size_t at = 0; at < facts->count; at++) {
		const struct view_fact *fact = &facts->facts[at];
		int columns = (fact->label ? labels : 0) + min(view_width(view, fact->value), FACT_COLUMNS);

		if (fact->does)
			columns += view_width(view, fact->does) + 2 * VIEW_GAP + 2;
		widest = max(widest, columns);
	}
	return (struct view_span){24, VIEW_GUTTER + widest + 1};
}

static struct view_span chart_columns(const struct view_chart *chart)
{
	return (struct view_span){24, VIEW_GUTTER + VIEW_CHART_LABELS +
					  min((int)chart->count, VIEW_CHART_MAX) * VIEW_BAR_MAX};
}

static struct view_span picture_columns(const struct view_picture *picture)
{
	return (struct view_span){12, VIEW_GUTTER + (picture->picture && !picture->expected ? picture->picture->width
											     : PICTURE_COLUMNS_MAX)};
}

/* ---- rows ---- */

int view_prose_columns(int width)
{
	return max(1, min(width - VIEW_GUTTER - 1, PROSE_COLUMNS));
}

static int prose_rows(struct view *view, const struct view_prose *prose, int width)
{
	return view_lines_of(view, prose->text, view_prose_columns(width));
}

int view_label_columns(struct view *view, const struct view_facts *facts, int width)
{
	int widest = 0, most = max(8, (width - VIEW_GUTTER) * 2 / 5);

	for (size_t at = 0; at < facts->count; at++)
		widest = max(widest, view_width(view, facts->facts[at].label));
	return widest ? min(widest, most) + VIEW_GAP : 0;
}

int view_fact_columns(struct view *view, const struct view_fact *fact, int labels, int width)
{
	int room = width - VIEW_GUTTER - 1 - (fact->label ? labels : 0);

	if (fact->does)
		room -= view_width(view, fact->does) + 2 * VIEW_GAP + 2;
	return max(8, min(room, FACT_COLUMNS));
}

int view_fact_rows(struct view *view, const struct view_fact *fact, int labels, int width)
{
	int value = view_lines_of(view, fact->value, view_fact_columns(view, fact, labels, width));
	int label = fact->label ? view_lines_of(view, fact->label, labels - VIEW_GAP) : 0;

	return max(1, max(value, label));
}

int view_facts_rows(struct view *view, const struct view_facts *facts, int width)
{
	int labels = view_label_columns(view, facts, width), rows = 0;

	for (size_t at = 0; at < facts->count; at++)
		rows += view_fact_rows(view, &facts->facts[at], labels, width);
	return rows;
}

int view_form_head(struct view *view, const struct view_form *form, int width)
{
	int text = view_lines_of(view, form->text, view_prose_columns(width));

	return (form->title ? 1 : 0) + text + (form->title || text ? 1 : 0);
}

static struct view_rows form_rows(struct view *view, const struct view_form *form, int width)
{
	struct form_places places;
	int head = view_form_head(view, form, width);

	form_place(form->form, width, &places);
	return (struct view_rows){min(places.lines, FORM_LEAST), head + places.lines, head + places.lines};
}

/* A picture that grows takes what the texts leave. */
static struct view_rows picture_rows(const struct view_picture *picture, int width)
{
	bool fixed = picture->picture && !picture->expected;
	int most = fixed ? picture->picture->height : max(1, (width - VIEW_GUTTER) * 3 / 8);

	most = min(most, PICTURE_ROWS_MAX);
	return (struct view_rows){min(3, most), min(3, most), picture->place.grow ? min(3, most) : most};
}

static struct view_rows notice_rows(struct view *view, const struct view_notice *notice, int width)
{
	int why = view_lines_of(view, notice->why, view_prose_columns(width));
	int rows = 1 + (notice->does || notice->hint ? 1 : 0);

	return (struct view_rows){rows, rows + (why ? 1 + why : 0), rows + (why ? 1 + why : 0)};
}

static struct view_rows call_rows(struct view *view, const struct view_call *call, int width)
{
	int bar = view_call_columns(view, call), beside = width - bar - VIEW_GUTTER - VIEW_GAP;
	int remark = view_width(view, call->remark);
	int below = remark <= beside ? 0 : view_lines_of(view, call->remark, view_prose_columns(width));

	return (struct view_rows){1, 1 + below, 1 + below};
}

struct view_span view_leaf_columns(struct view *view, const struct view_block *block)
{
	switch (block->kind) {
	case BLOCK_LINE: return line_columns(view, &block->line);
	case BLOCK_PROSE: return prose_columns(view, &block->prose);
	case BLOCK_FACTS: return facts_columns(view, &block->facts);
	case BLOCK_TABLE: return view_table_columns(view, &block->table);
	case BLOCK_FORM: return (struct view_span){36, FORM_COLUMNS};
	case BLOCK_CHART: return chart_columns(&block->chart);
	case BLOCK_PICTURE: return picture_columns(&block->picture);
	case BLOCK_GROUP:
	case BLOCK_NOTICE:
	case BLOCK_CALL: break;
	}
	return (struct view_span){16, VIEW_UNLIMITED};
}

struct view_rows view_leaf_rows(struct view *view, const struct view_block *block, int width)
{
	struct view_rows rows = {1, 1, 1};

	switch (block->kind) {
	case BLOCK_GROUP:
	case BLOCK_LINE: break;
	case BLOCK_PROSE:
		rows.want = prose_rows(view, &block->prose, width);
		if (!block->place.id)
			rows.least = rows.firm = rows.want;
		break;
	case BLOCK_FACTS:
		rows.want = view_facts_rows(view, &block->facts, width) + (block->facts.title ? 1 : 0);
		rows.least = rows.firm = block->place.id ? min(rows.want, block->facts.title ? 2 : 1) : rows.want;
		break;
	case BLOCK_TABLE: return view_table_rows(&block->table, width);
	case BLOCK_FORM: return form_rows(view, &block->form, width);
	case BLOCK_CHART: return (struct view_rows){3, 3, VIEW_CHART_ROWS};
	case BLOCK_PICTURE: return picture_rows(&block->picture, width);
	case BLOCK_NOTICE: return notice_rows(view, &block->notice, width);
	case BLOCK_CALL: return call_rows(view, &block->call, width);
	}
	return rows;
}
