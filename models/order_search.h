/* order_search.h: is a purchase, or a sale, one that somebody looks for? By its number, or by what was bought. The same
 * in every store.
 */
#ifndef VITRINE_MODELS_ORDER_SEARCH_H
#define VITRINE_MODELS_ORDER_SEARCH_H

#include "models/search.h"

struct order_search {
	char number[65]; /* "": what is looked for is no number */
	struct search_query words;
};

/* Reads what was typed; the words live in the arena. Without a letter or a digit it finds nothing. ERR_INVALID at "q"
 * when there are more than LIMIT_QUERY_WORDS words, ERR_MEMORY. */
bool order_search_read(const char *q, struct arena *arena, struct order_search *ret_search, struct err *err);

/* Is this the number of that id: all of it, or its last four characters or more? */
bool order_search_is_number(const struct order_search *search, const char *id);

/* Does each of the words begin a word of the name? `scratch` is reset. *ret_found is set unless memory ended. */
bool order_search_in_name(const struct order_search *search, const char *name, struct arena *scratch, bool *ret_found,
			  struct err *err);

#endif
