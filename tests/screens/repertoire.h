/* repertoire.h: what vitrine may say to a terminal: printable text in valid UTF-8, and the sequences of its own. All
 * else (other escape sequences, C1, bidirectional controls, floods of marks) came from somebody's data, and must not
 * get through.
 */
#ifndef VITRINE_TESTS_SCREENS_REPERTOIRE_H
#define VITRINE_TESTS_SCREENS_REPERTOIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPERTOIRE_SEQUENCE = 512, REPERTOIRE_WHY = 160 };

struct repertoire {
	bool ascii; /* nothing beyond ASCII is right, either */
	enum { REPERTOIRE_TEXT, REPERTOIRE_ESC, REPERTOIRE_CSI, REPERTOIRE_OSC, REPERTOIRE_CHARSET } state;
	char sequence[REPERTOIRE_SEQUENCE]; /* after ESC, so far */
	size_t length;
	uint32_t code; /* a character so far, */
	int missing;   /* and the bytes that it lacks */
	int marks;     /* in a row, that take no column */
	char why[REPERTOIRE_WHY]; /* what was wrong first, or "" */
};

void repertoire_init(struct repertoire *repertoire, bool ascii);

/* Looks at more bytes; false, and `why`, when something is not right, from then on always. */
bool repertoire_feed(struct repertoire *repertoire, const char *bytes, size_t length);

#endif
