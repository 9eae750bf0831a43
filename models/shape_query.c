/* Query strings by a shape: every value is text, so each type has its own way to read one. */
#include <errno.h>
#include <stdlib.h>

#include "models/money.h"
#include "models/shape.h"
#include "models/shape_internal.h"
#include "models/shape_text.h"

/* What is wrong with the value, or NULL when it was stored. */
static const char *read_text(const struct shape_field *field, const char *value, void *place, char space[160])
{
	const char *wrong = shape_text_fault(field, value, space);

	if (!wrong)
		*(const char **)place = value;
	return wrong;
}

static const char *read_money(const struct shape_field *field, const char *value, void *place, char space[160])
{
	int64_t amount;

	if (!money_parse(value, &amount))
		return "must be an amount, such as 14.50";
	const char *wrong = shape_range_fault(field, amount, space);
	if (!wrong)
		*(int64_t *)place = amount;
	return wrong;
}

static const char *read_int(const struct shape_field *field, const char *value, void *place, char space[160])
{
	char *end;

	errno = 0;
	long long number = strtoll(value, &end, 10);
	if (!*value || *end || errno || (*value != '-' && (*value < '0' || *value > '9')))
		return "must be a whole number";
	const char *wrong = shape_range_fault(field, number, space);
	if (!wrong)
		*(int64_t *)place = number;
	return wrong;
}

static const char *read_bool(const struct shape_field *field, const char *value, void *place, char space[160])
{
	static const char *const words[] = {"false", "true", NULL};
	int choice = shape_choice(words, value);

	(void)field, (void)space;
	if (choice < 0)
		return "must be true or false";
	*(bool *)place = choice;
	return NULL;
}

static const char *read_choice(const struct shape_field *field, const char *value, void *place, char space[160])
{
	int choice = shape_choice(field->choices, value);

	(void)space;
	if (choice < 0)
		return "is not one of the known values";
	*(int *)place = choice;
	return NULL;
}

typedef const char *read_fn(const struct shape_field *field, const char *value, void *place, char space[160]);
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
		char space[160];

		if (index == shape->count) {
			violations_add(violations, pairs[i].name, "is not a parameter here");
			continue;
		}
		if (seen >> index & 1) {
			violations_add(violations, pairs[i].name, "is there twice");
			continue;
		}
		seen |= UINT64_C(1) << index;
		shape_mark_given(shape, ret_object, index);
		const struct shape_field *field = &shape->fields[index];
		const char *wrong =
		    readers[field->type](field, pairs[i].value, field_place(ret_object, field->offset), space);
		if (wrong)
			violations_add(violations, pairs[i].name, "%s", wrong);
	}
	return !violations->count || shape_fail(violations, err);
}
