/* The checkout: shows what is about to be bought, and buys it once.
 *
 * y buys what is on screen. The lines are a copy of the cart: when the cart changes, people see that before y counts
 * again. The purchase itself is a run (shop/purchase_run.h), which this screen watches.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "screens/app/screen.h"
#include "screens/app/words.h"
#include "screens/buying/unsettled.h"
#include "screens/parts/lines.h"
#include "shop/cart_merge.h"

#define CHECKOUT_KEYS(KEY)                                                                                        \
	KEY(CHECKOUT_BUY, "buy", "y", "buy", "Buy what is on screen; Enter never does", 1)                        \
	KEY(CHECKOUT_PURCHASES, "purchases", "p", "purchases", "See what was recorded among your purchases", 2)   \
	KEY(CHECKOUT_BACK, "back", "Left h", "", "Go back to the cart", 0)
enum checkout_action { CHECKOUT_KEYS(KEYMAP_ACTION) };
static const struct binding checkout_keys[] = {CHECKOUT_KEYS(KEYMAP_BINDING)};

/* After a change y doesn't count for this time: people can't have read the change yet. */
enum { LOOK_MS = 500, TEXT_MAX = 128 + WORDS_TEXT };

enum checkout_block { BLOCK_NONE, BLOCK_LINES };

struct checkout {
	struct app *app;
	struct cart_rows rows; /* a copy of the cart, as it is on screen */
	struct lines lines;
	int64_t selected; /* the first line that differs; -1: none is selected */
	bool followed, holds; /* holds: some rows may be bought already, and are left out */
	int64_t armed_at;     /* y counts from this time on, by clock_monotonic */
	char label[FOOTER_LABEL_SIZE]; /* "buy 42.00 EUR" */

	struct purchase_run *run; /* sent, and not settled; NULL: none */

	/* The rows of the last purchase, if it was refused: each line then tells what has changed. */
	struct cart_rows refused;
	bool differs;

	/* Base profile: the purchase is over, but not all of it was recorded. */
	bool partly;
	struct net_recorded recorded[LIMIT_LINES]; /* texts in the arena */
	size_t recorded_count;
	char why[WORDS_TEXT];
};

/* ---- the lines ---- */

static const struct cart_row *find_row(const struct cart_rows *rows, const char *product_id)
{
	size_t at = cart_rows_find(rows, product_id);

	return at < rows->count ? &rows->row[at] : NULL;
}

/* Notes what has changed since y was pressed: the old value and the new one. */
static bool note_difference(const struct checkout *screen, const struct cart_row *row, struct line *line)
{
	const struct cart_row *old = screen->differs ? find_row(&screen->refused, row->product_id) : NULL;
	const char *arrow = app_glyphs(screen->app)->ascii ? "->" : app_glyphs(screen->app)->right;
	long long quantity = buying_quantity(row), before = old ? buying_quantity(old) : 0;
	char was[APP_TEXT], is[APP_TEXT];

	if (!before || (quantity == before && row->price == old->price))
		return false;
	line->price_changed = quantity && row->price != old->price;
	line->quantity_changed = quantity && quantity != before;
	line->note_role = quantity ? ROLE_WARN : ROLE_BAD;
	app_money(old->price, was);
	app_money(row->price, is);
	if (!quantity)
		text_copy(line->note, sizeof line->note,
			  row->available ? "just sold out: left out" : "no longer sold: left out");
	else if (line->price_changed && line->quantity_changed)
		snprintf(line->note, sizeof line->note, "price %s %s %s, only %lld of %lld left", was, arrow, is,
			 quantity, before);
	else if (line->price_changed)
		snprintf(line->note, sizeof line->note, "price %s %s %s", was, arrow, is);
	else
		snprintf(line->note, sizeof line->note, "only %lld of %lld left", quantity, before);
	return true;
}

static void get_line(const void *context, size_t index, struct line *ret_line)
{
	const struct checkout *screen = context;
	const struct cart_row *row = &screen->rows.row[index];

	lines_of_cart(row, ret_line);
	ret_line->quantity = buying_quantity(row);
	(void)note_difference(screen, row, ret_line);
}

/* A line with the units that were recorded, out of those that were wanted. */
static void get_recorded(const void *context, size_t index, struct line *ret_line)
{
	const struct checkout *screen = context;
	const struct net_recorded *recorded = &screen->recorded[index];
	const struct cart_row *row = find_row(&screen->rows, recorded->product_id);

	snprintf(ret_line->quantity_text, sizeof ret_line->quantity_text, "%lld of %lld", (long long)recorded->recorded,
		 (long long)recorded->quantity);
	ret_line->name = *recorded->product_name ? recorded->product_name : row ? row->name : "";
	ret_line->price = row ? row->price : 0;
	ret_line->amount = row ? row->price * recorded->recorded : -1;
	ret_line->faint = !recorded->recorded;
	bool less = recorded->recorded < recorded->quantity;
	ret_line->note_role = recorded->unknown ? ROLE_BAD : less ? ROLE_WARN : ROLE_FAINT;
	text_copy(ret_line->note, sizeof ret_line->note,
		  recorded->unknown ? "one more may have been recorded: nobody could be asked"
		  : less	    ? "the rest is still in the cart"
				    : "recorded");
}

static int64_t recorded_total(const struct checkout *screen)
{
	int64_t total = 0;

	for (size_t i = 0; i < screen->recorded_count; i++) {
		const struct cart_row *row = find_row(&screen->rows, screen->recorded[i].product_id);
		total += row ? row->price * screen->recorded[i].recorded : 0;
	}
	return total;
}

static bool same_rows(const struct cart_rows *a, const struct cart_rows *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->row[i].product_id, b->row[i].product_id) != 0 || a->row[i].price != b->row[i].price ||
		    buying_quantity(&a->row[i]) != buying_quantity(&b->row[i]))
			return false;
	return true;
}

/* From now on y doesn't count for a moment. */
static void look_first(struct checkout *screen)
{
	screen->armed_at = clock_monotonic() + LOOK_MS;
	app_timer(screen->app, screen, LOOK_MS / 2);
}

static bool is_armed(const struct checkout *screen)
{
	return clock_monotonic() >= screen->armed_at;
}

/* Copies the cart as it is now; it is shown next. */
static void follow_cart(struct checkout *screen)
{
	struct cart_rows before = screen->rows;
	const char *currency = app_currency(screen->app);
	char total[APP_TEXT];

	screen->rows = *cart_model_rows(app_cart(screen->app));
	screen->holds = unsettled_hold(screen->app, &screen->rows);
	if (screen->followed && !same_rows(&before, &screen->rows))
		look_first(screen);
	screen->followed = true;
	snprintf(screen->label, sizeof screen->label, "buy %s%s%s", app_money(buying_total(&screen->rows), total),
		 *currency ? " " : "", currency);
}

/* No purchase is under way, and none is over. */
static bool is_review(const struct checkout *screen)
{
	return !screen->run && !screen->partly;
}

/* Can everything on screen be bought, now or in a moment? */
static bool may_buy(const struct checkout *screen)
{
	return is_review(screen) && buying_total(&screen->rows) && !purchase_runs_block(app_runs(screen->app));
}

static void checkout_update(struct app *app, void *state, const struct view *view)
{
	struct checkout *screen = state;

	(void)view;
	if (is_review(screen))
		follow_cart(screen);
	screen->lines = (struct lines){.app = app,
				       .get = screen->partly ? get_recorded : get_line,
				       .context = screen,
				       .count = screen->partly ? screen->recorded_count : screen->rows.count};
	if (!screen->lines.count)
		return;
	screen->lines.total_label = screen->partly ? "Recorded" : "Total";
	screen->lines.total = screen->partly ? recorded_total(screen) : buying_total(&screen->rows);
}

/* ---- what the screen shows ---- */

/* The sentence below the lines; "" when there is none. */
static enum role say(const struct checkout *screen, char text[TEXT_MAX])
{
	text[0] = '\0';
	if (screen->run) {
		unsettled_say(screen->app, screen->run, text, TEXT_MAX);
		return purchase_run_is_unknown(app_runs(screen->app), screen->run) ? ROLE_WARN : ROLE_TEXT;
	}
	if (screen->partly) {
		snprintf(text, TEXT_MAX,
			 "Not all of it was bought. p shows your purchases, Esc goes back to the cart. %s", screen->why);
		return ROLE_BAD;
	}
	/* An earlier purchase isn't settled. On a platform that makes a purchase as a whole, everything has to wait for
	 * that. */
	if (purchase_runs_block(app_runs(screen->app)))
		snprintf(text, TEXT_MAX, "%s",
			 "An earlier purchase is still being settled. Until it is known whether it was made, nothing "
			 "else is bought, so that nothing is bought twice.");
	else if (screen->holds)
		unsettled_say_held(screen->app, buying_total(&screen->rows) > 0, text, TEXT_MAX);
	else if (!buying_total(&screen->rows))
		snprintf(text, TEXT_MAX, "There is nothing left to buy. Esc goes back to the cart.");
	else if (screen->differs)
		snprintf(text, TEXT_MAX, "Not bought, nothing was charged: what is marked has changed.");
	return ROLE_WARN;
}

static void checkout_view(struct app *app, const void *state, struct view *view)
{
	const struct checkout *screen = state;
	const char *currency = app_currency(app);
	char text[TEXT_MAX], total[APP_TEXT];
	enum role role = say(screen, text);

	lines_view(&screen->lines, view,
		   (struct view_table){.place = {.id = BLOCK_LINES, .focus = true, .dim = screen->run},
				       .selected = screen->selected});
	view_prose(view, &(struct view_prose){.role = role, .text = view_printf(view, "%s", text)});
	if (!may_buy(screen))
		return;
	app_money(buying_total(&screen->rows), total);
	view_call(view, &(struct view_call){.action = CHECKOUT_BUY,
					    .label = view_printf(view, *currency ? "buy for %s %s" : "buy for %s",
								 total, currency),
					    .remark = screen->differs ? NULL
						      : is_armed(screen) ? "Nothing is charged or reserved yet."
								      : "The cart has just changed: look again.",
					    .off = !is_armed(screen)});
}

/* ---- buying ---- */

static void on_heard(void *context, const struct purchase_run *run, struct net_reply *reply);

static bool begin(struct checkout *screen, struct err *err)
{
	struct purchase_item items[LIMIT_LINES];
	struct purchase_request request = {.items = items};

	for (size_t i = 0; i < screen->rows.count; i++) {
		const struct cart_row *row = &screen->rows.row[i];
		if (buying_quantity(row))
			items[request.items_count++] = (struct purchase_item){
			    .product_id = row->product_id, .quantity = buying_quantity(row), .price = row->price};
	}
	screen->run = purchase_run_begin(app_runs(screen->app), &request, on_heard, screen, err);
	return screen->run;
}

static void buy(struct checkout *screen)
{
	struct app *app = screen->app;
	struct err err;

	if (!is_review(screen))
		return; /* it is under way, or over */
	if (purchase_runs_block(app_runs(app))) {
		app_say(app, TOAST_WARN, NULL, "An earlier purchase is not settled yet: wait until it is known");
		purchase_runs_ask(app_runs(app));
		return;
	}
	if (!is_armed(screen)) {
		app_say(app, TOAST_WARN, NULL, "This has just changed: look again, then press y");
		return;
	}
	if (!buying_total(&screen->rows) || !app_need_session(app, GROUP_CLIENTS))
		return;
	if (begin(screen, &err))
		screen->differs = false;
	else
		app_failed(app, &err);
}

static void show_difference(struct checkout *screen)
{
	const struct cart_rows *rows = cart_model_rows(app_cart(screen->app));

	screen->selected = -1;
	for (size_t i = rows->count; i-- > 0;) {
		struct line line = {.name = ""};
		if (note_difference(screen, &rows->row[i], &line))
			screen->selected = (int64_t)i;
	}
}

/* Nothing was bought. Each line tells what has changed, until it is bought at the new price or stock. */
static void differs(struct checkout *screen)
{
	screen->refused = screen->rows;
	screen->differs = true;
	show_difference(screen);
	look_first(screen);
}

static void refused(struct checkout *screen, const struct net_reply *reply)
{
	char text[WORDS_TEXT];

	if (reply->err.kind == ERR_UNAUTHENTICATED)
		app_failed(screen->app, &reply->err);
	app_say(screen->app, TOAST_BAD, NULL, "Not bought, nothing was charged. %s", words_of(&reply->err, text));
}

static void partly(struct checkout *screen, const struct net_reply *reply)
{
	struct arena *arena = app_arena(screen->app, screen);

	screen->recorded_count = 0;
	for (size_t i = 0; i < reply->recorded_count && i < LIMIT_LINES; i++) {
		struct net_recorded recorded = reply->recorded[i];
		recorded.product_id = arena_strdup(arena, recorded.product_id);
		recorded.product_name = arena_strdup(arena, recorded.product_name);
		if (recorded.product_id && recorded.product_name)
			screen->recorded[screen->recorded_count++] = recorded;
	}
	words_of(&reply->err, screen->why);
	screen->partly = true;
	screen->selected = -1;
}

static void on_heard(void *context, const struct purchase_run *run, struct net_reply *reply)
{
	struct checkout *screen = context;
	struct app *app = screen->app;
	enum run_state state = purchase_run_state(run);

	app_dirty(app);
	if (state >= RUN_LIVE)
		screen->run = NULL;
	if (state == RUN_BOUGHT)
		app_replace_screen(app, screen, SCREEN_receipt, reply->answer);
	else if (state == RUN_REFUSED)
		refused(screen, reply);
	else if (state == RUN_DIFFERS)
		differs(screen);
	else if (state == RUN_PARTLY)
		partly(screen, reply);
	else if (app_group(app) == GROUP_NONE)
		app_failed(app, &reply->err); /* the end isn't known, and its buyer must sign in to learn it */
}

/* ---- the screen ---- */

static bool checkout_enter(struct app *app, void *state, const void *argument)
{
	struct checkout *screen = state;

	(void)argument;
	screen->app = app;
	screen->selected = -1;
	purchase_runs_ask(app_runs(app));
	return true;
}

static void checkout_leave(struct app *app, void *state)
{
	struct checkout *screen = state;

	if (screen->run)
		purchase_run_leave(app_runs(app), screen->run);
}

static void checkout_action(struct app *app, void *state, int action)
{
	switch ((enum checkout_action)action) {
	case CHECKOUT_BUY:
		buy(state);
		break;
	case CHECKOUT_PURCHASES:
		app_push(app, SCREEN_purchases, NULL);
		break;
	case CHECKOUT_BACK:
		app_back(app);
		break;
	}
}

static enum widget_result checkout_event(struct app *app, void *state, const struct event *event)
{
	struct checkout *screen = state;

	if (event->kind == EVENT_KEY && event->key == KEYSYM_Enter) {
		if (is_review(screen))
			app_say(app, TOAST_INFO, NULL, "y buys; Enter never does");
		else if (screen->run && app_group(app) == GROUP_NONE)
			app_need_session(app, GROUP_CLIENTS);
		return WIDGET_HANDLED;
	}
	return WIDGET_IGNORED;
}

static void checkout_seen(struct app *app, void *state, const struct view_event *event)
{
	struct checkout *screen = state;

	(void)app;
	screen->selected = event->row;
}

static void checkout_tick(struct app *app, void *state)
{
	struct checkout *screen = state;

	if (!app_is_shown(app))
		look_first(screen); /* nobody has seen it yet */
	else if (!is_armed(screen))
		app_timer(app, screen, (int)(screen->armed_at - clock_monotonic()));
}

static bool checkout_hidden(struct app *app, const void *state, int action)
{
	const struct checkout *screen = state;

	(void)app;
	switch ((enum checkout_action)action) {
	case CHECKOUT_BUY: /* answered even while it is too early: see buy */
		return !may_buy(screen);
	case CHECKOUT_PURCHASES:
		return !screen->partly;
	default:
		return false;
	}
}

static const char *checkout_label(struct app *app, const void *state, int action)
{
	const struct checkout *screen = state;

	(void)app;
	return action == CHECKOUT_BUY ? screen->label : NULL;
}

static const char *checkout_unsaved(struct app *app, const void *state)
{
	const struct checkout *screen = state;
	bool base = net_profile(app_net(app)) == NET_PROFILE_BASE;

	return base && screen->run && purchase_run_state(screen->run) == RUN_SENDING
		   ? "This shop records one unit at a time, and is not done yet. Leave now, with what it has so far?"
		   : NULL;
}

const struct screen screen_checkout = {
    .name = "checkout",
    .title = "Checkout",
    .state_size = sizeof(struct checkout),
    SCREEN_KEYS(checkout_keys),
    .enter = checkout_enter,
    .update = checkout_update,
    .view = checkout_view,
    .seen = checkout_seen,
    .action = checkout_action,
    .event = checkout_event,
    .hidden = checkout_hidden,
    .label = checkout_label,
    .back = "back to the cart",
    .unsaved = checkout_unsaved,
    .tick = checkout_tick,
    .leave = checkout_leave,
};
