/* Bytes to events: whole, in pieces, late, hostile. */
#include "tests/unit/unit.h"

#include "tui/terminal/input.h"
#include "tui/terminal/key.h"

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
		else if (event.kind == EVENT_ANSWER)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s[answer %c%.*s]", gap,
						 (char)event.key, (int)event.length, event.text);
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
    {"\033Ox", "8"},
    {"\033Ozq", "q"}, /* no key that we know */
    {"\033O5A\033O1;2P\033O2j", "C-Up S-F1 *"},
    /* Alt and a key is one key, however a terminal sends it. */
    {"\033x\033q\033A\033é", "M-x M-q M-A M-é"},
    {"\033\177\033\r\033\001\033\t", "M-Backspace M-Enter C-M-a M-Tab"},
    {"\033\033[A\033\033OB\033[1;3C", "M-Up M-Down M-Right"},
    {"\033[120;3u\033[97;4u\033[127;3u", "M-x M-A M-Backspace"},
    {"\033\033xq", "Esc M-x q"},
    {"\033\033\033[A", "Esc M-Up"},
    {"\033\033[<0;10;5M", "Esc [0 9,4]"}, /* no key: Esc by itself */
    {"\033\033[200~x\033[201~", "Esc [paste 1 x]"},
    {"\033\033]11;x\007q", "Esc [answer ]11;x] q"},
    {"\033\xFFq", "Esc q"},
    {"\033\\q", "M-\\ q"},
    /* kitty's key events: releases are no keys, repeats are; the locks change nothing, other modifiers make others. */
    {"\033[98;1:3uq", "q"},
    {"\033[98;1:1u\033[98;1:2u\033[98;1:3u", "b b"},
    {"\033[1;1:1B\033[1;1:2B\033[1;1:3Bq", "Down Down q"},
    {"\033[3;1:3~\033[3;1:2~\033[1;5:3H\033[1;5:1H", "Delete C-Home"},
    {"\033[27u\033[27;1:3u\033[13u\033[9;2u", "Esc Enter S-Tab"},
    {"\033[97;65u\033[97;129u\033[97;193u", "a a a"},
    {"\033[113;9u\033[113;17u\033[1;33Ax", "x"},
    {"\033[97:65;2u\033[49:33;2u\033[233;2u\033[97;2;65u", "A ! É A"},
    {"\033[99;5u\033[99;6u\033[67;5u", "C-c C-c C-c"},
    {"\033[57399u\033[57414u\033[57419u\033[57425u\033[57400;3u", "0 Enter Up Insert M-1"},
    {"\033[57441u\033[57441;2:3u\033[57358u\033[63743uq", "q"},
    {"\033[0u\033[55296u\033[1114112u\033[155uq", "q"},
    {"\033[24;80Rq", "q"}, /* a place, not F3 */
    /* Strings are swallowed whole, and what may be an answer is told. */
    {"\033]11;rgb:0000/0000/0000\007q", "[answer ]11;rgb:0000/0000/0000] q"},
    {"\033]11;rgb:0000/0000/0000\033\\q", "[answer ]11;rgb:0000/0000/0000] q"},
    {"\033P>|quick(1)\033\\q", "[answer P>|quick(1)] q"},
    {"\033_Gi=31;qOK\033\\q", "[answer _Gi=31;qOK] q"},
    {"\033^quit\033\\\033Xquit\033\\q", "[answer ^quit] [answer Xquit] q"},
    {"\033P1$rq\007y\033\\q", "[answer P1$rq\007y] q"}, /* only an OSC ends so */
    {"\033]52;c;\xE4\xBA\xAC\007q", "[answer ]52;c;京] q"},
    {"\302\23511;rgb:0/0/0\xC2\x9Cq", "[answer ]11;rgb:0/0/0] q"}, /* C1, as it is in UTF-8 */
    {"\xC2\x90>|quick\xC2\x9Cq", "[answer P>|quick] q"},
    {"\xC2\x9FGq\xC2\x9C\xC2\x9Eq\xC2\x9C\xC2\x98q\033\\q", "[answer _Gq] [answer ^q] [answer Xq] q"},
    {"\033]quit\030q", "q"},      /* CAN and SUB cancel */
    {"\033_quit\032q", "q"},
    {"\033]quit\033[Aq", "Up q"}, /* what begins anew breaks off */
    {"\033Pquit\003", "C-c"},
    {"\033[?1;2c\033[?997;1nq", "[answer [?1;2c] [answer [?997;1n] q"},
    {"\xC2\x9B?1;2c\302\233A\302\217Bq", "[answer [?1;2c] Up Down q"},
    {"\033[?2026;2$yq", "[answer [?2026;2$y] q"},
    {"\033[12\030q", "q"},
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
    {"\033[I\033[O\033[>1;2cq", "q"}, /* reports that nobody asked for */
    {"\033[999999999999999999~q", "q"},
    {"\033[1;2;3;4;5;6;7;8Aq", "S-Up q"},
    {"\033[38:5:1mq", "q"},
    {"\033[1\033[A", "Up"}, /* broken off */
    {"\xFFz\xC3z\x80", "z z"},
    {"\xC2\x84\xC2\x9Cq", "q"}, /* other C1 are no key */
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

/* Whatever the pieces that bytes arrive in, as long as they do: the same events. */
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

static void add_events(char *all, size_t size, int64_t now)
{
	const char *some = events(now);
	size_t used = strlen(all);

	snprintf(all + used, size - used, "%s%s", used && *some ? " " : "", some);
}

/* Each byte by itself, 50 ms apart, as a slow line brings them: still the same. */
static void test_slowly(void **state)
{
	enum { APART_MS = 50 };
	int64_t now = 1000;

	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		char all[8192] = "";

		tear_down(state);
		set_up(state);
		for (const char *byte = rows[at].bytes; *byte; byte++) {
			feed(byte, 1);
			add_events(all, sizeof all, now);
			now += APART_MS;
			add_events(all, sizeof all, now);
		}
		assert_string_equal(all, rows[at].events);
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
	/* What begins a sequence may be Alt and that key. */
	static const char *const begins[] = {"[", "O", "]", "P", "X", "^", "_"};
	for (size_t at = 0; at < COUNT_OF(begins); at++) {
		char name[8], bytes[8];
		snprintf(name, sizeof name, "M-%s", begins[at]);
		snprintf(bytes, sizeof bytes, "\033%s", begins[at]);
		feed(bytes, 2);
		assert_string_equal(events(3000), "");
		assert_string_equal(events(3000 + INPUT_ESC_MS - 1), "");
		assert_string_equal(events(3000 + INPUT_ESC_MS), name);
	}
	feed("\033\033", 2);
	assert_string_equal(events(3500), "");
	assert_string_equal(events(3500 + INPUT_ESC_MS), "Esc");
	assert_string_equal(events(3500 + 3 * INPUT_ESC_MS), "Esc");
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

/* Keys don't make it longer: it ends when it would have, and what is typed then is a key. */
static void test_keys_dont_prolong_a_paste(void **state)
{
	(void)state;
	int64_t begin = 1000;

	feed("\033[200~abc", 9);
	assert_string_equal(events(begin), "");
	for (int64_t now = begin + 500; now < begin + INPUT_PASTE_MS; now += 500) {
		feed("x", 1);
		assert_string_equal(events(now), "");
	}
	assert_int_equal(input_wait(&input, begin + INPUT_PASTE_MS - 1), 1);
	feed("y", 1);
	assert_string_equal(events(begin + INPUT_PASTE_MS), "[paste 23 abcxxxxxxxxxxxxxxxxx]");
	feed("z", 1);
	assert_string_equal(events(begin + INPUT_PASTE_MS), "z");
	/* Half an end isn't waited for any longer, either, nor looked at again and again until then. */
	feed("\033[200~abc\033[20", 13);
	assert_string_equal(events(begin), "");
	assert_int_equal(input_wait(&input, begin + 5000), INPUT_PASTE_MS - 5000);
	assert_string_equal(events(begin + INPUT_PASTE_MS), "[paste 7 abc\033[20]");
}

/* A long one by a slow line comes in pieces that nobody types. */
static void test_long_paste_by_a_slow_line(void **state)
{
	char block[INPUT_BULK];
	int64_t now = 1000;

	(void)state;
	memset(block, 'p', sizeof block);
	feed("\033[200~", 6);
	assert_string_equal(events(now), "");
	for (int round = 0; round < 20; round++) {
		feed(block, sizeof block);
		assert_string_equal(events(now += 5000), "");
	}
	feed("\033[201~q", 7);
	assert_string_equal(events(now), "[paste 1280 pppppppppppppppppppp] q");
}

static void test_ctrl_c_ends_a_paste(void **state)
{
	(void)state;
	feed("\033[200~abc", 9);
	assert_string_equal(events(1000), "");
	feed("\003", 1);
	assert_string_equal(events(1500), "");
	assert_int_equal(input_wait(&input, 1500), INPUT_ESC_MS);
	assert_string_equal(events(1500 + INPUT_ESC_MS), "[paste 3 abc] C-c");
	feed("x", 1);
	assert_string_equal(events(2000), "x");
	/* What follows it makes it a part of the text, whatever comes in one piece. */
	feed("\033[200~abc\003", 10);
	assert_string_equal(events(3000), "");
	feed("quit\003", 5);
	assert_string_equal(events(3000 + INPUT_ESC_MS), "");
	feed("\033[201~", 6);
	assert_string_equal(events(3010 + INPUT_ESC_MS), "[paste 9 abc\003quit\003]");
}

/* ---- strings that don't end ---- */

static void test_string_without_end(void **state)
{
	static const char *const begins[] = {"\033]", "\033P", "\033X", "\033^", "\033_"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(begins); at++) {
		int64_t begin = 1000;
		feed(begins[at], 2);
		feed("quit", 4);
		assert_string_equal(events(begin), "");
		assert_int_equal(input_wait(&input, begin), INPUT_STRING_MS);
		for (int64_t now = begin + 100; now < begin + INPUT_STRING_MS; now += 100) {
			feed("q", 1);
			assert_string_equal(events(now), "");
		}
		assert_string_equal(events(begin + INPUT_STRING_MS), "");
		assert_int_equal(input_wait(&input, begin + INPUT_STRING_MS), -1);
		feed("q", 1);
		assert_string_equal(events(begin + INPUT_STRING_MS), "q");
	}
}

/* One need not wait for that. */
static void test_keys_leave_a_string(void **state)
{
	static const struct {
		const char *key, *name;
	} ways[] = {{"\033", "Esc"}, {"\003", "C-c"}, {"\033[B", "Down"}, {"\033q", "M-q"}};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(ways); at++) {
		feed("\033_quit", 6);
		assert_string_equal(events(1000), "");
		feed(ways[at].key, strlen(ways[at].key));
		const char *soon = events(1500);
		if (!*soon)
			soon = events(1500 + INPUT_ESC_MS);
		assert_string_equal(soon, ways[at].name);
		feed("q", 1);
		assert_string_equal(events(1700), "q");
	}
}

/* A megabyte of it takes no memory, and what follows its end is a key. */
static void test_long_strings(void **state)
{
	static const char *const begins[] = {"\033]52;c;", "\033[1;"};
	static const char *const ends[] = {"\007q", "~q"};
	static const char block[] = "111111111111111111111111111111111111111111111111111111111111111111111111";

	(void)state;
	for (size_t at = 0; at < COUNT_OF(begins); at++) {
		feed(begins[at], strlen(begins[at]));
		for (int round = 0; round < 15000; round++) {
			feed(block, sizeof block - 1);
			assert_string_equal(events(1000 + round), "");
		}
		feed(ends[at], strlen(ends[at]));
		assert_string_equal(events(16000), "q");
	}
}

static void test_escape_delay(void **state)
{
	static const struct {
		const char *text;
		int delay;
	} delays[] = {{NULL, INPUT_ESC_MS}, {"", INPUT_ESC_MS},	    {"x", INPUT_ESC_MS},   {"-1", INPUT_ESC_MS},
		      {"5x", INPUT_ESC_MS}, {"1", 1},		    {"25", 25},		   {"1000", 1000},
		      {"99999999999", INPUT_ESC_MS_MAX}};

	for (size_t at = 0; at < COUNT_OF(delays); at++) {
		tear_down(state);
		set_up(state);
		input_set_escape_delay(&input, delays[at].text);
		int64_t now = 1000;
		feed("\033", 1);
		assert_string_equal(events(now), "");
		assert_string_equal(events(now + delays[at].delay - 1), "");
		feed("[", 1);
		now += delays[at].delay - 1;
		assert_string_equal(events(now), "");
		feed("B", 1);
		assert_string_equal(events(now + delays[at].delay - 1), "Down");
		feed("\033", 1);
		assert_string_equal(events(now), "");
		assert_string_equal(events(now + delays[at].delay), "Esc");
	}
	/* Nothing to wait for: Esc as soon as it is looked at without more. */
	tear_down(state);
	set_up(state);
	input_set_escape_delay(&input, "0");
	feed("\033[A\033", 4);
	assert_string_equal(events(1000), "Up");
	assert_int_equal(input_wait(&input, 1000), 0);
	assert_string_equal(events(1000), "Esc");
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
					     "1",    "~", "\xE4", "\xBA\xAC", "A", "u",    "\177", "]",
					     "P",    "_", "\007", "\\",	 ":", "?",    "\xC2\x9B", "\xC2\x9D",
					     "\003", "\030"};
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
		for (int64_t later = 10000; later <= 60000; later += 10000)
			events(later);
		assert_int_equal(input_wait(&input, 60000), -1);
		feed("q", 1);
		assert_string_equal(events(70000), "q");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_pieces, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_slowly, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_escape_alone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_cut_off, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_paste_is_capped, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_paste_without_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keys_dont_prolong_a_paste, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_long_paste_by_a_slow_line, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ctrl_c_ends_a_paste, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_string_without_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keys_leave_a_string, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_long_strings, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_escape_delay, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sync_only_when_asked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_noise, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
