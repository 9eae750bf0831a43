#include "tui/widgets/form.h"

#include <stdio.h>
#include <string.h>

#include "tui/terminal/key.h"

enum { NARROW = 52, GAP = 2, FIELD_WIDTH_MAX = 60 };

static bool takes_text(const struct form_field *field)
{
	return !field->row->choices;
}

bool form_init(struct form *form, const struct form_row *rows, size_t count, struct err *err)
{
	*form = (struct form){0};
	for (; form->count < count && form->count < FORM_FIELDS_MAX; form->count++) {
		struct form_field *field = &form->fields[form->count];

		field->row = &rows[form->count];
		if (!field_init(&field->field, field->row->max, field->row->secret, err)) {
			form_done(form);
			return false;
		}
	}
	while (form->focus + 1 < form->count && !takes_text(&form->fields[form->focus]))
		form->focus++;
	return true;
}

void form_done(struct form *form)
{
	for (size_t at = 0; at < form->count; at++)
		field_done(&form->fields[at].field);
	form->count = form->focus = 0;
}

static void set_choice(struct form_field *field, const char *text)
{
	for (int at = 0; field->row->choices[at]; at++)
		if (!strcmp(field->row->choices[at], text))
			field->choice = at;
}

void form_set(struct form *form, size_t index, const char *text)
{
	struct form_field *field = &form->fields[index];

	if (field->row->choices && text)
		set_choice(field, text);
	else
		field_set(&field->field, text);
}

const char *form_text(const struct form *form, size_t index)
{
	const struct form_field *field = &form->fields[index];

	return field->row->choices ? field->row->choices[field->choice] : field_text(&field->field);
}

void form_error(struct form *form, size_t index, bool focus, const char *text)
{
	snprintf(form->fields[index].error, FORM_ERROR_SIZE, "%s", text);
	if (focus)
		form->focus = index;
}

bool form_error_named(struct form *form, const char *name, const char *text)
{
	if (name[0] == '/')
		name++;
	for (size_t at = 0; at < form->count; at++) {
		if (strcmp(form->fields[at].row->name, name) != 0)
			continue;
		form_error(form, at, !form_has_errors(form), text);
		return true;
	}
	return false;
}

void form_clear_errors(struct form *form)
{
	for (size_t at = 0; at < form->count; at++)
		form->fields[at].error[0] = '\0';
}

bool form_has_errors(const struct form *form)
{
	for (size_t at = 0; at < form->count; at++)
		if (form->fields[at].error[0])
			return true;
	return false;
}

/* Its text is as it shall be: without blanks around it, and checked. */
static void settle(struct form_field *field)
{
	char meaning[FORM_MEANING_SIZE];

	if (!takes_text(field))
		return;
	if (field->row->lines <= 1)
		field_trim(&field->field);
	if (field->row->check && !field->error[0])
		field->row->check(field->row->kind, field_text(&field->field), meaning, sizeof meaning, field->error,
				  sizeof field->error);
}

bool form_settle(struct form *form)
{
	form_clear_errors(form);
	for (size_t at = form->count; at-- > 0;) {
		settle(&form->fields[at]);
		if (form->fields[at].error[0])
			form->focus = at;
	}
	return !form_has_errors(form);
}

static void set_focus(struct form *form, size_t to)
{
	if (to != form->focus)
		settle(&form->fields[form->focus]);
	form->focus = to;
}

static void move_focus(struct form *form, size_t by)
{
	set_focus(form, (form->focus + by) % form->count);
}

/* A text on a choice is meant for the next field that takes one. The blank is the choice's, ? and : are the owner's. */
static void redirect(struct form *form, const struct event *event)
{
	bool is_text = event->kind == EVENT_PASTE || (event->kind == EVENT_KEY && key_is_text(event->key) &&
						      event->key != ' ' && event->key != '?' && event->key != ':');

	for (size_t by = 1; is_text && !takes_text(&form->fields[form->focus]) && by < form->count; by++) {
		size_t to = (form->focus + by) % form->count;
		if (takes_text(&form->fields[to])) {
			form->focus = to;
			break;
		}
	}
}

static enum widget_result choose(struct form_field *field, const struct event *event)
{
	int count = 0;

	while (field->row->choices[count])
		count++;
	if (event->kind != EVENT_KEY || !count)
		return WIDGET_IGNORED;
	if (event->key == KEYSYM_Left)
		field->choice = (field->choice + count - 1) % count;
	else if (event->key == KEYSYM_Right || event->key == ' ')
		field->choice = (field->choice + 1) % count;
	else
		return WIDGET_IGNORED;
	return WIDGET_HANDLED;
}

static enum widget_result edit(struct form_field *field, const struct event *event)
{
	enum widget_result result = field->row->choices     ? choose(field, event)
				    : field->row->lines > 1 ? area_event(&field->field, event, field->rect.width)
							    : field_event(&field->field, event);

	if (result == WIDGET_HANDLED)
		field->error[0] = '\0';
	return result;
}

static enum widget_result click(struct form *form, const struct event *event)
{
	for (size_t at = 0; at < form->count; at++) {
		struct form_field *field = &form->fields[at];

		if (event->button != BUTTON_LEFT || !rect_holds(field->rect, event->x, event->y))
			continue;
		if (form->focus == at && field->row->choices)
			return edit(field, &(struct event){.kind = EVENT_KEY, .key = KEYSYM_Right});
		set_focus(form, at);
		if (takes_text(field) && field->row->lines <= 1)
			field_click(&field->field, event->x - field->rect.x);
		return WIDGET_HANDLED;
	}
	return WIDGET_IGNORED;
}

enum widget_result form_event(struct form *form, const struct event *event)
{
	if (!form->count)
		return WIDGET_IGNORED;
	if (event->kind == EVENT_MOUSE)
		return click(form, event);
	redirect(form, event);
	enum widget_result result = edit(&form->fields[form->focus], event);
	if (result != WIDGET_IGNORED || event->kind != EVENT_KEY)
		return result;
	switch (event->key) {
	case KEYSYM_Enter: return WIDGET_CHOSEN;
	case KEYSYM_Esc: return WIDGET_CLOSED;
	case KEYSYM_Tab:
	case KEYSYM_Down: move_focus(form, 1); return WIDGET_HANDLED;
	case KEYSYM_Tab | KEYMOD_SHIFT:
	case KEYSYM_Up: move_focus(form, form->count - 1); return WIDGET_HANDLED;
	default: return WIDGET_IGNORED;
	}
}

static int label_columns(const struct form *form, struct canvas *canvas)
{
	int widest = 0;

	for (size_t at = 0; at < form->count; at++) {
		const char *label = form->fields[at].row->label;
		int width = paint_width(canvas, label, strlen(label));
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void paint_choice(const struct form_field *field, struct canvas *canvas, struct rect rect, bool focused)
{
	const struct glyphs *glyphs = canvas_glyphs(canvas);
	enum role role = focused ? ROLE_SELECTED : ROLE_TEXT;

	paint_glyph(canvas, rect.x, rect.y, focused ? ROLE_ACCENT : ROLE_FAINT, glyphs->left);
	int used = paint_str(canvas, rect.x + 2, rect.y, rect.width - 4, role, field->row->choices[field->choice]);
	paint_glyph(canvas, rect.x + 3 + used, rect.y, focused ? ROLE_ACCENT : ROLE_FAINT, glyphs->right);
}

/* Behind what was typed: what it means, where that looks otherwise. */
static void paint_meaning(const struct form_field *field, struct canvas *canvas)
{
	char meaning[FORM_MEANING_SIZE], fault[FORM_ERROR_SIZE];
	const char *text = field_text(&field->field);

	if (!field->row->check || field->error[0] ||
	    !field->row->check(field->row->kind, text, meaning, sizeof meaning, fault, sizeof fault) || !strcmp(text, meaning))
		return;
	int used = paint_width(canvas, text, strlen(text)) + GAP;
	paint_printf(canvas, field->rect.x + used, field->rect.y, field->rect.width - used, ROLE_FAINT, "= %s", meaning);
}

static void paint_field(struct form_field *field, struct canvas *canvas, bool focused)
{
	struct rect rect = field->rect;

	if (field->row->choices)
		paint_choice(field, canvas, rect, focused);
	else if (field->row->lines > 1)
		area_paint(&field->field, canvas, rect, focused, field->row->hint);
	else
		field_paint(&field->field, canvas, rect.x, rect.y, rect.width, focused, field->row->hint);
	if (!focused)
		paint_meaning(field, canvas);
}

/* What is wrong with a field stands below it, over as many lines as it needs. */
static int error_lines(const struct form_field *field, struct rect rect)
{
	int width = rect.x + rect.width - field->rect.x;

	return field->error[0] ? layout_wrap_count(field->error, strlen(field->error), width) : 0;
}

/* Where each field goes, from line 0 on. Returns the lines that all take; sets the first and last of the one in focus. */
static int place(struct form *form, struct rect rect, int labels, bool narrow, int *ret_first, int *ret_last)
{
	int y = 0;

	for (size_t at = 0; at < form->count; at++) {
		struct form_field *field = &form->fields[at];
		int x = narrow ? 2 : 2 + labels + GAP;
		int width = rect.width - x < FIELD_WIDTH_MAX ? rect.width - x : FIELD_WIDTH_MAX;
		int first = y;

		y += narrow ? 1 : 0;
		int height = field->row->lines > 1 ? field->row->lines : 1;
		field->rect = (struct rect){rect.x + x, y, width > 0 ? width : 0, height};
		y += field->rect.height + error_lines(field, rect);
		if (at == form->focus) {
			*ret_first = first;
			*ret_last = y - 1;
		}
	}
	return y;
}

int form_paint(struct form *form, struct canvas *canvas, struct rect rect)
{
	bool narrow = rect.width < NARROW;
	int labels = label_columns(form, canvas), first = 0, last = 0;
	int lines = place(form, rect, labels, narrow, &first, &last);
	struct rect before = canvas_clip(canvas, rect);

	if (last >= form->scroll + rect.height)
		form->scroll = last - rect.height + 1;
	if (first < form->scroll || lines <= rect.height)
		form->scroll = lines <= rect.height ? 0 : first;
	for (size_t at = 0; at < form->count; at++) {
		struct form_field *field = &form->fields[at];
		bool focused = at == form->focus;

		field->rect.y += rect.y - form->scroll;
		int y = narrow ? field->rect.y - 1 : field->rect.y;
		if (focused)
			paint_glyph(canvas, rect.x, y, ROLE_ACCENT, canvas_glyphs(canvas)->marker);
		paint_str(canvas, rect.x + 2, y, narrow ? rect.width - 2 : labels, focused ? ROLE_STRONG : ROLE_FAINT,
			  field->row->label);
		paint_field(field, canvas, focused);
		if (field->error[0]) {
			int below = field->rect.y + field->rect.height;
			paint_glyph(canvas, rect.x, below, ROLE_BAD, "!");
			paint_wrapped(canvas,
				      (struct rect){field->rect.x, below, rect.x + rect.width - field->rect.x,
						    error_lines(field, rect)},
				      0, ROLE_BAD, field->error, strlen(field->error));
		}
	}
	canvas_unclip(canvas, before);
	return lines < rect.height ? lines : rect.height;
}
