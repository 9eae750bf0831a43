#include "net/profile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/features.h"
#include "net/full.h"

enum { PROBE_PAUSE_MS = 8000, SERVICE_ARENA = 4 * 1024 * 1024 };

static const struct answer_from *from_of(const struct profile *profile)
{
	return &profile->calls->exchanges->from;
}

/* ---- which one ---- */

static bool not_a_shop(const struct profile *profile, struct err *err)
{
	return err_code(err, ERR_PROTOCOL, "not_a_shop", "%s answers, but not as a shop does; check the address",
			from_of(profile)->url->host);
}

static bool is_base(const struct answer_from *from, const struct transfer_answer *answer)
{
	cJSON *problem = NULL;
	struct err err;

	if (answer->status != 403)
		return false;
	answer_explain(from, answer, api_rows[API_service].path, &problem, &err);
	cJSON_Delete(problem);
	return !strcmp(err.message, "Missing Authentication Token");
}

static bool check_service(void *context, struct answer *answer, struct err *err)
{
	struct profile *profile = context;
	struct service *service;

	if (profile->kind != NET_PROFILE_UNKNOWN)
		return true; /* it is known already, and its document is in use */
	arena_reset(&profile->arena);
	service = arena_alloc(&profile->arena, sizeof *service);
	if (!service)
		return err_memory(err, "reading the service document");
	if (!answer_decode(answer->http, &service_shape, &profile->arena, service, err))
		return err->kind == ERR_MEMORY ? false : not_a_shop(profile, err);
	if (strcmp(service->profile, "full") != 0)
		return err_set(err, ERR_PROTOCOL, "The shop wants to be spoken to in the profile \"%.40s\"",
			       service->profile);
	profile->service = service;
	return true;
}

/* Calls that waited for the profile fail: all of them, or those that would not be repeated. */
static void fail_held(struct profile *profile, const struct err *err, bool all)
{
	for (struct call *call = profile->calls->first; call; call = call->next)
		if (!call->started_up && !call->settled && (all || !api_rows[call->op].retry))
			call_settle(call, err);
}

static void set_kind(struct profile *profile, enum net_profile kind)
{
	assert(profile->kind == NET_PROFILE_UNKNOWN && kind != NET_PROFILE_UNKNOWN);
	profile->kind = kind;
	profile->is_known = true;
	profile->calls->exchanges->from.known = true;
	profile->calls->tokens->renewable = kind == NET_PROFILE_FULL;
	exchange_link_up(profile->calls->exchanges);
}

/* The platform moved to https for good, at the same place: people may want to follow. */
static void note_secured(struct profile *profile, const struct transfer_answer *answer)
{
	const char *path = api_rows[API_service].path;
	struct url url;

	if (profile->secured || (answer->status != 301 && answer->status != 308))
		return;
	char *where = url_follow(from_of(profile)->url, path, answer->location);
	if (where && url_secures(from_of(profile)->url, path, where, &url)) {
		profile->secured = strdup(url.text);
		profile->is_secured = profile->secured;
		url_done(&url);
	}
	free(where);
}

/* What the answer to GET / says about the platform. False, with the reason, when it isn't known. */
static bool settle_profile(struct profile *profile, struct answer *answer, const struct err *err, struct err *ret_err)
{
	if (profile->kind != NET_PROFILE_UNKNOWN)
		return true;
	if (!err) {
		set_kind(profile, NET_PROFILE_FULL);
		return true;
	}
	if (answer->http && is_base(from_of(profile), answer->http)) {
		profile->first = first_new(profile->calls, &profile->first_options, ret_err);
		if (profile->first)
			set_kind(profile, NET_PROFILE_BASE);
		return profile->first;
	}
	*ret_err = *err;
	if (!answer->http)
		return false;
	note_secured(profile, answer->http);
	if (answer->http->status >= 400 && answer->http->status < 500 && err->kind != ERR_THROTTLED &&
	    err->kind != ERR_TIMEOUT)
		not_a_shop(profile, ret_err);
	if (ret_err->kind == ERR_PROTOCOL)
		link_down(&profile->calls->exchanges->link, ret_err);
	return false;
}

static void detected(void *context, struct answer *answer, const struct err *err)
{
	struct profile *profile = context;
	struct err cause;

	profile->detection = NULL;
	if (!settle_profile(profile, answer, err, &cause))
		fail_held(profile, &cause, true);
}

static void try_again(void *context, const struct err *err)
{
	fail_held(context, err, false);
}

static void detect(struct profile *profile)
{
	struct err err;
	struct exchange_request request = {
	    .method = METHOD_GET,
	    .path = api_rows[API_service].path,
	    .repeatable = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = INT64_MAX,
	    .check = check_service,
	    .done = detected,
	    .again = try_again,
	    .context = profile,
	};

	if (profile->detection || profile->kind != NET_PROFILE_UNKNOWN)
		return;
	profile->detection = exchange_start(profile->calls->exchanges, &request, &err);
	if (!profile->detection)
		fail_held(profile, &err, true);
}

/* ---- signs of life ---- */

static void probed(void *context, struct answer *answer, const struct err *err)
{
	struct profile *profile = context;
	struct err cause;

	profile->probe = NULL;
	profile->probe_at = clock_monotonic() + PROBE_PAUSE_MS;
	settle_profile(profile, answer, err, &cause);
}

/* While the platform isn't known, its sign of life must say which one it is. */
static void start_probe(struct profile *profile)
{
	bool unknown = profile->kind == NET_PROFILE_UNKNOWN;
	enum api_op op = profile->kind == NET_PROFILE_FULL ? API_health : API_service;
	struct exchange_request request = {
	    .method = METHOD_GET,
	    .path = api_rows[op].path,
	    .repeatable = true,
	    .patient = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = INT64_MAX,
	    .check = unknown ? check_service : NULL,
	    .done = probed,
	    .context = profile,
	};

	profile->probe = exchange_start(profile->calls->exchanges, &request, NULL);
}

static bool wants_probe(const struct profile *profile)
{
	return !profile->probe && !profile->detection && profile->watch && !profile->calls->exchanges->link.online;
}

/* ---- in the loop ---- */

static bool somebody_waits(const struct profile *profile)
{
	for (const struct call *call = profile->calls->first; call; call = call->next)
		if (!call->started_up && !call->settled)
			return true;
	return false;
}

static void start(struct profile *profile, struct call *call)
{
	struct err err;

	assert(!call->started_up && !call->settled);
	call->started_up = true;
	if (full_needs_session(call->op) && !profile->calls->tokens->session) {
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in first");
		call_settle(call, &err);
	} else if (!profile_offers(profile, call->op)) {
		err_code(&err, ERR_METHOD, "not_offered", "This shop does not offer that");
		err.http_status = 0;
		call_settle(call, &err);
	} else if (profile->kind == NET_PROFILE_FULL) {
		full_start(call, profile->service);
	} else {
		first_start(profile->first, call);
	}
}

void profile_start(struct profile *profile, struct call *call)
{
	if (profile->kind != NET_PROFILE_UNKNOWN) {
		start(profile, call);
		return;
	}
	detect(profile);
	exchange_hurry(profile->calls->exchanges); /* a new call waits: the pause may have grown long */
}

/* Calls that waited for the profile go on now that it is known, or have waited long enough. */
static void run_held(struct profile *profile)
{
	const struct link *link = &profile->calls->exchanges->link;
	int64_t now = clock_monotonic();
	struct err err;

	for (struct call *call = profile->calls->first; call; call = call->next) {
		if (call->started_up || call->settled)
			continue;
		if (profile->kind != NET_PROFILE_UNKNOWN) {
			start(profile, call);
			continue;
		}
		detect(profile);
		if (call->deadline <= now) {
			err_code(&err, ERR_NETWORK, "timeout", "%s has not answered yet; try again in a minute",
				 from_of(profile)->url->host);
			call_settle(call, link->online ? &err : &link->why);
		}
	}
}

/* Questions are only asked while somebody waits for an answer. */
static void run_questions(struct profile *profile)
{
	if (profile->detection && !profile->watch && !somebody_waits(profile))
		profile->detection = exchange_cancel(profile->detection);
	if (profile->probe && (profile->calls->exchanges->link.online || !profile->watch))
		profile->probe = exchange_cancel(profile->probe);
	if (wants_probe(profile) && profile->probe_at <= clock_monotonic())
		start_probe(profile);
}

void profile_run(struct profile *profile)
{
	run_held(profile);
	run_questions(profile);
}

int64_t profile_next(const struct profile *profile)
{
	int64_t next = wants_probe(profile) ? profile->probe_at : INT64_MAX;

	for (const struct call *call = profile->calls->first; call; call = call->next) {
		if (call->started_up || call->settled)
			continue;
		if (profile->kind != NET_PROFILE_UNKNOWN)
			return 0;
		if (call->deadline < next)
			next = call->deadline;
	}
	return next;
}

void profile_watch(struct profile *profile, bool on)
{
	profile->watch = on;
	run_questions(profile);
}

/* ---- what there is ---- */

bool profile_has_feature(const struct profile *profile, const char *feature)
{
	if (profile->kind == NET_PROFILE_BASE)
		return !strcmp(feature, "best");
	return profile->kind == NET_PROFILE_FULL && features_name(profile->service, feature);
}

bool profile_offers(const struct profile *profile, enum api_op op)
{
	switch (profile->kind) {
	case NET_PROFILE_FULL: return features_offer(profile->service, op);
	case NET_PROFILE_BASE: return first_offers(op);
	default: return true;
	}
}

/* ---- from the beginning to the end ---- */

void profile_init(struct profile *profile, struct calls *calls, const struct first_options *first_options)
{
	*profile = (struct profile){.calls = calls, .first_options = *first_options};
	arena_init(&profile->arena, SERVICE_ARENA);
}

void profile_done(struct profile *profile)
{
	profile->probe = exchange_cancel(profile->probe);
	profile->detection = exchange_cancel(profile->detection);
	profile->first = first_free(profile->first);
	free(profile->secured);
	arena_done(&profile->arena);
}
