/* token_key.h: what the tests of tokens and of sets of keys share: one key for a program, a token's claims and the
 * rules that they meet, an arena for each test.
 */
#ifndef VITRINE_TESTS_UNIT_TOKEN_KEY_H
#define VITRINE_TESTS_UNIT_TOKEN_KEY_H

#include "tests/unit/unit.h"

#include "base/crypt.h"
#include "base/token.h"

static struct arena arena; /* of one test */
static struct arena program_arena;
static const char *private_pem, *public_pem, *kid;

static const int64_t now = 1795000000000;
static const struct token_rules rules = {.use = "access", .issuer = "iss", .client_id = "app", .now = now};
static const struct token_claims sample = {
    .subject = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    .username = "ada",
    .group = "Clients",
    .use = "access",
    .issuer = "iss",
    .client_id = "app",
    .email = "ada@example.com",
    .issued_at = now,
    .expires_at = now + 3600000,
};

static int make_key(void **state)
{
	struct err err;

	(void)state;
	arena_init(&program_arena, 1024 * 1024);
	return crypt_init() && token_key_new(&program_arena, &private_pem, &public_pem, &kid, &err) ? 0 : -1;
}

static int forget_key(void **state)
{
	(void)state;
	arena_done(&program_arena);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static char *base64(const void *bytes, size_t length)
{
	char *text = arena_alloc(&arena, CRYPT_BASE64_SIZE(length));

	assert_non_null(text);
	crypt_base64(bytes, length, text);
	return text;
}

#endif
