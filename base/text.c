#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

enum { MARKS_MAX = 4, REPLACEMENT_LENGTH = 3, CLUSTER_COLUMNS_MAX = 8 };
static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* Decodes one code point. Returns its length, or 0 when the bytes there are ill-formed. */
static size_t decode(const char *bytes, size_t length, utf8proc_int32_t *ret_code)
{
	if (!length)
		return 0;
	if ((unsigned char)bytes[0] < 0x80) {
		*ret_code = (unsigned char)bytes[0];
		return 1;
	}
	utf8proc_ssize_t size =
	    utf8proc_iterate((const utf8proc_uint8_t *)bytes, length > 4 ? 4 : (utf8proc_ssize_t)length, ret_code);
	return size > 0 ? (size_t)size : 0;
}

bool text_valid(const char *bytes, size_t length)
{
	utf8proc_int32_t code;

	for (size_t at = 0, size; at < length; at += size) {
		size = decode(bytes + at, length - at, &code);
		if (!size || !code)
			return false;
	}
	return true;
}

static bool is_control(utf8proc_int32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E || code == 0x200F ||
	       (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool text_has_control(const char *text, size_t length)
{
	utf8proc_int32_t code;

	for (size_t at = 0, size; at < length; at += size) {
		size = decode(text + at, length - at, &code);
		if (!size)
			return true;
		if (is_control(code))
			return true;
	}
	return false;
}

size_t text_count(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t at = 0; at < length; at++)
		count += ((unsigned char)text[at] & 0xC0) != 0x80;
	return count;
}

size_t text_cut(const char *text, size_t max)
{
	size_t length = strnlen(text, max);

	/* Ends before a continuation byte? Then its character's first bytes go too. */
	while (length && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	return length;
}

void text_copy(char *to, size_t size, const char *from)
{
	assert(size > 0);
	size_t length = text_cut(from ? from : "", size - 1);

	memcpy(to, from ? from : "", length);
	to[length] = '\0';
}

/* White space (Unicode's White_Space), and what looks like nothing at all: joiners, marks of direction, U+FEFF. */
static bool is_blank(utf8proc_int32_t code)
{
	return code == ' ' || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0 || code == 0x1680 ||
	       code == 0x180E || (code >= 0x2000 && code <= 0x200F) || code == 0x2028 || code == 0x2029 ||
	       code == 0x202F || (code >= 0x205F && code <= 0x2064) || code == 0x3000 || code == 0xFEFF;
}

size_t text_trim(const char *text, size_t *length)
{
	size_t start = *length, end = 0;
	utf8proc_int32_t code;

	for (size_t at = 0, size; at < *length; at += size) {
		size = decode(text + at, *length - at, &code);
		if (!size || !is_blank(code)) {
			size = size ? size : 1;
			start = at < start ? at : start;
			end = at + size;
		}
	}
	*length = end > start ? end - start : 0;
	return *length ? start : 0;
}

/* May this code point be shown at all? */
static bool is_showable(utf8proc_int32_t code)
{
	if (is_control(code))
		return false;

	utf8proc_category_t category = utf8proc_category(code);
	return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CO &&
	       category != UTF8PROC_CATEGORY_CS && category != UTF8PROC_CATEGORY_CC;
}

/* Columns where utf8proc and terminals don't agree. It says that a vowel sign with a column of its own (category Mc)
 * has none, which holds for no terminal that goes by the C library, and curses does. */
static const struct {
	utf8proc_int32_t first, last;
	int width;
} odd_widths[] = {
    {0x0600, 0x0605, 1},   /* Arabic signs that stand before a number, or over it */
    {0x06DD, 0x06DD, 1},   {0x070F, 0x070F, 1},   {0x0890, 0x0891, 1}, {0x08E2, 0x08E2, 1},
    /* the vowels and last letters of a Hangul syllable, which stand in its first letter's columns */
    {0x1160, 0x11FF, 0},
    {0x3248, 0x324F, 2},   {0x4DC0, 0x4DFF, 2},   {0xD7B0, 0xD7FB, 0}, {0x110BD, 0x110BD, 1},
    {0x110CD, 0x110CD, 1},
};

/* Columns of one character, at least as many as the C library gives it. */
static int code_width(utf8proc_int32_t code)
{
	if (code < 0x80)
		return 1;
	for (size_t at = 0; at < sizeof odd_widths / sizeof *odd_widths && code >= odd_widths[at].first; at++)
		if (code <= odd_widths[at].last)
			return odd_widths[at].width;
	if (!is_showable(code)) /* U+FFFD will stand for it */
		return 1;
	utf8proc_category_t category = utf8proc_category(code);
	int width = category == UTF8PROC_CATEGORY_MC ? 1 : utf8proc_charwidth(code);
	int known = wcwidth((wchar_t)code); /* -1 in a locale that isn't UTF-8 */
	return known > width || (known == 0 && category != UTF8PROC_CATEGORY_CF) ? known : width;
}

/* Does it belong to a character before it? */
static bool is_mark(utf8proc_int32_t code)
{
	return code >= 0x80 && (code_width(code) == 0 || utf8proc_category(code) == UTF8PROC_CATEGORY_MC);
}

void text_sanitise(struct buf *out, const char *bytes, size_t length)
{
	bool started = false;
	int marks = 0;

	for (size_t at = 0; at < length;) {
		utf8proc_int32_t code;
		size_t size = decode(bytes + at, length - at, &code);
		const char *shown = bytes + at;
		size_t shown_length = size;
		int before = 0;

		if (size == 1 && (code == '\n' || code == '\t')) {
			shown = " ";
		} else if (!size || !is_showable(code)) {
			shown = replacement;
			shown_length = REPLACEMENT_LENGTH;
		} else if (!started && is_mark(code)) {
			shown = replacement;
			shown_length = REPLACEMENT_LENGTH;
			before = MARKS_MAX; /* those that follow it go with it */
		} else if (code_width(code) == 0) {
			if (marks++ < MARKS_MAX)
				buf_add(out, shown, shown_length);
			at += size;
			continue;
		}
		buf_add(out, shown, shown_length);
		started = true;
		marks = before;
		at += size ? size : 1;
	}
}

void text_sanitise_lines(struct buf *out, const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		const char *feed = memchr(bytes + at, '\n', length - at);
		size_t end = feed ? (size_t)(feed - bytes) : length;
		text_sanitise(out, bytes + at, end - at);
		if (feed)
			buf_add_char(out, '\n');
		at = end + 1;
	}
}

/* Signs that stand for one picture together: only the first has columns. Those of a flag are two, with a column
 * each. */
static bool is_picture(utf8proc_int32_t code)
{
	return code >= 0x80 && utf8proc_get_property(code)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool text_joins(uint32_t base)
{
	return base && !is_picture((utf8proc_int32_t)base);
}

bool text_cluster_next(const char *text, size_t length, struct text_cluster *ret_cluster)
{
	utf8proc_int32_t code, next, state = 0;
	size_t at = decode(text, length, &code);

	if (!length)
		return false;
	if (!at) { /* not sanitised: one byte, one column, never an endless loop */
		*ret_cluster = (struct text_cluster){.length = 1, .width = 1};
		return true;
	}

	bool picture = is_picture(code);
	int width = code_width(code);
	for (size_t size; (size = decode(text + at, length - at, &next)) > 0; at += size) {
		/* Printable ASCII never extends a cluster. */
		if ((next >= 0x20 && next < 0x7F) || utf8proc_grapheme_break_stateful(code, next, &state))
			break;
		int more = picture ? 0 : code_width(next);
		if (width + more > CLUSTER_COLUMNS_MAX)
			break;
		width += more;
		code = next;
	}
	*ret_cluster = (struct text_cluster){.length = at, .width = width};
	return true;
}

int text_width(const char *text, size_t length)
{
	struct text_cluster cluster;
	int width = 0;

	for (size_t at = 0; text_cluster_next(text + at, length - at, &cluster); at += cluster.length)
		width += cluster.width;
	return width;
}

size_t text_fit(const char *text, size_t length, int columns, int *ret_width)
{
	struct text_cluster cluster;
	size_t at = 0;
	int width = 0;

	for (; text_cluster_next(text + at, length - at, &cluster); at += cluster.length) {
		if (cluster.width > columns - width)
			break;
		width += cluster.width;
	}
	if (ret_width)
		*ret_width = width;
	return at;
}

/* ASCII, which most text is, needs no tables. */
static char *fold_ascii(struct arena *arena, const char *text, size_t length)
{
	char *folded = arena_strndup(arena, text, length);

	for (size_t at = 0; folded && at < length; at++)
		if (folded[at] >= 'A' && folded[at] <= 'Z')
			folded[at] = (char)(folded[at] | 0x20);
	return folded;
}

char *text_fold(struct arena *arena, const char *text, size_t length)
{
	bool ascii = true;

	for (size_t at = 0; ascii && at < length; at++)
		ascii = (unsigned char)text[at] < 0x80;
	if (ascii)
		return fold_ascii(arena, text, length);

	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &folded,
					     UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
						 UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
	char *copy = size >= 0 ? arena_strndup(arena, (const char *)folded, (size_t)size) : NULL;
	free(folded);
	return copy;
}
