#include "shop/cart.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "shop/cart_merge.h"

struct cart_model {
	struct net *net;
	struct cart_model_events events;
	struct cart_rows rows;
	struct cart_rows undo[CART_UNDO]; /* a ring: the newest is at undo_count - 1 */
	size_t undo_count;
	struct cart_agreed agreed;
	int64_t version;
	bool synced;  /* a client is signed in, and the platform's copy is known */
	bool dirty;   /* changed since it was last sent */
	net_id call;  /* the call under way; 0: none */
};

struct cart_model *cart_model_new(struct net *net, const struct cart_model_events *events)
{
	struct cart_model *cart = calloc(1, sizeof *cart);

	if (!cart)
		return NULL;
	cart->net = net;
	cart->events = *events;
	return cart;
}

struct cart_model *cart_model_free(struct cart_model *cart)
{
	if (cart)
		net_cancel_owner(cart->net, cart);
	free(cart);
	return NULL;
}

const struct cart_rows *cart_model_rows(const struct cart_model *cart)
{
	return &cart->rows;
}

int64_t cart_model_quantity(const struct cart_model *cart, const char *product_id)
{
	size_t index = cart_rows_find(&cart->rows, product_id);

	return index < cart->rows.count ? cart->rows.row[index].quantity : 0;
}

int64_t cart_model_units(const struct cart_model *cart)
{
	int64_t units = 0;

	for (size_t i = 0; i < cart->rows.count; i++)
		units += cart->rows.row[i].available ? cart->rows.row[i].quantity : 0;
	return units;
}

/* ---- the platform's copy ---- */

static void sync_now(struct cart_model *cart);

static void take_theirs(struct cart_model *cart, const struct cart *theirs)
{
	cart_merge(&cart->rows, &cart->agreed, theirs);
	cart_agree(&cart->agreed, theirs);
	cart->version = theirs->version;
	cart->synced = true;
	cart->dirty = !cart_is_agreed(&cart->rows, &cart->agreed);
}

static void on_get(void *context, struct net_reply *reply)
{
	struct cart_model *cart = context;

	cart->call = 0;
	if (reply->ok)
		take_theirs(cart, reply->answer);
	else if (cart->events.failed && net_offers(cart->net, API_cart_get))
		cart->events.failed(cart->events.context, &reply->err);
	cart->events.changed(cart->events.context);
	if (reply->ok)
		sync_now(cart);
}

static void on_put(void *context, struct net_reply *reply)
{
	struct cart_model *cart = context;
	const void *theirs;

	cart->call = 0;
	if (reply->ok) {
		const struct cart *answer = reply->answer;
		cart_agree(&cart->agreed, answer);
		cart->version = answer->version;
		for (size_t i = 0; i < answer->items_count; i++) {
			size_t index = cart_rows_find(&cart->rows, answer->items[i].product_id);
			if (index < cart->rows.count)
				cart_row_take(&cart->rows.row[index], &answer->items[i]);
		}
	} else if (net_reply_object(reply, "cart", &cart_shape, &theirs)) {
		take_theirs(cart, theirs);
	} else {
		cart->dirty = true; /* the next change tries again */
		if (cart->events.failed)
			cart->events.failed(cart->events.context, &reply->err);
		return;
	}
	cart->events.changed(cart->events.context);
	sync_now(cart);
}

static bool is_kept(const struct cart_model *cart)
{
	const struct session *session = net_session(cart->net);

	return session && session->group == GROUP_CLIENTS && net_offers(cart->net, API_cart_put);
}

static bool is_held(const struct cart_model *cart)
{
	return cart->events.held && cart->events.held(cart->events.context);
}

/* Sends the cart if it has changed and nothing is under way. */
static void sync_now(struct cart_model *cart)
{
	struct cart_item items[LIMIT_LINES] = {{.quantity = 0}};
	struct cart body = {.items = items, .version = cart->version};

	if (!cart->dirty || cart->call || is_held(cart) || !cart->synced || !is_kept(cart))
		return;
	for (size_t i = 0; i < cart->rows.count; i++)
		items[body.items_count++] = (struct cart_item){.product_id = cart->rows.row[i].product_id,
							       .quantity = cart->rows.row[i].quantity};
	cart->dirty = false;
	cart->call = net_call(cart->net, API_cart_put, &(struct net_args){.body = &body, .background = true}, cart,
			      on_put, cart);
}

void cart_model_refresh(struct cart_model *cart)
{
	/* An empty cart can't bring back what was bought. */
	if (!cart->call && (!cart->rows.count || !is_held(cart)) && is_kept(cart))
		cart->call = net_call(cart->net, API_cart_get, NULL, cart, on_get, cart);
}

/* Brings the platform's copy up to date; if that isn't known yet, asks for it first. */
static void follow(struct cart_model *cart)
{
	if (cart->synced)
		sync_now(cart);
	else
		cart_model_refresh(cart);
}

void cart_model_hold_changed(struct cart_model *cart)
{
	if (cart->call && cart->rows.count && is_held(cart)) { /* whatever this call is, it is made again later */
		net_cancel_owner(cart->net, cart);
		cart->call = 0;
		cart->dirty = true;
	}
	follow(cart);
}

/* From now on the platform's copy is unknown. */
static void forget_copy(struct cart_model *cart)
{
	net_cancel_owner(cart->net, cart);
	cart->call = 0;
	cart->synced = false;
	cart->agreed.count = 0;
	cart->version = 0;
}

void cart_model_session_lost(struct cart_model *cart)
{
	forget_copy(cart);
	cart->dirty = cart->rows.count > 0;
}

void cart_model_session(struct cart_model *cart)
{
	forget_copy(cart);
	cart->undo_count = 0;
	if (!net_session(cart->net))
		cart->rows.count = 0;
	cart->dirty = cart->rows.count > 0;
	cart_model_refresh(cart);
	cart->events.changed(cart->events.context);
}

/* ---- changes ---- */

/* Call this before every change. */
static void remember(struct cart_model *cart)
{
	if (cart->undo_count == CART_UNDO) {
		memmove(&cart->undo[0], &cart->undo[1], (CART_UNDO - 1) * sizeof cart->undo[0]);
		cart->undo_count--;
	}
	cart->undo[cart->undo_count++] = cart->rows;
}

static void changed(struct cart_model *cart)
{
	cart->dirty = true;
	cart->events.changed(cart->events.context);
	follow(cart);
}

bool cart_model_add(struct cart_model *cart, const struct product *product, int64_t quantity, struct err *err)
{
	size_t index = cart_rows_find(&cart->rows, product->id);
	int64_t have = cart_model_quantity(cart, product->id);

	/* Stock less than 0: the platform counts none. */
	if (!product->stock)
		return err_code(err, ERR_CONFLICT, "out_of_stock", "%s is out of stock", product->name);
	if (product->stock > 0 && have >= product->stock)
		return err_code(err, ERR_CONFLICT, "out_of_stock", "All %lld that are left are in the cart",
				(long long)product->stock);
	if (index == LIMIT_LINES)
		return err_set(err, ERR_TOO_LARGE, "A cart holds %d different products at most", LIMIT_LINES);

	remember(cart);
	struct cart_row *row = &cart->rows.row[index];
	if (index == cart->rows.count) {
		cart->rows.count++;
		*row = (struct cart_row){.seen_price = product->price};
		text_copy(row->product_id, CART_ID, product->id);
	}
	text_copy(row->name, sizeof row->name, product->name);
	text_copy(row->seller_name, sizeof row->seller_name, product->seller_name);
	row->price = product->price;
	row->stock = product->stock;
	row->available = true;
	row->quantity = have + quantity < cart_row_most(row) ? have + quantity : cart_row_most(row);
	changed(cart);
	return true;
}

bool cart_model_set(struct cart_model *cart, size_t index, int64_t quantity)
{
	if (index >= cart->rows.count)
		return false;

	struct cart_row *row = &cart->rows.row[index];
	int64_t most = cart_row_most(row);
	int64_t wanted = quantity > most ? most : quantity;
	if (wanted == row->quantity)
		return false;
	remember(cart);
	if (wanted > 0)
		row->quantity = wanted;
	else
		cart_rows_remove(&cart->rows, index);
	changed(cart);
	return true;
}

bool cart_model_undo(struct cart_model *cart)
{
	if (!cart->undo_count)
		return false;
	cart->rows = cart->undo[--cart->undo_count];
	changed(cart);
	return true;
}

bool cart_model_can_undo(const struct cart_model *cart)
{
	return cart->undo_count > 0;
}

void cart_model_bought(struct cart_model *cart, const struct purchase_item *items, size_t count)
{
	struct cart_rows *rows = &cart->rows;
	struct cart_agreed agreed = cart->agreed;

	cart_agreed_bought(&agreed, rows, items, count);
	for (size_t i = 0; i < count; i++) {
		size_t index = cart_rows_find(rows, items[i].product_id);
		if (index == rows->count)
			continue;
		rows->row[index].quantity -= items[i].quantity;
		if (rows->row[index].quantity < 1)
			cart_rows_remove(rows, index);
	}
	forget_copy(cart);
	cart->agreed = agreed;
	cart->undo_count = 0;
	cart->dirty = rows->count > 0;
	cart_model_refresh(cart);
	cart->events.changed(cart->events.context);
}

void cart_model_update(struct cart_model *cart, const struct product *product)
{
	size_t index = cart_rows_find(&cart->rows, product->id);

	if (index == cart->rows.count)
		return;
	struct cart_row *row = &cart->rows.row[index];
	text_copy(row->name, sizeof row->name, product->name);
	row->price = product->price;
	row->stock = product->stock;
	row->available = true;
}

void cart_model_gone(struct cart_model *cart, const char *product_id)
{
	size_t index = cart_rows_find(&cart->rows, product_id);

	if (index < cart->rows.count)
		cart->rows.row[index].available = false;
}

bool cart_model_is_saved(const struct cart_model *cart)
{
	return cart_is_agreed(&cart->rows, &cart->agreed);
}

bool cart_model_busy(const struct cart_model *cart)
{
	return cart->call != 0;
}
