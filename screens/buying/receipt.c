/* The receipt: what has just been bought, and what happens next. */
#include <stdio.h>
#include <string.h>

#include "screens/parts/lines.h"
#include "screens/app/screen.h"

#define RECEIPT_KEYS(KEY)                                                                       \
	KEY(RECEIPT_PURCHASES, "purchases", "Enter p", "purchases", "See all your purchases", 1) \
	KEY(RECEIPT_CART, "cart", "c", "cart", "Open the cart: something was left in it", 2)      \
	KEY(RECEIPT_SHOP, "shop", "s Left h", "", "Go back to the shop", 0)
enum receipt_action { RECEIPT_KEYS(KEYMAP_ACTION) };
static const struct binding receipt_keys[] = {RECEIPT_KEYS(KEYMAP_BINDING)};

enum { LINES_LEAST = 4 /* the total's two among them */, TEXT_MAX = 2 * CART_TEXT };

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

/* What was not bought with the rest is still there: "Still in the cart (2): this, that". False when nothing is. */
static bool say_left(struct app *app, char text[TEXT_MAX])
{
	const struct cart_rows *rows = cart_model_rows(app_cart(app));
	char number[APP_TEXT] = "";

	if (rows->count > 1)
		snprintf(number, sizeof number, " (%zu)", rows->count);
	int used = snprintf(text, TEXT_MAX, "Still in the cart%s: ", number);
	for (size_t i = 0; i < rows->count && used < TEXT_MAX / 2; i++)
		used += snprintf(text + used, (size_t)(TEXT_MAX - used), "%s%s", i ? ", " : "", rows->row[i].name);
	return rows->count;
}

static void paint_title(struct app *app, const struct purchase *purchase, struct canvas *canvas, struct rect line)
{
	char space[APP_TEXT];
	int used = paint_printf(canvas, line.x + 1, line.y, line.width - 1, ROLE_GOOD, "%s Bought", app_glyphs(app)->check);

	used += paint_printf(canvas, line.x + 1 + used, line.y, line.width - 1 - used, ROLE_FAINT, "  %s",
			     lines_date(purchase, space));
	if (*purchase->id)
		paint_printf(canvas, line.x + 1 + used, line.y, line.width - 1 - used, ROLE_FAINT, " %s %s",
			     app_glyphs(app)->dot, purchase->id);
}

static void receipt_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	/* By profile, and by the room there is. */
	static const char *const nexts[2][2] = {
	    {"The shop has recorded it for its sellers. Purchases shows all that is yours.",
	     "Purchases shows all that is yours."},
	    {"Each seller now ships what is theirs. Purchases shows how far it is, and there it can be cancelled until it is "
	     "shipped.",
	     "Its sellers ship it next; until then it can be cancelled."}};
	struct receipt *screen = state;
	const struct purchase *purchase = screen->purchase;
	int gap = body.height > 10 ? 1 : 0;
	const char *next = nexts[net_offers(app_net(app), API_purchase_cancel)][!gap];
	struct rect rect = rect_inset(body, 0, gap);
	int width = rect.width - 6 < 80 ? rect.width - 6 : 80;
	char left[TEXT_MAX];
	bool has_left = say_left(app, left);

	paint_title(app, purchase, canvas, rect_cut_top(&rect, 1));
	rect_cut_top(&rect, gap);
	struct rect words = rect;
	/* What was bought comes first where there is room for one of the two. */
	int height = layout_wrap_count(next, strlen(next), width > 0 ? width : 1) + has_left + gap;
	bool has_words = rect.height - height >= LINES_LEAST;
	rect_cut_bottom(&rect, has_words ? height : 0);
	int used = lines_paint(&screen->lines, canvas, rect, purchase->lines_count, "Total", purchase->total);
	if (!has_words)
		return;
	rect_cut_top(&words, used + gap);
	words = (struct rect){words.x + 3, words.y, width, words.height};
	if (has_left) {
		paint_str(canvas, words.x - 1, words.y, 1, ROLE_WARN, "!");
		paint_str(canvas, words.x + 1, words.y, words.width - 1, ROLE_WARN, left);
		rect_cut_top(&words, 1);
	}
	paint_wrapped(canvas, words, 0, ROLE_TEXT, next, strlen(next));
}

static void receipt_action(struct app *app, void *state, int action)
{
	(void)state;
	switch ((enum receipt_action)action) {
	case RECEIPT_PURCHASES:
		app_push(app, SCREEN_purchases, NULL);
		break;
	case RECEIPT_CART:
		app_push(app, SCREEN_cart, NULL);
		break;
	case RECEIPT_SHOP:
		app_home(app);
		break;
	}
}

static bool receipt_hidden(struct app *app, const void *state, int action)
{
	(void)state;
	return action == RECEIPT_CART && !cart_model_rows(app_cart(app))->count;
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
    .hidden = receipt_hidden,
    .back = "back to the shop",
};
