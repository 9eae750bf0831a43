/* purchase.h: the cart, the purchase a client makes of it, and the sale that each seller sees of that purchase.
 */
#ifndef VITRINE_MODELS_PURCHASE_H
#define VITRINE_MODELS_PURCHASE_H

#include "models/shape.h"

/* ---- cart ---- */

struct cart_item {
	const char *product_id;
	int64_t quantity;
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
extern const struct shape cart_put_shape; /* items {product_id, quantity}, version */

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
	int64_t total;
	struct purchase_line *lines;
	size_t lines_count;
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
};
extern const struct shape purchase_request_shape;

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
};
extern const struct shape sale_shape;

struct sale_page {
	struct sale *sales;
	size_t sales_count;
	const char *next_cursor;
};
extern const struct shape sale_page_shape;

struct sale_query {
	int status; /* -1: any */
	int64_t limit;
	const char *cursor;
};
extern const struct shape sale_query_shape;

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
