/* test_cognito_tokens.c: access tokens of a user pool: those that must pass, every kind that must not, and public keys
 * that are late, wrong or too many. */
#include "tests/unit/cognito_world.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <pthread.h>

#include "base/crypt.h"

static bool verify(const char *token, struct identity_claims *claims, struct err *err)
{
	*err = (struct err){0};
	return world.identity->verify(world.identity, token, &world.arena, claims, err);
}

static void assert_taken(const char *token)
{
	struct identity_claims claims;
	struct err err;

	if (!verify(token, &claims, &err))
		fail_msg("%s", err.message);
	assert_string_equal(claims.account_id, ACCOUNT);
	assert_string_equal(claims.username, SUB);
}

static void assert_refused(const char *token, enum err_kind kind, const char *code)
{
	struct identity_claims claims = {.account_id = "untouched"};
	struct err err;

	if (verify(token, &claims, &err))
		fail_msg("taken: %s", token);
	world_assert_err(&err, kind, code);
	assert_string_equal(claims.account_id, "untouched");
}
#define INVALID(token) assert_refused(token, ERR_UNAUTHENTICATED, "invalid_token")

static const char *base64(const void *bytes, size_t length)
{
	char *text = arena_alloc(&world.arena, CRYPT_BASE64_SIZE(length));

	crypt_base64(bytes, length, text);
	return text;
}

static const char *signed_with(EVP_PKEY *key, const char *text)
{
	uint8_t signature[1024];
	size_t length = sizeof signature;
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(md, signature, &length, (const uint8_t *)text, strlen(text)), 1);
	EVP_MD_CTX_free(md);
	return arena_printf(&world.arena, "%s.%s", text, base64(signature, length));
}

static const char *hmac_with(const char *secret, const char *text)
{
	uint8_t signature[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	HMAC(EVP_sha256(), secret, (int)strlen(secret), (const uint8_t *)text, strlen(text), signature, &length);
	return arena_printf(&world.arena, "%s.%s", text, base64(signature, length));
}

/* ---- what must pass ---- */

static void good_token(void **state)
{
	struct token_claims sample = world_claims();
	struct identity_claims claims;
	struct err err;

	(void)state;
	world_link_account();
	const char *token = world_token(&sample);
	assert_int_equal(world_asked("keys"), 0); /* nobody is asked before it is needed */
	if (!verify(token, &claims, &err))
		fail_msg("%s", err.message);
	assert_string_equal(claims.account_id, ACCOUNT);
	assert_string_equal(claims.username, SUB);
	assert_int_equal(claims.group, GROUP_CLIENTS);
	assert_int_equal(claims.expires_at, sample.expires_at);
	int looked = world_links_called();
	for (int i = 0; i < 100; i++)
		assert_taken(token);
	assert_int_equal(world_links_called(), looked);
	for (int i = 0; i < 10; i++) /* another one each time */
		assert_taken(world_token(&sample));
	assert_int_equal(world_asked("keys"), 1);
	world_now = sample.expires_at;
	assert_refused(token, ERR_UNAUTHENTICATED, "token_expired"); /* known or not */

	sample = world_claims();
	sample.group = NULL;
	assert_true(verify(world_token(&sample), &claims, &err));
	assert_int_equal(claims.group, GROUP_NONE);
}

static void set_is_told(void **state)
{
	const char *json = NULL;
	struct err err = {0};

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_true(world.identity->jwks(world.identity, &world.arena, &json, &err));
		assert_string_equal(json, world.keys);
	}
	assert_int_equal(world_asked("keys"), 1);
	assert_true(world.identity->needs_confirmation(world.identity));
}

/* ---- what must not ---- */

static void attacks(void **state)
{
	static const char *const headers[] = {"{\"alg\":\"none\",\"kid\":\"pool-key\"}",
					      "{\"alg\":\"None\",\"kid\":\"pool-key\"}",
					      "{\"alg\":\"HS256\",\"kid\":\"pool-key\"}",
					      "{\"alg\":\"HS512\",\"kid\":\"pool-key\"}",
					      "{\"alg\":\"RS512\",\"kid\":\"pool-key\"}",
					      "{\"kid\":\"pool-key\"}",
					      "{\"alg\":\"RS256\"}",
					      "{\"alg\":\"RS256\",\"kid\":null}",
					      "{\"alg\":\"RS256\",\"kid\":[\"pool-key\"]}"};
	BIO *bio = BIO_new_mem_buf(world.private_pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	const char *good, *payload;

	(void)state;
	world_link_account();
	good = world_token(&(struct token_claims){.subject = SUB,
						  .username = SUB,
						  .group = "Clients",
						  .use = "access",
						  .issuer = ISSUER,
						  .client_id = APP,
						  .issued_at = world_now,
						  .expires_at = world_now + MINUTE});
	assert_taken(good);
	payload = arena_printf(&world.arena, "%.*s", (int)strcspn(strchr(good, '.') + 1, "."), strchr(good, '.') + 1);
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		const char *text = arena_printf(&world.arena, "%s.%s", base64(headers[i], strlen(headers[i])), payload);

		INVALID(arena_printf(&world.arena, "%s.", text));
		INVALID(arena_printf(&world.arena, "%s.AA", text));
		INVALID(hmac_with(world.public_pem, text));
		INVALID(hmac_with(world.keys, text));
		INVALID(hmac_with("", text));
		INVALID(signed_with(key, text));
	}
	/* The same made rightly does pass: it is the header that was refused. */
	static const char right[] = "{\"alg\":\"RS256\",\"kid\":\"pool-key\"}";
	assert_taken(signed_with(key, arena_printf(&world.arena, "%s.%s", base64(right, sizeof right - 1), payload)));
	INVALID("");
	INVALID("x");
	INVALID("a.b.c");
	char *tampered = arena_strdup(&world.arena, good);
	for (size_t at = 0; tampered[at]; at += 7) {
		char kept = tampered[at];

		tampered[at] = kept == 'A' ? 'B' : 'A';
		INVALID(tampered);
		tampered[at] = kept;
	}
	EVP_PKEY_free(key);
	BIO_free(bio);
}

static void wrong_claims(void **state)
{
	struct token_claims claims;

	(void)state;
	world_link_account();
#define WITH(change) (claims = world_claims(), change, world_token(&claims))
	INVALID(WITH(claims.issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other"));
	INVALID(WITH(claims.issuer = NULL));
	INVALID(WITH(claims.client_id = "another-app"));
	INVALID(WITH(claims.client_id = NULL));
	INVALID(WITH(claims.use = "id"));
	INVALID(WITH(claims.subject = NULL));
	INVALID(WITH(claims.subject = "0b1c2d3e-1111-4222-8333-999999999999")); /* a login that is no account */
	assert_refused(WITH(claims.expires_at = world_now), ERR_UNAUTHENTICATED, "token_expired");
	assert_refused(WITH(claims.expires_at = world_now - MINUTE), ERR_UNAUTHENTICATED, "token_expired");
	assert_taken(WITH(claims.expires_at = world_now + 1000));
	world_link_put("login." SUB, ""); /* it has gone since */
	INVALID(WITH(claims.expires_at = world_now + 2000));
}

static int64_t world_time(void)
{
	return world_now;
}

static bool get_sample(void *context, const char *name, struct arena *arena, const char **ret_value, struct err *err)
{
	(void)context, (void)name, (void)arena, (void)err;
	*ret_value = ACCOUNT;
	return true;
}

/* In China the names of AWS end in another way. */
static void issuer_in_china(void **state)
{
	const struct identity_cognito_options options = {
	    .user_pool = "cn-north-1_Example01", .client_id = APP, .links = {.get = get_sample}, .now = world_time};
	struct token_claims claims = world_claims();
	struct identity_claims found;
	struct err err = {0};

	(void)state;
	struct identity *identity = identity_cognito_new(world.aws, &options, &err);
	assert_non_null(identity);
	claims.issuer = "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Example01";
	if (!identity->verify(identity, world_token(&claims), &world.arena, &found, &err))
		fail_msg("%s", err.message);
	claims.issuer = "https://cognito-idp.cn-north-1.amazonaws.com/cn-north-1_Example01";
	assert_false(identity->verify(identity, world_token(&claims), &world.arena, &found, &err));
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_token");
	identity->close(identity);
}

/* Another pool's key, in our key's name and in its own. */
static void other_key(void **state)
{
	const char *private_pem, *public_pem, *kid;
	struct token_claims claims = world_claims();
	struct err err;

	(void)state;
	world_link_account();
	assert_true(token_key_new(&world.arena, &private_pem, &public_pem, &kid, &err));
	INVALID(token_sign(private_pem, "pool-key", &claims, &world.arena, &err));
	INVALID(token_sign(private_pem, kid, &claims, &world.arena, &err));
	/* The pool has taken it up: known a minute after the last look at the latest. */
	const struct token_key both[] = {{"pool-key", world.public_pem}, {kid, public_pem}};
	const char *set;
	assert_true(token_keys_write(both, 2, &world.arena, &set, &err));
	world_answer("keys", 200, set);
	const char *token = token_sign(private_pem, kid, &claims, &world.arena, &err);
	INVALID(token);
	int asked = world_asked("keys");
	world_now += MINUTE;
	assert_taken(token);
	assert_int_equal(world_asked("keys"), asked + 1);
	/* And the former one is no longer good once it has left the set. */
	assert_true(token_keys_write(both + 1, 1, &world.arena, &set, &err));
	world_answer("keys", 200, set);
	world_now += 60 * MINUTE - 1;
	claims = world_claims();
	assert_taken(world_token(&claims));
	assert_int_equal(world_asked("keys"), asked + 1);
	world_now += 1;
	claims = world_claims();
	assert_taken(world_token(&claims)); /* whoever comes first isn't kept waiting for the new set */
	assert_int_equal(world_asked("keys"), asked + 2);
	INVALID(world_token(&claims));
}

/* Names of keys that somebody makes up. */
static void made_up_names(void **state)
{
	struct token_claims claims = world_claims();
	struct err err;

	(void)state;
	world_link_account();
	for (int i = 0; i < 50; i++)
		INVALID(
		    token_sign(world.private_pem, arena_printf(&world.arena, "k%d", i), &claims, &world.arena, &err));
	assert_int_equal(world_asked("keys"), 1);
	world_now += MINUTE - 1;
	INVALID(token_sign(world.private_pem, "one", &claims, &world.arena, &err));
	assert_int_equal(world_asked("keys"), 1);
	world_now += 1;
	INVALID(token_sign(world.private_pem, "one", &claims, &world.arena, &err));
	INVALID(token_sign(world.private_pem, "two", &claims, &world.arena, &err));
	assert_int_equal(world_asked("keys"), 2);
	world_now -= 24 * 60 * MINUTE; /* the clock was set back */
	INVALID(token_sign(world.private_pem, "two", &claims, &world.arena, &err));
	assert_int_equal(world_asked("keys"), 3);
}

/* ---- public keys that don't come, or not as they should ---- */

static void bad_sets(void **state)
{
	char *huge = arena_alloc(&world.arena, 1 << 20);
	struct token_claims claims = world_claims();

	(void)state;
	world_link_account();
	memset(huge, ' ', (1 << 20) - 1);
	memcpy(huge, world.keys, strlen(world.keys));
	const struct {
		int status;
		const char *body;
	} answers[] = {
	    {200, NULL},
	    {200, ""},
	    {200, "<html>"},
	    {200, "{}"},
	    {200, "{\"keys\":[]}"},
	    {200, "{\"keys\":[{}]}"},
	    {200, "{\"keys\":7}"},
	    {200, huge},
	    {404, world.keys},
	    {500, world.keys},
	    {301, world.keys},
	    {204, ""},
	};
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		const char *json;
		struct err err = {0};

		world_answer("keys", answers[i].status, answers[i].body);
		world_now += 1000;
		assert_refused(world_token(&claims), ERR_UNAVAILABLE, "unavailable");
		int asked = world_asked("keys");
		/* within a second nobody asks again */
		assert_refused(world_token(&claims), ERR_UNAVAILABLE, "unavailable");
		assert_false(world.identity->jwks(world.identity, &world.arena, &json, &err));
		world_assert_err(&err, ERR_UNAVAILABLE, "unavailable");
		assert_int_equal(world_asked("keys"), asked);
	}
	world_answer("keys", 200, world.keys);
	world_now += 1000;
	assert_taken(world_token(&claims));
	/* Those that are known stay good while no better ones come. */
	world_answer("keys", 200, "{\"keys\":[]}");
	int asked = world_asked("keys");
	for (int i = 0; i < 3; i++) {
		world_now += 61 * MINUTE;
		claims = world_claims();
		assert_taken(world_token(&claims));
	}
	assert_int_equal(world_asked("keys"), asked + 3);
}

static void store_is_away(void **state)
{
	struct token_claims claims = world_claims();

	(void)state;
	world_link_account();
	world_links_fail_after(0);
	assert_refused(world_token(&claims), ERR_UNAVAILABLE, "unavailable");
	world_links_fail_after(-1);
	assert_taken(world_token(&claims));
}

/* A token that was looked at before its account went. */
static void removed(void **state)
{
	struct token_claims claims = world_claims();
	struct err err = {0};

	(void)state;
	world_link_account();
	const char *known = world_token(&claims), *fresh = world_token(&claims);
	assert_taken(known);
	assert_true(world.identity->remove(world.identity, ACCOUNT, &err));
	INVALID(known);
	INVALID(fresh);
}

/* ---- many at once ---- */

enum { THREADS = 16, ROUNDS = 50 };

struct task {
	const char *token;
	int taken;
};

static void *verify_often(void *context)
{
	struct task *task = context;
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	for (int i = 0; i < ROUNDS; i++) {
		struct identity_claims claims;
		struct err err;

		task->taken += world.identity->verify(world.identity, task->token, &arena, &claims, &err);
	}
	arena_done(&arena);
	return NULL;
}

static void threads(void **state)
{
	struct token_claims claims = world_claims();
	pthread_t all[THREADS];
	struct task tasks[THREADS];

	(void)state;
	world_link_account();
	for (int i = 0; i < THREADS; i++) {
		tasks[i] = (struct task){.token = world_token(&claims)};
		assert_int_equal(pthread_create(&all[i], NULL, verify_often, &tasks[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(all[i], NULL);
		assert_int_equal(tasks[i].taken, ROUNDS);
	}
	assert_int_equal(world_asked("keys"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(good_token),      TEST(set_is_told), TEST(attacks),       TEST(wrong_claims),
	    TEST(issuer_in_china), TEST(other_key),   TEST(made_up_names), TEST(bad_sets),
	    TEST(store_is_away),   TEST(removed),     TEST(threads),
	};

	return cmocka_run_group_tests_name("tokens of Cognito", tests, NULL, NULL);
}
