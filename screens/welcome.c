/* The first steps, for whoever has none behind him. */
#include "screens/screen.h"
#include "screens/signing.h"
#include "tui/list.h"

#define WELCOME_KEYS(KEY)                                             \
	KEY(WELCOME_OPEN, "open", "Enter l Right", "open", "Go there", 1)
enum welcome_action { WELCOME_KEYS(KEYMAP_ACTION) };
static const struct binding welcome_keys[] = {WELCOME_KEYS(KEYMAP_BINDING)};

static const struct signing client = {.buys = true}, seller = {.sells = true};
static const struct {
	const char *label, *note;
	enum screen_id screen;
	const struct signing *argument;
} doors[] = {
    {"Look around", "no account needed", SCREEN_shop, NULL},
    {"Sign in", "with an account that exists", SCREEN_sign_in, NULL},
    {"Sign up to buy", "a cart that is kept, purchases, receipts", SCREEN_sign_up, &client},
    {"Sign up to sell", "inventory, sales, statistics", SCREEN_sign_up, &seller},
};
enum { DOORS = sizeof doors / sizeof *doors, LABEL_COLUMNS = 18 };

struct welcome {
	struct scroll scroll;
	struct rect rect;
};

static void welcome_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct welcome *screen = state;
	struct rect rect = rect_inset(body, 2, 1);

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
		paint_str(canvas, rect.x + 2 + LABEL_COLUMNS, y, rect.width - 2 - LABEL_COLUMNS, ROLE_FAINT,
			  doors[i].note);
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
