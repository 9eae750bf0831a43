/* call.h: calls, from net_call to their callbacks: what each is about, its reply, and when it goes on.
 *
 * The profile (profile.h) knows how a call is made: it starts the call, and ends it with call_settle. A call belongs to
 * its list and is freed once it was delivered or cancelled.
 */
#ifndef VITRINE_NET_CALL_H
#define VITRINE_NET_CALL_H

#include "base/arena.h"
#include "base/buf.h"
#include "net/exchange.h"
#include "net/net_args.h"
#include "net/net_reply.h"
#include "net/tokens.h"

/* All calls to one platform, and what they need. */
struct calls {
	/* Set by the owner; both must outlive it. */
	struct exchanges *exchanges;
	struct tokens *tokens;
	int deadline_ms; /* for all attempts of a call */

	struct call *first; /* oldest first */
	net_id last_id;
};

struct call {
	struct call *next;
	struct calls *all;
	net_id id;
	enum api_op op;
	const void *owner;
	net_callback *callback;
	void *context;
	int64_t started, deadline;
	struct arena arena;
	struct net_args args; /* copies in `arena`; body and bytes are in `body` */
	struct buf body;      /* JSON, or a picture */
	const char *email;    /* login: who it is for */
	struct net_reply *reply;
	bool started_up;           /* false: it waits for the profile */
	bool settled;              /* the reply is ready */
	struct exchange *exchange; /* under way, or NULL */
	void *job;                 /* the base profile's: what it remembers of the call */
	void (*job_free)(struct call *call);
	int64_t wake; /* end of a pause, by clock_monotonic */
	void (*woken)(struct call *call); /* called then; NULL: it doesn't pause */
};

/* Adds a call at the end of the list, with a copy of `args`. NULL when memory ended. */
struct call *call_new(struct calls *calls, enum api_op op, const struct net_args *args, const void *owner,
		      net_callback *callback, void *context);

/* Forgets those that match, without calling back. */
void call_cancel_where(struct calls *calls, bool (*matches)(const struct call *call, const void *what),
		       const void *what);

/* Forgets all. */
void call_done(struct calls *calls);

/* Ends the call: its reply is complete. `err` is NULL, or why it failed. */
void call_settle(struct call *call, const struct err *err);

/* Calls `woken` after so many ms, unless the call ends first. */
void call_pause(struct call *call, int64_t milliseconds, void (*woken)(struct call *call));

/* Notes the answer's status, attempts and problem in the reply. */
void call_note(struct call *call, struct answer *answer);

/* Calls that paused go on when their time has come. */
void call_run(struct calls *calls);

/* When call_run or call_deliver_one has something to do, by clock_monotonic; INT64_MAX: only after something
 * happened. */
int64_t call_next(const struct calls *calls);

/* Calls back for one call that has ended; the callback may change the list. False: there is none. */
bool call_deliver_one(struct calls *calls);

#endif
