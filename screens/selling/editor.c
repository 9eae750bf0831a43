/* The editor: a new or an existing product, with its picture. */
#include <stdio.h>
#include <string.h>

#include "screens/selling/editor_review.h"
#include "screens/selling/inventory.h"
#include "screens/app/screen.h"
#include "screens/parts/sheet.h"

#define EDITOR_KEYS(KEY)                                                                               \
	KEY(EDITOR_SAVE, "save", "Enter", "review", "Look at what will be saved, before it is", 1)     \
	KEY(EDITOR_SEND, "send", "y", "send", "Save this product as it is shown", 1)                   \
	KEY(EDITOR_THEIRS, "theirs", "t", "take theirs", "In a conflict: give up yours for theirs", 2) \
	KEY(EDITOR_MINE, "mine", "m", "keep mine", "In a conflict: put yours on top of theirs", 3)     \
	KEY(EDITOR_CATEGORY, "category", "C-t", "categories", "Choose one of the known categories", 4) \
	KEY(EDITOR_NO_PICTURE, "no_picture", "C-p", "no picture", "Remove the picture", 5)             \
	KEY(EDITOR_DELETE, "delete", "C-x", "delete", "Delete this product", 6)
enum editor_action { EDITOR_KEYS(KEYMAP_ACTION) };
static const struct binding editor_keys[] = {EDITOR_KEYS(KEYMAP_BINDING)};

enum editor_block { BLOCK_FORM = 1 };
/* Least heights: the fields come first, and a smaller picture can't be recognised. */
enum { FORM_LEAST = 10, PICTURE_LEAST = 4 };
enum { REBASED_MAX = 3, DECODE_MS = 1, CATEGORIES_HINTED = 6 };

/* ---- opening and closing ---- */

static void ask_categories(struct editor *editor, const char *cursor);

/* An empty field shows the first of the known categories as a hint. */
static void hint_categories(struct editor *editor)
{
	struct arena *arena = app_arena(editor->app, editor);
	const char *hint = "";

	for (size_t i = 0; i < editor->categories_count && i < CATEGORIES_HINTED && hint; i++)
		hint = arena_printf(arena, "%s%s%s", hint, i ? ", " : "", editor->categories[i]);
	if (hint && *hint)
		editor->rows[ROW_CATEGORY].hint = hint;
}

static void on_categories(struct app *app, void *state, struct net_reply *reply)
{
	struct editor *editor = state;
	const struct category_page *page = reply->answer;

	if (!reply->ok) /* the hint isn't really needed */
		return;
	for (size_t i = 0; i < page->categories_count && editor->categories_count < CATEGORIES_MAX; i++) {
		char *name = arena_strdup(app_arena(app, state), page->categories[i].name);
		if (!name)
			return;
		editor->categories[editor->categories_count++] = name;
	}
	if (page->next_cursor && editor->categories_count < CATEGORIES_MAX)
		ask_categories(editor, page->next_cursor);
	else
		hint_categories(editor);
}

static void ask_categories(struct editor *editor, const char *cursor)
{
	editor->categories_query.limit = CATEGORIES_MAX;
	editor->categories_query.cursor = cursor;
	app_call(editor->app, editor, API_category_list, &(struct net_args){.query = &editor->categories_query},
		 on_categories);
}

static bool editor_enter(struct app *app, void *state, const void *argument)
{
	const struct editor_argument *wanted = argument;
	struct editor *editor = state;
	struct err err;

	editor->app = app;
	if (!editor_make_form(editor, &err)) {
		app_failed(app, &err);
		return false;
	}
	editor_picture_init(&editor->picture, app);
	if (!editor_begin(editor, wanted)) {
		form_done(&editor->form);
		app_say(app, TOAST_BAD, NULL, "There is not enough memory for this");
		return false;
	}
	ask_categories(editor, NULL);
	return true;
}

static void editor_leave(struct app *app, void *state)
{
	struct editor *editor = state;

	(void)app;
	form_done(&editor->form);
	editor_picture_done(&editor->picture);
}

/* ---- what the screen shows ---- */

/* The product that the picture belongs to. */
static struct product as_product(const struct editor *editor)
{
	return (struct product){.id = editor->id,
				.name = editor->initial[ROW_NAME],
				.has_picture = *editor->id && editor->has_picture};
}

static void editor_update(struct app *app, void *state, const struct view *view)
{
	struct editor *editor = state;
	const struct product product = as_product(editor);

	if (!editor->conflict && editor_picture_update(&editor->picture, &product, view))
		app_timer(app, editor, DECODE_MS);
}

static void editor_view(struct app *app, const void *state, struct view *view)
{
	const struct editor *editor = state;
	const struct product product = as_product(editor);
	const char *title = *editor->id ? editor->initial[ROW_NAME] : "A new product";

	if (editor->conflict) {
		editor_view_conflict(editor, view);
		return;
	}
	view_group(view, &(struct view_group){.place = {.grow = 1, .dim = editor->sending && app_waiting(app, editor)},
					      .beside = VIEW_ROW_WIDE});
	view_group(view, &(struct view_group){.beside = VIEW_COLUMN});
	if (editor->reviewing) {
		view_prose(view, &(struct view_prose){.role = ROLE_STRONG, .text = title});
		editor_view_review(editor, view);
	} else {
		view_form(view, &(struct view_form){.place = {.id = BLOCK_FORM, .least = FORM_LEAST, .focus = true},
						    .title = title,
						    .form = &editor->form});
	}
	view_end(view);
	view_group(view, &(struct view_group){.place = {.grow = 1, .drop = 1, .least = PICTURE_LEAST}});
	editor_picture_view(&editor->picture, &product, view);
	view_end(view);
	view_end(view);
}

static void editor_tick(struct app *app, void *state)
{
	struct editor *editor = state;
	struct err err;

	bool was_there = editor->picture.picture != NULL;
	if (!editor_picture_step(&editor->picture, &err)) {
		form_error(&editor->form, ROW_PICTURE, true, "can't be read: it seems to be broken");
		editor->reviewing = editor->reviewing && editor->sending;
	} else if (!was_there && editor->picture.picture && editor->picture_asked) {
		app_say(app, TOAST_INFO, NULL, "This is the picture");
	}
	if (!editor->picture.load)
		editor->picture_asked = false;
}

/* ---- saving: the product, then its picture ---- */

static void done(struct editor *editor, const char *what)
{
	editor->sending = false;
	app_say(editor->app, TOAST_GOOD, NULL, "%s", what);
	app_close_screen(editor->app, editor);
}

/* Something has changed, or may have: the inventory looks. */
static void note_result(struct editor *editor)
{
	snprintf(editor->result.id, sizeof editor->result.id, "%s", editor->id);
	app_set_result(editor->app, editor, &editor->result);
}

static void on_picture(struct app *app, void *state, struct net_reply *reply)
{
	struct editor *editor = state;

	if (reply->ok) {
		note_result(editor);
		done(editor, "Saved");
		return;
	}
	editor->sending = false;
	/* A fault of the picture itself is shown at its field; after any other error y tries again. */
	editor->reviewing = reply->err.kind != ERR_INVALID && reply->err.kind != ERR_TOO_LARGE &&
			    reply->err.kind != ERR_MEDIA_TYPE;
	if (editor->form.count > ROW_PICTURE)
		form_error(&editor->form, ROW_PICTURE, true, reply->err.message);
	app_failed(app, &reply->err);
}

static void save_picture(struct editor *editor)
{
	struct editor_picture *picture = &editor->picture;
	struct net_args args = {.id = editor->id};

	if (picture->path[0]) {
		args.bytes = picture->bytes.bytes;
		args.length = picture->bytes.length;
		args.media_type = picture->media_type;
		editor->sending = app_call(editor->app, editor, API_picture_put, &args, on_picture) != 0;
	} else if (picture->removed && editor->has_picture) {
		editor->sending = app_call(editor->app, editor, API_picture_delete, &args, on_picture) != 0;
	} else {
		done(editor, editor->result.saved ? "Saved" : "Nothing was changed");
	}
}

static void send(struct editor *editor);

/* The fields are compared with the other's values from now on. If no field that was changed here is concerned, saving
 * goes on. */
static void handle_conflict(struct editor *editor, struct net_reply *reply)
{
	struct arena *arena = app_arena(editor->app, editor);
	const void *found;

	if (!net_reply_object(reply, "product", &product_shape, &found)) {
		app_failed(editor->app, &reply->err);
		return;
	}
	struct product *theirs = arena_memdup(arena, found, sizeof *theirs);
	if (!theirs)
		return;
	const char **texts[] = {&theirs->id, &theirs->name, &theirs->description, &theirs->category};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_strdup(arena, *texts[i] ? *texts[i] : "");
	if (!theirs->id || !theirs->name || !theirs->description || !theirs->category)
		return;

	bool clash = false;
	editor->theirs = theirs;
	for (size_t row = 0; row < editor->form.count; row++)
		clash |= editor_clashes(editor, row);
	if (clash || editor->rebased++ >= REBASED_MAX) {
		editor->conflict = true;
		editor->reviewing = false;
	} else if (editor_set_fields(editor, theirs, true)) {
		send(editor);
	}
}

static void on_saved(struct app *app, void *state, struct net_reply *reply)
{
	struct editor *editor = state;
	const struct product *product = reply->answer;
	bool created = !*editor->id;

	editor->sending = editor->unsure = false;
	if (reply->ok) {
		snprintf(editor->id, sizeof editor->id, "%s", product->id);
		note_result(editor);
		editor->result.saved = true;
		editor->result.created |= created;
		editor->result.version = product->version;
		editor->result.values[CELL_PRICE] = product->price;
		editor->result.values[CELL_STOCK] = product->stock;
		/* The first platform doesn't tell the new product's id. */
		if (*editor->id && editor->form.count > ROW_STOCK && !editor_set_fields(editor, product, false))
			return;
		save_picture(editor);
		return;
	}
	if (!strcmp(reply->err.code, "version_conflict")) {
		handle_conflict(editor, reply);
		return;
	}
	if (!sheet_faults(&editor->form, reply))
		app_failed(app, &reply->err);
	if (form_has_errors(&editor->form)) /* the fields show what is wrong */
		editor->reviewing = false;
	if (!reply->attempts || !inventory_may_be_done(reply->err.kind))
		return;
	editor->unsure = true;
	note_result(editor);
	if (created)
		app_say(app, TOAST_BAD, NULL,
			"No answer came; it may be saved all the same. Look before sending it again");
}

/* Reads the file that the field names, if it is a new name. False when that fails. */
static bool read_picture(struct editor *editor)
{
	struct form *form = &editor->form;
	const char *path;
	struct err err;

	if (form->count <= ROW_PICTURE)
		return true;
	path = form_text(form, ROW_PICTURE);
	if (!*path)
		editor_picture_forget(&editor->picture);
	if (!*path || editor_picture_is(&editor->picture, path))
		return true;
	if (!editor_picture_read(&editor->picture, path, &err)) {
		form_error(form, ROW_PICTURE, true, err.message);
		return false;
	}
	editor->picture_asked = true;
	return true;
}

/* Shows what was typed as it will be understood; only then can it be sent. */
static void review(struct editor *editor)
{
	if (editor->sending || editor->conflict || !editor_check(editor) || !read_picture(editor))
		return;
	bool any = !*editor->id || editor->picture.path[0] || (editor->picture.removed && editor->has_picture);
	for (size_t row = 0; row < editor->form.count && row != ROW_PICTURE; row++)
		any |= editor_touched(editor, row);
	if (any)
		editor->reviewing = true;
	else
		done(editor, editor->result.saved ? "Saved" : "Nothing was changed");
}

static void send(struct editor *editor)
{
	bool create = !*editor->id;
	const struct shape *shape = create ? &product_create_shape : &product_patch_shape;
	struct product_change change;
	const struct net_args args = {.id = create ? NULL : editor->id, .body = &change};

	if (editor->sending || !editor->reviewing)
		return;
	if (!editor_change(editor, shape, &change) && !create) {
		save_picture(editor);
		return;
	}
	if (!create && editor->form.count > ROW_STOCK && editor->version > 0) {
		change.version = editor->version;
		shape_give(shape, &change, "version");
	}
	editor->sending =
	    app_call(editor->app, editor, create ? API_product_create : API_product_update, &args, on_saved) != 0;
}

/* ---- other keys ---- */

static void decide(struct editor *editor, bool mine)
{
	editor->conflict = false;
	editor->rebased = 0;
	if (!editor_set_fields(editor, editor->theirs, mine))
		app_say(editor->app, TOAST_BAD, NULL, "There is not enough memory for this");
}

static void category_chosen(struct app *app, void *state, size_t index)
{
	struct editor *editor = state;

	(void)app;
	form_set(&editor->form, ROW_CATEGORY, editor->categories[index]);
	form_error(&editor->form, ROW_CATEGORY, false, "");
}

static void on_deleted(struct app *app, void *state, struct net_reply *reply)
{
	struct editor *editor = state;

	editor->sending = false;
	if (!reply->ok && reply->err.kind != ERR_NOT_FOUND) {
		app_failed(app, &reply->err);
		return;
	}
	note_result(editor);
	editor->result.deleted = true;
	done(editor, "Deleted");
}

static void delete_now(struct app *app, void *state)
{
	struct editor *editor = state;

	if (!editor->sending)
		editor->sending = app_call(app, editor, API_product_delete, &(struct net_args){.id = editor->id},
					   on_deleted) != 0;
}

static void no_picture(struct editor *editor)
{
	if (editor->form.count > ROW_PICTURE)
		form_set(&editor->form, ROW_PICTURE, NULL);
	if (editor->picture.path[0])
		editor_picture_forget(&editor->picture);
	else if (editor->has_picture)
		editor->picture.removed = !editor->picture.removed;
}

static void editor_action(struct app *app, void *state, int action)
{
	struct editor *editor = state;

	switch ((enum editor_action)action) {
	case EDITOR_SAVE: review(editor); break;
	case EDITOR_SEND: send(editor); break;
	case EDITOR_THEIRS:
	case EDITOR_MINE:
		if (editor->conflict)
			decide(editor, action == EDITOR_MINE);
		break;
	case EDITOR_CATEGORY:
		if (editor->categories_count)
			app_choose(app, editor, "Category", editor->categories, editor->categories_count, 0,
				   category_chosen);
		break;
	case EDITOR_NO_PICTURE: no_picture(editor); break;
	case EDITOR_DELETE:
		app_ask(app, editor, "delete it", delete_now,
			"Delete %s? It can't be bought any more; earlier sales keep it.", editor->initial[ROW_NAME]);
		break;
	}
}

static enum widget_result editor_event(struct app *app, void *state, const struct event *event)
{
	struct editor *editor = state;
	struct form *form = &editor->form;
	size_t before = form->focus;

	(void)app;
	if (editor->sending) /* Esc gives up; no other key counts */
		return event->kind == EVENT_KEY && event->key != KEYSYM_Esc ? WIDGET_HANDLED : WIDGET_IGNORED;
	if (editor->conflict || editor->reviewing)
		return WIDGET_IGNORED;
	enum widget_result result = form_event(form, event);
	/* A file is read when people leave its field, so that they see the picture before it is sent. */
	if (result == WIDGET_HANDLED && before == ROW_PICTURE && form->focus != before)
		(void)read_picture(editor);
	if (result == WIDGET_CHOSEN)
		review(editor);
	return result == WIDGET_CLOSED ? WIDGET_IGNORED : result;
}

static void editor_seen(struct app *app, void *state, const struct view_event *event)
{
	struct editor *editor = state;
	size_t before = editor->form.focus;

	(void)app;
	if (event->id != BLOCK_FORM || editor->sending)
		return;
	view_form_event(&editor->form, event);
	if (before == ROW_PICTURE && editor->form.focus != before)
		(void)read_picture(editor);
}

static bool editor_escape(struct app *app, void *state)
{
	struct editor *editor = state;

	if (!editor->sending && editor->reviewing) {
		editor->reviewing = false;
		return true;
	}
	if (!editor->sending)
		return false;
	net_cancel_owner(app_net(app), editor);
	editor->sending = false;
	editor->unsure = true;
	note_result(editor);
	app_say(app, TOAST_WARN, NULL, "You stopped waiting. It may have been saved: look in the inventory");
	return true;
}

static bool editor_hidden(struct app *app, const void *state, int action)
{
	const struct editor *editor = state;

	switch ((enum editor_action)action) {
	case EDITOR_SAVE: return editor->conflict || editor->reviewing;
	case EDITOR_SEND: return !editor->reviewing;
	case EDITOR_THEIRS:
	case EDITOR_MINE: return !editor->conflict;
	case EDITOR_CATEGORY: return editor->conflict || editor->reviewing || !editor->categories_count;
	case EDITOR_NO_PICTURE:
		return editor->conflict || editor->reviewing || (!editor->has_picture && !editor->picture.path[0]);
	case EDITOR_DELETE:
		return editor->conflict || editor->reviewing || !*editor->id ||
		       !net_offers(app_net(app), API_product_delete);
	}
	return false;
}

static const char *editor_label(struct app *app, const void *state, int action)
{
	const struct editor *editor = state;

	(void)app;
	return editor->reviewing && action == SCREEN_BACK ? "back to the fields" : NULL;
}

static const char *editor_unsaved(struct app *app, const void *state)
{
	const struct editor *editor = state;
	bool any = editor->picture.removed;

	(void)app;
	for (size_t row = 0; row < editor->form.count; row++)
		any |= editor_touched(editor, row);
	return any ? "This product is not saved. Leave it?" : NULL;
}

const struct screen screen_editor = {
    .name = "editor",
    .title = "Product",
    .state_size = sizeof(struct editor),
    SCREEN_KEYS(editor_keys),
    .enter = editor_enter,
    .update = editor_update,
    .view = editor_view,
    .action = editor_action,
    .event = editor_event,
    .seen = editor_seen,
    .escape = editor_escape,
    .hidden = editor_hidden,
    .label = editor_label,
    .unsaved = editor_unsaved,
    .tick = editor_tick,
    .leave = editor_leave,
};
