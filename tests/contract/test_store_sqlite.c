/* The store suite over SQLite, in memory and on a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/store/sqlite/sqlite.h"
#include "store_suite.h"

/* One database at a time; its file is in a folder of its own. */
struct place {
	bool on_file;
	char folder[64], path[80];
	struct db *db;
};

static struct store *open_store(struct place *place)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, NULL};
	struct store *store = NULL;
	struct err err;

	if (!db_open(place->on_file ? place->path : NULL, schemas, &place->db, &err) ||
	    !(store = store_sqlite_new(place->db, "EUR", &err)))
		print_error("%s\n", err.message);
	return store;
}

static struct store *open_target(void *context)
{
	struct place *place = context;
	const char *base = getenv("TMPDIR");

	if (place->on_file) {
		snprintf(place->folder, sizeof place->folder, "%.40s/vitrine.XXXXXX", base ? base : "/tmp");
		if (!mkdtemp(place->folder))
			return NULL;
		snprintf(place->path, sizeof place->path, "%s/shop.db", place->folder);
	}
	return open_store(place);
}

static void close_store(struct store *store, struct place *place)
{
	store->close(store);
	place->db = db_close(place->db);
}

static void close_target(struct store *store, void *context)
{
	struct place *place = context;

	close_store(store, place);
	if (place->on_file) {
		unlink(place->path);
		/* Fails, and is seen to fail, when SQLite left anything beside it. */
		if (rmdir(place->folder))
			print_error("%s is not empty\n", place->folder);
	}
}

static struct store *reopen_target(struct store *store, void *context)
{
	close_store(store, context);
	return open_store(context);
}

static struct place in_memory, on_file = {.on_file = true};
static const struct suite_target targets[] = {
    {.name = "SQLite in memory", .open = open_target, .close = close_target, .context = &in_memory},
    {.name = "SQLite on file",
     .open = open_target,
     .close = close_target,
     .reopen = reopen_target,
     .context = &on_file},
};

static void both_answer_the_same(void **state)
{
	(void)state;
	store_suite_compare(&targets[0], &targets[1], chance_seed(), 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(both_answer_the_same)};
	int failed = 0;

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		failed += store_suite_run(&targets[i]);
	failed += cmocka_run_group_tests_name("stores compared", tests, NULL, NULL);
	return failed ? 1 : 0;
}
