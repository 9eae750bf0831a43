/* Where things go: everything here is a pure function, tested as text and by what must always hold. */
#include "tests/unit/unit.h"

#include "base/text.h"
#include "tui/paint/layout.h"

static void test_sizes(void **state)
{
	(void)state;
	assert_int_equal(layout_size(39, 12), LAYOUT_TOO_SMALL);
	assert_int_equal(layout_size(40, 11), LAYOUT_TOO_SMALL);
	assert_int_equal(layout_size(0, 0), LAYOUT_TOO_SMALL);
	assert_int_equal(layout_size(40, 12), LAYOUT_COMPACT);
	assert_int_equal(layout_size(80, 24), LAYOUT_NORMAL);
	assert_int_equal(layout_size(120, 40), LAYOUT_WIDE);
	assert_int_equal(layout_size(500, 200), LAYOUT_WIDE);
}

static void test_frame(void **state)
{
	(void)state;
	struct layout_frame frame = layout_frame(80, 24, true);

	assert_int_equal(frame.header.y, 0);
	assert_int_equal(frame.header_rule.y, 1);
	assert_int_equal(frame.body.y, 2);
	assert_int_equal(frame.body.height, 19);
	assert_int_equal(frame.toast.y, 21);
	assert_int_equal(frame.footer_rule.y, 22);
	assert_int_equal(frame.footer.y, 23);
	for (int height = 0; height < 6; height++) { /* never more than there is */
		frame = layout_frame(10, height, true);
		int used = frame.header.height + frame.header_rule.height + frame.body.height + frame.toast.height +
			   frame.footer_rule.height + frame.footer.height;
		assert_int_equal(used, height);
	}
}

static void test_rects(void **state)
{
	(void)state;
	struct rect rest = {2, 3, 10, 5};
	struct rect left = rect_cut_left(&rest, 4);
	struct rect bottom = rect_cut_bottom(&rest, 9);

	assert_int_equal(left.x, 2);
	assert_int_equal(left.width, 4);
	assert_int_equal(bottom.height, 5);
	assert_int_equal(bottom.y, 3);
	assert_true(rect_is_empty(rest));
	assert_int_equal(rect_cut_right(&(struct rect){0, 0, 5, 1}, -3).width, 0);
	struct rect middle = rect_centre((struct rect){0, 0, 80, 24}, 20, 4);
	assert_int_equal(middle.x, 30);
	assert_int_equal(middle.y, 10);
	assert_true(rect_is_empty(rect_intersect((struct rect){0, 0, 5, 5}, (struct rect){5, 0, 5, 5})));
	assert_true(rect_is_empty(rect_inset((struct rect){0, 0, 3, 1}, 2, 1)));
}

static void test_split(void **state)
{
	(void)state;
	const struct layout_part parts[] = {{10, 0, 1}, {5, 8, 1}, {4, 4, 0}};
	int sizes[3];

	assert_int_equal(layout_split(40, 1, parts, 3, sizes), 0);
	assert_int_equal(sizes[1], 8);
	assert_int_equal(sizes[2], 4);
	assert_int_equal(sizes[0], 26);
	assert_int_equal(layout_split(12, 1, parts, 3, sizes), 0);
	assert_int_equal(sizes[0], 10);
	assert_int_equal(sizes[1], 1);
	assert_int_equal(sizes[2], 0);
	assert_int_equal(layout_split(9, 0, parts + 2, 1, sizes), 5); /* nobody takes the rest */
}

/* Whatever the parts: the sum never passes the total, and minima are met when they fit. */
static void test_split_holds(void **state)
{
	(void)state;
	uint64_t seed = chance_seed();

	for (int round = 0; round < 20000; round++) {
		struct layout_part parts[6];
		int sizes[6], minima = 0, sum = 0;
		size_t count = 1 + chance_below(&seed, 6);
		int total = (int)chance_below(&seed, 200), gap = (int)chance_below(&seed, 3);

		for (size_t at = 0; at < count; at++) {
			int least = (int)chance_below(&seed, 30);
			int most = chance_below(&seed, 2) ? 0 : least + (int)chance_below(&seed, 30);
			parts[at] = (struct layout_part){least, most, (int)chance_below(&seed, 4)};
			minima += least + (at ? gap : 0);
		}
		int left = layout_split(total, gap, parts, count, sizes);
		assert_true(left >= 0);
		for (size_t at = 0; at < count; at++) {
			assert_true(sizes[at] >= 0);
			if (minima <= total)
				assert_true(sizes[at] >= parts[at].min);
			if (parts[at].max)
				assert_true(sizes[at] <=
					    (parts[at].max > parts[at].min ? parts[at].max : parts[at].min));
			sum += sizes[at];
		}
		assert_true(sum + left <= total);
	}
}

static const struct layout_column shop[] = {
    {.title = "Name", .min = 16, .ideal = 30, .weight = 3},
    {.title = "Category", .min = 8, .ideal = 10, .weight = 1, .drop = 3},
    {.title = "Seller", .min = 8, .ideal = 14, .weight = 1, .drop = 2},
    {.title = "Price", .min = 9, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
    {.title = "Stock", .min = 5, .ideal = 5, .drop = 1, .align = ALIGN_RIGHT},
};

static const char *describe(int width)
{
	static char text[128];
	struct layout_columns columns = layout_columns(shop, COUNT_OF(shop), width, 2);
	size_t used = 0;

	for (size_t at = 0; at < columns.count; at++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%d+%d", at ? " " : "",
					 columns.column[at].x, columns.column[at].width);
	return text;
}

static void test_columns(void **state)
{
	(void)state;
	assert_string_equal(describe(120), "0+56 58+19 79+23 104+9 115+5");
	assert_string_equal(describe(77), "0+30 32+10 44+15 61+9 72+5");
	assert_string_equal(describe(56), "0+17 19+8 29+9 40+9 51+5");
	assert_string_equal(describe(44), "0+16 0+0 18+8 28+9 39+5");
	assert_string_equal(describe(37), "0+19 0+0 0+0 21+9 32+5");
	assert_string_equal(describe(30), "0+19 0+0 0+0 21+9 0+0");
	assert_string_equal(describe(10), "0+10 0+0 0+0 0+0 0+0");
	assert_string_equal(describe(0), "0+0 0+0 0+0 0+0 0+0");
}

static void test_columns_hold(void **state)
{
	(void)state;
	for (int width = 0; width < 600; width++) {
		struct layout_columns columns = layout_columns(shop, COUNT_OF(shop), width, 2);
		int end = 0;

		for (size_t at = 0; at < columns.count; at++) {
			if (!columns.column[at].width)
				continue;
			assert_true(columns.column[at].x >= end);
			end = columns.column[at].x + columns.column[at].width;
		}
		assert_true(end <= width);
		if (width >= 80)
			assert_int_equal(end, width);
	}
}

static void test_scroll(void **state)
{
	(void)state;
	struct scroll scroll = {0};

	scroll_resize(&scroll, 100, 10);
	scroll_move(&scroll, 9);
	assert_int_equal(scroll.offset, 0);
	scroll_move(&scroll, 1);
	assert_int_equal(scroll.offset, 1);
	scroll_page(&scroll, 1);
	assert_int_equal(scroll.selected, 19);
	assert_int_equal(scroll.offset, 10);
	scroll_select(&scroll, INT64_MAX);
	assert_int_equal(scroll.selected, 99);
	assert_int_equal(scroll.offset, 90);
	scroll_wheel(&scroll, -30);
	assert_int_equal(scroll.offset, 60);
	assert_int_equal(scroll.selected, 69);
	scroll_resize(&scroll, 5, 10); /* rows go away */
	assert_int_equal(scroll.selected, 4);
	assert_int_equal(scroll.offset, 0);
	scroll_resize(&scroll, 0, 10);
	scroll_move(&scroll, 1);
	assert_int_equal(scroll.selected, 0);
}

static void test_scroll_holds(void **state)
{
	(void)state;
	uint64_t seed = chance_seed();
	struct scroll scroll = {0};

	for (int round = 0; round < 100000; round++) {
		int64_t by = (int64_t)chance_below(&seed, 60) - 30;
		switch (chance_below(&seed, 5)) {
		case 0: scroll_resize(&scroll, (int64_t)chance_below(&seed, 40), (int)chance_below(&seed, 12)); break;
		case 1: scroll_move(&scroll, chance_below(&seed, 50) ? by : by * (INT64_MAX / 64)); break;
		case 2: scroll_page(&scroll, (int)by); break;
		case 3: scroll_wheel(&scroll, by); break;
		default: scroll_select(&scroll, by); break;
		}
		if (!scroll.visible)
			continue;
		assert_true(scroll.selected >= 0 && (scroll.selected < scroll.count || !scroll.selected));
		assert_true(scroll.selected >= scroll.offset && scroll.selected < scroll.offset + scroll.visible);
		assert_true(scroll.offset == 0 || scroll.offset + scroll.visible <= scroll.count);
		int start, length;
		if (scroll_thumb(&scroll, 9, &start, &length))
			assert_true(start >= 0 && length >= 1 && start + length <= 9);
	}
}

static const char *wrapped(const char *text, int width)
{
	static char lines[256];
	struct layout_wrap wrap = {.text = text, .length = strlen(text)};
	struct layout_line line;
	size_t used = 0;

	lines[0] = '\0';
	while (layout_wrap_next(&wrap, width, &line))
		used +=
		    (size_t)snprintf(lines + used, sizeof lines - used, "[%.*s]", (int)line.length, text + line.start);
	return lines;
}

static void test_wrap(void **state)
{
	(void)state;
	assert_string_equal(wrapped("", 10), "");
	assert_string_equal(wrapped("one two three", 7), "[one two][three]");
	assert_string_equal(wrapped("one two three", 8), "[one two][three]");
	assert_string_equal(wrapped("one two three", 3), "[one][two][thr][ee]");
	assert_string_equal(wrapped("a   b", 2), "[a][b]");
	assert_string_equal(wrapped("a\n\nb\n", 9), "[a][][b]");
	assert_string_equal(wrapped("京都京都", 5), "[京都][京都]");
	assert_string_equal(wrapped("京", 1), "[京]"); /* at least one, or it would never end */
	assert_int_equal(layout_wrap_count("one two three", 13, 7), 2);
}

static void test_wrap_holds(void **state)
{
	(void)state;
	static const char *const pieces[] = {"a", "bc", " ", "  ", "\n", "é", "京", "-", "e\xCC\x81"};
	uint64_t seed = chance_seed();

	for (int round = 0; round < 5000; round++) {
		char text[256] = "";
		size_t length = 0, covered = 0;
		int width = 2 + (int)chance_below(&seed, 12);

		for (uint64_t count = chance_below(&seed, 40); count; count--)
			length += (size_t)snprintf(text + length, sizeof text - length, "%s",
						   pieces[chance_below(&seed, COUNT_OF(pieces))]);
		struct layout_wrap wrap = {.text = text, .length = length};
		struct layout_line line;
		while (layout_wrap_next(&wrap, width, &line)) {
			assert_true(line.width <= width);
			assert_int_equal(line.width, text_width(text + line.start, line.length));
			assert_true(line.start >= covered);
			for (size_t at = covered; at < line.start; at++) /* only blanks get lost */
				assert_true(text[at] == ' ' || text[at] == '\n');
			covered = line.start + line.length;
		}
		for (size_t at = covered; at < length; at++)
			assert_true(text[at] == ' ' || text[at] == '\n');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sizes),        cmocka_unit_test(test_frame),
	    cmocka_unit_test(test_rects),        cmocka_unit_test(test_split),
	    cmocka_unit_test(test_split_holds),  cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_columns_hold), cmocka_unit_test(test_scroll),
	    cmocka_unit_test(test_scroll_holds), cmocka_unit_test(test_wrap),
	    cmocka_unit_test(test_wrap_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
