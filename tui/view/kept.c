/* What is kept for an id from frame to frame, and what the other files ask about blocks. */
#include "tui/view/internal.h"

#include <string.h>

#include "base/text.h"

/* The place of what is kept for an id; -1: nothing is. */
static int find_kept(const struct view *view, int id)
{
	int at = view->kept_count - 1;

	while (at >= 0 && (!id || view->kept[at].id != id))
		at--;
	return at;
}

static const struct view_kept *kept_of(const struct view *view, int id)
{
	int at = find_kept(view, id);

	return at < 0 ? NULL : &view->kept[at];
}

struct view_kept *view_kept(struct view *view, int id)
{
	int at = find_kept(view, id);

	return at < 0 ? NULL : &view->kept[at];
}

struct view_block *view_focused(struct view *view)
{
	for (int at = 0; at < view->count; at++)
		if (view->blocks[at].place.focus && !view->blocks[at].gone)
			return &view->blocks[at];
	return NULL;
}

int64_t view_first(const struct view *view, int id)
{
	const struct view_kept *kept = kept_of(view, id);

	return kept ? kept->first : 0;
}

int view_visible(const struct view *view, int id)
{
	const struct view_kept *kept = kept_of(view, id);

	return kept && kept->visible ? kept->visible : VIEW_ROWS_GUESSED;
}

bool view_shows(const struct view *view, int id)
{
	const struct view_kept *kept = kept_of(view, id);

	return !kept || kept->shown;
}

/* The field of a block that the cursor is in; NULL: none. */
static const struct field *typed_in(const struct view_block *block)
{
	const struct form *form = block->form.form;

	switch (block->kind) {
	case BLOCK_FORM:
		return block->place.focus && form->count && !form->fields[form->focus].row->choices
			   ? &form->fields[form->focus].field
			   : NULL;
	case BLOCK_TABLE: return block->place.focus && block->table.cell ? block->table.field : NULL;
	case BLOCK_LINE:
		for (size_t at = 0; at < block->line.count; at++)
			if (block->line.parts[at].typing)
				return block->line.parts[at].field;
		return NULL;
	default: return NULL;
	}
}

bool view_is_typing(const struct view *view)
{
	for (int at = 0; at < view->count; at++)
		if (!view->blocks[at].gone && typed_in(&view->blocks[at]))
			return true;
	return false;
}

bool view_room(const struct view *view, int id, int *ret_columns, int *ret_rows)
{
	const struct view_kept *kept = kept_of(view, id);

	if (!kept || rect_is_empty(kept->rect))
		return false;
	*ret_columns = kept->rect.width;
	*ret_rows = kept->rect.height;
	return true;
}

void view_key(const struct view *view, int action, char ret_name[KEY_NAME_SIZE])
{
	ret_name[0] = '\0';
	if (view->keymap)
		keymap_key_name(view->keymap, action, ret_name);
}

void view_cell_of(const struct view_table *table, int64_t row, size_t column, struct view_cell *ret_cell)
{
	*ret_cell = (struct view_cell){.text = NULL};
	table->get_cell(table->context, row, column, ret_cell);
}

void view_row_of(const struct view_table *table, int64_t row, struct view_row *ret_row)
{
	*ret_row = (struct view_row){.tag = NULL};
	if (table->get_row)
		table->get_row(table->context, row, ret_row);
}

/* ---- texts as they will be shown ---- */

int view_width(struct view *view, const char *text)
{
	if (!text)
		return 0;
	buf_reset(&view->scratch);
	text_sanitise(&view->scratch, text, strlen(text));
	return text_width(buf_str(&view->scratch), view->scratch.length);
}

int view_lines_of(struct view *view, const char *text, int width)
{
	if (!text)
		return 0;
	buf_reset(&view->scratch);
	text_sanitise_lines(&view->scratch, text, strlen(text));
	return layout_wrap_count(buf_str(&view->scratch), view->scratch.length, width);
}
