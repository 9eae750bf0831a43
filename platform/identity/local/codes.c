#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "platform/identity/local/internal.h"

enum { ATTEMPTS = 5, CODES = 100000000, FORGOTTEN_MAX = 1024 };

/* What each purpose's code is like, and what its mail says: `%s` is the code. */
static const struct {
	int64_t ttl; /* ms */
	const char *subject;
	const char *body;
} purposes[] = {
    [CODE_CONFIRM] = {.ttl = INT64_C(24) * 60 * 60 * 1000,
		      .subject = "Your Vitrine sign-up code",
		      .body = "Welcome to Vitrine.\n"
			      "\n"
			      "To confirm this e-mail address, enter this code within 24 hours:\n"
			      "\n"
			      "    %s\n"
			      "\n"
			      "If you did not sign up, ignore this message.\n"},
    [CODE_RESET] = {.ttl = 60 * 60 * 1000,
		    .subject = "Your Vitrine password code",
		    .body = "Somebody, hopefully you, asked for a new Vitrine password.\n"
			    "\n"
			    "To set one, enter this code within an hour:\n"
			    "\n"
			    "    %s\n"
			    "\n"
			    "If it was not you, ignore this message: your password stays as it is.\n"},
};

/* ---- making and sending ---- */

struct code local_code_new(struct local *local, enum code_purpose purpose)
{
	struct code code = {.purpose = purpose, .expires_at = local->now() + purposes[purpose].ttl};

	snprintf(code.text, sizeof code.text, "%0*u", CODE_DIGITS, crypt_random_below(CODES));
	return code;
}

/* For this account and this purpose only. */
static void hash_code(const struct local *local, const char *account_id, enum code_purpose purpose, const char *text,
		      uint8_t ret_hash[CRYPT_HASH_SIZE])
{
	char all[128];
	int length = snprintf(all, sizeof all, "%s|%d|%s", account_id, (int)purpose, text);

	crypt_hash(all, (size_t)length < sizeof all ? (size_t)length : sizeof all, local->code_key, ret_hash);
	crypt_wipe(all, sizeof all);
}

bool local_code_put(struct local *local, struct db_connection *connection, const char *account_id,
		    const struct code *code, struct err *err)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "INSERT OR REPLACE INTO code (account_id, purpose, hash, expires_at, attempts_left)"
			 " VALUES (?1, ?2, ?3, ?4, ?5)",
			 err);

	if (!statement)
		return false;
	hash_code(local, account_id, code->purpose, code->text, hash);
	db_bind_text(statement, 1, account_id);
	sqlite3_bind_int(statement, 2, (int)code->purpose);
	sqlite3_bind_blob(statement, 3, hash, sizeof hash, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, code->expires_at);
	sqlite3_bind_int(statement, 5, ATTEMPTS);
	bool ok = db_run(connection, statement, err);
	sqlite3_clear_bindings(statement);
	return ok;
}

/* The body around the code; purposes' texts are our own. */
static void add_body(struct buf *body, const struct code *code)
{
	const char *text = purposes[code->purpose].body;
	const char *place = strstr(text, "%s");

	buf_add(body, text, (size_t)(place - text));
	buf_add_str(body, code->text);
	buf_add_str(body, place + 2);
}

bool local_code_mail(struct local *local, const char *email, const struct code *code, bool withheld, struct err *err)
{
	struct buf body;
	struct id id = local_id(local);

	buf_init(&body, 4096);
	add_body(&body, code);
	struct mail mail = {
	    .id = id.text,
	    .to = email,
	    .subject = purposes[code->purpose].subject,
	    .body = buf_str(&body),
	    .date = local->now(),
	    .withheld = withheld,
	};
	bool ok = body.failed ? err_memory(err, "writing a mail") : outbox_post(local->outbox, &mail, err);
	buf_wipe(&body);
	return ok;
}

/* ---- forgotten passwords, and codes sent again ---- */

struct sending {
	struct local *local;
	const char *email_key;
	struct code code;
	struct arena *arena;
	const char *account_id, *email; /* the one that the account signed up with; NULL: no account */
};

/* Keeps a new code for the account of an address; when there is none, one for nobody, which is as much work. */
static bool put_for_email(struct db_connection *connection, void *context, struct err *err)
{
	static const char nobody[] = "-";
	struct sending *sending = context;
	bool failed = false;
	sqlite3_stmt *statement =
	    db_statement(connection, "SELECT account_id, email FROM login WHERE email_key = ?1", err);

	sending->account_id = nobody;
	sending->email = NULL;
	if (!statement)
		return false;
	db_bind_text(statement, 1, sending->email_key);
	enum db_step step = db_step(connection, statement, err);
	if (step == DB_ROW) {
		sending->account_id = db_column_text(statement, 0, sending->arena, &failed);
		sending->email = db_column_text(statement, 1, sending->arena, &failed);
	}
	sqlite3_reset(statement);
	if (failed)
		return err_memory(err, "reading a login");
	return step != DB_ERROR &&
	       local_code_put(sending->local, connection, sending->account_id, &sending->code, err);
}

/* Without an account all is done but for the mail's last step. The mail goes to the address that signed up, never to
 * the one that was typed: they may fold to the same and be two mailboxes. */
static bool send_code(struct sending *sending, struct err *err)
{
	struct local *local = sending->local;

	return db_write(local->db, put_for_email, sending, err) &&
	       local_code_mail(local, sending->email ? sending->email : "nobody@localhost", &sending->code,
			       !sending->email, err);
}

bool local_code_again(struct local *local, const char *email_key, struct err *err)
{
	struct arena scratch;

	if (!guard_may_mail(&local->guard, email_key, CODE_CONFIRM))
		return true;
	arena_init(&scratch, SCRATCH_SIZE);
	struct sending sending = {
	    .local = local, .email_key = email_key, .code = local_code_new(local, CODE_CONFIRM), .arena = &scratch};
	bool ok = send_code(&sending, err);
	if (!ok)
		guard_unmail(&local->guard, email_key, CODE_CONFIRM);
	crypt_wipe(&sending.code, sizeof sending.code);
	arena_done(&scratch);
	return ok;
}

/* An address whose password was forgotten. */
struct forgotten {
	const char *email_key;
	int64_t now;
	bool kept;
	struct arena *arena;
};

static bool keep_forgotten(struct db_connection *connection, void *context, struct err *err)
{
	struct forgotten *forgotten = context;
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "INSERT OR REPLACE INTO forgotten (email_key, asked_at)"
			 " SELECT ?1, ?2 WHERE (SELECT count(*) FROM forgotten) < ?3",
			 err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, forgotten->email_key);
	sqlite3_bind_int64(statement, 2, forgotten->now);
	sqlite3_bind_int(statement, 3, FORGOTTEN_MAX);
	if (!db_run(connection, statement, err))
		return false;
	forgotten->kept = db_changes(connection) > 0;
	return true;
}

bool local_forgot(struct identity *identity, const char *email, struct err *err)
{
	struct local *local = local_of(identity);
	struct forgotten forgotten = {.now = local->now()};
	struct arena scratch;

	if (!local->outbox)
		return true;
	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = local_login_key(local, email, &scratch, &forgotten.email_key, err);
	if (ok && guard_may_mail(&local->guard, forgotten.email_key, CODE_RESET)) {
		ok = db_write(local->db, keep_forgotten, &forgotten, err) &&
		     (forgotten.kept || err_set(err, ERR_UNAVAILABLE, "Too many mails wait already; try again later"));
		if (!ok)
			guard_unmail(&local->guard, forgotten.email_key, CODE_RESET);
	}
	arena_done(&scratch);
	return ok;
}

static bool first_forgotten(struct db_connection *connection, void *context, struct err *err)
{
	struct forgotten *forgotten = context;
	bool failed = false;
	sqlite3_stmt *statement =
	    db_statement(connection, "SELECT email_key FROM forgotten ORDER BY asked_at, email_key LIMIT 1", err);

	forgotten->email_key = NULL;
	if (!statement)
		return false;
	enum db_step step = db_step(connection, statement, err);
	if (step == DB_ROW)
		forgotten->email_key = db_column_text(statement, 0, forgotten->arena, &failed);
	sqlite3_reset(statement);
	return failed ? err_memory(err, "reading who waits for mail") : step != DB_ERROR;
}

static bool drop_forgotten(struct db_connection *connection, void *context, struct err *err)
{
	const struct forgotten *forgotten = context;
	sqlite3_stmt *statement = db_statement(connection, "DELETE FROM forgotten WHERE email_key = ?1", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, forgotten->email_key);
	return db_run(connection, statement, err);
}

/* An address that no mail can go to (somebody signed up with it when nothing was mailed) is left out. */
static bool send_reset(struct local *local, const char *email_key, struct arena *arena, struct err *err)
{
	struct sending sending = {
	    .local = local, .email_key = email_key, .code = local_code_new(local, CODE_RESET), .arena = arena};
	struct err fault = {.kind = ERR_NONE};
	bool ok = send_code(&sending, &fault) || fault.kind == ERR_INVALID;

	crypt_wipe(&sending.code, sizeof sending.code);
	if (!ok && err)
		*err = fault;
	return ok;
}

bool local_forgotten_next(struct local *local, bool *ret_found, struct err *err)
{
	struct arena scratch;
	struct forgotten forgotten = {.arena = &scratch};

	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = db_read(local->db, first_forgotten, &forgotten, err);
	if (ok && forgotten.email_key) /* the row goes last: a mail is sent twice rather than never */
		ok = (!local->outbox || send_reset(local, forgotten.email_key, &scratch, err)) &&
		     db_write(local->db, drop_forgotten, &forgotten, err);
	if (ok)
		*ret_found = forgotten.email_key != NULL;
	arena_done(&scratch);
	return ok;
}

/* ---- using a code ---- */

struct attempt {
	struct local *local;
	const char *email_key, *text;
	enum code_purpose purpose;
	int64_t now;
	bool right;
	/* the code's row */
	char account_id[ID_SIZE];
	uint8_t hash[CRYPT_HASH_SIZE];
	int64_t expires_at;
	int attempts_left;
};

static bool read_code(struct db_connection *connection, struct attempt *attempt, bool *ret_found, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "SELECT code.account_id, code.hash, code.expires_at, code.attempts_left FROM login"
			 " JOIN code USING (account_id) WHERE login.email_key = ?1 AND code.purpose = ?2",
			 err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, attempt->email_key);
	sqlite3_bind_int(statement, 2, (int)attempt->purpose);
	enum db_step step = db_step(connection, statement, err);
	bool found = step == DB_ROW && sqlite3_column_bytes(statement, 1) == CRYPT_HASH_SIZE;
	if (found) {
		snprintf(attempt->account_id, ID_SIZE, "%s", (const char *)sqlite3_column_text(statement, 0));
		memcpy(attempt->hash, sqlite3_column_blob(statement, 1), CRYPT_HASH_SIZE);
		attempt->expires_at = sqlite3_column_int64(statement, 2);
		attempt->attempts_left = sqlite3_column_int(statement, 3);
	}
	sqlite3_reset(statement);
	*ret_found = found;
	return step != DB_ERROR;
}

/* One of the statements about a code's row, by account, purpose and hash. */
static bool run_on_code(struct db_connection *connection, const char *sql, const struct attempt *attempt,
			struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, sql, err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, attempt->account_id);
	sqlite3_bind_int(statement, 2, (int)attempt->purpose);
	sqlite3_bind_blob(statement, 3, attempt->hash, CRYPT_HASH_SIZE, SQLITE_STATIC);
	bool ok = db_run(connection, statement, err);
	sqlite3_clear_bindings(statement);
	return ok;
}

static bool delete_code(struct db_connection *connection, const struct attempt *attempt, struct err *err)
{
	return run_on_code(connection, "DELETE FROM code WHERE account_id = ?1 AND purpose = ?2 AND hash = ?3", attempt,
			   err);
}

static bool count_attempt(struct db_connection *connection, const struct attempt *attempt, struct err *err)
{
	return run_on_code(connection,
			   "UPDATE code SET attempts_left = attempts_left - 1"
			   " WHERE account_id = ?1 AND purpose = ?2 AND hash = ?3",
			   attempt, err);
}

/* Is it the code? A wrong one counts. What isn't there, late or used up counts where nobody is, so that each wrong code
 * is the same work: one row of one table. */
static bool try_code(struct db_connection *connection, void *context, struct err *err)
{
	struct attempt *attempt = context;
	uint8_t hash[CRYPT_HASH_SIZE];
	bool found = false;

	if (!read_code(connection, attempt, &found, err))
		return false;
	bool live = found && attempt->expires_at > attempt->now && attempt->attempts_left > 0;
	if (!live) { /* account '', see schema.c */
		attempt->account_id[0] = '\0';
		memset(attempt->hash, 0, sizeof attempt->hash);
	}
	hash_code(attempt->local, attempt->account_id, attempt->purpose, attempt->text, hash);
	attempt->right = crypt_equal(hash, attempt->hash, sizeof hash) && live;
	return attempt->right || count_attempt(connection, attempt, err);
}

/* The one who uses the code up sets *ret_done. */
static bool spend_code(struct db_connection *connection, const struct attempt *attempt, bool *ret_done, struct err *err)
{
	if (!delete_code(connection, attempt, err))
		return false;
	*ret_done = db_changes(connection) == 1;
	return true;
}

static bool invalid_code(struct err *err)
{
	return err_code(err, ERR_INVALID, "invalid_code", "The code is wrong or has expired");
}

static bool confirm_work(struct db_connection *connection, void *context, struct err *err)
{
	struct attempt *attempt = context;

	if (!try_code(connection, attempt, err))
		return false;
	if (!attempt->right)
		return true;
	if (!spend_code(connection, attempt, &attempt->right, err))
		return false;

	sqlite3_stmt *statement =
	    db_statement(connection, "UPDATE login SET confirmed = 1 WHERE account_id = ?1 AND confirmed = 0", err);
	if (!statement)
		return false;
	db_bind_text(statement, 1, attempt->account_id);
	if (!db_run(connection, statement, err))
		return false;
	attempt->right = attempt->right && db_changes(connection) == 1;
	return true;
}

bool local_confirm(struct identity *identity, const char *email, const char *code, struct err *err)
{
	struct local *local = local_of(identity);
	struct attempt attempt = {.local = local, .text = code, .purpose = CODE_CONFIRM, .now = local->now()};
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = local_login_key(local, email, &scratch, &attempt.email_key, err) &&
		  db_write(local->db, confirm_work, &attempt, err) && (attempt.right || invalid_code(err));
	arena_done(&scratch);
	return ok;
}

/* ---- a new password ---- */

struct reset {
	const struct attempt *attempt;
	const char *password; /* its hash */
	bool done;
};

/* Whoever read the code has the mailbox, which is what confirming asks for. */
static bool reset_work(struct db_connection *connection, void *context, struct err *err)
{
	struct reset *reset = context;
	const char *account_id = reset->attempt->account_id;

	if (!spend_code(connection, reset->attempt, &reset->done, err))
		return false;
	if (!reset->done)
		return true;

	sqlite3_stmt *statement =
	    db_statement(connection, "UPDATE login SET password = ?2, confirmed = 1 WHERE account_id = ?1", err);
	if (!statement)
		return false;
	db_bind_text(statement, 1, account_id);
	db_bind_text(statement, 2, reset->password);
	return db_run(connection, statement, err) && local_end_sign_ins(connection, account_id, err);
}

/* The code is looked at first and used up last: nobody gets a password hashed for a guess. */
static bool reset_password(struct local *local, struct attempt *attempt, const char *password, struct err *err)
{
	char hash[CRYPT_PASSWORD_SIZE];
	struct reset reset = {.attempt = attempt, .password = hash};

	if (!db_write(local->db, try_code, attempt, err))
		return false;
	if (!attempt->right)
		return invalid_code(err);
	if (!local_hash_password(local, password, hash, err))
		return false;
	bool ok = db_write(local->db, reset_work, &reset, err);
	crypt_wipe(hash, sizeof hash);
	if (!ok)
		return false;
	if (!reset.done)
		return invalid_code(err);
	guard_forgive(&local->guard, attempt->email_key);
	return true;
}

bool local_reset(struct identity *identity, const char *email, const char *code, const char *password, struct err *err)
{
	struct local *local = local_of(identity);
	struct attempt attempt = {.local = local, .text = code, .purpose = CODE_RESET, .now = local->now()};
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = local_login_key(local, email, &scratch, &attempt.email_key, err) &&
		  reset_password(local, &attempt, password, err);
	arena_done(&scratch);
	return ok;
}
