#include "net/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/file.h"

enum { NAME_SIZE = 160, TAG_BYTES = 9 };

struct state {
	int directory;
	char tag[CRYPT_BASE64_SIZE(TAG_BYTES)]; /* of the platform's URL: part of each file's name */
	unsigned written;                       /* makes temporary names differ */
};

bool state_directory(char *ret_path, size_t size, struct err *err)
{
	return file_person_folder("XDG_STATE_HOME", ".local/state", ret_path, size, err);
}

static bool fail(struct err *err, const char *what, const char *name)
{
	return err_set(err, errno == ENOSPC || errno == EDQUOT ? ERR_STORAGE_FULL : ERR_FILE, "%s %.80s: %m", what,
		       name);
}

struct state *state_new(const char *directory, const char *url, struct err *err)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	struct stat status;

	if (!file_make_folder(directory, err))
		return NULL;
	struct state *state = calloc(1, sizeof *state);
	if (!state) {
		err_memory(err, "opening the state directory");
		return NULL;
	}
	crypt_hash(url, strlen(url), NULL, hash);
	crypt_base64(hash, TAG_BYTES, state->tag);
	state->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state->directory < 0 || fstat(state->directory, &status) < 0) {
		fail(err, "Can't open", directory);
		return state_free(state);
	}
	/* People who may write to the directory could put files of their own there. */
	if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH))) {
		err_set(err, ERR_FILE, "%.160s belongs to somebody else, or others may write to it", directory);
		return state_free(state);
	}
	return state;
}

struct state *state_free(struct state *state)
{
	if (!state)
		return NULL;
	if (state->directory >= 0)
		close(state->directory);
	free(state);
	return NULL;
}

/* "session-TAG" or "pending-TAG-NAME". */
static bool file_name(const struct state *state, const char *kind, const char *name, char ret_name[NAME_SIZE],
		      struct err *err)
{
	int length = snprintf(ret_name, NAME_SIZE, "%s-%s%s%s", kind, state->tag, *name ? "." : "", name);

	/* Room is left for the end of a temporary name. */
	return length > 0 && length < NAME_SIZE - 48 && !strchr(name, '/')
		   ? true
		   : err_set(err, ERR_FILE, "A state file's name is not valid");
}

bool state_write(struct state *state, const char *kind, const char *name, const void *bytes, size_t length,
		 struct err *err)
{
	char file[NAME_SIZE], temporary[NAME_SIZE + 48];

	if (!file_name(state, kind, name, file, err))
		return false;
	snprintf(temporary, sizeof temporary, ".%s.%ld.%u", file, (long)getpid(), state->written++);
	/* A leftover of a killed process that had the same number. */
	unlinkat(state->directory, temporary, 0);
	if (!file_write_new(state->directory, temporary, bytes, length))
		return fail(err, "Can't write", file);
	if (renameat(state->directory, temporary, state->directory, file) < 0) {
		fail(err, "Can't rename", file);
		unlinkat(state->directory, temporary, 0);
		return false;
	}
	if (fsync(state->directory) < 0)
		return fail(err, "Can't flush the directory of", file);
	return true;
}

static bool read_all(int file, struct buf *out)
{
	char chunk[4096];
	ssize_t got;

	while ((got = read(file, chunk, sizeof chunk)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		buf_add(out, chunk, (size_t)got);
		explicit_bzero(chunk, sizeof chunk);
	}
	return true;
}

static bool read_private(int file, const char *name, struct buf *out, struct err *err)
{
	struct stat status;

	if (fstat(file, &status) < 0)
		return fail(err, "Can't read", name);
	if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)))
		return err_set(err, ERR_FILE, "%.80s is not a private file of this user", name);
	if (status.st_size < 0 || (size_t)status.st_size > out->limit)
		return err_set(err, ERR_FILE, "%.80s is too long", name);
	if (!read_all(file, out))
		return fail(err, "Can't read", name);
	return !out->failed || err_set(err, ERR_FILE, "%.80s is too long", name);
}

bool state_read(struct state *state, const char *kind, const char *name, struct buf *out, struct err *err)
{
	char path[NAME_SIZE];

	if (!file_name(state, kind, name, path, err))
		return false;
	/* O_NONBLOCK: somebody may have put a pipe there. */
	int file = openat(state->directory, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0 && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "There is no %.80s", path);
	if (file < 0)
		return fail(err, "Can't open", path);
	bool good = read_private(file, path, out, err);
	close(file);
	return good;
}

bool state_remove(struct state *state, const char *kind, const char *name, struct err *err)
{
	char path[NAME_SIZE];

	if (!file_name(state, kind, name, path, err))
		return false;
	if (unlinkat(state->directory, path, 0) < 0)
		return errno == ENOENT || fail(err, "Can't remove", path);
	return fsync(state->directory) == 0 || fail(err, "Can't flush the directory of", path);
}

bool state_lock(struct state *state, const char *kind, int *ret_lock, struct err *err)
{
	char path[NAME_SIZE];

	if (!file_name(state, "lock", kind, path, err))
		return false;
	int file = openat(state->directory, path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (file < 0)
		return fail(err, "Can't open", path);
	if (flock(file, LOCK_EX | LOCK_NB) < 0) {
		bool taken = errno == EWOULDBLOCK;

		fail(err, "Can't lock", path);
		close(file);
		return taken ? err_set(err, ERR_CONFLICT, "Another program has %.80s", path) : false;
	}
	*ret_lock = file;
	return true;
}

bool state_list(struct state *state, const char *kind, void (*found)(void *context, const char *name), void *context,
		struct err *err)
{
	char prefix[NAME_SIZE];
	int length = snprintf(prefix, sizeof prefix, "%s-%s.", kind, state->tag);
	int copy = openat(state->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = copy < 0 ? NULL : fdopendir(copy);

	if (!directory) {
		fail(err, "Can't list", "the state directory");
		if (copy >= 0)
			close(copy);
		return false;
	}
	for (struct dirent *entry; (entry = readdir(directory));)
		if (!strncmp(entry->d_name, prefix, (size_t)length))
			found(context, entry->d_name + length);
	closedir(directory);
	return true;
}
