/* What a stage shows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/screens/stage.h"

static void repeat(struct stage *stage, const char *digits)
{
	long count = strtol(digits, NULL, 10);

	for (long i = 0; i < (count > 0 ? count : 1) && i < stage->width; i++)
		vterm_input_write(stage->vterm, &stage->last, 1);
}

static void feed(struct stage *stage, const char *bytes, size_t length)
{
	if (!length)
		return;
	vterm_input_write(stage->vterm, bytes, length);
	stage->last = bytes[length - 1];
}

void stage_feed(struct stage *stage, const char *more, size_t more_length)
{
	size_t length = stage->csi_length + more_length, start = 0, at = 0;
	char *bytes = malloc(length + 1);

	assert_non_null(bytes);
	memcpy(bytes, stage->csi, stage->csi_length);
	memcpy(bytes + stage->csi_length, more, more_length);
	bytes[length] = '\0';
	stage->csi_length = 0;
	while (at < length) {
		size_t digits = at + 2 <= length && bytes[at] == '\033' && bytes[at + 1] == '[' ? at + 2 : 0;
		size_t end = digits ? digits + strspn(bytes + digits, "0123456789") : 0;

		if ((digits && end == length) || (bytes[at] == '\033' && at + 1 == length))
			break; /* the rest comes later */
		if (digits && bytes[end] == 'b') {
			feed(stage, bytes + start, at - start);
			repeat(stage, bytes + digits);
			at = start = end + 1;
		} else {
			at++;
		}
	}
	feed(stage, bytes + start, at - start);
	if (length - at < sizeof stage->csi) {
		stage->csi_length = length - at;
		memcpy(stage->csi, bytes + at, stage->csi_length);
	}
	free(bytes);
}

static size_t put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		to[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (char)(0xC0 | code >> 6);
		to[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (char)(0xE0 | code >> 12);
		to[1] = (char)(0x80 | (code >> 6 & 0x3F));
		to[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | (code >> 18 & 7));
	to[1] = (char)(0x80 | (code >> 12 & 0x3F));
	to[2] = (char)(0x80 | (code >> 6 & 0x3F));
	to[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

VTermScreenCell stage_cell(struct stage *stage, int x, int y)
{
	VTermScreenCell cell = {0};

	vterm_screen_get_cell(stage->screen, (VTermPos){.row = y, .col = x}, &cell);
	return cell;
}

/* One cell's text, at `to`; at most 4 * VTERM_MAX_CHARS_PER_CELL bytes. */
static size_t cell_text(const VTermScreenCell *cell, char *to)
{
	size_t length = 0;

	if (!cell->chars[0]) {
		to[0] = ' ';
		return 1;
	}
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] && cell->chars[i] != (uint32_t)-1; i++)
		length += put_utf8(to + length, cell->chars[i]);
	return length;
}

/* A row at `to`, which has STAGE_TEXT / 2 bytes; `columns` of its cells. Returns its length. */
static size_t row_text(struct stage *stage, int y, int columns, char *to)
{
	size_t length = 0;

	for (int x = 0; x < columns && length < STAGE_TEXT / 2 - 64;) {
		VTermScreenCell cell = stage_cell(stage, x, y);

		length += cell_text(&cell, to + length);
		x += cell.width > 1 ? cell.width : 1;
	}
	to[length] = '\0';
	return length;
}

const char *stage_row(struct stage *stage, int y, bool whole)
{
	static char text[STAGE_TEXT / 2];
	size_t length = row_text(stage, y, stage->width, text);

	while (!whole && length && text[length - 1] == ' ')
		text[--length] = '\0';
	return text;
}

const char *stage_text(struct stage *stage)
{
	static char text[STAGE_TEXT * 4];
	size_t length = 0;

	for (int y = 0; y < stage->height && length < sizeof text - STAGE_TEXT; y++)
		length += (size_t)snprintf(text + length, sizeof text - length, "%s\n", stage_row(stage, y, false));
	return text;
}

bool stage_find(struct stage *stage, const char *text, int *ret_x, int *ret_y)
{
	char before[STAGE_TEXT / 2];

	for (int y = 0; y < stage->height; y++) {
		const char *row = stage_row(stage, y, true);
		const char *found = strstr(row, text);
		size_t offset = found ? (size_t)(found - row) : 0;

		if (!found)
			continue;
		/* The column is how many cells make as many bytes. */
		int x = 0;
		while (x < stage->width && row_text(stage, y, x, before) < offset)
			x++;
		*ret_x = x;
		*ret_y = y;
		return true;
	}
	return false;
}

bool stage_shows(struct stage *stage, const char *text)
{
	int x, y;

	return stage_find(stage, text, &x, &y);
}

void stage_expect(struct stage *stage, const char *text)
{
	if (!stage_shows(stage, text))
		stage_fail(stage, "\"%s\" is not shown", text);
}

void stage_expect_not(struct stage *stage, const char *text)
{
	if (stage_shows(stage, text))
		stage_fail(stage, "\"%s\" is shown", text);
}

/* The number behind what a row says after the name, 0 when there is none. */
static long units_behind(const char *name)
{
	const char *rest = strstr(name, "  ");
	char *end = NULL;
	long units = rest ? strtol(rest, &end, 10) : 0;

	return end && (*end == ' ' || !*end) ? units : 0;
}

void stage_expect_units(struct stage *stage, const char *name, long units)
{
	long found = 0;

	for (int y = 0; y < stage->height && !found; y++) {
		const char *at = strstr(stage_row(stage, y, false), name);
		found = at ? units_behind(at) : 0;
	}
	if (found != units)
		stage_fail(stage, "there are %ld of \"%s\", not %ld", found, name, units);
}

void stage_print(struct stage *stage)
{
	if (!stage->open)
		return;
	fprintf(stderr, "---- %dx%d, cursor %s%d,%d\n", stage->width, stage->height,
		stage->cursor_visible ? "" : "hidden ", stage->cursor.col, stage->cursor.row);
	for (int y = 0; y < stage->height; y++)
		fprintf(stderr, "|%s\n", stage_row(stage, y, false));
	fprintf(stderr, "----\n");
}

void stage_fail(struct stage *stage, const char *format, ...)
{
	va_list args;

	stage_print(stage);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	fail_msg("see above");
	abort(); /* fail_msg doesn't return, but doesn't say so */
}

void stage_forget(struct stage *stage)
{
	buf_reset(&stage->raw);
}

bool stage_saw(const struct stage *stage, const char *bytes)
{
	return stage->raw.length && memmem(stage->raw.bytes, stage->raw.length, bytes, strlen(bytes)) != NULL;
}
