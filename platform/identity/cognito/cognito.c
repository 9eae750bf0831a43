/* Identity over Cognito as a whole: its table of operations, opening and closing. */
#include "platform/identity/cognito/cognito.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "platform/identity/cognito/internal.h"

enum { ID_MAX = 128 };

static const struct identity operations = {
#define OPERATION(name) .name = cognito_##name,
    IDENTITY_OPERATIONS(OPERATION)
#undef OPERATION
    .adopt = cognito_adopt,
};

void cognito_close(struct identity *identity)
{
	struct cognito *cognito = cognito_of(identity);

	if (!cognito)
		return;
	pool_keys_free(cognito->keys);
	verified_tokens_free(cognito->verified);
	guard_done(&cognito->guard);
	pthread_mutex_destroy(&cognito->ids_lock);
	free(cognito->user_pool);
	free(cognito->client_id);
	free(cognito->issuer);
	crypt_wipe(cognito, sizeof *cognito);
	free(cognito);
}

/* Cognito sends a code to whoever signs up. */
bool cognito_needs_confirmation(struct identity *identity)
{
	(void)identity;
	return true;
}

bool cognito_admit(struct identity *identity, const char *address, int *ret_retry_after, struct err *err)
{
	return guard_admit(&cognito_of(identity)->guard, address, ret_retry_after, err);
}

/* ---- opening ---- */

static bool is_made_of(const char *text, const char *letters)
{
	return text && *text && !text[strspn(text, letters)] && strlen(text) <= ID_MAX;
}

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* "eu-west-1_AbCdEfGhI": the region is before the underscore. */
static bool check_ids(const struct identity_cognito_options *options, struct err *err)
{
	const char *underscore = options->user_pool ? strchr(options->user_pool, '_') : NULL;

	if (!is_made_of(options->user_pool, ALNUM "-_") || !underscore || underscore == options->user_pool ||
	    !underscore[1])
		return err_set(err, ERR_INVALID, "This is no id of a user pool, such as eu-west-1_AbCdEfGhI: %.100s",
			       options->user_pool ? options->user_pool : "");
	return is_made_of(options->client_id, ALNUM "+_") ||
	       err_set(err, ERR_INVALID, "This is no id of an app client: %.100s",
		       options->client_id ? options->client_id : "");
}

/* As Cognito names itself in the tokens of that pool. */
static char *usual_issuer(const char *user_pool)
{
	int region = (int)strcspn(user_pool, "_");
	char *text = NULL;

	return asprintf(&text, "https://cognito-idp.%.*s.amazonaws.com%s/%s", region, user_pool,
			strncmp(user_pool, "cn-", 3) ? "" : ".cn", user_pool) < 0
		   ? NULL
		   : text;
}

static struct pool_keys *open_keys(const struct cognito *cognito, const char *jwks, struct err *err)
{
	struct pool_keys *keys = NULL;
	char *text = NULL;

	if (jwks)
		return pool_keys_new(jwks, cognito->now, err);
	if (asprintf(&text, "%s/%s/.well-known/jwks.json", aws_place(cognito->aws, AWS_COGNITO)->text,
		     cognito->user_pool) < 0) {
		err_memory(err, "opening identity");
		return NULL;
	}
	keys = pool_keys_new(text, cognito->now, err);
	free(text);
	return keys;
}

struct identity *identity_cognito_new(struct aws *aws, const struct identity_cognito_options *options, struct err *err)
{
	struct cognito *cognito = NULL;

	if (!check_ids(options, err))
		return NULL;
	if (!crypt_init()) {
		err_set(err, ERR_INTERNAL, "There is no source of randomness");
		return NULL;
	}
	cognito = calloc(1, sizeof *cognito);
	if (!cognito) {
		err_memory(err, "opening identity");
		return NULL;
	}
	cognito->identity = operations;
	cognito->aws = aws;
	cognito->links = options->links;
	cognito->now = options->now ? options->now : clock_now;
	guard_init(&cognito->guard, cognito->now);
	pthread_mutex_init(&cognito->ids_lock, NULL);
	cognito->user_pool = strdup(options->user_pool);
	cognito->client_id = strdup(options->client_id);
	cognito->issuer = options->issuer ? strdup(options->issuer) : usual_issuer(options->user_pool);
	cognito->verified = verified_tokens_new();
	if (!cognito->user_pool || !cognito->client_id || !cognito->issuer || !cognito->verified)
		err_memory(err, "opening identity");
	else
		cognito->keys = open_keys(cognito, options->jwks, err);
	if (cognito->keys)
		return &cognito->identity;
	cognito_close(&cognito->identity);
	return NULL;
}
