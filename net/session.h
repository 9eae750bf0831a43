/* session.h: who is signed in: the tokens, whose they are, until when they hold; and the file that remembers it.
 *
 * A session owns its texts. Tokens are overwritten before their memory is freed, and never logged.
 */
#ifndef VITRINE_NET_SESSION_H
#define VITRINE_NET_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "models/account.h"
#include "net/state.h"

struct session {
	enum group group;
	char *user_id;
	char *email;                                   /* as typed at sign-in, or from the id token; "" when unknown */
	char *access_token, *refresh_token, *id_token; /* the last two "" when there are none */
	int64_t expires_at; /* of the access token, by this machine's clock, ms; 0: not known */
};

/* From the answer to Login, received at `now` (ms). `email` may be NULL. ERR_PROTOCOL, ERR_MEMORY. */
struct session *session_new(const struct token_answer *answer, const char *email, int64_t now, struct err *err);

/* Overwrites and frees. NULL-safe; returns NULL. */
struct session *session_free(struct session *session);

/* Takes new tokens from the answer to Login/Refresh; what it leaves out stays as it was. Unchanged on failure. */
bool session_refresh(struct session *session, const struct token_answer *answer, int64_t now, struct err *err);

/* The file: `state` NULL keeps nothing and finds nothing. session_load: NULL with ERR_NOT_FOUND when there is none,
 * ERR_FILE or ERR_PROTOCOL when it can't be used. */
bool session_save(const struct session *session, struct state *state, struct err *err);
struct session *session_load(struct state *state, struct err *err);
bool session_remove(struct state *state, struct err *err);

#endif
