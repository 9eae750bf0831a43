#include "tui/paint/cell.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/paint/utf8.h"

enum { SCRATCH_LIMIT = 1 << 20, REPLACEMENT = 0xFFFD };

static const struct cell blank = {.text = {L' '}, .width = 1};

struct canvas *canvas_new(int width, int height, const struct glyphs *glyphs)
{
	struct canvas *canvas = calloc(1, sizeof *canvas);

	if (!canvas)
		return NULL;
	canvas->glyphs = glyphs;
	buf_init(&canvas->scratch, SCRATCH_LIMIT);
	buf_init(&canvas->printed, SCRATCH_LIMIT);
	if (!canvas_resize(canvas, width, height, NULL))
		return canvas_free(canvas);
	return canvas;
}

struct canvas *canvas_free(struct canvas *canvas)
{
	if (!canvas)
		return NULL;
	buf_wipe(&canvas->scratch);
	buf_wipe(&canvas->printed);
	free(canvas->cells);
	free(canvas);
	return NULL;
}

bool canvas_resize(struct canvas *canvas, int width, int height, struct err *err)
{
	width = width > 0 ? width : 1;
	height = height > 0 ? height : 1;
	struct cell *cells = calloc((size_t)width * (size_t)height, sizeof *cells);

	if (!cells)
		return err_memory(err, "resizing the screen");
	free(canvas->cells);
	canvas->cells = cells;
	canvas->width = width;
	canvas->height = height;
	canvas_clear(canvas);
	return true;
}

int canvas_width(const struct canvas *canvas)
{
	return canvas->width;
}

int canvas_height(const struct canvas *canvas)
{
	return canvas->height;
}

const struct glyphs *canvas_glyphs(const struct canvas *canvas)
{
	return canvas->glyphs;
}

void canvas_clear(struct canvas *canvas)
{
	size_t count = (size_t)canvas->width * (size_t)canvas->height;

	for (size_t at = 0; at < count; at++)
		canvas->cells[at] = blank;
	canvas->cursor_x = canvas->cursor_y = -1;
	canvas->typing = false;
	canvas->clip = (struct rect){0, 0, canvas->width, canvas->height};
}

struct rect canvas_clip(struct canvas *canvas, struct rect rect)
{
	struct rect previous = canvas->clip;

	canvas->clip = rect_intersect(previous, rect);
	return previous;
}

void canvas_unclip(struct canvas *canvas, struct rect previous)
{
	canvas->clip = previous;
}

void canvas_cursor(struct canvas *canvas, int x, int y)
{
	if (!rect_holds(canvas->clip, x, y))
		return;
	canvas->cursor_x = x;
	canvas->cursor_y = y;
}

void canvas_field_cursor(struct canvas *canvas, int x, int y)
{
	canvas_cursor(canvas, x, y);
	canvas->typing = true;
}

bool canvas_is_typing(const struct canvas *canvas)
{
	return canvas->typing;
}

void canvas_dim(struct canvas *canvas, struct rect rect)
{
	rect = rect_intersect(rect, canvas->clip);
	for (int y = rect.y; y < rect.y + rect.height; y++) {
		for (int x = rect.x; x < rect.x + rect.width; x++) {
			struct cell *cell = canvas_line(canvas, y) + x;
			if (cell->role != ROLE_RULE)
				cell->role = ROLE_FAINT;
		}
	}
}

static void make_blank(struct cell *cell)
{
	*cell = (struct cell){.text = {L' '}, .width = 1, .role = cell->role};
}

/* Puts a cell that is known to be inside the clip. A cluster that it covers in part becomes blank. */
static void place(struct canvas *canvas, int x, int y, const struct cell *cell)
{
	struct cell *line = canvas_line(canvas, y);
	int start = x, end = x + cell->width;

	while (line[start].joined && start > 0)
		start--;
	while (end < canvas->width && line[end].joined)
		end++;
	for (int at = start; at < end; at++)
		make_blank(&line[at]);
	line[x] = *cell;
	if (cell->width == 2)
		line[x + 1] = (struct cell){.role = cell->role, .joined = 1};
}

static bool in_clip(const struct canvas *canvas, int x, int y)
{
	return rect_holds(canvas->clip, x, y);
}

void cell_put_ascii(struct canvas *canvas, int x, int y, enum role role, char character)
{
	struct cell cell = {.text = {(wchar_t)character}, .width = 1, .role = (uint8_t)role};

	if (in_clip(canvas, x, y))
		place(canvas, x, y, &cell);
}

static void put_code(struct canvas *canvas, int x, int y, enum role role, uint32_t code)
{
	struct cell cell = {.text = {(wchar_t)code}, .width = 1, .role = (uint8_t)role};

	if (in_clip(canvas, x, y))
		place(canvas, x, y, &cell);
}

/* Signs that change how the one before them looks, or join it to the next. They take no column, and terminals don't
 * agree on what they do. Joiners that a script needs between its letters are not among them. */
static bool is_left_out(uint32_t base, uint32_t code)
{
	if (code == 0x200C || code == 0x200D)
		return !text_joins(base);
	return code == 0x200B || (code >= 0xFE00 && code <= 0xFE0F) || code == 0x2060 ||
	       code == 0xFEFF || code == 0x034F || (code >= 0xE0000 && code < 0xE1000);
}

/* Moves one character of a cluster, with its marks, into the cell. Returns its columns by the C library, since curses
 * counts by these, too; 0 or less: there is nothing to show. *at moves past it. */
static int gather(const char *cluster, size_t length, size_t *at, struct cell *cell)
{
	uint32_t code;
	size_t size, count = 0;
	int width = 0;

	*cell = (struct cell){0};
	while ((size = utf8_decode(cluster + *at, length - *at, &code)) > 0) {
		int own = code < 0x80 ? 1 : wcwidth((wchar_t)code);
		bool skipped = is_left_out((uint32_t)cell->text[0], code) || own < 0;

		if (own > 0 && count)
			break;
		*at += size;
		if (own < 0 && !count)
			return -1;
		if (skipped || (own == 0 && !count) || count == CELL_CHARS)
			continue;
		cell->text[count++] = (wchar_t)code;
		if (own > 0)
			width = own;
	}
	return width;
}

static void put_likeness(struct canvas *canvas, int x, int y, enum role role, const char *cluster, size_t length,
			 int width)
{
	uint32_t code;

	cell_put_ascii(canvas, x, y, role, utf8_decode(cluster, length, &code) ? glyph_ascii(code) : '?');
	for (int at = 1; at < width; at++)
		cell_put_ascii(canvas, x + at, y, role, '?');
}

void cell_put(struct canvas *canvas, int x, int y, enum role role, const char *cluster, size_t length, int width)
{
	int used = 0;
	size_t at = 0;

	if (width <= 0)
		return;
	if (canvas->glyphs->ascii) {
		put_likeness(canvas, x, y, role, cluster, length, width);
		return;
	}
	/* When a part of it is outside, the part inside is blank. */
	if (!(in_clip(canvas, x, y) && in_clip(canvas, x + width - 1, y))) {
		for (; used < width; used++)
			cell_put_ascii(canvas, x + used, y, role, ' ');
		return;
	}
	/* base/text.h said how wide the cluster is, the C library says how far curses will go for each character of it.
	 * What goes too far is left out, and blanks make up for what is missing, so that the next cluster is where it
	 * should be. */
	while (used < width && at < length) {
		struct cell cell;
		int columns = gather(cluster, length, &at, &cell);
		if (columns <= 0 || columns > width - used)
			break;
		/* In the last column of the screen the cursor already waits for the next line, and terminals don't
		 * agree on what a mark does then. */
		if (x + used + columns == canvas->width)
			memset(cell.text + 1, 0, sizeof cell.text - sizeof *cell.text);
		cell.width = (uint8_t)columns;
		cell.role = (uint8_t)role;
		cell.joined = used > 0;
		place(canvas, x + used, y, &cell);
		used += columns;
	}
	if (!used)
		put_code(canvas, x, y, role, REPLACEMENT), used = 1;
	for (; used < width; used++)
		cell_put_ascii(canvas, x + used, y, role, ' ');
}

void paint_pixel(struct canvas *canvas, int x, int y, uint32_t code, int32_t fg, int32_t bg)
{
	struct cell cell = {.text = {(wchar_t)code}, .width = 1, .picture = 1, .fg = fg, .bg = bg};

	if (canvas->glyphs->ascii && code >= 0x7F)
		cell.text[0] = (wchar_t)glyph_ascii(code);
	else if (code < 0x20 || code == 0x7F || (code > 0x7F && wcwidth((wchar_t)code) != 1))
		cell.text[0] = L' ';
	if (in_clip(canvas, x, y))
		place(canvas, x, y, &cell);
}

void canvas_dump(const struct canvas *canvas, struct buf *out)
{
	for (int y = 0; y < canvas->height; y++) {
		const struct cell *line = canvas_line(canvas, y);
		int end = canvas->width;

		while (end > 0 && line[end - 1].text[0] == L' ' && !line[end - 1].text[1])
			end--;
		for (int x = 0; x < end; x++) {
			for (int at = 0; at < CELL_CHARS && line[x].text[at]; at++) {
				char bytes[UTF8_MAX];
				buf_add(out, bytes, utf8_encode((uint32_t)line[x].text[at], bytes));
			}
		}
		buf_add_char(out, '\n');
	}
}

enum role canvas_role(const struct canvas *canvas, int x, int y)
{
	return (enum role)canvas_line(canvas, y)[x].role;
}

bool canvas_has_cursor(const struct canvas *canvas, int *ret_x, int *ret_y)
{
	if (canvas->cursor_x < 0)
		return false;
	*ret_x = canvas->cursor_x;
	*ret_y = canvas->cursor_y;
	return true;
}
