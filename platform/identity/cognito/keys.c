/* The pool's public keys, and the check of access tokens by them. The keys are fetched when they are first needed, each
 * hour, and when a token names one that isn't among them, but then once a minute at most: whoever makes up names of
 * keys gains nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/token.h"
#include "platform/identity/cognito/internal.h"
#include "wire/blocking.h"

enum {
	MINUTE = 60 * 1000,
	STALE = 60 * MINUTE,
	PAUSE = 1000, /* after a fetch that failed */
	CONNECT_MS = 2000,
	FETCH_MS = 5000,
	SET_MAX = 64 * 1024,
	KEYS_ARENA = 256 * 1024,
};

struct pool_keys {
	struct url url; /* without what is behind its last slash */
	char *path;     /* that, and the slash */
	int64_t (*now)(void);

	pthread_mutex_t fetching; /* held by the one who fetches; below are its own: */
	struct engine *engine;
	int64_t asked_at; /* ms; 0: never */
	bool failed;

	pthread_mutex_t lock; /* of what was fetched */
	struct arena arena;
	const struct token_key *keys;
	size_t count;
	int64_t fetched_at; /* 0: never */
};

/* ---- where they are ---- */

/* "https://host/pool/.well-known/jwks.json" in two, since an engine is for all that begins alike. */
static bool split(struct pool_keys *keys, const char *text, struct err *err)
{
	char *base = strdup(text), *slash = base ? strrchr(base, '/') : NULL, *host = base ? strstr(base, "://") : NULL;
	bool good = false;

	if (!base)
		return err_memory(err, "starting");
	if (!slash || !slash[1] || !host || slash < host + 3 || strpbrk(text, "?#")) {
		err_set(err, ERR_INVALID, "%.160s is not the URL of public keys", text);
	} else {
		keys->path = strdup(slash);
		*slash = '\0';
		good = keys->path ? url_parse(base, &keys->url, err) : err_memory(err, "starting");
	}
	free(base);
	return good;
}

struct pool_keys *pool_keys_new(const char *url, int64_t (*now)(void), struct err *err)
{
	struct pool_keys *keys = calloc(1, sizeof *keys);

	if (!keys) {
		err_memory(err, "starting");
		return NULL;
	}
	keys->now = now;
	pthread_mutex_init(&keys->fetching, NULL);
	pthread_mutex_init(&keys->lock, NULL);
	arena_init(&keys->arena, KEYS_ARENA);
	if (split(keys, url, err))
		keys->engine = engine_new(&(struct engine_options){.url = &keys->url,
								   .user_agent = "vitrine/" VITRINE_VERSION,
								   .connect_ms = CONNECT_MS},
					  err);
	return keys->engine ? keys : pool_keys_free(keys);
}

struct pool_keys *pool_keys_free(struct pool_keys *keys)
{
	if (!keys)
		return NULL;
	engine_free(keys->engine);
	arena_done(&keys->arena);
	url_done(&keys->url);
	free(keys->path);
	pthread_mutex_destroy(&keys->fetching);
	pthread_mutex_destroy(&keys->lock);
	free(keys);
	return NULL;
}

/* ---- fetching ---- */

/* So much time has passed, or somebody has set the clock back. */
static bool has_passed(int64_t since, int64_t now, int64_t time)
{
	return now - since >= time || now < since;
}

static bool fetch(struct pool_keys *keys, struct buf *ret_body, struct err *err)
{
	const struct transfer_request request = {.method = METHOD_GET,
						 .path = keys->path,
						 .answer_max = SET_MAX,
						 .timeout_ms = FETCH_MS,
						 .repeatable = true};
	struct blocking_answer answer = {.status = 0};
	struct err cause;
	bool sent;

	if (!blocking_transfer(keys->engine, &request, &answer, &sent, &cause))
		return cause.kind == ERR_MEMORY
			   ? err_memory(err, "fetching public keys")
			   : err_set(err, ERR_UNAVAILABLE, "The user pool's public keys can't be fetched: %s",
				     cause.message);
	if (answer.status != 200) {
		buf_done(&answer.body);
		return err_set(err, ERR_UNAVAILABLE, "The user pool's public keys can't be fetched (status %d)",
			       answer.status);
	}
	*ret_body = answer.body;
	return true;
}

/* A set without any key that is of use is taken for none, and the one before stays. */
static bool read_set(const struct buf *body, struct arena *arena, const struct token_key **ret_keys, size_t *ret_count,
		     struct err *err)
{
	if (!token_keys_read(buf_str(body), body->length, arena, ret_keys, ret_count, err))
		return err->kind == ERR_MEMORY
			   ? false
			   : err_set(err, ERR_UNAVAILABLE, "The user pool's public keys can't be read");
	return *ret_count || err_set(err, ERR_UNAVAILABLE, "The user pool has no public key that can be used");
}

/* The caller holds `fetching`. */
static bool renew(struct pool_keys *keys, struct err *err)
{
	const struct token_key *found = NULL;
	struct arena arena, former;
	struct buf body = {.bytes = NULL};
	size_t count = 0;

	keys->asked_at = keys->now();
	keys->failed = true;
	if (!fetch(keys, &body, err))
		return false;
	arena_init(&arena, KEYS_ARENA);
	bool good = read_set(&body, &arena, &found, &count, err);
	buf_done(&body);
	if (!good) {
		arena_done(&arena);
		return false;
	}
	keys->failed = false;
	pthread_mutex_lock(&keys->lock);
	former = keys->arena;
	keys->arena = arena;
	keys->keys = found;
	keys->count = count;
	keys->fetched_at = keys->asked_at;
	pthread_mutex_unlock(&keys->lock);
	arena_done(&former);
	return true;
}

/* ---- looking one up ---- */

/* *ret_pem NULL: there is no such key. `kid` NULL: only asks how old they are. */
static bool peek(struct pool_keys *keys, const char *kid, struct arena *arena, const char **ret_pem,
		 int64_t *ret_fetched_at, struct err *err)
{
	const char *pem = NULL;
	bool found = false;

	pthread_mutex_lock(&keys->lock);
	for (size_t i = 0; kid && i < keys->count && !found; i++) {
		found = strcmp(keys->keys[i].kid, kid) == 0;
		pem = found ? arena_strdup(arena, keys->keys[i].public_pem) : NULL;
	}
	*ret_fetched_at = keys->fetched_at;
	pthread_mutex_unlock(&keys->lock);
	*ret_pem = pem;
	return !found || pem || err_memory(err, "reading a token");
}

/* Fetches, if it is time. False: what was needed couldn't be fetched, now or just before. */
static bool renew_if_due(struct pool_keys *keys, int64_t since, struct err *err)
{
	int64_t now = keys->now();

	if (keys->asked_at && !has_passed(keys->asked_at, now, keys->failed ? PAUSE : since))
		return !keys->failed ||
		       err_set(err, ERR_UNAVAILABLE, "The user pool's public keys could not be fetched just now");
	return renew(keys, err);
}

/* Old keys are as good as new ones until there are new ones, so nobody waits for those and nobody is told if they don't
 * come. */
static void refresh_stale(struct pool_keys *keys, int64_t fetched_at)
{
	struct err ignored;

	if (!has_passed(fetched_at, keys->now(), STALE) || pthread_mutex_trylock(&keys->fetching) != 0)
		return;
	renew_if_due(keys, STALE, &ignored);
	pthread_mutex_unlock(&keys->fetching);
}

/* *ret_pem NULL: the pool has no such key. */
static bool find(struct pool_keys *keys, const char *kid, struct arena *arena, const char **ret_pem, struct err *err)
{
	int64_t fetched_at;

	if (!peek(keys, kid, arena, ret_pem, &fetched_at, err))
		return false;
	if (*ret_pem) {
		refresh_stale(keys, fetched_at);
		return true;
	}
	pthread_mutex_lock(&keys->fetching);
	/* Somebody may have fetched it while this one waited. */
	bool good = peek(keys, kid, arena, ret_pem, &fetched_at, err) && (*ret_pem || renew_if_due(keys, MINUTE, err));
	pthread_mutex_unlock(&keys->fetching);
	return good && (*ret_pem || peek(keys, kid, arena, ret_pem, &fetched_at, err));
}

bool cognito_jwks(struct identity *identity, struct arena *arena, const char **ret_json, struct err *err)
{
	struct pool_keys *keys = cognito_of(identity)->keys;
	const char *ignored;
	int64_t fetched_at;

	peek(keys, NULL, arena, &ignored, &fetched_at, err);
	if (!fetched_at) {
		pthread_mutex_lock(&keys->fetching);
		bool good = renew_if_due(keys, STALE, err);
		pthread_mutex_unlock(&keys->fetching);
		if (!good)
			return false;
	} else {
		refresh_stale(keys, fetched_at);
	}
	pthread_mutex_lock(&keys->lock);
	bool good = token_keys_write(keys->keys, keys->count, arena, ret_json, err);
	pthread_mutex_unlock(&keys->lock);
	return good;
}

/* ---- checking access tokens ---- */

static bool invalid_token(struct err *err)
{
	return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
}

/* A signature of the pool's, and a login that is an account of ours. */
static bool check(struct cognito *cognito, const char *token, int64_t now, struct arena *scratch,
		  struct verified *verified, struct err *err)
{
	const struct token_rules rules = {
	    .use = "access", .issuer = cognito->issuer, .client_id = cognito->client_id, .now = now};
	struct token_claims claims;
	const char *kid, *pem, *account = NULL;

	if (!token_kid(token, scratch, &kid, err) || !find(cognito->keys, kid, scratch, &pem, err))
		return false;
	if (!pem)
		return invalid_token(err);
	if (!token_verify(token, pem, &rules, scratch, &claims, err) ||
	    !cognito_account_of(cognito, claims.subject, scratch, &account, err))
		return false;
	return (account && verified_fill(verified, account, claims.subject, claims.group, claims.expires_at)) ||
	       invalid_token(err);
}

static bool check_and_keep(struct cognito *cognito, const char *token, int64_t now, struct verified *verified,
			   struct err *err)
{
	unsigned removals = verified_removals(cognito->verified);
	struct arena scratch;

	arena_init(&scratch, COGNITO_SCRATCH);
	bool good = check(cognito, token, now, &scratch, verified, err);
	arena_done(&scratch);
	if (good)
		verified_keep(cognito->verified, verified, removals);
	return good;
}

bool cognito_verify(struct identity *identity, const char *access_token, struct arena *arena,
		    struct identity_claims *ret_claims, struct err *err)
{
	struct cognito *cognito = cognito_of(identity);
	struct verified verified = {0};
	int64_t now = cognito->now();

	crypt_hash(access_token, strlen(access_token), NULL, verified.hash);
	return (verified_recall(cognito->verified, verified.hash, now, &verified) ||
		check_and_keep(cognito, access_token, now, &verified, err)) &&
	       verified_claims(&verified, arena, ret_claims, err);
}
