/* An account's end. One small write closes the account: it opens nothing any more, and nothing of it is listed or sold.
 * What it leaves behind is tidied up by slices (tend.c): table `ending` says how far each account's tidying came, and a
 * slice writes that in the transaction that does the work, so that it is done once whatever comes between. A small
 * account's is done at once.
 */
#include <string.h>

#include "base/clock.h"
#include "platform/store/sqlite/search.h"

/* What one slice does at most: it takes a few milliseconds. */
enum {
	SLICE_PRODUCTS = 16,
	SLICE_TEXT = 4096, /* bytes of texts of products; what passes that is the slice's last */
	SLICE_SALES = 4,   /* each of up to LIMIT_LINES lines */
	SLICE_ROWS = 64,
	SLICES_AT_ONCE = 8,
	PURGE_FROM = 64,   /* so few products vanish from the index in one slice */
	CATEGORIES_COUNTED = 4096,
};

static const char *const former_names[] = {[GROUP_CLIENTS] = "Former client", [GROUP_SELLERS] = "Former seller"};

/* A slice of a step. */
struct slice {
	const struct sqlite_store *store;
	int64_t account, now;
	int64_t place; /* how far the step came, as it counts that itself; 0 at first */
	bool done;     /* nothing of it is left */
};
typedef bool step_work(struct db_connection *connection, struct slice *slice, struct err *err);

/* ---- clients ---- */

static bool empty_cart(struct db_connection *connection, struct slice *slice, struct err *err)
{
	slice->done = true;
	return sql_run(connection, err, "DELETE FROM cart_item WHERE client = ?", "i", slice->account) &&
	       sql_run(connection, err, "DELETE FROM cart WHERE client = ?", "i", slice->account);
}

static bool forget_keys(struct db_connection *connection, struct slice *slice, struct err *err)
{
	if (!sql_run(connection, err,
		     "DELETE FROM purchase_key WHERE n IN (SELECT n FROM purchase_key WHERE client = ? LIMIT ?)", "ii",
		     slice->account, (int64_t)SLICE_ROWS))
		return false;
	slice->done = db_changes(connection) < SLICE_ROWS;
	return true;
}

static bool forget_changes(struct db_connection *connection, struct slice *slice, struct err *err)
{
	return changes_forget(connection, slice->account, SLICE_ROWS, &slice->done, err);
}

/* What goes with an account's rows whose numbers are above `after`, up to `last`. */
typedef bool forget_rows(struct db_connection *connection, int64_t account, int64_t after, int64_t last,
			 struct err *err);

/* Gives the next rows a name, and forgets what goes with them. */
static bool rename_rows(struct db_connection *connection, struct slice *slice, const char *last_sql,
			const char *rename_sql, const char *name, forget_rows *forget, struct err *err)
{
	int64_t last = 0;
	bool found;

	if (!sql_number(connection,
			sql_query(connection, err, last_sql, "iii", slice->account, slice->place, (int64_t)SLICE_ROWS),
			&last, &found, err))
		return false;
	slice->done = !last;
	if (slice->done)
		return true;
	return forget(connection, slice->account, slice->place, last, err) &&
	       sql_run(connection, err, rename_sql, "tiii", name, slice->account, slice->place, last) &&
	       ((slice->place = last), true);
}

static bool rename_purchases(struct db_connection *connection, struct slice *slice, struct err *err)
{
	return rename_rows(connection, slice,
			   "SELECT max(n) FROM (SELECT n FROM purchase WHERE client = ? AND n > ? ORDER BY n LIMIT ?)",
			   "UPDATE purchase SET client_name = ? WHERE client = ? AND n > ? AND n <= ?",
			   former_names[GROUP_CLIENTS], deliveries_forget, err);
}

/* ---- sellers ---- */

/* Always the first that is left: what is being listed changes meanwhile. */
static bool shelve_first(struct db_connection *connection, struct slice *slice, struct arena *scratch, size_t *bytes,
			 struct err *err)
{
	struct product_row row;
	sqlite3_stmt *statement = sql_query(connection, err,
					    "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES
					    " WHERE p.seller = ? AND p.archived = 0 ORDER BY p.n LIMIT 1",
					    "i", slice->account);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	slice->done = step == DB_DONE;
	if (step != DB_ROW)
		return slice->done;
	arena_reset(scratch);
	if (!product_read(slice->store, statement, scratch, &row, err))
		return false;
	/* A picture is as much work as many words. */
	*bytes += row.product.has_picture ? SLICE_TEXT : product_text_bytes(&row.product);
	return product_shelve(connection, &row, slice->now, err);
}

static bool shelve_some(struct db_connection *connection, struct slice *slice, struct err *err)
{
	struct arena scratch;
	size_t bytes = 0;
	bool good = true;

	arena_init(&scratch, SIZE_MAX);
	for (int i = 0; good && !slice->done && i < SLICE_PRODUCTS && bytes < SLICE_TEXT; i++) {
		good = shelve_first(connection, slice, &scratch, &bytes, err);
		slice->place += !slice->done;
	}
	arena_done(&scratch);
	return good && (!slice->done || search_forget(connection, slice->account, err));
}

/* Where the index is to be merged before more is taken out of it, and where that has begun. */
enum { PURGE = -1, PURGING = -2 };

/* FTS5 bounds a merge by what it writes, and where all was taken out it writes nothing, however much it reads. So as
 * soon as a third of what was in the index is taken out, it is merged before more is: what is left becomes smaller each
 * time. Where there are very many categories only some are counted, and it is merged earlier. */
static bool count_shelved(struct db_connection *connection, struct slice *slice, struct err *err)
{
	int64_t on_sale = 0;
	bool found;

	if (slice->place < PURGE_FROM)
		return true;
	if (!sql_number(connection,
			sql_query(connection, err,
				  "SELECT coalesce(sum(products), 0) FROM (SELECT products FROM category LIMIT ?)", "i",
				  (int64_t)CATEGORIES_COUNTED),
			&on_sale, &found, err))
		return false;
	if (2 * slice->place >= on_sale)
		slice->place = PURGE;
	return true;
}

/* The step's place counts the products that were shelved since the index was merged last. */
static bool shelve_products(struct db_connection *connection, struct slice *slice, struct err *err)
{
	bool merged = false;

	if (slice->place >= 0)
		return shelve_some(connection, slice, err) && count_shelved(connection, slice, err);
	if (!search_purge(connection, slice->place == PURGE, &merged, err))
		return false;
	slice->place = merged ? 0 : PURGING;
	return true;
}

static bool cancel_sales(struct db_connection *connection, struct slice *slice, struct err *err)
{
	const struct sale_end end = {.by = CANCELLED_BY_SELLER, .at = slice->now};

	for (int i = 0; i < SLICE_SALES; i++) {
		int64_t sale;
		bool found;
		sqlite3_stmt *statement = sql_query(connection, err,
						    "SELECT n FROM sale WHERE seller = ? AND status = ? LIMIT 1", "ii",
						    slice->account, (int64_t)SALE_PLACED);

		if (!sql_number(connection, statement, &sale, &found, err))
			return false;
		slice->done = !found;
		if (!found)
			return true;
		if (!sale_cancel(connection, sale, &end, err))
			return false;
	}
	return true;
}

static bool rename_sales(struct db_connection *connection, struct slice *slice, struct err *err)
{
	return rename_rows(connection, slice,
			   "SELECT max(n) FROM (SELECT n FROM sale WHERE seller = ? AND n > ? ORDER BY n LIMIT ?)",
			   "UPDATE sale SET seller_name = ? WHERE seller = ? AND n > ? AND n <= ?",
			   former_names[GROUP_SELLERS], keys_forget_answers, err);
}

/* The last of the seller's name: what their products were found by. A shop's whole index is written anew for that, in
 * the same small pieces as it is merged. */
static bool purge_index(struct db_connection *connection, struct slice *slice, struct err *err)
{
	int64_t indexed = 0;
	bool found;

	if (!sql_number(connection,
			sql_query(connection, err, "SELECT indexed FROM account WHERE n = ?", "i", slice->account),
			&indexed, &found, err))
		return false;
	slice->done = !indexed;
	return slice->done ||
	       (search_purge(connection, slice->place == 0, &slice->done, err) && (slice->place++, true));
}

/* ---- step after step ---- */

/* Others come at the end: files hold the steps' numbers. */
enum { STEPS_MAX = 8 };
static step_work *const steps[][STEPS_MAX] = {
    [GROUP_CLIENTS] = {empty_cart, forget_keys, rename_purchases, forget_changes},
    [GROUP_SELLERS] = {shelve_products, cancel_sales, rename_sales, forget_changes, purge_index},
};

/* The first account that has something left to be done; 0: there is none. */
struct ending {
	int64_t account, step, place;
	enum group group;
};

static bool first_ending(struct db_connection *connection, struct ending *ret_ending, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT e.account, e.step, e.place, a.grp FROM ending e CROSS JOIN account a ON a.n = e.account"
		      " WHERE e.tidy = 0 ORDER BY e.account LIMIT 1",
		      "");
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	*ret_ending = (struct ending){0};
	if (step == DB_ROW)
		*ret_ending = (struct ending){.account = sqlite3_column_int64(statement, 0),
					      .step = sqlite3_column_int64(statement, 1),
					      .place = sqlite3_column_int64(statement, 2),
					      .group = (enum group)sqlite3_column_int(statement, 3)};
	return step != DB_ERROR;
}

static step_work *step_of(const struct ending *ending)
{
	return ending->step < STEPS_MAX ? steps[ending->group][ending->step] : NULL;
}

bool ending_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;
	struct ending ending;

	if (!first_ending(connection, &ending, err))
		return false;
	tending->due = ending.account != 0;
	return true;
}

bool ending_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;
	struct ending ending;

	if (!first_ending(connection, &ending, err))
		return false;
	if (!ending.account)
		return true;

	struct slice slice = {.store = tending->store,
			      .account = ending.account,
			      .now = tending->now,
			      .place = ending.place};
	step_work *step = step_of(&ending);
	if (step && !step(connection, &slice, err))
		return false;
	if (slice.done || !step) {
		ending.step++;
		slice.place = 0;
	}
	return sql_run(connection, err, "UPDATE ending SET step = ?, place = ?, tidy = ? WHERE account = ?", "iiii",
		       ending.step, slice.place, (int64_t)!step_of(&ending), ending.account);
}

/* ---- the files ---- */

/* What was overwritten stands in the log until that is cut: the last thing to be done, outside of any unit of work. */
bool traces_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;

	tending->number = 0;
	return sql_number(connection,
			  sql_query(connection, err, "SELECT account FROM ending WHERE tidy = 1 LIMIT 1", ""),
			  &tending->number, &tending->due, err);
}

bool traces_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;

	return sql_run(connection, err, "DELETE FROM ending WHERE account = ?", "i", tending->number);
}

/* ---- closing ---- */

struct closing {
	enum group group;
	const char *id;
};

static bool close_account(struct db_connection *connection, void *context, struct err *err)
{
	const struct closing *closing = context;
	int64_t n;

	if (!account_number(connection, closing->group, closing->id, &n, err))
		return false;
	if (!n)
		return account_missing(closing->group, err);
	return account_names_change(connection, err) &&
	       sql_run(connection, err,
		       "UPDATE account SET email = NULL, full_name = ?, name_key = '', mobile = NULL, address = NULL,"
		       " deleted = 1 WHERE n = ?",
		       "ti", former_names[closing->group], n) &&
	       sql_run(connection, err, "INSERT INTO ending (account) VALUES (?)", "i", n);
}

/* The account is closed; should its tidying fail now, it follows. */
static void begin_tidying(struct sqlite_store *store)
{
	struct tending tending = {.store = store, .now = clock_now(), .due = true};

	for (int i = 0; i < SLICES_AT_ONCE && tending.due; i++)
		if (!db_read(store->db, ending_look, &tending, NULL) ||
		    (tending.due && !db_write(store->db, ending_slice, &tending, NULL)))
			return;
}

bool sqlite_account_delete(struct store *store, enum group group, const char *id, struct err *err)
{
	struct sqlite_store *sqlite = (struct sqlite_store *)store;

	if (!db_write(sqlite->db, close_account, &(struct closing){.group = group, .id = id}, err))
		return false;
	begin_tidying(sqlite);
	return true;
}
