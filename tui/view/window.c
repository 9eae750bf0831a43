/* What is in sight of a block: rows around a selection, lines of a text, the field that has the focus. */
#include "tui/view/internal.h"

#include <string.h>

enum { SCROLLBAR = 1 };

static int64_t limit(int64_t value, int64_t most)
{
	return value > most ? (most > 0 ? most : 0) : value < 0 ? 0 : value;
}

/* Lines of the rows from one up to another, but no more than one over `most`. */
static int lines_between(const struct view_table *table, int64_t from, int64_t to, int most)
{
	int lines = 0;

	while (from < to && lines <= most)
		lines += view_row_lines(table, from++);
	return lines;
}

/* The first row in sight, so that the selection is in sight whole, and no line is empty while there are rows above. */
static int64_t first_row(const struct view_table *table, int64_t first, int height)
{
	int64_t selected = table->selected;

	first = limit(first, table->count - 1);
	if (selected >= 0 && first > selected)
		first = selected;
	if (selected >= 0 && first < selected - height + 1)
		first = selected - height + 1;
	while (selected >= 0 && first < selected && lines_between(table, first, selected + 1, height) > height)
		first++;
	while (first > 0 && lines_between(table, first - 1, table->count, height) <= height)
		first--;
	return first;
}

/* Whole rows that fit from there; one at least. */
static int rows_that_fit(const struct view_table *table, int64_t first, int height)
{
	int rows = 0, lines = 0;

	for (int64_t row = first; row < table->count; row++, rows++) {
		lines += view_row_lines(table, row);
		if (lines > height)
			break;
	}
	return rows ? rows : 1;
}

static void settle_table(struct view *view, struct view_block *block)
{
	const struct view_table *table = &block->table;
	struct view_around around = view_around(table, block->rect.height);
	int most = view_columns(view, (int)(block - view->blocks)).most;

	if (block->rect.width > most)
		block->rect.width = most;
	block->rows = block->rect;
	rect_cut_top(&block->rows, around.title + around.heads);
	rect_cut_bottom(&block->rows, around.total ? 2 : 0);
	int height = block->rows.height;
	block->flow = view_flow(table, block->rect.width);
	if (block->flow > 1) {
		struct scroll lines = {.offset = block->first / block->flow,
				       .selected = (table->selected > 0 ? table->selected : 0) / block->flow};
		scroll_resize(&lines, (table->count + block->flow - 1) / block->flow, height);
		block->first = lines.offset * block->flow;
		block->visible = height * block->flow;
	} else {
		block->first = first_row(table, block->first, height);
		/* There is room for more rows than are known: they are asked for. */
		block->visible = table->count - block->first < height ? height
								      : rows_that_fit(table, block->first, height);
	}
	int width = (block->rect.width - SCROLLBAR - (block->flow - 1) * VIEW_GAP) / block->flow;
	block->columns = view_lay_columns(view, table, width - VIEW_GUTTER, block->first, block->visible);
}

static void settle_lines(struct view_block *block, int64_t lines)
{
	block->lines = lines;
	block->visible = block->rows.height;
	block->first = limit(block->first, lines - block->visible);
}

/* FNV-1a. */
static uint64_t hash(uint64_t so_far, const char *text)
{
	for (; text && *text; text++)
		so_far = (so_far ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
	return so_far;
}

static uint64_t words_of(const struct view_block *block)
{
	uint64_t words = UINT64_C(0xCBF29CE484222325);

	if (block->kind == BLOCK_PROSE)
		return hash(words, block->prose.text);
	for (size_t at = 0; block->kind == BLOCK_FACTS && at < block->facts.count; at++)
		words = hash(hash(words, block->facts.facts[at].label), block->facts.facts[at].value);
	return words;
}

static void settle_facts(struct view *view, struct view_block *block)
{
	rect_cut_top(&block->rows, block->facts.title ? 1 : 0);
	settle_lines(block, view_facts_rows(view, &block->facts, block->rect.width));
}

static void settle_form(struct view *view, struct view_block *block)
{
	struct form_places places;
	int head = view_form_head(view, &block->form, block->rect.width);

	form_place(block->form.form, block->rect.width, &places);
	block->rows = block->rect;
	/* The form's title and text leave before a field does. */
	if (head + places.lines <= block->rect.height)
		rect_cut_top(&block->rows, head);
	block->first = form_scroll(&places, block->rows.height, (int)block->first);
	block->lines = places.lines;
	block->visible = block->rows.height;
}

/* A picture's columns and rows are capped, and only the gutter is at its left. */
static void settle_picture(struct view_block *block)
{
	block->rows = block->rect;
	rect_cut_left(&block->rows, VIEW_GUTTER);
	if (block->rows.width > PICTURE_COLUMNS_MAX)
		block->rows.width = PICTURE_COLUMNS_MAX;
	if (block->rows.height > PICTURE_ROWS_MAX)
		block->rows.height = PICTURE_ROWS_MAX;
}

static bool same_rect(struct rect a, struct rect b)
{
	return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

bool view_settle(struct view *view, struct view_block *block)
{
	struct view_kept *kept = view_kept(view, block->place.id);
	bool shown = !rect_is_empty(block->rect), changed;

	block->rows = block->rect;
	if (kept && kept->words != words_of(block)) {
		kept->words = words_of(block);
		kept->first = 0;
	}
	block->first = kept ? kept->first : 0;
	block->visible = 0;
	if (shown && block->kind == BLOCK_TABLE)
		settle_table(view, block);
	else if (shown && block->kind == BLOCK_PROSE)
		settle_lines(block, view_lines_of(view, block->prose.text, view_prose_columns(block->rect.width)));
	else if (shown && block->kind == BLOCK_FACTS)
		settle_facts(view, block);
	else if (shown && block->kind == BLOCK_FORM)
		settle_form(view, block);
	else if (shown && block->kind == BLOCK_PICTURE)
		settle_picture(block);
	if (!kept)
		return false;
	int visible = kept->visible ? kept->visible : VIEW_ROWS_GUESSED;
	changed = kept->shown != shown || kept->first != block->first ||
		  (block->kind == BLOCK_TABLE && shown && visible != block->visible) ||
		  (block->kind == BLOCK_PICTURE && !same_rect(kept->rect, block->rows));
	kept->shown = shown;
	kept->first = block->first;
	if (shown)
		kept->visible = block->visible;
	kept->rect = block->rows;
	return changed;
}
