/* Logins as they are kept: looked up, and what ends with them. */
#include <string.h>

#include "base/text.h"
#include "models/normal.h"
#include "platform/identity/local/internal.h"

struct login_query {
	const char *sql, *key;
	struct arena *arena;
	struct login login;
};

static bool read_login(struct db_connection *connection, void *context, struct err *err)
{
	struct login_query *query = context;
	bool failed = false;
	sqlite3_stmt *statement = db_statement(connection, query->sql, err);

	query->login = (struct login){0};
	if (!statement)
		return false;
	db_bind_text(statement, 1, query->key);
	enum db_step step = db_step(connection, statement, err);
	if (step == DB_ROW) {
		query->login = (struct login){
		    .id = db_column_text(statement, 0, query->arena, &failed),
		    .email = db_column_text(statement, 1, query->arena, &failed),
		    .password = db_column_text(statement, 2, query->arena, &failed),
		    .group = (enum group)sqlite3_column_int(statement, 3),
		    .confirmed = sqlite3_column_int(statement, 4) != 0,
		};
	}
	sqlite3_reset(statement);
	if (failed)
		return err_memory(err, "reading a login");
	return step != DB_ERROR;
}

static bool find_login(struct local *local, struct login_query *query, struct login *ret_login, struct err *err)
{
	if (!db_read(local->db, read_login, query, err))
		return false;
	*ret_login = query->login;
	return true;
}

struct spelling {
	const char *key;
	bool found;
};

static bool find_spelling(struct db_connection *connection, void *context, struct err *err)
{
	struct spelling *spelling = context;
	sqlite3_stmt *statement = db_statement(connection, "SELECT 1 FROM login WHERE email_key = ?1", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, spelling->key);
	enum db_step step = db_step(connection, statement, err);
	sqlite3_reset(statement);
	spelling->found = step == DB_ROW;
	return step != DB_ERROR;
}

bool local_login_key(struct local *local, const char *email, struct arena *arena, const char **ret_key, struct err *err)
{
	if (!text_valid(email, strlen(email)))
		return err_code(err, ERR_INVALID, "invalid_email", "The e-mail address is not valid UTF-8");

	struct spelling spelling = {.key = arena_printf(arena, "%s%s", LOGIN_SPELLED, email)};
	const char *key = normal_email_key(arena, email);
	if (!key || !spelling.key)
		return err_memory(err, "reading an e-mail address");
	if (!db_read(local->db, find_spelling, &spelling, err))
		return false;
	*ret_key = spelling.found ? spelling.key : key;
	return true;
}

bool local_login_by_email(struct local *local, const char *email_key, struct arena *arena, struct login *ret_login,
			  struct err *err)
{
	struct login_query query = {
	    .sql = "SELECT account_id, email, password, grp, confirmed FROM login WHERE email_key = ?1",
	    .key = email_key,
	    .arena = arena,
	};

	return find_login(local, &query, ret_login, err);
}

bool local_login_by_id(struct local *local, const char *account_id, struct arena *arena, struct login *ret_login,
		       struct err *err)
{
	struct login_query query = {
	    .sql = "SELECT account_id, email, password, grp, confirmed FROM login WHERE account_id = ?1",
	    .key = account_id,
	    .arena = arena,
	};

	return find_login(local, &query, ret_login, err);
}

bool local_end_sign_ins(struct db_connection *connection, const char *account_id, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection, "UPDATE login SET epoch = epoch + 1 WHERE account_id = ?1", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, account_id);
	return db_run(connection, statement, err);
}
