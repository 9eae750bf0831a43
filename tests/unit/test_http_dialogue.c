/* Requests as they arrive: each case whole, byte by byte, and in random pieces must come out the same. */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "platform/http/dialogue.h"

struct wire_case {
	const char *wire;
	enum err_kind refused;
	const char *method, *path, *body; /* of what is not refused */
	bool close;                       /* no further request may follow */
	bool expects;
};

#define HOST "Host: a\r\n"
#define BAD(text) {.wire = (text), .refused = ERR_INVALID}
#define CHUNKED "Transfer-Encoding: chunked\r\n"

static const struct wire_case cases[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", .method = "GET", .path = "/", .body = ""},
    {"\r\n\r\nGET /a%20b HTTP/1.1\r\n" HOST "\r\n", .method = "GET", .path = "/a b", .body = ""},
    {"BREW /pot HTTP/1.1\r\n" HOST "\r\n", .method = "BREW", .path = "/pot", .body = ""},
    {"get / HTTP/1.1\r\n" HOST "\r\n", .method = "get", .path = "/", .body = ""},
    {"HEAD / HTTP/1.1\r\n" HOST "\r\n", .method = "HEAD", .path = "/", .body = ""},
    {"CONNECT /a HTTP/1.1\r\n" HOST "\r\n", .method = "CONNECT", .path = "/a", .body = ""},
    {"GET http://b/c HTTP/1.1\r\n" HOST "\r\n", .method = "GET", .path = "/c", .body = ""},
    {"GET / HTTP/1.2\r\n" HOST "\r\n", .method = "GET", .path = "/", .body = ""},
    {"POST / HTTP/1.9\r\n" HOST CHUNKED "\r\n1\r\na\r\n0\r\n\r\n", .method = "POST", .path = "/", .body = "a"},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", .method = "OPTIONS", .path = "/", .body = ""},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", .method = "GET", .path = "/", .body = ""},
    {"GET / HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", .method = "GET", .path = "/", .body = ""},
    {"GET / HTTP/1.1\r\nHost: a.example:\r\n\r\n", .method = "GET", .path = "/", .body = ""},
    {"GET / HTTP/1.0\r\n\r\n", .method = "GET", .path = "/", .body = "", .close = true},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", .method = "GET", .path = "/", .body = ""},
    {"GET / HTTP/1.1\r\n" HOST "Connection: closed, xclose\r\n\r\n", .method = "GET", .path = "/", .body = ""},
    {"GET / HTTP/1.1\r\n" HOST "Connection: te , Close\r\n\r\n", .method = "GET", .path = "/", .body = "",
     .close = true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", .method = "GET", .path = "/", .body = "", .close = true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n",
     .method = "GET", .path = "/", .body = ""},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", .method = "POST", .path = "/", .body = "abc"},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", .method = "POST", .path = "/", .body = ""},
    {"POST / HTTP/1.1\r\n" HOST "content-LENGTH:\t 3 \t\r\n\r\nabc", .method = "POST", .path = "/", .body = "abc"},
    {"POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", .method = "POST", .path = "/",
     .body = "abcde"},
    {"POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n1\r\na\r\n0\r\nTrailer: b\r\n\r\n", .method = "POST", .path = "/",
     .body = "a"},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: 100-continue\r\n\r\na", .method = "POST", .path = "/",
     .body = "a", .expects = true},
    {"GET / HTTP/1.1\r\n" HOST "Empty:\r\nX: \xC3\xA9\r\n\r\n", .method = "GET", .path = "/", .body = ""},

    /* The request line. */
    BAD("\x16\x03\x01\x02"),
    BAD(" / HTTP/1.1\r\n"),
    BAD("GET\r\n"),
    BAD("GET /\r\n\r\n"),
    BAD("GET / HTTP/2.0\r\n" HOST "\r\n"),
    BAD("GET / HTTP/0.9\r\n" HOST "\r\n"),
    BAD("GET / HTTX/1.1\r\n"),
    BAD("GET / HTTP/1.\r\n"),
    BAD("GET / HTTP/1.11\r\n"),
    BAD("GET / HTTP/1.x\r\n"),
    BAD("GET / HTTP/12\r\n"),
    BAD("GET / HTTP/1.1 \r\n"),
    BAD("GET  / HTTP/1.1\r\n"),
    BAD("GET /  HTTP/1.1\r\n"),
    BAD("GET / HTTP/1.1\n"),
    BAD("GET / HTTP/1.1\r\r\n"),
    BAD("G(T / HTTP/1.1\r\n"),
    BAD("GET /a b HTTP/1.1\r\n"),
    BAD("GET /a\tb HTTP/1.1\r\n" HOST "\r\n"),
    BAD("GET * HTTP/1.1\r\n" HOST "\r\n"),
    BAD("GET /%00 HTTP/1.1\r\n" HOST "\r\n"),
    BAD("GET /%zz HTTP/1.1\r\n" HOST "\r\n"),
    BAD("GET /a%2Fb HTTP/1.1\r\n" HOST "\r\n"),
    BAD("GET /%FF HTTP/1.1\r\n" HOST "\r\n"),
    BAD("GET /#a HTTP/1.1\r\n" HOST "\r\n"),
    BAD("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ / HTTP/1.1\r\n"),
    BAD("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),

    /* Header fields. */
    BAD("GET / HTTP/1.1\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST HOST "\r\n"),
    BAD("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\nHost: user@x\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\nHost: x:99999\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
    BAD("GET / HTTP/1.0\r\nHost: a b\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: \x01\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: \x7F\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X\x01: a\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X\r\n\r\n"),
    BAD("GET / HTTP/1.1\nHost: a\n\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "\n"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\n\r\n"),

    /* How long the body is. */
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"),
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\na"),
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\na"),
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\na"),
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\na"),
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: 1 1\r\n\r\na"),
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\na"),
    {.wire = "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\na", .refused = ERR_TOO_LARGE},
    {.wire = "POST / HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n\r\na", .refused = ERR_TOO_LARGE},
    BAD("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n" CHUNKED "\r\n0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "Content-Length: 1\r\n\r\n0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED CHUNKED "\r\n0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n"),
    BAD("POST / HTTP/1.0\r\n" CHUNKED "\r\n0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\nx\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n-1\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n1\r\nabc\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\nFFFFFFFFFFFFFFFFF\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n1 \r\na\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n1\na\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n1\r\na\n0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n1\r\naXX0\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n\r\n"),
    BAD("POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n0\r\nno colon\r\n\r\n"),
    {.wire = "POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n100001\r\n", .refused = ERR_TOO_LARGE},
    {.wire = "POST / HTTP/1.1\r\n" HOST CHUNKED "\r\nFFFFFFFF\r\n", .refused = ERR_TOO_LARGE},
};

/* Feeds in pieces of at most `piece` bytes; says how it ended, and what of the wire was taken. */
static enum dialogue_step feed(struct dialogue *dialogue, const char *wire, size_t length, size_t piece, uint64_t *seed,
			       size_t *ret_taken)
{
	enum dialogue_step step = DIALOGUE_MORE;
	size_t at = 0;

	for (int turns = 0; at < length && step != DIALOGUE_WHOLE && step != DIALOGUE_REFUSED; turns++) {
		size_t size = seed ? 1 + chance_below(seed, piece) : piece;
		size_t used = SIZE_MAX;

		if (size > length - at)
			size = length - at;
		/* From the heap, of exactly this size, so that a sanitizer sees what is read beyond it. */
		char *bytes = malloc(size);
		assert_non_null(bytes);
		memcpy(bytes, wire + at, size);
		step = dialogue_feed(dialogue, bytes, size, &used);
		free(bytes);
		assert_true(used <= size);
		assert_true(turns < 10000000);
		if (step == DIALOGUE_MORE)
			assert_int_equal(used, size);
		at += used;
	}
	*ret_taken = at;
	return step;
}

static void check_case(const struct wire_case *one, size_t piece, uint64_t *seed)
{
	struct dialogue *dialogue = dialogue_new();
	struct buf wire;
	size_t taken;

	assert_non_null(dialogue);
	buf_init(&wire, 1 << 20);
	buf_add_str(&wire, one->wire);
	if (one->refused == ERR_NONE) /* the next request must be left alone */
		buf_add_str(&wire, "GET /next HTTP/1.1\r\n");
	enum dialogue_step step = feed(dialogue, wire.bytes, wire.length, piece, seed, &taken);
	if (one->refused != ERR_NONE) {
		if (step != DIALOGUE_REFUSED || dialogue->refused != one->refused)
			fail_msg("step %d, refused %d: %s", (int)step, (int)dialogue->refused, one->wire);
		assert_false(dialogue->keep_alive);
		assert_non_null(dialogue->refused_why);
	} else {
		if (step != DIALOGUE_WHOLE)
			fail_msg("step %d, %s: %s", (int)step, dialogue->refused_why ? dialogue->refused_why : "",
				 one->wire);
		assert_int_equal(taken, strlen(one->wire));
		assert_string_equal(dialogue_method(dialogue), one->method);
		assert_string_equal(dialogue->path, one->path);
		assert_string_equal(buf_str(&dialogue->body), one->body);
		assert_int_equal(dialogue->keep_alive, !one->close);
		assert_int_equal(dialogue->expects_continue, one->expects);
		assert_int_equal(dialogue->head_only, !strcmp(one->method, "HEAD"));
	}
	buf_done(&wire);
	dialogue_free(dialogue);
}

static void whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_case(&cases[i], SIZE_MAX, NULL);
}

static void byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_case(&cases[i], 1, NULL);
}

static void in_random_pieces(void **state)
{
	uint64_t seed = chance_seed();

	(void)state;
	for (int round = 0; round < 200; round++)
		for (size_t i = 0; i < COUNT_OF(cases); i++)
			check_case(&cases[i], 1 + (size_t)(round % 40), &seed);
}

/* A piece of wire said over and over, between a beginning and an end. */
static enum err_kind refused_for(const char *begin, const char *again, size_t times, const char *end)
{
	struct dialogue *dialogue = dialogue_new();
	struct buf wire;
	size_t taken;

	buf_init(&wire, 64 << 20);
	buf_add_str(&wire, begin);
	for (size_t i = 0; i < times; i++)
		buf_add_str(&wire, again);
	buf_add_str(&wire, end);
	assert_false(wire.failed);
	enum dialogue_step step = feed(dialogue, wire.bytes, wire.length, 4096, NULL, &taken);
	enum err_kind refused = step == DIALOGUE_WHOLE ? ERR_NONE : dialogue->refused;
	assert_true(step == DIALOGUE_WHOLE || step == DIALOGUE_REFUSED);
	assert_true(dialogue_memory(dialogue) < 2 << 20);
	buf_done(&wire);
	dialogue_free(dialogue);
	return refused;
}

static void has_limits(void **state)
{
	static const char begin[] = "GET / HTTP/1.1\r\n" HOST;
	static const char chunked[] = "POST / HTTP/1.1\r\n" HOST CHUNKED "\r\n";

	(void)state;
	assert_int_equal(refused_for("GET /", "a", 8191, " HTTP/1.1\r\n" HOST "\r\n"), ERR_NONE);
	assert_int_equal(refused_for("GET /", "a", 8192, " HTTP/1.1\r\n" HOST "\r\n"), ERR_HEADERS_TOO_LARGE);
	assert_int_equal(refused_for("GET /", "a", 100000, ""), ERR_HEADERS_TOO_LARGE);
	assert_int_equal(refused_for(begin, "a: b\r\n", 99, "\r\n"), ERR_NONE);
	assert_int_equal(refused_for(begin, "a: b\r\n", 100, "\r\n"), ERR_HEADERS_TOO_LARGE);
	assert_int_equal(refused_for("GET / HTTP/1.1\r\n" HOST "X: ", "b", 16 * 1024 - 16, "\r\n\r\n"), ERR_NONE);
	assert_int_equal(refused_for("GET / HTTP/1.1\r\n" HOST "X: ", "b", 16 * 1024 - 15, "\r\n\r\n"),
			 ERR_HEADERS_TOO_LARGE);
	assert_int_equal(refused_for("GET / HTTP/1.1\r\n" HOST "X:", " ", 100000, "b\r\n\r\n"), ERR_HEADERS_TOO_LARGE);
	assert_int_equal(refused_for("GET / HTTP/1.1\r\n" HOST, "b", 100000, ": c\r\n\r\n"), ERR_HEADERS_TOO_LARGE);
	assert_int_equal(refused_for("", "\r\n", 100000, ""), ERR_INVALID);
	assert_int_equal(refused_for(chunked, "8\r\nabcdefgh\r\n", 131072, "0\r\n\r\n"), ERR_NONE);
	assert_int_equal(refused_for(chunked, "8\r\nabcdefgh\r\n", 131073, "0\r\n\r\n"), ERR_TOO_LARGE);
	assert_int_equal(refused_for(chunked, "1;xxxxxxxxxxxxxxxx\r\na\r\n", 1000000, ""), ERR_TOO_LARGE);
}

static void refuses_nuls(void **state)
{
	static const char wire[] = "GET /a HTTP/1.1\r\n" HOST "X: abc\r\nContent-Length: 0\r\n\r\n\r\n";
	size_t taken;

	(void)state;
	for (size_t at = 0; at < sizeof wire - 3; at++) { /* not in the last line, which only ends the one before */
		struct dialogue *dialogue = dialogue_new();
		char broken[sizeof wire];

		memcpy(broken, wire, sizeof wire);
		broken[at] = '\0';
		assert_int_equal(feed(dialogue, broken, sizeof wire - 1, 7, NULL, &taken), DIALOGUE_REFUSED);
		assert_int_equal(dialogue->refused, ERR_INVALID);
		dialogue_free(dialogue);
	}
}

static void keeps_a_good_id(void **state)
{
	static const char *const ids[][2] = {{"abc-123", "abc-123"},
					     {"", ""},
					     {"a b", ""},
					     {"a\"b", ""},
					     {"0123456789012345678901234567890123456789012345678901234567890123",
					      "0123456789012345678901234567890123456789012345678901234567890123"},
					     {"01234567890123456789012345678901234567890123456789012345678901234", ""}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct dialogue *dialogue = dialogue_new();
		char wire[256];
		size_t taken;

		snprintf(wire, sizeof wire, "GET / HTTP/1.1\r\n" HOST "x-request-id: %s\r\n\r\n", ids[i][0]);
		assert_int_equal(feed(dialogue, wire, strlen(wire), 256, NULL, &taken), DIALOGUE_WHOLE);
		assert_string_equal(dialogue->request_id, ids[i][1]);
		dialogue_free(dialogue);
	}
}

/* One dialogue serves many requests: nothing of one may show in the next. */
static void is_reusable(void **state)
{
	struct dialogue *dialogue = dialogue_new();
	struct arena arena;
	size_t taken;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < COUNT_OF(cases); i++) {
			feed(dialogue, cases[i].wire, strlen(cases[i].wire), SIZE_MAX, NULL, &taken);
			dialogue_reset(dialogue);
		}
		static const char wire[] = "GET /a?b=c HTTP/1.1\r\nHost: d\r\nX: y \r\n\r\n";
		struct request request;

		assert_int_equal(feed(dialogue, wire, strlen(wire), SIZE_MAX, NULL, &taken), DIALOGUE_WHOLE);
		dialogue_request(dialogue, "192.0.2.1", &arena, &request);
		assert_int_equal(request.refused, ERR_NONE);
		assert_string_equal(request.method, "GET");
		assert_int_equal(request.headers_count, 2);
		assert_string_equal(request.headers[1].name, "X");
		assert_string_equal(request.headers[1].value, "y");
		assert_int_equal(request.query_count, 1);
		assert_string_equal(request.query[0].value, "c");
		assert_int_equal(request.body_length, 0);
		dialogue_reset(dialogue);
	}
	arena_done(&arena);
	dialogue_free(dialogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole),	  cmocka_unit_test(byte_by_byte),    cmocka_unit_test(in_random_pieces),
	    cmocka_unit_test(has_limits), cmocka_unit_test(keeps_a_good_id), cmocka_unit_test(is_reusable),
	    cmocka_unit_test(refuses_nuls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
