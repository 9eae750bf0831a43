/* fuzz_token.c: arbitrary bytes as a token, as the payload of one, and as a set of public keys. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/token.h"
#include "tests/fuzz/fuzz_token_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* What passes keeps the rules; what doesn't says why. */
static void check(const char *token, struct arena *arena)
{
	const struct token_rules rules = {
	    .use = "access", .issuer = "iss", .client_id = "app", .now = INT64_C(1795000000000)};
	struct token_claims claims = {0}, read = {0};
	struct err err = {0};
	bool can_be_read = token_read(token, arena, &read, &err);

	must(can_be_read || err.kind == ERR_PROTOCOL || err.kind == ERR_MEMORY, "reading says why not");
	err = (struct err){0};
	const char *kid = NULL;
	if (token_kid(token, arena, &kid, &err))
		must(can_be_read && kid, "what names a key can be read");
	else
		must(err.kind == ERR_UNAUTHENTICATED || err.kind == ERR_MEMORY, "looking for a key says why not");
	err = (struct err){0};
	if (token_verify(token, public_pem, &rules, arena, &claims, &err)) {
		must(can_be_read && same(claims.subject, read.subject), "what is verified can be read");
		must(same(claims.use, "access") && same(claims.issuer, "iss") && same(claims.client_id, "app"),
		     "rules");
		must(claims.subject && claims.expires_at > rules.now, "a subject, and time left");
	} else {
		must(err.kind == ERR_UNAUTHENTICATED || err.kind == ERR_MEMORY, "checking says why not");
	}
}

/* So that the fuzzer need not learn base64 to get at the claims. */
static void check_payload(const uint8_t *data, size_t size, struct arena *arena)
{
	static const char head[] = "eyJhbGciOiJSUzI1NiJ9."; /* {"alg":"RS256"} */
	char *text = arena_alloc(arena, CRYPT_BASE64_SIZE(size));

	if (!text)
		return;
	crypt_base64(data, size, text);
	char *token = arena_printf(arena, "%s%s.AA", head, text);
	if (token)
		check(token, arena);
}

/* What is taken is a set that says the same when it is written and read again. */
static void check_keys(const uint8_t *data, size_t size, struct arena *arena)
{
	const struct token_key *keys = NULL, *again = NULL;
	size_t count = 0, count_again = 0;
	const char *text;
	struct err err = {0};

	if (!token_keys_read((const char *)data, size, arena, &keys, &count, &err)) {
		must(err.kind == ERR_PROTOCOL || err.kind == ERR_MEMORY, "reading keys says why not");
		return;
	}
	must(count <= TOKEN_KEYS_MAX, "not too many keys");
	if (!token_keys_write(keys, count, arena, &text, &err) ||
	    !token_keys_read(text, strlen(text), arena, &again, &count_again, &err)) {
		must(err.kind == ERR_MEMORY, "what was read can be written");
		return;
	}
	must(count_again == count, "as many keys");
	for (size_t i = 0; i < count; i++)
		must(same(keys[i].kid, again[i].kid) && same(keys[i].public_pem, again[i].public_pem), "the same keys");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena arena;

	if (!ready)
		ready = crypt_init();
	arena_init(&arena, 1024 * 1024);
	char *token = arena_strndup(&arena, (const char *)data, size);
	if (token)
		check(token, &arena);
	check_payload(data, size, &arena);
	check_keys(data, size, &arena);
	arena_done(&arena);
	return 0;
}
