/* The tables of local identity, step after step (struct db_schema). To change them, add a step at the end of `steps`;
 * one that was ever released is never changed.
 */
#include "platform/identity/local/internal.h"

#define LOGINS                                                                                              \
	"CREATE TABLE login ("                                                                                \
	"	account_id TEXT PRIMARY KEY, email_key TEXT NOT NULL UNIQUE, email TEXT NOT NULL,"            \
	"	password TEXT NOT NULL, grp INTEGER NOT NULL, confirmed INTEGER NOT NULL,"                    \
	"	created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"                                          \
	"CREATE TABLE refresh_token ("                                                                        \
	"	hash BLOB PRIMARY KEY, family TEXT NOT NULL, account_id TEXT NOT NULL,"                       \
	"	issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL)"              \
	"	STRICT, WITHOUT ROWID;"                                                                       \
	"CREATE INDEX refresh_token_family ON refresh_token (family);"                                        \
	"CREATE INDEX refresh_token_account ON refresh_token (account_id);"                                   \
	"CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);"                                    \
	"CREATE TABLE code ("                                                                                 \
	"	account_id TEXT NOT NULL, purpose INTEGER NOT NULL, hash BLOB NOT NULL,"                      \
	"	expires_at INTEGER NOT NULL, attempts_left INTEGER NOT NULL,"                                 \
	"	PRIMARY KEY (account_id, purpose)) STRICT, WITHOUT ROWID;"

/* Where the accounts are kept in the same database, the login goes with the account, in one transaction: an address
 * must not stay taken because the second half failed. */
#define DELETE_LOGIN(which)                                                                                   \
	"DELETE FROM refresh_token WHERE account_id " which ";"                                               \
	"DELETE FROM code WHERE account_id " which ";"                                                        \
	"DELETE FROM login WHERE account_id " which ";"
#define LOGINS_GO                                                                                             \
	DELETE_LOGIN("IN (SELECT id FROM account WHERE deleted = 1)")                                         \
	"CREATE TRIGGER account_deleted AFTER UPDATE OF deleted ON account WHEN new.deleted = 1 BEGIN "       \
	DELETE_LOGIN("= new.id")                                                                              \
	"END;"

static bool let_logins_go(struct db_connection *connection, void *context, struct err *err)
{
	bool found;

	(void)context;
	return db_has_table(connection, "account", &found, err) && (!found || db_script(connection, LOGINS_GO, err));
}

/* Ending all sign-ins of an account raises its epoch: tokens of another one open nothing, however many there are, and
 * go when they expire. The trigger needn't see to them either: without a login they open nothing. */
#define EPOCHS                                                                                                \
	"ALTER TABLE login ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;"                                      \
	"ALTER TABLE refresh_token ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;"                              \
	"DROP INDEX refresh_token_account;"                                                                   \
	"DROP INDEX refresh_token_family;"                                                                    \
	"CREATE INDEX refresh_token_family ON refresh_token (family, issued_at);"
#define LOGINS_GO_ALONE                                                                                       \
	"DROP TRIGGER account_deleted;"                                                                       \
	"CREATE TRIGGER account_deleted AFTER UPDATE OF deleted ON account WHEN new.deleted = 1 BEGIN"        \
	"	DELETE FROM code WHERE account_id = new.id;"                                                  \
	"	DELETE FROM login WHERE account_id = new.id;"                                                 \
	"END;"

static bool let_logins_go_alone(struct db_connection *connection, void *context, struct err *err)
{
	bool found;

	(void)context;
	return db_has_table(connection, "account", &found, err) &&
	       (!found || db_script(connection, LOGINS_GO_ALONE, err));
}

/* A wrong code changes one row of table code, whether there is one to be wrong about or not: otherwise the time that a
 * write takes would tell whether an address has an account. Account '' has no login; its rows never expire, and no code
 * is right for them. `forgotten` has the addresses whose passwords were forgotten just now: whether they have accounts
 * is tend's to find out, when nobody waits for an answer. */
#define EQUAL_WORK                                                                                            \
	"INSERT INTO code (account_id, purpose, hash, expires_at, attempts_left) VALUES"                      \
	" ('', 0, zeroblob(32), 9223372036854775807, 4611686018427387904),"                                   \
	" ('', 1, zeroblob(32), 9223372036854775807, 4611686018427387904);"                                   \
	"CREATE TABLE forgotten (email_key TEXT PRIMARY KEY, asked_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"

static const struct db_schema_step steps[] = {
    {.sql = LOGINS},
    {.work = let_logins_go},
    {.sql = EPOCHS, .work = let_logins_go_alone},
    {.sql = "CREATE INDEX code_expiry ON code (expires_at)"},
    {.work = local_fold_logins},
    {.sql = EQUAL_WORK},
};

const struct db_schema identity_local_schema = {
    .owner = "identity", .steps = steps, .count = sizeof steps / sizeof *steps};
