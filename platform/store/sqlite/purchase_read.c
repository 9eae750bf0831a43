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

static void take_line(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct purchase_line *)row = (struct purchase_line){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .product_name = db_column_text(statement, 1, list->arena, &list->failed),
	    .seller_id = db_column_text(statement, 2, list->arena, &list->failed),
	    .seller_name = db_column_text(statement, 3, list->arena, &list->failed),
	    .price = sqlite3_column_int64(statement, 4),
	    .quantity = sqlite3_column_int64(statement, 5),
	    .status = sqlite3_column_int(statement, 6),
	};
}

/* Fills lines and status of a purchase whose other members are there. */
static bool read_lines(struct db_connection *connection, int64_t n, struct arena *arena, struct purchase *purchase,
		       struct err *err)
{
	struct sql_list lines = {.arena = arena,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct purchase_line),
				 .take = take_line,
				 .doing = "reading a purchase"};
	enum sale_status statuses[LIMIT_LINES];

	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT p.id, l.product_name, a.id, s.seller_name, l.price, l.quantity, s.status"
				" FROM line l CROSS JOIN sale s ON s.n = l.sale CROSS JOIN product p ON p.n = l.product"
				" CROSS JOIN account a ON a.n = s.seller WHERE l.purchase = ? ORDER BY l.position",
				"i", n),
		      &lines, err))
		return false;
	purchase->lines = lines.rows;
	purchase->lines_count = lines.count;
	/* A sale with several lines counts several times, which changes nothing: all, none and any are what matters. */
	for (size_t i = 0; i < lines.count; i++)
		statuses[i] = (enum sale_status)purchase->lines[i].status;
	purchase->status = (int)purchase_status(statuses, lines.count);
	return true;
}

#define COLUMNS "SELECT n, id, client_name, purchase_date, total FROM purchase "

/* Purchases without their lines: whose they are, and their rows' numbers. */
struct heads {
	const struct sqlite_store *store;
	const char *client_id;
	int64_t *numbers;
};

static void take_head(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	const struct heads *heads = list->context;
	struct purchase *purchase = row;

	heads->numbers[list->count] = sqlite3_column_int64(statement, 0);
	*purchase = (struct purchase){
	    .id = db_column_text(statement, 1, list->arena, &list->failed),
	    .client_id = arena_strdup(list->arena, heads->client_id),
	    .client_name = db_column_text(statement, 2, list->arena, &list->failed),
	    .purchase_date = sqlite3_column_int64(statement, 3),
	    .currency = heads->store->currency,
	    .total = sqlite3_column_int64(statement, 4),
	};
	list->failed = list->failed || !purchase->client_id;
}

/* With their lines: those would have to be read while the heads are, otherwise. */
static bool read_purchases(struct db_connection *connection, sqlite3_stmt *statement, const struct heads *heads,
			   struct sql_list *found, struct err *err)
{
	found->size = sizeof(struct purchase);
	found->take = take_head;
	found->context = heads;
	found->doing = "reading purchases";
	if (!sql_list(connection, statement, found, err))
		return false;
	for (size_t i = 0; i < found->count; i++)
		if (!read_lines(connection, heads->numbers[i], found->arena, (struct purchase *)found->rows + i, err))
			return false;
	return true;
}

bool purchase_find(const struct sqlite_store *store, struct db_connection *connection, const char *client_id,
		   const char *id, struct arena *arena, struct purchase *ret_purchase, int64_t *ret_n, struct err *err)
{
	const struct heads heads = {.store = store, .client_id = client_id, .numbers = ret_n};
	struct sql_list found = {.arena = arena, .rows = ret_purchase, .most = 1};
	int64_t client;

	if (!account_number(connection, GROUP_CLIENTS, client_id, &client, err) ||
	    !read_purchases(connection,
			    sql_query(connection, err, COLUMNS "WHERE id = ? AND client = ?", "ti", id, client), &heads,
			    &found, err))
		return false;
	return found.count || err_set(err, ERR_NOT_FOUND, "There is no such purchase");
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

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	static const char place_sql[] = "SELECT n, id FROM purchase WHERE id <= ? ORDER BY id DESC LIMIT 1";
	struct purchase_call *call = context;
	int64_t numbers[LIMIT_PAGE], client, before;
	const struct heads heads = {.store = call->store, .client_id = call->client_id, .numbers = numbers};
	struct sql_list found = {.arena = call->arena, .most = call->page.limit};

	if (!place_newest(connection, place_sql, call->page.after, &before, err) ||
	    !account_number(connection, GROUP_CLIENTS, call->client_id, &client, err) ||
	    !read_purchases(connection,
			    sql_query(connection, err, COLUMNS "WHERE client = ? AND n < ? ORDER BY n DESC", "ii",
				      client, before),
			    &heads, &found, err))
		return false;
	call->purchases = (struct purchase_page){.purchases = found.rows, .purchases_count = found.count};
	call->next = found.more ? call->purchases.purchases[found.count - 1].id : NULL;
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

static void take_number(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(int64_t *)row = sqlite3_column_int64(statement, 0);
}

/* What sellers have cancelled themselves is passed over: the purchase is what is left of it. */
static bool cancel_sales(struct db_connection *connection, int64_t purchase, int64_t now, struct err *err)
{
	int64_t numbers[LIMIT_LINES];
	struct sql_list sales = {
	    .rows = numbers, .most = LIMIT_LINES, .size = sizeof *numbers, .take = take_number};

	if (!sql_list(connection,
		      sql_query(connection, err, "SELECT n FROM sale WHERE purchase = ? AND status <> ? ORDER BY n", "ii",
				purchase, (int64_t)SALE_CANCELLED),
		      &sales, err))
		return false;
	for (size_t i = 0; i < sales.count; i++)
		if (!sale_cancel(connection, numbers[i], now, err))
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
