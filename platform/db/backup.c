/* A copy of the database, while it is in use. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "platform/db/internal.h"

/* All pages in one go: that is one read transaction, so writers go on and the copy is of one moment. */
static bool copy_pages(struct db_connection *connection, const char *path, struct err *err)
{
	struct db_connection copy = {0};
	struct err cause;

	if (sqlite3_open_v2(path, &copy.sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK) {
		db_connection_close(&copy);
		return err_set(err, ERR_FILE, "%s can't be written", path);
	}
	sqlite3_backup *backup = sqlite3_backup_init(copy.sqlite, "main", connection->sqlite, "main");
	int result = backup ? sqlite3_backup_step(backup, -1) : sqlite3_errcode(copy.sqlite);
	int finished = sqlite3_backup_finish(backup);

	if (result == SQLITE_DONE)
		result = finished;
	bool done = result == SQLITE_OK || db_fail(&copy, result, &cause);
	if (!done)
		*err = cause;
	db_connection_close(&copy);
	return done;
}

static bool flush_file(const char *path)
{
	int descriptor = open(path, O_RDWR | O_CLOEXEC);
	bool flushed = descriptor >= 0 && !fsync(descriptor);

	if (descriptor >= 0)
		close(descriptor);
	return flushed;
}

static bool copy_to(struct db_connection *connection, char *temporary, const char *path, struct err *err)
{
	int descriptor = mkstemp(temporary); /* 0600, and nobody else's */

	if (descriptor < 0)
		return err_set(err, ERR_FILE, "%s can't be created: %m", path);
	close(descriptor);

	bool done = copy_pages(connection, temporary, err);
	if (done && !flush_file(temporary))
		done = err_set(err, ERR_FILE, "%s can't be flushed: %m", path);
	done = done && file_name_new(temporary, path, err);
	if (!done)
		unlink(temporary);
	return done;
}

/* Opens what is to be copied, whatever its version: the copy is for the program that knows it. */
static bool open_source(struct db_connection *connection, const char *path, struct err *err)
{
	int64_t version = 0;
	struct err cause;

	if (access(path, R_OK) != 0)
		return err_set(err, ERR_FILE, "%s can't be read: %m", path);
	if (db_connection_open(connection, path, DB_READER, &cause) && db_check_ours(connection, &version, &cause) &&
	    (version || err_set(&cause, ERR_FILE, "There is no shop in it")))
		return true;
	return err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_FILE, "%s can't be copied: %s", path,
		       cause.message);
}

bool db_backup(const char *from, const char *path, struct err *err)
{
	struct db_connection connection = {0};
	char *temporary;

	if (!access(path, F_OK))
		return err_set(err, ERR_FILE, "%s exists already", path);
	/* "./" as in db_connection_open. */
	if (asprintf(&temporary, "%s%s.XXXXXX", path[0] == '/' ? "" : "./", path) < 0)
		return err_memory(err, "copying the database");
	bool done = open_source(&connection, from, err) && copy_to(&connection, temporary, path, err);
	db_connection_close(&connection);
	free(temporary);
	return done;
}
