/* The receipt: what has just been bought, and what happens next. */
#include <stdio.h>

#include "screens/parts/lines.h"
#include "screens/app/screen.h"

#define RECEIPT_KEYS(KEY)                                                                         \
	KEY(RECEIPT_PURCHASES, "purchases", "Enter p", "purchases", "See all your purchases", 1)  \
	KEY(RECEIPT_CART, "cart", "c", "cart", "Open the cart: something was left in it", 2)      \
	KEY(RECEIPT_SHOP, "shop", "Left h", "", "Go back to the shop", 0)
enum receipt_action { RECEIPT_KEYS(KEYMAP_ACTION) };
static const struct binding receipt_keys[] = {RECEIPT_KEYS(KEYMAP_BINDING)};

enum receipt_block { BLOCK_NONE, BLOCK_LINES };

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
	lines_of_purchase(&screen->lines, app, screen->purchase);
	screen->lines.has_status = false; /* the sellers have just got it: a status says nothing yet */
	return true;
}

/* What is still in the cart: "Still in the cart (2): this, that"; NULL when it is empty. */
static const char *left_text(struct app *app, struct view *view)
{
	const struct cart_rows *rows = cart_model_rows(app_cart(app));
	char names[2 * CART_TEXT];
	int used = 0;

	for (size_t i = 0; i < rows->count && used < CART_TEXT; i++)
		used += snprintf(names + used, sizeof names - (size_t)used, "%s%s", i ? ", " : "", rows->row[i].name);
	if (rows->count < 2)
		return rows->count ? view_printf(view, "Still in the cart: %s", names) : NULL;
	return view_printf(view, "Still in the cart (%zu): %s", rows->count, names);
}

static void receipt_view(struct app *app, const void *state, struct view *view)
{
	static const char *const nexts[] = {
	    "It is recorded for its sellers. Purchases shows it.",
	    "The sellers ship it next. Until then you can cancel it in Purchases."};
	const struct receipt *screen = state;
	const struct purchase *purchase = screen->purchase;
	char space[APP_TEXT];
	const struct view_part head[] = {
	    {.text = view_printf(view, "%s Bought", app_glyphs(app)->check), .role = ROLE_GOOD},
	    {.label = "Date",
	     .text = view_printf(view, "%s", lines_date(purchase, space)),
	     .role = ROLE_FAINT,
	     .drop = 1},
	    {.label = "Number", .text = purchase->id, .role = ROLE_FAINT, .drop = 2},
	};
	const char *left = left_text(app, view);

	view_line(view, &(struct view_line){.parts = head, .count = *purchase->id ? 3 : 2});
	lines_view(&screen->lines, view,
		   (struct view_table){.place = {.id = BLOCK_LINES, .focus = true}, .selected = -1});
	/* When there is room for only one of the two, it is for what was bought. */
	view_prose(view, &(struct view_prose){.place = {.drop = 1}, .role = ROLE_WARN, .sign = "!", .text = left});
	view_prose(view, &(struct view_prose){.place = {.drop = 2, .tight = left},
					      .text = nexts[net_offers(app_net(app), API_purchase_cancel)]});
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

/* What lay below is over: Esc goes to the shop. */
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
    .view = receipt_view,
    .action = receipt_action,
    .escape = receipt_escape,
    .hidden = receipt_hidden,
    .back = "back to the shop",
};
