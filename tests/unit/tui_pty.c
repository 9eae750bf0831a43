#include "tests/unit/tui_pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/vterm_title.h"

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct pty *pty = user;

	if (property == VTERM_PROP_ALTSCREEN)
		pty->alternate = value->boolean;
	if (property == VTERM_PROP_CURSORVISIBLE)
		pty->cursor_visible = value->boolean;
	if (property == VTERM_PROP_MOUSE)
		pty->mouse = value->number;
	if (property == VTERM_PROP_TITLE)
		vterm_title_take(pty->title, sizeof pty->title, value);
	return 1;
}

static int on_cursor(VTermPos position, VTermPos before, int visible, void *user)
{
	(void)before;
	(void)visible;
	((struct pty *)user)->cursor = position;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .movecursor = on_cursor};

void pty_init(struct pty *pty, int width, int height)
{
	struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};

	memset(pty, 0, sizeof *pty);
	assert_int_equal(openpty(&pty->master, &pty->slave, NULL, NULL, &size), 0);
	assert_int_equal(fcntl(pty->master, F_SETFL, O_NONBLOCK), 0);
	pty->vterm = vterm_new(height, width);
	assert_non_null(pty->vterm);
	vterm_set_utf8(pty->vterm, 1);
	pty->screen = vterm_obtain_screen(pty->vterm);
	vterm_screen_enable_altscreen(pty->screen, 1);
	vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
	vterm_screen_reset(pty->screen, 1);
}

void pty_done(struct pty *pty)
{
	vterm_free(pty->vterm);
	close(pty->master);
	if (pty->slave >= 0)
		close(pty->slave);
}

/* Keeps the last bytes, to find the mark in when it comes in pieces. */
static void note_mark(struct pty *pty, const char *bytes, size_t length)
{
	size_t keep = sizeof pty->tail - 1;
	size_t take = length < keep ? length : keep;

	memmove(pty->tail, pty->tail + take, keep - take);
	memcpy(pty->tail + keep - take, bytes + length - take, take);
	if (pty->mark && memmem(pty->tail, keep, pty->mark, strlen(pty->mark)))
		pty->marked = true;
}

void pty_pump(struct pty *pty)
{
	char bytes[4096];

	for (;;) {
		ssize_t got = read(pty->master, bytes, sizeof bytes);
		if (got <= 0)
			return;
		size_t room = sizeof pty->raw - pty->raw_length;
		size_t kept = (size_t)got < room ? (size_t)got : room;
		memcpy(pty->raw + pty->raw_length, bytes, kept);
		pty->raw_length += kept;
		pty->bytes += (size_t)got;
		vterm_input_write(pty->vterm, bytes, (size_t)got);
		note_mark(pty, bytes, (size_t)got);
	}
}

/* The kernel carries what one end writes over to the other in its own time. So: a mark behind it all, which is waited
 * for, is not a part of what is counted, and means nothing to a terminal. (Not an APC: libvterm 0.1 shows their
 * content.) */
void pty_settle(struct pty *pty)
{
	char mark[32];
	int length = snprintf(mark, sizeof mark, "\033]7778;%u\a", ++pty->marks);

	pty->mark = mark;
	pty->marked = false;
	assert_int_equal(write(pty->slave, mark, (size_t)length), length);
	for (int rounds = 0; !pty->marked && rounds < 100000; rounds++) {
		struct pollfd wait = {.fd = pty->master, .events = POLLIN};
		assert_int_equal(poll(&wait, 1, 10000), 1);
		pty_pump(pty);
	}
	assert_true(pty->marked);
	pty->bytes -= (size_t)length;
	pty->mark = NULL;
}

size_t pty_flush(struct pty *pty, struct terminal *terminal)
{
	size_t before = pty->bytes;
	int tries = 0;

	for (; !terminal_flush_frame(terminal) && tries < 100000; tries++)
		pty_pump(pty);
	for (; !terminal_flush(terminal) && tries < 100000; tries++)
		pty_pump(pty);
	assert_true(tries < 100000);
	pty_settle(pty);
	return pty->bytes - before;
}

void pty_type(struct pty *pty, const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t written = write(pty->master, bytes + at, length - at);
		assert_true(written > 0 || errno == EAGAIN);
		if (written > 0)
			at += (size_t)written;
	}
}

void pty_size(struct pty *pty, int width, int height)
{
	struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};

	assert_int_equal(ioctl(pty->master, TIOCSWINSZ, &size), 0);
	vterm_set_size(pty->vterm, height, width);
}

void pty_forget(struct pty *pty)
{
	pty->raw_length = 0;
}

const char *pty_row(struct pty *pty, int y)
{
	static char text[PTY_TEXT_SIZE];
	int width, height;

	vterm_get_size(pty->vterm, &height, &width);
	VTermRect row = {.start_row = y, .end_row = y + 1, .start_col = 0, .end_col = width};
	size_t length = vterm_screen_get_text(pty->screen, text, sizeof text - 1, row);
	while (length && text[length - 1] == ' ')
		length--;
	text[length] = '\0';
	return text;
}

VTermScreenCell pty_cell(struct pty *pty, int x, int y)
{
	VTermScreenCell cell = {0};

	vterm_screen_get_cell(pty->screen, (VTermPos){.row = y, .col = x}, &cell);
	return cell;
}

bool pty_saw(const struct pty *pty, const char *bytes)
{
	return memmem(pty->raw, pty->raw_length, bytes, strlen(bytes)) != NULL;
}
