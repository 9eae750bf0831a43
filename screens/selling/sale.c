/* One sale: its buyer, its lines, and its steps. */
#include <stdio.h>
#include <string.h>

#include "screens/app/screen.h"
#include "screens/selling/sales.h"

#define SALE_KEYS(KEY)                                                                                    \
	KEY(SALE_SHIP, "ship", "S", "ship", "Say that this sale is on its way", 1)                        \
	KEY(SALE_DELIVER, "deliver", "V", "delivered", "Say that this sale has arrived", 2)               \
	KEY(SALE_CANCEL, "cancel", "X", "cancel", "Cancel this sale; its goods go back into stock", 3)    \
	KEY(SALE_BACK, "back", "Left h", "back", "Go back to the list", 0)
enum sale_action { SALE_KEYS(KEYMAP_ACTION) };
static const struct binding sale_keys[] = {SALE_KEYS(KEYMAP_BINDING)};

enum sale_block { BLOCK_NONE, BLOCK_LINES };

struct sale_screen {
	struct app *app;
	struct sale sale;          /* texts and lines in the arena */
	struct lines lines;
	struct sales_doing doing;
	struct sale_result result; /* for the screen that opened it: what was done here */
};

/* Keeps a sale in the screen's own memory. */
static bool keep(struct sale_screen *screen, const struct sale *sale)
{
	struct arena *arena = app_arena(screen->app, screen);
	struct sale copy = *sale;
	const char **texts[] = {&copy.id, &copy.purchase_id, &copy.client_name, &copy.seller_id, &copy.currency};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		*texts[i] = arena_strdup(arena, *texts[i] ? *texts[i] : "");
		if (!*texts[i])
			return false;
	}
	copy.lines = arena_array(arena, sale->lines_count + 1, sizeof *copy.lines);
	if (!copy.lines)
		return false;
	for (size_t i = 0; i < sale->lines_count; i++) {
		copy.lines[i] = sale->lines[i];
		copy.lines[i].product_id = arena_strdup(arena, sale->lines[i].product_id);
		copy.lines[i].product_name = arena_strdup(arena, sale->lines[i].product_name);
		if (!copy.lines[i].product_id || !copy.lines[i].product_name)
			return false;
	}
	screen->sale = copy;
	return true;
}

static bool sale_enter(struct app *app, void *state, const void *argument)
{
	struct sale_screen *screen = state;

	screen->app = app;
	return keep(screen, argument);
}

/* ---- what the screen shows ---- */

static void sale_update(struct app *app, void *state, const struct view *view)
{
	struct sale_screen *screen = state;

	(void)view;
	sales_lines(&screen->lines, app, &screen->sale);
}

static void sale_view(struct app *app, const void *state, struct view *view)
{
	const struct sale_screen *screen = state;
	bool dim = screen->doing.busy && app_waiting(app, screen);

	sales_view_sale(view, &screen->sale, (enum sale_status)screen->sale.status, &screen->lines,
			(struct view_table){.place = {.id = BLOCK_LINES, .focus = true, .dim = dim}, .selected = -1});
}

/* ---- actions ---- */

static void on_step(struct app *app, void *state, struct net_reply *reply)
{
	struct sale_screen *screen = state;

	if (!sales_done(app, &screen->doing, reply))
		return;
	keep(screen, reply->answer);
	screen->result = (struct sale_result){.id = screen->sale.id, .status = screen->sale.status};
}

static void do_step(struct app *app, void *state)
{
	struct sale_screen *screen = state;

	sales_do(app, screen, &screen->doing, on_step);
}

static bool may(const struct sale_screen *screen, enum sales_step step)
{
	return sales_may((enum sale_status)screen->sale.status, step);
}

static void begin_step(struct sale_screen *screen, enum sales_step step)
{
	if (may(screen, step))
		sales_ask(screen->app, screen, &screen->doing, step, &screen->sale, do_step);
}

/* Goes back; the screen below is told what was done here. */
static void go_back(struct sale_screen *screen)
{
	app_close_with(screen->app, screen, screen->result.id ? &screen->result : NULL);
}

static void sale_action(struct app *app, void *state, int action)
{
	(void)app;
	switch ((enum sale_action)action) {
	case SALE_SHIP:
		begin_step(state, STEP_SHIP);
		break;
	case SALE_DELIVER:
		begin_step(state, STEP_DELIVER);
		break;
	case SALE_CANCEL:
		begin_step(state, STEP_CANCEL);
		break;
	case SALE_BACK:
		go_back(state);
		break;
	}
}

static bool sale_escape(struct app *app, void *state)
{
	struct sale_screen *screen = state;

	if (sales_give_up(app, screen, &screen->doing))
		screen->result = (struct sale_result){.id = screen->sale.id, .doubtful = true};
	else
		go_back(screen);
	return true;
}

static bool sale_hidden(struct app *app, const void *state, int action)
{
	const struct sale_screen *screen = state;

	(void)app;
	switch ((enum sale_action)action) {
	case SALE_SHIP:
		return !may(screen, STEP_SHIP);
	case SALE_DELIVER:
		return !may(screen, STEP_DELIVER);
	case SALE_CANCEL:
		return !may(screen, STEP_CANCEL);
	case SALE_BACK:
		break;
	}
	return false;
}

const struct screen screen_sale = {
    .name = "sale",
    .title = "Sale",
    .state_size = sizeof(struct sale_screen),
    SCREEN_KEYS(sale_keys),
    .enter = sale_enter,
    .update = sale_update,
    .view = sale_view,
    .action = sale_action,
    .escape = sale_escape,
    .hidden = sale_hidden,
};
