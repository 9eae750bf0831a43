/* key.h: keys as numbers and by name.
 *
 * A key is a uint32_t: a Unicode code point or one of the keysyms below, with modifiers in its upper bits. Control
 * characters never occur: ^L is KEYMOD_CTRL | 'l', Return is KEYSYM_Enter. Shift is only ever added to keysyms, since
 * a letter carries it already. Names are what people write in keys.ini: "a", "C-l", "M-x", "S-Tab", "PgUp", "Space".
 */
#ifndef VITRINE_TUI_TERMINAL_KEY_H
#define VITRINE_TUI_TERMINAL_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYSYM_LIST(KEY)                                                                                               \
	KEY(Up)                                                                                                        \
	KEY(Down)                                                                                                      \
	KEY(Left) KEY(Right) KEY(Home) KEY(End) KEY(PgUp) KEY(PgDn) KEY(Insert) KEY(Delete) KEY(Enter) KEY(Esc)        \
	    KEY(Tab) KEY(Backspace) KEY(F1) KEY(F2) KEY(F3) KEY(F4) KEY(F5) KEY(F6) KEY(F7) KEY(F8) KEY(F9) KEY(F10)   \
		KEY(F11) KEY(F12)

enum keysym {
	KEYSYM_FIRST = 0x110000, /* just past Unicode */
#define KEY(name) KEYSYM_##name,
	KEYSYM_LIST(KEY)
#undef KEY
	    KEYSYM_END
};

/* Numbers, not an enum of their own: a value made of two enums is of neither. */
#define KEYMOD_SHIFT (UINT32_C(1) << 24)
#define KEYMOD_ALT (UINT32_C(1) << 25)
#define KEYMOD_CTRL (UINT32_C(1) << 26)
#define KEYMOD_MASK (KEYMOD_SHIFT | KEYMOD_ALT | KEYMOD_CTRL)

enum { KEY_NAME_SIZE = 24 }; /* bytes that any key's name fits in, with its NUL */

/* The name of a key. */
void key_format(uint32_t key, char ret_name[KEY_NAME_SIZE]);

/* The key of a name of `length` bytes. Names of keysyms may be in either case, and "Return", "Escape", "PageUp",
 * "PageDown", "Del", "Ins", "^L" are understood too. False when there is no such key. */
bool key_parse(const char *name, size_t length, uint32_t *ret_key);

/* Is it a character to type, and nothing else? */
static inline bool key_is_text(uint32_t key)
{
	return key >= 0x20 && key < KEYSYM_FIRST && key != 0x7F;
}

#endif
