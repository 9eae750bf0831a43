/* identity_world.h: what the tests of local identity share: a database, a clock that stands still, an outbox. */
#ifndef VITRINE_TESTS_UNIT_IDENTITY_WORLD_H
#define VITRINE_TESTS_UNIT_IDENTITY_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/identity/local/local.h"

#define ADA "ada@example.com"
#define PASSWORD "Vitrine-2026"
#define OTHER_PASSWORD "Another-2026"

struct world {
	char folder[256]; /* of its own, removed at the end */
	char outbox[300], path[300];
	struct db *db;
	struct identity *identity;
	struct arena arena;
};

/* The one world of the test that runs, and what its clock shows (ms). */
extern struct world world;
extern _Atomic int64_t world_now;
extern const struct db_schema *const world_schemas[];

/* Set-ups: a database in memory without an outbox, with one; on file. And the end of each. */
int world_plain(void **state);
int world_with_mail(void **state);
int world_on_file(void **state);
int world_on_file_with_mail(void **state);
int world_end(void **state);

/* Another identity over the same database. */
struct identity *world_open(const struct identity_local_options *options);

/* Those that must succeed. */
const char *world_sign_up(const char *email, const char *password, enum group group);
struct identity_tokens world_sign_in(const char *email, const char *password);

/* Those that must fail, with what they say. No message may hold a password. */
struct err world_no_sign_in(const char *email, const char *password, const char *address, int *ret_retry_after);
void world_assert_err(const struct err *err, enum err_kind kind, const char *code);

/* Messages in the outbox; the newest one's text in the arena and the code in it. */
int world_mails(void);

/* Has identity do what its answers left for later. */
void world_tend(void);
const char *world_mail(void);
const char *world_code(void);

#endif
