/* What every way of listing products stands on: a row that may go onto the page, and the rows of a price range. */
#include "platform/store/sqlite/listing.h"

#include <string.h>

/* ?1 and ?2 least and greatest price, ?3 how many at most, ?5 the key */
#define GATHER(index, key) \
	"SELECT p.n, p.price FROM product p INDEXED BY " index " WHERE p.archived = 0" key \
	" AND p.price BETWEEN ?1 AND ?2 LIMIT ?3"
#define GATHER_FOUND(index)                                                                                          \
	("SELECT p.n, p.price FROM " index " s CROSS JOIN product p ON p.n = s.rowid"                                \
	 " WHERE s." index " MATCH ?5 AND ?1 <= ?2 LIMIT ?3")
static const char *const gather_sql[KEYS] = {
    [KEY_NONE] = GATHER("product_price", ""),
    [KEY_CATEGORY] = GATHER("product_category_price", BY_CATEGORY),
    [KEY_SELLER] = GATHER("product_seller_price", BY_SELLER),
    [KEY_SEARCH] = GATHER_FOUND("search_place"),
};
static const char former_gather_sql[] = GATHER_FOUND("search");

static const char fetch_sql[] = "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES " WHERE p.n = ?1";
static const char version_sql[] = "SELECT version FROM product WHERE n = ?1";

/* ---- rows ---- */

static const char *text_of(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

static bool words_fit(struct listing *listing, sqlite3_stmt *statement, bool *ret_fits, struct err *err)
{
	const struct search_product product = {.name = text_of(statement, PRODUCT_COLUMN_NAME),
					       .category = text_of(statement, PRODUCT_COLUMN_CATEGORY),
					       .seller_name = text_of(statement, PRODUCT_COLUMN_SELLER_NAME),
					       .description = text_of(statement, PRODUCT_COLUMN_DESCRIPTION)};
	const char *const texts[] = {product.name, product.category, product.description};
	enum search_place place;

	arena_reset(&listing->scratch);
	if (listing->state.former)
		return texts[0] && texts[1] && texts[2]
			   ? former_matches(&listing->former, texts, 3, &listing->scratch, ret_fits, err)
			   : err_memory(err, "listing products");
	if (!search_find(&listing->words, &product, &listing->scratch, &place))
		return err_memory(err, "listing products");
	*ret_fits = place < SEARCH_PLACES;
	return true;
}

static bool row_fits(struct listing *listing, sqlite3_stmt *statement, enum check check, bool *ret_fits,
		     struct err *err)
{
	const char *category = text_of(statement, PRODUCT_COLUMN_CATEGORY);
	int64_t price = sqlite3_column_int64(statement, PRODUCT_COLUMN_PRICE);

	*ret_fits = category && (!listing->category || !strcmp(category, listing->category)) &&
		    (!listing->seller || sqlite3_column_int64(statement, PRODUCT_COLUMN_SELLER) == listing->seller) &&
		    price >= listing->least_price && price <= listing->greatest_price &&
		    sqlite3_column_int64(statement, PRODUCT_COLUMN_STOCK) >= listing->least_stock;
	if (!*ret_fits || check != CHECK_WORDS || !listing->searches)
		return true;
	return words_fit(listing, statement, ret_fits, err);
}

/* The whole row; it is there, since the transaction has seen its number. */
sqlite3_stmt *listing_fetch(struct listing *listing, int64_t n, struct err *err)
{
	sqlite3_stmt *statement = sql_query(listing->connection, err, fetch_sql, "i", n);
	enum db_step step = statement ? db_step(listing->connection, statement, err) : DB_ERROR;

	if (step == DB_DONE)
		err_set(err, ERR_INTERNAL, "A product without a row, or without a seller");
	return step == DB_ROW ? statement : NULL;
}

static bool write_json(struct listing *listing, struct product *product, struct err *err)
{
	struct json json = json_writer(&listing->text);

	buf_reset(&listing->text);
	shape_write(&product_shape, product, &json);
	if (!listing->text.failed)
		product->json = arena_strndup(listing->arena, listing->text.bytes, listing->text.length);
	return product->json || err_memory(err, "listing products");
}

/* Looks for a product that is known by another version, or was found in another view, by the version that the row has
 * now. */
static bool load_known(struct listing *listing, int64_t n, sqlite3_stmt *statement, struct product *ret_product,
		       bool *ret_found, struct err *err)
{
	struct product_key key = {.n = n, .names = listing->names};
	bool found;

	if (statement)
		key.version = sqlite3_column_int64(statement, PRODUCT_COLUMN_VERSION);
	else if (!sql_number(listing->connection, sql_query(listing->connection, err, version_sql, "i", n),
			     &key.version, &found, err))
		return false;
	*ret_found = product_cache_get(listing->store->products, key, listing->view, listing->arena, ret_product) ==
		     PRODUCT_KNOWN;
	return true;
}

/* The product of that row, the statement standing on it unless it is NULL. *ret_on_sale false: its seller has left.
 * (Then the stamp of the names is another one, so what is known from before isn't found.) */
static bool load(struct listing *listing, int64_t n, sqlite3_stmt *statement, struct product *ret_product,
		 bool *ret_on_sale, struct err *err)
{
	struct product_cache *cache = listing->store->products;
	struct product_key key = {.n = n, .names = listing->names};
	enum product_known known = product_cache_get(cache, key, listing->view, listing->arena, ret_product);
	bool found = known == PRODUCT_KNOWN;
	struct product_row row;

	if (known == PRODUCT_OLD && !load_known(listing, n, statement, ret_product, &found, err))
		return false;
	*ret_on_sale = true;
	if (found)
		return true;
	if (!statement && !(statement = listing_fetch(listing, n, err)))
		return false;
	*ret_on_sale = !sqlite3_column_int(statement, PRODUCT_COLUMN_ARCHIVED);
	if (!*ret_on_sale)
		return true;
	if (!product_read(listing->store, statement, listing->arena, &row, err) ||
	    !write_json(listing, &row.product, err))
		return false;
	key.version = row.product.version;
	product_cache_put(cache, key, listing->view, &row.product);
	*ret_product = row.product;
	return true;
}

/* Takes a row onto the page if it fits; sets `more` instead when the page is full. */
bool listing_take(struct listing *listing, int64_t n, enum check check, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	bool fits = true, on_sale;

	if (check != CHECK_NOTHING && (!(statement = listing_fetch(listing, n, err)) ||
				       !row_fits(listing, statement, check, &fits, err)))
		return false;
	if (!fits)
		return true;
	if (listing->count == listing->page.limit)
		return listing->more = true;

	struct product *product = &listing->products[listing->count];
	if (!load(listing, n, statement, product, &on_sale, err))
		return false;
	if (!on_sale)
		return true;
	listing->last = (struct candidate){.n = n, .price = product->price};
	listing->count++;
	return true;
}

bool listing_walk(struct listing *listing, sqlite3_stmt *statement, enum check check, struct err *err)
{
	enum db_step step = DB_DONE;

	if (!statement)
		return false;
	while (!listing->more && (step = db_step(listing->connection, statement, err)) == DB_ROW)
		if (!listing_take(listing, sqlite3_column_int64(statement, 0), check, err))
			return false;
	return step != DB_ERROR;
}

/* ---- what a statement is told, and what it finds ---- */

void listing_bind(const struct listing *listing, sqlite3_stmt *statement, enum listing_key key)
{
	if (!statement || key == KEY_NONE)
		return;
	if (key == KEY_SELLER)
		sqlite3_bind_int64(statement, 5, listing->seller);
	else
		db_bind_text(statement, 5, key == KEY_CATEGORY ? listing->category : listing->expression);
}

bool listing_filters(const struct listing *listing)
{
	return listing->least_price > 0 || listing->greatest_price < INT64_MAX || listing->least_stock > 0;
}

static void take_candidate(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(struct candidate *)row = (struct candidate){.n = sqlite3_column_int64(statement, 0),
						      .price = sqlite3_column_int64(statement, 1)};
}

bool listing_gather(struct listing *listing, enum listing_key key, size_t most, struct sql_list *ret_candidates,
		    struct err *err)
{
	const char *sql = key == KEY_SEARCH && listing->state.former ? former_gather_sql : gather_sql[key];
	struct sql_list candidates = {.arena = &listing->gathered,
				      .most = most,
				      .size = sizeof(struct candidate),
				      .take = take_candidate,
				      .doing = "listing products"};
	sqlite3_stmt *statement = sql_query(listing->connection, err, sql, "iii", listing->least_price,
					    listing->greatest_price, (int64_t)most + 1);

	listing_bind(listing, statement, key);
	if (!sql_list(listing->connection, statement, &candidates, err))
		return false;
	*ret_candidates = candidates;
	return true;
}
