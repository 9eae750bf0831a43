/* file.h: the file that a shop moves in: JSON lines, each of them exactly
 *
 *     {"kind":"product","row":{…},"sum":"0123456789abcdef"}
 *
 * where `sum` is the beginning of a hash over the line so far under the whole hash of the line before: so a line that
 * was changed, lost or put elsewhere is found, by its number.
 */
#ifndef VITRINE_PLATFORM_MOVE_FILE_H
#define VITRINE_PLATFORM_MOVE_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/err.h"

enum { MOVE_LINE_MAX = 4 * 1024 * 1024, MOVE_SUM_SIZE = 16 + 1 };

/* ---- writing: to a file beside it that gets the name at the end ---- */

struct move_writer {
	char *path, *temporary;
	FILE *file;
	uint8_t chain[CRYPT_HASH_SIZE];
	struct buf line;
};

/* The path must be free. ERR_FILE, ERR_MEMORY. */
bool move_writer_init(struct move_writer *writer, const char *path, struct err *err);
bool move_writer_add(struct move_writer *writer, const char *kind, const char *row, size_t length, struct err *err);
/* Flushes it and gives it its name. */
bool move_writer_end(struct move_writer *writer, struct err *err);
/* Frees; what has not been ended is removed. */
void move_writer_done(struct move_writer *writer);

/* ---- reading ---- */

struct move_reader {
	const char *path; /* not owned */
	FILE *file;
	uint8_t chain[CRYPT_HASH_SIZE];
	struct buf line, again;
	size_t kind_at, between, tail; /* bytes of a line before its kind, from there to its row, and after that */
	/* Of the line that was read last. */
	int64_t number; /* from 1 on */
	char kind[16];
	const char *row;
	size_t row_length;
};

bool move_reader_init(struct move_reader *reader, const char *path, struct err *err);
/* Begins anew. */
bool move_reader_rewind(struct move_reader *reader, struct err *err);
/* *ret_end: there is no further line. ERR_INVALID names the line that is damaged. */
bool move_reader_next(struct move_reader *reader, bool *ret_end, struct err *err);
/* "FILE: line 12: " before an error's sentence; returns false. */
bool move_reader_fail(const struct move_reader *reader, struct err *err);
/* The beginning of the hash that the line read last is summed by: it says what file this is up to there. */
void move_reader_sum(const struct move_reader *reader, char ret_sum[MOVE_SUM_SIZE]);
void move_reader_done(struct move_reader *reader);

#endif
