#include "models/purchase.h"

#include "models/limits.h"

const char *const canceller_names[] = {"client", "seller", NULL};
const char *const sale_status_names[] = {"placed", "shipped", "delivered", "cancelled", NULL};

static const bool transitions[SALE_STATUSES][SALE_STATUSES] = {
    [SALE_PLACED] = {[SALE_SHIPPED] = true, [SALE_CANCELLED] = true},
    [SALE_SHIPPED] = {[SALE_DELIVERED] = true},
};

bool sale_may_become(enum sale_status from, enum sale_status to)
{
	return transitions[from][to];
}

bool sale_illegal(enum sale_status from, enum sale_status to, const char *sentence, struct err *err)
{
	err_code(err, ERR_CONFLICT, "illegal_transition", "%s", sentence);
	if (err) {
		err_params_text(&err->params, "from", sale_status_names[from]);
		err_params_text(&err->params, "to", sale_status_names[to]);
	}
	return false;
}

enum sale_status purchase_status(const enum sale_status *sales, size_t count)
{
	size_t seen[SALE_STATUSES] = {0};

	for (size_t i = 0; i < count; i++)
		seen[sales[i]]++;

	size_t live = count - seen[SALE_CANCELLED];
	if (!live)
		return SALE_CANCELLED;
	if (seen[SALE_DELIVERED] == live)
		return SALE_DELIVERED;
	return seen[SALE_PLACED] == live ? SALE_PLACED : SALE_SHIPPED;
}

#define FIELD(kind, structure, member) SHAPE_FIELD(kind, structure, member, .required = true)
#define NEXT_CURSOR(structure) SHAPE_FIELD(FIELD_TEXT, structure, next_cursor, .nullable = true)
#define QUANTITY(structure) \
	SHAPE_FIELD(FIELD_INT, structure, quantity, .required = true, .min = 1, .max = LIMIT_QUANTITY)
#define STATUS(structure, need) \
	SHAPE_FIELD(FIELD_CHOICE, structure, status, .required = (need), .choices = sale_status_names)
#define PAGE(structure)                                                                           \
	SHAPE_FIELD(FIELD_INT, structure, limit, .min = 1, .max = LIMIT_PAGE),                    \
	    SHAPE_FIELD(FIELD_TEXT, structure, cursor, .min = 1, .max = LIMIT_CURSOR)

SHAPE_DEFINE(cart_item_shape, "CartItem", struct cart_item, FIELD(FIELD_ID, struct cart_item, product_id),
	     QUANTITY(struct cart_item), SHAPE_FIELD(FIELD_MONEY, struct cart_item, seen_price, .optional = true),
	     FIELD(FIELD_TEXT, struct cart_item, name),
	     FIELD(FIELD_MONEY, struct cart_item, price), FIELD(FIELD_INT, struct cart_item, stock),
	     FIELD(FIELD_ID, struct cart_item, seller_id), FIELD(FIELD_TEXT, struct cart_item, seller_name),
	     FIELD(FIELD_BOOL, struct cart_item, available));
SHAPE_DEFINE(cart_shape, "Cart", struct cart, SHAPE_ITEMS(struct cart, items, cart_item_shape, .required = true),
	     FIELD(FIELD_INT, struct cart, version), FIELD(FIELD_TEXT, struct cart, currency));

SHAPE_DEFINE(cart_put_item_shape, "CartPutItem", struct cart_item, FIELD(FIELD_ID, struct cart_item, product_id),
	     QUANTITY(struct cart_item),
	     {.name = "price",
	      .type = FIELD_MONEY,
	      .optional = true,
	      .min = LIMIT_PRICE_MIN,
	      .max = LIMIT_PRICE,
	      .offset = offsetof(struct cart_item, seen_price)});
SHAPE_DEFINE(cart_put_shape, "CartPut", struct cart,
	     SHAPE_ITEMS(struct cart, items, cart_put_item_shape, .required = true, .max = LIMIT_LINES),
	     SHAPE_FIELD(FIELD_INT, struct cart, version, .required = true, .max = LIMIT_VERSION));

SHAPE_DEFINE(delivery_shape, "Delivery", struct delivery,
	     SHAPE_FIELD(FIELD_TEXT, struct delivery, full_name, .required = true, .normal = true, .min = 1,
			 .max = LIMIT_FULL_NAME),
	     SHAPE_NAMES(struct delivery, address, .required = true, .normal = true, .min = 1,
			 .max = LIMIT_ADDRESS_LINES, .each = LIMIT_ADDRESS_LINE),
	     SHAPE_FIELD(FIELD_MOBILE, struct delivery, mobile, .required = true, .min = 8, .max = 16));
#define DELIVERY(structure)                                                                       \
	{.name = "delivery", .type = FIELD_OBJECT, .offset = offsetof(structure, delivery), .of = &delivery_shape}
#define NOTE(structure) \
	SHAPE_FIELD(FIELD_TEXT, structure, note, .min = 1, .max = LIMIT_NOTE, .lines = true, .unless_blank = true)

/* A member of struct progress, under its own name. */
#define PROGRESS(kind, structure, member, ...) \
	{.name = #member, .type = (kind), .offset = offsetof(structure, progress.member), __VA_ARGS__}
#define PROGRESS_FIELDS(structure)                                                                \
	PROGRESS(FIELD_TEXT, structure, tracking, .normal = true, .min = 1, .max = LIMIT_TRACKING), \
	    PROGRESS(FIELD_TEXT, structure, reason, .min = 1, .max = LIMIT_REASON),               \
	    PROGRESS(FIELD_CHOICE, structure, cancelled_by, .choices = canceller_names),          \
	    PROGRESS(FIELD_TIME, structure, shipped_at, .optional = true),                        \
	    PROGRESS(FIELD_TIME, structure, delivered_at, .optional = true)
SHAPE_DEFINE(purchase_part_shape, "PurchasePart", struct purchase_part,
	     FIELD(FIELD_ID, struct purchase_part, seller_id), STATUS(struct purchase_part, true),
	     PROGRESS_FIELDS(struct purchase_part));

SHAPE_DEFINE(purchase_line_shape, "PurchaseLine", struct purchase_line,
	     FIELD(FIELD_ID, struct purchase_line, product_id), FIELD(FIELD_TEXT, struct purchase_line, product_name),
	     FIELD(FIELD_ID, struct purchase_line, seller_id), FIELD(FIELD_TEXT, struct purchase_line, seller_name),
	     FIELD(FIELD_MONEY, struct purchase_line, price), QUANTITY(struct purchase_line),
	     STATUS(struct purchase_line, true));
SHAPE_DEFINE(purchase_shape, "Purchase", struct purchase, FIELD(FIELD_ID, struct purchase, id),
	     FIELD(FIELD_ID, struct purchase, client_id), FIELD(FIELD_TEXT, struct purchase, client_name),
	     FIELD(FIELD_TIME, struct purchase, purchase_date), STATUS(struct purchase, true),
	     FIELD(FIELD_TEXT, struct purchase, currency), FIELD(FIELD_MONEY, struct purchase, total),
	     SHAPE_ITEMS(struct purchase, lines, purchase_line_shape, .required = true),
	     SHAPE_ITEMS(struct purchase, parts, purchase_part_shape, .optional = true), DELIVERY(struct purchase),
	     NOTE(struct purchase));
SHAPE_DEFINE(purchase_page_shape, "PurchasePage", struct purchase_page,
	     SHAPE_ITEMS(struct purchase_page, purchases, purchase_shape, .required = true),
	     NEXT_CURSOR(struct purchase_page));

SHAPE_DEFINE(purchase_item_shape, "PurchaseItem", struct purchase_item,
	     FIELD(FIELD_ID, struct purchase_item, product_id), QUANTITY(struct purchase_item),
	     SHAPE_FIELD(FIELD_MONEY, struct purchase_item, price, .required = true, .min = LIMIT_PRICE_MIN,
			 .max = LIMIT_PRICE));
SHAPE_DEFINE(purchase_request_shape, "PurchaseRequest", struct purchase_request,
	     SHAPE_ITEMS(struct purchase_request, items, purchase_item_shape, .required = true, .min = 1,
			 .max = LIMIT_LINES),
	     DELIVERY(struct purchase_request), NOTE(struct purchase_request));

#define Q(structure) SHAPE_FIELD(FIELD_TEXT, structure, q, .max = LIMIT_QUERY)
SHAPE_DEFINE(purchase_query_shape, "PurchaseQuery", struct purchase_query, Q(struct purchase_query),
	     PAGE(struct purchase_query));

#define TRACKING(structure) \
	SHAPE_FIELD(FIELD_TEXT, structure, tracking, .normal = true, .min = 1, .max = LIMIT_TRACKING)
#define REASON(structure) \
	SHAPE_FIELD(FIELD_TEXT, structure, reason, .min = 1, .max = LIMIT_REASON, .unless_blank = true)
SHAPE_DEFINE_BODILESS(ship_request_shape, "ShipRequest", struct step_request, TRACKING(struct step_request));
SHAPE_DEFINE_BODILESS(cancel_request_shape, "CancelRequest", struct step_request, REASON(struct step_request));

SHAPE_DEFINE(sale_line_shape, "SaleLine", struct sale_line, FIELD(FIELD_ID, struct sale_line, product_id),
	     FIELD(FIELD_TEXT, struct sale_line, product_name), FIELD(FIELD_MONEY, struct sale_line, price),
	     QUANTITY(struct sale_line));
SHAPE_DEFINE(sale_shape, "Sale", struct sale, FIELD(FIELD_ID, struct sale, id),
	     FIELD(FIELD_ID, struct sale, purchase_id), FIELD(FIELD_TEXT, struct sale, client_name),
	     FIELD(FIELD_ID, struct sale, seller_id), FIELD(FIELD_TIME, struct sale, purchase_date),
	     STATUS(struct sale, true), FIELD(FIELD_TEXT, struct sale, currency),
	     FIELD(FIELD_MONEY, struct sale, total),
	     SHAPE_ITEMS(struct sale, lines, sale_line_shape, .required = true), PROGRESS_FIELDS(struct sale),
	     DELIVERY(struct sale), NOTE(struct sale));
SHAPE_DEFINE(sale_page_shape, "SalePage", struct sale_page,
	     SHAPE_ITEMS(struct sale_page, sales, sale_shape, .required = true), NEXT_CURSOR(struct sale_page));
SHAPE_DEFINE(sale_query_shape, "SaleQuery", struct sale_query, STATUS(struct sale_query, false),
	     Q(struct sale_query), PAGE(struct sale_query));

SHAPE_DEFINE(sale_move_shape, "SaleMove", struct sale_move, FIELD(FIELD_ID, struct sale_move, id),
	     STATUS(struct sale_move, true), TRACKING(struct sale_move), REASON(struct sale_move));
SHAPE_DEFINE(sale_batch_shape, "SaleBatch", struct sale_batch,
	     SHAPE_ITEMS(struct sale_batch, items, sale_move_shape, .required = true, .min = 1, .max = LIMIT_BATCH));
SHAPE_DEFINE(sale_outcome_shape, "SaleOutcome", struct sale_outcome, FIELD(FIELD_INT, struct sale_outcome, index),
	     FIELD(FIELD_INT, struct sale_outcome, status), OUTCOME_PROBLEM(struct sale_outcome),
	     SHAPE_FIELD(FIELD_OBJECT, struct sale_outcome, sale, .of = &sale_shape));
SHAPE_DEFINE(sale_batch_answer_shape, "SaleBatchAnswer", struct sale_batch_answer,
	     SHAPE_ITEMS(struct sale_batch_answer, outcomes, sale_outcome_shape, .required = true));

SHAPE_DEFINE(day_revenue_shape, "DayRevenue", struct day_revenue, FIELD(FIELD_DAY, struct day_revenue, day),
	     FIELD(FIELD_MONEY, struct day_revenue, revenue), FIELD(FIELD_INT, struct day_revenue, units));
SHAPE_DEFINE(best_product_shape, "BestProduct", struct best_product,
	     FIELD(FIELD_ID, struct best_product, product_id), FIELD(FIELD_TEXT, struct best_product, name),
	     FIELD(FIELD_INT, struct best_product, units), FIELD(FIELD_MONEY, struct best_product, revenue));
SHAPE_DEFINE(low_product_shape, "LowProduct", struct low_product, FIELD(FIELD_ID, struct low_product, product_id),
	     FIELD(FIELD_TEXT, struct low_product, name), FIELD(FIELD_INT, struct low_product, stock));
SHAPE_DEFINE(seller_stats_shape, "SellerStats", struct seller_stats,
	     FIELD(FIELD_TEXT, struct seller_stats, currency), FIELD(FIELD_INT, struct seller_stats, days),
	     FIELD(FIELD_MONEY, struct seller_stats, revenue), FIELD(FIELD_INT, struct seller_stats, units),
	     FIELD(FIELD_MONEY, struct seller_stats, previous_revenue),
	     FIELD(FIELD_INT, struct seller_stats, open_sales),
	     SHAPE_ITEMS(struct seller_stats, per_day, day_revenue_shape, .required = true),
	     SHAPE_ITEMS(struct seller_stats, best_products, best_product_shape, .required = true),
	     SHAPE_ITEMS(struct seller_stats, low_stock, low_product_shape, .required = true));
SHAPE_DEFINE(stats_query_shape, "StatsQuery", struct stats_query,
	     SHAPE_FIELD(FIELD_INT, struct stats_query, days, .min = 1, .max = LIMIT_STATS_DAYS));
