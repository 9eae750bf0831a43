/* What sellers read from the counters that follow.c keeps: one a day, one a product and day. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "models/money.h"
#include "platform/store/dynamodb/follow.h"

/* The best are found among so many counters of a product and a day, those of the latest days: a seller of hundreds of
 * products is told by the latest weeks of a long time. A page of the table holds some 8,000. */
enum { BEST_COUNTERS = 20000 };

struct stats_call {
	struct dynamodb_store *store;
	const char *seller;
	struct arena *arena, *scratch;
	int32_t first, last; /* days, both included */
	struct seller_stats stats;
};

/* ---- days ---- */

static void take_day(struct stats_call *call, const cJSON *item, const char *digits)
{
	struct seller_stats *stats = &call->stats;
	const int64_t revenue = item_number(item, "rev", 0), units = item_number(item, "units", 0);
	char text[CLOCK_RFC3339_SIZE];
	int64_t instant;

	snprintf(text, sizeof text, "%.4s-%.2s-%.2sT00:00:00Z", digits, digits + 4, digits + 6);
	if (!clock_parse(text, &instant))
		return;
	const int32_t day = clock_day(instant);
	if (day < call->first) {
		stats->previous_revenue = money_add_capped(stats->previous_revenue, revenue);
	} else if (day <= call->last) {
		stats->per_day[day - call->first].revenue = revenue;
		stats->per_day[day - call->first].units = units;
		stats->revenue = money_add_capped(stats->revenue, revenue);
		stats->units = money_add_capped(stats->units, units);
	}
}

/* As many days before as well: twice LIMIT_STATS_DAYS at most. */
static bool read_days(struct stats_call *call, struct err *err)
{
	struct seller_stats *stats = &call->stats;
	const int32_t before = call->first - (int32_t)stats->days;
	struct dynamo_query query = {.from = ddb_key_day(call->scratch, call->seller, before).sk,
				     .to = ddb_key_day(call->scratch, call->seller, call->last).sk,
				     .pk = ddb_pk_stats(call->scratch, call->seller)};
	bool failed = false;

	stats->per_day = arena_array(call->arena, (size_t)stats->days, sizeof *stats->per_day);
	if (!stats->per_day || !query.pk || !query.from || !query.to)
		return err_memory(err, "reading statistics");
	stats->per_day_count = (size_t)stats->days;
	for (size_t i = 0; i < stats->per_day_count; i++)
		stats->per_day[i].day = call->first + (int64_t)i;
	do {
		struct dynamo_items items;

		if (!dynamo_query(call->store->dynamo, &query, call->scratch, &items, err))
			return false;
		for (size_t i = 0; i < items.count; i++) {
			const char *sk = item_text(items.items[i], "sk", call->scratch, &failed);

			if (sk && strlen(sk) == sizeof "D#20261122" - 1)
				take_day(call, items.items[i], sk + 2);
		}
		query.after = items.next_sk ? arena_strdup(call->scratch, items.next_sk) : NULL;
		failed = failed || (items.next_sk && !query.after);
		dynamo_items_done(&items);
	} while (query.after && !failed);
	return !failed || err_memory(err, "reading statistics");
}

/* ---- the best ---- */

struct counters {
	struct best_product *rows;
	size_t count;
};

static int by_product(const void *a, const void *b)
{
	return strcmp(((const struct best_product *)a)->product_id, ((const struct best_product *)b)->product_id);
}

static int by_revenue(const void *a, const void *b)
{
	const struct best_product *x = a, *y = b;

	if (x->revenue != y->revenue)
		return x->revenue < y->revenue ? 1 : -1;
	return strcmp(x->product_id, y->product_id);
}

static bool take_counters(struct stats_call *call, const struct dynamo_items *items, struct counters *counters,
			  struct err *err)
{
	bool failed = false;

	for (size_t i = 0; i < items->count && counters->count < BEST_COUNTERS; i++) {
		const char *sk = item_text(items->items[i], "sk", call->scratch, &failed);

		if (failed)
			return err_memory(err, "reading statistics");
		if (!sk || strlen(sk) < sizeof "PD#20261122#" - 1)
			continue;
		counters->rows[counters->count++] =
		    (struct best_product){.product_id = sk + sizeof "PD#20261122#" - 1,
					  .units = item_number(items->items[i], "units", 0),
					  .revenue = item_number(items->items[i], "rev", 0)};
	}
	return true;
}

/* The newest day first. */
static bool read_counters(struct stats_call *call, struct counters *counters, struct err *err)
{
	struct dynamo_query query = {.from = ddb_key_product_day(call->scratch, call->seller, call->first, "").sk,
				     .to = ddb_key_product_day(call->scratch, call->seller, call->last, "~").sk,
				     .pk = ddb_pk_stats(call->scratch, call->seller),
				     .down = true};

	counters->rows = arena_array(call->scratch, BEST_COUNTERS, sizeof *counters->rows);
	if (!counters->rows || !query.pk || !query.from || !query.to)
		return err_memory(err, "reading statistics");
	do {
		struct dynamo_items items;

		if (!dynamo_query(call->store->dynamo, &query, call->scratch, &items, err))
			return false;
		bool good = take_counters(call, &items, counters, err);
		query.after = items.next_sk ? arena_strdup(call->scratch, items.next_sk) : NULL;
		good = good && (!items.next_sk || query.after || err_memory(err, "reading statistics"));
		dynamo_items_done(&items);
		if (!good)
			return false;
	} while (query.after && counters->count < BEST_COUNTERS);
	return true;
}

/* Those of one product become one, in the place of its first; what was all cancelled is left out. */
static void add_up(struct counters *counters)
{
	size_t count = 0;

	qsort(counters->rows, counters->count, sizeof *counters->rows, by_product);
	for (size_t i = 0; i < counters->count; i++) {
		const struct best_product *row = &counters->rows[i];
		struct best_product *last = count ? &counters->rows[count - 1] : NULL;

		if (row->units <= 0)
			continue;
		if (!last || strcmp(last->product_id, row->product_id) != 0) {
			counters->rows[count++] = *row;
			continue;
		}
		last->units = money_add_capped(last->units, row->units);
		last->revenue = money_add_capped(last->revenue, row->revenue);
	}
	counters->count = count;
	qsort(counters->rows, counters->count, sizeof *counters->rows, by_revenue);
}

static bool read_best(struct stats_call *call, struct err *err)
{
	struct counters counters = {.count = 0};

	if (!read_counters(call, &counters, err))
		return false;
	add_up(&counters);
	const size_t count = counters.count < LIMIT_STATS_TOP ? counters.count : LIMIT_STATS_TOP;
	struct best_product *best = arena_array(call->arena, count, sizeof *best);
	bool failed = count && !best;
	for (size_t i = 0; !failed && i < count; i++) {
		best[i] = counters.rows[i];
		best[i].product_id = arena_strdup(call->arena, best[i].product_id);
		failed = !best[i].product_id;
	}
	call->stats.best_products = best;
	call->stats.best_products_count = count;
	return !failed || err_memory(err, "reading statistics");
}

/* ---- what runs low ---- */

static void take_low(struct stats_call *call, const cJSON *item, bool *failed)
{
	struct seller_stats *stats = &call->stats;
	const char *sk = item_text(item, "sk", call->arena, failed);

	if (!sk || strlen(sk) < sizeof "LOW#0000000#" - 1)
		return;
	stats->low_stock[stats->low_stock_count++] = (struct low_product){
	    .product_id = sk + sizeof "LOW#0000000#" - 1, .stock = strtoll(sk + sizeof "LOW#" - 1, NULL, 10)};
}

static bool read_low(struct stats_call *call, struct err *err)
{
	const struct dynamo_query query = {
	    .pk = ddb_pk_stats(call->scratch, call->seller), .begins = "LOW#", .limit = LIMIT_STATS_TOP};
	struct dynamo_items items;
	bool failed = false;

	call->stats.low_stock = arena_array(call->arena, LIMIT_STATS_TOP, sizeof *call->stats.low_stock);
	if (!query.pk || !call->stats.low_stock)
		return err_memory(err, "reading statistics");
	if (!dynamo_query(call->store->dynamo, &query, call->scratch, &items, err))
		return false;
	for (size_t i = 0; i < items.count; i++)
		take_low(call, items.items[i], &failed);
	dynamo_items_done(&items);
	return !failed || err_memory(err, "reading statistics");
}

/* ---- the rest ---- */

/* Their names, and how many sales wait to be shipped. */
static bool read_names(struct stats_call *call, struct err *err)
{
	struct seller_stats *stats = &call->stats;
	struct dynamo_key keys[1 + 2 * LIMIT_STATS_TOP] = {ddb_key_open(call->scratch, call->seller)};
	struct dynamo_items items;
	size_t count = 1;
	bool failed = false;

	for (size_t i = 0; i < stats->best_products_count; i++)
		keys[count++] = ddb_key_texts(call->scratch, stats->best_products[i].product_id);
	for (size_t i = 0; i < stats->low_stock_count; i++)
		keys[count++] = ddb_key_texts(call->scratch, stats->low_stock[i].product_id);
	if (!ddb_get_many(call->store, keys, count, false, call->scratch, &items, err))
		return false;
	stats->open_sales = item_number(items.items[0], "n", 0);
	count = 1;
	for (size_t i = 0; i < stats->best_products_count; i++)
		stats->best_products[i].name = item_text(items.items[count++], "name", call->arena, &failed);
	for (size_t i = 0; i < stats->low_stock_count; i++)
		stats->low_stock[i].name = item_text(items.items[count++], "name", call->arena, &failed);
	dynamo_items_done(&items);
	return !failed || err_memory(err, "reading statistics");
}

static bool read_stats(struct stats_call *call, struct err *err)
{
	struct ddb_account seller;

	return ddb_account_read(call->store, GROUP_SELLERS, call->seller, call->scratch, &seller, err) &&
	       read_days(call, err) && read_best(call, err) && read_low(call, err) && read_names(call, err);
}

bool dynamodb_seller_stats(struct store *store, const char *seller_id, int64_t days, struct arena *arena,
			   struct seller_stats *ret_stats, struct err *err)
{
	struct arena scratch;
	struct stats_call call = {.store = ddb_of(store), .seller = seller_id, .arena = arena, .scratch = &scratch};

	if (days < 1 || days > LIMIT_STATS_DAYS)
		return err_set(err, ERR_INVALID, "Statistics go back 1 to %d days", LIMIT_STATS_DAYS);
	call.last = clock_day(clock_now());
	call.first = call.last - (int32_t)days + 1;
	call.stats = (struct seller_stats){.currency = store->currency, .days = days};
	arena_init(&scratch, SIZE_MAX);
	bool good = read_stats(&call, err);
	arena_done(&scratch);
	if (good)
		*ret_stats = call.stats;
	return good;
}
