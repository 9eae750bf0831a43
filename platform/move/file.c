#include "platform/move/file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"

enum { SUM_LENGTH = MOVE_SUM_SIZE - 1 };

/* A line but for its sum, and its end. */
static struct json begin_line(struct buf *line, const char *kind, const char *row, size_t length)
{
	struct json json = json_writer(line);

	json_open(&json, '{');
	json_member_string(&json, "kind", kind);
	json_name(&json, "row");
	json_raw(&json, row, length);
	return json;
}

static void end_line(struct json *json, const char *sum)
{
	json_member_string(json, "sum", sum);
	json_close(json, '}');
}

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
	struct json json = begin_line(line, kind, row, length);
	link_on(writer->chain, buf_str(line), line->length);
	sum_text(writer->chain, sum);
	end_line(&json, sum);
	buf_add_char(line, '\n');
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

/* Where the parts of a line are, seen in one whose kind is K and whose row is 0. */
static void measure(struct move_reader *reader)
{
	char sum[MOVE_SUM_SIZE];
	struct buf *sample = &reader->again;

	sum_text(reader->chain, sum);
	struct json json = begin_line(sample, "K", "0", 1);
	const size_t body = sample->length;
	end_line(&json, sum);
	reader->kind_at = strcspn(buf_str(sample), "K");
	reader->between = body - reader->kind_at - 2;
	reader->tail = sample->length - body;
}

bool move_reader_init(struct move_reader *reader, const char *path, struct err *err)
{
	*reader = (struct move_reader){.path = path, .file = fopen(path, "re")};
	buf_init(&reader->line, MOVE_LINE_MAX);
	buf_init(&reader->again, MOVE_LINE_MAX);
	measure(reader);
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

/* A line is taken apart where its parts must be; then it must be what is written of those parts. */
static bool take_apart(struct move_reader *reader)
{
	struct buf *line = &reader->line, *again = &reader->again;
	char sum[MOVE_SUM_SIZE];

	if (line->length < reader->kind_at + reader->between + reader->tail)
		return false;
	char *kind = line->bytes + reader->kind_at, *kind_end = strchr(kind, '"');
	char *tail = line->bytes + line->length - reader->tail;
	if (!kind_end || kind_end + reader->between > tail)
		return false;
	link_on(reader->chain, buf_str(line), (size_t)(tail - line->bytes));
	sum_text(reader->chain, sum);
	reader->row = kind_end + reader->between;
	reader->row_length = (size_t)(tail - reader->row);
	if ((size_t)(kind_end - kind) >= sizeof reader->kind)
		return false;
	snprintf(reader->kind, sizeof reader->kind, "%.*s", (int)(kind_end - kind), kind);

	buf_reset(again);
	struct json json = begin_line(again, reader->kind, reader->row, reader->row_length);
	end_line(&json, sum);
	return again->length == line->length && !memcmp(again->bytes, line->bytes, line->length);
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
	buf_done(&reader->again);
	*reader = (struct move_reader){.file = NULL};
}
