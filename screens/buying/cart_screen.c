/* The cart: its products, how many of each, and the total. */
#include <string.h>

#include "screens/app/screen.h"
#include "screens/buying/cart_pane.h"
#include "screens/parts/lines.h"
#include "shop/buying.h"
#include "shop/number.h"
#include "tui/widgets/field.h"

#define CART_KEYS(KEY)                                                                                \
	KEY(CART_CHECKOUT, "checkout", "Enter", "check out", "Go to the checkout", 1)                 \
	KEY(CART_MORE, "more", "+ =", "more", "One more of this", 2)                                  \
	KEY(CART_LESS, "less", "-", "less", "One less of this; a number sets the quantity", 3)        \
	KEY(CART_REMOVE, "remove", "d 0 Delete", "remove", "Take this out of the cart", 4)            \
	KEY(CART_UNDO_LAST, "undo", "u", "undo", "Take back the last change", 5)                      \
	KEY(CART_REFRESH, "refresh", "r", "refresh", "Ask the shop for today's prices and stock", 0)
enum cart_action { CART_KEYS(KEYMAP_ACTION) };
static const struct binding cart_keys[] = {CART_KEYS(KEYMAP_BINDING)};

enum cart_block { BLOCK_NONE, BLOCK_LINES };

struct cart_screen {
	struct app *app;
	struct lines lines;
	int64_t selected;
	struct cart_pane pane;
	struct field typed;  /* a quantity while it is typed; otherwise empty */
	bool wants_checkout; /* people were on the way to the checkout and went to sign in */
};

static const struct cart_rows *rows_of(const struct cart_screen *screen)
{
	return cart_model_rows(app_cart(screen->app));
}

static const struct cart_row *selected(const struct cart_screen *screen)
{
	const struct cart_rows *rows = rows_of(screen);

	return screen->selected < (int64_t)rows->count ? &rows->row[screen->selected] : NULL;
}

static bool is_typing(const struct cart_screen *screen)
{
	return !field_is_empty(&screen->typed);
}

/* ---- what the screen shows ---- */

static void get_line(const void *context, size_t index, struct line *ret_line)
{
	const struct cart_screen *screen = context;

	lines_of_cart(&rows_of(screen)->row[index], ret_line);
	/* The amount isn't known before the quantity is typed. */
	if (is_typing(screen) && (int64_t)index == screen->selected)
		ret_line->amount = -1;
}

static void cart_update(struct app *app, void *state, const struct view *view)
{
	struct cart_screen *screen = state;
	const struct cart_rows *rows = rows_of(screen);

	if (!rows->count)
		field_set(&screen->typed, NULL);
	if (screen->selected >= (int64_t)rows->count)
		screen->selected = rows->count ? (int64_t)rows->count - 1 : 0;
	screen->lines = (struct lines){.app = app,
				       .get = get_line,
				       .context = screen,
				       .count = rows->count,
				       .total_label = "Total",
				       .total = buying_total(rows)};
	cart_pane_update(&screen->pane, view, selected(screen));
}

static void view_nothing(struct app *app, struct view *view)
{
	if (cart_model_busy(app_cart(app)))
		view_notice(view, &(struct view_notice){.text = "Looking for what is in your cart."});
	else
		view_notice(view, &(struct view_notice){.text = "The cart is empty.",
							.hint = "In the shop, a puts things in here."});
}

static void cart_view(struct app *app, const void *state, struct view *view)
{
	const struct cart_screen *screen = state;
	bool typing = is_typing(screen);

	if (!screen->lines.count) {
		view_nothing(app, view);
		return;
	}
	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE, .rule = true});
	lines_view(&screen->lines, view,
		   (struct view_table){.place = {.id = BLOCK_LINES, .focus = true},
				       .selected = screen->selected,
				       .cell = typing ? 1 + LINE_QUANTITY : 0,
				       .field = typing ? &screen->typed : NULL});
	cart_pane_view(&screen->pane, view, rows_of(screen));
	view_end(view);
}

/* ---- actions ---- */

static void set(struct cart_screen *screen, int64_t quantity)
{
	const struct cart_rows *rows = rows_of(screen);
	size_t index = (size_t)screen->selected;
	char name[CART_TEXT];

	if (index >= rows->count)
		return;
	const struct cart_row *row = &rows->row[index];
	memcpy(name, row->name, sizeof name);
	bool too_many = row->stock >= 0 && quantity > row->stock;
	long long stock = (long long)row->stock;
	bool changed = cart_model_set(app_cart(screen->app), index, quantity);

	if (too_many)
		app_say(screen->app, TOAST_WARN, NULL, "Only %lld left of %s", stock, name);
	else if (changed && !quantity)
		app_say(screen->app, TOAST_GOOD, "u undo", "Taken out: %s", name);
}

/* Ends the typing: a text that is a quantity is taken over. Any other text stays, and false is returned. */
static bool take_typed(struct cart_screen *screen)
{
	char fault[NUMBER_FAULT];
	int64_t quantity;

	if (!is_typing(screen))
		return true;
	if (!number_read(NUMBER_QUANTITY, field_text(&screen->typed), &quantity, fault)) {
		app_say(screen->app, TOAST_WARN, NULL, "%s", fault);
		return false;
	}
	field_set(&screen->typed, NULL);
	set(screen, quantity);
	return true;
}

static void change(struct cart_screen *screen, int64_t by)
{
	const struct cart_rows *rows = rows_of(screen);

	if (screen->selected < (int64_t)rows->count && rows->row[screen->selected].quantity + by <= LIMIT_QUANTITY)
		set(screen, rows->row[screen->selected].quantity + by);
}

static void check_out(struct cart_screen *screen)
{
	screen->wants_checkout = false;
	if (!rows_of(screen)->count)
		return;
	if (!buying_total(rows_of(screen))) {
		app_say(screen->app, TOAST_WARN, NULL, "Nothing in the cart can be bought any more");
		return;
	}
	screen->wants_checkout = app_group(screen->app) == GROUP_NONE;
	if (!app_need_session(screen->app, GROUP_CLIENTS))
		return;
	app_push(screen->app, SCREEN_checkout, NULL);
}

static bool cart_enter(struct app *app, void *state, const void *argument)
{
	struct cart_screen *screen = state;
	struct err err;

	(void)argument;
	screen->app = app;
	if (!field_init(&screen->typed, NUMBER_CHARACTERS, false, &err)) {
		app_failed(app, &err);
		return false;
	}
	cart_pane_init(&screen->pane, app, screen);
	return true;
}

static void cart_leave(struct app *app, void *state)
{
	struct cart_screen *screen = state;

	(void)app;
	field_done(&screen->typed);
	cart_pane_done(&screen->pane);
}

/* Prices and stock may have changed. People who went to sign in on their way to the checkout go on to it. */
static void cart_shown(struct app *app, void *state)
{
	struct cart_screen *screen = state;

	cart_model_refresh(app_cart(app));
	if (screen->wants_checkout && app_group(app) == GROUP_CLIENTS)
		check_out(screen);
	else
		screen->wants_checkout = false;
}

static void cart_tick(struct app *app, void *state)
{
	struct cart_screen *screen = state;

	(void)app;
	cart_pane_tick(&screen->pane, selected(screen));
}

static void cart_action(struct app *app, void *state, int action)
{
	struct cart_screen *screen = state;

	switch ((enum cart_action)action) {
	case CART_CHECKOUT:
		check_out(screen);
		break;
	case CART_MORE:
		change(screen, 1);
		break;
	case CART_LESS:
		change(screen, -1);
		break;
	case CART_REMOVE:
		set(screen, 0);
		break;
	case CART_UNDO_LAST:
		detail_undo(app);
		break;
	case CART_REFRESH:
		cart_model_refresh(app_cart(app));
		break;
	}
}

/* A digit begins a quantity, and so does a paste. From then on all text belongs to it. */
static bool begins_quantity(const struct cart_screen *screen, const struct event *event)
{
	if (!rows_of(screen)->count)
		return false;
	return event->kind == EVENT_PASTE || (event->kind == EVENT_KEY && event->key >= '1' && event->key <= '9');
}

/* HANDLED when the event was part of a quantity, or ended it. */
static enum widget_result type(struct cart_screen *screen, const struct event *event)
{
	uint32_t key = event->kind == EVENT_KEY ? event->key : 0;
	bool is_text = event->kind == EVENT_PASTE || key_is_text(key);

	if (!is_typing(screen) && !begins_quantity(screen, event))
		return WIDGET_IGNORED;
	if (is_text || key == KEYSYM_Backspace) {
		field_event(&screen->typed, event);
		return WIDGET_HANDLED;
	}
	/* Esc goes to cart_escape. After the shell or help people type on. */
	if (key == KEYSYM_Esc || key & KEYMOD_CTRL || key == KEYSYM_F1)
		return WIDGET_IGNORED;
	return !take_typed(screen) || key == KEYSYM_Enter || key == KEYSYM_Tab ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static enum widget_result cart_event(struct app *app, void *state, const struct event *event)
{
	(void)app;
	return type(state, event);
}

static void cart_seen(struct app *app, void *state, const struct view_event *event)
{
	struct cart_screen *screen = state;

	(void)app;
	screen->selected = event->row;
	if (event->kind == VIEW_CHOOSE && event->column < 0)
		check_out(screen);
}

static bool cart_escape(struct app *app, void *state)
{
	struct cart_screen *screen = state;
	bool was = is_typing(screen);

	(void)app;
	field_set(&screen->typed, NULL);
	return was;
}

static const char *cart_label(struct app *app, const void *state, int action)
{
	const struct cart_screen *screen = state;

	(void)app;
	if (!is_typing(screen))
		return NULL;
	return action == CART_CHECKOUT ? "take this number" : action == SCREEN_BACK ? "leave it" : NULL;
}

static bool cart_hidden(struct app *app, const void *state, int action)
{
	const struct cart_screen *screen = state;
	bool empty = !cart_model_rows(app_cart(app))->count;

	if (is_typing(screen))
		return action != CART_CHECKOUT;
	switch ((enum cart_action)action) {
	case CART_CHECKOUT:
	case CART_MORE:
	case CART_LESS:
	case CART_REMOVE:
		return empty;
	case CART_UNDO_LAST:
		return !cart_model_can_undo(app_cart(app));
	case CART_REFRESH:
		return !net_offers(app_net(app), API_cart_get);
	default:
		return false;
	}
}

const struct screen screen_cart = {
    .name = "cart",
    .title = "Cart",
    .state_size = sizeof(struct cart_screen),
    SCREEN_KEYS(cart_keys),
    .of_row = SCREEN_ACTION(CART_MORE) | SCREEN_ACTION(CART_LESS) | SCREEN_ACTION(CART_REMOVE),
    .enter = cart_enter,
    .shown = cart_shown,
    .update = cart_update,
    .view = cart_view,
    .seen = cart_seen,
    .action = cart_action,
    .event = cart_event,
    .escape = cart_escape,
    .hidden = cart_hidden,
    .label = cart_label,
    .tick = cart_tick,
    .leave = cart_leave,
};
