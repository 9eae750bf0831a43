/* Sales: one seller's part of one purchase. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

struct sale_call {
	struct sqlite_store *store;
	const char *seller_id, *id;
	int status;
	struct store_page page;
	struct arena *arena;
	struct sale sale;
	struct sale_page sales;
	const char *next;
};

/* ---- reading ---- */

#define COLUMNS                                                                                              \
	"SELECT s.n, s.purchase, s.id, u.id, u.client_name, u.purchase_date, s.status, s.total FROM sale s " \
	"CROSS JOIN purchase u ON u.n = s.purchase "

/* What else is known of a sale that is being read. */
struct sale_row {
	int64_t n, purchase;
};

/* Sales without their lines: of which store and seller, and what else is known of them. */
struct heads {
	const struct sqlite_store *store;
	const char *seller_id;
	struct sale_row *rows;
};

static void take_head(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	const struct heads *heads = list->context;
	struct sale *sale = row;

	heads->rows[list->count] =
	    (struct sale_row){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1)};
	*sale = (struct sale){
	    .id = db_column_text(statement, 2, list->arena, &list->failed),
	    .purchase_id = db_column_text(statement, 3, list->arena, &list->failed),
	    .client_name = db_column_text(statement, 4, list->arena, &list->failed),
	    .seller_id = arena_strdup(list->arena, heads->seller_id),
	    .purchase_date = sqlite3_column_int64(statement, 5),
	    .status = sqlite3_column_int(statement, 6),
	    .currency = heads->store->currency,
	    .total = sqlite3_column_int64(statement, 7),
	};
	list->failed = list->failed || !sale->seller_id;
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

/* With their lines: those would have to be read while the heads are, otherwise. */
static bool read_sales(struct db_connection *connection, sqlite3_stmt *statement, const struct heads *heads,
		       struct sql_list *found, struct err *err)
{
	found->size = sizeof(struct sale);
	found->take = take_head;
	found->context = heads;
	found->doing = "reading sales";
	if (!sql_list(connection, statement, found, err))
		return false;
	for (size_t i = 0; i < found->count; i++)
		if (!read_lines(connection, heads->rows[i], found->arena, (struct sale *)found->rows + i, err))
			return false;
	return true;
}

/* Any status has its own list; so has the whole. */
static sqlite3_stmt *list_statement(struct db_connection *connection, int64_t seller, int status, int64_t before,
				    struct err *err)
{
	if (status < 0)
		return sql_query(connection, err, COLUMNS "WHERE s.seller = ? AND s.n < ? ORDER BY s.n DESC", "ii",
				 seller, before);
	return sql_query(connection, err, COLUMNS "WHERE s.seller = ? AND s.status = ? AND s.n < ? ORDER BY s.n DESC",
			 "iii", seller, (int64_t)status, before);
}

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	static const char place_sql[] = "SELECT n, id FROM sale WHERE id <= ? ORDER BY id DESC LIMIT 1";
	struct sale_call *call = context;
	struct sale_row rows[LIMIT_PAGE];
	const struct heads heads = {.store = call->store, .seller_id = call->seller_id, .rows = rows};
	struct sql_list found = {.arena = call->arena, .most = call->page.limit};
	int64_t seller, before;

	if (!place_newest(connection, place_sql, call->page.after, &before, err) ||
	    !account_number(connection, GROUP_SELLERS, call->seller_id, &seller, err) ||
	    !read_sales(connection, list_statement(connection, seller, call->status, before, err), &heads, &found, err))
		return false;
	call->sales = (struct sale_page){.sales = found.rows, .sales_count = found.count};
	call->next = found.more ? call->sales.sales[found.count - 1].id : NULL;
	return true;
}

bool sqlite_sale_list(struct store *store, const char *seller_id, int status, struct store_page page,
		      struct arena *arena, struct sale_page *ret_page, const char **ret_next, struct err *err)
{
	struct sale_call call = {.store = (struct sqlite_store *)store,
				 .seller_id = seller_id,
				 .status = status,
				 .page = page,
				 .arena = arena};

	if (!page_check(page, err) || !db_read(call.store->db, list, &call, err))
		return false;
	*ret_page = call.sales;
	*ret_next = call.next;
	return true;
}

/* ---- changing ---- */

/* A line of a sale that is being cancelled. */
struct cancelled_line {
	int64_t product, price, quantity;
};

static void take_cancelled(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(struct cancelled_line *)row =
	    (struct cancelled_line){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
				    sqlite3_column_int64(statement, 2)};
}

/* Their products are on sale again, and they are no revenue any more. */
static bool take_back(struct db_connection *connection, const struct cancelled_line *lines, size_t count, int64_t seller,
		      int64_t day, int64_t now, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!product_restock(connection, lines[i].product, lines[i].quantity, now, err) ||
		    !revenue_remove(connection, seller, day, lines[i].product, lines[i].quantity,
				    lines[i].price * lines[i].quantity, err))
			return false;
	return true;
}

bool sale_cancel(struct db_connection *connection, int64_t sale, int64_t now, struct err *err)
{
	struct cancelled_line lines[LIMIT_LINES];
	struct sql_list found = {
	    .rows = lines, .most = LIMIT_LINES, .size = sizeof *lines, .take = take_cancelled};
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT s.purchase, s.seller, u.purchase_date FROM sale s"
		      " CROSS JOIN purchase u ON u.n = s.purchase WHERE s.n = ?",
		      "i", sale);

	if (!statement || db_step(connection, statement, err) != DB_ROW)
		return false;
	int64_t purchase = sqlite3_column_int64(statement, 0);
	int64_t seller = sqlite3_column_int64(statement, 1);
	int64_t day = clock_day(sqlite3_column_int64(statement, 2));
	return sql_list(connection,
			sql_query(connection, err,
				  "SELECT product, price, quantity FROM line WHERE purchase = ? AND sale = ?", "ii",
				  purchase, sale),
			&found, err) &&
	       take_back(connection, lines, found.count, seller, day, now, err) &&
	       sql_run(connection, err, "UPDATE sale SET status = ? WHERE n = ?", "ii", (int64_t)SALE_CANCELLED, sale);
}

static bool illegal(enum sale_status from, enum sale_status to, struct err *err)
{
	char sentence[96];

	snprintf(sentence, sizeof sentence, "A sale that is %s can't become %s", sale_status_names[from],
		 sale_status_names[to]);
	return sale_illegal(from, to, sentence, err);
}

static bool transition(struct db_connection *connection, void *context, struct err *err)
{
	struct sale_call *call = context;
	enum sale_status status = (enum sale_status)call->status;
	struct sale_row row;
	const struct heads heads = {.store = call->store, .seller_id = call->seller_id, .rows = &row};
	struct sql_list found = {.arena = call->arena, .rows = &call->sale, .most = 1};
	int64_t seller;

	if (!account_number(connection, GROUP_SELLERS, call->seller_id, &seller, err) ||
	    !read_sales(connection,
			sql_query(connection, err, COLUMNS "WHERE s.id = ? AND s.seller = ?", "ti", call->id, seller),
			&heads, &found, err))
		return false;
	if (!found.count)
		return err_set(err, ERR_NOT_FOUND, "There is no such sale");
	if (!sale_may_become((enum sale_status)call->sale.status, status))
		return illegal((enum sale_status)call->sale.status, status, err);
	call->sale.status = call->status;
	if (status == SALE_CANCELLED)
		return sale_cancel(connection, row.n, clock_now(), err);
	return sql_run(connection, err, "UPDATE sale SET status = ? WHERE n = ?", "ii", (int64_t)status, row.n);
}

bool sqlite_sale_transition(struct store *store, const char *seller_id, const char *id, enum sale_status status,
			    struct arena *arena, struct sale *ret_sale, struct err *err)
{
	struct sale_call call = {.store = (struct sqlite_store *)store,
				 .seller_id = seller_id,
				 .id = id,
				 .status = (int)status,
				 .arena = arena};

	if (!db_write(call.store->db, transition, &call, err))
		return false;
	*ret_sale = call.sale;
	return true;
}
