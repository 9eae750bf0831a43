#include "tests/unit/ask.h"

#include "base/crypt.h"
#include "base/json.h"

struct asked asked;

int ask_set_up(void **state)
{
	(void)state;
	fake_init(&asked.fake);
	arena_init(&asked.arena, DISPATCH_ARENA);
	return crypt_init() ? 0 : -1;
}

static void forget(void)
{
	response_done(&asked.response);
	cJSON_Delete(asked.answer);
	asked.answer = NULL;
}

int ask_tear_down(void **state)
{
	(void)state;
	forget();
	arena_done(&asked.arena);
	return 0;
}

int ask_send_bytes(const struct ask *ask, const void *body, size_t length)
{
	struct pair headers[4];
	struct request request = {.method = ask->method,
				  .path = ask->path,
				  .query = ask->query,
				  .query_count = ask->query_count,
				  .headers = headers,
				  .body = body,
				  .body_length = length,
				  .address = FAKE_ADDRESS,
				  .request_id = "R1",
				  .hurried = ask->hurried,
				  .patient = ask->patient};

	if (ask->token)
		headers[request.headers_count++] = (struct pair){"authorization", ask->token};
	if (length)
		headers[request.headers_count++] =
		    (struct pair){"content-type", ask->type ? ask->type : "application/json"};
	if (ask->header.name)
		headers[request.headers_count++] = ask->header;
	forget();
	asked.fake.calls = 0;
	asked.fake.called = "";
	asked.cause.kind = ERR_NONE;
	dispatch(&asked.fake.platform, &request, &asked.arena, &asked.response, &asked.cause);

	const struct buf *answer = &asked.response.body;
	if (answer->length)
		asked.answer = json_parse(answer->bytes, answer->length, JSON_VALUES_ANSWER, NULL);
	return asked.response.status;
}

int ask_send(const struct ask *ask)
{
	return ask_send_bytes(ask, ask->body, ask->body ? strlen(ask->body) : 0);
}

const char *ask_header(const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < asked.response.headers_count; i++) {
		if (strcmp(asked.response.headers[i].name, name) != 0)
			continue;
		if (value)
			fail_msg("%s is there twice", name);
		value = asked.response.headers[i].value;
	}
	return value ? value : "";
}

static const char *text_of(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return text ? text : "";
}

const char *ask_member(const char *name)
{
	return text_of(asked.answer, name);
}

const char *ask_fault(int index, const char *name)
{
	return text_of(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(asked.answer, "errors"), index), name);
}

void ask_is_problem(int status, const char *code)
{
	char type[64];

	if (asked.response.status != status || !asked.answer || strcmp(ask_member("code"), code) != 0)
		fail_msg("%d %s", asked.response.status, buf_str(&asked.response.body));
	snprintf(type, sizeof type, "urn:vitrine:problem:%s", code);
	assert_string_equal(ask_member("type"), type);
	assert_string_equal(ask_header("Content-Type"), "application/problem+json");
	assert_string_equal(ask_header("Cache-Control"), "no-store");
	assert_string_equal(ask_header("X-Request-Id"), "R1");
	assert_string_equal(ask_member("request_id"), "R1");
	assert_string_equal(ask_member("message"), ask_member("detail"));
	assert_true(*ask_member("title") && *ask_member("detail"));
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(asked.answer, "status")->valueint, status);
	assert_true(cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(asked.answer, "errors")));
}
