/* A client's purchases: reading them, and cancelling one. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/dynamodb/order.h"
#include "platform/store/order_rule.h"

static bool missing(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such purchase");
}

static bool read_purchase(struct ddb_stepping *stepping, struct err *err)
{
	if (!id_valid(stepping->purchase_id))
		return missing(err);
	return ddb_step_read(stepping, err) && ((stepping->found && stepping->client_open) || missing(err));
}

bool dynamodb_purchase_get(struct store *store, const char *client_id, const char *id, struct arena *arena,
			   struct purchase *ret_purchase, struct err *err)
{
	struct ddb_stepping reading = {
	    .store = ddb_of(store), .arena = arena, .client_id = client_id, .purchase_id = id};

	if (!read_purchase(&reading, err))
		return false;
	*ret_purchase = reading.row.purchase;
	return true;
}

/* ---- listing ---- */

static bool take(const struct ddb_orders *orders, const cJSON *item, void *row, struct dynamo_key *ret_delivery,
		 struct err *err)
{
	struct ddb_purchase purchase;

	if (!ddb_purchase_take(orders->store, item, orders->owner, orders->arena, &purchase, err))
		return false;
	*(struct purchase *)row = purchase.purchase;
	*ret_delivery = ddb_key_delivery(orders->arena, orders->owner, purchase.purchase.id);
	return true;
}

static void deliver(void *row, const struct delivery *delivery, const char *note)
{
	((struct purchase *)row)->delivery = delivery;
	((struct purchase *)row)->note = note;
}

bool dynamodb_purchase_list(struct store *store, const char *client_id, const char *q, struct store_page page,
			    struct arena *arena, struct purchase_page *ret_page, const char **ret_next, struct err *err)
{
	const char *const partition = ddb_key_cart(arena, client_id).pk;
	const struct ddb_orders orders = {.store = ddb_of(store),
					  .arena = arena,
					  .group = GROUP_CLIENTS,
					  .owner = client_id,
					  .partitions = &partition,
					  .partitions_count = 1,
					  .prefix = "B#",
					  .consistent = true,
					  .status = -1,
					  .row_size = sizeof(struct purchase),
					  .take = take,
					  .deliver = deliver};
	void *rows;
	size_t count;

	if (!partition)
		return err_memory(err, "listing purchases");
	if (!ddb_order_list(&orders, q, page, &rows, &count, ret_next, err))
		return false;
	*ret_page = (struct purchase_page){.purchases = rows, .purchases_count = count};
	return true;
}

/* ---- cancelling ---- */

/* What sellers have cancelled themselves is passed over: the purchase is what is left of it. */
bool dynamodb_purchase_cancel(struct store *store, const char *client_id, const char *id, const char *reason,
			      struct arena *arena, struct purchase *ret_purchase, struct err *err)
{
	const struct ddb_step step = {
	    .to = SALE_CANCELLED, .by = CANCELLED_BY_CLIENT, .reason = reason, .at = clock_now()};
	struct ddb_stepping stepping = {
	    .store = ddb_of(store), .arena = arena, .client_id = client_id, .purchase_id = id};
	const struct purchase *purchase = &stepping.row.purchase;
	bool moves[LIMIT_LINES] = {false}, again;

	do {
		if (!read_purchase(&stepping, err) || !order_rule_cancel((enum sale_status)purchase->status, err))
			return false;
		for (size_t i = 0; i < purchase->parts_count; i++)
			moves[i] = purchase->parts[i].status != SALE_CANCELLED;
		if (ddb_step_write(&stepping, &step, moves, &again, err)) {
			*ret_purchase = *purchase;
			return true;
		}
	} while (again);
	return false;
}
