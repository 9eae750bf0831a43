#include <stdlib.h>
#include <string.h>

#include "base/token.h"
#include "platform/identity/local/internal.h"

/* ---- the signing key ---- */

static char *wipe_text(char *text)
{
	if (text)
		crypt_wipe(text, strlen(text));
	free(text);
	return NULL;
}

void local_key_done(struct local *local)
{
	struct local_key *key = &local->key;

	key->private_pem = wipe_text(key->private_pem);
	key->public_pem = wipe_text(key->public_pem);
	key->kid = wipe_text(key->kid);
	key->jwks = wipe_text(key->jwks);
}

/* Do the two belong together? What the one signs, the other must take. */
static bool is_pair(const struct local *local, const char *private_pem, const char *public_pem, const char *kid,
		    struct arena *scratch, struct err *err)
{
	const struct token_claims claims = {.subject = kid,
					    .use = "access",
					    .issuer = local->issuer,
					    .client_id = local->client_id,
					    .expires_at = INT64_C(1000)};
	const struct token_rules rules = {.use = claims.use, .issuer = claims.issuer, .client_id = claims.client_id};
	struct err cause = {.kind = ERR_NONE};
	struct token_claims read;
	const char *token = token_sign(private_pem, kid, &claims, scratch, &cause);

	if (token && token_verify(token, public_pem, &rules, scratch, &read, &cause))
		return true;
	return cause.kind == ERR_MEMORY ? err_memory(err, "reading the signing key")
					: err_set(err, ERR_FILE, "The database's key for tokens can't be read");
}

/* Copies the key out of the arena, and from then on uses it. */
static bool adopt(struct local *local, const char *private_pem, const char *public_pem, const char *kid,
		  struct arena *scratch, struct err *err)
{
	const char *jwks;

	if (!is_pair(local, private_pem, public_pem, kid, scratch, err) ||
	    !token_keys_write(&(struct token_key){kid, public_pem}, 1, scratch, &jwks, err))
		return false;
	local->key = (struct local_key){.private_pem = strdup(private_pem),
					.public_pem = strdup(public_pem),
					.kid = strdup(kid),
					.jwks = strdup(jwks)};
	if (!local->key.private_pem || !local->key.public_pem || !local->key.kid || !local->key.jwks) {
		local_key_done(local);
		return err_memory(err, "reading the signing key");
	}
	atomic_store(&local->has_key, true);
	return true;
}

/* Arenas don't wipe. */
static void forget_pem(const char *pem)
{
	if (pem)
		crypt_wipe((void *)(uintptr_t)pem, strlen(pem));
}

bool local_key_load(struct local *local, struct err *err)
{
	const char *private_pem = NULL, *public_pem = NULL, *kid = NULL;
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = db_meta_get(local->db, "token_private_pem", &scratch, &private_pem, err) &&
		  db_meta_get(local->db, "token_public_pem", &scratch, &public_pem, err) &&
		  db_meta_get(local->db, "token_kid", &scratch, &kid, err);
	if (ok && private_pem && public_pem && kid)
		ok = adopt(local, private_pem, public_pem, kid, &scratch, err);
	forget_pem(private_pem);
	arena_done(&scratch);
	return ok;
}

struct keeping {
	const char *private_pem, *public_pem, *kid;
};

static bool keep_value(struct db_connection *connection, const char *name, const char *value, struct err *err)
{
	sqlite3_stmt *statement =
	    db_statement(connection, "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING", err);

	if (!statement)
		return false;
	db_bind_text(statement, 1, name);
	db_bind_text(statement, 2, value);
	bool ok = db_run(connection, statement, err);
	sqlite3_clear_bindings(statement);
	return ok;
}

/* All three or none: a private key without its public one would be of no use. If somebody else was quicker, theirs
 * stay. */
static bool keep_key(struct db_connection *connection, void *context, struct err *err)
{
	const struct keeping *keeping = context;

	return keep_value(connection, "token_private_pem", keeping->private_pem, err) &&
	       keep_value(connection, "token_public_pem", keeping->public_pem, err) &&
	       keep_value(connection, "token_kid", keeping->kid, err);
}

static bool make_key(struct local *local, struct err *err)
{
	struct keeping keeping = {0};
	struct arena scratch;

	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = token_key_new(&scratch, &keeping.private_pem, &keeping.public_pem, &keeping.kid, err) &&
		  db_write(local->db, keep_key, &keeping, err) && local_key_load(local, err);
	forget_pem(keeping.private_pem);
	arena_done(&scratch);
	return ok;
}

bool local_key_need(struct local *local, struct err *err)
{
	if (atomic_load(&local->has_key))
		return true;
	pthread_mutex_lock(&local->key_lock);
	bool ok = atomic_load(&local->has_key) || make_key(local, err);
	if (ok && !atomic_load(&local->has_key))
		ok = err_set(err, ERR_INTERNAL, "The database's signing key is incomplete");
	pthread_mutex_unlock(&local->key_lock);
	return ok;
}

/* Somebody else may have made it since this process began: another one on the same file. */
static bool look_for_key(struct local *local, struct err *err)
{
	if (atomic_load(&local->has_key))
		return true;
	pthread_mutex_lock(&local->key_lock);
	bool ok = atomic_load(&local->has_key) || local_key_load(local, err);
	pthread_mutex_unlock(&local->key_lock);
	return ok;
}

bool local_jwks(struct identity *identity, struct arena *arena, const char **ret_json, struct err *err)
{
	struct local *local = local_of(identity);

	if (!local_key_need(local, err))
		return false;
	const char *json = arena_strdup(arena, local->key.jwks);
	if (!json)
		return err_memory(err, "writing the public keys");
	*ret_json = json;
	return true;
}

/* ---- checking access tokens ---- */

static bool invalid_token(struct err *err)
{
	return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
}

/* A signature, and an account that is still there. */
static bool check(struct local *local, const char *token, int64_t now, struct arena *scratch,
		  struct verified *verified, struct err *err)
{
	const struct token_rules rules = {
	    .use = "access", .issuer = local->issuer, .client_id = local->client_id, .now = now};
	struct token_claims claims;
	struct login login = {0};

	if (!token_verify(token, local->key.public_pem, &rules, scratch, &claims, err) ||
	    !local_login_by_id(local, claims.subject, scratch, &login, err))
		return false;

	return (login.id && verified_fill(verified, claims.subject, claims.username ? claims.username : "",
					  claims.group, claims.expires_at)) ||
	       invalid_token(err);
}

static bool check_and_remember(struct local *local, const char *token, int64_t now, struct verified *verified,
			       struct err *err)
{
	unsigned removals = verified_removals(local->verified);
	struct arena scratch;

	if (!look_for_key(local, err))
		return false;
	if (!atomic_load(&local->has_key)) /* nobody has signed anything yet */
		return invalid_token(err);
	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = check(local, token, now, &scratch, verified, err);
	arena_done(&scratch);
	if (ok)
		verified_keep(local->verified, verified, removals);
	return ok;
}

bool local_verify(struct identity *identity, const char *access_token, struct arena *arena,
		  struct identity_claims *ret_claims, struct err *err)
{
	struct local *local = local_of(identity);
	int64_t now = local->now();
	struct verified verified = {0};

	crypt_hash(access_token, strlen(access_token), NULL, verified.hash);
	return (verified_recall(local->verified, verified.hash, now, &verified) ||
		check_and_remember(local, access_token, now, &verified, err)) &&
	       verified_claims(&verified, arena, ret_claims, err);
}
