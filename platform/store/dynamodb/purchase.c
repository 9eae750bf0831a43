/* Buying: the key is claimed, stock falls, purchase and sales are written and the cart loses what was bought, in one
 * transaction or not at all.
 *
 * What it depends on is read first, and then the transaction stands on conditions: that the key is not known, the
 * account is open, the cart is what was read, and of each product that it is on sale, has that price and has enough of
 * it. So many buyers of one product don't get into each other's way until it is sold out. When a condition doesn't
 * hold, all is read anew, which tells why, or it is tried again.
 *
 * A transaction whose answer was lost is repeated by the engine under its token. When that has no time left either,
 * nobody knows whether it was done; the key's item does: whoever asks again with that key is told.
 */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "platform/store/dynamodb/cart.h"
#include "platform/store/dynamodb/order.h"
#include "platform/store/order_rule.h"

struct buying {
	struct dynamodb_store *store;
	const struct store_purchase *wanted;
	struct arena *arena;
	struct ddb_purchase row; /* its id is the same however often it is tried */
	/* What was read. */
	int64_t now;
	struct cart cart;
	struct ddb_hot hots[LIMIT_LINES];
	struct ddb_product products[LIMIT_LINES];
	int tries;
	bool known; /* the key is: `result` is the answer */
	struct store_purchase_result result;
};

/* ---- a key that is known ---- */

/* As it was made, with all its sales placed. */
static void make_new(struct purchase *purchase)
{
	purchase->status = SALE_PLACED;
	for (size_t i = 0; i < purchase->lines_count; i++)
		purchase->lines[i].status = SALE_PLACED;
	for (size_t i = 0; i < purchase->parts_count; i++) {
		purchase->parts[i].status = SALE_PLACED;
		purchase->parts[i].progress = (struct progress){.cancelled_by = -1};
	}
}

static bool read_made(struct buying *buying, const char *id, struct err *err)
{
	struct ddb_stepping reading = {
	    .store = buying->store, .arena = buying->arena, .client_id = buying->wanted->client_id, .purchase_id = id};

	if (!ddb_step_read(&reading, err))
		return false;
	if (!reading.found)
		return err_set(err, ERR_INTERNAL, "A kept order is damaged");
	make_new(&reading.row.purchase);
	/* Its own, should this be the same call's transaction after all: then nothing is replayed. */
	buying->result = (struct store_purchase_result){.replayed = strcmp(id, buying->row.purchase.id) != 0,
							.purchase = reading.row.purchase};
	return true;
}

static bool look_at_key(struct buying *buying, const cJSON *item, struct err *err)
{
	bool failed = false;
	size_t length = 0;

	buying->known = item && !ddb_is_over(item, ddb_now(buying->store));
	if (!buying->known)
		return true;
	const void *digest = item_bytes(item, "d", buying->arena, &length, &failed);
	const char *id = item_text(item, "pid", buying->arena, &failed);
	if (failed)
		return err_memory(err, "buying");
	if (!digest || !id)
		return err_set(err, ERR_INTERNAL, "A kept key is damaged");
	if (length != sizeof buying->wanted->digest || memcmp(digest, buying->wanted->digest, length) != 0)
		return err_code(err, ERR_UNPROCESSABLE, "key_reused",
				"This Idempotency-Key was used for another purchase");
	return read_made(buying, id, err);
}

/* ---- what it depends on ---- */

enum { ACCOUNT, KEY, CART, HOTS };

static bool take_hots(struct buying *buying, const cJSON *const *items, struct err *err)
{
	bool failed = false;

	for (size_t i = 0; i < buying->wanted->items_count; i++)
		ddb_hot_take(items[i], buying->wanted->items[i].product_id, buying->arena, &buying->hots[i], &failed);
	return !failed || err_memory(err, "buying");
}

/* In the order that decides what is answered: the account, the key, the rules. */
static bool take(struct buying *buying, const cJSON *const *items, bool hots, struct err *err)
{
	if (!ddb_account_is_open(items[ACCOUNT], GROUP_CLIENTS))
		return ddb_account_missing(GROUP_CLIENTS, err);
	if (!look_at_key(buying, items[KEY], err))
		return false;
	if (buying->known)
		return true;
	return order_rule_purchase(buying->wanted, err) &&
	       ddb_cart_take(buying->store, items[CART], buying->arena, &buying->cart, err) &&
	       (!hots || take_hots(buying, items + HOTS, err));
}

/* One read of all that the transaction will change, and of what it stands on. */
static bool read_all(struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	const bool hots = !wanted->refused && wanted->items_count <= LIMIT_LINES;
	struct dynamo_key keys[HOTS + LIMIT_LINES];
	struct dynamo_items items;
	size_t count = HOTS;

	keys[ACCOUNT] = ddb_key_account(buying->arena, wanted->client_id);
	keys[KEY] = ddb_key_idempotency(buying->arena, wanted->client_id, wanted->key);
	keys[CART] = ddb_key_cart(buying->arena, wanted->client_id);
	for (size_t i = 0; hots && i < wanted->items_count; i++)
		keys[count++] = ddb_key_hot(buying->arena, wanted->items[i].product_id);
	buying->now = clock_now();
	if (!ddb_get_many(buying->store, keys, count, true, buying->arena, &items, err))
		return false;
	bool taken = take(buying, items.items, hots, err);
	dynamo_items_done(&items);
	return taken;
}

/* Every product with its name of today, and all that is wrong with any, not just the first. */
static bool read_products(struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct store_purchase_result *result = &buying->result;

	*result = (struct store_purchase_result){
	    .faults = arena_array(buying->arena, wanted->items_count, sizeof *result->faults)};
	if (!result->faults)
		return err_memory(err, "buying");
	if (!ddb_products_join(buying->store, buying->hots, wanted->items_count, true, buying->arena, buying->products,
			       err))
		return false;
	for (size_t i = 0; i < wanted->items_count; i++) {
		const struct ddb_product *found = &buying->products[i];
		struct store_fault *fault = &result->faults[result->faults_count];

		fault->item = i;
		if (order_rule_fault(&wanted->items[i], found->gone ? NULL : &found->product, fault))
			result->faults_count++;
	}
	return order_rule_faults(result->faults, result->faults_count, err);
}

/* ---- the sums ---- */

static bool add_part(struct buying *buying, const char *seller_id)
{
	struct purchase *purchase = &buying->row.purchase;
	const size_t count = purchase->parts_count;

	assert(seller_id);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(purchase->parts[i].seller_id, seller_id))
			return true;
	if (!buying->row.sales[count]) {
		const struct id id = ddb_id(buying->store);

		buying->row.sales[count] = arena_strdup(buying->arena, id.text);
	}
	purchase->parts[count] =
	    (struct purchase_part){.seller_id = seller_id, .status = SALE_PLACED, .progress = {.cancelled_by = -1}};
	purchase->parts_count++;
	return buying->row.sales[count];
}

/* The purchase as it will be answered. */
static bool add_up(struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct purchase *purchase = &buying->row.purchase;

	*purchase = (struct purchase){
	    .id = purchase->id,
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
	if (!purchase->lines || !purchase->parts)
		return err_memory(err, "buying");
	for (size_t i = 0; i < wanted->items_count; i++) {
		const struct product *product = &buying->products[i].product;
		const int64_t quantity = wanted->items[i].quantity;

		purchase->lines[i] = (struct purchase_line){.product_id = product->id,
							    .product_name = product->name,
							    .seller_id = product->seller_id,
							    .seller_name = product->seller_name,
							    .price = product->price,
							    .quantity = quantity,
							    .status = SALE_PLACED};
		purchase->total += product->price * quantity;
		if (!add_part(buying, product->seller_id))
			return err_memory(err, "buying");
	}
	return true;
}

/* ---- writing ---- */

static void add_key(struct ddb_writing *writing, const struct buying *buying)
{
	const struct store_purchase *wanted = buying->wanted;

	/* One that has expired may be there still. */
	ddb_add_put(writing, ddb_key_idempotency(writing->arena, wanted->client_id, wanted->key),
		    "attribute_not_exists(#pk) OR #ttl <= :now",
		    ATTRS(ATTR_BYTES("d", wanted->digest, sizeof wanted->digest),
			  ATTR_TEXT("pid", buying->row.purchase.id),
			  ATTR_NUMBER("ttl", ddb_ttl(buying->now + STORE_KEY_AGE_MS)),
			  ATTR_NUMBER(":now", ddb_now(buying->store) / 1000)));
}

/* `bv` tells who follows the product that a purchase made this version, of today. */
static void add_product(struct ddb_writing *writing, const struct buying *buying, const struct purchase_item *item)
{
	ddb_add_update(writing, ddb_key_hot(writing->arena, item->product_id),
		       buying->wanted->date
			   ? "SET #stock = #stock - :quantity, #ver = #ver + :one, #upd = :now"
			   : "SET #stock = #stock - :quantity, #ver = #ver + :one, #bv = #ver + :one, #upd = :now",
		       "attribute_not_exists(#arch) AND #price = :price AND #stock >= :quantity",
		       ATTRS(ATTR_NUMBER("quantity", item->quantity), ATTR_NUMBER("price", item->price),
			     ATTR_NUMBER("one", 1), ATTR_NUMBER("now", buying->now)));
}

/* What was bought leaves the cart, as many as were bought; what was put in meanwhile stays. */
static void add_emptied_cart(struct ddb_writing *writing, const struct buying *buying)
{
	const struct store_purchase *wanted = buying->wanted;
	struct cart cart = buying->cart;
	struct cart_item left[LIMIT_LINES];
	size_t count = 0;
	bool taken = false;

	for (size_t i = 0; i < cart.items_count; i++) {
		left[count] = cart.items[i];
		for (size_t j = 0; j < wanted->items_count; j++)
			if (!strcmp(wanted->items[j].product_id, cart.items[i].product_id)) {
				left[count].quantity -= wanted->items[j].quantity;
				taken = true;
			}
		count += left[count].quantity > 0;
	}
	cart.items = left;
	cart.items_count = count;
	if (taken)
		ddb_add_cart(writing, wanted->client_id, &cart);
}

/* At most 5 and, for each of LIMIT_LINES products, 2. False with *ret_again: it has to be read anew. */
static bool write_all(struct buying *buying, bool *ret_again, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct ddb_writing writing = {.arena = buying->arena};
	struct err cause;

	add_key(&writing, buying);
	ddb_add_account_check(&writing, GROUP_CLIENTS, wanted->client_id);
	ddb_add_purchase(&writing, &buying->row);
	ddb_add_delivery(&writing, &buying->row.purchase,
			 buying->row.purchase.purchase_date + STORE_DELIVERY_DAYS * (int64_t)CLOCK_DAY_MS);
	add_emptied_cart(&writing, buying);
	/* Sales first: the stream mostly keeps this order, so a seller is told of a sale before what runs low by it. */
	for (size_t i = 0; i < buying->row.purchase.parts_count; i++)
		ddb_add_sale(&writing, &buying->row, i, buying->now, wanted->date != 0);
	for (size_t i = 0; i < wanted->items_count; i++)
		add_product(&writing, buying, &wanted->items[i]);
	if (ddb_write(buying->store, &writing, NULL, &cause)) {
		buying->result = (struct store_purchase_result){.purchase = buying->row.purchase};
		return true;
	}
	if (cause.kind == ERR_CONFLICT)
		*ret_again = ddb_again(&buying->tries, err);
	else if (err)
		*err = cause;
	return false;
}

/* The key and the stock were not read at one moment: what is missing may be what this very key has bought meanwhile, by
 * a call whose answer got lost. A key that was there when the stock fell is there now. */
static bool answer_faults(struct buying *buying, const struct err *faults, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct dynamo_items items;

	if (!ddb_get(buying->store, ddb_key_idempotency(buying->arena, wanted->client_id, wanted->key), true,
		     buying->arena, &items, err))
		return false;
	bool looked = look_at_key(buying, items.items[0], err);
	dynamo_items_done(&items);
	if (looked && !buying->known && err)
		*err = *faults;
	return looked && buying->known;
}

static bool buy_once(struct buying *buying, bool *ret_again, struct err *err)
{
	struct err faults;

	*ret_again = false;
	if (!read_all(buying, err))
		return false;
	if (buying->known)
		return true;
	if (!read_products(buying, &faults)) {
		if (faults.kind == ERR_CONFLICT)
			return answer_faults(buying, &faults, err);
		if (err)
			*err = faults;
		return false;
	}
	return add_up(buying, err) && write_all(buying, ret_again, err);
}

bool dynamodb_purchase_create(struct store *store, const struct store_purchase *purchase, struct arena *arena,
			      struct store_purchase_result *ret_result, struct err *err)
{
	struct buying buying = {.store = ddb_of(store), .wanted = purchase, .arena = arena};
	const struct id id = ddb_id(buying.store);
	struct err cause;
	bool again, done;

	buying.row.purchase.id = arena_strdup(arena, id.text);
	if (!buying.row.purchase.id)
		return err_memory(err, "buying");
	do
		done = buy_once(&buying, &again, &cause);
	while (again);
	if (done || (cause.kind == ERR_CONFLICT && buying.result.faults_count))
		*ret_result = buying.result;
	if (!done && err)
		*err = cause;
	return done;
}
