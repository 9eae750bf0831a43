/* Products' pictures. */
#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

struct picture_call {
	struct sqlite_store *store;
	const char *seller_id, *product_id;
	const struct store_picture *picture; /* to put; NULL: to delete */
	struct arena *arena;
	struct store_picture found;
	struct product product;
};

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	struct picture_call *call = context;
	sqlite3_stmt *statement = sql_query(connection, err,
					    "SELECT i.media_type, i.updated_at, i.bytes FROM product p"
					    " CROSS JOIN account a ON a.n = p.seller CROSS JOIN picture i ON i.product = p.n"
					    " WHERE p.id = ? AND p.archived = 0 AND a.deleted = 0",
					    "t", call->product_id);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_NOT_FOUND, "There is no such picture") : false;

	const void *bytes = sqlite3_column_blob(statement, 2);
	size_t length = (size_t)sqlite3_column_bytes(statement, 2);
	call->found = (struct store_picture){
	    .media_type = db_column_text(statement, 0, call->arena, &failed),
	    .updated_at = sqlite3_column_int64(statement, 1),
	    .bytes = bytes || !length ? arena_memdup(call->arena, bytes, length) : NULL,
	    .length = length,
	};
	return (!failed && call->found.bytes) || err_memory(err, "reading a picture");
}

bool sqlite_picture_get(struct store *store, const char *product_id, struct arena *arena,
			struct store_picture *ret_picture, struct err *err)
{
	struct picture_call call = {.product_id = product_id, .arena = arena};

	if (!db_read(((struct sqlite_store *)store)->db, get, &call, err))
		return false;
	*ret_picture = call.found;
	return true;
}

static bool replace(struct db_connection *connection, int64_t n, const struct store_picture *picture, int64_t now,
		    struct err *err)
{
	if (!picture)
		return sql_run(connection, err, "DELETE FROM picture WHERE product = ?", "i", n);
	return sql_run(connection, err,
		       "INSERT INTO picture (product, media_type, updated_at, bytes) VALUES (?, ?, ?, ?)"
		       " ON CONFLICT (product) DO UPDATE SET media_type = excluded.media_type,"
		       " updated_at = excluded.updated_at, bytes = excluded.bytes",
		       "itib", n, picture->media_type, now, picture->bytes, picture->length);
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
