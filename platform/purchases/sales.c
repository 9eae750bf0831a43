/* sales.c: a seller's part of purchases. */
#include "platform/outcome.h"

bool handle_sale_list(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct sale_query *query = task->query;
	struct sale_page sales;
	struct store_page page;
	const char *next;

	if (query->q && task_leave(task))
		return true;
	return task_page(task, query->limit, query->cursor, &page, err) &&
	       (store->sale_list(store, task->who.account_id, query->status, query->q, page, task->arena, &sales, &next,
				 err) ||
		task_q_refused(task, err)) &&
	       task_cursor(task, next, &sales.next_cursor, err) && task_answer(task, &sales, err);
}

bool handle_sale_get(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	struct sale sale;

	return store->sale_get(store, task->who.account_id, task->id, task->arena, &sale, err) &&
	       task_answer(task, &sale, err);
}

static bool transition(struct task *task, enum sale_status status, struct err *err)
{
	struct store *store = task->platform->store;
	const struct step_request *request = task->body;
	const struct sale_move move = {.id = task->id,
				       .status = (int)status,
				       .tracking = request ? request->tracking : NULL,
				       .reason = request ? request->reason : NULL};
	struct sale sale;

	return store->sale_transition(store, task->who.account_id, &move, task->arena, &sale, err) &&
	       task_answer(task, &sale, err);
}

bool handle_sale_ship(struct task *task, struct err *err)
{
	return transition(task, SALE_SHIPPED, err);
}

bool handle_sale_deliver(struct task *task, struct err *err)
{
	return transition(task, SALE_DELIVERED, err);
}

bool handle_sale_cancel(struct task *task, struct err *err)
{
	return transition(task, SALE_CANCELLED, err);
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

static bool set_outcome(struct task *task, struct sale *sale, const struct item_fault *fault,
			struct sale_outcome *outcome, struct err *err)
{
	const bool good = fault->err.kind == ERR_NONE;

	if (!item_problem(task, (size_t)outcome->index, fault, &outcome->status, &outcome->problem, err))
		return false;
	if (good)
		outcome->status = 200;
	outcome->sale = good ? sale : NULL;
	return true;
}

/* Those that are wrong in themselves are not sent; if all are, the store isn't asked. */
static bool move_sales(struct task *task, struct item_fault *faults, struct sale **sales, struct err *err)
{
	struct store *store = task->platform->store;
	const struct sale_batch *batch = task->body;
	const size_t count = batch->items_count;
	struct sale_move *moves = arena_array(task->arena, count, sizeof *moves);
	size_t *places = arena_array(task->arena, count, sizeof *places); /* of each move in the batch */
	struct sale *moved = arena_array(task->arena, count, sizeof *moved);
	struct err *errs = arena_array(task->arena, count, sizeof *errs);
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
	    !store->sale_batch(store, task->who.account_id, moves, moves_count, task->arena, moved, errs, err))
		return false;
	for (size_t i = 0; i < moves_count; i++) {
		faults[places[i]].err = errs[i];
		sales[places[i]] = &moved[i];
	}
	return true;
}

bool handle_sale_batch(struct task *task, struct err *err)
{
	const size_t count = ((const struct sale_batch *)task->body)->items_count;
	struct item_fault *faults = arena_array(task->arena, count, sizeof *faults);
	struct sale **sales = arena_array(task->arena, count, sizeof *sales);
	struct sale_outcome *outcomes = arena_array(task->arena, count, sizeof *outcomes);

	if (!faults || !sales || !outcomes)
		return err_memory(err, "reading the batch");
	if (!move_sales(task, faults, sales, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		outcomes[i].index = (int64_t)i;
		if (!set_outcome(task, sales[i], &faults[i], &outcomes[i], err))
			return false;
	}
	return task_answer(task, &(struct sale_batch_answer){.outcomes = outcomes, .outcomes_count = count}, err);
}
