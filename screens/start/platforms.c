/* Which platform to speak to. */
#include <stdio.h>
#include <string.h>

#include "net/net.h"
#include "screens/app/reach.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"

#define PLATFORMS_KEYS(KEY)                                                                          \
	KEY(PLATFORMS_GO, "go", "Enter", "connect", "Speak to this platform from now on", 1)         \
	KEY(PLATFORMS_DEFAULT, "default", "C-x", "default", "Put in the platform of this machine", 2)
enum platforms_action { PLATFORMS_KEYS(KEYMAP_ACTION) };
static const struct binding platforms_keys[] = {PLATFORMS_KEYS(KEYMAP_BINDING)};

static const struct form_row rows[] = {
    {.name = "api", .label = "Platform", .hint = SETTINGS_API_DEFAULT, .max = SETTINGS_URL / 4},
};

struct platforms {
	struct sheet sheet;
};

/* Where there is little room all of it is for what is in the way; the address stands in the field. Returns its lines. */
static int paint_reach(struct app *app, struct canvas *canvas, struct rect rect, bool cramped)
{
	const struct net *net = app_net(app);
	bool online = net_online(net);
	enum role role = online ? ROLE_FAINT : ROLE_BAD;
	char space[REACH_TEXT];
	int lines = 0;

	reach_sentence(net, space);
	if (!cramped) {
		paint_printf(canvas, rect.x, rect.y, rect.width, ROLE_FAINT, "Now: %s", net_url(net));
		rect_cut_top(&rect, 1);
		rect_cut_left(&rect, 3);
		lines = 1;
	}
	if (!online)
		paint_str(canvas, rect.x, rect.y, 1, role, "!");
	rect_cut_left(&rect, 2);
	return lines + paint_wrapped(canvas, rect, 0, role, space, strlen(space));
}

static void platforms_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	enum { CRAMPED = 12 };
	struct platforms *screen = state;
	bool cramped = body.height < CRAMPED && !net_online(app_net(app));
	struct rect rect = sheet_paint(app, &screen->sheet, canvas, body, cramped ? NULL : "The platform behind this window",
				       NULL);

	rect_cut_top(&rect, paint_reach(app, canvas, rect, cramped) + 1);
	static const char note[] = "An address such as https://shop.example.com or http://127.0.0.1:3000/Prod. It is kept "
				   "for the next time. Whoever is signed in there stays so; the cart of a guest is left.";
	paint_wrapped(canvas, rect, 0, ROLE_FAINT, note, strlen(note));
}

static void go(struct app *app, void *state)
{
	struct platforms *screen = state;
	char url[SETTINGS_URL];
	struct err err;

	form_settle(&screen->sheet.form);
	snprintf(url, sizeof url, "%s", form_text(&screen->sheet.form, 0));
	settings_follow(app_settings(app), url);
	/* Only to see whether it is an address at all: nothing is sent. */
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
    .paint = platforms_paint,
    .action = platforms_action,
    .event = sheet_event,
    .leave = sheet_leave,
};
