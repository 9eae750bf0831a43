/* Blocks are added. */
#include "tui/view/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VIEW_MEMORY = 1 << 20 };

struct view *view_new(void)
{
	struct view *view = calloc(1, sizeof *view);

	if (!view)
		return NULL;
	arena_init(&view->arena, VIEW_MEMORY);
	buf_init(&view->scratch, VIEW_SCRATCH_MAX);
	return view;
}

struct view *view_free(struct view *view)
{
	if (!view)
		return NULL;
	arena_done(&view->arena);
	buf_done(&view->scratch);
	free(view);
	return NULL;
}

void view_begin(struct view *view, const struct keymap *keymap)
{
	assert(!view->depth); /* each view_group has its view_end */
	arena_reset(&view->arena);
	view->count = 0;
	view->keymap = keymap;
	for (int at = 0; at < view->kept_count; at++)
		view->kept[at].used = false;
}

const char *view_printf(struct view *view, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	int length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length < 0)
		return "";
	char *copy = arena_alloc(&view->arena, (size_t)length + 1);
	if (!copy)
		return "";
	va_start(args, format);
	vsnprintf(copy, (size_t)length + 1, format, args);
	va_end(args);
	return copy;
}

/* ---- blocks ---- */

/* What is kept for an id that is there again, or for the first time. */
static void keep(struct view *view, int id)
{
	struct view_kept *kept = view_kept(view, id);

	if (!id)
		return;
	if (!kept && view->kept_count < VIEW_BLOCKS_MAX)
		kept = &view->kept[view->kept_count++];
	for (int at = 0; !kept && at < view->kept_count; at++)
		if (!view->kept[at].used)
			kept = &view->kept[at];
	assert(kept && !(kept->id == id && kept->used)); /* there are no more ids than blocks, and each is there once */
	if (kept->id != id)
		*kept = (struct view_kept){.id = id, .shown = true};
	kept->used = true;
}

static struct view_block *add(struct view *view, enum view_kind kind, int id)
{
	assert(view->count < VIEW_BLOCKS_MAX);
	struct view_block *block = &view->blocks[view->count++];

	*block = (struct view_block){.kind = kind, .end = view->count};
	keep(view, id);
	return block;
}

/* A copy that lives as long as the frame. False when memory ends: the block is then missing. */
static bool copy(struct view *view, const void *array, size_t count, size_t size, const void **ret_copy)
{
	const void *made = count ? arena_memdup(&view->arena, array, count * size) : array;

	if (count && !made)
		return false;
	*ret_copy = made;
	return true;
}

void view_group(struct view *view, const struct view_group *group)
{
	assert(view->depth < VIEW_DEPTH_MAX);
	view->open[view->depth++] = view->count;
	add(view, BLOCK_GROUP, group->place.id)->group = *group;
}

void view_end(struct view *view)
{
	assert(view->depth);
	view->blocks[view->open[--view->depth]].end = view->count;
}

void view_line(struct view *view, const struct view_line *line)
{
	const void *parts;

	assert(line->count <= VIEW_ITEMS_MAX);
	if (!copy(view, line->parts, line->count, sizeof *line->parts, &parts))
		return;
	struct view_block *block = add(view, BLOCK_LINE, line->place.id);
	block->line = *line;
	block->line.parts = parts;
}

void view_prose(struct view *view, const struct view_prose *prose)
{
	add(view, BLOCK_PROSE, prose->place.id)->prose = *prose;
}

void view_facts(struct view *view, const struct view_facts *facts)
{
	const void *copied;

	assert(facts->count <= VIEW_FACTS_MAX);
	if (!copy(view, facts->facts, facts->count, sizeof *facts->facts, &copied))
		return;
	struct view_block *block = add(view, BLOCK_FACTS, facts->place.id);
	block->facts = *facts;
	block->facts.facts = copied;
}

void view_table(struct view *view, const struct view_table *table)
{
	const void *columns;

	assert(table->column_count && table->column_count <= VIEW_COLUMNS_MAX && table->get_cell);
	assert(table->cell >= 0 && table->cell <= (int)table->column_count);
	if (!copy(view, table->columns, table->column_count, sizeof *table->columns, &columns))
		return;
	struct view_block *block = add(view, BLOCK_TABLE, table->place.id);
	block->table = *table;
	block->table.columns = columns;
	if (block->table.count < 0)
		block->table.count = 0;
	if (block->table.selected >= block->table.count)
		block->table.selected = block->table.count - 1;
}

void view_form(struct view *view, const struct view_form *form)
{
	add(view, BLOCK_FORM, form->place.id)->form = *form;
}

void view_chart(struct view *view, const struct view_chart *chart)
{
	const void *values;

	if (!copy(view, chart->values, chart->count, sizeof *chart->values, &values))
		return;
	struct view_block *block = add(view, BLOCK_CHART, chart->place.id);
	block->chart = *chart;
	block->chart.values = values;
}

void view_picture(struct view *view, const struct view_picture *picture)
{
	add(view, BLOCK_PICTURE, picture->place.id)->picture = *picture;
}

void view_notice(struct view *view, const struct view_notice *notice)
{
	add(view, BLOCK_NOTICE, notice->place.id)->notice = *notice;
}

void view_call(struct view *view, const struct view_call *call)
{
	add(view, BLOCK_CALL, call->place.id)->call = *call;
}
