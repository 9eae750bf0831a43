/* test_crypt.c: randomness, hashes, base64url, passwords. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/crypt.h"

static void to_hex(const uint8_t *bytes, size_t length, char *ret_text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++) {
		ret_text[2 * i] = digits[bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_text[2 * length] = '\0';
}

static void test_random_differs(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};

	(void)state;
	crypt_random(a, sizeof a);
	crypt_random(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void test_random_below(void **state)
{
	bool seen[6] = {false};

	(void)state;
	for (int i = 0; i < 1000; i++) { /* a face of a die is missed once in 10^79 runs */
		uint32_t face = crypt_random_below(6);
		assert_in_range(face, 0, 5);
		seen[face] = true;
	}
	for (int face = 0; face < 6; face++)
		assert_true(seen[face]);
	assert_int_equal(crypt_random_below(1), 0);
}

static void test_hash(void **state)
{
	/* The value of BLAKE2b-256 of "abc" as b2sum -l 256 prints it. */
	static const char expected[] = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
	const uint8_t key[32] = {1}, other_key[32] = {2};
	uint8_t plain[CRYPT_HASH_SIZE], keyed[CRYPT_HASH_SIZE], other[CRYPT_HASH_SIZE];
	char text[2 * CRYPT_HASH_SIZE + 1];

	(void)state;
	crypt_hash("abc", 3, NULL, plain);
	to_hex(plain, sizeof plain, text);
	assert_string_equal(text, expected);
	crypt_hash("abc", 3, key, keyed);
	crypt_hash("abc", 3, other_key, other);
	assert_memory_not_equal(plain, keyed, sizeof plain);
	assert_memory_not_equal(keyed, other, sizeof plain);
	crypt_hash("", 0, NULL, plain);
}

static void test_equal_and_wipe(void **state)
{
	char a[] = "secret", b[] = "secret";

	(void)state;
	assert_true(crypt_equal(a, b, sizeof a));
	b[5] = 'T';
	assert_false(crypt_equal(a, b, sizeof a));
	assert_true(crypt_equal(a, b, 5));
	assert_true(crypt_equal(a, b, 0));
	crypt_wipe(a, sizeof a);
	assert_memory_equal(a, "\0\0\0\0\0\0\0", sizeof a);
}

static void test_base64_known(void **state)
{
	static const struct {
		const char *bytes, *text;
	} known[] = {{"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
		     {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF\xBF", "-_-_"}};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char text[16];
		uint8_t bytes[16];
		size_t length = 99, expected = strlen(known[i].bytes);

		crypt_base64(known[i].bytes, expected, text);
		assert_string_equal(text, known[i].text);
		assert_true(crypt_unbase64(known[i].text, bytes, expected, &length));
		assert_int_equal(length, expected);
		assert_memory_equal(bytes, known[i].bytes, expected);
	}
}

static void test_base64_every_length(void **state)
{
	uint8_t bytes[100], back[100];

	(void)state;
	crypt_random(bytes, sizeof bytes);
	for (size_t length = 0; length <= sizeof bytes; length++) {
		char text[CRYPT_BASE64_SIZE(100)];
		size_t got;

		crypt_base64(bytes, length, text);
		assert_int_equal(strlen(text) + 1, CRYPT_BASE64_SIZE(length));
		assert_true(crypt_unbase64(text, back, length, &got));
		assert_int_equal(got, length);
		assert_memory_equal(back, bytes, length);
		if (length)
			assert_false(crypt_unbase64(text, back, length - 1, &got));
	}
}

static void test_base64_padded(void **state)
{
	static const struct {
		const char *bytes, *text;
	} known[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
		     {"\xFF\xEF\xBE", "/+++"}};
	static const char *const wrong[] = {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z g=", "Zm9v\n", "_-__", "=Zg=",
					    "Zg==Zg==", "w\xD0\xB4G"};
	unsigned char bytes[16];
	char text[32];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t expected = strlen(known[i].bytes);

		assert_int_equal(CRYPT_BASE64_PADDED_SIZE(expected), strlen(known[i].text) + 1);
		crypt_base64_padded(known[i].bytes, expected, text);
		assert_string_equal(text, known[i].text);
		assert_true(crypt_unbase64_padded(text, bytes, expected, &length));
		assert_int_equal(length, expected);
		assert_memory_equal(bytes, known[i].bytes, expected);
		if (expected)
			assert_false(crypt_unbase64_padded(text, bytes, expected - 1, &length));
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(crypt_unbase64_padded(wrong[i], bytes, sizeof bytes, &length));
}

static void test_base64_refuses(void **state)
{
	static const char *const wrong[] = {"A",      "AAAAA", "Zg==", "Zm9=",     "Zm+/",   "Zm 9",
					    "Zm9v\n", "Zh",    "Zm9",  "\xC3\xA9", "Zm9vYg."};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		uint8_t bytes[16] = {7};
		size_t length = 99;

		assert_false(crypt_unbase64(wrong[i], bytes, sizeof bytes, &length));
		assert_int_equal(length, 99);
		assert_int_equal(bytes[0], 7);
	}
}

/* One hash at the full cost; the rest at the least. */
static bool is_password(const char *hash, const char *password)
{
	bool right;

	assert_true(crypt_password_check(hash, password, &right));
	return right;
}

static void test_password(void **state)
{
	char full[CRYPT_PASSWORD_SIZE], cheap[CRYPT_PASSWORD_SIZE], again[CRYPT_PASSWORD_SIZE];

	(void)state;
	assert_true(crypt_password_hash("Vitrine-2026", full));
	assert_memory_equal(full, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
	crypt_password_cheap();
	assert_true(crypt_password_hash("Vitrine-2026", cheap));
	assert_true(crypt_password_hash("Vitrine-2026", again));
	assert_memory_equal(cheap, "$argon2id$v=19$m=8,t=1,p=1$", 27);
	assert_string_not_equal(cheap, again); /* each has its own salt */

	assert_true(is_password(full, "Vitrine-2026"));
	assert_true(is_password(cheap, "Vitrine-2026"));
	assert_false(is_password(full, "vitrine-2026"));
	assert_false(is_password(cheap, "Vitrine-2026 "));
	assert_false(is_password(cheap, ""));
	assert_false(is_password("", "Vitrine-2026"));
	assert_false(is_password("Vitrine-2026", "Vitrine-2026"));
}

static int set_up(void **state)
{
	(void)state;
	return crypt_init() && crypt_init() ? 0 : -1; /* twice: it may be called again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random_differs), cmocka_unit_test(test_random_below),
	    cmocka_unit_test(test_hash),           cmocka_unit_test(test_equal_and_wipe),
	    cmocka_unit_test(test_base64_known),   cmocka_unit_test(test_base64_every_length),
	    cmocka_unit_test(test_base64_padded),
	    cmocka_unit_test(test_base64_refuses), cmocka_unit_test(test_password),
	};

	return cmocka_run_group_tests_name("crypt", tests, set_up, NULL);
}
