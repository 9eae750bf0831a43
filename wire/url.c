#include "wire/url.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
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
	free(url->host);
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
	struct in_addr address;

	/* A name may begin like an address: 127.example.com is a host of somebody's. */
	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == 127;
	return !strcasecmp(host, "localhost") || !strcmp(host, "[::1]");
}

static char *with_port(CURLU *parts, const char *host)
{
	char *port = NULL, *both = NULL;

	if (curl_url_get(parts, CURLUPART_PORT, &port, 0) != CURLUE_OK)
		return strdup(host);
	if (asprintf(&both, "%s:%s", host, port) < 0)
		both = NULL;
	curl_free(port);
	return both;
}

/* Fills prefix, host, loopback, encrypted from what curl makes of the URL, so that both mean the same. */
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
	/* curl would take fewer slashes, or more. */
	const char *rest = text + strlen(scheme);
	bool usual = !strncmp(rest, "://", 3) && rest[3] != '/';
	curl_free(scheme);
	if (!usual)
		return err_set(err, ERR_INVALID, "%.160s is not a URL", text);
	/* Empty ones, too: what is appended would become a part of them. */
	if (memchr(rest + 3, '@', strcspn(rest + 3, "/")))
		return err_set(err, ERR_INVALID, "The URL must not have a user or password in it");
	if (strpbrk(text, "?#"))
		return err_set(err, ERR_INVALID, "The URL must not have a query or fragment");
	if (curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return err_set(err, ERR_INVALID, "%.160s has no host", text);
	url->loopback = is_loopback(host);
	url->host = with_port(parts, host);
	curl_free(host);

	url->text = without_slash(text);
	url->prefix = url->text ? strdup(url->text) : NULL;
	return url->prefix && url->host ? true : err_memory(err, "reading the URL");
}

static bool parse_socket(const char *path, const char *text, struct url *url, struct err *err)
{
	if (*path != '/')
		return err_set(err, ERR_INVALID, "%.160s is not unix: and an absolute path", text);
	url->loopback = true;
	url->text = strdup(text);
	url->prefix = strdup("http://localhost");
	url->socket = strdup(path);
	url->host = strdup(path);
	return url->text && url->prefix && url->socket && url->host ? true : err_memory(err, "reading the URL");
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
		return err_set(err, ERR_INVALID, "The URL has blanks or control characters in it");
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

/* ---- redirects ---- */

char *url_follow(const struct url *from, const char *path, const char *location)
{
	char *asked = NULL, *absolute = NULL, *copy = NULL;
	CURLU *parts = curl_url();

	if (asprintf(&asked, "%s%s", from->prefix, path) < 0)
		asked = NULL;
	if (parts && asked && *location && !has_control(location) &&
	    curl_url_set(parts, CURLUPART_URL, asked, 0) == CURLUE_OK &&
	    curl_url_set(parts, CURLUPART_URL, location, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_URL, &absolute, 0) == CURLUE_OK && !has_control(absolute))
		copy = strdup(absolute);
	curl_free(absolute);
	free(asked);
	curl_url_cleanup(parts);
	return copy;
}

/* What comes after the host: "/Prod", or "". */
static const char *url_path(const struct url *url)
{
	assert(url->prefix);
	const char *host = strstr(url->prefix, "://");
	const char *path = host ? strchr(host + strlen("://"), '/') : NULL;

	return path ? path : "";
}

/* "shop.example.com:80": how long is it without the port? */
static size_t name_length(const char *host)
{
	const char *end = strrchr(host, ']'), *colon = strchr(end ? end : host, ':');

	return colon ? (size_t)(colon - host) : strlen(host);
}

bool url_secures(const struct url *from, const char *path, const char *where, struct url *ret_url)
{
	size_t length = strlen(where), tail = strlen(path);
	struct url to = {0};
	char *text;

	if (from->encrypted || from->socket || length < tail || strcmp(where + length - tail, path) != 0)
		return false;
	text = strndup(where, length - tail);
	if (!text || !url_parse(text, &to, NULL)) {
		free(text);
		return false;
	}
	free(text);
	assert(from->host && to.host);
	size_t name = name_length(from->host);
	bool same = to.encrypted && name_length(to.host) == name && !strncasecmp(from->host, to.host, name) &&
		    !strcmp(url_path(from), url_path(&to));
	if (same)
		*ret_url = to;
	else
		url_done(&to);
	return same;
}
