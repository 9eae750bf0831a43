#include "models/normal.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "models/search.h"

const char normal_unnamed[] = "Unnamed";

/* ---- names ---- */

/* What is there and can't be seen, in order. openapi.yaml has the same characters in the pattern of Name. */
static const struct {
	utf8proc_int32_t first, last;
	enum look { LOOK_SEEN, LOOK_BLANK, LOOK_NONE, LOOK_ADDS } look; /* LOOK_ADDS: changes the sign before it */
} unseen[] = {
    {0x0009, 0x000D, LOOK_BLANK}, {0x0020, 0x0020, LOOK_BLANK}, {0x0085, 0x0085, LOOK_BLANK},
    {0x00A0, 0x00A0, LOOK_BLANK}, {0x00AD, 0x00AD, LOOK_NONE},	{0x034F, 0x034F, LOOK_NONE},
    {0x061C, 0x061C, LOOK_NONE},  {0x115F, 0x1160, LOOK_NONE},	{0x1680, 0x1680, LOOK_BLANK},
    {0x17B4, 0x17B5, LOOK_NONE},  {0x180B, 0x180F, LOOK_NONE},	{0x2000, 0x200A, LOOK_BLANK},
    {0x200B, 0x200F, LOOK_NONE},  {0x2028, 0x2029, LOOK_BLANK}, {0x202A, 0x202E, LOOK_NONE},
    {0x202F, 0x202F, LOOK_BLANK}, {0x205F, 0x205F, LOOK_BLANK}, {0x2060, 0x206F, LOOK_NONE},
    {0x2800, 0x2800, LOOK_BLANK}, {0x3000, 0x3000, LOOK_BLANK}, {0x3164, 0x3164, LOOK_NONE},
    {0xFE00, 0xFE0F, LOOK_ADDS},  {0xFEFF, 0xFEFF, LOOK_NONE},	{0xFFA0, 0xFFA0, LOOK_NONE},
    {0xFFF9, 0xFFFB, LOOK_NONE},
};

static enum look look_of(utf8proc_int32_t code)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen && unseen[i].first <= code; i++)
		if (code <= unseen[i].last)
			return unseen[i].look;
	return LOOK_SEEN;
}

/* The next code point; its bytes. */
static size_t next_code(const char *at, utf8proc_int32_t *ret_code)
{
	utf8proc_ssize_t size = *at ? utf8proc_iterate((const utf8proc_uint8_t *)at, -1, ret_code) : 0;

	return size > 0 ? (size_t)size : 0;
}

/* In place. What takes no room stays between two letters (it joins or parts them in some scripts), not beside a
 * blank. */
static void trim(char *text)
{
	char *to = text, *seen = text; /* the end of what was written, and of what of it can be seen */
	utf8proc_int32_t code;
	bool blank = false;
	size_t size;

	for (const char *at = text; (size = next_code(at, &code)); at += size) {
		enum look look = look_of(code);

		if (look == LOOK_BLANK) {
			blank = true;
			to = seen;
			continue;
		}
		if (look != LOOK_SEEN && (blank || seen == text))
			continue;
		if (blank && seen > text)
			*to++ = ' ';
		memmove(to, at, size);
		to += size;
		if (look != LOOK_NONE)
			seen = to;
		blank = false;
	}
	*seen = '\0';
}

bool normal_has_unseen(const char *text)
{
	utf8proc_int32_t code;
	size_t size;

	for (; (size = next_code(text, &code)); text += size)
		if (look_of(code) != LOOK_SEEN)
			return true;
	return false;
}

static bool is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return !*text;
}

static char *compose(struct arena *arena, const char *text)
{
	if (!text || is_ascii(text))
		return arena_strdup(arena, text);

	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)text);
	char *copy = arena_strdup(arena, (const char *)nfc);
	free(nfc);
	return copy;
}

const char *normal_name(struct arena *arena, const char *text)
{
	char *name = compose(arena, text);

	if (name)
		trim(name);
	return name;
}

char *normal_order_key(struct arena *arena, const char *name, size_t most)
{
	char *key = text_fold(arena, name, strlen(name));

	if (key)
		key[text_cut(key, most)] = '\0';
	return key;
}

const char *normal_category_key(struct arena *arena, const char *category)
{
	const char *name = normal_name(arena, category);
	char *key = name ? search_fold(arena, name) : NULL;

	if (key)
		trim(key);
	return key && !*key ? name : key;
}

/* ---- e-mail addresses ---- */

/* Unicode's case folding of one letter into one letter, else the letter. A letter that isn't ASCII never becomes one
 * that is: dotless and dotted i stay three letters. */
static utf8proc_int32_t fold_letter(utf8proc_int32_t code)
{
	utf8proc_int32_t folded[4] = {code};
	int boundary = 0;

	if (code >= 'A' && code <= 'Z')
		return code | 0x20;
	if (code < 0x80)
		return code;
	if (utf8proc_decompose_char(code, folded, 4, UTF8PROC_CASEFOLD, &boundary) != 1)
		folded[0] = utf8proc_tolower(code);
	return folded[0] < 0x80 ? code : folded[0];
}

static char *fold_local(struct arena *arena, const char *local)
{
	const char *nfc = compose(arena, local);
	char *folded = nfc ? arena_alloc(arena, strlen(nfc) * 4 + 1) : NULL;
	size_t length = 0, size;
	utf8proc_int32_t code;

	for (; folded && (size = next_code(nfc, &code)); nfc += size)
		length += (size_t)utf8proc_encode_char(fold_letter(code), (utf8proc_uint8_t *)folded + length);
	return folded ? compose(arena, folded) : NULL;
}

static char *lower_ascii(struct arena *arena, const char *text)
{
	char *lower = arena_strdup(arena, text);

	for (char *at = lower; at && *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at | 0x20);
	return lower;
}

/* A domain that has no such form stays as it is, without case of ASCII. NULL when memory ended. */
static char *name_domain(struct arena *arena, const char *domain)
{
	char *name = NULL;
	int result = idn2_to_ascii_8z(domain, &name, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	if (result == IDN2_MALLOC)
		return NULL;
	char *copy = lower_ascii(arena, result == IDN2_OK ? name : domain);
	idn2_free(name);
	return copy;
}

const char *normal_email_key(struct arena *arena, const char *email)
{
	const char *text = normal_name(arena, email);
	const char *at = text ? strrchr(text, '@') : NULL;

	if (!text || !at)
		return text;
	const char *local = fold_local(arena, arena_strndup(arena, text, (size_t)(at - text)));
	const char *domain = name_domain(arena, at + 1);
	return local && domain ? arena_printf(arena, "%s@%s", local, domain) : NULL;
}
