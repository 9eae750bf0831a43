#include "net/net.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "models/limits.h"
#include "net/internal.h"
#include "net/pending.h"

enum { SERVICE_ARENA = 4 * 1024 * 1024, CALL_ARENA = 1024 * 1024 };

/* ---- making one ---- */

static int or_else(int number, int otherwise)
{
	return number > 0 ? number : otherwise;
}

static void fill_options(struct net *net, const struct net_options *options)
{
	net->options = *options;
	net->options.connect_ms = or_else(options->connect_ms, 10000);
	net->options.attempt_ms = or_else(options->attempt_ms, 15000);
	net->options.deadline_ms = or_else(options->deadline_ms, 30000);
	net->options.pause_ms = or_else(options->pause_ms, 300);
	net->options.fresh_ms = or_else(options->fresh_ms, 5000);
	net->options.unit_ms = or_else(options->unit_ms, 35000);
	net->options.late_ms = or_else(options->late_ms, PENDING_LATE_MS);
	net->online = true;
	net->lock = -1;
	arena_init(&net->service_arena, SERVICE_ARENA);
	buf_init(&net->refresh_body, LIMIT_BODY);
	buf_init(&net->farewell_body, LIMIT_BODY);
	if (getrandom(&net->random, sizeof net->random, GRND_NONBLOCK) != sizeof net->random)
		net->random = (uint64_t)clock_now();
	net->random |= 1;
}

int64_t net_chance(struct net *net, int64_t below)
{
	/* xorshift64: nobody gains by guessing it */
	net->random ^= net->random << 13;
	net->random ^= net->random >> 7;
	net->random ^= net->random << 17;
	return (int64_t)(net->random % (uint64_t)below);
}

static bool open_state(struct net *net, const struct net_options *options, struct err *err)
{
	/* For the names of state files and the keys of purchases. */
	if (!crypt_init())
		return err_set(err, ERR_INTERNAL, "There is no source of randomness");
	if (!options->state_dir)
		return true;
	net->state = state_new(options->state_dir, net->url.text, err);
	if (!net->state)
		return false;
	/* A session that can't be read is as good as none: somebody signs in again. */
	net->session = session_load(net->state, NULL);
	net->session_kept = net->session;
	return true;
}

struct net *net_new(const struct net_options *options, struct err *err)
{
	struct net *net = calloc(1, sizeof *net);
	if (!net) {
		err_memory(err, "starting the network");
		return NULL;
	}
	fill_options(net, options);
	if (!url_parse(options->url, &net->url, err) || !open_state(net, options, err))
		return net_free(net);

	struct engine_options engine = {
	    .url = &net->url,
	    .user_agent = options->user_agent ? options->user_agent : "vitrine/" VITRINE_VERSION,
	    .ca_file = options->ca_file,
	    .resolve = options->resolve,
	    .connect_ms = net->options.connect_ms,
	};
	net->engine = engine_new(&engine, err);
	return net->engine ? net : net_free(net);
}

static struct call *call_free(struct call *call)
{
	if (!call)
		return NULL;
	exchange_cancel(call->net, call->exchange);
	if (call->job_free)
		call->job_free(call);
	net_reply_free(call->reply);
	buf_wipe(&call->body);
	arena_done(&call->arena);
	free(call);
	return NULL;
}

struct net *net_free(struct net *net)
{
	if (!net)
		return NULL;
	while (net->calls) {
		struct call *call = net->calls;
		net->calls = call->next;
		call_free(call);
	}
	link_done(net);
	while (net->exchanges)
		exchange_cancel(net, net->exchanges);
	tokens_done(net);
	engine_free(net->engine);
	state_free(net->state);
	url_done(&net->url);
	free(net->secured);
	free(net);
	return NULL;
}

/* ---- calls ---- */

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

static bool full_check(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;

	return reply_read(call->reply, answer->http, err);
}

static void full_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct err cause;

	call->exchange = NULL;
	call_note(call, answer);
	if (!err && call->op == API_login && !tokens_adopt(call->net, call->reply->answer, call->email, &cause))
		err = &cause;
	call_settle(call, err);
}

static enum exchange_token token_of(enum api_op op)
{
	enum api_who who = api_rows[op].who;

	return who == WHO_ANYONE || who == WHO_NOBODY ? TOKEN_NONE : TOKEN_BEARER;
}

static bool needs_session(enum api_op op)
{
	return token_of(op) != TOKEN_NONE && api_rows[op].who != WHO_ANYONE_OR_SELF;
}

static void full_start(struct call *call)
{
	const struct api_row *row = &api_rows[call->op];
	struct buf path;
	struct err err;

	buf_init(&path, 16 * 1024);
	if (!request_path(call->op, &call->args, &path))
		err_set(&err, ERR_INVALID, "It is not said which one is meant");
	else if (path.failed || call->body.failed)
		err_set(&err, ERR_TOO_LARGE, "This is too much to be sent at once");
	else
		call->exchange = exchange_start(
		    call->net,
		    &(struct exchange_request){
			.method = row->method,
			.path = path.bytes,
			.body = row->body ? &call->body : NULL,
			.media_type = row->body == &picture_shape ? call->args.media_type : "application/json",
			.key = call->args.key,
			.token = token_of(call->op),
			.token_needed = needs_session(call->op),
			.repeatable = row->retry,
			.patient = call->args.key,
			.answer_max = call->op == API_picture_get ? PICTURE_ANSWER_MAX : ANSWER_MAX,
			.deadline = call->deadline,
			.check = full_check,
			.done = full_done,
			.context = call,
		    },
		    &err);
	if (!call->exchange)
		call_settle(call, &err);
	buf_done(&path);
}

static void start_call(struct call *call)
{
	struct err err;

	call->started_up = true;
	if (needs_session(call->op) && !call->net->session) {
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in first");
		call_settle(call, &err);
	} else if (!net_offers(call->net, call->op)) {
		err_code(&err, ERR_METHOD, "not_offered", "This shop does not offer that");
		err.http_status = 0;
		call_settle(call, &err);
	} else if (call->net->profile == NET_PROFILE_FULL) {
		full_start(call);
	} else {
		base_profile_start(call->net->base, call);
	}
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

net_id net_call(struct net *net, enum api_op op, const struct net_args *args, void *owner, net_callback *callback,
		void *context)
{
	static const struct net_args nothing;
	struct call *call = calloc(1, sizeof *call);

	if (!call)
		return 0;
	args = args ? args : &nothing;
	call->net = net;
	call->op = op;
	call->owner = owner;
	call->callback = callback;
	call->context = context;
	call->started = clock_monotonic();
	call->deadline = call->started + or_else(args->deadline_ms, net->options.deadline_ms);
	arena_init(&call->arena, CALL_ARENA);
	buf_init(&call->body, LIMIT_BODY);
	call->reply = reply_new(op);
	if (!call->reply || !copy_args(call, args)) {
		call_free(call);
		return 0;
	}

	struct call **place = &net->calls;
	while (*place)
		place = &(*place)->next;
	*place = call;
	call->id = ++net->last_id;
	if (net->profile == NET_PROFILE_UNKNOWN) {
		link_detect(net);
		exchange_hurry(net); /* somebody new wants to know: the pause may have grown long */
	} else {
		start_call(call);
	}
	return call->id;
}

static void cancel_where(struct net *net, bool (*matches)(const struct call *call, const void *what), const void *what)
{
	for (struct call **place = &net->calls; *place;) {
		struct call *call = *place;

		if (!matches(call, what)) {
			place = &call->next;
			continue;
		}
		*place = call->next;
		call_free(call);
	}
}

static bool has_id(const struct call *call, const void *id)
{
	return call->id == *(const net_id *)id;
}

static bool has_owner(const struct call *call, const void *owner)
{
	return call->owner == owner;
}

void net_cancel(struct net *net, net_id id)
{
	cancel_where(net, has_id, &id);
}

void net_cancel_owner(struct net *net, const void *owner)
{
	cancel_where(net, has_owner, owner);
}

/* ---- the loop ---- */

/* Calls that paused go on when their time has come. */
static void run_paused(struct net *net)
{
	int64_t now = clock_monotonic();

	for (struct call *call = net->calls; call; call = call->next) {
		void (*woken)(struct call *) = call->woken;

		if (!woken || call->settled || call->wake > now)
			continue;
		call->woken = NULL;
		woken(call);
	}
}

/* Calls that waited for the profile go on now that it is known, or have waited long enough. */
static void run_held(struct net *net)
{
	int64_t now = clock_monotonic();
	struct err err;

	for (struct call *call = net->calls; call; call = call->next) {
		if (call->started_up || call->settled)
			continue;
		if (net->profile != NET_PROFILE_UNKNOWN) {
			start_call(call);
			continue;
		}
		link_detect(net);
		if (call->deadline <= now) {
			err_code(&err, ERR_NETWORK, "timeout", "%s has not answered yet; try again in a minute",
				 net->url.host);
			call_settle(call, net_why(net) ? net_why(net) : &err);
		}
	}
}

static void tell_events(struct net *net)
{
	unsigned events = net->events;
	const struct net_events *to = &net->options.events;
	void *context = net->options.context;

	net->events = 0;
	if ((events & (EVENT_LINK | EVENT_WHY)) && to->link_changed)
		to->link_changed(context, net->online);
	if ((events & EVENT_SECURED) && to->secured)
		to->secured(context, net->secured);
	if ((events & EVENT_PROFILE) && to->profile_known)
		to->profile_known(context, net->profile);
	if ((events & EVENT_SESSION) && to->session_ended)
		to->session_ended(context, &net->ended);
	if ((events & EVENT_UNSAVED) && to->session_unsaved)
		to->session_unsaved(context, &net->unsaved);
}

/* Calls back for one call that has ended; what the callback does to the list doesn't matter. */
static bool deliver_one(struct net *net)
{
	struct call **place = &net->calls;

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

void net_run(struct net *net)
{
	/* What this run's callbacks start is sent in this run, but not waited for. */
	exchange_run(net);
	engine_run(net->engine);
	do {
		run_held(net);
		run_paused(net);
		link_run(net);
		tokens_run(net);
		exchange_run(net);
		tell_events(net);
	} while (deliver_one(net) || net->events);
	exchange_run(net);
	engine_run(net->engine);
}

/* When net_run has something to do again, by clock_monotonic. */
static int64_t next_time(const struct net *net)
{
	int64_t next = exchange_next(net);
	const int64_t others[] = {link_next(net), tokens_next(net)};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		next = others[i] < next ? others[i] : next;
	if (net->events)
		return 0;
	for (const struct call *call = net->calls; call; call = call->next) {
		if (call->settled)
			return 0;
		if (!call->started_up && net->profile != NET_PROFILE_UNKNOWN)
			return 0;
		if (!call->started_up && call->deadline < next)
			next = call->deadline;
		if (call->woken && call->wake < next)
			next = call->wake;
	}
	return next;
}

bool net_wait(struct net *net, struct pollfd *fds, size_t count, int timeout_ms)
{
	int64_t next = next_time(net);

	if (next != INT64_MAX) {
		int64_t left = next - clock_monotonic();

		left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
		timeout_ms = timeout_ms < 0 || left < timeout_ms ? (int)left : timeout_ms;
	}
	return engine_wait(net->engine, fds, count, timeout_ms);
}

/* ---- what is going on ---- */

int64_t net_oldest_ms(const struct net *net, const void *owner)
{
	for (const struct call *call = net->calls; call; call = call->next)
		if (!owner || call->owner == owner)
			return clock_monotonic() - call->started;
	return -1;
}

bool net_is_awaited(const struct net *net)
{
	for (const struct call *call = net->calls; call; call = call->next)
		if (!call->args.background)
			return true;
	return false;
}

unsigned net_attempts(const struct net *net, net_id id)
{
	for (const struct call *call = net->calls; call; call = call->next)
		if (call->id == id)
			return call->reply->attempts + (call->exchange ? exchange_attempts(call->exchange) : 0);
	return 0;
}

bool net_online(const struct net *net)
{
	return net->online;
}

const struct err *net_why(const struct net *net)
{
	return net->online ? NULL : &net->why;
}

void net_watch(struct net *net, bool on)
{
	net->watch = on;
	link_run(net);
}

enum net_profile net_profile(const struct net *net)
{
	return net->profile;
}

const struct service *net_service(const struct net *net)
{
	return net->profile == NET_PROFILE_FULL ? net->service : NULL;
}

const char *net_currency(const struct net *net)
{
	return net->profile == NET_PROFILE_FULL ? net->service->currency : "";
}

int64_t net_may_record_ms(const struct net *net, struct pending *pending)
{
	return pending_wait(pending, net->options.late_ms);
}

bool net_has_feature(const struct net *net, const char *feature)
{
	if (net->profile == NET_PROFILE_BASE)
		return !strcmp(feature, "best");
	for (size_t i = 0; net->profile == NET_PROFILE_FULL && i < net->service->features_count; i++)
		if (!strcmp(net->service->features[i], feature))
			return true;
	return false;
}

bool net_offers(const struct net *net, enum api_op op)
{
	return net->profile != NET_PROFILE_BASE || base_profile_offers(op);
}

const char *net_url(const struct net *net)
{
	return net->url.text;
}

bool net_insecure(const struct net *net)
{
	return !net->url.loopback && !net->url.encrypted;
}

const struct session *net_session(const struct net *net)
{
	return net->session;
}

struct state *net_state(const struct net *net)
{
	return net->state;
}
