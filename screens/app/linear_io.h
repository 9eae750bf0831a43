/* linear_io.h: standard input and output of the face of lines: whole lines in, text out, and nothing that blocks.
 *
 * Lines are capped, and what is no text never gets in: a line with a control character in it is refused, ill-formed UTF-8
 * becomes U+FFFD. Text that goes out is ASCII where the locale knows nothing else.
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
	char in[2 * LINEAR_LINE]; /* what was read and is no line yet */
	size_t in_length;
	bool skipping; /* the rest of a line that was too long */
	bool ended;    /* nothing more comes */
	bool gone;     /* nobody reads what goes out */
	bool ascii, terminal, hidden; /* `hidden`: the terminal doesn't echo now */
	struct termios before;
	struct buf out;
	size_t out_at;
};

enum linear_line {
	LINEAR_NONE, /* not yet */
	LINEAR_GIVEN,
	LINEAR_TOO_LONG,
	LINEAR_NO_TEXT, /* there is a control character in it */
	LINEAR_END,
};

void linear_io_init(struct linear_io *io);

/* Gives the terminal back as it was, once all is written, but waits for that a second at most. */
void linear_io_done(struct linear_io *io);

/* The next line, without its end, terminated. Reads what there is. */
enum linear_line linear_io_next(struct linear_io *io, char ret_line[LINEAR_LINE + 1]);

/* Is a whole line there already? */
bool linear_io_has_line(const struct linear_io *io);

/* Queues a text, which holds no control characters but line feeds; writes what can be written now. */
void linear_io_put(struct linear_io *io, const char *text, size_t length);
void linear_io_flush(struct linear_io *io);
bool linear_io_is_behind(const struct linear_io *io);

/* Does the terminal show what is typed? It always does where there is none. */
void linear_io_echo(struct linear_io *io, bool on);

/* Echo as it was, in the handler of a signal that kills: async-signal-safe. */
void linear_io_restore_in_signal(void);

#endif
