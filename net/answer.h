/* answer.h: what an answer is worth: does it come from the platform itself, what went wrong, what can a person do about
 * it, and what does it carry?
 *
 * Functions only; nothing is kept. Sizes are in bytes.
 */
#ifndef VITRINE_NET_ANSWER_H
#define VITRINE_NET_ANSWER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "models/shape.h"
#include "wire/transfer.h"
#include "wire/url.h"

enum {
	ANSWER_MAX = 2 * 1024 * 1024,
	ANSWER_PICTURE_MAX = 576 * 1024,
};

/* Where answers come from. */
struct answer_from {
	const struct url *url; /* the platform's; must outlive this */
	bool known;            /* it is known which platform answers there */
};

/* Did the platform itself write this answer? */
bool answer_is_ours(const struct answer_from *from, const struct transfer_answer *answer);

/* Does this answer mean that the platform can't be reached? */
bool answer_breaks_link(const struct answer_from *from, const struct transfer_answer *answer);

/* First platform, a call with a token: was the token refused, although the status doesn't say so? */
bool answer_denies_token(const struct transfer_answer *answer);

/* What an answer to `path` means when it isn't a success. *ret_problem is the object it came with, if any, for the
 * caller to free. */
void answer_explain(const struct answer_from *from, const struct transfer_answer *answer, const char *path,
		    cJSON **ret_problem, struct err *ret_err);

/* The params of a problem, or of one of its errors; those that make no sense are left out. */
struct err_params answer_params(const cJSON *object);

/* Adds what a person can do about a failed transfer. */
void answer_advise(struct err *err);

/* The body's object as a struct of a shape, in the arena. ERR_PROTOCOL, ERR_MEMORY. */
bool answer_decode(const struct transfer_answer *answer, const struct shape *shape, struct arena *arena,
		   void *ret_object, struct err *err);

/* Overwrites every text in it. NULL-safe. */
void answer_wipe(cJSON *json);

#endif
