#include "tests/contract/sqlite_target.h"

#include "platform/store/sqlite/sqlite.h"

static struct db *database;

struct store *sqlite_target_open(void *unused)
{
	static const struct db_schema *const schemas[] = {&store_sqlite_schema, NULL};
	struct store *store = NULL;
	struct err err;

	(void)unused;
	if (!db_open(NULL, schemas, &database, &err) || !(store = store_sqlite_new(database, "EUR", &err)))
		print_error("%s\n", err.message);
	return store;
}

void sqlite_target_close(struct store *store, void *unused)
{
	(void)unused;
	store->close(store);
	database = db_close(database);
}

const struct suite_target sqlite_target = {.name = "SQLite", .open = sqlite_target_open, .close = sqlite_target_close};
