/* Bringing a database to the present schemas, all of it or nothing. */
#include <stdio.h>
#include <unistd.h>

#include "platform/db/internal.h"

/* The first column of the first row of a query about the database itself. */
static bool read_number(struct db_connection *connection, const char *sql, int64_t *ret_number, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(connection->sqlite, sql, -1, &statement, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	int64_t number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	if (result != SQLITE_ROW)
		return db_fail(connection, result, err);
	*ret_number = number;
	return true;
}

bool db_has_table(struct db_connection *connection, const char *name, bool *ret_found, struct err *err)
{
	static const char sql[] = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
	sqlite3_stmt *statement = db_statement(connection, sql, err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, name);
	enum db_step step = db_step(connection, statement, err);
	sqlite3_reset(statement);
	*ret_found = step == DB_ROW;
	return step != DB_ERROR;
}

bool db_check_ours(struct db_connection *connection, int64_t *ret_version, struct err *err)
{
	int64_t application = 0, tables = 0;

	*ret_version = 0;
	if (!read_number(connection, "PRAGMA application_id", &application, err) ||
	    !read_number(connection, "PRAGMA user_version", ret_version, err) ||
	    !read_number(connection, "SELECT count(*) FROM sqlite_schema", &tables, err))
		return false;
	if (application != DB_APPLICATION_ID && (application || *ret_version || tables))
		return err_set(err, ERR_FILE, "It is the database of another program");
	return true;
}

/* What is the database's own: settings by name, and each owner's version. */
static const char own_sql[] =
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS schema_version ("
    "	owner TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* How old a file is. */
struct age {
	/* the greatest of its owners' versions, which programs from before there were owners look at */
	int64_t user_version;
	bool has_owners;      /* each owner has a version; otherwise all of them have that one */
};

static bool newer(int64_t version, struct err *err)
{
	return err_set(err, ERR_FILE, "A newer program wrote it: its schema is version %lld", (long long)version);
}

static bool read_version(struct db_connection *connection, const struct age *age, const struct db_schema *schema,
			 int64_t *ret_version, struct err *err)
{
	static const char sql[] = "SELECT version FROM schema_version WHERE owner = ?";
	int64_t version = age->has_owners ? 0 : age->user_version;
	sqlite3_stmt *statement = age->has_owners ? db_statement(connection, sql, err) : NULL;

	if (age->has_owners && !statement)
		return false;
	if (statement) {
		db_bind_text(statement, 1, schema->owner);
		enum db_step step = db_step(connection, statement, err);
		if (step == DB_ROW)
			version = sqlite3_column_int64(statement, 0);
		db_connection_rest(connection);
		if (step == DB_ERROR)
			return false;
	}
	if (version < 0 || (uint64_t)version > schema->count)
		return newer(version, err);
	*ret_version = version;
	return true;
}

static bool read_age(struct db_connection *connection, struct age *ret_age, struct err *err)
{
	return db_check_ours(connection, &ret_age->user_version, err) &&
	       db_has_table(connection, "schema_version", &ret_age->has_owners, err);
}

/* An empty file may become ours; anything else must be ours, and not from a later program. */
static bool check(struct db_connection *connection, const struct db_schema *const *schemas, struct age *ret_age,
		  struct err *err)
{
	int64_t greatest = 0, version = 0;

	if (!read_age(connection, ret_age, err))
		return false;
	if (ret_age->has_owners) {
		if (!read_number(connection, "SELECT ifnull(max(version), 0) FROM schema_version", &greatest, err))
			return false;
		if (greatest < ret_age->user_version)
			return newer(ret_age->user_version, err);
	}
	for (; *schemas; schemas++)
		if (!read_version(connection, ret_age, *schemas, &version, err))
			return false;
	return true;
}

static bool write_version(struct db_connection *connection, const struct db_schema *schema, struct err *err)
{
	static const char sql[] = "INSERT INTO schema_version (owner, version) VALUES (?, ?)"
				  " ON CONFLICT (owner) DO UPDATE SET version = excluded.version";
	sqlite3_stmt *statement = db_statement(connection, sql, err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, schema->owner);
	sqlite3_bind_int64(statement, 2, (int64_t)schema->count);
	bool done = db_run(connection, statement, err);
	db_connection_rest(connection);
	return done;
}

static bool take_step(struct db_connection *connection, const struct db_schema_step *step, struct err *err)
{
	bool done = (!step->sql || db_script(connection, step->sql, err)) &&
		    (!step->work || step->work(connection, NULL, err));

	db_connection_rest(connection);
	return done;
}

/* *ret_changed is set when there was something to do. */
static bool take_steps(struct db_connection *connection, const struct age *age, const struct db_schema *schema,
		       bool *ret_changed, struct err *err)
{
	int64_t version = 0;

	if (!read_version(connection, age, schema, &version, err))
		return false;
	for (size_t i = (size_t)version; i < schema->count; i++)
		if (!take_step(connection, &schema->steps[i], err))
			return false;
	if (age->has_owners && (size_t)version == schema->count)
		return true;
	*ret_changed = true;
	return write_version(connection, schema, err);
}

static bool migrate(struct db_connection *connection, const struct db_schema *const *schemas, struct err *err)
{
	struct age age = {0};
	int64_t greatest = 0;
	bool changed = false;
	char sql[96];

	if (!check(connection, schemas, &age, err) || !db_script(connection, own_sql, err))
		return false;
	for (; *schemas; schemas++)
		if (!take_steps(connection, &age, *schemas, &changed, err))
			return false;
	if (!changed)
		return true;
	if (!read_number(connection, "SELECT max(version) FROM schema_version", &greatest, err))
		return false;
	snprintf(sql, sizeof sql, "PRAGMA user_version = %lld; PRAGMA application_id = %d", (long long)greatest,
		 DB_APPLICATION_ID);
	return db_script(connection, sql, err);
}

bool db_migrate(struct db_connection *connection, const struct db_schema *const *schemas, struct err *err)
{
	struct age age;

	/* Looked at before the transaction too, so that a file that isn't ours isn't even locked. */
	if (!check(connection, schemas, &age, err) || !db_script(connection, "BEGIN IMMEDIATE", err))
		return false;
	if (migrate(connection, schemas, err) && db_script(connection, "COMMIT", err))
		return true;
	sqlite3_exec(connection->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool is_present(struct db_connection *connection, const struct db_schema *const *schemas, struct err *err)
{
	struct age age;
	int64_t version = 0;

	if (!check(connection, schemas, &age, err))
		return false;
	for (; *schemas; schemas++) {
		if (!read_version(connection, &age, *schemas, &version, err))
			return false;
		if (!age.has_owners || (uint64_t)version != (*schemas)->count)
			return err_set(err, ERR_FILE, "An older program made it; start this vitrined on it first");
	}
	return true;
}

bool db_check_present(const char *path, const struct db_schema *const *schemas, struct err *err)
{
	struct db_connection connection = {0};
	struct err cause;

	if (access(path, F_OK) != 0)
		return err_set(err, ERR_FILE, "There is no shop at %s", path);
	bool present =
	    db_connection_open(&connection, path, DB_READER, &cause) && is_present(&connection, schemas, &cause);
	db_connection_close(&connection);
	return present || err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_FILE, "%s can't be used: %s", path,
				  cause.message);
}
