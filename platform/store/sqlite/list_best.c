/* Listing products in the order `best`: place by place, within a place newest first.
 *
 * What is found at a place is a walk along the index's lists. Two words that are each in many products, but hardly ever
 * in the same, could make one long, so it goes window after window of row numbers, and the page ends early when that
 * has taken too long. A price range that holds few products is read whole instead.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "platform/store/sqlite/listing.h"

enum {
	GATHER_BEST = 300,     /* rows of a price range that are worth reading whole */
	WINDOW_FIRST = 65536,  /* row numbers that the first window spans */
	WINDOW_LEAST = 1024,
	WINDOW_QUICK_MS = 2,   /* a window that took less is followed by one of four times the size */
	WINDOW_SLOW_MS = 8,    /* one that took more, by one of half the size */
	PAGE_MS = 40,          /* when a page ends early */
};

/* ?1 n that rows must be below, ?2 to ?4 as in list.c, ?5 the expression, ?6 n that they must be above */
#define FOUND(join, filter)                                                                                         \
	"SELECT s.rowid FROM search_place s" join " WHERE s.search_place MATCH ?5 AND s.rowid < ?1 AND s.rowid > ?6" \
	filter " ORDER BY s.rowid DESC"
static const char *const found_sql[2] = {
    FOUND("", ""),
    FOUND(" CROSS JOIN product p ON p.n = s.rowid", " AND p.price BETWEEN ?2 AND ?3 AND p.stock >= ?4"),
};

struct best {
	struct listing *listing;
	int64_t deadline; /* clock_monotonic */
	int64_t window;
	enum check check;
};

/* ---- walking ---- */

static bool walk_window(struct best *best, const char *expression, int64_t below, int64_t above, struct err *err)
{
	struct listing *listing = best->listing;
	bool filtered = listing_filters(listing);
	int64_t began = clock_monotonic();
	sqlite3_stmt *statement = sql_query(listing->connection, err, found_sql[filtered], "i", below);

	if (!statement)
		return false;
	if (filtered) {
		sqlite3_bind_int64(statement, 2, listing->least_price);
		sqlite3_bind_int64(statement, 3, listing->greatest_price);
		sqlite3_bind_int64(statement, 4, listing->least_stock);
	}
	db_bind_text(statement, 5, expression);
	sqlite3_bind_int64(statement, 6, above);
	if (!listing_walk(listing, statement, best->check, err))
		return false;

	int64_t took = clock_monotonic() - began;
	if (took <= WINDOW_QUICK_MS && best->window < INT64_MAX / 8)
		best->window *= 4;
	else if (took > WINDOW_SLOW_MS && best->window > WINDOW_LEAST)
		best->window /= 2;
	return true;
}

/* Ends the page: what follows has a number of `above` or less. */
static bool stop(struct best *best, enum search_place place, int64_t above, struct err *err)
{
	static const char sql[] = "SELECT id FROM product WHERE n > ? ORDER BY n LIMIT 1";
	struct listing *listing = best->listing;
	sqlite3_stmt *statement = sql_query(listing->connection, err, sql, "i", above);
	enum db_step step = statement ? db_step(listing->connection, statement, err) : DB_ERROR;
	bool failed = false;

	if (step != DB_ROW)
		return step == DB_DONE ? err_set(err, ERR_INTERNAL, "Products have gone that were there") : false;
	listing->stopped = db_column_text(statement, 0, listing->arena, &failed);
	listing->last.place = place;
	return !failed || err_memory(err, "listing products");
}

/* What is found at one place, from the number `below` on. */
static bool walk_place(struct best *best, enum search_place place, int64_t below, struct err *err)
{
	struct listing *listing = best->listing;
	const char *expression = search_expression(listing->arena, &listing->words, place, listing->category,
						   listing->seller, err);
	size_t before = listing->count;

	if (!expression)
		return false;
	while (below > 1) {
		int64_t above = below - 1 > best->window ? below - 1 - best->window : 0;

		if (!walk_window(best, expression, below, above, err))
			return false;
		if (listing->count > before)
			listing->last.place = place;
		if (listing->more)
			return true;
		if (above && clock_monotonic() > best->deadline)
			return stop(best, place, above, err);
		below = above + 1;
	}
	return true;
}

static bool walk_places(struct best *best, struct err *err)
{
	struct listing *listing = best->listing;
	int64_t newest = 0;
	bool found;

	if (!sql_number(listing->connection, sql_query(listing->connection, err, "SELECT max(n) FROM product", ""),
			&newest, &found, err))
		return false;
	for (enum search_place place = listing->after.place; place < SEARCH_PLACES; place++) {
		if (place > listing->after.place && clock_monotonic() > best->deadline) {
			listing->stopped = "";
			listing->last.place = place;
			return true;
		}
		int64_t below =
		    place == listing->after.place && listing->after.n <= newest ? listing->after.n : newest + 1;

		if (!walk_place(best, place, below, err))
			return false;
		if (listing->more || listing->stopped)
			return true;
	}
	return true;
}

/* ---- reading all ---- */

static int compare_best(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	return one->place != other->place ? (one->place > other->place) - (one->place < other->place)
					  : (one->n < other->n) - (one->n > other->n);
}

/* The candidate's place; SEARCH_PLACES when it doesn't fit. */
static bool place_candidate(struct listing *listing, struct candidate *candidate, struct err *err)
{
	sqlite3_stmt *statement = listing_fetch(listing, candidate->n, err);
	struct product_row row;

	arena_reset(&listing->scratch);
	if (!statement || !product_read(listing->store, statement, &listing->scratch, &row, err))
		return false;
	const struct product *product = &row.product;
	const struct search_product texts = {product->name, product->category, product->seller_name,
					     product->description};
	return search_find(&listing->words, &texts, &listing->scratch, &candidate->place) ||
	       err_memory(err, "listing products");
}

static bool pick(struct listing *listing, struct candidate *candidates, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!place_candidate(listing, &candidates[i], err))
			return false;
	qsort(candidates, count, sizeof *candidates, compare_best);
	for (size_t i = 0; i < count && !listing->more && candidates[i].place < SEARCH_PLACES; i++) {
		size_t before = listing->count;

		if (compare_best(&candidates[i], &listing->after) <= 0)
			continue;
		if (!listing_take(listing, candidates[i].n, CHECK_NUMBERS, err))
			return false;
		if (listing->count > before)
			listing->last.place = candidates[i].place;
	}
	return true;
}

bool listing_best(struct listing *listing, struct err *err)
{
	struct best best = {.listing = listing,
			    .deadline = clock_monotonic() + PAGE_MS,
			    .window = WINDOW_FIRST,
			    .check = listing->category ? CHECK_NUMBERS : CHECK_NOTHING};
	struct sql_list found = {.more = true};

	if ((listing->least_price > 0 || listing->greatest_price < INT64_MAX) &&
	    !listing_gather(listing, listing->key, GATHER_BEST, &found, err))
		return false;
	return found.more ? walk_places(&best, err) : pick(listing, found.rows, found.count, err);
}
