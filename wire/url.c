#include "wire/url.h"

#include <stdlib.h>
#include <string.h>
#include <curl/curl.h>

void url_escape(struct buf *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

	for (; *text; text++) {
		if (strchr(plain, *text))
			buf_add_char(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

void url_done(struct url *url)
{
	free(url->text);
	free(url->prefix);
	free(url->socket);
	*url = (struct url){0};
}

static char *without_slash(const char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == '/')
		length--;
	return strndup(text, length);
}

static bool is_loopback(const char *host)
{
	return !strcasecmp(host, "localhost") || !strncmp(host, "127.", 4) || !strcmp(host, "[::1]");
}

static bool has(CURLU *parts, CURLUPart part)
{
	char *value = NULL;
	bool there = curl_url_get(parts, part, &value, 0) == CURLUE_OK && value && *value;

	curl_free(value);
	return there;
}

/* Fills prefix, loopback, encrypted from what curl makes of the URL, so that both mean the same. */
static bool take_apart(CURLU *parts, const char *text, struct url *url, struct err *err)
{
	char *scheme = NULL, *host = NULL;

	if (curl_url_set(parts, CURLUPART_URL, text, 0) != CURLUE_OK)
		return err_set(err, ERR_INVALID, "%.160s is not a URL", text);
	if (curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    (strcasecmp(scheme, "http") != 0 && strcasecmp(scheme, "https") != 0)) {
		curl_free(scheme);
		return err_set(err, ERR_INVALID, "%.160s is neither http nor https", text);
	}
	url->encrypted = !strcasecmp(scheme, "https");
	curl_free(scheme);
	if (has(parts, CURLUPART_USER) || has(parts, CURLUPART_PASSWORD) || has(parts, CURLUPART_OPTIONS))
		return err_set(err, ERR_INVALID, "The platform's URL must not have a user or password in it");
	if (has(parts, CURLUPART_QUERY) || has(parts, CURLUPART_FRAGMENT))
		return err_set(err, ERR_INVALID, "The platform's URL must not have a query or fragment");
	if (curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return err_set(err, ERR_INVALID, "%.160s has no host", text);
	url->loopback = is_loopback(host);
	curl_free(host);

	url->text = without_slash(text);
	url->prefix = url->text ? strdup(url->text) : NULL;
	return url->prefix ? true : err_memory(err, "reading the URL");
}

static bool parse_socket(const char *path, const char *text, struct url *url, struct err *err)
{
	if (*path != '/')
		return err_set(err, ERR_INVALID, "%.160s is not unix: and an absolute path", text);
	url->loopback = true;
	url->text = strdup(text);
	url->prefix = strdup("http://localhost");
	url->socket = strdup(path);
	return url->text && url->prefix && url->socket ? true : err_memory(err, "reading the URL");
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7F)
			return true;
	return false;
}

bool url_parse(const char *text, struct url *ret_url, struct err *err)
{
	struct url url = {0};
	bool good;

	if (has_control(text))
		return err_set(err, ERR_INVALID, "The platform's URL has blanks or control characters in it");
	if (!strncmp(text, "unix:", 5)) {
		good = parse_socket(text + 5, text, &url, err);
	} else {
		CURLU *parts = curl_url();
		good = parts ? take_apart(parts, text, &url, err) : err_memory(err, "reading the URL");
		curl_url_cleanup(parts);
	}
	if (good)
		*ret_url = url;
	else
		url_done(&url);
	return good;
}
