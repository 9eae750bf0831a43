/* Signing in, and from here signing up, confirming and asking for a new password. */
#include <string.h>

#include "models/limits.h"
#include "screens/screen.h"
#include "tui/form.h"

#define SIGN_IN_KEYS(KEY)                                                                      \
	KEY(SIGN_IN_SEND, "send", "Enter", "sign in", "Sign in", 1)                            \
	KEY(SIGN_IN_NEW, "sign_up", "C-n", "new account", "Sign up as a client or seller", 2)  \
	KEY(SIGN_IN_FORGOT, "forgot", "C-r", "forgot password", "Get a code for a new password", 3)
enum sign_in_action { SIGN_IN_KEYS(KEYMAP_ACTION) };
static const struct binding sign_in_keys[] = {SIGN_IN_KEYS(KEYMAP_BINDING)};

enum sign_in_row { ROW_EMAIL, ROW_PASSWORD, ROWS };
static const struct form_row rows[] = {
    [ROW_EMAIL] = {.name = "email", .label = "E-mail", .max = LIMIT_EMAIL},
    [ROW_PASSWORD] = {.name = "password", .label = "Password", .max = LIMIT_PASSWORD, .secret = true},
};

struct sign_in {
	struct form form;
	bool sending;
};

static bool sign_in_enter(struct app *app, void *state, const void *argument)
{
	struct sign_in *screen = state;
	struct err err;

	if (!form_init(&screen->form, rows, ROWS, &err)) {
		app_failed(app, &err);
		return false;
	}
	if (argument) {
		form_set(&screen->form, ROW_EMAIL, argument);
		screen->form.focus = ROW_PASSWORD;
	}
	return true;
}

static void sign_in_leave(struct app *app, void *state)
{
	struct sign_in *screen = state;

	(void)app;
	form_done(&screen->form);
}

static void sign_in_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct sign_in *screen = state;
	struct rect rect = rect_inset(body, 2, 1);

	paint_str(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, "Sign in");
	rect_cut_top(&rect, 2);
	int lines = form_paint(&screen->form, canvas, rect);
	rect_cut_top(&rect, lines + 1);
	if (net_insecure(app_net(app)))
		paint_str(canvas, rect.x, rect.y, rect.width, ROLE_WARN,
			  "This connection is not encrypted: others may read the password.");
	if (screen->sending)
		canvas_dim(canvas, body);
}

static void on_login(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_in *screen = state;
	char email[LIMIT_EMAIL * 4 + 1];

	screen->sending = false;
	if (reply->ok) {
		/* Whoever wanted to do something goes on where he was. */
		app_say(app, TOAST_GOOD, NULL, "Welcome");
		app_close(app);
		app_session_changed(app);
		return;
	}
	if (!strcmp(reply->err.code, "not_confirmed")) {
		memcpy(email, form_text(&screen->form, ROW_EMAIL), strlen(form_text(&screen->form, ROW_EMAIL)) + 1);
		app_push(app, SCREEN_password, email);
	} else if (reply->err.kind == ERR_UNAUTHENTICATED) {
		form_set(&screen->form, ROW_PASSWORD, ""); /* it can't be read, so it can't be corrected */
		form_error(&screen->form, ROW_PASSWORD, true, "The e-mail address or the password is wrong");
	} else if (reply->err.kind != ERR_INVALID ||
		   !form_error_named(&screen->form, reply->err.field, reply->err.message)) {
		app_failed(app, &reply->err);
	}
}

static void send(struct app *app, struct sign_in *screen)
{
	const struct login_request body = {.email = form_text(&screen->form, ROW_EMAIL),
					   .password = form_text(&screen->form, ROW_PASSWORD)};

	if (screen->sending)
		return;
	for (size_t row = 0; row < ROWS; row++) {
		if (*form_text(&screen->form, row))
			continue;
		form_error(&screen->form, row, true, "is needed");
		return;
	}
	form_clear_errors(&screen->form);
	screen->sending = app_call(app, screen, API_login, &(struct net_args){.body = &body}, on_login) != 0;
}

static void sign_in_action(struct app *app, void *state, int action)
{
	switch ((enum sign_in_action)action) {
	case SIGN_IN_SEND:
		send(app, state);
		break;
	case SIGN_IN_NEW:
		app_replace(app, SCREEN_sign_up, NULL);
		break;
	case SIGN_IN_FORGOT:
		app_push(app, SCREEN_password, NULL);
		break;
	}
}

static enum widget_result sign_in_event(struct app *app, void *state, const struct event *event)
{
	struct sign_in *screen = state;

	if (screen->sending) /* Esc gives up; nothing else is for now */
		return event->kind == EVENT_KEY && event->key != KEYSYM_Esc ? WIDGET_HANDLED : WIDGET_IGNORED;
	enum widget_result result = form_event(&screen->form, event);
	if (result == WIDGET_CHOSEN)
		send(app, screen);
	return result == WIDGET_CLOSED ? WIDGET_IGNORED : result;
}

static bool sign_in_escape(struct app *app, void *state)
{
	struct sign_in *screen = state;

	if (!screen->sending)
		return false;
	net_cancel_owner(app_net(app), screen);
	screen->sending = false;
	return true;
}

static bool sign_in_hidden(struct app *app, const void *state, int action)
{
	(void)state;
	return action == SIGN_IN_FORGOT && !net_offers(app_net(app), API_password_forgot);
}

const struct screen screen_sign_in = {
    .name = "sign_in",
    .title = "Sign in",
    .state_size = sizeof(struct sign_in),
    SCREEN_KEYS(sign_in_keys),
    .enter = sign_in_enter,
    .paint = sign_in_paint,
    .action = sign_in_action,
    .event = sign_in_event,
    .escape = sign_in_escape,
    .hidden = sign_in_hidden,
    .leave = sign_in_leave,
};
