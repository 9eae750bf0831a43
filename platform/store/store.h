/* store.h: where the shop's data lives. One set of domain operations, several stores (SQLite; DynamoDB), the same
 * behaviour: tests/contract/store_suite runs over each of them.
 *
 * Rules for all operations
 * - They block until done; an operation that changes something is durable when it returns true, and has changed nothing
 *   when it returns false.
 * - They may be called from many threads at once.
 * - Results, texts included, are allocated in `arena` and live as long as it does.
 * - They don't check who asks: the handlers have. Where an operation takes the owner's id, it touches only what is
 * theirs and
 *   answers ERR_NOT_FOUND or ERR_FORBIDDEN as said.
 * - A page may be short, even empty, while there is a next place: only a missing one is the end of a listing.
 * - What follows from a change and is large (what an account's end leaves behind, counters, an index) may follow later:
 * `tend`
 *   does it. The store's rules hold in between, too.
 * - Errors besides those named: ERR_MEMORY; ERR_STORAGE_FULL (disk full; nothing lost); ERR_UNAVAILABLE (busy or
 *   unreachable; may be tried again); ERR_INTERNAL.
 * - `currency` in results is the store's.
 * - Text was checked by the shapes before it came here.
 */
#ifndef VITRINE_PLATFORM_STORE_STORE_H
#define VITRINE_PLATFORM_STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "models/account.h"
#include "models/change.h"
#include "models/product.h"
#include "models/purchase.h"
#include "platform/store/rows.h"

/* A page of a listing: what comes after the place `after` (NULL: from the start), `limit` rows at most. A place is a
 * short text that the store made (*ret_next of an earlier call with the same filter; NULL when nothing follows, and
 * only then) and that means the same to every store: it is made of the sort key and the id only. A place that no store
 * made: ERR_INVALID. */
struct store_page {
	const char *after;
	size_t limit;
};

/* Sellers are listed by this many bytes of their folded names (cut at a character), so that a place stays short. */
enum { STORE_NAME_KEY = 160 };
enum { STORE_DIGEST = 32 };

struct store_picture {
	const char *media_type; /* "image/png" or "image/jpeg" */
	const void *bytes;
	size_t length;
	uint8_t digest[STORE_DIGEST]; /* of the bytes, BLAKE2b-256; the store's to fill in */
};

/* What a purchase needs besides its items. */
struct store_purchase {
	const char *client_id, *client_name;
	const char *key;       /* Idempotency-Key */
	uint8_t digest[32];    /* of the request's body: the same key with another digest is another request */
	int64_t date;          /* ms; 0: now. An earlier one is for filling a demonstration */
	const struct purchase_item *items; /* distinct products */
	size_t items_count;
	const struct delivery *delivery;   /* NULL: none; the same goes for the note */
	const char *note;
	/* A rule that the request breaks and that may not have been one when it was first sent: what is answered unless
	 * the key is known already, with nothing changed. The items may be anything then. NULL: it breaks none. */
	const struct err *refused;
};

/* What a key has bought is known for so long, where the contract promises a day; then the key may go. */
enum { STORE_KEY_AGE_MS = 48 * 60 * 60 * 1000 };

/* Delivery and note are kept until the client's account goes, so long after the last sale of the purchase was delivered
 * or cancelled, or so long after it was made, whichever comes first; then `tend` removes them. */
enum { STORE_DELIVERY_DAYS_ENDED = 90, STORE_DELIVERY_DAYS = 400 };

/* A page of purchases or of sales with `q` looks at so many of them at most, so that it takes no longer in a long
 * list. */
enum { STORE_ORDERS_SEEN = 500 };

/* Changes are told for so long; then `tend` removes them. */
enum { STORE_CHANGE_DAYS = 7 };

struct store_changes {
	struct change *changes;
	size_t count;
	const char *next; /* the place after them, or after all there is when nothing follows; never NULL */
	/* the place that was asked for is too old, or of a shop that was put back to an earlier day */
	bool reset;
	/* for a store with `change_news`: the place to go on from, so that none is missed between the two */
	int64_t seen;
};
struct store_news {
	int64_t place;
	const char *const *accounts; /* ids; one may be there more than once */
	size_t count;
	bool more;
};

/* One product that a purchase can't have. */
struct store_fault {
	size_t item;            /* index into items */
	enum { FAULT_GONE, FAULT_PRICE, FAULT_STOCK } reason;
	struct product product; /* as it is now; only its id is set when it is gone */
};

/* How a purchase ended: either the answer, or the faults. */
struct store_purchase_result {
	bool replayed; /* this key was used before with this digest */
	/* As it was made, whatever became of it since: written by purchase_shape it is the first answer, byte for byte.
	 * But a seller who has left has a pseudonym, and delivery and note are gone when they were removed. */
	struct purchase purchase;
	/* The bytes of that answer where an earlier program wrote them in another way; NULL as a rule. */
	const char *kept;
	size_t kept_length;
	/* with ERR_CONFLICT, code "price_changed" or "out_of_stock" (gone counts as such) */
	struct store_fault *faults;
	size_t faults_count;
};

struct store;

/* ---- the operations, each declared once: a store's functions and the table below follow from these ---- */

/* Frees everything. No other call may be under way. */
typedef void store_close_fn(struct store *store);

/* True when the store answers. */
typedef bool store_check_fn(struct store *store, struct err *err);

/* A number that grows with every change of the data, at the latest when the change is acknowledged; 0: it can't be told
 * just now. */
typedef uint64_t store_generation_fn(struct store *store);

/* Does what is due at `now` (ms) and isn't done yet, in slices none of which makes others wait for longer than 20 ms,
 * and begins no other once `budget` (ms) has passed. *ret_more: there is more to do at once. What is done stays done,
 * whatever becomes of the rest. Meant for a thread that may wait; several may call it, also of several processes. */
typedef bool store_tend_fn(struct store *store, int64_t now, int64_t budget, bool *ret_more, struct err *err);

/* The value kept under a name, *ret_value NULL when there is none. Values are texts. */
typedef bool store_setting_get_fn(struct store *store, const char *name, struct arena *arena, const char **ret_value,
				  struct err *err);
/* Keeps a value in the place of `before` (NULL: of none). ERR_CONFLICT, and nothing changed, when another one is there:
 * of two who make a key at the same time only one does. */
typedef bool store_setting_put_fn(struct store *store, const char *name, const char *before, const char *value,
				  struct err *err);

/* -- accounts -- */
/* `account` with its id and group set; created_at is set by the store. The id exists already, or did before it was
 * deleted: ERR_CONFLICT. */
typedef bool store_account_create_fn(struct store *store, const struct account *account, struct err *err);
/* ERR_NOT_FOUND when there is none of that id in that group. */
typedef bool store_account_get_fn(struct store *store, enum group group, const char *id, struct arena *arena,
				  struct account *ret_account, struct err *err);
/* A seller's new name shows in their products at once, in old purchases never. */
typedef bool store_account_update_fn(struct store *store, enum group group, const char *id,
				     const struct account_patch *patch, struct arena *arena,
				     struct account *ret_account, struct err *err);
/* Closes the account at once: it is found no more, nothing of it is listed, found or sold, and what is personal in the
 * account itself is gone. The rest follows (`tend`; at once where it is little), each thing once, whatever comes
 * between: a client's cart, idempotency keys, deliveries, notes and reasons and a seller's pictures go, and what either
 * was told of changes; a seller's products are archived and their sales that are still placed cancelled (with
 * restocking), also of a purchase that slipped in meanwhile; in purchases and sales the name becomes "Former client" or
 * "Former seller"; in the end nothing that is gone can be read in the store's files. Where the logins of local identity
 * are kept in the same database, the account's goes in the same transaction. Deleting again is ERR_NOT_FOUND. */
typedef bool store_account_delete_fn(struct store *store, enum group group, const char *id, struct err *err);
/* By full_name (bytewise, case folded by text_fold, STORE_NAME_KEY bytes of it), then id. Of each account: id, group
 * and full_name. */
typedef bool store_seller_list_fn(struct store *store, struct store_page page, struct arena *arena,
				  struct seller_page *ret_page, const char **ret_next, struct err *err);

/* Accounts that are not closed, of both groups, by id. */
struct store_accounts {
	struct account *accounts;
	size_t count;
};
typedef bool store_account_list_fn(struct store *store, struct store_page page, struct arena *arena,
				   struct store_accounts *ret_accounts, const char **ret_next, struct err *err);

/* -- products; the `given` bits of a change are those of product_batch_item_shape -- */
/* Creates; the store makes id, times and version 1. name, price, category and seller_id are there; description ""
 * and stock 0 when not given. ERR_NOT_FOUND when there is no such seller. */
typedef bool store_product_create_fn(struct store *store, const struct product_change *change, struct arena *arena,
				     struct product *ret_product, struct err *err);
/* ERR_NOT_FOUND when there is none or it is archived. */
typedef bool store_product_get_fn(struct store *store, const char *id, struct arena *arena,
				  struct product *ret_product, struct err *err);
/* Sets what is given; the version rises by one. (So it does with each purchase and each restocking, which are changes
 * like any other.) ERR_NOT_FOUND; ERR_FORBIDDEN when it is not this seller's; when change->version is given and
 * stale, ERR_CONFLICT with code "version_conflict", and *ret_product is the current product. */
typedef bool store_product_update_fn(struct store *store, const char *seller_id, const char *id,
				     const struct product_change *change, struct arena *arena,
				     struct product *ret_product, struct err *err);
/* Archives. ERR_NOT_FOUND (also when archived already), ERR_FORBIDDEN. */
typedef bool store_product_archive_fn(struct store *store, const char *seller_id, const char *id, struct err *err);
/* Each change on its own: `errs[i].kind` is ERR_NONE or says what was wrong, the store's own troubles included;
 * `ret_products[i]` as above. Creates have no id; one without name, price or category is ERR_INVALID. False only when
 * nothing was done at all. */
typedef bool store_product_batch_fn(struct store *store, const char *seller_id, const struct product_change *changes,
				    size_t count, struct arena *arena, struct product *ret_products, struct err *errs,
				    struct err *err);
/* q: what search_find (models/search.h) finds; of more than LIMIT_QUERY_WORDS different words ERR_INVALID at "q". A
 * category is the one that is equal when folded (normal_category_key). The order is product_order's: best (by
 * search_find's place, then newest first; its places are "<place>,<id>"), newest first, by price then id, or by price
 * falling then id falling. The page's limit is in `page`, not in the query. ERR_UNAVAILABLE, code "too_broad", for what
 * would take too long. */
typedef bool store_product_list_fn(struct store *store, const struct product_query *query, struct store_page page,
				   struct arena *arena, struct product_page *ret_page, const char **ret_next,
				   struct err *err);
/* Categories with at least one product on sale, by name (bytewise). Those that are equal when folded are one, called as
 * it was first written, and forgotten with its last product: a product that is put into it gets that name. */
typedef bool store_category_list_fn(struct store *store, struct store_page page, struct arena *arena,
				    struct category_page *ret_page, const char **ret_next, struct err *err);

/* -- pictures: ERR_NOT_FOUND without the product or without a picture; ERR_FORBIDDEN as above -- */
/* `known` is the digest of a picture that needn't be read (NULL: none): is it this one, its bytes are NULL. */
typedef bool store_picture_get_fn(struct store *store, const char *product_id, const uint8_t *known,
				  struct arena *arena, struct store_picture *ret_picture, struct err *err);
/* Replaces. `picture` NULL deletes; deleting none is no error. The product's version rises. */
typedef bool store_picture_put_fn(struct store *store, const char *seller_id, const char *product_id,
				  const struct store_picture *picture, struct arena *arena,
				  struct product *ret_product, struct err *err);

/* -- carts -- */
/* Never saved: no items, version 0. Items in the order they were put in. A product that is gone keeps its name and
 * has available false. */
typedef bool store_cart_get_fn(struct store *store, const char *client_id, struct arena *arena, struct cart *ret_cart,
			       struct err *err);
/* Replaces the items (distinct products, each with seen_price if it is known) and adds one to the version.
 * cart->version is not the current one: ERR_CONFLICT "version_conflict" and *ret_cart is the current cart. A product
 * that never was: ERR_INVALID with err->field "/items/N/product_id". ERR_NOT_FOUND when there is no such client. */
typedef bool store_cart_put_fn(struct store *store, const char *client_id, const struct cart *cart,
			       struct arena *arena, struct cart *ret_cart, struct err *err);

/* -- purchases and sales -- */
/* All or nothing, once: the rules of the REST contract. Besides the faults: ERR_UNPROCESSABLE when the key was used
 * with another digest; ERR_CONFLICT "in_flight" when the same key is being worked on; ERR_NOT_FOUND when there is
 * no such client. A product with too little stock is FAULT_STOCK whatever its price; the code is "price_changed" when
 * nothing but prices is at fault. What was bought is taken out of the client's cart, as many of each product as were
 * bought; that adds one to the cart's version if there were any. A known key is looked at before all else but the
 * client. */
typedef bool store_purchase_create_fn(struct store *store, const struct store_purchase *purchase, struct arena *arena,
				      struct store_purchase_result *ret_result, struct err *err);
/* Newest first; of those that `q` finds (order_search.h; NULL: all). ERR_NOT_FOUND also for somebody else's. */
typedef bool store_purchase_list_fn(struct store *store, const char *client_id, const char *q,
				    struct store_page page, struct arena *arena, struct purchase_page *ret_page,
				    const char **ret_next, struct err *err);
typedef bool store_purchase_get_fn(struct store *store, const char *client_id, const char *id, struct arena *arena,
				   struct purchase *ret_purchase, struct err *err);
/* Cancels what is left of it while its status may still become so (ERR_CONFLICT "illegal_transition" otherwise):
 * its sales, but those that their sellers cancelled already. Restocks (to LIMIT_STOCK at most), and takes them off the
 * revenue of the day of the purchase. */
typedef bool store_purchase_cancel_fn(struct store *store, const char *client_id, const char *id, const char *reason,
				      struct arena *arena, struct purchase *ret_purchase, struct err *err);
/* Newest first; `status` -1: all; `q` as with purchases, by the sale's number or by its purchase's. */
typedef bool store_sale_list_fn(struct store *store, const char *seller_id, int status, const char *q,
				struct store_page page, struct arena *arena, struct sale_page *ret_page,
				const char **ret_next, struct err *err);
/* ERR_NOT_FOUND also for somebody else's. */
typedef bool store_sale_get_fn(struct store *store, const char *seller_id, const char *id, struct arena *arena,
			       struct sale *ret_sale, struct err *err);
/* To move->status, if legal; cancelling restocks. ERR_NOT_FOUND also for somebody else's. */
typedef bool store_sale_transition_fn(struct store *store, const char *seller_id, const struct sale_move *move,
				      struct arena *arena, struct sale *ret_sale, struct err *err);
/* Each move on its own: `errs[i].kind` is ERR_NONE or says what was wrong. False only when nothing was done at all. */
typedef bool store_sale_batch_fn(struct store *store, const char *seller_id, const struct sale_move *moves,
				 size_t count, struct arena *arena, struct sale *ret_sales, struct err *errs,
				 struct err *err);
/* The last `days` days (1 to LIMIT_STATS_DAYS, else ERR_INVALID), today (UTC) included. Best products by revenue, then
 * id; low ones, on sale, by stock, then id; LIMIT_STATS_TOP of each. A sum that would pass an int64 is the greatest
 * one. ERR_NOT_FOUND when there is no such seller. */
typedef bool store_seller_stats_fn(struct store *store, const char *seller_id, int64_t days, struct arena *arena,
				   struct seller_stats *ret_stats, struct err *err);

/* -- changes (models/change.h): told to whom they concern, but those of a `date` or `at` that was said, which are a
 * demonstration's past -- */
/* What an account was told after the place page.after, the oldest first; NULL: nothing, only the place of now. None is
 * left out, whoever writes meanwhile; one may be told twice, under the same id. A page may be short, but is empty only
 * when there is nothing to tell. ERR_NOT_FOUND when there is no such account. */
typedef bool store_change_list_fn(struct store *store, enum group group, const char *account_id, struct store_page page,
				  struct arena *arena, struct store_changes *ret_changes, struct err *err);
/* Whom anything was told, by any process, after a place: that of the answer before, or `seen`. */
typedef bool store_change_news_fn(struct store *store, int64_t place, struct arena *arena, struct store_news *ret_news,
				  struct err *err);

/* -- a whole shop, which moves from one store to another (platform/move) -- */
/* Nothing was ever kept here: no account, no product, no purchase. */
typedef bool store_is_empty_fn(struct store *store, bool *ret_empty, struct err *err);
/* Gives every row of the shop to `take`, in any order; a row lives until `take` returns, which must not call the store.
 * All of one moment in SQLite, whoever writes meanwhile; while they come out of another store nobody may write. What is
 * due is done before (`tend`). Ends with what `take` failed with. */
typedef bool store_row_fn(void *context, const struct store_row *row, struct err *err);
typedef bool store_export_rows_fn(struct store *store, store_row_fn *take, void *context, struct err *err);
/* Puts rows in as they are, of an empty store at first: kind after kind, accounts, products and purchases in the order
 * of their ids. Nobody is told of anything. A row that is there already stays as it is, so what came before may come
 * again. ERR_INVALID when one refers to what isn't there. After a failure some of them may be in. */
typedef bool store_import_rows_fn(struct store *store, const struct store_row *rows, size_t count, struct err *err);

/* The operations that every store has. */
#define STORE_OPERATIONS(OPERATION)   \
	OPERATION(close)              \
	OPERATION(check)              \
	OPERATION(tend)               \
	OPERATION(setting_get)        \
	OPERATION(setting_put)        \
	OPERATION(account_create)     \
	OPERATION(account_get)        \
	OPERATION(account_update)     \
	OPERATION(account_delete)     \
	OPERATION(seller_list)        \
	OPERATION(product_create)     \
	OPERATION(product_get)        \
	OPERATION(product_update)     \
	OPERATION(product_archive)    \
	OPERATION(product_batch)      \
	OPERATION(product_list)       \
	OPERATION(category_list)      \
	OPERATION(picture_get)        \
	OPERATION(picture_put)        \
	OPERATION(cart_get)           \
	OPERATION(cart_put)           \
	OPERATION(purchase_create)    \
	OPERATION(purchase_list)      \
	OPERATION(purchase_get)       \
	OPERATION(purchase_cancel)    \
	OPERATION(sale_list)          \
	OPERATION(sale_get)           \
	OPERATION(sale_transition)    \
	OPERATION(sale_batch)         \
	OPERATION(seller_stats)       \
	OPERATION(change_list)

struct store {
#define OPERATION(name) store_##name##_fn *name; /* NOLINT(bugprone-macro-parentheses): a member's name */
	STORE_OPERATIONS(OPERATION)
#undef OPERATION
	/* What not every store can do. */
	store_generation_fn *generation;     /* NULL: it can't tell */
	store_account_list_fn *account_list; /* for whoever runs the shop; NULL: it can't list them */
	store_change_news_fn *change_news;   /* NULL: nobody can be woken by a change */
	store_is_empty_fn *is_empty;	     /* these three: a shop can't be moved out of it or into it */
	store_export_rows_fn *export_rows;
	store_import_rows_fn *import_rows;
	bool local; /* so quick that an event loop may call what reads; otherwise a thread that may wait has to */

	const char *currency; /* ISO 4217: what all prices are in */
};

#endif
