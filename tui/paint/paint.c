#include "tui/paint/paint.h"

#include <string.h>

#include "base/text.h"
#include "tui/paint/cell.h"

/* A text that can be put on the canvas: the caller's own bytes when they are plain, otherwise the canvas's scratch. */
struct shown {
	const char *text;
	size_t length;
	bool plain;   /* printable ASCII: bytes are columns */
	bool cut_off; /* the original went on: it was longer than any room there is */
};

static bool is_plain(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if (bytes[at] < 0x20 || bytes[at] == 0x7F)
			return false;
	return true;
}

/* The bytes that can fill `columns`, however many marks there are, up to a character's boundary: to paint a text of ten
 * megabytes must cost no more than to paint a line. */
static size_t enough(const char *bytes, size_t length, int columns)
{
	enum { CLUSTER = 32, SPARE = 64 };
	size_t most = (size_t)(columns > 0 ? columns : 0) * CLUSTER + SPARE;

	if (length <= most)
		return length;
	for (int back = 0; back < 3 && ((unsigned char)bytes[most] & 0xC0) == 0x80; back++)
		most--;
	return most;
}

static struct shown sanitise(struct canvas *canvas, const char *bytes, size_t length, int columns)
{
	size_t most = enough(bytes, length, columns);
	bool cut_off = most < length;

	if (is_plain(bytes, most))
		return (struct shown){.text = bytes, .length = most, .plain = true, .cut_off = cut_off};
	buf_reset(&canvas->scratch);
	text_sanitise(&canvas->scratch, bytes, most);
	return (struct shown){buf_str(&canvas->scratch), canvas->scratch.length, false, cut_off};
}

static int shown_width(const struct shown *shown)
{
	return shown->plain ? (int)shown->length : text_width(shown->text, shown->length);
}

/* Puts `length` bytes of a shown text; they are known to fit. Returns the columns. */
static int put(struct canvas *canvas, int x, int y, enum role role, const struct shown *shown, size_t start,
	       size_t length)
{
	const char *text = shown->text + start;
	struct text_cluster cluster;
	int used = 0;

	if (shown->plain) {
		for (size_t at = 0; at < length; at++)
			cell_put_ascii(canvas, x + (int)at, y, role, text[at]);
		return (int)length;
	}
	for (size_t at = 0; text_cluster_next(text + at, length - at, &cluster); at += cluster.length) {
		cell_put(canvas, x + used, y, role, text + at, cluster.length, cluster.width);
		used += cluster.width;
	}
	return used;
}

/* Is the last cluster more than one character? */
static bool ends_in_marks(const char *text, size_t length)
{
	struct text_cluster cluster = {0};
	size_t at = 0, last = 0;

	for (; text_cluster_next(text + at, length - at, &cluster); at += cluster.length)
		last = at;
	return text_count(text + last, length - last) > 1;
}

/* Puts a shown text (or the part of it from `start`) into `width` columns, with an ellipsis when it is too long. */
static int put_fitted(struct canvas *canvas, int x, int y, int width, enum role role, const struct shown *shown,
		      size_t start, bool more)
{
	size_t length = shown->length - start;
	int used = 0;
	size_t fits = shown->plain ? (length < (size_t)width ? length : (size_t)width)
				   : text_fit(shown->text + start, length, width, &used);

	/* In the last column of the screen the cursor already waits for the next line, and terminals don't agree on
	 * what a mark does then. */
	if (used && x + used >= canvas->width)
		more |= ends_in_marks(shown->text + start, fits);
	if (fits == length && !more)
		return put(canvas, x, y, role, shown, start, length);
	fits = shown->plain ? (fits < (size_t)width ? fits : (size_t)width - 1)
			    : text_fit(shown->text + start, length, width - 1, NULL);
	while (fits && shown->text[start + fits - 1] == ' ')
		fits--;
	used = put(canvas, x, y, role, shown, start, fits);
	paint_glyph(canvas, x + used, y, role, canvas->glyphs->ellipsis);
	return used + 1;
}

static bool is_visible(const struct canvas *canvas, int y, int width)
{
	return width > 0 && y >= canvas->clip.y && y < canvas->clip.y + canvas->clip.height;
}

int paint_text(struct canvas *canvas, int x, int y, int width, enum role role, const char *bytes, size_t length)
{
	if (!is_visible(canvas, y, width))
		return 0;
	struct shown shown = sanitise(canvas, bytes, length, width);
	return put_fitted(canvas, x, y, width, role, &shown, 0, shown.cut_off);
}

int paint_str(struct canvas *canvas, int x, int y, int width, enum role role, const char *string)
{
	return string ? paint_text(canvas, x, y, width, role, string, strlen(string)) : 0;
}

int paint_printf(struct canvas *canvas, int x, int y, int width, enum role role, const char *format, ...)
{
	va_list args;

	buf_reset(&canvas->printed);
	va_start(args, format);
	buf_vprintf(&canvas->printed, format, args);
	va_end(args);
	return paint_text(canvas, x, y, width, role, buf_str(&canvas->printed), canvas->printed.length);
}

/* Columns before the decimal mark of a number, or -1: it is no number. The mark depends on the locale, so it is found
 * by its place: before the last digits, fewer than `fraction`, and nowhere else. */
static int whole_part(const char *text, size_t length, int fraction)
{
	size_t digits = 0, tail = 0, mark = 0, mark_end = 0;

	for (size_t at = 0; at < length; at++) {
		bool is_digit = text[at] >= '0' && text[at] <= '9';
		if ((text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= 'a' && text[at] <= 'z'))
			return -1;
		digits += is_digit;
		tail = is_digit ? tail + 1 : 0;
		if (is_digit || (at == 0 && (text[0] == '-' || text[0] == '+')))
			continue;
		mark = mark_end == at && (text[at] & 0x80) ? mark : at;
		mark_end = at + 1;
	}
	if (!digits || (mark_end && (int)tail >= fraction))
		return -1;
	if (!mark_end)
		return (int)length;
	return !tail || memmem(text, mark, text + mark, mark_end - mark) ? -1 : text_width(text, mark);
}

int paint_aligned(struct canvas *canvas, int x, int y, int width, enum layout_align align, int fraction, enum role role,
		  const char *bytes, size_t length)
{
	if (!is_visible(canvas, y, width))
		return 0;
	struct shown shown = sanitise(canvas, bytes, length, width);
	int spare = shown.cut_off ? 0 : width - shown_width(&shown);
	int whole = align == ALIGN_DECIMAL && spare > 0 ? whole_part(shown.text, shown.length, fraction) : -1;

	if (spare < 0 || align == ALIGN_LEFT)
		spare = 0;
	else if (align == ALIGN_CENTRE)
		spare /= 2;
	else if (whole >= 0 && width - fraction - whole >= 0 && width - fraction - whole < spare)
		spare = width - fraction - whole;
	return put_fitted(canvas, x + spare, y, width - spare, role, &shown, 0, shown.cut_off);
}

int paint_right(struct canvas *canvas, int x, int y, int width, enum role role, const char *string)
{
	return string ? paint_aligned(canvas, x, y, width, ALIGN_RIGHT, 0, role, string, strlen(string)) : 0;
}

int paint_centre(struct canvas *canvas, int x, int y, int width, enum role role, const char *string)
{
	return string ? paint_aligned(canvas, x, y, width, ALIGN_CENTRE, 0, role, string, strlen(string)) : 0;
}

/* Sanitises line by line, so that line feeds stay. */
static struct shown sanitise_lines(struct canvas *canvas, const char *bytes, size_t length, int columns)
{
	size_t most = enough(bytes, length, columns);

	buf_reset(&canvas->scratch);
	text_sanitise_lines(&canvas->scratch, bytes, most);
	return (struct shown){buf_str(&canvas->scratch), canvas->scratch.length, false, most < length};
}

int paint_wrapped(struct canvas *canvas, struct rect rect, int skip, enum role role, const char *bytes, size_t length)
{
	enum { LINES_MAX = 4096 };
	if (rect.width <= 0)
		return 0;
	struct shown shown =
	    sanitise_lines(canvas, bytes, length, rect.width * (skip + rect.height < 64 ? 64 : LINES_MAX));
	struct layout_wrap wrap = {.text = shown.text, .length = shown.length};
	struct layout_line line;
	int lines = 0;

	for (; lines < LINES_MAX && layout_wrap_next(&wrap, rect.width, &line); lines++) {
		int row = lines - skip;
		if (row < 0 || row >= rect.height)
			continue;
		bool more = row == rect.height - 1 && (wrap.at < wrap.length || shown.cut_off);
		struct shown part = {shown.text, line.start + line.length, false, false};
		put_fitted(canvas, rect.x, rect.y + row, rect.width, role, &part, line.start, more);
	}
	return lines;
}

int paint_width(struct canvas *canvas, const char *bytes, size_t length)
{
	struct shown shown = sanitise(canvas, bytes, length, canvas->width);

	return shown_width(&shown);
}

void paint_fill(struct canvas *canvas, struct rect rect, enum role role)
{
	rect = rect_intersect(rect, canvas->clip);
	for (int y = rect.y; y < rect.y + rect.height; y++)
		for (int x = rect.x; x < rect.x + rect.width; x++)
			cell_put_ascii(canvas, x, y, role, ' ');
}

void paint_glyph(struct canvas *canvas, int x, int y, enum role role, const char *glyph)
{
	cell_put(canvas, x, y, role, glyph, strlen(glyph), 1);
}

void paint_hrule(struct canvas *canvas, int x, int y, int width)
{
	for (int at = 0; at < width; at++)
		paint_glyph(canvas, x + at, y, ROLE_RULE, canvas->glyphs->hrule);
}

void paint_vrule(struct canvas *canvas, int x, int y, int height)
{
	for (int at = 0; at < height; at++)
		paint_glyph(canvas, x, y + at, ROLE_RULE, canvas->glyphs->vrule);
}

struct rect paint_box(struct canvas *canvas, struct rect rect, const char *title)
{
	int right = rect.x + rect.width - 1, bottom = rect.y + rect.height - 1;

	if (rect.width < 2 || rect.height < 2)
		return (struct rect){rect.x, rect.y, 0, 0};
	paint_fill(canvas, rect, ROLE_TEXT);
	paint_hrule(canvas, rect.x + 1, rect.y, rect.width - 2);
	paint_hrule(canvas, rect.x + 1, bottom, rect.width - 2);
	paint_vrule(canvas, rect.x, rect.y + 1, rect.height - 2);
	paint_vrule(canvas, right, rect.y + 1, rect.height - 2);
	for (int corner = 0; corner < 4; corner++)
		paint_glyph(canvas, corner & 1 ? right : rect.x, corner & 2 ? bottom : rect.y, ROLE_RULE,
			    canvas->glyphs->corners[corner]);
	if (title && *title && rect.width > 6) {
		int used = paint_str(canvas, rect.x + 3, rect.y, rect.width - 6, ROLE_STRONG, title);
		cell_put_ascii(canvas, rect.x + 2, rect.y, ROLE_TEXT, ' ');
		cell_put_ascii(canvas, rect.x + 3 + used, rect.y, ROLE_TEXT, ' ');
	}
	return rect_inset(rect, 1, 1);
}

/* How many of `steps` steps a part is, rounded; more than nothing is at least one step. */
static int64_t scale(int64_t part, int64_t whole, int64_t steps)
{
	if (part <= 0 || whole <= 0)
		return 0;
	if (part >= whole)
		return steps;
	int64_t scaled = (int64_t)((__int128)part * steps / whole);
	return scaled ? scaled : 1;
}

void paint_chart(struct canvas *canvas, struct rect rect, const int64_t *values, size_t count, enum role role)
{
	int64_t highest = 0;

	for (size_t at = 0; at < count; at++)
		if (values[at] > highest)
			highest = values[at];
	for (size_t at = 0; at < count && (int64_t)at < rect.width; at++) {
		int64_t eighths = scale(values[at], highest, (int64_t)rect.height * (GLYPH_BARS - 1));
		/* Where there are only whole blocks, a small value is still seen. */
		if (canvas->glyphs->ascii && eighths > 0 && eighths < GLYPH_BARS / 2)
			eighths = GLYPH_BARS / 2;
		for (int up = 1; up <= rect.height && eighths > 0; up++, eighths -= GLYPH_BARS - 1)
			paint_glyph(canvas, rect.x + (int)at, rect.y + rect.height - up, role,
				    canvas->glyphs->bars[eighths < GLYPH_BARS ? eighths : GLYPH_BARS - 1]);
	}
}

void paint_scrollbar(struct canvas *canvas, int x, int y, int height, const struct scroll *scroll)
{
	int start, length;

	if (!scroll_thumb(scroll, height, &start, &length))
		return;
	for (int at = 0; at < length; at++)
		paint_glyph(canvas, x, y + start + at, ROLE_FAINT, canvas->glyphs->thumb);
}
