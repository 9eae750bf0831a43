/* runtime.h: the Lambda runtime API (version 2018-06-01), by libcurl: what a function's process asks its host for.
 *
 * One connection, kept. Calls block; runtime_next also ends when the process is told to (SIGTERM, which must be blocked
 * in every thread). One thread at a time.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_RUNTIME_H
#define VITRINE_PLATFORM_LAMBDA_RUNTIME_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	RUNTIME_EVENT_MAX = 8 * 1024 * 1024, /* Lambda's own limit is 6 MB, before it is written as JSON */
	RUNTIME_ANSWER_MAX = 6 * 1000 * 1000,
	RUNTIME_ID_SIZE = 65,
};

struct runtime;

struct invocation {
	char id[RUNTIME_ID_SIZE]; /* letters, digits and hyphens */
	int64_t deadline;	  /* ms, by the wall clock; INT64_MAX: none was said */
	struct buf event;
};

/* `host` is "ADDRESS:PORT", as AWS_LAMBDA_RUNTIME_API has it. ERR_INVALID, ERR_MEMORY, ERR_INTERNAL. */
struct runtime *runtime_new(const char *host, struct err *err);
struct runtime *runtime_free(struct runtime *runtime);

/* Waits for what is to be done next, which may take hours. *ret_ended: the process is to end, and there is none. The
 * caller frees the event. ERR_NETWORK, ERR_PROTOCOL, ERR_MEMORY: nothing more comes from this host. */
bool runtime_next(struct runtime *runtime, struct invocation *ret_invocation, bool *ret_ended, struct err *err);

/* The answer to an invocation. Errors as above; ERR_TOO_LARGE: the host doesn't take as much. */
bool runtime_answer(struct runtime *runtime, const struct invocation *invocation, const struct buf *answer,
		    struct err *err);

/* There is no answer: `type` and `message` say why. The invocation is NULL when the process can't start at all. */
bool runtime_fail(struct runtime *runtime, const struct invocation *invocation, const char *type, const char *message,
		  struct err *err);

#endif
