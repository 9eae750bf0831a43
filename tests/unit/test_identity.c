/* test_identity.c: local identity: signing up and in, tokens, throttling, threads. */
#include "tests/unit/identity_world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/token.h"

/* ---- signing up ---- */

static bool try_sign_up(const char *email, const char *password, enum group group, const char **ret_id, struct err *err)
{
	bool existed = false;

	*err = (struct err){0};
	if (!world.identity->sign_up(world.identity, email, password, group, &world.arena, ret_id, &existed, err))
		return false;
	assert_true(existed);
	return true;
}

static void test_half_done_sign_up(void **state)
{
	const char *id = world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	const char *again = NULL;
	struct err err;

	(void)state;
	assert_int_equal(strlen(id), 26);
	assert_true(try_sign_up(ADA, PASSWORD, GROUP_CLIENTS, &again, &err));
	assert_string_equal(again, id);
	assert_true(try_sign_up("ADA@Example.COM", PASSWORD, GROUP_CLIENTS, &again, &err));
	assert_string_equal(again, id);
	again = "untouched";
	assert_false(try_sign_up(ADA, OTHER_PASSWORD, GROUP_CLIENTS, &again, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	assert_false(try_sign_up(ADA, PASSWORD, GROUP_SELLERS, &again, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	assert_string_equal(again, "untouched");
	assert_string_not_equal(world_sign_up("grace@example.com", PASSWORD, GROUP_SELLERS), id);
	assert_false(world.identity->needs_confirmation(world.identity));
}

/* Signing up must not tell a guesser more than signing in does. */
static void test_sign_up_is_throttled(void **state)
{
	const char *id;
	struct err err;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	for (int i = 0; i < 6; i++)
		assert_false(try_sign_up(ADA, OTHER_PASSWORD, GROUP_CLIENTS, &id, &err));
	assert_false(try_sign_up(ADA, PASSWORD, GROUP_CLIENTS, &id, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
	world_now += 1000;
	assert_true(try_sign_up(ADA, PASSWORD, GROUP_CLIENTS, &id, &err));
}

/* ---- signing in ---- */

static void test_sign_in(void **state)
{
	const char *id = world_sign_up("Ada@Example.com", PASSWORD, GROUP_SELLERS);
	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD);
	struct identity_claims claims;
	struct token_claims read;
	struct err err = {0};

	(void)state;
	assert_string_equal(tokens.account_id, id);
	assert_int_equal(tokens.group, GROUP_SELLERS);
	assert_int_equal(tokens.expires_in, 3600);
	assert_int_equal(strlen(tokens.refresh_token), 43);
	assert_true(world.identity->verify(world.identity, tokens.access_token, &world.arena, &claims, &err));
	assert_string_equal(claims.account_id, id);
	assert_string_equal(claims.username, id);
	assert_int_equal(claims.group, GROUP_SELLERS);
	assert_int_equal(claims.expires_at, world_now + 3600000);
	assert_true(token_read(tokens.id_token, &world.arena, &read, &err));
	assert_string_equal(read.email, "Ada@Example.com"); /* as it was typed at sign-up */
	assert_string_equal(read.group, "Sellers");
	assert_string_equal(read.use, "id");
}

static void test_unknown_account_is_a_wrong_password(void **state)
{
	struct err wrong, unknown;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	wrong = world_no_sign_in(ADA, OTHER_PASSWORD, "", NULL);
	unknown = world_no_sign_in("nobody@example.com", OTHER_PASSWORD, "", NULL);
	world_assert_err(&wrong, ERR_UNAUTHENTICATED, "invalid_credentials");
	assert_memory_equal(&wrong, &unknown, sizeof wrong);

	/* And both are throttled alike. */
	for (int i = 0; i < 5; i++) {
		world_no_sign_in(ADA, OTHER_PASSWORD, "", NULL);
		world_no_sign_in("nobody@example.com", OTHER_PASSWORD, "", NULL);
	}
	wrong = world_no_sign_in(ADA, OTHER_PASSWORD, "", &(int){0});
	unknown = world_no_sign_in("nobody@example.com", OTHER_PASSWORD, "", &(int){0});
	world_assert_err(&wrong, ERR_THROTTLED, "throttled");
	assert_memory_equal(&wrong, &unknown, sizeof wrong);
}

static void test_sign_in_throttled_by_account(void **state)
{
	struct err err;
	int retry_after = 0;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	world_sign_up("grace@example.com", PASSWORD, GROUP_SELLERS);
	for (int i = 0; i < 6; i++)
		world_no_sign_in(i % 2 ? ADA : "ADA@EXAMPLE.COM", OTHER_PASSWORD, "", NULL);
	err = world_no_sign_in(ADA, PASSWORD, "", &retry_after); /* the right one isn't looked at */
	world_assert_err(&err, ERR_THROTTLED, "throttled");
	assert_int_equal(retry_after, 1);
	world_sign_in("grace@example.com", PASSWORD);
	world_now += 1000;
	world_no_sign_in(ADA, OTHER_PASSWORD, "", NULL);
	world_no_sign_in(ADA, PASSWORD, "", &retry_after);
	assert_int_equal(retry_after, 2);
	world_now += 2000;
	world_sign_in(ADA, PASSWORD); /* wipes the slate */
	for (int i = 0; i < 5; i++) {
		err = world_no_sign_in(ADA, OTHER_PASSWORD, "", NULL);
		world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	}
	world_sign_in(ADA, PASSWORD);
}

/* However long somebody goes on, the account waits a minute at most. */
static void test_nobody_is_locked_out(void **state)
{
	int retry_after = 0;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	for (int i = 0; i < 40; i++) {
		world_now += 60000;
		world_no_sign_in(ADA, OTHER_PASSWORD, "", NULL);
	}
	world_no_sign_in(ADA, PASSWORD, "", &retry_after);
	assert_int_equal(retry_after, 60);
	world_now += 60000;
	world_sign_in(ADA, PASSWORD);
}

static void fail_from(const char *address, int count, int first)
{
	char email[64];

	for (int i = first; i < first + count; i++) {
		snprintf(email, sizeof email, "nobody%d@example.com", i);
		struct err err = world_no_sign_in(email, PASSWORD, address, NULL);
		world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	}
}

static void test_sign_in_throttled_by_address(void **state)
{
	static const char *const here[] = {"192.0.2.7", "2001:db8::1"};
	static const char *const same[] = {"192.0.2.7", "2001:db8:0:0:ffff::2"};
	static const char *const elsewhere[] = {"192.0.2.70", "2001:db8:0:1::1"};
	int retry_after = 0;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	for (int i = 0; i < 2; i++) {
		fail_from(here[i], 30, i * 100);
		struct err err = world_no_sign_in(ADA, PASSWORD, same[i], &retry_after);
		world_assert_err(&err, ERR_THROTTLED, "throttled");
		assert_int_equal(retry_after, 2);
		fail_from(elsewhere[i], 1, i * 100 + 50);
		world_now += 2000;
		fail_from(same[i], 1, i * 100 + 60);
	}
	world_sign_in(ADA, PASSWORD); /* from an unknown address */
}

/* ---- refreshing, signing out ---- */

static bool try_refresh(const char *token, struct identity_tokens *ret_tokens)
{
	struct err err = {0};

	if (world.identity->refresh(world.identity, token, &world.arena, ret_tokens, &err))
		return true;
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_token");
	if (*token)
		assert_null(strstr(err.message, token));
	return false;
}

static void test_refresh_rotates(void **state)
{
	const char *id = world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct identity_tokens first = world_sign_in(ADA, PASSWORD), tokens = first, next;
	struct identity_claims claims;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_true(try_refresh(tokens.refresh_token, &next));
		assert_string_not_equal(next.refresh_token, tokens.refresh_token);
		assert_string_not_equal(next.access_token, tokens.access_token);
		assert_string_equal(next.account_id, id);
		assert_int_equal(next.group, GROUP_CLIENTS);
		assert_true(world.identity->verify(world.identity, next.access_token, &world.arena, &claims, NULL));
		tokens = next;
	}
	assert_false(try_refresh("", &next));
	assert_false(try_refresh("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &next));
	assert_false(try_refresh(first.access_token, &next));
}

static void test_reuse_ends_the_family(void **state)
{
	struct identity_tokens stolen, next, other;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	stolen = world_sign_in(ADA, PASSWORD);
	other = world_sign_in(ADA, PASSWORD);
	assert_true(try_refresh(stolen.refresh_token, &next));
	world_now += 10 * 1000;
	assert_false(try_refresh(stolen.refresh_token, &stolen));
	assert_false(try_refresh(next.refresh_token, &next));
	assert_true(try_refresh(other.refresh_token, &other)); /* another sign-in */
}

/* The answer was lost: what was asked is asked again. */
static void test_refresh_again_at_once(void **state)
{
	struct identity_tokens first, lost, second, third;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	first = world_sign_in(ADA, PASSWORD);
	assert_true(try_refresh(first.refresh_token, &lost));
	world_now += 5 * 1000;
	assert_true(try_refresh(first.refresh_token, &lost));
	world_now += 5 * 1000 - 1;
	assert_true(try_refresh(first.refresh_token, &second));
	assert_string_not_equal(second.refresh_token, lost.refresh_token);
	world_now++;
	assert_true(try_refresh(second.refresh_token, &third)); /* it goes on from there */
	assert_true(try_refresh(second.refresh_token, &third));
}

static void test_refresh_again_is_for_the_last_one_only(void **state)
{
	struct identity_tokens first, second, third;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	/* Its successor was used: the answer had arrived. In the same millisecond, too. */
	for (int later = 0; later < 2; later++) {
		first = world_sign_in(ADA, PASSWORD);
		assert_true(try_refresh(first.refresh_token, &second));
		world_now += later;
		assert_true(try_refresh(second.refresh_token, &third));
		assert_false(try_refresh(first.refresh_token, &second));
		assert_false(try_refresh(third.refresh_token, &third));
	}
	/* Of two who got an answer, the one whose tokens were replaced gives them away. */
	first = world_sign_in(ADA, PASSWORD);
	assert_true(try_refresh(first.refresh_token, &second));
	assert_true(try_refresh(first.refresh_token, &third));
	assert_false(try_refresh(second.refresh_token, &second));
	assert_false(try_refresh(third.refresh_token, &third));
	/* The clock was set back. */
	first = world_sign_in(ADA, PASSWORD);
	assert_true(try_refresh(first.refresh_token, &second));
	world_now -= 60 * 1000;
	assert_false(try_refresh(first.refresh_token, &third));
}

static void test_refresh_expires(void **state)
{
	struct identity_tokens tokens, next;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	tokens = world_sign_in(ADA, PASSWORD);
	world_now += INT64_C(30) * 86400 * 1000 - 1;
	assert_true(try_refresh(tokens.refresh_token, &tokens));
	world_now += INT64_C(30) * 86400 * 1000;
	assert_false(try_refresh(tokens.refresh_token, &next));
}

static bool count_tokens(struct db_connection *connection, void *context, struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, "SELECT count(*) FROM refresh_token", err);

	assert_non_null(statement);
	assert_int_equal(db_step(connection, statement, err), DB_ROW);
	*(int *)context = sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	return true;
}

static bool count_good_tokens(struct db_connection *connection, void *context, struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, "SELECT count(*) FROM refresh_token WHERE used = 0", err);

	assert_non_null(statement);
	assert_int_equal(db_step(connection, statement, err), DB_ROW);
	*(int *)context = sqlite3_column_int(statement, 0);
	return true;
}

static void test_expired_tokens_are_purged(void **state)
{
	int count = 0;
	bool more = true;
	struct err err;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	for (int i = 0; i < 10; i++)
		world_sign_in(ADA, PASSWORD);
	world_now += INT64_C(31) * 86400 * 1000;
	world_sign_in(ADA, PASSWORD);
	assert_true(db_read(world.db, count_tokens, &count, &err));
	assert_int_equal(count, 11);
	for (int slices = 0; more; slices++) {
		assert_true(slices < 5);
		assert_true(world.identity->tend(world.identity, world_now, 0, &more, &err));
	}
	assert_true(db_read(world.db, count_tokens, &count, &err));
	assert_int_equal(count, 1);
}

static void test_sign_out(void **state)
{
	struct identity_tokens tokens, other, next;
	struct err err;

	(void)state;
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	tokens = world_sign_in(ADA, PASSWORD);
	other = world_sign_in(ADA, PASSWORD);
	assert_true(try_refresh(tokens.refresh_token, &next));
	assert_true(
	    world.identity->sign_out(world.identity, tokens.refresh_token, &err)); /* an old one of the sign-in */
	assert_false(try_refresh(next.refresh_token, &next));
	assert_true(world.identity->sign_out(world.identity, tokens.refresh_token, &err));
	assert_true(world.identity->sign_out(world.identity, "nothing", &err));
	assert_true(try_refresh(other.refresh_token, &next));
}

/* ---- passwords and removal ---- */

static bool change_password(struct identity *identity, const char *id, const char *password, const char *new_password,
			    int *ret_retry_after, struct err *err)
{
	const struct identity_claims who = {.account_id = id, .group = GROUP_CLIENTS};

	return identity->change_password(identity, &who, "", password, new_password, ret_retry_after, err);
}

static void test_change_password(void **state)
{
	const char *id = world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD);
	struct identity *identity = world.identity;
	struct err err = {0};
	int retry_after = 0;

	(void)state;
	assert_false(change_password(identity, id, OTHER_PASSWORD, "New-Word-1", &retry_after, &err));
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	assert_false(change_password(identity, "nobody", PASSWORD, "New-Word-1", &retry_after, &err));
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	assert_true(change_password(identity, id, PASSWORD, OTHER_PASSWORD, &retry_after, &err));
	assert_false(try_refresh(tokens.refresh_token, &tokens));
	err = world_no_sign_in(ADA, PASSWORD, "", NULL);
	world_sign_in(ADA, OTHER_PASSWORD);

	for (int i = 0; i < 6; i++)
		assert_false(change_password(identity, id, PASSWORD, "New-Word-1", &retry_after, &err));
	assert_int_equal(retry_after, 0);
	assert_false(change_password(identity, id, OTHER_PASSWORD, "New-Word-1", &retry_after, &err));
	world_assert_err(&err, ERR_THROTTLED, "throttled");
	assert_int_equal(retry_after, 1);
	world_no_sign_in(ADA, OTHER_PASSWORD, "", &retry_after); /* one count for both */
}

static void assert_unverified(struct identity *identity, const char *token, const char *code)
{
	struct identity_claims claims = {.account_id = "untouched"};
	struct err err = {0};

	assert_false(identity->verify(identity, token, &world.arena, &claims, &err));
	world_assert_err(&err, ERR_UNAUTHENTICATED, code);
	assert_string_equal(claims.account_id, "untouched");
}

static void test_remove(void **state)
{
	const char *id = world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD), fresh = world_sign_in(ADA, PASSWORD);
	struct identity_claims claims;
	struct err err;

	(void)state;
	assert_true(world.identity->verify(world.identity, tokens.access_token, &world.arena, &claims, &err));
	assert_true(world.identity->remove(world.identity, id, &err));
	assert_true(world.identity->remove(world.identity, id, &err));
	assert_unverified(world.identity, tokens.access_token, "invalid_token"); /* was verified before */
	assert_unverified(world.identity, fresh.access_token, "invalid_token");  /* was not */
	assert_false(try_refresh(tokens.refresh_token, &tokens));
	err = world_no_sign_in(ADA, PASSWORD, "", NULL);
	world_assert_err(&err, ERR_UNAUTHENTICATED, "invalid_credentials");
	assert_string_not_equal(world_sign_up(ADA, PASSWORD, GROUP_CLIENTS), id); /* the address is free again */
}

/* ---- access tokens ---- */

static void test_verify(void **state)
{
	struct identity *other_issuer = world_open(&(struct identity_local_options){.issuer = "other"});
	struct identity *other_client = world_open(&(struct identity_local_options){.client_id = "other"});
	struct identity_claims claims;
	const char *jwks;
	struct err err = {0};

	(void)state;
	assert_unverified(world.identity, "", "invalid_token"); /* no key yet */
	world_sign_up(ADA, PASSWORD, GROUP_CLIENTS);
	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD);
	struct identity *peer = world_open(&(struct identity_local_options){0}); /* reads the key that is there now */
	for (int i = 0; i < 3; i++) { /* from the signature, then from memory */
		assert_true(world.identity->verify(world.identity, tokens.access_token, &world.arena, &claims, &err));
		assert_string_equal(claims.account_id, tokens.account_id);
	}
	assert_true(peer->verify(peer, tokens.access_token, &world.arena, &claims, &err));
	peer->close(peer);
	assert_true(
	    other_issuer->jwks(other_issuer, &world.arena, &jwks, &err)); /* it was made meanwhile: not another one */
	assert_true(other_client->jwks(other_client, &world.arena, &jwks, &err));
	assert_true(world.identity->verify(world.identity, world_sign_in(ADA, PASSWORD).access_token, &world.arena,
					   &claims, &err));
	assert_unverified(world.identity, tokens.id_token, "invalid_token");
	assert_unverified(world.identity, tokens.refresh_token, "invalid_token");
	assert_unverified(world.identity, "", "invalid_token");
	assert_unverified(other_issuer, tokens.access_token, "invalid_token");
	assert_unverified(other_client, tokens.access_token, "invalid_token");
	other_issuer->close(other_issuer);
	other_client->close(other_client);

	world_now += 3600 * 1000;
	assert_unverified(world.identity, tokens.access_token, "token_expired");
}

/* ---- many at once ---- */

enum { THREADS = 16 };

struct task {
	bool ok, existed;
	struct err err;
	char id[32];
	const char *argument;
};

static void run(void *(*work)(void *), struct task tasks[THREADS], const char *argument)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		tasks[i] = (struct task){.argument = argument};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &tasks[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void *sign_in_work(void *context)
{
	struct task *task = context;
	struct identity_tokens tokens;
	struct identity_claims claims;
	struct arena arena;
	int retry_after;

	arena_init(&arena, 1024 * 1024);
	task->ok = world.identity->sign_in(world.identity, ADA, task->argument, "192.0.2.1", &arena, &tokens,
					   &retry_after, &task->err);
	for (int i = 0; task->ok && i < 100; i++)
		task->ok = world.identity->verify(world.identity, tokens.access_token, &arena, &claims, &task->err);
	arena_done(&arena);
	return NULL;
}

static void *sign_up_work(void *context)
{
	struct task *task = context;
	const char *id = "";
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	task->ok = world.identity->sign_up(world.identity, ADA, PASSWORD, GROUP_CLIENTS, &arena, &id, &task->existed,
					   &task->err);
	snprintf(task->id, sizeof task->id, "%s", id);
	arena_done(&arena);
	return NULL;
}

static void *refresh_work(void *context)
{
	struct task *task = context;
	struct identity_tokens tokens;
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	task->ok = world.identity->refresh(world.identity, task->argument, &arena, &tokens, &task->err);
	arena_done(&arena);
	return NULL;
}

static void test_threads(void **state)
{
	struct task tasks[THREADS];
	int made = 0, good = 0, tried = 0;
	struct err err;

	(void)state;
	run(sign_up_work, tasks, NULL); /* one account, whoever made it */
	for (int i = 0; i < THREADS; i++) {
		assert_true(tasks[i].ok);
		assert_string_equal(tasks[i].id, tasks[0].id);
		made += !tasks[i].existed;
	}
	assert_int_equal(made, 1);

	run(sign_in_work, tasks, PASSWORD); /* a crowd of right passwords is no attack */
	for (int i = 0; i < THREADS; i++)
		assert_true(tasks[i].ok);

	struct identity_tokens tokens = world_sign_in(ADA, PASSWORD);
	run(refresh_work, tasks, tokens.refresh_token);
	for (int i = 0; i < THREADS; i++) /* the same asked at once: each is answered, the last one's is good */
		assert_true(tasks[i].ok);
	assert_true(db_read(world.db, count_good_tokens, &good, &err));
	assert_int_equal(good, THREADS + 1); /* one of each sign-in */

	run(sign_in_work, tasks, OTHER_PASSWORD); /* guesses at once get hardly more tries than in a row */
	for (int i = 0; i < THREADS; i++) {
		assert_false(tasks[i].ok);
		tried += tasks[i].err.kind == ERR_UNAUTHENTICATED;
	}
	assert_in_range(tried, 6, 7);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_plain, world_end)
#define TEST_ON_FILE(name) cmocka_unit_test_setup_teardown(name, world_on_file, world_end)
	const struct CMUnitTest tests[] = {
	    TEST(test_half_done_sign_up),
	    TEST(test_sign_up_is_throttled),
	    TEST(test_sign_in),
	    TEST(test_unknown_account_is_a_wrong_password),
	    TEST(test_sign_in_throttled_by_account),
	    TEST(test_nobody_is_locked_out),
	    TEST(test_sign_in_throttled_by_address),
	    TEST(test_refresh_rotates),
	    TEST(test_reuse_ends_the_family),
	    TEST(test_refresh_again_at_once),
	    TEST(test_refresh_again_is_for_the_last_one_only),
	    TEST(test_refresh_expires),
	    TEST(test_expired_tokens_are_purged),
	    TEST(test_sign_out),
	    TEST(test_change_password),
	    TEST(test_remove),
	    TEST(test_verify),
	    TEST_ON_FILE(test_threads),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
