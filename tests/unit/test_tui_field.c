/* A line being edited: by keys, by pastes, at its limits; and how it is shown. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "base/text.h"
#include "tui/widgets/field.h"
#include "tui/terminal/key.h"

static struct field field;

static void press(uint32_t key)
{
	field_event(&field, &(struct event){.kind = EVENT_KEY, .key = key});
}

/* Keys by their names, separated by spaces. */
static void keys(const char *names)
{
	for (const char *at = names; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		uint32_t key;
		assert_true(key_parse(at, length, &key));
		press(key);
		at += length;
	}
}

static void paste(const char *text)
{
	struct event event = {.kind = EVENT_PASTE, .text = text, .length = strlen(text)};

	assert_int_equal(field_event(&field, &event), WIDGET_HANDLED);
}

/* The content with the cursor in it. */
static const char *content(void)
{
	static char text[1024];

	snprintf(text, sizeof text, "%.*s|%s", (int)field.cursor, field_text(&field),
		 field_text(&field) + field.cursor);
	return text;
}

static size_t first; /* what is shown begins there */

static int set_up(void **state)
{
	(void)state;
	first = 0;
	return field_init(&field, 20, false, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	field_done(&field);
	return 0;
}

static void test_editing(void **state)
{
	(void)state;
	static const struct {
		const char *start, *keys, *content;
	} rows[] = {
	    {"", "a b c", "abc|"},
	    {"abc", "Left x", "abx|c"},
	    {"abc", "Home Delete", "|bc"},
	    {"abc", "Home Backspace", "|abc"},
	    {"abc", "End Delete", "abc|"},
	    {"abc", "Left Left Backspace", "|bc"},
	    {"abc", "C-a z C-e y", "zabcy|"},
	    {"one two  three", "C-Left", "one two  |three"},
	    {"one two  three", "C-Left C-Left", "one |two  three"},
	    {"one two  three", "Home C-Right", "one| two  three"},
	    {"one two  three", "Home C-Right C-Right", "one two|  three"},
	    {"one two  three", "C-w", "one two  |"},
	    {"one two  three", "C-w C-w", "one |"},
	    {"one two", "C-Left C-u", "|two"},
	    {"one two", "C-Left C-k", "one |"},
	    {"one two", "Home C-Delete", "| two"},
	    {"京都 煎茶", "Left Backspace", "京都 |茶"},
	    {"e\xCC\x81x", "Left Left Delete", "|x"}, /* a character with its mark is one */
	    {"caf\x65\xCC\x81", "Backspace", "caf|"},
	    {"👨\xE2\x80\x8D👩\xE2\x80\x8D👧", "Backspace", "|"},
	    {"abc", "C-Home PgUp F5", "abc|"},
	};

	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		field_set(&field, rows[at].start);
		keys(rows[at].keys);
		assert_string_equal(content(), rows[at].content);
	}
}

static void test_what_it_leaves_to_its_owner(void **state)
{
	(void)state;
	static const uint32_t left[] = {KEYSYM_Enter, KEYSYM_Esc,  KEYSYM_Tab, KEYSYM_Tab | KEYMOD_SHIFT,
					KEYSYM_Up,    KEYSYM_Down, KEYSYM_F1,  KEYMOD_CTRL | 'c'};

	for (size_t at = 0; at < COUNT_OF(left); at++)
		assert_int_equal(field_event(&field, &(struct event){.kind = EVENT_KEY, .key = left[at]}),
				 WIDGET_IGNORED);
	assert_int_equal(field_event(&field, &(struct event){.kind = EVENT_MOUSE}), WIDGET_IGNORED);
	assert_true(field_is_empty(&field));
}

static void test_pastes(void **state)
{
	(void)state;
	paste("a\r\nb\nc\td");
	assert_string_equal(content(), "a b c d|");
	field_set(&field, NULL);
	paste("x\033[31m\x07\xC2\x9By\x7F\xFFz\xE2\x80\xAE"); /* no control gets in, nor half a character */
	assert_string_equal(content(), "x[31myz|");
	field_set(&field, "ab");
	press(KEYSYM_Left);
	paste("123");
	assert_string_equal(content(), "a123|b");
}

static void test_limit(void **state)
{
	(void)state;
	field_set(&field, "京都京都京都京都京都京都京都京都京都京都京都");
	assert_int_equal(text_count(field_text(&field), field.length), 20);
	keys("Home x");
	assert_int_equal(field.cursor, 0); /* full */
	keys("Delete x");
	assert_int_equal(field.cursor, 1);
	paste("a long one that doesn't fit");
	assert_int_equal(text_count(field_text(&field), field.length), 20);
	assert_true(text_valid(field_text(&field), field.length));
}

/* Nothing that can be seen is left out, in whatever the field is for. */
static void test_keeps_every_character(void **state)
{
	(void)state;
	paste("1a2,.5\u00E9 -1e3");
	assert_string_equal(content(), "1a2,.5\u00E9 -1e3|");
	keys("C-u 0 , 9 9");
	assert_string_equal(content(), "0,99|");
}

static void test_trim(void **state)
{
	(void)state;
	static const struct {
		const char *text, *keys, *content;
	} rows[] = {
	    {" ada@example.com\r\n", "End", "ada@example.com|"},
	    {"\u00A0\u202F\u200B a b \u3000\uFEFF", "Home", "|a b"},
	    {"  ab  ", "Left Left Left", "a|b"},
	    {" \u00A0 ", "", "|"},
	    {"ab", "Left", "a|b"},
	    {"", "", "|"},
	};

	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		field_set(&field, NULL);
		paste(rows[at].text);
		keys(rows[at].keys);
		field_trim(&field);
		assert_string_equal(content(), rows[at].content);
		assert_int_equal(strlen(field.text), field.length);
	}
	/* A full one may have lost its end: whoever reads it should see that it is full. */
	field_set(&field, NULL);
	paste("                12345678");
	field_trim(&field);
	assert_int_equal(text_count(field_text(&field), field.length), 20);
	field.secret = true;
	field_set(&field, " pass word ");
	field_trim(&field);
	assert_string_equal(field_text(&field), " pass word ");
}

/* A blank may be a part of a password; the line end that was copied along can't. */
static void test_secret_without_line_ends(void **state)
{
	(void)state;
	field.secret = true;
	paste("\r\n Vitrine-2026 \r\n\n");
	assert_string_equal(field_text(&field), " Vitrine-2026 ");
	field_set(&field, NULL);
	paste("\n\r");
	assert_string_equal(field_text(&field), "");
}

static void test_secret_is_wiped(void **state)
{
	(void)state;
	struct field secret;
	assert_true(field_init(&secret, 20, true, NULL));
	field_set(&secret, "Vitrine-2026");
	char *memory = secret.text;
	/* Erased characters leave nothing behind while it lives. */
	field_event(&secret, &(struct event){.kind = EVENT_KEY, .key = KEYMOD_CTRL | 'u'});
	for (size_t at = 0; at < secret.size; at++)
		assert_int_equal(memory[at], 0);
	field_set(&secret, "one two");
	field_event(&secret, &(struct event){.kind = EVENT_KEY, .key = KEYSYM_Left | KEYMOD_CTRL});
	assert_int_equal(secret.cursor, 0); /* words of a secret aren't told apart */
	field_done(&secret);
	assert_string_equal(field_text(&secret), "");
	assert_int_equal(field_event(&secret, &(struct event){.kind = EVENT_KEY, .key = 'x'}), WIDGET_IGNORED);
}

static const char *shown(int width, bool focused, const char *hint)
{
	static char text[256];
	struct canvas *canvas = canvas_new(40, 1, &glyphs_utf8);
	struct buf out;
	int x = -1, y = -1;

	assert_non_null(canvas);
	buf_init(&out, 4096);
	first = field_show(&field, canvas, 0, 0, width, focused, hint, first);
	canvas_dump(canvas, &out);
	if (canvas_has_cursor(canvas, &x, &y))
		assert_true(x < width);
	snprintf(text, sizeof text, "%.*s@%d", (int)out.length - 1, buf_str(&out), x);
	buf_done(&out);
	canvas_free(canvas);
	return text;
}

static void test_painting(void **state)
{
	(void)state;
	assert_string_equal(shown(10, true, "search"), "search@0");
	assert_string_equal(shown(10, false, NULL), "@-1");
	field_set(&field, "coffee");
	assert_string_equal(shown(10, true, "search"), "coffee@6");
	field_set(&field, "a long line of text");
	assert_string_equal(shown(10, true, NULL), "e of text@9");
	press(KEYSYM_Home);
	assert_string_equal(shown(10, true, NULL), "a long lin@0");
	assert_string_equal(shown(10, false, NULL), "a long li…@-1");
	press(KEYSYM_End);
	shown(10, true, NULL);
	for (int at = 0; at < 9; at++)
		press(KEYSYM_Left);
	assert_string_equal(shown(10, true, NULL), "ine of tex@2");
	field_set(&field, "京都京都京都京都");
	assert_string_equal(shown(10, true, NULL), "京都京都@8");
	assert_string_equal(shown(3, true, NULL), "都@2");
	press(KEYSYM_Left);
	assert_string_equal(shown(1, true, NULL), "@0"); /* half of one isn't shown */
	assert_string_equal(shown(0, true, NULL), "@-1");
}

static void test_painting_secret(void **state)
{
	(void)state;
	field.secret = true;
	field_set(&field, "geheim京");
	assert_string_equal(shown(10, true, NULL), "•••••••@7");
	assert_string_equal(shown(5, true, NULL), "••••@4");
	assert_string_equal(shown(5, false, NULL), "•••••@-1");
}

static void test_click(void **state)
{
	(void)state;
	field_set(&field, "京都abc");
	shown(20, true, NULL);
	field_go(&field, field_offset(&field, first, 1));
	assert_string_equal(content(), "|京都abc");
	field_go(&field, field_offset(&field, first, 5));
	assert_string_equal(content(), "京都a|bc");
	field_go(&field, field_offset(&field, first, 90));
	assert_string_equal(content(), "京都abc|");
}

static const char *area(int width, int height)
{
	static char text[512];
	struct canvas *canvas = canvas_new(width, height, &glyphs_utf8);
	struct buf out;
	int x = -1, y = -1;

	buf_init(&out, 4096);
	first = area_show(&field, canvas, (struct rect){0, 0, width, height}, true, "describe it", first);
	canvas_dump(canvas, &out);
	canvas_has_cursor(canvas, &x, &y);
	snprintf(text, sizeof text, "%s@%d,%d", buf_str(&out), x, y);
	buf_done(&out);
	canvas_free(canvas);
	return text;
}

static enum widget_result area_key(uint32_t key)
{
	if (key != KEYSYM_Up && key != KEYSYM_Down)
		return field_event(&field, &(struct event){.kind = EVENT_KEY, .key = key});
	size_t offset;
	if (!area_move(&field, key == KEYSYM_Up ? -1 : 1, 8, &offset))
		return WIDGET_IGNORED;
	field_go(&field, offset);
	return WIDGET_HANDLED;
}

static void test_area(void **state)
{
	(void)state;
	assert_string_equal(area(8, 2), "describe\nit\n@0,0");
	field_set(&field, "one two three four");
	assert_string_equal(area(8, 3), "one two\nthree\nfour\n@4,2");
	assert_int_equal(area_key(KEYSYM_Up), WIDGET_HANDLED);
	assert_string_equal(area(8, 3), "one two\nthree\nfour\n@4,1");
	assert_int_equal(area_key(KEYSYM_Up), WIDGET_HANDLED);
	assert_string_equal(content(), "one |two three four");
	assert_int_equal(area_key(KEYSYM_Up), WIDGET_IGNORED);
	assert_string_equal(area(8, 2), "one two\nthree…\n@4,0");
	area_key(KEYSYM_Down);
	area_key(KEYSYM_Down);
	assert_int_equal(area_key(KEYSYM_Down), WIDGET_IGNORED);
	assert_string_equal(area(8, 2), "three\nfour\n@4,1");
	field_set(&field, "12345678");
	assert_string_equal(area(8, 2), "12345678\n\n@0,1");
}

/* Any keys: valid text, the cursor at a character's edge, never more than fits, and what is shown is within its
 * room. */
static void test_holds(void **state)
{
	(void)state;
	static const uint32_t some[] = {
	    'a',
	    ' ',
	    0x4EAC,
	    0x301,
	    0x1F468,
	    0x200D,
	    0xFFFD,
	    KEYSYM_Left,
	    KEYSYM_Right,
	    KEYSYM_Home,
	    KEYSYM_Backspace,
	    KEYSYM_Delete,
	    KEYMOD_CTRL | 'w',
	    KEYMOD_CTRL | 'k',
	    KEYSYM_Left | KEYMOD_CTRL,
	    KEYSYM_Right | KEYMOD_CTRL,
	};
	uint64_t seed = chance_seed();

	for (int round = 0; round < 20000; round++) {
		press(some[chance_below(&seed, COUNT_OF(some))]);
		assert_true(text_valid(field.text, field.length));
		assert_true(field.cursor <= field.length);
		assert_true(text_count(field.text, field.length) <= field.max);
		struct text_cluster cluster;
		size_t at = 0;
		while (at < field.cursor && text_cluster_next(field.text + at, field.length - at, &cluster))
			at += cluster.length;
		assert_int_equal(at, field.cursor);
		if (round % 7 == 0)
			shown(1 + (int)chance_below(&seed, 30), true, NULL);
	}
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_editing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_what_it_leaves_to_its_owner, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_pastes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_keeps_every_character, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_trim, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_secret_is_wiped, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_secret_without_line_ends, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_painting, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_painting_secret, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_click, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_area, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_holds, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
