/* The table's stream, read by ourselves where nobody hands its records over: how far each shard was followed is kept in
 * an item, so that another process goes on from there, and all of a shard comes before what is written to the shards
 * that follow it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "platform/store/dynamodb/follow.h"

enum {
	READ_MOST = 100,		 /* records at a time */
	LOOK_AGAIN_MS = 60 * 1000,	 /* for shards that are new */
	KEPT_MS = 3 * CLOCK_DAY_MS,	 /* a place, longer than the stream keeps what it stands at */
};

struct shard {
	char *id, *parent; /* parent NULL: there is none */
	char after[STREAM_SEQUENCE_MAX + 1]; /* the last record that was followed; "": none */
	struct dynamo_place place;
	bool seen; /* in the latest list */
};

struct ddb_tail {
	pthread_mutex_t lock; /* one reads at a time */
	struct shard **shards;
	size_t count;
	int64_t looked; /* ms, when the list was read; 0: not yet */
};

/* ---- shards ---- */

static struct shard *shard_free(struct shard *shard)
{
	if (shard) {
		free(shard->id);
		free(shard->parent);
		free(shard);
	}
	return NULL;
}

/* Behind the last record that was followed; what is read ahead of that is read once more. */
static void go_back(struct shard *shard)
{
	shard->place = (struct dynamo_place){.shard = shard->id, .after = *shard->after ? shard->after : NULL};
}

static struct shard *shard_new(const char *id, const char *parent, const char *after)
{
	struct shard *shard = calloc(1, sizeof *shard);

	if (!shard)
		return NULL;
	shard->id = strdup(id);
	shard->parent = parent ? strdup(parent) : NULL;
	snprintf(shard->after, sizeof shard->after, "%s", after ? after : "");
	go_back(shard);
	return shard->id && (!parent || shard->parent) ? shard : shard_free(shard);
}

struct ddb_tail *ddb_tail_new(void)
{
	struct ddb_tail *tail = calloc(1, sizeof *tail);

	if (tail)
		pthread_mutex_init(&tail->lock, NULL);
	return tail;
}

struct ddb_tail *ddb_tail_free(struct ddb_tail *tail)
{
	if (!tail)
		return NULL;
	for (size_t i = 0; i < tail->count; i++)
		shard_free(tail->shards[i]);
	free(tail->shards);
	pthread_mutex_destroy(&tail->lock);
	free(tail);
	return NULL;
}

static struct shard *find_shard(const struct ddb_tail *tail, const char *id)
{
	for (size_t i = 0; i < tail->count; i++)
		if (!strcmp(tail->shards[i]->id, id))
			return tail->shards[i];
	return NULL;
}

/* One that is new here: from where somebody has left off. */
static bool add_shard(struct dynamodb_store *store, const struct dynamo_shard *found, struct arena *arena,
		      struct err *err)
{
	struct ddb_tail *tail = store->tail;
	struct dynamo_items items;
	bool failed = false;

	if (!ddb_get(store, ddb_key_follow(arena, found->id), true, arena, &items, err))
		return false;
	const char *after = item_text(items.items[0], "seq", arena, &failed);
	dynamo_items_done(&items);
	struct shard *shard = failed ? NULL : shard_new(found->id, found->parent, after);
	struct shard **shards = shard ? realloc(tail->shards, (tail->count + 1) * sizeof(struct shard *)) : NULL;
	if (!shards) {
		shard_free(shard);
		return err_memory(err, "reading the table's stream");
	}
	tail->shards = shards;
	tail->shards[tail->count++] = shard;
	shard->seen = true;
	return true;
}

/* What the stream has forgotten is forgotten here as well. */
static void drop_gone(struct ddb_tail *tail)
{
	size_t kept = 0;

	for (size_t i = 0; i < tail->count; i++) {
		if (tail->shards[i]->seen)
			tail->shards[kept++] = tail->shards[i];
		else
			shard_free(tail->shards[i]);
	}
	tail->count = kept;
}

static bool list_shards(struct dynamodb_store *store, struct arena *arena, struct err *err)
{
	struct ddb_tail *tail = store->tail;
	struct dynamo_shard *found;
	size_t count;

	if (!dynamo_stream_shards(store->dynamo, arena, &found, &count, err))
		return false;
	for (size_t i = 0; i < tail->count; i++)
		tail->shards[i]->seen = false;
	for (size_t i = 0; i < count; i++) {
		struct shard *shard = find_shard(tail, found[i].id);

		if (shard)
			shard->seen = true;
		else if (!add_shard(store, &found[i], arena, err))
			return false;
	}
	drop_gone(tail);
	tail->looked = clock_monotonic();
	return true;
}

/* The list is old, or a shard has ended, which others have followed upon. */
static bool look_for_shards(struct dynamodb_store *store, struct err *err)
{
	struct ddb_tail *tail = store->tail;
	struct arena arena;
	bool good = true;

	if (tail->looked && clock_monotonic() - tail->looked < LOOK_AGAIN_MS)
		return true;
	arena_init(&arena, SIZE_MAX);
	good = list_shards(store, &arena, err);
	arena_done(&arena);
	return good;
}

/* ---- records ---- */

/* Whoever reads this shard next goes on behind these. */
static bool keep_place(struct dynamodb_store *store, const struct shard *shard, struct arena *arena, struct err *err)
{
	const struct attr attrs[] = {ATTR_TEXT("seq", shard->after),
				     ATTR_NUMBER("ttl", ddb_ttl(clock_now() + KEPT_MS))};
	const struct dynamo_write put = {
	    .op = DYNAMO_PUT, .key = ddb_key_follow(arena, shard->id), .attrs = attrs, .attrs_count = 2};

	return put.key.pk && put.key.sk ? dynamo_put_many(store->dynamo, &put, 1, err)
					: err_memory(err, "following the table's stream");
}

/* Keeping a place is a change of the table as well: were that kept in its turn, there would be no end. */
static bool is_place(const struct stream_record *record, struct arena *arena)
{
	const char *pk = item_text(record->keys, "pk", arena, NULL), *ours = ddb_key_follow(arena, "").pk;

	return pk && !strcmp(pk, ours);
}

/* *ret_more: there was something that may have been followed by something else. */
static bool follow_records(struct dynamodb_store *store, struct shard *shard, const struct stream *stream,
			   struct arena *arena, bool *ret_more, struct err *err)
{
	bool moved = stream->count == READ_MOST;

	for (size_t i = 0; i < stream->count; i++) {
		const struct stream_record *record = &stream->records[i];

		if (!store_dynamodb_follow(store, record, err))
			return false;
		snprintf(shard->after, sizeof shard->after, "%s", record->sequence);
		moved = moved || !is_place(record, arena);
	}
	if (moved && !keep_place(store, shard, arena, err))
		return false;
	*ret_more = *ret_more || moved;
	return true;
}

static bool follow_shard(struct dynamodb_store *store, struct shard *shard, bool *ret_more, struct err *err)
{
	struct stream stream;
	struct arena arena;
	cJSON *records;

	if (!dynamo_stream_read(store->dynamo, &shard->place, READ_MOST, &records, err))
		return false;
	arena_init(&arena, SIZE_MAX);
	bool good =
	    stream_read(records, &arena, &stream, err) && follow_records(store, shard, &stream, &arena, ret_more, err);
	arena_done(&arena);
	cJSON_Delete(records);
	shard->place.after = *shard->after ? shard->after : NULL;
	if (!good)
		go_back(shard);
	else if (shard->place.ended)
		store->tail->looked = 0;
	return good;
}

/* Is there nothing left of what comes before it? */
static bool may_begin(const struct ddb_tail *tail, const struct shard *shard)
{
	const struct shard *parent = shard->parent ? find_shard(tail, shard->parent) : NULL;

	return !parent || parent->place.ended;
}

static bool follow_shards(struct dynamodb_store *store, bool *ret_more, struct err *err)
{
	const struct ddb_tail *tail = store->tail;
	bool more = false;

	if (!look_for_shards(store, err))
		return false;
	for (size_t i = 0; i < tail->count; i++) {
		struct shard *shard = tail->shards[i];

		if (shard->place.ended || !may_begin(tail, shard))
			continue;
		if (!follow_shard(store, shard, &more, err))
			return false;
		more = more || shard->place.ended;
	}
	*ret_more = more;
	return true;
}

bool ddb_tail_follow(struct dynamodb_store *store, bool *ret_more, struct err *err)
{
	struct ddb_tail *tail = store->tail;

	if (atomic_load(&store->fed)) {
		*ret_more = false;
		return true;
	}
	pthread_mutex_lock(&tail->lock);
	bool good = follow_shards(store, ret_more, err);
	pthread_mutex_unlock(&tail->lock);
	return good;
}
