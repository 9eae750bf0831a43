/* catalogue.h: everything on sale at the first platform and everybody who sells there, as of a moment.
 *
 * A catalogue owns all that is in it, in an arena. It is read from the two lists as they come: a row without an id (or
 * a product without a name) is left out, since one bad row must not close the shop.
 */
#ifndef VITRINE_NET_FIRST_CATALOGUE_H
#define VITRINE_NET_FIRST_CATALOGUE_H

#include "models/product.h"
#include "models/search.h"
#include "net/first/job.h"

enum { CATALOGUE_ARENA = 96 * 1024 * 1024 };

/* A product of the list, and the words that it is found by (made at the first search). */
struct item {
	struct product product;
	struct item_word {
		struct search_word word;
		enum search_place kind; /* of search_match_word */
	} *words;
	size_t words_count;
	const char *whole; /* search_whole of the name */
	size_t place;            /* in the list */
	enum search_place found; /* by the query that is answered */
};

/* Everything on sale and everybody who sells, as of a moment. */
struct catalogue {
	struct arena arena;
	struct item *items;
	size_t items_count;
	struct account *sellers; /* by id */
	size_t sellers_count;
	bool words_made;
};

/* NULL when memory ended. */
struct catalogue *catalogue_new(void);
/* NULL-safe; returns NULL. */
struct catalogue *catalogue_free(struct catalogue *catalogue);

/* ERR_PROTOCOL, ERR_MEMORY. */
bool catalogue_read_products(struct catalogue *catalogue, const struct transfer_answer *answer, struct err *err);
bool catalogue_read_sellers(struct catalogue *catalogue, const struct transfer_answer *answer, struct err *err);
bool catalogue_join(struct catalogue *catalogue, struct err *err);
bool catalogue_make_words(struct catalogue *catalogue, struct err *err);

/* NULL when it has none of this id. */
const struct item *catalogue_find(const struct catalogue *catalogue, const char *id);
const struct account *catalogue_seller(const struct catalogue *catalogue, const char *id);

#endif
