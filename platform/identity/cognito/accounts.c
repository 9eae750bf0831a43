/* Logins: signing up, codes, passwords, removing. */
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "platform/identity/cognito/internal.h"

static const char unsent[] =
    "The mail with the code could not be sent: sign up once more with the same address and password";
static const char taken[] = "There is an account with that e-mail address already";

/* ---- signing up ---- */

/* Who signs up, and how far they have come. */
struct newcomer {
	const char *address, *password;
	enum group group;
	struct cognito_user user;
	bool existed;
};

static const char no_password[] = "The password is not one that this shop takes: choose another one";

static const struct cognito_reply no_sign_up[] = {
    {"UsernameExistsException", ERR_CONFLICT, "email_taken", taken, NULL, NULL},
    {"InvalidPasswordException", ERR_INVALID, "invalid", no_password, "/password", NULL},
    {"InvalidParameterException", ERR_INVALID, "invalid", no_password, "/password", "assword"},
    {"InvalidParameterException", ERR_INVALID, "invalid",
     "The e-mail address is not one that this shop can send mail to", "/email", NULL},
    {"CodeDeliveryFailureException", ERR_UNAVAILABLE, "unavailable", unsent, NULL, NULL},
    {.error = NULL},
};

static void name_user(struct cognito *cognito, struct cognito_call *call, enum cognito_op op, const char *address)
{
	cognito_call_init(cognito, call, op);
	json_member_string(&call->json, "Username", address);
}

static bool sign_up_new(struct cognito *cognito, struct newcomer *newcomer, struct arena *scratch, struct err *err)
{
	struct cognito_call call;
	cJSON *json = NULL;

	name_user(cognito, &call, COGNITO_SIGN_UP, newcomer->address);
	json_member_string(&call.json, "Password", newcomer->password);
	if (!cognito_call_send(cognito, &call, no_sign_up, &json, err))
		return false;
	const char *login = cognito_text(json, "UserSub");
	newcomer->user = (struct cognito_user){.login = arena_strdup(scratch, login), .group = GROUP_NONE};
	bool good =
	    newcomer->user.login || (login ? err_memory(err, "signing up") : cognito_no_sense(COGNITO_SIGN_UP, err));
	cognito_json_free(json);
	return good;
}

/* Not too often: what was sent before is good still. */
static bool send_code_again(struct cognito *cognito, const char *address, struct err *err)
{
	static const struct cognito_reply sent[] = {
	    {.error = "LimitExceededException"},
	    {.error = "InvalidParameterException"}, /* confirmed meanwhile */
	    {"CodeDeliveryFailureException", ERR_UNAVAILABLE, "unavailable", unsent, NULL, NULL},
	    {.error = NULL},
	};
	struct cognito_call call;

	if (!guard_may_mail(&cognito->guard, address, 0))
		return true;
	name_user(cognito, &call, COGNITO_RESEND_CODE, address);
	bool good = cognito_call_send(cognito, &call, sent, NULL, err);
	if (!good) /* trying again sends it */
		guard_unmail(&cognito->guard, address, 0);
	return good;
}

static bool is_taken(struct err *err)
{
	return err_code(err, ERR_CONFLICT, "email_taken", "%s", taken);
}

/* Somebody has the address: whoever knows the password is the one who signed up and may complete it. While the account
 * is throttled nobody learns whether a password fits. Before the address is confirmed Cognito doesn't say whether it
 * does: so somebody else may complete such a sign-up, which gives them nothing, since it takes the code that was mailed
 * and the first one's password to get in. */
static bool sign_up_again(struct cognito *cognito, struct newcomer *newcomer, struct arena *scratch, struct err *err)
{
	struct err cause = {.kind = ERR_NONE};

	if (!cognito_try_password(cognito, newcomer->address, newcomer->password, &cause) &&
	    strcmp(cause.code, "not_confirmed") != 0) {
		bool refused =
		    cause.kind == ERR_UNAUTHENTICATED || cause.kind == ERR_FORBIDDEN || cause.kind == ERR_THROTTLED;

		if (refused)
			return is_taken(err);
		*err = cause;
		return false;
	}
	newcomer->existed = true;
	if (!cognito_user_get(cognito, newcomer->address, scratch, &newcomer->user, err))
		return false;
	if (newcomer->user.group != GROUP_NONE && newcomer->user.group != newcomer->group)
		return is_taken(err);
	return newcomer->user.confirmed || send_code_again(cognito, newcomer->address, err);
}

/* Puts the login into its group, or finds that it is to be in the other one. */
static bool join(struct cognito *cognito, const struct newcomer *newcomer, struct arena *scratch, struct err *err)
{
	enum group chosen;

	if (!cognito_choose_group(cognito, newcomer->user.login, newcomer->group, scratch, &chosen, err))
		return false;
	if (chosen != newcomer->group)
		return is_taken(err);
	return cognito_user_join(cognito, newcomer->user.login, chosen, err);
}

static struct id next_id(struct cognito *cognito)
{
	pthread_mutex_lock(&cognito->ids_lock);
	struct id id = id_next(&cognito->ids);
	pthread_mutex_unlock(&cognito->ids_lock);
	return id;
}

/* Each step is there already or is made now, so whatever a try breaks off after, the next one goes on from there: the
 * login, its group, its account's id. So do two at the same time, and come to the same login, group and id. (The
 * account is the caller's.) */
static bool sign_up(struct cognito *cognito, struct newcomer *newcomer, struct arena *scratch, const char **ret_account,
		    struct err *err)
{
	struct id id = next_id(cognito);
	struct err cause = {.kind = ERR_NONE};

	if (!sign_up_new(cognito, newcomer, scratch, &cause)) {
		if (cause.kind != ERR_CONFLICT)
			return *err = cause, false;
		if (!sign_up_again(cognito, newcomer, scratch, err))
			return false;
	}
	if (newcomer->user.group == GROUP_NONE && !join(cognito, newcomer, scratch, err))
		return false;
	return cognito_link(cognito, newcomer->user.login, id.text, scratch, ret_account, err);
}

bool cognito_sign_up(struct identity *identity, const char *email, const char *password, enum group group,
		     struct arena *arena, const char **ret_id, bool *ret_existed, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	struct newcomer newcomer = {.password = password, .group = group};
	const char *account = NULL, *copy = NULL;
	struct arena scratch;

	arena_init(&scratch, COGNITO_SCRATCH);
	bool good = cognito_address(email, &scratch, &newcomer.address, err) &&
		    sign_up(cognito, &newcomer, &scratch, &account, err);
	if (good) {
		copy = arena_strdup(arena, account);
		good = copy || err_memory(err, "signing up");
	}
	arena_done(&scratch);
	if (!good)
		return false;
	*ret_id = copy;
	*ret_existed = newcomer.existed;
	return true;
}

/* ---- codes ---- */

static const char wrong_code[] = "The code is wrong or has expired";

/* A limit that only accounts have that exist would tell that one does. */
static const struct cognito_reply no_code[] = {
    {"CodeMismatchException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"ExpiredCodeException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"UserNotFoundException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"NotAuthorizedException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"AliasExistsException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"InvalidParameterException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"UserNotConfirmedException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"LimitExceededException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"TooManyFailedAttemptsException", ERR_INVALID, "invalid_code", wrong_code, NULL, NULL},
    {"InvalidPasswordException", ERR_INVALID, "invalid", no_password, "/password", NULL},
    {.error = NULL},
};

/* A call that is about an address, with a code or none (NULL). */
static bool ask_about(struct identity *identity, enum cognito_op op, const char *email, const char *code,
		      const struct cognito_reply *replies, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	const char *address;
	struct arena scratch;

	arena_init(&scratch, COGNITO_SCRATCH);
	bool good = cognito_address(email, &scratch, &address, err);
	if (good) {
		struct cognito_call call;

		name_user(cognito, &call, op, address);
		if (code)
			json_member_string(&call.json, "ConfirmationCode", code);
		good = cognito_call_send(cognito, &call, replies, NULL, err);
	}
	arena_done(&scratch);
	return good;
}

bool cognito_confirm(struct identity *identity, const char *email, const char *code, struct err *err)
{
	return ask_about(identity, COGNITO_CONFIRM_SIGN_UP, email, code, no_code, err);
}

bool cognito_forgot(struct identity *identity, const char *email, struct err *err)
{
	/* Whatever only an account that exists can make Cognito say. */
	static const struct cognito_reply silent[] = {
	    {.error = "UserNotFoundException"},        {.error = "NotAuthorizedException"},
	    {.error = "InvalidParameterException"},    {.error = "UserNotConfirmedException"},
	    {.error = "LimitExceededException"},       {.error = "TooManyFailedAttemptsException"},
	    {.error = "CodeDeliveryFailureException"}, {.error = NULL},
	};

	return ask_about(identity, COGNITO_FORGOT_PASSWORD, email, NULL, silent, err);
}

/* The password is another one by now, and what was asked can't be asked again. */
static bool half_changed(const struct err *cause, struct err *err)
{
	return err_set(
	    err, cause->kind == ERR_MEMORY ? ERR_MEMORY : ERR_UNAVAILABLE,
	    "The password is changed, but earlier sign-ins could not be ended: sign in with it and change it once more");
}

static bool reset(struct cognito *cognito, const char *address, const char *code, const char *password, struct err *err)
{
	struct cognito_call call;
	struct err cause = {.kind = ERR_NONE};

	name_user(cognito, &call, COGNITO_CONFIRM_FORGOT, address);
	json_member_string(&call.json, "ConfirmationCode", code);
	json_member_string(&call.json, "Password", password);
	if (!cognito_call_send(cognito, &call, no_code, NULL, err))
		return false;
	guard_forgive(&cognito->guard, address);
	return cognito_user_sign_out(cognito, address, &cause) || half_changed(&cause, err);
}

bool cognito_reset(struct identity *identity, const char *email, const char *code, const char *password,
		   struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	const char *address;
	struct arena scratch;

	arena_init(&scratch, COGNITO_SCRATCH);
	bool good = cognito_address(email, &scratch, &address, err) && reset(cognito, address, code, password, err);
	arena_done(&scratch);
	return good;
}

/* ---- changing a password ---- */

static const char not_current[] = "That is not the current password";

static const struct cognito_reply no_change[] = {
    {"NotAuthorizedException", ERR_UNAUTHENTICATED, "invalid_token", "The sign-in has ended: sign in again", NULL,
     "Token"},
    {"NotAuthorizedException", ERR_UNAUTHENTICATED, "invalid_credentials", not_current, NULL, NULL},
    {"UserNotFoundException", ERR_UNAUTHENTICATED, "invalid_credentials", not_current, NULL, NULL},
    {"InvalidPasswordException", ERR_INVALID, "invalid", no_password, "/new_password", NULL},
    {"InvalidParameterException", ERR_INVALID, "invalid", no_password, "/new_password", "proposedPassword"},
    {"InvalidParameterException", ERR_UNAUTHENTICATED, "invalid_credentials", not_current, NULL, NULL},
    {.error = NULL},
};

static void hold(struct cognito *cognito, struct cognito_call *call, enum cognito_op op, const char *access_token)
{
	cognito_call_init(cognito, call, op);
	json_member_string(&call->json, "AccessToken", access_token);
}

static bool end_sign_ins(struct cognito *cognito, const char *access_token, struct err *err)
{
	struct cognito_call call;

	hold(cognito, &call, COGNITO_GLOBAL_SIGN_OUT, access_token);
	return cognito_call_send(cognito, &call, NULL, NULL, err);
}

/* A wrong current password counts for the account; it has no other name here than its id. */
bool cognito_change_password(struct identity *identity, const struct identity_claims *who, const char *access_token,
			     const char *password, const char *new_password, int *ret_retry_after, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	struct guard_suspect suspect = guard_suspect(&cognito->guard, who->account_id, "");
	struct err cause = {.kind = ERR_NONE};
	struct cognito_call call;

	if (!guard_may_try(&cognito->guard, &suspect, ret_retry_after, err))
		return false;
	hold(cognito, &call, COGNITO_CHANGE_PASSWORD, access_token);
	json_member_string(&call.json, "PreviousPassword", password);
	json_member_string(&call.json, "ProposedPassword", new_password);
	bool changed = cognito_call_send(cognito, &call, no_change, NULL, err);
	if (changed || strcmp(err->code, "invalid_credentials") == 0)
		guard_record(&cognito->guard, &suspect, changed);
	if (!changed) {
		if (err->kind == ERR_THROTTLED && ret_retry_after)
			*ret_retry_after = COGNITO_WAIT_S;
		return false;
	}
	return end_sign_ins(cognito, access_token, &cause) || half_changed(&cause, err);
}

/* ---- removing ---- */

/* The links go last: as long as they are there, trying again finds the login. */
bool cognito_remove(struct identity *identity, const char *account_id, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	const char *login = NULL;
	struct arena scratch;

	arena_init(&scratch, COGNITO_SCRATCH);
	bool good = cognito_login_of(cognito, account_id, &scratch, &login, err) &&
		    (!login || (cognito_user_delete(cognito, login, err) &&
				cognito_unlink(cognito, login, account_id, &scratch, err)));
	arena_done(&scratch);
	if (good)
		verified_forget(cognito->verified, account_id);
	return good;
}

/* ---- a login for an account that is there already ---- */

enum { RANDOM_BYTES = 24, PASSWORD_SIZE = 64 };

/* One of which nobody knows what it is, with a letter of each kind, a digit and a sign. */
static void random_password(char password[PASSWORD_SIZE])
{
	uint8_t random[RANDOM_BYTES];
	char text[CRYPT_BASE64_SIZE(RANDOM_BYTES)];

	crypt_random(random, sizeof random);
	crypt_base64(random, sizeof random, text);
	snprintf(password, PASSWORD_SIZE, "aA1!%s", text);
	crypt_wipe(random, sizeof random);
	crypt_wipe(text, sizeof text);
}

static void write_attribute(struct json *json, const char *name, const char *value)
{
	json_open(json, '{');
	json_member_string(json, "Name", name);
	json_member_string(json, "Value", value);
	json_close(json, '}');
}

/* Without a mail. There being one already is as good. */
static bool make_user(struct cognito *cognito, const char *address, struct err *err)
{
	static const struct cognito_reply replies[] = {
	    {.error = "UsernameExistsException"},
	    {"InvalidParameterException", ERR_INVALID, "invalid", "Cognito does not take this e-mail address", NULL,
	     NULL},
	    {.error = NULL},
	};
	struct cognito_call call;

	name_user(cognito, &call, COGNITO_ADMIN_CREATE_USER, address);
	json_member_string(&call.json, "MessageAction", "SUPPRESS");
	json_member_open(&call.json, "UserAttributes", '[');
	write_attribute(&call.json, "email", address);
	write_attribute(&call.json, "email_verified", "true"); /* or no code could be sent to it */
	json_close(&call.json, ']');
	return cognito_call_send(cognito, &call, replies, NULL, err);
}

static bool set_password(struct cognito *cognito, const char *login, struct err *err)
{
	char password[PASSWORD_SIZE];
	struct cognito_call call;

	random_password(password);
	name_user(cognito, &call, COGNITO_ADMIN_SET_PASSWORD, login);
	json_member_string(&call.json, "Password", password);
	json_name(&call.json, "Permanent");
	json_bool(&call.json, true);
	crypt_wipe(password, sizeof password);
	return cognito_call_send(cognito, &call, NULL, NULL, err);
}

/* The link is the last step, so whoever has one is done. A login that is another account's, is in the other group, or
 * signed up by itself meanwhile, is somebody else's. */
static bool adopt(struct cognito *cognito, const char *address, enum group group, const char *account,
		  struct arena *scratch, struct err *err)
{
	struct cognito_user user;
	const char *login = NULL, *owner = NULL;

	if (!cognito_login_of(cognito, account, scratch, &login, err))
		return false;
	if (login)
		return true;
	if (!make_user(cognito, address, err) || !cognito_user_get(cognito, address, scratch, &user, err) ||
	    !cognito_account_of(cognito, user.login, scratch, &owner, err))
		return false;
	if ((owner && strcmp(owner, account) != 0) || (user.group != GROUP_NONE && user.group != group) ||
	    !user.confirmed || (user.group == GROUP_NONE && !user.must_change))
		return is_taken(err);
	return (user.group == group || cognito_user_join(cognito, user.login, group, err)) &&
	       (!user.must_change || set_password(cognito, user.login, err)) &&
	       cognito_link(cognito, user.login, account, scratch, &owner, err) &&
	       (strcmp(owner, account) == 0 || is_taken(err));
}

bool cognito_adopt(struct identity *identity, const char *account_id, enum group group, const char *email,
		   struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	const char *address;
	struct arena scratch;

	arena_init(&scratch, COGNITO_SCRATCH);
	bool good = cognito_address(email, &scratch, &address, err) &&
		    adopt(cognito, address, group, account_id, &scratch, err);
	arena_done(&scratch);
	return good;
}
