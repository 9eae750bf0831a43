/* The codes that the shop sends by mail: to confirm an address, and to set a new password. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "models/limits.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"
#include "screens/parts/signing.h"

#define PASSWORD_KEYS(KEY)                                                                          \
	KEY(PASSWORD_SEND, "send", "Enter", "go on", "Send what is in the fields", 1)               \
	KEY(PASSWORD_OTHER, "other", "C-n", "", "Confirm an address, or set a new password", 0)
enum password_action { PASSWORD_KEYS(KEYMAP_ACTION) };
static const struct binding password_keys[] = {PASSWORD_KEYS(KEYMAP_BINDING)};

enum password_row { ROW_EMAIL, ROW_CODE, ROW_PASSWORD, ROWS };
static const struct form_row rows[] = {
    [ROW_EMAIL] = {.name = "email",
		   .label = "E-mail",
		   .needed = "The e-mail address is needed: type it.",
		   .max = LIMIT_EMAIL},
    [ROW_CODE] = {.name = "code",
		  .label = "Code",
		  .hint = "from the mail",
		  .needed = "The code from the mail is needed: type it.",
		  .max = LIMIT_CODE},
    [ROW_PASSWORD] = {.name = "password",
		      .label = "New password",
		      .hint = "8 or more: a-z, A-Z, 0-9",
		      .needed = "A new password is needed: choose one.",
		      .max = LIMIT_PASSWORD,
		      .secret = true},
};

/* The steps: each uses the first `rows` rows. */
enum step { STEP_FORGOT, STEP_RESET, STEP_CONFIRM };
static const struct {
	const char *title, *text, *done;
	size_t rows;
	enum api_op op;
} steps[] = {
    [STEP_FORGOT] = {"A new password", "Type the address of your account: a code is sent to it by mail.",
		     "If there is such an account, a code was sent to it", 1, API_password_forgot},
    [STEP_RESET] = {"A new password",
		    "If there is an account with this address, a code is on its way to it. Type it, and a new password.",
		    "The password is changed: sign in with it", 3, API_password_reset},
    [STEP_CONFIRM] = {"Confirm the address", "A code was sent to this address by mail. Type it here, then sign in.",
		      "The address is confirmed: sign in", 2, API_account_confirm},
};

struct password {
	struct sheet sheet;
	enum step step;
};
static_assert(offsetof(struct password, sheet) == 0, "the sheet's functions take the screen's state");

static void send(struct app *app, void *state);

/* Goes to a step; the address stays typed in. */
static bool go(struct app *app, struct password *screen, enum step step, const char *email)
{
	char kept[LIMIT_EMAIL * 4 + 1];

	snprintf(kept, sizeof kept, "%s", email ? email : "");
	screen->step = step;
	if (!sheet_open(app, &screen->sheet, rows, steps[step].rows, send))
		return false;
	form_set(&screen->sheet.form, ROW_EMAIL, kept);
	screen->sheet.form.focus = step == STEP_FORGOT || !*kept ? ROW_EMAIL : ROW_CODE;
	return true;
}

static bool password_enter(struct app *app, void *state, const void *argument)
{
	const struct signing *signing = argument;

	return go(app, state, signing && signing->unconfirmed ? STEP_CONFIRM : STEP_FORGOT,
		  signing ? signing->email : NULL);
}

static void password_view(struct app *app, const void *state, struct view *view)
{
	const struct password *screen = state;

	sheet_view(app, &screen->sheet, view, steps[screen->step].title, steps[screen->step].text);
}

static void on_sent(struct app *app, void *state, struct net_reply *reply)
{
	struct password *screen = state;

	if (sheet_sent(&screen->sheet, reply)) {
		app_say(app, TOAST_GOOD, NULL, "%s", steps[screen->step].done);
		if (screen->step == STEP_FORGOT)
			go(app, screen, STEP_RESET, form_text(&screen->sheet.form, ROW_EMAIL));
		else
			app_close(app);
	} else if (!strcmp(reply->err.code, "invalid_code")) {
		form_error(&screen->sheet.form, ROW_CODE, true,
			   "This code is wrong, or too old: look into the newest mail.");
	} else {
		sheet_refused(app, &screen->sheet, reply);
	}
}

static void send(struct app *app, void *state)
{
	struct password *screen = state;
	const struct form *form = &screen->sheet.form;
	struct code_request body = {.email = form_text(form, ROW_EMAIL)};

	if (!sheet_is_filled(&screen->sheet, 0))
		return;
	if (form->count > ROW_CODE)
		body.code = form_text(form, ROW_CODE);
	if (form->count > ROW_PASSWORD)
		body.password = form_text(form, ROW_PASSWORD);
	sheet_call(app, &screen->sheet, steps[screen->step].op, &(struct net_args){.body = &body}, on_sent);
}

static void password_action(struct app *app, void *state, int action)
{
	struct password *screen = state;

	if (action == PASSWORD_SEND)
		send(app, state);
	else
		go(app, screen, screen->step == STEP_CONFIRM ? STEP_FORGOT : STEP_CONFIRM,
		   form_text(&screen->sheet.form, ROW_EMAIL));
}

const struct screen screen_password = {
    .name = "password",
    .title = "Password",
    .state_size = sizeof(struct password),
    SCREEN_KEYS(password_keys),
    .enter = password_enter,
    .view = password_view,
    .seen = sheet_seen,
    .action = password_action,
    .event = sheet_event,
    .escape = sheet_escape,
    .leave = sheet_leave,
};
