/* search.h: by which words a product is found, and how well: one tokenizer and one order for every store and for the
 * client.
 *
 * A text is folded as people type: without case, accents, strokes, ligatures and width. Then it is cut into chunks at
 * blanks and signs, and a chunk into words at the signs that join ("A-100/B", "men's"): it is found by each word and by
 * all of them written as one.
 *
 * A product's place for a query is the place of the query's worst word; the lower, the better. What a chunk of the
 * query joins counts as one word where that is better. Nothing here knows how a store keeps what it is told.
 */
#ifndef VITRINE_MODELS_SEARCH_H
#define VITRINE_MODELS_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "models/limits.h"

enum search_place {
	SEARCH_NAME,           /* the query is the whole name */
	SEARCH_NAME_WORD,      /* stands whole in the name */
	SEARCH_NAME_BEGINNING, /* begins a word of the name */
	SEARCH_BELONGS,        /* begins a word of the category or of the seller's name */
	SEARCH_DESCRIPTION,    /* stands whole in the description */
	SEARCH_PLACES,         /* nowhere */
};

enum {
	SEARCH_WORD_MAX = 48,           /* bytes of a word that count, cut at a character */
	SEARCH_CHUNK_WORDS = 16,        /* a chunk of more words ends early */
	SEARCH_DESCRIPTION_WORDS = 200, /* of a description, the first ones count */
	SEARCH_QUERY_WORDS = 2 * LIMIT_QUERY_WORDS + 1, /* of a query, with those that join others */
};

/* Not terminated; lives as long as the arena it was made in. */
struct search_word {
	const char *text;
	size_t length; /* 1 to SEARCH_WORD_MAX */
};

struct search_chunk {
	struct search_word words[SEARCH_CHUNK_WORDS];
	size_t count;
	struct search_word joined; /* all of them as one; of one word, itself */
};

/* The text as it is compared, in valid UTF-8; once is enough. NULL when memory ended or the text is ill-formed. */
char *search_fold(struct arena *arena, const char *text);

/* Calls `chunk` for each chunk, in order, until it returns false. False when memory ended or the text is ill-formed. */
typedef bool search_chunk_fn(void *context, const struct search_chunk *chunk);
bool search_chunks(struct arena *arena, const char *text, search_chunk_fn *chunk, void *context);

/* What two texts share that have the same words in the same chunks; "" for a text without words. NULL as above. */
char *search_whole(struct arena *arena, const char *text);

/* What of a product is searched; NULL: nothing. */
struct search_product {
	const char *name, *category, *seller_name, *description;
};

/* Calls `term` for all that an index keeps of a product, each once, until it returns false: the place (a digit) and the
 * word that has it, "1coffee", "2cof"; "0" is followed by search_whole of the name. A word is told with its best place
 * only. False when memory ended or `term` returned false. */
typedef bool search_term_fn(void *context, const char *term, size_t length);
bool search_terms(struct arena *arena, const struct search_product *product, search_term_fn *term, void *context);

/* What is asked for. A unit is a chunk of the query: it is met by all its words, or by one word that joins them. */
struct search_unit {
	uint32_t words; /* bit i: words[i] */
	int joined;     /* an index into words; -1 when the chunk is a single word */
};
struct search_query {
	const char *whole; /* search_whole of what was typed */
	struct search_word words[SEARCH_QUERY_WORDS];
	size_t words_count;
	struct search_unit units[LIMIT_QUERY_WORDS];
	size_t units_count; /* 0: it finds nothing */
};

/* ERR_INVALID at "q" when there are more than LIMIT_QUERY_WORDS different words; ERR_MEMORY. */
bool search_query_read(struct arena *arena, const char *q, struct search_query *ret_query, struct err *err);

/* The place of one product among those that a query finds, or SEARCH_PLACES. `scratch` is used, not reset. False when
 * memory ended. */
bool search_find(const struct search_query *query, const struct search_product *product, struct arena *scratch,
		 enum search_place *ret_place);

/* The same in three steps, for who keeps the words of products: all words nowhere at first; what a word of a product
 * does for them, where `kind` is the best that can come of it (SEARCH_NAME_WORD, SEARCH_BELONGS or SEARCH_DESCRIPTION);
 * and what comes of it, the whole name left out. */
struct search_match {
	const struct search_query *query;
	uint8_t places[SEARCH_QUERY_WORDS];
};
struct search_match search_match_begin(const struct search_query *query);
void search_match_word(struct search_match *match, enum search_place kind, struct search_word word);
enum search_place search_match_place(const struct search_match *match);

#endif
