#include "tui/terminal/restore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tui/terminal/terminal.h"

static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios modes;
	size_t length;
	char bytes[RESTORE_SIZE];
} state;

bool restore_arm(int fd, const struct termios *modes, const char *bytes, size_t length)
{
	state.armed = 0;
	if (length > sizeof state.bytes)
		return false;
	state.fd = fd;
	state.modes = *modes;
	state.length = length;
	memcpy(state.bytes, bytes, length);
	state.armed = 1;
	return true;
}

void restore_disarm(void)
{
	state.armed = 0;
}

void terminal_restore_in_signal(void)
{
	enum { TRIES = 10, TRY_MS = 100 };
	int before = errno;

	if (!state.armed)
		return;
	state.armed = 0;
	size_t done = 0;
	for (int tries = 0; tries < TRIES && done < state.length;) {
		ssize_t written = write(state.fd, state.bytes + done, state.length - done);
		if (written > 0) {
			done += (size_t)written;
			continue;
		}
		if (written < 0 && errno != EAGAIN && errno != EINTR)
			break;
		struct pollfd wait = {.fd = state.fd, .events = POLLOUT};
		poll(&wait, 1, TRY_MS);
		tries++;
	}
	tcsetattr(state.fd, TCSANOW, &state.modes);
	tcflush(state.fd, TCIFLUSH); /* half a mouse report must not reach the shell */
	errno = before;
}
