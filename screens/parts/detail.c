#include "screens/parts/detail.h"

#include <stdio.h>
#include <string.h>

#include "screens/parts/text.h"

/* A picture that is smaller than PICTURE_… can't be recognised. SMALL_…: columns of picture and words below a list. */
enum { PICTURE_COLUMNS = 8, PICTURE_ROWS = 4, SMALL_COLUMNS = 10, SMALL_WORDS = 74 };

void detail_init(struct detail *detail, struct app *app)
{
	*detail = (struct detail){.app = app};
}

static void forget(struct detail *detail)
{
	net_cancel(app_net(detail->app), detail->call);
	detail->call = 0;
	detail->load = picture_load_free(detail->load);
	detail->reply = net_reply_free(detail->reply);
	detail->picture = picture_free(detail->picture);
	detail->failed = false;
}

void detail_done(struct detail *detail)
{
	if (detail->app)
		forget(detail);
}

static void on_picture(void *context, struct net_reply *reply)
{
	struct detail *detail = context;
	struct err err;

	detail->call = 0;
	if (reply->ok && reply->bytes)
		detail->load = picture_load_new(reply->bytes, reply->length, detail->columns, detail->rows,
						app_depth(detail->app), app_glyphs(detail->app), &err);
	if (detail->load) {
		net_reply_keep(reply);
		detail->reply = reply;
	} else {
		detail->failed = true;
	}
	app_dirty(detail->app);
}

static bool may_have_picture(const struct detail *detail, const struct product *product)
{
	return product->has_picture && net_offers(app_net(detail->app), API_picture_get);
}

static void load(struct detail *detail, const struct product *product, int columns, int rows)
{
	const struct net_args args = {.id = product->id, .background = true};
	bool same = !strcmp(detail->product_id, product->id) && detail->columns == columns && detail->rows == rows;

	if (same && (detail->call || detail->load || detail->picture || detail->failed))
		return;
	forget(detail);
	snprintf(detail->product_id, sizeof detail->product_id, "%s", product->id);
	detail->columns = columns;
	detail->rows = rows;
	if (may_have_picture(detail, product) && columns >= PICTURE_COLUMNS && rows >= PICTURE_ROWS)
		detail->call = net_call(app_net(detail->app), API_picture_get, &args, detail, on_picture, detail);
}

void detail_load_in(struct detail *detail, const struct product *product, const struct view *view)
{
	int columns, rows;

	if (view_room(view, DETAIL_PICTURE, &columns, &rows) || view_room(view, DETAIL_SMALL_PICTURE, &columns, &rows))
		load(detail, product, columns, rows);
}

bool detail_step(struct detail *detail)
{
	struct err err;

	if (!detail->load)
		return false;
	enum picture_step step = picture_load_step(detail->load, &err);
	if (step == PICTURE_MORE)
		return true;
	if (step == PICTURE_DONE)
		detail->picture = picture_load_take(detail->load);
	detail->failed = !detail->picture;
	detail->load = picture_load_free(detail->load);
	detail->reply = net_reply_free(detail->reply);
	app_dirty(detail->app);
	return false;
}

/* ---- as blocks ---- */

void detail_view_picture(const struct detail *detail, struct view *view, const struct product *product,
			 const struct view_place *place)
{
	bool own = !strcmp(detail->product_id, product->id);

	view_picture(view, &(struct view_picture){.place = *place,
						  .picture = own ? detail->picture : NULL,
						  .expected = may_have_picture(detail, product) &&
							      !(own && detail->failed),
						  .alt = view_printf(view, "Picture: %s", product->name)});
}

static const char *price_text(struct view *view, const struct product *product)
{
	char space[APP_TEXT];

	return view_printf(view, "%s %s", text_price(product, space), product->currency ? product->currency : "");
}

void detail_view_words(const struct detail *detail, struct view *view, const struct product *product, bool focus)
{
	char space[APP_TEXT];
	enum role role;
	const char *left = text_left(detail->app, product, space, &role);
	const struct view_part price[] = {
	    {.text = price_text(view, product), .role = ROLE_PRICE},
	    {.text = view_printf(view, "%s", left), .role = role, .drop = 1},
	};
	const char *dot = app_glyphs(detail->app)->dot;
	const struct view_part source = {.text = *product->category ? view_printf(view, "%s %s %s", product->category,
										  dot, product->seller_name)
								    : product->seller_name,
					 .role = ROLE_FAINT};

	view_prose(view, &(struct view_prose){.role = ROLE_STRONG, .text = product->name});
	view_line(view, &(struct view_line){.place = {.tight = true}, .parts = price, .count = 2});
	view_line(view, &(struct view_line){.place = {.tight = true}, .parts = &source, .count = 1});
	if (product->description && *product->description)
		view_prose(view, &(struct view_prose){.place = {.id = DETAIL_TEXT, .grow = 1, .focus = focus},
						      .text = product->description});
}

void detail_view_small(const struct detail *detail, struct view *view, const struct product *product)
{
	const struct view_part parts[] = {
	    {.text = product->name, .role = ROLE_STRONG},
	    {.text = price_text(view, product), .role = ROLE_PRICE, .right = true},
	};

	detail_view_picture(detail, view, product,
			    &(struct view_place){.id = DETAIL_SMALL_PICTURE, .drop = 1, .columns = SMALL_COLUMNS});
	view_group(view, &(struct view_group){.place = {.grow = 1}});
	view_line(view, &(struct view_line){.place = {.columns = SMALL_WORDS}, .parts = parts, .count = 2});
	view_prose(view, &(struct view_prose){.place = {.least = 1, .tight = true}, .role = ROLE_FAINT,
					      .text = product->description});
	view_end(view);
}

/* ---- the cart ---- */

void detail_add(struct app *app, const struct product *product)
{
	struct err err;

	if (!text_is_priced(product))
		app_say(app, TOAST_WARN, NULL, "%s can't be bought here: its price is not an exact amount.",
			product->name);
	else if (cart_model_add(app_cart(app), product, 1, &err))
		app_say(app, TOAST_GOOD, "u undo", "Added 1 %s %s", app_glyphs(app)->times, product->name);
	else
		app_say(app, TOAST_WARN, NULL, "%s", err.message);
}

void detail_undo(struct app *app)
{
	if (cart_model_undo(app_cart(app)))
		app_say(app, TOAST_GOOD, NULL, "The cart is as it was before the last change.");
}
