#include "screens/selling/editor_review.h"

#include <stdio.h>
#include <string.h>

enum { LABEL = 13, TEXT_MAX = 72 };

/* Label, and two texts side by side. */
static void paint_pair(struct canvas *canvas, struct rect line, const char *label, enum role role, const char *left,
		       enum role right_role, const char *right)
{
	int half = (line.width - LABEL) / 2;

	if (rect_is_empty(line))
		return;
	paint_str(canvas, line.x, line.y, LABEL - 1, ROLE_FAINT, label);
	paint_str(canvas, line.x + LABEL, line.y, half - 2, role, left);
	paint_str(canvas, line.x + LABEL + half, line.y, half, right_role, right);
}

/* ---- the review ---- */

/* A field's value as people read it: an amount with its currency, not as it was typed. */
static const char *shown(const struct editor *editor, enum editor_row row, const char *text, char space[2 * APP_TEXT])
{
	char fault[NUMBER_FAULT], amount[APP_TEXT];
	int64_t value;

	if (row == ROW_PRICE && number_read(NUMBER_PRICE, text, &value, fault)) {
		const char *currency = app_currency(editor->app);
		snprintf(space, 2 * APP_TEXT, "%s%s%s", app_money(value, amount), *currency ? " " : "", currency);
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

static void paint_change(const struct editor *editor, struct canvas *canvas, struct rect *rect, enum editor_row row)
{
	bool is_picture = row == ROW_PICTURE;
	const char *was = is_picture ? picture_text(editor, false) : editor->initial[row];
	const char *now = is_picture ? picture_text(editor, true) : form_text(&editor->form, row);
	char before[2 * APP_TEXT], after[2 * APP_TEXT];
	const char *label = editor->rows[row].label;

	if (*editor->id) {
		paint_pair(canvas, rect_cut_top(rect, 1), label, ROLE_FAINT, shown(editor, row, was, before), ROLE_ACCENT,
			   shown(editor, row, now, after));
		return;
	}
	now = shown(editor, row, now, after);
	struct rect text = *rect;
	rect_cut_left(&text, LABEL);
	text.width = text.width < TEXT_MAX ? text.width : TEXT_MAX;
	int lines = layout_wrap_count(now, strlen(now), text.width);
	struct rect line = rect_cut_top(rect, lines > 0 ? lines : 1);
	text.height = line.height;
	if (rect_is_empty(line))
		return;
	paint_str(canvas, line.x, line.y, LABEL - 1, ROLE_FAINT, label);
	paint_wrapped(canvas, text, 0, row == ROW_PRICE ? ROLE_PRICE : ROLE_TEXT, now, strlen(now));
}

int editor_paint_review(const struct editor *editor, struct canvas *canvas, struct rect rect)
{
	static const char first[] = "Nothing is sent yet: y sends it, Esc goes back to the fields.";
	static const char again[] =
	    "No answer came: this may be saved already. Look in the inventory before y sends it again.";
	const char *what = editor->unsure ? again : first;
	int height = rect.height;

	if (*editor->id)
		paint_pair(canvas, rect_cut_top(&rect, 1), "", ROLE_FAINT, "Is", ROLE_FAINT, "Becomes");
	for (enum editor_row row = 0; row < editor->form.count; row++) {
		bool concerns = row == ROW_PICTURE ? changes_picture(editor) : !*editor->id || editor_touched(editor, row);
		if (concerns)
			paint_change(editor, canvas, &rect, row);
	}
	rect_cut_top(&rect, rect.height > 2);
	paint_wrapped(canvas, rect, 0, ROLE_STRONG, what, strlen(what));
	rect_cut_top(&rect, layout_wrap_count(what, strlen(what), rect.width));
	return height - rect.height;
}

/* ---- a conflict ---- */

void editor_paint_conflict(const struct editor *editor, struct canvas *canvas, struct rect rect)
{
	static const char ways[] = "t takes theirs; m keeps yours, to be saved with Enter.";
	struct rect line = rect_cut_top(&rect, 1);

	paint_str(canvas, line.x, line.y, line.width, ROLE_BAD, "! This product was changed elsewhere meanwhile.");
	rect_cut_top(&rect, 1);
	paint_pair(canvas, rect_cut_top(&rect, 1), "", ROLE_FAINT, "Yours", ROLE_FAINT, "Theirs");
	for (size_t row = 0; row < editor->form.count; row++) {
		char space[APP_TEXT];
		if (editor_differs(editor, row) && editor_touched(editor, row))
			paint_pair(canvas, rect_cut_top(&rect, 1), editor->rows[row].label, ROLE_ACCENT,
				   form_text(&editor->form, row), ROLE_TEXT,
				   editor_value(editor->theirs, (enum editor_row)row, space));
	}
	rect_cut_top(&rect, 1);
	paint_wrapped(canvas, rect, 0, ROLE_FAINT, ways, strlen(ways));
}
