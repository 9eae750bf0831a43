/* One connection: its settings, its statements, and what SQLite's result codes mean to us. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "platform/db/internal.h"

enum { SLOTS_FIRST = 64, PROGRESS_OPS = 2000 };

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Counting all memory costs a lock at each allocation, which threads would queue at. No harm if SQLite is in use
 * already. */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* What the system said last. A statement that fails tells the connection; a commit only the file, and that is the
 * log's. */
static bool is_full(struct db_connection *connection)
{
	int codes[2] = {sqlite3_system_errno(connection->sqlite)};
	sqlite3_file *log = NULL;

	if (sqlite3_file_control(connection->sqlite, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log &&
	    log->pMethods && log->pMethods->xFileControl) /* what is in memory has none */
		log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &codes[1]);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == ENOSPC || codes[i] == EDQUOT || codes[i] == EFBIG)
			return true;
	return false;
}

static enum err_kind kind_of(struct db_connection *connection, int result)
{
	switch (result & 0xFF) {
	case SQLITE_FULL:
		return ERR_STORAGE_FULL;
	case SQLITE_IOERR:
		if (result == SQLITE_IOERR_NOMEM)
			return ERR_MEMORY;
		return connection->sqlite && is_full(connection) ? ERR_STORAGE_FULL : ERR_INTERNAL;
	case SQLITE_NOMEM:
		return ERR_MEMORY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_INTERRUPT:
		return ERR_UNAVAILABLE;
	case SQLITE_CONSTRAINT:
		return result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY ||
			       result == SQLITE_CONSTRAINT_ROWID
			   ? ERR_CONFLICT
			   : ERR_INTERNAL;
	default:
		return ERR_INTERNAL;
	}
}

bool db_fail(struct db_connection *connection, int result, struct err *err)
{
	enum err_kind kind = kind_of(connection, result);

	switch (kind) {
	case ERR_STORAGE_FULL:
		return err_set(err, kind, "The disk of the database is full");
	case ERR_MEMORY:
		return err_memory(err, "using the database");
	case ERR_UNAVAILABLE:
		if (result == SQLITE_INTERRUPT)
			return err_code(err, kind, "too_broad", "This would take too long; ask for less");
		return err_set(err, kind, "The database is busy");
	case ERR_CONFLICT:
		return err_set(err, kind, "It exists already");
	default:
		return err_set(err, kind, "The database failed: %s (%d)",
			       connection->sqlite ? sqlite3_errmsg(connection->sqlite) : sqlite3_errstr(result),
			       result);
	}
}

bool db_script(struct db_connection *connection, const char *sql, struct err *err)
{
	int result = sqlite3_exec(connection->sqlite, sql, NULL, NULL, NULL);

	return result == SQLITE_OK || db_fail(connection, result, err);
}

static bool settle(struct db_connection *connection, enum db_role role, struct err *err)
{
	static const int cache_kib[] = {[DB_WRITER] = DB_WRITER_CACHE_KIB,
					[DB_READER_WARM] = DB_READER_WARM_CACHE_KIB,
					[DB_READER] = DB_READER_CACHE_KIB};
	char sql[512];

	snprintf(sql, sizeof sql,
		 "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
		 "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -%d;"
		 "PRAGMA journal_size_limit = %d; PRAGMA query_only = %s;",
		 cache_kib[role], DB_WAL_KIB * 1024,
		 role == DB_WRITER ? "OFF" : "ON");
	return db_script(connection, sql, err);
}

bool db_connection_open(struct db_connection *connection, const char *path, enum db_role role, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	char *name = NULL;

	pthread_once(&configured, configure);
	/* A relative name gets a "./", so that SQLite takes none for a URI or for a name of special meaning. */
	if (path && asprintf(&name, "%s%s", path[0] == '/' ? "" : "./", path) < 0)
		return err_memory(err, "opening the database");
	int result = sqlite3_open_v2(path ? name : ":memory:", &connection->sqlite,
				     path ? flags : flags | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, NULL);
	free(name);
	if (result != SQLITE_OK)
		db_fail(connection, result, err);
	else if (sqlite3_db_readonly(connection->sqlite, "main") == 1) /* opened all the same, but of no use */
		err_set(err, ERR_FILE, "It can't be written to");
	else if (sqlite3_busy_timeout(connection->sqlite, DB_BUSY_MS) == SQLITE_OK && settle(connection, role, err))
		return true;
	db_connection_close(connection);
	return false;
}

void db_connection_close(struct db_connection *connection)
{
	for (size_t i = 0; i < connection->slots_size; i++) {
		if (!connection->slots[i])
			continue;
		sqlite3_finalize(connection->slots[i]->statement);
		free(connection->slots[i]);
	}
	free(connection->slots);
	sqlite3_close(connection->sqlite);
	*connection = (struct db_connection){0};
}

/* Where the text is, or would go. There is always a free slot. */
static struct db_prepared **find_slot(struct db_prepared **slots, size_t size, const char *sql)
{
	size_t at = (size_t)(((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (size - 1);

	while (slots[at] && slots[at]->sql != sql)
		at = (at + 1) & (size - 1);
	return &slots[at];
}

static bool grow_slots(struct db_connection *connection)
{
	size_t size = connection->slots_size ? connection->slots_size * 2 : SLOTS_FIRST;
	struct db_prepared **slots = calloc(size, sizeof(struct db_prepared *));

	if (!slots)
		return false;
	for (size_t i = 0; i < connection->slots_size; i++)
		if (connection->slots[i])
			*find_slot(slots, size, connection->slots[i]->sql) = connection->slots[i];
	free(connection->slots);
	connection->slots = slots;
	connection->slots_size = size;
	return true;
}

static struct db_prepared *prepare(struct db_connection *connection, const char *sql, struct err *err)
{
	if (connection->slots_count * 2 >= connection->slots_size && !grow_slots(connection))
		return err_memory(err, "preparing a statement"), NULL;

	struct db_prepared *prepared = calloc(1, sizeof *prepared);
	if (!prepared)
		return err_memory(err, "preparing a statement"), NULL;

	int result =
	    sqlite3_prepare_v3(connection->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared->statement, NULL);
	if (result != SQLITE_OK) {
		db_fail(connection, result, err);
		free(prepared);
		return NULL;
	}
	prepared->sql = sql;
	*find_slot(connection->slots, connection->slots_size, sql) = prepared;
	connection->slots_count++;
	return prepared;
}

sqlite3_stmt *db_statement(struct db_connection *connection, const char *sql, struct err *err)
{
	struct db_prepared *prepared =
	    connection->slots_size ? *find_slot(connection->slots, connection->slots_size, sql) : NULL;

	if (!prepared)
		prepared = prepare(connection, sql, err);
	if (!prepared)
		return NULL;
	if (prepared->used) {
		sqlite3_reset(prepared->statement);
		sqlite3_clear_bindings(prepared->statement);
		return prepared->statement;
	}
	prepared->used = true;
	prepared->next_used = connection->used;
	connection->used = prepared;
	return prepared->statement;
}

void db_connection_rest(struct db_connection *connection)
{
	for (struct db_prepared *prepared = connection->used; prepared; prepared = prepared->next_used) {
		sqlite3_reset(prepared->statement);
		sqlite3_clear_bindings(prepared->statement);
		prepared->used = false;
	}
	connection->used = NULL;
	if (connection->deadline)
		sqlite3_progress_handler(connection->sqlite, 0, NULL, NULL);
	connection->deadline = 0;
}

static int is_late(void *context)
{
	const struct db_connection *connection = context;

	return clock_monotonic() >= connection->deadline;
}

void db_limit_time(struct db_connection *connection, int64_t milliseconds)
{
	connection->deadline = clock_monotonic() + milliseconds;
	sqlite3_progress_handler(connection->sqlite, PROGRESS_OPS, is_late, connection);
}

enum db_step db_step(struct db_connection *connection, sqlite3_stmt *statement, struct err *err)
{
	int result = sqlite3_step(statement);

	if (result == SQLITE_ROW)
		return DB_ROW;
	if (result == SQLITE_DONE)
		return DB_DONE;
	db_fail(connection, result, err);
	return DB_ERROR;
}

bool db_run(struct db_connection *connection, sqlite3_stmt *statement, struct err *err)
{
	enum db_step step = db_step(connection, statement, err);

	if (step == DB_ROW)
		return err_set(err, ERR_INTERNAL, "A statement that changes gave a row");
	return step == DB_DONE;
}

int64_t db_changes(struct db_connection *connection)
{
	return sqlite3_changes64(connection->sqlite);
}

int64_t db_total_changes(struct db_connection *connection)
{
	return sqlite3_total_changes64(connection->sqlite);
}

/* SQLite counts, for each connection, how often it found that the file is not as it was. */
struct db_view db_view(struct db_connection *connection)
{
	unsigned version = 0;

	if (!connection->number ||
	    sqlite3_file_control(connection->sqlite, "main", SQLITE_FCNTL_DATA_VERSION, &version) != SQLITE_OK)
		return (struct db_view){.version = 0};
	return (struct db_view){.reader = connection->number - 1, .version = version + 1};
}

int64_t db_last_row(struct db_connection *connection)
{
	return sqlite3_last_insert_rowid(connection->sqlite);
}

void db_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, index);
}

char *db_column_text(sqlite3_stmt *statement, int column, struct arena *arena, bool *failed)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return NULL;

	const char *text = (const char *)sqlite3_column_text(statement, column);
	char *copy = text ? arena_strndup(arena, text, (size_t)sqlite3_column_bytes(statement, column)) : NULL;

	if (!copy)
		*failed = true;
	return copy;
}
