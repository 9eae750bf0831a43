/* A field shown over several lines: the text is one line still, wrapped for the eye. */
#include <string.h>

#include "base/text.h"
#include "tui/widgets/field.h"

/* The line and column of an offset, and where the line begins. */
struct place {
	int line, column;
};

static struct place place_of(const struct field *field, size_t offset, int width)
{
	struct layout_wrap wrap = {.text = field->text, .length = field->length};
	struct layout_line line = {0};
	struct place place = {0};

	for (int number = 0; layout_wrap_next(&wrap, width, &line); number++) {
		bool last = wrap.at >= field->length;
		if (offset >= wrap.at && !last)
			continue;
		size_t end = offset < line.start + line.length || last ? offset : line.start + line.length;
		place = (struct place){number, text_width(field->text + line.start, end - line.start)};
		break;
	}
	if (place.column >= width) /* after a full last line */
		place = (struct place){place.line + 1, 0};
	return place;
}

/* The offset nearest to a line and a column. */
static size_t offset_of(const struct field *field, struct place place, int width)
{
	struct layout_wrap wrap = {.text = field->text, .length = field->length};
	struct layout_line line;

	for (int number = 0; layout_wrap_next(&wrap, width, &line); number++)
		if (number == place.line)
			return line.start + text_fit(field->text + line.start, line.length, place.column, NULL);
	return field->length;
}

size_t area_show(const struct field *field, struct canvas *canvas, struct rect rect, bool focused, const char *hint,
		 size_t was_first)
{
	if (rect_is_empty(rect))
		return was_first;
	struct rect before = canvas_clip(canvas, rect);
	struct place cursor = field->text ? place_of(field, field->cursor, rect.width) : (struct place){0};
	int first = (int)was_first;
	int lines = field->text ? place_of(field, field->length, rect.width).line + 1 : 1;

	/* No empty line at the end while there are more above. */
	if (first > lines - rect.height)
		first = lines > rect.height ? lines - rect.height : 0;

	if (!focused)
		first = 0;
	else if (cursor.line < first)
		first = cursor.line;
	else if (cursor.line >= first + rect.height)
		first = cursor.line - rect.height + 1;
	if (field->length)
		paint_wrapped(canvas, rect, first, ROLE_TEXT, field->text, field->length);
	else if (hint)
		paint_wrapped(canvas, rect, 0, ROLE_FAINT, hint, strlen(hint));
	if (focused)
		canvas_field_cursor(canvas, rect.x + cursor.column, rect.y + cursor.line - first);
	canvas_unclip(canvas, before);
	return (size_t)first;
}

size_t area_offset(const struct field *field, int line, int column, int width)
{
	return field->text ? offset_of(field, (struct place){line, column}, width) : 0;
}

bool area_move(const struct field *field, int by, int width, size_t *ret_offset)
{
	struct place place = field->text ? place_of(field, field->cursor, width) : (struct place){0};

	place.line += by;
	if (!field->text || place.line < 0 || place.line > place_of(field, field->length, width).line)
		return false;
	*ret_offset = offset_of(field, place, width);
	return true;
}
