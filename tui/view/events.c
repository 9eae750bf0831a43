/* What keys and clicks mean for a block. */
#include "tui/view/internal.h"

#include "tui/terminal/key.h"
#include "tui/widgets/list.h"

static const struct view_event ignored = {.kind = VIEW_IGNORED}, handled = {.kind = VIEW_HANDLED};

/* ---- tables ---- */

/* Where the selection of a table may go: with `past`, beyond the known rows while more may follow. */
static struct scroll scroll_of(const struct view_block *block, bool past)
{
	const struct view_table *table = &block->table;

	return (struct scroll){
	    .count = past && table->more ? INT64_MAX : table->count,
	    .offset = block->first,
	    .selected = table->selected < 0 ? block->first : table->selected,
	    .visible = block->visible > 0 ? block->visible : 1,
	};
}

/* Rows side by side: up and down go by as many as stand beside each other, left and right by one. */
static bool flow_event(const struct view_block *block, const struct event *event, struct scroll *scroll)
{
	static const struct {
		uint32_t key;
		int by;
		bool lines;
	} steps[] = {
	    {KEYSYM_Left, -1, false}, {KEYSYM_Right, 1, false}, {KEYSYM_Up, -1, true},
	    {KEYSYM_Down, 1, true},   {'k', -1, true},          {'j', 1, true},
	};

	for (size_t at = 0; block->flow > 1 && event->kind == EVENT_KEY && at < sizeof steps / sizeof *steps; at++) {
		int64_t to = scroll->selected + (int64_t)steps[at].by * (steps[at].lines ? block->flow : 1);
		if (steps[at].key != event->key)
			continue;
		if (to >= 0 && to < block->table.count)
			scroll_select(scroll, to);
		return true;
	}
	return false;
}

static void keep_first(struct view *view, const struct view_block *block, int64_t first)
{
	struct view_kept *kept = view_kept(view, block->place.id);

	if (kept)
		kept->first = first;
}

static struct view_event table_key(struct view *view, struct view_block *block, const struct event *event,
				   bool with_letters)
{
	struct scroll scroll = scroll_of(block, true), before = scroll;
	bool selects = block->table.selected >= 0;
	struct view_event wish = {.kind = VIEW_GO, .id = block->place.id, .column = -1};

	if (event->key == KEYSYM_Enter) {
		wish.kind = selects && block->table.count ? VIEW_CHOOSE : VIEW_IGNORED;
		wish.row = block->table.selected;
		return wish;
	}
	if (!flow_event(block, event, &scroll) && !list_event(&scroll, event, with_letters))
		return ignored;
	if (!selects) {
		keep_first(view, block, scroll.selected);
		return handled;
	}
	if (scroll.selected == before.selected)
		return handled;
	keep_first(view, block, scroll.offset);
	wish.row = scroll.selected == INT64_MAX - 1 ? INT64_MAX : scroll.selected;
	return wish;
}

/* The row at a place, and its column (-1: none); -1: no row is there. */
static int64_t row_at(const struct view_block *block, int x, int y, int *ret_column)
{
	const struct view_table *table = &block->table;
	int pitch = (block->rows.width - 1 + VIEW_GAP) / block->flow, lane = (x - block->rows.x) / pitch;
	int within = (x - block->rows.x) % pitch - VIEW_GUTTER, line = block->rows.y;
	int64_t row = block->first;

	lane = lane < block->flow ? lane : block->flow - 1;
	if (block->flow > 1)
		row += (int64_t)(y - line) * block->flow + lane;
	else
		for (line += view_row_lines(table, row); row + 1 < table->count && line <= y; row++)
			line += view_row_lines(table, row + 1);
	if (row >= table->count || (block->flow == 1 && line <= y))
		return -1;
	*ret_column = -1;
	for (size_t at = 0; at < table->column_count; at++) {
		int from = block->columns.column[at].x, width = block->columns.column[at].width;
		if (within >= from && within < from + width)
			*ret_column = (int)at;
	}
	return row;
}

static struct view_event table_mouse(struct view *view, struct view_block *block, const struct event *event)
{
	struct view_event wish = {.kind = VIEW_GO, .id = block->place.id, .column = -1};

	if (event->button == BUTTON_WHEEL_UP || event->button == BUTTON_WHEEL_DOWN) {
		struct scroll scroll = scroll_of(block, false), before = scroll;
		list_event(&scroll, event, false);
		keep_first(view, block, scroll.offset);
		wish.row = scroll.selected;
		return block->table.selected < 0 || scroll.selected == before.selected ? handled : wish;
	}
	if (event->button != BUTTON_LEFT || !rect_holds(block->rows, event->x, event->y) || !block->table.count)
		return ignored;
	wish.row = row_at(block, event->x, event->y, &wish.column);
	if (wish.row < 0)
		return ignored;
	if (wish.row == block->table.selected && block->place.focus)
		wish.kind = VIEW_CHOOSE;
	return wish;
}

/* ---- texts and forms ---- */

static struct view_event lines_event(struct view *view, const struct view_block *block, const struct event *event,
				     bool with_letters)
{
	/* Keys move the window itself, so its first line stands for the selection. */
	struct scroll scroll = {.count = block->lines > block->visible ? block->lines - block->visible + 1 : 1,
				.offset = block->first,
				.selected = block->first,
				.visible = 1};

	if (event->kind == EVENT_KEY && (event->key == KEYSYM_PgUp || event->key == KEYSYM_PgDn)) {
		int page = block->visible > 1 ? block->visible - 1 : 1;
		scroll_move(&scroll, event->key == KEYSYM_PgUp ? -page : page);
	} else if (!list_event(&scroll, event, with_letters)) {
		return ignored;
	}
	keep_first(view, block, scroll.selected);
	return handled;
}

/* Up and Down go by lines in a long text, and to the next field at its ends. */
static struct view_event form_key(const struct view_block *block, const struct event *event)
{
	const struct form *form = block->form.form;
	struct view_event wish = {.kind = VIEW_CLICK, .id = block->place.id, .row = (int64_t)form->focus};
	struct form_places places;
	size_t offset;
	int by = event->key == KEYSYM_Up ? -1 : event->key == KEYSYM_Down ? 1 : 0;

	if (!by || !form->count || form->fields[form->focus].row->lines <= 1)
		return ignored;
	form_place(form, block->rect.width, &places);
	if (area_move(&form->fields[form->focus].field, by, places.fields[form->focus].width, &offset)) {
		wish.column = (int)offset;
		return wish;
	}
	wish.kind = VIEW_GO;
	wish.row = (int64_t)((form->focus + form->count + (size_t)by) % form->count);
	return wish;
}

static struct view_event form_click_at(struct view *view, const struct view_block *block, const struct event *event)
{
	const struct form *form = block->form.form;
	const struct view_kept *kept = view_kept(view, block->place.id);
	size_t first = kept && kept->field_at == form->focus ? kept->field_first : 0;
	int x = event->x - block->rows.x, y = event->y - block->rows.y + (int)block->first;
	struct form_places places;

	form_place(form, block->rect.width, &places);
	for (size_t at = 0; at < form->count; at++) {
		struct rect place = places.fields[at];
		if (event->button != BUTTON_LEFT || !rect_holds(place, x, y))
			continue;
		return (struct view_event){.kind = VIEW_CLICK,
					   .id = block->place.id,
					   .row = (int64_t)at,
					   .column = (int)form_offset(form, &places, at, first, x - place.x,
								      y - place.y)};
	}
	return ignored;
}

void view_form_event(struct form *form, const struct view_event *event)
{
	if (event->kind == VIEW_GO)
		form_go(form, (size_t)event->row);
	else if (event->kind == VIEW_CLICK)
		form_click(form, (size_t)event->row, (size_t)event->column);
}

/* ---- what is clicked on ---- */

static struct view_event line_click(struct view *view, const struct view_block *block, const struct event *event)
{
	const struct view_line *line = &block->line;
	const struct view_kept *kept = view_kept(view, block->place.id);
	struct view_parts parts;

	if (event->button != BUTTON_LEFT || !kept)
		return ignored;
	view_place_parts(view, line, block->rect, &parts);
	for (size_t at = 0; at < line->count; at++) {
		const struct view_part *part = &line->parts[at];
		int column = event->x - parts.part[at].x;
		size_t first = kept->field_at == at && part->typing ? kept->field_first : 0;

		if (column < 0 || column >= parts.part[at].width)
			continue;
		return (struct view_event){.kind = VIEW_CLICK,
					   .id = block->place.id,
					   .row = (int64_t)at,
					   .column = part->field ? (int)field_offset(part->field, first, column) : 0};
	}
	return ignored;
}

static struct view_event facts_click(struct view *view, const struct view_block *block, const struct event *event)
{
	const struct view_facts *facts = &block->facts;
	int labels = view_label_columns(view, facts, block->rect.width), y = block->rows.y - (int)block->first;

	for (size_t at = 0; at < facts->count; at++) {
		y += view_fact_rows(view, &facts->facts[at], labels, block->rect.width);
		if (event->y < y)
			return facts->facts[at].does
				   ? (struct view_event){.kind = VIEW_ACT, .row = facts->facts[at].action}
				   : ignored;
	}
	return ignored;
}

static struct view_event act(const struct event *event, bool offered, int action)
{
	if (event->button != BUTTON_LEFT || !offered)
		return ignored;
	return (struct view_event){.kind = VIEW_ACT, .row = action};
}

static struct view_event mouse_event(struct view *view, struct view_block *block, const struct event *event)
{
	switch (block->kind) {
	case BLOCK_TABLE: return block->place.id ? table_mouse(view, block, event) : ignored;
	case BLOCK_PROSE: return block->place.id ? lines_event(view, block, event, false) : ignored;
	case BLOCK_FORM: return block->place.id ? form_click_at(view, block, event) : ignored;
	case BLOCK_LINE: return line_click(view, block, event);
	case BLOCK_FACTS:
		if (event->button == BUTTON_LEFT)
			return facts_click(view, block, event);
		return block->place.id ? lines_event(view, block, event, false) : ignored;
	case BLOCK_CALL: return act(event, !block->call.off, block->call.action);
	case BLOCK_NOTICE: return act(event, block->notice.does != NULL, block->notice.action);
	case BLOCK_GROUP:
	case BLOCK_CHART:
	case BLOCK_PICTURE: break;
	}
	return ignored;
}

struct view_event view_event(struct view *view, const struct event *event, bool with_letters)
{
	struct view_block *focus = view_focused(view);

	for (int at = 0; event->kind == EVENT_MOUSE && at < view->count; at++)
		if (view->blocks[at].kind != BLOCK_GROUP && rect_holds(view->blocks[at].rect, event->x, event->y))
			return mouse_event(view, &view->blocks[at], event);
	if (event->kind != EVENT_KEY || !focus || !focus->place.id)
		return ignored;
	switch (focus->kind) {
	case BLOCK_TABLE: return table_key(view, focus, event, with_letters);
	case BLOCK_PROSE:
	case BLOCK_FACTS: return lines_event(view, focus, event, with_letters);
	case BLOCK_FORM: return form_key(focus, event);
	default: return ignored;
	}
}
