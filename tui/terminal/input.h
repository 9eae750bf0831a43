/* input.h: bytes from a terminal to events; tui's own, without a terminal in it so that tests can feed it.
 *
 * Why not ncurses' wget_wch: it sleeps to tell Esc from a sequence that begins with it, drops modified keys that
 * terminfo doesn't name, delivers a paste as keys, and folds a burst of mouse events. Here the key strings of terminfo
 * come first, then the language that all of today's terminals share (sequence.h); nothing sleeps, the caller is told
 * when to look again.
 *
 * What is not a key is swallowed whole, in whatever pieces it arrives: sequences that mean nothing here, and the
 * strings OSC, DCS, APC, PM and SOS until ST (OSC also until BEL), CAN or SUB. What was asked for comes as
 * EVENT_ANSWER. The keyboard always comes back. A string that doesn't end is left by Esc and ^C at once, and ends by
 * itself after INPUT_STRING_MS. A paste ends by itself after INPUT_PASTE_MS, or by a ^C that nothing follows (a ^C
 * inside a pasted text doesn't end it, or the text's author could have the rest typed). These times are counted from
 * the beginning, and keys don't begin them anew. Only a piece longer than anybody types does, since a long paste may
 * come by a slow line.
 *
 * ESC and a key that follows within `escape_ms` are one key, Alt and that key: terminals send it so. If nothing is
 * bound to it, it is ignored; as Esc and a letter it might buy something.
 */
#ifndef VITRINE_TUI_TERMINAL_INPUT_H
#define VITRINE_TUI_TERMINAL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/terminal/event.h"
#include "tui/terminal/sequence.h"

enum {
	INPUT_SIZE = 4096,
	INPUT_ANSWER_SIZE = 256,   /* what an answer may have; longer ones are swallowed */
	INPUT_BULK = 64,           /* bytes in one piece that nobody types */
	INPUT_ESC_MS = 100,        /* a lone Esc is the key after this: longer than the parts of an arrow take by SSH */
	INPUT_ESC_MS_MAX = 10 * 1000,
	INPUT_SEQUENCE_MS = 500,   /* a sequence cut off is dropped after this */
	INPUT_STRING_MS = 5 * 1000,
	INPUT_PASTE_MS = 10 * 1000
};

struct input {
	struct key_strings keys; /* from terminfo */
	bool with_sync;
	int escape_ms; /* INPUT_ESC_MS, unless ESCDELAY says otherwise: 0 to INPUT_ESC_MS_MAX */
	unsigned char bytes[INPUT_SIZE]; /* read, not yet decoded: from start to end */
	size_t start, end;
	int64_t waiting_since; /* clock_monotonic() when what is there was found incomplete; 0: it was not */
	enum { INPUT_KEYS, INPUT_PASTE, INPUT_STRING } within;
	int64_t within_since; /* when the paste or the string began, or last came in bulk */
	bool bulk;            /* the last piece was as long as INPUT_BULK */
	char string;          /* what began the string: as after ESC */
	struct buf paste;
	char answer[INPUT_ANSWER_SIZE]; /* the string so far */
	size_t answer_length;           /* more than INPUT_ANSWER_SIZE: too long */
};

void input_init(struct input *input);
void input_done(struct input *input);

/* Adds a key string of terminfo. Those that aren't an escape sequence, or don't fit, are ignored. */
void input_add_key(struct input *input, const char *bytes, uint32_t key);

/* What the environment's ESCDELAY says (milliseconds, as for ncurses); NULL and nonsense leave it as it is. */
void input_set_escape_delay(struct input *input, const char *text);

/* Where to read more bytes to, and how many fit there; then input_commit(read). */
unsigned char *input_room(struct input *input, size_t *ret_size);
void input_commit(struct input *input, size_t length);

/* The next event, at the time `now` (clock_monotonic); false when what is there is no whole event yet. Commit all that
 * has come before this call: then bytes are late because they were sent late, not because they were read late. */
bool input_next(struct input *input, int64_t now, struct event *ret_event);

/* Milliseconds from `now` after which input_next may find an event without further bytes; -1: never. */
int input_wait(const struct input *input, int64_t now);

#endif
