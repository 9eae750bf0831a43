/* A shop into a file. A store gives its rows in any order; they are put aside first, and then written in theirs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "platform/move/file.h"
#include "platform/move/head.h"
#include "platform/move/move.h"

enum { TEND_MS = 60 * 1000, TEND_SLICE_MS = 1000, ENTRIES_FIRST = 1024 };

/* Where a row was put aside. */
struct entry {
	const char *order;
	off_t offset;
	size_t length;
	enum row_kind kind;
};

struct export
{
	struct move_writer writer;
	FILE *aside;
	off_t offset;
	struct entry *entries;
	size_t count, size;
	struct arena orders, scratch; /* `scratch` is for one row */
	struct buf text;
	struct tally tally;
};

static bool no_memory(struct err *err)
{
	return err_memory(err, "exporting the shop");
}

/* A file without a name beside the one to be written, which is gone with this process. */
static bool open_aside(struct export *export, const char *path, struct err *err)
{
	char *name;

	if (asprintf(&name, "%s.XXXXXX", path) < 0)
		return no_memory(err);
	int descriptor = mkstemp(name);
	if (descriptor >= 0)
		unlink(name);
	free(name);
	export->aside = descriptor >= 0 ? fdopen(descriptor, "w+") : NULL;
	return export->aside || err_set(err, ERR_FILE, "Nothing can be put aside beside %s: %m", path);
}

static bool note(struct export *export, const struct store_row *row, size_t length, struct err *err)
{
	if (export->count == export->size) {
		size_t size = export->size ? export->size * 2 : ENTRIES_FIRST;
		struct entry *entries = reallocarray(export->entries, size, sizeof *entries);

		if (!entries)
			return no_memory(err);
		export->entries = entries;
		export->size = size;
	}
	const char *order = arena_strdup(&export->orders, row_order(row, &export->scratch));
	if (!order)
		return no_memory(err);
	export->entries[export->count++] =
	    (struct entry){.order = order, .offset = export->offset, .length = length, .kind = row->kind};
	export->offset += (off_t)length;
	return true;
}

static bool put_aside(void *context, const struct store_row *row, struct err *err)
{
	struct export *export = context;
	struct json json = json_writer(&export->text);

	arena_reset(&export->scratch);
	buf_reset(&export->text);
	if (!row_write(row, &export->scratch, &json) || export->text.failed)
		return no_memory(err);
	tally_add(&export->tally, row, buf_str(&export->text), export->text.length);
	if (!note(export, row, export->text.length, err))
		return false;
	return fwrite(buf_str(&export->text), export->text.length, 1, export->aside) == 1 ||
	       err_set(err, ERR_FILE, "What is put aside can't be written: %m");
}

static int compare(const void *a, const void *b)
{
	const struct entry *one = a, *other = b;

	return one->kind != other->kind ? (int)one->kind - (int)other->kind : strcmp(one->order, other->order);
}

static bool write_row(struct export *export, const struct entry *entry, struct err *err)
{
	struct buf *text = &export->text;

	buf_reset(text);
	char *bytes = buf_reserve(text, entry->length);
	if (!bytes)
		return no_memory(err);
	if (pread(fileno(export->aside), bytes, entry->length, entry->offset) != (ssize_t)entry->length)
		return err_set(err, ERR_FILE, "What was put aside can't be read: %m");
	buf_commit(text, entry->length);
	return move_writer_add(&export->writer, row_kind_name(entry->kind), buf_str(text), text->length, err);
}

static bool write_text(struct export *export, const char *kind, struct err *err)
{
	return export->text.failed
		   ? no_memory(err)
		   : move_writer_add(&export->writer, kind, buf_str(&export->text), export->text.length, err);
}

static bool write_head(struct export *export, struct store *store, struct err *err)
{
	struct move_head head = {.format = MOVE_FORMAT, .currency = store->currency, .exported_at = clock_now()};
	struct json json = json_writer(&export->text);

	if (!move_settings_read(store, &export->scratch, &head, err))
		return false;
	buf_reset(&export->text);
	shape_write(&move_head_shape, &head, &json);
	return write_text(export, move_first, err);
}

static bool write_file(struct export *export, struct store *store, struct err *err)
{
	if (fflush(export->aside) != 0)
		return err_set(err, ERR_FILE, "What is put aside can't be written: %m");
	if (export->count)
		qsort(export->entries, export->count, sizeof *export->entries, compare);
	if (!write_head(export, store, err))
		return false;
	for (size_t i = 0; i < export->count; i++)
		if (!write_row(export, &export->entries[i], err))
			return false;

	struct json json = json_writer(&export->text);
	buf_reset(&export->text);
	tally_write(&export->tally, &json);
	return write_text(export, move_last, err) && move_writer_end(&export->writer, err);
}

bool move_tend(struct store *store, struct err *err)
{
	const int64_t end = clock_monotonic() + TEND_MS;
	bool more;

	do {
		if (!store->tend(store, clock_now(), TEND_SLICE_MS, &more, err))
			return false;
	} while (more && clock_monotonic() < end);
	return true;
}

bool move_export(struct platform *platform, const char *path, struct tally *ret_tally, struct err *err)
{
	struct store *store = platform->store;
	struct export export = {.count = 0};

	if (!store->export_rows)
		return err_set(err, ERR_METHOD, "This shop's store can't be moved");
	arena_init(&export.orders, SIZE_MAX);
	arena_init(&export.scratch, SIZE_MAX);
	buf_init(&export.text, MOVE_LINE_MAX);
	bool done = move_is_whole(store, err) && move_writer_init(&export.writer, path, err) &&
		    open_aside(&export, path, err) && move_tend(store, err) &&
		    store->export_rows(store, put_aside, &export, err) && write_file(&export, store, err);
	if (done)
		*ret_tally = export.tally;
	move_writer_done(&export.writer);
	if (export.aside)
		fclose(export.aside);
	free(export.entries);
	buf_done(&export.text);
	arena_done(&export.scratch);
	arena_done(&export.orders);
	return done;
}
