#include "platform/lambda/runtime.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "platform/dispatch.h"
#include "wire/transfer.h"
#include "wire/url.h"

#define API "/2018-06-01/runtime"

enum {
	CONNECT_MS = 5000,
	SEND_MS = 10000,
	WAIT_MS = INT_MAX, /* for the next invocation: the process may be frozen meanwhile */
	PATH_SIZE = 160,
	ANSWER_MAX = 64 * 1024, /* of the host to what it is sent */
	DEADLINE_SIZE = 24,
	FAILURE_MAX = 4096,
};

struct runtime {
	struct url url;
	struct engine *engine;
	int signals;
};

/* One call of the host. */
struct call {
	bool done;
	int status;
	struct buf body;
	struct err err;
};

struct runtime *runtime_new(const char *host, struct err *err)
{
	struct runtime *runtime = calloc(1, sizeof *runtime);
	char *text = NULL;
	sigset_t signals;

	if (!runtime || asprintf(&text, "http://%s", host) < 0) {
		free(runtime);
		err_memory(err, "starting");
		return NULL;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	runtime->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (runtime->signals < 0)
		err_set(err, ERR_INTERNAL, "Signals can't be waited for: %s", strerrordesc_np(errno));
	else if (url_parse(text, &runtime->url, err))
		runtime->engine = engine_new(
		    &(struct engine_options){
			.url = &runtime->url, .user_agent = "vitrine/" VITRINE_VERSION, .connect_ms = CONNECT_MS},
		    err);
	free(text);
	return runtime->engine ? runtime : runtime_free(runtime);
}

struct runtime *runtime_free(struct runtime *runtime)
{
	if (!runtime)
		return NULL;
	engine_free(runtime->engine);
	url_done(&runtime->url);
	if (runtime->signals >= 0)
		close(runtime->signals);
	free(runtime);
	return NULL;
}

/* ---- a call ---- */

static void take_answer(void *context, struct transfer_answer *answer, const struct err *err)
{
	struct call *call = context;

	call->done = true;
	if (err) {
		call->err = *err;
		return;
	}
	call->status = answer->status;
	call->body = answer->body;
	buf_init(&answer->body, 0);
}

/* True when an answer came, or the process is to end, for which only those who pass `ret_ended` listen. */
static bool call_host(struct runtime *runtime, const struct transfer_request *request, struct call *call,
		      bool *ret_ended, struct err *err)
{
	struct pollfd fds[] = {{.fd = runtime->signals, .events = POLLIN}};
	struct transfer *transfer;

	*call = (struct call){.done = false};
	transfer = transfer_new(runtime->engine, request, take_answer, call, err);
	if (!transfer)
		return false;
	while (!call->done) {
		engine_run(runtime->engine);
		if (call->done)
			break;
		fds[0].revents = 0;
		if (!engine_wait(runtime->engine, fds, ret_ended ? 1 : 0, -1) && errno != EINTR)
			call->err.kind = ERR_INTERNAL;
		if (call->err.kind != ERR_NONE || (ret_ended && fds[0].revents)) {
			transfer_free(transfer);
			break;
		}
	}
	if (!call->done && call->err.kind == ERR_NONE) {
		*ret_ended = true;
		return true;
	}
	if (call->err.kind != ERR_NONE)
		*err = call->err;
	return call->err.kind == ERR_NONE;
}

/* ---- what is to be done ---- */

static bool no_sense(struct err *err)
{
	return err_set(err, ERR_PROTOCOL, "The answer of the Lambda runtime API makes no sense");
}

/* A decimal number of milliseconds. */
static int64_t read_deadline(const char *text)
{
	size_t length = strlen(text);

	return length && length < 18 && !text[strspn(text, "0123456789")] ? strtoll(text, NULL, 10) : INT64_MAX;
}

bool runtime_next(struct runtime *runtime, struct invocation *ret_invocation, bool *ret_ended, struct err *err)
{
	struct invocation invocation = {.deadline = INT64_MAX};
	char deadline[DEADLINE_SIZE];
	const struct transfer_wanted wanted[] = {{"Lambda-Runtime-Aws-Request-Id", invocation.id, sizeof invocation.id},
						 {"Lambda-Runtime-Deadline-Ms", deadline, sizeof deadline}};
	const struct transfer_request request = {.method = METHOD_GET,
						 .path = API "/invocation/next",
						 .wanted = wanted,
						 .wanted_count = sizeof wanted / sizeof *wanted,
						 .answer_max = RUNTIME_EVENT_MAX,
						 .timeout_ms = WAIT_MS,
						 .repeatable = true};
	struct call call;
	bool ended = false;

	if (!call_host(runtime, &request, &call, &ended, err))
		return false;
	if (!ended && (call.status != 200 || !dispatch_id_fits(invocation.id))) {
		buf_wipe(&call.body);
		return no_sense(err);
	}
	if (!ended) {
		invocation.deadline = read_deadline(deadline);
		invocation.event = call.body;
		*ret_invocation = invocation;
	}
	*ret_ended = ended;
	return true;
}

/* ---- how it went ---- */

static bool post(struct runtime *runtime, const char *path, const struct buf *body, const char *type, struct err *err)
{
	const struct transfer_header headers[] = {{"Lambda-Runtime-Function-Error-Type", type}};
	const struct transfer_request request = {.method = METHOD_POST,
						 .path = path,
						 .body = buf_str(body),
						 .length = body->length,
						 .media_type = "application/json",
						 .headers = headers,
						 .headers_count = 1,
						 .answer_max = ANSWER_MAX,
						 .timeout_ms = SEND_MS,
						 .repeatable = true};
	struct call call;

	if (!call_host(runtime, &request, &call, NULL, err))
		return false;
	buf_wipe(&call.body);
	if (call.status == 413)
		return err_set(err, ERR_TOO_LARGE, "The Lambda runtime API doesn't take as large an answer");
	return call.status / 100 == 2 || no_sense(err);
}

bool runtime_answer(struct runtime *runtime, const struct invocation *invocation, const struct buf *answer,
		    struct err *err)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof path, API "/invocation/%s/response", invocation->id);
	return post(runtime, path, answer, NULL, err);
}

bool runtime_fail(struct runtime *runtime, const struct invocation *invocation, const char *type, const char *message,
		  struct err *err)
{
	char path[PATH_SIZE];
	struct buf body;
	struct json json = json_writer(&body);

	buf_init(&body, FAILURE_MAX);
	json_open(&json, '{');
	json_member_string(&json, "errorMessage", message);
	json_member_string(&json, "errorType", type);
	json_close(&json, '}');
	if (invocation)
		snprintf(path, sizeof path, API "/invocation/%s/error", invocation->id);
	else
		snprintf(path, sizeof path, API "/init/error");
	bool good = (!body.failed || err_memory(err, "telling what failed")) && post(runtime, path, &body, type, err);
	buf_done(&body);
	return good;
}
