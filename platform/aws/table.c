#include <string.h>

#include "base/clock.h"
#include "platform/aws/internal.h"

/* AWS takes some ten seconds to make a table. */
enum { MAKE_MS = 120 * 1000 };

static void begin(struct dynamo *dynamo, struct dynamo_request *request)
{
	dynamo_request_init(dynamo, request);
	json_member_string(&request->json, "TableName", dynamo->table);
}

static void write_key(struct json *json, const char *name, const char *role)
{
	json_open(json, '{');
	json_member_string(json, "AttributeName", name);
	json_member_string(json, *role == 'S' ? "AttributeType" : "KeyType", role);
	json_close(json, '}');
}

static void write_table(struct json *json)
{
	json_member_string(json, "BillingMode", "PAY_PER_REQUEST");
	json_member_open(json, "AttributeDefinitions", '[');
	write_key(json, "pk", "S");
	write_key(json, "sk", "S");
	json_close(json, ']');
	json_member_open(json, "KeySchema", '[');
	write_key(json, "pk", "HASH");
	write_key(json, "sk", "RANGE");
	json_close(json, ']');
	json_member_open(json, "StreamSpecification", '{');
	json_name(json, "StreamEnabled");
	json_bool(json, true);
	json_member_string(json, "StreamViewType", "NEW_AND_OLD_IMAGES");
	json_close(json, '}');
}

static bool create(struct dynamo *dynamo, struct aws_patience *patience, struct err *err)
{
	struct dynamo_request request;
	struct aws_answer answer;

	begin(dynamo, &request);
	write_table(&request.json);
	bool good = dynamo_call(dynamo, AWS_DYNAMODB, "CreateTable", &request, patience, &answer, err);
	dynamo_request_done(&request);
	if (!good)
		return false;
	if (*answer.error && !aws_is(&answer, "ResourceInUseException")) /* it is there, or being made */
		good = dynamo_refused(dynamo, "CreateTable", &answer, err);
	aws_answer_done(&answer);
	return good;
}

/* Is json.outer.inner that text? */
static bool says(const cJSON *json, const char *outer, const char *inner, const char *text)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, outer), inner);

	return cJSON_IsString(value) && !strcmp(value->valuestring, text);
}

static bool wait_for_table(struct dynamo *dynamo, struct aws_patience *patience, struct err *err)
{
	struct dynamo_request request;
	cJSON *json;

	for (;;) {
		begin(dynamo, &request);
		if (!dynamo_ask(dynamo, "DescribeTable", &request, patience, &json, err))
			return false;
		bool ready = says(json, "Table", "TableStatus", "ACTIVE");
		cJSON_Delete(json);
		if (ready)
			return true;
		if (!aws_patience_wait(patience))
			return err_set(err, ERR_UNAVAILABLE, "DynamoDB has not made the table %s in time",
				       dynamo->table);
	}
}

static bool has_time_to_live(struct dynamo *dynamo, struct aws_patience *patience, bool *ret_has, struct err *err)
{
	struct dynamo_request request;
	cJSON *json;

	begin(dynamo, &request);
	if (!dynamo_ask(dynamo, "DescribeTimeToLive", &request, patience, &json, err))
		return false;
	*ret_has = says(json, "TimeToLiveDescription", "TimeToLiveStatus", "ENABLED") ||
		   says(json, "TimeToLiveDescription", "TimeToLiveStatus", "ENABLING");
	cJSON_Delete(json);
	return true;
}

static bool set_time_to_live(struct dynamo *dynamo, struct aws_patience *patience, struct err *err)
{
	struct dynamo_request request;
	cJSON *json;
	bool there;

	if (!has_time_to_live(dynamo, patience, &there, err))
		return false;
	if (there)
		return true;
	begin(dynamo, &request);
	json_member_open(&request.json, "TimeToLiveSpecification", '{');
	json_name(&request.json, "Enabled");
	json_bool(&request.json, true);
	json_member_string(&request.json, "AttributeName", "ttl");
	json_close(&request.json, '}');
	if (!dynamo_ask(dynamo, "UpdateTimeToLive", &request, patience, &json, err))
		return false;
	cJSON_Delete(json);
	return true;
}

bool dynamo_table_make(struct dynamo *dynamo, struct err *err)
{
	struct aws_patience patience = {.until = clock_monotonic() + MAKE_MS};

	return create(dynamo, &patience, err) && wait_for_table(dynamo, &patience, err) &&
	       set_time_to_live(dynamo, &patience, err);
}
