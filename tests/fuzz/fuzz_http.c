/* Bytes of a connection, in pieces whose sizes the first bytes choose: requests are read until one is refused, each is
 * made into what dispatch would get, and whatever that is must be whole. */
#include <string.h>

#include "base/text.h"
#include "platform/http/dialogue.h"
#include "tests/fuzz/must.h"

enum { PIECES = 4, REQUESTS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(struct dialogue *dialogue)
{
	struct request request = {.method = NULL};
	struct arena arena;

	arena_init(&arena, DISPATCH_ARENA);
	dialogue_request(dialogue, "127.0.0.0", &arena, &request);
	must(request.method && request.path && request.request_id,
	     "request.method && request.path && request.request_id");
	must(request.path[0] == '/', "request.path[0] == '/'");
	must(request.refused != ERR_NONE || text_valid(request.path, strlen(request.path)), "the path is valid UTF-8");
	for (size_t i = 0; i < request.headers_count; i++)
		must(request.headers[i].name && request.headers[i].value, "a header has name and value");
	for (size_t i = 0; i < request.query_count; i++)
		must(request.query[i].name && request.query[i].value, "a parameter has name and value");
	must(request.body_length == 0 || request.body, "request.body_length == 0 || request.body");
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dialogue *dialogue;
	size_t piece = 0, at = PIECES;
	int requests = 0;

	if (size < PIECES)
		return 0;
	dialogue = dialogue_new();
	must(dialogue, "dialogue");
	while (at < size && requests < REQUESTS_MAX) {
		size_t length = (size_t)data[piece++ % PIECES] + 1, used = 0;
		if (length > size - at)
			length = size - at;

		enum dialogue_step step = dialogue_feed(dialogue, (const char *)data + at, length, &used);
		must(used <= length, "used <= length");
		must(step != DIALOGUE_MORE || used == length, "step != EXCHANGE_MORE || used == length");
		at += used;
		if (step == DIALOGUE_MORE || step == DIALOGUE_HEAD)
			continue;
		look_at(dialogue);
		if (step == DIALOGUE_REFUSED)
			break;
		dialogue_reset(dialogue);
		requests++;
	}
	dialogue_free(dialogue);
	return 0;
}
