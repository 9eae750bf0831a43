/* err.h: what went wrong, as a value.
 *
 * A function that may fail returns bool and takes a `struct err *`, which it fills when it returns false and leaves
 * untouched when it returns true. Outputs (`ret_…`) stay untouched on failure. Libraries never log and never print: an
 * error travels up to the one place that knows whom to tell.
 *
 * A struct err owns nothing and may be copied. Its texts are capped; longer ones are cut at a character's boundary.
 */
#ifndef VITRINE_BASE_ERR_H
#define VITRINE_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum err_kind {
#define ERR(kind, status, code, title) ERR_##kind,
#include "base/err.def"
#undef ERR
	ERR_KINDS
};

/* The values that a sentence about an error needs, by their names: {min 1, max 120}. With them and the error's code
 * whoever shows it can write a sentence of their own. */
struct err_param {
	char name[12];
	char text[24];
	bool number; /* `text` is a whole number */
};
enum { ERR_PARAMS_MAX = 2 };
struct err_params {
	size_t count;
	struct err_param list[ERR_PARAMS_MAX];
};

struct err {
	enum err_kind kind;
	int http_status;	/* as answered by a server; 0 when none was involved */
	char code[32];		/* stable, for programs: "version_conflict" */
	char field[64];		/* the field or JSON pointer at fault, or "" */
	char message[256];	/* one sentence for a person, without a secret in it */
	struct err_params params; /* of that sentence */
};

/* Fills *err and returns false, so that `return err_set(…)` is the whole error path. `err` may be NULL. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with a code other than the kind's own. */
bool err_code(struct err *err, enum err_kind kind, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Names the field at fault in an error that was just made; returns false, too. */
bool err_at(struct err *err, const char *field);

/* Adds a value; at most ERR_PARAMS_MAX of them. Texts are cut. */
void err_params_text(struct err_params *params, const char *name, const char *text);
void err_params_number(struct err_params *params, const char *name, int64_t number);

/* Out of memory, while doing `what`. */
bool err_memory(struct err *err, const char *what);

/* The kind's row of err.def. The strings are static. */
int err_kind_status(enum err_kind kind);
const char *err_kind_code(enum err_kind kind);
const char *err_kind_title(enum err_kind kind);

/* The kind that an HTTP status stands for: its row if there is one, otherwise INVALID for 4xx and INTERNAL for 5xx. */
enum err_kind err_kind_from_status(int http_status);

#endif
