#include "net/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"
#include "net/reply.h"
#include "net/request.h"

enum { CALL_ARENA = 1024 * 1024 };

/* ---- the list ---- */

static struct call *call_free(struct call *call)
{
	if (!call)
		return NULL;
	exchange_cancel(call->exchange);
	if (call->job_free)
		call->job_free(call);
	net_reply_free(call->reply);
	buf_wipe(&call->body);
	arena_done(&call->arena);
	free(call);
	return NULL;
}

/* Copies what a call is about. */
static bool copy_args(struct call *call, const struct net_args *args)
{
	const struct api_row *row = &api_rows[call->op];
	struct arena *arena = &call->arena;

	call->args = *args;
	call->args.body = call->args.bytes = NULL;
	call->args.id = arena_strdup(arena, args->id);
	call->args.key = arena_strdup(arena, args->key);
	call->args.media_type = arena_strdup(arena, args->media_type ? args->media_type : "application/octet-stream");
	if ((args->id && !call->args.id) || (args->key && !call->args.key) || !call->args.media_type)
		return false;
	call->args.query = NULL;
	if (args->query && row->query && !(call->args.query = request_copy_query(row->query, args->query, arena)))
		return false;
	if (call->op == API_login && args->body)
		call->email = arena_strdup(arena, ((const struct login_request *)args->body)->email);
	request_body(call->op, args, &call->body);
	return true;
}

struct call *call_new(struct calls *calls, enum api_op op, const struct net_args *args, const void *owner,
		      net_callback *callback, void *context)
{
	static const struct net_args nothing;
	struct call *call = calloc(1, sizeof *call);

	if (!call)
		return NULL;
	args = args ? args : &nothing;
	call->all = calls;
	call->op = op;
	call->owner = owner;
	call->callback = callback;
	call->context = context;
	call->started = clock_monotonic();
	call->deadline = call->started + (args->deadline_ms > 0 ? args->deadline_ms : calls->deadline_ms);
	arena_init(&call->arena, CALL_ARENA);
	buf_init(&call->body, LIMIT_BODY);
	call->reply = reply_new(op);
	if (!call->reply || !copy_args(call, args))
		return call_free(call);

	struct call **place = &calls->first;
	while (*place)
		place = &(*place)->next;
	*place = call;
	call->id = ++calls->last_id;
	return call;
}

void call_cancel_where(struct calls *calls, bool (*matches)(const struct call *call, const void *what),
		       const void *what)
{
	for (struct call **place = &calls->first; *place;) {
		struct call *call = *place;

		if (!matches(call, what)) {
			place = &call->next;
			continue;
		}
		*place = call->next;
		call_free(call);
	}
}

static bool is_any(const struct call *call, const void *what)
{
	(void)call, (void)what;
	return true;
}

void call_done(struct calls *calls)
{
	call_cancel_where(calls, is_any, NULL);
}

/* ---- one on its way ---- */

void call_settle(struct call *call, const struct err *err)
{
	if (call->settled)
		return;
	call->settled = true;
	call->reply->ok = !err;
	if (!err)
		return;
	call->reply->err = *err;
	call->reply->answer = call->reply->bytes = NULL;
	call->reply->length = 0;
}

void call_pause(struct call *call, int64_t milliseconds, void (*woken)(struct call *call))
{
	assert(!call->settled);
	call->wake = clock_monotonic() + (milliseconds > 0 ? milliseconds : 0);
	call->woken = woken;
}

void call_note(struct call *call, struct answer *answer)
{
	struct net_reply *reply = call->reply;

	reply->attempts += answer->attempts;
	if (answer->http) {
		reply->status = answer->http->status;
		reply->replayed = answer->http->flagged;
		reply->retry_after_s = answer->http->retry_after_s;
	}
	reply_set_problem(reply, answer->problem);
	answer->problem = NULL;
}

/* Calls that paused go on when their time has come. */
void call_run(struct calls *calls)
{
	int64_t now = clock_monotonic();

	for (struct call *call = calls->first; call; call = call->next) {
		void (*woken)(struct call *) = call->woken;

		if (!woken || call->settled || call->wake > now)
			continue;
		call->woken = NULL;
		woken(call);
	}
}

int64_t call_next(const struct calls *calls)
{
	int64_t next = INT64_MAX;

	for (const struct call *call = calls->first; call; call = call->next) {
		if (call->settled)
			return 0;
		if (call->woken && call->wake < next)
			next = call->wake;
	}
	return next;
}

/* Calls back for one call that has ended; the callback may change the list. */
bool call_deliver_one(struct calls *calls)
{
	struct call **place = &calls->first;

	while (*place && !(*place)->settled)
		place = &(*place)->next;
	struct call *call = *place;
	if (!call)
		return false;
	*place = call->next;

	struct net_reply *reply = call->reply;
	net_callback *callback = call->callback;
	void *context = call->context;
	bool kept = false;

	call->reply = NULL;
	call_free(call);
	reply_note_keep(reply, &kept);
	if (callback)
		callback(context, reply);
	if (!kept)
		net_reply_free(reply);
	return true;
}
