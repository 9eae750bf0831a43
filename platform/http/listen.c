#include "platform/http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096 }; /* the kernel caps it by net.core.somaxconn */

union address {
	struct sockaddr any;
	struct sockaddr_storage storage;
	struct sockaddr_un local;
};

static bool fail(struct err *err, int fd, const char *place, const char *what)
{
	err_set(err, ERR_NETWORK, "Can't listen on %s: %s: %m", place, what);
	if (fd >= 0)
		close(fd);
	return false;
}

/* ---- Unix sockets ---- */

/* A file whose listener died refuses connections; one that is in use does not. */
static bool is_abandoned(const struct sockaddr_un *address)
{
	struct stat file;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool abandoned = fd >= 0 && stat(address->sun_path, &file) == 0 && S_ISSOCK(file.st_mode) &&
			 connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return abandoned;
}

static int bind_private(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0177);
	int result = bind(fd, (const struct sockaddr *)address, sizeof *address);
	int error = errno;

	umask(before);
	errno = error;
	return result;
}

static bool open_unix(const char *place, const char *path, struct listening *ret_listening, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct listening listening = {.local = true};
	struct stat file;

	if (!*path || strlen(path) >= sizeof address.sun_path)
		return err_set(err, ERR_INVALID, "%s: the path must have 1 to %zu bytes", place,
			       sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	memcpy(listening.path, path, strlen(path) + 1);

	int fd = listening.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(err, fd, place, "socket");
	if (bind_private(fd, &address) != 0) {
		bool taken = errno == EADDRINUSE;
		if (!taken || !is_abandoned(&address)) {
			errno = taken ? EADDRINUSE : errno;
			return fail(err, fd, place, "bind");
		}
		unlink(path);
		if (bind_private(fd, &address) != 0)
			return fail(err, fd, place, "bind");
	}
	if (listen(fd, BACKLOG) != 0 || stat(path, &file) != 0)
		return fail(err, fd, place, "listen");
	listening.device = file.st_dev;
	listening.inode = file.st_ino;
	snprintf(listening.url, sizeof listening.url, "unix:%s", path);
	*ret_listening = listening;
	return true;
}

/* ---- addresses and ports ---- */

/* What a client would type: the port is the one that was really bound. */
static bool tell_url(const char *scheme, struct listening *listening)
{
	union address bound = {.storage = {.ss_family = AF_UNSPEC}};
	socklen_t length = sizeof bound;
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getsockname(listening->fd, &bound.any, &length) != 0)
		return false;
	if (bound.any.sa_family == AF_UNIX) {
		listening->local = true;
		snprintf(listening->url, sizeof listening->url, "unix:%.*s",
			 (int)(length - offsetof(struct sockaddr_un, sun_path)), bound.local.sun_path);
		return true;
	}
	if (getnameinfo(&bound.any, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return false;
	snprintf(listening->url, sizeof listening->url, strchr(host, ':') ? "%s://[%.100s]:%s" : "%s://%.100s:%s",
		 scheme, host, port);
	return true;
}

static int open_address(const struct addrinfo *info)
{
	const int yes = 1;
	int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, info->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (info->ai_family == AF_INET6) /* [::] and 0.0.0.0 may be listened on side by side */
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;

	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* "127.0.0.1:3000", "[::1]:3000" into host and port. */
static bool split_place(const char *place, char host[NI_MAXHOST], char port[NI_MAXSERV])
{
	const char *colon = strrchr(place, ':');
	size_t length = colon ? (size_t)(colon - place) : 0;

	if (!length || !colon[1] || strlen(colon + 1) > 5 || colon[1 + strspn(colon + 1, "0123456789")] ||
	    strtol(colon + 1, NULL, 10) > UINT16_MAX) /* getaddrinfo would cut it to 16 bits */
		return false;
	if (place[0] == '[' && place[length - 1] == ']') {
		place++;
		length -= 2;
	} else if (memchr(place, ':', length)) {
		return false;
	}
	if (!length || length >= NI_MAXHOST)
		return false;
	snprintf(host, NI_MAXHOST, "%.*s", (int)length, place);
	snprintf(port, NI_MAXSERV, "%s", colon + 1);
	return true;
}

static bool open_inet(const char *place, const char *scheme, struct listening *ret_listening, struct err *err)
{
	struct listening listening = {.fd = -1};
	struct addrinfo hints = {
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (!split_place(place, host, port))
		return err_set(err, ERR_INVALID, "%s is not ADDRESS:PORT or unix:PATH", place);
	int failure = getaddrinfo(host, port, &hints, &found);
	if (failure)
		return err_set(err, ERR_NETWORK, "Can't listen on %s: %s", place, gai_strerror(failure));
	for (const struct addrinfo *info = found; info && listening.fd < 0; info = info->ai_next)
		listening.fd = open_address(info);
	int error = errno;
	freeaddrinfo(found);
	errno = error;
	if (listening.fd < 0 || !tell_url(scheme, &listening))
		return fail(err, listening.fd, place, "bind");
	*ret_listening = listening;
	return true;
}

bool listening_open(const char *place, const char *scheme, struct listening *ret_listening, struct err *err)
{
	if (!strncmp(place, "unix:", 5))
		return open_unix(place, place + 5, ret_listening, err);
	return open_inet(place, scheme, ret_listening, err);
}

bool listening_adopt(int fd, const char *scheme, struct listening *ret_listening, struct err *err)
{
	struct listening listening = {.fd = fd, .adopted = true};
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || !tell_url(scheme, &listening))
		return err_set(err, ERR_NETWORK, "The socket that was passed on can't be used: %m");
	*ret_listening = listening;
	return true;
}

void listening_stop(const struct listening *listening)
{
	if (!listening->adopted)
		shutdown(listening->fd, SHUT_RDWR);
}

void listening_close(struct listening *listening)
{
	struct stat file;

	close(listening->fd);
	if (listening->path[0] && stat(listening->path, &file) == 0 && file.st_dev == listening->device &&
	    file.st_ino == listening->inode)
		unlink(listening->path);
	listening->path[0] = '\0';
}
