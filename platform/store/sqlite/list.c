/* Listing products.
 *
 * Most listings are a walk along one index, or along the search's lists, in the order that is asked for, until a page is
 * full; what the walk doesn't cover is checked row by row. Two kinds would walk long for few rows: newest within a price
 * range, and words by price. For these, when the range or the words alone find few enough products, those are gathered and
 * sorted; when they find many, a page is full soon. What takes too long all the same is given up.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "platform/store/sqlite/internal.h"

enum { GATHER_RANGE = 1000, GATHER_SEARCH = 5000, LIST_TIME_MS = 1000, SCRATCH_MAX = 8 * 1024 * 1024 };

/* What a walk goes along, besides everything. */
enum key { KEY_NONE, KEY_CATEGORY, KEY_SELLER, KEY_SEARCH, KEYS };

/* Walks tell numbers only, which stand in the index; the rows themselves are known as a rule (product_cache.h). */
#define FROM(index, rest) "SELECT p.n FROM product p INDEXED BY " index " WHERE p.archived = 0" rest
#define BY_CATEGORY " AND p.category = ?5"
#define BY_SELLER " AND p.seller = ?5"

/* What is not in the index; each walk is there without it, and with. ?2 and ?3 least and greatest price, ?4 least stock. */
#define IN_STOCK " AND p.stock >= ?4"
#define IN_RANGE " AND p.price BETWEEN ?2 AND ?3" IN_STOCK

/* ?1 n that rows must be below, ?5 the key */
#define BELOW(filter) " AND p.n < ?1" filter " ORDER BY p.n DESC"
#define NEWEST(filter)                                                                                               \
	{                                                                                                            \
		[KEY_NONE] = FROM("product_newest", BELOW(filter)),                                                  \
		[KEY_CATEGORY] = FROM("product_category", BY_CATEGORY BELOW(filter)),                                \
		[KEY_SELLER] = FROM("product_seller", BY_SELLER BELOW(filter)),                                      \
		[KEY_SEARCH] = "SELECT p.n FROM search s CROSS JOIN product p ON p.n = s.rowid"                      \
			       " WHERE s.search MATCH ?5 AND s.rowid < ?1" filter " ORDER BY s.rowid DESC",          \
	}
static const char *const newest_sql[2][KEYS] = {NEWEST(""), NEWEST(IN_RANGE)};

/* Two walks, since SQLite would look through all products of one price for the n to go on after: the rest of that price,
 * then the other prices. ?1 a price, ?2 the n that rows of that price must come after, or the last price. */
#define BY_PRICE(condition)                                                                                          \
	{                                                                                                            \
		[KEY_NONE] = FROM("product_price", condition),                                                       \
		[KEY_CATEGORY] = FROM("product_category_price", BY_CATEGORY condition),                              \
		[KEY_SELLER] = FROM("product_seller_price", BY_SELLER condition),                                    \
	}
#define TIES(filter)                                                                                                 \
	{                                                                                                            \
		BY_PRICE(" AND p.price = ?1 AND p.n > ?2" filter " ORDER BY p.n"),                                   \
		BY_PRICE(" AND p.price = ?1 AND p.n < ?2" filter " ORDER BY p.n DESC"),                              \
	}
#define OTHERS(filter)                                                                                               \
	{                                                                                                            \
		BY_PRICE(" AND p.price > ?1 AND p.price <= ?2" filter " ORDER BY p.price, p.n"),                     \
		BY_PRICE(" AND p.price < ?1 AND p.price >= ?2" filter " ORDER BY p.price DESC, p.n DESC"),           \
	}
static const char *const ties_sql[2][2][KEY_SEARCH] = {TIES(""), TIES(IN_STOCK)};
static const char *const price_sql[2][2][KEY_SEARCH] = {OTHERS(""), OTHERS(IN_STOCK)};

/* ?1 and ?2 least and greatest price, ?3 how many at most, ?5 the key */
#define GATHER(index, key) \
	"SELECT p.n, p.price FROM product p INDEXED BY " index " WHERE p.archived = 0" key \
	" AND p.price BETWEEN ?1 AND ?2 LIMIT ?3"
static const char *const gather_sql[KEYS] = {
    [KEY_NONE] = GATHER("product_price", ""),
    [KEY_CATEGORY] = GATHER("product_category_price", BY_CATEGORY),
    [KEY_SELLER] = GATHER("product_seller_price", BY_SELLER),
    [KEY_SEARCH] = ("SELECT p.n, p.price FROM search s CROSS JOIN product p ON p.n = s.rowid"
		    " WHERE s.search MATCH ?5 AND ?1 <= ?2 LIMIT ?3"),
};

static const char fetch_sql[] = "SELECT " PRODUCT_COLUMNS " FROM " PRODUCT_TABLES " WHERE p.n = ?1";
static const char version_sql[] = "SELECT version FROM product WHERE n = ?1";
static const char place_sql[] = "SELECT n, id FROM product WHERE id <= ? ORDER BY id DESC LIMIT 1";

/* A product that may be on the page. */
struct candidate {
	int64_t n, price;
};

struct listing {
	struct sqlite_store *store;
	const struct product_query *query;
	struct store_page page;
	struct arena *arena;
	struct arena scratch;  /* for one row's words */
	struct arena gathered; /* for candidates */
	struct buf text;       /* for one product's JSON */
	struct db_connection *connection;

	struct search_words words;
	const char *expression; /* of words, category and seller; NULL when no search is needed */
	enum key key;           /* category or seller */
	int64_t seller;
	int64_t names; /* the stamp of the sellers' names */
	struct db_view view;
	int64_t least_price, greatest_price, least_stock;
	struct candidate after; /* the place: rows come after it */

	struct product *products;
	size_t count;
	bool more;
	struct candidate last;
};

static int sort_of(const struct listing *listing)
{
	return listing->query->sort < 0 ? SORT_NEWEST : listing->query->sort;
}

static bool is_given(const struct product_query *query, const char *member)
{
	return shape_given(&product_query_shape, query, member);
}

/* ---- rows ---- */

/* What a walk's statement leaves to be checked of a row. */
enum check { CHECK_NOTHING, CHECK_NUMBERS, CHECK_WORDS };

static bool row_fits(struct listing *listing, sqlite3_stmt *statement, enum check check, bool *ret_fits, struct err *err)
{
	const struct product_query *query = listing->query;
	const char *category = (const char *)sqlite3_column_text(statement, PRODUCT_COLUMN_CATEGORY);
	int64_t price = sqlite3_column_int64(statement, PRODUCT_COLUMN_PRICE);

	*ret_fits = category && (!query->category || !strcmp(category, query->category)) &&
		    (!listing->seller || sqlite3_column_int64(statement, PRODUCT_COLUMN_SELLER) == listing->seller) &&
		    price >= listing->least_price && price <= listing->greatest_price &&
		    sqlite3_column_int64(statement, PRODUCT_COLUMN_STOCK) >= listing->least_stock;
	if (!*ret_fits || check != CHECK_WORDS || !listing->words.count)
		return true;

	const char *const texts[] = {
	    (const char *)sqlite3_column_text(statement, PRODUCT_COLUMN_NAME), category,
	    (const char *)sqlite3_column_text(statement, PRODUCT_COLUMN_DESCRIPTION)};
	if (!texts[0] || !texts[2])
		return err_memory(err, "listing products");
	return search_matches(&listing->words, texts, sizeof texts / sizeof *texts, &listing->scratch, ret_fits, err);
}

/* The whole row; it is there, since the transaction has seen its number. */
static sqlite3_stmt *fetch(struct listing *listing, int64_t n, struct err *err)
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

/* Looks for a product that is known by another version, or was found in another view, by the version that the row has now. */
static bool load_known(struct listing *listing, int64_t n, sqlite3_stmt *statement, struct product *ret_product,
		       bool *ret_found, struct err *err)
{
	struct product_key key = {.n = n, .names = listing->names};
	bool found;

	if (statement)
		key.version = sqlite3_column_int64(statement, PRODUCT_COLUMN_VERSION);
	else if (!sql_number(listing->connection, sql_query(listing->connection, err, version_sql, "i", n), &key.version,
			     &found, err))
		return false;
	*ret_found = product_cache_get(listing->store->products, key, listing->view, listing->arena, ret_product) ==
		     PRODUCT_KNOWN;
	return true;
}

/* The product of that row, the statement standing on it unless it is NULL. *ret_on_sale false: its seller has left. (Then the
 * stamp of the names is another one, so what is known from before isn't found.) */
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
	if (!statement && !(statement = fetch(listing, n, err)))
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
static bool take_row(struct listing *listing, int64_t n, enum check check, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	bool fits = true, on_sale;

	if (check != CHECK_NOTHING && (!(statement = fetch(listing, n, err)) ||
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
	listing->last = (struct candidate){n, product->price};
	listing->count++;
	return true;
}

static bool walk(struct listing *listing, sqlite3_stmt *statement, enum check check, struct err *err)
{
	enum db_step step = DB_DONE;

	if (!statement)
		return false;
	while (!listing->more && (step = db_step(listing->connection, statement, err)) == DB_ROW)
		if (!take_row(listing, sqlite3_column_int64(statement, 0), check, err))
			return false;
	return step != DB_ERROR;
}

/* ---- walks ---- */

/* Binds ?5, which a walk along everything has not. */
static void bind_key(const struct listing *listing, sqlite3_stmt *statement, enum key key)
{
	if (!statement || key == KEY_NONE)
		return;
	if (key == KEY_SELLER)
		sqlite3_bind_int64(statement, 5, listing->seller);
	else
		db_bind_text(statement, 5, key == KEY_CATEGORY ? listing->query->category : listing->expression);
}

static bool walk_newest(struct listing *listing, struct err *err)
{
	bool filtered = listing->least_price > 0 || listing->greatest_price < INT64_MAX || listing->least_stock > 0;
	enum key key = listing->expression ? KEY_SEARCH : listing->key;
	sqlite3_stmt *statement =
	    sql_query(listing->connection, err, newest_sql[filtered][key], filtered ? "iiii" : "i", listing->after.n,
		      listing->least_price, listing->greatest_price, listing->least_stock);

	bind_key(listing, statement, key);
	return walk(listing, statement, key == KEY_SEARCH ? CHECK_NUMBERS : CHECK_NOTHING, err);
}

static bool walk_price_by(struct listing *listing, const char *const sql[2][2][KEY_SEARCH], int64_t from, int64_t to,
			  struct err *err)
{
	bool filtered = listing->least_stock > 0, down = sort_of(listing) == SORT_PRICE_DOWN;
	sqlite3_stmt *statement =
	    sql_query(listing->connection, err, sql[filtered][down][listing->key], "ii", from, to);

	if (statement && filtered)
		sqlite3_bind_int64(statement, 4, listing->least_stock);
	bind_key(listing, statement, listing->key);
	return walk(listing, statement, listing->expression ? CHECK_WORDS : CHECK_NOTHING, err);
}

/* From the place, or from the end of the price range if the place lies before it. */
static bool walk_price(struct listing *listing, struct err *err)
{
	bool down = sort_of(listing) == SORT_PRICE_DOWN;
	int64_t from = down ? listing->greatest_price : listing->least_price;
	int64_t to = down ? listing->least_price : listing->greatest_price;
	int64_t place = listing->after.price;

	if (down ? place > from : place < from)
		return walk_price_by(listing, price_sql, down ? from + 1 : from - 1, to, err);
	if (down ? place >= to : place <= to)
		return walk_price_by(listing, ties_sql, place, listing->after.n, err) &&
		       walk_price_by(listing, price_sql, place, to, err);
	return true;
}

/* ---- gathering ---- */

static int compare_newest(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	return (one->n < other->n) - (one->n > other->n);
}

static int compare_price(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	return one->price != other->price ? (one->price > other->price) - (one->price < other->price)
					  : (one->n > other->n) - (one->n < other->n);
}

static int compare_price_down(const void *a, const void *b)
{
	return compare_price(b, a);
}

static int (*const orders[])(const void *a, const void *b) = {
    [SORT_NEWEST] = compare_newest,
    [SORT_PRICE] = compare_price,
    [SORT_PRICE_DOWN] = compare_price_down,
};

static void take_candidate(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	(void)list;
	*(struct candidate *)row =
	    (struct candidate){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1)};
}

/* The products that a key finds; there are `more` when they are too many. */
static bool gather(struct listing *listing, enum key key, struct sql_list *ret_candidates, struct err *err)
{
	struct sql_list candidates = {.arena = &listing->gathered,
				      .most = key == KEY_SEARCH ? GATHER_SEARCH : GATHER_RANGE,
				      .size = sizeof(struct candidate),
				      .take = take_candidate,
				      .doing = "listing products"};
	sqlite3_stmt *statement = sql_query(listing->connection, err, gather_sql[key], "iii", listing->least_price,
					    listing->greatest_price, (int64_t)candidates.most + 1);

	bind_key(listing, statement, key);
	if (!sql_list(listing->connection, statement, &candidates, err))
		return false;
	*ret_candidates = candidates;
	return true;
}

/* The page from a list of all that can be on it. */
static bool pick(struct listing *listing, struct candidate *candidates, size_t count, enum check check, struct err *err)
{
	int (*compare)(const void *a, const void *b) = orders[sort_of(listing)];

	qsort(candidates, count, sizeof *candidates, compare);
	for (size_t i = 0; i < count && !listing->more; i++) {
		if (compare(&candidates[i], &listing->after) <= 0)
			continue;
		if (!take_row(listing, candidates[i].n, check, err))
			return false;
	}
	return true;
}

/* ---- the listing ---- */

/* By gathering when that is worth a try and finds few, otherwise by a walk. */
static bool fill_page(struct listing *listing, struct err *err)
{
	bool newest = sort_of(listing) == SORT_NEWEST;
	bool ranged = is_given(listing->query, "min_price") || is_given(listing->query, "max_price");
	struct sql_list found = {.more = true};

	if (newest ? ranged : listing->expression != NULL)
		if (!gather(listing, newest ? listing->key : KEY_SEARCH, &found, err))
			return false;
	if (!found.more)
		return pick(listing, found.rows, found.count, newest ? CHECK_WORDS : CHECK_NUMBERS, err);
	return newest ? walk_newest(listing, err) : walk_price(listing, err);
}

/* "<id>", or "<price>,<id>": a number without leading zeros. */
static bool read_place(struct listing *listing, struct err *err)
{
	const char *id = listing->page.after;
	bool exact, down = sort_of(listing) != SORT_PRICE;
	int64_t price = 0;

	if (!id) {
		listing->after = down ? (struct candidate){INT64_MAX, INT64_MAX} : (struct candidate){-1, -1};
		return true;
	}
	if (sort_of(listing) != SORT_NEWEST) {
		size_t digits = strspn(id, "0123456789");
		if (digits < 1 || digits > 15 || id[digits] != ',' || (id[0] == '0' && digits > 1))
			return place_invalid(err);
		price = strtoll(id, NULL, 10);
		id += digits + 1;
	}
	if (!place_number(listing->connection, place_sql, id, &listing->after.n, &exact, err))
		return false;
	listing->after.price = price;
	listing->after.n += down && !exact;
	return true;
}

static bool write_place(struct listing *listing, const char **ret_next, struct err *err)
{
	const char *id = listing->more ? listing->products[listing->count - 1].id : NULL;

	*ret_next = id && sort_of(listing) != SORT_NEWEST
			? arena_printf(listing->arena, "%lld,%s", (long long)listing->last.price, id)
			: id;
	return !id || *ret_next || err_memory(err, "listing products");
}

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct listing *listing = context;
	const struct product_query *query = listing->query;

	listing->connection = connection;
	db_limit_time(connection, LIST_TIME_MS);
	if (!read_place(listing, err) || !account_names(connection, &listing->names, err))
		return false;
	listing->view = db_view(connection);
	if (query->seller_id) {
		if (!account_number(connection, GROUP_SELLERS, query->seller_id, &listing->seller, err))
			return false;
		if (!listing->seller)
			return true;
	}
	listing->key = listing->seller ? KEY_SELLER : query->category ? KEY_CATEGORY : KEY_NONE;
	if (listing->words.count || (listing->seller && query->category)) {
		listing->expression = search_expression(listing->arena, &listing->words, query->category,
							listing->seller, err);
		if (!listing->expression)
			return false;
	}
	return fill_page(listing, err);
}

bool sqlite_product_list(struct store *store, const struct product_query *query, struct store_page page,
			 struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err)
{
	struct listing listing = {.store = (struct sqlite_store *)store,
				  .query = query,
				  .page = page,
				  .arena = arena,
				  .least_price = is_given(query, "min_price") ? query->min_price : 0,
				  .greatest_price = is_given(query, "max_price") ? query->max_price : INT64_MAX,
				  .least_stock = is_given(query, "in_stock") && query->in_stock};
	const char *next;

	if (!page_check(page, err) || !search_query(arena, query->q, &listing.words, err))
		return false;
	listing.products = arena_array(arena, page.limit, sizeof *listing.products);
	if (!listing.products)
		return err_memory(err, "listing products");
	arena_init(&listing.scratch, SCRATCH_MAX);
	arena_init(&listing.gathered, SCRATCH_MAX);
	buf_init(&listing.text, SCRATCH_MAX);
	bool done = db_read(listing.store->db, list, &listing, err) && write_place(&listing, &next, err);
	buf_done(&listing.text);
	arena_done(&listing.gathered);
	arena_done(&listing.scratch);
	if (!done)
		return false;
	*ret_page = (struct product_page){.products = listing.products, .products_count = listing.count};
	*ret_next = next;
	return true;
}

/* ---- categories ---- */

/* A category's name is its place. */
static bool is_category(const char *text)
{
	size_t length = strlen(text);
	size_t count = text_valid(text, length) && !text_has_control(text, length) ? text_count(text, length) : 0;

	return count >= 1 && count <= LIMIT_CATEGORY;
}

struct category_listing {
	struct store_page page;
	struct arena *arena;
	struct category_page categories;
	const char *next;
};

static void take_category(sqlite3_stmt *statement, void *row, struct sql_list *list)
{
	struct category *category = row;

	category->name = db_column_text(statement, 0, list->arena, &list->failed);
	category->products = sqlite3_column_int64(statement, 1);
}

static bool list_categories(struct db_connection *connection, void *context, struct err *err)
{
	struct category_listing *listing = context;
	struct sql_list found = {.arena = listing->arena,
				 .most = listing->page.limit,
				 .size = sizeof(struct category),
				 .take = take_category,
				 .doing = "listing categories"};

	if (!sql_list(connection,
		      sql_query(connection, err, "SELECT name, products FROM category WHERE name > ? ORDER BY name", "t",
				listing->page.after ? listing->page.after : ""),
		      &found, err))
		return false;
	listing->categories = (struct category_page){.categories = found.rows, .categories_count = found.count};
	listing->next = found.more ? listing->categories.categories[found.count - 1].name : NULL;
	return true;
}

bool sqlite_category_list(struct store *store, struct store_page page, struct arena *arena,
			  struct category_page *ret_page, const char **ret_next, struct err *err)
{
	struct category_listing listing = {.page = page, .arena = arena};

	if (!page_check(page, err))
		return false;
	if (page.after && !is_category(page.after))
		return place_invalid(err);
	if (!db_read(((struct sqlite_store *)store)->db, list_categories, &listing, err))
		return false;
	*ret_page = listing.categories;
	*ret_next = listing.next;
	return true;
}
