#include "net/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *parse_object(const struct transfer_answer *answer)
{
	cJSON *json =
	    answer->body.length ? json_parse(answer->body.bytes, answer->body.length, JSON_VALUES_ANSWER, NULL) : NULL;

	if (json && !cJSON_IsObject(json)) {
		cJSON_Delete(json);
		return NULL;
	}
	return json;
}

/* ---- whose is it? ---- */

static bool is_redirect(const struct transfer_answer *answer)
{
	return answer->status >= 300 && answer->status < 400;
}

static bool is_success(const struct transfer_answer *answer)
{
	return answer->status >= 200 && answer->status < 300;
}

static const char *text_member(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return text && *text ? text : NULL;
}

/* API Gateway, too, answers in JSON when it can't reach what is behind it, but without a code, which our platform
 * sends. While the platform isn't known, such an answer is not taken for its own. */
static bool is_strange_gateway(const struct answer_from *from, const struct transfer_answer *answer)
{
	if (from->known || answer->status < 502 || answer->status > 504)
		return false;
	cJSON *object = parse_object(answer);
	bool has_code = text_member(object, "code");

	cJSON_Delete(object);
	return !has_code;
}

/* A platform speaks JSON and sends pictures. A network's sign-in page is HTML or a redirect, and so is the answer of a
 * proxy that can't reach the platform. */
bool answer_is_ours(const struct answer_from *from, const struct transfer_answer *answer)
{
	if (is_redirect(answer) || is_strange_gateway(from, answer))
		return false;
	if (strcasestr(answer->media_type, "json"))
		return true;
	if (is_success(answer) && (!answer->body.length || !strncasecmp(answer->media_type, "image/", 6)))
		return true;
	cJSON *object = parse_object(answer);
	cJSON_Delete(object);
	return object;
}

bool answer_breaks_link(const struct answer_from *from, const struct transfer_answer *answer)
{
	/* A proxy may refuse one request, such as a picture that is too large. That says nothing about the others. */
	return !answer_is_ours(from, answer) && (answer->status < 400 || answer->status >= 500);
}

/* The first platform's authorizer fails when it can't read a token: its gateway answers 500 without a message. Where
 * the token is another person's, it denies with a `Message`. */
bool answer_denies_token(const struct transfer_answer *answer)
{
	if (answer->status != 500 && answer->status != 403)
		return false;
	cJSON *problem = parse_object(answer);
	bool silent = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(problem, "message"));
	bool denied = cJSON_IsString(cJSON_GetObjectItemCaseSensitive(problem, "Message"));

	cJSON_Delete(problem);
	return answer->status == 500 ? silent : denied;
}

/* ---- what went wrong ---- */

static void explain_redirect(const struct answer_from *from, const struct transfer_answer *answer, const char *path,
			     struct err *ret_err)
{
	const char *host = from->url->host;
	char *where = url_follow(from->url, path, answer->location);
	struct url secured;

	if (where && url_secures(from->url, path, where, &secured)) {
		err_code(ret_err, ERR_PROTOCOL, "redirect", "%s wants to be spoken to by https; its address is %s",
			 host, secured.text);
		url_done(&secured);
	} else if (where) {
		err_code(ret_err, ERR_PROTOCOL, "redirect",
			 "%s sends us on to %s (status %d); use that address, or sign in to this network first", host,
			 where, answer->status);
	} else {
		err_code(ret_err, ERR_PROTOCOL, "redirect",
			 "%s sends us on (status %d), but does not say where to; check the address", host,
			 answer->status);
	}
	free(where);
}

/* For an answer that the platform did not write. */
static void explain_foreign(const struct answer_from *from, const struct transfer_answer *answer, const char *path,
			    struct err *ret_err)
{
	const char *host = from->url->host;
	int status = answer->status;

	if (is_redirect(answer))
		explain_redirect(from, answer, path, ret_err);
	else if (is_success(answer))
		err_code(
		    ret_err, ERR_PROTOCOL, "not_a_shop",
		    "%s answers, but not as a shop does; sign in to this network if it wants that, or check the address",
		    host);
	else if (status == 511)
		err_code(ret_err, ERR_PROTOCOL, "not_a_shop",
			 "This network wants a sign-in first; open a web page to do so");
	else if (status == 502 || status == 503 || status == 504)
		err_code(ret_err, ERR_UNAVAILABLE, "gateway",
			 "%s can't reach the shop behind it (status %d); it may be starting, so try again in a minute",
			 host, status);
	else
		err_code(ret_err, err_kind_from_status(status), "not_a_shop",
			 "%s answers with status %d, and not as a shop does; check the address", host, status);
	ret_err->http_status = status;
}

struct err_params answer_params(const cJSON *object)
{
	const cJSON *params = cJSON_GetObjectItemCaseSensitive(object, "params");
	struct err_params found = {.count = 0};

	for (const cJSON *param = params ? params->child : NULL; param && found.count < ERR_PARAMS_MAX;
	     param = param->next) {
		if (cJSON_IsString(param) && param->string)
			err_params_text(&found, param->string, param->valuestring);
		else if (cJSON_IsNumber(param) && param->string && param->valuedouble > -1e15 &&
			 param->valuedouble < 1e15)
			err_params_number(&found, param->string, (int64_t)param->valuedouble);
	}
	return found;
}

void answer_explain(const struct answer_from *from, const struct transfer_answer *answer, const char *path,
		    cJSON **ret_problem, struct err *ret_err)
{
	if (!answer_is_ours(from, answer)) {
		explain_foreign(from, answer, path, ret_err);
		*ret_problem = NULL;
		return;
	}
	enum err_kind kind = answer->status < 400 ? ERR_PROTOCOL : err_kind_from_status(answer->status);
	cJSON *problem = answer->status < 400 ? NULL : parse_object(answer);
	const char *code = text_member(problem, "code");
	const char *message = text_member(problem, "detail");
	const cJSON *fault = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(problem, "errors"), 0);
	const char *pointer = text_member(fault, "pointer");

	if (!message)
		message = text_member(problem, "message");
	if (!message)
		message = text_member(problem, "Message");
	/* API Gateway's 502 and 504 stand for a function that failed. */
	if (answer->status == 502 || answer->status == 504)
		kind = ERR_UNAVAILABLE;

	if (message)
		err_code(ret_err, kind, code ? code : err_kind_code(kind), "%s", message);
	else
		err_code(ret_err, kind, code ? code : err_kind_code(kind), "The shop answers with status %d",
			 answer->status);
	ret_err->http_status = answer->status;
	ret_err->params = answer_params(problem);
	if (pointer)
		snprintf(ret_err->field, sizeof ret_err->field, "%.63s", *pointer == '/' ? pointer + 1 : pointer);
	*ret_problem = problem;
}

/* ---- what to do ---- */

/* By the codes of wire/reason.h. */
static const struct {
	const char *code, *advice;
} advices[] = {
    {"name_unknown", "check the address, and that this machine is on the network"},
    {"proxy_unknown", "check http_proxy and https_proxy in the environment"},
    {"refused", "start the platform there, or check the address"},
    {"unreachable", "check that this machine is on the network"},
    {"reset", "try again in a moment"},
    {"cut", "try again in a moment"},
    {"timeout", "try again in a minute, or check the address"},
    {"certificate_expired", "nothing was sent; the shop has to renew it, or this machine's clock is wrong"},
    {"certificate_early", "nothing was sent; check this machine's clock"},
    {"certificate_unknown", "nothing was sent; if you trust it, name its authority with --ca-file"},
    {"certificate_host", "nothing was sent; check the address"},
    {"certificate", "nothing was sent; check the address"},
    {"authorities", "check --ca-file and SSL_CERT_FILE"},
    {"tls", "check whether this address is one for https"},
    {"not_http", "check the address and its port"},
};

void answer_advise(struct err *err)
{
	for (size_t i = 0; i < sizeof advices / sizeof *advices; i++) {
		size_t length = strlen(err->message);

		if (strcmp(advices[i].code, err->code) != 0)
			continue;
		if (length + strlen(advices[i].advice) + 3 <= sizeof err->message)
			snprintf(err->message + length, sizeof err->message - length, "; %s", advices[i].advice);
	}
}

/* ---- what it carries ---- */

void answer_wipe(cJSON *json)
{
	for (cJSON *item = json; item; item = item->next) {
		if (item->valuestring)
			explicit_bzero(item->valuestring, strlen(item->valuestring));
		answer_wipe(item->child);
	}
}

bool answer_decode(const struct transfer_answer *answer, const struct shape *shape, struct arena *arena,
		   void *ret_object, struct err *err)
{
	struct err cause;
	cJSON *json = json_parse(buf_str(&answer->body), answer->body.length, JSON_VALUES_ANSWER, &cause);

	if (!json)
		return err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_PROTOCOL, "The shop's answer: %s",
			       cause.message);
	bool good = shape_decode_answer(shape, json, arena, ret_object, err);
	answer_wipe(json); /* there may be tokens in it */
	cJSON_Delete(json);
	return good;
}
