/* internal.h: what the files of db share. Nobody else includes it, except its tests.
 */
#ifndef VITRINE_PLATFORM_DB_INTERNAL_H
#define VITRINE_PLATFORM_DB_INTERNAL_H

#include <pthread.h>

#include "platform/db/db.h"

enum {
	DB_READERS_WARM = 2,       /* those taken first, and so nearly always: they have the large caches */
	DB_BATCH_MAX = 256,        /* jobs that share one commit */
	DB_BUSY_MS = 5000,         /* only another process makes us wait */
	DB_CUT_MS = 10,            /* for readers, when the log is to be cut */
	DB_READER_WARM_CACHE_KIB = 12000,
	DB_READER_CACHE_KIB = 1000,
	DB_WRITER_CACHE_KIB = 4000,
	DB_WAL_KIB = 64 * 1024,    /* what the log is cut back to after it grew */
	DB_APPLICATION_ID = 0x5674726E, /* "Vtrn", so that no other program's database is taken for ours */
};

struct db_prepared {
	const char *sql; /* the key is its address */
	sqlite3_stmt *statement;
	struct db_prepared *next_used; /* in the unit of work under way */
	bool used;
};

struct db_connection {
	sqlite3 *sqlite;
	struct db_prepared **slots; /* open addressing; a power of two of them, at most half full */
	size_t slots_size, slots_count;
	struct db_prepared *used;
	int64_t deadline; /* clock_monotonic; 0: none */
	unsigned number;  /* of a reader, from 1 on; 0: it writes, too */
};

/* A write that waits for its turn, on its caller's stack. */
struct db_job {
	db_work *work;
	void *context;
	struct err err;
	bool result, done;
	bool leads; /* its thread is to run the next batch */
	bool bare;  /* it runs by itself, outside of a transaction */
	pthread_cond_t wake;
	struct db_job *next;
};

struct db {
	char *path; /* NULL: in memory */
	struct db_connection writer;
	pthread_mutex_t turn; /* in memory: whose turn it is at the one connection */
	_Atomic uint64_t generation; /* counts batches */

	pthread_mutex_t lock; /* of all that follows */
	struct db_job *queue, **queue_end;
	bool led; /* some thread runs a batch, or was told to */
	struct db_connection readers[DB_READERS_MAX]; /* opened when first taken */
	unsigned taken;                               /* bit i: reader i is its thread's own */
	pthread_cond_t reader_idle;
};

enum db_role { DB_WRITER, DB_READER_WARM, DB_READER };

/* Opens a connection of its own; `path` NULL: in memory. `connection` is zeroed. */
bool db_connection_open(struct db_connection *connection, const char *path, enum db_role role, struct err *err);
void db_connection_close(struct db_connection *connection);

/* Ends a unit of work: every statement it used is reset, so that none of them holds a lock, and forgets what was
 * bound. */
void db_connection_rest(struct db_connection *connection);

/* Runs what is no transaction on the writer's connection, in its turn and by itself. */
bool db_run_bare(struct db *db, db_work *unit, void *context, struct err *err);

/* Readers, for what isn't a unit of work. NULL with *err when none can be opened. */
struct db_connection *db_take_reader(struct db *db, struct err *err);
void db_give_reader(struct db *db, struct db_connection *reader);

/* Fills *err by SQLite's result code and returns false. */
bool db_fail(struct db_connection *connection, int result, struct err *err);

/* Is the database ours, or empty? ERR_FILE. *ret_version is its `user_version`: 0 when it is empty. */
bool db_check_ours(struct db_connection *connection, int64_t *ret_version, struct err *err);

/* Brings each schema to its last step, in one transaction. ERR_FILE when the file's is newer, or another program's. */
bool db_migrate(struct db_connection *connection, const struct db_schema *const *schemas, struct err *err);

#endif
