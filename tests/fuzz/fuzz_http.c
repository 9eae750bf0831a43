/* Bytes of a connection, in pieces whose sizes the first bytes choose: requests are read until one is refused, each is made
 * into what dispatch would get, and whatever that is must be whole. */
#include <string.h>

#include "base/text.h"
#include "platform/http/exchange.h"
#include "tests/fuzz/must.h"

enum { PIECES = 4, REQUESTS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(struct exchange *exchange)
{
	struct request request = {.method = NULL};
	struct arena arena;

	arena_init(&arena, DISPATCH_ARENA);
	exchange_request(exchange, "127.0.0.0", &arena, &request);
	must(request.method && request.path && request.request_id, "request.method && request.path && request.request_id");
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
	struct exchange *exchange;
	size_t piece = 0, at = PIECES;
	int requests = 0;

	if (size < PIECES)
		return 0;
	exchange = exchange_new();
	must(exchange, "exchange");
	while (at < size && requests < REQUESTS_MAX) {
		size_t length = (size_t)data[piece++ % PIECES] + 1, used = 0;
		if (length > size - at)
			length = size - at;

		enum exchange_step step = exchange_feed(exchange, (const char *)data + at, length, &used);
		must(used <= length, "used <= length");
		must(step != EXCHANGE_MORE || used == length, "step != EXCHANGE_MORE || used == length");
		at += used;
		if (step == EXCHANGE_MORE || step == EXCHANGE_HEAD)
			continue;
		look_at(exchange);
		if (step == EXCHANGE_REFUSED)
			break;
		exchange_reset(exchange);
		requests++;
	}
	exchange_free(exchange);
	return 0;
}
