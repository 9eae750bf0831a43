#include "net/exchange.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

enum {
	TRIES_FEW = 4,          /* when the platform answers, but badly */
	PAUSE_MAX_MS = 8000,    /* between two attempts */
	RETRY_AFTER_MAX_S = 60, /* a platform that wants longer than this is asked again all the same */
};

enum exchange_state { EXCHANGE_READY, EXCHANGE_TOKEN, EXCHANGE_FLIGHT, EXCHANGE_PAUSE };

struct exchange {
	struct exchange *next;
	struct exchanges *all;
	struct exchange_request request;
	char *path, *key;
	enum exchange_state state;
	struct transfer *transfer;
	char *authorization;
	unsigned token_number;   /* of the token it was last sent with */
	bool refreshed;          /* its token was prolonged; once is enough */
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

void exchange_init(struct exchanges *exchanges)
{
	link_init(&exchanges->link);
	exchanges->first = NULL;
	if (getrandom(&exchanges->random, sizeof exchanges->random, GRND_NONBLOCK) != sizeof exchanges->random)
		exchanges->random = (uint64_t)clock_now();
	exchanges->random |= 1;
}

void exchange_done(struct exchanges *exchanges)
{
	while (exchanges->first)
		exchange_cancel(exchanges->first);
}

struct exchange *exchange_start(struct exchanges *exchanges, const struct exchange_request *request, struct err *err)
{
	struct exchange *exchange = calloc(1, sizeof *exchange);

	assert(request->path && request->done);
	if (!exchange)
		goto memory;
	exchange->all = exchanges;
	exchange->request = *request;
	exchange->path = strdup(request->path);
	exchange->key = request->key ? strdup(request->key) : NULL;
	if (!exchange->path || (request->key && !exchange->key))
		goto memory;

	struct exchange **place = &exchanges->first;
	while (*place)
		place = &(*place)->next;
	*place = exchange;
	return exchange;
memory:
	err_memory(err, "preparing a request");
	if (exchange) {
		free(exchange->path);
		free(exchange->key);
	}
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

struct exchange *exchange_cancel(struct exchange *exchange)
{
	if (!exchange)
		return NULL;
	struct exchange **place = &exchange->all->first;
	while (*place != exchange) {
		assert(*place); /* it is on the list until it has ended */
		place = &(*place)->next;
	}
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

	exchange_cancel(exchange);
	request.done(request.context, answer ? answer : &none, err);
}

/* ---- once more? ---- */

int64_t exchange_chance(struct exchanges *exchanges, int64_t below)
{
	assert(below > 0 && exchanges->random);
	/* xorshift64: nobody gains by guessing it */
	exchanges->random ^= exchanges->random << 13;
	exchanges->random ^= exchanges->random >> 7;
	exchanges->random ^= exchanges->random << 17;
	return (int64_t)(exchanges->random % (uint64_t)below);
}

/* The pause doubles with each attempt, and half of it is random, so that clients that failed together don't come back
 * together. */
static int64_t pause_ms(struct exchange *exchange, int retry_after_s)
{
	struct exchanges *all = exchange->all;
	unsigned doublings = exchange->attempts > 6 ? 6 : exchange->attempts ? exchange->attempts - 1 : 0;
	int64_t longest = (int64_t)all->pause_ms << doublings;

	if (longest > PAUSE_MAX_MS)
		longest = PAUSE_MAX_MS;
	int64_t pause = longest / 2 + exchange_chance(all, longest / 2 + 1);

	if (retry_after_s > RETRY_AFTER_MAX_S)
		retry_after_s = RETRY_AFTER_MAX_S;
	return pause > retry_after_s * INT64_C(1000) ? pause : retry_after_s * INT64_C(1000);
}

/* Can another attempt help after this failure? *ret_badly: a few times only, unless the exchange is patient. */
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

void exchange_hurry(struct exchanges *exchanges)
{
	/* Not at once: where one path fails and another works, the link comes up again after each failure. */
	int64_t soon = clock_monotonic() + exchanges->pause_ms;

	for (struct exchange *exchange = exchanges->first; exchange; exchange = exchange->next)
		if (exchange->state == EXCHANGE_PAUSE && exchange->unreachable && exchange->wake > soon)
			exchange->wake = soon;
}

void exchange_link_up(struct exchanges *exchanges)
{
	if (link_up(&exchanges->link))
		exchange_hurry(exchanges);
}

/* An answer has come that could be the platform's. While the platform isn't known, only some answers are taken for its
 * own. */
static void hear(struct exchanges *exchanges, const struct transfer_answer *http)
{
	/* An error of the server: something is there, whichever platform it is. */
	bool sick = http->status >= 500 || http->status == 408 || http->status == 429;

	if (exchanges->from.known || sick)
		exchange_link_up(exchanges);
}

/* ---- the answer ---- */

/* 401 with a token: it has expired, or was revoked. True when the exchange will go on by itself. */
static bool ask_for_token(struct exchange *exchange)
{
	const struct exchange_keeper *keeper = &exchange->all->keeper;
	unsigned number;

	if (exchange->request.token == TOKEN_NONE || !exchange->authorization ||
	    !keeper->token(keeper->context, &number))
		return false;
	forget_authorization(exchange);
	if (exchange->token_number != number) {
		exchange->state = EXCHANGE_READY; /* new ones came in the meantime */
		return true;
	}
	if (exchange->refreshed)
		return false;
	exchange->refreshed = true;
	exchange->state = EXCHANGE_TOKEN;
	if (keeper->renew(keeper->context))
		return true;
	exchange->state = EXCHANGE_FLIGHT;
	return false;
}

static bool is_token_refused(const struct exchange *exchange, const struct transfer_answer *http)
{
	return http->status == 401 || (exchange->request.token == TOKEN_RAW && answer_denies_token(http));
}

/* Reads the answer. False, with the reason, when it isn't one; the link is told what that means. */
static bool read_answer(struct exchange *exchange, struct answer *answer, struct err *err)
{
	const struct exchange_request *request = &exchange->request;
	const struct answer_from *from = &exchange->all->from;
	bool success = answer->http->status >= 200 && answer->http->status < 300;

	if (success && answer_is_ours(from, answer->http)) {
		if (!request->check || request->check(request->context, answer, err)) {
			hear(exchange->all, answer->http);
			return true;
		}
		err->http_status = answer->http->status;
	} else {
		answer_explain(from, answer->http, exchange->path, &answer->problem, err);
		if (is_token_refused(exchange, answer->http) && err->kind != ERR_UNAUTHENTICATED) {
			err_set(err, ERR_UNAUTHENTICATED, "Sign in again");
			err->http_status = answer->http->status;
		}
	}
	if (answer_breaks_link(from, answer->http))
		link_down(&exchange->all->link, err);
	else if (answer_is_ours(from, answer->http))
		hear(exchange->all, answer->http);
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
		link_down(&exchange->all->link, &told);
	forget_authorization(exchange);
	fail_attempt(exchange, &answer, &told);
}

/* ---- sending ---- */

static bool set_authorization(struct exchange *exchange, const char *token)
{
	const char *scheme = exchange->request.token == TOKEN_BEARER ? "Bearer " : "";

	forget_authorization(exchange);
	if (asprintf(&exchange->authorization, "%s%s", scheme, token) < 0)
		exchange->authorization = NULL;
	return exchange->authorization;
}

/* True when it may be sent now. */
static bool prepare_token(struct exchange *exchange)
{
	const struct exchange_keeper *keeper = &exchange->all->keeper;
	struct err err;

	if (exchange->request.token == TOKEN_NONE)
		return true;
	const char *token = keeper->token(keeper->context, &exchange->token_number);
	if (!token) {
		forget_authorization(exchange);
		if (!exchange->request.token_needed)
			return true;
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in first");
		finish(exchange, NULL, &err);
		return false;
	}
	bool busy = keeper->is_busy(keeper->context);
	if (busy || (!exchange->refreshed && keeper->is_stale(keeper->context))) {
		exchange->refreshed = exchange->refreshed || !busy;
		exchange->state = EXCHANGE_TOKEN;
		/* Without a new token it is sent with the old one. */
		if (!busy && !keeper->renew(keeper->context))
			exchange->state = EXCHANGE_READY;
		return false;
	}
	if (set_authorization(exchange, token))
		return true;
	err_memory(&err, "preparing a request");
	finish(exchange, NULL, &err);
	return false;
}

static void send_now(struct exchange *exchange)
{
	const struct exchanges *all = exchange->all;
	const struct exchange_request *request = &exchange->request;
	struct err err;

	if (!prepare_token(exchange))
		return;

	int64_t left = request->deadline - clock_monotonic();
	int most = request->attempt_ms ? request->attempt_ms : all->attempt_ms;
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
	exchange->transfer = transfer_new(all->engine, &transfer, transferred, exchange, &err);
	if (!exchange->transfer)
		finish(exchange, NULL, &err);
}

static struct exchange *find_due(const struct exchanges *exchanges)
{
	struct exchange *exchange = exchanges->first;
	int64_t now = clock_monotonic();

	while (exchange && exchange->state != EXCHANGE_READY &&
	       !(exchange->state == EXCHANGE_PAUSE && exchange->wake <= now))
		exchange = exchange->next;
	return exchange;
}

void exchange_run(struct exchanges *exchanges)
{
	struct exchange *exchange;

	while ((exchange = find_due(exchanges)))
		send_now(exchange);
}

int64_t exchange_next(const struct exchanges *exchanges)
{
	int64_t next = INT64_MAX;

	for (const struct exchange *exchange = exchanges->first; exchange; exchange = exchange->next) {
		int64_t due = exchange->state == EXCHANGE_READY   ? 0
			      : exchange->state == EXCHANGE_PAUSE ? exchange->wake
								  : INT64_MAX;
		next = due < next ? due : next;
	}
	return next;
}

static struct exchange *find_waiting(const struct exchanges *exchanges)
{
	struct exchange *exchange = exchanges->first;

	/* The analyser doesn't know that the exchange is on the list exchange->all, and believes that one that has
	 * ended is still on it. */
	while (exchange && exchange->state != EXCHANGE_TOKEN) /* NOLINT(clang-analyzer-unix.Malloc) */
		exchange = exchange->next;
	return exchange;
}

void exchange_tokens_settled(struct exchanges *exchanges, const struct err *err)
{
	struct exchange *exchange;

	while ((exchange = find_waiting(exchanges))) {
		exchange->state = EXCHANGE_READY;
		if (!err)
			continue;
		exchange->refreshed = false;
		fail_attempt(exchange, NULL, err);
	}
}
