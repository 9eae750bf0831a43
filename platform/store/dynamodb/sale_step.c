/* Sales on their way: shipped, delivered, cancelled, one by one or many at once. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "platform/store/dynamodb/order.h"
#include "platform/store/order_rule.h"

enum { EXPRESSION_MAX = 4096 /* of what DynamoDB takes */, STEP_VALUES = 8 };

/* ---- reading ---- */

bool ddb_step_read(struct ddb_stepping *stepping, struct err *err)
{
	struct arena *arena = stepping->arena;
	const struct dynamo_key keys[] = {ddb_key_purchase(arena, stepping->client_id, stepping->purchase_id),
					  ddb_key_delivery(arena, stepping->client_id, stepping->purchase_id),
					  ddb_key_account(arena, stepping->client_id)};
	struct dynamo_items items;
	struct purchase *purchase = &stepping->row.purchase;

	if (!ddb_get_many(stepping->store, keys, 3, true, arena, &items, err))
		return false;
	const cJSON *delivery = ddb_is_over(items.items[1], ddb_now(stepping->store)) ? NULL : items.items[1];
	stepping->found = items.items[0] != NULL;
	stepping->client_open = ddb_account_is_open(items.items[2], GROUP_CLIENTS);
	stepping->ttl = item_number(delivery, "ttl", 0);
	bool good =
	    !stepping->found ||
	    (ddb_purchase_take(stepping->store, items.items[0], stepping->client_id, arena, &stepping->row, err) &&
	     ddb_delivery_take(delivery, 0, arena, &purchase->delivery, &purchase->note, err));
	dynamo_items_done(&items);
	return good;
}

/* ---- what a step writes ---- */

/* What goes into a part, and into a sale beside it: the clauses of a SET, each behind `before`. */
static void print_clauses(struct buf *out, const char *before, const struct ddb_step *step)
{
	const struct {
		bool there;
		const char *name;
	} clauses[] = {{true, "st"},
		       {step->to == SALE_SHIPPED && step->tracking, "tr"},
		       {step->to == SALE_SHIPPED, "sh"},
		       {step->to == SALE_DELIVERED, "de"},
		       {step->to == SALE_CANCELLED, "by"},
		       {step->to == SALE_CANCELLED && step->reason, "re"}};
	const char *comma = "";

	for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++)
		if (clauses[i].there) {
			buf_printf(out, "%s%s#%s = :%s", comma, before, clauses[i].name, clauses[i].name);
			comma = ", ";
		}
}

/* The values of all clauses there may be; those that an expression has are sent. */
static void step_values(const struct ddb_step *step, struct attr values[STEP_VALUES])
{
	const struct attr all[STEP_VALUES] = {ATTR_NUMBER("st", step->to),
					      ATTR_TEXT("tr", step->tracking),
					      ATTR_NUMBER("sh", step->at),
					      ATTR_NUMBER("de", step->at),
					      ATTR_NUMBER("by", step->by),
					      ATTR_TEXT("re", step->reason),
					      ATTR_NUMBER("at", step->at),
					      ATTR_NUMBER("past", 1 << step->to)};

	memcpy(values, all, sizeof all);
}

/* The purchase, on condition that all its parts are what was read. */
static void add_purchase(struct ddb_writing *writing, const struct ddb_stepping *stepping, const struct ddb_step *step,
			 const bool *moves)
{
	static const char *const were[SALE_STATUSES] = {"was0", "was1", "was2", "was3"};
	const struct purchase *purchase = &stepping->row.purchase;
	struct attr values[STEP_VALUES + SALE_STATUSES];
	struct buf update, condition;

	step_values(step, values);
	for (int status = 0; status < SALE_STATUSES; status++)
		values[STEP_VALUES + status] = ATTR_NUMBER(were[status], status);
	buf_init(&update, EXPRESSION_MAX);
	buf_init(&condition, EXPRESSION_MAX);
	for (size_t i = 0; i < purchase->parts_count; i++) {
		char part[32];

		snprintf(part, sizeof part, "#parts[%zu].", i);
		buf_printf(&condition, "%s%s#st = :%s", i ? " AND " : "", part, were[purchase->parts[i].status]);
		if (!moves[i])
			continue;
		buf_add_str(&update, update.length ? ", " : "SET ");
		print_clauses(&update, part, step);
	}
	const char *update_text = arena_strdup(writing->arena, buf_str(&update));
	const char *condition_text = arena_strdup(writing->arena, buf_str(&condition));
	writing->failed = writing->failed || update.failed || condition.failed || !update_text || !condition_text;
	ddb_add_update(writing, ddb_key_purchase(writing->arena, stepping->client_id, stepping->purchase_id),
		       update_text, condition_text, values, STEP_VALUES + SALE_STATUSES);
	buf_done(&update);
	buf_done(&condition);
}

static void add_sales(struct ddb_writing *writing, const struct ddb_stepping *stepping, const struct ddb_step *step,
		      const bool *moves)
{
	const struct purchase *purchase = &stepping->row.purchase;
	struct attr values[STEP_VALUES + 1];
	struct buf update;

	buf_init(&update, EXPRESSION_MAX);
	buf_add_str(&update, "SET #at = :at, ");
	print_clauses(&update, "", step);
	if (step->quiet)
		buf_add_str(&update, " ADD #past :past");
	const char *text = arena_strdup(writing->arena, buf_str(&update));
	writing->failed = writing->failed || update.failed || !text;
	buf_done(&update);
	step_values(step, values);
	for (size_t i = 0; i < purchase->parts_count; i++) {
		const struct purchase_part *part = &purchase->parts[i];

		if (!moves[i])
			continue;
		values[STEP_VALUES] = ATTR_NUMBER("was", part->status);
		ddb_add_update(writing, ddb_key_sale(writing->arena, part->seller_id, stepping->row.sales[i]), text,
			       "#st = :was", values, STEP_VALUES + 1);
	}
}

static bool is_moving(const struct ddb_stepping *stepping, const struct purchase_line *line, const bool *moves)
{
	const struct purchase *purchase = &stepping->row.purchase;

	for (size_t i = 0; i < purchase->parts_count; i++)
		if (moves[i] && !strcmp(purchase->parts[i].seller_id, line->seller_id))
			return true;
	return false;
}

/* To LIMIT_STOCK at most. Whether there is room is found out by trying. `places`: of each line's write, or SIZE_MAX. */
static void add_restocking(struct ddb_writing *writing, const struct ddb_stepping *stepping,
			   const struct ddb_step *step, const bool *moves, size_t places[LIMIT_LINES])
{
	const struct purchase *purchase = &stepping->row.purchase;

	for (size_t i = 0; i < LIMIT_LINES; i++)
		places[i] = SIZE_MAX;
	for (size_t i = 0; step->to == SALE_CANCELLED && i < purchase->lines_count; i++) {
		const struct purchase_line *line = &purchase->lines[i];
		const bool full = stepping->full[i];

		if (!is_moving(stepping, line, moves))
			continue;
		places[i] =
		    ddb_add_update(writing, ddb_key_hot(writing->arena, line->product_id),
				   full ? "SET #stock = :most, #ver = #ver + :one, #upd = :at"
					: "SET #stock = #stock + :quantity, #ver = #ver + :one, #upd = :at",
				   full ? "#stock > :room" : "#stock <= :room",
				   ATTRS(ATTR_NUMBER("most", LIMIT_STOCK), ATTR_NUMBER("quantity", line->quantity),
					 ATTR_NUMBER("room", LIMIT_STOCK - line->quantity), ATTR_NUMBER("one", 1),
					 ATTR_NUMBER("at", step->at)));
	}
}

static bool has_ended(const struct purchase *purchase)
{
	for (size_t i = 0; i < purchase->parts_count; i++)
		if (purchase->parts[i].status == SALE_PLACED || purchase->parts[i].status == SALE_SHIPPED)
			return false;
	return true;
}

/* Once all parts have ended the delivery stays for a while only. */
static void add_settling(struct ddb_writing *writing, const struct ddb_stepping *stepping, const struct ddb_step *step,
			 const struct purchase *after)
{
	const int64_t ttl = ddb_ttl(step->at + STORE_DELIVERY_DAYS_ENDED * (int64_t)CLOCK_DAY_MS);

	if (!has_ended(after) || stepping->ttl <= ttl)
		return;
	ddb_add_update(writing, ddb_key_delivery(writing->arena, stepping->client_id, stepping->purchase_id),
		       "SET #ttl = :ttl", "#ttl = :was",
		       ATTRS(ATTR_NUMBER("ttl", ttl), ATTR_NUMBER("was", stepping->ttl)));
}

/* ---- what becomes of the purchase ---- */

static void move_progress(struct progress *progress, const struct ddb_step *step)
{
	if (step->to == SALE_SHIPPED) {
		progress->tracking = step->tracking;
		progress->shipped_at = step->at;
	} else if (step->to == SALE_DELIVERED) {
		progress->delivered_at = step->at;
	} else {
		progress->cancelled_by = (int)step->by;
		progress->reason = step->reason;
	}
}

/* Its lines and parts are copies. */
static bool move_purchase(const struct ddb_stepping *stepping, const struct ddb_step *step, const bool *moves,
			  struct purchase *ret_after, struct err *err)
{
	struct purchase after = stepping->row.purchase;
	enum sale_status statuses[LIMIT_LINES];

	after.parts = arena_memdup(stepping->arena, after.parts, after.parts_count * sizeof *after.parts);
	after.lines = arena_memdup(stepping->arena, after.lines, after.lines_count * sizeof *after.lines);
	if (!after.parts || !after.lines)
		return err_memory(err, "moving a sale on");
	for (size_t i = 0; i < after.parts_count; i++) {
		if (moves[i]) {
			after.parts[i].status = (int)step->to;
			move_progress(&after.parts[i].progress, step);
		}
		statuses[i] = (enum sale_status)after.parts[i].status;
	}
	for (size_t i = 0; i < after.lines_count; i++)
		if (is_moving(stepping, &after.lines[i], moves))
			after.lines[i].status = (int)step->to;
	after.status = (int)purchase_status(statuses, after.parts_count);
	*ret_after = after;
	return true;
}

/* Stock that was found to have no room, or to have room after all. */
static void learn(struct ddb_stepping *stepping, const struct dynamo_cancelled *cancelled,
		  const size_t places[LIMIT_LINES])
{
	for (size_t i = 0; i < LIMIT_LINES; i++)
		if (places[i] != SIZE_MAX && cancelled->failed[places[i]])
			stepping->full[i] = !stepping->full[i];
}

bool ddb_step_write(struct ddb_stepping *stepping, const struct ddb_step *step, const bool *moves, bool *ret_again,
		    struct err *err)
{
	struct ddb_writing writing = {.arena = stepping->arena};
	struct dynamo_cancelled cancelled;
	struct purchase after = {.id = NULL};
	struct err cause;
	size_t places[LIMIT_LINES];

	*ret_again = false;
	if (!move_purchase(stepping, step, moves, &after, err))
		return false;
	add_purchase(&writing, stepping, step, moves);
	add_sales(&writing, stepping, step, moves);
	add_restocking(&writing, stepping, step, moves, places);
	add_settling(&writing, stepping, step, &after);
	if (step->to == SALE_CANCELLED && step->by == CANCELLED_BY_CLIENT)
		ddb_add_account_check(&writing, GROUP_CLIENTS, stepping->client_id);
	if (ddb_write(stepping->store, &writing, &cancelled, &cause)) {
		stepping->row.purchase = after;
		return true;
	}
	if (cause.kind == ERR_CONFLICT) {
		learn(stepping, &cancelled, places);
		dynamo_cancelled_done(&cancelled);
		*ret_again = ddb_again(&stepping->tries, err);
	} else if (err) {
		*err = cause;
	}
	return false;
}

/* ---- one sale ---- */

/* Its client's account may be closed: then the purchase is there still. */
static bool find_part(const struct ddb_stepping *stepping, const struct ddb_sale *sale, bool moves[LIMIT_LINES],
		      struct err *err)
{
	if (!stepping->found || sale->part >= stepping->row.purchase.parts_count ||
	    strcmp(stepping->row.sales[sale->part], sale->sale.id) != 0)
		return err_set(err, ERR_INTERNAL, "A kept order is damaged");
	memset(moves, 0, LIMIT_LINES * sizeof *moves);
	moves[sale->part] = true;
	return true;
}

/* After find_part. */
static const struct purchase_part *part_of(const struct ddb_stepping *stepping, const struct ddb_sale *sale)
{
	assert(stepping->row.purchase.parts);
	return &stepping->row.purchase.parts[sale->part];
}

/* The sale as it is after the step. */
static void take_part(const struct ddb_stepping *stepping, struct ddb_sale *sale)
{
	const struct purchase *purchase = &stepping->row.purchase;

	sale->sale.status = part_of(stepping, sale)->status;
	sale->sale.progress = part_of(stepping, sale)->progress;
	sale->sale.delivery = purchase->delivery;
	sale->sale.note = purchase->note;
}

/* *ret_wrote: something may have been written, whatever the error says. */
static bool move_sale(struct dynamodb_store *store, const char *seller_id, const struct sale_move *move,
		      struct arena *arena, struct sale *ret_sale, bool *ret_wrote, struct err *err)
{
	const struct ddb_step step = {.to = (enum sale_status)move->status,
				      .tracking = move->tracking,
				      .reason = move->reason,
				      .by = CANCELLED_BY_SELLER,
				      .at = move->at ? move->at : clock_now(),
				      .quiet = move->at != 0};
	struct ddb_sale sale = {.client_id = NULL};
	bool moves[LIMIT_LINES] = {false}, again;

	if (!ddb_sale_find(store, seller_id, move->id, arena, &sale, err))
		return false;
	struct ddb_stepping stepping = {
	    .store = store, .arena = arena, .client_id = sale.client_id, .purchase_id = sale.sale.purchase_id};
	do {
		if (!ddb_step_read(&stepping, err) || !find_part(&stepping, &sale, moves, err) ||
		    !order_rule_step((enum sale_status)part_of(&stepping, &sale)->status, step.to, err))
			return false;
		*ret_wrote = true;
		if (ddb_step_write(&stepping, &step, moves, &again, err)) {
			take_part(&stepping, &sale);
			*ret_sale = sale.sale;
			return true;
		}
		*ret_wrote = !again;
	} while (again);
	return false;
}

bool dynamodb_sale_transition(struct store *store, const char *seller_id, const struct sale_move *move,
			      struct arena *arena, struct sale *ret_sale, struct err *err)
{
	bool wrote;

	return move_sale(ddb_of(store), seller_id, move, arena, ret_sale, &wrote, err);
}

bool ddb_sale_end(struct dynamodb_store *store, const char *seller, const char *id, int64_t at, struct arena *arena,
		  struct err *err)
{
	const struct ddb_step step = {.to = SALE_CANCELLED, .by = CANCELLED_BY_SELLER, .at = at};
	struct dynamo_items items;
	struct ddb_sale sale = {.client_id = NULL};
	bool moves[LIMIT_LINES] = {false}, again;

	if (!ddb_get(store, ddb_key_sale(arena, seller, id), true, arena, &items, err))
		return false;
	bool found = items.items[0], taken = !found || ddb_sale_take(store, items.items[0], seller, arena, &sale, err);
	dynamo_items_done(&items);
	if (!found || !taken)
		return taken;
	struct ddb_stepping stepping = {
	    .store = store, .arena = arena, .client_id = sale.client_id, .purchase_id = sale.sale.purchase_id};
	do {
		if (!ddb_step_read(&stepping, err) || !find_part(&stepping, &sale, moves, err))
			return false;
		if (part_of(&stepping, &sale)->status != SALE_PLACED)
			return true;
	} while (!ddb_step_write(&stepping, &step, moves, &again, err) && again);
	return part_of(&stepping, &sale)->status == SALE_CANCELLED;
}

/* ---- many ---- */

/* A move that can't be leaves the others alone; what the engine can't do ends them all. */
bool dynamodb_sale_batch(struct store *store, const char *seller_id, const struct sale_move *moves, size_t count,
			 struct arena *arena, struct sale *ret_sales, struct err *errs, struct err *err)
{
	struct err trouble = {.kind = ERR_NONE};

	for (size_t i = 0; i < count; i++) {
		bool wrote = false;

		errs[i] = trouble;
		if (trouble.kind != ERR_NONE ||
		    move_sale(ddb_of(store), seller_id, &moves[i], arena, &ret_sales[i], &wrote, &errs[i]) ||
		    errs[i].kind == ERR_NOT_FOUND || errs[i].kind == ERR_CONFLICT)
			continue;
		trouble = errs[i];
		if (i || wrote)
			continue;
		if (err)
			*err = trouble;
		return false;
	}
	return true;
}
