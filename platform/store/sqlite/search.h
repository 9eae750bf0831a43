/* search.h: the search's index of the SQLite store (models/search.h says what is found).
 *
 * The index holds, for each product on sale, the terms of search_terms ("1coffee", "2cof", "4washed"), each a token,
 * and two tags, the category's ("=c" and a hash) and the seller's ("=s" and a number). So what a query finds at one
 * place is a walk along lists that are there, in the order of the row numbers, that stops as soon as a page is full. No
 * word holds a "=".
 *
 * A file from before has another index (search_former.h). `tend` builds this one, product after product, and takes the
 * former one away; until then the former one answers, and a change is written to both as far as they go. What is in the
 * index is taken out of it by the same terms: a seller's name in it stays the one that it was put in with until `tend`,
 * or who changed the name, has put in the new one (table search_rename, which a trigger fills).
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_SEARCH_H
#define VITRINE_PLATFORM_STORE_SQLITE_SEARCH_H

#include "models/search.h"
#include "platform/store/sqlite/internal.h"

/* How far the index goes. */
struct search_state {
	int64_t built; /* the products up to this number are in it */
	bool former;   /* the former index is there */
	int64_t unmerged; /* changes since its lists were merged last */
};
#define SEARCH_BUILT INT64_MAX /* all of them */
bool search_state(struct db_connection *connection, struct search_state *ret_state, struct err *err);

/* Puts a product into the index, and takes out what was put in with the same texts; also of the former one. */
bool search_add(struct db_connection *connection, const struct product_row *row, struct err *err);
bool search_remove(struct db_connection *connection, const struct product_row *row, struct err *err);

/* The expression for what a query without words left out (NULL: for everything) finds at one place, or at all of them
 * (SEARCH_PLACES), in this category and of this seller (NULL, 0: of any). NULL when memory ended. */
const char *search_expression(struct arena *arena, const struct search_query *query, enum search_place place,
			      const char *category, int64_t seller, struct err *err);

/* Pieces of it, for the former index and the builder. */
enum { SEARCH_TAG_SIZE = 32, SEARCH_DOCUMENT_MAX = 16 * 1024 * 1024 };
void search_category_tag(const char *category, char ret_tag[SEARCH_TAG_SIZE]);
void search_seller_tag(int64_t seller, char ret_tag[SEARCH_TAG_SIZE]);
bool search_put(struct db_connection *connection, const struct product_row *row, const char *seller_name,
		struct err *err);
bool search_take(struct db_connection *connection, const struct product_row *row, const char *seller_name,
		 struct err *err);

/* The name that a product's seller has in the index, from the change of name `after` on (0: as it is now). */
bool search_seller_name(struct db_connection *connection, const struct product_row *row, int64_t after,
			struct arena *arena, const char **ret_name, struct err *err);

/* ---- search_build.c ---- */

/* The schema's step: what was there before gets its normal form, but for products, which `tend` goes through. */
bool search_prepare(struct db_connection *connection, void *context, struct err *err);

/* Puts the new names of sellers into the index, for some products; *ret_done when there are no more. */
bool search_rename(const struct sqlite_store *store, struct db_connection *connection, bool *ret_done, struct err *err);

/* Forgets the former names of a seller who has nothing in the index any more. */
bool search_forget(struct db_connection *connection, int64_t seller, struct err *err);

/* ---- search_merge.c ---- */

/* Merges some of the index's lists. */
bool search_merge(struct db_connection *connection, struct err *err);

/* A unit of work, between others of somebody who writes much: `tend` comes once a second only, and with a thousand
 * lists FTS5 makes one of all of them at once. Merges some when it is late for that. */
db_work search_keep_up;

/* What was taken out of the index is still in its lists, until they are merged into one: does some of that; `begin`:
 * from the beginning on. *ret_done: it is one. */
bool search_purge(struct db_connection *connection, bool begin, bool *ret_done, struct err *err);

#endif
