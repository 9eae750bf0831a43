#include "net/first/fetch.h"

#include "base/clock.h"

static struct call *find_waiting(const struct calls *calls)
{
	struct call *call = calls->first;

	while (call && !(call->job && !call->settled && job_of(call)->ready))
		call = call->next;
	return call;
}

/* All calls that wait go on: with first->catalogue, or with the error. */
static void wake(struct first *first, const struct err *err)
{
	struct call *call;

	while ((call = find_waiting(first->calls))) {
		void (*ready)(struct call *, const struct err *) = job_of(call)->ready;

		job_of(call)->ready = NULL;
		ready(call, err);
	}
}

static void drop_loading(struct first *first)
{
	first->products = exchange_cancel(first->products);
	first->sellers = exchange_cancel(first->sellers);
	first->loading = catalogue_free(first->loading);
}

static void loaded_part(struct first *first, struct answer *answer, const struct err *err)
{
	struct err cause;

	/* 404 is this platform's way to say that a list is empty. */
	if (err && !(answer->http && answer->http->status == 404)) {
		cause = *err;
		drop_loading(first);
		wake(first, &cause);
		return;
	}
	if (first->products || first->sellers)
		return;
	if (!catalogue_join(first->loading, &cause)) {
		drop_loading(first);
		wake(first, &cause);
		return;
	}
	catalogue_free(first->catalogue);
	first->catalogue = first->loading;
	first->loading = NULL;
	first->loaded_at = first->changed ? 0 : clock_monotonic();
	wake(first, NULL);
}

static bool check_products(void *context, struct answer *answer, struct err *err)
{
	return catalogue_read_products(((struct first *)context)->loading, answer->http, err);
}

static void products_done(void *context, struct answer *answer, const struct err *err)
{
	struct first *first = context;

	first->products = NULL;
	loaded_part(first, answer, err);
}

static bool check_sellers(void *context, struct answer *answer, struct err *err)
{
	return catalogue_read_sellers(((struct first *)context)->loading, answer->http, err);
}

static void sellers_done(void *context, struct answer *answer, const struct err *err)
{
	struct first *first = context;

	first->sellers = NULL;
	loaded_part(first, answer, err);
}

static bool load(struct first *first, int64_t deadline, struct err *err)
{
	struct exchange_request request = {
	    .method = METHOD_GET,
	    .path = "/Product",
	    .repeatable = true,
	    .answer_max = JOB_LIST_MAX,
	    .deadline = deadline,
	    .check = check_products,
	    .done = products_done,
	    .context = first,
	};

	first->changed = false;
	first->loading = catalogue_new();
	if (!first->loading)
		return err_memory(err, "reading the products");
	first->products = exchange_start(first->calls->exchanges, &request, err);
	request.path = "/Seller";
	request.check = check_sellers;
	request.done = sellers_done;
	first->sellers = first->products ? exchange_start(first->calls->exchanges, &request, err) : NULL;
	if (first->sellers)
		return true;
	drop_loading(first);
	return false;
}

void fetch_need(struct call *call, void (*ready)(struct call *call, const struct err *err))
{
	struct first *first = first_of(call);
	struct err err;
	bool fresh = first->catalogue && first->loaded_at && !call->args.fresh &&
		     clock_monotonic() - first->loaded_at < first->options.fresh_ms;

	if (fresh) {
		ready(call, NULL);
		return;
	}
	job_of(call)->ready = ready;
	if (!first->loading && !load(first, call->deadline, &err)) {
		job_of(call)->ready = NULL;
		ready(call, &err);
	}
}

void fetch_changed(struct first *first)
{
	first->loaded_at = 0;
	first->changed = true;
}

void fetch_done(struct first *first)
{
	drop_loading(first);
	first->catalogue = catalogue_free(first->catalogue);
}
