/* cognito_world.h: what the tests of identity over Cognito share: a server on this machine that answers as it is told
 * to in the place of Cognito and of its public keys, links that are kept in memory and fail when told to, a clock that
 * stands still.
 */
#ifndef VITRINE_TESTS_UNIT_COGNITO_WORLD_H
#define VITRINE_TESTS_UNIT_COGNITO_WORLD_H

#include "tests/unit/unit.h"

#include "base/token.h"
#include "platform/identity/cognito/cognito.h"

#define POOL "eu-west-1_Example01"
#define APP "4u8h7exampleclient"
#define ISSUER "https://cognito-idp.eu-west-1.amazonaws.com/" POOL
#define SUB "0b1c2d3e-1111-4222-8333-444455556666"
#define ACCOUNT "01ARZ3NDEKTSV4RRFFQ69G5FAV"
#define ADA "ada@example.com"
#define PASSWORD "Vitrine-2026"

/* Another minute, in ms. */
enum { MINUTE = 60 * 1000, LINKS_MAX = 16 };

struct world {
	struct aws *aws;
	struct identity *identity;
	struct arena arena;
	const char *private_pem, *public_pem; /* of the pool's key, which is called "pool-key" */
	const char *keys;                     /* the set that the server gives */
};
extern struct world world;
extern _Atomic int64_t world_now;

int world_set_up(void **state);
int world_tear_down(void **state);

/* Whatever is asked by this operation ("SignUp"; "keys" for the public ones) is answered so, until it is told
 * otherwise. `body` NULL: the connection is closed instead. The text must stay. */
void world_answer(const char *operation, int status, const char *body);
/* {"__type": error, "message": message}, status 400. */
void world_refuse(const char *operation, const char *error, const char *message);
/* How often it was asked, and with what the last time (in the arena; "" when it wasn't). */
int world_asked(const char *operation);
const char *world_sent(const char *operation);
/* The operations since the last world_forget, in order: "SignUp AdminAddUserToGroup". */
const char *world_story(void);
void world_forget(void);

/* What is kept under a name; NULL: nothing. The link of the sample account; one fewer. */
const char *world_link(const char *name);
void world_link_put(const char *name, const char *value);
void world_link_account(void);
/* The links' functions fail after so many more calls; -1: never. And how often they were called. */
void world_links_fail_after(int calls);
int world_links_called(void);

/* A token of the pool's for the sample login, with changes. */
struct token_claims world_claims(void);
const char *world_token(const struct token_claims *claims);
/* The answer of InitiateAuth with tokens of the sample login. */
const char *world_tokens(void);

void world_assert_err(const struct err *err, enum err_kind kind, const char *code);

#endif
