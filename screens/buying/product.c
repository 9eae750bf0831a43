/* One product: picture, price, description, and what else its seller has. */
#include <stdio.h>
#include <string.h>

#include "screens/parts/detail.h"
#include "screens/parts/pager.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "tui/widgets/list.h"

#define PRODUCT_KEYS(KEY)                                                                        \
	KEY(PRODUCT_ADD, "add", "a", "add", "Put one into the cart", 1)                          \
	KEY(PRODUCT_OTHERS, "others", "Tab", "seller's other goods", "Go to what else this seller has", 2) \
	KEY(PRODUCT_CART, "cart", "c", "cart", "Open the cart", 3)                               \
	KEY(PRODUCT_UNDO, "undo", "u", "undo", "Take back the last change of the cart", 0)       \
	KEY(PRODUCT_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 0)                 \
	KEY(PRODUCT_BACK, "back", "Left h", "", "Go back", 0)
enum product_action { PRODUCT_KEYS(KEYMAP_ACTION) };
static const struct binding product_keys[] = {PRODUCT_KEYS(KEYMAP_BINDING)};

enum { OTHERS_ROWS = 6, OTHERS_MIN_HEIGHT = 16, DECODE_MS = 1 };

enum other_column { COLUMN_NAME, COLUMN_PRICE, COLUMN_STOCK };
static const struct layout_column columns[] = {
    [COLUMN_NAME] = {.min = 16, .ideal = 34, .weight = 1},
    [COLUMN_PRICE] = {.min = 8, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_STOCK] = {.min = 6, .ideal = 6, .drop = 1, .align = ALIGN_RIGHT},
};

struct product_screen {
	struct app *app;
	struct product product; /* texts in the arena */
	bool gone;
	struct detail detail;
	struct product_query query;
	struct pager others;
	struct table table;
	struct layout_column columns[sizeof columns / sizeof *columns];
	bool has_others, among_others; /* they are on screen; the keys are for them */
	struct rect room;
};

/* Keeps a product in the screen's own memory. */
static bool keep(struct product_screen *screen, const struct product *product)
{
	struct arena *arena = app_arena(screen->app, screen);
	struct product copy = *product;
	const char **texts[] = {&copy.id,	 &copy.name,	  &copy.description, &copy.currency,
				&copy.category, &copy.seller_id, &copy.seller_name, &copy.price_text};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_strdup(arena, *texts[i]);
		if (!*texts[i])
			return false;
	}
	screen->product = copy;
	return true;
}

static void on_product(struct app *app, void *state, struct net_reply *reply)
{
	struct product_screen *screen = state;

	if (reply->ok) {
		keep(screen, reply->answer);
		return;
	}
	screen->gone = reply->err.kind == ERR_NOT_FOUND;
	if (!screen->gone)
		app_failed(app, &reply->err);
}

static void load(struct product_screen *screen)
{
	app_call(screen->app, screen, API_product_get, &(struct net_args){.id = screen->product.id}, on_product);
	pager_reload(&screen->others);
}

static bool product_enter(struct app *app, void *state, const void *argument)
{
	struct product_screen *screen = state;

	screen->app = app;
	if (!keep(screen, argument))
		return false;
	detail_init(&screen->detail, app);
	table_init(&screen->table, columns, sizeof columns / sizeof *columns, false);
	screen->query = (struct product_query){.sort = -1, .seller_id = screen->product.seller_id};
	pager_init(&screen->others, app, &pager_products, &screen->query);
	load(screen);
	return true;
}

static void product_leave(struct app *app, void *state)
{
	struct product_screen *screen = state;

	(void)app;
	pager_done(&screen->others);
	detail_done(&screen->detail);
}

/* ---- painting ---- */

/* With room for the longest price in sight. */
static void choose_columns(struct product_screen *screen, int rows)
{
	struct scroll *scroll = &screen->table.scroll;
	char space[APP_TEXT];

	scroll_resize(scroll, pager_count(&screen->others), rows);
	memcpy(screen->columns, columns, sizeof columns);
	if (!text_has_stock(screen->app))
		screen->columns[COLUMN_STOCK] = (struct layout_column){.min = 0};
	for (int64_t row = scroll->offset; row < scroll->offset + scroll->visible; row++) {
		const struct product *other = pager_row(&screen->others, row);
		if (other && text_is_priced(other))
			text_widen(&screen->columns[COLUMN_PRICE], text_price(other, space));
	}
	screen->table.columns = screen->columns;
}

static void paint_others(struct product_screen *screen, struct canvas *canvas, struct rect rect)
{
	struct rect title = rect_cut_top(&rect, 1);
	char space[APP_TEXT];
	enum role role;

	paint_printf(canvas, title.x + 2, title.y, title.width - 2, ROLE_FAINT, "More from %s",
		     screen->product.seller_name);
	screen->table.unfocused = !screen->among_others;
	choose_columns(screen, rect.height);
	table_begin(&screen->table, canvas, rect, pager_count(&screen->others));
	for (int64_t row = screen->table.scroll.offset; row < table_end(&screen->table); row++) {
		const struct product *other = pager_row(&screen->others, row);
		if (!other)
			continue;
		table_cell(&screen->table, canvas, row, COLUMN_NAME, ROLE_TEXT, other->name, strlen(other->name));
		text_price_cell(&screen->table, canvas, row, COLUMN_PRICE, other);
		const char *stock = text_stock(screen->app, other, space, &role);
		table_cell(&screen->table, canvas, row, COLUMN_STOCK, role, stock, strlen(stock));
	}
	pager_see(&screen->others, screen->table.scroll.offset, screen->table.scroll.visible);
}

static void product_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct product_screen *screen = state;
	struct rect rect = body;
	int columns_free, rows_free;

	if (screen->gone) {
		screen->has_others = false;
		paint_centre(canvas, body.x, body.y + body.height / 3, body.width, ROLE_TEXT,
			     "This product is no longer sold.");
		return;
	}
	screen->has_others = body.height >= OTHERS_MIN_HEIGHT && pager_count(&screen->others) > 1;
	if (screen->has_others) {
		int rows = body.height / 5 < OTHERS_ROWS ? body.height / 5 : OTHERS_ROWS;
		paint_others(screen, canvas, rect_cut_bottom(&rect, rows + 1));
	} else {
		screen->among_others = false;
	}
	screen->room = rect;
	detail_room(rect, &columns_free, &rows_free);
	detail_load(&screen->detail, &screen->product, columns_free, rows_free);
	if (screen->detail.load)
		app_timer(app, screen, DECODE_MS);
	rect_cut_top(&rect, 1);
	detail_paint(&screen->detail, canvas, rect, &screen->product);
	if (app_waiting(app, screen))
		canvas_dim(canvas, body);
}

static void product_tick(struct app *app, void *state)
{
	struct product_screen *screen = state;

	(void)app;
	detail_step(&screen->detail);
}

/* ---- doing ---- */

static void add(struct product_screen *screen)
{
	struct app *app = screen->app;
	const struct product *product = &screen->product;
	struct err err;

	if (!text_is_priced(product))
		app_say(app, TOAST_WARN, NULL, "The price of this is not an exact amount: it can't be bought here");
	else if (cart_model_add(app_cart(app), product, 1, &err))
		app_say(app, TOAST_GOOD, "u undo", "Added 1 %s %s", app_glyphs(app)->times, product->name);
	else
		app_say(app, TOAST_WARN, NULL, "%s", err.message);
}

static void product_action(struct app *app, void *state, int action)
{
	struct product_screen *screen = state;

	switch ((enum product_action)action) {
	case PRODUCT_ADD:
		add(screen);
		break;
	case PRODUCT_OTHERS:
		screen->among_others = !screen->among_others;
		break;
	case PRODUCT_CART:
		app_push(app, SCREEN_cart, NULL);
		break;
	case PRODUCT_UNDO:
		if (cart_model_undo(app_cart(app)))
			app_say(app, TOAST_GOOD, NULL, "Taken back");
		break;
	case PRODUCT_REFRESH:
		load(screen);
		break;
	case PRODUCT_BACK:
		app_back(app);
		break;
	}
}

static enum widget_result product_event(struct app *app, void *state, const struct event *event)
{
	struct product_screen *screen = state;

	if (!screen->among_others && detail_event(&screen->detail, event) == WIDGET_HANDLED)
		return WIDGET_HANDLED;
	if (!screen->among_others && event->kind == EVENT_KEY)
		return WIDGET_IGNORED;
	enum widget_result result = pager_event(&screen->others, &screen->table.scroll, screen->table.rect, event, true);
	if (result != WIDGET_IGNORED && event->kind == EVENT_MOUSE)
		screen->among_others = true;
	if (result == WIDGET_CHOSEN) {
		const struct product *other = pager_row(&screen->others, screen->table.scroll.selected);
		if (other)
			app_replace(app, SCREEN_product, other);
	}
	return result;
}

static bool product_escape(struct app *app, void *state)
{
	struct product_screen *screen = state;
	bool was = screen->among_others;

	(void)app;
	screen->among_others = false;
	return was;
}

static bool product_hidden(struct app *app, const void *state, int action)
{
	const struct product_screen *screen = state;

	/* Sellers only look. */
	if ((action == PRODUCT_ADD || action == PRODUCT_CART || action == PRODUCT_UNDO) && app_group(app) == GROUP_SELLERS)
		return true;
	return (action == PRODUCT_ADD && screen->gone) ||
	       (action == PRODUCT_OTHERS && !screen->has_others);
}

const struct screen screen_product = {
    .name = "product",
    .title = "Product",
    .state_size = sizeof(struct product_screen),
    SCREEN_KEYS(product_keys),
    .enter = product_enter,
    .paint = product_paint,
    .action = product_action,
    .event = product_event,
    .escape = product_escape,
    .hidden = product_hidden,
    .tick = product_tick,
    .leave = product_leave,
};
