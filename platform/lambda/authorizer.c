#include "platform/lambda/authorizer.h"

#include <string.h>

#include "base/json.h"
#include "platform/dispatch.h"

static bool not_an_event(struct err *err, const char *member)
{
	return err_set(err, ERR_INVALID, "This is no event of an authorizer: there is something wrong with its %s",
		       member);
}

static const char *text_of(const cJSON *json, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

	return cJSON_IsString(member) ? member->valuestring : NULL;
}

/* "arn:PARTITION:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH": how long it is up to the slash behind the stage. 0:
 * it is something else. What would mean more than itself in a policy has no place in it. */
static size_t stage_length(const char *arn)
{
	const char *at = arn, *service = NULL;

	if (strlen(arn) > AUTHORIZER_ARN_MAX || strncmp(arn, "arn:", 4) != 0)
		return 0;
	for (int colons = 0; colons < 5; colons++) {
		at = strchr(at, ':');
		if (!at)
			return 0;
		at++;
		service = colons == 1 ? at : service;
	}
	if (strncmp(service, "execute-api:", strlen("execute-api:")) != 0)
		return 0;
	for (int slashes = 0; slashes < 2; slashes++) {
		size_t part = strcspn(at, "/");

		if (!part || !at[part])
			return 0;
		at += part + 1;
	}
	size_t length = (size_t)(at - arn);
	return strcspn(arn, "*?\"\\$ ") < length ? 0 : length;
}

bool authorizer_read(const char *bytes, size_t length, struct arena *arena, struct authorizer_event *ret_event,
		     struct err *err)
{
	cJSON *json = json_parse(bytes, length, AUTHORIZER_VALUES_MAX, err);
	const char *type = text_of(json, "type"), *arn = text_of(json, "methodArn");
	const char *value = text_of(json, "authorizationToken"), *token = dispatch_token(value);
	struct authorizer_event event = {.token = NULL};
	size_t stage = arn ? stage_length(arn) : 0;
	bool good = false;

	if (!json)
		return false;
	if (!type || strcmp(type, "TOKEN") != 0)
		not_an_event(err, "type");
	else if (!stage)
		not_an_event(err, "methodArn");
	else if (!value)
		not_an_event(err, "authorizationToken");
	else {
		event.token = arena_strdup(arena, token ? token : "");
		event.resource = arena_printf(arena, "%.*s*", (int)stage, arn);
		good = (event.token && event.resource) || err_memory(err, "reading an event");
	}
	json_wipe(json);
	cJSON_Delete(json);
	if (good)
		*ret_event = event;
	return good;
}

static void write_policy(const struct authorizer_event *event, const struct identity_claims *who, struct buf *out)
{
	struct json json = json_writer(out);

	json_open(&json, '{');
	json_member_string(&json, "principalId", who->account_id);
	json_member_open(&json, "policyDocument", '{');
	json_member_string(&json, "Version", "2012-10-17");
	json_member_open(&json, "Statement", '[');
	json_open(&json, '{');
	json_member_string(&json, "Action", "execute-api:Invoke");
	json_member_string(&json, "Effect", "Allow");
	json_member_string(&json, "Resource", event->resource);
	json_close(&json, '}');
	json_close(&json, ']');
	json_close(&json, '}');
	json_close(&json, '}');
}

bool authorizer_answer(const struct authorizer_event *event, struct identity *identity, struct arena *arena,
		       struct buf *out, struct err *err)
{
	struct identity_claims who = {.account_id = NULL};

	if (!identity->verify(identity, event->token, arena, &who, err))
		return false;
	write_policy(event, &who, out);
	return !out->failed || err_memory(err, "writing a policy");
}
