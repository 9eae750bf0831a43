/* shape_internal.h: access to a field's place in a struct, for the files that implement shape.h.
 */
#ifndef VITRINE_MODELS_SHAPE_INTERNAL_H
#define VITRINE_MODELS_SHAPE_INTERNAL_H

#include <string.h>

#include "models/shape.h"

static inline void *field_place(void *object, size_t offset)
{
	return (char *)object + offset;
}

static inline const void *field_value(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

static inline void shape_mark_given(const struct shape *shape, void *object, size_t index)
{
	if (shape->given_offset)
		*(uint32_t *)field_place(object, shape->given_offset - 1) |= UINT32_C(1) << index;
}

static inline bool shape_is_given(const struct shape *shape, const void *object, size_t index)
{
	return !shape->given_offset ||
	       *(const uint32_t *)field_value(object, shape->given_offset - 1) >> index & 1;
}

/* Zero, and -1 for choices. */
static inline void shape_clear(const struct shape *shape, void *object)
{
	memset(object, 0, shape->size);
	for (size_t i = 0; i < shape->count; i++)
		if (shape->fields[i].type == FIELD_CHOICE)
			*(int *)field_place(object, shape->fields[i].offset) = -1;
}

/* The index of the field of that name; `count` when there is none. */
static inline size_t shape_find(const struct shape *shape, const char *name)
{
	size_t i = 0;

	while (i < shape->count && strcmp(shape->fields[i].name, name) != 0)
		i++;
	return i;
}

/* Is the number within the field's limits? With VIOLATION_range *ret_params has them, in a number's or an amount's
 * form. */
enum violation_kind shape_range_fault(const struct shape_field *field, int64_t number, struct err_params *ret_params);

/* "3 members are not valid …": the one sentence of all violations. */
bool shape_fail(const struct violations *violations, struct err *err);

#endif
