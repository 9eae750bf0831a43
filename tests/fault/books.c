#include "tests/fault/books.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <sqlite3.h>

enum { FAULTS_SHOWN = 3 };

/* ---- the file ---- */

/* Each finds what contradicts; no row is right. Status 3 is cancelled. */
static const struct {
	const char *what, *sql;
} contradictions[] = {
    {"integrity_check", "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'"},
    {"foreign_key_check", "SELECT * FROM pragma_foreign_key_check"},
    {"a purchase's total is that of its lines",
     "SELECT id, total FROM purchase AS p WHERE total IS NOT"
     " (SELECT sum(price * quantity) FROM line WHERE purchase = p.n)"},
    {"a purchase's total is that of its sales",
     "SELECT id, total FROM purchase AS p WHERE total IS NOT (SELECT sum(total) FROM sale WHERE purchase = p.n)"},
    {"a sale's total is that of its lines",
     "SELECT id, total FROM sale AS s WHERE total IS NOT (SELECT sum(price * quantity) FROM line WHERE sale = s.n)"},
    {"a line's sale is of its purchase and of its product's seller",
     "SELECT line.purchase, line.position FROM line JOIN sale ON sale.n = line.sale"
     " JOIN product ON product.n = line.product WHERE sale.purchase <> line.purchase OR sale.seller <> product.seller"},
    {"a seller's revenue is what sold",
     "SELECT account.id, sold.amount, account.total FROM (SELECT n, id,"
     " coalesce((SELECT sum(amount) FROM revenue WHERE seller = a.n), 0) AS total FROM account AS a) AS account"
     " LEFT JOIN (SELECT seller, sum(total) AS amount FROM sale WHERE status <> 3 GROUP BY seller) AS sold"
     " ON sold.seller = account.n WHERE account.total <> coalesce(sold.amount, 0)"},
    {"a product's revenue is what sold of it",
     "SELECT product.id FROM product WHERE"
     " coalesce((SELECT sum(units) FROM revenue WHERE product = product.n), 0) <>"
     " coalesce((SELECT sum(quantity) FROM line JOIN sale ON sale.n = line.sale"
     " WHERE line.product = product.n AND status <> 3), 0)"},
    {"a seller's day is the sum of the products' days",
     "SELECT seller, day, sum(units), sum(amount) FROM (SELECT seller, day, units, amount FROM revenue"
     " UNION ALL SELECT seller, day, -units, -amount FROM revenue_day) GROUP BY seller, day"
     " HAVING sum(units) <> 0 OR sum(amount) <> 0"},
    {"a key kept has its purchase",
     "SELECT key FROM purchase_key AS i WHERE NOT EXISTS"
     " (SELECT 1 FROM purchase AS p WHERE p.n = i.purchase AND p.client = i.client)"},
    {"a purchase has its key",
     "SELECT id FROM purchase WHERE n NOT IN (SELECT purchase FROM purchase_key)"},
    {"no purchase stands under two keys",
     "SELECT purchase FROM purchase_key GROUP BY purchase HAVING count(*) > 1"},
    {"a category counts what is on sale",
     "SELECT name, products FROM category AS c WHERE products <>"
     " (SELECT count(*) FROM product WHERE category = c.name AND archived = 0)"},
};

static const char stock_sql[] =
    "SELECT stock, stock + coalesce((SELECT sum(quantity) FROM line JOIN sale ON sale.n = line.sale"
    " WHERE line.product = product.n AND status <> 3), 0) FROM product WHERE id = ?1";
static const char purchases_sql[] = "SELECT count(*), max(id) FROM purchase WHERE ?1 = ''";
static const char key_sql[] =
    "SELECT count(*), max(purchase.id) FROM purchase_key JOIN account ON account.n = purchase_key.client"
    " JOIN purchase ON purchase.n = purchase_key.purchase WHERE account.id = ?1 AND key = ?2";

static sqlite3 *open_file(const struct shop *shop)
{
	sqlite3 *file = NULL;

	if (sqlite3_open_v2(shop->db, &file, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(file, 10000) == SQLITE_OK)
		return file;
	fprintf(stderr, "%s: %s\n", shop->db, sqlite3_errmsg(file));
	sqlite3_close(file);
	return NULL;
}

static int check_contradiction(sqlite3 *file, const char *what, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int found = 0;
	int result = sqlite3_prepare_v2(file, sql, -1, &statement, NULL);

	while (result == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
		if (found++ >= FAULTS_SHOWN)
			continue;
		fprintf(stderr, "books: not so: %s:", what);
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			fprintf(stderr, " %s", (const char *)sqlite3_column_text(statement, i));
		fputc('\n', stderr);
	}
	if (result != SQLITE_OK || sqlite3_reset(statement) != SQLITE_OK) {
		fprintf(stderr, "books: %s: %s\n", what, sqlite3_errmsg(file));
		found++;
	}
	sqlite3_finalize(statement);
	return found;
}

/* Two numbers, the second perhaps a text, of one row. */
static bool read_row(sqlite3 *file, const char *sql, const char *first, const char *second, int64_t *ret_number,
		     char *ret_text, size_t size)
{
	sqlite3_stmt *statement = NULL;
	bool found = sqlite3_prepare_v2(file, sql, -1, &statement, NULL) == SQLITE_OK;

	if (found) {
		sqlite3_bind_text(statement, 1, first, -1, SQLITE_STATIC);
		if (second)
			sqlite3_bind_text(statement, 2, second, -1, SQLITE_STATIC);
		found = sqlite3_step(statement) == SQLITE_ROW;
	}
	if (found) {
		const unsigned char *text = sqlite3_column_text(statement, 1);

		*ret_number = sqlite3_column_int64(statement, 0);
		snprintf(ret_text, size, "%s", text ? (const char *)text : "");
	} else {
		fprintf(stderr, "books: %s\n", sqlite3_errmsg(file));
	}
	sqlite3_finalize(statement);
	return found;
}

static int check_stock(sqlite3 *file, const struct shop_product *product)
{
	int64_t stock;
	char was[32];

	if (!read_row(file, stock_sql, product->id, NULL, &stock, was, sizeof was))
		return 1;
	if (strtoll(was, NULL, 10) == product->initial && stock >= 0)
		return 0;
	fprintf(stderr, "books: product %s has %" PRId64 ", with what sold %s, began with %" PRId64 "\n", product->id,
		stock, was, product->initial);
	return 1;
}

int books_check_file(const struct shop *shop)
{
	sqlite3 *file = open_file(shop);
	int found = 0;

	if (!file)
		return 1;
	/* One state of the file for all of it. */
	if (sqlite3_exec(file, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		found++;
	for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++)
		found += check_contradiction(file, contradictions[i].what, contradictions[i].sql);
	for (size_t i = 0; i < shop->products_count; i++)
		found += check_stock(file, &shop->products[i]);
	sqlite3_exec(file, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(file);
	return found;
}

int64_t books_purchases(const struct shop *shop)
{
	sqlite3 *file = open_file(shop);
	int64_t count = -1;
	char last[SHOP_ID_SIZE];

	if (file && !read_row(file, purchases_sql, "", NULL, &count, last, sizeof last))
		count = -1;
	sqlite3_close(file);
	return count;
}

int64_t books_purchases_of_key(const struct shop *shop, size_t client, const char *key, char ret_id[SHOP_ID_SIZE])
{
	sqlite3 *file = open_file(shop);
	int64_t count = -1;

	if (file && !read_row(file, key_sql, shop->clients[client].id, key, &count, ret_id, SHOP_ID_SIZE))
		count = -1;
	sqlite3_close(file);
	return count;
}

/* ---- the API ---- */

/* What the clients' purchases add up to. */
struct sums {
	const struct shop *shop;
	struct caller *caller;
	int64_t sold[SHOP_PRODUCTS_MAX];
	int64_t revenue[SHOP_SELLERS_MAX], units[SHOP_SELLERS_MAX];
	int faults;
};

static void find_fault(struct sums *sums, const char *what, int64_t is, int64_t should)
{
	fprintf(stderr, "books: by the API, %s is %" PRId64 ", not %" PRId64 "\n", what, is, should);
	sums->faults++;
}

static cJSON *get(struct sums *sums, const char *path, const char *token)
{
	struct reply reply;

	if (caller_ask(sums->caller, &(struct ask){"GET", path, token, NULL, NULL}, &reply) && reply.status == 200) {
		cJSON *json = cJSON_ParseWithLength(reply.body, reply.length);
		if (json)
			return json;
	}
	fprintf(stderr, "books: GET %s: %ld %s\n", path, reply.status, reply.body);
	sums->faults++;
	return NULL;
}

static const char *text_of(const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

	return text ? text : "";
}

static int64_t number_of(const cJSON *json, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

	return cJSON_IsNumber(member) ? (int64_t)member->valuedouble : -1;
}

static int64_t add_line(struct sums *sums, const cJSON *line)
{
	int64_t quantity = number_of(line, "quantity");
	int64_t amount = shop_amount(text_of(line, "price")) * quantity;

	if (!strcmp(text_of(line, "status"), "cancelled"))
		return amount;
	for (size_t i = 0; i < sums->shop->products_count; i++) {
		const struct shop_product *product = &sums->shop->products[i];
		if (strcmp(product->id, text_of(line, "product_id")) != 0)
			continue;
		sums->sold[i] += quantity;
		sums->revenue[product->seller] += amount;
		sums->units[product->seller] += quantity;
		return amount;
	}
	find_fault(sums, "a line's product", -1, 0);
	return amount;
}

static void add_purchases(struct sums *sums, const cJSON *purchases)
{
	const cJSON *purchase, *line;

	cJSON_ArrayForEach(purchase, purchases) {
		int64_t total = 0;
		cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(purchase, "lines"))
			total += add_line(sums, line);
		if (total != shop_amount(text_of(purchase, "total")))
			find_fault(sums, "a purchase's total", shop_amount(text_of(purchase, "total")), total);
	}
}

static void add_client(struct sums *sums, size_t client)
{
	char path[4096] = "/Purchase?limit=100";
	const char *next;

	for (int pages = 0; path[0] && pages < 1000; pages++) {
		cJSON *page = get(sums, path, sums->shop->clients[client].token);

		add_purchases(sums, cJSON_GetObjectItemCaseSensitive(page, "purchases"));
		next = text_of(page, "next_cursor");
		if (*next)
			snprintf(path, sizeof path, "/Purchase?limit=100&cursor=%s", next);
		else
			path[0] = '\0';
		cJSON_Delete(page);
	}
}

static void check_seller(struct sums *sums, size_t seller)
{
	char path[128];

	snprintf(path, sizeof path, "/Seller/%s/Stats?days=2", sums->shop->sellers[seller].id);
	cJSON *stats = get(sums, path, sums->shop->sellers[seller].token);
	if (stats && shop_amount(text_of(stats, "revenue")) != sums->revenue[seller])
		find_fault(sums, "a seller's revenue", shop_amount(text_of(stats, "revenue")), sums->revenue[seller]);
	if (stats && number_of(stats, "units") != sums->units[seller])
		find_fault(sums, "a seller's units", number_of(stats, "units"), sums->units[seller]);
	cJSON_Delete(stats);
}

static void check_product(struct sums *sums, size_t number)
{
	const struct shop_product *product = &sums->shop->products[number];
	char path[64];

	snprintf(path, sizeof path, "/Product/%s", product->id);
	cJSON *json = get(sums, path, NULL);
	if (json && number_of(json, "stock") + sums->sold[number] != product->initial)
		find_fault(sums, "stock + sold - cancelled", number_of(json, "stock") + sums->sold[number],
			   product->initial);
	cJSON_Delete(json);
}

int books_check_api(const struct shop *shop)
{
	struct sums sums = {.shop = shop, .caller = caller_new(shop)};

	if (!sums.caller)
		return 1;
	for (size_t i = 0; i < shop->clients_count; i++)
		add_client(&sums, i);
	for (size_t i = 0; i < shop->sellers_count; i++)
		check_seller(&sums, i);
	for (size_t i = 0; i < shop->products_count; i++)
		check_product(&sums, i);
	caller_free(sums.caller);
	return sums.faults;
}

void books_check(const struct shop *shop)
{
	assert_int_equal(books_check_file(shop), 0);
	assert_int_equal(books_check_api(shop), 0);
}
