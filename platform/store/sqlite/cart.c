/* Carts. */
#include <stdio.h>

#include "platform/store/sqlite/internal.h"

struct cart_call {
	struct sqlite_store *store;
	const char *client_id;
	const struct cart *wanted;
	struct arena *arena;
	int64_t client; /* 0: there is none */
	struct cart cart;
	bool stale; /* `cart` is what is kept, not what was wanted */
};

static void read_item(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct cart_item *)row = (struct cart_item){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .quantity = sqlite3_column_int64(statement, 1),
	    .name = db_column_text(statement, 2, list->arena, &list->failed),
	    .price = sqlite3_column_int64(statement, 3),
	    .stock = sqlite3_column_int64(statement, 4),
	    .seller_id = db_column_text(statement, 5, list->arena, &list->failed),
	    .seller_name = db_column_text(statement, 6, list->arena, &list->failed),
	    .available = !sqlite3_column_int(statement, 7),
	    .seen_price = sqlite3_column_int64(statement, 8),
	};
}

static bool read_items(struct db_connection *connection, struct cart_call *call, struct err *err)
{
	struct sql_list items = {.arena = call->arena,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct cart_item),
				 .take = read_item,
				 .doing = "reading a cart"};

	if (!sql_list(
		connection,
		sql_query(
		    connection, err,
		    "SELECT p.id, c.quantity, p.name, p.price, p.stock, a.id, a.full_name, p.archived OR a.deleted,"
		    " c.seen_price FROM cart_item c CROSS JOIN product p ON p.n = c.product"
		    " CROSS JOIN account a ON a.n = p.seller WHERE c.client = ? ORDER BY c.position",
		    "i", call->client),
		&items, err))
		return false;
	call->cart.items = items.rows;
	call->cart.items_count = items.count;
	return true;
}

static bool read_cart(struct db_connection *connection, struct cart_call *call, struct err *err)
{
	bool found;

	call->cart = (struct cart){.currency = call->store->currency};
	return account_number(connection, GROUP_CLIENTS, call->client_id, &call->client, err) &&
	       sql_number(connection,
			  sql_query(connection, err, "SELECT version FROM cart WHERE client = ?", "i", call->client),
			  &call->cart.version, &found, err) &&
	       read_items(connection, call, err);
}

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	return read_cart(connection, context, err);
}

bool sqlite_cart_get(struct store *store, const char *client_id, struct arena *arena, struct cart *ret_cart,
		     struct err *err)
{
	struct cart_call call = {.store = (struct sqlite_store *)store, .client_id = client_id, .arena = arena};

	if (!db_read(call.store->db, get, &call, err))
		return false;
	*ret_cart = call.cart;
	return true;
}

static bool write_item(struct db_connection *connection, const struct cart_call *call, size_t index, struct err *err)
{
	const struct cart_item *item = &call->wanted->items[index];
	int64_t product;
	bool found;

	if (!sql_number(connection,
			sql_query(connection, err, "SELECT n FROM product WHERE id = ?", "t", item->product_id),
			&product, &found, err))
		return false;
	if (found)
		return sql_run(connection, err,
			       "INSERT INTO cart_item (client, position, product, quantity, seen_price)"
			       " VALUES (?, ?, ?, ?, ?)",
			       "iiiii", call->client, (int64_t)index, product, item->quantity, item->seen_price);
	err_set(err, ERR_INVALID, "There is no such product");
	if (err)
		snprintf(err->field, sizeof err->field, "/items/%zu/product_id", index);
	return false;
}

static bool next_version(struct db_connection *connection, int64_t client, struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO cart (client, version) VALUES (?, 1)"
		       " ON CONFLICT (client) DO UPDATE SET version = version + 1",
		       "i", client);
}

static bool put(struct db_connection *connection, void *context, struct err *err)
{
	struct cart_call *call = context;

	call->stale = false;
	if (!read_cart(connection, call, err))
		return false;
	if (!call->client)
		return account_missing(GROUP_CLIENTS, err);
	if (call->wanted->version != call->cart.version) {
		call->stale = true;
		return err_code(err, ERR_CONFLICT, "version_conflict", "The cart was changed meanwhile");
	}
	if (!sql_run(connection, err, "DELETE FROM cart_item WHERE client = ?", "i", call->client))
		return false;
	for (size_t i = 0; i < call->wanted->items_count; i++)
		if (!write_item(connection, call, i, err))
			return false;
	return next_version(connection, call->client, err) && read_cart(connection, call, err);
}

bool sqlite_cart_put(struct store *store, const char *client_id, const struct cart *cart, struct arena *arena,
		     struct cart *ret_cart, struct err *err)
{
	struct cart_call call = {
	    .store = (struct sqlite_store *)store, .client_id = client_id, .wanted = cart, .arena = arena};

	if (cart->items_count > LIMIT_LINES)
		return err_set(err, ERR_INVALID, "A cart has %d products at most", LIMIT_LINES);
	bool done = db_write(call.store->db, put, &call, err);
	if (done || call.stale)
		*ret_cart = call.cart;
	return done;
}

/* ---- what was bought ---- */

struct kept_item {
	int64_t position, product, quantity;
};

static void take_kept(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(struct kept_item *)row = (struct kept_item){
	    sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2)};
}

/* All of it first: an UPDATE or DELETE that looks for itself would make a table of them. */
static bool read_kept(struct db_connection *connection, int64_t client, struct kept_item items[LIMIT_LINES],
		      size_t *ret_count, struct err *err)
{
	struct sql_list kept = {.rows = items, .most = LIMIT_LINES, .size = sizeof *items, .take = take_kept};

	if (!sql_list(connection,
		      sql_query(connection, err, "SELECT position, product, quantity FROM cart_item WHERE client = ?",
				"i", client),
		      &kept, err))
		return false;
	*ret_count = kept.count;
	return true;
}

static bool take_item(struct db_connection *connection, int64_t client, const struct kept_item *item,
		      const struct cart_take *take, struct err *err)
{
	if (item->quantity <= take->quantity)
		return sql_run(connection, err, "DELETE FROM cart_item WHERE client = ? AND position = ?", "ii", client,
			       item->position);
	return sql_run(connection, err, "UPDATE cart_item SET quantity = ? WHERE client = ? AND position = ?", "iii",
		       item->quantity - take->quantity, client, item->position);
}

bool cart_take(struct db_connection *connection, int64_t client, const struct cart_take *takes, size_t count,
	       struct err *err)
{
	struct kept_item items[LIMIT_LINES];
	size_t items_count = 0;
	bool taken = false;

	if (!read_kept(connection, client, items, &items_count, err))
		return false;
	for (size_t i = 0; i < items_count; i++)
		for (size_t j = 0; j < count; j++) {
			if (items[i].product != takes[j].product)
				continue;
			if (!take_item(connection, client, &items[i], &takes[j], err))
				return false;
			taken = true;
		}
	return !taken || next_version(connection, client, err);
}
