#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "models/product.h"

/* Letters and numbers of every script; text_fold has taken the marks away. */
static bool is_word_part(utf8proc_int32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');

	utf8proc_category_t category = utf8proc_category(code);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool search_words(struct arena *arena, const char *text, bool (*word)(void *context, const char *word, size_t length),
		  void *context)
{
	const char *folded = text_fold(arena, text, strlen(text));

	if (!folded)
		return false;

	const char *start = folded; /* of the word that is being read */
	size_t kept = 0;            /* its bytes within SEARCH_WORD_MAX */
	for (const char *at = folded;;) {
		utf8proc_int32_t code = 0;
		utf8proc_ssize_t size = *at ? utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &code) : 0;

		if (size > 0 && is_word_part(code)) {
			at += size;
			if ((size_t)(at - start) <= SEARCH_WORD_MAX)
				kept = (size_t)(at - start);
			continue;
		}
		if (kept && !word(context, start, kept))
			return true;
		if (!*at)
			return true;
		at += size > 0 ? size : 1;
		start = at;
		kept = 0;
	}
}
