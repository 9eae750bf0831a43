/* vterm_title.h: the title that a program under test sets, gathered from what libvterm says of it.
 *
 * Until 0.1 libvterm hands over the whole title as a C string; since 0.2 in fragments, each with its length, the first
 * and the last marked.
 */
#ifndef VITRINE_TESTS_VTERM_TITLE_H
#define VITRINE_TESTS_VTERM_TITLE_H

#include <string.h>
#include <vterm.h>

/* Takes what `value` holds into `title`, of `size` bytes, cut where it doesn't fit. */
static inline void vterm_title_take(char *title, size_t size, const VTermValue *value)
{
#if VTERM_VERSION_MAJOR == 0 && VTERM_VERSION_MINOR < 2
	const char *text = value->string;
	size_t length = strlen(text), before = 0;
#else
	const char *text = value->string.str;
	size_t length = value->string.len, before = value->string.initial ? 0 : strlen(title);
#endif

	if (length > size - 1 - before)
		length = size - 1 - before;
	memcpy(title + before, text, length);
	title[before + length] = '\0';
}

#endif
