/* What all files of the store stand on: statements with their values, and places of listings. */
#include <stdarg.h>
#include <string.h>

#include "platform/store/sqlite/internal.h"

/* Result columns are read as they come, so that a failed binding shows as what it is: memory that ended. */
static sqlite3_stmt *query_values(struct db_connection *connection, struct err *err, const char *sql, const char *types,
				  va_list values)
{
	sqlite3_stmt *statement = db_statement(connection, sql, err);

	for (int i = 1; statement && *types; types++, i++) {
		if (*types == 'i') {
			sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
		} else if (*types == 't') {
			db_bind_text(statement, i, va_arg(values, const char *));
		} else {
			const void *bytes = va_arg(values, const void *);
			sqlite3_bind_blob64(statement, i, bytes, va_arg(values, size_t), SQLITE_STATIC);
		}
	}
	return statement;
}

sqlite3_stmt *sql_query(struct db_connection *connection, struct err *err, const char *sql, const char *types, ...)
{
	va_list values;

	va_start(values, types);
	sqlite3_stmt *statement = query_values(connection, err, sql, types, values);
	va_end(values);
	return statement;
}

bool sql_run(struct db_connection *connection, struct err *err, const char *sql, const char *types, ...)
{
	va_list values;

	va_start(values, types);
	sqlite3_stmt *statement = query_values(connection, err, sql, types, values);
	va_end(values);
	return statement && db_run(connection, statement, err);
}

bool sql_number(struct db_connection *connection, sqlite3_stmt *statement, int64_t *ret_number, bool *ret_found,
		struct err *err)
{
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	if (step == DB_ERROR)
		return false;
	*ret_found = step == DB_ROW;
	if (*ret_found)
		*ret_number = sqlite3_column_int64(statement, 0);
	return true;
}

bool sql_list(struct db_connection *connection, sqlite3_stmt *statement, struct sql_list *list, struct err *err)
{
	enum db_step step = DB_DONE;

	if (!statement)
		return false;
	if (!list->rows)
		list->rows = arena_array(list->arena, list->most, list->size);
	list->failed = !list->rows;
	list->more = false;
	for (list->count = 0; !list->failed && (step = db_step(connection, statement, err)) == DB_ROW; list->count++) {
		if (list->count == list->most) {
			list->more = true;
			break;
		}
		list->take(statement, (char *)list->rows + list->count * list->size, list);
	}
	return list->failed ? err_memory(err, list->doing) : step != DB_ERROR;
}

bool place_number(struct db_connection *connection, const char *sql, const char *id, int64_t *ret_n, bool *ret_exact,
		  struct err *err)
{
	if (!id_valid(id))
		return list_rule_no_place(err);

	sqlite3_stmt *statement = sql_query(connection, err, sql, "t", id);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	if (step == DB_ERROR)
		return false;
	const char *found = step == DB_ROW ? (const char *)sqlite3_column_text(statement, 1) : NULL;
	*ret_n = found ? sqlite3_column_int64(statement, 0) : 0;
	*ret_exact = found && !strcmp(found, id);
	return true;
}

bool place_newest(struct db_connection *connection, const char *sql, const char *after, int64_t *ret_n,
		  struct err *err)
{
	int64_t n = INT64_MAX;
	bool exact = true;

	if (after && !place_number(connection, sql, after, &n, &exact, err))
		return false;
	*ret_n = exact ? n : n + 1;
	return true;
}
