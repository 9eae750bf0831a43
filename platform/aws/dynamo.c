#include "platform/aws/dynamo.h"

#include <stdlib.h>
#include <string.h>

#include "platform/aws/internal.h"

enum { TABLE_MIN = 3 };

struct dynamo *dynamo_new(struct aws *aws, const char *table, bool metered, struct err *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
	size_t length = strlen(table);
	struct dynamo *dynamo;

	if (length < TABLE_MIN || length >= DYNAMO_TABLE_SIZE || table[strspn(table, letters)]) {
		err_set(err, ERR_INVALID, "The name of a table has %d to %d letters, digits, '_', '-' and '.'",
			TABLE_MIN, DYNAMO_TABLE_SIZE - 1);
		return NULL;
	}
	dynamo = calloc(1, sizeof *dynamo);
	if (!dynamo) {
		err_memory(err, "starting");
		return NULL;
	}
	dynamo->aws = aws;
	dynamo->metered = metered;
	memcpy(dynamo->table, table, length + 1);
	pthread_mutex_init(&dynamo->lock, NULL);
	return dynamo;
}

struct dynamo *dynamo_free(struct dynamo *dynamo)
{
	if (!dynamo)
		return NULL;
	pthread_mutex_destroy(&dynamo->lock);
	free(dynamo);
	return NULL;
}

/* ---- what it takes ---- */

struct dynamo_usage dynamo_usage(struct dynamo *dynamo)
{
	pthread_mutex_lock(&dynamo->lock);
	struct dynamo_usage usage = dynamo->usage;
	pthread_mutex_unlock(&dynamo->lock);
	return usage;
}

/* Of one table, or of a list of tables. */
static double units(const cJSON *consumed)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(consumed, "CapacityUnits"), *table;
	double sum = cJSON_IsNumber(number) ? number->valuedouble : 0;

	if (cJSON_IsArray(consumed))
		cJSON_ArrayForEach(table, consumed)
		{
			number = cJSON_GetObjectItemCaseSensitive(table, "CapacityUnits");
			sum += cJSON_IsNumber(number) ? number->valuedouble : 0;
		}
	return sum;
}

static void count(struct dynamo *dynamo, const char *operation, const struct aws_answer *answer)
{
	double consumed = units(cJSON_GetObjectItemCaseSensitive(answer->json, "ConsumedCapacity"));
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(answer->json, "ScannedCount");

	pthread_mutex_lock(&dynamo->lock);
	struct dynamo_usage *usage = &dynamo->usage;
	usage->requests += (uint64_t)answer->tries;
	if (cJSON_IsNumber(rows) && rows->valuedouble > 0 && rows->valuedouble < 1e9)
		usage->rows += (uint64_t)rows->valuedouble;
	if (strstr(operation, "Write"))
		usage->write_units += consumed;
	else
		usage->read_units += consumed;
	pthread_mutex_unlock(&dynamo->lock);
}

/* ---- requests ---- */

void dynamo_request_init(const struct dynamo *dynamo, struct dynamo_request *request)
{
	*request = (struct dynamo_request){.closed = false};
	buf_init(&request->body, DYNAMO_REQUEST_MAX);
	request->json = json_writer(&request->body);
	json_open(&request->json, '{');
	if (dynamo->metered)
		json_member_string(&request->json, "ReturnConsumedCapacity", "TOTAL");
}

void dynamo_request_done(struct dynamo_request *request)
{
	buf_done(&request->body);
}

bool dynamo_no_sense(const char *operation, struct err *err)
{
	return err_set(err, ERR_INTERNAL, "The answer of DynamoDB to %s makes no sense", operation);
}

/* A message is told only where it is AWS's own and worth knowing: others quote what was sent, or a signature. */
bool dynamo_refused(const struct dynamo *dynamo, const char *operation, const struct aws_answer *answer,
		    struct err *err)
{
	if (aws_is(answer, "ResourceNotFoundException"))
		return err_set(err, ERR_INTERNAL, "DynamoDB has no table %s in %s", dynamo->table,
			       aws_region(dynamo->aws));
	if (aws_is(answer, "AccessDeniedException"))
		return err_set(err, ERR_INTERNAL, "DynamoDB does not allow %s: %s", operation, answer->message);
	return err_set(err, ERR_INTERNAL, "DynamoDB refused %s (%s)", operation, answer->error);
}

bool dynamo_call(struct dynamo *dynamo, enum aws_service service, const char *operation, struct dynamo_request *request,
		 struct aws_patience *patience, struct aws_answer *ret_answer, struct err *err)
{
	if (!request->closed)
		json_close(&request->json, '}');
	request->closed = true;
	if (request->body.failed)
		return err_memory(err, "writing a request");
	const struct aws_call call = {.service = service,
				      .operation = operation,
				      .body = buf_str(&request->body),
				      .length = request->body.length,
				      .patience = patience};
	if (!aws_call(dynamo->aws, &call, ret_answer, err))
		return false;
	count(dynamo, operation, ret_answer);
	return true;
}

bool dynamo_ask(struct dynamo *dynamo, const char *operation, struct dynamo_request *request,
		struct aws_patience *patience, cJSON **ret_json, struct err *err)
{
	struct aws_answer answer = {.json = NULL};
	bool good = dynamo_call(dynamo, AWS_DYNAMODB, operation, request, patience, &answer, err);

	dynamo_request_done(request);
	if (!good)
		return false;
	if (*answer.error) {
		dynamo_refused(dynamo, operation, &answer, err);
		aws_answer_done(&answer);
		return false;
	}
	*ret_json = answer.json;
	return true;
}

void dynamo_items_done(struct dynamo_items *items)
{
	cJSON_Delete(items->json);
	*items = (struct dynamo_items){.json = NULL};
}
