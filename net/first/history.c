/* Purchases in the base profile. The first platform records single units, with names and a date, and lists everybody's.
 * Ours are those with our own name; units that Vitrine recorded together have the same date to the millisecond, and are
 * shown as the one purchase they were. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "models/money.h"
#include "models/purchase.h"
#include "net/first/history.h"
#include "net/first/reading.h"
#include "net/first/starts.h"

/* What people's programs write into a date field: RFC 3339, the same without a zone or with a blank, a day alone. */
static int64_t read_date(const char *text)
{
	static const char *const endings[] = {"", "Z", "T00:00:00Z"};
	enum { DAY = sizeof "2026-11-22" - 1 };
	char date[64];
	int64_t at;

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		int length = snprintf(date, sizeof date, "%s%s", text, endings[i]);

		if (length > DAY && (size_t)length < sizeof date && date[DAY] == ' ')
			date[DAY] = 'T';
		if (length > 0 && (size_t)length < sizeof date && clock_parse(date, &at))
			return at;
	}
	return 0;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool read_unit(const cJSON *json, const char *client_name, struct arena *arena, struct unit *ret_unit)
{
	const char *client = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "client_name"));
	struct unit unit = {.client_name = client_name};

	if (!client || strcmp(client, client_name) != 0)
		return false;
	unit.id = or_empty(reading_text(json, "id", arena));
	unit.seller_name = or_empty(reading_text(json, "seller_name", arena));
	unit.product_name = or_empty(reading_text(json, "product_name", arena));
	unit.price = or_empty(reading_text(json, "price", arena));
	unit.date = reading_text(json, "pruchase_date", arena); /* as the first platform spells it */
	if (!unit.date)
		unit.date = or_empty(reading_text(json, "purchase_date", arena));
	unit.at = read_date(unit.date);
	unit.place = unit.at ? unit.at : id_time(unit.id);
	*ret_unit = unit;
	return true;
}

bool history_read(const struct transfer_answer *answer, const char *client_name, struct arena *arena,
		  struct unit **ret_units, size_t *ret_count, struct err *err)
{
	cJSON *json;
	const cJSON *list;
	size_t count = 0;

	list = reading_list(answer, "purchases", &json, err);
	if (!list)
		return false;
	struct unit *units = arena_array(arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *units);
	const char *name = arena_strdup(arena, client_name);
	for (const cJSON *row = units && name ? list->child : NULL; row; row = row->next)
		count += read_unit(row, name, arena, &units[count]);
	cJSON_Delete(json);
	if (!units || !name)
		return err_memory(err, "reading the purchases");
	*ret_units = units;
	*ret_count = count;
	return true;
}

/* ---- units to purchases ---- */

static int same_line(const struct unit *a, const struct unit *b)
{
	int order = strcmp(a->product_name, b->product_name);

	if (!order)
		order = strcmp(a->seller_name, b->seller_name);
	return order ? order : strcmp(a->price, b->price);
}

/* Newest first; units of one purchase together, and in it those of one line. */
static int by_purchase(const void *one, const void *other)
{
	const struct unit *a = one, *b = other;

	if (a->place != b->place)
		return a->place > b->place ? -1 : 1;
	if (!a->at && !b->at)
		return strcmp(b->id, a->id);
	int order = strcmp(b->date, a->date);
	if (!order)
		order = same_line(a, b);
	return order ? order : strcmp(a->id, b->id);
}

/* Only dates as Vitrine writes them are fine enough to tell purchases apart. */
static bool is_ours(const char *date)
{
	return strlen(date) == CLOCK_RFC3339_SIZE - 1 && date[10] == 'T' && date[CLOCK_RFC3339_SIZE - 2] == 'Z';
}

/* How many units from units[0] on make one purchase. */
static size_t span(const struct unit *units, size_t count)
{
	size_t length = 1;

	if (is_ours(units[0].date))
		while (length < count && !strcmp(units[length].date, units[0].date))
			length++;
	return length;
}

static struct purchase_line make_line(const struct unit *unit)
{
	return (struct purchase_line){.product_id = "",
				      .product_name = unit->product_name,
				      .seller_id = "",
				      .seller_name = unit->seller_name,
				      .price = reading_price(unit->price),
				      .price_text = unit->price,
				      .quantity = 1,
				      .status = SALE_PLACED};
}

static bool make_purchase(const struct unit *units, size_t count, const char *client_id, struct arena *arena,
			  struct purchase *ret_purchase)
{
	struct purchase purchase = {.id = units[0].id,
				    .client_id = client_id,
				    .client_name = units[0].client_name,
				    .purchase_date = units[0].at,
				    .date_text = units[0].at ? NULL : units[0].date,
				    .status = SALE_PLACED,
				    .currency = "",
				    .lines = arena_array(arena, count, sizeof *purchase.lines)};

	if (!purchase.lines)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (i && !same_line(&units[i - 1], &units[i]))
			purchase.lines[purchase.lines_count - 1].quantity++;
		else
			purchase.lines[purchase.lines_count++] = make_line(&units[i]);
		int64_t price = reading_price(units[i].price);
		if (price < 0 || purchase.total < 0 || !money_add(purchase.total, price, &purchase.total))
			purchase.total = -1;
	}
	*ret_purchase = purchase;
	return true;
}

/* Which units make the page, or the one purchase. */
struct listing {
	struct unit *units;
	size_t count;
};

static void finish_list(struct call *call, const struct listing *listing)
{
	const struct purchase_query *query = call->args.query;
	struct arena *arena = &call->reply->arena;
	struct purchase_page *page = job_alloc(call, sizeof *page);
	size_t *starts = page ? job_alloc(call, (listing->count + 1) * sizeof *starts) : NULL;
	size_t purchases = 0, first, end;

	if (!starts)
		return;
	for (size_t i = 0; i < listing->count; i += span(listing->units + i, listing->count - i))
		starts[purchases++] = i;
	starts[purchases] = listing->count;
	if (!job_page(call, query ? query->cursor : NULL, query ? query->limit : 0, purchases, &first, &end,
		       &page->next_cursor))
		return;
	page->purchases = job_alloc(call, (end - first + 1) * sizeof *page->purchases);
	const char *client_id = arena_strdup(arena, first_of(call)->own_id);
	for (size_t i = first; page->purchases && i < end; i++)
		if (!client_id || !make_purchase(listing->units + starts[i], starts[i + 1] - starts[i], client_id,
						 arena, &page->purchases[page->purchases_count++])) {
			job_no_memory(call);
			return;
		}
	if (page->purchases)
		job_answer(call, page);
}

static void finish_one(struct call *call, const struct listing *listing)
{
	struct arena *arena = &call->reply->arena;
	struct err err;

	for (size_t i = 0; i < listing->count;) {
		size_t length = span(listing->units + i, listing->count - i);

		for (size_t j = i; j < i + length; j++) {
			if (strcmp(listing->units[j].id, call->args.id) != 0)
				continue;
			struct purchase *purchase = job_alloc(call, sizeof *purchase);
			const char *client_id = arena_strdup(arena, first_of(call)->own_id);
			if (purchase && client_id &&
			    make_purchase(listing->units + i, length, client_id, arena, purchase))
				job_answer(call, purchase);
			else
				job_no_memory(call);
			return;
		}
		i += length;
	}
	err_set(&err, ERR_NOT_FOUND, "There is no such purchase");
	call_settle(call, &err);
}

void history_answer(struct call *call, struct unit *units, size_t count)
{
	const struct listing listing = {units, count};

	if (count)
		qsort(units, count, sizeof *units, by_purchase);
	if (call->op == API_purchase_list)
		finish_list(call, &listing);
	else
		finish_one(call, &listing);
}

/* ---- the calls ---- */

static bool check_history(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;
	struct listing *listing = arena_alloc(&call->reply->arena, sizeof *listing);

	if (!listing)
		return err_memory(err, "reading the purchases");
	if (!history_read(answer->http, first_of(call)->own_name, &call->reply->arena, &listing->units, &listing->count,
			  err))
		return false;
	call->reply->answer = listing; /* until it is made into the answer */
	return true;
}

static void history_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct listing empty = {0};
	bool none = err && err->http_status == 404;

	job_note(call, answer);
	if (err && !none) {
		call_settle(call, err);
		return;
	}
	struct listing listing = none ? empty : *(const struct listing *)call->reply->answer;
	call->reply->answer = NULL;
	history_answer(call, listing.units, listing.count);
}

static void ask(struct call *call, const struct err *err)
{
	if (err) {
		call_settle(call, err);
		return;
	}
	job_send(call, &(struct job_send){.method = METHOD_GET,
					    .path = "/Purchase",
					    .repeatable = true,
					    .check = check_history,
					    .done = history_done});
}

void first_purchase_list(struct call *call)
{
	job_need_name(call, ask);
}

void first_purchase_get(struct call *call)
{
	job_need_name(call, ask);
}
