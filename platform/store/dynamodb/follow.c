/* What follows from a change, by the kind of item that changed. */
#include "platform/store/dynamodb/follow.h"

#include <string.h>

typedef bool follow_fn(const struct ddb_change *change, struct err *err);

/* Only these: all other items are written together with what follows from them, or follow from these. */
static const struct {
	const char *pk; /* how it begins */
	const char *sk; /* all of it; NULL: any */
	follow_fn *follow;
} kinds[] = {
    {"S#", NULL, ddb_follow_sale},	 {"P#", "H", ddb_follow_hot},	     {"P#", "T", ddb_follow_texts},
    {"A#", "A", ddb_follow_account}, {"END", NULL, ddb_follow_ending}, {"RENAMED", NULL, ddb_follow_renaming},
};

static follow_fn *kind_of(const char *pk, const char *sk)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strncmp(pk, kinds[i].pk, strlen(kinds[i].pk)) && (!kinds[i].sk || !strcmp(sk, kinds[i].sk)))
			return kinds[i].follow;
	return NULL;
}

/* A table may hold what isn't ours: nothing follows from that. */
static bool follow(struct dynamodb_store *store, const struct stream_record *record, struct arena *arena,
		   struct err *err)
{
	bool failed = false;
	struct ddb_change change = {.store = store,
				    .pk = item_text(record->keys, "pk", arena, &failed),
				    .sk = item_text(record->keys, "sk", arena, &failed),
				    .before = record->old_image,
				    .after = record->new_image,
				    .arena = arena};

	if (failed)
		return err_memory(err, "following a change");
	if (record->change == STREAM_REMOVE || !change.pk || !change.sk)
		return true;
	follow_fn *kind = kind_of(change.pk, change.sk);
	return !kind || kind(&change, err);
}

bool store_dynamodb_follow(void *store, const struct stream_record *record, struct err *err)
{
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	bool good = follow(ddb_of(store), record, &arena, err);
	arena_done(&arena);
	return good;
}

void store_dynamodb_fed(struct store *store)
{
	atomic_store(&ddb_of(store)->fed, true);
}
