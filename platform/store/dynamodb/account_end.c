/* An account's end. A transaction has closed the account (account.c), so that it opens nothing any more, and nothing of
 * it is listed or sold; what it leaves behind is tidied up by slices. An item of the partition END says how far that
 * came. A slice moves it, on condition that nobody else has, when its work is done; all work may be done twice. That
 * move is a change, whose following is the next slice, so an end goes on by itself; whatever comes between, `tend`
 * finds the item.
 *
 * A seller's products are taken off sale before their sales are looked at: after that none can be made any more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "platform/store/dynamodb/follow.h"
#include "platform/store/dynamodb/order.h"

/* What one slice does at most. */
enum { SLICE_PRODUCTS = 16, SLICE_ORDERS = 8, SLICE_ROWS = 100 };

static const char partition[] = "END";

struct ending {
	struct dynamodb_store *store;
	const char *account;
	enum group group;
	int64_t phase, moves;
	const char *place; /* how far the phase came; NULL: it begins */
	struct arena *arena;
};
/* Does some of a phase's work and says how far it came; *ret_done: nothing of it is left. */
typedef bool work_fn(struct ending *ending, bool *ret_done, struct err *err);

static bool no_memory(struct err *err)
{
	return err_memory(err, "tidying up behind an account");
}

/* ---- both ---- */

static bool forget_changes(struct ending *ending, bool *ret_done, struct err *err)
{
	return ddb_changes_forget(ending->store, ending->account, SLICE_ROWS, ending->arena, ret_done, err);
}

/* ---- clients ---- */

static bool empty_cart(struct ending *ending, bool *ret_done, struct err *err)
{
	const struct dynamo_write cart = {.op = DYNAMO_DELETE, .key = ddb_key_cart(ending->arena, ending->account)};

	*ret_done = true;
	return cart.key.pk && cart.key.sk ? dynamo_put_many(ending->store->dynamo, &cart, 1, err) : no_memory(err);
}

static bool forget_keys(struct ending *ending, bool *ret_done, struct err *err)
{
	const struct dynamo_key key = ddb_key_idempotency(ending->arena, ending->account, "");
	const struct dynamo_query query = {.pk = key.pk, .begins = key.sk, .limit = SLICE_ROWS, .consistent = true};

	return key.pk && key.sk ? ddb_delete_rows(ending->store, &query, ending->arena, ret_done, err) : no_memory(err);
}

/* In a purchase the reasons of the client go with the name. */
static void add_nameless_purchase(struct ddb_writing *writing, const struct ending *ending,
				  const struct purchase *purchase)
{
	struct buf update;
	const char *before = " REMOVE ";

	buf_init(&update, 4096);
	buf_add_str(&update, "SET #name = :former");
	for (size_t i = 0; i < purchase->parts_count; i++) {
		const struct progress *progress = &purchase->parts[i].progress;

		if (!progress->reason || progress->cancelled_by != CANCELLED_BY_CLIENT)
			continue;
		buf_printf(&update, "%s#parts[%zu].#re", before, i);
		before = ", ";
	}
	const char *text = update.failed ? NULL : arena_strdup(writing->arena, buf_str(&update));
	buf_done(&update);
	writing->failed = writing->failed || !text;
	ddb_add_update(writing, ddb_key_purchase(writing->arena, ending->account, purchase->id), text,
		       "attribute_exists(#pk)", ATTRS(ATTR_TEXT(":former", ddb_former_names[GROUP_CLIENTS])));
}

static void add_nameless_sale(struct ddb_writing *writing, const struct purchase_part *part, const char *sale)
{
	const bool reason = part->progress.reason && part->progress.cancelled_by == CANCELLED_BY_CLIENT;

	ddb_add_update(writing, ddb_key_sale(writing->arena, part->seller_id, sale),
		       reason ? "SET #name = :former REMOVE #re" : "SET #name = :former", "attribute_exists(#pk)",
		       ATTRS(ATTR_TEXT(":former", ddb_former_names[GROUP_CLIENTS])));
}

static bool forget_client(struct ending *ending, const cJSON *item, struct err *err)
{
	struct ddb_writing writing = {.arena = ending->arena};
	struct ddb_purchase row;

	if (!ddb_purchase_take(ending->store, item, ending->account, ending->arena, &row, err))
		return false;
	add_nameless_purchase(&writing, ending, &row.purchase);
	ddb_add_delete(&writing, ddb_key_delivery(ending->arena, ending->account, row.purchase.id), NULL, NO_ATTRS);
	for (size_t i = 0; i < row.purchase.parts_count; i++)
		add_nameless_sale(&writing, &row.purchase.parts[i], row.sales[i]);
	return ddb_write(ending->store, &writing, NULL, err);
}

/* The sort key of the last row, where there is one. */
static bool place_behind(struct ending *ending, const struct dynamo_items *items, struct err *err)
{
	if (!items->count)
		return true;
	const char *last = item_text(items->items[items->count - 1], "sk", ending->arena, NULL);
	if (!last)
		return no_memory(err);
	ending->place = last;
	return true;
}

static bool forget_purchases(struct ending *ending, bool *ret_done, struct err *err)
{
	const struct dynamo_key key = ddb_key_purchase(ending->arena, ending->account, "");
	const struct dynamo_query query = {
	    .pk = key.pk, .begins = key.sk, .after = ending->place, .limit = SLICE_ORDERS, .consistent = true};
	struct dynamo_items items;
	bool good = true;

	if (!key.pk || !key.sk)
		return no_memory(err);
	if (!dynamo_query(ending->store->dynamo, &query, ending->arena, &items, err))
		return false;
	for (size_t i = 0; good && i < items.count; i++)
		good = forget_client(ending, items.items[i], err);
	good = good && place_behind(ending, &items, err);
	*ret_done = !items.next_sk;
	dynamo_items_done(&items);
	return good;
}

/* ---- sellers ---- */

/* Always the first that are left, since what is off sale is listed no more. */
static bool shelve_products(struct ending *ending, bool *ret_done, struct err *err)
{
	const struct dynamo_query query = {.pk = ddb_pk_newest(ending->arena, DDB_SELLER, ending->account),
					   .limit = SLICE_PRODUCTS,
					   .consistent = true};
	struct dynamo_items items;
	bool good = true;

	if (!query.pk)
		return no_memory(err);
	if (!dynamo_query(ending->store->dynamo, &query, ending->arena, &items, err))
		return false;
	for (size_t i = 0; good && i < items.count; i++) {
		const char *product = item_text(items.items[i], "sk", ending->arena, NULL);

		good = product ? ddb_product_shelve(ending->store, product, ending->arena, err) : no_memory(err);
	}
	*ret_done = !items.next_sk;
	dynamo_items_done(&items);
	return good;
}

/* Names the seller's lines of a purchase after nobody. */
static bool forget_seller(struct ending *ending, const cJSON *item, const char *client, struct err *err)
{
	struct ddb_writing writing = {.arena = ending->arena};
	struct ddb_purchase row;
	struct buf update;
	const char *before = "SET ";

	if (!ddb_purchase_take(ending->store, item, client, ending->arena, &row, err))
		return false;
	buf_init(&update, 4096);
	for (size_t i = 0; i < row.purchase.lines_count; i++) {
		if (strcmp(row.purchase.lines[i].seller_id, ending->account) != 0)
			continue;
		buf_printf(&update, "%s#lines[%zu].#sn = :former", before, i);
		before = ", ";
	}
	const char *text = update.failed ? NULL : arena_strdup(ending->arena, buf_str(&update));
	buf_done(&update);
	writing.failed = !text;
	ddb_add_update(&writing, ddb_key_purchase(ending->arena, client, row.purchase.id), text,
		       "attribute_exists(#pk)", ATTRS(ATTR_TEXT(":former", ddb_former_names[GROUP_SELLERS])));
	return ddb_write(ending->store, &writing, NULL, err);
}

/* A sale that is still placed is cancelled, which tells its buyer. */
static bool end_sale(struct ending *ending, const cJSON *item, struct err *err)
{
	struct dynamo_items purchase;
	struct ddb_sale row;

	if (!ddb_sale_take(ending->store, item, ending->account, ending->arena, &row, err) ||
	    (row.sale.status == SALE_PLACED &&
	     !ddb_sale_end(ending->store, ending->account, row.sale.id, clock_now(), ending->arena, err)) ||
	    !ddb_get(ending->store, ddb_key_purchase(ending->arena, row.client_id, row.sale.purchase_id), true,
		     ending->arena, &purchase, err))
		return false;
	bool good = !purchase.items[0] || forget_seller(ending, purchase.items[0], row.client_id, err);
	dynamo_items_done(&purchase);
	return good;
}

/* A place among a seller's sales is a shard, as two hex digits, and the last sale in it, if any. */
static unsigned shard_of(const char *place)
{
	char digits[3] = "00";

	if (place && strlen(place) >= 2)
		memcpy(digits, place, 2);
	return (unsigned)strtoul(digits, NULL, 16);
}

/* Some sales of one shard; moves the place behind them, or to the next shard. */
static bool end_some_sales(struct ending *ending, size_t *count, struct err *err)
{
	const unsigned shard = shard_of(ending->place);
	const struct dynamo_query query = {.pk = ddb_pk_sales(ending->arena, ending->account, shard),
					   .after = ending->place && ending->place[2] ? ending->place + 2 : NULL,
					   .limit = SLICE_ORDERS,
					   .consistent = true};
	struct dynamo_items items;
	bool good = true;

	if (!query.pk)
		return no_memory(err);
	if (!dynamo_query(ending->store->dynamo, &query, ending->arena, &items, err))
		return false;
	for (size_t i = 0; good && i < items.count; i++)
		good = end_sale(ending, items.items[i], err);
	*count += items.count;
	const char *last = items.next_sk ? items.next_sk : "";
	const char *place = arena_printf(ending->arena, "%02x%s", items.next_sk ? shard : shard + 1, last);
	dynamo_items_done(&items);
	if (!good)
		return false;
	if (!place)
		return no_memory(err);
	ending->place = place;
	return true;
}

static bool end_sales(struct ending *ending, bool *ret_done, struct err *err)
{
	size_t count = 0;

	while (count < SLICE_ORDERS && shard_of(ending->place) < DDB_SALE_SHARDS)
		if (!end_some_sales(ending, &count, err))
			return false;
	*ret_done = shard_of(ending->place) >= DDB_SALE_SHARDS;
	return true;
}

/* ---- slice after slice ---- */

/* Others come at the end: items hold the phases' numbers. */
enum { PHASES_MAX = 8 };
static work_fn *const phases[][PHASES_MAX] = {
    [GROUP_CLIENTS] = {empty_cart, forget_keys, forget_purchases, forget_changes},
    [GROUP_SELLERS] = {shelve_products, end_sales, forget_changes},
};

static work_fn *phase_of(const struct ending *ending)
{
	return ending->phase >= 0 && ending->phase < PHASES_MAX ? phases[ending->group][ending->phase] : NULL;
}

static void add_move(struct ddb_writing *writing, const struct ending *ending)
{
	const struct dynamo_key key = ddb_key_ending(writing->arena, ending->account);
	const char *still =
	    ending->moves ? "#moves = :moves" : "attribute_exists(#pk) AND attribute_not_exists(#moves)";

	if (!phase_of(ending))
		ddb_add_delete(writing, key, still, ATTRS(ATTR_NUMBER(":moves", ending->moves)));
	else
		ddb_add_update(writing, key,
			       ending->place ? "SET #moves = :next, #phase = :phase, #place = :place"
					     : "SET #moves = :next, #phase = :phase REMOVE #place",
			       still,
			       ATTRS(ATTR_NUMBER(":moves", ending->moves), ATTR_NUMBER(":next", ending->moves + 1),
				     ATTR_NUMBER(":phase", ending->phase), ATTR_TEXT(":place", ending->place)));
}

/* Somebody else may have done the same meanwhile. */
static bool move(const struct ending *ending, struct err *err)
{
	struct ddb_writing writing = {.arena = ending->arena};
	bool done;

	add_move(&writing, ending);
	return ddb_write_if(ending->store, &writing, &done, err);
}

static bool work(struct ending *ending, struct err *err)
{
	work_fn *phase = phase_of(ending);
	bool done = true;

	if (phase && !phase(ending, &done, err))
		return false;
	if (done) {
		ending->phase++;
		ending->place = NULL;
	}
	return move(ending, err);
}

static bool slice(struct dynamodb_store *store, const char *account, struct arena *arena, struct err *err)
{
	struct ending ending = {.store = store, .account = account, .arena = arena};
	struct dynamo_items items;
	bool failed = false;

	if (!ddb_get(store, ddb_key_ending(arena, account), true, arena, &items, err))
		return false;
	const char *group = item_text(items.items[0], "grp", arena, &failed);
	ending.phase = item_number(items.items[0], "phase", 0);
	ending.moves = item_number(items.items[0], "moves", 0);
	ending.place = item_text(items.items[0], "place", arena, &failed);
	dynamo_items_done(&items);
	if (failed)
		return no_memory(err);
	if (!group)
		return true;
	ending.group = strcmp(group, group_names[GROUP_SELLERS]) ? GROUP_CLIENTS : GROUP_SELLERS;
	return work(&ending, err);
}

bool ddb_follow_ending(const struct ddb_change *change, struct err *err)
{
	return slice(change->store, change->sk, change->arena, err);
}

bool ddb_tend_endings(struct dynamodb_store *store, bool *ret_more, struct err *err)
{
	struct arena arena;
	const char *account;

	arena_init(&arena, SIZE_MAX);
	bool good = ddb_first_under_way(store, partition, &arena, &account, err) &&
		    (!account || slice(store, account, &arena, err));
	arena_done(&arena);
	if (good)
		*ret_more = account != NULL;
	return good;
}
