/* linear_io.h: standard input and output of the face of lines: whole lines in, text out; nothing blocks.
 *
 * Lines are capped. A line with a control character in it is refused; ill-formed UTF-8 becomes U+FFFD. Output is ASCII
 * when the locale has nothing else.
 */
#ifndef VITRINE_SCREENS_APP_LINEAR_IO_H
#define VITRINE_SCREENS_APP_LINEAR_IO_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/buf.h"

enum { LINEAR_LINE = 4096 };

struct linear_io {
	char in[2 * LINEAR_LINE]; /* read, but not a whole line yet */
	size_t in_length;
	bool skipping; /* the rest of a line that was too long is being dropped */
	bool ended;    /* no more input will come */
	bool gone;     /* nobody reads the output any more */
	bool ascii, terminal, hidden; /* `hidden`: the terminal doesn't echo now */
	struct termios before;
	struct buf out;
	size_t out_at;
};

enum linear_line {
	LINEAR_NONE, /* no whole line yet */
	LINEAR_GIVEN,
	LINEAR_TOO_LONG,
	LINEAR_NO_TEXT, /* it has a control character in it */
	LINEAR_END,
};

void linear_io_init(struct linear_io *io);

/* Writes the rest, for a second at most, and gives the terminal back as it was. */
void linear_io_done(struct linear_io *io);

/* The next line, terminated, without its line feed. Reads what has come. */
enum linear_line linear_io_next(struct linear_io *io, char ret_line[LINEAR_LINE + 1]);

/* Is a whole line there already? */
bool linear_io_has_line(const struct linear_io *io);

/* Queues a text without control characters other than line feeds; writes as much as can be written now. */
void linear_io_put(struct linear_io *io, const char *text, size_t length);
void linear_io_flush(struct linear_io *io);
bool linear_io_is_behind(const struct linear_io *io);

/* Shall the terminal show what is typed? Does nothing without a terminal. */
void linear_io_echo(struct linear_io *io, bool on);

/* Restores the echo in the handler of a signal that kills: async-signal-safe. */
void linear_io_restore_in_signal(void);

#endif
