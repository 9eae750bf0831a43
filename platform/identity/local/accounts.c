/* Accounts' logins: signing up, changing a password, removing. */
#include <string.h>

#include "platform/identity/local/internal.h"

/* ---- signing up ---- */

bool local_insert_login(struct db_connection *connection, void *context, struct err *err)
{
	const struct newcomer *newcomer = context;
	const struct login *login = &newcomer->login;
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "INSERT INTO login (account_id, email_key, email, password, grp, confirmed, created_at)"
			 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
			 err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, login->id);
	db_bind_text(statement, 2, newcomer->email_key);
	db_bind_text(statement, 3, login->email);
	db_bind_text(statement, 4, login->password);
	sqlite3_bind_int(statement, 5, (int)login->group);
	sqlite3_bind_int(statement, 6, login->confirmed);
	sqlite3_bind_int64(statement, 7, newcomer->now);
	if (!db_run(connection, statement, err))
		return false;
	return login->confirmed || local_code_put(newcomer->local, connection, login->id, &newcomer->code, err);
}

static bool email_taken(struct err *err)
{
	return err_code(err, ERR_CONFLICT, "email_taken", "There is an account with that e-mail address already");
}

/* Somebody has the address: whoever knows the password is the one who signed up and may complete it. While the account
 * is throttled nobody learns whether a password fits. */
static bool sign_up_again(struct local *local, const struct login *login, const char *email_key, const char *password,
			  enum group group, struct err *err)
{
	struct guard_suspect suspect = guard_suspect(&local->guard, email_key, "");
	bool right = false;

	if (!local_try_password(local, &suspect, login->password, password, &right, NULL, NULL))
		return email_taken(err);
	if (!right || login->group != group)
		return email_taken(err);
	return login->confirmed || !local->outbox || local_code_again(local, email_key, err);
}

/* ERR_CONFLICT when somebody was quicker. */
static bool sign_up_new(struct local *local, struct newcomer *newcomer, const char *password, struct err *err)
{
	char hash[CRYPT_PASSWORD_SIZE];

	if (!local_hash_password(local, password, hash, err))
		return false;
	newcomer->login.password = hash;
	newcomer->login.confirmed = !local->outbox;
	newcomer->code = local_code_new(local, CODE_CONFIRM);

	bool ok = db_write(local->db, local_insert_login, newcomer, err);
	if (ok && local->outbox) {
		guard_may_mail(&local->guard, newcomer->email_key, CODE_CONFIRM);
		ok = local_code_mail(local, newcomer->login.email, &newcomer->code, false, err);
		if (!ok) /* trying again sends it */
			guard_unmail(&local->guard, newcomer->email_key, CODE_CONFIRM);
	}
	crypt_wipe(&newcomer->code, sizeof newcomer->code);
	crypt_wipe(hash, sizeof hash);
	return ok;
}

static bool sign_up(struct local *local, struct newcomer *newcomer, const char *password, struct arena *scratch,
		    struct login *ret_login, bool *ret_existed, struct err *err)
{
	struct err reason = {0};
	struct login login = {0};
	enum group group = newcomer->login.group;

	if (!local_login_by_email(local, newcomer->email_key, scratch, &login, err))
		return false;
	bool existed = login.id != NULL;
	if (!existed && !sign_up_new(local, newcomer, password, &reason)) {
		/* Somebody signed up with this address just now: perhaps the same person. */
		if (reason.kind != ERR_CONFLICT ||
		    !local_login_by_email(local, newcomer->email_key, scratch, &login, NULL) || !login.id) {
			if (err)
				*err = reason;
			return false;
		}
		existed = true;
	}
	if (existed && !sign_up_again(local, &login, newcomer->email_key, password, group, err))
		return false;
	*ret_login = existed ? login : newcomer->login;
	*ret_existed = existed;
	return true;
}

bool local_sign_up(struct identity *identity, const char *email, const char *password, enum group group,
		   struct arena *arena, const char **ret_id, bool *ret_existed, struct err *err)
{
	struct local *local = local_of(identity);
	struct id id = local_id(local);
	char *copy = arena_strdup(arena, id.text); /* before anything is written */
	struct newcomer newcomer = {
	    .local = local, .login = {.id = id.text, .email = email, .group = group}, .now = local->now()};
	struct login login = {0};
	bool existed = false;
	struct arena scratch;

	if (!copy)
		return err_memory(err, "signing up");
	if (local->outbox && !outbox_fits(email))
		return err_code(err, ERR_INVALID, "invalid_email", "No mail can be sent to that address");
	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = local_login_key(local, email, &scratch, &newcomer.email_key, err) &&
		  sign_up(local, &newcomer, password, &scratch, &login, &existed, err);
	if (ok) {
		if (existed) /* all ids are of one length */
			memcpy(copy, login.id, sizeof id.text);
		*ret_id = copy;
		*ret_existed = existed;
	}
	arena_done(&scratch);
	return ok;
}

/* ---- changing a password ---- */

struct change {
	const char *account_id, *before, *after; /* hashes */
	bool changed;
};

/* Only if the password is still the one that was checked. */
static bool update_password(struct db_connection *connection, void *context, struct err *err)
{
	struct change *change = context;
	sqlite3_stmt *statement =
	    db_statement(connection, "UPDATE login SET password = ?3 WHERE account_id = ?1 AND password = ?2", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, change->account_id);
	db_bind_text(statement, 2, change->before);
	db_bind_text(statement, 3, change->after);
	if (!db_run(connection, statement, err))
		return false;
	change->changed = db_changes(connection) == 1;
	return !change->changed || local_end_sign_ins(connection, change->account_id, err);
}

static bool wrong_password(struct err *err)
{
	return err_code(err, ERR_UNAUTHENTICATED, "invalid_credentials", "That is not the current password");
}

static bool change_password(struct local *local, const char *account_id, const char *password, const char *new_password,
			    struct arena *scratch, int *ret_retry_after, struct err *err)
{
	struct login login = {0};
	const char *email_key;
	char hash[CRYPT_PASSWORD_SIZE];
	bool right = false;

	if (!local_login_by_id(local, account_id, scratch, &login, err))
		return false;
	if (!login.id)
		return wrong_password(err);
	if (!local_login_key(local, login.email, scratch, &email_key, err))
		return false;

	struct guard_suspect suspect = guard_suspect(&local->guard, email_key, "");
	if (!local_try_password(local, &suspect, login.password, password, &right, ret_retry_after, err))
		return false;
	if (!right)
		return wrong_password(err);
	if (!local_hash_password(local, new_password, hash, err))
		return false;
	struct change change = {.account_id = account_id, .before = login.password, .after = hash};
	bool ok = db_write(local->db, update_password, &change, err);
	crypt_wipe(hash, sizeof hash);
	return ok && (change.changed || wrong_password(err));
}

bool local_change_password(struct identity *identity, const struct identity_claims *who, const char *access_token,
			   const char *password, const char *new_password, int *ret_retry_after, struct err *err)
{
	struct arena scratch;

	(void)access_token; /* whoever checked it has said whose it is */
	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = change_password(local_of(identity), who->account_id, password, new_password, &scratch,
				  ret_retry_after, err);
	arena_done(&scratch);
	return ok;
}

/* ---- removing ---- */

static bool delete_login(struct db_connection *connection, void *context, struct err *err)
{
	static const char *const sqls[] = {
	    "DELETE FROM code WHERE account_id = ?1",
	    "DELETE FROM login WHERE account_id = ?1",
	};

	const char *const *account_id = context;

	for (size_t i = 0; i < sizeof sqls / sizeof *sqls; i++) {
		sqlite3_stmt *statement = db_statement(connection, sqls[i], err);

		if (!statement)
			return false;
		db_bind_text(statement, 1, *account_id);
		if (!db_run(connection, statement, err))
			return false;
	}
	return true;
}

bool local_remove(struct identity *identity, const char *account_id, struct err *err)
{
	struct local *local = local_of(identity);

	if (!db_write(local->db, delete_login, &account_id, err))
		return false;
	verified_forget(local->verified, account_id);
	return true;
}
