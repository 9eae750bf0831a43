#include "screens/selling/editor_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_CHARACTERS = 1024, DESCRIPTION_LINES = 4 };
enum { ROWS_BASE = ROW_STOCK, ROWS_KIOSK = ROW_PICTURE };
static const struct form_row form_rows[ROWS] = {
    [ROW_NAME] = {.name = "name", .label = "Name", .needed = "A name is needed: type it.", .max = LIMIT_NAME},
    [ROW_CATEGORY] = {.name = "category",
		      .label = "Category",
		      .needed = "A category is needed: type one.",
		      .max = LIMIT_CATEGORY},
    [ROW_PRICE] = {.name = "price",
		   .label = "Price",
		   .needed = "A price is needed: type it.",
		   .max = NUMBER_CHARACTERS,
		   .check = number_check,
		   .kind = NUMBER_PRICE},
    [ROW_STOCK] = {.name = "stock",
		   .label = "Stock",
		   .hint = "0",
		   .max = NUMBER_CHARACTERS,
		   .check = number_check,
		   .kind = NUMBER_STOCK},
    [ROW_DESCRIPTION] = {.name = "description",
			 .label = "Description",
			 .hint = "what a buyer would like to know",
			 .max = LIMIT_DESCRIPTION,
			 .lines = DESCRIPTION_LINES},
    [ROW_PICTURE] = {.name = "picture",
		     .label = "Picture",
		     .hint = "a PNG or JPEG file, 512 KiB at most",
		     .max = PATH_CHARACTERS},
};

static size_t rows_count(struct app *app)
{
	if (net_profile(app_net(app)) == NET_PROFILE_BASE)
		return ROWS_BASE;
	return app_settings(app)->kiosk ? (size_t)ROWS_KIOSK : (size_t)ROWS;
}

bool editor_make_form(struct editor *editor, struct err *err)
{
	memcpy(editor->rows, form_rows, sizeof editor->rows);
	editor->rows[ROW_PRICE].hint = number_example(NUMBER_PRICE);
	return form_init(&editor->form, editor->rows, rows_count(editor->app), err);
}

const char *editor_value(const struct product *product, enum editor_row row, char space[APP_TEXT])
{
	switch (row) {
	case ROW_NAME: return product->name;
	case ROW_CATEGORY: return product->category;
	case ROW_PRICE: return product->price < 0 ? "" : number_write(NUMBER_PRICE, product->price, space);
	case ROW_STOCK: return number_write(NUMBER_STOCK, product->stock, space);
	case ROW_DESCRIPTION: return product->description;
	default:
		return "";
	}
}

/* Do two texts of a field mean the same? "12,5" and "12.50" do, and so do an empty stock and 0. */
static bool is_same(size_t row, const char *a, const char *b)
{
	enum number_kind kind = row == ROW_PRICE ? NUMBER_PRICE : NUMBER_STOCK;
	char fault[NUMBER_FAULT];
	int64_t values[2];

	if ((row == ROW_PRICE || row == ROW_STOCK) && number_read(kind, a, &values[0], fault) &&
	    number_read(kind, b, &values[1], fault))
		return values[0] == values[1];
	return !strcmp(a, b);
}

bool editor_touched(const struct editor *editor, size_t row)
{
	return !is_same(row, form_text(&editor->form, row), editor->initial[row]);
}

bool editor_set_fields(struct editor *editor, const struct product *product, bool keep_touched)
{
	for (size_t row = 0; row < editor->form.count; row++) {
		char space[APP_TEXT];
		bool keep = row == ROW_PICTURE || (keep_touched && editor_touched(editor, row));
		const char *mine = form_text(&editor->form, row);
		char *kept = keep ? strdup(mine) : NULL;

		if (keep && !kept)
			return false;
		/* The text goes through the field, which may clean or cut it. */
		if (row != ROW_PICTURE) {
			form_set(&editor->form, row, editor_value(product, (enum editor_row)row, space));
			editor->initial[row] =
			    arena_strdup(app_arena(editor->app, editor), form_text(&editor->form, row));
		}
		if (keep)
			form_set(&editor->form, row, kept);
		free(kept);
		if (!editor->initial[row])
			return false;
	}
	editor->version = product->version;
	editor->has_picture = product->has_picture;
	return true;
}

bool editor_begin(struct editor *editor, const struct editor_argument *argument)
{
	char space[APP_TEXT];

	for (size_t row = 0; row < ROWS; row++)
		editor->initial[row] = "";
	if (!argument->product)
		return true;
	snprintf(editor->id, sizeof editor->id, "%s", argument->product->id);
	if (!editor_set_fields(editor, argument->product, false))
		return false;
	if (!argument->values)
		return true;
	/* A change made in the inventory is continued here. */
	if (argument->values[CELL_PRICE] >= 0)
		form_set(&editor->form, ROW_PRICE, number_write(NUMBER_PRICE, argument->values[CELL_PRICE], space));
	if (editor->form.count > ROW_STOCK)
		form_set(&editor->form, ROW_STOCK, number_write(NUMBER_STOCK, argument->values[CELL_STOCK], space));
	return true;
}

bool editor_differs(const struct editor *editor, size_t row)
{
	char space[APP_TEXT];

	return row != ROW_PICTURE &&
	       !is_same(row, form_text(&editor->form, row), editor_value(editor->theirs, (enum editor_row)row, space));
}

bool editor_clashes(const struct editor *editor, size_t row)
{
	char space[APP_TEXT];

	return editor_touched(editor, row) && editor_differs(editor, row) &&
	       strcmp(editor_value(editor->theirs, (enum editor_row)row, space), editor->initial[row]) != 0;
}

bool editor_change(const struct editor *editor, const struct shape *shape, struct product_change *change)
{
	const struct form *form = &editor->form;
	char fault[NUMBER_FAULT];
	bool any = false;

	*change = (struct product_change){.name = form_text(form, ROW_NAME), .category = form_text(form, ROW_CATEGORY)};
	if (!number_read(NUMBER_PRICE, form_text(form, ROW_PRICE), &change->price, fault))
		change->price = 0;
	if (form->count > ROW_DESCRIPTION) {
		change->description = form_text(form, ROW_DESCRIPTION);
		if (!number_read(NUMBER_STOCK, form_text(form, ROW_STOCK), &change->stock, fault))
			change->stock = 0;
	}
	for (size_t row = 0; row < form->count && row != ROW_PICTURE; row++) {
		if (*editor->id && !editor_touched(editor, row))
			continue;
		shape_give(shape, change, form_rows[row].name);
		any = true;
	}
	return any;
}

bool editor_check(struct editor *editor)
{
	struct form *form = &editor->form;

	form_settle(form);
	for (size_t row = 0; row < form->count; row++) {
		/* A price of the first platform that is no amount may stay as it is. */
		bool may_stay = row == ROW_PRICE && *editor->id && !editor_touched(editor, ROW_PRICE);

		if (editor->rows[row].needed && !*form_text(form, row) && !may_stay)
			form_error(form, row, !form_has_errors(form), editor->rows[row].needed);
	}
	return !form_has_errors(form);
}
