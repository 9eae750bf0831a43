/* A request as API Gateway hands it over, and the answer it takes. */
#include "tests/unit/unit.h"

#include "models/limits.h"
#include "platform/lambda/event.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 128 * 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct event read_event(const char *json)
{
	struct event event;
	struct err err = {.kind = ERR_NONE};

	if (!event_read(json, strlen(json), "invocation-1", &arena, &event, &err))
		fail_msg("%s: %s", json, err.message);
	return event;
}

static const char *header(const struct event *event, size_t index, const char *name)
{
	assert_true(index < event->request.headers_count);
	assert_string_equal(event->request.headers[index].name, name);
	return event->request.headers[index].value;
}

static void whole(void **state)
{
	struct event event = read_event(
	    "{\"httpMethod\": \"POST\", \"path\": \"/Product/a%20b\", \"resource\": \"/Product/{id}\","
	    " \"headers\": {\"X-One\": \"last\"},"
	    " \"multiValueHeaders\": {\"x-ONE\": [\"first\", \"last\"], \"X-Request-Id\": [\"mine-7\"]},"
	    " \"queryStringParameters\": {\"q\": \"no\"},"
	    " \"multiValueQueryStringParameters\": {\"q\": [\"caf\\u00e9+%20\", \"\"]},"
	    " \"requestContext\": {\"requestId\": \"gateway-1\", \"identity\": {\"sourceIp\": \"203.0.113.7\"}},"
	    " \"body\": \"AAH/\", \"isBase64Encoded\": true}");
	const struct request *request = &event.request;

	(void)state;
	assert_int_equal(request->refused, ERR_NONE);
	assert_string_equal(request->method, "POST");
	assert_string_equal(request->path, "/Product/a b");
	assert_string_equal(header(&event, 0, "x-ONE"), "first");
	assert_string_equal(header(&event, 1, "x-ONE"), "last");
	assert_int_equal(request->headers_count, 3);
	assert_int_equal(request->query_count, 2);
	assert_string_equal(request->query[0].value, "café+%20"); /* the gateway has decoded it */
	assert_string_equal(request->query[1].value, "");
	assert_string_equal(request->address, "203.0.113.7");
	assert_string_equal(request->request_id, "mine-7");
	assert_int_equal(request->body_length, 3);
	assert_memory_equal(request->body, "\0\1\xFF", 3);
	event_done(&event);
}

static void scanty(void **state)
{
	struct event event = read_event("{\"httpMethod\": \"GET\", \"path\": \"/\", \"multiValueHeaders\": null,"
					" \"headers\": {\"A\": \"b\"},"
					" \"queryStringParameters\": {\"c\": \"d\"}, \"body\": null}");

	(void)state;
	assert_string_equal(header(&event, 0, "A"), "b");
	assert_string_equal(event.request.query[0].value, "d");
	assert_string_equal(event.request.address, "");
	assert_string_equal(event.request.request_id, "invocation-1");
	assert_int_equal(event.request.body_length, 0);
	event_done(&event);
}

/* Which of the ids is taken. */
static void ids(void **state)
{
	static const struct {
		const char *client, *gateway, *taken;
	} cases[] = {
	    {"mine", "gateway", "mine"},
	    {"mine\\u001b[2J", "gateway", "gateway"},
	    {"", "gateway", "gateway"},
	    {"a b", "a b", "invocation-1"},
	    {"0123456789012345678901234567890123456789012345678901234567890123456789", "g", "g"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event event = read_event(
		    arena_printf(&arena,
				 "{\"httpMethod\": \"GET\", \"path\": \"/\", \"headers\": {\"x-request-ID\": \"%s\"},"
				 " \"requestContext\": {\"requestId\": \"%s\"}}",
				 cases[i].client, cases[i].gateway));
		assert_string_equal(event.request.request_id, cases[i].taken);
		event_done(&event);
	}
}

/* What stands before the API's own path: the stage, or the base path of a domain. */
static void prefixes(void **state)
{
	static const struct {
		const char *path, *resource, *proxy, *taken;
	} cases[] = {
	    {"/Product", "/Product", NULL, "/Product"},
	    {"/Prod/Product", "/Product", NULL, "/Product"},
	    {"/a/b/Product/X/Picture", "/Product/{id}/Picture", NULL, "/Product/X/Picture"},
	    {"/Product/X", "/Product/{id}", NULL, "/Product/X"},
	    {"/Prod", "/", NULL, "/"},
	    {"/", "/", NULL, "/"},
	    {"/shop/no/such", "/{proxy+}", "no/such", "/no/such"},
	    {"/no/such", "/{proxy+}", "no/such", "/no/such"},
	    {"/no/such/", "/{proxy+}", "no/such/", "/no/such/"},
	    {"//", "/{proxy+}", "/", "//"},
	    {"/a/b", "/{other+}", "b", "/a/b"}, /* the parameter is missing: it stays */
	    {"/Product", "/Product/{id}", NULL, "/Product"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event event = read_event(arena_printf(
		    &arena,
		    "{\"httpMethod\": \"GET\", \"path\": \"%s\", \"resource\": \"%s\", \"pathParameters\": %s%s%s}",
		    cases[i].path, cases[i].resource, cases[i].proxy ? "{\"proxy\": \"" : "null",
		    cases[i].proxy ? cases[i].proxy : "", cases[i].proxy ? "\"}" : ""));
		assert_string_equal(event.request.path, cases[i].taken);
		event_done(&event);
	}
}

static const char *repeat(const char *unit, size_t count)
{
	struct buf text;

	buf_init(&text, 4 * LIMIT_BODY);
	for (size_t i = 0; i < count; i++)
		buf_add_str(&text, unit);
	char *copy = arena_strndup(&arena, buf_str(&text), text.length);
	buf_done(&text);
	assert_non_null(copy);
	return copy;
}

/* A request that is one, but that the platform doesn't take. */
static void refusals(void **state)
{
	const struct {
		const char *members;
		enum err_kind kind;
	} cases[] = {
	    {"\"path\": \"/a%2Fb\"", ERR_INVALID},
	    {"\"path\": \"/a%zz\"", ERR_INVALID},
	    {"\"path\": \"/a%ff\"", ERR_INVALID},
	    {arena_printf(&arena, "\"path\": \"/%s\"", repeat("p", EVENT_PATH_MAX)), ERR_HEADERS_TOO_LARGE},
	    {arena_printf(&arena, "\"path\": \"/%s\"", repeat("p", EVENT_PATH_MAX - 1)), ERR_NONE},
	    {"\"path\": \"/\", \"headers\": {\"A\": \"b\\r\\nC: d\"}", ERR_INVALID},
	    {"\"path\": \"/\", \"headers\": {\"A\\n\": \"b\"}", ERR_INVALID},
	    {"\"path\": \"/\", \"headers\": {\"\": \"b\"}", ERR_INVALID},
	    {arena_printf(&arena, "\"path\": \"/\", \"headers\": {\"A\": \"%s\"}", repeat("v", EVENT_HEADERS_BYTES)),
	     ERR_HEADERS_TOO_LARGE},
	    {arena_printf(&arena, "\"path\": \"/\", \"multiValueHeaders\": {\"A\": [\"\"%s]}",
			  repeat(",\"\"", EVENT_HEADERS_MAX)),
	     ERR_HEADERS_TOO_LARGE},
	    {arena_printf(&arena, "\"path\": \"/\", \"multiValueQueryStringParameters\": {\"a\": [\"\"%s]}",
			  repeat(",\"\"", 64)),
	     ERR_INVALID},
	    {arena_printf(&arena, "\"path\": \"/\", \"multiValueQueryStringParameters\": {\"a\": [\"\"%s]}",
			  repeat(",\"\"", 63)),
	     ERR_NONE},
	    {arena_printf(&arena, "\"path\": \"/\", \"body\": \"%s\"", repeat("b", LIMIT_BODY)), ERR_NONE},
	    {arena_printf(&arena, "\"path\": \"/\", \"body\": \"%s\"", repeat("b", LIMIT_BODY + 1)), ERR_TOO_LARGE},
	    {arena_printf(&arena, "\"path\": \"/\", \"isBase64Encoded\": true, \"body\": \"%s==\"",
			  repeat("AAAA", LIMIT_BODY / 3) /* and one byte more */),
	     ERR_INVALID},
	    {arena_printf(&arena, "\"path\": \"/\", \"isBase64Encoded\": true, \"body\": \"%sAA==\"",
			  repeat("AAAA", LIMIT_BODY / 3)),
	     ERR_NONE},
	    {arena_printf(&arena, "\"path\": \"/\", \"isBase64Encoded\": true, \"body\": \"%s\"",
			  repeat("AAAA", LIMIT_BODY / 3 + 1)),
	     ERR_TOO_LARGE},
	    {arena_printf(&arena, "\"path\": \"/\", \"isBase64Encoded\": true, \"body\": \"%s\"",
			  repeat("AAAA", LIMIT_BODY / 3 + 100)),
	     ERR_TOO_LARGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event event;
		struct err err = {.kind = ERR_NONE};
		const char *json = arena_printf(&arena, "{\"httpMethod\": \"GET\", %s}", cases[i].members);
		assert_non_null(json);
		bool read = event_read(json, strlen(json), "i", &arena, &event, &err);
		enum err_kind kind = read ? event.request.refused : err.kind;

		if (kind != cases[i].kind)
			fail_msg("%zu: %.60s: %d", i, cases[i].members, (int)kind);
		if (read)
			event_done(&event);
	}
}

/* What is no event. */
static void nonsense(void **state)
{
	static const char *const cases[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"httpMethod\": \"GET\"}",
	    "{\"path\": \"/\"}",
	    "{\"httpMethod\": \"\", \"path\": \"/\"}",
	    "{\"httpMethod\": \"GET\", \"path\": \"Product\"}",
	    "{\"httpMethod\": \"GET\", \"path\": 7}",
	    "{\"httpMethod\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", \"path\": \"/\"}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"headers\": []}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"headers\": {\"a\": 1}}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"multiValueHeaders\": {\"a\": [1]}}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"multiValueHeaders\": {\"a\": {\"b\": \"c\"}}}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"body\": {}}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"body\": \"AAA=\", \"isBase64Encoded\": \"yes\"}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"body\": \"AAA\", \"isBase64Encoded\": true}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"body\": \"A-_=\", \"isBase64Encoded\": true}",
	    "{\"httpMethod\": \"GET\", \"path\": \"/\", \"requestContext\": {\"identity\": 1}}",
	    "{\"httpMethod\": \"GET\", \"httpMethod\": \"PUT\", \"path\": \"/\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event event;
		struct err err = {.kind = ERR_NONE};

		if (event_read(cases[i], strlen(cases[i]), "i", &arena, &event, &err))
			fail_msg("taken: %s", cases[i]);
		assert_int_equal(err.kind, ERR_INVALID);
	}
}

static void expect_answer(const struct event *event, const struct pair *headers, size_t count, const char *body,
			  size_t length, const char *expected)
{
	struct response response = {.status = 200, .headers_count = count};
	struct buf out;

	for (size_t i = 0; i < count; i++)
		response.headers[i] = headers[i];
	buf_init(&response.body, 64);
	buf_add(&response.body, body, length);
	buf_init(&out, 4096);
	event_answer(event, &response, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_done(&out);
	buf_done(&response.body);
}

static void answers(void **state)
{
	static const struct pair headers[] = {
	    {"Content-Type", "text/plain"}, {"Set", "1"}, {"set", "2"}, {"Location", "/a\r\nb"}};
	const struct event event = {.head_only = false}, head = {.head_only = true};

	(void)state;
	expect_answer(
	    &event, headers, 4, "caf\xC3\xA9 \"1\"", 9,
	    "{\"statusCode\":200,\"multiValueHeaders\":{\"Content-Type\":[\"text/plain\"],\"Set\":[\"1\",\"2\"],"
	    "\"Location\":[]},\"body\":\"caf\xC3\xA9 \\\"1\\\"\",\"isBase64Encoded\":false}");
	expect_answer(&event, headers, 0, "\x89P\0G", 4,
		      "{\"statusCode\":200,\"multiValueHeaders\":{},\"body\":\"iVAARw==\",\"isBase64Encoded\":true}");
	expect_answer(&event, headers, 0, "a\0b", 3,
		      "{\"statusCode\":200,\"multiValueHeaders\":{},\"body\":\"YQBi\",\"isBase64Encoded\":true}");
	expect_answer(&head, headers, 0, "\x89P\0G", 4,
		      "{\"statusCode\":200,\"multiValueHeaders\":{},\"body\":\"\",\"isBase64Encoded\":false}");
	expect_answer(&event, headers, 0, "", 0,
		      "{\"statusCode\":200,\"multiValueHeaders\":{},\"body\":\"\",\"isBase64Encoded\":false}");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole),    cmocka_unit_test(scanty),   cmocka_unit_test(ids),
	    cmocka_unit_test(prefixes), cmocka_unit_test(refusals), cmocka_unit_test(nonsense),
	    cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests_name("an event of API Gateway", tests, set_up, tear_down);
}
