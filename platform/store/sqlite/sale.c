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

static bool read_head(const struct sqlite_store *store, sqlite3_stmt *statement, const char *seller_id,
		      struct arena *arena, struct sale *ret_sale, struct sale_row *ret_row, struct err *err)
{
	bool failed = false;

	*ret_row = (struct sale_row){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1)};
	*ret_sale = (struct sale){
	    .id = db_column_text(statement, 2, arena, &failed),
	    .purchase_id = db_column_text(statement, 3, arena, &failed),
	    .client_name = db_column_text(statement, 4, arena, &failed),
	    .seller_id = arena_strdup(arena, seller_id),
	    .purchase_date = sqlite3_column_int64(statement, 5),
	    .status = sqlite3_column_int(statement, 6),
	    .currency = store->currency,
	    .total = sqlite3_column_int64(statement, 7),
	};
	return (!failed && ret_sale->seller_id) || err_memory(err, "reading a sale");
}

static bool read_lines(struct db_connection *connection, struct sale_row row, struct arena *arena, struct sale *sale,
		       struct err *err)
{
	struct sale_line *lines = arena_array(arena, LIMIT_LINES, sizeof *lines);
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT p.id, l.product_name, l.price, l.quantity FROM line l"
		      " CROSS JOIN product p ON p.n = l.product WHERE l.purchase = ? AND l.sale = ?"
		      " ORDER BY l.position",
		      "ii", row.purchase, row.n);
	enum db_step step = DB_ERROR;
	size_t count = 0;
	bool failed = !lines;

	while (statement && !failed && (step = db_step(connection, statement, err)) == DB_ROW && count < LIMIT_LINES)
		lines[count++] = (struct sale_line){
		    .product_id = db_column_text(statement, 0, arena, &failed),
		    .product_name = db_column_text(statement, 1, arena, &failed),
		    .price = sqlite3_column_int64(statement, 2),
		    .quantity = sqlite3_column_int64(statement, 3),
		};
	sale->lines = lines;
	sale->lines_count = count;
	return failed ? err_memory(err, "reading a sale") : step != DB_ERROR;
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

static bool read_heads(struct db_connection *connection, struct sale_call *call, struct sale_row *rows,
		       struct err *err)
{
	static const char place_sql[] = "SELECT n, id FROM sale WHERE id <= ? ORDER BY id DESC LIMIT 1";
	struct sale *sales = arena_array(call->arena, call->page.limit, sizeof *sales);
	size_t count = 0;
	int64_t seller, before;

	if (!sales)
		return err_memory(err, "listing sales");
	if (!place_newest(connection, place_sql, call->page.after, &before, err) ||
	    !account_number(connection, GROUP_SELLERS, call->seller_id, &seller, err))
		return false;

	sqlite3_stmt *statement = list_statement(connection, seller, call->status, before, err);
	enum db_step step = DB_ERROR;
	while (statement && (step = db_step(connection, statement, err)) == DB_ROW && count < call->page.limit) {
		if (!read_head(call->store, statement, call->seller_id, call->arena, &sales[count], &rows[count], err))
			return false;
		count++;
	}
	call->sales = (struct sale_page){.sales = sales, .sales_count = count};
	call->next = step == DB_ROW ? sales[count - 1].id : NULL;
	return step != DB_ERROR;
}

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct sale_call *call = context;
	struct sale_row rows[LIMIT_PAGE];

	if (!read_heads(connection, call, rows, err))
		return false;
	for (size_t i = 0; i < call->sales.sales_count; i++)
		if (!read_lines(connection, rows[i], call->arena, &call->sales.sales[i], err))
			return false;
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

static bool read_cancelled(struct db_connection *connection, int64_t purchase, int64_t sale,
			   struct cancelled_line lines[LIMIT_LINES], size_t *ret_count, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(connection, err, "SELECT product, price, quantity FROM line WHERE purchase = ? AND sale = ?", "ii",
		      purchase, sale);
	enum db_step step = DB_ERROR;
	size_t count = 0;

	while (statement && (step = db_step(connection, statement, err)) == DB_ROW && count < LIMIT_LINES)
		lines[count++] =
		    (struct cancelled_line){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
					    sqlite3_column_int64(statement, 2)};
	*ret_count = count;
	return step != DB_ERROR;
}

bool sale_cancel(struct db_connection *connection, int64_t sale, int64_t now, struct err *err)
{
	struct cancelled_line lines[LIMIT_LINES];
	size_t count;
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
	if (!read_cancelled(connection, purchase, sale, lines, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!product_restock(connection, lines[i].product, lines[i].quantity, now, err) ||
		    !revenue_remove(connection, seller, day, lines[i].product, lines[i].quantity,
				    lines[i].price * lines[i].quantity, err))
			return false;
	return sql_run(connection, err, "UPDATE sale SET status = ? WHERE n = ?", "ii", (int64_t)SALE_CANCELLED, sale);
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
	int64_t seller;

	if (!account_number(connection, GROUP_SELLERS, call->seller_id, &seller, err))
		return false;
	sqlite3_stmt *statement =
	    sql_query(connection, err, COLUMNS "WHERE s.id = ? AND s.seller = ?", "ti", call->id, seller);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_NOT_FOUND, "There is no such sale") : false;
	if (!read_head(call->store, statement, call->seller_id, call->arena, &call->sale, &row, err) ||
	    !read_lines(connection, row, call->arena, &call->sale, err))
		return false;

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
