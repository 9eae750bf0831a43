#include "net/features.h"

#include <stdlib.h>
#include <string.h>

#include "models/product.h"
#include "models/purchase.h"

/* A feature and what needs it: a call, or (`part`) a parameter or a member of its body. */
static const struct need {
	const char *feature;
	enum api_op op;
	const char *part;
	bool left_out; /* the call is not refused */
} needs[] = {
    {"changes", API_change_list, NULL, false},
    {"sale_batch", API_sale_batch, NULL, false},
    {"purchase_search", API_purchase_list, "q", false},
    {"purchase_search", API_sale_list, "q", false},
    {"tracking", API_sale_ship, "tracking", false},
    {"tracking", API_sale_cancel, "reason", false},
    {"tracking", API_purchase_cancel, "reason", false},
    {"delivery", API_client_create, "address", false},
    {"delivery", API_client_update, "address", false},
    {"cart_price", API_cart_put, "price", true},
    {"best", API_product_list, "sort", true},
};

bool features_name(const struct service *service, const char *feature)
{
	for (size_t i = 0; i < service->features_count; i++)
		if (!strcmp(service->features[i], feature))
			return true;
	return false;
}

bool features_offer(const struct service *service, enum api_op op)
{
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (needs[i].op == op && !needs[i].part && !features_name(service, needs[i].feature))
			return false;
	return true;
}

/* ---- parameters ---- */

/* Is the parameter given? `sort=best` is left out then. */
static bool take_parameter(struct call *call, const char *part)
{
	struct product_query *products = (struct product_query *)(uintptr_t)call->args.query; /* the call's own copy */
	const struct shape *shape = api_rows[call->op].query;

	if (call->op == API_product_list) {
		bool best = products->sort == SORT_BEST;

		products->sort = best ? -1 : products->sort;
		return best;
	}
	for (size_t i = 0; i < shape->count; i++) {
		const char *const *text = (const void *)((const char *)call->args.query + shape->fields[i].offset);

		if (!strcmp(shape->fields[i].name, part))
			return *text && **text;
	}
	return false;
}

/* ---- members of a body ---- */

/* Removes the member from the object, or from each of its items. True when it was there. */
static bool take_member(cJSON *json, const char *part)
{
	cJSON *items = cJSON_GetObjectItemCaseSensitive(json, "items");
	bool there = cJSON_HasObjectItem(json, part);

	cJSON_DeleteItemFromObjectCaseSensitive(json, part);
	for (cJSON *item = items ? items->child : NULL; item; item = item->next)
		there = take_member(item, part) || there;
	return there;
}

static bool write_body(struct call *call, cJSON *json, struct err *err)
{
	char *text = cJSON_PrintUnformatted(json);

	if (!text)
		return err_memory(err, "preparing a request");
	buf_reset(&call->body);
	buf_add_str(&call->body, text);
	cJSON_free(text);
	return !call->body.failed || err_memory(err, "preparing a request");
}

/* *ret_there: it was in the body, and was removed. */
static bool take_from_body(struct call *call, const char *part, bool *ret_there, struct err *err)
{
	struct err cause;
	cJSON *json = json_parse(buf_str(&call->body), call->body.length, JSON_VALUES_REQUEST, &cause);

	if (!json)
		return err_memory(err, "preparing a request");
	*ret_there = take_member(json, part);
	bool good = !*ret_there || write_body(call, json, err);
	cJSON_Delete(json);
	return good;
}

/* ---- a call ---- */

static bool fit(struct call *call, const struct need *need, struct err *err)
{
	bool there = false;

	if (call->args.query)
		there = take_parameter(call, need->part);
	else if (call->body.length && !take_from_body(call, need->part, &there, err))
		return false;
	if (!there || need->left_out)
		return true;
	err_code(err, ERR_METHOD, "not_offered", "This shop does not offer that");
	err->http_status = 0;
	return false;
}

bool features_fit(struct call *call, const struct service *service, struct err *err)
{
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (needs[i].op == call->op && needs[i].part && !features_name(service, needs[i].feature) &&
		    !fit(call, &needs[i], err))
			return false;
	return true;
}
