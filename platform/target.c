#include "platform/target.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

/* Visible ASCII only: the rest must be escaped, and a fragment never reaches a server. */
static bool bytes_fit(const char *target)
{
	for (const char *at = target; *at; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7F || *at == '#')
			return false;
	return true;
}

bool target_split(char *target, char **ret_path, char **ret_query)
{
	static char root[] = "/";
	char *path = target;

	if (!bytes_fit(target))
		return false;
	if (!strncasecmp(target, "http://", 7) || !strncasecmp(target, "https://", 8)) {
		char *authority = strchr(target, ':') + 3;
		size_t length = strcspn(authority, "/?");

		if (!length)
			return false;
		path = authority + length;
		if (!*path)
			path = root;
	}

	char *query = strchr(path, '?');
	if (query == path && path != target) { /* http://host?c=d */
		*ret_path = root;
		*ret_query = query + 1;
		return true;
	}
	if (*path != '/')
		return false;
	if (query)
		*query++ = '\0';
	*ret_path = path;
	*ret_query = query;
	return true;
}

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

/* Decodes in place; escapes of the byte `forbidden` are refused. */
static bool decode(char *text, bool plus_is_space, int forbidden)
{
	char *at = text + strcspn(text, "%+");
	char *out = at;

	if (!*at)
		return true; /* all of it ASCII: bytes_fit has seen it */
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
