#include "net/full.h"

#include "net/features.h"
#include "net/reply.h"
#include "net/request.h"

static bool check(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;

	return reply_read(call->reply, answer->http, err);
}

static void done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct err cause;

	call->exchange = NULL;
	call_note(call, answer);
	if (!err && call->op == API_login && !tokens_adopt(call->all->tokens, call->reply->answer, call->email, &cause))
		err = &cause;
	call_settle(call, err);
}

static enum exchange_token token_of(enum api_op op)
{
	enum api_who who = api_rows[op].who;

	return who == WHO_ANYONE || who == WHO_NOBODY ? TOKEN_NONE : TOKEN_BEARER;
}

bool full_needs_session(enum api_op op)
{
	return token_of(op) != TOKEN_NONE && api_rows[op].who != WHO_ANYONE_OR_SELF;
}

static bool prepare(struct call *call, const struct service *service, struct buf *path, struct err *err)
{
	if (!features_fit(call, service, err))
		return false;
	if (!request_path(call->op, &call->args, path))
		return err_set(err, ERR_INVALID, "It is not said which one is meant");
	if (path->failed || call->body.failed)
		return err_set(err, ERR_TOO_LARGE, "This is too much to be sent at once");
	return true;
}

void full_start(struct call *call, const struct service *service)
{
	const struct api_row *row = &api_rows[call->op];
	struct exchange_request request = {
	    .method = row->method,
	    .body = row->body ? &call->body : NULL,
	    .media_type = row->body == &picture_shape ? call->args.media_type : "application/json",
	    .key = call->args.key,
	    .token = token_of(call->op),
	    .token_needed = full_needs_session(call->op),
	    .repeatable = row->retry,
	    .patient = call->args.key,
	    .answer_max = call->op == API_picture_get ? ANSWER_PICTURE_MAX : ANSWER_MAX,
	    .deadline = call->deadline,
	    .check = check,
	    .done = done,
	    .context = call,
	};
	struct buf path;
	struct err err;

	buf_init(&path, 16 * 1024);
	if (prepare(call, service, &path, &err)) {
		request.path = path.bytes;
		call->exchange = exchange_start(call->all->exchanges, &request, &err);
	}
	if (!call->exchange)
		call_settle(call, &err);
	buf_done(&path);
}
