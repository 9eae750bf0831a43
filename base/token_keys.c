/* The keys that tokens are signed and checked with, by OpenSSL: making one, and reading and writing sets of public
 * ones. */
#include "base/token.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/crypt.h"
#include "base/json.h"

enum { KEY_BITS = 2048, KEY_BYTES_MAX = 1024, SET_MAX = 64 * 1024 };

/* What is read from others: a key that is too short can be broken, and one that is too long keeps us busy. */
enum { READ_BITS_MIN = 2048, READ_BITS_MAX = 4096, EXPONENT_BYTES_MAX = 4, EXPONENT_MIN = 65537, KID_MAX = 128 };

/* ---- a new one ---- */

/* What a memory BIO holds, copied into the arena. */
static const char *bio_text(BIO *bio, struct arena *arena)
{
	char *bytes = NULL;
	long length = BIO_get_mem_data(bio, &bytes);

	return length > 0 ? arena_strndup(arena, bytes, (size_t)length) : NULL;
}

static const char *private_text(EVP_PKEY *key, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_secmem()); /* overwritten when freed */
	const char *pem =
	    bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) ? bio_text(bio, arena) : NULL;

	BIO_free(bio);
	return pem;
}

static const char *public_text(EVP_PKEY *key, struct arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *pem = bio && PEM_write_bio_PUBKEY(bio, key) ? bio_text(bio, arena) : NULL;

	BIO_free(bio);
	return pem;
}

/* A key's name follows from the key. */
static const char *key_name(const char *public_pem, struct arena *arena)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	char text[CRYPT_BASE64_SIZE(16)];

	crypt_hash(public_pem, strlen(public_pem), NULL, hash);
	crypt_base64(hash, 16, text);
	return arena_strdup(arena, text);
}

bool token_key_new(struct arena *arena, const char **ret_private_pem, const char **ret_public_pem, const char **ret_kid,
		   struct err *err)
{
	EVP_PKEY *key = EVP_RSA_gen(KEY_BITS);

	if (!key) {
		ERR_clear_error();
		return err_set(err, ERR_INTERNAL, "No signing key could be made");
	}
	const char *private_pem = private_text(key, arena);
	const char *public_pem = public_text(key, arena);
	const char *kid = public_pem ? key_name(public_pem, arena) : NULL;

	EVP_PKEY_free(key);
	ERR_clear_error();
	if (!private_pem || !kid)
		return err_memory(err, "making a signing key");
	*ret_private_pem = private_pem;
	*ret_public_pem = public_pem;
	*ret_kid = kid;
	return true;
}

/* A number of the key, big-endian without leading zeros, in base64url (RFC 7518, 6.3.1). */
static const char *key_number(EVP_PKEY *key, const char *name, struct arena *arena)
{
	BIGNUM *number = NULL;
	uint8_t bytes[KEY_BYTES_MAX];
	char *text = NULL;

	if (EVP_PKEY_get_bn_param(key, name, &number) && BN_num_bytes(number) <= KEY_BYTES_MAX) {
		size_t length = (size_t)BN_bn2bin(number, bytes);

		text = arena_alloc(arena, CRYPT_BASE64_SIZE(length));
		if (text)
			crypt_base64(bytes, length, text);
	}
	BN_free(number);
	return text;
}

static EVP_PKEY *read_public(const char *public_pem)
{
	BIO *bio = BIO_new_mem_buf(public_pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return key;
}

static bool write_key(struct json *json, const struct token_key *key, struct arena *arena, struct err *err)
{
	EVP_PKEY *public = read_public(key->public_pem);
	bool is_rsa = public && EVP_PKEY_is_a(public, "RSA");
	const char *n = is_rsa ? key_number(public, OSSL_PKEY_PARAM_RSA_N, arena) : NULL;
	const char *e = is_rsa ? key_number(public, OSSL_PKEY_PARAM_RSA_E, arena) : NULL;

	EVP_PKEY_free(public);
	ERR_clear_error();
	if (!is_rsa)
		return err_set(err, ERR_INTERNAL, "The public key can't be read");
	if (!n || !e)
		return err_memory(err, "writing the public keys");
	json_open(json, '{');
	json_member_string(json, "kty", "RSA");
	json_member_string(json, "use", "sig");
	json_member_string(json, "alg", "RS256");
	json_member_string(json, "kid", key->kid);
	json_member_string(json, "n", n);
	json_member_string(json, "e", e);
	json_close(json, '}');
	return true;
}

bool token_keys_write(const struct token_key *keys, size_t count, struct arena *arena, const char **ret_json,
		      struct err *err)
{
	struct buf out;
	struct json json = json_writer(&out);
	bool written = true;

	buf_init(&out, SET_MAX);
	json_open(&json, '{');
	json_member_open(&json, "keys", '[');
	for (size_t i = 0; written && i < count; i++)
		written = write_key(&json, &keys[i], arena, err);
	json_close(&json, ']');
	json_close(&json, '}');
	const char *text = out.failed || !written ? NULL : arena_strndup(arena, buf_str(&out), out.length);
	buf_done(&out);
	if (!written)
		return false;
	if (!text)
		return err_memory(err, "writing the public keys");
	*ret_json = text;
	return true;
}

/* ---- a set of somebody else's ---- */

static const char *text_of(const cJSON *json, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

/* Not there, or that. */
static bool is_or_absent(const cJSON *json, const char *name, const char *value)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

	return !member || (cJSON_IsString(member) && strcmp(member->valuestring, value) == 0);
}

/* A number in base64url; NULL when it is none or longer than that. */
static BIGNUM *read_number(const char *text, size_t bytes_max)
{
	uint8_t bytes[READ_BITS_MAX / 8];
	size_t length = 0;

	if (!text || !crypt_unbase64(text, bytes, bytes_max, &length) || !length)
		return NULL;
	return BN_bin2bn(bytes, (int)length, NULL);
}

/* With e = 1 everybody could sign, and an even number is no exponent. */
static bool is_sound(const BIGNUM *n, const BIGNUM *e)
{
	return n && e && BN_num_bits(n) >= READ_BITS_MIN && BN_is_odd(n) && BN_is_odd(e) &&
	       BN_get_word(e) >= EXPONENT_MIN;
}

static EVP_PKEY *make_public(const BIGNUM *n, const BIGNUM *e)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;

	if (context && build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		params = OSSL_PARAM_BLD_to_param(build);
	if (params && EVP_PKEY_fromdata_init(context) == 1)
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	return key;
}

static bool is_known(const struct token_key *keys, size_t count, const char *kid)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i].kid, kid) == 0)
			return true;
	return false;
}

/* *ret_pem NULL: it is no key for RS256, or none that is sound. False when memory ended. */
static bool read_key(const cJSON *json, struct arena *arena, const char **ret_pem)
{
	BIGNUM *n = NULL, *e = NULL;
	EVP_PKEY *key = NULL;
	bool enough = true;

	*ret_pem = NULL;
	if (text_of(json, "kty") && strcmp(text_of(json, "kty"), "RSA") == 0 && is_or_absent(json, "use", "sig") &&
	    is_or_absent(json, "alg", "RS256")) {
		n = read_number(text_of(json, "n"), READ_BITS_MAX / 8);
		e = read_number(text_of(json, "e"), EXPONENT_BYTES_MAX);
	}
	if (is_sound(n, e)) {
		key = make_public(n, e);
		*ret_pem = key ? public_text(key, arena) : NULL;
		enough = *ret_pem != NULL;
	}
	EVP_PKEY_free(key);
	BN_free(n);
	BN_free(e);
	ERR_clear_error();
	return enough;
}

static bool read_keys(const cJSON *list, struct arena *arena, struct token_key keys[TOKEN_KEYS_MAX], size_t *ret_count,
		      struct err *err)
{
	for (const cJSON *json = list->child; json && *ret_count < TOKEN_KEYS_MAX; json = json->next) {
		const char *kid = text_of(json, "kid"), *pem;

		if (!kid || !*kid || strlen(kid) > KID_MAX || is_known(keys, *ret_count, kid))
			continue;
		if (!read_key(json, arena, &pem))
			return err_memory(err, "reading public keys");
		if (!pem)
			continue;
		keys[*ret_count] = (struct token_key){.kid = arena_strdup(arena, kid), .public_pem = pem};
		if (!keys[*ret_count].kid)
			return err_memory(err, "reading public keys");
		++*ret_count;
	}
	return true;
}

bool token_keys_read(const char *bytes, size_t length, struct arena *arena, const struct token_key **ret_keys,
		     size_t *ret_count, struct err *err)
{
	struct token_key *keys = arena_array(arena, TOKEN_KEYS_MAX, sizeof *keys);
	size_t count = 0;

	if (!keys)
		return err_memory(err, "reading public keys");
	struct err cause;
	cJSON *json = json_parse(bytes, length, JSON_VALUES_REQUEST, &cause);
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "keys");
	bool is_set = cJSON_IsArray(list);
	bool read = is_set && read_keys(list, arena, keys, &count, err);

	if (!is_set)
		err_set(err, json || cause.kind != ERR_MEMORY ? ERR_PROTOCOL : ERR_MEMORY,
			"This is no set of public keys");
	cJSON_Delete(json);
	if (!read)
		return false;
	*ret_keys = keys;
	*ret_count = count;
	return true;
}
