/* sequence.h: the first key, click or answer in what a terminal has sent; for tui/terminal/input's own use.
 *
 * The language is ECMA-48 as today's terminals speak it: CSI, SS3, and the strings OSC, DCS, APC, PM and SOS, which
 * begin with ESC or with the C1 character in UTF-8; xterm's keys and mouse; kitty's key events. Nothing is kept from
 * one call to the next, and nothing is changed.
 */
#ifndef VITRINE_TUI_TERMINAL_SEQUENCE_H
#define VITRINE_TUI_TERMINAL_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/terminal/event.h"

enum { KEY_STRINGS_MAX = 64, KEY_STRING_SIZE = 16, SEQUENCE_MAX = 256 };

/* The keys that terminfo names. They come first: a terminal may use for a key what means something else elsewhere. */
struct key_strings {
	struct key_string {
		unsigned char bytes[KEY_STRING_SIZE];
		size_t length;
		uint32_t key;
	} rows[KEY_STRINGS_MAX];
	size_t count;
};

struct found {
	enum {
		FOUND_NOTHING, /* `length` bytes that mean nothing; 0: more bytes are needed */
		FOUND_EVENT,   /* its text, if it has one, is among the bytes */
		FOUND_PASTE,   /* a paste begins after them */
		FOUND_STRING,  /* a string of `string` begins after them: ] P X ^ _ as after ESC, or [ for a CSI or SS3
			        * that is too long */
	} kind;
	size_t length;
	char string;
	struct event event;
};

/* What the bytes, 1 or more, begin with. `late`: no others have come for so long that these are all. Half a sequence
 * means nothing then, ESC alone is the key Esc, and ESC with one more is Alt and that key. */
struct found sequence_decode(const struct key_strings *keys, const unsigned char *bytes, size_t length, bool late);

#endif
