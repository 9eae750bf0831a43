/* clock.h: how a test stops the clock of a vitrine that it runs, and moves it on: by a file that both map. The library
 * that is preloaded into vitrine for that is clock.c.
 */
#ifndef VITRINE_TESTS_SCREENS_CLOCK_H
#define VITRINE_TESTS_SCREENS_CLOCK_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define CLOCK_VARIABLE "VITRINE_TEST_CLOCK" /* in vitrine's environment: the file's path */

struct clock_control {
	_Atomic int64_t stopped_at; /* CLOCK_MONOTONIC, in ns; 0: it runs */
};

/* NULL when there is no such file. */
static inline struct clock_control *clock_map(const char *path)
{
	int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory = file < 0 ? MAP_FAILED
				: mmap(NULL, sizeof(struct clock_control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	if (file >= 0)
		close(file);
	return memory == MAP_FAILED ? NULL : memory;
}

#endif
