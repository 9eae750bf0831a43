/* Products as they are read: the hot half, the texts, and the seller's account, which says what they are called today
 * and whether they still sell. */
#include <assert.h>
#include <string.h>

#include "platform/store/dynamodb/internal.h"
#include "platform/store/product_rule.h"

/* ---- hot halves ---- */

void ddb_hot_take(const cJSON *item, const char *id, struct arena *arena, struct ddb_hot *ret_hot, bool *failed)
{
	struct ddb_hot hot = {.id = arena_strdup(arena, id), .found = item != NULL};
	size_t length = 0;

	*failed = *failed || !hot.id;
	if (item) {
		hot.seller_id = item_text(item, "seller", arena, failed);
		hot.archived = item_truth(item, "arch");
		hot.stock = item_number(item, "stock", 0);
		hot.price = item_number(item, "price", 0);
		hot.version = item_number(item, "ver", 0);
		hot.updated_at = item_number(item, "upd", 0);
		hot.texts_version = item_number(item, "tver", 0);
		hot.media_type = item_text(item, "pmt", arena, failed);
		hot.picture_length = item_number(item, "plen", 0);
		const void *digest = item_bytes(item, "pic", arena, &length, failed);
		hot.has_picture = digest && length == sizeof hot.digest;
		if (hot.has_picture)
			memcpy(hot.digest, digest, sizeof hot.digest);
	}
	*ret_hot = hot;
}

/* What is no id of ours is asked for as none that there is. */
static const char *askable(const char *id)
{
	return id_valid(id) ? id : "";
}

bool ddb_hots_read(struct dynamodb_store *store, const char *const *ids, size_t count, bool consistent,
		   struct arena *arena, struct ddb_hot *ret_hots, struct err *err)
{
	struct dynamo_key *keys = arena_array(arena, count, sizeof *keys);
	struct ddb_hot *hots = arena_array(arena, count, sizeof *hots);
	struct dynamo_items items;
	bool failed = false;

	if (!keys || !hots)
		return err_memory(err, "reading products");
	for (size_t i = 0; i < count; i++)
		keys[i] = ddb_key_hot(arena, askable(ids[i]));
	if (!ddb_get_many(store, keys, count, consistent, arena, &items, err))
		return false;
	for (size_t i = 0; i < count; i++)
		ddb_hot_take(items.items[i], ids[i], arena, &hots[i], &failed);
	dynamo_items_done(&items);
	if (failed)
		return err_memory(err, "reading products");
	memcpy(ret_hots, hots, count * sizeof *hots);
	return true;
}

/* ---- whole ones ---- */

static void add_hot(const struct ddb_hot *hot, struct ddb_product *product)
{
	product->hot = *hot;
	product->product.id = hot->id;
	product->product.seller_id = hot->seller_id;
	product->product.price = hot->price;
	product->product.stock = hot->stock;
	product->product.version = hot->version;
	product->product.has_picture = hot->has_picture;
	product->product.updated_at = hot->updated_at;
}

static void add_texts(const cJSON *item, struct arena *arena, struct ddb_product *product, bool *failed)
{
	product->product.name = item_text(item, "name", arena, failed);
	product->product.description = item_text(item, "descr", arena, failed);
	product->product.category = item_text(item, "cat", arena, failed);
	product->product.created_at = item_number(item, "created", 0);
	product->category_key = item_text(item, "ck", arena, failed);
}

/* Products that are being put together. */
struct joining {
	struct dynamodb_store *store;
	struct arena *arena;
	struct ddb_product *products;
	size_t count;
	size_t *places, places_count; /* those that are to be read */
	const struct ddb_hot *hots;   /* of all of them, where they were read before; NULL: they are to be read, too */
	bool consistent;
};

/* What is read of each: texts, and before them the hot half. */
static size_t halves(const struct joining *joining)
{
	return joining->hots ? 1 : 2;
}

static bool ask(const struct joining *joining, struct dynamo_items *ret_items, struct err *err)
{
	const size_t each = halves(joining), count = each * joining->places_count;
	struct dynamo_key *keys = arena_array(joining->arena, count, sizeof *keys);

	if (!keys) {
		err_memory(err, "reading products");
		return false;
	}
	for (size_t i = 0; i < joining->places_count; i++) {
		const char *id = askable(joining->products[joining->places[i]].hot.id);

		keys[each * i] = ddb_key_hot(joining->arena, id);
		keys[each * i + each - 1] = ddb_key_texts(joining->arena, id);
	}
	return ddb_get_many(joining->store, keys, count, joining->consistent, joining->arena, ret_items, err);
}

/* Those whose halves are not of one moment are the next ones to be read. */
static bool read_halves(struct joining *joining, struct err *err)
{
	const size_t each = halves(joining);
	struct dynamo_items items;
	size_t torn = 0;
	bool failed = false;

	if (!ask(joining, &items, err))
		return false;
	for (size_t i = 0; i < joining->places_count; i++) {
		const size_t place = joining->places[i];
		struct ddb_product *product = &joining->products[place];
		const cJSON *texts = items.items[each * i + each - 1];
		struct ddb_hot hot;

		if (joining->hots)
			hot = joining->hots[place];
		else
			ddb_hot_take(items.items[each * i], product->hot.id, joining->arena, &hot, &failed);
		add_hot(&hot, product);
		product->found = hot.found && texts && hot.texts_version == item_number(texts, "tver", -1);
		if (product->found)
			add_texts(texts, joining->arena, product, &failed);
		else if (hot.found || texts)
			joining->places[torn++] = place;
	}
	dynamo_items_done(&items);
	joining->places_count = torn;
	return !failed || err_memory(err, "reading products");
}

/* A change of both halves may come between the reading of one and of the other, but not for ever. */
static bool join_halves(struct joining *joining, struct err *err)
{
	for (int tries = 0; joining->places_count;) {
		if (!read_halves(joining, err) || (joining->places_count && !ddb_again(&tries, err)))
			return false;
		joining->hots = NULL;
		joining->consistent = true;
	}
	return true;
}

static bool join_sellers(const struct joining *joining, bool consistent, struct err *err)
{
	const char **ids = arena_array(joining->arena, joining->count, sizeof *ids);
	struct ddb_account *sellers = arena_array(joining->arena, joining->count, sizeof *sellers);

	if (!ids || !sellers)
		return err_memory(err, "reading products");
	for (size_t i = 0; i < joining->count; i++)
		ids[i] = joining->products[i].found ? joining->products[i].product.seller_id : "";
	if (!ddb_accounts_find(joining->store, ids, joining->count, consistent, joining->arena, sellers, err))
		return false;
	for (size_t i = 0; i < joining->count; i++) {
		struct ddb_product *product = &joining->products[i];

		product->product.currency = joining->store->currency;
		product->product.seller_name = sellers[i].account.full_name;
		product->gone = !product->found || product->hot.archived || !sellers[i].found || sellers[i].closed;
	}
	return true;
}

/* `joining` has all but the products and the places. */
static bool join(struct joining *joining, const char *const *ids, struct ddb_product *ret_products, struct err *err)
{
	const bool consistent = joining->consistent;

	joining->products = arena_array(joining->arena, joining->count, sizeof *joining->products);
	joining->places = arena_array(joining->arena, joining->count, sizeof *joining->places);
	joining->places_count = joining->count;
	if (!joining->products || !joining->places)
		return err_memory(err, "reading products");
	assert(joining->hots || ids);
	for (size_t i = 0; i < joining->count; i++) {
		joining->products[i].hot.id = joining->hots ? joining->hots[i].id : ids[i];
		joining->places[i] = i;
	}
	if (!join_halves(joining, err) || !join_sellers(joining, consistent, err))
		return false;
	memcpy(ret_products, joining->products, joining->count * sizeof *ret_products);
	return true;
}

bool ddb_products_join(struct dynamodb_store *store, const struct ddb_hot *hots, size_t count, bool consistent,
		       struct arena *arena, struct ddb_product *ret_products, struct err *err)
{
	struct joining joining = {
	    .store = store, .arena = arena, .count = count, .hots = hots, .consistent = consistent};

	return join(&joining, NULL, ret_products, err);
}

bool ddb_products_read(struct dynamodb_store *store, const char *const *ids, size_t count, bool consistent,
		       struct arena *arena, struct ddb_product *ret_products, struct err *err)
{
	struct joining joining = {.store = store, .arena = arena, .count = count, .consistent = consistent};

	return join(&joining, ids, ret_products, err);
}

bool ddb_product_own(struct dynamodb_store *store, const char *seller_id, const char *id, struct arena *arena,
		     struct ddb_product *ret_product, struct err *err)
{
	struct ddb_product found = {.gone = true};

	if (!ddb_products_read(store, &id, 1, true, arena, &found, err))
		return false;
	if (found.gone)
		return product_rule_missing(err);
	if (!product_rule_own(&found.product, seller_id, err))
		return false;
	*ret_product = found;
	return true;
}
