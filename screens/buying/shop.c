/* The shop: the catalogue as a list with a search field, and the selected product beside it on wide terminals. */
#include "screens/app/screen.h"
#include "screens/buying/shop_order.h"
#include "screens/parts/detail.h"
#include "screens/parts/pager.h"
#include "screens/parts/text.h"
#include "shop/filters.h"
#include "tui/widgets/list.h"

#define SHOP_KEYS(KEY)                                                                          \
	KEY(SHOP_ADD, "add", "a", "add", "Put one of this product into the cart", 1)            \
	KEY(SHOP_OPEN, "open", "Enter l Right", "open", "Open this product", 2)                 \
	KEY(SHOP_SEARCH, "search", "/", "search", "Search as you type", 3)                      \
	KEY(SHOP_FILTER, "filter", "f", "filter", "Choose category, price range and stock", 4)  \
	KEY(SHOP_SORT, "sort", "s", "sort", "Sort by best, newest or price", 5)           \
	KEY(SHOP_CART, "cart", "c", "cart", "Open the cart", 6)                                 \
	KEY(SHOP_PANE, "pane", "Tab", "next pane", "Go to the next pane: search, list, product", 7) \
	KEY(SHOP_UNDO, "undo", "u", "undo", "Take back the last change of the cart", 0)         \
	KEY(SHOP_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 0)
enum shop_action { SHOP_KEYS(KEYMAP_ACTION) };
static const struct binding shop_keys[] = {SHOP_KEYS(KEYMAP_BINDING)};

enum { SEARCH_DELAY_MS = 60, REST_MS = 80, DECODE_MS = 1 };
enum shop_block { BLOCK_FILTERS = 1, BLOCK_LIST, BLOCK_PANE, BLOCK_STRIP };
/* From 20 rows on the product is shown below the list, always with the same height, so that the list does not move. */
enum { PART_SEARCH = 1, STRIP_ROWS = 5, LIST_LEAST = 9 };

struct shop {
	struct app *app;
	struct field search;
	bool searching;
	bool reading; /* the keys are for the product beside the list */
	bool same;    /* the list on screen answers the present query, so keys can be taken for its rows */
	unsigned news; /* purchase_runs_news of the list on screen */
	struct filters filters;
	struct product_query query;
	struct pager pager;
	struct detail detail;
	bool beside; /* the product stands beside the list */
	enum { TIMER_NONE, TIMER_SEARCH, TIMER_REST, TIMER_DECODE } timer;
	int64_t coming, rested; /* the selection; the row where it last rested, for strip and pictures */
};

/* ---- the query ---- */

static void start_timer(struct shop *shop, int timer, int milliseconds)
{
	shop->timer = (unsigned)timer;
	app_timer(shop->app, shop, milliseconds);
}

static void load(struct shop *shop)
{
	struct product_query *query = &shop->query;
	const struct filters *filters = &shop->filters;

	*query = (struct product_query){.sort = filters->sort == SORT_BEST ? -1 : filters->sort};
	if (!field_is_empty(&shop->search))
		query->q = field_text(&shop->search);
	if (filters->category[0])
		query->category = filters->category;
	query->min_price = filters->min_price;
	query->max_price = filters->max_price;
	query->in_stock = filters->in_stock;
	if (filters->min_price)
		shape_give(&product_query_shape, query, "min_price");
	if (filters->max_price)
		shape_give(&product_query_shape, query, "max_price");
	if (filters->in_stock)
		shape_give(&product_query_shape, query, "in_stock");
	shop->same = false;
	shop->news = purchase_runs_news(app_runs(shop->app));
	shop->coming = shop->rested = -1;
	shop->pager.selected = 0;
	pager_reload(&shop->pager);
}

static bool shop_enter(struct app *app, void *state, const void *argument)
{
	struct shop *shop = state;
	struct err err;

	(void)argument;
	shop->app = app;
	if (!field_init(&shop->search, LIMIT_QUERY, false, &err)) {
		app_failed(app, &err);
		return false;
	}
	pager_init(&shop->pager, app, &pager_products, &shop->query);
	detail_init(&shop->detail, app);
	load(shop);
	return true;
}

static void shop_shown(struct app *app, void *state)
{
	struct shop *shop = state;

	(void)app;
	if (shop->pager.err.kind != ERR_NONE)
		load(shop);
}

static void shop_leave(struct app *app, void *state)
{
	struct shop *shop = state;

	(void)app;
	pager_done(&shop->pager);
	detail_done(&shop->detail);
	field_done(&shop->search);
}

static const struct product *selected(const struct shop *shop)
{
	return pager_row(&shop->pager, pager_selected(&shop->pager));
}

/* The list leaves some products out. */
static bool is_narrowed(const struct shop *shop)
{
	const struct filters *filters = &shop->filters;

	return !field_is_empty(&shop->search) || filters->category[0] || filters->in_stock || filters->min_price ||
	       filters->max_price;
}

/* ---- what is due ---- */

/* The strip and the picture follow the selection when it rests. While people hold a key down, rows that they only pass
 * are not shown there. */
static void follow_selection(struct shop *shop, const struct view *view)
{
	int64_t row = pager_selected(&shop->pager);

	if (!selected(shop) || shop->timer == TIMER_SEARCH || !(shop->beside || view_shows(view, BLOCK_STRIP)))
		return;
	if (shop->coming != row)
		start_timer(shop, TIMER_REST, REST_MS);
	shop->coming = row;
	if (shop->timer == TIMER_REST)
		return;
	shop->rested = row;
	detail_load_in(&shop->detail, selected(shop), view);
	if (shop->detail.load && shop->timer == TIMER_NONE)
		start_timer(shop, TIMER_DECODE, DECODE_MS);
}

static void shop_update(struct app *app, void *state, const struct view *view)
{
	struct shop *shop = state;

	(void)app;
	shop->beside = pager_count(&shop->pager) && view_shows(view, BLOCK_PANE);
	shop->reading = shop->reading && shop->beside;
	if (shop->news != purchase_runs_news(app_runs(shop->app))) {
		shop->news = purchase_runs_news(app_runs(shop->app));
		pager_refresh(&shop->pager, pager_selected(&shop->pager));
	}
	pager_see(&shop->pager, view_first(view, BLOCK_LIST), view_visible(view, BLOCK_LIST));
	follow_selection(shop, view);
}

/* ---- what the screen shows ---- */

/* "50.00 to 60.00"; NULL: any price. */
static const char *range_text(const struct filters *filters, struct view *view)
{
	char low[APP_TEXT], high[APP_TEXT];

	app_money(filters->min_price, low);
	app_money(filters->max_price, high);
	if (filters->min_price && filters->max_price)
		return view_printf(view, "%s to %s", low, high);
	if (filters->min_price)
		return view_printf(view, "from %s", low);
	return filters->max_price ? view_printf(view, "up to %s", high) : NULL;
}

static void view_filters(const struct shop *shop, struct view *view)
{
	const struct filters *filters = &shop->filters;
	const char *count =
	    view_printf(view, "%lld%s", (long long)pager_count(&shop->pager), shop->pager.more ? "+" : "");
	const struct view_part parts[] = {
	    {.text = "/", .role = shop->searching ? ROLE_ACCENT : ROLE_FAINT},
	    [PART_SEARCH] = {.label = "Search",
			     .text = "search",
			     .field = &shop->search,
			     .least = shop->searching ? 14 : 10,
			     .typing = shop->searching,
			     .close = true},
	    {.label = "Category",
	     .text = filters->category[0] ? filters->category : "All categories",
	     .role = ROLE_FAINT,
	     .least = 14},
	    {.text = filters->in_stock ? "In stock" : NULL, .role = ROLE_FAINT, .drop = 1},
	    {.label = "Price", .text = range_text(filters, view), .role = ROLE_FAINT, .drop = 2},
	    {.label = "Order",
	     .text = shop_order_label(shop->app, filters->sort, shop->query.q),
	     .role = ROLE_FAINT,
	     .least = 6,
	     .drop = 3},
	    {.label = "Products",
	     .text = pager_is_stale(&shop->pager) ? NULL : count,
	     .role = ROLE_FAINT,
	     .right = true},
	};

	view_line(view, &(struct view_line){.place = {.id = BLOCK_FILTERS},
					    .parts = parts,
					    .count = sizeof parts / sizeof *parts});
}

static void view_nothing(const struct shop *shop, struct view *view)
{
	struct net *net = app_net(shop->app);
	const struct err *why = net_why(net);
	struct view_notice notice = {.place = {.grow = 1}, .does = "tries again", .action = SHOP_REFRESH,
				     .why = why ? why->message : NULL};

	if (shop->pager.err.kind == ERR_CANCELLED) {
		notice.text = "The catalogue was not loaded: you stopped it.";
	} else if (shop->pager.err.kind != ERR_NONE) {
		notice.text = "The catalogue could not be loaded.";
	} else if (pager_is_empty(&shop->pager) && is_narrowed(shop)) {
		notice.text = "Nothing here fits.";
		notice.does = NULL;
		notice.hint = "Esc clears the search and the filters.";
	} else if (pager_is_empty(&shop->pager)) {
		notice.text = "Nobody sells anything here yet.";
		notice.does = "looks again";
	} else if (!net_online(net)) {
		notice.text = "The shop can't be reached yet.";
		notice.does = "tries now";
	} else if (app_waiting(shop->app, &shop->pager)) {
		notice.text = "The catalogue is being loaded.";
		notice.does = NULL;
	} else {
		return;
	}
	view_notice(view, &notice);
}

/* The selected product: beside the list on wide terminals, otherwise in a few lines below it. */
static void view_product(const struct shop *shop, struct view *view)
{
	const struct product *product = selected(shop), *rested = pager_row(&shop->pager, shop->rested);

	view_group(view, &(struct view_group){.place = {.id = BLOCK_PANE, .when = VIEW_BESIDE, .grow = 1}});
	detail_view_picture(&shop->detail, view, product, &(struct view_place){.id = DETAIL_PICTURE});
	detail_view_words(&shop->detail, view, product, shop->reading);
	view_end(view);
	view_group(view, &(struct view_group){
			     .place = {.id = BLOCK_STRIP,
				       .when = VIEW_BELOW,
				       .drop = 1,
				       .least = STRIP_ROWS,
				       .most = STRIP_ROWS},
			     .beside = VIEW_ROW_HALF,
			 });
	detail_view_small(&shop->detail, view, rested ? rested : product);
	view_end(view);
}

static void shop_view(struct app *app, const void *state, struct view *view)
{
	const struct shop *shop = state;

	(void)app;
	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE, .rule = true});
	view_group(view, &(struct view_group){.place = {.grow = 2}});
	view_filters(shop, view);
	/* The product beside the list tells the category: its column's room goes to the name. */
	if (pager_count(&shop->pager))
		text_table(view, &shop->pager,
			   (struct view_table){.place = {.id = BLOCK_LIST, .least = LIST_LEAST, .grow = 1,
							 .focus = !shop->reading}},
			   shop->beside ? 1U << TEXT_CATEGORY : 0);
	else
		view_nothing(shop, view);
	view_end(view);
	if (selected(shop))
		view_product(shop, view);
	view_end(view);
}

/* ---- actions ---- */

static void open_product(struct shop *shop)
{
	if (selected(shop))
		app_push(shop->app, SCREEN_product, selected(shop));
}

/* The list is still that of another search: keys for its rows have to wait. */
static bool is_too_fast(const struct shop *shop)
{
	return shop->pager.loaded &&
	       (shop->timer == TIMER_SEARCH || (shop->pager.stale && shop->pager.call && !shop->same));
}

static void refresh(struct shop *shop)
{
	bool same = shop->pager.loaded && !is_too_fast(shop);

	load(shop);
	shop->same = same;
}

static void next_pane(struct shop *shop)
{
	if (shop->searching)
		shop->searching = false;
	else
		shop->reading = shop->beside && !shop->reading;
}

static void sort_chosen(struct app *app, void *state, size_t index)
{
	struct shop *shop = state;

	shop->filters.sort = shop_order_at(app, index);
	load(shop);
}

static void on_filters(struct app *app, void *state, const void *result)
{
	struct shop *shop = state;
	const struct filters *filters = result;

	(void)app;
	if (!filters)
		return;
	shop->filters = *filters;
	load(shop);
}

static void shop_action(struct app *app, void *state, int action)
{
	struct shop *shop = state;

	switch ((enum shop_action)action) {
	case SHOP_ADD:
		if (selected(shop))
			detail_add(app, selected(shop));
		break;
	case SHOP_OPEN:
		open_product(shop);
		break;
	case SHOP_PANE:
		next_pane(shop);
		break;
	case SHOP_SEARCH:
		shop->reading = false;
		shop->searching = true;
		break;
	case SHOP_FILTER:
		app_push_for(app, SCREEN_filter, &shop->filters, shop, on_filters);
		break;
	case SHOP_SORT:
		shop_order_choose(app, shop, shop->filters.sort, sort_chosen);
		break;
	case SHOP_CART:
		app_push(app, SCREEN_cart, NULL);
		break;
	case SHOP_UNDO:
		detail_undo(app);
		break;
	case SHOP_REFRESH:
		refresh(shop);
		break;
	}
}

static void search_now(struct shop *shop)
{
	start_timer(shop, TIMER_NONE, 0);
	load(shop);
}

/* People choose among the results now: letters are keys again, not text. */
static void leave_search(struct shop *shop)
{
	shop->searching = false;
	if (shop->timer == TIMER_SEARCH)
		search_now(shop);
}

static enum widget_result hold_key(struct shop *shop, const struct event *event)
{
	return pager_hold_key(&shop->pager, event, is_too_fast(shop)) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static enum widget_result search_event(struct shop *shop, const struct event *event)
{
	bool is_key = event->kind == EVENT_KEY;

	if (is_key && event->key == KEYSYM_Enter) {
		leave_search(shop);
		return WIDGET_HANDLED;
	}
	if (field_event(&shop->search, event) == WIDGET_HANDLED) {
		start_timer(shop, TIMER_SEARCH, SEARCH_DELAY_MS);
		return WIDGET_HANDLED;
	}
	if (is_key && list_moves(event->key, false)) {
		leave_search(shop);
		return hold_key(shop, event);
	}
	return is_key && key_is_text(event->key) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static enum widget_result shop_event(struct app *app, void *state, const struct event *event)
{
	struct shop *shop = state;

	(void)app;
	return shop->searching ? search_event(shop, event) : hold_key(shop, event);
}

static void shop_seen(struct app *app, void *state, const struct view_event *event)
{
	struct shop *shop = state;

	if (event->id == BLOCK_FILTERS && event->row == PART_SEARCH) {
		shop_action(app, shop, SHOP_SEARCH);
		shop->search.cursor = (size_t)event->column;
	} else if (event->id == BLOCK_LIST) {
		shop->searching = shop->reading = false;
		pager_go(&shop->pager, event->row);
		if (event->kind == VIEW_CHOOSE)
			open_product(shop);
	}
}

static bool shop_escape(struct app *app, void *state)
{
	struct shop *shop = state;

	(void)app;
	shop->searching = false;
	if (pager_stay(&shop->pager))
		return true;
	if (shop->reading) {
		shop->reading = false;
		return true;
	}
	if (!is_narrowed(shop) && pager_give_up(&shop->pager))
		return true;
	if (!is_narrowed(shop)) {
		/* It is a seller who looks in: Esc goes to the inventory. */
		if (app_group(app) == GROUP_SELLERS)
			app_home(app);
		return app_group(app) == GROUP_SELLERS;
	}
	field_set(&shop->search, NULL);
	shop->filters = (struct filters){.sort = shop->filters.sort};
	load(shop);
	return true;
}

static void shop_tick(struct app *app, void *state)
{
	struct shop *shop = state;
	int timer = (int)shop->timer;

	(void)app;
	shop->timer = TIMER_NONE;
	if (timer == TIMER_SEARCH)
		load(shop);
	else if (timer == TIMER_DECODE)
		detail_step(&shop->detail);
}

static const char *shop_label(struct app *app, const void *state, int action)
{
	const struct shop *shop = state;

	(void)app;
	if (action == SCREEN_BACK && shop->reading)
		return "back to the list";
	if (action == SCREEN_BACK && is_narrowed(shop))
		return "show all";
	if (action == SCREEN_BACK && shop->searching)
		return "back to the list";
	return action == SHOP_OPEN && shop->searching ? "to what is found" : NULL;
}

static bool shop_hidden(struct app *app, const void *state, int action)
{
	const struct shop *shop = state;

	if ((action == SHOP_ADD || action == SHOP_CART || action == SHOP_UNDO) && app_group(app) == GROUP_SELLERS)
		return true;
	if (action == SHOP_PANE)
		return !shop->searching && !shop->beside;
	return (action == SHOP_ADD || action == SHOP_OPEN) && !selected(shop) && !is_too_fast(shop);
}

const struct screen screen_shop = {
    .name = "shop",
    .title = "Shop",
    .state_size = sizeof(struct shop),
    SCREEN_KEYS(shop_keys),
    .of_row = SCREEN_ACTION(SHOP_ADD) | SCREEN_ACTION(SHOP_OPEN),
    .in_menu = true,
    .enter = shop_enter,
    .shown = shop_shown,
    .update = shop_update,
    .view = shop_view,
    .action = shop_action,
    .event = shop_event,
    .seen = shop_seen,
    .escape = shop_escape,
    .hidden = shop_hidden,
    .label = shop_label,
    .tick = shop_tick,
    .leave = shop_leave,
};
