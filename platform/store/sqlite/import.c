/* A shop that is moved in, row by row, as it is. What follows from its rows is made as they come: categories, the
 * search, and the revenue of what was not cancelled. */
#include "base/clock.h"
#include "models/normal.h"
#include "platform/store/sqlite/order.h"

struct importing {
	struct sqlite_store *store;
	struct db_connection *connection;
	const struct store_row *rows;
	size_t count;
	struct arena arena; /* for one row */
};

/* The number of what a row refers to by its id. */
static bool find(struct importing *importing, const char *sql, const char *id, int64_t *ret_n, struct err *err)
{
	bool found = false;

	if (!sql_number(importing->connection, sql_query(importing->connection, err, sql, "t", id), ret_n, &found, err))
		return false;
	return found || err_set(err, ERR_INVALID, "There is no %.64s here to refer to", id);
}

static const char account_sql[] = "SELECT n FROM account WHERE id = ?",
		  product_sql[] = "SELECT n FROM product WHERE id = ?",
		  purchase_sql[] = "SELECT n FROM purchase WHERE id = ?";

static bool is_there(struct importing *importing, const char *sql, const char *id, bool *ret_there, struct err *err)
{
	int64_t n;

	return sql_number(importing->connection, sql_query(importing->connection, err, sql, "t", id), &n, ret_there,
			  err);
}

typedef bool put_fn(struct importing *importing, const struct store_row *row, struct err *err);

/* ---- accounts ---- */

static bool put_account(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_account *account = &row->account;
	const char *key =
	    account->closed ? "" : normal_order_key(&importing->arena, account->full_name, STORE_NAME_KEY);
	const char *address = NULL;
	bool there;

	if (!is_there(importing, account_sql, account->id, &there, err))
		return false;
	if (there)
		return true;
	if (!key)
		return err_memory(err, "importing an account");
	if (account->address_count &&
	    !address_join(account->address, account->address_count, &importing->arena, &address, err))
		return false;
	return sql_run(importing->connection, err,
		       "INSERT INTO account (id, grp, email, full_name, name_key, mobile, address, created_at, deleted,"
		       " indexed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
		       "titttttii", account->id, (int64_t)account->group, account->email, account->full_name, key,
		       account->mobile, address, account->created_at, (int64_t)account->closed) &&
	       (!account->ending || sql_run(importing->connection, err, "INSERT INTO ending (account) VALUES (?)", "i",
					    db_last_row(importing->connection)));
}

/* ---- products ---- */

static bool seller_of(struct importing *importing, const char *id, struct product_row *product, struct err *err)
{
	sqlite3_stmt *statement =
	    sql_query(importing->connection, err, "SELECT n, full_name FROM account WHERE id = ?", "t", id);
	enum db_step step = statement ? db_step(importing->connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_INVALID, "There is no seller %.64s here", id) : false;
	product->seller = sqlite3_column_int64(statement, 0);
	product->product.seller_name = db_column_text(statement, 1, &importing->arena, &failed);
	return !failed || err_memory(err, "importing a product");
}

static bool put_product(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_product *moved = &row->product;
	struct product_row product = {.archived = moved->archived,
				      .product = {.id = moved->id,
						  .name = moved->name,
						  .description = moved->description,
						  .price = moved->price,
						  .category = moved->category,
						  .stock = moved->stock,
						  .version = moved->version,
						  .created_at = moved->created_at,
						  .updated_at = moved->updated_at}};
	bool there;

	if (!is_there(importing, product_sql, moved->id, &there, err))
		return false;
	return there || (seller_of(importing, moved->seller_id, &product, err) &&
			 product_import(importing->connection, &product, &importing->arena, err));
}

static bool put_picture(struct importing *importing, const struct store_row *row, struct err *err)
{
	int64_t product = 0, n;
	bool there;

	if (!find(importing, product_sql, row->picture.product_id, &product, err) ||
	    !sql_number(
		importing->connection,
		sql_query(importing->connection, err, "SELECT product FROM picture WHERE product = ?", "i", product),
		&n, &there, err))
		return false;
	return there || product_picture_import(importing->connection, product, &row->picture, clock_now(), err);
}

/* ---- carts ---- */

static bool put_cart(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_cart *cart = &row->cart;
	int64_t client = 0, product = 0, n;
	bool there;

	if (!find(importing, account_sql, cart->client_id, &client, err) ||
	    !sql_number(importing->connection,
			sql_query(importing->connection, err, "SELECT version FROM cart WHERE client = ?", "i", client),
			&n, &there, err))
		return false;
	if (there)
		return true;
	if (!sql_run(importing->connection, err, "INSERT INTO cart (client, version) VALUES (?, ?)", "ii", client,
		     cart->version))
		return false;
	for (size_t i = 0; i < cart->items_count; i++)
		if (!find(importing, product_sql, cart->items[i].product_id, &product, err) ||
		    !sql_run(
			importing->connection, err,
			"INSERT INTO cart_item (client, position, product, quantity, seen_price) VALUES (?, ?, ?, ?, ?)",
			"iiiii", client, (int64_t)i, product, cart->items[i].quantity, cart->items[i].price))
			return false;
	return true;
}

/* ---- purchases ---- */

/* A sale as it was put in. */
struct put_sale {
	int64_t n, seller;
};

static bool put_sale(struct importing *importing, const struct row_sale *sale, int64_t purchase,
		     struct put_sale *ret_sale, struct err *err)
{
	const struct progress *progress = &sale->progress;

	if (!find(importing, account_sql, sale->seller_id, &ret_sale->seller, err) ||
	    !sql_run(
		importing->connection, err,
		"INSERT INTO sale (id, purchase, seller, seller_name, status, total, tracking, reason, cancelled_by,"
		" shipped_at, delivered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, -1), nullif(?, 0), nullif(?, 0))",
		"tiitiittiii", sale->id, purchase, ret_sale->seller, sale->seller_name, (int64_t)sale->status,
		sale->total, progress->tracking, progress->reason, (int64_t)progress->cancelled_by,
		progress->shipped_at, progress->delivered_at))
		return false;
	ret_sale->n = db_last_row(importing->connection);
	return true;
}

/* What a line sold counts as the seller's revenue of that day, unless its sale was cancelled. */
static bool put_line(struct importing *importing, const struct row_purchase *moved, size_t index, int64_t purchase,
		     const struct put_sale *sales, struct err *err)
{
	const struct row_line *line = &moved->lines[index];
	const struct put_sale *sale = &sales[line->sale];
	int64_t product = 0;

	if (!find(importing, product_sql, line->product_id, &product, err) ||
	    !sql_run(importing->connection, err,
		     "INSERT INTO line (purchase, position, sale, product, product_name, price, quantity)"
		     " VALUES (?, ?, ?, ?, ?, ?, ?)",
		     "iiiitii", purchase, (int64_t)index, sale->n, product, line->product_name, line->price,
		     line->quantity))
		return false;
	return moved->sales[line->sale].status == SALE_CANCELLED ||
	       revenue_add(importing->connection, sale->seller, clock_day(moved->purchase_date), product,
			   line->quantity, line->price * line->quantity, err);
}

static bool put_delivery(struct importing *importing, const struct row_purchase *moved, int64_t purchase,
			 struct err *err)
{
	return delivery_keep(importing->connection, purchase, moved->purchase_date, moved->delivery, moved->note,
			     &importing->arena, err) &&
	       (!moved->kept_until ||
		sql_run(importing->connection, err, "UPDATE delivery SET due = ? WHERE purchase = ?", "ii",
			moved->kept_until, purchase));
}

static bool put_purchase(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_purchase *moved = &row->purchase;
	struct put_sale sales[LIMIT_LINES];
	int64_t client = 0;
	bool there;

	if (!is_there(importing, purchase_sql, moved->id, &there, err))
		return false;
	if (there)
		return true;
	if (!find(importing, account_sql, moved->client_id, &client, err) ||
	    !sql_run(importing->connection, err,
		     "INSERT INTO purchase (id, client, client_name, purchase_date, total) VALUES (?, ?, ?, ?, ?)",
		     "titii", moved->id, client, moved->client_name, moved->purchase_date, moved->total))
		return false;

	int64_t purchase = db_last_row(importing->connection);
	for (size_t i = 0; i < moved->sales_count; i++)
		if (!put_sale(importing, &moved->sales[i], purchase, &sales[i], err))
			return false;
	for (size_t i = 0; i < moved->lines_count; i++)
		if (!put_line(importing, moved, i, purchase, sales, err))
			return false;
	return put_delivery(importing, moved, purchase, err);
}

static bool put_key(struct importing *importing, const struct store_row *row, struct err *err)
{
	const struct row_key *key = &row->key;
	int64_t client = 0, purchase = 0;

	return find(importing, account_sql, key->client_id, &client, err) &&
	       (!key->purchase_id || find(importing, purchase_sql, key->purchase_id, &purchase, err)) &&
	       order_key_import(importing->connection, client, purchase, key, err);
}

/* ---- all of them ---- */

static put_fn *const puts_of[ROW_KINDS] = {
    [ROW_ACCOUNT] = put_account, [ROW_PRODUCT] = put_product,	[ROW_PICTURE] = put_picture,
    [ROW_CART] = put_cart,	 [ROW_PURCHASE] = put_purchase, [ROW_KEY] = put_key,
};

static bool put_rows(struct db_connection *connection, void *context, struct err *err)
{
	struct importing *importing = context;

	importing->connection = connection;
	for (size_t i = 0; i < importing->count; i++) {
		arena_reset(&importing->arena);
		if (!puts_of[importing->rows[i].kind](importing, &importing->rows[i], err))
			return false;
	}
	return true;
}

bool sqlite_import_rows(struct store *store, const struct store_row *rows, size_t count, struct err *err)
{
	struct importing importing = {.store = (struct sqlite_store *)store, .rows = rows, .count = count};

	arena_init(&importing.arena, SIZE_MAX);
	bool done = db_write(importing.store->db, put_rows, &importing, err);
	arena_done(&importing.arena);
	return done;
}

/* An account that was closed counts, too: what refers to it is there. */
static bool look_for_rows(struct db_connection *connection, void *context, struct err *err)
{
	bool *found = context;
	int64_t one;

	return sql_number(connection,
			  sql_query(connection, err,
				    "SELECT 1 WHERE EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM product)"
				    " OR EXISTS (SELECT 1 FROM purchase)",
				    ""),
			  &one, found, err);
}

bool sqlite_is_empty(struct store *store, bool *ret_empty, struct err *err)
{
	bool found = false;

	if (!db_read(((struct sqlite_store *)store)->db, look_for_rows, &found, err))
		return false;
	*ret_empty = !found;
	return true;
}
