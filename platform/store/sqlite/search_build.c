/* Building the search's index for a file from before, and giving it sellers' new names: in slices of a few
 * milliseconds. */
#include <string.h>

#include "base/clock.h"
#include "models/normal.h"
#include "platform/store/sqlite/search.h"

enum {
	SLICE_MS = 3,
	SLICE_PRODUCTS = 64,
	MERGE_FROM = 64,   /* so many changes are worth a merge */
	RENAME_MS = 10,    /* at once, when a seller changes their name */
	DROP_BLOCKS = 256, /* of the former index, some 4 KB each */
};

/* The next product on sale whose number is between two, of one seller or (0) of any; row->n is 0 when there is none. */
static bool next_product(const struct sqlite_store *store, struct db_connection *connection, int64_t seller,
			 int64_t from, int64_t last, struct arena *arena, struct product_row *ret_row, struct err *err)
{
	static const char *const sql[] = {
	    "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES " WHERE p.archived = 0 AND p.n >= ?1 AND p.n <= ?2"
	    " ORDER BY p.n LIMIT 1",
	    "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES " WHERE p.archived = 0 AND p.n >= ?1 AND p.n <= ?2"
	    " AND p.seller = ?3 ORDER BY p.n LIMIT 1",
	};
	sqlite3_stmt *statement = sql_query(connection, err, sql[seller != 0], "ii", from, last);

	if (statement && seller)
		sqlite3_bind_int64(statement, 3, seller);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	if (step == DB_DONE)
		*ret_row = (struct product_row){.n = 0};
	return step == DB_ROW ? product_read(store, statement, arena, ret_row, err) : step == DB_DONE;
}

/* ---- what a file from before gets when it is opened ---- */

struct named {
	int64_t n;
	const char *name;
};

/* The next account after `from` whose name has not its normal form; ret_named->n is 0 when there is none. */
static bool next_unnormal(struct db_connection *connection, int64_t from, struct arena *arena,
			  struct named *ret_named, struct err *err)
{
	static const char sql[] = "SELECT n, full_name FROM account WHERE n > ? AND deleted = 0 ORDER BY n";
	sqlite3_stmt *statement = sql_query(connection, err, sql, "i", from);
	enum db_step step = DB_ERROR;

	ret_named->n = 0;
	while (statement && (step = db_step(connection, statement, err)) == DB_ROW) {
		bool failed = false;

		arena_reset(arena);
		const char *name = db_column_text(statement, 1, arena, &failed);
		const char *normal = failed ? NULL : normal_name(arena, name);
		if (!normal)
			return err_memory(err, "reading an account");
		if (strcmp(name, normal) != 0) {
			*ret_named =
			    (struct named){sqlite3_column_int64(statement, 0), *normal ? normal : normal_unnamed};
			return true;
		}
	}
	return step == DB_DONE;
}

static bool normalise_accounts(struct db_connection *connection, struct arena *arena, struct err *err)
{
	struct named account = {.n = 0};

	for (;;) {
		if (!next_unnormal(connection, account.n, arena, &account, err))
			return false;
		if (!account.n)
			return true;
		const char *key = normal_order_key(arena, account.name, STORE_NAME_KEY);
		if (!key)
			return err_memory(err, "reading an account");
		if (!sql_run(connection, err, "UPDATE account SET full_name = ?, name_key = ? WHERE n = ?", "tti",
			     account.name, key, account.n))
			return false;
	}
}

static bool key_categories(struct db_connection *connection, struct arena *arena, struct err *err)
{
	static const char sql[] = "SELECT name FROM category WHERE key = '' LIMIT 1";

	for (;;) {
		sqlite3_stmt *statement = sql_query(connection, err, sql, "");
		enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
		bool failed = false;

		if (step != DB_ROW)
			return step == DB_DONE;
		arena_reset(arena);
		const char *name = db_column_text(statement, 0, arena, &failed);
		const char *key = failed ? NULL : normal_category_key(arena, name);
		if (!key)
			return err_memory(err, "reading a category");
		if (!*key) /* of what can't be seen; it is called so when `tend` comes to its products */
			key = normal_category_key(arena, normal_unnamed);
		if (!key || !sql_run(connection, err, "UPDATE category SET key = ? WHERE name = ?", "tt", key, name))
			return key ? false : err_memory(err, "reading a category");
	}
}

/* A shop without products has nothing to build. */
static bool begin_build(struct db_connection *connection, struct err *err)
{
	int64_t n;
	bool found;

	if (!sql_run(connection, err, "DELETE FROM search_rename", "") ||
	    !sql_number(connection, sql_query(connection, err, "SELECT n FROM product LIMIT 1", ""), &n, &found, err))
		return false;
	return found || (db_script(connection, "DROP TABLE search", err) &&
			 sql_run(connection, err, "UPDATE search_state SET built = ?, former = 0", "i", SEARCH_BUILT));
}

bool search_prepare(struct db_connection *connection, void *context, struct err *err)
{
	struct arena arena;

	(void)context;
	arena_init(&arena, SIZE_MAX);
	bool done = normalise_accounts(connection, &arena, err) && key_categories(connection, &arena, err) &&
		    begin_build(connection, err);
	arena_done(&arena);
	return done;
}

/* ---- building ---- */

/* A product's name and category in their normal form. */
static bool normalise(struct db_connection *connection, const struct product_row *old, struct arena *arena,
		      struct product_row *ret_row, struct err *err)
{
	struct product *product = &ret_row->product;

	*ret_row = *old;
	product->name = normal_name(arena, old->product.name);
	product->category = normal_name(arena, old->product.category);
	if (!product->name || !product->category)
		return err_memory(err, "reading a product");
	if (!*product->name)
		product->name = normal_unnamed;
	if (!*product->category)
		product->category = normal_unnamed;
	if (!category_settle(connection, product->category, arena, &product->category, err))
		return false;
	if (!strcmp(product->name, old->product.name) && !strcmp(product->category, old->product.category))
		return true;
	product->version++;
	product->updated_at = clock_now();
	return product_write(connection, old, ret_row, arena, err);
}

static bool build_product(struct db_connection *connection, const struct product_row *old, struct arena *arena,
			  struct err *err)
{
	struct product_row row;

	return normalise(connection, old, arena, &row, err) &&
	       search_put(connection, &row, row.product.seller_name, err) &&
	       sql_run(connection, err, "UPDATE search_state SET built = ?", "i", row.n);
}

static bool build(const struct sqlite_store *store, struct db_connection *connection, int64_t built,
		  struct arena *arena, struct err *err)
{
	const int64_t end = clock_monotonic() + SLICE_MS;
	struct product_row row = {.n = built};

	for (size_t i = 0; i < SLICE_PRODUCTS && clock_monotonic() < end; i++) {
		arena_reset(arena);
		if (!next_product(store, connection, 0, row.n + 1, INT64_MAX, arena, &row, err))
			return false;
		if (!row.n)
			return sql_run(connection, err, "UPDATE search_state SET built = ?", "i", SEARCH_BUILT);
		if (!build_product(connection, &row, arena, err))
			return false;
	}
	return true;
}

/* The former index's rows, some at a time: as a whole they would take seconds. The first ten say what there is; without
 * them FTS5 opens no table, which it does to drop it. */
static bool drop_former(struct db_connection *connection, struct err *err)
{
	static const char sql[] =
	    "DELETE FROM search_data WHERE id IN (SELECT id FROM search_data WHERE id > 10 ORDER BY id DESC LIMIT ?)";

	if (!sql_run(connection, err, sql, "i", (int64_t)DROP_BLOCKS))
		return false;
	if (db_changes(connection) == DROP_BLOCKS)
		return true;
	return db_script(connection, "DROP TABLE search", err) &&
	       sql_run(connection, err, "UPDATE search_state SET former = 0", "");
}

/* ---- new names of sellers ---- */

/* Whose end has come, their products leave the index under the name that they have there. */
#define RENAMES " FROM search_rename WHERE seller NOT IN (SELECT account FROM ending)"

struct rename {
	int64_t seller, number, next, last;
	const char *name;
};

static bool next_rename(struct db_connection *connection, struct arena *arena, struct rename *ret_rename,
			bool *ret_found, struct err *err)
{
	static const char sql[] = "SELECT seller, number, name, next, last" RENAMES " ORDER BY seller, number LIMIT 1";
	sqlite3_stmt *statement = sql_query(connection, err, sql, "");
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	*ret_found = step == DB_ROW;
	if (*ret_found)
		*ret_rename = (struct rename){
		    .seller = sqlite3_column_int64(statement, 0),
		    .number = sqlite3_column_int64(statement, 1),
		    .name = db_column_text(statement, 2, arena, &failed),
		    .next = sqlite3_column_int64(statement, 3),
		    .last = sqlite3_column_int64(statement, 4),
		};
	return failed ? err_memory(err, "indexing a product") : step != DB_ERROR;
}

/* Gives the next product the name that follows; *ret_done when all have it. */
static bool rename_product(const struct sqlite_store *store, struct db_connection *connection, struct rename *rename,
			   struct arena *arena, bool *ret_done, struct err *err)
{
	struct product_row row;
	const char *name;

	if (!next_product(store, connection, rename->seller, rename->next, rename->last, arena, &row, err))
		return false;
	*ret_done = !row.n;
	if (!row.n)
		return sql_run(connection, err, "DELETE FROM search_rename WHERE seller = ? AND number = ?", "ii",
			       rename->seller, rename->number);
	rename->next = row.n + 1;
	return search_seller_name(connection, &row, rename->number, arena, &name, err) &&
	       search_take(connection, &row, rename->name, err) && search_put(connection, &row, name, err) &&
	       sql_run(connection, err, "UPDATE search_rename SET next = ? WHERE seller = ? AND number = ?", "iii",
		       rename->next, rename->seller, rename->number);
}

static bool rename_some(const struct sqlite_store *store, struct db_connection *connection, int64_t milliseconds,
			bool *ret_done, struct err *err)
{
	const int64_t end = clock_monotonic() + milliseconds;
	struct arena names, arena;
	bool found, done = false, good = true;

	arena_init(&names, SIZE_MAX);
	arena_init(&arena, SIZE_MAX);
	while (good && !done && clock_monotonic() < end) {
		struct rename rename;
		bool whole = false;

		arena_reset(&names);
		good = next_rename(connection, &names, &rename, &found, err);
		done = good && !found;
		while (good && !done && !whole && clock_monotonic() < end) {
			arena_reset(&arena);
			good = rename_product(store, connection, &rename, &arena, &whole, err);
		}
	}
	arena_done(&arena);
	arena_done(&names);
	*ret_done = done;
	return good;
}

bool search_rename(const struct sqlite_store *store, struct db_connection *connection, bool *ret_done, struct err *err)
{
	return rename_some(store, connection, RENAME_MS, ret_done, err);
}

bool search_forget(struct db_connection *connection, int64_t seller, struct err *err)
{
	return sql_run(connection, err, "DELETE FROM search_rename WHERE seller = ?", "i", seller);
}

/* ---- the chore ---- */

bool search_look(struct db_connection *connection, void *context, struct err *err)
{
	static const char sql[] = "SELECT 1" RENAMES " LIMIT 1";
	struct tending *tending = context;
	struct search_state state;
	int64_t one;

	if (!search_state(connection, &state, err))
		return false;
	tending->due = state.built < SEARCH_BUILT || state.former || state.unmerged >= MERGE_FROM;
	return tending->due || sql_number(connection, sql_query(connection, err, sql, ""), &one, &tending->due, err);
}

bool search_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;
	struct search_state state;
	struct arena arena;
	bool done;

	if (!search_state(connection, &state, err))
		return false;
	if (state.unmerged >= MERGE_FROM)
		return search_merge(connection, err);
	if (state.built == SEARCH_BUILT)
		return state.former ? drop_former(connection, err)
				    : rename_some(tending->store, connection, SLICE_MS, &done, err);
	arena_init(&arena, SIZE_MAX);
	done = build(tending->store, connection, state.built, &arena, err);
	arena_done(&arena);
	return done;
}
