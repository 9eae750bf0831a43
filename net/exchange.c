#include "net/exchange.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/internal.h"

enum {
	TRIES_FEW = 4,          /* when the platform answers, but badly */
	PAUSE_MAX_MS = 8000,    /* between two attempts */
	RETRY_AFTER_MAX_S = 60, /* a platform that wants longer than this is asked again all the same */
};

enum exchange_state { EXCHANGE_READY, EXCHANGE_TOKEN, EXCHANGE_FLIGHT, EXCHANGE_PAUSE };

struct exchange {
	struct exchange *next;
	struct net *net;
	struct exchange_request request;
	char *path, *key;
	enum exchange_state state;
	struct transfer *transfer;
	char *authorization;
	unsigned session_number; /* of the tokens it was last sent with */
	bool refreshed;          /* it has had its refresh */
	bool unreachable;        /* it pauses because the platform could not be reached */
	int64_t wake;            /* end of the pause */
	unsigned attempts;
	bool sent;
};

unsigned exchange_attempts(const struct exchange *exchange)
{
	return exchange->attempts;
}

/* ---- the list ---- */

struct exchange *exchange_start(struct net *net, const struct exchange_request *request, struct err *err)
{
	struct exchange *exchange = calloc(1, sizeof *exchange);

	if (!exchange)
		goto memory;
	exchange->net = net;
	exchange->request = *request;
	exchange->path = strdup(request->path);
	exchange->key = request->key ? strdup(request->key) : NULL;
	if (!exchange->path || (request->key && !exchange->key))
		goto memory;

	struct exchange **place = &net->exchanges;
	while (*place)
		place = &(*place)->next;
	*place = exchange;
	return exchange;
memory:
	err_memory(err, "preparing a request");
	if (exchange)
		free(exchange->path);
	free(exchange);
	return NULL;
}

static void forget_authorization(struct exchange *exchange)
{
	if (exchange->authorization)
		explicit_bzero(exchange->authorization, strlen(exchange->authorization));
	free(exchange->authorization);
	exchange->authorization = NULL;
}

struct exchange *exchange_cancel(struct net *net, struct exchange *exchange)
{
	if (!exchange)
		return NULL;
	struct exchange **place = &net->exchanges;
	while (*place != exchange)
		place = &(*place)->next;
	*place = exchange->next;
	transfer_free(exchange->transfer);
	forget_authorization(exchange);
	free(exchange->path);
	free(exchange->key);
	free(exchange);
	return NULL;
}

static void finish(struct exchange *exchange, struct answer *answer, const struct err *err)
{
	struct exchange_request request = exchange->request;
	struct answer none = {.attempts = exchange->attempts, .sent = exchange->sent};

	exchange_cancel(exchange->net, exchange);
	request.done(request.context, answer ? answer : &none, err);
}

/* ---- once more? ---- */

/* A pause that doubles with each attempt, of which a half is chance, so that clients that failed together don't come back
 * together. */
static int64_t pause_ms(struct exchange *exchange, int retry_after_s)
{
	struct net *net = exchange->net;
	unsigned doublings = exchange->attempts > 6 ? 6 : exchange->attempts ? exchange->attempts - 1 : 0;
	int64_t longest = (int64_t)net->options.pause_ms << doublings;

	if (longest > PAUSE_MAX_MS)
		longest = PAUSE_MAX_MS;
	int64_t pause = longest / 2 + net_chance(net, longest / 2 + 1);

	if (retry_after_s > RETRY_AFTER_MAX_S)
		retry_after_s = RETRY_AFTER_MAX_S;
	return pause > retry_after_s * INT64_C(1000) ? pause : retry_after_s * INT64_C(1000);
}

/* May help, by the kind of failure; `badly`: only a few times, unless the exchange is patient. */
static bool may_help(const struct err *err, bool *ret_badly)
{
	*ret_badly = false;
	switch (err->kind) {
	case ERR_NETWORK:
	case ERR_THROTTLED: return true;
	case ERR_TIMEOUT:
	case ERR_INTERNAL:
	case ERR_UNAVAILABLE: *ret_badly = true; return true;
	case ERR_PROTOCOL:
		*ret_badly = true;
		return strcmp(err->code, "too_large") != 0 && strcmp(err->code, "redirect") != 0;
	case ERR_CONFLICT:
		/* Its first attempt is still being worked on. */
		return !strcmp(err->code, "in_flight");
	default: return false;
	}
}

/* An attempt has failed: pauses for the next, or ends. */
static void fail_attempt(struct exchange *exchange, struct answer *answer, const struct err *err)
{
	struct exchange_request *request = &exchange->request;
	bool badly;
	int64_t wake = clock_monotonic() + pause_ms(exchange, answer && answer->http ? answer->http->retry_after_s : 0);

	if (!request->repeatable || !may_help(err, &badly) || wake >= request->deadline ||
	    (badly && !request->patient && exchange->attempts >= TRIES_FEW)) {
		finish(exchange, answer, err);
		return;
	}
	exchange->state = EXCHANGE_PAUSE;
	exchange->wake = wake;
	exchange->unreachable = err->kind == ERR_NETWORK;
	if (request->again)
		request->again(request->context, err);
}

void exchange_hurry(struct net *net)
{
	/* Not at once: when one path fails and another works, the link is found to be up after each failure. */
	int64_t soon = clock_monotonic() + net->options.pause_ms;

	for (struct exchange *exchange = net->exchanges; exchange; exchange = exchange->next)
		if (exchange->state == EXCHANGE_PAUSE && exchange->unreachable && exchange->wake > soon)
			exchange->wake = soon;
}

/* ---- the answer ---- */

/* 401 with a token: it has expired, or was revoked. True when the exchange will go on by itself. */
static bool ask_for_token(struct exchange *exchange)
{
	struct net *net = exchange->net;

	if (exchange->request.token == TOKEN_NONE || !exchange->authorization || !net->session)
		return false;
	forget_authorization(exchange);
	if (exchange->session_number != net->session_number) {
		exchange->state = EXCHANGE_READY; /* somebody else got new ones in the meantime */
		return true;
	}
	if (exchange->refreshed)
		return false;
	exchange->refreshed = true;
	exchange->state = EXCHANGE_TOKEN;
	if (tokens_refresh(net))
		return true;
	exchange->state = EXCHANGE_FLIGHT;
	return false;
}

static bool is_token_refused(const struct exchange *exchange, const struct transfer_answer *http)
{
	return http->status == 401 || (exchange->request.token == TOKEN_RAW && answer_denies_token(http));
}

/* Reads the answer; false with why it is none, and what that means for the link. */
static bool read_answer(struct exchange *exchange, struct answer *answer, struct err *err)
{
	const struct exchange_request *request = &exchange->request;
	bool success = answer->http->status >= 200 && answer->http->status < 300;

	if (success && answer_is_ours(exchange->net, answer->http)) {
		if (!request->check || request->check(request->context, answer, err)) {
			link_up(exchange->net, answer->http);
			return true;
		}
		err->http_status = answer->http->status;
	} else {
		answer_explain(exchange->net, answer->http, exchange->path, &answer->problem, err);
		if (is_token_refused(exchange, answer->http) && err->kind != ERR_UNAUTHENTICATED) {
			err_set(err, ERR_UNAUTHENTICATED, "Sign in again");
			err->http_status = answer->http->status;
		}
	}
	if (answer_breaks_link(exchange->net, answer->http))
		link_down(exchange->net, err);
	else if (answer_is_ours(exchange->net, answer->http))
		link_up(exchange->net, answer->http);
	return false;
}

static void judge(struct exchange *exchange, struct answer *answer)
{
	struct err err = {0};

	if (is_token_refused(exchange, answer->http) && ask_for_token(exchange))
		return;
	if (read_answer(exchange, answer, &err))
		finish(exchange, answer, NULL);
	else
		fail_attempt(exchange, answer, &err);
}

static void transferred(void *context, struct transfer_answer *http, const struct err *err)
{
	struct exchange *exchange = context;
	struct answer answer = {.http = http, .attempts = exchange->attempts};

	exchange->transfer = NULL;
	exchange->sent = answer.sent = exchange->sent || http->sent;
	if (!err) {
		judge(exchange, &answer);
		cJSON_Delete(answer.problem);
		return;
	}
	struct err told = *err;
	answer.http = NULL;
	answer_advise(&told);
	if (told.kind == ERR_NETWORK || told.kind == ERR_TLS || !strcmp(told.code, "not_http"))
		link_down(exchange->net, &told);
	forget_authorization(exchange);
	fail_attempt(exchange, &answer, &told);
}

/* ---- sending ---- */

static bool set_authorization(struct exchange *exchange)
{
	struct net *net = exchange->net;
	const char *scheme = exchange->request.token == TOKEN_BEARER ? "Bearer " : "";

	forget_authorization(exchange);
	exchange->session_number = net->session_number;
	if (asprintf(&exchange->authorization, "%s%s", scheme, net->session->access_token) < 0)
		exchange->authorization = NULL;
	return exchange->authorization;
}

/* True when it may be sent now. */
static bool prepare_token(struct exchange *exchange)
{
	struct net *net = exchange->net;
	struct err err;

	if (exchange->request.token == TOKEN_NONE)
		return true;
	if (!net->session) {
		forget_authorization(exchange);
		if (!exchange->request.token_needed)
			return true;
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in first");
		finish(exchange, NULL, &err);
		return false;
	}
	bool busy = tokens_busy(net);
	if (busy || (!exchange->refreshed && tokens_stale(net))) {
		exchange->refreshed = exchange->refreshed || !busy;
		exchange->state = EXCHANGE_TOKEN;
		/* Without a refresh it goes with what there is. */
		if (!busy && !tokens_refresh(net))
			exchange->state = EXCHANGE_READY;
		return false;
	}
	if (set_authorization(exchange))
		return true;
	err_memory(&err, "preparing a request");
	finish(exchange, NULL, &err);
	return false;
}

static void send_now(struct exchange *exchange)
{
	struct net *net = exchange->net;
	const struct exchange_request *request = &exchange->request;
	struct err err;

	if (!prepare_token(exchange))
		return;

	int64_t left = request->deadline - clock_monotonic();
	int most = request->attempt_ms ? request->attempt_ms : net->options.attempt_ms;
	const struct transfer_header headers[] = {
	    {"Accept", "application/json, application/problem+json, image/png, image/jpeg"},
	    {"Idempotency-Key", exchange->key},
	};
	struct transfer_request transfer = {
	    .method = request->method,
	    .path = exchange->path,
	    .body = request->body ? buf_str(request->body) : NULL,
	    .length = request->body ? request->body->length : 0,
	    .media_type = request->media_type,
	    .authorization = exchange->authorization,
	    .headers = headers,
	    .headers_count = sizeof headers / sizeof *headers,
	    .flag = "Idempotent-Replayed",
	    .answer_max = request->answer_max,
	    .timeout_ms = (long)(left < most ? (left > 0 ? left : 1) : most),
	    .repeatable = request->repeatable,
	};
	exchange->state = EXCHANGE_FLIGHT;
	exchange->attempts++;
	exchange->transfer = transfer_new(net->engine, &transfer, transferred, exchange, &err);
	if (!exchange->transfer)
		finish(exchange, NULL, &err);
}

static struct exchange *find_due(struct net *net)
{
	struct exchange *exchange = net->exchanges;
	int64_t now = clock_monotonic();

	while (exchange && exchange->state != EXCHANGE_READY &&
	       !(exchange->state == EXCHANGE_PAUSE && exchange->wake <= now))
		exchange = exchange->next;
	return exchange;
}

void exchange_run(struct net *net)
{
	struct exchange *exchange;

	while ((exchange = find_due(net)))
		send_now(exchange);
}

int64_t exchange_next(const struct net *net)
{
	int64_t next = INT64_MAX;

	for (const struct exchange *exchange = net->exchanges; exchange; exchange = exchange->next) {
		int64_t due = exchange->state == EXCHANGE_READY   ? 0
			      : exchange->state == EXCHANGE_PAUSE ? exchange->wake
								  : INT64_MAX;
		next = due < next ? due : next;
	}
	return next;
}

static struct exchange *find_waiting(struct net *net)
{
	struct exchange *exchange = net->exchanges;

	/* The analyser doesn't know that exchange->net is the net that lists it, and takes one that ended for listed. */
	while (exchange && exchange->state != EXCHANGE_TOKEN) /* NOLINT(clang-analyzer-unix.Malloc) */
		exchange = exchange->next;
	return exchange;
}

void exchange_tokens_settled(struct net *net, const struct err *err)
{
	struct exchange *exchange;

	while ((exchange = find_waiting(net))) {
		exchange->state = EXCHANGE_READY;
		if (!err)
			continue;
		exchange->refreshed = false;
		fail_attempt(exchange, NULL, err);
	}
}
