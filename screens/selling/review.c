/* The review: a seller's changes, old beside new, before they are sent; afterwards what was refused, and why. */
#include <string.h>

#include "screens/app/screen.h"
#include "screens/selling/diff.h"
#include "screens/selling/inventory.h"

#define REVIEW_KEYS(KEY)                                                                       \
	KEY(REVIEW_SEND, "send", "y", "send", "Send the changes", 3)                           \
	KEY(REVIEW_THEIRS, "theirs", "t", "take theirs", "Give up this change for theirs", 1)  \
	KEY(REVIEW_MINE, "mine", "m", "keep mine", "Put this change on top of theirs", 2)      \
	KEY(REVIEW_DROP, "drop", "x", "leave out", "Give up this product's change", 4)         \
	KEY(REVIEW_BACK, "back", "Left h", "", "Go back to the inventory", 0)
enum review_action { REVIEW_KEYS(KEYMAP_ACTION) };
static const struct binding review_keys[] = {REVIEW_KEYS(KEYMAP_BINDING)};

enum review_block { BLOCK_NONE, BLOCK_CHANGES, BLOCK_REASON, BLOCK_SIDES };

/* In a conflict: the old value, the one wanted here, and the one that somebody else has set. */
enum side { SIDE_WAS, SIDE_MINE, SIDE_THEIRS, SIDES };
enum side_column { COLUMN_SIDE, COLUMN_PRICE, COLUMN_STOCK, SIDE_COLUMNS };
static const struct view_column side_columns[SIDE_COLUMNS] = {
    [COLUMN_SIDE] = {.min = 6, .ideal = 6},
    [COLUMN_PRICE] = {.title = "Price", .min = 8, .ideal = 8, .align = ALIGN_DECIMAL, .fraction = 3},
    [COLUMN_STOCK] = {.title = "Stock", .min = 5, .ideal = 7, .align = ALIGN_RIGHT},
};

struct review {
	struct app *app;
	struct inventory_changes *changes; /* of the inventory, which lies below */
	int64_t selected;
};

/* The product of the selected line; NULL when there is no line. */
static const struct edit *selected(const struct review *review)
{
	struct edit_line line;
	bool is_there = inventory_model_line(&review->changes->model, (size_t)review->selected, &line);

	return is_there ? line.edit : NULL;
}

/* Without any change left there is nothing to review. */
static bool close_if_done(struct review *review)
{
	bool is_done = !review->changes->sending && !inventory_model_changed(&review->changes->model);

	if (is_done)
		app_close_screen(review->app, review);
	return is_done;
}

/* Selects the first line that needs a decision. */
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
		review->selected = (int64_t)row;
		break;
	}
}

static bool review_enter(struct app *app, void *state, const void *argument)
{
	const struct review_argument *wanted = argument;
	struct review *review = state;

	review->app = app;
	review->changes = wanted->changes;
	review->changes->ended = on_ended;
	review->changes->context = review;
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

/* There may be fewer lines than before. */
static void review_update(struct app *app, void *state, const struct view *view)
{
	struct review *review = state;
	int64_t lines = (int64_t)inventory_model_lines(&review->changes->model);

	(void)app;
	(void)view;
	if (review->selected >= lines)
		review->selected = lines ? lines - 1 : 0;
}

/* ---- what the screen shows ---- */

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const struct review *review = context;
	struct edit_line line;

	if (!inventory_model_line(&review->changes->model, (size_t)row, &line) || !diff_is_in_trouble(line.edit))
		return;
	ret_row->tag = "!";
	ret_row->tag_role = ROLE_BAD;
}

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const struct review *review = context;
	struct edit_line line;

	if (!inventory_model_line(&review->changes->model, (size_t)row, &line))
		return;
	const struct diff diff = {.edit = line.edit,
				      .cell = line.cell,
				      .was = line.edit->was[line.cell],
				      .now = line.edit->now[line.cell],
				      .first = line.first};
	diff_cell(review->app, &diff, column, ret_cell);
}

static void side_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	static const char *const names[SIDES] = {"Was", "Yours", "Theirs"};
	const struct edit *edit = context;
	const int64_t *const sides[SIDES] = {edit->was, edit->now, edit->theirs};
	enum edit_cell cell = column == COLUMN_PRICE ? CELL_PRICE : CELL_STOCK;

	ret_cell->text = column == COLUMN_SIDE ? names[row] : diff_value(edit, cell, sides[row][cell], ret_cell->space);
	ret_cell->role = column == COLUMN_SIDE ? ROLE_FAINT : column == COLUMN_PRICE ? ROLE_PRICE : ROLE_TEXT;
}

/* About the selected product: what is wrong, and in a conflict the values of all sides. */
static void view_trouble(const struct edit *edit, struct view *view)
{
	view_prose(view, &(struct view_prose){
			     .place = {.id = BLOCK_REASON}, .role = ROLE_BAD, .sign = "!", .text = edit->reason});
	if (edit->state == EDIT_CONFLICT)
		view_table(view, &(struct view_table){.place = {.id = BLOCK_SIDES, .least = 1 + SIDES, .tight = true},
						      .columns = side_columns,
						      .column_count = SIDE_COLUMNS,
						      .count = SIDES,
						      .selected = -1,
						      .get_cell = side_cell,
						      .context = edit});
}

static void view_summary(const struct review *review, struct view *view)
{
	const struct inventory_changes *changes = review->changes;
	size_t changed = inventory_model_changed(&changes->model);
	const char *text = view_printf(
	    view, changed == 1 ? "%zu changed product, not sent" : "%zu changed products, not sent", changed);

	if (changes->sending)
		text = view_printf(view, "Sending%s %zu of %zu left", app_glyphs(review->app)->ellipsis, changed,
				   changes->changed_before);
	view_prose(view, &(struct view_prose){.place = {.drop = 1}, .role = ROLE_STRONG, .text = text});
}

static void review_view(struct app *app, const void *state, struct view *view)
{
	const struct review *review = state;
	const struct edit *edit = selected(review);

	(void)app;
	view_summary(review, view);
	view_table(view, &(struct view_table){.place = {.id = BLOCK_CHANGES, .focus = true},
					      .columns = diff_columns,
					      .column_count = DIFF_COLUMNS,
					      .count = (int64_t)inventory_model_lines(&review->changes->model),
					      .selected = review->selected,
					      .get_cell = get_cell,
					      .get_row = get_row,
					      .context = review});
	if (edit && edit->reason[0])
		view_trouble(edit, view);
}

/* ---- actions ---- */

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
	case REVIEW_SEND: send(review); break;
	case REVIEW_THEIRS: decide(review, false); break;
	case REVIEW_MINE: decide(review, true); break;
	case REVIEW_DROP: leave_out(review); break;
	case REVIEW_BACK: app_back(app); break;
	}
}

/* Enter sends nothing. */
static void review_seen(struct app *app, void *state, const struct view_event *event)
{
	struct review *review = state;

	(void)app;
	if (event->id == BLOCK_CHANGES)
		review->selected = event->row;
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
	case REVIEW_SEND:
		return review->changes->sending || !inventory_model_changed(&review->changes->model);
	case REVIEW_THEIRS:
	case REVIEW_MINE: return !is_conflict(review);
	case REVIEW_DROP: return review->changes->sending || !selected(review);
	case REVIEW_BACK: break;
	}
	return false;
}

static const char *review_label(struct app *app, const void *state, int action)
{
	const struct review *review = state;

	(void)app;
	return action == REVIEW_SEND && review->changes->broken ? "send again" : NULL;
}

const struct screen screen_review = {
    .name = "review",
    .title = "Review",
    .state_size = sizeof(struct review),
    SCREEN_KEYS(review_keys),
    .of_row = SCREEN_ACTION(REVIEW_THEIRS) | SCREEN_ACTION(REVIEW_MINE) | SCREEN_ACTION(REVIEW_DROP),
    .enter = review_enter,
    .shown = review_shown,
    .update = review_update,
    .view = review_view,
    .action = review_action,
    .seen = review_seen,
    .escape = review_escape,
    .hidden = review_hidden,
    .label = review_label,
    .leave = review_leave,
};
