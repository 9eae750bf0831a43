/* The platform as screens see it: calls, who is signed in, and what errors mean to people. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app/app_internal.h"
#include "screens/app/words.h"

struct net *app_net(struct app *app)
{
	return app->net;
}

struct cart_model *app_cart(struct app *app)
{
	return app->cart;
}

struct purchase_runs *app_runs(struct app *app)
{
	return app->runs;
}

const char *app_currency(struct app *app)
{
	return net_currency(app->net);
}

enum group app_group(struct app *app)
{
	const struct session *session = net_session(app->net);

	return session ? session->group : GROUP_NONE;
}

/* ---- calls ---- */

struct pending_call {
	struct app *app;
	void *state;
	app_reply *reply;
};

static void on_reply(void *context, struct net_reply *reply)
{
	const struct pending_call *call = context;

	call->reply(call->app, call->state, reply);
	app_dirty(call->app);
}

net_id app_call(struct app *app, void *state, enum api_op op, const struct net_args *args, app_reply *reply)
{
	struct layer *layer = app_layer(app, state);
	struct pending_call *call = layer ? arena_alloc(&layer->arena, sizeof *call) : NULL;
	net_id id = 0;

	if (call) {
		*call = (struct pending_call){app, state, reply};
		id = net_call(app->net, op, args, state, on_reply, call);
	}
	if (!id)
		app_say(app, TOAST_BAD, NULL, "There is not enough memory for this");
	app_dirty(app);
	return id;
}

bool app_waiting(struct app *app, const void *state)
{
	return net_oldest_ms(app->net, state) >= SPINNER_DELAY_MS;
}

/* ---- the session ---- */

enum { COUNT_MS = 60 * 1000 }; /* a new sale is shown in the header after at most this time */

static struct layer *find_number(const struct app *app, uint64_t number)
{
	for (size_t i = 0; i < app->depth; i++)
		if (app->stack[i]->number == number)
			return app->stack[i];
	return NULL;
}

/* Tells the screens that are there now. A screen that is told may close others. It may open new ones, too: these know
 * already. */
static void tell_screens(struct app *app)
{
	uint64_t numbers[APP_DEPTH_MAX];
	size_t count = app->depth;

	for (size_t i = 0; i < count; i++)
		numbers[i] = app->stack[i]->number;
	for (size_t i = 0; i < count; i++) {
		struct layer *layer = find_number(app, numbers[i]);

		if (layer && layer->screen->shown)
			layer->screen->shown(app, layer->state);
	}
	app_dirty(app);
}

static void on_stats(void *context, struct net_reply *reply)
{
	struct app *app = context;
	const struct seller_stats *stats = reply->answer;

	if (reply->ok)
		app->open_sales = stats->open_sales;
	app_dirty(app);
}

void app_count_sales(struct app *app)
{
	const struct session *session = net_session(app->net);
	const struct stats_query query = {.days = 1};

	net_cancel_owner(app->net, &app->open_sales);
	app->count_at = 0;
	if (!session || session->group != GROUP_SELLERS || !net_offers(app->net, API_seller_stats)) {
		app->open_sales = 0;
		return;
	}
	app->count_at = clock_monotonic() + COUNT_MS;
	if (net_online(app->net))
		net_call(app->net, API_seller_stats,
			 &(struct net_args){.id = session->user_id, .query = &query, .background = true},
			 &app->open_sales, on_stats, app);
}

void app_session_changed(struct app *app)
{
	cart_model_session(app->cart);
	purchase_runs_ask(app->runs);
	app_count_sales(app);
	tell_screens(app);
	/* A seller may look into the shop, but does not start there. */
	if (app->depth && (!app_offers(app, app->stack[0]->id) ||
			   (app_group(app) == GROUP_SELLERS && app->stack[0]->id == SCREEN_shop)))
		app_home(app);
	if (app->wanted && app_group(app) != GROUP_NONE) {
		int wanted = app->wanted - 1;
		app->wanted = 0;
		app_go(app, (enum screen_id)wanted);
	}
}

static void sign_out(struct app *app, void *context)
{
	(void)context;
	net_sign_out(app->net);
	app_clear_stack(app);
	app_session_changed(app);
	app_home(app);
	app_say(app, TOAST_GOOD, NULL, "Signed out");
}

void app_sign_out(struct app *app)
{
	const char *question = app_unsaved(app);

	if (question)
		overlay_ask(app, "sign out", sign_out, NULL, question);
	else
		sign_out(app, NULL);
}

bool app_need_session(struct app *app, enum group group)
{
	enum group now = app_group(app);

	if (now != GROUP_NONE && (group == GROUP_NONE || now == group))
		return true;
	if (now != GROUP_NONE) {
		app_say(app, TOAST_WARN, NULL,
			group == GROUP_CLIENTS ? "Only clients can do this, and you are signed in as a seller"
					       : "Only sellers can do this, and you are signed in as a client");
		return false;
	}
	app_push(app, SCREEN_sign_in, NULL);
	return false;
}

/* What failed while the platform was out of reach may be asked for again. */
static void on_link(void *context, bool online)
{
	struct app *app = context;

	const struct layer *top = app_top(app);

	if (online && top && top->screen->shown)
		top->screen->shown(app, top->state);
	app_dirty(app);
}

static void on_profile(void *context, enum net_profile profile)
{
	struct app *app = context;

	if (profile == NET_PROFILE_FULL)
		cart_model_refresh(app->cart);
	app_dirty(app);
}

static void on_session_ended(void *context, const struct err *why)
{
	struct app *app = context;

	(void)why;
	cart_model_session_lost(app->cart);
	tell_screens(app);
	app_push(app, SCREEN_sign_in, NULL);
	app_say(app, TOAST_WARN, NULL, "You were signed out: sign in again to go on");
}

static void on_session_unsaved(void *context, const struct err *why)
{
	app_say(context, TOAST_WARN, NULL, "You are signed in, but only until you leave: %s", why->message);
}

static void use_https(struct app *app, void *context)
{
	struct err err;
	(void)context;

	if (!settings_secure(&app->settings, net_url(app->net), app->secured, &err))
		app_failed(app, &err);
	app_connect(app, app->secured);
}

/* Anybody can have sent the redirect, so people are asked before it is followed. A kiosk's visitors are not asked. */
static void on_secured(void *context, const char *url)
{
	struct app *app = context;
	char text[2 * SETTINGS_URL];

	if (app->settings.kiosk || strlen(url) >= sizeof app->secured)
		return;
	snprintf(app->secured, sizeof app->secured, "%s", url);
	snprintf(text, sizeof text,
		 "%s wants to be spoken to by https. Speak to %s from now on? Nothing of yours was sent; whoever was "
		 "signed in signs in again.",
		 net_url(app->net), url);
	overlay_ask(app, "yes, by https", use_https, NULL, text);
	app_dirty(app);
}

static void on_cart_changed(void *context)
{
	app_dirty(context);
}

static void on_cart_failed(void *context, const struct err *err)
{
	struct app *app = context;

	char text[WORDS_TEXT];

	if (err->kind != ERR_UNAUTHENTICATED && err->kind != ERR_CANCELLED)
		app_say(app, TOAST_WARN, NULL, "The cart is not saved yet. %s", words_of(err, text));
}

static bool is_cart_held(void *context)
{
	const struct app *app = context;

	return app->runs && purchase_runs_busy(app->runs);
}

/* When no files can be written people can still look around and buy. */
static struct net *open_without_files(struct app *app, struct net_options *options, const struct err *why)
{
	app_say(app, TOAST_WARN, NULL, "Nothing is kept here, not even who is signed in: %s", why->message);
	app->settings.state_dir[0] = '\0';
	options->state_dir = NULL;
	return net_new(options, NULL);
}

bool app_open_net(struct app *app, struct err *err)
{
	const struct settings *settings = &app->settings;
	struct err why = {.kind = ERR_NONE};
	struct net_options options = {
	    .url = settings->api,
	    .state_dir = settings->state_dir[0] ? settings->state_dir : NULL,
	    .ca_file = settings->ca_file[0] ? settings->ca_file : NULL,
	    .events = {.link_changed = on_link,
		       .secured = on_secured,
		       .profile_known = on_profile,
		       .session_ended = on_session_ended,
		       .session_unsaved = on_session_unsaved},
	    .context = app,
	};
	const struct cart_model_events events = {on_cart_changed, on_cart_failed, is_cart_held, app};

	app->net = net_new(&options, &why);
	if (!app->net && why.kind == ERR_FILE && options.state_dir)
		app->net = open_without_files(app, &options, &why);
	if (!app->net) {
		if (err)
			*err = why;
		return false;
	}
	app->cart = cart_model_new(app->net, &events);
	app->runs = app->cart ? app_new_runs(app) : NULL;
	if (!app->runs) {
		app->cart = cart_model_free(app->cart);
		app->net = net_free(app->net);
		return err_memory(err, "starting");
	}
	net_watch(app->net, true);
	cart_model_session(app->cart);
	purchase_runs_ask(app->runs);
	app_count_sales(app);
	return true;
}

void app_close_net(struct app *app)
{
	app->runs = purchase_runs_free(app->runs);
	app->cart = cart_model_free(app->cart);
	app->net = net_free(app->net);
}

void app_connect(struct app *app, const char *url)
{
	snprintf(app->reconnect, sizeof app->reconnect, "%s", url);
	app_dirty(app);
}

/* ---- errors ---- */

/* Errors that may go away by themselves: for these, trying again is offered. */
static const bool passing[ERR_KINDS] = {
    [ERR_NETWORK] = true,     [ERR_TIMEOUT] = true,  [ERR_TLS] = true,	     [ERR_PROTOCOL] = true,
    [ERR_UNAVAILABLE] = true, [ERR_INTERNAL] = true, [ERR_THROTTLED] = true, [ERR_FILE] = true,
};

/* Does the top screen have a key to try again? */
static const char *again_hint(const struct app *app, char hint[KEY_NAME_SIZE + 8])
{
	const struct layer *top = app_top(app);
	const struct keymap *keymap = top ? &app->keymaps[top->id] : NULL;
	char key[KEY_NAME_SIZE];

	for (size_t i = 0; keymap && i < keymap->count; i++) {
		if (strcmp(keymap->bindings[i].name, "refresh") != 0)
			continue;
		keymap_key_name(keymap, keymap->bindings[i].action, key);
		snprintf(hint, KEY_NAME_SIZE + 8, "%s again", key);
		return hint;
	}
	return NULL;
}

void app_failed(struct app *app, const struct err *err)
{
	char hint[KEY_NAME_SIZE + 8], text[WORDS_TEXT];

	if (err->kind == ERR_CANCELLED || err->kind == ERR_NONE)
		return;
	if (err->kind == ERR_UNAUTHENTICATED) {
		/* They are about to sign in, and were told why. */
		if (app_top(app)->id == SCREEN_sign_in)
			return;
		app_say(app, TOAST_WARN, NULL, "%s", words_of(err, text));
		if (app_group(app) == GROUP_NONE)
			app_push(app, SCREEN_sign_in, NULL);
		return;
	}
	if (err->kind == ERR_FORBIDDEN && !strcmp(err->message, "Missing Authentication Token")) {
		/* This is API Gateway's answer to any path that it doesn't know. */
		app_say(app, TOAST_BAD, NULL, "No shop answers at this address; is its path complete, such as /Prod?");
		return;
	}
	app_say(app, TOAST_BAD, passing[err->kind] ? again_hint(app, hint) : NULL, "%s", words_of(err, text));
}
