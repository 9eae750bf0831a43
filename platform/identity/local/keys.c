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

/* Copies the key out of the arena, and from then on uses it. */
static bool adopt(struct local *local, const char *private_pem, const char *public_pem, const char *kid,
		  struct arena *scratch, struct err *err)
{
	const char *jwks;

	if (!token_jwks(public_pem, kid, scratch, &jwks, err))
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

/* All three or none: a private key without its public one would be of no use. If somebody else was quicker, theirs stay. */
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

/* ---- tokens that were verified lately ----
 *
 * libjwt reads the key's PEM for every token: a third of a millisecond, too long for an event loop. So what it said is
 * kept, by the token's hash, as long as the token lives; a slot has its newest token only. What can't pass is never
 * kept. */

enum { SLOTS = 1024, SHARDS = 16, SUBJECT_SIZE = 64 };

struct slot {
	uint8_t hash[CRYPT_HASH_SIZE];
	char subject[SUBJECT_SIZE], username[SUBJECT_SIZE];
	enum group group;
	int64_t expires_at; /* 0: vacant */
};

struct local_cache {
	pthread_mutex_t locks[SHARDS];
	atomic_uint removals; /* accounts that were removed so far */
	struct slot slots[SLOTS];
};

struct local_cache *local_cache_new(void)
{
	struct local_cache *cache = calloc(1, sizeof *cache);

	for (int shard = 0; cache && shard < SHARDS; shard++)
		pthread_mutex_init(&cache->locks[shard], NULL);
	return cache;
}

struct local_cache *local_cache_free(struct local_cache *cache)
{
	for (int shard = 0; cache && shard < SHARDS; shard++)
		pthread_mutex_destroy(&cache->locks[shard]);
	free(cache);
	return NULL;
}

static size_t slot_of(const uint8_t hash[CRYPT_HASH_SIZE])
{
	return ((size_t)hash[0] << 8 | hash[1]) % SLOTS;
}

/* Whoever is verifying meanwhile sees the count and keeps nothing. */
void local_cache_forget(struct local_cache *cache, const char *account_id)
{
	atomic_fetch_add(&cache->removals, 1);
	for (size_t at = 0; at < SLOTS; at++) {
		pthread_mutex_lock(&cache->locks[at % SHARDS]);
		if (strcmp(cache->slots[at].subject, account_id) == 0)
			cache->slots[at] = (struct slot){0};
		pthread_mutex_unlock(&cache->locks[at % SHARDS]);
	}
}

static bool recall(struct local_cache *cache, const uint8_t hash[CRYPT_HASH_SIZE], int64_t now, struct slot *ret_slot)
{
	size_t at = slot_of(hash);

	pthread_mutex_lock(&cache->locks[at % SHARDS]);
	const struct slot *slot = &cache->slots[at];
	bool found = slot->expires_at > now && crypt_equal(slot->hash, hash, CRYPT_HASH_SIZE);
	if (found)
		*ret_slot = *slot;
	pthread_mutex_unlock(&cache->locks[at % SHARDS]);
	return found;
}

static void remember(struct local_cache *cache, const struct slot *slot, unsigned removals)
{
	size_t at = slot_of(slot->hash);

	pthread_mutex_lock(&cache->locks[at % SHARDS]);
	if (atomic_load(&cache->removals) == removals)
		cache->slots[at] = *slot;
	pthread_mutex_unlock(&cache->locks[at % SHARDS]);
}

/* ---- checking access tokens ---- */

static bool invalid_token(struct err *err)
{
	return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
}

/* A token without a group that we know may do nothing that asks for one. */
static enum group group_of(const char *name)
{
	for (int group = GROUP_CLIENTS; name && group <= GROUP_SELLERS; group++)
		if (strcmp(group_names[group], name) == 0)
			return (enum group)group;
	return GROUP_NONE;
}

/* A signature, and an account that is still there. */
static bool check(struct local *local, const char *token, int64_t now, struct arena *scratch, struct slot *ret_slot,
		  struct err *err)
{
	const struct token_rules rules = {
	    .use = "access", .issuer = local->issuer, .client_id = local->client_id, .now = now};
	struct token_claims claims;
	struct login login = {0};

	if (!token_verify(token, local->key.public_pem, &rules, scratch, &claims, err) ||
	    !local_login_by_id(local, claims.subject, scratch, &login, err))
		return false;

	const char *username = claims.username ? claims.username : "";
	if (!login.id || strlen(claims.subject) >= SUBJECT_SIZE || strlen(username) >= SUBJECT_SIZE)
		return invalid_token(err);
	memcpy(ret_slot->subject, claims.subject, strlen(claims.subject) + 1);
	memcpy(ret_slot->username, username, strlen(username) + 1);
	ret_slot->group = group_of(claims.group);
	ret_slot->expires_at = claims.expires_at;
	return true;
}

static bool check_and_remember(struct local *local, const char *token, int64_t now, struct slot *slot, struct err *err)
{
	unsigned removals = atomic_load(&local->cache->removals);
	struct arena scratch;

	if (!look_for_key(local, err))
		return false;
	if (!atomic_load(&local->has_key)) /* nobody has signed anything yet */
		return invalid_token(err);
	arena_init(&scratch, SCRATCH_SIZE);
	bool ok = check(local, token, now, &scratch, slot, err);
	arena_done(&scratch);
	if (ok)
		remember(local->cache, slot, removals);
	return ok;
}

bool local_verify(struct identity *identity, const char *access_token, struct arena *arena,
		  struct identity_claims *ret_claims, struct err *err)
{
	struct local *local = local_of(identity);
	int64_t now = local->now();
	struct slot slot = {0};

	crypt_hash(access_token, strlen(access_token), NULL, slot.hash);
	if (!recall(local->cache, slot.hash, now, &slot) && !check_and_remember(local, access_token, now, &slot, err))
		return false;

	const char *account_id = arena_strdup(arena, slot.subject);
	const char *username = arena_strdup(arena, slot.username);
	if (!account_id || !username)
		return err_memory(err, "reading a token");
	*ret_claims = (struct identity_claims){
	    .account_id = account_id, .username = username, .group = slot.group, .expires_at = slot.expires_at};
	return true;
}
