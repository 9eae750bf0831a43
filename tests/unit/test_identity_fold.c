/* Logins of a file from before, whose addresses were compared in another way. */
#include <stdio.h>
#include <string.h>

#include "platform/identity/local/internal.h"
#include "tests/unit/identity_world.h"

/* How many steps the schema had while it was in use and addresses were folded in another way. */
enum { STEPS_BEFORE = 2 };

/* The account's id, the address as it was written, and the key that it had; the oldest first. */
static const struct former {
	const char *id, *email, *key;
	const char *spelled[2]; /* what it signs in by now */
	bool exact;             /* and by nothing else */
} formers[] = {
    {"A1", "ada@bücher.example", "ada@bucher.example", {"ada@bücher.example", "ADA@xn--bcher-kva.example"}, false},
    {"A2", "Ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example", {"Ada@xn--bcher-kva.example"}, true},
    {"A3", "José@example.com", "jose@example.com", {"JOSÉ@example.com", "jose\u0301@example.com"}, false},
    {"A4", "plain@example.com", "plain@example.com", {"Plain@Example.com", " plain@example.com"}, false},
    {"A5", "\u00A0plain@example.com", " plain@example.com", {"\u00A0plain@example.com"}, true},
    {"A6", "straße@example.com", "strasse@example.com", {"Straße@example.com"}, false},
};
/* A younger one is in the way whose key is as it was. */
static const struct former late[] = {
    {"B1", "Eve@fuß.example", "eve@fuss.example", {"eve@fuß.example", "EVE@xn--fu-hia.example"}, false},
    {"B2", "eve@xn--fu-hia.example", "eve@xn--fu-hia.example", {"eve@xn--fu-hia.example"}, true},
};

static bool insert(struct db_connection *connection, void *context, struct err *err)
{
	static int64_t created_at = 1;
	const struct former *former = context;
	char hash[CRYPT_PASSWORD_SIZE];
	sqlite3_stmt *statement =
	    db_statement(connection, "INSERT INTO login VALUES (?, ?, ?, ?, 0, 1, ?)", err);

	assert_true(statement && crypt_password_hash(former->id, hash));
	sqlite3_bind_text(statement, 1, former->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, former->key, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, former->email, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, hash, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(statement, 5, created_at++);
	return db_run(connection, statement, err);
}

static void write_before(const char *path)
{
	struct db_schema before = identity_local_schema;
	const struct db_schema *const schemas[] = {&before, NULL};
	struct db *db;
	struct err err;

	before.count = STEPS_BEFORE;
	assert_true(db_open(path, schemas, &db, &err));
	for (size_t i = 0; i < sizeof formers / sizeof *formers; i++)
		assert_true(db_write(db, insert, (void *)(uintptr_t)&formers[i], &err));
	for (size_t i = 0; i < sizeof late / sizeof *late; i++)
		assert_true(db_write(db, insert, (void *)(uintptr_t)&late[i], &err));
	db_close(db);
}

static char told[400];

static void tell(const char *account_id, const char *email)
{
	size_t length = strlen(told);

	snprintf(told + length, sizeof told - length, "%s %s|", account_id, email);
}

/* Each signs in by what it should, with a password of its own, so that it is that one and no other. */
static void check_sign_in(const struct former *former)
{
	struct identity_tokens tokens;
	struct err err = {.kind = ERR_NONE};
	int retry_after;

	for (size_t i = 0; i < 2 && former->spelled[i]; i++) {
		if (!world.identity->sign_in(world.identity, former->spelled[i], former->id, "", &world.arena, &tokens,
					   &retry_after, &err))
			fail_msg("%s: %s", former->spelled[i], err.message);
		assert_string_equal(tokens.account_id, former->id);
	}
}

static void logins_from_before_sign_in(void **state)
{
	char path[sizeof world.path + 8];
	struct err err;

	(void)state;
	snprintf(path, sizeof path, "%s.old", world.path);
	write_before(path);
	world.identity->close(world.identity);
	db_close(world.db);
	assert_int_equal(rename(path, world.path), 0);
	assert_true(db_open(world.path, world_schemas, &world.db, &err));
	world.identity = world_open(&(struct identity_local_options){.outbox = NULL});

	for (size_t i = 0; i < sizeof formers / sizeof *formers; i++)
		check_sign_in(&formers[i]);
	for (size_t i = 0; i < sizeof late / sizeof *late; i++)
		check_sign_in(&late[i]);
	/* Another spelling of the address is the older one's. */
	world_no_sign_in("ada@XN--bcher-kva.example", "A2", "", NULL);
	world_no_sign_in("plain@example.com", "A5", "", NULL);
	/* The operator is told of them. */
	told[0] = '\0';
	assert_true(identity_local_spelled(world.db, tell, &err));
	assert_string_equal(told, "A2 Ada@xn--bcher-kva.example|A5 \u00A0plain@example.com|B2 eve@xn--fu-hia.example|");
	/* Nobody else takes an address that somebody signs in by. */
	const char *id;
	bool existed;
	assert_false(world.identity->sign_up(world.identity, "ADA@bücher.example", PASSWORD, GROUP_CLIENTS,
					     &world.arena, &id, &existed, &err));
	world_assert_err(&err, ERR_CONFLICT, "email_taken");
}

static void addresses_that_look_alike_are_different(void **state)
{
	(void)state;
	assert_string_not_equal(world_sign_up("straße@example.com", PASSWORD, GROUP_CLIENTS),
				world_sign_up("strasse@example.com", OTHER_PASSWORD, GROUP_CLIENTS));
	assert_string_not_equal(world_sign_up("jose@example.com", PASSWORD, GROUP_CLIENTS),
				world_sign_up("josé@example.com", OTHER_PASSWORD, GROUP_CLIENTS));
	world_sign_in("STRASSE@example.com", OTHER_PASSWORD);
	world_sign_in("Straße@EXAMPLE.com", PASSWORD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(logins_from_before_sign_in, world_on_file, world_end),
	    cmocka_unit_test_setup_teardown(addresses_that_look_alike_are_different, world_plain, world_end),
	};

	return crypt_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
