/* A seller's new name gets into the search's index, product after product: an item of the partition RENAMED says how
 * far that came. A slice moves it, and that is a change whose following is the next slice.
 */
#include <string.h>

#include "platform/store/dynamodb/follow.h"

enum { SLICE_PRODUCTS = 16 };

static const char partition[] = "RENAMED";

/* ---- a new name ---- */

/* From the beginning, whatever came of a name before. */
static bool begin(const struct ddb_change *change, const char *seller, struct err *err)
{
	const struct attr revision = ATTR_NUMBER("rev", item_number(change->after, "rev", 0));
	struct ddb_writing writing = {.arena = change->arena};
	bool done;

	ddb_add_put(&writing, (struct dynamo_key){partition, seller}, "attribute_not_exists(#pk) OR #rev < :rev",
		    (const struct attr[]){revision, ATTR_NUMBER(":rev", revision.number)}, 2);
	return ddb_write_if(change->store, &writing, &done, err);
}

bool ddb_follow_account(const struct ddb_change *change, struct err *err)
{
	bool failed = false;
	const char *before = item_text(change->before, "name", change->arena, &failed);
	const char *after = item_text(change->after, "name", change->arena, &failed);
	const char *group = item_text(change->after, "grp", change->arena, &failed);

	if (failed)
		return err_memory(err, "following an account");
	/* The products of one that was closed go one by one. */
	if (!before || !after || !group || !strcmp(before, after) || strcmp(group, group_names[GROUP_SELLERS]) != 0 ||
	    item_has(change->after, "closed"))
		return true;
	return begin(change, change->pk + strlen("A#"), err);
}

/* ---- slices ---- */

struct renaming {
	struct dynamodb_store *store;
	const char *seller, *after; /* the product that was the last of the slice before; NULL: none yet */
	int64_t revision;
	struct arena *arena;
};

/* The seller's next products; *ret_last is the last of them, NULL: there were none. */
static bool index_next(const struct renaming *renaming, const char **ret_last, bool *ret_more, struct err *err)
{
	const struct dynamo_query query = {.pk = ddb_pk_newest(renaming->arena, DDB_SELLER, renaming->seller),
					   .after = renaming->after,
					   .limit = SLICE_PRODUCTS,
					   .consistent = true};
	struct dynamo_items items;
	bool good = true, failed = false;

	*ret_last = NULL;
	if (!query.pk)
		return err_memory(err, "following a new name");
	if (!dynamo_query(renaming->store->dynamo, &query, renaming->arena, &items, err))
		return false;
	for (size_t i = 0; good && i < items.count; i++) {
		const char *product = item_text(items.items[i], "sk", renaming->arena, &failed);

		good = product ? dynamodb_search_follow(renaming->store, product, err)
			       : err_memory(err, "following a new name");
		*ret_last = product;
	}
	*ret_more = items.next_sk != NULL;
	dynamo_items_done(&items);
	return good;
}

static bool move(const struct renaming *renaming, const char *last, bool more, struct err *err)
{
	const struct dynamo_key key = {partition, renaming->seller};
	const char *still = renaming->after ? "#rev = :rev AND #after = :after"
					    : "#rev = :rev AND attribute_not_exists(#after)";
	struct ddb_writing writing = {.arena = renaming->arena};
	bool done;

	if (more && last)
		ddb_add_update(&writing, key, "SET #after = :last", still,
			       ATTRS(ATTR_TEXT(":last", last), ATTR_TEXT(":after", renaming->after),
				     ATTR_NUMBER(":rev", renaming->revision)));
	else
		ddb_add_delete(&writing, key, still,
			       ATTRS(ATTR_TEXT(":after", renaming->after), ATTR_NUMBER(":rev", renaming->revision)));
	return ddb_write_if(renaming->store, &writing, &done, err);
}

static bool slice(struct dynamodb_store *store, const char *seller, struct arena *arena, struct err *err)
{
	struct renaming renaming = {.store = store, .seller = seller, .arena = arena};
	struct dynamo_items items;
	const char *last = NULL;
	bool failed = false, more = false;

	if (!ddb_get(store, (struct dynamo_key){partition, seller}, true, arena, &items, err))
		return false;
	const bool found = items.items[0] != NULL;
	renaming.revision = item_number(items.items[0], "rev", 0);
	renaming.after = item_text(items.items[0], "after", arena, &failed);
	dynamo_items_done(&items);
	if (failed)
		return err_memory(err, "following a new name");
	return !found || (index_next(&renaming, &last, &more, err) && move(&renaming, last, more, err));
}

bool ddb_follow_renaming(const struct ddb_change *change, struct err *err)
{
	return slice(change->store, change->sk, change->arena, err);
}

bool ddb_tend_renamings(struct dynamodb_store *store, bool *ret_more, struct err *err)
{
	struct arena arena;
	const char *seller;

	arena_init(&arena, SIZE_MAX);
	bool good = ddb_first_under_way(store, partition, &arena, &seller, err) &&
		    (!seller || slice(store, seller, &arena, err));
	arena_done(&arena);
	if (good)
		*ret_more = seller != NULL;
	return good;
}
