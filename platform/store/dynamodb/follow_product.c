/* What follows from a product's change: what runs low, and the search's index. How far the hot half was followed stands
 * in an item of its own (P#<id>, F), so that following never gets in the way of those who buy: the version, and the
 * stock under which the product stands among what runs low.
 */
#include <string.h>

#include "models/limits.h"
#include "platform/store/dynamodb/follow.h"

enum { NOT_LOW = -1 };

/* The product as one version of it was. */
struct version {
	const char *product, *seller;
	int64_t number, low; /* NOT_LOW, or the stock that is so low */
	struct ddb_telling telling;
};

/* The stock of a product on sale that is low. */
static int64_t low_of(const cJSON *hot)
{
	const int64_t stock = item_number(hot, "stock", INT64_MAX);

	return stock <= LIMIT_LOW_STOCK && !item_truth(hot, "arch") ? stock : NOT_LOW;
}

/* When it becomes little by a purchase that is news, and when nothing is left of it: those note the version that they
 * made. */
static bool is_told(const struct ddb_change *change)
{
	const int64_t before = item_number(change->before, "stock", 0), after = item_number(change->after, "stock", 0);

	return change->before && item_number(change->after, "bv", 0) == item_number(change->after, "ver", -1) &&
	       (!after || (after <= LIMIT_LOW_STOCK && before > LIMIT_LOW_STOCK));
}

/* ---- what runs low ---- */

static struct dynamo_key mark_key(struct arena *arena, const char *product)
{
	return (struct dynamo_key){ddb_key_hot(arena, product).pk, "F"};
}

static void add_mark(struct ddb_writing *writing, const struct version *version, const cJSON *mark)
{
	const int64_t before = item_number(mark, "v", 0);

	ddb_add_update(writing, mark_key(writing->arena, version->product),
		       version->low == NOT_LOW ? "SET #v = :v REMOVE #low" : "SET #v = :v, #low = :low",
		       mark ? "#v = :before" : "attribute_not_exists(#pk)",
		       ATTRS(ATTR_NUMBER(":v", version->number), ATTR_NUMBER(":low", version->low),
			     ATTR_NUMBER(":before", before)));
}

static void add_low(struct ddb_writing *writing, const struct version *version, int64_t before)
{
	struct arena *arena = writing->arena;

	if (before == version->low)
		return;
	if (before != NOT_LOW)
		ddb_add_delete(writing, ddb_key_low(arena, version->seller, before, version->product), NULL, NO_ATTRS);
	if (version->low != NOT_LOW)
		ddb_add_put(writing, ddb_key_low(arena, version->seller, version->low, version->product), NULL,
			    NO_ATTRS);
}

/* *ret_done stays false when something isn't any more as it was read. */
static bool take_version(const struct ddb_change *change, const struct version *version,
			 const struct dynamo_items *read, bool *ret_done, struct err *err)
{
	struct ddb_writing writing = {.arena = change->arena};
	const cJSON *mark = read->items[0];

	add_mark(&writing, version, mark);
	add_low(&writing, version, item_number(mark, "low", NOT_LOW));
	ddb_add_telling(&writing, &version->telling, read->items + 1);
	return ddb_write_if(change->store, &writing, ret_done, err);
}

static bool try_version(const struct ddb_change *change, const struct version *version, bool *ret_done, struct err *err)
{
	struct dynamo_key keys[1 + DDB_TELLING_KEYS] = {mark_key(change->arena, version->product)};
	struct dynamo_items read;

	if (version->telling.account)
		ddb_telling_keys(&version->telling, change->arena, keys + 1);
	if (!ddb_get_many(change->store, keys, version->telling.account ? 1 + DDB_TELLING_KEYS : 1, true, change->arena,
			  &read, err))
		return false;
	bool good = true;
	if (item_number(read.items[0], "v", -1) >= version->number)
		*ret_done = true;
	else
		good = take_version(change, version, &read, ret_done, err);
	dynamo_items_done(&read);
	return good;
}

/* Versions come in their order, so what was low before this one stands in the mark already. */
static bool follow_low(const struct ddb_change *change, const char *product, struct err *err)
{
	bool tells = is_told(change), done = false, failed = false;
	struct version version = {.product = product,
				  .seller = item_text(change->after, "seller", change->arena, &failed),
				  .number = item_number(change->after, "ver", 0),
				  .low = low_of(change->after)};
	int tries = 0;

	if (failed)
		return err_memory(err, "following a product");
	if (!version.seller || (!tells && version.low == low_of(change->before)))
		return true;
	if (tells)
		version.telling = (struct ddb_telling){.account = version.seller,
						       .kind = CHANGE_LOW_STOCK,
						       .subject = product,
						       .at = item_number(change->after, "upd", 0)};
	do {
		if (!try_version(change, &version, &done, err))
			return false;
	} while (!done && ddb_again(&tries, err));
	return done;
}

/* ---- both halves ---- */

/* Does the index of the search hold something of this half that has changed? */
static bool is_searched(const struct ddb_change *change)
{
	return change->before && (!item_number(change->before, "stock", 0) != !item_number(change->after, "stock", 0) ||
				  item_number(change->before, "price", 0) != item_number(change->after, "price", 0) ||
				  item_truth(change->before, "arch") != item_truth(change->after, "arch"));
}

bool ddb_follow_hot(const struct ddb_change *change, struct err *err)
{
	const char *product = change->pk + strlen("P#");

	return follow_low(change, product, err) &&
	       (!is_searched(change) || dynamodb_search_follow(change->store, product, err));
}

bool ddb_follow_texts(const struct ddb_change *change, struct err *err)
{
	return dynamodb_search_follow(change->store, change->pk + strlen("P#"), err);
}
