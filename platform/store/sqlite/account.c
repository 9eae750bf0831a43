/* Accounts. One that is deleted keeps its row, for what refers to it, with nothing personal in it. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "platform/store/sqlite/internal.h"

static const char *const former_names[] = {[GROUP_CLIENTS] = "Former client", [GROUP_SELLERS] = "Former seller"};
static const char *const roles[] = {[GROUP_CLIENTS] = "client", [GROUP_SELLERS] = "seller"};

bool account_missing(enum group group, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such %s", roles[group]);
}

bool account_number(struct db_connection *connection, enum group group, const char *id, int64_t *ret_n,
		    struct err *err)
{
	sqlite3_stmt *statement = sql_query(connection, err,
					    "SELECT n FROM account WHERE id = ? AND grp = ? AND deleted = 0", "ti", id,
					    (int64_t)group);
	int64_t n = 0;
	bool found;

	if (!sql_number(connection, statement, &n, &found, err))
		return false;
	*ret_n = found ? n : 0;
	return true;
}

/* What sellers are listed by: the folded name, cut to STORE_NAME_KEY bytes at a character. */
static char *name_key(struct arena *arena, const char *full_name)
{
	char *key = text_fold(arena, full_name, strlen(full_name));
	size_t length = key ? strlen(key) : 0;

	if (length > STORE_NAME_KEY) {
		length = STORE_NAME_KEY;
		while (((unsigned char)key[length] & 0xC0) == 0x80)
			length--;
		key[length] = '\0';
	}
	return key;
}

/* ---- one account ---- */

struct account_call {
	enum group group;
	const char *id;
	const struct account_patch *patch;
	const char *name_key; /* of the patch */
	struct arena *arena;
	struct account account;
};

static bool read_account(struct db_connection *connection, struct account_call *call, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT id, email, full_name, mobile, created_at FROM account"
		      " WHERE id = ? AND grp = ? AND deleted = 0",
		      "ti", call->id, (int64_t)call->group);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step == DB_ERROR)
		return false;
	if (step == DB_DONE)
		return account_missing(call->group, err);
	call->account = (struct account){
	    .group = call->group,
	    .id = db_column_text(statement, 0, call->arena, &failed),
	    .email = db_column_text(statement, 1, call->arena, &failed),
	    .full_name = db_column_text(statement, 2, call->arena, &failed),
	    .mobile = db_column_text(statement, 3, call->arena, &failed),
	    .created_at = sqlite3_column_int64(statement, 4),
	};
	return !failed || err_memory(err, "reading an account");
}

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	return read_account(connection, context, err);
}

bool sqlite_account_get(struct store *store, enum group group, const char *id, struct arena *arena,
			struct account *ret_account, struct err *err)
{
	struct account_call call = {.group = group, .id = id, .arena = arena};

	if (!db_read(((struct sqlite_store *)store)->db, get, &call, err))
		return false;
	*ret_account = call.account;
	return true;
}

bool account_names(struct db_connection *connection, int64_t *ret_stamp, struct err *err)
{
	static const char names_sql[] = "SELECT value FROM meta WHERE name = 'seller_names'";
	bool found;

	*ret_stamp = 0;
	return sql_number(connection, db_statement(connection, names_sql, err), ret_stamp, &found, err);
}

static bool names_change(struct db_connection *connection, struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO meta (name, value) VALUES ('seller_names', '1')"
		       " ON CONFLICT (name) DO UPDATE SET value = value + 1",
		       "");
}

static bool update(struct db_connection *connection, void *context, struct err *err)
{
	struct account_call *call = context;

	if (call->group == GROUP_SELLERS && call->patch->full_name && !names_change(connection, err))
		return false;
	return sql_run(connection, err,
		       "UPDATE account SET full_name = ifnull(?3, full_name), name_key = ifnull(?4, name_key),"
		       " mobile = ifnull(?5, mobile) WHERE id = ?1 AND grp = ?2 AND deleted = 0",
		       "tittt", call->id, (int64_t)call->group, call->patch->full_name, call->name_key,
		       call->patch->mobile) &&
	       read_account(connection, call, err);
}

bool sqlite_account_update(struct store *store, enum group group, const char *id, const struct account_patch *patch,
			   struct arena *arena, struct account *ret_account, struct err *err)
{
	struct account_call call = {.group = group, .id = id, .patch = patch, .arena = arena};

	if (patch->full_name && !(call.name_key = name_key(arena, patch->full_name)))
		return err_memory(err, "changing an account");
	if (!db_write(((struct sqlite_store *)store)->db, update, &call, err))
		return false;
	*ret_account = call.account;
	return true;
}

static bool create(struct db_connection *connection, void *context, struct err *err)
{
	const struct account_call *call = context;
	const struct account *account = &call->account;

	return sql_run(connection, err,
		       "INSERT INTO account (id, grp, email, full_name, name_key, mobile, created_at)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?)",
		       "titttti", account->id, (int64_t)account->group, account->email, account->full_name,
		       call->name_key, account->mobile, clock_now());
}

bool sqlite_account_create(struct store *store, const struct account *account, struct err *err)
{
	struct arena scratch;
	struct account_call call = {.account = *account};

	arena_init(&scratch, SIZE_MAX);
	call.name_key = name_key(&scratch, account->full_name);
	bool created = call.name_key ? db_write(((struct sqlite_store *)store)->db, create, &call, err)
				     : err_memory(err, "making an account");
	arena_done(&scratch);
	return created;
}

/* ---- deleting ---- */

struct deletion {
	struct sqlite_store *store;
	enum group group;
	const char *id;
	int64_t n, now;
};

static bool forget_client(struct db_connection *connection, const struct deletion *deletion, struct err *err)
{
	static const char *const statements[] = {
	    "UPDATE purchase SET client_name = 'Former client' WHERE client = ?",
	    "DELETE FROM cart_item WHERE client = ?",
	    "DELETE FROM cart WHERE client = ?",
	    "DELETE FROM idempotency WHERE client = ?",
	};

	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (!sql_run(connection, err, statements[i], "i", deletion->n))
			return false;
	return true;
}

/* One by one, always the first that is left: what is being listed changes meanwhile. */
static bool cancel_sales(struct db_connection *connection, const struct deletion *deletion, struct err *err)
{
	for (;;) {
		int64_t sale;
		bool found;
		sqlite3_stmt *statement = sql_query(connection, err,
						    "SELECT n FROM sale WHERE seller = ? AND status = ? LIMIT 1", "ii",
						    deletion->n, (int64_t)SALE_PLACED);

		if (!sql_number(connection, statement, &sale, &found, err))
			return false;
		if (!found)
			return true;
		if (!sale_cancel(connection, sale, deletion->now, err))
			return false;
	}
}

static bool shelve_products(struct db_connection *connection, const struct deletion *deletion, struct arena *scratch,
			    struct err *err)
{
	for (;;) {
		struct product_row row;
		sqlite3_stmt *statement =
		    sql_query(connection, err,
			      "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES
			      " WHERE p.seller = ? AND p.archived = 0 ORDER BY p.n LIMIT 1",
			      "i", deletion->n);
		enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

		if (step != DB_ROW)
			return step == DB_DONE;
		arena_reset(scratch);
		if (!product_read(deletion->store, statement, scratch, &row, err) ||
		    !product_shelve(connection, &row, deletion->now, err))
			return false;
	}
}

static bool forget_seller(struct db_connection *connection, const struct deletion *deletion, struct err *err)
{
	struct arena scratch;

	arena_init(&scratch, SIZE_MAX);
	bool done = cancel_sales(connection, deletion, err) && names_change(connection, err) &&
		    shelve_products(connection, deletion, &scratch, err) &&
		    answers_rename_seller(connection, deletion->n, deletion->id, former_names[GROUP_SELLERS], err) &&
		    sql_run(connection, err, "UPDATE sale SET seller_name = ? WHERE seller = ?", "ti",
			    former_names[GROUP_SELLERS], deletion->n);
	arena_done(&scratch);
	return done;
}

static bool delete_account(struct db_connection *connection, void *context, struct err *err)
{
	static bool (*const forget[])(struct db_connection *connection, const struct deletion *deletion,
				      struct err *err) = {
	    [GROUP_CLIENTS] = forget_client,
	    [GROUP_SELLERS] = forget_seller,
	};
	struct deletion *deletion = context;

	if (!account_number(connection, deletion->group, deletion->id, &deletion->n, err))
		return false;
	if (!deletion->n)
		return account_missing(deletion->group, err);
	deletion->now = clock_now();
	return forget[deletion->group](connection, deletion, err) &&
	       sql_run(connection, err,
		       "UPDATE account SET email = NULL, full_name = ?, name_key = '', mobile = NULL, deleted = 1"
		       " WHERE n = ?",
		       "ti", former_names[deletion->group], deletion->n);
}

bool sqlite_account_delete(struct store *store, enum group group, const char *id, struct err *err)
{
	struct sqlite_store *sqlite = (struct sqlite_store *)store;

	return db_write(sqlite->db, delete_account, &(struct deletion){.store = sqlite, .group = group, .id = id}, err);
}

/* ---- sellers ---- */

struct seller_listing {
	struct store_page page;
	struct arena *arena;
	const char *after_key, *after_id;
	struct seller_page sellers;
	const char *next;
};

/* "<id>,<name key>" */
static bool read_place(struct seller_listing *listing, struct err *err)
{
	const char *after = listing->page.after;
	const char *comma = after ? strchr(after, ',') : NULL;

	listing->after_key = listing->after_id = "";
	if (!after)
		return true;
	if (!comma || comma == after || strlen(comma + 1) > STORE_NAME_KEY || !text_valid(after, strlen(after)))
		return place_invalid(err);
	listing->after_id = arena_strndup(listing->arena, after, (size_t)(comma - after));
	listing->after_key = comma + 1;
	return listing->after_id || err_memory(err, "listing sellers");
}

static bool list_sellers(struct db_connection *connection, void *context, struct err *err)
{
	struct seller_listing *listing = context;
	struct account *sellers = arena_array(listing->arena, listing->page.limit, sizeof *sellers);
	sqlite3_stmt *statement = sql_query(connection, err,
					    "SELECT id, full_name, name_key FROM account"
					    " WHERE grp = 1 AND deleted = 0 AND (name_key, id) > (?, ?)"
					    " ORDER BY name_key, id",
					    "tt", listing->after_key, listing->after_id);
	enum db_step step = DB_ROW;
	const char *last_key = "";
	size_t count = 0;
	bool failed = !sellers;

	if (!statement)
		return false;
	while (!failed && (step = db_step(connection, statement, err)) == DB_ROW && count < listing->page.limit) {
		sellers[count].group = GROUP_SELLERS;
		sellers[count].id = db_column_text(statement, 0, listing->arena, &failed);
		sellers[count++].full_name = db_column_text(statement, 1, listing->arena, &failed);
		last_key = db_column_text(statement, 2, listing->arena, &failed);
	}
	listing->sellers = (struct seller_page){.sellers = sellers, .sellers_count = count};
	if (!failed && step == DB_ROW) {
		listing->next = arena_printf(listing->arena, "%s,%s", sellers[count - 1].id, last_key);
		failed = !listing->next;
	}
	return failed ? err_memory(err, "listing sellers") : step != DB_ERROR;
}

bool sqlite_seller_list(struct store *store, struct store_page page, struct arena *arena,
			struct seller_page *ret_page, const char **ret_next, struct err *err)
{
	struct seller_listing listing = {.page = page, .arena = arena};

	if (!page_check(page, err) || !read_place(&listing, err) ||
	    !db_read(((struct sqlite_store *)store)->db, list_sellers, &listing, err))
		return false;
	*ret_page = listing.sellers;
	*ret_next = listing.next;
	return true;
}
