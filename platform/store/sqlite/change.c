/* Changes: what accounts may want to be told of. A row is written in the transaction of what it tells, so its number
 * says when that was committed, whatever process wrote it: numbers only grow, and what is read is all up to some
 * number. The row with the greatest number is never deleted, or the number would be given a second time.
 */
#include "base/clock.h"
#include "platform/store/change_rule.h"
#include "platform/store/sqlite/internal.h"

enum { CHANGES_SLICE = 256, NEWS_MOST = 256 };

/* ---- telling ---- */

bool change_tell_seller(struct db_connection *connection, int64_t seller, enum change_kind kind, int64_t subject,
			int64_t at, struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO change (account, kind, subject, at)"
		       " SELECT n, ?, ?, ? FROM account WHERE n = ? AND deleted = 0",
		       "iiii", (int64_t)kind, subject, at, seller);
}

bool change_tell_client(struct db_connection *connection, int64_t purchase, enum change_kind kind, int64_t at,
			struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO change (account, kind, subject, at)"
		       " SELECT u.client, ?, u.n, ? FROM purchase u CROSS JOIN account a ON a.n = u.client"
		       " WHERE u.n = ? AND a.deleted = 0",
		       "iii", (int64_t)kind, at, purchase);
}

/* ---- reading ---- */

struct reading {
	enum group group;
	const char *account_id;
	struct store_page page;
	struct change_place after;
	int64_t now;
	struct arena *arena;
	/* From here on each run of the unit starts afresh. */
	struct store_changes changes;
	struct change_place next;
};

static void take_change(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct reading *reading = list->context;
	const int64_t n = sqlite3_column_int64(statement, 0), at = sqlite3_column_int64(statement, 2);
	const struct id id = id_make(at, n);

	*(struct change *)row = (struct change){
	    .id = arena_strdup(list->arena, id.text),
	    .kind = sqlite3_column_int(statement, 1),
	    .subject_id = db_column_text(statement, 3, list->arena, &list->failed),
	    .at = at,
	};
	list->failed = list->failed || !((struct change *)row)->id;
	reading->next = change_rule_behind(n, at, reading->now);
}

static sqlite3_stmt *find_changes(struct db_connection *connection, int64_t account, int64_t after, struct err *err)
{
	_Static_assert(CHANGE_SALE_CANCELLED == 1 && CHANGE_LOW_STOCK == 2 && CHANGE_KINDS == 6,
		       "the statement below knows whose number the subject is");
	return sql_query(connection, err,
			 "SELECT c.n, c.kind, c.at,"
			 " CASE WHEN c.kind <= 1 THEN (SELECT id FROM sale WHERE n = c.subject)"
			 " WHEN c.kind = 2 THEN (SELECT id FROM product WHERE n = c.subject)"
			 " ELSE (SELECT id FROM purchase WHERE n = c.subject) END"
			 " FROM change c WHERE c.account = ? AND c.n > ? ORDER BY c.n",
			 "ii", account, after);
}

static bool read_changes(struct db_connection *connection, struct reading *reading, int64_t account, struct err *err)
{
	struct sql_list list = {.arena = reading->arena,
				.most = reading->page.limit,
				.size = sizeof(struct change),
				.take = take_change,
				.context = reading,
				.doing = "listing changes"};

	if (!sql_list(connection, find_changes(connection, account, reading->after.number, err), &list, err))
		return false;
	reading->changes.changes = list.rows;
	reading->changes.count = list.count;
	if (!list.more)
		reading->next = (struct change_place){reading->changes.seen, reading->now};
	return true;
}

static bool last_number(struct db_connection *connection, int64_t *ret_number, struct err *err)
{
	bool found;

	*ret_number = 0;
	return sql_number(connection, sql_query(connection, err, "SELECT n FROM change ORDER BY n DESC LIMIT 1", ""),
			  ret_number, &found, err);
}

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct reading *reading = context;
	struct store_changes *changes = &reading->changes;
	int64_t account;

	*changes = (struct store_changes){.count = 0};
	if (!account_number(connection, reading->group, reading->account_id, &account, err) ||
	    !last_number(connection, &changes->seen, err))
		return false;
	if (!account)
		return account_missing(reading->group, err);
	reading->next = (struct change_place){changes->seen, reading->now};
	if (!reading->page.after)
		return true;
	changes->reset = change_rule_is_lost(reading->after, changes->seen, reading->now);
	return changes->reset || read_changes(connection, reading, account, err);
}

bool sqlite_change_list(struct store *store, enum group group, const char *account_id, struct store_page page,
			struct arena *arena, struct store_changes *ret_changes, struct err *err)
{
	struct reading reading = {
	    .group = group, .account_id = account_id, .page = page, .now = clock_now(), .arena = arena};

	if (!list_rule_page(page, err) || (page.after && !change_rule_place(page.after, &reading.after, err)) ||
	    !db_read(((struct sqlite_store *)store)->db, list, &reading, err))
		return false;
	reading.changes.next = change_rule_text(reading.next, arena);
	if (!reading.changes.next)
		return err_memory(err, "listing changes");
	*ret_changes = reading.changes;
	return true;
}

/* ---- whom it concerns ---- */

struct news {
	int64_t place;
	struct arena *arena;
	struct store_news found;
};

static void take_account(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct news *news = list->context;

	news->found.place = sqlite3_column_int64(statement, 0);
	*(const char **)row = db_column_text(statement, 1, list->arena, &list->failed);
}

static bool read_news(struct db_connection *connection, void *context, struct err *err)
{
	struct news *news = context;
	struct sql_list list = {.arena = news->arena,
				.most = NEWS_MOST,
				.size = sizeof(const char *),
				.take = take_account,
				.context = news,
				.doing = "looking for changes"};

	news->found = (struct store_news){.place = news->place};
	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT c.n, a.id FROM change c CROSS JOIN account a ON a.n = c.account WHERE c.n > ?"
				" ORDER BY c.n",
				"i", news->place),
		      &list, err))
		return false;
	news->found.accounts = list.rows;
	news->found.count = list.count;
	news->found.more = list.more;
	return true;
}

bool sqlite_change_news(struct store *store, int64_t place, struct arena *arena, struct store_news *ret_news,
			struct err *err)
{
	struct news news = {.place = place, .arena = arena};

	if (!db_read(((struct sqlite_store *)store)->db, read_news, &news, err))
		return false;
	*ret_news = news.found;
	return true;
}

/* ---- forgetting ---- */

#define NOT_THE_LAST "n < (SELECT max(n) FROM change)"

/* Times grow with the numbers, but for a clock that was put back: what is older than a row before it goes with that. */
bool changes_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;
	int64_t at;
	bool found;

	tending->number = tending->now - STORE_CHANGE_DAYS * (int64_t)CLOCK_DAY_MS - CHANGE_RULE_LONGER_MS;
	if (!sql_number(
		connection,
		sql_query(connection, err, "SELECT at FROM change WHERE " NOT_THE_LAST " ORDER BY n LIMIT 1", ""), &at,
		&found, err))
		return false;
	tending->due = found && at <= tending->number;
	return true;
}

bool changes_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;

	return sql_run(connection, err,
		       "DELETE FROM change WHERE at <= ? AND n IN"
		       " (SELECT n FROM change WHERE " NOT_THE_LAST " ORDER BY n LIMIT ?)",
		       "ii", tending->number, (int64_t)CHANGES_SLICE);
}

bool changes_forget(struct db_connection *connection, int64_t account, int64_t most, bool *ret_all, struct err *err)
{
	if (!sql_run(connection, err,
		     "DELETE FROM change WHERE n IN"
		     " (SELECT n FROM change WHERE account = ? AND " NOT_THE_LAST " ORDER BY n LIMIT ?)",
		     "ii", account, most))
		return false;
	*ret_all = db_changes(connection) < most;
	return true;
}
