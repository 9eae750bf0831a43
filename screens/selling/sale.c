/* One sale: to whom, what, and what can be done with it. */
#include <stdio.h>
#include <string.h>

#include "models/money.h"
#include "screens/selling/sales.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "tui/widgets/list.h"

#define SALE_KEYS(KEY)                                                                                    \
	KEY(SALE_SHIP, "ship", "s", "ship", "Say that this sale is on its way", 1)                        \
	KEY(SALE_DELIVER, "deliver", "v", "deliver", "Say that this sale has arrived", 2)                 \
	KEY(SALE_CANCEL, "cancel", "x", "cancel", "Cancel this sale; its goods go back into stock", 3)    \
	KEY(SALE_BACK, "back", "Left h", "back", "Go back to the list", 0)
enum sale_action { SALE_KEYS(KEYMAP_ACTION) };
static const struct binding sale_keys[] = {SALE_KEYS(KEYMAP_BINDING)};

enum line_column { COLUMN_QUANTITY, COLUMN_NAME, COLUMN_PRICE, COLUMN_TOTAL, COLUMNS };
static const struct layout_column columns[] = {
    [COLUMN_QUANTITY] = {.title = "Units", .min = 5, .ideal = 7, .align = ALIGN_RIGHT},
    [COLUMN_NAME] = {.title = "Product", .min = 10, .ideal = 34, .weight = 1},
    [COLUMN_PRICE] = {.title = "Each", .min = 8, .ideal = 12, .drop = 1, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_TOTAL] = {.title = "Together", .min = 9, .ideal = 12, .align = ALIGN_DECIMAL, .fraction = 3},
};

struct sale_screen {
	struct app *app;
	struct sales_known *known; /* the list's, which lies below */
	struct sale sale;	   /* texts and lines in the arena */
	struct table table;
	struct layout_column columns[COLUMNS]; /* with room for the longest amount, which is the total */
	enum sales_step step;
	bool busy;
};

/* Keeps a sale in the screen's own memory. */
static bool keep(struct sale_screen *screen, const struct sale *sale)
{
	struct arena *arena = app_arena(screen->app, screen);
	struct sale copy = *sale;
	const char **texts[] = {&copy.id, &copy.purchase_id, &copy.client_name, &copy.seller_id, &copy.currency};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		*texts[i] = arena_strdup(arena, *texts[i] ? *texts[i] : "");
		if (!*texts[i])
			return false;
	}
	copy.lines = arena_array(arena, sale->lines_count + 1, sizeof *copy.lines);
	if (!copy.lines)
		return false;
	for (size_t i = 0; i < sale->lines_count; i++) {
		copy.lines[i] = sale->lines[i];
		copy.lines[i].product_id = arena_strdup(arena, sale->lines[i].product_id);
		copy.lines[i].product_name = arena_strdup(arena, sale->lines[i].product_name);
		if (!copy.lines[i].product_id || !copy.lines[i].product_name)
			return false;
	}
	screen->sale = copy;
	return true;
}

static bool sale_enter(struct app *app, void *state, const void *argument)
{
	const struct sale_argument *wanted = argument;
	struct sale_screen *screen = state;

	screen->app = app;
	screen->known = wanted->known;
	table_init(&screen->table, columns, COLUMNS, true);
	if (!keep(screen, wanted->sale))
		return false;
	screen->sale.status = (int)sales_status(wanted->known, wanted->sale);
	return true;
}

/* ---- painting ---- */

static void paint_head(const struct sale_screen *screen, struct canvas *canvas, struct rect *rect)
{
	const struct sale *sale = &screen->sale;
	struct rect line = rect_cut_top(rect, 1);
	char date[APP_TEXT];

	paint_str(canvas, line.x, line.y, line.width, ROLE_STRONG, sale->client_name);
	line = rect_cut_top(rect, 1);
	int used = paint_str(canvas, line.x, line.y, line.width, ROLE_ACCENT, sale_status_names[sale->status]);
	paint_printf(canvas, line.x + used, line.y, line.width - used, ROLE_FAINT, " %s bought %s %s %s",
		     app_glyphs(screen->app)->dot, app_date(sale->purchase_date, date), app_glyphs(screen->app)->dot,
		     sale->purchase_id);
}

static void paint_line(struct sale_screen *screen, struct canvas *canvas, int64_t row)
{
	const struct sale_line *line = &screen->sale.lines[row];
	char space[APP_TEXT];
	int64_t together;

	table_printf(&screen->table, canvas, row, COLUMN_QUANTITY, ROLE_TEXT, "%lld %s", (long long)line->quantity,
		     app_glyphs(screen->app)->times);
	table_cell(&screen->table, canvas, row, COLUMN_NAME, ROLE_TEXT, line->product_name,
		   strlen(line->product_name));
	table_printf(&screen->table, canvas, row, COLUMN_PRICE, ROLE_FAINT, "%s", app_money(line->price, space));
	if (money_multiply(line->price, line->quantity, &together))
		table_printf(&screen->table, canvas, row, COLUMN_TOTAL, ROLE_PRICE, "%s", app_money(together, space));
}

static void sale_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct sale_screen *screen = state;
	struct rect rect = rect_inset(body, 0, body.height > 12 ? 1 : 0);
	struct rect head = rect_inset(rect_cut_top(&rect, body.height > 12 ? 3 : 2), 2, 0);
	char space[APP_TEXT];

	paint_head(screen, canvas, &head);
	struct rect total = rect_inset(rect_cut_bottom(&rect, 1), 2, 0);
	struct rect below = rect;
	/* The total stands right below the lines. */
	int height = (int)screen->sale.lines_count + 1;
	if (height < rect.height) {
		rect = rect_cut_top(&below, height);
		total.y = below.y;
	}
	memcpy(screen->columns, columns, sizeof screen->columns);
	screen->table.columns = screen->columns;
	text_widen(&screen->columns[COLUMN_TOTAL], app_money(screen->sale.total, space));
	for (size_t i = 0; i < screen->sale.lines_count; i++)
		text_widen(&screen->columns[COLUMN_PRICE], app_money(screen->sale.lines[i].price, space));
	table_begin(&screen->table, canvas, rect, (int64_t)screen->sale.lines_count);
	for (int64_t row = screen->table.scroll.offset; row < table_end(&screen->table); row++)
		paint_line(screen, canvas, row);
	struct rect label = table_place(&screen->table, screen->table.scroll.offset, COLUMN_NAME);
	struct rect sum = table_place(&screen->table, screen->table.scroll.offset, COLUMN_TOTAL);
	paint_printf(canvas, label.x, total.y, label.width, ROLE_STRONG, "Total %s", screen->sale.currency);
	app_money(screen->sale.total, space);
	paint_aligned(canvas, sum.x, total.y, sum.width, ALIGN_DECIMAL, columns[COLUMN_TOTAL].fraction, ROLE_PRICE,
		      space, strlen(space));
	if (screen->busy && app_waiting(app, screen))
		canvas_dim(canvas, body);
}

/* ---- doing ---- */

static void on_step(struct app *app, void *state, struct net_reply *reply)
{
	struct sale_screen *screen = state;

	screen->busy = false;
	if (!reply->ok) {
		app_failed(app, &reply->err);
		return;
	}
	keep(screen, reply->answer);
	sales_note(screen->known, screen->sale.id, screen->sale.status);
	app_say(app, TOAST_GOOD, NULL, "%s", sales_steps[screen->step].done);
	app_count_sales(app);
}

static void do_step(struct app *app, void *state)
{
	struct sale_screen *screen = state;

	if (!screen->busy)
		screen->busy = app_call(app, screen, sales_steps[screen->step].op,
					&(struct net_args){.id = screen->sale.id}, on_step) != 0;
}

static bool may(const struct sale_screen *screen, enum sales_step step)
{
	return sale_may_become((enum sale_status)screen->sale.status, sales_steps[step].becomes);
}

static void begin_step(struct sale_screen *screen, enum sales_step step)
{
	if (screen->busy || !may(screen, step))
		return;
	screen->step = step;
	if (step == STEP_CANCEL)
		app_ask(screen->app, screen, "cancel the sale", do_step,
			"Cancel the sale to %s? Its goods go back into stock.", screen->sale.client_name);
	else
		do_step(screen->app, screen);
}

static void sale_action(struct app *app, void *state, int action)
{
	switch ((enum sale_action)action) {
	case SALE_SHIP:
		begin_step(state, STEP_SHIP);
		break;
	case SALE_DELIVER:
		begin_step(state, STEP_DELIVER);
		break;
	case SALE_CANCEL:
		begin_step(state, STEP_CANCEL);
		break;
	case SALE_BACK:
		app_back(app);
		break;
	}
}

static enum widget_result sale_event(struct app *app, void *state, const struct event *event)
{
	struct sale_screen *screen = state;
	enum widget_result result = table_event(&screen->table, event);

	(void)app;
	return result == WIDGET_CHOSEN ? WIDGET_HANDLED : result;
}

static bool sale_escape(struct app *app, void *state)
{
	struct sale_screen *screen = state;

	return sales_give_up(app, screen, screen->known, &screen->busy);
}

static bool sale_hidden(struct app *app, const void *state, int action)
{
	const struct sale_screen *screen = state;

	(void)app;
	switch ((enum sale_action)action) {
	case SALE_SHIP:
		return !may(screen, STEP_SHIP);
	case SALE_DELIVER:
		return !may(screen, STEP_DELIVER);
	case SALE_CANCEL:
		return !may(screen, STEP_CANCEL);
	case SALE_BACK:
		break;
	}
	return false;
}

const struct screen screen_sale = {
    .name = "sale",
    .title = "Sale",
    .state_size = sizeof(struct sale_screen),
    SCREEN_KEYS(sale_keys),
    .enter = sale_enter,
    .paint = sale_paint,
    .action = sale_action,
    .event = sale_event,
    .escape = sale_escape,
    .hidden = sale_hidden,
};
