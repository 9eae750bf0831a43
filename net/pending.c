#include "net/pending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"

enum { KEY_BYTES = 24, FILE_MAX = 64 * 1024, ARENA_MAX = 1024 * 1024, RECORDS_MAX = 256, VALUES_MAX = 1024 };

/* Longer than any older version went on sending units. */
enum { OLD_SENDING_MS = 240 * 1000 };

/* The file of a record. */
struct pending_file {
	const char *user_id;
	int64_t started_at;
	int64_t sent, known_at; /* as in struct pending; known_at 0: a record of an older version, which kept neither */
	struct purchase_request *request;
};
SHAPE_DEFINE(pending_file_shape, "PendingFile", struct pending_file,
	     SHAPE_FIELD(FIELD_ID, struct pending_file, user_id, .required = true),
	     SHAPE_FIELD(FIELD_INT, struct pending_file, started_at, .required = true),
	     SHAPE_FIELD(FIELD_INT, struct pending_file, sent), SHAPE_FIELD(FIELD_INT, struct pending_file, known_at),
	     SHAPE_FIELD(FIELD_OBJECT, struct pending_file, request, .required = true, .of = &purchase_request_shape));

struct pending *pending_free(struct pending *pending)
{
	if (pending) {
		arena_done(&pending->arena);
		free(pending);
	}
	return NULL;
}

static struct pending *record_new(struct err *err)
{
	struct pending *pending = calloc(1, sizeof *pending);

	if (pending)
		arena_init(&pending->arena, ARENA_MAX);
	else
		err_memory(err, "preparing the purchase");
	return pending;
}

static bool save(struct pending *pending, struct state *state, struct err *err)
{
	struct pending_file file = {.user_id = pending->user_id,
				    .started_at = pending->started_at,
				    .sent = pending->sent,
				    .known_at = pending->known_at,
				    .request = &pending->request};
	struct buf text;
	struct json json = json_writer(&text);

	if (!state)
		return true;
	buf_init(&text, FILE_MAX);
	shape_write(&pending_file_shape, &file, &json);
	bool good = text.failed ? err_memory(err, "saving the purchase")
				: state_write(state, "pending", pending->key, text.bytes, text.length, err);
	buf_done(&text);
	return good;
}

static bool copy_request(struct pending *pending, const char *user_id, const struct purchase_request *request)
{
	struct purchase_item *items =
	    arena_memdup(&pending->arena, request->items, request->items_count * sizeof *items);

	pending->user_id = arena_strdup(&pending->arena, user_id);
	if (!items || !pending->user_id)
		return false;
	for (size_t i = 0; i < request->items_count; i++) {
		items[i].product_id = arena_strdup(&pending->arena, request->items[i].product_id);
		if (!items[i].product_id)
			return false;
	}
	pending->request = (struct purchase_request){.items = items, .items_count = request->items_count};
	return true;
}

struct pending *pending_new(struct state *state, const char *user_id, const struct purchase_request *request,
			    struct err *err)
{
	uint8_t random[KEY_BYTES];
	struct pending *pending = record_new(err);

	if (!pending)
		return NULL;
	crypt_random(random, sizeof random);
	_Static_assert(sizeof pending->key >= CRYPT_BASE64_SIZE(KEY_BYTES), "the key fits");
	crypt_base64(random, sizeof random, pending->key);
	pending->started_at = pending->known_at = clock_now();
	if (!copy_request(pending, user_id, request)) {
		err_memory(err, "preparing the purchase");
		return pending_free(pending);
	}
	return save(pending, state, err) ? pending : pending_free(pending);
}

/* ---- base profile ---- */

int64_t pending_units(const struct pending *pending)
{
	int64_t units = 0;

	for (size_t i = 0; i < pending->request.items_count; i++)
		if (__builtin_add_overflow(units, pending->request.items[i].quantity, &units))
			return INT64_MAX;
	return units;
}

bool pending_sends(struct pending *pending, struct state *state, int64_t late_ms, struct err *err)
{
	pending->sent++;
	pending->known_at = clock_now() + late_ms;
	pending->late_until = clock_monotonic() + late_ms;
	if (save(pending, state, err))
		return true;
	pending->sent--;
	return false;
}

int64_t pending_wait(struct pending *pending, int64_t late_ms)
{
	int64_t now = clock_now(), wait = pending->known_at - now;

	/* The clock was set back: the waiting begins anew, since too long is better than too short. */
	if (wait > late_ms) {
		pending->known_at = now + late_ms;
		wait = late_ms;
	}
	/* Or it was set forward: the time by clock_monotonic, if this process knows it, is the right one. */
	if (pending->late_until && pending->late_until - clock_monotonic() > wait)
		wait = pending->late_until - clock_monotonic();
	return wait > 0 ? wait : 0;
}

bool pending_settle(struct pending *pending, struct state *state, struct err *err)
{
	return !state || state_remove(state, "pending", pending->key, err);
}

/* ---- finding them again ---- */

static bool parse(struct pending *pending, const struct buf *text)
{
	struct pending_file file;
	cJSON *json = json_parse(text->bytes, text->length, VALUES_MAX, NULL);
	bool good = json && shape_decode_answer(&pending_file_shape, json, &pending->arena, &file, NULL);

	cJSON_Delete(json);
	if (!good || !file.request->items_count)
		return false;
	pending->user_id = file.user_id;
	pending->started_at = file.started_at;
	pending->request = *file.request;
	pending->sent = file.sent;
	pending->known_at = file.known_at;
	if (!file.known_at) {
		pending->sent = pending_units(pending);
		pending->known_at = file.started_at + OLD_SENDING_MS + PENDING_LATE_MS;
	}
	return true;
}

/* A key is sent in a header as it is, but the name of a file may be anything. */
static bool is_key(const char *key)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t length = strspn(key, digits);

	return length && length < PENDING_KEY_SIZE && !key[length];
}

static struct pending *load_one(struct state *state, const char *key)
{
	struct buf text;
	struct pending *pending = is_key(key) ? record_new(NULL) : NULL;

	if (!pending)
		return NULL;
	snprintf(pending->key, sizeof pending->key, "%s", key);
	buf_init(&text, FILE_MAX);
	bool good = state_read(state, "pending", key, &text, NULL) && text.length && parse(pending, &text);
	buf_done(&text);
	return good ? pending : pending_free(pending);
}

struct search {
	struct state *state;
	const char *user_id;
	struct pending *first;
	size_t count;
};

static void found(void *context, const char *key)
{
	struct search *search = context;
	struct pending *pending = search->count < RECORDS_MAX ? load_one(search->state, key) : NULL;

	if (!pending)
		return;
	if (strcmp(pending->user_id, search->user_id) != 0) {
		pending_free(pending);
		return;
	}

	struct pending **place = &search->first;
	while (*place && (*place)->started_at <= pending->started_at)
		place = &(*place)->next;
	pending->next = *place;
	*place = pending;
	search->count++;
}

struct pending *pending_load(struct state *state, const char *user_id)
{
	struct search search = {.state = state, .user_id = user_id};

	if (state)
		state_list(state, "pending", found, &search, NULL);
	return search.first;
}
