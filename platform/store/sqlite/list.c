/* Listing products.
 *
 * Most listings are a walk along one index, or along the search's lists, in the order that is asked for, until a page
 * is full; what the walk doesn't cover is checked row by row. Two kinds would walk long for few rows: newest within a
 * price range, and words by price. For these, when the range or the words alone find few enough products, those are
 * gathered and sorted; when they find many, a page is full soon. What takes too long all the same is given up.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "platform/store/sqlite/listing.h"

enum { GATHER_RANGE = 1000, GATHER_SEARCH = 5000, LIST_TIME_MS = 1000, SCRATCH_MAX = 8 * 1024 * 1024 };

/* Walks tell numbers only, which stand in the index; the rows themselves are known as a rule (product_cache.h). */
#define FROM(index, rest) "SELECT p.n FROM product p INDEXED BY " index " WHERE p.archived = 0" rest

/* What is not in the index; each walk is there without it, and with. ?2 and ?3 least and greatest price, ?4 least
 * stock. */
#define IN_STOCK " AND p.stock >= ?4"
#define IN_RANGE " AND p.price BETWEEN ?2 AND ?3" IN_STOCK

/* ?1 n that rows must be below, ?5 the key */
#define BELOW(filter) " AND p.n < ?1" filter " ORDER BY p.n DESC"
#define NEWEST_FOUND(index, filter)                                                                                  \
	"SELECT p.n FROM " index " s CROSS JOIN product p ON p.n = s.rowid WHERE s." index " MATCH ?5"               \
	" AND s.rowid < ?1" filter " ORDER BY s.rowid DESC"
#define NEWEST(filter)                                                                                               \
	{                                                                                                            \
		[KEY_NONE] = FROM("product_newest", BELOW(filter)),                                                  \
		[KEY_CATEGORY] = FROM("product_category", BY_CATEGORY BELOW(filter)),                                \
		[KEY_SELLER] = FROM("product_seller", BY_SELLER BELOW(filter)),                                      \
		[KEY_SEARCH] = NEWEST_FOUND("search_place", filter),                                                 \
	}
static const char *const newest_sql[2][KEYS] = {NEWEST(""), NEWEST(IN_RANGE)};
static const char *const former_newest_sql[2] = {NEWEST_FOUND("search", ""), NEWEST_FOUND("search", IN_RANGE)};

/* Two walks, since SQLite would look through all products of one price for the n to go on after: the rest of that
 * price, then the other prices. ?1 a price, ?2 the n that rows of that price must come after, or the last price. */
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

static const char place_sql[] = "SELECT n, id FROM product WHERE id <= ? ORDER BY id DESC LIMIT 1";

static bool is_given(const struct product_query *query, const char *member)
{
	return shape_given(&product_query_shape, query, member);
}

/* ---- walks ---- */

/* There are two search's indexes while one of them is being built. */
static const char *newest_of(const struct listing *listing, bool filtered, enum listing_key key)
{
	return key == KEY_SEARCH && listing->state.former ? former_newest_sql[filtered] : newest_sql[filtered][key];
}

static bool walk_newest(struct listing *listing, struct err *err)
{
	bool filtered = listing_filters(listing);
	enum listing_key key = listing->expression ? KEY_SEARCH : listing->key;
	sqlite3_stmt *statement =
	    sql_query(listing->connection, err, newest_of(listing, filtered, key), filtered ? "iiii" : "i",
		      listing->after.n, listing->least_price, listing->greatest_price, listing->least_stock);

	listing_bind(listing, statement, key);
	return listing_walk(listing, statement, key == KEY_SEARCH && listing->category ? CHECK_NUMBERS : CHECK_NOTHING,
			    err);
}

static bool walk_price_by(struct listing *listing, const char *const sql[2][2][KEY_SEARCH], int64_t from, int64_t to,
			  struct err *err)
{
	bool filtered = listing->least_stock > 0, down = listing->order == SORT_PRICE_DOWN;
	sqlite3_stmt *statement =
	    sql_query(listing->connection, err, sql[filtered][down][listing->key], "ii", from, to);

	if (statement && filtered)
		sqlite3_bind_int64(statement, 4, listing->least_stock);
	listing_bind(listing, statement, listing->key);
	return listing_walk(listing, statement, listing->expression ? CHECK_WORDS : CHECK_NOTHING, err);
}

/* From the place, or from the end of the price range if the place lies before it. */
static bool walk_price(struct listing *listing, struct err *err)
{
	bool down = listing->order == SORT_PRICE_DOWN;
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
    [SORT_BEST] = compare_newest, /* of what the former index finds */
    [SORT_NEWEST] = compare_newest,
    [SORT_PRICE] = compare_price,
    [SORT_PRICE_DOWN] = compare_price_down,
};

/* The page from a list of all that can be on it. */
static bool pick(struct listing *listing, struct candidate *candidates, size_t count, enum check check, struct err *err)
{
	int (*compare)(const void *a, const void *b) = orders[listing->order];

	qsort(candidates, count, sizeof *candidates, compare);
	for (size_t i = 0; i < count && !listing->more; i++) {
		if (compare(&candidates[i], &listing->after) <= 0)
			continue;
		if (!listing_take(listing, candidates[i].n, check, err))
			return false;
	}
	return true;
}

/* ---- the listing ---- */

/* The former index knows no places: what it finds is listed by date, and a listing that began so goes on so. */
static bool is_dated(const struct listing *listing)
{
	return listing->state.former || listing->after.place == SEARCH_PLACES;
}

/* By gathering when that is worth a try and finds few, otherwise by a walk. */
static bool fill_page(struct listing *listing, struct err *err)
{
	bool newest = listing->order < SORT_PRICE;
	bool ranged = is_given(listing->query, "min_price") || is_given(listing->query, "max_price");
	struct sql_list found = {.more = true};

	if (listing->order == SORT_BEST && !is_dated(listing))
		return listing_best(listing, err);
	if (newest ? ranged : listing->expression != NULL)
		if (!listing_gather(listing, newest ? listing->key : KEY_SEARCH, newest ? GATHER_RANGE : GATHER_SEARCH,
				    &found, err))
			return false;
	if (!found.more)
		return pick(listing, found.rows, found.count, newest ? CHECK_WORDS : CHECK_NUMBERS, err);
	return newest ? walk_newest(listing, err) : walk_price(listing, err);
}

static bool read_place(struct listing *listing, struct err *err)
{
	const char *id = listing->page.after;
	bool exact, down = listing->order != SORT_PRICE;
	int64_t number = 0;

	listing->after = down ? (struct candidate){.n = INT64_MAX, .price = INT64_MAX}
			      : (struct candidate){.n = -1, .price = -1};
	if (!id)
		return true;
	if (!list_rule_product(listing->order, id, &number, &id, err))
		return false;
	if (listing->order == SORT_BEST)
		listing->after.place = (enum search_place)number;
	else
		listing->after.price = number;
	if (listing->order == SORT_BEST && !*id)
		return true;
	if (!place_number(listing->connection, place_sql, id, &listing->after.n, &exact, err))
		return false;
	listing->after.n += down && !exact;
	return true;
}

static const char *place_text(struct listing *listing, const char *id)
{
	switch (listing->order) {
	case SORT_BEST:
		return arena_printf(listing->arena, "%d,%s",
				    (int)(is_dated(listing) ? SEARCH_PLACES : listing->last.place), id);
	case SORT_NEWEST:
		return id;
	default:
		return arena_printf(listing->arena, "%lld,%s", (long long)listing->last.price, id);
	}
}

/* After the last row of the page, or after what a walk has seen that was ended early. */
static bool write_place(struct listing *listing, const char **ret_next, struct err *err)
{
	const char *id = listing->stopped ? listing->stopped
			 : listing->more  ? listing->products[listing->count - 1].id
					  : NULL;

	*ret_next = id ? place_text(listing, id) : NULL;
	return !id || *ret_next || err_memory(err, "listing products");
}

/* Who and what is asked for by name, as the shop has it; *ret_any false when there is no such seller or category. */
static bool find_names(struct listing *listing, bool *ret_any, struct err *err)
{
	const struct product_query *query = listing->query;

	*ret_any = true;
	if (query->seller_id) {
		if (!account_number(listing->connection, GROUP_SELLERS, query->seller_id, &listing->seller, err))
			return false;
		*ret_any = listing->seller;
	}
	if (*ret_any && query->category) {
		if (!category_find(listing->connection, query->category, listing->arena, &listing->category, err))
			return false;
		*ret_any = listing->category;
	}
	listing->key = listing->seller ? KEY_SELLER : listing->category ? KEY_CATEGORY : KEY_NONE;
	return true;
}

/* What is asked of the index that answers, where one is asked. The order `best` asks for itself, place by place. */
static bool find_expression(struct listing *listing, struct err *err)
{
	if (!listing->searches && !(listing->seller && listing->category))
		return true;
	if (!search_state(listing->connection, &listing->state, err))
		return false;
	if (!listing->state.former) {
		const struct search_query *words = listing->searches ? &listing->words : NULL;

		listing->expression = search_expression(listing->arena, words, SEARCH_PLACES, listing->category,
							listing->seller, err);
	} else if (!listing->searches || former_query(listing->arena, listing->query->q, &listing->former, err)) {
		listing->expression = former_expression(listing->arena, &listing->former, listing->category,
							listing->seller, err);
	}
	return listing->expression;
}

static bool list(struct db_connection *connection, void *context, struct err *err)
{
	struct listing *listing = context;
	bool any;

	listing->connection = connection;
	db_limit_time(connection, LIST_TIME_MS);
	if (!read_place(listing, err) || !account_names(connection, &listing->names, err))
		return false;
	listing->view = db_view(connection);
	if (!find_names(listing, &any, err))
		return false;
	if (!any || (listing->searches && !listing->words.units_count))
		return true;
	return find_expression(listing, err) && fill_page(listing, err);
}

bool sqlite_product_list(struct store *store, const struct product_query *query, struct store_page page,
			 struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err)
{
	struct listing listing = {.store = (struct sqlite_store *)store,
				  .query = query,
				  .page = page,
				  .arena = arena,
				  .order = product_order(query),
				  .searches = query->q,
				  .least_price = is_given(query, "min_price") ? query->min_price : 0,
				  .greatest_price = is_given(query, "max_price") ? query->max_price : INT64_MAX,
				  .least_stock = is_given(query, "in_stock") && query->in_stock};
	const char *next;

	if (!list_rule_page(page, err) || (query->q && !search_query_read(arena, query->q, &listing.words, err)))
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
