/* The codes that the shop sends: to confirm an address, and to set a new password. */
#include <stdio.h>
#include <string.h>

#include "models/limits.h"
#include "screens/screen.h"
#include "tui/form.h"

#define PASSWORD_KEYS(KEY)                                                                          \
	KEY(PASSWORD_SEND, "send", "Enter", "go on", "Send what is in the fields", 1)               \
	KEY(PASSWORD_OTHER, "other", "C-n", "", "Confirm an address, or set a new password", 0)
enum password_action { PASSWORD_KEYS(KEYMAP_ACTION) };
static const struct binding password_keys[] = {PASSWORD_KEYS(KEYMAP_BINDING)};

enum password_row { ROW_EMAIL, ROW_CODE, ROW_PASSWORD, ROWS };
#define EMAIL {.name = "email", .label = "E-mail", .max = LIMIT_EMAIL}
#define CODE {.name = "code", .label = "Code", .hint = "from the mail", .max = LIMIT_CODE}
static const struct form_row rows[] = {
    [ROW_EMAIL] = EMAIL,
    [ROW_CODE] = CODE,
    [ROW_PASSWORD] = {.name = "password",
		      .label = "New password",
		      .hint = "8 or more: a-z, A-Z, 0-9",
		      .max = LIMIT_PASSWORD,
		      .secret = true},
};

/* The steps: each uses the first `rows` rows. */
enum step { STEP_FORGOT, STEP_RESET, STEP_CONFIRM };
static const struct {
	const char *title, *text;
	size_t rows;
	enum api_op op;
} steps[] = {
    [STEP_FORGOT] = {"A new password", "Say for which address; if there is such an account, a code is sent to it.", 1,
		     API_password_forgot},
    [STEP_RESET] = {"A new password", "A code is on its way, if there is such an account. Type it with the new password.",
		    3, API_password_reset},
    [STEP_CONFIRM] = {"Confirm the address", "A code was sent to this address. Type it here, then sign in.", 2,
		      API_account_confirm},
};

struct password {
	struct form form;
	enum step step;
	bool sending;
};

/* Goes to a step; what was typed stays. */
static bool go(struct app *app, struct password *screen, enum step step, const char *email)
{
	char kept[LIMIT_EMAIL * 4 + 1];
	struct err err;

	snprintf(kept, sizeof kept, "%s", email);
	form_done(&screen->form);
	screen->step = step;
	if (!form_init(&screen->form, rows, steps[step].rows, &err)) {
		app_failed(app, &err);
		return false;
	}
	form_set(&screen->form, ROW_EMAIL, kept);
	screen->form.focus = step == STEP_FORGOT || !*kept ? ROW_EMAIL : ROW_CODE;
	return true;
}

/* With an address: it has to be confirmed. Without: the password was forgotten. */
static bool password_enter(struct app *app, void *state, const void *argument)
{
	return go(app, state, argument ? STEP_CONFIRM : STEP_FORGOT, argument ? argument : "");
}

static void password_leave(struct app *app, void *state)
{
	struct password *screen = state;

	(void)app;
	form_done(&screen->form);
}

static void password_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct password *screen = state;
	struct rect rect = rect_inset(body, 2, body.height > 14 ? 1 : 0);
	const char *text = steps[screen->step].text;

	paint_str(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, steps[screen->step].title);
	rect_cut_top(&rect, 1);
	int lines = layout_wrap_count(text, strlen(text), rect.width);
	paint_wrapped(canvas, rect_cut_top(&rect, lines), 0, ROLE_FAINT, text, strlen(text));
	rect_cut_top(&rect, 1);
	form_paint(&screen->form, canvas, rect);
	if (app_waiting(app, screen))
		canvas_dim(canvas, body);
}

static void on_sent(struct app *app, void *state, struct net_reply *reply)
{
	struct password *screen = state;
	const struct message_answer *answer = reply->answer;

	screen->sending = false;
	if (reply->ok) {
		app_say(app, TOAST_GOOD, NULL, "%s", answer->message);
		if (screen->step == STEP_FORGOT)
			go(app, screen, STEP_RESET, form_text(&screen->form, ROW_EMAIL));
		else
			app_close(app);
	} else if (!strcmp(reply->err.code, "invalid_code")) {
		form_error(&screen->form, ROW_CODE, true, "is not, or no longer, the right one");
	} else if (reply->err.kind != ERR_INVALID ||
		   !form_error_named(&screen->form, reply->err.field, reply->err.message)) {
		app_failed(app, &reply->err);
	}
}

static void send(struct app *app, struct password *screen)
{
	const struct form *form = &screen->form;
	struct code_request body = {.email = form_text(form, ROW_EMAIL)};

	if (screen->sending)
		return;
	form_clear_errors(&screen->form);
	for (size_t row = steps[screen->step].rows; row-- > 0;)
		if (!*form_text(form, row))
			form_error(&screen->form, row, true, "is needed");
	if (form_has_errors(form))
		return;
	if (steps[screen->step].rows > ROW_CODE)
		body.code = form_text(form, ROW_CODE);
	if (steps[screen->step].rows > ROW_PASSWORD)
		body.password = form_text(form, ROW_PASSWORD);
	screen->sending =
	    app_call(app, screen, steps[screen->step].op, &(struct net_args){.body = &body}, on_sent) != 0;
}

static void password_action(struct app *app, void *state, int action)
{
	struct password *screen = state;

	if (action == PASSWORD_SEND)
		send(app, screen);
	else
		go(app, screen, screen->step == STEP_CONFIRM ? STEP_FORGOT : STEP_CONFIRM,
		   form_text(&screen->form, ROW_EMAIL));
}

static enum widget_result password_event(struct app *app, void *state, const struct event *event)
{
	struct password *screen = state;

	if (screen->sending)
		return event->kind == EVENT_KEY && event->key != KEYSYM_Esc ? WIDGET_HANDLED : WIDGET_IGNORED;
	enum widget_result result = form_event(&screen->form, event);
	if (result == WIDGET_CHOSEN)
		send(app, screen);
	return result == WIDGET_CLOSED ? WIDGET_IGNORED : result;
}

static bool password_escape(struct app *app, void *state)
{
	struct password *screen = state;

	if (!screen->sending)
		return false;
	net_cancel_owner(app_net(app), screen);
	screen->sending = false;
	return true;
}

const struct screen screen_password = {
    .name = "password",
    .title = "Password",
    .state_size = sizeof(struct password),
    SCREEN_KEYS(password_keys),
    .enter = password_enter,
    .paint = password_paint,
    .action = password_action,
    .event = password_event,
    .escape = password_escape,
    .leave = password_leave,
};
