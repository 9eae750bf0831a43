/* Revenue counters, and what sellers read from them. */
#include "base/clock.h"
#include "models/money.h"
#include "platform/store/sqlite/internal.h"

/* ---- counting ---- */

/* Two counters of each, by product and day and by seller and day. They stop at the greatest number there is, and at 0:
 * what has sold for more can't be told, but it is no reason to refuse a purchase. */
#define GREATEST "9223372036854775807"
#define RAISE(column) column " = min(" column ", " GREATEST " - excluded." column ") + excluded." column
#define LOWER(column) column " = max(" column " - ?, 0)"

bool revenue_add(struct db_connection *connection, int64_t seller, int64_t day, int64_t product, int64_t units,
		 int64_t amount, struct err *err)
{
	return sql_run(connection, err,
		       "INSERT INTO revenue (seller, day, product, units, amount) VALUES (?, ?, ?, ?, ?)"
		       " ON CONFLICT (seller, day, product) DO UPDATE SET " RAISE("units") ", " RAISE("amount"),
		       "iiiii", seller, day, product, units, amount) &&
	       sql_run(connection, err,
		       "INSERT INTO revenue_day (seller, day, units, amount) VALUES (?, ?, ?, ?)"
		       " ON CONFLICT (seller, day) DO UPDATE SET " RAISE("units") ", " RAISE("amount"),
		       "iiii", seller, day, units, amount);
}

bool revenue_remove(struct db_connection *connection, int64_t seller, int64_t day, int64_t product, int64_t units,
		    int64_t amount, struct err *err)
{
	return sql_run(connection, err,
		       "UPDATE revenue SET " LOWER("units") ", " LOWER("amount")
		       " WHERE seller = ? AND day = ? AND product = ?",
		       "iiiii", units, amount, seller, day, product) &&
	       sql_run(connection, err,
		       "DELETE FROM revenue WHERE seller = ? AND day = ? AND product = ? AND units = 0", "iii", seller,
		       day, product) &&
	       sql_run(connection, err,
		       "UPDATE revenue_day SET " LOWER("units") ", " LOWER("amount") " WHERE seller = ? AND day = ?",
		       "iiii", units, amount, seller, day) &&
	       sql_run(connection, err, "DELETE FROM revenue_day WHERE seller = ? AND day = ? AND units = 0", "ii",
		       seller, day);
}

/* ---- reading ---- */

struct stats_call {
	struct sqlite_store *store;
	const char *seller_id;
	struct arena *arena;
	int64_t seller, first, last; /* days, both included */
	struct seller_stats stats;
};

static bool read_days(struct db_connection *connection, struct stats_call *call, struct err *err)
{
	struct seller_stats *stats = &call->stats;
	sqlite3_stmt *statement =
	    sql_query(connection, err,
		      "SELECT day, amount, units FROM revenue_day WHERE seller = ? AND day BETWEEN ? AND ?",
		      "iii", call->seller, call->first, call->last);
	enum db_step step = DB_ERROR;

	stats->per_day = arena_array(call->arena, (size_t)stats->days, sizeof *stats->per_day);
	if (!stats->per_day)
		return err_memory(err, "reading statistics");
	stats->per_day_count = (size_t)stats->days;
	for (size_t i = 0; i < stats->per_day_count; i++)
		stats->per_day[i].day = call->first + (int64_t)i;
	while (statement && (step = db_step(connection, statement, err)) == DB_ROW) {
		struct day_revenue *day = &stats->per_day[sqlite3_column_int64(statement, 0) - call->first];

		day->revenue = sqlite3_column_int64(statement, 1);
		day->units = sqlite3_column_int64(statement, 2);
		stats->revenue = money_add_capped(stats->revenue, day->revenue);
		stats->units = money_add_capped(stats->units, day->units);
	}
	return step != DB_ERROR;
}

/* A sum of numbers that are not below 0 and may pass an int64, where SQLite's sum() is an error: of their halves, and
 * stopped at the greatest number. */
#define HIGH(column) "(sum(" column " >> 32) + (sum(" column " & 4294967295) >> 32))"
#define SUM(column)                                                                                          \
	"iif(" HIGH(column) " > 2147483647, " GREATEST ", (" HIGH(column) " << 32)"                           \
	" | (sum(" column " & 4294967295) & 4294967295))"

static void take_best(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct best_product *)row = (struct best_product){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .name = db_column_text(statement, 1, list->arena, &list->failed),
	    .units = sqlite3_column_int64(statement, 2),
	    .revenue = sqlite3_column_int64(statement, 3),
	};
}

static bool read_best(struct db_connection *connection, struct stats_call *call, struct err *err)
{
	struct sql_list best = {.arena = call->arena,
				.most = LIMIT_STATS_TOP,
				.size = sizeof(struct best_product),
				.take = take_best,
				.doing = "reading statistics"};

	if (!sql_list(
		connection,
		sql_query(
		    connection, err,
		    "SELECT p.id, p.name, r.units, r.amount FROM (SELECT product, " SUM("units") " AS units, " SUM(
			"amount") " AS amount FROM revenue WHERE seller = ? AND day BETWEEN ? AND ?"
				  " GROUP BY product ORDER BY amount DESC, product LIMIT ?) r"
				  " JOIN product p ON p.n = r.product ORDER BY r.amount DESC, p.n",
		    "iiii", call->seller, call->first, call->last, (int64_t)LIMIT_STATS_TOP),
		&best, err))
		return false;
	call->stats.best_products = best.rows;
	call->stats.best_products_count = best.count;
	return true;
}

_Static_assert(LIMIT_LOW_STOCK == 5, "the index product_low and the statement below say 5");

static void take_low(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct low_product *)row = (struct low_product){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .name = db_column_text(statement, 1, list->arena, &list->failed),
	    .stock = sqlite3_column_int64(statement, 2),
	};
}

static bool read_low(struct db_connection *connection, struct stats_call *call, struct err *err)
{
	struct sql_list low = {.arena = call->arena,
			       .most = LIMIT_STATS_TOP,
			       .size = sizeof(struct low_product),
			       .take = take_low,
			       .doing = "reading statistics"};

	if (!sql_list(connection,
		      sql_query(connection, err,
				"SELECT id, name, stock FROM product INDEXED BY product_low"
				" WHERE seller = ? AND archived = 0 AND stock <= 5 ORDER BY stock, n LIMIT ?",
				"ii", call->seller, (int64_t)LIMIT_STATS_TOP),
		      &low, err))
		return false;
	call->stats.low_stock = low.rows;
	call->stats.low_stock_count = low.count;
	return true;
}

static bool read_sums(struct db_connection *connection, struct stats_call *call, struct err *err)
{
	bool found;

	return sql_number(
		   connection,
		   sql_query(connection, err,
			     "SELECT " SUM("amount") " FROM revenue_day WHERE seller = ? AND day BETWEEN ? AND ?",
			     "iii", call->seller, call->first - call->stats.days, call->first - 1),
		   &call->stats.previous_revenue, &found, err) &&
	       sql_number(connection,
			  sql_query(connection, err, "SELECT count(*) FROM sale WHERE seller = ? AND status = ?", "ii",
				    call->seller, (int64_t)SALE_PLACED),
			  &call->stats.open_sales, &found, err);
}

static bool read_stats(struct db_connection *connection, void *context, struct err *err)
{
	struct stats_call *call = context;

	if (!account_number(connection, GROUP_SELLERS, call->seller_id, &call->seller, err))
		return false;
	if (!call->seller)
		return account_missing(GROUP_SELLERS, err);
	return read_days(connection, call, err) && read_best(connection, call, err) &&
	       read_low(connection, call, err) && read_sums(connection, call, err);
}

bool sqlite_seller_stats(struct store *store, const char *seller_id, int64_t days, struct arena *arena,
			 struct seller_stats *ret_stats, struct err *err)
{
	struct stats_call call = {.store = (struct sqlite_store *)store, .seller_id = seller_id, .arena = arena};

	if (days < 1 || days > LIMIT_STATS_DAYS)
		return err_set(err, ERR_INVALID, "Statistics go back 1 to %d days", LIMIT_STATS_DAYS);
	call.last = clock_day(clock_now());
	call.first = call.last - days + 1;
	call.stats = (struct seller_stats){.currency = call.store->currency, .days = days};
	if (!db_read(call.store->db, read_stats, &call, err))
		return false;
	*ret_stats = call.stats;
	return true;
}
