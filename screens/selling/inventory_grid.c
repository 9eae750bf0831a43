/* What the inventory shows: the grid, its changes, and the selected product beside it. */
#include "screens/selling/inventory_grid.h"

#include <stdio.h>

#include "screens/parts/text.h"
#include "screens/selling/diff.h"

enum { REST_MS = 80, DECODE_MS = 1 };

const struct product *inventory_selected(const struct inventory *inventory)
{
	return pager_row(&inventory->pager, pager_selected(&inventory->pager));
}

int64_t inventory_value(const struct edit *edit, const struct product *product, enum edit_cell cell)
{
	if (edit && (edit_changed(edit) || edit->version >= product->version))
		return edit->now[cell];
	return cell == CELL_PRICE ? product->price : product->stock;
}

static const struct edit *edit_of(const struct inventory *inventory, const struct product *product)
{
	return inventory_model_find(&inventory->changes.model, product->id);
}

static bool has_trouble(const struct edit *edit)
{
	return edit && edit_changed(edit) && diff_is_in_trouble(edit);
}

void inventory_start_timer(struct inventory *inventory, int timer, int milliseconds)
{
	inventory->timer = (unsigned)timer;
	app_timer(inventory->app, inventory, milliseconds);
}

/* ---- what is due ---- */

/* The picture follows the selection when it rests. While people hold a key down, rows that they only pass are not
 * shown. */
static void follow_selection(struct inventory *inventory, const struct view *view)
{
	const struct product *product = inventory_selected(inventory);
	int64_t row = pager_selected(&inventory->pager);

	if (!product || inventory->timer == TIMER_SEARCH || !inventory->beside)
		return;
	if (inventory->rested != row)
		inventory_start_timer(inventory, TIMER_REST, REST_MS);
	inventory->rested = row;
	if (inventory->timer == TIMER_REST)
		return;
	detail_load_in(&inventory->detail, product, view);
	if (inventory->detail.load && inventory->timer == TIMER_NONE)
		inventory_start_timer(inventory, TIMER_DECODE, DECODE_MS);
}

void inventory_update(struct app *app, void *state, const struct view *view)
{
	struct inventory *inventory = state;
	int64_t first = view_first(view, BLOCK_LIST);
	int visible = view_visible(view, BLOCK_LIST);

	(void)app;
	inventory->beside = inventory_selected(inventory) && view_shows(view, BLOCK_PANE);
	if (inventory->own_id[0])
		pager_see(&inventory->pager, first, visible);
	for (int64_t row = first; row < first + visible; row++) {
		const struct product *product = pager_row(&inventory->pager, row);
		if (product)
			inventory_model_see(&inventory->changes.model, product);
	}
	follow_selection(inventory, view);
}

/* ---- the grid ---- */

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const struct inventory *inventory = context;
	const struct product *product = pager_row(&inventory->pager, row);
	const struct edit *edit = product ? edit_of(inventory, product) : NULL;

	ret_row->coming = !product;
	if (edit && edit->tagged) {
		ret_row->tag = app_glyphs(inventory->app)->tag;
		ret_row->tag_role = ROLE_ACCENT;
		ret_row->tag_word = "tagged";
	}
	if (has_trouble(edit)) {
		ret_row->note = edit->reason;
		ret_row->note_role = ROLE_BAD;
	}
}

/* A price or a stock as it is here; a changed one has a star. */
static void tell_value(const struct product *product, const struct edit *edit, enum edit_cell cell,
		       struct view_cell *ret_cell)
{
	struct product now = *product;
	char text[APP_TEXT];

	now.price = inventory_value(edit, product, CELL_PRICE);
	now.stock = inventory_value(edit, product, CELL_STOCK);
	if (cell == CELL_PRICE)
		text_price_cell(&now, ret_cell);
	else
		text_left_cell(&now, ret_cell);
	if (!edit || !edit_cell_changed(edit, cell))
		return;
	snprintf(text, sizeof text, "%s", ret_cell->text);
	snprintf(ret_cell->space, sizeof ret_cell->space, "*%s", text);
	ret_cell->text = ret_cell->space;
	ret_cell->role = ROLE_ACCENT;
}

/* "2 days"; of a changed product the old values: "was 14.50, 38". */
static void tell_changed(const struct product *product, const struct edit *edit, struct view_cell *ret_cell)
{
	char price[APP_TEXT], stock[APP_TEXT];

	ret_cell->text = ret_cell->space;
	ret_cell->role = ROLE_FAINT;
	if (!edit || !edit_changed(edit)) {
		if (edit && edit->version > product->version)
			ret_cell->text = "just now";
		else
			app_ago(product->updated_at, ret_cell->space);
		return;
	}
	diff_value(edit, CELL_PRICE, edit->was[CELL_PRICE], price);
	diff_value(edit, CELL_STOCK, edit->was[CELL_STOCK], stock);
	if (!edit_cell_changed(edit, CELL_STOCK))
		snprintf(ret_cell->space, sizeof ret_cell->space, "was %s", price);
	else if (!edit_cell_changed(edit, CELL_PRICE))
		snprintf(ret_cell->space, sizeof ret_cell->space, "was %s", stock);
	else
		snprintf(ret_cell->space, sizeof ret_cell->space, "was %s, %s", price, stock);
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct inventory *inventory = context;
	const struct product *product = pager_row(&inventory->pager, row);

	switch ((enum inventory_column)column) {
	case COLUMN_NAME: ret_cell->text = product->name; break;
	case COLUMN_CATEGORY:
		ret_cell->text = product->category;
		ret_cell->role = ROLE_FAINT;
		break;
	case COLUMN_PRICE: tell_value(product, edit_of(inventory, product), CELL_PRICE, ret_cell); break;
	case COLUMN_STOCK: tell_value(product, edit_of(inventory, product), CELL_STOCK, ret_cell); break;
	case COLUMN_CHANGED: tell_changed(product, edit_of(inventory, product), ret_cell); break;
	case COLUMNS: break;
	}
}

static void view_grid(const struct inventory *inventory, struct view *view)
{
	const struct pager *pager = &inventory->pager;
	/* The first platform has no stock and no times; the pane tells the category. */
	bool is_base = !text_has_stock(inventory->app);
	const struct view_column columns[COLUMNS] = {
	    [COLUMN_NAME] = {.title = "Name", .min = 10, .ideal = 34, .weight = 1},
	    [COLUMN_CATEGORY] = {.title = "Category", .min = 8, .ideal = 12, .drop = 2, .absent = inventory->beside},
	    [COLUMN_PRICE] = {.title = "Price",
			      .unit = app_currency(inventory->app),
			      .min = 8,
			      .ideal = 9,
			      .align = ALIGN_DECIMAL,
			      .fraction = 3},
	    [COLUMN_STOCK] = {.title = "Stock",
			      .min = 9,
			      .ideal = 9,
			      .align = ALIGN_DECIMAL,
			      .fraction = 4,
			      .whole = true,
			      .absent = is_base},
	    [COLUMN_CHANGED] = {.title = "Changed", .min = 9, .ideal = 14, .drop = 1, .absent = is_base},
	};
	int cell = inventory->cell == CELL_PRICE ? COLUMN_PRICE : COLUMN_STOCK;

	view_table(view, &(struct view_table){
			     .place = {.id = BLOCK_LIST,
				       .grow = 1,
				       .focus = true,
				       .dim = pager_is_stale(pager) && app_waiting(inventory->app, pager)},
			     .columns = columns,
			     .column_count = COLUMNS,
			     .count = pager_count(pager),
			     .more = pager->more,
			     .selected = pager_selected(pager),
			     .cell = inventory->searching ? 0 : 1 + cell,
			     .field = inventory->editing ? &inventory->input : NULL,
			     .get_cell = get_cell,
			     .get_row = get_row,
			     .context = inventory,
			 });
}

/* ---- around it ---- */

static void view_search(const struct inventory *inventory, struct view *view)
{
	const struct view_part parts[] = {
	    {.text = "/", .role = inventory->searching ? ROLE_ACCENT : ROLE_FAINT},
	    {.label = "Search",
	     .text = "search your products",
	     .field = &inventory->search,
	     .typing = inventory->searching,
	     .close = true},
	};

	view_line(view, &(struct view_line){
			    .place = {.id = BLOCK_SEARCH}, .parts = parts, .count = sizeof parts / sizeof *parts});
}

static void view_nothing(const struct inventory *inventory, struct view *view)
{
	struct view_notice notice = {.place = {.grow = 1}};

	if (!inventory->own_id[0]) {
		notice.text = "Here sellers see their products.";
		notice.hint = "Sign in as a seller to see yours.";
	} else if (inventory->pager.err.kind != ERR_NONE && !inventory->pager.loaded) {
		notice.text = "Your products could not be loaded.";
		notice.does = "tries again";
		notice.action = INVENTORY_REFRESH;
	} else if (pager_is_empty(&inventory->pager) && !field_is_empty(&inventory->search)) {
		notice.text = "None of your products fits.";
		notice.hint = "Esc clears the search.";
	} else if (pager_is_empty(&inventory->pager)) {
		notice.text = "You sell nothing yet.";
		notice.does = "offers your first product";
		notice.action = INVENTORY_NEW;
	} else {
		notice.text = "Your products are on their way.";
	}
	view_notice(view, &notice);
}

/* "2 tagged, 1 changed, not sent"; or how many products there are. */
static void view_status(const struct inventory *inventory, struct view *view)
{
	const struct inventory_model *model = &inventory->changes.model;
	size_t tagged = inventory_model_tagged(model), changed = inventory_model_changed(model);
	const char *now = inventory->changes.sending ? "being sent" : "not sent";
	long long count = (long long)pager_count(&inventory->pager);
	struct view_fact status = {.role = ROLE_FAINT, .action = INVENTORY_REVIEW};

	if (tagged && changed)
		status.value = view_printf(view, "%zu tagged, %zu changed, %s", tagged, changed, now);
	else if (tagged)
		status.value = view_printf(view, "%zu tagged", tagged);
	else if (changed)
		status.value = view_printf(view, "%zu changed, %s", changed, now);
	else if (inventory->pager.more)
		status.value = view_printf(view, "%lld+ products", count);
	else
		status.value = view_printf(view, count == 1 ? "%lld product" : "%lld products", count);
	if (changed)
		status.role = ROLE_ACCENT;
	if (changed && !tagged) /* 40 columns are too narrow for all of it */
		status.does = "reviews";
	if (tagged || changed || (count && !pager_is_stale(&inventory->pager)))
		view_facts(view, &(struct view_facts){.place = {.tight = true}, .facts = &status, .count = 1});
}

/* ---- the selected product ---- */

/* "14.50 → 15.25 EUR, not sent". */
static const char *value_text(const struct inventory *inventory, struct view *view, const struct product *product,
			      enum edit_cell cell)
{
	const struct edit *edit = edit_of(inventory, product);
	const char *unit = cell == CELL_PRICE ? app_currency(inventory->app) : "";
	const char *blank = *unit ? " " : "";
	char was[APP_TEXT];
	struct view_cell now = {.text = NULL};

	if (!edit || !edit_cell_changed(edit, cell)) {
		tell_value(product, edit, cell, &now);
		return view_printf(view, "%s%s%s", now.text, blank, unit);
	}
	return view_printf(view, "%s %s %s%s%s, not sent", diff_value(edit, cell, edit->was[cell], was),
			   app_glyphs(inventory->app)->right, diff_value(edit, cell, edit->now[cell], now.space), blank,
			   unit);
}

static void view_pane(const struct inventory *inventory, const struct product *product, struct view *view)
{
	const struct edit *edit = edit_of(inventory, product);
	bool has_stock = text_has_stock(inventory->app);
	char ago[APP_TEXT];
	const struct view_fact facts[] = {
	    {.label = "Category", .value = product->category},
	    {.label = "Price",
	     .value = value_text(inventory, view, product, CELL_PRICE),
	     .role = edit && edit_cell_changed(edit, CELL_PRICE) ? ROLE_ACCENT : ROLE_PRICE},
	    {.label = "Stock",
	     .value = value_text(inventory, view, product, CELL_STOCK),
	     .role = edit && edit_cell_changed(edit, CELL_STOCK) ? ROLE_ACCENT : ROLE_TEXT},
	    {.label = "Changed", .value = view_printf(view, "%s", app_ago(product->updated_at, ago))},
	};

	view_group(view, &(struct view_group){.place = {.id = BLOCK_PANE, .when = VIEW_BESIDE, .grow = 1}});
	detail_view_picture(&inventory->detail, view, product, &(struct view_place){.id = DETAIL_PICTURE});
	view_prose(view, &(struct view_prose){.role = ROLE_STRONG, .text = product->name});
	view_facts(view, &(struct view_facts){.place = {.tight = true}, .facts = facts, .count = has_stock ? 4 : 2});
	if (has_trouble(edit))
		view_prose(view, &(struct view_prose){.role = ROLE_BAD, .sign = "!", .text = edit->reason});
	view_prose(view, &(struct view_prose){.place = {.id = BLOCK_TEXT, .grow = 1}, .text = product->description});
	view_end(view);
}

void inventory_view(struct app *app, const void *state, struct view *view)
{
	const struct inventory *inventory = state;
	const struct product *selected = inventory_selected(inventory);

	(void)app;
	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE, .rule = true});
	view_group(view, &(struct view_group){.place = {.grow = 2}});
	if (inventory->searching || !field_is_empty(&inventory->search))
		view_search(inventory, view);
	if (pager_count(&inventory->pager))
		view_grid(inventory, view);
	else
		view_nothing(inventory, view);
	view_status(inventory, view);
	view_end(view);
	if (selected)
		view_pane(inventory, selected, view);
	view_end(view);
}
