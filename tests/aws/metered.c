/* metered.c: the platform over a table whose requests are counted: dispatch(), the store in DynamoDB, local identity in
 * memory.
 *
 *     metered TABLE
 *
 * The environment says where DynamoDB is (platform/aws/aws.h); the table is made when it isn't there. A line of JSON on
 * standard input is a request: {"method": "GET", "path": "/Product", "query": [["q", "tea"]], "token": "…", "key": "…",
 * "type": "image/png", "body": "…"}, where all but the first two may be missing and a picture's body is base64; or
 * {"tend": true}, for what is due to be done. The answer is a line, too: {"status": 200, "body": "…", "requests": 3,
 * "rows": 51, "read": 51500, "written": 0}: what it took of DynamoDB; units in thousandths.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/aws/aws.h"
#include "platform/aws/dynamo.h"
#include "platform/dispatch.h"
#include "platform/identity/local/local.h"
#include "platform/store/dynamodb/dynamodb.h"

enum { QUERY_MAX = 16, HEADERS_MAX = 4, TEND_MAX = 100000 };

struct metered {
	struct platform platform;
	struct dynamo *dynamo;
	unsigned requests;
};

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(member) ? member->valuestring : NULL;
}

static void tell(const struct metered *metered, const struct dynamo_usage *before, int status, const struct buf *body)
{
	const struct dynamo_usage now = dynamo_usage(metered->dynamo);
	struct buf line;
	struct json json = json_writer(&line);

	buf_init(&line, SIZE_MAX);
	json_open(&json, '{');
	json_member_int(&json, "status", status);
	/* A picture is no text. */
	json_member_string(&json, "body", body && body->length && *buf_str(body) == '{' ? buf_str(body) : "");
	json_member_int(&json, "requests", (int64_t)(now.requests - before->requests));
	json_member_int(&json, "rows", (int64_t)(now.rows - before->rows));
	json_member_int(&json, "read", (int64_t)((now.read_units - before->read_units) * 1000 + 0.5));
	json_member_int(&json, "written", (int64_t)((now.write_units - before->write_units) * 1000 + 0.5));
	json_close(&json, '}');
	puts(buf_str(&line));
	fflush(stdout);
	buf_done(&line);
}

static size_t read_query(const cJSON *asked, struct pair pairs[QUERY_MAX])
{
	const cJSON *query = cJSON_GetObjectItemCaseSensitive(asked, "query"), *pair;
	size_t count = 0;

	cJSON_ArrayForEach(pair, query) {
		const cJSON *name = cJSON_GetArrayItem(pair, 0), *value = cJSON_GetArrayItem(pair, 1);

		if (count < QUERY_MAX && cJSON_IsString(name) && cJSON_IsString(value))
			pairs[count++] = (struct pair){name->valuestring, value->valuestring};
	}
	return count;
}

static size_t read_headers(const cJSON *asked, struct arena *arena, struct pair pairs[HEADERS_MAX])
{
	const char *token = text_of(asked, "token"), *key = text_of(asked, "key"), *type = text_of(asked, "type");
	size_t count = 0;

	pairs[count++] = (struct pair){"Content-Type", type ? type : "application/json"};
	if (token)
		pairs[count++] = (struct pair){"Authorization", arena_printf(arena, "Bearer %s", token)};
	if (key)
		pairs[count++] = (struct pair){"Idempotency-Key", key};
	return count;
}

static void answer(struct metered *metered, const cJSON *asked, struct arena *arena)
{
	const struct dynamo_usage before = dynamo_usage(metered->dynamo);
	const char *body = text_of(asked, "body");
	size_t length = body ? strlen(body) : 0;
	struct pair query[QUERY_MAX], headers[HEADERS_MAX];
	char id[32];
	struct response response;
	struct err cause = {.kind = ERR_NONE};

	if (body && text_of(asked, "type")) {
		uint8_t *bytes = arena_alloc(arena, length + 1);

		if (!bytes || !crypt_unbase64_padded(body, bytes, length, &length))
			exit(2);
		body = (const char *)bytes;
	}
	snprintf(id, sizeof id, "request-%u", ++metered->requests);
	const struct request request = {.method = text_of(asked, "method"),
					.path = text_of(asked, "path"),
					.query = query,
					.query_count = read_query(asked, query),
					.headers = headers,
					.headers_count = read_headers(asked, arena, headers),
					.body = body,
					.body_length = length,
					.address = "127.0.0.1",
					.request_id = id};
	dispatch(&metered->platform, &request, arena, &response, &cause);
	if (cause.kind != ERR_NONE)
		fprintf(stderr, "%s %s: %s\n", request.method, request.path, cause.message);
	tell(metered, &before, response.status, &response.body);
	response_done(&response);
}

static void tend(struct metered *metered)
{
	const struct dynamo_usage before = dynamo_usage(metered->dynamo);
	struct store *store = metered->platform.store;
	struct err err = {.kind = ERR_NONE};
	bool more = true, done = true;

	for (int i = 0; more && done && i < TEND_MAX; i++)
		done = store->tend(store, clock_now(), 1000, &more, &err);
	if (!done)
		fprintf(stderr, "tending: %s\n", err.message);
	tell(metered, &before, done && !more ? 200 : 500, NULL);
}

static void serve(struct metered *metered)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) > 0) {
		struct err err;
		struct arena arena;
		cJSON *asked = json_parse(line, (size_t)length, JSON_VALUES_ANSWER, &err);

		if (!asked)
			exit(2);
		arena_init(&arena, DISPATCH_ARENA);
		if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(asked, "tend")))
			tend(metered);
		else
			answer(metered, asked, &arena);
		arena_done(&arena);
		cJSON_Delete(asked);
	}
	free(line);
}

static bool run(const char *table, struct err *err)
{
	static const struct db_schema *const schemas[] = {&identity_local_schema, NULL};
	const struct identity_local_options options = {.cheap_hash = true};
	struct metered metered = {.platform = {.name = "Vitrine", .version = "0", .delivery = DELIVERY_OPTIONAL}};
	struct platform *platform = &metered.platform;
	struct aws *aws = aws_new(NULL, err);
	struct db *db = NULL;
	bool good = aws && (metered.dynamo = dynamo_new(aws, table, true, err)) &&
		    dynamo_table_make(metered.dynamo, err) &&
		    (platform->store = store_dynamodb_new(metered.dynamo, "EUR", err)) &&
		    db_open(NULL, schemas, &db, err) && (platform->identity = identity_local_new(db, &options, err));

	if (good)
		serve(&metered);
	if (platform->identity)
		platform->identity->close(platform->identity);
	db_close(db);
	if (platform->store)
		platform->store->close(platform->store);
	dynamo_free(metered.dynamo);
	aws_free(aws);
	return good;
}

int main(int argc, char **argv)
{
	struct err err = {.kind = ERR_NONE};

	if (argc != 2 || !crypt_init()) {
		fprintf(stderr, "usage: metered TABLE\n");
		return 2;
	}
	if (run(argv[1], &err))
		return 0;
	fprintf(stderr, "the platform doesn't start: %s\n", err.message);
	return 1;
}
