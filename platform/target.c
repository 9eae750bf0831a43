#include "platform/target.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* RFC 3986, 3.2.2: what a name is made of, and inside of brackets an address. */
static const char name_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=%";
static const char address_bytes[] = "ABCDEFabcdef0123456789:.";

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escape at `at`, or -1. */
static int escape_value(const char *at)
{
	int high = hex_value(at[1]);
	int low = high < 0 ? -1 : hex_value(at[2]);

	return low < 0 ? -1 : high << 4 | low;
}

static bool port_valid(const char *port, size_t length)
{
	unsigned number = 0;

	for (size_t i = 0; i < length; i++) {
		if (port[i] < '0' || port[i] > '9')
			return false;
		number = number * 10 + (unsigned)(port[i] - '0');
		if (number > UINT16_MAX)
			return false;
	}
	return true;
}

bool target_authority_valid(const char *authority, size_t length)
{
	const bool brackets = length && *authority == '[';
	size_t host = brackets ? 1 + strspn(authority + 1, address_bytes) : strspn(authority, name_bytes);

	if (brackets && (host < 3 || host >= length || authority[host++] != ']'))
		return false;
	if (!host || host > length)
		return false;
	for (size_t i = 0; i < host; i++)
		if (authority[i] == '%' && escape_value(authority + i) <= 0)
			return false;
	return host == length || (authority[host] == ':' && port_valid(authority + host + 1, length - host - 1));
}

/* Visible ASCII only: the rest must be escaped, and a fragment never reaches a server. What is wrong, or NULL. */
static const char *bytes_fault(const char *target)
{
	const char *at = target;

	while ((unsigned char)*at > ' ' && (unsigned char)*at < 0x7F && *at != '#')
		at++;
	if (!*at)
		return NULL;
	if (*at == '#')
		return "The request line holds a fragment: what begins with # is not sent";
	return memchr(target, '?', (size_t)(at - target))
		   ? "The query string holds bytes that must be escaped: send them as %XX"
		   : "The path holds bytes that must be escaped: send them as %XX";
}

const char *target_split(char *target, char **ret_path, char **ret_query)
{
	static const char malformed[] = "The path is malformed";
	static char root[] = "/";
	char *path = target;
	const char *fault = bytes_fault(target);

	if (fault)
		return fault;
	if (!strncasecmp(target, "http://", 7) || !strncasecmp(target, "https://", 8)) {
		char *authority = strchr(target, ':') + 3;
		size_t length = strcspn(authority, "/?");

		if (!target_authority_valid(authority, length))
			return "The host in the request line is malformed";
		path = authority + length;
		if (!*path)
			path = root;
	}

	char *query = strchr(path, '?');
	if (query == path && path != target) { /* http://host?c=d */
		*ret_path = root;
		*ret_query = query + 1;
		return NULL;
	}
	if (*path != '/')
		return malformed;
	if (query)
		*query++ = '\0';
	*ret_path = path;
	*ret_query = query;
	return NULL;
}

/* Decodes in place; escapes of the byte `forbidden` are refused. */
static bool decode(char *text, bool plus_is_space, int forbidden)
{
	char *at = text + strcspn(text, "%+");
	char *out = at;

	if (!*at)
		return true; /* all of it ASCII: bytes_fault has seen it */
	for (; *at; at++) {
		int value = (unsigned char)*at;

		if (*at == '%') {
			value = escape_value(at);
			if (value <= 0 || value == forbidden)
				return false;
			at += 2;
		} else if (*at == '+' && plus_is_space) {
			value = ' ';
		}
		*out++ = (char)value;
	}
	*out = '\0';
	return text_valid(text, (size_t)(out - text));
}

bool target_decode_path(char *path)
{
	return decode(path, false, '/');
}

size_t target_count_parameters(const char *query)
{
	size_t count = 0;

	for (const char *at = query; at; at = strchr(at, '&')) {
		at += *at == '&';
		count++;
	}
	return count;
}

bool target_decode_query(char *query, struct pair *ret_pairs, size_t capacity, size_t *ret_count)
{
	size_t count = 0;

	while (query) {
		char *name = query;
		size_t length = strcspn(name, "&");

		query = name[length] ? name + length + 1 : NULL;
		name[length] = '\0';
		if (!length)
			continue;

		size_t name_length = strcspn(name, "=");
		char *value = name + name_length;
		if (*value)
			*value++ = '\0';
		if (count == capacity || !decode(name, true, 0) || !decode(value, true, 0))
			return false;
		ret_pairs[count++] = (struct pair){.name = name, .value = value};
	}
	*ret_count = count;
	return true;
}
