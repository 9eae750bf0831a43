/* fuzz_input.c: arbitrary bytes from a terminal, in pieces and in time: \xFF, which no terminal sends, and a byte more
 * end a piece and let that many hundredths of a second pass.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tests/fuzz/must.h"
#include "tui/terminal/input.h"
#include "tui/terminal/key.h"
#include "tui/terminal/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DATA_MAX = 64 * 1024, PAUSE = 0xFF, STORY_MAX = 32 * 1024 * 1024 };

struct player {
	struct input input;
	struct probe probe;
	int64_t now;
	struct buf story; /* what came, as text */
};

/* A key can be written in keys.ini, and is then the same. */
static void check_key(uint32_t key)
{
	char name[KEY_NAME_SIZE];
	uint32_t plain = key & ~(uint32_t)KEYMOD_MASK, again;

	must(plain < KEYSYM_END && plain >= ' ', "a key is a character or a keysym");
	must(plain >= KEYSYM_FIRST || !(key & KEYMOD_SHIFT), "shift is in the character");
	must(!(plain >= 0x7F && plain < 0xA0) && !(plain >= 0xD800 && plain < 0xE000), "a key is no control character");
	key_format(key, name);
	must(strlen(name) < sizeof name, "a name has its length");
	if (plain >= KEYSYM_FIRST || (plain < 0x7F && plain > ' '))
		must(key_parse(name, strlen(name), &again) && again == key, "a name is its key's");
}

static void tell(struct player *player, const struct event *event)
{
	struct buf *story = &player->story;

	switch (event->kind) {
	case EVENT_KEY:
		check_key(event->key);
		break;
	case EVENT_PASTE:
		must(event->length <= EVENT_PASTE_MAX, "a paste is capped");
		break;
	case EVENT_ANSWER:
		must(event->length <= INPUT_ANSWER_SIZE, "an answer is capped");
		must(event->key && strchr("[]PX^_", (int)event->key), "an answer has a kind");
		probe_answer(&player->probe, event);
		break;
	case EVENT_MOUSE:
		must(event->x >= 0 && event->y >= 0 && event->button <= BUTTON_WHEEL_DOWN, "a click has a place");
		break;
	default:
		must(false, "nothing else comes from a terminal");
	}
	buf_printf(story, "%d %x %d %d %d ", (int)event->kind, (unsigned)event->key, (int)event->button, event->x,
		   event->y);
	buf_add(story, event->text ? event->text : "", event->length);
	buf_add_char(story, '\n');
}

static void take_events(struct player *player)
{
	struct event event;

	for (size_t count = 0; input_next(&player->input, player->now, &event); count++) {
		must(count <= INPUT_SIZE, "an event takes a byte at least");
		tell(player, &event);
	}
	must(player->input.end - player->input.start <= SEQUENCE_MAX, "no more is kept than a sequence may have");
}

static void feed(struct player *player, const uint8_t *bytes, size_t length, size_t piece)
{
	while (length) {
		size_t room;
		unsigned char *to = input_room(&player->input, &room);
		size_t part = length < room ? length : room;

		must(room > 0, "there is room");
		part = part < piece ? part : piece;
		memcpy(to, bytes, part);
		input_commit(&player->input, part);
		take_events(player);
		bytes += part;
		length -= part;
	}
}

/* Whatever it was, it comes to an end by itself, and then a key is a key. */
static void come_to_rest(struct player *player)
{
	struct event event;
	int wait;

	for (int rounds = 0; (wait = input_wait(&player->input, player->now)) >= 0; rounds++) {
		must(rounds < SEQUENCE_MAX + 4, "it comes to rest");
		must(wait <= INPUT_PASTE_MS, "nobody waits longer than for a paste");
		player->now += wait;
		take_events(player);
	}
	must(player->input.start == player->input.end, "nothing is left");
	feed(player, (const uint8_t *)"", 0, 1);
	size_t room;
	*input_room(&player->input, &room) = 'q';
	input_commit(&player->input, 1);
	must(input_next(&player->input, player->now, &event) && event.kind == EVENT_KEY && event.key == 'q',
	     "a key is a key");
}

static void begin(struct player *player)
{
	*player = (struct player){.now = 1000};
	input_init(&player->input);
	input_add_key(&player->input, "\033OA", KEYSYM_Up);
	input_add_key(&player->input, "\033[[A", KEYSYM_F1);
	input_add_key(&player->input, "\033[11^", KEYSYM_F1 | KEYMOD_CTRL);
	buf_init(&player->story, STORY_MAX);
}

static void end(struct player *player)
{
	input_done(&player->input);
	buf_done(&player->story);
}

/* In the pieces and times that the data says. */
static void play(const uint8_t *data, size_t size)
{
	static struct player player;

	begin(&player);
	while (size) {
		const uint8_t *pause = memchr(data, PAUSE, size);
		size_t length = pause ? (size_t)(pause - data) : size;

		feed(&player, data, length, INPUT_SIZE);
		if (!pause || length + 1 == size)
			break;
		player.now += 10 * pause[1];
		take_events(&player);
		data += length + 2;
		size -= length + 2;
	}
	come_to_rest(&player);
	end(&player);
}

/* All at once and byte by byte: the same comes of it. */
static void compare(const uint8_t *data, size_t size)
{
	static struct player whole, bytes;

	begin(&whole);
	begin(&bytes);
	feed(&whole, data, size, INPUT_SIZE);
	feed(&bytes, data, size, 1);
	come_to_rest(&whole);
	come_to_rest(&bytes);
	must(whole.story.length == bytes.story.length &&
		 !memcmp(buf_str(&whole.story), buf_str(&bytes.story), whole.story.length),
	     "pieces change nothing");
	end(&whole);
	end(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > DATA_MAX)
		return 0;
	play(data, size);
	compare(data, size);
	return 0;
}
