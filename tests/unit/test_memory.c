/* Every allocation fails in turn: what needed it says so, and nothing leaks. */
#include "base/buf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "models/normal.h"
#include "models/product.h"
#include "models/purchase.h"
#include "models/search.h"
#include "tests/unit/ask.h"
#include "tests/unit/scarce.h"

enum { ARENA = 1024 * 1024 };

/* Does something and cleans up behind itself; true when it succeeded. */
typedef bool work_fn(void);

static void each_in_turn(work_fn *work)
{
	for (int for_good = 0; for_good < 2; for_good++) {
		for (size_t fail_at = 0;; fail_at++) {
			scarce_begin(fail_at, for_good);
			bool good = work();
			bool failed = scarce_end();

			if (good == failed)
				fail_msg("allocation %zu failed: %d; it succeeded: %d", fail_at, failed, good);
			if (!failed) {
				assert_true(fail_at > 0); /* it does allocate */
				break;
			}
		}
	}
}

static bool fill_an_arena(void)
{
	struct arena arena;
	bool good = true;

	arena_init(&arena, ARENA);
	for (int i = 0; i < 20; i++) {
		good = arena_alloc(&arena, 3000) && good;
		good = arena_strdup(&arena, "text") && good;
		good = arena_printf(&arena, "%d", i) && good;
		good = arena_memdup(&arena, "bytes", 5) && good;
		good = arena_array(&arena, 3, 1000) && good;
	}
	arena_done(&arena);
	return good;
}

static bool fill_a_buffer(void)
{
	struct buf buf;

	buf_init(&buf, ARENA);
	for (int i = 0; i < 500; i++) {
		buf_add_str(&buf, "some text");
		buf_printf(&buf, "%d", i);
		text_sanitise(&buf, "\x1B[2J", 4);
	}
	bool good = !buf.failed;
	char *bytes = buf_steal(&buf);
	good = (bytes != NULL) == good && good;
	free(bytes);
	return good;
}

static bool fold(void)
{
	struct arena arena;

	arena_init(&arena, ARENA);
	bool good = text_fold(&arena, "Café", strlen("Café")) && text_fold(&arena, "plain", 5);
	arena_done(&arena);
	return good;
}

static bool normalise(void)
{
	struct arena arena;

	arena_init(&arena, ARENA);
	bool good = normal_name(&arena, " Cafe\u0301 ") && normal_category_key(&arena, "Café") &&
		    normal_email_key(&arena, "Éva@bücher.example");
	arena_done(&arena);
	return good;
}

static bool take_term(void *context, const char *term, size_t length)
{
	(void)context, (void)term, (void)length;
	return true;
}

static bool split(void)
{
	const struct search_product product = {.name = "Café A-1", .category = "Cups", .description = "crème, plain"};
	struct arena arena;

	arena_init(&arena, ARENA);
	bool good = search_terms(&arena, &product, take_term, NULL);
	arena_done(&arena);
	return good;
}

static const char batch_text[] = "{\"items\":[{\"name\":\"n\",\"description\":\"\\u00e9\",\"price\":\"1.00\"},"
				 "{\"id\":\"P1\",\"stock\":5}]}";

static bool parse(void)
{
	struct err err = {.kind = ERR_NONE};
	cJSON *json = json_parse(batch_text, strlen(batch_text), JSON_VALUES_REQUEST, &err);

	if (!json)
		assert_int_equal(err.kind, ERR_MEMORY);
	cJSON_Delete(json);
	return json;
}

/* Decodes what is parsed already, as a request and as an answer. */
static bool decode(const struct shape *shape, const char *text, void *ret_object, bool request)
{
	struct violations violations = {.count = 0};
	struct err err = {.kind = ERR_NONE};
	struct arena arena;
	cJSON *json = json_parse(text, strlen(text), JSON_VALUES_REQUEST, &err);
	bool good;

	if (!json)
		return false;
	arena_init(&arena, ARENA);
	if (request)
		good = shape_decode(shape, json, &arena, ret_object, &violations, &err);
	else
		good = shape_decode_answer(shape, json, &arena, ret_object, &err);
	if (!good)
		assert_int_equal(err.kind, ERR_MEMORY);
	assert_int_equal(violations.count, 0);
	arena_done(&arena);
	cJSON_Delete(json);
	return good;
}

static bool decode_request(void)
{
	struct product_batch batch;

	return decode(&product_batch_shape, batch_text, &batch, true);
}

static bool decode_answer(void)
{
	struct service service;

	return decode(
	    &service_shape,
	    "{\"name\":\"n\",\"version\":\"1\",\"profile\":\"full\",\"currency\":\"EUR\",\"features\":[\"a\",\"b\"]}",
	    &service, false);
}

static bool write(void)
{
	struct product product = {.id = "P1", .name = "n", .description = "long enough to need a second block or so"};
	struct buf out;

	buf_init(&out, ARENA);
	struct json json = json_writer(&out);
	json_open(&json, '[');
	for (int i = 0; i < 20; i++)
		shape_write(&product_shape, &product, &json);
	json_close(&json, ']');
	bool good = !out.failed;
	buf_done(&out);
	return good;
}

static void base_and_models(void **state)
{
	static work_fn *const works[] = {fill_an_arena, fill_a_buffer, fold, normalise, split,
					 parse,		decode_request, decode_answer, write};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(works); i++)
		each_in_turn(works[i]);
}

static const struct {
	struct ask ask;
	int status;
} asks[] = {
    {{.method = "GET", .path = "/Product", .query = {{"q", "tea"}}, .query_count = 1}, 200},
    {{.method = "GET", .path = "/"}, 200},
    {{.method = "GET", .path = "/Nowhere"}, 404},
    {{.method = "PUT", .path = "/Product"}, 405},
    {{.method = "POST", .path = "/Login", .body = "{\"email\":\"a@b.c\",\"password\":\"x\"}"}, 200},
    {{.method = "POST", .path = "/Login", .body = "{\"email\":\"a\"}"}, 400},
    {{.method = "POST", .path = "/Product/Batch", .token = FAKE_SELLER_TOKEN, .body = batch_text}, 200},
    {{.method = "POST",
      .path = "/Purchase",
      .token = FAKE_CLIENT_TOKEN,
      .body = "{\"items\":[{\"product_id\":\"P1\",\"quantity\":2,\"price\":\"13.00\"}]}",
      .header = {"Idempotency-Key", "k"}},
     201},
    {{.method = "GET", .path = "/Product/P1/Picture"}, 200},
};

/* Sends one request of the table, as ask_send does, but frees everything. */
static int send(size_t index)
{
	const struct ask *ask = &asks[index].ask;
	struct pair headers[3] = {{"Content-Type", "application/json"},
				  {"Authorization", ask->token ? ask->token : ""}};
	struct request request = {.method = ask->method, .path = ask->path, .query = ask->query,
				  .query_count = ask->query_count, .headers = headers, .headers_count = 2,
				  .body = ask->body, .body_length = ask->body ? strlen(ask->body) : 0, .address = "",
				  .request_id = "R1"};
	struct response response;
	struct arena arena;
	struct err cause;

	if (ask->header.name)
		headers[request.headers_count++] = ask->header;
	arena_init(&arena, DISPATCH_ARENA);
	dispatch(&asked.fake.platform, &request, &arena, &response, &cause);
	int status = response.status;
	response_done(&response);
	arena_done(&arena);
	return status;
}

/* dispatch() always answers: as it should, or that it is too busy. */
static void a_request(void **state)
{
	(void)state;
	asked.fake.next = "P2";
	for (size_t i = 0; i < COUNT_OF(asks); i++) {
		for (int for_good = 0; for_good < 2; for_good++) {
			bool failed = true;

			for (size_t fail_at = 0; failed; fail_at++) {
				scarce_begin(fail_at, for_good);
				int status = send(i);
				failed = scarce_end();
				if (status != asks[i].status && !(failed && status == 503))
					fail_msg("%s %s, allocation %zu: %d", asks[i].ask.method, asks[i].ask.path,
						 fail_at, status);
			}
		}
	}
}

/* The same when it is the arena that is too small. */
static void a_small_arena(void **state)
{
	(void)state;
	asked.fake.next = "P2";
	for (size_t i = 0; i < COUNT_OF(asks); i++) {
		for (size_t limit = 0; limit < 3000; limit += 16) {
			arena_done(&asked.arena);
			arena_init(&asked.arena, limit);
			int status = ask_send(&asks[i].ask);
			if (status != asks[i].status && status != 503)
				fail_msg("%s %s in %zu bytes: %d", asks[i].ask.method, asks[i].ask.path, limit, status);
			if (status == 503)
				ask_is_problem(503, "unavailable");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(base_and_models),
	    ASK_TEST(a_request),
	    ASK_TEST(a_small_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
