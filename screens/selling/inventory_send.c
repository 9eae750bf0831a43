/* Sends a seller's changes: up to 100 products at a time; in the base profile one by one. Afterwards every product is
 * confirmed, refused with a reason, in conflict, or still not sent; none is lost. */
#include <string.h>

#include "screens/selling/inventory.h"

static void send_next(struct inventory_changes *changes);

static void end_run(struct inventory_changes *changes)
{
	struct app *app = changes->app;
	size_t left = inventory_model_changed(&changes->model);
	size_t saved = changes->changed_before > left ? changes->changed_before - left : 0;

	changes->sending = false;
	if (!left)
		app_say(app, TOAST_GOOD, NULL, saved == 1 ? "Saved: %zu product" : "Saved: %zu products", saved);
	else if (!changes->broken)
		app_say(app, TOAST_WARN, NULL, "%zu saved, %zu not: each one says why", saved, left);
	if (changes->ended)
		changes->ended(changes->context);
	app_dirty(app);
}

static void fail_all(struct inventory_changes *changes, bool sent, const char *why)
{
	for (size_t i = 0; i < changes->sent_count; i++)
		inventory_model_failed(&changes->model, changes->sent[i], sent, why);
}

static void take_outcomes(struct inventory_changes *changes, const struct product_batch_answer *answer)
{
	for (size_t i = 0; i < answer->outcomes_count; i++) {
		const struct product_outcome *outcome = &answer->outcomes[i];

		if (outcome->index < 0 || (size_t)outcome->index >= changes->sent_count)
			continue;
		inventory_model_outcome(&changes->model, changes->sent[outcome->index], outcome->status,
					outcome->problem.code, outcome->problem.message, outcome->product);
		changes->gone |= outcome->status == 404;
		if (outcome->status > 0 || changes->broken)
			continue;
		changes->broken = true;
		app_say(changes->app, TOAST_BAD, NULL, "Not all was sent: %s",
			outcome->problem.message ? outcome->problem.message : "no answer came");
	}
	/* A product without an answer is not confirmed. */
	fail_all(changes, true, "The shop gave no answer about this one. Sending it again does no harm.");
}

bool inventory_may_be_done(enum err_kind kind)
{
	return kind == ERR_NETWORK || kind == ERR_TLS || kind == ERR_TIMEOUT || kind == ERR_PROTOCOL ||
	       kind == ERR_INTERNAL || kind == ERR_UNAVAILABLE;
}

static void on_batch(struct app *app, void *state, struct net_reply *reply)
{
	struct inventory_changes *changes = state;

	if (reply->ok) {
		take_outcomes(changes, reply->answer);
	} else {
		bool perhaps = reply->attempts > 0 && inventory_may_be_done(reply->err.kind);

		fail_all(changes, perhaps,
			 perhaps ? "No answer came, so this may be saved or not. Sending it again does no harm."
				 : reply->err.message);
		changes->broken = true;
		app_failed(app, &reply->err);
	}
	changes->sent_count = 0;
	if (changes->broken)
		end_run(changes);
	else
		send_next(changes);
}

static void send_next(struct inventory_changes *changes)
{
	struct net *net = app_net(changes->app);
	bool base = net_profile(net) == NET_PROFILE_BASE;
	struct edit *edits[LIMIT_BATCH];
	struct product_change items[LIMIT_BATCH];
	const struct product_batch batch = {.items = items,
					    /* One by one where each is a call of its own. */
					    .items_count = inventory_model_next(&changes->model, edits,
										base ? 1 : LIMIT_BATCH)};

	changes->sent_count = batch.items_count;
	if (!batch.items_count) {
		end_run(changes);
		return;
	}
	for (size_t i = 0; i < batch.items_count; i++) {
		edit_change(edits[i], !base, &product_batch_item_shape, &items[i]);
		memcpy(changes->sent[i], edits[i]->id, EDIT_ID);
	}
	if (app_call(changes->app, changes, API_product_batch, &(struct net_args){.body = &batch}, on_batch))
		return;
	fail_all(changes, false, "There was not enough memory to send this");
	changes->sent_count = 0;
	changes->broken = true;
	end_run(changes);
}

void inventory_send(struct inventory_changes *changes)
{
	if (changes->sending)
		return;
	changes->changed_before = inventory_model_changed(&changes->model);
	if (!changes->changed_before)
		return;
	changes->sending = true;
	changes->broken = false;
	inventory_model_begin(&changes->model);
	send_next(changes);
}

bool inventory_give_up(struct inventory_changes *changes)
{
	if (!app_waiting(changes->app, changes))
		return false;
	net_cancel_owner(app_net(changes->app), changes);
	app_say(changes->app, TOAST_WARN, NULL,
		changes->sending ? "You stopped waiting. Some of it may have been saved."
				 : "You stopped waiting. It may have been done: r shows it.");
	if (!changes->sending)
		return true;
	fail_all(changes, true, "You stopped waiting, so this may be saved or not. Sending it again does no harm.");
	changes->sent_count = 0;
	changes->broken = true;
	end_run(changes);
	return true;
}
