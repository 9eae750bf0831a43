#include <assert.h>
#include <string.h>

#include "base/crypt.h"
#include "platform/aws/internal.h"

/* ---- what is to be written ---- */

static const struct {
	const char *name;
	bool item; /* the whole item is sent, and not its key */
} ops[] = {
    [DYNAMO_PUT] = {"Put", true},
    [DYNAMO_UPDATE] = {"Update", false},
    [DYNAMO_DELETE] = {"Delete", false},
    [DYNAMO_CHECK] = {"ConditionCheck", false},
};

static bool write_one(struct json *json, const struct dynamo *dynamo, const struct dynamo_write *write, bool olds,
		      struct err *err)
{
	const struct expression expression = {
	    .texts = {write->op == DYNAMO_UPDATE ? write->update : NULL, write->condition},
	    .values = {{write->values, write->values_count}, {write->attrs, write->attrs_count}},
	};

	json_open(json, '{');
	json_member_open(json, ops[write->op].name, '{');
	json_member_string(json, "TableName", dynamo->table);
	json_name(json, ops[write->op].item ? "Item" : "Key");
	if (ops[write->op].item)
		attr_write_item(json, write->key, write->attrs, write->attrs_count);
	else
		attr_write_key(json, write->key);
	if (write->op == DYNAMO_UPDATE)
		json_member_string(json, "UpdateExpression", write->update);
	if (write->condition)
		json_member_string(json, "ConditionExpression", write->condition);
	if (write->condition && olds)
		json_member_string(json, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
	bool good = expression_write(json, &expression, err);
	json_close(json, '}');
	json_close(json, '}');
	return good;
}

static bool write_request(struct dynamo_request *request, const struct dynamo *dynamo,
			  const struct dynamo_write *writes, size_t count, bool olds, struct err *err)
{
	enum { TOKEN_BYTES = 24 };
	uint8_t random[TOKEN_BYTES];
	char token[CRYPT_BASE64_SIZE(TOKEN_BYTES)];

	crypt_random(random, sizeof random);
	crypt_base64(random, sizeof random, token);
	json_member_string(&request->json, "ClientRequestToken", token);
	json_member_open(&request->json, "TransactItems", '[');
	for (size_t i = 0; i < count; i++)
		if (!write_one(&request->json, dynamo, &writes[i], olds, err))
			return false;
	json_close(&request->json, ']');
	return true;
}

/* ---- why it was not done ---- */

/* The worst of the reasons decides: what is wrong with the request; else a condition; else what passes. */
enum verdict { PASSES, CONDITION, WRONG };

static enum verdict judge(const char *code)
{
	static const struct {
		const char *code;
		enum verdict verdict;
	} codes[] = {{"None", PASSES},
		     {"ConditionalCheckFailed", CONDITION},
		     {"TransactionConflict", PASSES},
		     {"ThrottlingError", PASSES},
		     {"ProvisionedThroughputExceeded", PASSES},
		     {"RequestLimitExceeded", PASSES}};

	for (size_t i = 0; code && i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(codes[i].code, code))
			return codes[i].verdict;
	return WRONG;
}

static const char *code_of(const cJSON *reason)
{
	const cJSON *code = cJSON_GetObjectItemCaseSensitive(reason, "Code");

	return cJSON_IsString(code) ? code->valuestring : NULL;
}

static bool read_reasons(const cJSON *json, size_t count, const cJSON **ret_reasons, enum verdict *ret_verdict,
			 struct err *err)
{
	const cJSON *reasons = cJSON_GetObjectItemCaseSensitive(json, "CancellationReasons"), *reason;
	enum verdict worst = PASSES;

	if (!cJSON_IsArray(reasons) || (size_t)cJSON_GetArraySize(reasons) != count)
		return dynamo_no_sense("TransactWriteItems", err);
	cJSON_ArrayForEach(reason, reasons)
	{
		enum verdict verdict = judge(code_of(reason));

		worst = verdict > worst ? verdict : worst;
	}
	*ret_reasons = reasons;
	*ret_verdict = worst;
	return true;
}

static bool fill_cancelled(const cJSON *reasons, size_t count, struct arena *arena, struct dynamo_cancelled *cancelled,
			   struct err *err)
{
	const cJSON *reason;
	size_t at = 0;

	cancelled->failed = arena_array(arena, count, sizeof *cancelled->failed);
	cancelled->items = arena_array(arena, count, sizeof *cancelled->items);
	if (!cancelled->failed || !cancelled->items)
		return err_memory(err, "reading why a transaction was not done");
	cancelled->first = count;
	cJSON_ArrayForEach(reason, reasons)
	{
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(reason, "Item");

		cancelled->failed[at] = judge(code_of(reason)) == CONDITION;
		if (cancelled->failed[at]) {
			cancelled->items[at] = cJSON_IsObject(item) ? item : NULL;
			cancelled->first = at < cancelled->first ? at : cancelled->first;
		}
		at++;
	}
	return true;
}

void dynamo_cancelled_done(struct dynamo_cancelled *cancelled)
{
	cJSON_Delete(cancelled->json);
	*cancelled = (struct dynamo_cancelled){.json = NULL};
}

/* ---- a transaction ---- */

/* What an answer other than success means. True: it is to be tried again. */
static bool again(const struct dynamo *dynamo, struct aws_answer *answer, size_t count, struct arena *arena,
		  struct dynamo_cancelled *ret_cancelled, struct err *err)
{
	struct dynamo_cancelled cancelled = {.json = answer->json};
	const cJSON *reasons = NULL;
	enum verdict verdict = WRONG;

	if (!aws_is(answer, "TransactionCanceledException"))
		return dynamo_refused(dynamo, "TransactWriteItems", answer, err);
	if (!read_reasons(answer->json, count, &reasons, &verdict, err))
		return false;
	if (verdict == WRONG)
		return err_set(err, ERR_INTERNAL, "DynamoDB refused a part of a transaction");
	if (verdict == PASSES)
		return true;
	if (!ret_cancelled)
		return err_set(err, ERR_CONFLICT, "A condition of a transaction did not hold");
	if (!fill_cancelled(reasons, count, arena, &cancelled, err))
		return false;
	answer->json = NULL; /* the caller's now */
	*ret_cancelled = cancelled;
	return err_set(err, ERR_CONFLICT, "A condition of a transaction did not hold");
}

static bool commit(struct dynamo *dynamo, struct dynamo_request *request, size_t count, struct arena *arena,
		   struct dynamo_cancelled *ret_cancelled, struct err *err)
{
	struct aws_patience patience = aws_patience(dynamo->aws);
	struct aws_answer answer;

	for (;;) {
		if (!dynamo_call(dynamo, AWS_DYNAMODB, "TransactWriteItems", request, &patience, &answer, err))
			return false;
		bool done = !*answer.error, more = !done && again(dynamo, &answer, count, arena, ret_cancelled, err);
		aws_answer_done(&answer);
		if (!more)
			return done;
		if (!aws_patience_wait(&patience))
			return err_set(err, ERR_UNAVAILABLE,
				       "DynamoDB does not take a transaction now: others are changing the same");
	}
}

bool dynamo_write(struct dynamo *dynamo, const struct dynamo_write *writes, size_t count, struct arena *arena,
		  struct dynamo_cancelled *ret_cancelled, struct err *err)
{
	struct dynamo_request request;

	assert(count && count <= DYNAMO_TRANSACT_MAX);
	dynamo_request_init(dynamo, &request);
	bool good = write_request(&request, dynamo, writes, count, ret_cancelled != NULL, err) &&
		    commit(dynamo, &request, count, arena, ret_cancelled, err);
	dynamo_request_done(&request);
	return good;
}
