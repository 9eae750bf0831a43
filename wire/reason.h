/* reason.h: why a transfer failed, in a sentence that names the host and what happened, and a code for programs.
 *
 * Codes: name_unknown, refused, unreachable, reset, cut, timeout (ERR_NETWORK); certificate_expired, certificate_early,
 * certificate_unknown, certificate_host, certificate, authorities, tls (ERR_TLS); not_http, damaged, too_large
 * (ERR_PROTOCOL); network for what curl alone can name. What a person can do about it is for the caller to say: the
 * sentence has no full stop.
 */
#ifndef VITRINE_WIRE_REASON_H
#define VITRINE_WIRE_REASON_H

#include <curl/curl.h>

#include "base/err.h"
#include "wire/url.h"

struct reason_of {
	CURL *easy; /* that has just ended, */
	CURLcode code; /* so, not with CURLE_OK */
	const char *detail; /* curl's own words; may be "" */
	const struct url *url;
	const char *ca_file; /* of the authorities to trust; NULL: the system's */
};

void reason_explain(const struct reason_of *of, struct err *ret_err);

#endif
