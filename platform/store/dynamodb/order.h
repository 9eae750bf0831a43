/* order.h: what purchases and sales of the DynamoDB store share: their items, how they move on, and how they are
 * listed.
 *
 * A purchase (C#<client>, B#<id>) holds its lines and a part for each seller. Each part has a sale of its own
 * (S#<seller>#<shard>, <id>), so that sellers read and list only what is theirs. A step changes both in one
 * transaction, on condition of what all parts of the purchase were, so the purchase alone says where its sales stand.
 *
 * From the bottom to the top: order_item.c; order_list.c, sale_step.c; purchase.c, purchase_read.c, sale.c.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_ORDER_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_ORDER_H

#include "models/order_search.h"
#include "platform/aws/dynamo.h"
#include "platform/store/dynamodb/internal.h"

/* ---- items: order_item.c ---- */

/* A purchase as it is kept: delivery and note are items of their own. */
struct ddb_purchase {
	struct purchase purchase;
	const char *sales[LIMIT_LINES]; /* of each part */
};

/* ERR_INTERNAL when the item is none that a store made. */
bool ddb_purchase_take(const struct dynamodb_store *store, const cJSON *item, const char *client_id,
		       struct arena *arena, struct ddb_purchase *ret_purchase, struct err *err);

struct ddb_sale {
	struct sale sale;
	const char *client_id;
	size_t part; /* its place among the parts of its purchase */
};
bool ddb_sale_take(const struct dynamodb_store *store, const cJSON *item, const char *seller_id, struct arena *arena,
		   struct ddb_sale *ret_sale, struct err *err);

/* Where a purchase goes and the note with it: both NULL when there is no item, or when its time was up before `now`
 * (ms).
 */
bool ddb_delivery_take(const cJSON *item, int64_t now, struct arena *arena, const struct delivery **ret_delivery,
		       const char **ret_note, struct err *err);

/* Adds the items of a purchase to a transaction: itself, which must not be there; its sale of a part, with the status
 * that this has; delivery and note, if there is either, to stay until then (ms). `quiet`: nobody is told how the sale
 * got there, it is a demonstration's past, or was told elsewhere. */
void ddb_add_purchase(struct ddb_writing *writing, const struct ddb_purchase *row);
void ddb_add_sale(struct ddb_writing *writing, const struct ddb_purchase *row, size_t index, int64_t at, bool quiet);
void ddb_add_delivery(struct ddb_writing *writing, const struct purchase *purchase, int64_t until);

/* ---- steps: sale_step.c ---- */

/* Where parts of a purchase go, and who says so. */
struct ddb_step {
	enum sale_status to;
	const char *tracking, *reason; /* or NULL */
	enum canceller by;             /* who cancels */
	int64_t at;                    /* ms */
	bool quiet; /* nobody is told: it is a demonstration's past */
};

/* A step under way. It is read what there is, decided which parts move, and written; over again when somebody else was
 * quicker. Zeroed at first, but for these. */
struct ddb_stepping {
	struct dynamodb_store *store;
	struct arena *arena;
	const char *client_id, *purchase_id;
	/* As it is; after the step, as it is then. */
	struct ddb_purchase row;
	bool found, client_open;
	/* For sale_step.c alone. */
	int64_t ttl;            /* of its delivery; 0: there is none */
	bool full[LIMIT_LINES]; /* of each line: is there no room for it in the stock? */
	int tries;
};
bool ddb_step_read(struct ddb_stepping *stepping, struct err *err);

/* Moves parts (at least one, from where they are): their sales, the purchase, the stock that comes back, and how long
 * the delivery stays if that was the last to end; at once or not at all. What a client cancels is on condition that
 * their account is open, since their reason would stay behind. False with *ret_again: it has to be read and decided
 * anew. */
bool ddb_step_write(struct ddb_stepping *stepping, const struct ddb_step *step, const bool *moves, bool *ret_again,
		    struct err *err);

/* Cancels a sale for its seller's end: by the seller, without a reason, with restocking. True, too, when it isn't
 * placed any more, or isn't there. */
bool ddb_sale_end(struct dynamodb_store *store, const char *seller, const char *sale, int64_t at, struct arena *arena,
		  struct err *err);

/* ---- one sale: sale.c ---- */

/* Of an open account; ERR_NOT_FOUND also for somebody else's. Without its delivery. Consistent. */
bool ddb_sale_find(struct dynamodb_store *store, const char *seller_id, const char *id, struct arena *arena,
		   struct ddb_sale *ret_sale, struct err *err);

/* ---- listing: order_list.c ---- */

/* What is listed. */
struct ddb_orders {
	struct dynamodb_store *store;
	struct arena *arena;
	enum group group; /* whose: nothing is listed of an account that is closed */
	const char *owner;
	const char *const *partitions; /* that they are spread over */
	size_t partitions_count;
	const char *prefix; /* before the id in the sort key */
	bool consistent;
	int status;               /* of sales; -1: any */
	const char *other_number; /* attribute with another id that a search may be for, or NULL */
	size_t row_size;
	/* Reads an item into a row, and says where its delivery is. */
	bool (*take)(const struct ddb_orders *orders, const cJSON *item, void *row, struct dynamo_key *ret_delivery,
		     struct err *err);
	void (*deliver)(void *row, const struct delivery *delivery, const char *note);
};

/* The newest first; `q` NULL: all. *ret_rows is an array of rows. */
bool ddb_order_list(const struct ddb_orders *orders, const char *q, struct store_page page, void **ret_rows,
		    size_t *ret_count, const char **ret_next, struct err *err);

#endif
