/* transfer.h: one HTTP request and its answer, by libcurl's multi interface. Knows nothing of rows, tokens and retries.
 *
 * The engine owns the connections; a transfer is one use of one. Everything that a server sends is capped here. Only
 * http and https, TLS 1.2 or newer and verified; no redirect is followed, no cookie kept, no .netrc read. Where a host
 * has several addresses and the first is silent, the next is tried a quarter of a second later, and the first that can
 * be connected to gets the request: a request is on the wire once at most unless it is `repeatable`.
 */
#ifndef VITRINE_WIRE_TRANSFER_H
#define VITRINE_WIRE_TRANSFER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "models/api.h"
#include "wire/url.h"

struct engine;
struct transfer;

struct engine_options {
	const struct url *url; /* must outlive the engine */
	const char *user_agent;
	const char *ca_file; /* PEM of the authorities to trust; NULL: the system's */
	/* "HOST:PORT:ADDRESS[,ADDRESS]...": where that host is, without asking for its name; or NULL */
	const char *resolve;
	int connect_ms;
	bool direct; /* through no proxy, whatever the environment says */
};

struct transfer_header {
	const char *name, *value; /* not sent when the value is NULL */
};

/* A header of the answer that is asked for: its value is copied, unless it is longer than the place; "" when there is
 * none. */
struct transfer_wanted {
	const char *name;
	char *value;
	size_t size;
};

/* As whom a request to AWS is signed (Signature Version 4). Such a request is a POST to "/" with a body. */
struct transfer_signer {
	const char *key_id, *secret;
	const char *token; /* of a session; or NULL */
	const char *region, *service;
};

/* What to send. Nothing is copied: all of it must outlive the transfer. */
struct transfer_request {
	enum api_method method;
	const char *path; /* with its query, escaped; begins with '/' */
	const void *body; /* NULL: none */
	size_t length;
	const char *media_type;    /* of the body */
	const char *authorization; /* the header's value, or NULL */
	const struct transfer_signer *signer; /* or NULL; not with `authorization` */
	const struct transfer_header *headers; /* more of them; need not outlive transfer_new */
	size_t headers_count;
	const char *flag; /* name of a header whose "true" sets the answer's `flagged`, or NULL */
	const struct transfer_wanted *wanted; /* headers of the answer */
	size_t wanted_count;
	size_t answer_max;
	long timeout_ms;
	bool repeatable; /* may be on the wire twice: when a kept connection turns out to be dead */
	bool secret; /* the answer holds secrets: nothing of it stays where it was read */
};

struct transfer_answer {
	int status;
	struct buf body;
	char media_type[64];
	char location[1024]; /* of a redirect, as it was sent; "" when there is none, or it is longer */
	int retry_after_s;
	bool flagged; /* see transfer_request */
	bool sent;    /* some of the request has left; known also when no answer came */
};

/* Called from engine_run when an answer is complete, or `err` says why none is: the codes of reason.h, or too_large.
 * The answer's body may be stolen. */
typedef void transfer_done(void *context, struct transfer_answer *answer, const struct err *err);

/* ERR_MEMORY. libcurl is started for the first transfer. */
struct engine *engine_new(const struct engine_options *options, struct err *err);
struct engine *engine_free(struct engine *engine); /* after all transfers have been freed */

bool engine_wait(struct engine *engine, struct pollfd *fds, size_t count, int timeout_ms);
void engine_run(struct engine *engine);

/* NULL with ERR_MEMORY, or ERR_INTERNAL: libcurl can't be started. The transfer is gone when `done` has been called;
 * transfer_free before that cancels it. */
struct transfer *transfer_new(struct engine *engine, const struct transfer_request *request, transfer_done *done,
			      void *context, struct err *err);
struct transfer *transfer_free(struct transfer *transfer);

#endif
