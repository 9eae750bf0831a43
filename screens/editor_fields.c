#include "screens/editor_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/money.h"

enum { AMOUNT_CHARACTERS = 12, PATH_CHARACTERS = 1024, DESCRIPTION_LINES = 4 };
enum { ROWS_BASE = ROW_STOCK, ROWS_KIOSK = ROW_PICTURE };
static const struct form_row form_rows[ROWS] = {
    [ROW_NAME] = {.name = "name", .label = "Name", .max = LIMIT_NAME},
    [ROW_CATEGORY] = {.name = "category", .label = "Category", .max = LIMIT_CATEGORY},
    [ROW_PRICE] = {.name = "price",
		   .label = "Price",
		   .hint = "14.50",
		   .max = AMOUNT_CHARACTERS,
		   .allowed = "0123456789."},
    [ROW_STOCK] = {.name = "stock", .label = "Stock", .hint = "0", .max = AMOUNT_CHARACTERS, .allowed = "0123456789"},
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
	return form_init(&editor->form, editor->rows, rows_count(editor->app), err);
}

const char *editor_value(const struct product *product, enum editor_row row, char space[APP_TEXT])
{
	switch (row) {
	case ROW_NAME:
		return product->name;
	case ROW_CATEGORY:
		return product->category;
	case ROW_PRICE:
		if (product->price < 0)
			return "";
		money_format(product->price, space);
		return space;
	case ROW_STOCK:
		snprintf(space, APP_TEXT, "%lld", (long long)product->stock);
		return space;
	case ROW_DESCRIPTION:
		return product->description;
	default:
		return "";
	}
}

bool editor_touched(const struct editor *editor, size_t row)
{
	return strcmp(form_text(&editor->form, row), editor->initial[row]) != 0;
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
		/* Through the field, which may have to cut or clean it. */
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
	/* What is changed in the inventory goes on here. */
	if (argument->values[CELL_PRICE] >= 0) {
		money_format(argument->values[CELL_PRICE], space);
		form_set(&editor->form, ROW_PRICE, space);
	}
	if (editor->form.count > ROW_STOCK) {
		snprintf(space, sizeof space, "%lld", (long long)argument->values[CELL_STOCK]);
		form_set(&editor->form, ROW_STOCK, space);
	}
	return true;
}

bool editor_differs(const struct editor *editor, size_t row)
{
	char space[APP_TEXT];

	return row != ROW_PICTURE &&
	       strcmp(form_text(&editor->form, row), editor_value(editor->theirs, (enum editor_row)row, space)) != 0;
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
	bool any = false;

	*change = (struct product_change){.name = form_text(form, ROW_NAME), .category = form_text(form, ROW_CATEGORY)};
	if (!money_parse(form_text(form, ROW_PRICE), &change->price))
		change->price = 0;
	if (form->count > ROW_DESCRIPTION) {
		change->description = form_text(form, ROW_DESCRIPTION);
		change->stock = strtoll(form_text(form, ROW_STOCK), NULL, 10);
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
	struct err err;
	int64_t value;

	form_clear_errors(form);
	if (!*form_text(form, ROW_NAME))
		form_error(form, ROW_NAME, !form_has_errors(form), "is needed");
	if (!*form_text(form, ROW_CATEGORY))
		form_error(form, ROW_CATEGORY, !form_has_errors(form), "is needed");
	if (!inventory_model_read(CELL_PRICE, form_text(form, ROW_PRICE), &value, &err) &&
	    !(*editor->id && !editor_touched(editor, ROW_PRICE)))
		form_error(form, ROW_PRICE, !form_has_errors(form), "must be an amount from 0.01, such as 14.50");
	if (form->count > ROW_STOCK && *form_text(form, ROW_STOCK) &&
	    !inventory_model_read(CELL_STOCK, form_text(form, ROW_STOCK), &value, &err))
		form_error(form, ROW_STOCK, !form_has_errors(form), "must be a whole number, 1000000 at most");
	return !form_has_errors(form);
}
