/* Listing products in the order `best`: place by place, within a place newest first.
 *
 * What several words find is gathered and sorted where it is little, since a product's place is known only once all of
 * them were looked for. One word has a list for each place as it is. So it goes, too, where words find much: then a
 * page is full soon.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/store/dynamodb/listing.h"

static int compare_best(const void *a, const void *b)
{
	const struct listing_spot *one = a, *other = b;

	return one->place != other->place ? (one->place > other->place) - (one->place < other->place)
					  : strcmp(other->key.text, one->key.text);
}

static bool walk_place(struct listing *listing, struct walk *walk, const struct listing_spot *from, struct err *err)
{
	struct walk_node *all = walk_all(walk);

	walk_add(all, from->place == SEARCH_NAME ? ddb_list_named(listing, walk)
						 : ddb_list_words(listing, walk, from->place, true));
	return ddb_list_filter(listing, walk, all, err) && ddb_list_fill(listing, walk, all, from, err);
}

static bool walk_places(struct listing *listing, struct err *err)
{
	struct walk walk = ddb_list_walk_ids(listing);
	struct listing_spot at = listing->from;

	for (; at.place < SEARCH_PLACES && !listing->more; at.place++) {
		if (!walk_place(listing, &walk, &at, err))
			return false;
		at.key = ddb_list_first(listing);
	}
	return true;
}

static bool pick(struct listing *listing, struct listing_spot *spots, size_t count, struct err *err)
{
	size_t passed = 0;

	qsort(spots, count, sizeof *spots, compare_best);
	while (passed < count && compare_best(&spots[passed], &listing->from) < 0)
		passed++;
	return ddb_list_pick(listing, spots + passed, count - passed, err);
}

bool ddb_list_best(struct listing *listing, struct err *err)
{
	struct listing_spot *spots = NULL;
	size_t count = 0;

	if (listing->words.words_count > 1 && !ddb_list_gather(listing, &spots, &count, err))
		return false;
	return spots ? pick(listing, spots, count, err) : walk_places(listing, err);
}
