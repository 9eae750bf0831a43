/* Sellers' changes in the base profile: POST and PATCH /Product, which answer a message only; and a batch as one after
 * the other. */
#include <string.h>

#include "models/money.h"
#include "net/first/fetch.h"
#include "net/first/starts.h"

static bool given(const struct product_change *change, const struct shape *shape, const char *member)
{
	return shape_given(shape, change, member);
}

/* The first platform's body: seller_id and what is given of name, price and category. */
static void write_change(struct call *call, const struct product_change *change, const struct shape *shape)
{
	struct buf *body = &job_of(call)->body;
	struct json json = json_writer(body);
	char price[MONEY_SIZE];

	buf_reset(body);
	json_open(&json, '{');
	json_member_string(&json, "seller_id",
			   change->seller_id ? change->seller_id : call->all->tokens->session->user_id);
	if (given(change, shape, "name"))
		json_member_string(&json, "name", change->name);
	if (given(change, shape, "price")) {
		money_format(change->price, price);
		json_member_string(&json, "price", price);
	}
	if (given(change, shape, "category"))
		json_member_string(&json, "category", change->category);
	json_close(&json, '}');
}

/* What this platform can't store must be refused, not lost in silence. */
static bool fits(const struct product_change *change, const struct shape *shape, struct err *err)
{
	const char *field = given(change, shape, "description") && change->description && *change->description
				? "description"
			    : given(change, shape, "stock") && change->stock > 0 ? "stock"
										 : NULL;

	if (!field)
		return true;
	err_code(err, ERR_INVALID, "not_offered", "This shop keeps no %s", field);
	memcpy(err->field, field, strlen(field) + 1);
	err->http_status = 0;
	return false;
}

/* The product as it should be now: as it was, if that is known, with what was given. */
static bool make_product(struct call *call, const char *id, const struct product_change *change,
			 const struct shape *shape, struct product *ret_product)
{
	struct arena *arena = &call->reply->arena;
	const struct catalogue *catalogue = first_of(call)->catalogue;
	const struct item *item = id && catalogue ? catalogue_find(catalogue, id) : NULL;
	struct product product = item ? item->product : (struct product){.stock = -1, .version = 1, .price = -1};
	char price[MONEY_SIZE];

	product.id = id ? id : "";
	product.seller_id = change->seller_id ? change->seller_id : product.seller_id;
	product.name = given(change, shape, "name") ? change->name : product.name;
	product.category = given(change, shape, "category") ? change->category : product.category;
	if (given(change, shape, "price")) {
		product.price = change->price;
		money_format(change->price, price);
		product.price_text = price;
	}

	const char **texts[] = {&product.id,       &product.name,      &product.description, &product.currency,
				&product.category, &product.seller_id, &product.seller_name, &product.price_text};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		*texts[i] = arena_strdup(arena, *texts[i] ? *texts[i] : "");
		if (!*texts[i])
			return false;
	}
	*ret_product = product;
	return true;
}

static const char *product_path(struct call *call, const char *id)
{
	struct buf *path = &job_of(call)->path;

	buf_reset(path);
	buf_add_str(path, "/Product");
	if (id) {
		buf_add_char(path, '/');
		url_escape(path, id);
	}
	return path->failed ? "/" : path->bytes;
}

static void send_change(struct call *call, const char *id, const struct product_change *change,
			const struct shape *shape, job_done *done)
{
	write_change(call, change, shape);
	job_send(call, &(struct job_send){.method = id ? METHOD_PATCH : METHOD_POST,
					    .path = product_path(call, id),
					    .body = true,
					    .done = done});
}

/* ---- one ---- */

static void change_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;

	job_note(call, answer);
	fetch_changed(first_of(call));
	if (err) {
		call_settle(call, err);
		return;
	}

	const struct product_change *change = job_body(call);
	struct product *product = change ? job_alloc(call, sizeof *product) : NULL;
	if (!product)
		return;
	if (make_product(call, call->args.id, change, api_rows[call->op].body, product))
		job_answer(call, product);
	else
		job_no_memory(call);
}

static void start_change(struct call *call, const char *id)
{
	const struct shape *shape = api_rows[call->op].body;
	const struct product_change *change = job_body(call);
	struct err err;

	if (!change)
		return;
	if (fits(change, shape, &err))
		send_change(call, id, change, shape, change_done);
	else
		call_settle(call, &err);
}

void first_product_create(struct call *call)
{
	call->args.id = NULL;
	start_change(call, NULL);
}

void first_product_update(struct call *call)
{
	start_change(call, call->args.id);
}

/* ---- many ---- */

struct batch_run {
	const struct product_batch *batch;
	struct product_batch_answer *answer;
	size_t at;
};

static void next_item(struct call *call);

static struct product_outcome *outcome_of(struct call *call)
{
	struct batch_run *run = job_of(call)->batch;

	return &run->answer->outcomes[run->at];
}

static void set_outcome(struct call *call, int64_t status, const char *code, const char *message)
{
	struct product_outcome *outcome = outcome_of(call);
	struct arena *arena = &call->reply->arena;

	outcome->status = status;
	outcome->problem.code = arena_strdup(arena, code);
	outcome->problem.message = arena_strdup(arena, message);
}

/* The one that failed without a status may have been done or not; those after it were not sent. */
static void stop_batch(struct call *call, const struct err *err)
{
	struct batch_run *run = job_of(call)->batch;

	set_outcome(call, 0, "unknown", err->message);
	for (run->at++; run->at < run->batch->items_count; run->at++)
		set_outcome(call, 0, "not_sent", "This one was not sent any more");
	job_answer(call, run->answer);
}

/* If not, the change may have been made, or may still be made: no answer came, or one that the platform did not write,
 * such as a gateway's 504. */
static bool is_answered(const struct err *err)
{
	return err->http_status && err->kind != ERR_UNAVAILABLE && err->kind != ERR_TIMEOUT &&
	       err->kind != ERR_PROTOCOL;
}

static void item_done(void *context, struct answer *answer, const struct err *err)
{
	struct call *call = context;
	struct batch_run *run = job_of(call)->batch;
	const struct product_change *change = &run->batch->items[run->at];

	job_note(call, answer);
	fetch_changed(first_of(call));
	if (err && !is_answered(err)) {
		stop_batch(call, err);
		return;
	}
	if (err) {
		set_outcome(call, err->http_status, err->code, err->message);
	} else {
		struct product *product = arena_alloc(&call->reply->arena, sizeof *product);

		set_outcome(call, change->id ? 200 : 201, NULL, NULL);
		if (product && make_product(call, change->id, change, &product_batch_item_shape, product))
			outcome_of(call)->product = product;
	}
	run->at++;
	next_item(call);
}

static void next_item(struct call *call)
{
	struct batch_run *run = job_of(call)->batch;
	struct err err;

	for (; run->at < run->batch->items_count; run->at++) {
		const struct product_change *change = &run->batch->items[run->at];

		outcome_of(call)->index = (int64_t)run->at;
		if (fits(change, &product_batch_item_shape, &err)) {
			send_change(call, change->id, change, &product_batch_item_shape, item_done);
			return;
		}
		set_outcome(call, 400, err.code, err.message);
	}
	job_answer(call, run->answer);
}

void first_product_batch(struct call *call)
{
	struct batch_run *run = arena_alloc(&call->arena, sizeof *run);
	const struct product_batch *batch = run ? job_body(call) : NULL;

	if (!run)
		job_no_memory(call);
	if (!batch)
		return;
	run->batch = batch;
	run->answer = job_alloc(call, sizeof *run->answer);
	if (!run->answer)
		return;
	run->answer->outcomes = job_alloc(call, (batch->items_count + 1) * sizeof *run->answer->outcomes);
	run->answer->outcomes_count = batch->items_count;
	job_of(call)->batch = run;
	for (size_t i = 0; run->answer->outcomes && i < batch->items_count; i++)
		run->answer->outcomes[i].index = (int64_t)i;
	if (run->answer->outcomes)
		next_item(call);
}
