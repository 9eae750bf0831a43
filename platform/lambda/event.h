/* event.h: a request as API Gateway hands it to a function (a REST API's Lambda proxy integration, payload 1.0), and
 * the answer that it takes.
 *
 * Reading is strict and capped: an event that is not one is an error of whoever sent it. One that holds a request which
 * the platform doesn't take (too large a body, a malformed path) is read, and its request is `refused`, as by vitrined.
 */
#ifndef VITRINE_PLATFORM_LAMBDA_EVENT_H
#define VITRINE_PLATFORM_LAMBDA_EVENT_H

#include "platform/dispatch.h"

enum {
	EVENT_VALUES_MAX = 4096,
	EVENT_HEADERS_MAX = 100,
	EVENT_HEADERS_BYTES = 16 * 1024, /* names and values; the gateway takes fewer */
	EVENT_METHOD_MAX = 32,
	EVENT_PATH_MAX = 8 * 1024,
	EVENT_ADDRESS_MAX = 64,
};

struct event {
	cJSON *json;    /* what the request's texts lie in */
	char *body;     /* of the request, from malloc; NULL: there is none */
	bool head_only; /* HEAD: answered as GET, without the body */
	struct request request;
};

/* `id` is the invocation's own, for a request that names none. Lists come from `arena`, which must outlive the event,
 * as must `id`; free it with event_done, which overwrites what it held. ERR_INVALID; ERR_MEMORY. */
bool event_read(const char *bytes, size_t length, const char *id, struct arena *arena, struct event *ret_event,
		struct err *err);
void event_done(struct event *event);

/* Writes the answer as the gateway takes it: bytes that are no text as base64. What goes wrong is the buffer's
 * `failed`. */
void event_answer(const struct event *event, const struct response *response, struct buf *out);

#endif
