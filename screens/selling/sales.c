/* The sales of a seller: what was bought from him, newest first; shipped, delivered or cancelled here. New ones come in by
 * themselves while one looks. */
#include "screens/selling/sales.h"

#include <stdio.h>
#include <string.h>

#include "screens/parts/pager.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "tui/widgets/list.h"

#define SALES_KEYS(KEY)                                                                            \
	KEY(SALES_SHIP, "ship", "s", "ship", "Say that this sale is on its way", 1)                \
	KEY(SALES_DELIVER, "deliver", "v", "deliver", "Say that this sale has arrived", 2)         \
	KEY(SALES_OPEN, "open", "Enter l Right", "open", "Look at this sale", 3)                   \
	KEY(SALES_FILTER, "filter", "Tab f", "show", "Show all sales, or those of one status", 4)  \
	KEY(SALES_CANCEL, "cancel", "x", "cancel", "Cancel this sale; its goods are back in stock", 5) \
	KEY(SALES_REFRESH, "refresh", "r", "refresh", "Look for new sales now", 6)                 \
	KEY(SALES_FILTER_BACK, "filter_back", "S-Tab", "", "Show the status before", 0)
enum sales_action { SALES_KEYS(KEYMAP_ACTION) };
static const struct binding sales_keys[] = {SALES_KEYS(KEYMAP_BINDING)};

enum { POLL_MS = 30 * 1000 };

enum sales_column { COLUMN_DATE, COLUMN_CLIENT, COLUMN_WHAT, COLUMN_STATUS, COLUMN_TOTAL, COLUMNS };
static const struct layout_column columns[] = {
    [COLUMN_DATE] = {.title = "Date", .min = 11, .ideal = 11, .drop = 2},
    [COLUMN_CLIENT] = {.title = "Client", .min = 8, .ideal = 18, .weight = 1, .drop = 1},
    [COLUMN_WHAT] = {.title = "What", .min = 10, .ideal = 26, .weight = 2},
    [COLUMN_STATUS] = {.title = "Status", .min = 9, .ideal = 9},
    [COLUMN_TOTAL] = {.title = "Total", .min = 8, .ideal = 10, .align = ALIGN_DECIMAL, .fraction = 3},
};

const struct sales_step_row sales_steps[STEPS] = {
    [STEP_SHIP] = {API_sale_ship, SALE_SHIPPED, "Shipped"},
    [STEP_DELIVER] = {API_sale_deliver, SALE_DELIVERED, "Delivered"},
    [STEP_CANCEL] = {API_sale_cancel, SALE_CANCELLED, "Cancelled: its goods are back in stock"},
};

struct sales {
	struct app *app;
	struct sale_query query;
	struct pager pager;
	struct table table;
	struct layout_column columns[COLUMNS]; /* with room for the longest amount in sight */
	struct sales_known known;
	struct sale_query newest_query; /* of the quiet look for new ones */
	char newest[SALES_ID];          /* seen so far; "": none */
	bool looked;
	char follow_id[SALES_ID]; /* selected before new ones came in above it; "": none */
	enum sales_step step; /* under way, or asked about */
	char step_id[SALES_ID];
	bool busy;
};

/* ---- what is newer than the list ---- */

enum sale_status sales_status(const struct sales_known *known, const struct sale *sale)
{
	for (size_t i = known->count; i-- > 0;)
		if (!strcmp(known->sale[i].id, sale->id))
			return (enum sale_status)known->sale[i].status;
	return (enum sale_status)sale->status;
}

void sales_note(struct sales_known *known, const char *id, int status)
{
	if (known->count == SALES_KNOWN) {
		known->count--;
		memmove(known->sale, known->sale + 1, known->count * sizeof known->sale[0]);
	}
	snprintf(known->sale[known->count].id, SALES_ID, "%s", id);
	known->sale[known->count++].status = status;
}

bool sales_give_up(struct app *app, void *state, struct sales_known *known, bool *busy)
{
	if (!*busy || !app_waiting(app, state))
		return false;
	net_cancel_owner(app_net(app), state);
	*busy = false;
	known->doubtful = true;
	app_say(app, TOAST_WARN, NULL, "Given up. Perhaps it was done: the list shows it");
	return true;
}

/* ---- loading ---- */

static bool is_offered(struct app *app)
{
	return net_offers(app_net(app), API_sale_list);
}

static void load(struct sales *sales)
{
	if (!is_offered(sales->app) || app_group(sales->app) != GROUP_SELLERS)
		return;
	sales->known = (struct sales_known){.count = 0};
	pager_reload(&sales->pager);
}

static void show_status(struct sales *sales, int by)
{
	/* -1 is all. */
	sales->query.status = (sales->query.status + 1 + by + SALE_STATUSES + 1) % (SALE_STATUSES + 1) - 1;
	scroll_select(&sales->table.scroll, 0);
	load(sales);
}

static bool sales_enter(struct app *app, void *state, const void *argument)
{
	struct sales *sales = state;

	(void)argument;
	sales->app = app;
	sales->query.status = -1;
	sales->newest_query = (struct sale_query){.status = -1, .limit = 1};
	table_init(&sales->table, columns, COLUMNS, true);
	pager_init(&sales->pager, app, &pager_sales, &sales->query);
	load(sales);
	app_timer(app, sales, POLL_MS);
	return true;
}

static void sales_shown(struct app *app, void *state)
{
	struct sales *sales = state;

	(void)app;
	if ((!sales->pager.loaded && !sales->pager.call) || sales->known.doubtful)
		load(sales);
}

static void sales_leave(struct app *app, void *state)
{
	struct sales *sales = state;

	(void)app;
	pager_done(&sales->pager);
}

static const struct sale *selected(const struct sales *sales)
{
	return pager_row(&sales->pager, sales->table.scroll.selected);
}

static void ask_newest(struct sales *sales, struct app *app, const char *cursor);

/* What failed quietly is tried again quietly. */
static void on_newest(struct app *app, void *state, struct net_reply *reply)
{
	struct sales *sales = state;
	const struct sale_page *page = reply->answer;

	if (reply->ok && !page->sales_count && page->next_cursor)
		ask_newest(sales, app, page->next_cursor);
	if (!reply->ok || !page->sales_count)
		return;
	const struct sale *sale = &page->sales[0];
	bool is_new = strcmp(sale->id, sales->newest) != 0;
	if (sales->looked && is_new) {
		app_say(app, TOAST_GOOD, NULL, "A new sale: %s to %s",
			sale->lines_count ? sale->lines[0].product_name : "", sale->client_name);
		const struct sale *here = selected(sales);
		snprintf(sales->follow_id, sizeof sales->follow_id, "%s", here ? here->id : "");
		load(sales);
		app_count_sales(app);
	}
	snprintf(sales->newest, sizeof sales->newest, "%s", sale->id);
	sales->looked = true;
}

static void ask_newest(struct sales *sales, struct app *app, const char *cursor)
{
	sales->newest_query.cursor = cursor;
	app_call(app, sales, API_sale_list, &(struct net_args){.query = &sales->newest_query}, on_newest);
}

static void sales_tick(struct app *app, void *state)
{
	struct sales *sales = state;

	app_timer(app, sales, POLL_MS);
	if (is_offered(app) && app_group(app) == GROUP_SELLERS && net_online(app_net(app)))
		ask_newest(sales, app, NULL);
}

/* The selection stays on its sale while others come in above it. */
static void follow_selected(struct sales *sales)
{
	if (!sales->follow_id[0] || pager_is_stale(&sales->pager))
		return;
	for (int64_t row = 0; row < pager_count(&sales->pager); row++) {
		const struct sale *sale = pager_row(&sales->pager, row);
		if (!sale || strcmp(sale->id, sales->follow_id) != 0)
			continue;
		sales->table.scroll.count = pager_count(&sales->pager);
		scroll_select(&sales->table.scroll, row);
		break;
	}
	sales->follow_id[0] = '\0';
}

/* The first page of all says which is the newest, too. */
static void remember_newest(struct sales *sales)
{
	const struct sale *sale = pager_row(&sales->pager, 0);

	if (sales->query.status >= 0 || pager_is_stale(&sales->pager))
		return;
	snprintf(sales->newest, sizeof sales->newest, "%s", sale ? sale->id : "");
	sales->looked = true;
}

/* ---- painting ---- */

static void paint_row(struct sales *sales, struct canvas *canvas, int64_t row)
{
	static const enum role roles[SALE_STATUSES] = {[SALE_PLACED] = ROLE_ACCENT,
						       [SALE_SHIPPED] = ROLE_TEXT,
						       [SALE_DELIVERED] = ROLE_FAINT,
						       [SALE_CANCELLED] = ROLE_FAINT};
	const struct sale *sale = pager_row(&sales->pager, row);
	struct table *table = &sales->table;
	char space[APP_TEXT];

	if (!sale) {
		table_printf(table, canvas, row, COLUMN_WHAT, ROLE_FAINT, "%s", app_glyphs(sales->app)->ellipsis);
		return;
	}
	enum sale_status status = sales_status(&sales->known, sale);
	table_printf(table, canvas, row, COLUMN_DATE, ROLE_FAINT, "%s", app_date(sale->purchase_date, space));
	table_cell(table, canvas, row, COLUMN_CLIENT, ROLE_TEXT, sale->client_name, strlen(sale->client_name));
	/* "+2" must not be what is cut off. */
	struct rect place = table_place(table, row, COLUMN_WHAT);
	const char *name = sale->lines_count ? sale->lines[0].product_name : "";
	char more[32] = "";
	if (sale->lines_count > 1)
		snprintf(more, sizeof more, " +%zu", sale->lines_count - 1);
	int width = place.width - (int)strlen(more);
	if (width > 0) {
		enum role role = row == table->scroll.selected ? ROLE_SELECTED : ROLE_TEXT;
		int used = paint_str(canvas, place.x, place.y, width, role, name);
		paint_str(canvas, place.x + used, place.y, place.width - used, ROLE_FAINT, more);
	}
	table_printf(table, canvas, row, COLUMN_STATUS, roles[status], "%s", sale_status_names[status]);
	table_printf(table, canvas, row, COLUMN_TOTAL, ROLE_PRICE, "%s", app_money(sale->total, space));
}

/* "all  placed  shipped  delivered  cancelled", the one shown strong. */
static void paint_filter(const struct sales *sales, struct canvas *canvas, struct rect line)
{
	int used = 0;

	for (int status = -1; status < SALE_STATUSES; status++) {
		bool here = status == sales->query.status;
		const char *name = status < 0 ? "all" : sale_status_names[status];

		if (here)
			paint_glyph(canvas, line.x + used, line.y, ROLE_ACCENT, canvas_glyphs(canvas)->marker);
		used += 1 + paint_str(canvas, line.x + used + 1, line.y, line.width - used - 1,
				      here ? ROLE_STRONG : ROLE_FAINT, name);
		used += line.width > 60 ? 2 : 0;
	}
}

static void paint_nothing(struct sales *sales, struct canvas *canvas, struct rect rect)
{
	const char *text = NULL, *hint = NULL;

	if (!is_offered(sales->app)) {
		text = "This shop keeps no list of sales.";
		hint = ": leads elsewhere";
	} else if (sales->pager.err.kind != ERR_NONE && !sales->pager.loaded) {
		text = "The sales could not be loaded.";
		hint = "r tries again";
	} else if (pager_is_empty(&sales->pager)) {
		text = sales->query.status < 0 ? "Nothing was sold yet." : "No sale has this status.";
		hint = sales->query.status < 0 ? "A sale appears here by itself" : "Tab shows others";
	}
	paint_centre(canvas, rect.x, rect.y + rect.height / 3, rect.width, ROLE_TEXT, text);
	paint_centre(canvas, rect.x, rect.y + rect.height / 3 + 1, rect.width, ROLE_FAINT, hint);
}

static void widen_columns(struct sales *sales, int rows)
{
	struct scroll *scroll = &sales->table.scroll;
	char space[APP_TEXT];

	scroll_resize(scroll, pager_count(&sales->pager), rows);
	memcpy(sales->columns, columns, sizeof sales->columns);
	sales->table.columns = sales->columns;
	for (int64_t row = scroll->offset; row < scroll->offset + scroll->visible; row++) {
		const struct sale *sale = pager_row(&sales->pager, row);
		if (sale)
			text_widen(&sales->columns[COLUMN_TOTAL], app_money(sale->total, space));
	}
}

static void sales_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct sales *sales = state;
	struct rect list = body;
	struct rect top = rect_inset(rect_cut_top(&list, 1), body.width > 60 ? 1 : 0, 0);

	if (!is_offered(app)) {
		paint_nothing(sales, canvas, list);
		return;
	}
	paint_filter(sales, canvas, top);
	rect_cut_top(&list, body.height > 12 ? 1 : 0);
	remember_newest(sales);
	follow_selected(sales);
	widen_columns(sales, list.height - 1);
	table_begin(&sales->table, canvas, list, pager_count(&sales->pager));
	for (int64_t row = sales->table.scroll.offset; row < table_end(&sales->table); row++)
		paint_row(sales, canvas, row);
	pager_see(&sales->pager, sales->table.scroll.offset, sales->table.scroll.visible);
	if (!pager_count(&sales->pager))
		paint_nothing(sales, canvas, list);
	if (pager_is_stale(&sales->pager) && app_waiting(app, &sales->pager))
		canvas_dim(canvas, list);
}

/* ---- doing ---- */

static void on_step(struct app *app, void *state, struct net_reply *reply)
{
	struct sales *sales = state;
	const struct sale *sale = reply->answer;

	sales->busy = false;
	if (reply->ok) {
		sales_note(&sales->known, sales->step_id, sale->status);
		app_say(app, TOAST_GOOD, NULL, "%s", sales_steps[sales->step].done);
		app_count_sales(app);
		return;
	}
	app_failed(app, &reply->err);
	if (reply->err.kind == ERR_CONFLICT) /* it is something else by now */
		load(sales);
}

static void do_step(struct app *app, void *state)
{
	struct sales *sales = state;

	if (!sales->busy)
		sales->busy = app_call(app, sales, sales_steps[sales->step].op,
				       &(struct net_args){.id = sales->step_id}, on_step) != 0;
}

static bool may(const struct sales *sales, enum sales_step step)
{
	const struct sale *sale = selected(sales);

	return sale && sale_may_become(sales_status(&sales->known, sale), sales_steps[step].becomes);
}

static void begin_step(struct sales *sales, enum sales_step step)
{
	const struct sale *sale = selected(sales);

	if (sales->busy || !may(sales, step))
		return;
	sales->step = step;
	snprintf(sales->step_id, sizeof sales->step_id, "%s", sale->id);
	if (step == STEP_CANCEL)
		app_ask(sales->app, sales, "cancel the sale", do_step,
			"Cancel the sale to %s? Its goods go back into stock.", sale->client_name);
	else
		do_step(sales->app, sales);
}

static void open_sale(struct sales *sales)
{
	const struct sale *sale = selected(sales);

	if (sale)
		app_push(sales->app, SCREEN_sale, &(struct sale_argument){.sale = sale, .known = &sales->known});
}

static void sales_action(struct app *app, void *state, int action)
{
	struct sales *sales = state;

	(void)app;
	switch ((enum sales_action)action) {
	case SALES_SHIP:
		begin_step(sales, STEP_SHIP);
		break;
	case SALES_DELIVER:
		begin_step(sales, STEP_DELIVER);
		break;
	case SALES_CANCEL:
		begin_step(sales, STEP_CANCEL);
		break;
	case SALES_OPEN:
		open_sale(sales);
		break;
	case SALES_FILTER:
		show_status(sales, 1);
		break;
	case SALES_FILTER_BACK:
		show_status(sales, -1);
		break;
	case SALES_REFRESH:
		load(sales);
		break;
	}
}

static enum widget_result sales_event(struct app *app, void *state, const struct event *event)
{
	struct sales *sales = state;
	enum widget_result result = pager_event(&sales->pager, &sales->table.scroll, sales->table.rect, event, true);

	(void)app;
	if (result == WIDGET_CHOSEN)
		open_sale(sales);
	return result;
}

static bool sales_escape(struct app *app, void *state)
{
	struct sales *sales = state;

	if (sales_give_up(app, sales, &sales->known, &sales->busy)) {
		load(sales);
		return true;
	}
	if (pager_give_up(&sales->pager))
		return true;
	if (sales->query.status < 0)
		return false;
	show_status(sales, -1 - sales->query.status);
	return true;
}

static bool sales_hidden(struct app *app, const void *state, int action)
{
	const struct sales *sales = state;

	switch ((enum sales_action)action) {
	case SALES_SHIP:
		return !may(sales, STEP_SHIP);
	case SALES_DELIVER:
		return !may(sales, STEP_DELIVER);
	case SALES_CANCEL:
		return !may(sales, STEP_CANCEL);
	case SALES_OPEN:
		return !selected(sales);
	case SALES_FILTER:
	case SALES_FILTER_BACK:
	case SALES_REFRESH:
		return !is_offered(app);
	}
	return false;
}

static const char *sales_label(struct app *app, const void *state, int action)
{
	const struct sales *sales = state;

	(void)app;
	return action == SCREEN_BACK && sales->query.status >= 0 ? "show all" : NULL;
}

const struct screen screen_sales = {
    .name = "sales",
    .title = "Sales",
    .state_size = sizeof(struct sales),
    SCREEN_KEYS(sales_keys),
    .of_row = SCREEN_ACTION(SALES_SHIP) | SCREEN_ACTION(SALES_DELIVER) | SCREEN_ACTION(SALES_CANCEL) |
	      SCREEN_ACTION(SALES_OPEN),
    .in_menu = true,
    .enter = sales_enter,
    .shown = sales_shown,
    .paint = sales_paint,
    .action = sales_action,
    .event = sales_event,
    .escape = sales_escape,
    .hidden = sales_hidden,
    .label = sales_label,
    .tick = sales_tick,
    .leave = sales_leave,
};
