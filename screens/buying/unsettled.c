#include "screens/buying/unsettled.h"

#include <stdio.h>

#include "base/clock.h"

void unsettled_say(struct app *app, const struct purchase_run *run, char *text, size_t size)
{
	int64_t wait = purchase_run_late_ms(app_runs(app), run);
	char until[APP_TEXT];

	if (wait)
		snprintf(text, size,
			 "Not known yet: the shop may still record it. It is looked for until %s (%u so far). "
			 "You can leave: nothing is bought twice, and you will be told.",
			 app_time(clock_now() + wait, until), purchase_run_attempts(app_runs(app), run));
	else
		snprintf(text, size,
			 "Not known yet: the shop's list of purchases can't be had; it is asked for again and again. "
			 "You can leave: nothing is bought twice, and you will be told.");
}

bool unsettled_hold(struct app *app, struct cart_rows *rows)
{
	/* Elsewhere nothing else is bought meanwhile, see the checkout. */
	bool base = net_profile(app_net(app)) == NET_PROFILE_BASE, any = false;

	for (size_t i = 0; i < rows->count; i++) {
		rows->row[i].held = base && purchase_runs_hold(app_runs(app), rows->row[i].product_id);
		any = any || rows->row[i].held;
	}
	return any;
}

void unsettled_say_held(struct app *app, bool has_rest, bool armed, char *text, size_t size)
{
	int64_t wait = purchase_runs_late_ms(app_runs(app));
	char until[APP_TEXT] = "";

	if (wait)
		app_time(clock_now() + wait, until);
	snprintf(text, size,
		 "An earlier purchase may still be recorded%s%s: what it asks for is left out until that is known. %s",
		 wait ? ", until " : "", until,
		 !has_rest ? "There is nothing else to buy."
		 : armed   ? "Press y to buy the rest."
			   : "Look again.");
}
