/* Writing: one connection, one batch after the other.
 *
 * A thread that wants to write puts its job into the queue. If nobody leads, it leads: it takes what is in the queue,
 * runs all of it in one transaction, a savepoint each, commits once, and wakes the others. Those who came meanwhile are
 * the next batch, led by the first of them; the old leader goes its way.
 */
#include <stdatomic.h>

#include "platform/db/internal.h"

static const char begin_sql[] = "BEGIN IMMEDIATE";
static const char commit_sql[] = "COMMIT";
static const char rollback_sql[] = "ROLLBACK";
static const char savepoint_sql[] = "SAVEPOINT job";
static const char release_sql[] = "RELEASE job";
static const char undo_sql[] = "ROLLBACK TO job";

static bool run_text(struct db_connection *writer, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = db_statement(writer, sql, err);
	bool done = statement && db_run(writer, statement, err);

	db_connection_rest(writer);
	return done;
}

/* Some errors, such as a full disk in the middle of a statement, make SQLite roll everything back by itself. */
static bool is_open(struct db_connection *writer)
{
	return !sqlite3_get_autocommit(writer->sqlite);
}

static void roll_back(struct db_connection *writer)
{
	if (is_open(writer))
		run_text(writer, rollback_sql, NULL);
}

static bool work(struct db_connection *writer, struct db_job *job)
{
	bool done = job->work(writer, job->context, &job->err);

	db_connection_rest(writer);
	return done;
}

static void run_alone(struct db_connection *writer, struct db_job *job)
{
	job->result = run_text(writer, begin_sql, &job->err) && work(writer, job) &&
		      run_text(writer, commit_sql, &job->err);
	if (!job->result)
		roll_back(writer);
}

/* One job of a batch. False when the transaction can't go on. */
static bool run_in_savepoint(struct db_connection *writer, struct db_job *job)
{
	if (!run_text(writer, savepoint_sql, NULL))
		return false;
	job->result = work(writer, job);
	if (!is_open(writer))
		return false;
	if (!job->result && !run_text(writer, undo_sql, NULL))
		return false;
	return run_text(writer, release_sql, NULL);
}

/* All jobs in one transaction. False when that failed as a whole, and nothing was written. */
static bool run_together(struct db_connection *writer, struct db_job *jobs)
{
	struct err err;

	if (!run_text(writer, begin_sql, &err)) {
		for (struct db_job *job = jobs; job; job = job->next)
			job->err = err;
		return true;
	}
	bool open = true, wrote = false;
	for (struct db_job *job = jobs; job && open; job = job->next) {
		open = run_in_savepoint(writer, job);
		wrote = wrote || job->result;
	}
	if (open && wrote && run_text(writer, commit_sql, NULL))
		return true;
	roll_back(writer);
	return open && !wrote;
}

static void run_batch(struct db *db, struct db_job *jobs)
{
	if (!db->path)
		pthread_mutex_lock(&db->turn);
	/* The last rollback may have failed, for want of memory. */
	roll_back(&db->writer);
	/* What fails together is tried one by one, so that one job too big for the disk doesn't fail the others. */
	if (jobs->bare) {
		jobs->result = work(&db->writer, jobs);
	} else if (!jobs->next || !run_together(&db->writer, jobs)) {
		for (struct db_job *job = jobs; job; job = job->next)
			run_alone(&db->writer, job);
	}
	if (!db->path)
		pthread_mutex_unlock(&db->turn);
	atomic_fetch_add(&db->generation, 1); /* committed, and nobody has been told yet */
}

uint64_t db_generation(struct db *db)
{
	return atomic_load(&db->generation) + 1;
}

/* The first jobs of the queue, DB_BATCH_MAX at most; the leader's own, which is the first, is among them. A bare one is
 * a batch of its own. The lock is held. */
static struct db_job *take_batch(struct db *db)
{
	struct db_job *jobs = db->queue;
	struct db_job **end = &db->queue;

	for (int count = 0; *end && count < DB_BATCH_MAX && !(count && ((*end)->bare || jobs->bare)); count++)
		end = &(*end)->next;
	db->queue = *end;
	if (!db->queue)
		db->queue_end = &db->queue;
	*end = NULL;
	return jobs;
}

/* A job is its thread's own again the moment it is done. The lock is held. */
static void finish_batch(struct db *db, struct db_job *jobs)
{
	while (jobs) {
		struct db_job *next = jobs->next;

		jobs->done = true;
		pthread_cond_signal(&jobs->wake);
		jobs = next;
	}
	db->led = db->queue != NULL;
	if (db->queue) {
		db->queue->leads = true;
		pthread_cond_signal(&db->queue->wake);
	}
}

static bool run_in_turn(struct db *db, struct db_job job, struct err *err)
{
	pthread_cond_init(&job.wake, NULL);
	pthread_mutex_lock(&db->lock);
	*db->queue_end = &job;
	db->queue_end = &job.next;
	if (!db->led)
		db->led = job.leads = true;
	while (!job.done && !job.leads)
		pthread_cond_wait(&job.wake, &db->lock);
	if (!job.done) {
		struct db_job *jobs = take_batch(db);

		pthread_mutex_unlock(&db->lock);
		run_batch(db, jobs);
		pthread_mutex_lock(&db->lock);
		finish_batch(db, jobs);
	}
	pthread_mutex_unlock(&db->lock);
	pthread_cond_destroy(&job.wake);
	if (!job.result && err)
		*err = job.err;
	return job.result;
}

bool db_write(struct db *db, db_work *unit, void *context, struct err *err)
{
	return run_in_turn(db, (struct db_job){.work = unit, .context = context}, err);
}

bool db_run_bare(struct db *db, db_work *unit, void *context, struct err *err)
{
	return run_in_turn(db, (struct db_job){.work = unit, .context = context, .bare = true}, err);
}
