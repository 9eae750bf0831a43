/* Identity on its file: the signing key after a restart, and with two processes on the same file; and how long writes
 * are. */
#include "tests/unit/identity_world.h"
#include "tests/unit/meter.h"

#include <string.h>

static void test_key_outlives_the_process(void **state)
{
	const char *before, *after;
	struct identity_claims claims;
	struct err err = {0};

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD);
	assert_true(world.identity->jwks(world.identity, &world.arena, &before, &err));
	world.identity->close(world.identity);
	world.identity = NULL;
	world.db = db_close(world.db);
	assert_true(db_open(world.path, world_schemas, &world.db, &err));
	world.identity = world_open(&(struct identity_local_options){0});
	assert_true(world.identity->verify(world.identity, tokens.access_token, &world.arena, &claims, &err));
	assert_true(world.identity->jwks(world.identity, &world.arena, &after, &err));
	assert_string_equal(before, after);
	assert_non_null(strstr(after, "\"keys\":[{"));
	assert_true(world.identity->refresh(world.identity, tokens.refresh_token, &world.arena, &tokens, &err));
}

static int64_t world_clock(void)
{
	return world_now;
}

/* Two processes on one file that nobody has signed anything in yet: what the one signs, the other takes. */
static void test_two_on_a_new_file(void **state)
{
	struct identity *first = world.identity;
	struct identity_claims claims;
	const char *keys, *others_keys;
	struct db *db;
	struct err err = {0};

	(void)state;
	assert_true(db_open(world.path, world_schemas, &db, &err));
	const struct identity_local_options options = {.cheap_hash = true, .now = world_clock};
	struct identity *second = identity_local_new(db, &options, &err);
	assert_non_null(second);
	assert_false(second->verify(second, "nonsense", &world.arena, &claims, &err));
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD);
	if (!second->verify(second, tokens.access_token, &world.arena, &claims, &err))
		fail_msg("%s", err.message);
	assert_true(first->jwks(first, &world.arena, &keys, &err));
	assert_true(second->jwks(second, &world.arena, &others_keys, &err));
	assert_string_equal(keys, others_keys);
	second->close(second);
	db_close(db);
}

/* Keys that can't be read are told at the start: nothing would be signed, or nobody's code taken, by others in their
 * place. */
static void test_damaged_keys_are_told_at_the_start(void **state)
{
	static const char *const names[] = {"code_key", "token_public_pem", "token_private_pem"};
	const struct identity_local_options options = {.cheap_hash = true};
	const char *kept = NULL;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	world_sign_in(ADA, PASSWORD); /* by now there is a key that signs */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct err err = {0};

		assert_true(db_meta_get(world.db, names[i], &world.arena, &kept, &err));
		assert_non_null(kept);
		for (int part = 0; part < 2; part++) { /* something else, and less of it */
			const char *damaged = part ? arena_strndup(&world.arena, kept, 8) : "no key";

			assert_true(db_meta_put(world.db, names[i], part ? "no key" : kept, damaged, &err));
			assert_null(identity_local_new(world.db, &options, &err));
			assert_int_not_equal(err.kind, ERR_NONE);
			assert_true(db_meta_put(world.db, names[i], damaged, "no key", &err));
		}
		assert_true(db_meta_put(world.db, names[i], "no key", kept, &err));
		struct identity *again = identity_local_new(world.db, &options, &err);
		assert_non_null(again);
		again->close(again);
	}
}

static bool try_refresh(const char *token, struct identity_tokens *ret_tokens)
{
	return world.identity->refresh(world.identity, token, &world.arena, ret_tokens, &(struct err){0});
}

/* Whoever refreshes all day long, and signs in again and again, makes none of it a long write: neither changing the
 * password nor removing the login, nor a token that comes a second time. */
static void test_many_tokens_make_no_long_write(void **state)
{
	enum { REFRESHES = 300, SIGN_INS = 60, ROWS = 150 };
	struct identity_tokens first = {0}, tokens = {0}, next = {0};
	const char *id = world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct meter meter;
	struct err err;

	(void)state;
	for (int i = 0; i < SIGN_INS; i++) {
		first = world_sign_in(ADA, PASSWORD);
		tokens = first;
		for (int j = 0; j < REFRESHES / SIGN_INS; j++, tokens = next, world_now++)
			assert_true(try_refresh(tokens.refresh_token, &next));
	}
	for (int i = 0; i < REFRESHES; i++, tokens = next, world_now++)
		assert_true(try_refresh(tokens.refresh_token, &next));

	meter_start(&meter, world.db);
	struct identity_claims who = {.account_id = id, .group = GROUP_CLIENTS};
	assert_true(world.identity->change_password(world.identity, &who, tokens.access_token, PASSWORD, OTHER_PASSWORD,
						    &(int){0}, &err));
	assert_false(try_refresh(tokens.refresh_token, &next));
	tokens = world_sign_in(ADA, OTHER_PASSWORD);
	for (int i = 0; i < REFRESHES; i++, first = tokens, tokens = next, world_now++)
		assert_true(try_refresh(tokens.refresh_token, &next));
	world_now += 60 * 1000;
	assert_false(try_refresh(first.refresh_token, &next)); /* a second time: all of that sign-in ends */
	assert_false(try_refresh(tokens.refresh_token, &next));
	tokens = world_sign_in(ADA, OTHER_PASSWORD);
	assert_true(world.identity->remove(world.identity, id, &err));
	assert_false(try_refresh(tokens.refresh_token, &next));
	meter_stop(&meter);
	assert_true(meter.units > REFRESHES);
	assert_in_range(meter.most.rows, 1, ROWS);
}

int main(void)
{
#define TEST_ON_FILE(name) cmocka_unit_test_setup_teardown(name, world_on_file, world_end)
	const struct CMUnitTest tests[] = {
	    TEST_ON_FILE(test_key_outlives_the_process),
	    TEST_ON_FILE(test_two_on_a_new_file),
	    TEST_ON_FILE(test_damaged_keys_are_told_at_the_start),
	    TEST_ON_FILE(test_many_tokens_make_no_long_write),
	};

	return cmocka_run_group_tests_name("identity on its file", tests, NULL, NULL);
}
