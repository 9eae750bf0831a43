/* fuzz_lambda.c: arbitrary bytes as an event of API Gateway (P), of an authorizer (A) or of a table's stream (S), as
 * the first byte says; what is read must be whole, and a request's answer must be JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "models/limits.h"
#include "platform/lambda/authorizer.h"
#include "platform/lambda/event.h"
#include "platform/stream.h"
#include "platform/target.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_text(const char *text)
{
	return text && text_valid(text, strlen(text));
}

static void check_pairs(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		must(is_text(pairs[i].name) && is_text(pairs[i].value), "a pair has two texts");
}

/* The body sent back: as text, or as base64. */
static void answer(struct event *event)
{
	struct response response = {
	    .status = 200, .headers = {{"A", "b"}, {"a", "c"}, {"D", "e\nf"}}, .headers_count = 3};
	struct buf out;
	struct err err;

	buf_init(&out, 4 * LIMIT_BODY);
	buf_init(&response.body, LIMIT_BODY);
	if (event->request.body_length <= LIMIT_BODY)
		buf_add(&response.body, event->request.body, event->request.body_length);
	event_answer(event, &response, &out);
	if (!out.failed) { /* control characters take six bytes each */
		cJSON *json = json_parse(out.bytes, out.length, EVENT_VALUES_MAX, &err);
		must(json, "an answer is JSON");
		cJSON_Delete(json);
	}
	buf_done(&out);
	buf_done(&response.body);
}

static void try_request(const char *bytes, size_t length, struct arena *arena)
{
	struct event event;
	struct err err = {.kind = ERR_NONE};

	if (!event_read(bytes, length, "invocation", arena, &event, &err)) {
		must(err.kind == ERR_INVALID && is_text(err.message), "the event is at fault, not the memory");
		return;
	}
	const struct request *request = &event.request;
	must(is_text(request->method) && *request->method, "there is a method");
	must(is_text(request->path) && *request->path == '/', "there is a path");
	must(is_text(request->address) && dispatch_id_fits(request->request_id), "it has an address and an id");
	check_pairs(request->headers, request->headers_count);
	check_pairs(request->query, request->query_count);
	if (request->refused == ERR_NONE) {
		must(request->headers_count <= EVENT_HEADERS_MAX, "there are so many headers");
		must(request->query_count <= TARGET_PARAMETERS_MAX, "there are so many parameters");
		must(request->body_length <= LIMIT_BODY, "the body is so long");
	} else {
		must(is_text(request->refused_why), "a refusal says why");
	}
	must(!request->body_length || request->body, "a body has bytes");
	answer(&event);
	event_done(&event);
}

static void try_authorizer(const char *bytes, size_t length, struct arena *arena)
{
	struct authorizer_event event;
	struct err err = {.kind = ERR_NONE};

	if (!authorizer_read(bytes, length, arena, &event, &err)) {
		must(err.kind == ERR_INVALID && is_text(err.message), "the event is at fault, not the memory");
		return;
	}
	size_t end = strlen(event.resource);
	must(is_text(event.token) && !strncmp(event.resource, "arn:", 4), "there is a token and an API");
	must(strcspn(event.resource, "*?") == end - 1 && event.resource[end - 2] == '/', "the policy is for one stage");
}

static bool follow(void *context, const struct stream_record *record, struct err *err)
{
	size_t *seen = context;

	must(record->keys && is_text(record->sequence), "a record has keys and a number");
	must(record->new_image || record->change == STREAM_REMOVE, "what is there has an image");
	must(record->old_image || record->change == STREAM_INSERT, "what was there has an image");
	return ++*seen < 3 || err_set(err, ERR_UNAVAILABLE, "Enough");
}

static void try_stream(const char *bytes, size_t length, struct arena *arena)
{
	struct stream stream;
	struct err err = {.kind = ERR_NONE};
	struct buf out;
	size_t seen = 0;

	cJSON *batch = json_parse(bytes, length, STREAM_VALUES_MAX, &err);

	if (!batch || !stream_read(cJSON_GetObjectItemCaseSensitive(batch, "Records"), arena, &stream, &err)) {
		must(err.kind == ERR_INVALID && is_text(err.message), "the batch is at fault, not the memory");
		cJSON_Delete(batch);
		return;
	}
	buf_init(&out, 4096);
	stream_answer(&stream, follow, &seen, &out, &err);
	must(seen == (stream.count < 3 ? stream.count : 3), "what is behind a failure waits");
	cJSON *json = json_parse(out.bytes, out.length, 16, &err);
	must(json && cJSON_GetArraySize(json->child) == (stream.count >= 3), "one failure is told");
	cJSON_Delete(json);
	buf_done(&out);
	cJSON_Delete(batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		char letter;
		void (*try)(const char *bytes, size_t length, struct arena *arena);
	} kinds[] = {{'P', try_request}, {'A', try_authorizer}, {'S', try_stream}};
	struct arena arena;

	arena_init(&arena, 64 * 1024 * 1024);
	for (size_t i = 0; size && i < sizeof kinds / sizeof *kinds; i++)
		if (data[0] == (uint8_t)kinds[i].letter)
			kinds[i].try((const char *)data + 1, size - 1, &arena);
	arena_done(&arena);
	return 0;
}
