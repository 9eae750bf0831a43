#include "tui/terminal/input.h"

#include <stdlib.h>
#include <string.h>

enum { ESC = 0x1B, CTRL_C = 0x03, BEL = 0x07, CAN = 0x18, SUB = 0x1A, C1 = 0xC2, C1_ST = 0x9C };

static const char paste_end[] = "\033[201~";
enum { PASTE_END_LENGTH = sizeof paste_end - 1 };

void input_init(struct input *input)
{
	*input = (struct input){.escape_ms = INPUT_ESC_MS};
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

	if (length < 2 || length > KEY_STRING_SIZE || bytes[0] != ESC || input->keys.count == KEY_STRINGS_MAX)
		return;
	struct key_string *row = &input->keys.rows[input->keys.count++];
	memcpy(row->bytes, bytes, length);
	row->length = length;
	row->key = key;
}

void input_set_escape_delay(struct input *input, const char *text)
{
	char *end;
	long delay = text ? strtol(text, &end, 10) : -1;

	if (!text || end == text || *end || delay < 0)
		return;
	input->escape_ms = delay < INPUT_ESC_MS_MAX ? (int)delay : INPUT_ESC_MS_MAX;
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
	if (!length)
		return;
	input->waiting_since = 0;
	input->bulk = length >= INPUT_BULK;
}

/* ---- time ---- */

static size_t pending(const struct input *input)
{
	return input->end - input->start;
}

/* How long the bytes may stay incomplete. ESC with one more may still become Alt and that key. */
static int wait_limit(const struct input *input)
{
	if (input->within == INPUT_PASTE)
		return INPUT_ESC_MS;
	if (input->within == INPUT_STRING || pending(input) <= 2)
		return input->escape_ms;
	return input->escape_ms > INPUT_SEQUENCE_MS ? input->escape_ms : INPUT_SEQUENCE_MS;
}

/* In a paste only a ^C may mean something because nothing follows it. */
static bool is_waiting(const struct input *input)
{
	return input->waiting_since && (input->within != INPUT_PASTE || input->bytes[input->end - 1] == CTRL_C);
}

static int64_t end_of_within(const struct input *input)
{
	return input->within_since + (input->within == INPUT_PASTE ? INPUT_PASTE_MS : INPUT_STRING_MS);
}

static bool is_over(const struct input *input, int64_t now)
{
	return input->within != INPUT_KEYS && now >= end_of_within(input);
}

int input_wait(const struct input *input, int64_t now)
{
	int64_t at = is_waiting(input) ? input->waiting_since + wait_limit(input) : INT64_MAX;

	if (input->within != INPUT_KEYS && end_of_within(input) < at)
		at = end_of_within(input);
	if (at == INT64_MAX)
		return -1;
	return at > now ? (int)(at - now) : 0;
}

/* ---- within a paste ---- */

/* How many bytes are surely text: the paste's end may be there in part, and a ^C may be the key. */
static size_t sure_text(const unsigned char *bytes, size_t length)
{
	if (length && bytes[length - 1] == CTRL_C)
		return length - 1;
	for (size_t part = PASTE_END_LENGTH - 1; part; part--)
		if (part <= length && !memcmp(bytes + length - part, paste_end, part))
			return length - part;
	return length;
}

/* Everything up to its end is text. */
static struct found decode_paste(struct input *input, const unsigned char *bytes, size_t length, bool late, bool over)
{
	const unsigned char *end = memmem(bytes, length, paste_end, PASTE_END_LENGTH);
	bool stopped = late && length && bytes[length - 1] == CTRL_C;
	size_t text = end ? (size_t)(end - bytes) : over && !stopped ? length : sure_text(bytes, length);
	size_t room = EVENT_PASTE_MAX - input->paste.length;

	buf_add(&input->paste, bytes, text < room ? text : room);
	if (!end && !over && !stopped)
		return (struct found){.length = text};
	input->within = INPUT_KEYS;
	return (struct found){
	    .kind = FOUND_EVENT,
	    .length = text + (end ? PASTE_END_LENGTH : 0),
	    .event = {.kind = EVENT_PASTE, .text = buf_str(&input->paste), .length = input->paste.length},
	};
}

/* ---- within a string ---- */

static void keep(struct input *input, unsigned char byte)
{
	if (input->answer_length < INPUT_ANSWER_SIZE)
		input->answer[input->answer_length] = (char)byte;
	if (input->answer_length <= INPUT_ANSWER_SIZE)
		input->answer_length++;
}

/* It ended as it should: it is an answer, unless it is too long. (A CSI that long is no answer.) */
static struct found string_end(struct input *input, size_t length)
{
	struct found found = {.length = length};

	input->within = INPUT_KEYS;
	if (input->string == '[' || input->answer_length > INPUT_ANSWER_SIZE)
		return found;
	found.kind = FOUND_EVENT;
	found.event = (struct event){.kind = EVENT_ANSWER,
				     .key = (unsigned char)input->string,
				     .text = input->answer,
				     .length = input->answer_length};
	return found;
}

/* It was cut off: what cut it off is read by itself, if it is a key. */
static struct found string_broken(struct input *input, size_t length)
{
	input->within = INPUT_KEYS;
	return (struct found){.length = length};
}

static struct found decode_string(struct input *input, const unsigned char *bytes, size_t length, bool late, bool over)
{
	bool csi = input->string == '[';

	for (size_t at = 0; at < length; at++) {
		bool last = at + 1 == length;

		if (bytes[at] == ESC && last && !late && !over)
			return (struct found){.length = at};
		if (bytes[at] == ESC && !last && bytes[at + 1] == '\\' && !csi)
			return string_end(input, at + 2);
		if (bytes[at] == ESC || bytes[at] == CTRL_C)
			return string_broken(input, at);
		if (bytes[at] == CAN || bytes[at] == SUB)
			return string_broken(input, at + 1);
		if (csi ? bytes[at] >= 0x40 && bytes[at] < 0x7F : bytes[at] == BEL && input->string == ']')
			return string_end(input, at + 1);
		if (bytes[at] == C1 && last && !late && !over)
			return (struct found){.length = at};
		if (bytes[at] == C1 && !last && bytes[at + 1] == C1_ST)
			return string_end(input, at + 2);
		keep(input, bytes[at]);
	}
	if (over)
		input->within = INPUT_KEYS;
	return (struct found){.length = length};
}

/* ---- all of it ---- */

static struct found decode(struct input *input, bool late, bool over)
{
	const unsigned char *bytes = input->bytes + input->start;
	size_t length = pending(input);

	if (input->within == INPUT_PASTE)
		return decode_paste(input, bytes, length, late, over);
	if (input->within == INPUT_STRING)
		return decode_string(input, bytes, length, late, over);
	return length ? sequence_decode(&input->keys, bytes, length, late) : (struct found){.length = 0};
}

/* Does what was found. Returns whether it is an event for others. */
static bool take(struct input *input, struct found *found, int64_t now)
{
	switch (found->kind) {
	case FOUND_PASTE:
		input->within = INPUT_PASTE;
		input->within_since = now;
		buf_reset(&input->paste);
		return false;
	case FOUND_STRING:
		input->within = INPUT_STRING;
		input->within_since = now;
		input->string = found->string;
		input->answer_length = 0;
		return false;
	case FOUND_EVENT:
		if (found->event.kind == EVENT_ANSWER && found->event.text != input->answer) {
			memcpy(input->answer, found->event.text, found->event.length);
			found->event.text = input->answer;
		}
		return found->event.kind != EVENT_SYNC || input->with_sync;
	case FOUND_NOTHING:
		break;
	}
	return false;
}

bool input_next(struct input *input, int64_t now, struct event *ret_event)
{
	bool late = is_waiting(input) && now - input->waiting_since >= wait_limit(input);

	if (input->bulk && input->within != INPUT_KEYS)
		input->within_since = now;
	input->bulk = false;
	for (;;) {
		int before = (int)input->within;
		struct found found = decode(input, late, is_over(input, now));

		input->start += found.length;
		if (found.length)
			input->waiting_since = 0;
		if (take(input, &found, now)) {
			*ret_event = found.event;
			return true;
		}
		late = late && !found.length;
		if (!found.length && before == (int)input->within)
			break;
	}
	if (!input->waiting_since && pending(input))
		input->waiting_since = now;
	return false;
}
