#include "tui/terminal/sequence.h"

#include <string.h>
#include <utf8proc.h>

#include "tui/terminal/key.h"
#include "tui/paint/utf8.h"

enum { ESC = 0x1B, CAN = 0x18, SUB = 0x1A, C1 = 0xC2, SYNC_CODE = 7777, PARAMETERS = 6, PARAMETER_MAX = 0x7FFFFFF };

static struct found key_found(size_t length, uint32_t key)
{
	return (struct found){.kind = FOUND_EVENT, .length = length, .event = {.kind = EVENT_KEY, .key = key}};
}

static struct found nothing(size_t length)
{
	return (struct found){.kind = FOUND_NOTHING, .length = length};
}

static struct found more_needed(void)
{
	return nothing(0);
}

/* ---- keys ---- */

/* Keys that have a name, by the last byte of CSI and SS3 sequences, and by the number of CSI n ~. */
static const uint32_t by_final[128] = {
    ['A'] = KEYSYM_Up,   ['B'] = KEYSYM_Down, ['C'] = KEYSYM_Right, ['D'] = KEYSYM_Left,
    ['H'] = KEYSYM_Home, ['F'] = KEYSYM_End,  ['P'] = KEYSYM_F1,    ['Q'] = KEYSYM_F2,
    ['R'] = KEYSYM_F3,   ['S'] = KEYSYM_F4,
};
static const uint32_t by_number[] = {
    [1] = KEYSYM_Home, [2] = KEYSYM_Insert, [3] = KEYSYM_Delete, [4] = KEYSYM_End,  [5] = KEYSYM_PgUp,
    [6] = KEYSYM_PgDn, [7] = KEYSYM_Home,   [8] = KEYSYM_End,    [11] = KEYSYM_F1,  [12] = KEYSYM_F2,
    [13] = KEYSYM_F3,  [14] = KEYSYM_F4,    [15] = KEYSYM_F5,    [17] = KEYSYM_F6,  [18] = KEYSYM_F7,
    [19] = KEYSYM_F8,  [20] = KEYSYM_F9,    [21] = KEYSYM_F10,   [23] = KEYSYM_F11, [24] = KEYSYM_F12,
};

/* The keypad in application mode: after SS3 these too, and characters from j on. */
static const uint32_t by_ss3_final[128] = {['M'] = KEYSYM_Enter, ['I'] = KEYSYM_Tab, ['X'] = '=', [' '] = ' '};
static const char keypad[] = "*+,-./0123456789";

/* Keys without a character have numbers in Unicode's private area with kitty. Those of the keypad, from the first on;
 * the others (media, modifiers by themselves, F13 and up) are bound to nothing here. */
enum { KITTY_FIRST = 0xE000, KITTY_LAST = 0xF8FF, KITTY_KEYPAD = 57399 };
static const uint32_t kitty_keypad[] = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/', '*', '-', '+',
    KEYSYM_Enter, '=', ',', KEYSYM_Left, KEYSYM_Right, KEYSYM_Up, KEYSYM_Down, KEYSYM_PgUp, KEYSYM_PgDn,
    KEYSYM_Home, KEYSYM_End, KEYSYM_Insert, KEYSYM_Delete,
};

/* As xterm and kitty count them, from 1: shift 1, alt 2, control 4; then others (super, hyper, meta), and the locks,
 * which change nothing. */
enum { MODIFIERS_OTHER = 8 | 16 | 32 };

static uint32_t modifiers(uint32_t parameter)
{
	uint32_t bits = parameter ? parameter - 1 : 0;

	return (bits & 1 ? (uint32_t)KEYMOD_SHIFT : 0) | (bits & 2 ? (uint32_t)KEYMOD_ALT : 0) |
	       (bits & 4 ? (uint32_t)KEYMOD_CTRL : 0);
}

/* The key of a character typed with modifiers: with shift a letter is the capital, with control it never is. */
static uint32_t key_of_character(uint32_t code, uint32_t mods)
{
	if (mods & KEYMOD_CTRL)
		code = code >= 'A' && code <= 'Z' ? code | 0x20 : code;
	else if (mods & KEYMOD_SHIFT)
		code = (uint32_t)utf8proc_toupper((utf8proc_int32_t)code);
	return code | (mods & ~(uint32_t)KEYMOD_SHIFT);
}

/* The key of a control character or a printable one. */
static uint32_t key_of_code(uint32_t code, uint32_t mods)
{
	switch (code) {
	case '\r':
	case '\n': return KEYSYM_Enter | mods;
	case '\t': return KEYSYM_Tab | mods;
	case ESC: return KEYSYM_Esc | mods;
	case '\b':
	case 0x7F: return KEYSYM_Backspace | mods;
	default: break;
	}
	if (!code)
		return key_of_character(' ', mods | KEYMOD_CTRL);
	if (code < 0x20)
		return key_of_character(code | (code < ESC ? 0x60 : 0x40), mods | KEYMOD_CTRL);
	return key_of_character(code, mods);
}

/* Adds modifiers to a key. A character has its shift in it already. */
static uint32_t with_modifiers(uint32_t key, uint32_t mods)
{
	return key | (key < KEYSYM_FIRST ? mods & ~(uint32_t)KEYMOD_SHIFT : mods);
}

/* The key of a number that a terminal sent, which may be anything; 0: it is none. */
static uint32_t key_of_number(uint32_t number, uint32_t mods)
{
	if (number >= KITTY_FIRST && number <= KITTY_LAST) {
		size_t pad = (size_t)number - KITTY_KEYPAD;
		bool known = number >= KITTY_KEYPAD && pad < sizeof kitty_keypad / sizeof *kitty_keypad;
		return known ? with_modifiers(kitty_keypad[pad], mods) : 0;
	}
	if (!number || number >= KEYSYM_FIRST || (number >= 0x80 && number < 0xA0) ||
	    (number >= 0xD800 && number < 0xE000))
		return 0;
	return key_of_code(number, mods);
}

/* ---- CSI ---- */

struct csi {
	char prefix; /* < = > ? or 0 */
	char final;
	bool with_intermediates;
	size_t count;
	uint32_t parameters[PARAMETERS];
	uint32_t subs[PARAMETERS]; /* what follows the first colon in each */
};

/* The parameters, from `at` on. Returns where they end, or `length` when they don't. */
static size_t csi_parameters(const unsigned char *bytes, size_t at, size_t length, struct csi *csi)
{
	int colons = 0;

	csi->count = 1;
	for (; at < length && bytes[at] >= '0' && bytes[at] <= ';'; at++) {
		uint32_t *value = NULL;

		if (bytes[at] == ';') {
			csi->count++;
			colons = 0;
		} else if (bytes[at] == ':') {
			colons++;
		} else if (csi->count <= PARAMETERS && colons < 2) {
			value = colons ? &csi->subs[csi->count - 1] : &csi->parameters[csi->count - 1];
			*value = *value * 10 + (uint32_t)(bytes[at] - '0');
			if (*value > PARAMETER_MAX)
				*value = PARAMETER_MAX;
		}
	}
	if (csi->count > PARAMETERS)
		csi->count = PARAMETERS;
	return at;
}

/* A key event of kitty's: code and its shifted form, modifiers and the kind of event, ending in u; the letters and ~
 * that others use may carry the same. */
static uint32_t csi_key(const struct csi *csi)
{
	enum { KITTY_RELEASE = 3 };
	uint32_t first = csi->parameters[0], second = csi->count > 1 ? csi->parameters[1] : 0;
	uint32_t mods = modifiers(second);

	if (csi->subs[1] == KITTY_RELEASE || (second && (second - 1) & MODIFIERS_OTHER))
		return 0;
	switch (csi->final) {
	case 'u':
		if (csi->subs[0] && mods & KEYMOD_SHIFT && !(mods & KEYMOD_CTRL)) {
			first = csi->subs[0];
			mods &= ~(uint32_t)KEYMOD_SHIFT;
		}
		return key_of_number(first, mods);
	case '~':
		if (first == 27 && csi->count > 2) /* modifyOtherKeys */
			return key_of_number(csi->parameters[2], mods);
		return first < sizeof by_number / sizeof *by_number && by_number[first] ? by_number[first] | mods : 0;
	case 'Z':
		return KEYSYM_Tab | KEYMOD_SHIFT;
	case 'R': /* with a number it is the cursor's place */
		return first <= 1 ? KEYSYM_F3 | mods : 0;
	default:
		return by_final[(unsigned char)csi->final] ? by_final[(unsigned char)csi->final] | mods : 0;
	}
}

/* A mouse report: the button's number with its flags, and the place counted from 1. */
static bool mouse(uint32_t code, uint32_t x, uint32_t y, bool down, struct event *event)
{
	enum { SHIFT = 4, META = 8, CONTROL = 16, MOTION = 32, WHEEL = 64, OTHER = 128 };
	uint32_t button = code & 3;

	if (!down || code & (MOTION | OTHER) || !x || !y || (code & WHEEL ? button > 1 : button == 3))
		return false;
	*event = (struct event){
	    .kind = EVENT_MOUSE,
	    .button = (enum event_button)(code & WHEEL ? BUTTON_WHEEL_UP + button : BUTTON_LEFT + button),
	    .key = (code & SHIFT ? (uint32_t)KEYMOD_SHIFT : 0) | (code & META ? (uint32_t)KEYMOD_ALT : 0) |
		   (code & CONTROL ? (uint32_t)KEYMOD_CTRL : 0),
	    .x = (int)x - 1,
	    .y = (int)y - 1,
	};
	return true;
}

/* What a whole CSI sequence of `length` bytes is; `text` is what follows its first two. */
static struct found csi_found(const struct csi *csi, const unsigned char *text, size_t length)
{
	struct found found = nothing(length);
	struct event *event = &found.event;

	if (csi->prefix == '?') {
		*event =
		    (struct event){.kind = EVENT_ANSWER, .key = '[', .text = (const char *)text, .length = length - 2};
	} else if (csi->prefix == '<' && csi->count == 3 && (csi->final == 'M' || csi->final == 'm')) {
		mouse(csi->parameters[0], csi->parameters[1], csi->parameters[2], csi->final == 'M', event);
	} else if (csi->prefix || csi->with_intermediates) {
		return found;
	} else if (csi->final == '~' && csi->parameters[0] == 200) {
		found.kind = FOUND_PASTE;
	} else if (csi->final == '~' && csi->parameters[0] == SYNC_CODE) {
		*event = (struct event){.kind = EVENT_SYNC, .sync = csi->count > 1 ? csi->parameters[1] : 0};
	} else {
		uint32_t key = csi_key(csi);
		if (key)
			*event = (struct event){.kind = EVENT_KEY, .key = key};
	}
	if (event->kind != EVENT_NONE)
		found.kind = FOUND_EVENT;
	return found;
}

/* A mouse report of the old kind: three bytes after the M, each + 32. */
static struct found old_mouse(const unsigned char *bytes, size_t length, bool late)
{
	struct found found = nothing(6);

	if (length < 6)
		return late ? nothing(length) : more_needed();
	if (bytes[3] >= 32 && bytes[4] > 32 && bytes[5] > 32 &&
	    mouse(bytes[3] - 32U, bytes[4] - 32U, bytes[5] - 32U, true, &found.event))
		found.kind = FOUND_EVENT;
	return found;
}

/* F1 to F5 of the Linux console. */
static struct found console_key(const unsigned char *bytes, size_t length, bool late)
{
	if (length < 4)
		return late ? nothing(length) : more_needed();
	if (bytes[3] < 'A' || bytes[3] > 'E')
		return nothing(3);
	return key_found(4, (uint32_t)KEYSYM_F1 + bytes[3] - 'A');
}

/* What begins with two bytes that mean CSI; `alone` is what these two mean when nothing follows that could belong to
 * them. */
static struct found decode_csi(const unsigned char *bytes, size_t length, bool late, struct found alone)
{
	struct csi csi = {0};
	size_t at = 2;

	if (at < length && bytes[at] == 'M')
		return old_mouse(bytes, length, late);
	if (at < length && bytes[at] == '[')
		return console_key(bytes, length, late);
	if (at < length && bytes[at] >= '<' && bytes[at] <= '?')
		csi.prefix = (char)bytes[at++];
	at = csi_parameters(bytes, at, length, &csi);
	for (; at < length && bytes[at] >= 0x20 && bytes[at] < 0x30; at++)
		csi.with_intermediates = true;
	if (at >= SEQUENCE_MAX)
		return (struct found){.kind = FOUND_STRING, .length = at, .string = '['};
	if (at == length)
		return !late ? more_needed() : length == 2 ? alone : nothing(length);
	if (bytes[at] == CAN || bytes[at] == SUB)
		return nothing(at + 1);
	if (bytes[at] < 0x20 || bytes[at] > 0x7E) /* cut off: what cut it off is read by itself */
		return at == 2 ? alone : nothing(at);
	if (bytes[at] < 0x40) /* a parameter after an intermediate, or a second prefix: means nothing here */
		return (struct found){.kind = FOUND_STRING, .length = at, .string = '['};
	csi.final = (char)bytes[at];
	return csi_found(&csi, bytes + 2, at + 1);
}

/* What begins with two bytes that mean SS3: function keys and the keypad, with modifiers as old xterms put them. */
static struct found decode_ss3(const unsigned char *bytes, size_t length, bool late, struct found alone)
{
	struct csi csi = {0};
	size_t at = csi_parameters(bytes, 2, length, &csi);

	if (at >= SEQUENCE_MAX)
		return (struct found){.kind = FOUND_STRING, .length = at, .string = '['};
	if (at == length)
		return !late ? more_needed() : length == 2 ? alone : nothing(length);

	unsigned char final = bytes[at];
	uint32_t key = final >= 0x80 ? 0 : by_final[final] ? by_final[final] : by_ss3_final[final];
	if (final >= 'j' && final < 'j' + sizeof keypad - 1)
		key = (unsigned char)keypad[final - 'j'];
	if (key)
		return key_found(at + 1, with_modifiers(key, modifiers(csi.parameters[csi.count - 1])));
	if (final < 0x40 || final > 0x7E)
		return at == 2 ? alone : nothing(at);
	return nothing(at + 1);
}

/* ---- what they begin with ---- */

/* What two bytes introduce: `kind` is the second after ESC. */
static struct found decode_kind(unsigned char kind, const unsigned char *bytes, size_t length, bool late,
				struct found alone)
{
	switch (kind) {
	case '[':
		return decode_csi(bytes, length, late, alone);
	case 'O':
		return decode_ss3(bytes, length, late, alone);
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		if (length == 2)
			return late ? alone : more_needed();
		return (struct found){.kind = FOUND_STRING, .length = 2, .string = (char)kind};
	default:
		return alone;
	}
}

/* The longest key string of terminfo that is there, or whether one may be on its way. */
static struct found decode_terminfo(const struct key_strings *keys, const unsigned char *bytes, size_t length,
				    bool *ret_partial)
{
	const struct key_string *best = NULL;

	*ret_partial = false;
	for (size_t at = 0; at < keys->count; at++) {
		const struct key_string *row = &keys->rows[at];
		size_t common = row->length < length ? row->length : length;

		if (memcmp(row->bytes, bytes, common) != 0)
			continue;
		if (row->length > length)
			*ret_partial = true;
		else if (!best || row->length > best->length)
			best = row;
	}
	return best ? key_found(best->length, best->key) : nothing(0);
}

/* A character: the C1 ones begin sequences, as they do after ESC; the other C1 ones are no keys. */
static struct found decode_text(const unsigned char *bytes, size_t length, bool late)
{
	size_t want = utf8_length(bytes[0]);
	uint32_t code;

	if (want > length) {
		for (size_t at = 1; at < length; at++)
			if ((bytes[at] & 0xC0) != 0x80)
				return nothing(at);
		return late ? nothing(length) : more_needed();
	}
	size_t size = utf8_decode((const char *)bytes, length, &code);
	if (!size)
		return nothing(1);
	if (code >= 0x80 && code < 0xA0)
		return decode_kind((unsigned char)(code - 0x40), bytes, length, late, nothing(size));
	return key_found(size, key_of_code(code, 0));
}

/* Alt and a key: ESC with that key after it. When no key follows, or one that has its Alt already, ESC is the key
 * Esc. */
static struct found decode_alt(const struct key_strings *keys, const unsigned char *bytes, size_t length, bool late)
{
	if (length > 2 && bytes[1] == ESC && bytes[2] == ESC)
		return key_found(1, KEYSYM_Esc);

	struct found found = sequence_decode(keys, bytes + 1, length - 1, late);
	if (found.kind == FOUND_NOTHING && !found.length)
		return more_needed();
	if (found.kind != FOUND_EVENT || found.event.kind != EVENT_KEY || found.event.key & KEYMOD_ALT ||
	    found.event.key == KEYSYM_Esc)
		return key_found(1, KEYSYM_Esc);
	return key_found(found.length + 1, found.event.key | KEYMOD_ALT);
}

struct found sequence_decode(const struct key_strings *keys, const unsigned char *bytes, size_t length, bool late)
{
	bool partial;

	if (bytes[0] != ESC)
		return decode_text(bytes, length, late);
	if (length == 1)
		return late ? key_found(1, KEYSYM_Esc) : more_needed();

	struct found found = decode_terminfo(keys, bytes, length, &partial);
	if (found.length)
		return found;
	if (partial && !late)
		return more_needed();
	if (strchr("[O]PX^_", bytes[1]) && bytes[1])
		return decode_kind(bytes[1], bytes, length, late, key_found(2, bytes[1] | (uint32_t)KEYMOD_ALT));
	return decode_alt(keys, bytes, length, late);
}
