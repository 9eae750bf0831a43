#include "tests/screens/repaint.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { CELLS_MAX = 500 * 200 };

#define NO_KEY "\033[24~" /* F12 does nothing anywhere */

/* All that can be seen, to be compared: the text by which a failure is read, and the rest cell by cell. */
struct picture {
	VTermPos cursor;
	bool cursor_visible;
	char text[STAGE_TEXT * 4];
	VTermScreenCell cells[CELLS_MAX];
};

static void take(struct stage *stage, struct picture *picture)
{
	assert_true(stage->width * stage->height <= CELLS_MAX);
	snprintf(picture->text, sizeof picture->text, "%s", stage_text(stage));
	picture->cursor = stage->cursor;
	picture->cursor_visible = stage->cursor_visible;
	for (int y = 0; y < stage->height; y++)
		for (int x = 0; x < stage->width; x++)
			picture->cells[y * stage->width + x] = stage_cell(stage, x, y);
}

static uint32_t first_char(const VTermScreenCell *cell)
{
	return cell->chars[0] ? cell->chars[0] : ' '; /* cells never written to are blank, too */
}

/* What can be seen of it: on a blank, its ink can't be. */
static bool same_look(const VTermScreenCell *a, const VTermScreenCell *b)
{
	if (first_char(a) == ' ' && !a->attrs.reverse && !b->attrs.reverse)
		return a->attrs.underline == b->attrs.underline && vterm_color_is_equal(&a->bg, &b->bg);
	return a->attrs.bold == b->attrs.bold && a->attrs.underline == b->attrs.underline &&
	       a->attrs.italic == b->attrs.italic && a->attrs.reverse == b->attrs.reverse &&
	       vterm_color_is_equal(&a->fg, &b->fg) && vterm_color_is_equal(&a->bg, &b->bg);
}

static bool same_cell(const VTermScreenCell *a, const VTermScreenCell *b)
{
	if (first_char(a) != first_char(b) || a->width != b->width)
		return false;
	if (first_char(a) == (uint32_t)-1) /* the second half of a wide one: libvterm leaves there what was */
		return true;
	for (int i = 1; a->chars[0] && b->chars[0] && i < VTERM_MAX_CHARS_PER_CELL && (a->chars[i] || b->chars[i]); i++)
		if (a->chars[i] != b->chars[i])
			return false;
	return same_look(a, b);
}

static void compare(struct stage *stage, const struct picture *before)
{
	for (int y = 0; y < stage->height; y++)
		for (int x = 0; x < stage->width; x++) {
			VTermScreenCell cell = stage_cell(stage, x, y);
			const VTermScreenCell *was = &before->cells[y * stage->width + x];
			if (!same_cell(was, &cell))
				stage_fail(stage,
					   "painted again, column %d of line %d is another%s: U+%04X, was U+%04X in\n%s",
					   x, y, first_char(was) == first_char(&cell) ? " in its look" : "",
					   first_char(&cell), first_char(was), before->text);
		}
	if (before->cursor_visible != stage->cursor_visible)
		stage_fail(stage, "painted again, the cursor is%s to be seen", stage->cursor_visible ? "" : " not");
	if (stage->cursor_visible &&
	    (before->cursor.row != stage->cursor.row || before->cursor.col != stage->cursor.col))
		stage_fail(stage, "painted again, the cursor is elsewhere; before at %d,%d", before->cursor.col,
			   before->cursor.row);
}

/* In the four corners and the middle. */
static void scribble(struct stage *stage)
{
	char bytes[256];
	int length = snprintf(bytes, sizeof bytes, "\0337\033[1;1HSPOILT\033[%d;%dHSPOILT\033[%d;%dHSPOILT\0338",
			      stage->height, 1, stage->height / 2 + 1, stage->width / 2 + 1);

	assert_int_equal(write(stage->slave, bytes, (size_t)length), length);
	stage_settle(stage);
	if (stage->width > 20 && stage->height > 3)
		stage_expect(stage, "SPOILT");
}

void repaint_expect_same(struct stage *stage)
{
	static struct picture before;

	stage_press(stage, NO_KEY);
	take(stage, &before);
	scribble(stage);
	stage_signal(stage, SIGWINCH); /* which is no key: a message that a key would end stays */
	stage_quiet(stage);
	compare(stage, &before);
	scribble(stage);
	stage_press(stage, K_CTRL_L);
	stage_expect_not(stage, "SPOILT");
}

static void expect_rule(struct stage *stage, int y)
{
	for (int x = 0; x < stage->width; x++)
		if (stage_cell(stage, x, y).chars[0] != 0x2500)
			stage_fail(stage, "the rule in line %d is broken", y);
}

void repaint_expect_frame(struct stage *stage)
{
	expect_rule(stage, 1);
	expect_rule(stage, stage->height - 2);
	if (!strstr(stage_row(stage, stage->height - 1, false), "help"))
		stage_fail(stage, "the footer is not in the last line");
}
