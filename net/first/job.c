#include "net/first/job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "wire/url.h"

struct job *job_of(struct call *call)
{
	assert(call->job); /* first_start gives each call one */
	return call->job;
}

struct first *first_of(struct call *call)
{
	return job_of(call)->first;
}

static void done(struct call *call)
{
	buf_wipe(&job_of(call)->body);
	buf_done(&job_of(call)->path);
}

void job_no_memory(struct call *call)
{
	struct err err;

	err_memory(&err, "preparing an answer");
	call_settle(call, &err);
}

struct job *job_new(struct first *first, struct call *call)
{
	struct job *job = arena_alloc(&call->arena, sizeof *job);

	if (!job) {
		job_no_memory(call);
		return NULL;
	}
	job->first = first;
	buf_init(&job->body, 1024 * 1024);
	buf_init(&job->path, 1024);
	call->job = job;
	call->job_free = done;
	return job;
}

void *job_alloc(struct call *call, size_t size)
{
	void *memory = arena_alloc(&call->reply->arena, size);

	if (!memory)
		job_no_memory(call);
	return memory;
}

void job_answer(struct call *call, const void *answer)
{
	call->reply->answer = answer;
	call_settle(call, NULL);
}

void *job_body(struct call *call)
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

void job_send(struct call *call, const struct job_send *send)
{
	struct err err;
	struct exchange_request request = {
	    .method = send->method,
	    .path = send->path,
	    .body = send->body ? &job_of(call)->body : NULL,
	    .media_type = "application/json",
	    .token = send->token,
	    .token_needed = send->token != TOKEN_NONE,
	    .repeatable = send->repeatable,
	    .answer_max = JOB_LIST_MAX,
	    .deadline = send->deadline_ms ? clock_monotonic() + send->deadline_ms : call->deadline,
	    .attempt_ms = send->body && send->deadline_ms ? send->deadline_ms : 0,
	    .check = send->check,
	    .done = send->done,
	    .context = call,
	};

	if (send->body && job_of(call)->body.failed)
		err_set(&err, ERR_TOO_LARGE, "This is too much to be sent at once");
	else
		call->exchange = exchange_start(call->all->exchanges, &request, &err);
	if (!call->exchange)
		call_settle(call, &err);
}

void job_note(struct call *call, struct answer *answer)
{
	call->exchange = NULL;
	call_note(call, answer);
}

bool job_page(struct call *call, const char *cursor, int64_t limit, size_t count, size_t *ret_first, size_t *ret_end,
	       const char **ret_next)
{
	unsigned long first = 0;
	struct err err;

	if (cursor && *cursor) {
		char *end;
		first = strtoul(cursor, &end, 10);
		if (*end || *cursor < '0' || *cursor > '9') {
			err_set(&err, ERR_INVALID, "That is not a place in this list");
			call_settle(call, &err);
			return false;
		}
	}
	size_t most = limit < 1 ? LIMIT_PAGE_DEFAULT : limit > LIMIT_PAGE ? LIMIT_PAGE : (size_t)limit;
	*ret_first = first < count ? first : count;
	*ret_end = count - *ret_first < most ? count : *ret_first + most;
	*ret_next = NULL;
	if (*ret_end < count) {
		*ret_next = arena_printf(&call->reply->arena, "%zu", *ret_end);
		if (!*ret_next) {
			job_no_memory(call);
			return false;
		}
	}
	return true;
}

const char *job_path(struct call *call, const char *folder, const char *id)
{
	struct buf *path = &job_of(call)->path;

	buf_reset(path);
	buf_add_str(path, folder);
	url_escape(path, id);
	return path->failed ? "/" : path->bytes;
}

/* ---- the client's own name ---- */

static bool is_known(const struct first *first)
{
	return first->own_name && !strcmp(first->own_id, first->calls->tokens->session->user_id);
}

static bool check_name(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;
	struct first *first = first_of(call);
	const struct session *session = call->all->tokens->session;
	struct account account;

	if (!answer_decode(answer->http, &account_client_shape, &call->arena, &account, err))
		return false;
	/* Somebody else may have signed in while it was on its way. */
	if (!session || strcmp(session->user_id, job_of(call)->named_id) != 0)
		return err_set(err, ERR_UNAUTHENTICATED, "Sign in first");
	char *id = strdup(session->user_id), *name = strdup(account.full_name);
	if (!id || !name) {
		free(id);
		free(name);
		return err_memory(err, "reading the profile");
	}
	free(first->own_id);
	free(first->own_name);
	first->own_id = id;
	first->own_name = name;
	return true;
}

static void name_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	void (*named)(struct call *, const struct err *) = job_of(call)->named;

	job_note(call, answer);
	named(call, err);
}

void job_need_name(struct call *call, void (*named)(struct call *call, const struct err *err))
{
	const struct session *session = call->all->tokens->session;
	struct job *job = job_of(call);
	struct err err;

	if (!session) {
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in first");
		call_settle(call, &err);
		return;
	}
	if (is_known(first_of(call))) {
		named(call, NULL);
		return;
	}
	job->named = named;
	job->named_id = arena_strdup(&call->arena, session->user_id);
	if (!job->named_id) {
		job_no_memory(call);
		return;
	}
	job_send(call, &(struct job_send){.method = METHOD_GET,
					    .path = job_path(call, "/Client/", session->user_id),
					    .repeatable = true,
					    .check = check_name,
					    .done = name_done});
}
