/* What follows from a sale: its seller's counters, and that its seller or its buyer is told. The mark is `acc`, the
 * status that was followed last. A sale goes one way only (placed, shipped, delivered; or placed, cancelled), so what
 * is next follows from that mark and the status, however far the sale has gone meanwhile.
 */
#include <string.h>

#include "base/clock.h"
#include "models/purchase.h"
#include "platform/store/dynamodb/follow.h"

enum { NOT_FOLLOWED = -1, SHARD_LENGTH = sizeof "#00" - 1 };

/* A sale as far as it matters here, and the step that is next. */
struct step {
	const cJSON *item;
	const char *seller, *id;
	int from, to; /* of `acc`; the same: nothing is left to be followed */
	struct ddb_telling telling;
};

/* A status comes after that from which a sale gets there. */
static int status_after(int from, int status)
{
	if (from == NOT_FOLLOWED)
		return SALE_PLACED;
	if (from == SALE_PLACED && status == SALE_DELIVERED)
		return SALE_SHIPPED;
	return status;
}

static int64_t time_of(const cJSON *item, int status)
{
	static const char *const names[SALE_STATUSES] = {
	    [SALE_PLACED] = "date", [SALE_SHIPPED] = "sh", [SALE_DELIVERED] = "de", [SALE_CANCELLED] = "at"};

	return item_number(item, names[status], 0);
}

/* Who did it knows; the other side is told. What came with a time that was said is no news (bits of `past`). */
static bool telling_of(struct step *step, struct arena *arena, struct err *err)
{
	static const enum change_kind kinds[SALE_STATUSES] = {[SALE_PLACED] = CHANGE_SALE_PLACED,
							      [SALE_SHIPPED] = CHANGE_PART_SHIPPED,
							      [SALE_DELIVERED] = CHANGE_PART_DELIVERED,
							      [SALE_CANCELLED] = CHANGE_PART_CANCELLED};
	bool by_client = step->to == SALE_CANCELLED && item_number(step->item, "by", 0) == CANCELLED_BY_CLIENT;
	bool failed = false;

	if ((item_number(step->item, "past", 0) >> step->to) & 1)
		return true;
	step->telling.at = time_of(step->item, step->to);
	if (step->to == SALE_PLACED || by_client) {
		step->telling.kind = by_client ? CHANGE_SALE_CANCELLED : CHANGE_SALE_PLACED;
		step->telling.account = step->seller;
		step->telling.subject = step->id;
		return true;
	}
	step->telling.kind = kinds[step->to];
	step->telling.account = item_text(step->item, "client", arena, &failed);
	step->telling.subject = item_text(step->item, "pid", arena, &failed);
	return !failed || err_memory(err, "following a sale");
}

/* What is next of a sale that was followed up to a status, of which `item` is how it is, or was. */
static bool next_step(struct step *step, const cJSON *item, int64_t followed, struct arena *arena, struct err *err)
{
	const int64_t status = item_number(item, "st", SALE_STATUSES);

	step->item = item;
	step->from = (int)followed;
	step->to = step->from;
	step->telling = (struct ddb_telling){.account = NULL};
	if (followed == status || status < 0 || status >= SALE_STATUSES)
		return true;
	step->to = status_after(step->from, (int)status);
	return telling_of(step, arena, err);
}

static int64_t followed(const cJSON *sale)
{
	return item_number(sale, "acc", NOT_FOLLOWED);
}

/* ---- counting ---- */

static void add_revenue(struct ddb_writing *writing, struct dynamo_key key, int64_t revenue, int64_t units)
{
	ddb_add_update(writing, key, "ADD #rev :rev, #units :units", NULL,
		       ATTRS(ATTR_NUMBER(":rev", revenue), ATTR_NUMBER(":units", units)));
}

/* One more, or one fewer, that waits to be shipped. */
static void add_open(struct ddb_writing *writing, const struct step *step, int64_t count)
{
	ddb_add_update(writing, ddb_key_open(writing->arena, step->seller), "ADD #n :n", NULL,
		       ATTRS(ATTR_NUMBER(":n", count)));
}

/* By the day of the purchase: its lines by product, and their sum. */
static bool add_lines(struct ddb_writing *writing, const struct step *step, int64_t sign, struct err *err)
{
	const int32_t day = clock_day(item_number(step->item, "date", 0));
	const cJSON *element, *lines = item_list(step->item, "lines");
	int64_t revenue = 0, units = 0;
	size_t count = 0;
	bool failed = false;

	cJSON_ArrayForEach(element, lines)
	{
		const cJSON *line = element_map(element);
		const char *product = item_text(line, "p", writing->arena, &failed);
		const int64_t quantity = item_number(line, "q", 0), amount = item_number(line, "pr", 0) * quantity;

		if (!product || ++count > LIMIT_LINES)
			break;
		revenue += amount;
		units += quantity;
		add_revenue(writing, ddb_key_product_day(writing->arena, step->seller, day, product), sign * amount,
			    sign * quantity);
	}
	add_revenue(writing, ddb_key_day(writing->arena, step->seller, day), sign * revenue, sign * units);
	return !failed || err_memory(err, "following a sale");
}

static bool add_counts(struct ddb_writing *writing, const struct step *step, struct err *err)
{
	if (step->to == SALE_PLACED)
		add_open(writing, step, 1);
	else if (step->from == SALE_PLACED)
		add_open(writing, step, -1);
	return (step->to != SALE_PLACED || add_lines(writing, step, 1, err)) &&
	       (step->to != SALE_CANCELLED || add_lines(writing, step, -1, err));
}

/* ---- a step ---- */

/* *ret_done stays false when the sale, or the place of who is told, isn't any more as it was read. */
static bool take_step(const struct ddb_change *change, const struct step *step, const cJSON *const *told,
		      bool *ret_done, struct err *err)
{
	struct ddb_writing writing = {.arena = change->arena};
	const struct dynamo_key key = {change->pk, change->sk};

	ddb_add_update(&writing, key, "SET #acc = :to",
		       step->from == NOT_FOLLOWED ? "attribute_exists(#pk) AND attribute_not_exists(#acc)"
						  : "#acc = :from",
		       ATTRS(ATTR_NUMBER(":to", step->to), ATTR_NUMBER(":from", step->from)));
	if (!add_counts(&writing, step, err))
		return false;
	ddb_add_telling(&writing, &step->telling, told);
	return ddb_write_if(change->store, &writing, ret_done, err);
}

/* Is the other step about the same? Then what was read for the one is what the other needs. */
static bool is_same(const struct step *a, const struct step *b)
{
	return a->from == b->from && a->to == b->to;
}

/* Reads the sale, and what is needed for telling of the step that is expected; takes that step if it is the next
 * one. */
static bool read_and_step(const struct ddb_change *change, struct step *step, int *tries, struct dynamo_items *items,
			  struct err *err)
{
	struct dynamo_key keys[1 + DDB_TELLING_KEYS] = {{change->pk, change->sk}};
	const struct step expected = *step;
	bool tells = step->telling.account != NULL, done = false;

	if (tells)
		ddb_telling_keys(&step->telling, change->arena, keys + 1);
	if (!ddb_get_many(change->store, keys, tells ? 1 + DDB_TELLING_KEYS : 1, true, change->arena, items, err))
		return false;
	const cJSON *sale = items->items[0];
	if (!next_step(step, sale, followed(sale), change->arena, err))
		return false;
	if (!is_same(step, &expected))
		return true;
	if (!take_step(change, step, items->items + 1, &done, err))
		return false;
	return done ? next_step(step, sale, step->to, change->arena, err) : ddb_again(tries, err);
}

static bool follow(const struct ddb_change *change, struct step *step, struct err *err)
{
	struct dynamo_items items = {.json = NULL}, before;
	int tries = 0;
	bool good = true;

	while (good && step->from != step->to) {
		before = items;
		items = (struct dynamo_items){.json = NULL};
		good = read_and_step(change, step, &tries, &items, err);
		dynamo_items_done(&before);
	}
	dynamo_items_done(&items);
	return good;
}

bool ddb_follow_sale(const struct ddb_change *change, struct err *err)
{
	const size_t length = strlen(change->pk);
	struct step step = {.id = change->sk};

	if (length <= strlen("S#") + SHARD_LENGTH)
		return true;
	step.seller = arena_strndup(change->arena, change->pk + 2, length - 2 - SHARD_LENGTH);
	if (!step.seller)
		return err_memory(err, "following a sale");
	return next_step(&step, change->after, followed(change->after), change->arena, err) &&
	       follow(change, &step, err);
}
