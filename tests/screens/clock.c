/* Preloaded into vitrine: a CLOCK_MONOTONIC that stands where a test wants it. What waits, waits as ever; but nothing
 * is due before the test says that it is later. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/screens/clock.h"

enum { SECOND = 1000 * 1000 * 1000 };

static struct clock_control *control;

__attribute__((constructor)) static void load(void)
{
	control = shared_map(getenv(CLOCK_VARIABLE), sizeof *control);
}

/* What vitrine and its libraries call by the C library's name. */
int stopped_gettime(clockid_t id, struct timespec *ret_time) __asm__("clock_gettime");
int stopped_gettime(clockid_t id, struct timespec *ret_time)
{
	int64_t at = control && id == CLOCK_MONOTONIC ? atomic_load(&control->stopped_at) : 0;

	if (!at)
		return (int)syscall(SYS_clock_gettime, id, ret_time);
	*ret_time = (struct timespec){.tv_sec = at / SECOND, .tv_nsec = at % SECOND};
	return 0;
}
