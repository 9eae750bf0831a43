/* Bytes to events: whole, in pieces, late, hostile. */
#include "tests/unit/unit.h"

#include "tui/input.h"
#include "tui/key.h"

static struct input input;

static int set_up(void **state)
{
	(void)state;
	input_init(&input);
	input.with_sync = true;
	input_add_key(&input, "\033OA", KEYSYM_Up);
	input_add_key(&input, "\033[[A", KEYSYM_F1);
	input_add_key(&input, "\033[11^", KEYSYM_F1 | KEYMOD_CTRL);
	input_add_key(&input, "\010", KEYSYM_Backspace); /* no sequence: ignored */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	input_done(&input);
	return 0;
}

static void feed(const char *bytes, size_t length)
{
	while (length) {
		size_t room;
		unsigned char *to = input_room(&input, &room);
		size_t now = length < room ? length : room;
		memcpy(to, bytes, now);
		input_commit(&input, now);
		bytes += now;
		length -= now;
		if (length) { /* keep what comes meanwhile out of the way: only pastes are so long here */
			struct event event;
			assert_false(input_next(&input, 1, &event));
		}
	}
}

/* All events there are at a time, as text: names of keys, and the others in brackets. */
static const char *events(int64_t now)
{
	static char text[4096];
	struct event event;
	size_t used = 0;

	text[0] = '\0';
	while (used < sizeof text - 64 && input_next(&input, now, &event)) {
		char name[KEY_NAME_SIZE] = "";
		key_format(event.key, name);
		const char *gap = used ? " " : "";
		if (event.kind == EVENT_KEY)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", gap, name);
		else if (event.kind == EVENT_MOUSE)
			used +=
			    (size_t)snprintf(text + used, sizeof text - used, "%s[%d%s %d,%d]", gap, (int)event.button,
					     event.key & KEYMOD_CTRL ? "C" : "", event.x, event.y);
		else if (event.kind == EVENT_SYNC)
			used +=
			    (size_t)snprintf(text + used, sizeof text - used, "%s[sync %u]", gap, (unsigned)event.sync);
		else if (event.kind == EVENT_PASTE)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s[paste %zu %.20s]", gap,
						 event.length, event.text);
	}
	return text;
}

static const struct {
	const char *bytes;
	const char *events;
} rows[] = {
    {"abc", "a b c"},
    {"A ~", "A Space ~"},
    {"\r\n\t\177\010", "Enter Enter Tab Backspace Backspace"},
    {"\001\014\032\034\037", "C-a C-l C-z C-\\ C-_"},
    {"ñ京😀", "ñ 京 😀"},
    {"\033[A\033OB\033[1;5C\033[1;2D", "Up Down C-Right S-Left"},
    {"\033OA", "Up"},
    {"\033[H\033[F\033[1~\033[4~\033OH\033[7~", "Home End Home End Home Home"},
    {"\033[5~\033[6~\033[2~\033[3~\033[3;5~", "PgUp PgDn Insert Delete C-Delete"},
    {"\033OP\033[15~\033[24~\033[[A\033[[B\033[11^", "F1 F5 F12 F1 F2 C-F1"},
    {"\033[Z", "S-Tab"},
    {"\033OM\033Oj\033Oy", "Enter * 9"},
    {"\033[120;3u\033[13;2u\033[27;5;97~", "M-x S-Enter C-a"},
    {"\033[97;2u", "A"},
    {"\033x", "Esc x"}, /* not Alt: typing fast loses nothing */
    {"\033\033[A", "Esc Up"},
    {"\033\033x", "Esc Esc x"},
    {"\033Ox", "8"},
    {"\033Oz", "Esc O z"},
    {"\033[<0;10;5M\033[<0;10;5m", "[0 9,4]"},
    {"\033[<64;1;1M\033[<65;1;1M\033[<66;1;1M", "[3 0,0] [4 0,0]"},
    {"\033[<16;3;4M\033[<32;3;4M\033[<35;3;4M", "[0C 2,3]"},
    {"\033[<2;300;200M", "[2 299,199]"},
    {"\033[M !!\033[M#!!", "[0 0,0]"},
    {"\033[7777;42~", "[sync 42]"},
    {"a\033[7777;1~b", "a [sync 1] b"},
    {"\033[200~hi\033[201~x", "[paste 2 hi] x"},
    {"\033[200~\033[201~", "[paste 0 ]"},
    {"\033[200~a\033[20b\r\033[201~", "[paste 7 a\033[20b\r]"},
    {"\033[I\033[O\033[?1;2cq", "q"}, /* reports that nobody asked for */
    {"\033[999999999999999999~q", "q"},
    {"\033[1;2;3;4;5;6;7;8Aq", "S-Up q"},
    {"\033[38:5:1mq", "q"},
    {"\033[1\033[A", "Up"}, /* broken off */
    {"\xFFz\xC3z\x80", "z z"},
    {"\xC2\x9Bq", "q"}, /* C1 is no key */
};

static void test_rows(void **state)
{
	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		tear_down(state);
		set_up(state);
		feed(rows[at].bytes, strlen(rows[at].bytes));
		assert_string_equal(events(1000), rows[at].events);
	}
}

/* Whatever the pieces that bytes arrive in, as long as they do: the same events. But a lone Esc is what it is, so no row is
 * cut right behind one. */
static void test_pieces(void **state)
{
	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		size_t length = strlen(rows[at].bytes);
		for (size_t cut = 1; cut < length; cut++) {
			char both[8192];
			tear_down(state);
			set_up(state);
			feed(rows[at].bytes, cut);
			size_t used = (size_t)snprintf(both, sizeof both, "%s", events(1000));
			feed(rows[at].bytes + cut, length - cut);
			const char *rest = events(1001);
			snprintf(both + used, sizeof both - used, "%s%s", used && *rest ? " " : "", rest);
			assert_string_equal(both, rows[at].events);
		}
	}
}

static void test_escape_alone(void **state)
{
	(void)state;
	assert_int_equal(input_wait(&input, 1000), -1);
	feed("\033", 1);
	assert_string_equal(events(1000), "");
	assert_int_equal(input_wait(&input, 1000), INPUT_ESC_MS);
	assert_int_equal(input_wait(&input, 1000 + INPUT_ESC_MS + 5), 0);
	assert_string_equal(events(1000 + INPUT_ESC_MS - 1), "");
	assert_string_equal(events(1000 + INPUT_ESC_MS), "Esc");
	assert_int_equal(input_wait(&input, 2000), -1);
}

static void test_cut_off(void **state)
{
	(void)state;
	feed("\033[1;5", 5);
	assert_string_equal(events(1000), "");
	assert_string_equal(events(1000 + INPUT_SEQUENCE_MS), "");
	feed("q", 1);
	assert_string_equal(events(2000), "q");
	feed("\033[", 2); /* somebody typed Esc and then a bracket */
	assert_string_equal(events(3000), "");
	assert_string_equal(events(3000 + INPUT_SEQUENCE_MS), "Esc [");
	feed("\xE4\xBA", 2);
	assert_string_equal(events(4000), "");
	assert_string_equal(events(4000 + INPUT_SEQUENCE_MS), "");
	assert_int_equal(input_wait(&input, 5000), -1);
}

static void test_paste_is_capped(void **state)
{
	(void)state;
	struct event event;
	char block[1000];

	memset(block, 'p', sizeof block);
	feed("\033[200~", 6);
	for (int round = 0; round < 100; round++) {
		feed(block, sizeof block);
		assert_false(input_next(&input, 1000 + round, &event));
	}
	feed("\033[201~", 6);
	assert_true(input_next(&input, 2000, &event));
	assert_int_equal(event.kind, EVENT_PASTE);
	assert_int_equal(event.length, EVENT_PASTE_MAX);
	assert_false(input_next(&input, 2000, &event));
}

static void test_paste_without_end(void **state)
{
	(void)state;
	feed("\033[200~abc", 9);
	assert_string_equal(events(1000), "");
	assert_int_equal(input_wait(&input, 1000), INPUT_PASTE_MS);
	assert_string_equal(events(1000 + INPUT_PASTE_MS), "[paste 3 abc]");
	feed("x", 1);
	assert_string_equal(events(99000), "x");
}

static void test_sync_only_when_asked(void **state)
{
	(void)state;
	input.with_sync = false;
	feed("\033[7777;42~q", 11);
	assert_string_equal(events(1000), "q");
}

/* Random bytes: always ends, never holds more than it may, and plain text behind them still comes through. */
static void test_noise(void **state)
{
	static const char *const pieces[] = {"\033", "[", "O",    "M",        "<", "200~", "201~", ";",
					     "1",    "~", "\xE4", "\xBA\xAC", "A", "u",    "\177"};
	uint64_t seed = chance_seed();

	for (int round = 0; round < 3000; round++) {
		tear_down(state);
		set_up(state);
		for (int piece = 0; piece < 200; piece++) {
			char byte = (char)chance_below(&seed, 256);
			const char *bytes = &byte;
			size_t length = 1;
			if (chance_below(&seed, 4)) {
				bytes = pieces[chance_below(&seed, COUNT_OF(pieces))];
				length = strlen(bytes);
			}
			feed(bytes, length);
			if (!chance_below(&seed, 3))
				events(1000 + piece);
		}
		events(10000);
		events(100000);
		feed("\033[201~", 6); /* should a paste be open */
		events(200000);
		events(300000);
		feed("q", 1);
		assert_string_equal(events(400000), "q");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_pieces, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_escape_alone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_cut_off, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_paste_is_capped, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_paste_without_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sync_only_when_asked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_noise, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
