/* Preloaded into vitrined: makes chosen writes, truncations and flushes of the database's files fail. A write that
 * fails has written half of its bytes, as it may happen on a disk.
 *
 * VITRINE_FAULT names the control file, VITRINE_FAULT_PATH what the paths of the database's files begin with.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "tests/fault/fault.h"

/* What vitrined calls by the C library's names. */
ssize_t fail_write(int file, const void *bytes, size_t length) __asm__("write");
ssize_t fail_pwrite(int file, const void *bytes, size_t length, off_t offset) __asm__("pwrite");
ssize_t fail_pwrite64(int file, const void *bytes, size_t length, off64_t offset) __asm__("pwrite64");
int fail_truncate(int file, off_t length) __asm__("ftruncate");
int fail_truncate64(int file, off64_t length) __asm__("ftruncate64");
int fail_sync(int file) __asm__("fsync");
int fail_datasync(int file) __asm__("fdatasync");

/* What this stands in front of. */
static struct {
	ssize_t (*write)(int file, const void *bytes, size_t length);
	ssize_t (*pwrite)(int file, const void *bytes, size_t length, off64_t offset);
	int (*truncate)(int file, off64_t length);
	int (*sync)(int file);
	int (*datasync)(int file);
} real;

static struct fault_control *control;
static const char *path_start;

static void find(void *ret_function, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(ret_function, &found, sizeof found);
}

static void load(void)
{
	find(&real.write, "write");
	find(&real.pwrite, "pwrite64");
	find(&real.truncate, "ftruncate64");
	find(&real.sync, "fsync");
	find(&real.datasync, "fdatasync");
	path_start = getenv("VITRINE_FAULT_PATH");
	control = path_start ? shared_map(getenv("VITRINE_FAULT"), sizeof *control) : NULL;
}

static void prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
}

static bool strikes(int file)
{
	char link[32], path[512];

	prepare();
	if (!control)
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	ssize_t length = readlink(link, path, sizeof path - 1);
	size_t start = strlen(path_start);
	if (length < (ssize_t)start || strncmp(path, path_start, start) != 0 || !fault_strikes(control))
		return false;
	errno = atomic_load(&control->error);
	return true;
}

ssize_t fail_write(int file, const void *bytes, size_t length)
{
	if (!strikes(file))
		return real.write(file, bytes, length);
	(void)!real.write(file, bytes, length / 2);
	errno = atomic_load(&control->error);
	return -1;
}

ssize_t fail_pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
	if (!strikes(file))
		return real.pwrite(file, bytes, length, offset);
	(void)!real.pwrite(file, bytes, length / 2, offset);
	errno = atomic_load(&control->error);
	return -1;
}

ssize_t fail_pwrite(int file, const void *bytes, size_t length, off_t offset)
{
	return fail_pwrite64(file, bytes, length, offset);
}

int fail_truncate64(int file, off64_t length)
{
	return strikes(file) ? -1 : real.truncate(file, length);
}

int fail_truncate(int file, off_t length)
{
	return fail_truncate64(file, length);
}

int fail_sync(int file)
{
	return strikes(file) ? -1 : real.sync(file);
}

int fail_datasync(int file)
{
	return strikes(file) ? -1 : real.datasync(file);
}
