/* A shop out of a file. Setting "import" says what file is being moved in ("<sum of its last line> <lines done>"), and
 * in the end that it is ("<sum> done"), so that whoever is broken off can go on, and nobody serves half a shop. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "platform/move/file.h"
#include "platform/move/head.h"
#include "platform/move/move.h"

enum { BATCH_ROWS = 256, BATCH_BYTES = 1024 * 1024, STATE_SIZE = MOVE_SUM_SIZE + 24 };

static const char state_name[] = "import", state_done[] = "done";

struct import
{
	struct platform *platform;
	struct move_reader reader;
	struct arena head_arena, arena; /* `arena` is for the rows of one batch */
	struct move_head head;
	struct tally tally;
	char sum[MOVE_SUM_SIZE]; /* of the last line */
	char state[STATE_SIZE];  /* the setting, as it is kept; "": there is none */
	int64_t done;		 /* lines that are in already */
	struct store_row rows[BATCH_ROWS];
	size_t count, bytes;
};

static bool bad_line(struct import *import, struct err *err, const char *sentence)
{
	err_set(err, ERR_INVALID, "%s", sentence);
	return move_reader_fail(&import->reader, err);
}

/* ---- reading ---- */

static bool is_kind(const struct move_reader *reader, const char *kind)
{
	return !strcmp(reader->kind, kind);
}

static cJSON *parse(struct import *import, struct err *err)
{
	const struct move_reader *reader = &import->reader;
	cJSON *json = json_parse(reader->row, reader->row_length, JSON_VALUES_REQUEST, err);

	if (!json)
		move_reader_fail(reader, err);
	return json;
}

static bool read_head(struct import *import, struct err *err)
{
	struct violations violations = {.count = 0};
	bool end;

	if (!move_reader_next(&import->reader, &end, err))
		return false;
	if (end || !is_kind(&import->reader, move_first))
		return bad_line(import, err, "This is no shop's file");
	cJSON *json = parse(import, err);
	bool good =
	    json && (shape_decode(&move_head_shape, json, &import->head_arena, &import->head, &violations, err) ||
		     move_reader_fail(&import->reader, err));
	cJSON_Delete(json);
	return good;
}

/* What the last line says must be what was read. */
static bool read_last(struct import *import, const struct tally *found, struct err *err)
{
	cJSON *json = parse(import, err);
	bool good =
	    json && (tally_read(json, &import->arena, &import->tally, err) || move_reader_fail(&import->reader, err));
	bool end = false;

	cJSON_Delete(json);
	if (!good)
		return false;
	if (!tally_equal(&import->tally, found, err))
		return move_reader_fail(&import->reader, err);
	move_reader_sum(&import->reader, import->sum);
	if (!move_reader_next(&import->reader, &end, err))
		return false;
	return end || bad_line(import, err, "Nothing may follow the line that counts");
}

/* The row of a line that is one. */
static bool read_row(struct import *import, struct store_row *ret_row, struct err *err)
{
	enum row_kind kind = row_kind_named(import->reader.kind);

	if (kind == ROW_KINDS)
		return bad_line(import, err, "This kind of line is not known");
	cJSON *json = parse(import, err);
	bool good =
	    json && (row_read(kind, json, &import->arena, ret_row, err) || move_reader_fail(&import->reader, err));
	cJSON_Delete(json);
	return good;
}

/* Each row comes after the one before it. */
struct order {
	enum row_kind kind;
	char *last;
};

static bool in_order(struct import *import, const struct store_row *row, struct order *order, struct err *err)
{
	const char *now = row_order(row, &import->arena);

	if (!now)
		return err_memory(err, "reading the file");
	if (order->last && (row->kind < order->kind || (row->kind == order->kind && strcmp(now, order->last) <= 0)))
		return bad_line(import, err, "This row is not in its order");
	free(order->last);
	order->last = strdup(now);
	order->kind = row->kind;
	return order->last || err_memory(err, "reading the file");
}

static bool look_at_row(struct import *import, struct order *order, struct tally *tally, struct err *err)
{
	struct store_row row = {.kind = ROW_KINDS};

	arena_reset(&import->arena);
	if (!read_row(import, &row, err) || !in_order(import, &row, order, err))
		return false;
	tally_add(tally, &row, import->reader.row, import->reader.row_length);
	return true;
}

/* All of it, before anything is written. */
static bool look_through(struct import *import, struct err *err)
{
	struct order order = {.last = NULL};
	struct tally tally = {.accounts = 0};
	bool good = read_head(import, err), end = false, last = false;

	while (good && !last) {
		good = move_reader_next(&import->reader, &end, err);
		if (good && end)
			good = bad_line(import, err, "The file breaks off here");
		last = good && is_kind(&import->reader, move_last);
		if (good && !last)
			good = look_at_row(import, &order, &tally, err);
	}
	free(order.last);
	return good && read_last(import, &tally, err);
}

/* ---- how far it came ---- */

static bool keep_state(struct import *import, const char *state, struct err *err)
{
	struct store *store = import->platform->store;

	if (!store->setting_put(store, state_name, *import->state ? import->state : NULL, state, err))
		return false;
	snprintf(import->state, sizeof import->state, "%s", state);
	return true;
}

static bool keep_lines(struct import *import, int64_t lines, struct err *err)
{
	char state[STATE_SIZE];

	snprintf(state, sizeof state, "%s %" PRId64, import->sum, lines);
	return keep_state(import, state, err);
}

static bool begin(struct import *import, struct err *err)
{
	struct store *store = import->platform->store;
	const char *kept;
	bool empty;

	if (strcmp(store->currency, import->head.currency) != 0)
		return err_set(err, ERR_CONFLICT,
			       "The shop in the file has prices in %s, this one in %s: take a new one",
			       import->head.currency, store->currency);
	if (!store->setting_get(store, state_name, &import->head_arena, &kept, err))
		return false;
	if (!kept)
		return store->is_empty(store, &empty, err) &&
		       (empty || err_set(err, ERR_CONFLICT, "There is something in this shop: take a new one")) &&
		       keep_lines(import, 0, err);
	const char *lines = strchr(kept, ' ');
	if (!lines || !strcmp(lines + 1, state_done))
		return err_set(err, ERR_CONFLICT, "A shop was moved in here already: take a new one");
	if (strncmp(kept, import->sum, sizeof import->sum - 1) != 0)
		return err_set(err, ERR_CONFLICT,
			       "Another file was begun with here: go on with that one, or take a new shop");
	snprintf(import->state, sizeof import->state, "%s", kept);
	import->done = strtoll(lines + 1, NULL, 10);
	return true;
}

/* ---- writing ---- */

static bool adopt_accounts(struct import *import, struct err *err)
{
	struct identity *identity = import->platform->identity;

	for (size_t i = 0; i < import->count; i++) {
		const struct row_account *account = &import->rows[i].account;

		if (import->rows[i].kind != ROW_ACCOUNT || account->closed || !account->email)
			continue;
		if (!identity->adopt(identity, account->id, (enum group)account->group, account->email, err))
			return false;
	}
	return true;
}

static bool write_batch(struct import *import, struct err *err)
{
	struct store *store = import->platform->store;

	if (!import->count)
		return true;
	if (!store->import_rows(store, import->rows, import->count, err) || !adopt_accounts(import, err) ||
	    !keep_lines(import, import->reader.number, err))
		return move_reader_fail(&import->reader, err);
	import->count = 0;
	import->bytes = 0;
	arena_reset(&import->arena);
	return true;
}

static bool write_row(struct import *import, struct err *err)
{
	if (import->reader.number <= import->done)
		return true;
	if (!read_row(import, &import->rows[import->count], err))
		return false;
	import->count++;
	import->bytes += import->reader.row_length;
	return (import->count < BATCH_ROWS && import->bytes < BATCH_BYTES) || write_batch(import, err);
}

static bool write_rows(struct import *import, struct err *err)
{
	bool good = move_reader_rewind(&import->reader, err) && move_reader_next(&import->reader, &(bool){false}, err);
	bool end = false;

	arena_reset(&import->arena);
	while (good) {
		good = move_reader_next(&import->reader, &end, err);
		if (good && (end || is_kind(&import->reader, move_last)))
			break;
		good = good && write_row(import, err);
	}
	return good && write_batch(import, err);
}

/* ---- comparing ---- */

struct counting {
	struct tally tally;
	struct arena arena;
	struct buf text;
};

static bool count_row(void *context, const struct store_row *row, struct err *err)
{
	struct counting *counting = context;
	struct json json = json_writer(&counting->text);

	arena_reset(&counting->arena);
	buf_reset(&counting->text);
	if (!row_write(row, &counting->arena, &json) || counting->text.failed)
		return err_memory(err, "comparing the shop");
	tally_add(&counting->tally, row, buf_str(&counting->text), counting->text.length);
	return true;
}

static bool compare(struct import *import, struct err *err)
{
	struct store *store = import->platform->store;
	struct counting counting = {.tally = {.accounts = 0}};
	struct err cause = {.kind = ERR_NONE};

	arena_init(&counting.arena, SIZE_MAX);
	buf_init(&counting.text, MOVE_LINE_MAX);
	bool done = store->export_rows(store, count_row, &counting, err);
	arena_done(&counting.arena);
	buf_done(&counting.text);
	if (!done)
		return false;
	return tally_equal(&import->tally, &counting.tally, &cause) ||
	       err_set(err, ERR_INTERNAL, "What is in the shop now is not what the file says (%s): don't use it",
		       cause.message);
}

static bool finish(struct import *import, struct err *err)
{
	char state[STATE_SIZE];

	snprintf(state, sizeof state, "%s %s", import->sum, state_done);
	return move_settings_write(import->platform->store, &import->head, &import->head_arena, err) &&
	       compare(import, err) && keep_state(import, state, err) && move_tend(import->platform->store, err);
}

/* ---- the operations ---- */

static struct import *import_new(const char *path, struct err *err)
{
	struct import *import = calloc(1, sizeof *import);

	if (!import)
		return err_memory(err, "importing the shop"), NULL;
	arena_init(&import->head_arena, SIZE_MAX);
	arena_init(&import->arena, SIZE_MAX);
	if (move_reader_init(&import->reader, path, err))
		return import;
	free(import);
	return NULL;
}

static void import_free(struct import *import)
{
	move_reader_done(&import->reader);
	arena_done(&import->arena);
	arena_done(&import->head_arena);
	free(import);
}

bool move_currency(const char *path, char ret_currency[MOVE_CURRENCY_SIZE], struct err *err)
{
	struct import *import = import_new(path, err);

	if (!import)
		return false;
	bool read = read_head(import, err);
	if (read)
		snprintf(ret_currency, MOVE_CURRENCY_SIZE, "%s", import->head.currency);
	import_free(import);
	return read;
}

bool move_import(struct platform *platform, const char *path, struct tally *ret_tally, struct err *err)
{
	if (!platform->store->import_rows || !platform->store->is_empty || !platform->store->export_rows)
		return err_set(err, ERR_METHOD, "No shop can be moved into this store");
	if (!platform->identity->adopt)
		return err_set(err, ERR_METHOD, "No logins can be made in this identity");

	struct import *import = import_new(path, err);
	if (!import)
		return false;
	import->platform = platform;
	bool done = look_through(import, err) && begin(import, err) && write_rows(import, err) && finish(import, err);
	if (done)
		*ret_tally = import->tally;
	import_free(import);
	return done;
}

bool move_is_whole(struct store *store, struct err *err)
{
	struct arena arena;
	const char *state;

	arena_init(&arena, SIZE_MAX);
	bool read = store->setting_get(store, state_name, &arena, &state, err);
	const char *lines = read && state ? strchr(state, ' ') : NULL;
	bool whole = !lines || !strcmp(lines + 1, state_done);
	arena_done(&arena);
	return read &&
	       (whole || err_set(err, ERR_FILE, "A shop is only half moved in here: call the same import again"));
}
