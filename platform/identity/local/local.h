/* local.h: identity kept on this machine, in the database that the shop is in.
 *
 * Passwords are argon2id; access and id tokens are RS256 with the claims that Cognito uses, under a key that is made
 * once and kept in the database; refresh tokens and codes are kept as hashes. Failed sign-ins slow down the account
 * that they aim at and the address that they come from, and an address may sign up and use codes so and so often; what
 * is remembered of that is lost at the end of the process.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_LOCAL_LOCAL_H
#define VITRINE_PLATFORM_IDENTITY_LOCAL_LOCAL_H

#include "platform/identity/identity.h"
#include "platform/db/db.h"

struct identity_local_options {
	const char *issuer;    /* iss; NULL: "vitrine" */
	const char *client_id; /* client_id and aud; NULL: "vitrine" */
	const char *outbox;    /* the directory that mail is left in; NULL: none, and sign-ups need no confirmation */
	const char *mail_from; /* NULL: no-reply@localhost */
	bool cheap_hash;       /* passwords at the least cost, from now on in the whole process: tests and demo only */
	int64_t access_ttl;    /* seconds; 0: one hour */
	int64_t refresh_ttl;   /* seconds; 0: 30 days */
	int64_t (*now)(void);  /* ms; NULL: clock_now */
};

/* Its tables; the database must have been opened with them, after the store's if that is in it too. */
extern const struct db_schema identity_local_schema;

/* Logins from before that have an address which an older account has, too, as addresses are compared now: the older one
 * keeps it, the other signs in by the exact spelling. Calls `each` for each of the others. */
bool identity_local_spelled(struct db *db, void (*each)(const char *account_id, const char *email), struct err *err);

/* Texts are copied; `db` must outlive it. The signing key is made when it is first needed. ERR_FILE when the outbox
 * can't be used, and what the database answers. Close it with its `close`, when no call is under way. */
struct identity *identity_local_new(struct db *db, const struct identity_local_options *options, struct err *err);

#endif
