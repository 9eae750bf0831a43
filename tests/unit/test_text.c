/* Text: validity, what may reach a terminal, columns, and folding. */
#include "tests/unit/unit.h"

#include <locale.h>
#include <utf8proc.h>
#include <wchar.h>

#include "base/text.h"

#define FFFD "\xEF\xBF\xBD"

static void knows_valid_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		bool valid;
	} rows[] = {
	    {"", 0, true},			{"plain", 5, true},
	    {"\xC3\xA9", 2, true},		{"\xE4\xBA\xAC", 3, true},
	    {"\xF0\x9F\x9B\x92", 4, true},	{"\xF4\x8F\xBF\xBF", 4, true},
	    {"\xEF\xBF\xBF", 3, true},		{"\x7F\x01\x1B", 3, true},
	    {"a\0b", 3, false},			{"\x80", 1, false},
	    {"\xBF", 1, false},			{"\xC3", 1, false},
	    {"\xC3(", 2, false},		{"\xC0\x80", 2, false},	    /* NUL, too long */
	    {"\xC1\xBF", 2, false},		{"\xE0\x80\xAF", 3, false}, /* '/', too long */
	    {"\xE0\x9F\xBF", 3, false},		{"\xF0\x80\x80\xAF", 4, false},
	    {"\xF0\x8F\xBF\xBF", 4, false},	{"\xED\xA0\x80", 3, false}, /* surrogates */
	    {"\xED\xBF\xBF", 3, false},		{"\xF4\x90\x80\x80", 4, false}, /* past U+10FFFF */
	    {"\xF5\x80\x80\x80", 4, false},	{"\xF8\x88\x80\x80\x80", 5, false},
	    {"\xFE", 1, false},			{"\xFF", 1, false},
	    {"\xE4\xBA", 2, false},		{"\xF0\x9F\x9B", 3, false},
	    {"\xC3\xA9\xA9", 3, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (text_valid(rows[i].bytes, rows[i].length) != rows[i].valid)
			fail_msg("row %zu", i);
}

/* UTF-8 of a code point, surrogates and all. */
static size_t encode(uint32_t code, char out[4])
{
	if (code < 0x80)
		return out[0] = (char)code, 1;
	if (code < 0x800)
		return out[0] = (char)(0xC0 | code >> 6), out[1] = (char)(0x80 | (code & 63)), 2;
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 63));
		return out[2] = (char)(0x80 | (code & 63)), 3;
	}
	out[0] = (char)(0xF0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 63));
	out[2] = (char)(0x80 | (code >> 6 & 63));
	return out[3] = (char)(0x80 | (code & 63)), 4;
}

static bool is_dangerous(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C || code == 0x200E || code == 0x200F ||
	       (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* Every code point there is. */
static void knows_every_control_character(void **state)
{
	char bytes[4];

	(void)state;
	for (uint32_t code = 1; code < 0x110000; code++) {
		size_t length = encode(code, bytes);
		bool surrogate = code >= 0xD800 && code < 0xE000;

		if (text_valid(bytes, length) == surrogate)
			fail_msg("U+%04X: valid?", code);
		if (!surrogate && text_has_control(bytes, length) != is_dangerous(code))
			fail_msg("U+%04X: control?", code);
		if (!surrogate && text_count(bytes, length) != 1)
			fail_msg("U+%04X: counted wrong", code);
	}
}

static void sanitises_every_character(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	for (uint32_t code = 0; code < 0x110000; code++) {
		char bytes[6] = "a";
		size_t length = 1 + encode(code, bytes + 1);

		bytes[length++] = 'b';
		buf_reset(&out);
		text_sanitise(&out, bytes, length);
		bool same = out.length == length && !memcmp(out.bytes, bytes, length);
		if (is_dangerous(code) && same)
			fail_msg("U+%04X came through", code);
		if (text_has_control(out.bytes, out.length) || !text_valid(out.bytes, out.length))
			fail_msg("U+%04X left something behind", code);
		if (out.bytes[0] != 'a' || out.bytes[out.length - 1] != 'b')
			fail_msg("U+%04X took its neighbours along", code);
		int width = text_width(out.bytes, out.length);
		bool surrogate = code >= 0xD800 && code < 0xE000; /* each byte of it is ill-formed */
		if (width < 2 || width > (surrogate ? 5 : 4))
			fail_msg("U+%04X takes %d columns", code, width - 2);
	}
	buf_done(&out);
}

static void sanitises_hostile_bytes(void **state)
{
	static const struct {
		const char *bytes, *shown;
	} rows[] = {
	    {"plain text", "plain text"},
	    {"línea 京都 🛒", "línea 京都 🛒"},
	    {"two\nlines\tand a tab", "two lines and a tab"},
	    {"\x1B[2J\x1B]52;c;AAAA\x07", FFFD "[2J" FFFD "]52;c;AAAA" FFFD},
	    {"\x1B]0;title\x1B\\", FFFD "]0;title" FFFD "\\"},
	    {"\xC2\x9B" "31m", FFFD "31m"},	      /* C1: CSI */
	    {"\x9B" "31m", FFFD "31m"},		      /* the same as a bare byte */
	    {"\r\b\x7F\x0E", FFFD FFFD FFFD FFFD},
	    {"\xE2\x80\xAE" "abc", FFFD "abc"},	      /* right-to-left override */
	    {"a\xE2\x81\xA6" "b", "a" FFFD "b"},	      /* isolate */
	    {"a\xE2\x80\xA8" "b", "a" FFFD "b"},	      /* line separator */
	    {"\xEE\x80\x80", FFFD},		      /* private use */
	    {"\xF3\xB0\x80\x80", FFFD},		      /* private use, plane 15 */
	    {"\xEF\xBF\xBE", FFFD},		      /* not a character */
	    {"\xCD\xB8", FFFD},			      /* unassigned */
	    {"\xC0\xAF", FFFD FFFD},
	    {"\xED\xA0\x80", FFFD FFFD FFFD},
	    {"ab\xE4\xBA", "ab" FFFD FFFD},
	    {"\xCC\x81" "abc", FFFD "abc"},	      /* a mark with nothing before it */
	    {"\xCC\x81\xCC\x81\xCC\x81" "a", FFFD "a"},
	    {"e\xCC\x81", "e\xCC\x81"},
	    {"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81" "x", "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81" "x"},
	    {"a\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B" "b",
	     "a\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B\xE2\x80\x8B" "b"},
	    {"\x1B\xCC\x81", FFFD "\xCC\x81"},
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_reset(&out);
		text_sanitise(&out, rows[i].bytes, strlen(rows[i].bytes));
		if (strcmp(buf_str(&out), rows[i].shown) != 0)
			fail_msg("row %zu gives \"%s\"", i, buf_str(&out));
	}
	buf_reset(&out);
	text_sanitise(&out, "a\0b", 3);
	assert_string_equal(buf_str(&out), "a" FFFD "b");
	buf_done(&out);
}

/* Bytes at random: nothing dangerous comes out, and doing it again changes nothing. */
static void sanitises_random_bytes(void **state)
{
	static const char pieces[][5] = {"\xCC\x81", "\xE2\x80\x8D", "\xF0\x9F\x91\xA9", "京",       "\x1B",
					 "a",        "\xE1\x84\x92", "\xE0\xA4\xBF",     "\xC2\x9B", "\xE2\x80\xAE"};
	uint64_t draw = chance_seed();
	struct buf out, again;

	(void)state;
	buf_init(&out, 1000);
	buf_init(&again, 1000);
	for (int i = 0; i < 20000; i++) {
		char bytes[64];
		size_t length = 0, wanted = chance_below(&draw, 40);

		while (length < wanted) {
			const char *piece = pieces[chance_below(&draw, COUNT_OF(pieces))];
			if (chance_below(&draw, 3)) {
				memcpy(bytes + length, piece, strlen(piece));
				length += strlen(piece);
			} else {
				bytes[length++] = (char)chance_below(&draw, 256);
			}
		}
		buf_reset(&out);
		buf_reset(&again);
		text_sanitise(&out, bytes, length);
		assert_true(text_valid(buf_str(&out), out.length));
		assert_false(text_has_control(buf_str(&out), out.length));
		text_sanitise(&again, buf_str(&out), out.length);
		assert_string_equal(buf_str(&out), buf_str(&again));
	}
	buf_done(&out);
	buf_done(&again);
}

static void a_flood_of_marks_is_stemmed(void **state)
{
	struct buf flood, out;

	(void)state;
	buf_init(&flood, 1000000);
	buf_init(&out, 1000000);
	buf_add_char(&flood, 'e');
	for (int i = 0; i < 100000; i++)
		buf_add_str(&flood, "\xCC\x81");
	text_sanitise(&out, flood.bytes, flood.length);
	assert_int_equal(out.length, 1 + 4 * 2);
	assert_int_equal(text_width(out.bytes, out.length), 1);
	buf_done(&flood);
	buf_done(&out);
}

static void counts_columns(void **state)
{
	static const struct {
		const char *text;
		size_t cluster; /* bytes of the first one */
		int width, all;
	} rows[] = {
	    {"a", 1, 1, 1},
	    {"ab", 1, 1, 2},
	    {"é", 2, 1, 1},
	    {"e\xCC\x81x", 3, 1, 2},
	    {"京都", 3, 2, 4},
	    {"한국", 3, 2, 4},
	    {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 9, 2, 2}, /* the same syllable, in letters */
	    {"🛒", 4, 2, 2},
	    {"👍🏽", 8, 2, 2},
	    {"🇪🇸", 8, 2, 2},
	    {"🇪🇸🇫🇷", 8, 2, 4},
	    {"🇪", 4, 1, 1},
	    {"🇪a", 4, 1, 2},
	    {"①", 3, 1, 1},
	    {"“", 3, 1, 1},
	    {"Ａ", 3, 2, 2},
	    {"हिन्दी", 6, 2, 5},		 /* a vowel sign has a column of its own */
	    {"น้ำ", 9, 2, 2},		 /* so has a letter that belongs to the one before it */
	    {"ນ້ຳ", 9, 2, 2},
	    {"ක්‍ෂ", 9, 1, 2},		 /* a joiner has none */
	    {"👩‍👧x", 11, 2, 3},		 /* one picture */
	    {"a🏽", 5, 3, 3},
	    {"\xE0\xA4\x95\xE0\xA4\xBE\xE0\xA4\xBE\xE0\xA4\xBE\xE0\xA4\xBE\xE0\xA4\xBE\xE0\xA4\xBE\xE0\xA4\xBE"
	     "\xE0\xA4\xBE\xE0\xA4\xBE", 24, 8, 10}, /* no end of vowel signs */
	};
	struct text_cluster cluster;

	(void)state;
	assert_false(text_cluster_next("", 0, &cluster));
	assert_int_equal(text_width("", 0), 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t length = strlen(rows[i].text);

		assert_true(text_cluster_next(rows[i].text, length, &cluster));
		if (cluster.length != rows[i].cluster || cluster.width != rows[i].width ||
		    text_width(rows[i].text, length) != rows[i].all)
			fail_msg("%s: cluster %zu, width %d, all %d", rows[i].text, cluster.length, cluster.width,
				 text_width(rows[i].text, length));
	}
	/* Not sanitised: strange, but it ends. */
	assert_int_equal(text_width("\xFF\xFF", 2), 2);
}

/* As many columns as the C library says, by which curses goes, or more: never fewer, since then letters would be
 * lost. */
static void is_never_narrower_than_the_c_library_says(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (uint32_t code = 0x20; code < 0x110000; code++) {
		char bytes[8];
		struct buf shown;

		if (code >= 0xD800 && code < 0xE000)
			continue;
		utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)bytes);
		buf_init(&shown, 64);
		buf_add_char(&shown, 'x');
		text_sanitise(&shown, bytes, (size_t)length);
		int wanted = wcwidth((wchar_t)code);
		bool format = utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_CF;
		bool same = shown.length == 1 + (size_t)length && !memcmp(shown.bytes + 1, bytes, (size_t)length);
		int width = text_width(buf_str(&shown), shown.length) - 1;
		if (same && (width < wanted || (wanted == 0 && width > 0 && !format)))
			fail_msg("U+%04X: %d columns, wcwidth says %d", (unsigned)code, width, wanted);
		buf_done(&shown);
	}
}

static void fits_into_columns(void **state)
{
	static const struct {
		const char *text;
		int columns;
		size_t bytes;
		int width;
	} rows[] = {
	    {"shop", 10, 4, 4}, {"shop", 4, 4, 4}, {"shop", 3, 3, 3}, {"shop", 0, 0, 0},	{"shop", -1, 0, 0},
	    {"京都", 4, 6, 4},  {"京都", 3, 3, 2}, {"京都", 1, 0, 0}, {"a京", 2, 1, 1}, {"e\xCC\x81x", 1, 3, 1},
	    {"", 5, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int width = -1;
		size_t bytes = text_fit(rows[i].text, strlen(rows[i].text), rows[i].columns, &width);

		if (bytes != rows[i].bytes || width != rows[i].width)
			fail_msg("row %zu: %zu bytes, %d columns", i, bytes, width);
		assert_int_equal(text_fit(rows[i].text, strlen(rows[i].text), rows[i].columns, NULL), bytes);
	}
}

static void cuts_at_a_character(void **state)
{
	static const char text[] = "a\xC3\xA9京🛒z";
	static const size_t cuts[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};

	(void)state;
	for (size_t max = 0; max < COUNT_OF(cuts); max++)
		assert_int_equal(text_cut(text, max), cuts[max]);
	assert_int_equal(text_cut("", 0), 0);
	assert_int_equal(text_cut("", 5), 0);
	for (size_t size = 1; size < COUNT_OF(cuts); size++) {
		char copy[COUNT_OF(cuts) + 1];

		memset(copy, '!', sizeof copy);
		text_copy(copy, size, text);
		assert_int_equal(strlen(copy), cuts[size - 1]);
		assert_memory_equal(copy, text, cuts[size - 1]);
		assert_int_equal(copy[size], '!');
		text_copy(copy, size, NULL);
		assert_string_equal(copy, "");
	}
}

static void folds_case_and_accents(void **state)
{
	static const struct {
		const char *text, *folded;
	} rows[] = {
	    {"", ""},
	    {"Coffee BEANS 250 g @[`{", "coffee beans 250 g @[`{"},
	    {"Café Crème", "cafe creme"},
	    {"cafe\xCC\x81", "cafe"},
	    {"LÍNEA Ñandú", "linea nandu"},
	    {"Straße STRASSE", "strasse strasse"},
	    {"ΣΊΣΥΦΟΣ", "σισυφοσ"},
	    {"σίσυφος", "σισυφοσ"},
	    {"Ｆｕｌｌ　ｗｉｄｔｈ", "full width"},
	    {"ﬁne", "fine"},
	    {"İstanbul", "istanbul"},
	    {"京都", "京都"},
	    {"ПРИВЕТ Ёлка", "привет елка"},
	    {"soft\xC2\xADhyphen", "softhyphen"},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena, 100000);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *folded = text_fold(&arena, rows[i].text, strlen(rows[i].text));

		assert_non_null(folded);
		assert_string_equal(folded, rows[i].folded);
		assert_string_equal(text_fold(&arena, folded, strlen(folded)), folded);
	}
	assert_string_equal(text_fold(&arena, "ABCdef", 4), "abcd");
	assert_null(text_fold(&arena, "caf\xC3", 4));
	assert_null(text_fold(&arena, "\xFF", 1));
	arena.limit = 0;
	assert_null(text_fold(&arena, "abc", 3));
	assert_null(text_fold(&arena, "é", 2));
	arena_done(&arena);
}

/* Every code point there is: folded once is folded for good. */
static void folds_every_character(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 100000);
	for (uint32_t code = 1; code < 0x110000; code++) {
		char bytes[4];
		size_t length = encode(code, bytes);

		if (code >= 0xD800 && code < 0xE000)
			continue;
		const char *folded = text_fold(&arena, bytes, length);
		if (!folded || strcmp(text_fold(&arena, folded, strlen(folded)), folded) != 0)
			fail_msg("U+%04X folds to %s", code, folded ? folded : "nothing");
		arena_reset(&arena);
	}
	arena_done(&arena);
}

static void test_trim(void **state)
{
	static const struct {
		const char *text, *left;
	} rows[] = {
	    {"", ""},
	    {"a", "a"},
	    {" \t\r\n a b\r\n", "a b"},
	    {"\u00A0\u202F\u3000x\u2028", "x"},
	    {" \u200B\uFEFF\u2060", ""},
	    {"a\u00A0", "a"},
	    {"\u4EAC\u90FD ", "\u4EAC\u90FD"},
	    {"\u200Ee\u0301\u200F", "e\u0301"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t length = strlen(rows[i].text), start = text_trim(rows[i].text, &length);
		assert_int_equal(length, strlen(rows[i].left));
		assert_memory_equal(rows[i].text + start, rows[i].left, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trim),
	    cmocka_unit_test(knows_valid_utf8),		   cmocka_unit_test(knows_every_control_character),
	    cmocka_unit_test(sanitises_every_character),   cmocka_unit_test(sanitises_hostile_bytes),
	    cmocka_unit_test(sanitises_random_bytes),	   cmocka_unit_test(a_flood_of_marks_is_stemmed),
	    cmocka_unit_test(counts_columns),		   cmocka_unit_test(fits_into_columns),
	    cmocka_unit_test(is_never_narrower_than_the_c_library_says),
	    cmocka_unit_test(cuts_at_a_character),	   cmocka_unit_test(folds_case_and_accents),
	    cmocka_unit_test(folds_every_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
