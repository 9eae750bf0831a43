/* The shop's rows, one after the other, as they are at one moment: all of it is one unit that reads. */
#include <string.h>

#include "platform/store/sqlite/order.h"

struct exporting {
	struct sqlite_store *store;
	struct db_connection *connection;
	store_row_fn *take;
	void *context;
	struct arena arena; /* for one row */
};

/* Texts of the row under way. */
static const char *text(struct exporting *exporting, sqlite3_stmt *statement, int column, bool *failed)
{
	return db_column_text(statement, column, &exporting->arena, failed);
}

static bool give(struct exporting *exporting, const struct store_row *row, bool failed, struct err *err)
{
	return failed ? err_memory(err, "exporting the shop") : exporting->take(exporting->context, row, err);
}

/* A kind's statement, and what makes a row of its columns and gives it away. */
typedef bool row_fn(struct exporting *exporting, sqlite3_stmt *statement, struct err *err);

static bool each(struct exporting *exporting, const char *sql, row_fn *row, struct err *err)
{
	sqlite3_stmt *statement = db_statement(exporting->connection, sql, err);
	enum db_step step = DB_ERROR;

	while (statement && (step = db_step(exporting->connection, statement, err)) == DB_ROW) {
		arena_reset(&exporting->arena);
		if (!row(exporting, statement, err))
			return false;
	}
	return step == DB_DONE;
}

/* ---- accounts ---- */

static const char accounts_sql[] =
    "SELECT a.id, a.grp, a.email, a.full_name, a.mobile, a.address, a.created_at, a.deleted, e.tidy = 0"
    " FROM account a LEFT JOIN ending e ON e.account = a.n ORDER BY a.id";

static bool give_account(struct exporting *exporting, sqlite3_stmt *statement, struct err *err)
{
	bool failed = false;
	struct store_row row = {.kind = ROW_ACCOUNT,
				.account = {.id = text(exporting, statement, 0, &failed),
					    .group = sqlite3_column_int(statement, 1),
					    .email = text(exporting, statement, 2, &failed),
					    .full_name = text(exporting, statement, 3, &failed),
					    .mobile = text(exporting, statement, 4, &failed),
					    .created_at = sqlite3_column_int64(statement, 6),
					    .closed = sqlite3_column_int(statement, 7) != 0,
					    .ending = sqlite3_column_int(statement, 8) != 0}};
	char *address = db_column_text(statement, 5, &exporting->arena, &failed);

	if (!failed && address &&
	    !address_split(address, &exporting->arena, &row.account.address, &row.account.address_count, err))
		return false;
	return give(exporting, &row, failed, err);
}

/* ---- products ---- */

static const char products_sql[] =
    "SELECT p.id, a.id, p.name, p.description, p.price, p.category, p.stock, p.version, p.archived, p.created_at,"
    " p.updated_at FROM product p CROSS JOIN account a ON a.n = p.seller ORDER BY p.n";

static bool give_product(struct exporting *exporting, sqlite3_stmt *statement, struct err *err)
{
	bool failed = false;
	const struct store_row row = {.kind = ROW_PRODUCT,
				      .product = {.id = text(exporting, statement, 0, &failed),
						  .seller_id = text(exporting, statement, 1, &failed),
						  .name = text(exporting, statement, 2, &failed),
						  .description = text(exporting, statement, 3, &failed),
						  .price = sqlite3_column_int64(statement, 4),
						  .category = text(exporting, statement, 5, &failed),
						  .stock = sqlite3_column_int64(statement, 6),
						  .version = sqlite3_column_int64(statement, 7),
						  .archived = sqlite3_column_int(statement, 8) != 0,
						  .created_at = sqlite3_column_int64(statement, 9),
						  .updated_at = sqlite3_column_int64(statement, 10)}};

	return give(exporting, &row, failed, err);
}

static const char pictures_sql[] =
    "SELECT p.id, i.media_type, i.bytes FROM picture i CROSS JOIN product p ON p.n = i.product"
    " ORDER BY i.product";

static bool give_picture(struct exporting *exporting, sqlite3_stmt *statement, struct err *err)
{
	bool failed = false;
	const struct store_row row = {.kind = ROW_PICTURE,
				      .picture = {.product_id = text(exporting, statement, 0, &failed),
						  .media_type = text(exporting, statement, 1, &failed),
						  .bytes = sqlite3_column_blob(statement, 2),
						  .length = (size_t)sqlite3_column_bytes(statement, 2)}};

	return give(exporting, &row, failed || !row.picture.bytes, err);
}

/* ---- carts ---- */

static void take_cart_item(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	*(struct row_cart_item *)row = (struct row_cart_item){
	    .product_id = db_column_text(statement, 0, list->arena, &list->failed),
	    .quantity = sqlite3_column_int64(statement, 1),
	    .price = sqlite3_column_int64(statement, 2),
	};
}

static const char carts_sql[] = "SELECT a.id, c.version, c.client FROM cart c CROSS JOIN account a ON a.n = c.client";

static bool give_cart(struct exporting *exporting, sqlite3_stmt *statement, struct err *err)
{
	bool failed = false;
	struct store_row row = {.kind = ROW_CART,
				.cart = {.client_id = text(exporting, statement, 0, &failed),
					 .version = sqlite3_column_int64(statement, 1)}};
	struct sql_list items = {.arena = &exporting->arena,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct row_cart_item),
				 .take = take_cart_item,
				 .doing = "exporting a cart"};

	if (!sql_list(
		exporting->connection,
		sql_query(
		    exporting->connection, err,
		    "SELECT p.id, c.quantity, c.seen_price FROM cart_item c CROSS JOIN product p ON p.n = c.product"
		    " WHERE c.client = ? ORDER BY c.position",
		    "i", sqlite3_column_int64(statement, 2)),
		&items, err))
		return false;
	row.cart.items = items.rows;
	row.cart.items_count = items.count;
	return give(exporting, &row, failed, err);
}

/* ---- purchases ---- */

struct sales {
	struct row_sale sales[LIMIT_LINES];
	int64_t numbers[LIMIT_LINES];
};

static void take_sale(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct sales *sales = list->context;

	sales->numbers[list->count] = sqlite3_column_int64(statement, 0);
	*(struct row_sale *)row = (struct row_sale){
	    .id = db_column_text(statement, 1, list->arena, &list->failed),
	    .seller_id = db_column_text(statement, 2, list->arena, &list->failed),
	    .seller_name = db_column_text(statement, 3, list->arena, &list->failed),
	    .status = sqlite3_column_int(statement, 4),
	    .total = sqlite3_column_int64(statement, 5),
	    .progress = progress_read(statement, 6, list->arena, &list->failed),
	};
}

static void take_line(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	const struct sales *sales = list->context;
	int64_t number = sqlite3_column_int64(statement, 0), index = 0;

	while (index < LIMIT_LINES - 1 && sales->numbers[index] != number)
		index++;
	*(struct row_line *)row = (struct row_line){
	    .sale = index,
	    .product_id = db_column_text(statement, 1, list->arena, &list->failed),
	    .product_name = db_column_text(statement, 2, list->arena, &list->failed),
	    .price = sqlite3_column_int64(statement, 3),
	    .quantity = sqlite3_column_int64(statement, 4),
	};
}

static bool read_parts(struct exporting *exporting, int64_t n, struct sales *sales, struct row_purchase *purchase,
		       struct err *err)
{
	struct sql_list found = {.arena = &exporting->arena,
				 .rows = sales->sales,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct row_sale),
				 .take = take_sale,
				 .context = sales,
				 .doing = "exporting a purchase"};
	struct sql_list lines = {.arena = &exporting->arena,
				 .most = LIMIT_LINES,
				 .size = sizeof(struct row_line),
				 .take = take_line,
				 .context = sales,
				 .doing = "exporting a purchase"};

	if (!sql_list(exporting->connection,
		      sql_query(exporting->connection, err,
				"SELECT s.n, s.id, a.id, s.seller_name, s.status, s.total, " PROGRESS_COLUMNS
				" FROM sale s CROSS JOIN account a ON a.n = s.seller WHERE s.purchase = ? ORDER BY s.n",
				"i", n),
		      &found, err) ||
	    !sql_list(exporting->connection,
		      sql_query(exporting->connection, err,
				"SELECT l.sale, p.id, l.product_name, l.price, l.quantity FROM line l"
				" CROSS JOIN product p ON p.n = l.product WHERE l.purchase = ? ORDER BY l.position",
				"i", n),
		      &lines, err))
		return false;
	purchase->sales = sales->sales;
	purchase->sales_count = found.count;
	purchase->lines = lines.rows;
	purchase->lines_count = lines.count;
	return true;
}

/* Some stores keep times of this kind to the second. */
static int64_t whole_second(int64_t time)
{
	return (time + 999) / 1000 * 1000;
}

static const char purchases_sql[] =
    "SELECT u.n, u.id, a.id, u.client_name, u.purchase_date, u.total, d.due, " DELIVERY_COLUMNS
    " FROM purchase u CROSS JOIN account a ON a.n = u.client LEFT JOIN delivery d ON d.purchase = u.n ORDER BY u.n";

static bool give_purchase(struct exporting *exporting, sqlite3_stmt *statement, struct err *err)
{
	bool failed = false;
	struct sales sales = {.numbers = {0}};
	struct store_row row = {.kind = ROW_PURCHASE,
				.purchase = {.id = text(exporting, statement, 1, &failed),
					     .client_id = text(exporting, statement, 2, &failed),
					     .client_name = text(exporting, statement, 3, &failed),
					     .purchase_date = sqlite3_column_int64(statement, 4),
					     .total = sqlite3_column_int64(statement, 5),
					     .kept_until = whole_second(sqlite3_column_int64(statement, 6))}};

	return delivery_read(statement, 7, &exporting->arena, &row.purchase.delivery, &row.purchase.note, err) &&
	       read_parts(exporting, sqlite3_column_int64(statement, 0), &sales, &row.purchase, err) &&
	       give(exporting, &row, failed, err);
}

/* ---- keys ---- */

static const char keys_sql[] = "SELECT a.id, k.key, k.digest, u.id, k.created_at, k.purchase, k.form, k.answer"
			       " FROM purchase_key k CROSS JOIN account a ON a.n = k.client"
			       " LEFT JOIN purchase u ON u.n = k.purchase ORDER BY k.n";

/* An answer that is kept as it was, or that had other members then, goes along as bytes. */
static bool give_key(struct exporting *exporting, sqlite3_stmt *statement, struct err *err)
{
	bool failed = false;
	struct store_row row = {
	    .kind = ROW_KEY,
	    .key = {.client_id = text(exporting, statement, 0, &failed),
		    .key = text(exporting, statement, 1, &failed),
		    .purchase_id = text(exporting, statement, 3, &failed),
		    .kept_until = whole_second(sqlite3_column_int64(statement, 4) + STORE_KEY_AGE_MS),
		    .answer = text(exporting, statement, 7, &failed)}};
	const void *digest = sqlite3_column_blob(statement, 2);

	if (!digest || sqlite3_column_bytes(statement, 2) != ROW_DIGEST)
		return err_set(err, ERR_INTERNAL, "A kept key is damaged");
	memcpy(row.key.digest, digest, ROW_DIGEST);
	if (!failed && !row.key.answer &&
	    !order_key_answer(exporting->store, exporting->connection, sqlite3_column_int64(statement, 5),
			sqlite3_column_int(statement, 6), &exporting->arena, &row.key.answer, err))
		return false;
	return give(exporting, &row, failed, err);
}

/* ---- all of them ---- */

static bool export_all(struct db_connection *connection, void *context, struct err *err)
{
	struct exporting *exporting = context;

	exporting->connection = connection;
	return each(exporting, accounts_sql, give_account, err) && each(exporting, products_sql, give_product, err) &&
	       each(exporting, pictures_sql, give_picture, err) && each(exporting, carts_sql, give_cart, err) &&
	       each(exporting, purchases_sql, give_purchase, err) && each(exporting, keys_sql, give_key, err);
}

bool sqlite_export_rows(struct store *store, store_row_fn *take, void *context, struct err *err)
{
	struct exporting exporting = {.store = (struct sqlite_store *)store, .take = take, .context = context};

	arena_init(&exporting.arena, SIZE_MAX);
	bool done = db_read(exporting.store->db, export_all, &exporting, err);
	arena_done(&exporting.arena);
	return done;
}
