/* Reading sales: one seller's part of one purchase each. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/sqlite/order.h"

/* ---- reading ---- */

#define COLUMNS                                                                                               \
	"SELECT s.n, s.purchase, s.id, u.id, u.client_name, a.id, u.purchase_date, s.status, s.total, "       \
	PROGRESS_COLUMNS ", " DELIVERY_COLUMNS " FROM sale s CROSS JOIN purchase u ON u.n = s.purchase "      \
	"CROSS JOIN account a ON a.n = s.seller LEFT JOIN delivery d ON d.purchase = s.purchase "

static bool read_head(const struct sqlite_store *store, sqlite3_stmt *statement, struct arena *arena,
		      struct sale *ret_sale, struct sale_row *ret_row, struct err *err)
{
	bool failed = false;

	*ret_row = (struct sale_row){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1)};
	*ret_sale = (struct sale){
	    .id = db_column_text(statement, 2, arena, &failed),
	    .purchase_id = db_column_text(statement, 3, arena, &failed),
	    .client_name = db_column_text(statement, 4, arena, &failed),
	    .seller_id = db_column_text(statement, 5, arena, &failed),
	    .purchase_date = sqlite3_column_int64(statement, 6),
	    .status = sqlite3_column_int(statement, 7),
	    .currency = store->currency,
	    .total = sqlite3_column_int64(statement, 8),
	    .progress = progress_read(statement, 9, arena, &failed),
	};
	if (failed)
		return err_memory(err, "reading a sale");
	return delivery_read(statement, 14, arena, &ret_sale->delivery, &ret_sale->note, err);
}

static void take_line(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct sale_line *)row = (struct sale_line){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .product_name = db_column_text(statement, 1, list->arena, &list->failed),
	    .price = sqlite3_column_int64(statement, 2),
	    .quantity = sqlite3_column_int64(statement, 3),
	};
}

static bool read_lines(struct db_connection *connection, struct sale_row row, struct arena *arena, struct sale *sale,
		       struct err *err)
{
	struct sql_list lines = {.arena = arena,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct sale_line),
				 .take = take_line,
				 .doing = "reading a sale"};

	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT p.id, l.product_name, l.price, l.quantity FROM line l"
				" CROSS JOIN product p ON p.n = l.product WHERE l.purchase = ? AND l.sale = ?"
				" ORDER BY l.position",
				"ii", row.purchase, row.n),
		      &lines, err))
		return false;
	sale->lines = lines.rows;
	sale->lines_count = lines.count;
	return true;
}

bool sale_find(const struct sqlite_store *store, struct db_connection *connection, const char *seller_id,
	       const char *id, struct arena *arena, struct sale *ret_sale, struct sale_row *ret_row, struct err *err)
{
	int64_t seller;

	if (!account_number(connection, GROUP_SELLERS, seller_id, &seller, err))
		return false;
	sqlite3_stmt *statement =
	    sql_query(connection, err, COLUMNS "WHERE s.id = ? AND s.seller = ?", "ti", id, seller);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_NOT_FOUND, "There is no such sale") : false;
	return read_head(store, statement, arena, ret_sale, ret_row, err) &&
	       read_lines(connection, *ret_row, arena, ret_sale, err);
}

struct sale_call {
	struct sqlite_store *store;
	const char *seller_id, *id;
	struct arena *arena;
	struct sale sale;
};

static bool get(struct db_connection *connection, void *context, struct err *err)
{
	struct sale_call *call = context;
	struct sale_row row;

	return sale_find(call->store, connection, call->seller_id, call->id, call->arena, &call->sale, &row, err);
}

bool sqlite_sale_get(struct store *store, const char *seller_id, const char *id, struct arena *arena,
		     struct sale *ret_sale, struct err *err)
{
	struct sale_call call = {
	    .store = (struct sqlite_store *)store, .seller_id = seller_id, .id = id, .arena = arena};

	if (!db_read(call.store->db, get, &call, err))
		return false;
	*ret_sale = call.sale;
	return true;
}

/* ---- listing ---- */

/* Any status has its own list; so has the whole. */
static sqlite3_stmt *list_statement(struct order_rows *rows, int64_t before, struct err *err)
{
	if (rows->status < 0)
		return sql_query(rows->connection, err, COLUMNS "WHERE s.seller = ? AND s.n < ? ORDER BY s.n DESC",
				 "ii", rows->owner, before);
	return sql_query(rows->connection, err,
			 COLUMNS "WHERE s.seller = ? AND s.status = ? AND s.n < ? ORDER BY s.n DESC", "iii",
			 rows->owner, (int64_t)rows->status, before);
}

/* Where the heads that are being listed go. */
struct heads {
	const struct sqlite_store *store;
	struct sale_row *numbers;
};

static void take_head(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	const struct heads *heads = list->context;

	list->failed = !read_head(heads->store, statement, list->arena, row, &heads->numbers[list->count], NULL);
}

static bool heads(struct order_rows *rows, size_t at, size_t limit, int64_t before, size_t *ret_count, bool *ret_more,
		  struct err *err)
{
	struct heads context = {.store = rows->store, .numbers = rows->numbers + at};
	struct sql_list list = {.arena = rows->arena,
				.rows = (struct sale *)rows->rows + at,
				.most = limit,
				.size = sizeof(struct sale),
				.take = take_head,
				.context = &context,
				.doing = "listing sales"};

	if (!sql_list(rows->connection, list_statement(rows, before, err), &list, err))
		return false;
	*ret_count = list.count;
	*ret_more = list.more;
	return true;
}

static bool rest(struct order_rows *rows, size_t index, struct err *err)
{
	return read_lines(rows->connection, rows->numbers[index], rows->arena, (struct sale *)rows->rows + index, err);
}

static const char *id_of(const struct order_rows *rows, size_t index)
{
	return ((const struct sale *)rows->rows)[index].id;
}

static bool found(const struct order_rows *rows, size_t index, const struct order_search *search, struct arena *scratch,
		  bool *ret_found, struct err *err)
{
	const struct sale *sale = (const struct sale *)rows->rows + index;

	*ret_found = order_search_is_number(search, sale->id) || order_search_is_number(search, sale->purchase_id);
	for (size_t i = 0; i < sale->lines_count && !*ret_found; i++)
		if (!order_search_in_name(search, sale->lines[i].product_name, scratch, ret_found, err))
			return false;
	return true;
}

static const struct order_kind kind = {
    .row_size = sizeof(struct sale),
    .place_sql = "SELECT n, id FROM sale WHERE id <= ? ORDER BY id DESC LIMIT 1",
    .heads = heads,
    .rest = rest,
    .id = id_of,
    .found = found,
};

struct sale_listing {
	struct order_rows rows;
	const char *q;
	struct store_page page;
	size_t count;
	const char *next;
};

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct sale_listing *listing = context;

	listing->rows.connection = connection;
	return account_number(connection, GROUP_SELLERS, listing->rows.owner_id, &listing->rows.owner, err) &&
	       order_list(&kind, &listing->rows, listing->q, listing->page, &listing->count, &listing->next, err);
}

bool sqlite_sale_list(struct store *store, const char *seller_id, int status, const char *q, struct store_page page,
		      struct arena *arena, struct sale_page *ret_page, const char **ret_next, struct err *err)
{
	struct sale_listing listing = {.rows = {.store = (struct sqlite_store *)store,
						.arena = arena,
						.owner_id = seller_id,
						.status = status},
				       .q = q,
				       .page = page};

	if (!list_rule_page(page, err) || !db_read(listing.rows.store->db, list, &listing, err))
		return false;
	*ret_page = (struct sale_page){.sales = listing.rows.rows, .sales_count = listing.count};
	*ret_next = listing.next;
	return true;
}
