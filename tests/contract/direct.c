#include "tests/contract/direct.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "models/limits.h"

enum { PARAMETERS_MAX = 32 };

static int hex(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *place = strchr(digits, digit | 0x20);

	return digit && place ? (int)(place - digits) : 0;
}

/* Decodes %XX, and + where it stands for a blank. The suite sends nothing malformed. */
static char *decode(struct arena *arena, const char *text, size_t length, bool plus)
{
	char *out = arena_strndup(arena, text, length);
	char *end = out;

	assert_non_null(out);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '%' && i + 2 < length) {
			*end++ = (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]));
			i += 2;
		} else {
			*end++ = plus && text[i] == '+' ? ' ' : text[i];
		}
	}
	*end = '\0';
	return out;
}

static size_t decode_query(struct arena *arena, const char *query, struct pair pairs[PARAMETERS_MAX])
{
	size_t count = 0;

	while (*query) {
		size_t length = strcspn(query, "&"), name = strcspn(query, "=&");

		assert_true(count < PARAMETERS_MAX);
		pairs[count].name = decode(arena, query, name, true);
		pairs[count++].value = name < length ? decode(arena, query + name + 1, length - name - 1, true) : "";
		query += length + (query[length] == '&');
	}
	return count;
}

bool direct_send(struct api_transport *transport, const struct api_request *request, struct arena *arena,
		 struct api_response *ret_response)
{
	struct direct *direct = (struct direct *)transport;
	struct pair query[PARAMETERS_MAX];
	size_t path_length = strcspn(request->target, "?");
	const char *rest = request->target + path_length;
	char id[32];
	struct response response;
	struct err cause = {.kind = ERR_NONE};

	snprintf(id, sizeof id, "request-%u", ++direct->requests);
	const struct request asked = {
	    .method = request->method,
	    .path = decode(arena, request->target, path_length, false),
	    .query = query,
	    .query_count = decode_query(arena, *rest ? rest + 1 : "", query),
	    .headers = request->headers,
	    .headers_count = request->headers_count,
	    .body = request->body,
	    .body_length = request->body_length,
	    .address = direct->address ? direct->address : "127.0.0.1",
	    .request_id = arena_strdup(arena, id),
	    /* Every front end counts a body's bytes before it hands them on. */
	    .refused = request->body_length > LIMIT_BODY ? ERR_TOO_LARGE : ERR_NONE,
	};
	struct arena work;
	arena_init(&work, DISPATCH_ARENA);
	dispatch(&direct->platform, &asked, &work, &response, &cause);
	if (cause.kind != ERR_NONE)
		print_error("    %s %.100s: %s\n", request->method, request->target, cause.message);

	*ret_response =
	    (struct api_response){.status = response.status,
				  .body = arena_strndup(arena, buf_str(&response.body), response.body.length),
				  .body_length = response.body.length,
				  .headers_count = response.headers_count};
	for (size_t i = 0; i < response.headers_count; i++)
		ret_response->headers[i] = (struct pair){arena_strdup(arena, response.headers[i].name),
							 arena_strdup(arena, response.headers[i].value)};
	response_done(&response);
	arena_done(&work);
	return ret_response->body != NULL;
}

bool direct_tend(struct api_transport *transport)
{
	struct identity *identity = ((struct direct *)transport)->platform.identity;
	bool more = true;

	while (more)
		if (!identity->tend(identity, clock_now(), 1000, &more, NULL))
			return false;
	return true;
}
