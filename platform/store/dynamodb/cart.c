/* Carts. Kept of an item are the product, its quantity and the price that was seen; the rest is the product's of today.
 */
#include "platform/store/dynamodb/cart.h"

#include <stdio.h>

enum { ITEM_MEMBERS = 3 };

/* ---- what is kept ---- */

bool ddb_cart_take(const struct dynamodb_store *store, const cJSON *item, struct arena *arena, struct cart *ret_cart,
		   struct err *err)
{
	struct cart cart = {.currency = store->currency,
			    .version = item_number(item, "ver", 0),
			    .items = arena_array(arena, LIMIT_LINES, sizeof *cart.items)};
	const cJSON *element;
	bool failed = false;

	if (!cart.items)
		return err_memory(err, "reading a cart");
	cJSON_ArrayForEach(element, item_list(item, "items")) {
		const cJSON *map = element_map(element);
		const char *id = item_text(map, "p", arena, &failed);

		if (id && cart.items_count < LIMIT_LINES)
			cart.items[cart.items_count++] = (struct cart_item){.product_id = id,
									    .quantity = item_number(map, "q", 0),
									    .seen_price = item_number(map, "sp", 0)};
	}
	if (failed)
		return err_memory(err, "reading a cart");
	*ret_cart = cart;
	return true;
}

static struct attr make_items(struct ddb_writing *writing, const struct cart *cart)
{
	struct attr *maps = arena_array(writing->arena, LIMIT_LINES, sizeof *maps);
	struct attr *members = arena_array(writing->arena, LIMIT_LINES * ITEM_MEMBERS, sizeof *members);

	writing->failed = writing->failed || !maps || !members;
	for (size_t i = 0; !writing->failed && i < cart->items_count; i++) {
		const struct cart_item *item = &cart->items[i];
		struct attr *own = members + i * ITEM_MEMBERS;

		own[0] = ATTR_TEXT("p", item->product_id);
		own[1] = ATTR_NUMBER("q", item->quantity);
		own[2] = ATTR_NUMBER(item->seen_price ? "sp" : NULL, item->seen_price);
		maps[i] = ATTR_MAP(NULL, own, ITEM_MEMBERS);
	}
	return ATTR_LIST("items", maps, cart->items_count);
}

void ddb_add_cart(struct ddb_writing *writing, const char *client_id, const struct cart *cart)
{
	ddb_add_put(writing, ddb_key_cart(writing->arena, client_id),
		    cart->version ? "#ver = :was" : "attribute_not_exists(#pk)",
		    ATTRS(make_items(writing, cart), ATTR_NUMBER("ver", cart->version + 1),
			  ATTR_NUMBER(":was", cart->version)));
}

void ddb_add_moved_cart(struct ddb_writing *writing, const char *client_id, const struct cart *cart)
{
	ddb_add_put(writing, ddb_key_cart(writing->arena, client_id), "attribute_not_exists(#pk)",
		    ATTRS(make_items(writing, cart), ATTR_NUMBER("ver", cart->version)));
}

/* ---- what it shows ---- */

/* Products of items, in their order. */
static bool read_products(struct dynamodb_store *store, const struct cart_item *items, size_t count,
			  struct arena *arena, struct ddb_product products[LIMIT_LINES], struct err *err)
{
	const char *ids[LIMIT_LINES];

	for (size_t i = 0; i < count; i++)
		ids[i] = items[i].product_id;
	return !count || ddb_products_read(store, ids, count, true, arena, products, err);
}

static struct cart_item show_item(const struct cart_item *kept, const struct ddb_product *found)
{
	const struct product *product = &found->product;

	return (struct cart_item){.product_id = kept->product_id,
				  .quantity = kept->quantity,
				  .seen_price = kept->seen_price,
				  .name = product->name,
				  .price = product->price,
				  .stock = product->stock,
				  .seller_id = product->seller_id,
				  .seller_name = product->seller_name,
				  .available = !found->gone};
}

/* Items that are only kept become what they are today. */
static bool show(struct dynamodb_store *store, struct cart *cart, struct arena *arena, struct err *err)
{
	struct ddb_product products[LIMIT_LINES];
	size_t count = 0;

	if (!read_products(store, cart->items, cart->items_count, arena, products, err))
		return false;
	for (size_t i = 0; i < cart->items_count; i++)
		if (products[i].found)
			cart->items[count++] = show_item(&cart->items[i], &products[i]);
	cart->items_count = count;
	return true;
}

/* ---- reading ---- */

/* The cart as it is kept; that of an account that is closed is empty. */
static bool read_kept(struct dynamodb_store *store, const char *client_id, struct arena *arena, struct cart *ret_cart,
		      bool *ret_open, struct err *err)
{
	const struct dynamo_key keys[] = {ddb_key_cart(arena, client_id), ddb_key_account(arena, client_id)};
	struct dynamo_items items;

	if (!ddb_get_many(store, keys, 2, true, arena, &items, err))
		return false;
	*ret_open = ddb_account_is_open(items.items[1], GROUP_CLIENTS);
	bool taken = ddb_cart_take(store, *ret_open ? items.items[0] : NULL, arena, ret_cart, err);
	dynamo_items_done(&items);
	return taken;
}

bool dynamodb_cart_get(struct store *store, const char *client_id, struct arena *arena, struct cart *ret_cart,
		       struct err *err)
{
	struct cart cart;
	bool open;

	if (!read_kept(ddb_of(store), client_id, arena, &cart, &open, err) || !show(ddb_of(store), &cart, arena, err))
		return false;
	*ret_cart = cart;
	return true;
}

/* ---- putting ---- */

struct putting {
	struct dynamodb_store *store;
	const char *client_id;
	const struct cart *wanted;
	struct arena *arena;
	struct cart cart; /* how it will be */
	bool stale;	  /* `cart` is what is kept, not what was wanted */
};

static bool unknown_product(size_t index, struct err *err)
{
	err_set(err, ERR_INVALID, "There is no such product");
	if (err)
		snprintf(err->field, sizeof err->field, "/items/%zu/product_id", index);
	return false;
}

/* What was wanted, as it will be shown. */
static bool make_cart(struct putting *putting, struct err *err)
{
	const struct cart *wanted = putting->wanted;
	struct ddb_product products[LIMIT_LINES];

	if (!read_products(putting->store, wanted->items, wanted->items_count, putting->arena, products, err))
		return false;
	struct cart_item *items = arena_array(putting->arena, LIMIT_LINES, sizeof *items);
	if (!items)
		return err_memory(err, "keeping a cart");
	for (size_t i = 0; i < wanted->items_count; i++) {
		if (!products[i].found)
			return unknown_product(i, err);
		items[i] = show_item(&wanted->items[i], &products[i]);
	}
	putting->cart.items = items;
	putting->cart.items_count = wanted->items_count;
	return true;
}

/* Reads what there is, and whether the cart may be put. */
static bool prepare(struct putting *putting, struct err *err)
{
	bool open;

	if (!read_kept(putting->store, putting->client_id, putting->arena, &putting->cart, &open, err))
		return false;
	if (!open)
		return ddb_account_missing(GROUP_CLIENTS, err);
	if (putting->cart.version == putting->wanted->version)
		return make_cart(putting, err);
	if (!show(putting->store, &putting->cart, putting->arena, err))
		return false;
	putting->stale = true;
	return err_code(err, ERR_CONFLICT, "version_conflict", "The cart was changed meanwhile");
}

/* False with *ret_again: somebody was quicker. */
static bool write_cart(struct putting *putting, int *tries, bool *ret_again, struct err *err)
{
	struct ddb_writing writing = {.arena = putting->arena};
	struct err cause;

	*ret_again = false;
	ddb_add_cart(&writing, putting->client_id, &putting->cart);
	ddb_add_account_check(&writing, GROUP_CLIENTS, putting->client_id);
	if (ddb_write(putting->store, &writing, NULL, &cause)) {
		putting->cart.version++;
		return true;
	}
	if (cause.kind == ERR_CONFLICT)
		*ret_again = ddb_again(tries, err);
	else if (err)
		*err = cause;
	return false;
}

bool dynamodb_cart_put(struct store *store, const char *client_id, const struct cart *cart, struct arena *arena,
		       struct cart *ret_cart, struct err *err)
{
	struct putting putting = {.store = ddb_of(store), .client_id = client_id, .wanted = cart, .arena = arena};
	int tries = 0;
	bool again, done;

	if (cart->items_count > LIMIT_LINES)
		return err_set(err, ERR_INVALID, "A cart has %d products at most", LIMIT_LINES);
	do {
		again = false;
		done = prepare(&putting, err) && write_cart(&putting, &tries, &again, err);
	} while (again);
	if (done || putting.stale)
		*ret_cart = putting.cart;
	return done;
}
