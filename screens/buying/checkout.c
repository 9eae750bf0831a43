/* The checkout: what is about to be bought, and buying it, once.
 *
 * What is on screen is what y buys: the lines are a copy of the cart, taken when they are painted. The purchase
 * itself is a run (shop/purchase_run.h), which this screen watches.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "screens/parts/lines.h"
#include "screens/app/screen.h"
#include "screens/buying/unsettled.h"

#define CHECKOUT_KEYS(KEY)                                                                                        \
	KEY(CHECKOUT_BUY, "buy", "y", "buy", "Buy what is on screen; Enter never does", 1)                        \
	KEY(CHECKOUT_PURCHASES, "purchases", "p", "purchases", "See what was recorded among your purchases", 2)   \
	KEY(CHECKOUT_BACK, "back", "Left h", "", "Go back to the cart", 0)
enum checkout_action { CHECKOUT_KEYS(KEYMAP_ACTION) };
static const struct binding checkout_keys[] = {CHECKOUT_KEYS(KEYMAP_BINDING)};

/* After a change nobody is taken at his word before he can have read it. */
enum { LOOK_MS = 500, LONG_MS = 3000, TEXT_MAX = 384 };

struct checkout {
	struct app *app;
	struct cart_rows rows; /* as they are on screen, */
	struct cart_rows now;  /* and as they will be */
	struct lines lines;
	bool painted, holds; /* holds: some may be bought already, and are left out */
	char label[FOOTER_LABEL_SIZE]; /* "buy 42.00 EUR" */
	int64_t armed_at; /* from when on y counts, by clock_monotonic */

	struct purchase_run *run; /* sent, and not settled; NULL: none is */

	/* What the last purchase asked for, when it was refused: the differences are told at the lines. */
	struct cart_rows refused;
	bool differs;

	/* Base profile: it is over, and not all of it was recorded. */
	bool partly;
	struct net_recorded recorded[LIMIT_LINES]; /* texts in the arena */
	size_t recorded_count;
	char recorded_text[APP_TEXT];
	char why[LINE_NOTE];
};

/* ---- the lines ---- */

static const struct cart_row *find_row(const struct cart_rows *rows, const char *product_id)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!strcmp(rows->row[i].product_id, product_id))
			return &rows->row[i];
	return NULL;
}

static void note(struct line *line, enum role role, const char *text)
{
	line->note_role = role;
	snprintf(line->note, sizeof line->note, "%s", text);
}

/* What is not as it was when y was pressed: old, new. */
static bool note_difference(const struct checkout *screen, const struct cart_row *row, struct line *line)
{
	const struct cart_row *old = screen->differs ? find_row(&screen->refused, row->product_id) : NULL;
	const char *arrow = app_glyphs(screen->app)->ascii ? "->" : app_glyphs(screen->app)->right;
	int64_t quantity = buying_quantity(row);
	char before[APP_TEXT], now[APP_TEXT];

	if (!old || !buying_quantity(old))
		return false;
	if (quantity && row->price != old->price)
		snprintf(line->note, sizeof line->note, "price %s %s %s", app_money(old->price, before), arrow,
			 app_money(row->price, now));
	else if (quantity && quantity != buying_quantity(old))
		snprintf(line->note, sizeof line->note, "%lld %s %lld: only so many are left",
			 (long long)buying_quantity(old), arrow, (long long)quantity);
	else if (!quantity)
		note(line, ROLE_BAD, row->available ? "just sold out: left out" : "no longer sold: left out");
	line->note_role = quantity ? ROLE_WARN : ROLE_BAD;
	return line->note[0];
}

static void note_state(const struct cart_row *row, struct line *line)
{
	char space[APP_TEXT];

	line->note_role = ROLE_WARN;
	if (row->held)
		note(line, ROLE_WARN, "perhaps bought already: left out");
	else if (!row->available)
		note(line, ROLE_BAD, "no longer sold: left out");
	else if (!row->stock)
		note(line, ROLE_BAD, "out of stock: left out");
	else if (buying_quantity(row) < row->quantity)
		snprintf(line->note, sizeof line->note, "only %lld of %lld left", (long long)row->stock,
			 (long long)row->quantity);
	else if (row->price != row->seen_price)
		snprintf(line->note, sizeof line->note, "was %s when you added it", app_money(row->seen_price, space));
}

static void get_line(void *context, size_t index, struct line *line)
{
	struct checkout *screen = context;
	const struct cart_row *row = &screen->rows.row[index];

	line->name = row->name;
	line->quantity = buying_quantity(row);
	line->price = row->price;
	line->faint = !line->quantity;
	line->amount = line->faint ? -1 : buying_amount(row);
	if (!note_difference(screen, row, line))
		note_state(row, line);
}

/* Line by line: recorded of wanted. */
static void get_recorded(void *context, size_t index, struct line *line)
{
	struct checkout *screen = context;
	const struct net_recorded *recorded = &screen->recorded[index];
	const struct cart_row *row = find_row(&screen->rows, recorded->product_id);

	snprintf(screen->recorded_text, sizeof screen->recorded_text, "%lld of %lld", (long long)recorded->recorded,
		 (long long)recorded->quantity);
	line->name = *recorded->product_name ? recorded->product_name : row ? row->name : "";
	line->quantity_text = screen->recorded_text;
	line->price = row ? row->price : 0;
	line->amount = row ? row->price * recorded->recorded : -1;
	line->faint = !recorded->recorded;
	if (recorded->unknown)
		note(line, ROLE_BAD, "one more may have been recorded: nobody could be asked");
	else if (recorded->recorded < recorded->quantity)
		note(line, ROLE_WARN, "the rest is still in the cart");
	else
		note(line, ROLE_FAINT, "recorded");
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

static void look_first(struct checkout *screen)
{
	screen->armed_at = clock_monotonic() + LOOK_MS;
	app_timer(screen->app, screen, LOOK_MS);
}

/* Takes the cart as it is now, which is about to be painted. */
static void follow_cart(struct checkout *screen)
{
	struct cart_rows *rows = &screen->now;
	char total[APP_TEXT];

	*rows = *cart_model_rows(app_cart(screen->app));
	screen->holds = unsettled_hold(screen->app, rows);
	if (screen->painted && !same_rows(&screen->rows, rows))
		look_first(screen);
	screen->rows = *rows;
	screen->painted = true;
	const char *currency = app_currency(screen->app);
	snprintf(screen->label, sizeof screen->label, "buy %s%s%s", app_money(buying_total(rows), total),
		 *currency ? " " : "", currency);
}

/* Nothing is under way, and nothing is over. */
static bool is_review(const struct checkout *screen)
{
	return !screen->run && !screen->partly;
}

static bool is_armed(const struct checkout *screen)
{
	return clock_monotonic() >= screen->armed_at;
}

/* ---- painting ---- */

static void say_buying(const struct checkout *screen, char text[TEXT_MAX])
{
	const struct purchase_runs *runs = app_runs(screen->app);
	unsigned tries = purchase_run_attempts(runs, screen->run);
	bool base = net_profile(app_net(screen->app)) == NET_PROFILE_BASE;
	bool unknown = purchase_run_is_unknown(runs, screen->run);
	const char *leave = "You can leave: this will be settled, once, either way.";

	if (purchase_run_state(screen->run) == RUN_WAITING && app_group(screen->app) == GROUP_NONE)
		snprintf(text, TEXT_MAX, "Not known yet. You were signed out: Enter signs you in again, to find out. %s",
			 leave);
	else if (unknown && base)
		unsettled_say(screen->app, screen->run, text, TEXT_MAX);
	else if (unknown)
		snprintf(text, TEXT_MAX, "Not known yet. Checking with the shop, attempt %u. %s", tries ? tries : 1, leave);
	else if (base)
		snprintf(text, TEXT_MAX, "Buying%s This shop records one unit at a time.",
			 app_glyphs(screen->app)->ellipsis);
	else
		snprintf(text, TEXT_MAX, "Buying%s %s", app_glyphs(screen->app)->ellipsis,
			 purchase_run_age_ms(screen->run) > LONG_MS ? leave : "");
}

/* What there is to say below the lines. */
static enum role say(const struct checkout *screen, char text[TEXT_MAX])
{
	if (screen->run) {
		say_buying(screen, text);
		return purchase_run_is_unknown(app_runs(screen->app), screen->run) ? ROLE_WARN : ROLE_TEXT;
	}
	if (screen->partly) {
		snprintf(text, TEXT_MAX, "Not all of it was bought. %s. p shows your purchases, Esc goes back to the cart.",
			 screen->why);
		return ROLE_BAD;
	}
	/* An earlier purchase isn't settled. Where all happens once or not at all, all has to wait for that. */
	bool blocked = purchase_runs_block(app_runs(screen->app));
	if (screen->holds && !blocked) {
		unsettled_say_held(screen->app, buying_total(&screen->rows) > 0, is_armed(screen), text, TEXT_MAX);
		return ROLE_WARN;
	}
	if (blocked) {
		snprintf(text, TEXT_MAX, "%s", "An earlier purchase is still being settled. Until it is known whether it was "
					       "made, nothing else is bought, so that nothing is bought twice.");
		return ROLE_WARN;
	}
	if (!buying_total(&screen->rows)) {
		snprintf(text, TEXT_MAX, "There is nothing left to buy. Esc goes back to the cart.");
		return ROLE_TEXT;
	}
	if (screen->differs) {
		snprintf(text, TEXT_MAX, "Not bought, nothing was charged: what is marked has changed. %s",
			 is_armed(screen) ? "Press y to buy it as it is now." : "Look again.");
		return ROLE_WARN;
	}
	snprintf(text, TEXT_MAX, "%s Nothing has been charged or reserved yet.",
		 is_armed(screen) ? "Press y to buy." : "The cart has just changed: look again.");
	return ROLE_TEXT;
}

static void checkout_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct checkout *screen = state;
	bool partly = screen->partly;
	char text[TEXT_MAX];

	(void)app;
	if (is_review(screen))
		follow_cart(screen);
	enum role role = say(screen, text);
	int gap = body.height > 10 ? 1 : 0;
	struct rect rect = rect_inset(body, 0, gap);
	int width = rect.width - 6 < 80 ? rect.width - 6 : 80;
	int height = layout_wrap_count(text, strlen(text), width > 0 ? width : 1);
	struct rect words = rect;

	rect_cut_bottom(&rect, height + gap);
	size_t count = partly ? screen->recorded_count : screen->rows.count;
	int used = lines_paint(&screen->lines, canvas, rect, count, !count ? NULL : partly ? "Recorded" : "Total",
			       partly ? recorded_total(screen) : buying_total(&screen->rows));
	if (screen->run)
		canvas_dim(canvas, rect);
	rect_cut_top(&words, used + gap);
	paint_wrapped(canvas, (struct rect){words.x + 3, words.y, width, words.height}, 0, role, text, strlen(text));
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
		return; /* once is enough */
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

	for (size_t i = rows->count; i-- > 0;) {
		struct line line = {.name = ""};
		if (note_difference(screen, &rows->row[i], &line))
			lines_show(&screen->lines, i);
	}
}

/* Nothing was bought. What differs is told at the lines, where it stays until it is bought as it is now. */
static void differs(struct checkout *screen)
{
	screen->refused = screen->rows;
	screen->differs = true;
	show_difference(screen);
	look_first(screen);
}

static void refused(struct checkout *screen, const struct net_reply *reply)
{
	if (reply->err.kind == ERR_UNAUTHENTICATED)
		app_failed(screen->app, &reply->err);
	app_say(screen->app, TOAST_BAD, NULL, "Not bought, nothing was charged: %s", reply->err.message);
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
	snprintf(screen->why, sizeof screen->why, "%.*s", (int)text_cut(reply->err.message, sizeof screen->why - 1),
		 reply->err.message);
	screen->partly = true;
	lines_init(&screen->lines, screen->app, get_recorded, screen, false);
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
		app_failed(app, &reply->err); /* nobody knows yet, and its buyer has to sign in to find out */
}

/* ---- the screen ---- */

static bool checkout_enter(struct app *app, void *state, const void *argument)
{
	struct checkout *screen = state;

	(void)argument;
	screen->app = app;
	screen->rows = *cart_model_rows(app_cart(app));
	lines_init(&screen->lines, app, get_line, screen, false);
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
	return lines_event(&screen->lines, event);
}

static bool checkout_hidden(struct app *app, const void *state, int action)
{
	const struct checkout *screen = state;

	switch ((enum checkout_action)action) {
	case CHECKOUT_BUY: /* still answered while it is too early: see buy */
		return !is_review(screen) || !buying_total(&screen->rows) || purchase_runs_block(app_runs(app));
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
		   ? "This shop records one unit at a time, and is not done yet. Leave now, with what it has got so far?"
		   : NULL;
}

const struct screen screen_checkout = {
    .name = "checkout",
    .title = "Checkout",
    .state_size = sizeof(struct checkout),
    SCREEN_KEYS(checkout_keys),
    .enter = checkout_enter,
    .paint = checkout_paint,
    .action = checkout_action,
    .event = checkout_event,
    .hidden = checkout_hidden,
    .label = checkout_label,
    .back = "back to the cart",
    .unsaved = checkout_unsaved,
    .leave = checkout_leave,
};
