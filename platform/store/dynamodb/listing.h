/* listing.h: a listing of products under way, for the files that fill its page: listing.c, on which all stand;
 * list_words.c (what is searched for); list_best.c (the order `best`); and, above them, list.c.
 *
 * A page is candidates that a walk finds in the lists of the table, each read whole and looked at again, since lists
 * may lag behind what they stand for. So many products are looked at for a page at most; then it is short.
 */
#ifndef VITRINE_PLATFORM_STORE_DYNAMODB_LISTING_H
#define VITRINE_PLATFORM_STORE_DYNAMODB_LISTING_H

#include "models/search.h"
#include "platform/store/dynamodb/walk.h"

enum {
	LISTING_LOOKED = 500, /* products that a page looks at */
	LISTING_GATHER = 500, /* rows of a price range, or products that words find, that are worth gathering */
};

/* Where a listing is: the next row is the first at or behind the key; in the order `best`, of what is found at that
 * place. */
struct listing_spot {
	enum search_place place;
	struct walk_key key;
};

struct listing {
	struct dynamodb_store *store;
	const struct product_query *query;
	struct store_page page;
	struct arena *arena;
	struct arena scratch; /* for walks and candidates */
	struct arena looked;  /* for products that are looked at */

	enum product_sort order;
	bool down;
	struct search_query words;
	bool searches; /* for words */
	const char *category_key; /* NULL: any; the same goes for query->seller_id */
	bool in_stock, ranged;
	int64_t least_price, greatest_price;
	/* Where the page begins; at SEARCH_PLACES in other orders than `best`, and where a store that was building its
	 * index has begun to list what it finds by date. */
	struct listing_spot from;
	/* all products within the range of prices, newest first; NULL: too many, or not tried */
	const struct walk_key *range;
	size_t range_count;
	bool range_tried;

	struct product *products;
	size_t count;
	size_t looks;		  /* products looked at so far */
	bool more;		  /* the page has ended, and more may follow: */
	struct listing_spot next; /* from here on */
};

/* The first and last keys that there could be: of ids, or of prices within the query's range. */
struct walk_key ddb_list_first(const struct listing *listing);
struct walk_key ddb_list_last(const struct listing *listing);

/* A walk along lists by id, newest first, whatever the listing's order. */
struct walk ddb_list_walk_ids(struct listing *listing);

/* A list that is walked along for the query: of what is in stock if that is asked for. `first` as in walk_list. */
struct walk_node *ddb_list_list(struct listing *listing, struct walk *walk, enum ddb_listing along, bool by_price,
				size_t first);

/* The parts of a walk along ids that the query says besides words. Without words there is at least one; otherwise they
 * only spare looking at products, and lists among them may be dropped. */
bool ddb_list_filter(struct listing *listing, struct walk *walk, struct walk_node *all, struct err *err);

/* Takes what a walk finds from `from` on, at that place (SEARCH_PLACES: whatever). Sets `more` where the page ends. A
 * page that is full only looks whether there is more. */
bool ddb_list_fill(struct listing *listing, struct walk *walk, struct walk_node *node, const struct listing_spot *from,
		  struct err *err);

/* The same from a list of all that can be on the page, sorted. */
bool ddb_list_pick(struct listing *listing, const struct listing_spot *spots, size_t count, struct err *err);

/* ---- list_words.c ---- */

/* All that the query's words find up to a place, as the index has it; with `exact` only what has at least one of them
 * there. */
struct walk_node *ddb_list_words(struct listing *listing, struct walk *walk, enum search_place last, bool exact);
/* What is called just as the query. */
struct walk_node *ddb_list_named(struct listing *listing, struct walk *walk);

/* All that words and filters find, newest first, each with its place, if it is LISTING_GATHER at most and soon found;
 * *ret_spots NULL otherwise. */
bool ddb_list_gather(struct listing *listing, struct listing_spot **ret_spots, size_t *ret_count, struct err *err);

/* ---- list_best.c ---- */

/* Fills the page in the order `best`. */
bool ddb_list_best(struct listing *listing, struct err *err);

#endif
