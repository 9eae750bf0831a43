#include "models/product.h"

#include "models/limits.h"

const char *const product_sort_names[] = {"best", "newest", "price", "-price", NULL};

#define NAME(structure, need) \
	SHAPE_FIELD(FIELD_TEXT, structure, name, .required = (need), .normal = true, .min = 1, .max = LIMIT_NAME)
#define DESCRIPTION(structure, need) \
	SHAPE_FIELD(FIELD_TEXT, structure, description, .required = (need), .max = LIMIT_DESCRIPTION)
#define PRICE(structure, member, need) \
	SHAPE_FIELD(FIELD_MONEY, structure, member, .required = (need), .min = LIMIT_PRICE_MIN, .max = LIMIT_PRICE)
#define CATEGORY(structure, need)                                                                                      \
	SHAPE_FIELD(FIELD_TEXT, structure, category, .required = (need), .normal = true, .min = 1,                     \
		    .max = LIMIT_CATEGORY)
#define STOCK(structure, need) SHAPE_FIELD(FIELD_INT, structure, stock, .required = (need), .max = LIMIT_STOCK)
#define VERSION(structure, need) \
	SHAPE_FIELD(FIELD_INT, structure, version, .required = (need), .min = 1, .max = LIMIT_VERSION)
#define NEXT_CURSOR(structure) SHAPE_FIELD(FIELD_TEXT, structure, next_cursor, .nullable = true)

SHAPE_DEFINE_JSON(product_shape, "Product", struct product, SHAPE_FIELD(FIELD_ID, struct product, id, .required = true),
		  NAME(struct product, true), DESCRIPTION(struct product, true), PRICE(struct product, price, true),
		  SHAPE_FIELD(FIELD_TEXT, struct product, currency, .required = true), CATEGORY(struct product, true),
		  SHAPE_FIELD(FIELD_ID, struct product, seller_id, .required = true),
		  SHAPE_FIELD(FIELD_TEXT, struct product, seller_name, .required = true), STOCK(struct product, true),
		  VERSION(struct product, true), SHAPE_FIELD(FIELD_BOOL, struct product, has_picture, .required = true),
		  SHAPE_FIELD(FIELD_TIME, struct product, created_at, .required = true),
		  SHAPE_FIELD(FIELD_TIME, struct product, updated_at, .required = true));

SHAPE_DEFINE(product_page_shape, "ProductPage", struct product_page,
	     SHAPE_ITEMS(struct product_page, products, product_shape, .required = true),
	     NEXT_CURSOR(struct product_page));

SHAPE_DEFINE(category_shape, "Category", struct category, NAME(struct category, true),
	     SHAPE_FIELD(FIELD_INT, struct category, products, .required = true));
SHAPE_DEFINE(category_page_shape, "CategoryPage", struct category_page,
	     SHAPE_ITEMS(struct category_page, categories, category_shape, .required = true),
	     NEXT_CURSOR(struct category_page));

SHAPE_DEFINE_GIVEN(product_query_shape, "ProductQuery", struct product_query,
		   SHAPE_FIELD(FIELD_TEXT, struct product_query, q, .max = LIMIT_QUERY),
		   SHAPE_FIELD(FIELD_TEXT, struct product_query, category, .min = 1, .max = LIMIT_CATEGORY),
		   SHAPE_FIELD(FIELD_ID, struct product_query, seller_id),
		   SHAPE_FIELD(FIELD_MONEY, struct product_query, min_price, .max = LIMIT_PRICE),
		   SHAPE_FIELD(FIELD_MONEY, struct product_query, max_price, .max = LIMIT_PRICE),
		   SHAPE_FIELD(FIELD_BOOL, struct product_query, in_stock),
		   SHAPE_FIELD(FIELD_CHOICE, struct product_query, sort, .choices = product_sort_names),
		   SHAPE_FIELD(FIELD_INT, struct product_query, limit, .min = 1, .max = LIMIT_PAGE),
		   SHAPE_FIELD(FIELD_TEXT, struct product_query, cursor, .min = 1, .max = LIMIT_CURSOR));

#define SELLER_ID SHAPE_FIELD(FIELD_ID, struct product_change, seller_id)
SHAPE_DEFINE_GIVEN(product_create_shape, "ProductCreate", struct product_change, SELLER_ID,
		   NAME(struct product_change, true), DESCRIPTION(struct product_change, false),
		   PRICE(struct product_change, price, true), CATEGORY(struct product_change, true),
		   STOCK(struct product_change, false));
SHAPE_DEFINE_GIVEN(product_patch_shape, "ProductPatch", struct product_change, SELLER_ID,
		   NAME(struct product_change, false), DESCRIPTION(struct product_change, false),
		   PRICE(struct product_change, price, false), CATEGORY(struct product_change, false),
		   STOCK(struct product_change, false), VERSION(struct product_change, false));
SHAPE_DEFINE_GIVEN(product_batch_item_shape, "ProductBatchItem", struct product_change,
		   SHAPE_FIELD(FIELD_ID, struct product_change, id), SELLER_ID, NAME(struct product_change, false),
		   DESCRIPTION(struct product_change, false), PRICE(struct product_change, price, false),
		   CATEGORY(struct product_change, false), STOCK(struct product_change, false),
		   VERSION(struct product_change, false));
SHAPE_DEFINE(product_batch_shape, "ProductBatch", struct product_batch,
	     SHAPE_ITEMS(struct product_batch, items, product_batch_item_shape, .required = true, .min = 1,
			 .max = LIMIT_BATCH));

SHAPE_DEFINE(product_outcome_shape, "ProductOutcome", struct product_outcome,
	     SHAPE_FIELD(FIELD_INT, struct product_outcome, index, .required = true),
	     SHAPE_FIELD(FIELD_INT, struct product_outcome, status, .required = true),
	     OUTCOME_PROBLEM(struct product_outcome),
	     SHAPE_FIELD(FIELD_OBJECT, struct product_outcome, product, .of = &product_shape));
SHAPE_DEFINE(product_batch_answer_shape, "ProductBatchAnswer", struct product_batch_answer,
	     SHAPE_ITEMS(struct product_batch_answer, outcomes, product_outcome_shape, .required = true));

enum product_sort product_order(const struct product_query *query)
{
	if (query->sort > SORT_BEST)
		return (enum product_sort)query->sort;
	return query->q ? SORT_BEST : SORT_NEWEST;
}
