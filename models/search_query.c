/* What a query asks for, and how well a product meets it. */
#include <string.h>

#include "models/search.h"

/* ---- reading a query ---- */

struct reader {
	struct arena *arena;
	struct search_query query;
	size_t typed; /* words that are not joined of others */
	bool too_many;
};

static bool same(struct search_word a, struct search_word b)
{
	return a.length == b.length && !memcmp(a.text, b.text, a.length);
}

/* The word's index, added when it is new; -1 when it is one word too many. `typed`: not joined of others. */
static int take_word(struct reader *reader, struct search_word word, bool typed)
{
	struct search_query *query = &reader->query;

	for (size_t i = 0; i < query->words_count; i++)
		if (same(query->words[i], word))
			return (int)i;
	if (typed && reader->typed++ == LIMIT_QUERY_WORDS)
		return -1;
	query->words[query->words_count] = word;
	return (int)query->words_count++;
}

static bool has_unit(const struct search_query *query, struct search_unit unit)
{
	for (size_t i = 0; i < query->units_count; i++)
		if (query->units[i].words == unit.words && query->units[i].joined == unit.joined)
			return true;
	return false;
}

/* There are never more joined words than units, but for the one that is one too many. */
static bool take_chunk(void *context, const struct search_chunk *chunk)
{
	struct reader *reader = context;
	struct search_query *query = &reader->query;
	struct search_unit unit = {.joined = -1};

	for (size_t i = 0; i < chunk->count; i++) {
		int word = take_word(reader, chunk->words[i], true);

		if (word < 0)
			return reader->too_many = true, false;
		unit.words |= UINT32_C(1) << word;
	}
	if (chunk->count > 1)
		unit.joined = take_word(reader, chunk->joined, false);
	if (has_unit(query, unit))
		return true;
	if (query->units_count == LIMIT_QUERY_WORDS)
		return reader->too_many = true, false;
	query->units[query->units_count++] = unit;
	return true;
}

bool search_query_read(struct arena *arena, const char *q, struct search_query *ret_query, struct err *err)
{
	struct reader reader = {.arena = arena};

	if (!search_chunks(arena, q, take_chunk, &reader) || !(reader.query.whole = search_whole(arena, q)))
		return err_memory(err, "searching");
	if (reader.too_many)
		return err_set(err, ERR_INVALID, "A search has %d words at most", LIMIT_QUERY_WORDS) ||
		       err_at(err, "q");
	*ret_query = reader.query;
	return true;
}

/* ---- meeting it ---- */

struct search_match search_match_begin(const struct search_query *query)
{
	struct search_match match = {.query = query};

	memset(match.places, SEARCH_PLACES, sizeof match.places);
	return match;
}

void search_match_word(struct search_match *match, enum search_place kind, struct search_word word)
{
	for (size_t i = 0; i < match->query->words_count; i++) {
		const struct search_word *asked = &match->query->words[i];
		enum search_place place = kind;

		if (asked->length > word.length || memcmp(asked->text, word.text, asked->length) != 0)
			continue;
		if (asked->length < word.length) {
			if (kind == SEARCH_DESCRIPTION)
				continue;
			place = kind == SEARCH_NAME_WORD ? SEARCH_NAME_BEGINNING : kind;
		}
		if (place < match->places[i])
			match->places[i] = (uint8_t)place;
	}
}

enum search_place search_match_place(const struct search_match *match)
{
	enum search_place worst = SEARCH_NAME;

	for (size_t i = 0; i < match->query->units_count; i++) {
		const struct search_unit *unit = &match->query->units[i];
		enum search_place place = SEARCH_NAME;

		for (size_t word = 0; word < match->query->words_count; word++)
			if (unit->words >> word & 1 && match->places[word] > place)
				place = match->places[word];
		if (unit->joined >= 0 && match->places[unit->joined] < place)
			place = match->places[unit->joined];
		if (place > worst)
			worst = place;
	}
	return match->query->units_count ? worst : SEARCH_PLACES;
}

struct finder {
	struct search_match match;
	enum search_place kind;
	size_t most; /* how many words more */
};

static bool match_chunk(void *context, const struct search_chunk *chunk)
{
	struct finder *finder = context;

	for (size_t i = 0; i < chunk->count; i++) {
		if (!finder->most--)
			return false;
		search_match_word(&finder->match, finder->kind, chunk->words[i]);
	}
	if (chunk->count > 1)
		search_match_word(&finder->match, finder->kind, chunk->joined);
	return true;
}

bool search_find(const struct search_query *query, const struct search_product *product, struct arena *scratch,
		 enum search_place *ret_place)
{
	const struct {
		const char *text;
		enum search_place kind;
		size_t most;
	} rows[] = {
	    {product->name, SEARCH_NAME_WORD, SIZE_MAX},
	    {product->category, SEARCH_BELONGS, SIZE_MAX},
	    {product->seller_name, SEARCH_BELONGS, SIZE_MAX},
	    {product->description, SEARCH_DESCRIPTION, SEARCH_DESCRIPTION_WORDS},
	};
	struct finder finder = {.match = search_match_begin(query)};
	enum search_place place = SEARCH_PLACES;

	for (size_t i = 0; i < sizeof rows / sizeof *rows && place > rows[i].kind; i++) {
		finder.kind = rows[i].kind;
		finder.most = rows[i].most;
		if (rows[i].text && !search_chunks(scratch, rows[i].text, match_chunk, &finder))
			return false;
		place = search_match_place(&finder.match);
	}
	if (place == SEARCH_NAME_WORD) {
		const char *whole = search_whole(scratch, product->name);
		if (!whole)
			return false;
		if (!strcmp(whole, query->whole))
			place = SEARCH_NAME;
	}
	*ret_place = place;
	return true;
}
