/* Listing products.
 *
 * Without words a listing is a walk along the one list that is sorted as is asked for: everything, a category, or a
 * seller (both: what is in the two). What is asked to be in stock has lists of its own. By date within a range of
 * prices, the range is read whole and sorted where it holds few products; where it holds many, a page is full soon.
 * Words by price go the same two ways.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/normal.h"
#include "platform/store/dynamodb/listing.h"

enum { SCRATCH_MAX = 16 * 1024 * 1024 };

static bool is_given(const struct product_query *query, const char *member)
{
	return shape_given(&product_query_shape, query, member);
}

/* ---- places ---- */

/* *ret_any false: nothing comes after the place. */
static bool read_place(struct listing *listing, bool *ret_any, struct err *err)
{
	const char *id = listing->page.after;
	struct walk_key key, last = ddb_list_last(listing);
	int64_t number = 0;

	listing->from.key = ddb_list_first(listing);
	*ret_any = true;
	if (!id)
		return true;
	if (!list_rule_product(listing->order, id, &number, &id, err))
		return false;
	if (listing->order == SORT_BEST)
		listing->from.place = (enum search_place)number;
	if (listing->order == SORT_BEST && !*id)
		return true;
	if (!id_valid(id))
		return list_rule_no_place(err);
	key = listing->order >= SORT_PRICE ? walk_key_price(number, id) : walk_key_id(id);
	*ret_any = walk_step(listing->down, &key) && !walk_before(listing->down, &last, &key);
	if (walk_before(listing->down, &listing->from.key, &key))
		listing->from.key = key;
	return true;
}

/* The place before the row that comes next. */
static const char *place_text(const struct listing *listing)
{
	struct walk_key key = listing->next.key;
	const bool behind = walk_step(!listing->down, &key);
	const char *id = behind ? walk_key_to_id(&key) : "";

	switch (listing->order) {
	case SORT_BEST:
		return arena_printf(listing->arena, "%d,%s", (int)listing->next.place, id);
	case SORT_NEWEST:
		return arena_strdup(listing->arena, id);
	default:
		return arena_printf(listing->arena, "%" PRId64 ",%s", walk_key_to_price(&key), id);
	}
}

/* ---- by date ---- */

static bool list_newest(struct listing *listing, struct err *err)
{
	struct walk walk = ddb_list_walk_ids(listing);
	struct walk_node *all = walk_all(&walk);

	if (listing->searches)
		walk_add(all, ddb_list_words(listing, &walk, SEARCH_DESCRIPTION, false));
	listing->from.place = SEARCH_PLACES;
	return ddb_list_filter(listing, &walk, all, err) && ddb_list_fill(listing, &walk, all, &listing->from, err);
}

/* ---- by price ---- */

static bool walk_prices(struct listing *listing, struct err *err)
{
	struct walk walk = walk_new(listing->store, &listing->scratch, listing->down, ddb_list_last(listing));
	struct walk_node *all = walk_all(&walk);
	const size_t first = listing->page.limit + 1;

	if (listing->query->seller_id)
		walk_add(all, ddb_list_list(listing, &walk, DDB_SELLER, true, first));
	if (listing->category_key)
		walk_add(all, ddb_list_list(listing, &walk, DDB_CATEGORY, true, first));
	if (!listing->query->seller_id && !listing->category_key)
		walk_add(all, ddb_list_list(listing, &walk, DDB_ALL, true, first));
	return ddb_list_fill(listing, &walk, all, &listing->from, err);
}

static int compare_price(const void *a, const void *b)
{
	return strcmp(((const struct listing_spot *)a)->key.text, ((const struct listing_spot *)b)->key.text);
}

static int compare_price_down(const void *a, const void *b)
{
	return compare_price(b, a);
}

/* Gives what was gathered keys by price; what is out of the range or behind the page goes. *count: how many are
 * left. */
static bool add_prices(struct listing *listing, struct listing_spot *spots, size_t *count, struct err *err)
{
	struct ddb_hot *hots = arena_array(&listing->scratch, *count + 1, sizeof *hots);
	const char **ids = arena_array(&listing->scratch, *count + 1, sizeof *ids);
	const struct walk_key last = ddb_list_last(listing);
	size_t kept = 0;

	if (!hots || !ids)
		return err_memory(err, "listing products");
	for (size_t i = 0; i < *count; i++)
		ids[i] = walk_key_to_id(&spots[i].key);
	if (!ddb_hots_read(listing->store, ids, *count, false, &listing->scratch, hots, err))
		return false;
	for (size_t i = 0; i < *count; i++) {
		struct listing_spot spot = {SEARCH_PLACES,
					    walk_key_price(hots[i].price, walk_key_to_id(&spots[i].key))};

		if (hots[i].found && !hots[i].archived && !walk_before(listing->down, &spot.key, &listing->from.key) &&
		    !walk_before(listing->down, &last, &spot.key))
			spots[kept++] = spot;
	}
	*count = kept;
	return true;
}

static bool list_price(struct listing *listing, struct err *err)
{
	struct listing_spot *spots = NULL;
	size_t count = 0;

	listing->from.place = SEARCH_PLACES;
	if (listing->searches && !ddb_list_gather(listing, &spots, &count, err))
		return false;
	if (!spots)
		return walk_prices(listing, err);
	if (!add_prices(listing, spots, &count, err))
		return false;
	qsort(spots, count, sizeof *spots, listing->down ? compare_price_down : compare_price);
	return ddb_list_pick(listing, spots, count, err);
}

/* ---- the listing ---- */

static bool fill_page(struct listing *listing, struct err *err)
{
	if (listing->order >= SORT_PRICE)
		return list_price(listing, err);
	if (listing->order == SORT_BEST && listing->searches && listing->from.place < SEARCH_PLACES)
		return ddb_list_best(listing, err);
	return list_newest(listing, err);
}

static bool list(struct listing *listing, struct err *err)
{
	const struct product_query *query = listing->query;
	bool any;

	if (!read_place(listing, &any, err))
		return false;
	if (query->category && !(listing->category_key = normal_category_key(&listing->scratch, query->category)))
		return err_memory(err, "listing products");
	if (!any || listing->least_price > listing->greatest_price ||
	    (listing->searches && !listing->words.units_count))
		return true;
	return fill_page(listing, err);
}

bool dynamodb_product_list(struct store *store, const struct product_query *query, struct store_page page,
			   struct arena *arena, struct product_page *ret_page, const char **ret_next, struct err *err)
{
	const bool least = is_given(query, "min_price"), greatest = is_given(query, "max_price");
	struct listing listing = {.store = ddb_of(store),
				  .query = query,
				  .page = page,
				  .arena = arena,
				  .order = product_order(query),
				  .searches = query->q,
				  .in_stock = is_given(query, "in_stock") && query->in_stock,
				  .ranged = least || greatest,
				  .least_price = least && query->min_price > 0 ? query->min_price : 0,
				  .greatest_price =
				      greatest && query->max_price < LIMIT_PRICE ? query->max_price : LIMIT_PRICE};
	const char *next = NULL;

	listing.down = listing.order != SORT_PRICE;
	if (!list_rule_page(page, err) || (query->q && !search_query_read(arena, query->q, &listing.words, err)))
		return false;
	listing.products = arena_array(arena, page.limit, sizeof *listing.products);
	if (!listing.products)
		return err_memory(err, "listing products");
	arena_init(&listing.scratch, SCRATCH_MAX);
	arena_init(&listing.looked, SCRATCH_MAX);
	bool done = list(&listing, err);
	if (done && listing.more && !(next = place_text(&listing)))
		done = err_memory(err, "listing products");
	arena_done(&listing.looked);
	arena_done(&listing.scratch);
	if (!done)
		return false;
	*ret_page = (struct product_page){.products = listing.products, .products_count = listing.count};
	*ret_next = next;
	return true;
}
