/* The canvas: clipping, widths, hostile text, ASCII; everything asserted as the text that is on it. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "base/text.h"
#include "tui/paint/paint.h"

static struct canvas *canvas;

static void fresh(int width, int height, const struct glyphs *glyphs)
{
	canvas_free(canvas);
	canvas = canvas_new(width, height, glyphs);
	assert_non_null(canvas);
}

static const char *dump(void)
{
	static char text[1 << 16];
	struct buf out;

	buf_init(&out, sizeof text - 1);
	canvas_dump(canvas, &out);
	snprintf(text, sizeof text, "%s", buf_str(&out));
	buf_done(&out);
	return text;
}

static int tear_down(void **state)
{
	(void)state;
	canvas = canvas_free(canvas);
	return 0;
}

/* One line of 12 columns. */
static const char *line(int x, int width, const char *text)
{
	fresh(12, 1, &glyphs_utf8);
	paint_str(canvas, x, 0, width, ROLE_TEXT, text);
	return dump();
}

static void test_text(void **state)
{
	(void)state;
	assert_string_equal(line(0, 12, "plain"), "plain\n");
	assert_string_equal(line(2, 5, "too long"), "  too…\n"); /* no blank before the ellipsis */
	assert_string_equal(line(2, 6, "too long"), "  too l…\n");
	assert_string_equal(line(8, 12, "over the edge"), "        over\n");
	assert_string_equal(line(-2, 12, "over"), "er\n");
	assert_string_equal(line(0, 0, "none"), "\n");
	assert_string_equal(line(0, -5, "none"), "\n");
	assert_string_equal(line(0, 12, NULL), "\n");
	assert_string_equal(line(0, 4, "京都京"), "京…\n");
	assert_string_equal(line(0, 5, "京都京"), "京都…\n");
	assert_string_equal(line(0, 6, "京都京"), "京都京\n");
	assert_string_equal(line(0, 1, "京"), "…\n");
	assert_string_equal(line(-1, 12, "京都"), " 都\n"); /* no half of one */
	assert_string_equal(line(11, 12, "京"), "\n");
	assert_string_equal(line(0, 12, "cafe\xCC\x81s"), "cafe\xCC\x81s\n");
	assert_string_equal(line(0, 12, "x👨\xE2\x80\x8D👩\xE2\x80\x8D👧y"), "x👨y\n");
}

static void test_hostile(void **state)
{
	(void)state;
	assert_string_equal(line(0, 12, "a\033[31mb"), "a\xEF\xBF\xBD[31mb\n");
	assert_string_equal(line(0, 12,
				 "a\x07\x7F\xC2\x9B"
				 "b"),
			    "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
			    "b\n");
	assert_string_equal(line(0, 12,
				 "\xE2\x80\xAE"
				 "abc"),
			    "\xEF\xBF\xBD"
			    "abc\n"); /* right to left */
	assert_string_equal(line(0, 12, "a\nb\tc"), "a b c\n");
	assert_string_equal(line(0, 12, "\xFF\xC0\x80z"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\n");
	assert_string_equal(line(0, 12,
				 "a\xE2\x80\x8B"
				 "b"),
			    "ab\n"); /* of no width: not there */
}

static void test_flood(void **state)
{
	(void)state;
	size_t size = 10 << 20;
	char *flood = malloc(size);

	assert_non_null(flood);
	fresh(12, 2, &glyphs_utf8);
	memset(flood, 'x', size);
	assert_int_equal(paint_text(canvas, 0, 0, 12, ROLE_TEXT, flood, size), 12);
	for (size_t at = 0; at + 1 < size; at += 2) /* marks, without an end */
		memcpy(flood + at, "\xCC\x81", 2);
	memcpy(flood, "a", 1);
	paint_text(canvas, 0, 1, 12, ROLE_TEXT, flood, size);
	assert_true(strlen(dump()) < 200);
	assert_memory_equal(dump(), "xxxxxxxxxxx…\n", 14);
	paint_wrapped(canvas, (struct rect){0, 0, 12, 2}, 0, ROLE_TEXT, flood, size);
	free(flood);
}

static void test_overwriting_wide(void **state)
{
	(void)state;
	fresh(6, 1, &glyphs_utf8);
	paint_str(canvas, 0, 0, 6, ROLE_TEXT, "京都京");
	paint_str(canvas, 1, 0, 1, ROLE_TEXT, "x");
	assert_string_equal(dump(), " x都京\n");
	paint_str(canvas, 2, 0, 1, ROLE_TEXT, "y");
	assert_string_equal(dump(), " xy 京\n");
	paint_str(canvas, 3, 0, 2, ROLE_TEXT, "都");
	assert_string_equal(dump(), " xy都\n");
}

/* What people read as one is there whole or not at all, however many columns it has. */
static void test_clusters_stay_whole(void **state)
{
	struct rect before;

	(void)state;
	fresh(8, 1, &glyphs_utf8);
	paint_str(canvas, 0, 0, 8, ROLE_TEXT, "น้ำหนัก");
	assert_string_equal(dump(), "น้ำหนัก\n");
	paint_str(canvas, 1, 0, 1, ROLE_TEXT, "x");
	assert_string_equal(dump(), " xหนัก\n");
	paint_str(canvas, 0, 0, 3, ROLE_TEXT, "กำไร");
	assert_string_equal(dump(), "กำ…นัก\n");
	paint_str(canvas, 0, 0, 2, ROLE_TEXT, "กำไร");
	assert_string_equal(dump(), "… …นัก\n");
	/* Cut by something above it: what is left of it goes, too. */
	fresh(8, 1, &glyphs_utf8);
	before = canvas_clip(canvas, (struct rect){1, 0, 4, 1});
	paint_str(canvas, 0, 0, 8, ROLE_TEXT, "कीकीकी");
	canvas_unclip(canvas, before);
	assert_string_equal(dump(), "  की\n");
	/* Nothing with marks in the screen's last column. */
	fresh(4, 1, &glyphs_utf8);
	paint_str(canvas, 0, 0, 4, ROLE_TEXT, "कीकि");
	assert_string_equal(dump(), "की…\n");
	fresh(4, 1, &glyphs_utf8);
	paint_str(canvas, 0, 0, 4, ROLE_TEXT, "कीकक");
	assert_string_equal(dump(), "कीकक\n");
}

static void test_clip(void **state)
{
	(void)state;
	fresh(10, 3, &glyphs_utf8);
	struct rect before = canvas_clip(canvas, (struct rect){2, 1, 5, 1});
	struct rect inner = canvas_clip(canvas, (struct rect){0, 0, 6, 9});
	for (int y = 0; y < 3; y++)
		paint_str(canvas, 0, y, 10, ROLE_TEXT, "京都京都京");
	canvas_cursor(canvas, 0, 0);
	canvas_unclip(canvas, inner);
	assert_string_equal(dump(), "\n  都京\n\n");
	int x, y;
	assert_false(canvas_has_cursor(canvas, &x, &y));
	paint_fill(canvas, (struct rect){-5, -5, 50, 50}, ROLE_TEXT);
	canvas_unclip(canvas, before);
	paint_str(canvas, 0, 1, 3, ROLE_TEXT, "abc");
	assert_string_equal(dump(), "\nabc\n\n");
}

static void test_aligned(void **state)
{
	(void)state;
	static const struct {
		const char *text, *line;
	} rows[] = {
	    {"14.50", "     14.50"},
	    {"3.9", "      3.9"},
	    {"79", "     79"},
	    {"1,284.30", "  1,284.30"},
	    {"-0.05", "     -0.05"},
	    {"-14", "    -14"},
	    {"14,50", "     14,50"}, /* whatever the locale's marks are */
	    {"1.284,30", "  1.284,30"},
	    {"1\u202F284,30", "  1\u202F284,30"},
	    {"1\u2019284.30", "  1\u2019284.30"},
	    {"14\u066B50", "     14\u066B50"},
	    {"1,284", "     1,284"}, /* no amount has so many decimals */
	    {"free", "      free"},
	    {"12.5 or so", "12.5 or so"},
	    {"", ""},
	    {"123456789.00", "123456789…"},
	    {"1.2.3", "     1.2.3"},
	    {".5", "       .5"},
	    {"12.3456", "   12.3456"},
	    {"京都", "      京都"},
	};

	for (size_t at = 0; at < COUNT_OF(rows); at++) {
		char wanted[64];
		fresh(10, 1, &glyphs_utf8);
		paint_aligned(canvas, 0, 0, 10, ALIGN_DECIMAL, 3, ROLE_PRICE, rows[at].text, strlen(rows[at].text));
		snprintf(wanted, sizeof wanted, "%s\n", rows[at].line);
		assert_string_equal(dump(), wanted);
	}
	fresh(10, 2, &glyphs_utf8);
	paint_right(canvas, 0, 0, 10, ROLE_TEXT, "right");
	paint_centre(canvas, 0, 1, 10, ROLE_TEXT, "mid");
	assert_string_equal(dump(), "     right\n   mid\n");
}

static void test_wrapped(void **state)
{
	(void)state;
	fresh(12, 3, &glyphs_utf8);
	const char *text = "Jasmine, lemon, black tea.\nGrown high.";
	assert_int_equal(paint_wrapped(canvas, (struct rect){1, 0, 10, 3}, 0, ROLE_TEXT, text, strlen(text)), 5);
	assert_string_equal(dump(), " Jasmine,\n lemon,\n black tea…\n");
	canvas_clear(canvas);
	paint_wrapped(canvas, (struct rect){1, 0, 11, 3}, 1, ROLE_TEXT, text, strlen(text));
	assert_string_equal(dump(), " lemon,\n black tea.\n Grown high.\n");
}

static void test_box_and_rules(void **state)
{
	(void)state;
	fresh(14, 4, &glyphs_utf8);
	paint_str(canvas, 0, 1, 14, ROLE_TEXT, "below it all..");
	struct rect inside = paint_box(canvas, (struct rect){1, 0, 12, 4}, "Filter and more");
	assert_string_equal(dump(), " ┌─ Filte… ─┐\nb│          │.\n │          │\n └──────────┘\n");
	assert_int_equal(inside.x, 2);
	assert_int_equal(inside.width, 10);
	assert_int_equal(inside.height, 2);
}

static void test_bars(void **state)
{
	(void)state;
	static const int64_t values[] = {0, 1, 50, 100, -5, INT64_MAX};
	fresh(6, 2, &glyphs_utf8);
	paint_chart(canvas, (struct rect){0, 0, 4, 2}, values, 4, ROLE_ACCENT);
	assert_string_equal(dump(), "   █\n ▁██\n");
	canvas_clear(canvas);
	paint_chart(canvas, (struct rect){0, 0, 6, 2}, values, 6, ROLE_ACCENT);
	assert_string_equal(dump(), "     █\n ▁▁▁ █\n");
	fresh(6, 2, &glyphs_ascii);
	paint_chart(canvas, (struct rect){0, 0, 4, 2}, values, 4, ROLE_ACCENT);
	assert_string_equal(dump(), "   #\n ###\n");
}

static void test_ascii(void **state)
{
	(void)state;
	fresh(24, 3, &glyphs_ascii);
	paint_str(canvas, 0, 0, 24, ROLE_TEXT, "Café Ñandú 2 × 5 – “ok”…");
	paint_str(canvas, 0, 1, 24, ROLE_TEXT, "京都 煎茶 ▌✓ Łódź Ⅷ");
	paint_str(canvas, 0, 2, 6, ROLE_TEXT, "too long");
	assert_string_equal(dump(), "Cafe Nandu 2 x 5 - \"ok\"~\n???? ???? >+ Lodz V\ntoo l~\n");
	for (const char *at = dump(); *at; at++)
		assert_true((*at >= ' ' && *at < 0x7F) || *at == '\n');
}

static void test_pixels(void **state)
{
	(void)state;
	fresh(4, 1, &glyphs_utf8);
	paint_pixel(canvas, 0, 0, 0x2584, 0xFF0000, 0x00FF00);
	paint_pixel(canvas, 1, 0, 0x1B, 0, 0);
	paint_pixel(canvas, 2, 0, 0x4EAC, 0, 0); /* not of one column */
	paint_pixel(canvas, 3, 0, 'x', 0, 0);
	paint_pixel(canvas, 4, 0, 'y', 0, 0);
	assert_string_equal(dump(), "▄  x\n");
}

static void test_dim(void **state)
{
	(void)state;
	fresh(4, 2, &glyphs_utf8);
	paint_str(canvas, 0, 0, 4, ROLE_PRICE, "1.00");
	paint_hrule(canvas, 0, 1, 4);
	canvas_dim(canvas, (struct rect){0, 0, 2, 2});
	assert_int_equal(canvas_role(canvas, 0, 0), ROLE_FAINT);
	assert_int_equal(canvas_role(canvas, 2, 0), ROLE_PRICE);
	assert_int_equal(canvas_role(canvas, 0, 1), ROLE_RULE);
}

/* Anything anywhere: no line is ever wider than the canvas, and nothing but what may be shown is on it. */
static void test_holds(void **state)
{
	(void)state;
	uint64_t seed = chance_seed();

	for (int round = 0; round < 400; round++) {
		int width = 1 + (int)chance_below(&seed, 30);
		fresh(width, 4, chance_below(&seed, 4) ? &glyphs_utf8 : &glyphs_ascii);
		for (int drawing = 0; drawing < 60; drawing++) {
			char text[64];
			size_t length = chance_below(&seed, sizeof text);
			static const char *const pieces[] = {
			    "京",           "e\xCC\x81", "\033", "👩",
			    "\xE2\x80\x8D", "क्षि",       "한",   "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB",
			    "🇫🇷",           "\xC2\xAD",  "⚕"};
			size_t used = 0;
			while (used < length) {
				if (chance_below(&seed, 2)) {
					text[used++] = (char)chance_below(&seed, 256);
					continue;
				}
				const char *piece = pieces[chance_below(&seed, COUNT_OF(pieces))];
				used += (size_t)snprintf(text + used, sizeof text - used, "%s", piece);
				if (used >= sizeof text)
					used = sizeof text - 1;
			}
			paint_text(canvas, (int)chance_below(&seed, 40) - 5, (int)chance_below(&seed, 6) - 1,
				   (int)chance_below(&seed, 40), ROLE_TEXT, text, used < length ? used : length);
		}
		char all[1 << 14];
		snprintf(all, sizeof all, "%s", dump());
		int lines = 0;
		for (char *at = all; *at; lines++) {
			size_t length = strcspn(at, "\n");
			assert_true(text_valid(at, length));
			assert_false(text_has_control(at, length));
			at += length + 1;
		}
		assert_int_equal(lines, 4);
	}
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_text, tear_down),
	    cmocka_unit_test_teardown(test_hostile, tear_down),
	    cmocka_unit_test_teardown(test_flood, tear_down),
	    cmocka_unit_test_teardown(test_overwriting_wide, tear_down),
	    cmocka_unit_test_teardown(test_clusters_stay_whole, tear_down),
	    cmocka_unit_test_teardown(test_clip, tear_down),
	    cmocka_unit_test_teardown(test_aligned, tear_down),
	    cmocka_unit_test_teardown(test_wrapped, tear_down),
	    cmocka_unit_test_teardown(test_box_and_rules, tear_down),
	    cmocka_unit_test_teardown(test_bars, tear_down),
	    cmocka_unit_test_teardown(test_ascii, tear_down),
	    cmocka_unit_test_teardown(test_pixels, tear_down),
	    cmocka_unit_test_teardown(test_dim, tear_down),
	    cmocka_unit_test_teardown(test_holds, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
