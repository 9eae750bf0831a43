/* problem.h: errors on the wire: problem details (RFC 9457), the one place that writes them.
 */
#ifndef VITRINE_PLATFORM_PROBLEM_H
#define VITRINE_PLATFORM_PROBLEM_H

#include "platform/task.h"

/* An error as a caller may see it: kinds that have no HTTP status, and inner ones, lose their details. */
struct err problem_shown(const struct err *err);

/* Replaces what the response has so far by the error's answer. What went wrong inside is not told to the caller but to
 * *ret_cause. */
void problem_answer(struct task *task, const struct err *err, struct err *ret_cause);

#endif
