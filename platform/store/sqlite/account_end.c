/* An account's end, on top of all else that knows accounts: what is personal goes, what refers to it stays. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

static const char *const former_names[] = {[GROUP_CLIENTS] = "Former client", [GROUP_SELLERS] = "Former seller"};

struct deletion {
	struct sqlite_store *store;
	enum group group;
	const char *id;
	int64_t n, now;
};

/* ---- what each leaves behind ---- */

static bool forget_client(struct db_connection *connection, const struct deletion *deletion, struct err *err)
{
	static const char *const statements[] = {
	    "UPDATE purchase SET client_name = 'Former client' WHERE client = ?",
	    "DELETE FROM cart_item WHERE client = ?",
	    "DELETE FROM cart WHERE client = ?",
	    "DELETE FROM purchase_key WHERE client = ?",
	};

	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (!sql_run(connection, err, statements[i], "i", deletion->n))
			return false;
	return deliveries_forget_client(connection, deletion->n, err);
}

/* One by one, always the first that is left: what is being listed changes meanwhile. */
static bool cancel_sales(struct db_connection *connection, const struct deletion *deletion, struct err *err)
{
	const struct sale_end end = {.by = CANCELLED_BY_SELLER, .at = deletion->now};

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
		if (!sale_cancel(connection, sale, &end, err))
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
	bool done = cancel_sales(connection, deletion, err) && account_names_change(connection, err) &&
		    shelve_products(connection, deletion, &scratch, err) &&
		    keys_forget_seller(connection, deletion->n, err) &&
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
		       "UPDATE account SET email = NULL, full_name = ?, name_key = '', mobile = NULL,"
		       " address = NULL, deleted = 1 WHERE n = ?",
		       "ti", former_names[deletion->group], deletion->n);
}

bool sqlite_account_delete(struct store *store, enum group group, const char *id, struct err *err)
{
	struct sqlite_store *sqlite = (struct sqlite_store *)store;

	return db_write(sqlite->db, delete_account, &(struct deletion){.store = sqlite, .group = group, .id = id}, err);
}
