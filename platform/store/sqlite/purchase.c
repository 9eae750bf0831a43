/* Buying: the key is claimed, stock falls, purchase and sales are written, revenue rises and the cart empties, in one
 * transaction or not at all. Writers run one at a time, so what was read stays true until it is written. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "platform/store/sqlite/internal.h"

enum { ANSWER_MAX = 1024 * 1024, KEY_AGE_MS = 48 * 60 * 60 * 1000, KEYS_SLICE = 64 };

/* One seller's part. */
struct part {
	int64_t seller, total, n;
};

struct buying {
	struct sqlite_store *store;
	const struct store_purchase *wanted;
	struct arena *arena;
	/* From here on each run of the unit starts afresh. */
	int64_t client, now, n;
	struct product_row rows[LIMIT_LINES];
	struct part parts[LIMIT_LINES];
	size_t part_of[LIMIT_LINES]; /* of each line */
	size_t parts_count;
	struct purchase purchase;
	struct store_purchase_result result;
};

_Static_assert(LIMIT_PRICE <= INT64_MAX / LIMIT_QUANTITY / LIMIT_LINES, "any purchase's total fits an int64");

/* ---- the key ---- */

/* What this key was answered before, if it was. */
static bool look_up_key(struct db_connection *connection, struct buying *buying, bool *ret_answered, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	sqlite3_stmt *statement =
	    sql_query(connection, err, "SELECT digest, answer FROM idempotency WHERE client = ? AND key = ?", "it",
		      buying->client, wanted->key);
	enum db_step step = statement ? db_step(connection, statement, err) : DB_ERROR;
	bool failed = false;

	*ret_answered = step == DB_ROW;
	if (step != DB_ROW)
		return step == DB_DONE;
	if (sqlite3_column_bytes(statement, 0) != sizeof wanted->digest ||
	    memcmp(sqlite3_column_blob(statement, 0), wanted->digest, sizeof wanted->digest) != 0)
		return err_code(err, ERR_UNPROCESSABLE, "key_reused",
				"This Idempotency-Key was used for another purchase");
	buying->result.replayed = true;
	buying->result.answer = db_column_text(statement, 1, buying->arena, &failed);
	buying->result.answer_length = (size_t)sqlite3_column_bytes(statement, 1);
	return !failed || err_memory(err, "reading an answer");
}

static bool keep_key(struct db_connection *connection, const struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;

	return sql_run(connection, err,
		       "INSERT INTO idempotency (client, key, digest, created_at, answer) VALUES (?, ?, ?, ?, ?)",
		       "itbit", buying->client, wanted->key, (const void *)wanted->digest, sizeof wanted->digest,
		       buying->now, buying->result.answer);
}

bool keys_look(struct db_connection *connection, void *context, struct err *err)
{
	struct tending *tending = context;
	int64_t n;

	return sql_number(connection,
			  sql_query(connection, err, "SELECT n FROM idempotency WHERE created_at < ? LIMIT 1", "i",
				    tending->now - KEY_AGE_MS),
			  &n, &tending->due, err);
}

bool keys_slice(struct db_connection *connection, void *context, struct err *err)
{
	const struct tending *tending = context;

	return sql_run(connection, err,
		       "DELETE FROM idempotency WHERE n IN"
		       " (SELECT n FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)",
		       "ii", tending->now - KEY_AGE_MS, (int64_t)KEYS_SLICE);
}

/* ---- the products ---- */

static bool find_fault(const struct purchase_item *item, const struct product_row *row, struct store_fault *ret_fault)
{
	const struct product *product = &row->product;

	ret_fault->product = *product;
	if (!row->n || row->archived) {
		ret_fault->reason = FAULT_GONE;
		ret_fault->product = (struct product){.id = item->product_id};
	} else if (product->stock < item->quantity) {
		ret_fault->reason = FAULT_STOCK;
	} else if (product->price != item->price) {
		ret_fault->reason = FAULT_PRICE;
	} else {
		return false;
	}
	return true;
}

static bool tell_faults(const struct store_purchase_result *result, struct err *err)
{
	for (size_t i = 0; i < result->faults_count; i++)
		if (result->faults[i].reason != FAULT_PRICE)
			return err_code(err, ERR_CONFLICT, "out_of_stock", "Not everything is there any more");
	return err_code(err, ERR_CONFLICT, "price_changed", "Prices have changed");
}

/* Reads every product, and finds all that is wrong, not just the first. */
static bool read_products(struct db_connection *connection, struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct store_purchase_result *result = &buying->result;

	result->faults = arena_array(buying->arena, wanted->items_count, sizeof *result->faults);
	if (!result->faults)
		return err_memory(err, "buying");
	for (size_t i = 0; i < wanted->items_count; i++) {
		struct store_fault *fault = &result->faults[result->faults_count];

		if (!product_find(buying->store, connection, wanted->items[i].product_id, buying->arena,
				  &buying->rows[i], err))
			return false;
		fault->item = i;
		if (find_fault(&wanted->items[i], &buying->rows[i], fault))
			result->faults_count++;
	}
	return !result->faults_count || tell_faults(result, err);
}

/* ---- the sums ---- */

static size_t part_index(struct buying *buying, int64_t seller)
{
	size_t i = 0;

	while (i < buying->parts_count && buying->parts[i].seller != seller)
		i++;
	if (i == buying->parts_count)
		buying->parts[buying->parts_count++] = (struct part){.seller = seller};
	return i;
}

/* The purchase as it will be answered, and each seller's part of it. */
static bool add_up(struct buying *buying, struct err *err)
{
	const struct store_purchase *wanted = buying->wanted;
	struct purchase *purchase = &buying->purchase;
	struct id id = id_next(&buying->store->ids);

	*purchase = (struct purchase){
	    .id = arena_strdup(buying->arena, id.text),
	    .client_id = wanted->client_id,
	    .client_name = wanted->client_name,
	    .purchase_date = wanted->date ? wanted->date : buying->now,
	    .status = SALE_PLACED,
	    .currency = buying->store->currency,
	    .lines = arena_array(buying->arena, wanted->items_count, sizeof *purchase->lines),
	    .lines_count = wanted->items_count,
	};
	if (!purchase->id || !purchase->lines)
		return err_memory(err, "buying");
	for (size_t i = 0; i < wanted->items_count; i++) {
		const struct product *product = &buying->rows[i].product;
		int64_t amount = product->price * wanted->items[i].quantity;

		buying->part_of[i] = part_index(buying, buying->rows[i].seller);
		purchase->lines[i] = (struct purchase_line){.product_id = product->id,
							    .product_name = product->name,
							    .seller_id = product->seller_id,
							    .seller_name = product->seller_name,
							    .price = product->price,
							    .quantity = wanted->items[i].quantity,
							    .status = SALE_PLACED};
		buying->parts[buying->part_of[i]].total += amount;
		purchase->total += amount;
	}
	return true;
}

/* ---- writing ---- */

static bool write_purchase(struct db_connection *connection, struct buying *buying, struct err *err)
{
	const struct purchase *purchase = &buying->purchase;

	if (!sql_run(connection, err,
		     "INSERT INTO purchase (id, client, client_name, purchase_date, total) VALUES (?, ?, ?, ?, ?)",
		     "titii", purchase->id, buying->client, purchase->client_name, purchase->purchase_date,
		     purchase->total))
		return false;
	buying->n = db_last_row(connection);
	return true;
}

static bool write_sale(struct db_connection *connection, struct buying *buying, struct part *part,
		       const char *seller_name, struct err *err)
{
	struct id id = id_next(&buying->store->ids);

	if (!sql_run(connection, err,
		     "INSERT INTO sale (id, purchase, seller, seller_name, status, total) VALUES (?, ?, ?, ?, ?, ?)",
		     "tiitii", id.text, buying->n, part->seller, seller_name, (int64_t)SALE_PLACED, part->total))
		return false;
	part->n = db_last_row(connection);
	return true;
}

static bool write_line(struct db_connection *connection, struct buying *buying, size_t index, struct err *err)
{
	const struct purchase_line *line = &buying->purchase.lines[index];
	const struct product_row *row = &buying->rows[index];
	struct part *part = &buying->parts[buying->part_of[index]];
	int64_t day = clock_day(buying->purchase.purchase_date);

	if (!part->n && !write_sale(connection, buying, part, line->seller_name, err))
		return false;
	return product_restock(connection, row->n, -line->quantity, buying->now, err) &&
	       sql_run(connection, err,
		       "INSERT INTO line (purchase, position, sale, product, product_name, price, quantity)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?)",
		       "iiiitii", buying->n, (int64_t)index, part->n, row->n, line->product_name, line->price,
		       line->quantity) &&
	       revenue_add(connection, row->seller, day, row->n, line->quantity, line->price * line->quantity, err);
}

/* Item by item: a DELETE that looks for them would make a table of them first. Their positions are 0, 1, 2 and so on. */
static bool empty_cart(struct db_connection *connection, const struct buying *buying, struct err *err)
{
	int64_t position = 0;

	do {
		if (!sql_run(connection, err, "DELETE FROM cart_item WHERE client = ? AND position = ?", "ii",
			     buying->client, position++))
			return false;
	} while (db_changes(connection));
	return sql_run(connection, err,
		       "INSERT INTO cart (client, version) VALUES (?, 1)"
		       " ON CONFLICT (client) DO UPDATE SET version = version + 1",
		       "i", buying->client);
}

bool purchase_write(const struct purchase *purchase, struct arena *arena, const char **ret_answer, size_t *ret_length,
		    struct err *err)
{
	struct buf buf;
	struct json json = json_writer(&buf);

	buf_init(&buf, ANSWER_MAX);
	shape_write(&purchase_shape, purchase, &json);
	*ret_answer = buf.failed ? NULL : arena_strndup(arena, buf_str(&buf), buf.length);
	*ret_length = buf.length;
	buf_done(&buf);
	return *ret_answer || err_memory(err, "writing an answer");
}

static bool buy(struct db_connection *connection, void *context, struct err *err)
{
	struct buying *buying = context;
	bool answered;

	memset(&buying->client, 0, sizeof *buying - offsetof(struct buying, client));
	buying->now = clock_now();
	if (!account_number(connection, GROUP_CLIENTS, buying->wanted->client_id, &buying->client, err))
		return false;
	if (!buying->client)
		return account_missing(GROUP_CLIENTS, err);
	if (!look_up_key(connection, buying, &answered, err))
		return false;
	if (answered)
		return true;
	if (!read_products(connection, buying, err) || !add_up(buying, err) ||
	    !write_purchase(connection, buying, err))
		return false;
	for (size_t i = 0; i < buying->wanted->items_count; i++)
		if (!write_line(connection, buying, i, err))
			return false;
	return empty_cart(connection, buying, err) &&
	       purchase_write(&buying->purchase, buying->arena, &buying->result.answer,
			      &buying->result.answer_length, err) &&
	       keep_key(connection, buying, err);
}

/* What the handlers see to, so that nothing is ever sold twice over or by less than one. */
static bool check_items(const struct store_purchase *purchase, struct err *err)
{
	if (purchase->items_count < 1 || purchase->items_count > LIMIT_LINES)
		return err_set(err, ERR_INVALID, "A purchase has 1 to %d products", LIMIT_LINES);
	for (size_t i = 0; i < purchase->items_count; i++) {
		if (purchase->items[i].quantity < 1 || purchase->items[i].quantity > LIMIT_QUANTITY)
			return err_set(err, ERR_INVALID, "A quantity is 1 to %d", LIMIT_QUANTITY);
		for (size_t j = 0; j < i; j++)
			if (!strcmp(purchase->items[i].product_id, purchase->items[j].product_id))
				return err_set(err, ERR_INVALID, "A product is there twice");
	}
	return true;
}

bool sqlite_purchase_create(struct store *store, const struct store_purchase *purchase, struct arena *arena,
			    struct store_purchase_result *ret_result, struct err *err)
{
	struct buying buying = {.store = (struct sqlite_store *)store, .wanted = purchase, .arena = arena};
	struct err cause;

	if (!check_items(purchase, err))
		return false;
	bool done = db_write(buying.store->db, buy, &buying, &cause);
	if (done || (cause.kind == ERR_CONFLICT && buying.result.faults_count))
		*ret_result = buying.result;
	if (!done && err)
		*err = cause;
	return done;
}
