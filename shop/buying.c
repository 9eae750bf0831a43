#include "shop/buying.h"

#include <stdlib.h>
#include <string.h>

#include "models/money.h"

/* ---- what can be bought ---- */

int64_t buying_quantity(const struct cart_row *row)
{
	/* No platform of ours has such prices; the total of others would not fit. */
	if (!row->available || row->price <= 0 || row->price > LIMIT_PRICE || row->held)
		return 0;
	/* Stock less than 0: the platform counts none. */
	return row->stock < 0 || row->quantity < row->stock ? row->quantity : row->stock;
}

int64_t buying_amount(const struct cart_row *row)
{
	int64_t amount;

	return money_multiply(row->price, buying_quantity(row), &amount) ? amount : 0;
}

int64_t buying_total(const struct cart_rows *rows)
{
	int64_t total = 0;

	for (size_t i = 0; i < rows->count; i++)
		(void)money_add(total, buying_amount(&rows->row[i]), &total);
	return total;
}

/* ---- what a reply means ---- */

/* The first platform records each unit by itself, and the reply says which ones it recorded. */
static enum buying_end base_end(const struct net_reply *reply, bool again)
{
	int64_t recorded = 0, unknown = 0;

	/* No unit was sent this time. If it was asked for before, nobody knows what was recorded then. */
	if (!reply->recorded_count)
		return again ? BUYING_UNKNOWN : reply->err.kind == ERR_CONFLICT ? BUYING_DIFFERS : BUYING_REFUSED;
	for (size_t i = 0; i < reply->recorded_count; i++) {
		recorded += reply->recorded[i].recorded;
		unknown += reply->recorded[i].unknown;
	}
	if (unknown)
		return BUYING_UNKNOWN;
	return recorded ? BUYING_PARTLY : BUYING_REFUSED;
}

/* Only a refusal with a problem document is the platform's own. Proxies on the way answer with statuses, too. */
static enum buying_end full_end(const struct net_reply *reply, bool again)
{
	bool first = reply->attempts <= 1 && !again;

	if (!reply->attempts && !again)
		return BUYING_REFUSED; /* nothing was sent */
	if (!reply->problem)
		return BUYING_UNKNOWN;
	switch (reply->err.kind) {
	case ERR_CONFLICT:
		if (!strcmp(reply->err.code, "price_changed") || !strcmp(reply->err.code, "out_of_stock"))
			return BUYING_DIFFERS;
		return strcmp(reply->err.code, "in_flight") != 0 ? BUYING_REFUSED : BUYING_UNKNOWN;
	case ERR_UNAUTHENTICATED: /* this attempt was refused; about earlier ones it says nothing */
	case ERR_THROTTLED:
		return first ? BUYING_REFUSED : BUYING_UNKNOWN;
	case ERR_INVALID:
	case ERR_FORBIDDEN:
	case ERR_NOT_FOUND:
	case ERR_METHOD:
	case ERR_TOO_LARGE:
	case ERR_MEDIA_TYPE:
	case ERR_UNPROCESSABLE:
	case ERR_STORAGE_FULL:
		return BUYING_REFUSED;
	default:
		return BUYING_UNKNOWN;
	}
}

enum buying_end buying_end_of(const struct net_reply *reply, enum net_profile profile, bool again)
{
	if (reply->ok)
		return BUYING_DONE;
	return profile == NET_PROFILE_BASE ? base_end(reply, again) : full_end(reply, again);
}

/* ---- the cart ---- */

static const struct product *find_product(const struct product *products, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(products[i].id, id))
			return &products[i];
	return NULL;
}

/* "/items/3" */
static bool read_item(const char *pointer, size_t count, size_t *ret_item)
{
	static const char start[] = "/items/";
	const char *digits = pointer + sizeof start - 1;
	char *end;

	if (strncmp(pointer, start, sizeof start - 1) != 0 || *digits < '0' || *digits > '9')
		return false;
	unsigned long item = strtoul(digits, &end, 10);
	if ((*end && *end != '/') || item >= count)
		return false;
	*ret_item = item;
	return true;
}

void buying_learn(struct cart_model *cart, const struct pending *pending, struct net_reply *reply)
{
	const void *products = NULL;
	size_t count = 0, item;
	struct outcome_error fault;

	if (!net_reply_list(reply, "products", &product_shape, &products, &count))
		count = 0;
	for (size_t i = 0; i < count; i++)
		cart_model_update(cart, &((const struct product *)products)[i]);
	/* A product that the reply complains about and does not list is no longer sold. */
	for (size_t i = 0; net_reply_fault(reply, i, &fault); i++)
		if (read_item(fault.pointer, pending->request.items_count, &item) &&
		    !find_product(products, count, pending->request.items[item].product_id))
			cart_model_gone(cart, pending->request.items[item].product_id);
}

void buying_take_recorded(struct cart_model *cart, const struct net_reply *reply)
{
	for (size_t i = 0; i < reply->recorded_count; i++) {
		const struct net_recorded *recorded = &reply->recorded[i];
		const struct purchase_item item = {.product_id = recorded->product_id, .quantity = recorded->recorded};
		cart_model_bought(cart, &item, 1);
	}
}

void buying_take_bought(struct cart_model *cart, const struct pending *pending)
{
	cart_model_bought(cart, pending->request.items, pending->request.items_count);
}
