/* Structs to JSON by a shape. */
#include "base/clock.h"
#include "models/money.h"
#include "models/shape.h"
#include "models/shape_internal.h"

static void write_text(const struct shape_field *field, const void *value, struct json *json)
{
	(void)field;
	json_string(json, *(const char *const *)value);
}

static void write_money(const struct shape_field *field, const void *value, struct json *json)
{
	char text[MONEY_SIZE];

	(void)field;
	money_format(*(const int64_t *)value, text);
	json_string(json, text);
}

static void write_int(const struct shape_field *field, const void *value, struct json *json)
{
	(void)field;
	json_int(json, *(const int64_t *)value);
}

static void write_bool(const struct shape_field *field, const void *value, struct json *json)
{
	(void)field;
	json_bool(json, *(const bool *)value);
}

static void write_time(const struct shape_field *field, const void *value, struct json *json)
{
	char text[CLOCK_RFC3339_SIZE];

	(void)field;
	clock_format(*(const int64_t *)value, text);
	json_string(json, text);
}

static void write_day(const struct shape_field *field, const void *value, struct json *json)
{
	char text[sizeof "2026-11-22"];

	(void)field;
	clock_format_day((int32_t) * (const int64_t *)value, text);
	json_string(json, text);
}

static void write_choice(const struct shape_field *field, const void *value, struct json *json)
{
	json_string(json, field->choices[*(const int *)value]);
}

static void write_object(const struct shape_field *field, const void *value, struct json *json)
{
	shape_write(field->of, *(const void *const *)value, json);
}

static void write_params(const struct shape_field *field, const void *value, struct json *json)
{
	const struct err_params *params = value;

	(void)field;
	json_open(json, '{');
	for (size_t i = 0; i < params->count; i++) {
		const struct err_param *param = &params->list[i];

		json_name(json, param->name);
		if (param->number)
			json_raw(json, param->text, strlen(param->text));
		else
			json_string(json, param->text);
	}
	json_close(json, '}');
}

typedef void write_fn(const struct shape_field *field, const void *value, struct json *json);
static write_fn *const writers[] = {
    [FIELD_TEXT] = write_text,	   [FIELD_ID] = write_text,	[FIELD_EMAIL] = write_text,
    [FIELD_PASSWORD] = write_text, [FIELD_MOBILE] = write_text, [FIELD_MONEY] = write_money,
    [FIELD_INT] = write_int,	   [FIELD_BOOL] = write_bool,	[FIELD_TIME] = write_time,
    [FIELD_DAY] = write_day,	   [FIELD_CHOICE] = write_choice, [FIELD_OBJECT] = write_object,
    [FIELD_PARAMS] = write_params,
};

static void write_list(const struct shape_field *field, const void *object, struct json *json)
{
	const char *elements = *(const char *const *)field_value(object, field->offset);
	size_t count = *(const size_t *)field_value(object, field->count_offset);

	json_open(json, '[');
	for (size_t i = 0; i < count; i++) {
		if (field->type == FIELD_NAMES)
			json_string(json, ((const char *const *)(const void *)elements)[i]);
		else
			shape_write(field->of, elements + i * field->of->size, json);
	}
	json_close(json, ']');
}

static bool is_absent(const struct shape_field *field, const void *object)
{
	const void *value = field_value(object, field->offset);

	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_EMAIL:
	case FIELD_PASSWORD:
	case FIELD_MOBILE:
	case FIELD_OBJECT:
		return !*(const void *const *)value;
	case FIELD_CHOICE:
		return *(const int *)value < 0;
	case FIELD_BOOL:
		return field->optional && !*(const bool *)value;
	case FIELD_MONEY:
	case FIELD_TIME:
		return field->optional && !*(const int64_t *)value;
	case FIELD_LIST:
	case FIELD_NAMES:
		return field->optional && !*(const size_t *)field_value(object, field->count_offset);
	case FIELD_PARAMS:
		return !((const struct err_params *)value)->count;
	default:
		return false;
	}
}

void shape_write_members(const struct shape *shape, const void *object, struct json *json)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];
		const void *value = field_value(object, field->offset);
		bool absent = is_absent(field, object);

		if (!shape_is_given(shape, object, i))
			continue;
		if (absent && !field->nullable)
			continue;
		json_name(json, field->name);
		if (absent)
			json_string(json, NULL);
		else if (field->type == FIELD_LIST || field->type == FIELD_NAMES)
			write_list(field, object, json);
		else
			writers[field->type](field, value, json);
	}
}

static const char *known_json(const struct shape *shape, const void *object)
{
	return shape->json_offset ? *(const char *const *)field_value(object, shape->json_offset - 1) : NULL;
}

void shape_write(const struct shape *shape, const void *object, struct json *json)
{
	const char *known = known_json(shape, object);

	if (known) {
		json_raw(json, known, strlen(known));
		return;
	}
	json_open(json, '{');
	shape_write_members(shape, object, json);
	json_close(json, '}');
}
