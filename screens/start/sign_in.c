/* Signing in. From here people also sign up, confirm their address, or ask for a new password. */
#include <assert.h>
#include <string.h>

#include "models/limits.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"
#include "screens/parts/signing.h"

#define SIGN_IN_KEYS(KEY)                                                                      \
	KEY(SIGN_IN_SEND, "send", "Enter", "sign in", "Sign in", 1)                            \
	KEY(SIGN_IN_NEW, "sign_up", "C-n", "new account", "Make an account, as a client or a seller", 2)  \
	KEY(SIGN_IN_FORGOT, "forgot", "C-g", "forgot password", "Get a code by mail for a new password", 3)
enum sign_in_action { SIGN_IN_KEYS(KEYMAP_ACTION) };
static const struct binding sign_in_keys[] = {SIGN_IN_KEYS(KEYMAP_BINDING)};

enum sign_in_row { ROW_EMAIL, ROW_PASSWORD, ROWS };
static const struct form_row rows[] = {
    [ROW_EMAIL] = {.name = "email",
		   .label = "E-mail",
		   .needed = "The e-mail address is needed: type it.",
		   .max = LIMIT_EMAIL},
    [ROW_PASSWORD] = {.name = "password",
		      .label = "Password",
		      .needed = "The password is needed: type it.",
		      .max = LIMIT_PASSWORD,
		      .secret = true},
};

struct sign_in {
	struct sheet sheet;
	bool away;        /* people went to set a new password */
	const char *text; /* what to do first, or NULL */
};
static_assert(offsetof(struct sign_in, sheet) == 0, "the sheet's functions take the screen's state");

static void on_login(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_in *screen = state;
	struct form *form = &screen->sheet.form;

	if (sheet_sent(&screen->sheet, reply)) {
		/* People go on with what they wanted to do when they were asked to sign in. */
		app_say(app, TOAST_GOOD, NULL, "Welcome");
		app_close(app);
		app_session_changed(app);
	} else if (!strcmp(reply->err.code, "not_confirmed") && !net_offers(app_net(app), API_account_confirm)) {
		/* This platform sends a link, not a code. */
		screen->text = "This account is not confirmed yet: open the link in the mail, then sign in.";
	} else if (!strcmp(reply->err.code, "not_confirmed")) {
		app_push(app, SCREEN_password,
			 &(struct signing){.email = form_text(form, ROW_EMAIL), .unconfirmed = true});
	} else if (reply->err.kind == ERR_UNAUTHENTICATED) {
		form_set(form, ROW_PASSWORD, ""); /* people can't see what to correct in it */
		form_error(form, ROW_PASSWORD, true, "Wrong e-mail address or password: type both again.");
	} else {
		sheet_refused(app, &screen->sheet, reply);
	}
}

static void send(struct app *app, void *state)
{
	struct sign_in *screen = state;
	const struct login_request body = {.email = form_text(&screen->sheet.form, ROW_EMAIL),
					   .password = form_text(&screen->sheet.form, ROW_PASSWORD)};

	if (sheet_is_filled(&screen->sheet, 0)) /* it trims the texts in place, so `body` stays right */
		sheet_call(app, &screen->sheet, API_login, &(struct net_args){.body = &body}, on_login);
}

static bool sign_in_enter(struct app *app, void *state, const void *argument)
{
	struct sign_in *screen = state;
	const struct signing *signing = argument;

	if (!sheet_open(app, &screen->sheet, rows, ROWS, send))
		return false;
	if (signing && signing->mailed)
		screen->text = "Your account is made. Open the link in the mail, then sign in here.";
	if (signing && signing->email && *signing->email) {
		form_set(&screen->sheet.form, ROW_EMAIL, signing->email);
		screen->sheet.form.focus = ROW_PASSWORD;
	}
	return true;
}

/* People are back with a new password: the cursor is where they type it. */
static void sign_in_shown(struct app *app, void *state)
{
	struct sign_in *screen = state;
	struct form *form = &screen->sheet.form;

	(void)app;
	if (screen->away && *form_text(form, ROW_EMAIL))
		form->focus = ROW_PASSWORD;
	screen->away = false;
}

static void view_other_ways(struct app *app, struct view *view)
{
	const char *cart = cart_model_units(app_cart(app)) ? "The cart stays as it is."
							   : "An account is made here.";
	const struct view_fact facts[] = {
	    {.label = "No account", .value = cart, .does = "new account", .action = SIGN_IN_NEW},
	    {.label = "Forgotten",
	     .value = "A code is sent by mail.",
	     .does = "forgot password",
	     .action = SIGN_IN_FORGOT},
	};

	view_facts(view, &(struct view_facts){.place = {.drop = 1},
					      .facts = facts,
					      .count = net_offers(app_net(app), API_password_forgot) ? 2 : 1});
}

static void sign_in_view(struct app *app, const void *state, struct view *view)
{
	const struct sign_in *screen = state;

	view_group(view, &(struct view_group){.beside = VIEW_ROW_WIDE});
	view_group(view, &(struct view_group){0});
	sheet_view(app, &screen->sheet, view, "Sign in", screen->text);
	if (net_insecure(app_net(app)))
		view_prose(view, &(struct view_prose){.role = ROLE_WARN,
						      .sign = "!",
						      .text = "This connection is not encrypted: others may read the "
							      "password."});
	view_end(view);
	view_other_ways(app, view);
	view_end(view);
}

static void sign_in_action(struct app *app, void *state, int action)
{
	struct sign_in *screen = state;
	/* People with something in the cart want to buy. */
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
    .view = sign_in_view,
    .seen = sheet_seen,
    .action = sign_in_action,
    .event = sheet_event,
    .escape = sheet_escape,
    .hidden = sign_in_hidden,
    .leave = sheet_leave,
};
