/* Is the platform there, and which profile is it spoken to in? */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/internal.h"

enum { PROBE_PAUSE_MS = 8000 };

/* ---- there or not ---- */

static void set_online(struct net *net, bool online)
{
	if (net->online == online)
		return;
	net->online = online;
	net->events ^= EVENT_LINK; /* there and back between two events is no news */
	if (online)
		exchange_hurry(net);
}

void link_up(struct net *net, const struct transfer_answer *answer)
{
	/* Whoever it is, it has a bad day of its own. */
	bool sick = answer->status >= 500 || answer->status == 408 || answer->status == 429;

	if (net->profile != NET_PROFILE_UNKNOWN || sick)
		set_online(net, true);
}

void link_down(struct net *net, const struct err *why)
{
	if (net->online || strcmp(net->why.message, why->message) != 0)
		net->events |= EVENT_WHY;
	net->why = *why;
	set_online(net, false);
}

/* ---- which one ---- */

static bool not_a_shop(const struct net *net, struct err *err)
{
	return err_code(err, ERR_PROTOCOL, "not_a_shop", "%s answers, but not as a shop does; check the address",
			net->url.host);
}

static bool is_base(const struct net *net, const struct transfer_answer *answer)
{
	cJSON *problem = NULL;
	struct err err;

	if (answer->status != 403)
		return false;
	answer_explain(net, answer, api_rows[API_service].path, &problem, &err);
	cJSON_Delete(problem);
	return !strcmp(err.message, "Missing Authentication Token");
}

static bool check_service(void *context, struct answer *answer, struct err *err)
{
	struct net *net = context;
	struct service *service;

	if (net->profile != NET_PROFILE_UNKNOWN)
		return true; /* somebody else has found out, and its document is in use */
	arena_reset(&net->service_arena);
	service = arena_alloc(&net->service_arena, sizeof *service);
	if (!service)
		return err_memory(err, "reading the service document");
	if (!reply_decode(&service_shape, answer->http, &net->service_arena, service, err))
		return err->kind == ERR_MEMORY ? false : not_a_shop(net, err);
	if (strcmp(service->profile, "full") != 0)
		return err_set(err, ERR_PROTOCOL, "The shop wants to be spoken to in the profile \"%.40s\"",
			       service->profile);
	net->service = service;
	return true;
}

/* Calls that waited for the profile fail: all of them, or those that would not be repeated. */
static void fail_held(struct net *net, const struct err *err, bool all)
{
	for (struct call *call = net->calls; call; call = call->next)
		if (!call->started_up && !call->settled && (all || !api_rows[call->op].retry))
			call_settle(call, err);
}

static void set_profile(struct net *net, enum net_profile profile)
{
	net->profile = profile;
	net->events |= EVENT_PROFILE;
	set_online(net, true);
}

/* For good to https, at the same place: somebody may want that. */
static void note_secured(struct net *net, const struct transfer_answer *answer)
{
	const char *path = api_rows[API_service].path;
	struct url url;

	if (net->secured || (answer->status != 301 && answer->status != 308))
		return;
	char *where = url_follow(&net->url, path, answer->location);
	if (where && url_secures(&net->url, path, where, &url)) {
		net->secured = strdup(url.text);
		net->events |= net->secured ? EVENT_SECURED : 0;
		url_done(&url);
	}
	free(where);
}

/* What the end of GET / says about who is there; false with why it isn't known. */
static bool settle_profile(struct net *net, struct answer *answer, const struct err *err, struct err *ret_err)
{
	if (net->profile != NET_PROFILE_UNKNOWN)
		return true;
	if (!err) {
		set_profile(net, NET_PROFILE_FULL);
		return true;
	}
	if (answer->http && is_base(net, answer->http)) {
		net->base = base_profile_new(net, ret_err);
		if (net->base)
			set_profile(net, NET_PROFILE_BASE);
		return net->base;
	}
	*ret_err = *err;
	if (!answer->http)
		return false;
	note_secured(net, answer->http);
	if (answer->http->status >= 400 && answer->http->status < 500 && err->kind != ERR_THROTTLED &&
	    err->kind != ERR_TIMEOUT)
		not_a_shop(net, ret_err);
	if (ret_err->kind == ERR_PROTOCOL)
		link_down(net, ret_err);
	return false;
}

static void detected(void *context, struct answer *answer, const struct err *err)
{
	struct net *net = context;
	struct err cause;

	net->detection = NULL;
	if (!settle_profile(net, answer, err, &cause))
		fail_held(net, &cause, true);
}

static void try_again(void *context, const struct err *err)
{
	fail_held(context, err, false);
}

void link_detect(struct net *net)
{
	struct exchange_request request = {
	    .method = METHOD_GET,
	    .path = api_rows[API_service].path,
	    .repeatable = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = INT64_MAX,
	    .check = check_service,
	    .done = detected,
	    .again = try_again,
	    .context = net,
	};

	if (net->detection || net->profile != NET_PROFILE_UNKNOWN)
		return;
	net->detection = exchange_start(net, &request, NULL);
}

/* ---- signs of life ---- */

static void probed(void *context, struct answer *answer, const struct err *err)
{
	struct net *net = context;
	struct err cause;

	net->probe = NULL;
	net->probe_at = clock_monotonic() + PROBE_PAUSE_MS;
	settle_profile(net, answer, err, &cause);
}

/* As long as it isn't known who is there, a sign of life has to say that. */
static void start_probe(struct net *net)
{
	bool unknown = net->profile == NET_PROFILE_UNKNOWN;
	enum api_op op = net->profile == NET_PROFILE_FULL ? API_health : API_service;
	struct exchange_request request = {
	    .method = METHOD_GET,
	    .path = api_rows[op].path,
	    .repeatable = true,
	    .patient = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = INT64_MAX,
	    .check = unknown ? check_service : NULL,
	    .done = probed,
	    .context = net,
	};

	net->probe = exchange_start(net, &request, NULL);
}

static bool wants_probe(const struct net *net)
{
	return !net->probe && !net->detection && net->watch && !net->online;
}

int64_t link_next(const struct net *net)
{
	return wants_probe(net) ? net->probe_at : INT64_MAX;
}

/* ---- in the loop ---- */

static bool somebody_waits(const struct net *net)
{
	for (const struct call *call = net->calls; call; call = call->next)
		if (!call->started_up && !call->settled)
			return true;
	return false;
}

/* Only somebody who waits keeps us asking. */
void link_run(struct net *net)
{
	if (net->detection && !net->watch && !somebody_waits(net))
		net->detection = exchange_cancel(net, net->detection);
	if (net->probe && (net->online || !net->watch))
		net->probe = exchange_cancel(net, net->probe);
	if (wants_probe(net) && net->probe_at <= clock_monotonic())
		start_probe(net);
}

void link_done(struct net *net)
{
	net->probe = exchange_cancel(net, net->probe);
	net->detection = exchange_cancel(net, net->detection);
	net->base = base_profile_free(net->base);
	arena_done(&net->service_arena);
}
