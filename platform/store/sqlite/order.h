/* order.h: what purchases and sales share: how they are read, where they go, and how they are listed.
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_ORDER_H
#define VITRINE_PLATFORM_STORE_SQLITE_ORDER_H

#include "models/order_search.h"
#include "platform/store/sqlite/internal.h"

/* ---- columns ---- */

/* Of table sale as `s`, from a statement's column `first` on. */
#define PROGRESS_COLUMNS "s.tracking, s.reason, s.cancelled_by, s.shipped_at, s.delivered_at"
struct progress progress_read(sqlite3_stmt *statement, int first, struct arena *arena, bool *failed);

/* Of table delivery as `d`, joined from the left. *ret_delivery and *ret_note are NULL where there is none. */
#define DELIVERY_COLUMNS "d.full_name, d.address, d.mobile, d.note"
bool delivery_read(sqlite3_stmt *statement, int first, struct arena *arena, const struct delivery **ret_delivery,
		   const char **ret_note, struct err *err);

/* ---- deliveries ---- */

/* Keeps delivery and note of a purchase, if there is either. */
bool delivery_keep(struct db_connection *connection, int64_t purchase, int64_t date, const struct delivery *delivery,
		   const char *note, struct arena *arena, struct err *err);

/* Looks whether the purchase has ended, now that one of its sales has: then its delivery stays for a while only. */
bool delivery_settle(struct db_connection *connection, int64_t purchase, int64_t now, struct err *err);

/* ---- one purchase ---- */

/* As it was made, by its number: with all its sales placed. */
bool purchase_made(const struct sqlite_store *store, struct db_connection *connection, int64_t n, struct arena *arena,
		   struct purchase *ret_purchase, struct err *err);

/* ---- one sale ---- */

/* What else is known of a sale that is being read. */
struct sale_row {
	int64_t n, purchase;
};

/* ERR_NOT_FOUND also for somebody else's. */
bool sale_find(const struct sqlite_store *store, struct db_connection *connection, const char *seller_id,
	       const char *id, struct arena *arena, struct sale *ret_sale, struct sale_row *ret_row, struct err *err);

/* ---- keys ---- */

/* What this key was answered before; *ret_known false when it never was. ERR_UNPROCESSABLE with another digest. */
bool order_key_find(const struct sqlite_store *store, struct db_connection *connection, int64_t client,
	      const struct store_purchase *wanted, struct arena *arena, bool *ret_known,
	      struct store_purchase_result *ret_result, struct err *err);
bool order_key_keep(struct db_connection *connection, int64_t client, int64_t purchase,
		    const struct store_purchase *wanted, int64_t now, struct err *err);

/* The first answer of a purchase whose key says that it had another form than today's; NULL where it hadn't. */
bool order_key_answer(const struct sqlite_store *store, struct db_connection *connection, int64_t purchase, int form,
		struct arena *arena, const char **ret_answer, struct err *err);

/* Keeps a key that was kept elsewhere, unless it is there. `purchase` 0: only its answer is known. */
bool order_key_import(struct db_connection *connection, int64_t client, int64_t purchase, const struct row_key *key,
		struct err *err);

/* ---- listing ---- */

/* A listing of orders, the newest first, a few rows at a time. */
struct order_rows {
	struct sqlite_store *store;
	struct db_connection *connection;
	struct arena *arena;
	void *rows;         /* room for page.limit and LIMIT_PAGE more */
	struct sale_row numbers[2 * LIMIT_PAGE]; /* of each row as it is read; of a purchase only `n` */
	int64_t owner;             /* the account's number */
	const char *owner_id;
	int status;                /* of sales; -1: any */
};
struct order_kind {
	size_t row_size;
	const char *place_sql; /* number and id of the greatest id that is not above one */
	/* The heads of at most `limit` rows numbered below `before`, put from row `at` on; *ret_more: others follow. */
	bool (*heads)(struct order_rows *rows, size_t at, size_t limit, int64_t before, size_t *ret_count,
		      bool *ret_more, struct err *err);
	/* The rest of a row. */
	bool (*rest)(struct order_rows *rows, size_t index, struct err *err);
	const char *(*id)(const struct order_rows *rows, size_t index);
	/* Does the search find it? `scratch` is for one name. */
	bool (*found)(const struct order_rows *rows, size_t index, const struct order_search *search,
		      struct arena *scratch, bool *ret_found, struct err *err);
};

/* Fills rows->rows; `q` NULL: all. */
bool order_list(const struct order_kind *kind, struct order_rows *rows, const char *q, struct store_page page,
		size_t *ret_count, const char **ret_next, struct err *err);

#endif
