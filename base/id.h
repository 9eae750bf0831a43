/* id.h: ULIDs (github.com/ulid/spec): 48 bits of milliseconds and 80 random bits, as 26 characters of Crockford's base
 * 32, which sort as they were made.
 */
#ifndef VITRINE_BASE_ID_H
#define VITRINE_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_LENGTH = 26, ID_SIZE = ID_LENGTH + 1 };

struct id {
	char text[ID_SIZE];
};

/* Makes ids that only grow, whatever the clock does: within one millisecond, or when the clock steps back, the last id
 * plus one. One source, one thread at a time. */
struct id_source {
	uint64_t milliseconds;
	uint8_t random[10];
};

/* The next id of a source. A zeroed source is a fresh one. */
struct id id_next(struct id_source *source);

/* An id that is made of a time and a number, not below 0, and of nothing random: the same for the same two. */
struct id id_make(int64_t milliseconds, int64_t number);

/* Makes the source go on after `id`, which must be valid. Ids older than the source's last one change nothing. */
void id_source_after(struct id_source *source, const char *id);

/* A ULID in its canonical form: 26 upper-case characters, at most 7ZZZZZZZZZZZZZZZZZZZZZZZZZ. */
bool id_valid(const char *text);

/* The milliseconds in a ULID; -1 when it is none. */
int64_t id_time(const char *text);

#endif
