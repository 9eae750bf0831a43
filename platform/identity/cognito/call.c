/* One call of Cognito's API: what its body begins with, how it is signed, what its errors mean. */
#include <string.h>

#include "models/normal.h"
#include "platform/identity/cognito/internal.h"

enum { BODY_MAX = 64 * 1024 };

/* What a call is for: the app client (anybody may), whoever holds an access token, or the pool (which a role must
 * allow). */
enum scope { OF_CLIENT, OF_HOLDER, OF_POOL };

/* A call that is `once` spends something, a code or the former password: repeated after an answer that was lost, it
 * would say that it went wrong. */
static const struct {
	const char *name;
	enum scope scope;
	bool once;
} operations[COGNITO_OPS] = {
    [COGNITO_SIGN_UP] = {"SignUp", OF_CLIENT, false},
    [COGNITO_RESEND_CODE] = {"ResendConfirmationCode", OF_CLIENT, false},
    [COGNITO_CONFIRM_SIGN_UP] = {"ConfirmSignUp", OF_CLIENT, true},
    [COGNITO_INITIATE_AUTH] = {"InitiateAuth", OF_CLIENT, false},
    [COGNITO_REVOKE_TOKEN] = {"RevokeToken", OF_CLIENT, false},
    [COGNITO_FORGOT_PASSWORD] = {"ForgotPassword", OF_CLIENT, false},
    [COGNITO_CONFIRM_FORGOT] = {"ConfirmForgotPassword", OF_CLIENT, true},
    [COGNITO_CHANGE_PASSWORD] = {"ChangePassword", OF_HOLDER, true},
    [COGNITO_GLOBAL_SIGN_OUT] = {"GlobalSignOut", OF_HOLDER, false},
    [COGNITO_ADMIN_GET_USER] = {"AdminGetUser", OF_POOL, false},
    [COGNITO_ADMIN_LIST_GROUPS] = {"AdminListGroupsForUser", OF_POOL, false},
    [COGNITO_ADMIN_ADD_TO_GROUP] = {"AdminAddUserToGroup", OF_POOL, false},
    [COGNITO_ADMIN_SIGN_OUT] = {"AdminUserGlobalSignOut", OF_POOL, false},
    [COGNITO_ADMIN_DELETE_USER] = {"AdminDeleteUser", OF_POOL, false},
    [COGNITO_ADMIN_CREATE_USER] = {"AdminCreateUser", OF_POOL, false},
    [COGNITO_ADMIN_SET_PASSWORD] = {"AdminSetUserPassword", OF_POOL, false},
};

void cognito_call_init(const struct cognito *cognito, struct cognito_call *call, enum cognito_op op)
{
	call->op = op;
	buf_init(&call->body, BODY_MAX);
	call->body.secret = true;
	call->json = json_writer(&call->body);
	json_open(&call->json, '{');
	if (operations[op].scope == OF_CLIENT)
		json_member_string(&call->json, "ClientId", cognito->client_id);
	if (operations[op].scope == OF_POOL)
		json_member_string(&call->json, "UserPoolId", cognito->user_pool);
}

/* ---- what an error means ---- */

static const char too_often[] = "Too many attempts: try again later";

/* To every caller. What Cognito limits for everybody together is tried again below, until the deadline. */
static const struct cognito_reply usual[] = {
    {"LimitExceededException", ERR_THROTTLED, "throttled", too_often, NULL, NULL},
    {"TooManyFailedAttemptsException", ERR_THROTTLED, "throttled", too_often, NULL, NULL},
    {"ResourceNotFoundException", ERR_INTERNAL, "internal",
     "The user pool, its app client or one of its groups isn't there", NULL, NULL},
    {"AccessDeniedException", ERR_INTERNAL, "internal", "This program's role may not do that in the user pool", NULL,
     NULL},
    {.error = NULL},
};

static const struct cognito_reply *find_reply(const struct cognito_reply *replies, const struct aws_answer *answer)
{
	for (const struct cognito_reply *reply = replies; reply && reply->error; reply++)
		if (!strcmp(reply->error, answer->error) && (!reply->saying || strstr(answer->message, reply->saying)))
			return reply;
	return NULL;
}

/* Cognito's own message may hold what was sent, so it goes nowhere. */
static bool tell(enum cognito_op op, const struct aws_answer *answer, const struct cognito_reply *replies,
		 struct err *err)
{
	const struct cognito_reply *reply = find_reply(replies, answer);

	if (!reply)
		reply = find_reply(usual, answer);
	if (!reply)
		return err_set(err, ERR_INTERNAL, "Cognito refuses %s (%s)", operations[op].name, answer->error);
	if (reply->kind == ERR_NONE)
		return true;
	err_code(err, reply->kind, reply->code, "%s", reply->message);
	return reply->field ? err_at(err, reply->field) : false;
}

/* ---- sending ---- */

bool cognito_call_send(struct cognito *cognito, struct cognito_call *call, const struct cognito_reply *replies,
		       cJSON **ret_json, struct err *err)
{
	struct aws_answer answer = {.json = NULL};

	json_close(&call->json, '}');
	const struct aws_call request = {.service = AWS_COGNITO,
					 .operation = operations[call->op].name,
					 .body = buf_str(&call->body),
					 .length = call->body.length,
					 .open = operations[call->op].scope != OF_POOL,
					 .once = operations[call->op].once,
					 .secret = true};
	bool answered =
	    !call->body.failed ? aws_call(cognito->aws, &request, &answer, err) : err_memory(err, "asking Cognito");
	buf_wipe(&call->body);
	if (!answered)
		return false;

	bool failed = answer.error[0] != '\0';
	bool good = !failed || tell(call->op, &answer, replies, err);
	if (good && !failed && ret_json) {
		*ret_json = answer.json;
		answer.json = NULL;
	} else if (good && ret_json) {
		*ret_json = NULL;
	}
	aws_answer_wipe(&answer);
	return good;
}

void cognito_json_free(cJSON *json)
{
	json_wipe(json);
	cJSON_Delete(json);
}

const char *cognito_text(const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

	return text && *text ? text : NULL;
}

bool cognito_no_sense(enum cognito_op op, struct err *err)
{
	return err_set(err, ERR_INTERNAL, "The answer of Cognito to %s makes no sense", operations[op].name);
}

bool cognito_address(const char *email, struct arena *arena, const char **ret_address, struct err *err)
{
	const char *address = normal_email_key(arena, email);

	if (!address)
		return err_memory(err, "reading an address");
	*ret_address = address;
	return true;
}
