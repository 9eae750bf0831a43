#include "platform/http/tls.h"

#include <openssl/err.h>

static bool fail(struct err *err, SSL_CTX *tls, const char *what, const char *file)
{
	char reason[160];

	ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
	ERR_clear_error();
	SSL_CTX_free(tls);
	return err_set(err, ERR_TLS, "Can't use %s %s: %s", what, file, reason);
}

bool tls_open(const char *certificate, const char *key, SSL_CTX **ret_tls, struct err *err)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (!tls)
		return fail(err, tls, "OpenSSL", "");
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
#ifdef SSL_OP_CLEANSE_PLAINTEXT
	SSL_CTX_set_options(tls, SSL_OP_CLEANSE_PLAINTEXT); /* there are passwords in it */
#endif
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS); /* an idle connection keeps no buffers */
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL") != 1)
		return fail(err, tls, "the ciphers of", "OpenSSL");
	if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1)
		return fail(err, tls, "the certificate", certificate);
	if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(tls) != 1)
		return fail(err, tls, "the private key", key);
	*ret_tls = tls;
	return true;
}
