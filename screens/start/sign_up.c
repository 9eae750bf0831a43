/* A new account, to buy or to sell. */
#include <assert.h>
#include <string.h>

#include "models/limits.h"
#include "shop/mobile.h"
#include "screens/app/screen.h"
#include "screens/app/words.h"
#include "screens/parts/sheet.h"
#include "screens/parts/signing.h"

#define SIGN_UP_KEYS(KEY)                                                                 \
	KEY(SIGN_UP_SEND, "send", "Enter", "sign up", "Make the account", 1)              \
	KEY(SIGN_UP_SIGN_IN, "sign_in", "C-n", "sign in instead", "Use an account that exists", 2)
enum sign_up_action { SIGN_UP_KEYS(KEYMAP_ACTION) };
static const struct binding sign_up_keys[] = {SIGN_UP_KEYS(KEYMAP_BINDING)};

static const char *const kinds[] = {"buy, as a client", "sell, as a seller", NULL};

enum sign_up_row { ROW_KIND, ROW_EMAIL, ROW_PASSWORD, ROW_AGAIN, ROW_NAME, ROW_MOBILE, ROWS };
static const struct form_row rows[] = {
    [ROW_KIND] = {.name = "kind", .label = "I want to", .choices = kinds},
    [ROW_EMAIL] = {.name = "email",
		   .label = "E-mail",
		   .needed = "The e-mail address is needed: type it.",
		   .max = LIMIT_EMAIL},
    [ROW_PASSWORD] = {.name = "password",
		      .label = "Password",
		      .hint = "8 or more: a-z, A-Z, 0-9",
		      .needed = "A password is needed: choose one.",
		      .max = LIMIT_PASSWORD,
		      .secret = true},
    [ROW_AGAIN] = {.name = "again",
		   .label = "Once more",
		   .needed = "The password is needed a second time, against typing errors.",
		   .max = LIMIT_PASSWORD,
		   .secret = true},
    [ROW_NAME] = {.name = "full_name",
		  .label = "Name",
		  .hint = "yours, or your shop's",
		  .needed = "A name is needed: type yours, or your shop's.",
		  .max = LIMIT_FULL_NAME},
    [ROW_MOBILE] = {.name = "mobile",
		    .label = "Mobile",
		    .hint = "+34600123456 (clients only)",
		    .needed = "A mobile number is needed from clients: type it.",
		    .max = MOBILE_TYPED,
		    .check = mobile_check},
};

struct sign_up {
	struct sheet sheet;
	bool lost; /* an answer was lost: the account may exist */
};
static_assert(offsetof(struct sign_up, sheet) == 0, "the sheet's functions take the screen's state");

static const char email_is_taken[] =
    "There is an account with this address already: sign in with it, or take another address.";

static bool is_seller(const struct sign_up *screen)
{
	return screen->sheet.form.fields[ROW_KIND].choice == 1;
}

/* The account exists: now people only have to sign in. */
static void go_to_sign_in(struct app *app, struct sign_up *screen, bool mailed)
{
	app_replace_screen(app, screen, SCREEN_sign_in,
			   &(struct signing){.email = form_text(&screen->sheet.form, ROW_EMAIL), .mailed = mailed});
}

/* Perhaps it was done, though there is no answer? */
static bool is_lost(const struct net_reply *reply)
{
	enum err_kind kind = reply->err.kind;

	return reply->attempts &&
	       (!reply->problem || kind == ERR_INTERNAL || kind == ERR_UNAVAILABLE || kind == ERR_TIMEOUT);
}

static void on_login(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_up *screen = state;
	const struct form *form = &screen->sheet.form;
	char text[WORDS_TEXT];

	if (sheet_sent(&screen->sheet, reply)) {
		app_say(app, TOAST_GOOD, NULL, "Welcome to Vitrine");
		app_close(app);
		app_session_changed(app);
	} else if (screen->lost && strcmp(reply->err.code, "not_confirmed") != 0) {
		if (reply->err.kind == ERR_UNAUTHENTICATED) /* the account is somebody else's */
			form_error(&screen->sheet.form, ROW_EMAIL, true, email_is_taken);
		else
			app_failed(app, &reply->err);
	} else if (strcmp(reply->err.code, "not_confirmed") != 0) {
		go_to_sign_in(app, screen, false);
		app_say(app, TOAST_WARN, NULL, "Your account is made, but signing in failed. %s",
			words_of(&reply->err, text));
	} else if (!net_offers(app_net(app), API_account_confirm)) {
		go_to_sign_in(app, screen, true);
	} else {
		/* After the code people come back to the sign-in. */
		struct signing signing = {.email = arena_strdup(app_arena(app, state), form_text(form, ROW_EMAIL)),
					  .unconfirmed = true};
		app_replace(app, SCREEN_sign_in, &signing);
		app_push(app, SCREEN_password, &signing);
	}
}

static void lose(struct app *app, struct sign_up *screen, const struct net_reply *reply)
{
	char text[WORDS_TEXT];

	screen->lost = true;
	app_say(app, TOAST_BAD, NULL, "It isn't known whether the account was made; send it again to find out. %s",
		words_of(&reply->err, text));
}

static void on_sign_up(struct app *app, void *state, struct net_reply *reply)
{
	struct sign_up *screen = state;
	const struct form *form = &screen->sheet.form;
	const struct login_request body = {.email = form_text(form, ROW_EMAIL),
					   .password = form_text(form, ROW_PASSWORD)};

	bool made = sheet_sent(&screen->sheet, reply);

	/* The account exists, so sign in. If an answer was lost before, the password tells whether the account is
	 * theirs. */
	if (made || (reply->err.kind == ERR_CONFLICT && screen->lost)) {
		screen->lost = !made;
		sheet_call(app, &screen->sheet, API_login, &(struct net_args){.body = &body}, on_login);
	} else if (is_lost(reply)) {
		lose(app, screen, reply);
	} else if (reply->err.kind == ERR_CONFLICT) {
		form_error(&screen->sheet.form, ROW_EMAIL, true, email_is_taken);
	} else {
		sheet_refused(app, &screen->sheet, reply);
	}
}

/* Tells what the platform would refuse, before it is asked. */
static bool check(struct sign_up *screen)
{
	struct form *form = &screen->sheet.form;

	if (!sheet_is_filled(&screen->sheet, is_seller(screen) ? 1U << ROW_MOBILE : 0))
		return false;
	if (strcmp(form_text(form, ROW_PASSWORD), form_text(form, ROW_AGAIN)) != 0)
		form_error(form, ROW_AGAIN, true, "The two passwords differ: type the second one again.");
	return !form_has_errors(form);
}

static void send(struct app *app, void *state)
{
	struct sign_up *screen = state;
	const struct form *form = &screen->sheet.form;
	enum api_op op = is_seller(screen) ? API_seller_create : API_client_create;
	char mobile[MOBILE_SIZE] = "";

	if (!check(screen))
		return;
	mobile_read(form_text(form, ROW_MOBILE), mobile);
	const struct sign_up_request body = {.email = form_text(form, ROW_EMAIL),
					     .password = form_text(form, ROW_PASSWORD),
					     .full_name = form_text(form, ROW_NAME),
					     .mobile = mobile};
	sheet_call(app, &screen->sheet, op, &(struct net_args){.body = &body}, on_sign_up);
}

static bool sign_up_enter(struct app *app, void *state, const void *argument)
{
	static const struct signing nothing;
	struct sign_up *screen = state;
	const struct signing *signing = argument ? argument : &nothing;
	struct form *form = &screen->sheet.form;

	if (!sheet_open(app, &screen->sheet, rows, ROWS, send))
		return false;
	form->fields[ROW_KIND].choice = signing->sells;
	form_set(form, ROW_EMAIL, signing->email);
	return true;
}

/* What an account of this kind is for, on this platform. */
static const char *what_for(struct app *app, const struct sign_up *screen)
{
	if (is_seller(screen))
		return "A seller's account is to sell: your products are in the shop as soon as you save them, and you "
		       "see what was sold and what is running low.";
	if (net_offers(app_net(app), API_cart_put))
		return "A client's account is to buy: the cart is kept, wherever you sign in, and so are your "
		       "purchases. Sellers are told the mobile number of those who buy from them.";
	return "A client's account is to buy. Sellers are told the mobile number of those who buy from them.";
}

static void sign_up_view(struct app *app, const void *state, struct view *view)
{
	const struct sign_up *screen = state;

	view_group(view, &(struct view_group){.beside = VIEW_ROW_WIDE});
	sheet_view(app, &screen->sheet, view, "A new account", NULL);
	view_group(view, &(struct view_group){.place = {.drop = 1}});
	view_prose(view, &(struct view_prose){.role = ROLE_FAINT, .text = what_for(app, screen)});
	view_prose(view, &(struct view_prose){.role = ROLE_FAINT,
					      .text = "A password has at least 8 characters, among them a small "
						      "letter, a capital letter and a digit."});
	view_end(view);
	view_end(view);
}

static void sign_up_action(struct app *app, void *state, int action)
{
	struct sign_up *screen = state;

	if (action == SIGN_UP_SEND)
		send(app, state);
	else
		app_replace(app, SCREEN_sign_in, &(struct signing){.email = form_text(&screen->sheet.form, ROW_EMAIL)});
}

static const char *sign_up_unsaved(struct app *app, const void *state)
{
	const struct sign_up *screen = state;

	(void)app;
	for (size_t row = ROW_EMAIL; row < ROWS; row++)
		if (*form_text(&screen->sheet.form, row))
			return screen->lost ? "It isn't known whether the account was made. Leave all the same?"
					    : "The account has not been made yet. Leave it?";
	return NULL;
}

const struct screen screen_sign_up = {
    .name = "sign_up",
    .title = "Sign up",
    .state_size = sizeof(struct sign_up),
    SCREEN_KEYS(sign_up_keys),
    .enter = sign_up_enter,
    .view = sign_up_view,
    .seen = sheet_seen,
    .action = sign_up_action,
    .event = sheet_event,
    .escape = sheet_escape,
    .unsaved = sign_up_unsaved,
    .leave = sheet_leave,
};
