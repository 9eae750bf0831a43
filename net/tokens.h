/* tokens.h: the session while it is in use: taken over at sign-in, prolonged, ended.
 *
 * Other programs of the same person may use the same session. A platform accepts a refresh token once. A second time
 * looks like a theft, and signs all of them out. So a program that prolongs the session takes the lock, reads the file
 * again, and gives the lock back when the answer is saved. A program whose tokens are older than the file's leaves the
 * file alone.
 *
 * Owns the session. What it sends are exchanges, for which it keeps the tokens: it is their keeper (exchange.h).
 */
#ifndef VITRINE_NET_TOKENS_H
#define VITRINE_NET_TOKENS_H

#include <stdint.h>

#include "base/buf.h"
#include "net/exchange.h"
#include "net/session.h"

struct tokens {
	struct exchanges *exchanges;
	struct state *state; /* NULL: nothing is kept */
	bool renewable;      /* false: this platform gives out tokens at sign-in only */
	struct session *session; /* NULL: nobody is signed in */
	unsigned number;         /* changes with the tokens */
	bool kept;               /* the file was there, or was written */

	struct exchange *refresh; /* under way, or NULL */
	struct buf refresh_body;
	int lock;           /* the right to refresh among this person's programs; -1: we don't have it */
	int64_t lock_at;    /* by clock_monotonic: it is tried again; 0: nobody waits for it */
	int64_t lock_until; /* and given up */

	struct exchange *farewell; /* POST /Logout under way, or NULL */
	struct buf farewell_body;

	/* News. Whoever passes them on sets them to false. */
	bool has_ended, is_unsaved;
	struct err ended, unsaved;
};

/* Loads the saved session. Both must outlive it, and exchanges have been cancelled before tokens_done. */
void tokens_init(struct tokens *tokens, struct exchanges *exchanges, struct state *state);
void tokens_done(struct tokens *tokens);

/* Takes over the answer to Login and overwrites the tokens in it. ERR_PROTOCOL, ERR_MEMORY. */
bool tokens_adopt(struct tokens *tokens, const struct token_answer *answer, const char *email, struct err *err);

/* Forgets the session at once, and asks the platform to as well, without waiting. */
void tokens_sign_out(struct tokens *tokens);

/* Does what is due. And: when something is due again, by clock_monotonic; INT64_MAX: only after something happened. */
void tokens_run(struct tokens *tokens);
int64_t tokens_next(const struct tokens *tokens);

#endif
