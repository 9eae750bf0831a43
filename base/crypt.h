/* crypt.h: randomness, hashes and passwords, by libsodium; this is the one file that includes it.
 * crypt_init must have succeeded before anything else here is called; it may be called again and from any thread.
 */
#ifndef VITRINE_BASE_CRYPT_H
#define VITRINE_BASE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CRYPT_HASH_SIZE = 32, CRYPT_PASSWORD_SIZE = 128 };

bool crypt_init(void);

/* Fills with unpredictable bytes. */
void crypt_random(void *bytes, size_t length);

/* An even choice of 0 to `bound` - 1. */
uint32_t crypt_random_below(uint32_t bound);

/* BLAKE2b-256 of the bytes, keyed when `key` is not NULL (32 bytes). */
void crypt_hash(const void *bytes, size_t length, const uint8_t *key, uint8_t ret_hash[CRYPT_HASH_SIZE]);

/* Equal? In a time that depends on `length` only. */
bool crypt_equal(const void *a, const void *b, size_t length);

/* Overwrites memory, also when the compiler thinks nobody looks. */
void crypt_wipe(void *bytes, size_t length);

/* base64url without padding (RFC 4648, 5). Encoded size with NUL: CRYPT_BASE64_SIZE(n). Decoding says the bytes
 * written; false when the text is not base64url or would need more than `capacity`. */
#define CRYPT_BASE64_SIZE(length) (((length) * 4 + 2) / 3 + 1)
void crypt_base64(const void *bytes, size_t length, char *ret_text);
bool crypt_unbase64(const char *text, void *ret_bytes, size_t capacity, size_t *ret_length);

/* base64 with padding (RFC 4648, 4), as JSON carries bytes; a size with NUL. Decoding takes only what encoding
 * makes. */
#define CRYPT_BASE64_PADDED_SIZE(length) (((length) + 2) / 3 * 4 + 1)
void crypt_base64_padded(const void *bytes, size_t length, char *ret_text);
bool crypt_unbase64_padded(const char *text, void *ret_bytes, size_t capacity, size_t *ret_length);

/* argon2id of a password, as a string that holds its own salt and costs (64 MiB and 3 passes by default; the
 * environment's tests may choose the minimum by crypt_password_cheap). False when memory ended. */
bool crypt_password_hash(const char *password, char ret_hash[CRYPT_PASSWORD_SIZE]);

/* Is this the password of that hash? A hash that is none is nobody's. False when memory ended. */
bool crypt_password_check(const char *hash, const char *password, bool *ret_right);

/* From now on the least cost that libsodium allows: for tests and the demo's accounts only. */
void crypt_password_cheap(void);

#endif
