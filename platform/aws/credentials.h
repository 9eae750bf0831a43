/* credentials.h: as whom requests are signed: keys of the environment, or those of a container's role, which are asked
 * for over HTTP and renewed before they expire. Which variables: aws.h. Any number of threads may ask at once.
 */
#ifndef VITRINE_PLATFORM_AWS_CREDENTIALS_H
#define VITRINE_PLATFORM_AWS_CREDENTIALS_H

#include "base/err.h"

enum { CREDENTIALS_KEY_SIZE = 256, CREDENTIALS_TOKEN_SIZE = 8192 };

struct credentials;

/* A copy, which its user overwrites (crypt_wipe) after use. */
struct credentials_keys {
	char id[CREDENTIALS_KEY_SIZE], secret[CREDENTIALS_KEY_SIZE];
	char token[CREDENTIALS_TOKEN_SIZE]; /* "": none */
};

/* ERR_INVALID: what the environment says can't be; ERR_MEMORY. */
struct credentials *credentials_new(char *(*look_up)(const char *name), struct err *err);
struct credentials *credentials_free(struct credentials *credentials);

/* Those in force, asked for if need be: that takes 2 s at most. ERR_INTERNAL: there are none; ERR_UNAVAILABLE: they
 * can't be got now; ERR_MEMORY. */
bool credentials_get(struct credentials *credentials, struct credentials_keys *ret_keys, struct err *err);

/* Those that were got last were refused as expired. True: the next ones will be others. */
bool credentials_expired(struct credentials *credentials);

#endif
