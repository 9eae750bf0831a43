/* The receipt: what has just been bought, and what happens next. */
#include <string.h>

#include "screens/lines.h"
#include "screens/screen.h"

#define RECEIPT_KEYS(KEY)                                                                       \
	KEY(RECEIPT_PURCHASES, "purchases", "Enter p", "purchases", "See all your purchases", 1) \
	KEY(RECEIPT_SHOP, "shop", "s Left h", "back to the shop", "Go back to the shop", 2)
enum receipt_action { RECEIPT_KEYS(KEYMAP_ACTION) };
static const struct binding receipt_keys[] = {RECEIPT_KEYS(KEYMAP_BINDING)};

enum { LINES_LEAST = 5 }; /* the total's two among them */

struct receipt {
	const struct purchase *purchase; /* in the arena */
	struct lines lines;
};

static bool receipt_enter(struct app *app, void *state, const void *argument)
{
	struct receipt *screen = state;

	screen->purchase = lines_keep(app_arena(app, state), argument);
	if (!screen->purchase) {
		app_say(app, TOAST_GOOD, NULL, "Bought. There is not enough memory for the receipt: see Purchases");
		return false;
	}
	lines_init(&screen->lines, app, lines_of_purchase, &screen->purchase, false);
	return true;
}

static void receipt_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	static const char full[] = "Each seller now ships what is theirs. Purchases shows how far it is, and there it can be "
				   "cancelled until it is shipped.";
	static const char base[] = "The shop has recorded it for its sellers. Purchases shows all that is yours.";
	struct receipt *screen = state;
	const struct purchase *purchase = screen->purchase;
	const char *next = net_offers(app_net(app), API_purchase_cancel) ? full : base;
	struct rect rect = rect_inset(body, 0, body.height > 10 ? 1 : 0);
	int width = rect.width - 6 < 80 ? rect.width - 6 : 80;
	struct rect words = rect;
	char space[APP_TEXT];

	struct rect title = rect_cut_top(&rect, 1);
	int used = paint_printf(canvas, title.x + 1, title.y, title.width - 1, ROLE_GOOD, "%s Bought",
				app_glyphs(app)->check);
	used += paint_printf(canvas, title.x + 1 + used, title.y, title.width - 1 - used, ROLE_FAINT, "  %s",
			     app_date(purchase->purchase_date, space));
	if (*purchase->id)
		paint_printf(canvas, title.x + 1 + used, title.y, title.width - 1 - used, ROLE_FAINT, " %s %s",
			     app_glyphs(app)->dot, purchase->id);
	rect_cut_top(&rect, body.height > 10 ? 1 : 0);
	/* What was bought comes first where there is room for one of the two. */
	int height = layout_wrap_count(next, strlen(next), width > 0 ? width : 1) + 1;
	bool has_words = rect.height - height >= LINES_LEAST;
	rect_cut_bottom(&rect, has_words ? height : 0);
	used = lines_paint(&screen->lines, canvas, rect, purchase->lines_count, "Total", purchase->total);
	rect_cut_top(&words, rect.y - words.y + used + 1);
	if (has_words)
		paint_wrapped(canvas, (struct rect){words.x + 3, words.y, width, words.height}, 0, ROLE_TEXT, next,
			      strlen(next));
}

static void receipt_action(struct app *app, void *state, int action)
{
	(void)state;
	if (action == RECEIPT_PURCHASES)
		app_push(app, SCREEN_purchases, NULL);
	else
		app_home(app);
}

static enum widget_result receipt_event(struct app *app, void *state, const struct event *event)
{
	struct receipt *screen = state;

	(void)app;
	return lines_event(&screen->lines, event);
}

/* The cart it came from is empty now: back to the shop. */
static bool receipt_escape(struct app *app, void *state)
{
	(void)state;
	app_home(app);
	return true;
}

const struct screen screen_receipt = {
    .name = "receipt",
    .title = "Receipt",
    .state_size = sizeof(struct receipt),
    SCREEN_KEYS(receipt_keys),
    .enter = receipt_enter,
    .paint = receipt_paint,
    .action = receipt_action,
    .event = receipt_event,
    .escape = receipt_escape,
};
