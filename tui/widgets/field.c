#include "tui/widgets/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/terminal/key.h"
#include "tui/paint/utf8.h"

bool field_init(struct field *field, size_t max, bool secret, struct err *err)
{
	size_t size = max * UTF8_MAX + 1;
	char *text = calloc(1, size);

	if (!text)
		return err_memory(err, "making room for a text");
	*field = (struct field){.text = text, .size = size, .max = max, .secret = secret};
	return true;
}

void field_done(struct field *field)
{
	if (field->text && field->secret)
		explicit_bzero(field->text, field->size);
	free(field->text);
	*field = (struct field){.secret = field->secret};
}

const char *field_text(const struct field *field)
{
	return field->text ? field->text : "";
}

bool field_is_empty(const struct field *field)
{
	return field->length == 0;
}

/* The end of the cluster that begins at `at`. */
static size_t next_cluster(const struct field *field, size_t at)
{
	struct text_cluster cluster;

	return text_cluster_next(field->text + at, field->length - at, &cluster) ? at + cluster.length : field->length;
}

/* The beginning of the cluster that ends at `at`, or holds it. */
static size_t previous_cluster(const struct field *field, size_t at)
{
	size_t start = 0;

	for (size_t next = 0; next < at; next = next_cluster(field, next))
		start = next;
	return start;
}

/* The first boundary of a cluster from an offset on. The offset may be of an older text. */
static size_t boundary(const struct field *field, size_t offset)
{
	size_t at = 0;

	while (at < offset && at < field->length)
		at = next_cluster(field, at);
	return at;
}

/* After a change the cursor may be inside a cluster: it goes to its end. */
static void settle_cursor(struct field *field)
{
	field->cursor = boundary(field, field->cursor);
}

static void erase(struct field *field, size_t from, size_t to)
{
	if (from >= to)
		return;
	memmove(field->text + from, field->text + to, field->length - to);
	size_t shorter = field->length - (to - from);
	memset(field->text + shorter, 0, field->length - shorter);
	field->length = shorter;
	field->cursor = from;
}

static void insert_code(struct field *field, const char *bytes, size_t size)
{
	memmove(field->text + field->cursor + size, field->text + field->cursor, field->length - field->cursor);
	memcpy(field->text + field->cursor, bytes, size);
	field->cursor += size;
	field->length += size;
	field->text[field->length] = '\0';
}

static bool is_line_end(char byte)
{
	return byte == '\r' || byte == '\n';
}

/* A line end that was copied along is cut off: it can't be a part of a password. A blank can, so blanks stay. */
static void cut_line_ends(const char **bytes, size_t *length)
{
	while (*length && is_line_end((*bytes)[*length - 1]))
		--*length;
	while (*length && is_line_end(**bytes)) {
		++*bytes;
		--*length;
	}
}

void field_insert(struct field *field, const char *bytes, size_t length)
{
	if (!field->text)
		return;
	if (field->secret)
		cut_line_ends(&bytes, &length);
	size_t room = field->max - text_count(field->text, field->length);

	for (size_t at = 0; at < length && room > 0;) {
		uint32_t code;
		size_t size = utf8_decode(bytes + at, length - at, &code);
		const char *from = bytes + at;

		at += size ? size : 1;
		if (size == 1 && code == '\r' && at < length && bytes[at] == '\n')
			continue;
		if (size == 1 && (code == '\n' || code == '\t' || code == '\r')) {
			from = " ";
			code = ' ';
		}
		if (!size || text_has_control(from, size))
			continue;
		insert_code(field, from, size);
		room--;
	}
	settle_cursor(field);
}

void field_set(struct field *field, const char *text)
{
	erase(field, 0, field->length);
	if (text)
		field_insert(field, text, strlen(text));
}

void field_trim(struct field *field)
{
	size_t length = field->length, cursor = field->cursor;

	if (field->secret || !length || text_count(field->text, length) >= field->max)
		return;
	size_t start = text_trim(field->text, &length);
	erase(field, start + length, field->length);
	erase(field, 0, start);
	cursor -= cursor < start ? cursor : start;
	field->cursor = cursor < length ? cursor : length;
	settle_cursor(field);
}

/* Does a word go on here? Bytes of other scripts count as letters. */
static bool is_word(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       byte & 0x80;
}

static size_t word_left(const struct field *field)
{
	size_t at = field->cursor;

	if (field->secret) /* nobody may see where its words end */
		return 0;
	while (at > 0 && !is_word(field->text[at - 1]))
		at--;
	while (at > 0 && is_word(field->text[at - 1]))
		at--;
	return at;
}

static size_t word_right(const struct field *field)
{
	size_t at = field->cursor;

	if (field->secret)
		return field->length;
	while (at < field->length && !is_word(field->text[at]))
		at++;
	while (at < field->length && is_word(field->text[at]))
		at++;
	return at;
}

static enum widget_result key_in(struct field *field, uint32_t key)
{
	char bytes[UTF8_MAX];
	size_t at = field->cursor;

	switch (key) {
	case KEYSYM_Left:
	case KEYMOD_CTRL | 'b': field->cursor = previous_cluster(field, at); break;
	case KEYSYM_Right:
	case KEYMOD_CTRL | 'f': field->cursor = next_cluster(field, at); break;
	case KEYSYM_Home:
	case KEYMOD_CTRL | 'a': field->cursor = 0; break;
	case KEYSYM_End:
	case KEYMOD_CTRL | 'e': field->cursor = field->length; break;
	case KEYSYM_Left | KEYMOD_CTRL:
	case KEYMOD_ALT | 'b': field->cursor = word_left(field); break;
	case KEYSYM_Right | KEYMOD_CTRL:
	case KEYMOD_ALT | 'f': field->cursor = word_right(field); break;
	case KEYSYM_Backspace: erase(field, previous_cluster(field, at), at); break;
	case KEYSYM_Delete:
	case KEYMOD_CTRL | 'd': erase(field, at, next_cluster(field, at)); break;
	case KEYMOD_CTRL | 'w':
	case KEYSYM_Backspace | KEYMOD_ALT: erase(field, word_left(field), at); break;
	case KEYMOD_ALT | 'd':
	case KEYSYM_Delete | KEYMOD_CTRL: erase(field, at, word_right(field)); break;
	case KEYMOD_CTRL | 'u': erase(field, 0, at); break;
	case KEYMOD_CTRL | 'k': erase(field, at, field->length); break;
	default:
		if (!key_is_text(key))
			return WIDGET_IGNORED;
		field_insert(field, bytes, utf8_encode(key, bytes));
		break;
	}
	settle_cursor(field);
	return WIDGET_HANDLED;
}

enum widget_result field_event(struct field *field, const struct event *event)
{
	if (!field->text)
		return WIDGET_IGNORED;
	if (event->kind == EVENT_PASTE) {
		field_insert(field, event->text, event->length);
		return WIDGET_HANDLED;
	}
	return event->kind == EVENT_KEY ? key_in(field, event->key) : WIDGET_IGNORED;
}

/* Columns from one place in the text to another. A secret shows a dot for each character. */
static int columns(const struct field *field, size_t from, size_t to)
{
	if (field->secret)
		return (int)text_count(field->text + from, to - from);
	return text_width(field->text + from, to - from);
}

/* Moves the first character shown so that the cursor, which takes a column itself at the end, is in sight. */
static size_t scroll_to_cursor(const struct field *field, int width, size_t first)
{
	first = boundary(field, first);
	if (field->cursor <= first) {
		first = field->cursor;
		/* A few characters before it, too, so that people see where they are. */
		for (int before = 0; before < width / 4 && first > 0; before++)
			first = previous_cluster(field, first);
	}
	while (first < field->cursor && columns(field, first, field->cursor) >= width)
		first = next_cluster(field, first);
	/* No empty columns at the right while there is more at the left. */
	while (first > 0) {
		size_t before = previous_cluster(field, first);
		if (columns(field, before, field->length) >= width)
			break;
		first = before;
	}
	return first;
}

static void paint_secret(const struct field *field, struct canvas *canvas, int x, int y, int width, size_t first)
{
	int dots = columns(field, first, field->length);

	for (int at = 0; at < dots && at < width; at++)
		paint_glyph(canvas, x + at, y, ROLE_TEXT, canvas_glyphs(canvas)->tag);
}

size_t field_show(const struct field *field, struct canvas *canvas, int x, int y, int width, bool focused,
		  const char *hint, size_t first)
{
	if (width <= 0)
		return first;
	struct rect before = canvas_clip(canvas, (struct rect){x, y, width, 1});

	first = focused && field->length ? scroll_to_cursor(field, width, first) : 0;
	if (!field->length)
		paint_str(canvas, x, y, width, ROLE_FAINT, hint);
	else if (field->secret)
		paint_secret(field, canvas, x, y, width, first);
	else if (!focused)
		paint_text(canvas, x, y, width, ROLE_TEXT, field->text, field->length);
	else /* cut at the edge without an ellipsis, which would hide what is typed */
		paint_text(canvas, x, y, width, ROLE_TEXT, field->text + first,
			   text_fit(field->text + first, field->length - first, width, NULL));
	if (focused)
		canvas_field_cursor(canvas, x + (field->length ? columns(field, first, field->cursor) : 0), y);
	canvas_unclip(canvas, before);
	return first;
}

size_t field_offset(const struct field *field, size_t first, int column)
{
	first = boundary(field, first);
	size_t at = first;

	while (at < field->length && columns(field, first, next_cluster(field, at)) <= column)
		at = next_cluster(field, at);
	return at;
}

void field_go(struct field *field, size_t offset)
{
	field->cursor = boundary(field, offset);
}
