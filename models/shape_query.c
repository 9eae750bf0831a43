/* Query strings by a shape: every value is text, so each type has its own way to read one. */
#include <errno.h>
#include <stdlib.h>

#include "models/money.h"
#include "models/shape.h"
#include "models/shape_internal.h"
#include "models/shape_text.h"

/* What is wrong with the value, or VIOLATION_NONE when it was stored. */
static enum violation_kind read_text(const struct shape_field *field, const char *value, void *place,
				struct err_params *ret_params)
{
	enum violation_kind wrong = shape_text_fault(field, value, ret_params);

	if (!wrong)
		*(const char **)place = value;
	return wrong;
}

static enum violation_kind read_money(const struct shape_field *field, const char *value, void *place,
				struct err_params *ret_params)
{
	int64_t amount;

	if (!money_parse(value, &amount))
		return VIOLATION_not_amount_text;
	enum violation_kind wrong = shape_range_fault(field, amount, ret_params);
	if (!wrong)
		*(int64_t *)place = amount;
	return wrong;
}

static enum violation_kind read_int(const struct shape_field *field, const char *value, void *place,
				struct err_params *ret_params)
{
	char *end;

	errno = 0;
	long long number = strtoll(value, &end, 10);
	if (!*value || *end || errno || (*value != '-' && (*value < '0' || *value > '9')))
		return VIOLATION_not_whole;
	enum violation_kind wrong = shape_range_fault(field, number, ret_params);
	if (!wrong)
		*(int64_t *)place = number;
	return wrong;
}

static enum violation_kind read_bool(const struct shape_field *field, const char *value, void *place,
				struct err_params *ret_params)
{
	static const char *const words[] = {"false", "true", NULL};
	int choice = shape_choice(words, value);

	(void)field, (void)ret_params;
	if (choice < 0)
		return VIOLATION_not_boolean;
	*(bool *)place = choice;
	return VIOLATION_NONE;
}

static enum violation_kind read_choice(const struct shape_field *field, const char *value, void *place,
				struct err_params *ret_params)
{
	int choice = shape_choice(field->choices, value);

	(void)ret_params;
	if (choice < 0)
		return VIOLATION_not_choice;
	*(int *)place = choice;
	return VIOLATION_NONE;
}

typedef enum violation_kind read_fn(const struct shape_field *field, const char *value, void *place,
				struct err_params *ret_params);
static read_fn *const readers[] = {
    [FIELD_TEXT] = read_text, [FIELD_ID] = read_text,	[FIELD_MONEY] = read_money,
    [FIELD_INT] = read_int,   [FIELD_BOOL] = read_bool, [FIELD_CHOICE] = read_choice,
};

bool shape_decode_query(const struct shape *shape, const struct pair *pairs, size_t count, void *ret_object,
			struct violations *violations, struct err *err)
{
	uint64_t seen = 0;

	shape_clear(shape, ret_object);
	for (size_t i = 0; i < count; i++) {
		size_t index = shape_find(shape, pairs[i].name);
		struct err_params params = {.count = 0};

		if (index == shape->count) {
			violations_add(violations, pairs[i].name, VIOLATION_unknown_parameter, NULL);
			continue;
		}
		if (seen >> index & 1) {
			violations_add(violations, pairs[i].name, VIOLATION_twice, NULL);
			continue;
		}
		seen |= UINT64_C(1) << index;
		shape_mark_given(shape, ret_object, index);
		const struct shape_field *field = &shape->fields[index];
		enum violation_kind wrong =
		    readers[field->type](field, pairs[i].value, field_place(ret_object, field->offset), &params);
		if (wrong)
			violations_add(violations, pairs[i].name, wrong, &params);
	}
	return !violations->count || shape_fail(violations, err);
}
