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

/* ---- the answers of others that name them ---- */

/* The same answer with another name for the seller; the writer being the same, nothing else in it changes. */
static bool rename_seller(sqlite3_stmt *statement, const char *seller_id, const char *name, struct arena *arena,
			  const char **ret_answer, struct err *err)
{
	const char *text = (const char *)sqlite3_column_text(statement, 1);
	size_t length = (size_t)sqlite3_column_bytes(statement, 1);
	cJSON *json = text ? json_parse(text, length, JSON_VALUES_ANSWER, err) : NULL;
	struct purchase purchase;

	if (!json)
		return text ? false : err_memory(err, "reading an answer");
	bool good = shape_decode_answer(&purchase_shape, json, arena, &purchase, err);
	cJSON_Delete(json);
	for (size_t i = 0; good && i < purchase.lines_count; i++)
		if (!strcmp(purchase.lines[i].seller_id, seller_id))
			purchase.lines[i].seller_name = name;
	return good && purchase_write(&purchase, arena, ret_answer, &length, err);
}

static bool rename_in_answers(struct db_connection *connection, int64_t seller, const char *seller_id,
			      const char *name, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT n, answer FROM idempotency WHERE client IN (SELECT u.client FROM sale s"
		      " CROSS JOIN purchase u ON u.n = s.purchase WHERE s.seller = ?) AND instr(answer, ?) > 0",
		      "it", seller, seller_id);
	enum db_step step = DB_ERROR;
	bool good = true;
	struct arena scratch;

	/* What is being listed may change meanwhile, since it is listed by what stays. */
	arena_init(&scratch, SIZE_MAX);
	while (good && statement && (step = db_step(connection, statement, err)) == DB_ROW) {
		const char *answer = NULL;

		arena_reset(&scratch);
		good = rename_seller(statement, seller_id, name, &scratch, &answer, err) &&
		       sql_run(connection, err, "UPDATE idempotency SET answer = ? WHERE n = ?", "ti", answer,
			       sqlite3_column_int64(statement, 0));
	}
	arena_done(&scratch);
	return good && step == DB_DONE;
}

/* ---- what each leaves behind ---- */

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
	bool done = cancel_sales(connection, deletion, err) && account_names_change(connection, err) &&
		    shelve_products(connection, deletion, &scratch, err) &&
		    rename_in_answers(connection, deletion->n, deletion->id, former_names[GROUP_SELLERS], err) &&
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
