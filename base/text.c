#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MARKS_MAX = 4, REPLACEMENT_LENGTH = 3 };
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

/* May this code point be shown at all? */
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

static bool is_showable(utf8proc_int32_t code)
{
	if (is_control(code))
		return false;

	utf8proc_category_t category = utf8proc_category(code);
	return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CO && category != UTF8PROC_CATEGORY_CS &&
	       category != UTF8PROC_CATEGORY_CC;
}

void text_sanitise(struct buf *out, const char *bytes, size_t length)
{
	int marks = MARKS_MAX; /* so that a leading mark is refused */
	bool started = false;

	for (size_t at = 0; at < length;) {
		utf8proc_int32_t code;
		size_t size = decode(bytes + at, length - at, &code);
		const char *shown = bytes + at;
		size_t shown_length = size;

		if (size == 1 && (code == '\n' || code == '\t')) {
			shown = " ";
		} else if (!size || !is_showable(code)) {
			shown = replacement;
			shown_length = REPLACEMENT_LENGTH;
		} else if (code >= 0x80 && utf8proc_charwidth(code) == 0) {
			if (started && marks++ >= MARKS_MAX) {
				at += size;
				continue;
			}
			if (!started) {
				shown = replacement;
				shown_length = REPLACEMENT_LENGTH;
			}
			buf_add(out, shown, shown_length);
			started = true;
			at += size;
			continue;
		}
		buf_add(out, shown, shown_length);
		started = true;
		marks = 0;
		at += size ? size : 1;
	}
}

/* Two of these are one flag, and take the columns of both. */
static bool is_regional(utf8proc_int32_t code)
{
	return code >= 0x1F1E6 && code <= 0x1F1FF;
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

	int width = code < 0x80 ? 1 : utf8proc_charwidth(code);
	for (size_t size; (size = decode(text + at, length - at, &next)) > 0; at += size) {
		/* Printable ASCII never extends a cluster. */
		if ((next >= 0x20 && next < 0x7F) || utf8proc_grapheme_break_stateful(code, next, &state))
			break;
		int wider = is_regional(code) && is_regional(next) ? 2 : utf8proc_charwidth(next);
		if (wider > width)
			width = wider;
		code = next;
	}
	*ret_cluster = (struct text_cluster){.length = at, .width = width > 2 ? 2 : width};
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
