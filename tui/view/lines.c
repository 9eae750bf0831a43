/* From blocks to pages of lines. All blocks come first, in their order, on one page or more, with only the first rows
 * of a long table. Its other rows follow when people ask for more. */
#include "tui/view/said.h"

#include <assert.h>

#include "tui/view/internal.h"

enum { LINES_LEAST = 8, SHARE_LEAST = 3, ALL_LINES = 1 << 30 };

/* Is it among what is said? A pane and a strip say what opening the row says, too. */
static bool is_said(const struct view_block *block)
{
	return block->place.when == VIEW_ALWAYS;
}

/* The next block that is said, from `at` on; view->count when there is none. */
static int next_said(const struct view *view, int at)
{
	while (at < view->count && !is_said(&view->blocks[at]))
		at = view->blocks[at].end;
	return at;
}

static bool is_numbered(const struct view_block *block)
{
	return block->kind == BLOCK_TABLE && block->place.id && block->table.selected >= 0;
}

/* ---- how many rows of each table there are on the first page ---- */

/* The lines of everything but rows. */
static int other_lines(const struct view *view)
{
	struct saying saying = {.view = view, .left = ALL_LINES};

	buf_init(&saying.line, VIEW_SCRATCH_MAX);
	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1))
		said_block(&saying, &view->blocks[at]);
	buf_done(&saying.line);
	return ALL_LINES - saying.left;
}

/* The rows of a table that take at most so many lines. */
static int64_t rows_within(const struct view *view, const struct view_block *block, int64_t from, int lines)
{
	struct saying saying = {.view = view, .left = lines, .paged = true};
	int64_t row = from;

	buf_init(&saying.line, VIEW_SCRATCH_MAX);
	while (row < block->table.count && saying.left > 0) {
		said_row(&saying, block, 0, row);
		if (saying.full)
			break;
		row++;
	}
	buf_done(&saying.line);
	return row - from;
}

/* The shortest table that hasn't got its share yet. */
static struct view_block *shortest_table(struct view *view)
{
	struct view_block *shortest = NULL;

	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1)) {
		struct view_block *block = &view->blocks[at];
		if (block->kind == BLOCK_TABLE && block->share < 0 &&
		    (!shortest || block->table.count < shortest->table.count))
			shortest = block;
	}
	return shortest;
}

/* Tables get the lines that the others leave. Short tables come first, so that they are whole. */
static void share_rows(struct view *view, int room)
{
	int tables = 0;

	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1)) {
		if (view->blocks[at].kind != BLOCK_TABLE)
			continue;
		view->blocks[at].share = -1;
		tables++;
	}
	for (; tables; tables--) {
		struct view_block *table = shortest_table(view);
		int each = room / tables;

		table->share = rows_within(view, table, 0, each > SHARE_LEAST ? each : SHARE_LEAST);
		room -= (int)table->share;
	}
}

/* Keeps what is in sight of a table, so that its rows can be loaded. True when that has changed. */
static bool keep_window(struct view *view, const struct view_block *block, int64_t first, int64_t visible)
{
	struct view_kept *kept = view_kept(view, block->place.id);
	bool changed = kept && (kept->first != first || kept->visible != (int)visible);

	if (kept) {
		kept->first = first;
		kept->visible = (int)visible;
	}
	return changed;
}

/* Which of the blocks are said, and the numbers of their rows. */
static void number_rows(struct view *view)
{
	int64_t number = 1;

	for (int at = 0; at < view->count; at++) {
		struct view_kept *kept = view_kept(view, view->blocks[at].place.id);
		if (kept)
			kept->shown = false;
		view->blocks[at].share = 0;
		view->blocks[at].number = 0;
	}
	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1)) {
		struct view_block *block = &view->blocks[at];
		struct view_kept *kept = view_kept(view, block->place.id);
		if (kept)
			kept->shown = true;
		if (!is_numbered(block))
			continue;
		block->number = number;
		number += block->table.count;
	}
}

bool view_lines_layout(struct view *view, const struct view_lines *how)
{
	bool changed = false;

	assert(how->most >= LINES_LEAST);
	number_rows(view);
	share_rows(view, how->most - 1 - other_lines(view));
	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1)) {
		const struct view_block *block = &view->blocks[at];

		if (block->kind != BLOCK_TABLE)
			continue;
		if (view->page.later && view->page.block == at)
			changed |= keep_window(view, block, view->page.at, how->most - 2);
		else
			changed |= keep_window(view, block, 0, block->share ? block->share : how->most - 2);
	}
	return changed;
}

/* ---- pages ---- */

/* Says all blocks in their order, from a spot on. True when it said all; else *spot is where to go on. */
static bool say_blocks(struct saying *saying, const struct view *view, struct view_spot *spot)
{
	for (int at = next_said(view, spot->block); at < view->count; at = next_said(view, at + 1)) {
		saying->skip = at == spot->block ? spot->at : 0;
		saying->at = 0;
		said_block(saying, &view->blocks[at]);
		if (!saying->full)
			continue;
		*spot = (struct view_spot){.block = at, .at = saying->at};
		return false;
	}
	return true;
}

/* The first of the tables from block `from` on that has rows which the first pages left out. False when none has. */
static bool find_later(const struct view *view, int from, struct view_spot *spot)
{
	for (int at = next_said(view, from); at < view->count; at = next_said(view, at + 1)) {
		const struct view_block *block = &view->blocks[at];

		if (block->kind != BLOCK_TABLE || (block->share >= block->table.count && !block->table.more))
			continue;
		*spot = (struct view_spot){.later = true, .block = at, .at = block->share};
		return true;
	}
	return false;
}

/* Says rows of one table that were left out at first. True when no table has more; else *spot is where to go on. */
static bool say_rows(struct saying *saying, const struct view *view, struct view_spot *spot)
{
	const struct view_block *block = &view->blocks[spot->block];
	int64_t row = spot->at;

	if (spot->block >= view->count || block->kind != BLOCK_TABLE)
		return true;
	int64_t end = row + rows_within(view, block, row, saying->left - 1);
	if (row < end)
		said_heading(saying, block, row, end);
	for (; row < end; row++)
		said_row(saying, block, block->number ? block->number + row : 0, row);
	if (row >= block->table.count && !block->table.more)
		return !find_later(view, spot->block + 1, spot);
	spot->at = row;
	return false;
}

bool view_lines(struct view *view, const struct view_lines *how, struct buf *out)
{
	struct saying saying = {.view = view, .out = out, .left = how->most - 1};
	struct view_spot spot = view->page;
	bool all;

	view_lines_layout(view, how);
	buf_init(&saying.line, VIEW_SCRATCH_MAX);
	if (spot.later)
		all = say_rows(&saying, view, &spot);
	else
		all = say_blocks(&saying, view, &spot) && !find_later(view, 0, &spot);
	view->has_more = !all;
	view->next = spot;
	if (!all && how->more)
		buf_printf(out, "%s\n", how->more);
	buf_done(&saying.line);
	return !saying.failed && !out->failed;
}

bool view_lines_more(struct view *view)
{
	if (!view->has_more)
		return false;
	view->page = view->next;
	view->has_more = false;
	return true;
}

bool view_lines_has_more(const struct view *view)
{
	return view->has_more;
}

void view_lines_restart(struct view *view)
{
	view->page = view->next = (struct view_spot){.block = 0};
	view->has_more = false;
}

/* ---- numbers and typing ---- */

bool view_numbered(const struct view *view, int64_t number, int *ret_id, int64_t *ret_row)
{
	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1)) {
		const struct view_block *block = &view->blocks[at];

		if (!block->number || number < block->number || number - block->number >= block->table.count)
			continue;
		*ret_id = block->place.id;
		*ret_row = number - block->number;
		return true;
	}
	return false;
}

bool view_has_keys(const struct view *view, int id)
{
	for (int at = 0; at < view->count; at++)
		if (view->blocks[at].place.focus && is_said(&view->blocks[at]))
			return id && view->blocks[at].place.id == id;
	return false;
}

bool view_says_selected(const struct view *view, int id)
{
	for (int at = next_said(view, 0); at < view->count; at = next_said(view, at + 1))
		if (id && view->blocks[at].place.id == id && view->blocks[at].kind == BLOCK_TABLE)
			return view->blocks[at].table.cell;
	return false;
}

/* What is typed in a block; false when nothing is. */
static bool typed_in(const struct view_block *block, struct view_typed *typed)
{
	const struct form *form = block->kind == BLOCK_FORM && block->place.focus ? block->form.form : NULL;
	const struct view_table *table = &block->table;

	for (size_t i = 0; block->kind == BLOCK_LINE && i < block->line.count; i++) {
		const struct view_part *part = &block->line.parts[i];
		if (!part->field || !part->typing)
			continue;
		*typed = (struct view_typed){part->label ? part->label : part->text, part->field, NULL,
						 block->place.id};
		return true;
	}
	if (block->kind == BLOCK_TABLE && table->field) {
		*typed = (struct view_typed){table->cell ? table->columns[table->cell - 1].title : NULL, table->field,
					     NULL, block->place.id};
		return true;
	}
	if (!form || !form->count)
		return false;
	const struct form_field *field = &form->fields[form->focus];
	*typed = (struct view_typed){field->row->label, field->row->choices ? NULL : &field->field, form,
				     block->place.id};
	return true;
}

bool view_typed(const struct view *view, struct view_typed *ret_typed)
{
	for (int at = 0; at < view->count; at++)
		if (typed_in(&view->blocks[at], ret_typed))
			return true;
	return false;
}
