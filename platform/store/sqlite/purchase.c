/* Buying: the key is claimed, stock falls, purchase and sales are written, revenue rises and the cart loses what was
 * bought, in one transaction or not at all. Writers run one at a time, so what was read stays true until it is
 * written. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/order_rule.h"
#include "platform/store/sqlite/order.h"

/* One seller's part. */
struct part {
	int64_t seller, total, n;
};

struct buying {
	struct sqlite_store *store;
	const struct store_purchase *wanted;
	struct arena *arena;
	/* From here on each run of the unit starts afresh. */
	int64_t client, now, n;
	struct product_row rows[LIMIT_LINES];
	struct part parts[LIMIT_LINES];
	size_t part_of[LIMIT_LINES]; /* of each line */
	size_t parts_count;
	struct store_purchase_result result;
};

/* ---- the products ---- */

/* Reads every product, and finds all that is wrong, not just the first. */
static bool read_products(struct db_connection *connection, struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct store_purchase_result *result = &buying->result;

	result->faults = arena_array(buying->arena, wanted->items_count, sizeof *result->faults);
	if (!result->faults)
		return err_memory(err, "buying");
	for (size_t i = 0; i < wanted->items_count; i++) {
		struct store_fault *fault = &result->faults[result->faults_count];
		const struct product_row *row = &buying->rows[i];

		if (!product_find(buying->store, connection, wanted->items[i].product_id, buying->arena,
				  &buying->rows[i], err))
			return false;
		fault->item = i;
		if (order_rule_fault(&wanted->items[i], row->n && !row->archived ? &row->product : NULL, fault))
			result->faults_count++;
	}
	return order_rule_faults(result->faults, result->faults_count, err);
}

/* ---- the sums ---- */

static size_t part_index(struct buying *buying, int64_t seller)
{
	size_t i = 0;

	while (i < buying->parts_count && buying->parts[i].seller != seller)
		i++;
	if (i == buying->parts_count)
		buying->parts[buying->parts_count++] = (struct part){.seller = seller};
	return i;
}

static void add_line(struct buying *buying, size_t index)
{
	const struct purchase_item *item = &buying->wanted->items[index];
	const struct product *product = &buying->rows[index].product;
	struct purchase *purchase = &buying->result.purchase;
	int64_t amount = product->price * item->quantity;
	size_t part = part_index(buying, buying->rows[index].seller);

	buying->part_of[index] = part;
	buying->parts[part].total += amount;
	purchase->parts_count = buying->parts_count;
	purchase->parts[part] = (struct purchase_part){
	    .seller_id = product->seller_id, .status = SALE_PLACED, .progress = {.cancelled_by = -1}};
	purchase->lines[index] = (struct purchase_line){.product_id = product->id,
							.product_name = product->name,
							.seller_id = product->seller_id,
							.seller_name = product->seller_name,
							.price = product->price,
							.quantity = item->quantity,
							.status = SALE_PLACED};
	purchase->total += amount;
}

/* The purchase as it will be answered, and each seller's part of it. */
static bool add_up(struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct purchase *purchase = &buying->result.purchase;
	struct id id = id_next(&buying->store->ids);

	*purchase = (struct purchase){
	    .id = arena_strdup(buying->arena, id.text),
	    .client_id = wanted->client_id,
	    .client_name = wanted->client_name,
	    .purchase_date = wanted->date ? wanted->date : buying->now,
	    .status = SALE_PLACED,
	    .currency = buying->store->currency,
	    .lines = arena_array(buying->arena, wanted->items_count, sizeof *purchase->lines),
	    .lines_count = wanted->items_count,
	    .parts = arena_array(buying->arena, wanted->items_count, sizeof *purchase->parts),
	    .delivery = wanted->delivery,
	    .note = wanted->note,
	};
	if (!purchase->id || !purchase->lines || !purchase->parts)
		return err_memory(err, "buying");
	for (size_t i = 0; i < wanted->items_count; i++)
		add_line(buying, i);
	return true;
}

/* ---- writing ---- */

static bool write_purchase(struct db_connection *connection, struct buying *buying, struct err *err)
{
	const struct purchase *purchase = &buying->result.purchase;

	if (!sql_run(connection, err,
		     "INSERT INTO purchase (id, client, client_name, purchase_date, total) VALUES (?, ?, ?, ?, ?)",
		     "titii", purchase->id, buying->client, purchase->client_name, purchase->purchase_date,
		     purchase->total))
		return false;
	buying->n = db_last_row(connection);
	return delivery_keep(connection, buying->n, purchase->purchase_date, purchase->delivery, purchase->note,
			     buying->arena, err);
}

static bool write_sale(struct db_connection *connection, struct buying *buying, struct part *part,
		       const char *seller_name, struct err *err)
{
	struct id id = id_next(&buying->store->ids);

	if (!sql_run(connection, err,
		     "INSERT INTO sale (id, purchase, seller, seller_name, status, total) VALUES (?, ?, ?, ?, ?, ?)",
		     "tiitii", id.text, buying->n, part->seller, seller_name, (int64_t)SALE_PLACED, part->total))
		return false;
	part->n = db_last_row(connection);
	return buying->wanted->date ||
	       change_tell_seller(connection, part->seller, CHANGE_SALE_PLACED, part->n, buying->now, err);
}

/* Told when it becomes little, and when nothing is left of it. */
static bool tell_low_stock(struct db_connection *connection, const struct buying *buying, size_t index, struct err *err)
{
	const struct product_row *row = &buying->rows[index];
	const int64_t before = row->product.stock, after = before - buying->wanted->items[index].quantity;

	if (buying->wanted->date || (after && (after > LIMIT_LOW_STOCK || before <= LIMIT_LOW_STOCK)))
		return true;
	return change_tell_seller(connection, row->seller, CHANGE_LOW_STOCK, row->n, buying->now, err);
}

static bool write_line(struct db_connection *connection, struct buying *buying, size_t index, struct err *err)
{
	const struct purchase_line *line = &buying->result.purchase.lines[index];
	const struct product_row *row = &buying->rows[index];
	struct part *part = &buying->parts[buying->part_of[index]];
	int64_t day = clock_day(buying->result.purchase.purchase_date);

	if (!part->n && !write_sale(connection, buying, part, line->seller_name, err))
		return false;
	return product_restock(connection, row->n, -line->quantity, buying->now, err) &&
	       sql_run(connection, err,
		       "INSERT INTO line (purchase, position, sale, product, product_name, price, quantity)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?)",
		       "iiiitii", buying->n, (int64_t)index, part->n, row->n, line->product_name, line->price,
		       line->quantity) &&
	       revenue_add(connection, row->seller, day, row->n, line->quantity, line->price * line->quantity, err) &&
	       tell_low_stock(connection, buying, index, err);
}

/* What was bought leaves the cart, as many as were bought; what was put in meanwhile stays. */
static bool empty_cart(struct db_connection *connection, const struct buying *buying, struct err *err)
{
	struct cart_take takes[LIMIT_LINES];

	for (size_t i = 0; i < buying->wanted->items_count; i++)
		takes[i] = (struct cart_take){buying->rows[i].n, buying->wanted->items[i].quantity};
	return cart_take(connection, buying->client, takes, buying->wanted->items_count, err);
}

static bool buy(struct db_connection *connection, void *context, struct err *err)
{
	struct buying *buying = context;
	bool known;

	memset(&buying->client, 0, sizeof *buying - offsetof(struct buying, client));
	buying->now = clock_now();
	if (!account_number(connection, GROUP_CLIENTS, buying->wanted->client_id, &buying->client, err))
		return false;
	if (!buying->client)
		return account_missing(GROUP_CLIENTS, err);
	if (!order_key_find(buying->store, connection, buying->client, buying->wanted, buying->arena, &known,
			    &buying->result, err))
		return false;
	if (known)
		return true;
	if (!order_rule_purchase(buying->wanted, err) || !read_products(connection, buying, err) ||
	    !add_up(buying, err) || !write_purchase(connection, buying, err))
		return false;
	for (size_t i = 0; i < buying->wanted->items_count; i++)
		if (!write_line(connection, buying, i, err))
			return false;
	return empty_cart(connection, buying, err) &&
	       order_key_keep(connection, buying->client, buying->n, buying->wanted, buying->now, err);
}

bool sqlite_purchase_create(struct store *store, const struct store_purchase *purchase, struct arena *arena,
			    struct store_purchase_result *ret_result, struct err *err)
{
	struct buying buying = {.store = (struct sqlite_store *)store, .wanted = purchase, .arena = arena};
	struct err cause;

	bool done = db_write(buying.store->db, buy, &buying, &cause);
	if (done || (cause.kind == ERR_CONFLICT && buying.result.faults_count))
		*ret_result = buying.result;
	if (!done && err)
		*err = cause;
	return done;
}
