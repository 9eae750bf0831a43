/* bootstrap: the platform as Lambda functions. Lambda starts it without arguments; docs/architecture.md has its
 * variables.
 *
 * Its store and its identity are whatever its settings name and it was linked with (platform/open/).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/process.h"
#include "platform/complain.h"
#include "platform/lambda/settings.h"
#include "platform/lambda/worker.h"
#include "platform/open/open.h"

enum { LINE_MAX_BYTES = 2048, TEND_BUDGET = 1000, TEND_SLICES = 100 };

/* What is open while the function lives. */
struct host {
	struct shop shop;
	struct lambda lambda;
	const struct function *function;
};

/* ---- the log: a line of JSON for each event, which Lambda collects from standard error ---- */

static void log_event(const struct host *host, const struct outcome *outcome, int64_t began, bool late)
{
	struct buf line;
	struct json json = json_writer(&line);
	char time[CLOCK_RFC3339_SIZE];

	buf_init(&line, LINE_MAX_BYTES);
	clock_format(clock_now(), time);
	json_open(&json, '{');
	json_member_string(&json, "time", time);
	json_member_string(&json, "function", function_name(host->function));
	json_member_string(&json, "request_id", outcome->request_id);
	json_member_string(&json, "op", outcome->op);
	if (outcome->status)
		json_member_int(&json, "status", outcome->status);
	json_member_int(&json, "ms", clock_monotonic() - began);
	if (late) {
		json_name(&json, "late");
		json_bool(&json, true);
	}
	if (outcome->cause.kind != ERR_NONE)
		json_member_string(&json, "cause", outcome->cause.message);
	json_close(&json, '}');
	buf_add_char(&line, '\n');
	if (!line.failed)
		fwrite(line.bytes, 1, line.length, stderr);
	buf_done(&line);
}

/* ---- what is open ---- */

static bool open_host(struct host *host, const struct lambda_settings *settings, struct err *err)
{
	host->function = function_find(settings->handler);
	if (!host->function)
		return err_set(err, ERR_INVALID, "_HANDLER must be the name of a function, such as ProductsFunction");
	host->shop.fed = true;
	if (!shop_open(&host->shop, &settings->shop, err))
		return false;
	host->lambda.platform = host->shop.platform;
	host->lambda.follow = host->shop.follow;
	host->lambda.follow_context = host->shop.follow_context;
	return function_check(host->function, &host->lambda, err);
}

/* ---- events ---- */

/* "Unauthorized" is the word that the gateway makes a 401 of. */
static bool tell_failure(struct runtime *runtime, const struct invocation *invocation, const struct err *failure,
			 struct err *err)
{
	const char *word = failure->kind == ERR_UNAUTHENTICATED ? "Unauthorized" : NULL;

	return runtime_fail(runtime, invocation, word ? word : err_kind_code(failure->kind),
			    word ? word : failure->message, err);
}

/* What identity left for later, such as sending a code: after the answer, since the process may be frozen once it asks
 * for the next event. An identity that is a service of its own leaves nothing. */
static void tend(struct host *host)
{
	struct identity *identity = host->lambda.platform.identity;
	bool more = identity->tend != NULL;
	struct err ignored;

	for (int slice = 0; more && slice < TEND_SLICES; slice++)
		if (!identity->tend(identity, clock_now(), TEND_BUDGET, &more, &ignored))
			return;
}

static bool handle(struct host *host, struct runtime *runtime, struct invocation *invocation, struct err *err)
{
	int64_t began = clock_monotonic();
	struct err failure = {.kind = ERR_NONE};
	struct outcome outcome;
	struct buf answer;
	bool late;

	buf_init(&answer, RUNTIME_ANSWER_MAX);
	bool good = worker_run(host->function, &host->lambda, invocation, &answer, &outcome, &late, &failure);
	bool told =
	    good ? runtime_answer(runtime, invocation, &answer, err) : tell_failure(runtime, invocation, &failure, err);
	buf_wipe(&answer);
	log_event(host, &outcome, began, late);
	if (!late)
		tend(host);
	return told;
}

static bool serve(struct host *host, struct runtime *runtime, struct err *err)
{
	struct invocation invocation;
	bool ended = false;

	while (worker_count_late() <= WORKERS_LATE_MAX) {
		if (!runtime_next(runtime, &invocation, &ended, err))
			return false;
		if (ended)
			return true;
		if (!handle(host, runtime, &invocation, err))
			return false;
	}
	return err_set(err, ERR_UNAVAILABLE, "Too many requests that were given up are still under way");
}

/* Why it can't start is told to the host, if that can be. */
static bool run(struct host *host, struct err *err)
{
	const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
	struct lambda_settings settings;
	struct err ignored;

	if (!api)
		return err_set(err, ERR_INVALID, "The environment variable AWS_LAMBDA_RUNTIME_API is missing");
	struct runtime *runtime = runtime_new(api, err);
	if (!runtime)
		return false;
	bool good = lambda_settings_read(getenv, &settings, err) && open_host(host, &settings, err);
	if (good)
		good = serve(host, runtime, err);
	else
		runtime_fail(runtime, NULL, err_kind_code(err->kind), err->message, &ignored);
	runtime_free(runtime);
	return good;
}

int main(void)
{
	static struct host host;
	struct err err = {.kind = ERR_NONE};
	sigset_t signals;

	process_harden();
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	bool good = crypt_init() ? run(&host, &err) : err_set(&err, ERR_INTERNAL, "There is no source of randomness");
	if (!good)
		complain("bootstrap", "%s", err.message);
	/* Whatever was given up still works on the shop. */
	if (worker_count_late())
		_exit(good ? EXIT_SUCCESS : EXIT_FAILURE);
	shop_close(&host.shop);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
