/* Frames for real: whatever curses saves on the way, the grid that libvterm makes of the bytes is the canvas. */
#include "tests/unit/tui_world.h"

#include "tui/view/view.h"

static void test_resize_storm(void **state)
{
	(void)state;
	uint64_t seed = chance_seed();
	struct err err = {0};

	open_as("xterm-256color", 80, 24);
	for (int round = 0; round < 60; round++) {
		int width = 1 + (int)chance_below(&seed, round % 10 ? 120 : 500);
		int height = 1 + (int)chance_below(&seed, round % 10 ? 50 : 200);
		pty_size(&pty, width, height);
		assert_true(terminal_resize(terminal, &err));
		assert_int_equal(canvas_width(canvas), width);
		assert_int_equal(canvas_height(canvas), height);
		paint_some();
		for (int y = 5; y < height; y++)
			paint_printf(canvas, 0, y, width, ROLE_TEXT, "row %d 京都京都京都京都京都", y * round);
		flush();
		assert_same();
	}
}

/* Random frames, one after the other, on several kinds of terminal: whatever curses saves, the grid is right. Widths
 * are those that all agree on; hostile bytes are among the rest. */
static void test_frames(void **state)
{
	(void)state;
	static const char *const terms[] = {"xterm-256color", "linux", "vt100", "tmux-256color"};
	static const char *const pieces[] = {"京都",  "é", "e\xCC\x81", "\033[35m",     "\x9B", "plain text ",
					     "     ", "x", "한글",      "\033]0;x\007", "─",    "…"};
	uint64_t seed = chance_seed();

	for (size_t term = 0; term < COUNT_OF(terms); term++) {
		open_as(terms[term], 50, 16);
		for (int frame = 0; frame < 120; frame++) {
			if (chance_below(&seed, 8) == 0)
				canvas_clear(canvas);
			for (uint64_t drawing = chance_below(&seed, 20); drawing; drawing--) {
				char text[128] = "";
				size_t used = 0;
				for (uint64_t piece = chance_below(&seed, 7); piece; piece--)
					used += (size_t)snprintf(text + used, sizeof text - used, "%s",
								 pieces[chance_below(&seed, COUNT_OF(pieces))]);
				paint_str(canvas, (int)chance_below(&seed, 55) - 3, (int)chance_below(&seed, 16),
					  (int)chance_below(&seed, 40), (enum role)chance_below(&seed, ROLES), text);
			}
			pty_forget(&pty);
			flush();
			assert_same();
			assert_false(pty_saw(&pty, "\033[35m"));
			assert_false(pty_saw(&pty, "\033]0;"));
		}
		tear_down(state);
	}
}

static const struct view_column columns[] = {
    {.title = "Name", .min = 16, .ideal = 36, .weight = 3},
    {.title = "Category", .min = 8, .ideal = 10, .weight = 1, .drop = 3},
    {.title = "Seller", .min = 8, .ideal = 14, .weight = 1, .drop = 2},
    {.title = "Price", .min = 9, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
    {.title = "Stock", .min = 5, .ideal = 5, .drop = 1, .align = ALIGN_RIGHT},
};

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	static const char *const names[] = {"Yirgacheffe, washed, 250 g", "Huila decaf, 250 g",
					    "京都 煎茶 sencha, 100 g", "Café crème cups, set of 6"};
	static const enum role roles[] = {ROLE_TEXT, ROLE_FAINT, ROLE_FAINT, ROLE_PRICE, ROLE_FAINT};

	(void)context;
	ret_cell->role = roles[column];
	ret_cell->text = ret_cell->space;
	switch (column) {
	case 0: ret_cell->text = names[row % 4]; break;
	case 1: ret_cell->text = row % 2 ? "Coffee" : "Kitchen"; break;
	case 2: ret_cell->text = row % 3 ? "Grace Roasters" : "Línea Norte"; break;
	case 3: snprintf(ret_cell->space, VIEW_TEXT, "%d.%02d", (int)(row * 7 % 90), (int)(row * 13 % 100)); break;
	default: snprintf(ret_cell->space, VIEW_TEXT, "%d", (int)(row * 31 % 400)); break;
	}
}

static void paint_shop(struct view *view, int64_t selected)
{
	int width = canvas_width(canvas);
	struct layout_frame frame = layout_frame(width, canvas_height(canvas), true);

	canvas_clear(canvas);
	paint_str(canvas, 1, 0, width, ROLE_HEADER, "Vitrine   Shop · Cart 2 · Purchases");
	paint_right(canvas, 0, 0, width - 1, ROLE_TEXT, "ada@example.com  EUR");
	paint_hrule(canvas, 0, frame.header_rule.y, width);
	paint_hrule(canvas, 0, frame.footer_rule.y, width);
	paint_str(canvas, 1, frame.footer.y, width, ROLE_FOOTER,
		  "a add  Enter open  / search  f filter  s sort  c cart");
	view_begin(view, NULL);
	view_table(view, &(struct view_table){.place = {.id = 1, .grow = 1, .focus = true},
					      .columns = columns,
					      .column_count = COUNT_OF(columns),
					      .count = 200,
					      .selected = selected,
					      .get_cell = get_cell});
	view_layout(view, frame.body);
	view_paint(view, canvas);
}

/* The sizes that the design aims at. They are what a screen costs on a slow line, so they are held here. */
static void test_bytes(void **state)
{
	(void)state;
	struct view *view = view_new();
	size_t most = 0, sum = 0;

	assert_non_null(view);
	open_as("xterm-256color", 80, 24);
	paint_shop(view, 0);
	flush();
	for (int key = 1; key <= 15; key++) {
		paint_shop(view, key);
		size_t bytes = flush();
		most = bytes > most ? bytes : most;
		sum += bytes;
		assert_same();
	}
	print_message("a cursor key at 80x24: %zu bytes, %zu at most\n", sum / 15, most);
	assert_true(most <= 150);
	paint_shop(view, 150);
	flush();
	paint_shop(view, 151);
	size_t scrolled = flush();
	print_message("a line scrolled at 80x24: %zu bytes\n", scrolled);
	assert_true(scrolled <= 400); /* the terminal moves the rest */
	assert_same();

	pty_size(&pty, 120, 40);
	assert_true(terminal_resize(terminal, NULL));
	paint_shop(view, 151);
	size_t whole = flush();
	print_message("all of 120x40: %zu bytes\n", whole);
	assert_true(whole <= 6000);
	assert_same();
	view_free(view);
}

/* What is in the last cell of the screen, and what ends before it, does no harm to each other. */
static void test_corner(void **state)
{
	static const char *const terms[] = {"xterm-256color", "linux", "vt100", "tmux-256color"};

	for (size_t term = 0; term < COUNT_OF(terms); term++) {
		open_as(terms[term], 20, 5);
		for (int round = 0; round < 4; round++) {
			int x = 18 - round;
			canvas_clear(canvas);
			paint_str(canvas, 19, 4, 1, ROLE_TEXT, "x");
			paint_str(canvas, x, 4, 2, ROLE_TEXT, "京");
			pty_flush(&pty, terminal);
			assert_true(pty_cell(&pty, x, 4).chars[0] == (round == 1 ? 0 : 0x4EAC));
			if (round)
				assert_int_equal(pty_cell(&pty, 19, 4).chars[0], 0);
			assert_int_equal(pty_flush(&pty, terminal), 0);
		}
		tear_down(state);
	}
}

static void test_many_colors(void **state)
{
	(void)state;
	open_as("xterm-256color", 200, 60);
	for (int round = 0; round < 3; round++) { /* more pairs of colours than there are */
		for (int y = 0; y < 60; y++)
			for (int x = 0; x < 200; x++)
				paint_pixel(canvas, x, y, 0x2584, (x * 77 + y * 1031 + round * 3) & 0xFFFFFF,
					    (x * 4099 + y) & 0xFFFFFF);
		flush();
		assert_same();
		assert_int_equal(flush(), 0);
	}
	/* Once they are gone, others find room again. */
	for (int frame = 0; frame < 40; frame++) {
		canvas_clear(canvas);
		paint_some();
		for (int x = 0; x < 40; x++)
			paint_pixel(canvas, x, 9, 0x2584, x * 0x060504, (frame * 97 + x * 13) * 0x30107 & 0xFFFFFF);
		flush();
		assert_same();
	}
	for (int x = 0; x < 40; x++)
		assert_true(pty_cell(&pty, x, 9).bg.type == VTERM_COLOR_INDEXED);
}

/* What somebody else has left there, colours or characters, is gone once all is painted again. */
static void test_mends(void **state)
{
	static const struct {
		const char *term, *mess;
	} rows[] = {
	    {"xterm-256color", "\033[7;31m\033(0mess"},
	    {"linux", "\033[7;31m\033)0\016mess"},
	    {"vt100", "\033[7;31m\033)0\016mess"},
	    {"tmux-256color", "\033[7;31m\033)0\016mess"},
	};

	for (size_t row = 0; row < COUNT_OF(rows); row++) {
		open_as(rows[row].term, 50, 16);
		paint_some();
		flush();
		vterm_input_write(pty.vterm, rows[row].mess, strlen(rows[row].mess));
		terminal_redraw(terminal);
		flush();
		assert_same();
		VTermScreenCell cell = pty_cell(&pty, 3, 4);
		assert_int_equal(cell.attrs.reverse, 0);
		assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
		tear_down(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_resize_storm, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_frames, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_corner, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many_colors, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_mends, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
