#include "screens/buying/cart_pane.h"

#include <string.h>

#include "base/text.h"
#include "shop/cart_merge.h"

enum { REST_MS = 80, DECODE_MS = 1, BLOCK_PANE = 90 };

void cart_pane_init(struct cart_pane *pane, struct app *app, void *screen)
{
	*pane = (struct cart_pane){.screen = screen};
	detail_init(&pane->detail, app);
}

static void forget(struct cart_pane *pane)
{
	net_cancel_owner(app_net(pane->detail.app), pane);
	pane->reply = net_reply_free(pane->reply);
	pane->asked = false;
}

void cart_pane_done(struct cart_pane *pane)
{
	if (!pane->screen)
		return; /* cart_pane_init was not called */
	forget(pane);
	detail_done(&pane->detail);
}

static void on_product(void *context, struct net_reply *reply)
{
	struct cart_pane *pane = context;

	/* The pane then shows only what the cart knows. */
	if (!reply->ok)
		return;
	net_reply_keep(reply);
	pane->reply = reply;
	app_dirty(pane->detail.app);
}

static void take(struct cart_pane *pane, const struct cart_row *row)
{
	forget(pane);
	text_copy(pane->product_id, sizeof pane->product_id, row->product_id);
}

static bool is_of(const struct cart_pane *pane, const struct cart_row *row)
{
	return !strcmp(pane->product_id, row->product_id);
}

void cart_pane_update(struct cart_pane *pane, const struct view *view, const struct cart_row *row)
{
	pane->shown = view_shows(view, BLOCK_PANE);
	if (!row)
		return;
	if (!*pane->product_id)
		take(pane, row);
	if (pane->reply)
		detail_load_in(&pane->detail, pane->reply->answer, view);
	if (!is_of(pane, row) || (pane->shown && !pane->asked))
		app_timer(pane->detail.app, pane->screen, REST_MS);
	else if (pane->detail.load)
		app_timer(pane->detail.app, pane->screen, DECODE_MS);
}

void cart_pane_tick(struct cart_pane *pane, const struct cart_row *row)
{
	const struct net_args args = {.id = pane->product_id, .background = true};

	detail_step(&pane->detail);
	if (row && !is_of(pane, row))
		take(pane, row);
	if (!row || pane->asked || !pane->shown)
		return;
	pane->asked = true;
	net_call(app_net(pane->detail.app), API_product_get, &args, pane, on_product, pane);
}

void cart_pane_view(const struct cart_pane *pane, struct view *view, const struct cart_rows *rows)
{
	size_t at = cart_rows_find(rows, pane->product_id);
	if (at == rows->count)
		return; /* it was taken out of the cart; the next update chooses another */

	const struct cart_row *row = &rows->row[at];
	struct product product = {.id = row->product_id,
				  .name = row->name,
				  .category = "",
				  .seller_name = row->seller_name,
				  .currency = app_currency(pane->detail.app)};
	if (pane->reply)
		product = *(const struct product *)pane->reply->answer;
	product.price = row->price;
	product.stock = row->stock;
	view_group(view, &(struct view_group){.place = {.id = BLOCK_PANE, .grow = 1, .when = VIEW_BESIDE}});
	detail_view_picture(&pane->detail, view, &product, &(struct view_place){.id = DETAIL_PICTURE});
	detail_view_words(&pane->detail, view, &product, false);
	view_end(view);
}
