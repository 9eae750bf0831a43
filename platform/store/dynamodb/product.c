/* Products: one at a time and in batches. */
#include <string.h>

#include "base/clock.h"
#include "models/normal.h"
#include "platform/store/dynamodb/internal.h"
#include "platform/store/product_rule.h"

/* ---- what is written ---- */

/* What listings walk along. */
struct entry {
	enum ddb_listing listing;
	bool by_price;
};
static const struct entry entries[] = {{DDB_ALL, false}, {DDB_CATEGORY, false}, {DDB_SELLER, false},
				       {DDB_ALL, true},	 {DDB_CATEGORY, true},	{DDB_SELLER, true}};

static struct dynamo_key entry_key(struct arena *arena, const struct entry *entry, const struct ddb_product *product)
{
	const char *const of[DDB_LISTINGS] = {
	    [DDB_ALL] = "", [DDB_CATEGORY] = product->category_key, [DDB_SELLER] = product->product.seller_id};
	const char *id = product->product.id;

	if (entry->by_price)
		return (struct dynamo_key){ddb_pk_price(arena, entry->listing, of[entry->listing]),
					   ddb_sk_price(arena, product->product.price, id)};
	return (struct dynamo_key){ddb_pk_newest(arena, entry->listing, of[entry->listing]), id};
}

static void put_entry(struct ddb_writing *writing, struct dynamo_key key, const struct ddb_product *product)
{
	ddb_add_put(writing, key, NULL,
		    ATTRS(ATTR_NUMBER("p", product->product.price), ATTR_TEXT("ck", product->category_key),
			  ATTR_TEXT("s", product->product.seller_id)));
}

static bool same_key(struct dynamo_key one, struct dynamo_key other)
{
	return one.pk && one.sk && other.pk && other.sk && !strcmp(one.pk, other.pk) && !strcmp(one.sk, other.sk);
}

/* From what they were to what they are; NULL: there were none, or there are none any more. */
static void move_entries(struct ddb_writing *writing, const struct ddb_product *old, const struct ddb_product *product)
{
	if (old && product && old->product.price == product->product.price &&
	    !strcmp(old->category_key, product->category_key))
		return;
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		struct dynamo_key from = {NULL, NULL}, to = {NULL, NULL};

		if (old)
			from = entry_key(writing->arena, &entries[i], old);
		if (product)
			to = entry_key(writing->arena, &entries[i], product);
		if (old && !(product && same_key(from, to)))
			ddb_add_delete(writing, from, NULL, NO_ATTRS);
		if (product)
			put_entry(writing, to, product);
	}
}

static void put_texts(struct ddb_writing *writing, const struct ddb_product *product)
{
	const struct product *of = &product->product;
	const struct attr arch = ATTR_TRUTH(product->hot.archived ? "arch" : NULL, 1);

	ddb_add_put(writing, ddb_key_texts(writing->arena, of->id), NULL,
		    ATTRS(ATTR_TEXT("name", of->name), ATTR_TEXT("descr", of->description),
			  ATTR_TEXT("cat", of->category), ATTR_TEXT("ck", product->category_key),
			  ATTR_TEXT("seller", of->seller_id), ATTR_NUMBER("created", of->created_at),
			  ATTR_NUMBER("tver", of->version), arch));
}

void ddb_add_product(struct ddb_writing *writing, const struct ddb_product *product,
		     const struct ddb_category *category, const char *category_name)
{
	const struct product *of = &product->product;
	const struct attr arch = ATTR_TRUTH(product->hot.archived ? "arch" : NULL, 1);

	ddb_add_put(writing, ddb_key_hot(writing->arena, of->id), "attribute_not_exists(#pk)",
		    ATTRS(ATTR_TEXT("seller", of->seller_id), ATTR_NUMBER("stock", of->stock),
			  ATTR_NUMBER("price", of->price), ATTR_NUMBER("ver", of->version),
			  ATTR_NUMBER("tver", of->version), ATTR_NUMBER("upd", of->updated_at), arch));
	put_texts(writing, product);
	if (product->hot.archived)
		return;
	move_entries(writing, NULL, product);
	ddb_add_category_more(writing, category, category_name);
}

/* ---- making one ---- */

/* One operation on one product. */
struct call {
	struct dynamodb_store *store;
	const char *seller_id, *id;
	const struct product_change *change;
	struct arena *arena;
	struct ddb_product product; /* as it becomes */
};

static bool compose(struct call *call, const char *seller_name, struct err *err)
{
	const struct id id = ddb_id(call->store);

	if (!product_rule_make(call->change, id.text, call->seller_id, call->arena, &call->product.product, err))
		return false;
	call->product.product.currency = call->store->currency;
	call->product.product.seller_name = seller_name;
	return true;
}

/* The category that a product asks for, as it is now; the product gets its key, and its name unless it is the first
 * there. */
static bool settle_category(struct call *call, const char *asked, struct ddb_category *ret_category, struct err *err)
{
	const char *name = normal_name(call->arena, asked);

	if (name && !*name)
		name = normal_unnamed;
	const char *key = name ? normal_category_key(call->arena, name) : NULL;
	if (!key)
		return err_memory(err, "finding a category");
	if (!ddb_category_read(call->store, key, call->arena, ret_category, err))
		return false;
	call->product.category_key = key;
	call->product.product.category = ret_category->found ? ret_category->name : name;
	return true;
}

static bool insert(struct call *call, const struct ddb_category *category, bool *ret_closed, struct err *err)
{
	struct ddb_writing writing = {.arena = call->arena};
	struct dynamo_cancelled cancelled;
	const struct product *product = &call->product.product;
	const size_t account = ddb_add_account_check(&writing, GROUP_SELLERS, call->seller_id);

	ddb_add_product(&writing, &call->product, category, product->category);

	struct err cause;
	if (ddb_write(call->store, &writing, &cancelled, &cause))
		return true;
	*ret_closed = cause.kind == ERR_CONFLICT && cancelled.failed[account];
	if (cause.kind == ERR_CONFLICT)
		dynamo_cancelled_done(&cancelled);
	*err = cause;
	return false;
}

static bool create(struct call *call, struct err *err)
{
	struct ddb_account seller;
	struct ddb_category category;
	bool closed = false;

	if (!product_rule_new(call->change, err) ||
	    !ddb_account_read(call->store, GROUP_SELLERS, call->seller_id, call->arena, &seller, err) ||
	    !compose(call, seller.account.full_name, err))
		return false;
	for (int tries = 0;;) {
		struct err cause;

		if (!settle_category(call, call->change->category, &category, err))
			return false;
		if (insert(call, &category, &closed, &cause))
			return true;
		if (closed)
			return ddb_account_missing(GROUP_SELLERS, err);
		if (cause.kind != ERR_CONFLICT)
			return *err = cause, false;
		if (!ddb_again(&tries, err))
			return false;
	}
}

/* ---- changing one ---- */

/* Into another category, or to another spelling of the same one, which only a product that is alone there may ask
 * for. */
static bool move_category(struct call *call, const struct ddb_product *old, struct ddb_writing *writing,
			  struct err *err)
{
	struct ddb_category from = {.found = false}, to = {.found = false};
	const char *asked = call->change->category;

	if (!asked || !strcmp(asked, old->product.category))
		return true;
	if (!settle_category(call, asked, &to, err))
		return false;
	if (strcmp(call->product.category_key, old->category_key) != 0) {
		if (!ddb_category_read(call->store, old->category_key, call->arena, &from, err))
			return false;
		ddb_add_category_fewer(writing, &from);
		ddb_add_category_more(writing, &to, call->product.product.category);
		return true;
	}
	if (to.products != 1)
		return true;
	const char *name = normal_name(call->arena, asked);
	if (!name)
		return err_memory(err, "changing a product");
	call->product.product.category = *name ? name : normal_unnamed;
	if (strcmp(call->product.product.category, to.name) != 0)
		ddb_add_category_rename(writing, &to, call->product.product.category);
	return true;
}

static bool reads_otherwise(const struct product *one, const struct product *other)
{
	return strcmp(one->name, other->name) != 0 || strcmp(one->description, other->description) != 0 ||
	       strcmp(one->category, other->category) != 0;
}

/* Writes what is different, if the product is what it was. */
static bool replace(struct call *call, const struct ddb_product *old, struct err *err)
{
	struct ddb_writing writing = {.arena = call->arena};
	const struct product *product = &call->product.product;

	if (!move_category(call, old, &writing, err))
		return false;
	const bool texts = reads_otherwise(product, &old->product);
	ddb_add_update(&writing, ddb_key_hot(call->arena, product->id),
		       "SET #stock = :stock, #price = :price, #ver = :ver, #tver = :tver, #upd = :upd", "#ver = :old",
		       ATTRS(ATTR_NUMBER(":stock", product->stock), ATTR_NUMBER(":price", product->price),
			     ATTR_NUMBER(":ver", product->version),
			     ATTR_NUMBER(":tver", texts ? product->version : old->hot.texts_version),
			     ATTR_NUMBER(":upd", product->updated_at), ATTR_NUMBER(":old", old->product.version)));
	if (texts)
		put_texts(&writing, &call->product);
	move_entries(&writing, old, &call->product);
	return ddb_write(call->store, &writing, NULL, err);
}

static bool update(struct call *call, struct err *err)
{
	for (int tries = 0;;) {
		struct ddb_product old = {.found = false};
		struct err cause;

		if (!ddb_product_own(call->store, call->seller_id, call->id, call->arena, &old, err))
			return false;
		call->product = old;
		if (!product_rule_version(call->change, &old.product, err) ||
		    !product_rule_apply(call->change, call->arena, &call->product.product, err))
			return false;
		if (replace(call, &old, &cause))
			return true;
		if (cause.kind != ERR_CONFLICT)
			return *err = cause, false;
		if (!ddb_again(&tries, err))
			return false;
	}
}

/* ---- taking one off sale ---- */

static bool shelve(struct dynamodb_store *store, const struct ddb_product *product, struct arena *arena,
		   struct err *err)
{
	struct ddb_writing writing = {.arena = arena};
	struct ddb_category category;
	const char *id = product->product.id;

	if (!ddb_category_read(store, product->category_key, arena, &category, err))
		return false;
	ddb_add_update(&writing, ddb_key_hot(arena, id),
		       "SET #arch = :yes, #ver = :new, #tver = :new, #upd = :upd REMOVE #pic, #pmt, #plen",
		       "#ver = :old",
		       ATTRS(ATTR_TRUTH(":yes", 1), ATTR_NUMBER(":new", product->product.version + 1),
			     ATTR_NUMBER(":upd", clock_now()), ATTR_NUMBER(":old", product->product.version)));
	ddb_add_update(&writing, ddb_key_texts(arena, id), "SET #arch = :yes, #tver = :new", NULL,
		       ATTRS(ATTR_TRUTH(":yes", 1), ATTR_NUMBER(":new", product->product.version + 1)));
	move_entries(&writing, product, NULL);
	ddb_add_category_fewer(&writing, &category);
	ddb_add_picture_removal(&writing, &product->hot);
	return ddb_write(store, &writing, NULL, err);
}

/* `owner` NULL: whoever's it is. */
static bool take_off_sale(struct dynamodb_store *store, const char *owner, const char *id, struct arena *arena,
			  struct err *err)
{
	for (int tries = 0;;) {
		struct ddb_product product;
		struct err cause;

		if (owner ? !ddb_product_own(store, owner, id, arena, &product, err)
			  : !ddb_products_read(store, &id, 1, true, arena, &product, err))
			return false;
		if (!product.found || product.hot.archived || shelve(store, &product, arena, &cause))
			return true;
		if (cause.kind != ERR_CONFLICT) {
			if (err)
				*err = cause;
			return false;
		}
		if (!ddb_again(&tries, err))
			return false;
	}
}

bool ddb_product_shelve(struct dynamodb_store *store, const char *id, struct arena *arena, struct err *err)
{
	return take_off_sale(store, NULL, id, arena, err);
}

/* ---- operations ---- */

bool dynamodb_product_create(struct store *store, const struct product_change *change, struct arena *arena,
			     struct product *ret_product, struct err *err)
{
	struct call call = {.store = ddb_of(store), .seller_id = change->seller_id, .change = change, .arena = arena};
	struct err cause;

	if (create(&call, &cause))
		return *ret_product = call.product.product, true;
	if (err)
		*err = cause;
	return false;
}

bool dynamodb_product_get(struct store *store, const char *id, struct arena *arena, struct product *ret_product,
			  struct err *err)
{
	struct ddb_product found;

	if (!ddb_products_read(ddb_of(store), &id, 1, true, arena, &found, err))
		return false;
	if (found.gone)
		return product_rule_missing(err);
	*ret_product = found.product;
	return true;
}

bool dynamodb_product_update(struct store *store, const char *seller_id, const char *id,
			     const struct product_change *change, struct arena *arena, struct product *ret_product,
			     struct err *err)
{
	struct call call = {
	    .store = ddb_of(store), .seller_id = seller_id, .id = id, .change = change, .arena = arena};
	struct err cause;
	const bool done = update(&call, &cause);

	if (done || product_rule_is_stale(&cause))
		*ret_product = call.product.product;
	if (!done && err)
		*err = cause;
	return done;
}

bool dynamodb_product_archive(struct store *store, const char *seller_id, const char *id, struct err *err)
{
	struct arena scratch;

	arena_init(&scratch, SIZE_MAX);
	const bool done = take_off_sale(ddb_of(store), seller_id, id, &scratch, err);
	arena_done(&scratch);
	return done;
}

/* ---- batches ---- */

/* One after the other. What stops one of them is the outcome of all that is left. */
bool dynamodb_product_batch(struct store *store, const char *seller_id, const struct product_change *changes,
			    size_t count, struct arena *arena, struct product *ret_products, struct err *errs,
			    struct err *err)
{
	struct err cause = {.kind = ERR_NONE};
	size_t i = 0;

	for (; i < count; i++) {
		struct call call = {.store = ddb_of(store),
				    .seller_id = seller_id,
				    .id = changes[i].id,
				    .change = &changes[i],
				    .arena = arena};
		struct err own = {.kind = ERR_NONE};
		const bool done = call.id ? update(&call, &own) : create(&call, &own);

		if (!done && !product_rule_own_fault(&own)) {
			cause = own;
			break;
		}
		errs[i] = own;
		ret_products[i] = call.product.product;
	}
	if (count && !i && cause.kind != ERR_NONE) {
		if (err)
			*err = cause;
		return false;
	}
	for (; i < count; i++) {
		errs[i] = cause;
		ret_products[i] = (struct product){.id = NULL};
	}
	return true;
}
