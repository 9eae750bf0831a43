/* sheet.h: a screen that is a form: fields that Enter sends, and what is wrong said at the field.
 *
 * A sheet is the first member of its screen's state (the screen asserts it); then its functions with a `state` fit into the
 * screen's table as they are. While it is being sent no key counts but Esc, which gives up.
 */
#ifndef VITRINE_SCREENS_PARTS_SHEET_H
#define VITRINE_SCREENS_PARTS_SHEET_H

#include "screens/app/app.h"
#include "tui/view/view.h"
#include "tui/widgets/form.h"

struct sheet {
	struct form form;
	bool sending;
	void (*send)(struct app *app, void *state); /* Enter */
};

/* A new form in place of the one there was, if any. False, with a message, when memory ends. */
bool sheet_open(struct app *app, struct sheet *sheet, const struct form_row *rows, size_t count,
		void (*send)(struct app *app, void *state));

/* The form as a block with the id SHEET_FORM, which has the keys; a title and a sentence above it (both may be NULL). */
enum { SHEET_FORM = 1 };
void sheet_view(struct app *app, const struct sheet *sheet, struct view *view, const char *title, const char *text);

/* Ends the typing (form_settle); then: is each field filled in that has a `needed` (form.h), but for those of `optional`
 * (bit 0: the first)? Says so at each that isn't; but from a field that is filled in it only goes on to the next that isn't. */
bool sheet_is_filled(struct sheet *sheet, unsigned optional);

/* app_call, until whose reply it is being sent; the reply begins with sheet_sent. */
void sheet_call(struct app *app, struct sheet *sheet, enum api_op op, const struct net_args *args, app_reply *reply);

/* The reply is here: was it a success? */
bool sheet_sent(struct sheet *sheet, const struct net_reply *reply);

/* Says at the fields what the platform found wrong with them; false: it was about none of them. */
bool sheet_faults(struct form *form, const struct net_reply *reply);

/* The same; or as app_failed does. */
void sheet_refused(struct app *app, struct sheet *sheet, const struct net_reply *reply);

/* For the screen's table. */
enum widget_result sheet_event(struct app *app, void *state, const struct event *event);
bool sheet_escape(struct app *app, void *state);
void sheet_seen(struct app *app, void *state, const struct view_event *event);
void sheet_leave(struct app *app, void *state);

#endif
