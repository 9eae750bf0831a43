#include "platform/problem.h"

#include <stdio.h>
#include <string.h>

#include "models/outcome.h"

/* The sentence for an error whose own message is for the log only. */
static const char hidden[] = "Something went wrong here. It was noted; try again later";

/* The values of its sentence. */
static const struct shape_field params_fields[] = {SHAPE_FIELD(FIELD_PARAMS, struct err, params)};
static const struct shape params_shape = {
    .name = "Params", .size = sizeof(struct err), .fields = params_fields, .count = 1};

struct err problem_shown(const struct err *err)
{
	struct err shown = *err;

	if (err->kind == ERR_MEMORY)
		err_set(&shown, ERR_UNAVAILABLE, "Too busy just now; try again later");
	else if (err->kind == ERR_INTERNAL || !err_kind_status(err->kind))
		err_set(&shown, ERR_INTERNAL, "%s", hidden);
	return shown;
}

/* How long a caller is to wait, said in the header and in the params. */
static int seconds_to_wait(const struct task *task, const struct err *shown)
{
	if (shown->kind != ERR_THROTTLED && shown->kind != ERR_UNAVAILABLE)
		return 0;
	return task->retry_after > 0 ? task->retry_after : 1;
}

/* The places at fault; an error that came from below names its only one itself. */
static void write_violations(const struct violations *violations, const struct err *err, struct json *json)
{
	json_member_open(json, "errors", '[');
	for (size_t i = 0; i < violations->count; i++) {
		const struct violation *violation = &violations->list[i];
		const struct outcome_error error = {.pointer = violation->pointer,
						    .code = violation_code(violation->kind),
						    .params = violation->params,
						    .detail = violation->detail};

		shape_write(&outcome_error_shape, &error, json);
	}
	if (!violations->count && err->field[0])
		shape_write(
		    &outcome_error_shape,
		    &(struct outcome_error){
			.pointer = err->field, .code = err->code, .params = err->params, .detail = err->message},
		    json);
	json_close(json, ']');
}

static void write_extra(const struct task *task, struct json *json)
{
	if (!task->extra_name)
		return;
	if (task->extra_count == EXTRA_OBJECT) {
		json_name(json, task->extra_name);
		shape_write(task->extra_shape, task->extra, json);
		return;
	}
	json_member_open(json, task->extra_name, '[');
	for (size_t i = 0; i < task->extra_count; i++)
		shape_write(task->extra_shape, (const char *)task->extra + i * task->extra_shape->size, json);
	json_close(json, ']');
}

/* A text of static storage for the usual waits, so that an error needs no memory. */
static const char *seconds_text(const struct task *task, int seconds)
{
	const char *text = arena_printf(task->arena, "%d", seconds);

	return text ? text : "1";
}

/* Of the headers set before it went wrong only those stay that say something of an error, too. */
static bool says_of_errors(const char *name)
{
	return !strcmp(name, "X-Request-Id") || !strcmp(name, "Allow") || !strcmp(name, "Accept-Encoding");
}

static void drop_headers(struct response *response)
{
	size_t kept = 0;

	for (size_t i = 0; i < response->headers_count; i++)
		if (says_of_errors(response->headers[i].name))
			response->headers[kept++] = response->headers[i];
	response->headers_count = kept;
}

void problem_answer(struct task *task, const struct err *err, struct err *ret_cause)
{
	struct response *response = task->response;
	struct err shown = problem_shown(err);
	int status = err_kind_status(shown.kind);
	char type[sizeof "urn:vitrine:problem:" + sizeof shown.code];

	if (status >= 500 && ret_cause)
		*ret_cause = *err;
	response->status = status;
	buf_reset(&response->body);
	drop_headers(response);
	task_header(task, "Content-Type", "application/problem+json");
	task_header(task, "Cache-Control", "no-store");
	if (shown.kind == ERR_UNAUTHENTICATED)
		task_header(task, "WWW-Authenticate", "Bearer");
	int seconds = seconds_to_wait(task, &shown);
	if (seconds) {
		task_header(task, "Retry-After", seconds_text(task, seconds));
		err_params_number(&shown.params, "seconds", seconds);
	}

	struct json json = json_writer(&response->body);
	json_open(&json, '{');
	snprintf(type, sizeof type, "urn:vitrine:problem:%s", shown.code);
	json_member_string(&json, "type", type);
	json_member_string(&json, "title", err_kind_title(shown.kind));
	json_member_int(&json, "status", status);
	json_member_string(&json, "detail", shown.message);
	json_member_string(&json, "code", shown.code);
	shape_write_members(&params_shape, &shown, &json);
	json_member_string(&json, "request_id", task->request->request_id);
	write_violations(task->violations, &shown, &json);
	write_extra(task, &json);
	json_member_string(&json, "message", shown.message);
	json_close(&json, '}');
	if (response->body.failed) /* too large, or no memory: the status line still tells */
		buf_reset(&response->body);
}
