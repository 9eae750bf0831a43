/* purchases.c: a client's purchases. */
#include <string.h>
#include <strings.h>

#include "base/crypt.h"
#include "models/limits.h"
#include "models/money.h"
#include "platform/task.h"
#include "platform/distinct.h"

/* Which of two would count is for nobody to guess. */
static bool has_two_keys(const struct request *request)
{
	size_t count = 0;

	for (size_t i = 0; i < request->headers_count; i++)
		count += !strcasecmp(request->headers[i].name, "Idempotency-Key");
	return count > 1;
}

/* What is wrong with the key, if anything is. */
static enum violation_kind key_fault(const struct task *task, const char *key)
{
	size_t length = 0;

	if (!key)
		return VIOLATION_key_missing;
	if (has_two_keys(task->request))
		return VIOLATION_twice;
	while (key[length] > ' ' && key[length] <= '~')
		length++;
	return key[length] || length < 1 || length > LIMIT_IDEMPOTENCY_KEY ? VIOLATION_not_key : VIOLATION_NONE;
}

/* 1 to 255 visible ASCII characters. Without them no rule of the body can wait for the key to be looked up. */
static bool read_key(struct task *task, const char **ret_key, struct err *err)
{
	const char *key = task_request_header(task, "Idempotency-Key");
	enum violation_kind fault = key_fault(task, key);
	struct err_params params = {.count = 0};

	if (fault && task->invalid.kind != ERR_NONE) {
		*err = task->invalid;
		return false;
	}
	if (fault == VIOLATION_not_key) {
		err_params_number(&params, "min", 1);
		err_params_number(&params, "max", LIMIT_IDEMPOTENCY_KEY);
	}
	if (fault)
		return task_invalid_with(task, err, "Idempotency-Key", fault, &params);
	*ret_key = key;
	return true;
}

static void tell_fault(struct task *task, const struct store_fault *fault)
{
	const char *pointer = arena_printf(task->arena, "/items/%zu", fault->item);
	struct err_params params = {.count = 0};
	char price[MONEY_SIZE];

	if (!pointer)
		pointer = "/items";
	switch (fault->reason) {
	case FAULT_GONE: violations_add(task->violations, pointer, VIOLATION_gone, NULL); break;
	case FAULT_PRICE:
		money_format(fault->product.price, price);
		err_params_text(&params, "price", price);
		violations_add(task->violations, pointer, VIOLATION_price_changed, &params);
		break;
	case FAULT_STOCK:
		err_params_number(&params, "stock", fault->product.stock);
		violations_add(task->violations, pointer, VIOLATION_out_of_stock, &params);
		break;
	}
}

/* Tells of each product at fault: what is wrong, and how it is now. */
static bool tell_faults(struct task *task, const struct store_purchase_result *result, struct err *err)
{
	struct product *products = arena_array(task->arena, result->faults_count, sizeof *products);
	size_t count = 0;

	if (!products)
		return err_memory(err, "comparing a purchase");
	for (size_t i = 0; i < result->faults_count; i++) {
		const struct store_fault *fault = &result->faults[i];

		tell_fault(task, fault);
		if (fault->reason != FAULT_GONE)
			products[count++] = fault->product;
	}
	task->extra_name = "products";
	task->extra_shape = &product_shape;
	task->extra = products;
	task->extra_count = count;
	return false;
}

/* ---- buying ---- */

/* What this platform says of where purchases go: whether it may be said, and whether it has to. */
static bool check_delivery(struct task *task, const struct purchase_request *request, struct err *err)
{
	enum delivery_rule rule = task->platform->delivery;

	if (request->delivery && rule == DELIVERY_NONE)
		return task_invalid(task, err, "/delivery", VIOLATION_no_delivery);
	return request->delivery || rule != DELIVERY_REQUIRED ||
	       task_invalid(task, err, "/delivery", VIOLATION_missing);
}

/* All that may be wrong with a request by rules that may change: a key that is known is answered all the same. */
static bool check_rules(struct task *task, const struct purchase_request *request, struct err *err)
{
	if (task->invalid.kind != ERR_NONE) {
		*err = task->invalid;
		return false;
	}
	return distinct_products(task, request->items, request->items_count, sizeof *request->items,
				 offsetof(struct purchase_item, product_id), err) &&
	       check_delivery(task, request, err);
}

static bool answer_purchase(struct task *task, const struct store_purchase_result *result, struct err *err)
{
	if (result->replayed)
		task_header(task, "Idempotent-Replayed", "true");
	task_location(task, "/Purchase", result->purchase.id);
	if (!result->kept)
		return task_answer(task, &result->purchase, err);
	task_header(task, "Cache-Control", "no-store");
	return task_answer_bytes(task, task->row->status, "application/json", result->kept, result->kept_length, err);
}

bool handle_purchase_create(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct purchase_request *request = task->body;
	struct store_purchase purchase = {.client_id = task->who.account_id,
					  .client_name = task->account.full_name,
					  .items = request->items,
					  .items_count = request->items_count,
					  .delivery = request->delivery,
					  .note = request->note};
	struct store_purchase_result result = {.faults_count = 0};
	struct err refused = {.kind = ERR_NONE};

	if (!read_key(task, &purchase.key, err))
		return false;
	if (!check_rules(task, request, &refused))
		purchase.refused = &refused;
	crypt_hash(task->request->body, task->request->body_length, NULL, purchase.digest);
	if (store->purchase_create(store, &purchase, task->arena, &result, err))
		return answer_purchase(task, &result, err);
	if (purchase.refused && err->kind != refused.kind)
		task->violations->count = 0; /* it is another error that is told */
	return result.faults_count ? tell_faults(task, &result, err) : false;
}

/* ---- what was bought ---- */

bool handle_purchase_list(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct purchase_query *query = task->query;
	struct purchase_page purchases;
	struct store_page page;
	const char *next;

	if (query->q && task_leave(task))
		return true;
	return task_page(task, query->limit, query->cursor, &page, err) &&
	       (store->purchase_list(store, task->who.account_id, query->q, page, task->arena, &purchases, &next,
				     err) ||
		task_q_refused(task, err)) &&
	       task_cursor(task, next, &purchases.next_cursor, err) && task_answer(task, &purchases, err);
}

bool handle_purchase_get(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	struct purchase purchase;

	return store->purchase_get(store, task->who.account_id, task->id, task->arena, &purchase, err) &&
	       task_answer(task, &purchase, err);
}

bool handle_purchase_cancel(struct task *task, struct err *err)
{
	struct store *store = task->platform->store;
	const struct step_request *request = task->body;
	struct purchase purchase;

	return store->purchase_cancel(store, task->who.account_id, task->id, request->reason, task->arena, &purchase,
				      err) &&
	       task_answer(task, &purchase, err);
}
