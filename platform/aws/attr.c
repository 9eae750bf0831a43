#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "platform/aws/internal.h"

static const char *const type_names[] = {
    [ATTR_S] = "S", [ATTR_N] = "N", [ATTR_B] = "B", [ATTR_BOOL] = "BOOL", [ATTR_L] = "L", [ATTR_M] = "M",
};

/* ---- writing ---- */

static void write_number(struct json *json, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)number);
	json_string(json, text);
}

static void write_bytes(struct json *json, const void *bytes, size_t length)
{
	char *text = malloc(CRYPT_BASE64_PADDED_SIZE(length));

	if (!text) {
		json->out->failed = true;
		return;
	}
	crypt_base64_padded(bytes, length, text);
	json_string(json, text);
	free(text);
}

static bool has_value(const struct attr *attr)
{
	return attr->type != ATTR_S || attr->text;
}

static void write_members(struct json *json, const struct attr *attr)
{
	bool map = attr->type == ATTR_M;

	json_open(json, map ? '{' : '[');
	for (size_t i = 0; i < attr->count; i++) {
		const struct attr *member = &attr->members[i];

		if (!has_value(member) || (map && !member->name))
			continue;
		if (map)
			json_name(json, member->name);
		attr_write(json, member); /* as deep as its writer made it */
	}
	json_close(json, map ? '}' : ']');
}

void attr_write(struct json *json, const struct attr *attr)
{
	json_open(json, '{');
	json_name(json, type_names[attr->type]);
	switch (attr->type) {
	case ATTR_S:
		assert(attr->text);
		json_string(json, attr->text);
		break;
	case ATTR_N: write_number(json, attr->number); break;
	case ATTR_B: write_bytes(json, attr->bytes, attr->length); break;
	case ATTR_BOOL: json_bool(json, attr->number != 0); break;
	case ATTR_L:
	case ATTR_M: write_members(json, attr); break;
	}
	json_close(json, '}');
}

static void write_named(struct json *json, const struct attr *attr)
{
	json_name(json, attr->name);
	attr_write(json, attr);
}

static void write_key_members(struct json *json, struct dynamo_key key)
{
	write_named(json, &ATTR_TEXT("pk", key.pk));
	write_named(json, &ATTR_TEXT("sk", key.sk));
}

void attr_write_key(struct json *json, struct dynamo_key key)
{
	json_open(json, '{');
	write_key_members(json, key);
	json_close(json, '}');
}

void attr_write_item(struct json *json, struct dynamo_key key, const struct attr *attrs, size_t count)
{
	json_open(json, '{');
	write_key_members(json, key);
	for (size_t i = 0; i < count; i++)
		if (attrs[i].name && *attrs[i].name != ':' && has_value(&attrs[i]))
			write_named(json, &attrs[i]);
	json_close(json, '}');
}

/* ---- reading ---- */

/* What an attribute holds, if it is of that type. */
static const cJSON *held(const cJSON *attribute, enum attr_type type)
{
	return cJSON_GetObjectItemCaseSensitive(attribute, type_names[type]);
}

static const cJSON *find(const cJSON *item, const char *name, enum attr_type type)
{
	return held(cJSON_GetObjectItemCaseSensitive(item, name), type);
}

static const char *text_of(const cJSON *value)
{
	return cJSON_IsString(value) ? value->valuestring : NULL;
}

static const char *copy_text(const char *text, struct arena *arena, bool *failed)
{
	const char *copy = text ? arena_strdup(arena, text) : NULL;

	if (text && !copy && failed)
		*failed = true;
	return copy;
}

/* A decimal number without a fraction, as DynamoDB writes those it was given so. */
static int64_t read_number(const char *text, int64_t otherwise)
{
	const char *digits = text ? text + (*text == '-') : "";

	if (!*digits || digits[strspn(digits, "0123456789")])
		return otherwise;
	return strtoll(text, NULL, 10); /* which saturates */
}

static const cJSON *only(const cJSON *value, bool fits)
{
	return fits ? value : NULL;
}

const char *attr_peek(const cJSON *item, const char *name)
{
	return text_of(find(item, name, ATTR_S));
}

bool attr_is_key(const cJSON *item, struct dynamo_key key)
{
	const char *pk = attr_peek(item, "pk"), *sk = attr_peek(item, "sk");

	return pk && sk && !strcmp(sk, key.sk) && !strcmp(pk, key.pk);
}

const char *item_text(const cJSON *item, const char *name, struct arena *arena, bool *failed)
{
	return copy_text(attr_peek(item, name), arena, failed);
}

int64_t item_number(const cJSON *item, const char *name, int64_t otherwise)
{
	return read_number(text_of(find(item, name, ATTR_N)), otherwise);
}

bool item_truth(const cJSON *item, const char *name)
{
	return cJSON_IsTrue(find(item, name, ATTR_BOOL));
}

const void *item_bytes(const cJSON *item, const char *name, struct arena *arena, size_t *ret_length, bool *failed)
{
	const char *text = text_of(find(item, name, ATTR_B));
	size_t capacity = text ? strlen(text) / 4 * 3 : 0, length;
	void *bytes = text ? arena_alloc(arena, capacity + 1) : NULL;

	if (text && !bytes && failed)
		*failed = true;
	if (!bytes || !crypt_unbase64_padded(text, bytes, capacity, &length))
		return NULL;
	*ret_length = length;
	return bytes;
}

bool item_has(const cJSON *item, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(item, name) != NULL;
}

const cJSON *item_list(const cJSON *item, const char *name)
{
	const cJSON *list = find(item, name, ATTR_L);

	return only(list, cJSON_IsArray(list));
}

const cJSON *element_map(const cJSON *element)
{
	const cJSON *map = held(element, ATTR_M);

	return only(map, cJSON_IsObject(map));
}

const char *element_text(const cJSON *element, struct arena *arena, bool *failed)
{
	return copy_text(text_of(held(element, ATTR_S)), arena, failed);
}
