/* Screens on top of each other. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app/app_internal.h"

const struct screen *const app_screens[SCREENS] = {
#define SCREEN(id, who, needs, words) [SCREEN_##id] = &screen_##id,
#include "screens/screens.def"
#undef SCREEN
};

const struct app_entry app_entries[SCREENS] = {
#define SCREEN(id, who, needs, words) [SCREEN_##id] = {FOR_##who, API_##needs, words},
#include "screens/screens.def"
#undef SCREEN
};

/* Bit 0: guests, bit 1: clients, bit 2: sellers; and the sentence for all others. */
static const struct {
	unsigned groups;
	const char *refusal;
} whom[] = {
    [FOR_EVERYONE] = {7, NULL},
    [FOR_GUESTS] = {1, "you are signed in already"},
    [FOR_ACCOUNTS] = {6, NULL},
    [FOR_BUYERS] = {3, "a seller's account can't buy; sign out first"},
    [FOR_CLIENTS] = {2, "only clients have this"},
    [FOR_SELLERS] = {4, "only sellers have this"},
    [FOR_NOBODY] = {0, NULL},
};

bool app_offers(struct app *app, enum screen_id id)
{
	return !(id == SCREEN_platforms && app->settings.kiosk) && net_offers(app->net, app_entries[id].needs) &&
	       (whom[app_entries[id].who].groups & 1U << (app_group(app) + 1));
}

bool app_offers_later(struct app *app, enum screen_id id)
{
	enum app_who who = app_entries[id].who;

	return app_group(app) == GROUP_NONE && (who == FOR_ACCOUNTS || who == FOR_CLIENTS || who == FOR_SELLERS);
}

const char *app_refusal(struct app *app, enum screen_id id)
{
	if (app_offers(app, id) || app_offers_later(app, id))
		return NULL;
	return net_offers(app->net, app_entries[id].needs) ? whom[app_entries[id].who].refusal : "this shop keeps none";
}

void app_go(struct app *app, enum screen_id id)
{
	const char *refusal = app_refusal(app, id);

	if (app_offers(app, id)) {
		app_push(app, id, NULL);
	} else if (app_offers_later(app, id)) {
		app_push(app, SCREEN_sign_in, NULL);
		app->wanted = 1 + (int)id;
	} else if (refusal) {
		app_say(app, TOAST_WARN, NULL, "%s: %s", app_screens[id]->title, refusal);
	}
}

struct layer *app_top(const struct app *app)
{
	return app->depth ? app->stack[app->depth - 1] : NULL;
}

struct layer *app_layer(const struct app *app, const void *state)
{
	for (size_t i = app->depth; i-- > 0;)
		if (app->stack[i]->state == state)
			return app->stack[i];
	return NULL;
}

/* Is somebody about to sign in? */
static bool is_signing_in(const struct app *app)
{
	for (size_t i = 0; i < app->depth; i++) {
		enum screen_id id = app->stack[i]->id;
		if (id == SCREEN_sign_in || id == SCREEN_sign_up || id == SCREEN_password)
			return true;
	}
	return false;
}

static void remove_at(struct app *app, size_t at)
{
	struct layer *layer = app->stack[at];

	app->depth--;
	memmove(app->stack + at, app->stack + at + 1, (app->depth - at) * sizeof(struct layer *));
	if (app_group(app) == GROUP_NONE && !is_signing_in(app))
		app->wanted = 0;
	net_cancel_owner(app->net, layer->state);
	overlay_forget(app, layer->state);
	if (layer->screen->leave)
		layer->screen->leave(app, layer->state);
	layer->next_dead = app->dead;
	app->dead = layer;
	app_dirty(app);
	if (layer->on_result && app_layer(app, layer->owner))
		layer->on_result(app, layer->owner, layer->result);
}

static void remove_top(struct app *app)
{
	remove_at(app, app->depth - 1);
}

static struct layer *layer_free(struct layer *layer)
{
	view_free(layer->view);
	arena_done(&layer->arena);
	free(layer);
	return NULL;
}

void app_bury(struct app *app)
{
	while (app->dead) {
		struct layer *layer = app->dead;
		app->dead = layer->next_dead;
		layer_free(layer);
	}
}

void app_clear_stack(struct app *app)
{
	while (app->depth)
		remove_top(app);
}

static void show_top(struct app *app)
{
	struct layer *top = app_top(app);

	if (top && top->screen->shown)
		top->screen->shown(app, top->state);
	app_dirty(app);
}

/* NULL when memory ended. */
static struct layer *layer_new(struct app *app, enum screen_id id)
{
	const struct screen *screen = app_screens[id];
	struct layer *layer = calloc(1, sizeof *layer);

	if (!layer)
		return NULL;
	arena_init(&layer->arena, APP_LAYER_MEMORY);
	layer->screen = screen;
	layer->number = ++app->layers;
	layer->id = id;
	layer->state = arena_alloc(&layer->arena, screen->state_size ? screen->state_size : 1);
	layer->view = view_new();
	return layer->state && layer->view ? layer : layer_free(layer);
}

static void open_layer(struct app *app, enum screen_id id, const void *argument)
{
	const struct screen *screen = app_screens[id];
	struct layer *layer = app->depth < APP_DEPTH_MAX ? layer_new(app, id) : NULL;

	if (!layer) {
		app_say(app, TOAST_BAD, NULL, "%s",
			app->depth < APP_DEPTH_MAX ? "There is not enough memory for this"
						   : "There are too many screens open; go back first");
		return;
	}
	app->stack[app->depth++] = layer;
	if (screen->enter && !screen->enter(app, layer->state, argument)) {
		/* Unless the screen has opened another one in its place. */
		if (app_top(app) == layer)
			remove_top(app);
		return;
	}
	if (app_top(app) == layer)
		show_top(app);
}

/* What would be lost by closing all screens above `depth`. */
static const char *unsaved_above(struct app *app, size_t depth)
{
	for (size_t i = app->depth; i-- > depth;) {
		const struct layer *layer = app->stack[i];
		const char *question = layer->screen->unsaved ? layer->screen->unsaved(app, layer->state) : NULL;
		if (question)
			return question;
	}
	return NULL;
}

const char *app_unsaved(struct app *app)
{
	return unsaved_above(app, 0);
}

const char *app_lost(struct app *app)
{
	const char *question = app_unsaved(app);
	bool is_kept = app_group(app) == GROUP_CLIENTS && net_offers(app->net, API_cart_put);

	if (question)
		return question;
	if (purchase_runs_busy(app->runs))
		return app->settings.state_dir[0]
			   ? "It isn't known yet whether your purchase was made. The next start finds out. Leave now?"
			   : "It isn't known yet whether your purchase was made. Leave without knowing?";
	if (!cart_model_units(app->cart) || (is_kept && cart_model_is_saved(app->cart)))
		return NULL;
	return is_kept ? "What is in the cart is not saved yet. Leave all the same?"
		       : "What is in the cart is kept only as long as this runs. Leave it?";
}

static void go_down(struct app *app, size_t depth)
{
	while (app->depth > depth)
		remove_top(app);
	show_top(app);
}

static void leave_above(struct app *app, void *context)
{
	go_down(app, (size_t)(uintptr_t)context);
}

/* A screen that people can open by name is open once at most: asking for it again goes back to it. True when it was
 * open. */
static bool go_back_to(struct app *app, enum screen_id id)
{
	size_t at = app->depth;

	while (at > 0 && app->stack[at - 1]->id != id)
		at--;
	if (!at || app_entries[id].who == FOR_NOBODY)
		return false;
	if (at == app->depth)
		return true;
	const char *question = unsaved_above(app, at);
	if (question)
		overlay_ask(app, "leave", leave_above, (void *)(uintptr_t)at, question);
	else
		go_down(app, at);
	return true;
}

static void open_from_menu(struct app *app, enum screen_id id)
{
	app_clear_stack(app);
	open_layer(app, id, NULL);
	/* Without any screen there is nothing to show and no way to go on. */
	if (!app->depth) {
		err_memory(&app->quit_err, "opening a screen");
		app->quit = true;
	}
}

static void leave_for_menu(struct app *app, void *context)
{
	open_from_menu(app, (enum screen_id)(intptr_t)context);
}

void app_push(struct app *app, enum screen_id id, const void *argument)
{
	const struct layer *top = app_top(app);
	const char *question;

	if (!app_screens[id]->in_menu) {
		if (argument || !go_back_to(app, id))
			open_layer(app, id, argument);
		return;
	}
	if (top && top->id == id)
		return;
	question = app_unsaved(app);
	if (question)
		overlay_ask(app, "leave", leave_for_menu, (void *)(intptr_t)id, question);
	else
		open_from_menu(app, id);
}

void app_push_for(struct app *app, enum screen_id id, const void *argument, void *owner, app_result *on_result)
{
	size_t before = app->depth;

	assert(!app_screens[id]->in_menu && app_layer(app, owner));
	open_layer(app, id, argument);
	if (app->depth != before + 1 || app_top(app)->id != id)
		return;
	app_top(app)->owner = owner;
	app_top(app)->on_result = on_result;
}

/* 1 + the place of the layer with that state; 0: there is none. */
static size_t find_place(const struct app *app, const void *state)
{
	size_t at = app->depth;

	while (at > 0 && app->stack[at - 1]->state != state)
		at--;
	return at;
}

void app_replace_screen(struct app *app, const void *state, enum screen_id id, const void *argument)
{
	size_t at = find_place(app, state), before = app->depth;

	/* The argument may be part of the screen that is closed. So the new one is opened first, on top, and then moved
	 * down. */
	if (!at)
		return;
	if (before == APP_DEPTH_MAX)
		remove_at(app, at - 1);
	open_layer(app, id, argument);
	if (before == APP_DEPTH_MAX || app->depth != before + 1)
		return;
	remove_at(app, at - 1);
	struct layer *layer = app_top(app);
	memmove(app->stack + at, app->stack + at - 1, (app->depth - at) * sizeof(struct layer *));
	app->stack[at - 1] = layer;
}

void app_replace(struct app *app, enum screen_id id, const void *argument)
{
	app_replace_screen(app, app_top(app)->state, id, argument);
}

void app_close_screen(struct app *app, const void *state)
{
	size_t at = find_place(app, state);

	if (!at)
		return;
	remove_at(app, at - 1);
	if (!app->depth)
		app_home(app);
	else if (at > app->depth)
		show_top(app);
}

void app_set_result(struct app *app, const void *state, const void *result)
{
	struct layer *layer = app_layer(app, state);

	if (layer)
		layer->result = result;
}

void app_close_with(struct app *app, const void *state, const void *result)
{
	app_set_result(app, state, result);
	app_close_screen(app, state);
}

void app_close(struct app *app)
{
	const struct layer *top = app_top(app);

	if (top)
		app_close_screen(app, top->state);
	else
		app_home(app);
}

static void leave_top(struct app *app, void *context)
{
	(void)context;
	app_close(app);
}

void app_back(struct app *app)
{
	struct layer *top = app_top(app);
	const char *question;

	if (app->depth < 2)
		return;
	question = top->screen->unsaved ? top->screen->unsaved(app, top->state) : NULL;
	if (question)
		overlay_ask(app, "leave", leave_top, NULL, question);
	else
		app_close(app);
}

void app_home(struct app *app)
{
	enum screen_id home = app_group(app) == GROUP_SELLERS ? SCREEN_inventory : SCREEN_shop;

	/* If it lies at the bottom already, it keeps its search and its place. */
	if (!app->depth || app->stack[0]->id != home || app->depth < 2) {
		app_push(app, home, NULL);
		return;
	}
	while (app->depth > 1)
		remove_top(app);
	show_top(app);
}

struct arena *app_arena(struct app *app, const void *state)
{
	return &app_layer(app, state)->arena;
}

void app_timer(struct app *app, void *state, int milliseconds)
{
	struct layer *layer = app_layer(app, state);

	if (layer)
		layer->timer_at = milliseconds > 0 ? clock_monotonic() + milliseconds : 0;
}
