/* The sales of a seller, newest first; they are shipped, delivered or cancelled here. While the list is on screen new
 * sales appear by themselves. */
#include "screens/selling/sales.h"

#include <stdio.h>
#include <string.h>

#include "screens/app/screen.h"
#include "screens/parts/pager.h"

#define SALES_KEYS(KEY)                                                                               \
	KEY(SALES_SHIP, "ship", "S", "ship", "Say that this sale is on its way", 1)                   \
	KEY(SALES_DELIVER, "deliver", "V", "delivered", "Say that this sale has arrived", 2)          \
	KEY(SALES_OPEN, "open", "Enter l Right", "open", "Look at this sale", 3)                      \
	KEY(SALES_NEXT, "next", "Tab", "next status", "Show the sales of the next status, or all", 4) \
	KEY(SALES_CANCEL, "cancel", "X", "cancel", "Cancel this sale; its goods go back into stock", 5) \
	KEY(SALES_REFRESH, "refresh", "r", "refresh", "Look for new sales now", 6)                    \
	KEY(SALES_PREVIOUS, "previous", "S-Tab", "", "Show the sales of the status before", 0)
enum sales_action { SALES_KEYS(KEYMAP_ACTION) };
static const struct binding sales_keys[] = {SALES_KEYS(KEYMAP_BINDING)};

enum { POLL_MS = 30 * 1000, KNOWN_MAX = 64 };

enum sales_block { BLOCK_NONE, BLOCK_LIST, BLOCK_LINES };
enum sales_column { COLUMN_DATE, COLUMN_CLIENT, COLUMN_WHAT, COLUMN_MORE, COLUMN_STATUS, COLUMN_TOTAL, COLUMNS };
static const struct view_column columns[COLUMNS] = {
    [COLUMN_DATE] = {.title = "Date", .min = 11, .ideal = 11, .drop = 2},
    [COLUMN_CLIENT] = {.title = "Client", .min = 8, .ideal = 18, .weight = 1, .drop = 1},
    [COLUMN_WHAT] = {.title = "What", .min = 10, .ideal = 26, .weight = 2},
    [COLUMN_MORE] = {.title = "More", .min = 4, .ideal = 4, .drop = 3, .align = ALIGN_RIGHT},
    [COLUMN_STATUS] = {.title = "Status", .min = 9, .ideal = 9},
    [COLUMN_TOTAL] = {.title = "Total", .min = 8, .ideal = 10, .align = ALIGN_DECIMAL, .fraction = 3},
};

/* Statuses that are newer than the list. A sale that was just shipped shows it in its place, without a new listing. */
struct known {
	size_t count;
	struct {
		char id[SALES_ID];
		int status;
	} sale[KNOWN_MAX];
};

struct sales {
	struct app *app;
	struct sale_query query;
	struct pager pager;
	struct lines lines; /* of the selected sale, for the pane */
	struct known known;
	struct sale_query newest_query; /* for the look for new sales in the background */
	char newest[SALES_ID];          /* the id of the newest sale seen; "": none */
	bool looked;
	char follow_id[SALES_ID]; /* the id of the sale that stays selected when new ones come in above it; "": none */
	struct sales_doing doing;
};

/* ---- what is newer than the list ---- */

static enum sale_status status_of(const struct known *known, const struct sale *sale)
{
	for (size_t i = known->count; i-- > 0;)
		if (!strcmp(known->sale[i].id, sale->id))
			return (enum sale_status)known->sale[i].status;
	return (enum sale_status)sale->status;
}

static void note(struct known *known, const char *id, int status)
{
	if (known->count == KNOWN_MAX) {
		known->count--;
		memmove(known->sale, known->sale + 1, known->count * sizeof known->sale[0]);
	}
	snprintf(known->sale[known->count].id, SALES_ID, "%s", id);
	known->sale[known->count++].status = status;
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
	sales->known = (struct known){.count = 0};
	pager_reload(&sales->pager);
}

static void show_status(struct sales *sales, int by)
{
	/* -1: all */
	sales->query.status = (sales->query.status + 1 + by + SALE_STATUSES + 1) % (SALE_STATUSES + 1) - 1;
	sales->pager.selected = 0;
	load(sales);
}

static bool sales_enter(struct app *app, void *state, const void *argument)
{
	struct sales *sales = state;

	(void)argument;
	sales->app = app;
	sales->query.status = -1;
	sales->newest_query = (struct sale_query){.status = -1, .limit = 1};
	pager_init(&sales->pager, app, &pager_sales, &sales->query);
	load(sales);
	app_timer(app, sales, POLL_MS);
	return true;
}

static void sales_shown(struct app *app, void *state)
{
	struct sales *sales = state;

	(void)app;
	if ((!sales->pager.loaded && !sales->pager.call))
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
	return pager_row(&sales->pager, pager_selected(&sales->pager));
}

static void ask_newest(struct sales *sales, struct app *app, const char *cursor);

/* This call ran in the background: its error isn't shown, and it is tried again. */
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

/* The selection stays on its sale when new ones come in above it. */
static void follow_selected(struct sales *sales)
{
	if (!sales->follow_id[0] || pager_is_stale(&sales->pager))
		return;
	for (int64_t row = 0; row < pager_count(&sales->pager); row++) {
		const struct sale *sale = pager_row(&sales->pager, row);
		if (!sale || strcmp(sale->id, sales->follow_id) != 0)
			continue;
		pager_go(&sales->pager, row);
		break;
	}
	sales->follow_id[0] = '\0';
}

/* The first page without a status filter also tells the newest sale. */
static void remember_newest(struct sales *sales)
{
	const struct sale *sale = pager_row(&sales->pager, 0);

	if (sales->query.status >= 0 || pager_is_stale(&sales->pager))
		return;
	snprintf(sales->newest, sizeof sales->newest, "%s", sale ? sale->id : "");
	sales->looked = true;
}

/* ---- what the screen shows ---- */

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const struct sales *sales = context;

	ret_row->coming = !pager_row(&sales->pager, row);
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct sales *sales = context;
	const struct sale *sale = pager_row(&sales->pager, row);

	switch ((enum sales_column)column) {
	case COLUMN_DATE:
		ret_cell->text = app_date(sale->purchase_date, ret_cell->space);
		ret_cell->role = ROLE_FAINT;
		break;
	case COLUMN_CLIENT:
		ret_cell->text = sale->client_name;
		break;
	case COLUMN_WHAT:
		ret_cell->text = sale->lines_count ? sale->lines[0].product_name : "";
		break;
	case COLUMN_MORE: /* the products after the first one */
		if (sale->lines_count < 2)
			break;
		snprintf(ret_cell->space, sizeof ret_cell->space, "+%zu", sale->lines_count - 1);
		ret_cell->text = ret_cell->space;
		ret_cell->role = ROLE_FAINT;
		break;
	case COLUMN_STATUS:
		ret_cell->text = lines_status((int)status_of(&sales->known, sale), &ret_cell->role);
		break;
	case COLUMN_TOTAL:
		ret_cell->text = app_money(sale->total, ret_cell->space);
		ret_cell->role = ROLE_PRICE;
		break;
	case COLUMNS:
		break;
	}
}

/* "all  placed  shipped  delivered  cancelled"; the one that is listed is marked. */
static void view_statuses(const struct sales *sales, struct view *view)
{
	struct view_part parts[2 + SALE_STATUSES];
	size_t count = 0;

	for (int status = -1; status < SALE_STATUSES; status++) {
		bool here = status == sales->query.status;

		if (here)
			parts[count++] =
			    (struct view_part){.text = app_glyphs(sales->app)->marker, .role = ROLE_ACCENT};
		parts[count++] = (struct view_part){
		    .label = here ? "Shown" : NULL,
		    .text = status < 0 ? "all" : sale_status_names[status],
		    .role = here ? ROLE_STRONG : ROLE_FAINT,
		    .close = here,
		    .drop = here ? 0 : 1,
		};
	}
	view_line(view, &(struct view_line){.parts = parts, .count = count});
}

static void view_nothing(const struct sales *sales, struct view *view)
{
	struct view_notice notice = {.place = {.grow = 1}, .text = NULL};

	if (sales->pager.err.kind != ERR_NONE && !sales->pager.loaded) {
		notice.text = "The sales could not be loaded.";
		notice.action = SALES_REFRESH;
		notice.does = "tries again";
	} else if (pager_is_empty(&sales->pager) && sales->query.status < 0) {
		notice.text = "Nothing was sold yet.";
		notice.hint = "A new sale appears here by itself.";
	} else if (pager_is_empty(&sales->pager)) {
		notice.text = "No sale has this status.";
		notice.action = SALES_NEXT;
		notice.does = "shows the next status";
	}
	if (notice.text)
		view_notice(view, &notice);
}

static void view_list(struct app *app, const struct sales *sales, struct view *view)
{
	bool dim = pager_is_stale(&sales->pager) && app_waiting(app, &sales->pager);

	if (!pager_count(&sales->pager)) {
		view_nothing(sales, view);
		return;
	}
	view_table(view, &(struct view_table){.place = {.id = BLOCK_LIST, .grow = 1, .focus = true, .dim = dim},
					      .columns = columns,
					      .column_count = COLUMNS,
					      .count = pager_count(&sales->pager),
					      .more = sales->pager.more,
					      .selected = pager_selected(&sales->pager),
					      .get_cell = get_cell,
					      .get_row = get_row,
					      .context = sales});
}

static void sales_view(struct app *app, const void *state, struct view *view)
{
	const struct sales *sales = state;
	const struct sale *sale = selected(sales);

	if (!is_offered(app)) {
		view_notice(view, &(struct view_notice){.place = {.grow = 1},
							.text = "This shop keeps no list of sales.",
							.hint = "Press : to go elsewhere."});
		return;
	}
	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE, .rule = true});
	view_group(view, &(struct view_group){.place = {.grow = 3}});
	view_statuses(sales, view);
	view_list(app, sales, view);
	view_end(view);
	if (sale) {
		view_group(view, &(struct view_group){.place = {.grow = 2, .when = VIEW_BESIDE}});
		sales_view_sale(view, sale, status_of(&sales->known, sale), &sales->lines,
				(struct view_table){.place = {.id = BLOCK_LINES}, .selected = -1});
		view_end(view);
	}
	view_end(view);
}

static void sales_update(struct app *app, void *state, const struct view *view)
{
	struct sales *sales = state;

	if (!is_offered(app))
		return;
	remember_newest(sales);
	follow_selected(sales);
	pager_see(&sales->pager, view_first(view, BLOCK_LIST), view_visible(view, BLOCK_LIST));
	if (selected(sales))
		sales_lines(&sales->lines, app, selected(sales));
}

/* ---- actions ---- */

static void on_step(struct app *app, void *state, struct net_reply *reply)
{
	struct sales *sales = state;
	const struct sale *sale = reply->answer;

	if (sales_done(app, &sales->doing, reply))
		note(&sales->known, sales->doing.id, sale->status);
	else if (reply->err.kind == ERR_CONFLICT) /* its status has changed meanwhile */
		load(sales);
}

static void do_step(struct app *app, void *state)
{
	struct sales *sales = state;

	sales_do(app, sales, &sales->doing, on_step);
}

static bool may(const struct sales *sales, enum sales_step step)
{
	const struct sale *sale = selected(sales);

	return sale && sales_may(status_of(&sales->known, sale), step);
}

static void begin_step(struct sales *sales, enum sales_step step)
{
	if (may(sales, step))
		sales_ask(sales->app, sales, &sales->doing, step, selected(sales), do_step);
}

static void on_sale(struct app *app, void *owner, const void *result)
{
	struct sales *sales = owner;
	const struct sale_result *done = result;

	(void)app;
	if (done && done->doubtful)
		load(sales);
	else if (done)
		note(&sales->known, done->id, done->status);
}

static void open_sale(struct sales *sales)
{
	const struct sale *sale = selected(sales);

	if (!sale)
		return;
	struct sale now = *sale;
	now.status = (int)status_of(&sales->known, sale);
	app_push_for(sales->app, SCREEN_sale, &now, sales, on_sale);
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
	case SALES_NEXT:
		show_status(sales, 1);
		break;
	case SALES_PREVIOUS:
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

	(void)app;
	return pager_hold_key(&sales->pager, event, false) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static void sales_seen(struct app *app, void *state, const struct view_event *event)
{
	struct sales *sales = state;

	(void)app;
	if (event->id != BLOCK_LIST)
		return;
	pager_go(&sales->pager, event->row);
	if (event->kind == VIEW_CHOOSE)
		open_sale(sales);
}

static bool sales_escape(struct app *app, void *state)
{
	struct sales *sales = state;

	if (pager_stay(&sales->pager))
		return true;
	if (sales_give_up(app, sales, &sales->doing)) {
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
	case SALES_NEXT:
	case SALES_PREVIOUS:
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
    .update = sales_update,
    .view = sales_view,
    .seen = sales_seen,
    .action = sales_action,
    .event = sales_event,
    .escape = sales_escape,
    .hidden = sales_hidden,
    .label = sales_label,
    .tick = sales_tick,
    .leave = sales_leave,
};
