/* Categories: each is there while something is sold in it, under the name that it was first written by. The item is
 * found by the folded name; an entry beside it puts it where its name belongs in the list.
 */
#include <string.h>

#include "models/normal.h"
#include "platform/store/dynamodb/internal.h"

bool ddb_category_read(struct dynamodb_store *store, const char *key, struct arena *arena,
		       struct ddb_category *ret_category, struct err *err)
{
	struct dynamo_items items;
	bool failed = false;

	if (!ddb_get(store, ddb_key_category(arena, key), true, arena, &items, err))
		return false;
	*ret_category = (struct ddb_category){
	    .key = key,
	    .name = item_text(items.items[0], "name", arena, &failed),
	    .products = item_number(items.items[0], "n", 0),
	    .found = items.items[0] != NULL,
	};
	dynamo_items_done(&items);
	return !failed || err_memory(err, "reading a category");
}

static void add_entry(struct ddb_writing *writing, const struct ddb_category *category, const char *name)
{
	ddb_add_put(writing, ddb_key_category_entry(writing->arena, name), NULL, ATTRS(ATTR_TEXT("ck", category->key)));
}

static void remove_entry(struct ddb_writing *writing, const char *name)
{
	ddb_add_delete(writing, ddb_key_category_entry(writing->arena, name), NULL, NO_ATTRS);
}

void ddb_add_category_more(struct ddb_writing *writing, const struct ddb_category *category, const char *name)
{
	const struct dynamo_key key = ddb_key_category(writing->arena, category->key);

	if (category->found) {
		ddb_add_update(writing, key, "ADD #n :one", "#name = :name",
			       ATTRS(ATTR_NUMBER(":one", 1), ATTR_TEXT(":name", category->name)));
		return;
	}
	ddb_add_put(writing, key, "attribute_not_exists(#pk)", ATTRS(ATTR_TEXT("name", name), ATTR_NUMBER("n", 1)));
	add_entry(writing, category, name);
}

void ddb_add_category_fewer(struct ddb_writing *writing, const struct ddb_category *category)
{
	const struct dynamo_key key = ddb_key_category(writing->arena, category->key);

	if (!category->found)
		return;
	if (category->products > 1) {
		ddb_add_update(writing, key, "ADD #n :less", "#n > :one",
			       ATTRS(ATTR_NUMBER(":less", -1), ATTR_NUMBER(":one", 1)));
		return;
	}
	ddb_add_delete(writing, key, "#n = :one AND #name = :name",
		       ATTRS(ATTR_NUMBER(":one", 1), ATTR_TEXT(":name", category->name)));
	remove_entry(writing, category->name);
}

void ddb_add_category_rename(struct ddb_writing *writing, const struct ddb_category *category, const char *name)
{
	ddb_add_update(writing, ddb_key_category(writing->arena, category->key), "SET #name = :new",
		       "#n = :one AND #name = :old",
		       ATTRS(ATTR_TEXT(":new", name), ATTR_NUMBER(":one", 1), ATTR_TEXT(":old", category->name)));
	remove_entry(writing, category->name);
	add_entry(writing, category, name);
}

/* ---- listing them ---- */

/* How many products are in each of the categories that the entries name; one that went a moment ago is left out. */
static bool count_products(struct dynamodb_store *store, const struct dynamo_items *entries, struct arena *arena,
			   struct category *categories, size_t *ret_count, struct err *err)
{
	struct dynamo_key *keys = arena_array(arena, entries->count, sizeof *keys);
	struct dynamo_items items;
	bool failed = !keys;
	size_t count = 0;

	for (size_t i = 0; !failed && i < entries->count; i++) {
		const char *key = item_text(entries->items[i], "ck", arena, &failed);

		keys[i] = ddb_key_category(arena, key ? key : "");
	}
	if (failed)
		return err_memory(err, "listing categories");
	if (!ddb_get_many(store, keys, entries->count, false, arena, &items, err))
		return false;
	for (size_t i = 0; i < entries->count; i++)
		if (items.items[i])
			categories[count++] =
			    (struct category){.name = item_text(entries->items[i], "sk", arena, &failed),
					      .products = item_number(items.items[i], "n", 0)};
	dynamo_items_done(&items);
	*ret_count = count;
	return !failed || err_memory(err, "listing categories");
}

static bool fill(struct dynamodb_store *store, struct dynamo_items *entries, size_t limit, struct arena *arena,
		 struct category_page *ret_page, const char **ret_next, struct err *err)
{
	const bool more = entries->count > limit || entries->next_sk;
	struct category *categories = arena_array(arena, entries->count, sizeof *categories);
	const char *next = NULL;
	bool failed = false;
	size_t count = 0;

	if (entries->count > limit)
		entries->count = limit;
	if (more && entries->count)
		next = item_text(entries->items[entries->count - 1], "sk", arena, &failed);
	if (!categories || failed)
		return err_memory(err, "listing categories");
	if (!count_products(store, entries, arena, categories, &count, err))
		return false;
	*ret_page = (struct category_page){.categories = categories, .categories_count = count};
	*ret_next = next;
	return true;
}

bool dynamodb_category_list(struct store *store, struct store_page page, struct arena *arena,
			    struct category_page *ret_page, const char **ret_next, struct err *err)
{
	const struct dynamo_query query = {
	    .pk = ddb_key_category_entry(arena, "").pk, .after = page.after, .limit = page.limit + 1};
	struct dynamo_items entries;

	if (!list_rule_page(page, err) || (page.after && !list_rule_category(page.after, err)))
		return false;
	if (!dynamo_query(ddb_of(store)->dynamo, &query, arena, &entries, err))
		return false;
	const bool done = fill(ddb_of(store), &entries, page.limit, arena, ret_page, ret_next, err);
	dynamo_items_done(&entries);
	return done;
}
