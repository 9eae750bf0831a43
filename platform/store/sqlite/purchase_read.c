/* A client's purchases: reading them, and cancelling one. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/order_rule.h"
#include "platform/store/sqlite/order.h"

struct purchase_call {
	struct sqlite_store *store;
	const char *client_id, *id, *reason;
	struct arena *arena;
	struct purchase purchase;
};

/* ---- reading ---- */

#define COLUMNS                                                                              \
	"SELECT u.n, u.id, a.id, u.client_name, u.purchase_date, u.total, " DELIVERY_COLUMNS \
	" FROM purchase u CROSS JOIN account a ON a.n = u.client LEFT JOIN delivery d ON d.purchase = u.n "

static bool read_head(const struct sqlite_store *store, sqlite3_stmt *statement, struct arena *arena,
		      struct purchase *ret_purchase, struct err *err)
{
	bool failed = false;

	*ret_purchase = (struct purchase){
	    .id = db_column_text(statement, 1, arena, &failed),
	    .client_id = db_column_text(statement, 2, arena, &failed),
	    .client_name = db_column_text(statement, 3, arena, &failed),
	    .purchase_date = sqlite3_column_int64(statement, 4),
	    .currency = store->currency,
	    .total = sqlite3_column_int64(statement, 5),
	};
	if (failed)
		return err_memory(err, "reading a purchase");
	return delivery_read(statement, 6, arena, &ret_purchase->delivery, &ret_purchase->note, err);
}

/* The sales that the lines belong to that are being read. */
struct parts {
	struct purchase_part *list;
	int64_t sales[LIMIT_LINES]; /* of each part */
	enum sale_status statuses[LIMIT_LINES];
	size_t count;
};

static void take_line(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct parts *parts = list->context;
	struct purchase_line *line = row;
	int64_t sale = sqlite3_column_int64(statement, 7);
	size_t part = 0;

	*line = (struct purchase_line){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .product_name = db_column_text(statement, 1, list->arena, &list->failed),
	    .seller_id = db_column_text(statement, 2, list->arena, &list->failed),
	    .seller_name = db_column_text(statement, 3, list->arena, &list->failed),
	    .price = sqlite3_column_int64(statement, 4),
	    .quantity = sqlite3_column_int64(statement, 5),
	    .status = sqlite3_column_int(statement, 6),
	};
	while (part < parts->count && parts->sales[part] != sale)
		part++;
	if (part < parts->count)
		return;
	parts->sales[part] = sale;
	parts->statuses[part] = (enum sale_status)line->status;
	parts->list[part] =
	    (struct purchase_part){.seller_id = line->seller_id,
				   .status = line->status,
				   .progress = progress_read(statement, 8, list->arena, &list->failed)};
	parts->count++;
}

/* Fills lines, parts and status of a purchase whose other members are there. */
static bool read_lines(struct db_connection *connection, int64_t n, struct arena *arena, struct purchase *purchase,
		       struct err *err)
{
	struct parts parts = {.list = arena_array(arena, LIMIT_LINES, sizeof *parts.list)};
	struct sql_list lines = {.arena = arena,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct purchase_line),
				 .take = take_line,
				 .context = &parts,
				 .doing = "reading a purchase"};

	if (!parts.list)
		return err_memory(err, lines.doing);
	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT p.id, l.product_name, a.id, s.seller_name, l.price, l.quantity, s.status, s.n,"
				" " PROGRESS_COLUMNS " FROM line l"
				" CROSS JOIN sale s ON s.n = l.sale CROSS JOIN product p ON p.n = l.product"
				" CROSS JOIN account a ON a.n = s.seller WHERE l.purchase = ? ORDER BY l.position",
				"i", n),
		      &lines, err))
		return false;
	purchase->lines = lines.rows;
	purchase->lines_count = lines.count;
	purchase->parts = parts.list;
	purchase->parts_count = parts.count;
	purchase->status = (int)purchase_status(parts.statuses, parts.count);
	return true;
}

/* The one that a statement of COLUMNS finds. */
static bool read_one(const struct sqlite_store *store, struct db_connection *connection, sqlite3_stmt *statement,
		     struct arena *arena, struct purchase *ret_purchase, int64_t *ret_n, struct err *err)
{
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;

	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_NOT_FOUND, "There is no such purchase") : false;
	*ret_n = sqlite3_column_int64(statement, 0);
	return read_head(store, statement, arena, ret_purchase, err) &&
	       read_lines(connection, *ret_n, arena, ret_purchase, err);
}

bool purchase_find(const struct sqlite_store *store, struct db_connection *connection, const char *client_id,
		   const char *id, struct arena *arena, struct purchase *ret_purchase, int64_t *ret_n, struct err *err)
{
	int64_t client;

	return account_number(connection, GROUP_CLIENTS, client_id, &client, err) &&
	       read_one(store, connection,
			sql_query(connection, err, COLUMNS "WHERE u.id = ? AND u.client = ?", "ti", id, client), arena,
			ret_purchase, ret_n, err);
}

bool purchase_made(const struct sqlite_store *store, struct db_connection *connection, int64_t n, struct arena *arena,
		   struct purchase *ret_purchase, struct err *err)
{
	if (!read_one(store, connection, sql_query(connection, err, COLUMNS "WHERE u.n = ?", "i", n), arena,
		      ret_purchase, &n, err))
		return false;
	ret_purchase->status = SALE_PLACED;
	for (size_t i = 0; i < ret_purchase->lines_count; i++)
		ret_purchase->lines[i].status = SALE_PLACED;
	for (size_t i = 0; i < ret_purchase->parts_count; i++) {
		ret_purchase->parts[i].status = SALE_PLACED;
		ret_purchase->parts[i].progress = (struct progress){.cancelled_by = -1};
	}
	return true;
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

/* Where the heads that are being listed go. */
struct heads {
	const struct sqlite_store *store;
	struct sale_row *numbers;
};

static void take_head(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	const struct heads *heads = list->context;

	heads->numbers[list->count].n = sqlite3_column_int64(statement, 0);
	list->failed = !read_head(heads->store, statement, list->arena, row, NULL);
}

static bool heads(struct order_rows *rows, size_t at, size_t limit, int64_t before, size_t *ret_count, bool *ret_more,
		  struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(rows->connection, err, COLUMNS "WHERE u.client = ? AND u.n < ? ORDER BY u.n DESC", "ii",
		      rows->owner, before);
	struct heads context = {.store = rows->store, .numbers = rows->numbers + at};
	struct sql_list list = {.arena = rows->arena,
				.rows = (struct purchase *)rows->rows + at,
				.most = limit,
				.size = sizeof(struct purchase),
				.take = take_head,
				.context = &context,
				.doing = "listing purchases"};

	if (!sql_list(rows->connection, statement, &list, err))
		return false;
	*ret_count = list.count;
	*ret_more = list.more;
	return true;
}

static bool rest(struct order_rows *rows, size_t index, struct err *err)
{
	return read_lines(rows->connection, rows->numbers[index].n, rows->arena,
			  (struct purchase *)rows->rows + index, err);
}

static const char *id_of(const struct order_rows *rows, size_t index)
{
	return ((const struct purchase *)rows->rows)[index].id;
}

static bool found(const struct order_rows *rows, size_t index, const struct order_search *search, struct arena *scratch,
		  bool *ret_found, struct err *err)
{
	const struct purchase *purchase = (const struct purchase *)rows->rows + index;

	*ret_found = order_search_is_number(search, purchase->id);
	for (size_t i = 0; i < purchase->lines_count && !*ret_found; i++)
		if (!order_search_in_name(search, purchase->lines[i].product_name, scratch, ret_found, err))
			return false;
	return true;
}

static const struct order_kind kind = {
    .row_size = sizeof(struct purchase),
    .place_sql = "SELECT n, id FROM purchase WHERE id <= ? ORDER BY id DESC LIMIT 1",
    .heads = heads,
    .rest = rest,
    .id = id_of,
    .found = found,
};

struct purchase_listing {
	struct order_rows rows;
	const char *q;
	struct store_page page;
	size_t count;
	const char *next;
};

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct purchase_listing *listing = context;

	listing->rows.connection = connection;
	return account_number(connection, GROUP_CLIENTS, listing->rows.owner_id, &listing->rows.owner, err) &&
	       order_list(&kind, &listing->rows, listing->q, listing->page, &listing->count, &listing->next, err);
}

bool sqlite_purchase_list(struct store *store, const char *client_id, const char *q, struct store_page page,
			  struct arena *arena, struct purchase_page *ret_page, const char **ret_next, struct err *err)
{
	struct purchase_listing listing = {
	    .rows = {.store = (struct sqlite_store *)store, .arena = arena, .owner_id = client_id},
	    .q = q,
	    .page = page};

	if (!list_rule_page(page, err) || !db_read(listing.rows.store->db, list, &listing, err))
		return false;
	*ret_page = (struct purchase_page){.purchases = listing.rows.rows, .purchases_count = listing.count};
	*ret_next = listing.next;
	return true;
}

/* ---- cancelling ---- */

static void take_number(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(int64_t *)row = sqlite3_column_int64(statement, 0);
}

/* What sellers have cancelled themselves is passed over: the purchase is what is left of it. */
static bool cancel_sales(struct db_connection *connection, int64_t purchase, const char *reason, struct err *err)
{
	int64_t sales[LIMIT_LINES];
	struct sql_list found = {.rows = sales, .most = LIMIT_LINES, .size = sizeof *sales, .take = take_number};
	const struct sale_end end = {.by = CANCELLED_BY_CLIENT, .reason = reason, .at = clock_now()};

	if (!sql_list(connection,
		      sql_query(connection, err, "SELECT n FROM sale WHERE purchase = ? AND status <> ? ORDER BY n",
				"ii", purchase, (int64_t)SALE_CANCELLED),
		      &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		if (!sale_cancel(connection, sales[i], &end, err))
			return false;
	return true;
}

static bool cancel(struct db_connection *connection, void *context, struct err *err)
{
	struct purchase_call *call = context;
	int64_t n = 0;

	return purchase_find(call->store, connection, call->client_id, call->id, call->arena, &call->purchase, &n,
			     err) &&
	       order_rule_cancel((enum sale_status)call->purchase.status, err) &&
	       cancel_sales(connection, n, call->reason, err) &&
	       purchase_find(call->store, connection, call->client_id, call->id, call->arena, &call->purchase, &n, err);
}

bool sqlite_purchase_cancel(struct store *store, const char *client_id, const char *id, const char *reason,
			    struct arena *arena, struct purchase *ret_purchase, struct err *err)
{
	struct purchase_call call = {.store = (struct sqlite_store *)store,
				     .client_id = client_id,
				     .id = id,
				     .reason = reason,
				     .arena = arena};

	if (!db_write(call.store->db, cancel, &call, err))
		return false;
	*ret_purchase = call.purchase;
	return true;
}
