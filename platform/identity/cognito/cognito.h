/* cognito.h: identity kept by Amazon Cognito: a user pool in which people sign in by their e-mail address, with an app
 * client that has no secret, and two groups, Clients and Sellers.
 *
 * Passwords, codes and mails are Cognito's; we fold addresses before it sees them, since it doesn't compare them as we
 * do. An account's id is ours, not Cognito's: which account a login is, is kept by the store as two texts (struct
 * identity_cognito_links). Access tokens are verified here, by the pool's public keys. Failed sign-ins slow down the
 * account and the address that they come from in this process, as far as one process can know; Cognito has limits of
 * its own besides.
 *
 * Cognito knows nothing of rotation: a refresh token stays the same until it ends. An access token lives until it
 * expires, whatever became of its sign-in.
 */
#ifndef VITRINE_PLATFORM_IDENTITY_COGNITO_COGNITO_H
#define VITRINE_PLATFORM_IDENTITY_COGNITO_COGNITO_H

#include "platform/aws/aws.h"
#include "platform/identity/identity.h"

/* Texts kept under names, by a store's settings: `login.` and the login's id (sub) names an account's id, and
 * `account.` and the account's id names the login's; `group.` and the login's id names the group that was chosen for
 * it. "" is as good as none. Both functions are as store_setting_get_fn and store_setting_put_fn. */
struct identity_cognito_links {
	void *context;
	bool (*get)(void *context, const char *name, struct arena *arena, const char **ret_value, struct err *err);
	bool (*put)(void *context, const char *name, const char *before, const char *value, struct err *err);
};

struct identity_cognito_options {
	const char *user_pool; /* "eu-west-1_AbCdEfGhI" */
	const char *client_id; /* of its app client */
	const char *issuer;    /* iss of its access tokens; NULL: as Cognito makes it from the pool's id */
	const char *jwks;      /* URL of its public keys; NULL: where Cognito's API is */
	struct identity_cognito_links links;
	int64_t (*now)(void); /* ms; NULL: clock_now */
};

/* Texts are copied; `aws` and what `links` needs must outlive it. Asks nobody anything. ERR_INVALID: an id or a URL is
 * none; ERR_MEMORY. Close it with its `close`, when no call is under way. */
struct identity *identity_cognito_new(struct aws *aws, const struct identity_cognito_options *options, struct err *err);

#endif
