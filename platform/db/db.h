/* db.h: one SQLite database for many threads: what the SQLite store and local identity stand on.
 *
 * Reads run side by side, each on a connection of its own from a small pool. Writes go one after the other through one
 * connection; those that wait while a commit is being flushed are run together, a savepoint each, and committed by one
 * flush (group commit): one that fails is rolled back alone. A write that returned true is on the disk
 * (synchronous=FULL). A database in memory has a single connection that all take turns at.
 */
#ifndef VITRINE_PLATFORM_DB_DB_H
#define VITRINE_PLATFORM_DB_DB_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct db;
struct db_connection;


/* A unit of work. Returns false with *err filled to have what it wrote undone. It may be called once more when a commit
 * failed for somebody else's fault, so it must have no effect but through the connection and on its own context. */
typedef bool db_work(struct db_connection *connection, void *context, struct err *err);

/* The tables of one owner (the store, the identity) and how they came to be: its step i makes its version i + 1 of its
 * version i, and is SQL, or work (with a NULL context) for what SQL can't say. Whoever adds to a schema adds a step at
 * the end of its owner's list; a step that was ever released is never changed. Each owner's version stands in table
 * schema_version under its name; a file from before that table has `user_version` for all of them. */
struct db_schema_step {
	const char *sql;
	db_work *work;
};
struct db_schema {
	const char *owner;
	const struct db_schema_step *steps;
	size_t count;
};

/* Opens or creates, and brings the schemas (a list that ends with NULL; what stands first is made first) to their
 * present versions, all of it in one transaction. `path` NULL: in memory. The file is created 0600. Its own table,
 * `meta`, is always there. ERR_FILE with a sentence that names the path when it can't be used, also when a newer
 * program wrote it. */
bool db_open(const char *path, const struct db_schema *const *schemas, struct db **ret_db, struct err *err);

/* Is there a database of ours at `path`, with these schemas at their present versions? ERR_FILE with a sentence that
 * names the path. For who must neither make nor migrate one: another program may have it open. */
bool db_check_present(const char *path, const struct db_schema *const *schemas, struct err *err);

/* Frees everything; no call may be under way. Checkpoints the log. Returns NULL. NULL-safe. */
struct db *db_close(struct db *db);

/* A unit that reads sees one state throughout, and must not write. A unit must not call db_read or db_write itself. */
bool db_read(struct db *db, db_work *work, void *context, struct err *err);
bool db_write(struct db *db, db_work *work, void *context, struct err *err);

/* Moves the log into the database and cuts it to nothing, so that what was deleted or overwritten stands in no file any
 * more (the rest is secure_delete's). *ret_done false when somebody was still reading it: to be tried again. A few
 * milliseconds, as long as the log is what it is between SQLite's own checkpoints. */
bool db_cut_log(struct db *db, bool *ret_done, struct err *err);

/* A number, 1 at first, that is another one once a write has returned true. What was read after it was asked for, and
 * is kept under it, is up to date for as long as it stays the same; but for what other processes write. */
uint64_t db_generation(struct db *db);

/* What a unit that has read something sees: two units of the same reader that were told the same version saw the same
 * database, whatever process may write to it. Version 0: nobody can say. */
enum { DB_READERS_MAX = 8 }; /* more would cost memory; the rest wait their turn, which is microseconds */
struct db_view {
	unsigned reader; /* below DB_READERS_MAX */
	unsigned version;
};
struct db_view db_view(struct db_connection *connection);

/* The prepared statement of a static SQL text, reset and with nothing bound; kept by the connection under the text's
 * address. NULL with ERR_INTERNAL (or as db_step). */
sqlite3_stmt *db_statement(struct db_connection *connection, const char *sql, struct err *err);

/* Steps. ERR_STORAGE_FULL for a full disk, ERR_UNAVAILABLE when busy, ERR_CONFLICT for a violated UNIQUE or PRIMARY
 * KEY, ERR_MEMORY, ERR_INTERNAL otherwise. */
enum db_step { DB_ERROR, DB_ROW, DB_DONE };
enum db_step db_step(struct db_connection *connection, sqlite3_stmt *statement, struct err *err);

/* Runs a statement that gives no rows; db_changes says how many it changed. */
bool db_run(struct db_connection *connection, sqlite3_stmt *statement, struct err *err);
int64_t db_changes(struct db_connection *connection);

/* Rows that were changed since the connection was opened, also by what a statement does behind it. */
int64_t db_total_changes(struct db_connection *connection);

/* For a step of a schema: runs statements that give no rows; is there a table of that name? */
bool db_script(struct db_connection *connection, const char *sql, struct err *err);
bool db_has_table(struct db_connection *connection, const char *name, bool *ret_found, struct err *err);

/* The row number that the last INSERT made. */
int64_t db_last_row(struct db_connection *connection);

/* From here on this unit's statements may take that long; then they fail with ERR_UNAVAILABLE, code "too_broad". */
void db_limit_time(struct db_connection *connection, int64_t milliseconds);

/* Binding texts (NULL binds NULL; the text must stay until the statement is done), and reading a column's text into an
 * arena (NULL for NULL; also NULL when memory ended, then *failed is set). */
void db_bind_text(sqlite3_stmt *statement, int index, const char *text);
char *db_column_text(sqlite3_stmt *statement, int column, struct arena *arena, bool *failed);

/* The value kept under a name in table `meta`, or NULL. Values are texts. */
bool db_meta_get(struct db *db, const char *name, struct arena *arena, const char **ret_value, struct err *err);

/* Keeps a value in the place of `before` (NULL: of none). ERR_CONFLICT when another one is there. */
bool db_meta_put(struct db *db, const char *name, const char *before, const char *value, struct err *err);

/* Keeps a value unless there is one, whoever else does so at the same time; *ret_value is the one that is kept. */
bool db_meta_settle(struct db *db, const char *name, const char *value, struct arena *arena, const char **ret_value,
		    struct err *err);

/* Copies the database of a file, consistently, while it is in use, to a new file (0600; ERR_FILE when it exists
 * already), by SQLite's backup API, flushed to the disk before it gets its name. The file is only read, and copied as
 * it is, also when an older or a newer program wrote it. */
bool db_backup(const char *from, const char *path, struct err *err);

#endif
