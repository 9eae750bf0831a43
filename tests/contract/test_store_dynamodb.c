/* The store suite over DynamoDB, and its answers beside SQLite's. What may follow later follows here before it is looked at. */
#include <stdlib.h>

#include "base/crypt.h"
#include "engine.h"
#include "platform/store/dynamodb/dynamodb.h"
#include "platform/store/sqlite/sqlite.h"
#include "store_suite.h"
#include "tending.h"

/* ---- the two stores ---- */

static struct store *open_on(struct engine_table *table)
{
	struct err err = {.kind = ERR_NONE};
	struct store *store = store_dynamodb_new(table->dynamo, "EUR", &err);

	if (store)
		tending(store);
	else
		print_error("%s\n", err.message);
	return store;
}

static struct store *open_dynamodb(void *context)
{
	struct engine_table **table = context;

	*table = engine_table(false);
	return *table ? open_on(*table) : NULL;
}

static void close_dynamodb(struct store *store, void *context)
{
	struct engine_table **table = context;

	store->close(store);
	*table = engine_drop(*table);
}

static struct store *reopen_dynamodb(struct store *store, void *context)
{
	struct engine_table **table = context;

	store->close(store);
	return open_on(*table);
}

static struct engine_table *table;
static const struct suite_target target = {.name = "DynamoDB",
					   .open = open_dynamodb,
					   .close = close_dynamodb,
					   .reopen = reopen_dynamodb,
					   .context = &table};

static struct store *open_sqlite(void *context)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, NULL};
	struct db **db = context;
	struct store *store = NULL;
	struct err err;

	if (!db_open(NULL, schemas, db, &err) || !(store = store_sqlite_new(*db, "EUR", &err)))
		print_error("%s\n", err.message);
	return store;
}

static void close_sqlite(struct store *store, void *context)
{
	struct db **db = context;

	store->close(store);
	*db = db_close(*db);
}

static struct db *database;
static const struct suite_target other = {
    .name = "SQLite", .open = open_sqlite, .close = close_sqlite, .context = &database};

/* ---- side by side ---- */

static void both_answer_the_same(void **state)
{
	enum { SEEDS = 4, STEPS = 200 };
	const struct suite_target *const both[] = {&other, &target};
	const uint64_t first = chance_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + SEEDS; seed++) {
		char *transcripts[2];

		for (size_t i = 0; i < 2; i++) {
			struct store *store = both[i]->open(both[i]->context);
			assert_non_null(store);
			transcripts[i] = store_suite_transcript(store, seed, STEPS);
			both[i]->close(store, both[i]->context);
			assert_non_null(transcripts[i]);
		}
		assert_string_equal(transcripts[0], transcripts[1]);
		free(transcripts[0]);
		free(transcripts[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_answer_the_same)};

	if (!crypt_init())
		return 1;
	engine_start();
	const int failed = store_suite_run(&target);
	return failed + cmocka_run_group_tests_name("DynamoDB beside SQLite", tests, NULL, NULL) ? 1 : 0;
}
