/* tls.h: the TLS side of the sockets: TLS 1.2 and later, ciphers with forward secrecy only.
 */
#ifndef VITRINE_PLATFORM_HTTP_TLS_H
#define VITRINE_PLATFORM_HTTP_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/err.h"

/* `certificate` is a PEM file with the chain, `key` one with its private key. ERR_TLS. The caller frees it with
 * SSL_CTX_free. */
bool tls_open(const char *certificate, const char *key, SSL_CTX **ret_tls, struct err *err);

#endif
