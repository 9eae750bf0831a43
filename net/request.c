#include "net/request.h"

#include <string.h>

#include "base/json.h"
#include "models/limits.h"
#include "models/money.h"
#include "wire/url.h"

static const void *member(const void *object, const struct shape_field *field)
{
	return (const char *)object + field->offset;
}

/* Amounts and yes/no have no value that means absent: the struct has a bit for each. */
static bool is_there(const struct shape *shape, const void *object, size_t index)
{
	const struct shape_field *field = &shape->fields[index];

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_ID:
		return *(const char *const *)member(object, field) && **(const char *const *)member(object, field);
	case FIELD_CHOICE: return *(const int *)member(object, field) >= 0;
	case FIELD_INT: return *(const int64_t *)member(object, field) != 0;
	default:
		return !shape->given_offset ||
		       (*(const uint32_t *)((const char *)object + shape->given_offset - 1) >> index & 1);
	}
}

static void write_value(const struct shape_field *field, const void *value, struct buf *out)
{
	char amount[MONEY_SIZE];

	switch (field->type) {
	case FIELD_CHOICE: url_escape(out, field->choices[*(const int *)value]); break;
	case FIELD_INT: buf_add_int(out, *(const int64_t *)value); break;
	case FIELD_MONEY:
		money_format(*(const int64_t *)value, amount);
		buf_add_str(out, amount);
		break;
	case FIELD_BOOL: buf_add_str(out, *(const bool *)value ? "true" : "false"); break;
	default: url_escape(out, *(const char *const *)value);
	}
}

static void write_query(const struct shape *shape, const void *query, struct buf *out)
{
	char before = '?';

	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];

		if (!is_there(shape, query, i))
			continue;
		buf_add_char(out, before);
		buf_add_str(out, field->name);
		buf_add_char(out, '=');
		write_value(field, member(query, field), out);
		before = '&';
	}
}

bool request_path(enum api_op op, const struct net_args *args, struct buf *out)
{
	const struct api_row *row = &api_rows[op];
	const char *hole = strstr(row->path, "{id}");

	if (hole) {
		if (!args->id || !*args->id)
			return false;
		buf_add(out, row->path, (size_t)(hole - row->path));
		url_escape(out, args->id);
		buf_add_str(out, hole + strlen("{id}"));
	} else {
		buf_add_str(out, row->path);
	}
	if (row->query && args->query)
		write_query(row->query, args->query, out);
	return true;
}

void request_body(enum api_op op, const struct net_args *args, struct buf *out)
{
	const struct shape *shape = api_rows[op].body;
	struct json json = json_writer(out);

	if (!shape || (shape->bodiless && !args->body))
		return;
	if (shape == &picture_shape) {
		buf_add(out, args->bytes ? args->bytes : "", args->bytes ? args->length : 0);
		return;
	}
	/* All room at once: a buffer that grows could leave a copy of a password behind. */
	buf_reserve(out, 4 * (LIMIT_TOKEN + 1024));
	if (args->body)
		shape_write(shape, args->body, &json);
	else
		buf_add_str(out, "{}");
}

void *request_copy_query(const struct shape *shape, const void *query, struct arena *arena)
{
	char *copy = arena_memdup(arena, query, shape->size);

	for (size_t i = 0; copy && i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];
		const char *text;

		if (field->type != FIELD_TEXT && field->type != FIELD_ID)
			continue;
		memcpy(&text, copy + field->offset, sizeof text);
		const char *same = arena_strdup(arena, text);
		if (text && !same)
			return NULL;
		memcpy(copy + field->offset, &same, sizeof same);
	}
	return copy;
}
