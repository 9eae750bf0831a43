/* Sales on their way: shipped, delivered, cancelled, one by one or many at once. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/order_rule.h"
#include "platform/store/sqlite/order.h"

enum { BATCH_SLICE = 8 }; /* so many sales of 32 lines are cancelled in a few milliseconds */

/* ---- cancelling ---- */

/* A line of a sale that is being cancelled. */
struct cancelled_line {
	int64_t product, price, quantity;
};

static void take_cancelled(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(struct cancelled_line *)row = (struct cancelled_line){
	    sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2)};
}

static bool tell_other_side(struct db_connection *connection, int64_t purchase, int64_t seller, int64_t sale,
			    const struct sale_end *end, struct err *err)
{
	if (end->quiet)
		return true;
	return end->by == CANCELLED_BY_SELLER
		   ? change_tell_client(connection, purchase, CHANGE_PART_CANCELLED, end->at, err)
		   : change_tell_seller(connection, seller, CHANGE_SALE_CANCELLED, sale, end->at, err);
}

bool sale_cancel(struct db_connection *connection, int64_t sale, const struct sale_end *end, struct err *err)
{
	struct cancelled_line lines[LIMIT_LINES];
	struct sql_list found = {.rows = lines, .most = LIMIT_LINES, .size = sizeof *lines, .take = take_cancelled};
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
	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT product, price, quantity FROM line WHERE purchase = ? AND sale = ?", "ii",
				purchase, sale),
		      &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		if (!product_restock(connection, lines[i].product, lines[i].quantity, end->at, err) ||
		    !revenue_remove(connection, seller, day, lines[i].product, lines[i].quantity,
				    lines[i].price * lines[i].quantity, err))
			return false;
	return sql_run(connection, err, "UPDATE sale SET status = ?, cancelled_by = ?, reason = ? WHERE n = ?", "iiti",
		       (int64_t)SALE_CANCELLED, (int64_t)end->by, end->reason, sale) &&
	       delivery_settle(connection, purchase, end->at, err) &&
	       tell_other_side(connection, purchase, seller, sale, end, err);
}

/* ---- one step ---- */

static bool ship(struct db_connection *connection, struct sale_row row, const struct sale_move *move, int64_t at,
		 struct sale *sale, struct err *err)
{
	sale->progress.tracking = move->tracking;
	sale->progress.shipped_at = at;
	return sql_run(connection, err, "UPDATE sale SET status = ?, tracking = ?, shipped_at = ? WHERE n = ?", "itii",
		       (int64_t)SALE_SHIPPED, move->tracking, at, row.n) &&
	       (move->at || change_tell_client(connection, row.purchase, CHANGE_PART_SHIPPED, at, err));
}

static bool deliver(struct db_connection *connection, struct sale_row row, const struct sale_move *move, int64_t at,
		    struct sale *sale, struct err *err)
{
	sale->progress.delivered_at = at;
	return sql_run(connection, err, "UPDATE sale SET status = ?, delivered_at = ? WHERE n = ?", "iii",
		       (int64_t)SALE_DELIVERED, at, row.n) &&
	       delivery_settle(connection, row.purchase, at, err) &&
	       (move->at || change_tell_client(connection, row.purchase, CHANGE_PART_DELIVERED, at, err));
}

static bool cancel(struct db_connection *connection, struct sale_row row, const struct sale_move *move, int64_t at,
		   struct sale *sale, struct err *err)
{
	const struct sale_end end = {
	    .by = CANCELLED_BY_SELLER, .reason = move->reason, .at = at, .quiet = move->at != 0};

	sale->progress.cancelled_by = (int)end.by;
	sale->progress.reason = end.reason;
	return sale_cancel(connection, row.n, &end, err);
}

typedef bool step_fn(struct db_connection *connection, struct sale_row row, const struct sale_move *move, int64_t at,
		     struct sale *sale, struct err *err);
static step_fn *const steps[SALE_STATUSES] = {
    [SALE_SHIPPED] = ship, [SALE_DELIVERED] = deliver, [SALE_CANCELLED] = cancel};

struct step_call {
	struct sqlite_store *store;
	const char *seller_id;
	const struct sale_move *moves;
	size_t count;
	struct arena *arena;
	struct sale *sales;
	struct err *errs; /* of each move, in a batch */
};

/* Nothing is written when it can't be. */
static bool step(struct db_connection *connection, const struct step_call *call, size_t index, struct err *err)
{
	const struct sale_move *move = &call->moves[index];
	struct sale *sale = &call->sales[index];
	enum sale_status to = (enum sale_status)move->status;
	struct sale_row row;

	if (!sale_find(call->store, connection, call->seller_id, move->id, call->arena, sale, &row, err))
		return false;
	if (!order_rule_step((enum sale_status)sale->status, to, err))
		return false;
	sale->status = (int)to;
	return steps[to](connection, row, move, move->at ? move->at : clock_now(), sale, err);
}

static bool step_once(struct db_connection *connection, void *context, struct err *err)
{
	return step(connection, context, 0, err);
}

bool sqlite_sale_transition(struct store *store, const char *seller_id, const struct sale_move *move,
			    struct arena *arena, struct sale *ret_sale, struct err *err)
{
	struct sale sale;
	struct step_call call = {.store = (struct sqlite_store *)store,
				 .seller_id = seller_id,
				 .moves = move,
				 .arena = arena,
				 .sales = &sale};

	if (!db_write(call.store->db, step_once, &call, err))
		return false;
	*ret_sale = sale;
	return true;
}

/* ---- many ---- */

/* A move that can't be leaves the others alone; what the database can't do ends them all. */
static bool step_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct step_call *call = context;

	for (size_t i = 0; i < call->count; i++) {
		struct err cause = {.kind = ERR_NONE};

		if (!step(connection, call, i, &cause) && cause.kind != ERR_NOT_FOUND && cause.kind != ERR_CONFLICT) {
			if (err)
				*err = cause;
			return false;
		}
		call->errs[i] = cause;
	}
	return true;
}

bool sqlite_sale_batch(struct store *store, const char *seller_id, const struct sale_move *moves, size_t count,
		       struct arena *arena, struct sale *ret_sales, struct err *errs, struct err *err)
{
	struct err cause = {.kind = ERR_NONE};

	for (size_t start = 0; start < count; start += BATCH_SLICE) {
		struct step_call call = {.store = (struct sqlite_store *)store,
					 .seller_id = seller_id,
					 .moves = moves + start,
					 .count = count - start < BATCH_SLICE ? count - start : BATCH_SLICE,
					 .arena = arena,
					 .sales = ret_sales + start,
					 .errs = errs + start};

		if (cause.kind == ERR_NONE && db_write(call.store->db, step_slice, &call, &cause))
			continue;
		if (!start) {
			if (err)
				*err = cause;
			return false;
		}
		for (size_t i = 0; i < call.count; i++)
			call.errs[i] = cause;
	}
	return true;
}
