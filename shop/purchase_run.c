#include "shop/purchase_run.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* How long a call asks for a purchase: nobody wants to give up before they know what became of their money. And how
 * long a screen waits before it asks again. */
enum { ASK_MS = 60 * 60 * 1000, PAUSE_MS = 2000 };

struct purchase_run {
	struct purchase_run *next;
	struct purchase_runs *runs;
	struct pending *pending;
	enum run_state state;
	net_id call;          /* 0: none is under way */
	int64_t due_at;       /* RUN_PAUSING: when to ask again, by clock_monotonic; 0: never */
	int64_t begun_at;     /* clock_monotonic */
	unsigned attempts;    /* of calls that have ended */
	bool late_told;
	purchase_run_heard *heard; /* NULL: no screen watches */
	void *context;
};

struct purchase_runs {
	struct net *net;
	struct cart_model *cart;
	struct purchase_runs_events events;
	struct purchase_run *first;
	unsigned news;
};

/* ---- from state to state ---- */

enum { STAYS, TO_CHECKING, TO_PAUSING, TO_WAITING };

static const unsigned char steps[RUN_LIVE][RUN_EVENTS] = {
    [RUN_SENDING] = {[RUN_AWAY] = TO_WAITING,
		     [RUN_LEFT] = TO_CHECKING,
		     [RUN_LOST] = TO_PAUSING,
		     [RUN_LOST_UNWATCHED] = TO_CHECKING,
		     [RUN_LOST_FOR_NOW] = TO_WAITING},
    [RUN_CHECKING] = {[RUN_AWAY] = TO_WAITING,
		      [RUN_LEFT] = TO_CHECKING,
		      [RUN_LOST] = TO_PAUSING,
		      [RUN_LOST_UNWATCHED] = TO_CHECKING,
		      [RUN_LOST_FOR_NOW] = TO_WAITING},
    [RUN_PAUSING] = {[RUN_ASKED] = TO_CHECKING,
		     [RUN_AWAY] = TO_WAITING,
		     [RUN_DUE] = TO_CHECKING,
		     [RUN_LEFT] = TO_CHECKING},
    [RUN_WAITING] = {[RUN_ASKED] = TO_CHECKING},
};

enum run_state purchase_run_next(enum run_state state, enum run_event event, bool *ret_anew)
{
	static const enum run_state states[] = {
	    [TO_CHECKING] = RUN_CHECKING, [TO_PAUSING] = RUN_PAUSING, [TO_WAITING] = RUN_WAITING};

	assert(state < RUN_LIVE && event < RUN_EVENTS);
	unsigned char step = steps[state][event];
	*ret_anew = step == TO_CHECKING;
	return step == STAYS ? state : states[step];
}

/* ---- whose runs ---- */

static const char *current_user(const struct purchase_runs *runs)
{
	const struct session *session = net_session(runs->net);

	return session && session->group == GROUP_CLIENTS ? session->user_id : "";
}

static bool is_current(const struct purchase_run *run)
{
	return !strcmp(run->pending->user_id, current_user(run->runs));
}

static bool is_base(const struct purchase_runs *runs)
{
	return net_profile(runs->net) == NET_PROFILE_BASE;
}

/* ---- the list ---- */

static struct purchase_run *add(struct purchase_runs *runs, struct pending *pending)
{
	struct purchase_run *run = calloc(1, sizeof *run);

	if (!run)
		return NULL;
	pending->next = NULL;
	*run = (struct purchase_run){.next = runs->first,
				     .runs = runs,
				     .pending = pending,
				     .state = RUN_WAITING,
				     .begun_at = clock_monotonic()};
	runs->first = run;
	return run;
}

static void take_out(struct purchase_run *run)
{
	struct purchase_run **place = &run->runs->first;

	while (*place != run)
		place = &(*place)->next;
	*place = run->next;
}

static void run_free(struct purchase_run *run)
{
	net_cancel(run->runs->net, run->call);
	pending_free(run->pending);
	free(run);
}

struct purchase_runs *purchase_runs_new(struct net *net, struct cart_model *cart,
					const struct purchase_runs_events *events)
{
	struct purchase_runs *runs = calloc(1, sizeof *runs);

	assert(events->heard && events->late && events->failed);
	if (runs)
		*runs = (struct purchase_runs){.net = net, .cart = cart, .events = *events};
	return runs;
}

struct purchase_runs *purchase_runs_free(struct purchase_runs *runs)
{
	while (runs && runs->first) {
		struct purchase_run *run = runs->first;

		runs->first = run->next;
		run_free(run);
	}
	free(runs);
	return NULL;
}

/* ---- asking ---- */

static void on_reply(void *context, struct net_reply *reply);

/* Asks for up to an hour. In the base profile nothing is repeated and each unit has a time limit of its own: the calls
 * before the first unit must not take an hour. */
static bool ask(struct purchase_run *run)
{
	struct purchase_runs *runs = run->runs;
	const struct net_args args = {.body = &run->pending->request,
				      .key = run->pending->key,
				      .pending = run->pending,
				      .again = run->state != RUN_SENDING,
				      .background = run->state != RUN_SENDING,
				      .deadline_ms = is_base(runs) ? 0 : ASK_MS};

	run->call = net_call(runs->net, API_purchase_create, &args, runs, on_reply, run);
	return run->call;
}

static void tell_late(struct purchase_run *run)
{
	struct purchase_runs *runs = run->runs;

	if (run->heard || run->late_told || !run->pending->sent || !purchase_run_late_ms(runs, run))
		return;
	run->late_told = true;
	runs->events.late(runs->events.context, run);
}

static void begin_pause(struct purchase_run *run)
{
	run->state = RUN_PAUSING;
	run->due_at = clock_monotonic() + PAUSE_MS;
}

static void step(struct purchase_run *run, enum run_event event)
{
	bool anew;
	enum run_state state = purchase_run_next(run->state, event, &anew);

	if (state == run->state && !anew)
		return;
	net_cancel(run->runs->net, run->call);
	run->call = 0;
	run->due_at = 0;
	run->state = state;
	if (state == RUN_PAUSING)
		begin_pause(run);
	if (state != RUN_CHECKING)
		return;
	tell_late(run);
	if (ask(run))
		return;
	/* Memory ended. */
	run->state = RUN_WAITING;
	if (run->heard)
		begin_pause(run);
}

/* ---- replies ---- */

static enum run_event event_of_lost(const struct purchase_run *run, const struct net_reply *reply)
{
	if (!is_current(run))
		return RUN_LOST_FOR_NOW;
	if (run->heard)
		return RUN_LOST;
	/* What ended at once would end at once again. */
	return reply->attempts > 1 && reply->err.kind != ERR_UNAUTHENTICATED ? RUN_LOST_UNWATCHED : RUN_LOST_FOR_NOW;
}

static void hear(const struct purchase_run *run, struct net_reply *reply)
{
	const struct purchase_runs_events *events = &run->runs->events;

	if (run->heard)
		run->heard(run->context, run, reply);
	else
		events->heard(events->context, run, reply);
}

static void end(struct purchase_run *run, enum buying_end end, struct net_reply *reply)
{
	static const enum run_state states[] = {[BUYING_DONE] = RUN_BOUGHT,
						[BUYING_REFUSED] = RUN_REFUSED,
						[BUYING_DIFFERS] = RUN_DIFFERS,
						[BUYING_PARTLY] = RUN_PARTLY};
	struct purchase_runs *runs = run->runs;
	struct err err;

	run->state = states[end];
	take_out(run);
	if (!pending_settle(run->pending, net_state(runs->net), &err))
		runs->events.failed(runs->events.context, &err);
	runs->news += end == BUYING_DONE || end == BUYING_DIFFERS;
	if (end == BUYING_DONE)
		buying_take_bought(runs->cart, run->pending);
	else if (end == BUYING_PARTLY)
		buying_take_recorded(runs->cart, reply);
	else if (end == BUYING_DIFFERS)
		buying_learn(runs->cart, run->pending, reply);
	cart_model_hold_changed(runs->cart);
	hear(run, reply);
	run_free(run);
}

static void on_reply(void *context, struct net_reply *reply)
{
	struct purchase_run *run = context;
	enum buying_end what = buying_end_of(reply, net_profile(run->runs->net), run->state != RUN_SENDING);

	run->call = 0;
	run->attempts += reply->attempts;
	if (what != BUYING_UNKNOWN) {
		end(run, what, reply);
		return;
	}
	step(run, event_of_lost(run, reply));
	hear(run, reply);
}

/* ---- the start, and the end of watching ---- */

static bool may_begin(const struct purchase_runs *runs, const struct purchase_request *request, struct err *err)
{
	bool held = purchase_runs_block(runs);

	for (size_t i = 0; i < request->items_count && !held; i++)
		held = purchase_runs_hold(runs, request->items[i].product_id);
	return !held || err_code(err, ERR_CONFLICT, "unsettled",
				 "An earlier purchase is not settled yet: wait until it is known");
}

struct purchase_run *purchase_run_begin(struct purchase_runs *runs, const struct purchase_request *request,
					purchase_run_heard *heard, void *context, struct err *err)
{
	if (!may_begin(runs, request, err))
		return NULL;

	struct pending *pending = pending_new(net_state(runs->net), current_user(runs), request, err);
	if (!pending)
		return NULL;
	struct purchase_run *run = add(runs, pending);
	if (run) {
		run->state = RUN_SENDING;
		run->heard = heard;
		run->context = context;
		if (ask(run)) {
			cart_model_hold_changed(runs->cart);
			return run;
		}
		take_out(run);
	}
	(void)pending_settle(pending, net_state(runs->net), NULL);
	if (run)
		run_free(run);
	else
		pending_free(pending);
	err_memory(err, "buying");
	return NULL;
}

void purchase_run_leave(struct purchase_runs *runs, struct purchase_run *run)
{
	run->heard = NULL;
	run->context = NULL;
	step(run, is_current(run) ? RUN_LEFT : RUN_AWAY);
	purchase_runs_ask(runs);
}

/* ---- about one run ---- */

enum run_state purchase_run_state(const struct purchase_run *run)
{
	return run->state;
}

bool purchase_run_is_unknown(const struct purchase_runs *runs, const struct purchase_run *run)
{
	/* In the base profile each unit is a call of its own: the number of attempts says nothing. */
	return run->state != RUN_SENDING || (!is_base(runs) && purchase_run_attempts(runs, run) > 1);
}

unsigned purchase_run_attempts(const struct purchase_runs *runs, const struct purchase_run *run)
{
	return run->attempts + net_attempts(runs->net, run->call);
}

int64_t purchase_run_age_ms(const struct purchase_run *run)
{
	return clock_monotonic() - run->begun_at;
}

int64_t purchase_run_started_at(const struct purchase_run *run)
{
	return run->pending->started_at;
}

int64_t purchase_run_late_ms(const struct purchase_runs *runs, const struct purchase_run *run)
{
	return net_may_record_ms(runs->net, run->pending);
}

/* ---- all of them ---- */

static bool is_known(const struct purchase_runs *runs, const char *key)
{
	for (const struct purchase_run *run = runs->first; run; run = run->next)
		if (!strcmp(run->pending->key, key))
			return true;
	return false;
}

/* A record that memory has no room for is loaded at the next occasion. */
static void load(struct purchase_runs *runs)
{
	const char *user = current_user(runs);
	struct pending *pending = *user ? pending_load(net_state(runs->net), user) : NULL;

	while (pending) {
		struct pending *next = pending->next;

		if (is_known(runs, pending->key) || !add(runs, pending))
			pending_free(pending);
		pending = next;
	}
}

void purchase_runs_ask(struct purchase_runs *runs)
{
	load(runs);
	for (struct purchase_run *run = runs->first; run; run = run->next)
		step(run, is_current(run) ? RUN_ASKED : RUN_AWAY);
	cart_model_hold_changed(runs->cart);
}

int64_t purchase_runs_due(const struct purchase_runs *runs)
{
	int64_t due = 0;

	for (const struct purchase_run *run = runs->first; run; run = run->next)
		if (run->due_at && (!due || run->due_at < due))
			due = run->due_at;
	return due;
}

void purchase_runs_step(struct purchase_runs *runs)
{
	int64_t now = clock_monotonic();

	for (struct purchase_run *run = runs->first; run; run = run->next)
		if (run->due_at && run->due_at <= now)
			step(run, is_current(run) ? RUN_DUE : RUN_AWAY);
}

bool purchase_runs_busy(const struct purchase_runs *runs)
{
	for (const struct purchase_run *run = runs->first; run; run = run->next)
		if (run->heard || is_current(run))
			return true;
	return false;
}

bool purchase_runs_block(const struct purchase_runs *runs)
{
	return !is_base(runs) && purchase_runs_busy(runs);
}

bool purchase_runs_hold(const struct purchase_runs *runs, const char *product_id)
{
	for (const struct purchase_run *run = runs->first; run; run = run->next) {
		const struct purchase_request *request = &run->pending->request;

		for (size_t i = 0; i < request->items_count && is_current(run); i++)
			if (!strcmp(request->items[i].product_id, product_id))
				return true;
	}
	return false;
}

int64_t purchase_runs_late_ms(const struct purchase_runs *runs)
{
	int64_t longest = 0;

	for (const struct purchase_run *run = runs->first; run; run = run->next) {
		int64_t wait = is_current(run) ? purchase_run_late_ms(runs, run) : 0;

		longest = wait > longest ? wait : longest;
	}
	return longest;
}

unsigned purchase_runs_news(const struct purchase_runs *runs)
{
	return runs->news;
}
