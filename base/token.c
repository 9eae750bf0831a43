#include "base/token.h"

#include <jwt.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/json.h"

enum { TOKEN_MAX = 8192, SEGMENTS = 3 };

/* Seconds up to the end of the year 9999, the last that RFC 3339 can write. */
static const double TIME_MAX = 253402300799;

static const char access_use[] = "access";
static const char id_use[] = "id";

/* libjwt 1.10 and jansson under it end the process when some of their allocations fail, and can't be given memory of
 * our own. What they need is little (50 KiB for the longest token that is any good), so it is asked for first and given
 * back to the allocator at once: where there is none, that shows here. It makes the accident unlikely, not
 * impossible. */
enum { HEADROOM = 128 * 1024 - 64 }; /* below what malloc maps by itself, so that it stays with the thread */

static bool has_headroom(struct err *err)
{
	void *volatile room = malloc(HEADROOM);

	free(room);
	return room || err_memory(err, "using a token");
}

/* ---- reading ---- */

/* Three segments of base64url, each one there and in its only spelling: libjwt reads a segment up to the first
 * character that it doesn't know, and would take many texts for one token. */
static bool well_formed(const char *token)
{
	char text[TOKEN_MAX + 1];
	uint8_t bytes[TOKEN_MAX];
	size_t length = strnlen(token, TOKEN_MAX + 1);
	size_t ignored;

	if (length > TOKEN_MAX)
		return false;
	memcpy(text, token, length + 1);

	char *segment = text;
	for (int i = 0; i < SEGMENTS; i++) {
		char *end = segment + strcspn(segment, ".");
		bool last = i == SEGMENTS - 1;

		if (end == segment || (*end == '.') == last)
			return false;
		*end = '\0';
		if (!crypt_unbase64(segment, bytes, sizeof bytes, &ignored))
			return false;
		segment = end + 1;
	}
	return true;
}

/* A text claim into the arena; NULL when the token has none, or something else by that name. */
static const char *text_claim(const cJSON *claims, const char *name, struct arena *arena, bool *failed)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(claims, name));
	const char *copy = arena_strdup(arena, text);

	*failed = *failed || (text && !copy);
	return copy;
}

/* Seconds on the wire; 0 when missing, not a whole number or out of this world. */
static int64_t time_claim(const cJSON *claims, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(claims, name);
	double seconds = cJSON_IsNumber(item) ? item->valuedouble : 0;

	return seconds >= 1 && seconds <= TIME_MAX && seconds == (double)(int64_t)seconds ? (int64_t)seconds * 1000 : 0;
}

static const char *first_group(const cJSON *claims, struct arena *arena, bool *failed)
{
	const cJSON *groups = cJSON_GetObjectItemCaseSensitive(claims, "cognito:groups");
	const char *text = cJSON_IsArray(groups) ? cJSON_GetStringValue(cJSON_GetArrayItem(groups, 0)) : NULL;
	const char *group = arena_strdup(arena, text);

	*failed = *failed || (text && !group);
	return group;
}

static bool take_claims(const cJSON *json, struct arena *arena, struct token_claims *ret_claims, struct err *err)
{
	bool failed = false;
	struct token_claims claims = {
	    .subject = text_claim(json, "sub", arena, &failed),
	    .group = first_group(json, arena, &failed),
	    .use = text_claim(json, "token_use", arena, &failed),
	    .issuer = text_claim(json, "iss", arena, &failed),
	    .email = text_claim(json, "email", arena, &failed),
	    .issued_at = time_claim(json, "iat"),
	    .expires_at = time_claim(json, "exp"),
	};
	bool is_id = claims.use && strcmp(claims.use, id_use) == 0;

	claims.username = text_claim(json, is_id ? "cognito:username" : "username", arena, &failed);
	claims.client_id = text_claim(json, is_id ? "aud" : "client_id", arena, &failed);
	if (failed)
		return err_memory(err, "reading a token");
	*ret_claims = claims;
	return true;
}

/* All claims at once, as libjwt writes them again. Asked for one by one, its versions tell a claim that isn't there and
 * memory that ended in different ways, and a token must not lose its group because memory ended. */
static bool read_claims(jwt_t *jwt, struct arena *arena, struct token_claims *ret_claims, struct err *err)
{
	char *text = jwt_get_grants_json(jwt, NULL);

	if (!text)
		return err_memory(err, "reading a token");
	struct err cause;
	cJSON *json = json_parse(text, strlen(text), JSON_VALUES_REQUEST, &cause);
	bool ok = json && take_claims(json, arena, ret_claims, err);
	if (!json)
		err_set(err, cause.kind == ERR_MEMORY ? ERR_MEMORY : ERR_PROTOCOL, "The token can't be read");

	cJSON_Delete(json);
	free(text);
	return ok;
}

bool token_read(const char *token, struct arena *arena, struct token_claims *ret_claims, struct err *err)
{
	jwt_t *jwt = NULL;

	if (!has_headroom(err))
		return false;
	/* Without a key libjwt checks nothing. */
	if (!well_formed(token) || jwt_decode(&jwt, token, NULL, 0) != 0)
		return err_set(err, ERR_PROTOCOL, "The token can't be read");

	bool ok = read_claims(jwt, arena, ret_claims, err);
	jwt_free(jwt);
	return ok;
}

bool token_kid(const char *token, struct arena *arena, const char **ret_kid, struct err *err)
{
	jwt_t *jwt = NULL;

	if (!has_headroom(err))
		return false;
	if (!well_formed(token) || jwt_decode(&jwt, token, NULL, 0) != 0)
		return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
	const char *kid = jwt_get_header(jwt, "kid");
	const char *copy = arena_strdup(arena, kid);
	bool named = kid != NULL;
	jwt_free(jwt);
	if (!named)
		return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
	if (!copy)
		return err_memory(err, "reading a token");
	*ret_kid = copy;
	return true;
}

/* ---- checking ---- */

/* The algorithm is looked at before libjwt gets the key, which it would else use as an HMAC's secret. */
static bool says_rs256(const char *token)
{
	jwt_t *jwt = NULL;

	if (jwt_decode(&jwt, token, NULL, 0) != 0)
		return false;
	const char *algorithm = jwt_get_header(jwt, "alg");
	const char *type = jwt_get_header(jwt, "typ");
	bool ok = algorithm && strcmp(algorithm, "RS256") == 0 && (!type || strcmp(type, "JWT") == 0);
	jwt_free(jwt);
	return ok;
}

static jwt_t *decode_signed(const char *token, const char *public_pem)
{
	jwt_t *jwt = NULL;

	if (!well_formed(token) || !says_rs256(token))
		return NULL;
	if (jwt_decode(&jwt, token, (const unsigned char *)public_pem, (int)strlen(public_pem)) != 0) {
		ERR_clear_error(); /* OpenSSL's queue is this thread's, and others read it */
		return NULL;
	}
	if (jwt_get_alg(jwt) == JWT_ALG_RS256)
		return jwt;
	jwt_free(jwt);
	return NULL;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

bool token_verify(const char *token, const char *public_pem, const struct token_rules *rules, struct arena *arena,
		  struct token_claims *ret_claims, struct err *err)
{
	struct token_claims claims;

	if (!has_headroom(err))
		return false;
	jwt_t *jwt = decode_signed(token, public_pem);
	if (!jwt)
		return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
	struct err cause;
	bool ok = read_claims(jwt, arena, &claims, &cause);
	jwt_free(jwt);
	if (!ok && cause.kind == ERR_MEMORY)
		return err_memory(err, "reading a token");

	if (!ok || !claims.subject || !same(claims.use, rules->use) || !same(claims.issuer, rules->issuer) ||
	    !same(claims.client_id, rules->client_id) || !claims.expires_at)
		return err_code(err, ERR_UNAUTHENTICATED, "invalid_token", "The token is not valid");
	if (claims.expires_at <= rules->now)
		return err_code(err, ERR_UNAUTHENTICATED, "token_expired", "The token has expired");
	*ret_claims = claims;
	return true;
}

/* ---- signing ---- */

static void write_text(struct json *json, const char *name, const char *text)
{
	if (text)
		json_member_string(json, name, text);
}

static void write_groups(struct json *json, const char *group)
{
	if (!group)
		return;
	json_member_open(json, "cognito:groups", '[');
	json_string(json, group);
	json_close(json, ']');
}

static void write_claims(struct buf *out, const struct token_claims *claims)
{
	uint8_t random[16];
	char jti[CRYPT_BASE64_SIZE(sizeof random)];
	bool is_id = same(claims->use, id_use);
	struct json json = json_writer(out);

	crypt_random(random, sizeof random);
	crypt_base64(random, sizeof random, jti);
	json_open(&json, '{');
	write_text(&json, "sub", claims->subject);
	write_text(&json, is_id ? "cognito:username" : "username", claims->username);
	write_groups(&json, claims->group);
	write_text(&json, "token_use", claims->use);
	write_text(&json, "iss", claims->issuer);
	write_text(&json, is_id ? "aud" : "client_id", claims->client_id);
	if (is_id)
		write_text(&json, "email", claims->email);
	json_member_int(&json, "iat", claims->issued_at / 1000);
	json_member_int(&json, "exp", claims->expires_at / 1000);
	write_text(&json, "jti", jti);
	json_close(&json, '}');
}

/* The token as libjwt makes it, on the heap; NULL when memory ended or the key is none. */
static char *encode(const char *private_pem, const char *kid, const char *claims)
{
	char *token = NULL;
	jwt_t *jwt = NULL;

	if (jwt_new(&jwt) != 0)
		return NULL;
	if (jwt_add_header(jwt, "kid", kid) == 0 && jwt_add_grants_json(jwt, claims) == 0 &&
	    jwt_set_alg(jwt, JWT_ALG_RS256, (const unsigned char *)private_pem, (int)strlen(private_pem)) == 0)
		token = jwt_encode_str(jwt);
	jwt_free(jwt);
	ERR_clear_error();
	return token;
}

char *token_sign(const char *private_pem, const char *kid, const struct token_claims *claims, struct arena *arena,
		 struct err *err)
{
	struct buf json;

	if (!same(claims->use, access_use) && !same(claims->use, id_use)) {
		err_set(err, ERR_INTERNAL, "A token is for access or for identity");
		return NULL;
	}
	if (!has_headroom(err))
		return NULL;
	buf_init(&json, TOKEN_MAX);
	write_claims(&json, claims);
	char *token = json.failed ? NULL : encode(private_pem, kid, buf_str(&json));
	bool fits = token && strlen(token) <= TOKEN_MAX;
	char *copy = fits ? arena_strdup(arena, token) : NULL;

	if (json.failed || (fits && !copy))
		err_memory(err, "making a token");
	else if (!copy)
		err_set(err, ERR_INTERNAL, "The token can't be signed");
	buf_done(&json);
	free(token);
	return copy;
}
