/* sign.h: AWS Signature Version 4 for a request, by libcurl.
 *
 * What libcurl gets right from 7.88 on is a POST to "/" whose body is a text in memory; a header without a value
 * (`Expect:`) spoils its signature. libcurl keeps the secret key in memory of its own while a transfer lives and
 * doesn't overwrite it.
 */
#ifndef VITRINE_WIRE_SIGN_H
#define VITRINE_WIRE_SIGN_H

#include <stdbool.h>

#include <curl/curl.h>

#include "wire/transfer.h"

/* False when memory ended: the handle must not be used then, since its request would go unsigned. */
bool sign_set(CURL *easy, const struct transfer_signer *signer);

#endif
