/* test_token.c: tokens that must pass, and every kind that must not. */
#include "tests/unit/token_key.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base/json.h"

static char *sign(const struct token_claims *claims)
{
	struct err err = {0};
	char *token = token_sign(private_pem, kid, claims, &arena, &err);

	assert_non_null(token);
	return token;
}

/* What stands before a token's signature. */
static char *unsigned_part(const char *header, const char *payload)
{
	return arena_printf(&arena, "%s.%s", base64(header, strlen(header)), base64(payload, strlen(payload)));
}

/* Any header and payload under the right key, as token_sign would never make them. */
static char *sign_raw(const char *header, const char *payload)
{
	char *text = unsigned_part(header, payload);
	uint8_t signature[512];
	size_t length = sizeof signature;
	BIO *bio = BIO_new_mem_buf(private_pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	assert_non_null(key);
	assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(md, signature, &length, (const uint8_t *)text, strlen(text)), 1);
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	BIO_free(bio);
	return arena_printf(&arena, "%s.%s", text, base64(signature, length));
}

/* With a text as the secret. */
static char *sign_hmac(const char *header, const char *payload, const char *secret)
{
	char *text = unsigned_part(header, payload);
	uint8_t signature[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	HMAC(EVP_sha256(), secret, (int)strlen(secret), (const uint8_t *)text, strlen(text), signature, &length);
	return arena_printf(&arena, "%s.%s", text, base64(signature, length));
}

static const char rs256[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
static const char good_payload[] = "{\"sub\":\"x\",\"token_use\":\"access\",\"iss\":\"iss\",\"client_id\":\"app\","
				   "\"exp\":1795003600}";

static void assert_taken(const char *token, struct token_claims *ret_claims)
{
	struct err err = {0};

	if (!token_verify(token, public_pem, &rules, &arena, ret_claims, &err))
		fail_msg("not taken: %s", err.message);
}

static void assert_refused(const char *token, const char *code)
{
	struct err err = {0};
	struct token_claims claims = {.subject = "untouched"};

	assert_false(token_verify(token, public_pem, &rules, &arena, &claims, &err));
	assert_int_equal(err.kind, ERR_UNAUTHENTICATED);
	assert_string_equal(err.code, code);
	assert_string_equal(claims.subject, "untouched");
}

/* ---- what must pass ---- */

static void test_round_trip(void **state)
{
	struct token_claims claims;

	(void)state;
	assert_taken(sign(&sample), &claims);
	assert_string_equal(claims.subject, sample.subject);
	assert_string_equal(claims.username, "ada");
	assert_string_equal(claims.group, "Clients");
	assert_string_equal(claims.use, "access");
	assert_string_equal(claims.issuer, "iss");
	assert_string_equal(claims.client_id, "app");
	assert_null(claims.email); /* not in access tokens */
	assert_int_equal(claims.issued_at, now);
	assert_int_equal(claims.expires_at, now + 3600000);
	assert_taken(sign_raw(rs256, good_payload), &claims);
}

static void test_id_token(void **state)
{
	struct token_claims claims = sample, read;
	struct token_rules id_rules = rules;
	struct err err = {0};

	(void)state;
	claims.use = id_rules.use = "id";
	char *token = sign(&claims);
	assert_true(token_verify(token, public_pem, &id_rules, &arena, &read, &err));
	assert_string_equal(read.email, "ada@example.com");
	assert_string_equal(read.username, "ada");
	assert_string_equal(read.client_id, "app");
	assert_refused(token, "invalid_token"); /* as an access token */
	assert_false(token_verify(sign(&sample), public_pem, &id_rules, &arena, &read, &err));
}

/* The names on the wire are Cognito's. */
static void test_wire_names(void **state)
{
	char *token = sign(&sample);
	char *payload = strchr(token, '.') + 1;
	uint8_t bytes[4096];
	size_t length;
	struct err err;

	(void)state;
	*strchr(payload, '.') = '\0';
	assert_true(crypt_unbase64(payload, bytes, sizeof bytes, &length));
	cJSON *json = json_parse((const char *)bytes, length, JSON_VALUES_REQUEST, &err);
	assert_non_null(json);
	static const char *const texts[] = {"sub", "username", "token_use", "iss", "client_id", "jti"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, texts[i])));
	const cJSON *groups = cJSON_GetObjectItemCaseSensitive(json, "cognito:groups");
	assert_int_equal(cJSON_GetArraySize(groups), 1);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(groups, 0)), "Clients");
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "exp")->valueint, (now + 3600000) / 1000);
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "iat")->valueint, now / 1000);
	cJSON_Delete(json);
}

static void test_no_two_are_alike(void **state)
{
	(void)state;
	assert_string_not_equal(sign(&sample), sign(&sample));
}

static void test_group_missing(void **state)
{
	static const char *const groups[] = {"",
					     ",\"cognito:groups\":[]",
					     ",\"cognito:groups\":[7]",
					     ",\"cognito:groups\":\"Clients\"",
					     ",\"cognito:groups\":{\"0\":\"Clients\"}",
					     ",\"cognito:groups\":null"};
	struct token_claims claims = sample;

	(void)state;
	claims.group = NULL;
	assert_taken(sign(&claims), &claims);
	assert_null(claims.group);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		assert_taken(sign_raw(rs256, arena_printf(&arena, "%.*s%s}", (int)sizeof good_payload - 2, good_payload,
							  groups[i])),
			     &claims);
		assert_null(claims.group);
	}
}

/* ---- what must not ---- */

static void test_algorithms(void **state)
{
	static const char *const headers[] = {"{\"alg\":\"none\"}",
					      "{\"alg\":\"NONE\"}",
					      "{\"alg\":\"HS256\"}",
					      "{\"alg\":\"HS384\"}",
					      "{\"alg\":\"RS384\"}",
					      "{\"alg\":\"ES256\"}",
					      "{\"alg\":\"rs256\"}",
					      "{\"alg\":\"RS256 \"}",
					      "{\"alg\":256}",
					      "{\"alg\":null}",
					      "{}",
					      "[]",
					      "{\"alg\":\"RS256\",\"alg\":\"none\"}",
					      "{\"alg\":[\"RS256\"]}"};

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		assert_refused(sign_raw(headers[i], good_payload), "invalid_token");
		assert_refused(sign_hmac(headers[i], good_payload, public_pem), "invalid_token");
		assert_refused(arena_printf(&arena, "%s.", unsigned_part(headers[i], good_payload)), "invalid_token");
	}
	assert_refused(sign_hmac(rs256, good_payload, public_pem), "invalid_token");
	assert_refused(arena_printf(&arena, "%s.", unsigned_part(rs256, good_payload)), "invalid_token");
	assert_refused(arena_printf(&arena, "%s.AA", unsigned_part(rs256, good_payload)), "invalid_token");
}

static void test_rules(void **state)
{
	struct token_claims claims = sample;

	(void)state;
	claims.issuer = "other";
	assert_refused(sign(&claims), "invalid_token");
	claims = sample;
	claims.client_id = "other";
	assert_refused(sign(&claims), "invalid_token");
	claims = sample;
	claims.subject = NULL;
	assert_refused(sign(&claims), "invalid_token");
	claims = sample;
	claims.expires_at = now;
	assert_refused(sign(&claims), "token_expired");
	claims.issuer = "other"; /* what is wrong in itself is not merely late */
	assert_refused(sign(&claims), "invalid_token");
	claims = sample;
	claims.expires_at = now + 1000;
	assert_taken(sign(&claims), &claims);
}

static void test_odd_payloads(void **state)
{
	static const char *const ends[] = {"",
					   ",\"exp\":\"1795003600\"",
					   ",\"exp\":1795003600.5",
					   ",\"exp\":-1",
					   ",\"exp\":0",
					   ",\"exp\":null",
					   ",\"exp\":9223372036854775807",
					   ",\"exp\":1e400",
					   ",\"exp\":99999999999999999999",
					   ",\"exp\":true",
					   ",\"exp\":1795003600,\"iss\":7",
					   ",\"exp\":1795003600,\"client_id\":[\"app\"]",
					   ",\"exp\":1795003600,\"sub\":\"\\u0000\"",
					   ",\"exp\":1795003600,\"sub\":\"\xFF\xFE\"",
					   ",\"exp\":1795003600,\"x\":\"\xED\xA0\x80\"",
					   ",\"exp\":1795003600,"};
	static const char head[] = "{\"sub\":\"x\",\"token_use\":\"access\",\"iss\":\"iss\",\"client_id\":\"app\"";
	static const char *const payloads[] = {"", "[]", "null", "7", "\"x\"", "{", "{}x", "\xFF"};

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		assert_refused(sign_raw(rs256, arena_printf(&arena, "%s%s}", head, ends[i])), "invalid_token");
	for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++)
		assert_refused(sign_raw(rs256, payloads[i]), "invalid_token");
}

static void test_other_key(void **state)
{
	const char *other_private, *other_public, *other_kid;
	struct err err;

	(void)state;
	assert_true(token_key_new(&arena, &other_private, &other_public, &other_kid, &err));
	assert_string_not_equal(other_kid, kid);
	assert_refused(token_sign(other_private, kid, &sample, &arena, &err), "invalid_token");
}

/* Each character of a token, changed: none passes. */
static void test_tampered(void **state)
{
	char *token = sign(&sample);
	size_t length = strlen(token);

	(void)state;
	for (size_t at = 0; at < length; at++) {
		char kept = token[at];

		token[at] = kept == 'A' ? 'B' : 'A';
		assert_refused(token, "invalid_token");
		token[at] = kept;
	}
}

/* The last character of a signature carries bits that say nothing: one token must have one text. */
static void test_one_spelling(void **state)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *token = sign(&sample);
	char *last = token + strlen(token) - 1;
	char kept = *last;
	struct token_claims claims;

	(void)state;
	for (const char *letter = alphabet; *letter; letter++) {
		*last = *letter;
		if (*letter != kept)
			assert_refused(token, "invalid_token");
	}
	*last = kept;
	assert_taken(token, &claims);
	static const char *const tails[] = {"=", "==", ".", " ", "\n", "A", "=junk", ".AAAA"};
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		assert_refused(arena_printf(&arena, "%s%s", token, tails[i]), "invalid_token");
	assert_refused(arena_printf(&arena, " %s", token), "invalid_token");
}

static void test_truncated(void **state)
{
	char *token = sign(&sample);

	(void)state;
	for (size_t length = strlen(token); length-- > 0;) {
		token[length] = '\0';
		assert_refused(token, "invalid_token");
	}
	static const char *const garbage[] = {"", ".", "..", "...", "a.b", "a.b.c", "Bearer x", "\xFF\xFE", "{}.{}.{}"};
	for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
		assert_refused(garbage[i], "invalid_token");
}

/* A valid token of just over 8 KiB is too large, and so is a megabyte of nothing. */
static void test_huge(void **state)
{
	struct token_claims claims;
	struct arena space;

	(void)state;
	arena_init(&space, 4 * 1024 * 1024);
	for (int filler = 5000; filler <= 7000; filler += 2000) {
		char *text = arena_alloc(&space, (size_t)filler + 1);

		memset(text, 'x', (size_t)filler);
		char *token = sign_raw(rs256, arena_printf(&arena, "%.*s,\"x\":\"%s\"}", (int)sizeof good_payload - 2,
							   good_payload, text));
		if (strlen(token) <= 8192)
			assert_taken(token, &claims);
		else
			assert_refused(token, "invalid_token");
	}
	char *nothing = arena_alloc(&space, 1024 * 1024);
	memset(nothing, 'A', 1024 * 1024 - 1);
	assert_refused(nothing, "invalid_token");
	nothing[1000] = nothing[2000] = '.';
	assert_refused(nothing, "invalid_token");
	arena_done(&space);
}

/* ---- the rest ---- */

static void test_read_without_key(void **state)
{
	struct token_claims claims = sample;
	struct err err = {0};

	(void)state;
	claims.expires_at = now - 1000;
	char *token = sign(&claims);
	assert_true(token_read(token, &arena, &claims, &err));
	assert_string_equal(claims.group, "Clients");
	assert_int_equal(claims.expires_at, now - 1000);
	*strchr(token, '.') = 'x';
	assert_false(token_read(token, &arena, &claims, &err));
	assert_int_equal(err.kind, ERR_PROTOCOL);
	assert_false(token_read("", &arena, &claims, &err));
}

static void test_memory_ends(void **state)
{
	char *token = sign(&sample);
	bool passed = false;

	(void)state;
	for (size_t limit = 0; limit < 2048 && !passed; limit += 16) {
		struct arena small;
		struct token_claims claims;
		struct err err = {0};

		arena_init(&small, limit);
		passed = token_verify(token, public_pem, &rules, &small, &claims, &err);
		if (!passed)
			assert_int_equal(err.kind, ERR_MEMORY);
		arena_done(&small);
	}
	assert_true(passed);
}

static void test_sign_refuses(void **state)
{
	struct token_claims claims = sample;
	struct err err = {0};
	char long_text[8192];

	(void)state;
	assert_null(token_sign("no key", kid, &sample, &arena, &err));
	assert_int_equal(err.kind, ERR_INTERNAL);
	claims.use = "refresh";
	assert_null(token_sign(private_pem, kid, &claims, &arena, &err));
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	claims = sample;
	claims.username = long_text;
	assert_null(token_sign(private_pem, kid, &claims, &arena, &err));
	assert_false(token_keys_write(&(struct token_key){kid, "no key"}, 1, &arena, &(const char *){NULL}, &err));
	assert_int_equal(err.kind, ERR_INTERNAL);
}

static void test_jwks(void **state)
{
	const char *text;
	struct err err;
	uint8_t modulus[512];
	size_t length;

	(void)state;
	assert_true(token_keys_write(&(struct token_key){kid, public_pem}, 1, &arena, &text, &err));
	cJSON *json = json_parse(text, strlen(text), JSON_VALUES_REQUEST, &err);
	const cJSON *key = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "keys"), 0);
	assert_non_null(key);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(key, "kty")), "RSA");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(key, "alg")), "RS256");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(key, "use")), "sig");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(key, "kid")), kid);
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(key, "e")), "AQAB");
	assert_true(
	    crypt_unbase64(cJSON_GetStringValue(cJSON_GetObjectItem(key, "n")), modulus, sizeof modulus, &length));
	assert_int_equal(length, 256);
	assert_true(modulus[0] >= 0x80);
	cJSON_Delete(json);
	assert_null(strstr(text, "\"d\""));
	assert_non_null(strstr(private_pem, "PRIVATE KEY"));
	assert_null(strstr(public_pem, "PRIVATE"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_round_trip),    TEST(test_id_token),         TEST(test_wire_names),   TEST(test_no_two_are_alike),
	    TEST(test_group_missing), TEST(test_algorithms),       TEST(test_rules),        TEST(test_odd_payloads),
	    TEST(test_other_key),     TEST(test_tampered),         TEST(test_one_spelling), TEST(test_truncated),
	    TEST(test_huge),          TEST(test_read_without_key), TEST(test_memory_ends),  TEST(test_sign_refuses),
	    TEST(test_jwks),
	};

	return cmocka_run_group_tests_name("token", tests, make_key, forget_key);
}
