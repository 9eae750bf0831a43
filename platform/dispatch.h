/* dispatch.h: the whole platform as one function from a request to an answer.
 *
 * dispatch() finds the row of api.def, checks who asks, decodes and checks parameters and body by the row's shapes, and
 * calls the row's handler. What it decoded of passwords, codes and tokens is overwritten before it returns; the body's
 * bytes are the caller's. It knows nothing of sockets; the front ends (http/, lambda/) know no rule of the shop.
 */
#ifndef VITRINE_PLATFORM_DISPATCH_H
#define VITRINE_PLATFORM_DISPATCH_H

#include "base/arena.h"
#include "base/buf.h"
#include "models/api.h"
#include "platform/identity/identity.h"
#include "platform/store/store.h"

/* What all requests share. Owned by the front end's main; must outlive every dispatch. */
struct platform {
	struct store *store;
	struct identity *identity;
	const char *name;     /* "Vitrine" */
	const char *version;  /* of this program */
	uint8_t cursor_key[32]; /* signs cursors */
	struct page_cache *pages; /* NULL: none is kept */
	enum delivery_rule delivery; /* whether purchases say where they go */
	const char *payment;         /* how to pay, in a sentence; NULL: nothing is said */
	bool waits; /* its front end can wait with a request of a WAITS row, and the store can tell whom to wake */
};

enum { REQUEST_ID_MAX = 64 };

struct request {
	const char *method; /* as sent: "GET" */
	const char *path;   /* percent-decoded, without the query string; "/" at least */
	const struct pair *query;
	size_t query_count;
	const struct pair *headers; /* names in any case */
	size_t headers_count;
	const void *body;
	size_t body_length;
	const char *address;    /* the peer's, for throttling; "" when unknown */
	const char *request_id; /* for X-Request-Id; made by the front end */
	/* Set by the front end when it refused the body, or failed before dispatch: dispatch then answers just this.
	 * ERR_NONE: it did not. */
	enum err_kind refused;
	const char *refused_why; /* a sentence; NULL: the kind's title */
	const char *allow;       /* with ERR_METHOD: the methods that the path takes */
	bool hurried; /* an event loop asks, which nothing may hold: what could take long is not begun */
	bool patient; /* the front end would wait for something to tell; a row that WAITS may then have no answer yet */
};

enum { WAIT_ACCOUNT_MAX = 64 };

/* What a request without an answer waits for: that the store tells this account something after a place
 * (store.change_news). Then, or when it has waited long enough, it is dispatched again. */
struct wait {
	bool waits;
	char account[WAIT_ACCOUNT_MAX + 1];
	int64_t place;
};

enum { RESPONSE_HEADERS_MAX = 8 };

struct response {
	int status;
	struct pair headers[RESPONSE_HEADERS_MAX]; /* without Content-Length, Date and Connection */
	size_t headers_count;
	struct buf body;
	const char *op; /* the row's name for logs and metrics, or "none"; static */
	bool unbegun;   /* of a hurried request: there is no answer yet; dispatch it again on a worker, not hurried */
	struct wait wait; /* of a patient request: where it waits there is no answer yet */
};

/* The answer's body lives in ret_response->body (free it with response_done), all other memory in `arena`. Always fills
 * an answer, if only a 500, unless it is unbegun or waits. Logs nothing: when the answer is a 5xx, *ret_cause says why
 * (for the log; it may be untouched). */
void dispatch(struct platform *platform, const struct request *request, struct arena *arena,
	      struct response *ret_response, struct err *ret_cause);

void response_done(struct response *response);

/* Is this id, which a client made up for its request, one that can't hurt a log: letters, digits and hyphens,
 * REQUEST_ID_MAX at most? NULL is none. */
bool dispatch_id_fits(const char *id);

/* The token in the value of an Authorization header: behind "Bearer " (RFC 6750), or the raw token that the first
 * platform's clients send. NULL when there is none. Points into `value`, which may be NULL. */
const char *dispatch_token(const char *value);

/* Where a request may run, by its method and path alone: unknown ones are INLINE. A SEARCH row the event loop may try
 * itself, hurried; a WAITS row it asks patiently. Where store or identity aren't local, whatever asks them runs on a
 * worker. */
enum api_runs dispatch_runs(const struct platform *platform, const char *method, const char *path);

/* Memory that one request may take from its arena. */
enum { DISPATCH_ARENA = 16 * 1024 * 1024, RESPONSE_BODY = 16 * 1024 * 1024 };

#endif
