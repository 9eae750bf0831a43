/* Arenas end, too, at whatever they are asked for: by themselves they only fail where they need another block, which is
 * seldom. */
#include "base/arena.h"
#include "tests/unit/scarce.h"

void *__real_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
	return scarce_strikes() ? NULL : __real_arena_alloc(arena, size);
}

void *__real_arena_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size)
{
	return scarce_strikes() ? NULL : __real_arena_array(arena, count, size);
}

char *__real_arena_strdup(struct arena *arena, const char *string);
char *__wrap_arena_strdup(struct arena *arena, const char *string);
char *__wrap_arena_strdup(struct arena *arena, const char *string)
{
	return scarce_strikes() ? NULL : __real_arena_strdup(arena, string);
}

void *__real_arena_memdup(struct arena *arena, const void *bytes, size_t size);
void *__wrap_arena_memdup(struct arena *arena, const void *bytes, size_t size);
void *__wrap_arena_memdup(struct arena *arena, const void *bytes, size_t size)
{
	return scarce_strikes() ? NULL : __real_arena_memdup(arena, bytes, size);
}

char *__real_arena_strndup(struct arena *arena, const char *bytes, size_t length);
char *__wrap_arena_strndup(struct arena *arena, const char *bytes, size_t length);
char *__wrap_arena_strndup(struct arena *arena, const char *bytes, size_t length)
{
	return scarce_strikes() ? NULL : __real_arena_strndup(arena, bytes, length);
}
