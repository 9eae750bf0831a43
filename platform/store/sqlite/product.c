/* Products: one at a time and in batches. */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "platform/store/product_rule.h"
#include "platform/store/sqlite/search.h"

/* ---- rows ---- */

bool product_read(const struct sqlite_store *store, sqlite3_stmt *statement, struct arena *arena,
		  struct product_row *ret_row, struct err *err)
{
	bool failed = false;

	*ret_row = (struct product_row){
	    .n = sqlite3_column_int64(statement, PRODUCT_COLUMN_N),
	    .archived = sqlite3_column_int(statement, PRODUCT_COLUMN_ARCHIVED) != 0,
	    .seller = sqlite3_column_int64(statement, PRODUCT_COLUMN_SELLER),
	    .product =
		{
		    .id = db_column_text(statement, PRODUCT_COLUMN_ID, arena, &failed),
		    .name = db_column_text(statement, PRODUCT_COLUMN_NAME, arena, &failed),
		    .description = db_column_text(statement, PRODUCT_COLUMN_DESCRIPTION, arena, &failed),
		    .price = sqlite3_column_int64(statement, PRODUCT_COLUMN_PRICE),
		    .category = db_column_text(statement, PRODUCT_COLUMN_CATEGORY, arena, &failed),
		    .seller_id = db_column_text(statement, PRODUCT_COLUMN_SELLER_ID, arena, &failed),
		    .seller_name = db_column_text(statement, PRODUCT_COLUMN_SELLER_NAME, arena, &failed),
		    .stock = sqlite3_column_int64(statement, PRODUCT_COLUMN_STOCK),
		    .version = sqlite3_column_int64(statement, PRODUCT_COLUMN_VERSION),
		    .has_picture = sqlite3_column_int(statement, PRODUCT_COLUMN_HAS_PICTURE) != 0,
		    .created_at = sqlite3_column_int64(statement, PRODUCT_COLUMN_CREATED_AT),
		    .updated_at = sqlite3_column_int64(statement, PRODUCT_COLUMN_UPDATED_AT),
		    .currency = store->currency,
		},
	};
	return !failed || err_memory(err, "reading a product");
}

size_t product_text_bytes(const struct product *product)
{
	assert(product->name && product->category && product->description);
	return strlen(product->name) + strlen(product->category) + strlen(product->description);
}

bool product_find(const struct sqlite_store *store, struct db_connection *connection, const char *id,
		  struct arena *arena, struct product_row *ret_row, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(connection, err, "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES " WHERE p.id = ?", "t", id);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	if (step == DB_DONE)
		*ret_row = (struct product_row){.n = 0};
	return step == DB_ROW ? product_read(store, statement, arena, ret_row, err) : step == DB_DONE;
}

bool product_own(const struct sqlite_store *store, struct db_connection *connection, const char *seller_id,
		 const char *id, struct arena *arena, struct product_row *ret_row, struct err *err)
{
	if (!product_find(store, connection, id, arena, ret_row, err))
		return false;
	if (!ret_row->n || ret_row->archived)
		return product_rule_missing(err);
	return product_rule_own(&ret_row->product, seller_id, err);
}

bool product_remove_picture(struct db_connection *connection, int64_t product, struct err *err)
{
	return sql_run(connection, err, "DELETE FROM picture_tag WHERE product = ?", "i", product) &&
	       sql_run(connection, err, "DELETE FROM picture WHERE product = ?", "i", product);
}

bool product_shelve(struct db_connection *connection, const struct product_row *row, int64_t now, struct err *err)
{
	return search_remove(connection, row, err) && category_remove(connection, row->product.category, err) &&
	       product_remove_picture(connection, row->n, err) &&
	       sql_run(connection, err,
		       "UPDATE product SET archived = 1, has_picture = 0, version = version + 1, updated_at = ?"
		       " WHERE n = ?",
		       "ii", now, row->n);
}

_Static_assert(LIMIT_STOCK == 1000000, "the statement below says 1000000");

bool product_restock(struct db_connection *connection, int64_t n, int64_t amount, int64_t now, struct err *err)
{
	return sql_run(connection, err,
		       "UPDATE product SET stock = min(stock + ?, 1000000), version = version + 1, updated_at = ?"
		       " WHERE n = ?",
		       "iii", amount, now, n);
}

/* ---- changes ---- */

/* One operation on one product. */
struct product_call {
	struct sqlite_store *store;
	const char *seller_id, *id;
	const struct product_change *change;
	struct arena *arena;
	struct product product;
	size_t indexed; /* bytes of text that the index was told of */
};

bool product_import(struct db_connection *connection, struct product_row *row, struct arena *arena, struct err *err)
{
	const struct product *product = &row->product;

	if (!sql_run(connection, err,
		     "INSERT INTO product (id, seller, version, price, stock, created_at, updated_at, name, category,"
		     " description, archived) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		     "tiiiiiittti", product->id, row->seller, product->version, product->price, product->stock,
		     product->created_at, product->updated_at, product->name, product->category, product->description,
		     (int64_t)row->archived))
		return false;
	row->n = db_last_row(connection);
	return row->archived ||
	       (search_add(connection, row, err) && category_add(connection, product->category, arena, err) &&
		sql_run(connection, err, "UPDATE account SET indexed = 1 WHERE n = ? AND indexed = 0", "i",
			row->seller));
}

/* The seller's number and name; *ret_n is 0 when there is no such seller. */
static bool read_seller(struct db_connection *connection, struct product_call *call, int64_t *ret_n, struct err *err)
{
	sqlite3_stmt *statement = sql_query(
	    connection, err, "SELECT n, full_name FROM account WHERE id = ? AND grp = ? AND deleted = 0", "ti",
	    call->seller_id, (int64_t)GROUP_SELLERS);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step != DB_ROW)
		return step == DB_DONE ? account_missing(GROUP_SELLERS, err) : false;
	*ret_n = sqlite3_column_int64(statement, 0);
	call->product.seller_name = db_column_text(statement, 1, call->arena, &failed);
	return !failed || err_memory(err, "making a product");
}

static bool create(struct db_connection *connection, struct product_call *call, struct err *err)
{
	const struct product_change *change = call->change;
	struct product_row row = {.n = 0};
	const char *category;

	if (!product_rule_new(change, err) || !read_seller(connection, call, &row.seller, err) ||
	    !category_settle(connection, change->category, call->arena, &category, err))
		return false;
	const char *seller_name = call->product.seller_name;
	const struct id id = id_next(&call->store->ids);
	struct product *product = &call->product;
	if (!product_rule_make(change, id.text, call->seller_id, call->arena, product, err))
		return false;
	product->currency = call->store->currency;
	product->category = category;
	product->seller_name = seller_name;
	row.product = *product;
	call->indexed = product_text_bytes(product);
	return product_import(connection, &row, call->arena, err);
}

/* Out of its category, which is forgotten with its last product, and into the other as that one is written. */
static bool move_product(struct db_connection *connection, const struct product_row *old, struct product_row *row,
			 struct arena *arena, struct err *err)
{
	return category_remove(connection, old->product.category, err) &&
	       category_settle(connection, row->product.category, arena, &row->product.category, err) &&
	       category_add(connection, row->product.category, arena, err);
}

bool product_write(struct db_connection *connection, const struct product_row *old, struct product_row *row,
		   struct arena *arena, struct err *err)
{
	const struct product *product = &row->product;

	if (strcmp(product->category, old->product.category) != 0 && !move_product(connection, old, row, arena, err))
		return false;

	bool moves = strcmp(product->category, old->product.category) != 0;
	bool reads = moves || strcmp(product->name, old->product.name) != 0 ||
		     strcmp(product->description, old->product.description) != 0;

	if (reads && (!search_remove(connection, old, err) || !search_add(connection, row, err)))
		return false;
	if (!reads && product->price == old->product.price)
		return sql_run(connection, err, "UPDATE product SET stock = ?, version = ?, updated_at = ? WHERE n = ?",
			       "iiii", product->stock, product->version, product->updated_at, row->n);
	return sql_run(connection, err,
		       "UPDATE product SET name = ?, description = ?, price = ?, category = ?, stock = ?, version = ?,"
		       " updated_at = ? WHERE n = ?",
		       "ttitiiii", product->name, product->description, product->price, product->category,
		       product->stock, product->version, product->updated_at, row->n);
}

static bool apply(struct product_call *call, struct product *product, struct err *err)
{
	if (call->change->category)
		product->category = arena_strdup(call->arena, call->change->category);
	if (!product->category)
		return err_memory(err, "changing a product");
	return product_rule_apply(call->change, call->arena, product, err);
}

static bool update(struct db_connection *connection, struct product_call *call, struct err *err)
{
	struct product_row old;

	if (!product_own(call->store, connection, call->seller_id, call->id, call->arena, &old, err))
		return false;
	call->product = old.product;
	if (!product_rule_version(call->change, &old.product, err))
		return false;

	struct product_row row = old;
	if (!apply(call, &row.product, err) || !product_write(connection, &old, &row, call->arena, err))
		return false;
	call->product = row.product;
	if (call->change->name || call->change->category || call->change->description)
		call->indexed = product_text_bytes(&old.product) + product_text_bytes(&row.product);
	return true;
}

/* ---- operations ---- */

static bool create_work(struct db_connection *connection, void *context, struct err *err)
{
	return create(connection, context, err);
}

bool sqlite_product_create(struct store *store, const struct product_change *change, struct arena *arena,
			   struct product *ret_product, struct err *err)
{
	struct product_call call = {.store = (struct sqlite_store *)store,
				    .seller_id = change->seller_id,
				    .change = change,
				    .arena = arena};

	if (!db_write(call.store->db, create_work, &call, err))
		return false;
	*ret_product = call.product;
	return true;
}

static bool get_work(struct db_connection *connection, void *context, struct err *err)
{
	struct product_call *call = context;
	struct product_row row;

	if (!product_find(call->store, connection, call->id, call->arena, &row, err))
		return false;
	call->product = row.product;
	return (row.n && !row.archived) || product_rule_missing(err);
}

bool sqlite_product_get(struct store *store, const char *id, struct arena *arena, struct product *ret_product,
			struct err *err)
{
	struct product_call call = {.store = (struct sqlite_store *)store, .id = id, .arena = arena};

	if (!db_read(call.store->db, get_work, &call, err))
		return false;
	*ret_product = call.product;
	return true;
}

static bool update_work(struct db_connection *connection, void *context, struct err *err)
{
	return update(connection, context, err);
}

bool sqlite_product_update(struct store *store, const char *seller_id, const char *id,
			   const struct product_change *change, struct arena *arena, struct product *ret_product,
			   struct err *err)
{
	struct product_call call = {.store = (struct sqlite_store *)store,
				    .seller_id = seller_id,
				    .id = id,
				    .change = change,
				    .arena = arena};
	struct err cause;
	bool done = db_write(call.store->db, update_work, &call, &cause);

	if (done || product_rule_is_stale(&cause))
		*ret_product = call.product;
	if (!done && err)
		*err = cause;
	return done;
}

static bool archive_work(struct db_connection *connection, void *context, struct err *err)
{
	struct product_call *call = context;
	struct product_row row;

	return product_own(call->store, connection, call->seller_id, call->id, call->arena, &row, err) &&
	       product_shelve(connection, &row, clock_now(), err);
}

bool sqlite_product_archive(struct store *store, const char *seller_id, const char *id, struct err *err)
{
	struct arena scratch;
	struct product_call call = {
	    .store = (struct sqlite_store *)store, .seller_id = seller_id, .id = id, .arena = &scratch};

	arena_init(&scratch, SIZE_MAX);
	bool done = db_write(call.store->db, archive_work, &call, err);
	arena_done(&scratch);
	return done;
}

/* ---- batches ---- */

/* What one unit of work takes of a batch, so that nobody waits long for the writer: rows, and bytes of text, since
 * those cost by the words in them; what passes that is its last. */
enum { SLICE_ROWS = 16, SLICE_BYTES = 4096 };

struct batch_call {
	struct sqlite_store *store;
	const char *seller_id;
	const struct product_change *changes;
	size_t count, first, next; /* this unit's first one, and the next unit's */
	struct arena *arena;
	struct product *products;
	struct err *errs;
};

static bool change_one(struct db_connection *connection, struct batch_call *batch, size_t i, size_t *bytes,
		       struct err *err)
{
	struct product_call call = {.store = batch->store,
				    .seller_id = batch->seller_id,
				    .id = batch->changes[i].id,
				    .change = &batch->changes[i],
				    .arena = batch->arena};
	struct err cause = {.kind = ERR_NONE};
	bool done = call.id ? update(connection, &call, &cause) : create(connection, &call, &cause);

	if (!done && !product_rule_own_fault(&cause))
		return *err = cause, false;
	batch->errs[i] = cause;
	batch->products[i] = call.product;
	*bytes += call.indexed;
	return true;
}

static bool batch_work(struct db_connection *connection, void *context, struct err *err)
{
	struct batch_call *batch = context;
	size_t i = batch->first, bytes = 0;

	for (; i < batch->count && i - batch->first < SLICE_ROWS && bytes < SLICE_BYTES; i++)
		if (!change_one(connection, batch, i, &bytes, err))
			return false;
	batch->next = i;
	return true;
}

/* Slice after slice. What stops one of them is the outcome of all that is left. */
bool sqlite_product_batch(struct store *store, const char *seller_id, const struct product_change *changes,
			  size_t count, struct arena *arena, struct product *ret_products, struct err *errs,
			  struct err *err)
{
	struct batch_call batch = {.store = (struct sqlite_store *)store,
				   .seller_id = seller_id,
				   .changes = changes,
				   .count = count,
				   .arena = arena,
				   .products = arena_array(arena, count, sizeof *batch.products),
				   .errs = arena_array(arena, count, sizeof *batch.errs)};
	struct err cause = {.kind = ERR_NONE};

	if (!batch.products || !batch.errs)
		return err_memory(err, "changing products");
	while (batch.first < count && db_write(batch.store->db, search_keep_up, NULL, &cause) &&
	       db_write(batch.store->db, batch_work, &batch, &cause))
		batch.first = batch.next;
	if (batch.first < count && !batch.first) {
		if (err)
			*err = cause;
		return false;
	}
	for (size_t i = batch.first; i < count; i++) {
		batch.errs[i] = cause;
		batch.products[i] = (struct product){.id = NULL};
	}
	memcpy(ret_products, batch.products, count * sizeof *ret_products);
	memcpy(errs, batch.errs, count * sizeof *errs);
	return true;
}
