/* net.h: the storefront's way to the platform: typed calls over HTTP, in one thread, on one event loop.
 *
 * A call names a row of models/api.def, its arguments are plain structs, and its answer is the row's answer struct. The
 * loop of the program sleeps in net_wait and then calls net_run; nothing here ever blocks. Callbacks and events are
 * called from net_run only, never from within net_call.
 *
 * A platform is spoken to in one of two profiles: the full one, or the base profile of the first platform, where
 * net/first/ makes the same structs for the same calls. The first call finds out which. net_offers says what can be
 * called.
 *
 * What holds for every exchange: only http and https, TLS verified, no redirects, no cookies, no .netrc; answers are
 * capped (2 MiB; pictures 576 KiB; headers 64 KiB) after decompression. Proxies are taken from the environment as curl
 * does (http_proxy in lower case, https_proxy, all_proxy, no_proxy), but never for loopback addresses and Unix sockets.
 *
 * Programs of one person that share a state directory share the session: one of them at a time prolongs it, the others
 * take over the new tokens, and older tokens never overwrite newer ones.
 *
 * Only rows that api.def marks as safe to repeat are sent again, after a pause that grows and is random, until the
 * call's deadline: when the network fails, on 429, 408 and 5xx, and when the answer makes no sense. All others reach
 * the platform once at most.
 *
 * A program that uses this ignores SIGPIPE. Not thread-safe.
 */
#ifndef VITRINE_NET_NET_H
#define VITRINE_NET_NET_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "models/account.h"
#include "models/api.h"
#include "net/net_args.h"
#include "net/net_profile.h"
#include "net/net_reply.h"
#include "net/session.h"
#include "net/state.h"

struct net;

/* What happens without being asked for. Each may be NULL. */
struct net_events {
	/* The platform can be reached now; or no longer; or not for another reason than before (net_why). At first it
	 * is taken to be online. */
	void (*link_changed)(void *context, bool online);
	/* A platform that is spoken to by http says for good (301, 308) that it wants https, at this address, where
	 * nobody is signed in yet. Nothing more happens by itself. Called once. */
	void (*secured)(void *context, const char *url);
	/* The profile is known, and with it net_service, net_currency and net_offers. */
	void (*profile_known)(void *context, enum net_profile profile);
	/* The session could not be prolonged and is gone; not called after net_sign_out. */
	void (*session_ended)(void *context, const struct err *why);
	/* The session (new or prolonged) is valid but could not be saved: it ends with the program. */
	void (*session_unsaved)(void *context, const struct err *why);
};

struct net_options {
	const char *url;        /* "https://host/Prod", "http://127.0.0.1:3000" or "unix:/path" */
	const char *state_dir;  /* where session and pending purchases are kept; NULL: nowhere but in memory */
	const char *user_agent; /* NULL: "vitrine/VERSION" */
	const char *ca_file;    /* PEM of the authorities to trust; NULL: the system's */
	const char *resolve;    /* see wire/transfer.h; NULL: names are looked up */
	int connect_ms;         /* to connect: 10,000 when 0 */
	int attempt_ms;         /* for one exchange: 15,000 when 0 */
	int deadline_ms;        /* for a call, all attempts together: 30,000 when 0 */
	/* before the second attempt, at most (half of it is chance); doubles up to 8,000: 300 when 0 */
	int pause_ms;
	int fresh_ms;           /* base profile: how long the list of products may be used again: 5,000 when 0 */
	int unit_ms;            /* base profile: to wait for the answer to one unit of a purchase: 35,000 when 0 */
	int late_ms;            /* base profile: how late a sent unit may be recorded: PENDING_LATE_MS when 0 */
	struct net_events events;
	void *context; /* of the events */
};

/* Loads a saved session. ERR_INVALID when the URL isn't one of the kinds above, ERR_FILE when the state directory can't
 * be used, ERR_MEMORY. Nothing is sent before the first call. */
struct net *net_new(const struct net_options *options, struct err *err);

/* Cancels everything. NULL-safe; returns NULL. */
struct net *net_free(struct net *net);

/* ---- the loop ---- */

/* Sleeps until a socket of ours, one of `fds`, or a timer of ours has something to do; `timeout_ms` at most (-1: no
 * end). Fills the fds' revents. False when waiting itself failed. */
bool net_wait(struct net *net, struct pollfd *fds, size_t count, int timeout_ms);

/* Does what can be done now: moves data, runs timers, calls back. */
void net_run(struct net *net);

/* ---- calls ---- */

/* Starts a call; everything in `args` (may be NULL) is copied. The callback is called exactly once, from net_run,
 * unless the call is cancelled first. A call that needs somebody signed in, or that the profile does not offer, fails
 * without being sent: ERR_UNAUTHENTICATED; ERR_METHOD with code "not_offered". 0 when memory ended. */
net_id net_call(struct net *net, enum api_op op, const struct net_args *args, void *owner, net_callback *callback,
		void *context);

/* Forgets a call, or all of an owner: no callback. What was sent may have been done. Unknown ids are ignored. */
void net_cancel(struct net *net, net_id id);
void net_cancel_owner(struct net *net, const void *owner);

/* ---- what is going on ---- */

/* How long the oldest unfinished call of this owner (NULL: of anybody) has taken, in ms; -1 when there is none. */
int64_t net_oldest_ms(const struct net *net, const void *owner);

/* Is there an unfinished call that somebody waits for? */
bool net_is_awaited(const struct net *net);

/* How often a call has been sent so far; 0 when it is unknown or was not sent yet. */
unsigned net_attempts(const struct net *net, net_id id);

/* Online: the last that was heard came from a platform. A network's sign-in page, a proxy that can't reach what is
 * behind it, or a redirect is no platform. */
bool net_online(const struct net *net);

/* Why it can't be reached: what happened and what to do, in a sentence without a full stop; NULL while it is online. */
const struct err *net_why(const struct net *net);

/* While on, a platform that can't be reached is asked again and again (at last every 8 s) until it answers: for a
 * person who looks at a screen that could not be loaded. Off at first. */
void net_watch(struct net *net, bool on);

enum net_profile net_profile(const struct net *net);

/* The service document, NULL while it isn't known and in the base profile. The currency, "" in the same cases. */
const struct service *net_service(const struct net *net);
const char *net_currency(const struct net *net);

/* Base profile: for how many ms more the platform may record a unit that this record says was sent; 0: no longer. */
int64_t net_may_record_ms(const struct net *net, struct pending *pending);

/* Does the service document name this feature? In the base profile the client does by itself what can be done. False
 * while the profile isn't known. */
bool net_has_feature(const struct net *net, const char *feature);

/* Can this call be made here? True while the profile isn't known. A part of a call whose feature the platform doesn't
 * name is not sent (net/features.h); a call that would lose its meaning without it fails with "not_offered". A purchase
 * is sent as it is: its caller asks for `delivery` first. */
bool net_offers(const struct net *net, enum api_op op);

/* The URL as given, without a final slash. And: would passwords go over a network unencrypted? */
const char *net_url(const struct net *net);
bool net_insecure(const struct net *net);

/* ---- session ---- */

/* Who is signed in, or NULL. API_login sets it when it succeeds (and leaves the tokens out of its reply). Valid until
 * the next net_run or net_sign_out. */
const struct session *net_session(const struct net *net);

/* Forgets the session here at once, and asks the platform to as well, without waiting. */
void net_sign_out(struct net *net);

/* The state directory, for pending.h; NULL when nothing is kept. */
struct state *net_state(const struct net *net);

#endif
