/* The base profile: the calls of the full platform, made of those that the first platform has. */
#include "net/first/base_profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* ---- what every call needs ---- */

struct base_profile *base_profile_new(struct net *net, struct err *err)
{
	struct base_profile *base = calloc(1, sizeof *base);

	if (base)
		base->net = net;
	else
		err_memory(err, "starting the base profile");
	return base;
}

struct base_profile *base_profile_free(struct base_profile *base)
{
	if (!base)
		return NULL;
	catalogue_done(base);
	free(base->own_id);
	free(base->own_name);
	free(base);
	return NULL;
}

struct base_job *base_job(struct call *call)
{
	return call->job;
}

struct base_profile *base_of(struct call *call)
{
	return call->net->base;
}

static void job_free(struct call *call)
{
	buf_wipe(&base_job(call)->body);
	buf_done(&base_job(call)->path);
}

void base_no_memory(struct call *call)
{
	struct err err;

	err_memory(&err, "preparing an answer");
	call_settle(call, &err);
}

void *base_alloc(struct call *call, size_t size)
{
	void *memory = arena_alloc(&call->reply->arena, size);

	if (!memory)
		base_no_memory(call);
	return memory;
}

void base_answer(struct call *call, const void *answer)
{
	call->reply->answer = answer;
	call_settle(call, NULL);
}

void *base_body(struct call *call)
{
	const struct shape *shape = api_rows[call->op].body;
	struct err err;
	void *object = arena_alloc(&call->arena, shape->size);
	cJSON *json = object ? json_parse(buf_str(&call->body), call->body.length, JSON_VALUES_ANSWER, &err) : NULL;
	bool good = json && shape_decode_answer(shape, json, &call->arena, object, &err);

	cJSON_Delete(json);
	if (good)
		return object;
	if (!object)
		err_memory(&err, "preparing a request");
	call_settle(call, &err);
	return NULL;
}

void base_send(struct call *call, const struct base_send *send)
{
	struct err err;
	struct exchange_request request = {
	    .method = send->method,
	    .path = send->path,
	    .body = send->body ? &base_job(call)->body : NULL,
	    .media_type = "application/json",
	    .token = send->token,
	    .token_needed = send->token != TOKEN_NONE,
	    .repeatable = send->repeatable,
	    .answer_max = LIST_MAX,
	    .deadline = send->deadline_ms ? clock_monotonic() + send->deadline_ms : call->deadline,
	    .attempt_ms = send->body && send->deadline_ms ? send->deadline_ms : 0,
	    .check = send->check,
	    .done = send->done,
	    .context = call,
	};

	if (send->body && base_job(call)->body.failed)
		err_set(&err, ERR_TOO_LARGE, "This is too much to be sent at once");
	else
		call->exchange = exchange_start(call->net, &request, &err);
	if (!call->exchange)
		call_settle(call, &err);
}

void base_note(struct call *call, struct answer *answer)
{
	call->exchange = NULL;
	call_note(call, answer);
}

/* ---- answers that are the same on both platforms ---- */

static bool check_as_is(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;

	return reply_read(call->reply, answer->http, err);
}

static void done_as_is(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;

	base_note(call, answer);
	call_settle(call, err);
}

/* ---- session ---- */

/* The first platform passes on what its identity says, in whatever status. */
static const struct {
	const char *word;
	enum err_kind kind;
	const char *code, *field, *message;
} refusals[] = {
    {"UserNotConfirmedException", ERR_FORBIDDEN, "not_confirmed", "",
     "This account is not confirmed yet: open the link in the mail, then sign in"},
    {"UsernameExistsException", ERR_CONFLICT, "conflict", "email", "There is an account with this address already"},
    {"InvalidPasswordException", ERR_INVALID, "invalid", "password", "is too easy to guess"},
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

	base_note(call, answer);
	if (!err && !tokens_adopt(call->net, call->reply->answer, call->email, &cause)) {
		err = &cause;
	} else if (err) {
		cause = *err;
		explain_refusal(&cause);
		err = &cause;
	}
	call_settle(call, err);
}

static void send_body_as_is(struct call *call, const char *path, base_check *check, base_done *done)
{
	buf_add(&base_job(call)->body, buf_str(&call->body), call->body.length);
	base_send(call,
		  &(struct base_send){.method = METHOD_POST, .path = path, .body = true, .check = check, .done = done});
}

static void login(struct call *call)
{
	send_body_as_is(call, "/Login", check_as_is, login_done);
}

/* There is nothing to revoke here; net_sign_out forgets the session on this side. */
static void logout(struct call *call)
{
	call_settle(call, NULL);
}

/* ---- accounts ---- */

static const char *copy_member(struct call *call, const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

	return arena_strdup(&call->reply->arena, text ? text : "");
}

/* The first platform answers a message only: the account is what was asked for, without an id. */
static void sign_up_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct err cause;

	base_note(call, answer);
	if (err) {
		cause = *err;
		explain_refusal(&cause);
		/* What it answers to a seller's weak password; nobody's session is meant. */
		if (call->op == API_seller_create && err->http_status == 401) {
			cause.kind = ERR_INVALID;
			memcpy(cause.code, "invalid", sizeof "invalid");
			memcpy(cause.field, "password", sizeof "password");
		}
		call_settle(call, &cause);
		return;
	}

	cJSON *json = json_parse(buf_str(&call->body), call->body.length, JSON_VALUES_REQUEST, &cause);
	struct account *account = base_alloc(call, sizeof *account);
	if (json && account) {
		account->id = "";
		account->group = call->op == API_client_create ? GROUP_CLIENTS : GROUP_SELLERS;
		account->email = copy_member(call, json, "email");
		account->full_name = copy_member(call, json, "full_name");
		account->mobile = copy_member(call, json, "mobile");
		base_answer(call, account);
	} else {
		call_settle(call, json ? NULL : &cause);
	}
	reply_wipe_json(json);
	cJSON_Delete(json);
}

static void sign_up(struct call *call)
{
	send_body_as_is(call, api_rows[call->op].path, NULL, sign_up_done);
}

static const char *path_of(struct call *call, const char *folder, const char *id)
{
	struct buf *path = &base_job(call)->path;

	buf_reset(path);
	buf_add_str(path, folder);
	url_escape(path, id);
	return path->failed ? "/" : path->bytes;
}

static void client_get(struct call *call)
{
	base_send(call, &(struct base_send){.method = METHOD_GET,
					    .path = path_of(call, "/Client/", call->args.id),
					    .repeatable = true,
					    .check = check_as_is,
					    .done = done_as_is});
}

/* One's own profile needs the token, without "Bearer"; the others' names are in the list. */
static void seller_get(struct call *call)
{
	const struct session *session = call->net->session;

	if (!session || strcmp(session->user_id, call->args.id) != 0) {
		base_seller_lookup(call);
		return;
	}
	base_send(call, &(struct base_send){.method = METHOD_GET,
					    .path = path_of(call, "/Seller/", call->args.id),
					    .token = TOKEN_RAW,
					    .repeatable = true,
					    .check = check_as_is,
					    .done = done_as_is});
}

/* ---- the client's own name ---- */

static bool is_known(const struct base_profile *base)
{
	return base->own_name && !strcmp(base->own_id, base->net->session->user_id);
}

static bool check_name(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;
	struct base_profile *base = base_of(call);
	struct account account;

	if (!reply_decode(&account_client_shape, answer->http, &call->arena, &account, err))
		return false;
	if (!call->net->session)
		return err_set(err, ERR_UNAUTHENTICATED, "Sign in first");
	free(base->own_id);
	free(base->own_name);
	base->own_id = strdup(call->net->session->user_id);
	base->own_name = strdup(account.full_name);
	return base->own_id && base->own_name ? true : err_memory(err, "reading the profile");
}

static void name_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	void (*named)(struct call *, const struct err *) = base_job(call)->named;

	base_note(call, answer);
	named(call, err);
}

void base_need_name(struct call *call, void (*named)(struct call *call, const struct err *err))
{
	struct err err;

	if (!call->net->session) {
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in first");
		call_settle(call, &err);
		return;
	}
	if (is_known(base_of(call))) {
		named(call, NULL);
		return;
	}
	base_job(call)->named = named;
	base_send(call, &(struct base_send){.method = METHOD_GET,
					    .path = path_of(call, "/Client/", call->net->session->user_id),
					    .repeatable = true,
					    .check = check_name,
					    .done = name_done});
}

/* ---- the platform itself ---- */

static void service(struct call *call)
{
	static const struct service none = {.name = "", .version = "", .profile = "base", .currency = ""};

	base_answer(call, &none);
}

static void health_done(void *context, struct answer *answer, const struct err *err)
{
	static const struct health good = {.status = "ok"};
	struct call *call = context;
	bool alive = answer->http && answer->http->status < 500;

	base_note(call, answer);
	if (alive)
		base_answer(call, &good);
	else
		call_settle(call, err);
}

static void health(struct call *call)
{
	base_send(call,
		  &(struct base_send){.method = METHOD_GET, .path = "/", .repeatable = true, .done = health_done});
}

/* ---- the table ---- */

/* What the first platform offers, and how; the rest it doesn't. */
static void (*const starts[API_OPS])(struct call *call) = {
    [API_service] = service,
    [API_health] = health,
    [API_login] = login,
    [API_logout] = logout,
    [API_client_create] = sign_up,
    [API_client_get] = client_get,
    [API_seller_create] = sign_up,
    [API_seller_list] = base_seller_list,
    [API_seller_get] = seller_get,
    [API_product_list] = base_product_list,
    [API_product_get] = base_product_get,
    [API_product_create] = base_product_create,
    [API_product_update] = base_product_update,
    [API_product_batch] = base_product_batch,
    [API_category_list] = base_category_list,
    [API_purchase_create] = base_purchase_create,
    [API_purchase_list] = base_purchase_list,
    [API_purchase_get] = base_purchase_get,
};

bool base_profile_offers(enum api_op op)
{
	return starts[op];
}

void base_profile_start(struct base_profile *base, struct call *call)
{
	struct base_job *job = arena_alloc(&call->arena, sizeof *job);
	struct err err;
	(void)base;

	if (!job) {
		base_no_memory(call);
		return;
	}
	buf_init(&job->body, 1024 * 1024);
	buf_init(&job->path, 1024);
	call->job = job;
	call->job_free = job_free;
	if (strstr(api_rows[call->op].path, "{id}") && (!call->args.id || !*call->args.id)) {
		err_set(&err, ERR_INVALID, "It is not said which one is meant");
		call_settle(call, &err);
		return;
	}
	starts[call->op](call);
}
