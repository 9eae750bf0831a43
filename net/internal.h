/* internal.h: what the files of net/ know of each other.
 */
#ifndef VITRINE_NET_INTERNAL_H
#define VITRINE_NET_INTERNAL_H

#include "net/exchange.h"
#include "net/net.h"
#include "wire/transfer.h"
#include "wire/url.h"

enum {
	ANSWER_MAX = 2 * 1024 * 1024,
	PICTURE_ANSWER_MAX = 576 * 1024,
	REPLY_ARENA = 32 * 1024 * 1024,
	REFRESH_MARGIN_MS = 30000, /* a token that is about to expire is not sent any more */
};

struct base_profile;

/* A call, from net_call to its callback. */
struct call {
	struct call *next;
	struct net *net;
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
	void *job;                 /* base profile: what it needs to remember, */
	void (*job_free)(struct call *call);
	int64_t wake; /* end of a pause, by clock_monotonic, */
	void (*woken)(struct call *call); /* and what comes then; NULL: it doesn't pause */
};

enum {
	EVENT_LINK = 1,
	EVENT_PROFILE = 2,
	EVENT_SESSION = 4,
	EVENT_WHY = 8,
	EVENT_SECURED = 16,
	EVENT_UNSAVED = 32,
};

struct net {
	struct net_options options; /* numbers filled in, texts not valid any more */
	struct url url;
	struct engine *engine;
	struct state *state;
	struct call *calls; /* oldest first */
	net_id last_id;
	struct exchange *exchanges; /* oldest first */
	uint64_t random;

	struct session *session;
	unsigned session_number;  /* changes with the tokens */
	struct exchange *refresh; /* under way, or NULL */
	struct buf refresh_body;
	bool session_kept;        /* the file was there, or was written */
	int lock;                 /* the right to refresh among this person's programs; -1: we don't have it */
	int64_t lock_at;          /* by clock_monotonic: it is tried again; 0: nobody waits for it */
	int64_t lock_until;       /* and given up */
	struct exchange *farewell; /* POST /Logout under way, or NULL */
	struct buf farewell_body;

	bool online, watch;
	struct err why;             /* it is not online */
	char *secured;              /* where it wants to be spoken to by https, or NULL */
	int64_t probe_at;           /* by clock_monotonic: not before */
	struct exchange *probe;     /* GET /Health while offline and watched */
	struct exchange *detection; /* GET / */
	enum net_profile profile;
	struct arena service_arena;
	const struct service *service;
	struct base_profile *base;

	unsigned events; /* to be told at the end of net_run */
	struct err ended, unsaved;
};

/* ---- net.c ---- */

/* The reply is complete; what is in reply->err counts when `err` isn't NULL. */
void call_settle(struct call *call, const struct err *err);

/* Has `woken` called in so many ms, unless the call ends first. */
void call_pause(struct call *call, int64_t milliseconds, void (*woken)(struct call *call));

/* Notes the answer's status, attempts and problem in the reply. */
void call_note(struct call *call, struct answer *answer);

/* At random from 0 on, below that. */
int64_t net_chance(struct net *net, int64_t below);

/* ---- answer.c ---- */

/* The platform's own words? Otherwise: do they say that it can't be reached? */
bool answer_is_ours(const struct net *net, const struct transfer_answer *answer);
bool answer_breaks_link(const struct net *net, const struct transfer_answer *answer);

/* First platform, a call with a token: is that at fault, though the status is none that says so? */
bool answer_denies_token(const struct transfer_answer *answer);

/* What an answer to `path` means that is no success. *ret_problem is the object it came with, if any, for the caller to
 * free. */
void answer_explain(const struct net *net, const struct transfer_answer *answer, const char *path, cJSON **ret_problem,
		    struct err *ret_err);

/* Adds what a person can do about a failed transfer. */
void answer_advise(struct err *err);

/* ---- link.c: is the platform there, and which is it? ---- */

/* An answer has come that could be the platform's. While it isn't known who is there, only some are taken for that. */
void link_up(struct net *net, const struct transfer_answer *answer);
void link_down(struct net *net, const struct err *why);
int64_t link_next(const struct net *net);
void link_detect(struct net *net);
void link_run(struct net *net);
void link_done(struct net *net);

/* ---- tokens.c ---- */

/* Asks for new tokens, or finds that another process has. False when there is no way: the session is over then. */
bool tokens_refresh(struct net *net);

/* Is the access token about to expire, and can another be had? */
bool tokens_stale(const struct net *net);

/* Takes over the answer to Login and overwrites the tokens in it. */
bool tokens_adopt(struct net *net, const struct token_answer *answer, const char *email, struct err *err);

/* The session is over; `why` is for the event, NULL tells nobody. */
void tokens_forget(struct net *net, const struct err *why);
void tokens_done(struct net *net);

/* Are new tokens on their way? */
bool tokens_busy(const struct net *net);
void tokens_run(struct net *net);
int64_t tokens_next(const struct net *net);

/* ---- request.c ---- */

/* The row's path with its {id} and query. False when {id} is needed and missing. */
bool request_path(enum api_op op, const struct net_args *args, struct buf *out);

/* The row's body. */
void request_body(enum api_op op, const struct net_args *args, struct buf *out);

/* A copy of the row's query struct; NULL when memory ended. */
void *request_copy_query(const struct shape *shape, const void *query, struct arena *arena);

/* ---- reply.c ---- */

struct net_reply *reply_new(enum api_op op);

/* Reads a 2xx answer by the row's shape; what an earlier one left is forgotten. ERR_PROTOCOL, ERR_MEMORY. */
bool reply_read(struct net_reply *reply, struct transfer_answer *answer, struct err *err);

/* Parses an answer's body, decodes it by the shape into the arena. */
bool reply_decode(const struct shape *shape, const struct transfer_answer *answer, struct arena *arena,
		  void *ret_object, struct err *err);

/* Takes the problem over. */
void reply_set_problem(struct net_reply *reply, cJSON *problem);

/* net_reply_keep will set *kept. (The reply itself may be gone by the time somebody looks.) */
void reply_note_keep(struct net_reply *reply, bool *kept);

/* Overwrites every text in it. */
void reply_wipe_json(cJSON *json);

/* ---- base_profile.c ---- */

struct base_profile *base_profile_new(struct net *net, struct err *err);
struct base_profile *base_profile_free(struct base_profile *base);
bool base_profile_offers(enum api_op op);

/* Starts a call; it ends by call_settle. */
void base_profile_start(struct base_profile *base, struct call *call);

#endif
