/* Sentences, and texts that are longer than a page. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "screens/app/linear.h"

void linear_begin(struct linear *linear)
{
	if (linear->waits)
		linear_io_put(&linear->io, "\n", 1);
	linear->waits = false;
	linear->told = true;
}

void linear_tell(struct linear *linear, const struct buf *text)
{
	const char *at = text->bytes, *end = text->bytes + text->length;
	int lines = 0;

	linear_begin(linear);
	while (at < end && lines < LINEAR_PAGE - 1) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : end;
		lines++;
	}
	/* If only one line is left, it is said, not "more". */
	if (at < end && memchr(at, '\n', (size_t)(end - at)) == end - 1)
		at = end;
	linear_io_put(&linear->io, text->bytes, (size_t)(at - text->bytes));
	struct buf rest;
	buf_init(&rest, LINEAR_TEXT_MAX);
	buf_add(&rest, at, (size_t)(end - at));
	buf_done(&linear->rest);
	linear->rest = rest;
	linear->rest_at = 0;
	if (at < end)
		linear_io_put(&linear->io, "More: press Enter.\n", strlen("More: press Enter.\n"));
}

void linear_add(struct buf *line, const char *text)
{
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		length--;
	text_sanitise(line, text, length);
	if (line->length && !strchr(".!?", line->bytes[line->length - 1]))
		buf_add_char(line, '.');
}

void linear_say_with(struct linear *linear, const char *text, const char *hint)
{
	struct buf line;
	size_t key = hint ? strcspn(hint, " ") : 0;

	buf_init(&line, LINEAR_TEXT_MAX);
	linear_add(&line, text);
	if (key && hint[key]) {
		buf_printf(&line, " %.*s: ", (int)key, hint);
		linear_add(&line, hint + key + 1);
	}
	buf_add_char(&line, '\n');
	linear_begin(linear);
	linear_io_put(&linear->io, line.bytes, line.length);
	buf_done(&line);
}

void linear_say(struct linear *linear, const char *format, ...)
{
	char text[LINEAR_SENTENCE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	linear_say_with(linear, text, NULL);
}

bool linear_typed(struct app *app, struct view_typed *ret_typed)
{
	const struct layer *top = app_top(app);

	return !app->overlay && top && top->view && view_typed(top->view, ret_typed);
}
