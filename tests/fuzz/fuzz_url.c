/* fuzz_url.c: a line as a base URL; a second as the path of a request there, a third as the Location that was answered.
 * All of it as a text that is made fit for a URL.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "tests/fuzz/must.h"
#include "wire/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 64 * 1024 };

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7F)
			return false;
	return true;
}

static bool ends_in_slash(const char *text)
{
	return *text && text[strlen(text) - 1] == '/';
}

static void check(const struct url *url)
{
	bool https = !strncasecmp(url->prefix, "https://", 8);
	const char *host = url->prefix + (https ? 8 : 7);

	must(is_plain(url->text) && is_plain(url->prefix) && is_plain(url->host), "nothing in it breaks a line");
	must(!ends_in_slash(url->prefix), "a path can be appended");
	must(https || !strncasecmp(url->prefix, "http://", 7), "it is http or https");
	must(https == url->encrypted, "https is known as encrypted");
	must(*host && *host != '/', "there is a host");
	if (url->socket) {
		must(*url->socket == '/' && url->loopback && !url->encrypted, "a socket is of this machine");
		return;
	}
	must(*url->host && !strpbrk(url->host, "@?#"), "the host is one");
	must(!strchr(url->prefix, '?') && !strchr(url->prefix, '#'), "there is neither query nor fragment");
	if (url->loopback) {
		size_t name = strcspn(url->host, ":"), digits = strspn(url->host, "0123456789.");

		must((!strncmp(url->host, "127.", 4) && digits == name) ||
			 (name == 9 && !strncasecmp(url->host, "localhost", 9)) || !strncmp(url->host, "[::1]", 5),
		     "this machine is this machine");
	}
}

static bool same(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

/* What was read says the same when it is read again. */
static void read_again(const struct url *url)
{
	struct url again;

	must(url_parse(url->text, &again, NULL), "what is shown can be typed");
	must(same(url->text, again.text) && same(url->prefix, again.prefix) && same(url->host, again.host) &&
		 same(url->socket, again.socket) && url->loopback == again.loopback &&
		 url->encrypted == again.encrypted,
	     "it means the same again");
	url_done(&again);
}

static void redirect(const struct url *from, const char *path, const char *location)
{
	struct url to;
	char *where = url_follow(from, path, location);

	if (!where)
		return;
	must(is_plain(where) && strchr(where, ':'), "a redirect leads to an address");
	if (url_secures(from, path, where, &to)) {
		size_t name = strcspn(to.host, ":");

		must(to.encrypted && !from->encrypted && !from->socket, "it leads from http to https");
		must(*to.host == '[' || !strncasecmp(to.host, from->host, name), "it leads to the same host");
		check(&to);
		url_done(&to);
	}
	free(where);
}

static void escape(const char *text)
{
	struct buf out;
	size_t at = 0;

	buf_init(&out, 4 * INPUT_MAX);
	url_escape(&out, text);
	must(!out.failed, "it has room");
	for (const char *from = buf_str(&out); *from; at++) {
		unsigned value = (unsigned char)*from;

		must(isalnum((unsigned char)*from) || strchr("-_.~%", *from), "all of it may stand in a URL");
		if (*from == '%')
			must(sscanf(from, "%%%2x", &value) == 1, "an escape is two digits");
		must((unsigned char)text[at] == value, "it can be read back");
		from += *from == '%' ? 3 : 1;
	}
	must(!text[at], "nothing is lost");
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = size <= INPUT_MAX ? calloc(1, size + 1) : NULL, *lines[3] = {NULL, NULL, NULL};
	struct url url = {0}, untouched = {.text = (char *)(uintptr_t)data};
	struct err err;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	escape(text);
	lines[0] = text;
	for (int i = 1; i < 3 && lines[i - 1]; i++)
		if ((lines[i] = strchr(lines[i - 1], '\n')))
			*lines[i]++ = '\0';
	url = untouched;
	if (url_parse(lines[0], &url, &err)) {
		check(&url);
		read_again(&url);
		if (lines[2] && *lines[1] == '/')
			redirect(&url, lines[1], lines[2]);
		url_done(&url);
	} else {
		must(err.kind == ERR_INVALID && *err.message, "it is said why not");
		must(url.text == untouched.text && !url.prefix, "what can't be read changes nothing");
	}
	free(text);
	return 0;
}
