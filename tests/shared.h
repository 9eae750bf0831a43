/* shared.h: memory that a test and a program that it starts both see: a file that both map. Whoever has mapped it
 * unmaps it. What is in it is atomic.
 */
#ifndef VITRINE_TESTS_SHARED_H
#define VITRINE_TESTS_SHARED_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static inline void *shared_map_file(int file, size_t size)
{
	void *memory = file < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	if (file >= 0)
		close(file);
	return memory == MAP_FAILED ? NULL : memory;
}

/* The program's side. NULL when there is no such file; `path` may be NULL. */
static inline void *shared_map(const char *path, size_t size)
{
	return shared_map_file(path ? open(path, O_RDWR | O_CLOEXEC) : -1, size);
}

/* The test's side: makes the file, all of it zero. NULL when it can't be made. */
static inline void *shared_make(const char *path, size_t size)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (file >= 0 && ftruncate(file, (off_t)size) != 0) {
		close(file);
		return NULL;
	}
	return shared_map_file(file, size);
}

#endif
