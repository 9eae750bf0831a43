#include "screens/selling/diff.h"

#include <stdio.h>

const struct view_column diff_columns[DIFF_COLUMNS] = {
    [DIFF_NAME] = {.title = "Product", .min = 8, .ideal = 30, .weight = 1},
    [DIFF_WHAT] = {.title = "What", .min = 5, .ideal = 5, .drop = 3},
    [DIFF_WAS] = {.title = "Is", .min = 8, .ideal = 8, .drop = 1, .align = ALIGN_DECIMAL, .fraction = 3},
    [DIFF_ARROW] = {.min = 1, .ideal = 1, .drop = 2},
    [DIFF_NOW] = {.title = "Becomes", .min = 8, .ideal = 8, .align = ALIGN_DECIMAL, .fraction = 3},
    [DIFF_STATE] = {.min = 8, .ideal = 9, .drop = 4},
};
static const char *const cell_names[CELLS] = {[CELL_PRICE] = "price", [CELL_STOCK] = "stock"};
static const char *const state_names[] = {
    [EDIT_SENDING] = "sending",
    [EDIT_REFUSED] = "refused",
    [EDIT_UNKNOWN] = "unsure",
    [EDIT_CONFLICT] = "conflict",
};

const char *diff_value(const struct edit *edit, enum edit_cell cell, int64_t value, char space[APP_TEXT])
{
	if (cell == CELL_STOCK)
		snprintf(space, APP_TEXT, "%lld", (long long)value);
	else if (value < 0)
		snprintf(space, APP_TEXT, "%s", edit->typed);
	else
		app_money(value, space);
	return space;
}

bool diff_is_in_trouble(const struct edit *edit)
{
	return edit->reason[0] && edit->state != EDIT_SENDING;
}

void diff_cell(struct app *app, const struct diff *diff, size_t column, struct view_cell *ret_cell)
{
	const struct edit *edit = diff->edit;
	bool is_in_trouble = diff_is_in_trouble(edit);

	switch ((enum diff_column)column) {
	case DIFF_NAME:
		ret_cell->text = edit->name;
		ret_cell->role = diff->first ? ROLE_TEXT : ROLE_FAINT;
		break;
	case DIFF_WHAT:
		ret_cell->text = cell_names[diff->cell];
		ret_cell->role = ROLE_FAINT;
		break;
	case DIFF_WAS:
		ret_cell->text = diff_value(edit, diff->cell, diff->was, ret_cell->space);
		ret_cell->role = ROLE_FAINT;
		break;
	case DIFF_ARROW:
		ret_cell->text = app_glyphs(app)->right;
		ret_cell->role = ROLE_FAINT;
		break;
	case DIFF_NOW:
		ret_cell->text = diff_value(edit, diff->cell, diff->now, ret_cell->space);
		ret_cell->role = ROLE_ACCENT;
		break;
	case DIFF_STATE:
		ret_cell->text = is_in_trouble && edit->state == EDIT_LOCAL ? "not sent" : state_names[edit->state];
		ret_cell->role = is_in_trouble ? ROLE_BAD : ROLE_FAINT;
		break;
	case DIFF_COLUMNS: break;
	}
}
