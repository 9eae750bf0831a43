/* purchase.h: the cart, the purchase a client makes of it, and the sale that each seller sees of that purchase.
 */
#ifndef VITRINE_MODELS_PURCHASE_H
#define VITRINE_MODELS_PURCHASE_H

#include "models/outcome.h"
#include "models/shape.h"

/* ---- cart ---- */

struct cart_item {
	const char *product_id;
	int64_t quantity;
	int64_t seen_price; /* that the client saw when it was put in; 0: nobody said. A request calls it `price` */
	/* As they are today; only in answers. */
	const char *name;
	int64_t price;
	int64_t stock;
	const char *seller_id, *seller_name;
	bool available; /* false: no longer sold */
};
struct cart {
	struct cart_item *items;
	size_t items_count;
	int64_t version; /* 0: never saved */
	const char *currency;
};
extern const struct shape cart_shape;     /* answer */
extern const struct shape cart_put_shape; /* items {product_id, quantity, price}, version */

/* ---- purchase ---- */

enum sale_status { SALE_PLACED, SALE_SHIPPED, SALE_DELIVERED, SALE_CANCELLED, SALE_STATUSES };
extern const char *const sale_status_names[];

/* May a sale go from one status to the other? The one table of legal transitions. */
bool sale_may_become(enum sale_status from, enum sale_status to);

/* It may not: ERR_CONFLICT, code "illegal_transition", with both as params. Returns false. `err` may be NULL. */
bool sale_illegal(enum sale_status from, enum sale_status to, const char *sentence, struct err *err);

/* A purchase's status by those of its `count` sales: cancelled when all are; else, among the others, delivered when all
 * are, placed when all are, and shipped otherwise. */
enum sale_status purchase_status(const enum sale_status *sales, size_t count);

/* Where a purchase goes to. */
struct delivery {
	const char *full_name;
	const char *const *address; /* its lines */
	size_t address_count;
	const char *mobile;
};

/* Who took a sale back. */
enum canceller { CANCELLED_BY_CLIENT, CANCELLED_BY_SELLER };
extern const char *const canceller_names[];

/* What became of one seller's part of a purchase. */
struct progress {
	const char *tracking; /* what the carrier calls it; NULL: nobody said */
	const char *reason;   /* why it was cancelled; NULL: nobody said */
	int cancelled_by;     /* enum canceller; -1: it isn't */
	int64_t shipped_at, delivered_at; /* ms; 0: not yet, or it isn't known */
};
struct purchase_part {
	const char *seller_id;
	int status; /* enum sale_status */
	struct progress progress;
};

struct purchase_line {
	const char *product_id, *product_name;
	const char *seller_id, *seller_name;
	int64_t price;
	int64_t quantity;
	int status; /* enum sale_status */
	const char *price_text; /* as in struct product: the base profile's, never on the wire */
};
struct purchase {
	const char *id;
	const char *client_id, *client_name;
	int64_t purchase_date; /* ms */
	int status;            /* enum sale_status */
	const char *currency;
	int64_t total; /* -1: the base profile's, when one of its prices is no amount */
	struct purchase_line *lines;
	size_t lines_count;
	struct purchase_part *parts; /* one for each seller, in the order of their first lines */
	size_t parts_count;
	const struct delivery *delivery; /* NULL: there is none, or not any more; the same goes for the note */
	const char *note;
	/* the base profile's, in place of a date that can't be read, never on the wire; or NULL */
	const char *date_text;
};
extern const struct shape purchase_shape;

struct purchase_page {
	struct purchase *purchases;
	size_t purchases_count;
	const char *next_cursor;
};
extern const struct shape purchase_page_shape;

struct purchase_item {
	const char *product_id;
	int64_t quantity;
	int64_t price; /* what the buyer saw */
};
struct purchase_request {
	struct purchase_item *items;
	size_t items_count;
	const struct delivery *delivery;
	const char *note;
};
extern const struct shape purchase_request_shape;

/* GET /Purchase's parameters. */
struct purchase_query {
	const char *q; /* what a number or a product is looked for by; NULL: all */
	int64_t limit; /* 0 when absent */
	const char *cursor;
};
extern const struct shape purchase_query_shape;

/* The body of POST /Purchase/{id}/Cancel and of a seller's steps, each with what it takes; all of it may be missing. */
struct step_request {
	const char *tracking, *reason;
};
extern const struct shape ship_request_shape, cancel_request_shape;

/* ---- sale ---- */

struct sale_line {
	const char *product_id, *product_name;
	int64_t price;
	int64_t quantity;
};
struct sale {
	const char *id;
	const char *purchase_id;
	const char *client_name;
	const char *seller_id;
	int64_t purchase_date; /* ms */
	int status;            /* enum sale_status */
	const char *currency;
	int64_t total;
	struct sale_line *lines;
	size_t lines_count;
	struct progress progress;
	const struct delivery *delivery; /* as in struct purchase */
	const char *note;
};
extern const struct shape sale_shape;

struct sale_page {
	struct sale *sales;
	size_t sales_count;
	const char *next_cursor;
};
extern const struct shape sale_page_shape;

struct sale_query {
	int status;    /* -1: any */
	const char *q; /* as in struct purchase_query */
	int64_t limit;
	const char *cursor;
};
extern const struct shape sale_query_shape;

/* POST /Sale/Batch: where each sale is to go. */
struct sale_move {
	const char *id;
	int status; /* enum sale_status */
	const char *tracking, *reason;
	int64_t at; /* ms, never on the wire; 0: now. An earlier time is for filling a demonstration */
};
struct sale_batch {
	struct sale_move *items;
	size_t items_count;
};
extern const struct shape sale_batch_shape;

/* One item's outcome in a batch: 200 with the sale, otherwise as a problem would say it. */
struct sale_outcome {
	int64_t index;
	int64_t status;
	struct outcome_problem problem;
	struct sale *sale;
};
struct sale_batch_answer {
	struct sale_outcome *outcomes;
	size_t outcomes_count;
};
extern const struct shape sale_batch_answer_shape;

/* ---- statistics ---- */

struct day_revenue {
	int64_t day;     /* days since 1970-01-01, UTC */
	int64_t revenue; /* minor units, cancelled sales not counted */
	int64_t units;
};
struct best_product {
	const char *product_id, *name;
	int64_t units, revenue;
};
struct low_product {
	const char *product_id, *name;
	int64_t stock;
};
struct seller_stats {
	const char *currency;
	int64_t days;
	int64_t revenue, units;
	int64_t previous_revenue; /* of as many days before */
	int64_t open_sales;       /* placed, not yet shipped */
	struct day_revenue *per_day; /* oldest first, one for each day, today's last */
	size_t per_day_count;
	struct best_product *best_products; /* most revenue first */
	size_t best_products_count;
	struct low_product *low_stock; /* least first */
	size_t low_stock_count;
};
extern const struct shape seller_stats_shape;

struct stats_query {
	int64_t days; /* 0 when absent */
};
extern const struct shape stats_query_shape;

#endif
