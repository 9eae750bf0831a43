/* certs.h: certificates for the tests of TLS, made when they run: an authority, and servers' certificates signed by it.
 */
#ifndef VITRINE_TESTS_UNIT_CERTS_H
#define VITRINE_TESTS_UNIT_CERTS_H

enum { CERTS_PATH = 320 };

struct certs {
	char folder[256]; /* an existing one */
	char authority[CERTS_PATH]; /* PEM, filled in by certs_authority */
};

/* Files of one server. */
struct certs_server {
	char certificate[CERTS_PATH], key[CERTS_PATH];
};

/* Makes an authority in the folder. End the process with a message when something goes wrong. */
void certs_authority(struct certs *certs);

/* A certificate for a name ("DNS:shop.test" or "IP:127.0.0.1"), good from `from` to `to` seconds from now, signed by
 * the authority. */
void certs_server(const struct certs *certs, const char *name, const char *subject, long from, long to,
		  struct certs_server *ret_server);

#endif
