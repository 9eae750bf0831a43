/* profile.h: which platform answers, and in which of the two profiles it is spoken to.
 *
 * It is found out by GET / before the first call is made; calls wait for that, and are started here once it is known. A
 * platform that can't be reached is asked for a sign of life while somebody watches.
 *
 * Owns the service document and the first platform's adapter (net/first/). What it sends are exchanges.
 */
#ifndef VITRINE_NET_PROFILE_H
#define VITRINE_NET_PROFILE_H

#include "base/arena.h"
#include "models/account.h"
#include "net/call.h"
#include "net/first/first.h"
#include "net/net_profile.h"

struct profile {
	struct calls *calls;
	struct first_options first_options;

	enum net_profile kind;
	struct arena arena; /* holds the service document */
	const struct service *service;
	struct first *first; /* NET_PROFILE_BASE */

	struct exchange *detection; /* GET / under way, or NULL */
	struct exchange *probe;     /* a sign of life */
	int64_t probe_at;           /* by clock_monotonic: not before */
	bool watch;

	char *secured; /* the https address that it wants to be called at, or NULL */

	/* News. Whoever passes them on sets them to false. */
	bool is_known, is_secured;
};

/* `calls` must outlive it. */
void profile_init(struct profile *profile, struct calls *calls, const struct first_options *first_options);
void profile_done(struct profile *profile);

/* Starts a call; if the platform isn't known yet, finds that out first. */
void profile_start(struct profile *profile, struct call *call);

/* Does what is due. And: when something is due again, by clock_monotonic; INT64_MAX: only after something happened. */
void profile_run(struct profile *profile);
int64_t profile_next(const struct profile *profile);

/* While on, an unreachable platform is asked for a sign of life. */
void profile_watch(struct profile *profile, bool on);

/* Does the platform have this call, this feature? Of a call: true while the profile isn't known; of a feature:
 * false. */
bool profile_offers(const struct profile *profile, enum api_op op);
bool profile_has_feature(const struct profile *profile, const char *feature);

#endif
