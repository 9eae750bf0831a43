/* Accounts. One that is deleted keeps its row, for what refers to it, with nothing personal in it. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "models/normal.h"
#include "platform/store/sqlite/internal.h"

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

/* ---- one account ---- */

struct account_call {
	enum group group;
	const char *id;
	const char *name_key;
	struct arena *arena;
	struct account account;
};

bool account_read(struct db_connection *connection, enum group group, const char *id, struct arena *arena,
		  struct account *ret_account, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT id, email, full_name, mobile, created_at, address FROM account"
		      " WHERE id = ? AND grp = ? AND deleted = 0",
		      "ti", id, (int64_t)group);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step == DB_ERROR)
		return false;
	if (step == DB_DONE)
		return account_missing(group, err);
	*ret_account = (struct account){
	    .group = group,
	    .id = db_column_text(statement, 0, arena, &failed),
	    .email = db_column_text(statement, 1, arena, &failed),
	    .full_name = db_column_text(statement, 2, arena, &failed),
	    .mobile = db_column_text(statement, 3, arena, &failed),
	    .created_at = sqlite3_column_int64(statement, 4),
	};
	char *address = db_column_text(statement, 5, arena, &failed);
	if (failed)
		return err_memory(err, "reading an account");
	return !address || address_split(address, arena, &ret_account->address, &ret_account->address_count, err);
}

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	struct account_call *call = context;

	return account_read(connection, call->group, call->id, call->arena, &call->account, err);
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

bool account_names_change(struct db_connection *connection, struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO meta (name, value) VALUES ('seller_names', '1')"
		       " ON CONFLICT (name) DO UPDATE SET value = value + 1",
		       "");
}

static bool create(struct db_connection *connection, void *context, struct err *err)
{
	const struct account_call *call = context;
	const struct account *account = &call->account;

	return sql_run(connection, err,
		       "INSERT INTO account (id, grp, email, full_name, name_key, mobile, created_at, indexed)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
		       "titttti", account->id, (int64_t)account->group, account->email, account->full_name,
		       call->name_key, account->mobile, clock_now());
}

bool sqlite_account_create(struct store *store, const struct account *account, struct err *err)
{
	struct arena scratch;
	struct account_call call = {.account = *account};

	arena_init(&scratch, SIZE_MAX);
	call.name_key = normal_order_key(&scratch, account->full_name, STORE_NAME_KEY);
	bool created = call.name_key ? db_write(((struct sqlite_store *)store)->db, create, &call, err)
				     : err_memory(err, "making an account");
	arena_done(&scratch);
	return created;
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
		return list_rule_no_place(err);
	listing->after_id = arena_strndup(listing->arena, after, (size_t)(comma - after));
	listing->after_key = comma + 1;
	return listing->after_id || err_memory(err, "listing sellers");
}

/* A seller and what they are listed by. */
struct seller_row {
	struct account seller;
	const char *name_key;
};

static void take_seller(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct seller_row *seller = row;

	seller->seller.group = GROUP_SELLERS;
	seller->seller.id = db_column_text(statement, 0, list->arena, &list->failed);
	seller->seller.full_name = db_column_text(statement, 1, list->arena, &list->failed);
	seller->name_key = db_column_text(statement, 2, list->arena, &list->failed);
}

static bool fill_page(struct seller_listing *listing, const struct sql_list *found, struct err *err)
{
	const struct seller_row *rows = found->rows;
	struct account *sellers = arena_array(listing->arena, found->count, sizeof *sellers);

	if (!sellers)
		return err_memory(err, found->doing);
	for (size_t i = 0; i < found->count; i++)
		sellers[i] = rows[i].seller;
	listing->sellers = (struct seller_page){.sellers = sellers, .sellers_count = found->count};
	if (!found->more)
		return true;
	const struct seller_row *last = &rows[found->count - 1];
	listing->next = arena_printf(listing->arena, "%s,%s", last->seller.id, last->name_key);
	return listing->next || err_memory(err, found->doing);
}

static bool list_sellers(struct db_connection *connection, void *context, struct err *err)
{
	struct seller_listing *listing = context;
	struct sql_list found = {.arena = listing->arena,
				 .most = listing->page.limit,
				 .size = sizeof(struct seller_row),
				 .take = take_seller,
				 .doing = "listing sellers"};

	return sql_list(connection,
			sql_query(connection, err,
				  "SELECT id, full_name, name_key FROM account"
				  " WHERE grp = 1 AND deleted = 0 AND (name_key, id) > (?, ?)"
				  " ORDER BY name_key, id",
				  "tt", listing->after_key, listing->after_id),
			&found, err) &&
	       fill_page(listing, &found, err);
}

bool sqlite_seller_list(struct store *store, struct store_page page, struct arena *arena,
			struct seller_page *ret_page, const char **ret_next, struct err *err)
{
	struct seller_listing listing = {.page = page, .arena = arena};

	if (!list_rule_page(page, err) || !read_place(&listing, err) ||
	    !db_read(((struct sqlite_store *)store)->db, list_sellers, &listing, err))
		return false;
	*ret_page = listing.sellers;
	*ret_next = listing.next;
	return true;
}

/* ---- all of them ---- */

struct account_listing {
	struct store_page page;
	struct arena *arena;
	struct store_accounts accounts;
	const char *next;
};

static void take_account(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct account *)row = (struct account){
	    .id = db_column_text(statement, 0, list->arena, &list->failed),
	    .group = (enum group)sqlite3_column_int(statement, 1),
	    .email = db_column_text(statement, 2, list->arena, &list->failed),
	    .full_name = db_column_text(statement, 3, list->arena, &list->failed),
	    .created_at = sqlite3_column_int64(statement, 4),
	};
}

static bool list_accounts(struct db_connection *connection, void *context, struct err *err)
{
	struct account_listing *listing = context;
	struct sql_list found = {.arena = listing->arena,
				 .most = listing->page.limit,
				 .size = sizeof(struct account),
				 .take = take_account,
				 .doing = "listing accounts"};

	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT id, grp, email, full_name, created_at FROM account WHERE deleted = 0 AND id > ?"
				" ORDER BY id",
				"t", listing->page.after ? listing->page.after : ""),
		      &found, err))
		return false;
	listing->accounts = (struct store_accounts){.accounts = found.rows, .count = found.count};
	listing->next = found.more ? listing->accounts.accounts[found.count - 1].id : NULL;
	return true;
}

bool sqlite_account_list(struct store *store, struct store_page page, struct arena *arena,
			 struct store_accounts *ret_accounts, const char **ret_next, struct err *err)
{
	struct account_listing listing = {.page = page, .arena = arena};

	if (!list_rule_page(page, err) || !db_read(((struct sqlite_store *)store)->db, list_accounts, &listing, err))
		return false;
	*ret_accounts = listing.accounts;
	*ret_next = listing.next;
	return true;
}
