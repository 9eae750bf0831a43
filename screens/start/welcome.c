/* The first steps, for whoever has none behind him. */
#include <stdio.h>

#include "screens/app/screen.h"
#include "screens/parts/signing.h"
#include "tui/widgets/list.h"

#define WELCOME_KEYS(KEY)                                             \
	KEY(WELCOME_OPEN, "open", "Enter l Right", "open", "Go there", 1)
enum welcome_action { WELCOME_KEYS(KEYMAP_ACTION) };
static const struct binding welcome_keys[] = {WELCOME_KEYS(KEYMAP_BINDING)};

static const struct signing client = {.buys = true}, seller = {.sells = true};

/* What is promised, and the call without which a platform doesn't have it. */
struct promise {
	const char *text;
	enum api_op needs;
};

enum { PROMISES = 3, NOTE = 80 };
static const struct {
	const char *label;
	struct promise promises[PROMISES];
	enum screen_id screen;
	const struct signing *argument;
} doors[] = {
    {"Look around", {{"no account needed", API_service}}, SCREEN_shop, NULL},
    {"Sign in", {{"with an account that exists", API_service}}, SCREEN_sign_in, NULL},
    {"Sign up to buy",
     {{"a cart that is kept", API_cart_put}, {"purchases", API_purchase_list}, {"receipts", API_service}},
     SCREEN_sign_up,
     &client},
    {"Sign up to sell",
     {{"inventory", API_service}, {"sales", API_sale_list}, {"statistics", API_seller_stats}},
     SCREEN_sign_up,
     &seller},
};
enum { DOORS = sizeof doors / sizeof *doors, LABEL_COLUMNS = 18 };

struct welcome {
	struct scroll scroll;
	struct rect rect;
};

/* Only what this platform has. */
static void make_note(struct app *app, size_t door, char note[NOTE])
{
	size_t used = 0;

	note[0] = '\0';
	for (size_t i = 0; i < PROMISES && doors[door].promises[i].text; i++) {
		const struct promise *promise = &doors[door].promises[i];

		if (net_offers(app_net(app), promise->needs) && used < NOTE)
			used += (size_t)snprintf(note + used, NOTE - used, "%s%s", used ? ", " : "", promise->text);
	}
}

static void welcome_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct welcome *screen = state;
	struct rect rect = rect_inset(body, 2, 1);
	char note[NOTE];

	paint_str(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, "Welcome to Vitrine, a shop in your terminal.");
	rect_cut_top(&rect, 2);
	scroll_resize(&screen->scroll, DOORS, rect.height);
	screen->rect = rect;
	for (int i = 0; i < DOORS && i < rect.height; i++) {
		bool here = i == screen->scroll.selected;
		int y = rect.y + i;

		if (here)
			paint_glyph(canvas, rect.x, y, ROLE_ACCENT, app_glyphs(app)->marker);
		paint_str(canvas, rect.x + 2, y, LABEL_COLUMNS, here ? ROLE_SELECTED : ROLE_TEXT, doors[i].label);
		make_note(app, (size_t)i, note);
		paint_str(canvas, rect.x + 2 + LABEL_COLUMNS, y, rect.width - 2 - LABEL_COLUMNS, ROLE_FAINT, note);
	}
}

static void welcome_action(struct app *app, void *state, int action)
{
	const struct welcome *screen = state;

	(void)action;
	app_push(app, doors[screen->scroll.selected].screen, doors[screen->scroll.selected].argument);
}

static enum widget_result welcome_event(struct app *app, void *state, const struct event *event)
{
	struct welcome *screen = state;
	enum widget_result result = list_event(&screen->scroll, screen->rect, event, true);

	if (result == WIDGET_CHOSEN)
		welcome_action(app, state, WELCOME_OPEN);
	return result;
}

const struct screen screen_welcome = {
    .name = "welcome",
    .title = "Welcome",
    .state_size = sizeof(struct welcome),
    SCREEN_KEYS(welcome_keys),
    .paint = welcome_paint,
    .action = welcome_action,
    .event = welcome_event,
};
