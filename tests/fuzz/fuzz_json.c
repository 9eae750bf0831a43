/* fuzz_json.c: arbitrary bytes as a body: parsed, decoded by every shape of the API, written, and decoded again. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "models/api.h"
#include "platform/dispatch.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a request may allocate; a struct of any shape. */
static struct arena arena;
static max_align_t first[64], second[64];

static bool is_text(const char *text)
{
	return text_valid(text, strlen(text));
}

static void write(const struct shape *shape, const void *object, struct buf *out)
{
	struct json json;

	buf_init(out, RESPONSE_BODY);
	json = json_writer(out);
	shape_write(shape, object, &json);
	must(!out->failed, "there is room for what was read");
}

/* Violations go into an answer. */
static void check_violations(const struct violations *violations, const struct err *err)
{
	must(err->kind == ERR_INVALID && violations->count > 0, "a refusal says why");
	must(is_text(err->message) && is_text(err->field), "the error is valid text");
	for (size_t i = 0; i < violations->count; i++) {
		must(is_text(violations->list[i].pointer), "the pointer is valid text");
		must(is_text(violations->list[i].detail), "the detail is valid text");
		must(strchr("/", violations->list[i].pointer[0]), "the pointer is one, or empty");
	}
}

static bool decode(const struct shape *shape, const cJSON *json, bool request, void *object)
{
	struct violations violations = {.count = 0};
	struct err err = {.kind = ERR_NONE};

	if (request) {
		if (shape_decode(shape, json, &arena, object, &violations, &err)) {
			must(!violations.count, "what is taken is right");
			return true;
		}
		check_violations(&violations, &err);
	} else {
		if (shape_decode_answer(shape, json, &arena, object, &err))
			return true;
		must(err.kind == ERR_PROTOCOL && is_text(err.message), "a refusal says why");
	}
	return false;
}

static void come_back(const struct shape *shape, const cJSON *json, bool request)
{
	struct err err;
	struct buf once, again;

	must(shape->size <= sizeof first, "any struct fits");
	arena_reset(&arena);
	if (!decode(shape, json, request, first))
		return;
	write(shape, first, &once);
	cJSON *read = json_parse(once.bytes, once.length, JSON_VALUES_ANSWER, &err);
	must(read, "what is written is JSON");
	must(decode(shape, read, request, second), "what is written can be decoded");
	write(shape, second, &again);
	must(once.length == again.length && !memcmp(once.bytes, again.bytes, once.length), "it is the same");
	cJSON_Delete(read);
	buf_done(&once);
	buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {.kind = ERR_NONE};
	cJSON *json = json_parse((const char *)data, size, JSON_VALUES_REQUEST, &err);

	if (!json) {
		must(err.kind == ERR_INVALID, "the text is at fault, not the memory");
		must(is_text(err.message), "the error is valid text");
		return 0;
	}
	arena_init(&arena, 64 * 1024 * 1024);
	for (int op = 0; op < API_OPS; op++) {
		if (api_rows[op].body && api_rows[op].body != &picture_shape)
			come_back(api_rows[op].body, json, true);
		if (api_rows[op].answer)
			come_back(api_rows[op].answer, json, false);
	}
	arena_done(&arena);
	cJSON_Delete(json);
	return 0;
}
