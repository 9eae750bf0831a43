/* Cutting the log that SQLite writes ahead of the database. */
#include "platform/db/internal.h"

/* Moves what is in the log into the database while others read and write. */
static bool copy_log(struct db *db, struct err *err)
{
	struct db_connection *reader = db_take_reader(db, err);
	int result = reader ? sqlite3_wal_checkpoint_v2(reader->sqlite, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL)
			    : SQLITE_ERROR;
	bool done = reader && ((result & 0xFF) == SQLITE_BUSY || result == SQLITE_OK || db_fail(reader, result, err));

	if (reader)
		db_give_reader(db, reader);
	return done;
}

/* Nobody writes meanwhile, and readers who began before are waited for, shortly. */
static bool cut_log(struct db_connection *writer, void *context, struct err *err)
{
	bool *done = context;

	sqlite3_busy_timeout(writer->sqlite, DB_CUT_MS);
	int result = sqlite3_wal_checkpoint_v2(writer->sqlite, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(writer->sqlite, DB_BUSY_MS);
	*done = result == SQLITE_OK;
	return *done || (result & 0xFF) == SQLITE_BUSY || db_fail(writer, result, err);
}

bool db_cut_log(struct db *db, bool *ret_done, struct err *err)
{
	bool done = true;

	if (db->path &&
	    (!copy_log(db, err) || !db_run_bare(db, cut_log, &done, err)))
		return false;
	*ret_done = done;
	return true;
}
