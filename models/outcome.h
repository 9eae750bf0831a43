/* outcome.h: what became of one item of a batch: where it failed it says what a problem would say (RFC 9457), and its
 * places lead into the body of the batch ("/items/3/price").
 */
#ifndef VITRINE_MODELS_OUTCOME_H
#define VITRINE_MODELS_OUTCOME_H

#include "models/shape.h"

/* One thing that is wrong at one place; also an entry of a problem's `errors`. */
struct outcome_error {
	const char *pointer, *code;
	struct err_params params;
	const char *detail;
};
extern const struct shape outcome_error_shape;

struct outcome_problem {
	const char *code, *message; /* NULL: it didn't fail */
	struct err_params params;
	struct outcome_error *errors;
	size_t errors_count;
};

/* The rows of a shape whose struct has a member `struct outcome_problem problem`: its members, under their own
 * names. */
#define OUTCOME_PROBLEM(structure)                                                                                   \
	{.name = "code", .type = FIELD_TEXT, .offset = offsetof(structure, problem.code)},                           \
	    {.name = "message", .type = FIELD_TEXT, .offset = offsetof(structure, problem.message)},                 \
	    {.name = "params", .type = FIELD_PARAMS, .offset = offsetof(structure, problem.params)},                 \
	    {.name = "errors",                                                                                       \
	     .type = FIELD_LIST,                                                                                     \
	     .optional = true,                                                                                       \
	     .max = VIOLATIONS_MAX,                                                                                  \
	     .offset = offsetof(structure, problem.errors),                                                          \
	     .count_offset = offsetof(structure, problem.errors_count),                                              \
	     .of = &outcome_error_shape}

#endif
