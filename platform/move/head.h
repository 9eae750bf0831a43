/* head.h: a file's first line, and which settings of a shop move with it.
 */
#ifndef VITRINE_PLATFORM_MOVE_HEAD_H
#define VITRINE_PLATFORM_MOVE_HEAD_H

#include "models/shape.h"
#include "platform/store/store.h"

enum { MOVE_FORMAT = 1, MOVE_SETTINGS_MAX = 8 };

struct move_setting {
	const char *name, *value;
};
struct move_head {
	int64_t format;
	const char *currency;
	int64_t exported_at; /* ms */
	struct move_setting *settings;
	size_t settings_count;
};
extern const struct shape move_head_shape;

/* The names of the lines that are no rows. */
extern const char move_first[], move_last[];

/* Reads the store's settings into the head, and puts them into a store. What is read is in the arena. */
bool move_settings_read(struct store *store, struct arena *arena, struct move_head *head, struct err *err);
bool move_settings_write(struct store *store, const struct move_head *head, struct arena *arena, struct err *err);

/* Has the store do what is due, for a minute at most: what an account's end leaves behind before a shop is moved out,
 * and what follows from its rows once it is moved in; the rest is done while it is served. */
bool move_tend(struct store *store, struct err *err);

#endif
