/* authorizer.h: what API Gateway asks before it lets a token through (a TOKEN authorizer), and the policy that answers
 * it.
 *
 * It is a first gate: the gateway keeps the policy for some minutes, so the policy covers the whole API for that token,
 * and dispatch() verifies the token of every request itself.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_AUTHORIZER_H
#define VITRINE_PLATFORM_LAMBDA_AUTHORIZER_H

#include "platform/identity/identity.h"

enum { AUTHORIZER_VALUES_MAX = 64, AUTHORIZER_ARN_MAX = 1600 };

struct authorizer_event {
	const char *token;    /* as sent, without "Bearer "; secret */
	const char *resource; /* "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/" and an asterisk: the whole API */
};

/* Texts are copied into `arena`. ERR_INVALID: this is no such event; ERR_MEMORY. */
bool authorizer_read(const char *bytes, size_t length, struct arena *arena, struct authorizer_event *ret_event,
		     struct err *err);

/* Verifies the token and writes the policy. ERR_UNAUTHENTICATED, and what else identity answers. */
bool authorizer_answer(const struct authorizer_event *event, struct identity *identity, struct arena *arena,
		       struct buf *out, struct err *err);

#endif
