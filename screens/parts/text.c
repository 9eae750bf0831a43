#include "screens/parts/text.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool text_is_priced(const struct product *product)
{
	return product->price > 0;
}

const char *text_price(const struct product *product, char space[APP_TEXT])
{
	if (product->price_text && !text_is_priced(product)) {
		snprintf(space, APP_TEXT, "%.*s", (int)text_cut(product->price_text, APP_TEXT - 1), product->price_text);
		return space;
	}
	return app_money(product->price, space);
}

void text_price_cell(struct table *table, struct canvas *canvas, int64_t row, size_t column,
		     const struct product *product)
{
	char space[APP_TEXT];
	const char *price = text_price(product, space);

	if (text_is_priced(product))
		table_cell(table, canvas, row, column, ROLE_PRICE, price, strlen(price));
	else
		table_cell_right(table, canvas, row, column, ROLE_FAINT, price);
}

void text_widen(struct layout_column *column, const char *amount)
{
	int width = text_width(amount, strlen(amount));

	column->min = column->min > width ? column->min : width;
	column->ideal = column->ideal > width ? column->ideal : width;
}

bool text_has_stock(struct app *app)
{
	return net_profile(app_net(app)) != NET_PROFILE_BASE;
}

const char *text_stock(struct app *app, const struct product *product, char space[APP_TEXT], enum role *ret_role)
{
	*ret_role = ROLE_TEXT;
	space[0] = '\0';
	if (!text_has_stock(app))
		return space;
	if (product->stock <= 0) {
		*ret_role = ROLE_FAINT;
		snprintf(space, APP_TEXT, "%s", app_glyphs(app)->dash);
	} else if (product->stock <= LIMIT_LOW_STOCK) {
		*ret_role = ROLE_WARN;
		snprintf(space, APP_TEXT, "%lld low", (long long)product->stock);
	} else {
		snprintf(space, APP_TEXT, "%lld", (long long)product->stock);
	}
	return space;
}
