#include "screens/parts/text.h"

#include <stdio.h>

#include "base/text.h"

bool text_is_priced(const struct product *product)
{
	return product->price > 0;
}

const char *text_price(const struct product *product, char space[APP_TEXT])
{
	if (product->price_text && !text_is_priced(product)) {
		text_copy(space, APP_TEXT, product->price_text);
		return space;
	}
	return app_money(product->price, space);
}

bool text_has_stock(struct app *app)
{
	return net_profile(app_net(app)) != NET_PROFILE_BASE;
}

const char *text_left(struct app *app, const struct product *product, char space[APP_TEXT], enum role *ret_role)
{
	*ret_role = ROLE_FAINT;
	space[0] = '\0';
	if (!text_has_stock(app))
		return space;
	if (product->stock <= 0) {
		*ret_role = ROLE_BAD;
		return "sold out";
	}
	if (product->stock <= LIMIT_LOW_STOCK)
		*ret_role = ROLE_WARN;
	snprintf(space, APP_TEXT, product->stock <= LIMIT_LOW_STOCK ? "only %lld left" : "%lld left",
		 (long long)product->stock);
	return space;
}

void text_price_cell(const struct product *product, struct view_cell *cell)
{
	cell->is_word = !text_is_priced(product);
	cell->role = cell->is_word ? ROLE_FAINT : ROLE_PRICE;
	cell->text = text_price(product, cell->space);
}

void text_left_cell(const struct product *product, struct view_cell *cell)
{
	cell->text = cell->space;
	cell->is_word = product->stock <= LIMIT_LOW_STOCK;
	if (product->stock <= 0)
		cell->text = "sold out";
	else
		snprintf(cell->space, sizeof cell->space, cell->is_word ? "%lld low" : "%lld",
			 (long long)product->stock);
	cell->role = product->stock <= 0 ? ROLE_FAINT : cell->is_word ? ROLE_WARN : ROLE_TEXT;
}

/* ---- a listing ---- */

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *cell)
{
	const struct product *product = pager_row(context, row);

	cell->role = ROLE_FAINT;
	switch ((enum text_column)column) {
	case TEXT_NAME:
		cell->text = product->name;
		cell->role = ROLE_TEXT;
		break;
	case TEXT_CATEGORY: cell->text = product->category; break;
	case TEXT_SELLER: cell->text = product->seller_name; break;
	case TEXT_PRICE: text_price_cell(product, cell); break;
	case TEXT_LEFT: text_left_cell(product, cell); break;
	case TEXT_COLUMNS: break;
	}
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const struct pager *pager = context;
	const struct product *product = pager_row(pager, row);

	ret_row->coming = !product;
	ret_row->faint = product && text_has_stock(pager->app) && product->stock <= 0;
}

void text_table(struct view *view, const struct pager *pager, struct view_table table, unsigned without)
{
	struct view_column columns[TEXT_COLUMNS] = {
	    [TEXT_NAME] = {.title = "Product", .min = 18, .ideal = 34, .weight = 3},
	    [TEXT_CATEGORY] = {.title = "Category", .min = 10, .ideal = 11, .drop = 3},
	    [TEXT_SELLER] = {.title = "Seller", .min = 14, .ideal = 14, .weight = 1, .drop = 2},
	    [TEXT_PRICE] = {.title = "Price",
			    .unit = app_currency(pager->app),
			    .min = 6,
			    .ideal = 8,
			    .align = ALIGN_DECIMAL,
			    .fraction = 3},
	    /* Numbers are aligned; words follow behind them. */
	    [TEXT_LEFT] = {.title = "Left",
			   .min = 8,
			   .ideal = 8,
			   .drop = 1,
			   .align = ALIGN_DECIMAL,
			   .fraction = 4,
			   .whole = true},
	};

	for (int i = 0; i < TEXT_COLUMNS; i++)
		columns[i].absent = without >> i & 1;
	columns[TEXT_LEFT].absent |= !text_has_stock(pager->app);
	table.place.dim = pager_is_stale(pager) && app_waiting(pager->app, pager);
	table.columns = columns;
	table.column_count = TEXT_COLUMNS;
	table.count = pager_count(pager);
	table.more = pager->more;
	table.selected = pager_selected(pager);
	table.get_cell = get_cell;
	table.get_row = get_row;
	table.context = pager;
	view_table(view, &table);
}
