/* A new account, to buy or to sell. */
#include <stdio.h>
#include <string.h>

#include "models/limits.h"
#include "screens/screen.h"
#include "tui/form.h"

#define SIGN_UP_KEYS(KEY)                                                                 \
	KEY(SIGN_UP_SEND, "send", "Enter", "sign up", "Make the account", 1)              \
	KEY(SIGN_UP_SIGN_IN, "sign_in", "C-n", "sign in instead", "Use an account that exists", 2)
enum sign_up_action { SIGN_UP_KEYS(KEYMAP_ACTION) };
static const struct binding sign_up_keys[] = {SIGN_UP_KEYS(KEYMAP_BINDING)};

static const char *const kinds[] = {"buy, as a client", "sell, as a seller", NULL};

enum sign_up_row { ROW_KIND, ROW_EMAIL, ROW_PASSWORD, ROW_AGAIN, ROW_NAME, ROW_MOBILE, ROWS };
static const struct form_row rows[] = {
    [ROW_KIND] = {.name = "kind", .label = "I want to", .choices = kinds},
    [ROW_EMAIL] = {.name = "email", .label = "E-mail", .max = LIMIT_EMAIL},
    [ROW_PASSWORD] = {.name = "password",
		      .label = "Password",
		      .hint = "8 or more: a-z, A-Z, 0-9",
		      .max = LIMIT_PASSWORD,
		      .secret = true},
    [ROW_AGAIN] = {.name = "again", .label = "Once more", .max = LIMIT_PASSWORD, .secret = true},
    [ROW_NAME] = {.name = "full_name", .label = "Name", .hint = "yours, or your shop's", .max = LIMIT_FULL_NAME},
    [ROW_MOBILE] = {.name = "mobile",
		    .label = "Mobile",
		    .hint = "+34600123456 (clients only)",
		    .max = 16,
		    .allowed = "+0123456789"},
};

struct sign_up {
	struct form form;
	bool sending;
};

static bool sign_up_enter(struct app *app, void *state, const void *argument)
{
	struct sign_up *screen = state;
	const enum group *group = argument;
	struct err err;

	if (!form_init(&screen->form, rows, ROWS, &err)) {
		app_failed(app, &err);
		return false;
	}
	if (group)
		screen->form.fields[ROW_KIND].choice = *group == GROUP_SELLERS;
	screen->form.focus = group ? ROW_EMAIL : ROW_KIND;
	return true;
}

static void sign_up_leave(struct app *app, void *state)
{
	struct sign_up *screen = state;

	(void)app;
	form_done(&screen->form);
}

static void sign_up_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct sign_up *screen = state;
	struct rect rect = rect_inset(body, 2, body.height > 16 ? 1 : 0);

	paint_str(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, "A new account");
	rect_cut_top(&rect, body.height > 16 ? 2 : 1);
	form_paint(&screen->form, canvas, rect);
	if (screen->sending || app_waiting(app, screen))
		canvas_dim(canvas, body);
}

static bool is_seller(const struct sign_up *screen)
{
	return screen->form.fields[ROW_KIND].choice == 1;
}

static void on_login(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_up *screen = state;

	screen->sending = false;
	if (reply->ok) {
		app_say(app, TOAST_GOOD, NULL, "Welcome to Vitrine");
		app_close(app);
		app_session_changed(app);
	} else if (!strcmp(reply->err.code, "not_confirmed")) {
		app_replace(app, SCREEN_password, form_text(&screen->form, ROW_EMAIL));
	} else {
		app_failed(app, &reply->err);
	}
}

/* The account is there: in we go. */
static void sign_in(struct app *app, struct sign_up *screen)
{
	const struct login_request body = {.email = form_text(&screen->form, ROW_EMAIL),
					   .password = form_text(&screen->form, ROW_PASSWORD)};

	screen->sending = app_call(app, screen, API_login, &(struct net_args){.body = &body}, on_login) != 0;
}

static void show_faults(struct app *app, struct sign_up *screen, const struct net_reply *reply)
{
	const char *pointer, *detail;
	bool shown = false;

	for (size_t i = 0; net_reply_fault(reply, i, &pointer, &detail); i++)
		shown = form_error_named(&screen->form, pointer, detail) || shown;
	if (reply->err.kind == ERR_CONFLICT) {
		form_error(&screen->form, ROW_EMAIL, true, "There is an account with this address already");
		shown = true;
	}
	if (!shown && !form_error_named(&screen->form, reply->err.field, reply->err.message))
		app_failed(app, &reply->err);
}

static void on_sign_up(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_up *screen = state;

	screen->sending = false;
	if (reply->ok)
		sign_in(app, screen);
	else
		show_faults(app, screen, reply);
}

/* What the platform would refuse anyway, said before it is asked. */
static bool check(struct sign_up *screen)
{
	struct form *form = &screen->form;

	form_clear_errors(form);
	/* From the last to the first, where the cursor then is. */
	for (size_t row = ROWS; row-- > ROW_EMAIL;) {
		bool needed = row != ROW_MOBILE || !is_seller(screen);
		if (needed && !*form_text(form, row))
			form_error(form, row, true, "is needed");
		else if (row == ROW_AGAIN && strcmp(form_text(form, ROW_PASSWORD), form_text(form, ROW_AGAIN)) != 0)
			form_error(form, row, true, "is not the same password");
	}
	return !form_has_errors(form);
}

static void send(struct app *app, struct sign_up *screen)
{
	const struct form *form = &screen->form;
	struct sign_up_request body = {.email = form_text(form, ROW_EMAIL),
				       .password = form_text(form, ROW_PASSWORD),
				       .full_name = form_text(form, ROW_NAME),
				       .mobile = form_text(form, ROW_MOBILE)};
	enum api_op op = is_seller(screen) ? API_seller_create : API_client_create;

	if (!screen->sending && check(screen))
		screen->sending = app_call(app, screen, op, &(struct net_args){.body = &body}, on_sign_up) != 0;
}

static void sign_up_action(struct app *app, void *state, int action)
{
	if (action == SIGN_UP_SEND)
		send(app, state);
	else
		app_replace(app, SCREEN_sign_in, NULL);
}

static enum widget_result sign_up_event(struct app *app, void *state, const struct event *event)
{
	struct sign_up *screen = state;

	if (screen->sending)
		return event->kind == EVENT_KEY && event->key != KEYSYM_Esc ? WIDGET_HANDLED : WIDGET_IGNORED;
	enum widget_result result = form_event(&screen->form, event);
	if (result == WIDGET_CHOSEN)
		send(app, screen);
	return result == WIDGET_CLOSED ? WIDGET_IGNORED : result;
}

static bool sign_up_escape(struct app *app, void *state)
{
	struct sign_up *screen = state;

	if (!screen->sending)
		return false;
	net_cancel_owner(app_net(app), screen);
	screen->sending = false;
	return true;
}

static const char *sign_up_unsaved(struct app *app, const void *state)
{
	const struct sign_up *screen = state;

	(void)app;
	for (size_t row = ROW_EMAIL; row < ROWS; row++)
		if (*form_text(&screen->form, row))
			return "The account has not been made yet. Leave it?";
	return NULL;
}

const struct screen screen_sign_up = {
    .name = "sign_up",
    .title = "Sign up",
    .state_size = sizeof(struct sign_up),
    SCREEN_KEYS(sign_up_keys),
    .enter = sign_up_enter,
    .paint = sign_up_paint,
    .action = sign_up_action,
    .event = sign_up_event,
    .escape = sign_up_escape,
    .unsaved = sign_up_unsaved,
    .leave = sign_up_leave,
};
