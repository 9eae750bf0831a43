#include "screens/app/reach.h"

#include <stdio.h>

#include "base/clock.h"

const char *reach_sentence(const struct net *net, char space[REACH_TEXT])
{
	static const char *const words[] = {[NET_PROFILE_UNKNOWN] = "It was not reached yet",
					    [NET_PROFILE_FULL] = "everything is offered",
					    [NET_PROFILE_BASE] = "The first platform: browse, buy, create and change"};
	const struct service *service = net_service(net);
	const struct err *why = net_why(net);

	if (why)
		snprintf(space, REACH_TEXT, "%s", why->message);
	else if (service)
		snprintf(space, REACH_TEXT, "%s %s: %s", service->name, service->version, words[NET_PROFILE_FULL]);
	else
		snprintf(space, REACH_TEXT, "%s", words[net_profile(net)]);
	return space;
}

struct attempt {
	bool done;
	struct err err; /* ERR_NONE: there was an answer */
};

static void answered(void *context, struct net_reply *reply)
{
	struct attempt *attempt = context;

	attempt->done = true;
	if (!reply->ok)
		attempt->err = reply->err;
}

const char *reach_try(const struct settings *settings, int milliseconds, char space[REACH_TEXT])
{
	struct net_options options = {.url = settings->api,
				      .ca_file = settings->ca_file[0] ? settings->ca_file : NULL,
				      .connect_ms = milliseconds,
				      .attempt_ms = milliseconds};
	int64_t end = clock_monotonic() + 2 * (int64_t)milliseconds; /* not reached: an attempt ends before */
	struct attempt attempt = {.err = {.kind = ERR_NONE}};
	struct net *net = net_new(&options, &attempt.err);

	if (!net) {
		snprintf(space, REACH_TEXT, "%s", attempt.err.message);
		return space;
	}
	net_call(net, API_service, NULL, NULL, answered, &attempt);
	/* One attempt is enough: a platform that can't be reached now isn't waited for. */
	while (!attempt.done && net_online(net) && clock_monotonic() < end && net_wait(net, NULL, 0, milliseconds))
		net_run(net);
	reach_sentence(net, space);
	/* It answers, but with an error. */
	if (net_profile(net) == NET_PROFILE_UNKNOWN && net_online(net) && attempt.err.kind != ERR_NONE)
		snprintf(space, REACH_TEXT, "%s", attempt.err.message);
	net_free(net);
	return space;
}
