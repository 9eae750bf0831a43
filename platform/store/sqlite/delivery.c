/* Where purchases go, and the notes that came with them: kept only as long as somebody needs them. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "platform/store/sqlite/order.h"

enum { DELIVERIES_SLICE = 64, ADDRESS_MAX = LIMIT_ADDRESS_LINES * (LIMIT_ADDRESS_LINE * 4 + 1) };

/* ---- lines, kept as one text with line feeds between them, which no line has itself ---- */

bool address_join(const char *const *lines, size_t count, struct arena *arena, const char **ret_text, struct err *err)
{
	struct buf buf;

	buf_init(&buf, ADDRESS_MAX);
	for (size_t i = 0; i < count; i++)
		buf_printf(&buf, "%s%s", i ? "\n" : "", lines[i]);
	*ret_text = buf.failed ? NULL : arena_strdup(arena, buf_str(&buf));
	buf_done(&buf);
	return *ret_text || err_memory(err, "keeping an address");
}

bool address_split(char *text, struct arena *arena, const char *const **ret_lines, size_t *ret_count, struct err *err)
{
	const char **lines = arena_array(arena, LIMIT_ADDRESS_LINES, sizeof *lines);
	size_t count = 0;

	if (!lines)
		return err_memory(err, "reading an address");
	for (char *line; text && count < LIMIT_ADDRESS_LINES && (line = strsep(&text, "\n"));)
		lines[count++] = line;
	*ret_lines = lines;
	*ret_count = count;
	return true;
}

/* ---- reading ---- */

struct progress progress_read(sqlite3_stmt *statement, int first, struct arena *arena, bool *failed)
{
	return (struct progress){
	    .tracking = db_column_text(statement, first, arena, failed),
	    .reason = db_column_text(statement, first + 1, arena, failed),
	    .cancelled_by = sqlite3_column_type(statement, first + 2) == SQLITE_NULL
				? -1
				: sqlite3_column_int(statement, first + 2),
	    .shipped_at = sqlite3_column_int64(statement, first + 3),
	    .delivered_at = sqlite3_column_int64(statement, first + 4),
	};
}

bool delivery_read(sqlite3_stmt *statement, int first, struct arena *arena, const struct delivery **ret_delivery,
		   const char **ret_note, struct err *err)
{
	struct delivery *delivery = NULL;
	bool failed = false;

	if (sqlite3_column_type(statement, first) != SQLITE_NULL) {
		delivery = arena_alloc(arena, sizeof *delivery);
		if (!delivery)
			return err_memory(err, "reading a delivery");
		*delivery = (struct delivery){.full_name = db_column_text(statement, first, arena, &failed),
					      .mobile = db_column_text(statement, first + 2, arena, &failed)};
		char *address = db_column_text(statement, first + 1, arena, &failed);
		if (!failed && !address_split(address, arena, &delivery->address, &delivery->address_count, err))
			return false;
	}
	*ret_note = db_column_text(statement, first + 3, arena, &failed);
	*ret_delivery = delivery;
	return !failed || err_memory(err, "reading a delivery");
}

/* ---- keeping ---- */

bool delivery_keep(struct db_connection *connection, int64_t purchase, int64_t date, const struct delivery *delivery,
		   const char *note, struct arena *arena, struct err *err)
{
	static const struct delivery none;
	const char *address = NULL;

	if (!delivery && !note)
		return true;
	if (delivery && !address_join(delivery->address, delivery->address_count, arena, &address, err))
		return false;
	if (!delivery)
		delivery = &none;
	return sql_run(
	    connection, err,
	    "INSERT INTO delivery (purchase, due, full_name, address, mobile, note) VALUES (?, ?, ?, ?, ?, ?)",
	    "iitttt", purchase, date + STORE_DELIVERY_DAYS * (int64_t)CLOCK_DAY_MS, delivery->full_name, address,
	    delivery->mobile, note);
}

bool delivery_settle(struct db_connection *connection, int64_t purchase, int64_t now, struct err *err)
{
	return sql_run(connection, err,
		       "UPDATE delivery SET due = min(due, ?1) WHERE purchase = ?2 AND NOT EXISTS"
		       " (SELECT 1 FROM sale WHERE purchase = ?2 AND status IN (?3, ?4))",
		       "iiii", now + STORE_DELIVERY_DAYS_ENDED * (int64_t)CLOCK_DAY_MS, purchase, (int64_t)SALE_PLACED,
		       (int64_t)SALE_SHIPPED);
}

#define THEIRS "(SELECT n FROM purchase WHERE client = ?1 AND n > ?2 AND n <= ?3)"

bool deliveries_forget(struct db_connection *connection, int64_t client, int64_t after, int64_t last, struct err *err)
{
	return sql_run(connection, err, "DELETE FROM delivery WHERE purchase IN " THEIRS, "iii", client, after, last) &&
	       sql_run(
		   connection, err,
		   "UPDATE sale SET reason = NULL WHERE cancelled_by = ?4 AND reason IS NOT NULL AND purchase IN " THEIRS,
		   "iiii", client, after, last, (int64_t)CANCELLED_BY_CLIENT);
}

/* ---- what nobody needs any more ---- */

bool deliveries_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;
	int64_t n;

	return sql_number(
	    connection,
	    sql_query(connection, err, "SELECT purchase FROM delivery WHERE due <= ? LIMIT 1", "i", tending->now), &n,
	    &tending->due, err);
}

bool deliveries_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;

	return sql_run(connection, err,
		       "DELETE FROM delivery WHERE purchase IN"
		       " (SELECT purchase FROM delivery WHERE due <= ? ORDER BY due LIMIT ?)",
		       "ii", tending->now, (int64_t)DELIVERIES_SLICE);
}
