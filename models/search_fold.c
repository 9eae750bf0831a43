/* How a text is compared when it is searched: as people type it on the keyboard they have. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "models/search.h"

/* Letters that Unicode doesn't take apart, as they are typed without them; and one that only makes a word longer. In
 * order. */
static const struct {
	utf8proc_int32_t code;
	char typed[3];
} letters[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"}, {0x0127, "h"}, {0x0131, "i"},
    {0x0138, "q"},  {0x0142, "l"}, {0x014B, "n"}, {0x0153, "oe"}, {0x0167, "t"}, {0x0180, "b"}, {0x0188, "c"},
    {0x018C, "d"},  {0x0192, "f"}, {0x0199, "k"}, {0x019A, "l"},  {0x019E, "n"}, {0x01A5, "p"}, {0x01AD, "t"},
    {0x01B4, "y"},  {0x01B6, "z"}, {0x01E5, "g"}, {0x0225, "z"},  {0x0237, "j"}, {0x023C, "c"}, {0x0247, "e"},
    {0x0249, "j"},  {0x024D, "r"}, {0x024F, "y"}, {0x0253, "b"},  {0x0254, "o"}, {0x0256, "d"}, {0x0257, "d"},
    {0x0259, "e"},  {0x025B, "e"}, {0x0260, "g"}, {0x0268, "i"},  {0x0272, "n"}, {0x0275, "o"}, {0x0289, "u"},
    {0x028B, "v"},  {0x0640, ""},  {0x2C65, "a"}, {0x2C66, "t"},  {0x2C73, "w"},
};

/* Marks that people leave out when they type; those of other scripts (vowels of India, voiced kana) belong to the
 * word. */
static const struct {
	utf8proc_int32_t first, last;
} marks[] = {
    {0x0300, 0x036F}, /* accents */
    {0x0483, 0x0489}, /* Cyrillic */
    {0x0591, 0x05C7}, /* Hebrew points */
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06ED}, /* Arabic vowels */
    {0x0711, 0x0711}, {0x0730, 0x074A},					    /* Syriac */
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}, /* more accents */
};

static bool is_mark(utf8proc_int32_t code)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (code >= marks[i].first && code <= marks[i].last) {
			utf8proc_category_t category = utf8proc_category(code);
			return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
		}
	return false;
}

static int compare_letter(const void *key, const void *row)
{
	utf8proc_int32_t code = *(const utf8proc_int32_t *)key, other = *(const utf8proc_int32_t *)row;

	return (code > other) - (code < other);
}

/* NULL when the code stays as it is. */
static const char *typed(utf8proc_int32_t code)
{
	const void *row = bsearch(&code, letters, sizeof letters / sizeof *letters, sizeof *letters, compare_letter);

	return row ? letters[(size_t)((const char *)row - (const char *)letters) / sizeof *letters].typed : NULL;
}

/* Signs that stand beside a word and would become letters of it: TM, SM. */
static utf8proc_int32_t before(utf8proc_int32_t code, void *context)
{
	(void)context;
	return code == 0x2120 || code == 0x2122 ? ' ' : code;
}

/* Without marks, and with letters as they are typed. `to` has room for twice as many codes. */
static size_t simplify(utf8proc_int32_t *codes, size_t count, utf8proc_int32_t *to)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		const char *letter = typed(codes[i]);

		if (is_mark(codes[i]))
			continue;
		if (!letter)
			to[length++] = codes[i];
		for (; letter && *letter; letter++)
			to[length++] = (unsigned char)*letter;
	}
	return length;
}

static char *encode(struct arena *arena, const utf8proc_int32_t *codes, size_t count)
{
	char *text = arena_alloc(arena, count * 4 + 1);
	size_t length = 0;

	for (size_t i = 0; text && i < count; i++)
		length += (size_t)utf8proc_encode_char(codes[i], (utf8proc_uint8_t *)text + length);
	return text;
}

/* Unicode's compatibility forms, without case; the rest as the tables say; put together again. */
static char *fold_unicode(struct arena *arena, const char *text, size_t length)
{
	const utf8proc_option_t options =
	    UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t count =
	    utf8proc_decompose_custom(bytes, (utf8proc_ssize_t)length, NULL, 0, options, before, NULL);

	if (count < 0)
		return NULL;
	utf8proc_int32_t *codes = arena_array(arena, (size_t)count + 1, 3 * sizeof *codes);
	if (!codes)
		return NULL;
	utf8proc_int32_t *simple = codes + count + 1;
	utf8proc_decompose_custom(bytes, (utf8proc_ssize_t)length, codes, count, options, before, NULL);
	utf8proc_ssize_t left = (utf8proc_ssize_t)simplify(codes, (size_t)count, simple);
	left = utf8proc_normalize_utf32(simple, left, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	return left < 0 ? NULL : encode(arena, simple, (size_t)left);
}

char *search_fold(struct arena *arena, const char *text)
{
	size_t length = strlen(text);
	bool ascii = true;

	for (size_t at = 0; ascii && at < length; at++)
		ascii = (unsigned char)text[at] < 0x80;
	if (!ascii)
		return fold_unicode(arena, text, length);

	char *folded = arena_strndup(arena, text, length);
	for (size_t at = 0; folded && at < length; at++)
		if (folded[at] >= 'A' && folded[at] <= 'Z')
			folded[at] = (char)(folded[at] | 0x20);
	return folded;
}
