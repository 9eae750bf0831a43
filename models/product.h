/* product.h: what is sold, how it is listed, and how sellers change it.
 */
#ifndef VITRINE_MODELS_PRODUCT_H
#define VITRINE_MODELS_PRODUCT_H

#include "models/outcome.h"
#include "models/shape.h"

struct product {
	const char *id, *name, *description;
	int64_t price; /* minor units */
	const char *currency;
	const char *category;
	const char *seller_id, *seller_name;
	int64_t stock;
	int64_t version; /* 1 at first; every change adds one */
	bool has_picture;
	int64_t created_at, updated_at; /* ms */
	/* Only where sellers typed prices as they liked (the base profile): the price as it was typed, and then `price`
	 * is -1 when that is no amount. Never on the wire. */
	const char *price_text;
	const char *json; /* all of the above as product_shape writes it, where that is known; NULL otherwise */
};
extern const struct shape product_shape;

struct product_page {
	struct product *products;
	size_t products_count;
	const char *next_cursor;
};
extern const struct shape product_page_shape;

struct category {
	const char *name;
	int64_t products; /* how many are on sale */
};
struct category_page {
	struct category *categories;
	size_t categories_count;
	const char *next_cursor;
};
extern const struct shape category_page_shape;

enum product_sort { SORT_BEST, SORT_NEWEST, SORT_PRICE, SORT_PRICE_DOWN };
extern const char *const product_sort_names[];

/* GET /Product's parameters. Absent: NULL, -1 (sort: an index into product_sort_names), 0 (limit), and for the prices
 * and in_stock their bit in `given`. */
struct product_query {
	uint32_t given;
	const char *q, *category, *seller_id;
	int64_t min_price, max_price;
	bool in_stock;
	int sort;
	int64_t limit;
	const char *cursor;
};
extern const struct shape product_query_shape;

/* The order that a query gets: what is searched for comes best first (search.h) unless another order is asked for, and
 * everything else newest first. */
enum product_sort product_order(const struct product_query *query);

/* POST and PATCH /Product, and an item of POST /Product/Batch: what is given is set. */
struct product_change {
	uint32_t given;
	const char *id; /* in a batch: the product to update; absent: create one */
	const char *seller_id;
	const char *name, *description;
	int64_t price;
	const char *category;
	int64_t stock;
	int64_t version; /* the version that this changes, to notice a conflict */
};
extern const struct shape product_create_shape, product_patch_shape, product_batch_item_shape;

struct product_batch {
	struct product_change *items;
	size_t items_count;
};
extern const struct shape product_batch_shape;

/* One item's outcome in a batch: 201 or 200 with the product, otherwise as a problem would say it. */
struct product_outcome {
	int64_t index;
	int64_t status;
	struct outcome_problem problem;
	struct product *product; /* the product, or on a version_conflict the current one */
};
struct product_batch_answer {
	struct product_outcome *outcomes;
	size_t outcomes_count;
};
extern const struct shape product_batch_answer_shape;

#endif
