/* The session while it is in use: taken over at sign-in, prolonged, ended. */
#include <string.h>

#include "base/clock.h"
#include "net/internal.h"

enum { REFRESH_ARENA = 256 * 1024, FAREWELL_MS = 10000 };

bool tokens_stale(const struct net *net)
{
	const struct session *session = net->session;

	return session->expires_at && net->profile == NET_PROFILE_FULL && *session->refresh_token &&
	       clock_now() + REFRESH_MARGIN_MS >= session->expires_at;
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
	net->refresh = exchange_cancel(net, net->refresh);
	session_free(net->session);
	net->session = session;
	net->session_number++;
	exchange_tokens_settled(net, NULL);
	/* A session that can't be saved is still a session; it ends with the program. */
	session_save(session, net->state, NULL);
	return true;
}

void tokens_forget(struct net *net, const struct err *why)
{
	if (!net->session)
		return;
	net->session = session_free(net->session);
	net->session_number++;
	session_remove(net->state, NULL);
	net->refresh = exchange_cancel(net, net->refresh);
	if (why) {
		net->ended = *why;
		net->events |= EVENT_SESSION;
	}
	exchange_tokens_settled(net, NULL);
}

void tokens_done(struct net *net)
{
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

static bool check_refresh(void *context, struct answer *answer, struct err *err)
{
	struct net *net = context;
	struct token_answer tokens;
	struct arena arena;

	arena_init(&arena, REFRESH_ARENA);
	bool good = reply_decode(&token_answer_shape, answer->http, &arena, &tokens, err) &&
		    session_refresh(net->session, &tokens, clock_now(), err);
	if (good) {
		net->session_number++;
		session_save(net->session, net->state, NULL);
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

bool tokens_refresh(struct net *net)
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
	struct err why;

	if (net->refresh)
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
	buf_wipe(&net->refresh_body);
	write_refresh(&net->refresh_body, net->session);
	net->refresh = net->refresh_body.failed ? NULL : exchange_start(net, &request, NULL);
	return net->refresh;
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
