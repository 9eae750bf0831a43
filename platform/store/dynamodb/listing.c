/* What every way of listing products stands on: which lists there are, and products that are looked at. */
#include "platform/store/dynamodb/listing.h"

#include <stdlib.h>
#include <string.h>

#include "platform/store/dynamodb/search.h"

/* At least so many are read at a time once one was refused, so that the last row of a page isn't looked for one by
 * one. */
enum { LOOK_LEAST = 25 };

static bool is_by_price(const struct listing *listing)
{
	return listing->order >= SORT_PRICE;
}

static struct walk_key end_of(const struct listing *listing, bool greatest)
{
	const char *id = greatest ? walk_greatest_id : walk_least_id;

	return is_by_price(listing) ? walk_key_price(greatest ? listing->greatest_price : listing->least_price, id)
				    : walk_key_id(id);
}

struct walk_key ddb_list_first(const struct listing *listing)
{
	return end_of(listing, listing->down);
}

struct walk_key ddb_list_last(const struct listing *listing)
{
	return end_of(listing, !listing->down);
}

struct walk ddb_list_walk_ids(struct listing *listing)
{
	return walk_new(listing->store, &listing->scratch, true, walk_key_id(walk_least_id));
}

/* ---- lists ---- */

static enum ddb_listing narrowest(const struct listing *listing)
{
	return listing->query->seller_id ? DDB_SELLER : listing->category_key ? DDB_CATEGORY : DDB_ALL;
}

struct walk_node *ddb_list_list(struct listing *listing, struct walk *walk, enum ddb_listing along, bool by_price,
				size_t first)
{
	const char *of = along == DDB_SELLER ? listing->query->seller_id : listing->category_key;
	const char *pk = by_price ? ddb_pk_price(walk->arena, along, of) : ddb_pk_newest(walk->arena, along, of);

	return walk_list(walk, listing->in_stock && pk ? ddb_pk_in_stock(walk->arena, pk) : pk, 0, first);
}

static int compare_newest(const void *a, const void *b)
{
	return strcmp(((const struct walk_key *)b)->text, ((const struct walk_key *)a)->text);
}

/* The products of the range of prices, newest first, where they are few enough. */
static bool gather_range(struct listing *listing, struct err *err)
{
	struct walk_key from = walk_key_price(listing->least_price, walk_least_id);
	struct walk walk = walk_new(listing->store, &listing->scratch, false,
				    walk_key_price(listing->greatest_price, walk_greatest_id));
	struct walk_node *list = ddb_list_list(listing, &walk, narrowest(listing), true, LISTING_GATHER + 1);
	struct walk_key *keys = arena_array(&listing->scratch, LISTING_GATHER, sizeof *keys);
	struct walk_spot spot = {.state = WALK_END};
	size_t count = 0;

	if (!keys)
		return err_memory(err, "listing products");
	do {
		if (!walk_seek(&walk, list, &from, &spot, err))
			return false;
		if (spot.state == WALK_UNKNOWN || (spot.state == WALK_FOUND && count == LISTING_GATHER))
			return true;
		if (spot.state == WALK_FOUND)
			keys[count++] = walk_key_id(walk_key_to_id(&spot.key));
		from = spot.key;
	} while (spot.state == WALK_FOUND && walk_step(false, &from));
	qsort(keys, count, sizeof *keys, compare_newest);
	listing->range = keys;
	listing->range_count = count;
	return true;
}

static void add_list(struct listing *listing, struct walk *walk, struct walk_node *all, enum ddb_listing along,
		     bool in_range)
{
	/* One row more than the page has: then it is known whether that is all. */
	const size_t first = listing->searches ? 0 : listing->page.limit + 1;
	struct walk_node *list = ddb_list_list(listing, walk, along, false, first);

	if (in_range)
		walk_list_prices(list, listing->least_price, listing->greatest_price);
	if (listing->searches)
		walk_may_drop(list);
	walk_add(all, list);
}

bool ddb_list_filter(struct listing *listing, struct walk *walk, struct walk_node *all, struct err *err)
{
	const enum ddb_listing along = narrowest(listing);

	if (listing->ranged && !listing->range_tried && !gather_range(listing, err))
		return false;
	listing->range_tried = true;
	if (listing->range)
		walk_add(all, walk_known(walk, listing->range, listing->range_count));
	else if (!listing->searches || along != DDB_ALL || listing->in_stock)
		add_list(listing, walk, all, along, listing->ranged);
	if (along == DDB_SELLER && listing->category_key)
		add_list(listing, walk, all, DDB_CATEGORY, false);
	return true;
}

/* ---- products ---- */

static bool words_fit(struct listing *listing, const struct product *product, enum search_place place, bool *ret_fits,
		      struct err *err)
{
	const struct search_product texts = {.name = product->name,
					     .category = product->category,
					     .seller_name = product->seller_name,
					     .description = product->description};
	enum search_place found;

	if (!search_find(&listing->words, &texts, &listing->looked, &found))
		return err_memory(err, "listing products");
	*ret_fits = place == SEARCH_PLACES ? found < SEARCH_PLACES : found == place;
	return true;
}

/* Is the product what the lists said, and what is asked for? */
static bool fits(struct listing *listing, const struct ddb_product *found, const struct listing_spot *spot,
		 bool *ret_fits, struct err *err)
{
	const struct product *product = &found->product;
	const struct product_query *query = listing->query;

	*ret_fits = found->found && !found->gone &&
		    (!is_by_price(listing) || product->price == walk_key_to_price(&spot->key)) &&
		    product->price >= listing->least_price && product->price <= listing->greatest_price &&
		    (!listing->in_stock || product->stock > 0) &&
		    (!query->seller_id || !strcmp(product->seller_id, query->seller_id)) &&
		    (!listing->category_key || !strcmp(found->category_key, listing->category_key));
	return !*ret_fits || !listing->searches || words_fit(listing, product, spot->place, ret_fits, err);
}

/* A copy that lives as long as the answer. */
static bool take(struct listing *listing, const struct product *product, struct err *err)
{
	struct product *taken = &listing->products[listing->count];
	const char **const texts[] = {&taken->id,	&taken->name,	   &taken->description,
				      &taken->category, &taken->seller_id, &taken->seller_name};

	*taken = *product;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (*texts[i] && !(*texts[i] = arena_strdup(listing->arena, *texts[i])))
			return err_memory(err, "listing products");
	listing->count++;
	return true;
}

/* Looks at some products and takes those that fit until the page is full; *ret_seen: so many of them. */
static bool look(struct listing *listing, const struct listing_spot *spots, size_t count, size_t *ret_seen,
		 struct err *err)
{
	struct ddb_product *found;
	const char **ids;
	size_t seen = 0;

	arena_reset(&listing->looked);
	found = arena_array(&listing->looked, count, sizeof *found);
	ids = arena_array(&listing->looked, count, sizeof *ids);
	if (!found || !ids)
		return err_memory(err, "listing products");
	for (size_t i = 0; i < count; i++)
		ids[i] = walk_key_to_id(&spots[i].key);
	if (!ddb_products_read(listing->store, ids, count, false, &listing->looked, found, err))
		return false;
	listing->looks += count;
	for (; seen < count && listing->count < listing->page.limit; seen++) {
		bool fit;

		if (!fits(listing, &found[seen], &spots[seen], &fit, err) ||
		    (fit && !take(listing, &found[seen].product, err)))
			return false;
	}
	*ret_seen = seen;
	return true;
}

/* How many to look at next; 0: the page is at its end. */
static size_t wanted(const struct listing *listing)
{
	size_t room = listing->page.limit - listing->count, left = LISTING_LOOKED - listing->looks;

	if (!room)
		return 0;
	if (listing->looks && room < LOOK_LEAST)
		room = LOOK_LEAST;
	return room < left ? room : left;
}

static void end_page(struct listing *listing, const struct listing_spot *next)
{
	listing->more = true;
	listing->next = *next;
}

/* ---- filling the page ---- */

/* The next of what a walk finds, `most` at most. *ret_state is WALK_FOUND while there may be more, which *at then is
 * before. */
static bool find_some(struct listing *listing, struct walk *walk, struct walk_node *node, size_t most,
		      struct listing_spot *at, struct listing_spot *spots, size_t *ret_count,
		      enum walk_state *ret_state, struct err *err)
{
	struct walk_spot spot = {.state = WALK_FOUND};
	size_t count = 0;

	while (count < most && spot.state == WALK_FOUND) {
		if (!walk_seek(walk, node, &at->key, &spot, err))
			return false;
		if (spot.state == WALK_END)
			break;
		at->key = spot.key;
		if (spot.state == WALK_UNKNOWN)
			break;
		/* What the index has at a better place was listed there. */
		if (!listing->searches || at->place == SEARCH_PLACES || spot.place == at->place)
			spots[count++] = *at;
		if (!walk_step(walk->down, &at->key))
			spot.state = WALK_END;
	}
	*ret_count = count;
	*ret_state = spot.state;
	return true;
}

bool ddb_list_fill(struct listing *listing, struct walk *walk, struct walk_node *node, const struct listing_spot *from,
		  struct err *err)
{
	struct listing_spot *spots = arena_array(&listing->scratch, LIMIT_PAGE, sizeof *spots);
	struct listing_spot at = *from;
	enum walk_state state = WALK_FOUND;

	if (!spots)
		return err_memory(err, "listing products");
	while (!listing->more) {
		const size_t most = wanted(listing);
		size_t count, seen = 0;

		if (state != WALK_FOUND)
			break;
		if (!find_some(listing, walk, node, most ? most : 1, &at, spots, &count, &state, err) ||
		    (most && count && !look(listing, spots, count, &seen, err)))
			return false;
		if (seen < count)
			end_page(listing, &spots[seen]);
	}
	if (!listing->more && state == WALK_UNKNOWN)
		end_page(listing, &at);
	return true;
}

bool ddb_list_pick(struct listing *listing, const struct listing_spot *spots, size_t count, struct err *err)
{
	size_t at = 0;

	while (at < count && !listing->more) {
		size_t most = wanted(listing), seen = 0;

		if (!most) {
			end_page(listing, &spots[at]);
			return true;
		}
		if (!look(listing, &spots[at], most < count - at ? most : count - at, &seen, err))
			return false;
		at += seen;
	}
	return true;
}
