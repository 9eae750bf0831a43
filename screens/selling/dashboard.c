/* The dashboard: how a seller's shop is doing, over 7, 30 or 90 days. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app/screen.h"

#define DASHBOARD_KEYS(KEY)                                                                     \
	KEY(DASHBOARD_OPEN, "open", "Enter", "sales", "Open the sales", 1)                      \
	KEY(DASHBOARD_NEXT, "next", "Tab Right l", "next period", "Show another number of days", 2)  \
	KEY(DASHBOARD_WEEK, "week", "7", "", "Show the last 7 days", 0)                         \
	KEY(DASHBOARD_MONTH, "month", "3", "", "Show the last 30 days", 0)                      \
	KEY(DASHBOARD_QUARTER, "quarter", "9", "", "Show the last 90 days", 0)                  \
	KEY(DASHBOARD_PREVIOUS, "previous", "S-Tab Left h", "", "Show the number of days before", 0) \
	KEY(DASHBOARD_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 3)
enum dashboard_action { DASHBOARD_KEYS(KEYMAP_ACTION) };
static const struct binding dashboard_keys[] = {DASHBOARD_KEYS(KEYMAP_BINDING)};

static const int64_t periods[] = {7, 30, 90};
enum { PERIODS = sizeof periods / sizeof *periods, PERIOD_FIRST = 1, DAYS_MAX = 366 };

enum dashboard_block { BLOCK_NONE, BLOCK_CHART, BLOCK_BEST, BLOCK_LOW };
enum best_column { BEST_NAME, BEST_UNITS, BEST_REVENUE, BEST_COLUMNS };
static const struct view_column best_columns[] = {
    [BEST_NAME] = {.title = "Best products", .min = 13, .ideal = 24, .weight = 1},
    [BEST_UNITS] = {.title = "Units", .min = 5, .ideal = 5, .drop = 1, .align = ALIGN_RIGHT},
    [BEST_REVENUE] = {.title = "Revenue", .min = 9, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
};
enum low_column { LOW_NAME, LOW_LEFT, LOW_COLUMNS };
static const struct view_column low_columns[] = {
    [LOW_NAME] = {.title = "Running low", .min = 11, .ideal = 24, .weight = 1},
    [LOW_LEFT] = {.title = "Left", .min = 8, .ideal = 8, .align = ALIGN_DECIMAL, .fraction = 4, .whole = true},
};

struct dashboard {
	struct app *app;
	size_t period;
	struct stats_query query;
	struct net_reply *reply; /* `stats` is part of it */
	const struct seller_stats *stats;
	net_id call;
	struct err err;
};

/* ---- loading ---- */

static bool is_offered(struct app *app)
{
	return net_offers(app_net(app), API_seller_stats);
}

static void on_stats(struct app *app, void *state, struct net_reply *reply)
{
	struct dashboard *dashboard = state;

	dashboard->call = 0;
	dashboard->err = reply->err;
	if (!reply->ok) {
		app_failed(app, &reply->err);
		return;
	}
	net_reply_keep(reply);
	net_reply_free(dashboard->reply);
	dashboard->reply = reply;
	dashboard->stats = reply->answer;
}

static void load(struct dashboard *dashboard)
{
	struct net *net = app_net(dashboard->app);
	const struct session *session = net_session(net);

	if (!session || session->group != GROUP_SELLERS || !is_offered(dashboard->app))
		return;
	net_cancel(net, dashboard->call);
	dashboard->err = (struct err){.kind = ERR_NONE};
	dashboard->query.days = periods[dashboard->period];
	dashboard->call =
	    app_call(dashboard->app, dashboard, API_seller_stats,
		     &(struct net_args){.id = session->user_id, .query = &dashboard->query}, on_stats);
}

static bool dashboard_enter(struct app *app, void *state, const void *argument)
{
	struct dashboard *dashboard = state;

	(void)argument;
	dashboard->app = app;
	dashboard->period = PERIOD_FIRST;
	load(dashboard);
	return true;
}

static void dashboard_shown(struct app *app, void *state)
{
	struct dashboard *dashboard = state;

	(void)app;
	if (!dashboard->stats && !dashboard->call)
		load(dashboard);
}

static void dashboard_leave(struct app *app, void *state)
{
	struct dashboard *dashboard = state;

	(void)app;
	net_reply_free(dashboard->reply);
}

/* ---- what the screen shows ---- */

/* In percent, half away from zero; false when there was nothing before. */
static bool change_in_percent(int64_t before, int64_t now, int64_t *ret_percent)
{
	if (before <= 0)
		return false;
	__int128 doubled = ((__int128)now - before) * 200;
	__int128 percent = (doubled + (doubled < 0 ? -(__int128)before : before)) / (2 * (__int128)before);
	*ret_percent = (int64_t)percent;
	return percent > -1000000 && percent < 1000000;
}

/* "▲ 12 %", or "up 12 %" without that sign; NULL when there was nothing before. */
static const char *trend(const struct glyphs *glyphs, struct view *view, int64_t percent)
{
	const char *up = glyphs->ascii ? "up" : glyphs->up, *down = glyphs->ascii ? "down" : glyphs->down;

	return view_printf(view, "%s %lld %%", percent < 0 ? down : up, (long long)(percent < 0 ? -percent : percent));
}

static void view_head(struct app *app, const struct seller_stats *stats, struct view *view)
{
	char amount[APP_TEXT];
	int64_t percent = 0;
	bool known = change_in_percent(stats->previous_revenue, stats->revenue, &percent);
	const struct view_part parts[] = {
	    {.text = view_printf(view, "Revenue, last %lld days", (long long)stats->days), .role = ROLE_STRONG},
	    {.text = view_printf(view, stats->units == 1 ? "%lld unit" : "%lld units", (long long)stats->units),
	     .role = ROLE_FAINT,
	     .drop = 2},
	    {.text = view_printf(view, "%s %.8s", app_money(stats->revenue, amount), stats->currency),
	     .role = ROLE_PRICE,
	     .right = true},
	    {.label = "Against the days before",
	     .text = known ? trend(app_glyphs(app), view, percent) : NULL,
	     .role = percent < 0 ? ROLE_WARN : ROLE_GOOD,
	     .right = true,
	     .drop = 1},
	};

	view_line(view, &(struct view_line){.parts = parts, .count = sizeof parts / sizeof *parts - !known});
}

static void amount_text(const void *context, int64_t value, char space[VIEW_TEXT])
{
	(void)context;
	app_money(value, space);
}

/* Days are dates, the same in every time zone: the platform counts them in UTC. */
static void day_text(const void *context, size_t index, char space[VIEW_TEXT])
{
	const struct seller_stats *stats = context;

	app_day(stats->per_day[index].day, space);
}

static void each_text(const void *context, size_t days, char space[VIEW_TEXT])
{
	(void)context;
	if (days > 1)
		snprintf(space, VIEW_TEXT, "per %zu days", days);
	else
		snprintf(space, VIEW_TEXT, "per day");
}

static void view_revenue(const struct seller_stats *stats, struct view *view)
{
	int64_t values[DAYS_MAX];
	size_t count = stats->per_day_count < DAYS_MAX ? stats->per_day_count : DAYS_MAX;

	for (size_t i = 0; i < count; i++)
		values[i] = stats->per_day[i].revenue;
	view_chart(view, &(struct view_chart){.place = {.id = BLOCK_CHART, .grow = 2, .least = 3, .drop = 1},
					      .title = "Revenue per day",
					      .values = values,
					      .count = count,
					      .amount = amount_text,
					      .label = day_text,
					      .each = each_text,
					      .context = stats});
}

static void best_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct best_product *product = &((const struct seller_stats *)context)->best_products[row];

	switch ((enum best_column)column) {
	case BEST_NAME:
		ret_cell->text = product->name;
		break;
	case BEST_UNITS:
		snprintf(ret_cell->space, sizeof ret_cell->space, "%lld", (long long)product->units);
		ret_cell->text = ret_cell->space;
		break;
	case BEST_REVENUE:
		ret_cell->text = app_money(product->revenue, ret_cell->space);
		ret_cell->role = ROLE_PRICE;
		break;
	case BEST_COLUMNS:
		break;
	}
}

static void low_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct low_product *product = &((const struct seller_stats *)context)->low_stock[row];
	bool out = product->stock <= 0;

	if (column == LOW_NAME) {
		ret_cell->text = product->name;
		return;
	}
	snprintf(ret_cell->space, sizeof ret_cell->space, out ? "sold out" : "%lld low", (long long)product->stock);
	ret_cell->text = ret_cell->space;
	ret_cell->role = out ? ROLE_BAD : ROLE_WARN;
	ret_cell->is_word = out;
}

static void view_lists(const struct seller_stats *stats, struct view *view)
{
	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_HALF});
	if (stats->best_products_count)
		view_table(view, &(struct view_table){.place = {.id = BLOCK_BEST, .grow = 3, .least = 2},
						      .columns = best_columns,
						      .column_count = BEST_COLUMNS,
						      .count = (int64_t)stats->best_products_count,
						      .selected = -1,
						      .get_cell = best_cell,
						      .context = stats});
	else
		view_prose(view, &(struct view_prose){.place = {.grow = 3},
						      .role = ROLE_FAINT,
						      .text = "Nothing was sold in these days."});
	if (stats->low_stock_count)
		view_table(view, &(struct view_table){.place = {.id = BLOCK_LOW, .grow = 2, .least = 2, .drop = 2},
						      .columns = low_columns,
						      .column_count = LOW_COLUMNS,
						      .count = (int64_t)stats->low_stock_count,
						      .selected = -1,
						      .get_cell = low_cell,
						      .context = stats});
	else
		view_prose(view, &(struct view_prose){.place = {.grow = 2},
						      .role = ROLE_FAINT,
						      .text = "There is enough of every product."});
	view_end(view);
}

static void view_stats(struct app *app, const struct dashboard *dashboard, struct view *view)
{
	const struct seller_stats *stats = dashboard->stats;
	const struct view_fact open = {.label = "Sales to ship",
				       .value = view_printf(view, "%lld", (long long)stats->open_sales),
				       .role = stats->open_sales ? ROLE_ACCENT : ROLE_FAINT,
				       .does = "opens them",
				       .action = DASHBOARD_OPEN};

	view_group(view, &(struct view_group){
			     .place = {.grow = 1, .dim = dashboard->call && app_waiting(app, dashboard)}});
	view_head(app, stats, view);
	view_revenue(stats, view);
	view_lists(stats, view);
	view_facts(view, &(struct view_facts){.facts = &open, .count = 1});
	view_end(view);
}

static void dashboard_view(struct app *app, const void *state, struct view *view)
{
	const struct dashboard *dashboard = state;
	struct view_notice notice = {.place = {.grow = 1}};

	if (dashboard->stats) {
		view_stats(app, dashboard, view);
		return;
	}
	if (!is_offered(app)) {
		notice.text = "This shop keeps no statistics.";
		notice.hint = "Press : to go elsewhere.";
	} else if (dashboard->err.kind != ERR_NONE) {
		notice.text = "The statistics could not be loaded.";
		notice.action = DASHBOARD_REFRESH;
		notice.does = "tries again";
	} else if (app_group(app) != GROUP_SELLERS) {
		notice.text = "Here sellers see their revenue.";
		notice.hint = "Sign in as a seller to see yours.";
	} else {
		notice.text = "The statistics are on their way.";
		notice.hint = view_printf(view, "Revenue, last %lld days", (long long)periods[dashboard->period]);
	}
	view_notice(view, &notice);
}

/* ---- actions ---- */

static void show_period(struct dashboard *dashboard, size_t period)
{
	dashboard->period = period % PERIODS;
	load(dashboard);
}

static void dashboard_action(struct app *app, void *state, int action)
{
	struct dashboard *dashboard = state;

	switch ((enum dashboard_action)action) {
	case DASHBOARD_OPEN:
		app_push(app, SCREEN_sales, NULL);
		break;
	case DASHBOARD_NEXT:
		show_period(dashboard, dashboard->period + 1);
		break;
	case DASHBOARD_PREVIOUS:
		show_period(dashboard, dashboard->period + PERIODS - 1);
		break;
	case DASHBOARD_WEEK:
	case DASHBOARD_MONTH:
	case DASHBOARD_QUARTER:
		show_period(dashboard, (size_t)(action - DASHBOARD_WEEK));
		break;
	case DASHBOARD_REFRESH:
		load(dashboard);
		break;
	}
}

static bool dashboard_escape(struct app *app, void *state)
{
	struct dashboard *dashboard = state;

	if (!dashboard->call || !app_waiting(app, dashboard))
		return false;
	net_cancel(app_net(app), dashboard->call);
	dashboard->call = 0;
	err_set(&dashboard->err, ERR_CANCELLED, "You stopped waiting");
	app_dirty(app);
	return true;
}

static bool dashboard_hidden(struct app *app, const void *state, int action)
{
	(void)state;
	return action != DASHBOARD_OPEN && !is_offered(app);
}

const struct screen screen_dashboard = {
    .name = "dashboard",
    .title = "Dashboard",
    .state_size = sizeof(struct dashboard),
    SCREEN_KEYS(dashboard_keys),
    .in_menu = true,
    .enter = dashboard_enter,
    .shown = dashboard_shown,
    .view = dashboard_view,
    .action = dashboard_action,
    .escape = dashboard_escape,
    .hidden = dashboard_hidden,
    .leave = dashboard_leave,
};
