/* fuzz_router.c: arbitrary bytes as a request, in the form of HTTP/1 without its version: a line "METHOD TARGET", lines
 * "name: value", an empty line, the body. It is dispatched with fakes behind it. "x-fail: N" makes them fail with the
 * error of that number.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/crypt.h"
#include "base/text.h"
#include "platform/target.h"
#include "tests/fuzz/must.h"
#include "tests/unit/fakes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADERS_MAX = 16 };

static struct fake fake;

/* The line at *rest, terminated, without its end; *rest moves on. NULL when there is none. */
static char *next_line(char **rest)
{
	char *line = *rest;
	char *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	return line;
}

static size_t read_headers(char **rest, struct pair headers[HEADERS_MAX])
{
	size_t count = 0;
	char *line;

	while ((line = next_line(rest)) && *line) {
		char *colon = strchr(line, ':');

		if (!colon || count == HEADERS_MAX)
			continue;
		*colon++ = '\0';
		colon += strspn(colon, " \t");
		if (!strcasecmp(line, "x-fail")) {
			unsigned long kind = strtoul(colon, NULL, 10);
			err_set(&fake.fail, kind < ERR_KINDS ? (enum err_kind)kind : ERR_NONE, "as told");
		}
		headers[count++] = (struct pair){line, colon};
	}
	return count;
}

static void check_response(const struct response *response)
{
	const char *type = NULL;

	must(response->status >= 200 && response->status < 600, "there is a status");
	must(response->status < 500 || fake.fail.kind != ERR_NONE, "nothing is wrong inside");
	for (size_t i = 0; i < response->headers_count; i++) {
		const struct pair *header = &response->headers[i];

		for (const char *at = header->value; *at; at++)
			must((unsigned char)*at >= 0x20 && *at != 0x7F, "a header is one line");
		if (!strcmp(header->name, "Content-Type"))
			type = header->value;
	}
	must(response->body.length == 0 || type, "a body has its type");
	if (response->status >= 400)
		must(type && !strcmp(type, "application/problem+json"), "an error is a problem");
	if (type && strstr(type, "json")) {
		cJSON *json = json_parse(response->body.bytes, response->body.length, JSON_VALUES_ANSWER, NULL);
		must(json, "the answer is JSON");
		cJSON_Delete(json);
	}
}

static void answer(const struct request *request)
{
	struct response response;
	struct arena arena;
	struct err cause;

	arena_init(&arena, DISPATCH_ARENA);
	dispatch(&fake.platform, request, &arena, &response, &cause);
	dispatch_runs(&fake.platform, request->method, request->path);
	check_response(&response);
	response_done(&response);
	arena_done(&arena);
}

/* As the front end does it: what isn't right in the target never gets to dispatch(). */
static void ask(char *text, size_t length)
{
	struct pair headers[HEADERS_MAX], pairs[TARGET_PARAMETERS_MAX];
	struct request request = {.method = text,
				  .query = pairs,
				  .headers = headers,
				  .address = FAKE_ADDRESS,
				  .request_id = "R1"};
	char *rest = text, *path, *query, *target;

	if (!next_line(&rest) || !(target = strchr(text, ' ')))
		return;
	*target++ = '\0';
	if (!target_split(target, &path, &query) || !target_decode_path(path) ||
	    !target_decode_query(query, pairs, TARGET_PARAMETERS_MAX, &request.query_count))
		return;
	must(text_valid(path, strlen(path)), "the path is valid text");
	request.path = path;
	request.headers_count = read_headers(&rest, headers);
	request.body = rest;
	request.body_length = (size_t)(text + length - rest);
	answer(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(crypt_init(), "libsodium starts");
	fake_init(&fake);
	fake.next = "P2";

	char *text = malloc(size + 1);
	must(text, "there is memory");
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	ask(text, size);
	free(text);
	return 0;
}
