/* Is the platform there, and which profile is it spoken to in? */
#include <string.h>

#include "base/clock.h"
#include "net/internal.h"

enum { SERVICE_ARENA = 256 * 1024 };

/* ---- there or not ---- */

void link_set(struct net *net, bool online)
{
	if (net->online == online)
		return;
	net->online = online;
	net->events ^= EVENT_LINK; /* there and back between two events is no news */
	if (online)
		exchange_hurry(net);
}

static void probed(void *context, struct answer *answer, const struct err *err)
{
	struct net *net = context;
	(void)answer, (void)err;

	net->probe = NULL;
}

/* Any answer is a sign of life; link_set was called when it came. */
static void start_probe(struct net *net)
{
	enum api_op op = net->profile == NET_PROFILE_FULL ? API_health : API_service;
	struct exchange_request request = {
	    .method = METHOD_GET,
	    .path = api_rows[op].path,
	    .repeatable = true,
	    .patient = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = INT64_MAX,
	    .done = probed,
	    .context = net,
	};

	net->probe = exchange_start(net, &request, NULL);
}

/* ---- which one ---- */

static const char not_a_shop[] = "What answers there is not a shop";

static bool is_base(const struct transfer_answer *answer)
{
	cJSON *problem = NULL;
	struct err err;

	if (answer->status != 403)
		return false;
	exchange_explain(answer, &problem, &err);
	cJSON_Delete(problem);
	return !strcmp(err.message, "Missing Authentication Token");
}

static bool check_service(void *context, struct answer *answer, struct err *err)
{
	struct net *net = context;
	struct service *service;

	arena_reset(&net->service_arena);
	service = arena_alloc(&net->service_arena, sizeof *service);
	if (!service)
		return err_memory(err, "reading the service document");
	if (!reply_decode(&service_shape, answer->http, &net->service_arena, service, err))
		return err->kind == ERR_MEMORY ? false : err_set(err, ERR_PROTOCOL, "%s", not_a_shop);
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
}

static void detected(void *context, struct answer *answer, const struct err *err)
{
	struct net *net = context;
	struct err cause;

	net->detection = NULL;
	if (!err) {
		set_profile(net, NET_PROFILE_FULL);
	} else if (answer->http && is_base(answer->http)) {
		net->base = base_profile_new(net, &cause);
		if (net->base)
			set_profile(net, NET_PROFILE_BASE);
		else
			fail_held(net, &cause, true);
	} else if (err->kind == ERR_NOT_FOUND) {
		err_set(&cause, ERR_PROTOCOL, "%s", not_a_shop);
		fail_held(net, &cause, true);
	} else {
		fail_held(net, err, true);
	}
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
	if (!net->probe && !net->detection && net->watch && !net->online)
		start_probe(net);
}

void link_done(struct net *net)
{
	net->probe = exchange_cancel(net, net->probe);
	net->detection = exchange_cancel(net, net->detection);
	net->base = base_profile_free(net->base);
	arena_done(&net->service_arena);
}
