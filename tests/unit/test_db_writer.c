/* Writing together: group commit, what fails alone and what fails together, a full disk, and copies made meanwhile. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/db_file.h"

#include "base/clock.h"

static const struct db_schema_step step = {.sql = "CREATE TABLE shop (n INTEGER PRIMARY KEY) STRICT"};
static const struct db_schema schema = {.owner = "shop", .steps = &step, .count = 1};
const struct db_schema *const db_file_schemas[] = {&schema, NULL};

enum { WAIT_MS = 20000 };

/* Counts commits, and makes some of them fail, as a disk would. */
static struct {
	int seen;
	int fail; /* how many of the next ones */
} commits;

static int on_commit(void *context)
{
	(void)context;
	commits.seen++;
	return commits.fail > 0 && commits.fail--;
}

static void watch_commits(struct fixture *fx, int fail)
{
	commits.seen = 0;
	commits.fail = fail;
	sqlite3_commit_hook(fx->db->writer.sqlite, on_commit, NULL);
}

static const char *get(struct db *db, struct fixture *fx, const char *name)
{
	const char *value = NULL;

	assert_true(db_meta_get(db, name, &fx->arena, &value, &fx->err));
	return value;
}

/* ---- jobs ---- */

/* A write of one name: `fails` after writing, or writes as many bytes as `size`. */
struct write {
	struct db *db;
	char name[24];
	bool fails;
	size_t size;
	/* What happened. */
	int runs;
	bool done;
	struct err err;
};

static bool write_name(struct db_connection *connection, void *context, struct err *err)
{
	struct write *write = context;
	sqlite3_stmt *statement =
	    db_statement(connection, "INSERT INTO meta (name, value) VALUES (?1, hex(zeroblob(?2)))", err);

	write->runs++;
	if (!statement)
		return false;
	db_bind_text(statement, 1, write->name);
	sqlite3_bind_int64(statement, 2, (int64_t)(write->size + 1));
	if (!db_run(connection, statement, err))
		return false;
	return !write->fails || err_code(err, ERR_FORBIDDEN, "on_purpose", "It was told to fail");
}

static void *write_thread(void *context)
{
	struct write *write = context;

	write->done = db_write(write->db, write_name, write, &write->err);
	return NULL;
}

/* The first job, which holds the writer until so many others wait. */
struct gate {
	struct db *db;
	size_t waiting;
	bool in_time;
};

static size_t queue_length(struct db *db)
{
	size_t length = 0;

	pthread_mutex_lock(&db->lock);
	for (const struct db_job *job = db->queue; job; job = job->next)
		length++;
	pthread_mutex_unlock(&db->lock);
	return length;
}

static bool hold(struct db_connection *connection, void *context, struct err *err)
{
	struct gate *gate = context;
	int64_t deadline = clock_monotonic() + WAIT_MS;

	(void)connection;
	while (!(gate->in_time = queue_length(gate->db) >= gate->waiting) && clock_monotonic() < deadline)
		sched_yield();
	return err_set(err, ERR_CANCELLED, "It has nothing to commit");
}

static void *hold_thread(void *context)
{
	struct gate *gate = context;
	struct err err;

	if (db_write(gate->db, hold, gate, &err))
		gate->in_time = false;
	return NULL;
}

/* Runs all writes so that they wait together while another job holds the writer. */
static void write_together(struct fixture *fx, struct write *writes, size_t count)
{
	pthread_t first, *threads = arena_array(&fx->arena, count, sizeof *threads);
	struct gate gate = {.db = fx->db, .waiting = count};
	int64_t deadline = clock_monotonic() + WAIT_MS;
	bool led = false;

	assert_int_equal(pthread_create(&first, NULL, hold_thread, &gate), 0);
	while (!led && clock_monotonic() < deadline) {
		pthread_mutex_lock(&fx->db->lock);
		led = fx->db->led;
		pthread_mutex_unlock(&fx->db->lock);
		sched_yield();
	}
	for (size_t i = 0; i < count; i++) {
		writes[i].db = fx->db;
		if (!writes[i].name[0])
			snprintf(writes[i].name, sizeof writes[i].name, "w%zu", i);
		assert_int_equal(pthread_create(&threads[i], NULL, write_thread, &writes[i]), 0);
	}
	pthread_join(first, NULL);
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	assert_true(led && gate.in_time);
}

static void check_writes(struct fixture *fx, const struct write *writes, size_t count, int runs)
{
	for (size_t i = 0; i < count; i++) {
		if (writes[i].done == writes[i].fails)
			fail_msg("%s: %s", writes[i].name, writes[i].err.message);
		assert_int_equal(writes[i].runs, runs);
		if (writes[i].fails)
			assert_string_equal(writes[i].err.code, "on_purpose");
		if (writes[i].done)
			assert_non_null(get(fx->db, fx, writes[i].name));
		else
			assert_null(get(fx->db, fx, writes[i].name));
	}
}

/* ---- together ---- */

static void those_who_wait_share_a_commit(void **state)
{
	struct fixture *fx = *state;
	struct write writes[20] = {{.db = NULL}};

	watch_commits(fx, 0);
	write_together(fx, writes, 20);
	assert_int_equal(commits.seen, 1);
	check_writes(fx, writes, 20, 1);
}

static void a_batch_has_its_limit(void **state)
{
	enum { COUNT = DB_BATCH_MAX + 44 };
	struct fixture *fx = *state;
	static struct write writes[COUNT];

	memset(writes, 0, sizeof writes);
	watch_commits(fx, 0);
	write_together(fx, writes, COUNT);
	assert_int_equal(commits.seen, 2);
	check_writes(fx, writes, COUNT, 1);
}

static void one_that_fails_is_undone_alone(void **state)
{
	struct fixture *fx = *state;
	struct write writes[12] = {{.db = NULL}};

	writes[0].fails = writes[5].fails = writes[6].fails = writes[11].fails = true;
	watch_commits(fx, 0);
	write_together(fx, writes, 12);
	assert_int_equal(commits.seen, 1);
	check_writes(fx, writes, 12, 1);
}

static void all_may_fail(void **state)
{
	struct fixture *fx = *state;
	struct write writes[5] = {{.db = NULL}};

	for (size_t i = 0; i < 5; i++)
		writes[i].fails = true;
	watch_commits(fx, 0);
	write_together(fx, writes, 5);
	assert_int_equal(commits.seen, 0);
	check_writes(fx, writes, 5, 1);
}

/* The same name twice: the second one sees the first, though it isn't committed yet. */
static void each_sees_those_before_it(void **state)
{
	struct fixture *fx = *state;
	struct write writes[6] = {{.db = NULL}};
	int done = 0;

	for (size_t i = 0; i < 6; i++)
		memcpy(writes[i].name, "same", sizeof "same");
	write_together(fx, writes, 6);
	for (size_t i = 0; i < 6; i++) {
		done += writes[i].done;
		if (!writes[i].done)
			assert_int_equal(writes[i].err.kind, ERR_CONFLICT);
	}
	assert_int_equal(done, 1);
}

static void a_commit_that_fails_is_tried_one_by_one(void **state)
{
	struct fixture *fx = *state;
	struct write writes[6] = {{.db = NULL}};

	writes[2].fails = true;
	watch_commits(fx, 1);
	write_together(fx, writes, 6);
	assert_int_equal(commits.seen, 1 + 5);
	check_writes(fx, writes, 6, 2);
}

static void a_lone_commit_that_fails_is_an_error(void **state)
{
	struct fixture *fx = *state;
	struct write write = {.db = fx->db, .name = "alone"};

	watch_commits(fx, 1);
	write_thread(&write);
	assert_false(write.done);
	assert_int_equal(write.runs, 1);
	assert_null(get(fx->db, fx, "alone"));
	write_thread(&write);
	assert_true(write.done);
	assert_non_null(get(fx->db, fx, "alone"));
}

/* ---- a full disk ---- */

static void limit_pages(struct fixture *fx, const char *pages)
{
	char sql[64];

	snprintf(sql, sizeof sql, "PRAGMA max_page_count = %s", pages);
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* No more pages than there are, and `more`. */
static void fill_disk(struct fixture *fx, int64_t more)
{
	sqlite3_stmt *statement = NULL;
	char pages[32];

	assert_int_equal(sqlite3_prepare_v2(fx->db->writer.sqlite, "PRAGMA page_count", -1, &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	snprintf(pages, sizeof pages, "%lld", (long long)sqlite3_column_int64(statement, 0) + more);
	sqlite3_finalize(statement);
	limit_pages(fx, pages);
}

static void a_full_disk_refuses_and_loses_nothing(void **state)
{
	struct fixture *fx = *state;
	struct write small = {.db = fx->db, .name = "small"}, big = {.db = fx->db, .name = "big", .size = 100000};

	fill_disk(fx, 2);
	write_thread(&small);
	assert_true(small.done);
	for (int i = 0; i < 3; i++) {
		write_thread(&big);
		assert_false(big.done);
		assert_int_equal(big.err.kind, ERR_STORAGE_FULL);
	}
	assert_non_null(get(fx->db, fx, "small"));
	assert_null(get(fx->db, fx, "big"));
	limit_pages(fx, "1000000");
	write_thread(&big);
	assert_true(big.done);
}

static void one_too_big_for_the_disk_doesn_t_fail_the_others(void **state)
{
	struct fixture *fx = *state;
	struct write writes[8] = {{.db = NULL}};

	writes[3].size = 200000;
	fill_disk(fx, 4);
	write_together(fx, writes, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(writes[i].done, i != 3);
		if (i == 3)
			assert_int_equal(writes[i].err.kind, ERR_STORAGE_FULL);
		else
			assert_non_null(get(fx->db, fx, writes[i].name));
	}
}

/* The disk itself says no, in the middle of a commit: here by a limit on the size of files. */
static void a_disk_that_fills_during_a_commit(void **state)
{
	struct fixture *fx = *state;
	struct write before = {.db = fx->db, .name = "before"}, big = {.db = fx->db, .name = "big", .size = 500000},
		     after = {.db = fx->db, .name = "after"};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, kept;
	struct rlimit limit, small;

	write_thread(&before);
	assert_true(before.done);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 300000;
	sigaction(SIGXFSZ, &ignore, &kept);
	setrlimit(RLIMIT_FSIZE, &small);
	write_thread(&big);
	write_thread(&after);
	setrlimit(RLIMIT_FSIZE, &limit);
	sigaction(SIGXFSZ, &kept, NULL);
	assert_false(big.done);
	assert_int_equal(big.err.kind, ERR_STORAGE_FULL);
	assert_non_null(get(fx->db, fx, "before"));
	assert_null(get(fx->db, fx, "big"));
	assert_int_equal(after.done, get(fx->db, fx, "after") != NULL);
	write_thread(&big);
	assert_true(big.done);
}

/* ---- copies ---- */

struct writer {
	struct db *db;
	const int *stop;
	int rounds;
	bool failed;
};

/* Both rows change in one write: a copy must hold both or neither. */
static bool write_pair(struct db_connection *connection, void *context, struct err *err)
{
	const struct writer *writer = context;
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "INSERT OR REPLACE INTO meta (name, value) VALUES ('a', ?1), ('z', ?1),"
			 " ('pad' || (?1 % 500), hex(zeroblob(500)))",
			 err);

	if (!statement)
		return false;
	sqlite3_bind_int(statement, 1, writer->rounds);
	return db_run(connection, statement, err);
}

static void *write_on(void *context)
{
	struct writer *writer = context;
	struct err err;

	do {
		writer->rounds++;
		writer->failed = writer->failed || !db_write(writer->db, write_pair, writer, &err);
	} while (!__atomic_load_n(writer->stop, __ATOMIC_ACQUIRE));
	return NULL;
}

static void a_copy_made_meanwhile_is_of_one_moment(void **state)
{
	struct fixture *fx = *state;
	int stop = 0;
	struct writer writer = {.db = fx->db, .stop = &stop};
	pthread_t thread;
	struct stat status;

	assert_true(db_meta_put(fx->db, "before", NULL, "1", &fx->err));
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	for (int i = 0; i < 10; i++) {
		struct db *copy;
		const char *a, *z;

		if (!db_backup(fx->path, fx->other, &fx->err))
			fail_msg("%s", fx->err.message);
		assert_int_equal(stat(fx->other, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
		assert_true(db_open(fx->other, db_file_schemas, &copy, &fx->err));
		assert_string_equal(get(copy, fx, "before"), "1");
		a = get(copy, fx, "a");
		z = get(copy, fx, "z");
		if (a || z)
			assert_string_equal(a, z);
		db_close(copy);
		unlink(fx->other);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_false(writer.failed);
}

static void a_copy_overwrites_nothing(void **state)
{
	struct fixture *fx = *state;

	assert_true(db_backup(fx->path, fx->other, &fx->err));
	assert_false(db_backup(fx->path, fx->other, &fx->err));
	assert_int_equal(fx->err.kind, ERR_FILE);
	assert_false(db_backup(fx->path, fx->path, &fx->err));
	assert_int_equal(fx->err.kind, ERR_FILE);
	assert_false(db_backup(fx->path, "/nowhere/at/all.db", &fx->err));
	assert_int_equal(fx->err.kind, ERR_FILE);
}

static int64_t version_of(const char *path)
{
	sqlite3 *sqlite = NULL;
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(sqlite, "PRAGMA user_version", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t version = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(sqlite);
	return version;
}

/* What another version of the program wrote stays so, and so does its copy: nothing is migrated on the way. */
static void a_copy_changes_nothing(void **state)
{
	struct fixture *fx = *state;

	for (int version = 1; version < 1000; version += 998) {
		char sql[64];

		snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
		assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
		assert_true(db_backup(fx->path, fx->other, &fx->err));
		assert_int_equal(version_of(fx->path), version);
		assert_int_equal(version_of(fx->other), version);
		unlink(fx->other);
	}
}

static void only_a_shop_is_copied(void **state)
{
	struct fixture *fx = *state;
	char theirs[128];
	sqlite3 *sqlite = NULL;

	snprintf(theirs, sizeof theirs, "%s/c.db", fx->folder);
	assert_false(db_backup(theirs, fx->other, &fx->err)); /* there is none */
	assert_int_equal(fx->err.kind, ERR_FILE);
	assert_int_equal(access(theirs, F_OK), -1);
	assert_int_equal(sqlite3_open(theirs, &sqlite), SQLITE_OK);
	for (int i = 0; i < 2; i++) { /* an empty one, then somebody else's */
		assert_false(db_backup(theirs, fx->other, &fx->err));
		assert_int_equal(fx->err.kind, ERR_FILE);
		assert_int_equal(access(fx->other, F_OK), -1);
		assert_int_equal(sqlite3_exec(sqlite, i ? "SELECT 1" : "CREATE TABLE theirs (x)", NULL, NULL, NULL),
				 SQLITE_OK);
	}
	sqlite3_close(sqlite);
	unlink(theirs);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, db_file_set_up, db_file_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(those_who_wait_share_a_commit),
	    TEST(a_batch_has_its_limit),
	    TEST(one_that_fails_is_undone_alone),
	    TEST(all_may_fail),
	    TEST(each_sees_those_before_it),
	    TEST(a_commit_that_fails_is_tried_one_by_one),
	    TEST(a_lone_commit_that_fails_is_an_error),
	    TEST(a_full_disk_refuses_and_loses_nothing),
	    TEST(one_too_big_for_the_disk_doesn_t_fail_the_others),
	    TEST(a_disk_that_fills_during_a_commit),
	    TEST(a_copy_made_meanwhile_is_of_one_moment),
	    TEST(a_copy_overwrites_nothing),
	    TEST(a_copy_changes_nothing),
	    TEST(only_a_shop_is_copied),
	};

	return cmocka_run_group_tests_name("db_writer", tests, NULL, NULL);
}
