/* api_dispatch.c: the API suite on dispatch() itself, over SQLite in memory and local identity.
 *
 *     api_dispatch TRANSCRIPT DIRECTORY [short]
 *
 * DIRECTORY is empty and for the mail. A second transcript, TRANSCRIPT.plain, is of a platform that sends none. "short": pages
 * are short at random (short_pages.h).
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "models/limits.h"
#include "platform/dispatch.h"
#include "platform/identity/local/local.h"
#include "platform/store/sqlite/sqlite.h"
#include "tests/chance.h"
#include "tests/contract/api_suite.h"
#include "tests/contract/short_pages.h"

enum { PARAMETERS_MAX = 32 };

struct direct {
	struct api_transport transport; /* first: the one is a pointer to the other */
	struct platform platform;
	struct db *db;
	unsigned requests;
};

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

static bool direct_send(struct api_transport *transport, const struct api_request *request, struct arena *arena,
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
	    .address = "127.0.0.1",
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

static bool direct_tend(struct api_transport *transport)
{
	struct identity *identity = ((struct direct *)transport)->platform.identity;
	bool more = true;

	while (more)
		if (!identity->tend(identity, clock_now(), 1000, &more, NULL))
			return false;
	return true;
}

static bool start(struct direct *direct, const char *outbox, bool shorten, struct err *err)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};
	const struct identity_local_options options = {.cheap_hash = true, .outbox = outbox};

	*direct = (struct direct){.transport = {.send = direct_send,
						.tend = direct_tend,
						.outbox = outbox,
						.short_pages = shorten},
				  .platform = {.name = "Vitrine", .version = "0", .delivery = DELIVERY_OPTIONAL,
					       .payment = "By invoice."}};
	if (!db_open(NULL, schemas, &direct->db, err))
		return false;
	direct->platform.store = store_sqlite_new(direct->db, "EUR", err);
	if (!direct->platform.store)
		return false;
	if (shorten)
		short_pages(direct->platform.store, chance_seed());
	direct->platform.identity = identity_local_new(direct->db, &options, err);
	crypt_random(direct->platform.cursor_key, sizeof direct->platform.cursor_key);
	return direct->platform.identity != NULL;
}

static void stop(struct direct *direct)
{
	if (direct->platform.identity)
		direct->platform.identity->close(direct->platform.identity);
	if (direct->platform.store)
		direct->platform.store->close(direct->platform.store);
	db_close(direct->db);
}

static int run(const char *outbox, const char *transcript, bool shorten)
{
	static struct direct direct;
	struct err err;
	int status = 1;

	if (!start(&direct, outbox, shorten, &err))
		fprintf(stderr, "the platform doesn't start: %s\n", err.message);
	else
		status = (outbox ? api_suite_run : api_suite_run_plain)(&direct.transport, transcript);
	stop(&direct);
	return status;
}

int main(int argc, char **argv)
{
	char plain[4096];

	bool shorten = argc == 4 && !strcmp(argv[3], "short");

	if ((argc != 3 && !shorten) || !crypt_init()) {
		fprintf(stderr, "usage: api_dispatch TRANSCRIPT DIRECTORY [short]\n");
		return 2;
	}
	snprintf(plain, sizeof plain, "%s.plain", argv[1]);
	int status = run(argv[2], argv[1], shorten);
	return run(NULL, plain, shorten) | status;
}
