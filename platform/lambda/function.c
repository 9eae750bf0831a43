#include "platform/lambda/function.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "platform/lambda/authorizer.h"
#include "platform/lambda/event.h"

/* FollowFunction may take longer than that (template.yaml); what is left then is for the next hour. */
enum { TEND_BUDGET_MS = 30 * 1000 };

/* What a call hands down. */
struct turn {
	const struct function *function;
	struct lambda *lambda;
	const char *id;
	const struct buf *event;
	struct arena *arena;
	struct buf *out;
	struct outcome *outcome;
	bool late;
};

typedef bool run_fn(struct turn *turn, struct err *err);
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

static void answer_once(struct turn *turn, const struct event *event)
{
	struct outcome *outcome = turn->outcome;
	struct response response;

	dispatch(&turn->lambda->platform, &event->request, turn->arena, &response, &outcome->cause);
	outcome->op = response.op;
	outcome->status = response.status;
	event_answer(event, &response, turn->out);
	response_done(&response);
}

/* Whatever was sent, it is answered: a function that fails would be an alarm that anybody could raise. */
static bool run_request(struct turn *turn, struct err *err)
{
	struct event event = {.request = {.method = "GET", .path = "/", .address = "", .request_id = turn->id}};
	struct err wrong = {.kind = ERR_NONE};
	bool read = event_read(turn->event->bytes, turn->event->length, turn->id, turn->arena, &event, &wrong);

	if (!read)
		refuse(&event.request, wrong.kind == ERR_MEMORY ? ERR_UNAVAILABLE : ERR_INVALID, wrong.message);
	else if (turn->late)
		refuse(&event.request, ERR_UNAVAILABLE, "This takes longer than there is time for: try again");
	else if (event.request.refused == ERR_NONE && is_foreign(turn->function, &event.request))
		refuse(&event.request, ERR_NOT_FOUND, "There is nothing at this path");
	snprintf(turn->outcome->request_id, sizeof turn->outcome->request_id, "%s", event.request.request_id);
	answer_once(turn, &event);
	if (!read)
		turn->outcome->cause = wrong;
	if (turn->out->failed) {
		buf_reset(turn->out);
		refuse(&event.request, ERR_INTERNAL, "The answer is larger than a function's may be: ask for less");
		answer_once(turn, &event);
	}
	event_done(&event);
	return !turn->out->failed || err_memory(err, "answering");
}

/* ---- the others ---- */

static bool no_time(struct err *err)
{
	return err_set(err, ERR_UNAVAILABLE, "There was no time left");
}

static bool run_authorizer(struct turn *turn, struct err *err)
{
	struct authorizer_event event;
	struct identity *identity = turn->lambda->platform.identity;

	turn->outcome->op = "authorize";
	return turn->late ? no_time(err)
			  : authorizer_read(turn->event->bytes, turn->event->length, turn->arena, &event, err) &&
				authorizer_answer(&event, identity, turn->arena, turn->out, err);
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
static bool tend(struct turn *turn, struct err *err)
{
	struct store *store = turn->lambda->platform.store;
	bool more;

	turn->outcome->op = "tend";
	if (!store->tend(store, clock_now(), TEND_BUDGET_MS, &more, err))
		return false;
	buf_add_str(turn->out, "{}");
	return true;
}

static bool follow(struct turn *turn, const cJSON *event, struct err *err)
{
	struct lambda *lambda = turn->lambda;
	struct stream stream;

	if (!stream_read(cJSON_GetObjectItemCaseSensitive(event, "Records"), turn->arena, &stream, err))
		return false;
	stream_answer(&stream, lambda->follow, lambda->follow_context, turn->out, &turn->outcome->cause);
	return true;
}

static bool run_stream(struct turn *turn, struct err *err)
{
	turn->outcome->op = "follow";
	if (turn->late)
		return no_time(err);
	cJSON *event = json_parse(turn->event->bytes, turn->event->length, STREAM_VALUES_MAX, err);
	if (!event)
		return false;
	bool good = is_schedule(event) ? tend(turn, err) : follow(turn, event, err);
	cJSON_Delete(event);
	return good && (!turn->out->failed || err_memory(err, "answering"));
}

/* ---- all of them ---- */

static bool run(struct turn *turn, struct err *err)
{
	*turn->outcome = (struct outcome){.op = "none"};
	snprintf(turn->outcome->request_id, sizeof turn->outcome->request_id, "%s", turn->id);
	if (turn->function->run(turn, err))
		return true;
	turn->outcome->cause = *err;
	return false;
}

bool function_run(const struct function *function, struct lambda *lambda, const char *id, const struct buf *event,
		  struct arena *arena, struct buf *out, struct outcome *ret_outcome, struct err *err)
{
	return run(&(struct turn){function, lambda, id, event, arena, out, ret_outcome, false}, err);
}

bool function_late(const struct function *function, struct lambda *lambda, const char *id, const struct buf *event,
		   struct arena *arena, struct buf *out, struct outcome *ret_outcome, struct err *err)
{
	return run(&(struct turn){function, lambda, id, event, arena, out, ret_outcome, true}, err);
}
