/* ask.h: asking dispatch(), with fakes behind it, and looking at the answer. Everything is in one `asked`, which each
 * test has for itself (ASK_TEST).
 */
#ifndef VITRINE_TESTS_UNIT_ASK_H
#define VITRINE_TESTS_UNIT_ASK_H

#include "tests/unit/unit.h"

#include "tests/unit/fakes.h"

struct ask {
	const char *method, *path;
	const char *token; /* the whole value of Authorization; NULL: none */
	const char *body, *type;
	struct pair query[3];
	size_t query_count;
	struct pair header; /* one more */
	bool hurried, patient;
};

extern struct asked {
	struct fake fake;
	struct arena arena;
	struct response response;
	struct err cause;
	cJSON *answer; /* the body, when it is JSON */
} asked;

int ask_set_up(void **state);
int ask_tear_down(void **state);
#define ASK_TEST(test) cmocka_unit_test_setup_teardown(test, ask_set_up, ask_tear_down)

/* ASK("GET", "/Product", .token = …): sends, and gives the status. The fake's notes start anew. */
#define ASK(verb, where, ...) ask_send(&(struct ask){.method = (verb), .path = (where), __VA_ARGS__})
int ask_send(const struct ask *ask);
int ask_send_bytes(const struct ask *ask, const void *body, size_t length);

/* The answer's header, which must not be there twice; a member that is a string; and that of an element of `errors`. ""
 * when there is none. */
const char *ask_header(const char *name);
const char *ask_member(const char *name);
const char *ask_fault(int index, const char *name);

/* The answer is a well-formed problem of this status and code. */
void ask_is_problem(int status, const char *code);

#endif
