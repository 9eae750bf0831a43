/* internal.h: what the files of the DynamoDB store share.
 *
 * docs/architecture.md has the table's design: which items there are, by which keys, with which attributes. The keys
 * are made in keys.c and nowhere else.
 *
 * An operation reads what it decides by, and writes by one transaction on condition that this is still so. When it
 * isn't, it reads again (ddb_again). What follows from a change and may follow later is not in that transaction, but in
 * follow.c.
 *
 * From the bottom to the top, nothing below using what is above: keys.c, write.c, walk.c; account.c, category.c,
 * order_item.c, rows.c, setting.c; account_list.c, change.c, order_list.c, product_read.c, stats.c; cart.c, picture.c,
 * sale.c, search.c; product.c, sale_step.c, rename.c; listing.c, list_words.c, list_best.c, list.c; purchase.c,
 * purchase_read.c; account_end.c; export.c, import.c; follow_product.c, follow_sale.c; follow.c; tail.c; tend.c;
 * dynamodb.c.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_INTERNAL_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_INTERNAL_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/id.h"
#include "models/limits.h"
#include "platform/store/dynamodb/dynamodb.h"
#include "platform/store/list_rule.h"

struct dynamodb_store {
	struct store base;
	struct dynamo *dynamo;
	char currency[4];
	pthread_mutex_t ids_lock;
	struct id_source ids;
	_Atomic int64_t tended; /* ms: the latest `now` that tend was given here */
	atomic_bool fed;	/* the stream's records are handed over by somebody else */
	struct ddb_tail *tail;	/* or are read here: tail.c */
};
static_assert(offsetof(struct dynamodb_store, base) == 0, "the one is a pointer to the other");

static inline struct dynamodb_store *ddb_of(struct store *store)
{
	return (struct dynamodb_store *)store;
}

/* A new id, above all that this process made. Thread-safe. */
struct id ddb_id(struct dynamodb_store *store);

/* Now (ms), or the latest time that tend was told: what has expired by then is gone for readers, though DynamoDB
 * removes it later. */
int64_t ddb_now(struct dynamodb_store *store);

/* Seconds of the attribute `ttl` for what stays until then (ms), and whether that time is up. */
int64_t ddb_ttl(int64_t until);
bool ddb_is_over(const cJSON *item, int64_t now);

/* ---- keys: keys.c. Where memory ended, `pk` or `sk` is NULL; ddb_add_… and ddb_read … take that for what it is
 * ---- */

struct dynamo_key ddb_key_account(struct arena *arena, const char *id);	      /* A#<id>, A */
struct dynamo_key ddb_key_change_place(struct arena *arena, const char *account); /* A#<id>, SEQ */
struct dynamo_key ddb_key_account_entry(struct arena *arena, const char *id);     /* ACCOUNTS, <id> */
struct dynamo_key ddb_key_seller_entry(struct arena *arena, const char *name_key, const char *id); /* SELLERS, … */
struct dynamo_key ddb_key_setting(struct arena *arena, const char *name);	      /* SET#<name>, S */
struct dynamo_key ddb_key_ending(struct arena *arena, const char *account);	      /* END, <id> */

struct dynamo_key ddb_key_hot(struct arena *arena, const char *product);     /* P#<id>, H */
struct dynamo_key ddb_key_texts(struct arena *arena, const char *product);   /* P#<id>, T */
struct dynamo_key ddb_key_indexed(struct arena *arena, const char *product); /* P#<id>, X */
struct dynamo_key ddb_key_picture(struct arena *arena, const char *product, size_t chunk); /* PIC#<id>#<n>, P */
struct dynamo_key ddb_key_category(struct arena *arena, const char *category_key);	 /* CAT#<ck>, C */
struct dynamo_key ddb_key_category_entry(struct arena *arena, const char *name);	 /* CATS, <name> */
/* W#<term> */
struct dynamo_key ddb_key_posting(struct arena *arena, const char *term, size_t length, const char *product);

/* Along what the catalogue is listed: everything, a category (`of` is its normal_category_key), a seller (their id). */
enum ddb_listing { DDB_ALL, DDB_CATEGORY, DDB_SELLER, DDB_LISTINGS };
const char *ddb_pk_newest(struct arena *arena, enum ddb_listing listing, const char *of); /* L, L#C#<ck>, L#S#<id> */
/* LP, LP#C#<ck>, LP#S#<id> */
const char *ddb_pk_price(struct arena *arena, enum ddb_listing listing, const char *of);
/* What comes before, with a price, and what comes right behind all of that price ("<price>$") are bounds of a walk. */
const char *ddb_sk_price(struct arena *arena, int64_t price, const char *product); /* <price, 12 digits>#<id> */

struct dynamo_key ddb_key_cart(struct arena *arena, const char *client);			      /* C#<id>, CART */
struct dynamo_key ddb_key_idempotency(struct arena *arena, const char *client, const char *key); /* C#<id>, K#<key> */
struct dynamo_key ddb_key_purchase(struct arena *arena, const char *client, const char *id);     /* C#<id>, B#<id> */
struct dynamo_key ddb_key_delivery(struct arena *arena, const char *client, const char *id);     /* C#<id>, D#<id> */
enum { DDB_SALE_SHARDS = 16 };
const char *ddb_pk_sales(struct arena *arena, const char *seller, unsigned shard); /* S#<id>#<shard, 2 hex digits> */
struct dynamo_key ddb_key_sale(struct arena *arena, const char *seller, const char *sale); /* in its shard */

const char *ddb_pk_stats(struct arena *arena, const char *seller);					 /* ST#<id> */
/* D#<yyyymmdd> */
struct dynamo_key ddb_key_day(struct arena *arena, const char *seller, int32_t day);
struct dynamo_key ddb_key_product_day(struct arena *arena, const char *seller, int32_t day, const char *product);
struct dynamo_key ddb_key_open(struct arena *arena, const char *seller);				 /* OPEN */
struct dynamo_key ddb_key_low(struct arena *arena, const char *seller, int64_t stock, const char *product);
const char *ddb_pk_changes(struct arena *arena, const char *account);				 /* CH#<id> */
struct dynamo_key ddb_key_change(struct arena *arena, const char *account, int64_t n);	 /* <n, 16 digits> */
/* SET#follow, <shard> */
struct dynamo_key ddb_key_follow(struct arena *arena, const char *stream_shard);

/* ---- transactions: write.c ---- */

/* One that is put together. Attributes are copied into the arena; lists and maps in them are not, and must stay until
 * it is written. Memory that ended shows when it is written. */
struct ddb_writing {
	struct arena *arena;
	struct dynamo_write writes[DYNAMO_TRANSACT_MAX];
	size_t count;
	bool failed;
};

/* Attributes in place: ATTRS(ATTR_TEXT("name", name), ATTR_NUMBER(":version", version)). Those whose names begin with
 * ':' are values of expressions, all others belong to an item that is put. */
#define ATTRS(...)                         \
	(const struct attr[]){__VA_ARGS__}, \
	    sizeof((const struct attr[]){__VA_ARGS__}) / sizeof(struct attr)
#define NO_ATTRS NULL, 0

/* Each returns the write's place in the transaction, by which a cancellation tells of it. `condition` may be NULL. */
size_t ddb_add_put(struct ddb_writing *writing, struct dynamo_key key, const char *condition, const struct attr *attrs,
		   size_t count);
size_t ddb_add_update(struct ddb_writing *writing, struct dynamo_key key, const char *update, const char *condition,
		      const struct attr *values, size_t count);
size_t ddb_add_delete(struct ddb_writing *writing, struct dynamo_key key, const char *condition,
		      const struct attr *values, size_t count);
size_t ddb_add_check(struct ddb_writing *writing, struct dynamo_key key, const char *condition,
		     const struct attr *values, size_t count);

/* The transaction: as dynamo_write. None that adds nothing is done: true. */
bool ddb_write(struct dynamodb_store *store, const struct ddb_writing *writing, struct dynamo_cancelled *ret_cancelled,
	       struct err *err);

/* A condition didn't hold since somebody else was quicker: waits a moment (at random, longer each time) and returns
 * true, for what it was decided by to be read again; after DDB_TRIES times returns false with ERR_UNAVAILABLE. *tries
 * is 0 at first. */
enum { DDB_TRIES = 30 };
bool ddb_again(int *tries, struct err *err);

/* ---- reading: write.c ---- */

/* Checks the key for memory first. */
bool ddb_get(struct dynamodb_store *store, struct dynamo_key key, bool consistent, struct arena *arena,
	     struct dynamo_items *ret_items, struct err *err);

/* Any number of keys, of which some may be the same; ret_items->items has an item for each, in their order. */
bool ddb_get_many(struct dynamodb_store *store, const struct dynamo_key *keys, size_t count, bool consistent,
		  struct arena *arena, struct dynamo_items *ret_items, struct err *err);

/* ---- accounts: account.c ---- */

/* What is known of an account besides itself. */
struct ddb_account {
	struct account account;
	int64_t revision; /* attribute `rev`: a change is on condition of it */
	bool found, closed;
};

/* Whatever there is of that id: `found` is false when there never was one. Of a closed one, full_name is "Former
 * client" or "Former seller". */
bool ddb_account_find(struct dynamodb_store *store, const char *id, bool consistent, struct arena *arena,
		      struct ddb_account *ret_account, struct err *err);
/* Several; ids may be there twice. */
bool ddb_accounts_find(struct dynamodb_store *store, const char *const *ids, size_t count, bool consistent,
		       struct arena *arena, struct ddb_account *ret_accounts, struct err *err);
/* One that is open and of that group: ERR_NOT_FOUND. Consistent. */
bool ddb_account_read(struct dynamodb_store *store, enum group group, const char *id, struct arena *arena,
		      struct ddb_account *ret_account, struct err *err);
bool ddb_account_missing(enum group group, struct err *err);

/* Is it the item of an account of that group, and open? NULL: no. */
bool ddb_account_is_open(const cJSON *item, enum group group);
/* Adds the condition that it is. */
size_t ddb_add_account_check(struct ddb_writing *writing, enum group group, const char *id);

/* "Former client", "Former seller". */
extern const char *const ddb_former_names[];

/* ---- products: product_read.c ---- */

/* The half that a purchase changes, and that decides what may be bought. */
struct ddb_hot {
	const char *id, *seller_id; /* id: as it was asked for */
	bool found, archived;       /* archived: by itself; a closed account of its seller is not looked at */
	int64_t stock, price, version, updated_at;
	int64_t texts_version; /* the version that wrote the texts */
	bool low_told;
	bool has_picture;
	uint8_t digest[STORE_DIGEST]; /* of the picture */
	const char *media_type;
	int64_t picture_length;
};
void ddb_hot_take(const cJSON *item, const char *id, struct arena *arena, struct ddb_hot *ret_hot, bool *failed);

/* Hot halves of any products; ids may be there twice, and may be no ids. */
bool ddb_hots_read(struct dynamodb_store *store, const char *const *ids, size_t count, bool consistent,
		   struct arena *arena, struct ddb_hot *ret_hots, struct err *err);

/* A whole product. */
struct ddb_product {
	struct product product; /* currency and seller's name of today included */
	struct ddb_hot hot;
	bool found;		  /* there is, or was, one of that id */
	bool gone;		  /* it is archived, or its seller's account is closed; true when it isn't found */
	const char *category_key; /* normal_category_key of its category */
};

/* The rest of products whose hot halves were read: both halves are of one moment (where they aren't, both are read
 * anew). */
bool ddb_products_join(struct dynamodb_store *store, const struct ddb_hot *hots, size_t count, bool consistent,
		       struct arena *arena, struct ddb_product *ret_products, struct err *err);
/* Both at once. */
bool ddb_products_read(struct dynamodb_store *store, const char *const *ids, size_t count, bool consistent,
		       struct arena *arena, struct ddb_product *ret_products, struct err *err);

/* The product if it is on sale and this seller's: ERR_NOT_FOUND, ERR_FORBIDDEN. Consistent. */
bool ddb_product_own(struct dynamodb_store *store, const char *seller_id, const char *id, struct arena *arena,
		     struct ddb_product *ret_product, struct err *err);

/* ---- products: product.c, category.c, picture.c ---- */

/* Takes a product off sale, with its entries, picture and place in its category, whoever's it is; is it off sale
 * already (or none), that is no error. */
bool ddb_product_shelve(struct dynamodb_store *store, const char *id, struct arena *arena, struct err *err);

/* A category as it is kept; not found: nothing is sold in it. */
struct ddb_category {
	const char *key, *name;
	int64_t products;
	bool found;
};
bool ddb_category_read(struct dynamodb_store *store, const char *key, struct arena *arena,
		       struct ddb_category *ret_category, struct err *err);
/* One product more or fewer in a category that was read before, on condition that it still is what was read as far as
 * that matters. `name`: what it is called when this is its first product. */
void ddb_add_category_more(struct ddb_writing *writing, const struct ddb_category *category, const char *name);
void ddb_add_category_fewer(struct ddb_writing *writing, const struct ddb_category *category);
/* Another spelling, when the product that asks for it is the only one in it. */
void ddb_add_category_rename(struct ddb_writing *writing, const struct ddb_category *category, const char *name);

/* A whole product that is not there yet; on sale, with its entries and one more in its category, which was read before
 * and is called `category_name` if this is its first product. */
void ddb_add_product(struct ddb_writing *writing, const struct ddb_product *product,
		     const struct ddb_category *category, const char *category_name);

/* The bytes of the picture that the hot half names; *ret_bytes NULL: the chunks are not that one's. */
bool ddb_picture_read(struct dynamodb_store *store, const struct ddb_hot *hot, struct arena *arena,
		      const void **ret_bytes, struct err *err);
/* Gives a product a picture as it is, unless it has one; its version stays. */
void ddb_add_moved_picture(struct ddb_writing *writing, const char *product_id, const struct store_picture *picture);

/* The picture's chunks go, in the transaction that takes it off the hot half. */
void ddb_add_picture_removal(struct ddb_writing *writing, const struct ddb_hot *hot);

/* ---- the operations of struct store, a file each subject ---- */

#define OPERATION(name) store_##name##_fn dynamodb_##name;
STORE_OPERATIONS(OPERATION)
#undef OPERATION
store_account_list_fn dynamodb_account_list;
store_is_empty_fn dynamodb_is_empty;
store_export_rows_fn dynamodb_export_rows;
store_import_rows_fn dynamodb_import_rows;

#endif
