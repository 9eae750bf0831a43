#include "base/buf.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN = 256 };

void buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){.limit = limit};
}

void buf_done(struct buf *buf)
{
	if (!buf)
		return;
	if (buf->secret && buf->bytes)
		explicit_bzero(buf->bytes, buf->capacity);
	free(buf->bytes);
	*buf = (struct buf){.limit = buf->limit, .secret = buf->secret};
}

void buf_reset(struct buf *buf)
{
	buf->length = 0;
	buf->failed = false;
	if (buf->bytes)
		buf->bytes[0] = '\0';
}

void buf_wipe(struct buf *buf)
{
	if (buf->bytes)
		explicit_bzero(buf->bytes, buf->capacity);
	buf_done(buf);
}

/* A secret one leaves nothing behind where it was: realloc would. */
static bool grow(struct buf *buf, size_t capacity)
{
	char *bytes = buf->secret ? malloc(capacity + 1) : realloc(buf->bytes, capacity + 1);

	if (!bytes)
		return false;
	if (buf->secret && buf->bytes) {
		memcpy(bytes, buf->bytes, buf->length + 1);
		explicit_bzero(buf->bytes, buf->capacity);
		free(buf->bytes);
	}
	buf->bytes = bytes;
	buf->capacity = capacity;
	return true;
}

char *buf_reserve(struct buf *buf, size_t length)
{
	if (buf->failed)
		return NULL;
	if (length > buf->limit - buf->length) {
		buf->failed = true;
		return NULL;
	}

	size_t need = buf->length + length;
	if (need > buf->capacity || !buf->bytes) {
		size_t capacity = buf->capacity ? buf->capacity * 2 : CAPACITY_MIN;

		if (capacity < need)
			capacity = need;
		if (capacity > buf->limit)
			capacity = buf->limit;
		if (!grow(buf, capacity)) {
			buf->failed = true;
			return NULL;
		}
	}
	return buf->bytes + buf->length;
}

void buf_commit(struct buf *buf, size_t written)
{
	assert(written <= buf->capacity - buf->length);
	buf->length += written;
	buf->bytes[buf->length] = '\0';
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
	char *place = buf_reserve(buf, length);

	if (!place)
		return;
	if (length)
		memcpy(place, bytes, length);
	buf_commit(buf, length);
}

void buf_add_str(struct buf *buf, const char *string)
{
	buf_add(buf, string, strlen(string));
}

void buf_add_char(struct buf *buf, char byte)
{
	buf_add(buf, &byte, 1);
}

void buf_add_int(struct buf *buf, long long number)
{
	char digits[24];
	char *start = digits + sizeof digits;
	unsigned long long rest = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;

	do
		*--start = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--start = '-';
	buf_add(buf, start, (size_t)(digits + sizeof digits - start));
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	if (length < 0)
		buf->failed = true;
	char *place = length < 0 ? NULL : buf_reserve(buf, (size_t)length);
	if (place) {
		vsnprintf(place, (size_t)length + 1, format, again);
		buf_commit(buf, (size_t)length);
	}
	va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(buf, format, args);
	va_end(args);
}

const char *buf_str(const struct buf *buf)
{
	return buf->bytes ? buf->bytes : "";
}

char *buf_steal(struct buf *buf)
{
	char *bytes = buf->failed || !buf->length ? NULL : buf->bytes;

	if (!bytes)
		buf_done(buf);
	buf_init(buf, buf->limit);
	return bytes;
}
