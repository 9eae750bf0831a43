/* The shop: the catalogue as a list, found by typing, with the product beside it where that is wide. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "screens/parts/detail.h"
#include "shop/filters.h"
#include "screens/parts/pager.h"
#include "screens/app/screen.h"
#include "screens/buying/shop_order.h"
#include "screens/parts/text.h"
#include "tui/widgets/field.h"
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

enum { SEARCH_DELAY_MS = 60, DETAIL_DELAY_MS = 120, DECODE_MS = 1, CATEGORY_LEAST = 14 };

enum shop_column { COLUMN_NAME, COLUMN_CATEGORY, COLUMN_SELLER, COLUMN_PRICE, COLUMN_STOCK };
static const struct layout_column columns[] = {
    [COLUMN_NAME] = {.title = "Name", .min = 18, .ideal = 34, .weight = 3},
    [COLUMN_CATEGORY] = {.title = "Category", .min = 8, .ideal = 12, .drop = 3},
    [COLUMN_SELLER] = {.title = "Seller", .min = 10, .ideal = 16, .weight = 1, .drop = 2},
    [COLUMN_PRICE] = {.title = "Price", .min = 8, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_STOCK] = {.title = "Stock", .min = 6, .ideal = 6, .drop = 1, .align = ALIGN_RIGHT},
};

/* Beside the product itself its category can be read there; the name gets the room. */
static const struct layout_column wide_columns[] = {
    [COLUMN_NAME] = {.title = "Name", .min = 16, .ideal = 34, .weight = 3},
    [COLUMN_CATEGORY] = {.min = 10000, .drop = 4},
    [COLUMN_SELLER] = {.title = "Seller", .min = 10, .ideal = 16, .weight = 1, .drop = 2},
    [COLUMN_PRICE] = {.title = "Price", .min = 8, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_STOCK] = {.title = "Stock", .min = 6, .ideal = 6, .drop = 1, .align = ALIGN_RIGHT},
};

struct shop {
	struct app *app;
	struct field search;
	bool searching;
	bool reading; /* the keys are for the product beside the list */
	bool same;    /* what is asked for is what is on screen, as it is now: keys mean what is there */
	unsigned news; /* purchase_runs_news, as of what is on screen */
	struct filters filters;
	struct product_query query;
	struct pager pager;
	struct table table;
	struct layout_column columns[sizeof columns / sizeof *columns];
	struct detail detail;
	bool wide;
	struct rect detail_rect;
	enum { TIMER_NONE, TIMER_SEARCH, TIMER_DETAIL, TIMER_DECODE } timer;
	int64_t detail_row; /* that the picture was asked for; -1: none */
};

/* ---- what is looked for ---- */

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
	shop->filters.changed = false;
	shop->news = purchase_runs_news(app_runs(shop->app));
	shop->detail_row = -1;
	scroll_select(&shop->table.scroll, 0);
	pager_reload(&shop->pager);
}

static bool shop_enter(struct app *app, void *state, const void *argument)
{
	struct shop *shop = state;
	struct err err;

	(void)argument;
	shop->app = app;
	shop->detail_row = -1;
	if (!field_init(&shop->search, LIMIT_QUERY, false, &err)) {
		app_failed(app, &err);
		return false;
	}
	table_init(&shop->table, columns, sizeof columns / sizeof *columns, false);
	pager_init(&shop->pager, app, &pager_products, &shop->query);
	detail_init(&shop->detail, app);
	load(shop);
	return true;
}

static void shop_shown(struct app *app, void *state)
{
	struct shop *shop = state;

	(void)app;
	if (shop->filters.changed || shop->pager.err.kind != ERR_NONE)
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
	return pager_row(&shop->pager, shop->table.scroll.selected);
}

/* Something isn't shown. */
static bool is_narrowed(const struct shop *shop)
{
	const struct filters *filters = &shop->filters;

	return !field_is_empty(&shop->search) || filters->category[0] || filters->in_stock || filters->min_price ||
	       filters->max_price;
}

/* ---- painting ---- */

static void paint_filters(struct shop *shop, struct canvas *canvas, struct rect line)
{
	const struct filters *filters = &shop->filters;
	int search = line.width / 3 < 24 ? line.width / 3 : 24;
	char low[APP_TEXT], high[APP_TEXT], count[48], text[256];
	const char *category = filters->category[0] ? filters->category : "All categories";

	paint_str(canvas, line.x + 1, line.y, 1, shop->searching ? ROLE_ACCENT : ROLE_FAINT, "/");
	field_paint(&shop->search, canvas, line.x + 3, line.y, search - 4, shop->searching, "search");

	snprintf(text, sizeof text, "   %s%s%s%s%s%s", filters->in_stock ? "In stock   " : "",
		 filters->min_price ? app_money(filters->min_price, low) : "",
		 filters->min_price || filters->max_price ? " to " : "",
		 filters->max_price ? app_money(filters->max_price, high) : "",
		 filters->min_price || filters->max_price ? "   " : "",
		 shop_order_label(shop->app, filters->sort, shop->query.q));
	snprintf(count, sizeof count, "%lld%s", (long long)pager_count(&shop->pager), shop->pager.more ? "+" : "");
	int room = line.width - search - 2 - (int)strlen(count) - 2;
	/* A long category leaves room for the rest. */
	int rest = paint_width(canvas, text, strlen(text));
	int most = room - rest > CATEGORY_LEAST ? room - rest : CATEGORY_LEAST;
	int used = paint_str(canvas, line.x + search + 1, line.y, most < room ? most : room, ROLE_FAINT, category);
	paint_str(canvas, line.x + search + 1 + used, line.y, room - used, ROLE_FAINT, text);
	if (!pager_is_stale(&shop->pager))
		paint_right(canvas, line.x, line.y, line.width - 1, ROLE_FAINT, count);
}

/* With room for the longest price in sight. */
static void choose_columns(struct shop *shop, enum layout_size size, int rows)
{
	struct scroll *scroll = &shop->table.scroll;
	char space[APP_TEXT];

	scroll_resize(scroll, pager_count(&shop->pager), rows);
	memcpy(shop->columns, shop->wide ? wide_columns : columns, sizeof shop->columns);
	if (size == LAYOUT_COMPACT) { /* the name needs every column */
		shop->columns[COLUMN_PRICE].min = shop->columns[COLUMN_PRICE].ideal = 6;
		shop->columns[COLUMN_STOCK].min = shop->columns[COLUMN_STOCK].ideal = 5;
	}
	if (!text_has_stock(shop->app))
		shop->columns[COLUMN_STOCK] = (struct layout_column){.min = 0};
	for (int64_t row = scroll->offset; row < scroll->offset + scroll->visible; row++) {
		const struct product *product = pager_row(&shop->pager, row);
		if (product && text_is_priced(product))
			text_widen(&shop->columns[COLUMN_PRICE], text_price(product, space));
	}
	shop->table.columns = shop->columns;
}

static void paint_row(struct shop *shop, struct canvas *canvas, int64_t row)
{
	const struct product *product = pager_row(&shop->pager, row);
	struct table *table = &shop->table;
	char space[APP_TEXT];
	enum role role;

	if (!product) {
		table_printf(table, canvas, row, COLUMN_NAME, ROLE_FAINT, "%s", app_glyphs(shop->app)->ellipsis);
		return;
	}
	bool out = text_has_stock(shop->app) && product->stock <= 0;
	table_cell(table, canvas, row, COLUMN_NAME, out ? ROLE_FAINT : ROLE_TEXT, product->name, strlen(product->name));
	table_cell(table, canvas, row, COLUMN_CATEGORY, ROLE_FAINT, product->category, strlen(product->category));
	table_cell(table, canvas, row, COLUMN_SELLER, ROLE_FAINT, product->seller_name, strlen(product->seller_name));
	text_price_cell(table, canvas, row, COLUMN_PRICE, product);
	const char *stock = text_stock(shop->app, product, space, &role);
	table_cell(table, canvas, row, COLUMN_STOCK, role, stock, strlen(stock));
}

static void paint_nothing(struct shop *shop, struct canvas *canvas, struct rect rect)
{
	enum { NARROW = 60, ABOVE = 3 };
	bool narrowed = is_narrowed(shop);
	const char *what = NULL, *hint = "";

	if (shop->pager.err.kind != ERR_NONE) {
		what = shop->pager.err.kind == ERR_CANCELLED ? "Given up." : "The catalogue could not be loaded.";
		hint = "r tries again";
	} else if (pager_is_empty(&shop->pager)) {
		what = narrowed ? "Nothing here fits." : "The shop is empty: nobody sells anything yet.";
		hint = narrowed ? "Esc clears the search and the filters" : "r looks again";
	} else if (!net_online(app_net(shop->app))) {
		what = rect.width < NARROW ? "The shop can't be reached yet."
					   : "The shop can't be reached; it is tried again and again.";
		hint = "r tries now";
	} else if (app_waiting(shop->app, &shop->pager)) {
		what = "Loading the catalogue";
	}
	if (!what)
		return;
	/* A third down, but never so far that the reason would be cut. */
	const struct err *why = net_why(app_net(shop->app));
	int lines = why ? layout_wrap_count(why->message, strlen(why->message), rect.width - 4) : 0;
	int spare = rect.height - ABOVE - lines, third = rect.height / 3;
	int middle = rect.y + (spare < third ? spare > 0 ? spare : 0 : third);
	paint_centre(canvas, rect.x, middle, rect.width, ROLE_TEXT, what);
	paint_centre(canvas, rect.x, middle + 1, rect.width, ROLE_FAINT, hint);
	rect = rect_inset(rect, 2, 0);
	rect_cut_top(&rect, middle + ABOVE - rect.y);
	if (why)
		paint_wrapped(canvas, rect, 0, ROLE_FAINT, why->message, strlen(why->message));
}

/* The picture follows the selection once it rests. */
static void follow_selection(struct shop *shop)
{
	if (!shop->wide || shop->timer != TIMER_NONE || !selected(shop))
		return;
	if (shop->detail_row != shop->table.scroll.selected)
		start_timer(shop, TIMER_DETAIL, DETAIL_DELAY_MS);
	else if (shop->detail.load)
		start_timer(shop, TIMER_DECODE, DECODE_MS);
}

static void shop_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct shop *shop = state;
	struct rect list = body;

	enum layout_size size = layout_size(canvas_width(canvas), canvas_height(canvas));
	shop->wide = size == LAYOUT_WIDE;
	if (shop->wide) {
		shop->detail_rect = rect_cut_right(&list, body.width * 2 / 5);
		struct rect rule = rect_cut_right(&list, 1);
		paint_vrule(canvas, rule.x, rule.y, rule.height);
	}
	shop->reading = shop->reading && shop->wide;
	shop->table.unfocused = shop->reading;
	paint_filters(shop, canvas, rect_cut_top(&list, 1));
	rect_cut_top(&list, 1);
	choose_columns(shop, size, list.height);
	table_begin(&shop->table, canvas, list, pager_count(&shop->pager));
	for (int64_t row = shop->table.scroll.offset; row < table_end(&shop->table); row++)
		paint_row(shop, canvas, row);
	if (shop->news != purchase_runs_news(app_runs(shop->app))) {
		shop->news = purchase_runs_news(app_runs(shop->app));
		pager_refresh(&shop->pager, shop->table.scroll.selected);
	}
	pager_see(&shop->pager, shop->table.scroll.offset, shop->table.scroll.visible);
	if (!pager_count(&shop->pager))
		paint_nothing(shop, canvas, list);
	if (pager_is_stale(&shop->pager) && app_waiting(app, &shop->pager))
		canvas_dim(canvas, list);
	if (shop->wide && selected(shop)) {
		struct rect clip = canvas_clip(canvas, shop->detail_rect);
		rect_cut_top(&shop->detail_rect, 1);
		detail_paint(&shop->detail, canvas, shop->detail_rect, selected(shop));
		canvas_unclip(canvas, clip);
	}
	follow_selection(shop);
}

/* ---- doing ---- */

static void add(struct shop *shop)
{
	const struct product *product = selected(shop);
	struct err err;

	if (!product)
		return;
	if (!text_is_priced(product)) {
		app_say(shop->app, TOAST_WARN, NULL, "The price of %s is not an exact amount: it can't be bought here",
			product->name);
		return;
	}
	if (cart_model_add(app_cart(shop->app), product, 1, &err))
		app_say(shop->app, TOAST_GOOD, "u undo", "Added 1 %s %s", app_glyphs(shop->app)->times, product->name);
	else
		app_say(shop->app, TOAST_WARN, NULL, "%s", err.message);
}

static void open_product(struct shop *shop)
{
	if (selected(shop))
		app_push(shop->app, SCREEN_product, selected(shop));
}

/* The list is another search's: it is not yet known what the keys are meant for. */
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
		shop->reading = shop->wide && !shop->reading;
}

static void sort_chosen(struct app *app, void *state, size_t index)
{
	struct shop *shop = state;

	shop->filters.sort = shop_order_at(app, index);
	load(shop);
}

static void shop_action(struct app *app, void *state, int action)
{
	struct shop *shop = state;

	switch ((enum shop_action)action) {
	case SHOP_ADD:
		add(shop);
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
		app_push(app, SCREEN_filter, &shop->filters);
		break;
	case SHOP_SORT:
		shop_order_choose(app, shop, shop->filters.sort, sort_chosen);
		break;
	case SHOP_CART:
		app_push(app, SCREEN_cart, NULL);
		break;
	case SHOP_UNDO:
		if (cart_model_undo(app_cart(app)))
			app_say(app, TOAST_GOOD, NULL, "Taken back");
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

/* The keys are for the list. */
static enum widget_result list_event_of(struct shop *shop, const struct event *event)
{
	struct app *app = shop->app;

	if (event->kind == EVENT_KEY && is_too_fast(shop) &&
	    pager_keep_key(&shop->pager, &shop->table.scroll, event->key))
		return WIDGET_HANDLED;
	if ((shop->reading || (shop->wide && event->kind == EVENT_MOUSE)) &&
	    detail_event(&shop->detail, event) == WIDGET_HANDLED)
		return WIDGET_HANDLED;
	enum widget_result result = pager_event(&shop->pager, &shop->table.scroll, shop->table.rect, event, true);
	if (result == WIDGET_CHOSEN)
		shop_action(app, shop, SHOP_OPEN);
	return result;
}

/* What is found is gone through, or chosen: from then on letters are keys, not text. */
static void leave_search(struct shop *shop)
{
	shop->searching = false;
	if (shop->timer == TIMER_SEARCH)
		search_now(shop);
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
		return list_event_of(shop, event);
	}
	if (event->kind == EVENT_MOUSE &&
	    pager_event(&shop->pager, &shop->table.scroll, shop->table.rect, event, false) != WIDGET_IGNORED) {
		shop->searching = shop->searching && event->button != BUTTON_LEFT;
		return WIDGET_HANDLED;
	}
	return is_key && key_is_text(event->key) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static enum widget_result shop_event(struct app *app, void *state, const struct event *event)
{
	struct shop *shop = state;

	(void)app;
	return shop->searching ? search_event(shop, event) : list_event_of(shop, event);
}

static bool shop_escape(struct app *app, void *state)
{
	struct shop *shop = state;

	(void)app;
	shop->searching = false;
	pager_forget_keys(&shop->pager);
	if (shop->reading) {
		shop->reading = false;
		return true;
	}
	if (!is_narrowed(shop) && pager_give_up(&shop->pager))
		return true;
	if (!is_narrowed(shop)) {
		/* A seller only looks in: what is behind it is the inventory. */
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
	int columns_free, rows_free;

	(void)app;
	shop->timer = TIMER_NONE;
	if (timer == TIMER_SEARCH) {
		load(shop);
	} else if (timer == TIMER_DETAIL && selected(shop)) {
		shop->detail_row = shop->table.scroll.selected;
		detail_room(shop->detail_rect, &columns_free, &rows_free);
		detail_load(&shop->detail, selected(shop), columns_free, rows_free);
	} else if (timer == TIMER_DECODE) {
		detail_step(&shop->detail);
	}
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
		return !shop->searching && !shop->wide;
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
    .paint = shop_paint,
    .action = shop_action,
    .event = shop_event,
    .escape = shop_escape,
    .hidden = shop_hidden,
    .label = shop_label,
    .tick = shop_tick,
    .leave = shop_leave,
};
