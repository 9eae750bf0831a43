/* Opening, closing, reading. */
#include "platform/db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/db/internal.h"

static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int descriptor = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool synced = descriptor >= 0 && !fsync(descriptor);

	free(folder);
	if (descriptor >= 0)
		close(descriptor);
	return synced;
}

/* Ours alone from its first moment on; SQLite gives the files beside it the same mode. */
static bool make_file(const char *path, struct err *err)
{
	int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (descriptor < 0 && errno == EEXIST)
		return true;
	if (descriptor < 0)
		return err_set(err, ERR_FILE, "%s can't be created: %m", path);
	close(descriptor);
	return sync_folder(path) || err_set(err, ERR_FILE, "The folder of %s can't be flushed: %m", path);
}

static bool use_log(struct db_connection *writer, struct err *err)
{
	sqlite3_stmt *statement = db_statement(writer, "PRAGMA journal_mode = WAL", err);

	if (!statement || db_step(writer, statement, err) != DB_ROW)
		return false;
	bool wal = !strcmp((const char *)sqlite3_column_text(statement, 0), "wal");
	db_connection_rest(writer);
	return wal || err_set(err, ERR_FILE, "This file system can't hold a write-ahead log");
}

static bool start(struct db *db, const char *path, const struct db_schema *const *schemas, struct err *err)
{
	if (path && !(db->path = strdup(path)))
		return err_memory(err, "opening the database");
	if (!path)
		return db_connection_open(&db->writer, NULL, DB_WRITER, err) &&
		       db_migrate(&db->writer, schemas, err);

	struct err cause;
	if (!make_file(path, err))
		return false;
	/* A file that isn't ours is refused before anything in it is changed, the log mode included. */
	if (db_connection_open(&db->writer, path, DB_WRITER, &cause) &&
	    db_migrate(&db->writer, schemas, &cause) && use_log(&db->writer, &cause))
		return true;
	return err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_FILE, "%s can't be used: %s", path,
		       cause.message);
}

bool db_open(const char *path, const struct db_schema *const *schemas, struct db **ret_db, struct err *err)
{
	struct db *db = calloc(1, sizeof *db);

	if (!db)
		return err_memory(err, "opening the database");
	db->queue_end = &db->queue;
	pthread_mutex_init(&db->lock, NULL);
	pthread_mutex_init(&db->turn, NULL);
	pthread_cond_init(&db->reader_idle, NULL);
	if (!start(db, path, schemas, err)) {
		db_close(db);
		return false;
	}
	*ret_db = db;
	return true;
}

struct db *db_close(struct db *db)
{
	if (!db)
		return NULL;
	for (size_t i = 0; i < DB_READERS_MAX; i++)
		db_connection_close(&db->readers[i]);
	/* The last one to go moves the log into the file. */
	db_connection_close(&db->writer);
	pthread_cond_destroy(&db->reader_idle);
	pthread_mutex_destroy(&db->turn);
	pthread_mutex_destroy(&db->lock);
	free(db->path);
	free(db);
	return NULL;
}

void db_give_reader(struct db *db, struct db_connection *reader)
{
	pthread_mutex_lock(&db->lock);
	db->taken &= ~(1U << (reader - db->readers));
	pthread_cond_signal(&db->reader_idle);
	pthread_mutex_unlock(&db->lock);
}

/* The first that is free, so that those used most are the same ones, and their caches warm. */
struct db_connection *db_take_reader(struct db *db, struct err *err)
{
	static const unsigned all = (1U << DB_READERS_MAX) - 1;

	pthread_mutex_lock(&db->lock);
	while (db->taken == all)
		pthread_cond_wait(&db->reader_idle, &db->lock);
	int first = __builtin_ctz(~db->taken);
	db->taken |= 1U << first;
	pthread_mutex_unlock(&db->lock);

	struct db_connection *reader = &db->readers[first];
	if (reader->sqlite ||
	    db_connection_open(reader, db->path, first < DB_READERS_WARM ? DB_READER_WARM : DB_READER, err)) {
		reader->number = (unsigned)first + 1;
		return reader;
	}
	db_give_reader(db, reader);
	return NULL;
}

static void end_reading(struct db_connection *connection)
{
	static const char end_sql[] = "ROLLBACK";
	sqlite3_stmt *end;

	if (!sqlite3_get_autocommit(connection->sqlite) && (end = db_statement(connection, end_sql, NULL)))
		db_run(connection, end, NULL);
	db_connection_rest(connection);
}

/* One transaction, so that all of a unit's statements see the same state. */
static bool read_with(struct db_connection *connection, db_work *work, void *context, struct err *err)
{
	static const char begin_sql[] = "BEGIN";

	end_reading(connection); /* the last one may not have ended, for want of memory */
	sqlite3_stmt *begin = db_statement(connection, begin_sql, err);
	bool done = begin && db_run(connection, begin, err) && work(connection, context, err);

	db_connection_rest(connection);
	end_reading(connection);
	return done;
}

bool db_read(struct db *db, db_work *work, void *context, struct err *err)
{
	bool done;

	if (!db->path) {
		pthread_mutex_lock(&db->turn);
		done = read_with(&db->writer, work, context, err);
		pthread_mutex_unlock(&db->turn);
		return done;
	}
	struct db_connection *reader = db_take_reader(db, err);
	if (!reader)
		return false;
	done = read_with(reader, work, context, err);
	db_give_reader(db, reader);
	return done;
}

struct meta {
	const char *name, *before, *value;
	struct arena *arena;
};

static bool meta_read(struct db_connection *connection, void *context, struct err *err)
{
	struct meta *meta = context;
	sqlite3_stmt *statement = db_statement(connection, "SELECT value FROM meta WHERE name = ?", err);
	bool failed = false;

	if (!statement)
		return false;
	db_bind_text(statement, 1, meta->name);
	enum db_step step = db_step(connection, statement, err);
	if (step == DB_ROW)
		meta->value = db_column_text(statement, 0, meta->arena, &failed);
	return failed ? err_memory(err, "reading a setting") : step != DB_ERROR;
}

static bool meta_write(struct db_connection *connection, void *context, struct err *err)
{
	static const char first_sql[] = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
	static const char next_sql[] = "UPDATE meta SET value = ?2 WHERE name = ?1 AND value = ?3";
	const struct meta *meta = context;
	sqlite3_stmt *statement = db_statement(connection, meta->before ? next_sql : first_sql, err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, meta->name);
	db_bind_text(statement, 2, meta->value);
	if (meta->before)
		db_bind_text(statement, 3, meta->before);
	return db_run(connection, statement, err) &&
	       (db_changes(connection) == 1 || err_set(err, ERR_CONFLICT, "It was set meanwhile"));
}

bool db_meta_get(struct db *db, const char *name, struct arena *arena, const char **ret_value, struct err *err)
{
	struct meta meta = {.name = name, .arena = arena};

	if (!db_read(db, meta_read, &meta, err))
		return false;
	*ret_value = meta.value;
	return true;
}

bool db_meta_put(struct db *db, const char *name, const char *before, const char *value, struct err *err)
{
	return db_write(db, meta_write, &(struct meta){.name = name, .before = before, .value = value}, err);
}

bool db_meta_settle(struct db *db, const char *name, const char *value, struct arena *arena, const char **ret_value,
		    struct err *err)
{
	const char *kept;
	struct err cause = {.kind = ERR_NONE};

	if (!db_meta_get(db, name, arena, &kept, err))
		return false;
	if (!kept && !db_meta_put(db, name, NULL, value, &cause) && cause.kind != ERR_CONFLICT) {
		if (err)
			*err = cause;
		return false;
	}
	if (!kept && !db_meta_get(db, name, arena, &kept, err))
		return false;
	*ret_value = kept;
	return true;
}
