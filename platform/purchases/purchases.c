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

/* 1 to 255 visible ASCII characters. */
static bool read_key(struct call *call, const char **ret_key, struct err *err)
{
	const char *key = call_request_header(call, "Idempotency-Key");
	size_t length = 0;

	if (!key)
		return call_invalid(call, err, "Idempotency-Key", VIOLATION_key_missing);
	if (has_two_keys(call->request))
		return call_invalid(call, err, "Idempotency-Key", VIOLATION_twice);
	while (key[length] > ' ' && key[length] <= '~')
		length++;
	if (key[length] || length < 1 || length > LIMIT_IDEMPOTENCY_KEY)
		return call_invalid(call, err, "Idempotency-Key", VIOLATION_not_key);
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
	case FAULT_GONE: violations_add(&call->violations, pointer, VIOLATION_gone, NULL); break;
	case FAULT_PRICE:
		money_format(fault->product.price, price);
		err_params_text(&params, "price", price);
		violations_add(&call->violations, pointer, VIOLATION_price_changed, &params);
		break;
	case FAULT_STOCK:
		err_params_number(&params, "stock", fault->product.stock);
		violations_add(&call->violations, pointer, VIOLATION_out_of_stock, &params);
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

/* The id is in the stored answer only; it is the first member's value of every purchase. */
static const char *answered_id(struct call *call, const struct store_purchase_result *result)
{
	static const char start[] = "{\"id\":\"";
	const size_t skip = sizeof start - 1;

	if (result->answer_length < skip || memcmp(result->answer, start, skip) != 0)
		return "";
	const char *id = result->answer + skip;
	const char *end = memchr(id, '"', result->answer_length - skip);
	return end ? arena_strndup(call->arena, id, (size_t)(end - id)) : "";
}

bool handle_purchase_create(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct purchase_request *request = call->body;
	struct store_purchase purchase = {.client_id = call->who.account_id,
					  .client_name = call->account.full_name,
					  .items = request->items,
					  .items_count = request->items_count};
	struct store_purchase_result result = {.faults_count = 0};

	if (!read_key(call, &purchase.key, err) ||
	    !distinct_products(call, request->items, request->items_count, sizeof *request->items,
			       offsetof(struct purchase_item, product_id), err))
		return false;
	crypt_hash(call->request->body, call->request->body_length, NULL, purchase.digest);
	if (!store->purchase_create(store, &purchase, call->arena, &result, err))
		return result.faults_count ? tell_faults(call, &result, err) : false;

	if (result.replayed)
		call_header(call, "Idempotent-Replayed", "true");
	call_location(call, "/Purchase", answered_id(call, &result));
	call_header(call, "Cache-Control", "no-store");
	return call_answer_bytes(call, call->row->status, "application/json", result.answer, result.answer_length,
				 err);
}

bool handle_purchase_list(struct call *call, struct err *err)
{
	struct store *store = call->platform->store;
	const struct page_query *query = call->query;
	struct purchase_page purchases;
	struct store_page page;
	const char *next;

	return call_page(call, query->limit, query->cursor, &page, err) &&
	       store->purchase_list(store, call->who.account_id, page, call->arena, &purchases, &next, err) &&
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
	struct purchase purchase;

	return store->purchase_cancel(store, call->who.account_id, call->id, call->arena, &purchase, err) &&
	       call_answer(call, &purchase, err);
}
