/* Reading sales: one seller's part of one purchase each. */
#include <string.h>

#include "platform/store/dynamodb/order.h"

static bool missing(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such sale");
}

bool ddb_sale_find(struct dynamodb_store *store, const char *seller_id, const char *id, struct arena *arena,
		   struct ddb_sale *ret_sale, struct err *err)
{
	struct dynamo_items items;

	if (!id_valid(id))
		return missing(err);
	const struct dynamo_key keys[] = {ddb_key_sale(arena, seller_id, id), ddb_key_account(arena, seller_id)};
	if (!ddb_get_many(store, keys, 2, true, arena, &items, err))
		return false;
	bool there = items.items[0] && ddb_account_is_open(items.items[1], GROUP_SELLERS);
	bool found = there ? ddb_sale_take(store, items.items[0], seller_id, arena, ret_sale, err) : missing(err);
	dynamo_items_done(&items);
	return found;
}

static bool read_delivery(struct dynamodb_store *store, const char *client_id, struct arena *arena, struct sale *sale,
			  struct err *err)
{
	struct dynamo_items items;

	if (!ddb_get(store, ddb_key_delivery(arena, client_id, sale->purchase_id), true, arena, &items, err))
		return false;
	bool read = ddb_delivery_take(items.items[0], ddb_now(store), arena, &sale->delivery, &sale->note, err);
	dynamo_items_done(&items);
	return read;
}

bool dynamodb_sale_get(struct store *store, const char *seller_id, const char *id, struct arena *arena,
		       struct sale *ret_sale, struct err *err)
{
	struct ddb_sale row = {.client_id = NULL};

	if (!ddb_sale_find(ddb_of(store), seller_id, id, arena, &row, err) ||
	    !read_delivery(ddb_of(store), row.client_id, arena, &row.sale, err))
		return false;
	*ret_sale = row.sale;
	return true;
}

/* ---- listing ---- */

static bool take(const struct ddb_orders *orders, const cJSON *item, void *row, struct dynamo_key *ret_delivery,
		 struct err *err)
{
	struct ddb_sale sale;

	if (!ddb_sale_take(orders->store, item, orders->owner, orders->arena, &sale, err))
		return false;
	*(struct sale *)row = sale.sale;
	*ret_delivery = ddb_key_delivery(orders->arena, sale.client_id, sale.sale.purchase_id);
	return true;
}

static void deliver(void *row, const struct delivery *delivery, const char *note)
{
	((struct sale *)row)->delivery = delivery;
	((struct sale *)row)->note = note;
}

bool dynamodb_sale_list(struct store *store, const char *seller_id, int status, const char *q, struct store_page page,
			struct arena *arena, struct sale_page *ret_page, const char **ret_next, struct err *err)
{
	const char *partitions[DDB_SALE_SHARDS];
	const struct ddb_orders orders = {.store = ddb_of(store),
					  .arena = arena,
					  .group = GROUP_SELLERS,
					  .owner = seller_id,
					  .partitions = partitions,
					  .partitions_count = DDB_SALE_SHARDS,
					  .prefix = "",
					  .status = status,
					  .other_number = "pid",
					  .row_size = sizeof(struct sale),
					  .take = take,
					  .deliver = deliver};
	void *rows;
	size_t count;

	for (unsigned i = 0; i < DDB_SALE_SHARDS; i++)
		if (!(partitions[i] = ddb_pk_sales(arena, seller_id, i)))
			return err_memory(err, "listing sales");
	if (!ddb_order_list(&orders, q, page, &rows, &count, ret_next, err))
		return false;
	*ret_page = (struct sale_page){.sales = rows, .sales_count = count};
	return true;
}
