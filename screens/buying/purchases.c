/* All purchases of a client, newest first. */
#include <stdio.h>
#include <string.h>

#include "screens/parts/lines.h"
#include "screens/parts/pager.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "tui/widgets/list.h"

#define PURCHASES_KEYS(KEY)                                                             \
	KEY(PURCHASES_OPEN, "open", "Enter l Right", "open", "Open this purchase", 1)   \
	KEY(PURCHASES_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 2)      \
	KEY(PURCHASES_SHOP, "shop", "s Left h", "shop", "Go to the shop", 3)
enum purchases_action { PURCHASES_KEYS(KEYMAP_ACTION) };
static const struct binding purchases_keys[] = {PURCHASES_KEYS(KEYMAP_BINDING)};

enum purchases_column { COLUMN_DATE, COLUMN_WHAT, COLUMN_STATUS, COLUMN_TOTAL };
static const struct layout_column columns[] = {
    [COLUMN_DATE] = {.title = "Date", .min = 11, .ideal = 11, .align = ALIGN_RIGHT},
    [COLUMN_WHAT] = {.title = "What", .min = 12, .ideal = 30, .weight = 1},
    [COLUMN_STATUS] = {.title = "Status", .min = 9, .ideal = 9, .drop = 1},
    [COLUMN_TOTAL] = {.title = "Total", .min = 6, .ideal = 13, .align = ALIGN_DECIMAL, .fraction = 3},
};

struct purchases {
	struct app *app;
	struct purchase_query query;
	struct pager pager;
	struct table table;
	struct layout_column columns[sizeof columns / sizeof *columns];
};

static bool purchases_enter(struct app *app, void *state, const void *argument)
{
	struct purchases *screen = state;

	(void)argument;
	screen->app = app;
	table_init(&screen->table, columns, sizeof columns / sizeof *columns, true);
	pager_init(&screen->pager, app, &pager_purchases, &screen->query);
	return true;
}

/* What has been open may have been cancelled there. Far down, asking again would lose the place: r does it then. */
static void purchases_shown(struct app *app, void *state)
{
	struct purchases *screen = state;

	if (app_group(app) == GROUP_CLIENTS && screen->table.scroll.selected < PAGER_PAGE)
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
	return pager_row(&screen->pager, screen->table.scroll.selected);
}

/* ---- painting ---- */

/* "Huila decaf, 250 g": the number of others stands at its end, whatever is cut. */
static void paint_what(struct purchases *screen, struct canvas *canvas, int64_t row, const struct purchase *purchase,
		       enum role role)
{
	struct rect place = table_place(&screen->table, row, COLUMN_WHAT);
	const char *first = purchase->lines_count ? purchase->lines[0].product_name : "";

	if (purchase->lines_count > 1) {
		char others[APP_TEXT];
		int width = paint_width(canvas, first, strlen(first));
		int used = place.width - snprintf(others, sizeof others, " +%zu more", purchase->lines_count - 1);

		if (width < used)
			used = width;
		if (used > 0)
			paint_str(canvas, place.x + used, place.y, place.width - used, ROLE_FAINT, others);
		place.width = used;
	}
	if (role == ROLE_TEXT && row == screen->table.scroll.selected)
		role = ROLE_SELECTED;
	if (place.width > 0)
		paint_str(canvas, place.x, place.y, place.width, role, first);
}

static void paint_row(struct purchases *screen, struct canvas *canvas, int64_t row)
{
	const struct purchase *purchase = pager_row(&screen->pager, row);
	struct table *table = &screen->table;
	char space[APP_TEXT];
	enum role role;

	if (!purchase) {
		table_printf(table, canvas, row, COLUMN_WHAT, ROLE_FAINT, "%s", app_glyphs(screen->app)->ellipsis);
		return;
	}
	enum role weight = purchase->status == SALE_CANCELLED ? ROLE_FAINT : ROLE_TEXT;
	table_printf(table, canvas, row, COLUMN_DATE, ROLE_FAINT, "%s", lines_date(purchase, space));
	paint_what(screen, canvas, row, purchase, weight);
	const char *status = lines_status(purchase->status, &role);
	table_cell(table, canvas, row, COLUMN_STATUS, role, status, strlen(status));
	const char *total = lines_total(purchase, space);
	if (purchase->total < 0)
		table_cell_right(table, canvas, row, COLUMN_TOTAL, ROLE_FAINT, total);
	else
		table_cell(table, canvas, row, COLUMN_TOTAL, weight == ROLE_FAINT ? ROLE_FAINT : ROLE_PRICE, total,
			   strlen(total));
}

/* With room for the longest total in sight; the first platform doesn't say how far a purchase is. */
static void choose_columns(struct purchases *screen, int rows)
{
	struct scroll *scroll = &screen->table.scroll;
	char space[APP_TEXT];

	scroll_resize(scroll, pager_count(&screen->pager), rows);
	memcpy(screen->columns, columns, sizeof columns);
	if (!net_offers(app_net(screen->app), API_purchase_cancel))
		screen->columns[COLUMN_STATUS] = (struct layout_column){.min = 0};
	for (int64_t row = scroll->offset; row < scroll->offset + scroll->visible; row++) {
		const struct purchase *purchase = pager_row(&screen->pager, row);
		if (purchase && purchase->total >= 0)
			text_widen(&screen->columns[COLUMN_TOTAL], app_money(purchase->total, space));
	}
	screen->table.columns = screen->columns;
}

static void paint_nothing(struct purchases *screen, struct canvas *canvas, struct rect body)
{
	const struct pager *pager = &screen->pager;
	const char *text = "", *hint = "";

	if (app_group(screen->app) != GROUP_CLIENTS) {
		text = "Here is what you have bought, once you have signed in.";
		hint = ": and \"sign in\"";
	} else if (pager->err.kind != ERR_NONE) {
		text = pager->err.kind == ERR_CANCELLED ? "Given up." : "Your purchases could not be loaded.";
		hint = "r tries again";
	} else if (pager_is_empty(pager)) {
		text = "Nothing bought yet: your purchases will be here.";
		hint = "s goes to the shop";
	} else if (app_waiting(screen->app, pager)) {
		hint = "Looking for your purchases";
	}
	paint_centre(canvas, body.x, body.y + body.height / 3, body.width, ROLE_TEXT, text);
	paint_centre(canvas, body.x, body.y + body.height / 3 + 1, body.width, ROLE_FAINT, hint);
}

static void purchases_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct purchases *screen = state;
	struct pager *pager = &screen->pager;

	if (!pager_count(pager)) {
		paint_nothing(screen, canvas, body);
		return;
	}
	choose_columns(screen, body.height - 1); /* the titles' */
	table_begin(&screen->table, canvas, body, pager_count(pager));
	for (int64_t row = screen->table.scroll.offset; row < table_end(&screen->table); row++)
		paint_row(screen, canvas, row);
	pager_see(pager, screen->table.scroll.offset, screen->table.scroll.visible);
	if (pager_is_stale(pager) && app_waiting(app, pager))
		canvas_dim(canvas, body);
}

/* ---- doing ---- */

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
	enum widget_result result = pager_event(&screen->pager, &screen->table.scroll, screen->table.rect, event, true);

	if (result == WIDGET_CHOSEN)
		purchases_action(app, screen, PURCHASES_OPEN);
	return result;
}

/* It lies at the bottom: what is behind it is the shop. */
static bool purchases_escape(struct app *app, void *state)
{
	struct purchases *screen = state;

	if (!pager_give_up(&screen->pager))
		app_home(app);
	return true;
}

static bool purchases_hidden(struct app *app, const void *state, int action)
{
	(void)app;
	return action == PURCHASES_OPEN && !selected(state);
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
    .paint = purchases_paint,
    .action = purchases_action,
    .event = purchases_event,
    .escape = purchases_escape,
    .hidden = purchases_hidden,
    .leave = purchases_leave,
};
