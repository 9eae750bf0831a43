/* outcome.h: items of a batch that failed, each told as a request of its own would have been (problem.h). */
#ifndef VITRINE_PLATFORM_OUTCOME_H
#define VITRINE_PLATFORM_OUTCOME_H

#include "models/outcome.h"
#include "platform/task.h"

/* Why an item failed. */
struct item_fault {
	struct err err;             /* ERR_NONE: it didn't */
	struct violation violation; /* where, when a handler saw it; VIOLATION_NONE: the err says */
};

/* Notes what is wrong with a member of the item `index` ("": with the item); returns false. `params` NULL: none. */
bool item_invalid(struct item_fault *fault, size_t index, const char *member, enum violation_kind kind,
		  const struct err_params *params);

/* What such an item's outcome says, with its status; of one that did not fail nothing, and status 0. The texts are
 * static, in the arena of the call or in `fault`. ERR_MEMORY. */
bool item_problem(struct task *task, size_t index, const struct item_fault *fault, int64_t *ret_status,
		  struct outcome_problem *ret_problem, struct err *err);

#endif
