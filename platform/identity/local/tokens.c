#include <string.h>

#include "base/token.h"
#include "platform/identity/local/internal.h"

/* A refresh token is random bytes in base64url. */
enum { REFRESH_BYTES = 32, REFRESH_SIZE = CRYPT_BASE64_SIZE(REFRESH_BYTES) };

/* Column `used` of a token: 0, when it was used up (ms), or that it was replaced before anybody used it. */
enum { UNUSED = 0, REPLACED = 1 };

/* For so long (ms) after a token was used up may it come once more: the answer may have been lost. */
enum { GRACE = 10 * 1000 };

/* One refresh token as it is kept, and the secret that it is. */
struct refresh_token {
	char text[REFRESH_SIZE];
	uint8_t hash[CRYPT_HASH_SIZE];
	const char *family, *account_id;
	int64_t issued_at, expires_at;
};

static void hash_token(const char *text, uint8_t ret_hash[CRYPT_HASH_SIZE])
{
	crypt_hash(text, strlen(text), NULL, ret_hash);
}

static struct refresh_token new_token(const struct local *local)
{
	uint8_t random[REFRESH_BYTES];
	struct refresh_token token = {.issued_at = local->now()};

	token.expires_at = token.issued_at + local->refresh_ttl;
	crypt_random(random, sizeof random);
	crypt_base64(random, sizeof random, token.text);
	hash_token(token.text, token.hash);
	crypt_wipe(random, sizeof random);
	return token;
}

/* Of one sign-in's tokens that were used so many are kept: whoever refreshes all day long makes no write long. */
_Static_assert(LOCAL_FAMILY_TOKENS == 100, "the statement below says 100");

static bool trim_family(struct db_connection *connection, const char *family, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "DELETE FROM refresh_token WHERE hash IN (SELECT hash FROM refresh_token WHERE family = ?1"
			 " AND used <> 0 ORDER BY issued_at DESC LIMIT 16 OFFSET 100)",
			 err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, family);
	return db_run(connection, statement, err);
}

static bool insert_token(struct db_connection *connection, const struct refresh_token *token, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "INSERT INTO refresh_token (hash, family, account_id, issued_at, expires_at, used, epoch)"
			 " SELECT ?1, ?2, ?3, ?4, ?5, 0, epoch FROM login WHERE account_id = ?3",
			 err);

	if (!statement)
		return false;
	sqlite3_bind_blob(statement, 1, token->hash, CRYPT_HASH_SIZE, SQLITE_STATIC);
	db_bind_text(statement, 2, token->family);
	db_bind_text(statement, 3, token->account_id);
	sqlite3_bind_int64(statement, 4, token->issued_at);
	sqlite3_bind_int64(statement, 5, token->expires_at);
	bool ok = db_run(connection, statement, err);
	sqlite3_clear_bindings(statement);
	return ok && trim_family(connection, token->family, err);
}

/* ---- access and id tokens ---- */

static const char *sign(struct local *local, const struct login *login, const char *use, int64_t now,
			struct arena *arena, struct err *err)
{
	struct token_claims claims = {
	    .subject = login->id,
	    .username = login->id,
	    .group = login->group >= 0 ? group_names[login->group] : NULL,
	    .use = use,
	    .issuer = local->issuer,
	    .client_id = local->client_id,
	    .email = login->email,
	    .issued_at = now,
	    .expires_at = now + local->access_ttl,
	};

	return token_sign(local->key.private_pem, local->key.kid, &claims, arena, err);
}

static bool issue(struct local *local, const struct login *login, const char *refresh_token, struct arena *arena,
		  struct identity_tokens *ret_tokens, struct err *err)
{
	int64_t now = local->now();
	const char *access = sign(local, login, "access", now, arena, err);
	const char *id = access ? sign(local, login, "id", now, arena, err) : NULL;
	const char *refresh = arena_strdup(arena, refresh_token);
	const char *account_id = arena_strdup(arena, login->id);

	if (!access || !id)
		return false;
	if (!refresh || !account_id)
		return err_memory(err, "issuing tokens");
	*ret_tokens = (struct identity_tokens){
	    .access_token = access,
	    .refresh_token = refresh,
	    .id_token = id,
	    .expires_in = local->access_ttl / 1000,
	    .account_id = account_id,
	    .group = login->group,
	};
	return true;
}

/* ---- signing in ---- */

struct entry {
	struct refresh_token token;
	const struct login *login;
	bool admitted;
};

/* Only if the login still is as it was checked. */
static bool is_current(struct db_connection *connection, const struct login *login, bool *ret_current, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection, "SELECT 1 FROM login WHERE account_id = ?1 AND password = ?2", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, login->id);
	db_bind_text(statement, 2, login->password);
	enum db_step step = db_step(connection, statement, err);
	sqlite3_reset(statement);
	*ret_current = step == DB_ROW;
	return step != DB_ERROR;
}

static bool enter(struct db_connection *connection, void *context, struct err *err)
{
	struct entry *entry = context;

	if (!is_current(connection, entry->login, &entry->admitted, err))
		return false;
	return !entry->admitted || insert_token(connection, &entry->token, err);
}

static bool wrong_credentials(struct err *err)
{
	return err_code(err, ERR_UNAUTHENTICATED, "invalid_credentials", "The e-mail address or the password is wrong");
}

static bool admit(struct local *local, const struct login *login, struct arena *arena,
		  struct identity_tokens *ret_tokens, struct err *err)
{
	struct id family = local_id(local);
	struct entry entry = {.token = new_token(local), .login = login};

	entry.token.family = family.text;
	entry.token.account_id = login->id;
	bool ok = local_key_need(local, err) && db_write(local->db, enter, &entry, err) &&
		  (entry.admitted || wrong_credentials(err)) &&
		  issue(local, login, entry.token.text, arena, ret_tokens, err);
	crypt_wipe(&entry, sizeof entry);
	return ok;
}

static bool sign_in(struct local *local, const char *email, const char *password, const char *address,
		    struct arena *scratch, struct login *ret_login, int *ret_retry_after, struct err *err)
{
	const char *email_key;
	struct login login = {0};
	bool right = false;

	if (!local_login_key(local, email, scratch, &email_key, err) ||
	    !local_login_by_email(local, email_key, scratch, &login, err))
		return false;
	struct guard_suspect suspect = guard_suspect(&local->guard, email_key, address);
	if (!local_try_password(local, &suspect, login.id ? login.password : NULL, password, &right, ret_retry_after,
				err))
		return false;
	if (!right)
		return wrong_credentials(err);
	if (!login.confirmed && local->outbox)
		return err_code(err, ERR_FORBIDDEN, "not_confirmed",
				"Confirm the e-mail address first, with the code that was sent to it");
	*ret_login = login;
	return true;
}

bool local_sign_in(struct identity *identity, const char *email, const char *password, const char *address,
		   struct arena *arena, struct identity_tokens *ret_tokens, int *ret_retry_after, struct err *err)
{
	struct local *local = local_of(identity);
	struct login login = {0};
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = sign_in(local, email, password, address, &scratch, &login, ret_retry_after, err) &&
		  admit(local, &login, arena, ret_tokens, err);
	arena_done(&scratch);
	return ok;
}

/* ---- refreshing ---- */

struct refreshing {
	uint8_t before[CRYPT_HASH_SIZE]; /* the token that is used up */
	struct refresh_token after;
	struct arena *arena;
	struct login login;
	int64_t expires_at, used;
	bool refreshed;
};

/* The token's row and its login. *ret_found false when either is missing. */
static bool read_token(struct db_connection *connection, struct refreshing *refreshing, bool *ret_found,
		       struct err *err)
{
	bool failed = false;
	sqlite3_stmt *statement =
	    db_statement(connection,
			 "SELECT family, expires_at, used, account_id, email, grp FROM refresh_token"
			 " JOIN login USING (account_id, epoch) WHERE hash = ?1",
			 err);

	if (!statement)
		return false;
	sqlite3_bind_blob(statement, 1, refreshing->before, CRYPT_HASH_SIZE, SQLITE_STATIC);
	enum db_step step = db_step(connection, statement, err);
	if (step == DB_ROW) {
		refreshing->after.family = db_column_text(statement, 0, refreshing->arena, &failed);
		refreshing->expires_at = sqlite3_column_int64(statement, 1);
		refreshing->used = sqlite3_column_int64(statement, 2);
		refreshing->login.id = db_column_text(statement, 3, refreshing->arena, &failed);
		refreshing->login.email = db_column_text(statement, 4, refreshing->arena, &failed);
		refreshing->login.group = (enum group)sqlite3_column_int(statement, 5);
		refreshing->after.account_id = refreshing->login.id;
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (failed)
		return err_memory(err, "reading a sign-in");
	*ret_found = step == DB_ROW;
	return step != DB_ERROR;
}

static bool end_family(struct db_connection *connection, const char *family, struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, "DELETE FROM refresh_token WHERE family = ?1", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, family);
	return db_run(connection, statement, err);
}

static bool use_up(struct db_connection *connection, const struct refreshing *refreshing, struct err *err)
{
	sqlite3_stmt *statement = db_statement(connection, "UPDATE refresh_token SET used = ?2 WHERE hash = ?1", err);

	if (!statement)
		return false;
	sqlite3_bind_blob(statement, 1, refreshing->before, CRYPT_HASH_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, refreshing->after.issued_at);
	bool ok = db_run(connection, statement, err);
	sqlite3_clear_bindings(statement);
	return ok;
}

/* Was it used up just now, and none of its sign-in since? */
static bool may_come_again(struct db_connection *connection, const struct refreshing *refreshing, bool *ret_may,
			   struct err *err)
{
	int64_t age = refreshing->after.issued_at - refreshing->used;
	sqlite3_stmt *statement = db_statement(
	    connection, "SELECT 1 FROM refresh_token WHERE family = ?1 AND used >= ?2 AND hash <> ?3 LIMIT 1", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, refreshing->after.family);
	sqlite3_bind_int64(statement, 2, refreshing->used);
	sqlite3_bind_blob(statement, 3, refreshing->before, CRYPT_HASH_SIZE, SQLITE_STATIC);
	enum db_step step = db_step(connection, statement, err);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	*ret_may = step == DB_DONE && refreshing->used != REPLACED && age >= 0 && age < GRACE;
	return step != DB_ERROR;
}

/* The token that was made last gives way: a sign-in has one that is good. Should it have arrived after all, using it is
 * what using an old one is. */
static bool replace(struct db_connection *connection, const struct refreshing *refreshing, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection, "UPDATE refresh_token SET used = ?2 WHERE family = ?1 AND used = ?3", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, refreshing->after.family);
	sqlite3_bind_int64(statement, 2, REPLACED);
	sqlite3_bind_int64(statement, 3, UNUSED);
	return db_run(connection, statement, err);
}

/* Two hold a token that comes a second time, and one of them stole it: the whole sign-in ends. That must be written, so
 * it is no failure of the work. But the one who never got an answer asks again at once, and is let off: if it was the
 * thief who asked first or second, the other's next refresh tells. */
static bool rotate(struct db_connection *connection, void *context, struct err *err)
{
	struct refreshing *refreshing = context;
	int64_t now = refreshing->after.issued_at;
	bool found = false, again = false;

	refreshing->refreshed = false;
	if (!read_token(connection, refreshing, &found, err))
		return false;
	if (!found || refreshing->expires_at <= now)
		return true;
	if (refreshing->used != UNUSED && !may_come_again(connection, refreshing, &again, err))
		return false;
	if (refreshing->used != UNUSED && !again)
		return end_family(connection, refreshing->after.family, err);
	if (!(again ? replace(connection, refreshing, err) : use_up(connection, refreshing, err)) ||
	    !insert_token(connection, &refreshing->after, err))
		return false;
	refreshing->refreshed = true;
	return true;
}

bool local_refresh(struct identity *identity, const char *refresh_token, struct arena *arena,
		   struct identity_tokens *ret_tokens, struct err *err)
{
	struct local *local = local_of(identity);
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	struct refreshing refreshing = {.after = new_token(local), .arena = &scratch};
	hash_token(refresh_token, refreshing.before);
	bool ok = local_key_need(local, err) && db_write(local->db, rotate, &refreshing, err) &&
		  (refreshing.refreshed ||
		   err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The sign-in has ended: sign in again")) &&
		  issue(local, &refreshing.login, refreshing.after.text, arena, ret_tokens, err);
	crypt_wipe(&refreshing, sizeof refreshing);
	arena_done(&scratch);
	return ok;
}

/* ---- signing out ---- */

static bool leave(struct db_connection *connection, void *context, struct err *err)
{
	const uint8_t *hash = context;
	sqlite3_stmt *statement = db_statement(connection,
					       "DELETE FROM refresh_token WHERE family ="
					       " (SELECT family FROM refresh_token WHERE hash = ?1)",
					       err);

	if (!statement)
		return false;
	sqlite3_bind_blob(statement, 1, hash, CRYPT_HASH_SIZE, SQLITE_STATIC);
	bool ok = db_run(connection, statement, err);
	sqlite3_clear_bindings(statement);
	return ok;
}

bool local_sign_out(struct identity *identity, const char *refresh_token, struct err *err)
{
	uint8_t hash[CRYPT_HASH_SIZE];

	hash_token(refresh_token, hash);
	return db_write(local_of(identity)->db, leave, hash, err);
}
