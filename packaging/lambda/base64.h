/* base64.h: what libjwt asks of its own file of this name, which Debian leaves out of libjwt's sources; here it is
 * OpenSSL's.
 *
 * `plain` has room for three bytes for each four of `coded`, and `coded` for four for each three and a NUL.
 */
#ifndef VITRINE_PACKAGING_LAMBDA_BASE64_H
#define VITRINE_PACKAGING_LAMBDA_BASE64_H

#include <openssl/evp.h>
#include <string.h>

static inline int jwt_Base64encode(char *coded, const char *plain, int length)
{
	return EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)plain, length);
}

/* How many bytes; 0: none, or this is not base64. */
static inline int jwt_Base64decode(char *plain, const char *coded)
{
	size_t length = strlen(coded);
	int count = length ? EVP_DecodeBlock((unsigned char *)plain, (const unsigned char *)coded, (int)length) : 0;

	for (size_t i = length; count > 0 && i > 0 && coded[i - 1] == '='; i--)
		count--;
	return count > 0 ? count : 0;
}

#endif
