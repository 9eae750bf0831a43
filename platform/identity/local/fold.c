/* Addresses of logins from before, which were compared in another way: without accents, and domains as they were
 * written.
 *
 * Every login gets the key that its address has now. Where two have the same, the older account keeps the address, and
 * the other is kept under its exact spelling (LOGIN_SPELLED), which it then signs in by.
 */
#include <string.h>

#include "models/normal.h"
#include "platform/identity/local/internal.h"
#include "platform/identity/local/local.h"

/* A login whose key changes. */
struct folded {
	const char *id, *email, *key;
	int64_t created_at;
	struct folded *next; /* younger */
};

static bool is_older(int64_t created_at, const char *id, const struct folded *than)
{
	return created_at != than->created_at ? created_at < than->created_at : strcmp(id, than->id) < 0;
}

/* All whose key changes; few, since what is ASCII keeps its key. */
static bool find_changed(struct db_connection *connection, struct arena *arena, struct folded **ret_first,
			 struct err *err)
{
	static const char sql[] = "SELECT account_id, email, created_at, email_key FROM login"
				  " ORDER BY created_at DESC, account_id DESC";
	sqlite3_stmt *statement = db_statement(connection, sql, err);
	struct arena scratch;
	enum db_step step = DB_ERROR;
	bool failed = false;

	*ret_first = NULL;
	arena_init(&scratch, SIZE_MAX);
	while (!failed && statement && (step = db_step(connection, statement, err)) == DB_ROW) {
		arena_reset(&scratch);
		const char *email = db_column_text(statement, 1, &scratch, &failed);
		const char *before = db_column_text(statement, 3, &scratch, &failed);
		const char *key = failed ? NULL : normal_email_key(&scratch, email);

		failed = failed || !key;
		if (failed || !strcmp(key, before))
			continue;
		struct folded *folded = arena_alloc(arena, sizeof *folded);
		if (!folded) {
			failed = true;
			continue;
		}
		*folded = (struct folded){.id = db_column_text(statement, 0, arena, &failed),
					  .email = arena_strdup(arena, email),
					  .key = arena_strdup(arena, key),
					  .created_at = sqlite3_column_int64(statement, 2),
					  .next = *ret_first};
		*ret_first = folded;
		failed = failed || !folded->email || !folded->key;
	}
	arena_done(&scratch);
	if (statement)
		sqlite3_reset(statement);
	return failed ? err_memory(err, "reading the logins") : step == DB_DONE;
}

static bool set_key(struct db_connection *connection, const char *id, const char *key, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection, "UPDATE login SET email_key = ?1 WHERE account_id = ?2", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, key);
	db_bind_text(statement, 2, id);
	return db_run(connection, statement, err);
}

static bool set_spelled(struct db_connection *connection, const char *id, const char *email, struct arena *arena,
			struct err *err)
{
	const char *key = arena_printf(arena, "%s%s", LOGIN_SPELLED, email);

	return key ? set_key(connection, id, key, err) : err_memory(err, "reading the logins");
}

/* Gives a login its key, unless an older one has it; a younger one loses it. */
static bool settle(struct db_connection *connection, const struct folded *folded, struct arena *arena, struct err *err)
{
	static const char sql[] = "SELECT account_id, email, created_at FROM login WHERE email_key = ?1";
	sqlite3_stmt *statement = db_statement(connection, sql, err);
	bool failed = false;

	if (!statement)
		return false;
	db_bind_text(statement, 1, folded->key);
	enum db_step step = db_step(connection, statement, err);
	if (step == DB_ERROR)
		return false;
	const char *id = step == DB_ROW ? db_column_text(statement, 0, arena, &failed) : NULL;
	const char *email = step == DB_ROW ? db_column_text(statement, 1, arena, &failed) : NULL;
	int64_t created_at = step == DB_ROW ? sqlite3_column_int64(statement, 2) : 0;
	sqlite3_reset(statement);
	if (failed)
		return err_memory(err, "reading the logins");
	if (id && is_older(created_at, id, folded))
		return set_spelled(connection, folded->id, folded->email, arena, err);
	return (!id || set_spelled(connection, id, email, arena, err)) &&
	       set_key(connection, folded->id, folded->key, err);
}

/* First none of them is in another's way, then each in turn, the oldest first. */
bool local_fold_logins(struct db_connection *connection, void *context, struct err *err)
{
	struct folded *first = NULL;
	struct arena arena;

	(void)context;
	arena_init(&arena, SIZE_MAX);
	bool good = find_changed(connection, &arena, &first, err);
	for (const struct folded *folded = first; good && folded; folded = folded->next)
		good = set_spelled(connection, folded->id, folded->id, &arena, err);
	for (const struct folded *folded = first; good && folded; folded = folded->next)
		good = settle(connection, folded, &arena, err);
	arena_done(&arena);
	return good;
}

/* ---- telling of them ---- */

struct telling {
	void (*each)(const char *account_id, const char *email);
};

static bool tell(struct db_connection *connection, void *context, struct err *err)
{
	static const char sql[] = "SELECT account_id, email FROM login"
				  " WHERE email_key >= '" LOGIN_SPELLED "' AND email_key < '!' ORDER BY account_id";
	const struct telling *telling = context;
	sqlite3_stmt *statement = db_statement(connection, sql, err);
	enum db_step step = DB_ERROR;

	while (statement && (step = db_step(connection, statement, err)) == DB_ROW)
		telling->each((const char *)sqlite3_column_text(statement, 0),
			      (const char *)sqlite3_column_text(statement, 1));
	return step == DB_DONE;
}

bool identity_local_spelled(struct db *db, void (*each)(const char *account_id, const char *email), struct err *err)
{
	return db_read(db, tell, &(struct telling){each}, err);
}
