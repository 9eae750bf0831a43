#include "tui/terminal/probe.h"

#include <string.h>

static const char questions[] = "\033]11;?\a\033[?996n\033[c";

void probe_ask(struct probe *probe, struct buf *out)
{
	buf_add_str(out, questions);
	probe->open = true;
}

/* What follows `start` in the answer, or NULL when it begins otherwise. */
static const char *after(const struct event *answer, const char *start, size_t *ret_length)
{
	size_t length = strlen(start);

	if (answer->length < length || memcmp(answer->text, start, length) != 0)
		return NULL;
	*ret_length = answer->length - length;
	return answer->text + length;
}

static int hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* A part of a colour, 1 to 4 hexadecimal digits, brought to 0 to 255. Returns the digits; 0: it is none. */
static size_t read_part(const char *text, size_t length, int32_t *ret_part)
{
	int32_t value = 0, whole = 0;
	size_t at = 0;

	for (; at < length && at < 4 && hex(text[at]) >= 0; at++) {
		value = value * 16 + hex(text[at]);
		whole = whole * 16 + 15;
	}
	if (at)
		*ret_part = value * 255 / whole;
	return at;
}

/* Three parts with `separator` between them (0: none, and each has `digits` digits), and nothing else. With
 * `with_alpha` a fourth may follow: how opaque it is. */
static bool read_color(const char *text, size_t length, char separator, size_t digits, bool with_alpha,
		       int32_t *ret_rgb)
{
	int32_t rgb = 0, part;
	size_t at = 0;

	for (int count = 0; count < 3; count++) {
		if (count && separator && (at == length || text[at++] != separator))
			return false;
		size_t room = digits && digits < length - at ? digits : length - at;
		size_t used = read_part(text + at, room, &part);
		if (!used || (digits && used != digits))
			return false;
		at += used;
		rgb = rgb << 8 | part;
	}
	if (with_alpha && at < length && text[at] == separator)
		at += 1 + read_part(text + at + 1, length - at - 1, &part);
	if (at != length)
		return false;
	*ret_rgb = rgb;
	return true;
}

/* rgb:1e1e/1e1e/1e1e, rgba:…/…/…/…, #1e1e1e, as XParseColor has them. */
static bool parse_color(const char *text, size_t length, int32_t *ret_rgb)
{
	if (length > 4 && !memcmp(text, "rgb:", 4))
		return read_color(text + 4, length - 4, '/', 0, false, ret_rgb);
	if (length > 5 && !memcmp(text, "rgba:", 5))
		return read_color(text + 5, length - 5, '/', 0, true, ret_rgb);
	if (length > 1 && text[0] == '#' && (length - 1) % 3 == 0)
		return read_color(text + 1, length - 1, 0, (length - 1) / 3, false, ret_rgb);
	return false;
}

/* What an answer says of the background. */
static enum theme_ground ground_of(const struct event *answer)
{
	const char *text;
	size_t length;
	int32_t rgb;

	if (answer->key == ']' && (text = after(answer, "11;", &length)))
		return parse_color(text, length, &rgb) ? theme_ground_of(rgb) : GROUND_UNKNOWN;
	if (answer->key == '[' && (text = after(answer, "?997;", &length)) && length == 2 && text[1] == 'n')
		return text[0] == '1' ? GROUND_DARK : text[0] == '2' ? GROUND_LIGHT : GROUND_UNKNOWN;
	return GROUND_UNKNOWN;
}

bool probe_answer(struct probe *probe, const struct event *answer)
{
	enum theme_ground ground = ground_of(answer);

	if (answer->key == '[' && answer->length && answer->text[answer->length - 1] == 'c')
		probe->open = false;
	if (ground == GROUND_UNKNOWN || probe->ground != GROUND_UNKNOWN)
		return false;
	probe->ground = ground;
	return true;
}
