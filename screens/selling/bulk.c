/* The bulk change: one rule for the price and one for the stock of all tagged products, shown before it is applied. It
 * is opened with the inventory's model, and its result is the rule, a struct bulk. */
#include <stdio.h>
#include <string.h>

#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "screens/selling/diff.h"
#include "shop/number.h"
#include "tui/widgets/form.h"

#define BULK_KEYS(KEY) KEY(BULK_APPLY, "apply", "Enter", "apply", "Change all of them, here; the review sends it", 1)
enum bulk_action { BULK_KEYS(KEYMAP_ACTION) };
static const struct binding bulk_keys[] = {BULK_KEYS(KEYMAP_BINDING)};

enum bulk_row { ROW_PRICE, ROW_PRICE_VALUE, ROW_STOCK, ROW_STOCK_VALUE, ROWS };
enum { ROWS_BASE = ROW_STOCK }; /* the number of rows where no stock is counted */

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

enum bulk_block { BLOCK_NONE, BLOCK_FORM, BLOCK_PREVIEW };

/* The rule that the form says, and the faults of its two values. */
struct rules {
	struct bulk bulk;
	char price_fault[NUMBER_FAULT], stock_fault[NUMBER_FAULT];
};

struct bulk_screen {
	const struct inventory_model *model; /* of the inventory, which lies below */
	struct app *app;
	struct form_row rows[ROWS]; /* with a hint for the price */
	struct form form;
	struct rules rules;
	enum edit_cell cells[CELLS]; /* the cells that the rule changes */
	size_t cell_count;
};

static bool bulk_enter(struct app *app, void *state, const void *argument)
{
	struct bulk_screen *screen = state;
	struct err err;

	screen->app = app;
	screen->model = argument;
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

/* Checks a value under its rule: tells what is wrong, or "". */
static void read_value(enum number_kind kind, const char *text, int64_t *ret_value, char fault[NUMBER_FAULT])
{
	if (number_read(kind, text, ret_value, fault))
		fault[0] = '\0';
}

static void read_unused(const char *text, char fault[NUMBER_FAULT])
{
	snprintf(fault, NUMBER_FAULT, "%s", *text ? "choose with Left and Right what to do with it" : "");
}

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
		read_value(price_kinds[bulk->price], form_text(form, ROW_PRICE_VALUE), &bulk->price_value,
			   rules->price_fault);
	if (form->count < ROWS)
		return;
	bulk->stock = (enum bulk_stock)form->fields[ROW_STOCK].choice;
	if (bulk->stock == STOCK_KEEP)
		read_unused(form_text(form, ROW_STOCK_VALUE), rules->stock_fault);
	else
		read_value(stock_kinds[bulk->stock], form_text(form, ROW_STOCK_VALUE), &bulk->stock_value,
			   rules->stock_fault);
}

static void bulk_update(struct app *app, void *state, const struct view *view)
{
	struct bulk_screen *screen = state;
	const struct rules *rules = &screen->rules;

	(void)app;
	(void)view;
	read_rules(&screen->form, &screen->rules);
	screen->cell_count = 0;
	if (rules->bulk.price != PRICE_KEEP && !rules->price_fault[0])
		screen->cells[screen->cell_count++] = CELL_PRICE;
	if (rules->bulk.stock != STOCK_KEEP && !rules->stock_fault[0])
		screen->cells[screen->cell_count++] = CELL_STOCK;
}

/* ---- what the screen shows ---- */

/* One row for each cell that changes. */
static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct bulk_screen *screen = context;
	const struct bulk *bulk = &screen->rules.bulk;
	size_t at = (size_t)row % screen->cell_count;
	const struct edit *edit = inventory_model_tagged_at(screen->model, (size_t)row / screen->cell_count);
	struct diff diff = {.edit = edit, .cell = screen->cells[at], .was = edit->now[screen->cells[at]], .first = !at};
	bool is_possible = diff.cell == CELL_PRICE ? bulk_price(bulk, diff.was, &diff.now)
						     : bulk_stock(bulk, diff.was, &diff.now);

	diff_cell(screen->app, &diff, column, ret_cell);
	if (column == DIFF_NOW && !is_possible) {
		ret_cell->text = "impossible";
		ret_cell->role = ROLE_BAD;
		ret_cell->is_word = true;
	}
}

static void bulk_view(struct app *app, const void *state, struct view *view)
{
	const struct bulk_screen *screen = state;
	size_t tagged = inventory_model_tagged(screen->model);

	(void)app;
	view_form(view, &(struct view_form){
			    .place = {.id = BLOCK_FORM, .focus = true},
			    .title = view_printf(view, tagged == 1 ? "Change %zu product" : "Change %zu products",
						 tagged),
			    .form = &screen->form});
	if (screen->cell_count)
		view_table(view, &(struct view_table){.place = {.id = BLOCK_PREVIEW, .grow = 1, .drop = 1},
						      .columns = diff_columns,
						      .column_count = DIFF_STATE,
						      .count = (int64_t)(tagged * screen->cell_count),
						      .selected = -1,
						      .get_cell = get_cell,
						      .context = screen});
}

/* ---- actions ---- */

static void apply(struct app *app, struct bulk_screen *screen)
{
	const struct rules *rules = &screen->rules;
	struct form *form = &screen->form;
	struct err err;

	form_settle(form);
	read_rules(form, &screen->rules);
	if (rules->stock_fault[0])
		form_error(form, rules->bulk.stock == STOCK_KEEP ? ROW_STOCK : ROW_STOCK_VALUE, true,
			   rules->stock_fault);
	if (rules->price_fault[0])
		form_error(form, rules->bulk.price == PRICE_KEEP ? ROW_PRICE : ROW_PRICE_VALUE, true,
			   rules->price_fault);
	if (form_has_errors(form))
		return;
	if (rules->bulk.price == PRICE_KEEP && rules->bulk.stock == STOCK_KEEP)
		form_error(form, ROW_PRICE, true, "choose with Left and Right");
	else if (inventory_model_allows(screen->model, &rules->bulk, &err))
		app_close_with(app, screen, &rules->bulk);
	else if (!form_error_named(form, err.code, err.message))
		app_failed(app, &err);
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
	/* Letters are never keys here: they are typed into the form, or do nothing. */
	if (result == WIDGET_IGNORED && event->kind == EVENT_KEY && key_is_text(event->key) && event->key != '?' &&
	    event->key != ':')
		return WIDGET_HANDLED;
	return result == WIDGET_CLOSED ? WIDGET_IGNORED : result;
}

static void bulk_seen(struct app *app, void *state, const struct view_event *event)
{
	struct bulk_screen *screen = state;

	(void)app;
	if (event->id == BLOCK_FORM)
		view_form_event(&screen->form, event);
}

const struct screen screen_bulk = {
    .name = "bulk",
    .title = "Bulk change",
    .state_size = sizeof(struct bulk_screen),
    SCREEN_KEYS(bulk_keys),
    .enter = bulk_enter,
    .update = bulk_update,
    .view = bulk_view,
    .action = bulk_action,
    .event = bulk_event,
    .seen = bulk_seen,
    .leave = bulk_leave,
};
