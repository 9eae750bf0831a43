/* What libcurl allocates for us fails at its doors. */
#include <curl/curl.h>

#include "tests/unit/scarce.h"

CURL *__real_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void)
{
	return scarce_strikes() ? NULL : __real_curl_easy_init();
}

CURLM *__real_curl_multi_init(void);
CURLM *__wrap_curl_multi_init(void);
CURLM *__wrap_curl_multi_init(void)
{
	return scarce_strikes() ? NULL : __real_curl_multi_init();
}

CURLU *__real_curl_url(void);
CURLU *__wrap_curl_url(void);
CURLU *__wrap_curl_url(void)
{
	return scarce_strikes() ? NULL : __real_curl_url();
}

struct curl_slist *__real_curl_slist_append(struct curl_slist *list, const char *text);
struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text);
struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text)
{
	return scarce_strikes() ? NULL : __real_curl_slist_append(list, text);
}
