#include "base/crypt.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static_assert(crypto_generichash_BYTES == CRYPT_HASH_SIZE, "BLAKE2b's hash is as long as we say");
static_assert(crypto_generichash_KEYBYTES == 32, "BLAKE2b's key is as long as we say");
static_assert(crypto_pwhash_STRBYTES <= CRYPT_PASSWORD_SIZE, "a password's hash fits");

enum { BASE64_VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct cost {
	unsigned long long passes;
	size_t memory;
};

/* As OWASP advises for argon2id, and more: what 100 ms or so of one core buy. */
static const struct cost full_cost = {.passes = 3, .memory = 64 * 1024 * 1024};
static const struct cost least_cost = {.passes = crypto_pwhash_OPSLIMIT_MIN, .memory = crypto_pwhash_MEMLIMIT_MIN};

static atomic_bool cheap;

bool crypt_init(void)
{
	return sodium_init() >= 0;
}

void crypt_random(void *bytes, size_t length)
{
	randombytes_buf(bytes, length);
}

uint32_t crypt_random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

void crypt_hash(const void *bytes, size_t length, const uint8_t *key, uint8_t ret_hash[CRYPT_HASH_SIZE])
{
	crypto_generichash(ret_hash, CRYPT_HASH_SIZE, bytes, length, key, key ? crypto_generichash_KEYBYTES : 0);
}

bool crypt_equal(const void *a, const void *b, size_t length)
{
	return sodium_memcmp(a, b, length) == 0;
}

void crypt_wipe(void *bytes, size_t length)
{
	sodium_memzero(bytes, length);
}

void crypt_base64(const void *bytes, size_t length, char *ret_text)
{
	sodium_bin2base64(ret_text, CRYPT_BASE64_SIZE(length), bytes, length, BASE64_VARIANT);
}

/* The last character of a group of 2 or 3 carries 4 or 2 bits too many: they must be zero, or one value had many
 * texts. */
static bool last_is_canonical(char last, size_t group)
{
	const unsigned mask = group == 2 ? 0xF : group == 3 ? 0x3 : 0;
	const char *place = strchr(base64_alphabet, last);

	return !mask || (place && !((unsigned)(place - base64_alphabet) & mask));
}

bool crypt_unbase64(const char *text, void *ret_bytes, size_t capacity, size_t *ret_length)
{
	size_t length = strlen(text);
	size_t group = length % 4;
	size_t size = length / 4 * 3 + (group ? group - 1 : 0);

	/* All is checked first, so that nothing is written in vain. */
	if (group == 1 || size > capacity || strspn(text, base64_alphabet) != length)
		return false;
	if (length && !last_is_canonical(text[length - 1], group))
		return false;
	if (size && sodium_base642bin(ret_bytes, capacity, text, length, NULL, &size, NULL, BASE64_VARIANT) != 0)
		return false;
	*ret_length = size;
	return true;
}

void crypt_base64_padded(const void *bytes, size_t length, char *ret_text)
{
	sodium_bin2base64(ret_text, CRYPT_BASE64_PADDED_SIZE(length), bytes, length, sodium_base64_VARIANT_ORIGINAL);
}

bool crypt_unbase64_padded(const char *text, void *ret_bytes, size_t capacity, size_t *ret_length)
{
	size_t length = strlen(text), size = 0;

	if (length % 4 || length / 4 > capacity / 3 + 1)
		return false;
	/* libsodium takes some bytes above 0x7F for digits. */
	for (size_t i = 0; i < length; i++)
		if (text[i] & 0x80)
			return false;
	if (length && sodium_base642bin(ret_bytes, capacity, text, length, NULL, &size, NULL,
					sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	*ret_length = size;
	return true;
}

bool crypt_password_hash(const char *password, char ret_hash[CRYPT_PASSWORD_SIZE])
{
	const struct cost *cost = atomic_load(&cheap) ? &least_cost : &full_cost;
	char hash[crypto_pwhash_STRBYTES];

	if (crypto_pwhash_str_alg(hash, password, strlen(password), cost->passes, cost->memory,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return false;
	memcpy(ret_hash, hash, sizeof hash);
	return true;
}

/* The parts of what crypto_pwhash_str wrote. */
struct password_hash {
	unsigned memory, passes; /* KiB, rounds */
	uint8_t salt[crypto_pwhash_argon2id_SALTBYTES], key[32];
};

static bool unbase64_exactly(const char *text, uint8_t *ret_bytes, size_t length)
{
	size_t written;

	return sodium_base642bin(ret_bytes, length, text, strlen(text), NULL, &written, NULL,
				 sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
	       written == length;
}

static bool read_password_hash(const char *text, struct password_hash *ret_hash)
{
	char salt[23], key[44];
	int end = 0;

	return sscanf(text, "$argon2id$v=19$m=%9u,t=%9u,p=1$%22[A-Za-z0-9+/]$%43[A-Za-z0-9+/]%n", &ret_hash->memory,
		      &ret_hash->passes, salt, key, &end) == 4 &&
	       end > 0 && text[end] == '\0' && unbase64_exactly(salt, ret_hash->salt, sizeof ret_hash->salt) &&
	       unbase64_exactly(key, ret_hash->key, sizeof ret_hash->key);
}

/* Not crypto_pwhash_str_verify: it tells a wrong password and the end of memory by the same error. */
bool crypt_password_check(const char *hash, const char *password, bool *ret_right)
{
	struct password_hash was;
	uint8_t key[sizeof was.key];

	if (!read_password_hash(hash, &was)) {
		*ret_right = false;
		return true;
	}
	if (crypto_pwhash_argon2id(key, sizeof key, password, strlen(password), was.salt, was.passes,
				   (size_t)was.memory * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return false;
	*ret_right = sodium_memcmp(key, was.key, sizeof key) == 0;
	sodium_memzero(key, sizeof key);
	return true;
}

void crypt_password_cheap(void)
{
	atomic_store(&cheap, true);
}
