/* job.h: what all calls of the base profile use: a call sends one request after the other, and gets its answer.
 */
#ifndef VITRINE_NET_FIRST_JOB_H
#define VITRINE_NET_FIRST_JOB_H

#include "net/first/first.h"
#include "net/reply.h"

enum { JOB_LIST_MAX = 6 * 1024 * 1024 }; /* bytes of an answer */

struct first {
	struct calls *calls;
	struct first_options options;
	struct catalogue *catalogue; /* NULL: none yet */
	int64_t loaded_at;           /* by clock_monotonic; 0: changed since */
	struct catalogue *loading;
	struct exchange *products, *sellers; /* that load it */
	bool changed;                        /* while it loads: it is not used a second time */
	char *own_id, *own_name;             /* the signed-in client's name, once known; both or none */
};

/* What a call of this profile remembers: call->job. */
struct job {
	struct first *first;
	/* Waits for the catalogue: called once, when it is there (err NULL) or can't be fetched. */
	void (*ready)(struct call *call, const struct err *err);
	/* Waits for the client's own name. */
	void (*named)(struct call *call, const struct err *err);
	const char *named_id;
	struct buf body; /* of the request under way */
	struct buf path;
	struct units_run *run;   /* purchase.c */
	struct batch_run *batch; /* products.c */
};

typedef bool job_check(void *context, struct answer *answer, struct err *err);
typedef void job_done(void *context, struct answer *answer, const struct err *err);

/* Gives a call its job; NULL: the call was settled, since memory ended. */
struct job *job_new(struct first *first, struct call *call);
struct job *job_of(struct call *call);
struct first *first_of(struct call *call);

/* Sends one request of a call, job->body with it when it has one; `done` gets the call. Settles the call itself when it
 * can't be sent. */
struct job_send {
	enum api_method method;
	const char *path;
	bool body;
	enum exchange_token token;
	bool repeatable;
	int deadline_ms; /* for this request; 0: the call's deadline holds */
	job_check *check;
	job_done *done;
};
void job_send(struct call *call, const struct job_send *send);

/* "FOLDER" and an escaped id, in job->path. */
const char *job_path(struct call *call, const char *folder, const char *id);

/* At the beginning of each `done`. */
void job_note(struct call *call, struct answer *answer);

/* Finds the client's own name, then calls `named`. */
void job_need_name(struct call *call, void (*named)(struct call *call, const struct err *err));

/* Gives the call this answer, which is in the reply's arena. */
void job_answer(struct call *call, const void *answer);

/* The call's body as the row's struct, in the call's arena; NULL: the call was settled. */
void *job_body(struct call *call);

/* Room in the reply's arena for an answer; NULL: the call was settled. */
void *job_alloc(struct call *call, size_t size);
void job_no_memory(struct call *call);

/* A place in a listing: how many rows come before it. False when the cursor isn't ours: the call was settled. */
bool job_page(struct call *call, const char *cursor, int64_t limit, size_t count, size_t *ret_first, size_t *ret_end,
	      const char **ret_next);

#endif
