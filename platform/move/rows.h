/* rows.h: a row of a shop (store/rows.h) as JSON, and what it is counted by.
 */
#ifndef VITRINE_PLATFORM_MOVE_ROWS_H
#define VITRINE_PLATFORM_MOVE_ROWS_H

#include "base/json.h"
#include "platform/store/rows.h"

/* A kind's name in a file: "product". Static. */
const char *row_kind_name(enum row_kind kind);

/* The kind of that name; ROW_KINDS when there is none. */
enum row_kind row_kind_named(const char *name);

/* Writes a row. `arena` is for what it is made of. What goes wrong is the buffer's `failed`, or false: memory ended. */
bool row_write(const struct store_row *row, struct arena *arena, struct json *json);

/* Reads one, strictly. What it holds is in the arena. ERR_INVALID, ERR_MEMORY. */
bool row_read(enum row_kind kind, const cJSON *json, struct arena *arena, struct store_row *ret_row, struct err *err);

/* What rows of a kind are put in order by: their id, or whose they are. In the arena or the row's; NULL: memory
 * ended. */
const char *row_order(const struct store_row *row, struct arena *arena);

/* All of a shop's rows, counted and added up. Two shops with the same are the same: the digest is a sum over the
 * digests of all rows as they are written, so it doesn't depend on their order. */
enum { TALLY_WORDS = 4, TALLY_DIGEST_SIZE = TALLY_WORDS * 16 + 1 };
struct tally {
	int64_t accounts, products, pictures, carts, purchases, keys, sales, lines;
	int64_t stock, cart_units, picture_bytes, units, total; /* total: minor units; at most the greatest there is */
	uint64_t words[TALLY_WORDS];
};

/* Adds a row, written as `json`. */
void tally_add(struct tally *tally, const struct store_row *row, const char *json, size_t length);

/* As the last line of a file has it. Reading: ERR_INVALID, ERR_MEMORY. */
void tally_write(const struct tally *tally, struct json *json);
bool tally_read(const cJSON *json, struct arena *arena, struct tally *ret_tally, struct err *err);

/* Are they the same? ERR_INVALID: says what isn't first. */
bool tally_equal(const struct tally *wanted, const struct tally *found, struct err *err);

#endif
