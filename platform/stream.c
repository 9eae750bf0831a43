#include "platform/stream.h"

#include <string.h>

static bool not_a_batch(struct err *err, const char *member)
{
	return err_set(err, ERR_INVALID, "This is no batch of a table's stream: there is something wrong with its %s",
		       member);
}

static const char *const change_names[STREAM_CHANGES] = {"INSERT", "MODIFY", "REMOVE"};

static const cJSON *member_of(const cJSON *json, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(json, name);
}

static bool is_text(const cJSON *json, const char *text)
{
	return cJSON_IsString(json) && !strcmp(json->valuestring, text);
}

/* ---- attributes ---- */

static bool value_fits(const cJSON *value);

static bool values_fit(const cJSON *values)
{
	for (const cJSON *value = values->child; value; value = value->next)
		if (!value_fits(value))
			return false;
	return true;
}

static bool texts_fit(const cJSON *list)
{
	for (const cJSON *text = list->child; text; text = text->next)
		if (!cJSON_IsString(text))
			return false;
	return true;
}

/* {"S": "text"}: one member, whose name is the type. It nests as deep as json_parse lets it. */
static bool value_fits(const cJSON *value)
{
	enum form { TEXT, TEXTS, TRUTH, OBJECT, ARRAY };
	static const struct {
		const char *type;
		enum form form;
	} types[] = {{"S", TEXT},   {"N", TEXT},   {"B", TEXT},     {"SS", TEXTS}, {"NS", TEXTS},
		     {"BS", TEXTS}, {"M", OBJECT}, {"BOOL", TRUTH}, {"L", ARRAY},  {"NULL", TRUTH}};
	const cJSON *inner = cJSON_IsObject(value) ? value->child : NULL;

	if (!inner || inner->next)
		return false;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strcmp(types[i].type, inner->string) != 0)
			continue;
		switch (types[i].form) {
		case TEXT: return cJSON_IsString(inner);
		case TEXTS: return cJSON_IsArray(inner) && texts_fit(inner);
		case TRUTH: return cJSON_IsBool(inner);
		case OBJECT: return cJSON_IsObject(inner) && values_fit(inner);
		case ARRAY: return cJSON_IsArray(inner) && values_fit(inner);
		}
	}
	return false;
}

/* An item, or NULL when there is none. */
static bool read_item(const cJSON *change, const char *name, const cJSON **ret_item, struct err *err)
{
	const cJSON *item = member_of(change, name);

	if (item && (!cJSON_IsObject(item) || !values_fit(item)))
		return not_a_batch(err, name);
	*ret_item = item;
	return true;
}

/* ---- records ---- */

static bool read_sequence(const cJSON *change, const char **ret_sequence, struct err *err)
{
	const cJSON *number = member_of(change, "SequenceNumber");
	const char *text = cJSON_IsString(number) ? number->valuestring : "";
	size_t length = strlen(text);

	if (!length || length > STREAM_SEQUENCE_MAX || text[strspn(text, "0123456789")])
		return not_a_batch(err, "SequenceNumber");
	*ret_sequence = text;
	return true;
}

static bool read_change(const cJSON *json, enum stream_change *ret_change, struct err *err)
{
	for (int change = 0; change < STREAM_CHANGES; change++) {
		if (!is_text(json, change_names[change]))
			continue;
		*ret_change = (enum stream_change)change;
		return true;
	}
	return not_a_batch(err, "eventName");
}

/* What a change is must be there: what an item was, what it is. */
static bool check_images(const struct stream_record *record, struct err *err)
{
	if (!record->keys || !record->keys->child)
		return not_a_batch(err, "Keys");
	if (record->change != STREAM_REMOVE && !record->new_image)
		return not_a_batch(err, "NewImage");
	if (record->change != STREAM_INSERT && !record->old_image)
		return not_a_batch(err, "OldImage");
	return true;
}

static bool read_record(const cJSON *json, struct stream_record *record, struct err *err)
{
	const cJSON *change = member_of(json, "dynamodb");

	if (!is_text(member_of(json, "eventSource"), "aws:dynamodb"))
		return not_a_batch(err, "eventSource");
	if (!cJSON_IsObject(change))
		return not_a_batch(err, "dynamodb");
	return read_change(member_of(json, "eventName"), &record->change, err) &&
	       read_sequence(change, &record->sequence, err) && read_item(change, "Keys", &record->keys, err) &&
	       read_item(change, "OldImage", &record->old_image, err) &&
	       read_item(change, "NewImage", &record->new_image, err) && check_images(record, err);
}

bool stream_read(const cJSON *list, struct arena *arena, struct stream *ret_stream, struct err *err)
{
	struct stream stream = {.count = 0};

	if (!cJSON_IsArray(list))
		return not_a_batch(err, "Records");
	stream.records = arena_array(arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *stream.records);
	if (!stream.records)
		return err_memory(err, "reading a batch");
	for (const cJSON *json = list->child; json; json = json->next)
		if (!read_record(json, &stream.records[stream.count++], err))
			return false;
	*ret_stream = stream;
	return true;
}

void stream_answer(const struct stream *stream, stream_follow_fn *follow, void *context, struct buf *out,
		   struct err *ret_err)
{
	struct json json = json_writer(out);
	struct err err = {.kind = ERR_NONE};
	size_t at = 0;

	while (at < stream->count && follow(context, &stream->records[at], &err))
		at++;
	json_open(&json, '{');
	json_member_open(&json, "batchItemFailures", '[');
	if (at < stream->count) {
		json_open(&json, '{');
		json_member_string(&json, "itemIdentifier", stream->records[at].sequence);
		json_close(&json, '}');
		*ret_err = err;
	}
	json_close(&json, ']');
	json_close(&json, '}');
}
