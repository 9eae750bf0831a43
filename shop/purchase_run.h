/* purchase_run.h: purchases that are under way, from the moment in which somebody says yes until it is known what
 * became of them. Here, and nowhere else, is kept what belongs to one: its record on the disk (net/pending.h), the
 * call that asks for it, how far it is, and which screen watches it.
 *
 * What is promised:
 *  - Key and items are on the disk before anything leaves, and they are sent again, the same, until the platform has
 *    said what became of them; at the next start, too.
 *  - Until then nothing else is bought. In the base profile, which records unit by unit, only what an earlier
 *    purchase may still get is held back.
 *  - The record goes when the end is known, and not before.
 *
 * A screen may watch a run, and hears of every reply to it; when it goes away, it leaves the run, which is then asked
 * about at once. Runs that nobody watches, such as those found on the disk, are heard of by the events' `heard`.
 *
 * Nothing here waits: the program's loop calls purchase_runs_step when purchase_runs_due says so.
 */
#ifndef VITRINE_SHOP_PURCHASE_RUN_H
#define VITRINE_SHOP_PURCHASE_RUN_H

#include "shop/buying.h"

enum run_state {
	RUN_SENDING,  /* a call asks for it; no reply was lost so far */
	RUN_CHECKING, /* not known whether it was made; a call asks again with its key (base profile: only looks) */
	RUN_PAUSING,  /* not known; it is asked again in a moment */
	RUN_WAITING,  /* not known; it is asked again when its buyer is signed in and purchase_runs_ask is called */
	RUN_LIVE,     /* those above: how many they are */
	RUN_BOUGHT = RUN_LIVE,
	RUN_REFUSED, /* nothing was bought */
	RUN_DIFFERS, /* nothing was bought: prices or stock are others now, and the cart knows them */
	RUN_PARTLY,  /* base profile: over, and not all of it was recorded; reply->recorded says what was */
	RUN_STATES
};

enum run_event {
	RUN_ASKED, /* purchase_runs_ask, and its buyer is signed in */
	RUN_AWAY,  /* purchase_runs_ask, and its buyer isn't */
	RUN_DUE,   /* the pause is over */
	RUN_LEFT,  /* nobody watches it any more */
	RUN_LOST,  /* a reply, or none, that says nothing: a screen watches, which wants to know */
	RUN_LOST_UNWATCHED, /* the same; it was asked for as long as it could be, and nobody watches */
	RUN_LOST_FOR_NOW,   /* the same; asked again at once it would end the same way: its buyer must sign in */
	RUN_EVENTS
};

/* The state that follows; the same one when the event means nothing in it. Whoever is in RUN_CHECKING and stays there
 * has to be asked about anew when `*ret_anew`. Pure. */
enum run_state purchase_run_next(enum run_state state, enum run_event event, bool *ret_anew);

struct purchase_runs; /* all that one storefront has under way */
struct purchase_run;  /* one of them */

/* A reply has come, and the run's state is what it led to. After an end (RUN_BOUGHT and those behind it) the run is
 * gone when this returns. The cart has already lost what was bought, or learnt what differs. */
typedef void purchase_run_heard(void *context, const struct purchase_run *run, struct net_reply *reply);

struct purchase_runs_events {
	purchase_run_heard *heard; /* of runs that nobody watches */
	/* Base profile: a run that nobody watches may still be recorded for a while. Told once of each. */
	void (*late)(void *context, const struct purchase_run *run);
	/* A record that isn't needed any more could not be removed. */
	void (*failed)(void *context, const struct err *err);
	void *context;
};

/* Both are borrowed; the cart's events ask purchase_runs_busy. NULL when memory ends. */
struct purchase_runs *purchase_runs_new(struct net *net, struct cart_model *cart,
					const struct purchase_runs_events *events);

/* Stops asking; the records stay. NULL-safe; returns NULL. */
struct purchase_runs *purchase_runs_free(struct purchase_runs *runs);

/* ---- one of them ---- */

/* Begins to buy: the record is on the disk, and the call made, when this returns. `heard` (of the screen that
 * watches) gets `context`. Somebody must be signed in. NULL: nothing has left. ERR_CONFLICT "unsettled": something
 * else has to be settled first; ERR_FILE, ERR_STORAGE_FULL: there can't be a record; ERR_MEMORY. */
struct purchase_run *purchase_run_begin(struct purchase_runs *runs, const struct purchase_request *request,
					purchase_run_heard *heard, void *context, struct err *err);

/* The screen that watches goes away: from now on the events hear of it. */
void purchase_run_leave(struct purchase_runs *runs, struct purchase_run *run);

enum run_state purchase_run_state(const struct purchase_run *run);

/* May it have been made, without anybody knowing? */
bool purchase_run_is_unknown(const struct purchase_runs *runs, const struct purchase_run *run);

/* How often it was asked for so far; for how many ms; and when it was begun (ms since 1970). */
unsigned purchase_run_attempts(const struct purchase_runs *runs, const struct purchase_run *run);
int64_t purchase_run_age_ms(const struct purchase_run *run);
int64_t purchase_run_started_at(const struct purchase_run *run);

/* Base profile: for how many ms more it may still be recorded; 0: no longer. */
int64_t purchase_run_late_ms(const struct purchase_runs *runs, const struct purchase_run *run);

/* ---- all of them ---- */

/* To be called whenever the session has changed, and when it is worth asking: finds what is on the disk for whoever
 * is signed in, and asks about all of theirs that are not being asked about. Those of others wait for them. */
void purchase_runs_ask(struct purchase_runs *runs);

/* When there is something to do (clock_monotonic); 0: nothing. And: does it. */
int64_t purchase_runs_due(const struct purchase_runs *runs);
void purchase_runs_step(struct purchase_runs *runs);

/* Is there one that isn't settled, of whoever is signed in or on a screen? */
bool purchase_runs_busy(const struct purchase_runs *runs);

/* Can't anything else be bought until all are settled? That is so where a purchase is made as a whole. */
bool purchase_runs_block(const struct purchase_runs *runs);

/* Base profile: has one that isn't settled asked for this product? And: for how many ms more one of them may be
 * recorded. */
bool purchase_runs_hold(const struct purchase_runs *runs, const char *product_id);
int64_t purchase_runs_late_ms(const struct purchase_runs *runs);

/* Another number once a purchase, or its refusal, has told that prices or stock of the catalogue aren't what they were:
 * whoever shows them asks for them again. */
unsigned purchase_runs_news(const struct purchase_runs *runs);

#endif
