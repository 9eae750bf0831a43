/* A client's purchases: reading them, and cancelling one. */
#include <string.h>

#include "base/clock.h"
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

/* A purchase's lines as they are read, and the sales that they belong to. */
struct lines {
	struct purchase_line *list;
	struct purchase_part *parts;
	int64_t sales[LIMIT_LINES]; /* of each part */
	enum sale_status statuses[LIMIT_LINES];
	size_t count, parts_count;
	bool failed;
};

static void read_line(struct lines *lines, sqlite3_stmt *statement, struct arena *arena)
{
	struct purchase_line *line = &lines->list[lines->count];
	int64_t sale = sqlite3_column_int64(statement, 7);
	size_t part = 0;

	line->product_id = db_column_text(statement, 0, arena, &lines->failed);
	line->product_name = db_column_text(statement, 1, arena, &lines->failed);
	line->seller_id = db_column_text(statement, 2, arena, &lines->failed);
	line->seller_name = db_column_text(statement, 3, arena, &lines->failed);
	line->price = sqlite3_column_int64(statement, 4);
	line->quantity = sqlite3_column_int64(statement, 5);
	line->status = sqlite3_column_int(statement, 6);
	lines->count++;

	while (part < lines->parts_count && lines->sales[part] != sale)
		part++;
	if (part < lines->parts_count)
		return;
	lines->sales[part] = sale;
	lines->statuses[part] = (enum sale_status)line->status;
	lines->parts[part] = (struct purchase_part){.seller_id = line->seller_id,
						    .status = line->status,
						    .progress = progress_read(statement, 8, arena, &lines->failed)};
	lines->parts_count++;
}

/* Fills lines, parts and status of a purchase whose other members are there. */
static bool read_lines(struct db_connection *connection, int64_t n, struct arena *arena, struct purchase *purchase,
		       struct err *err)
{
	struct lines lines = {.list = arena_array(arena, LIMIT_LINES, sizeof *lines.list),
			      .parts = arena_array(arena, LIMIT_LINES, sizeof *lines.parts)};
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT p.id, l.product_name, a.id, s.seller_name, l.price, l.quantity, s.status, s.n,"
		      " " PROGRESS_COLUMNS " FROM line l"
		      " CROSS JOIN sale s ON s.n = l.sale CROSS JOIN product p ON p.n = l.product"
		      " CROSS JOIN account a ON a.n = s.seller WHERE l.purchase = ? ORDER BY l.position",
		      "i", n);
	enum db_step step = DB_ERROR;

	lines.failed = !lines.list || !lines.parts;
	while (statement && !lines.failed && lines.count < LIMIT_LINES &&
	       (step = db_step(connection, statement, err)) == DB_ROW)
		read_line(&lines, statement, arena);
	purchase->lines = lines.list;
	purchase->lines_count = lines.count;
	purchase->parts = lines.parts;
	purchase->parts_count = lines.parts_count;
	purchase->status = (int)purchase_status(lines.statuses, lines.parts_count);
	return lines.failed ? err_memory(err, "reading a purchase") : step != DB_ERROR;
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
	if (!read_one(store, connection, sql_query(connection, err, COLUMNS "WHERE u.n = ?", "i", n), arena, ret_purchase,
		      &n, err))
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

static bool heads(struct order_rows *rows, size_t at, size_t limit, int64_t before, size_t *ret_count, bool *ret_more,
		  struct err *err)
{
	struct purchase *purchases = (struct purchase *)rows->rows + at;
	sqlite3_stmt *statement =
	    sql_query(rows->connection, err, COLUMNS "WHERE u.client = ? AND u.n < ? ORDER BY u.n DESC", "ii",
		      rows->owner, before);
	enum db_step step = DB_ERROR;
	size_t count = 0;

	while (statement && (step = db_step(rows->connection, statement, err)) == DB_ROW && count < limit) {
		rows->numbers[at + count].n = sqlite3_column_int64(statement, 0);
		if (!read_head(rows->store, statement, rows->arena, &purchases[count++], err))
			return false;
	}
	*ret_count = count;
	*ret_more = step == DB_ROW;
	return step != DB_ERROR;
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
	    .rows = {.store = (struct sqlite_store *)store, .arena = arena, .owner_id = client_id}, .q = q, .page = page};

	if (!page_check(page, err) || !db_read(listing.rows.store->db, list, &listing, err))
		return false;
	*ret_page = (struct purchase_page){.purchases = listing.rows.rows, .purchases_count = listing.count};
	*ret_next = listing.next;
	return true;
}

/* ---- cancelling ---- */

/* What sellers have cancelled themselves is passed over: the purchase is what is left of it. */
static bool cancel_sales(struct db_connection *connection, int64_t purchase, const char *reason, struct err *err)
{
	int64_t sales[LIMIT_LINES] = {0};
	size_t count = 0;
	sqlite3_stmt *statement = sql_query(connection, err,
					    "SELECT n FROM sale WHERE purchase = ? AND status <> ? ORDER BY n", "ii",
					    purchase, (int64_t)SALE_CANCELLED);
	const struct sale_end end = {.by = CANCELLED_BY_CLIENT, .reason = reason, .at = clock_now()};
	enum db_step step = DB_ERROR;

	while (statement && (step = db_step(connection, statement, err)) == DB_ROW && count < LIMIT_LINES)
		sales[count++] = sqlite3_column_int64(statement, 0);
	if (step == DB_ERROR)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!sale_cancel(connection, sales[i], &end, err))
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
