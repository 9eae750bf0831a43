#include "wire/reason.h"

#include <errno.h>
#include <string.h>
#include <openssl/x509_vfy.h>

/* One row for each end that needs no closer look; the text gets the host, and curl's words where it wants a second. */
static const struct {
	CURLcode code;
	enum err_kind kind;
	const char *name, *text;
} plain[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, "name_unknown", "The name %s is not known"},
    {CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, "proxy_unknown", "The name of the proxy before %s is not known"},
    {CURLE_GOT_NOTHING, ERR_NETWORK, "cut", "%s closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, ERR_NETWORK, "cut", "%s closed the connection in the middle of its answer"},
    {CURLE_SSL_CONNECT_ERROR, ERR_TLS, "tls", "There is no secure connection to %s (%s)"},
    {CURLE_SSL_CIPHER, ERR_TLS, "tls", "There is no secure connection to %s (%s)"},
    {CURLE_SSL_CERTPROBLEM, ERR_TLS, "certificate", "The certificate of %s can't be trusted (%s)"},
    {CURLE_SSL_ISSUER_ERROR, ERR_TLS, "certificate", "The certificate of %s can't be trusted (%s)"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_PROTOCOL, "damaged", "The answer of %s is damaged"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_PROTOCOL, "not_http", "%s answers, but not in HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_PROTOCOL, "not_http", "%s answers, but not in HTTP"},
#if LIBCURL_VERSION_NUM >= 0x080600 /* the head has more lines than libcurl takes */
    {CURLE_TOO_LARGE, ERR_PROTOCOL, "too_large", "The answer of %s is too large"},
#endif
};

/* What OpenSSL found wrong with a certificate. (Names are compared by curl, which says so in its own words only.) */
static const struct {
	long result;
	const char *name, *text;
} certificates[] = {
    {X509_V_ERR_HOSTNAME_MISMATCH, "certificate_host", "The certificate of %s is for another host"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "certificate_host", "The certificate of %s is for another host"},
    {X509_V_ERR_CERT_HAS_EXPIRED, "certificate_expired", "The certificate of %s has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "certificate_early", "The certificate of %s is not valid yet"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "certificate_unknown",
     "The certificate of %s is signed by itself, not by an authority that is trusted here"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "certificate_unknown",
     "The certificate of %s is signed by an authority that is not trusted here"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "certificate_unknown",
     "The certificate of %s is signed by an authority that is not known here"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "certificate_unknown",
     "The certificate of %s is signed by an authority that is not known here"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "certificate_unknown",
     "The certificate of %s is signed by an authority that is not known here"},
};

static const char *words(const struct reason_of *of)
{
	return *of->detail ? of->detail : curl_easy_strerror(of->code);
}

/* Are the system's words for this number in curl's? */
static bool says(const struct reason_of *of, int number)
{
	char space[128];

	return strstr(of->detail, strerror_r(number, space, sizeof space));
}

static void explain_certificate(const struct reason_of *of, struct err *ret_err)
{
	long result = X509_V_OK;

	curl_easy_getinfo(of->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	/* "… does not match target host name …", "… matches target ipv4 address …", by its version. */
	if (strstr(of->detail, " target "))
		result = X509_V_ERR_HOSTNAME_MISMATCH;
	for (size_t i = 0; i < sizeof certificates / sizeof *certificates; i++)
		if (certificates[i].result == result) {
			err_code(ret_err, ERR_TLS, certificates[i].name, certificates[i].text, of->url->host);
			return;
		}
	err_code(ret_err, ERR_TLS, "certificate", "The certificate of %s can't be trusted (%s)", of->url->host,
		 words(of));
}

/* No connection came to be: what the system said. */
static void explain_connect(const struct reason_of *of, struct err *ret_err)
{
	const char *host = of->url->host;
	long number = 0;

	curl_easy_getinfo(of->easy, CURLINFO_OS_ERRNO, &number);
	if (of->url->socket && number == ENOENT)
		err_code(ret_err, ERR_NETWORK, "refused", "There is no socket %s", host);
	else if (number == ECONNREFUSED)
		err_code(ret_err, ERR_NETWORK, "refused", "%s refuses the connection", host);
	else if (number == ENETUNREACH || number == EHOSTUNREACH || number == ENETDOWN)
		err_code(ret_err, ERR_NETWORK, "unreachable", "There is no way to %s", host);
	else if (number == ETIMEDOUT)
		err_code(ret_err, ERR_NETWORK, "timeout", "%s does not answer: no connection came to be", host);
	else
		err_code(ret_err, ERR_NETWORK, "network", "%s can't be reached (%s)", host, words(of));
}

static void explain_timeout(const struct reason_of *of, struct err *ret_err)
{
	const char *host = of->url->host;
	curl_off_t connected = 0, secured = 0, took = 0;

	curl_easy_getinfo(of->easy, CURLINFO_CONNECT_TIME_T, &connected);
	curl_easy_getinfo(of->easy, CURLINFO_APPCONNECT_TIME_T, &secured);
	curl_easy_getinfo(of->easy, CURLINFO_TOTAL_TIME_T, &took);
	long long seconds = (long long)(took + 500000) / 1000000;
	const char *s = seconds == 1 ? "" : "s";

	if (!connected)
		err_code(ret_err, ERR_NETWORK, "timeout",
			 "%s does not answer: no connection came to be in %lld second%s", host, seconds, s);
	else if (of->url->encrypted && !secured)
		err_code(ret_err, ERR_NETWORK, "timeout",
			 "%s took more than %lld second%s to agree on a secure connection", host, seconds, s);
	else
		err_code(ret_err, ERR_NETWORK, "timeout", "%s took the request, but did not answer in %lld second%s",
			 host, seconds, s);
}

/* A connection that broke while it was used; the system's word for it is in curl's. */
static void explain_broken(const struct reason_of *of, struct err *ret_err)
{
	if (says(of, ECONNRESET) || says(of, EPIPE))
		err_code(ret_err, ERR_NETWORK, "reset", "%s broke the connection off", of->url->host);
	else if (strstr(of->detail, "unexpected eof"))
		err_code(ret_err, ERR_NETWORK, "cut", "%s closed the connection in the middle of its answer",
			 of->url->host);
	else
		err_code(ret_err, ERR_NETWORK, "network", "The connection to %s broke (%s)", of->url->host, words(of));
}

void reason_explain(const struct reason_of *of, struct err *ret_err)
{
	switch (of->code) {
	case CURLE_COULDNT_CONNECT:
		explain_connect(of, ret_err);
		return;
	case CURLE_OPERATION_TIMEDOUT:
		explain_timeout(of, ret_err);
		return;
	case CURLE_PEER_FAILED_VERIFICATION:
		explain_certificate(of, ret_err);
		return;
	case CURLE_SSL_CACERT_BADFILE:
		err_code(ret_err, ERR_TLS, "authorities", "The file of trusted authorities can't be read: %s",
			 of->ca_file ? of->ca_file : words(of));
		return;
	case CURLE_OUT_OF_MEMORY:
		err_memory(ret_err, "waiting for an answer");
		return;
	default:
		break;
	}
	/* A handshake that the other side breaks off is no matter of certificates. */
	if (of->code == CURLE_SSL_CONNECT_ERROR && says(of, ECONNRESET)) {
		explain_broken(of, ret_err);
		return;
	}
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (plain[i].code == of->code) {
			err_code(ret_err, plain[i].kind, plain[i].name, plain[i].text, of->url->host, words(of));
			return;
		}
	explain_broken(of, ret_err);
}
