/* All purchases of a client, newest first. */
#include <stdio.h>

#include "screens/app/screen.h"
#include "screens/parts/lines.h"
#include "screens/parts/pager.h"

#define PURCHASES_KEYS(KEY)                                                             \
	KEY(PURCHASES_OPEN, "open", "Enter l Right", "open", "Open this purchase", 1)   \
	KEY(PURCHASES_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 2)      \
	KEY(PURCHASES_SHOP, "shop", "Left h", "", "Go to the shop", 0)
enum purchases_action { PURCHASES_KEYS(KEYMAP_ACTION) };
static const struct binding purchases_keys[] = {PURCHASES_KEYS(KEYMAP_BINDING)};

enum purchases_block { BLOCK_LIST = 1, BLOCK_LINES };
enum purchases_column { COLUMN_DATE, COLUMN_WHAT, COLUMN_OTHERS, COLUMN_STATUS, COLUMN_TOTAL, COLUMNS };

struct purchases {
	struct app *app;
	struct purchase_query query;
	struct pager pager;
	struct lines lines; /* of the selected purchase */
	bool beside;        /* they stand beside the list */
};

static bool purchases_enter(struct app *app, void *state, const void *argument)
{
	struct purchases *screen = state;

	(void)argument;
	screen->app = app;
	pager_init(&screen->pager, app, &pager_purchases, &screen->query);
	return true;
}

/* A purchase that was open may have been cancelled there. Far down the list, asking again would lose the place: there
 * people press r. */
static void purchases_shown(struct app *app, void *state)
{
	struct purchases *screen = state;

	if (app_group(app) == GROUP_CLIENTS && pager_selected(&screen->pager) < PAGER_PAGE)
		pager_reload(&screen->pager);
}

static void purchases_leave(struct app *app, void *state)
{
	struct purchases *screen = state;

	(void)app;
	pager_done(&screen->pager);
}

static const struct purchase *selected(const struct purchases *screen)
{
	return pager_row(&screen->pager, pager_selected(&screen->pager));
}

static void purchases_update(struct app *app, void *state, const struct view *view)
{
	struct purchases *screen = state;

	screen->beside = pager_count(&screen->pager) && view_shows(view, BLOCK_LINES);
	pager_see(&screen->pager, view_first(view, BLOCK_LIST), view_visible(view, BLOCK_LIST));
	if (selected(screen))
		lines_of_purchase(&screen->lines, app, selected(screen));
}

/* ---- what the screen shows ---- */

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *cell)
{
	const struct purchase *purchase = pager_row(context, row);
	bool cancelled = purchase->status == SALE_CANCELLED;

	cell->role = ROLE_FAINT;
	switch ((enum purchases_column)column) {
	case COLUMN_DATE:
		cell->text = lines_date(purchase, cell->space);
		break;
	case COLUMN_WHAT:
		cell->text = purchase->lines_count ? purchase->lines[0].product_name : NULL;
		cell->role = cancelled ? ROLE_FAINT : ROLE_TEXT;
		break;
	case COLUMN_OTHERS:
		if (purchase->lines_count < 2)
			break;
		snprintf(cell->space, sizeof cell->space, "+%zu more", purchase->lines_count - 1);
		cell->text = cell->space;
		break;
	case COLUMN_STATUS:
		cell->text = lines_status(purchase->status, &cell->role);
		break;
	case COLUMN_TOTAL:
		cell->text = lines_total(purchase, cell->space);
		cell->is_word = purchase->total < 0;
		cell->role = cancelled || cell->is_word ? ROLE_FAINT : ROLE_PRICE;
		break;
	case COLUMNS:
		break;
	}
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	ret_row->coming = !pager_row(context, row);
}

static void view_list(const struct purchases *screen, struct view *view)
{
	const struct pager *pager = &screen->pager;
	const struct view_column columns[COLUMNS] = {
	    [COLUMN_DATE] = {.title = "Date", .min = 11, .ideal = 11, .align = ALIGN_RIGHT},
	    [COLUMN_WHAT] = {.title = "Product", .min = 12, .ideal = 30, .weight = 1},
	    [COLUMN_OTHERS] = {.min = 7, .ideal = 8, .drop = 2, .absent = screen->beside},
	    /* The first platform has no status. */
	    [COLUMN_STATUS] = {.title = "Status", .min = 9, .ideal = 9, .drop = 1,
			       .absent = !net_offers(app_net(screen->app), API_purchase_cancel)},
	    [COLUMN_TOTAL] = {.title = "Total", .min = 6, .ideal = 10, .align = ALIGN_DECIMAL, .fraction = 3,
			      .unit = app_currency(screen->app)},
	};

	view_table(view, &(struct view_table){
			     .place = {.id = BLOCK_LIST, .grow = 1, .focus = true,
				       .dim = pager_is_stale(pager) && app_waiting(screen->app, pager)},
			     .columns = columns,
			     .column_count = COLUMNS,
			     .count = pager_count(pager),
			     .more = pager->more,
			     .selected = pager_selected(pager),
			     .get_cell = get_cell,
			     .get_row = get_row,
			     .context = pager,
			 });
}

static void view_nothing(const struct purchases *screen, struct view *view)
{
	const struct pager *pager = &screen->pager;
	struct view_notice notice = {.place = {.grow = 1}};

	if (app_group(screen->app) != GROUP_CLIENTS) {
		notice.text = "Sign in to see what you have bought.";
		notice.hint = "Type :sign in and press Enter.";
	} else if (pager->err.kind != ERR_NONE) {
		notice.text = pager->err.kind == ERR_CANCELLED ? "Your purchases were not loaded: you stopped it."
							       : "Your purchases could not be loaded.";
		notice.does = "tries again";
		notice.action = PURCHASES_REFRESH;
	} else if (pager_is_empty(pager)) {
		notice.text = "You haven't bought anything yet.";
		notice.hint = "Esc goes to the shop.";
	} else if (app_waiting(screen->app, pager)) {
		notice.text = "Looking for your purchases.";
	} else {
		return;
	}
	view_notice(view, &notice);
}

static void purchases_view(struct app *app, const void *state, struct view *view)
{
	const struct purchases *screen = state;

	(void)app;
	if (!pager_count(&screen->pager)) {
		view_nothing(screen, view);
		return;
	}
	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE, .rule = true});
	view_list(screen, view);
	if (selected(screen))
		lines_view(&screen->lines, view,
			   (struct view_table){.place = {.id = BLOCK_LINES, .when = VIEW_BESIDE, .grow = 1},
					       .selected = -1});
	view_end(view);
}

/* ---- actions ---- */

static void purchases_action(struct app *app, void *state, int action)
{
	struct purchases *screen = state;

	switch ((enum purchases_action)action) {
	case PURCHASES_OPEN:
		if (selected(screen))
			app_push(app, SCREEN_purchase, selected(screen));
		break;
	case PURCHASES_REFRESH:
		if (app_need_session(app, GROUP_CLIENTS))
			pager_reload(&screen->pager);
		break;
	case PURCHASES_SHOP:
		app_home(app);
		break;
	}
}

static enum widget_result purchases_event(struct app *app, void *state, const struct event *event)
{
	struct purchases *screen = state;

	(void)app;
	return pager_hold_key(&screen->pager, event, false) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static void purchases_seen(struct app *app, void *state, const struct view_event *event)
{
	struct purchases *screen = state;

	if (event->id != BLOCK_LIST)
		return;
	pager_go(&screen->pager, event->row);
	if (event->kind == VIEW_CHOOSE)
		purchases_action(app, screen, PURCHASES_OPEN);
}

/* It lies at the bottom: Esc goes to the shop. */
static bool purchases_escape(struct app *app, void *state)
{
	struct purchases *screen = state;

	if (!pager_stay(&screen->pager) && !pager_give_up(&screen->pager))
		app_home(app);
	return true;
}

static bool purchases_hidden(struct app *app, const void *state, int action)
{
	(void)app;
	return action == PURCHASES_OPEN && !selected(state);
}

static const char *purchases_label(struct app *app, const void *state, int action)
{
	(void)app;
	(void)state;
	return action == SCREEN_BACK ? "shop" : NULL;
}

const struct screen screen_purchases = {
    .name = "purchases",
    .title = "Purchases",
    .state_size = sizeof(struct purchases),
    SCREEN_KEYS(purchases_keys),
    .of_row = SCREEN_ACTION(PURCHASES_OPEN),
    .in_menu = true,
    .enter = purchases_enter,
    .shown = purchases_shown,
    .update = purchases_update,
    .view = purchases_view,
    .action = purchases_action,
    .event = purchases_event,
    .seen = purchases_seen,
    .escape = purchases_escape,
    .hidden = purchases_hidden,
    .label = purchases_label,
    .leave = purchases_leave,
};
