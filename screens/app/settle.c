#include "screens/app/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "screens/app/buying.h"

enum { CLAIMS_MAX = 16 };

/* A purchase that is being settled. */
struct item {
	struct item *next;
	struct app *app;
	struct pending *pending;
	net_id call; /* 0: to be asked about at the next occasion */
	bool told;   /* that it isn't known yet */
};

/* There is one terminal, one app, and so one of these. It is the owner of the calls. */
static struct settle {
	struct item *items;
	char claims[CLAIMS_MAX][PENDING_KEY_SIZE]; /* "": free */
} settle;

static const char *current_user(struct app *app)
{
	const struct session *session = net_session(app_net(app));

	return session && session->group == GROUP_CLIENTS ? session->user_id : "";
}

static bool is_current(const struct item *item)
{
	return !strcmp(item->pending->user_id, current_user(item->app));
}

/* ---- claims ---- */

static char *find_claim(const char *key)
{
	for (size_t i = 0; i < CLAIMS_MAX; i++)
		if (!strcmp(settle.claims[i], key))
			return settle.claims[i];
	return NULL;
}

void settle_claim(struct app *app, const char *key)
{
	char *place = find_claim("");

	(void)app;
	if (place)
		snprintf(place, PENDING_KEY_SIZE, "%s", key);
}

void settle_release(struct app *app, const char *key)
{
	char *place = find_claim(key);

	(void)app;
	if (place)
		*place = '\0';
}

bool settle_is_busy(struct app *app)
{
	(void)app;
	for (size_t i = 0; i < CLAIMS_MAX; i++)
		if (settle.claims[i][0])
			return true;
	for (const struct item *item = settle.items; item; item = item->next)
		if (is_current(item))
			return true;
	return false;
}

bool settle_holds(struct app *app, const char *product_id)
{
	(void)app;
	for (const struct item *item = settle.items; item; item = item->next) {
		const struct purchase_request *request = &item->pending->request;

		for (size_t i = 0; i < request->items_count && is_current(item); i++)
			if (!strcmp(request->items[i].product_id, product_id))
				return true;
	}
	return false;
}

int64_t settle_wait(struct app *app)
{
	int64_t longest = 0;

	for (const struct item *item = settle.items; item; item = item->next) {
		int64_t wait = is_current(item) ? net_may_record_ms(app_net(app), item->pending) : 0;
		longest = wait > longest ? wait : longest;
	}
	return longest;
}

/* ---- telling ---- */

/* The first platform may record it for many minutes yet. */
static void tell_waiting(struct item *item)
{
	struct app *app = item->app;
	int64_t wait = net_may_record_ms(app_net(app), item->pending);
	char date[APP_TEXT], until[APP_TEXT];

	if (item->told || !item->pending->sent || !wait)
		return;
	item->told = true;
	app_say(app, TOAST_WARN, NULL, "Not known yet: your purchase of %s. The shop may record it until %s; then you are told",
		app_date(item->pending->started_at, date), app_time(clock_now() + wait, until));
}

static void tell_done(struct app *app, const struct net_reply *reply)
{
	const struct purchase *purchase = reply->answer;
	char date[APP_TEXT], total[APP_TEXT];

	app_say(app, TOAST_GOOD, NULL, "Your purchase of %s is settled: bought, %s %s",
		app_date(purchase->purchase_date, date), app_money(purchase->total, total), purchase->currency);
}

static void tell_partly(struct app *app, const struct net_reply *reply)
{
	int64_t wanted = 0, recorded = 0, unknown = 0;

	for (size_t i = 0; i < reply->recorded_count; i++) {
		wanted += reply->recorded[i].quantity;
		recorded += reply->recorded[i].recorded;
		unknown += reply->recorded[i].unknown;
	}
	app_say(app, TOAST_BAD, NULL, "Of an interrupted purchase %lld of %lld are recorded%s; Purchases shows them",
		(long long)recorded, (long long)wanted, unknown ? ", perhaps more" : "");
}

static void tell_not(struct app *app, const struct pending *pending, const struct net_reply *reply)
{
	char date[APP_TEXT];

	app_say(app, TOAST_BAD, NULL, "Your purchase of %s was not made, nothing was charged: %s",
		app_date(pending->started_at, date), reply->err.message);
}

/* ---- asking ---- */

static void item_free(struct item *item)
{
	struct item **place = &settle.items;

	while (*place && *place != item)
		place = &(*place)->next;
	if (*place)
		*place = item->next;
	pending_free(item->pending);
	free(item);
}

static void ask(struct item *item);

static void on_reply(void *context, struct net_reply *reply)
{
	struct item *item = context;
	struct app *app = item->app;
	enum buying_end end = buying_end_of(reply, net_profile(app_net(app)), true);
	struct err err;

	item->call = 0;
	app_dirty(app);
	if (end == BUYING_UNKNOWN) {
		/* It was asked for as long as net asks; whatever ended at once would end at once again. */
		if (reply->attempts > 1 && reply->err.kind != ERR_UNAUTHENTICATED)
			ask(item);
		return;
	}
	if (!pending_settle(item->pending, net_state(app_net(app)), &err))
		app_failed(app, &err);
	if (end == BUYING_DONE) {
		buying_take_bought(app, item->pending);
		tell_done(app, reply);
	} else if (end == BUYING_PARTLY) {
		buying_take_recorded(app, reply);
		tell_partly(app, reply);
	} else {
		if (end == BUYING_DIFFERS)
			buying_learn(app, item->pending, reply);
		tell_not(app, item->pending, reply);
	}
	item_free(item);
	if (!settle_is_busy(app))
		cart_model_buying(app_cart(app), false);
}

static void ask(struct item *item)
{
	struct app *app = item->app;
	struct net_args args = buying_args(app, item->pending, true);

	if (item->call || !is_current(item))
		return;
	tell_waiting(item);
	/* What is in the cart here may be what was bought: it isn't brought to the platform before that is known. */
	if (cart_model_units(app_cart(app)))
		cart_model_buying(app_cart(app), true);
	item->call = net_call(app_net(app), API_purchase_create, &args, &settle, on_reply, item);
}

static bool is_known(const char *key)
{
	for (const struct item *item = settle.items; item; item = item->next)
		if (!strcmp(item->pending->key, key))
			return true;
	return find_claim(key);
}

/* Takes the record; without memory it is left for the next start. */
static void add(struct app *app, struct pending *pending)
{
	struct item *item = calloc(1, sizeof *item);

	if (!item) {
		pending_free(pending);
		return;
	}
	pending->next = NULL;
	*item = (struct item){.next = settle.items, .app = app, .pending = pending};
	settle.items = item;
}

void settle_pending(struct app *app)
{
	struct pending *pending = *current_user(app) ? pending_load(net_state(app_net(app)), current_user(app)) : NULL;

	while (pending) {
		struct pending *next = pending->next;

		if (is_known(pending->key))
			pending_free(pending);
		else
			add(app, pending);
		pending = next;
	}
	for (struct item *item = settle.items; item; item = item->next)
		ask(item);
}

void settle_take_over(struct app *app, struct pending *pending)
{
	settle_release(app, pending->key);
	add(app, pending);
	settle_pending(app);
}

void settle_forget(struct app *app)
{
	if (app_net(app))
		net_cancel_owner(app_net(app), &settle);
	while (settle.items)
		item_free(settle.items);
	memset(settle.claims, 0, sizeof settle.claims);
}
