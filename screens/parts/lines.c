#include "screens/parts/lines.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "models/money.h"
#include "shop/buying.h"

/* Our platforms sell no more lines at once. A longer answer of another one must not make the screen slow. */
enum { LINES_MAX = 256, FRACTION = 3 };

/* ---- the table ---- */

static void get_line(const struct lines *lines, int64_t row, struct line *ret_line)
{
	*ret_line = (struct line){.name = "", .amount = -1};
	lines->get(lines->context, (size_t)row, ret_line);
}

static void write_amount(struct view_cell *cell, int64_t amount)
{
	char space[APP_TEXT];

	snprintf(cell->space, sizeof cell->space, "%s", app_money(amount, space));
	cell->text = cell->space;
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	struct line line;

	get_line(context, row, &line);
	switch ((enum line_column)column) {
	case LINE_NAME:
		ret_cell->text = line.name;
		break;
	case LINE_STATUS:
		ret_cell->text = line.status;
		ret_cell->role = line.status_role;
		break;
	case LINE_QUANTITY:
		snprintf(ret_cell->space, sizeof ret_cell->space, "%lld", (long long)line.quantity);
		if (line.quantity_text[0])
			memcpy(ret_cell->space, line.quantity_text, sizeof line.quantity_text);
		ret_cell->text = ret_cell->space;
		ret_cell->role = line.quantity_changed ? ROLE_WARN : ROLE_TEXT;
		break;
	case LINE_PRICE:
		ret_cell->is_word = line.price_text;
		ret_cell->text = line.price_text;
		ret_cell->role = line.price_changed ? ROLE_WARN : ROLE_FAINT;
		if (!line.price_text)
			write_amount(ret_cell, line.price);
		break;
	case LINE_AMOUNT:
		ret_cell->role = ROLE_PRICE;
		if (line.amount >= 0)
			write_amount(ret_cell, line.amount);
		break;
	case LINE_COLUMNS:
		break;
	}
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	struct line line;

	get_line(context, row, &line);
	ret_row->faint = line.faint;
	if (!line.note[0])
		return;
	memcpy(ret_row->space, line.note, sizeof line.note);
	ret_row->note = ret_row->space;
	ret_row->note_role = line.note_role;
}

/* A total with a line that is no amount can't be computed. */
static const char *total_text(int64_t total, char space[APP_TEXT])
{
	return total < 0 ? "?" : app_money(total, space);
}

void lines_view(const struct lines *lines, struct view *view, struct view_table table)
{
	const char *currency = app_currency(lines->app);
	const struct view_column money = {
	    .unit = currency, .min = 5, .ideal = 8, .align = ALIGN_DECIMAL, .fraction = FRACTION};
	struct view_column columns[LINE_COLUMNS] = {
	    [LINE_NAME] = {.title = "Product", .min = 10, .ideal = 30, .weight = 1},
	    [LINE_STATUS] = {.title = "Status", .min = 9, .ideal = 9, .drop = 2, .absent = !lines->has_status},
	    [LINE_QUANTITY] = {.title = "Quantity", .min = 3, .ideal = 8, .align = ALIGN_RIGHT},
	    [LINE_PRICE] = money,
	    [LINE_AMOUNT] = money,
	};
	char space[APP_TEXT];

	columns[LINE_PRICE].title = "Price";
	columns[LINE_PRICE].drop = 1;
	columns[LINE_AMOUNT].title = "Amount";
	table.columns = columns;
	table.column_count = LINE_COLUMNS;
	table.count = (int64_t)lines->count;
	table.get_cell = get_cell;
	table.get_row = get_row;
	table.context = lines;
	table.total_label = lines->total_label;
	table.total = lines->total_label ? view_printf(view, "%s", total_text(lines->total, space)) : NULL;
	table.total_unit = currency;
	view_table(view, &table);
}

/* ---- the cart ---- */

void lines_of_cart(const struct cart_row *row, struct line *ret_line)
{
	int64_t quantity = buying_quantity(row);
	long long left = row->stock, wanted = row->quantity;
	bool less = quantity && quantity < row->quantity, other = quantity && row->price != row->seen_price;
	char was[APP_TEXT];

	ret_line->name = row->name;
	ret_line->quantity = row->quantity;
	ret_line->price = row->price;
	ret_line->faint = !quantity;
	ret_line->amount = quantity ? buying_amount(row) : -1;
	ret_line->quantity_changed = less;
	ret_line->price_changed = other;
	ret_line->note_role = quantity || row->held ? ROLE_WARN : ROLE_BAD;
	app_money(row->seen_price, was);
	if (!quantity)
		text_copy(ret_line->note, sizeof ret_line->note,
			  row->held	    ? "perhaps bought already: left out"
			  : !row->available ? "no longer sold: left out"
			  : !row->stock	    ? "out of stock: left out"
					    : "it has no price: left out");
	else if (less && other)
		snprintf(ret_line->note, sizeof ret_line->note, "only %lld of %lld left; was %s when you added it",
			 left, wanted, was);
	else if (less)
		snprintf(ret_line->note, sizeof ret_line->note, "only %lld of %lld left", left, wanted);
	else if (other)
		snprintf(ret_line->note, sizeof ret_line->note, "was %s when you added it", was);
}

/* ---- purchases ---- */

static bool keep_texts(struct arena *arena, const char **const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_strdup(arena, *texts[i]);
		if (!*texts[i])
			return false;
	}
	return true;
}

static bool keep_line(struct arena *arena, struct purchase_line *line)
{
	const char **const texts[] = {&line->product_id, &line->product_name, &line->seller_id, &line->seller_name,
				      &line->price_text};

	return keep_texts(arena, texts, sizeof texts / sizeof *texts);
}

struct purchase *lines_keep(struct arena *arena, const struct purchase *purchase)
{
	struct purchase *copy = arena_memdup(arena, purchase, sizeof *purchase);
	size_t count = purchase->lines_count < LINES_MAX ? purchase->lines_count : LINES_MAX;
	struct purchase_line *lines = arena_array(arena, count + 1, sizeof *lines);

	if (!copy || !lines)
		return NULL;
	if (count)
		memcpy(lines, purchase->lines, count * sizeof *lines);
	copy->lines = lines;
	copy->lines_count = count;

	const char **const texts[] = {&copy->id, &copy->client_id, &copy->client_name, &copy->currency,
				      &copy->date_text};
	if (!keep_texts(arena, texts, sizeof texts / sizeof *texts))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!keep_line(arena, &lines[i]))
			return NULL;
	return copy;
}

static void get_bought(const void *context, size_t index, struct line *ret_line)
{
	const struct purchase *purchase = context;
	const struct purchase_line *bought = &purchase->lines[index];
	int64_t amount;

	ret_line->name = bought->product_name;
	ret_line->quantity = bought->quantity;
	ret_line->price = bought->price;
	ret_line->status = lines_status(bought->status, &ret_line->status_role);
	ret_line->faint = bought->status == SALE_CANCELLED;
	if (bought->price < 0)
		ret_line->price_text = bought->price_text ? bought->price_text : "?";
	else if (money_multiply(bought->price, bought->quantity, &amount))
		ret_line->amount = amount;
}

void lines_of_purchase(struct lines *lines, struct app *app, const struct purchase *purchase)
{
	/* The first platform has no status. */
	*lines = (struct lines){.app = app,
				.get = get_bought,
				.context = purchase,
				.count = purchase->lines_count,
				.has_status = net_offers(app_net(app), API_purchase_cancel),
				.total_label = "Total",
				.total = purchase->total};
}

const char *lines_date(const struct purchase *purchase, char space[APP_TEXT])
{
	if (!purchase->date_text)
		return app_date(purchase->purchase_date, space);
	return *purchase->date_text ? purchase->date_text : "no date";
}

const char *lines_total(const struct purchase *purchase, char space[APP_TEXT])
{
	const struct purchase_line *line = purchase->lines;

	if (purchase->total < 0 && purchase->lines_count == 1 && line->quantity == 1 && line->price_text)
		return line->price_text;
	return total_text(purchase->total, space);
}

const char *lines_status(int status, enum role *ret_role)
{
	static const enum role roles[SALE_STATUSES] = {[SALE_PLACED] = ROLE_TEXT,
						       [SALE_SHIPPED] = ROLE_ACCENT,
						       [SALE_DELIVERED] = ROLE_GOOD,
						       [SALE_CANCELLED] = ROLE_FAINT};

	*ret_role = ROLE_FAINT;
	if (status < 0 || status >= SALE_STATUSES)
		return "";
	*ret_role = roles[status];
	return sale_status_names[status];
}
