/* purchases.c: a client's purchases. */
#include <string.h>
#include <strings.h>

#include "base/crypt.h"
#include "models/limits.h"
#include "models/money.h"
#include "platform/call.h"
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
static enum violation_kind key_fault(const struct call *call, const char *key)
{
	size_t length = 0;

	if (!key)
		return VIOLATION_key_missing;
	if (has_two_keys(call->request))
		return VIOLATION_twice;
	while (key[length] > ' ' && key[length] <= '~')
		length++;
	return key[length] || length < 1 || length > LIMIT_IDEMPOTENCY_KEY ? VIOLATION_not_key : VIOLATION_NONE;
}

/* 1 to 255 visible ASCII characters. Without them no rule of the body can wait for the key to be looked up. */
static bool read_key(struct call *call, const char **ret_key, struct err *err)
{
	const char *key = call_request_header(call, "Idempotency-Key");
	enum violation_kind fault = key_fault(call, key);
	struct err_params params = {.count = 0};

	if (fault && call->invalid.kind != ERR_NONE) {
		*err = call->invalid;
		return false;
	}
	if (fault == VIOLATION_not_key) {
		err_params_number(&params, "min", 1);
		err_params_number(&params, "max", LIMIT_IDEMPOTENCY_KEY);
	}
	if (fault)
		return call_invalid_with(call, err, "Idempotency-Key", fault, &params);
	*ret_key = key;
	return true;
}

static void tell_fault(struct call *call, const struct store_fault *fault)
{
	const char *pointer = arena_printf(call->arena, "/items/%zu", fault->item);
	struct err_params params = {.count = 0};
	char price[MONEY_SIZE];

	if (!pointer)
		pointer = "/items";
	switch (fault->reason) {
	case FAULT_GONE: violations_add(call->violations, pointer, VIOLATION_gone, NULL); break;
	case FAULT_PRICE:
		money_format(fault->product.price, price);
		err_params_text(&params, "price", price);
		violations_add(call->violations, pointer, VIOLATION_price_changed, &params);
		break;
	case FAULT_STOCK:
		err_params_number(&params, "stock", fault->product.stock);
		violations_add(call->violations, pointer, VIOLATION_out_of_stock, &params);
		break;
	}
}

/* Tells of each product at fault: what is wrong, and how it is now. */
static bool tell_faults(struct call *call, const struct store_purchase_result *result, struct err *err)
{
	struct product *products = arena_array(call->arena, result->faults_count, sizeof *products);
	size_t count = 0;

	if (!products)
		return err_memory(err, "comparing a purchase");
	for (size_t i = 0; i < result->faults_count; i++) {
		const struct store_fault *fault = &result->faults[i];

		tell_fault(call, fault);
		if (fault->reason != FAULT_GONE)
			products[count++] = fault->product;
	}
	call->extra_name = "products";
	call->extra_shape = &product_shape;
	call->extra = products;
	call->extra_count = count;
	return false;
}

/* ---- buying ---- */

/* What this platform says of where purchases go: whether it may be said, and whether it has to. */
static bool check_delivery(struct call *call, const struct purchase_request *request, struct err *err)
{
	enum delivery_rule rule = call->platform->delivery;

	if (request->delivery && rule == DELIVERY_NONE)
		return call_invalid(call, err, "/delivery", VIOLATION_no_delivery);
	return request->delivery || rule != DELIVERY_REQUIRED ||
	       call_invalid(call, err, "/delivery", VIOLATION_missing);
}

/* All that may be wrong with a request by rules that may change: a key that is known is answered all the same. */
static bool check_rules(struct call *call, const struct purchase_request *request, struct err *err)
{
	if (call->invalid.kind != ERR_NONE) {
		*err = call->invalid;
		return false;
	}
	return distinct_products(call, request->items, request->items_count, sizeof *request->items,
				 offsetof(struct purchase_item, product_id), err) &&
	       check_delivery(call, request, err);
}

static bool answer_purchase(struct call *call, const struct store_purchase_result *result, struct err *err)
{
	if (result->replayed)
		call_header(call, "Idempotent-Replayed", "true");
	call_location(call, "/Purchase", result->purchase.id);
	if (!result->kept)
		return call_answer(call, &result->purchase, err);
	call_header(call, "Cache-Control", "no-store");
	return call_answer_bytes(call, call->row->status, "application/json", result->kept, result->kept_length, err);
}

bool handle_purchase_create(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct purchase_request *request = call->body;
	struct store_purchase purchase = {.client_id = call->who.account_id,
					  .client_name = call->account.full_name,
					  .items = request->items,
					  .items_count = request->items_count,
					  .delivery = request->delivery,
					  .note = request->note};
	struct store_purchase_result result = {.faults_count = 0};
	struct err refused = {.kind = ERR_NONE};

	if (!read_key(call, &purchase.key, err))
		return false;
	if (!check_rules(call, request, &refused))
		purchase.refused = &refused;
	crypt_hash(call->request->body, call->request->body_length, NULL, purchase.digest);
	if (store->purchase_create(store, &purchase, call->arena, &result, err))
		return answer_purchase(call, &result, err);
	if (purchase.refused && err->kind != refused.kind)
		call->violations->count = 0; /* it is another error that is told */
	return result.faults_count ? tell_faults(call, &result, err) : false;
}

/* ---- what was bought ---- */

bool handle_purchase_list(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct purchase_query *query = call->query;
	struct purchase_page purchases;
	struct store_page page;
	const char *next;

	if (query->q && call_leave(call))
		return true;
	return call_page(call, query->limit, query->cursor, &page, err) &&
	       (store->purchase_list(store, call->who.account_id, query->q, page, call->arena, &purchases, &next, err) ||
		call_q_refused(call, err)) &&
	       call_cursor(call, next, &purchases.next_cursor, err) && call_answer(call, &purchases, err);
}

bool handle_purchase_get(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	struct purchase purchase;

	return store->purchase_get(store, call->who.account_id, call->id, call->arena, &purchase, err) &&
	       call_answer(call, &purchase, err);
}

bool handle_purchase_cancel(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct step_request *request = call->body;
	struct purchase purchase;

	return store->purchase_cancel(store, call->who.account_id, call->id, request->reason, call->arena, &purchase,
				      err) &&
	       call_answer(call, &purchase, err);
}
