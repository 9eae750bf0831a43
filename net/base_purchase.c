/* Buying in the base profile: one POST for each unit, one after the other, since the first platform records single units.
 *
 * It knows no idempotency keys. What takes their place is the purchase's date: the moment its pending record was made, to
 * the millisecond, the same in each of its units. When a reply is lost, and when the program comes back after having been
 * killed, the list of purchases says which units with that date are there. Nothing is ever sent a second time by itself.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "models/money.h"
#include "net/base_profile.h"

struct run_line {
	const struct purchase_item *item;
	const struct item *product; /* in the catalogue; NULL: gone */
	const char *name, *seller_name, *price_text;
	int64_t seen; /* units of it in the list of purchases */
};

struct purchase_run {
	const struct purchase_request *request;
	struct run_line *lines;
	struct net_recorded *recorded;
	size_t line; /* whose units are being sent */
	char date[CLOCK_RFC3339_SIZE];
	int64_t at;
	struct err why; /* what stopped it */
	bool stopped;
};

static struct purchase_run *run_of(struct call *call)
{
	return base_job(call)->run;
}

/* ---- the end ---- */

static void count(const struct purchase_run *run, int64_t *ret_recorded, int64_t *ret_wanted, bool *ret_unknown)
{
	*ret_recorded = *ret_wanted = 0;
	*ret_unknown = false;
	for (size_t i = 0; i < run->request->items_count; i++) {
		*ret_recorded += run->recorded[i].recorded;
		*ret_wanted += run->recorded[i].quantity;
		*ret_unknown = *ret_unknown || run->recorded[i].unknown;
	}
}

static void answer_purchase(struct call *call)
{
	struct purchase_run *run = run_of(call);
	struct arena *arena = &call->reply->arena;
	struct purchase *purchase = base_alloc(call, sizeof *purchase);
	size_t lines = run->request->items_count;

	if (!purchase)
		return;
	*purchase = (struct purchase){.id = "",
				      .client_id = arena_strdup(arena, base_of(call)->own_id),
				      .client_name = arena_strdup(arena, base_of(call)->own_name),
				      .purchase_date = run->at,
				      .status = SALE_PLACED,
				      .currency = "",
				      .lines = arena_array(arena, lines, sizeof *purchase->lines),
				      .lines_count = lines};
	for (size_t i = 0; purchase->lines && i < lines; i++) {
		const struct run_line *line = &run->lines[i];
		int64_t amount;

		purchase->lines[i] = (struct purchase_line){.product_id = run->recorded[i].product_id,
							    .product_name = line->name,
							    .seller_id = "",
							    .seller_name = line->seller_name,
							    .price = line->item->price,
							    .price_text = line->price_text,
							    .quantity = line->item->quantity,
							    .status = SALE_PLACED};
		if (money_multiply(line->item->price, line->item->quantity, &amount))
			money_add(purchase->total, amount, &purchase->total);
	}
	if (purchase->lines && purchase->client_id && purchase->client_name)
		base_answer(call, purchase);
	else
		base_no_memory(call);
}

/* All is known that can be: all units are there, or it is told which. */
static void conclude(struct call *call)
{
	struct purchase_run *run = run_of(call);
	int64_t recorded, wanted;
	bool unknown;
	struct err err;

	count(run, &recorded, &wanted, &unknown);
	call->reply->recorded = run->recorded;
	call->reply->recorded_count = run->request->items_count;
	if (recorded == wanted) {
		answer_purchase(call);
		return;
	}
	enum err_kind kind = run->stopped ? run->why.kind : ERR_CONFLICT;
	const char *why = run->stopped ? run->why.message : "It was interrupted";
	if (unknown)
		err_code(&err, kind, "not_known", "%lld of %lld units are recorded, and perhaps one more: %s",
			 (long long)recorded, (long long)wanted, why);
	else
		err_code(&err, kind, recorded ? "partly_recorded" : "not_recorded",
			 "%lld of %lld units are recorded: %s", (long long)recorded, (long long)wanted, why);
	err.http_status = run->stopped ? run->why.http_status : 0;
	call_settle(call, &err);
}

/* ---- which units are there? ---- */

static bool is_unit_of(const struct unit *unit, const struct run_line *line)
{
	return line->name && !strcmp(unit->product_name, line->name) && !strcmp(unit->seller_name, line->seller_name) &&
	       !strcmp(unit->price, line->price_text);
}

/* Two lines may look the same in the list: units fill the first that has room. */
static void count_units(struct purchase_run *run, const struct unit *units, size_t units_count)
{
	for (size_t i = 0; i < run->request->items_count; i++)
		run->lines[i].seen = 0;
	for (size_t u = 0; u < units_count; u++) {
		if (strcmp(units[u].date, run->date) != 0)
			continue;
		for (size_t i = 0; i < run->request->items_count; i++)
			if (is_unit_of(&units[u], &run->lines[i]) &&
			    run->lines[i].seen < run->lines[i].item->quantity) {
				run->lines[i].seen++;
				break;
			}
	}
}

/* The list is believed if it has at least what was acknowledged. */
static void believe_units(struct purchase_run *run)
{
	for (size_t i = 0; i < run->request->items_count; i++)
		if (run->lines[i].seen < run->recorded[i].recorded)
			return;
	for (size_t i = 0; i < run->request->items_count; i++) {
		run->recorded[i].recorded = run->lines[i].seen;
		run->recorded[i].unknown = run->lines[i].name ? 0 : 1;
	}
}

static bool check_audit(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;
	struct unit *units;
	size_t units_count;
	struct arena arena;

	arena_init(&arena, CATALOGUE_ARENA);
	bool good = history_read(answer->http, base_of(call)->own_name, &arena, &units, &units_count, err);
	if (good)
		count_units(run_of(call), units, units_count);
	arena_done(&arena);
	return good;
}

static void audit_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct purchase_run *run = run_of(call);
	bool none = err && err->http_status == 404;

	base_note(call, answer);
	if (none)
		count_units(run, NULL, 0);
	if (!err || none)
		believe_units(run);
	else if (call->args.again) {
		call_settle(call, err); /* nothing has been found out: the record stays pending */
		return;
	}
	conclude(call);
}

static void audit(struct call *call)
{
	int64_t least = clock_monotonic() + 2 * call->net->options.attempt_ms;

	/* However late it is: not to know is worse. */
	if (call->deadline < least)
		call->deadline = least;
	base_send(call, &(struct base_send){.method = METHOD_GET,
					    .path = "/Purchase",
					    .repeatable = true,
					    .check = check_audit,
					    .done = audit_done});
}

/* ---- sending ---- */

static void send_unit(struct call *call);

static void unit_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct purchase_run *run = run_of(call);
	struct net_recorded *recorded = &run->recorded[run->line];

	base_note(call, answer);
	if (!err) {
		recorded->recorded++;
		send_unit(call);
		return;
	}
	run->why = *err;
	run->stopped = true;
	/* A refusal recorded nothing. After anything else only the list can tell. */
	if (err->http_status >= 400 && err->http_status < 500) {
		conclude(call);
		return;
	}
	recorded->unknown = 1;
	audit(call);
}

static void write_unit(struct call *call, const struct run_line *line)
{
	struct buf *body = &base_job(call)->body;
	struct json json = json_writer(body);
	const char *const members[][2] = {
	    {"client_name", base_of(call)->own_name},
	    {"seller_name", line->seller_name},
	    {"product_name", line->name},
	    {"price", line->price_text},
	    {"purchase_date", run_of(call)->date},
	};

	buf_reset(body);
	json_open(&json, '{');
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		json_member_string(&json, members[i][0], members[i][1]);
	json_close(&json, '}');
}

static void send_unit(struct call *call)
{
	struct purchase_run *run = run_of(call);

	while (run->line < run->request->items_count &&
	       run->recorded[run->line].recorded == run->recorded[run->line].quantity)
		run->line++;
	if (run->line == run->request->items_count) {
		conclude(call);
		return;
	}
	write_unit(call, &run->lines[run->line]);
	base_send(call,
		  &(struct base_send){.method = METHOD_POST, .path = "/Purchase", .body = true, .done = unit_done});
}

/* ---- may it be bought? ---- */

static const char *fault_of(const struct run_line *line)
{
	if (!line->product)
		return "is no longer sold";
	if (line->product->product.price < 0 || !*line->seller_name)
		return "can't be bought here";
	return line->product->product.price == line->item->price ? NULL : "has another price now";
}

static void write_fault(struct json *errors, size_t index, const char *detail)
{
	char pointer[32];

	snprintf(pointer, sizeof pointer, "/items/%zu", index);
	json_open(errors, '{');
	json_member_string(errors, "pointer", pointer);
	json_member_string(errors, "detail", detail);
	json_close(errors, '}');
}

/* The same problem that the full platform would answer: what is wrong with each, and the products as they are now. */
static cJSON *make_problem(const struct purchase_run *run)
{
	struct buf text;
	struct json json = json_writer(&text);

	buf_init(&text, 1024 * 1024);
	json_open(&json, '{');
	json_member_open(&json, "errors", '[');
	for (size_t i = 0; i < run->request->items_count; i++)
		if (fault_of(&run->lines[i]))
			write_fault(&json, i, fault_of(&run->lines[i]));
	json_close(&json, ']');
	json_member_open(&json, "products", '[');
	for (size_t i = 0; i < run->request->items_count; i++)
		if (fault_of(&run->lines[i]) && run->lines[i].product && run->lines[i].product->product.price >= 0)
			shape_write(&product_shape, &run->lines[i].product->product, &json);
	json_close(&json, ']');
	json_close(&json, '}');
	cJSON *problem = text.failed ? NULL : json_parse(text.bytes, text.length, JSON_VALUES_REQUEST, NULL);
	buf_done(&text);
	return problem;
}

/* True when nothing is wrong; otherwise the call is settled. */
static bool check_lines(struct call *call)
{
	struct purchase_run *run = run_of(call);
	size_t faults = 0, repriced = 0, first = 0;
	struct err err;

	for (size_t i = 0; i < run->request->items_count; i++) {
		const struct run_line *line = &run->lines[i];

		if (!fault_of(line))
			continue;
		first = faults++ ? first : i;
		repriced += line->product && line->product->product.price >= 0 && *line->seller_name;
	}
	if (!faults)
		return true;
	reply_set_problem(call->reply, make_problem(run));
	err_code(&err, ERR_CONFLICT, repriced == faults ? "price_changed" : "out_of_stock", "%.80s %s",
		 run->lines[first].name ? run->lines[first].name : "A product", fault_of(&run->lines[first]));
	snprintf(err.field, sizeof err.field, "items/%zu", first);
	err.http_status = 0;
	call_settle(call, &err);
	return false;
}

/* ---- the way there ---- */

static bool fill_line(struct call *call, struct run_line *line, struct net_recorded *recorded)
{
	struct arena *arena = &call->reply->arena;
	const struct product *product = line->product ? &line->product->product : NULL;

	recorded->product_id = arena_strdup(arena, line->item->product_id);
	recorded->product_name = "";
	recorded->quantity = line->item->quantity;
	if (!product)
		return recorded->product_id;
	line->name = recorded->product_name = arena_strdup(arena, product->name);
	line->seller_name = arena_strdup(arena, product->seller_name);
	line->price_text = arena_strdup(arena, product->price_text);
	return recorded->product_id && line->name && line->seller_name && line->price_text;
}

static bool fill_lines(struct call *call)
{
	struct purchase_run *run = run_of(call);
	size_t lines = run->request->items_count;

	run->lines = arena_array(&call->arena, lines, sizeof *run->lines);
	run->recorded = arena_array(&call->reply->arena, lines, sizeof *run->recorded);
	if (!run->lines || !run->recorded)
		return false;
	for (size_t i = 0; i < lines; i++) {
		run->lines[i].item = &run->request->items[i];
		run->lines[i].product = catalogue_find(base_of(call)->catalogue, run->request->items[i].product_id);
		if (!fill_line(call, &run->lines[i], &run->recorded[i]))
			return false;
	}
	return true;
}

static void with_catalogue(struct call *call, const struct err *err)
{
	if (err)
		call_settle(call, err);
	else if (!fill_lines(call))
		base_no_memory(call);
	else if (call->args.again)
		audit(call);
	else if (check_lines(call))
		send_unit(call);
}

static void with_name(struct call *call, const struct err *err)
{
	if (err) {
		call_settle(call, err);
		return;
	}
	call->args.fresh = true; /* nobody buys at yesterday's price */
	catalogue_need(call, with_catalogue);
}

static bool check_size(struct call *call, const struct purchase_request *request)
{
	int64_t units = 0;
	struct err err;

	for (size_t i = 0; i < request->items_count; i++)
		if (request->items[i].quantity < 1 || request->items[i].quantity > UNITS_MAX ||
		    (units += request->items[i].quantity) > UNITS_MAX) {
			err_set(&err, ERR_INVALID, "This shop records one unit at a time: at most %d in one purchase",
				UNITS_MAX);
			snprintf(err.field, sizeof err.field, "items/%zu/quantity", i);
			err.http_status = 0;
			call_settle(call, &err);
			return false;
		}
	if (request->items_count)
		return true;
	err_set(&err, ERR_INVALID, "There is nothing to buy");
	call_settle(call, &err);
	return false;
}

void base_purchase_create(struct call *call)
{
	struct purchase_run *run = arena_alloc(&call->arena, sizeof *run);
	const struct purchase_request *request = run ? base_body(call) : NULL;

	if (!run)
		base_no_memory(call);
	if (!request || !check_size(call, request))
		return;
	base_job(call)->run = run;
	run->request = request;
	run->at = call->args.started_at ? call->args.started_at : clock_now();
	clock_format(run->at, run->date);
	base_need_name(call, with_name);
}
