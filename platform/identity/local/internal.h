/* internal.h: what the files of local identity share; nobody else includes it.
 *
 * From the bottom to the top, nothing below using what is above: outbox.c; passwords.c; logins.c; keys.c (the signing
 * key and the check of access tokens), codes.c (what is sent by mail); accounts.c; adopt.c, tokens.c (sign-ins),
 * tend.c; local.c.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_LOCAL_INTERNAL_H
#define VITRINE_PLATFORM_IDENTITY_LOCAL_INTERNAL_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/crypt.h"
#include "base/id.h"
#include "platform/identity/guard.h"
#include "platform/identity/local/local.h"
#include "platform/identity/local/outbox.h"
#include "platform/identity/verified.h"

/* Passwords hashed at the same time: each takes 64 MiB. */
enum { HASHES_MAX = 2 };

/* Memory for one operation: a login, a folded address. */
enum { SCRATCH_SIZE = 64 * 1024 };

struct local_key {
	char *private_pem, *public_pem, *kid, *jwks;
};

struct local {
	struct identity identity;
	struct db *db;
	char *issuer, *client_id;
	int64_t access_ttl, refresh_ttl; /* ms */
	int64_t (*now)(void);
	struct outbox *outbox; /* NULL: none */
	uint8_t code_key[32];  /* codes are hashed under it; kept in the database */

	pthread_mutex_t ids_lock;
	struct id_source ids;

	pthread_mutex_t gate_lock;
	pthread_cond_t gate_opened;
	int gate_places;

	struct guard guard;

	pthread_mutex_t key_lock; /* held while the key is made, and the hash below */
	char nobodys_password[CRYPT_PASSWORD_SIZE]; /* adopt.c; "": not made yet */
	atomic_bool has_key;      /* from then on `key` does not change */
	struct local_key key;
	struct verified_tokens *verified; /* libjwt reads the key's PEM for every token: too long for an event loop */
};
static_assert(offsetof(struct local, identity) == 0, "the one is a pointer to the other");

/* A row of table login. Its texts live in the arena that it was read into. */
struct login {
	const char *id, *email, *password;
	enum group group;
	bool confirmed;
};

static inline struct local *local_of(struct identity *identity)
{
	return (struct local *)identity;
}

/* ---- the operations of struct identity, a file each subject ---- */

#define OPERATION(name) identity_##name##_fn local_##name;
IDENTITY_OPERATIONS(OPERATION)
#undef OPERATION
identity_tend_fn local_tend;
identity_adopt_fn local_adopt;

/* ---- passwords.c ---- */

/* All but what needs the database; `now` is set. */
void local_passwords_init(struct local *local);
void local_passwords_done(struct local *local);

struct id local_id(struct local *local);

/* Is `password` the one of `hash`? With `hash` NULL: no, after as long a time. Counts the failure, forgives after
 * success. False with ERR_THROTTLED and *ret_retry_after (may be NULL) in seconds when it was not even tried. */
bool local_try_password(struct local *local, const struct guard_suspect *suspect, const char *hash,
			const char *password, bool *ret_right, int *ret_retry_after, struct err *err);

/* ERR_MEMORY. Waits its turn. */
bool local_hash_password(struct local *local, const char *password, char ret_hash[CRYPT_PASSWORD_SIZE],
			 struct err *err);

/* ---- fold.c ---- */

/* The schema's step: logins from before are kept under the keys of now. */
db_work local_fold_logins;

/* ---- logins.c ---- */

/* The key that an address is kept under: normal_email_key of it; or the address as it is written, with LOGIN_SPELLED
 * before it, where that is how an account from before signs in (schema.c). ERR_INVALID for what is no text. */
#define LOGIN_SPELLED " "
bool local_login_key(struct local *local, const char *email, struct arena *arena, const char **ret_key,
		     struct err *err);

/* The login of an address, or of an account. *ret_login.id is NULL when there is none. */
bool local_login_by_email(struct local *local, const char *email_key, struct arena *arena, struct login *ret_login,
			  struct err *err);
bool local_login_by_id(struct local *local, const char *account_id, struct arena *arena, struct login *ret_login,
		       struct err *err);

/* Of the tokens that one sign-in has used up so many are kept: the newest ones. */
enum { LOCAL_FAMILY_TOKENS = 100 };

/* Within a write: ends all sign-ins of an account. */
bool local_end_sign_ins(struct db_connection *connection, const char *account_id, struct err *err);

/* ---- codes.c ---- */

enum code_purpose { CODE_CONFIRM, CODE_RESET };
enum { CODE_DIGITS = 8 };

struct code {
	char text[CODE_DIGITS + 1];
	int64_t expires_at;
	enum code_purpose purpose;
};

/* A fresh code; it is a secret. Keeping it for an account, within a write. Leaving a mail with it; `withheld`: only as
 * if. */
struct code local_code_new(struct local *local, enum code_purpose purpose);
bool local_code_put(struct local *local, struct db_connection *connection, const char *account_id,
		    const struct code *code, struct err *err);
bool local_code_mail(struct local *local, const char *email, const struct code *code, bool withheld, struct err *err);

/* A login to be made: a unit of work on it. ERR_CONFLICT: the address is taken. */
struct newcomer {
	struct local *local;
	struct login login;
	const char *email_key;
	int64_t now;
	struct code code; /* kept unless the login is confirmed already */
};
db_work local_insert_login; /* accounts.c */

/* A new code to confirm with, kept and sent, unless one was sent just now. */
bool local_code_again(struct local *local, const char *email_key, struct err *err);

/* Sends a code to the next address whose password was forgotten, if it has an account. *ret_found false: there was
 * none. */
bool local_forgotten_next(struct local *local, bool *ret_found, struct err *err);

/* ---- keys.c ---- */

/* Reads the signing key if there is one; makes it, too. */
bool local_key_load(struct local *local, struct err *err);
bool local_key_need(struct local *local, struct err *err);
void local_key_done(struct local *local);

#endif
