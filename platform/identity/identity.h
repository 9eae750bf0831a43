/* identity.h: who somebody is: passwords, codes and tokens. Kept apart from the store, since on AWS it is Cognito's;
 * the account's data (name, mobile) are the store's.
 *
 * Operations block (a password's hash takes tens of milliseconds by design) and may be called from many threads at
 * once. Results are allocated in `arena`. E-mail addresses are compared by normal_email_key (models/normal.h).
 * Passwords and tokens are wiped from memory that this module owns, and never reach an error's message. Errors besides
 * those named: ERR_MEMORY, ERR_STORAGE_FULL, ERR_UNAVAILABLE, ERR_INTERNAL.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_IDENTITY_H
#define VITRINE_PLATFORM_IDENTITY_IDENTITY_H

#include "base/arena.h"
#include "base/err.h"
#include "models/account.h"

/* Who sends a request, read from a valid access token. */
struct identity_claims {
	const char *account_id; /* sub */
	const char *username;
	enum group group;
	int64_t expires_at; /* ms */
};

struct identity_tokens {
	const char *access_token, *refresh_token, *id_token;
	int64_t expires_in; /* seconds */
	const char *account_id;
	enum group group;
};

struct identity;

/* ---- the operations, each declared once: an identity's functions and the table below follow from these ---- */

/* Frees everything. */
typedef void identity_close_fn(struct identity *identity);

/* Does sign-up need a code that was sent by mail before the first sign-in? */
typedef bool identity_needs_confirmation_fn(struct identity *identity);

/* May somebody at this address (which may be "") ask once more for what costs and needs nobody to sign in: signing up,
 * codes? Counts it. ERR_THROTTLED, *ret_retry_after in seconds. */
typedef bool identity_admit_fn(struct identity *identity, const char *address, int *ret_retry_after, struct err *err);

/* Makes a login. *ret_id is the new account's id. The address is taken: ERR_CONFLICT "email_taken"; but when the
 * password fits as well and the group is the same, true with the id it has, so that a half-done sign-up can be
 * completed by trying again (*ret_existed true). */
typedef bool identity_sign_up_fn(struct identity *identity, const char *email, const char *password, enum group group,
				 struct arena *arena, const char **ret_id, bool *ret_existed, struct err *err);

/* Confirms with the code that was sent. A wrong code, an unknown account and one that is confirmed already are the
 * same to a caller: ERR_INVALID "invalid_code". */
typedef bool identity_confirm_fn(struct identity *identity, const char *email, const char *code, struct err *err);

/* ERR_UNAUTHENTICATED "invalid_credentials" for a wrong password and for an unknown account alike, in the same time;
 * ERR_FORBIDDEN "not_confirmed", maybe whatever the password; ERR_THROTTLED: too many tries for this account or from
 * this address (`address` may be ""), *ret_retry_after in seconds. */
typedef bool identity_sign_in_fn(struct identity *identity, const char *email, const char *password,
				 const char *address, struct arena *arena, struct identity_tokens *ret_tokens,
				 int *ret_retry_after, struct err *err);

/* New tokens for a refresh token. ERR_UNAUTHENTICATED "invalid_token". The refresh token among the new ones may be the
 * same one. Where `rotates` is set it never is: the old one is used up, and when it comes again, all that descend from
 * the same sign-in are revoked. But one whose answer was lost may be asked for again: for ten seconds, the token used
 * last gives new ones once more, in the place of those it gave before, unless these were used; their refresh token then
 * counts as one that was used before. */
typedef bool identity_refresh_fn(struct identity *identity, const char *refresh_token, struct arena *arena,
				 struct identity_tokens *ret_tokens, struct err *err);

/* Ends the sign-in that this refresh token belongs to. An unknown token is no error. */
typedef bool identity_sign_out_fn(struct identity *identity, const char *refresh_token, struct err *err);

/* Sends a code to the address if there is such an account; succeeds in any case, after the same work: what depends on
 * the account may be left to `tend`. ERR_UNAVAILABLE when too many wait for that. */
typedef bool identity_forgot_fn(struct identity *identity, const char *email, struct err *err);

/* Sets a new password with that code, and ends all sign-ins of the account. ERR_INVALID "invalid_code". */
typedef bool identity_reset_fn(struct identity *identity, const char *email, const char *code, const char *password,
			       struct err *err);

/* Changes the password of the one who is signed in as `who` by `access_token`, and ends all sign-ins of the account,
 * the one that asks included: its access token lives on until it expires, its refresh token doesn't.
 * ERR_UNAUTHENTICATED "invalid_credentials" when `password` is not the current one; ERR_THROTTLED as for sign_in. */
typedef bool identity_change_password_fn(struct identity *identity, const struct identity_claims *who,
					 const char *access_token, const char *password, const char *new_password,
					 int *ret_retry_after, struct err *err);

/* Removes the login and ends its sign-ins. None: no error. */
typedef bool identity_remove_fn(struct identity *identity, const char *account_id, struct err *err);

/* Gives an account that was made elsewhere a login with that address, confirmed, without a mail and with a password
 * that nobody knows and that doesn't expire: whoever has the address gets in by a forgotten password. It has a login
 * already: nothing happens. ERR_CONFLICT "email_taken": the address is another account's, and this identity can't tell
 * the two apart. */
typedef bool identity_adopt_fn(struct identity *identity, const char *account_id, enum group group, const char *email,
			       struct err *err);

/* Checks an access token: algorithm, signature, exp, iss, token_use, client_id. ERR_UNAUTHENTICATED
 * "invalid_token" or "token_expired". No hash and no write: quick enough for an event loop where `local` is set. */
typedef bool identity_verify_fn(struct identity *identity, const char *access_token, struct arena *arena,
				struct identity_claims *ret_claims, struct err *err);

/* The public keys as a JSON Web Key Set (RFC 7517). */
typedef bool identity_jwks_fn(struct identity *identity, struct arena *arena, const char **ret_json, struct err *err);

/* Does what is due at `now` (ms), such as sending codes and forgetting what has expired: as store_tend_fn. */
typedef bool identity_tend_fn(struct identity *identity, int64_t now, int64_t budget, bool *ret_more, struct err *err);

/* The operations that every identity has. */
#define IDENTITY_OPERATIONS(OPERATION) \
	OPERATION(close)               \
	OPERATION(needs_confirmation)  \
	OPERATION(admit)               \
	OPERATION(sign_up)             \
	OPERATION(confirm)             \
	OPERATION(sign_in)             \
	OPERATION(refresh)             \
	OPERATION(sign_out)            \
	OPERATION(forgot)              \
	OPERATION(reset)               \
	OPERATION(change_password)     \
	OPERATION(remove)              \
	OPERATION(verify)              \
	OPERATION(jwks)

struct identity {
#define OPERATION(name) identity_##name##_fn *name; /* NOLINT(bugprone-macro-parentheses): a member's name */
	IDENTITY_OPERATIONS(OPERATION)
#undef OPERATION
	/* What not every identity can do. */
	identity_adopt_fn *adopt; /* NULL: a shop can't be moved to it */
	identity_tend_fn *tend; /* NULL: nothing is ever due */
	bool rotates;		/* a refresh token is good for once */
	/* so quick that an event loop may call verify; otherwise a thread that may wait has to */
	bool local;
};

#endif
