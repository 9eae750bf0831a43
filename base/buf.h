/* buf.h: a byte buffer that can't grow past its limit.
 *
 * Invariants: `bytes` is NULL or points to `length` bytes followed by a NUL that is not counted; length <= limit.
 * A write that would pass the limit, or that finds no memory, changes nothing and sets `failed`; from then on every
 * write is ignored. So a sequence of writes needs one check, at its end. Not thread-safe.
 */
#ifndef VITRINE_BASE_BUF_H
#define VITRINE_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *bytes;
	size_t length;
	size_t capacity; /* allocated, without the NUL */
	size_t limit;
	bool failed;
	bool secret; /* set it after buf_init: what it leaves when it grows or goes is overwritten; stays set */
};

/* `limit` is in bytes. Allocates nothing yet. */
void buf_init(struct buf *buf, size_t limit);

/* Frees. The buffer may then be used again as after buf_init. NULL-safe. */
void buf_done(struct buf *buf);

/* Empties it and forgets a failure; keeps the memory. */
void buf_reset(struct buf *buf);

/* Overwrites the content, then frees: for secrets, whether the buffer is a secret one or not. */
void buf_wipe(struct buf *buf);

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_str(struct buf *buf, const char *string);
void buf_add_char(struct buf *buf, char byte);
void buf_add_int(struct buf *buf, long long number);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Room for `length` more bytes that the caller writes itself, at the returned place; then buf_commit(written).
 * NULL when there is none; the buffer has then failed. */
char *buf_reserve(struct buf *buf, size_t length);
void buf_commit(struct buf *buf, size_t written);

/* The content as a string: never NULL. */
const char *buf_str(const struct buf *buf);

/* The content, which the caller now frees; NULL when empty or failed. The buffer is as after buf_init. */
char *buf_steal(struct buf *buf);

#endif
