/* listen.h: the sockets that vitrined accepts on: an address and port, a Unix socket, or one that systemd passed on.
 */
#ifndef VITRINE_PLATFORM_HTTP_LISTEN_H
#define VITRINE_PLATFORM_HTTP_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

enum { LISTEN_URL_SIZE = 160 };

struct listening {
	int fd; /* non-blocking */
	bool local;   /* a Unix socket */
	bool adopted; /* somebody else's, who may go on listening */
	char url[LISTEN_URL_SIZE];
	/* The file of a Unix socket that was made here, to be removed at the end; none: path[0] is NUL. */
	char path[108];
	dev_t device;
	ino_t inode;
};

/* `place` is "ADDRESS:PORT" (IPv6 in brackets, port 0: any free one) or "unix:PATH" (the file is 0600; a file that
 * nobody listens on any more is replaced). `scheme` is "http" or "https". ERR_INVALID for a place that makes no sense,
 * ERR_NETWORK when it can't be listened on. */
bool listening_open(const char *place, const char *scheme, struct listening *ret_listening, struct err *err);

/* Takes over a socket that listens already. */
bool listening_adopt(int fd, const char *scheme, struct listening *ret_listening, struct err *err);

/* Turns new connections away from now on, unless somebody else listens too. From any thread. */
void listening_stop(const struct listening *listening);

/* Closes, and removes the file if it is still ours. */
void listening_close(struct listening *listening);

#endif
