/* The first screen for people who have no account, or whose shop can't be reached. */
#include <stdio.h>

#include "screens/app/screen.h"
#include "screens/parts/signing.h"

#define WELCOME_KEYS(KEY)                                             \
	KEY(WELCOME_OPEN, "open", "Enter l Right", "open", "Open what is selected", 1)
enum welcome_action { WELCOME_KEYS(KEYMAP_ACTION) };
static const struct binding welcome_keys[] = {WELCOME_KEYS(KEYMAP_BINDING)};

static const struct signing client = {.buys = true}, seller = {.sells = true};

/* What is promised, and the call that a platform needs for it. */
struct promise {
	const char *text;
	enum api_op needs;
};

enum { PROMISES = 3 };
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
enum { DOORS = sizeof doors / sizeof *doors };

enum welcome_block { BLOCK_NONE, BLOCK_DOORS };
enum welcome_column { COLUMN_DOOR, COLUMN_NOTE, COLUMNS };
static const struct view_column columns[COLUMNS] = {
    [COLUMN_DOOR] = {.min = 16, .ideal = 16},
    [COLUMN_NOTE] = {.min = 10, .ideal = 40, .weight = 1},
};

struct welcome {
	struct app *app;
	int64_t selected;
};

static bool welcome_enter(struct app *app, void *state, const void *argument)
{
	struct welcome *welcome = state;

	(void)argument;
	welcome->app = app;
	return true;
}

/* Only what this platform has. */
static void make_note(struct app *app, size_t door, char note[VIEW_TEXT])
{
	size_t used = 0;

	note[0] = '\0';
	for (size_t i = 0; i < PROMISES && doors[door].promises[i].text; i++) {
		const struct promise *promise = &doors[door].promises[i];

		if (net_offers(app_net(app), promise->needs) && used < VIEW_TEXT)
			used += (size_t)snprintf(note + used, VIEW_TEXT - used, "%s%s", used ? ", " : "",
						 promise->text);
	}
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct welcome *welcome = context;

	if (column == COLUMN_DOOR) {
		ret_cell->text = doors[row].label;
		return;
	}
	make_note(welcome->app, (size_t)row, ret_cell->space);
	ret_cell->text = ret_cell->space;
	ret_cell->role = ROLE_FAINT;
}

static void welcome_view(struct app *app, const void *state, struct view *view)
{
	const struct welcome *welcome = state;

	(void)app;
	view_prose(view, &(struct view_prose){.role = ROLE_STRONG,
					      .text = "Welcome to Vitrine, a shop in your terminal."});
	view_table(view, &(struct view_table){.place = {.id = BLOCK_DOORS, .focus = true},
					      .columns = columns,
					      .column_count = COLUMNS,
					      .headless = true,
					      .count = DOORS,
					      .selected = welcome->selected,
					      .get_cell = get_cell,
					      .context = welcome});
}

static void welcome_action(struct app *app, void *state, int action)
{
	const struct welcome *welcome = state;

	(void)action;
	app_push(app, doors[welcome->selected].screen, doors[welcome->selected].argument);
}

static void welcome_seen(struct app *app, void *state, const struct view_event *event)
{
	struct welcome *welcome = state;

	welcome->selected = event->row;
	if (event->kind == VIEW_CHOOSE)
		welcome_action(app, state, WELCOME_OPEN);
}

const struct screen screen_welcome = {
    .name = "welcome",
    .title = "Welcome",
    .state_size = sizeof(struct welcome),
    SCREEN_KEYS(welcome_keys),
    .of_row = SCREEN_ACTION(WELCOME_OPEN),
    .enter = welcome_enter,
    .view = welcome_view,
    .action = welcome_action,
    .seen = welcome_seen,
};
