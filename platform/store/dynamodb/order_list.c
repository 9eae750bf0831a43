/* Listing purchases and sales, the newest first.
 *
 * A client's purchases are one partition; a seller's sales are spread over several, which are walked side by side: the
 * greatest id that any of them has next is the next row. Where one has given nothing, since nothing of what was looked
 * at fits, only what is newer than the place it came to is known. A page looks at a bounded number of rows: then it
 * stays short, and the next one goes on from the place up to which all is known.
 */
#include <assert.h>
#include <string.h>

#include "platform/store/dynamodb/order.h"

enum { SCRATCH_MAX = 1024 * 1024, SPARE = 3 /* rows more than an even spread would need */ };

/* A walk along one partition. */
struct lane {
	struct dynamo_items page; /* what was read last */
	size_t taken;		  /* rows of it */
	const char *place;	  /* the sort key behind which to read on */
	bool reading, ended;	  /* has a page; nothing follows it */
};

struct listing {
	const struct ddb_orders *orders;
	const struct order_search *search; /* NULL: every row is taken */
	struct arena names, scratch;       /* of the row that is being looked at */
	size_t limit, piece;               /* rows of the page; that are asked for at a time */
	struct lane lanes[DDB_SALE_SHARDS];
	char *rows;
	struct dynamo_key *deliveries; /* of each row, then the owner's account */
	size_t count, seen;
	const char *last; /* sort key of the last row that was looked at, or up to which all lanes are known */
};

/* ---- lanes ---- */

static const char *sort_key(const cJSON *item)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(item, "sk"), "S");

	return cJSON_IsString(text) ? text->valuestring : "";
}

static const cJSON *lane_next(const struct lane *lane)
{
	return lane->reading && lane->taken < lane->page.count ? lane->page.items[lane->taken] : NULL;
}

static void lane_done(struct lane *lane)
{
	if (lane->reading)
		dynamo_items_done(&lane->page);
	lane->reading = false;
}

static bool lane_read(struct listing *listing, size_t index, struct err *err)
{
	const struct ddb_orders *orders = listing->orders;
	struct lane *lane = &listing->lanes[index];
	const struct attr status = ATTR_NUMBER("st", orders->status);
	const bool filtered = orders->status >= 0;
	const struct dynamo_query query = {.pk = orders->partitions[index],
					   .begins = *orders->prefix ? orders->prefix : NULL,
					   .after = lane->place,
					   .down = true,
					   .limit = listing->piece,
					   .consistent = orders->consistent,
					   .filter = filtered ? "#st = :st" : NULL,
					   .values = &status,
					   .values_count = filtered};

	lane_done(lane);
	if (!dynamo_query(orders->store->dynamo, &query, orders->arena, &lane->page, err))
		return false;
	lane->reading = true;
	lane->taken = 0;
	lane->ended = !lane->page.next_sk;
	listing->seen += lane->ended ? lane->page.count : listing->piece;
	if (!lane->ended)
		lane->place = arena_strdup(orders->arena, lane->page.next_sk);
	return lane->place || lane->ended || err_memory(err, "listing orders");
}

/* Every lane that may have more has a row, or has been read as long as there is time for it. */
static bool read_lanes(struct listing *listing, struct err *err)
{
	for (size_t i = 0; i < listing->orders->partitions_count; i++) {
		struct lane *lane = &listing->lanes[i];

		while (!lane->ended && !lane_next(lane) && (!lane->reading || listing->seen < STORE_ORDERS_SEEN))
			if (!lane_read(listing, i, err))
				return false;
	}
	return true;
}

/* The lane with the newest row; NULL when none has one, or one that isn't known may be newer. *ret_known: the place
 * down to which all is known; NULL: to the end. */
static struct lane *newest(struct listing *listing, const char **ret_known)
{
	struct lane *best = NULL;

	*ret_known = NULL;
	for (size_t i = 0; i < listing->orders->partitions_count; i++) {
		struct lane *lane = &listing->lanes[i];
		const cJSON *next = lane_next(lane);

		if (next && (!best || strcmp(sort_key(next), sort_key(lane_next(best))) > 0))
			best = lane;
		if (!next && !lane->ended && (!*ret_known || strcmp(lane->place, *ret_known) > 0))
			*ret_known = lane->place;
	}
	return best && (!*ret_known || strcmp(sort_key(lane_next(best)), *ret_known) > 0) ? best : NULL;
}

/* ---- rows ---- */

static bool in_lines(struct listing *listing, const cJSON *item, bool *ret_found, struct err *err)
{
	const cJSON *element;
	bool failed = false;

	cJSON_ArrayForEach(element, item_list(item, "lines")) {
		const char *name = item_text(element_map(element), "n", &listing->names, &failed);

		if (failed)
			return err_memory(err, "searching");
		if (name && !order_search_in_name(listing->search, name, &listing->scratch, ret_found, err))
			return false;
		if (*ret_found)
			return true;
	}
	return true;
}

static bool is_found(struct listing *listing, const cJSON *item, bool *ret_found, struct err *err)
{
	const struct ddb_orders *orders = listing->orders;
	bool failed = false;

	*ret_found = true;
	if (!listing->search)
		return true;
	arena_reset(&listing->names);
	const char *other =
	    orders->other_number ? item_text(item, orders->other_number, &listing->names, &failed) : NULL;
	if (failed)
		return err_memory(err, "searching");
	*ret_found = order_search_is_number(listing->search, sort_key(item) + strlen(orders->prefix)) ||
		     (other && order_search_is_number(listing->search, other));
	return *ret_found || in_lines(listing, item, ret_found, err);
}

static bool take_row(struct listing *listing, struct lane *lane, struct err *err)
{
	const struct ddb_orders *orders = listing->orders;
	const cJSON *item = lane_next(lane);
	bool found;

	listing->last = arena_strdup(orders->arena, sort_key(item));
	if (!listing->last)
		return err_memory(err, "listing orders");
	if (!is_found(listing, item, &found, err) ||
	    (found && !orders->take(orders, item, listing->rows + listing->count * orders->row_size,
				    &listing->deliveries[listing->count], err)))
		return false;
	listing->count += found;
	lane->taken++;
	return true;
}

static bool may_have_more(const struct listing *listing)
{
	for (size_t i = 0; i < listing->orders->partitions_count; i++)
		if (!listing->lanes[i].ended || lane_next(&listing->lanes[i]))
			return true;
	return false;
}

/* *ret_more: others may follow behind `last`. */
static bool take_rows(struct listing *listing, bool *ret_more, struct err *err)
{
	while (listing->count < listing->limit) {
		const char *known;

		if (!read_lanes(listing, err))
			return false;
		struct lane *lane = newest(listing, &known);
		if (lane && !take_row(listing, lane, err))
			return false;
		if (lane)
			continue;
		*ret_more = known;
		listing->last = known;
		return true;
	}
	*ret_more = may_have_more(listing);
	return true;
}

/* ---- what belongs to the rows ---- */

/* Deliveries, and whether the owner's account is open: if not, there is nothing, and nothing follows. */
static bool join(struct listing *listing, bool *ret_more, struct err *err)
{
	const struct ddb_orders *orders = listing->orders;
	const int64_t now = ddb_now(orders->store);
	struct dynamo_items items;
	bool good = true;

	if (!listing->count)
		return true;
	listing->deliveries[listing->count] = ddb_key_account(orders->arena, orders->owner);
	if (!ddb_get_many(orders->store, listing->deliveries, listing->count + 1, orders->consistent, orders->arena,
			  &items, err))
		return false;
	for (size_t i = 0; i < listing->count && good; i++) {
		const struct delivery *delivery;
		const char *note;

		good = ddb_delivery_take(items.items[i], now, orders->arena, &delivery, &note, err);
		if (good)
			orders->deliver(listing->rows + i * orders->row_size, delivery, note);
	}
	if (!ddb_account_is_open(items.items[listing->count], orders->group)) {
		listing->count = 0;
		*ret_more = false;
	}
	dynamo_items_done(&items);
	return good;
}

/* ---- a page ---- */

static bool begin(struct listing *listing, const char *after, struct err *err)
{
	const struct ddb_orders *orders = listing->orders;
	const char *place = NULL;

	assert(orders->partitions_count > 0);
	if (after && !id_valid(after))
		return list_rule_no_place(err);
	listing->rows = arena_array(orders->arena, listing->limit, orders->row_size);
	listing->deliveries = arena_array(orders->arena, listing->limit + 1, sizeof *listing->deliveries);
	if (after)
		place = arena_printf(orders->arena, "%s%s", orders->prefix, after);
	if (!listing->rows || !listing->deliveries || (after && !place))
		return err_memory(err, "listing orders");
	for (size_t i = 0; i < orders->partitions_count; i++)
		listing->lanes[i].place = place;
	/* What is searched or sifted gives fewer rows than it looks at. */
	listing->piece = listing->search || orders->status >= 0 ? STORE_ORDERS_SEEN / orders->partitions_count
								: listing->limit / orders->partitions_count + SPARE;
	return true;
}

bool ddb_order_list(const struct ddb_orders *orders, const char *q, struct store_page page, void **ret_rows,
		    size_t *ret_count, const char **ret_next, struct err *err)
{
	struct order_search search;
	struct listing listing = {.orders = orders, .search = q ? &search : NULL, .limit = page.limit};
	bool more = false;

	if (!list_rule_page(page, err) || (q && !order_search_read(q, orders->arena, &search, err)))
		return false;
	arena_init(&listing.names, SCRATCH_MAX);
	arena_init(&listing.scratch, SCRATCH_MAX);
	bool done = begin(&listing, page.after, err) && take_rows(&listing, &more, err);
	const char *next = done && more ? arena_strdup(orders->arena, listing.last + strlen(orders->prefix)) : NULL;
	for (size_t i = 0; i < orders->partitions_count; i++)
		lane_done(&listing.lanes[i]);
	arena_done(&listing.names);
	arena_done(&listing.scratch);
	if (done && more && !next)
		return err_memory(err, "listing orders");
	if (!done || !join(&listing, &more, err))
		return false;
	*ret_rows = listing.rows;
	*ret_count = listing.count;
	*ret_next = more ? next : NULL;
	return true;
}
