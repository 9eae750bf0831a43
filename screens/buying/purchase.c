/* One purchase: its lines with their status; cancelling it, and buying the same again. */
#include <string.h>

#include "screens/parts/lines.h"
#include "screens/app/screen.h"

#define PURCHASE_KEYS(KEY)                                                                                         \
	KEY(PURCHASE_AGAIN, "again", "a", "buy again", "Add all of it to the cart again, at today's prices", 1)    \
	KEY(PURCHASE_CANCEL, "cancel", "X", "cancel it", "Cancel this purchase, as long as nothing is shipped", 2) \
	KEY(PURCHASE_CART, "cart", "c", "cart", "Open the cart", 3)                                                \
	KEY(PURCHASE_REFRESH, "refresh", "r", "refresh", "Ask the shop again", 4)                                  \
	KEY(PURCHASE_BACK, "back", "Left h", "", "Go back", 0)
enum purchase_action { PURCHASE_KEYS(KEYMAP_ACTION) };
static const struct binding purchase_keys[] = {PURCHASE_KEYS(KEYMAP_BINDING)};

enum purchase_block { BLOCK_NONE, BLOCK_LINES };

struct purchase_screen {
	struct app *app;
	const struct purchase *purchase; /* in the arena */
	struct lines lines;
	bool cancelling;
	/* Buying again goes line by line. */
	bool adding;
	size_t at, added, less, gone;
};

static void keep(struct purchase_screen *screen, const struct purchase *purchase)
{
	const struct purchase *copy = lines_keep(app_arena(screen->app, screen), purchase);

	if (!copy)
		return;
	screen->purchase = copy;
	lines_of_purchase(&screen->lines, screen->app, copy);
}

static void on_purchase(struct app *app, void *state, struct net_reply *reply)
{
	if (reply->ok)
		keep(state, reply->answer);
	else
		app_failed(app, &reply->err);
}

static void load(struct purchase_screen *screen)
{
	if (*screen->purchase->id)
		app_call(screen->app, screen, API_purchase_get, &(struct net_args){.id = screen->purchase->id},
			 on_purchase);
}

static bool purchase_enter(struct app *app, void *state, const void *argument)
{
	struct purchase_screen *screen = state;

	screen->app = app;
	keep(screen, argument);
	if (!screen->purchase) {
		app_say(app, TOAST_BAD, NULL, "There is not enough memory for this");
		return false;
	}
	load(screen);
	return true;
}

static bool may_cancel(const struct purchase_screen *screen)
{
	return screen->lines.has_status && screen->purchase->status == SALE_PLACED && *screen->purchase->id;
}

/* ---- what the screen shows ---- */

static void purchase_view(struct app *app, const void *state, struct view *view)
{
	const struct purchase_screen *screen = state;
	const struct purchase *purchase = screen->purchase;
	bool waiting = app_waiting(app, screen);
	struct view_part head[3];
	size_t count = 0;
	char space[APP_TEXT];
	enum role role;
	const char *status = lines_status(purchase->status, &role);

	head[count++] = (struct view_part){
	    .label = "Date", .text = view_printf(view, "%s", lines_date(purchase, space)), .role = ROLE_STRONG};
	if (screen->lines.has_status)
		head[count++] = (struct view_part){.label = "Status",
						   .text = waiting && screen->cancelling ? "being cancelled" : status,
						   .role = role};
	if (*purchase->id)
		head[count++] =
		    (struct view_part){.label = "Number", .text = purchase->id, .role = ROLE_FAINT, .drop = 1};
	view_line(view, &(struct view_line){.parts = head, .count = count});
	lines_view(&screen->lines, view,
		   (struct view_table){.place = {.id = BLOCK_LINES, .focus = true, .dim = waiting}, .selected = -1});
}

/* ---- cancelling ---- */

static void on_cancel(struct app *app, void *state, struct net_reply *reply)
{
	struct purchase_screen *screen = state;

	screen->cancelling = false;
	if (reply->ok) {
		keep(screen, reply->answer);
		app_say(app, TOAST_GOOD, NULL, "Cancelled: nothing of it will be sent");
		return;
	}
	app_failed(app, &reply->err);
	/* Somebody shipped it first, or the reply was lost: loads it to see. */
	load(screen);
}

static void cancel(struct app *app, void *state)
{
	struct purchase_screen *screen = state;

	screen->cancelling = app_call(app, screen, API_purchase_cancel,
				      &(struct net_args){.id = screen->purchase->id}, on_cancel) != 0;
}

static void ask_to_cancel(struct purchase_screen *screen)
{
	char space[APP_TEXT];

	if (screen->cancelling || !may_cancel(screen))
		return;
	app_ask(screen->app, screen, "yes, cancel the purchase", cancel, "Cancel this purchase of %s %s?",
		app_money(screen->purchase->total, space), app_currency(screen->app));
}

/* ---- buying again ---- */

static void next_line(struct purchase_screen *screen);

static void tell_added(struct purchase_screen *screen)
{
	struct app *app = screen->app;
	size_t added = screen->added, lines = screen->purchase->lines_count;

	screen->adding = false;
	if (!added)
		app_say(app, TOAST_WARN, NULL, "Nothing of this can be bought any more");
	else if (screen->gone && screen->less)
		app_say(app, TOAST_WARN, "c cart",
			"%zu of %zu products are in the cart. No longer sold: %zu. Fewer left than you bought: %zu.",
			added, lines, screen->gone, screen->less);
	else if (screen->gone)
		app_say(app, TOAST_WARN, "c cart", "%zu of %zu products are in the cart. No longer sold: %zu.", added,
			lines, screen->gone);
	else if (screen->less)
		app_say(app, TOAST_WARN, "c cart",
			"%zu of %zu products are in the cart. Fewer left than you bought: %zu.", added, lines,
			screen->less);
	else
		app_say(app, TOAST_GOOD, "c cart", "All of it is in the cart, at today's prices");
}

static void add_product(struct purchase_screen *screen, const struct product *product)
{
	const struct purchase_line *line = &screen->purchase->lines[screen->at];
	struct cart_model *cart = app_cart(screen->app);
	int64_t have = cart_model_quantity(cart, product->id);
	int64_t more = line->quantity > have ? line->quantity - have : 0;
	struct err err;

	/* Adds up to the quantity of then. Asking twice doesn't add twice. */
	bool added = product->price > 0 && (!more || cart_model_add(cart, product, more, &err) || have > 0);
	screen->added += added;
	screen->less += !added || (product->stock >= 0 && product->stock < line->quantity);
}

/* The product that was bought, among those that the search for its name has found. */
static const struct product *find_named(const struct product_page *page, const struct purchase_line *line)
{
	for (size_t i = 0; i < page->products_count; i++) {
		const struct product *product = &page->products[i];
		if (!strcmp(product->name, line->product_name) && !strcmp(product->seller_name, line->seller_name))
			return product;
	}
	return NULL;
}

static void on_product(struct app *app, void *state, struct net_reply *reply)
{
	struct purchase_screen *screen = state;
	const struct product *product = NULL;

	if (screen->at >= screen->purchase->lines_count) {
		tell_added(screen); /* the purchase was loaded again meanwhile, and has fewer lines */
		return;
	}
	if (reply->ok)
		product = reply->op == API_product_get
			      ? reply->answer
			      : find_named(reply->answer, &screen->purchase->lines[screen->at]);
	if (product) {
		add_product(screen, product);
	} else if (reply->ok || reply->err.kind == ERR_NOT_FOUND) {
		screen->gone++;
	} else {
		screen->adding = false;
		app_failed(app, &reply->err);
		return;
	}
	screen->at++;
	next_line(screen);
}

static void next_line(struct purchase_screen *screen)
{
	if (screen->at >= screen->purchase->lines_count) {
		tell_added(screen);
		return;
	}
	/* The first platform's purchases have only the names of products. */
	const struct purchase_line *line = &screen->purchase->lines[screen->at];
	bool by_id = *line->product_id;
	const struct product_query query = {.q = line->product_name, .sort = -1, .limit = LIMIT_PAGE};
	const struct net_args args = {.id = by_id ? line->product_id : NULL, .query = by_id ? NULL : &query};
	screen->adding =
	    app_call(screen->app, screen, by_id ? API_product_get : API_product_list, &args, on_product) != 0;
}

static void buy_again(struct purchase_screen *screen)
{
	if (screen->adding)
		return;
	screen->at = screen->added = screen->less = screen->gone = 0;
	next_line(screen);
}

/* ---- the screen ---- */

static void purchase_action(struct app *app, void *state, int action)
{
	struct purchase_screen *screen = state;

	switch ((enum purchase_action)action) {
	case PURCHASE_AGAIN:
		buy_again(screen);
		break;
	case PURCHASE_CANCEL:
		ask_to_cancel(screen);
		break;
	case PURCHASE_CART:
		app_push(app, SCREEN_cart, NULL);
		break;
	case PURCHASE_REFRESH:
		load(screen);
		break;
	case PURCHASE_BACK:
		app_back(app);
		break;
	}
}

static bool purchase_hidden(struct app *app, const void *state, int action)
{
	const struct purchase_screen *screen = state;

	(void)app;
	return action == PURCHASE_CANCEL && !may_cancel(screen);
}

const struct screen screen_purchase = {
    .name = "purchase",
    .title = "Purchase",
    .state_size = sizeof(struct purchase_screen),
    SCREEN_KEYS(purchase_keys),
    .enter = purchase_enter,
    .view = purchase_view,
    .action = purchase_action,
    .hidden = purchase_hidden,
};
