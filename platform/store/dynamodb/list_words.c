/* What words find: the lists of the index, put together as the query is. */
#include <string.h>

#include "platform/store/dynamodb/listing.h"

static const char *pk_of(struct walk *walk, enum search_place place, const char *text, size_t length)
{
	const char *term = arena_printf(walk->arena, "%u%.*s", (unsigned)place, (int)length, text);

	return term ? ddb_key_posting(walk->arena, term, length + 1, "").pk : NULL;
}

/* Where a word stands at one of these places. A product has each word at one place only, its best. */
static struct walk_node *find_word(struct walk *walk, const struct search_word *word, enum search_place from,
				   enum search_place last)
{
	struct walk_node *any = walk_any(walk);

	for (enum search_place place = from; place <= last; place++)
		walk_add(any, walk_list(walk, pk_of(walk, place, word->text, word->length), place, 0));
	return any;
}

/* All words of a unit, or the one that joins them. */
static struct walk_node *find_unit(struct listing *listing, struct walk *walk, const struct search_unit *unit,
				   enum search_place last)
{
	const struct search_query *words = &listing->words;
	struct walk_node *all = walk_all(walk), *any;

	for (size_t i = 0; i < words->words_count; i++)
		if (unit->words >> i & 1)
			walk_add(all, find_word(walk, &words->words[i], SEARCH_NAME_WORD, last));
	if (unit->joined < 0)
		return all;
	any = walk_any(walk);
	walk_add(any, all);
	walk_add(any, find_word(walk, &words->words[unit->joined], SEARCH_NAME_WORD, last));
	return any;
}

static bool is_one_word(const struct listing *listing)
{
	return listing->words.words_count == 1;
}

struct walk_node *ddb_list_words(struct listing *listing, struct walk *walk, enum search_place last, bool exact)
{
	const struct search_query *words = &listing->words;
	struct walk_node *all = walk_all(walk), *here;

	if (exact && is_one_word(listing)) {
		walk_add(all, find_word(walk, &words->words[0], last, last));
		return all;
	}
	for (size_t i = 0; i < words->units_count; i++)
		walk_add(all, find_unit(listing, walk, &words->units[i], last));
	if (exact && last > SEARCH_NAME_WORD) {
		here = walk_any(walk);
		for (size_t i = 0; i < words->words_count; i++)
			walk_add(here, find_word(walk, &words->words[i], last, last));
		walk_add(all, here);
	}
	return all;
}

struct walk_node *ddb_list_named(struct listing *listing, struct walk *walk)
{
	const char *whole = listing->words.whole;

	return walk_list(walk, pk_of(walk, SEARCH_NAME, whole, strlen(whole)), SEARCH_NAME, 0);
}

bool ddb_list_gather(struct listing *listing, struct listing_spot **ret_spots, size_t *ret_count, struct err *err)
{
	struct walk walk = ddb_list_walk_ids(listing);
	struct walk_node *all = walk_all(&walk), *any = walk_any(&walk);
	struct listing_spot *spots = arena_array(&listing->scratch, LISTING_GATHER, sizeof *spots);
	struct walk_key from = walk_key_id(walk_greatest_id);
	struct walk_spot spot = {.state = WALK_FOUND};
	size_t count = 0;

	if (!spots)
		return err_memory(err, "listing products");
	walk_add(any, ddb_list_words(listing, &walk, SEARCH_DESCRIPTION, false));
	walk_add(any, ddb_list_named(listing, &walk));
	walk_add(all, any);
	if (!ddb_list_filter(listing, &walk, all, err))
		return false;
	while (spot.state == WALK_FOUND && count < LISTING_GATHER) {
		if (!walk_seek(&walk, all, &from, &spot, err))
			return false;
		if (spot.state == WALK_FOUND)
			spots[count++] = (struct listing_spot){(enum search_place)spot.place, spot.key};
		from = spot.key;
		if (spot.state == WALK_FOUND && !walk_step(true, &from))
			spot.state = WALK_END;
	}
	*ret_spots = spot.state == WALK_END ? spots : NULL;
	*ret_count = count;
	return true;
}
