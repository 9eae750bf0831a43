#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

enum { BLOCK_MIN = 4096 - sizeof(struct arena_block), BLOCK_MAX = 256 * 1024 };

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){.limit = limit};
}

static void free_blocks(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;
		free(block);
		block = next;
	}
}

void arena_done(struct arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->head);
	arena_init(arena, arena->limit);
}

void arena_reset(struct arena *arena)
{
	if (!arena->head)
		return;
	free_blocks(arena->head->next);
	arena->head->next = NULL;
	arena->head->used = 0;
	arena->used = 0;
}

/* A new head that holds at least `size` bytes: twice the last one, within bounds, so that many small allocations cost
 * few calls to malloc. */
static struct arena_block *grow(struct arena *arena, size_t size)
{
	size_t capacity = arena->head ? arena->head->size * 2 : BLOCK_MIN;

	if (capacity > BLOCK_MAX)
		capacity = BLOCK_MAX;
	if (capacity < size)
		capacity = size;

	struct arena_block *block = malloc(sizeof *block + capacity);
	if (!block)
		return NULL;
	block->next = arena->head;
	block->size = capacity;
	block->used = 0;
	arena->head = block;
	return block;
}

/* Memory that the caller overwrites whole. */
static void *take(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);

	if (size > arena->limit)
		return NULL;
	size = (size + align - 1) & ~(align - 1);
	if (size > arena->limit || arena->used > arena->limit - size)
		return NULL;

	struct arena_block *block = arena->head;
	if (!block || block->size - block->used < size)
		block = grow(arena, size);
	if (!block)
		return NULL;

	void *memory = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory = take(arena, size);

	return memory ? memset(memory, 0, size) : NULL;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return arena_alloc(arena, bytes);
}

char *arena_strndup(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = length < SIZE_MAX ? take(arena, length + 1) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *string)
{
	return string ? arena_strndup(arena, string, strlen(string)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return NULL;

	char *text = take(arena, (size_t)length + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t size)
{
	void *copy = take(arena, size);

	return copy && size ? memcpy(copy, bytes, size) : copy;
}
