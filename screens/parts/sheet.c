#include "screens/parts/sheet.h"

#include "screens/app/words.h"

bool sheet_open(struct app *app, struct sheet *sheet, const struct form_row *rows, size_t count,
		void (*send)(struct app *app, void *state))
{
	struct err err;

	form_done(&sheet->form);
	*sheet = (struct sheet){.send = send};
	if (form_init(&sheet->form, rows, count, &err))
		return true;
	app_failed(app, &err);
	return false;
}

void sheet_view(struct app *app, const struct sheet *sheet, struct view *view, const char *title, const char *text)
{
	view_form(view, &(struct view_form){.place = {.id = SHEET_FORM, .focus = true, .dim = app_waiting(app, sheet)},
					    .title = title,
					    .text = text,
					    .form = &sheet->form});
}

static bool is_missing(const struct form *form, size_t row, unsigned optional)
{
	return form->fields[row].row->needed && !(optional >> row & 1) && !*form_text(form, row);
}

bool sheet_is_filled(struct sheet *sheet, unsigned optional)
{
	struct form *form = &sheet->form;

	if (!form_settle(form))
		return false;
	/* Enter in a filled field goes on to the next empty one. People have done nothing wrong, so no error is
	 * shown. */
	bool is_filled = form->fields[form->focus].row->choices || *form_text(form, form->focus);
	for (size_t row = form->focus + 1; is_filled && row < form->count; row++)
		if (is_missing(form, row, optional)) {
			form->focus = row;
			return false;
		}
	/* From the last to the first: so the cursor ends at the first. */
	for (size_t row = form->count; row-- > 0;)
		if (is_missing(form, row, optional))
			form_error(form, row, true, form->fields[row].row->needed);
	return !form_has_errors(form);
}

void sheet_call(struct app *app, struct sheet *sheet, enum api_op op, const struct net_args *args, app_reply *reply)
{
	if (!sheet->sending)
		sheet->sending = app_call(app, sheet, op, args, reply) != 0;
}

bool sheet_sent(struct sheet *sheet, const struct net_reply *reply)
{
	sheet->sending = false;
	return reply->ok;
}

bool sheet_faults(struct form *form, const struct net_reply *reply)
{
	struct outcome_error fault;
	char space[WORDS_TEXT];
	bool shown = false;

	for (size_t i = 0; net_reply_fault(reply, i, &fault); i++)
		shown = form_error_named(form, fault.pointer, words_of_fault(&fault, space)) || shown;
	return shown || form_error_named(form, reply->err.field, words_of(&reply->err, space));
}

void sheet_refused(struct app *app, struct sheet *sheet, const struct net_reply *reply)
{
	if (!sheet_faults(&sheet->form, reply))
		app_failed(app, &reply->err);
}

enum widget_result sheet_event(struct app *app, void *state, const struct event *event)
{
	struct sheet *sheet = state;
	bool is_key = event->kind == EVENT_KEY;

	if (sheet->sending)
		return is_key && event->key != KEYSYM_Esc ? WIDGET_HANDLED : WIDGET_IGNORED;
	enum widget_result result = form_event(&sheet->form, event);
	if (result == WIDGET_CHOSEN)
		sheet->send(app, state);
	if (result == WIDGET_CLOSED) /* Esc is the app's */
		return WIDGET_IGNORED;
	/* Letters are text, at a choice too. People who take a choice for a text field must not land on another screen
	 * by a letter. */
	bool is_letter = is_key && key_is_text(event->key) && event->key != '?' && event->key != ':';
	return is_letter ? WIDGET_HANDLED : result;
}

void sheet_seen(struct app *app, void *state, const struct view_event *event)
{
	struct sheet *sheet = state;

	(void)app;
	if (event->id == SHEET_FORM && !sheet->sending)
		view_form_event(&sheet->form, event);
}

bool sheet_escape(struct app *app, void *state)
{
	struct sheet *sheet = state;
	bool was = sheet->sending;

	if (was)
		net_cancel_owner(app_net(app), state);
	sheet->sending = false;
	return was;
}

void sheet_leave(struct app *app, void *state)
{
	struct sheet *sheet = state;

	(void)app;
	form_done(&sheet->form);
}
