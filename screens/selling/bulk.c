/* The bulk change: one rule for the price and one for the stock of everything tagged, shown before it is applied. */
#include <stdio.h>
#include <string.h>

#include "screens/selling/inventory.h"
#include "shop/number.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "tui/widgets/form.h"

#define BULK_KEYS(KEY) KEY(BULK_APPLY, "apply", "Enter", "apply", "Change all of them, here; the review sends it", 1)
enum bulk_action { BULK_KEYS(KEYMAP_ACTION) };
static const struct binding bulk_keys[] = {BULK_KEYS(KEYMAP_BINDING)};

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
    [ROW_PRICE_VALUE] = {.name = "price", .label = "Price", .max = NUMBER_CHARACTERS},
    [ROW_STOCK] = {.name = "stock_rule", .label = "The stock", .choices = stock_choices},
    [ROW_STOCK_VALUE] = {.name = "stock", .label = "Stock", .hint = "100, or +12, or -3", .max = NUMBER_CHARACTERS},
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
	struct form_row rows[ROWS]; /* the price's hint is made here */
	struct form form;
};

static bool bulk_enter(struct app *app, void *state, const void *argument)
{
	struct bulk_screen *screen = state;
	struct err err;

	memcpy(&screen->changes, &argument, sizeof screen->changes);
	memcpy(screen->rows, rows, sizeof screen->rows);
	screen->rows[ROW_PRICE_VALUE].hint =
	    arena_printf(app_arena(app, state), "%s, or %s, or +10", number_example(NUMBER_PRICE),
			 number_example(NUMBER_PRICE_CHANGE));
	if (form_init(&screen->form, screen->rows, text_has_stock(app) ? (size_t)ROWS : (size_t)ROWS_BASE, &err))
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

/* Says at a value what is wrong with it under its rule: "" when nothing is. */
static void read_value(enum number_kind kind, const char *text, int64_t *ret_value, char fault[NUMBER_FAULT])
{
	if (number_read(kind, text, ret_value, fault))
		fault[0] = '\0';
}

static void read_unused(const char *text, char fault[NUMBER_FAULT])
{
	snprintf(fault, NUMBER_FAULT, "%s", *text ? "choose with Left and Right what to do with it" : "");
}

/* What the form says, and the faults of its two values. */
struct rules {
	struct bulk bulk;
	char price_fault[NUMBER_FAULT], stock_fault[NUMBER_FAULT];
};

static void read_rules(const struct form *form, struct rules *rules)
{
	static const enum number_kind price_kinds[] = {
	    [PRICE_SET] = NUMBER_PRICE, [PRICE_AMOUNT] = NUMBER_PRICE_CHANGE, [PRICE_PERCENT] = NUMBER_PERCENT};
	static const enum number_kind stock_kinds[] = {[STOCK_SET] = NUMBER_STOCK, [STOCK_ADD] = NUMBER_STOCK_CHANGE};
	struct bulk *bulk = &rules->bulk;

	*rules = (struct rules){.bulk = {.price = (enum bulk_price)form->fields[ROW_PRICE].choice}};
	if (bulk->price == PRICE_KEEP)
		read_unused(form_text(form, ROW_PRICE_VALUE), rules->price_fault);
	else
		read_value(price_kinds[bulk->price], form_text(form, ROW_PRICE_VALUE), &bulk->price_value, rules->price_fault);
	if (form->count < ROWS)
		return;
	bulk->stock = (enum bulk_stock)form->fields[ROW_STOCK].choice;
	if (bulk->stock == STOCK_KEEP)
		read_unused(form_text(form, ROW_STOCK_VALUE), rules->stock_fault);
	else
		read_value(stock_kinds[bulk->stock], form_text(form, ROW_STOCK_VALUE), &bulk->stock_value, rules->stock_fault);
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
	struct rules rules;
	const struct bulk *bulk = &rules.bulk;
	struct preview preview = {.canvas = canvas, .rect = rect};
	char was[APP_TEXT], now[APP_TEXT];
	int64_t value = 0;

	read_rules(&screen->form, &rules);
	preview.layout = layout_columns(columns, COLUMNS, rect.width, COLUMN_GAP);
	for (size_t i = 0; i < model->count; i++) {
		const struct edit *edit = model->edits[i];

		if (!edit->tagged)
			continue;
		bool is_first = bulk->price == PRICE_KEEP || rules.price_fault[0];
		if (!is_first) {
			bool possible = bulk_price(bulk, edit->now[CELL_PRICE], &value);
			app_money(edit->now[CELL_PRICE], was);
			preview_line(&preview, edit->name, edit->now[CELL_PRICE] < 0 ? edit->typed : was,
				     app_money(value, now), possible);
		}
		if (bulk->stock != STOCK_KEEP && !rules.stock_fault[0]) {
			bool possible = bulk_stock(bulk, edit->now[CELL_STOCK], &value);
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
	struct rules rules;
	struct err err;

	form_settle(form);
	read_rules(form, &rules);
	if (rules.stock_fault[0])
		form_error(form, rules.bulk.stock == STOCK_KEEP ? ROW_STOCK : ROW_STOCK_VALUE, true, rules.stock_fault);
	if (rules.price_fault[0])
		form_error(form, rules.bulk.price == PRICE_KEEP ? ROW_PRICE : ROW_PRICE_VALUE, true, rules.price_fault);
	if (form_has_errors(form))
		return;
	if (rules.bulk.price == PRICE_KEEP && rules.bulk.stock == STOCK_KEEP) {
		form_error(form, ROW_PRICE, true, "choose with Left and Right");
		return;
	}
	if (inventory_model_bulk(&screen->changes->model, &rules.bulk, &err)) {
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
