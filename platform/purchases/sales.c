/* sales.c: a seller's part of purchases. */
#include "platform/outcome.h"

bool handle_sale_list(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct sale_query *query = call->query;
	struct sale_page sales;
	struct store_page page;
	const char *next;

	if (query->q && call_leave(call))
		return true;
	return call_page(call, query->limit, query->cursor, &page, err) &&
	       (store->sale_list(store, call->who.account_id, query->status, query->q, page, call->arena, &sales, &next,
				 err) ||
		call_q_refused(call, err)) &&
	       call_cursor(call, next, &sales.next_cursor, err) && call_answer(call, &sales, err);
}

bool handle_sale_get(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	struct sale sale;

	return store->sale_get(store, call->who.account_id, call->id, call->arena, &sale, err) &&
	       call_answer(call, &sale, err);
}

static bool transition(struct call *call, enum sale_status status, struct err *err)
{
	struct store *store = call->platform->store;
	const struct step_request *request = call->body;
	const struct sale_move move = {.id = call->id,
				       .status = (int)status,
				       .tracking = request ? request->tracking : NULL,
				       .reason = request ? request->reason : NULL};
	struct sale sale;

	return store->sale_transition(store, call->who.account_id, &move, call->arena, &sale, err) &&
	       call_answer(call, &sale, err);
}

bool handle_sale_ship(struct call *call, struct err *err)
{
	return transition(call, SALE_SHIPPED, err);
}

bool handle_sale_deliver(struct call *call, struct err *err)
{
	return transition(call, SALE_DELIVERED, err);
}

bool handle_sale_cancel(struct call *call, struct err *err)
{
	return transition(call, SALE_CANCELLED, err);
}

/* ---- many at once ---- */

/* What the shape of an item can't say: what is told goes with a step, and nothing goes back to `placed`. */
static bool check_move(const struct sale_move *move, size_t index, struct item_fault *fault)
{
	if (move->status == SALE_PLACED)
		return item_invalid(fault, index, "status", VIOLATION_not_choice, NULL);
	if (move->tracking && move->status != SALE_SHIPPED)
		return item_invalid(fault, index, "tracking", VIOLATION_unexpected, NULL);
	if (move->reason && move->status != SALE_CANCELLED)
		return item_invalid(fault, index, "reason", VIOLATION_unexpected, NULL);
	return true;
}

static bool set_outcome(struct call *call, struct sale *sale, const struct item_fault *fault, struct sale_outcome *outcome,
			struct err *err)
{
	const bool good = fault->err.kind == ERR_NONE;

	if (!item_problem(call, (size_t)outcome->index, fault, &outcome->status, &outcome->problem, err))
		return false;
	if (good)
		outcome->status = 200;
	outcome->sale = good ? sale : NULL;
	return true;
}

/* Those that are wrong in themselves are not sent; if all are, the store isn't asked. */
static bool move_sales(struct call *call, struct item_fault *faults, struct sale **sales, struct err *err)
{
	struct store *store = call->platform->store;
	const struct sale_batch *batch = call->body;
	const size_t count = batch->items_count;
	struct sale_move *moves = arena_array(call->arena, count, sizeof *moves);
	size_t *places = arena_array(call->arena, count, sizeof *places); /* of each move in the batch */
	struct sale *moved = arena_array(call->arena, count, sizeof *moved);
	struct err *errs = arena_array(call->arena, count, sizeof *errs);
	size_t moves_count = 0;

	if (!moves || !places || !moved || !errs)
		return err_memory(err, "reading the batch");
	for (size_t i = 0; i < count; i++) {
		if (!check_move(&batch->items[i], i, &faults[i]))
			continue;
		places[moves_count] = i;
		moves[moves_count++] = batch->items[i];
	}
	if (moves_count &&
	    !store->sale_batch(store, call->who.account_id, moves, moves_count, call->arena, moved, errs, err))
		return false;
	for (size_t i = 0; i < moves_count; i++) {
		faults[places[i]].err = errs[i];
		sales[places[i]] = &moved[i];
	}
	return true;
}

bool handle_sale_batch(struct call *call, struct err *err)
{
	const size_t count = ((const struct sale_batch *)call->body)->items_count;
	struct item_fault *faults = arena_array(call->arena, count, sizeof *faults);
	struct sale **sales = arena_array(call->arena, count, sizeof *sales);
	struct sale_outcome *outcomes = arena_array(call->arena, count, sizeof *outcomes);

	if (!faults || !sales || !outcomes)
		return err_memory(err, "reading the batch");
	if (!move_sales(call, faults, sales, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		outcomes[i].index = (int64_t)i;
		if (!set_outcome(call, sales[i], &faults[i], &outcomes[i], err))
			return false;
	}
	return call_answer(call, &(struct sale_batch_answer){.outcomes = outcomes, .outcomes_count = count}, err);
}
