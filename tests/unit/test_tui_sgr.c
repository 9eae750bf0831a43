/* Fewer bytes, the same grid: what sgr_squeeze says is compared with what it was given, and libvterm reads both. */
#include "tests/unit/unit.h"

#include <vterm.h>

#include "tui/terminal/sgr.h"

enum { WIDTH = 40, HEIGHT = 6, LIMIT = 1 << 20 };

/* ---- what is said ---- */

static void test_sayings(void **state)
{
	(void)state;
	static const struct {
		const char *given, *said;
	} rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"\033[1m\033[m", ""},
	    {"\033[1mx", "\033[1mx"},
	    {"x\033[1m", "x\033[1m"},
	    {"\033(B\033[0;1mx\033(B\033[my", "\033[1mx\033[my"},
	    {"\033[7mx\033[m\017y", "\033[7mx\033[my"},
	    {"\033[38;5;9mx\033[39m\033(B\033[my", "\033[38;5;9mx\033[my"},
	    /* Only what changes, in one sequence. */
	    {"\033[38;5;9m\033[48;5;1mx\033[38;5;8m\033[48;5;1my", "\033[38;5;9;48;5;1mx\033[38;5;8my"},
	    {"\033[31m\033[42mx\033[39;49m\033[31my", "\033[31;42mx\033[0;31my"},
	    {"\033[1mx\033(B\033[0;4m\033[91my", "\033[1mx\033[0;4;91my"},
	    {"\033[38:2::1:2:3;1mx\033[48;2;1;2;3my", "\033[1;38:2::1:2:3mx\033[48;2;1;2;3my"},
	    {"\033[;1mx\033[1;mx", "\033[1mx\033[mx"},
	    {"\033[0;10;1mx", "\033[1mx"},
	    /* What doesn't show there is not said to blanks and moves; what does is. */
	    {"\033[31mx\033[m   \033[31my", "\033[31mx   y"},
	    {"\033[31mx\033[m\033[5;5H\033[K\033[31my", "\033[31mx\033[5;5H\033[Ky"},
	    {"\033[41mx\033[m\033[K", "\033[41mx\033[m\033[K"},
	    {"\033[4mx\033[m y", "\033[4mx\033[m y"},
	    {"\033[7m ", "\033[7m "},
	    /* Other characters are somebody's wish. */
	    {"\033(B\033)0", "\033(B\033)0"},
	    {"\033(0q\033(Bx\017", "\033(0q\033(Bx\017"},
	    /* What isn't understood passes, and all that rests on it, up to a reset. */
	    {"\033[53mx\033[1my\033(B\033[mw\033[1mz", "\033[53mx\033[1my\033(B\033[mw\033[1mz"},
	    {"\033[38;7;1mx\033[39my\033[0;31mz\033[31mz", "\033[38;7;1mx\033[39my\033[0;31mzz"},
	    {"\033[1m\033[53mx\033[m", "\033[1m\033[53mx\033[m"},
	    {"\033[38;2;1mx", "\033[38;2;1mx"},
	    {"\033[38;2;100000000;100000000;100000000mx", "\033[38;2;100000000;100000000;100000000mx"},
	    {"\033[99999999999mx", "\033[99999999999mx"},
	    {"\033[>4;1m\033[?25lx", "\033[>4;1m\033[?25lx"},
	    {"\033", "\033"},
	    {"\033[", "\033["},
	    {"\033[38;5", "\033[38;5"},
	};
	struct buf out;

	buf_init(&out, LIMIT);
	for (size_t row = 0; row < COUNT_OF(rows); row++) {
		struct sgr sgr = {0};
		buf_reset(&out);
		sgr_squeeze(&sgr, &out, rows[row].given, strlen(rows[row].given));
		assert_string_equal(buf_str(&out), rows[row].said);
	}
	buf_done(&out);
}

/* ---- what is seen ---- */

struct grid {
	VTerm *vterm;
	VTermScreen *screen;
};

static struct grid grid_new(void)
{
	struct grid grid = {.vterm = vterm_new(HEIGHT, WIDTH)};

	assert_non_null(grid.vterm);
	vterm_set_utf8(grid.vterm, 1);
	grid.screen = vterm_obtain_screen(grid.vterm);
	vterm_screen_reset(grid.screen, 1);
	return grid;
}

static bool same_color(const VTermColor *a, const VTermColor *b)
{
	return a->type == b->type && vterm_color_is_equal(a, b);
}

static void assert_same_cells(const VTermScreenCell *a, const VTermScreenCell *b)
{
	bool blank = !a->chars[0] || a->chars[0] == ' ';

	if (a->chars[0] == (uint32_t)-1 && b->chars[0] == (uint32_t)-1) /* half a wide one has the looks of the whole */
		return;
	assert_true(a->chars[0] == b->chars[0] || (blank && (!b->chars[0] || b->chars[0] == ' ')));
	assert_true(same_color(&a->bg, &b->bg));
	assert_int_equal(a->attrs.underline, b->attrs.underline);
	assert_int_equal(a->attrs.reverse, b->attrs.reverse);
	assert_int_equal(a->attrs.strike, b->attrs.strike);
	if (blank && !a->attrs.reverse && !a->attrs.underline && !a->attrs.strike)
		return;
	assert_true(same_color(&a->fg, &b->fg));
	assert_int_equal(a->attrs.bold, b->attrs.bold);
	assert_int_equal(a->attrs.italic, b->attrs.italic);
	assert_int_equal(a->attrs.blink, b->attrs.blink);
}

static void assert_same_grids(const struct grid *a, const struct grid *b)
{
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			const VTermPos place = {y, x};
			VTermScreenCell cell_a, cell_b;
			vterm_screen_get_cell(a->screen, place, &cell_a);
			vterm_screen_get_cell(b->screen, place, &cell_b);
			assert_same_cells(&cell_a, &cell_b);
		}
}

/* Anything, in any order and in several parts: the terminal shows the same, and got no more bytes. */
static void test_random(void **state)
{
	(void)state;
	static const char *const pieces[] = {
	    "\033[m",
	    "\033(B\033[m",
	    "\033[0;1m",
	    "\033[1m",
	    "\033[4m",
	    "\033[7m",
	    "\033[3m",
	    "\033[5;9m",
	    "\033[31m",
	    "\033[97m",
	    "\033[104m",
	    "\033[42m",
	    "\033[38;5;200m",
	    "\033[48;5;17m",
	    "\033[39m",
	    "\033[49m",
	    "\033[39;49m",
	    "\033[38;2;9;8;7m",
	    "\033[48;2;1;2m",
	    "\033[38;5m",
	    "\033[22m",
	    "\033[0;10m",
	    "\033[21;31m",
	    "\033[m\017",
	    "word",
	    "京",
	    "─",
	    " ",
	    "     ",
	    "\r\n",
	    "\033[K",
	    "\033[3X",
	    "\033[2;3H",
	    "\033[5;20H",
	    "\033[2J",
	    "\033[H",
	    "\033[2@",
	    "\033[2P",
	    "\033[L",
	    "\033[?25l",
	    "\b",
	    "\033[6;40Hx",
	};
	uint64_t seed = chance_seed();
	size_t given_length = 0, said_length = 0;
	struct buf given, said;

	buf_init(&given, LIMIT);
	buf_init(&said, LIMIT);
	for (int round = 0; round < 300; round++) {
		struct grid before = grid_new(), after = grid_new();
		struct sgr sgr = {0};

		for (int part = 0; part < 8; part++) {
			buf_reset(&given);
			buf_reset(&said);
			for (uint64_t left = chance_below(&seed, 40); left; left--)
				buf_add_str(&given, pieces[chance_below(&seed, COUNT_OF(pieces))]);
			sgr_squeeze(&sgr, &said, buf_str(&given), given.length);
			assert_false(given.failed || said.failed);
			vterm_input_write(before.vterm, buf_str(&given), given.length);
			vterm_input_write(after.vterm, buf_str(&said), said.length);
			assert_same_grids(&before, &after);
			given_length += given.length;
			said_length += said.length;
		}
		vterm_free(before.vterm);
		vterm_free(after.vterm);
	}
	print_message("%zu bytes of %zu\n", said_length, given_length);
	assert_true(said_length < given_length);
	buf_done(&given);
	buf_done(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sayings),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
