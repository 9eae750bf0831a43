/* A client's purchases: reading them, and cancelling one. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

struct purchase_call {
	struct sqlite_store *store;
	const char *client_id, *id;
	struct store_page page;
	struct arena *arena;
	struct purchase purchase;
	struct purchase_page purchases;
	const char *next;
};

/* Fills lines and status of a purchase whose other members are there. */
static bool read_lines(struct db_connection *connection, int64_t n, struct arena *arena, struct purchase *purchase,
		       struct err *err)
{
	struct purchase_line *lines = arena_array(arena, LIMIT_LINES, sizeof *lines);
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT p.id, l.product_name, a.id, s.seller_name, l.price, l.quantity, s.status FROM line l"
		      " CROSS JOIN sale s ON s.n = l.sale CROSS JOIN product p ON p.n = l.product"
		      " CROSS JOIN account a ON a.n = s.seller WHERE l.purchase = ? ORDER BY l.position",
		      "i", n);
	enum sale_status statuses[LIMIT_LINES];
	enum db_step step = DB_ERROR;
	size_t count = 0;
	bool failed = !lines;

	while (statement && !failed && (step = db_step(connection, statement, err)) == DB_ROW && count < LIMIT_LINES) {
		struct purchase_line *line = &lines[count];

		line->product_id = db_column_text(statement, 0, arena, &failed);
		line->product_name = db_column_text(statement, 1, arena, &failed);
		line->seller_id = db_column_text(statement, 2, arena, &failed);
		line->seller_name = db_column_text(statement, 3, arena, &failed);
		line->price = sqlite3_column_int64(statement, 4);
		line->quantity = sqlite3_column_int64(statement, 5);
		line->status = sqlite3_column_int(statement, 6);
		statuses[count++] = (enum sale_status)line->status;
	}
	purchase->lines = lines;
	purchase->lines_count = count;
	/* A sale with several lines counts several times, which changes nothing: all, none and any are what matters. */
	purchase->status = (int)purchase_status(statuses, count);
	return failed ? err_memory(err, "reading a purchase") : step != DB_ERROR;
}

#define COLUMNS "SELECT n, id, client_name, purchase_date, total FROM purchase "

static bool read_head(const struct sqlite_store *store, sqlite3_stmt *statement, const char *client_id,
		      struct arena *arena, struct purchase *ret_purchase, struct err *err)
{
	bool failed = false;

	*ret_purchase = (struct purchase){
	    .id = db_column_text(statement, 1, arena, &failed),
	    .client_id = arena_strdup(arena, client_id),
	    .client_name = db_column_text(statement, 2, arena, &failed),
	    .purchase_date = sqlite3_column_int64(statement, 3),
	    .currency = store->currency,
	    .total = sqlite3_column_int64(statement, 4),
	};
	return (!failed && ret_purchase->client_id) || err_memory(err, "reading a purchase");
}

bool purchase_find(const struct sqlite_store *store, struct db_connection *connection, const char *client_id,
		   const char *id, struct arena *arena, struct purchase *ret_purchase, int64_t *ret_n, struct err *err)
{
	int64_t client;

	if (!account_number(connection, GROUP_CLIENTS, client_id, &client, err))
		return false;

	sqlite3_stmt *statement = sql_query(connection, err, COLUMNS "WHERE id = ? AND client = ?", "ti", id, client);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_NOT_FOUND, "There is no such purchase") : false;
	*ret_n = sqlite3_column_int64(statement, 0);
	return read_head(store, statement, client_id, arena, ret_purchase, err) &&
	       read_lines(connection, *ret_n, arena, ret_purchase, err);
}

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	struct purchase_call *call = context;
	int64_t n;

	return purchase_find(call->store, connection, call->client_id, call->id, call->arena, &call->purchase, &n,
			     err);
}

bool sqlite_purchase_get(struct store *store, const char *client_id, const char *id, struct arena *arena,
			 struct purchase *ret_purchase, struct err *err)
{
	struct purchase_call call = {
	    .store = (struct sqlite_store *)store, .client_id = client_id, .id = id, .arena = arena};

	if (!db_read(call.store->db, get, &call, err))
		return false;
	*ret_purchase = call.purchase;
	return true;
}

/* ---- listing ---- */

/* Heads first: the lines' statement would have to run inside this one otherwise. */
static bool read_heads(struct db_connection *connection, struct purchase_call *call, int64_t *numbers, struct err *err)
{
	static const char place_sql[] = "SELECT n, id FROM purchase WHERE id <= ? ORDER BY id DESC LIMIT 1";
	struct purchase *purchases = arena_array(call->arena, call->page.limit, sizeof *purchases);
	size_t count = 0;
	int64_t client, before;

	if (!purchases)
		return err_memory(err, "listing purchases");
	if (!place_newest(connection, place_sql, call->page.after, &before, err) ||
	    !account_number(connection, GROUP_CLIENTS, call->client_id, &client, err))
		return false;

	sqlite3_stmt *statement =
	    sql_query(connection, err, COLUMNS "WHERE client = ? AND n < ? ORDER BY n DESC", "ii", client, before);
	enum db_step step = DB_ERROR;
	while (statement && (step = db_step(connection, statement, err)) == DB_ROW && count < call->page.limit) {
		numbers[count] = sqlite3_column_int64(statement, 0);
		if (!read_head(call->store, statement, call->client_id, call->arena, &purchases[count++], err))
			return false;
	}
	call->purchases = (struct purchase_page){.purchases = purchases, .purchases_count = count};
	call->next = step == DB_ROW ? purchases[count - 1].id : NULL;
	return step != DB_ERROR;
}

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct purchase_call *call = context;
	int64_t numbers[LIMIT_PAGE] = {0};

	if (!read_heads(connection, call, numbers, err))
		return false;
	for (size_t i = 0; i < call->purchases.purchases_count; i++)
		if (!read_lines(connection, numbers[i], call->arena, &call->purchases.purchases[i], err))
			return false;
	return true;
}

bool sqlite_purchase_list(struct store *store, const char *client_id, struct store_page page, struct arena *arena,
			  struct purchase_page *ret_page, const char **ret_next, struct err *err)
{
	struct purchase_call call = {
	    .store = (struct sqlite_store *)store, .client_id = client_id, .page = page, .arena = arena};

	if (!page_check(page, err) || !db_read(call.store->db, list, &call, err))
		return false;
	*ret_page = call.purchases;
	*ret_next = call.next;
	return true;
}

/* ---- cancelling ---- */

/* What sellers have cancelled themselves is passed over: the purchase is what is left of it. */
static bool cancel_sales(struct db_connection *connection, int64_t purchase, int64_t now, struct err *err)
{
	int64_t sales[LIMIT_LINES] = {0};
	size_t count = 0;
	sqlite3_stmt *statement = sql_query(connection, err,
					    "SELECT n FROM sale WHERE purchase = ? AND status <> ? ORDER BY n", "ii",
					    purchase, (int64_t)SALE_CANCELLED);
	enum db_step step = DB_ERROR;

	while (statement && (step = db_step(connection, statement, err)) == DB_ROW && count < LIMIT_LINES)
		sales[count++] = sqlite3_column_int64(statement, 0);
	if (step == DB_ERROR)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!sale_cancel(connection, sales[i], now, err))
			return false;
	return true;
}

static bool may_cancel(const struct purchase *purchase, struct err *err)
{
	enum sale_status status = (enum sale_status)purchase->status;

	return sale_may_become(status, SALE_CANCELLED) ||
	       sale_illegal(status, SALE_CANCELLED, "This purchase can't be cancelled any more", err);
}

static bool cancel(struct db_connection *connection, void *context, struct err *err)
{
	struct purchase_call *call = context;
	int64_t n = 0;

	return purchase_find(call->store, connection, call->client_id, call->id, call->arena, &call->purchase, &n,
			     err) &&
	       may_cancel(&call->purchase, err) &&
	       cancel_sales(connection, n, clock_now(), err) &&
	       purchase_find(call->store, connection, call->client_id, call->id, call->arena, &call->purchase, &n, err);
}

bool sqlite_purchase_cancel(struct store *store, const char *client_id, const char *id, struct arena *arena,
			    struct purchase *ret_purchase, struct err *err)
{
	struct purchase_call call = {
	    .store = (struct sqlite_store *)store, .client_id = client_id, .id = id, .arena = arena};

	if (!db_write(call.store->db, cancel, &call, err))
		return false;
	*ret_purchase = call.purchase;
	return true;
}
