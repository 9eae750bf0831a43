#include "screens/app/linear_io.h"

#include <errno.h>
#include <langinfo.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/paint/theme.h"
#include "tui/paint/utf8.h"

enum { OUT_MAX = 1 << 20, CHUNK = 512, LAST_MS = 1000 };

/* How the terminal was before it was changed; global, since a signal handler has no argument for it. */
static struct termios changed;
static volatile bool is_changed;

void linear_io_init(struct linear_io *io)
{
	*io = (struct linear_io){.in_length = 0};
	buf_init(&io->out, OUT_MAX);
	io->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	io->terminal = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &io->before);
}

void linear_io_echo(struct linear_io *io, bool on)
{
	struct termios wanted = io->before;

	if (!io->terminal || io->hidden != on)
		return;
	if (!on) {
		wanted.c_lflag &= ~(tcflag_t)ECHO;
		changed = io->before;
	}
	is_changed = !on;
	io->hidden = !on;
	tcsetattr(STDIN_FILENO, TCSANOW, &wanted);
}

void linear_io_restore_in_signal(void)
{
	if (is_changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &changed);
	is_changed = false;
}

/* ---- out ---- */

bool linear_io_is_behind(const struct linear_io *io)
{
	return !io->gone && io->out.length > io->out_at;
}

static bool is_ready(int fd, short events, int wait_ms)
{
	struct pollfd wait = {.fd = fd, .events = events};

	return poll(&wait, 1, wait_ms) > 0;
}

/* Other programs may share the descriptor and expect it to block. So it isn't made non-blocking: it is polled before
 * each piece, and pieces are so small that they are taken whole. */
void linear_io_flush(struct linear_io *io)
{
	while (linear_io_is_behind(io) && is_ready(STDOUT_FILENO, POLLOUT, 0)) {
		size_t length = io->out.length - io->out_at;
		ssize_t written = write(STDOUT_FILENO, io->out.bytes + io->out_at, length < CHUNK ? length : CHUNK);

		if (written < 0 && (errno == EINTR || errno == EAGAIN))
			break;
		io->gone = written <= 0;
		io->out_at += written > 0 ? (size_t)written : 0;
	}
	if (!linear_io_is_behind(io)) {
		buf_reset(&io->out);
		io->out_at = 0;
	}
}

static void put_ascii(struct buf *out, const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		uint32_t code = 0;
		size_t used = utf8_decode(text + at, length - at, &code);

		buf_add_char(out, code == '\n' ? '\n' : glyph_ascii(code));
		at += used ? used : 1;
	}
}

void linear_io_put(struct linear_io *io, const char *text, size_t length)
{
	if (io->ascii)
		put_ascii(&io->out, text, length);
	else
		buf_add(&io->out, text, length);
	linear_io_flush(io);
}

void linear_io_done(struct linear_io *io)
{
	int64_t until = clock_monotonic() + LAST_MS;

	for (linear_io_flush(io); linear_io_is_behind(io) && clock_monotonic() < until; linear_io_flush(io))
		is_ready(STDOUT_FILENO, POLLOUT, LAST_MS);
	linear_io_echo(io, true);
	explicit_bzero(io->in, sizeof io->in);
	buf_done(&io->out);
}

/* ---- in ---- */

bool linear_io_has_line(const struct linear_io *io)
{
	return memchr(io->in, '\n', io->in_length) || (io->ended && io->in_length);
}

static void read_more(struct linear_io *io)
{
	while (!io->ended && io->in_length < sizeof io->in && is_ready(STDIN_FILENO, POLLIN, 0)) {
		ssize_t got = read(STDIN_FILENO, io->in + io->in_length, sizeof io->in - io->in_length);

		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		io->ended = got <= 0;
		io->in_length += got > 0 ? (size_t)got : 0;
		if (got > 0 && memchr(io->in, '\n', io->in_length))
			return;
	}
}

static void drop(struct linear_io *io, size_t length)
{
	io->in_length -= length;
	memmove(io->in, io->in + length, io->in_length);
	explicit_bzero(io->in + io->in_length, length);
}

/* Is it text? A tab becomes a blank. */
static bool is_text(char *line, size_t length)
{
	for (size_t at = 0; at < length; at++) {
		if (line[at] == '\t')
			line[at] = ' ';
		if ((unsigned char)line[at] < 0x20 || line[at] == 0x7F)
			return false;
	}
	return true;
}

enum linear_line linear_io_next(struct linear_io *io, char ret_line[LINEAR_LINE + 1])
{
	read_more(io);
	for (;;) {
		const char *end = memchr(io->in, '\n', io->in_length);
		size_t length = end ? (size_t)(end - io->in) : io->in_length, whole = length + (end != NULL);
		bool was_skipping = io->skipping, is_long = length > LINEAR_LINE;

		if (!end && !io->ended) {
			if (is_long) { /* the bytes dropped here are the beginning of that line */
				io->skipping = true;
				drop(io, length);
			}
			return LINEAR_NONE;
		}
		if (!whole && !was_skipping)
			return LINEAR_END;
		if (length && io->in[length - 1] == '\r')
			length--;
		is_long = length > LINEAR_LINE || was_skipping;
		io->skipping = false;
		if (!is_long) {
			memcpy(ret_line, io->in, length);
			ret_line[length] = '\0';
		}
		drop(io, whole);
		return is_long ? LINEAR_TOO_LONG : is_text(ret_line, length) ? LINEAR_GIVEN : LINEAR_NO_TEXT;
	}
}
