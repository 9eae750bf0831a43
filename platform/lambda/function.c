#include "platform/lambda/function.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "platform/lambda/authorizer.h"
#include "platform/lambda/event.h"

/* FollowFunction may take longer than that (template.yaml); what is left then is for the next hour. */
enum { TEND_BUDGET_MS = 30 * 1000 };

/* What a call hands down. */
struct task {
	const struct function *function;
	struct lambda *lambda;
	const char *id;
	const struct buf *event;
	struct arena *arena;
	struct buf *out;
	struct outcome *outcome;
	bool late;
};

typedef bool run_fn(struct task *task, struct err *err);
static run_fn run_request, run_authorizer, run_stream;

struct function {
	const char *name;
	run_fn *run;
	enum api_function serves; /* of run_request: the rows of api.def that are its own */
};

static const struct function functions[] = {
    {"AuthFunction", run_request, FUNCTION_Auth},
    {"ClientsFunction", run_request, FUNCTION_Clients},
    {"SellersFunction", run_request, FUNCTION_Sellers},
    {"ProductsFunction", run_request, FUNCTION_Products},
    {"PurchasesFunction", run_request, FUNCTION_Purchases},
    {"AuthorizerFunction", run_authorizer, FUNCTIONS},
    {"FollowFunction", run_stream, FUNCTIONS},
};

const struct function *function_find(const char *handler)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (!strcmp(functions[i].name, handler))
			return &functions[i];
	return NULL;
}

const char *function_name(const struct function *function)
{
	return function->name;
}

bool function_check(const struct function *function, const struct lambda *lambda, struct err *err)
{
	return function->run != run_stream || lambda->follow ||
	       err_set(err, ERR_INTERNAL, "This store sends no stream of changes, so nothing can follow from it");
}

/* ---- requests ---- */

/* A row of another function: this one's role may do nothing that the row needs, so it is as good as not there. */
static bool is_foreign(const struct function *function, const struct request *request)
{
	enum api_op op;
	const char *id;
	size_t id_length;
	unsigned allowed;

	return api_match(request->method, request->path, &op, &id, &id_length, &allowed) &&
	       api_rows[op].function != function->serves;
}

static void refuse(struct request *request, enum err_kind kind, const char *why)
{
	request->refused = kind;
	request->refused_why = why;
}

static void answer_once(struct task *task, const struct event *event)
{
	struct outcome *outcome = task->outcome;
	struct response response;

	dispatch(&task->lambda->platform, &event->request, task->arena, &response, &outcome->cause);
	outcome->op = response.op;
	outcome->status = response.status;
	event_answer(event, &response, task->out);
	response_done(&response);
}

/* Whatever was sent, it is answered: a function that fails would be an alarm that anybody could raise. */
static bool run_request(struct task *task, struct err *err)
{
	struct event event = {.request = {.method = "GET", .path = "/", .address = "", .request_id = task->id}};
	struct err wrong = {.kind = ERR_NONE};
	bool read = event_read(task->event->bytes, task->event->length, task->id, task->arena, &event, &wrong);

	if (!read)
		refuse(&event.request, wrong.kind == ERR_MEMORY ? ERR_UNAVAILABLE : ERR_INVALID, wrong.message);
	else if (task->late)
		refuse(&event.request, ERR_UNAVAILABLE, "This takes longer than there is time for: try again");
	else if (event.request.refused == ERR_NONE && is_foreign(task->function, &event.request))
		refuse(&event.request, ERR_NOT_FOUND, "There is nothing at this path");
	snprintf(task->outcome->request_id, sizeof task->outcome->request_id, "%s", event.request.request_id);
	answer_once(task, &event);
	if (!read)
		task->outcome->cause = wrong;
	if (task->out->failed) {
		buf_reset(task->out);
		refuse(&event.request, ERR_INTERNAL, "The answer is larger than a function's may be: ask for less");
		answer_once(task, &event);
	}
	event_done(&event);
	return !task->out->failed || err_memory(err, "answering");
}

/* ---- the others ---- */

static bool no_time(struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "There was no time left");
}

static bool run_authorizer(struct task *task, struct err *err)
{
	struct authorizer_event event;
	struct identity *identity = task->lambda->platform.identity;

	task->outcome->op = "authorize";
	return task->late ? no_time(err)
			  : authorizer_read(task->event->bytes, task->event->length, task->arena, &event, err) &&
				authorizer_answer(&event, identity, task->arena, task->out, err);
}

/* The hour has struck (a rule of EventBridge). */
static bool is_schedule(const cJSON *event)
{
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(event, "source");
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(event, "detail-type");

	return cJSON_IsString(source) && !strcmp(source->valuestring, "aws.events") && cJSON_IsString(type) &&
	       !strcmp(type->valuestring, "Scheduled Event");
}

/* What is due and that no change of the table brings about. */
static bool tend(struct task *task, struct err *err)
{
	struct store *store = task->lambda->platform.store;
	bool more;

	task->outcome->op = "tend";
	if (!store->tend(store, clock_now(), TEND_BUDGET_MS, &more, err))
		return false;
	buf_add_str(task->out, "{}");
	return true;
}

static bool follow(struct task *task, const cJSON *event, struct err *err)
{
	struct lambda *lambda = task->lambda;
	struct stream stream;

	if (!stream_read(cJSON_GetObjectItemCaseSensitive(event, "Records"), task->arena, &stream, err))
		return false;
	stream_answer(&stream, lambda->follow, lambda->follow_context, task->out, &task->outcome->cause);
	return true;
}

static bool run_stream(struct task *task, struct err *err)
{
	task->outcome->op = "follow";
	if (task->late)
		return no_time(err);
	cJSON *event = json_parse(task->event->bytes, task->event->length, STREAM_VALUES_MAX, err);
	if (!event)
		return false;
	bool good = is_schedule(event) ? tend(task, err) : follow(task, event, err);
	cJSON_Delete(event);
	return good && (!task->out->failed || err_memory(err, "answering"));
}

/* ---- all of them ---- */

static bool run(struct task *task, struct err *err)
{
	*task->outcome = (struct outcome){.op = "none"};
	snprintf(task->outcome->request_id, sizeof task->outcome->request_id, "%s", task->id);
	if (task->function->run(task, err))
		return true;
	task->outcome->cause = *err;
	return false;
}

bool function_run(const struct function *function, struct lambda *lambda, const char *id, const struct buf *event,
		  struct arena *arena, struct buf *out, struct outcome *ret_outcome, struct err *err)
{
	return run(&(struct task){function, lambda, id, event, arena, out, ret_outcome, false}, err);
}

bool function_late(const struct function *function, struct lambda *lambda, const char *id, const struct buf *event,
		   struct arena *arena, struct buf *out, struct outcome *ret_outcome, struct err *err)
{
	return run(&(struct task){function, lambda, id, event, arena, out, ret_outcome, true}, err);
}
