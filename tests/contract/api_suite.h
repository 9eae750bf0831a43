/* api_suite.h: what every front end of the platform must answer: one suite over a transport, which is dispatch() called
 * directly, real HTTP, or whatever comes.
 *
 * Every request and its answer go into a transcript, a JSON object a line, which tests/openapi/check_transcript.py
 * holds against openapi.yaml. The suite fails when a row of api.def never succeeded in it.
 */
#ifndef VITRINE_TESTS_CONTRACT_API_SUITE_H
#define VITRINE_TESTS_CONTRACT_API_SUITE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/json.h"
#include "models/api.h"

enum { API_HEADERS_MAX = 32, PARSED_MAX = 4096 };

struct api_request {
	const char *method;
	const char *target; /* as in a request line: "/Product?q=caf%C3%A9" */
	struct pair headers[API_HEADERS_MAX];
	size_t headers_count;
	const void *body;
	size_t body_length;
};

/* Everything in it lives in the arena that was given to `send`. */
struct api_response {
	int status;
	struct pair headers[API_HEADERS_MAX];
	size_t headers_count;
	const char *body; /* terminated */
	size_t body_length;
};

struct api_transport {
	/* False when no answer came. */
	bool (*send)(struct api_transport *transport, const struct api_request *request, struct arena *arena,
		     struct api_response *ret_response);
	/* Has the platform do what its answers left for later; NULL: it does so by itself, soon. */
	bool (*tend)(struct api_transport *transport);
	const char *outbox; /* where its mail is left; NULL: it sends none, and sign-ups need no confirmation */
	bool short_pages;   /* its pages may have fewer rows than they could */
};

/* Runs the suite and writes the transcript. Returns what main() should. */
int api_suite_run(struct api_transport *transport, const char *transcript);

/* The part for a platform that sends no mail; its transport has no outbox. */
int api_suite_run_plain(struct api_transport *transport, const char *transcript);

/* ---- within the suite ---- */

struct person {
	const char *id, *email, *password, *full_name;
	const char *token, *refresh_token, *id_token;
};

struct suite {
	struct api_transport *transport;
	FILE *transcript;
	struct arena arena;  /* of one test */
	struct arena people; /* of the whole run */
	bool succeeded[API_OPS];
	unsigned names;             /* made so far */
	struct person ada, bob;     /* clients */
	struct person grace, linus; /* sellers */
	cJSON *parsed[PARSED_MAX];  /* freed after each test */
	size_t parsed_count;
};

struct answer {
	struct api_response response;
	int status;
	const cJSON *json; /* NULL when the body is not JSON */
	const char *asked; /* for messages: "GET /Product" */
};

/* A request by hand. It is noted in the transcript; the answer has passed what holds for all answers. */
struct answer suite_send(struct suite *suite, const struct api_request *request);

/* The usual: with a token (NULL: none) and a JSON body (NULL: none) that is printed from a format. */
struct answer call(struct suite *suite, const struct person *who, const char *method, const char *target,
		   const char *body, ...) __attribute__((format(printf, 5, 6)));

/* GET of a listing, joined: its pages, which may be short or empty, are read on until there are no more or `most` rows
 * (0: all) were answered. What is beside the rows is the last page's. The first answer that is no 200 is returned
 * instead. */
struct answer listed(struct suite *suite, const struct person *who, const char *target, int most);

/* Moves the rows of another answer of the same kind behind those of this one, whose other members become the other's.
 * Both must be answers of this test. */
void answer_join(struct suite *suite, struct answer *whole, const struct answer *page);

/* The same as `call` with one more header, and no formatting. */
struct answer call_with(struct suite *suite, const struct person *who, const char *method, const char *target,
			const char *name, const char *value, const char *body);

/* A request of the suite's kind, to be changed before it is sent. */
struct api_request request_new(struct suite *suite, const struct person *who, const char *method, const char *target,
			       const char *body);
void request_header(struct api_request *request, const char *name, const char *value);

/* What was answered must be this, or the test fails and shows it. `code` is a problem's code. */
#define expect_status(answer, wanted) suite_expect_status(&(answer), (wanted), __FILE__, __LINE__)
#define expect_problem(answer, wanted, code) suite_expect_problem(&(answer), (wanted), (code), __FILE__, __LINE__)
/* A 400 that points at `pointer` and nothing else. */
#define expect_invalid(answer, pointer) suite_expect_invalid(&(answer), (pointer), __FILE__, __LINE__)
void suite_expect_status(const struct answer *answer, int wanted, const char *file, int line);
void suite_expect_problem(const struct answer *answer, int wanted, const char *code, const char *file, int line);
void suite_expect_invalid(const struct answer *answer, const char *pointer, const char *file, int line);

/* What is at a place of the answer, "products.0.name": the test fails when it isn't there or of another type. */
const cJSON *at(const struct answer *answer, const char *place);
bool has(const struct answer *answer, const char *place);
const char *text_at(const struct answer *answer, const char *place);
int64_t number_at(const struct answer *answer, const char *place);
bool flag_at(const struct answer *answer, const char *place);
int count_at(const struct answer *answer, const char *place);
#define expect_text(answer, place, wanted) assert_string_equal(text_at(&(answer), (place)), (wanted))
#define expect_number(answer, place, wanted) assert_int_equal(number_at(&(answer), (place)), (wanted))
#define expect_flag(answer, place, wanted) assert_int_equal(flag_at(&(answer), (place)), (wanted))
#define expect_count(answer, place, wanted) assert_int_equal(count_at(&(answer), (place)), (wanted))

/* A header of the answer, or NULL. */
const char *header_of(const struct answer *answer, const char *name);

/* Texts in the test's arena: printed; `count` times `unit`; a name that nobody else has; a text percent-encoded. */
const char *say(struct suite *suite, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *repeat(struct suite *suite, const char *unit, size_t count);
const char *fresh(struct suite *suite, const char *stem);
const char *encoded(struct suite *suite, const char *text);

/* Signs up (confirms) and in; `group` is "Client" or "Seller". The person lives as long as the suite. */
struct person person_new(struct suite *suite, const char *group, const char *full_name);
void person_sign_in(struct suite *suite, struct person *person);

/* The code in the newest mail to an address; the test fails when there is none. */
const char *mailed_code(struct suite *suite, const char *email);
size_t mails_count(struct suite *suite, const char *email);
/* When there are so many, or more, at last. */
void mails_await(struct suite *suite, const char *email, size_t count);

/* A product of a seller, on sale: its id. */
const char *product_new(struct suite *suite, const struct person *seller, const char *name, const char *price,
			int stock);
int64_t stock_of(struct suite *suite, const char *product_id);

/* Buys one product, and fails unless that works: the purchase. */
struct answer buy(struct suite *suite, const struct person *client, const char *product_id, int quantity,
		  const char *price);

/* The tests, by file. */
struct suite_tests {
	const struct CMUnitTest *tests;
	size_t count;
};
extern const struct suite_tests account_tests, catalogue_tests, picture_tests, buying_tests, sale_tests, rule_tests,
    limit_tests, order_tests, change_tests;

#endif
