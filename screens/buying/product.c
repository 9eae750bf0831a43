/* One product: picture, price, description, and the other products of its seller. */
#include <string.h>

#include "screens/app/screen.h"
#include "screens/parts/detail.h"
#include "screens/parts/pager.h"
#include "screens/parts/text.h"

#define PRODUCT_KEYS(KEY)                                                                        \
	KEY(PRODUCT_ADD, "add", "a", "add", "Put one of what is marked into the cart", 1)        \
	KEY(PRODUCT_OTHERS, "others", "Tab", "other goods", "Go to what else this seller has", 2) \
	KEY(PRODUCT_CART, "cart", "c", "cart", "Open the cart", 3)                               \
	KEY(PRODUCT_UNDO, "undo", "u", "undo", "Take back the last change of the cart", 0)       \
	KEY(PRODUCT_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 0)                 \
	KEY(PRODUCT_BACK, "back", "Left h", "", "Go back", 0)
enum product_action { PRODUCT_KEYS(KEYMAP_ACTION) };
static const struct binding product_keys[] = {PRODUCT_KEYS(KEYMAP_BINDING)};

enum { OTHERS_ROWS = 6, DECODE_MS = 1 };
enum product_block { BLOCK_OTHERS = 1 };

struct product_screen {
	struct app *app;
	struct product product; /* texts in the arena */
	bool gone;
	struct detail detail;
	struct product_query query;
	struct pager others; /* of the same seller, without this product */
	bool shown, among_others; /* the others are on screen; keys are for them */
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

/* An answer has come: finds this product among the others, to leave it out. */
static void on_others(void *context)
{
	struct product_screen *screen = context;
	struct pager *others = &screen->others;
	int64_t before = others->without, count;

	others->without = -1;
	count = pager_count(others);
	for (int64_t row = 0; row < count && others->without < 0; row++) {
		const struct product *product = pager_row(others, row);
		if (product && !strcmp(product->id, screen->product.id))
			others->without = row;
	}
	if (others->without < 0 && before < count) /* its page is not in memory now */
		others->without = before;
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
	screen->query = (struct product_query){.sort = -1, .seller_id = screen->product.seller_id};
	pager_init(&screen->others, app, &pager_products, &screen->query);
	screen->others.answered = on_others;
	screen->others.context = screen;
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

/* The product that has the marker; NULL: none of the others. */
static const struct product *marked(const struct product_screen *screen)
{
	return screen->among_others ? pager_row(&screen->others, pager_selected(&screen->others)) : NULL;
}

/* ---- what is due ---- */

static void product_update(struct app *app, void *state, const struct view *view)
{
	struct product_screen *screen = state;

	screen->shown = !screen->gone && pager_count(&screen->others) && view_shows(view, BLOCK_OTHERS);
	screen->among_others = screen->among_others && screen->shown;
	if (screen->shown)
		pager_see(&screen->others, view_first(view, BLOCK_OTHERS), view_visible(view, BLOCK_OTHERS));
	detail_load_in(&screen->detail, &screen->product, view);
	if (screen->detail.load)
		app_timer(app, screen, DECODE_MS);
}

static void product_tick(struct app *app, void *state)
{
	struct product_screen *screen = state;

	(void)app;
	detail_step(&screen->detail);
}

/* ---- what the screen shows ---- */

static void product_view(struct app *app, const void *state, struct view *view)
{
	const struct product_screen *screen = state;
	const struct product *product = &screen->product;

	if (screen->gone) {
		view_notice(view, &(struct view_notice){.place = {.grow = 1}, .text = "This product is no longer sold.",
							.hint = "Press Esc to go back."});
		return;
	}
	view_group(view, &(struct view_group){
			     .place = {.grow = 1, .dim = app_waiting(app, screen)},
			     .beside = VIEW_ROW_WIDE,
			 });
	detail_view_picture(&screen->detail, view, product,
			    &(struct view_place){.id = DETAIL_PICTURE, .drop = 2, .least = 6, .grow = 1});
	view_group(view, &(struct view_group){.beside = VIEW_COLUMN});
	detail_view_words(&screen->detail, view, product, !screen->among_others);
	view_end(view);
	view_end(view);
	if (pager_count(&screen->others))
		text_table(view, &screen->others,
			   (struct view_table){
			       .place = {.id = BLOCK_OTHERS,
					 .drop = 1,
					 .most = OTHERS_ROWS,
					 .focus = screen->among_others},
			       .title = view_printf(view, "Also from %s", product->seller_name),
			       .flow = true,
			   },
			   1U << TEXT_CATEGORY | 1U << TEXT_SELLER);
}

/* ---- actions ---- */

static void product_action(struct app *app, void *state, int action)
{
	struct product_screen *screen = state;

	switch ((enum product_action)action) {
	case PRODUCT_ADD:
		detail_add(app, marked(screen) ? marked(screen) : &screen->product);
		break;
	case PRODUCT_OTHERS:
		screen->among_others = !screen->among_others;
		break;
	case PRODUCT_CART:
		app_push(app, SCREEN_cart, NULL);
		break;
	case PRODUCT_UNDO:
		detail_undo(app);
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

	(void)app;
	return screen->among_others && pager_hold_key(&screen->others, event, false) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static void product_seen(struct app *app, void *state, const struct view_event *event)
{
	struct product_screen *screen = state;

	if (event->id != BLOCK_OTHERS)
		return;
	screen->among_others = true;
	pager_go(&screen->others, event->row);
	if (event->kind == VIEW_CHOOSE && marked(screen))
		app_replace(app, SCREEN_product, marked(screen));
}

static bool product_escape(struct app *app, void *state)
{
	struct product_screen *screen = state;
	bool was = screen->among_others;

	(void)app;
	if (pager_stay(&screen->others))
		return true;
	screen->among_others = false;
	return was;
}

static bool product_hidden(struct app *app, const void *state, int action)
{
	const struct product_screen *screen = state;

	/* Sellers can look, but not buy. */
	if ((action == PRODUCT_ADD || action == PRODUCT_CART || action == PRODUCT_UNDO) &&
	    app_group(app) == GROUP_SELLERS)
		return true;
	return (action == PRODUCT_ADD && screen->gone) || (action == PRODUCT_OTHERS && !screen->shown);
}

const struct screen screen_product = {
    .name = "product",
    .title = "Product",
    .state_size = sizeof(struct product_screen),
    SCREEN_KEYS(product_keys),
    .of_row = SCREEN_ACTION(PRODUCT_ADD),
    .enter = product_enter,
    .update = product_update,
    .view = product_view,
    .action = product_action,
    .event = product_event,
    .seen = product_seen,
    .escape = product_escape,
    .hidden = product_hidden,
    .tick = product_tick,
    .leave = product_leave,
};
