/* violation.h: what is wrong with a request, member by member: a code and params for programs, a phrase for people, all
 * from one table (violation.def).
 */
#ifndef VITRINE_MODELS_VIOLATION_H
#define VITRINE_MODELS_VIOLATION_H

#include <stddef.h>

#include "base/err.h"

enum violation_kind {
	VIOLATION_NONE, /* nothing is wrong */
#define VIOLATION(name, detail) VIOLATION_##name,
#include "models/violation.def"
#undef VIOLATION
	VIOLATION_KINDS
};

enum { VIOLATIONS_MAX = 32, VIOLATION_DETAIL = 160 };
struct violation {
	char pointer[96]; /* RFC 6901 into the body ("": all of it), or the name of a query parameter or header */
	enum violation_kind kind;
	struct err_params params;
	char detail[VIOLATION_DETAIL];
};
struct violations {
	size_t count;
	struct violation list[VIOLATIONS_MAX];
};

/* Its code: "length". Static. NULL for VIOLATION_NONE. */
const char *violation_code(enum violation_kind kind);

/* The phrase that says it, with the params' values in their places; cut where it is too long. */
void violation_detail(enum violation_kind kind, const struct err_params *params, char ret_detail[VIOLATION_DETAIL]);

/* Adds one; those beyond VIOLATIONS_MAX are dropped. `params` NULL: none. */
void violations_add(struct violations *violations, const char *pointer, enum violation_kind kind,
		    const struct err_params *params);

/* What a sentence calls the place that a pointer leads to: "items/0/price", "The body". */
const char *violation_place(const char *pointer);

#endif
