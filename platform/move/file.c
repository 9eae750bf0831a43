#include "platform/move/file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const char opening[] = "{\"kind\":\"", middle[] = "\",\"row\":", summing[] = ",\"sum\":\"", closing[] = "\"}";
enum { SUM_LENGTH = MOVE_SUM_SIZE - 1, TAIL_LENGTH = sizeof summing - 1 + SUM_LENGTH + sizeof closing - 1 };

static void sum_text(const uint8_t chain[CRYPT_HASH_SIZE], char ret_sum[MOVE_SUM_SIZE])
{
	for (size_t i = 0; i < SUM_LENGTH / 2; i++)
		snprintf(ret_sum + 2 * i, MOVE_SUM_SIZE - 2 * i, "%02x", chain[i]);
}

static void link_on(uint8_t chain[CRYPT_HASH_SIZE], const char *bytes, size_t length)
{
	uint8_t next[CRYPT_HASH_SIZE];

	crypt_hash(bytes, length, chain, next);
	memcpy(chain, next, sizeof next);
}

/* ---- writing ---- */

bool move_writer_init(struct move_writer *writer, const char *path, struct err *err)
{
	*writer = (struct move_writer){.path = strdup(path)};
	buf_init(&writer->line, MOVE_LINE_MAX);
	if (!writer->path || asprintf(&writer->temporary, "%s.XXXXXX", path) < 0) {
		writer->temporary = NULL;
		return err_memory(err, "writing a file");
	}
	if (!access(path, F_OK)) {
		free(writer->temporary);
		writer->temporary = NULL;
		return err_set(err, ERR_FILE, "%s exists already", path);
	}
	int descriptor = mkstemp(writer->temporary); /* 0600, and nobody else's */
	writer->file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	return writer->file || err_set(err, ERR_FILE, "%s can't be created: %m", path);
}

bool move_writer_add(struct move_writer *writer, const char *kind, const char *row, size_t length, struct err *err)
{
	char sum[MOVE_SUM_SIZE];
	struct buf *line = &writer->line;

	buf_reset(line);
	buf_printf(line, "%s%s%s", opening, kind, middle);
	buf_add(line, row, length);
	link_on(writer->chain, buf_str(line), line->length);
	sum_text(writer->chain, sum);
	buf_printf(line, "%s%s%s\n", summing, sum, closing);
	if (line->failed)
		return err_memory(err, "writing a file");
	return fwrite(buf_str(line), line->length, 1, writer->file) == 1 ||
	       err_set(err, ERR_FILE, "%s can't be written: %m", writer->path);
}

bool move_writer_end(struct move_writer *writer, struct err *err)
{
	bool written = !fflush(writer->file) && !fsync(fileno(writer->file));

	if (!written)
		return err_set(err, ERR_FILE, "%s can't be written: %m", writer->path);
	if (!file_name_new(writer->temporary, writer->path, err))
		return false;
	free(writer->temporary);
	writer->temporary = NULL;
	return true;
}

void move_writer_done(struct move_writer *writer)
{
	if (writer->file)
		fclose(writer->file);
	if (writer->temporary)
		unlink(writer->temporary);
	free(writer->temporary);
	free(writer->path);
	buf_done(&writer->line);
	*writer = (struct move_writer){.file = NULL};
}

/* ---- reading ---- */

bool move_reader_init(struct move_reader *reader, const char *path, struct err *err)
{
	*reader = (struct move_reader){.path = path, .file = fopen(path, "re")};
	buf_init(&reader->line, MOVE_LINE_MAX);
	return reader->file || err_set(err, ERR_FILE, "%s can't be read: %m", path);
}

bool move_reader_rewind(struct move_reader *reader, struct err *err)
{
	if (fseeko(reader->file, 0, SEEK_SET) != 0)
		return err_set(err, ERR_FILE, "%s can't be read twice, as this needs it: %m", reader->path);
	memset(reader->chain, 0, sizeof reader->chain);
	reader->number = 0;
	return true;
}

bool move_reader_fail(const struct move_reader *reader, struct err *err)
{
	const struct err cause = *err;

	if (cause.kind == ERR_INVALID)
		err_set(err, ERR_INVALID, "%.100s: line %" PRId64 ": %s", reader->path, reader->number, cause.message);
	return false;
}

static bool damaged(const struct move_reader *reader, struct err *err)
{
	err_set(err, ERR_INVALID, "This is not what was written here");
	return move_reader_fail(reader, err);
}

/* A whole line, without its end. *ret_end: there is none; a piece of one is damage. */
static bool read_line(struct move_reader *reader, bool *ret_end, struct err *err)
{
	struct buf *line = &reader->line;
	char piece[64 * 1024];

	buf_reset(line);
	while (fgets(piece, sizeof piece, reader->file)) {
		buf_add_str(line, piece);
		if (line->failed)
			break;
		if (line->length && line->bytes[line->length - 1] == '\n') {
			line->bytes[--line->length] = '\0';
			*ret_end = false;
			return true;
		}
	}
	if (ferror(reader->file))
		return err_set(err, ERR_FILE, "%s can't be read: %m", reader->path);
	*ret_end = !line->length && !line->failed;
	return *ret_end || damaged(reader, err);
}

static bool take_apart(struct move_reader *reader)
{
	const struct buf *line = &reader->line;
	const char *text = buf_str(line), *kind = text + sizeof opening - 1;
	char sum[MOVE_SUM_SIZE];

	if (line->length < sizeof opening + sizeof middle + TAIL_LENGTH || strncmp(text, opening, sizeof opening - 1) != 0)
		return false;
	const char *tail = text + line->length - TAIL_LENGTH;
	const char *kind_end = strchr(kind, '"');
	if (!kind_end || strncmp(kind_end, middle, sizeof middle - 1) != 0 || kind_end + sizeof middle - 1 > tail)
		return false;
	link_on(reader->chain, text, (size_t)(tail - text));
	sum_text(reader->chain, sum);
	if (strncmp(tail, summing, sizeof summing - 1) != 0 || strncmp(tail + sizeof summing - 1, sum, SUM_LENGTH) != 0 ||
	    strcmp(tail + sizeof summing - 1 + SUM_LENGTH, closing) != 0)
		return false;
	reader->kind = kind;
	reader->kind_length = (size_t)(kind_end - kind);
	reader->row = kind_end + sizeof middle - 1;
	reader->row_length = (size_t)(tail - reader->row);
	return true;
}

bool move_reader_next(struct move_reader *reader, bool *ret_end, struct err *err)
{
	reader->number++;
	if (!read_line(reader, ret_end, err))
		return false;
	return *ret_end || take_apart(reader) || damaged(reader, err);
}

void move_reader_sum(const struct move_reader *reader, char ret_sum[MOVE_SUM_SIZE])
{
	sum_text(reader->chain, ret_sum);
}

void move_reader_done(struct move_reader *reader)
{
	if (reader->file)
		fclose(reader->file);
	buf_done(&reader->line);
	*reader = (struct move_reader){.file = NULL};
}
