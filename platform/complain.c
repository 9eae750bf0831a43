#include "platform/complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { COMPLAINT_SIZE = 1024 };

void complain(const char *program, const char *format, ...)
{
	char text[COMPLAINT_SIZE];
	struct buf line;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	buf_init(&line, 3 * sizeof text); /* a byte that can't be shown takes three */
	text_sanitise(&line, text, strlen(text));
	fprintf(stderr, "%s: %s\n", program, line.failed ? "There is not enough memory" : buf_str(&line));
	buf_done(&line);
}
