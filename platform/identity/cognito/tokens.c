/* Signing in, staying so, and out. */
#include <string.h>

#include "base/token.h"
#include "platform/identity/cognito/internal.h"

/* A year: no access token lives as long. */
enum { EXPIRES_MAX = 365 * 24 * 60 * 60 };

static const char wrong[] = "The e-mail address or the password is wrong";

static const struct cognito_reply no_sign_in[] = {
    {"NotAuthorizedException", ERR_UNAUTHENTICATED, "invalid_credentials", wrong, NULL, NULL},
    {"UserNotFoundException", ERR_UNAUTHENTICATED, "invalid_credentials", wrong, NULL, NULL},
    /* A text that can't be an address, or a password. */
    {"InvalidParameterException", ERR_UNAUTHENTICATED, "invalid_credentials", wrong, NULL, NULL},
    {"UserNotConfirmedException", ERR_FORBIDDEN, "not_confirmed",
     "Confirm the e-mail address first, with the code that was sent to it", NULL, NULL},
    {"PasswordResetRequiredException", ERR_FORBIDDEN, "password_reset_needed",
     "This account needs a new password: set one with a code, as when it is forgotten", NULL, NULL},
    {.error = NULL},
};

static const char ended[] = "The sign-in has ended: sign in again";

static const struct cognito_reply no_refresh[] = {
    {"NotAuthorizedException", ERR_UNAUTHENTICATED, "invalid_token", ended, NULL, NULL},
    {"UserNotFoundException", ERR_UNAUTHENTICATED, "invalid_token", ended, NULL, NULL},
    {"UserNotConfirmedException", ERR_UNAUTHENTICATED, "invalid_token", ended, NULL, NULL},
    {"PasswordResetRequiredException", ERR_UNAUTHENTICATED, "invalid_token", ended, NULL, NULL},
    {"InvalidParameterException", ERR_UNAUTHENTICATED, "invalid_token", ended, NULL, NULL},
    {.error = NULL},
};

/* What was never a sign-in of ours has ended. */
static const struct cognito_reply revoked[] = {
    {.error = "NotAuthorizedException"},
    {.error = "UnauthorizedException"},
    {.error = "UnsupportedTokenTypeException"},
    {.error = "InvalidParameterException"},
    {.error = NULL},
};

/* ---- the tokens in an answer ---- */

struct answer {
	const char *access, *id, *refresh;
	int64_t expires_in;
};

/* A challenge comes in the place of tokens where an account has to do something first that we don't know: a new
 * password for one that the pool's owner made by hand, a second factor. */
static bool read_answer(const cJSON *json, const char *refresh_token, struct answer *ret_answer, struct err *err)
{
	const cJSON *result = cJSON_GetObjectItemCaseSensitive(json, "AuthenticationResult");
	const cJSON *expires = cJSON_GetObjectItemCaseSensitive(result, "ExpiresIn");
	struct answer answer = {.access = cognito_text(result, "AccessToken"),
				.id = cognito_text(result, "IdToken"),
				.refresh = cognito_text(result, "RefreshToken")};

	if (cognito_text(json, "ChallengeName"))
		return err_code(
		    err, ERR_FORBIDDEN, "password_reset_needed",
		    "This account can't sign in here yet: set a new password with a code, as when it is forgotten");
	answer.refresh = answer.refresh ? answer.refresh : refresh_token;
	if (!answer.access || !answer.id || !answer.refresh || !cJSON_IsNumber(expires) ||
	    !(expires->valuedouble >= 1) || expires->valuedouble > EXPIRES_MAX)
		return cognito_no_sense(COGNITO_INITIATE_AUTH, err);
	answer.expires_in = (int64_t)expires->valuedouble;
	*ret_answer = answer;
	return true;
}

/* Whose they are. A sign-up that is only half done has a login, and as yet no group or no account. */
static bool find_owner(struct cognito *cognito, const struct answer *answer, struct arena *arena,
		       struct identity_tokens *tokens, struct err *err)
{
	struct token_claims claims;

	if (!token_read(answer->access, arena, &claims, err))
		return err->kind == ERR_MEMORY ? false : cognito_no_sense(COGNITO_INITIATE_AUTH, err);
	if (!claims.subject)
		return cognito_no_sense(COGNITO_INITIATE_AUTH, err);
	tokens->group = verified_group(claims.group);
	tokens->account_id = NULL;
	if (tokens->group != GROUP_NONE &&
	    !cognito_account_of(cognito, claims.subject, arena, &tokens->account_id, err))
		return false;
	return tokens->account_id ||
	       err_code(err, ERR_FORBIDDEN, "sign_up_unfinished",
			"This sign-up was not finished: sign up again with the same address and password");
}

static bool take_tokens(struct cognito *cognito, const cJSON *json, const char *refresh_token, struct arena *arena,
			struct identity_tokens *ret_tokens, struct err *err)
{
	struct identity_tokens tokens = {0};
	struct answer answer = {.access = NULL};

	if (!read_answer(json, refresh_token, &answer, err) || !find_owner(cognito, &answer, arena, &tokens, err))
		return false;
	tokens.access_token = arena_strdup(arena, answer.access);
	tokens.id_token = arena_strdup(arena, answer.id);
	tokens.refresh_token = arena_strdup(arena, answer.refresh);
	tokens.expires_in = answer.expires_in;
	if (!tokens.access_token || !tokens.id_token || !tokens.refresh_token)
		return err_memory(err, "reading tokens");
	*ret_tokens = tokens;
	return true;
}

/* ---- signing in ---- */

/* *ret_json is Cognito's answer. */
static bool ask_sign_in(struct cognito *cognito, const char *address, const char *password, cJSON **ret_json,
			struct err *err)
{
	struct cognito_call call;

	cognito_call_init(cognito, &call, COGNITO_INITIATE_AUTH);
	json_member_string(&call.json, "AuthFlow", "USER_PASSWORD_AUTH");
	json_member_open(&call.json, "AuthParameters", '{');
	json_member_string(&call.json, "USERNAME", address);
	json_member_string(&call.json, "PASSWORD", password);
	json_close(&call.json, '}');
	return cognito_call_send(cognito, &call, no_sign_in, ret_json, err);
}

/* Counts it. That a login isn't confirmed says nothing of its password. */
static bool try_sign_in(struct cognito *cognito, const struct guard_suspect *suspect, const char *address,
			const char *password, cJSON **ret_json, int *ret_retry_after, struct err *err)
{
	if (!guard_may_try(&cognito->guard, suspect, ret_retry_after, err))
		return false;
	bool good = ask_sign_in(cognito, address, password, ret_json, err);
	if (!good && err->kind == ERR_THROTTLED && ret_retry_after)
		*ret_retry_after = COGNITO_WAIT_S;
	if (good || err->kind == ERR_UNAUTHENTICATED)
		guard_record(&cognito->guard, suspect, good);
	return good;
}

bool cognito_sign_in(struct identity *identity, const char *email, const char *password, const char *address,
		     struct arena *arena, struct identity_tokens *ret_tokens, int *ret_retry_after, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	const char *name;
	cJSON *json = NULL;

	if (!cognito_address(email, arena, &name, err))
		return false;
	struct guard_suspect suspect = guard_suspect(&cognito->guard, name, address);
	if (!try_sign_in(cognito, &suspect, name, password, &json, ret_retry_after, err))
		return false;
	bool good = take_tokens(cognito, json, NULL, arena, ret_tokens, err);
	cognito_json_free(json);
	return good;
}

/* ---- refreshing ---- */

bool cognito_refresh(struct identity *identity, const char *refresh_token, struct arena *arena,
		     struct identity_tokens *ret_tokens, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	struct cognito_call call;
	cJSON *json = NULL;

	cognito_call_init(cognito, &call, COGNITO_INITIATE_AUTH);
	json_member_string(&call.json, "AuthFlow", "REFRESH_TOKEN_AUTH");
	json_member_open(&call.json, "AuthParameters", '{');
	json_member_string(&call.json, "REFRESH_TOKEN", refresh_token);
	json_close(&call.json, '}');
	if (!cognito_call_send(cognito, &call, no_refresh, &json, err))
		return false;
	bool good = take_tokens(cognito, json, refresh_token, arena, ret_tokens, err);
	cognito_json_free(json);
	if (!good && err->kind == ERR_FORBIDDEN)
		err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "%s", ended);
	return good;
}

/* ---- signing out ---- */

bool cognito_sign_out(struct identity *identity, const char *refresh_token, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	struct cognito_call call;

	cognito_call_init(cognito, &call, COGNITO_REVOKE_TOKEN);
	json_member_string(&call.json, "Token", refresh_token);
	return cognito_call_send(cognito, &call, revoked, NULL, err);
}

bool cognito_try_password(struct cognito *cognito, const char *address, const char *password, struct err *err)
{
	struct guard_suspect suspect = guard_suspect(&cognito->guard, address, "");
	struct err ignored;
	cJSON *json = NULL;

	if (!try_sign_in(cognito, &suspect, address, password, &json, NULL, err))
		return false;
	const char *token =
	    cognito_text(cJSON_GetObjectItemCaseSensitive(json, "AuthenticationResult"), "RefreshToken");
	if (token) /* should that fail, it ends by itself one day, and nobody else has it */
		cognito_sign_out(&cognito->identity, token, &ignored);
	cognito_json_free(json);
	return true;
}
