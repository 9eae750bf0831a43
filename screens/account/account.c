/* One's own account: profile, password, theme, leaving for good. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "models/limits.h"
#include "shop/mobile.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"

#define ACCOUNT_KEYS(KEY)                                                                      \
	KEY(ACCOUNT_SAVE, "save", "Enter", "save", "Send what is in the fields", 1)            \
	KEY(ACCOUNT_EDIT, "edit", "e", "edit", "Change name or mobile number", 1)              \
	KEY(ACCOUNT_PASSWORD, "password", "p", "password", "Change the password", 2)           \
	KEY(ACCOUNT_THEME, "theme", "t", "theme", "Choose how everything looks", 3)            \
	KEY(ACCOUNT_SIGN_OUT, "sign_out", "o", "sign out", "Sign out on this machine", 4)      \
	KEY(ACCOUNT_DELETE, "delete", "D", "", "Delete the account for good", 0)               \
	KEY(ACCOUNT_REFRESH, "refresh", "r", "", "Ask the shop again", 0)
enum account_action { ACCOUNT_KEYS(KEYMAP_ACTION) };
static const struct binding account_keys[] = {ACCOUNT_KEYS(KEYMAP_BINDING)};

enum profile_row { ROW_NAME, ROW_MOBILE };
static const struct form_row profile_rows[] = {
    [ROW_NAME] = {.name = "full_name", .label = "Name", .max = LIMIT_FULL_NAME},
    [ROW_MOBILE] = {.name = "mobile", .label = "Mobile", .max = MOBILE_TYPED, .check = mobile_check},
};
enum password_row { ROW_CURRENT, ROW_NEW, ROW_AGAIN, PASSWORD_ROWS };
static const struct form_row password_rows[] = {
    [ROW_CURRENT] = {.name = "password", .label = "Current", .max = LIMIT_PASSWORD, .secret = true},
    [ROW_NEW] = {.name = "new_password",
		 .label = "New",
		 .hint = "8 or more: a-z, A-Z, 0-9",
		 .max = LIMIT_PASSWORD,
		 .secret = true},
    [ROW_AGAIN] = {.name = "again", .label = "Once more", .max = LIMIT_PASSWORD, .secret = true},
};

struct account_screen {
	struct sheet sheet;     /* of a mode that has a form */
	struct account account; /* texts in the arena; NULL while it isn't there */
	enum { MODE_SHOW, MODE_PROFILE, MODE_PASSWORD } mode;
	bool wants_edit; /* asked for before the profile was there */
};
static_assert(offsetof(struct account_screen, sheet) == 0, "a sheet's functions are given the state");

static void open_form(struct app *app, struct account_screen *screen, int mode);

/* What differs between clients and sellers. */
static const struct {
	enum api_op get, update, delete;
	size_t rows;
} kinds[] = {
    [GROUP_CLIENTS] = {API_client_get, API_client_update, API_client_delete, 2},
    [GROUP_SELLERS] = {API_seller_get, API_seller_update, API_seller_delete, 1},
};

static void leave_form(struct app *app, struct account_screen *screen)
{
	sheet_leave(app, screen);
	screen->mode = MODE_SHOW;
}

static void keep(struct app *app, struct account_screen *screen, const struct account *account)
{
	struct arena *arena = app_arena(app, screen);

	screen->account = (struct account){.id = arena_strdup(arena, account->id),
					   .email = arena_strdup(arena, account->email),
					   .full_name = arena_strdup(arena, account->full_name),
					   .mobile = arena_strdup(arena, account->mobile)};
}

static void on_account(struct app *app, void *state, struct net_reply *reply)
{
	struct account_screen *screen = state;
	bool wants_edit = screen->wants_edit;

	screen->wants_edit = false;
	if (reply->ok)
		keep(app, screen, reply->answer);
	else
		app_failed(app, &reply->err);
	if (wants_edit && screen->account.id && screen->mode == MODE_SHOW)
		open_form(app, screen, MODE_PROFILE);
}

static void load(struct app *app, struct account_screen *screen)
{
	const struct session *session = net_session(app_net(app));

	if (session)
		app_call(app, screen, kinds[session->group].get, &(struct net_args){.id = session->user_id},
			 on_account);
}

static bool account_enter(struct app *app, void *state, const void *argument)
{
	(void)state, (void)argument;
	if (app_group(app) == GROUP_NONE)
		app_replace(app, SCREEN_sign_in, NULL);
	return true; /* it is asked for when it is shown, which comes next */
}

static void account_shown(struct app *app, void *state)
{
	struct account_screen *screen = state;

	if (app_group(app) != GROUP_NONE && !screen->account.id)
		load(app, screen);
}

/* ---- painting ---- */

static void paint_profile(struct app *app, struct account_screen *screen, struct canvas *canvas, struct rect rect)
{
	static const char *const groups[] = {"Client", "Seller"};
	const struct session *session = net_session(app_net(app));
	const struct account *account = &screen->account;
	const struct {
		const char *label, *value;
	} rows[] = {
	    {"Name", account->full_name},
	    {"E-mail", account->email ? account->email : session ? session->email : NULL},
	    {"Mobile", account->mobile},
	    {"Kind", session ? groups[session->group] : NULL},
	    {"Theme", app_settings(app)->theme[0] ? app_settings(app)->theme : "by terminal"},
	    {"Platform", net_url(app_net(app))},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].value || rect_is_empty(rect))
			continue;
		struct rect line = rect_cut_top(&rect, 1);
		paint_str(canvas, line.x, line.y, 10, ROLE_FAINT, rows[i].label);
		paint_str(canvas, line.x + 11, line.y, line.width - 11, ROLE_TEXT, rows[i].value);
	}
}

static void account_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	static const char *const titles[] = {"Your account", "Your profile", "A new password"};
	struct account_screen *screen = state;
	struct rect rest = sheet_paint(app, &screen->sheet, canvas, body, titles[screen->mode], NULL);

	if (screen->mode != MODE_SHOW)
		return;
	if (app_group(app) == GROUP_NONE) /* signed out meanwhile */
		paint_str(canvas, rest.x, rest.y, rest.width, ROLE_FAINT, "Nobody is signed in.");
	else
		paint_profile(app, screen, canvas, rest);
	if (app_waiting(app, screen))
		canvas_dim(canvas, rest);
}

/* ---- changing ---- */

static void on_signed_in_again(struct app *app, void *state, struct net_reply *reply)
{
	(void)state;
	if (!reply->ok)
		app_failed(app, &reply->err);
}

/* A new password ends all sign-ins, this one too: so in again with it, as long as it is at hand. */
static void sign_in_again(struct app *app, struct account_screen *screen)
{
	const struct session *session = net_session(app_net(app));
	struct login_request body = {.password = form_text(&screen->sheet.form, ROW_NEW)};

	if (!session)
		return;
	body.email = session->email;
	app_call(app, screen, API_login, &(struct net_args){.body = &body}, on_signed_in_again);
}

static void on_changed(struct app *app, void *state, struct net_reply *reply)
{
	struct account_screen *screen = state;

	if (sheet_sent(&screen->sheet, reply)) {
		if (screen->mode == MODE_PROFILE)
			keep(app, screen, reply->answer);
		else
			sign_in_again(app, screen);
		app_say(app, TOAST_GOOD, NULL, "%s", screen->mode == MODE_PROFILE ? "Saved" : "The password is changed");
		leave_form(app, screen);
	} else if (!strcmp(reply->err.code, "invalid_credentials")) {
		form_set(&screen->sheet.form, ROW_CURRENT, ""); /* it can't be read, so it can't be corrected */
		form_error(&screen->sheet.form, ROW_CURRENT, true, "is not the current password");
	} else {
		sheet_refused(app, &screen->sheet, reply);
	}
}

static void send_profile(struct app *app, struct account_screen *screen)
{
	const struct session *session = net_session(app_net(app));
	struct account_patch body = {.full_name = form_text(&screen->sheet.form, ROW_NAME)};
	const struct shape *shape = session->group == GROUP_CLIENTS ? &client_patch_shape : &seller_patch_shape;
	char mobile[MOBILE_SIZE] = "";

	shape_give(shape, &body, "full_name");
	if (kinds[session->group].rows > ROW_MOBILE) {
		mobile_read(form_text(&screen->sheet.form, ROW_MOBILE), mobile);
		body.mobile = mobile;
		shape_give(shape, &body, "mobile");
	}
	sheet_call(app, &screen->sheet, kinds[session->group].update,
		   &(struct net_args){.id = session->user_id, .body = &body}, on_changed);
}

static void send_password(struct app *app, struct account_screen *screen)
{
	const struct password_request body = {.password = form_text(&screen->sheet.form, ROW_CURRENT),
					      .new_password = form_text(&screen->sheet.form, ROW_NEW)};

	if (strcmp(body.new_password, form_text(&screen->sheet.form, ROW_AGAIN)) != 0)
		form_error(&screen->sheet.form, ROW_AGAIN, true, "is not the same password");
	else
		sheet_call(app, &screen->sheet, API_password_change, &(struct net_args){.body = &body}, on_changed);
}

static void send(struct app *app, void *state)
{
	struct account_screen *screen = state;

	if (app_group(app) == GROUP_NONE || !sheet_is_filled(&screen->sheet, 0))
		return;
	if (screen->mode == MODE_PROFILE)
		send_profile(app, screen);
	else
		send_password(app, screen);
}

static void open_form(struct app *app, struct account_screen *screen, int mode)
{
	const struct form_row *rows = mode == MODE_PROFILE ? profile_rows : password_rows;
	size_t count = mode == MODE_PROFILE ? kinds[app_group(app)].rows : (size_t)PASSWORD_ROWS;

	leave_form(app, screen);
	if (!sheet_open(app, &screen->sheet, rows, count, send))
		return;
	screen->mode = (unsigned)mode;
	if (mode != MODE_PROFILE)
		return;
	form_set(&screen->sheet.form, ROW_NAME, screen->account.full_name);
	if (count > ROW_MOBILE)
		form_set(&screen->sheet.form, ROW_MOBILE, screen->account.mobile);
}

static void theme_chosen(struct app *app, void *state, size_t index)
{
	(void)state;
	app_set_theme(app, index ? theme_name_at(index - 1) : "");
}

static void choose_theme(struct app *app, void *state)
{
	const char *names[16] = {"by terminal"};
	size_t count = 1, selected = 0;

	for (; count < 16 && theme_name_at(count - 1); count++) {
		names[count] = theme_name_at(count - 1);
		if (!strcmp(names[count], app_settings(app)->theme))
			selected = count;
	}
	app_choose(app, state, "Theme", names, count, selected, theme_chosen);
}

static void on_deleted(struct app *app, void *state, struct net_reply *reply)
{
	struct account_screen *screen = state;

	if (sheet_sent(&screen->sheet, reply)) {
		app_sign_out(app);
		app_say(app, TOAST_GOOD, NULL, "The account is deleted");
		return;
	}
	app_failed(app, &reply->err);
	/* An answer may have been lost, and asked again the shop knew nobody of that name. */
	if (reply->err.kind == ERR_UNAUTHENTICATED && app_group(app) == GROUP_NONE)
		app_say(app, TOAST_WARN, NULL, "You were signed out: perhaps the account is deleted. Signing in tells");
}

static void delete_account(struct app *app, void *state)
{
	struct account_screen *screen = state;
	const struct session *session = net_session(app_net(app));

	if (session)
		sheet_call(app, &screen->sheet, kinds[session->group].delete, &(struct net_args){.id = session->user_id},
			   on_deleted);
}

static void account_action(struct app *app, void *state, int action)
{
	struct account_screen *screen = state;

	switch ((enum account_action)action) {
	case ACCOUNT_SAVE:
		send(app, screen);
		break;
	case ACCOUNT_EDIT:
		screen->wants_edit = !screen->account.id;
		if (screen->account.id)
			open_form(app, screen, MODE_PROFILE);
		break;
	case ACCOUNT_PASSWORD:
		open_form(app, screen, MODE_PASSWORD);
		break;
	case ACCOUNT_THEME:
		choose_theme(app, screen);
		break;
	case ACCOUNT_SIGN_OUT:
		app_sign_out(app);
		break;
	case ACCOUNT_DELETE:
		app_ask(app, screen, "delete the account", delete_account,
			"Delete this account for good? Name, e-mail and cart go; purchases and sales stay without a name.%s",
			app_group(app) == GROUP_SELLERS ? " Your products are taken off the shop, and sales that are not "
							  "shipped yet are cancelled."
							: "");
		break;
	case ACCOUNT_REFRESH:
		load(app, screen);
		break;
	}
}

static enum widget_result account_event(struct app *app, void *state, const struct event *event)
{
	const struct account_screen *screen = state;

	return screen->mode == MODE_SHOW ? WIDGET_IGNORED : sheet_event(app, state, event);
}

static bool account_escape(struct app *app, void *state)
{
	struct account_screen *screen = state;
	bool was = screen->mode != MODE_SHOW;

	net_cancel_owner(app_net(app), screen);
	screen->sheet.sending = screen->wants_edit = false;
	leave_form(app, screen);
	return was;
}

static bool account_hidden(struct app *app, const void *state, int action)
{
	const struct account_screen *screen = state;
	enum group group = app_group(app);

	if (group == GROUP_NONE || (screen->mode != MODE_SHOW) != (action == ACCOUNT_SAVE))
		return true;
	if (action == ACCOUNT_EDIT)
		return !net_offers(app_net(app), kinds[group].update);
	if (action == ACCOUNT_PASSWORD)
		return !net_offers(app_net(app), API_password_change);
	return action == ACCOUNT_DELETE && !net_offers(app_net(app), kinds[group].delete);
}

const struct screen screen_account = {
    .name = "account",
    .title = "Account",
    .state_size = sizeof(struct account_screen),
    SCREEN_KEYS(account_keys),
    .enter = account_enter,
    .shown = account_shown,
    .paint = account_paint,
    .action = account_action,
    .event = account_event,
    .escape = account_escape,
    .hidden = account_hidden,
    .leave = sheet_leave,
};
