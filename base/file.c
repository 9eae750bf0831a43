#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct err *err, const char *path)
{
	enum err_kind kind = errno == ENOSPC || errno == EDQUOT ? ERR_STORAGE_FULL : ERR_FILE;

	return err_set(err, kind, "%s: %m", path);
}

static const char *home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *entry = home && *home == '/' ? NULL : getpwuid(geteuid());

	return entry ? entry->pw_dir : home;
}

bool file_person_folder(const char *variable, const char *below_home, char *ret_path, size_t size, struct err *err)
{
	const char *base = getenv(variable);
	const char *home = home_folder();
	char path[PATH_MAX];
	int length = -1;

	if (base && *base == '/')
		length = snprintf(path, sizeof path, "%s/vitrine", base);
	else if (home && *home == '/')
		length = snprintf(path, sizeof path, "%s/%s/vitrine", home, below_home);
	if (length < 0 || (size_t)length >= sizeof path || (size_t)length >= size)
		return err_set(err, ERR_FILE, "Neither %s nor HOME says where files are kept", variable);
	memcpy(ret_path, path, (size_t)length + 1);
	return true;
}

bool file_make_folder(const char *path, struct err *err)
{
	char partial[PATH_MAX];

	if (snprintf(partial, sizeof partial, "%s", path) >= (int)sizeof partial) {
		errno = ENAMETOOLONG;
		return fail(err, path);
	}
	for (char *slash = strchr(partial + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(partial, 0700) < 0 && errno != EEXIST)
			return fail(err, partial);
		*slash = '/';
	}
	struct stat status;
	if (mkdir(partial, 0700) < 0 && errno != EEXIST)
		return fail(err, path);
	if (stat(partial, &status) < 0)
		return fail(err, path);
	if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		return fail(err, path);
	}
	return true;
}

/* Reads to the end, one byte more than fits at most. */
static bool read_all(int fd, const char *path, struct buf *out, struct err *err)
{
	char piece[4096];

	for (;;) {
		ssize_t length = read(fd, piece, sizeof piece);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return fail(err, path);
		if (!length)
			return true;
		buf_add(out, piece, (size_t)length);
		if (out->failed)
			return err_set(err, ERR_FILE, "%s: larger than it may be", path);
	}
}

bool file_read(const char *path, struct buf *out, struct err *err)
{
	/* Not blocking, should it be a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_NOT_FOUND, "%s: there is no such file", path);
	if (fd < 0)
		return fail(err, path);
	bool good = fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
			? read_all(fd, path, out, err)
			: err_set(err, ERR_FILE, "%s: not a regular file", path);
	close(fd);
	return good;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return fsync(fd) == 0;
}

bool file_write_new(int folder, const char *name, const void *bytes, size_t length)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	bool good = write_all(fd, bytes, length);
	int why = errno;
	if (close(fd) < 0 && good) {
		good = false;
		why = errno;
	}
	if (!good)
		unlinkat(folder, name, 0);
	errno = why;
	return good;
}

static bool sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	errno = why;
	return good;
}

/* File systems without RENAME_NOREPLACE have links. */
static bool name_new(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return true;
	return (errno == EINVAL || errno == ENOSYS) && !link(from, to) && !unlink(from);
}

bool file_name_new(const char *temporary, const char *path, struct err *err)
{
	return (name_new(temporary, path) && sync_folder(path)) || fail(err, path);
}

bool file_write(const char *path, const void *bytes, size_t length, struct err *err)
{
	char temporary[PATH_MAX];

	if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary) {
		errno = ENAMETOOLONG;
		return fail(err, path);
	}
	int fd = mkostemp(temporary, O_CLOEXEC); /* 0600 */
	if (fd < 0)
		return fail(err, path);
	bool good = write_all(fd, bytes, length);
	int why = errno;
	close(fd);
	if (good && rename(temporary, path) == 0 && sync_folder(path))
		return true;
	if (good)
		why = errno;
	unlink(temporary);
	errno = why;
	return fail(err, path);
}
