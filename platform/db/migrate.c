/* Bringing a database to the present schema, all of it or nothing. */
#include <stdio.h>

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

/* An empty file may become ours; anything else must be ours, and not from a later program. */
static bool check(struct db_connection *connection, size_t count, int64_t *ret_version, struct err *err)
{
	if (!db_check_ours(connection, ret_version, err))
		return false;
	if (*ret_version < 0 || (uint64_t)*ret_version > count)
		return err_set(err, ERR_FILE, "A newer program wrote it: its schema is version %lld, this program's %zu",
			       (long long)*ret_version, count);
	return true;
}

static bool take_steps(struct db_connection *connection, const char *const *steps, size_t count, struct err *err)
{
	int64_t version = 0;
	char sql[96];

	if (!check(connection, count, &version, err))
		return false;
	for (size_t i = (size_t)version; i < count; i++)
		if (!db_script(connection, steps[i], err))
			return false;
	snprintf(sql, sizeof sql, "PRAGMA user_version = %zu; PRAGMA application_id = %d", count, DB_APPLICATION_ID);
	return (size_t)version == count || db_script(connection, sql, err);
}

bool db_migrate(struct db_connection *connection, const char *const *steps, size_t count, struct err *err)
{
	int64_t version = 0;

	/* Looked at before the transaction too, so that a file that isn't ours isn't even locked. */
	if (!check(connection, count, &version, err) || !db_script(connection, "BEGIN IMMEDIATE", err))
		return false;
	if (take_steps(connection, steps, count, err) && db_script(connection, "COMMIT", err))
		return true;
	sqlite3_exec(connection->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return false;
}
