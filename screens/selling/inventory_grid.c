/* How the inventory looks: the grid, what is changed in it, and the line that counts the changes. */
#include "screens/selling/inventory_grid.h"

#include <stdio.h>
#include <string.h>

#include "screens/parts/text.h"

const struct layout_column inventory_columns[COLUMNS] = {
    [COLUMN_NAME] = {.title = "Name", .min = 10, .ideal = 34, .weight = 1},
    [COLUMN_CATEGORY] = {.title = "Category", .min = 8, .ideal = 12, .drop = 2},
    [COLUMN_PRICE] = {.title = "Price", .min = 10, .ideal = 10, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_STOCK] = {.title = "Stock", .min = 7, .ideal = 7, .align = ALIGN_RIGHT},
    [COLUMN_CHANGED] = {.title = "Changed", .min = 9, .ideal = 14, .drop = 1},
};
enum { NARROW = 64 };
static const enum inventory_column column_of[CELLS] = {[CELL_PRICE] = COLUMN_PRICE, [CELL_STOCK] = COLUMN_STOCK};

const struct product *inventory_selected(const struct inventory *inventory)
{
	return pager_row(&inventory->pager, inventory->table.scroll.selected);
}

/* After the list was read again from its beginning: page after page, back to where one was. */
void inventory_return(struct inventory *inventory)
{
	int64_t count = pager_count(&inventory->pager);

	if (inventory->return_to < 0 || pager_is_stale(&inventory->pager) || !count)
		return;
	bool there = inventory->return_to < count || !inventory->pager.more ||
		     inventory->pager.err.kind != ERR_NONE;
	inventory->table.scroll.count = count;
	scroll_select(&inventory->table.scroll, inventory->return_to < count ? inventory->return_to : count - 1);
	if (there)
		inventory->return_to = -1;
}

int64_t inventory_value(const struct edit *edit, const struct product *product, enum edit_cell cell)
{
	if (edit && (edit_changed(edit) || edit->version >= product->version))
		return edit->now[cell];
	return cell == CELL_PRICE ? product->price : product->stock;
}

static void paint_input(struct inventory *inventory, struct canvas *canvas, struct rect place)
{
	const char *text = field_text(&inventory->input);
	int width = paint_width(canvas, text, strlen(text)) + 1;

	/* Right-aligned as the column is, with room for the cursor. */
	width = width < place.width ? width : place.width;
	paint_fill(canvas, place, ROLE_TEXT);
	field_paint(&inventory->input, canvas, place.x + place.width - width, place.y, width, true, NULL);
}

static void paint_cell(struct inventory *inventory, struct canvas *canvas, int64_t row, enum edit_cell cell,
		       const struct edit *edit, const struct product *product)
{
	struct table *table = &inventory->table;
	struct rect place = table_place(table, row, column_of[cell]);
	bool here = row == table->scroll.selected && cell == inventory->cell;
	bool changed = edit && edit_cell_changed(edit, cell);
	int64_t value = inventory_value(edit, product, cell);
	char amount[APP_TEXT], text[APP_TEXT + 1];
	enum role role = changed ? ROLE_ACCENT : here ? ROLE_TEXT : cell == CELL_PRICE ? ROLE_PRICE : ROLE_FAINT;

	if (here && inventory->editing) {
		paint_input(inventory, canvas, place);
		return;
	}
	if (cell == CELL_STOCK && !changed && value <= LIMIT_LOW_STOCK)
		role = ROLE_WARN;
	if (cell == CELL_STOCK)
		snprintf(amount, sizeof amount, "%lld", (long long)value);
	else if (value < 0)
		text_price(product, amount);
	else
		app_money(value, amount);
	snprintf(text, sizeof text, "%s%s", changed ? "*" : "", amount);
	table_cell(table, canvas, row, column_of[cell], role, text, strlen(text));
	if (here && place.width > 0 && !inventory->searching)
		canvas_cursor(canvas, place.x + place.width - 1, place.y);
}

/* "2 days", or of what is changed what it was: "was 14.50, 38". */
static void paint_changed(struct inventory *inventory, struct canvas *canvas, int64_t row, const struct edit *edit,
			  const struct product *product)
{
	char space[APP_TEXT], text[2 * APP_TEXT];

	if (!edit || !edit_changed(edit)) {
		app_ago(product->updated_at, space);
		snprintf(text, sizeof text, "%s", edit && edit->version > product->version ? "just now" : space);
	} else {
		bool price = edit_cell_changed(edit, CELL_PRICE), stock = edit_cell_changed(edit, CELL_STOCK);
		size_t used = (size_t)snprintf(text, sizeof text, "was %s%s",
					       !price                      ? ""
					       : edit->was[CELL_PRICE] < 0 ? edit->typed
									   : app_money(edit->was[CELL_PRICE], space),
					       price && stock ? ", " : "");
		if (stock)
			snprintf(text + used, sizeof text - used, "%lld", (long long)edit->was[CELL_STOCK]);
	}
	table_cell(&inventory->table, canvas, row, COLUMN_CHANGED, ROLE_FAINT, text, strlen(text));
}

static bool has_trouble(const struct edit *edit)
{
	return edit && edit_changed(edit) && edit->reason[0];
}

static void paint_row(struct inventory *inventory, struct canvas *canvas, int64_t row)
{
	const struct product *product = pager_row(&inventory->pager, row);
	struct table *table = &inventory->table;

	if (!product) {
		table_printf(table, canvas, row, COLUMN_NAME, ROLE_FAINT, "%s", app_glyphs(inventory->app)->ellipsis);
		return;
	}
	inventory_model_see(&inventory->changes.model, product);
	const struct edit *edit = inventory_model_find(&inventory->changes.model, product->id);
	table_cell(table, canvas, row, COLUMN_NAME, ROLE_TEXT, product->name, strlen(product->name));
	table_cell(table, canvas, row, COLUMN_CATEGORY, ROLE_FAINT, product->category, strlen(product->category));
	paint_cell(inventory, canvas, row, CELL_PRICE, edit, product);
	if (table->column_count == COLUMNS) {
		paint_cell(inventory, canvas, row, CELL_STOCK, edit, product);
		paint_changed(inventory, canvas, row, edit, product);
	}
	if (has_trouble(edit))
		table_tag(table, canvas, row, ROLE_BAD, "!");
	else if (edit && edit->tagged)
		table_tag(table, canvas, row, ROLE_ACCENT, app_glyphs(inventory->app)->tag);
}

static void paint_nothing(struct inventory *inventory, struct canvas *canvas, struct rect rect)
{
	bool searched = !field_is_empty(&inventory->search);
	const char *text = NULL, *hint = NULL;

	if (!inventory->own_id[0]) {
		text = "A seller's products stand here.";
		hint = "Sign in as a seller to see yours";
	} else if (inventory->pager.err.kind != ERR_NONE && !inventory->pager.loaded) {
		text = "Your products could not be loaded.";
		hint = "r tries again";
	} else if (pager_is_empty(&inventory->pager)) {
		text = searched ? "None of your products fits." : "You sell nothing yet.";
		hint = searched ? "Esc clears the search" : "n offers your first product";
	}
	paint_centre(canvas, rect.x, rect.y + rect.height / 3, rect.width, ROLE_TEXT, text);
	paint_centre(canvas, rect.x, rect.y + rect.height / 3 + 1, rect.width, ROLE_FAINT, hint);
}

/* "2 tagged, 1 changed, not sent"; or what is wrong with the selected one. */
static void paint_status(struct inventory *inventory, struct canvas *canvas, struct rect line)
{
	const struct inventory_model *model = &inventory->changes.model;
	const struct product *product = inventory_selected(inventory);
	const struct edit *edit = product ? inventory_model_find(model, product->id) : NULL;
	size_t tagged = inventory_model_tagged(model), changed = inventory_model_changed(model);
	char text[96] = "";
	size_t used = 0;

	if (has_trouble(edit)) {
		paint_printf(canvas, line.x + 1, line.y, line.width - 1, ROLE_BAD, "! %s", edit->reason);
		return;
	}
	if (tagged)
		used += (size_t)snprintf(text, sizeof text, "%zu tagged", tagged);
	if (changed)
		snprintf(text + used, sizeof text - used, "%s%zu changed, %s", used ? ", " : "", changed,
			 inventory->changes.sending ? "being sent"
			 : line.width < NARROW	    ? "w sends" /* the footer has no room for it */
						    : "not sent");
	paint_str(canvas, line.x + 2, line.y, line.width - 2, changed ? ROLE_ACCENT : ROLE_FAINT, text);
	if (!*text && !pager_is_stale(&inventory->pager) && pager_count(&inventory->pager))
		paint_printf(canvas, line.x + 2, line.y, line.width - 2, ROLE_FAINT, "%lld%s %s",
			     (long long)pager_count(&inventory->pager), inventory->pager.more ? "+" : "",
			     pager_count(&inventory->pager) == 1 ? "product" : "products");
}

static void widen_columns(struct inventory *inventory, int rows)
{
	struct scroll *scroll = &inventory->table.scroll;
	char text[1 + APP_TEXT];

	scroll_resize(scroll, pager_count(&inventory->pager), rows);
	memcpy(inventory->columns, inventory_columns, sizeof inventory->columns);
	inventory->table.columns = inventory->columns;
	for (int64_t row = scroll->offset; row < scroll->offset + scroll->visible; row++) {
		const struct product *product = pager_row(&inventory->pager, row);
		const struct edit *edit =
		    product ? inventory_model_find(&inventory->changes.model, product->id) : NULL;
		int64_t price = product ? inventory_value(edit, product, CELL_PRICE) : -1;

		if (price < 0)
			continue;
		text[0] = '*'; /* as it stands there when it is changed */
		text_widen(&inventory->columns[COLUMN_PRICE], app_money(price, text + 1) - 1);
	}
}

void inventory_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct inventory *inventory = state;
	struct rect list = body;
	struct rect status = rect_cut_bottom(&list, 1);

	inventory->table.column_count = text_has_stock(app) ? (size_t)COLUMNS : (size_t)COLUMNS_BASE;
	if (inventory->searching || !field_is_empty(&inventory->search)) {
		struct rect line = rect_cut_top(&list, 1);
		paint_str(canvas, line.x + 1, line.y, 1, inventory->searching ? ROLE_ACCENT : ROLE_FAINT, "/");
		field_paint(&inventory->search, canvas, line.x + 3, line.y, line.width - 4, inventory->searching,
			    "search your products");
	}
	inventory_return(inventory);
	widen_columns(inventory, list.height - 1);
	table_begin(&inventory->table, canvas, list, pager_count(&inventory->pager));
	for (int64_t row = inventory->table.scroll.offset; row < table_end(&inventory->table); row++)
		paint_row(inventory, canvas, row);
	if (inventory->own_id[0])
		pager_see(&inventory->pager, inventory->table.scroll.offset, inventory->table.scroll.visible);
	if (!pager_count(&inventory->pager))
		paint_nothing(inventory, canvas, list);
	if (inventory->own_id[0] && pager_is_stale(&inventory->pager) && app_waiting(app, &inventory->pager))
		canvas_dim(canvas, list);
	paint_status(inventory, canvas, status);
}
