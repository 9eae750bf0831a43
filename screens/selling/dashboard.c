/* The dashboard: how a seller's shop is doing, over 7, 30 or 90 days. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "models/money.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"

#define DASHBOARD_KEYS(KEY)                                                                     \
	KEY(DASHBOARD_OPEN, "open", "Enter", "sales", "Open the sales", 1)                      \
	KEY(DASHBOARD_NEXT, "next", "Tab Right l", "period", "Show another number of days", 2)  \
	KEY(DASHBOARD_WEEK, "week", "7", "", "Show the last 7 days", 0)                         \
	KEY(DASHBOARD_MONTH, "month", "3", "", "Show the last 30 days", 0)                      \
	KEY(DASHBOARD_QUARTER, "quarter", "9", "", "Show the last 90 days", 0)                  \
	KEY(DASHBOARD_PREVIOUS, "previous", "S-Tab Left h", "", "Show the number of days before", 0) \
	KEY(DASHBOARD_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 3)
enum dashboard_action { DASHBOARD_KEYS(KEYMAP_ACTION) };
static const struct binding dashboard_keys[] = {DASHBOARD_KEYS(KEYMAP_BINDING)};

static const int64_t periods[] = {7, 30, 90};
enum { PERIODS = sizeof periods / sizeof *periods, PERIOD_FIRST = 1 };
enum { CHART_WIDTH_MAX = 240, CHART_ROWS_MIN = 2, CHART_ROWS_MAX = 10, BAR_MAX = 8, LABELS_MIN = 10 };
enum { COLUMN_GAP = 2, SIDE_BY_SIDE = 64, LIST_MIN = 3 };

enum best_column { BEST_NAME, BEST_UNITS, BEST_REVENUE, BEST_COLUMNS };
static const struct layout_column best_columns[] = {
    [BEST_NAME] = {.title = "Best products", .min = 13, .ideal = 24, .weight = 1},
    [BEST_UNITS] = {.title = "units", .min = 5, .ideal = 5, .drop = 1, .align = ALIGN_RIGHT},
    [BEST_REVENUE] = {.title = "revenue", .min = 9, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
};
enum low_column { LOW_NAME, LOW_LEFT, LOW_COLUMNS };
static const struct layout_column low_columns[] = {
    [LOW_NAME] = {.title = "Running low", .min = 11, .ideal = 24, .weight = 1},
    [LOW_LEFT] = {.title = "left", .min = 6, .ideal = 6, .align = ALIGN_RIGHT},
};

struct dashboard {
	struct app *app;
	size_t period;
	struct stats_query query;
	struct net_reply *reply; /* holds `stats` */
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

/* ---- painting ---- */

/* In percent, half away from zero; false when there is nothing to compare with. */
static bool change_in_percent(int64_t before, int64_t now, int64_t *ret_percent)
{
	if (before <= 0)
		return false;
	__int128 doubled = ((__int128)now - before) * 200;
	__int128 percent = (doubled + (doubled < 0 ? -(__int128)before : before)) / (2 * (__int128)before);
	*ret_percent = (int64_t)percent;
	return percent > -1000000 && percent < 1000000;
}

/* "▲ 12 %" at the right end; returns the columns that it takes. */
static int paint_trend(const struct seller_stats *stats, struct canvas *canvas, struct rect line)
{
	const struct glyphs *glyphs = canvas_glyphs(canvas);
	char text[48];
	int64_t percent;

	if (!change_in_percent(stats->previous_revenue, stats->revenue, &percent))
		return 0;
	if (glyphs->ascii)
		snprintf(text, sizeof text, "%s %lld %%", percent < 0 ? "down" : "up",
			 (long long)(percent < 0 ? -percent : percent));
	else
		snprintf(text, sizeof text, "%s %lld %%", percent < 0 ? glyphs->down : glyphs->up,
			 (long long)(percent < 0 ? -percent : percent));
	paint_right(canvas, line.x, line.y, line.width, percent < 0 ? ROLE_WARN : ROLE_GOOD, text);
	return paint_width(canvas, text, strlen(text)) + 2;
}

static void paint_head(const struct dashboard *dashboard, struct canvas *canvas, struct rect line)
{
	const struct seller_stats *stats = dashboard->stats;
	char amount[APP_TEXT], text[2 * APP_TEXT];

	line.width -= paint_trend(stats, canvas, line);
	snprintf(text, sizeof text, "%s %.8s", app_money(stats->revenue, amount), stats->currency);
	paint_right(canvas, line.x, line.y, line.width, ROLE_PRICE, text);
	line.width -= paint_width(canvas, text, strlen(text)) + 2;
	int used = paint_printf(canvas, line.x, line.y, line.width, ROLE_STRONG,
				line.width > 21 ? "Revenue, last %lld days" : "%lld days", (long long)stats->days);
	snprintf(text, sizeof text, "   %lld %s", (long long)stats->units, stats->units == 1 ? "unit" : "units");
	if (used + paint_width(canvas, text, strlen(text)) <= line.width)
		paint_str(canvas, line.x + used, line.y, line.width - used, ROLE_FAINT, text);
}

/* How the days go to the columns there are: one to each, several in one, or each over several with a gap behind it. */
struct spread {
	size_t together, wide; /* days in a bar, columns that it takes */
	int64_t values[CHART_WIDTH_MAX], highest;
	size_t used;
};

static struct spread spread_days(const struct seller_stats *stats, size_t width)
{
	size_t days = stats->per_day_count;
	struct spread spread = {.together = (days + width - 1) / width};
	size_t bars = (days + spread.together - 1) / spread.together;
	size_t day = 0;

	spread.wide = width / bars > BAR_MAX ? BAR_MAX : width / bars;
	for (size_t bar = bars; bar > 0; bar--) {
		int64_t sum = 0;
		/* The last bar is a whole one; what doesn't come out even is the first. */
		for (; day + (bar - 1) * spread.together < days; day++)
			if (!money_add(sum, stats->per_day[day].revenue, &sum))
				sum = INT64_MAX;
		spread.highest = sum > spread.highest ? sum : spread.highest;
		for (size_t column = 0; column < spread.wide; column++)
			spread.values[spread.used++] = spread.wide > 2 && column == spread.wide - 1 ? 0 : sum;
	}
	return spread;
}

static const char *day_text(int64_t day, char space[APP_TEXT])
{
	/* Days are UTC's: noon is on that day nearly everywhere. */
	char *year = strrchr(app_date(day * CLOCK_DAY_MS + CLOCK_DAY_MS / 2, space), ' ');

	if (year)
		*year = '\0';
	return space;
}

/* Columns with the maximum and what each stands for at their left, and dates below. */
static void paint_revenue(const struct seller_stats *stats, struct canvas *canvas, struct rect rect)
{
	char space[APP_TEXT];
	struct rect dates = rect_cut_bottom(&rect, 1);
	int longest = text_width(app_money(stats->revenue, space), strlen(space)); /* that any column can have */
	struct rect labels = rect_cut_left(&rect, 1 + (longest > LABELS_MIN ? longest : LABELS_MIN));

	if (rect.width < 8 || rect.height < 1 || !stats->per_day_count)
		return;
	rect.width = rect.width < CHART_WIDTH_MAX ? rect.width : CHART_WIDTH_MAX;
	const struct spread spread = spread_days(stats, (size_t)rect.width);
	rect.width = (int)spread.used;
	paint_right(canvas, labels.x, labels.y, labels.width - 1, ROLE_FAINT, app_money(spread.highest, space));
	if (rect.height > 1)
		paint_right(canvas, labels.x, labels.y + rect.height - 1, labels.width - 1, ROLE_FAINT, "0");
	paint_chart(canvas, rect, spread.values, spread.used, ROLE_ACCENT);
	snprintf(space, sizeof space, spread.together > 1 ? "per %zu days" : "per day", spread.together);
	paint_right(canvas, labels.x, dates.y, labels.width - 1, ROLE_FAINT, space);
	int used = paint_str(canvas, rect.x, dates.y, rect.width, ROLE_FAINT,
			     day_text(stats->per_day[0].day, space));
	if (rect.width > 2 * used + 2)
		paint_right(canvas, rect.x, dates.y, rect.width, ROLE_FAINT,
			    day_text(stats->per_day[stats->per_day_count - 1].day, space));
}

static void paint_cell(struct canvas *canvas, struct rect line, const struct layout_columns *layout,
		       const struct layout_column *column, size_t at, enum role role, const char *text)
{
	paint_aligned(canvas, line.x + layout->column[at].x, line.y, layout->column[at].width, column[at].align,
		      column[at].fraction, role, text, strlen(text));
}

static void paint_titles(struct canvas *canvas, struct rect line, const struct layout_columns *layout,
			 const struct layout_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		paint_aligned(canvas, line.x + layout->column[i].x, line.y, layout->column[i].width,
			      i ? ALIGN_RIGHT : ALIGN_LEFT, 0, i ? ROLE_FAINT : ROLE_STRONG, columns[i].title,
			      strlen(columns[i].title));
}

static void paint_best(const struct seller_stats *stats, struct canvas *canvas, struct rect rect)
{
	struct layout_column columns[BEST_COLUMNS];
	char space[APP_TEXT];

	memcpy(columns, best_columns, sizeof columns);
	for (size_t i = 0; i < stats->best_products_count; i++)
		text_widen(&columns[BEST_REVENUE], app_money(stats->best_products[i].revenue, space));
	const struct layout_columns layout = layout_columns(columns, BEST_COLUMNS, rect.width, COLUMN_GAP);
	paint_titles(canvas, rect_cut_top(&rect, 1), &layout, columns, BEST_COLUMNS);
	if (!stats->best_products_count)
		paint_str(canvas, rect.x, rect.y, rect.height > 0 ? rect.width : 0, ROLE_FAINT, "nothing sold yet");
	for (size_t i = 0; i < stats->best_products_count && rect.height > 0; i++) {
		const struct best_product *product = &stats->best_products[i];
		struct rect line = rect_cut_top(&rect, 1);

		paint_cell(canvas, line, &layout, best_columns, BEST_NAME, ROLE_TEXT, product->name);
		snprintf(space, sizeof space, "%lld", (long long)product->units);
		paint_cell(canvas, line, &layout, best_columns, BEST_UNITS, ROLE_TEXT, space);
		paint_cell(canvas, line, &layout, best_columns, BEST_REVENUE, ROLE_PRICE,
			   app_money(product->revenue, space));
	}
}

static void paint_low(const struct seller_stats *stats, struct canvas *canvas, struct rect rect)
{
	const struct layout_columns layout = layout_columns(low_columns, LOW_COLUMNS, rect.width, COLUMN_GAP);
	char space[APP_TEXT];

	paint_titles(canvas, rect_cut_top(&rect, 1), &layout, low_columns, LOW_COLUMNS);
	if (!stats->low_stock_count)
		paint_str(canvas, rect.x, rect.y, rect.height > 0 ? rect.width : 0, ROLE_FAINT, "enough of everything");
	for (size_t i = 0; i < stats->low_stock_count && rect.height > 0; i++) {
		const struct low_product *product = &stats->low_stock[i];
		struct rect line = rect_cut_top(&rect, 1);
		bool out = product->stock <= 0;

		paint_cell(canvas, line, &layout, low_columns, LOW_NAME, ROLE_TEXT, product->name);
		if (out)
			snprintf(space, sizeof space, "out");
		else
			snprintf(space, sizeof space, "%lld", (long long)product->stock);
		paint_cell(canvas, line, &layout, low_columns, LOW_LEFT, out ? ROLE_BAD : ROLE_WARN, space);
	}
}

static void paint_lists(const struct seller_stats *stats, struct canvas *canvas, struct rect rect)
{
	if (rect.width >= SIDE_BY_SIDE) {
		struct rect left = rect_cut_left(&rect, rect.width * 3 / 5);
		left.width -= 3;
		paint_best(stats, canvas, left);
		paint_low(stats, canvas, rect);
		return;
	}
	struct rect above = rect;
	if (rect.height >= 2 * LIST_MIN)
		above = rect_cut_top(&rect, rect.height / 2);
	paint_best(stats, canvas, above);
	if (rect.y > above.y)
		paint_low(stats, canvas, rect);
}

static void paint_stats(const struct dashboard *dashboard, struct canvas *canvas, struct rect body)
{
	const struct seller_stats *stats = dashboard->stats;
	bool roomy = body.height > 14;
	struct rect rect = rect_inset(body, 2, roomy ? 1 : 0);
	struct rect open = rect_cut_bottom(&rect, 1);
	int chart = rect.height * 2 / 5;

	rect_cut_bottom(&rect, roomy ? 1 : 0);
	paint_head(dashboard, canvas, rect_cut_top(&rect, 1));
	rect_cut_top(&rect, roomy ? 1 : 0);
	chart = chart < CHART_ROWS_MIN ? CHART_ROWS_MIN : chart > CHART_ROWS_MAX ? CHART_ROWS_MAX : chart;
	paint_revenue(stats, canvas, rect_cut_top(&rect, chart + 1));
	rect_cut_top(&rect, roomy ? 1 : 0);
	paint_lists(stats, canvas, rect);

	int used = paint_str(canvas, open.x, open.y, open.width, ROLE_STRONG, "Sales to ship");
	used += paint_printf(canvas, open.x + used, open.y, open.width - used, stats->open_sales ? ROLE_ACCENT : ROLE_FAINT,
			     "  %lld", (long long)stats->open_sales);
	if (open.width - used > 20)
		paint_right(canvas, open.x + used, open.y, open.width - used, ROLE_FAINT, "Enter opens them");
}

static void dashboard_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct dashboard *dashboard = state;
	int middle = body.y + body.height / 3;

	if (dashboard->stats) {
		paint_stats(dashboard, canvas, body);
		if (dashboard->call && app_waiting(app, dashboard))
			canvas_dim(canvas, body);
	} else if (!is_offered(app)) {
		paint_centre(canvas, body.x, middle, body.width, ROLE_TEXT, "This shop keeps no statistics.");
	} else if (dashboard->err.kind != ERR_NONE) {
		paint_centre(canvas, body.x, middle, body.width, ROLE_TEXT, "The statistics could not be loaded.");
		paint_centre(canvas, body.x, middle + 1, body.width, ROLE_FAINT, "r tries again");
	} else if (app_group(app) != GROUP_SELLERS) {
		paint_centre(canvas, body.x, middle, body.width, ROLE_TEXT, "A seller's revenue stands here.");
		paint_centre(canvas, body.x, middle + 1, body.width, ROLE_FAINT, "Sign in as a seller to see yours");
	} else {
		paint_printf(canvas, body.x + 2, body.y + (body.height > 14 ? 1 : 0), body.width - 2, ROLE_FAINT,
			     "Revenue, last %lld days", (long long)periods[dashboard->period]);
	}
}

/* ---- doing ---- */

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
	err_set(&dashboard->err, ERR_CANCELLED, "Given up");
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
    .paint = dashboard_paint,
    .action = dashboard_action,
    .escape = dashboard_escape,
    .hidden = dashboard_hidden,
    .leave = dashboard_leave,
};
