/* What is kept in a file of this machine: the store over SQLite, local identity, or both. */
#include "platform/db/db.h"
#include "platform/identity/local/local.h"
#include "platform/open/open.h"
#include "platform/store/sqlite/sqlite.h"

enum { SCHEMAS = 2 };

/* The store's first, as identity wants it. */
static void list_schemas(const struct shop_settings *settings, const struct db_schema *schemas[SCHEMAS + 1])
{
	size_t count = 0;

	if (settings->store == SHOP_SQLITE)
		schemas[count++] = &store_sqlite_schema;
	if (settings->identity == SHOP_LOCAL)
		schemas[count++] = &identity_local_schema;
	schemas[count] = NULL;
}

static void close_file(struct shop *shop)
{
	shop->db = db_close(shop->db);
}

static bool need_file(struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	const struct db_schema *schemas[SCHEMAS + 1];

	if (shop->db)
		return true;
	list_schemas(settings, schemas);
	shop->close_file = close_file;
	return db_open(settings->db, schemas, &shop->db, err);
}

bool shop_open_sqlite(struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	if (!need_file(shop, settings, err))
		return false;
	shop->platform.store = store_sqlite_new(shop->db, settings->currency, err);
	return shop->platform.store != NULL;
}

bool shop_open_local(struct shop *shop, const struct shop_settings *settings, struct err *err)
{
	const struct identity_local_options options = {
	    .issuer = settings->issuer, .outbox = settings->outbox, .cheap_hash = shop->cheap_hash};

	if (!need_file(shop, settings, err))
		return false;
	shop->platform.identity = identity_local_new(shop->db, &options, err);
	return shop->platform.identity != NULL;
}

bool shop_check_file(const struct shop_settings *settings, struct err *err)
{
	const struct db_schema *schemas[SCHEMAS + 1];

	list_schemas(settings, schemas);
	return db_check_present(settings->db, schemas, err);
}
