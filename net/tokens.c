#include "net/tokens.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "models/limits.h"
#include "net/request.h"

enum { REFRESH_MARGIN_MS = 30000 /* a token that is about to expire is not sent any more */ };
enum { REFRESH_ARENA = 256 * 1024, FAREWELL_MS = 10000, LOCK_PAUSE_MS = 20 };

/* ---- what exchanges ask ---- */

static const char *give_token(void *context, unsigned *ret_number)
{
	const struct tokens *tokens = context;

	if (!tokens->session)
		return NULL;
	*ret_number = tokens->number;
	return tokens->session->access_token;
}

/* Is the token about to expire, and can a new one be asked for? */
static bool is_stale(void *context)
{
	const struct tokens *tokens = context;
	const struct session *session = tokens->session;

	return session->expires_at && *session->refresh_token && tokens->renewable &&
	       clock_now() + REFRESH_MARGIN_MS >= session->expires_at;
}

static bool is_busy(void *context)
{
	const struct tokens *tokens = context;

	return tokens->refresh || tokens->lock_at;
}

/* ---- taken over, given up ---- */

static void unlock(struct tokens *tokens)
{
	if (tokens->lock >= 0)
		close(tokens->lock);
	tokens->lock = -1;
	tokens->lock_at = 0;
}

static void stop_refresh(struct tokens *tokens)
{
	tokens->refresh = exchange_cancel(tokens->refresh);
	unlock(tokens);
}

/* A session that can't be saved is valid until the program ends. The tokens in the file were used already, and would
 * look stolen at the next start. */
static void keep(struct tokens *tokens)
{
	tokens->kept = session_save(tokens->session, tokens->state, &tokens->unsaved);
	if (tokens->kept)
		return;
	session_remove(tokens->state, NULL);
	tokens->is_unsaved = true;
}

bool tokens_adopt(struct tokens *tokens, const struct token_answer *answer, const char *email, struct err *err)
{
	struct session *session = session_new(answer, email, clock_now(), err);
	const char *secrets[] = {answer->access_token, answer->refresh_token, answer->id_token};

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (secrets[i])
			explicit_bzero((char *)(uintptr_t)secrets[i], strlen(secrets[i]));
	if (!session)
		return false;
	stop_refresh(tokens);
	session_free(tokens->session);
	tokens->session = session;
	tokens->number++;
	exchange_tokens_settled(tokens->exchanges, NULL);
	keep(tokens);
	return true;
}

/* The file, unless somebody else is signed in there by now. */
static void remove_file(struct tokens *tokens, const struct session *session)
{
	struct session *saved = session_load(tokens->state, NULL);

	if (!saved || !strcmp(saved->user_id, session->user_id))
		session_remove(tokens->state, NULL);
	session_free(saved);
	tokens->kept = false;
}

/* The session is over; `why` is for the news, NULL tells nobody. */
static void forget(struct tokens *tokens, const struct err *why)
{
	if (!tokens->session)
		return;
	remove_file(tokens, tokens->session);
	tokens->session = session_free(tokens->session);
	tokens->number++;
	stop_refresh(tokens);
	if (why) {
		tokens->ended = *why;
		tokens->has_ended = true;
	}
	exchange_tokens_settled(tokens->exchanges, NULL);
}

/* ---- refresh ---- */

/* Another process of this user may have new tokens already; ours would then look stolen to the platform. */
static bool adopt_from_file(struct tokens *tokens)
{
	struct session *saved = session_load(tokens->state, NULL);

	if (!saved || strcmp(saved->user_id, tokens->session->user_id) != 0 ||
	    !strcmp(saved->access_token, tokens->session->access_token)) {
		session_free(saved);
		return false;
	}
	session_free(tokens->session);
	tokens->session = saved;
	tokens->number++;
	return true;
}

/* Does the file hold the session that was just prolonged? If not, somebody has signed in or out in the meantime. */
static bool is_file_ours(const struct tokens *tokens)
{
	struct err why;
	struct session *saved = session_load(tokens->state, &why);
	bool ours = saved ? !strcmp(saved->user_id, tokens->session->user_id) &&
				!strcmp(saved->refresh_token, tokens->session->refresh_token)
			  : why.kind != ERR_NOT_FOUND || !tokens->kept;

	session_free(saved);
	return ours;
}

static bool check_refresh(void *context, struct answer *answer, struct err *err)
{
	struct tokens *tokens = context;
	struct token_answer fresh;
	struct arena arena;
	bool ours = is_file_ours(tokens);

	arena_init(&arena, REFRESH_ARENA);
	bool good = answer_decode(answer->http, &token_answer_shape, &arena, &fresh, err) &&
		    session_refresh(tokens->session, &fresh, clock_now(), err);
	if (good) {
		tokens->number++;
		if (ours)
			keep(tokens);
	}
	arena_done(&arena);
	return good;
}

/* Does the error say that the refresh token is no longer valid, and not only that the platform has trouble? */
static bool is_refusal(const struct err *err)
{
	return err->http_status >= 400 && err->http_status < 500 && err->kind != ERR_THROTTLED &&
	       err->kind != ERR_TIMEOUT;
}

static void refreshed(void *context, struct answer *answer, const struct err *err)
{
	struct tokens *tokens = context;
	(void)answer;

	tokens->refresh = NULL;
	buf_wipe(&tokens->refresh_body);
	unlock(tokens);
	if (err && is_refusal(err) && adopt_from_file(tokens))
		err = NULL;
	if (err && is_refusal(err))
		forget(tokens, err);
	else
		exchange_tokens_settled(tokens->exchanges, err);
}

static void write_refresh(struct buf *body, const struct session *session)
{
	struct refresh_request request = {.refresh_token = session->refresh_token};

	request_body(API_login_refresh, &(struct net_args){.body = &request}, body);
}

/* Called with the lock, or where there can't be one. False when memory ended. */
static bool send_refresh(struct tokens *tokens)
{
	struct exchange_request request = {
	    .method = api_rows[API_login_refresh].method,
	    .path = api_rows[API_login_refresh].path,
	    .body = &tokens->refresh_body,
	    .media_type = "application/json",
	    .answer_max = ANSWER_MAX,
	    .deadline = clock_monotonic() + tokens->exchanges->attempt_ms,
	    .check = check_refresh,
	    .done = refreshed,
	    .context = tokens,
	};

	if (adopt_from_file(tokens)) {
		unlock(tokens);
		exchange_tokens_settled(tokens->exchanges, NULL);
		return true;
	}
	buf_wipe(&tokens->refresh_body);
	write_refresh(&tokens->refresh_body, tokens->session);
	tokens->refresh = tokens->refresh_body.failed ? NULL : exchange_start(tokens->exchanges, &request, NULL);
	if (!tokens->refresh)
		unlock(tokens);
	return tokens->refresh;
}

/* False when another program has it. */
static bool take_lock(struct tokens *tokens)
{
	struct err err = {.kind = ERR_NONE};

	return !tokens->state || state_lock(tokens->state, "session", &tokens->lock, &err) || err.kind != ERR_CONFLICT;
}

int64_t tokens_next(const struct tokens *tokens)
{
	return tokens->lock_at ? tokens->lock_at : INT64_MAX;
}

/* Nobody tells when the lock is free, so it is looked at again and again. */
void tokens_run(struct tokens *tokens)
{
	int64_t now = clock_monotonic();
	struct err err;

	if (!tokens->lock_at || now < tokens->lock_at)
		return;
	if (take_lock(tokens)) {
		tokens->lock_at = 0;
		if (!send_refresh(tokens)) {
			err_memory(&err, "prolonging the session");
			exchange_tokens_settled(tokens->exchanges, &err);
		}
	} else if (now >= tokens->lock_until) {
		tokens->lock_at = 0;
		err_set(&err, ERR_TIMEOUT,
			"Another Vitrine of yours is prolonging the session and comes to no end; end it, or "
			"try again");
		exchange_tokens_settled(tokens->exchanges, &err);
	} else {
		tokens->lock_at = now + LOCK_PAUSE_MS + exchange_chance(tokens->exchanges, LOCK_PAUSE_MS);
	}
}

/* Asks for new tokens, or finds that another process has. False when there is no way: the session is over then. */
static bool renew(void *context)
{
	struct tokens *tokens = context;
	struct err why;

	assert(tokens->session);
	if (is_busy(tokens))
		return true;
	if (adopt_from_file(tokens)) {
		exchange_tokens_settled(tokens->exchanges, NULL);
		return true;
	}
	if (!tokens->renewable || !*tokens->session->refresh_token) {
		err_set(&why, ERR_UNAUTHENTICATED, "The session has ended");
		forget(tokens, &why);
		return false;
	}
	if (take_lock(tokens))
		return send_refresh(tokens);
	tokens->lock_at = clock_monotonic() + LOCK_PAUSE_MS;
	tokens->lock_until = clock_monotonic() + 2 * (int64_t)tokens->exchanges->attempt_ms;
	return true;
}

/* ---- sign-out ---- */

static void said_farewell(void *context, struct answer *answer, const struct err *err)
{
	struct tokens *tokens = context;
	(void)answer, (void)err;

	tokens->farewell = NULL;
	buf_wipe(&tokens->farewell_body);
}

static void say_farewell(struct tokens *tokens)
{
	struct exchange_request request = {
	    .method = api_rows[API_logout].method,
	    .path = api_rows[API_logout].path,
	    .body = &tokens->farewell_body,
	    .media_type = "application/json",
	    .repeatable = true,
	    .answer_max = ANSWER_MAX,
	    .deadline = clock_monotonic() + FAREWELL_MS,
	    .done = said_farewell,
	    .context = tokens,
	};

	tokens->farewell = exchange_cancel(tokens->farewell);
	buf_wipe(&tokens->farewell_body);
	write_refresh(&tokens->farewell_body, tokens->session);
	if (!tokens->farewell_body.failed)
		tokens->farewell = exchange_start(tokens->exchanges, &request, NULL);
}

void tokens_sign_out(struct tokens *tokens)
{
	if (!tokens->session)
		return;
	if (tokens->renewable && *tokens->session->refresh_token)
		say_farewell(tokens);
	forget(tokens, NULL);
}

/* ---- from the beginning to the end ---- */

void tokens_init(struct tokens *tokens, struct exchanges *exchanges, struct state *state)
{
	*tokens = (struct tokens){.exchanges = exchanges, .state = state, .renewable = true, .lock = -1};
	buf_init(&tokens->refresh_body, LIMIT_BODY);
	buf_init(&tokens->farewell_body, LIMIT_BODY);
	/* A session that can't be read counts as none: people sign in again. */
	tokens->session = session_load(state, NULL);
	tokens->kept = tokens->session;
	exchanges->keeper = (struct exchange_keeper){
	    .token = give_token,
	    .is_busy = is_busy,
	    .is_stale = is_stale,
	    .renew = renew,
	    .context = tokens,
	};
}

void tokens_done(struct tokens *tokens)
{
	unlock(tokens);
	tokens->session = session_free(tokens->session);
	buf_wipe(&tokens->refresh_body);
	buf_wipe(&tokens->farewell_body);
}
