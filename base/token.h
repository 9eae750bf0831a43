/* token.h: JSON Web Tokens (RFC 7519), by libjwt, which token.c alone includes; and the keys to them.
 *
 * libjwt 1.10 takes a token signed with HS256 under the text of an RSA public key, one of algorithm "none" when it is
 * given no key, and expired ones. token_verify therefore looks at the algorithm, `exp`, `iss`, `token_use` and
 * `client_id` itself, and only at RS256.
 */
#ifndef VITRINE_BASE_TOKEN_H
#define VITRINE_BASE_TOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* The claims that Cognito puts into its tokens, and we into ours. Texts may be NULL where a token has none. */
struct token_claims {
	const char *subject;   /* sub */
	const char *username;  /* username (access), cognito:username (id) */
	const char *group;     /* the first of cognito:groups */
	const char *use;       /* token_use: "access" or "id" */
	const char *issuer;    /* iss */
	const char *client_id; /* client_id (access), aud (id) */
	const char *email;     /* id tokens only */
	int64_t issued_at, expires_at; /* ms; seconds on the wire */
};

/* Signs with RS256. `kid` names the key in the header. NULL with ERR_MEMORY or ERR_INTERNAL. */
char *token_sign(const char *private_pem, const char *kid, const struct token_claims *claims, struct arena *arena,
		 struct err *err);

/* What a token must say to be taken. */
struct token_rules {
	const char *use, *issuer, *client_id;
	int64_t now; /* ms */
};

/* Checks signature and rules. ERR_UNAUTHENTICATED, code "token_expired" or "invalid_token". */
bool token_verify(const char *token, const char *public_pem, const struct token_rules *rules, struct arena *arena,
		  struct token_claims *ret_claims, struct err *err);

/* Which key a token says it was signed with, without any check. ERR_UNAUTHENTICATED "invalid_token" when it says
 * none. */
bool token_kid(const char *token, struct arena *arena, const char **ret_kid, struct err *err);

/* The claims without any check, for the one who was given the token by the platform itself: a client that wants to know
 * its group and when to refresh. ERR_PROTOCOL. */
bool token_read(const char *token, struct arena *arena, struct token_claims *ret_claims, struct err *err);

/* A new RSA key of 2048 bits: its private and public PEM and its `kid`. */
bool token_key_new(struct arena *arena, const char **ret_private_pem, const char **ret_public_pem, const char **ret_kid,
		   struct err *err);

/* A public key for RS256, and what tokens call it. */
struct token_key {
	const char *kid, *public_pem;
};
enum { TOKEN_KEYS_MAX = 16 };

/* A JSON Web Key Set (RFC 7517). ERR_INTERNAL when a key can't be read. */
bool token_keys_write(const struct token_key *keys, size_t count, struct arena *arena, const char **ret_json,
		      struct err *err);

/* The keys of such a set: RSA of 2048 to 4096 bits, for RS256; others are left out, and what is beyond TOKEN_KEYS_MAX.
 * Of two with one name the first counts. ERR_PROTOCOL: this is no set. */
bool token_keys_read(const char *bytes, size_t length, struct arena *arena, const struct token_key **ret_keys,
		     size_t *ret_count, struct err *err);

#endif
