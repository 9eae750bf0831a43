/* exchange.h: one request until its answer is known. It is sent, and sent again where that is safe and may help; its
 * token is prolonged first when that is needed. A call of the full profile is one exchange; of the base profile,
 * several.
 *
 * An exchange belongs to its list. It is freed once `done` was called, or it was cancelled.
 */
#ifndef VITRINE_NET_EXCHANGE_H
#define VITRINE_NET_EXCHANGE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "net/answer.h"
#include "net/link.h"
#include "wire/transfer.h"

struct exchange;

/* The keeper of the tokens: exchanges ask it by these functions, and it calls exchange_tokens_settled. */
struct exchange_keeper {
	/* The access token, NULL while nobody is signed in; the number changes with the token. */
	const char *(*token)(void *context, unsigned *ret_number);
	/* Is a new token on its way? Should one be asked for first, since this one is about to expire? */
	bool (*is_busy)(void *context);
	bool (*is_stale)(void *context);
	/* Asks for a new one; false when that is not possible. It may be there at once. */
	bool (*renew)(void *context);
	void *context;
};

/* The exchanges under way to one platform, and what they share. */
struct exchanges {
	/* Set by the owner, before exchange_init. */
	struct engine *engine; /* must outlive this */
	struct answer_from from;
	int attempt_ms; /* for one attempt */
	int pause_ms;   /* before the second attempt, on average */
	struct exchange_keeper keeper;

	struct link link;
	struct exchange *first; /* oldest first */
	uint64_t random;
};

void exchange_init(struct exchanges *exchanges);

/* Cancels what is left. */
void exchange_done(struct exchanges *exchanges);

/* How the token is sent: not at all; as RFC 6750 says; or alone, as the first platform wants it. */
enum exchange_token { TOKEN_NONE, TOKEN_BEARER, TOKEN_RAW };

/* An answer, with what is read of it for every request. */
struct answer {
	struct transfer_answer *http; /* NULL: none came */
	cJSON *problem; /* the object that a status of 400 or more came with, or NULL; may be taken (set to NULL) */
	unsigned attempts;
	bool sent; /* some of the request was sent, in some attempt; otherwise the platform can't have done anything */
};

struct exchange_request {
	enum api_method method;
	const char *path;
	const struct buf *body; /* NULL: none */
	const char *media_type;
	const char *key; /* Idempotency-Key, or NULL */
	enum exchange_token token;
	bool token_needed; /* fails without being sent when nobody is signed in */
	bool repeatable;
	bool patient; /* repeated until the deadline, not only a few times, also when the platform answers nonsense */
	size_t answer_max;
	int64_t deadline; /* by clock_monotonic */
	int attempt_ms;   /* for one attempt; 0: as for all */

	/* Is a 2xx answer what was expected? False with ERR_PROTOCOL or ERR_MEMORY. May be called again for the next
	 * one. */
	bool (*check)(void *context, struct answer *answer, struct err *err);
	/* Called once, at the end; the exchange is freed when it returns. `err` is NULL when all went well. */
	void (*done)(void *context, struct answer *answer, const struct err *err);
	/* One attempt failed, another will follow. May be NULL. */
	void (*again)(void *context, const struct err *err);
	void *context;
};

/* Path and key are copied, the body is not: it must outlive the exchange. NULL with ERR_MEMORY. Nothing is called back
 * before the next exchange_run. */
struct exchange *exchange_start(struct exchanges *exchanges, const struct exchange_request *request, struct err *err);

/* Forgets it, without calling `done`. NULL-safe; returns NULL. */
struct exchange *exchange_cancel(struct exchange *exchange);

unsigned exchange_attempts(const struct exchange *exchange);

/* Sends what is due. */
void exchange_run(struct exchanges *exchanges);

/* When exchange_run has to be called again, by clock_monotonic; INT64_MAX: only after something happened. */
int64_t exchange_next(const struct exchanges *exchanges);

/* The tokens have changed; or there are none to be got, and `err` says why (else NULL). Exchanges that waited for them
 * go on. */
void exchange_tokens_settled(struct exchanges *exchanges, const struct err *err);

/* The platform can be reached again: exchanges that pause for that go on soon. */
void exchange_hurry(struct exchanges *exchanges);
void exchange_link_up(struct exchanges *exchanges);

/* A random number from 0 to below that. */
int64_t exchange_chance(struct exchanges *exchanges, int64_t below);

#endif
