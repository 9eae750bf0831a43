/* The bulk change: one rule for the price and one for the stock of everything tagged, shown before it is applied. */
#include <stdio.h>
#include <string.h>

#include "screens/inventory.h"
#include "screens/screen.h"
#include "screens/text.h"
#include "tui/form.h"

#define BULK_KEYS(KEY) KEY(BULK_APPLY, "apply", "Enter", "apply", "Change all of them, here; the review sends it", 1)
enum bulk_action { BULK_KEYS(KEYMAP_ACTION) };
static const struct binding bulk_keys[] = {BULK_KEYS(KEYMAP_BINDING)};

enum { VALUE_CHARACTERS = 14 };
enum bulk_row { ROW_PRICE, ROW_PRICE_VALUE, ROW_STOCK, ROW_STOCK_VALUE, ROWS };
enum { ROWS_BASE = ROW_STOCK }; /* where no stock is counted */

static const char *const price_choices[] = {[PRICE_KEEP] = "stays as it is",
					    [PRICE_SET] = "is set to",
					    [PRICE_AMOUNT] = "changes by",
					    [PRICE_PERCENT] = "changes by percent",
					    NULL};
static const char *const stock_choices[] = {
    [STOCK_KEEP] = "stays as it is", [STOCK_SET] = "is set to", [STOCK_ADD] = "changes by", NULL};

static const struct form_row rows[] = {
    [ROW_PRICE] = {.name = "price_rule", .label = "The price", .choices = price_choices},
    [ROW_PRICE_VALUE] = {.name = "price",
			 .label = "Price",
			 .hint = "14.50, or +2, or -10",
			 .max = VALUE_CHARACTERS,
			 .allowed = "0123456789.+-"},
    [ROW_STOCK] = {.name = "stock_rule", .label = "The stock", .choices = stock_choices},
    [ROW_STOCK_VALUE] = {.name = "stock",
			 .label = "Stock",
			 .hint = "100, or +12, or -3",
			 .max = VALUE_CHARACTERS,
			 .allowed = "0123456789+-"},
};

enum preview_column { COLUMN_NAME, COLUMN_WAS, COLUMN_ARROW, COLUMN_NOW, COLUMNS };
static const struct layout_column columns[] = {
    [COLUMN_NAME] = {.min = 10, .ideal = 34, .weight = 1},
    [COLUMN_WAS] = {.min = 8, .ideal = 12, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_ARROW] = {.min = 1, .ideal = 1},
    [COLUMN_NOW] = {.min = 8, .ideal = 12, .align = ALIGN_DECIMAL, .fraction = 3},
};
enum { COLUMN_GAP = 2 };

struct bulk_screen {
	struct inventory_changes *changes; /* the inventory's, which lies below */
	struct form form;
};

static bool bulk_enter(struct app *app, void *state, const void *argument)
{
	struct bulk_screen *screen = state;
	struct err err;

	memcpy(&screen->changes, &argument, sizeof screen->changes);
	if (form_init(&screen->form, rows, text_has_stock(app) ? (size_t)ROWS : (size_t)ROWS_BASE, &err))
		return true;
	app_failed(app, &err);
	return false;
}

static void bulk_leave(struct app *app, void *state)
{
	struct bulk_screen *screen = state;

	(void)app;
	form_done(&screen->form);
}

/* ---- the rules ---- */

/* NULL when the value fits the rule, otherwise what is wrong with it. */
static const char *read_price(const char *text, struct bulk *bulk)
{
	struct err err;

	if (bulk->price == PRICE_KEEP)
		return *text ? "choose above what to do with it" : NULL;
	if (bulk->price == PRICE_SET)
		return inventory_model_read(CELL_PRICE, text, &bulk->price_value, &err)
			   ? NULL
			   : "must be an amount, such as 14.50";
	return bulk_parse_signed(text, &bulk->price_value) && bulk->price_value ? NULL
	       : bulk->price == PRICE_AMOUNT ? "must be an amount, such as +0.50 or -2"
					     : "must be a percentage, such as -10 or +2.5";
}

static const char *read_stock(const char *text, struct bulk *bulk)
{
	struct err err;

	if (bulk->stock == STOCK_KEEP)
		return *text ? "choose above what to do with it" : NULL;
	if (bulk->stock == STOCK_SET)
		return inventory_model_read(CELL_STOCK, text, &bulk->stock_value, &err) ? NULL
										       : "must be a whole number";
	return bulk_parse_whole(text, &bulk->stock_value) && bulk->stock_value ? NULL
									      : "must be a whole number, such as +12";
}

/* What the form says; the faults of its two values, or NULL. */
static struct bulk read_rules(const struct form *form, const char **ret_price_fault, const char **ret_stock_fault)
{
	struct bulk bulk = {.price = (enum bulk_price)form->fields[ROW_PRICE].choice};

	*ret_stock_fault = NULL;
	*ret_price_fault = read_price(form_text(form, ROW_PRICE_VALUE), &bulk);
	if (form->count == ROWS) {
		bulk.stock = (enum bulk_stock)form->fields[ROW_STOCK].choice;
		*ret_stock_fault = read_stock(form_text(form, ROW_STOCK_VALUE), &bulk);
	}
	return bulk;
}

/* ---- painting ---- */

struct preview {
	struct canvas *canvas;
	struct layout_columns layout;
	struct rect rect; /* what is left of it */
};

static void preview_cell(struct preview *preview, enum preview_column column, enum role role, const char *text)
{
	paint_aligned(preview->canvas, preview->rect.x + preview->layout.column[column].x, preview->rect.y,
		      preview->layout.column[column].width, columns[column].align, columns[column].fraction, role, text,
		      strlen(text));
}

static void preview_line(struct preview *preview, const char *name, const char *was, const char *now, bool possible)
{
	if (preview->rect.height <= 0)
		return;
	preview_cell(preview, COLUMN_NAME, ROLE_TEXT, name);
	preview_cell(preview, COLUMN_WAS, ROLE_FAINT, was);
	preview_cell(preview, COLUMN_ARROW, ROLE_FAINT, canvas_glyphs(preview->canvas)->right);
	preview_cell(preview, COLUMN_NOW, possible ? ROLE_ACCENT : ROLE_BAD, possible ? now : "impossible");
	rect_cut_top(&preview->rect, 1);
}

static void paint_preview(const struct bulk_screen *screen, struct canvas *canvas, struct rect rect)
{
	const struct inventory_model *model = &screen->changes->model;
	const char *price_fault, *stock_fault;
	const struct bulk bulk = read_rules(&screen->form, &price_fault, &stock_fault);
	struct preview preview = {.canvas = canvas, .rect = rect};
	char was[APP_TEXT], now[APP_TEXT];
	int64_t value = 0;

	preview.layout = layout_columns(columns, COLUMNS, rect.width, COLUMN_GAP);
	for (size_t i = 0; i < model->count; i++) {
		const struct edit *edit = model->edits[i];

		if (!edit->tagged)
			continue;
		bool is_first = bulk.price == PRICE_KEEP || price_fault;
		if (!is_first) {
			bool possible = bulk_price(&bulk, edit->now[CELL_PRICE], &value);
			app_money(edit->now[CELL_PRICE], was);
			preview_line(&preview, edit->name, edit->now[CELL_PRICE] < 0 ? edit->typed : was,
				     app_money(value, now), possible);
		}
		if (bulk.stock != STOCK_KEEP && !stock_fault) {
			bool possible = bulk_stock(&bulk, edit->now[CELL_STOCK], &value);
			snprintf(was, sizeof was, "%lld", (long long)edit->now[CELL_STOCK]);
			snprintf(now, sizeof now, "%lld", (long long)value);
			preview_line(&preview, is_first ? edit->name : "", was, now, possible);
		}
	}
}

static void bulk_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct bulk_screen *screen = state;
	struct rect rect = rect_inset(body, 2, body.height > 12 ? 1 : 0);
	size_t tagged = inventory_model_tagged(&screen->changes->model);

	(void)app;
	paint_printf(canvas, rect.x, rect.y, rect.width, ROLE_STRONG, "Change %zu %s", tagged,
		     tagged == 1 ? "product" : "products");
	rect_cut_top(&rect, body.height > 12 ? 2 : 1);
	rect_cut_top(&rect, form_paint(&screen->form, canvas, rect) + 1);
	paint_preview(screen, canvas, rect);
}

/* ---- doing ---- */

static void apply(struct app *app, struct bulk_screen *screen)
{
	struct form *form = &screen->form;
	const char *price_fault, *stock_fault;
	struct bulk bulk = read_rules(form, &price_fault, &stock_fault);
	struct err err;

	form_clear_errors(form);
	if (stock_fault)
		form_error(form, ROW_STOCK_VALUE, true, stock_fault);
	if (price_fault)
		form_error(form, ROW_PRICE_VALUE, true, price_fault);
	if (stock_fault || price_fault)
		return;
	if (bulk.price == PRICE_KEEP && bulk.stock == STOCK_KEEP) {
		form_error(form, ROW_PRICE, true, "choose with Left and Right");
		return;
	}
	if (inventory_model_bulk(&screen->changes->model, &bulk, &err)) {
		app_say(app, TOAST_GOOD, "u undo", "Changed here, not sent: w reviews and sends");
		app_close(app);
	} else if (!form_error_named(form, err.code, err.message)) {
		app_failed(app, &err);
	}
}

static void bulk_action(struct app *app, void *state, int action)
{
	(void)action;
	apply(app, state);
}

static enum widget_result bulk_event(struct app *app, void *state, const struct event *event)
{
	struct bulk_screen *screen = state;
	enum widget_result result = form_event(&screen->form, event);

	if (result == WIDGET_CHOSEN)
		apply(app, screen);
	/* Letters are no keys here: they are typed into the form, or nothing. */
	if (result == WIDGET_IGNORED && event->kind == EVENT_KEY && key_is_text(event->key) && event->key != '?' &&
	    event->key != ':')
		return WIDGET_HANDLED;
	return result == WIDGET_CLOSED ? WIDGET_IGNORED : result;
}

const struct screen screen_bulk = {
    .name = "bulk",
    .title = "Bulk change",
    .state_size = sizeof(struct bulk_screen),
    SCREEN_KEYS(bulk_keys),
    .enter = bulk_enter,
    .paint = bulk_paint,
    .action = bulk_action,
    .event = bulk_event,
    .leave = bulk_leave,
};
