/* arena.h: memory that lives and dies together.
 *
 * An arena hands out memory from blocks that grow as needed, up to a limit; nothing is freed singly, everything is
 * freed at once. A request, a screen and a decoded answer each own one. Pointers handed out stay valid until
 * arena_reset or arena_done. Not thread-safe: one arena, one thread at a time.
 *
 * Every function that allocates returns NULL when memory or the arena's limit is exhausted.
 */
#ifndef VITRINE_BASE_ARENA_H
#define VITRINE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head; /* the block that memory comes from now */
	size_t used;              /* bytes handed out, padding included */
	size_t limit;             /* bytes that may be handed out */
};

/* `limit` is in bytes. Allocates nothing yet. */
void arena_init(struct arena *arena, size_t limit);

/* Frees all. The arena may then be used again as after arena_init. NULL-safe. */
void arena_done(struct arena *arena);

/* Frees all but one block, for the next use. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes; NULL when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A terminated copy of `length` bytes, of a string (NULL gives NULL), of a printed text. */
char *arena_strndup(struct arena *arena, const char *bytes, size_t length);
char *arena_strdup(struct arena *arena, const char *string);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies `size` bytes. */
void *arena_memdup(struct arena *arena, const void *bytes, size_t size);

#endif
