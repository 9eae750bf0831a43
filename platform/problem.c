#include "platform/problem.h"

#include <stdio.h>
#include <string.h>

/* The sentence for an error whose own message is for the log only. */
static const char hidden[] = "Something went wrong here. It was noted; try again later";

/* An error as a caller may see it: kinds that have no HTTP status, and inner ones, lose their details. */
static struct err public_error(const struct err *err)
{
	struct err shown = *err;

	if (err->kind == ERR_MEMORY)
		err_set(&shown, ERR_UNAVAILABLE, "Too busy just now; try again later");
	else if (err->kind == ERR_INTERNAL || !err_kind_status(err->kind))
		err_set(&shown, ERR_INTERNAL, "%s", hidden);
	return shown;
}

static void write_params(const struct err_params *params, struct json *json)
{
	if (!params->count)
		return;
	json_member_open(json, "params", '{');
	for (size_t i = 0; i < params->count; i++) {
		const struct err_param *param = &params->list[i];

		if (!param->number) {
			json_member_string(json, param->name, param->text);
			continue;
		}
		json_name(json, param->name);
		json_raw(json, param->text, strlen(param->text));
	}
	json_close(json, '}');
}

/* How long a caller is to wait, said in the header and in the params. */
static int seconds_to_wait(const struct call *call, const struct err *shown)
{
	if (shown->kind != ERR_THROTTLED && shown->kind != ERR_UNAVAILABLE)
		return 0;
	return call->retry_after > 0 ? call->retry_after : 1;
}

static void write_fault(const char *pointer, const char *code, const struct err_params *params, const char *detail,
			struct json *json)
{
	json_open(json, '{');
	json_member_string(json, "pointer", pointer);
	json_member_string(json, "code", code);
	write_params(params, json);
	json_member_string(json, "detail", detail);
	json_close(json, '}');
}

/* The places at fault; an error that came from below names its only one itself. */
static void write_violations(const struct violations *violations, const struct err *err, struct json *json)
{
	json_member_open(json, "errors", '[');
	for (size_t i = 0; i < violations->count; i++) {
		const struct violation *violation = &violations->list[i];

		write_fault(violation->pointer, violation_code(violation->kind), &violation->params, violation->detail,
			    json);
	}
	if (!violations->count && err->field[0])
		write_fault(err->field, err->code, &err->params, err->message, json);
	json_close(json, ']');
}

static void write_extra(const struct call *call, struct json *json)
{
	if (!call->extra_name)
		return;
	if (call->extra_count == EXTRA_OBJECT) {
		json_name(json, call->extra_name);
		shape_write(call->extra_shape, call->extra, json);
		return;
	}
	json_member_open(json, call->extra_name, '[');
	for (size_t i = 0; i < call->extra_count; i++)
		shape_write(call->extra_shape, (const char *)call->extra + i * call->extra_shape->size, json);
	json_close(json, ']');
}

/* A text of static storage for the usual waits, so that an error needs no memory. */
static const char *seconds_text(const struct call *call, int seconds)
{
	const char *text = arena_printf(call->arena, "%d", seconds);

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

void problem_answer(struct call *call, const struct err *err, struct err *ret_cause)
{
	struct response *response = call->response;
	struct err shown = public_error(err);
	int status = err_kind_status(shown.kind);
	char type[sizeof "urn:vitrine:problem:" + sizeof shown.code];

	if (status >= 500 && ret_cause)
		*ret_cause = *err;
	response->status = status;
	buf_reset(&response->body);
	drop_headers(response);
	call_header(call, "Content-Type", "application/problem+json");
	call_header(call, "Cache-Control", "no-store");
	if (shown.kind == ERR_UNAUTHENTICATED)
		call_header(call, "WWW-Authenticate", "Bearer");
	int seconds = seconds_to_wait(call, &shown);
	if (seconds) {
		call_header(call, "Retry-After", seconds_text(call, seconds));
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
	write_params(&shown.params, &json);
	json_member_string(&json, "request_id", call->request->request_id);
	write_violations(call->violations, &shown, &json);
	write_extra(call, &json);
	json_member_string(&json, "message", shown.message);
	json_close(&json, '}');
	if (response->body.failed) /* too large, or no memory: the status line still tells */
		buf_reset(&response->body);
}
