/* search_former.h: the index of a file from before, which answers until the present one is built. See search.h.
 */
#ifndef VITRINE_PLATFORM_STORE_SQLITE_SEARCH_FORMER_H
#define VITRINE_PLATFORM_STORE_SQLITE_SEARCH_FORMER_H

#include "platform/store/sqlite/internal.h"

/* The words of a query, folded, each once, those that begin another left out. */
struct former_words {
	size_t count;
	struct {
		const char *text;
		size_t length;
	} list[LIMIT_QUERY_WORDS];
};

/* ERR_INVALID when there are more than LIMIT_QUERY_WORDS different ones. */
bool former_query(struct arena *arena, const char *q, struct former_words *ret_words, struct err *err);

/* The expression that finds products with these words, in this category and of this seller (NULL, 0: of any). */
const char *former_expression(struct arena *arena, const struct former_words *words, const char *category,
			      int64_t seller, struct err *err);

/* Does every word begin a word of one of the texts? `scratch` is reset. *ret_match is set unless memory ended. */
bool former_matches(const struct former_words *words, const char *const *texts, size_t texts_count,
		    struct arena *scratch, bool *ret_match, struct err *err);

bool former_add(struct db_connection *connection, const struct product_row *row, struct err *err);
bool former_remove(struct db_connection *connection, const struct product_row *row, struct err *err);

#endif
