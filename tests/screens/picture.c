/* picture: draws the README's pictures, of what the program itself shows on the demo's catalogue: picture FOLDER writes
 * shop.svg, checkout.svg and dashboard.svg there.
 *
 * A cell is one unit wide and one high. What is a shape in a cell (backgrounds, blocks) is drawn as a shape, so that it
 * meets its neighbours in every font; all else is text, as wide as its cells whatever the font.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/world.h"

enum { PICTURE_MAX = 60 * 1024, FONT_SIZE = 14, TITLE_BAR = 30, PADDING = 10, PATH_LENGTH = 512 };

/* Of DejaVu Sans Mono at FONT_SIZE; other fonts are stretched a little. */
static const double cell_width = 8.43, cell_height = 16.3, baseline = 12.9;

static const char *const fonts =
    "'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono','Noto Sans Mono','Noto Sans Mono CJK JP',monospace";

/* A quiet dark theme; what the sixteen look like is the terminal's business. */
static const uint32_t foreground = 0xd7dae0, background = 0x15181e, title_bar = 0x23272f;
static const uint32_t sixteen[] = {0x15181e, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xc8ccd4,
				   0x6b7280, 0xff8b92, 0xb5e08f, 0xffd68a, 0x82c4ff, 0xe0a1f2, 0x7fd6e0, 0xffffff};

struct look {
	uint32_t fg, bg;
	bool bold, italic, underline;
};

static uint32_t rgb_of(const struct stage *stage, VTermColor color, uint32_t otherwise, unsigned int is_default)
{
	if (color.type & is_default)
		return otherwise;
	if (VTERM_COLOR_IS_INDEXED(&color) && color.indexed.idx < COUNT_OF(sixteen))
		return sixteen[color.indexed.idx];
	vterm_screen_convert_color_to_rgb(stage->screen, &color);
	return (uint32_t)color.rgb.red << 16 | (uint32_t)color.rgb.green << 8 | color.rgb.blue;
}

static struct look look_of(const struct stage *stage, const VTermScreenCell *cell)
{
	struct look look = {
	    .fg = rgb_of(stage, cell->fg, foreground, VTERM_COLOR_DEFAULT_FG),
	    .bg = rgb_of(stage, cell->bg, background, VTERM_COLOR_DEFAULT_BG),
	    .bold = cell->attrs.bold,
	    .italic = cell->attrs.italic,
	    .underline = cell->attrs.underline,
	};

	if (cell->attrs.reverse) {
		uint32_t fg = look.fg;
		look.fg = look.bg;
		look.bg = fg;
	}
	return look;
}

static bool look_equals(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.bold == b.bold && a.italic == b.italic && a.underline == b.underline;
}

static int width_of(const VTermScreenCell *cell)
{
	return cell->width > 1 ? cell->width : 1;
}

/* ---- shapes ---- */

static void put_box(struct buf *svg, double x, double y, double width, double height, uint32_t color)
{
	buf_printf(svg, "<path d=\"M%g %gh%gv%gh-%gz\" fill=\"#%06x\"/>", x, y, width, height, width, (unsigned)color);
}

/* Each row's backgrounds, a run of one colour at a time, where they aren't the window's. */
static void put_backgrounds(struct buf *svg, struct stage *stage, int y)
{
	for (int x = 0, end; x < stage->width; x = end) {
		VTermScreenCell cell = stage_cell(stage, x, y);
		uint32_t color = look_of(stage, &cell).bg;

		for (end = x + 1; end < stage->width; end++) {
			cell = stage_cell(stage, end, y);
			if (cell.width && look_of(stage, &cell).bg != color)
				break;
		}
		if (color != background)
			put_box(svg, x, y, end - x, 1, color);
	}
}

/* Which quarters a quadrant has, from U+2596: 1 upper left, 2 upper right, 4 lower left, 8 lower right. */
static const unsigned char quadrants[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};

static bool is_block(uint32_t code)
{
	return code >= 0x2580 && code <= 0x259F && (code < 0x2591 || code > 0x2593);
}

struct box {
	double x, y, width, height;
};

/* The parts of a block element; returns how many. */
static int block_parts(uint32_t code, struct box parts[4])
{
	int count = 0;

	if (code == 0x2580)
		parts[count++] = (struct box){0, 0, 1, 0.5};
	else if (code <= 0x2588)
		parts[count++] = (struct box){0, 1 - (code - 0x2580) / 8.0, 1, (code - 0x2580) / 8.0};
	else if (code <= 0x258F)
		parts[count++] = (struct box){0, 0, (0x2590 - code) / 8.0, 1};
	else if (code == 0x2590)
		parts[count++] = (struct box){0.5, 0, 0.5, 1};
	else if (code == 0x2594)
		parts[count++] = (struct box){0, 0, 1, 0.125};
	else if (code == 0x2595)
		parts[count++] = (struct box){0.875, 0, 0.125, 1};
	else
		for (int i = 0; i < 4; i++)
			if (quadrants[code - 0x2596] & 1 << i)
				parts[count++] = (struct box){i % 2 * 0.5, (i < 2 ? 0.0 : 0.5), 0.5, 0.5};
	return count;
}

static void put_blocks(struct buf *svg, struct stage *stage, int y)
{
	struct box parts[4];

	for (int x = 0, end; x < stage->width; x = end) {
		VTermScreenCell cell = stage_cell(stage, x, y), next;

		end = x + 1;
		if (!is_block(cell.chars[0]))
			continue;
		uint32_t color = look_of(stage, &cell).fg;
		int count = block_parts(cell.chars[0], parts);
		/* A run of the same that spans its cells is one. */
		while (count == 1 && parts[0].width >= 1 && end < stage->width) {
			next = stage_cell(stage, end, y);
			if (next.chars[0] != cell.chars[0] || look_of(stage, &next).fg != color)
				break;
			end++;
		}
		for (int i = 0; i < count; i++)
			put_box(svg, x + parts[i].x, y + parts[i].y, end - x - 1 + parts[i].width, parts[i].height,
				color);
	}
}

/* ---- text ---- */

static bool is_blank(const VTermScreenCell *cell)
{
	return !cell->chars[0] || cell->chars[0] == ' ' || is_block(cell->chars[0]);
}

static void put_code(struct buf *svg, uint32_t code)
{
	if (code == '&' || code == '<' || code == '>' || code >= 0x7F)
		buf_printf(svg, "&#%u;", (unsigned)code);
	else
		buf_add_char(svg, (char)code);
}

/* Does the run that began with `first` go on at x? A blank belongs to it when a word of the same look follows at once;
 * what fonts may lack stands alone, so that nothing else is moved by it. */
static bool goes_on(struct stage *stage, const VTermScreenCell *first, int x, int y)
{
	VTermScreenCell cell, next;

	if (x >= stage->width)
		return false;
	cell = stage_cell(stage, x, y);
	next = stage_cell(stage, x + 1, y);
	if (is_blank(&cell)) {
		if (is_blank(&next) || x + 1 >= stage->width || is_block(cell.chars[0]))
			return false;
		cell = next;
	}
	if ((first->chars[0] < 0x2000) != (cell.chars[0] < 0x2000) || first->width != cell.width)
		return false;
	return look_equals(look_of(stage, first), look_of(stage, &cell));
}

static void put_run(struct buf *svg, struct stage *stage, int x, int end, int y)
{
	VTermScreenCell cell = stage_cell(stage, x, y);
	struct look look = look_of(stage, &cell);

	buf_printf(svg, "<text x=\"%.4g\" y=\"%g\"", x * cell_width, y * cell_height + baseline);
	if (end - x > 1)
		buf_printf(svg, " textLength=\"%.4g\" lengthAdjust=\"spacingAndGlyphs\"", (end - x) * cell_width);
	if (look.fg != foreground)
		buf_printf(svg, " fill=\"#%06x\"", (unsigned)look.fg);
	buf_add_str(svg, look.bold ? " class=\"b\">" : look.italic ? " class=\"i\">" :
		    look.underline ? " class=\"u\">" : ">");
	for (int at = x; at < end; at += width_of(&cell)) {
		cell = stage_cell(stage, at, y);
		if (!cell.chars[0])
			put_code(svg, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] && cell.chars[i] != (uint32_t)-1; i++)
			put_code(svg, cell.chars[i]);
	}
	buf_add_str(svg, "</text>");
}

static void put_text(struct buf *svg, struct stage *stage, int y)
{
	for (int x = 0, end; x < stage->width; x = end) {
		VTermScreenCell cell = stage_cell(stage, x, y);

		end = x + width_of(&cell);
		if (is_blank(&cell))
			continue;
		while (goes_on(stage, &cell, end, y)) {
			VTermScreenCell more = stage_cell(stage, end, y);
			end += width_of(&more);
		}
		put_run(svg, stage, x, end, y);
	}
}

/* ---- the window ---- */

static void put_frame(struct buf *svg, const struct stage *stage, const char *title)
{
	double width = stage->width * cell_width + 2 * PADDING;
	double height = stage->height * cell_height + TITLE_BAR + 2 * PADDING;

	buf_printf(svg,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\""
		   " viewBox=\"0 0 %.0f %.0f\" role=\"img\">"
		   "<title>%s</title><style>text{white-space:pre}.b{font-weight:bold}.i{font-style:italic}"
		   ".u{text-decoration:underline}</style>\n",
		   width, height, width, height, title);
	buf_printf(svg, "<rect width=\"%.0f\" height=\"%.0f\" rx=\"9\" fill=\"#%06x\"/>", width, height,
		   (unsigned)title_bar);
	buf_printf(svg, "<path d=\"M0 %dh%.0fv%.0fa9 9 0 0 1-9 9H9a9 9 0 0 1-9-9z\" fill=\"#%06x\"/>", TITLE_BAR, width,
		   height - TITLE_BAR - 9, (unsigned)background);
	for (int i = 0; i < 3; i++)
		buf_printf(svg, "<circle cx=\"%d\" cy=\"%d\" r=\"5.5\" fill=\"#4a505c\"/>", 18 + i * 19, TITLE_BAR / 2);
	buf_printf(svg,
		   "<text x=\"%.0f\" y=\"20\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"12\""
		   " fill=\"#8b93a1\">vitrine</text>\n",
		   width / 2);
}

static void draw(struct stage *stage, const char *folder, const char *name, const char *title)
{
	char path[PATH_LENGTH];
	struct buf svg;
	FILE *file;

	buf_init(&svg, 4 * PICTURE_MAX);
	put_frame(&svg, stage, title);
	buf_printf(&svg, "<g transform=\"translate(%d %d) scale(%g %g)\" shape-rendering=\"crispEdges\">\n", PADDING,
		   TITLE_BAR + PADDING, cell_width, cell_height);
	for (int y = 0; y < stage->height; y++) {
		put_backgrounds(&svg, stage, y);
		put_blocks(&svg, stage, y);
	}
	buf_printf(&svg,
		   "</g>\n<g transform=\"translate(%d %d)\" font-family=\"%s\" font-size=\"%d\" fill=\"#%06x\">\n",
		   PADDING, TITLE_BAR + PADDING, fonts, FONT_SIZE, (unsigned)foreground);
	for (int y = 0; y < stage->height; y++) {
		put_text(&svg, stage, y);
		buf_add_char(&svg, '\n');
	}
	buf_add_str(&svg, "</g></svg>\n");

	if (svg.failed || svg.length > PICTURE_MAX)
		stage_fail(stage, "%s.svg has %zu bytes", name, svg.length);
	snprintf(path, sizeof path, "%s/%s.svg", folder, name);
	file = fopen(path, "w");
	if (!file || fwrite(buf_str(&svg), 1, svg.length, file) != svg.length || fclose(file) != 0)
		stage_fail(stage, "%s can't be written", path);
	printf("%s: %zu bytes\n", path, svg.length);
	buf_done(&svg);
}

/* ---- what is shown ---- */

static void open_stage(struct stage *stage, int width, int height)
{
	const struct stage_options options = {.width = width, .height = height, .term = "xterm-direct2"};

	world_start(stage, &options);
}

static void draw_shop(struct stage *stage, const char *folder)
{
	open_stage(stage, 120, 32);
	stage_press(stage, K_DOWN K_DOWN K_DOWN K_DOWN);
	draw(stage, folder, "shop", "The shop: products in a list, the one under the cursor with its picture");
}

static void draw_checkout(struct stage *stage, const char *folder)
{
	open_stage(stage, 80, 20);
	world_sign_in(stage, WORLD_CLIENT);
	stage_press(stage, "aa" K_DOWN K_DOWN "a" K_DOWN K_DOWN "ac" K_ENTER);
	stage_expect(stage, "Checkout");
	draw(stage, folder, "checkout", "The checkout: what will be bought, and the key that buys it");
}

static void draw_dashboard(struct stage *stage, const char *folder)
{
	open_stage(stage, 80, 24);
	world_sign_in(stage, WORLD_SELLER);
	world_go(stage, "dashboard");
	stage_press(stage, K_ESC);
	stage_expect(stage, "Dashboard");
	draw(stage, folder, "dashboard", "The dashboard: a seller's month");
}

int main(int argc, char **argv)
{
	static void (*const pictures[])(struct stage *, const char *) = {draw_shop, draw_checkout, draw_dashboard};
	void *state = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: picture FOLDER\n");
		return 2;
	}
	for (size_t i = 0; i < COUNT_OF(pictures); i++) {
		if (world_setup(&state) != 0)
			return 1;
		world_demo();
		pictures[i](world.stage, argv[1]);
		world_teardown(&state);
	}
	return 0;
}
