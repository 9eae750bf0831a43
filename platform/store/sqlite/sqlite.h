/* sqlite.h: the store on SQLite.
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_SQLITE_H
#define VITRINE_PLATFORM_STORE_SQLITE_SQLITE_H

#include "platform/db/db.h"
#include "platform/store/store.h"

/* Its tables; the database must have been opened with them. */
extern const struct db_schema store_sqlite_schema;

/* A store on an open database, which it doesn't own and which must outlive it. One store per database, since it makes
 * the ids. `currency` is the one that a new shop gets (NULL: EUR); one that has another: ERR_INVALID (NULL: it stays).
 * NULL with *err otherwise. */
struct store *store_sqlite_new(struct db *db, const char *currency, struct err *err);

#endif
