/* From an event to an action. The order: redraw and suspend, overlays, the screen's fields, the screen's keys, the keys
 * that hold everywhere. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app/app_internal.h"
#include "tui/widgets/list.h"

static const struct binding everywhere_keys[] = {EVERYWHERE_KEYS(KEYMAP_BINDING)};

bool app_init_keys(struct app *app, struct err *err)
{
	for (int id = 0; id < SCREENS; id++) {
		const struct screen *screen = app_screens[id];
		if (!keymap_init(&app->keymaps[id], screen->name, screen->title, screen->keys, screen->keys_count, err))
			return false;
	}
	return keymap_init(&app->keymaps[SCREENS], "", "Everywhere", everywhere_keys,
			   sizeof everywhere_keys / sizeof *everywhere_keys, err);
}

void app_init_typing_keys(struct app *app)
{
	struct keymap *keymap = &app->typing_keys;

	*keymap = app->keymaps[SCREENS];
	for (size_t at = 0; at < keymap->count; at++) {
		uint32_t *keys = keymap->keys[at];
		for (size_t i = 1; i < KEYMAP_KEYS_MAX && keys[i] && key_is_text(keys[0]); i++) {
			uint32_t first = keys[0];
			keys[0] = keys[i];
			keys[i] = first;
		}
	}
}

static void quit(struct app *app, void *context)
{
	(void)context;
	app->quit = true;
}

static void ask_to_quit(struct app *app)
{
	const char *question = app_lost(app);

	/* Without memory for the question, leaving is the best help. */
	if (!question || !overlay_ask(app, "leave Vitrine", quit, NULL, question))
		app->quit = true;
}

void app_suspend(struct app *app)
{
	if (app->settings.kiosk)
		return;
	app->face->suspend(app);
	raise(SIGSTOP);
	app->quit |= !app->face->resume(app);
	app_dirty(app);
}

static void escape(struct app *app)
{
	const struct layer *top = app_top(app);

	if (toast_dismiss(&app->toast) || !top)
		return;
	if (top->screen->escape && top->screen->escape(app, top->state))
		return;
	app_back(app);
}

void app_act_everywhere(struct app *app, int action)
{
	switch ((enum everywhere_action)action) {
	case EVERYWHERE_HELP:
		overlay_help(app);
		break;
	case EVERYWHERE_PALETTE:
		overlay_palette(app);
		break;
	case EVERYWHERE_BACK:
		escape(app);
		break;
	case EVERYWHERE_CART:
		if (app_offers(app, SCREEN_cart) && app_top(app)->id != SCREEN_cart)
			app_push(app, SCREEN_cart, NULL);
		break;
	case EVERYWHERE_REDRAW:
		app->face->redraw(app);
		break;
	case EVERYWHERE_SUSPEND:
		app_suspend(app);
		break;
	case EVERYWHERE_QUIT:
		ask_to_quit(app);
		break;
	}
}

static void press(struct app *app, struct layer *top, uint32_t key)
{
	int action = top ? keymap_find(&app->keymaps[top->id], key) : KEYMAP_NONE;

	if (action != KEYMAP_NONE) {
		if (!top->screen->hidden || !top->screen->hidden(app, top->state, action))
			top->screen->action(app, top->state, action);
		return;
	}
	action = keymap_find(&app->keymaps[SCREENS], key);
	if (action != KEYMAP_NONE)
		app_act_everywhere(app, action);
}

/* A click on a key's name in the footer counts as that key. */
static bool click_footer(struct app *app, const struct event *event)
{
	if (event->kind != EVENT_MOUSE || event->button != BUTTON_LEFT ||
	    !rect_holds(app->footer_rect, event->x, event->y))
		return false;

	const struct footer_item *item =
	    footer_item_at(app->footer, app->footer_count, event->x - app->footer_rect.x);
	if (item) {
		size_t index = (size_t)(item->binding - item->keymap->bindings);
		app_event(app, &(struct event){.kind = EVENT_KEY, .key = item->keymap->keys[index][0]});
	}
	return true;
}

/* A click on an entry of the header's menu goes there. */
static bool click_menu(struct app *app, const struct event *event)
{
	if (event->kind != EVENT_MOUSE || event->button != BUTTON_LEFT)
		return false;
	for (size_t i = 0; i < MENU_ENTRIES; i++) {
		if (!rect_holds(app->menu[i].rect, event->x, event->y))
			continue;
		app_push(app, app->menu[i].id, NULL);
		return true;
	}
	return false;
}

/* A message that doesn't fit opens with Enter or a click on it. After that it counts as read. */
static bool open_toast(struct app *app, const struct event *event)
{
	char text[sizeof app->toast.text];
	bool entered = event->kind == EVENT_KEY && event->key == KEYSYM_Enter && !app->giving_key &&
		       toast_opens(&app->toast, app->typing);
	bool clicked = event->kind == EVENT_MOUSE && event->button == BUTTON_LEFT && toast_opens(&app->toast, false) &&
		       rect_holds(app->toast_rect, event->x, event->y);

	if (app->overlay || !(entered || clicked))
		return false;
	snprintf(text, sizeof text, "%s", app->toast.text);
	toast_dismiss(&app->toast);
	overlay_tell(app, text);
	return true;
}

/* ---- keys that came too early ---- */

/* Keys that are never kept back. */
static bool is_urgent(uint32_t key)
{
	return key == KEYSYM_Esc || key == (KEYMOD_CTRL | 'c') || key == (KEYMOD_CTRL | 'l') ||
	       key == (KEYMOD_CTRL | 'z');
}

static void keep(struct app *app, uint32_t key)
{
	/* A key that was given back too early becomes the first again. */
	size_t at = app->giving_key ? 0 : app->kept_count;

	if (app->kept_count == APP_KEYS_KEPT)
		return;
	memmove(app->kept_keys + at + 1, app->kept_keys + at, (app->kept_count - at) * sizeof *app->kept_keys);
	app->kept_keys[at] = key;
	app->kept_count++;
	app->give_keys = false;
}

bool app_keep_key(struct app *app, uint32_t key)
{
	const struct layer *top = app_top(app);
	int action = keymap_find(&app->keymaps[top->id], key);
	bool of_row = action != KEYMAP_NONE && top->screen->of_row & SCREEN_ACTION(action);

	if (key != KEYSYM_Enter && !of_row && !list_moves(key, true))
		return false;
	keep(app, key);
	return true;
}

void app_give_keys(struct app *app)
{
	app->give_keys = true;
}

void app_forget_keys(struct app *app)
{
	app->kept_count = 0;
}

void app_give_kept_keys(struct app *app)
{
	while (app->give_keys && app->kept_count) {
		const struct event event = {.kind = EVENT_KEY, .key = app->kept_keys[0]};

		app->kept_count--;
		memmove(app->kept_keys, app->kept_keys + 1, app->kept_count * sizeof *app->kept_keys);
		app->giving_key = true;
		app_event(app, &event);
		app->giving_key = false;
	}
	app->give_keys = false;
}

/* ---- events ---- */

/* The terminal is too small to show anything, so only harmless keys count. Letters don't when they could be typed into
 * a field or answer a question. Nothing is left that would be lost. */
static void act_unseen(struct app *app, uint32_t key)
{
	int action = keymap_find(&app->keymaps[SCREENS], key);

	if (key_is_text(key) && (app->typing || app->overlay))
		return;
	if (action == EVERYWHERE_REDRAW || action == EVERYWHERE_SUSPEND ||
	    (action == EVERYWHERE_QUIT && !app_lost(app)))
		app_act_everywhere(app, action);
}

/* Redrawing and suspending work at any time: while an overlay is open, and while people type. */
static bool press_beneath(struct app *app, const struct layer *top, const struct event *event)
{
	if (event->kind != EVENT_KEY || key_is_text(event->key) ||
	    (top && keymap_find(&app->keymaps[top->id], event->key) != KEYMAP_NONE))
		return false;
	int action = keymap_find(&app->keymaps[SCREENS], event->key);
	if (action != EVERYWHERE_REDRAW && action != EVERYWHERE_SUSPEND)
		return false;
	app_act_everywhere(app, action);
	return true;
}

static void deal_with(struct app *app, const struct event *event)
{
	struct layer *top = app_top(app);

	if (app->face->is_too_small(app)) {
		if (event->kind == EVENT_KEY)
			act_unseen(app, event->key);
		return;
	}
	if (open_toast(app, event))
		return;
	if (event->kind == EVENT_KEY)
		toast_key(&app->toast);
	if (press_beneath(app, top, event) || overlay_event(app, event) != WIDGET_IGNORED || click_footer(app, event) ||
	    click_menu(app, event))
		return;
	if (event->kind == EVENT_KEY && app->kept_count && !app->giving_key && !is_urgent(event->key)) {
		keep(app, event->key);
		return;
	}
	if (top && top->screen->event && top->screen->event(app, top->state, event) != WIDGET_IGNORED)
		return;
	const struct view_event seen = app_view_event(app, event);
	if (seen.kind != VIEW_IGNORED)
		app_seen(app, &seen);
	else if (event->kind == EVENT_KEY)
		press(app, top, event->key);
}

void app_event(struct app *app, const struct event *event)
{
	const struct layer *before = app_top(app);

	if (event->kind == EVENT_SYNC) {
		app->sync_asked = true;
		app->sync = event->sync;
		return;
	}
	if (event->kind == EVENT_HANGUP) {
		app->quit = true;
		return;
	}
	if (event->kind == EVENT_THEME) {
		app_dirty(app);
		return;
	}
	app->last_input = clock_monotonic();
	if (!before)
		return; /* no screen could be opened, and the program is about to end */
	deal_with(app, event);
	app_dirty(app);
	/* Keys that were typed ahead are meant for the new screen: it is laid out before they come. */
	if (app_top(app) && app_top(app) != before)
		app->face->lay_out(app);
}
