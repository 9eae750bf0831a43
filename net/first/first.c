#include "net/first/first.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/first/fetch.h"
#include "net/first/starts.h"

/* ---- the platform itself ---- */

static void service(struct call *call)
{
	static const struct service none = {.name = "", .version = "", .profile = "base", .currency = ""};

	job_answer(call, &none);
}

static void health_done(void *context, struct answer *answer, const struct err *err)
{
	static const struct health good = {.status = "ok"};
	struct call *call = context;
	bool alive = answer->http && answer->http->status < 500;

	job_note(call, answer);
	if (alive)
		job_answer(call, &good);
	else
		call_settle(call, err);
}

static void health(struct call *call)
{
	job_send(call,
		  &(struct job_send){.method = METHOD_GET, .path = "/", .repeatable = true, .done = health_done});
}

/* There is nothing to revoke here; net_sign_out forgets the session on this side. */
static void logout(struct call *call)
{
	call_settle(call, NULL);
}

/* ---- the table ---- */

/* The calls that the first platform offers, and how each one starts. It has no others. */
static void (*const starts[API_OPS])(struct call *call) = {
    [API_service] = service,
    [API_health] = health,
    [API_login] = first_login,
    [API_logout] = logout,
    [API_client_create] = first_sign_up,
    [API_client_get] = first_client_get,
    [API_seller_create] = first_sign_up,
    [API_seller_list] = first_seller_list,
    [API_seller_get] = first_seller_get,
    [API_product_list] = first_product_list,
    [API_product_get] = first_product_get,
    [API_product_create] = first_product_create,
    [API_product_update] = first_product_update,
    [API_product_batch] = first_product_batch,
    [API_category_list] = first_category_list,
    [API_purchase_create] = first_purchase_create,
    [API_purchase_list] = first_purchase_list,
    [API_purchase_get] = first_purchase_get,
};

bool first_offers(enum api_op op)
{
	return starts[op];
}

void first_start(struct first *first, struct call *call)
{
	struct err err;

	assert(first_offers(call->op));
	if (!job_new(first, call))
		return;
	if (strstr(api_rows[call->op].path, "{id}") && (!call->args.id || !*call->args.id)) {
		err_set(&err, ERR_INVALID, "It is not said which one is meant");
		call_settle(call, &err);
		return;
	}
	starts[call->op](call);
}

/* ---- from the beginning to the end ---- */

struct first *first_new(struct calls *calls, const struct first_options *options, struct err *err)
{
	struct first *first = calloc(1, sizeof *first);

	if (!first) {
		err_memory(err, "starting the base profile");
		return NULL;
	}
	first->calls = calls;
	first->options = *options;
	return first;
}

struct first *first_free(struct first *first)
{
	if (!first)
		return NULL;
	fetch_done(first);
	free(first->own_id);
	free(first->own_name);
	free(first);
	return NULL;
}
