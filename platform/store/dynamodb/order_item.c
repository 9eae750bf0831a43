/* The items of purchases, sales and deliveries: made and read. */
#include <string.h>

#include "base/clock.h"
#include "platform/store/dynamodb/order.h"

/* ---- reading ---- */

/* What an item is read with. */
struct taking {
	struct arena *arena;
	bool failed, damaged;
};

static const char *take_text(struct taking *taking, const cJSON *item, const char *name)
{
	const char *text = item_text(item, name, taking->arena, &taking->failed);

	taking->damaged = taking->damaged || !text;
	return text;
}

static int take_status(struct taking *taking, const cJSON *item)
{
	const int64_t status = item_number(item, "st", -1);

	if (status >= 0 && status < SALE_STATUSES)
		return (int)status;
	taking->damaged = true;
	return SALE_PLACED;
}

static struct progress take_progress(struct taking *taking, const cJSON *item)
{
	return (struct progress){
	    .tracking = item_text(item, "tr", taking->arena, &taking->failed),
	    .reason = item_text(item, "re", taking->arena, &taking->failed),
	    .cancelled_by = (int)item_number(item, "by", -1),
	    .shipped_at = item_number(item, "sh", 0),
	    .delivered_at = item_number(item, "de", 0),
	};
}

/* Room for the members of a list, of `size` bytes each; there is at least one, and at most LIMIT_LINES. */
static void *take_list(struct taking *taking, const cJSON *item, const char *name, size_t size, const cJSON **ret_list,
		       size_t *ret_count)
{
	const cJSON *list = item_list(item, name);
	const int count = cJSON_GetArraySize(list);
	void *rows = arena_array(taking->arena, LIMIT_LINES, size);

	taking->failed = taking->failed || !rows;
	taking->damaged = taking->damaged || count < 1 || count > LIMIT_LINES;
	*ret_list = taking->failed || taking->damaged ? NULL : list;
	*ret_count = *ret_list ? (size_t)count : 0;
	return rows;
}

static bool taken(const struct taking *taking, struct err *err)
{
	if (taking->failed)
		return err_memory(err, "reading an order");
	return !taking->damaged || err_set(err, ERR_INTERNAL, "A kept order is damaged");
}

static void take_parts(struct taking *taking, const cJSON *item, struct ddb_purchase *purchase)
{
	enum sale_status statuses[LIMIT_LINES];
	const cJSON *list, *element;
	size_t i = 0;

	purchase->purchase.parts = take_list(taking, item, "parts", sizeof *purchase->purchase.parts, &list,
					     &purchase->purchase.parts_count);
	cJSON_ArrayForEach(element, list) {
		const cJSON *map = element_map(element);

		purchase->sales[i] = take_text(taking, map, "sale");
		purchase->purchase.parts[i] = (struct purchase_part){.seller_id = take_text(taking, map, "s"),
								     .status = take_status(taking, map),
								     .progress = take_progress(taking, map)};
		statuses[i] = (enum sale_status)purchase->purchase.parts[i].status;
		i++;
	}
	purchase->purchase.status = (int)purchase_status(statuses, i);
}

/* The status of a line is that of its seller's part. */
static int status_of(struct taking *taking, const struct purchase *purchase, const char *seller)
{
	for (size_t i = 0; seller && i < purchase->parts_count; i++)
		if (purchase->parts[i].seller_id && !strcmp(purchase->parts[i].seller_id, seller))
			return purchase->parts[i].status;
	taking->damaged = true;
	return SALE_PLACED;
}

static void take_lines(struct taking *taking, const cJSON *item, struct purchase *purchase)
{
	const cJSON *list, *element;
	size_t i = 0;

	purchase->lines =
	    take_list(taking, item, "lines", sizeof *purchase->lines, &list, &purchase->lines_count);
	cJSON_ArrayForEach(element, list) {
		const cJSON *map = element_map(element);
		const char *seller = take_text(taking, map, "s");

		purchase->lines[i++] = (struct purchase_line){.product_id = take_text(taking, map, "p"),
							      .product_name = take_text(taking, map, "n"),
							      .seller_id = seller,
							      .seller_name = take_text(taking, map, "sn"),
							      .price = item_number(map, "pr", 0),
							      .quantity = item_number(map, "q", 0),
							      .status = status_of(taking, purchase, seller)};
	}
}

/* The sort key without what is before the id. */
static const char *take_id(struct taking *taking, const cJSON *item, const char *prefix)
{
	const char *key = take_text(taking, item, "sk");

	return key ? key + strlen(prefix) : NULL;
}

bool ddb_purchase_take(const struct dynamodb_store *store, const cJSON *item, const char *client_id,
		       struct arena *arena, struct ddb_purchase *ret_purchase, struct err *err)
{
	struct taking taking = {.arena = arena};
	struct ddb_purchase row = {.purchase = {.id = take_id(&taking, item, "B#"),
						.client_id = client_id,
						.client_name = take_text(&taking, item, "name"),
						.purchase_date = item_number(item, "date", 0),
						.currency = store->currency,
						.total = item_number(item, "total", 0)}};

	take_parts(&taking, item, &row);
	take_lines(&taking, item, &row.purchase);
	if (!taken(&taking, err))
		return false;
	*ret_purchase = row;
	return true;
}

static void take_sale_lines(struct taking *taking, const cJSON *item, struct sale *sale)
{
	const cJSON *list, *element;
	size_t i = 0;

	sale->lines = take_list(taking, item, "lines", sizeof *sale->lines, &list, &sale->lines_count);
	cJSON_ArrayForEach(element, list) {
		const cJSON *map = element_map(element);

		sale->lines[i++] = (struct sale_line){.product_id = take_text(taking, map, "p"),
						      .product_name = take_text(taking, map, "n"),
						      .price = item_number(map, "pr", 0),
						      .quantity = item_number(map, "q", 0)};
	}
}

bool ddb_sale_take(const struct dynamodb_store *store, const cJSON *item, const char *seller_id, struct arena *arena,
		   struct ddb_sale *ret_sale, struct err *err)
{
	struct taking taking = {.arena = arena};
	struct ddb_sale row = {.sale = {.id = take_id(&taking, item, ""),
					.purchase_id = take_text(&taking, item, "pid"),
					.client_name = take_text(&taking, item, "name"),
					.seller_id = seller_id,
					.purchase_date = item_number(item, "date", 0),
					.status = take_status(&taking, item),
					.currency = store->currency,
					.total = item_number(item, "total", 0),
					.progress = take_progress(&taking, item)},
			       .client_id = take_text(&taking, item, "client"),
			       .part = (size_t)item_number(item, "part", 0)};

	take_sale_lines(&taking, item, &row.sale);
	if (!taken(&taking, err))
		return false;
	*ret_sale = row;
	return true;
}

bool ddb_delivery_take(const cJSON *item, int64_t now, struct arena *arena, const struct delivery **ret_delivery,
		       const char **ret_note, struct err *err)
{
	struct delivery *delivery = NULL;
	const cJSON *element;
	bool failed = false;

	if (ddb_is_over(item, now))
		item = NULL;
	if (item_has(item, "full")) {
		const char **lines = arena_array(arena, LIMIT_ADDRESS_LINES, sizeof *lines);

		delivery = arena_alloc(arena, sizeof *delivery);
		if (!lines || !delivery)
			return err_memory(err, "reading a delivery");
		*delivery = (struct delivery){.full_name = item_text(item, "full", arena, &failed),
					      .address = lines,
					      .mobile = item_text(item, "mob", arena, &failed)};
		cJSON_ArrayForEach(element, item_list(item, "addr")) {
			if (delivery->address_count < LIMIT_ADDRESS_LINES)
				lines[delivery->address_count++] = element_text(element, arena, &failed);
		}
	}
	const char *note = item_text(item, "note", arena, &failed);
	if (failed)
		return err_memory(err, "reading a delivery");
	*ret_delivery = delivery;
	*ret_note = note;
	return true;
}

/* ---- making ---- */

/* `count` attributes, each a map of `members` ones that stand in a row in *ret_members. */
static struct attr *make_maps(struct ddb_writing *writing, size_t count, size_t members, struct attr **ret_members)
{
	struct attr *maps = arena_array(writing->arena, count, sizeof *maps);
	struct attr *all = arena_array(writing->arena, count * members, sizeof *all);

	if (!maps || !all) {
		writing->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		maps[i] = ATTR_MAP(NULL, all + i * members, members);
	*ret_members = all;
	return maps;
}

/* A number that is left out when it is `none`. */
static struct attr number_unless(const char *name, int64_t number, int64_t none)
{
	return ATTR_NUMBER(number == none ? NULL : name, number);
}

enum { LINE_MEMBERS = 6, PART_MEMBERS = 8, SALE_LINE_MEMBERS = 4 };

static struct attr make_lines(struct ddb_writing *writing, const struct purchase *purchase)
{
	struct attr *all, *maps = make_maps(writing, purchase->lines_count, LINE_MEMBERS, &all);

	for (size_t i = 0; maps && i < purchase->lines_count; i++) {
		const struct purchase_line *line = &purchase->lines[i];
		const struct attr members[LINE_MEMBERS] = {
		    ATTR_TEXT("p", line->product_id),   ATTR_TEXT("n", line->product_name),
		    ATTR_TEXT("s", line->seller_id),    ATTR_TEXT("sn", line->seller_name),
		    ATTR_NUMBER("pr", line->price),	ATTR_NUMBER("q", line->quantity)};

		memcpy(all + i * LINE_MEMBERS, members, sizeof members);
	}
	return ATTR_LIST("lines", maps, purchase->lines_count);
}

static struct attr make_parts(struct ddb_writing *writing, const struct ddb_purchase *purchase)
{
	const size_t count = purchase->purchase.parts_count;
	struct attr *all, *maps = make_maps(writing, count, PART_MEMBERS, &all);

	for (size_t i = 0; maps && i < count; i++) {
		const struct purchase_part *part = &purchase->purchase.parts[i];
		const struct progress *progress = &part->progress;
		const struct attr members[PART_MEMBERS] = {ATTR_TEXT("s", part->seller_id),
							   ATTR_TEXT("sale", purchase->sales[i]),
							   ATTR_NUMBER("st", part->status),
							   ATTR_TEXT("tr", progress->tracking),
							   ATTR_TEXT("re", progress->reason),
							   number_unless("by", progress->cancelled_by, -1),
							   number_unless("sh", progress->shipped_at, 0),
							   number_unless("de", progress->delivered_at, 0)};

		memcpy(all + i * PART_MEMBERS, members, sizeof members);
	}
	return ATTR_LIST("parts", maps, count);
}

void ddb_add_purchase(struct ddb_writing *writing, const struct ddb_purchase *row)
{
	const struct purchase *purchase = &row->purchase;

	ddb_add_put(
	    writing, ddb_key_purchase(writing->arena, purchase->client_id, purchase->id), "attribute_not_exists(#pk)",
	    ATTRS(ATTR_TEXT("name", purchase->client_name), ATTR_NUMBER("date", purchase->purchase_date),
		  ATTR_NUMBER("total", purchase->total), make_lines(writing, purchase), make_parts(writing, row)));
}

/* The lines of one seller, and what they come to. */
static struct attr make_sale_lines(struct ddb_writing *writing, const struct purchase *purchase, const char *seller,
				   int64_t *ret_total)
{
	struct attr *all, *maps = make_maps(writing, purchase->lines_count, SALE_LINE_MEMBERS, &all);
	size_t count = 0;

	*ret_total = 0;
	for (size_t i = 0; maps && i < purchase->lines_count; i++) {
		const struct purchase_line *line = &purchase->lines[i];
		const struct attr members[SALE_LINE_MEMBERS] = {
		    ATTR_TEXT("p", line->product_id), ATTR_TEXT("n", line->product_name),
		    ATTR_NUMBER("pr", line->price), ATTR_NUMBER("q", line->quantity)};

		if (strcmp(line->seller_id, seller) != 0)
			continue;
		memcpy(all + count++ * SALE_LINE_MEMBERS, members, sizeof members);
		*ret_total += line->price * line->quantity;
	}
	return ATTR_LIST("lines", maps, count);
}

void ddb_add_sale(struct ddb_writing *writing, const struct ddb_purchase *row, size_t index, int64_t at, bool quiet)
{
	const struct purchase *purchase = &row->purchase;
	const struct purchase_part *part = &purchase->parts[index];
	const struct progress *progress = &part->progress;
	int64_t total;
	const struct attr lines = make_sale_lines(writing, purchase, part->seller_id, &total);

	ddb_add_put(writing, ddb_key_sale(writing->arena, part->seller_id, row->sales[index]), NULL,
		    ATTRS(ATTR_TEXT("pid", purchase->id), ATTR_NUMBER("part", (int64_t)index),
			  ATTR_TEXT("client", purchase->client_id), ATTR_TEXT("name", purchase->client_name),
			  ATTR_NUMBER("date", purchase->purchase_date), ATTR_NUMBER("total", total), lines,
			  ATTR_NUMBER("st", part->status), ATTR_NUMBER("at", at), ATTR_TEXT("tr", progress->tracking),
			  ATTR_TEXT("re", progress->reason), number_unless("by", progress->cancelled_by, -1),
			  number_unless("sh", progress->shipped_at, 0), number_unless("de", progress->delivered_at, 0),
			  number_unless("past", quiet ? (2 << part->status) - 1 : 0, 0)));
}

void ddb_add_delivery(struct ddb_writing *writing, const struct purchase *purchase, int64_t until)
{
	static const struct delivery none;
	const struct delivery *delivery = purchase->delivery ? purchase->delivery : &none;
	struct attr *lines = arena_array(writing->arena, LIMIT_ADDRESS_LINES, sizeof *lines);

	if (!purchase->delivery && !purchase->note)
		return;
	writing->failed = writing->failed || !lines;
	for (size_t i = 0; lines && i < delivery->address_count && i < LIMIT_ADDRESS_LINES; i++)
		lines[i] = ATTR_TEXT("line", delivery->address[i]);
	ddb_add_put(
	    writing, ddb_key_delivery(writing->arena, purchase->client_id, purchase->id), NULL,
	    ATTRS(ATTR_TEXT("full", delivery->full_name),
		  ATTR_LIST(purchase->delivery ? "addr" : NULL, lines, delivery->address_count),
		  ATTR_TEXT("mob", delivery->mobile), ATTR_TEXT("note", purchase->note),
		  ATTR_NUMBER("ttl", ddb_ttl(until))));
}
