/* The session while it is in use: taken over at sign-in, prolonged, ended.
 *
 * Other programs of the same person may use the same session. A platform takes a refresh token once, and a second time for
 * a theft, which ends the sign-in of all of them. So whoever wants to prolong it needs the lock, looks at the file again
 * once it is there, and lets go when the answer is saved. Whoever ends up with tokens that are older than the file's leaves
 * the file alone.
 */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/internal.h"

enum { REFRESH_ARENA = 256 * 1024, FAREWELL_MS = 10000, LOCK_PAUSE_MS = 20 };

bool tokens_stale(const struct net *net)
{
	const struct session *session = net->session;

	return session->expires_at && net->profile == NET_PROFILE_FULL && *session->refresh_token &&
	       clock_now() + REFRESH_MARGIN_MS >= session->expires_at;
}

static void unlock(struct net *net)
{
	if (net->lock >= 0)
		close(net->lock);
	net->lock = -1;
	net->lock_at = 0;
}

static void stop_refresh(struct net *net)
{
	net->refresh = exchange_cancel(net, net->refresh);
	unlock(net);
}

/* A session that can't be saved is still a session, until the program ends. What the file holds then is spent, and would
 * look stolen at the next start. */
static void keep(struct net *net)
{
	net->session_kept = session_save(net->session, net->state, &net->unsaved);
	if (net->session_kept)
		return;
	session_remove(net->state, NULL);
	net->events |= EVENT_UNSAVED;
}

bool tokens_adopt(struct net *net, const struct token_answer *answer, const char *email, struct err *err)
{
	struct session *session = session_new(answer, email, clock_now(), err);
	const char *secrets[] = {answer->access_token, answer->refresh_token, answer->id_token};

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (secrets[i])
			explicit_bzero((char *)(uintptr_t)secrets[i], strlen(secrets[i]));
	if (!session)
		return false;
	stop_refresh(net);
	session_free(net->session);
	net->session = session;
	net->session_number++;
	exchange_tokens_settled(net, NULL);
	keep(net);
	return true;
}

/* The file, unless somebody else is signed in there by now. */
static void remove_file(struct net *net, const struct session *session)
{
	struct session *saved = session_load(net->state, NULL);

	if (!saved || !strcmp(saved->user_id, session->user_id))
		session_remove(net->state, NULL);
	session_free(saved);
	net->session_kept = false;
}

void tokens_forget(struct net *net, const struct err *why)
{
	if (!net->session)
		return;
	remove_file(net, net->session);
	net->session = session_free(net->session);
	net->session_number++;
	stop_refresh(net);
	if (why) {
		net->ended = *why;
		net->events |= EVENT_SESSION;
	}
	exchange_tokens_settled(net, NULL);
}

void tokens_done(struct net *net)
{
	unlock(net);
	net->session = session_free(net->session);
	buf_wipe(&net->refresh_body);
	buf_wipe(&net->farewell_body);
}

/* ---- refresh ---- */

/* Another process of this user may have new tokens already; ours would then look stolen to the platform. */
static bool adopt_from_file(struct net *net)
{
	struct session *saved = session_load(net->state, NULL);

	if (!saved || strcmp(saved->user_id, net->session->user_id) != 0 ||
	    !strcmp(saved->access_token, net->session->access_token)) {
		session_free(saved);
		return false;
	}
	session_free(net->session);
	net->session = saved;
	net->session_number++;
	return true;
}

/* Is what the file holds what was just prolonged? Otherwise somebody has signed in or out in the meantime. */
static bool is_file_ours(const struct net *net)
{
	struct err why;
	struct session *saved = session_load(net->state, &why);
	bool ours = saved ? !strcmp(saved->user_id, net->session->user_id) &&
				!strcmp(saved->refresh_token, net->session->refresh_token)
			  : why.kind != ERR_NOT_FOUND || !net->session_kept;

	session_free(saved);
	return ours;
}

static bool check_refresh(void *context, struct answer *answer, struct err *err)
{
	struct net *net = context;
	struct token_answer tokens;
	struct arena arena;
	bool ours = is_file_ours(net);

	arena_init(&arena, REFRESH_ARENA);
	bool good = reply_decode(&token_answer_shape, answer->http, &arena, &tokens, err) &&
		    session_refresh(net->session, &tokens, clock_now(), err);
	if (good) {
		net->session_number++;
		if (ours)
			keep(net);
	}
	arena_done(&arena);
	return good;
}

/* What says that the refresh token itself is no good any more, rather than that the platform has a bad day. */
static bool is_refusal(const struct err *err)
{
	return err->http_status >= 400 && err->http_status < 500 && err->kind != ERR_THROTTLED &&
	       err->kind != ERR_TIMEOUT;
}

static void refreshed(void *context, struct answer *answer, const struct err *err)
{
	struct net *net = context;
	(void)answer;

	net->refresh = NULL;
	buf_wipe(&net->refresh_body);
	unlock(net);
	if (err && is_refusal(err) && adopt_from_file(net))
		err = NULL;
	if (err && is_refusal(err))
		tokens_forget(net, err);
	else
		exchange_tokens_settled(net, err);
}

static void write_refresh(struct buf *body, const struct session *session)
{
	struct refresh_request request = {.refresh_token = session->refresh_token};

	request_body(API_login_refresh, &(struct net_args){.body = &request}, body);
}

/* With the lock, or where there can't be one: false when memory ended. */
static bool send_refresh(struct net *net)
{
	struct exchange_request request = {
	    .method = api_rows[API_login_refresh].method,
	    .path = api_rows[API_login_refresh].path,
	    .body = &net->refresh_body,
	    .media_type = "application/json",
	    .answer_max = ANSWER_MAX,
	    .deadline = clock_monotonic() + net->options.attempt_ms,
	    .check = check_refresh,
	    .done = refreshed,
	    .context = net,
	};

	if (adopt_from_file(net)) {
		unlock(net);
		exchange_tokens_settled(net, NULL);
		return true;
	}
	buf_wipe(&net->refresh_body);
	write_refresh(&net->refresh_body, net->session);
	net->refresh = net->refresh_body.failed ? NULL : exchange_start(net, &request, NULL);
	if (!net->refresh)
		unlock(net);
	return net->refresh;
}

/* False when another program has it. */
static bool take_lock(struct net *net)
{
	struct err err = {.kind = ERR_NONE};

	return !net->state || state_lock(net->state, "session", &net->lock, &err) || err.kind != ERR_CONFLICT;
}

bool tokens_busy(const struct net *net)
{
	return net->refresh || net->lock_at;
}

int64_t tokens_next(const struct net *net)
{
	return net->lock_at ? net->lock_at : INT64_MAX;
}

/* Nobody tells when the lock is free, so it is looked at again and again. */
void tokens_run(struct net *net)
{
	int64_t now = clock_monotonic();
	struct err err;

	if (!net->lock_at || now < net->lock_at)
		return;
	if (take_lock(net)) {
		net->lock_at = 0;
		if (!send_refresh(net)) {
			err_memory(&err, "prolonging the session");
			exchange_tokens_settled(net, &err);
		}
	} else if (now >= net->lock_until) {
		net->lock_at = 0;
		err_set(&err, ERR_TIMEOUT, "Another Vitrine of yours is prolonging the session and comes to no end; end it, or "
					   "try again");
		exchange_tokens_settled(net, &err);
	} else {
		net->lock_at = now + LOCK_PAUSE_MS + net_chance(net, LOCK_PAUSE_MS);
	}
}

bool tokens_refresh(struct net *net)
{
	struct err why;

	if (tokens_busy(net))
		return true;
	if (adopt_from_file(net)) {
		exchange_tokens_settled(net, NULL);
		return true;
	}
	if (net->profile == NET_PROFILE_BASE || !*net->session->refresh_token) {
		err_set(&why, ERR_UNAUTHENTICATED, "The session has ended");
		tokens_forget(net, &why);
		return false;
	}
	if (take_lock(net))
		return send_refresh(net);
	net->lock_at = clock_monotonic() + LOCK_PAUSE_MS;
	net->lock_until = clock_monotonic() + 2 * (int64_t)net->options.attempt_ms;
	return true;
}

/* ---- sign-out ---- */

static void said_farewell(void *context, struct answer *answer, const struct err *err)
{
	struct net *net = context;
	(void)answer, (void)err;

	net->farewell = NULL;
	buf_wipe(&net->farewell_body);
}

static void say_farewell(struct net *net)
{
	struct exchange_request request = {
	    .method = api_rows[API_logout].method,
	    .path = api_rows[API_logout].path,
	    .body = &net->farewell_body,
	    .media_type = "application/json",
	    .repeatable = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = clock_monotonic() + FAREWELL_MS,
	    .done = said_farewell,
	    .context = net,
	};

	net->farewell = exchange_cancel(net, net->farewell);
	buf_wipe(&net->farewell_body);
	write_refresh(&net->farewell_body, net->session);
	if (!net->farewell_body.failed)
		net->farewell = exchange_start(net, &request, NULL);
}

void net_sign_out(struct net *net)
{
	if (!net->session)
		return;
	if (net->profile != NET_PROFILE_BASE && *net->session->refresh_token)
		say_farewell(net);
	tokens_forget(net, NULL);
}
