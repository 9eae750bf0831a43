/* Signing in and up at the first platform, and profiles. */
#include <string.h>

#include "net/first/job.h"
#include "net/first/starts.h"

/* ---- answers that are the same on both platforms ---- */

static bool check_as_is(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;

	return reply_read(call->reply, answer->http, err);
}

static void done_as_is(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;

	job_note(call, answer);
	call_settle(call, err);
}

/* ---- session ---- */

/* The first platform passes on what its identity service says, with any status. */
static const struct {
	const char *word;
	enum err_kind kind;
	const char *code, *field, *message;
} refusals[] = {
    {"UserNotConfirmedException", ERR_FORBIDDEN, "not_confirmed", "",
     "This account is not confirmed yet: open the link in the mail, then sign in"},
    {"UsernameExistsException", ERR_CONFLICT, "conflict", "email", "There is an account with this address already"},
    {"InvalidPasswordException", ERR_INVALID, "easy_password", "password",
     "This password is too easy to guess: choose another one."},
    {"NotAuthorizedException", ERR_UNAUTHENTICATED, "unauthenticated", "", "Wrong e-mail address or password"},
    {"UserNotFoundException", ERR_UNAUTHENTICATED, "unauthenticated", "", "Wrong e-mail address or password"},
    {"TooManyRequestsException", ERR_THROTTLED, "throttled", "", "wait a moment, then try again"},
    {"LimitExceededException", ERR_THROTTLED, "throttled", "", "wait a while, then try again"},
};

static void explain_refusal(struct err *err)
{
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (!strstr(err->message, refusals[i].word))
			continue;
		int status = err->http_status;
		err_code(err, refusals[i].kind, refusals[i].code, "%s", refusals[i].message);
		err_at(err, refusals[i].field);
		err->http_status = status;
		return;
	}
}

static void login_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct err cause;

	job_note(call, answer);
	if (!err && !tokens_adopt(call->all->tokens, call->reply->answer, call->email, &cause)) {
		err = &cause;
	} else if (err) {
		cause = *err;
		explain_refusal(&cause);
		err = &cause;
	}
	call_settle(call, err);
}

static void send_body_as_is(struct call *call, const char *path, job_check *check, job_done *done)
{
	buf_add(&job_of(call)->body, buf_str(&call->body), call->body.length);
	job_send(call,
		  &(struct job_send){.method = METHOD_POST, .path = path, .body = true, .check = check, .done = done});
}

void first_login(struct call *call)
{
	send_body_as_is(call, "/Login", check_as_is, login_done);
}

/* ---- accounts ---- */

static const char *copy_member(struct call *call, const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

	return arena_strdup(&call->reply->arena, text ? text : "");
}

/* The first platform answers with a message only: the account in the reply is the one that was asked for, without an
 * id. */
static void sign_up_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct err cause;

	job_note(call, answer);
	if (err) {
		cause = *err;
		explain_refusal(&cause);
		/* Its answer to a seller's weak password: this 401 is not about a session. */
		if (call->op == API_seller_create && err->http_status == 401) {
			cause.kind = ERR_INVALID;
			memcpy(cause.code, "invalid", sizeof "invalid");
			memcpy(cause.field, "password", sizeof "password");
		}
		call_settle(call, &cause);
		return;
	}

	cJSON *json = json_parse(buf_str(&call->body), call->body.length, JSON_VALUES_REQUEST, &cause);
	struct account *account = job_alloc(call, sizeof *account);
	if (json && account) {
		account->id = "";
		account->group = call->op == API_client_create ? GROUP_CLIENTS : GROUP_SELLERS;
		account->email = copy_member(call, json, "email");
		account->full_name = copy_member(call, json, "full_name");
		account->mobile = copy_member(call, json, "mobile");
		job_answer(call, account);
	} else {
		call_settle(call, json ? NULL : &cause);
	}
	answer_wipe(json);
	cJSON_Delete(json);
}

void first_sign_up(struct call *call)
{
	send_body_as_is(call, api_rows[call->op].path, NULL, sign_up_done);
}

void first_client_get(struct call *call)
{
	job_send(call, &(struct job_send){.method = METHOD_GET,
					    .path = job_path(call, "/Client/", call->args.id),
					    .repeatable = true,
					    .check = check_as_is,
					    .done = done_as_is});
}

/* A seller's own profile needs the token, without "Bearer"; other sellers' names are in the list. */
void first_seller_get(struct call *call)
{
	const struct session *session = call->all->tokens->session;

	if (!session || strcmp(session->user_id, call->args.id) != 0) {
		first_seller_lookup(call);
		return;
	}
	job_send(call, &(struct job_send){.method = METHOD_GET,
					    .path = job_path(call, "/Seller/", call->args.id),
					    .token = TOKEN_RAW,
					    .repeatable = true,
					    .check = check_as_is,
					    .done = done_as_is});
}
