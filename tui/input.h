/* input.h: bytes from a terminal to events; tui's own, without a terminal in it so that tests can feed it.
 *
 * Why not ncurses' wget_wch: it sleeps to tell Esc from a sequence that begins with it, drops modified keys that terminfo
 * doesn't name, delivers a paste as keys, and folds a burst of mouse events. Here the key strings of terminfo come first,
 * then the sequences that all of today's terminals share; nothing sleeps, the caller is told when to look again.
 *
 * Esc followed at once by a character is two keys, not Alt: typing fast loses nothing, and a link that delivers both in one
 * packet changes nothing. Alt is known only from terminals that say so (CSI u, CSI 1;3A).
 */
#ifndef VITRINE_TUI_INPUT_H
#define VITRINE_TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/event.h"

enum {
	INPUT_SIZE = 4096,
	INPUT_KEYS_MAX = 64,
	INPUT_KEY_SIZE = 16,
	INPUT_ESC_MS = 25,         /* a lone Esc is the key after this */
	INPUT_SEQUENCE_MS = 150,   /* a sequence cut off is dropped after this */
	INPUT_PASTE_MS = 10 * 1000 /* a paste whose end doesn't come ends after this */
};

struct input_key {
	unsigned char bytes[INPUT_KEY_SIZE];
	size_t length;
	uint32_t key;
};

struct input {
	struct input_key keys[INPUT_KEYS_MAX]; /* from terminfo */
	size_t key_count;
	bool with_sync;
	unsigned char bytes[INPUT_SIZE]; /* read, not yet decoded: from start to end */
	size_t start, end;
	int64_t waiting_since; /* clock_monotonic() when what is there was found incomplete; 0: it was not */
	bool pasting;
	struct buf paste;
};

void input_init(struct input *input);
void input_done(struct input *input);

/* Adds a key string of terminfo. Those that aren't an escape sequence, or don't fit, are ignored. */
void input_add_key(struct input *input, const char *bytes, uint32_t key);

/* Where to read more bytes to, and how many fit there; then input_commit(read). */
unsigned char *input_room(struct input *input, size_t *ret_size);
void input_commit(struct input *input, size_t length);

/* The next event, at the time `now` (clock_monotonic); false when what is there is no whole event yet. */
bool input_next(struct input *input, int64_t now, struct event *ret_event);

/* Milliseconds from `now` after which input_next may find an event without further bytes; -1: never. */
int input_wait(const struct input *input, int64_t now);

#endif
