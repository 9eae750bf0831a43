#include "screens/parts/detail.h"

#include <stdio.h>
#include <string.h>

#include "screens/parts/text.h"
#include "tui/widgets/list.h"

enum { PICTURE_COLUMNS = 40, PICTURE_ROWS = 14, MARGIN = 3, TEXT_ROWS = 9 };

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

void detail_room(struct rect rect, int *ret_columns, int *ret_rows)
{
	int columns = rect.width - 2 * MARGIN;
	int rows = rect.height - TEXT_ROWS;

	*ret_columns = columns < PICTURE_COLUMNS ? columns : PICTURE_COLUMNS;
	*ret_rows = rows < PICTURE_ROWS ? rows : PICTURE_ROWS;
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

void detail_load(struct detail *detail, const struct product *product, int columns, int rows)
{
	bool same = !strcmp(detail->product_id, product->id) && detail->columns == columns && detail->rows == rows;

	if (same && (detail->call || detail->load || detail->picture || detail->failed))
		return;
	forget(detail);
	snprintf(detail->product_id, sizeof detail->product_id, "%s", product->id);
	detail->columns = columns;
	detail->rows = rows;
	if (!product->has_picture || columns < 8 || rows < 4 || !net_offers(app_net(detail->app), API_picture_get)) {
		detail->failed = true;
		return;
	}
	detail->call = net_call(app_net(detail->app), API_picture_get,
				&(struct net_args){.id = product->id, .background = true}, detail, on_picture, detail);
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

static void paint_stock(struct canvas *canvas, int x, int y, int width, const struct product *product)
{
	if (product->stock <= 0)
		paint_str(canvas, x, y, width, ROLE_BAD, "out of stock");
	else if (product->stock <= LIMIT_LOW_STOCK)
		paint_printf(canvas, x, y, width, ROLE_WARN, "only %lld left", (long long)product->stock);
	else
		paint_printf(canvas, x, y, width, ROLE_FAINT, "%lld in stock", (long long)product->stock);
}

static void paint_description(struct detail *detail, struct canvas *canvas, struct rect room, const char *text)
{
	struct scroll *scroll = &detail->text;
	size_t length = text ? strlen(text) : 0;
	int lines = length ? layout_wrap_count(text, length, room.width) : 0;

	/* Nothing is selected here: the window itself is moved. */
	scroll->visible = room.height > 0 ? room.height : 1;
	scroll->count = lines;
	if (scroll->offset > lines - scroll->visible)
		scroll->offset = lines - scroll->visible;
	if (scroll->offset < 0)
		scroll->offset = 0;
	if (length)
		paint_wrapped(canvas, room, (int)scroll->offset, ROLE_TEXT, text, length);
	paint_scrollbar(canvas, room.x + room.width, room.y, room.height, scroll);
}

enum widget_result detail_event(struct detail *detail, const struct event *event)
{
	struct scroll *scroll = &detail->text;
	bool is_key = event->kind == EVENT_KEY;

	if ((is_key && event->key == KEYSYM_Enter) || (event->kind == EVENT_MOUSE && event->button == BUTTON_LEFT))
		return WIDGET_IGNORED;
	scroll->selected = scroll->offset;
	if (list_event(scroll, detail->rect, event, true) == WIDGET_IGNORED)
		return WIDGET_IGNORED;
	if (is_key)
		scroll->offset = scroll->selected;
	return WIDGET_HANDLED;
}

void detail_paint(struct detail *detail, struct canvas *canvas, struct rect rect, const struct product *product)
{
	char price[APP_TEXT];
	struct rect room = rect_inset(rect, rect.width > 2 * MARGIN + 20 ? MARGIN : 1, 0);
	bool shown = detail->picture && !strcmp(detail->product_id, product->id);

	if (strcmp(detail->shown_id, product->id) != 0) {
		snprintf(detail->shown_id, sizeof detail->shown_id, "%s", product->id);
		detail->text = (struct scroll){.offset = 0};
	}
	detail->rect = rect;
	if (shown) {
		struct rect place = rect_cut_top(&room, detail->picture->height + 1);
		picture_paint(detail->picture, canvas, place);
	}
	struct rect name = rect_cut_top(&room, layout_wrap_count(product->name, strlen(product->name), room.width) > 1 ? 2 : 1);
	paint_wrapped(canvas, name, 0, ROLE_STRONG, product->name, strlen(product->name));

	struct rect line = rect_cut_top(&room, 1);
	const char *amount = text_price(product, price);
	int used = paint_printf(canvas, line.x, line.y, line.width, ROLE_PRICE, "%s %s", amount,
				product->currency ? product->currency : "");
	if (text_has_stock(detail->app))
		paint_stock(canvas, line.x + used + 3, line.y, line.width - used - 3, product);
	line = rect_cut_top(&room, 1);
	paint_printf(canvas, line.x, line.y, line.width, ROLE_FAINT, "%s %s %s", product->category,
		     app_glyphs(detail->app)->dot, product->seller_name);
	rect_cut_top(&room, 1);
	paint_description(detail, canvas, room, product->description);
}
