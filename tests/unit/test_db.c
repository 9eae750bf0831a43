/* The database under the SQLite store: what the store suite can't see. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/db_file.h"

static const struct db_schema_step family_steps[] = {
    {.sql = "CREATE TABLE parent (n INTEGER PRIMARY KEY) STRICT;"
	    "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (n), age INTEGER) STRICT;"},
};
static const struct db_schema family = {
    .owner = "family", .steps = family_steps, .count = sizeof family_steps / sizeof *family_steps};
const struct db_schema *const db_file_schemas[] = {&family, NULL};

static void put(struct fixture *fx, const char *name, const char *value)
{
	const char *before = NULL;

	if (!db_meta_get(fx->db, name, &fx->arena, &before, &fx->err) ||
	    !db_meta_put(fx->db, name, before, value, &fx->err))
		fail_msg("%s", fx->err.message);
}

static const char *get(struct fixture *fx, const char *name)
{
	const char *value = "untouched";

	if (!db_meta_get(fx->db, name, &fx->arena, &value, &fx->err))
		fail_msg("%s", fx->err.message);
	return value;
}

/* Runs a text of SQL, or reads a number, on a connection of its own. */
static int64_t raw(const char *path, const char *sql)
{
	sqlite3 *sqlite = NULL;
	sqlite3_stmt *statement = NULL;
	int64_t number = -1;

	assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &statement, NULL), SQLITE_OK);
	int result = sqlite3_step(statement);
	assert_true(result == SQLITE_ROW || result == SQLITE_DONE);
	if (result == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
	return number;
}

/* ---- opening ---- */

static void a_new_file_is_ours_alone(void **state)
{
	struct fixture *fx = *state;
	const char *const beside[] = {"", "-wal", "-shm"};

	db_file_open(fx);
	put(fx, "a", "1");
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		struct stat status;
		assert_int_equal(stat(arena_printf(&fx->arena, "%s%s", fx->path, beside[i]), &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
	}
}

static void what_was_put_is_there_after_reopening(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	assert_null(get(fx, "a"));
	put(fx, "a", "1");
	put(fx, "a", "2");
	put(fx, "b", "");
	fx->db = db_close(fx->db);
	db_file_open(fx);
	assert_string_equal(get(fx, "a"), "2");
	assert_string_equal(get(fx, "b"), "");
}

static void a_value_takes_the_place_of_the_one_that_was_meant(void **state)
{
	struct fixture *fx = *state;
	const char *kept;

	db_file_open(fx);
	assert_false(db_meta_put(fx->db, "a", "0", "1", &fx->err));
	assert_int_equal(fx->err.kind, ERR_CONFLICT);
	assert_true(db_meta_put(fx->db, "a", NULL, "1", &fx->err));
	assert_false(db_meta_put(fx->db, "a", NULL, "2", &fx->err));
	assert_int_equal(fx->err.kind, ERR_CONFLICT);
	assert_false(db_meta_put(fx->db, "a", "2", "3", &fx->err));
	assert_int_equal(fx->err.kind, ERR_CONFLICT);
	assert_true(db_meta_put(fx->db, "a", "1", "4", &fx->err));
	assert_true(db_meta_settle(fx->db, "a", "5", &fx->arena, &kept, &fx->err));
	assert_string_equal(kept, "4");
	assert_true(db_meta_settle(fx->db, "b", "5", &fx->arena, &kept, &fx->err));
	assert_string_equal(kept, "5");
	assert_string_equal(get(fx, "b"), "5");
}

static void settings_are_as_designed(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	put(fx, "a", "1");
	assert_int_equal(raw(fx->path, "PRAGMA user_version"), (int64_t)family.count);
	assert_int_equal(raw(fx->path, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
	/* Every table is STRICT. */
	assert_int_equal(raw(fx->path, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
				       " AND strict = 0 AND name NOT LIKE 'sqlite_%'"),
			 0);
	assert_int_equal(raw(fx->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

/* A unit that reads a number into its context by a statement of its choice. */
struct number {
	const char *sql;
	int64_t number;
};

static bool read_number(struct db_connection *connection, void *context, struct err *err)
{
	struct number *number = context;
	sqlite3_stmt *statement = db_statement(connection, number->sql, err);

	if (!statement || db_step(connection, statement, err) != DB_ROW)
		return false;
	number->number = sqlite3_column_int64(statement, 0);
	return true;
}

static void each_connection_is_set_up(void **state)
{
	static const struct {
		const char *sql;
		int64_t expected;
	} pragmas[] = {{"PRAGMA foreign_keys", 1}, {"PRAGMA synchronous", 2}, {"PRAGMA temp_store", 2},
		       {"PRAGMA busy_timeout", DB_BUSY_MS}};
	struct fixture *fx = *state;

	db_file_open(fx);
	for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++) {
		struct number number = {.sql = pragmas[i].sql};
		assert_true(db_read(fx->db, read_number, &number, &fx->err));
		assert_int_equal(number.number, pragmas[i].expected);
		assert_true(db_write(fx->db, read_number, &number, &fx->err));
		assert_int_equal(number.number, pragmas[i].expected);
	}
}

static void assert_refused(struct fixture *fx, const char *path, const char *word)
{
	struct db *db = NULL;

	assert_false(db_open(path, db_file_schemas, &db, &fx->err));
	assert_null(db);
	assert_int_equal(fx->err.kind, ERR_FILE);
	if (!strstr(fx->err.message, path) || !strstr(fx->err.message, word))
		fail_msg("%s", fx->err.message);
}

static void what_a_newer_program_wrote_is_refused(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	put(fx, "a", "1");
	fx->db = db_close(fx->db);
	raw(fx->path, "PRAGMA user_version = 999");
	assert_refused(fx, fx->path, "newer");
	/* It was left as it is. */
	assert_int_equal(raw(fx->path, "PRAGMA user_version"), 999);
}

static void what_another_program_wrote_is_refused(void **state)
{
	struct fixture *fx = *state;

	raw(fx->path, "CREATE TABLE theirs (x)");
	assert_refused(fx, fx->path, "another program");
	assert_int_equal(raw(fx->path, "SELECT count(*) FROM sqlite_schema"), 1);
	assert_int_equal(raw(fx->path, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 0);
}

static void what_is_no_database_is_refused(void **state)
{
	struct fixture *fx = *state;
	int descriptor = open(fx->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	char junk[4096];

	memset(junk, 'x', sizeof junk);
	assert_int_equal(write(descriptor, junk, sizeof junk), sizeof junk);
	close(descriptor);
	assert_refused(fx, fx->path, "can't be used");
	assert_refused(fx, fx->folder, "can't be used");
	assert_refused(fx, arena_printf(&fx->arena, "%s/none/a.db", fx->folder), "can't be created");
}

/* SQLite opens it all the same, for reading, and even begins to write. */
static void what_may_not_be_written_is_refused(void **state)
{
	struct fixture *fx = *state;
	const uid_t nobody = 65534;
	const bool root = geteuid() == 0;

	db_file_open(fx);
	put(fx, "a", "1");
	fx->db = db_close(fx->db);
	assert_int_equal(chmod(fx->path, 0400), 0);
	/* Nothing is forbidden to root. */
	if (root && (chown(fx->folder, nobody, nobody) || chown(fx->path, nobody, nobody) || seteuid(nobody)))
		skip();
	assert_refused(fx, fx->path, "can't be written");
	if (root)
		assert_int_equal(seteuid(0), 0);
}

static void names_of_special_meaning_are_just_names(void **state)
{
	static const char *const names[] = {":memory:", "file:x.db?mode=memory", "a b%20c.db"};
	struct fixture *fx = *state;
	char *before = getcwd(NULL, 0);

	assert_non_null(before);
	assert_int_equal(chdir(fx->folder), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct db *db = NULL;
		assert_true(db_open(names[i], db_file_schemas, &db, &fx->err));
		db_close(db);
		assert_int_equal(access(names[i], F_OK), 0);
		unlink(names[i]);
	}
	assert_int_equal(chdir(before), 0);
	free(before);
}

/* ---- migration ---- */

/* Two owners, whose steps say in table `log` that they were taken. */
static bool log_three(struct db_connection *connection, void *context, struct err *err)
{
	assert_null(context);
	return db_script(connection, "INSERT INTO log VALUES ('a3')", err);
}

static const struct db_schema_step a_steps[] = {
    {.sql = "CREATE TABLE log (step TEXT); INSERT INTO log VALUES ('a1')"},
    {.sql = "INSERT INTO log VALUES ('a2')"},
    {.work = log_three},
};
static const struct db_schema_step b_steps[] = {
    {.sql = "INSERT INTO log VALUES ('b1')"},
    {.sql = "INSERT INTO log VALUES ('b2')"},
    {.sql = "INSERT INTO log VALUES ('b3')"},
    {.sql = "INSERT INTO log VALUES ('b4')"},
};

/* Opens with so many steps of each, and closes. */
static bool open_with(struct fixture *fx, size_t a, size_t b)
{
	const struct db_schema one = {.owner = "a", .steps = a_steps, .count = a};
	const struct db_schema other = {.owner = "b", .steps = b_steps, .count = b};
	const struct db_schema *schemas[3] = {NULL};
	struct db *db = NULL;

	if (a)
		schemas[0] = &one;
	if (b)
		schemas[a ? 1 : 0] = &other;
	bool opened = db_open(fx->path, schemas, &db, &fx->err);
	db_close(db);
	return opened;
}

static void assert_log(struct fixture *fx, const char *steps)
{
	char sql[256];

	snprintf(sql, sizeof sql, "SELECT '%s' = (SELECT group_concat(step, ' ') FROM log)", steps);
	if (raw(fx->path, sql) != 1)
		fail_msg("not %s", steps);
}

static void each_owner_goes_on_where_they_are(void **state)
{
	struct fixture *fx = *state;

	assert_true(open_with(fx, 1, 0));
	assert_log(fx, "a1");
	assert_true(open_with(fx, 1, 0));
	assert_log(fx, "a1");
	assert_true(open_with(fx, 2, 1)); /* who comes later begins with their first */
	assert_log(fx, "a1 a2 b1");
	assert_true(open_with(fx, 0, 4)); /* who isn't there stays behind */
	assert_log(fx, "a1 a2 b1 b2 b3 b4");
	assert_int_equal(raw(fx->path, "PRAGMA user_version"), 4);
	assert_true(open_with(fx, 3, 4));
	assert_log(fx, "a1 a2 b1 b2 b3 b4 a3");
	assert_int_equal(raw(fx->path, "PRAGMA user_version"), 4);
	assert_false(open_with(fx, 2, 4));
	assert_non_null(strstr(fx->err.message, "newer"));
	assert_true(open_with(fx, 3, 0));
}

/* All owners of such a file are as far as the file is. */
static void a_file_from_before_there_were_owners_goes_on_where_it_is(void **state)
{
	struct fixture *fx = *state;
	char sql[64];

	snprintf(sql, sizeof sql, "PRAGMA application_id = %d", DB_APPLICATION_ID);
	raw(fx->path, sql);
	raw(fx->path, "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID");
	raw(fx->path, "INSERT INTO meta VALUES ('a', '1')");
	raw(fx->path, "CREATE TABLE log (step TEXT)");
	raw(fx->path, "PRAGMA user_version = 2");
	assert_false(open_with(fx, 2, 1));
	assert_non_null(strstr(fx->err.message, "newer"));
	assert_true(open_with(fx, 3, 3));
	assert_log(fx, "a3 b3");
	assert_true(open_with(fx, 3, 4));
	assert_log(fx, "a3 b3 b4");
	db_file_open(fx);
	assert_string_equal(get(fx, "a"), "1");
}

static bool break_off(struct db_connection *connection, void *context, struct err *err)
{
	(void)context;
	return db_script(connection, "INSERT INTO one VALUES (1)", err) &&
	       err_set(err, ERR_INTERNAL, "This step can't be taken");
}

static void a_migration_that_fails_changes_nothing(void **state)
{
	static const struct db_schema_step steps[] = {
	    {.sql = "CREATE TABLE one (x);"}, {.sql = "CREATE TABLE two (x);"}, {.work = break_off}};
	static const struct db_schema_step broken_steps[] = {
	    {.sql = "CREATE TABLE one (x);"}, {.sql = "CREATE TABLE two (x);"}, {.sql = "CREATE TABLE oops;"}};
	struct db_schema first = {.owner = "a", .steps = steps, .count = 1};
	struct db_schema failing = {.owner = "a", .steps = steps, .count = 3};
	struct db_schema broken = {.owner = "a", .steps = broken_steps, .count = 3};
	const struct db_schema *schemas[] = {&first, NULL};
	struct fixture *fx = *state;
	struct db_connection connection = {0};
	struct number version = {.sql = "PRAGMA user_version"};
	struct number tables = {.sql = "SELECT count(*) FROM sqlite_schema WHERE name IN ('one', 'two')"};

	assert_true(db_connection_open(&connection, NULL, DB_WRITER, &fx->err));
	assert_true(db_migrate(&connection, schemas, &fx->err));
	schemas[0] = &failing;
	assert_false(db_migrate(&connection, schemas, &fx->err));
	schemas[0] = &broken;
	assert_false(db_migrate(&connection, schemas, &fx->err));
	assert_true(read_number(&connection, &version, &fx->err) && read_number(&connection, &tables, &fx->err));
	assert_int_equal(version.number, 1);
	assert_int_equal(tables.number, 1);
	db_connection_rest(&connection);
	failing.count = 2;
	schemas[0] = &failing;
	assert_true(db_migrate(&connection, schemas, &fx->err));
	db_connection_close(&connection);
}

/* ---- statements ---- */

static bool use_statements(struct db_connection *connection, void *context, struct err *err)
{
	static const char one_sql[] = "SELECT ?1, ?2", other_sql[] = "SELECT ?1, ?2 ";
	sqlite3_stmt *one = db_statement(connection, one_sql, err), *other = db_statement(connection, other_sql, err);
	struct fixture *fx = context;
	bool failed = false;

	assert_non_null(one);
	assert_true(one != other);
	db_bind_text(one, 1, "text");
	db_bind_text(one, 2, NULL);
	assert_int_equal(db_step(connection, one, err), DB_ROW);
	assert_string_equal(db_column_text(one, 0, &fx->arena, &failed), "text");
	assert_null(db_column_text(one, 1, &fx->arena, &failed));
	assert_false(failed);
	/* The same one again, reset, with nothing bound. */
	assert_ptr_equal(db_statement(connection, one_sql, err), one);
	assert_int_equal(db_step(connection, one, err), DB_ROW);
	assert_int_equal(sqlite3_column_type(one, 0), SQLITE_NULL);
	assert_int_equal(db_step(connection, one, err), DB_DONE);

	struct arena small;
	arena_init(&small, 1);
	db_bind_text(other, 1, "too long for it");
	assert_int_equal(db_step(connection, other, err), DB_ROW);
	assert_null(db_column_text(other, 0, &small, &failed));
	assert_true(failed);
	arena_done(&small);
	return true;
}

static void statements_are_kept_and_come_clean(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	for (int i = 0; i < 3; i++)
		assert_true(db_write(fx->db, use_statements, fx, &fx->err));
	assert_true(db_read(fx->db, use_statements, fx, &fx->err));
}

/* Hundreds of texts: the table of statements grows, and each keeps its own. */
static bool use_many(struct db_connection *connection, void *context, struct err *err)
{
	static char texts[300][32];

	(void)context;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 300; i++) {
			snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
			sqlite3_stmt *statement = db_statement(connection, texts[i], err);
			if (!statement || db_step(connection, statement, err) != DB_ROW ||
			    sqlite3_column_int(statement, 0) != i)
				return false;
		}
	return true;
}

static void there_may_be_many_statements(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	assert_true(db_write(fx->db, use_many, NULL, &fx->err));
	assert_true(db_read(fx->db, use_many, NULL, &fx->err));
}

struct text {
	const char *sql;
};

static bool run_text(struct db_connection *connection, void *context, struct err *err)
{
	const struct text *text = context;
	sqlite3_stmt *statement = db_statement(connection, text->sql, err);

	return statement && db_run(connection, statement, err);
}

static void errors_have_their_kinds(void **state)
{
	static const struct {
		const char *sql;
		enum err_kind kind;
	} cases[] = {
	    {"SELECT nonsense FROM nowhere", ERR_INTERNAL},
	    {"INSERT INTO meta (name, value) VALUES ('there', 'again')", ERR_CONFLICT},
	    {"INSERT INTO meta (name, value) VALUES ('null', NULL)", ERR_INTERNAL},
	    {"INSERT INTO child VALUES (12345, 1)", ERR_INTERNAL}, /* no such parent */
	    {"INSERT INTO parent (n) VALUES (1), ('not a number')", ERR_INTERNAL},
	    {"SELECT 1", ERR_INTERNAL}, /* gives a row */
	};
	struct fixture *fx = *state;

	db_file_open(fx);
	put(fx, "there", "1");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_false(db_write(fx->db, run_text, &(struct text){.sql = cases[i].sql}, &fx->err));
		if (fx->err.kind != cases[i].kind)
			fail_msg("%s: %s", cases[i].sql, fx->err.message);
	}
	assert_string_equal(get(fx, "there"), "1");
	put(fx, "after", "all");
}

static void a_reader_can_t_write(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	assert_false(db_read(fx->db, run_text, &(struct text){.sql = "INSERT INTO meta VALUES ('a', 'b')"}, &fx->err));
	assert_null(get(fx, "a"));
}

static bool run_endlessly(struct db_connection *connection, void *context, struct err *err)
{
	struct number number = {.sql = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
				       " SELECT count(*) FROM c"};

	(void)context;
	db_limit_time(connection, 20);
	return read_number(connection, &number, err);
}

static void what_takes_too_long_is_given_up(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	for (int i = 0; i < 2; i++) {
		assert_false(db_read(fx->db, run_endlessly, NULL, &fx->err));
		assert_int_equal(fx->err.kind, ERR_UNAVAILABLE);
		assert_string_equal(fx->err.code, "too_broad");
	}
	/* The limit was that unit's only. */
	struct number slow = {.sql = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 200000)"
				     " SELECT count(*) FROM c"};
	assert_true(db_read(fx->db, read_number, &slow, &fx->err));
}

/* A statement left in the middle must not hold the state it saw. */
static bool leave_open(struct db_connection *connection, void *context, struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, "SELECT name FROM meta", err);

	(void)context;
	return statement && db_step(connection, statement, err) == DB_ROW;
}

static void a_statement_left_open_holds_nothing(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	put(fx, "a", "1");
	put(fx, "b", "1");
	assert_true(db_read(fx->db, leave_open, NULL, &fx->err));
	put(fx, "a", "2");
	assert_string_equal(get(fx, "a"), "2");
	assert_true(db_write(fx->db, leave_open, NULL, &fx->err));
	assert_int_equal(raw(fx->path, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
}

/* A write that another thread makes, while a unit reads. */
static void *write_meanwhile(void *context)
{
	struct fixture *fx = context;
	struct err err;

	return db_meta_put(fx->db, "a", "1", "2", &err) ? fx : NULL;
}

static bool read_around_a_write(struct db_connection *connection, void *context, struct err *err)
{
	for (int i = 0; i < 2; i++) {
		struct number number = {.sql = "SELECT value FROM meta WHERE name = 'a'"};
		pthread_t thread;
		void *written;

		if (!read_number(connection, &number, err))
			return false;
		assert_int_equal(number.number, 1);
		if (i == 0) {
			assert_int_equal(pthread_create(&thread, NULL, write_meanwhile, context), 0);
			pthread_join(thread, &written);
			assert_non_null(written);
		}
	}
	return true;
}

static void a_unit_sees_one_state(void **state)
{
	struct fixture *fx = *state;

	db_file_open(fx);
	put(fx, "a", "1");
	assert_true(db_read(fx->db, read_around_a_write, fx, &fx->err));
	assert_string_equal(get(fx, "a"), "2");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, db_file_set_up_closed, db_file_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_new_file_is_ours_alone),
	    TEST(what_was_put_is_there_after_reopening),
	    TEST(a_value_takes_the_place_of_the_one_that_was_meant),
	    TEST(settings_are_as_designed),
	    TEST(each_connection_is_set_up),
	    TEST(what_a_newer_program_wrote_is_refused),
	    TEST(what_another_program_wrote_is_refused),
	    TEST(what_is_no_database_is_refused),
	    TEST(what_may_not_be_written_is_refused),
	    TEST(names_of_special_meaning_are_just_names),
	    TEST(each_owner_goes_on_where_they_are),
	    TEST(a_file_from_before_there_were_owners_goes_on_where_it_is),
	    TEST(a_migration_that_fails_changes_nothing),
	    TEST(statements_are_kept_and_come_clean),
	    TEST(there_may_be_many_statements),
	    TEST(errors_have_their_kinds),
	    TEST(a_reader_can_t_write),
	    TEST(what_takes_too_long_is_given_up),
	    TEST(a_statement_left_open_holds_nothing),
	    TEST(a_unit_sees_one_state),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
