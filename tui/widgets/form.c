#include "tui/widgets/form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
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

/* The field is left: cuts off the blanks around its text, and checks it. */
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

/* Text that is typed on a choice is meant for the next field that takes text. But a blank is for the choice, ? and :
 * are for the owner. */
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
	enum widget_result result =
	    field->row->choices ? choose(field, event) : field_event(&field->field, event);

	if (result == WIDGET_HANDLED)
		field->error[0] = '\0';
	return result;
}

void form_go(struct form *form, size_t index)
{
	if (index < form->count)
		set_focus(form, index);
}

void form_click(struct form *form, size_t index, size_t offset)
{
	if (index >= form->count)
		return;
	struct form_field *field = &form->fields[index];
	if (form->focus == index && field->row->choices)
		edit(field, &(struct event){.kind = EVENT_KEY, .key = KEYSYM_Right});
	set_focus(form, index);
	if (takes_text(field))
		field_go(&field->field, offset);
}

size_t form_offset(const struct form *form, const struct form_places *places, size_t index, size_t first, int column,
		   int line)
{
	const struct form_field *field = &form->fields[index];

	if (!takes_text(field))
		return 0;
	if (index != form->focus)
		first = 0;
	if (field->row->lines > 1)
		return area_offset(&field->field, (int)first + line, column, places->fields[index].width);
	return field_offset(&field->field, first, column);
}

enum widget_result form_event(struct form *form, const struct event *event)
{
	if (!form->count)
		return WIDGET_IGNORED;
	redirect(form, event);
	enum widget_result result = edit(&form->fields[form->focus], event);
	if (result != WIDGET_IGNORED || event->kind != EVENT_KEY)
		return result;
	switch (event->key) {
	case KEYSYM_Enter: return WIDGET_CHOSEN;
	case KEYSYM_Esc: return WIDGET_CLOSED;
	case KEYSYM_Down:
	case KEYSYM_Up:
		if (form->fields[form->focus].row->lines > 1)
			return WIDGET_IGNORED; /* whoever shows it knows its lines */
		move_focus(form, event->key == KEYSYM_Down ? 1 : form->count - 1);
		return WIDGET_HANDLED;
	case KEYSYM_Tab: move_focus(form, 1); return WIDGET_HANDLED;
	case KEYSYM_Tab | KEYMOD_SHIFT: move_focus(form, form->count - 1); return WIDGET_HANDLED;
	default: return WIDGET_IGNORED;
	}
}

static int label_columns(const struct form *form)
{
	int widest = 0;

	for (size_t at = 0; at < form->count; at++) {
		const char *label = form->fields[at].row->label;
		int width = text_width(label, strlen(label));
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

bool form_meaning(const struct form_field *field, char ret_meaning[FORM_MEANING_SIZE])
{
	char fault[FORM_ERROR_SIZE];
	const char *text = field_text(&field->field);

	return field->row->check && !field->error[0] &&
	       field->row->check(field->row->kind, text, ret_meaning, FORM_MEANING_SIZE, fault, sizeof fault) &&
	       strcmp(text, ret_meaning) != 0;
}

/* After what was typed: what it means, where that is written differently. */
static void paint_meaning(const struct form_field *field, struct canvas *canvas, struct rect rect)
{
	char meaning[FORM_MEANING_SIZE];
	const char *text = field_text(&field->field);

	if (!form_meaning(field, meaning))
		return;
	int used = paint_width(canvas, text, strlen(text)) + GAP;
	paint_printf(canvas, rect.x + used, rect.y, rect.width - used, ROLE_FAINT, "= %s", meaning);
}

static size_t paint_field(const struct form_field *field, struct canvas *canvas, struct rect rect, bool focused,
			  size_t first)
{
	if (field->row->choices)
		paint_choice(field, canvas, rect, focused);
	else if (field->row->lines > 1)
		first = area_show(&field->field, canvas, rect, focused, field->row->hint, first);
	else
		first = field_show(&field->field, canvas, rect.x, rect.y, rect.width, focused, field->row->hint, first);
	if (!focused)
		paint_meaning(field, canvas, rect);
	return first;
}

/* What is wrong with a field stands below it, over as many lines as it needs. */
static int error_lines(const struct form_field *field, int width)
{
	return field->error[0] ? layout_wrap_count(field->error, strlen(field->error), width) : 0;
}

void form_place(const struct form *form, int width, struct form_places *ret_places)
{
	struct form_places *places = ret_places;
	int labels = label_columns(form), y = 0;
	bool narrow = width < NARROW;

	*places = (struct form_places){.narrow = narrow, .labels = narrow ? width - 2 : labels};
	for (size_t at = 0; at < form->count; at++) {
		const struct form_field *field = &form->fields[at];
		int x = narrow ? 2 : 2 + labels + GAP;
		int room = width - x < FIELD_WIDTH_MAX ? width - x : FIELD_WIDTH_MAX;
		int first = y;

		y += narrow ? 1 : 0;
		int height = field->row->lines > 1 ? field->row->lines : 1;
		places->fields[at] = (struct rect){x, y, room > 0 ? room : 0, height};
		y += height + error_lines(field, width - x);
		if (at == form->focus) {
			places->first = first;
			places->last = y - 1;
		}
	}
	places->lines = y;
}

int form_scroll(const struct form_places *places, int height, int scroll)
{
	if (places->last >= scroll + height)
		scroll = places->last - height + 1;
	if (places->first < scroll || places->lines <= height)
		scroll = places->lines <= height ? 0 : places->first;
	return scroll;
}

size_t form_show(const struct form *form, const struct form_places *places, struct canvas *canvas, struct rect rect,
		 int scroll, bool focused, size_t first)
{
	struct rect before = canvas_clip(canvas, rect);

	for (size_t at = 0; at < form->count; at++) {
		const struct form_field *field = &form->fields[at];
		struct rect place = places->fields[at];
		bool here = focused && at == form->focus;

		place.x += rect.x;
		place.y += rect.y - scroll;
		int y = places->narrow ? place.y - 1 : place.y;
		if (here)
			paint_glyph(canvas, rect.x, y, ROLE_ACCENT, canvas_glyphs(canvas)->marker);
		paint_str(canvas, rect.x + 2, y, places->labels, here ? ROLE_STRONG : ROLE_FAINT, field->row->label);
		size_t now = paint_field(field, canvas, place, here, first);
		first = here ? now : first;
		if (field->error[0]) {
			struct rect below = {place.x, place.y + place.height, rect.x + rect.width - place.x, 0};
			below.height = error_lines(field, below.width);
			paint_glyph(canvas, rect.x, below.y, ROLE_BAD, "!");
			paint_wrapped(canvas, below, 0, ROLE_BAD, field->error, strlen(field->error));
		}
	}
	canvas_unclip(canvas, before);
	return first;
}
