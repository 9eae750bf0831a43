#include "screens/selling/editor_review.h"

#include <stdio.h>
#include <string.h>

enum pair_column { COLUMN_FIELD, COLUMN_LEFT, COLUMN_RIGHT, COLUMNS };

/* A field's value as people read it: an amount with its currency. */
static const char *shown(const struct editor *editor, enum editor_row row, const char *text, char space[VIEW_TEXT])
{
	char fault[NUMBER_FAULT], amount[APP_TEXT];
	int64_t value;

	if (row == ROW_PRICE && number_read(NUMBER_PRICE, text, &value, fault)) {
		const char *currency = app_currency(editor->app);
		snprintf(space, VIEW_TEXT, "%s%s%s", app_money(value, amount), *currency ? " " : "", currency);
		return space;
	}
	if (row == ROW_STOCK && (!*text || number_read(NUMBER_STOCK, text, &value, fault)))
		return number_write(NUMBER_STOCK, *text ? value : 0, space);
	return text;
}

static const char *picture_text(const struct editor *editor, bool after)
{
	if (after && editor->picture.path[0])
		return editor->picture.path;
	return editor->has_picture && !(after && editor->picture.removed) ? "there is one" : "none";
}

static bool changes_picture(const struct editor *editor)
{
	return editor->picture.path[0] || (editor->picture.removed && editor->has_picture);
}

/* Will the field be sent? Or, in a conflict: did both sides change it? */
static bool is_concerned(const struct editor *editor, size_t row)
{
	if (editor->conflict)
		return editor_differs(editor, row) && editor_touched(editor, row);
	return row == ROW_PICTURE ? changes_picture(editor) : !*editor->id || editor_touched(editor, row);
}

static size_t count_concerned(const struct editor *editor)
{
	size_t count = 0;

	for (size_t row = 0; row < editor->form.count; row++)
		count += is_concerned(editor, row);
	return count;
}

/* The field in this line of the table. */
static enum editor_row row_at(const struct editor *editor, int64_t line)
{
	size_t row = 0;

	while (row + 1 < editor->form.count && (!is_concerned(editor, row) || line--))
		row++;
	return (enum editor_row)row;
}

/* The value of a field that will be sent. */
static const char *text_after(const struct editor *editor, enum editor_row row, char space[VIEW_TEXT])
{
	return row == ROW_PICTURE ? picture_text(editor, true)
				  : shown(editor, row, form_text(&editor->form, row), space);
}

/* ---- before and after ---- */

static void pair_cell(const void *context, int64_t line, size_t column, struct view_cell *ret_cell)
{
	const struct editor *editor = context;
	enum editor_row row = row_at(editor, line);
	char *space = ret_cell->space;

	if (column == COLUMN_FIELD) {
		ret_cell->text = editor->rows[row].label;
		ret_cell->role = ROLE_FAINT;
	} else if (editor->conflict) {
		ret_cell->text = column == COLUMN_LEFT ? form_text(&editor->form, row)
						       : editor_value(editor->theirs, row, space);
		ret_cell->role = column == COLUMN_LEFT ? ROLE_ACCENT : ROLE_TEXT;
	} else if (column == COLUMN_LEFT) {
		ret_cell->text = row == ROW_PICTURE ? picture_text(editor, false)
						    : shown(editor, row, editor->initial[row], space);
		ret_cell->role = ROLE_FAINT;
	} else {
		ret_cell->text = text_after(editor, row, space);
		ret_cell->role = ROLE_ACCENT;
	}
}

static void view_pairs(const struct editor *editor, struct view *view, const char *left, const char *right)
{
	const struct view_column columns[COLUMNS] = {
	    [COLUMN_FIELD] = {.min = 8, .ideal = 11},
	    [COLUMN_LEFT] = {.title = left, .min = 8, .ideal = 28, .weight = 1},
	    [COLUMN_RIGHT] = {.title = right, .min = 8, .ideal = 28, .weight = 1},
	};

	view_table(view, &(struct view_table){.columns = columns,
					      .column_count = COLUMNS,
					      .count = (int64_t)count_concerned(editor),
					      .selected = -1,
					      .get_cell = pair_cell,
					      .context = editor});
}

static void view_fields(const struct editor *editor, struct view *view)
{
	struct view_fact facts[ROWS];
	size_t count = 0;

	for (enum editor_row row = 0; row < editor->form.count; row++) {
		char space[VIEW_TEXT];

		if (!is_concerned(editor, row))
			continue;
		const char *text = text_after(editor, row, space);
		facts[count++] = (struct view_fact){.label = editor->rows[row].label,
						    .value = text == space ? view_printf(view, "%s", text) : text,
						    .role = row == ROW_PRICE ? ROLE_PRICE : ROLE_TEXT};
	}
	view_facts(view, &(struct view_facts){.facts = facts, .count = count});
}

void editor_view_review(const struct editor *editor, struct view *view)
{
	static const char first[] = "Nothing is sent yet: y sends it, Esc goes back to the fields.";
	static const char again[] =
	    "No answer came: this may be saved already. Look in the inventory before y sends it again.";

	if (*editor->id)
		view_pairs(editor, view, "Is", "Becomes");
	else
		view_fields(editor, view);
	view_prose(view, &(struct view_prose){.role = ROLE_STRONG, .text = editor->unsure ? again : first});
}

/* ---- a conflict ---- */

void editor_view_conflict(const struct editor *editor, struct view *view)
{
	view_prose(view, &(struct view_prose){
			     .role = ROLE_BAD, .sign = "!", .text = "This product was changed elsewhere meanwhile."});
	view_pairs(editor, view, "Yours", "Theirs");
	view_prose(view, &(struct view_prose){.role = ROLE_FAINT,
					      .text = "t takes theirs; m keeps yours, to be saved with Enter."});
}
