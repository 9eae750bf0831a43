/* task.h: what a handler gets, and how it answers. A handler has nothing to check that the tables could: who asks, the
 * parameters and the body have been seen to by dispatch().
 */
#ifndef VITRINE_PLATFORM_TASK_H
#define VITRINE_PLATFORM_TASK_H

#include "platform/dispatch.h"

struct task {
	struct platform *platform;
	const struct request *request;
	struct arena *arena;
	struct response *response;
	const struct api_row *row;
	const char *id;             /* what {id} in the path stands for; "" without one */
	struct identity_claims who; /* account_id is NULL when nobody is signed in */
	const char *token;          /* the access token that says so */
	struct account account;     /* of the one who is signed in */
	const void *query;          /* the struct of row->query, decoded */
	struct err invalid;         /* what is wrong with the body, in a row with `once`; ERR_NONE: nothing */
	const void *body;           /* the struct of row->body, decoded; for an image its bytes are request->body */
	/* What an error's answer tells besides the error itself. */
	struct violations *violations;
	int retry_after; /* seconds; 0: none */
	uint64_t generation; /* of the store when task_recall looked; 0: nothing is to be remembered */
	uint8_t page_key[32];
	uint8_t filter[32]; /* a hash of the query's filter, made by task_page */
	const char *extra_name; /* one more member: an object of a shape, or a list of them */
	const struct shape *extra_shape;
	const void *extra;
	size_t extra_count; /* EXTRA_OBJECT: a single object */
};
#define EXTRA_OBJECT SIZE_MAX

/* Every handler: true when it has answered; false with *err otherwise. */
#define API(op, ...) bool handle_##op(struct task *task, struct err *err);
#include "models/api.def"
#undef API

/* Answers with the row's status and an object of the row's answer shape; task_answer_empty for rows without one. */
bool task_answer(struct task *task, const void *object, struct err *err);
bool task_answer_empty(struct task *task);

/* True when the request is hurried and so may not go on; then `return true`, with nothing done. */
bool task_leave(struct task *task);

/* For listings that are the same for everybody: true when the answer was given before, with the same query, and nothing
 * has changed since; it is then the answer. Otherwise, once task_answer has made it, task_remember keeps it for the
 * next one. */
bool task_recall(struct task *task);
void task_remember(struct task *task);

/* Answers with bytes of another type. `media_type` is static or lives in the arena. */
bool task_answer_bytes(struct task *task, int status, const char *media_type, const void *bytes, size_t length,
		       struct err *err);

/* Adds a header to the answer; the texts are static or live in the arena. At most RESPONSE_HEADERS_MAX. */
void task_header(struct task *task, const char *name, const char *value);

/* The value of a request's header, or NULL. */
const char *task_request_header(const struct task *task, const char *name);

/* "Location: <path>/<id>" of what was created. */
void task_location(struct task *task, const char *path, const char *id);

/* Turns `limit` and `cursor` of a query into the page to ask the store for; and the store's next place into the cursor
 * to answer (NULL stays NULL). A cursor is bound to the row and to the other parameters of the query. ERR_INVALID. */
bool task_page(struct task *task, int64_t limit, const char *cursor, struct store_page *ret_page, struct err *err);
bool task_cursor(struct task *task, const char *next, const char **ret_cursor, struct err *err);

/* The same for the parameter `name`, which isn't a listing's; place NULL stays NULL both ways. */
bool task_place(struct task *task, const char *name, const char *cursor, const char **ret_place, struct err *err);

/* True when the request waits instead of being answered now: until the store tells the one who is signed in something
 * after a place; then `return true`. */
bool task_wait(struct task *task, int64_t place);

/* The account of the one who is signed in was closed meanwhile: ERR_UNAUTHENTICATED. Returns false. */
bool task_account_gone(struct err *err);

/* Notes a fault of the request that no table could see; then `return task_invalid(…)`. */
bool task_invalid(struct task *task, struct err *err, const char *pointer, enum violation_kind kind);
bool task_invalid_with(struct task *task, struct err *err, const char *pointer, enum violation_kind kind,
		       const struct err_params *params);

/* After a store has refused a listing: when the parameter q has too many words, that is noted as such a fault, too.
 * Returns false. */
bool task_q_refused(struct task *task, struct err *err);

#endif
