/* Signing in, and from here signing up, confirming and asking for a new password. */
#include <string.h>

#include "models/limits.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"
#include "screens/parts/signing.h"

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
	struct sheet sheet;
	bool away;           /* at a new password */
	const char *instead; /* of the usual sentence, or NULL */
};

static void on_login(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_in *screen = state;
	struct form *form = &screen->sheet.form;

	if (sheet_sent(&screen->sheet, reply)) {
		/* Whoever wanted to do something goes on where he was. */
		app_say(app, TOAST_GOOD, NULL, "Welcome");
		app_close(app);
		app_session_changed(app);
	} else if (!strcmp(reply->err.code, "not_confirmed") && !net_offers(app_net(app), API_account_confirm)) {
		/* There a link does it, not a code. */
		screen->instead = "This account is not confirmed yet: open the link in the mail, then sign in.";
	} else if (!strcmp(reply->err.code, "not_confirmed")) {
		app_push(app, SCREEN_password,
			 &(struct signing){.email = form_text(form, ROW_EMAIL), .unconfirmed = true});
	} else if (reply->err.kind == ERR_UNAUTHENTICATED) {
		form_set(form, ROW_PASSWORD, ""); /* it can't be read, so it can't be corrected */
		form_error(form, ROW_PASSWORD, true, "Wrong e-mail address or password");
	} else {
		sheet_refused(app, &screen->sheet, reply);
	}
}

static void send(struct app *app, void *state)
{
	struct sign_in *screen = state;
	const struct login_request body = {.email = form_text(&screen->sheet.form, ROW_EMAIL),
					   .password = form_text(&screen->sheet.form, ROW_PASSWORD)};

	if (sheet_is_filled(&screen->sheet, 0)) /* which trims the texts where they are */
		sheet_call(app, &screen->sheet, API_login, &(struct net_args){.body = &body}, on_login);
}

static bool sign_in_enter(struct app *app, void *state, const void *argument)
{
	struct sign_in *screen = state;
	const struct signing *signing = argument;

	if (!sheet_open(app, &screen->sheet, rows, ROWS, send))
		return false;
	if (signing && signing->mailed)
		screen->instead = "Your account is made. Open the link in the mail, then sign in here.";
	if (signing && signing->email && *signing->email) {
		form_set(&screen->sheet.form, ROW_EMAIL, signing->email);
		screen->sheet.form.focus = ROW_PASSWORD;
	}
	return true;
}

/* Back from a new password: that is what is to be typed now. */
static void sign_in_shown(struct app *app, void *state)
{
	struct sign_in *screen = state;
	struct form *form = &screen->sheet.form;

	(void)app;
	if (screen->away && *form_text(form, ROW_EMAIL))
		form->focus = ROW_PASSWORD;
	screen->away = false;
}

static void sign_in_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	static const char insecure[] = "This connection is not encrypted: others may read the password.";
	struct sign_in *screen = state;
	const char *text = cart_model_units(app_cart(app)) ? "No account yet? ^N makes one. The cart stays as it is."
							   : "No account yet? ^N makes one.";
	struct rect rest =
	    sheet_paint(app, &screen->sheet, canvas, body, "Sign in", screen->instead ? screen->instead : text);

	if (net_insecure(app_net(app)))
		paint_wrapped(canvas, rest, 0, ROLE_WARN, insecure, strlen(insecure));
}

static void sign_in_action(struct app *app, void *state, int action)
{
	struct sign_in *screen = state;
	/* Whoever comes with a cart wants to buy. */
	const struct signing signing = {.email = form_text(&screen->sheet.form, ROW_EMAIL),
					.buys = cart_model_units(app_cart(app)) > 0};

	switch ((enum sign_in_action)action) {
	case SIGN_IN_SEND:
		send(app, state);
		break;
	case SIGN_IN_NEW:
		app_replace(app, SCREEN_sign_up, &signing);
		break;
	case SIGN_IN_FORGOT:
		screen->away = true;
		app_push(app, SCREEN_password, &signing);
		break;
	}
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
    .shown = sign_in_shown,
    .paint = sign_in_paint,
    .action = sign_in_action,
    .event = sheet_event,
    .escape = sheet_escape,
    .hidden = sign_in_hidden,
    .leave = sheet_leave,
};
