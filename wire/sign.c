#include "wire/sign.h"

#include <stdio.h>

/* "aws:amz:eu-west-1:dynamodb" */
enum { PROVIDER_SIZE = 128 };

bool sign_set(CURL *easy, const struct transfer_signer *signer)
{
	char provider[PROVIDER_SIZE];
	int length = snprintf(provider, sizeof provider, "aws:amz:%s:%s", signer->region, signer->service);

	/* A later libcurl doesn't sign a path that is sent as it is; this one is "/" either way. */
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 0L);
	return length > 0 && length < PROVIDER_SIZE &&
	       curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, provider) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_USERNAME, signer->key_id) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PASSWORD, signer->secret) == CURLE_OK;
}
