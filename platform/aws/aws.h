/* aws.h: services of AWS that are spoken to in JSON: where they are, as whom, over which connections, what is tried
 * again.
 *
 * A call blocks; any number of threads may call at once, each over a connection of its own, which is kept for whoever
 * calls next. Throttling, failures of the service (5xx) and lost connections are tried again with growing, random
 * pauses until the call's deadline; how often a call that may not be repeated has left is known: once at most, unless
 * it was throttled.
 *
 * The environment says (read by aws_new, the file by each renewal):
 *     AWS_REGION, AWS_DEFAULT_REGION                       the region; the former counts
 *     AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB, _DYNAMODB_STREAMS, _COGNITO_IDENTITY_PROVIDER
 *                                                          where services are, if not where AWS has them
 *     AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
 *                                                          as whom; otherwise a container's role:
 *     AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN or _TOKEN_FILE
 *                                                          where its keys are told, which are renewed before they
 *                                                          expire
 * Empty ones are as good as none. Keys are overwritten after use, but for libcurl's own copy (wire/sign.h), and are in
 * no error.
 *
 * Errors of a call: ERR_UNAVAILABLE (not reached, throttled or failing until the deadline), ERR_INTERNAL (no
 * credentials, no secure connection, an answer that is none), ERR_MEMORY. An error that the service tells is an answer.
 */
#ifndef VITRINE_PLATFORM_AWS_AWS_H
#define VITRINE_PLATFORM_AWS_AWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "wire/url.h"

enum {
	AWS_ANSWER_MAX = 16 * 1024 * 1024,
	AWS_ERROR_SIZE = 64,
	AWS_DEADLINE_MS = 10000,
	AWS_TRY_MS = 3000,
};

struct aws;

enum aws_service { AWS_DYNAMODB, AWS_DYNAMODB_STREAMS, AWS_COGNITO, AWS_SERVICES };

struct aws_options {
	char *(*look_up)(const char *name); /* of the environment; NULL: getenv */
	int deadline_ms; /* of a call with all its tries; 0: AWS_DEADLINE_MS */
	int try_ms;	 /* of one try; 0: AWS_TRY_MS */
	const char *ca_file; /* PEM of the authorities to trust; NULL: the system's */
};

/* `options` may be NULL; nothing of it is kept. Asks nobody anything. ERR_INVALID: the environment's variables are
 * wrong, or there is no region; ERR_MEMORY. */
struct aws *aws_new(const struct aws_options *options, struct err *err);
struct aws *aws_free(struct aws *aws); /* after all calls have ended */

const char *aws_region(const struct aws *aws);

/* Where a service is. Lives as long as `aws`. */
const struct url *aws_place(const struct aws *aws, enum aws_service service);

/* How long one thing may be tried for, and how often it was. */
struct aws_patience {
	int64_t until; /* by clock_monotonic */
	int tries;
};
struct aws_patience aws_patience(const struct aws *aws);

/* Waits before the next try: up to 50 ms, and each time up to twice as long, 2 s at most. False: there is no time
 * left. */
bool aws_patience_wait(struct aws_patience *patience);

struct aws_call {
	enum aws_service service;
	const char *operation; /* "GetItem" */
	const char *body; /* JSON */
	size_t length;
	bool open; /* unsigned: for what anybody may call */
	/* must not be repeated when it may have been done: what it does is not known to be done once otherwise */
	bool once;
	bool secret; /* the answer holds secrets: free it with aws_answer_wipe */
	struct aws_patience *patience; /* shared by several calls; NULL: its own */
};

/* What a service said. */
struct aws_answer {
	int status;
	cJSON *json; /* an object */
	char error[AWS_ERROR_SIZE]; /* the type, without its namespace: "UserNotFoundException"; "" with 200 */
	/* of an error, within `json`, or ""; may hold what was sent, so it is not for a log as it is */
	const char *message;
	int tries; /* requests that it took */
};

/* True: there is an answer, which may be an error that nothing is done about by trying again. */
bool aws_call(struct aws *aws, const struct aws_call *call, struct aws_answer *ret_answer, struct err *err);
void aws_answer_done(struct aws_answer *answer);
void aws_answer_wipe(struct aws_answer *answer);

/* Is it that error? */
bool aws_is(const struct aws_answer *answer, const char *error);

#endif
