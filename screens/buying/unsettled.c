#include "screens/buying/unsettled.h"

#include <stdio.h>

#include "base/clock.h"

enum { LONG_MS = 3000 };

static const char leave[] = "You can leave: this will be settled, once, either way.";

static void say_unknown(struct app *app, const struct purchase_run *run, char *text, size_t size)
{
	unsigned tries = purchase_run_attempts(app_runs(app), run);
	int64_t wait = purchase_run_late_ms(app_runs(app), run);
	char until[APP_TEXT];

	if (net_profile(app_net(app)) != NET_PROFILE_BASE)
		snprintf(text, size, "Not known yet. Checking with the shop, attempt %u. %s", tries ? tries : 1, leave);
	else if (wait)
		snprintf(text, size,
			 "Not known yet: the shop may still record it. It is looked for until %s (%u so far). "
			 "You can leave: nothing is bought twice, and you will be told.",
			 app_time(clock_now() + wait, until), tries);
	else
		snprintf(text, size,
			 "Not known yet: the shop's list of purchases can't be had; it is asked for again and again. "
			 "You can leave: nothing is bought twice, and you will be told.");
}

void unsettled_say(struct app *app, const struct purchase_run *run, char *text, size_t size)
{
	const char *ellipsis = app_glyphs(app)->ellipsis;

	if (purchase_run_state(run) == RUN_WAITING && app_group(app) == GROUP_NONE)
		snprintf(text, size, "Not known yet. You were signed out: Enter signs you in again, to find out. %s",
			 leave);
	else if (purchase_run_is_unknown(app_runs(app), run))
		say_unknown(app, run, text, size);
	else if (net_profile(app_net(app)) == NET_PROFILE_BASE)
		snprintf(text, size, "Buying%s This shop records one unit at a time.", ellipsis);
	else
		snprintf(text, size, "Buying%s %s", ellipsis, purchase_run_age_ms(run) > LONG_MS ? leave : "");
}

bool unsettled_hold(struct app *app, struct cart_rows *rows)
{
	/* On other platforms nothing can be bought meanwhile: see the checkout. */
	bool base = net_profile(app_net(app)) == NET_PROFILE_BASE, any = false;

	for (size_t i = 0; i < rows->count; i++) {
		rows->row[i].held = base && purchase_runs_hold(app_runs(app), rows->row[i].product_id);
		any = any || rows->row[i].held;
	}
	return any;
}

void unsettled_say_held(struct app *app, bool has_rest, char *text, size_t size)
{
	int64_t wait = purchase_runs_late_ms(app_runs(app));
	const char *rest = has_rest ? "" : " There is nothing else to buy.";
	char until[APP_TEXT];

	if (wait)
		snprintf(text, size,
			 "An earlier purchase may still be recorded, until %s. What it asks for is left out until that "
			 "is known.%s",
			 app_time(clock_now() + wait, until), rest);
	else
		snprintf(text, size,
			 "An earlier purchase may still be recorded. What it asks for is left out until that is "
			 "known.%s",
			 rest);
}
