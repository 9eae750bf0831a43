#include "platform/outcome.h"

#include <stdio.h>

#include "platform/problem.h"

bool item_invalid(struct item_fault *fault, size_t index, const char *member, enum violation_kind kind,
		  const struct err_params *params)
{
	struct violation *violation = &fault->violation;

	violation->kind = kind;
	if (params)
		violation->params = *params;
	violation_detail(kind, params, violation->detail);
	snprintf(violation->pointer, sizeof violation->pointer, "/items/%zu%s%s", index, *member ? "/" : "", member);
	return err_set(&fault->err, ERR_INVALID, "%s %s", *member ? member : "The item", violation->detail);
}

/* The place at fault, if it is known: the store names a member of the item. */
static bool add_error(struct task *task, size_t index, const struct item_fault *fault, const struct err *shown,
		      struct outcome_problem *problem)
{
	const struct violation *violation = &fault->violation;
	struct outcome_error *error = NULL;

	if (!violation->kind && !shown->field[0])
		return true;
	error = arena_alloc(task->arena, sizeof *error);
	if (!error)
		return false;
	if (violation->kind)
		*error = (struct outcome_error){.pointer = violation->pointer,
						.code = violation_code(violation->kind),
						.params = violation->params,
						.detail = violation->detail};
	else
		*error = (struct outcome_error){
		    .pointer = arena_printf(task->arena, "/items/%zu%s%s", index, shown->field[0] == '/' ? "" : "/",
					    shown->field),
		    .code = problem->code,
		    .params = shown->params,
		    .detail = problem->message};
	problem->errors = error;
	problem->errors_count = 1;
	return error->pointer != NULL;
}

bool item_problem(struct task *task, size_t index, const struct item_fault *fault, int64_t *ret_status,
		  struct outcome_problem *ret_problem, struct err *err)
{
	struct outcome_problem problem = {.code = NULL};
	int64_t status = 0;

	if (fault->err.kind != ERR_NONE) {
		const struct err shown = problem_shown(&fault->err);

		problem = (struct outcome_problem){.code = arena_strdup(task->arena, shown.code),
						   .message = arena_strdup(task->arena, shown.message),
						   .params = shown.params};
		status = err_kind_status(shown.kind);
		if (!problem.code || !problem.message || !add_error(task, index, fault, &shown, &problem))
			return err_memory(err, "answering a batch");
	}
	*ret_status = status;
	*ret_problem = problem;
	return true;
}
