/* Chooses the platform to speak to. */
#include <assert.h>
#include <stdio.h>

#include "net/net.h"
#include "screens/app/reach.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"

#define PLATFORMS_KEYS(KEY)                                                                          \
	KEY(PLATFORMS_GO, "go", "Enter", "connect", "Use this platform from now on", 1)         \
	KEY(PLATFORMS_DEFAULT, "default", "C-o", "default", "Put in the platform of this machine", 2)
enum platforms_action { PLATFORMS_KEYS(KEYMAP_ACTION) };
static const struct binding platforms_keys[] = {PLATFORMS_KEYS(KEYMAP_BINDING)};

static const struct form_row rows[] = {
    {.name = "api", .label = "Platform", .hint = SETTINGS_API_DEFAULT, .max = SETTINGS_URL / 4},
};

struct platforms {
	struct sheet sheet;
	char reach[REACH_TEXT]; /* what is known about the platform now */
};
static_assert(offsetof(struct platforms, sheet) == 0, "the sheet's functions take the screen's state");

static void platforms_update(struct app *app, void *state, const struct view *view)
{
	struct platforms *screen = state;

	(void)view;
	reach_sentence(app_net(app), screen->reach);
}

static void platforms_view(struct app *app, const void *state, struct view *view)
{
	static const char note[] = "An address such as https://shop.example.com or http://127.0.0.1:3000/Prod. It is "
				   "kept for the next time. People who are signed in there stay signed in; a guest's "
				   "cart isn't taken along.";
	const struct platforms *screen = state;
	bool online = net_online(app_net(app));

	const struct view_fact facts[] = {
	    {.label = "Now", .value = net_url(app_net(app))},
	    {.label = "There", .value = screen->reach, .role = ROLE_FAINT},
	};

	view_group(view, &(struct view_group){.beside = VIEW_ROW_WIDE});
	view_group(view, &(struct view_group){0});
	sheet_view(app, &screen->sheet, view, "The platform behind this window", NULL);
	view_facts(view, &(struct view_facts){
			     .place = {.drop = online ? 0 : 1}, .facts = facts, .count = online ? 2 : 1});
	if (!online)
		view_prose(view, &(struct view_prose){
				     .place = {.tight = true}, .role = ROLE_BAD, .sign = "!", .text = screen->reach});
	view_end(view);
	view_prose(view, &(struct view_prose){.place = {.drop = 1}, .role = ROLE_FAINT, .text = note});
	view_end(view);
}

static void go(struct app *app, void *state)
{
	struct platforms *screen = state;
	char url[SETTINGS_URL];
	struct err err;

	form_settle(&screen->sheet.form);
	snprintf(url, sizeof url, "%s", form_text(&screen->sheet.form, 0));
	settings_follow(app_settings(app), url);
	/* net_new checks whether it is an address; nothing is sent. */
	struct net *trial = net_new(&(struct net_options){.url = url}, &err);
	if (!trial) {
		form_error(&screen->sheet.form, 0, true, err.message);
		return;
	}
	net_free(trial);
	if (!settings_save(app_settings(app), "api", url, &err))
		app_failed(app, &err);
	app_connect(app, url);
}

static void platforms_action(struct app *app, void *state, int action)
{
	struct platforms *screen = state;

	if (action == PLATFORMS_GO)
		go(app, screen);
	else
		form_set(&screen->sheet.form, 0, SETTINGS_API_DEFAULT);
}

static bool platforms_enter(struct app *app, void *state, const void *argument)
{
	struct platforms *screen = state;

	(void)argument;
	if (!sheet_open(app, &screen->sheet, rows, 1, go))
		return false;
	form_set(&screen->sheet.form, 0, app_settings(app)->api);
	return true;
}

const struct screen screen_platforms = {
    .name = "platforms",
    .title = "Platform",
    .state_size = sizeof(struct platforms),
    SCREEN_KEYS(platforms_keys),
    .enter = platforms_enter,
    .update = platforms_update,
    .view = platforms_view,
    .seen = sheet_seen,
    .action = platforms_action,
    .event = sheet_event,
    .leave = sheet_leave,
};
