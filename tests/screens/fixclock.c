/* Preloaded into vitrined and vitrine where goldens are taken: the wall clock is as far off as VITRINE_STAGE_CLOCK says, in
 * milliseconds. It runs on as it does; only what is measured by it, not waited for, may be wrong. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What programs call by those names. */
int fixed_clock_gettime(clockid_t clock, struct timespec *now) __asm__("clock_gettime");
int fixed_gettimeofday(struct timeval *now, void *zone) __asm__("gettimeofday");
time_t fixed_time(time_t *now) __asm__("time");

static int64_t offset_ms;

__attribute__((constructor)) static void load(void)
{
	const char *text = getenv("VITRINE_STAGE_CLOCK");

	offset_ms = text ? strtoll(text, NULL, 10) : 0;
}

int fixed_clock_gettime(clockid_t clock, struct timespec *now)
{
	long outcome = syscall(SYS_clock_gettime, clock, now);

	if (outcome == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
		int64_t ns = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + offset_ms * 1000000;
		now->tv_sec = (time_t)(ns / 1000000000);
		now->tv_nsec = (long)(ns % 1000000000);
	}
	return (int)outcome;
}

int fixed_gettimeofday(struct timeval *now, void *zone)
{
	struct timespec exact;
	int outcome = fixed_clock_gettime(CLOCK_REALTIME, &exact);

	(void)zone;
	now->tv_sec = exact.tv_sec;
	now->tv_usec = exact.tv_nsec / 1000;
	return outcome;
}

time_t fixed_time(time_t *now)
{
	struct timespec exact = {0};

	fixed_clock_gettime(CLOCK_REALTIME, &exact);
	if (now)
		*now = exact.tv_sec;
	return exact.tv_sec;
}
