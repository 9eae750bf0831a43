/* clock.h: times. Instants are int64 milliseconds since 1970-01-01T00:00:00Z, without leap seconds; days are int32 days
 * since that date, in UTC.
 */
#ifndef VITRINE_BASE_CLOCK_H
#define VITRINE_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLOCK_RFC3339_SIZE = sizeof "2026-11-22T15:04:05.678Z" };
enum { CLOCK_DAY_MS = 24 * 60 * 60 * 1000 };

/* Now, by the wall clock. May step when somebody sets the clock. */
int64_t clock_now(void);

/* Milliseconds that only grow; for time-outs and durations. */
int64_t clock_monotonic(void);

/* RFC 3339 in UTC with milliseconds, as above. `instant` from year 0 to 9999; others are clamped. */
void clock_format(int64_t instant, char ret_text[CLOCK_RFC3339_SIZE]);

/* The reverse: takes any RFC 3339 date-time, with offset and fraction (cut to milliseconds). */
bool clock_parse(const char *text, int64_t *ret_instant);

/* The day an instant is in, and "2026-11-22". */
int32_t clock_day(int64_t instant);
void clock_format_day(int32_t day, char ret_text[sizeof "2026-11-22"]);

#endif
