/* Products' pictures. */
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/store/sqlite/internal.h"

struct picture_call {
	struct sqlite_store *store;
	const char *seller_id, *product_id;
	const uint8_t *known;                /* the digest that needs no bytes; NULL: none */
	const struct store_picture *picture; /* to put; NULL: to delete */
	struct arena *arena;
	struct store_picture found;
	struct product product;
};

/* What is known of a picture without reading it: it may be half a megabyte. *ret_told: its digest is kept. */
static bool read_head(struct db_connection *connection, struct picture_call *call, int64_t *ret_n, bool *ret_told,
		      struct err *err)
{
	struct store_picture *found = &call->found;
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT p.n, i.media_type, t.digest FROM product p"
		      " CROSS JOIN account a ON a.n = p.seller CROSS JOIN picture i ON i.product = p.n"
		      " LEFT JOIN picture_tag t ON t.product = p.n"
		      " WHERE p.id = ? AND p.archived = 0 AND a.deleted = 0",
		      "t", call->product_id);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_NOT_FOUND, "There is no such picture") : false;
	*ret_n = sqlite3_column_int64(statement, 0);
	*found = (struct store_picture){.media_type = db_column_text(statement, 1, call->arena, &failed)};
	const void *digest = sqlite3_column_blob(statement, 2);
	*ret_told = digest && sqlite3_column_bytes(statement, 2) == STORE_DIGEST;
	if (*ret_told)
		memcpy(found->digest, digest, STORE_DIGEST);
	return !failed || err_memory(err, "reading a picture");
}

static bool read_bytes(struct db_connection *connection, struct picture_call *call, int64_t n, struct err *err)
{
	struct store_picture *found = &call->found;
	sqlite3_stmt *statement = sql_query(connection, err, "SELECT bytes FROM picture WHERE product = ?", "i", n);

	if (!statement || db_step(connection, statement, err) != DB_ROW)
		return false;
	const void *bytes = sqlite3_column_blob(statement, 0);
	found->length = (size_t)sqlite3_column_bytes(statement, 0);
	found->bytes = bytes || !found->length ? arena_memdup(call->arena, bytes, found->length) : NULL;
	return found->bytes || err_memory(err, "reading a picture");
}

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	struct picture_call *call = context;
	int64_t n = 0;
	bool told = false;

	if (!read_head(connection, call, &n, &told, err))
		return false;
	if (told && call->known && !memcmp(call->known, call->found.digest, STORE_DIGEST))
		return true;
	if (!read_bytes(connection, call, n, err))
		return false;
	if (!told)
		crypt_hash(call->found.bytes, call->found.length, NULL, call->found.digest);
	return true;
}

bool sqlite_picture_get(struct store *store, const char *product_id, const uint8_t *known, struct arena *arena,
			struct store_picture *ret_picture, struct err *err)
{
	struct picture_call call = {.product_id = product_id, .known = known, .arena = arena};

	if (!db_read(((struct sqlite_store *)store)->db, get, &call, err))
		return false;
	*ret_picture = call.found;
	return true;
}

static bool keep_digest(struct db_connection *connection, int64_t n, const void *bytes, size_t length, struct err *err)
{
	uint8_t digest[STORE_DIGEST];

	crypt_hash(bytes, length, NULL, digest);
	return sql_run(connection, err,
		       "INSERT INTO picture_tag (product, digest) VALUES (?, ?)"
		       " ON CONFLICT (product) DO UPDATE SET digest = excluded.digest",
		       "ib", n, (const void *)digest, sizeof digest);
}

static bool replace(struct db_connection *connection, int64_t n, const struct store_picture *picture, int64_t now,
		    struct err *err)
{
	if (!picture)
		return product_remove_picture(connection, n, err);
	return sql_run(connection, err,
		       "INSERT INTO picture (product, media_type, updated_at, bytes) VALUES (?, ?, ?, ?)"
		       " ON CONFLICT (product) DO UPDATE SET media_type = excluded.media_type,"
		       " updated_at = excluded.updated_at, bytes = excluded.bytes",
		       "itib", n, picture->media_type, now, picture->bytes, picture->length) &&
	       keep_digest(connection, n, picture->bytes, picture->length, err);
}

static bool put(struct db_connection *connection, void *context, struct err *err)
{
	struct picture_call *call = context;
	struct product_row row;

	if (!product_own(call->store, connection, call->seller_id, call->product_id, call->arena, &row, err))
		return false;
	call->product = row.product;
	/* Nothing to delete is no change. */
	if (!call->picture && !row.product.has_picture)
		return true;
	call->product.has_picture = call->picture != NULL;
	call->product.version++;
	call->product.updated_at = clock_now();
	return replace(connection, row.n, call->picture, call->product.updated_at, err) &&
	       sql_run(connection, err, "UPDATE product SET has_picture = ?, version = ?, updated_at = ? WHERE n = ?",
		       "iiii", (int64_t)call->product.has_picture, call->product.version, call->product.updated_at,
		       row.n);
}

bool sqlite_picture_put(struct store *store, const char *seller_id, const char *product_id,
			const struct store_picture *picture, struct arena *arena, struct product *ret_product,
			struct err *err)
{
	struct picture_call call = {.store = (struct sqlite_store *)store,
				    .seller_id = seller_id,
				    .product_id = product_id,
				    .picture = picture,
				    .arena = arena};

	if (!db_write(call.store->db, put, &call, err))
		return false;
	*ret_product = call.product;
	return true;
}

bool product_picture_import(struct db_connection *connection, int64_t product, const struct row_picture *picture,
			    int64_t now, struct err *err)
{
	const struct store_picture put = {
	    .media_type = picture->media_type, .bytes = picture->bytes, .length = picture->length};

	return replace(connection, product, &put, now, err) &&
	       sql_run(connection, err, "UPDATE product SET has_picture = 1 WHERE n = ?", "i", product);
}

/* ---- pictures from before there were digests ---- */

static const char untold_sql[] = "SELECT product FROM picture_tag WHERE digest IS NULL LIMIT 1";

bool digests_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;

	return sql_number(connection, sql_query(connection, err, untold_sql, ""), &tending->number, &tending->due, err);
}

bool digests_slice(struct db_connection *connection, void *context, struct err *err)
{
	struct arena scratch;
	struct picture_call call = {.arena = &scratch};
	int64_t n;
	bool found;

	(void)context;
	if (!sql_number(connection, sql_query(connection, err, untold_sql, ""), &n, &found, err))
		return false;
	if (!found)
		return true;
	arena_init(&scratch, SIZE_MAX);
	bool done = read_bytes(connection, &call, n, err) &&
		    keep_digest(connection, n, call.found.bytes, call.found.length, err);
	arena_done(&scratch);
	return done;
}
