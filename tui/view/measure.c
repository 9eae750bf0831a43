/* How many rows and columns a block needs, and how many it can make use of. */
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

static struct view_span line_columns(struct view *view, const struct view_line *line)
{
	int columns = VIEW_GUTTER;

	for (size_t at = 0; at < line->count; at++)
		columns += view_part_columns(view, &line->parts[at]) + VIEW_GAP;
	return (struct view_span){min(columns, 16), columns};
}

static struct view_span prose_columns(struct view *view, const struct view_prose *prose)
{
	return (struct view_span){24, VIEW_GUTTER + min(view_width(view, prose->text), PROSE_COLUMNS) + 1};
}

static struct view_span facts_columns(struct view *view, const struct view_facts *facts)
{
	int labels = view_label_columns(view, facts), widest = view_width(view, facts->title);

	for (size_t at = 0; at < facts->count; at++) {
		const struct view_fact *fact = &facts->facts[at];
		int columns = (fact->label ? labels : 0) + min(view_width(view, fact->value), FACT_COLUMNS);

		if (fact->does)
			columns += view_width(view, fact->does) + 2 * VIEW_GAP + 2;
		widest = max(widest, columns);
	}
	return (struct view_span){24, VIEW_GUTTER + widest};
}

static struct view_span chart_columns(const struct view_chart *chart)
{
	return (struct view_span){24, VIEW_GUTTER + VIEW_CHART_LABELS + min((int)chart->count, VIEW_CHART_MAX) * VIEW_BAR_MAX};
}

static struct view_span picture_columns(const struct view_picture *picture)
{
	return (struct view_span){12, VIEW_GUTTER + (picture->picture && !picture->expected ? picture->picture->width
											     : PICTURE_COLUMNS_MAX)};
}

/* Those of a group's blocks: of the widest, or of all side by side. */
static struct view_span group_columns(struct view *view, const struct view_block *group)
{
	int at = (int)(group - view->blocks) + 1, gap = view_pane_gap(group);
	struct view_span span = {0, 0}, sum = {0, 0};

	for (; at < group->end; at = view->blocks[at].end) {
		if (!view_is_present(view, at, group->beside))
			continue;
		struct view_span one = view_columns(view, at);
		span = (struct view_span){max(span.least, one.least), max(span.most, one.most)};
		sum.least += one.least + (sum.least ? gap : 0);
		sum.most += one.most + (sum.most ? gap : 0);
	}
	return group->beside ? sum : span;
}

struct view_span view_columns(struct view *view, int at)
{
	const struct view_block *block = &view->blocks[at];
	struct view_span span = {16, VIEW_UNLIMITED};

	switch (block->kind) {
	case BLOCK_GROUP: span = group_columns(view, block); break;
	case BLOCK_LINE: span = line_columns(view, &block->line); break;
	case BLOCK_PROSE: span = prose_columns(view, &block->prose); break;
	case BLOCK_FACTS: span = facts_columns(view, &block->facts); break;
	case BLOCK_TABLE: span = view_table_columns(view, &block->table); break;
	case BLOCK_FORM: span = (struct view_span){36, FORM_COLUMNS}; break;
	case BLOCK_CHART: span = chart_columns(&block->chart); break;
	case BLOCK_PICTURE: span = picture_columns(&block->picture); break;
	case BLOCK_NOTICE:
	case BLOCK_CALL: break;
	}
	if (block->place.columns)
		span.most = VIEW_GUTTER + block->place.columns;
	if (span.least > span.most)
		span.least = span.most;
	return span;
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

int view_label_columns(struct view *view, const struct view_facts *facts)
{
	int widest = 0;

	for (size_t at = 0; at < facts->count; at++)
		widest = max(widest, view_width(view, facts->facts[at].label));
	return widest ? widest + VIEW_GAP : 0;
}

int view_fact_columns(struct view *view, const struct view_fact *fact, int labels, int width)
{
	int room = width - VIEW_GUTTER - (fact->label ? labels : 0);

	if (fact->does)
		room -= view_width(view, fact->does) + 2 * VIEW_GAP + 2;
	return max(8, min(room, FACT_COLUMNS));
}

int view_fact_rows(struct view *view, const struct view_fact *fact, int labels, int width)
{
	return max(1, view_lines_of(view, fact->value, view_fact_columns(view, fact, labels, width)));
}

static int facts_rows(struct view *view, const struct view_facts *facts, int width)
{
	int labels = view_label_columns(view, facts), rows = facts->title ? 1 : 0;

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

static struct view_rows picture_rows(const struct view_picture *picture, int width)
{
	int most = picture->picture ? picture->picture->height : max(1, width - VIEW_GUTTER) / 2;

	most = min(most, PICTURE_ROWS_MAX);
	return (struct view_rows){min(3, most), min(3, most), most};
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

static struct view_rows group_rows(struct view *view, int at, int width)
{
	struct view_block *group = &view->blocks[at];
	struct view_rows rows = {0, 0, 0};
	struct view_stack stack;

	view_stack_of(view, at, width, &stack);
	for (int i = 0; i < stack.count; i++) {
		struct view_rows one = stack.items[i].rows;

		if (group->beside) {
			rows = (struct view_rows){max(rows.least, one.least), max(rows.firm, one.firm), max(rows.want, one.want)};
			continue;
		}
		int between = i ? stack.items[i].gap : 0, rule = group->group.rule ? between : 0;
		if (!view->blocks[stack.items[i].at].place.drop)
			rows.least += one.least + rule;
		rows.firm += one.firm + between;
		rows.want += one.want + between;
	}
	return rows;
}

struct view_rows view_rows(struct view *view, int at, int width)
{
	const struct view_block *block = &view->blocks[at];
	const struct view_place *place = &block->place;
	struct view_rows rows = {1, 1, 1};

	switch (block->kind) {
	case BLOCK_GROUP: rows = group_rows(view, at, width); break;
	case BLOCK_LINE: break;
	case BLOCK_PROSE: rows.want = prose_rows(view, &block->prose, width); break;
	case BLOCK_FACTS: rows.least = rows.firm = rows.want = facts_rows(view, &block->facts, width); break;
	case BLOCK_TABLE: rows = view_table_rows(&block->table, width); break;
	case BLOCK_FORM: rows = form_rows(view, &block->form, width); break;
	case BLOCK_CHART: rows = (struct view_rows){3, 3, VIEW_CHART_ROWS}; break;
	case BLOCK_PICTURE: rows = picture_rows(&block->picture, width); break;
	case BLOCK_NOTICE: rows = notice_rows(view, &block->notice, width); break;
	case BLOCK_CALL: rows = call_rows(view, &block->call, width); break;
	}
	if (block->kind == BLOCK_PROSE && !place->id)
		rows.least = rows.firm = rows.want;
	if (place->least)
		rows.least = rows.firm = place->least;
	if (place->most)
		rows.want = min(rows.want, place->most);
	rows.want = min(max(rows.want, rows.least), VIEW_UNLIMITED);
	rows.firm = min(max(rows.firm, rows.least), rows.want);
	return rows;
}
