/* The review: what a seller changed, old beside new, before it is sent; and afterwards what was refused, and why. */
#include <stdio.h>
#include <string.h>

#include "screens/selling/inventory.h"
#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "tui/widgets/list.h"

#define REVIEW_KEYS(KEY)                                                                       \
	KEY(REVIEW_SEND, "send", "y", "send", "Send the changes", 3)                           \
	KEY(REVIEW_THEIRS, "theirs", "t", "take theirs", "Give up this change for theirs", 1)  \
	KEY(REVIEW_MINE, "mine", "m", "keep mine", "Put this change on top of theirs", 2)      \
	KEY(REVIEW_DROP, "drop", "x", "leave out", "Give up this product's change", 4)         \
	KEY(REVIEW_AGAIN, "again", "r", "send again", "Send again what could not be sent", 0)  \
	KEY(REVIEW_BACK, "back", "Left h", "", "Go back to the inventory", 0)
enum review_action { REVIEW_KEYS(KEYMAP_ACTION) };
static const struct binding review_keys[] = {REVIEW_KEYS(KEYMAP_BINDING)};

enum review_column { COLUMN_NAME, COLUMN_WHAT, COLUMN_WAS, COLUMN_ARROW, COLUMN_NOW, COLUMN_STATE, COLUMNS };
static const struct layout_column columns[] = {
    [COLUMN_NAME] = {.title = "Product", .min = 8, .ideal = 30, .weight = 1},
    [COLUMN_WHAT] = {.title = "What", .min = 5, .ideal = 5, .drop = 3},
    [COLUMN_WAS] = {.title = "Is", .min = 8, .ideal = 12, .drop = 1, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_ARROW] = {.min = 1, .ideal = 1, .drop = 2},
    [COLUMN_NOW] = {.title = "Becomes", .min = 8, .ideal = 12, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_STATE] = {.title = "", .min = 8, .ideal = 9, .drop = 4},
};
static const char *const cell_names[CELLS] = {[CELL_PRICE] = "price", [CELL_STOCK] = "stock"};
static const char *const state_names[] = {
    [EDIT_LOCAL] = "",	       [EDIT_SENDING] = "sending",  [EDIT_REFUSED] = "refused",
    [EDIT_UNKNOWN] = "unsure", [EDIT_CONFLICT] = "conflict",
};

struct review {
	struct app *app;
	struct inventory_changes *changes; /* the inventory's, which lies below */
	struct table table;
	struct layout_column columns[COLUMNS]; /* with room for the longest value in sight */
};

static struct edit *selected(const struct review *review)
{
	struct edit_line line;
	size_t row = (size_t)review->table.scroll.selected;

	return inventory_model_line(&review->changes->model, row, &line) ? line.edit : NULL;
}

/* Whatever happened to the changes: without any there is nothing left to review. */
static bool close_if_done(struct review *review)
{
	bool is_done = !review->changes->sending && !inventory_model_changed(&review->changes->model);

	if (is_done)
		app_close_screen(review->app, review);
	return is_done;
}

/* Goes to what needs a decision. */
static void on_ended(void *context)
{
	struct review *review = context;
	size_t count = inventory_model_lines(&review->changes->model);
	struct edit_line line;

	if (close_if_done(review))
		return;
	for (size_t row = 0; row < count && inventory_model_line(&review->changes->model, row, &line); row++) {
		if (line.edit->state != EDIT_CONFLICT)
			continue;
		scroll_resize(&review->table.scroll, (int64_t)count, review->table.scroll.visible);
		scroll_select(&review->table.scroll, (int64_t)row);
		break;
	}
}

static bool review_enter(struct app *app, void *state, const void *argument)
{
	struct review *review = state;

	review->app = app;
	memcpy(&review->changes, &argument, sizeof review->changes);
	review->changes->ended = on_ended;
	review->changes->context = review;
	table_init(&review->table, columns, COLUMNS, true);
	return true;
}

/* Somebody else may have signed in meanwhile. */
static void review_shown(struct app *app, void *state)
{
	(void)app;
	close_if_done(state);
}

static void review_leave(struct app *app, void *state)
{
	struct review *review = state;

	(void)app;
	review->changes->ended = NULL;
	review->changes->context = NULL;
}

/* ---- painting ---- */

static const char *value_text(const struct edit *edit, enum edit_cell cell, int64_t value, char space[APP_TEXT])
{
	if (cell == CELL_STOCK)
		snprintf(space, APP_TEXT, "%lld", (long long)value);
	else if (value < 0)
		snprintf(space, APP_TEXT, "%s", edit->typed);
	else
		app_money(value, space);
	return space;
}

static void paint_row(struct review *review, struct canvas *canvas, int64_t row)
{
	struct table *table = &review->table;
	char space[APP_TEXT];
	struct edit_line line;

	if (!inventory_model_line(&review->changes->model, (size_t)row, &line))
		return;
	const struct edit *edit = line.edit;
	bool trouble = edit->reason[0] && edit->state != EDIT_SENDING;
	table_cell(table, canvas, row, COLUMN_NAME, line.first ? ROLE_TEXT : ROLE_FAINT, edit->name,
		   strlen(edit->name));
	table_printf(table, canvas, row, COLUMN_WHAT, ROLE_FAINT, "%s", cell_names[line.cell]);
	table_printf(table, canvas, row, COLUMN_WAS, ROLE_FAINT, "%s",
		     value_text(edit, line.cell, edit->was[line.cell], space));
	table_printf(table, canvas, row, COLUMN_ARROW, ROLE_FAINT, "%s", app_glyphs(review->app)->right);
	table_printf(table, canvas, row, COLUMN_NOW, ROLE_ACCENT, "%s",
		     value_text(edit, line.cell, edit->now[line.cell], space));
	table_printf(table, canvas, row, COLUMN_STATE, trouble ? ROLE_BAD : ROLE_FAINT, "%s",
		     trouble && edit->state == EDIT_LOCAL ? "not sent" : state_names[edit->state]);
	if (trouble)
		table_tag(table, canvas, row, ROLE_BAD, "!");
}

static void widen_columns(struct review *review, size_t lines, int rows)
{
	struct scroll *scroll = &review->table.scroll;
	struct edit_line line;
	char space[APP_TEXT];

	scroll_resize(scroll, (int64_t)lines, rows);
	memcpy(review->columns, columns, sizeof review->columns);
	review->table.columns = review->columns;
	for (int i = 0; i < scroll->visible; i++) {
		if (!inventory_model_line(&review->changes->model, (size_t)scroll->offset + (size_t)i, &line))
			break;
		text_widen(&review->columns[COLUMN_WAS],
			   value_text(line.edit, line.cell, line.edit->was[line.cell], space));
		text_widen(&review->columns[COLUMN_NOW],
			   value_text(line.edit, line.cell, line.edit->now[line.cell], space));
	}
}

static void paint_side(struct canvas *canvas, struct rect line, const char *label, const char *price, const char *stock,
		       bool with_stock)
{
	int used = paint_printf(canvas, line.x, line.y, line.width, ROLE_FAINT, "%-7s", label);

	used += paint_printf(canvas, line.x + used, line.y, line.width - used, ROLE_PRICE, "%15s", price);
	if (with_stock)
		paint_printf(canvas, line.x + used, line.y, line.width - used, ROLE_TEXT, "  stock %s", stock);
}

enum { SIDES = 3, SIGN = 2 };

/* Lines that what is wrong with the selected product takes, whole. */
static int reason_lines(const struct edit *edit, int width)
{
	return edit && edit->reason[0] ? layout_wrap_count(edit->reason, strlen(edit->reason), width - SIGN) : 0;
}

/* Of the selected product: what is wrong, and in a conflict both sides. */
static void paint_trouble(struct review *review, struct canvas *canvas, struct rect rect)
{
	const struct edit *edit = selected(review);
	char price[APP_TEXT], stock[APP_TEXT];
	struct rect words = rect_cut_top(&rect, rect.height - (edit->state == EDIT_CONFLICT ? SIDES : 0));

	paint_str(canvas, words.x, words.y, SIGN, ROLE_BAD, "!");
	rect_cut_left(&words, SIGN);
	paint_wrapped(canvas, words, 0, ROLE_BAD, edit->reason, strlen(edit->reason));
	if (edit->state != EDIT_CONFLICT)
		return;
	const struct {
		const char *label;
		const int64_t *values;
	} sides[] = {{"Was", edit->was}, {"Yours", edit->now}, {"Theirs", edit->theirs}};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
		paint_side(canvas, rect_cut_top(&rect, 1), sides[i].label,
			   value_text(edit, CELL_PRICE, sides[i].values[CELL_PRICE], price),
			   value_text(edit, CELL_STOCK, sides[i].values[CELL_STOCK], stock), true);
}

static void paint_summary(struct review *review, struct canvas *canvas, struct rect line)
{
	size_t changed = inventory_model_changed(&review->changes->model);

	if (review->changes->sending)
		paint_printf(canvas, line.x, line.y, line.width, ROLE_STRONG, "Sending%s %zu of %zu left",
			     app_glyphs(review->app)->ellipsis, changed, review->changes->changed_before);
	else
		paint_printf(canvas, line.x, line.y, line.width, ROLE_STRONG, "%zu changed %s, not sent", changed,
			     changed == 1 ? "product" : "products");
}

static void review_paint(struct app *app, void *state, struct canvas *canvas, struct rect body)
{
	struct review *review = state;
	const struct edit *edit = selected(review);
	size_t lines = inventory_model_lines(&review->changes->model);
	struct rect rect = body;
	struct rect top = rect_inset(rect_cut_top(&rect, 1), 2, 0);
	bool roomy = body.height > 12;
	int trouble = reason_lines(edit, body.width - 4);

	(void)app;
	paint_summary(review, canvas, top);
	rect_cut_top(&rect, roomy ? 1 : 0);
	if (trouble) {
		trouble += edit->state == EDIT_CONFLICT ? SIDES : 0;
		struct rect below = rect_inset(rect_cut_bottom(&rect, trouble), 2, 0);
		rect_cut_bottom(&rect, roomy ? 1 : 0);
		paint_trouble(review, canvas, below);
	}
	widen_columns(review, lines, rect.height - 1);
	table_begin(&review->table, canvas, rect, (int64_t)lines);
	for (int64_t row = review->table.scroll.offset; row < table_end(&review->table); row++)
		paint_row(review, canvas, row);
}

/* ---- doing ---- */

static bool is_conflict(const struct review *review)
{
	const struct edit *edit = selected(review);

	return edit && edit->state == EDIT_CONFLICT;
}

static void decide(struct review *review, bool mine)
{
	struct inventory_model *model = &review->changes->model;
	const struct edit *edit = selected(review);
	char id[EDIT_ID];

	if (!edit || edit->state != EDIT_CONFLICT)
		return;
	memcpy(id, edit->id, sizeof id);
	if (mine)
		inventory_model_keep_mine(model, id);
	else
		inventory_model_take_theirs(model, id);
	if (!close_if_done(review))
		app_say(review->app, TOAST_INFO, NULL, mine ? "Yours stands: y sends it" : "Theirs stands");
}

static void leave_out(struct review *review)
{
	const struct edit *edit = selected(review);
	char id[EDIT_ID];

	if (!edit || edit->state == EDIT_SENDING)
		return;
	memcpy(id, edit->id, sizeof id);
	inventory_model_drop(&review->changes->model, id);
	close_if_done(review);
}

static void send(struct review *review)
{
	const struct inventory_model *model = &review->changes->model;
	size_t conflicts = 0;

	for (size_t i = 0; i < model->count; i++)
		conflicts += model->edits[i]->state == EDIT_CONFLICT && edit_changed(model->edits[i]);
	if (conflicts && conflicts == inventory_model_changed(model))
		app_say(review->app, TOAST_INFO, NULL, "Decide first: t takes theirs, m keeps yours");
	else
		inventory_send(review->changes);
}

static void review_action(struct app *app, void *state, int action)
{
	struct review *review = state;

	switch ((enum review_action)action) {
	case REVIEW_SEND:
	case REVIEW_AGAIN:
		send(review);
		break;
	case REVIEW_THEIRS:
		decide(review, false);
		break;
	case REVIEW_MINE:
		decide(review, true);
		break;
	case REVIEW_DROP:
		leave_out(review);
		break;
	case REVIEW_BACK:
		app_back(app);
		break;
	}
}

static enum widget_result review_event(struct app *app, void *state, const struct event *event)
{
	struct review *review = state;
	enum widget_result result = table_event(&review->table, event);

	(void)app;
	/* Nothing is sent by Enter. */
	return result == WIDGET_CHOSEN ? WIDGET_HANDLED : result;
}

static bool review_escape(struct app *app, void *state)
{
	const struct review *review = state;

	(void)app;
	return inventory_give_up(review->changes);
}

static bool review_hidden(struct app *app, const void *state, int action)
{
	const struct review *review = state;

	(void)app;
	switch ((enum review_action)action) {
	case REVIEW_AGAIN:
		return !review->changes->broken || review->changes->sending ||
		       !inventory_model_changed(&review->changes->model);
	case REVIEW_SEND:
		return review->changes->sending || !inventory_model_changed(&review->changes->model);
	case REVIEW_THEIRS:
	case REVIEW_MINE:
		return !is_conflict(review);
	case REVIEW_DROP:
		return review->changes->sending || !selected(review);
	case REVIEW_BACK:
		break;
	}
	return false;
}

const struct screen screen_review = {
    .name = "review",
    .title = "Review",
    .state_size = sizeof(struct review),
    SCREEN_KEYS(review_keys),
    .enter = review_enter,
    .shown = review_shown,
    .paint = review_paint,
    .action = review_action,
    .event = review_event,
    .escape = review_escape,
    .hidden = review_hidden,
    .leave = review_leave,
};
