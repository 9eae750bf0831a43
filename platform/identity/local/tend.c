/* What answers leave for later: mails to those who forgot their passwords, one at a time. And what time makes due:
 * refresh tokens and codes that have expired are forgotten, some at a time. */
#include "base/clock.h"
#include "platform/identity/local/internal.h"

struct tending {
	int64_t now;
	bool due;
};

static const struct chore {
	const char *look_sql, *slice_sql;
} chores[] = {
    {"SELECT 1 FROM refresh_token WHERE expires_at <= ? LIMIT 1",
     "DELETE FROM refresh_token WHERE hash IN"
     " (SELECT hash FROM refresh_token WHERE expires_at <= ? ORDER BY expires_at LIMIT 64)"},
    {"SELECT 1 FROM code WHERE expires_at <= ? LIMIT 1",
     "DELETE FROM code WHERE (account_id, purpose) IN"
     " (SELECT account_id, purpose FROM code WHERE expires_at <= ? LIMIT 64)"},
};
enum { CHORES = sizeof chores / sizeof *chores };

static sqlite3_stmt *statement_at(struct db_connection *connection, const char *sql, const struct tending *tending,
				  struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, sql, err);

	if (statement)
		sqlite3_bind_int64(statement, 1, tending->now);
	return statement;
}

static bool look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;

	tending->due = false;
	for (size_t i = 0; i < CHORES && !tending->due; i++) {
		sqlite3_stmt *statement = statement_at(connection, chores[i].look_sql, tending, err);
		enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

		if (step == DB_ERROR)
			return false;
		tending->due = step == DB_ROW;
	}
	return true;
}

static bool slice(struct db_connection *connection, void *context, struct err *err)
{
	for (size_t i = 0; i < CHORES; i++) {
		sqlite3_stmt *statement = statement_at(connection, chores[i].slice_sql, context, err);

		if (!statement || !db_run(connection, statement, err))
			return false;
	}
	return true;
}

bool local_tend(struct identity *identity, int64_t now, int64_t budget, bool *ret_more, struct err *err)
{
	struct local *local = local_of(identity);
	struct tending tending = {.now = now};
	const int64_t end = clock_monotonic() + budget;
	bool mailed = false;

	do {
		if (!local_forgotten_next(local, &mailed, err) || !db_read(local->db, look, &tending, err) ||
		    (tending.due && !db_write(local->db, slice, &tending, err)))
			return false;
	} while ((mailed || tending.due) && clock_monotonic() < end);
	*ret_more = mailed || tending.due;
	return true;
}
