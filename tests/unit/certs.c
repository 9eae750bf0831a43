#include "tests/unit/certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static EVP_PKEY *authority_key;
static X509 *authority;

static void must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "no certificate could be made: %s\n", what);
	exit(1);
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, authority ? authority : certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	must(extension && X509_add_ext(certificate, extension, -1), value);
	X509_EXTENSION_free(extension);
}

static X509 *new_certificate(const char *name, EVP_PKEY *key, long from, long to)
{
	static long serial = 1;
	X509 *certificate = X509_new();

	must(certificate != NULL, "memory");
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
	X509_gmtime_adj(X509_getm_notBefore(certificate), from);
	X509_gmtime_adj(X509_getm_notAfter(certificate), to);
	X509_set_pubkey(certificate, key);
	must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
					(const unsigned char *)name, -1, -1, 0), "its name");
	return certificate;
}

static void write_pem(const char *path, X509 *certificate, EVP_PKEY *key)
{
	FILE *file = fopen(path, "w");

	must(file != NULL, path);
	must(certificate ? PEM_write_X509(file, certificate)
			 : PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), path);
	must(fclose(file) == 0, path);
}

void certs_authority(struct certs *certs)
{
	enum { YEAR = 365 * 86400 };

	EVP_PKEY_free(authority_key);
	X509_free(authority);
	authority = NULL;
	authority_key = EVP_EC_gen("P-256");
	must(authority_key != NULL, "the authority's key");
	X509 *certificate = new_certificate("An authority of a test", authority_key, -YEAR, YEAR);
	X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
	add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(certificate, NID_key_usage, "critical,keyCertSign");
	must(X509_sign(certificate, authority_key, EVP_sha256()), "the authority");
	authority = certificate;
	snprintf(certs->authority, CERTS_PATH, "%s/authority.pem", certs->folder);
	write_pem(certs->authority, authority, NULL);
}

void certs_server(const struct certs *certs, const char *name, const char *subject, long from, long to,
		  struct certs_server *ret_server)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	must(key != NULL, "a key");
	X509 *certificate = new_certificate(name, key, from, to);
	X509_set_issuer_name(certificate, X509_get_subject_name(authority));
	add_extension(certificate, NID_subject_alt_name, subject);
	must(X509_sign(certificate, authority_key, EVP_sha256()), "a certificate");
	snprintf(ret_server->certificate, CERTS_PATH, "%s/%s.pem", certs->folder, name);
	snprintf(ret_server->key, CERTS_PATH, "%s/%s.key", certs->folder, name);
	write_pem(ret_server->certificate, certificate, NULL);
	write_pem(ret_server->key, NULL, key);
	X509_free(certificate);
	EVP_PKEY_free(key);
}
