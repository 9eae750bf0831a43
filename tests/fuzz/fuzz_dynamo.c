/* fuzz_dynamo.c: arbitrary bytes as an item that DynamoDB gave: whatever it is, it is read as something or as nothing;
 * a text is one, bytes are as many as they say, and what was read is written so that it reads the same.
 */
#include <string.h>

#include "base/crypt.h"
#include "base/text.h"
#include "platform/aws/internal.h"
#include "tests/fuzz/must.h"

enum { ARENA_MAX = 4 * 1024 * 1024, DEPTH_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_written(const struct attr *attr, const char *wanted)
{
	struct buf out;
	struct json json = json_writer(&out);

	buf_init(&out, ARENA_MAX);
	attr_write(&json, attr);
	must(!out.failed && !strcmp(buf_str(&out), wanted), "what was read is written the same");
	buf_done(&out);
}

static void check_item(const cJSON *item, struct arena *arena, int depth);

static void check_element(const cJSON *element, struct arena *arena, int depth)
{
	const cJSON *map = element_map(element);
	bool failed = false;
	const char *text = element_text(element, arena, &failed);

	must(failed || !text || text_valid(text, strlen(text)), "a text is one");
	if (map && depth < DEPTH_MAX)
		check_item(map, arena, depth + 1);
}

static void check_bytes(const cJSON *item, const char *name, struct arena *arena)
{
	size_t length = 0;
	bool failed = false;
	const unsigned char *bytes = item_bytes(item, name, arena, &length, &failed);

	if (!bytes)
		return;
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(item, name), "B");
	struct buf wanted;
	buf_init(&wanted, ARENA_MAX);
	buf_printf(&wanted, "{\"B\":\"%s\"}", text->valuestring);
	check_written(&ATTR_BYTES("b", bytes, length), buf_str(&wanted));
	buf_done(&wanted);
}

static void check_item(const cJSON *item, struct arena *arena, int depth)
{
	if (!item || !cJSON_IsObject(item))
		return;
	for (const cJSON *member = item->child; member; member = member->next) {
		const char *name = member->string;
		const cJSON *element, *list = item_list(item, name);
		int64_t number = item_number(item, name, 7), again = item_number(item, name, 8);

		must(item_has(item, name), "it is there");
		must(again == number || (number == 7 && again == 8), "it is a number or none");
		item_truth(item, name);
		check_bytes(item, name, arena);
		check_element(member, arena, depth);
		cJSON_ArrayForEach(element, list) check_element(element, arena, depth);
	}
	attr_is_key(item, (struct dynamo_key){"A", "B"});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cJSON *json = crypt_init() ? json_parse((const char *)data, size, JSON_VALUES_REQUEST, NULL) : NULL;
	struct arena arena;

	arena_init(&arena, ARENA_MAX);
	check_item(json, &arena, 0);
	arena_done(&arena);
	cJSON_Delete(json);
	return 0;
}
