/* listing.h: a listing of products under way, for the files that fill its page: listing.c, on which all stand,
 * list_best.c and, above them, list.c.
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_LISTING_H
#define VITRINE_PLATFORM_STORE_SQLITE_LISTING_H

#include "base/buf.h"
#include "platform/store/sqlite/search.h"
#include "platform/store/sqlite/search_former.h"

/* What a walk goes along, besides everything. */
enum listing_key { KEY_NONE, KEY_CATEGORY, KEY_SELLER, KEY_SEARCH, KEYS };

/* What a statement of such a walk says besides; ?5 is for listing_bind. */
#define BY_CATEGORY " AND p.category = ?5"
#define BY_SELLER " AND p.seller = ?5"

/* A product that may be on the page. */
struct candidate {
	int64_t n, price;
	enum search_place place; /* in the order `best` */
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

	enum product_sort order;
	bool searches;              /* for words */
	struct search_query words;
	struct search_state state;
	struct former_words former; /* while the former index answers: what then stands for `words` */
	const char *category;       /* as the shop writes it; NULL: any */
	const char *expression;     /* of words, category and seller; NULL when no search is needed */
	enum listing_key key;       /* category or seller */
	int64_t seller;
	int64_t names; /* the stamp of the sellers' names */
	struct db_view view;
	int64_t least_price, greatest_price, least_stock;
	struct candidate after; /* the place: rows come after it */

	struct product *products;
	size_t count;
	bool more;
	struct candidate last; /* on the page */
	/* a walk was ended early, after this id of last.place ("": before all of it); NULL: it wasn't */
	const char *stopped;
};

/* What a walk's statement leaves to be checked of a row. */
enum check { CHECK_NOTHING, CHECK_NUMBERS, CHECK_WORDS };

/* Takes a row onto the page if it fits; sets `more` instead when the page is full. */
bool listing_take(struct listing *listing, int64_t n, enum check check, struct err *err);

/* The rows of a statement whose first column is their number, until the page is full. */
bool listing_walk(struct listing *listing, sqlite3_stmt *statement, enum check check, struct err *err);

/* Binds ?5 of a walk along a key; one along everything has none. */
void listing_bind(const struct listing *listing, sqlite3_stmt *statement, enum listing_key key);

/* Is anything asked that only the rows tell? */
bool listing_filters(const struct listing *listing);

/* The products (struct candidate) that a key finds in the range of prices; there are `more` when they are more than
 * `most`. */
bool listing_gather(struct listing *listing, enum listing_key key, size_t most, struct sql_list *ret_candidates,
		    struct err *err);

/* Fills the page in the order `best`. Reads a bounded number of rows: when that is no whole page, it is `stopped` at
 * last.place. */
bool listing_best(struct listing *listing, struct err *err);

/* The row as it is, for who checks it: NULL with *err. */
sqlite3_stmt *listing_fetch(struct listing *listing, int64_t n, struct err *err);

#endif
