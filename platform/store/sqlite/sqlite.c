/* The store's table of operations, its beginning and its end. */
#include "platform/store/sqlite/sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "platform/store/sqlite/internal.h"

static bool read_anything(struct db_connection *connection, void *context, struct err *err)
{
	int64_t n;
	bool found;

	(void)context;
	return sql_number(connection, sql_query(connection, err, "SELECT n FROM product LIMIT 1", ""), &n, &found, err);
}

static uint64_t generation(struct store *store)
{
	return db_generation(((struct sqlite_store *)store)->db);
}

bool sqlite_check(struct store *store, struct err *err)
{
	return db_read(((struct sqlite_store *)store)->db, read_anything, NULL, err);
}

void sqlite_close(struct store *store)
{
	product_cache_free(((struct sqlite_store *)store)->products);
	free(store);
}

/* Ids go on after the last one that was made, even if the clock went back since. */
static bool read_last_ids(struct db_connection *connection, void *context, struct err *err)
{
	static const char *const queries[] = {
	    "SELECT max(id) FROM product",
	    "SELECT max(id) FROM purchase",
	    "SELECT max(id) FROM sale",
	};
	struct sqlite_store *store = context;

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		sqlite3_stmt *statement = db_statement(connection, queries[i], err);

		if (!statement || db_step(connection, statement, err) != DB_ROW)
			return false;
		const char *id = (const char *)sqlite3_column_text(statement, 0);
		if (id && id_valid(id))
			id_source_after(&store->ids, id);
	}
	return true;
}

bool sqlite_setting_get(struct store *store, const char *name, struct arena *arena, const char **ret_value,
			struct err *err)
{
	return db_meta_get(((struct sqlite_store *)store)->db, name, arena, ret_value, err);
}

bool sqlite_setting_put(struct store *store, const char *name, const char *before, const char *value, struct err *err)
{
	return db_meta_put(((struct sqlite_store *)store)->db, name, before, value, err);
}

static const struct store operations = {
#define OPERATION(name) .name = sqlite_##name,
    STORE_OPERATIONS(OPERATION)
#undef OPERATION
    .generation = generation,
    .account_list = sqlite_account_list,
    .change_news = sqlite_change_news,
    .is_empty = sqlite_is_empty,
    .export_rows = sqlite_export_rows,
    .import_rows = sqlite_import_rows,
    .local = true,
};

/* A shop's currency is settled when it is made. */
static bool settle_currency(struct sqlite_store *store, const char *wanted, struct err *err)
{
	const char *kept;
	struct arena scratch;

	arena_init(&scratch, 1024);
	bool done = db_meta_settle(store->db, "currency", wanted ? wanted : "EUR", &scratch, &kept, err);
	if (done && wanted && strcmp(kept, wanted) != 0)
		done = err_set(err, ERR_INVALID, "This shop's currency is %s and can't become %s", kept, wanted);
	if (done)
		memcpy(store->currency, kept, strnlen(kept, sizeof store->currency - 1));
	arena_done(&scratch);
	return done;
}

struct store *store_sqlite_new(struct db *db, const char *currency, struct err *err)
{
	struct sqlite_store *store = calloc(1, sizeof *store);

	if (!store || !(store->products = product_cache_new(PRODUCT_CACHE_BYTES))) {
		free(store);
		return err_memory(err, "opening the store"), NULL;
	}
	store->base = operations;
	store->base.currency = store->currency;
	store->db = db;
	if (settle_currency(store, currency, err) && db_read(db, read_last_ids, store, err))
		return &store->base;
	sqlite_close(&store->base);
	return NULL;
}
