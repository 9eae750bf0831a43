/* A person's own account: its data, and rows below it for what is rarely done: theme, password, sign-out, deleting the
 * account. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "models/limits.h"
#include "shop/mobile.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"

#define ACCOUNT_KEYS(KEY)                                                                        \
	KEY(ACCOUNT_GO, "go", "Enter", "open", "Open the row, or save what is in the fields", 1) \
	KEY(ACCOUNT_EDIT, "edit", "e", "edit", "Change name or mobile number", 2)                \
	KEY(ACCOUNT_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 3)                 \
	KEY(ACCOUNT_PASSWORD, "password", "", "password", "Change the password", 0)              \
	KEY(ACCOUNT_DELETE, "delete", "", "delete", "Delete the account for good", 0)
/* The last three have other names in the palette, where they can be called from any screen. */
enum account_action { ACCOUNT_KEYS(KEYMAP_ACTION) ACCOUNT_THEME, ACCOUNT_PLATFORM, ACCOUNT_SIGN_OUT };
static const struct binding account_keys[] = {ACCOUNT_KEYS(KEYMAP_BINDING)};

/* The rows. Their actions are so rare that they have no key. */
static const struct {
	enum account_action action;
	const char *label, *note;
} rows[] = {
    {ACCOUNT_THEME, "Theme", NULL},
    {ACCOUNT_PLATFORM, "Platform", NULL},
    {ACCOUNT_PASSWORD, "Change the password", "this ends the sign-ins on other machines"},
    {ACCOUNT_SIGN_OUT, "Sign out", "on this machine"},
    {ACCOUNT_DELETE, "Delete the account", "for good"},
};
enum { ROWS = sizeof rows / sizeof *rows };

enum account_block { BLOCK_ROWS = SHEET_FORM + 1 };
enum account_column { COLUMN_LABEL, COLUMN_NOTE, COLUMNS };
static const struct view_column columns[COLUMNS] = {
    [COLUMN_LABEL] = {.min = 20, .ideal = 20},
    [COLUMN_NOTE] = {.min = 10, .ideal = 42, .weight = 1, .drop = 1},
};

enum profile_row { ROW_NAME, ROW_MOBILE };
static const struct form_row profile_rows[] = {
    [ROW_NAME] = {.name = "full_name",
		  .label = "Name",
		  .needed = "The name is needed: type it.",
		  .max = LIMIT_FULL_NAME},
    [ROW_MOBILE] = {.name = "mobile",
		    .label = "Mobile",
		    .needed = "The mobile number is needed: type it.",
		    .max = MOBILE_TYPED,
		    .check = mobile_check},
};
enum password_row { ROW_CURRENT, ROW_NEW, ROW_AGAIN, PASSWORD_ROWS };
static const struct form_row password_rows[] = {
    [ROW_CURRENT] = {.name = "password",
		     .label = "Current",
		     .needed = "The current password is needed: type it.",
		     .max = LIMIT_PASSWORD,
		     .secret = true},
    [ROW_NEW] = {.name = "new_password",
		 .label = "New",
		 .hint = "8 or more: a-z, A-Z, 0-9",
		 .needed = "A new password is needed: choose one.",
		 .max = LIMIT_PASSWORD,
		 .secret = true},
    [ROW_AGAIN] = {.name = "again",
		   .label = "Once more",
		   .needed = "The new password is needed a second time, against typing errors.",
		   .max = LIMIT_PASSWORD,
		   .secret = true},
};

struct account_screen {
	struct sheet sheet;     /* used in a mode with a form */
	struct account account; /* texts in the arena; all NULL until it has come */
	enum { MODE_SHOW, MODE_PROFILE, MODE_PASSWORD } mode;
	bool wants_edit; /* people asked to edit before the account had come */
	int64_t selected;
	struct app *app;
};
static_assert(offsetof(struct account_screen, sheet) == 0, "the sheet's functions take the screen's state");

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
	struct account_screen *screen = state;

	(void)argument;
	screen->app = app;
	if (app_group(app) == GROUP_NONE)
		app_replace(app, SCREEN_sign_in, NULL);
	return true; /* the screen is shown next, and asks for it then */
}

static void account_shown(struct app *app, void *state)
{
	struct account_screen *screen = state;

	if (app_group(app) != GROUP_NONE && !screen->account.id)
		load(app, screen);
}

/* ---- what the screen shows ---- */

static bool account_hidden(struct app *app, const void *state, int action)
{
	const struct account_screen *screen = state;
	enum group group = app_group(app);

	if (group == GROUP_NONE || (screen->mode != MODE_SHOW && action != ACCOUNT_GO))
		return true;
	if (action == ACCOUNT_PLATFORM)
		return app_settings(app)->kiosk;
	if (action == ACCOUNT_EDIT)
		return !net_offers(app_net(app), kinds[group].update);
	if (action == ACCOUNT_PASSWORD)
		return !net_offers(app_net(app), API_password_change);
	return action == ACCOUNT_DELETE && !net_offers(app_net(app), kinds[group].delete);
}

/* Finds the rows that make sense now: their places in `rows`, and how many there are. */
static size_t find_rows(const struct account_screen *screen, size_t ret_rows[ROWS])
{
	size_t count = 0;

	for (size_t i = 0; i < ROWS; i++)
		if (!account_hidden(screen->app, screen, (int)rows[i].action))
			ret_rows[count++] = i;
	return count;
}

static const char *theme_now(struct app *app)
{
	return app_settings(app)->theme[0] ? app_settings(app)->theme : "by terminal";
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct account_screen *screen = context;
	size_t found[ROWS];

	find_rows(screen, found);
	size_t at = found[row];
	if (column == COLUMN_LABEL) {
		ret_cell->text = rows[at].label;
		return;
	}
	ret_cell->text = rows[at].action == ACCOUNT_THEME      ? theme_now(screen->app)
			 : rows[at].action == ACCOUNT_PLATFORM ? net_url(app_net(screen->app))
							       : rows[at].note;
	ret_cell->role = ROLE_FAINT;
}

static void view_profile(struct app *app, const struct account_screen *screen, struct view *view)
{
	static const char *const groups[] = {"Client", "Seller"};
	const struct session *session = net_session(app_net(app));
	const struct account *account = &screen->account;
	bool edits = !account_hidden(app, screen, ACCOUNT_EDIT);
	struct view_fact facts[] = {
	    {"Name", account->full_name, ROLE_TEXT, edits ? "edit" : NULL, ACCOUNT_EDIT},
	    {"E-mail", account->email ? account->email : session->email, ROLE_TEXT, NULL, 0},
	    {"Kind", groups[session->group], ROLE_TEXT, NULL, 0},
	    {0},
	};
	size_t count = sizeof facts / sizeof *facts - 1;

	if (account->mobile) { /* after the address */
		facts[3] = facts[2];
		facts[2] = (struct view_fact){"Mobile", account->mobile, ROLE_TEXT, NULL, 0};
		count++;
	}
	view_facts(view, &(struct view_facts){.place = {.dim = app_waiting(app, screen)},
					      .title = "Your account",
					      .facts = facts,
					      .count = count});
}

static void view_show(struct app *app, const struct account_screen *screen, struct view *view)
{
	size_t found[ROWS];

	view_group(view, &(struct view_group){.beside = VIEW_ROW_WIDE});
	view_profile(app, screen, view);
	view_table(view, &(struct view_table){.place = {.id = BLOCK_ROWS, .least = 3, .focus = true},
					      .columns = columns,
					      .column_count = COLUMNS,
					      .headless = true,
					      .count = (int64_t)find_rows(screen, found),
					      .selected = screen->selected,
					      .get_cell = get_cell,
					      .context = screen});
	view_end(view);
}

static void account_view(struct app *app, const void *state, struct view *view)
{
	const struct account_screen *screen = state;

	if (app_group(app) == GROUP_NONE) /* signed out meanwhile */
		view_notice(view, &(struct view_notice){.text = "Nobody is signed in."});
	else if (screen->mode == MODE_SHOW)
		view_show(app, screen, view);
	else
		sheet_view(app, &screen->sheet, view, screen->mode == MODE_PROFILE ? "Your profile" : "A new password",
			   screen->mode == MODE_PROFILE ? NULL : "It ends the sign-ins on other machines.");
}

/* ---- changing ---- */

static void on_signed_in_again(struct app *app, void *state, struct net_reply *reply)
{
	(void)state;
	if (!reply->ok)
		app_failed(app, &reply->err);
}

/* A new password ends all sessions, this one too. So this signs in again with the new password, which is still in the
 * form. */
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
		app_say(app, TOAST_GOOD, NULL, "%s",
			screen->mode == MODE_PROFILE ? "Saved" : "The password is changed");
		leave_form(app, screen);
	} else if (!strcmp(reply->err.code, "invalid_credentials")) {
		form_set(&screen->sheet.form, ROW_CURRENT, ""); /* people can't see what to correct in it */
		form_error(&screen->sheet.form, ROW_CURRENT, true, "This is not the current password: type it again.");
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
		form_error(&screen->sheet.form, ROW_AGAIN, true,
			   "The two passwords differ: type the second one again.");
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
	const struct form_row *fields = mode == MODE_PROFILE ? profile_rows : password_rows;
	size_t count = mode == MODE_PROFILE ? kinds[app_group(app)].rows : (size_t)PASSWORD_ROWS;

	leave_form(app, screen);
	if (!sheet_open(app, &screen->sheet, fields, count, send))
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
	/* Perhaps the first answer was lost. When asked again, the shop did not know the account any more. */
	if (reply->err.kind == ERR_UNAUTHENTICATED && app_group(app) == GROUP_NONE)
		app_say(app, TOAST_WARN, NULL,
			"You were signed out: perhaps the account is deleted. Sign in to find out");
}

static void delete_account(struct app *app, void *state)
{
	struct account_screen *screen = state;
	const struct session *session = net_session(app_net(app));

	if (session)
		sheet_call(app, &screen->sheet, kinds[session->group].delete,
			   &(struct net_args){.id = session->user_id}, on_deleted);
}

static void account_action(struct app *app, void *state, int action);

static void open_row(struct app *app, struct account_screen *screen)
{
	size_t found[ROWS], count = find_rows(screen, found);

	if ((size_t)screen->selected < count)
		account_action(app, screen, (int)rows[found[screen->selected]].action);
}

static void account_action(struct app *app, void *state, int action)
{
	struct account_screen *screen = state;

	switch ((enum account_action)action) {
	case ACCOUNT_GO:
		if (screen->mode == MODE_SHOW)
			open_row(app, screen);
		else
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
	case ACCOUNT_PLATFORM:
		app_push(app, SCREEN_platforms, NULL);
		break;
	case ACCOUNT_SIGN_OUT:
		app_sign_out(app);
		break;
	case ACCOUNT_DELETE:
		app_ask(app, screen, "delete the account", delete_account,
			"Delete this account for good? Name, e-mail and cart go; purchases and sales stay without a name.%s",
			app_group(app) == GROUP_SELLERS ? " Your products are taken off the shop, and sales that are "
							  "not shipped yet are cancelled."
							: "");
		break;
	case ACCOUNT_REFRESH:
		load(app, screen);
		break;
	}
}

static void account_seen(struct app *app, void *state, const struct view_event *event)
{
	struct account_screen *screen = state;

	if (event->id == SHEET_FORM) {
		sheet_seen(app, state, event);
		return;
	}
	screen->selected = event->row;
	if (event->kind == VIEW_CHOOSE)
		open_row(app, screen);
}

static const char *account_label(struct app *app, const void *state, int action)
{
	const struct account_screen *screen = state;

	(void)app;
	return action == ACCOUNT_GO && screen->mode != MODE_SHOW ? "save" : NULL;
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

const struct screen screen_account = {
    .name = "account",
    .title = "Account",
    .state_size = sizeof(struct account_screen),
    SCREEN_KEYS(account_keys),
    .of_row = SCREEN_ACTION(ACCOUNT_GO),
    .enter = account_enter,
    .shown = account_shown,
    .view = account_view,
    .seen = account_seen,
    .action = account_action,
    .event = account_event,
    .escape = account_escape,
    .hidden = account_hidden,
    .label = account_label,
    .leave = sheet_leave,
};
