/* internal.h: what the files of aws share. Nobody else includes it, except its tests.
 */
#ifndef VITRINE_PLATFORM_AWS_INTERNAL_H
#define VITRINE_PLATFORM_AWS_INTERNAL_H

#include <pthread.h>

#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"

#define AWS_USER_AGENT "vitrine/" VITRINE_VERSION

/* ---- the environment ---- */

typedef char *aws_look_up(const char *name);

/* NULL: there is none, or it is empty. */
static inline const char *aws_variable(aws_look_up *look_up, const char *name)
{
	const char *text = look_up(name);

	return text && *text ? text : NULL;
}

/* ---- attributes ---- */

/* {"S":"…"} and so on. An ATTR_S has a text. */
void attr_write(struct json *json, const struct attr *attr);

/* The object of a key, {"pk":{"S":"…"},"sk":{"S":"…"}}, and of an item, which has its key and attributes. */
void attr_write_key(struct json *json, struct dynamo_key key);
void attr_write_item(struct json *json, struct dynamo_key key, const struct attr *attrs, size_t count);

/* The text of an attribute within the JSON, or NULL. */
const char *attr_peek(const cJSON *item, const char *name);

/* Is this the key of the item? */
bool attr_is_key(const cJSON *item, struct dynamo_key key);

/* ---- expressions ---- */

enum { EXPRESSION_NAMES_MAX = 32 };

/* Expressions of one request or of one write, and what their values are among. */
struct expression {
	const char *texts[2]; /* NULL: none */
	struct {
		const struct attr *attrs;
		size_t count;
	} values[2];
};

/* Writes the members ExpressionAttributeNames and ExpressionAttributeValues with what the expressions name, each where
 * there is any. ERR_INTERNAL: an expression names a value that isn't there, more names than EXPRESSION_NAMES_MAX, or
 * something else. */
bool expression_write(struct json *json, const struct expression *expression, struct err *err);

/* ---- requests ---- */

enum {
	DYNAMO_REQUEST_MAX = 16 * 1024 * 1024,
	DYNAMO_TABLE_SIZE = 256,
	DYNAMO_ARN_SIZE = 512,
};

struct dynamo {
	struct aws *aws;
	char table[DYNAMO_TABLE_SIZE];
	bool metered;
	pthread_mutex_t lock;
	struct dynamo_usage usage;
	char stream[DYNAMO_ARN_SIZE]; /* "" when it isn't known */
};

/* A request that is being written: an object, in which ReturnConsumedCapacity stands already where that is metered. */
struct dynamo_request {
	struct buf body;
	struct json json;
	bool closed;
};
void dynamo_request_init(const struct dynamo *dynamo, struct dynamo_request *request);
void dynamo_request_done(struct dynamo_request *request);

/* Closes and sends it; the same request may be sent again. True: there is an answer, with an error perhaps. */
bool dynamo_call(struct dynamo *dynamo, enum aws_service service, const char *operation, struct dynamo_request *request,
		 struct aws_patience *patience, struct aws_answer *ret_answer, struct err *err);

/* The same for DynamoDB itself, where every error is a failure; frees the request. */
bool dynamo_ask(struct dynamo *dynamo, const char *operation, struct dynamo_request *request,
		struct aws_patience *patience, cJSON **ret_json, struct err *err);

/* Fills items and count from the answer to a Query or a Scan, which is in page->json. */
bool dynamo_take_items(struct dynamo_items *page, const char *operation, struct arena *arena, struct err *err);

/* What an error that isn't tried again is to the caller. False. */
bool dynamo_refused(const struct dynamo *dynamo, const char *operation, const struct aws_answer *answer,
		    struct err *err);

/* An answer without what it must have. False. */
bool dynamo_no_sense(const char *operation, struct err *err);

#endif
