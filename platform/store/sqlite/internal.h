/* internal.h: what the files of the SQLite store share.
 *
 * An operation is a unit of work (db.h) on a context of its own, which lives on its caller's stack. Results are
 * gathered in the context and handed out when the unit is done, so that outputs stay untouched on failure. A unit may
 * run twice.
 *
 * From the bottom to the top, nothing below using what is above: sql.c; account.c, change.c, search.c, product_cache.c;
 * product.c, picture.c, stats.c; list.c, cart.c, sale.c; purchase_read.c, purchase.c; account_end.c; tend.c; sqlite.c.
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_INTERNAL_H
#define VITRINE_PLATFORM_STORE_SQLITE_INTERNAL_H

#include <assert.h>

#include "base/id.h"
#include "models/limits.h"
#include "platform/db/db.h"
#include "platform/store/list_rule.h"
#include "platform/store/sqlite/product_cache.h"
#include "platform/store/sqlite/sqlite.h"

struct sqlite_store {
	struct store base;
	struct db *db;
	char currency[4];
	struct id_source ids; /* used by units that write, which run one at a time */
	struct product_cache *products;
};
static_assert(offsetof(struct sqlite_store, base) == 0, "the one is a pointer to the other");

/* ---- statements: sql.c ---- */

/* The prepared statement with values bound by `types`, a letter each: i int64_t, t text (may be NULL), b bytes (const
 * void
 * * and size_t). Texts and bytes must stay until the unit is done. NULL on failure. */
sqlite3_stmt *sql_query(struct db_connection *connection, struct err *err, const char *sql, const char *types, ...);

/* The same, run at once; for what gives no rows. */
bool sql_run(struct db_connection *connection, struct err *err, const char *sql, const char *types, ...);

/* A single number: the first column of the first row. *ret_found false when there is no row. */
bool sql_number(struct db_connection *connection, sqlite3_stmt *statement, int64_t *ret_number, bool *ret_found,
		struct err *err);

/* Rows read into an array. */
struct sql_list {
	struct arena *arena;   /* for the texts, and for the array unless `rows` is one already */
	size_t most, size; /* rows at most, and bytes of each */
	/* Fills a row; `count` is its index. What it needs memory for sets `failed` when there is none. */
	void (*take)(sqlite3_stmt *statement, void *row, struct sql_list *list);
	void *context;       /* for `take` */
	const char *doing;   /* as err_memory says it */
	void *rows; /* NULL: made */
	/* What became of it. */
	size_t count;
	bool more; /* there are more than `most` */
	bool failed;
};

/* Steps through the statement (NULL: false). */
bool sql_list(struct db_connection *connection, sqlite3_stmt *statement, struct sql_list *list, struct err *err);

/* ---- places: sql.c ---- */

/* The row number of an id, by a statement that gives number and id of the greatest id that is not above it: *ret_n is
 * that number, or 0, and *ret_exact says whether the id is this one. ERR_INVALID when it isn't an id. */
bool place_number(struct db_connection *connection, const char *sql, const char *id, int64_t *ret_n, bool *ret_exact,
		  struct err *err);

/* The place "<id>" of a listing that goes down: what follows has a number below *ret_n. NULL: from the start. */
bool place_newest(struct db_connection *connection, const char *sql, const char *after, int64_t *ret_n,
		  struct err *err);

/* ---- accounts: account.c ---- */

/* The number of an account that is not deleted. 0 when there is none. */
bool account_number(struct db_connection *connection, enum group group, const char *id, int64_t *ret_n,
		    struct err *err);
bool account_missing(enum group group, struct err *err);

/* An account that is not deleted; ERR_NOT_FOUND. */
bool account_read(struct db_connection *connection, enum group group, const char *id, struct arena *arena,
		  struct account *ret_account, struct err *err);

/* A number that is another one whenever a seller's name is: the rest of what a product shows changes with its
 * version. */
bool account_names(struct db_connection *connection, int64_t *ret_stamp, struct err *err);
bool account_names_change(struct db_connection *connection, struct err *err);

/* ---- products: product.c ---- */

/* A product's row with what is not in struct product. */
struct product_row {
	struct product product;
	int64_t n, seller;
	bool archived;
};

/* Bytes of what its words are looked for in: what its index costs. */
size_t product_text_bytes(const struct product *product);

/* Columns of table product as `p` and its seller's account as `a`, read by product_read. What a seller who has left has
 * on sale still, until it is tidied up, counts as archived. */
#define PRODUCT_COLUMNS                                                                                          \
	"p.n, p.archived OR a.deleted, p.seller, p.id, p.name, p.description, p.price, p.category, a.id, a.full_name," \
	" p.stock, p.version, p.has_picture, p.created_at, p.updated_at"
#define PRODUCT_TABLES "product p CROSS JOIN account a ON a.n = p.seller"
enum {
	PRODUCT_COLUMN_N,
	PRODUCT_COLUMN_ARCHIVED,
	PRODUCT_COLUMN_SELLER,
	PRODUCT_COLUMN_ID,
	PRODUCT_COLUMN_NAME,
	PRODUCT_COLUMN_DESCRIPTION,
	PRODUCT_COLUMN_PRICE,
	PRODUCT_COLUMN_CATEGORY,
	PRODUCT_COLUMN_SELLER_ID,
	PRODUCT_COLUMN_SELLER_NAME,
	PRODUCT_COLUMN_STOCK,
	PRODUCT_COLUMN_VERSION,
	PRODUCT_COLUMN_HAS_PICTURE,
	PRODUCT_COLUMN_CREATED_AT,
	PRODUCT_COLUMN_UPDATED_AT,
};
bool product_read(const struct sqlite_store *store, sqlite3_stmt *statement, struct arena *arena,
		  struct product_row *ret_row, struct err *err);

/* By id; row->n is 0 when there never was one. Archived ones are found too. */
bool product_find(const struct sqlite_store *store, struct db_connection *connection, const char *id,
		  struct arena *arena, struct product_row *ret_row, struct err *err);

/* The product if it is on sale and this seller's: ERR_NOT_FOUND, ERR_FORBIDDEN. */
bool product_own(const struct sqlite_store *store, struct db_connection *connection, const char *seller_id,
		 const char *id, struct arena *arena, struct product_row *ret_row, struct err *err);

/* None: no error. */
bool product_remove_picture(struct db_connection *connection, int64_t product, struct err *err);

/* Writes what is different of a product; its category gets the form that the shop has of it. Words, categories and the
 * indexes over them are left alone when only numbers change. */
bool product_write(struct db_connection *connection, const struct product_row *old, struct product_row *row,
		   struct arena *arena, struct err *err);

/* Takes a product off sale, whose row was read before. */
bool product_shelve(struct db_connection *connection, const struct product_row *row, int64_t now, struct err *err);

/* Adds to a product's stock, to LIMIT_STOCK at most; an amount below 0 takes away. That is a change: the version
 * rises. */
bool product_restock(struct db_connection *connection, int64_t n, int64_t amount, int64_t now, struct err *err);

/* ---- categories: category.c ---- */

/* How the shop writes the category of that name; NULL when it has none that is equal when folded. */
bool category_find(struct db_connection *connection, const char *name, struct arena *arena, const char **ret_name,
		   struct err *err);

/* How the shop will write the category of a product that says `name`: as it was first written, else in its normal
 * form. */
bool category_settle(struct db_connection *connection, const char *name, struct arena *arena, const char **ret_name,
		     struct err *err);

/* One more or fewer product on sale in a category, which was settled before. */
bool category_add(struct db_connection *connection, const char *name, struct arena *arena, struct err *err);
bool category_remove(struct db_connection *connection, const char *name, struct err *err);

/* ---- rows of a shop that is moved in: product.c, picture.c ---- */

/* Puts a product in as it is; on sale, it is counted in its category and found. Its n is filled in. */
bool product_import(struct db_connection *connection, struct product_row *row, struct arena *arena, struct err *err);
bool product_picture_import(struct db_connection *connection, int64_t product, const struct row_picture *picture,
			    int64_t now, struct err *err);

/* ---- the operations of struct store, a file each subject ---- */

#define OPERATION(name) store_##name##_fn sqlite_##name;
STORE_OPERATIONS(OPERATION)
#undef OPERATION
store_account_list_fn sqlite_account_list;
store_change_news_fn sqlite_change_news;
store_is_empty_fn sqlite_is_empty;
store_export_rows_fn sqlite_export_rows;
store_import_rows_fn sqlite_import_rows;

/* ---- what is due: tend.c ---- */

/* A chore: both are units of work on a struct tending, of which `look`, which reads, sets `due` when there is something
 * to do, and `slice`, which writes, does some of it: for a few milliseconds at most. Its row is in tend.c. */
struct tending {
	struct sqlite_store *store;
	int64_t now; /* ms */
	bool due;
	int64_t number; /* of what is due, for a chore whose slice has to do with that very one */
};

db_work keys_look, keys_slice;             /* keys.c: idempotency keys that have grown old */
db_work answers_look, answers_slice;       /* keys.c: answers from before, compared with their purchases */
db_work deliveries_look, deliveries_slice; /* delivery.c: deliveries and notes that nobody needs any more */
db_work changes_look, changes_slice;       /* change.c: changes that nobody can ask for any more */
db_work ending_look, ending_slice; /* account_end.c: what an account's end leaves behind */
db_work digests_look, digests_slice; /* picture.c: digests of pictures from before there were any */
db_work traces_look, traces_slice; /* and what is left in the database's log of those that are done with */
db_work search_look, search_slice; /* search_build.c: the search's index */

/* ---- purchases and sales: purchase.c, sale.c ---- */

bool purchase_find(const struct sqlite_store *store, struct db_connection *connection, const char *client_id,
		   const char *id, struct arena *arena, struct purchase *ret_purchase, int64_t *ret_n,
		   struct err *err);

/* Cancels a sale that may be: its status, its products' stock, its seller's revenue; and tells the other side. */
struct sale_end {
	enum canceller by;
	const char *reason; /* NULL: nobody said */
	int64_t at;         /* ms */
	bool quiet;         /* the other side is not told: it is a demonstration's past */
};
bool sale_cancel(struct db_connection *connection, int64_t sale, const struct sale_end *end, struct err *err);

/* Tells a seller, or the client of a purchase, of a change, unless their account is closed; in the unit that makes it:
 * change.c. `subject` is the number of what its kind says. */
bool change_tell_seller(struct db_connection *connection, int64_t seller, enum change_kind kind, int64_t subject,
			int64_t at, struct err *err);
bool change_tell_client(struct db_connection *connection, int64_t purchase, enum change_kind kind, int64_t at,
			struct err *err);

/* Deletes an account's changes, so many at most; *ret_all: nothing that may go is left. */
bool changes_forget(struct db_connection *connection, int64_t account, int64_t most, bool *ret_all, struct err *err);

/* What an account's end takes along: with a seller's sales of these numbers, their name in answers from before that
 * keys still keep as they were written (keys.c); with a client's purchases, deliveries, notes and the reasons they gave
 * (delivery.c). */
bool keys_forget_answers(struct db_connection *connection, int64_t seller, int64_t after, int64_t last,
			 struct err *err);
bool deliveries_forget(struct db_connection *connection, int64_t client, int64_t after, int64_t last, struct err *err);

/* Takes products out of a client's cart, as many of each as are there; adds one to its version if there were any. */
struct cart_take {
	int64_t product, quantity;
};
bool cart_take(struct db_connection *connection, int64_t client, const struct cart_take *takes, size_t count,
	       struct err *err);

/* An address as one text, and back (the text is cut up): delivery.c. */
bool address_join(const char *const *lines, size_t count, struct arena *arena, const char **ret_text, struct err *err);
bool address_split(char *text, struct arena *arena, const char *const **ret_lines, size_t *ret_count, struct err *err);

/* Adds units and an amount to the counters of a seller, a day and a product, or takes them off; they saturate. */
bool revenue_add(struct db_connection *connection, int64_t seller, int64_t day, int64_t product, int64_t units,
		 int64_t amount, struct err *err);
bool revenue_remove(struct db_connection *connection, int64_t seller, int64_t day, int64_t product, int64_t units,
		    int64_t amount, struct err *err);

#endif
