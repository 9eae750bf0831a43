/* sales.c: a seller's part of purchases. */
#include "platform/call.h"

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
static bool check_move(const struct sale_move *move, struct err *err)
{
	if (move->status == SALE_PLACED)
		return err_set(err, ERR_INVALID, "status is shipped, delivered or cancelled");
	if (move->tracking && move->status != SALE_SHIPPED)
		return err_set(err, ERR_INVALID, "tracking goes with shipped only");
	if (move->reason && move->status != SALE_CANCELLED)
		return err_set(err, ERR_INVALID, "reason goes with cancelled only");
	return true;
}

static struct sale_outcome outcome_of(size_t index, struct sale *sale, const struct err *err)
{
	bool good = err->kind == ERR_NONE;

	return (struct sale_outcome){
	    .index = (int64_t)index,
	    .status = good ? 200 : err_kind_status(err->kind),
	    .code = good ? NULL : err->code,
	    .message = good ? NULL : err->message,
	    .sale = good ? sale : NULL,
	};
}

bool handle_sale_batch(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct sale_batch *batch = call->body;
	const size_t count = batch->items_count;
	struct sale_move *moves = arena_array(call->arena, count, sizeof *moves);
	size_t *places = arena_array(call->arena, count, sizeof *places); /* of each move in the batch */
	struct sale *sales = arena_array(call->arena, count, sizeof *sales);
	struct err *move_errs = arena_array(call->arena, count, sizeof *move_errs);
	struct err *errs = arena_array(call->arena, count, sizeof *errs);
	struct sale_outcome *outcomes = arena_array(call->arena, count, sizeof *outcomes);
	size_t moves_count = 0;

	if (!moves || !places || !sales || !move_errs || !errs || !outcomes)
		return err_memory(err, "reading the batch");
	for (size_t i = 0; i < count; i++) {
		if (!check_move(&batch->items[i], &errs[i]))
			continue;
		places[moves_count] = i;
		moves[moves_count++] = batch->items[i];
	}
	if (moves_count && !store->sale_batch(store, call->who.account_id, moves, moves_count, call->arena, sales,
					      move_errs, err))
		return false;
	for (size_t i = 0; i < count; i++)
		outcomes[i] = outcome_of(i, NULL, &errs[i]);
	for (size_t i = 0; i < moves_count; i++)
		outcomes[places[i]] = outcome_of(places[i], &sales[i], &move_errs[i]);
	return call_answer(call, &(struct sale_batch_answer){.outcomes = outcomes, .outcomes_count = count}, err);
}
