#include "tui/input.h"

#include <string.h>

#include "tui/key.h"
#include "tui/utf8.h"

enum { ESC = 0x1B, SYNC_CODE = 7777, PARAMETERS = 4, PARAMETER_MAX = 0x7FFFFFF };

static const char paste_end[] = "\033[201~";
enum { PASTE_END_LENGTH = sizeof paste_end - 1 };

/* The outcome of looking at the bytes at hand. */
struct found {
	size_t length; /* bytes dealt with; 0: more are needed */
	bool event;    /* and they are one */
};

static struct found key_found(size_t length, uint32_t key, struct event *event)
{
	*event = (struct event){.kind = EVENT_KEY, .key = key};
	return (struct found){length, true};
}

void input_init(struct input *input)
{
	*input = (struct input){0};
	buf_init(&input->paste, EVENT_PASTE_MAX);
}

void input_done(struct input *input)
{
	buf_wipe(&input->paste); /* it may have been a password */
	explicit_bzero(input->bytes, sizeof input->bytes);
	input->start = input->end = 0;
}

void input_add_key(struct input *input, const char *bytes, uint32_t key)
{
	size_t length = bytes ? strlen(bytes) : 0;

	if (length < 2 || length > INPUT_KEY_SIZE || bytes[0] != ESC || input->key_count == INPUT_KEYS_MAX)
		return;
	struct input_key *row = &input->keys[input->key_count++];
	memcpy(row->bytes, bytes, length);
	row->length = length;
	row->key = key;
}

unsigned char *input_room(struct input *input, size_t *ret_size)
{
	if (input->start) {
		memmove(input->bytes, input->bytes + input->start, input->end - input->start);
		input->end -= input->start;
		input->start = 0;
	}
	*ret_size = INPUT_SIZE - input->end;
	return input->bytes + input->end;
}

void input_commit(struct input *input, size_t length)
{
	input->end += length;
	if (length)
		input->waiting_since = 0;
}

/* Keys that have a name, by the last byte of CSI and SS3 sequences, and by the number of CSI n ~. */
static const uint32_t by_final[128] = {
    ['A'] = KEYSYM_Up,   ['B'] = KEYSYM_Down, ['C'] = KEYSYM_Right, ['D'] = KEYSYM_Left,
    ['H'] = KEYSYM_Home, ['F'] = KEYSYM_End,  ['P'] = KEYSYM_F1,    ['Q'] = KEYSYM_F2,
    ['R'] = KEYSYM_F3,   ['S'] = KEYSYM_F4,   ['M'] = KEYSYM_Enter, /* of the keypad, after SS3 */
};
static const uint32_t by_number[] = {
    [1] = KEYSYM_Home, [2] = KEYSYM_Insert, [3] = KEYSYM_Delete, [4] = KEYSYM_End,  [5] = KEYSYM_PgUp,
    [6] = KEYSYM_PgDn, [7] = KEYSYM_Home,   [8] = KEYSYM_End,    [11] = KEYSYM_F1,  [12] = KEYSYM_F2,
    [13] = KEYSYM_F3,  [14] = KEYSYM_F4,    [15] = KEYSYM_F5,    [17] = KEYSYM_F6,  [18] = KEYSYM_F7,
    [19] = KEYSYM_F8,  [20] = KEYSYM_F9,    [21] = KEYSYM_F10,   [23] = KEYSYM_F11, [24] = KEYSYM_F12,
};
/* The other characters of the keypad in application mode, from SS3 j on. */
static const char keypad[] = "*+,-./0123456789";

/* Modifiers as xterm counts them: 1 + shift 1 + alt 2 + control 4. */
static uint32_t modifiers(uint32_t parameter)
{
	uint32_t bits = parameter ? parameter - 1 : 0;

	return (bits & 1 ? (uint32_t)KEYMOD_SHIFT : 0) | (bits & 2 ? (uint32_t)KEYMOD_ALT : 0) |
	       (bits & 4 ? (uint32_t)KEYMOD_CTRL : 0);
}

/* The key of a control character or a printable one, with modifiers. */
static uint32_t key_of_code(uint32_t code, uint32_t mods)
{
	switch (code) {
	case '\r':
	case '\n': return KEYSYM_Enter | mods;
	case '\t': return KEYSYM_Tab | mods;
	case ESC: return KEYSYM_Esc | mods;
	case '\b':
	case 0x7F: return KEYSYM_Backspace | mods;
	case 0: return ' ' | KEYMOD_CTRL;
	default: break;
	}
	if (code < 0x1B)
		return (code | 0x60) | KEYMOD_CTRL;
	if (code < 0x20)
		return (code | 0x40) | KEYMOD_CTRL;
	if (mods & KEYMOD_SHIFT && !(mods & (KEYMOD_CTRL | KEYMOD_ALT)) && code >= 'a' && code <= 'z')
		code &= ~0x20U;
	return code | (mods & ~(uint32_t)KEYMOD_SHIFT);
}

struct csi {
	char prefix; /* '<', '?' … or 0 */
	char final;
	size_t count;
	uint32_t parameters[PARAMETERS];
};

static bool csi_key(const struct csi *csi, struct event *event)
{
	uint32_t first = csi->parameters[0], key = 0;
	uint32_t mods = modifiers(csi->count > 1 ? csi->parameters[1] : 0);

	if (csi->final == '~' && first == 27 && csi->count > 2) /* modifyOtherKeys */
		key = csi->parameters[2] < KEYSYM_FIRST ? key_of_code(csi->parameters[2], mods) : 0;
	else if (csi->final == 'u')
		key = first < KEYSYM_FIRST ? key_of_code(first, mods) : 0;
	else if (csi->final == '~' && first < sizeof by_number / sizeof *by_number && by_number[first])
		key = by_number[first] | mods;
	else if (csi->final == 'Z')
		key = KEYSYM_Tab | KEYMOD_SHIFT;
	else if (csi->final != 'M' && by_final[(unsigned char)csi->final])
		key = by_final[(unsigned char)csi->final] | mods;
	if (!key)
		return false;
	*event = (struct event){.kind = EVENT_KEY, .key = key};
	return true;
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

static bool csi_event(struct input *input, const struct csi *csi, struct event *event)
{
	if (csi->prefix == '<' && csi->count == 3 && (csi->final == 'M' || csi->final == 'm'))
		return mouse(csi->parameters[0], csi->parameters[1], csi->parameters[2], csi->final == 'M', event);
	if (csi->prefix)
		return false;
	if (csi->final == '~' && csi->parameters[0] == SYNC_CODE && input->with_sync) {
		*event = (struct event){.kind = EVENT_SYNC, .sync = csi->count > 1 ? csi->parameters[1] : 0};
		return true;
	}
	if (csi->final == '~' && csi->parameters[0] == 200) {
		input->pasting = true;
		buf_reset(&input->paste);
		return false;
	}
	return csi_key(csi, event);
}

/* The parameters of a CSI sequence, from `at` on. Returns where they end, or `length` when they don't. */
static size_t csi_parameters(const unsigned char *bytes, size_t at, size_t length, struct csi *csi)
{
	bool sub = false; /* in what follows a colon, which no key needs */

	csi->count = 1;
	for (; at < length && bytes[at] >= '0' && bytes[at] <= ';'; at++) {
		uint32_t *value = csi->count <= PARAMETERS ? &csi->parameters[csi->count - 1] : NULL;

		if (bytes[at] == ';') {
			csi->count++;
			sub = false;
		} else if (bytes[at] == ':') {
			sub = true;
		} else if (value && !sub) {
			*value = *value * 10 + (uint32_t)(bytes[at] - '0');
			if (*value > PARAMETER_MAX)
				*value = PARAMETER_MAX;
		}
	}
	if (csi->count > PARAMETERS)
		csi->count = PARAMETERS;
	return at;
}

/* What begins with ESC [. Sequences that mean nothing to us are swallowed whole. */
static struct found decode_csi(struct input *input, const unsigned char *bytes, size_t length, struct event *event)
{
	struct csi csi = {0};
	size_t at = 2;

	if (at < length && bytes[at] >= '<' && bytes[at] <= '?')
		csi.prefix = (char)bytes[at++];
	if (at < length && bytes[at] == 'M' &&
	    !csi.prefix) { /* a mouse report of the old kind: three bytes, each + 32 */
		if (length < 6)
			return (struct found){0};
		unsigned code = bytes[3] - 32U;
		return (struct found){6, bytes[3] >= 32 && bytes[4] > 32 && bytes[5] > 32 &&
					     mouse(code, bytes[4] - 32U, bytes[5] - 32U, true, event)};
	}
	if (at < length && bytes[at] == '[') { /* F1 to F5 of the Linux console */
		if (length < 4)
			return (struct found){0};
		if (bytes[3] < 'A' || bytes[3] > 'E')
			return (struct found){3, false};
		return key_found(4, (uint32_t)KEYSYM_F1 + bytes[3] - 'A', event);
	}
	at = csi_parameters(bytes, at, length, &csi);
	while (at < length && bytes[at] >= 0x20 && bytes[at] < 0x30)
		at++;
	if (at == length)
		return (struct found){length >= INPUT_SIZE ? length : 0, false};
	if (bytes[at] < 0x40 || bytes[at] > 0x7E) /* broken off: what broke it is looked at by itself */
		return (struct found){at, false};
	csi.final = (char)bytes[at];
	return (struct found){at + 1, csi_event(input, &csi, event)};
}

/* What begins with ESC O: function keys and the keypad. */
static struct found decode_ss3(const unsigned char *bytes, size_t length, struct event *event)
{
	if (length < 3)
		return (struct found){0};
	if (bytes[2] < 128 && by_final[bytes[2]])
		return key_found(3, by_final[bytes[2]], event);
	if (bytes[2] >= 'j' && bytes[2] < 'j' + sizeof keypad - 1)
		return key_found(3, (unsigned char)keypad[bytes[2] - 'j'], event);
	return key_found(1, KEYSYM_Esc, event);
}

/* The longest key string of terminfo that is there, or whether one may be on its way. */
static struct found decode_terminfo(const struct input *input, const unsigned char *bytes, size_t length,
				    struct event *event, bool *ret_partial)
{
	const struct input_key *best = NULL;

	*ret_partial = false;
	for (size_t at = 0; at < input->key_count; at++) {
		const struct input_key *row = &input->keys[at];
		size_t common = row->length < length ? row->length : length;

		if (memcmp(row->bytes, bytes, common) != 0)
			continue;
		if (row->length > length)
			*ret_partial = true;
		else if (!best || row->length > best->length)
			best = row;
	}
	return best ? key_found(best->length, best->key, event) : (struct found){0};
}

static struct found decode_escape(struct input *input, const unsigned char *bytes, size_t length, bool late,
				  struct event *event)
{
	bool partial;

	if (length == 1)
		return late ? key_found(1, KEYSYM_Esc, event) : (struct found){0};
	struct found found = decode_terminfo(input, bytes, length, event, &partial);
	if (found.length)
		return found;
	if (partial && !late)
		return found;
	if (bytes[1] == '[')
		found = decode_csi(input, bytes, length, event);
	else if (bytes[1] == 'O')
		found = decode_ss3(bytes, length, event);
	else
		return key_found(1, KEYSYM_Esc, event);
	if (found.length || !late)
		return found;
	/* It stopped short: after two bytes somebody typed Esc and then that, later it is half a sequence. */
	return length == 2 ? key_found(1, KEYSYM_Esc, event) : (struct found){length, false};
}

static struct found decode_text(const unsigned char *bytes, size_t length, bool late, struct event *event)
{
	size_t want = utf8_length(bytes[0]);
	uint32_t code;

	if (want > length && !late) {
		for (size_t at = 1; at < length; at++)
			if ((bytes[at] & 0xC0) != 0x80)
				return (struct found){at, false};
		return (struct found){0};
	}
	size_t size = utf8_decode((const char *)bytes, length, &code);
	if (!size || (code >= 0x80 && code < 0xA0))
		return (struct found){size ? size : 1, false};
	return key_found(size, key_of_code(code, 0), event);
}

/* Within a paste: everything up to its end is text. */
static struct found decode_paste(struct input *input, const unsigned char *bytes, size_t length, bool late,
				 struct event *event)
{
	const unsigned char *end = memmem(bytes, length, paste_end, PASTE_END_LENGTH);
	size_t text = end ? (size_t)(end - bytes) : length;

	for (size_t part = PASTE_END_LENGTH - 1; part && !end && !late; part--) { /* the end may be there in part */
		if (part <= length && !memcmp(bytes + length - part, paste_end, part)) {
			text = length - part;
			break;
		}
	}
	size_t room = EVENT_PASTE_MAX - input->paste.length;
	buf_add(&input->paste, bytes, text < room ? text : room);
	if (!end && !late)
		return (struct found){text, false};

	input->pasting = false;
	*event = (struct event){.kind = EVENT_PASTE, .text = buf_str(&input->paste), .length = input->paste.length};
	return (struct found){text + (end ? PASTE_END_LENGTH : 0), true};
}

static int wait_limit(const struct input *input)
{
	if (input->pasting)
		return INPUT_PASTE_MS;
	return input->end - input->start == 1 && input->bytes[input->start] == ESC ? INPUT_ESC_MS : INPUT_SEQUENCE_MS;
}

static struct found decode(struct input *input, bool late, struct event *event)
{
	const unsigned char *bytes = input->bytes + input->start;
	size_t length = input->end - input->start;

	if (input->pasting)
		return decode_paste(input, bytes, length, late, event);
	if (!length)
		return (struct found){0};
	return bytes[0] == ESC ? decode_escape(input, bytes, length, late, event)
			       : decode_text(bytes, length, late, event);
}

bool input_next(struct input *input, int64_t now, struct event *ret_event)
{
	struct event event;
	bool late = input->waiting_since && now - input->waiting_since >= wait_limit(input);

	for (;;) {
		struct found found = decode(input, late, &event);

		input->start += found.length;
		if (found.length || found.event)
			input->waiting_since = 0;
		if (found.event) {
			*ret_event = event;
			return true;
		}
		late = false;
		if (!found.length)
			break;
	}
	if (!input->waiting_since && (input->end > input->start || input->pasting))
		input->waiting_since = now;
	return false;
}

int input_wait(const struct input *input, int64_t now)
{
	if (!input->waiting_since)
		return -1;
	int64_t left = input->waiting_since + wait_limit(input) - now;
	return left > 0 ? (int)left : 0;
}
