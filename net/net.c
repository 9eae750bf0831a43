#include "net/net.h"

#include <limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "net/pending.h"
#include "net/profile.h"

/* Each part uses only the parts above it. */
struct net {
	struct net_options options; /* its texts aren't valid any more */
	struct url url;
	struct engine *engine;
	struct state *state;
	struct exchanges exchanges;
	struct tokens tokens;
	struct calls calls;
	struct profile profile;
};

/* ---- making one ---- */

static int or_else(int number, int otherwise)
{
	return number > 0 ? number : otherwise;
}

static bool open_state(struct net *net, const char *state_dir, struct err *err)
{
	/* For the names of state files and the keys of purchases. */
	if (!crypt_init())
		return err_set(err, ERR_INTERNAL, "There is no source of randomness");
	if (state_dir)
		net->state = state_new(state_dir, net->url.text, err);
	return net->state || !state_dir;
}

static bool open_engine(struct net *net, const struct net_options *options, struct err *err)
{
	struct engine_options engine = {
	    .url = &net->url,
	    .user_agent = options->user_agent ? options->user_agent : "vitrine/" VITRINE_VERSION,
	    .ca_file = options->ca_file,
	    .resolve = options->resolve,
	    .connect_ms = or_else(options->connect_ms, 10000),
	};

	net->engine = engine_new(&engine, err);
	return net->engine;
}

/* Makes the parts from the first to the last; net_free takes them down. */
static void build(struct net *net, const struct net_options *options)
{
	const struct first_options first = {
	    .fresh_ms = or_else(options->fresh_ms, 5000),
	    .unit_ms = or_else(options->unit_ms, 35000),
	    .late_ms = or_else(options->late_ms, PENDING_LATE_MS),
	};

	net->exchanges.engine = net->engine;
	net->exchanges.from.url = &net->url;
	net->exchanges.attempt_ms = or_else(options->attempt_ms, 15000);
	net->exchanges.pause_ms = or_else(options->pause_ms, 300);
	exchange_init(&net->exchanges);
	tokens_init(&net->tokens, &net->exchanges, net->state);
	net->calls.exchanges = &net->exchanges;
	net->calls.tokens = &net->tokens;
	net->calls.deadline_ms = or_else(options->deadline_ms, 30000);
	profile_init(&net->profile, &net->calls, &first);
}

struct net *net_new(const struct net_options *options, struct err *err)
{
	struct net *net = calloc(1, sizeof *net);
	if (!net) {
		err_memory(err, "starting the network");
		return NULL;
	}
	net->options = *options;
	if (url_parse(options->url, &net->url, err) && open_state(net, options->state_dir, err) &&
	    open_engine(net, options, err)) {
		build(net, options);
		return net;
	}
	state_free(net->state);
	url_done(&net->url);
	free(net);
	return NULL;
}

struct net *net_free(struct net *net)
{
	if (!net)
		return NULL;
	call_done(&net->calls);
	profile_done(&net->profile);
	exchange_done(&net->exchanges);
	tokens_done(&net->tokens);
	engine_free(net->engine);
	state_free(net->state);
	url_done(&net->url);
	free(net);
	return NULL;
}

/* ---- calls ---- */

net_id net_call(struct net *net, enum api_op op, const struct net_args *args, void *owner, net_callback *callback,
		void *context)
{
	struct call *call = call_new(&net->calls, op, args, owner, callback, context);

	if (!call)
		return 0;
	profile_start(&net->profile, call);
	return call->id;
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
	call_cancel_where(&net->calls, has_id, &id);
}

void net_cancel_owner(struct net *net, const void *owner)
{
	call_cancel_where(&net->calls, has_owner, owner);
}

/* ---- the loop ---- */

static bool take(bool *news)
{
	bool there = *news;

	*news = false;
	return there;
}

/* What a callback does may be news, too. */
static bool has_news(const struct net *net)
{
	return link_has_news(&net->exchanges.link) || net->profile.is_known || net->profile.is_secured ||
	       net->tokens.has_ended || net->tokens.is_unsaved;
}

static void tell_news(struct net *net)
{
	const struct net_events *to = &net->options.events;
	void *context = net->options.context;
	bool turned = link_take_news(&net->exchanges.link), secured = take(&net->profile.is_secured);
	bool known = take(&net->profile.is_known), ended = take(&net->tokens.has_ended);
	bool unsaved = take(&net->tokens.is_unsaved);

	if (turned && to->link_changed)
		to->link_changed(context, net->exchanges.link.online);
	if (secured && to->secured)
		to->secured(context, net->profile.secured);
	if (known && to->profile_known)
		to->profile_known(context, net->profile.kind);
	if (ended && to->session_ended)
		to->session_ended(context, &net->tokens.ended);
	if (unsaved && to->session_unsaved)
		to->session_unsaved(context, &net->tokens.unsaved);
}

void net_run(struct net *net)
{
	/* What this run's callbacks start is sent in this run, but not waited for. */
	exchange_run(&net->exchanges);
	engine_run(net->engine);
	do {
		profile_run(&net->profile);
		call_run(&net->calls);
		tokens_run(&net->tokens);
		exchange_run(&net->exchanges);
		tell_news(net);
	} while (call_deliver_one(&net->calls) || has_news(net));
	exchange_run(&net->exchanges);
	engine_run(net->engine);
}

/* When net_run has something to do again, by clock_monotonic. */
static int64_t next_time(const struct net *net)
{
	const int64_t times[] = {exchange_next(&net->exchanges), tokens_next(&net->tokens), call_next(&net->calls),
				 profile_next(&net->profile)};
	int64_t next = has_news(net) ? 0 : INT64_MAX;

	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		next = times[i] < next ? times[i] : next;
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
	for (const struct call *call = net->calls.first; call; call = call->next)
		if (!owner || call->owner == owner)
			return clock_monotonic() - call->started;
	return -1;
}

bool net_is_awaited(const struct net *net)
{
	for (const struct call *call = net->calls.first; call; call = call->next)
		if (!call->args.background)
			return true;
	return false;
}

unsigned net_attempts(const struct net *net, net_id id)
{
	for (const struct call *call = net->calls.first; call; call = call->next)
		if (call->id == id)
			return call->reply->attempts + (call->exchange ? exchange_attempts(call->exchange) : 0);
	return 0;
}

bool net_online(const struct net *net)
{
	return net->exchanges.link.online;
}

const struct err *net_why(const struct net *net)
{
	return net_online(net) ? NULL : &net->exchanges.link.why;
}

void net_watch(struct net *net, bool on)
{
	profile_watch(&net->profile, on);
}

enum net_profile net_profile(const struct net *net)
{
	return net->profile.kind;
}

const struct service *net_service(const struct net *net)
{
	return net->profile.kind == NET_PROFILE_FULL ? net->profile.service : NULL;
}

const char *net_currency(const struct net *net)
{
	return net_service(net) ? net_service(net)->currency : "";
}

int64_t net_may_record_ms(const struct net *net, struct pending *pending)
{
	return pending_wait(pending, net->profile.first_options.late_ms);
}

bool net_has_feature(const struct net *net, const char *feature)
{
	return profile_has_feature(&net->profile, feature);
}

bool net_offers(const struct net *net, enum api_op op)
{
	return profile_offers(&net->profile, op);
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
	return net->tokens.session;
}

void net_sign_out(struct net *net)
{
	tokens_sign_out(&net->tokens);
}

struct state *net_state(const struct net *net)
{
	return net->state;
}
