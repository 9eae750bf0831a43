/* spoken.h: vitrine by lines, through pipes: what is said to a text that is typed.
 */
#ifndef VITRINE_TESTS_SCREENS_SPOKEN_H
#define VITRINE_TESTS_SCREENS_SPOKEN_H

#include "tests/screens/world.h"

/* Types the text, and its end; returns what was said until the program ended. Insists that it did so with this status,
 * that nothing but text and line feeds came out, and never more than 25 lines between two prompts but for messages.
 * `options` may be NULL; its `wrap` is ours. The answer is valid until the next call. */
enum { SPOKEN_ENDED = -1 }; /* 0, or 1 since something would be lost */
const char *spoken(struct stage *stage, const struct stage_options *options, int status, const char *input);
const char *spoken_bytes(struct stage *stage, const struct stage_options *options, int status, const char *input,
			 size_t length);

/* What the last run said on standard error. */
const char *spoken_errors(void);

/* Insists that the text is in what was said last. */
void spoken_expect(const char *text);

#endif
