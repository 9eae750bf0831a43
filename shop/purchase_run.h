/* purchase_run.h: purchases that are under way, from the buyer's yes until their end is known. All that belongs to one
 * is kept here and nowhere else: its record on the disk (net/pending.h), its call, its state, and the screen that
 * watches it.
 *
 * What is promised:
 *  - Key and items are on the disk before anything is sent. The same key and items are sent again until the platform
 *    has said what became of the purchase, even after a new start of the program.
 *  - Until then nothing else can be bought. The base profile records unit by unit: there only products that an earlier
 *    purchase may still get are held back.
 *  - The record is removed when the end is known, and not before.
 *
 * A screen may watch a run and hears every reply to it. When the screen closes it leaves the run, which is then asked
 * about at once. The events' `heard` hears of runs that no screen watches, such as those found on the disk.
 *
 * Nothing here waits: the program's loop calls purchase_runs_step when purchase_runs_due says so.
 */
#ifndef VITRINE_SHOP_PURCHASE_RUN_H
#define VITRINE_SHOP_PURCHASE_RUN_H

#include "shop/buying.h"

enum run_state {
	RUN_SENDING,  /* a call asks for it, and no reply was lost */
	RUN_CHECKING, /* perhaps it was made; a call asks again with its key (base profile: a call only looks) */
	RUN_PAUSING,  /* perhaps it was made; it is asked about again in a moment */
	RUN_WAITING,  /* perhaps it was made; purchase_runs_ask asks again when its buyer is signed in */
	RUN_LIVE,     /* the number of states above: in these it is under way */
	RUN_BOUGHT = RUN_LIVE,
	RUN_REFUSED, /* nothing was bought */
	RUN_DIFFERS, /* nothing was bought: prices or stock have changed, and the cart has the new ones */
	RUN_PARTLY,  /* base profile: it is over, but not all was recorded; reply->recorded says what was */
	RUN_STATES
};

enum run_event {
	RUN_ASKED, /* purchase_runs_ask; its buyer is signed in */
	RUN_AWAY,  /* purchase_runs_ask; its buyer is not signed in */
	RUN_DUE,   /* the pause is over */
	RUN_LEFT,  /* no screen watches it any more */
	RUN_LOST,  /* no reply, or one that says nothing, while a screen watches and wants to know */
	RUN_LOST_UNWATCHED, /* the same; it was asked for as long as possible, and no screen watches */
	RUN_LOST_FOR_NOW,   /* the same; asking at once would end the same way, because its buyer must sign in first */
	RUN_EVENTS
};

/* The next state; the present one if the event means nothing in it. *ret_anew: a run that stays in RUN_CHECKING needs a
 * new call. Pure. */
enum run_state purchase_run_next(enum run_state state, enum run_event event, bool *ret_anew);

struct purchase_runs; /* all purchases that one storefront has under way */
struct purchase_run;  /* one of them */

/* A reply has come, and the run is in its new state. After an end (RUN_BOUGHT and the states after it) the run is freed
 * when this returns. The cart has already lost what was bought, or has the new prices and stock. */
typedef void purchase_run_heard(void *context, const struct purchase_run *run, struct net_reply *reply);

struct purchase_runs_events {
	purchase_run_heard *heard; /* about runs that no screen watches */
	/* Base profile: a run that no screen watches may still be recorded for a while. Called once per run. */
	void (*late)(void *context, const struct purchase_run *run);
	/* A record that is no longer needed could not be removed. */
	void (*failed)(void *context, const struct err *err);
	void *context;
};

/* Both are borrowed; the cart's events must ask purchase_runs_busy. NULL when memory ends. */
struct purchase_runs *purchase_runs_new(struct net *net, struct cart_model *cart,
					const struct purchase_runs_events *events);

/* Stops asking; the records stay. NULL-safe; returns NULL. */
struct purchase_runs *purchase_runs_free(struct purchase_runs *runs);

/* ---- one run ---- */

/* Starts a purchase: when this returns the record is on the disk and the call is made. `heard` (of the screen that
 * watches) gets `context`. Somebody must be signed in. NULL: nothing was sent. ERR_CONFLICT "unsettled": another
 * purchase has to be settled first; ERR_FILE, ERR_STORAGE_FULL: the record can't be written; ERR_MEMORY. */
struct purchase_run *purchase_run_begin(struct purchase_runs *runs, const struct purchase_request *request,
					purchase_run_heard *heard, void *context, struct err *err);

/* The screen that watches closes: from now on the events hear of the run. */
void purchase_run_leave(struct purchase_runs *runs, struct purchase_run *run);

enum run_state purchase_run_state(const struct purchase_run *run);

/* Was it perhaps made, and nobody knows? */
bool purchase_run_is_unknown(const struct purchase_runs *runs, const struct purchase_run *run);

/* How often it was asked for; for how many ms; and when it began (ms since 1970). */
unsigned purchase_run_attempts(const struct purchase_runs *runs, const struct purchase_run *run);
int64_t purchase_run_age_ms(const struct purchase_run *run);
int64_t purchase_run_started_at(const struct purchase_run *run);

/* Base profile: how many ms more it may still be recorded; 0: it can't be any more. */
int64_t purchase_run_late_ms(const struct purchase_runs *runs, const struct purchase_run *run);

/* ---- all runs ---- */

/* Call this when the session has changed, and at other good times to ask. It loads the records of the person who is
 * signed in from the disk and asks about all of their runs that have no call. The runs of other people wait for
 * them. */
void purchase_runs_ask(struct purchase_runs *runs);

/* When there is something to do (clock_monotonic); 0: nothing. And: does it. */
int64_t purchase_runs_due(const struct purchase_runs *runs);
void purchase_runs_step(struct purchase_runs *runs);

/* Is a purchase not settled yet: of the person who is signed in, or on a screen? */
bool purchase_runs_busy(const struct purchase_runs *runs);

/* Must everything else wait until all are settled? Yes on a platform that makes a purchase as a whole. */
bool purchase_runs_block(const struct purchase_runs *runs);

/* Base profile: did a purchase that isn't settled ask for this product? And: for how many ms more may one be
 * recorded? */
bool purchase_runs_hold(const struct purchase_runs *runs, const char *product_id);
int64_t purchase_runs_late_ms(const struct purchase_runs *runs);

/* This number changes when a purchase, or its refusal, shows that prices or stock have changed: then a screen that
 * shows them asks for them again. */
unsigned purchase_runs_news(const struct purchase_runs *runs);

#endif
