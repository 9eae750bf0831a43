/* function.h: what each Lambda function does with an event. One program serves them all, and the handler's name says
 * which one it is. An event is handled by one call, which may block; what can go wrong with a request is an answer, not
 * an error.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_FUNCTION_H
#define VITRINE_PLATFORM_LAMBDA_FUNCTION_H

#include "platform/dispatch.h"
#include "platform/stream.h"

struct function;

/* What the functions work on. Owned by main; must outlive every call. */
struct lambda {
	struct platform platform;
	stream_follow_fn *follow; /* what follows from a change of the store's table; NULL: its store sends none */
	void *follow_context;
};

/* What happened, for the log. */
struct outcome {
	const char *op; /* static */
	int status;	/* of a request; 0: it was none */
	char request_id[REQUEST_ID_MAX + 1];
	struct err cause; /* why it went wrong on our side; ERR_NONE: it didn't */
};

/* By "ProductsFunction" and so on; NULL: there is no such function. */
const struct function *function_find(const char *handler);
const char *function_name(const struct function *function);

/* Can it work on these? ERR_INTERNAL. */
bool function_check(const struct function *function, const struct lambda *lambda, struct err *err);

/* Handles an event and writes the answer, as RUNTIME_ANSWER_MAX allows. False with *err when the function is to fail.
 * The outcome is filled in any case. `id` is the invocation's and must outlive the call. */
bool function_run(const struct function *function, struct lambda *lambda, const char *id, const struct buf *event,
		  struct arena *arena, struct buf *out, struct outcome *ret_outcome, struct err *err);

/* The answer when there is no time left: a 503 for a request; false with *err for other events. */
bool function_late(const struct function *function, struct lambda *lambda, const char *id, const struct buf *event,
		   struct arena *arena, struct buf *out, struct outcome *ret_outcome, struct err *err);

#endif
