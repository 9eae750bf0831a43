/* token.h: JSON Web Tokens (RFC 7519), by libjwt; this is the one file that includes it.
 *
 * libjwt 1.10 takes a token signed with HS256 under the text of an RSA public key, one of algorithm "none" when it is given
 * no key, and expired ones. token_verify therefore looks at the algorithm, `exp`, `iss`, `token_use` and `client_id`
 * itself, and only at RS256.
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

/* The claims without any check, for the one who was given the token by the platform itself: a client that wants to know
 * its group and when to refresh. ERR_PROTOCOL. */
bool token_read(const char *token, struct arena *arena, struct token_claims *ret_claims, struct err *err);

/* A new RSA key of 2048 bits: its private and public PEM and its `kid`. */
bool token_key_new(struct arena *arena, const char **ret_private_pem, const char **ret_public_pem, const char **ret_kid,
		   struct err *err);

/* A JSON Web Key Set of one public key. */
bool token_jwks(const char *public_pem, const char *kid, struct arena *arena, const char **ret_json, struct err *err);

#endif
