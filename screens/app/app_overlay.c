/* Overlays: what lies over the screens, one at a time. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/app/app_internal.h"
#include "tui/view/overlay.h"

enum { MENU_MAX = 64, MENU_TEXT = 128, QUESTION_MAX = 512 };

struct overlay {
	enum { OVERLAY_DIALOG, OVERLAY_MENU, OVERLAY_HELP, OVERLAY_PALETTE } kind;
	void *state; /* of the screen that asked; or the context of the app's own question */
	app_answer *yes;
	app_choice *chosen;
	char text[QUESTION_MAX], label[MENU_TEXT], title[MENU_TEXT];
	char item_texts[MENU_MAX][MENU_TEXT];
	const char *items[MENU_MAX];
	struct view *view;
	union {
		struct dialog dialog;
		struct menu menu;
		struct help help;
		struct palette palette;
	};
};

static struct overlay *open_overlay(struct app *app, int kind)
{
	overlay_close(app);
	struct overlay *overlay = calloc(1, sizeof *overlay);
	struct view *view = view_new();
	if (!overlay || !view) {
		free(overlay);
		view_free(view);
		app_say(app, TOAST_BAD, NULL, "There is not enough memory for this");
		return NULL;
	}
	overlay->kind = (unsigned)kind;
	overlay->view = view;
	app->overlay = overlay;
	app_dirty(app);
	return overlay;
}

void overlay_close(struct app *app)
{
	struct overlay *overlay = app->overlay;

	if (!overlay)
		return;
	app->overlay = NULL;
	if (overlay->kind == OVERLAY_HELP)
		help_done(&overlay->help);
	if (overlay->kind == OVERLAY_PALETTE)
		palette_done(&overlay->palette);
	view_free(overlay->view);
	free(overlay);
	app_dirty(app);
}

void overlay_forget(struct app *app, const void *state)
{
	if (app->overlay && state && app->overlay->state == state)
		overlay_close(app);
}

/* ---- questions and menus ---- */

bool overlay_ask(struct app *app, const char *label, app_answer *yes, void *context, const char *text)
{
	struct overlay *overlay = open_overlay(app, OVERLAY_DIALOG);

	if (!overlay)
		return false;
	overlay->yes = yes;
	overlay->state = context;
	snprintf(overlay->text, sizeof overlay->text, "%s", text);
	snprintf(overlay->label, sizeof overlay->label, "%s", label);
	overlay->dialog = (struct dialog){
	    .floating = {.view = overlay->view}, .text = overlay->text, .yes = overlay->label, .no = "no"};
	return true;
}

void overlay_tell(struct app *app, const char *text)
{
	struct overlay *overlay = open_overlay(app, OVERLAY_DIALOG);

	if (!overlay)
		return;
	snprintf(overlay->text, sizeof overlay->text, "%s", text);
	overlay->dialog = (struct dialog){.floating = {.view = overlay->view}, .text = overlay->text};
}

void app_ask(struct app *app, void *state, const char *label, app_answer *yes, const char *format, ...)
{
	char text[QUESTION_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	overlay_ask(app, label, yes, state, text);
}

void app_choose(struct app *app, void *state, const char *title, const char *const *texts, size_t count,
		size_t selected, app_choice *chosen)
{
	struct overlay *overlay = open_overlay(app, OVERLAY_MENU);

	if (!overlay)
		return;
	overlay->state = state;
	overlay->chosen = chosen;
	snprintf(overlay->title, sizeof overlay->title, "%s", title);
	count = count < MENU_MAX ? count : MENU_MAX;
	for (size_t i = 0; i < count; i++) {
		snprintf(overlay->item_texts[i], MENU_TEXT, "%s", texts[i]);
		overlay->items[i] = overlay->item_texts[i];
	}
	overlay->menu = (struct menu){.floating = {.view = overlay->view},
				      .title = overlay->title,
				      .items = overlay->items,
				      .count = count,
				      .selected = selected < count ? selected : 0};
}

/* ---- help and palette ---- */

void overlay_help(struct app *app)
{
	struct overlay *overlay = open_overlay(app, OVERLAY_HELP);
	const struct layer *top = app_top(app);
	const struct keymap *keymaps[] = {top ? &app->keymaps[top->id] : &app->keymaps[SCREENS],
					  &app->keymaps[SCREENS]};
	struct err err;

	if (overlay && !help_init(&overlay->help, overlay->view, keymaps, top ? 2 : 1, &err)) {
		overlay->kind = OVERLAY_DIALOG; /* nothing in it has to be freed then */
		overlay_close(app);
		app_failed(app, &err);
	}
}

/* Entries that are not screens and have no key: their numbers follow those of the screens. */
enum { COMMAND_SIGN_OUT = SCREENS, COMMAND_THEME };

/* Adds the screens that can be opened. With `refused`: those that can't, with the reason, for people who type their
 * name. */
static void add_screens(struct app *app, struct overlay *overlay, bool refused)
{
	for (int id = 0; id < SCREENS; id++) {
		const char *words = app_entries[id].words, *refusal = app_refusal(app, (enum screen_id)id);
		size_t length = strcspn(words, "|");
		char *name = overlay->item_texts[id];
		bool is_offered = app_offers(app, (enum screen_id)id) || app_offers_later(app, (enum screen_id)id);

		if (refused ? !refusal : !is_offered)
			continue;
		snprintf(name, MENU_TEXT, "%.*s", (int)length, words);
		palette_add(&overlay->palette, name, refused ? refusal : words[length] ? words + length + 1 : NULL, id);
	}
}

static void add_themes(struct overlay *overlay)
{
	for (int i = 0; theme_name_at((size_t)i) && COMMAND_THEME + i < MENU_MAX; i++) {
		char *name = overlay->item_texts[COMMAND_THEME + i];

		snprintf(name, MENU_TEXT, "theme %s", theme_name_at((size_t)i));
		palette_add(&overlay->palette, name, "colours", COMMAND_THEME + i);
	}
}

void overlay_palette(struct app *app)
{
	struct overlay *overlay = open_overlay(app, OVERLAY_PALETTE);
	const struct layer *top = app_top(app);
	struct err err;

	if (!overlay)
		return;
	if (!palette_init(&overlay->palette, overlay->view, &err)) {
		overlay->kind = OVERLAY_DIALOG;
		overlay_close(app);
		app_failed(app, &err);
		return;
	}
	add_screens(app, overlay, false);
	if (app_group(app) != GROUP_NONE)
		palette_add(&overlay->palette, "sign out", "log out, logout, leave", COMMAND_SIGN_OUT);
	if (top)
		palette_add_keymap(&overlay->palette, &app->keymaps[top->id], KEYMAP_NONE, app_is_hidden, app);
	palette_add_keymap(&overlay->palette, &app->keymaps[SCREENS], EVERYWHERE_PALETTE, NULL, NULL);
	add_themes(overlay);
	add_screens(app, overlay, true);
}

static void run_entry(struct app *app, struct palette_entry entry)
{
	struct layer *top = app_top(app);

	if (!entry.keymap && entry.id >= COMMAND_THEME)
		app_set_theme(app, theme_name_at((size_t)(entry.id - COMMAND_THEME)));
	else if (!entry.keymap && entry.id == COMMAND_SIGN_OUT)
		app_sign_out(app);
	else if (!entry.keymap)
		app_go(app, (enum screen_id)entry.id);
	else if (entry.keymap == &app->keymaps[SCREENS])
		app_act_everywhere(app, entry.id);
	else if (top && top->screen->action && !app_is_hidden(entry.keymap, entry.id, app))
		top->screen->action(app, top->state, entry.id);
}

/* ---- events ---- */

static enum widget_result give(struct overlay *overlay, const struct event *event)
{
	switch (overlay->kind) {
	case OVERLAY_DIALOG:
		return dialog_event(&overlay->dialog, event);
	case OVERLAY_MENU:
		return menu_event(&overlay->menu, event);
	case OVERLAY_HELP:
		return help_event(&overlay->help, event);
	case OVERLAY_PALETTE:
		return palette_event(&overlay->palette, event);
	}
	return WIDGET_IGNORED;
}

/* The choice is copied first, because acting on it may open the next overlay. */
static void choose(struct app *app, struct overlay *overlay)
{
	app_answer *yes = overlay->yes;
	app_choice *chosen = overlay->chosen;
	void *state = overlay->state;
	const struct palette_entry *found = overlay->kind == OVERLAY_PALETTE ? palette_chosen(&overlay->palette) : NULL;
	size_t index = overlay->kind == OVERLAY_MENU ? overlay->menu.selected : 0;
	struct palette_entry entry = found ? *found : (struct palette_entry){.id = 0};

	overlay_close(app);
	if (yes)
		yes(app, state);
	else if (chosen)
		chosen(app, state, index);
	else if (found)
		run_entry(app, entry);
}

enum widget_result overlay_event(struct app *app, const struct event *event)
{
	if (!app->overlay)
		return WIDGET_IGNORED;

	enum widget_result result = give(app->overlay, event);
	if (result == WIDGET_CHOSEN)
		choose(app, app->overlay);
	else if (result == WIDGET_CLOSED)
		overlay_close(app);
	app_dirty(app);
	return WIDGET_HANDLED;
}

/* ---- for a face that doesn't paint overlays ---- */

const char *overlay_text(const struct app *app)
{
	return app->overlay->kind == OVERLAY_DIALOG ? app->overlay->text : app->overlay->title;
}

const char *overlay_label(const struct app *app)
{
	return app->overlay->kind == OVERLAY_DIALOG ? app->overlay->dialog.yes : NULL;
}

size_t overlay_items(const struct app *app)
{
	return app->overlay->kind == OVERLAY_MENU ? app->overlay->menu.count : 0;
}

const char *overlay_item(const struct app *app, size_t index)
{
	return app->overlay->items[index];
}

const struct palette *overlay_found(const struct app *app)
{
	return app->overlay && app->overlay->kind == OVERLAY_PALETTE ? &app->overlay->palette : NULL;
}

void overlay_choose(struct app *app, size_t index)
{
	struct overlay *overlay = app->overlay;

	assert(overlay && (overlay->kind == OVERLAY_MENU || overlay->kind == OVERLAY_PALETTE));
	*(overlay->kind == OVERLAY_MENU ? &overlay->menu.selected : &overlay->palette.selected) = index;
	choose(app, overlay);
}

void overlay_paint(struct app *app, struct canvas *canvas)
{
	const struct rect whole = {0, 0, canvas_width(canvas), canvas_height(canvas)};

	if (!app->overlay)
		return;
	switch (app->overlay->kind) {
	case OVERLAY_DIALOG:
		dialog_paint(&app->overlay->dialog, canvas, whole);
		break;
	case OVERLAY_MENU:
		menu_paint(&app->overlay->menu, canvas, whole);
		break;
	case OVERLAY_HELP:
		help_paint(&app->overlay->help, canvas, whole);
		break;
	case OVERLAY_PALETTE:
		palette_paint(&app->overlay->palette, canvas, whole);
		break;
	}
}
