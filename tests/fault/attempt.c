#include "tests/fault/attempt.h"

#include <stdio.h>
#include <string.h>

void attempt_plan(struct shop *shop, struct attempt *attempt, size_t client, const char *key, size_t goods,
		  uint64_t *random)
{
	struct shop_line lines[3];
	size_t count = 1 + chance_below(random, goods < 3 ? goods : 3), first = chance_below(random, goods);

	for (size_t i = 0; i < count; i++)
		lines[i] = (struct shop_line){(first + i) % goods, 1 + (int64_t)chance_below(random, 3)};
	*attempt = (struct attempt){.client = client};
	snprintf(attempt->key, sizeof attempt->key, "%s", key);
	shop_purchase_body(shop, lines, count, attempt->body);
}

static bool be_surprised(struct shop *shop, const char *what, const struct attempt *attempt, const struct reply *reply)
{
	fprintf(stderr, "%s %s: %ld %s\n", what, attempt->key, reply->status, reply->body);
	if (reply->status >= 500)
		shop_print_log(shop);
	return false;
}

static bool failed(const struct reply *reply)
{
	return !reply->arrived || reply->status >= 500;
}

bool attempt_buy(struct shop *shop, struct caller *caller, struct attempt *attempt, struct reply *ret_reply)
{
	char id[SHOP_ID_SIZE];

	shop_buy(shop, caller, attempt->client, attempt->key, attempt->body, ret_reply);
	if (failed(ret_reply))
		return true;
	if (ret_reply->status != 201 || !reply_member(ret_reply, "id", id, sizeof id))
		return be_surprised(shop, "buying", attempt, ret_reply);
	if (attempt->end == ATTEMPT_BOUGHT && (strcmp(id, attempt->id) != 0 || !ret_reply->replayed))
		return be_surprised(shop, "buying once more", attempt, ret_reply);
	attempt->end = ATTEMPT_BOUGHT;
	snprintf(attempt->id, sizeof attempt->id, "%s", id);
	return true;
}

bool attempt_cancel(struct shop *shop, struct caller *caller, struct attempt *attempt, struct reply *ret_reply)
{
	char path[64];
	bool again = attempt->cancel == ATTEMPT_CANCEL_OPEN;

	snprintf(path, sizeof path, "/Purchase/%s/Cancel", attempt->id);
	attempt->cancel = ATTEMPT_CANCEL_OPEN;
	caller_ask(caller, &(struct ask){"POST", path, shop->clients[attempt->client].token, NULL, NULL}, ret_reply);
	if (failed(ret_reply))
		return true;
	/* Cancelled already by the request that got no answer. */
	if (ret_reply->status != 200 && !(again && reply_is(ret_reply, 409, "illegal_transition")))
		return be_surprised(shop, "cancelling", attempt, ret_reply);
	attempt->cancel = ATTEMPT_CANCELLED;
	return true;
}

bool attempt_settle(struct shop *shop, struct caller *caller, struct attempt *attempt)
{
	static const char *const statuses[] = {[ATTEMPT_KEPT] = "placed", [ATTEMPT_CANCELLED] = "cancelled"};
	char path[64], status[16] = "";
	struct reply reply;

	/* The key gives its first answer, or buys now. */
	if (!attempt_buy(shop, caller, attempt, &reply))
		return false;
	if (attempt->end != ATTEMPT_BOUGHT || failed(&reply))
		return be_surprised(shop, "settling", attempt, &reply);
	if (attempt->cancel == ATTEMPT_CANCEL_OPEN) {
		if (!attempt_cancel(shop, caller, attempt, &reply))
			return false;
		if (attempt->cancel != ATTEMPT_CANCELLED)
			return be_surprised(shop, "settling a cancellation", attempt, &reply);
	}
	snprintf(path, sizeof path, "/Purchase/%s", attempt->id);
	caller_ask(caller, &(struct ask){"GET", path, shop->clients[attempt->client].token, NULL, NULL}, &reply);
	if (reply.status != 200 || !reply_member(&reply, "status", status, sizeof status) ||
	    strcmp(status, statuses[attempt->cancel]) != 0)
		return be_surprised(shop, "looking up", attempt, &reply);
	return true;
}
