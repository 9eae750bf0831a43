/* sheet.h: a screen that is a form: Enter sends the fields, and a fault is told at its field.
 *
 * A sheet is the first member of its screen's state (the screen asserts it), so that functions with a `state` can be
 * put into the screen's table directly. While the form is being sent only Esc counts, which gives up.
 */
#ifndef VITRINE_SCREENS_PARTS_SHEET_H
#define VITRINE_SCREENS_PARTS_SHEET_H

#include "screens/app/app.h"
#include "tui/view/view.h"
#include "tui/widgets/form.h"

struct sheet {
	struct form form;
	bool sending;
	void (*send)(struct app *app, void *state); /* called by Enter */
};

/* Replaces the form by a new one. False, with a message, when memory ends. */
bool sheet_open(struct app *app, struct sheet *sheet, const struct form_row *rows, size_t count,
		void (*send)(struct app *app, void *state));

/* Adds the form as a block with the id SHEET_FORM and the focus; `title` and a sentence stand above it (both may be
 * NULL). */
enum { SHEET_FORM = 1 };
void sheet_view(struct app *app, const struct sheet *sheet, struct view *view, const char *title, const char *text);

/* Ends the typing (form_settle). Then: is every field with a `needed` (form.h) filled in? Those in `optional` (bit 0:
 * the first) don't count. Tells it at each empty field; but if the cursor is in a filled one, it only moves on to the
 * next empty one. */
bool sheet_is_filled(struct sheet *sheet, unsigned optional);

/* app_call; the form is being sent until its reply has come. The reply's function calls sheet_sent first. */
void sheet_call(struct app *app, struct sheet *sheet, enum api_op op, const struct net_args *args, app_reply *reply);

/* The reply has come. True: it is a success. */
bool sheet_sent(struct sheet *sheet, const struct net_reply *reply);

/* Tells at the fields what the platform found wrong with them; false: no field was concerned. */
bool sheet_faults(struct form *form, const struct net_reply *reply);

/* The same; if no field was concerned, app_failed. */
void sheet_refused(struct app *app, struct sheet *sheet, const struct net_reply *reply);

/* For the `event` of the screen's table. */
enum widget_result sheet_event(struct app *app, void *state, const struct event *event);
bool sheet_escape(struct app *app, void *state);
void sheet_seen(struct app *app, void *state, const struct view_event *event);
void sheet_leave(struct app *app, void *state);

#endif
