#include "tui/terminal/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "tui/paint/utf8.h"

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
#define KEY(name) {#name, KEYSYM_##name},
    KEYSYM_LIST(KEY)
#undef KEY
	{"Space", ' '},
    {"Return", KEYSYM_Enter},
    {"Escape", KEYSYM_Esc},
    {"PageUp", KEYSYM_PgUp},
    {"PageDown", KEYSYM_PgDn},
    {"Del", KEYSYM_Delete},
    {"Ins", KEYSYM_Insert},
};

enum { NAMES = sizeof names / sizeof *names };

static const struct {
	char letter;
	uint32_t mod;
} mods[] = {{'C', KEYMOD_CTRL}, {'M', KEYMOD_ALT}, {'S', KEYMOD_SHIFT}};

enum { MODS = sizeof mods / sizeof *mods };

void key_format(uint32_t key, char ret_name[KEY_NAME_SIZE])
{
	uint32_t plain = key & ~(uint32_t)KEYMOD_MASK;
	size_t at = 0;

	for (size_t mod = 0; mod < MODS; mod++) {
		if (!(key & mods[mod].mod))
			continue;
		ret_name[at++] = mods[mod].letter;
		ret_name[at++] = '-';
	}
	for (size_t name = 0; name < NAMES; name++) {
		if (names[name].key == plain) {
			snprintf(ret_name + at, KEY_NAME_SIZE - at, "%s", names[name].name);
			return;
		}
	}
	if (plain > 0x10FFFF)
		plain = 0xFFFD;
	at += utf8_encode(plain, ret_name + at);
	ret_name[at] = '\0';
}

/* Without its modifiers. */
static bool parse_plain(const char *name, size_t length, uint32_t *ret_key)
{
	uint32_t code;

	if (length && utf8_decode(name, length, &code) == length && !text_has_control(name, length)) {
		*ret_key = code;
		return true;
	}
	for (size_t at = 0; at < NAMES; at++) {
		if (strlen(names[at].name) == length && !strncasecmp(names[at].name, name, length)) {
			*ret_key = names[at].key;
			return true;
		}
	}
	return false;
}

static bool parse_mod(char letter, uint32_t *ret_mod)
{
	for (size_t at = 0; at < MODS; at++) {
		if (mods[at].letter == (letter & ~0x20)) {
			*ret_mod = mods[at].mod;
			return true;
		}
	}
	return false;
}

bool key_parse(const char *name, size_t length, uint32_t *ret_key)
{
	uint32_t key = 0, plain, mod;

	if (length == 2 && name[0] == '^') {
		key = KEYMOD_CTRL;
		name++, length--;
	}
	while (length > 2 && name[1] == '-' && parse_mod(name[0], &mod)) {
		key |= mod;
		name += 2, length -= 2;
	}
	if (!parse_plain(name, length, &plain))
		return false;
	/* A terminal can't tell C-L from C-l, and sends a shifted letter as the capital. */
	if (key & KEYMOD_CTRL && plain >= 'A' && plain <= 'Z')
		plain |= 0x20;
	if (key & KEYMOD_SHIFT && plain < KEYSYM_FIRST) {
		if (plain < 'a' || plain > 'z' || key & KEYMOD_CTRL)
			return false;
		plain &= ~0x20U;
		key &= ~(uint32_t)KEYMOD_SHIFT;
	}
	*ret_key = key | plain;
	return true;
}
