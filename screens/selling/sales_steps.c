/* The steps of a sale, and how a sale is shown: for the list of sales and for the screen of one. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "models/money.h"
#include "screens/selling/sales.h"

/* ---- steps ---- */

static const struct {
	enum api_op op;
	enum sale_status becomes;
	const char *yes;  /* the label of `y` */
	const char *done; /* what people are told when it is done */
} steps[STEPS] = {
    [STEP_SHIP] = {API_sale_ship, SALE_SHIPPED, "it is on its way", "The sale is marked as shipped."},
    [STEP_DELIVER] = {API_sale_deliver, SALE_DELIVERED, "it has arrived", "The sale is marked as delivered."},
    [STEP_CANCEL] = {API_sale_cancel, SALE_CANCELLED, "cancel the sale",
		     "The sale is cancelled, and its goods are back in stock."},
};

bool sales_may(enum sale_status status, enum sales_step step)
{
	return sale_may_become(status, steps[step].becomes);
}

void sales_ask(struct app *app, void *state, struct sales_doing *doing, enum sales_step step, const struct sale *sale,
	       app_answer *yes)
{
	if (doing->busy)
		return;
	doing->step = step;
	snprintf(doing->id, sizeof doing->id, "%s", sale->id);
	switch (step) {
	case STEP_SHIP:
		app_ask(app, state, steps[step].yes, yes, "Is the sale to %s on its way? This can't be taken back.",
			sale->client_name);
		break;
	case STEP_DELIVER:
		app_ask(app, state, steps[step].yes, yes, "Has the sale to %s arrived? This can't be taken back.",
			sale->client_name);
		break;
	case STEP_CANCEL:
		app_ask(app, state, steps[step].yes, yes, "Cancel the sale to %s? Its goods go back into stock.",
			sale->client_name);
		break;
	case STEPS:
		assert(false); /* not a step */
		break;
	}
}

void sales_do(struct app *app, void *state, struct sales_doing *doing, app_reply *reply)
{
	if (!doing->busy)
		doing->busy =
		    app_call(app, state, steps[doing->step].op, &(struct net_args){.id = doing->id}, reply) != 0;
}

bool sales_done(struct app *app, struct sales_doing *doing, const struct net_reply *reply)
{
	doing->busy = false;
	if (!reply->ok) {
		app_failed(app, &reply->err);
		return false;
	}
	app_say(app, TOAST_GOOD, NULL, "%s", steps[doing->step].done);
	app_count_sales(app);
	return true;
}

bool sales_give_up(struct app *app, void *state, struct sales_doing *doing)
{
	if (!doing->busy || !app_waiting(app, state))
		return false;
	net_cancel_owner(app_net(app), state);
	doing->busy = false;
	app_say(app, TOAST_WARN, NULL, "You stopped waiting. It may have been done all the same: the list shows it.");
	return true;
}

/* ---- how a sale is shown ---- */

static void get_line(const void *context, size_t index, struct line *line)
{
	const struct sale *sale = context;
	const struct sale_line *sold = &sale->lines[index];
	int64_t amount;

	line->name = sold->product_name;
	line->quantity = sold->quantity;
	line->price = sold->price;
	if (money_multiply(sold->price, sold->quantity, &amount))
		line->amount = amount;
}

void sales_lines(struct lines *lines, struct app *app, const struct sale *sale)
{
	*lines = (struct lines){.app = app,
				.get = get_line,
				.context = sale,
				.count = sale->lines_count,
				.total_label = "Total",
				.total = sale->total};
}

void sales_view_sale(struct view *view, const struct sale *sale, enum sale_status status,
		     const struct lines *lines, struct view_table table)
{
	char date[APP_TEXT];
	enum role role;
	const char *word = lines_status((int)status, &role);
	const struct view_part parts[] = {
	    {.label = "Status", .text = word, .role = role},
	    {.text = view_printf(view, "bought on %s", app_date(sale->purchase_date, date)),
	     .role = ROLE_FAINT,
	     .drop = 1},
	    {.text = view_printf(view, "number %s", sale->purchase_id), .role = ROLE_FAINT, .drop = 2},
	};

	view_prose(view, &(struct view_prose){.role = ROLE_STRONG, .text = sale->client_name});
	view_line(view, &(struct view_line){.place = {.tight = true},
					    .parts = parts,
					    .count = sizeof parts / sizeof *parts});
	lines_view(lines, view, table);
}
