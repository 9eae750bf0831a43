/* Buying in the base profile: one POST for each unit, one after the other, since the first platform records single
 * units.
 *
 * It knows no idempotency keys. The purchase's date takes their place: the moment its pending record was made, to the
 * millisecond, the same in each of its units. Nothing is ever sent a second time by itself.
 *
 * A unit is acknowledged, or refused in the platform's own words, or nobody knows: no answer in time, a gateway's 504,
 * a lost or senseless answer. Then it may be recorded already, or minutes later. If the list of purchases has it, it is
 * recorded. If not, that means nothing until the time is over in which it may still be recorded (net/pending.h). Units
 * are sent in the order of the lines, and the next one only after the one before was acknowledged: so the recorded
 * units are always the first ones, and at most one unit is unknown.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "models/money.h"
#include "net/first/fetch.h"
#include "net/first/history.h"
#include "net/first/starts.h"
#include "net/pending.h"

enum { UNITS_MAX = 100 };

/* The pause between two looks at the list, in pauses of the options; it doubles each time. */
enum { LOOK_FIRST = 4, LOOK_LAST = 100 };

struct run_line {
	const struct purchase_item *item;
	const struct item *product; /* in the catalogue; NULL: gone */
	const char *name, *seller_name, *price_text;
};

struct units_run {
	const struct purchase_request *request;
	struct pending *pending;
	struct pending none; /* when the caller has none */
	const char *client_id, *client_name; /* whose it is, even if another client signs in meanwhile */
	struct run_line *lines;
	struct net_recorded *recorded;
	int64_t wanted;         /* units of all lines */
	int64_t recorded_units; /* surely recorded: the first ones */
	int64_t seen;           /* in the list of purchases, as it was read last */
	bool over;              /* nothing could be recorded any more when the list was asked for */
	char date[CLOCK_RFC3339_SIZE];
	int64_t pause;  /* before the next look at the list, in ms; 0: not looked yet */
	struct err why; /* what stopped it */
	bool stopped;
};

static struct units_run *run_of(struct call *call)
{
	return job_of(call)->run;
}

/* ---- the end ---- */

/* Shares the units among the lines: the first ones are recorded, and the next one may be unknown. */
static void share(const struct units_run *run, bool unknown)
{
	int64_t left = run->recorded_units;

	for (size_t i = 0; i < run->request->items_count; i++) {
		struct net_recorded *recorded = &run->recorded[i];

		recorded->recorded = left < recorded->quantity ? left : recorded->quantity;
		left -= recorded->recorded;
		recorded->unknown = unknown && recorded->recorded < recorded->quantity;
		unknown = unknown && !recorded->unknown;
	}
}

/* From here on the reply says which units are recorded, however the call ends. */
static void publish(struct call *call, bool unknown)
{
	share(run_of(call), unknown);
	call->reply->recorded = run_of(call)->recorded;
	call->reply->recorded_count = run_of(call)->request->items_count;
}

static void answer_purchase(struct call *call)
{
	struct units_run *run = run_of(call);
	struct arena *arena = &call->reply->arena;
	struct purchase *purchase = job_alloc(call, sizeof *purchase);
	size_t lines = run->request->items_count;

	if (!purchase)
		return;
	*purchase = (struct purchase){.id = "",
				      .client_id = arena_strdup(arena, run->client_id),
				      .client_name = arena_strdup(arena, run->client_name),
				      .purchase_date = run->pending->started_at,
				      .status = SALE_PLACED,
				      .currency = "",
				      .lines = arena_array(arena, lines, sizeof *purchase->lines),
				      .lines_count = lines};
	for (size_t i = 0; purchase->lines && i < lines; i++) {
		const struct run_line *line = &run->lines[i];
		int64_t amount;

		purchase->lines[i] = (struct purchase_line){.product_id = run->recorded[i].product_id,
							    .product_name = line->name ? line->name : "",
							    .seller_id = "",
							    .seller_name = line->seller_name ? line->seller_name : "",
							    .price = line->item->price,
							    .price_text = line->price_text,
							    .quantity = line->item->quantity,
							    .status = SALE_PLACED};
		if (money_multiply(line->item->price, line->item->quantity, &amount))
			money_add(purchase->total, amount, &purchase->total);
	}
	if (purchase->lines && purchase->client_id && purchase->client_name)
		job_answer(call, purchase);
	else
		job_no_memory(call);
}

/* Ends the call with all that can be known: all units are there, or the reply says which. */
static void conclude(struct call *call, bool unknown)
{
	struct units_run *run = run_of(call);
	long long recorded = run->recorded_units, wanted = run->wanted;
	struct err err;

	publish(call, unknown);
	if (recorded == wanted) {
		answer_purchase(call);
		return;
	}
	enum err_kind kind = run->stopped ? run->why.kind : ERR_CONFLICT;
	const char *why = run->stopped ? run->why.message : "It was interrupted";
	if (unknown)
		err_code(&err, kind, "not_known", "%lld of %lld units are recorded, and perhaps one more: %s", recorded,
			 wanted, why);
	else
		err_code(&err, kind, recorded ? "partly_recorded" : "not_recorded",
			 "%lld of %lld units are recorded: %s", recorded, wanted, why);
	err.http_status = run->stopped ? run->why.http_status : 0;
	call_settle(call, &err);
}

/* ---- which units are there? ---- */

static void audit(struct call *call);

/* The client's name and the millisecond are enough: no other purchase has both. Names and prices are not compared,
 * since the platform may write them differently. */
static void count_units(struct units_run *run, const struct unit *units, size_t count)
{
	run->seen = 0;
	for (size_t i = 0; i < count; i++)
		run->seen += units[i].at == run->pending->started_at;
	if (run->seen > run->wanted)
		run->seen = run->wanted;
}

static bool check_audit(void *context, struct answer *answer, struct err *err)
{
	struct call *call = context;
	struct unit *units;
	size_t count;
	struct arena arena;

	arena_init(&arena, CATALOGUE_ARENA);
	bool good = history_read(answer->http, run_of(call)->client_name, &arena, &units, &count, err);
	if (good)
		count_units(run_of(call), units, count);
	arena_done(&arena);
	return good;
}

/* Looks again later, and less often each time; but at once when the time is over in which a unit may still be
 * recorded. */
static void look_later(struct call *call)
{
	struct units_run *run = run_of(call);
	int64_t step = call->all->exchanges->pause_ms,
		wait = pending_wait(run->pending, first_of(call)->options.late_ms);

	run->pause = run->pause ? 2 * run->pause : LOOK_FIRST * step;
	if (run->pause > LOOK_LAST * step)
		run->pause = LOOK_LAST * step;
	call_pause(call, wait && wait < run->pause ? wait + 1 : run->pause, audit);
}

static void audit_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct units_run *run = run_of(call);
	bool asked = !err || err->http_status == 404; /* 404: it has none at all */

	job_note(call, answer);
	/* What was acknowledged is recorded, whatever the list says. */
	if (run->seen > run->recorded_units)
		run->recorded_units = run->seen;
	if (asked && (run->recorded_units >= run->pending->sent || run->over))
		conclude(call, false);
	else if (call->args.again)
		look_later(call);
	else
		conclude(call, true);
}

static void audit(struct call *call)
{
	struct units_run *run = run_of(call);
	const struct session *session = call->all->tokens->session;
	struct err err;

	publish(call, run->recorded_units < run->pending->sent);
	run->over = !pending_wait(run->pending, first_of(call)->options.late_ms);
	if (!session || strcmp(session->user_id, run->client_id) != 0) {
		err_set(&err, ERR_UNAUTHENTICATED, "Sign in again to find out");
		call_settle(call, &err);
		return;
	}
	job_send(call, &(struct job_send){.method = METHOD_GET,
					    .path = "/Purchase",
					    .repeatable = true,
					    .deadline_ms = 2 * call->all->exchanges->attempt_ms,
					    .check = check_audit,
					    .done = audit_done});
}

/* ---- sending ---- */

static void send_unit(struct call *call);

static void stop(struct call *call, const struct err *why)
{
	run_of(call)->why = *why;
	run_of(call)->stopped = true;
}

/* The platform answers with an object. A page from something on the way says nothing about the unit. */
static bool check_unit(void *context, struct answer *answer, struct err *err)
{
	struct err cause;
	cJSON *json = json_parse(buf_str(&answer->http->body), answer->http->body.length, JSON_VALUES_ANSWER, &cause);
	bool good = cJSON_IsObject(json);

	(void)context;
	cJSON_Delete(json);
	return good || err_set(err, ERR_PROTOCOL, "What answers is not the shop");
}

/* Is it sure that this unit was not recorded: was nothing sent, or did the platform say so? */
static bool is_refused(const struct answer *answer, const struct err *err)
{
	return !answer->sent ||
	       (answer->problem && err->http_status >= 400 && err->http_status < 500 && err->kind != ERR_TIMEOUT);
}

static void unit_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct units_run *run = run_of(call);
	bool refused = err && is_refused(answer, err);

	job_note(call, answer);
	if (!err) {
		assert(run->recorded_units < run->wanted);
		run->recorded_units++;
		send_unit(call);
		return;
	}
	stop(call, err);
	if (refused)
		conclude(call, false);
	else
		audit(call);
}

static void write_unit(struct call *call, const struct run_line *line)
{
	struct buf *body = &job_of(call)->body;
	struct json json = json_writer(body);
	const char *const members[][2] = {
	    {"client_name", run_of(call)->client_name},
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

/* The line that the next unit belongs to. */
static const struct run_line *next_line(const struct units_run *run)
{
	int64_t before = run->recorded_units;

	for (size_t i = 0; i < run->request->items_count; i++) {
		if (before < run->recorded[i].quantity)
			return &run->lines[i];
		before -= run->recorded[i].quantity;
	}
	return NULL;
}

static void send_unit(struct call *call)
{
	struct units_run *run = run_of(call);
	const struct run_line *line = next_line(run);
	struct err err;

	if (!line) {
		conclude(call, false);
		return;
	}
	publish(call, false);
	write_unit(call, line);
	if (!pending_sends(run->pending, call->all->tokens->state, first_of(call)->options.late_ms, &err)) {
		stop(call, &err);
		conclude(call, false);
		return;
	}
	job_send(call, &(struct job_send){.method = METHOD_POST,
					    .path = "/Purchase",
					    .body = true,
					    .deadline_ms = first_of(call)->options.unit_ms,
					    .check = check_unit,
					    .done = unit_done});
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
static cJSON *make_problem(const struct units_run *run)
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
	struct units_run *run = run_of(call);
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
	struct units_run *run = run_of(call);
	size_t lines = run->request->items_count;

	run->lines = arena_array(&call->arena, lines, sizeof *run->lines);
	run->recorded = arena_array(&call->reply->arena, lines, sizeof *run->recorded);
	if (!run->lines || !run->recorded)
		return false;
	for (size_t i = 0; i < lines; i++) {
		run->lines[i].item = &run->request->items[i];
		run->lines[i].product = catalogue_find(first_of(call)->catalogue, run->request->items[i].product_id);
		if (!fill_line(call, &run->lines[i], &run->recorded[i]))
			return false;
	}
	return true;
}

static void with_catalogue(struct call *call, const struct err *err);

static void with_name(struct call *call, const struct err *err)
{
	struct units_run *run = run_of(call);

	if (err) {
		call_settle(call, err);
		return;
	}
	run->client_id = arena_strdup(&call->arena, first_of(call)->own_id);
	run->client_name = arena_strdup(&call->arena, first_of(call)->own_name);
	if (!run->client_id || !run->client_name) {
		job_no_memory(call);
		return;
	}
	call->args.fresh = true; /* people buy at the price of now */
	fetch_need(call, with_catalogue);
}

static void look_again(struct call *call)
{
	fetch_need(call, with_catalogue);
}

static void with_catalogue(struct call *call, const struct err *err)
{
	struct units_run *run = run_of(call);

	if (err && call->args.again) {
		call->deadline = clock_monotonic() + call->all->deadline_ms;
		look_later(call);
		call->woken = look_again;
	} else if (err) {
		call_settle(call, err);
	} else if (!fill_lines(call)) {
		job_no_memory(call);
	} else if (call->args.again) {
		run->recorded_units = run->pending->sent ? run->pending->sent - 1 : 0;
		audit(call);
	} else if (check_lines(call)) {
		send_unit(call);
	}
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

void first_purchase_create(struct call *call)
{
	struct units_run *run = arena_alloc(&call->arena, sizeof *run);
	const struct purchase_request *request = run ? job_body(call) : NULL;

	if (!run)
		job_no_memory(call);
	if (!request || !check_size(call, request))
		return;
	job_of(call)->run = run;
	run->request = request;
	run->none.started_at = clock_now();
	run->pending = call->args.pending ? call->args.pending : &run->none;
	clock_format(run->pending->started_at, run->date);
	for (size_t i = 0; i < request->items_count; i++)
		run->wanted += request->items[i].quantity;
	job_need_name(call, with_name);
}
